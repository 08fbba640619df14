/* SPDX-License-Identifier: BSD-2-Clause */
/* Old names, one of them misspelt; to change one breaks somebody's script. */
#include "ena_paths.h"

#define PATH(_node, _name, _member, _what) \
	{ _node, _name, _what, offsetof(struct ena_report, re_##_member), \
	    0, 0 }
#define RESETS(_name, _reason, _what) \
	PATH(NULL, _name, core.es_faults[ENAHW_RESET_##_reason], _what)
#define SRD(_name, _member, _what) \
	{ "ena_srd_info", _name, _what, offsetof(struct ena_report, \
	    re_srd.sr_##_member), 0, ENAHW_CAP_SRD_INFO }
#define OVER(_name, _metric, _what) \
	{ "customer_metrics", _name, _what, offsetof(struct ena_report, \
	    re_allow.al_value[ENA_METRIC_##_metric]), \
	    1U << ENA_METRIC_##_metric, 0 }

static const struct ena_path ena_paths[] = {
	PATH(NULL, "total_resets", core.es_resets, "Resets"),
	RESETS("wd_expired", KEEP_ALIVE_TO, "No keep-alive"),
	RESETS("admin_to", ADMIN_TO, "Command unanswered"),
	RESETS("missing_tx_cmpl", MISS_TX_CMPL, "Packets not completed"),
	RESETS("bad_rx_req_id", INV_RX_REQ_ID, "Bad id received"),
	RESETS("bad_tx_req_id", INV_TX_REQ_ID, "Bad id sent"),
	RESETS("bad_rx_desc_num", TOO_MANY_RX_DESCS, "Too many buffers"),
	RESETS("rx_desc_malformed", RX_DESC_MALFORMED, "Bad RX completion"),
	RESETS("tx_desc_malformed", TX_DESC_MALFORMED, "Bad TX completion"),
	RESETS("invalid_state", DRIVER_INVALID_STATE, "Inconsistent driver"),
	RESETS("os_trigger", OS_TRIGGER, "By the system"),
	RESETS("missing_intr", MISS_INTERRUPT, "Interrupts stay away"),
	RESETS("missing_admin_interrupt", MISSING_ADMIN_INTR,
	    "Admin interrupts stay away"),
	RESETS("device_request_reset", DEVICE_REQUEST, "By the device"),
	PATH("admin_stats", "sumbitted_cmd", core.es_admin_cmds, "Commands"),
	PATH("admin_stats", "failed_cmd", core.es_admin_failed, "Refused"),
	PATH("admin_stats", "no_completion", core.es_admin_timeouts,
	    "Never answered"),
	PATH("hw_stats", "rx_packets", hw.dc_rx_pkts, "Received"),
	PATH("hw_stats", "tx_packets", hw.dc_tx_pkts, "Sent"),
	PATH("hw_stats", "rx_bytes", hw.dc_rx_bytes, "Received"),
	PATH("hw_stats", "tx_bytes", hw.dc_tx_bytes, "Sent"),
	PATH("hw_stats", "rx_drops", core.es_dev_rx_drops,
	    "Found no buffer"),
	PATH("hw_stats", "tx_drops", core.es_dev_tx_drops, "Not sent"),
	PATH("hw_stats", "rx_overruns", core.es_dev_rx_overruns,
	    "Lost in the device"),
	SRD("ena_srd_mode", flags, "1 enabled, 2 UDP, 4 UDP out of order"),
	SRD("ena_srd_tx_pkts", tx_pkts, "Sent"),
	SRD("ena_srd_eligible_tx_pkts", eligible_pkts,
	    "Could have been sent"),
	SRD("ena_srd_rx_pkts", rx_pkts, "Received"),
	SRD("ena_srd_resource_utilization", used_percent, "Percent in use"),
	OVER("bw_in_allowance_exceeded", BW_IN, "Over inbound bandwidth"),
	OVER("bw_out_allowance_exceeded", BW_OUT, "Over outbound bandwidth"),
	OVER("pps_allowance_exceeded", PPS, "Over packets a second"),
	OVER("conntrack_allowance_exceeded", CONNTRACK,
	    "Over tracked connections"),
	OVER("linklocal_allowance_exceeded", LINK_LOCAL,
	    "Over packets to local services"),
	OVER("conntrack_allowance_available", CONNTRACK_LEFT,
	    "Connections still allowed")
};

const struct ena_path *
ena_path(unsigned int i)
{
	return (i < sizeof(ena_paths) / sizeof(ena_paths[0]) ?
	    &ena_paths[i] : NULL);
}

bool
ena_path_there(const struct ena_info *in, const struct ena_path *pa)
{
	return ((in->in_capabilities & pa->pa_cap) == pa->pa_cap &&
	    (in->in_metrics & pa->pa_metric) == pa->pa_metric);
}

const char *
ena_path_node(const struct ena_info *in, const struct ena_path *pa)
{
	return (pa->pa_metric != 0 &&
	    (in->in_capabilities & ENAHW_CAP_CUSTOMER_METRICS) == 0 ?
	    "eni_metrics" : pa->pa_node);
}
