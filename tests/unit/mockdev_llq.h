/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tiny driver's LLQ side: SET LLQ, a queue in device memory, and an
 * encoder of packets into entries, all typed from the protocol document
 * (sections 10.2 to 10.4, 11.1 to 11.4) and from nothing else.
 *
 * A packet is a list of 16-byte descriptors and some header bytes.  The
 * layout is done in the plainest way: a picture of the whole packet, entry
 * after entry, all zero; descriptors and header are put where the table
 * says; then it is copied out, 8 bytes at a time.
 */
#ifndef MOCKDEV_LLQ_H
#define MOCKDEV_LLQ_H

#include "mockdev_harness.h"

#define LLQ_DESCS	72U
#define LLQ_MAX		256U

/* Wire bits of SET LLQ. */
struct llq_set {
	uint32_t hdr, entry, before, stride, accel, version;
};

/* Linux' choice: inline, 128 bytes, multiple, 2, both flags. */
#define LLQ_LINUX	{ 1, 1, 2, 2, 3, 0 }

struct llq {
	struct h *h;
	struct llq_set set;
	struct queue q;
	uint32_t off, depth;	/* ring in BAR2 */
	uint32_t bytes, before, per;
	uint8_t *mem;		/* window, if the test lent it */
};

struct llq_pkt {
	unsigned int n;
	uint8_t desc[LLQ_DESCS][16];
	const uint8_t *hdr;
	uint32_t hdr_len;
};

static inline int
llq_send_set(struct h *h, const struct llq_set *s)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 9U << 16;
	w[4] = 4U << 8 | s->version << 16;
	w[5 + 2] = s->hdr << 16;
	w[5 + 3] = s->entry << 16;
	w[5 + 4] = s->before << 16;
	w[5 + 5] = s->stride << 16;
	w[5 + 7] = s->accel;
	return (cmd(h, w));
}

/* CREATE_SQ with placement 3 on a new CQ; status of the former. */
static inline int
llq_queue(struct llq *l, uint32_t depth)
{
	struct h *h = l->h;
	int st;

	memset(&l->q, 0, sizeof(l->q));
	assert_int_equal(create_cq(h, 0x20, 2, depth, 1, A_TXCQ), 0);
	l->q.cq_idx = get16b(h->resp + 8);
	l->q.unmask = get32b(h->resp + 20);
	st = create_sq(h, 0x20, 3, 1, l->q.cq_idx, depth, 0);
	l->q.sq_idx = get16b(h->resp + 8);
	l->q.db = get32b(h->resp + 12);
	l->off = get32b(h->resp + 16);
	l->depth = depth;
	return (st);
}

static inline void
llq_shape(struct llq *l, struct h *h, const struct llq_set *s)
{
	memset(l, 0, sizeof(*l));
	l->h = h;
	l->set = *s;
	l->bytes = s->entry == 1 ? 128 : s->entry == 2 ? 192 : 256;
	l->before = s->before;
	l->per = s->stride == 1 ? 1 : l->bytes / 16;
}

/* Admin queue, SET LLQ, one LLQ of DEPTH entries. */
static inline void
llq_up(struct llq *l, struct h *h, const struct llq_set *s)
{
	llq_shape(l, h, s);
	admin_up(h);
	assert_int_equal(llq_send_set(h, s), 0);
	assert_int_equal(llq_queue(l, DEPTH), 0);
}

/* -- packets */

static inline void
llq_word(uint8_t *d, unsigned int i, uint32_t v)
{
	d[4 * i] = (uint8_t)v;
	d[4 * i + 1] = (uint8_t)(v >> 8);
	d[4 * i + 2] = (uint8_t)(v >> 16);
	d[4 * i + 3] = (uint8_t)(v >> 24);
}

static inline void
llq_start(struct llq_pkt *p, const uint8_t *hdr, uint32_t hdr_len)
{
	memset(p, 0, sizeof(*p));
	p->hdr = hdr;
	p->hdr_len = hdr_len;
}

static inline void
llq_desc(struct llq_pkt *p, uint32_t w0, uint32_t w1, uint32_t w2,
    uint32_t w3)
{
	uint8_t *d;

	assert_true(p->n < LLQ_DESCS);
	d = p->desc[p->n++];
	llq_word(d, 0, w0);
	llq_word(d, 1, w1);
	llq_word(d, 2, w2);
	llq_word(d, 3, w3);
}

/* Meta descriptor: word 2 and MSS. */
static inline void
llq_meta(struct llq_pkt *p, uint32_t w2, uint32_t mss)
{
	llq_desc(p, 0x04b04000U | mss >> 10 << 16, 0, w2 | mss << 22, 0);
}

/*
 * All data descriptors of a packet: n buffers of len[] bytes at A_TXBUF and
 * on, or none.
 */
static inline void
llq_data(struct llq_pkt *p, uint32_t id, uint32_t w1, unsigned int n,
    const uint32_t *len)
{
	uint32_t at, w0;
	unsigned int i;

	at = A_TXBUF;
	w1 |= (id & 0x3ff) << 22;
	for (i = 0; i < n || i == 0; i++) {
		w0 = n != 0 ? len[i] : 0;
		if (i == 0)
			w0 |= 0x10000000U | id >> 10 << 16 |
			    (p->n == 0 ? 0x04000000U : 0);
		if (i + 1 >= n)
			w0 |= 0x08000000U;
		llq_desc(p, w0, i == 0 ? w1 : 0, n != 0 ? at : 0,
		    i == 0 ? p->hdr_len << 24 : 0);
		at += n != 0 ? len[i] : 0;
	}
}

/* -- entries */

/* Entries a packet takes (protocol 11.4). */
static inline uint32_t
llq_need(const struct llq *l, const struct llq_pkt *p)
{
	if (p->n <= l->before)
		return (1);
	return (1 + (p->n - l->before + l->per - 1) / l->per);
}

/* The picture of a packet whose first entry has position pos. */
static inline void
llq_picture(const struct llq *l, const struct llq_pkt *p, uint16_t pos,
    uint8_t *out)
{
	uint32_t entry, slot, phase;
	uint8_t *d;
	unsigned int i;

	memset(out, 0, llq_need(l, p) * l->bytes);
	for (i = 0; i < p->n; i++) {
		entry = 0;
		slot = i;
		if (i >= l->before) {
			entry = 1 + (i - l->before) / l->per;
			slot = (i - l->before) % l->per;
		}
		d = out + entry * l->bytes + slot * 16;
		memcpy(d, p->desc[i], 16);
		phase = 1U ^ ((uint16_t)(pos + entry) / l->depth & 1U);
		d[3] ^= (uint8_t)phase;
	}
	memcpy(out + 16 * l->before, p->hdr, p->hdr_len);
}

/* One word of the window. */
static inline void
llq_store(struct llq *l, uint16_t pos, uint32_t at, const uint8_t *bytes)
{
	uint32_t off;

	off = l->off + (pos & (l->depth - 1)) * l->bytes + at;
	if (l->mem != NULL)
		memcpy(l->mem + off, bytes, 8);
	else
		mock_bar2_write(l->h->d, off, bytes, 8);
}

/* Write n entries from the tail on, as they should be. */
static inline void
llq_copy(struct llq *l, const uint8_t *picture, uint32_t n)
{
	uint32_t at, i;

	for (i = 0; i < n; i++, l->q.tail++)
		for (at = 0; at < l->bytes; at += 8)
			llq_store(l, l->q.tail, at,
			    picture + i * l->bytes + at);
}

static inline uint32_t
llq_put(struct llq *l, const struct llq_pkt *p)
{
	static uint8_t picture[LLQ_DESCS * LLQ_MAX];

	assert_true(llq_need(l, p) <= LLQ_DESCS);
	llq_picture(l, p, l->q.tail, picture);
	llq_copy(l, picture, llq_need(l, p));
	return (llq_need(l, p));
}

static inline void
llq_ring(struct llq *l)
{
	wr(l->h, l->q.db, l->q.tail);
}

/* Next TX completion or NULL. */
static inline uint8_t *
llq_take(struct llq *l)
{
	uint8_t *e;

	e = at(l->h, A_TXCQ + l->q.cq_head % l->depth * 8);
	if ((e[3] & 1U) != (1U ^ (l->q.cq_head / l->depth & 1U)))
		return (NULL);
	l->q.cq_head++;
	return (e);
}

/* A frame of 60 bytes that nobody has offloads for. */
static inline void
llq_plain(uint8_t *f)
{
	unsigned int i;

	for (i = 0; i < 60; i++)
		f[i] = (uint8_t)(i * 3 + 1);
	f[12] = 0x08;
	f[13] = 0x06;
}

#endif /* MOCKDEV_LLQ_H */
