/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the cases of the benchmark leave out, so that speed is not bought
 * with a corner: random traffic on the fast path, against the reference
 * encoder and plain bookkeeping, and devices that break the protocol.
 *
 * Packets of all sizes that straddle the ends of all rings, metadata that
 * changes or not, completions in any order, full rings, packets that must
 * be refused; frames of all sizes delivered in parts, small budgets, empty
 * segments.
 */
#include <stdio.h>

#include "bench.h"

#define TX_BURSTS	20000U
#define LLQ_BURSTS	3000U
#define RX_PASSES	40000U
#define TX_BUFS		18U
#define RX_SEGS		19U
#define MAX_FRAME	9238U		/* what world_open() says: MTU + 22 */
#define BAD		((uint64_t)1 << 50)
#define FIRST		0x04000000U
#define LAST		0x08000000U

static struct world cw;
static uint64_t rng;

#define CHECK(x)	do {						\
	if (!(x)) {							\
		fprintf(stderr, "ena-bench: %s:%d: %s\n", __FILE__,	\
		    __LINE__, #x);					\
		return (false);						\
	}								\
} while (0)

/* 0..n - 1 */
static uint32_t
rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return ((uint32_t)(rng >> 16) % n);
}

/* ---- transmit */

struct check_tx {
	struct ena_buf ct_bufs[TX_BUFS + 1];
	struct ena_tx_pkt ct_pkt;
	struct bpkt ct_bp;
	uint32_t ct_slots[DEPTH];	/* by id; 0: idle */
	uint16_t ct_out[DEPTH];		/* ids in flight, any order */
	uint32_t ct_nout;
	uint16_t ct_done[DEPTH];	/* completed, in order */
	uint32_t ct_ndone;
	uint32_t ct_free;
};

static void
tx_random(struct check_tx *ct)
{
	static const uint32_t requests[] = {
		0, 0, ENA_TXF_DF, ENA_TXF_IP4_CSUM, ENA_TXF_L4_CSUM,
		ENA_TXF_IP4_CSUM | ENA_TXF_L4_CSUM | ENA_TXF_DF,
		ENA_TXF_IP4_CSUM | ENA_TXF_L4_CSUM | ENA_TXF_TSO,
	};
	struct bpkt *bp = &ct->ct_bp;
	uint32_t i;

	bp->bp_nbufs = (uint16_t)(1 + rnd(rnd(4) == 0 ? TX_BUFS : 3));
	bp->bp_hdr = NULL;
	bp->bp_hdr_len = 0;
	if (ena_tx_max_push(cw.w_txq) != 0) {
		bp->bp_hdr = cw.w_header + rnd(8);
		bp->bp_hdr_len = (uint16_t)(rnd(3) == 0 ?
		    ena_tx_max_push(cw.w_txq) :
		    1 + rnd(ena_tx_max_push(cw.w_txq)));
		if (rnd(3) == 0)
			bp->bp_nbufs = (uint16_t)rnd(2);
		if (bp->bp_nbufs > cw.w_txq->tq_llq.li_max_bufs)
			bp->bp_nbufs = cw.w_txq->tq_llq.li_max_bufs;
	}
	for (i = 0; i < bp->bp_nbufs; i++) {
		ct->ct_bufs[i].b_addr = rng >> 16;
		ct->ct_bufs[i].b_len = (uint16_t)(1 + rnd(65535));
	}
	bp->bp_requests = requests[rnd(7)];
	bp->bp_mss = (uint16_t)(1 + rnd(rnd(2) == 0 ? 2 : 16383));
	bp->bp_l3 = ENA_L3_IP4;
	bp->bp_l4 = (bp->bp_requests & ENA_TXF_TSO) != 0 || rnd(2) == 0 ?
	    ENA_L4_TCP : ENA_L4_UDP;
	bp->bp_l3_off = (uint8_t)(14 + rnd(2) * 4);
	bp->bp_l3_len = 20;
	bp->bp_l4_len = (uint8_t)(20 + rnd(3) * 4);
	ct->ct_pkt.tp_bufs = ct->ct_bufs;
	ct->ct_pkt.tp_nbufs = bp->bp_nbufs;
	ct->ct_pkt.tp_hdr = bp->bp_hdr;
	ct->ct_pkt.tp_hdr_len = bp->bp_hdr_len;
	ct->ct_pkt.tp_flags = bp->bp_requests;
	ct->ct_pkt.tp_mss = bp->bp_mss;
	ct->ct_pkt.tp_l3 = bp->bp_l3;
	ct->ct_pkt.tp_l4 = bp->bp_l4;
	ct->ct_pkt.tp_l3_off = bp->bp_l3_off;
	ct->ct_pkt.tp_l3_len = bp->bp_l3_len;
	ct->ct_pkt.tp_l4_len = bp->bp_l4_len;
}

/* Make the packet one that must be refused. */
static void
tx_spoil(struct check_tx *ct)
{
	struct ena_tx_pkt *p = &ct->ct_pkt;
	uint32_t i;

	i = p->tp_nbufs == 0 ? 0 : rnd(p->tp_nbufs);
	switch (p->tp_nbufs == 0 ? 2 + rnd(5) : rnd(7)) {
	case 0:
		ct->ct_bufs[i].b_len = 0;
		break;
	case 1:
		ct->ct_bufs[i].b_addr |= BAD;
		break;
	case 2:
		if (p->tp_hdr_len != 0)
			p->tp_hdr_len = (uint16_t)(rnd(2) == 0 ? 0 :
			    ena_tx_max_push(cw.w_txq) + 1 + rnd(300));
		else
			p->tp_nbufs = 0;
		break;
	case 3:
		p->tp_nbufs = TX_BUFS + 1;
		break;
	case 4:
		p->tp_flags |= ENA_TXF_L4_PARTIAL;	/* not offered */
		break;
	case 5:
		p->tp_flags |= ENA_TXF_IP4_CSUM;
		p->tp_l3 = ENA_L3_IP6;
		break;
	default:
		p->tp_flags = ENA_TXF_TSO | ENA_TXF_L4_CSUM |
		    ENA_TXF_IP4_CSUM;
		p->tp_mss = (uint16_t)(rnd(2) * 16384);
		break;
	}
}

/* Complete some packets in any order, and take some of the completions. */
static bool
tx_reap(struct check_tx *ct)
{
	uint32_t i, max, n;
	unsigned int got;

	for (n = rnd(ct->ct_nout + 1); n > 0; n--) {
		i = rnd(ct->ct_nout);
		ct->ct_done[ct->ct_ndone++] = ct->ct_out[i];
		device_tx_done(&cw, ct->ct_out[i]);
		ct->ct_out[i] = ct->ct_out[--ct->ct_nout];
	}
	max = rnd(3) == 0 ? rnd(20) : DEPTH;
	CHECK(ena_tx_reap(cw.w_txq, cw.w_ids, max, &got) == ENA_OK);
	CHECK(got == (ct->ct_ndone < max ? ct->ct_ndone : max));
	for (i = 0; i < got; i++) {
		CHECK(cw.w_ids[i] == ct->ct_done[i]);
		ct->ct_free += ct->ct_slots[cw.w_ids[i]];
		ct->ct_slots[cw.w_ids[i]] = 0;
	}
	ena_tx_release(cw.w_txq);
	ct->ct_ndone -= got;
	memmove(ct->ct_done, ct->ct_done + got,
	    ct->ct_ndone * sizeof(ct->ct_done[0]));
	return (true);
}

static bool
tx_put(struct check_tx *ct, struct ena_tx_burst *b)
{
	struct ref before;
	enum ena_result r;
	uint32_t need;
	uint16_t id;

	tx_random(ct);
	id = DEPTH;
	if (rnd(10) == 0) {
		tx_spoil(ct);
		CHECK(ena_tx_put(b, &ct->ct_pkt, &id) == ENA_INVAL);
		CHECK(id == DEPTH);
		return (true);
	}
	r = ena_tx_put(b, &ct->ct_pkt, &id);
	/* what it takes is known only when it is encoded */
	before = cw.w_ref;
	ref_tx(&cw.w_ref, &ct->ct_bp, ct->ct_bufs, id);
	need = cw.w_ref.re_tail - before.re_tail;
	if (need > ct->ct_free) {
		cw.w_ref = before;
		CHECK(r == ENA_NO_ROOM && id == DEPTH);
		return (true);
	}
	CHECK(r == ENA_OK && id < DEPTH && ct->ct_slots[id] == 0);
	ct->ct_slots[id] = need;
	ct->ct_free -= need;
	ct->ct_out[ct->ct_nout++] = id;
	return (true);
}

static bool
tx_traffic(const struct bcase *bc, uint32_t bursts)
{
	static struct check_tx ct;
	struct ena_tx_burst b;
	uint32_t i, n;

	memset(&ct, 0, sizeof(ct));
	CHECK(world_open(&cw, bc, &side_ours));
	ct.ct_free = DEPTH - 1;
	for (i = 0; i < bursts; i++) {
		CHECK(ena_tx_room(cw.w_txq) == ct.ct_free);
		CHECK(ena_tx_begin(cw.w_txq, &b) == ENA_OK);
		for (n = rnd(40); n > 0; n--)
			CHECK(tx_put(&ct, &b));
		if (rnd(8) == 0 && ct.ct_ndone > 0)	/* the other lane */
			CHECK(tx_reap(&ct) && tx_put(&ct, &b));
		ena_tx_end(&b);
		CHECK(memcmp(cw.w_sq, cw.w_ref.re_sq, cw.w_sq_bytes) == 0);
		CHECK(cw.w_bar0[0x200 / 4] ==
		    enahw_le32(cw.w_ref.re_tail & 0xffff).le);
		CHECK(tx_reap(&ct));
	}
	n = ena_tx_drain(cw.w_txq, cw.w_ids, DEPTH);
	CHECK(n == ct.ct_nout + ct.ct_ndone);
	world_close(&cw);
	return (true);
}

/* ---- receive */

struct check_frame {
	uint32_t cf_n;
	uint32_t cf_sent;		/* segments the device has written */
	struct ena_rx_seg cf_segs[RX_SEGS];
	uint32_t cf_len, cf_offset, cf_hash, cf_status;
};

struct check_rx {
	uint16_t cr_posted[DEPTH];	/* by id; 0: idle */
	uint16_t cr_ids[DEPTH];		/* posted, any order */
	uint32_t cr_nids;
	uint32_t cr_out;		/* posted or not yet given back */
	struct check_frame cr_frames[DEPTH]; /* not yet taken */
	uint32_t cr_nframes;
};

static bool
rx_refill(struct check_rx *cr)
{
	struct ena_rx_fill f;
	enum ena_result r;
	uint64_t addr;
	uint16_t id, len;
	uint32_t n;

	CHECK(ena_rx_room(cw.w_rxq) == DEPTH - 1 - cr->cr_out);
	CHECK(ena_rx_begin(cw.w_rxq, &f) == ENA_OK);
	for (n = rnd(rnd(4) == 0 ? DEPTH : 64); n > 0; n--) {
		(void)rnd(2);
		addr = rng >> 16;
		len = (uint16_t)(64 + rnd(rnd(4) == 0 ? 65472 : 2000));
		id = DEPTH;
		CHECK(ena_rx_put(&f, addr | BAD, len, &id) == ENA_INVAL);
		CHECK(ena_rx_put(&f, addr, 63, &id) == ENA_INVAL);
		r = ena_rx_put(&f, addr, len, &id);
		if (cr->cr_out == DEPTH - 1) {
			CHECK(r == ENA_NO_ROOM && id == DEPTH);
			break;
		}
		CHECK(r == ENA_OK && id < DEPTH && cr->cr_posted[id] == 0);
		cr->cr_posted[id] = len;
		cr->cr_ids[cr->cr_nids++] = id;
		cr->cr_out++;
		ref_rx(&cw.w_ref, addr, len, id);
	}
	ena_rx_end(&f);
	CHECK(memcmp(cw.w_sq, cw.w_ref.re_sq, cw.w_sq_bytes) == 0);
	CHECK(cw.w_bar0[0x200 / 4] ==
	    enahw_le32(cw.w_ref.re_tail & 0xffff).le);
	return (true);
}

/* A frame of as many posted buffers; its data fits. */
static void
rx_make(struct check_rx *cr, struct check_frame *cf)
{
	uint32_t i, k, left, max;
	uint16_t id;

	memset(cf, 0, sizeof(*cf));
	cf->cf_n = 1 + rnd(rnd(2) == 0 ? 1 : RX_SEGS);
	if (cf->cf_n > cr->cr_nids)
		cf->cf_n = cr->cr_nids;
	cf->cf_offset = rnd(3) * 30;
	cf->cf_hash = (uint32_t)rng;
	cf->cf_status = (uint32_t)rng & 0x0001ff1fU & ~0x80U;
	left = MAX_FRAME;
	for (i = 0; i < cf->cf_n; i++) {
		k = rnd(cr->cr_nids);
		id = cr->cr_ids[k];
		cr->cr_ids[k] = cr->cr_ids[--cr->cr_nids];
		max = cr->cr_posted[id];
		if (i == 0)
			max -= cf->cf_offset;
		if (max > left)
			max = left;
		/* all of it, a part, nothing */
		k = rnd(4);
		if (k != 0)
			max = k == 1 ? 0 : rnd(max + 1);
		left -= max;
		cf->cf_segs[i].rs_id = id;
		cf->cf_segs[i].rs_len = (uint16_t)max;
		cf->cf_len += max;
	}
}

/* The device writes frames, the last one perhaps in part. */
static void
rx_receive(struct check_rx *cr)
{
	struct check_frame *cf;
	uint32_t i, n;

	for (n = rnd(12); n > 0; n--) {
		cf = NULL;
		if (cr->cr_nframes > 0)
			cf = &cr->cr_frames[cr->cr_nframes - 1];
		if (cf == NULL || cf->cf_sent == cf->cf_n) {
			if (cr->cr_nids == 0)
				return;
			cf = &cr->cr_frames[cr->cr_nframes++];
			rx_make(cr, cf);
		}
		i = cf->cf_n - cf->cf_sent;
		if (rnd(3) == 0)
			i = rnd(i + 1);
		for (; i > 0; i--, cf->cf_sent++)
			device_rx_done(&cw, (cf->cf_sent == 0 ? FIRST : 0) |
			    (cf->cf_sent == cf->cf_n - 1 ?
			    LAST | cf->cf_status : 0),
			    cf->cf_segs[cf->cf_sent].rs_len,
			    cf->cf_segs[cf->cf_sent].rs_id,
			    cf->cf_sent == cf->cf_n - 1 ? cf->cf_hash : 0,
			    cf->cf_sent == 0 ? cf->cf_offset : 0);
	}
}

static bool
rx_same(const struct ena_rx_pkt *p, const struct check_frame *cf)
{
	uint32_t i;

	CHECK(cf->cf_sent == cf->cf_n && p->rp_nsegs == cf->cf_n);
	CHECK(p->rp_len == cf->cf_len && p->rp_offset == cf->cf_offset);
	CHECK(p->rp_hash == cf->cf_hash);
	CHECK((p->rp_status & 0x00ffffffU) == cf->cf_status);
	for (i = 0; i < cf->cf_n; i++) {
		CHECK(p->rp_segs[i].rs_id == cf->cf_segs[i].rs_id);
		CHECK(p->rp_segs[i].rs_len == cf->cf_segs[i].rs_len);
	}
	return (true);
}

static bool
rx_take(struct check_rx *cr, uint32_t *took)
{
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;
	uint32_t budget, done, head, i, n, whole;

	budget = rnd(4) == 0 ? rnd(8) : DEPTH;
	/* what can be taken: whole frames within the budget */
	done = *took;
	n = 0;
	for (i = 0, whole = 0; i < cr->cr_nframes; i++) {
		n += cr->cr_frames[i].cf_sent - (i == 0 ? done : 0);
		if (cr->cr_frames[i].cf_sent != cr->cr_frames[i].cf_n ||
		    n > budget)
			break;
		whole = i + 1;
	}
	head = cw.w_rxq->rq_head_pos;
	CHECK(ena_rx_take_begin(cw.w_rxq, &t, budget) == ENA_OK);
	for (i = 0; (r = ena_rx_get(&t, &p)) == ENA_OK; i++) {
		CHECK(i < whole && rx_same(&p, &cr->cr_frames[i]));
		/* its buffers may be posted again */
		for (n = 0; n < p.rp_nsegs; n++)
			cr->cr_posted[p.rp_segs[n].rs_id] = 0;
	}
	CHECK(r == ENA_AGAIN && i == whole);
	CHECK(ena_rx_get(&t, &p) == ENA_AGAIN);
	ena_rx_take_end(&t);
	n = cw.w_rxq->rq_head_pos - head;
	CHECK(n <= budget);
	/* segments of the next frame that were taken already */
	*took = done + n;
	for (i = 0; i < whole; i++) {
		*took -= cr->cr_frames[i].cf_n;
		cr->cr_out -= cr->cr_frames[i].cf_n;
	}
	cr->cr_nframes -= whole;
	memmove(cr->cr_frames, cr->cr_frames + whole,
	    cr->cr_nframes * sizeof(cr->cr_frames[0]));
	return (true);
}

static bool
rx_traffic(const struct bcase *bc)
{
	static struct check_rx cr;
	uint32_t i, took;

	memset(&cr, 0, sizeof(cr));
	CHECK(world_open(&cw, bc, &side_ours));
	took = 0;
	for (i = 0; i < RX_PASSES; i++) {
		CHECK(rx_refill(&cr));
		rx_receive(&cr);
		CHECK(rx_take(&cr, &took));
	}
	i = ena_rx_drain(cw.w_rxq, cw.w_ids, 3);
	i += ena_rx_drain(cw.w_rxq, cw.w_ids + i, DEPTH - i);
	CHECK(i == cr.cr_out);
	while (i > 0) {
		i--;
		CHECK(cr.cr_posted[cw.w_ids[i]] != 0);
		cr.cr_posted[cw.w_ids[i]] = 0;
	}
	world_close(&cw);
	return (true);
}

/* ---- devices that break the protocol */

struct check_bad {
	const char *cb_name;
	uint32_t cb_good;		/* good segments of the frame before */
	uint32_t cb_status;
	uint32_t cb_len;
	uint32_t cb_id;
	uint32_t cb_offset;
	uint32_t cb_reason;
};

/* Reasons from section 4.2, typed in. */
static const struct check_bad rx_bad[] = {
	{ "id beyond the ring", 0, LAST, 100, DEPTH, 0, 4 },
	{ "id idle", 0, LAST, 100, ID(999), 0, 4 },
	{ "id idle, no data", 0, LAST, 0, ID(999), 0, 4 },
	{ "id taken before", 1, LAST, 100, ID(0), 0, 4 },
	{ "longer than its buffer", 0, LAST, 2049, ID(0), 0, 16 },
	{ "longer with its offset", 0, LAST, 2000, ID(0), 49, 16 },
	{ "longer, continued", 2, LAST, 2049, ID(2), 0, 16 },
	{ "FIRST in the middle", 1, FIRST | LAST, 100, ID(1), 0, 16 },
	{ "bit 7", 0, FIRST | LAST | 0x80, 100, ID(0), 0, 16 },
	{ "bit 17, continued", 3, LAST | 0x20000, 100, ID(3), 0, 16 },
	{ "frame too long", 5, LAST, 2048, ID(5), 0, 16 },
	{ "too many buffers", RX_SEGS, LAST, 100, ID(RX_SEGS), 0, 6 },
};

static bool
rx_broken(const struct bcase *bc, const struct check_bad *cb)
{
	static bool seen[DEPTH];
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	uint32_t i, n;

	CHECK(world_open(&cw, bc, &side_ours));
	cw.w_count = RUN;
	side_ours.sd_refill(&cw);
	for (i = 0; i < cb->cb_good; i++)
		device_rx_done(&cw, i == 0 ? FIRST : 0, cb->cb_good == 5 ?
		    2048 : 100, ID(i), 0, 0);
	device_rx_done(&cw, cb->cb_status, cb->cb_len, cb->cb_id, 0,
	    cb->cb_offset);
	CHECK(ena_rx_take_begin(cw.w_rxq, &t, DEPTH) == ENA_OK);
	CHECK(ena_rx_get(&t, &p) == ENA_FAULTED);
	ena_rx_take_end(&t);
	CHECK(ena_fault_reason(&cw.w_dev) == (int)cb->cb_reason);
	CHECK(ena_rx_take_begin(cw.w_rxq, &t, DEPTH) == ENA_FAULTED);
	/* every buffer comes back, once */
	n = ena_rx_drain(cw.w_rxq, cw.w_ids, DEPTH);
	CHECK(n == RUN);
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < n; i++) {
		CHECK(cw.w_ids[i] < DEPTH && !seen[cw.w_ids[i]]);
		seen[cw.w_ids[i]] = true;
	}
	world_close(&cw);
	return (true);
}

static bool
tx_broken(const struct bcase *bc, uint32_t id, uint32_t good, uint32_t bits,
    int reason)
{
	unsigned int n;
	uint32_t i;

	CHECK(world_open(&cw, bc, &side_ours));
	cw.w_count = RUN;
	side_ours.sd_put[HOST_1](&cw);
	for (i = 0; i < good; i++)
		device_tx_done(&cw, ID(i));
	device_tx_done(&cw, id);
	cw.w_cq[(cw.w_cq_tail - 1) % DEPTH * 8 + 3] |= (uint8_t)bits;
	CHECK(ena_tx_reap(cw.w_txq, cw.w_ids, DEPTH, &n) == ENA_FAULTED);
	CHECK(n == good && ena_fault_reason(&cw.w_dev) == reason);
	CHECK(ena_tx_drain(cw.w_txq, cw.w_ids, DEPTH) == RUN - good);
	world_close(&cw);
	return (true);
}

/* Entry, metadata always; descriptors before, in an entry; burst. */
#define LLQ(entry, meta, before, per_entry, burst) {			\
	.bc_name = "check-llq", .bc_work = TX_PUT, .bc_mix = HOST_1,	\
	.bc_bufs = 1, .bc_entry = entry, .bc_meta = meta,		\
	.bc_before = before, .bc_per_entry = per_entry, .bc_burst = burst }
static const struct bcase llq[] = {
	LLQ(128, true, 2, 0, 0),
	LLQ(128, false, 2, 0, 0),
	LLQ(128, true, 2, 0, 4),	/* current instances */
	LLQ(256, true, 2, 0, 2),
	LLQ(256, false, 2, 0, 0),
	LLQ(192, true, 4, 0, 8),
	LLQ(128, true, 1, 1, 20),
	LLQ(256, false, 1, 0, 0),
	LLQ(256, true, 8, 1, 0),
};

bool
check_random(uint64_t seed)
{
	static const struct bcase tx = { .bc_name = "check-tx",
	    .bc_work = TX_PUT, .bc_mix = HOST_1, .bc_bufs = 1 };
	static const struct bcase rx = { .bc_name = "check-rx",
	    .bc_work = RX_POLL, .bc_mix = HOST_1, .bc_bufs = 1 };
	size_t i;

	rng = seed * 0x9e3779b97f4a7c15U + 1;
	CHECK(tx_traffic(&tx, TX_BURSTS));
	for (i = 0; i < sizeof(llq) / sizeof(llq[0]); i++) {
		if (!tx_traffic(&llq[i], LLQ_BURSTS)) {
			fprintf(stderr, "ena-bench: LLQ %u\n",
			    (unsigned int)i);
			return (false);
		}
	}
	CHECK(rx_traffic(&rx));
	for (i = 0; i < sizeof(rx_bad) / sizeof(rx_bad[0]); i++) {
		if (!rx_broken(&rx, &rx_bad[i])) {
			fprintf(stderr, "ena-bench: %s\n", rx_bad[i].cb_name);
			return (false);
		}
	}
	CHECK(tx_broken(&tx, DEPTH, 0, 0, 5));
	CHECK(tx_broken(&tx, 0xffff, 3, 0, 5));
	CHECK(tx_broken(&tx, ID(RUN), 5, 0, 5));
	CHECK(tx_broken(&tx, ID(4), 5, 0, 5));
	CHECK(tx_broken(&tx, ID(5), 5, 0x40, 17));
	CHECK(tx_broken(&tx, ID(5), 5, 0x80, 17));
	return (true);
}
