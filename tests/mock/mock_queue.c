/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O queues of the device model: CREATE and DESTROY, handles, and the
 * per-queue registers.
 *
 * Objects live in slots: TX and RX SQs 0..pairs-1 each, CQs 0..2*pairs-1,
 * first free slot taken.  Handles (indices on the wire) are slot + a base of
 * the profile, so that SQ handles, CQ handles and queue numbers are three
 * different things.  Register offsets follow from the slot: doorbell of TX
 * slot i at db_base + db_stride * 2i, of RX slot i at 2i + 1; unmask, head
 * and NUMA of CQ slot j at their base + unmask_stride * j.
 *
 * A TX queue may live in host memory or, after SET LLQ, in device memory
 * (mock_llq.c).  After SET LLQ both are allowed, queue by queue: no source
 * forbids it, and what a driver gains by mixing is its own business.
 */
#include <stdlib.h>

#include "mock_priv.h"

/* -- creation of CQs */

static bool
cq_vector_ok(struct mockdev *d, const struct enahw_create_cq *c,
    uint32_t *vector)
{
	*vector = enahw_h32(c->ccq_vector);
	if ((c->ccq_caps1 & ENAHW_CQ_CAPS1_INTR) == 0) {
		if (*vector != ENAHW_CQ_VECTOR_NONE)
			mock_rule(d, MR_CQ_VECTOR_POLLED, "vector %u",
			    *vector);
		*vector = ENAHW_CQ_VECTOR_NONE;
		return (true);
	}
	if (*vector == ENAHW_CQ_VECTOR_NONE)
		return (true);
	if (*vector == 0 || *vector >= d->p.msix_vectors) {
		mock_rule(d, MR_CQ_VECTOR, "vector %u of %u", *vector,
		    d->p.msix_vectors);
		return (false);
	}
	return (true);
}

static bool
cq_gates(struct mockdev *d)
{
	if (d->gates_passed)
		return (true);
	if (!mock_host_info(d))
		return (false);
	if (d->p.gate_a && d->hi_major != ENAHW_DRVVER_MAJOR_REQUIRED &&
	    (d->hi_features & ENAHW_DRVF_RSS_KEY) == 0) {
		mock_rule(d, MR_GATE_A, "driver major %u, features 0x%x",
		    d->hi_major, d->hi_features);
		return (false);
	}
	if (d->p.gate_b && (!d->hi_early ||
	    d->hi_major != ENAHW_DRVVER_MAJOR_REQUIRED)) {
		mock_rule(d, MR_GATE_B, "host info %s attributes, major %u",
		    d->hi_early ? "before" : "not before", d->hi_major);
		return (false);
	}
	if (d->p.aenq_rule && !d->aenq.set) {
		mock_rule(d, MR_AENQ_MISSING, "no AENQ registered");
		return (false);
	}
	d->gates_passed = true;
	return (true);
}

static uint8_t
cq_check(struct mockdev *d, const struct enahw_create_cq *c, uint64_t *base,
    uint32_t *vector)
{
	uint32_t depth, words;

	depth = enahw_h16(c->ccq_depth);
	words = c->ccq_caps2 & ENAHW_CQ_CAPS2_ENTRY_WORDS;
	if ((c->ccq_caps1 & (uint8_t)~ENAHW_CQ_CAPS1_INTR) != 0 ||
	    (c->ccq_caps2 & (uint8_t)~ENAHW_CQ_CAPS2_ENTRY_WORDS) != 0)
		mock_rule(d, MR_CQ_RESERVED, "caps 0x%02x 0x%02x",
		    c->ccq_caps1, c->ccq_caps2);
	if (words != 2 && words != 4 && words != 8) {
		mock_rule(d, MR_CQ_ENTRY, "%u words", words);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (!mock_pow2(depth) || depth < 2 || depth > d->p.cq_depth) {
		mock_rule(d, MR_CQ_DEPTH, "depth %u of %u", depth,
		    d->p.cq_depth);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (!cq_vector_ok(d, c, vector))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if (!mock_addr(d, &c->ccq_base, base, "CQ base"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if ((*base & 4095) != 0)
		mock_rule(d, MR_CQ_ALIGN, "base 0x%llx",
		    (unsigned long long)*base);
	return (ENAHW_ST_SUCCESS);
}

static unsigned int
cq_slots(const struct mockdev *d)
{
	return (2U * d->p.max_pairs);
}

static void
cq_response(struct mockdev *d, unsigned int slot, uint8_t *body)
{
	struct enahw_create_cq_resp r;
	const struct mock_cq *cq = &d->cq[slot];
	uint32_t off, arg, idx, depth, i;

	memset(&r, 0, sizeof(r));
	off = d->p.unmask_stride * slot;
	idx = d->p.cq_idx_base + slot;
	depth = cq->depth;
	r.ccr_unmask_off = enahw_le32(d->p.unmask_base + off);
	if (d->p.head_db_base != 0)
		r.ccr_head_db_off = enahw_le32(d->p.head_db_base + off);
	if (d->p.numa_base != 0)
		r.ccr_numa_off = enahw_le32(d->p.numa_base + off);
	if (mock_hit(d, MOCK_F_BAD_UNMASK_OFF, &arg))
		r.ccr_unmask_off = enahw_le32(arg);
	if (mock_hit(d, MOCK_F_CQ_DEPTH, &arg))
		depth = arg;
	for (i = 0; i < cq_slots(d); i++)
		if (i != slot && d->cq[i].live)
			break;
	if (i < cq_slots(d) && mock_hit(d, MOCK_F_DUP_INDEX, NULL))
		idx = d->p.cq_idx_base + i;
	r.ccr_cq_idx = enahw_le16((uint16_t)idx);
	r.ccr_depth = enahw_le16((uint16_t)depth);
	memcpy(body, (uint8_t *)&r + 8, sizeof(r) - 8);
}

uint8_t
mock_create_cq(struct mockdev *d, const uint8_t *cmd, uint8_t *body)
{
	struct enahw_create_cq c;
	struct mock_cq *cq;
	uint64_t base;
	uint32_t vector;
	unsigned int slot;
	uint8_t status;

	memcpy(&c, cmd, sizeof(c));
	if (!cq_gates(d))
		return (ENAHW_ST_UNKNOWN_ERROR);
	status = cq_check(d, &c, &base, &vector);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	for (slot = 0; slot < cq_slots(d) && d->cq[slot].live; slot++)
		continue;
	if (slot == cq_slots(d)) {
		mock_rule(d, MR_CQ_LIMIT, "%u CQs exist", slot);
		return (ENAHW_ST_NO_RESOURCES);
	}
	cq = &d->cq[slot];
	memset(cq, 0, sizeof(*cq));
	cq->live = true;
	cq->base = base;
	cq->depth = enahw_h16(c.ccq_depth);
	cq->entry_bytes = 4U * (c.ccq_caps2 & ENAHW_CQ_CAPS2_ENTRY_WORDS);
	cq->vector = vector;
	cq_response(d, slot, body);
	return (ENAHW_ST_SUCCESS);
}

/* -- creation of SQs */

static uint8_t
sq_check_cq(struct mockdev *d, const struct enahw_create_sq *c, bool rx,
    uint16_t *cq_slot)
{
	const struct mock_cq *cq;
	uint32_t idx;

	idx = enahw_h16(c->csq_cq_idx);
	if (idx < d->p.cq_idx_base || idx - d->p.cq_idx_base >= cq_slots(d) ||
	    !d->cq[idx - d->p.cq_idx_base].live) {
		mock_rule(d, MR_SQ_CQ, "CQ index %u", idx);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	*cq_slot = (uint16_t)(idx - d->p.cq_idx_base);
	cq = &d->cq[*cq_slot];
	if (cq->bound) {
		mock_rule(d, MR_SQ_CQ_BOUND, "CQ index %u", idx);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (rx ? cq->entry_bytes < 16 : cq->entry_bytes > 16) {
		mock_rule(d, MR_SQ_CQ_ENTRY, "%s with %u-byte entries",
		    rx ? "RX" : "TX", cq->entry_bytes);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (cq->depth < enahw_h16(c->csq_depth))
		mock_rule(d, MR_SQ_CQ_DEPTH, "SQ %u, CQ %u",
		    enahw_h16(c->csq_depth), cq->depth);
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
sq_placement(const struct enahw_create_sq *c)
{
	return ((uint8_t)ENAHW_GET(ENAHW_SQ_CAPS2_PLACEMENT, c->csq_caps2));
}

/* What only a ring in host memory has: its depth limit and an address. */
static uint8_t
sq_check_host(struct mockdev *d, const struct enahw_create_sq *c, bool rx,
    uint64_t *base)
{
	uint32_t depth, max;

	depth = enahw_h16(c->csq_depth);
	max = rx ? d->p.rx_sq_depth : d->p.tx_sq_depth;
	if (!mock_pow2(depth) || depth < 2 || depth > max) {
		mock_rule(d, MR_SQ_DEPTH, "depth %u of %u", depth, max);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (!mock_addr(d, &c->csq_base, base, "SQ base"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if ((*base & 4095) != 0)
		mock_rule(d, MR_SQ_ALIGN, "base 0x%llx",
		    (unsigned long long)*base);
	if ((c->csq_caps3 & ENAHW_SQ_CAPS3_CONTIG) == 0)
		mock_rule(d, MR_SQ_CONTIG, "caps 0x%02x", c->csq_caps3);
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
sq_check_caps(struct mockdev *d, const struct enahw_create_sq *c, bool rx,
    uint64_t *base)
{
	uint32_t place, policy;
	uint8_t status;

	place = sq_placement(c);
	policy = ENAHW_GET(ENAHW_SQ_CAPS2_POLICY, c->csq_caps2);
	if (place != ENAHW_SQ_PLACEMENT_HOST &&
	    (place != ENAHW_SQ_PLACEMENT_DEV || rx || !d->llq.set)) {
		mock_rule(d, MR_SQ_PLACEMENT, "placement %u for %s, LLQ %s",
		    place, rx ? "RX" : "TX", d->llq.set ? "set" : "not set");
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (policy != 0) {
		mock_rule(d, MR_SQ_POLICY, "policy %u", policy);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	*base = 0;
	status = place == ENAHW_SQ_PLACEMENT_DEV ? mock_llq_check(d, c) :
	    sq_check_host(d, c, rx, base);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	if ((c->csq_identity & (uint8_t)~ENAHW_SQ_IDENTITY_DIR) != 0 ||
	    c->csq_rsvd5 != 0 || (c->csq_caps2 & 0x80) != 0 ||
	    (c->csq_caps3 & (uint8_t)~ENAHW_SQ_CAPS3_CONTIG) != 0 ||
	    enahw_h32(c->csq_head_wb.a_lo) != 0 ||
	    enahw_h16(c->csq_head_wb.a_hi) != 0)
		mock_rule(d, MR_SQ_RESERVED, "identity 0x%02x, caps 0x%02x "
		    "0x%02x", c->csq_identity, c->csq_caps2, c->csq_caps3);
	return (ENAHW_ST_SUCCESS);
}

static void
sq_response(struct mockdev *d, const struct mock_sq *sq, uint8_t *body)
{
	struct enahw_create_sq_resp r;
	const struct mock_sq *other;
	uint32_t arg, base, db, i, idx;

	memset(&r, 0, sizeof(r));
	base = sq->rx ? d->p.rx_sq_idx_base : d->p.tx_sq_idx_base;
	other = sq->rx ? d->rx : d->tx;
	db = d->p.db_base + d->p.db_stride * (2U * sq->slot +
	    (sq->rx ? 1U : 0U));
	idx = base + sq->slot;
	if (mock_hit(d, MOCK_F_BAD_DB_OFF, &arg))
		db = arg;
	for (i = 0; i < d->p.max_pairs; i++)
		if (i != sq->slot && other[i].live)
			break;
	if (i < d->p.max_pairs && mock_hit(d, MOCK_F_DUP_INDEX, NULL))
		idx = base + i;
	r.csr_sq_idx = enahw_le16((uint16_t)idx);
	r.csr_db_off = enahw_le32(db);
	if (sq->placement == ENAHW_SQ_PLACEMENT_DEV) {
		if (!mock_hit(d, MOCK_F_BAD_LLQ_OFF, &arg))
			arg = sq->llq_off;
		r.csr_llq_desc_off = enahw_le32(arg);
	}
	memcpy(body, (uint8_t *)&r + 8, sizeof(r) - 8);
}

/* Make the bookkeeping of an SQ; its size is bounded by the profile. */
static bool
sq_alloc(struct mock_sq *sq, bool rx, uint32_t depth)
{
	memset(sq, 0, sizeof(*sq));
	sq->due = sq->held_due = MOCK_NEVER;
	sq->busy = calloc(depth, sizeof(*sq->busy));
	if (rx)
		sq->bufs = calloc(depth, sizeof(*sq->bufs));
	if (sq->busy == NULL || (rx && sq->bufs == NULL)) {
		mock_sq_free(sq);
		return (false);
	}
	return (true);
}

void
mock_sq_free(struct mock_sq *sq)
{
	free(sq->busy);
	free(sq->bufs);
	free(sq->stored);
	memset(sq, 0, sizeof(*sq));
	sq->due = sq->held_due = MOCK_NEVER;
}

uint8_t
mock_create_sq(struct mockdev *d, const uint8_t *cmd, uint8_t *body)
{
	struct enahw_create_sq c;
	struct mock_sq *sq;
	uint64_t base;
	uint32_t dir;
	uint16_t cq, slot;
	uint8_t status;
	bool rx;

	memcpy(&c, cmd, sizeof(c));
	dir = ENAHW_GET(ENAHW_SQ_IDENTITY_DIR, c.csq_identity);
	if (dir != ENAHW_SQ_DIR_TX && dir != ENAHW_SQ_DIR_RX) {
		mock_rule(d, MR_SQ_DIRECTION, "direction %u", dir);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	rx = dir == ENAHW_SQ_DIR_RX;
	if ((status = sq_check_caps(d, &c, rx, &base)) != ENAHW_ST_SUCCESS ||
	    (status = sq_check_cq(d, &c, rx, &cq)) != ENAHW_ST_SUCCESS)
		return (status);
	sq = rx ? d->rx : d->tx;
	for (slot = 0; slot < d->offered_pairs && sq[slot].live; slot++)
		continue;
	if (slot == d->offered_pairs) {
		mock_rule(d, MR_SQ_LIMIT, "%u %s SQs exist", slot,
		    rx ? "RX" : "TX");
		return (ENAHW_ST_NO_RESOURCES);
	}
	sq += slot;
	if (!sq_alloc(sq, rx, enahw_h16(c.csq_depth)))
		return (ENAHW_ST_NO_RESOURCES);
	sq->placement = sq_placement(&c);
	if (sq->placement == ENAHW_SQ_PLACEMENT_DEV &&
	    !mock_llq_create(d, sq, slot, enahw_h16(c.csq_depth))) {
		mock_sq_free(sq);
		return (ENAHW_ST_NO_RESOURCES);
	}
	sq->live = true;
	sq->rx = rx;
	sq->slot = slot;
	sq->cq = cq;
	sq->base = base;
	sq->depth = enahw_h16(c.csq_depth);
	d->cq[cq].bound = true;
	d->cq[cq].rx = rx;
	mock_ts_check(d, &d->cq[cq]);
	sq_response(d, sq, body);
	return (ENAHW_ST_SUCCESS);
}

/* -- destruction */

uint8_t
mock_destroy_sq(struct mockdev *d, const uint8_t *cmd)
{
	struct enahw_destroy_sq c;
	struct mock_sq *sq;
	uint32_t base, dir, idx;

	memcpy(&c, cmd, sizeof(c));
	dir = ENAHW_GET(ENAHW_SQ_IDENTITY_DIR, c.dsq_identity);
	idx = enahw_h16(c.dsq_sq_idx);
	base = dir == ENAHW_SQ_DIR_RX ? d->p.rx_sq_idx_base :
	    d->p.tx_sq_idx_base;
	sq = dir == ENAHW_SQ_DIR_RX ? d->rx : d->tx;
	if ((dir != ENAHW_SQ_DIR_TX && dir != ENAHW_SQ_DIR_RX) ||
	    idx < base || idx - base >= d->p.max_pairs ||
	    !sq[idx - base].live) {
		mock_rule(d, MR_DESTROY_SQ, "direction %u, SQ index %u", dir,
		    idx);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	sq += idx - base;
	d->cq[sq->cq].bound = false;
	mock_sq_free(sq);
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_destroy_cq(struct mockdev *d, const uint8_t *cmd)
{
	struct enahw_destroy_cq c;
	struct mock_cq *cq;
	uint32_t i, idx, vector;

	memcpy(&c, cmd, sizeof(c));
	idx = enahw_h16(c.dcq_cq_idx);
	if (idx < d->p.cq_idx_base || idx - d->p.cq_idx_base >= cq_slots(d) ||
	    !d->cq[idx - d->p.cq_idx_base].live) {
		mock_rule(d, MR_DESTROY_CQ, "CQ index %u", idx);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	cq = &d->cq[idx - d->p.cq_idx_base];
	if (cq->bound) {
		mock_rule(d, MR_DESTROY_CQ_BUSY, "CQ index %u", idx);
		return (ENAHW_ST_BUSY);
	}
	vector = cq->vector;
	memset(cq, 0, sizeof(*cq));
	for (i = 0; i < cq_slots(d); i++)
		if (d->cq[i].live && d->cq[i].vector == vector)
			return (ENAHW_ST_SUCCESS);
	/* Nobody is left on this vector: it falls silent. */
	if (vector < MOCK_VECTORS) {
		memset(&d->vec[vector], 0, sizeof(d->vec[vector]));
		d->vec[vector].due = MOCK_NEVER;
	}
	return (ENAHW_ST_SUCCESS);
}

/* -- per-queue registers */

static bool
slot_of(uint32_t off, uint32_t base, uint32_t stride, uint32_t slots,
    uint32_t *slot)
{
	if (base == 0 || off < base || (off - base) % stride != 0)
		return (false);
	*slot = (off - base) / stride;
	return (*slot < slots);
}

static void
sq_doorbell(struct mockdev *d, struct mock_sq *sq, uint32_t val)
{
	uint16_t outstanding, db;

	if (val > 0xffff)
		mock_rule(d, MR_DB_HIGH_BITS, "%s %u doorbell 0x%08x",
		    sq->rx ? "RX" : "TX", sq->slot, val);
	db = (uint16_t)val;
	outstanding = (uint16_t)(db - sq->retired);
	if (outstanding > sq->depth - 1 ||
	    (uint16_t)(db - sq->db) > sq->depth - 1) {
		mock_rule(d, MR_SQ_OVERRUN, "%s %u doorbell %u after %u, %u "
		    "retired, depth %u", sq->rx ? "RX" : "TX", sq->slot, db,
		    sq->db, sq->retired, sq->depth);
		return;
	}
	if (db == sq->db) {
		mock_rule(d, MR_DB_IDLE, "%s %u doorbell %u again",
		    sq->rx ? "RX" : "TX", sq->slot, db);
		return;
	}
	if (sq->rx) {
		mock_rx_post(d, sq, db);
		return;
	}
	if (sq->placement == ENAHW_SQ_PLACEMENT_DEV &&
	    !mock_llq_doorbell(d, sq, db))
		return;
	sq->db = db;
	if (d->o.tx_us == 0)
		mock_tx_run(d, sq);
	else if (sq->due == MOCK_NEVER) {
		sq->due = mock_after(d, d->o.tx_us);
		mock_wake(d, sq->due);
	}
}

/* A write beyond the fixed registers; false if it is no queue's. */
bool
mock_queue_write(struct mockdev *d, uint32_t off, uint32_t val)
{
	const struct mock_profile *p = &d->p;
	struct mock_sq *sq;
	uint32_t slot;

	if (slot_of(off, p->db_base, p->db_stride, cq_slots(d), &slot)) {
		d->st.doorbells++;
		sq = (slot & 1) != 0 ? &d->rx[slot / 2] : &d->tx[slot / 2];
		if (!sq->live)
			return (false);
		sq_doorbell(d, sq, val);
		return (true);
	}
	if (slot_of(off, p->unmask_base, p->unmask_stride, cq_slots(d),
	    &slot)) {
		d->st.unmasks++;
		if (d->cq[slot].live)
			mock_unmask(d, &d->cq[slot], val);
		else
			mock_rule(d, MR_UNMASK_DEAD, "0x%08x to offset 0x%x",
			    val, off);
		return (true);
	}
	/* Hints: accepted, without effect here. */
	return (slot_of(off, p->head_db_base, p->unmask_stride, cq_slots(d),
	    &slot) || slot_of(off, p->numa_base, p->unmask_stride,
	    cq_slots(d), &slot));
}

/*
 * Append a completion, given as words 0..7 without the phase, of which as
 * many count as the entry has.  One write: body and phase become visible
 * together.
 */
bool
mock_cq_put(struct mockdev *d, struct mock_cq *cq, uint32_t w[8])
{
	struct enahw_le64 q[4];
	uint64_t at;
	unsigned int i;

	w[0] &= ~ENAHW_TXC0_PHASE;
	if (mock_phase(cq->tail, cq->depth) != 0)
		w[0] |= ENAHW_TXC0_PHASE;
	for (i = 0; i < 4; i++)
		q[i] = enahw_le64((uint64_t)w[2 * i + 1] << 32 | w[2 * i]);
	at = cq->base + (uint64_t)(cq->tail & (cq->depth - 1)) *
	    cq->entry_bytes;
	cq->tail++;
	if (!mock_dma_wr(d, at, q, cq->entry_bytes, "CQ entry"))
		return (false);
	mock_vec_note(d, cq->vector, cq->rx);
	return (true);
}
