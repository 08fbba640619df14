/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --stats: every counter a user may look for, with who counted it, because
 * that is the first question when packets are missing: the driver, the device
 * or the cloud.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdarg.h>
#include <string.h>

#include "demo.h"

#define MAX_ROWS	64U

/* Names and one column for each adapter. */
struct sheet {
	const char *s_name[MAX_ROWS];
	uint64_t s_value[MAX_ROWS][2];
	bool s_given[MAX_ROWS][2];
	unsigned int s_rows;
	unsigned int s_col;
	unsigned int s_at;		/* next row of this column */
};

static void
put(struct sheet *s, const char *name, uint64_t value)
{
	unsigned int i;

	/* rows come in the same order, but not each in both columns */
	for (i = s->s_at; i < s->s_rows; i++)
		if (strcmp(s->s_name[i], name) == 0)
			break;
	if (i == MAX_ROWS)
		return;
	if (i == s->s_rows)
		s->s_rows++;
	s->s_name[i] = name;
	s->s_value[i][s->s_col] = value;
	s->s_given[i][s->s_col] = true;
	s->s_at = i + 1;
}

static void
show(struct demo *d, const struct sheet *s, const char *title)
{
	unsigned int c, i;

	demo_title(d, title);
	if (s->s_rows == 0)
		demo_say(d, "the device offers none");
	for (i = 0; i < s->s_rows; i++) {
		(void)printf("  %-32s", s->s_name[i]);
		for (c = 0; c < 2; c++)
			if (s->s_given[i][c])
				(void)printf(" %16llu",
				    (unsigned long long)s->s_value[i][c]);
			else
				(void)printf(" %16s", "-");
		(void)printf("\n");
	}
}

static void
column(struct sheet *s, unsigned int c)
{
	s->s_col = c;
	s->s_at = 0;
}

/* ---- a queue pair */

static void
queue(struct sheet *s, const struct demo_adapter *a, unsigned int q)
{
	const struct nic_queue_stats *ns = nic_stats(a->ad_nic, q);
	const struct ena_txq *tx = ena_txq(demo_dev(a), q);
	const struct ena_rxq *rx = ena_rxq(demo_dev(a), q);
	struct ena_watch_stats ws;

	ena_queue_watch(demo_dev(a), q, &ws);
	put(s, "tx packets", tx->tq_pkts);
	put(s, "tx bytes", tx->tq_bytes);
	put(s, "tx completed", tx->tq_done_pkts);
	put(s, "tx doorbells", tx->tq_doorbells);
	put(s, "tx ring full", tx->tq_no_room);
	put(s, "tx dropped by glue", ns->tx_drops);
	put(s, "tx overdue now", ws.ws_tx_overdue);
	put(s, "rx packets", rx->rq_pkts);
	put(s, "rx bytes", rx->rq_bytes);
	put(s, "rx doorbells", rx->rq_doorbells);
	put(s, "rx checksum good", ns->rx_csum_good);
	put(s, "rx checksum bad", ns->rx_csum_bad);
	put(s, "rx checksum not judged", ns->rx_csum_unknown);
	put(s, "rx no memory for buffers", ns->rx_no_buf);
	put(s, "rx ticks without buffers", ws.ws_rx_empty);
	put(s, "interrupts", ws.ws_intrs);
	put(s, "interrupts lost", ws.ws_intrs_lost);
	put(s, "not served in time", ws.ws_starved);
}

static void
show_each_queue(struct demo *d)
{
	struct sheet s;
	char title[64];
	unsigned int c, q;

	for (q = 0; q < d->d_queues; q++) {
		memset(&s, 0, sizeof(s));
		for (c = 0; c < 2; c++) {
			column(&s, c);
			queue(&s, d->d_ad[c], q);
		}
		(void)snprintf(title, sizeof(title), "Pair %u, as the driver "
		    "counts", q);
		show(d, &s, title);
	}
}

/* ---- the control side */

static void
control(struct sheet *s, const struct demo_adapter *a)
{
	const struct ena_stats *es = ena_dev_stats(demo_dev(a));
	uint32_t i;

	put(s, "admin commands", es->es_admin_cmds);
	put(s, "admin refused", es->es_admin_failed);
	put(s, "admin timeouts", es->es_admin_timeouts);
	put(s, "admin late answers", es->es_admin_stale);
	put(s, "admin interrupts lost", es->es_admin_no_intr);
	put(s, "events", es->es_aenq_events);
	put(s, "events unknown", es->es_aenq_unknown);
	put(s, "keep-alives", es->es_keep_alives);
	put(s, "link changes", es->es_link_changes);
	put(s, "warnings", es->es_warnings);
	put(s, "notifications", es->es_notifications);
	put(s, "resets", es->es_resets);
	for (i = 0; i < ENAHW_RESET_COUNT; i++)
		if (es->es_faults[i] != 0)
			put(s, ena_reason_name(i), es->es_faults[i]);
	put(s, "device rx drops, lasting", es->es_dev_rx_drops);
	put(s, "device tx drops, lasting", es->es_dev_tx_drops);
	put(s, "device rx overruns, lasting", es->es_dev_rx_overruns);
}

/* ---- what has to be asked for; ENA_UNSUPPORTED is no failure */

static enum ena_result
totals(struct sheet *s, struct demo_adapter *a)
{
	struct ena_dev_counters dc;
	enum ena_result r;

	memset(&dc, 0, sizeof(dc));
	r = demo_wait(a, &dc.dc_req, ena_stats_get(demo_dev(a), &dc));
	if (r != ENA_OK)
		return (r);
	put(s, "tx packets", dc.dc_tx_pkts);
	put(s, "tx bytes", dc.dc_tx_bytes);
	put(s, "tx drops", dc.dc_tx_drops);
	put(s, "rx packets", dc.dc_rx_pkts);
	put(s, "rx bytes", dc.dc_rx_bytes);
	put(s, "rx drops", dc.dc_rx_drops);
	put(s, "rx overruns (no buffer)", dc.dc_rx_overruns);
	return (ENA_OK);
}

static enum ena_result
allowances(struct sheet *s, struct demo_adapter *a)
{
	struct ena_allowances al;
	enum ena_result r;
	unsigned int i;

	memset(&al, 0, sizeof(al));
	r = demo_wait(a, &al.al_req, ena_allowances_get(demo_dev(a), &al));
	for (i = 0; r == ENA_OK && i < ENA_METRICS; i++)
		if ((al.al_valid >> i & 1) != 0)
			put(s, ena_metric_name((enum ena_metric)i),
			    al.al_value[i]);
	return (r);
}

static enum ena_result
srd(struct sheet *s, struct demo_adapter *a)
{
	struct ena_srd sr;
	enum ena_result r;

	memset(&sr, 0, sizeof(sr));
	r = demo_wait(a, &sr.sr_req, ena_srd_get(demo_dev(a), &sr));
	if (r != ENA_OK)
		return (r);
	put(s, "enabled", (sr.sr_flags & ENA_SRD_ENABLED) != 0);
	put(s, "enabled for UDP", (sr.sr_flags & ENA_SRD_UDP) != 0);
	put(s, "UDP may be reordered",
	    (sr.sr_flags & ENA_SRD_UDP_UNORDERED) != 0);
	put(s, "tx packets", sr.sr_tx_pkts);
	put(s, "tx packets that could have", sr.sr_eligible_pkts);
	put(s, "rx packets", sr.sr_rx_pkts);
	put(s, "resources used, percent", sr.sr_used_percent);
	return (ENA_OK);
}

bool
demo_show_stats(struct demo *d)
{
	static const struct {
		const char *title;
		enum ena_result (*fn)(struct sheet *, struct demo_adapter *);
	} t[] = {
		{ "Totals, as the device counts", totals },
		{ "Allowances: held back or dropped by the cloud, neither "
		    "driver nor device", allowances },
		{ "SRD, as the device counts", srd }
	};
	struct sheet s;
	enum ena_result r;
	unsigned int c, i;

	if (!d->d_opt.o_stats)
		return (true);
	demo_title(d, "All counters");
	(void)printf("  %-32s %16s %16s\n", "", "adapter A", "adapter B");
	show_each_queue(d);
	memset(&s, 0, sizeof(s));
	for (c = 0; c < 2; c++) {
		column(&s, c);
		control(&s, d->d_ad[c]);
	}
	show(d, &s, "Control and watchdog, as the driver counts");
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&s, 0, sizeof(s));
		for (c = 0; c < 2; c++) {
			column(&s, c);
			r = t[i].fn(&s, d->d_ad[c]);
			if (r != ENA_OK && r != ENA_UNSUPPORTED)
				return (demo_fail(d, "adapter %s: %s: %s",
				    d->d_ad[c]->ad_cfg.name, t[i].title,
				    ena_result_name(r)));
		}
		show(d, &s, t[i].title);
	}
	return (true);
}
