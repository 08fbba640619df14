/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a device: every way up and down, stopped and turned round at
 * every moment; the fault latch; faults, removal and resets that fail.
 * What every single command or allocation does when it fails is in
 * test_core_fail.c.
 * ref: docs/theory.md#steps; protocol 4, 13; pitfalls 6, 7, 18, 113 to 127
 */
#include "core_fix.h"

static const enum ena_state levels[] = {
	ENA_STATE_OFF, ENA_STATE_QUIET, ENA_STATE_ADMIN_UP,
	ENA_STATE_CONFIGURED, ENA_STATE_RUNNING
};
#define LEVELS	5U

/* ---- where one can go */

static void
from_everywhere_to_everywhere(void **state)
{
	struct fix *f = fix_planned("t4g");
	unsigned int a, b;

	(void)state;
	for (a = 0; a < LEVELS; a++)
		for (b = 0; b < LEVELS; b++) {
			fix_arrive(f, levels[a]);
			fix_arrive(f, levels[b]);
			fix_arrive(f, ENA_STATE_OFF);
		}
	fix_end(f);
}

static void
staying_is_nothing(void **state)
{
	struct fix *f = fix_planned("t4g");
	uint64_t writes;
	unsigned int a;
	uint32_t wait;

	(void)state;
	for (a = 0; a < LEVELS; a++) {
		fix_arrive(f, levels[a]);
		writes = fix_mock(f).reg_writes;
		assert_int_equal(ena_dev_goto(f->dev, levels[a]), ENA_OK);
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_OK);
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_OK);
		assert_int_equal(fix_mock(f).reg_writes, writes);
	}
	fix_end(f);
}

static void
ticks_and_reaps_are_welcome_everywhere(void **state)
{
	struct fix *f = fix_planned("t4g");
	unsigned int a, n;

	(void)state;
	for (a = 0; a < LEVELS; a++) {
		fix_arrive(f, levels[a]);
		for (n = 0; n < 3; n++) {
			assert_int_equal(ena_tick(f->dev), ENA_OK);
			assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
			(void)ena_aenq_reap(f->dev);
			fix_pass(f, 1000000);
		}
	}
	/* and half way */
	fix_arrive(f, ENA_STATE_OFF);
	for (n = 0; fix_part(f, ENA_STATE_RUNNING, 0) == ENA_AGAIN; n++) {
		assert_int_equal(ena_tick(f->dev), ENA_OK);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		(void)ena_aenq_reap(f->dev);
		fix_pass(f, 100);
	}
	assert_in_range(n, 10, 100);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
no_such_target(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int s;

	(void)state;
	for (s = ENA_STATE_RUNNING + 1; s < ENA_STATES + 2; s++)
		assert_int_equal(ena_dev_goto(f->dev, (enum ena_state)s),
		    ENA_INVAL);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_OFF);
	fix_end(f);
}

static void
running_needs_a_plan_and_memory(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_STATE);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(ena_queue_give(f->dev, 1, NULL, 0), ENA_OK);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_STATE);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_ADMIN_UP);
	assert_int_equal(ena_queue_give(f->dev, 1, f->mem[1],
	    f->plan.pl_mem_bytes), ENA_OK);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
moving_in_between(void **state)
{
	struct fix *f = fix_planned("t4g");

	(void)state;
	assert_int_equal(fix_part(f, ENA_STATE_RUNNING, 0), ENA_AGAIN);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_MOVING);
	assert_int_equal(fix_part(f, ENA_STATE_RUNNING, 9), ENA_AGAIN);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_MOVING);
	fix_arrive(f, ENA_STATE_RUNNING);
	assert_int_equal(fix_part(f, ENA_STATE_OFF, 0), ENA_AGAIN);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_MOVING);
	fix_end(f);
}

/* ---- turning round */

/* Up, stopped after n waits, then to another level, then up. */
static void
turn_going_up(enum ena_state to)
{
	struct fix *f = fix_planned("t4g");
	enum ena_result r;
	char what[64];
	unsigned int n;

	for (n = 0;; n++) {
		(void)snprintf(what, sizeof(what), "up-%u-then-%s", n,
		    ena_state_name(to));
		sim_set_fault(f->sim, what);
		r = fix_part(f, ENA_STATE_RUNNING, n);
		fix_arrive(f, to);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_arrive(f, ENA_STATE_OFF);
		if (r == ENA_OK)
			break;
		assert_int_equal(r, ENA_AGAIN);
	}
	assert_in_range(n, 15, 200);
	sim_set_fault(f->sim, NULL);
	fix_end(f);
}

static void
turn_up_to_off(void **state)
{
	(void)state;
	turn_going_up(ENA_STATE_OFF);
}

static void
turn_up_to_quiet(void **state)
{
	(void)state;
	turn_going_up(ENA_STATE_QUIET);
}

static void
turn_up_to_admin_up(void **state)
{
	(void)state;
	turn_going_up(ENA_STATE_ADMIN_UP);
}

static void
turn_up_to_configured(void **state)
{
	(void)state;
	turn_going_up(ENA_STATE_CONFIGURED);
}

/* Down to a level, stopped after n waits, then to another, then on. */
static void
turn_going_down(enum ena_state down, enum ena_state to)
{
	struct fix *f = fix_planned("t4g");
	enum ena_result r;
	char what[64];
	unsigned int n;

	for (n = 0;; n++) {
		(void)snprintf(what, sizeof(what), "down-%s-%u-then-%s",
		    ena_state_name(down), n, ena_state_name(to));
		sim_set_fault(f->sim, what);
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_RUNNING) == ENA_OK);
		r = fix_part(f, down, n);
		fix_arrive(f, to);
		fix_arrive(f, ENA_STATE_OFF);
		if (r == ENA_OK)
			break;
		assert_int_equal(r, ENA_AGAIN);
	}
	assert_in_range(n, 2, 200);
	sim_set_fault(f->sim, NULL);
	fix_end(f);
}

static void
turn_down_to_running(void **state)
{
	(void)state;
	turn_going_down(ENA_STATE_OFF, ENA_STATE_RUNNING);
}

static void
turn_destroying_to_running(void **state)
{
	(void)state;
	turn_going_down(ENA_STATE_CONFIGURED, ENA_STATE_RUNNING);
}

static void
turn_down_to_configured(void **state)
{
	(void)state;
	turn_going_down(ENA_STATE_QUIET, ENA_STATE_CONFIGURED);
}

static void
turn_down_to_quiet(void **state)
{
	(void)state;
	turn_going_down(ENA_STATE_ADMIN_UP, ENA_STATE_QUIET);
}

/* ---- trouble at every moment */

enum trouble { FAULT, GONE, FAULT_AND_GONE };

static void
make_trouble(struct fix *f, enum trouble t)
{
	if (t != GONE)
		ena_fault(f->dev, 9);
	if (t != FAULT) {
		sim_pull(f->ad);
		ena_gone(f->dev);
	}
}

/* n waits on the way from a level to another, then trouble. */
static bool
trouble_at(enum trouble t, enum ena_state from, enum ena_state to,
    unsigned int n)
{
	struct fix *f = fix_planned("t4g");
	enum ena_result r;
	char what[64];

	(void)snprintf(what, sizeof(what), "trouble-%d-%s-%s-%u", (int)t,
	    ena_state_name(from), ena_state_name(to), n);
	sim_set_fault(f->sim, what);
	SIM_CHECK(f->sim, fix_goto(f, from) == ENA_OK);
	r = fix_part(f, to, n);
	make_trouble(f, t);
	if (r == ENA_AGAIN && to > from)
		SIM_CHECK(f->sim, fix_steps(f) ==
		    (t == FAULT ? ENA_FAULTED : ENA_GONE));
	else if (r == ENA_AGAIN)
		SIM_CHECK(f->sim, fix_steps(f) == ENA_OK);
	if (t == FAULT) {
		fix_arrive(f, ENA_STATE_QUIET);
		fix_arrive(f, ENA_STATE_RUNNING);
	} else {
		assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_OFF) == ENA_OK);
		SIM_CHECK(f->sim, sim_blocks(f->ad) == 0);
	}
	fix_end(f);
	return (r == ENA_AGAIN);
}

static void
fault_at_every_moment(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; trouble_at(FAULT, ENA_STATE_OFF, ENA_STATE_RUNNING, n);)
		n++;
	for (n = 0; trouble_at(FAULT, ENA_STATE_RUNNING, ENA_STATE_OFF, n);)
		n++;
}

/* A step of the bring-up, and who latches a fault when it is up. */
struct latch {
	struct fix *f;
	unsigned int step;
};

static void
latch(void *arg, const char *text)
{
	struct latch *l = arg;
	char up[64];

	(void)snprintf(up, sizeof(up), " core event=%u a=0x%x b=0x1",
	    ENA_TRACE_STEP, l->step);
	if (strstr(text, up) != NULL)
		ena_fault(l->f->dev, ENA_REASON_USER);
}

/*
 * Another lane's fault between two steps ends the bring-up with that, also
 * where what is left of it asks the device nothing.
 */
static void
fault_between_steps(void **state)
{
	struct latch l;
	unsigned int steps;

	(void)state;
	steps = ena_steps_at(ENA_STATE_RUNNING);
	assert_true(steps > 20);
	for (l.step = 0; l.step < steps - 1; l.step++) {
		l.f = fix_spec("min");
		l.f->spec.profile.features &= ~(1U << 14);
		l.f->spec.profile.features_rss &= ~(1U << 14);
		fix_open(l.f);
		fix_plan_only(l.f);
		sim_on_trace(l.f->sim, latch, &l);
		assert_int_equal(fix_goto(l.f, ENA_STATE_RUNNING),
		    ENA_FAULTED);
		sim_on_trace(l.f->sim, NULL, NULL);
		assert_int_equal(ena_dev_state(l.f->dev), ENA_STATE_DEAD);
		fix_arrive(l.f, ENA_STATE_QUIET);
		fix_end(l.f);
	}
}

/* So does one whose commands the admin lane has given up on already. */
static void
fault_reaped_in_a_bring_up(void **state)
{
	unsigned int n, reaped;
	enum ena_result r;
	struct fix *f;

	(void)state;
	for (n = reaped = 0, r = ENA_AGAIN; r == ENA_AGAIN; n++) {
		f = fix_planned("t4g");
		r = fix_part(f, ENA_STATE_RUNNING, n);
		if (r == ENA_AGAIN) {
			reaped += f->dev->dev_aq_out != 0;
			ena_fault(f->dev, ENA_REASON_USER);
			assert_int_equal(ena_admin_reap(f->dev), ENA_FAULTED);
			assert_int_equal(f->dev->dev_aq_out, 0);
			assert_int_equal(fix_steps(f), ENA_FAULTED);
			fix_arrive(f, ENA_STATE_QUIET);
		}
		fix_end(f);
	}
	assert_true(reaped > 10);
}

static void
removal_at_every_moment(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; trouble_at(GONE, ENA_STATE_OFF, ENA_STATE_RUNNING, n);)
		n++;
	for (n = 0; trouble_at(GONE, ENA_STATE_RUNNING, ENA_STATE_OFF, n);)
		n++;
	for (n = 0; trouble_at(FAULT_AND_GONE, ENA_STATE_RUNNING,
	    ENA_STATE_QUIET, n);)
		n++;
}

/* With a fault latched nobody waits for answers that do not come. */
static void
fault_does_not_wait_for_lost_answers(void **state)
{
	struct fix *f = fix_planned("t4g");
	uint64_t t0;

	(void)state;
	fix_fault_full(f, MOCK_F_ADMIN_LOST, 0, 3, 0, 0, 4);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while (mock_faults_hit(f->mock) < 4)
		assert_int_equal(fix_part(f, ENA_STATE_RUNNING, 1),
		    ENA_AGAIN);
	t0 = sim_now(f->sim);
	ena_fault(f->dev, 9);
	fix_arrive(f, ENA_STATE_QUIET);
	assert_true(sim_now(f->sim) - t0 < 100000);
	assert_int_equal(fix_mock(f).resets_by_reason[9], 1);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* Nobody says that the card is out: time says it. */
static bool
silent_removal_at(unsigned int n)
{
	struct fix *f = fix_planned("t4g");
	enum ena_result r;

	r = fix_part(f, ENA_STATE_RUNNING, n);
	sim_pull(f->ad);
	if (r == ENA_AGAIN)
		assert_int_not_equal(fix_steps(f), ENA_OK);
	else
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	fix_end(f);
	return (r == ENA_AGAIN);
}

static void
silent_removal_at_every_moment(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; silent_removal_at(n);)
		n++;
}

/* ---- the latch */

static void
first_reason_wins(void **state)
{
	struct fix *f = fix_planned("t4g");
	const struct ena_stats *es = ena_dev_stats(f->dev);

	(void)state;
	fix_arrive(f, ENA_STATE_CONFIGURED);
	ena_fault(f->dev, 3);
	ena_fault(f->dev, 4);
	assert_int_equal(ena_fault_reason(f->dev), 3);
	assert_int_equal(es->es_faults[3], 1);
	assert_int_equal(es->es_faults[4], 0);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	fix_arrive(f, ENA_STATE_QUIET);
	assert_int_equal(fix_mock(f).resets_by_reason[3], 1);
	ena_fault(f->dev, 4);
	assert_int_equal(ena_fault_reason(f->dev), 4);
	fix_end(f);
}

static void
odd_reasons_are_generic(void **state)
{
	static const uint32_t odd[] = { 21, 22, 255, 0x100, UINT32_MAX };
	struct fix *f = fix_planned("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(odd); i++) {
		ena_fault(f->dev, odd[i]);
		assert_int_equal(ena_fault_reason(f->dev), 13);
		fix_arrive(f, ENA_STATE_QUIET);
	}
	assert_int_equal(ena_dev_stats(f->dev)->es_faults[13],
	    FIX_COUNT(odd));
	fix_end(f);
}

/* With a fault only QUIET and OFF are legal, and every room says so. */
static void
faulted_device_does_nothing_else(void **state)
{
	struct fix *f = fix_planned("t4g");
	struct ena_dev_counters dc;
	struct ena_tx_burst b;
	struct ena_rx_fill rf;
	struct ena_rx_take rt;
	struct ena_req rq;
	unsigned int n, s;
	uint64_t writes;

	(void)state;
	fix_arrive(f, ENA_STATE_RUNNING);
	memset(&dc, 0, sizeof(dc));
	memset(&rq, 0, sizeof(rq));
	ena_fault(f->dev, 9);
	writes = fix_mock(f).reg_writes;
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_FAULTED);
	for (s = ENA_STATE_ADMIN_UP; s <= ENA_STATE_RUNNING; s++)
		assert_int_equal(ena_dev_goto(f->dev, (enum ena_state)s),
		    ENA_FAULTED);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_FAULTED);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(ena_admin_reap(f->dev), ENA_FAULTED);
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_FAULTED);
	assert_int_equal(ena_mtu_set(f->dev, 1500, &rq), ENA_FAULTED);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_FAULTED);
	assert_int_equal(fix_reap(f, 0, 8, NULL, &n), ENA_FAULTED);
	assert_int_equal(n, 0);
	assert_int_equal(ena_rx_begin(ena_rxq(f->dev, 0), &rf), ENA_FAULTED);
	assert_int_equal(ena_rx_take_begin(ena_rxq(f->dev, 0), &rt, 1),
	    ENA_FAULTED);
	ena_queue_unmask(f->dev, 0);
	ena_queue_mask(f->dev, 0);
	assert_int_equal(fix_mock(f).reg_writes, writes);
	fix_arrive(f, ENA_STATE_QUIET);
	assert_int_equal(fix_mock(f).resets_by_reason[9], 1);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
gone_is_for_ever(void **state)
{
	struct fix *f = fix_planned("t4g");
	struct ena_dev_counters dc;
	struct ena_tx_burst b;
	struct ena_rx_fill rf;
	struct ena_rx_take rt;
	struct ena_req rq;
	struct mock_stats st[2];
	unsigned int n, s;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	memset(&rq, 0, sizeof(rq));
	fix_arrive(f, ENA_STATE_RUNNING);
	ena_fault(f->dev, 9);
	ena_gone(f->dev);
	sim_pull(f->ad);
	ena_gone(f->dev);
	ena_fault(f->dev, 9);
	st[0] = fix_mock(f);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	for (s = ENA_STATE_QUIET; s <= ENA_STATE_RUNNING; s++)
		assert_int_equal(ena_dev_goto(f->dev, (enum ena_state)s),
		    ENA_GONE);
	assert_int_equal(ena_tick(f->dev), ENA_GONE);
	assert_int_equal(ena_admin_reap(f->dev), ENA_GONE);
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_GONE);
	assert_int_equal(ena_mtu_set(f->dev, 1500, &rq), ENA_GONE);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_GONE);
	assert_int_equal(fix_reap(f, 0, 8, NULL, &n), ENA_GONE);
	assert_int_equal(ena_rx_begin(ena_rxq(f->dev, 0), &rf), ENA_GONE);
	assert_int_equal(ena_rx_take_begin(ena_rxq(f->dev, 0), &rt, 1),
	    ENA_GONE);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	assert_int_equal(sim_blocks(f->ad), 0);
	assert_int_equal(ena_tick(f->dev), ENA_GONE);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_ADMIN_UP), ENA_GONE);
	/* nothing was said to a card that is not there: pitfall 7 */
	st[1] = fix_mock(f);
	assert_int_equal(st[0].reg_writes, st[1].reg_writes);
	fix_end(f);
}

/* ---- resets that fail: the memory stays, for the device may use it */

static void
stuck(enum mock_fault what, bool faulted, enum ena_state to, bool give_up)
{
	struct fix *f = fix_planned("t4g");
	unsigned int blocks;

	fix_arrive(f, ENA_STATE_RUNNING);
	blocks = sim_blocks(f->ad);
	if (faulted)
		ena_fault(f->dev, 9);
	fix_fault(f, what, 0);
	SIM_CHECK(f->sim, fix_goto(f, to) == ENA_TIMEOUT);
	SIM_CHECK(f->sim, ena_dev_state(f->dev) == ENA_STATE_DEAD);
	/* without a fault the queues were destroyed, their rings are free */
	SIM_CHECK(f->sim, sim_blocks(f->ad) ==
	    (faulted ? blocks : (unsigned int)ENA_DMA_CLOCK));
	if (what == MOCK_F_RESET_NEVER_ENDS) {
		/* asking again does not make it safe */
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_OFF) != ENA_OK);
		SIM_CHECK(f->sim, sim_blocks(f->ad) ==
		    (faulted ? blocks : (unsigned int)ENA_DMA_CLOCK));
	}
	if (give_up) {
		sim_bus_master(f->ad, false);
		ena_gone(f->dev);
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_OFF) == ENA_OK);
		SIM_CHECK(f->sim, sim_blocks(f->ad) == 0);
	} else {
		mock_fault_clear(f->mock);
		mock_flr(f->mock);
		fix_arrive(f, ENA_STATE_OFF);
		fix_arrive(f, ENA_STATE_RUNNING);
	}
	fix_end(f);
}

static void
stuck_all(enum ena_state to, bool give_up)
{
	stuck(MOCK_F_RESET_NEVER_STARTS, false, to, give_up);
	stuck(MOCK_F_RESET_NEVER_STARTS, true, to, give_up);
	stuck(MOCK_F_RESET_NEVER_ENDS, false, to, give_up);
	stuck(MOCK_F_RESET_NEVER_ENDS, true, to, give_up);
}

static void
failed_reset_keeps_memory_until_gone(void **state)
{
	(void)state;
	stuck_all(ENA_STATE_OFF, true);
	stuck_all(ENA_STATE_QUIET, true);
}

static void
failed_reset_can_be_tried_again(void **state)
{
	(void)state;
	stuck_all(ENA_STATE_OFF, false);
	stuck_all(ENA_STATE_QUIET, false);
}

/* A bring-up that fails, and whose undo fails too. */
static void
failed_undo_keeps_memory(void **state)
{
	struct fix *f = fix_planned("t4g");
	unsigned int blocks;

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 6, 1, 0);
	fix_fault_full(f, MOCK_F_RESET_NEVER_ENDS, 0, 0, 0, 1, 1);
	assert_int_not_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	blocks = sim_blocks(f->ad);
	assert_true(blocks >= ENA_DMA_CLOCK);
	assert_int_not_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_not_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(sim_blocks(f->ad), blocks);
	mock_flr(f->mock);
	(void)fix_goto(f, ENA_STATE_OFF);
	assert_int_equal(sim_blocks(f->ad), 0);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/*
 * All ones, but it goes on writing to memory (D5): found out on the way down,
 * with a fault and without, and on the way up.
 */
static void
all_ones_is_told_before_memory_goes(void **state)
{
	unsigned int how;
	enum ena_result r;
	struct fix *f;
	uint32_t wait;

	(void)state;
	for (how = 0; how < 3; how++) {
		f = how == 2 ? fix_planned("t4g") : fix_running("t4g");
		if (how == 0)
			ena_fault(f->dev, ENA_REASON_USER);
		if (how == 2)
			assert_int_equal(fix_goto(f, ENA_STATE_QUIET),
			    ENA_OK);
		fix_twist_reg(f, ENAHW_REG_DEV_STS, UINT32_MAX, UINT32_MAX);
		assert_int_equal(ena_dev_goto(f->dev, how == 2 ?
		    ENA_STATE_RUNNING : ENA_STATE_OFF), ENA_OK);
		do {
			r = ena_dev_step(f->dev, &wait);
			assert_int_equal(r, ENA_AGAIN);
			fix_pass(f, wait + 1);
		} while (ena_dev_state(f->dev) != ENA_STATE_GONE);
		assert_int_equal(wait, 0);
		/* rings may have been destroyed before */
		assert_int_not_equal(sim_blocks(f->ad), 0);
		sim_bus_master(f->ad, false);
		assert_int_equal(fix_steps(f), how == 2 ? ENA_GONE : ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
		assert_int_equal(sim_violations(f->sim), 0);
		fix_end_dirty(f);
	}
}

/* ---- failed bring-up, undone half way, and what is asked meanwhile */

static struct fix *
undoing(void)
{
	struct fix *f = fix_planned("t4g");
	uint32_t wait;

	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 6, 8, 26);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	do {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
		fix_pass(f, wait);
	} while (!sim_logged(f->sim, "bring-up: "));
	return (f);
}

static void
undo_is_not_interrupted(void **state)
{
	struct fix *f = undoing();

	(void)state;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_ADMIN_UP), ENA_BUSY);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_BUSY);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_MOVING);
	assert_int_equal(fix_steps(f), ENA_REFUSED);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_int_equal(fix_mock(f).resets_by_reason[7], 1);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* OFF was asked for and reached, so the answer is ENA_OK. */
static void
undo_may_go_on_to_off(void **state)
{
	struct fix *f = undoing();

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_OFF);
	assert_int_equal(sim_blocks(f->ad), 0);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* ---- the rest */

static void
configs_are_checked(void **state)
{
	struct fix *f = fix_new("t4g");
	struct ena_config good = f->spec.config, c;
	static struct ena_dev dev;
	unsigned int i;

	(void)state;
	for (i = 0; i < 13; i++) {
		c = good;
		switch (i) {
		case 0: c.cf_bar0_bytes = 0; break;
		case 1: c.cf_bar0_bytes = 0x6c; break;
		case 2: c.cf_cpus = 0; break;
		case 3: c.cf_tx_depth = 1000; break;
		case 4: c.cf_rx_depth = 1000; break;
		case 5: c.cf_tx_depth = 65535; break;
		case 6: c.cf_pairs = 129; break;
		case 7: c.cf_pairs = 65535; break;
		case 8: c.cf_mtu = 127; break;
		case 9: c.cf_mtu = 1; break;
		case 10: c.cf_tx_depth = 1; break;
		case 11: c.cf_rx_depth = 1; break;
		case 12: c.cf_try = 0x10; break;
		}
		assert_int_equal(ena_dev_init(&dev, f->os, &c, NULL, NULL),
		    ENA_INVAL);
		assert_non_null(sim_log(f->sim, i));
	}
	for (i = 0; i < 5; i++) {
		c = good;
		switch (i) {
		case 0: c.cf_bar0_bytes = 0x70; break;
		case 1: c.cf_tx_depth = 4; c.cf_rx_depth = 32768; break;
		case 2: c.cf_pairs = 128; break;
		case 3: c.cf_mtu = 128; break;
		case 4: c.cf_cpus = 65535; break;
		}
		assert_int_equal(ena_dev_init(&dev, f->os, &c, NULL, NULL),
		    ENA_OK);
		assert_int_equal(ena_dev_state(&dev), ENA_STATE_OFF);
		assert_int_equal(ena_fault_reason(&dev), -1);
		assert_false(ena_link_up(&dev));
	}
	fix_end(f);
}

/* Pitfall 144: short back-off, no fixed long waits. */
static void
bring_up_is_quick(void **state)
{
	static const char *const names[] = { "t4g", "c7g", "min" };
	struct fix *f;
	uint64_t t0;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++) {
		f = fix_planned(names[i]);
		t0 = sim_now(f->sim);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
		assert_true(sim_now(f->sim) - t0 < 50000);
		t0 = sim_now(f->sim);
		assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
		assert_true(sim_now(f->sim) - t0 < 50000);
		fix_end(f);
	}
}

/* The wait grows and has an end: pitfall 24. */
static void
back_off_doubles_up_to_5_ms(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t last, wait;
	unsigned int i;

	(void)state;
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 0, 3);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0, last = 0; i < 20; i++) {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
		if (last == 0)
			assert_in_range(wait, 1, 100);
		else
			assert_int_equal(wait, last < 2500 ? 2 * last : 5000);
		last = wait;
		fix_pass(f, wait);
	}
	assert_int_not_equal(fix_steps(f), ENA_OK);
	fix_end(f);
}

/* Two adapters, step by step in turns, share nothing: pitfall 130. */
static void
two_devices_at_once(void **state)
{
	struct fix *f = fix_new("t4g");
	struct ena_dev *dev[2];
	struct sim_adapter *other;
	struct sim_spec spec;
	enum ena_result r[2];
	unsigned int i;
	uint32_t wait;

	(void)state;
	sim_spec(&spec, "max");
	other = sim_add(f->sim, &spec);
	assert_non_null(other);
	dev[0] = f->dev;
	dev[1] = calloc(1, sizeof(*dev[1]));
	assert_non_null(dev[1]);
	assert_int_equal(ena_dev_init(dev[1], sim_os(other), &spec.config,
	    NULL, NULL), ENA_OK);
	for (i = 0; i < 2; i++) {
		assert_int_equal(ena_dev_goto(dev[i], ENA_STATE_CONFIGURED),
		    ENA_OK);
		r[i] = ENA_AGAIN;
	}
	while (r[0] == ENA_AGAIN || r[1] == ENA_AGAIN) {
		for (i = 0; i < 2; i++)
			if (r[i] == ENA_AGAIN)
				r[i] = ena_dev_step(dev[i], &wait);
		sim_advance(f->sim, 10);
	}
	assert_int_equal(r[0], ENA_OK);
	assert_int_equal(r[1], ENA_OK);
	assert_int_equal(ena_dev_info(dev[0])->in_max_pairs, 2);
	assert_int_equal(ena_dev_info(dev[1])->in_max_pairs, 128);
	assert_memory_not_equal(ena_dev_info(dev[0])->in_mac,
	    ena_dev_info(dev[1])->in_mac, 6);
	ena_fault(dev[1], 9);
	assert_int_equal(ena_fault_reason(dev[0]), -1);
	assert_int_equal(ena_tick(dev[0]), ENA_OK);
	assert_int_equal(ena_dev_goto(dev[1], ENA_STATE_OFF), ENA_OK);
	while ((r[1] = ena_dev_step(dev[1], &wait)) == ENA_AGAIN)
		sim_advance(f->sim, 10);
	assert_int_equal(r[1], ENA_OK);
	free(dev[1]);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_everywhere_to_everywhere),
		cmocka_unit_test(staying_is_nothing),
		cmocka_unit_test(ticks_and_reaps_are_welcome_everywhere),
		cmocka_unit_test(no_such_target),
		cmocka_unit_test(running_needs_a_plan_and_memory),
		cmocka_unit_test(moving_in_between),
		cmocka_unit_test(turn_up_to_off),
		cmocka_unit_test(turn_up_to_quiet),
		cmocka_unit_test(turn_up_to_admin_up),
		cmocka_unit_test(turn_up_to_configured),
		cmocka_unit_test(turn_down_to_running),
		cmocka_unit_test(turn_destroying_to_running),
		cmocka_unit_test(turn_down_to_configured),
		cmocka_unit_test(turn_down_to_quiet),
		cmocka_unit_test(fault_at_every_moment),
		cmocka_unit_test(fault_between_steps),
		cmocka_unit_test(fault_reaped_in_a_bring_up),
		cmocka_unit_test(removal_at_every_moment),
		cmocka_unit_test(fault_does_not_wait_for_lost_answers),
		cmocka_unit_test(silent_removal_at_every_moment),
		cmocka_unit_test(first_reason_wins),
		cmocka_unit_test(odd_reasons_are_generic),
		cmocka_unit_test(faulted_device_does_nothing_else),
		cmocka_unit_test(gone_is_for_ever),
		cmocka_unit_test(failed_reset_keeps_memory_until_gone),
		cmocka_unit_test(all_ones_is_told_before_memory_goes),
		cmocka_unit_test(failed_reset_can_be_tried_again),
		cmocka_unit_test(failed_undo_keeps_memory),
		cmocka_unit_test(undo_is_not_interrupted),
		cmocka_unit_test(undo_may_go_on_to_off),
		cmocka_unit_test(configs_are_checked),
		cmocka_unit_test(bring_up_is_quick),
		cmocka_unit_test(back_off_doubles_up_to_5_ms),
		cmocka_unit_test(two_devices_at_once),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
