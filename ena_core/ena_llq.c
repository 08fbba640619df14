/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Low latency queues: transmit descriptors and headers pushed into device
 * memory.
 *
 * Lane: ADMIN for negotiation, TXS(q) for the entries of a packet.
 *
 * The device's offer is taken as a whole or not at all: without BAR2, without
 * the feature, with limits that leave no packet, or when the device refuses
 * the SET, transmit stays in host memory and in_llq_why says so.  The device
 * forgets the setting in every reset, so it is a bring-up step.
 *
 * L1: each field of the SET is one bit that the device offered.
 * L2: the burst limit is counted in entries of the size chosen.
 * L3: a packet of li_max_bufs buffers, metadata included, fits into one burst
 *     and into half the ring.
 * L4: each 64-bit word of an entry is stored once, in ascending order; the
 *     window is never read.
 * L5: a packet is written as a whole or not at all, and the doorbell never
 *     names part of one.
 *
 * ref: docs/hw-notes.md#llq
 */
#include "ena_priv.h"

/* ---- negotiation */

/* Wide entries where the device recommends them or the glue wants them. */
static uint16_t
ena_llq_pick_entry(const struct enahw_llq *l, uint8_t policy)
{
	uint16_t offered;
	bool wide;

	offered = enahw_h16(l->lq_entry_supported);
	wide = policy == ENA_LLQ_256 || (policy == ENA_LLQ_DEVICE &&
	    l->lq_entry_recommended == ENAHW_LLQ_ENTRY_256);
	if (wide && (offered & ENAHW_LLQ_ENTRY_256) != 0)
		return (ENAHW_LLQ_ENTRY_256);
	if ((offered & ENAHW_LLQ_ENTRY_128) != 0)
		return (ENAHW_LLQ_ENTRY_128);
	if ((offered & ENAHW_LLQ_ENTRY_192) != 0)
		return (ENAHW_LLQ_ENTRY_192);
	return (offered & ENAHW_LLQ_ENTRY_256);
}

/* Two descriptors before the header: metadata and one buffer. */
static uint16_t
ena_llq_pick_before(uint16_t offered)
{
	static const uint8_t order[] = { 2, 1, 4, 8 };
	unsigned int i;

	for (i = 0; i < sizeof(order); i++)
		if ((offered & order[i]) != 0)
			return (order[i]);
	return (0);
}

/* Turn an offer into a SET (L1); false: a field has nothing for us. */
static bool
ena_llq_pick(const struct enahw_llq *l, uint8_t policy, struct enahw_llq *set)
{
	uint16_t before, entry, header, stride;

	header = enahw_h16(l->lq_hdr_supported) & ENAHW_LLQ_HDR_INLINE;
	stride = enahw_h16(l->lq_stride_supported);
	stride = (stride & ENAHW_LLQ_STRIDE_MULTI) != 0 ?
	    ENAHW_LLQ_STRIDE_MULTI : stride & ENAHW_LLQ_STRIDE_SINGLE;
	entry = ena_llq_pick_entry(l, policy);
	before = ena_llq_pick_before(enahw_h16(l->lq_before_supported));
	memset(set, 0, sizeof(*set));
	set->lq_hdr_enabled = enahw_le16(header);
	set->lq_stride_enabled = enahw_le16(stride);
	set->lq_entry_enabled = enahw_le16(entry);
	set->lq_before_enabled = enahw_le16(before);
	/* both, offered or not: there are devices that refuse less */
	set->lq_accel_flags = enahw_le16(ENAHW_LLQ_ACCEL_NO_META_CACHE |
	    ENAHW_LLQ_ACCEL_LIMIT_BURST);
	return (header != 0 && stride != 0 && entry != 0 && before != 0);
}

/* Wide entries have a depth limit of their own, or half of the other. */
static uint32_t
ena_llq_depth(const struct enahw_llq *l, uint32_t entry_bytes)
{
	uint32_t depth, wide;

	depth = enahw_h32(l->lq_max_depth);
	if (entry_bytes != 256)
		return (depth);
	wide = enahw_h16(l->lq_max_wide_depth);
	return (wide != 0 ? ena_min32(wide, depth) : depth / 2);
}

/* Buffers of a packet that fits into a burst and half a ring (L3). */
uint16_t
ena_llq_max_bufs(const struct ena_llq_info *li, uint32_t depth, uint32_t limit)
{
	uint32_t entries;

	entries = depth / 2;
	if (li->li_burst != 0)
		entries = ena_min32(entries, li->li_burst);
	if (entries == 0 || li->li_before == 0)
		return (0);
	return ((uint16_t)ena_min32(limit, li->li_before +
	    (entries - 1) * li->li_per_entry - 1U));
}

/* All that follows from offer and choice; false: no packet would fit. */
static bool
ena_llq_derive(const struct enahw_llq *l, const struct enahw_llq *set,
    const struct ena_info *in, struct ena_llq_info *li)
{
	uint16_t accel, entry;

	memset(li, 0, sizeof(*li));
	entry = enahw_h16(set->lq_entry_enabled);
	li->li_entry_bytes = entry == ENAHW_LLQ_ENTRY_256 ? 256 :
	    entry == ENAHW_LLQ_ENTRY_192 ? 192 : 128;
	li->li_before = (uint8_t)enahw_h16(set->lq_before_enabled);
	li->li_per_entry = enahw_h16(set->lq_stride_enabled) ==
	    ENAHW_LLQ_STRIDE_SINGLE ? 1 :
	    (uint8_t)(li->li_entry_bytes / ENA_DESC);
	if (li->li_entry_bytes <= li->li_before * ENA_DESC)
		return (false);
	li->li_max_push = (uint16_t)ena_min32(ENAHW_HDR_LEN_MAX,
	    li->li_entry_bytes - li->li_before * ENA_DESC);
	li->li_depth = ena_depth_floor(ena_min32(in->in_max_tx_cq_depth,
	    ena_llq_depth(l, li->li_entry_bytes)));
	li->li_max_pairs = (uint16_t)ena_min32(in->in_max_pairs,
	    enahw_h32(l->lq_max_num));
	accel = enahw_h16(l->lq_accel_flags);
	li->li_meta_always = (accel & ENAHW_LLQ_ACCEL_NO_META_CACHE) != 0;
	if ((accel & ENAHW_LLQ_ACCEL_LIMIT_BURST) != 0) {
		li->li_burst = enahw_h16(l->lq_accel_burst) /
		    li->li_entry_bytes;				/* L2 */
		if (li->li_burst == 0)
			li->li_burst = 1;
	}
	li->li_max_bufs = ena_llq_max_bufs(li, li->li_depth,
	    in->in_max_tx_bufs);
	return (li->li_max_bufs != 0 && li->li_max_pairs != 0 &&
	    li->li_depth >= ENA_MIN_DEPTH);
}

/* Stay in host memory, and say why. */
static enum ena_result
ena_llq_host(struct ena_dev *dev, enum ena_llq_why why)
{
	struct ena_info *in = &dev->dev_info;

	memset(&in->in_llq, 0, sizeof(in->in_llq));
	in->in_llq_why = why;
	ena_log(dev->dev_os, ENA_LOG_INFO, "TX rings in host memory: LLQ %s",
	    ena_llq_why_name(why));
	return (ENA_OK);
}

/* The limits of host memory give way to those of the window. */
static void
ena_llq_use(struct ena_info *in)
{
	in->in_llq_why = ENA_LLQ_WHY_USED;
	in->in_max_pairs = in->in_llq.li_max_pairs;
	in->in_max_tx_depth = in->in_llq.li_depth;
	in->in_max_tx_bufs = in->in_llq.li_max_bufs;
}

/* Ask what there is; nothing to SET unless *why stays NONE. */
static enum ena_result
ena_llq_ask(struct ena_dev *dev, enum ena_llq_why *why)
{
	struct enahw_llq l;
	union ena_cmd cmd;
	enum ena_result r;

	*why = ENA_LLQ_WHY_NONE;
	if (dev->dev_cfg.cf_llq == ENA_LLQ_OFF)
		*why = ENA_LLQ_WHY_POLICY;
	else if (!ena_has(dev, ENAHW_FEAT_LLQ))
		*why = ENA_LLQ_WHY_ABSENT;
	else if (dev->dev_cfg.cf_bar2_bytes == 0)
		*why = ENA_LLQ_WHY_NO_BAR;
	if (*why != ENA_LLQ_WHY_NONE)
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_LLQ, 1);
	r = ena_admin_run(dev, &cmd);
	if (r == ENA_UNSUPPORTED || r == ENA_REFUSED) {
		*why = ENA_LLQ_WHY_ABSENT;
		return (ENA_OK);
	}
	if (r != ENA_OK)
		return (r);
	memcpy(&l, dev->dev_sync_answer.ae_body, sizeof(l));
	if (!ena_llq_pick(&l, dev->dev_cfg.cf_llq, &dev->dev_llq) ||
	    !ena_llq_derive(&l, &dev->dev_llq, &dev->dev_info,
	    &dev->dev_info.in_llq))
		*why = ENA_LLQ_WHY_LIMITS;
	return (ENA_OK);
}

/* Anything short of success means host memory, not a failed bring-up. */
enum ena_result
ena_up_llq(struct ena_dev *dev)
{
	enum ena_llq_why why;
	union ena_cmd cmd;
	enum ena_result r;

	if (dev->dev_pc == 0) {
		r = ena_llq_ask(dev, &why);
		if (r != ENA_OK)
			return (r);
		if (why != ENA_LLQ_WHY_NONE)
			return (ena_llq_host(dev, why));
		dev->dev_pc = 1;
	}
	ena_cmd_set(&cmd, ENAHW_FEAT_LLQ, &dev->dev_llq,
	    sizeof(dev->dev_llq));
	r = ena_admin_run(dev, &cmd);
	if (r == ENA_UNSUPPORTED || r == ENA_REFUSED || r == ENA_NO_MEMORY)
		return (ena_llq_host(dev, ENA_LLQ_WHY_REFUSED));
	if (r == ENA_OK)
		ena_llq_use(&dev->dev_info);
	return (r);
}

/*
 * Is this a place for the queue's ring: in the window, on a word, and not
 * over the ring of another queue?
 */
bool
ena_llq_window_ok(const struct ena_dev *dev, const struct ena_txq *q,
    uint32_t off)
{
	const struct ena_txq *o;
	uint64_t bytes;
	unsigned int i;

	bytes = ((uint64_t)q->tq_mask + 1) * q->tq_llq.li_entry_bytes;
	if ((off & 7) != 0 || off + bytes > dev->dev_cfg.cf_bar2_bytes)
		return (false);
	for (i = 0; i < dev->dev_plan.pl_pairs; i++) {
		o = &dev->dev_pairs[i]->pr_tx;
		if (o->tq_io.io_have_sq && off < o->tq_llq_off + bytes &&
		    o->tq_llq_off < off + bytes)
			return (false);
	}
	return (true);
}

/* ---- entries; the first of a packet is written in ena_io.h */

/* Can these buffers and this header be described?  *bytes: together. */
static inline bool
ena_llq_pkt_ok(const struct ena_txq *q, const struct ena_tx_pkt *p,
    uint64_t *bytes)
{
	const struct ena_buf *buf;
	uint64_t bad, sum;
	uint32_t n;

	if (p->tp_nbufs > q->tq_llq.li_max_bufs ||
	    p->tp_hdr_len - 1U >= q->tq_llq.li_max_push)
		return (false);
	sum = p->tp_hdr_len;
	bad = 0;
	buf = p->tp_bufs;
	for (n = p->tp_nbufs; n != 0; n--, buf++) {
		bad |= buf->b_addr | ((uint64_t)buf->b_len - 1);
		sum += buf->b_len;
	}
	*bytes = sum;
	return ((bad & q->tq_bad_addr) == 0);
}

/*
 * Is there room for so many descriptors, of which those before the header
 * come first, in entries from that offset on?  If all that is missing is a
 * doorbell, ring.
 */
static bool
ena_llq_room(struct ena_txq *q, const uint16_t *next, size_t off,
    uint32_t descs)
{
	const struct ena_llq_info *li = &q->tq_llq;
	uint32_t need, pop, tail;

	need = 1;
	if (descs > li->li_before)
		need += (descs - li->li_before + li->li_per_entry - 1U) /
		    li->li_per_entry;
	/* indices become positions again */
	pop = q->tq_pop_pos;
	pop += ((uint32_t)(next - q->tq_ids) - pop) & q->tq_mask;
	tail = q->tq_tail_pos;
	tail += ((uint32_t)(off - q->tq_llq_off) / li->li_entry_bytes -
	    tail) & q->tq_mask;
	if (q->tq_mask - (tail - ena_os_load_acq(&q->tq_done_pos)) < need) {
		q->tq_no_room++;
		return (false);
	}
	if (q->tq_burst - (tail - q->tq_tail_pos) < need)
		ena_tx_ring(q, tail, pop);
	return (true);
}

/* What is still to be described of a packet, and where. */
struct ena_llq_out {
	const struct ena_buf *lo_buf;
	uint32_t lo_n;			/* buffers */
	uint32_t lo_phase;
	size_t lo_off;
	uint64_t lo_q0;			/* further bits of the first one */
	uint64_t lo_q1;
};

static inline void
ena_llq_one(const struct ena_txq *q, struct ena_llq_out *o, uint64_t bits)
{
	ena_llq_desc(q->tq_os, o->lo_off, o->lo_q0 | bits | o->lo_phase |
	    o->lo_buf->b_len, o->lo_q1 | o->lo_buf->b_addr);
	o->lo_off += ENA_DESC;
	o->lo_buf++;
	o->lo_n--;
	o->lo_q0 = 0;
	o->lo_q1 = 0;
}

/* As many descriptors as there are places up to stop, and zeros to end. */
static inline void
ena_llq_fill(const struct ena_txq *q, struct ena_llq_out *o, size_t stop,
    size_t end)
{
	while (o->lo_n > 1 && o->lo_off != stop)
		ena_llq_one(q, o, 0);
	if (o->lo_off != stop)
		ena_llq_one(q, o, ENAHW_TXD0_LAST);
	if (o->lo_off != end)
		ena_llq_zero(q->tq_os, o->lo_off, end);
}

/* Write a packet that was checked and has its room (L4, L5). */
static inline uint32_t
ena_llq_write(const struct ena_txq *q, const struct ena_tx_pkt *p,
    struct ena_llq_out *o, size_t off)
{
	uint32_t need;
	size_t end;

	end = off + q->tq_llq.li_before * ENA_DESC;
	ena_llq_fill(q, o, end, end);
	off += q->tq_llq.li_entry_bytes;
	ena_llq_header(q->tq_os, end, p->tp_hdr, p->tp_hdr_len, off);
	for (need = 1; o->lo_n != 0; need++) {
		if (off == q->tq_llq_end) {
			off = q->tq_llq_off;
			o->lo_phase ^= ENAHW_TXD0_PHASE;
		}
		o->lo_off = off;
		off += q->tq_llq.li_entry_bytes;
		ena_llq_fill(q, o, o->lo_off +
		    q->tq_llq.li_per_entry * ENA_DESC, off);
	}
	return (need);
}

uint32_t
ena_llq_put_edge(struct ena_txq *q, const struct ena_tx_pkt *p,
    const uint16_t *next, uint32_t run, size_t off, uint32_t phase)
{
	static const struct ena_buf none;
	struct ena_llq_out o;
	uint64_t bytes, meta;
	uint32_t id, need;

	if (!ena_llq_pkt_ok(q, p, &bytes))
		return (ENA_INVAL);
	o.lo_q0 = ENAHW_TXD0_FIRST | ENAHW_TXD0_COMP_REQ;
	meta = q->tq_meta_idle;
	if (p->tp_flags != 0) {
		if (!ena_tx_request(q, p, &meta))
			return (ENA_INVAL);
		o.lo_q0 |= (uint64_t)(p->tp_flags |
		    ENAHW_PUT(ENAHW_TXD1_L3, p->tp_l3) |
		    ENAHW_PUT(ENAHW_TXD1_L4, p->tp_l4)) << 32;
	}
	o.lo_n = p->tp_nbufs;
	o.lo_buf = p->tp_bufs;
	if (o.lo_n == 0) {
		o.lo_n = 1;
		o.lo_buf = &none;
	}
	/* with an entry for each descriptor there is no need to count */
	if (o.lo_n >= run) {
		if (!ena_llq_room(q, next, off, o.lo_n + (meta != q->tq_meta)))
			return (ENA_NO_ROOM);
		if (off == q->tq_llq_end) {
			off = q->tq_llq_off;
			phase ^= ENAHW_TXD0_PHASE;
		}
		next = q->tq_ids +
		    ((uint32_t)(next - q->tq_ids) & q->tq_mask);
	}
	q->tq_bytes += bytes;
	id = *next;
	o.lo_phase = phase;
	o.lo_off = off;
	o.lo_q0 |= ena_tx_id_bits(q, id);
	o.lo_q1 = (uint64_t)ENAHW_PUT(ENAHW_TXD3_HDR_LEN, p->tp_hdr_len) <<
	    32;
	if (meta != q->tq_meta) {
		ena_llq_meta(q, off, phase, meta);
		o.lo_off += ENA_DESC;
		o.lo_q0 ^= ENAHW_TXD0_FIRST;
	}
	need = ena_llq_write(q, p, &o, off);
	q->tq_slots[id] = (uint8_t)(need | q->tq_mark);
	return (need << 16 | id);
}
