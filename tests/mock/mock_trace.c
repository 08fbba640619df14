/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transcript and dump of the device model.
 *
 * Every transcript line is "t=<us> <kind> key=value ...".  Kinds: create,
 * flr, write, read, readless, reset, status, cmd, body, buffer, completion,
 * response, event, aenq, interrupt, llq, phc, tx, txc, rx, rxc, link, rule,
 * fatal, fault, hit.  Only a rule's msg="..." contains spaces.  Addresses
 * are bus addresses.  A buffer is cut into lines of 64 bytes; all-zero lines
 * of it are left out.
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

/* Lines "<what> off=N len=N hex=..."; all-zero pieces are skipped. */
void
mock_trace_hex(struct mockdev *d, const char *what, const void *data,
    size_t len)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *p = data;
	char hex[2 * HEX_LINE + 1];
	size_t i, n, off;
	uint8_t any;

	for (off = 0; off < len; off += n) {
		n = len - off < HEX_LINE ? len - off : HEX_LINE;
		any = 0;
		for (i = 0; i < n; i++) {
			any |= p[off + i];
			hex[2 * i] = digit[p[off + i] >> 4];
			hex[2 * i + 1] = digit[p[off + i] & 15];
		}
		hex[2 * n] = '\0';
		if (any != 0)
			mock_trace(d, "%s off=%zu len=%zu hex=%s", what, off,
			    n, hex);
	}
}

/*
 * A buffer a command points to.  Reading it for the transcript must not
 * count as the device's own access: no rule if it fails.
 */
static void
trace_buffer(struct mockdev *d, const char *what, const struct enahw_addr *a,
    uint32_t len)
{
	static const char kind[] = "buffer name=";
	uint8_t buf[ENAHW_HOST_INFO_BYTES];
	char label[48];
	uint64_t addr;

	addr = (uint64_t)enahw_h16(a->a_hi) << 32 | enahw_h32(a->a_lo);
	if (len == 0 || len > sizeof(buf) || d->fatal || d->gone ||
	    (addr >> d->p.dma_bits) != 0)
		return;
	if (d->bus.dma_read(d->bus.arg, addr, buf, len) != 0)
		return;
	(void)snprintf(label, sizeof(label), "%s%s", kind, what);
	mock_trace_hex(d, label, buf, len);
}

static void
trace_feature(struct mockdev *d, const struct enahw_feature_cmd *c,
    uint32_t op, uint32_t id)
{
	struct enahw_host_attr ha;

	mock_trace(d, "cmd id=%u op=%s feature=%s fid=%u version=%u", id,
	    mock_opcode_name(op), mock_feature_name(c->fc_id), c->fc_id,
	    c->fc_version);
	mock_trace_hex(d, "body", c, sizeof(*c));
	if (op != ENAHW_OP_SET_FEATURE)
		return;
	if (c->fc_id == ENAHW_FEAT_HOST_ATTR) {
		memcpy(&ha, c->fc_body, sizeof(ha));
		trace_buffer(d, "host-info", &ha.ha_info,
		    ENAHW_HOST_INFO_BYTES);
	} else if ((enahw_h32(c->fc_w0) & ENAHW_AQ0_CTRL_INDIRECT) != 0)
		trace_buffer(d, "control", &c->fc_ctrl.cb_addr,
		    enahw_h32(c->fc_ctrl.cb_len));
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
