/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Harness of the device model's own tests: a flat piece of bus memory, a
 * clock that only moves when told, and a tiny "driver" that types rings,
 * commands and descriptors as literals from the protocol document.  It uses
 * neither ena_hw.h nor the driver, so that a shared mistake cannot hide.
 * Bytes are little-endian here, whatever the machine.
 */
#ifndef MOCKDEV_HARNESS_H
#define MOCKDEV_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_mockdev.h"

#define MEM_BASE	0x100000ULL
#define MEM_BYTES	0x400000U
#define UNMAPPED	0x900000U

/* Where things live. */
#define A_AQ		0x101000U
#define A_ACQ		0x102000U
#define A_AENQ		0x103000U
#define A_HOST		0x104000U
#define A_CTRL		0x106000U
#define A_RESP		0x10c000U
#define A_TXSQ		0x120000U
#define A_TXCQ		0x140000U
#define A_RXSQ		0x160000U
#define A_RXCQ		0x180000U
#define A_TXBUF		0x200000U
#define A_RXBUF		0x300000U

#define R_VERSION	0x00U
#define R_CTRL		0x04U
#define R_CAPS		0x08U
#define R_AQ_LO		0x10U
#define R_AQ_HI		0x14U
#define R_AQ_CAPS	0x18U
#define R_ACQ_LO	0x20U
#define R_ACQ_HI	0x24U
#define R_ACQ_CAPS	0x28U
#define R_AQ_DB		0x2cU
#define R_AENQ_CAPS	0x34U
#define R_AENQ_LO	0x38U
#define R_AENQ_HI	0x3cU
#define R_AENQ_DB	0x40U
#define R_MASK		0x4cU
#define R_CTL		0x54U
#define R_STS		0x58U
#define R_RR		0x5cU
#define R_RESP_LO	0x60U
#define R_RESP_HI	0x64U

#define DEPTH		64U	/* of the queues that up() makes */
#define AQ_DEPTH	32U
#define AENQ_DEPTH	16U
#define RXBUF_BYTES	2048U

#define MAX_FRAMES	64
#define MAX_RULES	256

struct queue {
	uint16_t cq_idx, sq_idx;
	uint32_t unmask, db;
	uint16_t tail, cq_head;
};

struct h {
	struct mockdev *d;
	const struct mock_profile *p;
	struct mock_profile mine;	/* a changed copy, see h_profile() */
	uint64_t now;
	uint8_t *mem;
	unsigned int vec[256];
	unsigned int nframes;
	size_t frame_len[MAX_FRAMES];
	uint8_t frame[MAX_FRAMES][2048];
	unsigned int nrules;
	char rule[MAX_RULES][32];
	unsigned int ntrace;
	/* lines of the transcript with that text: how many, and the last */
	const char *watch;
	unsigned int nwatched;
	char watched[512];
	/* driver side */
	uint16_t aq_tail, acq_head;
	uint8_t resp[64];
	uint16_t ext;
	struct queue tx, rx;
};

/* -- the bus */

static inline int
h_inside(uint64_t addr, size_t len)
{
	return (addr >= MEM_BASE && len <= MEM_BYTES &&
	    addr - MEM_BASE <= MEM_BYTES - len);
}

static inline int
h_dma_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	struct h *h = arg;

	if (!h_inside(addr, len))
		return (-1);
	memcpy(buf, h->mem + (addr - MEM_BASE), len);
	return (0);
}

static inline int
h_dma_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	struct h *h = arg;

	if (!h_inside(addr, len))
		return (-1);
	memcpy(h->mem + (addr - MEM_BASE), buf, len);
	return (0);
}

static inline void
h_vector(void *arg, unsigned int vector)
{
	struct h *h = arg;

	assert_true(vector < 256);
	h->vec[vector]++;
}

static inline void
h_frame(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	struct h *h = arg;

	(void)info;
	/* Nothing leaves a device that has stopped. */
	assert_false(mock_is_fatal(h->d));
	if (h->nframes < MAX_FRAMES) {
		h->frame_len[h->nframes] = len;
		memcpy(h->frame[h->nframes], frame, len < 2048 ? len : 2048);
	}
	h->nframes++;
}

static inline uint64_t
h_now(void *arg)
{
	struct h *h = arg;

	return (h->now);
}

static inline void
h_rule(void *arg, const struct mock_rule_report *r)
{
	struct h *h = arg;

	assert_non_null(r->msg);
	if (h->nrules < MAX_RULES)
		(void)snprintf(h->rule[h->nrules], 32, "%s", r->id);
	h->nrules++;
	if (getenv("MOCK_RULES") != NULL)
		print_message("rule %s (%s): %s\n", r->id, r->section, r->msg);
}

static inline void
h_trace(void *arg, const char *line)
{
	struct h *h = arg;

	assert_int_equal(strncmp(line, "t=", 2), 0);
	assert_null(strchr(line, '\n'));
	h->ntrace++;
	if (h->watch != NULL && strstr(line, h->watch) != NULL) {
		h->nwatched++;
		(void)snprintf(h->watched, sizeof(h->watched), "%s", line);
	}
	if (getenv("MOCK_TRACE") != NULL)
		print_message("%s\n", line);
}

static inline int
h_saw(const struct h *h, const char *id)
{
	unsigned int i;

	for (i = 0; i < h->nrules && i < MAX_RULES; i++)
		if (strcmp(h->rule[i], id) == 0)
			return (1);
	return (0);
}

/* Plug in a device of profile h->p; the one before is gone. */
static inline void
h_plug(struct h *h, const struct mock_options *o)
{
	struct mock_bus bus;

	mock_destroy(h->d);
	memset(&bus, 0, sizeof(bus));
	bus.arg = h;
	bus.dma_read = h_dma_read;
	bus.dma_write = h_dma_write;
	bus.raise_vector = h_vector;
	bus.frame_out = h_frame;
	bus.now_us = h_now;
	bus.rule_broken = h_rule;
	bus.trace = h_trace;
	h->d = mock_create(h->p, o, &bus);
	assert_non_null(h->d);
}

static inline struct h *
h_new_opt(const char *profile, const struct mock_options *o)
{
	struct h *h;

	h = calloc(1, sizeof(*h));
	assert_non_null(h);
	h->mem = calloc(1, MEM_BYTES);
	assert_non_null(h->mem);
	h->now = 1000;
	h->p = mock_profile_find(profile);
	assert_non_null(h->p);
	h_plug(h, o);
	return (h);
}

static inline struct h *
h_new(const char *profile)
{
	struct mock_options o;

	mock_options_default(&o);
	return (h_new_opt(profile, &o));
}

/* A copy of the profile to change, before h_replug(). */
static inline struct mock_profile *
h_profile(struct h *h)
{
	h->mine = *h->p;
	h->p = &h->mine;
	return (&h->mine);
}

static inline void
h_replug(struct h *h)
{
	struct mock_options o;

	mock_options_default(&o);
	h_plug(h, &o);
}

static inline void
h_free(struct h *h)
{
	mock_destroy(h->d);
	free(h->mem);
	free(h);
}

/* -- memory, registers, time */

static inline void
put(struct h *h, uint64_t addr, uint64_t v, unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++)
		h->mem[addr - MEM_BASE + i] = (uint8_t)(v >> (8 * i));
}

static inline void
put16(struct h *h, uint64_t addr, uint32_t v)
{
	put(h, addr, v, 2);
}

static inline void
put32(struct h *h, uint64_t addr, uint32_t v)
{
	put(h, addr, v, 4);
}

static inline uint32_t
get32b(const uint8_t *p)
{
	return ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24);
}

static inline uint16_t
get16b(const uint8_t *p)
{
	return ((uint16_t)(p[0] | p[1] << 8));
}

static inline uint8_t *
at(struct h *h, uint64_t addr)
{
	return (h->mem + (addr - MEM_BASE));
}

static inline uint32_t
get32(struct h *h, uint64_t addr)
{
	return (get32b(at(h, addr)));
}

static inline void
wr(struct h *h, uint32_t off, uint32_t v)
{
	mock_reg_write(h->d, off, v);
}

static inline uint32_t
rd(struct h *h, uint32_t off)
{
	return (mock_reg_read(h->d, off));
}

static inline void
pass(struct h *h, uint64_t us)
{
	h->now += us;
	mock_run(h->d);
}

/* -- bring-up */

static inline void
resp_set(struct h *h)
{
	wr(h, R_RESP_LO, A_RESP);
	wr(h, R_RESP_HI, 0);
}

static inline void
do_reset(struct h *h, uint32_t ctl)
{
	resp_set(h);
	wr(h, R_CTL, ctl);
	resp_set(h);
	pass(h, 1000);
	assert_int_equal(rd(h, R_STS) & 0x8, 0x8);
	wr(h, R_CTL, 0);
	pass(h, 1000);
	assert_int_equal(rd(h, R_STS), 0x1);
	h->aq_tail = h->acq_head = 0;
	memset(at(h, A_AQ), 0, 0x3000);
}

static inline void
admin_rings(struct h *h)
{
	wr(h, R_AQ_LO, A_AQ);
	wr(h, R_AQ_HI, 0);
	wr(h, R_ACQ_LO, A_ACQ);
	wr(h, R_ACQ_HI, 0);
	wr(h, R_AQ_CAPS, 0x00400000 | AQ_DEPTH);
	wr(h, R_ACQ_CAPS, 0x00400000 | AQ_DEPTH);
}

static inline void
aenq_ring(struct h *h)
{
	wr(h, R_AENQ_LO, A_AENQ);
	wr(h, R_AENQ_HI, 0);
	wr(h, R_AENQ_CAPS, 0x00400000 | AENQ_DEPTH);
}

/* Put command w into the next slot, without the doorbell. */
static inline void
aq_put(struct h *h, const uint32_t w[16])
{
	uint32_t phase, slot;
	unsigned int i;

	slot = h->aq_tail % AQ_DEPTH;
	phase = 1 ^ (h->aq_tail / AQ_DEPTH & 1);
	for (i = 0; i < 16; i++)
		put32(h, A_AQ + slot * 64 + i * 4, w[i]);
	put32(h, A_AQ + slot * 64, w[0] | (h->aq_tail % AQ_DEPTH) |
	    phase << 24);
	h->aq_tail++;
}

/* Take the next completion; -1 if there is none, else its status. */
static inline int
acq_take(struct h *h)
{
	uint8_t *e;
	uint32_t phase;

	e = at(h, A_ACQ + h->acq_head % AQ_DEPTH * 64);
	phase = 1 ^ (h->acq_head / AQ_DEPTH & 1);
	if ((e[3] & 1U) != phase)
		return (-1);
	memcpy(h->resp, e, 64);
	h->ext = get16b(e + 4);
	h->acq_head++;
	return (e[2]);
}

static inline int
cmd(struct h *h, const uint32_t w[16])
{
	aq_put(h, w);
	wr(h, R_AQ_DB, h->aq_tail);
	pass(h, 100);
	return (acq_take(h));
}

static inline int
get_feature(struct h *h, uint32_t id, uint32_t version, uint32_t ctrl_len)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 8U << 16;
	if (ctrl_len != 0) {
		w[0] |= 4U << 24;
		w[1] = ctrl_len;
		w[2] = A_CTRL;
	}
	w[4] = id << 8 | version << 16;
	return (cmd(h, w));
}

static inline int
set_feature(struct h *h, uint32_t id, uint32_t ctrl_len, uint32_t b0,
    uint32_t b1, uint32_t b2, uint32_t b3)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 9U << 16;
	if (ctrl_len != 0) {
		w[0] |= 4U << 24;
		w[1] = ctrl_len;
		w[2] = A_CTRL;
	}
	w[4] = id << 8;
	w[5] = b0;
	w[6] = b1;
	w[7] = b2;
	w[8] = b3;
	return (cmd(h, w));
}

static inline int
host_attr(struct h *h, uint32_t version, uint32_t declared)
{
	put32(h, A_HOST, 4);
	put32(h, A_HOST + 172, version);
	put16(h, A_HOST + 184, 0x0200);
	put16(h, A_HOST + 188, 2);
	put32(h, A_HOST + 192, declared);
	return (set_feature(h, 28, 0, A_HOST, 0, 0, 0));
}

/* Admin queue, event ring and host info, as the protocol wants them. */
static inline void
admin_up(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	wr(h, R_MASK, 1);
	assert_int_equal(host_attr(h, 0x00030802, 0x12), 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
}

/* -- queues */

static inline int
create_cq(struct h *h, uint32_t caps1, uint32_t words, uint32_t depth,
    uint32_t vector, uint32_t base)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 3U << 16;
	w[1] = caps1 | words << 8 | depth << 16;
	w[2] = vector;
	w[3] = base;
	return (cmd(h, w));
}

static inline int
create_sq(struct h *h, uint32_t identity, uint32_t caps2, uint32_t caps3,
    uint32_t cq, uint32_t depth, uint32_t base)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 1U << 16;
	w[1] = identity | caps2 << 16 | caps3 << 24;
	w[2] = cq | depth << 16;
	w[3] = base;
	return (cmd(h, w));
}

static inline int
destroy_sq(struct h *h, uint32_t identity, uint32_t idx)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 2U << 16;
	w[1] = idx | identity << 16;
	return (cmd(h, w));
}

static inline int
destroy_cq(struct h *h, uint32_t idx)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 4U << 16;
	w[1] = idx;
	return (cmd(h, w));
}

static inline void
make_queue(struct h *h, struct queue *q, int rx, uint32_t sq, uint32_t cq,
    uint32_t depth, uint32_t vector)
{
	memset(q, 0, sizeof(*q));
	assert_int_equal(create_cq(h, 0x20, rx ? 4 : 2, depth, vector, cq), 0);
	q->cq_idx = get16b(h->resp + 8);
	assert_int_equal(get16b(h->resp + 10), depth);
	q->unmask = get32b(h->resp + 20);
	assert_int_equal(create_sq(h, rx ? 0x40 : 0x20, 1, 1, q->cq_idx,
	    depth, sq), 0);
	q->sq_idx = get16b(h->resp + 8);
	q->db = get32b(h->resp + 12);
}

/* One queue pair on vector 1. */
static inline void
up(struct h *h)
{
	admin_up(h);
	wr(h, R_MASK, 0);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
	make_queue(h, &h->tx, 0, A_TXSQ, A_TXCQ, DEPTH, 1);
	make_queue(h, &h->rx, 1, A_RXSQ, A_RXCQ, DEPTH, 1);
}

static inline uint32_t
phase_of(uint16_t pos)
{
	return (1U ^ (pos / DEPTH & 1U));
}

/* A TX descriptor at the tail, words without phase. */
static inline void
tx_put(struct h *h, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3)
{
	uint32_t a;

	a = A_TXSQ + h->tx.tail % DEPTH * 16;
	put32(h, a, w0 ^ phase_of(h->tx.tail) << 24);
	put32(h, a + 4, w1);
	put32(h, a + 8, w2);
	put32(h, a + 12, w3);
	h->tx.tail++;
}

static inline void
tx_ring(struct h *h)
{
	wr(h, h->tx.db, h->tx.tail);
}

#define TX_FIRST	0x04000000U
#define TX_LAST		0x08000000U
#define TX_REQ		0x10000000U
#define TX_ONE		(TX_FIRST | TX_LAST | TX_REQ)
#define TX_META		0x04b04000U
#define TX_ID(id)	((uint32_t)(id) << 22)

static inline void
rx_post_raw(struct h *h, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3)
{
	uint32_t a;

	a = A_RXSQ + h->rx.tail % DEPTH * 16;
	put32(h, a, w0 ^ phase_of(h->rx.tail) << 24);
	put32(h, a + 4, w1);
	put32(h, a + 8, w2);
	put32(h, a + 12, w3);
	h->rx.tail++;
}

static inline void
rx_post(struct h *h, uint32_t id, uint32_t len)
{
	rx_post_raw(h, 0x1c000000U | len, id, A_RXBUF + id * RXBUF_BYTES, 0);
}

static inline void
rx_fill(struct h *h, uint32_t n, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		rx_post(h, i, len);
	wr(h, h->rx.db, h->rx.tail);
}

/* Next completion of a queue or NULL. */
static inline uint8_t *
cq_take(struct h *h, struct queue *q, uint32_t base, uint32_t bytes)
{
	uint8_t *e;

	e = at(h, base + q->cq_head % DEPTH * bytes);
	if ((e[3] & 1U) != phase_of(q->cq_head))
		return (NULL);
	q->cq_head++;
	return (e);
}

static inline uint8_t *
tx_take(struct h *h)
{
	return (cq_take(h, &h->tx, A_TXCQ, 8));
}

static inline uint8_t *
rx_take(struct h *h)
{
	return (cq_take(h, &h->rx, A_RXCQ, 16));
}

/* -- frames */

static inline uint16_t
csum(const uint8_t *p, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += (i & 1) != 0 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint16_t)sum);
}

/* UDP (17) or TCP (6) over IPv4, checksums zero; returns the length. */
static inline size_t
ip4(uint8_t *f, uint8_t proto, size_t payload)
{
	size_t hl, i, l4, total;

	l4 = proto == 6 ? 20 : 8;
	total = 20 + l4 + payload;
	hl = 14;
	memset(f, 0, hl + total);
	memcpy(f, "\x12\x3a\x5b\x07\xc1\x9e\x02\x00\x00\x00\x00\x01\x08\x00",
	    14);
	f[14] = 0x45;
	f[16] = (uint8_t)(total >> 8);
	f[17] = (uint8_t)total;
	f[20] = 0x40;		/* DF */
	f[22] = 64;
	f[23] = proto;
	memcpy(f + 26, "\x0a\x00\x00\x01\x0a\x00\x00\x02", 8);
	f[34] = 0x12;
	f[35] = 0x34;
	f[36] = 0x00;
	f[37] = 0x50;
	if (proto == 6) {
		f[46] = 0x50;
		f[47] = 0x18;
	} else {
		f[38] = (uint8_t)((8 + payload) >> 8);
		f[39] = (uint8_t)(8 + payload);
	}
	for (i = 0; i < payload; i++)
		f[hl + 20 + l4 + i] = (uint8_t)(i * 7 + 1);
	return (hl + total);
}

static inline uint16_t
pseudo(const uint8_t *f, size_t l4len)
{
	return (csum(f + 26, 8, (uint32_t)f[23] + (uint32_t)l4len));
}

/* Both checksums right? */
static inline int
ip4_good(const uint8_t *f, size_t len)
{
	return (csum(f + 14, 20, 0) == 0xffff &&
	    csum(f + 34, len - 34, pseudo(f, len - 34)) == 0xffff);
}

static inline void
ip4_fix(uint8_t *f, size_t len)
{
	uint16_t c;
	size_t o;

	c = (uint16_t)~csum(f + 14, 20, 0);
	f[24] = (uint8_t)(c >> 8);
	f[25] = (uint8_t)c;
	o = f[23] == 6 ? 50 : 40;
	c = (uint16_t)~csum(f + 34, len - 34, pseudo(f, len - 34));
	f[o] = (uint8_t)(c >> 8);
	f[o + 1] = (uint8_t)c;
}

#endif /* MOCKDEV_HARNESS_H */
