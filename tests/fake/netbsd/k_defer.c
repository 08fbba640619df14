/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done later: softint(9), callout(9), workqueue(9). */
#include "fk_priv.h"

#include <sys/workqueue.h>

#include "fk_nb.h"

#define HZ		100
#define TICK_US		(1000000 / HZ)
#define CALLOUT_MAGIC	0x63616c6cU

/* ---- softints */

struct softint {
	struct softint *si_next;
	void (*si_fn)(void *);
	void *si_arg;
	u_int si_flags;
	bool si_dead;
	struct softint *si_link[FC_CPUS];	/* of those pending */
	bool si_pending[FC_CPUS];
};

struct softcpu {
	struct fc_ctx *sc_ctx;
	struct fk_handler sc_handler;
	struct softint *sc_head, **sc_tail, *sc_running;
	unsigned int sc_cpu;
};

static struct softint *softints;
static struct softcpu softcpus[SOFTINT_COUNT][FC_CPUS];
static const int soft_ipl[SOFTINT_COUNT] = {
	IPL_SOFTBIO, IPL_SOFTCLOCK, IPL_SOFTSERIAL, IPL_SOFTNET
};

static bool
soft_wanted(void *arg)
{
	return (((struct softcpu *)arg)->sc_head != NULL && !cold);
}

static void
soft_one(struct softcpu *sc)
{
	struct fk_cx *cx = fk_cx();
	struct softint *si = sc->sc_head;
	bool mpsafe = (si->si_flags & SOFTINT_MPSAFE) != 0;

	sc->sc_head = si->si_link[sc->sc_cpu];
	if (sc->sc_head == NULL)
		sc->sc_tail = &sc->sc_head;
	si->si_pending[sc->sc_cpu] = false;
	sc->sc_running = si;
	cx->cx_nodes[FK_N_SOFTINT] = si;
	fk_handler_enter(&sc->sc_handler);
	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	si->si_fn(si->si_arg);
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	fk_handler_leave(&sc->sc_handler, "softint");
	cx->cx_nodes[FK_N_SOFTINT] = NULL;
	sc->sc_running = NULL;
}

static void
soft_thread(void *arg)
{
	struct softcpu *sc = arg;

	for (;;) {
		if (sc->sc_head == NULL)
			fc_wait(soft_wanted, sc, FC_NEVER, true, "softint");
		else
			soft_one(sc);
	}
}

static void
soft_start(unsigned int level)
{
	struct softcpu *sc;
	unsigned int i;

	for (i = 0; i < FC_CPUS; i++) {
		sc = &softcpus[level][i];
		if (sc->sc_ctx != NULL)
			return;
		sc->sc_cpu = i;
		sc->sc_head = NULL;
		sc->sc_tail = &sc->sc_head;
		sc->sc_ctx = fk_ctx("softint", FK_SOFT, soft_thread, sc);
		fc_ctx_intr(sc->sc_ctx, i, (unsigned int)soft_ipl[level]);
		fc_ctx_daemon(sc->sc_ctx);
		fk_handler_add(&sc->sc_handler);
	}
}

/* For the kernel's own, which does not expect that it fails. */
void *
fk_softint(u_int flags, void (*fn)(void *), void *arg)
{
	struct softint *si;

	soft_start(flags & SOFTINT_LVLMASK);
	si = fc_alloc("softint", sizeof(*si), 16);
	memset(si, 0, sizeof(*si));
	si->si_fn = fn;
	si->si_arg = arg;
	si->si_flags = flags;
	si->si_next = softints;
	softints = si;
	return (si);
}

void *
softint_establish(u_int flags, void (*fn)(void *), void *arg)
{
	fk_waitok("softint_establish");
	if ((flags & SOFTINT_LVLMASK) >= SOFTINT_COUNT ||
	    (flags & SOFTINT_IMPMASK) != 0)
		fk_die("softint-flags", "softint_establish");
	if (fc_fails("softint_establish"))
		return (NULL);
	return (fk_softint(flags, fn, arg));
}

static struct softint *
soft_known(void *cookie, const char *who)
{
	struct softint *si;

	for (si = softints; si != NULL && si != cookie; si = si->si_next)
		continue;
	if (si == NULL)
		fk_die("softint-gone", who);
	return (si);
}

static bool
soft_idle(void *arg)
{
	const struct softint *si = arg;
	const struct softcpu *sc = softcpus[si->si_flags & SOFTINT_LVLMASK];
	unsigned int i;

	for (i = 0; i < FC_CPUS; i++)
		if (sc[i].sc_running == si || si->si_pending[i])
			return (false);
	return (true);
}

void
softint_disestablish(void *cookie)
{
	struct softint *si, **link;

	fc_point("softint_disestablish");
	si = soft_known(cookie, "softint_disestablish");
	if (!fk_waitok("softint_disestablish"))
		return;
	fk_order(si, "softint");
	/* at its level on each CPU: what is pending there runs before */
	if (!cold && !soft_idle(si))
		fk_snooze(soft_idle, si, FC_NEVER, "xcall");
	for (link = &softints; *link != si; link = &(*link)->si_next)
		continue;
	*link = si->si_next;
	fc_order_forget(si, sizeof(*si));
	fc_free(si);
}

void
softint_schedule(void *cookie)
{
	struct softint *si = soft_known(cookie, "softint_schedule");
	unsigned int cpu = fc_cpu();
	struct softcpu *sc =
	    &softcpus[si->si_flags & SOFTINT_LVLMASK][cpu];

	fc_point("softint_schedule");
	if (!kpreempt_disabled())
		fk_die("softint-preempt", "softint_schedule");
	if (si->si_pending[cpu])
		return;
	si->si_pending[cpu] = true;
	si->si_link[cpu] = NULL;
	*sc->sc_tail = si;
	sc->sc_tail = &si->si_link[cpu];
	fk_softint_poll();
}

/* Nothing below may go on: it has run, or waits for a lock. */
static bool
soft_done(void *arg)
{
	const struct softcpu *sc = arg;
	const struct fk_cx *cx;

	if (sc->sc_ctx == NULL)
		return (true);
	cx = fc_ctx_data(sc->sc_ctx);
	return (sc->sc_running != NULL ? cx->cx_blocked : sc->sc_head ==
	    NULL);
}

void
fk_softint_poll(void)
{
	unsigned int i;

	if (fc_self() == NULL || cold)
		return;
	for (i = 0; i < SOFTINT_COUNT; i++)
		if ((unsigned int)soft_ipl[i] > fc_level() &&
		    !soft_done(&softcpus[i][fc_cpu()]))
			fc_wait(soft_done, &softcpus[i][fc_cpu()], FC_NEVER,
			    false, "softint");
}

unsigned int
fk_softints_live(void)
{
	const struct softint *si;
	unsigned int n = 0;
	const char *what;
	size_t size;

	for (si = softints; si != NULL; si = si->si_next)
		n += fc_alloc_find(si, &what, &size) &&
		    strcmp(what, "system") != 0;
	return (n);
}

/* ---- callouts: in a softint at IPL_SOFTCLOCK, here CPU 0's */

TAILQ_HEAD(co_head, callout);
static struct co_head co_wheel, co_todo;
static struct callout *co_running;
static struct fc_ctx *co_ctx;
static struct fk_handler co_handler;

static uint64_t
co_next(void *arg)
{
	const struct callout *c;
	uint64_t t = FC_NEVER;

	(void)arg;
	TAILQ_FOREACH(c, &co_wheel, c_entry)
		if (c->c_due_us < t)
			t = c->c_due_us;
	return (cold ? FC_NEVER : t);
}

static void
co_run(void *arg)
{
	struct callout *c, *next;

	(void)arg;
	for (c = TAILQ_FIRST(&co_wheel); c != NULL; c = next) {
		next = TAILQ_NEXT(c, c_entry);
		if (c->c_due_us > fc_now())
			continue;
		TAILQ_REMOVE(&co_wheel, c, c_entry);
		TAILQ_INSERT_TAIL(&co_todo, c, c_entry);
		c->c_due_us = 0;
	}
}

static bool
co_ready(void *arg)
{
	(void)arg;
	return (!TAILQ_EMPTY(&co_todo));
}

static void
co_one(struct callout *c)
{
	struct fk_cx *cx = fk_cx();
	void (*fn)(void *) = c->c_func;
	void *arg = c->c_arg;
	bool mpsafe = (c->c_flags & CALLOUT_MPSAFE) != 0;

	TAILQ_REMOVE(&co_todo, c, c_entry);
	c->c_flags &= ~(u_int)CALLOUT_PENDING;
	c->c_flags |= CALLOUT_FIRED | CALLOUT_INVOKING;
	co_running = c;
	cx->cx_running = c;
	cx->cx_nodes[FK_N_CALLOUT] = c;
	fk_handler_enter(&co_handler);
	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	fn(arg);
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	fk_handler_leave(&co_handler, "callout");
	cx->cx_nodes[FK_N_CALLOUT] = NULL;
	cx->cx_running = NULL;
	co_running = NULL;
}

static void
co_thread(void *arg)
{
	(void)arg;
	for (;;) {
		if (TAILQ_EMPTY(&co_todo))
			fc_wait(co_ready, NULL, FC_NEVER, true, "softclock");
		else
			co_one(TAILQ_FIRST(&co_todo));
	}
}

static void
co_known(const callout_t *c, const char *who)
{
	if (c->c_magic != CALLOUT_MAGIC)
		fk_die("callout-init", who);
}

void
callout_init(callout_t *c, u_int flags)
{
	if ((flags & ~(u_int)CALLOUT_FLAGMASK) != 0)
		fk_die("callout-flags", "callout_init");
	memset(c, 0, sizeof(*c));
	c->c_flags = flags;
	c->c_magic = CALLOUT_MAGIC;
}

void
callout_destroy(callout_t *c)
{
	co_known(c, "callout_destroy");
	if ((c->c_flags & CALLOUT_PENDING) != 0)
		fk_die("callout-destroy", "pending callout destroyed");
	if (co_running == c && fk_cx()->cx_running != c)
		fk_die("callout-destroy", "running callout destroyed");
	fc_order_forget(c, sizeof(*c));
	c->c_magic = 0;
}

void
callout_setfunc(callout_t *c, void (*fn)(void *), void *arg)
{
	co_known(c, "callout_setfunc");
	c->c_func = fn;
	c->c_arg = arg;
}

static void
co_off(callout_t *c)
{
	if ((c->c_flags & CALLOUT_PENDING) == 0)
		return;
	if (c->c_due_us != 0)
		TAILQ_REMOVE(&co_wheel, c, c_entry);
	else
		TAILQ_REMOVE(&co_todo, c, c_entry);
	c->c_flags &= ~(u_int)CALLOUT_PENDING;
}

void
callout_schedule(callout_t *c, int ticks)
{
	fc_point("callout_schedule");
	co_known(c, "callout_schedule");
	if (c->c_func == NULL)
		fk_die("callout-func", "callout without a function");
	if (ticks < 0)
		fk_die("callout-time", "negative ticks");
	co_off(c);
	c->c_flags |= CALLOUT_PENDING;
	c->c_flags &= ~(u_int)CALLOUT_FIRED;
	c->c_due_us = (fc_now() / TICK_US +
	    (uint64_t)(ticks <= 0 ? 1 : ticks)) * TICK_US;
	TAILQ_INSERT_TAIL(&co_wheel, c, c_entry);
}

void
callout_reset(callout_t *c, int ticks, void (*fn)(void *), void *arg)
{
	callout_setfunc(c, fn, arg);
	callout_schedule(c, ticks);
}

bool
callout_stop(callout_t *c)
{
	bool fired;

	fc_point("callout_stop");
	co_known(c, "callout_stop");
	fired = (c->c_flags & CALLOUT_FIRED) != 0;
	co_off(c);
	c->c_flags &= ~(u_int)CALLOUT_FIRED;
	return (fired);
}

static bool
co_not_running(void *arg)
{
	return (co_running != arg);
}

bool
callout_halt(callout_t *c, void *interlock)
{
	kmutex_t *m = interlock;
	bool fired;

	fc_point("callout_halt");
	co_known(c, "callout_halt");
	if (fk_cx()->cx_kind == FK_INTR)
		fk_die("callout-halt", "callout_halt in an interrupt");
	if (m != NULL && !mutex_owned(m))
		fk_die("callout-halt", "interlock is not held");
	for (;;) {
		fired = callout_stop(c);
		if (m != NULL)
			mutex_exit(m);
		/* whatever else is held stays so while it is waited for */
		fk_order(c, "callout");
		if (fk_cx()->cx_running == c || co_running != c)
			break;
		if (fk_waitok("callout_halt"))
			fk_snooze(co_not_running, c, FC_NEVER, "callout");
		if (m != NULL)
			mutex_enter(m);
	}
	if (m != NULL)
		mutex_enter(m);
	return (fired);
}

bool
callout_pending(callout_t *c)
{
	co_known(c, "callout_pending");
	return ((c->c_flags & CALLOUT_PENDING) != 0);
}

bool
callout_expired(callout_t *c)
{
	co_known(c, "callout_expired");
	return ((c->c_flags & CALLOUT_FIRED) != 0);
}

bool
callout_active(callout_t *c)
{
	return (callout_pending(c) || callout_expired(c));
}

bool
callout_invoking(callout_t *c)
{
	co_known(c, "callout_invoking");
	return ((c->c_flags & CALLOUT_INVOKING) != 0);
}

void
callout_ack(callout_t *c)
{
	co_known(c, "callout_ack");
	c->c_flags &= ~(u_int)CALLOUT_INVOKING;
}

/* ---- workqueues */

struct wq_item {
	struct work *w_work;
	struct wq_item *w_next;
};

struct wq_cpu {
	struct workqueue *q_wq;
	struct fc_ctx *q_ctx;
	struct wq_item *q_head, **q_tail;	/* pending */
	struct wq_item *q_batch;		/* being run */
	uint64_t q_gen;				/* odd: a batch is run */
	bool q_exit;
};

struct workqueue {
	struct workqueue *wq_next;
	char wq_name[MAXCOMLEN];
	void (*wq_fn)(struct work *, void *);
	void *wq_arg;
	int wq_ipl, wq_flags;
	unsigned int wq_nq, wq_alive;
	struct wq_cpu wq_q[FC_CPUS];
};

static struct workqueue *workqueues;
static uint64_t percpu_works;

static bool
wq_wanted(void *arg)
{
	const struct wq_cpu *q = arg;

	return ((q->q_head != NULL && !cold) || q->q_exit);
}

static void
wq_batch(struct wq_cpu *q)
{
	struct workqueue *wq = q->q_wq;
	struct fk_cx *cx = fk_cx();
	bool mpsafe = (wq->wq_flags & WQ_MPSAFE) != 0;
	struct wq_item *w;
	struct work *work;

	q->q_batch = q->q_head;
	q->q_head = NULL;
	q->q_tail = &q->q_head;
	q->q_gen++;
	while ((w = q->q_batch) != NULL) {
		q->q_batch = w->w_next;
		work = w->w_work;
		fc_free(w);
		cx->cx_running = q;
		cx->cx_nodes[FK_N_WORK] = wq;
		if (!mpsafe)
			KERNEL_LOCK(1, NULL);
		wq->wq_fn(work, wq->wq_arg);
		percpu_works += (wq->wq_flags & WQ_PERCPU) != 0;
		if (!mpsafe)
			KERNEL_UNLOCK_ONE(NULL);
		fk_kernel_leave("work");
		cx->cx_nodes[FK_N_WORK] = NULL;
		cx->cx_running = NULL;
		fc_yield();
	}
	q->q_gen++;
}

static void
wq_thread(void *arg)
{
	struct wq_cpu *q = arg;

	for (;;) {
		if (q->q_head != NULL)
			wq_batch(q);
		else if (q->q_exit)
			break;
		else
			fc_wait(wq_wanted, q, FC_NEVER, true,
			    q->q_wq->wq_name);
	}
	q->q_wq->wq_alive--;
}

int
workqueue_create(struct workqueue **wqp, const char *name,
    void (*fn)(struct work *, void *), void *arg, pri_t pri, int ipl,
    int flags)
{
	struct workqueue *wq;
	unsigned int i;

	(void)pri;
	fk_waitok("workqueue_create");
	if (strlen(name) >= sizeof(wq->wq_name))
		fk_die("wq-name", name);
	if (fc_fails("workqueue_create"))
		return (ENOMEM);
	wq = fc_alloc("workqueue", sizeof(*wq), 64);
	memset(wq, 0, sizeof(*wq));
	strlcpy(wq->wq_name, name, sizeof(wq->wq_name));
	wq->wq_fn = fn;
	wq->wq_arg = arg;
	wq->wq_ipl = ipl;
	wq->wq_flags = flags;
	wq->wq_nq = (flags & WQ_PERCPU) != 0 ? (unsigned int)ncpu : 1;
	wq->wq_alive = wq->wq_nq;
	for (i = 0; i < wq->wq_nq; i++) {
		wq->wq_q[i].q_wq = wq;
		wq->wq_q[i].q_tail = &wq->wq_q[i].q_head;
		wq->wq_q[i].q_ctx = fk_ctx(name, FK_LWP, wq_thread,
		    &wq->wq_q[i]);
		if ((flags & WQ_PERCPU) != 0)
			fc_ctx_bind(wq->wq_q[i].q_ctx, (int)i);
		fc_ctx_daemon(wq->wq_q[i].q_ctx);
	}
	wq->wq_next = workqueues;
	workqueues = wq;
	*wqp = wq;
	return (0);
}

static void
wq_known(const struct workqueue *wq, const char *who)
{
	const struct workqueue *o;

	for (o = workqueues; o != NULL && o != wq; o = o->wq_next)
		continue;
	if (o == NULL)
		fk_die("wq-gone", who);
}

static bool
wq_is_over(void *arg)
{
	return (((struct workqueue *)arg)->wq_alive == 0);
}

void
workqueue_destroy(struct workqueue *wq)
{
	struct workqueue **link;
	unsigned int i;

	fc_point("workqueue_destroy");
	wq_known(wq, "workqueue_destroy");
	if (!fk_waitok("workqueue_destroy"))
		return;
	fk_order(wq, wq->wq_name);
	for (i = 0; i < wq->wq_nq; i++) {
		if (wq->wq_q[i].q_head != NULL)
			fk_die("wq-pending", "destroyed with work pending");
		wq->wq_q[i].q_exit = true;
	}
	fk_snooze(wq_is_over, wq, FC_NEVER, "wqfini");
	for (link = &workqueues; *link != wq; link = &(*link)->wq_next)
		continue;
	*link = wq->wq_next;
	fc_order_forget(wq, sizeof(*wq));
	fc_free(wq);
}

static bool
wq_queued(const struct wq_item *w, const struct work *wk)
{
	for (; w != NULL; w = w->w_next)
		if (w->w_work == wk)
			return (true);
	return (false);
}

void
workqueue_enqueue(struct workqueue *wq, struct work *wk, struct cpu_info *ci)
{
	struct wq_item *w;
	struct wq_cpu *q;

	fc_point("workqueue_enqueue");
	wq_known(wq, "workqueue_enqueue");
	if (ci != NULL && (wq->wq_flags & WQ_PERCPU) == 0)
		fk_die("wq-cpu", "a CPU for a queue that has none");
	if (wq->wq_ipl < IPL_VM && fk_cx()->cx_kind == FK_INTR)
		FK_RULE("wq-ipl", "%s from an interrupt", wq->wq_name);
	q = &wq->wq_q[(wq->wq_flags & WQ_PERCPU) == 0 ? 0 :
	    ci != NULL ? ci->ci_index : fc_cpu()];
	if (wq_queued(q->q_head, wk))
		fk_die("wq-twice", "work that is queued already");
	w = fc_alloc("work", sizeof(*w), 16);
	w->w_work = wk;
	w->w_next = NULL;
	*q->q_tail = w;
	q->q_tail = &w->w_next;
}

uint64_t
fk_nb_works(void)
{
	return (percpu_works);
}

struct wq_wait {
	const struct wq_cpu *q;
	const struct work *wk;
	uint64_t gen;
};

static bool
wq_left(void *arg)
{
	const struct wq_wait *ww = arg;

	return (!wq_queued(ww->q->q_head, ww->wk));
}

static bool
wq_batch_over(void *arg)
{
	const struct wq_wait *ww = arg;

	return (ww->q->q_gen != ww->gen);
}

void
workqueue_wait(struct workqueue *wq, struct work *wk)
{
	struct wq_wait ww = { .wk = wk };
	unsigned int i;

	fc_point("workqueue_wait");
	wq_known(wq, "workqueue_wait");
	if (!fk_waitok("workqueue_wait"))
		return;
	for (i = 0; i < wq->wq_nq; i++) {
		if (fk_cx()->cx_running == &wq->wq_q[i])
			continue;
		fk_order(wq, wq->wq_name);
		ww.q = &wq->wq_q[i];
		if (!wq_left(&ww))
			fk_snooze(wq_left, &ww, FC_NEVER, "wqwait");
		ww.gen = ww.q->q_gen;
		if ((ww.gen & 1) != 0)
			fk_snooze(wq_batch_over, &ww, FC_NEVER, "wqwait");
	}
}

/* ---- memory that goes away */

static void
soft_gone(const char *p, size_t len, const char *what)
{
	const struct softint *si;

	for (si = softints; si != NULL; si = si->si_next)
		if (FK_INSIDE(si->si_arg, p, len) &&
		    !soft_idle((void *)(uintptr_t)si))
			fk_die("softint-freed", what);
}

static void
wq_gone(const char *p, size_t len, const char *what)
{
	const struct workqueue *wq;
	const struct wq_item *w;
	unsigned int i;

	for (wq = workqueues; wq != NULL; wq = wq->wq_next)
		for (i = 0; i < wq->wq_nq; i++)
			for (w = wq->wq_q[i].q_head; w != NULL;
			    w = w->w_next)
				if (FK_INSIDE(w->w_work, p, len))
					fk_die("wq-freed", what);
}

void
fk_defer_gone(const char *p, size_t len, const char *what)
{
	const struct callout *c;

	TAILQ_FOREACH(c, &co_wheel, c_entry)
		if (FK_INSIDE(c, p, len) || FK_INSIDE(c->c_arg, p, len))
			fk_die("callout-freed", what);
	TAILQ_FOREACH(c, &co_todo, c_entry)
		if (FK_INSIDE(c, p, len) || FK_INSIDE(c->c_arg, p, len))
			fk_die("callout-freed", what);
	if (co_running != NULL && FK_INSIDE(co_running, p, len))
		fk_die("callout-freed", what);
	soft_gone(p, len, what);
	wq_gone(p, len, what);
}

void
fk_defer_open(void)
{
	softints = NULL;
	workqueues = NULL;
	percpu_works = 0;
	memset(softcpus, 0, sizeof(softcpus));
	TAILQ_INIT(&co_wheel);
	TAILQ_INIT(&co_todo);
	co_running = NULL;
	co_ctx = fk_ctx("softclock", FK_SOFT, co_thread, NULL);
	fc_ctx_intr(co_ctx, 0, IPL_SOFTCLOCK);
	fc_ctx_daemon(co_ctx);
	fk_handler_add(&co_handler);
	fc_source(co_next, co_run, NULL);
}
