/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive: posting, taking, frames in many buffers and over many passes,
 * refill, draining.  What a device must not say, and what its verdicts mean,
 * is in test_core_rxbad.c.
 * ref: protocol 10.1, 10.6, 10.7; pitfalls 77 to 86, 88, 89
 */
#include "core_fix.h"

static uint8_t frame[FIX_FRAME];
static uint8_t got[FIX_FRAME];

static struct fix *
rx_spec(const char *profile, uint16_t depth)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_rx_depth = depth;
	if (f->spec.profile.max_mtu >= 9000)
		f->spec.config.cf_mtu = 9000;
	return (f);
}

static struct fix *
rx_open(struct fix *f)
{
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static struct fix *
rx_up(const char *profile, uint16_t depth)
{
	return (rx_open(rx_spec(profile, depth)));
}

static void
in(struct fix *f, size_t len)
{
	SIM_CHECK(f->sim,
	    mock_frame_in(f->mock, frame, len, NULL) == MOCK_RX_OK);
}

/* Send a frame of that many bytes in, and get it out again, whole. */
static void
through(struct fix *f, size_t bytes, struct ena_rx_pkt *p)
{
	size_t len, n;

	len = fix_frame(frame, FIX_UDP4, bytes - 42, (uint32_t)bytes);
	assert_int_equal(len, bytes);
	in(f, len);
	SIM_CHECK(f->sim, fix_rx(f, 0, p, got, &n) == ENA_OK);
	assert_int_equal(n, len);
	assert_int_equal(p->rp_len, len);
	assert_memory_equal(got, frame, len);
}

/* ---- posting */

static void
posted_buffer_is_this_descriptor(void **state)
{
	struct fix *f = rx_up("t4g", 256);
	uint32_t w[4];
	unsigned int i;
	uint64_t pa;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_fill(f, 0, 5, 1536), ENA_OK);
	assert_int_equal(f->nwrites, 1);
	assert_int_equal(f->writes[0].off, f->q[0].rx_db);
	assert_int_equal(f->writes[0].val, 5);
	for (i = 0; i < 5; i++) {
		fix_desc(f, f->q[0].rx_sq, i, w);
		assert_int_equal(w[0], 0x1d000000 | 1536);
		assert_true(w[1] < 256);
		pa = f->q[0].rx[w[1]].pa;
		assert_int_equal(w[2], (uint32_t)pa);
		assert_int_equal(w[3], (uint32_t)(pa >> 32));
	}
	fix_end(f);
}

static void
ring_holds_depth_less_one(void **state)
{
	static uint8_t ring[2][64 * 16];
	struct fix *f = rx_up("t4g", 64);
	uint32_t val;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_rx_room(ena_rxq(f->dev, 0)), 63);
	assert_int_equal(fix_fill(f, 0, 64, 2048), ENA_NO_ROOM);
	assert_int_equal(ena_rx_room(ena_rxq(f->dev, 0)), 0);
	assert_int_equal(fix_writes(f, f->q[0].rx_db, &val), 1);
	assert_int_equal(val, 63);
	assert_true(sim_peek(f->ad, f->q[0].rx_sq, ring[0], sizeof(ring[0])));
	assert_int_equal(fix_fill(f, 0, 1, 2048), ENA_NO_ROOM);
	assert_int_equal(fix_fill(f, 0, 0, 2048), ENA_OK);
	assert_int_equal(f->nwrites, 1);
	assert_true(sim_peek(f->ad, f->q[0].rx_sq, ring[1], sizeof(ring[1])));
	assert_memory_equal(ring[0], ring[1], sizeof(ring[0]));
	fix_end(f);
}

static void
bad_buffers_are_refused(void **state)
{
	struct fix *f = rx_up("i3", 64);
	struct ena_rx_fill fill;
	unsigned int b;
	uint16_t id;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	memset(&fill, 0, sizeof(fill));
	assert_int_equal(ena_rx_begin(ena_rxq(f->dev, 0), &fill), ENA_OK);
	assert_int_equal(ena_rx_put(&fill, 0x1000, 0, &id), ENA_INVAL);
	assert_int_equal(ena_rx_put(&fill, 0x1000, 1, &id), ENA_INVAL);
	assert_int_equal(ena_rx_put(&fill, 0x1000, 63, &id), ENA_INVAL);
	for (b = 40; b < 64; b++)
		assert_int_equal(ena_rx_put(&fill, (uint64_t)1 << b, 2048,
		    &id), ENA_INVAL);
	ena_rx_end(&fill);
	assert_int_equal(f->nwrites, 0);
	assert_int_equal(fix_fill(f, 0, 1, 64), ENA_OK);
	assert_int_equal(fix_fill(f, 0, 1, 65535), ENA_OK);
	fix_end(f);
}

static void
refill_is_due_by_depth(void **state)
{
	static const struct {
		uint16_t depth, limit;
	} rows[] = {
		{ 16, 2 }, { 256, 32 }, { 1024, 128 }, { 2048, 256 },
		{ 4096, 256 },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = rx_up("t4g", rows[i].depth);
		assert_true(ena_rx_fill_due(ena_rxq(f->dev, 0)));
		assert_int_equal(fix_fill(f, 0,
		    rows[i].depth - rows[i].limit - 2U, 128), ENA_OK);
		assert_true(ena_rx_fill_due(ena_rxq(f->dev, 0)));
		assert_int_equal(fix_fill(f, 0, 1, 128), ENA_OK);
		assert_int_equal(ena_rx_room(ena_rxq(f->dev, 0)),
		    rows[i].limit);
		assert_false(ena_rx_fill_due(ena_rxq(f->dev, 0)));
		fix_end(f);
	}
}

/* ---- taking */

static void
one_buffer_one_frame(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;
	size_t n;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 10, 2048), ENA_OK);
	assert_int_equal(fix_rx(f, 0, &p, got, &n), ENA_AGAIN);
	through(f, 777, &p);
	assert_int_equal(p.rp_nsegs, 1);
	assert_int_equal(p.rp_segs[0].rs_len, 777);
	assert_int_equal(p.rp_offset, 0);
	assert_int_equal(fix_rx(f, 0, &p, got, &n), ENA_AGAIN);
	assert_int_equal(ena_rx_room(ena_rxq(f->dev, 0)), 54);
	fix_end(f);
}

static void
in_segments(const char *profile, unsigned int limit, uint32_t buf)
{
	struct fix *f = rx_up(profile, 256);
	struct ena_rx_pkt p;
	unsigned int n;

	assert_int_equal(ena_dev_info(f->dev)->in_max_rx_segs, limit);
	for (n = 1; n <= limit; n++) {
		assert_int_equal(fix_fill(f, 0, n, buf), ENA_OK);
		through(f, n * buf - 5, &p);
		assert_int_equal(p.rp_nsegs, n);
		assert_int_equal(p.rp_segs[n - 1].rs_len, buf - 5);
		assert_int_equal(p.rp_offset, 0);
	}
	fix_end(f);
}

static void
segments_up_to_the_limit(void **state)
{
	(void)state;
	in_segments("t4g", 9, 1000);
	in_segments("max", 31, 290);
	in_segments("min", 1, 1500);
}

/* Data starts where the first completion says, in the first buffer only. */
static void
offset_into_the_first_buffer(void **state)
{
	static const uint8_t offsets[] = { 1, 2, 14, 64, 255 };
	struct ena_rx_pkt p;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(offsets); i++) {
		f = rx_spec("t4g", 64);
		f->spec.mock.rx_offset = offsets[i];
		rx_open(f);
		assert_int_equal(fix_fill(f, 0, 20, 1024), ENA_OK);
		through(f, 500, &p);
		assert_int_equal(p.rp_offset, offsets[i]);
		assert_int_equal(p.rp_nsegs, 1);
		through(f, 2000, &p);
		assert_int_equal(p.rp_offset, offsets[i]);
		assert_int_equal(p.rp_segs[0].rs_len, 1024 - offsets[i]);
		assert_int_equal(p.rp_segs[1].rs_len,
		    offsets[i] <= 48 ? 976 + offsets[i] : 1024);
		fix_end(f);
	}
}

/* An empty last buffer comes back and adds nothing: pitfall 85. */
static void
trailing_empty_buffers(void **state)
{
	struct fix *f = rx_spec("t4g", 64);
	struct ena_rx_pkt p;
	unsigned int empty, i, last;

	(void)state;
	f->spec.mock.rx_trailing_zero = true;
	rx_open(f);
	for (i = 0, empty = 0; i < 200; i++) {
		assert_int_equal(fix_fill(f, 0, 3, 1024), ENA_OK);
		through(f, 600 + i * 7, &p);
		last = p.rp_nsegs - 1;
		if (p.rp_segs[last].rs_len == 0)
			empty++;
		/* what was not used is taken back */
		while (ena_rx_room(ena_rxq(f->dev, 0)) < 20)
			through(f, 100, &p);
	}
	assert_in_range(empty, 10, 190);
	fix_end(f);
}

/* ---- passes */

/* One pass with a budget; the number of frames, each freed. */
static unsigned int
pass(struct fix *f, uint32_t budget, struct ena_rx_pkt *p)
{
	struct ena_rx_take t;
	enum ena_result r;
	unsigned int n;

	memset(&t, 0, sizeof(t));
	assert_int_equal(ena_rx_take_begin(ena_rxq(f->dev, 0), &t, budget),
	    ENA_OK);
	for (n = 0; (r = ena_rx_get(&t, p)) == ENA_OK; n++)
		(void)fix_gather(f, 0, p, got);
	assert_int_equal(r, ENA_AGAIN);
	ena_rx_take_end(&t);
	return (n);
}

static void
budget_counts_buffers(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;
	unsigned int i;
	size_t len;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 40, 512), ENA_OK);
	len = fix_frame(frame, FIX_UDP4, 900, 1);
	for (i = 0; i < 8; i++)
		in(f, len);
	assert_int_equal(pass(f, 0, &p), 0);
	assert_int_equal(pass(f, 1, &p), 0);
	assert_int_equal(pass(f, 1, &p), 1);
	assert_int_equal(pass(f, 5, &p), 2);
	assert_int_equal(pass(f, 3, &p), 2);
	assert_memory_equal(got, frame, len);
	assert_int_equal(pass(f, 4, &p), 2);
	assert_int_equal(pass(f, 100, &p), 1);
	assert_int_equal(pass(f, 100, &p), 0);
	fix_end(f);
}

/* A frame of nine buffers taken one buffer at a pass. */
static void
frame_straddles_passes(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;
	unsigned int i, k;
	size_t len;

	(void)state;
	for (k = 0; k < 20; k++) {
		assert_int_equal(fix_fill(f, 0, 9, 300), ENA_OK);
		len = fix_frame(frame, FIX_TCP6, 9 * 300 - 80, k);
		in(f, len);
		for (i = 0; i < 8; i++)
			assert_int_equal(pass(f, 1, &p), 0);
		assert_int_equal(pass(f, 1, &p), 1);
		assert_int_equal(p.rp_nsegs, 9);
		assert_int_equal(p.rp_len, len);
		assert_memory_equal(got, frame, len);
	}
	fix_end(f);
}

/* The ring runs dry in the middle of a frame. */
static void
frame_straddles_a_dry_ring(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;
	unsigned int n;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 4, 256), ENA_OK);
	for (n = 0; n < 3; n++) {
		fix_rxc(f, 0, n, n == 0 ? W_FIRST : 0, 256, n, 0, 0);
		assert_int_equal(pass(f, 100, &p), 0);
		assert_int_equal(pass(f, 100, &p), 0);
	}
	fix_rxc(f, 0, 3, W_LAST, 7, 3, 0x1234, 0);
	assert_int_equal(pass(f, 100, &p), 1);
	assert_int_equal(p.rp_nsegs, 4);
	assert_int_equal(p.rp_len, 3 * 256 + 7);
	assert_int_equal(p.rp_hash, 0x1234);
	fix_end(f);
}

/* Offset from the first completion, the rest from the last. */
static void
who_says_what(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 3, 256), ENA_OK);
	fix_rxc(f, 0, 0, W_FIRST | 8 | 12 << 8 | 1 << 16, 100, 0, 0x11111111,
	    33);
	fix_rxc(f, 0, 1, 8 | 12 << 8 | 1 << 14, 100, 1, 0x22222222, 44);
	fix_rxc(f, 0, 2, W_LAST | 11 | 13 << 8 | 1 << 16, 50, 2, 0x33333333,
	    55);
	assert_int_equal(pass(f, 100, &p), 1);
	assert_int_equal(p.rp_offset, 33);
	assert_int_equal(p.rp_hash, 0x33333333);
	assert_int_equal(ena_rx_l3(&p), ENA_L3_IP6);
	assert_int_equal(ena_rx_l4(&p), ENA_L4_UDP);
	assert_int_equal(ena_rx_l4_csum(&p), ENA_CSUM_GOOD);
	fix_end(f);
}

/* Nothing but an empty buffer: it comes back, no bytes. */
static void
frame_of_no_bytes(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;

	(void)state;
	assert_int_equal(fix_fill(f, 0, 1, 256), ENA_OK);
	fix_rxc(f, 0, 0, W_FIRST | W_LAST, 0, 0, 0, 0);
	assert_int_equal(pass(f, 100, &p), 1);
	assert_int_equal(p.rp_len, 0);
	assert_int_equal(p.rp_nsegs, 1);
	assert_int_equal(p.rp_segs[0].rs_len, 0);
	fix_end(f);
}

/* ---- long runs */

/*
 * Random cuts, random empty ends, a ring far too small, positions beyond 16
 * bits: every frame arrives, every buffer comes back.
 */
static void
thousands_of_frames(void **state)
{
	struct fix *f = rx_spec("t4g", 16);
	struct ena_rx_pkt p;
	unsigned int i, n;
	uint64_t bufs;

	(void)state;
	f->spec.mock.rx_reorder = true;
	f->spec.mock.rx_trailing_zero = true;
	rx_open(f);
	assert_int_equal(fix_fill(f, 0, 15, 600), ENA_OK);
	for (i = 0, bufs = 0; bufs < 70000; i++) {
		through(f, 60 + i * 37 % 1400, &p);
		n = p.rp_nsegs;
		bufs += n;
		assert_int_equal(ena_rx_room(ena_rxq(f->dev, 0)), n);
		assert_int_equal(fix_fill(f, 0, n, 600), ENA_OK);
	}
	assert_int_equal(fix_mock(f).rx_pkts, i);
	fix_end(f);
}

/* Entries of the last lap are not taken for new ones. */
static void
stale_completions_are_not_taken(void **state)
{
	struct fix *f = rx_up("t4g", 16);
	struct ena_rx_pkt p;
	unsigned int i;
	size_t n;

	(void)state;
	for (i = 0; i < 100; i++) {
		assert_int_equal(fix_fill(f, 0, 1, 600), ENA_OK);
		through(f, 100, &p);
		assert_int_equal(fix_rx(f, 0, &p, got, &n), ENA_AGAIN);
	}
	fix_end(f);
}

/*
 * Buffers return in another order than they were posted: the ring's tail
 * goes on by one, the ids are whatever came back.  (The card is pulled out
 * behind the core's back: the model would not have it.)
 */
static void
buffers_return_in_any_order(void **state)
{
	static const uint32_t order[] = { 5, 0, 6, 2, 1, 4, 3 };
	struct fix *f = rx_up("t4g", 8);
	struct ena_rx_fill fill;
	struct ena_rx_pkt p;
	uint8_t seen[8];
	unsigned int i;
	uint16_t id;

	(void)state;
	memset(seen, 0, sizeof(seen));
	assert_int_equal(fix_fill(f, 0, 7, 256), ENA_OK);
	for (i = 0; i < 7; i++)
		fix_rxc(f, 0, i, W_FIRST | W_LAST, 10 + i, order[i], 0, 0);
	assert_int_equal(pass(f, 3, &p), 3);
	assert_int_equal(p.rp_segs[0].rs_id, 6);
	assert_int_equal(p.rp_len, 12);
	assert_int_equal(pass(f, 100, &p), 4);
	sim_pull(f->ad);
	memset(&fill, 0, sizeof(fill));
	assert_int_equal(ena_rx_begin(ena_rxq(f->dev, 0), &fill), ENA_OK);
	for (i = 0; i < 7; i++) {
		assert_int_equal(ena_rx_put(&fill, 0x1000, 256, &id), ENA_OK);
		assert_true(id < 8);
		assert_int_equal(seen[id]++, 0);
	}
	assert_int_equal(ena_rx_put(&fill, 0x1000, 256, &id), ENA_NO_ROOM);
	ena_rx_end(&fill);
	ena_gone(f->dev);
	for (i = 0; i < 7; i++)
		assert_int_equal(ena_rx_drain(ena_rxq(f->dev, 0), &id, 1), 1);
	assert_int_equal(ena_rx_drain(ena_rxq(f->dev, 0), &id, 1), 0);
	fix_end(f);
}

/* ---- draining */

static void
drain_returns_each_id_once(void **state)
{
	struct fix *f = rx_up("t4g", 64);
	struct ena_rx_pkt p;
	uint16_t ids[64];
	unsigned int i, k, n, total;
	uint8_t out[64];

	(void)state;
	memset(out, 0, sizeof(out));
	assert_int_equal(fix_fill(f, 0, 40, 256), ENA_OK);
	/* two frames taken, half of a third */
	fix_rxc(f, 0, 0, W_FIRST | W_LAST, 100, 0, 0, 0);
	fix_rxc(f, 0, 1, W_FIRST | W_LAST, 100, 1, 0, 0);
	fix_rxc(f, 0, 2, W_FIRST, 256, 2, 0, 0);
	fix_rxc(f, 0, 3, 0, 256, 3, 0, 0);
	fix_rxc(f, 0, 4, 0, 256, 4, 0, 0);
	assert_int_equal(pass(f, 100, &p), 2);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_rx_drain(ena_rxq(f->dev, 0), ids, 0), 0);
	for (total = 0, k = 1; total < 38; total += n, k++) {
		n = ena_rx_drain(ena_rxq(f->dev, 0), ids, k);
		assert_in_range(n, 1, k);
		for (i = 0; i < n; i++) {
			assert_true(ids[i] < 64);
			assert_non_null(f->q[0].rx[ids[i]].va);
			assert_int_equal(out[ids[i]]++, 0);
		}
	}
	assert_int_equal(total, 38);
	assert_int_equal(ena_rx_drain(ena_rxq(f->dev, 0), ids, 64), 0);
	for (i = 0; i < 64; i++)
		if (f->q[0].rx[i].va != NULL)
			sim_host(f->ad)->buf_free(sim_host(f->ad)->arg,
			    &f->q[0].rx[i]);
	memset(f->q[0].rx, 0, 64 * sizeof(f->q[0].rx[0]));
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posted_buffer_is_this_descriptor),
		cmocka_unit_test(ring_holds_depth_less_one),
		cmocka_unit_test(bad_buffers_are_refused),
		cmocka_unit_test(refill_is_due_by_depth),
		cmocka_unit_test(one_buffer_one_frame),
		cmocka_unit_test(segments_up_to_the_limit),
		cmocka_unit_test(offset_into_the_first_buffer),
		cmocka_unit_test(trailing_empty_buffers),
		cmocka_unit_test(budget_counts_buffers),
		cmocka_unit_test(frame_straddles_passes),
		cmocka_unit_test(frame_straddles_a_dry_ring),
		cmocka_unit_test(who_says_what),
		cmocka_unit_test(frame_of_no_bytes),
		cmocka_unit_test(thousands_of_frames),
		cmocka_unit_test(stale_completions_are_not_taken),
		cmocka_unit_test(buffers_return_in_any_order),
		cmocka_unit_test(drain_returns_each_id_once),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
