/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Islands: a driver, its kernel and a device model of its own, linked into
 * one object of which only this structure can be seen.  So one program holds
 * drivers of several systems although they have the same names inside, and
 * one scene can be played in all of them.
 *
 * What is compared is what the device saw: the model's transcript.
 */
#ifndef ISLAND_H
#define ISLAND_H

#include <stdbool.h>

/* How far the scene went, and what happened there; for people. */
struct island_result {
	bool good;
	char text[160];
};

struct island {
	const char *is_name;
	/* Play the scene; a line of the transcript a call. */
	struct island_result (*is_play)(const char *profile,
	    void (*line)(void *, const char *), void *);
};

extern const struct island island_plain, island_openbsd, island_freebsd,
    island_netbsd;

#endif /* ISLAND_H */
