/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin queue: every request is answered exactly once, by its own answer or
 * by none; a queue that lost an answer says nothing more.
 * ref: protocol 5; pitfalls 19 to 28, 127
 */
#include "core_fix.h"

#define GET_STATS	11
#define GET_FEATURE	8

struct job {
	struct ena_req rq;
	struct fix *f;
	unsigned int done;		/* calls of rq_done */
	unsigned int turn;		/* and when the last one was */
	enum ena_result r;
	unsigned int again;		/* post again so many times */
	enum ena_result again_r;
	uint8_t body[56];
};

static unsigned int turns;

static enum ena_result
job_parse(struct ena_dev *dev, struct ena_req *rq,
    const struct enahw_acq_entry *ae)
{
	struct job *j = rq->rq_arg;

	(void)dev;
	memcpy(j->body, ae->ae_body, sizeof(j->body));
	return (ENA_OK);
}

static enum ena_result job_post(struct fix *, struct job *, uint8_t);

static void
job_done(struct ena_dev *dev, struct ena_req *rq)
{
	struct job *j = rq->rq_arg;

	assert_ptr_equal(rq, &j->rq);
	assert_ptr_equal(dev, j->f->dev);
	assert_false(rq->rq_busy);
	j->done++;
	j->turn = turns++;
	j->r = rq->rq_result;
	if (j->again != 0) {
		j->again--;
		j->again_r = job_post(j->f, j, rq->rq_feature);
	}
}

/* feature 0: GET_STATS instead */
static enum ena_result
job_post(struct fix *f, struct job *j, uint8_t feature)
{
	union ena_cmd c;

	if (feature != 0)
		ena_cmd_get(&c, feature, feature == 7);
	else
		ena_cmd_get_stats(&c, 0);
	j->f = f;
	j->rq.rq_arg = j;
	j->rq.rq_done = job_done;
	j->rq.rq_parse = job_parse;
	return (ena_admin_post(f->dev, &c, &j->rq));
}

static struct fix *
admin_up(const char *profile)
{
	struct fix *f = fix_new(profile);

	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	return (f);
}

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

/* ---- answers that are not what they should be */

static void
repeated_answer_is_counted_and_ignored(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 }, next = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_TWICE, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_stale, 1);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	assert_int_equal(job_post(f, &next, 2), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(next.done, 1);
	fix_end(f);
}

/* The repeated answer must not hit what the callback posted meanwhile. */
static void
repeated_answer_spares_the_next_command(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .again = 1 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_TWICE, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 21);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_true(j.rq.rq_busy);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_stale, 1);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 2);
	fix_end(f);
}

/* In range, but nobody's. */
static void
answer_of_an_idle_id_is_ignored(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };
	uint32_t id;

	(void)state;
	id = (f->dev->dev_aq_next_id + 5U) % 32;
	fix_fault(f, MOCK_F_ADMIN_WRONG_ID, id);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 0);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_stale, 1);
	fix_pass(f, 3000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_TIMEOUT);
	fix_end(f);
}

static void
answer_of_an_impossible_id_stops_the_queue(void **state)
{
	static const uint32_t ids[] = { 32, 33, 64, 0xfff };
	struct fix *f = admin_up("t4g");
	struct job j, other;
	uint64_t sent;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(ids); i++) {
		memset(&j, 0, sizeof(j));
		memset(&other, 0, sizeof(other));
		fix_fault_cmd(f, MOCK_F_ADMIN_WRONG_ID, ids[i], GET_FEATURE,
		    2);
		fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 1000, GET_FEATURE, 1);
		assert_int_equal(job_post(f, &j, 2), ENA_OK);
		assert_int_equal(job_post(f, &other, 1), ENA_OK);
		fix_pass(f, 100);
		assert_int_equal(ena_admin_reap(f->dev), ENA_FAULTED);
		assert_int_equal(ena_fault_reason(f->dev), 2);
		assert_int_equal(j.done, 1);
		assert_int_equal(j.r, ENA_ABORTED);
		assert_int_equal(other.done, 1);
		assert_int_equal(other.r, ENA_ABORTED);
		sent = fix_mock(f).admin_cmds;
		assert_int_equal(job_post(f, &j, 1), ENA_FAULTED);
		assert_int_equal(fix_mock(f).admin_cmds, sent);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	}
	assert_int_equal(ena_dev_stats(f->dev)->es_faults[2],
	    FIX_COUNT(ids));
	fix_end(f);
}

/* ---- time */

/* The moment of a lost command's timeout, microseconds after its post. */
static uint64_t
timeout_of(struct fix *f, struct job *j)
{
	uint64_t t0;

	fix_fault(f, MOCK_F_ADMIN_LOST, 0);
	t0 = sim_now(f->sim);
	assert_int_equal(job_post(f, j, 1), ENA_OK);
	while (ena_tick(f->dev) == ENA_OK) {
		assert_int_equal(j->done, 0);
		fix_pass(f, 1000);
	}
	return (sim_now(f->sim) - t0);
}

static void
timeout_is_what_caps_say(void **state)
{
	static const struct {
		uint32_t units;
		uint64_t us;
	} rows[] = {
		{ 0, 3000000 }, { 1, 100000 }, { 5, 500000 }, { 15, 1500000 }
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		struct job j = { .done = 0 };

		f = fix_spec("t4g");
		f->spec.profile.admin_timeout_100ms = rows[i].units;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_in_range(timeout_of(f, &j), rows[i].us,
		    rows[i].us + 1000);
		assert_int_equal(j.r, ENA_TIMEOUT);
		assert_int_equal(ena_fault_reason(f->dev), 2);
		assert_int_equal(
		    ena_dev_stats(f->dev)->es_admin_timeouts, 1);
		fix_end(f);
	}
}

static void
late_answer_in_time_is_good(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_LATE, 2999000);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 2998999);
	assert_int_equal(ena_tick(f->dev), ENA_OK);
	assert_int_equal(j.done, 0);
	fix_pass(f, 1);
	assert_int_equal(ena_tick(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_OK);
	fix_end(f);
}

/* The answer comes after nobody waits for it any more. */
static void
answer_after_the_timeout_changes_nothing(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };

	(void)state;
	fix_fault(f, MOCK_F_ADMIN_LATE, 3500000);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 3000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(j.done, 1);
	fix_pass(f, 1000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(ena_admin_reap(f->dev), ENA_FAULTED);
	assert_int_equal(j.done, 1);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(j.done, 1);
	fix_end(f);
}

/* Answers in the ring are taken before anything is given up. */
static void
answered_commands_survive_a_timeout(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job lost = { .done = 0 }, good = { .done = 0 };

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, GET_FEATURE, 2);
	assert_int_equal(job_post(f, &lost, 2), ENA_OK);
	assert_int_equal(job_post(f, &good, 1), ENA_OK);
	fix_pass(f, 3000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(good.r, ENA_OK);
	assert_int_equal(good.done, 1);
	assert_int_equal(lost.r, ENA_TIMEOUT);
	fix_end(f);
}

static void
lost_answer_poisons_the_queue(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job lost = { .done = 0 }, young = { .done = 0 };
	struct job after = { .done = 0 };
	struct mock_stats st;

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, GET_FEATURE, 2);
	assert_int_equal(job_post(f, &lost, 2), ENA_OK);
	fix_pass(f, 2999990);
	assert_int_equal(job_post(f, &young, 1), ENA_OK);
	fix_pass(f, 10);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(lost.done, 1);
	assert_int_equal(lost.r, ENA_TIMEOUT);
	assert_int_equal(young.done, 1);
	assert_true(young.r == ENA_TIMEOUT || young.r == ENA_ABORTED);
	st = fix_mock(f);
	assert_int_equal(job_post(f, &after, 1), ENA_FAULTED);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	fix_pass(f, 1000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(fix_mock(f).reg_writes, st.reg_writes);
	assert_int_equal(young.done, 1);
	assert_int_equal(after.done, 0);
	fix_end(f);
}

static void
pulled_card_ends_waiting_at_once(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .again = 1 };

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(ena_admin_reap(f->dev), ENA_GONE);
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_GONE);
	assert_int_equal(j.again_r, ENA_GONE);
	assert_int_equal(ena_tick(f->dev), ENA_GONE);
	fix_end(f);
}

/* ---- interrupts */

static void
polled_mode_is_silent(void **state)
{
	struct fix *f = admin_up("t4g");
	struct job j = { .done = 0 };

	(void)state;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(fix_mock(f).interrupts, 0);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(j.done, 1);
	fix_end(f);
}

static void
interrupt_mode_interrupts(void **state)
{
	struct fix *f = fix_new("t4g");
	struct job j = { .done = 0 };
	uint32_t mask;
	uint64_t n;

	(void)state;
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_writes(f, 0x4c, &mask), 2);
	assert_int_equal(f->dev->dev_admin_intr, true);
	assert_int_equal(mask, 0);
	(void)ena_aenq_reap(f->dev);
	n = fix_mock(f).interrupts;
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(fix_mock(f).interrupts, n + 1);
	fix_end(f);
}

static void
polled_for_ever(void **state)
{
	struct fix *f = fix_spec("t4g");
	uint32_t mask;

	(void)state;
	f->spec.config.cf_polled_admin = true;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_writes(f, 0x4c, &mask), 1);
	assert_int_equal(mask, 1);
	assert_int_equal(fix_mock(f).interrupts, 0);
	/* arming behind the mask is what polled drivers do: advice only */
	assert_int_equal(fix_mock(f).rules_advice, 1);
	assert_true(sim_logged(f->sim, "aenq-armed-masked"));
	fix_end_dirty(f);
}

/*
 * The interrupt is lost, the tick finds the answer: neither a timeout nor
 * unnoticed.
 */
static void
lost_interrupt_is_counted(void **state)
{
	struct fix *f = fix_new("t4g");
	struct job j = { .done = 0 };
	unsigned int i;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	fix_fault(f, MOCK_F_ADMIN_NO_INTR, 0);
	assert_int_equal(job_post(f, &j, 1), ENA_OK);
	for (i = 0; i < 4; i++) {
		fix_pass(f, 1000000);
		(void)ena_aenq_reap(f->dev);
		assert_int_equal(ena_tick(f->dev), ENA_OK);
	}
	assert_int_equal(j.done, 1);
	assert_int_equal(j.r, ENA_OK);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_timeouts, 0);
	assert_int_equal(ena_dev_stats(f->dev)->es_admin_no_intr, 1);
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
		cmocka_unit_test(repeated_answer_is_counted_and_ignored),
		cmocka_unit_test(repeated_answer_spares_the_next_command),
		cmocka_unit_test(answer_of_an_idle_id_is_ignored),
		cmocka_unit_test(answer_of_an_impossible_id_stops_the_queue),
		cmocka_unit_test(timeout_is_what_caps_say),
		cmocka_unit_test(late_answer_in_time_is_good),
		cmocka_unit_test(answer_after_the_timeout_changes_nothing),
		cmocka_unit_test(answered_commands_survive_a_timeout),
		cmocka_unit_test(lost_answer_poisons_the_queue),
		cmocka_unit_test(pulled_card_ends_waiting_at_once),
		cmocka_unit_test(polled_mode_is_silent),
		cmocka_unit_test(interrupt_mode_interrupts),
		cmocka_unit_test(polled_for_ever),
		cmocka_unit_test(lost_interrupt_is_counted),
		cmocka_unit_test(every_status_has_its_result),
		cmocka_unit_test(refusals_say_all_there_is_to_say),
		cmocka_unit_test(log_keeps_the_youngest),
		cmocka_unit_test(log_is_empty_at_first),
		cmocka_unit_test(control_buffer_serves_one),
		cmocka_unit_test(control_buffer_is_free_after_trouble),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
