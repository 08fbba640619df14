/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O queues: how many, how deep, their memory, creation and destruction,
 * interrupt arming.
 *
 * Lane: ADMIN, except ena_queue_unmask() and ena_queue_mask() (the lane that
 * serves the vector) and the invariants.
 *
 * A pair is one TX and one RX queue on one vector, each an SQ with its own
 * CQ.  Commands of all pairs are pipelined as far as the admin queue goes:
 * all CQs, then all SQs; destruction is the reverse.
 *
 * Q1: offsets and indices from the device are checked before they are kept:
 *     offsets aligned, inside BAR0, not on the fixed registers; indices
 *     unique.
 * Q2: rings are zero, on both sides, before the device learns of them.
 * Q3: a queue is created only with nothing of the last life in flight.
 * Q4: both rings hold at most depth - 1 entries.
 *
 * ref: docs/hw-notes.md#create-cq, #io-rings
 */
#include "ena_priv.h"

#define ENA_ALIGN_UP(v, a)	(((v) + ((a) - 1)) & ~((size_t)(a) - 1))

/* Queues of all pairs in a row: first all TX, then all RX. */
static unsigned int
ena_ioqs(const struct ena_dev *dev)
{
	return (2U * dev->dev_plan.pl_pairs);
}

static bool
ena_ioq_is_tx(const struct ena_dev *dev, unsigned int k)
{
	return (k < dev->dev_plan.pl_pairs);
}

static struct ena_pair *
ena_ioq_pair(const struct ena_dev *dev, unsigned int k)
{
	return (dev->dev_pairs[ena_ioq_is_tx(dev, k) ? k :
	    k - dev->dev_plan.pl_pairs]);
}

static struct ena_ioq *
ena_ioq(const struct ena_dev *dev, unsigned int k)
{
	struct ena_pair *pr = ena_ioq_pair(dev, k);

	return (ena_ioq_is_tx(dev, k) ? &pr->pr_tx.tq_io : &pr->pr_rx.rq_io);
}

/* ---- planning */

static uint16_t
ena_plan_depth(uint16_t wish, uint16_t max, uint16_t cap)
{
	uint16_t depth;

	depth = wish != 0 ? wish : ENA_DEFAULT_DEPTH;
	if (cap != 0 && depth > cap)
		depth = cap;
	return (depth < max ? depth : max);
}

enum ena_result
ena_queue_wish(struct ena_dev *dev, unsigned int pairs, unsigned int tx_depth,
    unsigned int rx_depth)
{
	struct ena_config cf = dev->dev_cfg;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (pairs > ENA_MAX_PAIRS || tx_depth > 32768 || rx_depth > 32768)
		return (ENA_INVAL);
	cf.cf_pairs = (uint16_t)pairs;
	cf.cf_tx_depth = (uint16_t)tx_depth;
	cf.cf_rx_depth = (uint16_t)rx_depth;
	if (!ena_config_ok(dev->dev_os, &cf))
		return (ENA_INVAL);
	dev->dev_cfg = cf;
	dev->dev_cap_tx_depth = 0;
	dev->dev_cap_rx_depth = 0;
	return (ENA_OK);
}

bool
ena_queue_shrink(struct ena_dev *dev)
{
	uint32_t rx = dev->dev_plan.pl_rx_depth;
	uint32_t tx = dev->dev_plan.pl_tx_depth;
	bool less_rx, less_tx;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	less_tx = tx >= rx && tx > ENA_SHRINK_FLOOR;
	less_rx = rx >= tx && rx > ENA_SHRINK_FLOOR;
	if (!less_tx && !less_rx)
		return (false);
	if (less_tx)
		tx /= 2;
	if (less_rx)
		rx /= 2;
	dev->dev_cap_tx_depth = (uint16_t)tx;
	dev->dev_cap_rx_depth = (uint16_t)rx;
	ena_log(dev->dev_os, ENA_LOG_WARN,
	    "low memory: ring depths reduced to %u/%u", tx, rx);
	return (true);
}

enum ena_result
ena_queue_plan(struct ena_dev *dev, unsigned int vectors,
    struct ena_plan *plan)
{
	const struct ena_config *cf = &dev->dev_cfg;
	const struct ena_info *in = &dev->dev_info;
	uint32_t pairs;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (ena_dev_state(dev) != ENA_STATE_ADMIN_UP &&
	    ena_dev_state(dev) != ENA_STATE_CONFIGURED)
		return (ENA_STATE);
	if (vectors == 1 || cf->cf_tx_depth > in->in_max_tx_depth ||
	    cf->cf_rx_depth > in->in_max_rx_depth) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "cannot plan: %u vectors, depths %u/%u of %u/%u",
		    vectors, cf->cf_tx_depth, cf->cf_rx_depth,
		    in->in_max_tx_depth, in->in_max_rx_depth);
		return (ENA_INVAL);
	}
	pairs = cf->cf_pairs != 0 ? cf->cf_pairs : cf->cf_cpus;
	pairs = ena_min32(pairs, in->in_max_pairs);
	if (vectors != 0)
		pairs = ena_min32(pairs, vectors - 1);
	plan->pl_pairs = (uint16_t)pairs;
	plan->pl_tx_depth = ena_plan_depth(cf->cf_tx_depth,
	    in->in_max_tx_depth, dev->dev_cap_tx_depth);
	plan->pl_rx_depth = ena_plan_depth(cf->cf_rx_depth,
	    in->in_max_rx_depth, dev->dev_cap_rx_depth);
	plan->pl_mem_bytes = ena_queue_mem_size(plan->pl_tx_depth,
	    plan->pl_rx_depth) + ena_wide_word(dev) *
	    (plan->pl_tx_depth * (ENA_STAMP_TX + 1) +
	    plan->pl_rx_depth * (ENA_STAMP_RX + 1));
	/* memory given for another plan may be too small now */
	if (dev->dev_plan.pl_pairs != plan->pl_pairs ||
	    dev->dev_plan.pl_tx_depth != plan->pl_tx_depth ||
	    dev->dev_plan.pl_rx_depth != plan->pl_rx_depth)
		memset(dev->dev_pairs, 0, sizeof(dev->dev_pairs));
	dev->dev_plan = *plan;
	dev->dev_polled_queues = vectors == 0;
	return (ENA_OK);
}

size_t
ena_queue_mem_size(unsigned int tx_depth, unsigned int rx_depth)
{
	/* pair; TX ids and slots; RX segments and lengths; room to align */
	return (ENA_CACHE_LINE + sizeof(struct ena_pair) +
	    (size_t)tx_depth * (sizeof(uint16_t) + sizeof(uint8_t)) +
	    (size_t)rx_depth * (sizeof(struct ena_rx_seg) + sizeof(uint16_t)));
}

enum ena_result
ena_queue_give(struct ena_dev *dev, unsigned int i, void *mem, size_t bytes)
{
	const struct ena_plan *pl = &dev->dev_plan;
	struct ena_pair *pr;
	uint8_t *p;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (dev->dev_pos > ena_steps_at(ENA_STATE_CONFIGURED) ||
	    dev->dev_target == ENA_STATE_RUNNING)
		return (ENA_STATE);
	if (i >= pl->pl_pairs || (mem != NULL && bytes < pl->pl_mem_bytes))
		return (ENA_INVAL);
	if (mem == NULL) {
		dev->dev_pairs[i] = NULL;
		return (ENA_OK);
	}
	memset(mem, 0, bytes);
	p = (uint8_t *)mem + (ENA_ALIGN_UP((uintptr_t)mem, ENA_CACHE_LINE) -
	    (uintptr_t)mem);
	pr = (struct ena_pair *)(void *)p;
	p += sizeof(*pr);
	pr->pr_tx.tq_io.io_copy = (struct enahw_le64 *)(void *)p;
	p += ena_wide_word(dev) * pl->pl_tx_depth * (ENA_STAMP_TX + 1);
	pr->pr_rx.rq_io.io_copy = (struct enahw_le64 *)(void *)p;
	p += ena_wide_word(dev) * pl->pl_rx_depth * (ENA_STAMP_RX + 1);
	pr->pr_tx.tq_ids = (uint16_t *)(void *)p;
	p += pl->pl_tx_depth * sizeof(uint16_t);
	pr->pr_rx.rq_free = (struct ena_rx_seg *)(void *)p;
	p += pl->pl_rx_depth * sizeof(struct ena_rx_seg);
	pr->pr_rx.rq_posted = (uint16_t *)(void *)p;
	p += pl->pl_rx_depth * sizeof(uint16_t);
	pr->pr_tx.tq_slots = p;
	pr->pr_tx.tq_io.io_depth = pl->pl_tx_depth;
	pr->pr_rx.rq_io.io_depth = pl->pl_rx_depth;
	pr->pr_tx.tq_io.io_words = ENA_STAMP_TX;
	pr->pr_rx.rq_io.io_words = ENA_STAMP_RX;
	pr->pr_tx.tq_mask = pl->pl_tx_depth - 1U;
	pr->pr_rx.rq_mask = pl->pl_rx_depth - 1U;
	dev->dev_pairs[i] = pr;
	return (ENA_OK);
}

/* ---- invariants */

bool
ena_txq_ok(const struct ena_txq *q)
{
	return (ena_is_pow2(q->tq_mask + 1) && q->tq_cq != NULL &&
	    (q->tq_ring == NULL) == (q->tq_llq.li_entry_bytes != 0) &&
	    q->tq_tail_pos - ena_os_load_acq(&q->tq_done_pos) <= q->tq_mask);
}

bool
ena_rxq_ok(const struct ena_rxq *q)
{
	return (ena_is_pow2(q->rq_mask + 1) && q->rq_ring != NULL &&
	    q->rq_tail_pos - (q->rq_head_pos - q->rq_nsegs) <= q->rq_mask &&
	    q->rq_nsegs <= ENA_MAX_RX_SEGS);
}

/* ---- rings */

/*
 * Rules for the request flags of one IP version, from what the device offers
 * for it (ip_csum 0: that version has no header checksum): a flag may be
 * set only if it is offered, and TSO rewrites all checksums, so all must be
 * asked for.
 */
static void
ena_tx_rules(struct ena_tx_rule r[3], uint32_t offered, uint32_t ip_csum,
    uint32_t full, uint32_t partial, uint32_t tso)
{
	uint32_t all, any;

	any = ENA_TXF_DF;
	if ((offered & ip_csum) != 0)
		any |= ENA_TXF_IP4_CSUM;
	if ((offered & partial) != 0)
		any |= ENA_TXF_L4_PARTIAL;
	r[0].tr_mask = ~any;
	r[0].tr_value = 0;
	r[1].tr_mask = ~(any | ENA_TXF_L4_CSUM);
	r[1].tr_value = 0;
	if ((offered & full) == 0) {
		r[1].tr_mask |= ENA_TXF_L4_PARTIAL;
		r[1].tr_value = ENA_TXF_L4_PARTIAL;
	}
	all = ENA_TXF_TSO | ENA_TXF_L4_CSUM |
	    (ip_csum != 0 ? ENA_TXF_IP4_CSUM : 0);
	r[2].tr_mask = r[1].tr_mask | all;
	r[2].tr_value = r[1].tr_value | all;
	/* a flag that chose its rule and must be clear fits no packet */
	if ((offered & (full | partial)) == 0) {
		r[1].tr_mask |= ENA_TXF_L4_CSUM;
		r[2].tr_value &= ~ENA_TXF_TSO;
	}
	if ((offered & tso) == 0 || (offered & ip_csum) != ip_csum)
		r[2].tr_value &= ~ENA_TXF_TSO;
}

static enum ena_result
ena_ring_alloc(struct ena_dev *dev, struct ena_os_dma *dma, size_t bytes)
{
	if (!ena_os_dma_alloc(dev->dev_os, bytes, ENA_PAGE,
	    dev->dev_info.in_dma_bits, dma))
		return (ENA_NO_MEMORY);
	if ((dma->dma_pa >> dev->dev_info.in_dma_bits) != 0 ||
	    (dma->dma_pa & (ENA_PAGE - 1)) != 0)
		return (ENA_INVAL);
	memset(dma->dma_va, 0, bytes);				/* Q2 */
	ena_os_dma_sync(dev->dev_os, dma, 0, bytes, ENA_SYNC_PREWRITE);
	return (ENA_OK);
}

/*
 * Both rings; sq_entry 0: it lies in device memory.  *cq is where to look for
 * completions: in the ring, or in the copy of one with times.
 */
static enum ena_result
ena_ioq_alloc(struct ena_dev *dev, struct ena_ioq *io, size_t sq_entry,
    void **cq)
{
	enum ena_result r;
	size_t bytes;

	bytes = io->io_depth * io->io_words * sizeof(struct enahw_le64);
	*cq = NULL;
	if ((dev->dev_info.in_stamps & io->io_words) != 0) {
		*cq = io->io_copy;
		memset(*cq, 0, bytes);
		bytes *= 2;
	}
	io->io_cq_bytes = (uint32_t)bytes;
	io->io_copied_pos = 0;
	r = sq_entry == 0 ? ENA_OK :
	    ena_ring_alloc(dev, &io->io_sq_dma, io->io_depth * sq_entry);
	if (r == ENA_OK)
		r = ena_ring_alloc(dev, &io->io_cq_dma, bytes);
	if (r != ENA_OK)
		return (r);
	ena_os_dma_sync(dev->dev_os, &io->io_cq_dma, 0, bytes,
	    ENA_SYNC_PREREAD);
	io->io_wide = io->io_cq_dma.dma_va;
	if (*cq == NULL) {
		*cq = io->io_cq_dma.dma_va;
		io->io_wide = NULL;
	}
	return (ENA_OK);
}

static enum ena_result
ena_txq_setup(struct ena_dev *dev, struct ena_txq *q, uint16_t index)
{
	const struct ena_info *in = &dev->dev_info;
	uint32_t depth, i;
	enum ena_result r;
	void *cq;

	depth = q->tq_mask + 1;
	for (i = 0; i < depth; i++) {
		if (q->tq_slots[i] != 0)
			return (ENA_STATE);			/* Q3 */
		q->tq_ids[i] = (uint16_t)i;
	}
	q->tq_os = dev->dev_os;
	q->tq_dev = dev;
	q->tq_index = index;
	q->tq_bad_addr = ~(((uint64_t)1 << in->in_dma_bits) - 1);
	q->tq_id_mask = (uint64_t)ENAHW_TXD1_ID_LO << 32 | ENAHW_TXD0_ID_HI;
	q->tq_id_factor = (uint64_t)ENAHW_LSB(ENAHW_TXD1_ID_LO) << 32 |
	    ENAHW_LSB(ENAHW_TXD0_ID_HI) >> ENAHW_TXD_ID_LO_BITS;
	q->tq_llq = in->in_llq;
	q->tq_llq.li_max_bufs = ena_llq_max_bufs(&q->tq_llq, depth,
	    in->in_max_tx_bufs);
	/* one buffer, where it has its place whether with metadata or not */
	q->tq_llq_plain = q->tq_llq.li_before == 2 ? 2 : 0;
	q->tq_burst = in->in_llq.li_burst != 0 ? in->in_llq.li_burst : ~0U;
	q->tq_max_bufs = in->in_llq.li_entry_bytes != 0 ? 0 :
	    ena_min32(in->in_max_tx_bufs, depth - 2);
	q->tq_check = ENAHW_TXC0_PHASE |
	    (ena_can(dev, ENAHW_CAP_CDESC_MBZ) ? ENAHW_TXC0_MBZ : 0);
	q->tq_tail_pos = 0;
	q->tq_pop_pos = 0;
	q->tq_head_pos = 0;
	q->tq_freed_pos = 0;
	/* the device's cache is empty, or does not count */
	q->tq_meta = in->in_llq.li_meta_always ? ~(uint64_t)0 : 0;
	q->tq_meta_idle = 0;
	ena_os_store_rel(&q->tq_done_pos, 0);
	ena_tx_rules(q->tq_rules[0], in->in_tx_offloads, ENAHW_TXO_L3V4,
	    ENAHW_TXO_L4V4_FULL, ENAHW_TXO_L4V4_PART, ENAHW_TXO_TSOV4);
	ena_tx_rules(q->tq_rules[1], in->in_tx_offloads, 0,
	    ENAHW_TXO_L4V6_FULL, ENAHW_TXO_L4V6_PART, ENAHW_TXO_TSOV6);
	r = ena_ioq_alloc(dev, &q->tq_io, q->tq_llq.li_entry_bytes != 0 ? 0 :
	    sizeof(struct enahw_desc), &cq);
	q->tq_ring = q->tq_io.io_sq_dma.dma_va;
	q->tq_cq = cq;
	return (r);
}

static enum ena_result
ena_rxq_setup(struct ena_dev *dev, struct ena_rxq *q, uint16_t index)
{
	const struct ena_info *in = &dev->dev_info;
	uint32_t depth, i;
	enum ena_result r;
	void *cq;

	depth = q->rq_mask + 1;
	for (i = 0; i < depth; i++) {
		if (q->rq_posted[i] != 0)
			return (ENA_STATE);			/* Q3 */
		q->rq_free[i].rs_id = (uint16_t)i;
	}
	q->rq_os = dev->dev_os;
	q->rq_dev = dev;
	q->rq_index = index;
	q->rq_bad_addr = ~(((uint64_t)1 << in->in_dma_bits) - 1);
	/* a frame that can hold the whole ring would never end */
	q->rq_max_segs = ena_min32(in->in_max_rx_segs, depth - 2);
	q->rq_max_frame = in->in_max_mtu + ENA_L2_OVERHEAD;
	q->rq_check = ENAHW_RXC0_PHASE |
	    (ena_can(dev, ENAHW_CAP_CDESC_MBZ) ? ENAHW_RXC0_MBZ : 0);
	/* FIRST in the middle of a frame is malformed */
	q->rq_check_more = q->rq_check | ENAHW_RXC0_FIRST;
	q->rq_tail_pos = 0;
	q->rq_head_pos = 0;
	q->rq_nsegs = 0;
	q->rq_bytes_so_far = 0;
	r = ena_ioq_alloc(dev, &q->rq_io, sizeof(struct enahw_desc), &cq);
	q->rq_ring = q->rq_io.io_sq_dma.dma_va;
	q->rq_cq = cq;
	return (r);
}

/* A plan from before a reset may ask for more than there is now. */
static bool
ena_plan_fits(const struct ena_dev *dev)
{
	const struct ena_plan *pl = &dev->dev_plan;
	const struct ena_info *in = &dev->dev_info;

	if (pl->pl_pairs <= in->in_max_pairs &&
	    pl->pl_tx_depth <= in->in_max_tx_depth &&
	    pl->pl_rx_depth <= in->in_max_rx_depth)
		return (true);
	ena_log(dev->dev_os, ENA_LOG_ERR,
	    "plan %u pairs, depths %u/%u; device allows %u, %u/%u",
	    pl->pl_pairs, pl->pl_tx_depth, pl->pl_rx_depth, in->in_max_pairs,
	    in->in_max_tx_depth, in->in_max_rx_depth);
	return (false);
}

enum ena_result
ena_up_rings(struct ena_dev *dev)
{
	enum ena_result r;
	uint16_t i;

	if (!ena_plan_fits(dev))
		return (ENA_INVAL);
	for (i = 0; i < dev->dev_plan.pl_pairs; i++) {
		r = ena_txq_setup(dev, &dev->dev_pairs[i]->pr_tx, i);
		if (r == ENA_OK)
			r = ena_rxq_setup(dev, &dev->dev_pairs[i]->pr_rx, i);
		if (r != ENA_OK) {
			ena_log(dev->dev_os, ENA_LOG_ERR,
			    "queue pair %u: %s", i, r == ENA_STATE ?
			    "buffers of its last life not drained" :
			    "no memory for its rings");
			return (r);
		}
	}
	return (ENA_OK);
}

enum ena_result
ena_down_rings(struct ena_dev *dev)
{
	struct ena_pair *pr;
	unsigned int k;

	for (k = 0; k < ena_ioqs(dev); k++) {
		ena_os_dma_free(dev->dev_os, &ena_ioq(dev, k)->io_sq_dma);
		ena_os_dma_free(dev->dev_os, &ena_ioq(dev, k)->io_cq_dma);
		pr = ena_ioq_pair(dev, k);
		pr->pr_tx.tq_ring = NULL;
		pr->pr_tx.tq_cq = NULL;
		pr->pr_rx.rq_ring = NULL;
		pr->pr_rx.rq_cq = NULL;
	}
	return (ENA_OK);
}

/* ---- answers of CREATE commands (Q1) */

bool
ena_bar0_offset_ok(const struct ena_dev *dev, uint32_t off)
{
	return ((off & 3) == 0 && off >= ENAHW_REG_FIXED_END &&
	    off <= dev->dev_cfg.cf_bar0_bytes - 4);
}

/*
 * The queue exists, but not in a way that could be used or destroyed; so the
 * device must be reset before ring memory is freed.
 */
static enum ena_result
ena_create_bad(struct ena_dev *dev, const char *what, uint32_t val)
{
	ena_log(dev->dev_os, ENA_LOG_ERR, "device returned %s 0x%x", what,
	    val);
	ena_fault(dev, ENAHW_RESET_INIT_ERR);
	return (ENA_PROTOCOL);
}

static bool
ena_cq_idx_taken(const struct ena_dev *dev, uint16_t idx)
{
	const struct ena_ioq *io;
	unsigned int k;

	for (k = 0; k < ena_ioqs(dev); k++) {
		io = ena_ioq(dev, k);
		if (io->io_have_cq && io->io_cq_idx == idx)
			return (true);
	}
	return (false);
}

/* TX and RX submission queues are numbered separately. */
static bool
ena_sq_idx_taken(const struct ena_dev *dev, bool tx, uint16_t idx)
{
	const struct ena_ioq *io;
	unsigned int k;

	for (k = 0; k < ena_ioqs(dev); k++) {
		io = ena_ioq(dev, k);
		if (ena_ioq_is_tx(dev, k) == tx && io->io_have_sq &&
		    io->io_sq_idx == idx)
			return (true);
	}
	return (false);
}

static enum ena_result
ena_cq_parse(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_ioq *io = ena_ioq(dev, req->rq_index);
	struct enahw_create_cq_resp c;
	uint32_t off;
	uint16_t idx;

	memcpy(&c, ae, sizeof(c));
	idx = enahw_h16(c.ccr_cq_idx);
	if (enahw_h16(c.ccr_depth) != io->io_depth)
		return (ena_create_bad(dev, "CQ depth",
		    enahw_h16(c.ccr_depth)));
	off = enahw_h32(c.ccr_unmask_off);
	if (!ena_bar0_offset_ok(dev, off))
		return (ena_create_bad(dev, "unmask register", off));
	if (ena_cq_idx_taken(dev, idx))
		return (ena_create_bad(dev, "CQ index in use", idx));
	io->io_cq_idx = idx;
	io->io_unmask_off = off;
	/* a hint only: unusable means absent */
	off = enahw_h32(c.ccr_numa_off);
	io->io_numa_off = ena_bar0_offset_ok(dev, off) ? off : 0;
	io->io_have_cq = true;
	return (ENA_OK);
}

static enum ena_result
ena_sq_parse(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_ioq *io = ena_ioq(dev, req->rq_index);
	bool tx = ena_ioq_is_tx(dev, req->rq_index);
	struct enahw_create_sq_resp c;
	struct ena_txq *q;
	uint32_t off;
	uint16_t idx;

	memcpy(&c, ae, sizeof(c));
	off = enahw_h32(c.csr_db_off);
	if (!ena_bar0_offset_ok(dev, off))
		return (ena_create_bad(dev, "doorbell register", off));
	idx = enahw_h16(c.csr_sq_idx);
	if (ena_sq_idx_taken(dev, tx, idx))
		return (ena_create_bad(dev, "SQ index in use", idx));
	io->io_sq_idx = idx;
	io->io_db_off = off;
	if (tx && dev->dev_info.in_llq.li_entry_bytes != 0) {
		q = &ena_ioq_pair(dev, req->rq_index)->pr_tx;
		q->tq_llq_off = enahw_h32(c.csr_llq_desc_off);
		q->tq_llq_end = q->tq_llq_off +
		    io->io_depth * q->tq_llq.li_entry_bytes;
		if (!ena_llq_window_ok(dev, q, q->tq_llq_off))
			return (ena_create_bad(dev, "LLQ window",
			    q->tq_llq_off));
	}
	io->io_have_sq = true;
	return (ENA_OK);
}

/* ---- pipelined commands */

typedef bool ena_each_fn(struct ena_dev *, unsigned int, struct ena_ioq *,
    union ena_cmd *);

static void
ena_each_done(struct ena_dev *dev, struct ena_req *req)
{
	dev->dev_left--;
	if (dev->dev_part_failure == ENA_OK)
		dev->dev_part_failure = req->rq_result;
}

/*
 * Run one command for each queue, all TX before all RX, as many at a time
 * as the admin queue holds.  fn encodes; false skips that queue.  Ends when
 * all are answered, with the first failure.
 */
static enum ena_result
ena_each_queue(struct ena_dev *dev, ena_each_fn *fn)
{
	union ena_cmd cmd;
	struct ena_req *req;
	struct ena_ioq *io;
	enum ena_result r;

	while (dev->dev_next < ena_ioqs(dev) &&
	    dev->dev_part_failure == ENA_OK) {
		io = ena_ioq(dev, dev->dev_next);
		req = &io->io_req;
		req->rq_done = ena_each_done;
		req->rq_parse = NULL;
		req->rq_index = dev->dev_next;
		if (fn(dev, dev->dev_next, io, &cmd)) {
			r = ena_admin_post(dev, &cmd, req);
			if (r == ENA_NO_ROOM)
				break;
			if (r != ENA_OK) {
				dev->dev_part_failure = r;
				break;
			}
			dev->dev_left++;
		}
		dev->dev_next++;
	}
	return (dev->dev_left != 0 || (dev->dev_next < ena_ioqs(dev) &&
	    dev->dev_part_failure == ENA_OK) ? ENA_AGAIN :
	    dev->dev_part_failure);
}

static bool
ena_each_create_cq(struct ena_dev *dev, unsigned int k, struct ena_ioq *io,
    union ena_cmd *cmd)
{
	bool tx = ena_ioq_is_tx(dev, k);

	io->io_req.rq_parse = ena_cq_parse;
	ena_cmd_create_cq(cmd, (uint16_t)io->io_depth,
	    io->io_cq_bytes / io->io_depth,
	    dev->dev_polled_queues ? ENAHW_CQ_VECTOR_NONE :
	    (tx ? k : k - dev->dev_plan.pl_pairs) + 1, io->io_cq_dma.dma_pa);
	return (true);
}

static unsigned int
ena_sq_dir(const struct ena_dev *dev, unsigned int k)
{
	return (ena_ioq_is_tx(dev, k) ? ENAHW_SQ_DIR_TX : ENAHW_SQ_DIR_RX);
}

static bool
ena_each_create_sq(struct ena_dev *dev, unsigned int k, struct ena_ioq *io,
    union ena_cmd *cmd)
{
	/* an LLQ has no base address: io_sq_dma is all zero, but of no other */
	io->io_req.rq_parse = ena_sq_parse;
	ena_cmd_create_sq(cmd, ena_sq_dir(dev, k),
	    io->io_sq_dma.dma_va == NULL ? ENAHW_SQ_PLACEMENT_DEV :
	    ENAHW_SQ_PLACEMENT_HOST, io->io_cq_idx, (uint16_t)io->io_depth,
	    io->io_sq_dma.dma_pa);
	return (true);
}

static bool
ena_each_destroy_sq(struct ena_dev *dev, unsigned int k, struct ena_ioq *io,
    union ena_cmd *cmd)
{
	ena_cmd_destroy_sq(cmd, ena_sq_dir(dev, k), io->io_sq_idx);
	return (io->io_have_sq && !dev->dev_quiet);
}

static bool
ena_each_destroy_cq(struct ena_dev *dev, unsigned int k, struct ena_ioq *io,
    union ena_cmd *cmd)
{
	(void)k;
	ena_cmd_destroy_cq(cmd, io->io_cq_idx);
	return (io->io_have_cq && !dev->dev_quiet);
}

/*
 * Refused with larger completions: without them, from the next bring-up on.
 */
enum ena_result
ena_up_cqs(struct ena_dev *dev)
{
	enum ena_result r;

	r = ena_each_queue(dev, ena_each_create_cq);
	if (r != ENA_OK && ena_optional(r) == ENA_OK &&
	    dev->dev_info.in_stamps != 0) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "no queues with packet times");
		dev->dev_cfg.cf_try &= ~ENA_TRY_STAMPS;
	}
	return (r);
}

enum ena_result
ena_up_sqs(struct ena_dev *dev)
{
	return (ena_each_queue(dev, ena_each_create_sq));
}

/*
 * Destroying must not stop half way: a refusal is remembered as a fault, so
 * that the device is reset before ring memory is freed.
 */
static enum ena_result
ena_destroy(struct ena_dev *dev, ena_each_fn *fn)
{
	enum ena_result r;

	r = ena_each_queue(dev, fn);
	if (r == ENA_AGAIN || r == ENA_OK || dev->dev_quiet)
		return (r == ENA_AGAIN ? r : ENA_OK);
	ena_fault(dev, ENAHW_RESET_DRIVER_INVALID_STATE);
	dev->dev_next = 0;
	dev->dev_part_failure = ENA_OK;
	return (ENA_AGAIN);
}

/*
 * Is a setting on its way?  It may name queues, as a table and a rule do;
 * answered after they are gone, it would count for those that come next.
 */
static bool
ena_setting_out(const struct ena_dev *dev)
{
	unsigned int id;

	for (id = 0; id < ENA_AQ_DEPTH; id++)
		if (dev->dev_slots[id].as_req != NULL &&
		    dev->dev_slots[id].as_req->rq_opcode ==
		    ENAHW_OP_SET_FEATURE)
			return (true);
	return (false);
}

enum ena_result
ena_down_sqs(struct ena_dev *dev)
{
	enum ena_result r;
	unsigned int k;

	/* below RUNNING there will be no new one */
	if (ena_setting_out(dev))
		return (ENA_AGAIN);
	r = ena_destroy(dev, ena_each_destroy_sq);
	for (k = 0; r == ENA_OK && k < ena_ioqs(dev); k++)
		ena_ioq(dev, k)->io_have_sq = false;
	return (r);
}

enum ena_result
ena_down_cqs(struct ena_dev *dev)
{
	enum ena_result r;
	unsigned int k;

	r = ena_destroy(dev, ena_each_destroy_cq);
	for (k = 0; r == ENA_OK && k < ena_ioqs(dev); k++)
		ena_ioq(dev, k)->io_have_cq = false;
	return (r);
}

/* ---- interrupts */

/*
 * Mask state is per vector, so one write for the pair: to the TX CQ's
 * register, as the vendor's drivers do.  ref: hw-notes#unmask
 */
void
ena_queue_unmask(struct ena_dev *dev, unsigned int i)
{
	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	if (dev->dev_polled_queues ||
	    ena_os_load_acq(&dev->dev_fault) != 0)
		return;
	ena_moder_sample(dev, dev->dev_pairs[i]);
	ena_reg_write(dev, dev->dev_pairs[i]->pr_tx.tq_io.io_unmask_off,
	    ena_os_load_acq(&dev->dev_pairs[i]->pr_moder.mo_unmask));
}

void
ena_queue_mask(struct ena_dev *dev, unsigned int i)
{
	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	if (dev->dev_polled_queues ||
	    ena_os_load_acq(&dev->dev_fault) != 0)
		return;
	ena_reg_write(dev, dev->dev_pairs[i]->pr_tx.tq_io.io_unmask_off,
	    ENAHW_UNMASK_NO_MODER);
}

/* ---- MTU */

static void
ena_mtu_cmd(union ena_cmd *cmd, uint32_t mtu)
{
	struct enahw_mtu body;

	body.mt_mtu = enahw_le32(mtu);
	ena_cmd_set(cmd, ENAHW_FEAT_MTU, &body, sizeof(body));
}

enum ena_result
ena_up_mtu(struct ena_dev *dev)
{
	union ena_cmd cmd;

	if (!ena_has(dev, ENAHW_FEAT_MTU))
		return (ENA_OK);
	if (dev->dev_mtu > dev->dev_info.in_max_mtu) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "MTU %u, device allows %u", dev->dev_mtu,
		    dev->dev_info.in_max_mtu);
		return (ENA_INVAL);
	}
	ena_mtu_cmd(&cmd, dev->dev_mtu);
	return (ena_admin_run(dev, &cmd));
}

/* The new value counts once the device has taken it. */
static enum ena_result
ena_mtu_taken(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	(void)ae;
	dev->dev_mtu = req->rq_value;
	return (ENA_OK);
}

enum ena_result
ena_mtu_set(struct ena_dev *dev, uint32_t mtu, struct ena_req *req)
{
	union ena_cmd cmd;
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_alive(dev);
	if (r != ENA_OK)
		return (r);
	if (mtu < ENA_MTU_MIN || mtu > dev->dev_info.in_max_mtu)
		return (ENA_INVAL);
	if (!ena_has(dev, ENAHW_FEAT_MTU))
		return (ENA_UNSUPPORTED);
	if (req->rq_busy || ena_dev_state(dev) == ENA_STATE_MOVING)
		return (ENA_BUSY);
	if (ena_dev_state(dev) != ENA_STATE_RUNNING) {
		dev->dev_mtu = mtu;
		req->rq_result = ENA_OK;
		if (req->rq_done != NULL)
			req->rq_done(dev, req);
		return (ENA_OK);
	}
	ena_mtu_cmd(&cmd, mtu);
	req->rq_parse = ena_mtu_taken;
	req->rq_value = mtu;
	return (ena_admin_post(dev, &cmd, req));
}
