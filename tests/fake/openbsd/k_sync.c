/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks, sleeping, tasks, timeouts: who may do what in which context. */
#include "fk_priv.h"
#include "sys_ctx.h"

#include <sys/atomic.h>
#include <sys/kernel.h>

#define HZ		100
#define TICK_US		(1000000 / HZ)
#define MAX_SLEEPERS	64

struct taskq {
	const char *tq_name;
	struct mutex tq_mtx;
	struct task_list tq_list;
	unsigned int tq_flags, tq_threads, tq_running, tq_busy;
	int tq_ipl;
	bool tq_dead, tq_system, tq_orphan;
	struct taskq *tq_next;
};

int cold, hz = HZ, tick = TICK_US, ticks;
int ncpus = FC_CPUS, ncpusfound = FC_CPUS, nowake;
const char *panicstr;
int db_active;
struct rwlock netlock = RWLOCK_INITIALIZER("netlock");
static struct taskq tq_sys, tq_sysmp;
struct taskq *const systq = &tq_sys;
struct taskq *const systqmp = &tq_sysmp;

static struct cpu_info cpus[FC_CPUS];
static void *klock_owner;
static struct fk_cx *sleepers[MAX_SLEEPERS];
static struct taskq *taskqs;

/* ---- contexts */

struct cpu_info *
curcpu(void)
{
	return (&cpus[fc_cpu()]);
}

struct cpu_info *
fk_cpu(unsigned int i)
{
	return (&cpus[i]);
}

struct proc *
fk_curproc(void)
{
	return ((struct proc *)fk_cx());
}

void
fk_die(const char *id, const char *what)
{
	FK_RULE(id, "%s", what);
	panicstr = what;
	fc_die(what);
}

void
fk_busy(void)
{
	fc_point("cpu_busy_cycle");
	fc_yield();
}

void
fk_delay(int us)
{
	fc_point("delay");
	if (us < 0)
		FK_RULE("delay", "delay(%d)", us);
	if (fk_cx()->cx_kind == FK_INTR && us > 1000)
		FK_RULE("delay", "%d us of delay in an interrupt", us);
	fc_wait(NULL, NULL, fc_now() + (uint64_t)us, false, "delay");
}

/* ---- spl */

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
}

void
fk_splassert(int level, const char *who)
{
	if (fc_level() < (unsigned int)level)
		FK_RULE("spl", "%s at level %u, wants %d", who, fc_level(),
		    level);
}

/* ---- lock order, as WITNESS */

/* About to wait for that lock (or queue), holding what we hold. */
void
fk_order(const void *lock, const char *name)
{
	struct fk_cx *cx = fk_cx();
	const struct mutex *m;
	unsigned int i;

	for (i = 0; i < cx->cx_nrw; i++)
		fc_order(cx->cx_rw[i], lock, name);
	for (m = cx->cx_mtx; m != NULL; m = m->mtx_held)
		fc_order(m, lock, name);
	for (i = 0; i < 3; i++)
		fc_order(cx->cx_nodes[i], lock, name);
}

/* ---- mutex */

void
_mtx_init(struct mutex *m, int ipl)
{
	memset(m, 0, sizeof(*m));
	m->mtx_wantipl = ipl;
	m->mtx_magic = FK_MTX_MAGIC;
}

static bool
mtx_is_free(void *arg)
{
	return (((struct mutex *)arg)->mtx_owner == NULL);
}

static void
mtx_take(struct mutex *m, int old)
{
	struct fk_cx *cx = fk_cx();

	m->mtx_owner = curcpu();
	m->mtx_ctx = cx;
	m->mtx_oldipl = old;
	m->mtx_held = cx->cx_mtx;
	cx->cx_mtx = m;
	curcpu()->ci_mutex_level++;
}

void
mtx_enter(struct mutex *m)
{
	int old;

	fc_point("mtx_enter");
	if (m->mtx_magic != FK_MTX_MAGIC)
		fk_die("mtx-init", "mutex that was never initialised");
	if (m->mtx_owner == curcpu())
		fk_die("mtx-self", "mtx: locking against myself");
	if (fk_cx()->cx_kind == FK_INTR && m->mtx_wantipl < IPL_NET)
		FK_RULE("mtx-ipl", "mutex of level %d in an interrupt",
		    m->mtx_wantipl);
	fk_order(m, "mutex");
	old = splraise(m->mtx_wantipl);
	while (m->mtx_owner != NULL)
		fc_wait(mtx_is_free, m, FC_NEVER, false, "mutex");
	mtx_take(m, old);
}

int
mtx_enter_try(struct mutex *m)
{
	int old;

	fc_point("mtx_enter_try");
	if (m->mtx_owner == curcpu())
		fk_die("mtx-self", "mtx: locking against myself");
	if (m->mtx_owner != NULL)
		return (0);
	old = splraise(m->mtx_wantipl);
	mtx_take(m, old);
	return (1);
}

void
mtx_leave(struct mutex *m)
{
	struct fk_cx *cx = fk_cx();
	struct mutex **link;
	int old = m->mtx_oldipl;

	if (m->mtx_owner != curcpu() || m->mtx_ctx != cx)
		fk_die("mtx-owner", "mtx: not owned by this CPU");
	for (link = &cx->cx_mtx; *link != m; link = &(*link)->mtx_held)
		continue;
	*link = m->mtx_held;
	curcpu()->ci_mutex_level--;
	m->mtx_owner = NULL;
	m->mtx_ctx = NULL;
	m->mtx_held = NULL;
	splx(old);
	fc_point("mtx_leave");
}

void
fk_mtx_assert(struct mutex *m, int want, const char *who)
{
	if ((m->mtx_owner == curcpu()) != want)
		fk_die("mtx-assert", who);
}

/* ---- KERNEL_LOCK */

static bool
klock_is_free(void *arg)
{
	(void)arg;
	return (klock_owner == NULL);
}

static void
klock_take(struct fk_cx *cx, unsigned int depth)
{
	while (klock_owner != NULL && klock_owner != cx)
		fc_wait(klock_is_free, NULL, FC_NEVER, false, "kernel lock");
	klock_owner = cx;
	cx->cx_klock += depth;
}

void
_kernel_lock(void)
{
	struct fk_cx *cx = fk_cx();

	fc_point("KERNEL_LOCK");
	if (cx->cx_klock == 0 && cx->cx_mtx != NULL)
		FK_RULE("klock-mutex", "KERNEL_LOCK with a mutex held");
	klock_take(cx, 1);
}

void
_kernel_unlock(void)
{
	struct fk_cx *cx = fk_cx();

	if (klock_owner != cx)
		fk_die("klock-owner", "KERNEL_UNLOCK by who has it not");
	if (--cx->cx_klock == 0)
		klock_owner = NULL;
	fc_point("KERNEL_UNLOCK");
}

int
_kernel_lock_held(void)
{
	return (klock_owner == fk_cx());
}

static unsigned int
klock_drop(struct fk_cx *cx)
{
	unsigned int depth = cx->cx_klock;

	if (depth != 0) {
		cx->cx_klock = 0;
		klock_owner = NULL;
	}
	return (depth);
}

/* ---- sleeping */

bool
fk_waitok(const char *who)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_kind != FK_PROC) {
		FK_RULE("sleep-intr", "%s in an interrupt", who);
		return (false);
	}
	if (cx->cx_mtx != NULL) {
		FK_RULE("sleep-mutex", "%s with a mutex held", who);
		return (false);
	}
	if (fc_level() != 0) {
		FK_RULE("sleep-spl", "%s at level %u", who, fc_level());
		return (false);
	}
	return (true);
}

void
assertwaitok(void)
{
	fk_waitok("assertwaitok");
}

static bool
is_woken(void *arg)
{
	return (((struct fk_cx *)arg)->cx_woken);
}

/* Off the CPU until woken; the kernel lock is given up meanwhile. */
static bool
snooze(fc_pred *pred, void *arg, uint64_t until, const char *why)
{
	struct fk_cx *cx = fk_cx();
	unsigned int depth;
	bool hit;

	depth = klock_drop(cx);
	hit = fc_wait(pred, arg, until, true, why);
	if (depth != 0)
		klock_take(cx, depth);
	return (hit);
}

static void
sleep_setup(struct fk_cx *cx, const volatile void *ident)
{
	unsigned int i;

	cx->cx_wchan = ident;
	cx->cx_woken = false;
	for (i = 0; i < MAX_SLEEPERS; i++)
		if (sleepers[i] == NULL) {
			sleepers[i] = cx;
			return;
		}
	panic("too many sleepers");
}

static int
sleep_finish(struct fk_cx *cx, const char *wmesg, uint64_t nsecs)
{
	uint64_t until;
	unsigned int i;
	bool hit;

	until = nsecs == INFSLP ? FC_NEVER : fc_now() + nsecs / 1000 + 1;
	hit = snooze(is_woken, cx, until, wmesg);
	for (i = 0; i < MAX_SLEEPERS; i++)
		if (sleepers[i] == cx)
			sleepers[i] = NULL;
	cx->cx_wchan = NULL;
	return (hit ? 0 : EWOULDBLOCK);
}

int
tsleep_nsec(const volatile void *ident, int prio, const char *wmesg,
    uint64_t nsecs)
{
	struct fk_cx *cx = fk_cx();

	(void)prio;
	fc_point("tsleep");
	if (ident != &nowake && nsecs == INFSLP && !_kernel_lock_held())
		FK_RULE("tsleep-klock", "%s: for ever, without the lock",
		    wmesg);
	if (cold)
		return (0);
	if (!fk_waitok("tsleep"))
		return (EWOULDBLOCK);
	sleep_setup(cx, ident);
	return (sleep_finish(cx, wmesg, nsecs));
}

int
tsleep(const volatile void *ident, int prio, const char *wmesg, int timo)
{
	return (tsleep_nsec(ident, prio, wmesg, timo == 0 ? INFSLP :
	    (uint64_t)timo * TICK_US * 1000));
}

int
msleep_nsec(const volatile void *ident, struct mutex *m, int prio,
    const char *wmesg, uint64_t nsecs)
{
	struct fk_cx *cx = fk_cx();
	int error;

	(void)prio;
	fc_point("msleep");
	if (m->mtx_owner != curcpu())
		fk_die("mtx-owner", "msleep without its mutex");
	if (cold)
		return (0);
	sleep_setup(cx, ident);
	mtx_leave(m);
	if (!fk_waitok("msleep"))
		cx->cx_woken = true;
	error = cx->cx_kind != FK_PROC ? 0 : sleep_finish(cx, wmesg, nsecs);
	mtx_enter(m);
	return (error);
}

int
msleep(const volatile void *ident, struct mutex *m, int prio,
    const char *wmesg, int timo)
{
	return (msleep_nsec(ident, m, prio, wmesg, timo == 0 ? INFSLP :
	    (uint64_t)timo * TICK_US * 1000));
}

int
rwsleep_nsec(const volatile void *ident, struct rwlock *l, int prio,
    const char *wmesg, uint64_t nsecs)
{
	struct fk_cx *cx = fk_cx();
	int error, was;

	(void)prio;
	fc_point("rwsleep");
	was = rw_status(l);
	if (was != RW_WRITE && was != RW_READ)
		fk_die("rw-owner", "rwsleep without its lock");
	if (cold)
		return (0);
	if (!fk_waitok("rwsleep"))
		return (EWOULDBLOCK);
	sleep_setup(cx, ident);
	rw_exit(l);
	error = sleep_finish(cx, wmesg, nsecs);
	rw_enter(l, was);
	return (error);
}

int
rwsleep(const volatile void *ident, struct rwlock *l, int prio,
    const char *wmesg, int timo)
{
	return (rwsleep_nsec(ident, l, prio, wmesg, timo == 0 ? INFSLP :
	    (uint64_t)timo * TICK_US * 1000));
}

void
wakeup_n(const volatile void *ident, int n)
{
	unsigned int i;

	for (i = 0; i < MAX_SLEEPERS && n != 0; i++)
		if (sleepers[i] != NULL && sleepers[i]->cx_wchan == ident &&
		    !sleepers[i]->cx_woken) {
			sleepers[i]->cx_woken = true;
			n--;
		}
	fc_point("wakeup");
}

void
wakeup(const volatile void *ident)
{
	wakeup_n(ident, -1);
}

void
cond_init(struct cond *c)
{
	c->c_wait = 1;
}

static bool
cond_is_set(void *arg)
{
	return (((struct cond *)arg)->c_wait == 0);
}

void
cond_wait(struct cond *c, const char *wmesg)
{
	fc_point("cond_wait");
	if (cold || !fk_waitok("cond_wait"))
		return;
	if (c->c_wait != 0)
		snooze(cond_is_set, c, FC_NEVER, wmesg);
}

void
cond_signal_handler(void *arg)
{
	((struct cond *)arg)->c_wait = 0;
}

void
cond_signal(struct cond *c)
{
	cond_signal_handler(c);
	fc_point("cond_signal");
}

/* ---- rwlock */

void
_rw_init_flags(struct rwlock *l, const char *name)
{
	memset(l, 0, sizeof(*l));
	l->rwl_name = name;
	l->rwl_magic = FK_RWL_MAGIC;
}

static bool
rw_is_free(void *arg)
{
	const struct rwlock *l = arg;

	return (l->rwl_writer == NULL && l->rwl_readers == 0);
}

static bool
rw_no_writer(void *arg)
{
	return (((struct rwlock *)arg)->rwl_writer == NULL);
}

static unsigned int
rw_reader(const struct rwlock *l)
{
	unsigned int i;

	for (i = 0; i < l->rwl_readers; i++)
		if (l->rwl_reader_ctx[i] == fk_cx())
			break;
	return (i);
}

int
rw_status(struct rwlock *l)
{
	if (l->rwl_writer == fk_cx())
		return (RW_WRITE);
	if (l->rwl_writer != NULL)
		return (RW_WRITE_OTHER);
	return (l->rwl_readers != 0 ? RW_READ : 0);
}

int
rw_enter(struct rwlock *l, int flags)
{
	struct fk_cx *cx = fk_cx();
	bool write = (flags & (int)RW_OPMASK) == (int)RW_WRITE;
	bool wait = (flags & (int)RW_NOSLEEP) == 0;

	fc_point("rw_enter");
	if (l->rwl_magic != FK_RWL_MAGIC)
		fk_die("rw-init", "rwlock that was never initialised");
	if (l->rwl_writer == cx || rw_reader(l) < l->rwl_readers)
		fk_die("rw-self", l->rwl_name);
	if (wait && !cold) {
		if (!fk_waitok(l->rwl_name))
			return (EBUSY);
		fk_order(l, l->rwl_name);
	}
	while (write ? !rw_is_free(l) : !rw_no_writer(l)) {
		if (!wait)
			return (EBUSY);
		snooze(write ? rw_is_free : rw_no_writer, l, FC_NEVER,
		    l->rwl_name);
	}
	if (write)
		l->rwl_writer = cx;
	else
		l->rwl_reader_ctx[l->rwl_readers++] = cx;
	if (cx->cx_nrw == 4)
		panic("too many rwlocks held");
	cx->cx_rw[cx->cx_nrw++] = l;
	return (0);
}

void
rw_exit(struct rwlock *l)
{
	struct fk_cx *cx = fk_cx();
	unsigned int i;

	if (l->rwl_writer == cx)
		l->rwl_writer = NULL;
	else {
		i = rw_reader(l);
		if (i == l->rwl_readers)
			fk_die("rw-owner", l->rwl_name);
		l->rwl_reader_ctx[i] = l->rwl_reader_ctx[--l->rwl_readers];
	}
	for (i = 0; cx->cx_rw[i] != l; i++)
		continue;
	for (cx->cx_nrw--; i < cx->cx_nrw; i++)
		cx->cx_rw[i] = cx->cx_rw[i + 1];
	fc_point("rw_exit");
}

void
rw_enter_write(struct rwlock *l)
{
	rw_enter(l, RW_WRITE);
}

void
rw_enter_read(struct rwlock *l)
{
	rw_enter(l, RW_READ);
}

void
rw_exit_write(struct rwlock *l)
{
	if (l->rwl_writer != fk_cx())
		fk_die("rw-owner", l->rwl_name);
	rw_exit(l);
}

void
rw_exit_read(struct rwlock *l)
{
	rw_exit(l);
}

static void
rw_assert(struct rwlock *l, bool ok)
{
	if (!ok)
		fk_die("rw-assert", l->rwl_name);
}

void
rw_assert_wrlock(struct rwlock *l)
{
	rw_assert(l, l->rwl_writer == fk_cx());
}

void
rw_assert_rdlock(struct rwlock *l)
{
	rw_assert(l, l->rwl_writer == NULL && l->rwl_readers != 0);
}

void
rw_assert_anylock(struct rwlock *l)
{
	rw_assert(l, l->rwl_writer == fk_cx() || l->rwl_readers != 0);
}

void
rw_assert_unlocked(struct rwlock *l)
{
	rw_assert(l, l->rwl_writer != fk_cx());
}

void
fk_net_assert(int want, const char *who)
{
	int s = rw_status(&netlock);
	bool ok;

	ok = want == 0 ? s != RW_WRITE : want == 2 ? s == RW_WRITE :
	    s == RW_WRITE || s == RW_READ;
	if (!ok)
		FK_RULE(want == 0 ? "net-unlocked" : "net-locked",
		    "%s", who);
}

/* Control goes back to the kernel. */
void
fk_kernel_leave(const char *where)
{
	struct fk_cx *cx = fk_cx();

	if (cx->cx_mtx != NULL)
		fk_die("mtx-leak", where);
	if (cx->cx_nrw != 0)
		fk_die("rw-leak", cx->cx_rw[0]->rwl_name);
	if (cx->cx_klock != 0)
		fk_die("klock-leak", where);
	if (fc_level() != 0 && cx->cx_kind == FK_PROC)
		FK_RULE("spl-leak", "%s at level %u", where, fc_level());
}

/* ---- tasks */

static bool
tq_has_work(void *arg)
{
	const struct taskq *tq = arg;

	return (!TAILQ_EMPTY(&tq->tq_list) || tq->tq_dead);
}

static void
tq_thread(void *arg)
{
	struct taskq *tq = arg;
	struct fk_cx *cx = fk_cx();
	bool mpsafe = (tq->tq_flags & TASKQ_MPSAFE) != 0;
	struct task *t, work;

	for (;;) {
		if (TAILQ_EMPTY(&tq->tq_list)) {
			if (tq->tq_dead)
				break;
			fc_wait(tq_has_work, tq, FC_NEVER, true, tq->tq_name);
			continue;
		}
		t = TAILQ_FIRST(&tq->tq_list);
		TAILQ_REMOVE(&tq->tq_list, t, t_entry);
		t->t_flags &= ~(unsigned int)TASK_ONQUEUE;
		work = *t;
		tq->tq_busy++;
		cx->cx_running = t;
		cx->cx_nodes[0] = tq;
		if (!mpsafe)
			klock_take(cx, 1);
		work.t_func(work.t_arg);
		if (!mpsafe) {
			if (cx->cx_klock != 1)
				fk_die("klock-leak", "task");
			klock_drop(cx);
		}
		fk_kernel_leave("task");
		cx->cx_nodes[0] = NULL;
		cx->cx_running = NULL;
		tq->tq_busy--;
		fc_yield();
	}
	if (--tq->tq_running == 0 && tq->tq_orphan)
		fc_free(tq);
}

static void
tq_start(struct taskq *tq, unsigned int n)
{
	struct fc_ctx *x;

	for (; n > 0; n--) {
		x = fk_ctx(tq->tq_name, FK_PROC, tq_thread, tq);
		fc_ctx_daemon(x);
		tq->tq_threads++;
		tq->tq_running++;
	}
	tq->tq_next = taskqs;
	taskqs = tq;
}

struct taskq *
taskq_create(const char *name, unsigned int n, int ipl, unsigned int flags)
{
	struct taskq *tq;

	fk_waitok("taskq_create");
	if (fc_fails("taskq_create"))
		return (NULL);
	tq = fc_alloc("taskq", sizeof(*tq), 16);
	memset(tq, 0, sizeof(*tq));
	tq->tq_name = name;
	tq->tq_ipl = ipl;
	tq->tq_flags = flags;
	TAILQ_INIT(&tq->tq_list);
	tq_start(tq, n);
	return (tq);
}

static bool
tq_is_over(void *arg)
{
	return (((struct taskq *)arg)->tq_running == 0);
}

void
taskq_destroy(struct taskq *tq)
{
	struct taskq **link;

	fc_point("taskq_destroy");
	fk_waitok("taskq_destroy");
	if (fk_cx()->cx_nodes[0] == tq)
		fk_die("taskq-self", "taskq_destroy from its own task");
	fk_order(tq, tq->tq_name);
	tq->tq_dead = true;
	if (!cold)
		snooze(tq_is_over, tq, FC_NEVER, "tqdestroy");
	for (link = &taskqs; *link != tq; link = &(*link)->tq_next)
		continue;
	*link = tq->tq_next;
	fc_order_forget(tq, sizeof(*tq));
	if (cold)
		tq->tq_orphan = true;	/* its thread was never started */
	else
		fc_free(tq);
}

void
task_set(struct task *t, void (*fn)(void *), void *arg)
{
	memset(t, 0, sizeof(*t));
	t->t_func = fn;
	t->t_arg = arg;
}

int
task_add(struct taskq *tq, struct task *t)
{
	int rv = 0;

	fc_point("task_add");
	if (t->t_func == NULL)
		fk_die("task-set", "task_add of a task never set");
	if (fk_cx()->cx_kind == FK_INTR && tq->tq_ipl < IPL_NET)
		FK_RULE("taskq-ipl", "%s from an interrupt", tq->tq_name);
	if (tq->tq_dead)
		FK_RULE("taskq-dead", "task_add to %s", tq->tq_name);
	if ((t->t_flags & TASK_ONQUEUE) == 0) {
		t->t_flags |= TASK_ONQUEUE;
		t->t_tq = tq;
		TAILQ_INSERT_TAIL(&tq->tq_list, t, t_entry);
		rv = 1;
	}
	return (rv);
}

int
task_del(struct taskq *tq, struct task *t)
{
	fc_point("task_del");
	if ((t->t_flags & TASK_ONQUEUE) == 0)
		return (0);
	if (t->t_tq != tq)
		fk_die("task-queue", "task_del from another taskq");
	t->t_flags &= ~(unsigned int)TASK_ONQUEUE;
	TAILQ_REMOVE(&tq->tq_list, t, t_entry);
	return (1);
}

static void
nothing(void *arg)
{
	cond_signal_handler(arg);
}

void
taskq_barrier(struct taskq *tq)
{
	struct cond c;
	struct task t;

	fc_point("taskq_barrier");
	if (!fk_waitok("taskq_barrier"))
		return;
	if (fk_cx()->cx_nodes[0] == tq)
		return;		/* counts as one that arrived */
	fk_order(tq, tq->tq_name);
	cond_init(&c);
	task_set(&t, nothing, &c);
	task_add(tq, &t);
	cond_wait(&c, "tqbar");
}

void
taskq_del_barrier(struct taskq *tq, struct task *t)
{
	task_del(tq, t);
	taskq_barrier(tq);
}

/* ---- timeouts */

TAILQ_HEAD(to_head, timeout);
static struct to_head to_wheel, to_todo[3];
static struct timeout *to_running[3];
static void *to_node[3];		/* three queues to order by */
enum { TO_SOFT, TO_PROC, TO_PROC_MP };

static unsigned int
to_class(const struct timeout *to)
{
	if ((to->to_flags & TIMEOUT_PROC) == 0)
		return (TO_SOFT);
	return ((to->to_flags & TIMEOUT_MPSAFE) != 0 ? TO_PROC_MP : TO_PROC);
}

static uint64_t
to_next(void *arg)
{
	const struct timeout *to;
	uint64_t t = FC_NEVER;

	(void)arg;
	TAILQ_FOREACH(to, &to_wheel, to_entry)
		if (to->to_due_us < t)
			t = to->to_due_us;
	return (cold ? FC_NEVER : t);
}

static void
to_run(void *arg)
{
	struct timeout *to, *next;

	(void)arg;
	ticks = (int)(fc_now() / TICK_US);
	for (to = TAILQ_FIRST(&to_wheel); to != NULL; to = next) {
		next = TAILQ_NEXT(to, to_entry);
		if (to->to_due_us > fc_now())
			continue;
		TAILQ_REMOVE(&to_wheel, to, to_entry);
		TAILQ_INSERT_TAIL(&to_todo[to_class(to)], to, to_entry);
		to->to_due_us = 0;
	}
}

static bool
to_ready(void *arg)
{
	return (!TAILQ_EMPTY((struct to_head *)arg));
}

static void
to_thread(void *arg)
{
	struct to_head *q = arg;
	unsigned int c = (unsigned int)(q - to_todo);
	struct fk_cx *cx = fk_cx();
	struct timeout *to;
	void (*fn)(void *);
	void *fn_arg;

	for (;;) {
		if ((to = TAILQ_FIRST(q)) == NULL) {
			fc_wait(to_ready, q, FC_NEVER, true, "softclock");
			continue;
		}
		TAILQ_REMOVE(q, to, to_entry);
		to->to_flags &= ~TIMEOUT_ONQUEUE;
		to->to_flags |= TIMEOUT_TRIGGERED;
		fn = to->to_func;
		fn_arg = to->to_arg;
		to_running[c] = to;
		cx->cx_running = to;
		cx->cx_nodes[1] = &to_node[c];
		if (c != TO_PROC_MP)
			klock_take(cx, 1);
		fn(fn_arg);
		if (c != TO_PROC_MP) {
			if (cx->cx_klock != 1)
				fk_die("klock-leak", "timeout");
			klock_drop(cx);
		}
		fk_kernel_leave("timeout");
		cx->cx_nodes[1] = NULL;
		cx->cx_running = NULL;
		to_running[c] = NULL;
		fc_yield();
	}
}

void
timeout_set_flags(struct timeout *to, void (*fn)(void *), void *arg,
    int kclock, int flags)
{
	if ((flags & ~(TIMEOUT_PROC | TIMEOUT_MPSAFE)) != 0 ||
	    ((flags & TIMEOUT_MPSAFE) != 0 && (flags & TIMEOUT_PROC) == 0))
		fk_die("timeout-flags", "timeout_set_flags");
	memset(to, 0, sizeof(*to));
	to->to_func = fn;
	to->to_arg = arg;
	to->to_flags = flags | TIMEOUT_INITIALIZED;
	to->to_kclock = kclock;
}

void
timeout_set(struct timeout *to, void (*fn)(void *), void *arg)
{
	timeout_set_flags(to, fn, arg, KCLOCK_NONE, 0);
}

void
timeout_set_proc(struct timeout *to, void (*fn)(void *), void *arg)
{
	timeout_set_flags(to, fn, arg, KCLOCK_NONE, TIMEOUT_PROC);
}

static void
to_off(struct timeout *to)
{
	if ((to->to_flags & TIMEOUT_ONQUEUE) == 0)
		return;
	if (to->to_due_us != 0)
		TAILQ_REMOVE(&to_wheel, to, to_entry);
	else
		TAILQ_REMOVE(&to_todo[to_class(to)], to, to_entry);
	to->to_flags &= ~TIMEOUT_ONQUEUE;
}

int
timeout_add(struct timeout *to, int to_ticks)
{
	int was;

	fc_point("timeout_add");
	if ((to->to_flags & TIMEOUT_INITIALIZED) == 0)
		fk_die("timeout-set", "timeout_add of one never set");
	if (to_ticks < 0)
		fk_die("timeout-negative", "timeout_add");
	was = to->to_flags & TIMEOUT_ONQUEUE;
	to_off(to);
	to->to_flags |= TIMEOUT_ONQUEUE;
	to->to_flags &= ~TIMEOUT_TRIGGERED;
	to->to_due_us = (fc_now() / TICK_US + (uint64_t)to_ticks + 1) *
	    TICK_US;
	TAILQ_INSERT_TAIL(&to_wheel, to, to_entry);
	return (!was);
}

int
timeout_add_nsec(struct timeout *to, uint64_t ns)
{
	uint64_t t = ns / (TICK_US * 1000ULL);

	return (timeout_add(to, t > 0x7ffffffe ? 0x7ffffffe :
	    (int)t + (ns % (TICK_US * 1000ULL) != 0)));
}

int
timeout_add_usec(struct timeout *to, uint64_t us)
{
	return (timeout_add_nsec(to, us * 1000));
}

int
timeout_add_msec(struct timeout *to, uint64_t ms)
{
	return (timeout_add_nsec(to, ms * 1000000));
}

int
timeout_add_sec(struct timeout *to, int secs)
{
	if (secs < 0)
		fk_die("timeout-negative", "timeout_add_sec");
	return (timeout_add(to, secs * HZ));
}

int
timeout_del(struct timeout *to)
{
	int was = to->to_flags & TIMEOUT_ONQUEUE;

	fc_point("timeout_del");
	to_off(to);
	to->to_flags &= ~TIMEOUT_TRIGGERED;
	return (was != 0);
}

static bool
to_not_running(void *arg)
{
	const struct timeout *to = arg;

	return (to_running[TO_SOFT] != to && to_running[TO_PROC] != to &&
	    to_running[TO_PROC_MP] != to);
}

void
timeout_barrier(struct timeout *to)
{
	fc_point("timeout_barrier");
	if (!fk_waitok("timeout_barrier"))
		return;
	if (fk_cx()->cx_running == to)
		fk_die("timeout-self", "timeout_barrier from the timeout");
	fk_order(&to_node[to_class(to)], "timeout");
	if (!to_not_running(to))
		snooze(to_not_running, to, FC_NEVER, "tmobar");
}

int
timeout_del_barrier(struct timeout *to)
{
	int rv;

	rv = timeout_del(to);
	timeout_barrier(to);
	return (rv);
}

/* ---- memory that goes away */

#define INSIDE(x)	((const char *)(x) >= p && (const char *)(x) < p + len)

void
fk_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	const struct timeout *to;
	const struct taskq *tq;
	const struct task *t;
	unsigned int i;

	for (tq = taskqs; tq != NULL; tq = tq->tq_next)
		TAILQ_FOREACH(t, &tq->tq_list, t_entry)
			if (INSIDE(t) || INSIDE(t->t_arg))
				fk_die("task-freed", what);
	TAILQ_FOREACH(to, &to_wheel, to_entry)
		if (INSIDE(to) || INSIDE(to->to_arg))
			fk_die("timeout-freed", what);
	for (i = 0; i < 3; i++) {
		TAILQ_FOREACH(to, &to_todo[i], to_entry)
			if (INSIDE(to) || INSIDE(to->to_arg))
				fk_die("timeout-freed", what);
		if (to_running[i] != NULL && INSIDE(to_running[i]) &&
		    fk_cx()->cx_running != to_running[i])
			fk_die("timeout-freed", what);
	}
	fk_net_gone(mem, len, what);
	fk_kstat_gone(mem, len, what);
	fk_intr_gone(mem, len, what);
	fc_order_forget(p, len);
}

void
fk_sync_open(void)
{
	struct fc_ctx *x;
	unsigned int i;

	cold = 0;
	panicstr = NULL;
	klock_owner = NULL;
	taskqs = NULL;
	fk_ctx_open();
	memset(cpus, 0, sizeof(cpus));
	for (i = 0; i < FC_CPUS; i++)
		cpus[i].ci_cpuid = i;
	memset(sleepers, 0, sizeof(sleepers));
	_rw_init_flags(&netlock, "netlock");
	memset(&tq_sys, 0, sizeof(tq_sys));
	memset(&tq_sysmp, 0, sizeof(tq_sysmp));
	tq_sys.tq_name = "systq";
	tq_sysmp.tq_name = "systqmp";
	tq_sysmp.tq_flags = TASKQ_MPSAFE;
	tq_sys.tq_ipl = tq_sysmp.tq_ipl = IPL_HIGH;
	tq_sys.tq_system = tq_sysmp.tq_system = true;
	TAILQ_INIT(&tq_sys.tq_list);
	TAILQ_INIT(&tq_sysmp.tq_list);
	tq_start(&tq_sys, 1);
	tq_start(&tq_sysmp, 1);
	TAILQ_INIT(&to_wheel);
	for (i = 0; i < 3; i++) {
		TAILQ_INIT(&to_todo[i]);
		to_running[i] = NULL;
		x = fk_ctx(i == 0 ? "softclock" : i == 1 ? "softclock_thread" :
		    "softclock_mp", i == 0 ? FK_SOFT : FK_PROC, to_thread,
		    &to_todo[i]);
		if (i == 0)
			fc_ctx_intr(x, 0, IPL_SOFTCLOCK);
		fc_ctx_daemon(x);
	}
	fc_source(to_next, to_run, NULL);
}
