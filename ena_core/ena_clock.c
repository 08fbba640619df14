/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter's clock: one question at a time, answered in memory.
 *
 * Lane: ADMIN for the steps, CLOCK for questions; the glue keeps CLOCK quiet
 * below ADMIN_UP.
 *
 * C1: an answer counts only with the number of the question; it is poisoned
 *     before each.
 * C2: after a question that went wrong the device is left alone for as long
 *     as it asks for, and it is asked at most so many times a second.
 *
 * UNVERIFIED: no open driver is known to use it.  ref: hw-notes#unverified
 */
#include "ena_priv.h"

/* Keep what the device says about its clock; false: cannot be used. */
static bool
ena_clock_config(struct ena_dev *dev)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_CLOCK];
	struct enahw_phc_config pc;
	uint32_t us;

	memcpy(&pc, dev->dev_sync_answer.ae_body, sizeof(pc));
	dev->dev_clock_db_off = enahw_h32(pc.pc_db_off);
	us = enahw_h32(pc.pc_block_us);
	dev->dev_clock_block_us = us != 0 ? us : ENAHW_PHC_BLOCK_US;
	us = enahw_h32(pc.pc_expire_us);
	dev->dev_clock_expire_us = ena_min32(dev->dev_clock_block_us,
	    us != 0 ? us : ENAHW_PHC_EXPIRE_US);
	if (!ena_bar0_offset_ok(dev, dev->dev_clock_db_off)) {
		ena_log(dev->dev_os, ENA_LOG_WARN,
		    "clock doorbell 0x%x: not used", dev->dev_clock_db_off);
		return (false);
	}
	return (dma->dma_va != NULL || ena_os_dma_alloc(dev->dev_os,
	    sizeof(struct enahw_phc_resp), sizeof(struct enahw_phc_resp),
	    dev->dev_info.in_dma_bits, dma));
}

enum ena_result
ena_up_clock(struct ena_dev *dev)
{
	struct enahw_phc_config pc;
	union ena_cmd cmd;
	enum ena_result r;

	if ((dev->dev_cfg.cf_try & ENA_TRY_CLOCK) == 0 ||
	    !ena_has(dev, ENAHW_FEAT_PHC_CONFIG))
		return (ENA_OK);
	if (dev->dev_pc == 0) {
		ena_cmd_get(&cmd, ENAHW_FEAT_PHC_CONFIG, 0);
		r = ena_admin_run(dev, &cmd);
		if (r != ENA_OK)
			return (ena_optional(r));
		if (!ena_clock_config(dev))
			return (ENA_OK);
		dev->dev_pc = 1;
	}
	memset(&pc, 0, sizeof(pc));
	ena_cmd_addr(&pc.pc_resp, dev->dev_dma[ENA_DMA_CLOCK].dma_pa);
	pc.pc_resp_len = enahw_le32(sizeof(struct enahw_phc_resp));
	ena_cmd_set(&cmd, ENAHW_FEAT_PHC_CONFIG, &pc, sizeof(pc));
	r = ena_admin_run(dev, &cmd);
	dev->dev_info.in_clock = r == ENA_OK;
	return (ena_optional(r));
}

/* The reset makes the device forget the buffer. */
enum ena_result
ena_down_clock(struct ena_dev *dev)
{
	dev->dev_info.in_clock = false;
	dev->dev_clock_busy = false;
	return (ENA_OK);
}

static void
ena_clock_lend(struct ena_dev *dev)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_CLOCK];
	struct enahw_phc_resp poison;

	memset(&poison, 0, sizeof(poison));
	poison.ph_seq = enahw_le16((uint16_t)(dev->dev_clock_seq +
	    ENAHW_PHC_POISON));					/* C1 */
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_POSTREAD);
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_POSTWRITE);
	memcpy(dma->dma_va, &poison, sizeof(poison));
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_PREREAD);
}

enum ena_result
ena_clock_ask(struct ena_dev *dev)
{
	enum ena_result r;
	uint64_t now;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_CLOCK, 0);
	r = ena_alive(dev);
	if (r != ENA_OK)
		return (r);
	if (!dev->dev_info.in_clock)
		return (ENA_UNSUPPORTED);
	now = ena_os_now_us(dev->dev_os);
	if (dev->dev_clock_busy || now < dev->dev_clock_blocked_us)
		return (ENA_BUSY);
	if (dev->dev_clock_reads == 0 ||
	    now - dev->dev_clock_window_us >= 1000000) {
		dev->dev_clock_window_us = now;
		dev->dev_clock_reads = 0;
	}
	if (dev->dev_clock_reads >= ENA_CLOCK_READS)		/* C2 */
		return (ENA_BUSY);
	dev->dev_clock_reads++;
	dev->dev_clock_seq++;
	ena_clock_lend(dev);
	dev->dev_clock_busy = true;
	dev->dev_clock_deadline_us = now + dev->dev_clock_expire_us;
	ena_reg_write(dev, dev->dev_clock_db_off, dev->dev_clock_seq);
	return (ENA_OK);
}

/* The question is over; leave the device alone for a while (C2). */
static enum ena_result
ena_clock_failed(struct ena_dev *dev, enum ena_result r)
{
	dev->dev_clock_busy = false;
	dev->dev_clock_blocked_us = ena_os_now_us(dev->dev_os) +
	    dev->dev_clock_block_us;
	return (r);
}

enum ena_result
ena_clock_look(struct ena_dev *dev, struct ena_clock_time *ct)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_CLOCK];
	const struct enahw_phc_resp *at = dma->dma_va;
	struct enahw_phc_resp ph;
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_CLOCK, 0);
	r = ena_alive(dev);
	if (r != ENA_OK)
		return (r);
	if (!dev->dev_clock_busy)
		return (ENA_STATE);
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(ph), ENA_SYNC_POSTREAD);
	if (enahw_load16(&at->ph_seq) != dev->dev_clock_seq) {
		ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(ph),
		    ENA_SYNC_PREREAD);
		return (ena_os_now_us(dev->dev_os) <
		    dev->dev_clock_deadline_us ? ENA_AGAIN :
		    ena_clock_failed(dev, ENA_TIMEOUT));
	}
	ena_os_rmb(dev->dev_os);
	memcpy(&ph, at, sizeof(ph));	/* lent again by the next question */
	if (enahw_h32(ph.ph_error) != 0)
		return (ena_clock_failed(dev, ENA_REFUSED));
	dev->dev_clock_busy = false;
	ct->ct_ns = enahw_h64(ph.ph_time_ns);
	ct->ct_bound_ns = enahw_h32(ph.ph_bound_ns);
	return (ENA_OK);
}
