/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times of packets: what is asked of the device, larger completions, each
 * time with its packet, what a device may get wrong, and what a reset
 * leaves.  And that nothing of it is there for those who do not ask.
 * ref: protocol 7.19, 10.5, 10.7
 */
#include "core_fix.h"
#include "few.h"

#define F_STAMP		31
#define OP_CREATE_CQ	3
#define BASE		1000000000000ULL	/* ns, at time 0 */
#define DEPTH		64U

static uint8_t frame[FIX_FRAME];
static uint8_t got[FIX_FRAME];

static struct fix *
stamp_spec(const char *profile)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = DEPTH;
	f->spec.config.cf_rx_depth = DEPTH;
	f->spec.config.cf_try = ENA_TRY_STAMPS;
	f->spec.mock.clock_base_ns = BASE;
	return (f);
}

static struct fix *
stamp_open(struct fix *f)
{
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static struct fix *
stamp_up(const char *profile)
{
	return (stamp_open(stamp_spec(profile)));
}

static unsigned int
stamps(const struct fix *f)
{
	return (ena_dev_info(f->dev)->in_stamps);
}

/* The adapter's clock now. */
static uint64_t
now_ns(const struct fix *f)
{
	return (BASE + 1000 * sim_now(f->sim));
}

static void
again(struct fix *f)
{
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
}

/* Words of an entry in the n-th CREATE_CQ of the journal. */
static unsigned int
entry_words(const struct fix *f, unsigned int n)
{
	const struct fix_cmd *c = fix_cmd(f, OP_CREATE_CQ, 0, n);

	assert_non_null(c);
	return (c->bytes[5]);
}

static void
sizes(const struct fix *f, unsigned int tx, unsigned int rx)
{
	assert_int_equal(fix_cmds(f, OP_CREATE_CQ, 0), 2);
	assert_int_equal(entry_words(f, 0), tx);
	assert_int_equal(entry_words(f, 1), rx);
}

/* One packet out; it comes back at once, with that time. */
static void
out(struct fix *f, uint64_t want)
{
	struct ena_txq *q = ena_txq(f->dev, 0);
	unsigned int n;
	uint16_t id, back;

	SIM_CHECK(f->sim, fix_tx_one(f, 0, 1, &id) == ENA_OK);
	SIM_CHECK(f->sim, fix_reap(f, 0, 1, &back, &n) == ENA_OK);
	SIM_CHECK(f->sim, n == 1 && back == id);
	SIM_CHECK(f->sim, ena_tx_stamp(q, 1, 0) == want);
}

/* One pass for one frame, and its time. */
static enum ena_result
take(struct fix *f, uint32_t budget, struct ena_rx_pkt *p, uint64_t *ns)
{
	struct ena_rx_take t;
	enum ena_result r;

	r = ena_rx_take_begin(ena_rxq(f->dev, 0), &t, budget);
	if (r != ENA_OK)
		return (r);
	r = ena_rx_get(&t, p);
	if (r == ENA_OK) {
		*ns = ena_rx_stamp(&t);
		(void)fix_gather(f, 0, p, got);
	}
	ena_rx_take_end(&t);
	return (r);
}

/* One frame in, of so many bytes in buffers of that size; with that time. */
static void
in(struct fix *f, size_t bytes, uint32_t buf, uint64_t want)
{
	struct ena_rx_pkt p;
	uint64_t ns;
	size_t len, n;

	n = (bytes + buf - 1) / buf;
	SIM_CHECK(f->sim, fix_fill(f, 0, (unsigned int)n, buf) == ENA_OK);
	len = fix_frame(frame, FIX_UDP4, bytes - 42, (uint32_t)bytes);
	SIM_CHECK(f->sim, mock_frame_in(f->mock, frame, len, NULL) ==
	    MOCK_RX_OK);
	fix_pass(f, 3);		/* it is the time of arrival that counts */
	SIM_CHECK(f->sim, take(f, UINT32_MAX, &p, &ns) == ENA_OK);
	assert_int_equal(p.rp_nsegs, n);
	assert_int_equal(p.rp_len, len);
	assert_memory_equal(got, frame, len);
	SIM_CHECK(f->sim, ns == want);
}

static void
works(struct fix *f)
{
	fix_pass(f, 17);
	out(f, (stamps(f) & ENA_STAMP_TX) != 0 ? now_ns(f) : 0);
	in(f, 300, 512, (stamps(f) & ENA_STAMP_RX) != 0 ? now_ns(f) : 0);
}

/* ---- what is asked for */

static void
asked_for(void **state)
{
	const struct fix_cmd *c;
	struct fix *f = stamp_spec("max");

	(void)state;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(stamps(f), ENA_STAMP_TX | ENA_STAMP_RX);
	assert_int_equal(fix_cmds(f, 8, F_STAMP), 1);
	assert_int_equal(fix_cmds(f, 9, F_STAMP), 1);
	/* feature and its version */
	c = fix_cmd(f, 8, F_STAMP, 0);
	assert_int_equal(c->bytes[17], F_STAMP);
	assert_int_equal(c->bytes[18], 1);
	c = fix_cmd(f, 9, F_STAMP, 0);
	assert_memory_equal(c->bytes + 20, "\1\1\1\0\0\0\0\0", 8);
	assert_int_equal(fix_up(f), ENA_OK);
	sizes(f, 4, 8);
	works(f);
	fix_end(f);
}

static void
receive_alone(void **state)
{
	const struct fix_cmd *c;
	struct fix *f = stamp_spec("gen6");

	(void)state;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(stamps(f), ENA_STAMP_RX);
	c = fix_cmd(f, 9, F_STAMP, 0);
	assert_memory_equal(c->bytes + 20, "\1\0\1\0\0\0\0\0", 8);
	assert_int_equal(fix_up(f), ENA_OK);
	sizes(f, 2, 8);
	works(f);
	fix_end(f);
}

static void
transmit_alone(void **state)
{
	struct fix *f = stamp_spec("max");

	(void)state;
	f->spec.profile.ts_rx = false;
	stamp_open(f);
	assert_int_equal(stamps(f), ENA_STAMP_TX);
	sizes(f, 4, 2 * 2);
	works(f);
	fix_end(f);
}

/*
 * Off unless tried, and where the device has none: the same commands, byte
 * for byte, and the same memory.
 */
static void
absent(void **state)
{
	struct fix *f, *g;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		f = stamp_spec(i == 0 ? "max" : i == 1 ? "gen6" : "t4g");
		f->spec.config.cf_try = i == 2 ? ENA_TRY_STAMPS :
		    ENA_TRY_ALL & ~ENA_TRY_STAMPS;
		g = stamp_spec(i == 0 ? "max" : i == 1 ? "gen6" : "t4g");
		g->spec.config.cf_try = i == 2 ? 0 : f->spec.config.cf_try;
		/* there is nothing to be found */
		g->spec.profile.ts_tx = g->spec.profile.ts_rx = false;
		fix_open(f);
		fix_open(g);
		fix_journal(f, true);
		fix_journal(g, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(fix_goto(g, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(fix_plan(f), ENA_OK);
		assert_int_equal(fix_plan(g), ENA_OK);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
		assert_int_equal(fix_goto(g, ENA_STATE_RUNNING), ENA_OK);
		assert_int_equal(fix_cmds(f, 8, F_STAMP), 0);
		assert_int_equal(fix_cmds(f, 9, F_STAMP), 0);
		sizes(f, 2, 4);
		assert_int_equal(f->ncmds, g->ncmds);
		for (k = 0; k < f->ncmds; k++)
			assert_memory_equal(f->cmds[k].bytes,
			    g->cmds[k].bytes, 4);
		assert_int_equal(stamps(f), 0);
		assert_int_equal(f->plan.pl_mem_bytes,
		    ena_queue_mem_size(DEPTH, DEPTH) +
		    (i == 2 ? 16 * DEPTH + 24 * DEPTH : 0));
		fix_learn(f);
		works(f);
		fix_end(f);
		fix_end(g);
	}
}

/* Refused: no times, and nothing else is missing; asked again next time. */
static void
refusal_is_no_failure(void **state)
{
	static const uint32_t status[] = { 3, 5 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		f = stamp_spec("max");
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i % 2],
		    i < 2 ? 8 : 9, F_STAMP);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(stamps(f), 0);
		sizes(f, 2, 4);
		works(f);
		again(f);
		assert_int_equal(stamps(f), ENA_STAMP_TX | ENA_STAMP_RX);
		works(f);
		fix_end(f);
	}
}

static void
lost_commands(void **state)
{
	struct fix *f;
	uint8_t op;

	(void)state;
	for (op = 8; op <= 9; op++) {
		f = stamp_spec("max");
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, op, F_STAMP);
		assert_int_equal(fix_up(f), ENA_TIMEOUT);
		assert_int_equal(stamps(f), 0);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(stamps(f), ENA_STAMP_TX | ENA_STAMP_RX);
		works(f);
		fix_end(f);
	}
}

/* A version nobody knows, or nothing on offer; unknown kinds are not asked. */
static void
answers_that_lie(void **state)
{
	static const struct {
		uint8_t version, tx, rx, set_tx, set_rx;
	} t[] = {
		{ 0, 1, 1, 0, 0 }, { 2, 1, 1, 0, 0 }, { 255, 1, 1, 0, 0 },
		{ 1, 0, 0, 0, 0 }, { 1, 2, 0xfe, 0, 0 },
		{ 1, 0xff, 2, 1, 0 }, { 1, 0, 0x81, 0, 1 }
	};
	const struct fix_cmd *c;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(t); i++) {
		f = stamp_spec("max");
		fix_open(f);
		fix_twist8(f, 8, F_STAMP, 8, t[i].version);
		fix_twist8(f, 8, F_STAMP, 9, t[i].tx);
		fix_twist8(f, 8, F_STAMP, 10, t[i].rx);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		fix_untwist(f);
		assert_int_equal(stamps(f), t[i].set_tx | t[i].set_rx << 1);
		c = fix_cmd(f, 9, F_STAMP, 0);
		assert_int_equal(c != NULL, stamps(f) != 0);
		if (c != NULL) {
			assert_int_equal(c->bytes[20], 1);
			assert_int_equal(c->bytes[21], t[i].set_tx);
			assert_int_equal(c->bytes[22], t[i].set_rx);
		}
		assert_int_equal(fix_up(f), ENA_OK);
		sizes(f, t[i].set_tx != 0 ? 4 : 2, t[i].set_rx != 0 ? 8 : 4);
		works(f);
		fix_end(f);
	}
}

/* No queues of that kind: without, then, and that is said. */
static void
queues_refused(void **state)
{
	static const uint32_t status[] = { 3, 5 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		f = stamp_spec("max");
		fix_open(f);
		fix_fault_full(f, MOCK_F_ADMIN_STATUS, status[i % 2],
		    OP_CREATE_CQ, 0, i / 2, 1);
		assert_int_equal(fix_up(f), i % 2 == 0 ? ENA_UNSUPPORTED :
		    ENA_REFUSED);
		assert_true(sim_logged(f->sim, "no queues with packet times"));
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(stamps(f), 0);
		sizes(f, 2, 4);
		works(f);
		again(f);
		assert_int_equal(stamps(f), 0);
		fix_end(f);
	}
	/* no memory is another matter, and so are queues without times */
	f = stamp_spec("max");
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 1, OP_CREATE_CQ, 0);
	assert_int_equal(fix_up(f), ENA_NO_MEMORY);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(stamps(f), ENA_STAMP_TX | ENA_STAMP_RX);
	fix_end(f);
	f = stamp_spec("max");
	f->spec.config.cf_try = 0;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, OP_CREATE_CQ, 0);
	assert_int_equal(fix_up(f), ENA_REFUSED);
	assert_false(sim_logged(f->sim, "packet times"));
	fix_end(f);
}

/* ---- each packet has its own */

/* Around the rings, a few times. */
static void
every_packet_has_its_time(void **state)
{
	static const char *const names[] = { "max", "gen6" };
	struct fix *f;
	unsigned int i, k;

	(void)state;
	for (k = 0; k < FIX_COUNT(names); k++) {
		f = stamp_up(names[k]);
		for (i = 0; i < 5 * DEPTH; i++)
			works(f);
		fix_end(f);
	}
}

/*
 * Many at once, sent at different times, completed in any order: the time is
 * that of the packet with this id, when it was on the wire.
 */
static void
completions_in_any_order(void **state)
{
	struct fix *f = stamp_spec("max");
	struct ena_txq *q;
	uint64_t sent[DEPTH];
	uint16_t id, ids[DEPTH];
	unsigned int i, lap, left, n, turned;

	(void)state;
	f->spec.mock.tx_reorder = true;
	stamp_open(f);
	q = ena_txq(f->dev, 0);
	for (lap = 0, turned = 0; lap < 20; lap++) {
		left = 1 + lap * 7 % (DEPTH - 1);
		for (i = 0; i < left; i++) {
			assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
			sent[id] = now_ns(f);
			fix_pass(f, 1 + i % 3);
		}
		while (left != 0) {
			fix_pass(f, 11);
			assert_int_equal(fix_reap(f, 0, 1 + lap % 5, ids,
			    &n), ENA_OK);
			for (i = 0; i < n; i++) {
				SIM_CHECK(f->sim, ena_tx_stamp(q, n, i) ==
				    sent[ids[i]]);
				turned += i != 0 &&
				    sent[ids[i]] < sent[ids[i - 1]];
			}
			left -= n;
		}
	}
	assert_true(turned > 20);
	fix_end(f);
}

/* Frames of several buffers; they wrap at every place of the ring. */
static void
frames_of_several_buffers(void **state)
{
	struct fix *f = stamp_up("max");
	unsigned int i;

	(void)state;
	for (i = 0; i < 3 * DEPTH; i++) {
		fix_pass(f, 5);
		in(f, 100 + i * 29 % 1300, 128, now_ns(f));
	}
	fix_end(f);
}

/* A frame seen in parts: the time of its end, whatever the budget. */
static void
frames_over_passes(void **state)
{
	struct ena_rx_pkt p;
	struct fix *f = stamp_up("max");
	uint64_t ns, want[8];
	unsigned int i, k, lap;
	size_t len;

	(void)state;
	for (lap = 0; lap < 3 * DEPTH; lap++) {
		/* 1, 2, 2, 3, 3, 4, 4 and 5 of them */
		assert_int_equal(fix_fill(f, 0, 24, 128), ENA_OK);
		for (i = 0; i < 8; i++) {
			fix_pass(f, 3);
			len = fix_frame(frame, FIX_UDP4, 30 + i * 64, i);
			SIM_CHECK(f->sim, mock_frame_in(f->mock, frame, len,
			    NULL) == MOCK_RX_OK);
			want[i] = now_ns(f);
		}
		for (i = 0, k = 0; i < 8; k++) {
			SIM_CHECK(f->sim, k < 40);
			if (take(f, 1 + lap % 6, &p, &ns) != ENA_OK)
				continue;
			SIM_CHECK(f->sim, ns == want[i]);
			i++;
		}
		assert_int_equal(take(f, 1, &p, &ns), ENA_AGAIN);
	}
	fix_end(f);
}

/* Many frames in a pass, each of two buffers. */
static void
many_frames_a_pass(void **state)
{
	struct fix *f = stamp_up("max");
	struct ena_rxq *q = ena_rxq(f->dev, 0);
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	uint64_t want[20];
	unsigned int i, lap;
	size_t len;

	(void)state;
	memset(&t, 0, sizeof(t));
	len = fix_frame(frame, FIX_UDP4, 500, 1);
	for (lap = 0; lap < DEPTH; lap++) {
		assert_int_equal(fix_fill(f, 0, 40, 300), ENA_OK);
		for (i = 0; i < 20; i++) {
			assert_int_equal(mock_frame_in(f->mock, frame, len,
			    NULL), MOCK_RX_OK);
			want[i] = now_ns(f);
			fix_pass(f, 9);
		}
		assert_int_equal(ena_rx_take_begin(q, &t, UINT32_MAX),
		    ENA_OK);
		for (i = 0; i < 20; i++) {
			assert_int_equal(ena_rx_get(&t, &p), ENA_OK);
			assert_int_equal(p.rp_nsegs, 2);
			SIM_CHECK(f->sim, ena_rx_stamp(&t) == want[i]);
			(void)fix_gather(f, 0, &p, got);
		}
		assert_int_equal(ena_rx_get(&t, &p), ENA_AGAIN);
		ena_rx_take_end(&t);
	}
	fix_end(f);
}

/* All 64 bits of it, in order. */
static void
whole_words(void **state)
{
	struct fix *f = stamp_spec("max");
	struct ena_rx_pkt p;
	uint64_t ns;
	unsigned int n;
	uint16_t id, back;
	uint8_t e[32];

	(void)state;
	f->spec.mock.tx_us = 1000000;
	stamp_open(f);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	memset(e, 0, sizeof(e));
	fix_w64(e, W_PHASE | id);
	fix_w64(e + 8, 0xfedcba9876543211ULL);
	assert_true(sim_poke(f->ad, f->q[0].tx_cq, e, 16));
	assert_int_equal(fix_reap(f, 0, 1, &back, &n), ENA_OK);
	assert_int_equal(n, 1);
	assert_true(ena_tx_stamp(ena_txq(f->dev, 0), 1, 0) ==
	    0xfedcba9876543211ULL);
	assert_int_equal(fix_fill(f, 0, 1, 256), ENA_OK);
	memset(e, 0xee, sizeof(e));
	fix_w64(e, (uint64_t)60 << 32 | W_FIRST | W_LAST | W_PHASE);
	fix_w64(e + 8, 0x12345678);
	fix_w64(e + 24, 0xfedcba9876543210ULL);
	assert_true(sim_poke(f->ad, f->q[0].rx_cq, e, sizeof(e)));
	assert_int_equal(take(f, UINT32_MAX, &p, &ns), ENA_OK);
	assert_true(ns == 0xfedcba9876543210ULL);
	assert_int_equal(p.rp_len, 60);
	assert_int_equal(p.rp_hash, 0x12345678);
	assert_int_equal(p.rp_offset, 0);
	fix_end(f);
}

/* ---- memory */

/* To the last byte, at any alignment, at any depth; a sanitizer watches. */
static void
memory_is_as_planned(void **state)
{
	static const uint16_t depth[] = { 4, 8, 64, 1024 };
	struct fix *f;
	unsigned int i, k, off, n;
	uint8_t *mem;

	(void)state;
	for (i = 0; i < 2 * FIX_COUNT(depth); i++) {
		f = stamp_spec("max");
		f->spec.config.cf_tx_depth = depth[i / 2];
		f->spec.config.cf_rx_depth = depth[i % 2 == 0 ? i / 2 :
		    3 - i / 2];
		fix_open(f);
		fix_plan_only(f);
		assert_int_equal(f->plan.pl_mem_bytes, ena_queue_mem_size(
		    f->plan.pl_tx_depth, f->plan.pl_rx_depth) +
		    16U * f->plan.pl_tx_depth + 24U * f->plan.pl_rx_depth);
		for (off = 0; off < 64; off += 21 * few_step(3)) {
			mem = malloc(f->plan.pl_mem_bytes + off);
			assert_non_null(mem);
			memset(mem, 0xd5, f->plan.pl_mem_bytes + off);
			assert_int_equal(ena_queue_give(f->dev, 0, mem + off,
			    f->plan.pl_mem_bytes), ENA_OK);
			assert_int_equal(ena_queue_give(f->dev, 0, mem + off,
			    f->plan.pl_mem_bytes - 1), ENA_INVAL);
			assert_int_equal(fix_goto(f, ENA_STATE_RUNNING),
			    ENA_OK);
			n = f->plan.pl_tx_depth + f->plan.pl_rx_depth;
			for (k = 0; k < n + 3; k++)
				works(f);
			fix_arrive(f, ENA_STATE_QUIET);
			assert_int_equal(ena_queue_give(f->dev, 0, NULL, 0),
			    ENA_OK);
			free(mem);
		}
		assert_int_equal(ena_queue_give(f->dev, 0, f->mem[0],
		    f->plan.pl_mem_bytes), ENA_OK);
		fix_end(f);
	}
}

/* ---- completions that cannot be true: found as on queues without times */

static void
bad_tx(enum mock_fault what, uint32_t arg, unsigned int good,
    unsigned int reason)
{
	struct fix *f = stamp_spec("max");
	unsigned int i, n;
	uint16_t id[12], ids[64];

	f->spec.mock.tx_us = 5;
	stamp_open(f);
	fix_fault_full(f, what, arg, 0, 0, 7, 1);
	for (i = 0; i < 12; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id[i]), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(fix_reap(f, 0, 64, ids, &n), ENA_FAULTED);
	assert_int_equal(n, good);
	assert_memory_equal(ids, id, good * sizeof(ids[0]));
	assert_int_equal(ena_fault_reason(f->dev), reason);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_mock(f).resets_by_reason[reason], 1);
	assert_int_equal(fix_drain(f), 12 - good);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	fix_end(f);
}

static void
bad_transmit_completions(void **state)
{
	(void)state;
	bad_tx(MOCK_F_TX_ID_RANGE, 0, 7, 5);
	bad_tx(MOCK_F_TX_ID_RANGE, 0xffbf, 7, 5);
	bad_tx(MOCK_F_TX_ID_IDLE, 0, 7, 5);
	bad_tx(MOCK_F_TX_ID_TWICE, 0, 8, 5);
	bad_tx(MOCK_F_TX_MBZ, 0, 7, 17);
}

static void
bad_rx(enum mock_fault what, uint32_t arg, uint32_t after, size_t bytes,
    unsigned int reason)
{
	struct fix *f = stamp_up("max");
	struct ena_rx_pkt p;
	enum ena_result r;
	uint64_t ns;
	unsigned int i, n;
	size_t len;

	assert_int_equal(fix_fill(f, 0, 60, 512), ENA_OK);
	fix_fault_full(f, what, arg, 0, 0, after, 1);
	len = fix_frame(frame, FIX_UDP4, bytes, 1);
	for (i = 0; i < 4; i++)
		(void)mock_frame_in(f->mock, frame, len, NULL);
	for (n = 0; (r = take(f, UINT32_MAX, &p, &ns)) == ENA_OK; n++)
		assert_true(ns == now_ns(f));
	assert_int_equal(r, ENA_FAULTED);
	assert_int_equal(n, 3);
	SIM_CHECK(f->sim, ena_fault_reason(f->dev) == (int)reason);
	again(f);
	works(f);
	fix_end(f);
}

static void
bad_receive_completions(void **state)
{
	(void)state;
	bad_rx(MOCK_F_RX_ID_RANGE, 0, 3, 300, 4);
	bad_rx(MOCK_F_RX_ID_RANGE, 0xffbf, 3, 300, 4);
	bad_rx(MOCK_F_RX_ID_IDLE, 0, 3, 300, 4);
	bad_rx(MOCK_F_RX_ID_IDLE, 0, 10, 1400, 4);
	bad_rx(MOCK_F_RX_TOO_LONG, 0, 3, 300, 16);
	bad_rx(MOCK_F_RX_FIRST_MID, 0, 3, 300, 16);
	bad_rx(MOCK_F_RX_NO_LAST, 0, 3, 300, 6);
	bad_rx(MOCK_F_RX_MBZ, 0, 3, 300, 16);
	bad_rx(MOCK_F_RX_MBZ, 0, 10, 1400, 16);
}

/*
 * A device that fills the whole ring with phases that match, and again and
 * again: what is not taken stays, the loop ends, the first lie is found.
 */
static void
ring_full_of_lies(void **state)
{
	struct fix *f = stamp_up("max");
	struct ena_rxq *q = ena_rxq(f->dev, 0);
	struct ena_rx_pkt p;
	struct ena_rx_take t;
	unsigned int i;
	uint8_t e[32];

	(void)state;
	memset(&t, 0, sizeof(t));
	assert_int_equal(fix_fill(f, 0, 3, 256), ENA_OK);
	memset(e, 0, sizeof(e));
	for (i = 0; i < DEPTH; i++) {
		fix_w64(e, (uint64_t)(i << 16 | 60) << 32 | W_FIRST |
		    W_LAST | W_PHASE);
		fix_w64(e + 24, 1000 + i);
		assert_true(sim_poke(f->ad, f->q[0].rx_cq + i * 32U, e,
		    sizeof(e)));
	}
	assert_int_equal(ena_rx_take_begin(q, &t, 1), ENA_OK);
	assert_int_equal(ena_rx_get(&t, &p), ENA_OK);
	assert_int_equal(p.rp_segs[0].rs_id, 0);
	(void)fix_gather(f, 0, &p, got);
	assert_true(ena_rx_stamp(&t) == 1000);
	ena_rx_take_end(&t);
	/* the next lap, all of it */
	for (i = 0; i < DEPTH; i++) {
		fix_w64(e, (uint64_t)(i << 16 | 61) << 32 | W_FIRST | W_LAST);
		fix_w64(e + 24, 2000 + i);
		assert_true(sim_poke(f->ad, f->q[0].rx_cq + i * 32U, e,
		    sizeof(e)));
	}
	assert_int_equal(ena_rx_take_begin(q, &t, UINT32_MAX), ENA_OK);
	for (i = 1; i < 3; i++) {
		assert_int_equal(ena_rx_get(&t, &p), ENA_OK);
		assert_int_equal(p.rp_segs[0].rs_id, i);
		assert_int_equal(p.rp_len, 60);
		(void)fix_gather(f, 0, &p, got);
		assert_true(ena_rx_stamp(&t) == 1000 + i);
	}
	assert_int_equal(ena_rx_get(&t, &p), ENA_FAULTED);
	ena_rx_take_end(&t);
	assert_int_equal(ena_fault_reason(f->dev), 4);
	again(f);
	works(f);
	fix_end(f);
}

/* ---- resets */

/* Asked for again; what was copied in the last life is not looked at. */
static void
over_resets(void **state)
{
	struct fix *f = stamp_up("max");
	struct ena_rx_pkt p;
	uint64_t ns;
	unsigned int i, k, n;
	uint16_t id;
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_UDP4, 200, 1);
	for (i = 0; i < 6; i++) {
		for (k = 0; k < 10; k++)
			works(f);
		/* in flight, and copied but not taken */
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
		assert_int_equal(fix_fill(f, 0, 3, 512), ENA_OK);
		for (k = 0; k < 2; k++)
			assert_int_equal(mock_frame_in(f->mock, frame, len,
			    NULL), MOCK_RX_OK);
		assert_int_equal(take(f, 1, &p, &ns), ENA_OK);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(take(f, 1, &p, &ns), ENA_FAULTED);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		assert_int_equal(fix_drain(f), 3);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmds(f, 9, F_STAMP), 1);
		assert_int_equal(fix_up(f), ENA_OK);
		sizes(f, 4, 8);
		assert_int_equal(take(f, UINT32_MAX, &p, &ns), ENA_AGAIN);
		assert_int_equal(fix_reap(f, 0, 8, NULL, &n), ENA_OK);
		assert_int_equal(n, 0);
	}
	fix_end(f);
}

/* The next life's device has less, or more, or none. */
static void
another_device_after_a_reset(void **state)
{
	static const uint8_t bodies[][3] = {
		{ 1, 0, 1 }, { 1, 1, 0 }, { 1, 1, 1 }, { 1, 0, 0 }, { 1, 1, 1 }
	};
	struct fix *f = stamp_up("max");
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(bodies); i++) {
		works(f);
		fix_twist(f, 8, F_STAMP, 8, bodies[i], 3);
		again(f);
		fix_untwist(f);
		assert_int_equal(stamps(f), bodies[i][1] | bodies[i][2] << 1);
		sizes(f, bodies[i][1] != 0 ? 4 : 2,
		    bodies[i][2] != 0 ? 8 : 4);
	}
	works(f);
	/* its feature bit is gone */
	fix_twist32(f, 8, 1, 16, 0x7c145dfe);
	again(f);
	fix_untwist(f);
	assert_int_equal(stamps(f), 0);
	works(f);
	fix_end(f);
}

/* Other queues, the same setting: it is not sent again. */
static void
queues_change_at_run_time(void **state)
{
	struct fix *f = stamp_up("max");
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		works(f);
		assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(ena_queue_wish(f->dev, 1, 16U << i,
		    256U >> i), ENA_OK);
		assert_int_equal(fix_plan(f), ENA_OK);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
		fix_journal(f, false);
		fix_learn(f);
		assert_int_equal(fix_cmds(f, 9, F_STAMP), 0);
		sizes(f, 4, 8);
		for (k = 0; k < 300; k++)
			works(f);
	}
	fix_end(f);
}

static void
gone(void **state)
{
	struct fix *f = stamp_up("max");
	struct ena_rx_pkt p;
	uint64_t ns;
	unsigned int n;

	(void)state;
	works(f);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(take(f, 8, &p, &ns), ENA_GONE);
	assert_int_equal(fix_reap(f, 0, 8, NULL, &n), ENA_GONE);
	fix_end_dirty(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_for),
		cmocka_unit_test(receive_alone),
		cmocka_unit_test(transmit_alone),
		cmocka_unit_test(absent),
		cmocka_unit_test(refusal_is_no_failure),
		cmocka_unit_test(lost_commands),
		cmocka_unit_test(answers_that_lie),
		cmocka_unit_test(queues_refused),
		cmocka_unit_test(every_packet_has_its_time),
		cmocka_unit_test(completions_in_any_order),
		cmocka_unit_test(frames_of_several_buffers),
		cmocka_unit_test(frames_over_passes),
		cmocka_unit_test(many_frames_a_pass),
		cmocka_unit_test(whole_words),
		cmocka_unit_test(memory_is_as_planned),
		cmocka_unit_test(bad_transmit_completions),
		cmocka_unit_test(bad_receive_completions),
		cmocka_unit_test(ring_full_of_lies),
		cmocka_unit_test(over_resets),
		cmocka_unit_test(another_device_after_a_reset),
		cmocka_unit_test(queues_change_at_run_time),
		cmocka_unit_test(gone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
