/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of the device model, in one table, and what happens when one is
 * broken.
 *
 * FATAL: the device stops (DEV_STS bit 5), as real devices were seen to do
 * or as they must since they cannot go on.  STATUS: the command is answered
 * with an error.  ADVICE: the device carries on; a real one might not
 * notice, another one might.
 *
 * Sections are those of the protocol reference.  Ids are stable: tests,
 * documents and the trace tool use them.
 */
#include <stdio.h>

#include "mock_priv.h"

#define FATAL	MOCK_FATAL
#define STATUS	MOCK_STATUS
#define ADVICE	MOCK_ADVICE

static const struct mock_rule_info mock_rules[MR_COUNT] = {
[MR_REG_UNALIGNED] = { "reg-unaligned", ADVICE, "2.11",
    "register accesses are 32 bits wide and aligned" },
[MR_REG_OUTSIDE] = { "reg-outside", ADVICE, "1.3",
    "register offsets lie inside BAR0" },
[MR_REG_RESERVED] = { "reg-reserved", ADVICE, "2.1",
    "reserved registers are left alone" },
[MR_REG_WRITE_RO] = { "reg-write-ro", ADVICE, "2.1",
    "read-only registers are not written" },
[MR_REG_READ_WO] = { "reg-read-wo", ADVICE, "2.1",
    "write-only registers are not read" },
[MR_REG_IN_RESET] = { "reg-in-reset", ADVICE, "4.3",
    "nothing but the handshake is written during a reset" },
[MR_DB_UNKNOWN] = { "db-unknown", FATAL, "10.1",
    "doorbells belong to a queue that exists" },
[MR_DB_HIGH_BITS] = { "db-high-bits", ADVICE, "10.1",
    "doorbell values are 16 bits, zero-extended" },
[MR_DB_IDLE] = { "db-idle", ADVICE, "10.1",
    "a doorbell announces something new" },
[MR_DMA_UNMAPPED] = { "dma-unmapped", FATAL, "1.4",
    "addresses given to the device are mapped for it" },
[MR_DMA_WIDTH] = { "dma-width", FATAL, "1.4",
    "addresses fit the advertised width" },
[MR_BAR2_OUTSIDE] = { "bar2-outside", ADVICE, "11.4",
    "device memory stores lie inside BAR2" },
[MR_READLESS_ABSENT] = { "readless-absent", ADVICE, "1.2",
    "no readless reads if PCI revision bit 0 is set" },
[MR_READLESS_BUSY] = { "readless-busy", ADVICE, "3.3",
    "one readless read at a time" },
[MR_READLESS_UNREGISTERED] = { "readless-unregistered", ADVICE, "3.4",
    "the response address comes before a readless read" },
[MR_READLESS_OFFSET] = { "readless-offset", ADVICE, "3.4",
    "readless reads name a readable register" },
[MR_RESP_BEFORE_RESET] = { "resp-before-reset", ADVICE, "3.1",
    "the response address is registered before a reset" },
[MR_RESP_AFTER_RESET] = { "resp-after-reset", ADVICE, "3.1",
    "the response address is registered again after a reset" },
[MR_RESET_NOT_READY] = { "reset-not-ready", ADVICE, "4.1",
    "a reset starts only when the device is ready" },
[MR_RESET_NOT_WAITED] = { "reset-not-waited", FATAL, "4.3",
    "DEV_CTL stays set until the reset is reported in progress" },
[MR_RESET_REASON] = { "reset-reason", ADVICE, "4.2",
    "reset reasons are defined, extended ones only if supported" },
[MR_DEV_CTL_RESERVED] = { "dev-ctl-reserved", ADVICE, "2.6",
    "unused DEV_CTL bits are zero" },
[MR_RING_CAPS] = { "ring-caps", FATAL, "2.4",
    "admin rings: 64-byte entries, depth a power of two up to 1024" },
[MR_RING_ALIGN] = { "ring-align", ADVICE, "1.4",
    "admin rings are 8-byte aligned" },
[MR_AQ_REREGISTER] = { "aq-reregister", ADVICE, "5.1",
    "admin rings are registered once per reset" },
[MR_AQ_UNREGISTERED] = { "aq-unregistered", FATAL, "5.1",
    "AQ and ACQ are registered before the first command" },
[MR_AQ_OVERRUN] = { "aq-overrun", FATAL, "5.6",
    "at most depth commands are outstanding" },
[MR_AQ_PHASE] = { "aq-phase", FATAL, "5.6",
    "AQ entries carry the phase of their lap" },
[MR_AQ_ID_BUSY] = { "aq-id-busy", ADVICE, "5.6",
    "command ids are unique among outstanding commands" },
[MR_AQ_RESERVED] = { "aq-reserved", ADVICE, "5.2",
    "reserved bits of the command header are zero" },
[MR_ADMIN_OPCODE] = { "admin-opcode", STATUS, "5.4",
    "the opcode is defined" },
[MR_CTRL_FLAG] = { "ctrl-flag", ADVICE, "5.2",
    "flag bit 2, not bit 1, announces a control buffer" },
[MR_CTRL_LENGTH] = { "ctrl-length", STATUS, "5.2",
    "the control buffer is there and long enough" },
[MR_CMD_ADDR] = { "cmd-addr", STATUS, "1.4",
    "addresses in commands fit the width, bytes 6-7 zero" },
[MR_FEATURE_UNSUPPORTED] = { "feature-unsupported", STATUS, "7.2",
    "only advertised features are used" },
[MR_FEATURE_DIRECTION] = { "feature-direction", STATUS, "7.2",
    "GET and SET only where the feature has them" },
[MR_FEATURE_VERSION] = { "feature-version", ADVICE, "7.4",
    "MAX_QUEUES_EXT is asked for with version 1" },
[MR_HOST_ATTR_LATE] = { "host-attr-late", ADVICE, "7.14",
    "HOST_ATTR_CONFIG comes before DEVICE_ATTRIBUTES" },
[MR_HOST_INFO_MAJOR] = { "host-info-major", ADVICE, "7.14",
    "host info says driver version major 2, specification 2.0" },
[MR_MTU_RANGE] = { "mtu-range", STATUS, "7.7",
    "128 <= MTU <= device maximum" },
[MR_AENQ_GROUPS] = { "aenq-groups", STATUS, "7.8",
    "enabled event groups are supported ones" },
[MR_RSS_FUNCTION] = { "rss-function", STATUS, "7.9",
    "exactly one supported hash function is selected" },
[MR_RSS_KEY_LENGTH] = { "rss-key-length", STATUS, "7.9",
    "the hash key has 10 words" },
[MR_RSS_TABLE_SIZE] = { "rss-table-size", STATUS, "7.10",
    "the table size lies within the limits" },
[MR_RSS_INLINE] = { "rss-inline", STATUS, "7.10",
    "no single-entry update where it is not supported" },
[MR_RSS_DEAD_QUEUE] = { "rss-dead-queue", ADVICE, "7.10",
    "table entries hold indices of live RX SQs" },
[MR_RSS_FIELDS] = { "rss-fields", STATUS, "7.11",
    "selected hash fields and sorts are supported ones" },
[MR_FRAG_BYPASS] = { "frag-bypass", STATUS, "7.17",
    "fragment bypass is 0 or 1" },
[MR_STATS_TYPE] = { "stats-type", STATUS, "8.1",
    "the statistics type is defined" },
[MR_STATS_CAPABILITY] = { "stats-capability", STATUS, "8.1",
    "the capability for the statistics type is present" },
[MR_STATS_SCOPE] = { "stats-scope", STATUS, "8.1",
    "statistics scope is 0 or 1, queue index exists" },
[MR_STATS_DEVICE] = { "stats-device", STATUS, "8.1",
    "statistics device id is 0 or 0xffff" },
[MR_STATS_BUFFER] = { "stats-buffer", STATUS, "8.2",
    "the buffer holds 8 bytes per reported metric, or a text" },
[MR_PHC_LENGTH] = { "phc-length", STATUS, "7.16",
    "the clock's response buffer has 64 bytes" },
[MR_PHC_RESERVED] = { "phc-reserved", ADVICE, "7.16",
    "SET PHC_CONFIG leaves zero what only GET fills" },
[MR_PHC_UNSET] = { "phc-unset", ADVICE, "7.16",
    "the clock is read after PHC_CONFIG" },
[MR_PHC_BUSY] = { "phc-busy", ADVICE, "7.16",
    "one clock read at a time" },
[MR_TS_CONFIG] = { "ts-config", STATUS, "7.19",
    "timestamps: version 1, off or all, as far as supported" },
[MR_TS_SMALL_CQ] = { "ts-small-cq", ADVICE, "7.19",
    "timestamps need extended completions" },
[MR_FLOW_ACTION] = { "flow-action", STATUS, "7.18",
    "the flow steering action is defined" },
[MR_FLOW_TYPE] = { "flow-type", STATUS, "7.18",
    "the flow type is defined" },
[MR_FLOW_QUEUE] = { "flow-queue", STATUS, "7.18",
    "a flow rule names a live RX SQ" },
[MR_FLOW_LOCATION] = { "flow-location", STATUS, "7.18",
    "locations are below the limit, removed ones hold a rule" },
[MR_FLOW_RESERVED] = { "flow-reserved", ADVICE, "7.18",
    "reserved fields of flow steering are zero" },
[MR_GATE_A] = { "gate-a", STATUS, "15.4",
    "this device wants driver major 2 or the RSS key declaration" },
[MR_GATE_B] = { "gate-b", STATUS, "15.4",
    "this device wants host info before attributes, major 2" },
[MR_AENQ_MISSING] = { "aenq-missing", STATUS, "15.4",
    "this device wants an AENQ before queues" },
[MR_AENQ_LATE] = { "aenq-late", FATAL, "9.1",
    "the AENQ is registered before the first command" },
[MR_AENQ_UNREGISTERED] = { "aenq-unregistered", FATAL, "9.1",
    "the head doorbell follows registration" },
[MR_AENQ_HEAD] = { "aenq-head", FATAL, "9.1",
    "the head never exceeds events produced + depth, nor goes back" },
[MR_AENQ_HEAD_IDLE] = { "aenq-head-idle", ADVICE, "9.1",
    "the head is written only after consuming" },
[MR_AENQ_ARM_SHORT] = { "aenq-arm-short", ADVICE, "9.1",
    "the AENQ is armed with its whole depth" },
[MR_AENQ_ARMED_MASKED] = { "aenq-armed-masked", ADVICE, "9.1",
    "the management interrupt is unmasked before arming" },
[MR_LLQ_LATE] = { "llq-late", STATUS, "11.2",
    "SET LLQ comes before any queue" },
[MR_LLQ_VERSION] = { "llq-version", STATUS, "11.1",
    "SET LLQ has feature version 0 or 1" },
[MR_LLQ_NO_BAR2] = { "llq-no-bar2", STATUS, "11.2",
    "no SET LLQ without a device memory window" },
[MR_LLQ_FIELD] = { "llq-field", STATUS, "11.1",
    "each choice of SET LLQ is exactly one supported bit" },
[MR_LLQ_HEADER_AREA] = { "llq-header-area", STATUS, "11.3",
    "the descriptors before the header leave room for it" },
[MR_LLQ_ACCEL] = { "llq-accel", STATUS, "11.1",
    "this device wants both accelerated flags" },
[MR_LLQ_RESERVED] = { "llq-reserved", ADVICE, "11.1",
    "SET LLQ leaves zero what only GET fills, and undefined flags" },
[MR_LLQ_BASE] = { "llq-base", STATUS, "6.2",
    "an LLQ has no base address" },
[MR_LLQ_WIDE_DEPTH] = { "llq-wide-depth", STATUS, "11.6",
    "256-byte entries: the wide depth, or half the depth" },
[MR_LLQ_LIMIT] = { "llq-limit", STATUS, "11.7",
    "no more LLQs than advertised" },
[MR_LLQ_STORE_SIZE] = { "llq-store-size", ADVICE, "11.4",
    "device memory is written in aligned 64-bit stores" },
[MR_LLQ_STORE_RING] = { "llq-store-ring", ADVICE, "11.4",
    "stores to device memory go into live rings" },
[MR_LLQ_STORE_ORDER] = { "llq-store-order", ADVICE, "11.4",
    "each word of an entry is stored once, in ascending order" },
[MR_LLQ_STORE_BUSY] = { "llq-store-busy", FATAL, "10.1",
    "entries that the device owns are left alone" },
[MR_LLQ_PARTIAL] = { "llq-partial", FATAL, "11.4",
    "entries are written whole before their doorbell" },
[MR_LLQ_BURST] = { "llq-burst", FATAL, "11.5",
    "entries between two doorbells stay within the burst limit" },
[MR_LLQ_NO_HEADER] = { "llq-no-header", FATAL, "11.4",
    "some header bytes are pushed with every packet" },
[MR_LLQ_PUSHED] = { "llq-pushed", ADVICE, "10.4",
    "a packet pushed whole has buffer length and address 0" },
[MR_LLQ_UNUSED] = { "llq-unused", ADVICE, "11.4",
    "unused bytes of an entry are zero" },
[MR_LLQ_META] = { "llq-meta", FATAL, "10.4",
    "without meta caching every packet carries metadata" },
[MR_LLQ_META_DROP] = { "llq-meta-drop", ADVICE, "10.4",
    "where meta caching can be disabled, it is, or metadata always sent" },
[MR_CQ_DEPTH] = { "cq-depth", STATUS, "6.1",
    "CQ depth is a power of two within the limit" },
[MR_CQ_ENTRY] = { "cq-entry", STATUS, "6.1",
    "CQ entries have 2, 4 or 8 words" },
[MR_CQ_VECTOR] = { "cq-vector", STATUS, "6.1",
    "the vector is an I/O vector of the device, or all ones" },
[MR_CQ_VECTOR_POLLED] = { "cq-vector-polled", ADVICE, "6.1",
    "a CQ without interrupts has vector all ones" },
[MR_CQ_ALIGN] = { "cq-align", ADVICE, "1.4",
    "CQ rings are 4096-byte aligned" },
[MR_CQ_LIMIT] = { "cq-limit", STATUS, "6.1",
    "no more CQs than advertised" },
[MR_CQ_RESERVED] = { "cq-reserved", ADVICE, "6.1",
    "reserved bits of CREATE_CQ are zero" },
[MR_SQ_CQ] = { "sq-cq", STATUS, "6.2",
    "the CQ of an SQ exists" },
[MR_SQ_CQ_BOUND] = { "sq-cq-bound", STATUS, "1.1",
    "a CQ serves one SQ" },
[MR_SQ_CQ_ENTRY] = { "sq-cq-entry", STATUS, "6.1",
    "TX CQ entries have 2 or 4 words, RX 4 or 8" },
[MR_SQ_CQ_DEPTH] = { "sq-cq-depth", ADVICE, "10.8",
    "the CQ is at least as deep as its SQ" },
[MR_SQ_DEPTH] = { "sq-depth", STATUS, "6.2",
    "SQ depth is a power of two within the limit" },
[MR_SQ_DIRECTION] = { "sq-direction", STATUS, "6.2",
    "direction is TX or RX" },
[MR_SQ_PLACEMENT] = { "sq-placement", STATUS, "6.2",
    "placement is host, or device after SET LLQ for TX" },
[MR_SQ_POLICY] = { "sq-policy", STATUS, "6.2",
    "completion policy is 0" },
[MR_SQ_LIMIT] = { "sq-limit", STATUS, "6.2",
    "no more SQs of a direction than advertised" },
[MR_SQ_CONTIG] = { "sq-contig", ADVICE, "6.2",
    "host rings are declared physically contiguous" },
[MR_SQ_ALIGN] = { "sq-align", ADVICE, "1.4",
    "SQ rings are page aligned" },
[MR_SQ_RESERVED] = { "sq-reserved", ADVICE, "6.2",
    "reserved bits and the unused write-back address are zero" },
[MR_DESTROY_SQ] = { "destroy-sq", STATUS, "6.3",
    "the SQ to destroy exists" },
[MR_DESTROY_CQ] = { "destroy-cq", STATUS, "6.4",
    "the CQ to destroy exists" },
[MR_DESTROY_CQ_BUSY] = { "destroy-cq-busy", STATUS, "6",
    "the SQ is destroyed before its CQ" },
[MR_SQ_OVERRUN] = { "sq-overrun", FATAL, "10.1",
    "at most depth - 1 descriptors are outstanding" },
[MR_TX_PHASE] = { "tx-phase", FATAL, "10.1",
    "TX descriptors carry the phase of their lap" },
[MR_TX_FIRST] = { "tx-first", FATAL, "10.4",
    "the first descriptor of a packet, and no other, says FIRST" },
[MR_TX_META] = { "tx-meta", FATAL, "10.3",
    "a meta descriptor is well formed, first and not last" },
[MR_TX_MBZ] = { "tx-mbz", FATAL, "10.2",
    "must-be-zero bits of TX descriptors are zero" },
[MR_TX_PARTIAL] = { "tx-partial", FATAL, "10.4",
    "the doorbell is not rung in the middle of a packet" },
[MR_TX_DESCS] = { "tx-descs", FATAL, "7.4",
    "a packet has no more descriptors than advertised" },
[MR_TX_ZERO_LEN] = { "tx-zero-len", FATAL, "10.2",
    "no empty buffers" },
[MR_TX_RUNT] = { "tx-runt", ADVICE, "10.4",
    "a frame has an Ethernet header" },
[MR_TX_TOO_LONG] = { "tx-too-long", ADVICE, "7.7",
    "a frame fits the MTU" },
[MR_TX_ID_RANGE] = { "tx-id-range", FATAL, "10.1",
    "TX request ids are below the queue depth" },
[MR_TX_ID_BUSY] = { "tx-id-busy", FATAL, "10.1",
    "TX request ids are not in flight" },
[MR_TX_COMP_REQ] = { "tx-comp-req", FATAL, "10.4",
    "the first data descriptor requests a completion" },
[MR_TX_HEADER_LEN] = { "tx-header-len", FATAL, "10.2",
    "the header length hint is within the limit" },
[MR_TX_OFFLOAD] = { "tx-offload", FATAL, "7.6",
    "only advertised offloads are requested" },
[MR_TX_PROTO] = { "tx-proto", FATAL, "10.2",
    "protocol indices agree with the frame" },
[MR_TX_META_STALE] = { "tx-meta-stale", FATAL, "10.4",
    "metadata in force agrees with the frame" },
[MR_TX_DF] = { "tx-df", ADVICE, "10.2",
    "the DF bit copies the IPv4 header, 1 for IPv6" },
[MR_TX_TSO_LEN] = { "tx-tso-len", FATAL, "10.4",
    "a TSO frame has at most 65536 bytes" },
[MR_TX_TSO_MSS] = { "tx-tso-mss", FATAL, "10.4",
    "the MSS is not 0 and segments fit the MTU" },
[MR_TX_TSO_CSUM] = { "tx-tso-csum", ADVICE, "10.4",
    "TSO comes with its checksum enables" },
[MR_TX_TSO_ECN] = { "tx-tso-ecn", ADVICE, "7.6",
    "TSO of a segment with CWR only where TSO with ECN is advertised" },
[MR_TX_TSO_MALFORMED] = { "tx-tso-malformed", FATAL, "10.4",
    "a TSO frame can be segmented" },
[MR_RX_PHASE] = { "rx-phase", FATAL, "10.1",
    "RX descriptors carry the phase of their lap" },
[MR_RX_MBZ] = { "rx-mbz", FATAL, "10.6",
    "must-be-zero bits of RX descriptors are zero" },
[MR_RX_CTRL] = { "rx-ctrl", FATAL, "10.6",
    "RX descriptors say first, last and completion request" },
[MR_RX_ID_RANGE] = { "rx-id-range", FATAL, "10.1",
    "RX request ids are below the queue depth" },
[MR_RX_ID_BUSY] = { "rx-id-busy", FATAL, "10.1",
    "RX request ids are not posted already" },
[MR_RX_SMALL] = { "rx-small", ADVICE, "7.4",
    "buffers hold a full frame within the descriptor limit" },
[MR_UNMASK_DOUBLE] = { "unmask-double", ADVICE, "10.9",
    "a vector is unmasked once per interrupt" },
[MR_UNMASK_DEAD] = { "unmask-dead", ADVICE, "10.9",
    "unmask registers of live CQs only" },
[MR_UNMASK_POLLED] = { "unmask-polled", ADVICE, "10.9",
    "a CQ without a vector is not unmasked" },
[MR_MODERATION] = { "moderation", ADVICE, "7.12",
    "delays only where moderation is supported" },
};

const struct mock_rule_info *
mock_rule_nth(unsigned int i)
{
	return (i < MR_COUNT ? &mock_rules[i] : NULL);
}

static const char *
strength_name(enum mock_strength s)
{
	switch (s) {
	case MOCK_FATAL:
		return ("fatal");
	case MOCK_STATUS:
		return ("status");
	default:
		return ("advice");
	}
}

/* Report a broken rule; a FATAL one stops the device before returning. */
void
mock_rule(struct mockdev *d, enum mock_rule_no no, const char *fmt, ...)
{
	const struct mock_rule_info *ri = &mock_rules[no];
	struct mock_rule_report rep;
	char msg[192];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);

	switch (ri->strength) {
	case MOCK_FATAL:
		d->st.rules_fatal++;
		break;
	case MOCK_STATUS:
		d->st.rules_status++;
		break;
	case MOCK_ADVICE:
		d->st.rules_advice++;
		break;
	}
	mock_trace(d, "rule id=%s strength=%s section=%s msg=\"%s\"",
	    ri->id, strength_name(ri->strength), ri->section, msg);
	if (d->bus.rule_broken != NULL) {
		rep.strength = ri->strength;
		rep.id = ri->id;
		rep.section = ri->section;
		rep.msg = msg;
		d->bus.rule_broken(d->bus.arg, &rep);
	}
	if (ri->strength == MOCK_FATAL)
		mock_set_fatal(d, ri->id);
}
