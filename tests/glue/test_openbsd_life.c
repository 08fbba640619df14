/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenBSD glue: attach, up, down, detach, in every order and very often. */
#include "glue_fix.h"

static const char *const profiles[] = {
	"max", "c7g", "t4g", "a1", "c6i", "gen6", "i3", "min"
};

static void
attach_and_detach_on_each_profile(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		gf_attach(profiles[i], 1 + i);
		GF_CHECK(fk_lawful());
		GF_CHECK(fk_detach(false) == 0);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

static void
up_and_down_on_each_profile(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		gf_start(profiles[i], 10 + i);
		GF_CHECK(gf_both_ways(GF_UDP4, 200, 20));
		gf_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attach_and_detach_on_each_profile),
		cmocka_unit_test(up_and_down_on_each_profile),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
