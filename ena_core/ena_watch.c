/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The watchdog: what a device or an interrupt that stopped working looks
 * like from the host, once a second.
 *
 * Lane: ADMIN, except ena_queue_due() and ena_queue_polled() (the lane that
 * serves the vector).  Reads positions and marks of the other lanes as hints:
 * they may be a moment old, never wrong for long, and every verdict needs
 * more than one look.
 *
 * W1: an interrupt that was lost is healed by looking without it; only when
 *     that keeps happening is the device reset.
 * W2: packets carry the mark of the epoch they were put in (two bits beside
 *     their slot count); an epoch lasts as long as a packet may take, so at
 *     its end every packet with another mark is overdue.
 * W3: nothing is held against the device while the host itself did not look.
 * W4: DEV_STS is judged twice before it counts: bits flicker after a reset.
 *
 * ref: docs/hw-notes.md#watchdog
 */
#include "ena_priv.h"

/* Judge one window of keep-alives; several in a row must stay empty. */
static void
ena_watch_keep_alive(struct ena_dev *dev)
{
	uint32_t beats, limit, now;

	limit = ena_os_load_acq(&dev->dev_keep_alive_ms);
	if (limit == 0 || ena_os_load_acq(&dev->dev_aenq_armed) == 0 ||
	    (dev->dev_info.in_aenq_groups &
	    ENAHW_AENQ_BIT(ENAHW_AENQ_KEEP_ALIVE)) == 0)
		return;
	now = ena_now_ms(dev);
	beats = ena_os_load_acq(&dev->dev_beats);
	if (beats != dev->dev_beats_seen) {
		dev->dev_beats_seen = beats;
		dev->dev_window_ms = now;
		dev->dev_keep_alive_missed = 0;
		return;
	}
	/* jitter of several seconds is normal: hw-notes#keep-alive */
	if (beats == 0 || now - dev->dev_window_ms < limit)
		return;
	dev->dev_window_ms = now;
	if (++dev->dev_keep_alive_missed < ENA_KEEP_ALIVE_MISSES)
		return;
	ena_fault(dev, ENAHW_RESET_KEEP_ALIVE_TO);
}

static void
ena_watch_judge(struct ena_dev *dev, uint32_t sts)
{
	dev->dev_sts = sts;
	if ((sts & ENAHW_DEV_STS_FATAL) == 0 &&
	    (sts & ENAHW_DEV_STS_READY) != 0) {
		dev->dev_sts_bad = 0;
		return;
	}
	if (++dev->dev_sts_bad < ENA_STS_LOOKS)			/* W4 */
		return;
	ena_log(dev->dev_os, ENA_LOG_ERR, "DEV_STS 0x%x: %s", sts,
	    (sts & ENAHW_DEV_STS_FATAL) != 0 ? "fatal error" : "not ready");
	ena_fault(dev, ENAHW_RESET_GENERIC);
}

/*
 * Take the answer to the last tick's question, ask the next.  A device that
 * does not answer is not judged here: keep-alives and commands will tell.
 */
static void
ena_watch_status(struct ena_dev *dev)
{
	enum ena_result r;
	uint32_t sts;

	r = ena_reg_read(dev, ENAHW_REG_DEV_STS, &sts);
	if (r == ENA_OK)
		ena_watch_judge(dev, sts);
	if (dev->dev_sts_asked)
		r = ena_reg_read(dev, ENAHW_REG_DEV_STS, &sts);
	/* an answer that is there at once is no second look */
	dev->dev_sts_asked = r == ENA_AGAIN;
}

/* ---- vectors */

/*
 * Ask for a look at a queue whose vector was quiet since the last tick, and
 * at one that has no receive buffers twice in a row.
 */
static void
ena_watch_vector(struct ena_pair *pr)
{
	const struct ena_rxq *rq = &pr->pr_rx;
	struct ena_watch *w = &pr->pr_watch;
	uint32_t intrs;
	bool empty;

	intrs = ena_os_load_acq(&w->wa_intrs);
	empty = rq->rq_tail_pos == rq->rq_head_pos - rq->rq_nsegs;
	if (empty && w->wa_was_empty)
		w->wa_rx_empty++;
	if (intrs == w->wa_intrs_tick || (empty && w->wa_was_empty)) {
		w->wa_intrs_due = intrs;
		ena_os_store_rel(&w->wa_due, 1);
	}
	w->wa_was_empty = empty;
	w->wa_intrs_tick = intrs;
}

bool
ena_queue_due(struct ena_dev *dev, unsigned int i)
{
	struct ena_watch *w;

	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	w = &dev->dev_pairs[i]->pr_watch;
	if (!ena_os_cas(&w->wa_due, 1, 0))
		return (false);
	ena_os_store_rel(&w->wa_looks, w->wa_looks + 1);
	return (true);
}

void
ena_queue_polled(struct ena_dev *dev, unsigned int i, bool work)
{
	struct ena_watch *w;

	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	w = &dev->dev_pairs[i]->pr_watch;
	if (ena_os_load_acq(&w->wa_intrs) != w->wa_intrs_due) {
		w->wa_lost_row = 0;
		return;			/* it came; its handler unmasks */
	}
	if (!work || dev->dev_polled_queues)
		return;
	if (w->wa_lost_row == 0 || w->wa_intrs_due != w->wa_suspect) {
		w->wa_suspect = w->wa_intrs_due;
		w->wa_lost_row = 1;
		return;			/* it may be on its way */
	}
	w->wa_lost++;
	if (++w->wa_lost_row > ENA_LOST_INTRS)			/* W1 */
		ena_fault(dev, w->wa_intrs_due == 0 ?
		    ENAHW_RESET_MISS_FIRST_INTR :
		    ENAHW_RESET_MISS_INTERRUPT);
	ena_queue_unmask(dev, i);
}

void
ena_queue_watch(const struct ena_dev *dev, unsigned int i,
    struct ena_watch_stats *ws)
{
	const struct ena_watch *w;

	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	w = &dev->dev_pairs[i]->pr_watch;
	ws->ws_intrs = ena_os_load_acq(&w->wa_intrs);
	ws->ws_intrs_lost = w->wa_lost;
	ws->ws_rx_empty = w->wa_rx_empty;
	ws->ws_tx_overdue = w->wa_tx_overdue;
	ws->ws_starved = w->wa_starved;
}

/* ---- transmit */

/* Packets of earlier epochs (W2). */
static uint32_t
ena_watch_overdue(const struct ena_txq *q, uint32_t epoch)
{
	const volatile uint8_t *held = q->tq_slots;
	uint32_t i, n, slots;

	n = 0;
	for (i = 0; i <= q->tq_mask; i++) {
		slots = held[i];
		n += slots != 0 && slots >> ENA_TX_MARK_SHIFT != epoch;
	}
	return (n);
}

/*
 * The end of an epoch for one queue.  A few overdue packets among many that
 * completed are counted; many, or any when nothing completed, mean a reset.
 */
static void
ena_watch_txq(struct ena_dev *dev, struct ena_pair *pr, uint32_t epoch)
{
	struct ena_watch *w = &pr->pr_watch;
	uint32_t done, looks, overdue;

	done = ena_os_load_acq(&pr->pr_tx.tq_done_pos);
	looks = ena_os_load_acq(&w->wa_looks) + ena_os_load_acq(&w->wa_intrs);
	overdue = ena_watch_overdue(&pr->pr_tx, epoch);
	w->wa_tx_overdue = overdue;
	if (overdue != 0 && looks == w->wa_looks_epoch &&
	    !dev->dev_polled_queues) {
		w->wa_starved++;				/* W3 */
		if (w->wa_starved_row++ != 0)
			ena_fault(dev, ENAHW_RESET_POLL_STARVATION);
	} else {
		w->wa_starved_row = 0;
		if (overdue > ena_os_load_acq(&dev->dev_tx_overdue_max) ||
		    (overdue != 0 && done == w->wa_done_epoch))
			ena_fault(dev, ENAHW_RESET_MISS_TX_CMPL);
	}
	w->wa_looks_epoch = looks;
	w->wa_done_epoch = done;
}

static void
ena_watch_transmit(struct ena_dev *dev)
{
	uint32_t epoch, limit, now;
	struct ena_pair *pr;
	unsigned int i;

	limit = ena_os_load_acq(&dev->dev_tx_timeout_ms);
	now = ena_now_ms(dev);
	if (limit == 0 || now - dev->dev_epoch_ms < limit)
		return;
	dev->dev_epoch_ms = now;
	epoch = dev->dev_epoch;
	dev->dev_epoch = (epoch + 1) % ENA_TX_MARKS;
	for (i = 0; i < dev->dev_plan.pl_pairs; i++) {
		pr = dev->dev_pairs[i];
		ena_watch_txq(dev, pr, epoch);
		ena_os_store_rel(&pr->pr_tx.tq_mark,
		    dev->dev_epoch << ENA_TX_MARK_SHIFT);
	}
}

/* ---- the tick */

/* RUNNING is reached: nothing of the last life counts. */
void
ena_watch_start(struct ena_dev *dev)
{
	struct ena_watch *w;
	unsigned int i;

	for (i = 0; i < dev->dev_plan.pl_pairs; i++) {
		w = &dev->dev_pairs[i]->pr_watch;
		w->wa_intrs_tick = ena_os_load_acq(&w->wa_intrs);
		w->wa_was_empty = false;
		w->wa_lost_row = 0;
		w->wa_starved_row = 0;
		w->wa_looks_epoch = ena_os_load_acq(&w->wa_looks) +
		    w->wa_intrs_tick;
		w->wa_done_epoch = 0;
		ena_os_store_rel(&w->wa_due, 0);
		ena_os_store_rel(&dev->dev_pairs[i]->pr_tx.tq_mark,
		    dev->dev_epoch << ENA_TX_MARK_SHIFT);
	}
	dev->dev_sts_bad = 0;
	dev->dev_epoch_ms = ena_now_ms(dev);
	dev->dev_running_ms = dev->dev_epoch_ms;
}

enum ena_result
ena_tick(struct ena_dev *dev)
{
	enum ena_state state;
	unsigned int i;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	/* before reaping: it tells a lost interrupt from a dead device */
	if (ena_alive(dev) == ENA_OK)
		ena_admin_expire(dev);
	(void)ena_admin_reap(dev);
	ena_watch_keep_alive(dev);
	state = ena_dev_state(dev);
	if (state == ENA_STATE_ADMIN_UP || state == ENA_STATE_CONFIGURED ||
	    state == ENA_STATE_RUNNING)
		ena_watch_status(dev);
	if (state == ENA_STATE_RUNNING) {
		for (i = 0; i < dev->dev_plan.pl_pairs &&
		    !dev->dev_polled_queues; i++)
			ena_watch_vector(dev->dev_pairs[i]);
		ena_watch_transmit(dev);
		ena_recover_calm(dev);
	}
	return (ena_alive(dev));
}
