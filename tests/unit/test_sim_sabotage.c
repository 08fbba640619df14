/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real driver in the hostile world, forgetful: with its barriers or
 * synchronisations of one kind, or a single one of them, taken away, it must
 * fail somehow.  What is not missed there is either not needed or not tested.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim_load.h"

#define LIFE		40U	/* frames of a sabotaged life */
#define SAMPLES		40U	/* of single operations left out */

static jmp_buf panic_jump;

static void
panic_back(const char *why)
{
	(void)why;
	longjmp(panic_jump, 1);
}

struct verdict {
	bool noticed;
	uint64_t count;			/* operations of these kinds */
};

static bool
all_received(void *arg)
{
	struct sim_load *const *ld = arg;

	return (load_done(ld[0]) && load_done(ld[1]));
}

/* A short life with traffic both ways; true if nothing is wrong. */
static bool
life(struct sim *s, struct sim_adapter *a, struct sim_adapter *b,
    struct sim_load *ab, struct sim_load *ba)
{
	struct sim_load *both[2];
	unsigned int i;

	both[0] = ab;
	both[1] = ba;
	if (nic_up(sim_nic(a)) != ENA_OK || nic_up(sim_nic(b)) != ENA_OK)
		return (false);
	for (i = 0; i < LIFE; i++) {
		if (load_send(ab, 0, 200 + 3 * i, LOAD_UDP4, true) != ENA_OK ||
		    load_push(ba, 0, 300 - i, LOAD_UDP4, false) !=
		    ENA_OK)
			return (false);
		if (i % 3 == 0 && nic_tx_flush(sim_nic(a), 0) != ENA_OK)
			return (false);
		sim_advance(s, 5 + i % 7);
	}
	(void)nic_tx_flush(sim_nic(a), 0);
	if (!sim_run_until(s, all_received, both, 3000000) ||
	    !load_good(ab) || !load_good(ba) ||
	    (ab->ld_offloaded != 0 && ab->ld_good_l4 != LIFE))
		return (false);
	if (!ena_link_up(sim_dev(a)) || sim_trouble(a) != ENA_OK)
		return (false);
	return (nic_down(sim_nic(a)) == ENA_OK &&
	    nic_down(sim_nic(b)) == ENA_OK && sim_clean(s));
}

static struct verdict
sabotage(const char *profile, unsigned int what, uint64_t nth)
{
	static struct sim_load ab, ba;	/* survive longjmp() */
	struct sim_adapter *a, *b;
	struct sim_options so;
	struct sim_spec sp;
	struct verdict v;
	struct sim *s;

	sim_spec(&sp, profile);
	sp.config.cf_tx_depth = 256;
	sp.config.cf_rx_depth = 256;
	sp.config.cf_pairs = 1;
	if (sp.profile.rx_descs > 1)
		sp.nic.rx_buf_len = 256;
	sim_options_default(&so);
	so.limit_us = 60000000;
	so.epoch_us = 1000000000;	/* a clock can go back from there */
	s = sim_create(&so, "sabotage", 5);
	a = sim_add(s, &sp);
	b = sim_add(s, &sp);
	sim_connect(a, b);
	load_init(&ab, a, b, 1);
	load_init(&ba, b, a, 2);
	sim_skip(a, what, nth);
	sim_quiet(true);
	sim_on_panic(panic_back);
	if (setjmp(panic_jump) == 0)
		v.noticed = !life(s, a, b, &ab, &ba);
	else
		v.noticed = true;
	sim_on_panic(NULL);
	sim_quiet(false);
	v.count = sim_skips(a);
	load_free(&ab);
	load_free(&ba);
	sim_destroy(s);
	return (v);
}

/* Without any one of these, or with its contract broken, nothing works. */
static void
test_each_kind_is_needed(void **state)
{
	static const unsigned int kinds[] = {
		SIM_SKIP_PREREAD, SIM_SKIP_POSTREAD, SIM_SKIP_PREWRITE,
		SIM_SKIP_POSTWRITE, SIM_SKIP_WMB, SIM_SKIP_RMB,
		SIM_SKIP_MB, SIM_LATE_WR4, SIM_BACK_CLOCK
	};
	static const char *const profiles[] = { "t4g", "max", "min" };
	struct verdict v;
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		v = sabotage(profiles[p], 0, 0);
		assert_false(v.noticed);
		for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			v = sabotage(profiles[p], kinds[i], 0);
			if (!v.noticed)
				fail_msg("%s: 0x%x is not needed",
				    profiles[p], kinds[i]);
		}
	}
}

/*
 * Each single one of them, left out alone.  Some are rightly not missed
 * (a wmb with nothing to flush, say); the share that is noticed must not
 * fall.  The limits are per cent, some way below what was measured.
 */
static void
each_single(unsigned int what, const char *name, unsigned int percent)
{
	struct verdict v;
	unsigned int noticed, tried;
	uint64_t all, i, step;

	all = sabotage("t4g", what, UINT64_MAX).count;
	assert_true(all > 20);
	step = all / SAMPLES + 1;
	noticed = tried = 0;
	for (i = 1; i <= all; i += step) {
		v = sabotage("t4g", what, i);
		noticed += v.noticed;
		tried++;
	}
	print_message("%s: %u of %u noticed\n", name, noticed, tried);
	assert_true(noticed * 100 >= percent * tried);
}

static void
test_each_single_one(void **state)
{
	(void)state;
	each_single(SIM_SKIP_PREWRITE, "PREWRITE", 60);
	each_single(SIM_SKIP_POSTREAD, "POSTREAD", 35);
	each_single(SIM_SKIP_POSTWRITE, "POSTWRITE", 20);
	each_single(SIM_SKIP_PREREAD, "PREREAD", 5);
	each_single(SIM_SKIP_WMB, "wmb", 35);
	each_single(SIM_SKIP_RMB, "rmb", 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_is_needed),
		cmocka_unit_test(test_each_single_one),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
