/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contexts and time.  The scheduler is the test's own stack: it picks a
 * context that may run, at random, and switches to it; when nobody may run,
 * time moves to the next thing that is due.
 */
#define _XOPEN_SOURCE 700
#include <ucontext.h>

#include "fc_priv.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FC_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(FC_ASAN)
#define FC_ASAN 1
#endif
#ifdef FC_ASAN
void __sanitizer_start_switch_fiber(void **, const void *, size_t);
void __sanitizer_finish_switch_fiber(void *, const void **, size_t *);
#endif

#define STACK		(256 * 1024)
#define MAX_SOURCES	8
#define MAX_CTX		256

struct fc_ctx {
	ucontext_t x_uc;
	char x_name[48];
	void (*x_fn)(void *);
	void *x_arg;
	void *x_stack;
	void *x_fiber;
	int x_cpu;		/* -1: asleep or not started */
	int x_bound;		/* only on that one; -1: any */
	bool x_intr, x_daemon, x_done, x_dead;
	unsigned int x_home, x_intr_level;
	unsigned int x_level;
	unsigned int x_depth;	/* order of arrival on its CPU */
	/* waiting */
	bool x_waits;
	fc_pred *x_pred;
	void *x_pred_arg;
	uint64_t x_until;
	bool x_hit;
	const char *x_why;
	_Alignas(16) char x_data[256];
};

static struct fc_ctx *ctx[MAX_CTX];
static unsigned int nctx;
static unsigned int cpus;
static struct fc_ctx *self, *only;
static ucontext_t test_uc;
#ifdef FC_ASAN
static void *test_fiber;
static const void *test_stack;
static size_t test_size;
#endif
static uint64_t now;
static unsigned int arrivals;
static char dead_why[FC_TEXT];
static bool is_dead;
static struct {
	uint64_t (*next)(void *);
	void (*run)(void *);
	void *arg;
} sources[MAX_SOURCES];
static unsigned int nsources;

void
fc_ctx_open(void)
{
	nctx = nsources = 0;
	cpus = FC_CPUS;
	self = only = NULL;
	now = 1000000;
	is_dead = false;
}

static void
ctx_free(struct fc_ctx *x)
{
	free(x->x_stack);
	free(x);
}

void
fc_ctx_close(void)
{
	while (nctx > 0)
		ctx_free(ctx[--nctx]);
}

uint64_t
fc_now(void)
{
	return (now);
}

/* ---- switching */

static void
switch_to_test(struct fc_ctx *x, bool forever)
{
#ifdef FC_ASAN
	__sanitizer_start_switch_fiber(forever ? NULL : &x->x_fiber,
	    test_stack, test_size);
#else
	(void)forever;
#endif
	swapcontext(&x->x_uc, &test_uc);
#ifdef FC_ASAN
	__sanitizer_finish_switch_fiber(x->x_fiber, &test_stack, &test_size);
#endif
}

static void
enter(void)
{
	struct fc_ctx *x = self;

#ifdef FC_ASAN
	__sanitizer_finish_switch_fiber(NULL, &test_stack, &test_size);
#endif
	x->x_fn(x->x_arg);
	x->x_done = true;
	x->x_cpu = -1;
	switch_to_test(x, true);
	abort();
}

static void
switch_from_test(struct fc_ctx *x)
{
	self = x;
#ifdef FC_ASAN
	__sanitizer_start_switch_fiber(&test_fiber, x->x_stack, STACK);
#endif
	swapcontext(&test_uc, &x->x_uc);
#ifdef FC_ASAN
	__sanitizer_finish_switch_fiber(test_fiber, NULL, NULL);
#endif
	self = NULL;
}

struct fc_ctx *
fc_ctx_new(const char *name, void (*fn)(void *), void *arg)
{
	struct fc_ctx *x;

	x = calloc(1, sizeof(*x));
	if (x == NULL || nctx == MAX_CTX)
		abort();
	x->x_stack = malloc(STACK);
	if (x->x_stack == NULL)
		abort();
	snprintf(x->x_name, sizeof(x->x_name), "%s", name);
	x->x_fn = fn;
	x->x_arg = arg;
	x->x_cpu = x->x_bound = -1;
	x->x_until = FC_NEVER;
	x->x_why = "start";
	getcontext(&x->x_uc);
	x->x_uc.uc_stack.ss_sp = x->x_stack;
	x->x_uc.uc_stack.ss_size = STACK;
	x->x_uc.uc_link = NULL;
	makecontext(&x->x_uc, enter, 0);
	ctx[nctx++] = x;
	return (x);
}

void
fc_ctx_intr(struct fc_ctx *x, unsigned int cpu, unsigned int level)
{
	x->x_intr = true;
	x->x_home = cpu;
	x->x_intr_level = level;
}

void
fc_set_cpus(unsigned int n)
{
	cpus = n;
}

void
fc_ctx_bind(struct fc_ctx *x, int cpu)
{
	x->x_bound = cpu;
}

void
fc_ctx_daemon(struct fc_ctx *x)
{
	x->x_daemon = true;
}

struct fc_ctx *
fc_self(void)
{
	return (self);
}

void *
fc_ctx_data(struct fc_ctx *x)
{
	return (x->x_data);
}

const char *
fc_ctx_name(const struct fc_ctx *x)
{
	return (x->x_name);
}

unsigned int
fc_cpu(void)
{
	return (self == NULL || self->x_cpu < 0 ? 0 :
	    (unsigned int)self->x_cpu);
}

void
fc_set_level(unsigned int level)
{
	if (self != NULL)
		self->x_level = level;
}

unsigned int
fc_level(void)
{
	return (self == NULL ? 0 : self->x_level);
}

/* ---- who may run */

/* The context on top of a CPU, or NULL. */
static struct fc_ctx *
top_of(unsigned int cpu)
{
	struct fc_ctx *top = NULL;
	unsigned int i;

	for (i = 0; i < nctx; i++)
		if (ctx[i]->x_cpu == (int)cpu && (top == NULL ||
		    ctx[i]->x_depth > top->x_depth))
			top = ctx[i];
	return (top);
}

/* CPU on which it may continue or start; -1: none. */
static int
cpu_for(const struct fc_ctx *x)
{
	const struct fc_ctx *top;
	unsigned int c, first;

	if (x->x_cpu >= 0)
		return (top_of((unsigned int)x->x_cpu) == x ? x->x_cpu : -1);
	if (x->x_intr) {
		top = top_of(x->x_home);
		return (top == NULL || top->x_level < x->x_intr_level ?
		    (int)x->x_home : -1);
	}
	if (x->x_bound >= 0)
		return (top_of((unsigned int)x->x_bound) == NULL ?
		    x->x_bound : -1);
	first = fc_rand(cpus);
	for (c = 0; c < cpus; c++)
		if (top_of((first + c) % cpus) == NULL)
			return ((int)((first + c) % cpus));
	return (-1);
}

static bool
ready(struct fc_ctx *x)
{
	if (x->x_done || x->x_dead || (only != NULL && x != only))
		return (false);
	if (!x->x_waits)
		return (true);
	if (x->x_pred != NULL && x->x_pred(x->x_pred_arg)) {
		x->x_hit = true;
		return (true);
	}
	x->x_hit = false;
	return (now >= x->x_until);
}

static struct fc_ctx *
pick(int *cpu)
{
	unsigned int i, first;

	if (nctx == 0)
		return (NULL);
	first = fc_rand(nctx);
	for (i = 0; i < nctx; i++) {
		struct fc_ctx *x = ctx[(first + i) % nctx];

		if (ready(x) && (*cpu = cpu_for(x)) >= 0)
			return (x);
	}
	return (NULL);
}

static uint64_t
next_due(void)
{
	uint64_t t, n;
	unsigned int i;

	t = FC_NEVER;
	for (i = 0; i < nctx; i++)
		if (!ctx[i]->x_done && !ctx[i]->x_dead && ctx[i]->x_waits &&
		    (only == NULL || only == ctx[i]) && ctx[i]->x_until < t)
			t = ctx[i]->x_until;
	for (i = 0; i < nsources; i++) {
		n = sources[i].next(sources[i].arg);
		if (n < t)
			t = n;
	}
	return (t < now ? now : t);
}

static void
run_sources(void)
{
	unsigned int i;

	for (i = 0; i < nsources; i++)
		if (sources[i].next(sources[i].arg) <= now)
			sources[i].run(sources[i].arg);
}

static void
reap(void)
{
	unsigned int i;

	for (i = 0; i < nctx; i++)
		if (ctx[i]->x_done && ctx[i]->x_daemon) {
			ctx_free(ctx[i]);
			ctx[i] = ctx[--nctx];
			i--;
		}
}

/* One turn; false: nothing to do up to that time. */
static bool
turn(uint64_t limit)
{
	struct fc_ctx *x;
	uint64_t t;
	int cpu;

	run_sources();
	x = pick(&cpu);
	if (x == NULL) {
		t = next_due();
		if (t > limit) {
			if (now < limit)
				now = limit;
			return (false);
		}
		if (t == now && now < limit)
			t = now + 1;	/* due, but its CPU is taken */
		else if (t == now)
			return (false);
		now = t;
		return (true);
	}
	x->x_waits = false;
	x->x_until = FC_NEVER;
	if (x->x_cpu < 0) {
		x->x_cpu = cpu;
		x->x_depth = ++arrivals;
		if (x->x_intr)
			x->x_level = x->x_intr_level;
	}
	switch_from_test(x);
	if (x->x_done)
		x->x_cpu = -1;
	reap();
	return (true);
}

/* ---- for contexts */

bool
fc_wait(fc_pred *pred, void *arg, uint64_t until, bool asleep,
    const char *why)
{
	struct fc_ctx *x = self;

	if (x == NULL) {
		fprintf(stderr, "fake: the test waits for %s\n", why);
		abort();
	}
	x->x_waits = true;
	x->x_pred = pred;
	x->x_pred_arg = arg;
	x->x_until = until;
	x->x_why = why;
	x->x_hit = false;
	if (asleep) {
		x->x_cpu = -1;
		x->x_level = 0;
	}
	switch_to_test(x, false);
	return (x->x_hit);
}

void
fc_yield(void)
{
	struct fc_ctx *x = self;

	if (x == NULL)
		return;
	x->x_why = "running";
	switch_to_test(x, false);
}

void
fc_die(const char *why)
{
	if (!is_dead)
		snprintf(dead_why, sizeof(dead_why), "%s", why);
	is_dead = true;
	if (self == NULL) {
		fprintf(stderr, "fake: panic in the test: %s\n", why);
		abort();
	}
	self->x_dead = true;
	self->x_cpu = -1;
	switch_to_test(self, false);
	abort();
}

const char *
fc_dead(void)
{
	return (is_dead ? dead_why : NULL);
}

/* ---- for tests */

void
fc_source(uint64_t (*next)(void *), void (*run)(void *), void *arg)
{
	if (nsources == MAX_SOURCES)
		abort();
	sources[nsources].next = next;
	sources[nsources].run = run;
	sources[nsources++].arg = arg;
}

void
fc_advance(uint64_t us)
{
	now += us;
}

void
fc_run(uint64_t us)
{
	uint64_t limit = now + us;

	while (!is_dead && turn(limit))
		continue;
}

bool
fc_run_until(fc_pred *pred, void *arg, uint64_t us)
{
	uint64_t limit = now + us;

	while (!pred(arg))
		if (is_dead || now > limit || !turn(limit))
			return (pred(arg));
	return (true);
}

static bool
is_done(void *arg)
{
	const struct fc_ctx *x = arg;

	return (x->x_done);
}

bool
fc_run_ctx(struct fc_ctx *x, uint64_t us)
{
	unsigned int i;
	bool ok;

	ok = fc_run_until(is_done, x, us);
	if (ok) {
		for (i = 0; i < nctx; i++)
			if (ctx[i] == x)
				ctx[i] = ctx[--nctx];
		ctx_free(x);
	}
	return (ok);
}

void
fc_alone(struct fc_ctx *x)
{
	only = x;
}

void
fc_who(void (*line)(const char *))
{
	char text[FC_TEXT];
	unsigned int i;

	for (i = 0; i < nctx; i++) {
		snprintf(text, sizeof(text), "%-20s cpu %d level %u %s%s%s",
		    ctx[i]->x_name, ctx[i]->x_cpu, ctx[i]->x_level,
		    ctx[i]->x_dead ? "DEAD " : "",
		    ctx[i]->x_waits ? "waits: " : "runs ",
		    ctx[i]->x_waits ? ctx[i]->x_why : "");
		line(text);
	}
}
