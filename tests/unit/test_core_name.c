/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names for people: every value has one of its own, every other value is
 * "unknown", none is NULL.
 */
#include "core_fix.h"

typedef const char *name_fn(unsigned int);

static const char *
result(unsigned int i)
{
	return (ena_result_name((enum ena_result)i));
}

static const char *
state_of(unsigned int i)
{
	return (ena_state_name((enum ena_state)i));
}

static const char *
reason(unsigned int i)
{
	return (ena_reason_name(i));
}

static const char *
status(unsigned int i)
{
	return (ena_status_name((uint8_t)i));
}

static const char *
opcode(unsigned int i)
{
	return (ena_opcode_name((uint8_t)i));
}

static const char *
feature(unsigned int i)
{
	return (ena_feature_name((uint8_t)i));
}

/* known: bitmap of the values that have names, all below 32 */
static void
check(name_fn *fn, uint32_t known, unsigned int limit)
{
	const char *name;
	unsigned int i, k;

	for (i = 0; i < limit; i++) {
		name = fn(i);
		assert_non_null(name);
		assert_int_not_equal(strlen(name), 0);
		if (i >= 32 || (known >> i & 1) == 0) {
			assert_string_equal(name, "unknown");
			continue;
		}
		assert_string_not_equal(name, "unknown");
		for (k = 0; k < i; k++)
			assert_string_not_equal(name, fn(k));
	}
}

static void
results_have_names(void **state)
{
	(void)state;
	check(result, 0x7fff, 300);
	assert_string_equal(ena_result_name(ENA_OK), "ok");
	assert_string_equal(ena_result_name(ENA_GONE), "device gone");
}

static const char *
why_of(unsigned int i)
{
	return (ena_llq_why_name((enum ena_llq_why)i));
}

static const char *
metric(unsigned int i)
{
	return (ena_metric_name((enum ena_metric)i));
}

/* Each list is exactly as long as its enum, and in its order. */
static void
lists_fit_their_enums(void **state)
{
	(void)state;
	assert_int_equal(ENA_RESULTS, 15);
	assert_int_equal(ENA_STATES, 9);
	assert_int_equal(ENAHW_RESET_COUNT, 21);
	check(why_of, (1U << ENA_LLQ_WHYS) - 1, 300);
	check(metric, (1U << ENA_METRICS) - 1, 300);
	assert_string_equal(ena_result_name(ENA_DEAD), "recovery given up");
	assert_string_equal(ena_result_name(ENA_NO_ROOM), "no room");
	assert_string_equal(ena_result_name(ENA_STATE), "wrong state");
	assert_string_equal(ena_state_name(ENA_STATE_MOVING), "moving");
	assert_string_equal(ena_reason_name(ENAHW_RESET_GENERIC), "generic");
	assert_string_equal(ena_reason_name(ENAHW_RESET_MISS_FIRST_INTR),
	    "missing first interrupt");
	assert_string_equal(ena_llq_why_name(ENA_LLQ_WHY_REFUSED),
	    "refused");
	assert_string_equal(ena_llq_why_name(ENA_LLQ_WHY_NO_BAR),
	    "BAR2 not mapped");
	assert_string_equal(ena_metric_name(ENA_METRIC_PPS),
	    "pps_allowance_exceeded");
	assert_string_equal(ena_metric_name(ENA_METRIC_CONNTRACK_LEFT),
	    "conntrack_allowance_available");
	assert_string_equal(ena_opcode_name(ENAHW_OP_GET_STATS),
	    "GET_STATS");
	assert_string_equal(ena_feature_name(ENAHW_FEAT_OFFLOAD),
	    "STATELESS_OFFLOAD_CONFIG");
	assert_string_equal(ena_feature_name(ENAHW_FEAT_AENQ_CONFIG),
	    "AENQ_CONFIG");
	assert_string_equal(ena_feature_name(ENAHW_FEAT_HW_TIMESTAMP),
	    "HW_TIMESTAMP");
}

static void
states_have_names(void **state)
{
	(void)state;
	check(state_of, 0x1ff, 300);
	assert_string_equal(ena_state_name(ENA_STATE_OFF), "off");
	assert_string_equal(ena_state_name(ENA_STATE_GONE), "gone");
}

static void
reasons_have_names(void **state)
{
	(void)state;
	check(reason, 0x1fffff, 300);
	assert_string_equal(ena_reason_name(UINT32_MAX), "unknown");
	assert_string_equal(ena_reason_name(2), "admin timeout");
	assert_string_equal(ena_reason_name(19), "requested by the device");
}

static void
statuses_have_names(void **state)
{
	(void)state;
	check(status, 0xff, 256);
	assert_string_equal(ena_status_name(3), "unsupported");
	assert_string_equal(ena_status_name(7), "resource busy");
}

static void
opcodes_have_names(void **state)
{
	(void)state;
	check(opcode, 0xb1e, 256);
	assert_string_equal(ena_opcode_name(3), "CREATE_CQ");
	assert_string_equal(ena_opcode_name(11), "GET_STATS");
}

static void
features_have_names(void **state)
{
	(void)state;
	check(feature, 0xfc145dfe, 256);
	assert_string_equal(ena_feature_name(14), "MTU");
	assert_string_equal(ena_feature_name(28), "HOST_ATTR_CONFIG");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_have_names),
		cmocka_unit_test(lists_fit_their_enums),
		cmocka_unit_test(states_have_names),
		cmocka_unit_test(reasons_have_names),
		cmocka_unit_test(statuses_have_names),
		cmocka_unit_test(opcodes_have_names),
		cmocka_unit_test(features_have_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
