/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Glue: each kernel call that can fail does so once, each admin
 * command is refused or lost once, and the card is pulled at each kernel
 * call and register access.
 */
#include "glue_fix.h"

static uint8_t frame[GF_MAX];
/* GLUE_STRIDE=1: every point; else a sample that changes with the seed. */
static unsigned int stride;

static void
some_packets(unsigned int n)
{
	struct fk_tx tx;
	unsigned int i;

	for (i = 0; i < n; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 120 + i, i + 1, false);
		tx.flow = i;
		tx.frag = i % 2 * 16;
		fk_send(&tx);
		fc_wire_in(frame, tx.len);
	}
	fc_run(2000);
}

/* The life that everything happens in; errors are nobody's fault here. */
static void
a_life(void)
{
	uint64_t status, active;
	unsigned int a, b, c;

	fk_attach(false);
	if (!fk_attached())
		return;
	fk_stats_read();
	fk_up();
	gf_link(true, GF_SECOND);
	some_packets(12);
	fk_stats_read();
	fk_get_media(&status, &active);
	fk_get_rxr(&a, &b, &c);
	fk_set_mtu(4000);
	some_packets(6);
	fk_down();
	fk_up();
	fc_run(2 * GF_SECOND);
	some_packets(6);
}

static void
small(const char *profile, uint64_t seed)
{
	gf_open(profile, seed);
	fk_machine()->ncpus = 1;
	fc_set_preempt(8);
}

static void
must_be_clean(const char *what, uint64_t n)
{
	fc_run(GF_SECOND / 10);
	if (!fk_clean()) {
		fprintf(stderr, "# %s %llu\n", what, (unsigned long long)n);
		GF_CHECK(false);
	}
	gf_close();
}

/* ---- allocations, maps, vectors */

static uint64_t
fallible_in_a_life(const char *profile, uint64_t seed)
{
	uint64_t n;

	small(profile, seed);
	a_life();
	n = fc_fallible();
	GF_CHECK(fk_detach(false) == 0);
	must_be_clean("a life without failures", 0);
	return (n);
}

static void
each_call_fails_once(const char *profile, uint64_t seed)
{
	uint64_t n, total;

	total = fallible_in_a_life(profile, seed);
	for (n = 1; n <= total; n += n < 60 ? 1 : 1 + total / stride) {
		small(profile, seed);
		fc_fail_at(n, 1);
		a_life();
		fc_fail_at(0, 0);
		/* what failed is not for ever */
		if (fk_attached()) {
			fk_down();
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 5 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
		}
		GF_CHECK(fk_detach(false) == 0);
		must_be_clean("failed call", n);
	}
}

static void
each_call_fails_once_c7g(void **state)
{
	(void)state;
	each_call_fails_once("c7g", 800);
}

static void
each_call_fails_once_t4g(void **state)
{
	(void)state;
	each_call_fails_once("t4g", 801);
}

/* Memory is short once: it comes up all the same, with smaller rings. */
static void
up_with_little_memory(void **state)
{
	uint64_t n, total, was;

	(void)state;
	for (n = 0, total = 0; n <= total; n += n < 60 ? 1 :
	    1 + total / stride) {
		small("c7g", 803);
		fk_attach(false);
		GF_CHECK(fk_attached());
		was = fc_fallible();
		fc_fail_at(n, 1);
		GF_CHECK(fk_up() == 0);
		fc_fail_at(0, 0);
		if (n == 0)
			total = fc_fallible() - was;
		GF_CHECK(total != 0);
		GF_CHECK(gf_link(true, 5 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
		GF_CHECK(fk_detach(false) == 0);
		must_be_clean("little memory", n);
	}
}

/* From some point on nothing is to be had any more, for a while. */
static void
many_calls_fail(void **state)
{
	uint64_t n, total;

	(void)state;
	total = fallible_in_a_life("c7g", 802);
	for (n = 1; n <= total; n += n < 40 ? 1 : 1 + total / (stride / 4)) {
		small("c7g", 802);
		fc_fail_at(n, 50);
		a_life();
		fc_fail_at(0, 0);
		GF_CHECK(fk_detach(false) == 0);
		must_be_clean("fifty failed calls from", n);
	}
}

/* ---- admin commands */

static void
each_command(enum mock_fault f, uint32_t arg, uint64_t seed)
{
	struct mock_fault_arm arm;
	struct mock_stats s;
	uint64_t n, total;

	small("c7g", seed);
	a_life();
	mock_get_stats(fc_dev(), &s);
	total = s.admin_cmds;
	GF_CHECK(fk_detach(false) == 0);
	must_be_clean("a life", 0);
	for (n = 0; n < total; n += n < 30 || stride > 1000 ? 1 : 2) {
		small("c7g", seed);
		memset(&arm, 0, sizeof(arm));
		arm.f = f;
		arm.arg = arg;
		arm.times = 1;
		arm.after = (uint32_t)n;
		mock_fault(fc_dev(), &arm);
		a_life();
		mock_fault_clear(fc_dev());
		if (fk_attached()) {
			fk_down();
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 20 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
		}
		GF_CHECK(fk_detach(false) == 0);
		fc_model_forgive();
		must_be_clean("admin command", n);
	}
}

static void
each_command_is_refused(void **state)
{
	(void)state;
	each_command(MOCK_F_ADMIN_STATUS, 5, 810);
}

static void
each_command_is_lost(void **state)
{
	(void)state;
	each_command(MOCK_F_ADMIN_LOST, 0, 811);
}

static void
each_command_without_interrupt(void **state)
{
	(void)state;
	each_command(MOCK_F_ADMIN_NO_INTR, 0, 812);
}

/* ---- the card is pulled */

static void
pull(void *arg)
{
	(void)arg;
	fc_pull();
}

static void
pulled_everywhere(const char *profile, uint64_t seed)
{
	uint64_t n, total, step;

	small(profile, seed);
	a_life();
	total = fc_points();
	GF_CHECK(fk_detach(true) == 0);
	must_be_clean("a life", 0);
	step = stride == 1000000 ? 1 : total / stride + 1;
	for (n = 1; n <= total; n += n < 80 ? 1 : 1 + seed % 2 +
	    (step > 2 ? step - 2 : 0)) {
		small(profile, seed);
		fc_at_point(n, pull, NULL);
		a_life();
		fc_pull();
		if (n % 4 == 0)
			fc_run(3 * GF_SECOND);
		GF_CHECK(fk_detach(true) == 0);
		fc_model_forgive();
		must_be_clean("pulled at point", n);
	}
}

static void
pulled_everywhere_c7g(void **state)
{
	(void)state;
	pulled_everywhere("c7g", 820);
}

static void
pulled_everywhere_t4g(void **state)
{
	(void)state;
	pulled_everywhere("t4g", 821);
}

/* Out in the middle of recovery, or of going down. */
static void
pulled_in_trouble(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i;

	(void)state;
	for (i = 0; i < 60; i++) {
		gf_start(i % 2 != 0 ? "c7g" : "t4g", 830 + i);
		fc_set_preempt(32);
		some_packets(8);
		mock_fault(fc_dev(), &fatal);
		fc_at_point(1 + fc_rand(30000), pull, NULL);
		fc_run(fc_rand(4) * GF_SECOND);
		if (i % 3 == 0)
			fk_down();
		if (i % 5 == 0)
			fk_suspend();
		fc_pull();
		if (i % 5 == 0)
			fk_resume();
		fc_run(fc_rand(3) * GF_SECOND);
		GF_CHECK(fk_detach(true) == 0);
		fc_model_forgive();
		must_be_clean("pulled in trouble", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_fails_once_c7g),
		cmocka_unit_test(each_call_fails_once_t4g),
		cmocka_unit_test(up_with_little_memory),
		cmocka_unit_test(many_calls_fail),
		cmocka_unit_test(each_command_is_refused),
		cmocka_unit_test(each_command_is_lost),
		cmocka_unit_test(each_command_without_interrupt),
		cmocka_unit_test(pulled_everywhere_c7g),
		cmocka_unit_test(pulled_everywhere_t4g),
		cmocka_unit_test(pulled_in_trouble),
	};
	const char *e = getenv("GLUE_STRIDE");

	stride = e != NULL ? (unsigned int)atoi(e) : 60;
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
