/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers: reads with and without MMIO loads, and the reset handshake.
 *
 * Lane: ADMIN.  Owns the readless response buffer and its sequence number.
 *
 * A readless read posts a request and the device writes the answer to host
 * memory.  There is one slot, so one read at a time; a read is a resumable
 * step: ENA_AGAIN until the answer is there or the time is up.
 *
 * R1: an answer counts only if sequence number *and* offset match; a late
 *     answer to a timed-out request carries an old sequence number.
 * R2: all ones is never a value: the device is gone.
 * R3: every reset makes the device forget the response address, so it is
 *     written again right after DEV_CTL, before DEV_STS is polled.
 *
 * ref: docs/hw-notes.md#readless, #reset
 */
#include "ena_priv.h"

/* Every register write that may follow writes to shared memory. */
void
ena_reg_write(struct ena_dev *dev, uint32_t off, uint32_t val)
{
	ena_os_wmb(dev->dev_os);
	ena_os_wr4(dev->dev_os, off, val);
}

/* Tell the device where readless answers go. */
void
ena_reg_resp_set(struct ena_dev *dev)
{
	uint64_t pa;

	pa = dev->dev_dma[ENA_DMA_RESP].dma_pa;
	ena_reg_write(dev, ENAHW_REG_MMIO_RESP_LO, (uint32_t)pa);
	ena_reg_write(dev, ENAHW_REG_MMIO_RESP_HI, (uint32_t)(pa >> 32));
}

void
ena_reg_resp_clear(struct ena_dev *dev)
{
	ena_reg_write(dev, ENAHW_REG_MMIO_RESP_LO, 0);
	ena_reg_write(dev, ENAHW_REG_MMIO_RESP_HI, 0);
	dev->dev_reg_busy = false;
}

static enum ena_result
ena_reg_direct(struct ena_dev *dev, uint32_t off, uint32_t *val)
{
	*val = ena_os_rd4(dev->dev_os, off);
	if (*val == ENAHW_ALL_ONES) {
		ena_gone(dev);
		return (ENA_GONE);
	}
	return (ENA_OK);
}

static void
ena_reg_request(struct ena_dev *dev, uint32_t off)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_RESP];
	struct enahw_reg_resp poison;

	dev->dev_reg_seq++;
	memset(&poison, 0, sizeof(poison));
	poison.rr_seq = enahw_le16((uint16_t)(dev->dev_reg_seq +
	    ENAHW_REG_READ_POISON));
	/* an earlier read may have been abandoned with the buffer lent */
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_POSTREAD);
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_POSTWRITE);
	memcpy(dma->dma_va, &poison, sizeof(poison));
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(poison),
	    ENA_SYNC_PREREAD);
	dev->dev_reg_busy = true;
	dev->dev_reg_off = off;
	dev->dev_reg_deadline_us = ena_os_now_us(dev->dev_os) +
	    ena_os_load_acq(&dev->dev_reg_timeout_us);
	ena_reg_write(dev, ENAHW_REG_MMIO_REG_READ,
	    ENAHW_PUT(ENAHW_REG_READ_OFF, off) | dev->dev_reg_seq);
}

/* One look at the response buffer. */
static enum ena_result
ena_reg_poll(struct ena_dev *dev, uint32_t *val)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_RESP];
	const struct enahw_reg_resp *resp = dma->dma_va;

	ena_os_dma_sync(dev->dev_os, dma, 0, sizeof(struct enahw_reg_resp),
	    ENA_SYNC_POSTREAD);
	if (enahw_load16(&resp->rr_seq) != dev->dev_reg_seq) {
		ena_os_dma_sync(dev->dev_os, dma, 0,
		    sizeof(struct enahw_reg_resp), ENA_SYNC_PREREAD);
		return (ENA_AGAIN);
	}
	ena_os_rmb(dev->dev_os);
	/* not the answer to this question (R1): ask again when time is up */
	if (enahw_load16(&resp->rr_off) != dev->dev_reg_off) {
		ena_os_dma_sync(dev->dev_os, dma, 0,
		    sizeof(struct enahw_reg_resp), ENA_SYNC_PREREAD);
		return (ENA_AGAIN);
	}
	*val = enahw_load32(&resp->rr_val);
	if (*val == ENAHW_ALL_ONES) {
		ena_gone(dev);
		return (ENA_GONE);
	}
	return (ENA_OK);
}

/*
 * No answer in time.  One lost answer must not cost the device, least of all
 * in the middle of a reset, so it is asked again before giving up.
 */
static enum ena_result
ena_reg_late(struct ena_dev *dev, uint32_t off)
{
	uint32_t val;

	if (++dev->dev_reg_tries < ENA_REG_TRIES)
		return (ENA_AGAIN);
	dev->dev_reg_tries = 0;
	/* a load also works on readless devices, and tells slow from gone */
	if (ena_reg_direct(dev, off, &val) == ENA_GONE)
		return (ENA_GONE);
	ena_log(dev->dev_os, ENA_LOG_ERR, "register 0x%x: no answer", off);
	return (ENA_TIMEOUT);
}

/* There is one slot: an abandoned read ends, one way or another, first. */
static bool
ena_reg_settle(struct ena_dev *dev)
{
	uint32_t val;

	if (ena_reg_poll(dev, &val) == ENA_AGAIN &&
	    ena_os_now_us(dev->dev_os) < dev->dev_reg_deadline_us)
		return (false);
	dev->dev_reg_busy = false;
	return (true);
}

/*
 * Read a fixed register.  ENA_AGAIN: call again with the same offset.
 * ENA_TIMEOUT is not ENA_GONE: a slow device may still come back.
 */
enum ena_result
ena_reg_read(struct ena_dev *dev, uint32_t off, uint32_t *val)
{
	enum ena_result r;

	if (ena_os_load_acq(&dev->dev_fault) == ENA_FAULT_GONE)
		return (ENA_GONE);
	if (!dev->dev_info.in_readless)
		return (ena_reg_direct(dev, off, val));
	if (dev->dev_reg_busy && dev->dev_reg_off != off &&
	    !ena_reg_settle(dev))
		return (ENA_AGAIN);
	if (!dev->dev_reg_busy)
		ena_reg_request(dev, off);
	r = ena_reg_poll(dev, val);
	if (r == ENA_AGAIN &&
	    ena_os_now_us(dev->dev_os) < dev->dev_reg_deadline_us)
		return (ENA_AGAIN);
	dev->dev_reg_busy = false;
	if (r == ENA_AGAIN)
		return (ena_reg_late(dev, off));
	dev->dev_reg_tries = 0;
	return (r);
}

/*
 * DEV_CTL word that starts a reset.  Reasons above 15 need a capability that
 * is only known after the first attribute query; without it they become
 * GENERIC.
 */
uint32_t
ena_reset_word(const struct ena_dev *dev, uint32_t reason)
{
	uint32_t hi;

	hi = reason >> 4;
	if (hi != 0 && !ena_can(dev, ENAHW_CAP_EXT_RESET_REASONS)) {
		reason = ENAHW_RESET_GENERIC;
		hi = 0;
	}
	return (ENAHW_DEV_CTL_RESET |
	    ENAHW_PUT(ENAHW_DEV_CTL_REASON_LO, reason & 0xfU) |
	    ENAHW_PUT(ENAHW_DEV_CTL_REASON_HI, hi));
}

static enum ena_result
ena_reset_caps(struct ena_dev *dev, uint32_t caps)
{
	uint32_t units;

	units = ENAHW_GET(ENAHW_CAPS_RESET_TO, caps);
	if (units == 0) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "CAPS 0x%x: reset timeout is zero", caps);
		return (ENA_PROTOCOL);
	}
	dev->dev_caps = caps;
	dev->dev_reset_timeout_us = units * 100000U;
	units = ENAHW_GET(ENAHW_CAPS_ADMIN_TO, caps);
	ena_os_store_rel(&dev->dev_admin_timeout_us,
	    units != 0 ? units * 100000U : ENA_ADMIN_TIMEOUT_US);
	return (ENA_OK);
}

enum {
	RESET_CAPS, RESET_RELEASE_OLD, RESET_READY, RESET_TRIGGER,
	RESET_STARTED, RESET_RELEASE, RESET_FINISHED
};

void
ena_reset_abandon(struct ena_dev *dev)
{
	dev->dev_reset_pc = RESET_FINISHED + 1;
}

/* Has a reset been triggered that has not ended yet? */
bool
ena_reset_open(const struct ena_dev *dev)
{
	return (dev->dev_reset_pc > RESET_TRIGGER &&
	    dev->dev_reset_pc <= RESET_FINISHED);
}

/*
 * Start over.  The response address is written again: a reset that was given
 * up may have made the device forget it.
 */
void
ena_reset_begin(struct ena_dev *dev)
{
	dev->dev_reset_pc = RESET_CAPS;
	dev->dev_reg_tries = 0;
	dev->dev_sts_asked = false;
	ena_reg_resp_set(dev);
}

/* Poll DEV_STS until bit is as wanted, at most until the deadline. */
static enum ena_result
ena_reset_wait(struct ena_dev *dev, uint32_t bit, bool set)
{
	enum ena_result r;
	uint32_t sts;

	r = ena_reg_read(dev, ENAHW_REG_DEV_STS, &sts);
	if (r != ENA_OK)
		return (r);
	if (((sts & bit) != 0) == set)
		return (ENA_OK);
	if (ena_os_now_us(dev->dev_os) < dev->dev_deadline_us)
		return (ENA_AGAIN);
	ena_log(dev->dev_os, ENA_LOG_ERR,
	    "reset: DEV_STS 0x%x, bit 0x%x not %s in time", sts, bit,
	    set ? "set" : "clear");
	return (ENA_TIMEOUT);
}

static void
ena_reset_deadline(struct ena_dev *dev)
{
	dev->dev_deadline_us = ena_os_now_us(dev->dev_os) +
	    dev->dev_reset_timeout_us;
}

static void
ena_reset_trigger(struct ena_dev *dev, uint32_t reason)
{
	ena_reg_write(dev, ENAHW_REG_DEV_CTL, ena_reset_word(dev, reason));
	ena_reg_resp_set(dev);				/* R3 */
	dev->dev_stats.es_resets++;
}

static enum ena_result
ena_reset_phase(struct ena_dev *dev, uint32_t reason)
{
	enum ena_result r;
	uint32_t caps, sts;

	switch (dev->dev_reset_pc) {
	case RESET_CAPS:
		r = ena_reg_read(dev, ENAHW_REG_CAPS, &caps);
		if (r == ENA_OK)
			r = ena_reset_caps(dev, caps);
		if (r == ENA_OK)
			ena_reset_deadline(dev);
		return (r);
	case RESET_RELEASE_OLD:
		/* a reset that someone began and never ended */
		r = ena_reg_read(dev, ENAHW_REG_DEV_STS, &sts);
		if (r != ENA_OK)
			return (r);
		if (dev->dev_snap_open)
			dev->dev_snap.sn_dev_sts = sts;
		dev->dev_snap_open = false;
		if ((sts & ENAHW_DEV_STS_RESET_BUSY) != 0)
			ena_reg_write(dev, ENAHW_REG_DEV_CTL, 0);
		return (ENA_OK);
	case RESET_READY:
		return (ena_reset_wait(dev, ENAHW_DEV_STS_READY, true));
	case RESET_TRIGGER:
		ena_reset_trigger(dev, reason);
		ena_reset_deadline(dev);
		return (ENA_OK);
	case RESET_STARTED:
		return (ena_reset_wait(dev, ENAHW_DEV_STS_RESET_BUSY, true));
	case RESET_RELEASE:
		ena_reg_write(dev, ENAHW_REG_DEV_CTL, 0);
		ena_reset_deadline(dev);
		return (ENA_OK);
	default:
		return (ena_reset_wait(dev, ENAHW_DEV_STS_RESET_BUSY, false));
	}
}

/*
 * The two-phase handshake: in-progress must be seen to rise before DEV_CTL
 * is cleared, and to fall after.  ENA_AGAIN until finished.
 */
enum ena_result
ena_reset_step(struct ena_dev *dev, uint32_t reason)
{
	enum ena_result r;

	while (dev->dev_reset_pc <= RESET_FINISHED) {
		r = ena_reset_phase(dev, reason);
		if (r != ENA_OK)
			return (r);
		ena_os_trace(dev->dev_os, ENA_TRACE_RESET, reason,
		    dev->dev_reset_pc);
		dev->dev_reset_pc++;
	}
	return (ENA_OK);
}
