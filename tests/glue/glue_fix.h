/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of all glue share: a machine with a card, a peer at
 * the other end of its wire, frames whose bytes are checked.
 */
#ifndef GLUE_FIX_H
#define GLUE_FIX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_mockdev.h"
#include "fk.h"
#include "glue_frame.h"

#define GF_KEPT		4096U
#define GF_SECOND	1000000U

/* A check that leaves behind what happened. */
#define GF_CHECK(cond) do {						\
	if (!(cond)) {							\
		fk_report();						\
		fail_msg("%s (seed %llu)", #cond,			\
		    (unsigned long long)gf_seed);			\
	}								\
} while (0)

/* One frame seen on the wire or by the stack. */
struct gf_seen {
	size_t len;
	uint32_t sum;		/* of all bytes */
	uint32_t id;		/* gf_frame()'s, 0 if it is not one */
	unsigned int queue, csum, flowid, segs;
	bool intact;
};

extern uint64_t gf_seed;
extern struct gf_seen gf_out[GF_KEPT], gf_in[GF_KEPT];
extern unsigned int gf_nout, gf_nin;
extern uint8_t gf_last_out[GF_MAX], gf_last_in[GF_MAX];

/* A machine with the driver attached; NULL machine: as is. */
void gf_open(const char *profile, uint64_t seed);
void gf_attach(const char *profile, uint64_t seed);
void gf_start(const char *profile, uint64_t seed);	/* and up, link up */
/* Down, out; nothing left and no rule broken. */
void gf_end(void);
void gf_close(void);		/* whatever happened */
void gf_forget(void);		/* frames seen so far */

bool gf_link(bool up, uint64_t us);		/* wait for it */
bool gf_wait_out(unsigned int n, uint64_t us);
bool gf_wait_in(unsigned int n, uint64_t us);
/* Send and receive n frames of that kind and length; all must arrive. */
bool gf_both_ways(enum gf_kind, size_t len, unsigned int n);
/* Fails the test if there is no such number. */
uint64_t gf_stat(enum fk_stat, unsigned int queue);

/* Tests, some of which are only for systems that can do that. */
struct gf_test {
	void (*fn)(void **);
	const char *name;
	enum fk_ability needs;		/* FK_ABILITIES: nothing */
};
#define GF_TEST(name)		{ name, #name, FK_ABILITIES }
#define GF_NEEDS(name, what)	{ name, #name, what }
int gf_run(const struct gf_test *, size_t n);

#endif /* GLUE_FIX_H */
