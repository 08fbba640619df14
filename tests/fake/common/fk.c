/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: opened, closed, reported on. */
#include <stdio.h>

#include "fk_common.h"

const struct fc_rule *
fk_rule_nth(unsigned int i)
{
	unsigned int n;

	for (n = 0; fk_rules[n].id != NULL; n++)
		if (n == i)
			return (&fk_rules[n]);
	return (NULL);
}

static bool is_open;

void
fk_open(const char *profile, uint64_t seed)
{
	fk_close();		/* what a failed test left behind */
	is_open = true;
	fc_open(seed);
	fc_rules(fk_rules);
	fk_kernel_open();
	fc_dev_open(profile, seed);
	fk_machine_open();
}

void
fk_close(void)
{
	if (is_open)
		fc_close();
	is_open = false;
}

static void
to_stderr(const char *text)
{
	fprintf(stderr, "#   %s\n", text);
}

void
fk_report(void)
{
	unsigned int i;

	fprintf(stderr, "# at %llu us, %llu points\n",
	    (unsigned long long)fc_now(), (unsigned long long)fc_points());
	if (fc_dead() != NULL)
		fprintf(stderr, "# dead: %s\n", fc_dead());
	for (i = 0; i < 10 && fc_broken_nth(i) != NULL; i++)
		fprintf(stderr, "# rule: %s\n", fc_broken_nth(i));
	for (i = 0; i < 10 && fc_model_nth(i) != NULL; i++)
		fprintf(stderr, "# model: %s\n", fc_model_nth(i));
	fk_leaks();
	for (i = 0; i < 10 && fk_leak(i) != NULL; i++)
		fprintf(stderr, "# left: %s\n", fk_leak(i));
	for (i = 0; i < 12 && fc_log_line(i) != NULL; i++)
		fprintf(stderr, "# log: %s\n", fc_log_line(i));
	fc_who(to_stderr);
}
