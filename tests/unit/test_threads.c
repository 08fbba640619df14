/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lanes on real threads: load_acq, store_rel and cas.
 *
 *	test_threads [good | load | store | cas]
 *
 * Without an argument all tests run, as they are.  With one, only what the
 * named operation is for runs, with that operation weakened (good: none):
 * tests/suites/threads.sh builds this with the thread sanitizer, which knows
 * what is ordered and what only happened to come out well, and expects the
 * weak ones to be reported.
 *
 * Submission and completion of one queue run on two threads.  From the first
 * to the second there is a way through the device: a doorbell, a
 * completion.  The model runs inside the doorbell, on the submitting thread;
 * what it writes goes into a journal, which the completing thread copies to
 * memory when it synchronises.  The way back is tq_done_pos alone.
 */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ena.h"
#include "ena_mockdev.h"

#define DEPTH		256U
#define PACKETS		20000U
#define JOURNAL		(4 * DEPTH)	/* more than can be outstanding */
#define ENTRY		32U		/* bytes of the longest completion */
#define RACERS		2U
#define RACES		2000U
#define FRAME		60U
#define ARENA		(1U << 20)	/* bytes of DMA memory */
#define ARENA_BUS	0x10000000U	/* where the device sees it */

unsigned int threads_weak;
static bool threads_quiet;

struct note {
	uint64_t addr;
	size_t len;
	uint8_t bytes[ENTRY];
};

struct world {
	struct ena_os os;
	struct mockdev *mock;
	struct ena_dev dev;
	struct ena_plan plan;
	void *mem;
	uint64_t now;
	bool threads;			/* the journal is in use */
	struct note notes[JOURNAL];
	uint32_t written, copied;	/* free-running */
	uint64_t frame_pa;
	unsigned int frames;
	bool held[DEPTH];		/* by request id, as in a glue */
	unsigned int reused;		/* ids that came back too early */
	bool full;			/* the ring has been, once */
	size_t used;
	uint8_t arena[ARENA] __attribute__((__aligned__(4096)));
};

/* ---- platform and bus; on threads, where cmocka cannot fail */

static void
must(bool good)
{
	if (!good)
		abort();
}

void
threads_pause(void)
{
	sched_yield();
}

uint32_t
threads_rd4(void *arg, uint32_t off)
{
	struct world *w = arg;

	return (mock_reg_read(w->mock, off));
}

void
threads_wr4(void *arg, uint32_t off, uint32_t val)
{
	struct world *w = arg;

	mock_reg_write(w->mock, off, val);
}

/* Completions in memory: what bounce buffers do at this moment. */
void
threads_sync(void *arg, const struct ena_os_dma *dma, enum ena_sync dir)
{
	struct world *w = arg;
	const struct note *no;
	uint32_t written;

	if (!w->threads || dir != ENA_SYNC_POSTREAD)
		return;
	written = __atomic_load_n(&w->written, __ATOMIC_ACQUIRE);
	for (; w->copied != written; w->copied++) {
		no = &w->notes[w->copied % JOURNAL];
		must(no->addr >= dma->dma_pa &&
		    no->addr + no->len <= dma->dma_pa + dma->dma_size);
		memcpy((uint8_t *)dma->dma_va + (no->addr - dma->dma_pa),
		    no->bytes, no->len);
	}
}

static bool
os_alloc(void *arg, size_t size, size_t align, unsigned int width,
    struct ena_os_dma *dma)
{
	struct world *w = arg;

	(void)width;
	w->used = (w->used + align - 1) & ~(align - 1);
	must(size <= ARENA - w->used);
	dma->dma_va = w->arena + w->used;
	dma->dma_pa = ARENA_BUS + w->used;
	dma->dma_size = size;
	w->used += size;
	return (true);
}

/* It goes with the world. */
static void
os_free(void *arg, struct ena_os_dma *dma)
{
	(void)arg;
	(void)dma;
}

static uint64_t
os_now_us(void *arg)
{
	struct world *w = arg;

	return (w->now);
}

static void
os_log(void *arg, int level, const char *fmt, va_list ap)
{
	(void)arg;
	if (level > ENA_LOG_WARN || threads_quiet)
		return;
	fprintf(stderr, "core: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
}

static void *
bus_at(struct world *w, uint64_t addr, size_t len)
{
	must(addr >= ARENA_BUS && addr - ARENA_BUS <= ARENA - len);
	return (w->arena + (addr - ARENA_BUS));
}

static int
bus_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	memcpy(buf, bus_at(arg, addr, len), len);
	return (0);
}

static int
bus_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	struct world *w = arg;
	struct note *no;
	uint32_t n;

	if (!w->threads) {
		memcpy(bus_at(w, addr, len), buf, len);
		return (0);
	}
	n = w->written;
	no = &w->notes[n % JOURNAL];
	must(len <= sizeof(no->bytes));
	no->addr = addr;
	no->len = len;
	memcpy(no->bytes, buf, len);
	__atomic_store_n(&w->written, n + 1, __ATOMIC_RELEASE);
	return (0);
}

static void
bus_vector(void *arg, unsigned int vector)
{
	(void)arg;
	(void)vector;
}

static void
bus_frame(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	struct world *w = arg;

	(void)frame;
	(void)info;
	w->frames += len == FRAME;
}

/* ---- life */

static void
world_goto(struct world *w, enum ena_state state)
{
	enum ena_result r;
	uint32_t us;

	assert_int_equal(ena_dev_goto(&w->dev, state), ENA_OK);
	while ((r = ena_dev_step(&w->dev, &us)) == ENA_AGAIN) {
		w->now += us != 0 ? us : 1;
		mock_run(w->mock);
	}
	assert_int_equal(r, ENA_OK);
}

static struct world *
world_new(void)
{
	struct mock_options mo;
	struct ena_config cf;
	struct mock_bus bus;
	struct world *w;
	void *mem = NULL;

	assert_int_equal(posix_memalign(&mem, 4096, sizeof(*w)), 0);
	w = mem;
	memset(w, 0, sizeof(*w));
	w->os.os_arg = w;
	w->os.os_alloc = os_alloc;
	w->os.os_free = os_free;
	w->os.os_now_us = os_now_us;
	w->os.os_log = os_log;
	memset(&bus, 0, sizeof(bus));
	bus.arg = w;
	bus.dma_read = bus_read;
	bus.dma_write = bus_write;
	bus.raise_vector = bus_vector;
	bus.frame_out = bus_frame;
	bus.now_us = os_now_us;
	mock_options_default(&mo);
	mo.tx_us = 0;
	w->mock = mock_create(mock_profile_find("t4g"), &mo, &bus);
	assert_non_null(w->mock);
	memset(&cf, 0, sizeof(cf));
	cf.cf_bar0_bytes = mock_profile_find("t4g")->bar0_bytes;
	cf.cf_cpus = 1;
	cf.cf_tx_depth = DEPTH;
	cf.cf_rx_depth = DEPTH;
	cf.cf_pairs = 1;
	assert_int_equal(ena_dev_init(&w->dev, &w->os, &cf, NULL, NULL),
	    ENA_OK);
	world_goto(w, ENA_STATE_ADMIN_UP);
	assert_int_equal(ena_queue_plan(&w->dev, 2, &w->plan), ENA_OK);
	w->mem = malloc(w->plan.pl_mem_bytes);
	assert_non_null(w->mem);
	assert_int_equal(ena_queue_give(&w->dev, 0, w->mem,
	    w->plan.pl_mem_bytes), ENA_OK);
	w->frame_pa = ARENA_BUS + ARENA - FRAME;
	world_goto(w, ENA_STATE_RUNNING);
	return (w);
}

static void
world_free(struct world *w)
{
	struct mock_stats st;

	if (ena_fault_reason(&w->dev) >= 0)
		world_goto(w, ENA_STATE_QUIET);
	world_goto(w, ENA_STATE_OFF);
	mock_get_stats(w->mock, &st);
	assert_int_equal(st.rules_fatal + st.rules_status + st.rules_advice,
	    0);
	mock_destroy(w->mock);
	free(w->mem);
	free(w);
}

/* ---- one queue, two lanes */

static void *
submit(void *arg)
{
	struct world *w = arg;
	struct ena_tx_burst b;
	struct ena_tx_pkt pkt;
	struct ena_buf buf;
	unsigned int i, n;
	enum ena_result r;
	uint16_t id;

	memset(&pkt, 0, sizeof(pkt));
	buf.b_addr = w->frame_pa;
	buf.b_len = FRAME;
	pkt.tp_bufs = &buf;
	pkt.tp_nbufs = 1;
	for (n = 0; n < PACKETS;) {
		if (ena_tx_begin(ena_txq(&w->dev, 0), &b) != ENA_OK)
			break;
		r = ENA_OK;
		for (i = 0; i < 1 + n % 32 && n < PACKETS; i++) {
			r = ena_tx_put(&b, &pkt, &id);
			if (r != ENA_OK)
				break;
			/* what a glue keeps by id: free until now */
			if (w->held[id])
				w->reused++;
			w->held[id] = true;
			n++;
		}
		ena_tx_end(&b);
		if (r == ENA_NO_ROOM) {
			__atomic_store_n(&w->full, true, __ATOMIC_RELEASE);
			sched_yield();
		} else if (r != ENA_OK)
			break;
	}
	return (NULL);
}

struct completer {
	struct world *w;
	unsigned int got;
	unsigned int strange;		/* ids that nobody had put */
	enum ena_result r;
};

static void *
complete(void *arg)
{
	struct completer *c = arg;
	uint16_t ids[DEPTH];
	unsigned int count, k;

	/* begin with a full ring, whoever of the two is faster */
	while (!__atomic_load_n(&c->w->full, __ATOMIC_ACQUIRE))
		sched_yield();
	while (c->got < PACKETS) {
		c->r = ena_tx_reap(ena_txq(&c->w->dev, 0), ids,
		    1 + c->got % DEPTH, &count);
		for (k = 0; k < count; k++) {
			if (!c->w->held[ids[k]])
				c->strange++;
			c->w->held[ids[k]] = false;
		}
		ena_tx_release(ena_txq(&c->w->dev, 0));
		c->got += count;
		if (c->r != ENA_OK)
			break;
		if (count == 0)
			sched_yield();
	}
	return (NULL);
}

static void
test_two_lanes_of_a_queue(void **state)
{
	struct world *w = world_new();
	struct completer c;
	pthread_t txs, txc;

	(void)state;
	memset(&c, 0, sizeof(c));
	c.w = w;
	w->threads = true;
	assert_int_equal(pthread_create(&txc, NULL, complete, &c), 0);
	assert_int_equal(pthread_create(&txs, NULL, submit, w), 0);
	pthread_join(txs, NULL);
	pthread_join(txc, NULL);
	w->threads = false;
	assert_int_equal(c.r, ENA_OK);
	assert_int_equal(c.got, PACKETS);
	assert_int_equal(w->frames, PACKETS);
	assert_int_equal(w->reused, 0);
	assert_int_equal(c.strange, 0);
	assert_true(ena_txq(&w->dev, 0)->tq_no_room != 0);
	world_free(w);
}

/* ---- the fault latch */

struct racer {
	struct world *w;
	pthread_barrier_t *line;	/* everybody, at start and finish */
	uint32_t reason;
};

static void *
race(void *arg)
{
	const struct racer *rc = arg;
	unsigned int i;

	for (i = 0; i < RACES; i++) {
		pthread_barrier_wait(rc->line);
		ena_fault(&rc->w->dev, rc->reason);
		pthread_barrier_wait(rc->line);
	}
	return (NULL);
}

/* Of two that fault at the same time one wins, and says so alone. */
static void
test_one_fault_wins(void **state)
{
	struct world *w = world_new();
	const struct ena_stats *es = ena_dev_stats(&w->dev);
	struct racer rc[RACERS];
	pthread_t th[RACERS];
	pthread_barrier_t line;
	unsigned int i, k, lost;
	uint64_t wins;

	(void)state;
	threads_quiet = true;
	assert_int_equal(pthread_barrier_init(&line, NULL, RACERS + 1), 0);
	for (k = 0; k < RACERS; k++) {
		rc[k].w = w;
		rc[k].line = &line;
		rc[k].reason = 9 + k;
		assert_int_equal(pthread_create(&th[k], NULL, race, &rc[k]),
		    0);
	}
	for (i = lost = 0; i < RACES; i++) {
		wins = es->es_faults[9] + es->es_faults[10];
		pthread_barrier_wait(&line);
		pthread_barrier_wait(&line);
		wins = es->es_faults[9] + es->es_faults[10] - wins;
		lost += wins != 1 || ena_fault_reason(&w->dev) < 0;
		w->dev.dev_fault = 0;
	}
	for (k = 0; k < RACERS; k++)
		pthread_join(th[k], NULL);
	pthread_barrier_destroy(&line);
	threads_quiet = false;
	assert_int_equal(lost, 0);
	world_free(w);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_two_lanes_of_a_queue),
		cmocka_unit_test(test_one_fault_wins),
	};
	const struct CMUnitTest queue[] = {
		cmocka_unit_test(test_two_lanes_of_a_queue),
	};
	const struct CMUnitTest latch[] = {
		cmocka_unit_test(test_one_fault_wins),
	};
	const char *what = argc > 1 ? argv[1] : "good";

	if (strcmp(what, "good") == 0)
		return (cmocka_run_group_tests(all, NULL, NULL));
	if (strcmp(what, "load") == 0)
		threads_weak = THREADS_WEAK_LOAD;
	else if (strcmp(what, "store") == 0)
		threads_weak = THREADS_WEAK_STORE;
	else if (strcmp(what, "cas") == 0) {
		threads_weak = THREADS_WEAK_CAS;
		return (cmocka_run_group_tests(latch, NULL, NULL));
	} else {
		fprintf(stderr, "usage: test_threads [good|load|store|cas]\n");
		return (2);
	}
	return (cmocka_run_group_tests(queue, NULL, NULL));
}
