/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For people: names of results, states, reasons, statuses, commands, and the
 * way of all messages to the binding.  Any lane; names are pure.
 *
 * A list of names is one text, each name with its NUL and an empty one at
 * the end; half the size of an array of pointers.  "?" stands where there is
 * no name.  That the lists are as long as their enums is a test's business
 * (tests/unit/test_core_name.c).
 */
#include "ena_priv.h"

static const char *
ena_name(const char *list, unsigned int i)
{
	for (; i > 0 && *list != '\0'; i--) {
		while (*list != '\0')
			list++;
		list++;
	}
	return (*list == '\0' || *list == '?' ? "unknown" : list);
}

const char *
ena_result_name(enum ena_result r)
{
	return (ena_name(
	    "ok\0" "not yet\0" "no room\0" "invalid argument\0"
	    "unsupported by the device\0" "out of memory\0"
	    "refused by the device\0" "protocol violation by the device\0"
	    "timed out\0" "aborted\0" "busy\0" "wrong state\0" "faulted\0"
	    "device gone\0" "recovery given up\0", (unsigned int)r));
}

const char *
ena_state_name(enum ena_state s)
{
	return (ena_name("off\0" "quiet\0" "admin up\0" "configured\0"
	    "running\0" "moving\0" "faulted\0" "dead\0" "gone\0",
	    (unsigned int)s));
}

const char *
ena_reason_name(uint32_t reason)
{
	return (ena_name(
	    "normal\0" "keep-alive timeout\0" "admin timeout\0"
	    "missing TX completions\0" "invalid RX request id\0"
	    "invalid TX request id\0" "too many RX descriptors\0"
	    "bring-up failed\0" "driver in an invalid state\0"
	    "asked by the OS\0" "OS transmit watchdog\0" "shutdown\0"
	    "asked by the user\0" "generic\0" "missing interrupt\0"
	    "poll starvation suspected\0" "malformed RX completion\0"
	    "malformed TX completion\0" "missing admin interrupt\0"
	    "requested by the device\0" "missing first interrupt\0",
	    reason));
}

const char *
ena_status_name(uint8_t status)
{
	return (ena_name("success\0" "resource allocation failure\0"
	    "bad opcode\0" "unsupported\0" "malformed request\0"
	    "illegal parameter\0" "unknown error\0" "resource busy\0",
	    status));
}

const char *
ena_opcode_name(uint8_t op)
{
	/* 0 to 11 */
	return (ena_name("?\0" "CREATE_SQ\0" "DESTROY_SQ\0" "CREATE_CQ\0"
	    "DESTROY_CQ\0" "?\0" "?\0" "?\0" "GET_FEATURE\0" "SET_FEATURE\0"
	    "?\0" "GET_STATS\0", op));
}

const char *
ena_feature_name(uint8_t f)
{
	/* 0 to 31 */
	return (ena_name("?\0" "DEVICE_ATTRIBUTES\0" "MAX_QUEUES_NUM\0"
	    "HW_HINTS\0" "LLQ\0" "EXTRA_PROPERTIES_STRINGS\0"
	    "EXTRA_PROPERTIES_FLAGS\0" "MAX_QUEUES_EXT\0" "FRAG_BYPASS\0"
	    "?\0" "RSS_HASH_FUNCTION\0" "STATELESS_OFFLOAD_CONFIG\0"
	    "RSS_INDIRECTION_TABLE_CONFIG\0" "?\0" "MTU\0" "?\0" "?\0" "?\0"
	    "RSS_HASH_INPUT\0" "?\0" "INTERRUPT_MODERATION\0" "?\0" "?\0"
	    "?\0" "?\0" "?\0" "AENQ_CONFIG\0" "LINK_CONFIG\0"
	    "HOST_ATTR_CONFIG\0" "PHC_CONFIG\0" "FLOW_STEERING_CONFIG\0"
	    "HW_TIMESTAMP\0", f));
}

const char *
ena_llq_why_name(enum ena_llq_why why)
{
	return (ena_name("not negotiated\0" "used\0" "switched off\0"
	    "not offered\0" "BAR2 not mapped\0"
	    "no usable combination offered\0" "refused\0",
	    (unsigned int)why));
}

const char *
ena_metric_name(enum ena_metric m)
{
	return (ena_name("bw_in_allowance_exceeded\0"
	    "bw_out_allowance_exceeded\0" "pps_allowance_exceeded\0"
	    "conntrack_allowance_exceeded\0" "linklocal_allowance_exceeded\0"
	    "conntrack_allowance_available\0", (unsigned int)m));
}

void
ena_log(struct ena_os *os, enum ena_log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ena_os_vlog(os, level, fmt, ap);
	va_end(ap);
}
