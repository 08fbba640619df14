/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper (ena_core/keep): what users change while a device is there,
 * and while it is in trouble.
 */
#include "keep_fix.h"

static const char *const profiles[] = { "t4g", "max", "min", "c7g" };
static const enum ena_number numbers[] = { ENA_PAIRS, ENA_TX_DEPTH,
    ENA_RX_DEPTH };

/* Some number that is not what it is now, and can be. */
static unsigned int
another(const struct kp *kp, enum ena_number i)
{
	return (ena_keep_get(&kp->k, i) / 2);
}

static unsigned int
most(const struct kp *kp, enum ena_number i)
{
	const struct ena_info *in = ena_dev_info(kp->f->dev);

	switch (i) {
	case ENA_PAIRS:
		return (kp->f->vectors - 1);
	case ENA_TX_DEPTH:
		return (in->in_max_tx_depth);
	default:
		return (in->in_max_rx_depth);
	}
}

/* ---- numbers of queues and entries */

/* Each is taken, up or down, and leaves the others alone. */
static void
each_number(void **state)
{
	unsigned int i, n, now[3], p, up;
	enum ena_number j;
	uint64_t resets;
	struct kp *kp;

	(void)state;
	for (p = 0; p < FIX_COUNT(profiles); p++)
		for (up = 0; up < 2; up++) {
			kp = up != 0 ? kp_running(profiles[p]) :
			    kp_new(profiles[p]);
			resets = fix_mock(kp->f).resets;
			for (i = 0; i < 3; i++)
				now[i] = ena_keep_get(&kp->k, numbers[i]);
			for (i = 0; i < 6; i++) {
				j = numbers[i % 3];
				n = i < 3 ? another(kp, j) : 0;
				if (i < 3 && n == 0)
					continue;	/* one pair */
				assert_int_equal(ena_keep_set(&kp->k, j, n),
				    ENA_OK);
				if (i < 3)
					assert_int_not_equal(n, now[j]);
				assert_int_equal(ena_keep_get(&kp->k, j),
				    i < 3 ? n : now[j]);
				if (up != 0)
					kp_prove(kp);
			}
			for (i = 0; i < 3; i++)
				assert_int_equal(ena_keep_get(&kp->k,
				    numbers[i]), now[i]);
			assert_int_equal(fix_mock(kp->f).resets, resets);
			kp_end(kp);
		}
}

/* What was set while down is what comes up, also after a sleep. */
static void
set_while_down(void **state)
{
	struct kp *kp = kp_new("c7g");

	(void)state;
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 2), ENA_OK);
	assert_int_equal(ena_keep_set(&kp->k, ENA_TX_DEPTH, 512), ENA_OK);
	assert_int_equal(ena_keep_set(&kp->k, ENA_RX_DEPTH, 256), ENA_OK);
	assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
	assert_int_equal(kp->k.k_plan.pl_pairs, 0);
	ena_keep_sleep(&kp->k, false);
	ena_keep_wake(&kp->k);
	kp_turns(kp, 1);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	assert_int_equal(kp->k.k_plan.pl_pairs, 2);
	assert_int_equal(kp->k.k_plan.pl_tx_depth, 512);
	assert_int_equal(kp->k.k_plan.pl_rx_depth, 256);
	kp_prove(kp);
	ena_keep_close(&kp->k);
	assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 2);
	assert_int_equal(ena_keep_get(&kp->k, ENA_TX_DEPTH), 512);
	assert_int_equal(ena_keep_get(&kp->k, ENA_RX_DEPTH), 256);
	kp_end(kp);
}

/* Wishes that the config came with are kept like those of users. */
static void
wishes_of_the_config(void **state)
{
	struct kp *kp = kp_spec("c7g");

	(void)state;
	kp->f->spec.config.cf_pairs = 3;
	kp->f->spec.config.cf_tx_depth = 256;
	kp_open(kp);
	assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 3);
	assert_int_equal(ena_keep_set(&kp->k, ENA_RX_DEPTH, 512), ENA_OK);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	assert_int_equal(kp->k.k_plan.pl_pairs, 3);
	assert_int_equal(kp->k.k_plan.pl_tx_depth, 256);
	assert_int_equal(kp->k.k_plan.pl_rx_depth, 512);
	kp_end(kp);
}

/* What cannot be is refused, and nobody notices that it was asked for. */
static void
nonsense(void **state)
{
	static const unsigned int bad[] = { 1, 2, 3, 255, 300, 1023, 65535,
	    65536, 65536 + 256, 0x7fffffff, 0x80000000, 0xffffffff };
	unsigned int i, j, now, p, up;
	struct kp *kp;
	uint64_t cmds;

	(void)state;
	for (p = 0; p < FIX_COUNT(profiles); p++)
		for (up = 0; up < 2; up++) {
			kp = up != 0 ? kp_running(profiles[p]) :
			    kp_new(profiles[p]);
			(void)kp_log(kp);
			cmds = fix_mock(kp->f).admin_cmds;
			for (i = 0; i < 3; i++) {
				now = ena_keep_get(&kp->k, numbers[i]);
				for (j = i == 0 ? 6 : 0; j < FIX_COUNT(bad);
				    j++)
					assert_int_equal(ena_keep_set(&kp->k,
					    numbers[i], bad[j]), ENA_INVAL);
				assert_int_equal(ena_keep_set(&kp->k,
				    numbers[i], i == 0 ? most(kp, 0) + 1 :
				    2 * most(kp, numbers[i])), ENA_INVAL);
				assert_int_equal(ena_keep_get(&kp->k,
				    numbers[i]), now);
			}
			assert_string_equal(kp_log(kp), "");
			assert_int_equal(fix_mock(kp->f).admin_cmds, cmds);
			assert_int_equal(kp_state(kp), up != 0 ?
			    ENA_STATE_RUNNING : ENA_STATE_CONFIGURED);
			kp_turns(kp, 1);
			if (up != 0)
				kp_prove(kp);
			kp_end(kp);
		}
}

/* There is no memory for it: as deep as there is, or as it was. */
static void
no_memory(void **state)
{
	struct kp *kp = kp_running("c7g");

	(void)state;
	kp->depth_max = 512;
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 2), ENA_OK);
	assert_int_equal(ena_keep_get(&kp->k, ENA_RX_DEPTH), 512);
	kp_prove(kp);
	kp->pairs_max = 2;
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 3), ENA_NO_MEMORY);
	assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 2);
	kp_prove(kp);
	/* nor for what it was: when there is some again */
	kp->pairs_max = 1;
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 4), ENA_NO_MEMORY);
	assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
	kp_turns(kp, 2);
	assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
	kp->pairs_max = kp->depth_max = 0;
	kp_turns(kp, 1);
	kp_prove(kp);
	assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 2);
	/* as deep as there was memory for, until it is made anew */
	assert_int_equal(ena_keep_get(&kp->k, ENA_RX_DEPTH), 256);
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 4), ENA_OK);
	assert_int_equal(ena_keep_get(&kp->k, ENA_RX_DEPTH), 1024);
	kp_prove(kp);
	kp_end(kp);
}

/* The device says no, once or whenever it is asked. */
static void
refused_by_the_device(void **state)
{
	unsigned int always, op;
	struct kp *kp;

	(void)state;
	for (op = 1; op <= 3; op += 2)		/* CREATE_SQ, CREATE_CQ */
		for (always = 0; always < 2; always++) {
			kp = kp_running("c7g");
			fix_fault_full(kp->f, MOCK_F_ADMIN_STATUS, 6,
			    (uint8_t)op, 0, 0, always ? 100 : 1);
			assert_int_not_equal(ena_keep_set(&kp->k, ENA_PAIRS,
			    1), ENA_OK);
			assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 4);
			if (always != 0) {
				assert_int_not_equal(kp_state(kp),
				    ENA_STATE_RUNNING);
				mock_fault_clear(kp->f->mock);
				kp_turns(kp, 2);
			}
			kp_prove(kp);
			kp_end(kp);
		}
}

/* Each operation fails, once: it is as asked for, or as it was. */
static void
each_operation_fails(void **state)
{
	unsigned int i, p, want, was;
	uint64_t before, n, ops;
	enum ena_result r;
	struct kp *kp;

	(void)state;
	for (p = 0; p < FIX_COUNT(profiles); p++)
		for (i = 0; i < 3; i++)
			for (n = 0, ops = 0; n <= ops; n++) {
				kp = kp_running(profiles[p]);
				was = ena_keep_get(&kp->k, numbers[i]);
				want = another(kp, numbers[i]);
				before = sim_ops(kp->f->sim);
				sim_fail_at(kp->f->sim, n == 0 ? 0 :
				    before + n);
				r = ena_keep_set(&kp->k, numbers[i], want);
				if (n == 0)
					ops = sim_ops(kp->f->sim) - before;
				kp_turns(kp, 3);
				if (kp_state(kp) != ENA_STATE_GONE) {
					kp_prove(kp);
					if (r != ENA_OK)
						want = was;
					if (want != 0)
						assert_int_equal(want,
						    ena_keep_get(&kp->k,
						    numbers[i]));
				}
				kp_end(kp);
			}
}

/* ---- in trouble */

/* With a fault latched, or given up: it starts afresh with the new number. */
static void
set_in_trouble(void **state)
{
	unsigned int given_up, i, up;
	struct kp *kp;

	(void)state;
	for (up = 0; up < 2; up++)
		for (given_up = 0; given_up < 2; given_up++) {
			kp = up != 0 ? kp_running("c7g") : kp_new("c7g");
			if (given_up != 0) {
				kp->k.k_up = true;
				kp->k.k_pairs = 99;
			}
			ena_fault(kp->f->dev, ENA_REASON_USER);
			for (i = 0; given_up != 0 && i < 200; i++)
				kp_turns(kp, 1);
			assert_int_equal(kp_state(kp), given_up != 0 ?
			    ENA_STATE_DEAD : ENA_STATE_FAULTED);
			kp->k.k_pairs = 0;
			kp->k.k_up = up != 0;
			assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 2),
			    ENA_OK);
			assert_int_equal(ena_keep_get(&kp->k, ENA_PAIRS), 2);
			if (up != 0)
				kp_prove(kp);
			else
				assert_int_equal(kp_state(kp),
				    ENA_STATE_CONFIGURED);
			kp_end(kp);
		}
}

/* ---- offers */

/* Whatever a device offers, in every combination: the rules, written anew. */
static void
offers(void **state)
{
	struct kp *kp = kp_new("c7g");
	struct ena_info *in = &kp->f->dev->dev_info;
	unsigned int bits, l4v4, l4v6, got, want;

	(void)state;
	for (bits = 0; bits < 1U << 12; bits++) {
		/* bits of the wire, typed from the protocol document */
		in->in_tx_offloads = bits & 0xff;
		in->in_rx_offloads = bits >> 8;
		l4v4 = (in->in_tx_offloads & 0x6) != 0;
		l4v6 = (in->in_tx_offloads & 0x18) != 0;
		want = (bits & 1) | l4v4 << 1 | l4v6 << 2;
		if ((bits & 0x20) != 0 && (bits & 1) != 0 && l4v4 != 0)
			want |= 8;
		if ((bits & 0x40) != 0 && l4v6 != 0)
			want |= 0x10;
		want |= (bits >> 8 & 7) << 5;
		got = ena_keep_offers(&kp->k);
		assert_int_equal(got, want);
	}
	kp_end(kp);
}

/* ---- MTU */

static void
mtu(void **state)
{
	static const uint32_t bad[] = { 0, 1, 127, 65535, 65536 + 1500,
	    0x80000000, 0xffffffff };
	unsigned int i, max, p, up;
	struct kp *kp;

	(void)state;
	for (p = 0; p < FIX_COUNT(profiles); p++)
		for (up = 0; up < 2; up++) {
			kp = up != 0 ? kp_running(profiles[p]) :
			    kp_new(profiles[p]);
			max = ena_dev_info(kp->f->dev)->in_max_mtu;
			(void)kp_log(kp);
			for (i = 0; i < FIX_COUNT(bad); i++)
				assert_int_equal(ena_keep_mtu(&kp->k,
				    bad[i]), ENA_INVAL);
			assert_int_equal(ena_keep_mtu(&kp->k, max + 1),
			    ENA_INVAL);
			assert_int_equal(ena_keep_mtu(&kp->k, 1500), ENA_OK);
			assert_int_equal(kp->k.k_mtu, 1500);
			assert_string_equal(kp_log(kp), "");
			assert_int_equal(ena_keep_mtu(&kp->k, ENA_MTU_MIN),
			    ENA_OK);
			assert_int_equal(kp->k.k_mtu, ENA_MTU_MIN);
			assert_int_equal(ena_keep_mtu(&kp->k, max), ENA_OK);
			assert_int_equal(kp->k.k_mtu, max);
			assert_int_equal(strlen(kp_log(kp)) != 0, up != 0);
			if (up != 0)
				kp_prove(kp);
			kp_end(kp);
		}
}

/* Buffers that hold a frame, as far as the device chains them. */
static void
sizes_of_buffers(void **state)
{
	static const struct {
		uint32_t mtu;
		uint16_t chain;
		unsigned int bytes;
	} t[] = {
		{ 1500, 1, 2048 }, { 2026, 1, 2048 }, { 2027, 1, 4096 },
		{ 4074, 1, 4096 }, { 4075, 1, 8192 }, { 9216, 1, 16384 },
		{ 4075, 2, 4096 }, { 9216, 3, 4096 }, { 9216, 2, 8192 },
		{ 1500, 8, 2048 }, { 2027, 8, 4096 }, { 60000, 1, 16384 }
	};
	struct kp *kp = kp_new("c7g");
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(t); i++) {
		kp->k.k_mtu = t[i].mtu;
		kp->f->dev->dev_info.in_max_rx_segs = t[i].chain;
		assert_int_equal(ena_keep_rx_bytes(&kp->k), t[i].bytes);
	}
	kp_end(kp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number),
		cmocka_unit_test(set_while_down),
		cmocka_unit_test(wishes_of_the_config),
		cmocka_unit_test(nonsense),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(refused_by_the_device),
		cmocka_unit_test(each_operation_fails),
		cmocka_unit_test(set_in_trouble),
		cmocka_unit_test(offers),
		cmocka_unit_test(mtu),
		cmocka_unit_test(sizes_of_buffers)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
