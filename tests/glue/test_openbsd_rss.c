/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenBSD glue: the device hashes with the kernel's key, so that both
 * directions of a connection meet on one queue and have one flow id.
 */
#include "glue_fix.h"
#include "fk_openbsd.h"

static uint8_t frame[256];

static void
swap(uint8_t *a, uint8_t *b, unsigned int n)
{
	uint8_t t;

	for (; n > 0; n--, a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

/* The other direction of the same connection. */
static void
turn_round(uint8_t *f, enum gf_kind k)
{
	unsigned int l4 = k >= GF_UDP6 ? 54 : 34;

	if (k >= GF_UDP6)
		swap(f + 22, f + 38, 16);
	else
		swap(f + 26, f + 30, 4);
	swap(f + l4, f + l4 + 2, 2);
}

static struct gf_seen
arrive(void)
{
	gf_forget();
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(1, GF_SECOND));
	return (gf_in[0]);
}

static void
both_directions_meet(void **state)
{
	static const char * const profile[] = { "max", "gen6" };
	unsigned int flow, k, p, queues = 0;
	struct gf_seen there, back;

	(void)state;
	for (p = 0; p < 2; p++) {
		gf_start(profile[p], 940 + p);
		GF_CHECK(fk_stats_read() > 0);
		assert_string_equal(fk_kstat_word("ena-device", 0,
		    "rss key"), "ours");
		for (k = GF_UDP4; k <= GF_TCP6; k++)
			for (flow = 0; flow < 24; flow++) {
				gf_frame(frame, (enum gf_kind)k, 200, 1,
				    false);
				frame[k >= GF_UDP6 ? 53 : 33] ^=
				    (uint8_t)(flow * 37);
				frame[k >= GF_UDP6 ? 55 : 35] ^=
				    (uint8_t)flow;
				there = arrive();
				turn_round(frame, (enum gf_kind)k);
				back = arrive();
				GF_CHECK((there.csum & FK_RX_FLOWID) != 0);
				GF_CHECK(there.flowid == back.flowid);
				GF_CHECK(there.queue == back.queue);
				queues |= 1U << there.queue;
			}
		/* not because all of them go the same way */
		GF_CHECK((queues & (queues - 1)) != 0);
		gf_end();
	}
}

/* A device whose key is fixed: they spread all the same. */
static void
a_fixed_key_is_said(void **state)
{
	(void)state;
	gf_start("c7g", 945);
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(fk_kstat_word("ena-device", 0, "rss key") != NULL);
	GF_CHECK(gf_both_ways(GF_TCP4, 200, 8));
	gf_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_meet),
		cmocka_unit_test(a_fixed_key_is_said),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
