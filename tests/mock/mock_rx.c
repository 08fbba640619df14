/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reception in the device model.
 *
 * Descriptors are fetched and checked when their doorbell is rung and kept
 * in sq->bufs[] by request id, listed in the order of the ring; sq->retired
 * counts those given back.  A frame is planned first (how many bytes into
 * which buffer), so that it is dropped as a whole or delivered as a whole;
 * then payload, then completions, then the interrupt.
 *
 * Buffers are used in ring order.  With rx_reorder the frame is cut at
 * random places, with rx_trailing_zero it may end in an empty descriptor.
 *
 * Portions.  Newer hardware was seen to spread frames over parts of the ring
 * and to drop what meets an empty part.  With rx_portions = n, slots are
 * dealt to n lists by place, and each frame takes from the next list in
 * turn, filled or not.  So a driver that keeps the ring nearly full loses
 * nothing, and one that fills the first few slots loses most.
 */
#include "mock_priv.h"

#define CHUNK		64U

struct plan {
	struct mock_portion *part;
	unsigned int n;
	uint32_t off;			/* in the first buffer */
	uint16_t id[MOCK_RX_DESCS + 1];	/* buffers that could be used */
	uint32_t len[MOCK_RX_DESCS + 1];
};

/* -- posting */

static unsigned int
portions(const struct mockdev *d, const struct mock_sq *sq)
{
	unsigned int n;

	n = d->o.rx_portions;
	if (n > MOCK_PORTIONS)
		n = MOCK_PORTIONS;
	if (n > sq->depth)
		n = sq->depth;
	return (n == 0 ? 1 : n);
}

static unsigned int
portion_of(const struct mockdev *d, const struct mock_sq *sq, uint16_t pos)
{
	return ((pos & (sq->depth - 1)) * portions(d, sq) / sq->depth);
}

static void
arm(struct mock_sq *sq, struct mock_portion *pt, uint16_t id)
{
	if (pt->n++ == 0)
		pt->first = id;
	else
		sq->bufs[pt->last].next = id;
	pt->last = id;
}

static uint16_t
disarm(struct mock_sq *sq, struct mock_portion *pt)
{
	uint16_t id;

	id = pt->first;
	pt->first = sq->bufs[id].next;
	pt->n--;
	return (id);
}

static uint32_t
armed(const struct mock_sq *sq)
{
	return ((uint16_t)(sq->db - sq->retired));
}

static bool
take_desc(struct mockdev *d, struct mock_sq *sq, const struct enahw_desc *e)
{
	struct mock_rxbuf *b;
	uint64_t q0, q1;
	uint32_t ctrl, w0, w1, w3;
	uint16_t id;

	q0 = enahw_h64(e->d_q[0]);
	q1 = enahw_h64(e->d_q[1]);
	w0 = (uint32_t)q0;
	w1 = (uint32_t)(q0 >> 32);
	w3 = (uint32_t)(q1 >> 32);
	if (ENAHW_GET(ENAHW_RXD0_PHASE, w0) != mock_phase(sq->db,
	    sq->depth)) {
		mock_rule(d, MR_RX_PHASE, "RX %u position %u, phase %u "
		    "expected, word 0x%08x", sq->slot, sq->db,
		    mock_phase(sq->db, sq->depth), w0);
		return (false);
	}
	if ((w0 & ENAHW_RXD0_MBZ) != 0 || (w1 & ENAHW_RXD1_MBZ) != 0 ||
	    (w3 & ~ENAHW_RXD3_ADDR_HI) != 0) {
		mock_rule(d, MR_RX_MBZ, "RX %u words 0x%08x 0x%08x 0x%08x",
		    sq->slot, w0, w1, w3);
		return (false);
	}
	ctrl = ENAHW_RXD0_FIRST | ENAHW_RXD0_LAST | ENAHW_RXD0_COMP_REQ;
	if ((w0 & ctrl) != ctrl) {
		mock_rule(d, MR_RX_CTRL, "RX %u word 0x%08x", sq->slot, w0);
		return (false);
	}
	id = (uint16_t)ENAHW_GET(ENAHW_RXD1_ID, w1);
	if (id >= sq->depth) {
		mock_rule(d, MR_RX_ID_RANGE, "RX %u id %u, depth %u",
		    sq->slot, id, sq->depth);
		return (false);
	}
	if (sq->busy[id] != 0) {
		mock_rule(d, MR_RX_ID_BUSY, "RX %u id %u", sq->slot, id);
		return (false);
	}
	sq->busy[id] = 1;
	b = &sq->bufs[id];
	b->addr = q1 & (((uint64_t)1 << ENAHW_ADDR_BITS) - 1);
	b->len = w0 & ENAHW_RXD0_LEN;
	if (b->len == 0)
		b->len = 65536;
	arm(sq, &sq->part[portion_of(d, sq, sq->db)], id);
	return (true);
}

/* The doorbell moved to db, which was found legal. */
void
mock_rx_post(struct mockdev *d, struct mock_sq *sq, uint16_t db)
{
	struct enahw_desc e[CHUNK];
	uint32_t i, left, n, slot;

	while (sq->db != db) {
		slot = sq->db & (sq->depth - 1);
		n = sq->depth - slot;
		left = (uint16_t)(db - sq->db);
		if (n > left)
			n = left;
		if (n > CHUNK)
			n = CHUNK;
		if (!mock_dma_rd(d, sq->base + (uint64_t)slot * sizeof(e[0]),
		    e, n * sizeof(e[0]), "RX descriptors"))
			return;
		for (i = 0; i < n; i++) {
			if (!take_desc(d, sq, &e[i]))
				return;
			sq->db++;
		}
	}
}

/* -- planning */

static const struct mock_rxbuf *
nth_buf(const struct mock_sq *sq, const struct plan *pl, unsigned int i)
{
	return (&sq->bufs[pl->id[i]]);
}

/* List the first max buffers of the portion, or all; returns how many. */
static unsigned int
list_bufs(const struct mock_sq *sq, struct plan *pl, unsigned int max)
{
	unsigned int i;
	uint16_t id;

	id = pl->part->first;
	for (i = 0; i < max && i < pl->part->n; i++) {
		pl->id[i] = id;
		id = sq->bufs[id].next;
	}
	return (i);
}

static uint32_t
room(const struct mock_sq *sq, const struct plan *pl, unsigned int i)
{
	uint32_t len;

	len = nth_buf(sq, pl, i)->len;
	return (i == 0 ? len - pl->off : len);
}

/* Bytes that buffers [from, to) can take. */
static uint64_t
room_between(const struct mock_sq *sq, const struct plan *pl,
    unsigned int from, unsigned int to)
{
	uint64_t sum;

	for (sum = 0; from < to; from++)
		sum += room(sq, pl, from);
	return (sum);
}

/*
 * Cut len bytes over at most max buffers, randomly if asked, in at least
 * two pieces if a fault wants a middle.  The caller knows that it fits.
 */
static void
cut(struct mockdev *d, const struct mock_sq *sq, uint32_t len,
    unsigned int max, bool two, struct plan *pl)
{
	uint64_t rest;
	uint32_t least, most, n;

	while (len != 0 && pl->n < max) {
		most = room(sq, pl, pl->n);
		if (most > len)
			most = len;
		rest = room_between(sq, pl, pl->n + 1, max);
		least = rest >= len ? 1 : len - (uint32_t)rest;
		n = most;
		if (two && pl->n == 0 && least < most && len > 1)
			n = least;
		else if (d->o.rx_reorder && least < most)
			n = least + mock_rand(d, most - least + 1);
		pl->len[pl->n++] = n;
		len -= n;
	}
	if (d->o.rx_trailing_zero && pl->n < max && mock_rand(d, 4) == 0)
		pl->len[pl->n++] = 0;
}

/* Does an empty ring, now or before, keep this frame out? */
static bool
stalled(struct mockdev *d, struct mock_sq *sq)
{
	if (armed(sq) == 0)
		sq->stalled = d->o.rx_stall_fill != 0;
	else if (armed(sq) >= d->o.rx_stall_fill ||
	    armed(sq) == sq->depth - 1)
		sq->stalled = false;
	return (armed(sq) == 0 || sq->stalled);
}

static enum mock_rx_verdict
plan(struct mockdev *d, struct mock_sq *sq, uint32_t len, bool two,
    struct plan *pl)
{
	unsigned int max;

	memset(pl, 0, sizeof(*pl));
	if (stalled(d, sq))
		return (MOCK_RX_NO_BUFFER);
	pl->part = &sq->part[sq->turn];
	sq->turn = (sq->turn + 1) % portions(d, sq);
	max = list_bufs(sq, pl, d->p.rx_descs);
	if (max == 0)
		return (MOCK_RX_NO_BUFFER);
	if ((d->hi_features & ENAHW_DRVF_RX_OFFSET) != 0)
		pl->off = d->o.rx_offset;
	if (pl->off >= nth_buf(sq, pl, 0)->len)
		pl->off = 0;
	if (room_between(sq, pl, 0, max) < len) {
		if (max == d->p.rx_descs)
			mock_rule(d, MR_RX_SMALL, "RX %u %u bytes, first "
			    "buffer %u, limit %u descriptors", sq->slot, len,
			    nth_buf(sq, pl, 0)->len, max);
		return (MOCK_RX_NO_BUFFER);
	}
	cut(d, sq, len, max, two, pl);
	return (MOCK_RX_OK);
}

/* -- completion */

/* Bits that are valid in the last completion. */
static uint32_t
verdict_bits(struct mockdev *d, const uint8_t *frame,
    const struct mock_parse *mp)
{
	uint32_t cover, w;

	w = ENAHW_PUT(ENAHW_RXC0_VLANS, mp->vlans);
	if (mp->frag && mp->l3 == MOCK_L3_IPV4)
		w |= ENAHW_RXC0_FRAG;
	if (mp->l3 == MOCK_L3_IPV4) {
		w |= ENAHW_PUT(ENAHW_RXC0_L3, ENAHW_L3_IPV4);
		if ((d->p.rx_offloads & ENAHW_RXO_L3V4) == 0 ||
		    !mock_ip4_csum_ok(frame, mp))
			w |= ENAHW_RXC0_L3_ERR;
	} else if (mp->l3 == MOCK_L3_IPV6)
		w |= ENAHW_PUT(ENAHW_RXC0_L3, ENAHW_L3_IPV6);
	if (mp->l4 == MOCK_L4_OTHER)
		return (w);
	w |= ENAHW_PUT(ENAHW_RXC0_L4, mp->l4 == MOCK_L4_TCP ? ENAHW_L4_TCP :
	    ENAHW_L4_UDP);
	cover = mp->l3 == MOCK_L3_IPV6 ? ENAHW_RXO_L4V6 : ENAHW_RXO_L4V4;
	if (mp->l4_whole && !mp->frag && (d->p.rx_offloads & cover) != 0) {
		w |= ENAHW_RXC0_L4_CHECKED;
		if (!mock_l4_csum_ok(frame, mp))
			w |= ENAHW_RXC0_L4_ERR;
	} else {
		/* The error bit means "error or not checked". */
		w |= ENAHW_RXC0_L4_ERR;
	}
	return (w);
}

static uint16_t
idle_id(const struct mock_sq *sq)
{
	uint32_t i;

	for (i = 0; i < sq->depth; i++)
		if (sq->busy[i] == 0)
			return ((uint16_t)i);
	return (0);
}

/* Completion of buffer i of the plan; last carries bits and hash. */
static bool
put_one(struct mockdev *d, struct mock_sq *sq, const struct plan *pl,
    unsigned int i, uint32_t bits, uint32_t hash)
{
	const struct mock_rxbuf *b;
	uint32_t arg, id, len, w[8];
	uint64_t ns;
	uint16_t own;

	own = disarm(sq, pl->part);
	b = &sq->bufs[own];
	id = own;
	len = pl->len[i];
	memset(w, 0, sizeof(w));
	w[0] = bits;
	if (i == 0) {
		w[0] |= ENAHW_RXC0_FIRST;
		w[3] = ENAHW_PUT(ENAHW_RXC3_OFFSET, pl->off);
	}
	if (len != 0)
		w[0] |= ENAHW_RXC0_BUFFER;
	if (mock_hit(d, MOCK_F_RX_ID_IDLE, NULL))
		id = idle_id(sq);
	if (mock_hit(d, MOCK_F_RX_ID_RANGE, &arg))
		id = (sq->depth + arg) & 0xffff;
	if (mock_hit(d, MOCK_F_RX_TOO_LONG, &arg)) {
		len = b->len + 1 + arg;
		if (len > 0xffff)
			len = 0xffff;
	}
	if (mock_hit(d, MOCK_F_RX_MBZ, NULL))
		w[0] |= ENAHW_RXC0_MBZ;
	w[1] = ENAHW_PUT(ENAHW_RXC1_ID, id) | ENAHW_PUT(ENAHW_RXC1_LEN, len);
	w[2] = hash;
	/* Beyond the base format: buffer address, timestamp. */
	w[4] = (uint32_t)b->addr;
	w[5] = (uint32_t)(b->addr >> 32);
	if (d->ts_rx) {
		ns = mock_clock_ns(d);
		w[6] = (uint32_t)ns;
		w[7] = (uint32_t)(ns >> 32);
	}
	sq->busy[own] = 0;
	sq->retired++;
	return (mock_cq_put(d, &d->cq[sq->cq], w));
}

static bool
payload(struct mockdev *d, struct mock_sq *sq, const struct plan *pl,
    const uint8_t *frame)
{
	const struct mock_rxbuf *b;
	uint32_t off;
	unsigned int i;

	off = 0;
	for (i = 0; i < pl->n; i++) {
		if (pl->len[i] == 0)
			continue;
		b = nth_buf(sq, pl, i);
		if (!mock_dma_wr(d, b->addr + (i == 0 ? pl->off : 0),
		    frame + off, pl->len[i], "RX buffer"))
			return (false);
		off += pl->len[i];
	}
	return (true);
}

/*
 * Fault: go on past the negotiated number of descriptors without ever
 * saying LAST, as far as there are buffers.
 */
static void
never_last(struct mockdev *d, struct mock_sq *sq, struct plan *pl)
{
	unsigned int i;

	for (i = 0; i <= d->p.rx_descs && pl->part->n != 0; i++) {
		if (i >= pl->n)
			pl->len[i] = 0;
		if (!put_one(d, sq, pl, i, 0, 0))
			return;
	}
}

static void
completions(struct mockdev *d, struct mock_sq *sq, struct plan *pl,
    uint32_t bits, uint32_t hash)
{
	uint32_t w;
	unsigned int i;
	bool last, mid;

	if (mock_hit(d, MOCK_F_RX_NO_LAST, NULL)) {
		never_last(d, sq, pl);
		return;
	}
	mid = pl->n > 1 && mock_hit(d, MOCK_F_RX_FIRST_MID, NULL);
	for (i = 0; i < pl->n; i++) {
		last = i == pl->n - 1;
		w = last ? bits | ENAHW_RXC0_LAST : 0;
		if (mid && i == 1)
			w |= ENAHW_RXC0_FIRST;
		if (!put_one(d, sq, pl, i, w, last ? hash : 0))
			return;
	}
}

/* -- delivery */

static bool
armed_fault(const struct mockdev *d, enum mock_fault f)
{
	unsigned int i;

	for (i = 0; i < MOCK_ARMS; i++)
		if (d->arms[i].used && d->arms[i].a.f == f)
			return (true);
	return (false);
}

static enum mock_rx_verdict
drop(struct mockdev *d, enum mock_rx_verdict why, size_t len)
{
	if (why == MOCK_RX_NO_BUFFER)
		d->st.rx_overruns++;
	else
		d->st.rx_drops++;
	mock_trace(d, "rx dropped=%d len=%zu", (int)why, len);
	return (why);
}

static enum mock_rx_verdict
deliver(struct mockdev *d, const uint8_t *frame, size_t len)
{
	struct mock_parse mp;
	struct mock_sq *sq, *steered;
	struct plan pl;
	enum mock_rx_verdict v;
	uint32_t bits, hash;

	if (len < MOCK_L2_HEADER)
		return (drop(d, MOCK_RX_RUNT, len));
	mock_parse(frame, len, &mp);
	if (len > (size_t)d->mtu + MOCK_L2_HEADER + MOCK_VLAN_TAG * mp.vlans)
		return (drop(d, MOCK_RX_TOO_LONG, len));
	sq = d->link ? mock_rss_queue(d, frame, &mp, &hash) : NULL;
	if (sq == NULL)
		return (drop(d, MOCK_RX_NO_QUEUE, len));
	if ((steered = mock_flow_queue(d, frame, &mp)) != NULL)
		sq = steered;
	v = plan(d, sq, (uint32_t)len, armed_fault(d, MOCK_F_RX_FIRST_MID),
	    &pl);
	if (v != MOCK_RX_OK)
		return (drop(d, v, len));
	if ((d->p.rx_offloads & ENAHW_RXO_HASH) == 0)
		hash = 0;
	bits = verdict_bits(d, frame, &mp);
	if (mock_hit(d, MOCK_F_RX_BAD_CSUM_FLAG, NULL))
		bits |= ENAHW_RXC0_L4_CHECKED | ENAHW_RXC0_L4_ERR;
	if (!payload(d, sq, &pl, frame))
		return (drop(d, MOCK_RX_NO_QUEUE, len));
	d->st.rx_pkts++;
	d->st.rx_bytes += len;
	d->st.rx_q_pkts[sq->slot]++;
	mock_trace(d, "rx q=%u len=%zu descs=%u id=%u off=%u bits=0x%05x "
	    "hash=0x%08x", sq->slot, len, pl.n, pl.id[0], pl.off, bits,
	    hash);
	completions(d, sq, &pl, bits, hash);
	mock_vec_kick(d, d->cq[sq->cq].vector);
	return (MOCK_RX_OK);
}

struct segs {
	struct mockdev *d;
	enum mock_rx_verdict v;
};

static void
deliver_seg(void *arg, const uint8_t *seg, size_t len)
{
	struct segs *s = arg;
	enum mock_rx_verdict v;

	if (s->d->fatal)
		return;
	v = deliver(s->d, seg, len);
	if (v != MOCK_RX_OK)
		s->v = v;
}

enum mock_rx_verdict
mock_frame_in(struct mockdev *d, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	struct segs s;

	if (d->gone || d->fatal || d->rs != MOCK_RS_IDLE)
		return (MOCK_RX_NO_QUEUE);
	if (info == NULL || (info->csum_start == 0 && info->gso_size == 0))
		return (deliver(d, frame, len));
	if (len > MOCK_FRAME_MAX)
		return (drop(d, MOCK_RX_TOO_LONG, len));
	if (info->gso_size != 0) {
		/* Segmentation computes every checksum anew. */
		s.d = d;
		s.v = MOCK_RX_OK;
		if (!mock_tso(frame, len, info->gso_size, false,
		    deliver_seg, &s))
			return (drop(d, MOCK_RX_TOO_LONG, len));
		return (s.v);
	}
	memcpy(d->rxframe, frame, len);
	if (!mock_csum_complete(d->rxframe, len, info->csum_start,
	    info->csum_off))
		return (drop(d, MOCK_RX_RUNT, len));
	return (deliver(d, d->rxframe, len));
}
