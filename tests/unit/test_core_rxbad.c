/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive: completions that cannot be true, each with its reason and with
 * the good frames before it; and what checksum and hash bits are worth.
 * ref: protocol 10.7, 16; pitfalls 80 to 84, 90, 100
 */
#include "core_fix.h"

#define DEPTH	64U

static uint8_t frame[FIX_FRAME];
static uint8_t got[FIX_FRAME];

/* n buffers of that length are posted: ids 0 to n - 1, in this order. */
static struct fix *
rx_up(const char *profile, unsigned int n, uint32_t len)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_rx_depth = DEPTH;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_fill(f, 0, n, len), ENA_OK);
	return (f);
}

/*
 * Passes as long as there is something new, as not all of it need show at
 * once: frames, and how it ended.
 */
static enum ena_result
pass(struct fix *f, unsigned int *frames, struct ena_rx_pkt *p)
{
	struct ena_rxq *q = ena_rxq(f->dev, 0);
	struct ena_rx_take t;
	enum ena_result r;
	uint32_t head;

	*frames = 0;
	do {
		head = q->rq_head_pos;
		memset(&t, 0, sizeof(t));
		r = ena_rx_take_begin(q, &t, UINT32_MAX);
		if (r != ENA_OK)
			return (r);
		while ((r = ena_rx_get(&t, p)) == ENA_OK) {
			++*frames;
			(void)fix_gather(f, 0, p, got);
		}
		ena_rx_take_end(&t);
	} while (r == ENA_AGAIN && q->rq_head_pos != head);
	return (r);
}

/* Fault with that reason; all buffers come back; the next life is good. */
static void
faulted(struct fix *f, unsigned int reason, unsigned int out)
{
	struct ena_rx_fill fill;
	struct ena_rx_pkt p;
	unsigned int n;

	SIM_CHECK(f->sim, ena_fault_reason(f->dev) == (int)reason);
	assert_int_equal(ena_dev_stats(f->dev)->es_faults[reason], 1);
	assert_int_equal(pass(f, &n, &p), ENA_FAULTED);
	assert_int_equal(ena_rx_begin(ena_rxq(f->dev, 0), &fill),
	    ENA_FAULTED);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_mock(f).resets_by_reason[reason], 1);
	assert_int_equal(fix_drain(f), out);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* ---- by the model's faults: three good frames, then trouble */

static void
trouble(enum mock_fault what, uint32_t arg, uint32_t after, size_t bytes,
    unsigned int reason)
{
	struct fix *f = rx_up("t4g", 40, 512);
	struct ena_rx_pkt p;
	unsigned int i, n;
	uint32_t room;
	size_t len;

	fix_fault_full(f, what, arg, 0, 0, after, 1);
	len = fix_frame(frame, FIX_UDP4, bytes, 1);
	for (i = 0; i < 4; i++)
		(void)mock_frame_in(f->mock, frame, len, NULL);
	assert_int_equal(pass(f, &n, &p), ENA_FAULTED);
	assert_int_equal(n, 3);
	assert_memory_equal(got, frame, len);
	room = (uint32_t)(3 * ((len + 511) / 512));
	if (what == MOCK_F_RX_FIRST_MID)
		room = 6;	/* the model cuts in two on purpose */
	faulted(f, reason, 40 - room);
}

static void
id_out_of_range(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_ID_RANGE, 0, 3, 300, 4);
	trouble(MOCK_F_RX_ID_RANGE, 1, 3, 300, 4);
	trouble(MOCK_F_RX_ID_RANGE, 0xffbf, 3, 300, 4);
}

static void
id_not_posted(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_ID_IDLE, 0, 3, 300, 4);
}

/* In the middle of a frame of several buffers. */
static void
id_bad_in_mid_frame(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_ID_RANGE, 0, 11, 1400, 4);
	trouble(MOCK_F_RX_ID_IDLE, 0, 10, 1400, 4);
}

static void
longer_than_the_buffer(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_TOO_LONG, 0, 3, 300, 16);
	trouble(MOCK_F_RX_TOO_LONG, 60000, 3, 300, 16);
	trouble(MOCK_F_RX_TOO_LONG, 0, 10, 1400, 16);
}

static void
first_in_the_middle(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_FIRST_MID, 0, 3, 300, 16);
}

static void
never_the_last(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_NO_LAST, 0, 3, 300, 6);
}

static void
bits_that_must_be_zero(void **state)
{
	(void)state;
	trouble(MOCK_F_RX_MBZ, 0, 3, 300, 16);
	trouble(MOCK_F_RX_MBZ, 0, 10, 1400, 16);
}

/* ---- by hand: exactly at the limits */

/* One completion; does it pass, and if not, why not? */
static void
one(const char *profile, uint32_t posted, uint32_t status, uint32_t len,
    uint32_t id, uint32_t offset, int reason)
{
	struct fix *f = rx_up(profile, 3, posted);
	struct ena_rx_pkt p;
	unsigned int n;

	fix_rxc(f, 0, 0, status, len, id, 0, offset);
	if (reason < 0) {
		SIM_CHECK(f->sim, pass(f, &n, &p) == ENA_AGAIN);
		SIM_CHECK(f->sim, n == 1);
		assert_int_equal(p.rp_len, len);
		fix_end(f);
		return;
	}
	SIM_CHECK(f->sim, pass(f, &n, &p) == ENA_FAULTED);
	SIM_CHECK(f->sim, n == 0);
	faulted(f, (unsigned int)reason, 3);
}

static void
ids_at_the_limits(void **state)
{
	const uint32_t st = W_FIRST | W_LAST;

	(void)state;
	one("t4g", 256, st, 60, 0, 0, -1);
	one("t4g", 256, st, 60, 2, 0, -1);
	one("t4g", 256, st, 60, 3, 0, 4);
	one("t4g", 256, st, 60, DEPTH - 1, 0, 4);
	one("t4g", 256, st, 60, DEPTH, 0, 4);
	one("t4g", 256, st, 60, 65535, 0, 4);
}

static void
lengths_at_the_limits(void **state)
{
	const uint32_t st = W_FIRST | W_LAST;

	(void)state;
	one("t4g", 256, st, 256, 0, 0, -1);
	one("t4g", 256, st, 257, 0, 0, 16);
	one("t4g", 256, st, 65535, 0, 0, 16);
	one("t4g", 256, st, 255, 0, 1, -1);
	one("t4g", 256, st, 256, 0, 1, 16);
	one("t4g", 256, st, 1, 0, 255, -1);
	one("t4g", 256, st, 2, 0, 255, 16);
	one("t4g", 64, st, 0, 0, 64, -1);
	one("t4g", 64, st, 0, 0, 65, 16);
	/* total: largest MTU, Ethernet header, two tags */
	one("t4g", 65535, st, 9216 + 22, 0, 0, -1);
	one("t4g", 65535, st, 9216 + 23, 0, 0, 16);
}

/* The same total in two buffers. */
static void
total_at_the_limit(void **state)
{
	struct ena_rx_pkt p;
	struct fix *f;
	unsigned int k, n;

	(void)state;
	for (k = 0; k < 2; k++) {
		f = rx_up("t4g", 3, 8000);
		fix_rxc(f, 0, 0, W_FIRST, 5000, 0, 0, 0);
		fix_rxc(f, 0, 1, W_LAST, 4238 + k, 1, 0, 0);
		if (k == 0) {
			assert_int_equal(pass(f, &n, &p), ENA_AGAIN);
			assert_int_equal(n, 1);
			fix_end(f);
		} else {
			assert_int_equal(pass(f, &n, &p), ENA_FAULTED);
			faulted(f, 16, 3);
		}
	}
}

/* Nine buffers are agreed on; ten are too many, also over passes. */
static void
too_many_buffers(void **state)
{
	struct ena_rx_pkt p;
	struct fix *f;
	unsigned int i, k, n;

	(void)state;
	for (k = 9; k <= 10; k++) {
		f = rx_up("t4g", 20, 256);
		for (i = 0; i < k; i++) {
			fix_rxc(f, 0, i, (i == 0 ? W_FIRST : 0) |
			    (i == k - 1 ? W_LAST : 0), 100, i, 0, 0);
			if (i == 4 || i == 8)
				assert_int_equal(pass(f, &n, &p), ENA_AGAIN);
		}
		if (k == 9) {
			assert_int_equal(n, 1);
			assert_int_equal(p.rp_nsegs, 9);
			fix_end(f);
		} else {
			assert_int_equal(pass(f, &n, &p), ENA_FAULTED);
			faulted(f, 6, 20);
		}
	}
}

static void
buffer_returned_twice(void **state)
{
	struct fix *f = rx_up("t4g", 20, 256);
	struct ena_rx_pkt p;
	unsigned int n;

	(void)state;
	fix_rxc(f, 0, 0, W_FIRST | W_LAST, 100, 7, 0, 0);
	fix_rxc(f, 0, 1, W_FIRST | W_LAST, 100, 7, 0, 0);
	assert_int_equal(pass(f, &n, &p), ENA_FAULTED);
	assert_int_equal(n, 1);
	faulted(f, 4, 19);
}

/* Bits 7 and 17, if the device promised them; no other bit. */
static void
mbz_is_judged_only_if_promised(void **state)
{
	const uint32_t st = W_FIRST | W_LAST;
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		if (bit == 24 || bit == 26 || bit == 27)
			continue;
		one("t4g", 256, st | 1U << bit, 60, 0, 0,
		    bit == 7 || bit == 17 ? 16 : -1);
		one("i3", 256, st | 1U << bit, 60, 0, 0, -1);
	}
}

/* The promise is that of the device as it is now: 0x1f with it, 0x0f not. */
static void
mbz_promise_over_resets(void **state)
{
	struct fix *f = rx_up("max", 3, 256);
	struct ena_rx_pkt p;
	unsigned int k, n;

	(void)state;
	for (k = 0; k < 4; k++) {
		if (k != 0) {
			fix_twist32(f, 8, 1, 20, k % 2 != 0 ? 0x0f : 0x1f);
			assert_int_equal(fix_goto(f, ENA_STATE_QUIET),
			    ENA_OK);
			(void)fix_drain(f);
			assert_int_equal(fix_up(f), ENA_OK);
			fix_untwist(f);
			assert_int_equal(fix_fill(f, 0, 3, 256), ENA_OK);
		}
		fix_rxc(f, 0, 0, W_FIRST | W_LAST | 0x20000, 60, 0, 0, 0);
		assert_int_equal(pass(f, &n, &p), k % 2 == 0 ? ENA_FAULTED :
		    ENA_AGAIN);
		assert_int_equal(n, k % 2);
		assert_int_equal(ena_fault_reason(f->dev),
		    k % 2 == 0 ? 16 : -1);
	}
	fix_end(f);
}

/* ---- verdicts */

static enum ena_verdict
want_l3(uint32_t l3, uint32_t st)
{
	return (l3 == 8 && (st & 1 << 13) == 0 ? ENA_CSUM_GOOD :
	    ENA_CSUM_UNKNOWN);
}

static enum ena_verdict
want_l4(uint32_t l4, uint32_t st)
{
	if ((l4 != 12 && l4 != 13) || (st & 1 << 15) != 0 ||
	    (st & 1 << 16) == 0)
		return (ENA_CSUM_UNKNOWN);
	return ((st & 1 << 14) != 0 ? ENA_CSUM_BAD : ENA_CSUM_GOOD);
}

static enum ena_hash_kind
want_hash(uint32_t l3, uint32_t l4, uint32_t st)
{
	if ((st & 1 << 15) != 0)
		return (ENA_HASH_NONE);
	if (l3 == 8 && l4 == 12)
		return (ENA_HASH_TCP4);
	if (l3 == 8 && l4 == 13)
		return (ENA_HASH_UDP4);
	if (l3 == 11 && l4 == 12)
		return (ENA_HASH_TCP6);
	if (l3 == 11 && l4 == 13)
		return (ENA_HASH_UDP6);
	return (ENA_HASH_NONE);
}

static void
check_verdicts(const struct ena_rx_pkt *p, uint32_t l3, uint32_t l4,
    uint32_t st)
{
	assert_int_equal(ena_rx_l3(p), l3);
	assert_int_equal(ena_rx_l4(p), l4);
	assert_int_equal(ena_rx_is_frag(p), (st & 1 << 15) != 0);
	assert_int_equal(ena_rx_l3_csum(p), want_l3(l3, st));
	assert_int_equal(ena_rx_l4_csum(p), want_l4(l4, st));
	assert_int_equal(ena_rx_hash_kind(p), want_hash(l3, l4, st));
}

/* All combinations of protocols, error, fragment and checked bits. */
static void
truth_table(void **state)
{
	static const uint32_t l3s[] = { 0, 8, 9, 11, 21, 22, 31 };
	static const uint32_t l4s[] = { 0, 12, 13, 14, 23, 31 };
	struct fix *f = rx_up("t4g", 40, 256);
	struct ena_rx_pkt p;
	uint32_t bits, junk, st;
	unsigned int i, k, n, pos;

	(void)state;
	for (i = 0, pos = 0; i < FIX_COUNT(l3s); i++)
		for (k = 0; k < FIX_COUNT(l4s); k++)
			for (bits = 0; bits < 16; bits++) {
				/* VLAN count, second engine, buffer: junk */
				junk = (pos & 3) << 5 | (pos & 1) << 25 |
				    (pos & 1) << 30;
				st = l3s[i] | l4s[k] << 8 | bits << 13;
				fix_rxc(f, 0, pos, st | junk | W_FIRST |
				    W_LAST, 60, pos % 40, pos, 0);
				assert_int_equal(pass(f, &n, &p), ENA_AGAIN);
				assert_int_equal(n, 1);
				check_verdicts(&p, l3s[i], l4s[k], st);
				assert_int_equal(p.rp_hash, pos);
				if (++pos % 40 != 0)
					continue;
				/* a new life every 40 completions */
				assert_int_equal(fix_goto(f,
				    ENA_STATE_QUIET), ENA_OK);
				assert_int_equal(fix_up(f), ENA_OK);
				assert_int_equal(fix_fill(f, 0, 40, 256),
				    ENA_OK);
				pos = 0;
			}
	fix_end(f);
}

/* ---- and from frames: the model's own judgement */

static void
good_and_bad_frames(void **state)
{
	static const enum fix_kind kinds[] = {
		FIX_TCP4, FIX_UDP4, FIX_IP4, FIX_TCP6, FIX_UDP6, FIX_IP6
	};
	struct fix *f = rx_up("max", 60, 2048);
	struct ena_rx_pkt p;
	unsigned int i, n, spoilt;
	bool l4, v6;
	size_t len;

	(void)state;
	for (i = 0; i < FIX_COUNT(kinds); i++)
		for (spoilt = 0; spoilt < 3; spoilt++) {
			v6 = kinds[i] >= FIX_TCP6;
			l4 = kinds[i] != FIX_IP4 && kinds[i] != FIX_IP6;
			len = fix_frame(frame, kinds[i], 400, i);
			if (spoilt == 1)
				frame[len - 1] ^= 1;
			else if (spoilt == 2 && !v6)
				frame[24] ^= 1;
			assert_int_equal(mock_frame_in(f->mock, frame, len,
			    NULL), MOCK_RX_OK);
			assert_int_equal(pass(f, &n, &p), ENA_AGAIN);
			assert_int_equal(n, 1);
			assert_int_equal(ena_rx_l3_csum(&p),
			    v6 || spoilt == 2 ? ENA_CSUM_UNKNOWN :
			    ENA_CSUM_GOOD);
			assert_int_equal(ena_rx_l4_csum(&p), !l4 ?
			    ENA_CSUM_UNKNOWN : spoilt == 1 ? ENA_CSUM_BAD :
			    ENA_CSUM_GOOD);
			assert_int_equal(ena_rx_hash_kind(&p) !=
			    ENA_HASH_NONE, l4);
		}
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(id_out_of_range),
		cmocka_unit_test(id_not_posted),
		cmocka_unit_test(id_bad_in_mid_frame),
		cmocka_unit_test(longer_than_the_buffer),
		cmocka_unit_test(first_in_the_middle),
		cmocka_unit_test(never_the_last),
		cmocka_unit_test(bits_that_must_be_zero),
		cmocka_unit_test(ids_at_the_limits),
		cmocka_unit_test(lengths_at_the_limits),
		cmocka_unit_test(total_at_the_limit),
		cmocka_unit_test(too_many_buffers),
		cmocka_unit_test(buffer_returned_twice),
		cmocka_unit_test(mbz_is_judged_only_if_promised),
		cmocka_unit_test(mbz_promise_over_resets),
		cmocka_unit_test(truth_table),
		cmocka_unit_test(good_and_bad_frames),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
