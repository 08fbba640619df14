/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step to a title and fields.  Commands are remembered by their id until
 * they complete, so that the completion knows what it answers, how long it
 * took and where the registers of a new queue are.
 *
 * Where what the model writes is not enough the bytes decide: the opcode
 * and the flags come from the body if there is one.
 */
#include "trace.h"

#include <stdarg.h>
#include <string.h>

#include "ena_hw.h"

static void title(struct tr_step *, const char *, ...) TR_PRINTF(2, 3);

static void
title(struct tr_step *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s->title, sizeof(s->title), fmt, ap);
	va_end(ap);
	tr_plain(s->title);
}

/* ---- registers */

static void
version_fields(struct tr_fields *f, uint32_t off, uint32_t val)
{
	if (off == ENAHW_REG_VERSION) {
		tr_add(f, TR_VALUE, "version", "%u.%u", val >> 8 & 0xff,
		    val & 0xff);
		return;
	}
	tr_add(f, TR_VALUE, "version", "%u.%u.%u", val >> 16 & 0xff,
	    val >> 8 & 0xff, val & 0xff);
	tr_add(f, TR_VALUE, "implementation", "%u", val >> 24);
}

static void
caps_fields(struct tr_fields *f, uint32_t val)
{
	tr_add(f, TR_VALUE, "contiguous", "%u", val & 1);
	tr_add(f, TR_VALUE, "reset-timeout-ms", "%u",
	    ENAHW_GET(ENAHW_CAPS_RESET_TO, val) * 100);
	tr_add(f, TR_VALUE, "dma-bits", "%u",
	    ENAHW_GET(ENAHW_CAPS_DMA_WIDTH, val));
	tr_add(f, TR_VALUE, "admin-timeout-ms", "%u",
	    ENAHW_GET(ENAHW_CAPS_ADMIN_TO, val) * 100);
}

static void
dev_ctl_fields(struct tr_fields *f, uint32_t val)
{
	char text[64];
	uint32_t rest;

	tr_add(f, TR_VALUE, "reset", "%u", val & ENAHW_DEV_CTL_RESET);
	if ((val & ENAHW_DEV_CTL_RESET) != 0) {
		tr_enum(text, sizeof(text), tr_reasons,
		    ENAHW_GET(ENAHW_DEV_CTL_REASON_LO, val) |
		    ENAHW_GET(ENAHW_DEV_CTL_REASON_HI, val) << 4);
		tr_add(f, TR_VALUE, "reason", "%s", text);
	}
	rest = val & ~(ENAHW_DEV_CTL_RESET | ENAHW_DEV_CTL_REASON_LO |
	    ENAHW_DEV_CTL_REASON_HI);
	if (rest != 0)
		tr_add(f, TR_VALUE, "other", "0x%08x", rest);
}

/* Half of an address: the second half of a pair makes it known. */
static void
base_fields(struct tr_step *s, enum tr_purpose p, bool high, uint32_t val)
{
	uint64_t addr;
	char text[48];

	if (!tr_half(s->nic, p, high, val, &addr)) {
		tr_add(&s->fields, TR_ANY, "half", "%s", high ? "high" :
		    "low");
		return;
	}
	tr_symbol(s->nic, p, addr, text, sizeof(text));
	if (tr_nic_symbolic(s->nic) || addr == 0)
		tr_add(&s->fields, TR_ADDR, "address", "%s", text);
	else
		tr_add(&s->fields, TR_ADDR, "address", "%s 0x%llx", text,
		    (unsigned long long)addr);
}

static void
status_fields(struct tr_fields *f, uint32_t val)
{
	char text[128];

	if (val == ENAHW_ALL_ONES) {
		tr_add(f, TR_VALUE, "status", "all ones: gone");
		return;
	}
	tr_flags(text, sizeof(text), tr_sts_bits, val);
	tr_add(f, TR_VALUE, "status", "%s", text);
}

static void
read_request_fields(struct tr_fields *f, uint32_t val)
{
	char text[48];

	tr_enum(text, sizeof(text), tr_regs,
	    ENAHW_GET(ENAHW_REG_READ_OFF, val));
	tr_add(f, TR_VALUE, "register", "%s", text);
	tr_add(f, TR_ANY, "sequence", "%u",
	    ENAHW_GET(ENAHW_REG_READ_SEQ, val));
}

void
tr_reg_fields(struct tr_step *s, uint32_t off, uint32_t val)
{
	struct tr_fields *f = &s->fields;

	switch (off) {
	case ENAHW_REG_VERSION:
	case ENAHW_REG_CONTROLLER_VERSION:
		version_fields(f, off, val);
		break;
	case ENAHW_REG_CAPS:
		caps_fields(f, val);
		break;
	case ENAHW_REG_AQ_BASE_LO:
	case ENAHW_REG_AQ_BASE_HI:
		base_fields(s, TR_P_AQ, off == ENAHW_REG_AQ_BASE_HI, val);
		break;
	case ENAHW_REG_ACQ_BASE_LO:
	case ENAHW_REG_ACQ_BASE_HI:
		base_fields(s, TR_P_ACQ, off == ENAHW_REG_ACQ_BASE_HI, val);
		break;
	case ENAHW_REG_AENQ_BASE_LO:
	case ENAHW_REG_AENQ_BASE_HI:
		base_fields(s, TR_P_AENQ, off == ENAHW_REG_AENQ_BASE_HI, val);
		break;
	case ENAHW_REG_MMIO_RESP_LO:
	case ENAHW_REG_MMIO_RESP_HI:
		base_fields(s, TR_P_RESP, off == ENAHW_REG_MMIO_RESP_HI, val);
		break;
	case ENAHW_REG_AQ_CAPS:
	case ENAHW_REG_ACQ_CAPS:
	case ENAHW_REG_AENQ_CAPS:
		tr_add(f, TR_VALUE, "depth", "%u", val & 0xffff);
		tr_add(f, TR_VALUE, "entry-bytes", "%u", val >> 16);
		break;
	case ENAHW_REG_INTR_MASK:
		tr_add(f, TR_VALUE, "management", "%s",
		    (val & 1) != 0 ? "masked" : "open");
		if ((val & ~1U) != 0)
			tr_add(f, TR_VALUE, "other", "0x%08x", val & ~1U);
		break;
	case ENAHW_REG_DEV_CTL:
		dev_ctl_fields(f, val);
		break;
	case ENAHW_REG_DEV_STS:
		status_fields(f, val);
		break;
	case ENAHW_REG_MMIO_REG_READ:
		read_request_fields(f, val);
		break;
	default:
		tr_add(f, TR_VALUE, "value", "%u", val);
		break;
	}
}

static void
unmask_fields(struct tr_fields *f, uint32_t val)
{
	tr_add(f, TR_VALUE, "unmask", "%u", (val & ENAHW_UNMASK_UNMASK) != 0);
	tr_add(f, TR_VALUE, "rx-delay", "%u",
	    ENAHW_GET(ENAHW_UNMASK_RX_DELAY, val));
	tr_add(f, TR_VALUE, "tx-delay", "%u",
	    ENAHW_GET(ENAHW_UNMASK_TX_DELAY, val));
	tr_add(f, TR_VALUE, "keep-delays", "%u",
	    (val & ENAHW_UNMASK_NO_MODER) != 0);
}

/* A write to a register that a queue was given, or to one we do not know. */
static void
queue_write(struct tr_step *s)
{
	enum tr_queue_reg what;
	char name[48];

	if (!tr_reg_find(s->nic, s->off, &what, name, sizeof(name))) {
		title(s, "offset 0x%x", s->off);
		tr_add(&s->fields, TR_VALUE, "value", "0x%08x", s->val);
		return;
	}
	title(s, "%s", name);
	switch (what) {
	case TR_Q_DOORBELL:
		s->label = "doorbell";
		tr_add(&s->fields, TR_VALUE, "tail", "%u", s->val);
		break;
	case TR_Q_UNMASK:
		s->label = "unmask";
		unmask_fields(&s->fields, s->val);
		break;
	case TR_Q_HEAD:
		s->label = "head";
		tr_add(&s->fields, TR_VALUE, "head", "%u", s->val);
		break;
	case TR_Q_NUMA:
		s->label = "numa";
		tr_add(&s->fields, TR_VALUE, "enabled", "%u", s->val >> 31);
		tr_add(&s->fields, TR_VALUE, "node", "%u", s->val & 0xff);
		break;
	}
}

static void
access_fields(struct tr_step *s)
{
	const char *name;

	name = tr_name_of(tr_regs, s->off);
	if (name == NULL) {
		queue_write(s);
		return;
	}
	title(s, "%s", name);
	if (s->off == ENAHW_REG_AQ_DB || s->off == ENAHW_REG_AENQ_HEAD_DB)
		s->label = "doorbell";
	tr_reg_fields(s, s->off, s->val);
	if (s->off == ENAHW_REG_DEV_CTL &&
	    (s->val & ENAHW_DEV_CTL_RESET) != 0 && s->kind == TR_WRITE)
		tr_nic_reset(s->nic);
}

/* ---- commands */

static void
command_title(struct tr_step *s, const struct tr_cmd *c)
{
	char what[48], op[32];

	tr_enum(op, sizeof(op), tr_opcodes, c->op);
	what[0] = '\0';
	if (c->op == ENAHW_OP_GET_FEATURE || c->op == ENAHW_OP_SET_FEATURE)
		tr_enum(what, sizeof(what), tr_feature_ids, c->fid);
	else if (c->op == ENAHW_OP_GET_STATS)
		tr_enum(what, sizeof(what), tr_stats_types, c->type);
	else if (c->op == ENAHW_OP_CREATE_CQ || c->op == ENAHW_OP_CREATE_SQ ||
	    c->op == ENAHW_OP_DESTROY_CQ || c->op == ENAHW_OP_DESTROY_SQ)
		(void)snprintf(what, sizeof(what), "%s", c->what);
	title(s, "%s%s%s", op, what[0] != '\0' ? " " : "", what);
}

/* Bytes behind the end of what is defined: should be zero, may be stale. */
static void
beyond(struct tr_step *s, size_t end)
{
	unsigned int n;

	for (n = 0; end < sizeof(s->body); end++)
		n += s->body[end] != 0;
	if (n != 0)
		tr_add(&s->fields, TR_ANY, "beyond", "%u bytes not zero", n);
}

static void
control_fields(struct tr_step *s, struct tr_cmd *c)
{
	uint64_t addr;
	char text[48];

	c->ctrl_len = tr_le(s->body + 4, 4);
	addr = (uint64_t)tr_le(s->body + 12, 2) << 32 | tr_le(s->body + 8, 4);
	if (c->ctrl_len == 0 && addr == 0)
		return;
	tr_symbol(s->nic, TR_P_CONTROL, addr, text, sizeof(text));
	tr_add(&s->fields, TR_VALUE, "control-length", "%u", c->ctrl_len);
	if (tr_nic_symbolic(s->nic))
		tr_add(&s->fields, TR_ADDR, "control", "%s", text);
	else
		tr_add(&s->fields, TR_ADDR, "control", "%s 0x%llx", text,
		    (unsigned long long)addr);
}

static void
feature_fields(struct tr_step *s, struct tr_cmd *c)
{
	const struct tr_spec *spec;

	tr_struct(&s->fields, s->nic, "", tr_feature_frame, s->body,
	    sizeof(s->body));
	control_fields(s, c);
	spec = c->op == ENAHW_OP_SET_FEATURE ? tr_feature_spec(c->fid) : NULL;
	if (spec != NULL)
		tr_struct(&s->fields, s->nic, "", spec, s->body + 20,
		    sizeof(s->body) - 20);
	beyond(s, 20 + (spec != NULL ? tr_spec_end(spec) : 0));
}

/* Which queue a command is about, such that it tells queues apart. */
static void
name_queue(struct tr_step *s, struct tr_cmd *c)
{
	const uint8_t *p = s->body;
	char name[48];
	bool rx;

	rx = p[c->op == ENAHW_OP_CREATE_SQ ? 4 : 6] >> 5 == ENAHW_SQ_DIR_RX;
	c->handle = rx ? TR_H_RX_SQ : TR_H_TX_SQ;
	switch (c->op) {
	case ENAHW_OP_CREATE_SQ:
		tr_cq_name(s->nic, tr_le(p + 8, 2), name, sizeof(name));
		(void)snprintf(c->what, sizeof(c->what), "%s of %.24s",
		    rx ? "rx" : "tx", name);
		break;
	case ENAHW_OP_DESTROY_SQ:
		tr_handle_name(s->nic, c->handle, tr_le(p + 4, 2), c->what,
		    sizeof(c->what));
		tr_handle_gone(s->nic, c->handle, tr_le(p + 4, 2));
		break;
	case ENAHW_OP_CREATE_CQ:
		rx = (p[5] & 0x1f) > 2;
		c->handle = rx ? TR_H_RX_CQ : TR_H_TX_CQ;
		(void)snprintf(c->what, sizeof(c->what), "%s vector %d",
		    rx ? "rx" : "tx", (int)tr_le(p + 8, 4));
		break;
	default:
		tr_cq_name(s->nic, tr_le(p + 4, 2), c->what,
		    sizeof(c->what));
		tr_handle_gone(s->nic, tr_cq_kind(s->nic, tr_le(p + 4, 2)),
		    tr_le(p + 4, 2));
		break;
	}
}

static void
queue_command(struct tr_step *s, struct tr_cmd *c)
{
	static const struct tr_spec *const tab[] = {
		[ENAHW_OP_CREATE_SQ] = tr_create_sq,
		[ENAHW_OP_DESTROY_SQ] = tr_destroy_sq,
		[ENAHW_OP_CREATE_CQ] = tr_create_cq,
		[ENAHW_OP_DESTROY_CQ] = tr_destroy_cq
	};

	tr_struct(&s->fields, s->nic, "", tab[c->op], s->body,
	    sizeof(s->body));
	name_queue(s, c);
	beyond(s, c->op == ENAHW_OP_DESTROY_SQ ? 8 : tr_spec_end(tab[c->op]));
}

static void
buffer(struct tr_step *s, const struct tr_buf *b, const struct tr_cmd *c)
{
	char name[64];
	size_t i, len, n;

	if (b->unreadable) {
		(void)snprintf(name, sizeof(name), "%s.unreadable", b->name);
		tr_add(&s->fields, TR_VALUE, name, "1");
		return;
	}
	if (strcmp(b->name, "host-info") == 0) {
		tr_struct(&s->fields, s->nic, "host-info.", tr_host_info,
		    b->data, ENAHW_HOST_INFO_BYTES);
		return;
	}
	if (strcmp(b->name, "control") != 0) {
		for (i = n = 0; i < b->len; i++)
			n += b->data[i] != 0;
		(void)snprintf(name, sizeof(name), "%s.bytes-used", b->name);
		if (n != 0)
			tr_add(&s->fields, TR_ANY, name, "%zu", n);
		return;
	}
	/* all-zero pieces are not shown, so what was said counts */
	len = b->said ? b->size : c->ctrl_len != 0 ? c->ctrl_len : b->len;
	if (len > TR_BUF)
		len = TR_BUF;
	if (c->op == ENAHW_OP_GET_STATS)
		tr_metrics(&s->fields, tr_le(s->answer, 4), b->data, len);
	else
		tr_control(&s->fields, s->nic, c->fid, b->data, len);
}

/*
 * What the driver filled belongs to the command, what the device filled to
 * the completion.  In transcripts of old, a buffer that is all zero had no
 * line at all.
 */
static void
buffers(struct tr_step *s, const struct tr_cmd *c)
{
	static const struct tr_buf zero = { .name = "control" };
	unsigned int i;

	if (s->kind == TR_CMD && c->op != ENAHW_OP_SET_FEATURE)
		return;
	for (i = 0; i < s->nbuf; i++)
		buffer(s, &s->buf[i], c);
	if (s->nbuf == 0 && s->kind == TR_CMD && c->ctrl_len != 0 &&
	    c->ctrl_len <= TR_BUF)
		buffer(s, &zero, c);
}

static void
command(struct tr_step *s)
{
	struct tr_cmd *c;

	if (s->have_body) {
		s->op = s->body[2];
		s->fid = s->body[17];
	}
	c = tr_nic_cmd(s->nic, s->id);
	memset(c, 0, sizeof(*c));
	c->live = true;
	c->op = (uint8_t)s->op;
	c->fid = (uint8_t)s->fid;
	c->type = s->body[16];
	c->t = s->t;
	c->line = s->line;
	c->mate = TR_NO_MATE;
	switch (s->op) {
	case ENAHW_OP_GET_FEATURE:
	case ENAHW_OP_SET_FEATURE:
		feature_fields(s, c);
		buffers(s, c);
		break;
	case ENAHW_OP_GET_STATS:
		tr_struct(&s->fields, s->nic, "", tr_stats_frame, s->body,
		    sizeof(s->body));
		control_fields(s, c);
		beyond(s, tr_spec_end(tr_stats_frame));
		break;
	case ENAHW_OP_CREATE_SQ:
	case ENAHW_OP_DESTROY_SQ:
	case ENAHW_OP_CREATE_CQ:
	case ENAHW_OP_DESTROY_CQ:
		queue_command(s, c);
		break;
	default:
		break;
	}
	command_title(s, c);
}

void
tr_mate(const struct tr_step *s, size_t mate)
{
	tr_nic_cmd(s->nic, s->id)->mate = mate;
}

/* ---- completions */

/* A queue exists now: its handle and its registers. */
static void
created(struct tr_step *s, const struct tr_cmd *c)
{
	const struct tr_spec *spec;
	const uint8_t *p = s->answer;
	char name[48];
	uint32_t idx;
	bool cq;

	cq = c->op == ENAHW_OP_CREATE_CQ;
	idx = tr_le(p, 2);
	tr_handle_new(s->nic, c->handle, idx);
	if (cq) {
		tr_reg_new(s->nic, tr_le(p + 4, 4), TR_Q_NUMA, c->handle, idx);
		tr_reg_new(s->nic, tr_le(p + 8, 4), TR_Q_HEAD, c->handle, idx);
		tr_reg_new(s->nic, tr_le(p + 12, 4), TR_Q_UNMASK, c->handle,
		    idx);
	} else
		tr_reg_new(s->nic, tr_le(p + 4, 4), TR_Q_DOORBELL, c->handle,
		    idx);
	tr_handle_name(s->nic, c->handle, idx, name, sizeof(name));
	if (tr_nic_symbolic(s->nic))
		tr_add(&s->fields, TR_VALUE, "handle", "%s", name);
	else
		tr_add(&s->fields, TR_VALUE, "handle", "%s (%u)", name, idx);
	spec = cq ? tr_create_cq_resp : tr_create_sq_resp;
	tr_struct(&s->fields, s->nic, "", spec, p, sizeof(s->answer));
}

static void
answer(struct tr_step *s, const struct tr_cmd *c)
{
	const struct tr_spec *spec;

	spec = NULL;
	if (c->op == ENAHW_OP_CREATE_CQ || c->op == ENAHW_OP_CREATE_SQ)
		created(s, c);
	else if (c->op == ENAHW_OP_GET_FEATURE)
		spec = tr_feature_spec(c->fid);
	else if (c->op == ENAHW_OP_GET_STATS)
		spec = tr_stats_spec(c->type);
	else if (c->op == ENAHW_OP_SET_FEATURE &&
	    c->fid == ENAHW_FEAT_FLOW_STEERING)
		tr_add(&s->fields, TR_VALUE, "location", "%u",
		    tr_le(s->answer, 2));
	if (spec != NULL)
		tr_struct(&s->fields, s->nic, "", spec, s->answer, 56);
}

static void
completion(struct tr_step *s)
{
	struct tr_cmd *c;
	char text[48];

	c = tr_nic_cmd(s->nic, s->id);
	s->failed = s->status != ENAHW_ST_SUCCESS;
	s->known = c->live;
	if (c->live) {
		command_title(s, c);
		s->took = s->t >= c->t ? s->t - c->t : 0;
		s->op = c->op;
		s->fid = c->fid;
		s->mate = c->mate;
	} else
		title(s, "of no command under way");
	tr_enum(text, sizeof(text), tr_statuses, s->status);
	tr_add(&s->fields, TR_VALUE, "status", "%s", text);
	if (s->ext != 0)
		tr_add(&s->fields, TR_VALUE, "extended-status", "%u", s->ext);
	if (!c->live)
		return;
	if (!s->failed) {
		answer(s, c);
		buffers(s, c);
	}
	c->live = false;
}

/* ---- the rest */

static void
event(struct tr_step *s)
{
	char name[48];

	tr_enum(name, sizeof(name), tr_groups, s->group);
	title(s, "%s", name);
	if (s->lost)
		tr_add(&s->fields, TR_VALUE, "lost", "1");
	if (s->syndrome != 0)
		tr_add(&s->fields, TR_VALUE, "syndrome", "%u", s->syndrome);
	if (!s->have_answer)
		return;
	if (s->group == ENAHW_AENQ_LINK_CHANGE)
		tr_add(&s->fields, TR_VALUE, "link", "%s",
		    (s->answer[0] & 1) != 0 ? "up" : "down");
	else if (s->group == ENAHW_AENQ_KEEP_ALIVE) {
		tr_add(&s->fields, TR_VALUE, "rx-drops", "%llu",
		    (unsigned long long)tr_le64(s->answer));
		tr_add(&s->fields, TR_VALUE, "tx-drops", "%llu",
		    (unsigned long long)tr_le64(s->answer + 8));
		tr_add(&s->fields, TR_VALUE, "rx-overruns", "%llu",
		    (unsigned long long)tr_le64(s->answer + 16));
	} else if (s->group == ENAHW_AENQ_NOTIFICATION && s->syndrome == 2)
		tr_struct(&s->fields, s->nic, "", tr_feature_spec(3),
		    s->answer, 32);
}

static void
frame(struct tr_step *s)
{
	char text[48];

	if (!s->dropped) {
		title(s, "queue %u", s->queue);
		return;
	}
	tr_enum(text, sizeof(text), tr_drops, s->reason);
	title(s, "dropped: %s", text);
}

static void
rest(struct tr_step *s)
{
	char text[48];

	switch (s->kind) {
	case TR_RESET:
		tr_enum(text, sizeof(text), tr_reasons, s->reason);
		title(s, "%s", text);
		break;
	case TR_STATUS:
		title(s, "DEV_STS");
		status_fields(&s->fields, s->val);
		break;
	case TR_AENQ:
		title(s, s->armed != 0 ? "armed" : "");
		tr_add(&s->fields, TR_VALUE, "head", "%u", s->val);
		break;
	case TR_INTERRUPT:
		title(s, "vector %u%s%s", s->vector, s->vector == 0 ?
		    " (management)" : "", s->lost ? ", lost" : "");
		break;
	case TR_LINK:
		title(s, "%s", s->up != 0 ? "up" : "down");
		break;
	case TR_RULE:
		title(s, "%s (%s)", s->rule, s->strength);
		break;
	case TR_FLR:
		title(s, "function level reset");
		tr_nic_reset(s->nic);
		break;
	case TR_CREATE:
		tr_nic_reset(s->nic);
		break;
	default:
		break;
	}
}

void
tr_decode(struct tr_step *s)
{
	s->label = tr_kind_name(s->kind);
	switch (s->kind) {
	case TR_WRITE:
	case TR_READ:
	case TR_READLESS:
		access_fields(s);
		break;
	case TR_CMD:
		command(s);
		break;
	case TR_COMPLETION:
		completion(s);
		break;
	case TR_EVENT:
		event(s);
		break;
	case TR_TX:
	case TR_TXC:
	case TR_RX:
	case TR_RXC:
		frame(s);
		break;
	default:
		rest(s);
		break;
	}
}
