/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenBSD glue: a management interrupt that was under way arrives in the
 * middle of a detach, at each point of it, and finds nothing that is gone.
 */
#include "glue_fix.h"
#include "fk_openbsd.h"

static uint64_t resets;

/* A device at rest sends nothing. */
static void
late(void *arg)
{
	struct mock_stats s;

	(void)arg;
	mock_get_stats(fc_dev(), &s);
	if (s.resets == resets)
		fk_intr_raise(0);
}

/* Detach, with the interrupt at its n-th point.  Returns their number. */
static uint64_t
detach(bool up, uint64_t n, uint64_t seed)
{
	struct mock_stats s;
	uint64_t from;

	gf_open("min", seed);
	fk_machine()->ncpus = 1;
	GF_CHECK(fk_attach(false) && fk_attached());
	if (up)
		GF_CHECK(fk_up() == 0);
	fc_set_preempt(seed % 2 == 0 ? 2 : 64);
	mock_get_stats(fc_dev(), &s);
	resets = s.resets;
	from = fc_points();
	fc_at_point(n, late, NULL);
	GF_CHECK(fk_detach(false) == 0);
	from = fc_points() - from;
	fc_at_point(0, NULL, NULL);
	fc_run(GF_SECOND / 100);
	if (!fk_clean()) {
		fprintf(stderr, "# at point %llu\n", (unsigned long long)n);
		GF_CHECK(false);
	}
	gf_close();
	return (from);
}

static void
late_interrupts(void **state)
{
	uint64_t n, total, step;
	unsigned int seed, up;

	(void)state;
	for (up = 0; up < 2; up++) {
		total = detach(up, 0, 950);
		GF_CHECK(total > 50);
		/* freeing packets is most of it, and always the same */
		step = total / 100 + 1;
		for (n = 1; n <= total; n += n < 100 ? 1 : step)
			for (seed = 0; seed < 8; seed++)
				detach(up, n, 1000 * (seed + 1) + n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_interrupts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
