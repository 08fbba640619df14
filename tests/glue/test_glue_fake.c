/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake kernel itself: each rule is broken once and noticed. */
#include "glue_fix.h"

static void
a_dummy_that_behaves(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		fk_open("c7g", 1 + i);
		fc_set_preempt(i * 10);
		fk_crime(fk_crimes());
		GF_CHECK(fk_clean());
		fk_close();
	}
}

static void
each_crime_is_noticed(void **state)
{
	unsigned int i, missed = 0;

	(void)state;
	for (i = 0; i < fk_crimes(); i++) {
		fk_open("c7g", 100 + i);
		fk_crime(i);
		if (fc_broken_of(fk_crime_name(i)) == 0) {
			fprintf(stderr, "# %s was not noticed\n",
			    fk_crime_name(i));
			fk_report();
			missed++;
		}
		fk_close();
	}
	assert_int_equal(missed, 0);
}

static void
each_rule_has_a_crime(void **state)
{
	unsigned int c, r, missed = 0;

	(void)state;
	for (r = 0; fk_rule_nth(r) != NULL; r++) {
		for (c = 0; c < fk_crimes(); c++)
			if (strcmp(fk_crime_name(c), fk_rule_nth(r)->id) == 0)
				break;
		if (c == fk_crimes()) {
			fprintf(stderr, "# no crime for %s\n",
			    fk_rule_nth(r)->id);
			missed++;
		}
	}
	fprintf(stderr, "# %u rules, %u crimes\n", r, fk_crimes());
	assert_int_equal(missed, 0);
}

/* What is left behind is found, of each kind. */
static void
leaks_are_found(void **state)
{
	unsigned int n;

	(void)state;
	fk_open("c7g", 5);
	n = fk_leaks();
	assert_int_equal(n, 0);
	gf_open("c7g", 5);
	GF_CHECK(fk_attach(false));
	GF_CHECK(fk_leaks() > 10);
	fk_close();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dummy_that_behaves),
		cmocka_unit_test(each_crime_is_noticed),
		cmocka_unit_test(each_rule_has_a_crime),
		cmocka_unit_test(leaks_are_found),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
