/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit: what the device reads and sends, what is refused, what comes
 * back.  Requests and offload bits have a file of their own,
 * test_core_txo.c.
 * ref: protocol 10.1 to 10.5; pitfalls 48 to 56, 63, 142
 */
#include "core_fix.h"

static uint8_t frame[FIX_FRAME];

/* A running device with TX rings of that depth that completes after us. */
static struct fix *
tx_up(const char *profile, uint16_t depth, uint32_t us)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = depth;
	f->spec.mock.tx_us = us;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static uint32_t
doorbells(struct fix *f, uint32_t *val)
{
	return (fix_writes(f, f->q[0].tx_db, val));
}

/* ---- descriptors */

static void
one_buffer_is_this_descriptor(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	uint32_t w[4];
	uint64_t pa;
	uint16_t id;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	pa = f->q[0].one.pa;
	fix_desc(f, f->q[0].tx_sq, 0, w);
	assert_int_equal(w[0], W_REQ | W_LAST | W_FIRST | W_PHASE | 60 |
	    (uint32_t)(id >> 10) << 16);
	assert_int_equal(w[1], (uint32_t)(id & 0x3ff) << 22);
	assert_int_equal(w[2], (uint32_t)pa);
	assert_int_equal(w[3], (uint32_t)(pa >> 32));
	assert_int_equal(f->nwrites, 1);
	assert_int_equal(f->writes[0].off, f->q[0].tx_db);
	assert_int_equal(f->writes[0].val, 1);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frames, 1);
	assert_int_equal(f->frame_len, 60);
	fix_end(f);
}

static void
first_and_last_stand_at_the_ends(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	uint32_t w[4];
	unsigned int i;
	uint16_t id;

	(void)state;
	assert_int_equal(fix_tx_one(f, 0, 5, &id), ENA_OK);
	for (i = 0; i < 5; i++) {
		fix_desc(f, f->q[0].tx_sq, i, w);
		assert_int_equal(w[0] & ~0x003f0000U, W_PHASE | 60 |
		    (i == 0 ? W_FIRST | W_REQ : 0) |
		    (i == 4 ? W_LAST : 0));
		if (i != 0)
			assert_int_equal(w[1], 0);
		assert_int_equal(w[3] >> 16, 0);
	}
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frame_len, 300);
	fix_end(f);
}

/* Frames arrive as they were, in any number of buffers up to the limit. */
static void
bytes_arrive(const char *profile, unsigned int limit)
{
	struct fix *f = tx_up(profile, 256, 5);
	unsigned int n;
	size_t len;

	assert_int_equal(ena_dev_info(f->dev)->in_max_tx_bufs, limit);
	for (n = 1; n <= limit; n++) {
		len = fix_frame(frame, FIX_UDP4, 700 + 13 * n, n);
		assert_int_equal(fix_tx(f, 0, frame, len, n, NULL), ENA_OK);
		fix_tx_wait(f, 0, 1);
		assert_int_equal(f->frames, n);
		assert_int_equal(f->frame_len, len);
		assert_memory_equal(f->frame, frame, len);
	}
	assert_int_equal(fix_tx(f, 0, frame, 1000, limit + 1, NULL),
	    ENA_INVAL);
	assert_int_equal(f->frames, limit);
	fix_end(f);
}

static void
buffers_up_to_the_limit(void **state)
{
	(void)state;
	bytes_arrive("t4g", 16);
	bytes_arrive("max", 30);
	bytes_arrive("min", 2);
}

/* The limit holds with a meta descriptor, too. */
static void
limit_leaves_room_for_meta(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	struct ena_tx_pkt p;
	uint32_t val;
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_UDP4, 1000, 1);
	fix_describe(&p, FIX_UDP4, ENA_TXF_L4_CSUM | ENA_TXF_DF);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_tx(f, 0, frame, len, 16, &p), ENA_OK);
	assert_int_equal(doorbells(f, &val), 1);
	assert_int_equal(val, 17);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frames, 1);
	fix_end(f);
}

/* Small rings cut the limit: a packet must fit between head and tail. */
static void
limit_fits_a_small_ring(void **state)
{
	struct fix *f = tx_up("t4g", 8, 5);
	struct ena_tx_pkt p;
	unsigned int n;
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_UDP4, 500, 1);
	fix_describe(&p, FIX_UDP4, ENA_TXF_L4_CSUM | ENA_TXF_DF);
	for (n = 1; n <= 6; n++) {
		p.tp_l3_off = 14;
		assert_int_equal(fix_tx(f, 0, frame, len, n, &p), ENA_OK);
		fix_tx_wait(f, 0, 1);
	}
	/* 7 buffers and a meta descriptor never fit 7 slots */
	assert_int_equal(fix_tx(f, 0, frame, len, 7, &p), ENA_INVAL);
	assert_int_equal(f->frames, 6);
	fix_end(f);
}

/* ---- refusals */

static enum ena_result
put_raw(struct fix *f, const struct ena_buf *bufs, unsigned int n)
{
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	enum ena_result r;
	uint16_t id;

	memset(&b, 0, sizeof(b));
	memset(&p, 0, sizeof(p));
	p.tp_bufs = bufs;
	p.tp_nbufs = (uint16_t)n;
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	r = ena_tx_put(&b, &p, &id);
	ena_tx_end(&b);
	return (r);
}

static void
no_buffers_and_empty_buffers(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	struct ena_buf v[8];
	unsigned int i, k, n;

	(void)state;
	for (i = 0; i < 8; i++) {
		v[i].b_addr = f->q[0].one.pa;
		v[i].b_len = 20;
	}
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(put_raw(f, v, 0), ENA_INVAL);
	assert_int_equal(put_raw(f, v, 65535), ENA_INVAL);
	for (n = 1; n <= 8; n++)
		for (k = 0; k < n; k++) {
			v[k].b_len = 0;
			assert_int_equal(put_raw(f, v, n), ENA_INVAL);
			v[k].b_len = 20;
		}
	assert_int_equal(f->nwrites, 0);
	assert_int_equal(put_raw(f, v, 8), ENA_OK);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frames, 1);
	fix_end(f);
}

static void
addresses_beyond_the_width(const char *profile, unsigned int bits)
{
	struct fix *f = tx_up(profile, 256, 0);
	struct ena_buf v[3];
	unsigned int b, i, k;

	for (i = 0; i < 3; i++) {
		v[i].b_addr = f->q[0].one.pa;
		v[i].b_len = 20;
	}
	for (b = bits; b < 64; b++)
		for (k = 0; k < 2; k++) {
			v[k].b_addr |= (uint64_t)1 << b;
			assert_int_equal(put_raw(f, v, 2), ENA_INVAL);
			v[k].b_addr = f->q[0].one.pa;
		}
	assert_int_equal(put_raw(f, v, 2), ENA_OK);
	fix_tx_wait(f, 0, 1);
	fix_end(f);
}

static void
addresses_have_a_width(void **state)
{
	(void)state;
	addresses_beyond_the_width("t4g", 48);
	addresses_beyond_the_width("i3", 40);
	addresses_beyond_the_width("min", 32);
}

/* 65535 bytes in one descriptor: as much as 16 bits say. */
static void
longest_buffer(void **state)
{
	struct fix *f = tx_up("max", 256, 0);
	const struct nic_host *h = sim_host(f->ad);
	struct nic_buf b;
	struct ena_buf v;
	uint32_t w[4];

	(void)state;
	assert_true(h->buf_alloc(h->arg, 65535, &b));
	h->buf_sync(h->arg, &b, 0, 65535, ENA_SYNC_PREWRITE);
	v.b_addr = b.pa;
	v.b_len = 65535;
	assert_int_equal(put_raw(f, &v, 1), ENA_OK);
	fix_desc(f, f->q[0].tx_sq, 0, w);
	assert_int_equal(w[0] & 0xffff, 65535);
	fix_tx_wait(f, 0, 1);
	/* too long for any MTU: dropped by the device, said by the model */
	assert_int_equal(fix_mock(f).tx_drops, 1);
	assert_int_equal(fix_mock(f).rules_advice, 1);
	h->buf_free(h->arg, &b);
	fix_end_dirty(f);
}

/* ---- a full ring */

static void
full_ring_is_left_alone(void **state)
{
	static uint8_t ring[2][256 * 16];
	struct fix *f = tx_up("t4g", 256, 10000);
	struct mock_stats st[2];
	unsigned int i, n;
	uint16_t id;

	(void)state;
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 255);
	for (i = 0; i < 250; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 5);
	assert_true(sim_peek(f->ad, f->q[0].tx_sq, ring[0], sizeof(ring[0])));
	st[0] = fix_mock(f);
	for (n = 6; n <= 16; n++)
		assert_int_equal(fix_tx_one(f, 0, n, &id), ENA_NO_ROOM);
	st[1] = fix_mock(f);
	assert_memory_equal(&st[0], &st[1], sizeof(st[0]));
	/* the next sync shows the device the whole ring */
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_true(sim_peek(f->ad, f->q[0].tx_sq, ring[1], sizeof(ring[1])));
	assert_memory_equal(ring[0], ring[1], 250 * 16);
	assert_memory_equal(ring[0] + 251 * 16, ring[1] + 251 * 16, 5 * 16);
	assert_int_equal(fix_tx_one(f, 0, 4, &id), ENA_OK);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 0);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_NO_ROOM);
	fix_tx_wait(f, 0, 252);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 255);
	assert_int_equal(f->frames, 252);
	fix_end(f);
}

/* In one burst: what fits is put, what does not is not, what fits again is. */
static void
burst_goes_on_after_no_room(void **state)
{
	struct fix *f = tx_up("t4g", 16, 100);
	struct ena_buf v[16];
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	unsigned int i;
	uint16_t id;

	(void)state;
	for (i = 0; i < 16; i++) {
		v[i].b_addr = f->q[0].one.pa;
		v[i].b_len = 14;
	}
	memset(&b, 0, sizeof(b));
	memset(&p, 0, sizeof(p));
	p.tp_bufs = v;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_forget(f);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	p.tp_nbufs = 12;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
	p.tp_nbufs = 3;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_NO_ROOM);
	p.tp_nbufs = 17;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_nbufs = 2;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
	p.tp_nbufs = 1;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_NO_ROOM);
	/* nothing is visible before the end */
	assert_int_equal(f->nwrites, 0);
	ena_tx_end(&b);
	assert_int_equal(f->nwrites, 1);
	assert_int_equal(f->writes[0].val, 15);
	fix_tx_wait(f, 0, 3);
	assert_int_equal(f->frames, 3);
	fix_end(f);
}

/* A reap in the middle of a burst makes room in that burst. */
static void
burst_sees_what_completion_frees(void **state)
{
	struct fix *f = tx_up("t4g", 16, 100);
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	struct ena_buf v;
	unsigned int i, n;
	uint16_t id;

	(void)state;
	v.b_addr = f->q[0].one.pa;
	v.b_len = 60;
	memset(&b, 0, sizeof(b));
	memset(&p, 0, sizeof(p));
	p.tp_bufs = &v;
	p.tp_nbufs = 1;
	for (i = 0; i < 10; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	for (i = 0; i < 5; i++)
		assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_NO_ROOM);
	fix_pass(f, 1000);
	assert_int_equal(fix_reap(f, 0, 4, NULL, &n), ENA_OK);
	assert_int_equal(n, 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_NO_ROOM);
	ena_tx_end(&b);
	fix_tx_wait(f, 0, 15);
	assert_int_equal(f->frames, 19);
	fix_end(f);
}

static void
empty_burst_rings_no_bell(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	struct ena_tx_burst b;

	(void)state;
	memset(&b, 0, sizeof(b));
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	ena_tx_end(&b);
	assert_int_equal(f->nwrites, 0);
	fix_end(f);
}

/* ---- completions */

static void
reap_takes_no_more_than_asked(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	uint16_t ids[8], id[10];
	unsigned int i, n;

	(void)state;
	assert_int_equal(fix_reap(f, 0, 8, ids, &n), ENA_OK);
	assert_int_equal(n, 0);
	for (i = 0; i < 10; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id[i]), ENA_OK);
	assert_int_equal(fix_reap(f, 0, 0, ids, &n), ENA_OK);
	assert_int_equal(n, 0);
	assert_int_equal(fix_reap(f, 0, 3, ids, &n), ENA_OK);
	assert_int_equal(n, 3);
	assert_memory_equal(ids, id, 3 * sizeof(ids[0]));
	assert_int_equal(fix_reap(f, 0, 8, ids, &n), ENA_OK);
	assert_int_equal(n, 7);
	assert_memory_equal(ids, id + 3, 7 * sizeof(ids[0]));
	assert_int_equal(fix_reap(f, 0, 8, ids, &n), ENA_OK);
	assert_int_equal(n, 0);
	fix_end(f);
}

/* Any order; each id once; slots of several descriptors counted right. */
static void
out_of_order_completions(void **state)
{
	struct fix *f = fix_spec("t4g");
	unsigned int count, flown, i, n, sent, swaps;
	uint16_t id, ids[64], last;
	uint8_t busy[64];

	(void)state;
	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 64;
	f->spec.mock.tx_reorder = true;
	f->spec.mock.tx_us = 3;
	f->spec.mock.jitter_pct = 100;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	memset(busy, 0, sizeof(busy));
	for (sent = 0, flown = 0, swaps = 0; sent < 20000 || flown > 0;) {
		n = sent * 7 % 5 + 1;
		while (sent < 20000 && fix_tx_one(f, 0, n, &id) == ENA_OK) {
			assert_true(id < 64);
			assert_int_equal(busy[id]++, 0);
			sent++;
			flown++;
			n = sent * 7 % 5 + 1;
		}
		fix_pass(f, 7);
		assert_int_equal(fix_reap(f, 0, 64, ids, &count), ENA_OK);
		for (i = 0, last = 0; i < count; i++) {
			assert_int_equal(busy[ids[i]]--, 1);
			if (i != 0 && ids[i] < last)
				swaps++;
			last = ids[i];
			flown--;
		}
	}
	assert_true(swaps > 1000);
	assert_int_equal(f->frames, 20000);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 63);
	fix_end(f);
}

/* An id in flight is not given out again, however long it takes. */
static void
lost_packet_keeps_its_id(void **state)
{
	struct fix *f = tx_up("t4g", 64, 0);
	unsigned int i, n;
	uint16_t id, ids[64], lost;

	(void)state;
	fix_fault(f, MOCK_F_TX_LOST, 0);
	assert_int_equal(fix_tx_one(f, 0, 3, &lost), ENA_OK);
	for (i = 0; i < 300; i++) {
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
		assert_int_not_equal(id, lost);
		assert_int_equal(fix_reap(f, 0, 64, ids, &n), ENA_OK);
		assert_int_equal(n, 1);
	}
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 60);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_tx_drain(ena_txq(f->dev, 0), ids, 64), 1);
	assert_int_equal(ids[0], lost);
	fix_end(f);
}

/* Positions run past 16 bits; the doorbell keeps to 16. */
static void
thousands_of_packets(void **state)
{
	struct fix *f = tx_up("t4g", 256, 0);
	uint32_t total, val;
	unsigned int count, n;
	uint16_t id, ids[64];

	(void)state;
	for (total = 0; total < 70000; total += n) {
		n = total % 3 + 1;
		assert_int_equal(fix_tx_one(f, 0, n, &id), ENA_OK);
		assert_int_equal(fix_reap(f, 0, 64, ids, &count), ENA_OK);
		assert_int_equal(count, 1);
		assert_int_equal(ids[0], id);
	}
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	assert_int_equal(doorbells(f, &val), 1);
	assert_int_equal(val, (total + 1) & 0xffff);
	fix_tx_wait(f, 0, 1);
	fix_end(f);
}

/* Ids above 1023 use both fields of the descriptor; one burst fills it. */
static void
deep_ring_uses_all_id_bits(void **state)
{
	struct fix *f = tx_up("max", 16384, 200);
	static uint16_t flown[16384];
	static uint8_t seen[16384];
	unsigned int count, i, n;
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	struct ena_buf v;
	uint16_t ids[512];
	uint32_t w[4];

	(void)state;
	memset(seen, 0, sizeof(seen));
	memset(&b, 0, sizeof(b));
	memset(&p, 0, sizeof(p));
	v.b_addr = f->q[0].one.pa;
	v.b_len = 60;
	p.tp_bufs = &v;
	p.tp_nbufs = 1;
	sim_host(f->ad)->buf_sync(sim_host(f->ad)->arg, &f->q[0].one, 0, 64,
	    ENA_SYNC_PREWRITE);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	for (n = 0; ena_tx_put(&b, &p, &flown[n]) == ENA_OK; n++)
		assert_true(flown[n] < 16384);
	ena_tx_end(&b);
	assert_int_equal(n, 16383);
	for (i = 0; i < n; i++) {
		fix_desc(f, f->q[0].tx_sq, i, w);
		assert_int_equal((w[0] >> 16 & 0x3f) << 10 | w[1] >> 22,
		    flown[i]);
	}
	while (n > 0) {
		fix_pass(f, 100);
		assert_int_equal(fix_reap(f, 0, 512, ids, &count), ENA_OK);
		for (i = 0; i < count; i++)
			assert_int_equal(seen[ids[i]]++, 0);
		n -= count;
	}
	fix_end(f);
}

/* ---- completions that cannot be true */

/* k good packets, then trouble: the k come back, then the fault. */
static void
bad_completion(enum mock_fault what, uint32_t arg, unsigned int good,
    unsigned int reason)
{
	struct fix *f = tx_up("t4g", 256, 5);
	struct ena_tx_burst b;
	unsigned int i, n;
	uint16_t id[12], ids[64];

	fix_fault_full(f, what, arg, 0, 0, 7, 1);
	for (i = 0; i < 12; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id[i]), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(fix_reap(f, 0, 64, ids, &n), ENA_FAULTED);
	assert_int_equal(n, good);
	assert_memory_equal(ids, id, good * sizeof(ids[0]));
	assert_int_equal(ena_fault_reason(f->dev), reason);
	assert_int_equal(fix_reap(f, 0, 64, ids, &n), ENA_FAULTED);
	assert_int_equal(n, 0);
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_FAULTED);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	/* what did not come back is handed back once */
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_mock(f).resets_by_reason[reason], 1);
	assert_int_equal(fix_drain(f), 12 - good);
	assert_int_equal(fix_drain(f), 0);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
id_out_of_range(void **state)
{
	(void)state;
	bad_completion(MOCK_F_TX_ID_RANGE, 0, 7, 5);
	bad_completion(MOCK_F_TX_ID_RANGE, 1, 7, 5);
	bad_completion(MOCK_F_TX_ID_RANGE, 0xfeff, 7, 5);
}

static void
id_of_an_idle_packet(void **state)
{
	(void)state;
	bad_completion(MOCK_F_TX_ID_IDLE, 0, 7, 5);
}

static void
id_twice(void **state)
{
	(void)state;
	bad_completion(MOCK_F_TX_ID_TWICE, 0, 8, 5);
}

static void
bits_that_must_be_zero(void **state)
{
	(void)state;
	bad_completion(MOCK_F_TX_MBZ, 0, 7, 17);
}

/* Bits 31:30 with the capability, and nothing but them. */
static void
mbz_is_judged_only_if_promised(void **state)
{
	struct fix *f;
	unsigned int bit, k, n;
	uint16_t id, ids[4];

	(void)state;
	for (k = 0; k < 2; k++)
		for (bit = 16; bit < 32; bit++) {
			if (bit == 24)
				continue;
			f = tx_up(k == 0 ? "t4g" : "i3", 256, 1000000);
			assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
			fix_txc(f, 0, 0, id | 1U << bit);
			assert_int_equal(fix_reap(f, 0, 4, ids, &n),
			    k == 0 && bit >= 30 ? ENA_FAULTED : ENA_OK);
			assert_int_equal(n, k == 0 && bit >= 30 ? 0 : 1);
			fix_end(f);
		}
}

/* The promise is that of the device as it is now: 0x1f with it, 0x0f not. */
static void
mbz_promise_over_resets(void **state)
{
	struct fix *f = tx_up("max", 256, 1000000);
	unsigned int k, n;
	uint16_t id, ids[4];

	(void)state;
	for (k = 0; k < 4; k++) {
		if (k != 0) {
			fix_twist32(f, 8, 1, 20, k % 2 != 0 ? 0x0f : 0x1f);
			assert_int_equal(fix_goto(f, ENA_STATE_QUIET),
			    ENA_OK);
			(void)fix_drain(f);
			assert_int_equal(fix_up(f), ENA_OK);
			fix_untwist(f);
		}
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
		fix_txc(f, 0, 0, id | 0x40000000U);
		assert_int_equal(fix_reap(f, 0, 4, ids, &n),
		    k % 2 == 0 ? ENA_FAULTED : ENA_OK);
		assert_int_equal(ena_fault_reason(f->dev),
		    k % 2 == 0 ? 17 : -1);
	}
	fix_end(f);
}

/* ---- phases */

/* A completion of the wrong lap is none. */
static void
stale_completion_is_not_taken(void **state)
{
	struct fix *f = tx_up("t4g", 16, 0);
	unsigned int i, n;
	uint16_t id, ids[16];

	(void)state;
	for (i = 0; i < 40; i++) {
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
		assert_int_equal(fix_reap(f, 0, 16, ids, &n), ENA_OK);
		assert_int_equal(n, 1);
		/* the ring is full of last lap's entries now */
		assert_int_equal(fix_reap(f, 0, 16, ids, &n), ENA_OK);
		assert_int_equal(n, 0);
	}
	fix_end(f);
}

/* ---- draining */

static void
drain_returns_each_id_once(void **state)
{
	struct fix *f = tx_up("t4g", 64, 0);
	uint16_t id[30], ids[64];
	unsigned int i, k, n, total;
	uint8_t out[64];

	(void)state;
	memset(out, 0, sizeof(out));
	/* leave in flight what goes over the end of the ring of ids */
	for (i = 0; i < 40; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id[0]), ENA_OK);
	fix_tx_wait(f, 0, 40);
	fix_fault_full(f, MOCK_F_TX_LOST, 0, 0, 0, 0, 30);
	for (i = 0; i < 30; i++) {
		assert_int_equal(fix_tx_one(f, 0, 2, &id[i]), ENA_OK);
		assert_int_equal(out[id[i]]++, 0);
	}
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_tx_drain(ena_txq(f->dev, 0), ids, 0), 0);
	for (total = 0, k = 1; total < 30; total += n, k++) {
		n = ena_tx_drain(ena_txq(f->dev, 0), ids, k);
		assert_in_range(n, 1, k);
		for (i = 0; i < n; i++)
			assert_int_equal(out[ids[i]]--, 1);
	}
	assert_int_equal(total, 30);
	assert_int_equal(ena_tx_drain(ena_txq(f->dev, 0), ids, 64), 0);
	fix_end(f);
}

/* Completed and put but not yet completed are told apart. */
static void
drain_leaves_out_what_came_back(void **state)
{
	struct fix *f = tx_up("t4g", 64, 0);
	uint16_t a, b, ids[8];
	unsigned int n;

	(void)state;
	assert_int_equal(fix_tx_one(f, 0, 1, &a), ENA_OK);
	assert_int_equal(fix_reap(f, 0, 8, ids, &n), ENA_OK);
	assert_int_equal(n, 1);
	fix_fault(f, MOCK_F_TX_LOST, 0);
	assert_int_equal(fix_tx_one(f, 0, 1, &b), ENA_OK);
	assert_int_equal(fix_reap(f, 0, 8, ids, &n), ENA_OK);
	assert_int_equal(n, 0);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(ena_tx_drain(ena_txq(f->dev, 0), ids, 8), 1);
	assert_int_equal(ids[0], b);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_buffer_is_this_descriptor),
		cmocka_unit_test(first_and_last_stand_at_the_ends),
		cmocka_unit_test(buffers_up_to_the_limit),
		cmocka_unit_test(limit_leaves_room_for_meta),
		cmocka_unit_test(limit_fits_a_small_ring),
		cmocka_unit_test(no_buffers_and_empty_buffers),
		cmocka_unit_test(addresses_have_a_width),
		cmocka_unit_test(longest_buffer),
		cmocka_unit_test(full_ring_is_left_alone),
		cmocka_unit_test(burst_goes_on_after_no_room),
		cmocka_unit_test(burst_sees_what_completion_frees),
		cmocka_unit_test(empty_burst_rings_no_bell),
		cmocka_unit_test(reap_takes_no_more_than_asked),
		cmocka_unit_test(out_of_order_completions),
		cmocka_unit_test(lost_packet_keeps_its_id),
		cmocka_unit_test(thousands_of_packets),
		cmocka_unit_test(deep_ring_uses_all_id_bits),
		cmocka_unit_test(id_out_of_range),
		cmocka_unit_test(id_of_an_idle_packet),
		cmocka_unit_test(id_twice),
		cmocka_unit_test(bits_that_must_be_zero),
		cmocka_unit_test(mbz_is_judged_only_if_promised),
		cmocka_unit_test(mbz_promise_over_resets),
		cmocka_unit_test(stale_completion_is_not_taken),
		cmocka_unit_test(drain_returns_each_id_once),
		cmocka_unit_test(drain_leaves_out_what_came_back),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
