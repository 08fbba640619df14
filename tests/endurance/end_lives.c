/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thousand lives: attach, up, traffic both ways, down, detach.
 *
 * Two drivers of different kinds share the process and each world; in even
 * lives they are wired to each other, in odd ones each to itself, so that
 * one can be reset in the middle of things while the other goes on and
 * loses nothing.  All lives of a pair are lived in one world, whose counts
 * of memory never start afresh: what leaks once is seen at once.
 *
 * Replay id: lives.PROFILE-PROFILE:s=SEED:f=LIFE.
 */
#include "end.h"

#include <cmocka.h>

#define LIVES_FULL	1000U
#define LIVES_QUICK	100U
#define PAIRINGS	4U

static const char *const pairings[PAIRINGS][2] = {
	{ "t4g", "c7g" }, { "max", "min" }, { "gen6", "i3" }, { "a1", "c6i" }
};

struct lives {
	struct sim *lv_sim;
	struct sim_adapter *lv_ad[2];
	struct sim_load lv_load[2];
	unsigned int lv_no;
	char lv_name[32], lv_text[16];
	uint64_t lv_frames;
	unsigned int lv_resets;
	jmp_buf lv_out;
};

static struct lives lives;

static void lives_fail(const char *, int) __attribute__((__noreturn__));
static void
lives_fail(const char *what, int line)
{
	fprintf(stderr, "FAIL %s: %s (line %d)\n", sim_replay(lives.lv_sim),
	    what, line);
	fprintf(stderr, "     again: endurance --replay %s\n",
	    sim_replay(lives.lv_sim));
	sim_report(lives.lv_sim, stderr);
	longjmp(lives.lv_out, 1);
}

static void
lives_panic(const char *why)
{
	lives_fail(why, 0);
}

#define LIFE_CHECK(cond) do {						\
	if (!(cond))							\
		lives_fail(#cond, __LINE__);				\
} while (0)

/* ---- the world of a pairing */

static void
lives_open(const char *const *profile, uint64_t seed)
{
	struct sim_spec sp;
	unsigned int i;

	memset(&lives, 0, sizeof(lives));
	sim_quiet(true);
	sim_on_panic(lives_panic);
	(void)snprintf(lives.lv_name, sizeof(lives.lv_name), "lives.%s-%s",
	    profile[0], profile[1]);
	lives.lv_sim = sim_create(NULL, lives.lv_name, seed);
	for (i = 0; i < 2; i++) {
		sim_spec(&sp, profile[i]);
		sp.config.cf_tx_depth = 64;
		sp.config.cf_rx_depth = 64;
		sp.nic.tx_seg_len = 512;
		sp.nic.rx_buf_len = sp.profile.rx_descs >= 9 ? 512 : 2048;
		sp.mock.tx_us = 20;
		sp.mock.tx_reorder = i == 1;
		lives.lv_ad[i] = sim_add(lives.lv_sim, &sp);
		if (lives.lv_ad[i] == NULL)
			abort();
	}
}

static void
life_attach(bool crossed)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		LIFE_CHECK(plug_again(lives.lv_ad[i]));
		sim_connect(lives.lv_ad[i],
		    lives.lv_ad[crossed ? 1 - i : i]);
		load_init(&lives.lv_load[i], lives.lv_ad[i],
		    lives.lv_ad[crossed ? 1 - i : i],
		    2 * lives.lv_no + i + 1);
	}
}

static void
life_detach(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		lives.lv_frames += lives.lv_load[i].ld_got;
		load_free(&lives.lv_load[i]);
		LIFE_CHECK(sim_blocks(lives.lv_ad[i]) == 0);
		LIFE_CHECK(sim_bufs(lives.lv_ad[i]) == 0);
		LIFE_CHECK(nic_bufs_out(sim_nic(lives.lv_ad[i])) == 0);
	}
	LIFE_CHECK(sim_clean(lives.lv_sim));
}

/* ---- moves */

/* Both go to a state in turn, a step each. */
static void
life_goto(enum ena_state target)
{
	enum ena_result r[2] = { ENA_AGAIN, ENA_AGAIN };
	unsigned int i, n;

	for (n = 0; n < 2000 && (r[0] != ENA_OK || r[1] != ENA_OK); n++) {
		for (i = 0; i < 2; i++)
			if (r[i] == ENA_AGAIN)
				r[i] = nic_goto(sim_nic(lives.lv_ad[i]),
				    target);
		sim_advance(lives.lv_sim, 20);
	}
	LIFE_CHECK(r[0] == ENA_OK && r[1] == ENA_OK);
}

static void
life_up(void)
{
	unsigned int first = lives.lv_no / 2 % 2;

	if (lives.lv_no % 8 == 3) {
		life_goto(ENA_STATE_CONFIGURED);
		life_goto(ENA_STATE_QUIET);
	}
	LIFE_CHECK(nic_up(sim_nic(lives.lv_ad[first])) == ENA_OK);
	LIFE_CHECK(nic_up(sim_nic(lives.lv_ad[1 - first])) == ENA_OK);
}

static void
life_send(unsigned int i, unsigned int n)
{
	static const size_t lengths[] = { 82, 512, 1514, 513, 700 };
	unsigned int pairs;

	pairs = nic_pairs(sim_nic(lives.lv_ad[i]));
	LIFE_CHECK(load_push(&lives.lv_load[i], (n + lives.lv_no) % pairs,
	    lengths[(n + lives.lv_no) % 5],
	    (enum load_kind)((n + lives.lv_no) % LOAD_KINDS), n % 2 == 0) ==
	    ENA_OK);
}

static bool
life_done(void *arg)
{
	unsigned int i, q;
	struct nic *n;

	(void)arg;
	for (i = 0; i < 2; i++) {
		if (!load_done(&lives.lv_load[i]))
			return (false);
		n = sim_nic(lives.lv_ad[i]);
		for (q = 0; q < nic_pairs(n); q++)
			if (ena_txq(nic_dev(n), q)->tq_tail_pos !=
			    ena_txq(nic_dev(n), q)->tq_done_pos)
				return (false);
	}
	return (true);
}

static void
life_settle(void)
{
	unsigned int i;

	LIFE_CHECK(sim_run_until(lives.lv_sim, life_done, NULL, END_SECOND));
	for (i = 0; i < 2; i++) {
		LIFE_CHECK(load_good(&lives.lv_load[i]));
		LIFE_CHECK(ena_dev_state(sim_dev(lives.lv_ad[i])) ==
		    ENA_STATE_RUNNING);
		LIFE_CHECK(sim_trouble(lives.lv_ad[i]) == ENA_OK);
		LIFE_CHECK(nic_bufs_out(sim_nic(lives.lv_ad[i])) ==
		    world_posted(lives.lv_ad[i]));
	}
	LIFE_CHECK(sim_lawful(lives.lv_sim));
}

/* One is reset with frames everywhere, step by step; the other goes on. */
static void
life_reset(unsigned int victim)
{
	struct sim_load *mine = &lives.lv_load[victim];
	struct sim_load *other = &lives.lv_load[1 - victim];
	struct nic *n = sim_nic(lives.lv_ad[victim]);
	enum ena_result r;
	unsigned int k;
	uint32_t got;

	for (k = 0; k < 6; k++) {
		LIFE_CHECK(load_send(mine, 0, 300 + k, LOAD_UDP4, true) ==
		    ENA_OK);
		if (k == 2)
			(void)nic_tx_flush(n, 0);
	}
	sim_advance(lives.lv_sim, lives.lv_no % 60);
	ena_fault(nic_dev(n), ENA_REASON_USER);
	got = other->ld_got;
	for (k = 0, r = ENA_AGAIN; k < 2000 && r == ENA_AGAIN; k++) {
		r = nic_goto(n, ENA_STATE_QUIET);
		if (k < 8)
			life_send(1 - victim, k);
		sim_advance(lives.lv_sim, 20);
	}
	LIFE_CHECK(r == ENA_OK);
	LIFE_CHECK(other->ld_got > got);
	for (k = 0; k < 3; k++)
		life_send(1 - victim, k);
	LIFE_CHECK(nic_up(n) == ENA_OK);
	sim_trouble_clear(lives.lv_ad[victim]);
	/* what the victim had under way is lost, from here on nothing is */
	mine->ld_got = mine->ld_sent;
	life_send(victim, 1);
	lives.lv_resets++;
}

static void
life_down(void)
{
	unsigned int first = lives.lv_no / 4 % 2;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		LIFE_CHECK(nic_down(sim_nic(lives.lv_ad[first ^ i])) ==
		    ENA_OK);
		LIFE_CHECK(ena_dev_state(sim_dev(lives.lv_ad[first ^ i])) ==
		    ENA_STATE_OFF);
	}
}

static void
life(unsigned int no)
{
	bool crossed = no % 2 == 0;
	unsigned int n;

	lives.lv_no = no;
	(void)snprintf(lives.lv_text, sizeof(lives.lv_text), "%u", no);
	sim_set_fault(lives.lv_sim, lives.lv_text);
	life_attach(crossed);
	life_up();
	for (n = 0; n < 5; n++) {
		life_send(0, n);
		life_send(1, n);
		sim_advance(lives.lv_sim, (no * 7 + n) % 40);
	}
	life_settle();
	if (!crossed) {
		life_reset(no / 2 % 2);
		life_settle();
	}
	if (no % 16 == 5)	/* long enough for ticks and keep-alives */
		sim_advance(lives.lv_sim, 2 * END_SECOND);
	life_down();
	life_detach();
}

/* Lives 0..n-1 of a pairing; how many were good is in lv_no. */
static bool
lives_run(const char *const *profile, uint64_t seed, unsigned int n,
    sim_line_fn *line)
{
	volatile bool good = false;
	unsigned int i;

	if (setjmp(lives.lv_out) == 0) {
		lives_open(profile, seed);
		for (i = 0; i < n; i++) {
			if (i + 1 == n && line != NULL)
				sim_on_trace(lives.lv_sim, line, NULL);
			life(i);
		}
		good = true;
	}
	if (!good)
		return (false);
	printf("# %s: %u lives, %llu frames, %u resets, %llu operations, "
	    "%llu ms of virtual time\n", lives.lv_name, n,
	    (unsigned long long)lives.lv_frames, lives.lv_resets,
	    (unsigned long long)sim_ops(lives.lv_sim),
	    (unsigned long long)sim_now(lives.lv_sim) / 1000);
	fflush(stdout);
	return (true);
}

static void
test_lives(void **state)
{
	const char *const *profile = *state;
	unsigned int n;

	n = settings.se_level < END_FULL ? LIVES_QUICK : LIVES_FULL;
	if (!lives_run(profile, settings.se_seed, n / PAIRINGS, NULL))
		fail_msg("%s", sim_replay(lives.lv_sim));
	sim_destroy(lives.lv_sim);
}

int
lives_main(void)
{
	struct CMUnitTest tests[PAIRINGS];
	static char names[PAIRINGS][48];
	unsigned int i;

	memset(tests, 0, sizeof(tests));
	for (i = 0; i < PAIRINGS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "lives %s-%s",
		    pairings[i][0], pairings[i][1]);
		tests[i].name = names[i];
		tests[i].test_func = test_lives;
		tests[i].initial_state = (void *)(uintptr_t)pairings[i];
	}
	return (cmocka_run_group_tests_name("lives", tests, NULL, NULL));
}

/* ---- replay */

static void
print_line(void *arg, const char *line)
{
	(void)arg;
	printf("%s\n", line);
}

int
lives_replay(const char *id, bool trace)
{
	unsigned long long seed;
	unsigned int i, no;
	char name[32];
	bool good;

	for (i = 0; i < PAIRINGS; i++) {
		(void)snprintf(name, sizeof(name), "lives.%s-%s:",
		    pairings[i][0], pairings[i][1]);
		if (strncmp(id, name, strlen(name)) == 0)
			break;
	}
	if (i == PAIRINGS ||
	    sscanf(id + strlen(name), "s=%llx:f=%u", &seed, &no) != 2) {
		fprintf(stderr, "endurance: %s: no such id\n", id);
		return (2);
	}
	good = lives_run(pairings[i], seed, no + 1,
	    trace ? print_line : NULL);
	if (good)
		sim_report(lives.lv_sim, stdout);
	sim_destroy(lives.lv_sim);
	return (good ? 0 : 1);
}
