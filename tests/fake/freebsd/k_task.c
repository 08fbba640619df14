/* SPDX-License-Identifier: BSD-2-Clause */
/* taskqueue(9) and callout(9). */
#include "fk_priv.h"

#include <sys/smp.h>

#define MAX_THREADS	8
#define CALLOUT_MAGIC	0x63616c6cU
#define TICK_US		1000U

struct taskqueue {
	const char *tq_name;
	char tq_tname[32];
	STAILQ_HEAD(, task) tq_queue;
	taskqueue_enqueue_fn tq_enqueue;
	void *tq_context;
	struct task *tq_running[MAX_THREADS];
	unsigned int tq_threads, tq_alive, tq_index;
	bool tq_spin, tq_active, tq_blocked, tq_system;
	struct taskqueue *tq_next;
};

struct taskqueue *taskqueue_thread, *taskqueue_swi, *taskqueue_fast;
static struct taskqueue *queues;
static unsigned int created;

TAILQ_HEAD(co_head, callout);
static struct co_head co_wheel, co_due;
static struct callout *co_running;
static bool co_cancelled, co_has_lock;
static char co_node;			/* to order by: the callout thread */

/* ---- threads */

static bool
tq_has_work(void *arg)
{
	const struct taskqueue *tq = arg;

	return ((!STAILQ_EMPTY(&tq->tq_queue) && !tq->tq_blocked) ||
	    !tq->tq_active);
}

static void
tq_run_one(struct taskqueue *tq, unsigned int me)
{
	struct fk_cx *cx = fk_cx();
	struct epoch_tracker et;
	struct task *t;
	bool net;
	int pending;

	t = STAILQ_FIRST(&tq->tq_queue);
	STAILQ_REMOVE_HEAD(&tq->tq_queue, ta_link);
	pending = t->ta_pending;
	t->ta_pending = 0;
	net = (t->ta_flags & TASK_NETWORK) != 0;
	tq->tq_running[me] = t;
	cx->cx_running = t;
	cx->cx_nodes[FK_NODE_TASKQ] = tq;
	if (net)
		NET_EPOCH_ENTER(et);
	t->ta_func(t->ta_context, pending);
	if (net)
		NET_EPOCH_EXIT(et);
	fk_kernel_leave(tq->tq_name);
	cx->cx_nodes[FK_NODE_TASKQ] = NULL;
	cx->cx_running = NULL;
	tq->tq_running[me] = NULL;
}

static void
tq_thread(void *arg)
{
	struct taskqueue *tq = arg;
	unsigned int me = tq->tq_alive++;

	fk_cx()->cx_queue = tq->tq_index;
	for (;;) {
		if (!STAILQ_EMPTY(&tq->tq_queue) && !tq->tq_blocked) {
			tq_run_one(tq, me);
			fc_yield();
		} else if (!tq->tq_active)
			break;
		else
			fc_wait(tq_has_work, tq, FC_NEVER, true, tq->tq_name);
	}
	tq->tq_alive--;
	tq->tq_threads--;
}

static struct taskqueue *
tq_create(const char *name, int mflags, taskqueue_enqueue_fn fn, void *context,
    bool spin)
{
	struct taskqueue *tq;

	if ((mflags & M_WAITOK) != 0)
		fk_waitok("taskqueue_create(M_WAITOK)");
	else if (fc_fails("taskqueue_create"))
		return (NULL);
	tq = fc_alloc("taskqueue", sizeof(*tq), 16);
	memset(tq, 0, sizeof(*tq));
	tq->tq_name = name;
	STAILQ_INIT(&tq->tq_queue);
	tq->tq_enqueue = fn;
	tq->tq_context = context;
	tq->tq_spin = spin;
	tq->tq_active = true;
	tq->tq_index = created++;
	tq->tq_next = queues;
	queues = tq;
	return (tq);
}

struct taskqueue *
taskqueue_create(const char *name, int mflags, taskqueue_enqueue_fn fn,
    void *context)
{
	return (tq_create(name, mflags, fn, context, false));
}

struct taskqueue *
taskqueue_create_fast(const char *name, int mflags, taskqueue_enqueue_fn fn,
    void *context)
{
	return (tq_create(name, mflags, fn, context, true));
}

static int
tq_start(struct taskqueue *tq, int count, int pri, cpuset_t *mask)
{
	struct fc_ctx *x;

	fk_waitok("taskqueue_start_threads");
	if (count < 1 || count > MAX_THREADS)
		return (EINVAL);
	if (pri < PRI_MIN || pri > PRI_MAX)
		fk_die("taskq-pri", "taskqueue_start_threads");
	if (fc_fails("taskqueue_start_threads"))
		return (ENOMEM);
	for (; count > 0; count--) {
		x = fk_ctx(tq->tq_tname, FK_PROC, tq_thread, tq);
		fc_ctx_daemon(x);
		fk_set_pri(fc_ctx_data(x), pri);
		if (mask != NULL && CPU_COUNT(mask) == 1)
			fc_ctx_bind(x, CPU_FFS(mask) - 1);
		tq->tq_threads++;
	}
	return (0);
}

int
taskqueue_start_threads(struct taskqueue **tqp, int count, int pri,
    const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	vsnprintf((*tqp)->tq_tname, sizeof((*tqp)->tq_tname), name, ap);
	va_end(ap);
	return (tq_start(*tqp, count, pri, NULL));
}

int
taskqueue_start_threads_cpuset(struct taskqueue **tqp, int count, int pri,
    cpuset_t *mask, const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	vsnprintf((*tqp)->tq_tname, sizeof((*tqp)->tq_tname), name, ap);
	va_end(ap);
	if (mask != NULL && (CPU_EMPTY(mask) || CPU_FFS(mask) > mp_ncpus))
		fk_die("cpu", "taskqueue_start_threads_cpuset: no such CPU");
	return (tq_start(*tqp, count, pri, mask));
}

/* ---- tasks */

static struct taskqueue *
tq_check(struct taskqueue *tq, const char *who)
{
	const char *what;
	size_t size;

	if (tq == NULL || !fc_alloc_find(tq, &what, &size) ||
	    (strcmp(what, "taskqueue") != 0 && strcmp(what, "system") != 0))
		fk_die("taskq-dead", who);
	return (tq);
}

static bool
tq_runs(const struct taskqueue *tq, const struct task *t)
{
	unsigned int i;

	for (i = 0; i < MAX_THREADS; i++)
		if (tq->tq_running[i] == t)
			return (true);
	return (false);
}

void
taskqueue_thread_enqueue(void *context)
{
	fc_point("taskqueue_thread_enqueue");
	tq_check(*(struct taskqueue **)context, "taskqueue_thread_enqueue");
}

int
taskqueue_enqueue(struct taskqueue *tq, struct task *t)
{
	fc_point("taskqueue_enqueue");
	tq_check(tq, "taskqueue_enqueue");
	if (t->ta_func == NULL)
		fk_die("task-init", "taskqueue_enqueue: no function");
	if (!tq->tq_spin)
		fk_blockok("taskqueue_enqueue of a queue that is not fast");
	if (!tq->tq_active)
		FK_RULE("taskq-dead", "%s is being freed", tq->tq_name);
	if (tq->tq_enqueue == taskqueue_thread_enqueue &&
	    (tq->tq_context == NULL ||
	    *(struct taskqueue **)tq->tq_context != tq))
		fk_die("taskq-context", "its context is not its pointer");
	if (t->ta_pending != 0) {
		if (t->ta_pending < 65535)
			t->ta_pending++;
		return (0);
	}
	t->ta_pending = 1;
	STAILQ_INSERT_TAIL(&tq->tq_queue, t, ta_link);
	tq->tq_enqueue(tq->tq_context);
	return (0);
}

static bool
tq_take_out(struct taskqueue *tq, struct task *t)
{
	struct task *p, *prev = NULL;

	STAILQ_FOREACH(p, &tq->tq_queue, ta_link) {
		if (p == t)
			break;
		prev = p;
	}
	if (p == NULL)
		return (false);
	if (prev == NULL)
		STAILQ_REMOVE_HEAD(&tq->tq_queue, ta_link);
	else {
		prev->ta_link.stqe_next = t->ta_link.stqe_next;
		if (t->ta_link.stqe_next == NULL)
			tq->tq_queue.stqh_last = &prev->ta_link.stqe_next;
	}
	return (true);
}

int
taskqueue_cancel(struct taskqueue *tq, struct task *t, u_int *pendp)
{
	fc_point("taskqueue_cancel");
	tq_check(tq, "taskqueue_cancel");
	if (pendp != NULL)
		*pendp = t->ta_pending;
	if (t->ta_pending != 0 && tq_take_out(tq, t))
		t->ta_pending = 0;
	return (tq_runs(tq, t) ? EBUSY : 0);
}

struct drain {
	struct taskqueue *tq;
	struct task *t;
};

static bool
is_drained(void *arg)
{
	const struct drain *d = arg;

	return (d->t->ta_pending == 0 && !tq_runs(d->tq, d->t));
}

void
taskqueue_drain(struct taskqueue *tq, struct task *t)
{
	struct drain d = { tq, t };

	fc_point("taskqueue_drain");
	tq_check(tq, "taskqueue_drain");
	if (!fk_waitok("taskqueue_drain"))
		return;
	if (fk_cx()->cx_running == t)
		fk_die("taskq-self", "taskqueue_drain of the task itself");
	fk_order(tq, tq->tq_name);
	if (!is_drained(&d))
		fk_snooze(is_drained, &d, FC_NEVER, "tq_drain");
}

static bool
is_idle(void *arg)
{
	struct taskqueue *tq = arg;
	unsigned int i;

	for (i = 0; i < MAX_THREADS; i++)
		if (tq->tq_running[i] != NULL)
			return (false);
	return (STAILQ_EMPTY(&tq->tq_queue));
}

void
taskqueue_drain_all(struct taskqueue *tq)
{
	fc_point("taskqueue_drain_all");
	tq_check(tq, "taskqueue_drain_all");
	if (!fk_waitok("taskqueue_drain_all"))
		return;
	if (fk_cx()->cx_nodes[FK_NODE_TASKQ] == tq)
		fk_die("taskq-self", "taskqueue_drain_all from its thread");
	fk_order(tq, tq->tq_name);
	if (!is_idle(tq))
		fk_snooze(is_idle, tq, FC_NEVER, "tq_drain");
}

void
taskqueue_block(struct taskqueue *tq)
{
	tq_check(tq, "taskqueue_block")->tq_blocked = true;
}

void
taskqueue_unblock(struct taskqueue *tq)
{
	tq_check(tq, "taskqueue_unblock")->tq_blocked = false;
}

static bool
has_ended(void *arg)
{
	return (((struct taskqueue *)arg)->tq_threads == 0);
}

void
taskqueue_free(struct taskqueue *tq)
{
	struct taskqueue **link;

	fc_point("taskqueue_free");
	tq_check(tq, "taskqueue_free");
	if (fk_cx()->cx_nodes[FK_NODE_TASKQ] == tq)
		fk_die("taskq-self", "taskqueue_free from its own task");
	fk_waitok("taskqueue_free");
	fk_order(tq, tq->tq_name);
	tq->tq_active = tq->tq_blocked = false;
	if (!has_ended(tq))
		fk_snooze(has_ended, tq, FC_NEVER, "tq_destroy");
	for (link = &queues; *link != tq; link = &(*link)->tq_next)
		continue;
	*link = tq->tq_next;
	fc_order_forget(tq, sizeof(*tq));
	fc_free(tq);
}

/* ---- callouts */

static uint64_t
co_next(void *arg)
{
	const struct callout *c;
	uint64_t t = FC_NEVER;

	(void)arg;
	TAILQ_FOREACH(c, &co_wheel, c_links.tqe)
		if (c->c_due_us < t)
			t = c->c_due_us;
	return (cold ? FC_NEVER : t);
}

static void
co_run(void *arg)
{
	struct callout *c, *next;

	(void)arg;
	ticks = (int)(fc_now() / TICK_US);
	TAILQ_FOREACH_SAFE(c, &co_wheel, c_links.tqe, next) {
		if (c->c_due_us > fc_now())
			continue;
		TAILQ_REMOVE(&co_wheel, c, c_links.tqe);
		TAILQ_INSERT_TAIL(&co_due, c, c_links.tqe);
		c->c_due_us = 0;
	}
}

static void
co_off(struct callout *c)
{
	if ((c->c_iflags & CALLOUT_PENDING) == 0)
		return;
	if (c->c_due_us != 0)
		TAILQ_REMOVE(&co_wheel, c, c_links.tqe);
	else
		TAILQ_REMOVE(&co_due, c, c_links.tqe);
	c->c_iflags &= ~CALLOUT_PENDING;
}

static bool
co_ready(void *arg)
{
	(void)arg;
	return (!TAILQ_EMPTY(&co_due));
}

static void
co_call(struct callout *c)
{
	struct lock_object *lo = c->c_lock;
	void (*fn)(void *) = c->c_func;
	void *arg = c->c_arg;
	bool keep = (c->c_iflags & CALLOUT_RETURNUNLOCKED) != 0;

	if (lo != NULL) {
		fk_lock_class_lock(lo);
		co_has_lock = true;
		if (co_cancelled) {
			fk_lock_class_unlock(lo);
			return;
		}
	}
	fn(arg);
	if (lo != NULL && !keep)
		fk_lock_class_unlock(lo);
}

static void
co_thread(void *unused)
{
	struct fk_cx *cx = fk_cx();
	struct callout *c;

	(void)unused;
	for (;;) {
		if ((c = TAILQ_FIRST(&co_due)) == NULL) {
			fc_wait(co_ready, NULL, FC_NEVER, true, "clock");
			continue;
		}
		TAILQ_REMOVE(&co_due, c, c_links.tqe);
		c->c_iflags &= ~CALLOUT_PENDING;
		co_running = c;
		co_cancelled = co_has_lock = false;
		cx->cx_running = c;
		cx->cx_nodes[FK_NODE_RUN] = &co_node;
		co_call(c);
		fk_kernel_leave("callout");
		cx->cx_nodes[FK_NODE_RUN] = NULL;
		cx->cx_running = NULL;
		co_running = NULL;
		fc_yield();
	}
}

static void
co_check(const struct callout *c, const char *who)
{
	if (c->c_magic != CALLOUT_MAGIC)
		fk_die("callout-init", who);
}

void
callout_init(struct callout *c, int mpsafe)
{
	memset(c, 0, sizeof(*c));
	c->c_magic = CALLOUT_MAGIC;
	if (mpsafe != 0)
		c->c_iflags = CALLOUT_RETURNUNLOCKED;
	else
		c->c_lock = &Giant.lock_object;
}

void
_callout_init_lock(struct callout *c, struct lock_object *lo, int flags)
{
	if ((flags & ~CALLOUT_RETURNUNLOCKED) != 0)
		fk_die("callout-init", "callout_init_mtx: bad flags");
	memset(c, 0, sizeof(*c));
	c->c_magic = CALLOUT_MAGIC;
	c->c_lock = lo;
	c->c_iflags = (short)flags;
}

static void
co_lock_check(const struct callout *c, const char *who)
{
	if (c->c_lock != NULL && c->c_lock != &Giant.lock_object &&
	    !fk_lock_is_mine(c->c_lock))
		fk_die("callout-lock", who);
}

int
callout_reset_sbt_on(struct callout *c, sbintime_t sbt, sbintime_t pr,
    void (*fn)(void *), void *arg, int cpu, int flags)
{
	bool was;

	(void)pr;
	(void)cpu;
	fc_point("callout_reset");
	co_check(c, "callout_reset of one never initialised");
	co_lock_check(c, "callout_reset without its lock");
	was = (c->c_iflags & CALLOUT_PENDING) != 0;
	co_off(c);
	if (c == co_running && c->c_lock != NULL && !co_has_lock)
		was = co_cancelled = true;
	c->c_func = fn;
	c->c_arg = arg;
	c->c_iflags |= CALLOUT_PENDING;
	c->c_flags |= CALLOUT_ACTIVE;
	if (sbt < 0)
		sbt = 0;
	if ((flags & C_ABSOLUTE) != 0)
		sbt -= sbinuptime();
	c->c_due_us = (fc_now() + (uint64_t)sbttous(sbt)) / TICK_US * TICK_US +
	    TICK_US;
	TAILQ_INSERT_TAIL(&co_wheel, c, c_links.tqe);
	return (was);
}

static bool
co_is_not_running(void *arg)
{
	return (co_running != arg);
}

static int
co_drain(struct callout *c, int was)
{
	if (fk_cx()->cx_running == c)
		fk_die("callout-self", "callout_drain from the callout");
	if (!fk_waitok("callout_drain"))
		return (was);
	fk_order(&co_node, "callout");
	if (co_running == c) {
		fk_snooze(co_is_not_running, c, FC_NEVER, "codrain");
		return (0);
	}
	return (was);
}

int
_callout_stop_safe(struct callout *c, int flags, void (*drain)(void *))
{
	int was = -1;

	(void)drain;
	fc_point("callout_stop");
	co_check(c, "callout_stop of one never initialised");
	if ((flags & CS_DRAIN) == 0)
		co_lock_check(c, "callout_stop without its lock");
	if ((c->c_iflags & CALLOUT_PENDING) != 0) {
		co_off(c);
		was = 1;
	}
	c->c_flags &= ~CALLOUT_ACTIVE;
	if ((flags & CS_DRAIN) != 0)
		return (co_drain(c, was));
	if (co_running == c && was != 1) {
		if (c->c_lock != NULL && !co_has_lock) {
			co_cancelled = true;
			return (1);
		}
		return (0);
	}
	return (was);
}

/* ---- memory that goes away */

#define INSIDE(x)	((const char *)(x) >= p && (const char *)(x) < p + len)

void
fk_task_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	const struct taskqueue *tq;
	const struct callout *c;
	const struct task *t;

	for (tq = queues; tq != NULL; tq = tq->tq_next)
		STAILQ_FOREACH(t, &tq->tq_queue, ta_link)
			if (INSIDE(t) || INSIDE(t->ta_context))
				fk_die("task-freed", what);
	TAILQ_FOREACH(c, &co_wheel, c_links.tqe)
		if (INSIDE(c) || INSIDE(c->c_arg))
			fk_die("callout-freed", what);
	TAILQ_FOREACH(c, &co_due, c_links.tqe)
		if (INSIDE(c) || INSIDE(c->c_arg))
			fk_die("callout-freed", what);
	if (co_running != NULL && INSIDE(co_running) &&
	    fk_cx()->cx_running != co_running)
		fk_die("callout-freed", what);
}

static struct taskqueue *
tq_system(const char *name, int pri, struct taskqueue **place)
{
	struct taskqueue *tq;

	tq = tq_create(name, M_WAITOK, taskqueue_thread_enqueue, place, true);
	fc_relabel(tq, "system");
	snprintf(tq->tq_tname, sizeof(tq->tq_tname), "%s taskq", name);
	tq_start(tq, 1, pri, NULL);
	return (tq);
}

void
fk_task_open(void)
{
	struct fc_ctx *x;

	queues = NULL;
	created = 0;
	TAILQ_INIT(&co_wheel);
	TAILQ_INIT(&co_due);
	co_running = NULL;
	x = fk_ctx("clock", FK_CALLOUT, co_thread, NULL);
	fc_ctx_intr(x, 0, FK_LEVEL_ITHREAD);
	fc_ctx_daemon(x);
	fc_source(co_next, co_run, NULL);
	taskqueue_swi = tq_system("swi", PI_SOFT, &taskqueue_swi);
	taskqueue_thread = tq_system("thread", PWAIT, &taskqueue_thread);
	taskqueue_fast = taskqueue_thread;
}
