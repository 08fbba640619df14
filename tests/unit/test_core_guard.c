/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guards nothing else leans on: conditions of the core that could be taken
 * away without anybody in the other files noticing (tests/bite), each with
 * the harm that it prevents.
 */
#include "core_job.h"

#define INTR_MASK	0x4cU
#define DEPTH		64U

/* One pair, small rings, completions after us. */
static struct fix *
small_spec(const char *profile, uint32_t us)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = DEPTH;
	f->spec.config.cf_rx_depth = DEPTH;
	f->spec.mock.tx_us = us;
	fix_open(f);
	return (f);
}

static struct fix *
small_up(const char *profile, uint32_t us)
{
	struct fix *f = small_spec(profile, us);

	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

/* ---- interrupts */

/* Who left CONFIGURED has nobody to serve the management interrupt. */
static void
interrupt_is_masked_below_configured(void **state)
{
	struct fix *f = fix_planned("t4g");
	struct job j = { .done = 0 };
	uint32_t val;

	(void)state;
	fix_arrive(f, ENA_STATE_CONFIGURED);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_writes(f, INTR_MASK, &val), 1);
	assert_int_equal(val, 1);
	fix_journal(f, false);
	/* so an answer found late is no interrupt lost */
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 200000);
	assert_int_equal(ena_tick(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_no_intr, 0);
	fix_end(f);
}

/* ---- the answer ring */

static void
fault_and_reap(struct ena_dev *dev, struct ena_req *rq)
{
	(void)rq;
	ena_fault(dev, 9);
	assert_int_equal(ena_admin_reap(dev), ENA_FAULTED);
}

/* A queue that a callback has stopped is not looked at any more. */
static void
queue_stopped_by_a_callback(void **state)
{
	struct fix *f = admin_up("t4g");
	struct ena_req rq = { .rq_done = fault_and_reap };
	struct job j = { .done = 0 };
	union ena_cmd c;

	(void)state;
	ena_cmd_get(&c, 1, 0);
	assert_int_equal(ena_admin_post(f->dev, &c, &rq), ENA_OK);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_FAULTED);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_ABORTED);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_stale, 0);
	fix_end(f);
}

/* Posts again, and answers in the driver's own copy before it has looked. */
static void
answer_at_once(struct ena_dev *dev, struct ena_req *rq)
{
	unsigned int *left = rq->rq_arg;
	uint32_t head, id;
	union ena_cmd c;
	uint8_t *ring;

	if ((*left)-- == 0)
		return;
	ena_cmd_get(&c, 1, 0);
	assert_int_equal(ena_admin_post(dev, &c, rq), ENA_OK);
	for (id = 0; dev->dev_slots[id].as_req != rq; id++)
		continue;
	ring = dev->dev_dma[ENA_DMA_ACQ].dma_va;
	head = dev->dev_acq_head_pos;
	fix_w32(ring + head % 32 * 64, id | ((head & 32) == 0 ? W_PHASE : 0));
}

/* On a coherent machine a fast device could keep us for ever. */
static void
one_look_takes_a_ring_of_answers(void **state)
{
	struct fix *f = admin_up("t4g");
	unsigned int left = 100;
	struct ena_req rq = { .rq_done = answer_at_once, .rq_arg = &left };
	union ena_cmd c;

	(void)state;
	ena_cmd_get(&c, 1, 0);
	assert_int_equal(ena_admin_post(f->dev, &c, &rq), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(left, 100 - 32);
	left = 0;
	fix_end_dirty(f);
}

/* ---- ids beyond the rings: what lies behind them must not be believed */

/* As the plan says, and behind it bytes that look like packets in flight. */
static struct fix *
with_a_tail(void)
{
	struct fix *f = small_spec("t4g", 1000000);
	uint8_t *mem;
	size_t n;

	fix_plan_only(f);
	n = f->plan.pl_mem_bytes;
	free(f->mem[0]);
	mem = malloc(n + 4096);
	assert_non_null(mem);
	f->mem[0] = mem;
	assert_int_equal(ena_queue_give(f->dev, 0, mem, n), ENA_OK);
	memset(mem + n, 1, 4096);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	fix_journal(f, false);
	fix_learn(f);
	return (f);
}

static void
tx_id_beyond_the_ring(void **state)
{
	struct fix *f = with_a_tail();
	unsigned int n;
	uint16_t id, ids[4];

	(void)state;
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_txc(f, 0, 0, 2 * DEPTH);
	assert_int_equal(ena_tx_reap(ena_txq(f->dev, 0), ids, 4, &n),
	    ENA_FAULTED);
	assert_int_equal(n, 0);
	assert_int_equal(ena_fault_reason(f->dev), 5);
	fix_end(f);
}

/* Behind the posted lengths lie the slot counts of the TX queue. */
static void
rx_id_beyond_the_ring(void **state)
{
	struct fix *f = with_a_tail();
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	unsigned int i;
	uint16_t id;

	(void)state;
	for (i = 0; i < DEPTH / 2; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(fix_fill(f, 0, 8, 512), ENA_OK);
	memset(&t, 0, sizeof(t));
	fix_rxc(f, 0, 0, W_FIRST | W_LAST, 60, DEPTH, 0, 0);
	assert_int_equal(ena_rx_take_begin(ena_rxq(f->dev, 0), &t, 8),
	    ENA_OK);
	assert_int_equal(ena_rx_get(&t, &p), ENA_FAULTED);
	ena_rx_take_end(&t);
	assert_int_equal(ena_fault_reason(f->dev), 4);
	fix_end(f);
}

/* No bytes fit into any buffer, but not into one that is not there. */
static void
rx_nothing_in_an_idle_buffer(void **state)
{
	struct fix *f = small_up("t4g", 5);
	struct ena_rx_take t;
	struct ena_rx_pkt p;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 4, 512), ENA_OK);
	fix_rxc(f, 0, 0, W_FIRST | W_LAST, 0, 9, 0, 0);
	memset(&t, 0, sizeof(t));
	assert_int_equal(ena_rx_take_begin(ena_rxq(f->dev, 0), &t, 8),
	    ENA_OK);
	assert_int_equal(ena_rx_get(&t, &p), ENA_FAULTED);
	ena_rx_take_end(&t);
	assert_int_equal(ena_fault_reason(f->dev), 4);
	fix_end(f);
}

/* ---- runs of a burst */

/* n packets of one small buffer in one burst. */
static void
burst(struct fix *f, unsigned int n, uint16_t *ids)
{
	struct ena_buf vec = { .b_addr = f->q[0].one.pa, .b_len = 60 };
	struct ena_tx_pkt p = { .tp_bufs = &vec, .tp_nbufs = 1 };
	struct ena_tx_burst b;
	unsigned int i;

	memset(&b, 0, sizeof(b));
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	for (i = 0; i < n; i++)
		assert_int_equal(ena_tx_put(&b, &p, &ids[i]), ENA_OK);
	ena_tx_end(&b);
}

/*
 * The ring of free ids wraps where the ring of slots does not, as packets
 * take one of those and several of these.
 */
static void
ids_wrap_inside_a_burst(void **state)
{
	struct fix *f = small_up("t4g", 5);
	uint16_t id, ids[8];
	uint8_t seen[DEPTH];
	unsigned int i;

	(void)state;
	for (i = 0; i < DEPTH - 2; i++) {
		assert_int_equal(fix_tx_one(f, 0, i < 10 ? 2 : 1, &id),
		    ENA_OK);
		fix_tx_wait(f, 0, 1);
	}
	burst(f, 8, ids);
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < 8; i++) {
		assert_true(ids[i] < DEPTH);
		assert_int_equal(seen[ids[i]]++, 0);
	}
	fix_tx_wait(f, 0, 8);
	fix_end(f);
}

/* A new life takes its ids from the start, so that none is taken twice. */
static void
ids_start_over_in_a_new_life(void **state)
{
	struct fix *f = small_up("t4g", 1000000);
	unsigned int i, n;
	uint16_t id, ids[4];

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	for (i = 0; i < DEPTH - 1; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	/* not in order */
	fix_txc(f, 0, 0, 10);
	fix_txc(f, 0, 1, 11);
	assert_int_equal(fix_reap(f, 0, 4, ids, &n), ENA_OK);
	assert_int_equal(n, 2);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(id, DEPTH - 1);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(id, 10);
	/* the device did not complete them itself */
	fix_end_dirty(f);
}

/* ---- a fault stops each lane at once */

/* What has completed stays where it is until the queues are drained. */
static void
reap_after_a_fault_takes_nothing(void **state)
{
	struct fix *f = small_up("t4g", 5);
	unsigned int i, n;
	uint16_t id, ids[8];

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_pass(f, 100);
	ena_fault(f->dev, 9);
	assert_int_equal(ena_tx_reap(ena_txq(f->dev, 0), ids, 8, &n),
	    ENA_FAULTED);
	assert_int_equal(n, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_drain(f), 3);
	fix_end(f);
}

/* ---- resets */

/* A failed one is over: nothing of it is left for the next try to trip on. */
static void
failed_reset_can_be_tried_again_at_once(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_fault(f, MOCK_F_RESET_NEVER_STARTS, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_TIMEOUT);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_false(sim_logged(f->sim, "memory kept"));
	mock_fault_clear(f->mock);
	mock_flr(f->mock);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_end(f);
}

/* Turned away from before its trigger, a reset has nothing to finish. */
static void
reset_not_triggered_is_not_finished(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 0), ENA_AGAIN);
	assert_int_equal(ena_dev_stats(f->dev)->es_resets, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(ena_dev_stats(f->dev)->es_resets, 0);
	fix_end(f);
}

/* Carried to its end and failed there, it is over as well. */
static void
reset_left_and_failed_is_over(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int n;

	(void)state;
	fix_fault(f, MOCK_F_RESET_NEVER_ENDS, 0);
	assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 0), ENA_AGAIN);
	for (n = 0; ena_dev_stats(f->dev)->es_resets == 0; n++) {
		assert_true(n < 1000);
		assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 1),
		    ENA_AGAIN);
	}
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_TIMEOUT);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	fix_end_dirty(f);
}

/* Faults the device at the first step undone after a reset. */
struct late {
	struct fix *f;
	uint64_t resets;
	bool hit;
};

static void
fault_after_reset(void *arg, const char *line)
{
	struct late *l = arg;

	if (l->hit || ena_dev_stats(l->f->dev)->es_resets == l->resets ||
	    strstr(line, "core event=0 ") == NULL)
		return;
	l->hit = true;
	ena_fault(l->f->dev, 9);
}

/* A lane that faults a device just reset does not get it reset again. */
static void
fault_behind_the_reset_is_late(void **state)
{
	struct fix *f = fix_planned("t4g");
	struct late l = { .hit = false };

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	l.f = f;
	l.resets = ena_dev_stats(f->dev)->es_resets;
	sim_on_trace(f->sim, fault_after_reset, &l);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	sim_on_trace(f->sim, NULL, NULL);
	assert_true(l.hit);
	assert_int_equal(ena_dev_stats(f->dev)->es_resets, l.resets + 1);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

/* Who waits for an answer learns of the fault before the reset, not after. */
static void
waiters_end_before_the_reset(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };
	uint32_t wait;

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_LOST, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	ena_fault(f->dev, 9);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_ABORTED);
	fix_end(f);
}

static void
waiters_learn_that_it_is_gone(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_LOST, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_GONE);
	fix_end(f);
}

/* Said once, however many lanes find out. */
static void
removal_is_logged_once(void **state)
{
	struct fix *f = admin_up("t4g");
	const char *line;
	unsigned int i, n;

	(void)state;
	sim_pull(f->ad);
	for (i = 0; i < 3; i++)
		ena_gone(f->dev);
	for (i = 0, n = 0; (line = sim_log(f->sim, i)) != NULL; i++)
		if (strstr(line, "device is gone") != NULL)
			n++;
	assert_int_equal(n, 1);
	fix_end(f);
}

/* OFF is where nothing is held any more, not where one wants to go. */
static void
off_means_memory_is_back(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t wait;

	(void)state;
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_OFF);
	fix_arrive(f, ENA_STATE_ADMIN_UP);
	fix_arrive(f, ENA_STATE_QUIET);
	assert_int_not_equal(sim_blocks(f->ad), 0);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_MOVING);
	assert_int_equal(ena_dev_step(f->dev, &wait), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_OFF);
	assert_int_equal(sim_blocks(f->ad), 0);
	fix_end(f);
}

/* A device that rests sends no keep-alives, and nobody expects any. */
static void
quiet_device_need_not_be_alive(void **state)
{
	struct fix *f = fix_planned("t4g");
	unsigned int i;

	(void)state;
	fix_arrive(f, ENA_STATE_CONFIGURED);
	for (i = 0; i < 3; i++) {
		fix_pass(f, 1000000);
		(void)ena_aenq_reap(f->dev);
		assert_int_equal(ena_tick(f->dev), ENA_OK);
	}
	assert_int_not_equal(ena_dev_stats(f->dev)->es_keep_alives, 0);
	fix_arrive(f, ENA_STATE_QUIET);
	for (i = 0; i < 60; i++) {
		fix_pass(f, 1000000);
		assert_int_equal(ena_tick(f->dev), ENA_OK);
	}
	fix_end(f);
}

/* A device that was told no address needs no reset to forget it. */
static void
fault_before_the_first_memory(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_ADMIN_UP), ENA_OK);
	ena_fault(f->dev, 9);
	sim_fail_at(f->sim, sim_ops(f->sim) + 1);
	assert_int_equal(fix_steps(f), ENA_NO_MEMORY);
	assert_int_equal(ena_dev_stats(f->dev)->es_resets, 0);
	assert_int_equal(fix_mock(f).reg_writes, 0);
	fix_arrive(f, ENA_STATE_ADMIN_UP);
	fix_end(f);
}

/* ---- questions of steps that were left */

/*
 * The answer to what the step above asked, before or after it was left, is
 * not taken for the answer to what the first step asks on the way back.
 */
static void
question_of_a_step_left(bool answered)
{
	struct fix *f = fix_spec("max");
	uint32_t entries, wait;

	f->spec.config.cf_pairs = 2;
	fix_open(f);
	fix_plan_only(f);
	fix_arrive(f, ENA_STATE_RUNNING);
	entries = ena_dev_info(f->dev)->in_rss_entries;
	assert_int_not_equal(entries, 0);
	fix_arrive(f, ENA_STATE_CONFIGURED);
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 700, GET_FEATURE, 10);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while (mock_faults_hit(f->mock) == 0) {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
		fix_pass(f, 10);
	}
	if (answered) {
		fix_pass(f, 1000);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	fix_arrive(f, ENA_STATE_CONFIGURED);
	fix_arrive(f, ENA_STATE_RUNNING);
	assert_true(ena_dev_info(f->dev)->in_rss_table);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, entries);
	fix_end(f);
}

static void
answer_after_its_step_was_left(void **state)
{
	(void)state;
	question_of_a_step_left(false);
}

static void
answer_before_its_step_was_left(void **state)
{
	(void)state;
	question_of_a_step_left(true);
}

/* ---- queue commands */

/* n pairs of a device that has enough of them. */
static struct fix *
many_pairs(uint16_t n)
{
	struct fix *f = fix_spec("max");

	f->spec.config.cf_pairs = n;
	f->spec.config.cf_tx_depth = DEPTH;
	f->spec.config.cf_rx_depth = DEPTH;
	fix_open(f);
	fix_plan_only(f);
	fix_arrive(f, ENA_STATE_CONFIGURED);
	return (f);
}

/* Two RX queues must not share an index, either. */
static void
rx_index_twice(uint8_t op)
{
	struct fix *f = many_pairs(2);
	struct fix_twist *t;

	t = fix_twist16(f, op, 0, 8, 77);
	t->skip = 2;
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_PROTOCOL);
	assert_int_equal(t->hits, 2);
	assert_true(sim_logged(f->sim, "index in use 0x4d"));
	fix_untwist(f);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
rx_indices_are_unique(void **state)
{
	(void)state;
	rx_index_twice(3);
	rx_index_twice(1);
}

/* The register of a mere hint is not worth a fault, nor a write anywhere. */
static void
useless_hint_register_is_absent(void **state)
{
	static const uint32_t off[] = { 0x1001, 0, 0x4c, UINT32_MAX - 3 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(off); i++) {
		f = many_pairs(1);
		(void)fix_twist32(f, 3, 0, 12, off[i]);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
		assert_int_equal(ena_txq(f->dev, 0)->tq_io.io_numa_off, 0);
		assert_int_equal(ena_rxq(f->dev, 0)->rq_io.io_numa_off, 0);
		fix_end(f);
	}
}

static void
first_of_several_failures_counts(void **state)
{
	struct fix *f = many_pairs(3);

	(void)state;
	fix_fault_full(f, MOCK_F_ADMIN_STATUS, 1, 3, 0, 1, 1);
	fix_fault_full(f, MOCK_F_ADMIN_STATUS, 3, 3, 0, 1, 1);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_NO_MEMORY);
	assert_int_equal(mock_faults_hit(f->mock), 2);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* After a refusal nothing more is asked for. */
static void
refusal_ends_the_queue_commands(void **state)
{
	struct fix *f = many_pairs(40);

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 1, 3, 0);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_NO_MEMORY);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, 3, 0), 32);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* More commands than the admin queue holds, and a fault before the rest. */
static void
fault_between_queue_commands(void **state)
{
	struct fix *f = many_pairs(40);
	uint32_t wait;

	(void)state;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	do {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
		fix_pass(f, 5);
	} while (f->dev->dev_left < 32);
	ena_fault(f->dev, 9);
	assert_int_equal(fix_steps(f), ENA_FAULTED);
	fix_arrive(f, ENA_STATE_QUIET);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* Nothing is left to wait for. */
static void
removal_while_destroying_ends_at_once(void **state)
{
	struct fix *f = many_pairs(2);
	uint32_t wait;

	(void)state;
	fix_arrive(f, ENA_STATE_RUNNING);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
	assert_int_not_equal(f->dev->dev_left, 0);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(ena_dev_step(f->dev, &wait), ENA_OK);
	fix_end(f);
}

/* ---- invariants: each of their terms on its own */

static void
tx_invariant(void **state)
{
	struct fix *f = small_up("t4g", 5);
	struct ena_txq *q = ena_txq(f->dev, 0), was;

	(void)state;
	was = *q;
	assert_true(ena_txq_ok(q));
	q->tq_mask = DEPTH;		/* no power of two */
	assert_false(ena_txq_ok(q));
	q->tq_mask = UINT32_MAX;	/* nor is 0 */
	assert_false(ena_txq_ok(q));
	*q = was;
	q->tq_ring = NULL;
	assert_false(ena_txq_ok(q));
	q->tq_llq.li_entry_bytes = 128;	/* it is in device memory */
	assert_true(ena_txq_ok(q));
	q->tq_ring = was.tq_ring;	/* or is it? */
	assert_false(ena_txq_ok(q));
	*q = was;
	q->tq_cq = NULL;
	assert_false(ena_txq_ok(q));
	*q = was;
	q->tq_tail_pos = q->tq_done_pos + DEPTH - 1;
	assert_true(ena_txq_ok(q));
	q->tq_tail_pos++;
	assert_false(ena_txq_ok(q));
	q->tq_tail_pos = q->tq_done_pos - 1;
	assert_false(ena_txq_ok(q));
	*q = was;
	fix_end(f);
}

static void
rx_invariant(void **state)
{
	struct fix *f = small_up("t4g", 5);
	struct ena_rxq *q = ena_rxq(f->dev, 0), was;

	(void)state;
	was = *q;
	assert_true(ena_rxq_ok(q));
	q->rq_mask = DEPTH;
	assert_false(ena_rxq_ok(q));
	*q = was;
	q->rq_ring = NULL;
	assert_false(ena_rxq_ok(q));
	*q = was;
	q->rq_tail_pos = q->rq_head_pos + DEPTH - 1;
	assert_true(ena_rxq_ok(q));
	q->rq_nsegs = 1;		/* holds a slot, too */
	assert_false(ena_rxq_ok(q));
	q->rq_tail_pos = q->rq_head_pos;
	q->rq_nsegs = ENA_MAX_RX_SEGS;
	assert_true(ena_rxq_ok(q));
	q->rq_nsegs++;
	assert_false(ena_rxq_ok(q));
	*q = was;
	fix_end(f);
}

/* ---- the response buffer */

/* Both halves, although the upper one is 0 for an address below 4 GiB. */
static void
response_address_is_cleared_whole(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_arrive(f, ENA_STATE_ADMIN_UP);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_true(f->nwrites >= 2);
	assert_int_equal(f->writes[f->nwrites - 2].off, 0x60);
	assert_int_equal(f->writes[f->nwrites - 2].val, 0);
	assert_int_equal(f->writes[f->nwrites - 1].off, 0x64);
	assert_int_equal(f->writes[f->nwrites - 1].val, 0);
	fix_end(f);
}

static uint64_t
time_up(struct fix *f)
{
	uint64_t t0;

	t0 = sim_now(f->sim);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	return (sim_now(f->sim) - t0);
}

/*
 * There is one slot.  A read that was left with its answer on the way ends
 * when that comes, or when its time is up.
 */
static void
other_read_waits(bool lost, uint64_t min_us, uint64_t max_us)
{
	struct fix *f = admin_up("t4g");
	enum ena_result r;
	uint64_t t0;
	uint32_t v;

	if (lost)
		fix_fault(f, MOCK_F_READLESS_LOST, 0);
	t0 = sim_now(f->sim);
	assert_int_equal(ena_reg_read(f->dev, 0x08, &v), ENA_AGAIN);
	while ((r = ena_reg_read(f->dev, 0x58, &v)) == ENA_AGAIN) {
		assert_true(sim_now(f->sim) - t0 < 1000000);
		fix_pass(f, 10);
	}
	assert_int_equal(r, ENA_OK);
	assert_in_range(sim_now(f->sim) - t0, min_us, max_us);
	fix_end(f);
}

static void
read_waits_for_the_one_before(void **state)
{
	(void)state;
	other_read_waits(false, 1, 2000);
	other_read_waits(true, 200000, 202000);
}

/* A wrong answer in front of the right one: the buffer is lent again. */
static void
wrong_answer_before_the_right_one(void **state)
{
	struct fix *f = fix_spec("t4g");
	enum ena_result r;
	uint8_t rr[8];
	uint64_t pa;
	uint32_t v;

	(void)state;
	f->spec.mock.readless_us = 50;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	pa = f->dev->dev_dma[ENA_DMA_RESP].dma_pa;
	assert_int_equal(ena_reg_read(f->dev, 0x08, &v), ENA_AGAIN);
	fix_w16(rr, f->dev->dev_reg_seq);
	fix_w16(rr + 2, 0x58);
	fix_w32(rr + 4, 0x12345678);
	assert_true(sim_poke(f->ad, pa, rr, sizeof(rr)));
	assert_int_equal(ena_reg_read(f->dev, 0x08, &v), ENA_AGAIN);
	while ((r = ena_reg_read(f->dev, 0x08, &v)) == ENA_AGAIN)
		fix_pass(f, 1);
	assert_int_equal(r, ENA_OK);
	assert_int_not_equal(v, 0x12345678);
	fix_end(f);
}

/* Nobody waits for the answer to a read of the life before. */
static void
read_of_the_last_life_is_forgotten(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t us;

	(void)state;
	us = time_up(f);
	fix_arrive(f, ENA_STATE_OFF);
	fix_fault(f, MOCK_F_READLESS_LOST, 0);
	assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 0), ENA_AGAIN);
	fix_pass(f, 10);
	assert_int_equal(mock_faults_hit(f->mock), 1);
	fix_arrive(f, ENA_STATE_OFF);
	assert_true(time_up(f) < us + 50000);
	fix_end(f);
}

/* ---- what the device says about itself */

static void
versions_are_passed_on(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_version, 0x000a);
	assert_int_equal(ena_dev_info(f->dev)->in_controller, 0x01000001);
	fix_end(f);
}

/* ---- memory */

/* Queues on their way down still use what they were lent. */
static void
memory_stays_until_the_queues_are_down(void **state)
{
	struct fix *f = fix_running("t4g");

	(void)state;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(ena_queue_give(f->dev, 0, NULL, 0), ENA_STATE);
	assert_int_equal(fix_steps(f), ENA_OK);
	assert_int_equal(ena_queue_give(f->dev, 0, f->mem[0],
	    f->plan.pl_mem_bytes), ENA_OK);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* Nor may it be taken back from queues on their way up. */
static void
memory_stays_when_the_queues_come(void **state)
{
	struct fix *f = fix_planned("t4g");

	(void)state;
	fix_arrive(f, ENA_STATE_CONFIGURED);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	assert_int_equal(ena_queue_give(f->dev, 0, NULL, 0), ENA_STATE);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* Rings that were given back are pointed to by nothing. */
static void
rings_that_are_gone_are_forgotten(void **state)
{
	struct fix *f = small_up("t4g", 5);
	struct ena_pair *pr = f->dev->dev_pairs[0];

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_null(pr->pr_tx.tq_ring);
	assert_null(pr->pr_tx.tq_cq);
	assert_null(pr->pr_rx.rq_ring);
	assert_null(pr->pr_rx.rq_cq);
	fix_end(f);
}

/* A binding may hand out what was not asked for; rings are not put there. */
static void
careless_memory(unsigned int how)
{
	struct fix *f = small_spec("t4g", 5);

	fix_plan_only(f);
	fix_arrive(f, ENA_STATE_CONFIGURED);
	sim_careless(f->ad, how);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_INVAL);
	assert_int_equal(fix_cmds(f, 3, 0), 0);
	sim_careless(f->ad, 0);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
rings_within_reach(void **state)
{
	(void)state;
	careless_memory(SIM_CARELESS_WIDTH);
}

static void
rings_on_pages(void **state)
{
	(void)state;
	careless_memory(SIM_CARELESS_ALIGN);
}

/* Memory is kept over a reset; the device's reach may not be. */
static void
kept_memory_is_measured_again(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int i;
	uint64_t pa;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0, pa = 0; i < ENA_DMA_AREAS; i++)
		pa |= f->dev->dev_dma[i].dma_pa;
	assert_true(pa >> 32 != 0);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_twist_reg(f, 0x08, ~0x0000ff00U, 32U << 8);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_NO_MEMORY);
	assert_true(sim_logged(f->sim, "beyond 32 bits"));
	fix_untwist(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_is_masked_below_configured),
		cmocka_unit_test(queue_stopped_by_a_callback),
		cmocka_unit_test(one_look_takes_a_ring_of_answers),
		cmocka_unit_test(tx_id_beyond_the_ring),
		cmocka_unit_test(rx_id_beyond_the_ring),
		cmocka_unit_test(rx_nothing_in_an_idle_buffer),
		cmocka_unit_test(ids_wrap_inside_a_burst),
		cmocka_unit_test(ids_start_over_in_a_new_life),
		cmocka_unit_test(reap_after_a_fault_takes_nothing),
		cmocka_unit_test(failed_reset_can_be_tried_again_at_once),
		cmocka_unit_test(reset_not_triggered_is_not_finished),
		cmocka_unit_test(reset_left_and_failed_is_over),
		cmocka_unit_test(fault_behind_the_reset_is_late),
		cmocka_unit_test(waiters_end_before_the_reset),
		cmocka_unit_test(waiters_learn_that_it_is_gone),
		cmocka_unit_test(removal_is_logged_once),
		cmocka_unit_test(off_means_memory_is_back),
		cmocka_unit_test(quiet_device_need_not_be_alive),
		cmocka_unit_test(fault_before_the_first_memory),
		cmocka_unit_test(answer_after_its_step_was_left),
		cmocka_unit_test(answer_before_its_step_was_left),
		cmocka_unit_test(rx_indices_are_unique),
		cmocka_unit_test(useless_hint_register_is_absent),
		cmocka_unit_test(first_of_several_failures_counts),
		cmocka_unit_test(refusal_ends_the_queue_commands),
		cmocka_unit_test(fault_between_queue_commands),
		cmocka_unit_test(removal_while_destroying_ends_at_once),
		cmocka_unit_test(tx_invariant),
		cmocka_unit_test(rx_invariant),
		cmocka_unit_test(response_address_is_cleared_whole),
		cmocka_unit_test(read_waits_for_the_one_before),
		cmocka_unit_test(wrong_answer_before_the_right_one),
		cmocka_unit_test(read_of_the_last_life_is_forgotten),
		cmocka_unit_test(versions_are_passed_on),
		cmocka_unit_test(memory_stays_until_the_queues_are_down),
		cmocka_unit_test(memory_stays_when_the_queues_come),
		cmocka_unit_test(rings_that_are_gone_are_forgotten),
		cmocka_unit_test(rings_within_reach),
		cmocka_unit_test(rings_on_pages),
		cmocka_unit_test(kept_memory_is_measured_again),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
