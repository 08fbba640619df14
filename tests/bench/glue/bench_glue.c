/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-bench of a whole driver: what a packet costs from the stack's mbuf to
 * the doorbell and back until the mbuf is freed, and from a completion to
 * the mbuf handed up, refill included.
 *
 *	ena-bench-SYSTEM	run every case; each says "case NAME PACKETS"
 *	ena-bench-SYSTEM NAME	only this one
 *	ena-bench-SYSTEM list	names, gate, what it is
 *
 * The program counts nothing.  tests/suites/bench_glue.sh runs it under
 * callgrind, which writes what has been executed at each bench_mark():
 * first what led up to a case, then the case; split.awk says whose
 * instructions they were, by the source line that each one comes from.  So
 * the fake kernel may check as hard as it likes, and no matter how often it
 * switches from one stack to another, what it does is not ours.
 *
 * What has been left undone cannot have been cheap: all frames are compared
 * at the other end, and a case ends with as many mbufs alive as at its start,
 * which is with all completions taken and rings refilled.
 */
#include "glue_fix.h"

#define BATCH		32U	/* packets at once */
#define WARM		5U	/* batches before it counts */
#define ROUNDS		30U	/* batches, and */
#define MORE		40U	/* at most so many until mbufs match */

struct gcase {
	const char *name;
	const char *profile;
	enum { IN, OUT, ONE } way;	/* received, sent, sent one by one */
	enum gf_kind kind;
	unsigned int csum;	/* FK_CS_* */
	unsigned int len, frag, mss;
	int mtu;
	unsigned int frames;	/* on the wire, of one packet */
	unsigned int gate;	/* core and glue together; 0: none */
	const char *what;
};

static const struct gcase cases[] = {
	{ "tx-host-1seg", "t4g", OUT, GF_UDP4, 0, 1400, 0, 0, 1500, 1, 250,
	    "one mbuf, ring in host memory" },
	{ "tx-host-one", "t4g", ONE, GF_UDP4, 0, 1400, 0, 0, 1500, 1, 0,
	    "the same, one by one by a process; OpenBSD's ifq gathers them" },
	{ "tx-llq-1seg", "c7g", OUT, GF_UDP4, 0, 1400, 0, 0, 1500, 1, 0,
	    "one mbuf, header pushed into an entry of 128 bytes" },
	{ "tx-llq-64", "c7g", OUT, GF_UDP4, 0, 64, 0, 0, 1500, 1, 0,
	    "64 bytes, all pushed" },
	{ "tx-llq-1seg-csum", "c7g", OUT, GF_TCP4, FK_CS_IP | FK_CS_TCP,
	    1400, 0, 0, 1500, 1, 0, "the same, with checksums to be filled" },
	{ "tx-host-4seg", "t4g", OUT, GF_UDP4, 0, 1400, 350, 0, 1500, 1, 0,
	    "four mbufs" },
	{ "tx-llq-tso", "c7g", OUT, GF_TCP4, FK_CS_IP | FK_CS_TCP |
	    FK_CS_TSO, 14534, 2048, 1448, 1500, 10, 0,
	    "14480 bytes in eight mbufs, ten frames" },
	{ "rx-1seg", "c7g", IN, GF_TCP4, 0, 1400, 0, 0, 1500, 1, 250,
	    "one buffer" },
	{ "rx-64", "c7g", IN, GF_UDP4, 0, 64, 0, 0, 1500, 1, 250,
	    "64 bytes" },
	{ "rx-jumbo", "c7g", IN, GF_TCP4, 0, 9014, 0, 0, 9000, 1, 0,
	    "9014 bytes in as many buffers as they need" },
};
#define CASES		(sizeof(cases) / sizeof(cases[0]))

static struct fk_tx tx[BATCH];
static uint8_t frames[BATCH][16384];
static unsigned int expected, damaged;

/*
 * Callgrind writes what it has and starts afresh.  noinline and external, so
 * that the name survives.
 */
void bench_mark(void);

__attribute__((__noinline__)) void
bench_mark(void)
{
	__asm__ __volatile__("" ::: "memory");
}

static void
prepare(const struct gcase *c)
{
	unsigned int i;

	memset(tx, 0, sizeof(tx));
	for (i = 0; i < BATCH; i++) {
		gf_frame(frames[i], c->kind, c->len, i + 1, c->csum != 0);
		if (c->mss != 0)
			gf_seed_tso(frames[i], c->kind);
		tx[i].frame = frames[i];
		tx[i].len = c->len;
		tx[i].csum = c->csum;
		tx[i].frag = c->frag;
		tx[i].mss = c->mss;
	}
}

/* A TSO frame is cut, so there only number and checksums are looked at. */
static void
check(const struct gcase *c, const struct gf_seen *s)
{
	unsigned int i;

	for (i = 0; i < BATCH * c->frames; i++)
		if (c->mss == 0 && (!s[i].intact || s[i].len != c->len))
			damaged++;
}

static void
batch(const struct gcase *c)
{
	unsigned int i;

	gf_forget();
	if (c->way == IN) {
		for (i = 0; i < BATCH; i++)
			GF_CHECK(fc_wire_in(frames[i], c->len));
		GF_CHECK(gf_wait_in(BATCH, GF_SECOND));
		check(c, gf_in);
	} else {
		GF_CHECK((c->way == ONE ? fk_send_process(tx, BATCH) :
		    fk_send_burst(tx, BATCH)) == BATCH);
		GF_CHECK(gf_wait_out(BATCH * c->frames, GF_SECOND));
		check(c, gf_out);
	}
	/* the interrupt's work after the last frame */
	fc_run(200);
	GF_CHECK((c->way == IN ? gf_nin : gf_nout) == BATCH * c->frames);
}

static void
run_case(const struct gcase *c)
{
	unsigned int i, mbufs;

	fc_window_whole(true);
	gf_open(c->profile, 1);
	fk_machine()->ncpus = 1;
	fc_set_preempt(0);
	GF_CHECK(fk_attach(false) && fk_attached());
	GF_CHECK(fk_set_mtu(c->mtu) == 0);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	prepare(c);
	damaged = 0;
	for (i = 0; i < WARM; i++)
		batch(c);
	mbufs = fk_mbufs();
	bench_mark();
	for (i = 0; i < ROUNDS || (fk_mbufs() != mbufs && i < ROUNDS + MORE);
	    i++)
		batch(c);
	bench_mark();
	GF_CHECK(fk_mbufs() == mbufs);
	GF_CHECK(damaged == 0);
	gf_end();
	expected += i * BATCH;
	printf("case %s %u\n", c->name, i * BATCH);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	unsigned int i, n = 0;

	for (i = 0; i < CASES; i++) {
		if (argc > 1 && strcmp(argv[1], "list") == 0)
			printf("%s %u %s\n", cases[i].name, cases[i].gate,
			    cases[i].what);
		else if (argc > 1 && strcmp(argv[1], cases[i].name) != 0)
			continue;
		else
			run_case(&cases[i]);
		n++;
	}
	return (n != 0 ? 0 : 2);
}
