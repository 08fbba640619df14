/* SPDX-License-Identifier: BSD-2-Clause */
/* Glue: attach, up, down, detach, in every order and very often. */
#include "glue_fix.h"

#define CYCLES		1000U

static const char *const profiles[] = {
	"max", "c7g", "t4g", "a1", "c6i", "gen6", "i3", "min"
};
#define PROFILES	(sizeof(profiles) / sizeof(profiles[0]))

static void
out_clean(void)
{
	GF_CHECK(fk_lawful());
	GF_CHECK(fk_detach(false) == 0);
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	gf_close();
}

static void
attach_and_detach_on_each_profile(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2 * PROFILES; i++) {
		gf_attach(profiles[i % PROFILES], 1 + i);
		out_clean();
	}
}

static void
up_and_down_on_each_profile(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2 * PROFILES; i++) {
		gf_start(profiles[i % PROFILES], 10 + i);
		GF_CHECK(gf_both_ways(GF_UDP4, 200, 20));
		gf_end();
	}
}

/* What the user sees of a fresh interface. */
static void
attach_says_what_it_found(void **state)
{
	static const uint8_t mac[6] = {
		0x12, 0x3a, 0x5b, 0x07, 0xc1, 0x9e
	};
	struct fk_if i;

	(void)state;
	gf_attach("c7g", 20);
	GF_CHECK(fk_if(&i));
	assert_string_equal(i.name, "ena0");
	assert_memory_equal(i.mac, mac, 6);
	assert_int_equal(i.flags & (FK_UP | FK_RUNNING), 0);
	assert_int_equal(i.mtu, 1500);
	if (fk_can(FK_CAN_HARDMTU))
		assert_int_equal(i.hardmtu, 9216);
	assert_int_equal(i.txqs, 4);
	assert_int_equal(i.rxqs, 4);
	GF_CHECK(fc_logged("12:3a:5b:07:c1:9e"));
	GF_CHECK(fc_logged(fk_attach_line()));
	out_clean();
}

static void
detach_while_up(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		gf_start(profiles[i % PROFILES], 30 + i);
		GF_CHECK(gf_both_ways(GF_TCP4, 300, 10));
		out_clean();
	}
}

static bool
was_pulled(void *arg)
{
	(void)arg;
	return (false);
}

static void
forced_detach_of_a_pulled_card(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		gf_start(profiles[i % 3], 40 + i);
		fc_pull();
		if (i % 2 != 0)
			fc_run_until(was_pulled, NULL, i * GF_SECOND);
		GF_CHECK(fk_detach(true) == 0);
		fc_run(GF_SECOND / 10);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

static void
up_and_down_again_and_again(void **state)
{
	unsigned int i;

	(void)state;
	gf_start("c7g", 50);
	for (i = 0; i < 30; i++) {
		GF_CHECK(fk_down() == 0);
		if (i % 3 == 0)
			fc_run(GF_SECOND * 2);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 100 + i, 4));
	}
	gf_end();
}

/* Twice the same wish changes nothing. */
static void
up_twice_and_down_twice(void **state)
{
	struct mock_stats a, b;

	(void)state;
	gf_start("t4g", 51);
	mock_get_stats(fc_dev(), &a);
	GF_CHECK(fk_up() == 0);
	mock_get_stats(fc_dev(), &b);
	assert_int_equal(a.resets, b.resets);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_down() == 0);
	gf_end();
}

static void
suspend_and_resume(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		gf_start(profiles[i % 3], 60 + i);
		if (i >= 3)
			GF_CHECK(fk_down() == 0);
		fk_suspend();
		GF_CHECK(fk_lawful());
		mock_flr(fc_dev());	/* it loses power */
		fk_resume();
		fc_run(GF_SECOND);
		if (i >= 3)
			GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 5 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 400, 8));
		gf_end();
	}
}

static void
powerdown_leaves_a_device_at_rest(void **state)
{
	struct mock_ring r;

	(void)state;
	gf_start("c7g", 66);
	GF_CHECK(fk_powerdown() == 0);
	GF_CHECK(!mock_ring_nth(fc_dev(), 0, &r));
	GF_CHECK(fk_lawful());
	out_clean();
}

/* ---- machines that are less than perfect */

static void
refuses(const char *profile, uint64_t seed)
{
	GF_CHECK(fk_attach(seed % 2 == 0));
	GF_CHECK(!fk_attached());
	GF_CHECK(fk_lawful());
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_detach(true) == 0);
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	(void)profile;
	gf_close();
}

static void
no_msix_no_interface(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		gf_open("c7g", 70 + i);
		fk_machine()->msix = false;
		refuses("c7g", 70 + i);
		gf_open("c7g", 70 + i);
		fk_machine()->vectors = 1;
		refuses("c7g", 70 + i);
	}
}

static void
works(const char *profile, uint64_t seed, unsigned int queues)
{
	struct fk_if i;

	(void)profile;
	GF_CHECK(fk_attach(seed % 2 == 0));
	GF_CHECK(fk_if(&i));
	if (queues != 0) {
		if (fk_can(FK_CAN_POW2_ONLY))
			while ((queues & (queues - 1)) != 0)
				queues &= queues - 1;
		assert_int_equal(i.txqs, queues);
	}
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_TCP6, 500, 16));
	gf_end();
}

static void
few_vectors_few_queues(void **state)
{
	static const struct {
		unsigned int vectors, cpus, queues;
	} t[] = {
		{ 2, 4, 1 }, { 3, 4, 2 }, { 4, 4, 3 }, { 5, 4, 4 },
		{ 9, 1, 1 }, { 9, 2, 2 }, { 9, 3, 3 }, { 9, 4, 4 }
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		gf_open("c7g", 80 + i);
		fk_machine()->vectors = t[i].vectors;
		fk_machine()->ncpus = t[i].cpus;
		works("c7g", 80 + i, t[i].queues);
	}
}

static void
bars_that_firmware_forgot(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_open("c7g", 90 + i);
		fk_machine()->bar2 = i % 2 != 0;
		fk_machine()->bar_msix_unset = i / 2 != 0;
		if (i / 2 != 0 && !fk_can(FK_CAN_ASSIGN_BAR))
			refuses("c7g", 90 + i);	/* no vectors */
		else
			works("c7g", 90 + i, 0);
	}
}

static void
memory_below_four_gigabytes(void **state)
{
	(void)state;
	gf_open("max", 95);
	fk_machine()->low_only = true;
	works("max", 95, 4);
}

/* ---- very often */

static void
attach_and_detach_a_thousand_times(void **state)
{
	unsigned int i;

	(void)state;
	gf_open("min", 100);
	fc_set_preempt(2);
	for (i = 0; i < CYCLES; i++) {
		GF_CHECK(fk_attach(false));
		GF_CHECK(fk_attached());
		if (i % 16 == 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 128, 2));
		}
		GF_CHECK(fk_detach(i % 3 == 0) == 0);
		GF_CHECK(fk_clean());
	}
	gf_close();
}

/* The same seed is the same history, another one is another. */
static void
same_seed_same_history(void **state)
{
	static const uint64_t seed[] = { 110, 110, 112 };
	uint64_t points[3], t[3];
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		gf_start("c7g", seed[i]);
		GF_CHECK(gf_both_ways(GF_TCP4, 800, 50));
		GF_CHECK(fk_down() == 0);
		points[i] = fc_points();
		t[i] = fc_now();
		gf_end();
	}
	assert_int_equal(points[0], points[1]);
	assert_int_equal(t[0], t[1]);
	assert_int_not_equal(points[0], points[2]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attach_and_detach_on_each_profile),
		cmocka_unit_test(up_and_down_on_each_profile),
		cmocka_unit_test(attach_says_what_it_found),
		cmocka_unit_test(detach_while_up),
		cmocka_unit_test(forced_detach_of_a_pulled_card),
		cmocka_unit_test(up_and_down_again_and_again),
		cmocka_unit_test(up_twice_and_down_twice),
		cmocka_unit_test(suspend_and_resume),
		cmocka_unit_test(powerdown_leaves_a_device_at_rest),
		cmocka_unit_test(no_msix_no_interface),
		cmocka_unit_test(few_vectors_few_queues),
		cmocka_unit_test(bars_that_firmware_forgot),
		cmocka_unit_test(memory_below_four_gigabytes),
		cmocka_unit_test(attach_and_detach_a_thousand_times),
		cmocka_unit_test(same_seed_same_history),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
