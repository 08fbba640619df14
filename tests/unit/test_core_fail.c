/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every single thing that can fail on the way up or down, failed once: each
 * command refused, lost, late or answered twice, each allocation, each
 * register read.  What may be missing is missing; everything else ends the
 * bring-up with its own result, undone, and the next try works.
 * ref: protocol 7.2, 13.1; pitfalls 16, 18, 98, 114, 125, 165
 */
#include "core_fix.h"

/* A device with everything, all of it tried, two pairs, a key to be set. */
static struct fix *
rich(void)
{
	struct fix *f = fix_spec("max");

	f->spec.config.cf_have_rss_key = true;
	f->spec.config.cf_pairs = 2;
	f->spec.config.cf_try = ENA_TRY_ALL;
	fix_open(f);
	fix_plan_only(f);
	return (f);
}

/* ---- commands of a bring-up */

/* May this be refused?  3: unsupported; else an error of the command. */
static bool
may_be_refused(uint8_t op, uint8_t feature, unsigned int status)
{
	if (op == 11)
		return (true);
	if (op != 8 && op != 9)
		return (false);
	switch (feature) {
	case 8:
	case 10:
	case 12:
	case 18:
	case 20:
	case 27:
	case 29:
	case 31:
		return (true);
	case 3:
	case 7:
	case 11:
	case 28:
		return (status == 3);
	default:
		return (false);
	}
}

static enum ena_result
result_of(unsigned int status)
{
	return (status == 1 ? ENA_NO_MEMORY : status == 3 ? ENA_UNSUPPORTED :
	    status == 7 ? ENA_BUSY : ENA_REFUSED);
}

/* Refuse command n (from 0) of the bring-up; false if there are fewer. */
static bool
refuse(unsigned int n, unsigned int status)
{
	struct fix *f = rich();
	const struct fix_cmd *c;
	enum ena_result r;
	char what[64];
	bool hit;

	(void)snprintf(what, sizeof(what), "status-%u-at-%u", status, n);
	sim_set_fault(f->sim, what);
	fix_forget(f);
	fix_journal(f, true);
	fix_fault_full(f, MOCK_F_ADMIN_STATUS, status, 0, 0, n, 1);
	r = fix_goto(f, ENA_STATE_RUNNING);
	fix_journal(f, false);
	hit = mock_faults_hit(f->mock) != 0;
	if (hit) {
		assert_true(n < f->ncmds);
		c = &f->cmds[n];
		if (may_be_refused(c->op, c->feature, status))
			SIM_CHECK(f->sim, r == ENA_OK);
		else {
			SIM_CHECK(f->sim, r == result_of(status));
			SIM_CHECK(f->sim,
			    ena_dev_state(f->dev) == ENA_STATE_DEAD);
			/* undone: INIT_ERR told, rings freed, areas kept */
			SIM_CHECK(f->sim,
			    fix_mock(f).resets_by_reason[7] == 1);
			SIM_CHECK(f->sim, sim_blocks(f->ad) ==
			    ENA_DMA_AREAS - 1U + (f->dev->
			    dev_dma[ENA_DMA_CLOCK].dma_va != NULL));
		}
		fix_arrive(f, ENA_STATE_QUIET);
	} else
		SIM_CHECK(f->sim, r == ENA_OK);
	mock_fault_clear(f->mock);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
	return (hit);
}

static void
refuse_all(unsigned int status)
{
	unsigned int n;

	for (n = 0; refuse(n, status);)
		n++;
	assert_in_range(n, 28, 35);
}

static void
every_command_unsupported(void **state)
{
	(void)state;
	refuse_all(3);
}

static void
every_command_illegal(void **state)
{
	(void)state;
	refuse_all(5);
}

static void
every_command_with_an_unknown_error(void **state)
{
	(void)state;
	refuse_all(6);
	refuse_all(200);
}

/* What it costs to do without. */
static void
refused_features_are_reported_missing(void **state)
{
	static const struct {
		uint8_t op, feature;
	} rows[] = { { 8, 10 }, { 9, 10 }, { 8, 12 }, { 9, 12 } };
	const struct ena_info *in;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = rich();
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, rows[i].op,
		    rows[i].feature);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
		in = ena_dev_info(f->dev);
		assert_int_equal(in->in_rss_table, i < 2);
		assert_int_equal(in->in_rss_entries, i < 2 ? 128 : 0);
		assert_int_equal(in->in_rss_key, i >= 2);
		assert_int_equal(in->in_rss_function, i == 0 ? 0 : 2);
		/* and nothing of it outlives a reset */
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		fix_arrive(f, ENA_STATE_RUNNING);
		assert_true(in->in_rss_table);
		assert_true(in->in_rss_key);
		assert_int_equal(in->in_rss_entries, 128);
		fix_end(f);
	}
}

/* Lose the answer to command n. */
static bool
lose(unsigned int n)
{
	struct fix *f = rich();
	enum ena_result r;
	char what[64];
	bool hit;

	(void)snprintf(what, sizeof(what), "lost-%u", n);
	sim_set_fault(f->sim, what);
	fix_fault_full(f, MOCK_F_ADMIN_LOST, 0, 0, 0, n, 1);
	r = fix_goto(f, ENA_STATE_RUNNING);
	hit = mock_faults_hit(f->mock) != 0;
	SIM_CHECK(f->sim, r == (hit ? ENA_TIMEOUT : ENA_OK));
	if (hit) {
		SIM_CHECK(f->sim, ena_dev_state(f->dev) == ENA_STATE_DEAD);
		SIM_CHECK(f->sim, ena_dev_stats(f->dev)->es_faults[2] == 1);
		SIM_CHECK(f->sim, fix_mock(f).resets_by_reason[2] == 1);
		SIM_CHECK(f->sim, sim_logged(f->sim, "no answer in"));
	}
	mock_fault_clear(f->mock);
	fix_arrive(f, ENA_STATE_QUIET);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
	return (hit);
}

static void
every_answer_lost(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; lose(n);)
		n++;
	assert_in_range(n, 28, 35);
}

/* Oddities that must not matter: twice, late, without an interrupt. */
static void
odd(enum mock_fault what, uint32_t arg)
{
	struct fix *f;
	unsigned int n;
	bool hit;

	for (n = 0, hit = true; hit; n++) {
		f = rich();
		fix_fault_full(f, what, arg, 0, 0, n, 1);
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_RUNNING) == ENA_OK);
		hit = mock_faults_hit(f->mock) != 0;
		if (what == MOCK_F_ADMIN_TWICE)
			assert_int_equal(
			    ena_dev_stats(f->dev)->es_admin_stale, hit);
		mock_fault_clear(f->mock);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_end(f);
	}
	assert_in_range(n, 28, 35);
}

static void
every_answer_twice(void **state)
{
	(void)state;
	odd(MOCK_F_ADMIN_TWICE, 0);
}

static void
every_answer_late(void **state)
{
	(void)state;
	odd(MOCK_F_ADMIN_LATE, 1000000);
}

static void
every_interrupt_lost(void **state)
{
	(void)state;
	odd(MOCK_F_ADMIN_NO_INTR, 0);
}

/* ---- commands of a way down */

/*
 * A device that refuses to destroy a queue is reset before its rings are
 * freed; CONFIGURED cannot be reached then, QUIET can.
 */
static bool
refuse_destroy(enum mock_fault what, uint32_t arg, unsigned int n)
{
	struct fix *f = rich();
	enum ena_result r;
	uint64_t resets;
	bool hit;

	fix_arrive(f, ENA_STATE_RUNNING);
	resets = fix_mock(f).resets;
	fix_fault_full(f, what, arg, 0, 0, n, 1);
	r = fix_goto(f, ENA_STATE_CONFIGURED);
	hit = mock_faults_hit(f->mock) != 0;
	if (hit) {
		SIM_CHECK(f->sim, r != ENA_OK ||
		    ena_dev_state(f->dev) == ENA_STATE_FAULTED);
		SIM_CHECK(f->sim, ena_tick(f->dev) == ENA_FAULTED);
		SIM_CHECK(f->sim, fix_mock(f).resets == resets + 1);
	} else
		SIM_CHECK(f->sim, r == ENA_OK);
	mock_fault_clear(f->mock);
	fix_drain(f);
	fix_arrive(f, ENA_STATE_QUIET);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
	return (hit);
}

static void
every_destroy_refused(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; refuse_destroy(MOCK_F_ADMIN_STATUS, 5, n);)
		n++;
	assert_int_equal(n, 8);
}

static void
every_destroy_lost(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; refuse_destroy(MOCK_F_ADMIN_LOST, 0, n);)
		n++;
	assert_int_equal(n, 8);
}

/* All the way down a refusal costs nothing: the reset comes anyway. */
static void
destroy_refused_on_the_way_to_off(void **state)
{
	struct fix *f;
	unsigned int n;

	(void)state;
	for (n = 0; n < 8; n++) {
		f = rich();
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_fault_full(f, MOCK_F_ADMIN_STATUS, 5, 0, 0, n, 1);
		fix_arrive(f, ENA_STATE_OFF);
		assert_int_equal(mock_faults_hit(f->mock), 1);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_end(f);
	}
}

/* ---- the platform */

/* Fail fallible operation n (from 1) on the way up. */
static bool
fail_op(const char *profile, unsigned int n, unsigned int *allocs)
{
	struct fix *f = fix_planned(profile);
	const char *kind;
	enum ena_result r;

	sim_fail_at(f->sim, sim_ops(f->sim) + n);
	r = fix_goto(f, ENA_STATE_RUNNING);
	kind = sim_failed_kind(f->sim);
	if (kind == NULL)
		SIM_CHECK(f->sim, r == ENA_OK);
	else if (strcmp(kind, "dma_alloc") == 0) {
		SIM_CHECK(f->sim, r == ENA_NO_MEMORY);
		++*allocs;
	} else if (strcmp(kind, "readless") == 0)
		SIM_CHECK(f->sim, r == ENA_OK);	/* asked again */
	else
		SIM_CHECK(f->sim, r == ENA_GONE);
	sim_fail_at(f->sim, 0);
	if (r == ENA_GONE) {
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_OFF) == ENA_OK);
		SIM_CHECK(f->sim, sim_blocks(f->ad) == 0);
	} else {
		fix_arrive(f, ENA_STATE_QUIET);
		fix_arrive(f, ENA_STATE_RUNNING);
	}
	fix_end(f);
	return (kind != NULL);
}

static void
every_platform_operation(void **state)
{
	unsigned int allocs, n;

	(void)state;
	for (n = 1, allocs = 0; fail_op("t4g", n, &allocs);)
		n++;
	/* six areas, four rings a pair */
	assert_int_equal(allocs, 6 + 2 * 4);
	for (n = 1, allocs = 0; fail_op("min", n, &allocs);)
		n++;
	assert_int_equal(allocs, 6 + 4);
}

/* From answer n on, the device is silent for a while: a read is given up. */
static bool
silence(enum ena_state from, enum ena_state to, unsigned int n)
{
	struct fix *f = fix_planned("t4g");
	unsigned int blocks;
	enum ena_result r;
	char what[64];
	bool hit;

	(void)snprintf(what, sizeof(what), "silence-%s-%s-%u",
	    ena_state_name(from), ena_state_name(to), n);
	sim_set_fault(f->sim, what);
	SIM_CHECK(f->sim, fix_goto(f, from) == ENA_OK);
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, n, 3);
	r = fix_goto(f, to);
	hit = mock_faults_hit(f->mock) == 3;
	if (!hit)
		mock_fault_clear(f->mock);
	SIM_CHECK(f->sim, r == (hit ? ENA_TIMEOUT : ENA_OK));
	blocks = sim_blocks(f->ad);
	SIM_CHECK(f->sim, !hit || blocks != 0);
	SIM_CHECK(f->sim, !hit ||
	    ena_dev_state(f->dev) == ENA_STATE_DEAD);
	fix_arrive(f, ENA_STATE_OFF);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
	return (hit);
}

static void
every_register_silent(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; silence(ENA_STATE_OFF, ENA_STATE_RUNNING, n);)
		n++;
	assert_in_range(n, 5, 60);
	for (n = 0; silence(ENA_STATE_RUNNING, ENA_STATE_OFF, n);)
		n++;
	assert_in_range(n, 4, 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_unsupported),
		cmocka_unit_test(every_command_illegal),
		cmocka_unit_test(every_command_with_an_unknown_error),
		cmocka_unit_test(refused_features_are_reported_missing),
		cmocka_unit_test(every_answer_lost),
		cmocka_unit_test(every_answer_twice),
		cmocka_unit_test(every_answer_late),
		cmocka_unit_test(every_interrupt_lost),
		cmocka_unit_test(every_destroy_refused),
		cmocka_unit_test(every_destroy_lost),
		cmocka_unit_test(destroy_refused_on_the_way_to_off),
		cmocka_unit_test(every_platform_operation),
		cmocka_unit_test(every_register_silent),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
