/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clauses of docs/contract.md that have no other test: the clock, trace
 * points, failed allocations, and what glue owes.  Each is kept here, and
 * where that makes sense also broken, to see that it is noticed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim_pair.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define WRITES		1024U	/* kept by see_write() */

static struct sim *
one(const char *name, const char *profile, uint64_t seed,
    const struct sim_options *so, struct sim_adapter **ad)
{
	struct sim_spec sp;
	struct sim *s;

	s = sim_create(so, name, seed);
	assert_non_null(s);
	sim_spec(&sp, profile);
	small_rings(&sp);
	sp.config.cf_pairs = 1;
	*ad = sim_add(s, &sp);
	assert_non_null(*ad);
	return (s);
}

static void
arm(struct sim_adapter *ad, enum mock_fault f, uint32_t times)
{
	struct mock_fault_arm a;

	memset(&a, 0, sizeof(a));
	a.f = f;
	a.times = times;
	mock_fault(sim_mock(ad), &a);
}

/* ---- now_us */

/*
 * From any moment: a life, healthy for 30 seconds, and a device that stops,
 * with all the places where 32 bits of something run over in between.
 */
static void
test_clock_from_any_moment(void **state)
{
	static const uint64_t epochs[] = {
		0, 1, (uint64_t)UINT32_MAX - 100,
		(uint64_t)UINT32_MAX - 15 * SECOND,
		(uint64_t)UINT32_MAX * 1000 - 15 * SECOND,
		(uint64_t)UINT32_MAX * 1000 - 40 * SECOND,
		(uint64_t)1 << 53, UINT64_MAX - 200 * (uint64_t)SECOND
	};
	const struct ena_stats *es;
	struct sim_options so;
	struct sim_adapter *ad;
	unsigned int i, reason;
	struct sim *s;

	(void)state;
	for (i = 0; i < COUNT(epochs); i++) {
		sim_options_default(&so);
		so.epoch_us = epochs[i];
		s = one("clock", "t4g", 40 + i, &so, &ad);
		es = ena_dev_stats(sim_dev(ad));
		SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
		sim_advance(s, 30 * SECOND);
		SIM_CHECK(s, sim_trouble(ad) == ENA_OK);
		for (reason = 0; reason < COUNT(es->es_faults); reason++)
			SIM_CHECK(s, es->es_faults[reason] == 0);
		SIM_CHECK(s, es->es_admin_timeouts == 0);
		SIM_CHECK(s, es->es_keep_alives >= 25);
		arm(ad, MOCK_F_KEEP_ALIVE_STOP, 1);
		sim_advance(s, 15 * SECOND);
		SIM_CHECK(s, sim_trouble(ad) == ENA_OK);
		sim_advance(s, 10 * SECOND);
		SIM_CHECK(s, sim_trouble(ad) == ENA_FAULTED);
		SIM_CHECK(s, ena_fault_reason(sim_dev(ad)) == 1);
		SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
		SIM_CHECK(s, sim_clean(s));
		sim_destroy(s);
	}
}

/* ---- trace */

struct seen {
	unsigned int n[ENA_TRACE_FAULT + 1];
	unsigned int steps_up, steps_wrong;
	unsigned long long fault_reason;
	uint32_t reset_reasons;		/* a bit each */
};

static void
see_line(void *arg, const char *line)
{
	struct seen *se = arg;
	unsigned long long a, b;
	unsigned int ev;
	const char *at;

	at = strstr(line, " core event=");
	if (at == NULL ||
	    sscanf(at, " core event=%u a=0x%llx b=0x%llx", &ev, &a, &b) != 3)
		return;
	assert_in_range(ev, 0, ENA_TRACE_FAULT);
	se->n[ev]++;
	switch (ev) {
	case ENA_TRACE_STEP:
		/* up: the next one; down: the last one */
		if (b == 0)
			se->steps_up--;
		se->steps_wrong += a != se->steps_up;
		if (b == 1)
			se->steps_up++;
		break;
	case ENA_TRACE_RESET:
		se->reset_reasons |= 1U << (a & 31);
		break;
	case ENA_TRACE_FAULT:
		se->fault_reason = a;
		break;
	default:
		break;
	}
}

static void
test_trace_points(void **state)
{
	const struct ena_stats *es;
	struct sim_adapter *ad;
	struct seen se;
	unsigned int top;
	struct sim *s;

	(void)state;
	memset(&se, 0, sizeof(se));
	s = one("trace", "t4g", 3, NULL, &ad);
	sim_on_trace(s, see_line, &se);
	es = ena_dev_stats(sim_dev(ad));
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	top = se.steps_up;
	SIM_CHECK(s, top > 20 && se.n[ENA_TRACE_STEP] == top);
	SIM_CHECK(s, se.n[ENA_TRACE_COMMAND] == es->es_admin_cmds);
	SIM_CHECK(s, se.n[ENA_TRACE_ANSWER] == es->es_admin_cmds);
	SIM_CHECK(s, se.n[ENA_TRACE_RESET] != 0);
	SIM_CHECK(s, se.n[ENA_TRACE_FAULT] == 0);
	sim_advance(s, 5 * SECOND);
	SIM_CHECK(s, se.n[ENA_TRACE_EVENT] == es->es_aenq_events &&
	    es->es_aenq_events >= 4);
	ena_fault(sim_dev(ad), ENA_REASON_OS_TRIGGER);
	ena_fault(sim_dev(ad), ENA_REASON_OS_TRIGGER);
	SIM_CHECK(s, se.n[ENA_TRACE_FAULT] == 1);
	SIM_CHECK(s, (se.reset_reasons >> ENA_REASON_OS_TRIGGER & 1) == 0);
	SIM_CHECK(s, se.fault_reason == ENA_REASON_OS_TRIGGER);
	SIM_CHECK(s, nic_recover(sim_nic(ad)) == ENA_OK);
	sim_trouble_clear(ad);
	SIM_CHECK(s, (se.reset_reasons >> ENA_REASON_OS_TRIGGER & 1) == 1);
	SIM_CHECK(s, se.steps_up == top);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, se.steps_up == 0 && se.steps_wrong == 0);
	SIM_CHECK(s, se.n[ENA_TRACE_ANSWER] == es->es_admin_cmds);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

/* ---- dma_alloc */

/*
 * Fail fallible operation op (from 1) of a bring-up; NULL if there are fewer,
 * else its kind.  dirty: a failed allocation leaves something in *dma.
 */
static const char *
fail_op(uint64_t op, bool dirty)
{
	struct sim_options so;
	struct sim_adapter *ad;
	const char *kind;
	struct sim *s;

	sim_options_default(&so);
	so.tick_us = 0;
	s = one("alloc", "t4g", 5, &so, &ad);
	sim_fail_at(s, op);
	if (dirty)
		sim_skip(ad, SIM_DIRTY_ALLOC, 0);
	(void)nic_up(sim_nic(ad));
	kind = sim_failed_kind(s);
	if (dirty && kind != NULL && strcmp(kind, "dma_alloc") == 0)
		SIM_CHECK(s, sim_violations(s) != 0);
	else if (kind != NULL && strcmp(kind, "dma_alloc") == 0) {
		SIM_CHECK(s, ena_dev_state(sim_dev(ad)) == ENA_STATE_OFF);
		SIM_CHECK(s, sim_clean(s));
		SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
		SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
		SIM_CHECK(s, sim_clean(s));
	}
	sim_destroy(s);
	return (kind);
}

/* A failed allocation holds nothing; one that does is found out. */
static void
test_failed_allocations(void **state)
{
	const char *kind;
	unsigned int allocs, dirty;
	uint64_t op;

	(void)state;
	for (dirty = 0; dirty < 2; dirty++) {
		allocs = 0;
		for (op = 1;; op++) {
			kind = fail_op(op, dirty != 0);
			assert_non_null(kind);
			if (strcmp(kind, "buf_alloc") == 0)
				break;		/* it is up */
			allocs += strcmp(kind, "dma_alloc") == 0;
		}
		/* six areas, four rings */
		assert_int_equal(allocs, 10);
	}
}

/* ---- what glue owes: receive rings */

struct writes {
	unsigned int n;
	uint32_t off[WRITES];
};

static void
see_write(void *arg, const char *line)
{
	struct writes *w = arg;
	const char *at;

	at = strstr(line, " wr4 off=");
	if (at == NULL)
		return;
	assert_true(w->n < WRITES);
	w->off[w->n++] = (uint32_t)strtoul(at + 9, NULL, 16);
}

/* How many of the writes were to a register; *last: the last of them. */
static unsigned int
writes_to(const struct writes *w, uint32_t off, unsigned int *last)
{
	unsigned int i, n;

	for (i = n = 0; i < w->n; i++) {
		if (w->off[i] != off)
			continue;
		n++;
		*last = i;
	}
	return (n);
}

/* The ring is full before its vector speaks. */
static void
test_filled_first(void **state)
{
	unsigned int filled, unmasked;
	const struct ena_rxq *rq;
	const struct ena_txq *tq;
	struct sim_adapter *ad;
	struct writes w;
	struct sim *s;

	(void)state;
	s = one("filled_first", "t4g", 8, NULL, &ad);
	memset(&w, 0, sizeof(w));
	sim_on_trace(s, see_write, &w);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	sim_on_trace(s, NULL, NULL);
	rq = ena_rxq(sim_dev(ad), 0);
	tq = ena_txq(sim_dev(ad), 0);
	filled = unmasked = 0;
	SIM_CHECK(s, ena_rx_room(rq) == 0);
	SIM_CHECK(s, writes_to(&w, rq->rq_io.io_db_off, &filled) == 1);
	SIM_CHECK(s, writes_to(&w, tq->tq_io.io_unmask_off, &unmasked) == 1);
	SIM_CHECK(s, filled < unmasked);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

/*
 * No memory: the ring runs dry, frames are lost, no interrupt will ever come
 * again.  Only the tick can bring reception back; without it, silence.
 */
static void
starve(bool from_the_start, bool tick)
{
	static uint8_t f[300] = { [12] = 0x88, [13] = 0xb5 };
	struct sim_options so;
	struct sim_adapter *ad;
	struct mock_stats st;
	struct ena_rxq *rq;
	struct sim *s;
	uint64_t got;
	unsigned int i;

	sim_options_default(&so);
	so.tick_us = tick ? SECOND : 0;
	s = one("starve", "t4g", 60, &so, &ad);
	sim_starve(ad, from_the_start);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	sim_starve(ad, true);
	rq = ena_rxq(sim_dev(ad), 0);
	SIM_CHECK(s, ena_rx_room(rq) == (from_the_start ? rq->rq_mask : 0));
	for (i = 0; i < 400; i++) {
		sim_wire_send(ad, f, sizeof(f));
		sim_advance(s, 20);
	}
	sim_advance(s, 3 * SECOND);
	mock_get_stats(sim_mock(ad), &st);
	got = from_the_start ? 0 : rq->rq_mask;
	SIM_CHECK(s, st.rx_pkts == got && st.rx_overruns == 400 - got);
	SIM_CHECK(s, ena_rx_room(rq) == rq->rq_mask);
	SIM_CHECK(s, nic_stats(sim_nic(ad), 0)->rx_no_buf != 0);
	/* memory is back, and nobody says so */
	sim_starve(ad, false);
	sim_advance(s, 3 * SECOND);
	SIM_CHECK(s, ena_rx_room(rq) == (tick ? 0 : rq->rq_mask));
	for (i = 0; i < 100; i++)
		sim_wire_send(ad, f, sizeof(f));
	sim_advance(s, SECOND);
	SIM_CHECK(s, nic_stats(sim_nic(ad), 0)->rx_pkts ==
	    got + (tick ? 100 : 0));
	SIM_CHECK(s, sim_trouble(ad) == ENA_OK);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

static void
test_starved_ring(void **state)
{
	(void)state;
	starve(false, true);
	starve(true, true);
	starve(false, false);
	starve(true, false);
}

/* ---- what glue owes: a device that does not let go */

/*
 * Faulted, and it refuses the reset: everything is kept until the bus is told.
 * Freed without telling the bus, it is memory that the device still has.
 */
static void
refuse_reset(bool tell_the_bus)
{
	struct sim_adapter *ad;
	unsigned int blocks, bufs;
	struct sim *s;

	s = one("refuse_reset", "t4g", 70, NULL, &ad);
	sim_set_fault(s, "reset_never_ends");
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	blocks = sim_blocks(ad);
	bufs = sim_bufs(ad);
	arm(ad, MOCK_F_RESET_NEVER_ENDS, 100);
	ena_fault(sim_dev(ad), ENA_REASON_OS_TRIGGER);
	SIM_CHECK(s, nic_recover(sim_nic(ad)) == ENA_TIMEOUT);
	SIM_CHECK(s, nic_down(sim_nic(ad)) != ENA_OK);
	SIM_CHECK(s, sim_blocks(ad) == blocks && sim_bufs(ad) == bufs);
	SIM_CHECK(s, sim_violations(s) == 0);
	if (tell_the_bus)
		sim_bus_master(ad, false);
	ena_gone(sim_dev(ad));
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_blocks(ad) == 0 && sim_bufs(ad) == 0);
	if (tell_the_bus)
		SIM_CHECK(s, sim_violations(s) == 0);
	else
		SIM_CHECK(s, sim_violations_forgive(s, "has registered") > 0);
	sim_destroy(s);
}

static void
test_reset_refused_with_a_fault(void **state)
{
	(void)state;
	refuse_reset(true);
	refuse_reset(false);
}

/* ---- what glue owes: events */

/*
 * No interrupt arrives.  Events taken once a second, before the tick, keep
 * the device healthy for minutes; ticks alone do not.
 */
static void
test_events_before_ticks(void **state)
{
	struct sim_options so;
	struct sim_adapter *ad;
	struct ena_dev *dev;
	unsigned int i;
	struct sim *s;

	(void)state;
	sim_options_default(&so);
	so.tick_us = 0;
	s = one("events_before_ticks", "t4g", 80, &so, &ad);
	dev = sim_dev(ad);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	sim_lose_intr(ad, UINT32_MAX);
	for (i = 0; i < 180; i++) {
		sim_advance(s, SECOND);
		(void)ena_aenq_reap(dev);
		SIM_CHECK(s, ena_tick(dev) == ENA_OK);
	}
	SIM_CHECK(s, ena_dev_stats(dev)->es_keep_alives >= 170);
	SIM_CHECK(s, !mock_is_fatal(sim_mock(ad)) && sim_lawful(s));
	/* a kernel that slept: what waits in the ring counts as heard */
	for (i = 0; i < 5; i++) {
		sim_advance(s, 12 * SECOND);
		(void)ena_aenq_reap(dev);
		SIM_CHECK(s, ena_tick(dev) == ENA_OK);
	}
	SIM_CHECK(s, sim_lawful(s));
	for (i = 0; i < 40 && ena_tick(dev) == ENA_OK; i++)
		sim_advance(s, SECOND);
	SIM_CHECK(s, i < 40);
	SIM_CHECK(s, mock_is_fatal(sim_mock(ad)) ||
	    ena_fault_reason(dev) == 1);
	sim_destroy(s);
}

/* Somebody is on the AENQ lane while the ring is taken away. */
static void
recover_while_reaping(bool reaping)
{
	struct sim_options so;
	struct sim_adapter *ad;
	unsigned int me;
	struct sim *s;

	sim_options_default(&so);
	so.tick_us = 0;
	s = one("recover_while_reaping", "t4g", 90, &so, &ad);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	/* the management interrupt is off, or it would wait for the lane */
	sim_lose_intr(ad, UINT32_MAX);
	sim_advance(s, 1000);
	if (reaping) {
		me = sim_thread(s, 77);
		sim_lane_take(ad, ENA_LANE_AENQ, 0);
		sim_thread(s, me);
	}
	SIM_CHECK(s, nic_goto(sim_nic(ad), ENA_STATE_CONFIGURED) != ENA_GONE);
	SIM_CHECK(s, sim_violations(s) == 0);
	ena_fault(sim_dev(ad), ENA_REASON_OS_TRIGGER);
	SIM_CHECK(s, nic_recover(sim_nic(ad)) == ENA_OK);
	if (reaping) {
		/* a reset, a new ring */
		SIM_CHECK(s, sim_violations_forgive(s, "lane AENQ is of") >=
		    2);
		sim_lane_drop(ad, ENA_LANE_AENQ, 0);
	}
	sim_trouble_clear(ad);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

static void
test_nobody_reaps_below_admin_up(void **state)
{
	(void)state;
	recover_while_reaping(false);
	recover_while_reaping(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_from_any_moment),
		cmocka_unit_test(test_trace_points),
		cmocka_unit_test(test_failed_allocations),
		cmocka_unit_test(test_filled_first),
		cmocka_unit_test(test_starved_ring),
		cmocka_unit_test(test_reset_refused_with_a_fault),
		cmocka_unit_test(test_events_before_ticks),
		cmocka_unit_test(test_nobody_reaps_below_admin_up),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
