/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks, levels, preemption, sleeping: who may do what in which context. */
#include "fk_priv.h"
#include "sys_ctx.h"

#include <sys/atomic.h>
#include <sys/xcall.h>

#define HZ		100
#define TICK_US		(1000000 / HZ)
#define MTX_MAGIC	0x6d757478U
#define CV_MAGIC	0x636f6e64U
#define MAX_SLEEPERS	64

int cold, hz = HZ, tick = TICK_US;
int ncpu = FC_CPUS;
const char *panicstr;

static struct cpu_info cpus[FC_CPUS];
static int klock_cpu;			/* which has it; -1: none */
static unsigned int klock_depth;
static struct kmutex *mutexes;
static struct fk_cx *sleepers[MAX_SLEEPERS];
static struct fk_handler *handlers;

/* ---- contexts */

struct cpu_info *
curcpu(void)
{
	return (&cpus[fc_cpu()]);
}

struct cpu_info *
cpu_lookup(u_int i)
{
	return ((int)i < ncpu ? &cpus[i] : NULL);
}

bool
cpu_intr_p(void)
{
	return (fk_cx()->cx_kind == FK_INTR);
}

bool
cpu_softintr_p(void)
{
	return (fk_cx()->cx_kind == FK_SOFT);
}

void
fk_die(const char *id, const char *what)
{
	FK_RULE(id, "%s", what);
	panicstr = what;
	fc_die(what);
}

void
fk_delay(unsigned int us)
{
	fc_point("delay");
	if (us > 1000 && fk_cx()->cx_kind != FK_LWP)
		FK_RULE("delay", "%u us of delay in an interrupt", us);
	fc_wait(NULL, NULL, fc_now() + us, false, "delay");
}

int
getticks(void)
{
	return ((int)(fc_now() / TICK_US));
}

void
fk_set_cpus(unsigned int n)
{
	ncpu = (int)n;
	fc_set_cpus(n);
	cpus[n - 1].ci_next = NULL;
}

/* ---- levels and preemption */

int
splraise(int level)
{
	unsigned int old = fc_level();

	if ((unsigned int)level > old)
		fc_set_level((unsigned int)level);
	return ((int)old);
}

void
splx(int level)
{
	fc_set_level((unsigned int)level);
	fk_softint_poll();
}

void
kpreempt_disable(void)
{
	fk_cx()->cx_nopreempt++;
}

void
kpreempt_enable(void)
{
	if (--fk_cx()->cx_nopreempt < 0)
		fk_die("preempt", "kpreempt_enable without disable");
}

bool
kpreempt_disabled(void)
{
	const struct fk_cx *cx = fk_cx();

	return (cx->cx_nopreempt != 0 || cx->cx_kind != FK_LWP ||
	    fc_level() != 0);
}

/* ---- order: LOCKDEBUG has none, but a deadlock is one anyway */

void
fk_order(const void *what, const char *name)
{
	const struct fk_cx *cx = fk_cx();
	const struct kmutex *m;
	unsigned int i;

	for (m = cx->cx_mtx; m != NULL; m = m->mtx_held)
		fc_order(m, what, name);
	for (i = 0; i < FK_NODES; i++)
		fc_order(cx->cx_nodes[i], what, name);
}

/* ---- KERNEL_LOCK: a CPU's, so that its interrupts may take it again */

static bool
klock_is_free(void *arg)
{
	(void)arg;
	return (klock_cpu < 0);
}

static void
klock_take(struct fk_cx *cx, unsigned int depth)
{
	while (klock_cpu >= 0 && klock_cpu != (int)fc_cpu())
		fc_wait(klock_is_free, NULL, FC_NEVER, false, "kernel lock");
	klock_cpu = (int)fc_cpu();
	klock_depth += depth;
	cx->cx_klock += depth;
}

static void
klock_give(struct fk_cx *cx, unsigned int depth)
{
	cx->cx_klock -= depth;
	klock_depth -= depth;
	if (klock_depth == 0)
		klock_cpu = -1;
}

void
_kernel_lock(int n)
{
	struct fk_cx *cx = fk_cx();

	fc_point("KERNEL_LOCK");
	if (cx->cx_klock == 0 && cx->cx_nspin != 0)
		FK_RULE("klock-spin", "KERNEL_LOCK with a spin mutex held");
	klock_take(cx, (unsigned int)n);
}

void
_kernel_unlock(int n, int *count)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_klock == 0 && n != 0)
		fk_die("klock-owner", "KERNEL_UNLOCK by who has it not");
	if (n <= 0)
		n = (int)cx->cx_klock;
	if (count != NULL)
		*count = n;
	klock_give(cx, (unsigned int)n);
	fc_point("KERNEL_UNLOCK");
}

bool
_kernel_locked_p(void)
{
	return (fk_cx()->cx_klock != 0);
}

/* ---- sleeping */

bool
fk_waitok(const char *who)
{
	const struct fk_cx *cx = fk_cx();

	if (cx->cx_kind != FK_LWP) {
		FK_RULE("sleep-intr", "%s in an interrupt", who);
		return (false);
	}
	if (cx->cx_nspin != 0) {
		FK_RULE("sleep-spin", "%s with a spin mutex held", who);
		return (false);
	}
	if (cx->cx_nopreempt != 0) {
		FK_RULE("sleep-preempt", "%s with preemption disabled", who);
		return (false);
	}
	return (true);
}

void
assert_sleepable(void)
{
	fk_waitok("ASSERT_SLEEPABLE");
}

bool
fk_snooze(fc_pred *pred, void *arg, uint64_t until, const char *why)
{
	struct fk_cx *cx = fk_cx();
	unsigned int depth = cx->cx_klock, level = fc_level();
	bool hit;

	klock_give(cx, depth);
	cx->cx_blocked = true;
	hit = fc_wait(pred, arg, until, true, why);
	cx->cx_blocked = false;
	fc_set_level(level);
	if (depth != 0)
		klock_take(cx, depth);
	return (hit);
}

int
kpause(const char *wmesg, bool intr, int timo, kmutex_t *m)
{
	(void)intr;
	fc_point("kpause");
	if (m != NULL)
		mutex_exit(m);
	if (fk_waitok("kpause") && !cold)
		fk_snooze(NULL, NULL, timo == 0 ? FC_NEVER : fc_now() +
		    (uint64_t)timo * TICK_US, wmesg);
	if (m != NULL)
		mutex_enter(m);
	return (EWOULDBLOCK);
}

/* ---- kmutex */

static void
mtx_known(const kmutex_t *m)
{
	if (m->mtx_magic != MTX_MAGIC)
		fk_die("mtx-init", "mutex that is not initialised");
}

void
mutex_init(kmutex_t *m, kmutex_type_t type, int ipl)
{
	const struct kmutex *o;

	(void)type;
	fc_point("mutex_init");
	for (o = mutexes; o != NULL; o = o->mtx_next)
		if (o == m)
			fk_die("mtx-twice", "mutex initialised twice");
	memset(m, 0, sizeof(*m));
	m->mtx_magic = MTX_MAGIC;
	m->mtx_ipl = ipl <= IPL_SOFTSERIAL ? 0 : ipl;
	m->mtx_next = mutexes;
	m->mtx_link = &mutexes;
	if (mutexes != NULL)
		mutexes->mtx_link = &m->mtx_next;
	mutexes = m;
}

void
mutex_destroy(kmutex_t *m)
{
	fc_point("mutex_destroy");
	mtx_known(m);
	if (m->mtx_ctx != NULL)
		fk_die("mtx-destroy", "mutex destroyed while held");
	*m->mtx_link = m->mtx_next;
	if (m->mtx_next != NULL)
		m->mtx_next->mtx_link = m->mtx_link;
	fc_order_forget(m, sizeof(*m));
	m->mtx_magic = 0;
}

static bool
mtx_is_free(void *arg)
{
	return (((struct kmutex *)arg)->mtx_ctx == NULL);
}

static void
mtx_want(const kmutex_t *m)
{
	const struct fk_cx *cx = fk_cx();

	mtx_known(m);
	if (m->mtx_ctx == cx)
		fk_die("mtx-self", "locking against myself");
	if (m->mtx_ipl != 0)
		return;
	if (cx->cx_kind == FK_INTR)
		FK_RULE("mtx-intr", "adaptive mutex in an interrupt handler");
	if (cx->cx_nspin != 0)
		FK_RULE("mtx-spin-held", "adaptive mutex with a spin mutex "
		    "held");
	if (cx->cx_kind == FK_SOFT && fk_is_ifnet_lock(m))
		FK_RULE("ifnet-softint", "IFNET_LOCK in a softint");
}

static void
mtx_take(kmutex_t *m, int oldspl)
{
	struct fk_cx *cx = fk_cx();

	if (m->mtx_ipl != 0 && cx->cx_nspin++ == 0)
		cx->cx_oldspl = oldspl;
	m->mtx_ctx = cx;
	m->mtx_held = cx->cx_mtx;
	cx->cx_mtx = m;
}

void
mutex_enter(kmutex_t *m)
{
	int old = 0;

	fc_point("mutex_enter");
	mtx_want(m);
	fk_order(m, "mutex");
	if (m->mtx_ipl != 0) {
		old = splraise(m->mtx_ipl);
		while (m->mtx_ctx != NULL)
			fc_wait(mtx_is_free, m, FC_NEVER, false,
			    "spin mutex");
	} else
		while (m->mtx_ctx != NULL)
			fk_snooze(mtx_is_free, m, FC_NEVER, "mutex");
	mtx_take(m, old);
}

int
mutex_tryenter(kmutex_t *m)
{
	int old = 0;

	fc_point("mutex_tryenter");
	mtx_known(m);
	if (m->mtx_ctx != NULL)
		return (0);
	mtx_want(m);
	if (m->mtx_ipl != 0)
		old = splraise(m->mtx_ipl);
	mtx_take(m, old);
	return (1);
}

void
mutex_exit(kmutex_t *m)
{
	struct fk_cx *cx = fk_cx();
	struct kmutex **link;

	mtx_known(m);
	if (m->mtx_ctx != cx)
		fk_die("mtx-owner", "mutex_exit by who does not hold it");
	for (link = &cx->cx_mtx; *link != m; link = &(*link)->mtx_held)
		continue;
	*link = m->mtx_held;
	m->mtx_ctx = NULL;
	m->mtx_held = NULL;
	if (m->mtx_ipl != 0 && --cx->cx_nspin == 0)
		splx(cx->cx_oldspl);
	fc_point("mutex_exit");
}

void
mutex_spin_enter(kmutex_t *m)
{
	mutex_enter(m);
}

void
mutex_spin_exit(kmutex_t *m)
{
	mutex_exit(m);
}

int
mutex_owned(const kmutex_t *m)
{
	mtx_known(m);
	return (m->mtx_ctx == fk_cx());
}

struct mtx_obj {
	kmutex_t mo_lock;
	unsigned int mo_refs;
};

kmutex_t *
mutex_obj_alloc(kmutex_type_t type, int ipl)
{
	struct mtx_obj *mo;

	fk_waitok("mutex_obj_alloc");
	mo = fc_alloc("mutex_obj", sizeof(*mo), 64);
	mo->mo_refs = 1;
	mutex_init(&mo->mo_lock, type, ipl);
	return (&mo->mo_lock);
}

void
mutex_obj_hold(kmutex_t *m)
{
	((struct mtx_obj *)m)->mo_refs++;
}

bool
mutex_obj_free(kmutex_t *m)
{
	if (--((struct mtx_obj *)m)->mo_refs != 0)
		return (false);
	mutex_destroy(m);
	fc_free(m);
	return (true);
}

unsigned int
fk_mutexes_live(void)
{
	const struct kmutex *m;
	unsigned int n = 0;

	for (m = mutexes; m != NULL; m = m->mtx_next)
		n++;
	return (n);
}

/* ---- kcondvar */

void
cv_init(kcondvar_t *cv, const char *wmesg)
{
	cv->cv_wmesg = wmesg;
	cv->cv_magic = CV_MAGIC;
	cv->cv_waiters = 0;
}

bool
cv_is_valid(kcondvar_t *cv)
{
	return (cv->cv_magic == CV_MAGIC);
}

static void
cv_known(kcondvar_t *cv)
{
	if (!cv_is_valid(cv))
		fk_die("cv-init", "condvar that is not initialised");
}

void
cv_destroy(kcondvar_t *cv)
{
	cv_known(cv);
	if (cv->cv_waiters != 0)
		fk_die("cv-destroy", "condvar destroyed with waiters");
	cv->cv_magic = 0;
}

static bool
is_woken(void *arg)
{
	return (((struct fk_cx *)arg)->cx_woken);
}

static void
cv_sleep(kcondvar_t *cv, struct fk_cx *cx, unsigned int *slot)
{
	for (*slot = 0; *slot < MAX_SLEEPERS; ++*slot)
		if (sleepers[*slot] == NULL)
			break;
	if (*slot == MAX_SLEEPERS)
		panic("too many sleepers");
	sleepers[*slot] = cx;
	cx->cx_cv = cv;
	cx->cx_woken = false;
	cv->cv_waiters++;
}

int
cv_timedwait(kcondvar_t *cv, kmutex_t *m, int timo)
{
	struct fk_cx *cx = fk_cx();
	unsigned int slot;
	bool hit;

	fc_point("cv_timedwait");
	cv_known(cv);
	if (timo < 0)
		fk_die("cv-time", "negative ticks");
	if (!mutex_owned(m))
		fk_die("cv-mutex", "cv_wait without its mutex");
	if (cx->cx_kind != FK_LWP)
		fk_die("sleep-intr", "cv_wait in an interrupt");
	if (cold) {
		mutex_exit(m);
		mutex_enter(m);
		return (0);
	}
	cv_sleep(cv, cx, &slot);
	mutex_exit(m);
	hit = !fk_waitok("cv_wait") || fk_snooze(is_woken, cx, timo == 0 ?
	    FC_NEVER : fc_now() + (uint64_t)timo * TICK_US, cv->cv_wmesg);
	sleepers[slot] = NULL;
	cx->cx_cv = NULL;
	cv->cv_waiters--;
	mutex_enter(m);
	return (hit ? 0 : EWOULDBLOCK);
}

int
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *m, int timo)
{
	return (cv_timedwait(cv, m, timo));
}

void
cv_wait(kcondvar_t *cv, kmutex_t *m)
{
	cv_timedwait(cv, m, 0);
}

int
cv_wait_sig(kcondvar_t *cv, kmutex_t *m)
{
	return (cv_timedwait(cv, m, 0));
}

static void
cv_wakeup(kcondvar_t *cv, int n)
{
	unsigned int i;

	cv_known(cv);
	for (i = 0; i < MAX_SLEEPERS && n != 0; i++)
		if (sleepers[i] != NULL && sleepers[i]->cx_cv == cv &&
		    !sleepers[i]->cx_woken) {
			sleepers[i]->cx_woken = true;
			n--;
		}
	fc_point("cv_wakeup");
}

void
cv_signal(kcondvar_t *cv)
{
	cv_wakeup(cv, 1);
}

void
cv_broadcast(kcondvar_t *cv)
{
	cv_wakeup(cv, -1);
}

bool
cv_has_waiters(kcondvar_t *cv)
{
	return (cv->cv_waiters != 0);
}

/* ---- handlers, and waiting for all of them */

void
fk_handler_add(struct fk_handler *h)
{
	h->h_next = handlers;
	h->h_running = false;
	handlers = h;
}

void
fk_handler_del(struct fk_handler *h)
{
	struct fk_handler **link;

	for (link = &handlers; *link != h; link = &(*link)->h_next)
		continue;
	*link = h->h_next;
}

void
fk_handler_enter(struct fk_handler *h)
{
	h->h_running = true;
	h->h_serial++;
}

/* Control goes back to the kernel, from an interrupt or a softint. */
void
fk_handler_leave(struct fk_handler *h, const char *where)
{
	fk_kernel_leave(where);
	h->h_running = false;
}

struct passed {
	const struct fk_handler *h;
	unsigned long serial;
};

static bool
has_passed(void *arg)
{
	const struct passed *p = arg;
	const struct fk_handler *h;

	for (h = handlers; h != NULL && h != p->h; h = h->h_next)
		continue;
	return (h == NULL || !h->h_running || h->h_serial != p->serial);
}

void
xc_barrier(u_int flags)
{
	struct passed p[64];
	const struct fk_handler *h;
	unsigned int i, n = 0;

	(void)flags;
	fc_point("xc_barrier");
	if (!fk_waitok("xc_barrier"))
		return;
	for (h = handlers; h != NULL && n < 64; h = h->h_next)
		if (h->h_running)
			p[n++] = (struct passed){ h, h->h_serial };
	for (i = 0; i < n; i++)
		if (!has_passed(&p[i]))
			fk_snooze(has_passed, &p[i], FC_NEVER, "xcall");
}

void
fk_kernel_leave(const char *where)
{
	const struct fk_cx *cx = fk_cx();

	if (cx->cx_mtx != NULL)
		fk_die("mtx-leak", where);
	if (cx->cx_klock != 0)
		fk_die("klock-leak", where);
	if (cx->cx_nopreempt != 0)
		fk_die("preempt", where);
	if (fc_level() != 0 && cx->cx_kind == FK_LWP)
		FK_RULE("spl-leak", "%s at level %u", where, fc_level());
}

/* ---- memory that goes away */

void
fk_sync_gone(const char *p, size_t len, const char *what)
{
	const struct kmutex *m;

	for (m = mutexes; m != NULL; m = m->mtx_next)
		if (FK_INSIDE(m, p, len))
			fk_die("mtx-freed", what);
	fc_order_forget(p, len);
}

void
fk_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;

	fk_defer_gone(p, len, what);
	fk_net_gone(p, len, what);
	fk_intr_gone(p, len, what);
	fk_stats_gone(p, len, what);
	fk_sync_gone(p, len, what);
}

void
fk_sync_open(void)
{
	unsigned int i;

	cold = 0;
	panicstr = NULL;
	klock_cpu = -1;
	klock_depth = 0;
	mutexes = NULL;
	handlers = NULL;
	fk_ctx_open();
	memset(sleepers, 0, sizeof(sleepers));
	memset(cpus, 0, sizeof(cpus));
	for (i = 0; i < FC_CPUS; i++) {
		cpus[i].ci_index = i;
		cpus[i].ci_next = NULL;
		if (i > 0)
			cpus[i - 1].ci_next = &cpus[i];
	}
}
