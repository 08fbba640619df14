/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt moderation, fixed or adaptive.
 *
 * Lane: ADMIN, except ena_moder_sample() (the lane that serves the vector).
 * The two share mo_unmask, the word that the next unmask writes.
 *
 * Adaptive: every so many interrupts, look how many packets one of them
 * found.  Many: the CPU is kept from better things, wait longer; few: nobody
 * gains by waiting.  In between all stays as it is, so there is no clock to
 * read and nothing to flutter.
 *
 * ref: docs/hw-notes.md#moderation
 */
#include "ena_priv.h"

enum ena_result
ena_up_moderation(struct ena_dev *dev)
{
	struct enahw_moderation im;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_moder_us = 0;
	if (!ena_has(dev, ENAHW_FEAT_INTR_MODERATION))
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_INTR_MODERATION, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (ena_optional(r));
	memcpy(&im, dev->dev_sync_answer.ae_body, sizeof(im));
	dev->dev_info.in_moder_us = enahw_h16(im.im_resolution_us);
	if (dev->dev_info.in_moder_us == 0)
		dev->dev_info.in_moder_us = 1;
	return (ENA_OK);
}

/* Microseconds in the device's unit, rounded up: little is not nothing. */
static uint32_t
ena_moder_units(const struct ena_dev *dev, uint32_t us)
{
	uint32_t unit;

	unit = dev->dev_info.in_moder_us;
	if (unit == 0)
		return (0);
	return (ena_min32((us + unit - 1) / unit,
	    ENAHW_GET(ENAHW_UNMASK_RX_DELAY, ENAHW_UNMASK_RX_DELAY)));
}

static void
ena_moder_word(struct ena_dev *dev, struct ena_moder *mo)
{
	uint32_t rx, tx;

	rx = dev->dev_moder_rx_us;
	if (dev->dev_moder_adaptive)
		rx = mo->mo_level == 0 ? 0 :
		    rx >> (ENA_MODER_LEVELS - mo->mo_level);
	rx = ena_moder_units(dev, rx);
	tx = ena_moder_units(dev, dev->dev_moder_tx_us);
	ena_os_store_rel(&mo->mo_unmask, ENAHW_UNMASK_UNMASK |
	    ENAHW_PUT(ENAHW_UNMASK_RX_DELAY, rx) |
	    ENAHW_PUT(ENAHW_UNMASK_TX_DELAY, tx));
}

/* RUNNING is reached, or the wish has changed. */
void
ena_moder_start(struct ena_dev *dev)
{
	unsigned int i;

	for (i = 0; i < dev->dev_plan.pl_pairs; i++)
		ena_moder_word(dev, &dev->dev_pairs[i]->pr_moder);
}

/* Before an unmask. */
void
ena_moder_sample(struct ena_dev *dev, struct ena_pair *pr)
{
	struct ena_moder *mo = &pr->pr_moder;
	uint64_t found, pkts;

	if (!dev->dev_moder_adaptive || ++mo->mo_intrs < ENA_MODER_INTRS)
		return;
	pkts = pr->pr_rx.rq_pkts + pr->pr_tx.tq_done_pkts;
	found = pkts - mo->mo_pkts;
	mo->mo_pkts = pkts;
	mo->mo_intrs = 0;
	if (found > ENA_MODER_MORE * ENA_MODER_INTRS &&
	    mo->mo_level < ENA_MODER_LEVELS)
		mo->mo_level++;
	else if (found < ENA_MODER_LESS * ENA_MODER_INTRS &&
	    mo->mo_level > 0)
		mo->mo_level--;
	ena_moder_word(dev, mo);
}

enum ena_result
ena_moderation_set(struct ena_dev *dev, uint32_t rx_us, uint32_t tx_us,
    bool adaptive)
{
	enum ena_result r;
	uint32_t limit;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_alive(dev);
	if (r != ENA_OK)
		return (r);
	if (dev->dev_pos < ena_steps_at(ENA_STATE_ADMIN_UP))
		return (ENA_STATE);
	limit = dev->dev_info.in_moder_us *
	    ENAHW_GET(ENAHW_UNMASK_RX_DELAY, ENAHW_UNMASK_RX_DELAY);
	if (limit == 0 && (rx_us != 0 || tx_us != 0))
		return (ENA_UNSUPPORTED);
	if (rx_us > limit || tx_us > limit)
		return (ENA_INVAL);
	dev->dev_moder_rx_us = rx_us;
	dev->dev_moder_tx_us = tx_us;
	dev->dev_moder_adaptive = adaptive;
	if (dev->dev_is_running)
		ena_moder_start(dev);
	return (ENA_OK);
}
