/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a device: one table of steps, up and down; the fault latch.
 *
 * Lane: ADMIN, except ena_fault(), ena_gone() and the read-only accessors.
 *
 * dev_pos counts the steps that are up.  Going up runs them in order; going
 * down runs their undos backwards.  Attach, reset recovery and detach differ
 * only in where they start and stop, so nothing attach sets can be missing
 * after a reset.
 *
 * D1: a failing step has its own undo called, so undos cope with half; a
 *     goto that turns round finishes what cannot be left half done.
 * D2: with a fault latched the device is reset first and undone second;
 *     undos then talk to nobody (dev_quiet).
 * D3: memory the device knows is freed only after a reset that finished
 *     (rings: or a DESTROY that did), or when the device is gone.  A reset
 *     that fails stops the way down where it is; the next goto tries again.
 * D4: the first fault reason wins; it is cleared on reaching QUIET.
 * D5: between finding out that the device is gone and freeing what it knew,
 *     the caller has a chance to make sure.
 *
 * ref: docs/theory.md#steps, docs/hw-notes.md#bring-up
 */
#include "ena_priv.h"

static const struct ena_step ena_steps[] = {
	{ "response buffer", ENA_STATE_QUIET, ena_up_resp, ena_down_resp },
	{ "reset", ENA_STATE_QUIET, ena_up_reset, ena_down_reset },
	{ "versions", ENA_STATE_QUIET, ena_up_version, NULL },
	{ "capabilities", ENA_STATE_QUIET, ena_up_caps, NULL },
	/* freed by ena_memory_release() when OFF is reached */
	{ "admin memory", ENA_STATE_QUIET, ena_up_memory, NULL },
	{ "admin queue", ENA_STATE_QUIET, ena_up_admin, ena_down_admin },
	{ "host info", ENA_STATE_QUIET, ena_up_host_info, NULL },
	{ "attributes", ENA_STATE_QUIET, ena_up_attributes, NULL },
	{ "queue limits", ENA_STATE_QUIET, ena_up_limits, NULL },
	{ "offloads", ENA_STATE_QUIET, ena_up_offloads, NULL },
	{ "hints", ENA_STATE_QUIET, ena_up_hints, NULL },
	{ "moderation", ENA_STATE_QUIET, ena_up_moderation, NULL },
	{ "link", ENA_STATE_QUIET, ena_up_link, NULL },
	{ "metrics", ENA_STATE_QUIET, ena_up_metrics, NULL },
	{ "fragment bypass", ENA_STATE_QUIET, ena_up_frag_bypass, NULL },
	{ "clock", ENA_STATE_QUIET, ena_up_clock, ena_down_clock },
	{ "packet times", ENA_STATE_QUIET, ena_up_stamps, NULL },
	{ "event groups", ENA_STATE_QUIET, ena_up_events, NULL },
	/* set after the events, as the vendor's drivers do */
	{ "LLQ", ENA_STATE_ADMIN_UP, ena_up_llq, NULL },
	{ "management interrupt", ENA_STATE_CONFIGURED, ena_up_interrupt,
	    ena_down_interrupt },
	{ "event ring", ENA_STATE_CONFIGURED, ena_up_arm, NULL },
	/* hash commands come before the first CREATE_CQ: hw-notes#rss */
	{ "RSS limits", ENA_STATE_RUNNING, ena_up_rss_limits, NULL },
	{ "RSS function", ENA_STATE_RUNNING, ena_up_rss_function, NULL },
	{ "RSS input", ENA_STATE_RUNNING, ena_up_rss_input, NULL },
	{ "rings", ENA_STATE_RUNNING, ena_up_rings, ena_down_rings },
	{ "completion queues", ENA_STATE_RUNNING, ena_up_cqs, ena_down_cqs },
	{ "submission queues", ENA_STATE_RUNNING, ena_up_sqs, ena_down_sqs },
	{ "RSS table", ENA_STATE_RUNNING, ena_up_rss_table, NULL },
	{ "flow rules", ENA_STATE_RUNNING, ena_up_flows, NULL },
	{ "MTU", ENA_STATE_RUNNING, ena_up_mtu, NULL },
};
#define ENA_STEPS	(sizeof(ena_steps) / sizeof(ena_steps[0]))

/* Number of steps that are up when a state is reached. */
uint8_t
ena_steps_at(enum ena_state state)
{
	uint8_t n;

	if (state <= ENA_STATE_QUIET)
		return (0);
	/* ends at the first step at the latest: its level is QUIET */
	for (n = ENA_STEPS; ena_steps[n - 1].st_level > state;)
		n--;
	return (n);
}

bool
ena_config_ok(struct ena_os *os, const struct ena_config *cf)
{
	const char *bad;

	bad = NULL;
	if (cf->cf_bar0_bytes <= ENAHW_REG_FIXED_END)
		bad = "BAR0 is too small";
	else if (cf->cf_cpus == 0)
		bad = "no CPU";
	else if (cf->cf_tx_depth != 0 && (!ena_is_pow2(cf->cf_tx_depth) ||
	    cf->cf_tx_depth < ENA_MIN_DEPTH))
		bad = "TX depth is not a power of two, or too small";
	else if (cf->cf_rx_depth != 0 && (!ena_is_pow2(cf->cf_rx_depth) ||
	    cf->cf_rx_depth < ENA_MIN_DEPTH))
		bad = "RX depth is not a power of two, or too small";
	else if (cf->cf_pairs > ENA_MAX_PAIRS)
		bad = "too many queue pairs";
	else if (cf->cf_mtu != 0 && cf->cf_mtu < ENA_MTU_MIN)
		bad = "MTU is too small";
	else if ((cf->cf_try & ~ENA_TRY_ALL) != 0)
		bad = "nothing like that to try";
	else if (cf->cf_llq >= ENA_LLQ_POLICIES)
		bad = "no such LLQ policy";
	if (bad != NULL)
		ena_log(os, ENA_LOG_ERR, "config: %s", bad);
	return (bad == NULL);
}

enum ena_result
ena_dev_init(struct ena_dev *dev, struct ena_os *os,
    const struct ena_config *cf, const struct ena_events *ev, void *arg)
{
	if (!ena_config_ok(os, cf))
		return (ENA_INVAL);
	memset(dev, 0, sizeof(*dev));
	dev->dev_os = os;
	dev->dev_cfg = *cf;
	dev->dev_events = ev;
	dev->dev_events_arg = arg;
	dev->dev_target = ENA_STATE_OFF;
	dev->dev_quiet = true;
	dev->dev_mtu = cf->cf_mtu != 0 ? cf->cf_mtu : ENA_MTU_DEFAULT;
	dev->dev_reg_timeout_us = ENA_REG_TIMEOUT_US;
	dev->dev_admin_timeout_us = ENA_ADMIN_TIMEOUT_US;
	dev->dev_keep_alive_ms = ENA_KEEP_ALIVE_MS;
	dev->dev_tx_timeout_ms = ENA_TX_TIMEOUT_MS;
	dev->dev_tx_overdue_max = ENA_TX_OVERDUE_MAX;
	dev->dev_backoff_us = ENA_BACKOFF_MIN_US;
	/* revision bit 0: readless reads are not there */
	dev->dev_info.in_readless = !cf->cf_direct_reads &&
	    (cf->cf_revision & 1) == 0;
	return (ENA_OK);
}

static enum ena_result
ena_goto_check(const struct ena_dev *dev, enum ena_state target)
{
	enum ena_result r;
	unsigned int i;

	if (target > ENA_STATE_RUNNING)
		return (ENA_INVAL);
	r = ena_alive(dev);
	if (r == ENA_GONE && target != ENA_STATE_OFF)
		return (ENA_GONE);
	if (r == ENA_FAULTED && target > ENA_STATE_QUIET)
		return (ENA_FAULTED);
	if (target < ENA_STATE_RUNNING)
		return (ENA_OK);
	if (dev->dev_plan.pl_pairs == 0)
		return (ENA_STATE);
	for (i = 0; i < dev->dev_plan.pl_pairs; i++)
		if (dev->dev_pairs[i] == NULL)
			return (ENA_STATE);
	return (ENA_OK);
}

static void
ena_step_start(struct ena_dev *dev)
{
	dev->dev_pc = 0;
	dev->dev_next = 0;
	dev->dev_part_failure = ENA_OK;
	dev->dev_going_up = false;
	dev->dev_going_down = false;
	/* an abandoned command must not answer the next step's question */
	if (dev->dev_sync_state == ENA_SYNC_POSTED)
		dev->dev_sync_state = ENA_SYNC_ORPHAN;
	else if (dev->dev_sync_state == ENA_SYNC_DONE)
		dev->dev_sync_state = ENA_SYNC_IDLE;
	dev->dev_backoff_us = ENA_BACKOFF_MIN_US;
}

enum ena_result
ena_dev_goto(struct ena_dev *dev, enum ena_state target)
{
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_goto_check(dev, target);
	if (r != ENA_OK)
		return (r);
	/* a failed bring-up first finishes undoing */
	if (dev->dev_undoing && target > ENA_STATE_QUIET)
		return (ENA_BUSY);
	dev->dev_target = target;
	dev->dev_dead = false;
	return (ENA_OK);
}

/* A step went wrong: remember why and turn round, its own undo first (D1). */
static void
ena_step_failed(struct ena_dev *dev, enum ena_result r)
{
	ena_log(dev->dev_os, ENA_LOG_ERR, "bring-up: %s: %s",
	    ena_steps[dev->dev_pos].st_name, ena_result_name(r));
	dev->dev_failure = r;
	dev->dev_undoing = true;
	dev->dev_target = ENA_STATE_QUIET;
	dev->dev_pos++;
	ena_step_start(dev);
}

static enum ena_result
ena_step_up(struct ena_dev *dev)
{
	enum ena_result alive, r;

	dev->dev_quiet = false;
	dev->dev_going_up = true;
	alive = ena_alive(dev);
	/* the step's own failure says more than the fault it latched */
	r = ena_steps[dev->dev_pos].st_up(dev);
	if (alive != ENA_OK && (r == ENA_OK || r == ENA_AGAIN ||
	    r == ENA_ABORTED))
		r = alive;
	if (r == ENA_AGAIN)
		return (ENA_AGAIN);
	if (r != ENA_OK) {
		ena_step_failed(dev, r);
		return (ENA_OK);
	}
	ena_os_trace(dev->dev_os, ENA_TRACE_STEP, dev->dev_pos, 1);
	dev->dev_pos++;
	ena_step_start(dev);
	return (ENA_OK);
}

/*
 * A faulted device is reset before anything is undone (D2).  If it will not
 * reset it may still write to all of our memory, so nothing is undone.
 */
static enum ena_result
ena_step_calm(struct ena_dev *dev)
{
	enum ena_result r;
	int reason;

	if (dev->dev_dma[ENA_DMA_RESP].dma_va == NULL) {
		dev->dev_quiet = true;
		return (ENA_OK);
	}
	reason = ena_fault_reason(dev);
	if (!dev->dev_calming) {
		ena_snapshot_take(dev, reason < 0 ? ENAHW_RESET_GENERIC :
		    (uint32_t)reason);
		ena_admin_stop(dev, ENA_ABORTED);
		ena_os_store_rel(&dev->dev_aenq_armed, 0);
		if (!ena_reset_open(dev))
			ena_reset_begin(dev);
		ena_step_start(dev);
		dev->dev_calming = true;
	}
	r = ena_reset_step(dev, reason < 0 ? ENAHW_RESET_GENERIC :
	    (uint32_t)reason);
	if (r == ENA_AGAIN)
		return (r);
	dev->dev_calming = false;
	ena_step_start(dev);
	if (r == ENA_GONE)
		r = ENA_OK;
	if (r != ENA_OK)
		ena_reset_abandon(dev);		/* the next one starts over */
	dev->dev_quiet = r == ENA_OK;
	return (r);
}

static enum ena_result
ena_step_down(struct ena_dev *dev)
{
	enum ena_result r;
	uint32_t fault;

	fault = ena_os_load_acq(&dev->dev_fault);
	if (fault == ENA_FAULT_GONE) {
		dev->dev_quiet = true;
		dev->dev_calming = false;
		ena_admin_stop(dev, ENA_GONE);
	} else if (fault != 0 && !dev->dev_quiet)
		return (ena_step_calm(dev));
	r = ENA_OK;
	dev->dev_going_down = true;
	if (ena_steps[dev->dev_pos - 1].st_down != NULL)
		r = ena_steps[dev->dev_pos - 1].st_down(dev);
	if (r != ENA_OK)
		return (r);
	ena_os_trace(dev->dev_os, ENA_TRACE_STEP, dev->dev_pos - 1U, 0);
	dev->dev_is_running = false;
	dev->dev_pos--;
	ena_step_start(dev);
	return (ENA_OK);
}

/* Traffic may begin; what made it hard to get here is past. */
static void
ena_running(struct ena_dev *dev)
{
	if (dev->dev_is_running)
		return;
	dev->dev_is_running = true;
	dev->dev_cap_tx_depth = 0;
	dev->dev_cap_rx_depth = 0;
	ena_watch_start(dev);
	ena_moder_start(dev);
}

/* The target is reached: settle what belongs to it. */
static enum ena_result
ena_step_arrived(struct ena_dev *dev)
{
	enum ena_result r;
	uint32_t fault;

	r = ENA_OK;
	if (dev->dev_pos == 0) {
		fault = ena_os_load_acq(&dev->dev_fault);
		/* losing this race means that the card was pulled now */
		if (fault != ENA_FAULT_GONE)
			(void)ena_os_cas(&dev->dev_fault, fault, 0); /* D4 */
		if (dev->dev_target == ENA_STATE_OFF) {
			ena_memory_release(dev);		/* D3 */
			ena_recover_forget(dev);
		}
	}
	if (dev->dev_target == ENA_STATE_RUNNING)
		ena_running(dev);
	if (dev->dev_undoing) {
		dev->dev_undoing = false;
		dev->dev_dead = dev->dev_target != ENA_STATE_OFF;
		if (dev->dev_dead)
			r = dev->dev_failure;
	}
	return (r);
}

/*
 * Turned round inside a step: what it has asked for must be answered first,
 * so that its undo knows what exists; then that half is undone too.
 */
static enum ena_result
ena_step_turn(struct ena_dev *dev)
{
	if (ena_alive(dev) != ENA_OK)
		ena_admin_stop(dev, ENA_ABORTED);
	if (dev->dev_left != 0)
		return (ENA_AGAIN);
	dev->dev_pos++;
	ena_step_start(dev);
	return (ENA_OK);
}

static uint32_t
ena_step_backoff(struct ena_dev *dev)
{
	uint32_t us;

	us = dev->dev_backoff_us;
	dev->dev_backoff_us = ena_min32(us * 2, ENA_BACKOFF_MAX_US);
	return (us);
}

enum ena_result
ena_dev_step(struct ena_dev *dev, uint32_t *wait_us)
{
	bool there = ena_alive(dev) != ENA_GONE;
	enum ena_result r;
	unsigned int n;
	uint8_t goal;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	*wait_us = 0;
	for (n = 0; n < ENA_STEP_LOOPS; n++) {
		goal = ena_steps_at(dev->dev_target);
		ena_admin_expire(dev);
		if (dev->dev_going_up && dev->dev_pos >= goal)
			r = ena_step_turn(dev);
		else if (dev->dev_pos > goal || dev->dev_going_down)
			r = ena_step_down(dev);	/* half an undo is finished */
		else if (dev->dev_pos < goal)
			r = ena_step_up(dev);
		else
			return (ena_step_arrived(dev));
		if (r == ENA_AGAIN && !ena_admin_take(dev)) {
			*wait_us = ena_step_backoff(dev);
			return (ENA_AGAIN);
		}
		if (r != ENA_OK && r != ENA_AGAIN) {
			ena_log(dev->dev_os, ENA_LOG_ERR,
			    "going down: %s; memory kept",
			    ena_result_name(r));
			dev->dev_going_down = false;
			dev->dev_dead = true;
			return (r);
		}
		if (there && ena_alive(dev) == ENA_GONE)
			break;					/* D5 */
	}
	return (ENA_AGAIN);
}

void
ena_fault(struct ena_dev *dev, uint32_t reason)
{
	if (reason >= ENAHW_RESET_COUNT)
		reason = ENAHW_RESET_GENERIC;
	if (!ena_os_cas(&dev->dev_fault, 0, reason + 1))
		return;
	dev->dev_stats.es_faults[reason]++;
	ena_os_trace(dev->dev_os, ENA_TRACE_FAULT, reason, 0);
	ena_log(dev->dev_os, ENA_LOG_ERR, "fault: %s (reason %u)",
	    ena_reason_name(reason), reason);
}

void
ena_gone(struct ena_dev *dev)
{
	uint32_t fault;

	/* sticky, and stronger than any reason */
	do {
		fault = ena_os_load_acq(&dev->dev_fault);
		if (fault == ENA_FAULT_GONE)
			return;
	} while (!ena_os_cas(&dev->dev_fault, fault, ENA_FAULT_GONE));
	ena_log(dev->dev_os, ENA_LOG_ERR, "device is gone");
}

enum ena_state
ena_dev_state(const struct ena_dev *dev)
{
	uint32_t fault;

	fault = ena_os_load_acq(&dev->dev_fault);
	if (fault == ENA_FAULT_GONE)
		return (ENA_STATE_GONE);
	if (dev->dev_dead)
		return (ENA_STATE_DEAD);
	if (dev->dev_pos != ena_steps_at(dev->dev_target) ||
	    (dev->dev_target == ENA_STATE_OFF &&
	    dev->dev_dma[ENA_DMA_RESP].dma_va != NULL))
		return (ENA_STATE_MOVING);
	if (fault != 0)
		return (ENA_STATE_FAULTED);
	return (dev->dev_target);
}

int
ena_fault_reason(const struct ena_dev *dev)
{
	uint32_t fault;

	fault = ena_os_load_acq(&dev->dev_fault);
	return (fault == 0 || fault == ENA_FAULT_GONE ? -1 : (int)fault - 1);
}

const struct ena_info *
ena_dev_info(const struct ena_dev *dev)
{
	return (&dev->dev_info);
}

bool
ena_link_up(const struct ena_dev *dev)
{
	return (ena_os_load_acq(&dev->dev_link) != 0);
}

const struct ena_stats *
ena_dev_stats(const struct ena_dev *dev)
{
	return (&dev->dev_stats);
}

const struct ena_admin_rec *
ena_admin_log(const struct ena_dev *dev, unsigned int back)
{
	if (back >= ENA_ADMIN_LOG || back >= dev->dev_log_pos)
		return (NULL);
	return (&dev->dev_log[(dev->dev_log_pos - 1 - back) % ENA_ADMIN_LOG]);
}
