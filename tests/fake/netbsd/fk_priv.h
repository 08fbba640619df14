/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the fake NetBSD kernel. */
#ifndef FK_PRIV_H
#define FK_PRIV_H

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>

#include "fc.h"
#include "fk.h"

typedef void *fk_va_t;			/* bus_dmamem_map() */

/* What a context is to NetBSD; lives in fc_ctx_data(). */
enum fk_kind { FK_LWP, FK_SOFT, FK_INTR };	/* zero: a process */

/* Who is being run, for those who wait until it has ended. */
enum fk_node { FK_N_WORK, FK_N_CALLOUT, FK_N_SOFTINT, FK_N_SYSCTL, FK_NODES };

struct fk_cx {
	enum fk_kind cx_kind;
	unsigned int cx_klock;		/* depth of KERNEL_LOCK */
	struct kmutex *cx_mtx;		/* held, newest first */
	unsigned int cx_nspin;		/* how many of them spin */
	int cx_oldspl;			/* before the first of these */
	int cx_nopreempt;
	bool cx_woken, cx_blocked;
	const kcondvar_t *cx_cv;
	const void *cx_running;
	const void *cx_nodes[FK_NODES];
};

/* A handler that others wait for: an interrupt's, a CPU's softints. */
struct fk_handler {
	struct fk_handler *h_next;
	unsigned long h_serial;
	bool h_running;
};

struct fk_cx *fk_cx(void);		/* of the current context */
#define FK_RULE(id, ...)	fc_broken(id, __VA_ARGS__)
void fk_die(const char *id, const char *what) __dead;

/* The driver under test, without a module: its cfattach. */
void fk_driver(struct cfattach *, const char *name);

void fk_sync_open(void);
void fk_defer_open(void);
void fk_bus_open(void);
void fk_conf_open(void);
void fk_net_open(void);
void fk_misc_open(void);
void fk_stats_open(void);
void fk_set_cpus(unsigned int);
struct fc_ctx *fk_ctx(const char *, enum fk_kind, void (*)(void *), void *);
void fk_kernel_leave(const char *where);
bool fk_waitok(const char *who);
/* About to wait for that, with what this context holds. */
void fk_order(const void *what, const char *name);
/* Off the CPU until then, without the kernel lock. */
bool fk_snooze(fc_pred *, void *, uint64_t until, const char *why);
void *fk_softint(u_int, void (*)(void *), void *);
/* Softints of this CPU run now, if nothing is above them. */
void fk_softint_poll(void);
void fk_handler_add(struct fk_handler *);
void fk_handler_del(struct fk_handler *);
void fk_handler_enter(struct fk_handler *);
void fk_handler_leave(struct fk_handler *, const char *where);

/* Memory goes away: is anything of the kernel's still in there? */
void fk_gone(const void *, size_t, const char *what);
void fk_sync_gone(const char *, size_t, const char *what);
void fk_defer_gone(const char *, size_t, const char *what);
void fk_net_gone(const char *, size_t, const char *what);
void fk_intr_gone(const char *, size_t, const char *what);
void fk_stats_gone(const char *, size_t, const char *what);
#define FK_INSIDE(x, p, len)						\
	((const char *)(x) >= (p) && (const char *)(x) < (p) + (len))

void fk_intr_raise(unsigned int);
unsigned int fk_intr_live(void);
unsigned int fk_vectors_live(void);
unsigned int fk_mutexes_live(void);
unsigned int fk_softints_live(void);
unsigned int fk_evcnts_live(void);
unsigned int fk_sysctls_live(void);
struct pci_attach_args;
void fk_pa_fill(struct pci_attach_args *);
bool fk_is_ifnet_lock(const struct kmutex *);
bool fk_sysctl_number(const char *path, uint64_t *);
bool fk_evcnt_get(const char *group, const char *name, uint64_t *);

#endif /* FK_PRIV_H */
