/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both kinds of demo need: two adapters with crossed wires, up and
 * down, and the proof that driver and model counted the same.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "demo.h"

#define LINK_WAIT_US	5000000U
#define STATS_WAIT_US	3000000U
#define NAP_US		500U

bool
demo_fail(struct demo *d, const char *fmt, ...)
{
	va_list ap;

	if (d->d_reason[0] != '\0')
		return (false);
	va_start(ap, fmt);
	(void)vsnprintf(d->d_reason, sizeof(d->d_reason), fmt, ap);
	va_end(ap);
	return (false);
}

static void
nap(void)
{
	struct timespec ts = { .tv_nsec = NAP_US * 1000L };

	(void)nanosleep(&ts, NULL);
}

void
demo_serve_both(struct demo *d)
{
	demo_service(d->d_ad[0]);
	demo_service(d->d_ad[1]);
}

/* A fault is the end of a demo: its devices are meant to be well. */
bool
demo_check_faults(struct demo *d)
{
	const struct demo_adapter *a;
	unsigned int i;

	if (demo_signal() != 0)
		return (demo_fail(d, "interrupted by signal %d",
		    demo_signal()));
	for (i = 0; i < 2; i++) {
		a = d->d_ad[i];
		if (a->ad_fault == ENA_OK && !mock_is_fatal(a->ad_dev))
			continue;
		return (demo_fail(d, "adapter %s faulted: %s%s%s",
		    a->ad_cfg.name, ena_fault_reason(demo_dev(a)) < 0 ?
		    "the model stopped" : ena_reason_name((uint32_t)
		    ena_fault_reason(demo_dev(a))),
		    a->ad_count.rules != 0 ? ", broken rule " : "",
		    a->ad_count.rules != 0 ? a->ad_rule_text[0] : ""));
	}
	return (true);
}

static bool
wait_link(struct demo *d)
{
	uint64_t end;

	end = demo_clock_us() + LINK_WAIT_US;
	while (!ena_link_up(demo_dev(d->d_ad[0])) ||
	    !ena_link_up(demo_dev(d->d_ad[1]))) {
		demo_serve_both(d);
		if (!demo_check_faults(d))
			return (false);
		if (demo_clock_us() > end)
			return (demo_fail(d, "no link within %u s",
			    LINK_WAIT_US / 1000000U));
		nap();
	}
	return (true);
}

bool
demo_up(struct demo *d)
{
	static const char *const names[] = { "A", "B" };
	struct demo_adapter_cfg c;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		memset(&c, 0, sizeof(c));
		c.profile = d->d_opt.o_profile;
		c.name = names[i];
		c.seed = d->d_opt.o_seed * 2 + i;
		c.queues = d->d_queues;
		c.mtu = d->d_mtu;
		/* locally administered */
		c.mac[0] = 0x02;
		c.mac[1] = 0xe7;
		c.mac[5] = (uint8_t)(0x0a + i);
		c.soft_csum = d->d_opt.o_soft_csum;
		c.llq = d->d_opt.o_llq;
		c.log = stdout;
		c.log_level = d->d_opt.o_verbose ? ENA_LOG_DEBUG :
		    ENA_LOG_ERR;
		c.transcript = d->d_transcript;
		d->d_ad[i] = demo_adapter_create(&c, d->d_reason,
		    sizeof(d->d_reason));
		if (d->d_ad[i] == NULL)
			return (false);
	}
	d->d_ad[0]->ad_peer = d->d_ad[1];
	d->d_ad[1]->ad_peer = d->d_ad[0];
	for (i = 0; i < 2; i++) {
		if (!demo_adapter_up(d->d_ad[i], d->d_reason,
		    sizeof(d->d_reason)))
			return (false);
		if (nic_pairs(d->d_ad[i]->ad_nic) != d->d_queues)
			return (demo_fail(d, "adapter %s has %u queue pairs "
			    "instead of %u", names[i],
			    nic_pairs(d->d_ad[i]->ad_nic), d->d_queues));
	}
	return (wait_link(d));
}

bool
demo_down(struct demo *d)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		d->d_ad[i]->ad_rx = NULL;
		if (!demo_adapter_down(d->d_ad[i], d->d_reason,
		    sizeof(d->d_reason)))
			return (false);
		d->d_rules += d->d_ad[i]->ad_count.rules;
	}
	if (d->d_rules != 0)
		return (demo_fail(d, "%llu rules broken, first: %s",
		    (unsigned long long)d->d_rules,
		    d->d_ad[d->d_ad[0]->ad_count.rules != 0 ? 0 : 1]->
		    ad_rule_text[0]));
	return (true);
}

/* ---- counters */

unsigned int
demo_rx_used(const struct demo *d, unsigned int i, const uint64_t *base,
    uint64_t min)
{
	unsigned int n, q;

	for (n = 0, q = 0; q < d->d_queues; q++)
		if (nic_stats(d->d_ad[i]->ad_nic, q)->rx_pkts -
		    (base != NULL ? base[q] : 0) >= min)
			n++;
	return (n);
}

uint64_t
demo_rx_bytes(const struct demo *d, unsigned int i)
{
	uint64_t sum;
	unsigned int q;

	for (sum = 0, q = 0; q < d->d_queues; q++)
		sum += nic_stats(d->d_ad[i]->ad_nic, q)->rx_bytes;
	return (sum);
}

enum ena_result
demo_wait(struct demo_adapter *a, const struct ena_req *rq,
    enum ena_result r)
{
	uint64_t end;

	if (r != ENA_OK)
		return (r);
	end = demo_clock_us() + STATS_WAIT_US;
	while (rq->rq_busy && demo_clock_us() < end) {
		demo_service(a);
		nap();
	}
	if (!rq->rq_busy)
		return (rq->rq_result);
	(void)nic_down(a->ad_nic);
	return (ENA_TIMEOUT);
}

/* Ask the device for its totals. */
static bool
device_totals(struct demo *d, unsigned int i, struct ena_dev_counters *dc)
{
	struct demo_adapter *a = d->d_ad[i];
	enum ena_result r;

	memset(dc, 0, sizeof(*dc));
	r = demo_wait(a, &dc->dc_req, ena_stats_get(demo_dev(a), dc));
	if (r != ENA_OK)
		return (demo_fail(d, "adapter %s: device statistics: %s",
		    a->ad_cfg.name, ena_result_name(r)));
	return (true);
}

static void
row(struct demo *d, unsigned int n, unsigned int i, const char *name,
    uint64_t driver, uint64_t model)
{
	if (n >= DEMO_ROWS)
		return;
	d->d_rows[n].dr_name = name;
	d->d_rows[n].dr_driver[i] = driver;
	d->d_rows[n].dr_model[i] = model;
	if (d->d_nrows <= n)
		d->d_nrows = n + 1;
}

static void
sum_queues(const struct demo *d, unsigned int i, struct nic_queue_stats *s,
    uint64_t core[2])
{
	const struct demo_adapter *a = d->d_ad[i];
	const struct nic_queue_stats *q;
	unsigned int k;

	memset(s, 0, sizeof(*s));
	core[0] = core[1] = 0;
	for (k = 0; k < d->d_queues; k++) {
		q = nic_stats(a->ad_nic, k);
		s->tx_pkts += q->tx_pkts;
		s->tx_bytes += q->tx_bytes;
		s->tx_done += q->tx_done;
		s->tx_drops += q->tx_drops;
		s->rx_pkts += q->rx_pkts;
		s->rx_bytes += q->rx_bytes;
		s->rx_csum_good += q->rx_csum_good;
		s->rx_csum_bad += q->rx_csum_bad;
		s->rx_csum_unknown += q->rx_csum_unknown;
		core[0] += ena_txq(demo_dev(a), k)->tq_pkts;
		core[1] += ena_rxq(demo_dev(a), k)->rq_pkts;
	}
}

static bool
adapter_rows(struct demo *d, unsigned int i)
{
	const struct demo_adapter *a = d->d_ad[i];
	const struct ena_stats *es;
	struct ena_dev_counters dc;
	struct nic_queue_stats s;
	struct mock_stats m, peer;
	uint64_t core[2], lost, more;
	unsigned int n, v;

	if (!device_totals(d, i, &dc))
		return (false);
	es = ena_dev_stats(demo_dev(a));
	mock_get_stats(a->ad_dev, &m);
	mock_get_stats(d->d_ad[1 - i]->ad_dev, &peer);
	sum_queues(d, i, &s, core);
	for (lost = 0, v = 0; v <= MOCK_RX_RUNT; v++)
		lost += a->ad_count.wire_lost[v];
	/* the model counts segments, the driver what it asked for */
	more = a->ad_count.tso_segs - a->ad_count.ask_tso;
	n = 0;
	row(d, n++, i, "tx packets", s.tx_pkts + more, m.tx_pkts);
	row(d, n++, i, "tx bytes", s.tx_bytes + a->ad_count.tso_bytes,
	    m.tx_bytes);
	row(d, n++, i, "tx completed", s.tx_done + more, m.tx_pkts);
	row(d, n++, i, "tx by core", core[0] + more, m.tx_pkts);
	row(d, n++, i, "tx by GET_STATS", dc.dc_tx_pkts, m.tx_pkts);
	row(d, n++, i, "tx checksums", a->ad_count.ask_frames,
	    m.tx_csum_done);
	row(d, n++, i, "tx TSO requests", a->ad_count.ask_tso, m.tso_frames);
	row(d, n++, i, "tx segments", a->ad_count.tso_segs, m.tso_segments);
	row(d, n++, i, "tx drops", dc.dc_tx_drops, m.tx_drops);
	row(d, n++, i, "rx packets", s.rx_pkts, m.rx_pkts);
	row(d, n++, i, "rx bytes", s.rx_bytes, m.rx_bytes);
	row(d, n++, i, "rx by core", core[1], m.rx_pkts);
	row(d, n++, i, "rx by GET_STATS", dc.dc_rx_pkts, m.rx_pkts);
	row(d, n++, i, "wire, from peer", a->ad_count.wire_in, peer.tx_pkts);
	row(d, n++, i, "wire, not lost", a->ad_count.wire_in - lost,
	    m.rx_pkts);
	row(d, n++, i, "rx drops", dc.dc_rx_drops, m.rx_drops);
	row(d, n++, i, "rx overruns", dc.dc_rx_overruns, m.rx_overruns);
	row(d, n++, i, "admin commands", es->es_admin_cmds, m.admin_cmds);
	return (true);
}

bool
demo_compare(struct demo *d)
{
	const struct nic_queue_stats *ns;
	const struct demo_row *r;
	struct mock_stats m;
	unsigned int i, n, q;
	bool ok;

	d->d_nrows = 0;
	if (!adapter_rows(d, 0) || !adapter_rows(d, 1))
		return (false);
	ok = true;
	for (i = 0; i < 2; i++) {
		for (n = 0; n < d->d_nrows; n++) {
			r = &d->d_rows[n];
			if (r->dr_driver[i] != r->dr_model[i])
				ok = demo_fail(d, "adapter %s: %s: driver "
				    "%llu, model %llu",
				    d->d_ad[i]->ad_cfg.name, r->dr_name,
				    (unsigned long long)r->dr_driver[i],
				    (unsigned long long)r->dr_model[i]);
		}
		mock_get_stats(d->d_ad[i]->ad_dev, &m);
		for (q = 0; q < d->d_queues; q++) {
			ns = nic_stats(d->d_ad[i]->ad_nic, q);
			if (ns->tx_pkts + d->d_ad[i]->ad_tso_more[q] !=
			    m.tx_q_pkts[q] ||
			    ns->rx_pkts != m.rx_q_pkts[q])
				ok = demo_fail(d, "adapter %s: packets of "
				    "queue %u differ",
				    d->d_ad[i]->ad_cfg.name, q);
		}
	}
	return (ok);
}
