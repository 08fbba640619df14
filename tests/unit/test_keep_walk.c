/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper (ena_core/keep) on random walks: users, power, time and a device
 * that misbehaves in every way of the model's menu, in any order.
 *
 * Safety: the fixture's operations check K1 to K3 at each step, the binding
 * that nothing is freed under the device's eyes.  Liveness: when the trouble
 * is over, a device that is still there is brought back to work.
 */
#include "few.h"
#include "keep_fix.h"

#define WALKS		600U
#define STEPS		40U

static const enum mock_fault menu[] = {
	MOCK_F_ADMIN_LOST, MOCK_F_ADMIN_LATE, MOCK_F_ADMIN_TWICE,
	MOCK_F_ADMIN_WRONG_ID, MOCK_F_ADMIN_STATUS, MOCK_F_ADMIN_NO_INTR,
	MOCK_F_READLESS_LOST, MOCK_F_READLESS_WRONG_OFF,
	MOCK_F_READLESS_STALE, MOCK_F_RESET_NEVER_STARTS,
	MOCK_F_AENQ_FLOOD, MOCK_F_AENQ_UNKNOWN, MOCK_F_KEEP_ALIVE_STOP,
	MOCK_F_KEEP_ALIVE_GO, MOCK_F_FATAL, MOCK_F_BAD_DB_OFF,
	MOCK_F_BAD_UNMASK_OFF, MOCK_F_CQ_DEPTH, MOCK_F_DUP_INDEX
};

static struct ena_report report;
static bool stuck;			/* it may not reset any more */

/* One number after the other, so that each compiler walks the same way. */
static void
misbehave(struct kp *kp)
{
	enum mock_fault f = menu[sim_rand(kp->f->sim, FIX_COUNT(menu))];
	uint32_t arg = 1 + sim_rand(kp->f->sim, 20);
	uint32_t after = sim_rand(kp->f->sim, 30);
	uint32_t times = 1 + sim_rand(kp->f->sim, 3);

	/* without a reset there is no way back: seldom */
	if (f == MOCK_F_RESET_NEVER_STARTS && sim_rand(kp->f->sim, 8) != 0)
		return;
	if (f == MOCK_F_ADMIN_LATE)
		arg *= 100000;
	stuck = stuck || f == MOCK_F_RESET_NEVER_STARTS;
	fix_fault_full(kp->f, f, arg, 0, 0, after, times);
}

static void
user(struct kp *kp)
{
	struct ena_keep *k = &kp->k;
	unsigned int n = sim_rand(kp->f->sim, 4);

	switch (sim_rand(kp->f->sim, 8)) {
	case 0:
	case 6:
	case 7:
		(void)ena_keep_up(k);
		break;
	case 1:
		ena_keep_close(k);
		break;
	case 2:
		(void)ena_keep_mtu(k, 1000 + 500 * n);
		break;
	case 3:
		(void)ena_keep_set(k, ENA_PAIRS, n);
		break;
	case 4:
		(void)ena_keep_set(k, n % 2 == 0 ? ENA_TX_DEPTH :
		    ENA_RX_DEPTH, n < 2 ? 0 : 256);
		break;
	default:
		ena_report_fresh(k, &report, n * KP_SECOND / 2);
		break;
	}
}

static void
step(struct kp *kp)
{
	struct ena_keep *k = &kp->k;
	unsigned int n;

	switch (sim_rand(kp->f->sim, 8)) {
	case 0:
		if (sim_rand(kp->f->sim, 4) == 0)
			ena_keep_sleep(k, sim_rand(kp->f->sim, 4) == 0);
		else
			ena_keep_wake(k);
		break;
	case 1:
		misbehave(kp);
		break;
	case 2:
		ena_fault(kp->f->dev, ENA_REASON_OS_TRIGGER);
		break;
	case 3:
		kp->pairs_max = sim_rand(kp->f->sim, 3);
		kp->depth_max = sim_rand(kp->f->sim, 2) * 256;
		break;
	case 4:
		n = sim_rand(kp->f->sim, 60);
		sim_fail_at(kp->f->sim, sim_ops(kp->f->sim) + n);
		break;
	case 5:
	case 6:
		user(kp);
		break;
	default:
		kp_turns(kp, 1 + sim_rand(kp->f->sim, 4));
		break;
	}
	(void)ena_keep_link(k);
	if (!k->k_up || k->k_asleep)
		assert_int_not_equal(kp_state(kp), ENA_STATE_RUNNING);
	if (k->k_asleep)
		assert_int_equal(sim_bufs(kp->f->ad), 0);
}

/* Nothing is wrong any more: it works, unless it is gone or does not reset. */
static void
back_to_work(struct kp *kp)
{
	enum ena_result r;

	sim_fail_at(kp->f->sim, 0);
	mock_fault_clear(kp->f->mock);
	fix_fault(kp->f, MOCK_F_KEEP_ALIVE_GO, 0);
	kp->pairs_max = kp->depth_max = 0;
	ena_keep_wake(&kp->k);
	ena_keep_close(&kp->k);
	if (kp_state(kp) == ENA_STATE_GONE) {
		assert_int_equal(kp->cuts, 1);
		return;
	}
	assert_int_equal(kp->cuts, 0);
	/* what is late comes now; what never came has been waited for */
	kp_turns(kp, 10);
	r = ena_keep_up(&kp->k);
	if (stuck && r != ENA_OK) {
		assert_int_equal(kp_state(kp), ENA_STATE_DEAD);
		return;
	}
	assert_int_equal(r, ENA_OK);
	kp_turns(kp, 2);
	assert_int_equal(kp_state(kp), ENA_STATE_RUNNING);
}

static void
walks(void **state)
{
	static const char *const profiles[] = { "t4g", "max", "min", "c7g" };
	unsigned int gone = 0, n, seed;
	struct kp *kp;

	(void)state;
	for (seed = 1; seed <= WALKS; seed += few_step(37)) {
		kp = kp_spec(profiles[seed % FIX_COUNT(profiles)]);
		kp->f->seed = seed;
		kp_open(kp);
		memset(&report, 0, sizeof(report));
		stuck = false;
		for (n = 0; n < STEPS && kp_state(kp) != ENA_STATE_GONE; n++)
			step(kp);
		back_to_work(kp);
		gone += kp_state(kp) != ENA_STATE_RUNNING;
		kp_end_dirty(kp);
	}
	/* some are, but that is not all there is */
	assert_in_range(gone, 0, WALKS / 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
