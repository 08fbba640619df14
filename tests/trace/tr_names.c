/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of numbers, and how bitmaps look.  Numbers without a name stay
 * numbers.  Section numbers refer to the protocol document.
 */
#include "trace.h"

#include "ena_hw.h"

#define END		{ 0, NULL }

const struct tr_name tr_regs[] = {
	{ ENAHW_REG_VERSION, "VERSION" },
	{ ENAHW_REG_CONTROLLER_VERSION, "CONTROLLER_VERSION" },
	{ ENAHW_REG_CAPS, "CAPS" },
	{ ENAHW_REG_CAPS_EXT, "CAPS_EXT" },
	{ ENAHW_REG_AQ_BASE_LO, "AQ_BASE_LO" },
	{ ENAHW_REG_AQ_BASE_HI, "AQ_BASE_HI" },
	{ ENAHW_REG_AQ_CAPS, "AQ_CAPS" },
	{ ENAHW_REG_ACQ_BASE_LO, "ACQ_BASE_LO" },
	{ ENAHW_REG_ACQ_BASE_HI, "ACQ_BASE_HI" },
	{ ENAHW_REG_ACQ_CAPS, "ACQ_CAPS" },
	{ ENAHW_REG_AQ_DB, "AQ_DB" },
	{ ENAHW_REG_ACQ_TAIL, "ACQ_TAIL" },
	{ ENAHW_REG_AENQ_CAPS, "AENQ_CAPS" },
	{ ENAHW_REG_AENQ_BASE_LO, "AENQ_BASE_LO" },
	{ ENAHW_REG_AENQ_BASE_HI, "AENQ_BASE_HI" },
	{ ENAHW_REG_AENQ_HEAD_DB, "AENQ_HEAD_DB" },
	{ ENAHW_REG_AENQ_TAIL, "AENQ_TAIL" },
	{ ENAHW_REG_INTR_MASK, "INTR_MASK" },
	{ ENAHW_REG_DEV_CTL, "DEV_CTL" },
	{ ENAHW_REG_DEV_STS, "DEV_STS" },
	{ ENAHW_REG_MMIO_REG_READ, "MMIO_REG_READ" },
	{ ENAHW_REG_MMIO_RESP_LO, "MMIO_RESP_LO" },
	{ ENAHW_REG_MMIO_RESP_HI, "MMIO_RESP_HI" },
	{ ENAHW_REG_RSS_IND_UPDATE, "RSS_IND_ENTRY_UPDATE" },
	{ ENAHW_REG_PHC_DB, "PHC_DB" },
	END
};

const struct tr_name tr_opcodes[] = {
	{ ENAHW_OP_CREATE_SQ, "CREATE_SQ" },
	{ ENAHW_OP_DESTROY_SQ, "DESTROY_SQ" },
	{ ENAHW_OP_CREATE_CQ, "CREATE_CQ" },
	{ ENAHW_OP_DESTROY_CQ, "DESTROY_CQ" },
	{ ENAHW_OP_GET_FEATURE, "GET_FEATURE" },
	{ ENAHW_OP_SET_FEATURE, "SET_FEATURE" },
	{ ENAHW_OP_GET_STATS, "GET_STATS" },
	END
};

const struct tr_name tr_feature_ids[] = {
	{ ENAHW_FEAT_DEVICE_ATTRIBUTES, "DEVICE_ATTRIBUTES" },
	{ ENAHW_FEAT_MAX_QUEUES_NUM, "MAX_QUEUES_NUM" },
	{ ENAHW_FEAT_HW_HINTS, "HW_HINTS" },
	{ ENAHW_FEAT_LLQ, "LLQ" },
	{ ENAHW_FEAT_EXTRA_STRINGS, "EXTRA_PROPERTIES_STRINGS" },
	{ ENAHW_FEAT_EXTRA_FLAGS, "EXTRA_PROPERTIES_FLAGS" },
	{ ENAHW_FEAT_MAX_QUEUES_EXT, "MAX_QUEUES_EXT" },
	{ ENAHW_FEAT_FRAG_BYPASS, "FRAG_BYPASS" },
	{ ENAHW_FEAT_RSS_HASH_FUNCTION, "RSS_HASH_FUNCTION" },
	{ ENAHW_FEAT_OFFLOAD, "STATELESS_OFFLOAD" },
	{ ENAHW_FEAT_RSS_TABLE, "RSS_TABLE" },
	{ ENAHW_FEAT_MTU, "MTU" },
	{ ENAHW_FEAT_RSS_HASH_INPUT, "RSS_HASH_INPUT" },
	{ ENAHW_FEAT_INTR_MODERATION, "INTERRUPT_MODERATION" },
	{ ENAHW_FEAT_AENQ_CONFIG, "AENQ_CONFIG" },
	{ ENAHW_FEAT_LINK_CONFIG, "LINK_CONFIG" },
	{ ENAHW_FEAT_HOST_ATTR, "HOST_ATTR" },
	{ ENAHW_FEAT_PHC_CONFIG, "PHC_CONFIG" },
	{ ENAHW_FEAT_FLOW_STEERING, "FLOW_STEERING" },
	{ ENAHW_FEAT_HW_TIMESTAMP, "HW_TIMESTAMP" },
	END
};

const struct tr_name tr_statuses[] = {
	{ ENAHW_ST_SUCCESS, "SUCCESS" },
	{ ENAHW_ST_NO_RESOURCES, "RESOURCE_ALLOCATION_FAILURE" },
	{ ENAHW_ST_BAD_OPCODE, "BAD_OPCODE" },
	{ ENAHW_ST_UNSUPPORTED, "UNSUPPORTED_OPCODE" },
	{ ENAHW_ST_MALFORMED, "MALFORMED_REQUEST" },
	{ ENAHW_ST_ILLEGAL_PARAM, "ILLEGAL_PARAMETER" },
	{ ENAHW_ST_UNKNOWN_ERROR, "UNKNOWN_ERROR" },
	{ ENAHW_ST_BUSY, "RESOURCE_BUSY" },
	END
};

const struct tr_name tr_reasons[] = {
	{ ENAHW_RESET_NORMAL, "NORMAL" },
	{ ENAHW_RESET_KEEP_ALIVE_TO, "KEEP_ALIVE_TO" },
	{ ENAHW_RESET_ADMIN_TO, "ADMIN_TO" },
	{ ENAHW_RESET_MISS_TX_CMPL, "MISS_TX_CMPL" },
	{ ENAHW_RESET_INV_RX_REQ_ID, "INV_RX_REQ_ID" },
	{ ENAHW_RESET_INV_TX_REQ_ID, "INV_TX_REQ_ID" },
	{ ENAHW_RESET_TOO_MANY_RX_DESCS, "TOO_MANY_RX_DESCS" },
	{ ENAHW_RESET_INIT_ERR, "INIT_ERR" },
	{ ENAHW_RESET_DRIVER_INVALID_STATE, "DRIVER_INVALID_STATE" },
	{ ENAHW_RESET_OS_TRIGGER, "OS_TRIGGER" },
	{ ENAHW_RESET_OS_NETDEV_WD, "OS_NETDEV_WD" },
	{ ENAHW_RESET_SHUTDOWN, "SHUTDOWN" },
	{ ENAHW_RESET_USER_TRIGGER, "USER_TRIGGER" },
	{ ENAHW_RESET_GENERIC, "GENERIC" },
	{ ENAHW_RESET_MISS_INTERRUPT, "MISS_INTERRUPT" },
	{ ENAHW_RESET_POLL_STARVATION, "SUSPECTED_POLL_STARVATION" },
	{ ENAHW_RESET_RX_DESC_MALFORMED, "RX_DESCRIPTOR_MALFORMED" },
	{ ENAHW_RESET_TX_DESC_MALFORMED, "TX_DESCRIPTOR_MALFORMED" },
	{ ENAHW_RESET_MISSING_ADMIN_INTR, "MISSING_ADMIN_INTERRUPT" },
	{ ENAHW_RESET_DEVICE_REQUEST, "DEVICE_REQUEST" },
	{ ENAHW_RESET_MISS_FIRST_INTR, "MISS_FIRST_INTERRUPT" },
	END
};

const struct tr_name tr_groups[] = {
	{ ENAHW_AENQ_LINK_CHANGE, "LINK_CHANGE" },
	{ ENAHW_AENQ_FATAL_ERROR, "FATAL_ERROR" },
	{ ENAHW_AENQ_WARNING, "WARNING" },
	{ ENAHW_AENQ_NOTIFICATION, "NOTIFICATION" },
	{ ENAHW_AENQ_KEEP_ALIVE, "KEEP_ALIVE" },
	{ ENAHW_AENQ_REFRESH_CAPS, "REFRESH_CAPABILITIES" },
	{ ENAHW_AENQ_CONF_NOTIFICATION, "CONF_NOTIFICATIONS" },
	{ ENAHW_AENQ_REQUEST_RESET, "DEVICE_REQUEST_RESET" },
	END
};

const struct tr_name tr_group_bits[] = {
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_LINK_CHANGE), "link" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_FATAL_ERROR), "fatal" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_WARNING), "warning" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_NOTIFICATION), "notification" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_KEEP_ALIVE), "keep-alive" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_REFRESH_CAPS), "refresh" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_CONF_NOTIFICATION), "conf" },
	{ ENAHW_AENQ_BIT(ENAHW_AENQ_REQUEST_RESET), "reset-request" },
	END
};

const struct tr_name tr_sts_bits[] = {
	{ 0x01, "ready" }, { 0x02, "aq-restarting" },
	{ 0x04, "aq-restarted" }, { 0x08, "reset-in-progress" },
	{ 0x10, "reset-finished" }, { 0x20, "FATAL" },
	{ 0x40, "quiescing" }, { 0x80, "quiescent" },
	END
};

const struct tr_name tr_cap_bits[] = {
	{ ENAHW_CAP_ENI_STATS, "eni-stats" },
	{ ENAHW_CAP_SRD_INFO, "srd" },
	{ ENAHW_CAP_CUSTOMER_METRICS, "customer-metrics" },
	{ ENAHW_CAP_EXT_RESET_REASONS, "extended-reasons" },
	{ ENAHW_CAP_CDESC_MBZ, "cdesc-mbz" },
	END
};

const struct tr_name tr_txo_bits[] = {
	{ ENAHW_TXO_L3V4, "ipv4" }, { ENAHW_TXO_L4V4_PART, "l4v4-partial" },
	{ ENAHW_TXO_L4V4_FULL, "l4v4-full" },
	{ ENAHW_TXO_L4V6_PART, "l4v6-partial" },
	{ ENAHW_TXO_L4V6_FULL, "l4v6-full" }, { ENAHW_TXO_TSOV4, "tso4" },
	{ ENAHW_TXO_TSOV6, "tso6" }, { ENAHW_TXO_TSO_ECN, "tso-ecn" },
	END
};

const struct tr_name tr_rxo_bits[] = {
	{ ENAHW_RXO_L3V4, "ipv4" }, { ENAHW_RXO_L4V4, "l4v4" },
	{ ENAHW_RXO_L4V6, "l4v6" }, { ENAHW_RXO_HASH, "hash" },
	END
};

const struct tr_name tr_os_types[] = {
	{ ENAHW_OS_LINUX, "Linux" }, { ENAHW_OS_WINDOWS, "Windows" },
	{ ENAHW_OS_DPDK, "DPDK" }, { ENAHW_OS_FREEBSD, "FreeBSD" },
	{ ENAHW_OS_IPXE, "iPXE" }, { ENAHW_OS_ESXI, "ESXi" },
	END
};

const struct tr_name tr_drvf_bits[] = {
	{ ENAHW_DRVF_RX_OFFSET, "rx-offset" },
	{ ENAHW_DRVF_INTR_MODERATION, "interrupt-moderation" },
	{ ENAHW_DRVF_RX_MIRRORING, "rx-mirroring" },
	{ ENAHW_DRVF_RSS_KEY, "rss-key" },
	{ ENAHW_DRVF_RX_PAGE_REUSE, "rx-page-reuse" },
	{ ENAHW_DRVF_TX_IPV6_CSUM, "tx-ipv6-csum" },
	{ ENAHW_DRVF_PHC, "phc" },
	{ 0x200, "extended-debug" },
	END
};

const struct tr_name tr_hash_bits[] = {
	{ ENAHW_HASH_TOEPLITZ, "Toeplitz" }, { ENAHW_HASH_CRC32, "CRC32" },
	END
};

const struct tr_name tr_sort_bits[] = {
	{ ENAHW_HASH_SORT_L3, "l3" }, { ENAHW_HASH_SORT_L4, "l4" },
	END
};

const struct tr_name tr_hash_fields[] = {
	{ ENAHW_HASH_L2_DA, "l2-dst" }, { ENAHW_HASH_L2_SA, "l2-src" },
	{ ENAHW_HASH_L3_DA, "l3-dst" }, { ENAHW_HASH_L3_SA, "l3-src" },
	{ ENAHW_HASH_L4_DP, "l4-dst" }, { ENAHW_HASH_L4_SP, "l4-src" },
	END
};

const struct tr_name tr_hash_protos[] = {
	{ ENAHW_HASH_TCP4, "tcp4" }, { ENAHW_HASH_UDP4, "udp4" },
	{ ENAHW_HASH_TCP6, "tcp6" }, { ENAHW_HASH_UDP6, "udp6" },
	{ ENAHW_HASH_IP4, "ip4" }, { ENAHW_HASH_IP6, "ip6" },
	{ ENAHW_HASH_IP4_FRAG, "ip4-frag" }, { ENAHW_HASH_NOT_IP, "not-ip" },
	{ ENAHW_HASH_TCP6_EX, "tcp6-ex" }, { ENAHW_HASH_IP6_EX, "ip6-ex" },
	END
};

const struct tr_name tr_stats_types[] = {
	{ ENAHW_STATS_BASIC, "BASIC" }, { ENAHW_STATS_EXTENDED, "EXTENDED" },
	{ ENAHW_STATS_ENI, "ENI" }, { ENAHW_STATS_SRD, "SRD" },
	{ ENAHW_STATS_CUSTOMER, "CUSTOMER_METRICS" },
	END
};

const struct tr_name tr_link_bits[] = {
	{ 1, "autonegotiation" }, { 2, "full-duplex" }, END
};

const struct tr_name tr_speeds[] = {
	{ 0x1, "1G" }, { 0x2, "2.5G" }, { 0x4, "5G" }, { 0x8, "10G" },
	{ 0x10, "25G" }, { 0x20, "40G" }, { 0x40, "50G" }, { 0x80, "100G" },
	{ 0x100, "200G" }, { 0x200, "400G" }, END
};

const struct tr_name tr_llq_hdr[] = {
	{ ENAHW_LLQ_HDR_INLINE, "inline" }, { ENAHW_LLQ_HDR_RING, "ring" },
	END
};

const struct tr_name tr_llq_entry[] = {
	{ ENAHW_LLQ_ENTRY_128, "128" }, { ENAHW_LLQ_ENTRY_192, "192" },
	{ ENAHW_LLQ_ENTRY_256, "256" }, END
};

const struct tr_name tr_llq_stride[] = {
	{ ENAHW_LLQ_STRIDE_SINGLE, "single" },
	{ ENAHW_LLQ_STRIDE_MULTI, "multiple" }, END
};

const struct tr_name tr_llq_accel[] = {
	{ ENAHW_LLQ_ACCEL_NO_META_CACHE, "no-meta-cache" },
	{ ENAHW_LLQ_ACCEL_LIMIT_BURST, "limit-burst" }, END
};

const struct tr_name tr_placements[] = {
	{ ENAHW_SQ_PLACEMENT_HOST, "host" },
	{ ENAHW_SQ_PLACEMENT_DEV, "device" }, END
};

const struct tr_name tr_directions[] = {
	{ ENAHW_SQ_DIR_TX, "tx" }, { ENAHW_SQ_DIR_RX, "rx" }, END
};

/* Why the model dropped a frame (ena_mockdev.h). */
const struct tr_name tr_drops[] = {
	{ 1, "no queue or no link" }, { 2, "no buffer" }, { 3, "too long" },
	{ 4, "too short" }, END
};

const struct tr_name tr_actions[] = {
	{ 1, "add" }, { 2, "remove" }, { 3, "remove-all" }, END
};

const struct tr_name tr_flows[] = {
	{ 1, "ip4" }, { 2, "ip6" }, { 3, "tcp4" }, { 4, "tcp6" },
	{ 5, "udp4" }, { 6, "udp6" }, END
};

const struct tr_name tr_customer[] = {
	{ 0x01, "bw-in-exceeded" }, { 0x02, "bw-out-exceeded" },
	{ 0x04, "pps-exceeded" }, { 0x08, "conntrack-exceeded" },
	{ 0x10, "linklocal-exceeded" }, { 0x20, "conntrack-available" },
	END
};

const char *
tr_name_of(const struct tr_name *n, uint32_t v)
{
	for (; n->s != NULL; n++)
		if (n->v == v)
			return (n->s);
	return (NULL);
}

void
tr_enum(char *out, size_t room, const struct tr_name *n, uint32_t v)
{
	const char *s;

	s = tr_name_of(n, v);
	if (s != NULL)
		(void)snprintf(out, room, "%s", s);
	else
		(void)snprintf(out, room, "%u?", v);
}

void
tr_flags(char *out, size_t room, const struct tr_name *n, uint32_t v)
{
	size_t at;
	int len;

	at = 0;
	if (v == 0)
		(void)snprintf(out, room, "0");
	for (; n->s != NULL && at < room; n++) {
		if ((v & n->v) == 0)
			continue;
		v &= ~n->v;
		len = snprintf(out + at, room - at, "%s%s", n->s,
		    v != 0 ? "|" : "");
		at += len < 0 ? 0 : (size_t)len;
	}
	if (v != 0 && at < room)
		(void)snprintf(out + at, room - at, "0x%x", v);
}

/* A bitmap of feature ids: names, as long as there are some. */
void
tr_features(char *out, size_t room, uint32_t v)
{
	const char *s;
	unsigned int i;
	size_t at;
	int len;

	len = snprintf(out, room, "0x%08x", v);
	at = len < 0 ? 0 : (size_t)len;
	for (i = 0; i < 32 && at < room; i++) {
		if ((v >> i & 1) == 0)
			continue;
		s = tr_name_of(tr_feature_ids, i);
		len = s != NULL ? snprintf(out + at, room - at, " %s", s) :
		    snprintf(out + at, room - at, " %u", i);
		at += len < 0 ? 0 : (size_t)len;
	}
}
