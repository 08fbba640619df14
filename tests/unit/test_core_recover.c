/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a fault: attempts and their delays, giving up, the snapshot; rings
 * that change at run time or shrink when memory is low.
 * ref: protocol 13.5; pitfalls 108, 116, 118, 123
 */
#include "core_job.h"

/* ---- attempts */

static void
attempts_are_bounded(void **state)
{
	static const uint32_t want[] = { 0, 1, 2, 4, 8, 16, 32, 32 };
	struct fix *f = fix_running("t4g");
	uint32_t wait;
	unsigned int i;

	(void)state;
	assert_int_equal(ena_recover(f->dev, &wait), ENA_STATE);
	for (i = 0; i < FIX_COUNT(want); i++) {
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(ena_recover(f->dev, &wait), ENA_STATE);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(ena_recover(f->dev, &wait), ENA_OK);
		assert_int_equal(wait, want[i] * 1000000);
		assert_int_equal(fix_up(f), ENA_OK);
	}
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(ena_recover(f->dev, &wait), ENA_DEAD);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_int_equal(ena_recover(f->dev, &wait), ENA_DEAD);
	/* the user may leave; reaching OFF forgets */
	fix_arrive(f, ENA_STATE_OFF);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(ena_recover(f->dev, &wait), ENA_OK);
	assert_int_equal(wait, 0);
	fix_end(f);
}

/* Said once each time, however often one asks. */
static void
giving_up_is_logged_once(void **state)
{
	struct fix *f = fix_new("t4g");
	const char *line;
	uint32_t wait;
	unsigned int i, n, round;

	(void)state;
	for (round = 1; round <= 2; round++) {
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		for (i = 0; i < 8; i++)
			assert_int_equal(ena_recover(f->dev, &wait), ENA_OK);
		for (i = 0; i < 3; i++)
			assert_int_equal(ena_recover(f->dev, &wait),
			    ENA_DEAD);
		for (i = 0, n = 0; (line = sim_log(f->sim, i)) != NULL; i++)
			n += strstr(line, "given up after 8") != NULL;
		assert_int_equal(n, round);
		assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	}
	fix_end(f);
}

/* Failed bring-ups are attempts, too. */
static void
failed_bring_ups_count(void **state)
{
	struct fix *f = fix_running("t4g");
	uint32_t wait;
	unsigned int i;

	(void)state;
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	for (i = 0; i < 8; i++) {
		assert_int_equal(ena_recover(f->dev, &wait), ENA_OK);
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 6, 8, 1);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP),
		    ENA_REFUSED);
		assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	}
	assert_int_equal(wait, 32000000);
	assert_int_equal(ena_recover(f->dev, &wait), ENA_DEAD);
	/* straight up again, if the user says so */
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	fix_end(f);
}

static void
a_minute_of_calm_forgives(void **state)
{
	struct fix *f = fix_running("t4g");
	uint32_t wait;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 12; i++) {
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(ena_recover(f->dev, &wait), ENA_OK);
		/* every third life is too short */
		assert_int_equal(wait, i % 3 == 0 ? 0 : (i % 3) * 1000000);
		assert_int_equal(fix_up(f), ENA_OK);
		for (k = 0; k < (i % 3 == 2 ? 61U : 50U); k++) {
			fix_pass(f, 1000000);
			(void)ena_aenq_reap(f->dev);
			assert_int_equal(ena_tick(f->dev), ENA_OK);
		}
	}
	fix_end(f);
}

static void
gone_is_not_recovered(void **state)
{
	struct fix *f = fix_running("t4g");
	uint32_t wait;

	(void)state;
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(ena_recover(f->dev, &wait), ENA_GONE);
	fix_end_dirty(f);
}

/* ---- the snapshot */

static void
snapshot_tells_how_it_was(void **state)
{
	const struct ena_snapshot *sn;
	struct fix *f = fix_new("t4g");
	uint16_t id;
	unsigned int i;

	(void)state;
	assert_null(ena_snapshot(f->dev));
	assert_int_equal(fix_up(f), ENA_OK);
	for (i = 0; i < 5; i++)
		assert_int_equal(fix_tx_one(f, 1, 1, &id), ENA_OK);
	fix_tx_wait(f, 1, 5);
	assert_int_equal(fix_tx_one(f, 1, 2, &id), ENA_OK);
	assert_int_equal(fix_fill(f, 0, 7, 2048), ENA_OK);
	ena_queue_intr(f->dev, 1);
	assert_null(ena_snapshot(f->dev));
	ena_fault(f->dev, ENAHW_RESET_MISS_TX_CMPL);
	fix_fault(f, MOCK_F_FATAL, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	sn = ena_snapshot(f->dev);
	assert_non_null(sn);
	assert_int_equal(sn->sn_count, 1);
	assert_int_equal(sn->sn_reason, 3);
	assert_int_equal(sn->sn_step, ena_steps_at(ENA_STATE_RUNNING));
	assert_int_equal(sn->sn_version, f->spec.profile.version);
	assert_int_equal(sn->sn_controller,
	    f->spec.profile.controller_version);
	assert_int_equal(sn->sn_caps, f->dev->dev_caps);
	assert_true((sn->sn_dev_sts & 0x20) != 0);
	assert_int_equal(sn->sn_outstanding, 0);
	assert_int_equal(sn->sn_aq_tail, sn->sn_acq_head);
	assert_int_equal(sn->sn_pairs, 2);
	assert_int_equal(sn->sn_queue[1].qp_tx_tail, 7);
	assert_int_equal(sn->sn_queue[1].qp_tx_done, 5);
	assert_int_equal(sn->sn_queue[1].qp_tx_head, 5);
	assert_int_equal(sn->sn_queue[0].qp_rx_tail, 7);
	assert_int_equal(sn->sn_queue[1].qp_intrs, 1);
	assert_true(sn->sn_logged > 10);
	assert_int_equal(sn->sn_log[0].ar_opcode, 9);
	assert_int_equal(sn->sn_log[0].ar_feature, 14);
	(void)fix_drain(f);
	/* an orderly end is a reset, too; its reason says so */
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(sn->sn_count, 2);
	assert_int_equal(sn->sn_reason, 0);
	fix_end(f);
}

static void
snapshot_of_what_was_under_way(void **state)
{
	struct fix *f = fix_running("t4g");
	const struct ena_snapshot *sn;
	struct job j = { .done = 0 };
	unsigned int i;
	uint16_t head;

	(void)state;
	for (i = 0; i < 3; i++) {
		fix_pass(f, 1000000);
		(void)ena_aenq_reap(f->dev);
	}
	head = f->dev->dev_aenq_head_pos;
	assert_true(head > 16);
	fix_fault(f, MOCK_F_ADMIN_LOST, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(j.r, ENA_ABORTED);
	sn = ena_snapshot(f->dev);
	assert_int_equal(sn->sn_outstanding, 1);
	assert_int_equal((uint16_t)(sn->sn_aq_tail - sn->sn_acq_head), 1);
	assert_int_equal(sn->sn_aenq_head, head);
	assert_int_not_equal(sn->sn_beats, 0);
	assert_int_equal(sn->sn_beats,
	    ena_dev_stats(f->dev)->es_keep_alives);
	fix_end(f);
}

/* What the tick saw stays there if nothing can be read any more. */
static void
snapshot_keeps_the_last_status(void **state)
{
	struct fix *f = fix_running("t4g");
	unsigned int n;

	(void)state;
	fix_fault(f, MOCK_F_FATAL, 0);
	for (n = 0; ena_tick(f->dev) == ENA_OK; n++) {
		assert_true(n < 10);
		fix_pass(f, 1000000);
	}
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 0, 100);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_TIMEOUT);
	assert_true((ena_snapshot(f->dev)->sn_dev_sts & 0x20) != 0);
	mock_fault_clear(f->mock);
	fix_end(f);
}

/* There may be more pairs than the snapshot has room for. */
static void
snapshot_has_the_first_pairs(void **state)
{
	struct fix *f = fix_spec("max");
	const struct ena_snapshot *sn;
	const struct ena_rxq *q;
	unsigned int i, taken;

	(void)state;
	f->spec.config.cf_pairs = 40;
	f->spec.config.cf_rx_depth = 64;
	f->spec.config.cf_tx_depth = 64;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	for (i = 0; i < 40; i++)
		assert_int_equal(fix_fill(f, i, i + 1, 512), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	sn = ena_snapshot(f->dev);
	assert_int_equal(sn->sn_pairs, 40);
	for (i = 0, taken = 0; i < ENA_SNAP_PAIRS; i++) {
		q = ena_rxq(f->dev, i);
		assert_in_range(sn->sn_queue[i].qp_rx_tail, i + 1, i + 3);
		assert_int_equal(sn->sn_queue[i].qp_rx_tail, q->rq_tail_pos);
		assert_int_equal(sn->sn_queue[i].qp_rx_head, q->rq_head_pos);
		taken += q->rq_head_pos;
	}
	assert_int_not_equal(taken, 0);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	fix_end(f);
}

/* A plan alone has no queues yet, and those before it count no more. */
static void
snapshot_without_memory(void **state)
{
	static const struct ena_queue_pos none;
	struct fix *f = fix_running("t4g");
	const struct ena_snapshot *sn;
	struct ena_plan plan;
	unsigned int i;
	uint64_t now;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 3, 512), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	sn = ena_snapshot(f->dev);
	assert_int_equal(sn->sn_queue[0].qp_rx_tail, 3);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_queue_plan(f->dev, 2, &plan), ENA_OK);
	for (i = 0; i < f->npairs; i++) {
		free(f->mem[i]);
		f->mem[i] = NULL;
	}
	fix_pass(f, 1000000);
	now = sim_now(f->sim);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_in_range(sn->sn_time_us, now, now + 1000);
	assert_int_equal(sn->sn_pairs, 1);
	assert_memory_equal(&sn->sn_queue[0], &none, sizeof(none));
	fix_end(f);
}

/* ---- rings at run time */

static void
change(struct fix *f, unsigned int pairs, unsigned int tx, unsigned int rx)
{
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(ena_queue_wish(f->dev, pairs, tx, rx), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(f->plan.pl_pairs, pairs);
	assert_int_equal(f->plan.pl_tx_depth, tx);
	assert_int_equal(f->plan.pl_rx_depth, rx);
	fix_prove(f);
}

static void
queues_change_at_run_time(void **state)
{
	struct fix *f = fix_running("max");
	uint64_t resets;

	(void)state;
	resets = ena_dev_stats(f->dev)->es_resets;
	change(f, 3, 512, 256);
	change(f, 1, 256, 4096);
	change(f, 12, 8192, 1024);
	/* without a reset: carrier and counters stay */
	assert_int_equal(ena_dev_stats(f->dev)->es_resets, resets);
	fix_end(f);
}

static void
wishes_are_checked(void **state)
{
	struct fix *f = fix_running("t4g");

	(void)state;
	assert_int_equal(ena_queue_wish(f->dev, 129, 0, 0), ENA_INVAL);
	assert_int_equal(ena_queue_wish(f->dev, 65537, 0, 0), ENA_INVAL);
	assert_int_equal(ena_queue_wish(f->dev, 1, 1000, 0), ENA_INVAL);
	assert_int_equal(ena_queue_wish(f->dev, 1, 65536, 0), ENA_INVAL);
	assert_int_equal(ena_queue_wish(f->dev, 1, 0, 65536 + 256),
	    ENA_INVAL);
	assert_int_equal(ena_queue_wish(f->dev, 1, 0, 2), ENA_INVAL);
	/* and nothing of it is kept */
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(f->plan.pl_pairs, 2);
	fix_end(f);
}

static void
rings_shrink_when_memory_is_low(void **state)
{
	static const uint16_t want[][2] = {
		{ 1024, 2048 }, { 1024, 1024 }, { 512, 512 }, { 256, 256 }
	};
	struct fix *f = fix_spec("max");
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 1024;
	f->spec.config.cf_rx_depth = 2048;
	fix_open(f);
	for (i = 0; i < FIX_COUNT(want); i++) {
		/* the device has no room for the queue */
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 1, 3, 0);
		assert_int_equal(fix_up(f), ENA_NO_MEMORY);
		assert_int_equal(f->plan.pl_tx_depth, want[i][0]);
		assert_int_equal(f->plan.pl_rx_depth, want[i][1]);
		assert_int_equal(ena_queue_shrink(f->dev), i < 3);
	}
	assert_int_equal(fix_up(f), ENA_OK);
	/* what is sent is the reduced depth */
	c = fix_cmd(f, 3, 0, 0);
	assert_int_equal(fix_r16(c->bytes + 6), 256);
	c = fix_cmd(f, 1, 0, 1);
	assert_int_equal(fix_r16(c->bytes + 10), 256);
	fix_prove(f);
	/* the next life may have all of it again */
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(f->plan.pl_tx_depth, 1024);
	assert_int_equal(f->plan.pl_rx_depth, 2048);
	fix_prove(f);
	fix_end(f);
}

/* One step of it for each: the deeper, then both. */
static void
deeper_transmit_ring_shrinks_first(void **state)
{
	static const uint16_t want[][2] = {
		{ 1024, 512 }, { 512, 512 }, { 256, 256 }
	};
	struct fix *f = fix_spec("max");
	unsigned int i;

	(void)state;
	f->spec.config.cf_tx_depth = 1024;
	f->spec.config.cf_rx_depth = 512;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0; i < FIX_COUNT(want); i++) {
		assert_int_equal(fix_plan(f), ENA_OK);
		assert_int_equal(f->plan.pl_tx_depth, want[i][0]);
		assert_int_equal(f->plan.pl_rx_depth, want[i][1]);
		assert_int_equal(ena_queue_shrink(f->dev), i < 2);
	}
	fix_end(f);
}

/* Not even by a reduction meant for the rings before. */
static void
no_ring_is_deeper_than_wished(void **state)
{
	struct fix *f = fix_new("max");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(f->plan.pl_tx_depth, 1024);
	assert_int_equal(ena_queue_wish(f->dev, 0, 256, 256), ENA_OK);
	assert_true(ena_queue_shrink(f->dev));
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(f->plan.pl_tx_depth, 256);
	assert_int_equal(f->plan.pl_rx_depth, 256);
	/* a new wish is one for all of it */
	assert_int_equal(ena_queue_wish(f->dev, 0, 1024, 1024), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_true(ena_queue_shrink(f->dev));
	assert_int_equal(ena_queue_wish(f->dev, 0, 1024, 1024), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(f->plan.pl_tx_depth, 1024);
	assert_int_equal(f->plan.pl_rx_depth, 1024);
	fix_end(f);
}

/* A device that offers less after a reset: plan again, or be told. */
static void
old_plan_is_checked(void **state)
{
	/* MAX_QUEUES_EXT: TX SQs, TX SQ depth, RX CQ depth */
	static const struct { unsigned int off; uint32_t less; } row[] = {
		{ 4, 1 }, { 20, 512 }, { 32, 512 }
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(row); i++) {
		f = fix_running("t4g");
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		(void)fix_twist32(f, 8, 7, 8 + row[i].off, row[i].less);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(f->twist[0].hits, 1);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_INVAL);
		assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
		assert_int_equal(fix_up(f), ENA_OK);
		fix_prove(f);
		fix_end(f);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_are_bounded),
		cmocka_unit_test(giving_up_is_logged_once),
		cmocka_unit_test(failed_bring_ups_count),
		cmocka_unit_test(a_minute_of_calm_forgives),
		cmocka_unit_test(gone_is_not_recovered),
		cmocka_unit_test(snapshot_tells_how_it_was),
		cmocka_unit_test(snapshot_of_what_was_under_way),
		cmocka_unit_test(snapshot_keeps_the_last_status),
		cmocka_unit_test(snapshot_has_the_first_pairs),
		cmocka_unit_test(snapshot_without_memory),
		cmocka_unit_test(queues_change_at_run_time),
		cmocka_unit_test(wishes_are_checked),
		cmocka_unit_test(rings_shrink_when_memory_is_low),
		cmocka_unit_test(deeper_transmit_ring_shrinks_first),
		cmocka_unit_test(no_ring_is_deeper_than_wished),
		cmocka_unit_test(old_plan_is_checked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
