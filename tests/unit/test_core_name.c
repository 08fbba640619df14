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
		cmocka_unit_test(states_have_names),
		cmocka_unit_test(reasons_have_names),
		cmocka_unit_test(statuses_have_names),
		cmocka_unit_test(opcodes_have_names),
		cmocka_unit_test(features_have_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
