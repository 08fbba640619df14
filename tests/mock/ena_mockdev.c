/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device model: life cycle, time, randomness and DMA.
 *
 * The rest: mock_reg.c registers and reset, mock_admin.c the admin queue,
 * mock_feature.c, mock_rss.c, mock_flow.c and mock_stats.c what its commands
 * do, mock_queue.c I/O queues, mock_llq.c those in device memory, mock_tx.c
 * and mock_rx.c the data path, mock_clock.c PHC and timestamps, mock_aenq.c
 * events and interrupts, mock_rules.c what a driver must not do,
 * mock_fault.c what we do to it, mock_trace.c the transcript.
 *
 * Time: each object that has something to do holds an absolute due time.
 * mock_run() serves the earliest until none is due, so that the order of
 * events does not depend on how often it is called.  d->soonest is a lower
 * bound of all of them and makes an idle mock_run() cheap.
 */
#include <stdlib.h>

#include "mock_priv.h"

enum due_kind {
	DUE_NONE, DUE_RESET, DUE_READLESS, DUE_ADMIN, DUE_KEEP_ALIVE,
	DUE_TX, DUE_HELD, DUE_VEC, DUE_PHC
};

struct due {
	enum due_kind kind;
	uint32_t idx;
	uint64_t at;
};

void
mock_options_default(struct mock_options *o)
{
	static const uint8_t mac[6] = {
		0x12, 0x3a, 0x5b, 0x07, 0xc1, 0x9e
	};

	memset(o, 0, sizeof(*o));
	o->seed = 1;
	memcpy(o->mac, mac, sizeof(o->mac));
	o->admin_us = 20;
	o->readless_us = 1;
	o->reset_us = 300;
	o->link_up = true;
	o->clock_base_ns = 1700000000000000000ULL;
	o->phc_us = 2;
	o->phc_bound_ns = 250;
}

/* -- small services */

uint64_t
mock_now(struct mockdev *d)
{
	return (d->bus.now_us(d->bus.arg));
}

/* splitmix64: the only source of randomness. */
uint32_t
mock_rand(struct mockdev *d, uint32_t below)
{
	uint64_t z;

	d->rng += 0x9e3779b97f4a7c15ULL;
	z = d->rng;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return (below == 0 ? 0 : (uint32_t)((z >> 32) % below));
}

/* Absolute time of something that takes us microseconds plus jitter. */
uint64_t
mock_after(struct mockdev *d, uint32_t us)
{
	uint64_t extra;

	extra = 0;
	if (d->o.jitter_pct != 0 && us != 0)
		extra = (uint64_t)us * mock_rand(d, d->o.jitter_pct + 1) /
		    100;
	return (mock_now(d) + us + extra);
}

void
mock_wake(struct mockdev *d, uint64_t due)
{
	if (due < d->soonest)
		d->soonest = due;
}

static bool
dma_ok(struct mockdev *d, uint64_t addr, size_t len, const char *what)
{
	uint64_t limit;

	if (d->fatal || d->gone)
		return (false);
	limit = (uint64_t)1 << d->p.dma_bits;
	if (addr >= limit || len > limit - addr) {
		mock_rule(d, MR_DMA_WIDTH, "%s at 0x%llx + %zu beyond %u bits",
		    what, (unsigned long long)addr, len, d->p.dma_bits);
		return (false);
	}
	return (true);
}

bool
mock_dma_rd(struct mockdev *d, uint64_t addr, void *buf, size_t len,
    const char *what)
{
	if (!dma_ok(d, addr, len, what))
		return (false);
	if (d->bus.dma_read(d->bus.arg, addr, buf, len) != 0) {
		mock_rule(d, MR_DMA_UNMAPPED, "read of %s at 0x%llx + %zu",
		    what, (unsigned long long)addr, len);
		return (false);
	}
	return (true);
}

bool
mock_dma_wr(struct mockdev *d, uint64_t addr, const void *buf, size_t len,
    const char *what)
{
	if (!dma_ok(d, addr, len, what))
		return (false);
	if (d->bus.dma_write(d->bus.arg, addr, buf, len) != 0) {
		mock_rule(d, MR_DMA_UNMAPPED, "write of %s at 0x%llx + %zu",
		    what, (unsigned long long)addr, len);
		return (false);
	}
	return (true);
}

/* -- state */

/* Stop everything that runs by itself, but forget nothing. */
static void
stop_work(struct mockdev *d)
{
	uint32_t i;

	d->npend = 0;
	d->admin_due = d->ka_due = d->rl_due = d->phc_due = MOCK_NEVER;
	for (i = 0; i < MOCK_MAX_PAIRS; i++) {
		d->tx[i].due = MOCK_NEVER;
		d->tx[i].held_due = MOCK_NEVER;
	}
	for (i = 0; i < MOCK_VECTORS; i++) {
		d->vec[i].due = MOCK_NEVER;
		d->vec[i].pending = false;
	}
	d->mgmt_pending = false;
}

void
mock_set_fatal(struct mockdev *d, const char *why)
{
	if (d->fatal)
		return;
	d->fatal = true;
	mock_trace(d, "fatal why=%s", why);
	/* Registers can still be read without MMIO loads. */
	stop_work(d);
}

/* Everything that a reset loses (protocol 4.4), plus the fatal state. */
void
mock_power_on(struct mockdev *d)
{
	uint32_t i;

	for (i = 0; i < MOCK_MAX_PAIRS; i++) {
		mock_sq_free(&d->tx[i]);
		mock_sq_free(&d->rx[i]);
	}
	memset(d->cq, 0, sizeof(d->cq));
	memset(d->vec, 0, sizeof(d->vec));
	stop_work(d);
	d->fatal = false;
	d->resp_set = false;
	d->resp = 0;
	d->intr_masked = false;
	d->rs = MOCK_RS_IDLE;
	d->rs_due = MOCK_NEVER;
	memset(&d->aq, 0, sizeof(d->aq));
	memset(&d->acq, 0, sizeof(d->acq));
	memset(&d->aenq, 0, sizeof(d->aenq));
	d->aq_base = d->acq_base = d->aenq_base = 0;
	d->aq_tail = d->acq_tail = d->aq_retired = 0;
	d->admin_seen = d->hi_set = d->hi_early = d->attr_seen = false;
	d->hi_addr = 0;
	d->hi_major = 0;
	d->hi_features = 0;
	d->gates_passed = false;
	d->aenq_late = d->aenq_armed = d->link_owed = false;
	d->aenq_head = d->aenq_tail = 0;
	d->groups = d->p.aenq_enabled;
	d->mtu = d->p.max_mtu;
	d->frag_bypass = false;
	memset(&d->llq, 0, sizeof(d->llq));
	mock_rss_defaults(d);
	memset(d->flows, 0, sizeof(d->flows));
	d->phc_set = d->ts_tx = d->ts_rx = false;
	d->phc_last = MOCK_NEVER;
}

static bool
profile_ok(const struct mock_profile *p)
{
	return (p->max_pairs >= 1 && p->max_pairs <= MOCK_MAX_PAIRS &&
	    p->msix_vectors >= 1 && p->msix_vectors <= MOCK_VECTORS &&
	    p->tx_descs >= 1 && p->tx_descs <= MOCK_TX_DESCS &&
	    p->rx_descs >= 1 && p->rx_descs <= MOCK_RX_DESCS &&
	    p->dma_bits >= 32 && p->dma_bits <= 48 &&
	    p->cq_depth <= 32768 && p->tx_sq_depth <= 32768 &&
	    p->rx_sq_depth <= 32768 && p->llq_depth <= 32768 &&
	    p->rss_log2_max <= 12 && p->flow_rules <= MOCK_FLOWS &&
	    p->bar2_bytes <= 0x40000000 &&
	    p->db_stride != 0 && p->unmask_stride != 0);
}

struct mockdev *
mock_create(const struct mock_profile *p, const struct mock_options *o,
    const struct mock_bus *bus)
{
	struct mockdev *d;

	if (!profile_ok(p))
		return (NULL);
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return (NULL);
	d->p = *p;
	d->offered_pairs = d->p.max_pairs;
	d->o = *o;
	d->bus = *bus;
	d->rng = o->seed;
	d->link = o->link_up;
	d->soonest = MOCK_NEVER;
	mock_metric_defaults(d);
	mock_power_on(d);
	mock_trace(d, "create profile=%s seed=%llu", d->p.name,
	    (unsigned long long)d->o.seed);
	return (d);
}

void
mock_destroy(struct mockdev *d)
{
	uint32_t i;

	if (d == NULL)
		return;
	for (i = 0; i < MOCK_MAX_PAIRS; i++) {
		mock_sq_free(&d->tx[i]);
		mock_sq_free(&d->rx[i]);
	}
	if (!d->bar2_theirs)
		free(d->bar2);
	free(d);
}

void
mock_flr(struct mockdev *d)
{
	if (d->gone)
		return;
	mock_trace(d, "flr");
	mock_power_on(d);
}

void
mock_offer_pairs(struct mockdev *d, unsigned int n)
{
	d->offered_pairs = n < d->p.max_pairs ? (uint16_t)n :
	    d->p.max_pairs;
}

void
mock_set_link(struct mockdev *d, bool up)
{
	if (d->link == up)
		return;
	d->link = up;
	mock_trace(d, "link up=%d", up);
	if (d->aenq_armed) {
		d->link_owed = true;
		mock_aenq_post(d, ENAHW_AENQ_LINK_CHANGE, 0, NULL);
	}
}

/* -- time */

static void
due_min(struct due *m, enum due_kind kind, uint32_t idx, uint64_t at)
{
	if (at < m->at) {
		m->kind = kind;
		m->idx = idx;
		m->at = at;
	}
}

static struct due
due_next(const struct mockdev *d)
{
	struct due m;
	uint32_t i;

	m.kind = DUE_NONE;
	m.idx = 0;
	m.at = MOCK_NEVER;
	if (d->gone)
		return (m);
	due_min(&m, DUE_RESET, 0, d->rs_due);
	due_min(&m, DUE_READLESS, 0, d->rl_due);
	due_min(&m, DUE_ADMIN, 0, d->admin_due);
	due_min(&m, DUE_KEEP_ALIVE, 0, d->ka_due);
	due_min(&m, DUE_PHC, 0, d->phc_due);
	for (i = 0; i < d->p.max_pairs; i++) {
		due_min(&m, DUE_TX, i, d->tx[i].due);
		due_min(&m, DUE_HELD, i, d->tx[i].held_due);
	}
	for (i = 0; i < d->p.msix_vectors; i++)
		due_min(&m, DUE_VEC, i, d->vec[i].due);
	return (m);
}

static void
due_serve(struct mockdev *d, const struct due *m)
{
	switch (m->kind) {
	case DUE_RESET:
		mock_reset_step(d);
		break;
	case DUE_READLESS:
		mock_readless_answer(d);
		break;
	case DUE_ADMIN:
		mock_admin_run(d);
		break;
	case DUE_KEEP_ALIVE:
		mock_keep_alive(d);
		break;
	case DUE_PHC:
		mock_phc_answer(d);
		break;
	case DUE_TX:
		mock_tx_run(d, &d->tx[m->idx]);
		break;
	case DUE_HELD:
		mock_tx_release(d, &d->tx[m->idx]);
		break;
	case DUE_VEC:
		mock_vec_fire(d, m->idx);
		break;
	case DUE_NONE:
		break;
	}
}

void
mock_run(struct mockdev *d)
{
	struct due m;

	if (d->soonest > mock_now(d))
		return;
	for (;;) {
		m = due_next(d);
		d->soonest = m.at;
		if (m.kind == DUE_NONE || m.at > mock_now(d))
			return;
		due_serve(d, &m);
	}
}

uint64_t
mock_next_us(struct mockdev *d)
{
	struct due m;

	m = due_next(d);
	d->soonest = m.at;
	return (m.at);
}

/* -- observation */

void
mock_get_stats(const struct mockdev *d, struct mock_stats *st)
{
	*st = d->st;
}

bool
mock_is_fatal(const struct mockdev *d)
{
	return (d->fatal);
}

static bool
ring_cq(const struct mockdev *d, unsigned int i, struct mock_ring *r)
{
	const struct mock_cq *cq;
	unsigned int j;

	for (j = 0; j < 2 * MOCK_MAX_PAIRS; j++) {
		cq = &d->cq[j];
		if (!cq->live || i-- != 0)
			continue;
		r->kind = MOCK_RING_TX_CQ;
		if (cq->bound ? cq->rx : cq->entry_bytes > 8)
			r->kind = MOCK_RING_RX_CQ;
		r->base = cq->base;
		r->entry_bytes = cq->entry_bytes;
		r->depth = cq->depth;
		r->phase_byte = MOCK_WIRE_BE ? 4 : 3;
		return (true);
	}
	return (false);
}

bool
mock_ring_nth(const struct mockdev *d, unsigned int i, struct mock_ring *r)
{
	memset(r, 0, sizeof(*r));
	r->depth = 1;
	if (d->resp_set && i-- == 0) {
		r->kind = MOCK_RING_RESP;
		r->base = d->resp;
		r->entry_bytes = sizeof(struct enahw_reg_resp);
		return (true);
	}
	if (d->phc_set && i-- == 0) {
		r->kind = MOCK_RING_CLOCK;
		r->base = d->phc_resp;
		r->entry_bytes = MOCK_PHC_RESP;
		return (true);
	}
	r->entry_bytes = ENAHW_ADMIN_ENTRY;
	if (d->acq.set && i-- == 0) {
		r->kind = MOCK_RING_ACQ;
		r->base = d->acq.base;
		r->depth = d->acq.depth;
		r->phase_byte = MOCK_WIRE_BE ? 0 : 3;
		return (true);
	}
	if (d->aenq.set && i-- == 0) {
		r->kind = MOCK_RING_AENQ;
		r->base = d->aenq.base;
		r->depth = d->aenq.depth;
		r->phase_byte = MOCK_WIRE_BE ? 7 : 4;
		return (true);
	}
	return (ring_cq(d, i, r));
}
