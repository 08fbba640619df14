/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of endurance.
 *
 *	endurance lives			a thousand lives
 *	endurance cells [PROFILE]	every single fault, depth 1
 *	endurance random [COUNT]	random pairs of faults, depth 2
 *	endurance --replay ID [--trace]	exactly one, with a full report
 *
 * ENDURANCE in the environment is quick (the default), reduced, full or
 * nightly; ENDURANCE_SEED, hexadecimal, the seed of lives and random.
 */
#include "end.h"

struct settings settings = {
	.se_level = END_QUICK, .se_seed = 1, .se_count = 200
};

static int
usage(void)
{
	fprintf(stderr, "usage: endurance lives | cells [PROFILE] | "
	    "random [COUNT] |\n"
	    "       --replay ID [--trace]\n");
	return (2);
}

static void
from_environment(void)
{
	const char *v;

	v = getenv("ENDURANCE");
	if (v != NULL && strcmp(v, "reduced") == 0)
		settings.se_level = END_REDUCED;
	if (v != NULL && strcmp(v, "full") == 0)
		settings.se_level = END_FULL;
	if (v != NULL && strcmp(v, "nightly") == 0) {
		settings.se_level = END_NIGHTLY;
		settings.se_count = 20000;
	}
	v = getenv("ENDURANCE_SEED");
	if (v != NULL)
		settings.se_seed = strtoull(v, NULL, 16);
}

static int
replay(const char *id, bool trace)
{
	if (strncmp(id, "lives.", 6) == 0)
		return (lives_replay(id, trace));
	return (cell_replay(id, trace));
}

int
main(int argc, char **argv)
{
	from_environment();
	if (argc < 2)
		return (usage());
	if (strcmp(argv[1], "--replay") == 0 && argc > 2)
		return (replay(argv[2],
		    argc > 3 && strcmp(argv[3], "--trace") == 0));
	if (strcmp(argv[1], "lives") == 0)
		return (lives_main());
	if (strcmp(argv[1], "cells") == 0) {
		if (argc > 2)
			settings.se_profile = argv[2];
		return (many_main());
	}
	if (strcmp(argv[1], "random") == 0) {
		if (argc > 2)
			settings.se_count = (unsigned int)strtoul(argv[2],
			    NULL, 10);
		return (nightly_main());
	}
	return (usage());
}
