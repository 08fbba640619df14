/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transcript and dump of the device model.
 *
 * Every transcript line is "t=<us> <kind> key=value ...".  Kinds: create,
 * flr, write, read, readless, reset, status, cmd, body, buffer, completion,
 * response, event, payload, aenq, interrupt, llq, phc, tx, txc, rx, rxc,
 * link, rule, fatal, fault, hit.  Only a rule's msg="..." contains spaces.
 * Addresses are bus addresses.  Bytes are cut into lines of 64; all-zero
 * lines are left out, but not an event's.
 *
 * Each memory that a command points to has a line of its own behind the
 * command's body,
 *
 *	buffer name=control addr=0x1000 size=512 [shown=N] [unreadable=1]
 *
 * and then, if it is the driver who fills it, what was in it ("buffer
 * name=control off=N len=N hex=...").  What the device filled follows in the
 * same way behind the completion, with what it wrote as the size.  Names:
 * control, host-info, debug, phc (the clock's answers: no content).
 */
#include <stdio.h>

#include "mock_priv.h"

#define HEX_LINE	64U

struct name {
	uint32_t v;
	const char *s;
};

static const struct name reg_names[] = {
	{ ENAHW_REG_VERSION, "VERSION" },
	{ ENAHW_REG_CONTROLLER_VERSION, "CONTROLLER_VERSION" },
	{ ENAHW_REG_CAPS, "CAPS" },
	{ ENAHW_REG_CAPS_EXT, "CAPS_EXT" },
	{ ENAHW_REG_AQ_BASE_LO, "AQ_BASE_LO" },
	{ ENAHW_REG_AQ_BASE_HI, "AQ_BASE_HI" },
	{ ENAHW_REG_AQ_CAPS, "AQ_CAPS" },
	{ ENAHW_REG_ACQ_BASE_LO, "ACQ_BASE_LO" },
	{ ENAHW_REG_ACQ_BASE_HI, "ACQ_BASE_HI" },
	{ ENAHW_REG_ACQ_CAPS, "ACQ_CAPS" },
	{ ENAHW_REG_AQ_DB, "AQ_DB" },
	{ ENAHW_REG_ACQ_TAIL, "ACQ_TAIL" },
	{ ENAHW_REG_AENQ_CAPS, "AENQ_CAPS" },
	{ ENAHW_REG_AENQ_BASE_LO, "AENQ_BASE_LO" },
	{ ENAHW_REG_AENQ_BASE_HI, "AENQ_BASE_HI" },
	{ ENAHW_REG_AENQ_HEAD_DB, "AENQ_HEAD_DB" },
	{ ENAHW_REG_AENQ_TAIL, "AENQ_TAIL" },
	{ ENAHW_REG_INTR_MASK, "INTR_MASK" },
	{ ENAHW_REG_DEV_CTL, "DEV_CTL" },
	{ ENAHW_REG_DEV_STS, "DEV_STS" },
	{ ENAHW_REG_MMIO_REG_READ, "MMIO_REG_READ" },
	{ ENAHW_REG_MMIO_RESP_LO, "MMIO_RESP_LO" },
	{ ENAHW_REG_MMIO_RESP_HI, "MMIO_RESP_HI" },
	{ ENAHW_REG_RSS_IND_UPDATE, "RSS_IND_ENTRY_UPDATE" },
	{ ENAHW_REG_PHC_DB, "PHC_DB" },
	{ 0, NULL }
};

static const struct name opcode_names[] = {
	{ ENAHW_OP_CREATE_SQ, "CREATE_SQ" },
	{ ENAHW_OP_DESTROY_SQ, "DESTROY_SQ" },
	{ ENAHW_OP_CREATE_CQ, "CREATE_CQ" },
	{ ENAHW_OP_DESTROY_CQ, "DESTROY_CQ" },
	{ ENAHW_OP_GET_FEATURE, "GET_FEATURE" },
	{ ENAHW_OP_SET_FEATURE, "SET_FEATURE" },
	{ ENAHW_OP_GET_STATS, "GET_STATS" },
	{ 0, NULL }
};

static const struct name feature_names[] = {
	{ ENAHW_FEAT_DEVICE_ATTRIBUTES, "DEVICE_ATTRIBUTES" },
	{ ENAHW_FEAT_MAX_QUEUES_NUM, "MAX_QUEUES_NUM" },
	{ ENAHW_FEAT_HW_HINTS, "HW_HINTS" },
	{ ENAHW_FEAT_LLQ, "LLQ" },
	{ ENAHW_FEAT_EXTRA_STRINGS, "EXTRA_PROPERTIES_STRINGS" },
	{ ENAHW_FEAT_EXTRA_FLAGS, "EXTRA_PROPERTIES_FLAGS" },
	{ ENAHW_FEAT_MAX_QUEUES_EXT, "MAX_QUEUES_EXT" },
	{ ENAHW_FEAT_FRAG_BYPASS, "FRAG_BYPASS" },
	{ ENAHW_FEAT_RSS_HASH_FUNCTION, "RSS_HASH_FUNCTION" },
	{ ENAHW_FEAT_OFFLOAD, "STATELESS_OFFLOAD_CONFIG" },
	{ ENAHW_FEAT_RSS_TABLE, "RSS_INDIRECTION_TABLE_CONFIG" },
	{ ENAHW_FEAT_MTU, "MTU" },
	{ ENAHW_FEAT_RSS_HASH_INPUT, "RSS_HASH_INPUT" },
	{ ENAHW_FEAT_INTR_MODERATION, "INTERRUPT_MODERATION" },
	{ ENAHW_FEAT_AENQ_CONFIG, "AENQ_CONFIG" },
	{ ENAHW_FEAT_LINK_CONFIG, "LINK_CONFIG" },
	{ ENAHW_FEAT_HOST_ATTR, "HOST_ATTR_CONFIG" },
	{ ENAHW_FEAT_PHC_CONFIG, "PHC_CONFIG" },
	{ ENAHW_FEAT_FLOW_STEERING, "FLOW_STEERING_CONFIG" },
	{ ENAHW_FEAT_HW_TIMESTAMP, "HW_TIMESTAMP" },
	{ 0, NULL }
};

static const char *
lookup(const struct name *n, uint32_t v, const char *other)
{
	for (; n->s != NULL; n++)
		if (n->v == v)
			return (n->s);
	return (other);
}

const char *
mock_reg_name(uint32_t off)
{
	return (lookup(reg_names, off, off >= ENAHW_REG_FIXED_END ?
	    "QUEUE" : "RESERVED"));
}

const char *
mock_opcode_name(uint32_t op)
{
	return (lookup(opcode_names, op, "UNKNOWN"));
}

const char *
mock_feature_name(uint32_t id)
{
	return (lookup(feature_names, id, "UNKNOWN"));
}

void
mock_trace(struct mockdev *d, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	if (d->bus.trace == NULL)
		return;
	n = snprintf(line, sizeof(line), "t=%llu ",
	    (unsigned long long)mock_now(d));
	if (n < 0 || (size_t)n >= sizeof(line))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	d->bus.trace(d->bus.arg, line);
}

static void
hex_line(struct mockdev *d, const char *what, size_t off, const uint8_t *p,
    size_t n)
{
	static const char digit[] = "0123456789abcdef";
	char hex[2 * HEX_LINE + 1];
	size_t i;

	for (i = 0; i < n; i++) {
		hex[2 * i] = digit[p[i] >> 4];
		hex[2 * i + 1] = digit[p[i] & 15];
	}
	hex[2 * n] = '\0';
	mock_trace(d, "%s off=%zu len=%zu hex=%s", what, off, n, hex);
}

/* Lines "<what> off=N len=N hex=..."; all-zero pieces are skipped. */
void
mock_trace_hex(struct mockdev *d, const char *what, const void *data,
    size_t len)
{
	const uint8_t *p = data;
	size_t i, n, off;
	uint8_t any;

	for (off = 0; off < len; off += n) {
		n = len - off < HEX_LINE ? len - off : HEX_LINE;
		any = 0;
		for (i = 0; i < n; i++)
			any |= p[off + i];
		if (any != 0)
			hex_line(d, what, off, p + off, n);
	}
}

/* What an event says; all zero ("link down") says something, too. */
void
mock_trace_payload(struct mockdev *d, const struct enahw_le32 data[12])
{
	uint8_t p[12 * sizeof(data[0])];

	if (d->bus.trace == NULL)
		return;
	memcpy(p, data, sizeof(p));
	hex_line(d, "payload", 0, p, sizeof(p));
}

/* -- buffers */

static void
buffer_bytes(struct mockdev *d, const char *name, size_t len)
{
	char label[48];

	(void)snprintf(label, sizeof(label), "buffer name=%s", name);
	mock_trace_hex(d, label, d->shown, len);
}

/*
 * A buffer a command points to, and what is in it if the driver filled it.
 * Reading it for the transcript must not count as the device's own access:
 * no rule if it fails.
 */
static void
trace_buffer(struct mockdev *d, const char *name, const struct enahw_addr *a,
    uint32_t size, bool filled)
{
	char shown[32];
	uint64_t addr;
	uint32_t len;
	bool ok;

	addr = (uint64_t)enahw_h16(a->a_hi) << 32 | enahw_h32(a->a_lo);
	len = size < sizeof(d->shown) ? size : (uint32_t)sizeof(d->shown);
	ok = !filled || len == 0 || ((addr >> d->p.dma_bits) == 0 &&
	    d->bus.dma_read(d->bus.arg, addr, d->shown, len) == 0);
	shown[0] = '\0';
	if (filled && len != size)
		(void)snprintf(shown, sizeof(shown), " shown=%u", len);
	mock_trace(d, "buffer name=%s addr=0x%llx size=%u%s%s", name,
	    (unsigned long long)addr, size, shown, ok ? "" :
	    " unreadable=1");
	if (filled && ok)
		buffer_bytes(d, name, len);
}

/* The device's answer goes into the driver's buffer. */
bool
mock_answer(struct mockdev *d, uint64_t addr, const void *data, size_t len,
    const char *what)
{
	if (!mock_dma_wr(d, addr, data, len, what))
		return (false);
	if (d->bus.trace != NULL && len <= sizeof(d->shown)) {
		memcpy(d->shown, data, len);
		d->answer_addr = addr;
		d->answer_len = (uint32_t)len;
	}
	return (true);
}

/* It is told behind the completion. */
void
mock_trace_answer(struct mockdev *d)
{
	if (d->answer_len == 0)
		return;
	mock_trace(d, "buffer name=control addr=0x%llx size=%u",
	    (unsigned long long)d->answer_addr, d->answer_len);
	buffer_bytes(d, "control", d->answer_len);
}

/* -- commands */

static void
trace_set(struct mockdev *d, const struct enahw_feature_cmd *c)
{
	struct enahw_host_attr ha;
	struct enahw_addr phc;
	struct enahw_le32 len;

	if (c->fc_id == ENAHW_FEAT_HOST_ATTR) {
		memcpy(&ha, c->fc_body, sizeof(ha));
		trace_buffer(d, "host-info", &ha.ha_info,
		    ENAHW_HOST_INFO_BYTES, true);
		if (enahw_h32(ha.ha_debug_len) != 0)
			trace_buffer(d, "debug", &ha.ha_debug,
			    enahw_h32(ha.ha_debug_len), true);
	} else if (c->fc_id == ENAHW_FEAT_PHC_CONFIG) {
		memcpy(&phc, c->fc_body + 16, sizeof(phc));
		memcpy(&len, c->fc_body + 24, sizeof(len));
		trace_buffer(d, "phc", &phc, enahw_h32(len), false);
	}
}

static void
trace_feature(struct mockdev *d, const struct enahw_feature_cmd *c,
    uint32_t op, uint32_t id)
{
	mock_trace(d, "cmd id=%u op=%s feature=%s fid=%u version=%u", id,
	    mock_opcode_name(op), mock_feature_name(c->fc_id), c->fc_id,
	    c->fc_version);
	mock_trace_hex(d, "body", c, sizeof(*c));
	if (op == ENAHW_OP_SET_FEATURE)
		trace_set(d, c);
	if ((enahw_h32(c->fc_w0) & ENAHW_AQ0_CTRL_INDIRECT) != 0)
		trace_buffer(d, "control", &c->fc_ctrl.cb_addr,
		    enahw_h32(c->fc_ctrl.cb_len), op == ENAHW_OP_SET_FEATURE);
}

/* Statistics have a buffer without a flag. */
static void
trace_stats(struct mockdev *d, const uint8_t *cmd)
{
	struct enahw_get_stats g;
	const struct enahw_addr *a = &g.gs_ctrl.cb_addr;

	memcpy(&g, cmd, sizeof(g));
	if (enahw_h32(g.gs_ctrl.cb_len) != 0 || enahw_h32(a->a_lo) != 0 ||
	    enahw_h16(a->a_hi) != 0)
		trace_buffer(d, "control", a, enahw_h32(g.gs_ctrl.cb_len),
		    false);
}

void
mock_trace_cmd(struct mockdev *d, const uint8_t *cmd)
{
	struct enahw_feature_cmd c;
	uint32_t id, op;

	if (d->bus.trace == NULL)
		return;
	memcpy(&c, cmd, sizeof(c));
	op = ENAHW_GET(ENAHW_AQ0_OPCODE, enahw_h32(c.fc_w0));
	id = ENAHW_GET(ENAHW_AQ0_ID, enahw_h32(c.fc_w0));
	if (op == ENAHW_OP_GET_FEATURE || op == ENAHW_OP_SET_FEATURE) {
		trace_feature(d, &c, op, id);
		return;
	}
	mock_trace(d, "cmd id=%u op=%s opcode=%u", id, mock_opcode_name(op),
	    op);
	mock_trace_hex(d, "body", cmd, ENAHW_ADMIN_ENTRY);
	if (op == ENAHW_OP_GET_STATS)
		trace_stats(d, cmd);
}

/* -- dump */

struct dump {
	void (*line)(void *, const char *);
	void *arg;
};

static void say(const struct dump *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));

static void
say(const struct dump *o, const char *fmt, ...)
{
	char line[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	o->line(o->arg, line);
}

static void
dump_sq(const struct dump *o, const struct mock_sq *sq)
{
	bool llq = sq->placement == ENAHW_SQ_PLACEMENT_DEV;

	if (!sq->live)
		return;
	say(o, "  %s %-3u cq-slot %-3u depth %-5u tail %-5u fetched %-5u "
	    "retired %-5u %s 0x%llx", sq->rx ? "rx" : "tx", sq->slot,
	    sq->cq, sq->depth, sq->db, sq->rx ? sq->retired : sq->head,
	    sq->retired, llq ? "bar2" : "base",
	    llq ? sq->llq_off : (unsigned long long)sq->base);
}

static void
dump_queues(const struct mockdev *d, const struct dump *o)
{
	const struct mock_cq *cq;
	const struct mock_vec *v;
	unsigned int i;

	for (i = 0; i < MOCK_MAX_PAIRS; i++) {
		dump_sq(o, &d->tx[i]);
		dump_sq(o, &d->rx[i]);
	}
	for (i = 0; i < 2 * MOCK_MAX_PAIRS; i++) {
		cq = &d->cq[i];
		if (cq->live)
			say(o, "  cq %-3u depth %-5u tail %-5u entry %-2u "
			    "vector 0x%x base 0x%llx", i, cq->depth, cq->tail,
			    cq->entry_bytes, cq->vector,
			    (unsigned long long)cq->base);
	}
	for (i = 0; i < MOCK_VECTORS; i++) {
		v = &d->vec[i];
		if (v->armed || v->pending)
			say(o, "  vector %-3u armed %d pending %d", i,
			    v->armed, v->pending);
	}
}

void
mock_dump(const struct mockdev *d, void (*line)(void *, const char *),
    void *arg)
{
	struct dump o;

	o.line = line;
	o.arg = arg;
	say(&o, "%s: DEV_STS 0x%02x%s, response %s, link %s", d->p.name,
	    mock_dev_sts(d), d->gone ? " GONE" : "",
	    d->resp_set ? "registered" : "none", d->link ? "up" : "down");
	say(&o, "  aq %s depth %u tail %u waiting %u; acq tail %u",
	    d->aq.set ? "set" : "none", d->aq.depth, d->aq_tail, d->npend,
	    d->acq_tail);
	say(&o, "  aenq %s depth %u head %u tail %u groups 0x%x; vector 0 "
	    "%s%s", d->aenq_armed ? "armed" : d->aenq.set ? "set" : "none",
	    d->aenq.depth, d->aenq_head, d->aenq_tail, d->groups,
	    d->intr_masked ? "masked" : "open",
	    d->mgmt_pending ? " pending" : "");
	say(&o, "  host info %s major %u features 0x%x; mtu %u",
	    d->hi_set ? "set" : "none", d->hi_major, d->hi_features, d->mtu);
	if (d->llq.set)
		say(&o, "  llq entry %u, %u descriptors before %u header "
		    "bytes, then %u; flags 0x%x, burst %u", d->llq.bytes,
		    d->llq.nbefore, d->llq.hdr_max, d->llq.ndesc,
		    d->llq.accel, d->llq.burst);
	dump_queues(d, &o);
	say(&o, "  tx %llu rx %llu drops %llu/%llu overruns %llu interrupts "
	    "%llu rules %llu/%llu/%llu",
	    (unsigned long long)d->st.tx_pkts,
	    (unsigned long long)d->st.rx_pkts,
	    (unsigned long long)d->st.tx_drops,
	    (unsigned long long)d->st.rx_drops,
	    (unsigned long long)d->st.rx_overruns,
	    (unsigned long long)d->st.interrupts,
	    (unsigned long long)d->st.rules_fatal,
	    (unsigned long long)d->st.rules_status,
	    (unsigned long long)d->st.rules_advice);
}
