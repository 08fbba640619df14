/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the fake OpenBSD kernel. */
#ifndef FK_PRIV_H
#define FK_PRIV_H

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/task.h>
#include <sys/timeout.h>

#include "fc.h"
#include "fk.h"
#include "fk_openbsd.h"

typedef caddr_t fk_va_t;		/* bus_dmamem_map() */

/* What a context is to OpenBSD; lives in fc_ctx_data(). */
enum fk_kind { FK_PROC, FK_SOFT, FK_INTR };	/* zero: a process */

struct fk_cx {
	enum fk_kind cx_kind;
	unsigned int cx_klock;		/* depth of KERNEL_LOCK */
	struct mutex *cx_mtx;		/* held, newest first */
	unsigned int cx_nrw;
	struct rwlock *cx_rw[4];
	const volatile void *cx_wchan;
	bool cx_woken;
	const void *cx_running;		/* task or timeout being run */
	void *cx_nodes[3];		/* taskq, timeout: for lock order */
};

struct fk_cx *fk_cx(void);		/* of the current context, or NULL */
#define FK_RULE(id, ...)	fc_broken(id, __VA_ARGS__)

/* The driver under test: its cfattach and cfdriver. */
void fk_driver(const struct cfattach *, struct cfdriver *);

void fk_sync_open(void);
void fk_bus_open(void);
void fk_net_open(void);
void fk_misc_open(void);
struct fc_ctx *fk_ctx(const char *, enum fk_kind, void (*)(void *), void *);
void fk_kernel_leave(const char *where);
void fk_die(const char *id, const char *what) __dead;
/* Memory goes away: is anything of the kernel's still in there? */
void fk_gone(const void *, size_t, const char *what);
void fk_net_gone(const void *, size_t, const char *what);
void fk_kstat_gone(const void *, size_t, const char *what);
void fk_intr_gone(const void *, size_t, const char *what);
bool fk_waitok(const char *who);
void fk_order(const void *lock, const char *name);
void fk_deliver(struct mbuf *, unsigned int queue, bool lro);
struct cpu_info *fk_cpu(unsigned int);
unsigned int fk_intr_live(void);
void fk_softc_check(const struct device *);

#endif /* FK_PRIV_H */
