/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper (ena_core/keep): attach and detach, sleep, cards that are gone
 * or only seem so, trouble.  What users change is in test_keep_set.c.
 */
#include "keep_fix.h"

static const char *const profiles[] = { "t4g", "max", "min", "c7g" };

static void
errnos(void **state)
{
	static const struct {
		enum ena_result r;
		int error;
	} t[] = {
		{ ENA_OK, 0 }, { ENA_AGAIN, EBUSY }, { ENA_BUSY, EBUSY },
		{ ENA_INVAL, EINVAL }, { ENA_NO_MEMORY, ENOMEM },
		{ ENA_UNSUPPORTED, EOPNOTSUPP }, { ENA_TIMEOUT, ETIMEDOUT },
		{ ENA_GONE, ENXIO }, { ENA_DEAD, ENXIO },
		{ ENA_REFUSED, EIO }, { ENA_PROTOCOL, EIO },
		{ ENA_FAULTED, EIO }, { ENA_STATE, EIO }
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(t); i++)
		assert_int_equal(ena_keep_errno(t[i].r), t[i].error);
}

/* ---- attach and detach */

static void
a_life(void **state)
{
	struct kp *kp;
	unsigned int i, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(profiles); i++) {
		kp = kp_new(profiles[i]);
		assert_string_equal(kp_log(kp), "K");
		assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
		assert_true(ena_keep_there(&kp->k));
		assert_int_equal(kp->k.k_mtu, 1500);
		assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
		n = kp->k.k_plan.pl_pairs;
		assert_true(n != 0 && n < kp->f->vectors);
		assert_int_equal(strlen(kp_log(kp)), 1 + 2 * n);
		kp_prove(kp);
		kp_turns(kp, 3);
		kp_prove(kp);
		/* up already: nothing happens */
		assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
		assert_string_equal(kp_log(kp), "");
		ena_keep_close(&kp->k);
		assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
		assert_int_equal(kp->k.k_plan.pl_pairs, 0);
		assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
		kp_prove(kp);
		ena_keep_end(&kp->k, false);
		assert_int_equal(kp_state(kp), ENA_STATE_OFF);
		assert_int_equal(kp->cuts, 0);
		kp_end(kp);
	}
}

/* Each operation fails once on the way up; the end comes all the same. */
static void
attach_fails(void **state)
{
	uint64_t n, ops = UINT64_MAX;
	unsigned int i;
	struct kp *kp;

	(void)state;
	for (i = 0; i < FIX_COUNT(profiles); i++)
		for (n = 0; n <= ops; n++) {
			kp = kp_spec(profiles[i]);
			kp->fail_at = n;
			if (kp_start(kp) != ENA_OK)
				assert_true(n != 0);
			if (n == 0)
				ops = sim_ops(kp->f->sim);
			assert_true(ops > 3);
			assert_false(ena_keep_there(&kp->k));
			kp_end(kp);
		}
}

/* Attach did not even get to the device. */
static void
nothing_was_started(void **state)
{
	static const struct ena_dev none;
	struct kp *kp = kp_new("t4g");
	struct ena_config cf = kp->f->spec.config;
	struct ena_dev dev = none;
	struct ena_keep k;

	(void)state;
	ena_keep_init(&k, &dev, kp->f->os, kp->k.k_ops, kp);
	(void)kp_log(kp);
	cf.cf_cpus = 0;
	assert_int_equal(ena_keep_start(&k, &cf), ENA_INVAL);
	k.k_attached = true;
	ena_keep_off(&k);
	ena_keep_sleep(&k, true);
	ena_keep_wake(&k);
	ena_keep_end(&k, true);
	assert_false(ena_keep_there(&k));
	assert_memory_equal(&dev, &none, sizeof(none));
	assert_string_equal(kp_log(kp), "");
	kp_end(kp);
}

/* No turn before there is an interface to tell, nor after the end. */
static void
no_turn_unless_there(void **state)
{
	struct kp *kp = kp_running("c7g");

	(void)state;
	kp->k.k_attached = false;
	ena_fault(kp->f->dev, ENA_REASON_USER);
	assert_false(ena_keep_turn(&kp->k, true));
	assert_int_equal(kp_state(kp), ENA_STATE_FAULTED);
	assert_string_equal(kp_log(kp), "");
	kp->k.k_attached = true;
	(void)ena_keep_turn(&kp->k, false);
	kp_prove(kp);
	assert_false(ena_keep_turn(&kp->k, false));
	assert_true(ena_keep_turn(&kp->k, true));
	ena_keep_end(&kp->k, false);
	(void)kp_log(kp);
	assert_false(ena_keep_turn(&kp->k, true));
	assert_int_equal(ena_keep_up(&kp->k), ENA_GONE);
	assert_int_equal(ena_keep_mtu(&kp->k, 1400), ENA_GONE);
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 1), ENA_GONE);
	ena_keep_sleep(&kp->k, true);
	ena_keep_wake(&kp->k);
	assert_false(ena_keep_turn(&kp->k, true));
	assert_int_equal(kp_state(kp), ENA_STATE_OFF);
	assert_string_equal(kp_log(kp), "");
	kp_end(kp);
}

/* ---- sleep */

static void
asleep(struct kp *kp)
{
	assert_int_equal(kp_state(kp), ENA_STATE_OFF);
	assert_int_equal(sim_blocks(kp->f->ad), 0);
	assert_int_equal(sim_bufs(kp->f->ad), 0);
	assert_false(ena_keep_there(&kp->k));
	(void)kp_log(kp);
	kp_turns(kp, 2);
	assert_int_equal(ena_keep_up(&kp->k), ENA_GONE);
	assert_int_equal(ena_keep_mtu(&kp->k, 1400), ENA_GONE);
	assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 1), ENA_GONE);
	ena_keep_sleep(&kp->k, false);
	assert_string_equal(kp_log(kp), "");
	assert_int_equal(kp_state(kp), ENA_STATE_OFF);
}

static void
sleep_and_wake(void **state)
{
	unsigned int i, up;
	struct kp *kp;

	(void)state;
	for (i = 0; i < FIX_COUNT(profiles); i++)
		for (up = 0; up < 2; up++) {
			kp = up != 0 ? kp_running(profiles[i]) :
			    kp_new(profiles[i]);
			ena_keep_sleep(&kp->k, false);
			asleep(kp);
			ena_keep_wake(&kp->k);
			assert_int_equal(kp_state(kp), ENA_STATE_OFF);
			assert_true(ena_keep_there(&kp->k));
			kp_turns(kp, 1);
			if (up != 0)
				kp_prove(kp);
			else
				assert_int_equal(kp_state(kp),
				    ENA_STATE_CONFIGURED);
			assert_int_equal(kp_resets(kp,
			    ENA_REASON_SHUTDOWN), 0);
			kp_end(kp);
		}
}

/* Down while it sleeps: it does not wake up to more. */
static void
down_while_asleep(void **state)
{
	struct kp *kp = kp_running("c7g");

	(void)state;
	ena_keep_sleep(&kp->k, false);
	ena_keep_close(&kp->k);
	asleep(kp);
	ena_keep_wake(&kp->k);
	kp_turns(kp, 1);
	assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	kp_end(kp);
}

/* The device is told of a shutdown, once; not if it sleeps already. */
static void
shutdown_is_told(void **state)
{
	unsigned int slept;
	struct kp *kp;

	(void)state;
	for (slept = 0; slept < 2; slept++) {
		kp = kp_running("max");
		if (slept != 0)
			ena_keep_sleep(&kp->k, false);
		ena_keep_sleep(&kp->k, true);
		ena_keep_sleep(&kp->k, true);
		asleep(kp);
		assert_int_equal(kp_resets(kp, ENA_REASON_SHUTDOWN),
		    1 - slept);
		assert_int_equal(ena_dev_stats(kp->f->dev)->es_faults[
		    ENA_REASON_SHUTDOWN], 1 - slept);
		ena_keep_end(&kp->k, false);
		assert_int_equal(kp_resets(kp, ENA_REASON_SHUTDOWN),
		    1 - slept);
		kp_end(kp);
	}
}

/* ---- gone, or as good as that */

enum how { BY_TURN, BY_CLOSE, BY_OFF, BY_SLEEP, BY_END, BY_PULLED, HOWS };

static void
off_by(struct kp *kp, enum how how)
{
	switch (how) {
	case BY_TURN:
		(void)ena_keep_turn(&kp->k, true);
		break;
	case BY_CLOSE:
		ena_keep_close(&kp->k);
		break;
	case BY_OFF:
		ena_keep_off(&kp->k);
		break;
	case BY_SLEEP:
		ena_keep_sleep(&kp->k, false);
		break;
	default:
		ena_keep_end(&kp->k, how == BY_PULLED);
		break;
	}
}

/* Out of service, cut, freed, in this order; and nothing else after it. */
static void
was_cut(struct kp *kp)
{
	const char *log = kp_log(kp);
	size_t n = strcspn(log, "c");

	assert_int_equal(kp->cuts, 1);
	assert_int_equal(strspn(log, "-"), n);
	assert_int_equal(strspn(log + n + 1, "f"), n);
	assert_int_equal(strlen(log), 2 * n + 1);
}

/*
 * A card that is not there any more, as far as anybody can tell, but goes on
 * writing to memory: bus mastering ends before memory is freed, once.
 */
static void
it_only_seems_gone(void **state)
{
	static uint8_t frame[300];
	size_t len = fix_frame(frame, FIX_UDP4, 200, 1);
	unsigned int i, how;
	struct kp *kp;

	(void)state;
	for (i = 0; i < FIX_COUNT(profiles); i++)
		for (how = 0; how < HOWS; how++) {
			kp = kp_running(profiles[i]);
			kp_turns(kp, 1);
			assert_true(ena_keep_link(&kp->k));
			if (how != BY_PULLED) {
				ena_gone(kp->f->dev);
				assert_false(ena_keep_link(&kp->k));
			}
			off_by(kp, how);
			was_cut(kp);
			assert_int_equal(kp_state(kp), ENA_STATE_GONE);
			assert_int_equal(sim_blocks(kp->f->ad), 0);
			(void)mock_frame_in(kp->f->mock, frame, len, NULL);
			kp_turns(kp, 3);
			ena_keep_close(&kp->k);
			assert_int_equal(ena_keep_up(&kp->k), ENA_GONE);
			assert_int_equal(ena_keep_set(&kp->k, ENA_PAIRS, 1),
			    ENA_GONE);
			ena_keep_end(&kp->k, true);
			assert_int_equal(kp->cuts, 1);
			/* the model minds that its write went nowhere */
			assert_in_range(sim_refused(kp->f->ad), 1, 2);
			kp_end_dirty(kp);
		}
}

/*
 * It says all ones of a sudden, or somebody else says that it is gone, at each
 * moment in turn: what it was told of is still its own until it is cut off.
 */
static void
it_is_lost(bool fault, bool ones, enum how how)
{
	unsigned int n, waits;
	struct kp *kp;

	for (n = 0, waits = 0; n <= waits; n++) {
		kp = kp_running("t4g");
		if (fault)
			ena_fault(kp->f->dev, ENA_REASON_USER);
		kp->waits = 0;
		*(ones ? &kp->ones_at : &kp->gone_at) = n;
		off_by(kp, how);
		if (n == 0)
			waits = kp->waits;
		kp_turns(kp, 2);
		assert_in_range(kp->cuts, 0, n != 0);
		assert_int_equal(kp->cuts, kp_state(kp) == ENA_STATE_GONE);
		kp_end_dirty(kp);
	}
}

static void
it_is_lost_on_the_way(void **state)
{
	unsigned int how, i;

	(void)state;
	for (i = 0; i < 4; i++)
		for (how = 0; how < BY_PULLED; how++)
			it_is_lost((i & 1) != 0, (i & 2) != 0, how);
}

/* Pulled at any moment of going down, and of coming back before that. */
static void
it_is_pulled(void **state)
{
	unsigned int how, i, n, waits;
	struct kp *kp;

	(void)state;
	for (i = 0; i < FIX_COUNT(profiles); i++)
		for (how = 0; how < BY_PULLED; how++)
			for (n = 0, waits = 0; n <= waits; n++) {
				kp = kp_running(profiles[i]);
				kp->waits = 0;
				kp->pull_at = n;
				ena_fault(kp->f->dev, ENA_REASON_USER);
				if (how == BY_END)
					kp_turns(kp, 1);
				off_by(kp, how);
				if (n == 0)
					waits = kp->waits;
				kp_turns(kp, 2);
				assert_in_range(kp->cuts, 0, n != 0);
				kp_end(kp);
			}
}

/* A device that will not be reset is cut off, and as good as gone. */
static void
it_refuses_to_reset(void **state)
{
	static const enum mock_fault never[] = { MOCK_F_RESET_NEVER_STARTS,
	    MOCK_F_RESET_NEVER_ENDS };
	unsigned int how, i;
	struct kp *kp;

	(void)state;
	for (i = 0; i < FIX_COUNT(never); i++)
		for (how = BY_OFF; how < BY_PULLED; how++) {
			kp = kp_running("t4g");
			fix_fault_full(kp->f, never[i], 0, 0, 0, 0, 100);
			ena_fault(kp->f->dev, ENA_REASON_USER);
			off_by(kp, how);
			was_cut(kp);
			assert_int_equal(kp_state(kp), ENA_STATE_GONE);
			assert_int_equal(sim_blocks(kp->f->ad), 0);
			ena_keep_end(&kp->k, false);
			assert_int_equal(kp->cuts, 1);
			mock_fault_clear(kp->f->mock);
			kp_end_dirty(kp);
		}
}

/* But it has a second chance: here an answer is lost once too often. */
static void
it_hardly_resets(void **state)
{
	struct kp *kp;
	unsigned int how;

	(void)state;
	for (how = BY_OFF; how < BY_PULLED; how++) {
		kp = kp_running("t4g");
		fix_fault_full(kp->f, MOCK_F_READLESS_LOST, 0, 0, 0, 0,
		    ENA_REG_TRIES);
		ena_fault(kp->f->dev, ENA_REASON_USER);
		off_by(kp, how);
		assert_true(sim_logged(kp->f->sim, "going down: timed out"));
		assert_int_equal(kp_state(kp), ENA_STATE_OFF);
		assert_int_equal(kp->cuts, 0);
		kp_end(kp);
	}
}

/* ---- trouble, link */

/* Back at once, then after 1, 2, 4 .. 32 s, until it is given up. */
static void
recovery_is_bounded(void **state)
{
	static const unsigned int after[] = { 0, 1, 2, 4, 8, 16, 32, 32 };
	struct kp *kp = kp_running("t4g");
	unsigned int i, s;

	(void)state;
	for (i = 0; i < FIX_COUNT(after); i++) {
		ena_fault(kp->f->dev, ENA_REASON_USER);
		(void)ena_keep_turn(&kp->k, false);
		for (s = 0; kp_state(kp) != ENA_STATE_RUNNING; s++) {
			assert_int_equal(kp->k.k_plan.pl_pairs, 0);
			kp_turns(kp, 1);
		}
		assert_int_equal(s, after[i]);
		kp_prove(kp);
	}
	ena_fault(kp->f->dev, ENA_REASON_USER);
	kp_turns(kp, 100);
	assert_int_equal(kp_state(kp), ENA_STATE_DEAD);
	assert_true(ena_link_up(kp->f->dev));
	assert_false(ena_keep_link(&kp->k));
	assert_int_equal(sim_bufs(kp->f->ad), 0);
	/* until the user wants it again */
	ena_keep_close(&kp->k);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	assert_true(ena_keep_link(&kp->k));
	kp_end(kp);
}

/* The user does not wait for the next attempt, and has all of them again. */
static void
the_user_starts_afresh(void **state)
{
	struct kp *kp = kp_running("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		ena_fault(kp->f->dev, ENA_REASON_USER);
		(void)ena_keep_turn(&kp->k, false);
	}
	assert_int_equal(kp_state(kp), ENA_STATE_QUIET);	/* 1 s */
	ena_keep_close(&kp->k);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	ena_fault(kp->f->dev, ENA_REASON_USER);
	(void)ena_keep_turn(&kp->k, false);
	kp_prove(kp);
	/* while it is down, just before the keeper sees it */
	ena_keep_close(&kp->k);
	ena_fault(kp->f->dev, ENA_REASON_USER);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	kp_end(kp);
}

/* What could not start is not wanted any more. */
static void
it_cannot_start(void **state)
{
	struct kp *kp = kp_new("c7g");

	(void)state;
	kp->pairs_max = 1;
	assert_int_equal(ena_keep_up(&kp->k), ENA_NO_MEMORY);
	assert_true(sim_logged(kp->f->sim, "cannot start"));
	kp->pairs_max = 0;
	kp_turns(kp, 3);
	assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	kp_end(kp);
}

static void
the_link(void **state)
{
	struct kp *kp = kp_running("c7g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		kp_turns(kp, 1);
		assert_int_equal(ena_keep_link(&kp->k), i % 2 == 0);
		mock_set_link(kp->f->mock, i % 2 != 0);
	}
	kp_end(kp);
}

/* What it was attached with it has to have when queues are made again. */
static void
it_offers_less(void **state)
{
	struct kp *kp;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		kp = kp_running("c7g");
		if (i == 0)
			kp->k.k_pairs = kp->k.k_plan.pl_pairs + 1;
		else if (i == 1)
			kp->k.k_txo = ~0U;
		else if (i == 2)
			kp->k.k_rxo = ~0U;
		ena_fault(kp->f->dev, ENA_REASON_USER);
		kp_turns(kp, 200);
		assert_int_equal(kp_state(kp), i == 3 ? ENA_STATE_RUNNING :
		    ENA_STATE_DEAD);
		assert_int_equal(sim_logged(kp->f->sim, "the device offers"),
		    i != 3);
		/* while it is down it need not */
		ena_keep_close(&kp->k);
		kp_turns(kp, 1);
		assert_int_equal(kp_state(kp), ENA_STATE_CONFIGURED);
		assert_int_equal(ena_keep_up(&kp->k), i == 3 ? ENA_OK :
		    ENA_UNSUPPORTED);
		kp_end(kp);
	}
}

/* ---- requests, the report */

static void
answers(void **state)
{
	struct kp *kp = kp_running("t4g");
	struct ena_req req;
	uint64_t now;

	(void)state;
	memset(&req, 0, sizeof(req));
	req.rq_busy = true;
	assert_int_equal(ena_keep_await(&kp->k, ENA_UNSUPPORTED, &req),
	    ENA_UNSUPPORTED);
	now = sim_now(kp->f->sim);
	assert_int_equal(ena_keep_await(&kp->k, ENA_OK, &req), ENA_BUSY);
	assert_in_range(sim_now(kp->f->sim) - now, 10000, 100000);
	req.rq_busy = false;
	req.rq_result = ENA_REFUSED;
	assert_int_equal(ena_keep_await(&kp->k, ENA_OK, &req), ENA_REFUSED);
	req.rq_result = ENA_OK;
	assert_int_equal(ena_keep_await(&kp->k, ENA_OK, &req), ENA_OK);
	/* a real one, which is lost, and one that comes */
	memset(&req, 0, sizeof(req));
	fix_fault_cmd(kp->f, MOCK_F_ADMIN_LATE, 50000, 9, 0);
	assert_int_equal(ena_keep_await(&kp->k, ena_mtu_set(kp->f->dev, 1400,
	    &req), &req), ENA_BUSY);
	fix_pass(kp->f, 100000);
	(void)ena_admin_reap(kp->f->dev);
	assert_int_equal(ena_keep_await(&kp->k, ENA_OK, &req), ENA_OK);
	assert_int_equal(ena_keep_await(&kp->k, ena_mtu_set(kp->f->dev, 1500,
	    &req), &req), ENA_OK);
	kp_end(kp);
}

static uint64_t
questions(const struct kp *kp)
{
	return (fix_mock(kp->f).admin_by_opcode[11]);	/* GET_STATS */
}

/* Asked no sooner than that, and only where there is somebody to ask. */
static void
report_is_fresh(void **state)
{
	struct kp *kp = kp_running("max");
	static struct ena_report re;
	uint64_t n, resets, v;
	unsigned int i;

	(void)state;
	memset(&re, 0, sizeof(re));
	fix_pass(kp->f, KP_SECOND);
	n = questions(kp);
	ena_report_fresh(&kp->k, &re, UINT64_MAX);
	assert_int_equal(questions(kp), n);
	assert_int_equal(re.re_core.es_admin_cmds,
	    ena_dev_stats(kp->f->dev)->es_admin_cmds);
	assert_false(re.re_have_hw);
	for (i = 0; i < ENA_REPORTS; i++)
		assert_int_equal(ena_report_value(&re, i, &v),
		    i < ENA_REPORTS_FREE);
	ena_report_fresh(&kp->k, &re, KP_SECOND);
	assert_true(questions(kp) > n && re.re_have_hw && re.re_have_srd);
	n = questions(kp);
	fix_pass(kp->f, KP_SECOND / 2);
	ena_report_fresh(&kp->k, &re, KP_SECOND);
	assert_int_equal(questions(kp), n);
	fix_pass(kp->f, KP_SECOND / 2);
	ena_report_fresh(&kp->k, &re, KP_SECOND);
	assert_true(questions(kp) > n);
	n = questions(kp);
	ena_report_fresh(&kp->k, &re, 0);
	assert_true(questions(kp) > n);
	/* the core's own numbers do not wait */
	resets = re.re_core.es_resets;
	ena_fault(kp->f->dev, ENA_REASON_USER);
	fix_pass(kp->f, 2 * KP_SECOND);
	n = questions(kp);
	ena_report_fresh(&kp->k, &re, 0);
	assert_int_equal(questions(kp), n);
	(void)ena_keep_turn(&kp->k, false);
	n = questions(kp);
	ena_report_fresh(&kp->k, &re, UINT64_MAX);
	assert_int_equal(questions(kp), n);
	assert_int_equal(re.re_reason, ENA_REASON_USER);
	assert_true(ena_report_value(&re, 0, &v) && v > resets);
	assert_int_equal(v, ena_dev_stats(kp->f->dev)->es_resets);
	ena_keep_sleep(&kp->k, false);
	fix_pass(kp->f, 2 * KP_SECOND);
	ena_report_fresh(&kp->k, &re, 0);
	assert_int_equal(questions(kp), n);
	kp_end(kp);
}

static void
the_rss_table(void **state)
{
	static uint8_t table[1U << ENA_RSS_LOG2_MAX];
	struct kp *kp = kp_new("c7g");
	unsigned int i, n, queue;

	(void)state;
	assert_false(ena_keep_table(&kp->k, table));
	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	assert_true(ena_keep_table(&kp->k, table));
	n = ena_dev_info(kp->f->dev)->in_rss_entries;
	assert_true(n >= 128);
	for (i = 0; i < n; i++) {
		assert_int_equal(ena_rss_queue(kp->f->dev, i, &queue),
		    ENA_OK);
		assert_int_equal(table[i], queue);
	}
	ena_keep_close(&kp->k);
	assert_false(ena_keep_table(&kp->k, table));
	kp_end(kp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errnos),
		cmocka_unit_test(a_life),
		cmocka_unit_test(attach_fails),
		cmocka_unit_test(nothing_was_started),
		cmocka_unit_test(no_turn_unless_there),
		cmocka_unit_test(sleep_and_wake),
		cmocka_unit_test(down_while_asleep),
		cmocka_unit_test(shutdown_is_told),
		cmocka_unit_test(it_only_seems_gone),
		cmocka_unit_test(it_is_lost_on_the_way),
		cmocka_unit_test(it_is_pulled),
		cmocka_unit_test(it_refuses_to_reset),
		cmocka_unit_test(it_hardly_resets),
		cmocka_unit_test(recovery_is_bounded),
		cmocka_unit_test(the_user_starts_afresh),
		cmocka_unit_test(it_cannot_start),
		cmocka_unit_test(the_link),
		cmocka_unit_test(it_offers_less),
		cmocka_unit_test(answers),
		cmocka_unit_test(report_is_fresh),
		cmocka_unit_test(the_rss_table)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
