/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Provocations: LLQ negotiation, queues, stores and entries.  Each breaks
 * one rule, from power-on.  For test_mockdev_rules.c.
 */
#ifndef PROVOKE_LLQ_H
#define PROVOKE_LLQ_H

#include "mockdev_llq.h"

static const struct llq_set llq_linux = LLQ_LINUX;

/* SET LLQ that is right but for what the caller changed. */
static void
set_bad(struct h *h, const struct llq_set *s, int want)
{
	admin_up(h);
	assert_int_equal(llq_send_set(h, s), want);
}

static void
p_llq_late(struct h *h)
{
	up(h);
	assert_int_equal(llq_send_set(h, &llq_linux), 5);
}

static void
p_llq_version(struct h *h)
{
	struct llq_set s = llq_linux;

	s.version = 2;
	set_bad(h, &s, 5);
}

static void
p_llq_no_bar2(struct h *h)
{
	h_profile(h)->bar2_bytes = 0;
	h_replug(h);
	set_bad(h, &llq_linux, 5);
}

static void
p_llq_hdr_loc(struct h *h)
{
	struct llq_set s = llq_linux;

	s.hdr = 2;
	set_bad(h, &s, 5);
}

static void
p_llq_two_sizes(struct h *h)
{
	struct llq_set s = llq_linux;

	s.entry = 1 | 4;
	set_bad(h, &s, 5);
}

static void
p_llq_size(struct h *h)
{
	struct llq_set s = llq_linux;

	s.entry = 2;
	set_bad(h, &s, 5);
}

static void
p_llq_before(struct h *h)
{
	struct llq_set s = llq_linux;

	s.before = 0;
	set_bad(h, &s, 5);
}

static void
p_llq_stride(struct h *h)
{
	struct llq_set s = llq_linux;

	s.stride = 1;
	set_bad(h, &s, 5);
}

static void
p_llq_header_area(struct h *h)
{
	struct llq_set s = llq_linux;

	s.before = 8;
	set_bad(h, &s, 5);
}

static void
p_llq_accel(struct h *h)
{
	struct llq_set s = llq_linux;

	s.accel = 1;
	set_bad(h, &s, 5);
}

static void
p_llq_reserved(struct h *h)
{
	struct llq_set s = llq_linux;

	s.accel = 7;
	set_bad(h, &s, 0);
}

static void
p_llq_set_burst(struct h *h)
{
	struct llq_set s = llq_linux;

	s.accel = 3 | 512 << 16;
	set_bad(h, &s, 0);
}

/* CREATE_SQ after SET LLQ, status wanted. */
static void
sq_bad(struct h *h, uint32_t entry, uint32_t depth, uint32_t base, int want)
{
	struct llq_set s = llq_linux;

	s.entry = entry;
	admin_up(h);
	assert_int_equal(llq_send_set(h, &s), 0);
	assert_int_equal(create_cq(h, 0x20, 2, 2048, 1, A_TXCQ), 0);
	assert_int_equal(create_sq(h, 0x20, 3, 1, get16b(h->resp + 8), depth,
	    base), want);
}

static void
p_llq_base(struct h *h)
{
	sq_bad(h, 1, 64, A_TXSQ, 5);
}

static void
p_llq_depth(struct h *h)
{
	sq_bad(h, 1, 2048, 0, 5);
}

static void
p_llq_odd_depth(struct h *h)
{
	sq_bad(h, 1, 48, 0, 5);
}

static void
p_llq_wide_depth(struct h *h)
{
	sq_bad(h, 4, 1024, 0, 6);
}

/* Wide entries without a wide depth: half. */
static void
p_llq_half_depth(struct h *h)
{
	h_profile(h)->llq_wide_depth = 0;
	h_replug(h);
	sq_bad(h, 4, 1024, 0, 6);
}

static void
p_llq_rx(struct h *h)
{
	admin_up(h);
	assert_int_equal(llq_send_set(h, &llq_linux), 0);
	assert_int_equal(create_cq(h, 0x20, 4, 64, 1, A_RXCQ), 0);
	assert_int_equal(create_sq(h, 0x40, 3, 1, get16b(h->resp + 8), 64,
	    0), 5);
}

static void
p_llq_limit(struct h *h)
{
	struct llq l;

	h_profile(h)->llq_count = 2;
	h_replug(h);
	llq_up(&l, h, &llq_linux);
	assert_int_equal(llq_queue(&l, DEPTH), 0);
	assert_int_equal(llq_queue(&l, DEPTH), 1);
}

/* -- stores */

/* A packet of 60 bytes, 20 of them pushed, meta first. */
static void
good(struct llq_pkt *p, uint32_t id)
{
	static uint8_t f[60];
	static const uint32_t rest = 40;

	llq_plain(f);
	llq_start(p, f, 20);
	llq_meta(p, 0, 0);
	llq_data(p, id, 0, 1, &rest);
}

static void
p_llq_store_size(struct h *h)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	mock_bar2_write(h->d, l.off, "\0\0\0", 4);
}

static void
p_llq_store_align(struct h *h)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	mock_bar2_write(h->d, l.off + 4, "\0\0\0\0\0\0\0", 8);
}

static void
p_llq_store_ring(struct h *h)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	mock_bar2_write(h->d, l.off + l.depth * l.bytes, "\0\0\0\0\0\0\0",
	    8);
}

/* A ring in host memory has no place in the window. */
static void
p_llq_store_host(struct h *h)
{
	admin_up(h);
	assert_int_equal(llq_send_set(h, &llq_linux), 0);
	make_queue(h, &h->tx, 0, A_TXSQ, A_TXCQ, DEPTH, 1);
	mock_bar2_write(h->d, 0, "\0\0\0\0\0\0\0", 8);
}

/* Half of the store is beyond the window. */
static void
p_llq_store_end(struct h *h)
{
	mock_bar2_write(h->d, h->p->bar2_bytes - 4, "\0\0\0\0\0\0\0", 8);
}

static void
p_llq_store_dead(struct h *h)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	assert_int_equal(destroy_sq(h, 0x20, l.q.sq_idx), 0);
	mock_bar2_write(h->d, l.off, "\0\0\0\0\0\0\0", 8);
}

static void
p_llq_store_twice(struct h *h)
{
	struct llq_pkt p;
	struct llq l;

	llq_up(&l, h, &llq_linux);
	good(&p, 1);
	llq_put(&l, &p);
	llq_store(&l, 0, 120, (const uint8_t *)"\0\0\0\0\0\0\0");
	llq_ring(&l);
	assert_int_equal(h->nframes, 1);
}

static void
p_llq_store_descending(struct h *h)
{
	uint8_t pic[LLQ_MAX];
	struct llq_pkt p;
	struct llq l;
	uint32_t at;

	llq_up(&l, h, &llq_linux);
	good(&p, 1);
	llq_picture(&l, &p, 0, pic);
	for (at = 0; at < 112; at += 8)
		llq_store(&l, 0, at, pic + at);
	llq_store(&l, 0, 120, pic + 120);
	llq_store(&l, 0, 112, pic + 112);
	l.q.tail = 1;
	llq_ring(&l);
	assert_int_equal(h->nframes, 1);
}

/* The packet is never completed, so its entry stays the device's. */
static void
p_llq_store_busy(struct h *h)
{
	struct mock_fault_arm a = { MOCK_F_TX_LOST, 0, 1, 0, 0, 0 };
	struct llq_pkt p;
	struct llq l;

	llq_up(&l, h, &llq_linux);
	mock_fault(h->d, &a);
	good(&p, 1);
	llq_put(&l, &p);
	llq_ring(&l);
	llq_store(&l, 0, 0, p.desc[0]);
}

static void
p_llq_partial(struct h *h)
{
	uint8_t pic[LLQ_MAX];
	struct llq_pkt p;
	struct llq l;
	uint32_t at;

	llq_up(&l, h, &llq_linux);
	good(&p, 1);
	llq_picture(&l, &p, 0, pic);
	for (at = 0; at < 128; at += 8)
		if (at != 72)
			llq_store(&l, 0, at, pic + at);
	l.q.tail = 1;
	llq_ring(&l);
}

static void
p_llq_not_written(struct h *h)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	l.q.tail = 1;
	llq_ring(&l);
}

/* 512 bytes: four entries of 128, two of 256. */
static void
burst(struct h *h, uint32_t entry, uint32_t limit)
{
	struct llq_set s = llq_linux;
	struct llq_pkt p;
	struct llq l;
	uint32_t i;

	s.entry = entry;
	llq_up(&l, h, &s);
	for (i = 0; i < limit; i++) {
		good(&p, i);
		llq_put(&l, &p);
	}
	llq_ring(&l);
	assert_int_equal(h->nrules, 0);
	for (i = 0; i <= limit; i++) {
		good(&p, i);
		llq_put(&l, &p);
	}
	llq_ring(&l);
	assert_int_equal(h->nframes, limit);
}

static void
p_llq_burst(struct h *h)
{
	burst(h, 1, 4);
}

static void
p_llq_burst_wide(struct h *h)
{
	burst(h, 4, 2);
}

/* -- entries */

static void
send_bad(struct h *h, const struct llq_pkt *p)
{
	struct llq l;

	llq_up(&l, h, &llq_linux);
	llq_put(&l, p);
	llq_ring(&l);
	if (mock_is_fatal(h->d))
		assert_int_equal(h->nframes, 0);
}

static void
p_llq_no_header(struct h *h)
{
	static const uint32_t len = 60;
	struct llq_pkt p;

	llq_start(&p, NULL, 0);
	p.hdr = p.desc[0];
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 1, &len);
	send_bad(h, &p);
}

/* 97 bytes where 96 fit: the descriptor lies, the picture cannot. */
static void
p_llq_header_long(struct h *h)
{
	static const uint32_t len = 60;
	static uint8_t f[97];
	struct llq_pkt p;

	llq_start(&p, f, 97);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 1, &len);
	p.hdr_len = 96;
	send_bad(h, &p);
}

static void
p_llq_pushed(struct h *h)
{
	static uint8_t f[60];
	struct llq_pkt p;

	llq_plain(f);
	llq_start(&p, f, 60);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 0, NULL);
	p.desc[1][9] = 1;
	send_bad(h, &p);
	assert_int_equal(h->nframes, 1);
	assert_memory_equal(h->frame[0], f, 60);
}

/* Behind the header; in front of it; behind the last descriptor. */
static void
unused(struct h *h, uint32_t nseg, uint32_t where)
{
	static const uint32_t len[4] = { 10, 10, 10, 10 };
	uint8_t f[60], pic[4 * LLQ_MAX];
	struct llq_set s = llq_linux;
	struct llq_pkt p;
	struct llq l;

	s.before = 4;
	llq_plain(f);
	llq_up(&l, h, &s);
	llq_start(&p, f, 20);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, nseg, len);
	llq_picture(&l, &p, 0, pic);
	assert_int_equal(pic[where], 0);
	pic[where] = 0x5a;
	llq_copy(&l, pic, llq_need(&l, &p));
	llq_ring(&l);
	assert_int_equal(h->nframes, 1);
}

static void
p_llq_unused_tail(struct h *h)
{
	unused(h, 1, 127);
}

static void
p_llq_unused_desc(struct h *h)
{
	unused(h, 2, 48);
}

static void
p_llq_unused_next(struct h *h)
{
	unused(h, 4, 128 + 16);
}

static void
p_llq_phase(struct h *h)
{
	static const uint32_t len[3] = { 10, 10, 10 };
	uint8_t f[60], pic[2 * LLQ_MAX];
	struct llq_pkt p;
	struct llq l;

	llq_plain(f);
	llq_up(&l, h, &llq_linux);
	llq_start(&p, f, 30);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 3, len);
	llq_picture(&l, &p, 0, pic);
	pic[128 + 16 + 3] ^= 1;		/* the last of four */
	llq_copy(&l, pic, 2);
	llq_ring(&l);
}

/* Two entries, but the doorbell after the first. */
static void
p_llq_split(struct h *h)
{
	static const uint32_t len[3] = { 10, 10, 10 };
	uint8_t f[60];
	struct llq_pkt p;
	struct llq l;

	llq_plain(f);
	llq_up(&l, h, &llq_linux);
	llq_start(&p, f, 30);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 3, len);
	llq_put(&l, &p);
	l.q.tail = 1;
	llq_ring(&l);
}

static void
p_llq_overrun(struct h *h)
{
	struct llq_set s = llq_linux;
	struct llq_pkt p;
	struct llq l;
	uint32_t i;

	s.accel = 1;		/* no burst limit */
	llq_up(&l, h, &s);
	for (i = 0; i < DEPTH; i++) {
		good(&p, i);
		llq_put(&l, &p);
	}
	llq_ring(&l);
}

static void
p_llq_meta(struct h *h)
{
	static const uint32_t len = 40;
	uint8_t f[60];
	struct llq_pkt p;

	llq_plain(f);
	llq_start(&p, f, 20);
	llq_data(&p, 1, 0, 1, &len);
	send_bad(h, &p);
}

/* Both flags supported, none asked for: sent, completed, gone. */
static void
p_llq_meta_drop(struct h *h)
{
	static const uint32_t len = 40;
	struct llq_set s = llq_linux;
	struct mock_stats st;
	uint8_t f[60];
	struct llq_pkt p;
	struct llq l;

	s.accel = 0;
	llq_up(&l, h, &s);
	llq_plain(f);
	llq_start(&p, f, 20);
	llq_data(&p, 1, 0, 1, &len);
	llq_put(&l, &p);
	llq_ring(&l);
	assert_int_equal(h->nframes, 0);
	assert_non_null(llq_take(&l));
	mock_get_stats(h->d, &st);
	assert_int_equal(st.tx_drops, 1);
	good(&p, 1);
	llq_put(&l, &p);
	llq_ring(&l);
	assert_int_equal(h->nframes, 1);
}

/*
 * n descriptors where 18 are allowed, none of them the last: 18 fill three
 * entries up to the doorbell.
 */
static void
endless(struct h *h, unsigned int n)
{
	static const uint32_t len[18] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
	};
	uint8_t f[60];
	struct llq_pkt p;

	h_profile(h)->tx_descs = 18;
	h_replug(h);
	llq_plain(f);
	llq_start(&p, f, 60);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, n - 1, len);
	p.desc[n - 1][3] &= (uint8_t)~0x08U;
	send_bad(h, &p);
}

static void
p_llq_endless(struct h *h)
{
	endless(h, 18);
}

static void
p_llq_descs(struct h *h)
{
	endless(h, 19);
}

static void
p_llq_zero_len(struct h *h)
{
	static const uint32_t len[2] = { 0, 40 };
	uint8_t f[60];
	struct llq_pkt p;

	llq_plain(f);
	llq_start(&p, f, 20);
	llq_meta(&p, 0, 0);
	llq_data(&p, 1, 0, 2, len);
	send_bad(h, &p);
}

#endif /* PROVOKE_LLQ_H */
