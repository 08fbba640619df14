/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole driver side - core and minimal glue - against the device model
 * in the hostile world: life cycle, traffic, wraps, loss of buffers, resets,
 * removal.  Every test ends with: no contract violation, no rule of the
 * model broken, nothing leaked.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "few.h"
#include "sim_pair.h"

#define JUMBO		9216U
#define ETHER		14U

static const uint64_t seeds[] = { 0x1, 0x8f3a, 0xc0ffee, 0xdeadbeefcafe };
#define NSEEDS		(sizeof(seeds) / sizeof(seeds[0]))

/* ---- life cycle */

static void
up_down(const char *profile)
{
	struct sim_spec sp;
	struct sim_adapter *ad;
	struct sim *s;
	struct nic *n;
	unsigned int posted;

	s = sim_create(NULL, profile, 7);
	ad = sim_add(s, sim_spec(&sp, profile));
	assert_non_null(ad);
	n = sim_nic(ad);
	SIM_CHECK(s, nic_up(n) == ENA_OK);
	SIM_CHECK(s, ena_dev_state(nic_dev(n)) == ENA_STATE_RUNNING);
	SIM_CHECK(s, nic_pairs(n) >= 1);
	/* every RX ring is full: depth - 1 */
	posted = nic_pairs(n) * ena_rxq(nic_dev(n), 0)->rq_mask;
	SIM_CHECK(s, nic_bufs_out(n) == posted);
	SIM_CHECK(s, sim_bufs(ad) == posted);
	sim_advance(s, 3 * SECOND);
	SIM_CHECK(s, ena_link_up(nic_dev(n)));
	SIM_CHECK(s, sim_lawful(s));
	SIM_CHECK(s, nic_down(n) == ENA_OK);
	SIM_CHECK(s, ena_dev_state(nic_dev(n)) == ENA_STATE_OFF);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

static void
test_up_down(void **state)
{
	const struct mock_profile *p;
	unsigned int i;

	(void)state;
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++)
		up_down(p->name);
	assert_true(i >= 8);
}

static void
test_many_lives(void **state)
{
	struct sim_spec sp;
	struct pair w;
	unsigned int i;

	(void)state;
	sim_spec(&sp, "t4g");
	small_rings(&sp);
	pair_open(&w, "many_lives", 3, &sp);
	for (i = 0; i < 100; i += few_step(7)) {
		pair_up(&w);
		pair_send(&w, i, 100 + i, LOAD_UDP4, true);
		pair_settle(&w);
		SIM_CHECK(w.s, nic_down(sim_nic(w.a)) == ENA_OK);
		SIM_CHECK(w.s, nic_down(sim_nic(w.b)) == ENA_OK);
		SIM_CHECK(w.s, sim_clean(w.s));
	}
	pair_close(&w);
}

/* All the way up by single steps, with a look at each rest. */
static void
test_goto(void **state)
{
	static const enum ena_state way[] = {
		ENA_STATE_ADMIN_UP, ENA_STATE_CONFIGURED, ENA_STATE_ADMIN_UP,
		ENA_STATE_QUIET, ENA_STATE_CONFIGURED, ENA_STATE_OFF
	};
	struct sim_spec sp;
	struct sim_adapter *ad;
	enum ena_result r;
	unsigned int i, n;
	struct sim *s;

	(void)state;
	s = sim_create(NULL, "goto", 11);
	ad = sim_add(s, sim_spec(&sp, "c7g"));
	for (i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		for (n = 0; n < 1000; n++) {
			r = nic_goto(sim_nic(ad), way[i]);
			if (r != ENA_AGAIN)
				break;
			sim_advance(s, 50);
		}
		SIM_CHECK(s, r == ENA_OK);
		SIM_CHECK(s, ena_dev_state(sim_dev(ad)) == way[i]);
		SIM_CHECK(s, sim_lawful(s));
	}
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_STATE);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

/* Turned round at every possible moment of bring-up. */
static void
test_stop_half_way(void **state)
{
	struct sim_spec sp;
	struct sim_adapter *ad;
	enum ena_result r;
	unsigned int i, steps;
	struct sim *s;

	(void)state;
	sim_spec(&sp, "max");
	for (steps = 1;; steps++) {
		s = sim_create(NULL, "stop_half_way", steps);
		ad = sim_add(s, &sp);
		r = ENA_AGAIN;
		for (i = 0; i < steps && r == ENA_AGAIN; i++) {
			r = nic_goto(sim_nic(ad), ENA_STATE_CONFIGURED);
			sim_advance(s, 15);
		}
		SIM_CHECK(s, r == ENA_OK || r == ENA_AGAIN);
		SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
		SIM_CHECK(s, sim_clean(s));
		sim_destroy(s);
		if (r == ENA_OK)
			break;
		assert_true(steps < 500);
	}
	assert_true(steps > 10);
}

static void
test_command_budget(void **state)
{
	struct mock_stats st;
	struct sim_spec sp;
	struct sim_adapter *ad;
	struct sim *s;

	(void)state;
	s = sim_create(NULL, "command_budget", 1);
	ad = sim_add(s, sim_spec(&sp, "t4g"));
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	mock_get_stats(sim_mock(ad), &st);
	SIM_CHECK(s, st.admin_cmds <= 15 + 4 * nic_pairs(sim_nic(ad)));
	SIM_CHECK(s, st.admin_cmds ==
	    ena_dev_stats(sim_dev(ad))->es_admin_cmds);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

/* Commands that take 1 ms each are pipelined where they can be. */
static void
test_time_budget(void **state)
{
	struct sim_spec sp;
	struct sim_adapter *ad;
	struct sim *s;

	(void)state;
	s = sim_create(NULL, "time_budget", 1);
	sim_spec(&sp, "max");
	sp.mock.admin_us = 1000;
	sp.config.cf_pairs = 4;
	ad = sim_add(s, &sp);
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, nic_pairs(sim_nic(ad)) == 4);
	SIM_CHECK(s, sim_now(s) <= 50000);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

/* ---- traffic */

/* Sum of one member of nic_queue_stats over the pairs. */
#define SUM(ad, member) sum_of(ad, offsetof(struct nic_queue_stats, member))

static uint64_t
sum_of(struct sim_adapter *ad, size_t off)
{
	const char *st;
	uint64_t v, total;
	unsigned int q;

	total = 0;
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++) {
		st = (const char *)nic_stats(sim_nic(ad), q);
		memcpy(&v, st + off, sizeof(v));
		total += v;
	}
	return (total);
}

struct counted {
	struct ena_dev_counters dc;
	bool done;
};

static void
counters_done(struct ena_dev *dev, struct ena_req *req)
{
	struct counted *c = req->rq_arg;

	(void)dev;
	c->done = true;
}

static bool
counted_done(void *arg)
{
	const struct counted *c = arg;

	return (c->done);
}

/* The device may have given the queues out in another order. */
static void
queue_agrees(struct pair *w, struct sim_adapter *ad, unsigned int q,
    const struct mock_stats *st)
{
	const struct ena_txq *tq = ena_txq(sim_dev(ad), q);
	const struct ena_rxq *rq = ena_rxq(sim_dev(ad), q);
	const struct nic_queue_stats *ns = nic_stats(sim_nic(ad), q);
	unsigned int txslot, rxslot;

	txslot = tq->tq_io.io_sq_idx - w->sp.profile.tx_sq_idx_base;
	rxslot = rq->rq_io.io_sq_idx - w->sp.profile.rx_sq_idx_base;
	SIM_CHECK(w->s, st->tx_q_pkts[txslot] == ns->tx_pkts);
	SIM_CHECK(w->s, st->rx_q_pkts[rxslot] == ns->rx_pkts);
	SIM_CHECK(w->s, tq->tq_pkts == ns->tx_pkts);
	SIM_CHECK(w->s, tq->tq_bytes == ns->tx_bytes);
	SIM_CHECK(w->s, tq->tq_done_pkts == ns->tx_pkts);
	SIM_CHECK(w->s, rq->rq_pkts == ns->rx_pkts);
	SIM_CHECK(w->s, rq->rq_bytes == ns->rx_bytes);
}

/* Glue, core, model and the device's own statistics agree. */
static void
counters_agree(struct pair *w, struct sim_adapter *ad,
    const struct sim_load *out, const struct sim_load *in)
{
	struct mock_stats st;
	struct counted c;
	unsigned int q;

	mock_get_stats(sim_mock(ad), &st);
	SIM_CHECK(w->s, SUM(ad, tx_pkts) == out->ld_sent);
	SIM_CHECK(w->s, SUM(ad, tx_bytes) == out->ld_sent_bytes);
	SIM_CHECK(w->s, SUM(ad, tx_done) == out->ld_sent);
	SIM_CHECK(w->s, SUM(ad, rx_pkts) == in->ld_got);
	SIM_CHECK(w->s, SUM(ad, rx_bytes) == in->ld_got_bytes);
	SIM_CHECK(w->s, st.tx_pkts == out->ld_sent && st.tx_drops == 0);
	SIM_CHECK(w->s, st.tx_bytes == out->ld_sent_bytes);
	SIM_CHECK(w->s, st.rx_pkts == in->ld_got && st.rx_drops == 0 &&
	    st.rx_overruns == 0);
	SIM_CHECK(w->s, st.rx_bytes == in->ld_got_bytes);
	SIM_CHECK(w->s, st.tx_csum_done == out->ld_offloaded);
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++)
		queue_agrees(w, ad, q, &st);
	memset(&c, 0, sizeof(c));
	c.dc.dc_req.rq_done = counters_done;
	c.dc.dc_req.rq_arg = &c;
	SIM_CHECK(w->s, ena_stats_get(sim_dev(ad), &c.dc) == ENA_OK);
	SIM_CHECK(w->s, sim_run_until(w->s, counted_done, &c, SECOND));
	SIM_CHECK(w->s, c.dc.dc_req.rq_result == ENA_OK);
	SIM_CHECK(w->s, c.dc.dc_tx_pkts == st.tx_pkts &&
	    c.dc.dc_tx_bytes == st.tx_bytes &&
	    c.dc.dc_rx_pkts == st.rx_pkts && c.dc.dc_rx_bytes == st.rx_bytes);
}

static bool
tx_all_done(void *arg)
{
	struct pair *w = arg;

	return (SUM(w->a, tx_done) == w->ab.ld_sent &&
	    SUM(w->b, tx_done) == w->ba.ld_sent);
}

static size_t
some_length(struct pair *w, size_t max)
{
	static const size_t edges[] = {
		LOAD_MIN, 83, 127, 128, 511, 512, 513, 1514, 2048, 2049,
		4096, 9014, JUMBO + ETHER
	};
	size_t len;

	if (sim_rand(w->s, 3) == 0) {
		len = edges[sim_rand(w->s, sizeof(edges) / sizeof(edges[0]))];
		return (len <= max ? len : max);
	}
	return (LOAD_MIN + sim_rand(w->s, (uint32_t)(max - LOAD_MIN + 1)));
}

static void
traffic(const char *name, uint64_t seed, const struct sim_spec *sp,
    unsigned int frames)
{
	enum load_kind kind;
	struct pair w;
	unsigned int i;
	size_t len, max;

	pair_open(&w, name, seed, sp);
	pair_up(&w);
	max = (sp->config.cf_mtu != 0 ? sp->config.cf_mtu : 1500) + ETHER;
	/* the shortest frame there is */
	pair_send(&w, 0, 60, LOAD_RAW, false);
	for (i = 0; i < frames; i++) {
		kind = (enum load_kind)sim_rand(w.s, LOAD_KINDS);
		len = some_length(&w, max);
		pair_send(&w, i, len, kind, sim_rand(w.s, 2) != 0);
		sim_advance(w.s, sim_rand(w.s, 30));
	}
	pair_settle(&w);
	SIM_CHECK(w.s, sim_run_until(w.s, tx_all_done, &w, SECOND));
	counters_agree(&w, w.a, &w.ab, &w.ba);
	counters_agree(&w, w.b, &w.ba, &w.ab);
	if (max > sp->nic.rx_buf_len && sp->nic.rx_buf_len != 0)
		SIM_CHECK(w.s, w.ab.ld_multi != 0 && w.ba.ld_multi != 0);
	pair_close(&w);
}

static void
test_traffic_t4g(void **state)
{
	struct sim_spec sp;
	unsigned int i;

	(void)state;
	for (i = 0; i < NSEEDS; i += few_step(3)) {
		sim_spec(&sp, "t4g");
		small_rings(&sp);
		sp.config.cf_mtu = JUMBO;
		sp.nic.rx_buf_len = 2048;
		/* 9230 bytes: more buffers than a t4g takes, linearised */
		sp.nic.tx_seg_len = 512;
		traffic("traffic_t4g", seeds[i], &sp, 400);
	}
}

static void
test_traffic_max(void **state)
{
	struct sim_spec sp;
	unsigned int i;

	(void)state;
	for (i = 0; i < NSEEDS; i += few_step(3)) {
		sim_spec(&sp, "max");
		small_rings(&sp);
		sp.config.cf_mtu = JUMBO;
		sp.nic.rx_buf_len = 1500;
		sp.nic.tx_seg_len = 333;
		traffic("traffic_max", seeds[i], &sp, 400);
	}
}

/* The device takes every liberty the protocol leaves it. */
static void
test_traffic_unruly(void **state)
{
	static const char *const names[] = { "t4g", "max", "gen6", "a1" };
	struct sim_spec sp;
	unsigned int i;

	(void)state;
	for (i = 0; i < NSEEDS; i++) {
		sim_spec(&sp, names[i]);
		small_rings(&sp);
		sp.config.cf_mtu = JUMBO;
		sp.nic.rx_buf_len = 2048;
		sp.mock.tx_us = 40;
		sp.mock.jitter_pct = 300;
		sp.mock.admin_reorder = true;
		sp.mock.tx_reorder = true;
		sp.mock.rx_reorder = true;
		sp.mock.rx_trailing_zero = true;
		sp.mock.rx_offset = 2;
		traffic("traffic_unruly", seeds[i], &sp, 400);
	}
}

/* Profiles that offer least: one buffer a frame, direct register reads. */
static void
test_traffic_plain(void **state)
{
	const struct mock_profile *p;
	struct sim_spec sp;
	unsigned int i;

	(void)state;
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++) {
		sim_spec(&sp, p->name);
		traffic(p->name, 5 + i, &sp, 100);
	}
}

/* Requests are honoured and verdicts arrive where both are offered. */
static void
test_checksums(void **state)
{
	struct sim_spec sp;
	struct pair w;
	unsigned int i;

	(void)state;
	sim_spec(&sp, "max");
	small_rings(&sp);
	pair_open(&w, "checksums", 21, &sp);
	pair_up(&w);
	for (i = 0; i < 200; i++)
		pair_send(&w, i, LOAD_MIN + i * 7,
		    (enum load_kind)(LOAD_UDP4 + i % 4), true);
	pair_settle(&w);
	SIM_CHECK(w.s, w.ab.ld_offloaded == 200);
	SIM_CHECK(w.s, w.ab.ld_good_l4 == 200);
	SIM_CHECK(w.s, w.ab.ld_good_l3 == 100);
	SIM_CHECK(w.s, SUM(w.b, rx_csum_good) == 200);
	pair_close(&w);
}

/* ---- segmentation */

struct tso {
	unsigned int frames;
	size_t payload, longest;
};

static void
tso_wire(void *arg, struct sim_adapter *from, const void *frame, size_t len)
{
	struct tso *t = arg;

	(void)from;
	(void)frame;
	t->frames++;
	t->payload += len - 54;
	if (len > t->longest)
		t->longest = len;
}

static void
test_tso(void **state)
{
	static uint8_t f[54 + 20000];
	struct nic_tx_meta m;
	struct sim_spec sp;
	struct pair w;
	struct tso t;

	(void)state;
	memset(&t, 0, sizeof(t));
	memset(f, 0, sizeof(f));
	f[12] = 0x08;
	f[14] = 0x45;
	f[16] = (uint8_t)((sizeof(f) - 14) >> 8);
	f[17] = (uint8_t)(sizeof(f) - 14);
	f[20] = 0x40;
	f[22] = 64;
	f[23] = 6;
	f[26] = f[30] = 10;
	f[46] = 5 << 4;
	memset(&m, 0, sizeof(m));
	m.flags = ENA_TXF_TSO | ENA_TXF_IP4_CSUM | ENA_TXF_L4_CSUM |
	    ENA_TXF_DF;
	m.mss = 1448;
	m.l3 = ENA_L3_IP4;
	m.l4 = ENA_L4_TCP;
	m.l3_off = 14;
	m.l3_len = 20;
	m.l4_len = 20;
	pair_open(&w, "tso", 4, sim_spec(&sp, "max"));
	sim_on_wire(w.s, tso_wire, &t);
	pair_up(&w);
	SIM_CHECK(w.s, nic_tx(sim_nic(w.a), 0, f, sizeof(f), &m) == ENA_OK);
	SIM_CHECK(w.s, nic_tx_flush(sim_nic(w.a), 0) == ENA_OK);
	sim_advance(w.s, 1000);
	SIM_CHECK(w.s, t.frames == 14 && t.payload == 20000 &&
	    t.longest == 54 + 1448);
	SIM_CHECK(w.s, SUM(w.a, tx_done) == 1);
	SIM_CHECK(w.s, SUM(w.b, rx_pkts) == 14);
	SIM_CHECK(w.s, SUM(w.b, rx_csum_good) == 14);
	pair_close(&w);
}

/* ---- rings */

/* Doorbells are 16 bits, rings 256 entries: past both, several times. */
static void
test_wrap(void **state)
{
	struct sim_spec sp;
	struct pair w;
	unsigned int i;

	(void)state;
	sim_spec(&sp, "t4g");
	small_rings(&sp);
	sp.config.cf_pairs = 1;
	sp.nic.tx_seg_len = 64;
	sp.nic.rx_buf_len = 128;
	pair_open(&w, "wrap", 0x77, &sp);
	w.ab.ld_flows = w.ba.ld_flows = 1;
	pair_up(&w);
	for (i = 0; i < 34000; i++) {
		/* two descriptors a frame in either direction of travel */
		SIM_CHECK(w.s, load_send(&w.ab, 0, 128 - i % 5, LOAD_UDP4,
		    (i & 64) != 0) == ENA_OK);
		if (i % 40 == 39) {
			SIM_CHECK(w.s, nic_tx_flush(sim_nic(w.a), 0) ==
			    ENA_OK);
			sim_advance(w.s, 30);
		}
	}
	SIM_CHECK(w.s, nic_tx_flush(sim_nic(w.a), 0) == ENA_OK);
	pair_settle(&w);
	SIM_CHECK(w.s, ena_txq(sim_dev(w.a), 0)->tq_tail_pos > 68000);
	SIM_CHECK(w.s, ena_txq(sim_dev(w.a), 0)->tq_doorbells <= 851);
	pair_close(&w);
}

/* Fill the ring to the last slot, again and again. */
static void
test_full(void **state)
{
	struct sim_spec sp;
	enum ena_result r;
	struct pair w;
	unsigned int i, n;

	(void)state;
	sim_spec(&sp, "max");
	small_rings(&sp);
	sp.config.cf_rx_depth = 1024;
	sp.config.cf_pairs = 1;
	sp.config.cf_llq = ENA_LLQ_OFF;		/* a slot a frame */
	sp.mock.tx_us = 50;
	pair_open(&w, "full", 9, &sp);
	pair_up(&w);
	for (i = 0; i < 20; i++) {
		for (n = 0; n < 1000; n++) {
			r = load_send(&w.ab, 0, 200, LOAD_RAW, false);
			if (r != ENA_OK)
				break;
		}
		SIM_CHECK(w.s, r == ENA_NO_ROOM);
		SIM_CHECK(w.s, n == 255);
		SIM_CHECK(w.s, nic_bufs_out(sim_nic(w.a)) == 1023 + 255);
		sim_advance(w.s, 400);
	}
	pair_settle(&w);
	SIM_CHECK(w.s, nic_stats(sim_nic(w.a), 0)->tx_full == 20);
	pair_close(&w);
}

/* More frames than buffers: some are lost, reception goes on. */
static void
test_overrun(void **state)
{
	static uint8_t f[600];
	struct mock_stats st;
	struct sim_spec sp;
	struct pair w;
	unsigned int i;

	(void)state;
	sim_spec(&sp, "t4g");
	small_rings(&sp);
	sp.config.cf_pairs = 1;
	pair_open(&w, "overrun", 13, &sp);
	pair_up(&w);
	f[12] = 0x88;
	f[13] = 0xb5;
	for (i = 0; i < 600; i++)
		(void)mock_frame_in(sim_mock(w.b), f, sizeof(f), NULL);
	sim_advance(w.s, 1000);
	mock_get_stats(sim_mock(w.b), &st);
	SIM_CHECK(w.s, st.rx_pkts == 255 && st.rx_overruns == 345);
	SIM_CHECK(w.s, w.ab.ld_unknown == 255);
	w.ab.ld_unknown = 0;
	for (i = 0; i < 600; i++)
		pair_send(&w, 0, 300, LOAD_RAW, false);
	pair_settle(&w);
	pair_close(&w);
}

/* ---- what is not to be sent */

static void
test_refused_frames(void **state)
{
	static uint8_t f[70000];
	struct nic_tx_meta m;
	struct sim_spec sp;
	struct pair w;
	struct nic *n;

	(void)state;
	sim_spec(&sp, "min");
	pair_open(&w, "refused_frames", 2, &sp);
	n = sim_nic(w.a);
	SIM_CHECK(w.s, nic_tx(n, 0, f, 100, NULL) == ENA_STATE);
	SIM_CHECK(w.s, nic_tx_flush(n, 0) == ENA_STATE);
	pair_up(&w);
	SIM_CHECK(w.s, nic_tx(n, 9, f, 100, NULL) == ENA_INVAL);
	SIM_CHECK(w.s, nic_tx(n, 0, f, 0, NULL) == ENA_INVAL);
	/* an offload that this device does not have */
	memset(&m, 0, sizeof(m));
	m.flags = ENA_TXF_L4_CSUM;
	m.l3 = ENA_L3_IP4;
	m.l4 = ENA_L4_UDP;
	m.l3_off = 14;
	m.l3_len = 20;
	SIM_CHECK(w.s, nic_tx(n, 0, f, 100, &m) == ENA_INVAL);
	SIM_CHECK(w.s, nic_stats(n, 0)->tx_drops == 2);
	SIM_CHECK(w.s, nic_bufs_out(n) == ena_rxq(nic_dev(n), 0)->rq_mask);
	SIM_CHECK(w.s, nic_tx_flush(n, 0) == ENA_OK);
	pair_send(&w, 0, 200, LOAD_RAW, false);
	pair_settle(&w);
	pair_close(&w);
}

/* ---- resets */

static void
test_recover(void **state)
{
	struct sim_spec sp;
	struct pair w;
	unsigned int i, k;

	(void)state;
	sim_spec(&sp, "c7g");
	small_rings(&sp);
	sp.mock.tx_us = 30;
	sp.nic.tx_seg_len = 100;
	for (i = 0; i < 20; i += few_step(3)) {
		pair_open(&w, "recover", 100 + i, &sp);
		pair_up(&w);
		/* leave frames everywhere: put, sent, on the wire, received */
		for (k = 0; k < 50; k++) {
			SIM_CHECK(w.s, load_send(&w.ab, k % 4, 500, LOAD_RAW,
			    false) == ENA_OK);
			if (k == 10 || k == 30) {
				(void)nic_tx_flush(sim_nic(w.a), 0);
				(void)nic_tx_flush(sim_nic(w.a), 1);
				sim_advance(w.s, i * 3);
			}
		}
		ena_fault(sim_dev(w.a), ENA_REASON_OS_TRIGGER);
		SIM_CHECK(w.s, nic_tx_flush(sim_nic(w.a), 0) == ENA_FAULTED);
		SIM_CHECK(w.s, nic_tick(sim_nic(w.a)) == ENA_FAULTED);
		SIM_CHECK(w.s, nic_recover(sim_nic(w.a)) == ENA_OK);
		sim_advance(w.s, 1000);
		SIM_CHECK(w.s, w.ab.ld_got <= 50 && load_good(&w.ab));
		/* what was under way is lost; from here on nothing is */
		w.ab.ld_got = w.ab.ld_sent;
		pair_send(&w, 1, 700, LOAD_UDP4, true);
		sim_trouble_clear(w.a);
		pair_settle(&w);
		pair_close(&w);
	}
}

/* A handler's verdict stops the traffic; a reset brings it back. */
static void
test_bad_tx_id(void **state)
{
	struct mock_fault_arm arm;
	struct sim_spec sp;
	struct pair w;

	(void)state;
	sim_spec(&sp, "t4g");
	small_rings(&sp);
	pair_open(&w, "bad_tx_id", 6, &sp);
	sim_set_fault(w.s, "tx_id_range");
	pair_up(&w);
	pair_send(&w, 0, 300, LOAD_RAW, false);
	pair_settle(&w);
	memset(&arm, 0, sizeof(arm));
	arm.f = MOCK_F_TX_ID_RANGE;
	arm.times = 1;
	mock_fault(sim_mock(w.a), &arm);
	SIM_CHECK(w.s, load_push(&w.ab, 0, 300, LOAD_RAW, false) == ENA_OK);
	sim_advance(w.s, 1000);
	SIM_CHECK(w.s, sim_trouble(w.a) == ENA_FAULTED);
	SIM_CHECK(w.s, ena_fault_reason(sim_dev(w.a)) == 5);
	SIM_CHECK(w.s, load_send(&w.ab, 0, 300, LOAD_RAW, false) ==
	    ENA_FAULTED);
	SIM_CHECK(w.s, nic_recover(sim_nic(w.a)) == ENA_OK);
	sim_trouble_clear(w.a);
	pair_send(&w, 0, 300, LOAD_RAW, false);
	pair_settle(&w);
	pair_close(&w);
}

/* ---- the end of a device */

static void
pulled(const char *profile, bool traffic_under_way)
{
	struct sim_spec sp;
	struct pair w;
	enum ena_result r;
	unsigned int i;

	sim_spec(&sp, profile);
	pair_open(&w, "pulled", 31 + traffic_under_way, &sp);
	pair_up(&w);
	for (i = 0; traffic_under_way && i < 20; i++)
		(void)load_send(&w.ab, 0, 200, LOAD_RAW, false);
	sim_pull(w.a);
	if (traffic_under_way)
		(void)nic_tx_flush(sim_nic(w.a), 0);
	sim_advance(w.s, SECOND);
	r = nic_down(sim_nic(w.a));
	if (r != ENA_OK) {
		/* it does not answer: the bus is told, then the core */
		SIM_CHECK(w.s, nic_bufs_out(sim_nic(w.a)) != 0);
		sim_bus_master(w.a, false);
		ena_gone(sim_dev(w.a));
		r = nic_down(sim_nic(w.a));
	}
	SIM_CHECK(w.s, r == ENA_OK);
	SIM_CHECK(w.s, nic_bufs_out(sim_nic(w.a)) == 0);
	SIM_CHECK(w.s, nic_up(sim_nic(w.a)) == ENA_STATE ||
	    nic_up(sim_nic(w.a)) == ENA_GONE);
	sim_trouble_clear(w.a);
	SIM_CHECK(w.s, nic_down(sim_nic(w.b)) == ENA_OK);
	SIM_CHECK(w.s, sim_clean(w.s));
	load_free(&w.ab);
	load_free(&w.ba);
	sim_destroy(w.s);
}

static void
test_pulled(void **state)
{
	(void)state;
	pulled("t4g", false);
	pulled("t4g", true);
	pulled("min", false);
	pulled("min", true);
}

/* The reset never ends: memory stays until the bus is told. */
static void
test_reset_refused(void **state)
{
	struct mock_fault_arm arm;
	struct sim_spec sp;
	struct sim_adapter *ad;
	struct sim *s;
	unsigned int bufs;

	(void)state;
	s = sim_create(NULL, "reset_refused", 17);
	sim_set_fault(s, "reset_never_ends");
	ad = sim_add(s, sim_spec(&sp, "t4g"));
	SIM_CHECK(s, nic_up(sim_nic(ad)) == ENA_OK);
	bufs = sim_bufs(ad);
	memset(&arm, 0, sizeof(arm));
	arm.f = MOCK_F_RESET_NEVER_ENDS;
	arm.times = 100;
	mock_fault(sim_mock(ad), &arm);
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_TIMEOUT);
	SIM_CHECK(s, sim_bufs(ad) == bufs);
	sim_bus_master(ad, false);
	ena_gone(sim_dev(ad));
	SIM_CHECK(s, nic_down(sim_nic(ad)) == ENA_OK);
	SIM_CHECK(s, sim_blocks(ad) == 0 && sim_bufs(ad) == 0);
	SIM_CHECK(s, sim_violations(s) == 0);
	sim_destroy(s);
}

/* ---- configuration */

static void
test_bad_config(void **state)
{
	struct sim_spec sp;
	struct sim *s;

	(void)state;
	s = sim_create(NULL, "bad_config", 1);
	sim_spec(&sp, "t4g");
	sp.config.cf_tx_depth = 300;
	assert_null(sim_add(s, &sp));
	sim_spec(&sp, "t4g");
	sp.nic.rx_buf_len = 63;
	assert_null(sim_add(s, &sp));
	sim_spec(&sp, "t4g");
	sp.nic.tx_seg_len = 65536;
	assert_null(sim_add(s, &sp));
	sim_spec(&sp, "t4g");
	sp.nic.vectors = 1;
	assert_non_null(sim_add(s, &sp));
	SIM_CHECK(s, nic_up(sim_nic(sim_nth(s, 0))) == ENA_INVAL);
	SIM_CHECK(s, ena_dev_state(sim_dev(sim_nth(s, 0))) == ENA_STATE_OFF);
	SIM_CHECK(s, sim_clean(s));
	sim_destroy(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_up_down),
		cmocka_unit_test(test_many_lives),
		cmocka_unit_test(test_goto),
		cmocka_unit_test(test_stop_half_way),
		cmocka_unit_test(test_command_budget),
		cmocka_unit_test(test_time_budget),
		cmocka_unit_test(test_traffic_t4g),
		cmocka_unit_test(test_traffic_max),
		cmocka_unit_test(test_traffic_unruly),
		cmocka_unit_test(test_traffic_plain),
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_tso),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_refused_frames),
		cmocka_unit_test(test_recover),
		cmocka_unit_test(test_bad_tx_id),
		cmocka_unit_test(test_pulled),
		cmocka_unit_test(test_reset_refused),
		cmocka_unit_test(test_bad_config),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
