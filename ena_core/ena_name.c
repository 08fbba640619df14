/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names for people: results, states, reasons, statuses, commands.
 * Any lane; pure.
 */
#include "ena_priv.h"

#define ENA_COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *
ena_name(const char *const *names, size_t count, unsigned int i)
{
	return (i < count && names[i] != NULL ? names[i] : "unknown");
}

const char *
ena_result_name(enum ena_result r)
{
	static const char *const names[] = {
		"ok", "not yet", "no room", "invalid argument",
		"unsupported by the device", "out of memory",
		"refused by the device", "protocol violation by the device",
		"timed out", "aborted", "busy", "wrong state", "faulted",
		"device gone", "recovery given up",
	};

	ENA_CTASSERT(ENA_COUNT(names) == ENA_RESULTS);
	return (ena_name(names, ENA_COUNT(names), (unsigned int)r));
}

const char *
ena_state_name(enum ena_state s)
{
	static const char *const names[] = {
		"off", "quiet", "admin up", "configured", "running",
		"moving", "faulted", "dead", "gone",
	};

	ENA_CTASSERT(ENA_COUNT(names) == ENA_STATES);
	return (ena_name(names, ENA_COUNT(names), (unsigned int)s));
}

const char *
ena_reason_name(uint32_t reason)
{
	static const char *const names[] = {
		"normal", "keep-alive timeout", "admin timeout",
		"missing TX completions", "invalid RX request id",
		"invalid TX request id", "too many RX descriptors",
		"bring-up failed", "driver in an invalid state",
		"asked by the OS", "OS transmit watchdog", "shutdown",
		"asked by the user", "generic", "missing interrupt",
		"poll starvation suspected", "malformed RX completion",
		"malformed TX completion", "missing admin interrupt",
		"requested by the device", "missing first interrupt",
	};

	ENA_CTASSERT(ENA_COUNT(names) == ENAHW_RESET_COUNT);
	return (ena_name(names, ENA_COUNT(names), reason));
}

const char *
ena_status_name(uint8_t status)
{
	static const char *const names[] = {
		"success", "resource allocation failure", "bad opcode",
		"unsupported", "malformed request", "illegal parameter",
		"unknown error", "resource busy",
	};

	return (ena_name(names, ENA_COUNT(names), status));
}

const char *
ena_opcode_name(uint8_t op)
{
	static const char *const names[] = {
		[ENAHW_OP_CREATE_SQ] = "CREATE_SQ",
		[ENAHW_OP_DESTROY_SQ] = "DESTROY_SQ",
		[ENAHW_OP_CREATE_CQ] = "CREATE_CQ",
		[ENAHW_OP_DESTROY_CQ] = "DESTROY_CQ",
		[ENAHW_OP_GET_FEATURE] = "GET_FEATURE",
		[ENAHW_OP_SET_FEATURE] = "SET_FEATURE",
		[ENAHW_OP_GET_STATS] = "GET_STATS",
	};

	return (ena_name(names, ENA_COUNT(names), op));
}

const char *
ena_feature_name(uint8_t f)
{
	static const char *const names[] = {
		[ENAHW_FEAT_DEVICE_ATTRIBUTES] = "DEVICE_ATTRIBUTES",
		[ENAHW_FEAT_MAX_QUEUES_NUM] = "MAX_QUEUES_NUM",
		[ENAHW_FEAT_HW_HINTS] = "HW_HINTS",
		[ENAHW_FEAT_LLQ] = "LLQ",
		[ENAHW_FEAT_EXTRA_STRINGS] = "EXTRA_PROPERTIES_STRINGS",
		[ENAHW_FEAT_EXTRA_FLAGS] = "EXTRA_PROPERTIES_FLAGS",
		[ENAHW_FEAT_MAX_QUEUES_EXT] = "MAX_QUEUES_EXT",
		[ENAHW_FEAT_FRAG_BYPASS] = "FRAG_BYPASS",
		[ENAHW_FEAT_RSS_HASH_FUNCTION] = "RSS_HASH_FUNCTION",
		[ENAHW_FEAT_OFFLOAD] = "STATELESS_OFFLOAD_CONFIG",
		[ENAHW_FEAT_RSS_TABLE] = "RSS_INDIRECTION_TABLE_CONFIG",
		[ENAHW_FEAT_MTU] = "MTU",
		[ENAHW_FEAT_RSS_HASH_INPUT] = "RSS_HASH_INPUT",
		[ENAHW_FEAT_INTR_MODERATION] = "INTERRUPT_MODERATION",
		[ENAHW_FEAT_AENQ_CONFIG] = "AENQ_CONFIG",
		[ENAHW_FEAT_LINK_CONFIG] = "LINK_CONFIG",
		[ENAHW_FEAT_HOST_ATTR] = "HOST_ATTR_CONFIG",
		[ENAHW_FEAT_PHC_CONFIG] = "PHC_CONFIG",
		[ENAHW_FEAT_FLOW_STEERING] = "FLOW_STEERING_CONFIG",
		[ENAHW_FEAT_HW_TIMESTAMP] = "HW_TIMESTAMP",
	};

	return (ena_name(names, ENA_COUNT(names), f));
}

const char *
ena_llq_why_name(enum ena_llq_why why)
{
	static const char *const names[ENA_LLQ_WHYS] = {
		[ENA_LLQ_WHY_NONE] = "not negotiated",
		[ENA_LLQ_WHY_USED] = "used",
		[ENA_LLQ_WHY_POLICY] = "switched off",
		[ENA_LLQ_WHY_ABSENT] = "not offered",
		[ENA_LLQ_WHY_NO_BAR] = "BAR2 not mapped",
		[ENA_LLQ_WHY_LIMITS] = "no usable combination offered",
		[ENA_LLQ_WHY_REFUSED] = "refused",
	};

	return (ena_name(names, ENA_COUNT(names), why));
}
