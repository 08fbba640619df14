/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin queue in trouble: answers of the wrong command, twice, late or never,
 * and interrupts that get lost.  A queue that lost an answer says nothing
 * more; nobody waits for ever.
 * ref: protocol 5.7, 5.8; pitfalls 19 to 21, 25, 34, 127
 */
#include "core_job.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
