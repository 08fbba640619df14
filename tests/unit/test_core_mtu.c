/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frame payload limit: its range, when it is sent, when it counts, and
 * what becomes of it over resets.  ref: protocol 7.7; pitfalls 93, 116
 */
#include "core_fix.h"

struct mtu {
	struct ena_req rq;
	unsigned int done;
};

static void
mtu_done(struct ena_dev *dev, struct ena_req *rq)
{
	struct mtu *m = rq->rq_arg;

	(void)dev;
	m->done++;
}

static enum ena_result
mtu_set(struct fix *f, struct mtu *m, uint32_t mtu)
{
	m->rq.rq_arg = m;
	m->rq.rq_done = mtu_done;
	return (ena_mtu_set(f->dev, mtu, &m->rq));
}

/* The MTU that a bring-up from QUIET sends. */
static uint32_t
mtu_sent(struct fix *f)
{
	const struct fix_cmd *c;

	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	c = fix_cmd(f, 9, 14, 0);
	assert_non_null(c);
	assert_int_equal(fix_cmds(f, 9, 14), 1);
	return (fix_r32(c->bytes + 20));
}

static void
mtu_default_and_wish(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(mtu_sent(f), 1500);
	fix_end(f);
	f = fix_spec("t4g");
	f->spec.config.cf_mtu = 9001;
	fix_open(f);
	assert_int_equal(mtu_sent(f), 9001);
	fix_end(f);
}

static void
mtu_has_a_range(void **state)
{
	static const uint32_t bad[] = { 0, 1, 127, 9217, 65536, UINT32_MAX };
	struct fix *f = fix_new("t4g");
	struct mtu m = { .done = 0 };
	unsigned int i, k;

	(void)state;
	assert_int_not_equal(mtu_set(f, &m, 1500), ENA_OK);
	for (k = 0; k < 2; k++) {
		assert_int_equal(k == 0 ?
		    fix_goto(f, ENA_STATE_ADMIN_UP) : fix_up(f), ENA_OK);
		for (i = 0; i < FIX_COUNT(bad); i++)
			assert_int_equal(mtu_set(f, &m, bad[i]), ENA_INVAL);
	}
	assert_int_equal(m.done, 0);
	assert_int_equal(mtu_set(f, &m, 128), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(m.done, 1);
	assert_int_equal(m.rq.rq_result, ENA_OK);
	assert_int_equal(mtu_set(f, &m, 9216), ENA_OK);
	assert_int_equal(mtu_set(f, &m, 1500), ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(m.done, 2);
	assert_int_equal(mtu_sent(f), 9216);
	fix_end(f);
}

static void
mtu_below_running_is_remembered(void **state)
{
	struct fix *f = fix_new("t4g");
	struct mtu m = { .done = 0 };
	uint64_t cmds;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	cmds = fix_mock(f).admin_cmds;
	assert_int_equal(mtu_set(f, &m, 4000), ENA_OK);
	assert_int_equal(m.done, 1);
	assert_int_equal(m.rq.rq_result, ENA_OK);
	assert_int_equal(fix_mock(f).admin_cmds, cmds);
	assert_int_equal(mtu_sent(f), 4000);
	assert_int_equal(fix_part(f, ENA_STATE_CONFIGURED, 0), ENA_AGAIN);
	assert_int_equal(mtu_set(f, &m, 5000), ENA_BUSY);
	fix_end(f);
}

/* A value that the device did not take is not kept. */
static void
mtu_refused_changes_nothing(void **state)
{
	struct fix *f = fix_running("t4g");
	struct mtu m = { .done = 0 };

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, 9, 14);
	assert_int_equal(mtu_set(f, &m, 4000), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(m.done, 1);
	assert_int_equal(m.rq.rq_result, ENA_REFUSED);
	assert_int_equal(mtu_sent(f), 1500);
	/* nor one that a reset overtook */
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, 14);
	assert_int_equal(mtu_set(f, &m, 4000), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(m.done, 2);
	assert_int_equal(m.rq.rq_result, ENA_ABORTED);
	assert_int_equal(mtu_sent(f), 1500);
	fix_end(f);
}

static void
mtu_without_the_feature(void **state)
{
	struct fix *f = fix_spec("t4g");
	struct mtu m = { .done = 0 };

	(void)state;
	f->spec.profile.features &= ~(1U << 14);
	f->spec.profile.features_rss &= ~(1U << 14);
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_cmds(f, 9, 14), 0);
	assert_int_equal(mtu_set(f, &m, 1500), ENA_UNSUPPORTED);
	assert_int_equal(m.done, 0);
	fix_prove(f);
	fix_end(f);
}

/* The device allows less than before the reset: pitfall 93, 116. */
static void
smaller_device_after_reset_is_refused(void **state)
{
	struct fix *f = fix_spec("t4g");
	struct mtu m = { .done = 0 };

	(void)state;
	f->spec.config.cf_mtu = 9000;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_twist32(f, 8, 1, 8 + 32, 8999);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_INVAL);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(mtu_set(f, &m, 8999), ENA_OK);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mtu_default_and_wish),
		cmocka_unit_test(mtu_has_a_range),
		cmocka_unit_test(mtu_below_running_is_remembered),
		cmocka_unit_test(mtu_refused_changes_nothing),
		cmocka_unit_test(mtu_without_the_feature),
		cmocka_unit_test(smaller_device_after_reset_is_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
