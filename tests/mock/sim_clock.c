/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time in the simulated world: the model's work, frames on wires,
 * interrupts, ticks; and the host that the glue runs on.
 *
 * One event at a time, the earliest first; among equals the model's work,
 * then wires, interrupts and ticks, adapters in order.  A handler runs to
 * completion as a thread of its own and holds the lanes it serves meanwhile.
 * The glue's wait serves other events, as a sleeping thread lets a kernel.
 */
#include "sim_priv.h"

enum ev_kind { EV_NONE, EV_MODEL, EV_WIRE, EV_IRQ, EV_TICK, EV_RECOVER };

struct ev {
	enum ev_kind ev_kind;
	uint64_t ev_at;
	struct sim_adapter *ev_ad;
	unsigned int ev_vector;
};

uint64_t
sim_now(const struct sim *s)
{
	return (s->sm_now);
}

unsigned int
sim_thread(struct sim *s, unsigned int id)
{
	unsigned int old;

	old = s->sm_thread;
	s->sm_thread = id;
	return (old);
}

/* ---- what the model does to the world; never delivered from here */

void
sim_raise(void *arg, unsigned int vector)
{
	struct sim_adapter *ad = arg;
	struct sim *s = ad->ad_sim;

	if (vector >= SIM_VECTORS)
		return;
	if (ad->ad_lose != 0) {
		ad->ad_lose--;
		return;
	}
	/* messages merge while one is on its way */
	if (ad->ad_irq[vector] != SIM_NEVER)
		return;
	ad->ad_irq[vector] = s->sm_now + sim_jitter(s, s->sm_opt.irq_us);
	ad->ad_nirq++;
}

static void
wire_put(struct sim_adapter *to, const void *frame, size_t len)
{
	struct sim *s = to->ad_sim;
	struct sim_frame *fr, **link;

	fr = sim_need(s, malloc(sizeof(*fr) + len));
	fr->fr_to = to;
	fr->fr_len = len;
	memcpy(fr->fr_data, frame, len);
	/* frames to one adapter stay in order */
	fr->fr_due = s->sm_now + sim_jitter(s, s->sm_opt.wire_us);
	if (fr->fr_due < to->ad_wire_last)
		fr->fr_due = to->ad_wire_last;
	to->ad_wire_last = fr->fr_due;
	for (link = &s->sm_wire; *link != NULL &&
	    (*link)->fr_due <= fr->fr_due; link = &(*link)->fr_next)
		continue;
	fr->fr_next = *link;
	*link = fr;
}

void
sim_wire_send(struct sim_adapter *to, const void *frame, size_t len)
{
	wire_put(to, frame, len);
}

void
sim_frame_out(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	struct sim_adapter *ad = arg;
	struct sim *s = ad->ad_sim;

	(void)info;
	if (s->sm_wire_fn != NULL)
		s->sm_wire_fn(s->sm_wire_arg, ad, frame, len);
	if (ad->ad_peer == NULL)
		return;
	if (s->sm_opt.loss_ppm != 0 &&
	    sim_rand(s, 1000000) < s->sm_opt.loss_ppm)
		return;
	wire_put(ad->ad_peer, frame, len);
}

/* ---- handlers */

static void
handler_result(struct sim_adapter *ad, enum ena_result r)
{
	/* an interrupt that comes too late or too early is no trouble */
	if (r == ENA_OK || r == ENA_STATE)
		return;
	ad->ad_trouble = r;
	if (r == ENA_FAULTED && ad->ad_sim->sm_opt.auto_recover)
		ad->ad_want_recover = true;
}

static void
serve_irq(struct sim_adapter *ad, unsigned int vector)
{
	struct sim *s = ad->ad_sim;
	unsigned int old, q;

	ad->ad_irq[vector] = SIM_NEVER;
	ad->ad_nirq--;
	sim_trace(ad, "interrupt vector=%u", vector);
	old = sim_thread(s, ++s->sm_threads);
	if (vector == 0) {
		sim_lane_take(ad, ENA_LANE_ADMIN, 0);
		sim_lane_take(ad, ENA_LANE_AENQ, 0);
		handler_result(ad, nic_mgmt_intr(ad->ad_nic));
		sim_lane_drop(ad, ENA_LANE_AENQ, 0);
		sim_lane_drop(ad, ENA_LANE_ADMIN, 0);
	} else if (vector - 1 < ENA_MAX_PAIRS) {
		q = vector - 1;
		sim_lane_take(ad, ENA_LANE_TXC, q);
		sim_lane_take(ad, ENA_LANE_RX, q);
		handler_result(ad, nic_queue_intr(ad->ad_nic, q));
		sim_lane_drop(ad, ENA_LANE_RX, q);
		sim_lane_drop(ad, ENA_LANE_TXC, q);
	}
	sim_thread(s, old);
}

static void
serve_tick(struct sim_adapter *ad)
{
	struct sim *s = ad->ad_sim;
	unsigned int old;

	ad->ad_tick = s->sm_now + sim_jitter(s, s->sm_opt.tick_us);
	old = sim_thread(s, ++s->sm_threads);
	sim_lane_take(ad, ENA_LANE_ADMIN, 0);
	sim_lane_take(ad, ENA_LANE_AENQ, 0);
	handler_result(ad, nic_tick(ad->ad_nic));
	sim_lane_drop(ad, ENA_LANE_AENQ, 0);
	sim_lane_drop(ad, ENA_LANE_ADMIN, 0);
	sim_thread(s, old);
}

static void
serve_wire(struct sim *s)
{
	struct sim_frame *fr;

	fr = s->sm_wire;
	s->sm_wire = fr->fr_next;
	(void)mock_frame_in(fr->fr_to->ad_mock, fr->fr_data, fr->fr_len,
	    NULL);
	free(fr);
}

static void
serve_recover(struct sim_adapter *ad)
{
	enum ena_result r;

	ad->ad_want_recover = false;
	ad->ad_recoveries++;
	r = nic_recover(ad->ad_nic);
	if (r != ENA_OK)
		ad->ad_trouble = r;
	else
		ad->ad_trouble = ENA_OK;
}

/* ---- the loop */

static void
ev_min(struct ev *ev, enum ev_kind kind, uint64_t at, struct sim_adapter *ad,
    unsigned int vector)
{
	if (at >= ev->ev_at)
		return;
	ev->ev_kind = kind;
	ev->ev_at = at;
	ev->ev_ad = ad;
	ev->ev_vector = vector;
}

static struct ev
ev_next(struct sim *s)
{
	struct sim_adapter *ad;
	struct ev ev;
	unsigned int v;

	memset(&ev, 0, sizeof(ev));
	ev.ev_at = SIM_NEVER;
	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next)
		ev_min(&ev, EV_MODEL, mock_next_us(ad->ad_mock), ad, 0);
	if (s->sm_wire != NULL)
		ev_min(&ev, EV_WIRE, s->sm_wire->fr_due, NULL, 0);
	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next)
		for (v = 0; ad->ad_nirq != 0 && v < SIM_VECTORS; v++)
			ev_min(&ev, EV_IRQ, ad->ad_irq[v], ad, v);
	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next) {
		ev_min(&ev, EV_TICK, ad->ad_tick, ad, 0);
		if (ad->ad_want_recover && ad->ad_waiting == 0)
			ev_min(&ev, EV_RECOVER, s->sm_now, ad, 0);
	}
	return (ev);
}

/* Serve one event due by until; false if there is none. */
static bool
sim_step(struct sim *s, uint64_t until)
{
	struct sim_adapter *ad;
	struct ev ev;

	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next)
		sim_late_write(ad);
	ev = ev_next(s);
	if (ev.ev_kind == EV_NONE || ev.ev_at > until)
		return (false);
	if (ev.ev_at > s->sm_now) {
		s->sm_now = ev.ev_at;
		s->sm_storm = 0;
	} else if (++s->sm_storm > SIM_STORM)
		sim_panic(s, "events without end at one moment");
	if (s->sm_now > s->sm_opt.limit_us)
		sim_panic(s, "the run hangs: time limit");
	switch (ev.ev_kind) {
	case EV_MODEL:
		mock_run(ev.ev_ad->ad_mock);
		break;
	case EV_WIRE:
		serve_wire(s);
		break;
	case EV_IRQ:
		serve_irq(ev.ev_ad, ev.ev_vector);
		break;
	case EV_TICK:
		serve_tick(ev.ev_ad);
		break;
	case EV_RECOVER:
		serve_recover(ev.ev_ad);
		break;
	case EV_NONE:
		break;
	}
	return (true);
}

void
sim_advance(struct sim *s, uint64_t us)
{
	uint64_t until;

	until = s->sm_now + us;
	if (until > s->sm_opt.limit_us)
		sim_panic(s, "the run hangs: time limit");
	while (sim_step(s, until))
		continue;
	if (s->sm_now < until) {
		s->sm_now = until;
		s->sm_storm = 0;
	}
}

bool
sim_run_until(struct sim *s, sim_cond_fn *cond, void *arg, uint64_t max_us)
{
	uint64_t until;

	until = s->sm_now + max_us;
	while (!cond(arg)) {
		if (!sim_step(s, until)) {
			if (s->sm_now < until)
				s->sm_now = until;
			return (cond(arg));
		}
	}
	return (true);
}

/* ---- the glue's host: packet memory, waiting, the stack above */

static bool
host_alloc(void *arg, uint32_t len, struct nic_buf *b)
{
	struct sim_adapter *ad = arg;
	struct sim_region *rg;

	if (len == 0) {
		sim_blame(ad, "packet buffer of no bytes");
		return (false);
	}
	if (ad->ad_starved || sim_fails(ad->ad_sim, "buf_alloc"))
		return (false);
	rg = sim_region_add(ad, len, 2, ad->ad_spec.profile.dma_bits, true);
	if (rg == NULL)
		return (false);
	b->va = rg->rg_va;
	b->pa = rg->rg_pa;
	b->len = len;
	b->cookie = rg;
	return (true);
}

static struct sim_region *
host_region(struct sim_adapter *ad, const struct nic_buf *b)
{
	struct sim_region *rg;

	rg = sim_region_at(ad, b->pa);
	if (rg == NULL || !rg->rg_packet || rg->rg_pa != b->pa ||
	    rg->rg_va != b->va)
		return (NULL);
	return (rg);
}

static void
host_free(void *arg, struct nic_buf *b)
{
	struct sim_adapter *ad = arg;
	struct sim_region *rg;

	rg = host_region(ad, b);
	if (rg == NULL)
		sim_blame(ad, "free of no live packet buffer");
	else
		sim_region_remove(rg);
}

static void
host_sync(void *arg, struct nic_buf *b, size_t off, size_t len,
    enum ena_sync dir)
{
	struct sim_adapter *ad = arg;
	struct sim_region *rg;

	rg = host_region(ad, b);
	if (rg == NULL)
		sim_blame(ad, "sync of no live packet buffer");
	else if (len == 0 || off > rg->rg_len || len > rg->rg_len - off)
		sim_blame(ad, "sync of b%u+0x%zx + %zu of %zu", rg->rg_no,
		    off, len, rg->rg_len);
	else if (!sim_forgets(ad, 1U << dir))
		sim_region_sync(rg, off, len, dir);
}

static void
host_wait(void *arg, uint32_t us)
{
	struct sim_adapter *ad = arg;

	ad->ad_waiting++;
	sim_advance(ad->ad_sim, sim_jitter(ad->ad_sim, us == 0 ? 1 : us));
	ad->ad_waiting--;
}

static void
host_rx(void *arg, const uint8_t *frame, size_t len,
    const struct nic_rx_meta *meta)
{
	struct sim_adapter *ad = arg;

	if (ad->ad_rx != NULL)
		ad->ad_rx(ad->ad_rx_arg, ad, frame, len, meta);
}

void
sim_host_init(struct sim_adapter *ad)
{
	ad->ad_host.arg = ad;
	ad->ad_host.buf_alloc = host_alloc;
	ad->ad_host.buf_free = host_free;
	ad->ad_host.buf_sync = host_sync;
	ad->ad_host.wait_us = host_wait;
	ad->ad_host.rx_frame = host_rx;
}

const struct nic_host *
sim_host(struct sim_adapter *ad)
{
	return (&ad->ad_host);
}
