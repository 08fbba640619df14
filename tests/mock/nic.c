/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A minimal glue over the core: what a driver does, without a kernel.
 *
 * It owns what the core does not: buffers, queue memory, waiting.  The host
 * (struct nic_host) is its kernel.  One thread calls in here, so it owns all
 * lanes of the device; a kernel would give each queue its own lock or IPL.
 *
 * N1: a buffer is lent to the device exactly while nq_rx[id] or the chain at
 *     nq_first[id] names it, and nc_bufs_out counts those.
 * N2: lent buffers are freed only after the core handed the id back: by a
 *     completion, or by a drain once the device cannot reach them any more.
 * N3: an open burst is always closed, also on the way to a reset: packets
 *     that were put have ids, and only closed bursts are drained.
 * N4: one unmask per interrupt, as its last act.  A second one, or one in
 *     the middle, stalls real devices.  ref: hw-notes#interrupts
 *
 * Life: nic_up() is one function for attach and for recovery, so that the
 * two cannot drift apart.  On the way down the device is silenced first and
 * memory is freed second.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "nic.h"

#define NIC_NIL			0xffffU	/* end of a chain of segments */
#define NIC_BUF_DEFAULT		2048U
#define NIC_DRAIN		64U	/* ids taken per call */

/* One TX buffer; chained by index in the order of the frame. */
struct nic_seg {
	struct nic_buf sg_buf;
	uint16_t sg_next;
};

struct nic_queue {
	void *nq_mem;			/* lent to the core */
	struct nic_buf *nq_rx;		/* by request id; va NULL: idle */
	struct nic_seg *nq_segs;
	uint16_t *nq_first;		/* by request id; NIC_NIL: idle */
	uint8_t *nq_frame;		/* a frame of several buffers */
	uint32_t nq_segs_free;
	uint16_t nq_seg_top;		/* free segments, a stack */
	bool nq_burst_open;
	struct ena_tx_burst nq_burst;
	struct ena_buf nq_vec[ENA_MAX_TX_SLOTS];
};

struct nic {
	struct ena_dev nc_dev;
	struct nic_options nc_opt;
	struct nic_host nc_host;
	struct ena_plan nc_plan;	/* of the queues that exist */
	struct nic_queue *nc_q;
	unsigned int nc_bufs_out;
	bool nc_running;
	unsigned int nc_link_events;
	unsigned int nc_notices;
	struct nic_queue_stats nc_stats[ENA_MAX_PAIRS];
};

/* ---- upcalls from the core (AENQ lane): only take notes */

static void
nic_ev_link(void *arg, bool up)
{
	struct nic *n = arg;

	(void)up;
	n->nc_link_events++;
}

static void
nic_ev_notice(void *arg, uint16_t syndrome)
{
	struct nic *n = arg;

	(void)syndrome;
	n->nc_notices++;
}

static const struct ena_events nic_events = {
	.ev_link = nic_ev_link,
	.ev_warning = nic_ev_notice,
	.ev_notification = nic_ev_notice
};

/* ---- buffers */

static bool
nic_buf_get(struct nic *n, uint32_t len, struct nic_buf *b)
{
	memset(b, 0, sizeof(*b));
	if (!n->nc_host.buf_alloc(n->nc_host.arg, len, b)) {
		memset(b, 0, sizeof(*b));
		return (false);
	}
	n->nc_bufs_out++;
	return (true);
}

static void
nic_buf_put(struct nic *n, struct nic_buf *b)
{
	n->nc_host.buf_free(n->nc_host.arg, b);
	memset(b, 0, sizeof(*b));
	n->nc_bufs_out--;
}

static void
nic_buf_sync(struct nic *n, struct nic_buf *b, size_t off, size_t len,
    enum ena_sync dir)
{
	n->nc_host.buf_sync(n->nc_host.arg, b, off, len, dir);
}

/* ---- transmit segments */

/* Give a chain of segments back, with their buffers. */
static void
nic_segs_put(struct nic *n, struct nic_queue *q, uint16_t first)
{
	struct nic_seg *s;
	uint16_t next;

	for (; first != NIC_NIL; first = next) {
		s = &q->nq_segs[first];
		next = s->sg_next;
		if (s->sg_buf.va != NULL)
			nic_buf_put(n, &s->sg_buf);
		s->sg_next = q->nq_seg_top;
		q->nq_seg_top = first;
		q->nq_segs_free++;
	}
}

/*
 * Copy a frame into nsegs buffers of at most seg bytes; *first becomes their
 * chain.  A kernel maps its mbuf here instead.  The caller has checked that
 * there are enough segments.  On failure nothing is held.
 */
static enum ena_result
nic_segs_get(struct nic *n, struct nic_queue *q, const uint8_t *frame,
    size_t len, uint32_t seg, uint16_t *first)
{
	struct nic_seg *s;
	size_t off, part;
	uint16_t *link;
	unsigned int i;

	*first = NIC_NIL;
	link = first;
	for (i = 0, off = 0; off < len; i++, off += part) {
		part = len - off < seg ? len - off : seg;
		*link = q->nq_seg_top;
		s = &q->nq_segs[*link];
		q->nq_seg_top = s->sg_next;
		q->nq_segs_free--;
		s->sg_next = NIC_NIL;
		link = &s->sg_next;
		if (!nic_buf_get(n, (uint32_t)part, &s->sg_buf)) {
			nic_segs_put(n, q, *first);
			*first = NIC_NIL;
			return (ENA_NO_MEMORY);
		}
		memcpy(s->sg_buf.va, frame + off, part);
		/* reaches the device with the barrier of ena_tx_end() */
		nic_buf_sync(n, &s->sg_buf, 0, part, ENA_SYNC_PREWRITE);
		q->nq_vec[i].b_addr = s->sg_buf.pa;
		q->nq_vec[i].b_len = (uint16_t)part;
	}
	return (ENA_OK);
}

/* A request is over, by completion or by drain: its buffers are ours. */
static void
nic_tx_free(struct nic *n, struct nic_queue *q, uint16_t id)
{
	struct nic_buf *b;
	uint16_t s;

	for (s = q->nq_first[id]; s != NIC_NIL; s = q->nq_segs[s].sg_next) {
		b = &q->nq_segs[s].sg_buf;
		nic_buf_sync(n, b, 0, b->len, ENA_SYNC_POSTWRITE);
	}
	nic_segs_put(n, q, q->nq_first[id]);
	q->nq_first[id] = NIC_NIL;
}

static void
nic_burst_end(struct nic_queue *q)
{
	if (q->nq_burst_open) {
		ena_tx_end(&q->nq_burst);
		q->nq_burst_open = false;
	}
}

/* ---- receive ring */

/*
 * Post buffers until the ring is full (depth - 1: the core never lets the
 * tail meet the head) or memory runs out.  A ring kept full is what newer
 * devices need; nic_tick() comes back to one that stayed empty.
 */
static enum ena_result
nic_rx_fill(struct nic *n, unsigned int i)
{
	struct nic_queue *q = &n->nc_q[i];
	struct ena_rxq *rq = ena_rxq(&n->nc_dev, i);
	struct ena_rx_fill fill;
	struct nic_buf b;
	enum ena_result r;
	uint32_t room;
	uint16_t id;

	r = ena_rx_begin(rq, &fill);
	if (r != ENA_OK)
		return (r);
	for (room = ena_rx_room(rq); room > 0; room--) {
		if (!nic_buf_get(n, n->nc_opt.rx_buf_len, &b)) {
			n->nc_stats[i].rx_no_buf++;
			break;
		}
		nic_buf_sync(n, &b, 0, b.len, ENA_SYNC_PREREAD);
		if (ena_rx_put(&fill, b.pa, (uint16_t)b.len, &id) !=
		    ENA_OK) {
			/* out of the device's reach: as good as none */
			nic_buf_put(n, &b);
			n->nc_stats[i].rx_no_buf++;
			break;
		}
		q->nq_rx[id] = b;
	}
	ena_rx_end(&fill);
	return (ENA_OK);
}

/* ---- queue memory */

static void
nic_queues_free(struct nic *n)
{
	struct nic_queue *q;
	unsigned int i;

	for (i = 0; n->nc_q != NULL && i < n->nc_plan.pl_pairs; i++) {
		q = &n->nc_q[i];
		if (q->nq_mem != NULL)
			(void)ena_queue_give(&n->nc_dev, i, NULL, 0);
		free(q->nq_mem);
		free(q->nq_rx);
		free(q->nq_segs);
		free(q->nq_first);
		free(q->nq_frame);
	}
	free(n->nc_q);
	n->nc_q = NULL;
	memset(&n->nc_plan, 0, sizeof(n->nc_plan));
}

static enum ena_result
nic_queue_alloc(struct nic *n, unsigned int i)
{
	const struct ena_plan *pl = &n->nc_plan;
	struct nic_queue *q = &n->nc_q[i];
	unsigned int s, segs;
	enum ena_result r;

	q->nq_rx = calloc(pl->pl_rx_depth, sizeof(*q->nq_rx));
	/* enough for any one packet; an LLQ slot holds several buffers */
	segs = pl->pl_tx_depth + ENA_MAX_TX_SLOTS;
	q->nq_segs = calloc(segs, sizeof(*q->nq_segs));
	q->nq_first = malloc(pl->pl_tx_depth * sizeof(*q->nq_first));
	q->nq_frame = malloc((size_t)ENA_MAX_RX_SEGS * n->nc_opt.rx_buf_len);
	q->nq_mem = malloc(pl->pl_mem_bytes);
	if (q->nq_rx == NULL || q->nq_segs == NULL || q->nq_first == NULL ||
	    q->nq_frame == NULL || q->nq_mem == NULL) {
		free(q->nq_mem);
		q->nq_mem = NULL;	/* was never given */
		return (ENA_NO_MEMORY);
	}
	for (s = 0; s < segs; s++)
		q->nq_segs[s].sg_next = (uint16_t)(s + 1);
	for (s = 0; s < pl->pl_tx_depth; s++)
		q->nq_first[s] = NIC_NIL;
	q->nq_segs[segs - 1].sg_next = NIC_NIL;
	q->nq_segs_free = segs;
	r = ena_queue_give(&n->nc_dev, i, q->nq_mem, pl->pl_mem_bytes);
	if (r != ENA_OK) {
		free(q->nq_mem);
		q->nq_mem = NULL;
	}
	return (r);
}

/*
 * Plan afresh at every bring-up: after a reset the device may offer fewer
 * queues, and a plan that only ever shrinks would never recover.
 */
static enum ena_result
nic_queues_alloc(struct nic *n)
{
	unsigned int i;
	enum ena_result r;

	r = ena_queue_plan(&n->nc_dev, n->nc_opt.vectors, &n->nc_plan);
	if (r != ENA_OK)
		return (r);
	n->nc_q = calloc(n->nc_plan.pl_pairs, sizeof(*n->nc_q));
	if (n->nc_q == NULL)
		return (ENA_NO_MEMORY);
	for (i = 0; i < n->nc_plan.pl_pairs && r == ENA_OK; i++)
		r = nic_queue_alloc(n, i);
	return (r);
}

/* Take back every buffer; the device must be reset or gone (N2). */
static void
nic_drain(struct nic *n)
{
	struct nic_queue *q;
	uint16_t ids[NIC_DRAIN];
	unsigned int count, i, k;

	for (i = 0; n->nc_q != NULL && i < n->nc_plan.pl_pairs; i++) {
		q = &n->nc_q[i];
		if (q->nq_mem == NULL)
			continue;
		while ((count = ena_tx_drain(ena_txq(&n->nc_dev, i), ids,
		    NIC_DRAIN)) != 0)
			for (k = 0; k < count; k++)
				nic_tx_free(n, q, ids[k]);
		while ((count = ena_rx_drain(ena_rxq(&n->nc_dev, i), ids,
		    NIC_DRAIN)) != 0)
			for (k = 0; k < count; k++)
				nic_buf_put(n, &q->nq_rx[ids[k]]);
	}
}

/* ---- life cycle */

struct nic *
nic_create(struct ena_os *os, const struct ena_config *cf,
    const struct nic_options *opt, const struct nic_host *host,
    enum ena_result *why)
{
	struct nic *n;

	n = calloc(1, sizeof(*n));
	if (n == NULL) {
		*why = ENA_NO_MEMORY;
		return (NULL);
	}
	n->nc_opt = *opt;
	n->nc_host = *host;
	if (n->nc_opt.rx_buf_len == 0)
		n->nc_opt.rx_buf_len = NIC_BUF_DEFAULT;
	if (n->nc_opt.tx_seg_len == 0)
		n->nc_opt.tx_seg_len = NIC_BUF_DEFAULT;
	/* a descriptor's length is 16 bits, and 0 would mean 64 KiB */
	*why = ENA_INVAL;
	if (n->nc_opt.rx_buf_len >= ENA_RX_BUF_MIN &&
	    n->nc_opt.rx_buf_len <= 65535 && n->nc_opt.tx_seg_len <= 65535)
		*why = ena_dev_init(&n->nc_dev, os, cf, &nic_events, n);
	if (*why != ENA_OK) {
		free(n);
		return (NULL);
	}
	return (n);
}

void
nic_destroy(struct nic *n)
{
	if (n == NULL)
		return;
	nic_drain(n);
	nic_queues_free(n);
	free(n);
}

/* The only place that waits.  The core says for how long. */
static enum ena_result
nic_drive(struct nic *n, enum ena_state target)
{
	enum ena_result r;
	uint32_t wait_us;

	r = ena_dev_goto(&n->nc_dev, target);
	while (r == ENA_OK) {
		r = ena_dev_step(&n->nc_dev, &wait_us);
		if (r != ENA_AGAIN)
			return (r);
		n->nc_host.wait_us(n->nc_host.arg, wait_us);
		r = ENA_OK;
	}
	return (r);
}

/*
 * Stop the stack: nobody uses TXS, TXC or RX lanes after this.  A kernel
 * also waits here for handlers that are running.
 */
static void
nic_stop(struct nic *n)
{
	unsigned int i;

	n->nc_running = false;
	for (i = 0; n->nc_q != NULL && i < n->nc_plan.pl_pairs; i++)
		nic_burst_end(&n->nc_q[i]);
}

static enum ena_result
nic_bring_up(struct nic *n, enum ena_state before)
{
	unsigned int i;
	enum ena_result r;

	do {
		nic_drain(n);
		nic_queues_free(n);
		r = nic_drive(n, before);
		if (r == ENA_OK)
			r = nic_queues_alloc(n);
		if (r == ENA_OK)
			r = nic_drive(n, ENA_STATE_RUNNING);
	} while (r == ENA_NO_MEMORY && ena_queue_shrink(&n->nc_dev));
	for (i = 0; i < n->nc_plan.pl_pairs && r == ENA_OK; i++)
		r = nic_rx_fill(n, i);
	if (r != ENA_OK)
		return (r);
	/* running first: a handler that finds it false would not unmask */
	n->nc_running = true;
	for (i = 0; i < n->nc_plan.pl_pairs; i++)
		ena_queue_unmask(&n->nc_dev, i);
	return (ENA_OK);
}

/* On failure the result says why and the device is OFF, if it obeys. */
enum ena_result
nic_up(struct nic *n)
{
	enum ena_result r;

	if (n->nc_running ||
	    (ena_dev_state(&n->nc_dev) != ENA_STATE_OFF &&
	    ena_dev_state(&n->nc_dev) != ENA_STATE_QUIET))
		return (ENA_STATE);
	/* queues of an earlier life whose device was only sent to QUIET */
	nic_drain(n);
	nic_queues_free(n);
	r = nic_bring_up(n, ENA_STATE_ADMIN_UP);
	if (r != ENA_OK)
		(void)nic_down(n);
	return (r);
}

/*
 * Rings anew, for other wishes: no reset, the device knows us still.  Once
 * it is back at CONFIGURED it has forgotten the queues and their buffers.
 */
enum ena_result
nic_reopen(struct nic *n)
{
	enum ena_result r;

	if (!n->nc_running)
		return (ENA_STATE);
	nic_stop(n);
	/* first the device lets go of the queues, then their memory goes */
	r = nic_drive(n, ENA_STATE_CONFIGURED);
	if (r == ENA_OK)
		r = nic_bring_up(n, ENA_STATE_CONFIGURED);
	if (r != ENA_OK)
		(void)nic_down(n);
	return (r);
}

/*
 * Silence the device, take the buffers back, then let the core free its
 * rings.  If the device refuses to be reset it may still write to all of
 * this memory, so nothing is freed and the result says so: the caller turns
 * bus mastering off, calls ena_gone(nic_dev(n)) and comes again.
 */
enum ena_result
nic_down(struct nic *n)
{
	enum ena_result r;

	nic_stop(n);
	r = ena_dev_state(&n->nc_dev) == ENA_STATE_OFF ? ENA_OK :
	    nic_drive(n, ENA_STATE_QUIET);
	if (r == ENA_OK || ena_dev_state(&n->nc_dev) == ENA_STATE_GONE)
		r = nic_drive(n, ENA_STATE_OFF);
	if (r != ENA_OK)
		return (r);
	nic_drain(n);
	nic_queues_free(n);
	return (ENA_OK);
}

/*
 * The reset path: stop the stack, reset the device, take buffers back, and
 * bring up with the same code as at attach.  One attempt; the core says how
 * long to wait before it, and when to stop trying.
 */
enum ena_result
nic_recover(struct nic *n)
{
	enum ena_result r;
	uint32_t wait_us;

	nic_stop(n);
	r = nic_drive(n, ENA_STATE_QUIET);
	if (r == ENA_OK)
		r = ena_recover(&n->nc_dev, &wait_us);
	if (r != ENA_OK)
		return (r);
	n->nc_host.wait_us(n->nc_host.arg, wait_us);
	return (nic_up(n));
}

enum ena_result
nic_goto(struct nic *n, enum ena_state target)
{
	enum ena_result r;
	uint32_t wait_us;

	if (target != ENA_STATE_RUNNING)
		nic_stop(n);
	r = ena_dev_goto(&n->nc_dev, target);
	if (r != ENA_OK)
		return (r);
	return (ena_dev_step(&n->nc_dev, &wait_us));
}

/* ---- transmit */

static void
nic_tx_describe(struct ena_tx_pkt *p, const struct nic_tx_meta *m)
{
	if (m == NULL)
		return;
	p->tp_flags = m->flags;
	p->tp_mss = m->mss;
	p->tp_l3 = m->l3;
	p->tp_l4 = m->l4;
	p->tp_l3_off = m->l3_off;
	p->tp_l3_len = m->l3_len;
	p->tp_l4_len = m->l4_len;
}

/*
 * Bytes per buffer for this frame: what was asked for, or more if the frame
 * would then need more buffers than the device takes (a kernel linearises
 * once).  0: cannot be sent at all.
 */
static uint32_t
nic_tx_seg_len(const struct nic *n, size_t len)
{
	size_t max, seg;

	max = ena_dev_info(&n->nc_dev)->in_max_tx_bufs;
	seg = n->nc_opt.tx_seg_len;
	if (max == 0)
		return (0);
	if ((len + seg - 1) / seg > max)
		seg = (len + max - 1) / max;
	return (seg <= 65535 ? (uint32_t)seg : 0);
}

/* The head of the frame goes into the ring where that is device memory. */
static size_t
nic_tx_push(struct nic *n, unsigned int i, size_t len)
{
	size_t max;

	max = ena_tx_max_push(ena_txq(&n->nc_dev, i));
	return (len < max ? len : max);
}

static enum ena_result
nic_tx_queue(struct nic *n, unsigned int i, const uint8_t *frame, size_t len,
    const struct nic_tx_meta *meta)
{
	struct nic_queue *q = &n->nc_q[i];
	struct ena_tx_pkt pkt;
	uint32_t nsegs, seg;
	uint16_t first, id;
	enum ena_result r;
	size_t push;

	push = nic_tx_push(n, i, len);
	seg = nic_tx_seg_len(n, len - push);
	if (seg == 0 || len == 0)
		return (ENA_INVAL);
	nsegs = (uint32_t)((len - push + seg - 1) / seg);
	if (nsegs > q->nq_segs_free)
		return (ENA_NO_ROOM);
	if (!q->nq_burst_open) {
		r = ena_tx_begin(ena_txq(&n->nc_dev, i), &q->nq_burst);
		if (r != ENA_OK)
			return (r);
		q->nq_burst_open = true;
	}
	r = nic_segs_get(n, q, frame + push, len - push, seg, &first);
	if (r != ENA_OK)
		return (r);
	memset(&pkt, 0, sizeof(pkt));
	nic_tx_describe(&pkt, meta);
	pkt.tp_hdr = frame;
	pkt.tp_hdr_len = (uint16_t)push;
	pkt.tp_bufs = q->nq_vec;
	pkt.tp_nbufs = (uint16_t)nsegs;
	r = ena_tx_put(&q->nq_burst, &pkt, &id);
	if (r == ENA_OK)
		q->nq_first[id] = first;
	else
		nic_segs_put(n, q, first);
	return (r);
}

enum ena_result
nic_tx(struct nic *n, unsigned int i, const uint8_t *frame, size_t len,
    const struct nic_tx_meta *meta)
{
	struct nic_queue_stats *st;
	enum ena_result r;

	if (!n->nc_running)
		return (ENA_STATE);
	if (i >= n->nc_plan.pl_pairs)
		return (ENA_INVAL);
	st = &n->nc_stats[i];
	r = nic_tx_queue(n, i, frame, len, meta);
	switch (r) {
	case ENA_OK:
		st->tx_pkts++;
		st->tx_bytes += len;
		break;
	case ENA_NO_ROOM:
		/* what is queued must go, or nothing would ever complete */
		nic_burst_end(&n->nc_q[i]);
		st->tx_full++;
		break;
	default:
		st->tx_drops++;
		break;
	}
	return (r);
}

static enum ena_result
nic_health(const struct nic *n)
{
	if (ena_dev_state(&n->nc_dev) == ENA_STATE_GONE)
		return (ENA_GONE);
	return (ena_fault_reason(&n->nc_dev) >= 0 ? ENA_FAULTED : ENA_OK);
}

enum ena_result
nic_tx_flush(struct nic *n, unsigned int i)
{
	if (!n->nc_running)
		return (ENA_STATE);
	if (i >= n->nc_plan.pl_pairs)
		return (ENA_INVAL);
	nic_burst_end(&n->nc_q[i]);
	return (nic_health(n));
}

/* ---- interrupt service */

static enum ena_result
nic_tx_done(struct nic *n, unsigned int i, unsigned int *work)
{
	uint16_t ids[NIC_DRAIN];
	unsigned int count, k;
	enum ena_result r;

	do {
		r = ena_tx_reap(ena_txq(&n->nc_dev, i), ids, NIC_DRAIN,
		    &count);
		/* also on a fault: the count ids before it were good */
		for (k = 0; k < count; k++)
			nic_tx_free(n, &n->nc_q[i], ids[k]);
		ena_tx_release(ena_txq(&n->nc_dev, i));
		n->nc_stats[i].tx_done += count;
		*work += count;
	} while (r == ENA_OK && count == NIC_DRAIN);
	return (r);
}

/*
 * One frame: make the bytes ours, put several buffers into one piece, hand
 * it up, free the buffers.  A kernel would pass the buffers up as they are.
 */
static void
nic_rx_deliver(struct nic *n, unsigned int i, const struct ena_rx_pkt *p)
{
	struct nic_queue *q = &n->nc_q[i];
	const struct ena_rx_seg *s;
	struct nic_rx_meta m;
	struct nic_buf *b;
	const uint8_t *frame;
	size_t at, off;
	uint32_t k;

	frame = q->nq_frame;
	for (k = 0, at = 0; k < p->rp_nsegs; k++, at += s->rs_len) {
		s = &p->rp_segs[k];
		b = &q->nq_rx[s->rs_id];
		off = k == 0 ? p->rp_offset : 0;
		if (s->rs_len == 0)
			continue;
		nic_buf_sync(n, b, off, s->rs_len, ENA_SYNC_POSTREAD);
		if (p->rp_nsegs == 1)
			frame = b->va + off;
		else
			memcpy(q->nq_frame + at, b->va + off, s->rs_len);
	}
	m.queue = i;
	m.hash = p->rp_hash;
	m.hash_kind = ena_rx_hash_kind(p);
	m.l3 = ena_rx_l3_csum(p);
	m.l4 = ena_rx_l4_csum(p);
	m.nsegs = p->rp_nsegs;
	if (p->rp_len != 0)
		n->nc_host.rx_frame(n->nc_host.arg, frame, p->rp_len, &m);
	for (k = 0; k < p->rp_nsegs; k++)
		nic_buf_put(n, &q->nq_rx[p->rp_segs[k].rs_id]);
}

static void
nic_rx_count(struct nic_queue_stats *st, const struct ena_rx_pkt *p)
{
	st->rx_pkts++;
	st->rx_bytes += p->rp_len;
	switch (ena_rx_l4_csum(p)) {
	case ENA_CSUM_GOOD:
		st->rx_csum_good++;
		break;
	case ENA_CSUM_BAD:
		st->rx_csum_bad++;
		break;
	case ENA_CSUM_UNKNOWN:
		st->rx_csum_unknown++;
		break;
	}
}

static enum ena_result
nic_rx_take(struct nic *n, unsigned int i, unsigned int *work)
{
	struct ena_rxq *rq = ena_rxq(&n->nc_dev, i);
	struct ena_rx_take take;
	struct ena_rx_pkt pkt;
	enum ena_result r;

	r = ena_rx_take_begin(rq, &take, UINT32_MAX);
	if (r != ENA_OK)
		return (r);
	memset(&pkt, 0, sizeof(pkt));
	while ((r = ena_rx_get(&take, &pkt)) == ENA_OK) {
		nic_rx_count(&n->nc_stats[i], &pkt);
		nic_rx_deliver(n, i, &pkt);
		(*work)++;
	}
	ena_rx_take_end(&take);
	if (r == ENA_AGAIN)
		r = ENA_OK;
	if (r == ENA_OK && ena_rx_fill_due(rq))
		r = nic_rx_fill(n, i);
	return (r);
}

/* Serve both rings of a pair until a round finds nothing; *work: anything. */
static enum ena_result
nic_serve(struct nic *n, unsigned int i, bool *work)
{
	unsigned int round;
	enum ena_result r;

	*work = false;
	do {
		round = 0;
		r = nic_tx_done(n, i, &round);
		if (r == ENA_OK)
			r = nic_rx_take(n, i, &round);
		*work |= round != 0;
	} while (r == ENA_OK && round != 0);
	return (r);
}

/*
 * Vector 1 + i: completions of both rings until a round finds none, then
 * the one unmask.  A kernel bounds the rounds and, if it stops early,
 * reschedules itself instead of unmasking: the device only promises another
 * interrupt for what it completes after this one.
 */
enum ena_result
nic_queue_intr(struct nic *n, unsigned int i)
{
	enum ena_result r;
	bool work;

	if (!n->nc_running || i >= n->nc_plan.pl_pairs)
		return (ENA_STATE);
	n->nc_stats[i].interrupts++;
	ena_queue_intr(&n->nc_dev, i);
	r = nic_serve(n, i, &work);
	/* after a fault the vector stays masked: the reset comes next */
	if (r == ENA_OK)
		ena_queue_unmask(&n->nc_dev, i);
	return (r);
}

/* Vector 0: answers and events.  May come in any state. */
enum ena_result
nic_mgmt_intr(struct nic *n)
{
	enum ena_result r;

	r = ena_admin_reap(&n->nc_dev);
	(void)ena_aenq_reap(&n->nc_dev);
	return (r != ENA_OK ? r : nic_health(n));
}

/* The watchdog asks for a look: the vector has been quiet. */
static enum ena_result
nic_look(struct nic *n, unsigned int i)
{
	enum ena_result r;
	bool work;

	r = nic_serve(n, i, &work);
	if (r == ENA_OK)
		ena_queue_polled(&n->nc_dev, i, work);
	return (r == ENA_OK ? nic_health(n) : r);
}

/*
 * Once a second.  Events are drained here too, because the management
 * interrupt may be lost and an overflowing ring is fatal to the device.
 */
enum ena_result
nic_tick(struct nic *n)
{
	unsigned int i;
	enum ena_result r;

	(void)ena_aenq_reap(&n->nc_dev);
	r = ena_tick(&n->nc_dev);
	if (!n->nc_running)
		return (r);
	for (i = 0; i < n->nc_plan.pl_pairs && r == ENA_OK; i++)
		if (ena_queue_due(&n->nc_dev, i))
			r = nic_look(n, i);
	return (r);
}

/* ---- looking in */

struct ena_dev *
nic_dev(struct nic *n)
{
	return (&n->nc_dev);
}

unsigned int
nic_pairs(const struct nic *n)
{
	return (n->nc_plan.pl_pairs);
}

const struct nic_queue_stats *
nic_stats(const struct nic *n, unsigned int i)
{
	return (&n->nc_stats[i < ENA_MAX_PAIRS ? i : 0]);
}

unsigned int
nic_bufs_out(const struct nic *n)
{
	return (n->nc_bufs_out);
}

static void
nic_print_queue(const struct nic_queue_stats *s, unsigned int i, FILE *f)
{
	fprintf(f, "  pair %u: tx %" PRIu64 " pkts %" PRIu64 " bytes, %" PRIu64
	    " done, %" PRIu64 " dropped, %" PRIu64 " full\n", i, s->tx_pkts,
	    s->tx_bytes, s->tx_done, s->tx_drops, s->tx_full);
	fprintf(f, "  pair %u: rx %" PRIu64 " pkts %" PRIu64 " bytes, %" PRIu64
	    "/%" PRIu64 "/%" PRIu64 " csum good/bad/unknown, %" PRIu64
	    " without buffer, %" PRIu64 " interrupts\n", i, s->rx_pkts,
	    s->rx_bytes, s->rx_csum_good, s->rx_csum_bad, s->rx_csum_unknown,
	    s->rx_no_buf, s->interrupts);
}

void
nic_print(const struct nic *n, FILE *f)
{
	const struct ena_info *in = ena_dev_info(&n->nc_dev);
	unsigned int i;

	fprintf(f, "state %s, link %s, fault %d\n",
	    ena_state_name(ena_dev_state(&n->nc_dev)),
	    ena_link_up(&n->nc_dev) ? "up" : "down",
	    ena_fault_reason(&n->nc_dev));
	fprintf(f, "  mac %02x:%02x:%02x:%02x:%02x:%02x, device 0x%" PRIx32
	    ", controller 0x%" PRIx32 ", %" PRIu32 " DMA bits%s\n",
	    in->in_mac[0], in->in_mac[1], in->in_mac[2], in->in_mac[3],
	    in->in_mac[4], in->in_mac[5], in->in_version, in->in_controller,
	    in->in_dma_bits, in->in_readless ? ", readless" : "");
	fprintf(f, "  features 0x%08" PRIx32 ", capabilities 0x%" PRIx32
	    ", offloads tx 0x%" PRIx32 " rx 0x%" PRIx32 ", max mtu %" PRIu32
	    "\n", in->in_features, in->in_capabilities, in->in_tx_offloads,
	    in->in_rx_offloads, in->in_max_mtu);
	fprintf(f, "  %u of %u pairs, depth tx %u rx %u, buffers %" PRIu32
	    ", %u lent, rss %u entries\n", n->nc_plan.pl_pairs,
	    in->in_max_pairs, n->nc_plan.pl_tx_depth, n->nc_plan.pl_rx_depth,
	    n->nc_opt.rx_buf_len, n->nc_bufs_out, in->in_rss_entries);
	for (i = 0; i < n->nc_plan.pl_pairs; i++)
		nic_print_queue(&n->nc_stats[i], i, f);
}
