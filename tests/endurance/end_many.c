/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which cells there are.
 *
 * Depth 1, exhaustive: a clean run counts the platform operations of an act,
 * then each of them fails once; each row of the menu strikes at its first,
 * second, third ... opportunity until it finds none any more.  The reduced
 * level takes every seventh of either, the quick one also only every third
 * row, another third for each scene and profile.
 *
 * Depth 2, sampled (nightly): two faults drawn from the seed in the log, at
 * once or the second while the first is being mended, on a device that takes
 * liberties.
 */
#include "end.h"

#include <cmocka.h>

#define SAMPLE		7U		/* reduced: one in so many */
#define SAMPLE_ROWS	3U		/* quick */
#define NEVER_ENDS	3000U
#define GROUP_TESTS	512U
#define SEED		1U

enum group_kind { GROUP_OPS, GROUP_ADMIN, GROUP_REST };

struct group {
	const struct scene *gr_scene;
	const char *gr_profile;
	enum group_kind gr_kind;
	unsigned int gr_no;
	char gr_name[64];
};

static struct tally total;

static bool
wanted(const struct scene *sc, const struct mock_profile *p)
{
	if (settings.se_profile != NULL &&
	    strcmp(settings.se_profile, p->name) != 0)
		return (false);
	if (p->rx_descs < sc->sc_rx_descs)
		return (false);
	return (!sc->sc_rss ||
	    (p->features_rss >> ENAHW_FEAT_RSS_TABLE & 1) != 0);
}

static void
verdict(const struct tally *t)
{
	if (t->ta_bad != 0)
		fail_msg("ERROR: %u cells are bad, the first: endurance "
		    "--replay %s", t->ta_bad, t->ta_first);
}

static void
try(struct tally *t, const struct cell *c, struct outcome *oc)
{
	cell_run(c, oc);
	tally_add(t, c, oc);
	tally_add(&total, c, oc);
}

/* The cell was good, and yet. */
static void
strange(struct tally *t, const struct outcome *oc, const char *why)
{
	fprintf(stderr, "FAIL %s: %s\n", oc->oc_id, why);
	if (t->ta_bad++ == 0)
		memcpy(t->ta_first, oc->oc_id, sizeof(t->ta_first));
}

/* ---- depth 1 */

static void
fail_ops(struct tally *t, struct cell *c)
{
	struct outcome clean, oc;
	uint64_t n, step;

	try(t, c, &clean);
	if (!clean.oc_good)
		return;
	if (clean.oc_hit || clean.oc_cure != CURE_NONE) {
		strange(t, &clean, "a clean run needed a cure");
		return;
	}
	step = settings.se_level < END_FULL ? SAMPLE : 1;
	c->ce_fault[0].fa_kind = FAULT_OP;
	for (n = clean.oc_ops[0] + 1; n <= clean.oc_ops[1]; n += step) {
		c->ce_fault[0].fa_op = n;
		try(t, c, &oc);
		if (oc.oc_good && !oc.oc_hit)
			strange(t, &oc, "the operation was not reached");
	}
}

static void
fail_row(struct tally *t, struct cell *c, const struct fault_row *row,
    uint32_t first)
{
	struct fault *f = &c->ce_fault[0];
	struct outcome oc;
	uint32_t step;

	f->fa_kind = FAULT_DEV;
	f->fa_row = row;
	f->fa_arg = row->fr_arg;
	step = row->fr_stride;
	if (settings.se_level < END_FULL)
		step *= SAMPLE;
	f->fa_k = step > 1 ? first % step : 0;
	do {
		try(t, c, &oc);
		f->fa_k += step;
	} while (oc.oc_hit && step != 0 && f->fa_k < NEVER_ENDS);
	if (f->fa_k >= NEVER_ENDS)
		strange(t, &oc, "there is always one more opportunity");
}

static void
fail_rows(struct tally *t, struct cell *c, const struct group *g)
{
	const struct fault_row *row;
	unsigned int i;

	for (i = 0; (row = fault_row_nth(i)) != NULL; i++) {
		if (((row->fr_flags & FAULT_ADMIN) != 0) !=
		    (g->gr_kind == GROUP_ADMIN))
			continue;
		if (settings.se_level == END_QUICK &&
		    (i + g->gr_no) % SAMPLE_ROWS != 0)
			continue;
		fail_row(t, c, row, i);
	}
}

static void
test_group(void **state)
{
	const struct group *g = *state;
	struct tally t;
	struct cell c;

	memset(&t, 0, sizeof(t));
	memset(&c, 0, sizeof(c));
	c.ce_scene = g->gr_scene;
	c.ce_profile = g->gr_profile;
	c.ce_seed = SEED;
	if (g->gr_kind == GROUP_OPS)
		fail_ops(&t, &c);
	else
		fail_rows(&t, &c, g);
	tally_print(&t, g->gr_name);
	verdict(&t);
}

static unsigned int
group_add(struct group *g, const struct scene *sc, const char *profile,
    unsigned int no)
{
	static const char *const kinds[] = {
		"operations", "commands", "device"
	};
	unsigned int k;

	for (k = 0; k < 3; k++, g++) {
		g->gr_scene = sc;
		g->gr_profile = profile;
		g->gr_kind = (enum group_kind)k;
		g->gr_no = no;
		(void)snprintf(g->gr_name, sizeof(g->gr_name), "%s %s %s",
		    profile, sc->sc_name, kinds[k]);
	}
	return (3);
}

int
many_main(void)
{
	static struct CMUnitTest tests[GROUP_TESTS];
	static struct group groups[GROUP_TESTS];
	const struct mock_profile *p;
	const struct scene *sc;
	unsigned int i, k, n;
	int bad;

	n = 0;
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++)
		for (k = 0; (sc = scene_nth(k)) != NULL; k++)
			if (wanted(sc, p) && n + 3 <= GROUP_TESTS)
				n += group_add(&groups[n], sc, p->name,
				    i + k);
	if (n == 0) {
		fprintf(stderr, "endurance: no such profile\n");
		return (2);
	}
	for (i = 0; i < n; i++) {
		tests[i].name = groups[i].gr_name;
		tests[i].test_func = test_group;
		tests[i].initial_state = &groups[i];
	}
	/* cmocka passes over the entries that stay empty */
	bad = cmocka_run_group_tests_name("cells", tests, NULL, NULL);
	tally_print(&total, "all");
	return (bad);
}

/* ---- depth 2 */

static uint64_t draws;

static uint32_t
draw(uint32_t below)
{
	uint64_t z;

	draws += 0x9e3779b97f4a7c15ULL;
	z = draws;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return ((uint32_t)((z ^ (z >> 31)) >> 32) % below);
}

static void
draw_fault(struct fault *f, bool op, uint64_t from, uint64_t to)
{
	unsigned int n;

	memset(f, 0, sizeof(*f));
	if (op) {
		f->fa_kind = FAULT_OP;
		f->fa_op = from + draw((uint32_t)(to - from));
		return;
	}
	for (n = 0; fault_row_nth(n) != NULL; n++)
		continue;
	f->fa_kind = FAULT_DEV;
	f->fa_row = fault_row_nth(draw(n));
	f->fa_arg = f->fa_row->fr_arg;
	f->fa_k = draw(draw(4) == 0 ? 60 : 12);
}

static void
draw_cell(struct cell *c)
{
	const struct mock_profile *p;
	unsigned int n, scenes;

	memset(c, 0, sizeof(*c));
	for (n = 0; mock_profile_nth(n) != NULL; n++)
		continue;
	for (scenes = 0; scene_nth(scenes) != NULL; scenes++)
		continue;
	do {
		p = mock_profile_nth(draw(n));
		c->ce_scene = scene_nth(draw(scenes));
	} while (!wanted(c->ce_scene, p));
	c->ce_profile = p->name;
	c->ce_seed = 0x100 + draw(0xffff00);
}

static void
nightly_cell(struct tally *t)
{
	struct outcome clean, oc;
	struct cell c;

	draw_cell(&c);
	try(t, &c, &clean);
	if (!clean.oc_good)
		return;
	draw_fault(&c.ce_fault[0], draw(2) == 0 &&
	    clean.oc_ops[1] > clean.oc_ops[0], clean.oc_ops[0] + 1,
	    clean.oc_ops[1] + 1);
	if (draw(4) != 0) {
		c.ce_later = draw(2) == 0;
		draw_fault(&c.ce_fault[1], c.ce_later && draw(2) == 0, 1,
		    100);
	}
	try(t, &c, &oc);
}

static void
test_nightly(void **state)
{
	struct tally t;
	unsigned int i;

	(void)state;
	memset(&t, 0, sizeof(t));
	printf("# seed %llx\n", (unsigned long long)settings.se_seed);
	draws = settings.se_seed;
	for (i = 0; i < settings.se_count; i++)
		nightly_cell(&t);
	tally_print(&t, "nightly");
	verdict(&t);
}

int
nightly_main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nightly),
	};

	return (cmocka_run_group_tests_name("nightly", tests, NULL, NULL));
}
