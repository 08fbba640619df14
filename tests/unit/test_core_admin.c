/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin queue: every request is answered exactly once, by its own answer; as
 * many at a time as there are slots; statuses, the log, the control buffer.
 * Answers that are wrong, late or lost have test_core_lost.c.
 * ref: protocol 5; pitfalls 12, 13, 20, 22, 23, 26, 27
 */
#include "core_job.h"

static struct fix *
admin_up_opt(void (*change)(struct fix *))
{
	struct fix *f = fix_spec("t4g");

	change(f);
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	return (f);
}

/* ---- one command */

static void
answered_once_when_reaped(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };
	uint64_t cmds;

	(void)state;
	cmds = ena_dev_stats(f->dev)->es_admin_cmds;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	assert_true(j.rq.rq_busy);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 0);
	fix_pass(f, 100);
	assert_int_equal(j.done, 0);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_OK);
	assert_int_equal(j.rq.rq_opcode, 8);
	assert_int_equal(j.rq.rq_feature, 1);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_cmds, cmds + 1);
	fix_end(f);
}

static void
busy_request_is_refused(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };
	uint64_t before;

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	before = fix_mock(f).admin_cmds;
	assert_int_equal(job_post(f, &j, 2), ENA_BUSY);
	assert_int_equal(j.rq.rq_feature, 1);
	assert_int_equal(fix_mock(f).admin_cmds, before);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	fix_end(f);
}

static void
no_command_without_a_queue(void **state)
{
	struct fix *f = fix_new("t4g");
	struct job j = { .done = 0 };

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(job_post(f, &j, 1), ENA_STATE);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 0);
	fix_end(f);
}

/* A slot that held a long command holds nothing of it afterwards. */
static void
slots_are_written_whole(void **state)
{
	struct fix *f = fix_spec("t4g");
	struct job j = { .done = 0 };
	const struct fix_cmd *c;
	unsigned int i, k;

	(void)state;
	f->spec.mock.admin_us = 0;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	for (i = 0; i < 64; i++) {
		assert_int_equal(job_post(f, &j, 0), ENA_OK);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		c = fix_cmd(f, GET_STATS, 0, i);
		assert_non_null(c);
		for (k = 4; k < 64; k++)
			assert_int_equal(c->bytes[k], 0);
	}
	assert_int_equal(j.done, 64);
	fix_end(f);
}

/* ---- many commands */

static void
shuffle(struct fix *f)
{
	f->spec.mock.admin_reorder = true;
	f->spec.mock.jitter_pct = 300;
}

static const uint8_t features[] = { 1, 2, 7, 10, 11, 12, 26 };

static void
out_of_order_answers_find_their_request(void **state)
{
	struct fix *f = admin_up_opt(shuffle);
	static struct job ref[FIX_COUNT(features)], j[28];
	unsigned int i, k, swaps;

	(void)state;
	memset(ref, 0, sizeof(ref));
	memset(j, 0, sizeof(j));
	for (i = 0; i < FIX_COUNT(features); i++) {
		assert_int_equal(job_post(f, &ref[i], features[i]), ENA_OK);
		fix_pass(f, 1000);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		assert_int_equal(ref[i].done, 1);
		for (k = 0; k < i; k++)
			assert_memory_not_equal(ref[i].body, ref[k].body, 56);
	}
	for (i = 0; i < FIX_COUNT(j); i++)
		assert_int_equal(job_post(f, &j[i],
		    features[i % FIX_COUNT(features)]), ENA_OK);
	for (i = 0; i < 100; i++) {
		fix_pass(f, 10);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	for (i = 0, swaps = 0; i < FIX_COUNT(j); i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_equal(j[i].r, ENA_OK);
		assert_memory_equal(j[i].body,
		    ref[i % FIX_COUNT(features)].body, 56);
		if (i > 0 && j[i].turn < j[i - 1].turn)
			swaps++;
	}
	assert_in_range(swaps, 3, 27);
	fix_end(f);
}

static void
one_more_than_depth_changes_nothing(void **state)
{
	struct fix *f = admin_up("t4g");
	static struct job j[33];
	static uint8_t ring[2][2048];
	static struct ena_dev before;
	struct ena_req rq;
	struct mock_stats st[2];
	uint64_t pa;
	unsigned int i;

	(void)state;
	memset(j, 0, sizeof(j));
	for (i = 0; i < 32; i++)
		assert_int_equal(job_post(f, &j[i], 1), ENA_OK);
	assert_int_equal(job_post(f, &j[32], 1), ENA_NO_ROOM);
	pa = f->dev->dev_dma[ENA_DMA_AQ].dma_pa;
	assert_true(sim_peek(f->ad, pa, ring[0], 2048));
	st[0] = fix_mock(f);
	rq = j[32].rq;
	memcpy(&before, f->dev, sizeof(before));
	assert_int_equal(job_post(f, &j[32], 1), ENA_NO_ROOM);
	assert_memory_equal(&before, f->dev, sizeof(before));
	assert_memory_equal(&rq, &j[32].rq, sizeof(rq));
	assert_true(sim_peek(f->ad, pa, ring[1], 2048));
	assert_memory_equal(ring[0], ring[1], 2048);
	st[1] = fix_mock(f);
	assert_memory_equal(&st[0], &st[1], sizeof(st[0]));
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	for (i = 0; i < 32; i++)
		assert_int_equal(j[i].done, 1);
	assert_int_equal(j[32].done, 0);
	assert_int_equal(job_post(f, &j[32], 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j[32].done, 1);
	fix_end(f);
}

/* One slow command keeps its id while the others go round. */
static void
busy_ids_are_stepped_over(void **state)
{
	struct fix *f = admin_up("t4g");
	static struct job slow, j;
	unsigned int i;

	(void)state;
	memset(&slow, 0, sizeof(slow));
	memset(&j, 0, sizeof(j));
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 500000, GET_FEATURE, 2);
	assert_int_equal(job_post(f, &slow, 2), ENA_OK);
	for (i = 0; i < 100; i++) {
		assert_int_equal(job_post(f, &j, 1), ENA_OK);
		fix_pass(f, 30);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		assert_int_equal(j.done, i + 1);
	}
	assert_int_equal(slow.done, 0);
	fix_pass(f, 500000);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(slow.done, 1);
	assert_int_equal(slow.r, ENA_OK);
	fix_end(f);
}

static void
at_once(struct fix *f)
{
	f->spec.mock.admin_us = 0;
}

/* Past the phase, past 16-bit positions; the model checks each entry. */
static void
positions_wrap(void **state)
{
	struct fix *f = admin_up_opt(at_once);
	static struct job j[32];
	unsigned int i, n, total;

	(void)state;
	memset(j, 0, sizeof(j));
	for (total = 0; total < 66000; total += n) {
		n = total < 300 ? total % 7 + 1 : 32;
		for (i = 0; i < n; i++)
			assert_int_equal(job_post(f, &j[i], 11), ENA_OK);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		for (i = 0; i < n; i++)
			assert_false(j[i].rq.rq_busy);
	}
	for (i = 0, n = 0; i < 32; i++)
		n += j[i].done;
	assert_int_equal(n, total);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_stale, 0);
	fix_end(f);
}

/* ---- posting from the callback */

static void
callback_may_post_again(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .again = 50 };
	unsigned int i;

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	for (i = 0; i < 51; i++) {
		assert_int_equal(j.done, i);
		fix_pass(f, 50);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	assert_int_equal(j.done, 51);
	assert_false(j.rq.rq_busy);
	fix_end(f);
}

/* With answers at the doorbell a chain still ends within one reap's bound. */
static void
endless_chain_does_not_hold_the_reap(void **state)
{
	struct fix *f = admin_up_opt(at_once);
	struct job j = { .again = 100000 };

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_in_range(j.done, 1, 32);
	j.again = 0;
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_false(j.rq.rq_busy);
	fix_end(f);
}

static void
callback_of_a_full_queue_finds_room(void **state)
{
	struct fix *f = admin_up("t4g");
	static struct job j[32];
	unsigned int i;

	(void)state;
	memset(j, 0, sizeof(j));
	for (i = 0; i < 32; i++) {
		j[i].again = 2;
		assert_int_equal(job_post(f, &j[i], 1), ENA_OK);
	}
	for (i = 0; i < 4; i++) {
		fix_pass(f, 100);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	for (i = 0; i < 32; i++) {
		assert_int_equal(j[i].done, 3);
		assert_int_equal(j[i].again_r, ENA_OK);
	}
	fix_end(f);
}

static void
callback_of_an_aborted_command_cannot_post(void **state)
{
	struct fix *f = admin_up("t4g");
	static struct job j[3];
	uint64_t sent;
	unsigned int i;

	(void)state;
	memset(j, 0, sizeof(j));
	for (i = 0; i < 3; i++) {
		j[i].again = 5;
		assert_int_equal(job_post(f, &j[i], 1), ENA_OK);
	}
	sent = fix_mock(f).admin_cmds;
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	for (i = 0; i < 3; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_equal(j[i].r, ENA_ABORTED);
		assert_int_equal(j[i].again_r, ENA_STATE);
	}
	assert_int_equal(fix_mock(f).admin_cmds, sent);
	fix_end(f);
}

/* ---- statuses */

static enum ena_result
result_of(unsigned int status)
{
	switch (status) {
	case 0:
		return (ENA_OK);
	case 1:
		return (ENA_NO_MEMORY);
	case 3:
		return (ENA_UNSUPPORTED);
	case 7:
		return (ENA_BUSY);
	default:
		return (ENA_REFUSED);
	}
}

static void
every_status_has_its_result(void **state)
{
	struct fix *f = admin_up_opt(at_once);
	const struct ena_admin_rec *rec;
	struct job j = { .done = 0 };
	uint64_t failed;
	unsigned int st;

	(void)state;
	for (st = 0; st < 256; st++) {
		failed = ena_dev_stats(f->dev)->es_admin_failed;
		fix_fault(f, MOCK_F_ADMIN_STATUS, (0x1200 + st) << 8 | st);
		memset(j.body, 0xa5, sizeof(j.body));
		assert_int_equal(job_post(f, &j, 26), ENA_OK);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		assert_int_equal(j.done, st + 1);
		assert_int_equal(j.r, result_of(st));
		assert_int_equal(ena_status_result((uint8_t)st), j.r);
		assert_int_equal(j.rq.rq_status, st);
		assert_int_equal(j.rq.rq_ext_status, 0x1200 + st);
		assert_int_equal(ena_dev_stats(f->dev)->es_admin_failed,
		    failed + (st != 0));
		/* no answer is read out of a failed command: pitfall 13 */
		if (st != 0)
			assert_int_equal(j.body[0], 0xa5);
		rec = ena_admin_log(f->dev, 0);
		assert_non_null(rec);
		assert_int_equal(rec->ar_opcode, 8);
		assert_int_equal(rec->ar_feature, 26);
		assert_int_equal(rec->ar_status, st);
		assert_int_equal(rec->ar_ext_status, 0x1200 + st);
		assert_int_equal(rec->ar_result, j.r);
	}
	fix_end(f);
}

static void
refusals_say_all_there_is_to_say(void **state)
{
	struct fix *f = admin_up_opt(at_once);
	struct job j = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_STATUS, 0xbeef05);
	assert_int_equal(job_post(f, &j, 26), ENA_OK);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_true(sim_logged(f->sim, "GET_FEATURE AENQ_CONFIG"));
	assert_true(sim_logged(f->sim, "illegal parameter"));
	assert_true(sim_logged(f->sim, "0xbeef"));
	fix_end(f);
}

/* ---- the log of commands */

static void
log_keeps_the_youngest(void **state)
{
	struct fix *f = admin_up("t4g");
	const struct ena_admin_rec *rec;
	struct job j = { .done = 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		assert_int_equal(job_post(f, &j, features[i % 7]), ENA_OK);
		fix_pass(f, 100);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	for (i = 0; i < 32; i++) {
		rec = ena_admin_log(f->dev, i);
		assert_non_null(rec);
		assert_int_equal(rec->ar_feature, features[(39 - i) % 7]);
		assert_int_equal(rec->ar_took_us, 100);
		assert_int_equal(rec->ar_time_us,
		    sim_now(f->sim) - 100 * i);
	}
	assert_null(ena_admin_log(f->dev, 32));
	assert_null(ena_admin_log(f->dev, UINT32_MAX));
	fix_end(f);
}

static void
log_is_empty_at_first(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_null(ena_admin_log(f->dev, 0));
	fix_end(f);
}

/* ---- the control buffer: one command at a time */

static enum ena_result
ctrl_post(struct fix *f, struct job *j)
{
	union ena_cmd c;

	if (ena_ctrl_claim(f->dev, 256) == NULL)
		return (ENA_BUSY);
	ena_cmd_get(&c, 18, 0);
	j->f = f;
	j->rq.rq_arg = j;
	j->rq.rq_done = job_done;
	j->rq.rq_parse = job_parse;
	return (ena_ctrl_post(f->dev, &c, 256, &j->rq));
}

static void
control_buffer_serves_one(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job a = { .done = 0 }, b = { .done = 0 };

	(void)state;
	assert_int_equal(ctrl_post(f, &a), ENA_OK);
	assert_int_equal(ctrl_post(f, &b), ENA_BUSY);
	/* a command without a buffer goes through meanwhile */
	assert_int_equal(job_post(f, &b, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ctrl_post(f, &b), ENA_BUSY);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(a.done, 1);
	assert_int_equal(b.done, 1);
	assert_int_equal(ctrl_post(f, &b), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(b.done, 2);
	fix_end(f);
}

static void
control_buffer_is_free_after_trouble(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_STATUS, 5);
	assert_int_equal(ctrl_post(f, &j), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.r, ENA_REFUSED);
	fix_fault(f, MOCK_F_ADMIN_LOST, 0);
	assert_int_equal(ctrl_post(f, &j), ENA_OK);
	fix_pass(f, 3000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(j.r, ENA_TIMEOUT);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ctrl_post(f, &j), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(j.r, ENA_ABORTED);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ctrl_post(f, &j), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.r, ENA_OK);
	assert_int_equal(j.done, 4);
	fix_end(f);
}

/* A full queue is not a reason to keep the buffer. */
static void
control_buffer_is_free_after_no_room(void **state)
{
	struct fix *f = admin_up("t4g");
	static struct job j[32];
	struct job c = { .done = 0 };
	unsigned int i;

	(void)state;
	memset(j, 0, sizeof(j));
	for (i = 0; i < 32; i++)
		assert_int_equal(job_post(f, &j[i], 1), ENA_OK);
	assert_int_equal(ctrl_post(f, &c), ENA_NO_ROOM);
	assert_int_equal(ctrl_post(f, &c), ENA_NO_ROOM);
	assert_false(c.rq.rq_busy);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(ctrl_post(f, &c), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(c.done, 1);
	assert_int_equal(c.r, ENA_OK);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answered_once_when_reaped),
		cmocka_unit_test(busy_request_is_refused),
		cmocka_unit_test(no_command_without_a_queue),
		cmocka_unit_test(slots_are_written_whole),
		cmocka_unit_test(out_of_order_answers_find_their_request),
		cmocka_unit_test(one_more_than_depth_changes_nothing),
		cmocka_unit_test(busy_ids_are_stepped_over),
		cmocka_unit_test(positions_wrap),
		cmocka_unit_test(callback_may_post_again),
		cmocka_unit_test(endless_chain_does_not_hold_the_reap),
		cmocka_unit_test(callback_of_a_full_queue_finds_room),
		cmocka_unit_test(callback_of_an_aborted_command_cannot_post),
		cmocka_unit_test(every_status_has_its_result),
		cmocka_unit_test(refusals_say_all_there_is_to_say),
		cmocka_unit_test(log_keeps_the_youngest),
		cmocka_unit_test(log_is_empty_at_first),
		cmocka_unit_test(control_buffer_serves_one),
		cmocka_unit_test(control_buffer_is_free_after_trouble),
		cmocka_unit_test(control_buffer_is_free_after_no_room),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
