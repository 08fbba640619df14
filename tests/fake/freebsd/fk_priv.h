/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the fake FreeBSD kernel. */
#ifndef FK_PRIV_H
#define FK_PRIV_H

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/epoch.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/taskqueue.h>

#include "fc.h"
#include "fk.h"

/*
 * What a context is to FreeBSD; lives in fc_ctx_data().  Zero: a process.
 * The levels are those of a CPU: a filter interrupts an interrupt thread,
 * which goes before all else.
 */
enum fk_kind { FK_PROC, FK_ITHREAD, FK_FILTER, FK_CALLOUT };
#define FK_LEVEL_ITHREAD	5U
#define FK_LEVEL_FILTER		10U
#define FK_LEVEL_CRITICAL	15U

/* Things that others wait for while this context runs them. */
enum fk_node { FK_NODE_TASKQ, FK_NODE_RUN, FK_NODE_SYSCTL, FK_NODE_STACK,
    FK_NODES };

struct fk_cx {
	enum fk_kind cx_kind;
	unsigned int cx_crit;		/* critical_enter(), spin mutexes */
	unsigned int cx_level;		/* of the CPU, before the first */
	unsigned int cx_epochs;
	struct mtx *cx_mtx;		/* held, newest first */
	unsigned int cx_nsx;
	struct sx *cx_sx[6];
	const void *cx_wchan;
	bool cx_woken;
	const void *cx_running;		/* task, callout or handler */
	const void *cx_nodes[FK_NODES];	/* for the lock order */
	unsigned int cx_queue;		/* of received packets */
	struct thread cx_td;
};

struct fk_cx *fk_cx(void);		/* of the current context */
void fk_set_pri(struct fk_cx *, int);	/* else it is what its kind has */
#define FK_RULE(id, ...)	fc_broken(id, __VA_ARGS__)

/* The module under test. */
void fk_driver(const struct fk_module *);

void fk_cpus(unsigned int);
void fk_sync_open(void);
void fk_task_open(void);
void fk_bus_open(void);
void fk_dma_open(void);
void fk_net_open(void);
void fk_netmap_open(void);
void fk_misc_open(void);
void fk_sysctl_open(void);
struct fc_ctx *fk_ctx(const char *, enum fk_kind, void (*)(void *), void *);
void fk_kernel_leave(const char *where);
void fk_die(const char *id, const char *what) __dead2;
/* May this context sleep (waitok), or at least block on a mutex (blockok)? */
bool fk_waitok(const char *who);
bool fk_blockok(const char *who);
/* Off the CPU until pred; false: time. */
bool fk_snooze(fc_pred *, void *, uint64_t until, const char *why);
/* About to wait for that, holding what we hold. */
void fk_order(const void *lock, const char *name);
/* Memory goes away: is anything of the kernel's still in there? */
void fk_gone(const void *, size_t, const char *what);
void fk_task_gone(const void *, size_t, const char *what);
void fk_net_gone(const void *, size_t, const char *what);
void fk_bus_gone(const void *, size_t, const char *what);
void fk_sysctl_gone(const void *, size_t, const char *what);
void fk_lock_class_lock(struct lock_object *);
void fk_lock_class_unlock(struct lock_object *);
bool fk_lock_is_mine(struct lock_object *);

void fk_intr_raise(unsigned int);
unsigned int fk_intr_live(void);
unsigned int fk_vectors(void);		/* that the driver has taken */
unsigned int fk_resources_live(void);
unsigned int fk_tags_live(void);
unsigned int fk_dmamaps_live(void);
unsigned int fk_oids_live(void);
unsigned int fk_ring_mbufs(void);	/* in all buf_rings */
void fk_sysctl_module(bool loaded);	/* its static oids and variables */
void fk_sysctl_dev(device_t);		/* dev.NAME.UNIT comes */
void fk_sysctl_undev(device_t);		/* and goes */
void fk_net_softc_gone(void);

struct sysctl_ctx_list;
struct sysctl_oid;
struct _device {
	const char *dv_name;
	char dv_nameunit[32];
	char dv_desc[80];
	int dv_state;
	void *dv_softc;
	size_t dv_softc_size;
	struct sysctl_ctx_list *dv_ctx;
	struct sysctl_oid *dv_tree;
};

#endif /* FK_PRIV_H */
