/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LLQ of the device model: transmit queues whose ring is device memory.
 *
 * Negotiation (protocol 11.1-11.3), the place of each ring in the window,
 * the driver's stores into it, and how a packet is read from its entries.
 * What the packet then means is mock_tx.c's business.
 *
 * Window.  Each queue prefers a place of its own: the window is cut into
 * llq_count regions, dealt out in a scattered order, and a ring starts
 * somewhere in its region, at a multiple of 8 and of no more.  Where that
 * does not fit - wide entries on a device with many queues - any gap will
 * do.
 *
 * Stores.  sq->stored[] holds a bit for each 4-byte unit of each entry that
 * was written since the entry was last handed over, so that every store can
 * be judged by itself: in the ring, not in an entry the device owns, once,
 * ascending.  At the doorbell each entry must be complete.  A window lent by
 * mock_bar2_attach() gets no calls; there, stores are not judged, and the
 * phase of the descriptors alone tells fresh from stale.
 *
 * Strengths.  Order and number of stores, their size and unused bytes are
 * ADVICE: write-combining hardware merges and may reorder them, no source
 * says that a device looks, and a device that walks descriptors up to LAST
 * has no reason to.  An incomplete entry, an entry overwritten while the
 * device owns it, and a burst beyond the limit are FATAL: there the device
 * would read something else than the driver meant.
 *
 * An entry is copied out before it is looked at, so that a driver that
 * writes meanwhile cannot make one field differ from the next look at it.
 *
 * Not served: headers in a ring of their own (location 2).  The size of its
 * slots is not known, no driver uses it; SET is answered "unsupported", and
 * since that is no fault of the driver's, no rule is broken by it.
 */
#include <stdlib.h>

#include "mock_priv.h"

#define DESC		((uint32_t)sizeof(struct enahw_desc))
#define ACCEL_KNOWN	(ENAHW_LLQ_ACCEL_NO_META_CACHE |		\
	ENAHW_LLQ_ACCEL_LIMIT_BURST)

/* -- negotiation */

uint8_t
mock_llq_get(struct mockdev *d, uint8_t version, uint8_t *out)
{
	struct enahw_llq lq;

	if (d->p.llq_count == 0)
		return (ENAHW_ST_UNSUPPORTED);
	memset(&lq, 0, sizeof(lq));
	lq.lq_max_num = enahw_le32(d->p.llq_count);
	lq.lq_max_depth = enahw_le32(d->p.llq_depth);
	lq.lq_hdr_supported = enahw_le16(d->p.llq_header_loc);
	lq.lq_hdr_enabled = enahw_le16(d->llq.hdr_loc);
	lq.lq_entry_supported = enahw_le16(d->p.llq_entry_sizes);
	lq.lq_entry_enabled = enahw_le16(d->llq.entry);
	lq.lq_before_supported = enahw_le16(d->p.llq_before);
	lq.lq_before_enabled = enahw_le16(d->llq.before);
	lq.lq_stride_supported = enahw_le16(d->p.llq_stride);
	lq.lq_stride_enabled = enahw_le16(d->llq.stride);
	lq.lq_version = version < 1 ? version : 1;
	lq.lq_entry_recommended = d->p.llq_recommended;
	lq.lq_max_wide_depth = enahw_le16(d->p.llq_wide_depth);
	lq.lq_accel_flags = enahw_le16(d->p.llq_accel_flags);
	lq.lq_accel_burst = enahw_le16(d->p.llq_accel_burst);
	memcpy(out, &lq, sizeof(lq));
	return (ENAHW_ST_SUCCESS);
}

/* A CQ outlives its SQ, so looking for CQs is enough. */
static bool
any_queue(const struct mockdev *d)
{
	unsigned int i;

	for (i = 0; i < 2 * MOCK_MAX_PAIRS; i++)
		if (d->cq[i].live)
			return (true);
	return (false);
}

/* Is each choice exactly one of the supported bits? */
static bool
choices_ok(struct mockdev *d, const struct mock_llq *q)
{
	const struct {
		const char *name;
		uint32_t chosen, supported;
	} c[] = {
		{ "header location", q->hdr_loc, d->p.llq_header_loc },
		{ "entry size", q->entry, d->p.llq_entry_sizes },
		{ "descriptors before header", q->before, d->p.llq_before },
		{ "stride", q->stride, d->p.llq_stride },
	};
	unsigned int i;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		if (mock_pow2(c[i].chosen) &&
		    (c[i].chosen & c[i].supported) != 0)
			continue;
		mock_rule(d, MR_LLQ_FIELD, "%s 0x%x of 0x%x", c[i].name,
		    c[i].chosen, c[i].supported);
		return (false);
	}
	return (true);
}

/* What follows from the choices (protocol 11.3). */
static void
derive(const struct mockdev *d, struct mock_llq *q)
{
	uint32_t room;

	q->bytes = q->entry == ENAHW_LLQ_ENTRY_128 ? 128 :
	    q->entry == ENAHW_LLQ_ENTRY_192 ? 192 : MOCK_LLQ_MAX;
	q->nbefore = q->before;
	q->ndesc = q->stride == ENAHW_LLQ_STRIDE_SINGLE ? 1 : q->bytes / DESC;
	room = q->bytes > DESC * q->nbefore ? q->bytes - DESC * q->nbefore :
	    0;
	q->hdr_max = room < ENAHW_HDR_LEN_MAX ? room : ENAHW_HDR_LEN_MAX;
	q->burst = 0;
	if ((q->accel & ENAHW_LLQ_ACCEL_LIMIT_BURST) != 0) {
		q->burst = d->p.llq_accel_burst / q->bytes;
		if (q->burst == 0)
			q->burst = 1;
	}
}

/* Fields that a SET leaves zero, and flags nobody has defined. */
static void
check_reserved(struct mockdev *d, const struct enahw_llq *lq, uint32_t flags)
{
	if ((flags & ~ACCEL_KNOWN) == 0 && enahw_h32(lq->lq_max_num) == 0 &&
	    enahw_h32(lq->lq_max_depth) == 0 &&
	    enahw_h16(lq->lq_hdr_supported) == 0 &&
	    enahw_h16(lq->lq_entry_supported) == 0 &&
	    enahw_h16(lq->lq_before_supported) == 0 &&
	    enahw_h16(lq->lq_stride_supported) == 0 && lq->lq_version == 0 &&
	    lq->lq_entry_recommended == 0 &&
	    enahw_h16(lq->lq_max_wide_depth) == 0 &&
	    enahw_h16(lq->lq_accel_burst) == 0 &&
	    enahw_h32(lq->lq_accel_rsvd) == 0)
		return;
	mock_rule(d, MR_LLQ_RESERVED, "flags 0x%x, or a field that only GET "
	    "fills", flags);
}

static bool
set_allowed(struct mockdev *d, uint8_t version)
{
	if (any_queue(d)) {
		mock_rule(d, MR_LLQ_LATE, "queues exist");
		return (false);
	}
	if (version > 1) {
		mock_rule(d, MR_LLQ_VERSION, "version %u", version);
		return (false);
	}
	if (d->p.bar2_bytes == 0) {
		mock_rule(d, MR_LLQ_NO_BAR2, "SET LLQ without a window");
		return (false);
	}
	return (true);
}

/*
 * The last SET before the queues counts.  Accelerated flags are granted as
 * far as they are supported: drivers ask for both wherever they are.
 */
uint8_t
mock_llq_set(struct mockdev *d, const struct enahw_feature_cmd *c)
{
	struct enahw_llq lq;
	struct mock_llq q;
	uint32_t flags;

	if (d->p.llq_count == 0)
		return (ENAHW_ST_UNSUPPORTED);
	if (!set_allowed(d, c->fc_version))
		return (ENAHW_ST_ILLEGAL_PARAM);
	memcpy(&lq, c->fc_body, sizeof(lq));
	memset(&q, 0, sizeof(q));
	q.set = true;
	q.hdr_loc = enahw_h16(lq.lq_hdr_enabled);
	q.entry = enahw_h16(lq.lq_entry_enabled);
	q.before = enahw_h16(lq.lq_before_enabled);
	q.stride = enahw_h16(lq.lq_stride_enabled);
	flags = enahw_h16(lq.lq_accel_flags);
	q.accel = (uint16_t)(flags & d->p.llq_accel_flags);
	if (!choices_ok(d, &q))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if (q.hdr_loc != ENAHW_LLQ_HDR_INLINE)
		return (ENAHW_ST_UNSUPPORTED);
	derive(d, &q);
	if (q.hdr_max == 0) {
		mock_rule(d, MR_LLQ_HEADER_AREA, "%u descriptors in %u bytes",
		    q.nbefore, q.bytes);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (d->p.llq_needs_accel && (flags & ACCEL_KNOWN) != ACCEL_KNOWN) {
		mock_rule(d, MR_LLQ_ACCEL, "flags 0x%x", flags);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	check_reserved(d, &lq, flags);
	d->llq = q;
	mock_trace(d, "llq entry=%u before=%u descs=%u header=%u accel=0x%x "
	    "burst=%u", q.bytes, q.nbefore, q.ndesc, q.hdr_max, q.accel,
	    q.burst);
	return (ENAHW_ST_SUCCESS);
}

/* -- queues */

/* CREATE_SQ asks for device placement, TX, after SET LLQ. */
uint8_t
mock_llq_check(struct mockdev *d, const struct enahw_create_sq *c)
{
	uint32_t depth, i, max, n;
	bool wide;

	depth = enahw_h16(c->csq_depth);
	wide = d->llq.entry == ENAHW_LLQ_ENTRY_256;
	max = d->p.llq_depth;
	if (!mock_pow2(depth) || depth < 2 || depth > max) {
		mock_rule(d, MR_SQ_DEPTH, "depth %u of %u entries", depth,
		    max);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (d->p.llq_wide_depth == 0)
		max /= 2;
	else if (d->p.llq_wide_depth < max)
		max = d->p.llq_wide_depth;
	if (wide && depth > max) {
		mock_rule(d, MR_LLQ_WIDE_DEPTH, "depth %u of %u entries of "
		    "256 bytes", depth, max);
		return (ENAHW_ST_UNKNOWN_ERROR);	/* issue 368 */
	}
	if (enahw_h32(c->csq_base.a_lo) != 0 ||
	    enahw_h16(c->csq_base.a_hi) != 0) {
		mock_rule(d, MR_LLQ_BASE, "base 0x%x%08x",
		    enahw_h16(c->csq_base.a_hi),
		    enahw_h32(c->csq_base.a_lo));
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	for (i = n = 0; i < d->p.max_pairs; i++)
		n += d->tx[i].live &&
		    d->tx[i].placement == ENAHW_SQ_PLACEMENT_DEV;
	if (n >= d->p.llq_count) {
		mock_rule(d, MR_LLQ_LIMIT, "%u LLQs exist", n);
		return (ENAHW_ST_NO_RESOURCES);
	}
	return (ENAHW_ST_SUCCESS);
}

static uint32_t
ring_bytes(const struct mockdev *d, const struct mock_sq *sq)
{
	return (sq->depth * d->llq.bytes);
}

static bool
is_llq(const struct mock_sq *sq)
{
	return (sq->live && sq->placement == ENAHW_SQ_PLACEMENT_DEV);
}

static bool
fits(const struct mockdev *d, uint64_t off, uint32_t bytes)
{
	const struct mock_sq *sq;
	unsigned int i;

	if (off + bytes > d->p.bar2_bytes)
		return (false);
	for (i = 0; i < d->p.max_pairs; i++) {
		sq = &d->tx[i];
		if (is_llq(sq) && off < (uint64_t)sq->llq_off +
		    ring_bytes(d, sq) && off + bytes > sq->llq_off)
			return (false);
	}
	return (true);
}

/* Where a ring of that many bytes goes; false if there is no room. */
static bool
place(const struct mockdev *d, uint32_t slot, uint32_t bytes, uint32_t *off)
{
	const struct mock_sq *sq;
	uint32_t region, slack;
	unsigned int i;

	region = d->p.bar2_bytes / d->p.llq_count & ~7U;
	slack = region > bytes ? region - bytes : 0;
	*off = slot * 5 % d->p.llq_count * region +
	    (slack / 64 * ((slot * 37 + 11) % 64) & ~7U);
	if (fits(d, *off, bytes))
		return (true);
	*off = 0;
	if (fits(d, *off, bytes))
		return (true);
	for (i = 0; i < d->p.max_pairs; i++) {
		sq = &d->tx[i];
		if (!is_llq(sq))
			continue;
		*off = sq->llq_off + ring_bytes(d, sq);
		if (fits(d, *off, bytes))
			return (true);
	}
	return (false);
}

static bool
window(struct mockdev *d)
{
	if (d->bar2 == NULL)
		d->bar2 = calloc(1, d->p.bar2_bytes);
	return (d->bar2 != NULL);
}

/* Find room for the ring of an SQ that is not live yet, and clear it. */
bool
mock_llq_create(struct mockdev *d, struct mock_sq *sq, uint16_t slot,
    uint32_t depth)
{
	uint32_t bytes;

	bytes = depth * d->llq.bytes;
	if (!place(d, slot, bytes, &sq->llq_off) || !window(d))
		return (false);
	sq->stored = calloc(depth, sizeof(*sq->stored));
	if (sq->stored == NULL)
		return (false);
	memset(d->bar2 + sq->llq_off, 0, bytes);
	return (true);
}

/* -- stores */

void
mock_bar2_attach(struct mockdev *d, void *mem)
{
	if (!d->bar2_theirs)
		free(d->bar2);
	d->bar2 = mem;
	d->bar2_theirs = mem != NULL;
}

/* The ring that holds this place of the window, or NULL. */
static struct mock_sq *
ring_at(struct mockdev *d, uint32_t off)
{
	struct mock_sq *sq;
	uint32_t i, slot;

	for (i = 0; i < d->p.max_pairs; i++) {
		/* Stores come in runs: look where the last one went. */
		slot = (d->bar2_slot + i) % d->p.max_pairs;
		sq = &d->tx[slot];
		if (is_llq(sq) && off >= sq->llq_off &&
		    off - sq->llq_off < ring_bytes(d, sq)) {
			d->bar2_slot = slot;
			return (sq);
		}
	}
	return (NULL);
}

/* Bits of the units of one entry from byte at, len bytes. */
static uint64_t
unit_bits(uint32_t at, uint32_t len)
{
	uint64_t ones;
	uint32_t from, to;

	from = at / MOCK_LLQ_UNIT;
	to = (at + len + MOCK_LLQ_UNIT - 1) / MOCK_LLQ_UNIT;
	ones = to - from >= 64 ? ~(uint64_t)0 :
	    ((uint64_t)1 << (to - from)) - 1;
	return (ones << from);
}

/* Judge the part of a store that falls into one entry. */
static bool
store_entry(struct mockdev *d, struct mock_sq *sq, uint32_t entry,
    uint32_t at, uint32_t len)
{
	uint64_t bits, *have;
	uint16_t pos;

	/* The position this entry gets when it is next rung. */
	pos = (uint16_t)(sq->db + ((entry - sq->db) & (sq->depth - 1)));
	if ((uint16_t)(pos - sq->retired) >= sq->depth) {
		mock_rule(d, MR_LLQ_STORE_BUSY, "TX %u entry %u byte %u: "
		    "%u..%u are the device's", sq->slot, entry, at,
		    sq->retired, sq->db);
		return (false);
	}
	bits = unit_bits(at, len);
	have = &sq->stored[entry];
	/* Nothing at or above the lowest new unit may have been written. */
	if (*have >= (bits & (~bits + 1)))
		mock_rule(d, MR_LLQ_STORE_ORDER, "TX %u entry %u byte %u %s",
		    sq->slot, entry, at, (*have & bits) != 0 ?
		    "written again" : "after a higher one");
	*have |= bits;
	return (true);
}

static void
judge_store(struct mockdev *d, uint32_t off, uint32_t len)
{
	struct mock_sq *sq;
	uint32_t at, n;

	if (len != 8 || (off & 7) != 0)
		mock_rule(d, MR_LLQ_STORE_SIZE, "%u bytes at 0x%x", len, off);
	sq = ring_at(d, off);
	if (sq == NULL || len > ring_bytes(d, sq) - (off - sq->llq_off)) {
		mock_rule(d, MR_LLQ_STORE_RING, "%u bytes at 0x%x", len, off);
		return;
	}
	off -= sq->llq_off;
	for (; len != 0; off += n, len -= n) {
		at = off % d->llq.bytes;
		n = d->llq.bytes - at < len ? d->llq.bytes - at : len;
		if (!store_entry(d, sq, off / d->llq.bytes, at, n))
			return;
	}
}

void
mock_bar2_write(struct mockdev *d, uint32_t off, const void *buf, size_t len)
{
	if (d->gone)
		return;
	if (off >= d->p.bar2_bytes || len > d->p.bar2_bytes - off) {
		mock_rule(d, MR_BAR2_OUTSIDE, "store at 0x%x + %zu of 0x%x",
		    off, len, d->p.bar2_bytes);
		return;
	}
	if (len == 0 || !window(d))
		return;
	memcpy(d->bar2 + off, buf, len);
	d->st.llq_stores++;
	if (!d->fatal && !d->bar2_theirs)
		judge_store(d, off, (uint32_t)len);
}

/*
 * Entries sq->db up to db are handed over.  False if that broke a rule;
 * the device has stopped then.
 */
bool
mock_llq_doorbell(struct mockdev *d, struct mock_sq *sq, uint16_t db)
{
	uint64_t whole;
	uint32_t n, slot;
	uint16_t pos;

	n = (uint16_t)(db - sq->db);
	if (d->llq.burst != 0 && n > d->llq.burst) {
		mock_rule(d, MR_LLQ_BURST, "TX %u %u entries at once, limit "
		    "%u", sq->slot, n, d->llq.burst);
		return (false);
	}
	whole = unit_bits(0, d->llq.bytes);
	for (pos = sq->db; pos != db && !d->bar2_theirs; pos++) {
		slot = pos & (sq->depth - 1);
		if (sq->stored[slot] != whole) {
			mock_rule(d, MR_LLQ_PARTIAL, "TX %u entry %u: units "
			    "0x%llx of %u bytes written", sq->slot, slot,
			    (unsigned long long)sq->stored[slot],
			    d->llq.bytes);
			return (false);
		}
		sq->stored[slot] = 0;
	}
	d->st.llq_entries += n;
	return (true);
}

/* -- reading */

/* Copy the entry at pos; volatile, since its writer may be a guest. */
static void
load(const struct mockdev *d, const struct mock_sq *sq, uint16_t pos,
    uint8_t *out)
{
	const volatile uint64_t *src;
	uint64_t q;
	uint32_t i;

	src = (const volatile uint64_t *)(const void *)(d->bar2 +
	    sq->llq_off + (pos & (sq->depth - 1)) * d->llq.bytes);
	for (i = 0; i < d->llq.bytes / 8; i++) {
		q = src[i];
		memcpy(out + 8 * i, &q, sizeof(q));
	}
}

static bool
all_zero(const uint8_t *p, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		if (p[from] != 0)
			return (false);
	return (true);
}

static void
check_unused(struct mockdev *d, const struct mock_sq *sq, uint32_t entry,
    const uint8_t *bytes, uint32_t from, uint32_t to)
{
	if (!all_zero(bytes, from, to))
		mock_rule(d, MR_LLQ_UNUSED, "TX %u entry %u of a packet, "
		    "bytes %u..%u", sq->slot, entry, from, to - 1);
}

/* Open the next entry of the packet at sq->head. */
static bool
open_entry(struct mockdev *d, const struct mock_sq *sq,
    struct mock_llq_walk *k)
{
	uint16_t pos;

	if (k->entries > 1)
		check_unused(d, sq, k->entries - 1, k->last, DESC * k->idx,
		    d->llq.bytes);
	pos = (uint16_t)(sq->head + k->entries);
	if (pos == sq->db) {
		mock_rule(d, MR_TX_PARTIAL, "TX %u doorbell %u after %u "
		    "entries without the last descriptor", sq->slot, sq->db,
		    k->entries);
		return (false);
	}
	load(d, sq, pos, k->entries == 0 ? k->first : k->last);
	k->cap = k->entries == 0 ? d->llq.nbefore : d->llq.ndesc;
	k->idx = 0;
	k->entries++;
	return (true);
}

/* The next descriptor of a packet; a walk starts all zero. */
bool
mock_llq_next(struct mockdev *d, const struct mock_sq *sq,
    struct mock_llq_walk *k, uint32_t w[4])
{
	struct enahw_desc e;
	uint64_t q;
	uint16_t pos;

	if (k->idx == k->cap && !open_entry(d, sq, k))
		return (false);
	memcpy(&e, (k->entries == 1 ? k->first : k->last) + DESC * k->idx,
	    sizeof(e));
	k->idx++;
	q = enahw_h64(e.d_q[0]);
	w[0] = (uint32_t)q;
	w[1] = (uint32_t)(q >> 32);
	q = enahw_h64(e.d_q[1]);
	w[2] = (uint32_t)q;
	w[3] = (uint32_t)(q >> 32);
	pos = (uint16_t)(sq->head + k->entries - 1);
	if (ENAHW_GET(ENAHW_TXD0_PHASE, w[0]) !=
	    mock_phase(pos, sq->depth)) {
		mock_rule(d, MR_TX_PHASE, "TX %u entry %u descriptor %u, "
		    "phase %u expected, word 0x%08x", sq->slot, pos,
		    k->idx - 1, mock_phase(pos, sq->depth), w[0]);
		return (false);
	}
	return (true);
}

/*
 * After the last descriptor: the header, which is at k->first + 16 N, and
 * what must be zero.
 */
bool
mock_llq_end(struct mockdev *d, const struct mock_sq *sq,
    const struct mock_llq_walk *k, uint32_t hdr_len)
{
	uint32_t area;

	if (hdr_len == 0) {
		mock_rule(d, MR_LLQ_NO_HEADER, "TX %u packet without pushed "
		    "bytes", sq->slot);
		return (false);
	}
	if (hdr_len > d->llq.hdr_max) {
		mock_rule(d, MR_TX_HEADER_LEN, "TX %u header %u of %u",
		    sq->slot, hdr_len, d->llq.hdr_max);
		return (false);
	}
	area = DESC * d->llq.nbefore;
	if (k->entries == 1)
		check_unused(d, sq, 0, k->first, DESC * k->idx, area);
	else
		check_unused(d, sq, k->entries - 1, k->last, DESC * k->idx,
		    d->llq.bytes);
	check_unused(d, sq, 0, k->first, area + hdr_len, d->llq.bytes);
	return (true);
}
