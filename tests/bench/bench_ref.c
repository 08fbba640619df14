/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reference encoder and device: what the rings must look like.
 *
 * Written from the tables of the protocol document (sections 10.2 to 10.7),
 * bit numbers typed in as they stand there and stored byte by byte; shares
 * no mask and no accessor with the core.  Slow and obvious on purpose.
 */
#include "bench.h"

#define REF_BUFS	32

/* Value v in bits hi..lo of a word. */
static uint32_t
bits(unsigned int hi, unsigned int lo, uint32_t v)
{
	uint32_t max;

	max = hi - lo == 31 ? 0xffffffffU : (1U << (hi - lo + 1)) - 1;
	return ((v & max) << lo);
}

static void
put_word(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

/* 10.1: the phase starts at 1 and turns each time the index wraps. */
static uint32_t
phase_of(uint32_t pos)
{
	return ((pos / DEPTH) % 2 == 0 ? 1 : 0);
}

static void
put_desc(struct ref *re, const uint32_t w[4])
{
	uint8_t *slot;
	unsigned int i;

	slot = re->re_sq + (re->re_tail % DEPTH) * 16;
	put_word(slot, w[0] | bits(24, 24, phase_of(re->re_tail)));
	for (i = 1; i < 4; i++)
		put_word(slot + 4 * i, w[i]);
	re->re_tail++;
}

/* 11.4: a packet's descriptors and its header become entries. */
static void
put_entries(struct ref *re, const struct bpkt *bp, uint32_t (*d)[4],
    unsigned int n)
{
	unsigned int i, j, k, take;
	uint8_t *e;

	for (i = 0; i < n || i == 0; i += take) {
		e = re->re_sq + (re->re_tail % DEPTH) * re->re_slot;
		memset(e, 0, re->re_slot);
		take = i == 0 ? re->re_before : re->re_per_entry;
		if (i == 0)
			memcpy(e + 16 * re->re_before, bp->bp_hdr,
			    bp->bp_hdr_len);
		for (j = i; j < n && j < i + take; j++) {
			d[j][0] |= bits(24, 24, phase_of(re->re_tail));
			for (k = 0; k < 4; k++)
				put_word(e + 16 * (j - i) + 4 * k, d[j][k]);
		}
		re->re_tail++;
	}
}

/* 10.3; true if it is needed. */
static bool
make_meta(struct ref *re, const struct bpkt *bp, uint32_t w[4])
{
	w[0] = bits(14, 14, 1) | bits(20, 20, 1) | bits(21, 21, 1) |
	    bits(23, 23, 1) | bits(26, 26, 1);
	w[1] = 0;
	w[2] = 0;
	w[3] = 0;
	if (bp->bp_requests == 0)
		return (re->re_meta_always);
	w[2] = bits(7, 0, bp->bp_l3_len) | bits(15, 8, bp->bp_l3_off);
	if ((bp->bp_requests & ENA_TXF_TSO) != 0) {
		w[0] |= bits(19, 16, bp->bp_mss >> 10);
		w[2] |= bits(21, 16, bp->bp_l4_len / 4U) |
		    bits(31, 22, bp->bp_mss);
	}
	if (bits(19, 16, w[0] >> 16) == re->re_meta[0] &&
	    w[2] == re->re_meta[1])
		return (re->re_meta_always);
	re->re_meta[0] = bits(19, 16, w[0] >> 16);
	re->re_meta[1] = w[2];
	return (true);
}

/* 10.2, 10.4: all descriptors of a packet, their number. */
static unsigned int
make_descs(struct ref *re, const struct bpkt *bp, const struct ena_buf *buf,
    uint32_t id, uint32_t (*d)[4])
{
	static const struct ena_buf none;
	unsigned int i, n;
	uint32_t req, *w;
	bool first;

	req = bp->bp_requests;
	first = !make_meta(re, bp, d[0]);
	n = bp->bp_nbufs;
	if (n == 0) {
		buf = &none;
		n = 1;
	}
	for (i = 0; i < n; i++) {
		w = d[first ? i : i + 1];
		w[0] = bits(15, 0, buf[i].b_len);
		w[1] = 0;
		w[3] = 0;
		if (i == 0) {
			w[3] = bits(31, 24, bp->bp_hdr_len);
			w[0] |= bits(21, 16, id >> 10) | bits(26, 26, first) |
			    bits(28, 28, 1);
			w[1] = bits(31, 22, id);
			if (req != 0)
				w[1] |= bits(3, 0, bp->bp_l3) |
				    bits(12, 8, bp->bp_l4);
			if ((req & ENA_TXF_DF) != 0)
				w[1] |= bits(4, 4, 1);
			if ((req & ENA_TXF_TSO) != 0)
				w[1] |= bits(7, 7, 1);
			if ((req & ENA_TXF_IP4_CSUM) != 0)
				w[1] |= bits(13, 13, 1);
			if ((req & ENA_TXF_L4_CSUM) != 0)
				w[1] |= bits(14, 14, 1);
			if ((req & ENA_TXF_L4_PARTIAL) != 0)
				w[1] |= bits(17, 17, 1);
		}
		if (i == n - 1)
			w[0] |= bits(27, 27, 1);
		w[2] = (uint32_t)buf[i].b_addr;
		w[3] |= bits(15, 0, (uint32_t)(buf[i].b_addr >> 32));
	}
	return (first ? n : n + 1);
}

void
ref_tx(struct ref *re, const struct bpkt *bp, const struct ena_buf *buf,
    uint32_t id)
{
	uint32_t d[REF_BUFS + 1][4];
	unsigned int i, n;

	re->re_units++;
	n = make_descs(re, bp, buf, id, d);
	if (re->re_before != 0) {
		put_entries(re, bp, d, n);
		return;
	}
	for (i = 0; i < n; i++)
		put_desc(re, d[i]);
}

/* 10.6 */
void
ref_rx(struct ref *re, uint64_t addr, uint16_t len, uint32_t id)
{
	uint32_t w[4];

	w[0] = bits(15, 0, len) | bits(26, 26, 1) | bits(27, 27, 1) |
	    bits(28, 28, 1);
	w[1] = bits(15, 0, id);
	w[2] = (uint32_t)addr;
	w[3] = bits(15, 0, (uint32_t)(addr >> 32));
	re->re_units++;
	put_desc(re, w);
}

/* 10.5 */
void
device_tx_done(struct world *w, uint32_t id)
{
	uint8_t *e;

	e = w->w_cq + (w->w_cq_tail % DEPTH) * 8;
	put_word(e + 4, bits(31, 16, w->w_ref.re_tail));
	put_word(e, bits(15, 0, id) | bits(24, 24, phase_of(w->w_cq_tail)));
	w->w_cq_tail++;
	w->w_cq_units++;
}

/* Complete packets in the order of submission. */
void
device_tx(struct world *w, uint32_t packets)
{
	uint32_t i;

	for (i = 0; i < packets; i++)
		device_tx_done(w, ID(w->w_cq_units));
}

/* 10.7: one completion; status holds all bits but the phase. */
void
device_rx_done(struct world *w, uint32_t status, uint32_t len, uint32_t id,
    uint32_t hash, uint32_t offset)
{
	uint8_t *e;

	e = w->w_cq + (w->w_cq_tail % DEPTH) * 16;
	put_word(e + 12, bits(23, 16, offset));
	put_word(e + 8, hash);
	put_word(e + 4, bits(15, 0, len) | bits(31, 16, id));
	put_word(e, status | bits(24, 24, phase_of(w->w_cq_tail)));
	w->w_cq_tail++;
}

/* Mostly good TCP over IPv4, now and then something else. */
static uint32_t
rx_status(uint32_t frame)
{
	if (frame % 16 == 15)		/* UDP over IPv6, bad sum */
		return (bits(4, 0, 11) | bits(12, 8, 13) | bits(14, 14, 1) |
		    bits(16, 16, 1));
	if (frame % 64 == 30)		/* fragment */
		return (bits(4, 0, 8) | bits(15, 15, 1));
	return (bits(4, 0, 8) | bits(12, 8, 12) | bits(16, 16, 1));
}

/*
 * Receive frames of as many buffers as the case has, and add up what the
 * consumer should find.
 */
void
device_rx(struct world *w, uint32_t frames)
{
	struct sums *su = &w->w_ref.re_sums;
	uint32_t frame, hash, i, id, j, len, offset;
	unsigned int n;
	bool last;

	n = w->w_case->bc_bufs;
	for (i = 0; i < frames; i++) {
		frame = w->w_cq_units++;
		hash = frame * 2654435761U;
		offset = frame % 3 * 2;
		for (j = 0; j < n; j++) {
			last = j == n - 1;
			len = 1400 + j;
			id = ID(w->w_cq_tail);
			device_rx_done(w, (last ? rx_status(frame) : 0) |
			    bits(26, 26, j == 0) | bits(27, 27, last) |
			    bits(30, 30, 1), len, id, last ? hash : 0,
			    j == 0 ? offset : 0);
			su->su_len += len;
			su->su_id += id;
		}
		su->su_offset += offset;
		su->su_hash += hash;
		su->su_csum_ok += frame % 16 != 15 && frame % 64 != 30;
		su->su_frames++;
	}
}

/* FNV-1a */
uint64_t
ref_hash(const uint8_t *p, size_t n)
{
	uint64_t h;
	size_t i;

	h = 0xcbf29ce484222325U;
	for (i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3U;
	return (h);
}
