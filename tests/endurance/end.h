/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endurance: what all its parts share.
 *
 * A cell is one experiment: a scene (what the driver is asked to do) on a
 * profile, with a seed and at most two faults.  It runs in a world of its own
 * with two adapters, A with the profile and the fault, B its healthy peer:
 *
 *	prepare		without faults, to where the scene begins
 *	act		what the scene is about, while the faults flow
 *	heal		faults stop; mend like a glue would, as little as will
 *			do, until checked frames go both ways on every pair
 *	judge		what was set is in force, nothing more goes wrong,
 *			both go down, nothing is left behind
 *
 * Safety holds at every look: no contract violation, no rule of the model
 * broken, buffers accounted for, no frame altered or doubled.  Liveness: heal
 * ends within END_LIVE_US of virtual time, with no stronger medicine than
 * the fault deserves (enum end_cure).
 *
 * A cell is named by its replay id, the only thing needed to run it again:
 *
 *	SCENE.PROFILE:s=SEED:f=FAULT
 *
 * Every call of the glue's ends in bounded virtual time, and each bring-up
 * after the first says the same to the device and gets the same answers.
 *
 * SEED is hexadecimal; above 0xff the device takes liberties that follow from
 * it.  FAULT is 0; N.KIND, platform operation N of the world fails; NAME@K or
 * NAME.ARG@K, the device misbehaves after K opportunities; FAULT,NAME@K both
 * at once; FAULT+FAULT the second when healing begins, and there N counts
 * from that moment.
 *
 * end_fault.c knows faults and ids, end_scene.c scenes, end_world.c the world
 * and its checks, end_call.c up, down and recover with a clock, end_same.c
 * two bring-ups compared, end_heal.c the medicine, end_cell.c the order of it
 * all, end_many.c which cells there are, end_lives.c the thousand lives,
 * end_plug.c attach and detach, end_main.c the command line.
 */
#ifndef END_H
#define END_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_load.h"

#define END_MS		1000U
#define END_MTU		1500U		/* of a new driver */
#define END_SECOND	1000000U
#define END_LIVE_US	(20U * END_SECOND)
#define END_TEXT	160U
#define END_FAULTS	2U
#define END_REPORTS	5U		/* full reports, ids after that */

enum end_level { END_QUICK, END_REDUCED, END_FULL, END_NIGHTLY };

/* Medicine, the mildest first. */
enum end_cure {
	CURE_NONE,		/* nothing was wrong, or time healed it */
	CURE_POKE,		/* the glue looked at its rings unasked */
	CURE_RETRY,		/* what failed was simply tried again */
	CURE_RESET,		/* the core asked for a reset */
	CURE_WATCHDOG,		/* the glue noticed, and reset */
	CURE_REPLUG,		/* the card was gone, and was plugged again */
	CURES
};

/* ---- faults and ids (end_fault.c) */

enum fault_kind { FAULT_NONE, FAULT_OP, FAULT_DEV };

#define FAULT_HOST	0x01U	/* the driver's own: ena_fault() */
#define FAULT_LASTS	0x02U	/* goes on until it is stopped */
#define FAULT_ADMIN	0x04U	/* hits commands */
#define FAULT_RX	0x08U	/* hits received frames */
#define FAULT_TX	0x10U	/* hits sent ones */
#define FAULT_BLAME	0x20U	/* the frame may look bad to its receiver */

/* What K counts. */
enum fault_where {
	AT_CHANCE,		/* opportunities, as the model sees them */
	AT_WRITE,		/* register writes, before they arrive */
	AT_COMMAND,		/* commands that the device has taken */
	AT_ANSWER		/* what it has answered: commands, packets,
				   events, readless reads */
};
#define WHERES		4U

/* One line of the menu. */
struct fault_row {
	enum mock_fault fr_f;
	uint32_t fr_arg;	/* what is tried */
	enum end_cure fr_cure;	/* the strongest that may be needed */
	unsigned int fr_flags;
	uint32_t fr_stride;	/* of K: 0 only one */
	enum fault_where fr_where;
	const char *fr_name;	/* NULL: the model's */
};

struct fault {
	enum fault_kind fa_kind;
	uint64_t fa_op;			/* FAULT_OP */
	const struct fault_row *fa_row;	/* FAULT_DEV */
	uint32_t fa_arg;
	uint32_t fa_k;
};

struct scene;

struct cell {
	const struct scene *ce_scene;
	const char *ce_profile;		/* the model's */
	uint64_t ce_seed;
	struct fault ce_fault[END_FAULTS];
	bool ce_later;			/* the second waits for healing */
};

/* i-th of the menu, NULL past the end. */
const struct fault_row *fault_row_nth(unsigned int);
const char *fault_row_name(const struct fault_row *);
void fault_print(const struct fault *, const char *, char *, size_t);
/* kind: what the failed operation was, NULL if not known. */
void cell_print(const struct cell *, const char *, char *, size_t);
bool cell_parse(const char *, struct cell *);

/* ---- the world (end_world.c) */

/* A setting at run time that is on its way. */
struct ask {
	struct ena_req as_req;
	bool as_done;
	enum ena_result as_result;
	bool as_took;			/* the device has taken it */
};

/* What the device saw of a bring-up, since its last reset. */
struct story {
	char *st_text;
	size_t st_len, st_size;
	bool st_telling;
	uint64_t st_hits;		/* faults before it began */
};

struct world {
	const struct cell *w_cell;
	struct sim *w_sim;
	struct sim_adapter *w_ad[2];
	struct sim_spec w_spec[2];
	struct sim_load w_load[2];	/* from A, from B */
	struct ask w_ask;
	uint8_t w_table[4096];
	uint32_t w_mtu;			/* as it must be after a success */
	enum ena_result w_result;	/* of the act */
	enum end_cure w_cure;
	const char *w_kind;		/* of the operation that failed */
	uint64_t w_ops[2];		/* before and after the act */
	uint64_t w_healed_us;
	uint64_t w_faults;		/* hit so far */
	uint64_t w_struck;		/* of these, the driver's own */
	uint64_t w_call_us[2];		/* longest; with the card out */
	unsigned int w_told;		/* bring-ups found the same */
	struct story w_story;
	bool w_acted;
	bool w_trace;
	/* faults that act at once, waiting for their moment on A */
	struct {
		struct mock_fault_arm wf_arm;
		bool wf_armed;
		enum fault_where wf_where;
		bool wf_host;
		uint32_t wf_left;
	} w_now[END_FAULTS];
	char w_fault_text[END_TEXT];
	jmp_buf w_out;
};

void world_open(struct world *, const struct cell *, bool trace);
void world_close(struct world *);
void world_up(struct world *);
void world_arm(struct world *, const struct fault *, uint64_t op_base);
/* Faults stop; the card is put back if it was pulled. */
void world_calm(struct world *);
/* Is something of A's or B's pulled now? */
bool world_gone(const struct world *);
void world_id(const struct world *, char *, size_t);
uint64_t world_hits(const struct world *);
/* Listen to the world's transcript while somebody wants it. */
void world_listen(struct world *);

/* Leaves the cell, with a report. */
void world_fail(struct world *, const char *, const char *, int)
    __attribute__((__noreturn__));
#define END_CHECK(w, cond) do {						\
	if (!(cond))							\
		world_fail((w), #cond, __FILE__, __LINE__);		\
} while (0)

/* Nothing forbidden has happened. */
void world_safe(struct world *);
/* The device has given back all but what is posted. */
bool world_idle(struct world *);
bool world_clean(struct world *);
unsigned int world_posted(struct sim_adapter *);

/* ---- calls of the glue (end_call.c) and their stories (end_same.c) */

#define END_CALL_US	(45U * END_SECOND)
#define END_GONE_US	(5U * END_SECOND)	/* with the card out */

/* nic_up(), nic_down(), nic_recover(), within their time. */
enum ena_result call_up(struct world *, struct sim_adapter *);
enum ena_result call_down(struct world *, struct sim_adapter *);
enum ena_result call_recover(struct world *, struct sim_adapter *);

void story_line(struct story *, const char *);
void story_free(struct story *);
/* A's bring-up was undisturbed: is it as the first one of its kind? */
void same_as_ever(struct world *);

/* ---- scenes (end_scene.c) */

struct scene {
	const char *sc_name;
	void (*sc_prepare)(struct world *);
	enum ena_result (*sc_act)(struct world *);
	void (*sc_judge)(struct world *);
	bool sc_down;		/* A is OFF after a successful act */
	bool sc_lossless;	/* all frames arrive unless healed */
	bool sc_rss;		/* only with an indirection table */
	unsigned int sc_rx_descs; /* only with so many buffers a frame */
};

const struct scene *scene_nth(unsigned int);
const struct scene *scene_find(const char *, size_t);

/* ---- medicine (end_heal.c) */

/* Some faults need a verdict while they last: get it. */
void heal_suffer(struct world *);
/* One attempt to mend both adapters; failures are not judged. */
void heal_under_fire(struct world *);
void heal(struct world *);
enum end_cure heal_limit(const struct world *);

/* ---- cells (end_cell.c) */

struct outcome {
	bool oc_good;
	bool oc_hit;			/* the (first) fault has struck */
	const char *oc_kind;		/* of the operation that failed */
	char oc_id[END_TEXT];
	enum end_cure oc_cure;
	uint64_t oc_ops[2];
	uint64_t oc_now_us;
	uint64_t oc_call_us[2];
	unsigned int oc_told;
};

/* Run it; a failure is reported, the id printed. */
void cell_run(const struct cell *, struct outcome *);
/* The same, telling everything. */
int cell_replay(const char *, bool trace);

/* ---- attach and detach (end_plug.c) */

/* A driver of another life on the same card; the old one must be down. */
bool plug_again(struct sim_adapter *);

/* ---- groups of tests */

struct CMUnitTest;

/* What the command line and the environment ask for. */
struct settings {
	enum end_level se_level;
	uint64_t se_seed;		/* nightly */
	unsigned int se_count;		/* nightly: cells */
	const char *se_profile;		/* NULL: all */
};
extern struct settings settings;

#define KINDS	4U			/* of platform operations */

struct tally {
	unsigned int ta_cells, ta_ops, ta_devs, ta_bad;
	unsigned int ta_cures[CURES];
	unsigned int ta_kinds[KINDS];
	char ta_first[END_TEXT];	/* id of the first that is bad */
	uint64_t ta_longest_us;
	uint64_t ta_call_us[2];
	unsigned int ta_told;
	unsigned int ta_where[WHERES];	/* faults hit, by what K counts */
};
void tally_add(struct tally *, const struct cell *, const struct outcome *);
void tally_print(const struct tally *, const char *);

int many_main(void);
int nightly_main(void);
int lives_main(void);
int lives_replay(const char *, bool trace);

#endif /* END_H */
