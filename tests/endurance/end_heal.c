/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Medicine: what a glue does after something failed, as little as will do.
 *
 * A round mends both adapters by their state, then probes: checked frames
 * both ways on every pair, all transmit buffers back, receive rings refilled.
 * A probe that does not come through within END_PROBE_US calls for more: look
 * at the rings unasked (a lost interrupt), then a reset by the glue's own
 * watchdog.  w_cure keeps the strongest medicine that was given.
 *
 * Gone is the one verdict that no reset takes back: OFF must be clean then,
 * and a fresh driver on the card must work once it is back.
 */
#include "end.h"

#define END_PROBE_US	(2U * END_SECOND)
#define END_TICKS_US	(END_SECOND + END_SECOND / 2)
#define HEAL_ROUNDS	6U

static void
gave(struct world *w, enum end_cure cure)
{
	if (cure > w->w_cure)
		w->w_cure = cure;
}

/* ---- mending by state */

/* Down, up; what fails fails again in the next round. */
static void
mend_down_up(struct world *w, struct sim_adapter *ad)
{
	if (call_down(w, ad) == ENA_OK && call_up(w, ad) == ENA_OK)
		sim_trouble_clear(ad);
	world_safe(w);
}

static void
mend(struct world *w, struct sim_adapter *ad)
{
	bool meant;

	switch (ena_dev_state(sim_dev(ad))) {
	case ENA_STATE_RUNNING:
		return;
	case ENA_STATE_FAULTED:
		gave(w, CURE_RESET);
		(void)call_recover(w, ad);
		break;
	case ENA_STATE_OFF:
	case ENA_STATE_QUIET:
		meant = ad == w->w_ad[0] && w->w_cell->ce_scene->sc_down &&
		    w->w_result == ENA_OK;
		if (!meant && w->w_cure != CURE_REPLUG)
			gave(w, CURE_RETRY);
		(void)call_up(w, ad);
		break;
	default:
		gave(w, CURE_RETRY);
		mend_down_up(w, ad);
		break;
	}
	sim_trouble_clear(ad);
	world_safe(w);
}

/* ---- probing */

struct probe {
	struct world *pr_world;
	uint32_t pr_from[2];
};

static bool
probe_done(void *arg)
{
	struct probe *p = arg;
	const struct sim_load *ld;
	unsigned int i;
	uint32_t no;

	for (i = 0; i < 2; i++) {
		ld = &p->pr_world->w_load[i];
		for (no = p->pr_from[i]; no < ld->ld_sent; no++)
			if (ld->ld_seen[no] != 0)
				return (false);
	}
	return (world_idle(p->pr_world));
}

static bool
probe_send(struct world *w, unsigned int i)
{
	unsigned int pairs, q;
	size_t max;

	pairs = nic_pairs(sim_nic(w->w_ad[i]));
	max = w->w_mtu < 1500 ? w->w_mtu : 1500;
	for (q = 0; q < pairs; q++) {
		if (load_push(&w->w_load[i], q, 300, LOAD_UDP4, true) !=
		    ENA_OK || load_push(&w->w_load[i], q, max, LOAD_TCP4,
		    false) != ENA_OK)
			return (false);
		sim_advance(w->w_sim, 60);
	}
	return (pairs != 0);
}

/* Do frames go both ways? */
static bool
probe(struct world *w)
{
	struct probe p;
	bool ok;

	p.pr_world = w;
	p.pr_from[0] = w->w_load[0].ld_sent;
	p.pr_from[1] = w->w_load[1].ld_sent;
	ok = probe_send(w, 0) && probe_send(w, 1) &&
	    sim_run_until(w->w_sim, probe_done, &p, END_PROBE_US);
	world_safe(w);
	return (ok);
}

static bool
running(struct sim_adapter *ad)
{
	return (ena_dev_state(sim_dev(ad)) == ENA_STATE_RUNNING);
}

/* ---- stronger things */

static void
poke(struct sim_adapter *ad)
{
	unsigned int q;

	if (!running(ad))
		return;
	(void)nic_mgmt_intr(sim_nic(ad));
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++) {
		/* it ends with an unmask, and two in a row stall a device */
		ena_queue_mask(sim_dev(ad), q);
		(void)nic_queue_intr(sim_nic(ad), q);
	}
}

static void
stalled(struct world *w, unsigned int times)
{
	unsigned int i;

	/* states that speak for themselves come first */
	for (i = 0; i < 2; i++)
		if (!running(w->w_ad[i]))
			return;
	for (i = 0; i < 2; i++) {
		if (times == 1) {
			gave(w, CURE_POKE);
			poke(w->w_ad[i]);
		} else {
			gave(w, CURE_WATCHDOG);
			ena_fault(sim_dev(w->w_ad[i]),
			    ENA_REASON_OS_WATCHDOG);
		}
	}
}

static bool
at_rest(void *arg)
{
	return (world_idle(arg));
}

static bool
kind_armed(const struct world *w, enum mock_fault f)
{
	unsigned int i;

	for (i = 0; i < END_FAULTS; i++)
		if (w->w_cell->ce_fault[i].fa_kind == FAULT_DEV &&
		    w->w_cell->ce_fault[i].fa_row->fr_f == f)
			return (true);
	return (false);
}

/* The watchdog looked at a ring because its interrupt stayed away. */
static void
looked(struct world *w, struct sim_adapter *ad)
{
	struct ena_watch_stats ws;
	unsigned int q;

	/* scenes that lose interrupts themselves lose nothing by it */
	if (!kind_armed(w, MOCK_F_INTR_LOST) || w->w_faults == 0)
		return;
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++) {
		ena_queue_watch(sim_dev(ad), q, &ws);
		if (ws.ws_intrs_lost != 0)
			gave(w, CURE_POKE);
	}
}

void
heal(struct world *w)
{
	unsigned int i, round, stalls;
	uint64_t since;
	bool ok;

	since = sim_now(w->w_sim);
	/* a ring that starved is filled by the next tick */
	if (running(w->w_ad[0]) && running(w->w_ad[1]))
		(void)sim_run_until(w->w_sim, at_rest, w, END_TICKS_US);
	for (round = stalls = 0, ok = false; round < HEAL_ROUNDS; round++) {
		mend(w, w->w_ad[0]);
		mend(w, w->w_ad[1]);
		if (!running(w->w_ad[0]) || !running(w->w_ad[1]))
			continue;
		if ((ok = probe(w)))
			break;
		stalled(w, ++stalls);
	}
	END_CHECK(w, ok);
	for (i = 0; i < 2; i++) {
		looked(w, w->w_ad[i]);
		sim_trouble_clear(w->w_ad[i]);
	}
	w->w_healed_us = sim_now(w->w_sim) - since;
	END_CHECK(w, w->w_healed_us <= END_LIVE_US);
}

void
heal_under_fire(struct world *w)
{
	mend(w, w->w_ad[0]);
	mend(w, w->w_ad[1]);
	if (running(w->w_ad[0]) && running(w->w_ad[1]))
		(void)probe(w);
}

/* ---- verdicts while a fault lasts */

static bool
out(struct sim_adapter *ad)
{
	return (mock_reg_read(sim_mock(ad), ENAHW_REG_VERSION) ==
	    ENAHW_ALL_ONES);
}

/*
 * The card is out and the driver has not noticed: what reads nothing cannot.
 * The watchdog's reset must fail, and must keep all memory that a card might
 * still write to; then the bus is told, and the core.
 */
static void
bury(struct world *w, struct sim_adapter *ad)
{
	enum ena_state st;

	sim_advance(w->w_sim, 2 * END_SECOND);
	st = ena_dev_state(sim_dev(ad));
	if (st == ENA_STATE_RUNNING || st == ENA_STATE_FAULTED) {
		ena_fault(sim_dev(ad), ENA_REASON_OS_WATCHDOG);
		END_CHECK(w, call_recover(w, ad) != ENA_OK);
	} else if (st != ENA_STATE_GONE &&
	    call_down(w, ad) == ENA_OK) {
		/* nothing of it was up */
		END_CHECK(w, call_up(w, ad) != ENA_OK);
	}
	world_safe(w);
	sim_bus_master(ad, false);
	if (ena_dev_state(sim_dev(ad)) != ENA_STATE_GONE)
		ena_gone(sim_dev(ad));
}

static void
gone(struct world *w, struct sim_adapter *ad)
{
	struct nic *n = sim_nic(ad);

	/* a register read as all ones is noticed there and then */
	if (w->w_kind != NULL && strcmp(w->w_kind, "rd4") == 0 &&
	    w->w_cell->ce_fault[1].fa_kind == FAULT_NONE)
		END_CHECK(w, ena_dev_state(sim_dev(ad)) == ENA_STATE_GONE);
	bury(w, ad);
	END_CHECK(w, call_down(w, ad) == ENA_OK);
	END_CHECK(w, nic_bufs_out(n) == 0 && sim_bufs(ad) == 0 &&
	    sim_blocks(ad) == 0);
	END_CHECK(w, call_up(w, ad) == ENA_STATE);
	world_safe(w);
	gave(w, CURE_REPLUG);
	if (ad == w->w_ad[0]) {
		/* a new driver knows nothing of what was set */
		w->w_mtu = END_MTU;
		w->w_ask.as_took = false;
	}
	mock_fault_clear(sim_mock(ad));
	END_CHECK(w, plug_again(ad));
}

static bool
not_running(void *arg)
{
	return (!running(arg));
}

/* A watched device that falls silent is found out. */
static void
silence(struct world *w)
{
	struct ena_dev *dev = sim_dev(w->w_ad[0]);

	if (!running(w->w_ad[0]) || dev->dev_beats == 0 ||
	    w->w_spec[0].profile.keep_alive_us == 0)
		return;
	END_CHECK(w, sim_run_until(w->w_sim, not_running, w->w_ad[0],
	    40 * END_SECOND));
	END_CHECK(w, ena_fault_reason(dev) == ENAHW_RESET_KEEP_ALIVE_TO);
}

void
heal_suffer(struct world *w)
{
	unsigned int i;

	if (sim_failed_kind(w->w_sim) != NULL)
		w->w_kind = sim_failed_kind(w->w_sim);
	if (kind_armed(w, MOCK_F_KEEP_ALIVE_STOP) &&
	    mock_faults_hit(sim_mock(w->w_ad[0])) != 0 &&
	    w->w_cell->ce_fault[1].fa_kind == FAULT_NONE)
		silence(w);
	for (i = 0; i < 2; i++)
		if (out(w->w_ad[i]))
			gone(w, w->w_ad[i]);
	/* a reset that hangs ends with one of the bus only */
	if (mock_faults_hit(sim_mock(w->w_ad[0])) != 0 &&
	    !running(w->w_ad[0]) &&
	    (kind_armed(w, MOCK_F_RESET_NEVER_STARTS) ||
	    kind_armed(w, MOCK_F_RESET_NEVER_ENDS)))
		mock_flr(sim_mock(w->w_ad[0]));
}

/* ---- how much may be needed */

static enum end_cure
op_limit(const char *kind)
{
	if (kind == NULL || strcmp(kind, "buf_alloc") == 0 ||
	    strcmp(kind, "readless") == 0)
		return (CURE_NONE);
	return (strcmp(kind, "dma_alloc") == 0 ? CURE_RETRY : CURE_REPLUG);
}

enum end_cure
heal_limit(const struct world *w)
{
	const struct cell *c = w->w_cell;

	/* two faults: whatever the first needs, the second may spoil */
	if (c->ce_fault[1].fa_kind != FAULT_NONE)
		return (CURE_REPLUG);
	switch (c->ce_fault[0].fa_kind) {
	case FAULT_OP:
		return (op_limit(w->w_kind));
	case FAULT_DEV:
		return (w->w_faults == 0 ? CURE_NONE :
		    c->ce_fault[0].fa_row->fr_cure);
	default:
		return (CURE_NONE);
	}
}
