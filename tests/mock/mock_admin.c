/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin queue of the device model: fetch at the doorbell, execute and
 * complete later.
 *
 * A command is copied out of host memory when its doorbell is rung, waits in
 * d->pend[] until it is due, is executed, and completed in the same moment;
 * so its effects become visible together with its completion.  The number
 * of waiting commands is bounded by the ring depth, which is bounded by
 * MOCK_ADMIN_MAX.
 */
#include "mock_priv.h"

struct mock_resp {
	uint8_t status;
	uint16_t ext;
	uint8_t body[sizeof(((struct enahw_acq_entry *)0)->ae_body)];
};

static uint32_t
cmd_w0(const uint8_t *cmd)
{
	struct enahw_le32 w;

	memcpy(&w, cmd, sizeof(w));
	return (enahw_h32(w));
}

/* A CAPS register was written: the ring begins to exist. */
void
mock_admin_caps(struct mockdev *d, struct mock_areg *r, uint64_t base,
    uint32_t val, const char *name)
{
	uint32_t depth, entry;

	depth = ENAHW_GET(ENAHW_RING_CAPS_DEPTH, val);
	entry = ENAHW_GET(ENAHW_RING_CAPS_ENTRY, val);
	if (r->set)
		mock_rule(d, MR_AQ_REREGISTER, "%s_CAPS 0x%08x", name, val);
	if (entry != ENAHW_ADMIN_ENTRY || !mock_pow2(depth) ||
	    depth > MOCK_ADMIN_MAX) {
		r->set = false;
		mock_rule(d, MR_RING_CAPS, "%s: %u entries of %u bytes", name,
		    depth, entry);
		return;
	}
	if ((base & 7) != 0)
		mock_rule(d, MR_RING_ALIGN, "%s at 0x%llx", name,
		    (unsigned long long)base);
	r->base = base;
	r->depth = depth;
	r->set = true;
}

/* Decode an address in a command; false: report and refuse. */
bool
mock_addr(struct mockdev *d, const struct enahw_addr *a, uint64_t *out,
    const char *what)
{
	uint64_t v;

	v = (uint64_t)enahw_h16(a->a_hi) << 32 | enahw_h32(a->a_lo);
	*out = v;
	if (enahw_h16(a->a_mbz) != 0 || (v >> d->p.dma_bits) != 0) {
		mock_rule(d, MR_CMD_ADDR, "%s 0x%llx, upper bytes 0x%x, "
		    "%u bits", what, (unsigned long long)v,
		    enahw_h16(a->a_mbz), d->p.dma_bits);
		return (false);
	}
	return (true);
}

/* -- fetch */

static void
check_header(struct mockdev *d, const uint8_t *cmd)
{
	uint32_t w0, known;
	unsigned int i;

	w0 = cmd_w0(cmd);
	known = ENAHW_AQ0_ID | ENAHW_AQ0_OPCODE | ENAHW_AQ0_PHASE |
	    ENAHW_AQ0_CTRL_DATA | ENAHW_AQ0_CTRL_INDIRECT;
	if ((w0 & ~known) != 0)
		mock_rule(d, MR_AQ_RESERVED, "header 0x%08x", w0);
	if ((w0 & ENAHW_AQ0_CTRL_DATA) != 0)
		mock_rule(d, MR_CTRL_FLAG, "header 0x%08x", w0);
	for (i = 0; i < d->npend; i++) {
		if ((cmd_w0(d->pend[i].cmd) & ENAHW_AQ0_ID) ==
		    (w0 & ENAHW_AQ0_ID)) {
			mock_rule(d, MR_AQ_ID_BUSY, "id %u", w0 &
			    ENAHW_AQ0_ID);
			break;
		}
	}
}

static void
enqueue(struct mockdev *d, const uint8_t *cmd)
{
	struct mock_pending *p;
	uint32_t late;

	if (d->npend == MOCK_ADMIN_MAX)
		return;		/* not reached: depth bounds npend */
	p = &d->pend[d->npend++];
	p->order = d->order++;
	memcpy(p->cmd, cmd, sizeof(p->cmd));
	p->due = mock_after(d, d->o.admin_us);
	if (mock_hit_cmd(d, MOCK_F_ADMIN_LATE, cmd, &late))
		p->due = mock_now(d) + late;
	if (p->due < d->admin_due)
		d->admin_due = p->due;
	mock_wake(d, p->due);
}

static bool
fetch_one(struct mockdev *d)
{
	uint8_t cmd[ENAHW_ADMIN_ENTRY];
	uint64_t at;
	uint32_t w0, opcode, phase;

	at = d->aq.base + (uint64_t)(d->aq_tail & (d->aq.depth - 1)) *
	    ENAHW_ADMIN_ENTRY;
	if (!mock_dma_rd(d, at, cmd, sizeof(cmd), "AQ entry"))
		return (false);
	w0 = cmd_w0(cmd);
	phase = mock_phase(d->aq_tail, d->aq.depth);
	if (ENAHW_GET(ENAHW_AQ0_PHASE, w0) != phase) {
		mock_rule(d, MR_AQ_PHASE, "position %u, phase %u expected, "
		    "header 0x%08x", d->aq_tail, phase, w0);
		return (false);
	}
	check_header(d, cmd);
	d->aq_tail++;
	d->admin_seen = true;
	d->st.admin_cmds++;
	opcode = ENAHW_GET(ENAHW_AQ0_OPCODE, w0);
	if (opcode < 16)
		d->st.admin_by_opcode[opcode]++;
	mock_trace_cmd(d, cmd);
	/* whoever read the transcript may have stopped the device */
	if (d->fatal)
		return (false);
	if (mock_hit_cmd(d, MOCK_F_ADMIN_LOST, cmd, NULL))
		d->aq_retired++;
	else
		enqueue(d, cmd);
	return (true);
}

void
mock_admin_doorbell(struct mockdev *d, uint32_t val)
{
	uint16_t db, outstanding;

	d->st.doorbells++;
	if (!d->aq.set || !d->acq.set) {
		mock_rule(d, MR_AQ_UNREGISTERED, "AQ_DB 0x%x", val);
		return;
	}
	if (val > 0xffff)
		mock_rule(d, MR_DB_HIGH_BITS, "AQ_DB 0x%08x", val);
	db = (uint16_t)val;
	if (db == d->aq_tail) {
		mock_rule(d, MR_DB_IDLE, "AQ_DB %u again", db);
		return;
	}
	outstanding = (uint16_t)(db - d->aq_retired);
	if (outstanding > d->aq.depth || outstanding > d->acq.depth) {
		mock_rule(d, MR_AQ_OVERRUN, "AQ_DB %u, %u retired, depth %u",
		    db, d->aq_retired, d->aq.depth);
		return;
	}
	while (d->aq_tail != db && fetch_one(d))
		continue;
	if (d->o.admin_us == 0 && d->admin_due <= mock_now(d))
		mock_admin_run(d);
}

/* -- execute */

static uint8_t
execute(struct mockdev *d, const uint8_t *cmd, struct mock_resp *r)
{
	uint32_t opcode;

	opcode = ENAHW_GET(ENAHW_AQ0_OPCODE, cmd_w0(cmd));
	switch (opcode) {
	case ENAHW_OP_CREATE_SQ:
		return (mock_create_sq(d, cmd, r->body));
	case ENAHW_OP_DESTROY_SQ:
		return (mock_destroy_sq(d, cmd));
	case ENAHW_OP_CREATE_CQ:
		return (mock_create_cq(d, cmd, r->body));
	case ENAHW_OP_DESTROY_CQ:
		return (mock_destroy_cq(d, cmd));
	case ENAHW_OP_GET_FEATURE:
		return (mock_feature(d, cmd, r->body, false));
	case ENAHW_OP_SET_FEATURE:
		return (mock_feature(d, cmd, r->body, true));
	case ENAHW_OP_GET_STATS:
		return (mock_get_stats_cmd(d, cmd, r->body));
	default:
		mock_rule(d, MR_ADMIN_OPCODE, "opcode %u", opcode);
		return (ENAHW_ST_BAD_OPCODE);
	}
}

static void
put_completion(struct mockdev *d, uint32_t id, const struct mock_resp *r)
{
	struct enahw_acq_entry ae;
	uint64_t at;
	uint32_t w0;

	w0 = ENAHW_PUT(ENAHW_ACQ0_ID, id) |
	    ENAHW_PUT(ENAHW_ACQ0_STATUS, r->status) |
	    ENAHW_PUT(ENAHW_ACQ0_PHASE, mock_phase(d->acq_tail,
	    d->acq.depth));
	memset(&ae, 0, sizeof(ae));
	ae.ae_w0 = enahw_le32(w0);
	ae.ae_ext_status = enahw_le16(r->ext);
	memcpy(ae.ae_body, r->body, sizeof(ae.ae_body));
	at = d->acq.base + (uint64_t)(d->acq_tail & (d->acq.depth - 1)) *
	    ENAHW_ADMIN_ENTRY;
	d->acq_tail++;
	if (!mock_dma_wr(d, at, &ae, sizeof(ae), "ACQ entry"))
		return;
	mock_trace(d, "completion id=%u status=%u ext=%u", id, r->status,
	    r->ext);
	if (d->bus.trace != NULL)
		mock_trace_hex(d, "response", r->body, sizeof(r->body));
	mock_trace_answer(d);
}

/*
 * Execute one command.  The completion is not written if executing it made
 * the device stop.
 */
static void
complete(struct mockdev *d, const uint8_t *cmd)
{
	struct mock_resp r;
	uint32_t arg, id;
	bool twice;

	memset(&r, 0, sizeof(r));
	d->answer_len = 0;
	id = ENAHW_GET(ENAHW_AQ0_ID, cmd_w0(cmd));
	if (mock_hit_cmd(d, MOCK_F_ADMIN_STATUS, cmd, &arg)) {
		r.status = (uint8_t)(arg & 0xff);
		r.ext = (uint16_t)(arg >> 8);
	} else
		r.status = execute(d, cmd, &r);
	d->aq_retired++;
	if (d->fatal)
		return;
	if (r.status != ENAHW_ST_SUCCESS) {
		d->st.admin_failed++;
		memset(r.body, 0, sizeof(r.body));
	}
	if (mock_hit_cmd(d, MOCK_F_ADMIN_WRONG_ID, cmd, &arg))
		id = arg;
	twice = mock_hit_cmd(d, MOCK_F_ADMIN_TWICE, cmd, NULL);
	put_completion(d, id, &r);
	if (twice)
		put_completion(d, id, &r);
	if (!mock_hit_cmd(d, MOCK_F_ADMIN_NO_INTR, cmd, NULL))
		d->mgmt_pending = true;
}

/* Next command to complete: the first in time, or any if we shuffle. */
static struct mock_pending *
choose(struct mockdev *d, uint64_t now)
{
	struct mock_pending *p, *best;
	unsigned int i, seen;

	best = NULL;
	seen = 0;
	for (i = 0; i < d->npend; i++) {
		p = &d->pend[i];
		if (p->due > now)
			continue;
		seen++;
		if (best == NULL)
			best = p;
		else if (d->o.admin_reorder) {
			if (mock_rand(d, seen) == 0)
				best = p;
		} else if (p->due < best->due || (p->due == best->due &&
		    (int32_t)(p->order - best->order) < 0))
			best = p;
	}
	return (best);
}

void
mock_admin_run(struct mockdev *d)
{
	struct mock_pending *p;
	uint8_t cmd[ENAHW_ADMIN_ENTRY];
	unsigned int i;

	while (!d->fatal && (p = choose(d, mock_now(d))) != NULL) {
		memcpy(cmd, p->cmd, sizeof(cmd));
		*p = d->pend[--d->npend];
		complete(d, cmd);
	}
	d->admin_due = MOCK_NEVER;
	for (i = 0; i < d->npend; i++)
		if (d->pend[i].due < d->admin_due)
			d->admin_due = d->pend[i].due;
	mock_wake(d, d->admin_due);
	mock_mgmt_kick(d);
}
