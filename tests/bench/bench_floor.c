/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor: the same work and the same checks, with everything constant
 * that a general driver reads from its queue: depth, number of buffers, the
 * consumer, the address width, the offloads.  No counters, no fence (x86
 * does not need one before a doorbell), no results besides the ids.
 *
 * Not an example: a measure of how much generality costs.
 */
#include "bench.h"

#define MASK		(DEPTH - 1)
#define INLINE		static inline __attribute__((__always_inline__))
#define BAD_ADDR	0xffff000000000000U
#define PHASE		0x01000000U	/* in every ring */

/* Little-endian machines only count; others must be right. */
static inline uint64_t
le(uint64_t v)
{
	return (enahw_le64(v).le);
}

INLINE uint32_t
phase_of(uint32_t pos)
{
	return ((pos & DEPTH) == 0 ? PHASE : 0);
}

INLINE void
floor_store(uint64_t (*d)[2], uint64_t q0, uint64_t q1)
{
	((volatile uint64_t *)*d)[1] = le(q1);
	((volatile uint64_t *)*d)[0] = le(q0);
}

INLINE uint64_t
floor_load(const uint64_t *p)
{
	return (le(*(const volatile uint64_t *)p));
}

#define ADVANCE(tail, phase)	do {					\
	if ((++(tail) & MASK) == 0)					\
		(phase) ^= PHASE;					\
} while (0)

/*
 * Without metadata packets of 1, 2 and 4 slots end where the ring ends, so
 * that only the last slot has to look for it.
 */
INLINE void
floor_put(struct world *w, uint32_t n, bool tso)
{
	struct floorq *q = &w->w_floor;
	uint32_t id, j, need, phase, pkts, tail;
	const struct bpkt *bp, *end, *stop;
	uint64_t bad, (*d)[2], meta, q0;
	bool send_meta;

	bp = &w->w_pkts[w->w_first];
	stop = bp + w->w_count;
	tail = q->fq_tail;
	phase = phase_of(tail);
	pkts = q->fq_packets;
	while (bp != stop) {
		for (end = bp + BATCH; bp != end; bp++) {
			bad = 0;
			for (j = 0; j < n; j++)
				bad |= bp->bp_bufs[j].b_addr |
				    ((uint64_t)bp->bp_bufs[j].b_len - 1);
			if ((bad & BAD_ADDR) != 0)
				goto fail;
			q0 = 0x14000000;
			send_meta = false;
			meta = 0;
			if (tso) {
				if (bp->bp_requests != 0x6090 ||
				    bp->bp_l3 != 8 || bp->bp_l4 != 12 ||
				    bp->bp_l3_len == 0 ||
				    bp->bp_l4_len != 20 ||
				    bp->bp_mss - 1U >= 16383)
					goto fail;
				meta = bp->bp_l3_len |
				    (uint32_t)bp->bp_l3_off << 8 | 5U << 16 |
				    (uint32_t)bp->bp_mss << 22 |
				    (uint64_t)(bp->bp_mss >> 10) << 48;
				send_meta = meta != q->fq_meta;
				q0 |= (uint64_t)0x6c98 << 32;
			} else if (bp->bp_requests != 0)
				goto fail;
			need = n + send_meta;
			if (tail - q->fq_done + need > MASK)
				goto fail;
			id = q->fq_ids[pkts++ & MASK];
			q->fq_slots[id] = (uint8_t)need;
			w->w_sent[id] = bp;
			q0 |= (uint64_t)id << 54 | phase;
			if (send_meta) {
				q->fq_meta = meta;
				floor_store(&q->fq_sq[tail & MASK],
				    0x04b04000 | phase | meta >> 32,
				    (uint32_t)meta);
				ADVANCE(tail, phase);
				q0 = (q0 & ~(uint64_t)0x05000000) | phase;
			}
			d = &q->fq_sq[tail & MASK];
			for (j = 0; j < n; j++) {
				if (j == n - 1)
					q0 |= 0x08000000;
				floor_store(d, q0 | bp->bp_bufs[j].b_len,
				    bp->bp_bufs[j].b_addr);
				d++;
				if (tso) {
					ADVANCE(tail, phase);
					d = &q->fq_sq[tail & MASK];
				}
				q0 = phase;
			}
			if (!tso) {
				tail += n;
				if ((tail & MASK) == 0)
					phase ^= PHASE;
			}
		}
		__asm__ __volatile__("" ::: "memory");
		*q->fq_db = enahw_le32(tail & 0xffff).le;
	}
	q->fq_tail = tail;
	q->fq_packets = pkts;
	return;
fail:
	w->w_errors++;
}

/* An entry from its start, word by word. */
#define WORD(v)		(*e++ = (v))

INLINE volatile uint64_t *
floor_zero(volatile uint64_t *e, uint32_t words)
{
	uint32_t i;

#pragma GCC unroll 32
	for (i = 0; i < words; i++)
		WORD(0);
	return (e);
}

/*
 * LLQ: n buffers and a header of that many bytes.  Two descriptors lie before
 * the header; with metadata and two buffers a second entry follows, and
 * packets of two entries end where the ring ends.
 */
INLINE void
floor_push(struct world *w, uint32_t entry, uint32_t header, uint32_t n,
    bool with_meta)
{
	struct floorq *q = &w->w_floor;
	uint32_t id, j, meta, need, phase, pkts, tail;
	const struct bpkt *bp, *end, *stop;
	uint64_t bad, q0, q1, raw;
	volatile uint64_t *e;

	bp = &w->w_pkts[w->w_first];
	stop = bp + w->w_count;
	tail = q->fq_tail;
	phase = phase_of(tail);
	pkts = q->fq_packets;
	need = n + with_meta > 2 ? 2 : 1;
	while (bp != stop) {
		for (end = bp + BATCH; bp != end; bp++) {
			if (bp->bp_hdr_len != header || bp->bp_nbufs != n)
				goto fail;
			bad = 0;
			for (j = 0; j < n; j++)
				bad |= bp->bp_bufs[j].b_addr |
				    ((uint64_t)bp->bp_bufs[j].b_len - 1);
			if ((bad & BAD_ADDR) != 0)
				goto fail;
			q0 = 0x14000000;
			meta = 0;
			if (bp->bp_requests != 0) {
				if (bp->bp_requests != 0x6010 ||
				    bp->bp_l3 != 8 || bp->bp_l4 != 12 ||
				    bp->bp_l3_len == 0)
					goto fail;
				meta = bp->bp_l3_len |
				    (uint32_t)bp->bp_l3_off << 8;
				q0 |= (uint64_t)0x6c18 << 32;
			}
			if (with_meta)
				q0 ^= 0x04000000;
			if (tail - q->fq_done + need > MASK)
				goto fail;
			id = q->fq_ids[pkts++ & MASK];
			q->fq_slots[id] = (uint8_t)need;
			w->w_sent[id] = bp;
			q0 |= (uint64_t)id << 54 | phase;
			q1 = (uint64_t)header << 56;
			e = (volatile uint64_t *)q->fq_sq +
			    (tail & MASK) * (entry / 8);
			if (with_meta) {
				WORD(le(0x04b04000 | phase));
				WORD(le(meta));
			}
			if (n > 0) {
				q0 |= bp->bp_bufs[0].b_len;
				q1 |= bp->bp_bufs[0].b_addr;
			}
			WORD(le(need == 1 ? q0 | 0x08000000 : q0));
			WORD(le(q1));
			if (!with_meta)
				e = floor_zero(e, 2);
#pragma GCC unroll 32
			for (j = 0; j < header / 8; j++) {
				memcpy(&raw, bp->bp_hdr + 8 * j, 8);
				WORD(raw);
			}
			e = floor_zero(e, (entry - 32 - header) / 8);
			if (need == 2) {
				WORD(le(0x08000000 | phase |
				    bp->bp_bufs[1].b_len));
				WORD(le(bp->bp_bufs[1].b_addr));
				e = floor_zero(e, entry / 8 - 2);
			}
			tail += need;
			if ((tail & MASK) == 0)
				phase ^= PHASE;
		}
#if defined(__x86_64__)
		__asm__ __volatile__("sfence" ::: "memory");
#else
		__sync_synchronize();
#endif
		*q->fq_db = enahw_le32(tail & 0xffff).le;
	}
	q->fq_tail = tail;
	q->fq_packets = pkts;
	return;
fail:
	w->w_errors++;
}

static void
floor_reap(struct world *w)
{
	struct floorq *q = &w->w_floor;
	uint32_t head, k, phase, room, slots;
	const uint64_t *cq;
	uint16_t *free_id, *ids;
	uint64_t c;
	size_t id;

	head = q->fq_head;
	slots = 0;
	ids = w->w_ids;
	for (;;) {
		phase = phase_of(head);
		cq = &q->fq_cq[head & MASK];
		free_id = &q->fq_ids[head & MASK];
		room = DEPTH - (head & MASK);
		for (k = 0; k < room; k++) {
			c = floor_load(&cq[k]);
			if (((c ^ phase) & (PHASE | 0xc0000000U)) != 0)
				break;
			id = (uint32_t)c & 0xffff;
			if (id > MASK || q->fq_slots[id] == 0) {
				w->w_errors++;
				break;
			}
			slots += q->fq_slots[id];
			q->fq_slots[id] = 0;
			free_id[k] = (uint16_t)id;
			ids[k] = (uint16_t)id;
		}
		head += k;
		ids += k;
		if (k != room)
			break;
	}
	w->w_ids_n = head - q->fq_head;
	q->fq_head = head;
	q->fq_done += slots;
}

static void
floor_refill(struct world *w)
{
	struct floorq *q = &w->w_floor;
	uint64_t (*sq)[2];
	const uint64_t *addr;
	const uint16_t *free_id, *len;
	size_t end, i, id, k, n, stop;
	uint32_t phase;

	i = w->w_first;
	stop = i + w->w_count;
	while (i != stop) {
		for (end = i + BATCH; i != end; i += n) {
			/* up to the end of the batch, the ring, the room */
			n = end - i;
			if (n > DEPTH - (q->fq_tail & MASK))
				n = DEPTH - (q->fq_tail & MASK);
			if (n > q->fq_head + MASK - q->fq_tail)
				goto fail;
			phase = 0x1c000000 | phase_of(q->fq_tail);
			sq = &q->fq_sq[q->fq_tail & MASK];
			free_id = &q->fq_ids[q->fq_tail & MASK];
			addr = &w->w_addr[i];
			len = &w->w_len[i];
			for (k = 0; k < n; k++) {
				if ((addr[k] & BAD_ADDR) != 0 || len[k] < 64)
					goto fail;
				id = free_id[k];
				floor_store(&sq[k], (uint64_t)id << 32 |
				    phase | len[k], addr[k]);
				q->fq_posted[id] = len[k];
				w->w_ids[i + k] = (uint16_t)id;
			}
			q->fq_tail += (uint32_t)n;
		}
		__asm__ __volatile__("" ::: "memory");
		*q->fq_db = enahw_le32(q->fq_tail & 0xffff).le;
	}
	return;
fail:
	w->w_errors++;
}

INLINE void
floor_poll(struct world *w, uint32_t bufs)
{
	struct floorq *q = &w->w_floor;
	uint32_t head, id, len, n, offset, phase, st, total;
	uint64_t q0, q1;
	struct sums su;

	su = w->w_sums;
	head = q->fq_head;
	phase = phase_of(head);
	for (n = 0, total = 0;;) {
		q0 = floor_load(&q->fq_cq[2 * (head & MASK)]);
		st = (uint32_t)q0;
		if (((st ^ phase) & (PHASE | 0x20080)) != 0)
			break;
		len = (uint32_t)(q0 >> 32) & 0xffff;
		id = (uint32_t)(q0 >> 48);
		if (id > MASK)
			goto bad;
		offset = 0;
		q1 = 0;
		if (bufs == 1 || n == 0) {
			q1 = floor_load(&q->fq_cq[2 * (head & MASK) + 1]);
			offset = (uint8_t)(q1 >> 48);
			su.su_offset += offset;
		} else if ((st & 0x04000000) != 0 || n == 19)
			goto bad;
		if (len + offset - 1 >= q->fq_posted[id])
			goto bad;
		total += len;
		q->fq_posted[id] = 0;
		q->fq_ids[head & MASK] = (uint16_t)id;
		su.su_len += len;
		su.su_id += id;
		n++;
		if ((st & 0x08000000) != 0) {
			if (bufs != 1)
				q1 = floor_load(
				    &q->fq_cq[2 * (head & MASK) + 1]);
			if (total > 9238)
				goto bad;
			su.su_hash += (uint32_t)q1;
			su.su_csum_ok += (st & 0x1fe1f) == 0x10c08;
			su.su_frames++;
			n = 0;
			total = 0;
		} else if (bufs == 1)
			goto bad;
		ADVANCE(head, phase);
	}
	q->fq_head = head;
	w->w_sums = su;
	return;
bad:
	w->w_errors++;
}

static void
floor_put_1(struct world *w)
{
	floor_put(w, 1, false);
}

static void
floor_put_2(struct world *w)
{
	floor_put(w, 2, false);
}

static void
floor_put_4(struct world *w)
{
	floor_put(w, 4, false);
}

static void
floor_put_tso(struct world *w)
{
	floor_put(w, 2, true);
}

#define PUSH(name, entry, header, n, meta)				\
static void								\
name(struct world *w)							\
{									\
	floor_push(w, entry, header, n, meta);				\
}
PUSH(floor_h96_1, 128, 96, 1, false)
PUSH(floor_h96_1m, 128, 96, 1, true)
PUSH(floor_h64_0, 128, 64, 0, false)
PUSH(floor_h96_2m, 128, 96, 2, true)
PUSH(floor_w96_1, 256, 96, 1, false)
PUSH(floor_w224_1, 256, 224, 1, false)

static void
floor_poll_1(struct world *w)
{
	floor_poll(w, 1);
}

static void
floor_poll_4(struct world *w)
{
	floor_poll(w, 4);
}

const struct side side_floor = {
	"floor",
	{ floor_put_1, floor_put_2, floor_put_4, floor_put_tso,
	    floor_h96_1, floor_h96_1m, floor_h64_0, floor_h96_2m,
	    floor_w96_1, floor_w224_1 },
	floor_reap,
	floor_refill,
	{ NULL, floor_poll_1, NULL, NULL, floor_poll_4 }
};
