/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a fault: how often and how soon to try again, and what is kept of
 * the moment before the reset.
 *
 * Lane: ADMIN.
 *
 * V1: attempts are bounded and farther and farther apart; a device that ran
 *     for a while has all of them again.
 * V2: giving up leaves a state that the user can leave.
 * V3: the snapshot is taken before anything of it is torn down.
 *
 * ref: docs/hw-notes.md#recovery
 */
#include "ena_priv.h"

enum ena_result
ena_recover(struct ena_dev *dev, uint32_t *wait_us)
{
	enum ena_state state;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	state = ena_dev_state(dev);
	if (state == ENA_STATE_GONE)
		return (ENA_GONE);
	if (state != ENA_STATE_QUIET && state != ENA_STATE_DEAD)
		return (ENA_STATE);
	if (dev->dev_attempts >= ENA_RECOVER_ATTEMPTS) {
		if (!dev->dev_given_up)
			ena_log(dev->dev_os, ENA_LOG_ERR,
			    "given up after %u attempts", dev->dev_attempts);
		dev->dev_given_up = true;			/* V2 */
		dev->dev_dead = true;
		return (ENA_DEAD);
	}
	*wait_us = dev->dev_attempts == 0 ? 0 : ena_min32(
	    ENA_RECOVER_MIN_US << (dev->dev_attempts - 1),
	    ENA_RECOVER_MAX_US);				/* V1 */
	dev->dev_attempts++;
	return (ENA_OK);
}

/* From each tick in RUNNING: has it been calm for long enough? */
void
ena_recover_calm(struct ena_dev *dev)
{
	if (ena_now_ms(dev) - dev->dev_running_ms >= ENA_RECOVER_CALM_MS)
		dev->dev_attempts = 0;
}

/* The user starts afresh. */
void
ena_recover_forget(struct ena_dev *dev)
{
	dev->dev_attempts = 0;
	dev->dev_given_up = false;
}

static void
ena_snapshot_queues(const struct ena_dev *dev, struct ena_snapshot *sn)
{
	const struct ena_pair *pr;
	struct ena_queue_pos *qp;
	unsigned int i;

	sn->sn_pairs = dev->dev_plan.pl_pairs;
	for (i = 0; i < ENA_SNAP_PAIRS; i++) {
		pr = dev->dev_pairs[i];		/* NULL beyond the plan */
		if (pr == NULL)
			continue;
		qp = &sn->sn_queue[i];
		qp->qp_tx_tail = pr->pr_tx.tq_tail_pos;
		qp->qp_tx_done = ena_os_load_acq(&pr->pr_tx.tq_done_pos);
		qp->qp_tx_head = pr->pr_tx.tq_head_pos;
		qp->qp_rx_tail = pr->pr_rx.rq_tail_pos;
		qp->qp_rx_head = pr->pr_rx.rq_head_pos;
		qp->qp_intrs = ena_os_load_acq(&pr->pr_watch.wa_intrs);
	}
}

/* Before a reset, while everything is as it was (V3). */
void
ena_snapshot_take(struct ena_dev *dev, uint32_t reason)
{
	struct ena_snapshot *sn = &dev->dev_snap;
	const struct ena_admin_rec *rec;
	uint32_t count;
	unsigned int i;

	count = sn->sn_count + 1;
	memset(sn, 0, sizeof(*sn));
	sn->sn_count = count;
	sn->sn_time_us = ena_os_now_us(dev->dev_os);
	sn->sn_reason = reason;
	sn->sn_step = dev->dev_pos;
	sn->sn_version = dev->dev_info.in_version;
	sn->sn_controller = dev->dev_info.in_controller;
	sn->sn_caps = dev->dev_caps;
	sn->sn_dev_sts = dev->dev_sts;	/* until the reset reads it */
	dev->dev_snap_open = true;
	sn->sn_aq_tail = dev->dev_aq_tail_pos;
	sn->sn_acq_head = dev->dev_acq_head_pos;
	sn->sn_aenq_head = dev->dev_aenq_head_pos;
	sn->sn_outstanding = dev->dev_aq_out;
	sn->sn_beats = ena_os_load_acq(&dev->dev_beats);
	for (i = 0; (rec = ena_admin_log(dev, i)) != NULL; i++)
		sn->sn_log[i] = *rec;
	sn->sn_logged = (uint16_t)i;
	ena_snapshot_queues(dev, sn);
}

const struct ena_snapshot *
ena_snapshot(const struct ena_dev *dev)
{
	return (dev->dev_snap.sn_count == 0 ? NULL : &dev->dev_snap);
}
