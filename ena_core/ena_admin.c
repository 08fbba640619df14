/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin queue: posts commands, takes answers, gives up on lost ones.  Knows
 * slots, not commands.
 *
 * Lane: ADMIN.  Owns the AQ and ACQ rings, the slot table and the control
 * buffer.
 *
 * There is one primitive, ena_admin_post(); waiting is the caller's.  Polled
 * and interrupt-driven use differ only in who calls ena_admin_reap().
 *
 * A1: a slot is busy from post until its answer, its timeout or a reset; its
 *     request is answered exactly once.
 * A2: at most ENA_AQ_DEPTH commands are outstanding, so neither ring can
 *     overrun.
 * A3: an answer is taken by phase *and* id *and* a busy slot.  An idle slot
 *     means a late answer: counted, ignored.  An id beyond the table is a
 *     device that has lost its mind: fault.
 * A4: one timeout poisons the queue: positions may no longer agree with the
 *     device, so everything else is given up and a reset asked for.
 *
 * ref: docs/hw-notes.md#admin
 */
#include "ena_priv.h"

/* Zero both rings, also on the device's side, and start from position 0. */
void
ena_admin_start(struct ena_dev *dev)
{
	struct ena_os_dma *aq = &dev->dev_dma[ENA_DMA_AQ];
	struct ena_os_dma *acq = &dev->dev_dma[ENA_DMA_ACQ];
	size_t bytes;

	bytes = ENA_AQ_DEPTH * ENAHW_ADMIN_ENTRY;
	memset(aq->dma_va, 0, bytes);
	memset(acq->dma_va, 0, bytes);
	ena_os_dma_sync(dev->dev_os, aq, 0, bytes, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, acq, 0, bytes, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, acq, 0, bytes, ENA_SYNC_PREREAD);
	dev->dev_aq_tail_pos = 0;
	dev->dev_acq_head_pos = 0;
	dev->dev_aq_next_id = 0;
	dev->dev_sync_state = ENA_SYNC_IDLE;
	dev->dev_admin_up = true;
}

static void
ena_admin_record(struct ena_dev *dev, const struct ena_req *req,
    uint16_t id, uint64_t posted_us)
{
	struct ena_admin_rec *rec;
	uint64_t now;

	now = ena_os_now_us(dev->dev_os);
	rec = &dev->dev_log[dev->dev_log_pos++ % ENA_ADMIN_LOG];
	rec->ar_time_us = (uint32_t)now;
	rec->ar_took_us = (uint32_t)(now - posted_us);
	rec->ar_opcode = req->rq_opcode;
	rec->ar_feature = req->rq_feature;
	rec->ar_status = req->rq_status;
	rec->ar_ext_status = req->rq_ext_status;
	rec->ar_result = (uint8_t)req->rq_result;
	rec->ar_id = id;
}

/* Answer a request: free its slot first, so that rq_done may post again. */
static void
ena_admin_finish(struct ena_dev *dev, unsigned int id, enum ena_result r)
{
	struct ena_admin_slot *slot = &dev->dev_slots[id];
	struct ena_req *req;

	req = slot->as_req;
	slot->as_req = NULL;
	dev->dev_aq_out--;
	if (req->rq_ctrl) {
		req->rq_ctrl = false;
		dev->dev_ctrl_busy = false;
	}
	req->rq_result = r;
	req->rq_busy = false;
	ena_admin_record(dev, req, (uint16_t)id, slot->as_posted_us);
	if (req->rq_done != NULL)
		req->rq_done(dev, req);
}

/* Give up on everything outstanding. */
void
ena_admin_stop(struct ena_dev *dev, enum ena_result r)
{
	unsigned int id;

	dev->dev_admin_up = false;
	for (id = 0; id < ENA_AQ_DEPTH; id++)
		if (dev->dev_slots[id].as_req != NULL)
			ena_admin_finish(dev, id, r);
}

/* The one place that turns a device status into a result. */
enum ena_result
ena_status_result(uint8_t status)
{
	switch (status) {
	case ENAHW_ST_SUCCESS:
		return (ENA_OK);
	case ENAHW_ST_NO_RESOURCES:
		return (ENA_NO_MEMORY);
	case ENAHW_ST_UNSUPPORTED:
		return (ENA_UNSUPPORTED);
	case ENAHW_ST_BUSY:
		return (ENA_BUSY);
	default:
		return (ENA_REFUSED);
	}
}

static uint16_t
ena_admin_free_id(const struct ena_dev *dev)
{
	uint16_t id;

	/* bounded: fewer than ENA_AQ_DEPTH slots are busy (A2) */
	for (id = dev->dev_aq_next_id; dev->dev_slots[id].as_req != NULL;)
		id = (uint16_t)((id + 1) % ENA_AQ_DEPTH);
	return (id);
}

/* May a command be posted, and is there memory for it? */
enum ena_result
ena_admin_ready(const struct ena_dev *dev)
{
	enum ena_result r;

	r = ena_alive(dev);
	return (r == ENA_OK && !dev->dev_admin_up ? ENA_STATE : r);
}

/*
 * Post a command.  The ring gets the whole zeroed 64 bytes, id and phase
 * filled in here.  req is the core's until rq_done.
 */
enum ena_result
ena_admin_post(struct ena_dev *dev, const union ena_cmd *cmd,
    struct ena_req *req)
{
	struct ena_os_dma *aq = &dev->dev_dma[ENA_DMA_AQ];
	union ena_cmd c;
	enum ena_result r;
	uint32_t w0;
	uint16_t id;
	size_t off;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_admin_ready(dev);
	if (r != ENA_OK)
		return (r);
	if (req->rq_busy)
		return (ENA_BUSY);
	if (dev->dev_aq_out >= ENA_AQ_DEPTH)
		return (ENA_NO_ROOM);

	id = ena_admin_free_id(dev);
	dev->dev_aq_next_id = (uint16_t)((id + 1) % ENA_AQ_DEPTH);
	c = *cmd;
	w0 = enahw_h32(c.c_w0) | ENAHW_PUT(ENAHW_AQ0_ID, id) |
	    ena_phase_at(dev->dev_aq_tail_pos, ENA_AQ_DEPTH - 1,
	    ENAHW_AQ0_PHASE);
	c.c_w0 = enahw_le32(w0);
	off = (dev->dev_aq_tail_pos % ENA_AQ_DEPTH) * sizeof(c);
	ena_os_dma_sync(dev->dev_os, aq, off, sizeof(c), ENA_SYNC_POSTWRITE);
	memcpy((uint8_t *)aq->dma_va + off, &c, sizeof(c));
	ena_os_dma_sync(dev->dev_os, aq, off, sizeof(c), ENA_SYNC_PREWRITE);

	req->rq_busy = true;
	req->rq_opcode = (uint8_t)ENAHW_GET(ENAHW_AQ0_OPCODE, w0);
	req->rq_feature = req->rq_opcode == ENAHW_OP_GET_FEATURE ||
	    req->rq_opcode == ENAHW_OP_SET_FEATURE ? c.c_feature.fc_id : 0;
	req->rq_status = 0;
	req->rq_ext_status = 0;
	dev->dev_slots[id].as_req = req;
	dev->dev_slots[id].as_posted_us = ena_os_now_us(dev->dev_os);
	dev->dev_aq_out++;
	dev->dev_aq_tail_pos++;
	dev->dev_stats.es_admin_cmds++;
	ena_os_trace(dev->dev_os, ENA_TRACE_COMMAND, w0, id);
	ena_reg_write(dev, ENAHW_REG_AQ_DB, dev->dev_aq_tail_pos);
	return (ENA_OK);
}

/* Log a refusal with all the device said; "unsupported" is everyday. */
static void
ena_admin_refused(struct ena_dev *dev, const struct ena_req *req)
{
	dev->dev_stats.es_admin_failed++;
	ena_log(dev->dev_os, req->rq_status == ENAHW_ST_UNSUPPORTED ?
	    ENA_LOG_DEBUG : ENA_LOG_WARN,
	    "%s %s: status %u (%s), extended 0x%x",
	    ena_opcode_name(req->rq_opcode),
	    req->rq_feature != 0 ? ena_feature_name(req->rq_feature) : "",
	    req->rq_status, ena_status_name(req->rq_status),
	    req->rq_ext_status);
}

/* One answer, already copied out of the ring. */
static void
ena_admin_answer(struct ena_dev *dev, const struct enahw_acq_entry *ae)
{
	struct ena_req *req;
	enum ena_result r;
	uint32_t id, w0;

	w0 = enahw_h32(ae->ae_w0);
	id = ENAHW_GET(ENAHW_ACQ0_ID, w0);
	if (id >= ENA_AQ_DEPTH) {				/* A3 */
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "admin answer with id %u, only %u exist", id,
		    ENA_AQ_DEPTH);
		ena_fault(dev, ENAHW_RESET_ADMIN_TO);
		return;
	}
	req = dev->dev_slots[id].as_req;
	if (req == NULL) {
		dev->dev_stats.es_admin_stale++;
		return;
	}
	req->rq_status = (uint8_t)ENAHW_GET(ENAHW_ACQ0_STATUS, w0);
	req->rq_ext_status = enahw_h16(ae->ae_ext_status);
	ena_os_trace(dev->dev_os, ENA_TRACE_ANSWER, w0,
	    ena_os_now_us(dev->dev_os) - dev->dev_slots[id].as_posted_us);
	r = ena_status_result(req->rq_status);
	if (r != ENA_OK)
		ena_admin_refused(dev, req);
	else if (req->rq_parse != NULL)
		r = req->rq_parse(dev, req, ae);
	ena_admin_finish(dev, id, r);
}

/* Take what is in the ring; true if there was anything. */
bool
ena_admin_take(struct ena_dev *dev)
{
	struct ena_os_dma *acq = &dev->dev_dma[ENA_DMA_ACQ];
	const struct enahw_acq_entry *ring = acq->dma_va;
	struct enahw_acq_entry ae;
	unsigned int i, n;
	uint32_t w0;

	if (!dev->dev_admin_up)
		return (false);
	n = 0;
	ena_os_dma_sync(dev->dev_os, acq, 0,
	    ENA_AQ_DEPTH * sizeof(ae), ENA_SYNC_POSTREAD);
	while (n < ENA_AQ_DEPTH && dev->dev_admin_up) {
		i = dev->dev_acq_head_pos % ENA_AQ_DEPTH;
		w0 = enahw_load32(&ring[i].ae_w0);
		if ((w0 & ENAHW_ACQ0_PHASE) != ena_phase_at(
		    dev->dev_acq_head_pos, ENA_AQ_DEPTH - 1,
		    ENAHW_ACQ0_PHASE))
			break;
		ena_os_rmb(dev->dev_os);
		memcpy(&ae, &ring[i], sizeof(ae));
		ae.ae_w0 = enahw_le32(w0);	/* the word that was judged */
		dev->dev_acq_head_pos++;
		n++;
		ena_admin_answer(dev, &ae);
	}
	ena_os_dma_sync(dev->dev_os, acq, 0,
	    ENA_AQ_DEPTH * sizeof(ae), ENA_SYNC_PREREAD);
	return (n != 0);
}

enum ena_result
ena_admin_reap(struct ena_dev *dev)
{
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_alive(dev);
	if (r == ENA_OK) {
		(void)ena_admin_take(dev);
		r = ena_alive(dev);
	}
	if (r != ENA_OK)			/* waiters end at once */
		ena_admin_stop(dev, r == ENA_GONE ? ENA_GONE : ENA_ABORTED);
	return (r);
}

/* A command posted at least age_us before now; ENA_AQ_DEPTH if none. */
static unsigned int
ena_admin_older(const struct ena_dev *dev, uint64_t now, uint32_t age_us)
{
	unsigned int id;

	for (id = 0; id < ENA_AQ_DEPTH; id++)
		if (dev->dev_slots[id].as_req != NULL &&
		    now - dev->dev_slots[id].as_posted_us >= age_us)
			break;
	return (id);
}

/*
 * Look for commands whose time is up.  The ring gets a last look first: an
 * answer that is there while the interrupt never came is a lost interrupt,
 * not a dead device.
 */
void
ena_admin_expire(struct ena_dev *dev)
{
	const struct ena_req *req;
	uint32_t limit;
	unsigned int id;
	uint64_t now;

	now = ena_os_now_us(dev->dev_os);
	limit = ena_os_load_acq(&dev->dev_admin_timeout_us);
	if (ena_admin_older(dev, now, ena_min32(limit, ENA_ADMIN_LATE_US)) ==
	    ENA_AQ_DEPTH)
		return;
	if (ena_admin_take(dev) && dev->dev_admin_intr)
		dev->dev_stats.es_admin_no_intr++;
	/* later than now: answers may have posted new commands */
	id = ena_admin_older(dev, ena_os_now_us(dev->dev_os), limit);
	if (id == ENA_AQ_DEPTH)
		return;
	req = dev->dev_slots[id].as_req;
	dev->dev_stats.es_admin_timeouts++;
	ena_log(dev->dev_os, ENA_LOG_ERR,
	    "%s %s (id %u): no answer in %u us",
	    ena_opcode_name(req->rq_opcode), req->rq_feature != 0 ?
	    ena_feature_name(req->rq_feature) : "", id, limit);
	ena_fault(dev, ENAHW_RESET_ADMIN_TO);
	ena_admin_stop(dev, ENA_TIMEOUT);			/* A4 */
}

static enum ena_result
ena_admin_keep(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	(void)req;
	dev->dev_sync_answer = *ae;
	return (ENA_OK);
}

static void
ena_admin_ran(struct ena_dev *dev, struct ena_req *req)
{
	(void)req;
	dev->dev_sync_state = dev->dev_sync_state == ENA_SYNC_ORPHAN ?
	    ENA_SYNC_IDLE : ENA_SYNC_DONE;
}

/*
 * Run one command inside a step: ENA_AGAIN until it is answered, then its
 * result, with the answer in dev_sync_answer.  post puts the command into the
 * queue; call with the same one until then.
 */
enum ena_result
ena_admin_run_post(struct ena_dev *dev, ena_post_fn *post, const void *arg)
{
	enum ena_result r;

	switch (dev->dev_sync_state) {
	case ENA_SYNC_IDLE:
		dev->dev_sync.rq_parse = ena_admin_keep;
		dev->dev_sync.rq_done = ena_admin_ran;
		r = post(dev, arg, &dev->dev_sync);
		if (r == ENA_OK)
			dev->dev_sync_state = ENA_SYNC_POSTED;
		return (r == ENA_OK || r == ENA_NO_ROOM || r == ENA_BUSY ?
		    ENA_AGAIN : r);
	case ENA_SYNC_POSTED:
	case ENA_SYNC_ORPHAN:
		return (ENA_AGAIN);
	default:
		dev->dev_sync_state = ENA_SYNC_IDLE;
		return (dev->dev_sync.rq_result);
	}
}

static enum ena_result
ena_admin_post_plain(struct ena_dev *dev, const void *cmd,
    struct ena_req *req)
{
	return (ena_admin_post(dev, cmd, req));
}

enum ena_result
ena_admin_run(struct ena_dev *dev, const union ena_cmd *cmd)
{
	return (ena_admin_run_post(dev, ena_admin_post_plain, cmd));
}

/*
 * The control buffer, for commands whose data does not fit their entry.
 * One command at a time; NULL while another one uses it.  The caller knows
 * that there is memory, fills it, then posts with ena_ctrl_post() at once.
 */
void *
ena_ctrl_claim(struct ena_dev *dev, size_t len)
{
	struct ena_os_dma *ctrl = &dev->dev_dma[ENA_DMA_CTRL];

	ENA_OS_ASSERT(len <= ENA_CTRL_BYTES);
	if (dev->dev_ctrl_busy)
		return (NULL);
	ena_os_dma_sync(dev->dev_os, ctrl, 0, len, ENA_SYNC_POSTREAD);
	ena_os_dma_sync(dev->dev_os, ctrl, 0, len, ENA_SYNC_POSTWRITE);
	memset(ctrl->dma_va, 0, len);
	return (ctrl->dma_va);
}

/* Lend the control buffer and post a command that names it. */
enum ena_result
ena_ctrl_send(struct ena_dev *dev, const union ena_cmd *cmd, size_t len,
    struct ena_req *req)
{
	struct ena_os_dma *ctrl = &dev->dev_dma[ENA_DMA_CTRL];
	enum ena_result r;

	ena_os_dma_sync(dev->dev_os, ctrl, 0, len, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, ctrl, 0, len, ENA_SYNC_PREREAD);
	r = ena_admin_post(dev, cmd, req);
	if (r == ENA_OK) {
		req->rq_ctrl = true;
		dev->dev_ctrl_busy = true;
	}
	return (r);
}

/* Post a command that reads or writes len bytes of the control buffer. */
enum ena_result
ena_ctrl_post(struct ena_dev *dev, union ena_cmd *cmd, size_t len,
    struct ena_req *req)
{
	ena_cmd_ctrl(cmd, dev->dev_dma[ENA_DMA_CTRL].dma_pa, len);
	return (ena_ctrl_send(dev, cmd, len, req));
}

/* What the device has put into the control buffer; inside rq_parse. */
const void *
ena_ctrl_answer(struct ena_dev *dev, size_t len)
{
	struct ena_os_dma *ctrl = &dev->dev_dma[ENA_DMA_CTRL];

	ena_os_dma_sync(dev->dev_os, ctrl, 0, len, ENA_SYNC_POSTREAD);
	return (ctrl->dma_va);
}
