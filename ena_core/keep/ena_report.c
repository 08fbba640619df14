/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything there is to count about a device, in one table: what the core
 * has seen, what the device counts, the allowances of the instance, SRD.
 *
 * A number that the device does not offer has no value, rather than 0.
 */
#include "ena_keep.h"

/* Where a number comes from, and so whether it has a value. */
enum ena_report_from { ENA_FROM_CORE, ENA_FROM_HW, ENA_FROM_SRD,
	ENA_FROM_ALLOW };

#define ENA_RE(_from, _name, _member, _what) \
	{ _name, _what, offsetof(struct ena_report, re_##_member), \
	    ENA_FROM_##_from, 0 }
#define ENA_RE_ALLOW(_metric, _name, _what) \
	{ _name, _what, offsetof(struct ena_report, \
	    re_allow.al_value[ENA_METRIC_##_metric]), ENA_FROM_ALLOW, \
	    ENA_METRIC_##_metric }

static const struct {
	const char *name;
	const char *what;
	size_t off;
	enum ena_report_from from;
	enum ena_metric metric;
} ena_report_table[] = {
	ENA_RE(CORE, "resets", core.es_resets, "resets, wanted or not"),
	ENA_RE(CORE, "reset reason", reason, "why the last one"),
	ENA_RE(CORE, "admin commands", core.es_admin_cmds, "commands sent"),
	ENA_RE(CORE, "admin failed", core.es_admin_failed,
	    "commands refused"),
	ENA_RE(CORE, "admin timeouts", core.es_admin_timeouts,
	    "commands never answered"),
	ENA_RE(CORE, "admin stale", core.es_admin_stale,
	    "answers that came too late"),
	ENA_RE(CORE, "admin no intr", core.es_admin_no_intr,
	    "answers without an interrupt"),
	ENA_RE(CORE, "events", core.es_aenq_events, "asynchronous events"),
	ENA_RE(CORE, "events unknown", core.es_aenq_unknown,
	    "events of unknown kind"),
	ENA_RE(CORE, "keep-alives", core.es_keep_alives, "signs of life"),
	ENA_RE(CORE, "link changes", core.es_link_changes, "link changes"),
	ENA_RE(CORE, "warnings", core.es_warnings, "warnings"),
	ENA_RE(CORE, "notifications", core.es_notifications,
	    "notifications"),
	ENA_RE(HW, "hw tx packets", hw.dc_tx_pkts, "packets sent"),
	ENA_RE(HW, "hw tx bytes", hw.dc_tx_bytes, "bytes sent"),
	ENA_RE(HW, "hw tx drops", hw.dc_tx_drops, "packets not sent"),
	ENA_RE(HW, "hw rx packets", hw.dc_rx_pkts, "packets received"),
	ENA_RE(HW, "hw rx bytes", hw.dc_rx_bytes, "bytes received"),
	ENA_RE(HW, "hw rx drops", hw.dc_rx_drops,
	    "packets that found no buffer"),
	ENA_RE(HW, "hw rx overruns", hw.dc_rx_overruns,
	    "packets lost in the device"),
	ENA_RE_ALLOW(BW_IN, "over bw in", "over the bandwidth in"),
	ENA_RE_ALLOW(BW_OUT, "over bw out", "over the bandwidth out"),
	ENA_RE_ALLOW(PPS, "over pps", "over the packets a second"),
	ENA_RE_ALLOW(CONNTRACK, "over conns", "over tracked connections"),
	ENA_RE_ALLOW(LINK_LOCAL, "over link local",
	    "over the packets to local services"),
	ENA_RE_ALLOW(CONNTRACK_LEFT, "conns left",
	    "connections that may still be tracked"),
	ENA_RE(SRD, "srd flags", srd.sr_flags, "1 enabled, 2 UDP, 4 unordered"),
	ENA_RE(SRD, "srd tx packets", srd.sr_tx_pkts, "sent over SRD"),
	ENA_RE(SRD, "srd eligible", srd.sr_eligible_pkts,
	    "could have been sent over SRD"),
	ENA_RE(SRD, "srd rx packets", srd.sr_rx_pkts, "received over SRD"),
	ENA_RE(SRD, "srd use percent", srd.sr_used_percent,
	    "of the resources for SRD")
};
ENA_CTASSERT(sizeof(ena_report_table) / sizeof(ena_report_table[0]) ==
    ENA_REPORTS);

/* What costs no question. */
static void
ena_report_core(struct ena_keep *k, struct ena_report *re)
{
	const struct ena_snapshot *sn = ena_snapshot(k->k_dev);

	re->re_core = *ena_dev_stats(k->k_dev);
	re->re_reason = sn != NULL ? sn->sn_reason : 0;
}

void
ena_report_read(struct ena_keep *k, struct ena_report *re)
{
	re->re_asked_us = ena_os_now_us(k->k_os);
	if (ena_keep_await(k, ena_stats_get(k->k_dev, &re->re_hw),
	    &re->re_hw.dc_req) == ENA_OK)
		re->re_have_hw = true;
	if (ena_keep_await(k, ena_srd_get(k->k_dev, &re->re_srd),
	    &re->re_srd.sr_req) == ENA_OK)
		re->re_have_srd = true;
	(void)ena_keep_await(k, ena_allowances_get(k->k_dev, &re->re_allow),
	    &re->re_allow.al_req);
	ena_report_core(k, re);		/* with what was noticed meanwhile */
}

void
ena_report_fresh(struct ena_keep *k, struct ena_report *re, uint64_t age_us)
{
	enum ena_state state = ena_dev_state(k->k_dev);

	if ((state == ENA_STATE_RUNNING || state == ENA_STATE_CONFIGURED) &&
	    ena_os_now_us(k->k_os) - re->re_asked_us >= age_us)
		ena_report_read(k, re);
	else
		ena_report_core(k, re);
}

const char *
ena_report_name(unsigned int i)
{
	return (i < ENA_REPORTS ? ena_report_table[i].name : NULL);
}

const char *
ena_report_what(unsigned int i)
{
	return (i < ENA_REPORTS ? ena_report_table[i].what : NULL);
}

bool
ena_report_value(const struct ena_report *re, unsigned int i, uint64_t *out)
{
	if (i >= ENA_REPORTS)
		return (false);
	memcpy(out, (const char *)re + ena_report_table[i].off, sizeof(*out));
	switch (ena_report_table[i].from) {
	case ENA_FROM_HW:
		return (re->re_have_hw);
	case ENA_FROM_SRD:
		return (re->re_have_srd);
	case ENA_FROM_ALLOW:
		return ((re->re_allow.al_valid >>
		    ena_report_table[i].metric & 1) != 0);
	default:
		return (true);
	}
}
