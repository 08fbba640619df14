/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the device model: direct and readless reads, writes, and the
 * two-phase reset.
 *
 * A reset is IDLE -> (DEV_CTL = 1) STARTING -> BUSY -> (DEV_CTL = 0) ENDING
 * -> IDLE.  State is lost at the DEV_CTL write already, so that nothing
 * touches host memory from then on except answers to readless reads at the
 * address registered afterwards.  Between DEV_CTL = 1 and the end only the
 * handshake registers are heard.
 *
 * MMIO_RESP_LO of a pair LO/HI takes effect at once, as do ring bases only
 * when the CAPS register is written.
 */
#include "mock_priv.h"

uint32_t
mock_dev_sts(const struct mockdev *d)
{
	uint32_t v;

	v = 0;
	if (d->rs == MOCK_RS_BUSY || d->rs == MOCK_RS_ENDING)
		v |= ENAHW_DEV_STS_RESET_BUSY;
	else
		v |= ENAHW_DEV_STS_READY;
	if (d->fatal)
		v |= ENAHW_DEV_STS_FATAL;
	return (v);
}

static uint32_t
reg_caps(const struct mockdev *d)
{
	return (ENAHW_CAPS_CONTIG |
	    ENAHW_PUT(ENAHW_CAPS_RESET_TO, d->p.reset_timeout_100ms) |
	    ENAHW_PUT(ENAHW_CAPS_DMA_WIDTH, d->p.dma_bits) |
	    ENAHW_PUT(ENAHW_CAPS_ADMIN_TO, d->p.admin_timeout_100ms));
}

/* Value of a readable register; false if it is none. */
static bool
reg_value(const struct mockdev *d, uint32_t off, uint32_t *v)
{
	switch (off) {
	case ENAHW_REG_VERSION:
		*v = d->p.version;
		return (true);
	case ENAHW_REG_CONTROLLER_VERSION:
		*v = d->p.controller_version;
		return (true);
	case ENAHW_REG_CAPS:
		*v = reg_caps(d);
		return (true);
	case ENAHW_REG_CAPS_EXT:
		*v = 0;
		return (true);
	case ENAHW_REG_ACQ_TAIL:
		*v = d->acq_tail;
		return (true);
	case ENAHW_REG_AENQ_TAIL:
		*v = d->aenq_tail;
		return (true);
	case ENAHW_REG_DEV_STS:
		*v = mock_dev_sts(d);
		return (true);
	default:
		*v = 0;
		return (false);
	}
}

uint32_t
mock_reg_read(struct mockdev *d, uint32_t off)
{
	uint32_t v;

	d->st.reg_reads++;
	if (d->gone)
		return (ENAHW_ALL_ONES);
	if (off >= d->p.bar0_bytes) {
		mock_rule(d, MR_REG_OUTSIDE, "read at 0x%x of 0x%x", off,
		    d->p.bar0_bytes);
		return (ENAHW_ALL_ONES);
	}
	if ((off & 3) != 0) {
		mock_rule(d, MR_REG_UNALIGNED, "read at 0x%x", off);
		return (0);
	}
	/* A driver may poll without letting us run. */
	if (d->rs_due <= mock_now(d))
		mock_reset_step(d);
	if (!reg_value(d, off, &v))
		mock_rule(d, MR_REG_READ_WO, "read at 0x%x (%s)", off,
		    mock_reg_name(off));
	mock_trace(d, "read reg=%s off=0x%x val=0x%08x", mock_reg_name(off),
	    off, v);
	return (v);
}

/* -- readless reads */

static void
readless_request(struct mockdev *d, uint32_t val)
{
	if ((d->p.revision & 1) != 0) {
		mock_rule(d, MR_READLESS_ABSENT, "request 0x%08x, revision %u",
		    val, d->p.revision);
		return;
	}
	if (!d->resp_set) {
		mock_rule(d, MR_READLESS_UNREGISTERED, "request 0x%08x", val);
		return;
	}
	if (mock_hit(d, MOCK_F_READLESS_LOST, NULL))
		return;
	if (d->rl_due != MOCK_NEVER)
		mock_rule(d, MR_READLESS_BUSY, "request 0x%08x before answer "
		    "to 0x%08x", val, d->rl_req);
	d->rl_req = val;
	d->rl_due = mock_after(d, d->o.readless_us);
	mock_wake(d, d->rl_due);
	if (d->o.readless_us == 0)
		mock_readless_answer(d);
}

void
mock_readless_answer(struct mockdev *d)
{
	struct enahw_reg_resp rr;
	uint32_t off, v;
	uint16_t seq;
	bool was_fatal;

	d->rl_due = MOCK_NEVER;
	if (d->rs_due <= mock_now(d))
		mock_reset_step(d);
	/* the address was cleared meanwhile: nowhere to answer to */
	if (!d->resp_set)
		return;
	off = ENAHW_GET(ENAHW_REG_READ_OFF, d->rl_req);
	seq = (uint16_t)ENAHW_GET(ENAHW_REG_READ_SEQ, d->rl_req);
	if (!reg_value(d, off, &v))
		mock_rule(d, MR_READLESS_OFFSET, "offset 0x%x (%s)", off,
		    mock_reg_name(off));
	mock_trace(d, "readless reg=%s off=0x%x seq=%u val=0x%08x",
	    mock_reg_name(off), off, seq, v);
	rr.rr_seq = enahw_le16(seq);
	rr.rr_off = enahw_le16((uint16_t)off);
	rr.rr_val = enahw_le32(v);
	if (mock_hit(d, MOCK_F_READLESS_WRONG_OFF, NULL))
		rr.rr_off = enahw_le16((uint16_t)(off + 4));
	if (mock_hit(d, MOCK_F_READLESS_STALE, NULL))
		rr.rr_seq = enahw_le16(d->rl_prev);
	d->rl_prev = seq;
	/* This lane works in the fatal state, too: else nobody could see it. */
	was_fatal = d->fatal;
	d->fatal = false;
	(void)mock_dma_wr(d, d->resp, &rr, sizeof(rr), "readless response");
	if (was_fatal)
		d->fatal = true;
}

/* -- reset */

static void
reset_start(struct mockdev *d, uint32_t val)
{
	uint32_t reason, hi;

	if (d->rs != MOCK_RS_IDLE) {
		mock_rule(d, MR_RESET_NOT_READY, "DEV_CTL 0x%08x, DEV_STS "
		    "0x%02x", val, mock_dev_sts(d));
		return;
	}
	if (!d->resp_set)
		mock_rule(d, MR_RESP_BEFORE_RESET, "DEV_CTL 0x%08x", val);
	reason = ENAHW_GET(ENAHW_DEV_CTL_REASON_LO, val);
	hi = ENAHW_GET(ENAHW_DEV_CTL_REASON_HI, val);
	if (hi != 0 &&
	    (d->p.capabilities & ENAHW_CAP_EXT_RESET_REASONS) == 0)
		mock_rule(d, MR_RESET_REASON, "extension %u without the "
		    "capability", hi);
	else
		reason |= hi << 4;
	if (reason >= ENAHW_RESET_COUNT)
		mock_rule(d, MR_RESET_REASON, "reason %u", reason);
	mock_trace(d, "reset reason=%u", reason);
	d->st.resets++;
	mock_counters_reset(d);
	if (reason < MOCK_REASONS)
		d->st.resets_by_reason[reason]++;
	mock_power_on(d);
	d->rs = MOCK_RS_STARTING;
	if (!mock_hit(d, MOCK_F_RESET_NEVER_STARTS, NULL)) {
		d->rs_due = mock_after(d, d->o.reset_us);
		mock_wake(d, d->rs_due);
	}
}

static void
reset_release(struct mockdev *d)
{
	switch (d->rs) {
	case MOCK_RS_STARTING:
		d->rs = MOCK_RS_IDLE;
		d->rs_due = MOCK_NEVER;
		mock_rule(d, MR_RESET_NOT_WAITED, "DEV_CTL cleared while "
		    "DEV_STS was 0x%02x", mock_dev_sts(d));
		break;
	case MOCK_RS_BUSY:
		d->rs = MOCK_RS_ENDING;
		d->rs_due = MOCK_NEVER;
		if (!mock_hit(d, MOCK_F_RESET_NEVER_ENDS, NULL)) {
			d->rs_due = mock_after(d, d->o.reset_us);
			mock_wake(d, d->rs_due);
		}
		break;
	case MOCK_RS_IDLE:
	case MOCK_RS_ENDING:
		break;
	}
}

/* The time of the present phase is over. */
void
mock_reset_step(struct mockdev *d)
{
	d->rs_due = MOCK_NEVER;
	if (d->rs == MOCK_RS_STARTING)
		d->rs = MOCK_RS_BUSY;
	else if (d->rs == MOCK_RS_ENDING)
		d->rs = MOCK_RS_IDLE;
	mock_trace(d, "status dev_sts=0x%02x", mock_dev_sts(d));
}

static void
dev_ctl(struct mockdev *d, uint32_t val)
{
	uint32_t rest;

	rest = val & ~(ENAHW_DEV_CTL_RESET | ENAHW_DEV_CTL_REASON_HI |
	    ENAHW_DEV_CTL_REASON_LO);
	if (rest != 0)
		mock_rule(d, MR_DEV_CTL_RESERVED, "DEV_CTL 0x%08x", val);
	if ((val & ENAHW_DEV_CTL_RESET) != 0)
		reset_start(d, val);
	else
		reset_release(d);
}

/* -- writes */

static void
set_half(uint64_t *reg, bool high, uint32_t val)
{
	if (high)
		*reg = (*reg & 0xffffffffU) | (uint64_t)val << 32;
	else
		*reg = (*reg & ~(uint64_t)0xffffffffU) | val;
}

static void
resp_write(struct mockdev *d, bool high, uint32_t val)
{
	set_half(&d->resp, high, val);
	d->resp_set = d->resp != 0;
}

/* Registers of the handshake, heard at any time.  True if it was one. */
static bool
write_early(struct mockdev *d, uint32_t off, uint32_t val)
{
	switch (off) {
	case ENAHW_REG_DEV_CTL:
		dev_ctl(d, val);
		return (true);
	case ENAHW_REG_MMIO_REG_READ:
		readless_request(d, val);
		return (true);
	case ENAHW_REG_MMIO_RESP_LO:
		resp_write(d, false, val);
		return (true);
	case ENAHW_REG_MMIO_RESP_HI:
		resp_write(d, true, val);
		return (true);
	default:
		return (false);
	}
}

static void
aenq_caps(struct mockdev *d, uint32_t val)
{
	mock_admin_caps(d, &d->aenq, d->aenq_base, val, "AENQ");
	d->aenq_late = d->admin_seen;
	d->aenq_armed = false;
	d->aenq_head = d->aenq_tail = 0;
	d->ka_due = MOCK_NEVER;
}

static void
intr_mask(struct mockdev *d, uint32_t val)
{
	d->intr_masked = (val & ENAHW_INTR_MASK_MGMT) != 0;
	mock_mgmt_kick(d);
}

static void
write_other(struct mockdev *d, uint32_t off, uint32_t val)
{
	uint32_t v;

	if (reg_value(d, off, &v))
		mock_rule(d, MR_REG_WRITE_RO, "0x%08x to %s", val,
		    mock_reg_name(off));
	else if (mock_phc_write(d, off, val) ||
	    mock_queue_write(d, off, val))
		return;
	else if (off <= ENAHW_REG_PHC_DB)
		mock_rule(d, MR_REG_RESERVED, "0x%08x to offset 0x%x", val,
		    off);
	else
		mock_rule(d, MR_DB_UNKNOWN, "0x%08x to offset 0x%x", val,
		    off);
}

static void
write_reg(struct mockdev *d, uint32_t off, uint32_t val)
{
	switch (off) {
	case ENAHW_REG_AQ_BASE_LO:
	case ENAHW_REG_AQ_BASE_HI:
		set_half(&d->aq_base, off == ENAHW_REG_AQ_BASE_HI, val);
		break;
	case ENAHW_REG_ACQ_BASE_LO:
	case ENAHW_REG_ACQ_BASE_HI:
		set_half(&d->acq_base, off == ENAHW_REG_ACQ_BASE_HI, val);
		break;
	case ENAHW_REG_AENQ_BASE_LO:
	case ENAHW_REG_AENQ_BASE_HI:
		set_half(&d->aenq_base, off == ENAHW_REG_AENQ_BASE_HI, val);
		break;
	case ENAHW_REG_AQ_CAPS:
		if (!d->resp_set)
			mock_rule(d, MR_RESP_AFTER_RESET, "AQ_CAPS 0x%08x",
			    val);
		mock_admin_caps(d, &d->aq, d->aq_base, val, "AQ");
		d->aq_tail = d->aq_retired = 0;
		break;
	case ENAHW_REG_ACQ_CAPS:
		mock_admin_caps(d, &d->acq, d->acq_base, val, "ACQ");
		d->acq_tail = 0;
		break;
	case ENAHW_REG_AENQ_CAPS:
		aenq_caps(d, val);
		break;
	case ENAHW_REG_AQ_DB:
		mock_admin_doorbell(d, val);
		break;
	case ENAHW_REG_AENQ_HEAD_DB:
		mock_aenq_head(d, val);
		break;
	case ENAHW_REG_INTR_MASK:
		intr_mask(d, val);
		break;
	default:
		write_other(d, off, val);
		break;
	}
}

void
mock_reg_write(struct mockdev *d, uint32_t off, uint32_t val)
{
	d->st.reg_writes++;
	if (d->gone)
		return;
	mock_trace(d, "write reg=%s off=0x%x val=0x%08x", mock_reg_name(off),
	    off, val);
	if (off >= d->p.bar0_bytes) {
		mock_rule(d, MR_REG_OUTSIDE, "write at 0x%x of 0x%x", off,
		    d->p.bar0_bytes);
		return;
	}
	if ((off & 3) != 0) {
		mock_rule(d, MR_REG_UNALIGNED, "write at 0x%x", off);
		return;
	}
	if (d->rs_due <= mock_now(d))
		mock_reset_step(d);
	if (write_early(d, off, val))
		return;
	if (d->rs != MOCK_RS_IDLE) {
		mock_rule(d, MR_REG_IN_RESET, "0x%08x to offset 0x%x", val,
		    off);
		return;
	}
	/* A device that has stopped hears the handshake only. */
	if (!d->fatal)
		write_reg(d, off, val);
}
