/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenes: what the driver does while something fails.
 *
 * An act never judges what went wrong; it goes on as a glue would, and stops
 * where a glue would stop.  It does judge that it ends: a request is answered
 * within 10 s, whatever happens.
 */
#include "end.h"

#define ASK_US		(10U * END_SECOND)
#define ETHER		14U

static const size_t lengths[] = { 82, 600, 128, 1514, 601, 1200, 90, 1000 };
#define LENGTHS		(sizeof(lengths) / sizeof(lengths[0]))

/* ---- frames */

/* A frame from adapter i; false when its driver wants a reset. */
static bool
send_one(struct world *w, unsigned int i, unsigned int n)
{
	struct sim_load *ld = &w->w_load[i];
	unsigned int pairs;
	enum ena_result r;

	pairs = nic_pairs(sim_nic(w->w_ad[i]));
	if (pairs == 0)
		return (false);
	r = load_push(ld, n % pairs, lengths[n % LENGTHS],
	    (enum load_kind)(n % LOAD_KINDS), n % 3 != 0);
	return (r == ENA_OK || r == ENA_NO_MEMORY);
}

static bool
both_done(void *arg)
{
	struct world *w = arg;

	return (load_done(&w->w_load[0]) && load_done(&w->w_load[1]));
}

static void
exchange(struct world *w, unsigned int rounds)
{
	unsigned int i, n;
	bool go[2] = { true, true };

	for (n = 0; n < rounds; n++) {
		for (i = 0; i < 2; i++)
			go[i] = go[i] && send_one(w, i, n);
		sim_advance(w->w_sim, 60);
	}
	(void)sim_run_until(w->w_sim, both_done, w, END_SECOND);
}

/* Leave frames in every place: put, sent, on the wire, received. */
static void
scatter(struct world *w)
{
	unsigned int i, k, pairs;

	for (k = 0; k < 6; k++)
		for (i = 0; i < 2; i++) {
			pairs = nic_pairs(sim_nic(w->w_ad[i]));
			(void)load_send(&w->w_load[i], k % pairs,
			    lengths[k % LENGTHS], LOAD_UDP4, true);
			if (k == 3) {
				(void)nic_tx_flush(sim_nic(w->w_ad[i]), 0);
				sim_advance(w->w_sim, 4);
			}
		}
}

/* ---- bring-up */

static void
bringup_prepare(struct world *w)
{
	END_CHECK(w, call_up(w, w->w_ad[1]) == ENA_OK);
}

static enum ena_result
bringup_act(struct world *w)
{
	return (call_up(w, w->w_ad[0]));
}

/* ---- traffic */

static enum ena_result
traffic_act(struct world *w)
{
	exchange(w, 12);
	/* some ticks */
	sim_advance(w->w_sim, 2 * END_SECOND);
	return (ENA_OK);
}

/* ---- a glue with a budget */

/* Stop in the middle of the frame that waits; false if there is none. */
static bool
take_half(struct world *w, struct ena_rxq *rq)
{
	struct ena_rx_take take;
	struct ena_rx_pkt pkt;
	enum ena_result r;

	r = ena_rx_take_begin(rq, &take, 3);
	if (r != ENA_OK)
		return (false);
	memset(&pkt, 0, sizeof(pkt));
	r = ena_rx_get(&take, &pkt);
	ena_rx_take_end(&take);
	END_CHECK(w, r != ENA_OK);
	return (r == ENA_AGAIN);
}

/*
 * Frames of four buffers and more, each taken in two passes, with a refill
 * between them.
 */
static enum ena_result
split_act(struct world *w)
{
	struct sim_adapter *ad = w->w_ad[0];
	struct nic *n = sim_nic(ad);
	unsigned int i, q;

	for (i = 0; i < 6; i++) {
		sim_lose_intr(ad, 1);
		if (load_push(&w->w_load[1], 0, 1514, LOAD_UDP4, true) !=
		    ENA_OK)
			break;
		sim_advance(w->w_sim, END_MS);
		sim_lose_intr(ad, 0);
		for (q = 0; q < nic_pairs(n); q++)
			(void)take_half(w, ena_rxq(nic_dev(n), q));
		if (nic_tick(n) != ENA_OK)
			break;
		for (q = 0; q < nic_pairs(n); q++) {
			ena_queue_mask(nic_dev(n), q);
			if (nic_queue_intr(n, q) != ENA_OK)
				break;
		}
	}
	sim_lose_intr(ad, 0);
	sim_advance(w->w_sim, END_MS);
	return (ENA_OK);
}

/* ---- settings */

static void
ask_done(struct ena_dev *dev, struct ena_req *req)
{
	struct ask *as = req->rq_arg;

	(void)dev;
	as->as_done = true;
	as->as_result = req->rq_result;
	as->as_took = req->rq_result == ENA_OK;
}

static bool
ask_answered(void *arg)
{
	const struct ask *as = arg;

	return (as->as_done);
}

static void
ask_begin(struct ask *as)
{
	memset(as, 0, sizeof(*as));
	as->as_req.rq_done = ask_done;
	as->as_req.rq_arg = as;
}

/* The answer, given the result of asking. */
static enum ena_result
ask_end(struct world *w, enum ena_result r)
{
	struct ask *as = &w->w_ask;

	if (r != ENA_OK) {
		END_CHECK(w, !as->as_done && !as->as_req.rq_busy);
		return (r);
	}
	/* life goes on meanwhile */
	exchange(w, 2);
	END_CHECK(w, sim_run_until(w->w_sim, ask_answered, as, ASK_US));
	END_CHECK(w, !as->as_req.rq_busy);
	return (as->as_result);
}

static enum ena_result
mtu_to(struct world *w, uint32_t mtu)
{
	enum ena_result r;

	ask_begin(&w->w_ask);
	r = ask_end(w, ena_mtu_set(sim_dev(w->w_ad[0]), mtu,
	    &w->w_ask.as_req));
	if (w->w_ask.as_took)
		w->w_mtu = mtu;
	END_CHECK(w, sim_dev(w->w_ad[0])->dev_mtu == w->w_mtu);
	return (r);
}

static enum ena_result
mtu_act(struct world *w)
{
	enum ena_result r;

	r = mtu_to(w, 1000);
	if (r == ENA_OK)
		r = mtu_to(w, 1321);
	sim_advance(w->w_sim, END_SECOND);
	return (r);
}

/* Frames that just fit pass both ways, longer ones do not. */
static void
mtu_judge(struct world *w)
{
	static const uint8_t frame[2048];
	unsigned int i;

	END_CHECK(w, sim_dev(w->w_ad[0])->dev_mtu == w->w_mtu);
	for (i = 0; i < 2; i++)
		END_CHECK(w, load_push(&w->w_load[i], 0, w->w_mtu + ETHER,
		    LOAD_UDP4, true) == ENA_OK);
	END_CHECK(w, sim_run_until(w->w_sim, both_done, w, END_SECOND));
	END_CHECK(w, mock_frame_in(sim_mock(w->w_ad[0]), frame,
	    w->w_mtu + ETHER + 1, NULL) == MOCK_RX_TOO_LONG);
}

/* Everything to the last pair. */
static enum ena_result
rss_act(struct world *w)
{
	struct ena_dev *dev = sim_dev(w->w_ad[0]);
	enum ena_result r;
	unsigned int n;

	n = ena_dev_info(dev)->in_rss_entries;
	END_CHECK(w, n != 0 && n <= sizeof(w->w_table));
	memset(w->w_table, (int)nic_pairs(sim_nic(w->w_ad[0])) - 1, n);
	ask_begin(&w->w_ask);
	r = ask_end(w, ena_rss_table_set(dev, w->w_table, n,
	    &w->w_ask.as_req));
	/* from here on the array is the caller's again */
	memset(w->w_table, 0xee, n);
	sim_advance(w->w_sim, END_SECOND);
	return (r);
}

/* The table in force is the new one exactly if the device took it. */
static void
rss_judge(struct world *w)
{
	struct nic *n = sim_nic(w->w_ad[0]);
	uint64_t first;
	unsigned int i;

	END_CHECK(w, ena_dev_info(nic_dev(n))->in_rss_table);
	first = nic_stats(n, 0)->rx_pkts;
	for (i = 0; i < 32; i++) {
		END_CHECK(w, load_push(&w->w_load[1], 0, 200, LOAD_UDP4,
		    true) == ENA_OK);
		sim_advance(w->w_sim, 30);
	}
	END_CHECK(w, sim_run_until(w->w_sim, both_done, w, END_SECOND));
	END_CHECK(w, nic_pairs(n) == 2);
	if (w->w_ask.as_took)
		END_CHECK(w, nic_stats(n, 0)->rx_pkts == first);
	else
		END_CHECK(w, nic_stats(n, 0)->rx_pkts != first);
}

/* ---- reset and teardown, with frames under way */

static enum ena_result
reset_act(struct world *w)
{
	enum ena_result r;

	scatter(w);
	ena_fault(sim_dev(w->w_ad[0]), ENA_REASON_USER);
	r = call_recover(w, w->w_ad[0]);
	sim_advance(w->w_sim, 10 * END_MS);
	return (r);
}

static enum ena_result
teardown_act(struct world *w)
{
	scatter(w);
	return (call_down(w, w->w_ad[0]));
}

static const struct scene scenes[] = {
	{ .sc_name = "bringup", .sc_prepare = bringup_prepare,
	    .sc_act = bringup_act },
	{ .sc_name = "traffic", .sc_prepare = world_up,
	    .sc_act = traffic_act, .sc_lossless = true },
	{ .sc_name = "split", .sc_prepare = world_up, .sc_act = split_act,
	    .sc_lossless = true, .sc_rx_descs = 4 },
	{ .sc_name = "mtu", .sc_prepare = world_up, .sc_act = mtu_act,
	    .sc_judge = mtu_judge },
	{ .sc_name = "rss", .sc_prepare = world_up, .sc_act = rss_act,
	    .sc_judge = rss_judge, .sc_rss = true },
	{ .sc_name = "reset", .sc_prepare = world_up, .sc_act = reset_act },
	{ .sc_name = "teardown", .sc_prepare = world_up,
	    .sc_act = teardown_act, .sc_down = true },
};
#define SCENES	(sizeof(scenes) / sizeof(scenes[0]))

const struct scene *
scene_nth(unsigned int i)
{
	return (i < SCENES ? &scenes[i] : NULL);
}

const struct scene *
scene_find(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < SCENES; i++)
		if (strlen(scenes[i].sc_name) == len &&
		    memcmp(scenes[i].sc_name, name, len) == 0)
			return (&scenes[i]);
	return (NULL);
}
