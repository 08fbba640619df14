/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One scene on every island, in one program; then what each device saw,
 * compared with what the plain binding's saw.
 *
 *	test_islands EXPLAINED-DIR		all profiles
 *	test_islands --print ISLAND PROFILE	a transcript, for ena-trace
 *
 * EXPLAINED-DIR/ISLAND.txt lists the differences with their reasons, in the
 * format of ena-trace diff --explained; ISLAND-PROFILE.txt, if there is one,
 * those of one profile.  One that has no reason fails, and so does a reason
 * without a difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "island.h"
#include "trace.h"

#define PROFILES	3U

static const char *const profiles[PROFILES] = { "c7g", "t4g", "max" };
static const struct island *const islands[] = {
	ISLANDS
};
#define NISLANDS	(sizeof(islands) / sizeof(islands[0]))

static const char *reasons;
static FILE *seen[NISLANDS][PROFILES];

static void
line(void *arg, const char *text)
{
	(void)fprintf(arg, "%s\n", text);
}

static void
play(unsigned int i, unsigned int p)
{
	struct island_result r;

	seen[i][p] = tmpfile();
	assert_non_null(seen[i][p]);
	r = islands[i]->is_play(profiles[p], line, seen[i][p]);
	if (!r.good)
		fail_msg("%s on %s: %s", islands[i]->is_name, profiles[p],
		    r.text);
}

static void
load(struct tr_norm *n, FILE *f, const char *name)
{
	static const struct tr_view all = { .v_to = UINT64_MAX };
	struct tr_reader r;

	rewind(f);
	tr_reader_init(&r, f, name);
	tr_norm_init(n);
	assert_true(tr_norm_load(n, &r, &all));
	assert_true(n->n > 100);
}

/* Exit status of ena-trace diff; what it prints is shown if that is not 0. */
static int
report(FILE *a, FILE *b, struct tr_compare *c, bool show)
{
	struct tr_norm na, nb;
	char text[TR_LINE_MAX];
	FILE *to;
	int code;

	to = tmpfile();
	assert_non_null(to);
	load(&na, a, c->c_name[0]);
	load(&nb, b, c->c_name[1]);
	c->c_style = TR_TERSE;
	code = tr_report(&na, &nb, c, to);
	tr_norm_free(&na);
	tr_norm_free(&nb);
	rewind(to);
	while (show && code != 0 && fgets(text, sizeof(text), to) != NULL)
		(void)fprintf(stderr, "# %s", text);
	(void)fclose(to);
	return (code);
}

/* An island's transcript with that of the first, but for the reasons. */
static int
compare(unsigned int i, unsigned int p, FILE *b, bool show)
{
	char file[2][4096];
	const char *name = islands[i]->is_name;
	struct tr_compare c = {
		.c_name = { islands[0]->is_name, name }, .c_nexplained = 1,
		.c_explained = { file[0], file[1] }
	};
	FILE *f;

	(void)snprintf(file[0], sizeof(file[0]), "%s/%s.txt", reasons, name);
	(void)snprintf(file[1], sizeof(file[1]), "%s/%s-%s.txt", reasons,
	    name, profiles[p]);
	f = fopen(file[1], "r");
	if (f != NULL) {
		(void)fclose(f);
		c.c_nexplained = 2;
	}
	return (report(seen[0][p], b, &c, show));
}

static void
the_scene_is_played_everywhere(void **state)
{
	unsigned int i, p;

	(void)state;
	for (p = 0; p < PROFILES; p++)
		for (i = 0; i < NISLANDS; i++)
			play(i, p);
}

/* The same twice: what follows is not an accident. */
static void
a_history_can_be_repeated(void **state)
{
	struct tr_compare c = { .c_name = { "first", "second" } };
	unsigned int i;
	FILE *first;

	(void)state;
	for (i = 0; i < NISLANDS; i++) {
		first = seen[i][0];
		play(i, 0);
		if (report(first, seen[i][0], &c, true) != 0)
			fail_msg("%s has two histories", islands[i]->is_name);
		(void)fclose(first);
	}
}

static void
each_difference_has_its_reason(void **state)
{
	unsigned int bad = 0, i, p;

	(void)state;
	for (i = 1; i < NISLANDS; i++)
		for (p = 0; p < PROFILES; p++)
			if (compare(i, p, seen[i][p], true) != 0) {
				print_error("%s on %s\n",
				    islands[i]->is_name, profiles[p]);
				bad++;
			}
	assert_int_equal(bad, 0);
}

/* A register that one driver writes no more is a difference. */
static void
a_new_difference_is_noticed(void **state)
{
	char text[TR_LINE_MAX];
	unsigned int i, left_out;
	FILE *bent;

	(void)state;
	for (i = 1; i < NISLANDS; i++) {
		bent = tmpfile();
		assert_non_null(bent);
		left_out = 0;
		rewind(seen[i][0]);
		while (fgets(text, sizeof(text), seen[i][0]) != NULL)
			if (left_out != 0 ||
			    strstr(text, "reg=AENQ_CAPS") == NULL)
				(void)fputs(text, bent);
			else
				left_out++;
		assert_int_equal(left_out, 1);
		assert_int_equal(compare(i, 0, bent, false), 1);
		(void)fclose(bent);
	}
}

static int
print(const char *name, const char *profile)
{
	struct island_result r;
	unsigned int i;

	for (i = 0; i < NISLANDS; i++)
		if (strcmp(islands[i]->is_name, name) == 0)
			break;
	if (i == NISLANDS) {
		(void)fprintf(stderr, "test_islands: no island %s\n", name);
		return (2);
	}
	r = islands[i]->is_play(profile, line, stdout);
	if (!r.good)
		(void)fprintf(stderr, "%s: %s\n", name, r.text);
	return (r.good ? 0 : 1);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_scene_is_played_everywhere),
		cmocka_unit_test(a_history_can_be_repeated),
		cmocka_unit_test(each_difference_has_its_reason),
		cmocka_unit_test(a_new_difference_is_noticed),
	};

	if (argc == 4 && strcmp(argv[1], "--print") == 0)
		return (print(argv[2], argv[3]));
	if (argc != 2) {
		(void)fprintf(stderr, "usage: test_islands EXPLAINED-DIR\n"
		    "       test_islands --print ISLAND PROFILE\n");
		return (2);
	}
	reasons = argv[1];
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
