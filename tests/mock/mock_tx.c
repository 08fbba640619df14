/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmission in the device model.
 *
 * A packet goes through: parse (descriptors to struct txpkt, every rule
 * about their form), admit (ids, lengths, limits), gather (payload into
 * d->frame), offload (checksum insertion or segmentation, rules about
 * metadata), complete.  A packet that breaks a FATAL rule leaves nothing on
 * the wire and stops the device.
 *
 * Descriptors come from host memory (host_desc()) or out of LLQ entries
 * (mock_llq_next()); positions count the one or the other.  With LLQ the
 * packet's first bytes are the header pushed with it; after gather nobody
 * knows where a byte came from.
 *
 * Counters: tx_pkts, tx_bytes and tx_q_pkts count frames on the wire, so a
 * TSO packet counts once for each segment.
 */
#include "mock_priv.h"

#define CHUNK		32U	/* descriptors fetched at once */
#define TCP_FLAGS	13U	/* in the TCP header */
#define TCP_CWR		0x80U

/* Descriptors at hand: of a host ring a few, of an LLQ one packet's. */
struct tx_fetch {
	uint16_t pos, n;
	struct enahw_desc d[CHUNK];
	struct mock_llq_walk walk;
};

struct txpkt {
	uint32_t ndesc;		/* meta included */
	uint32_t ndata;		/* data descriptors */
	uint32_t nbuf;		/* those with a buffer */
	uint32_t nslot;		/* places in the queue */
	const uint8_t *hdr;	/* pushed bytes, in the fetch area */
	uint32_t hdr_len;
	uint32_t w0, w1, w3;	/* of the first data descriptor */
	uint16_t id;
	bool has_meta;
	bool one_shot;		/* meta without "store" */
	struct mock_meta meta;
	uint64_t total;
	uint64_t addr[MOCK_TX_DESCS];
	uint32_t len[MOCK_TX_DESCS];
};

/* -- descriptors */

static bool
is_llq(const struct mock_sq *sq)
{
	return (sq->placement == ENAHW_SQ_PLACEMENT_DEV);
}

/* Descriptor nth of the packet at sq->head of a ring in host memory. */
static bool
host_desc(struct mockdev *d, const struct mock_sq *sq, struct tx_fetch *f,
    uint32_t nth, uint32_t w[4])
{
	uint32_t left, n, slot;
	uint64_t q;
	uint16_t pos;

	pos = (uint16_t)(sq->head + nth);
	if (pos == sq->db) {
		mock_rule(d, MR_TX_PARTIAL, "TX %u doorbell %u after %u "
		    "descriptors without the last", sq->slot, sq->db, nth);
		return (false);
	}
	if ((uint16_t)(pos - f->pos) >= f->n) {
		slot = pos & (sq->depth - 1);
		n = sq->depth - slot;
		left = (uint16_t)(sq->db - pos);
		if (n > left)
			n = left;
		if (n > CHUNK)
			n = CHUNK;
		f->n = 0;
		if (!mock_dma_rd(d, sq->base + (uint64_t)slot *
		    sizeof(f->d[0]), f->d, n * sizeof(f->d[0]),
		    "TX descriptors"))
			return (false);
		f->pos = pos;
		f->n = (uint16_t)n;
	}
	q = enahw_h64(f->d[(uint16_t)(pos - f->pos)].d_q[0]);
	w[0] = (uint32_t)q;
	w[1] = (uint32_t)(q >> 32);
	q = enahw_h64(f->d[(uint16_t)(pos - f->pos)].d_q[1]);
	w[2] = (uint32_t)q;
	w[3] = (uint32_t)(q >> 32);
	if (ENAHW_GET(ENAHW_TXD0_PHASE, w[0]) !=
	    mock_phase(pos, sq->depth)) {
		mock_rule(d, MR_TX_PHASE, "TX %u position %u, phase %u "
		    "expected, word 0x%08x", sq->slot, pos,
		    mock_phase(pos, sq->depth), w[0]);
		return (false);
	}
	return (true);
}

static bool
parse_meta(struct mockdev *d, struct mock_sq *sq, struct txpkt *p,
    const uint32_t w[4])
{
	if (p->ndesc != 0 || (w[0] & ENAHW_TXM0_LAST) != 0 ||
	    (w[0] & ENAHW_TXM0_ETH_META) == 0 ||
	    (w[0] & ENAHW_TXM0_EXT_VALID) == 0) {
		mock_rule(d, MR_TX_META, "TX %u descriptor %u, word 0x%08x",
		    sq->slot, p->ndesc, w[0]);
		return (false);
	}
	if ((w[0] & ENAHW_TXM0_MBZ) != 0 || (w[1] & ~0x3fU) != 0) {
		mock_rule(d, MR_TX_MBZ, "TX %u meta words 0x%08x 0x%08x",
		    sq->slot, w[0], w[1]);
		return (false);
	}
	p->has_meta = true;
	p->one_shot = (w[0] & ENAHW_TXM0_STORE) == 0;
	p->meta.mss = (uint16_t)(ENAHW_GET(ENAHW_TXM0_MSS_HI, w[0]) <<
	    ENAHW_TXM_MSS_LO_BITS | ENAHW_GET(ENAHW_TXM2_MSS_LO, w[2]));
	p->meta.l3_len = (uint8_t)ENAHW_GET(ENAHW_TXM2_L3_LEN, w[2]);
	p->meta.l3_off = (uint8_t)ENAHW_GET(ENAHW_TXM2_L3_OFF, w[2]);
	p->meta.l4_words = (uint8_t)ENAHW_GET(ENAHW_TXM2_L4_WORDS, w[2]);
	return (true);
}

static bool
parse_data(struct mockdev *d, struct mock_sq *sq, struct txpkt *p,
    const uint32_t w[4])
{
	uint64_t addr;
	uint32_t len;
	bool pushed;

	if ((w[0] & ENAHW_TXD0_MBZ) != 0 || (w[1] & ENAHW_TXD1_MBZ) != 0) {
		mock_rule(d, MR_TX_MBZ, "TX %u descriptor %u, words 0x%08x "
		    "0x%08x", sq->slot, p->ndesc, w[0], w[1]);
		return (false);
	}
	len = w[0] & ENAHW_TXD0_LEN;
	addr = (uint64_t)(w[3] & ENAHW_TXD3_ADDR_HI) << 32 | w[2];
	/* A packet that was pushed whole has no buffer to speak of. */
	pushed = is_llq(sq) && p->ndata == 0 &&
	    (w[0] & ENAHW_TXD0_LAST) != 0;
	if (len == 0 && !pushed) {
		mock_rule(d, MR_TX_ZERO_LEN, "TX %u descriptor %u", sq->slot,
		    p->ndesc);
		return (false);
	}
	if (p->ndata++ == 0) {
		p->w0 = w[0];
		p->w1 = w[1];
		p->w3 = w[3];
		p->id = (uint16_t)(ENAHW_GET(ENAHW_TXD0_ID_HI, w[0]) <<
		    ENAHW_TXD_ID_LO_BITS | ENAHW_GET(ENAHW_TXD1_ID_LO, w[1]));
	}
	if (len == 0) {
		if (addr != 0)
			mock_rule(d, MR_LLQ_PUSHED, "TX %u empty buffer at "
			    "0x%llx", sq->slot, (unsigned long long)addr);
		return (true);
	}
	p->addr[p->nbuf] = addr;
	p->len[p->nbuf] = len;
	p->nbuf++;
	p->total += len;
	return (true);
}

/* What was pushed belongs to the packet; how far it reaches, it says. */
static bool
parse_header(struct mockdev *d, struct mock_sq *sq, struct tx_fetch *f,
    struct txpkt *p)
{
	uint32_t len;

	p->nslot = p->ndesc;
	if (!is_llq(sq))
		return (true);
	len = ENAHW_GET(ENAHW_TXD3_HDR_LEN, p->w3);
	if (!mock_llq_end(d, sq, &f->walk, len))
		return (false);
	p->nslot = f->walk.entries;
	p->hdr = f->walk.first + d->llq.nbefore * sizeof(struct enahw_desc);
	p->hdr_len = len;
	p->total += len;
	return (true);
}

/* Has everything up to the doorbell been looked at? */
static bool
at_doorbell(const struct mock_sq *sq, const struct tx_fetch *f,
    const struct txpkt *p)
{
	if (!is_llq(sq))
		return ((uint16_t)(sq->head + p->ndesc) == sq->db);
	return (f->walk.idx == f->walk.cap &&
	    (uint16_t)(sq->head + f->walk.entries) == sq->db);
}

/* Collect the descriptors of the packet at sq->head. */
static bool
parse(struct mockdev *d, struct mock_sq *sq, struct tx_fetch *f,
    struct txpkt *p)
{
	uint32_t w[4];
	bool first;

	memset(p, 0, sizeof(*p));
	if (is_llq(sq))
		memset(&f->walk, 0, sizeof(f->walk));
	for (;;) {
		if (p->ndesc >= d->p.tx_descs && !at_doorbell(sq, f, p)) {
			mock_rule(d, MR_TX_DESCS, "TX %u more than %u "
			    "descriptors", sq->slot, d->p.tx_descs);
			return (false);
		}
		if (!(is_llq(sq) ? mock_llq_next(d, sq, &f->walk, w) :
		    host_desc(d, sq, f, p->ndesc, w)))
			return (false);
		first = (w[0] & ENAHW_TXD0_FIRST) != 0;
		if (first != (p->ndesc == 0)) {
			mock_rule(d, MR_TX_FIRST, "TX %u descriptor %u, word "
			    "0x%08x", sq->slot, p->ndesc, w[0]);
			return (false);
		}
		if ((w[0] & ENAHW_TXD0_META) != 0) {
			if (!parse_meta(d, sq, p, w))
				return (false);
		} else if (!parse_data(d, sq, p, w))
			return (false);
		p->ndesc++;
		if ((w[0] & ENAHW_TXD0_LAST) != 0)
			return (parse_header(d, sq, f, p));
	}
}

/* -- admission */

static bool
admit(struct mockdev *d, struct mock_sq *sq, const struct txpkt *p)
{
	uint32_t hdr;

	if (p->id >= sq->depth) {
		mock_rule(d, MR_TX_ID_RANGE, "TX %u id %u, depth %u",
		    sq->slot, p->id, sq->depth);
		return (false);
	}
	if (sq->busy[p->id] != 0) {
		mock_rule(d, MR_TX_ID_BUSY, "TX %u id %u", sq->slot, p->id);
		return (false);
	}
	if ((p->w0 & ENAHW_TXD0_COMP_REQ) == 0) {
		mock_rule(d, MR_TX_COMP_REQ, "TX %u id %u, word 0x%08x",
		    sq->slot, p->id, p->w0);
		return (false);
	}
	/* In host memory it is a hint; what was pushed has been checked. */
	hdr = ENAHW_GET(ENAHW_TXD3_HDR_LEN, p->w3);
	if (!is_llq(sq) && hdr > d->p.max_header) {
		mock_rule(d, MR_TX_HEADER_LEN, "TX %u header %u of %u",
		    sq->slot, hdr, d->p.max_header);
		return (false);
	}
	if ((p->w1 & ENAHW_TXD1_TSO) != 0 && p->total > MOCK_FRAME_MAX) {
		mock_rule(d, MR_TX_TSO_LEN, "TX %u %llu bytes", sq->slot,
		    (unsigned long long)p->total);
		return (false);
	}
	return (true);
}

/*
 * LLQ, metadata not sent along.  *drop: the packet is lost, for all that a
 * driver can see it was sent.  False if the device stopped.
 */
static bool
meta_there(struct mockdev *d, struct mock_sq *sq, const struct txpkt *p,
    bool *drop)
{
	*drop = false;
	if (!is_llq(sq) || p->has_meta)
		return (true);
	if ((d->llq.accel & ENAHW_LLQ_ACCEL_NO_META_CACHE) != 0) {
		mock_rule(d, MR_LLQ_META, "TX %u id %u without metadata",
		    sq->slot, p->id);
		return (false);
	}
	if ((d->p.llq_accel_flags & ENAHW_LLQ_ACCEL_NO_META_CACHE) != 0) {
		mock_rule(d, MR_LLQ_META_DROP, "TX %u id %u without metadata",
		    sq->slot, p->id);
		*drop = true;
	}
	return (true);
}

/* Lengths that are merely dropped.  True if the packet goes on. */
static bool
length_ok(struct mockdev *d, struct mock_sq *sq, const struct txpkt *p)
{
	if (p->total < MOCK_L2_HEADER) {
		mock_rule(d, MR_TX_RUNT, "TX %u %llu bytes", sq->slot,
		    (unsigned long long)p->total);
		return (false);
	}
	if ((p->w1 & ENAHW_TXD1_TSO) == 0 && p->total > (uint64_t)d->mtu +
	    MOCK_L2_HEADER + 2 * MOCK_VLAN_TAG) {
		mock_rule(d, MR_TX_TOO_LONG, "TX %u %llu bytes, MTU %u",
		    sq->slot, (unsigned long long)p->total, d->mtu);
		return (false);
	}
	return (true);
}

static bool
gather(struct mockdev *d, const struct txpkt *p)
{
	uint32_t i, off;

	off = p->hdr_len;
	if (off != 0)
		memcpy(d->frame, p->hdr, off);
	for (i = 0; i < p->nbuf; i++) {
		if (p->len[i] > MOCK_FRAME_MAX - off)
			return (false);		/* not reached */
		if (!mock_dma_rd(d, p->addr[i], d->frame + off, p->len[i],
		    "TX buffer"))
			return (false);
		off += p->len[i];
	}
	return (true);
}

/* -- offloads */

static bool
want_offload(struct mockdev *d, struct mock_sq *sq, const char *name,
    uint32_t bit)
{
	if ((d->p.tx_offloads & bit) != 0)
		return (true);
	mock_rule(d, MR_TX_OFFLOAD, "TX %u wants %s, offloads 0x%x", sq->slot,
	    name, d->p.tx_offloads);
	return (false);
}

/* Is every offload asked for one that we advertise? */
static bool
offload_known(struct mockdev *d, struct mock_sq *sq, uint32_t w1, bool v6)
{
	uint32_t bit;

	if ((w1 & ENAHW_TXD1_L3_CSUM) != 0 &&
	    !want_offload(d, sq, "IPv4 checksum", ENAHW_TXO_L3V4))
		return (false);
	if ((w1 & ENAHW_TXD1_L4_CSUM) != 0) {
		if ((w1 & ENAHW_TXD1_L4_PARTIAL) != 0)
			bit = v6 ? ENAHW_TXO_L4V6_PART : ENAHW_TXO_L4V4_PART;
		else
			bit = v6 ? ENAHW_TXO_L4V6_FULL : ENAHW_TXO_L4V4_FULL;
		if (!want_offload(d, sq, "L4 checksum", bit))
			return (false);
	}
	return ((w1 & ENAHW_TXD1_TSO) == 0 || want_offload(d, sq, "TSO",
	    v6 ? ENAHW_TXO_TSOV6 : ENAHW_TXO_TSOV4));
}

/* Do the protocol indices tell the truth? */
static bool
protocols_ok(struct mockdev *d, struct mock_sq *sq, uint32_t w1,
    const struct mock_parse *mp)
{
	uint32_t l3, l4, want;
	bool ok;

	l3 = ENAHW_GET(ENAHW_TXD1_L3, w1);
	l4 = ENAHW_GET(ENAHW_TXD1_L4, w1);
	ok = (mp->l3 == MOCK_L3_IPV4 && l3 == ENAHW_L3_IPV4) ||
	    (mp->l3 == MOCK_L3_IPV6 && l3 == ENAHW_L3_IPV6);
	if ((w1 & ENAHW_TXD1_L3_CSUM) != 0 && l3 != ENAHW_L3_IPV4)
		ok = false;
	want = mp->l4 == MOCK_L4_TCP ? ENAHW_L4_TCP :
	    mp->l4 == MOCK_L4_UDP ? ENAHW_L4_UDP : ENAHW_L4_UNKNOWN;
	if ((w1 & (ENAHW_TXD1_L4_CSUM | ENAHW_TXD1_TSO)) != 0 &&
	    (want == ENAHW_L4_UNKNOWN || l4 != want))
		ok = false;
	/* Whether a TSO frame is whole, segmentation will tell. */
	if ((w1 & ENAHW_TXD1_L4_CSUM) != 0 && (w1 & ENAHW_TXD1_TSO) == 0 &&
	    !mp->l4_whole)
		ok = false;
	if ((w1 & ENAHW_TXD1_TSO) != 0 && l4 != ENAHW_L4_TCP)
		ok = false;
	if (!ok)
		mock_rule(d, MR_TX_PROTO, "TX %u L3 %u, L4 %u; frame L3 %d, "
		    "L4 %d", sq->slot, l3, l4, (int)mp->l3, (int)mp->l4);
	return (ok);
}

static bool
meta_ok(struct mockdev *d, struct mock_sq *sq, uint32_t w1,
    const struct mock_meta *m, const struct mock_parse *mp)
{
	if (m->l3_off == mp->l3_off && m->l3_len == mp->l3_len &&
	    ((w1 & ENAHW_TXD1_TSO) == 0 || m->l4_words * 4U == mp->l4_len))
		return (true);
	mock_rule(d, MR_TX_META_STALE, "TX %u metadata l3 %u + %u, l4 %u "
	    "words; frame l3 %u + %u, l4 %u bytes", sq->slot, m->l3_off,
	    m->l3_len, m->l4_words, mp->l3_off, mp->l3_len, mp->l4_len);
	return (false);
}

static void
check_df(struct mockdev *d, struct mock_sq *sq, uint32_t w1,
    const struct mock_parse *mp)
{
	bool df;

	df = mp->l3 != MOCK_L3_IPV4 ||
	    (d->frame[mp->l3_off + 6U] & 0x40) != 0;
	if (df != ((w1 & ENAHW_TXD1_DF) != 0))
		mock_rule(d, MR_TX_DF, "TX %u DF %u, header %u", sq->slot,
		    (w1 & ENAHW_TXD1_DF) != 0, df);
}

struct emit {
	struct mockdev *d;
	struct mock_sq *sq;
	uint32_t n;
};

static void
emit(void *arg, const uint8_t *seg, size_t len)
{
	struct emit *e = arg;
	struct mockdev *d = e->d;
	struct mock_frame_info info;

	e->n++;
	d->st.tx_pkts++;
	d->st.tx_bytes += len;
	d->st.tx_q_pkts[e->sq->slot]++;
	memset(&info, 0, sizeof(info));
	info.queue = e->sq->slot;
	if (d->bus.frame_out != NULL)
		d->bus.frame_out(d->bus.arg, seg, len, &info);
}

static bool
send_tso(struct mockdev *d, struct emit *e, const struct txpkt *p,
    const struct mock_meta *m, const struct mock_parse *mp)
{
	if (m->mss == 0 || m->mss + (uint32_t)mp->l3_len + mp->l4_len >
	    d->mtu) {
		mock_rule(d, MR_TX_TSO_MSS, "TX %u MSS %u, headers %u, MTU "
		    "%u", e->sq->slot, m->mss, mp->l3_len + mp->l4_len,
		    d->mtu);
		return (false);
	}
	if ((d->p.tx_offloads & ENAHW_TXO_TSO_ECN) == 0 &&
	    (d->frame[mp->l4_off + TCP_FLAGS] & TCP_CWR) != 0)
		mock_rule(d, MR_TX_TSO_ECN, "TX %u CWR, offloads 0x%x",
		    e->sq->slot, d->p.tx_offloads);
	if ((p->w1 & ENAHW_TXD1_L4_CSUM) == 0 || (mp->l3 == MOCK_L3_IPV4 &&
	    (p->w1 & ENAHW_TXD1_L3_CSUM) == 0))
		mock_rule(d, MR_TX_TSO_CSUM, "TX %u word 0x%08x",
		    e->sq->slot, p->w1);
	if (!mock_tso(d->frame, (size_t)p->total, m->mss,
	    (p->w1 & ENAHW_TXD1_L4_PARTIAL) != 0, emit, e)) {
		mock_rule(d, MR_TX_TSO_MALFORMED, "TX %u %llu bytes",
		    e->sq->slot, (unsigned long long)p->total);
		return (false);
	}
	d->st.tso_frames++;
	d->st.tso_segments += e->n;
	return (true);
}

/* The frame is in d->frame: send it.  False if the device stopped. */
static bool
transmit(struct mockdev *d, struct mock_sq *sq, const struct txpkt *p,
    const struct mock_meta *m)
{
	struct mock_parse mp;
	struct emit e;
	uint32_t w1 = p->w1;

	e.d = d;
	e.sq = sq;
	e.n = 0;
	if ((w1 & (ENAHW_TXD1_L3_CSUM | ENAHW_TXD1_L4_CSUM |
	    ENAHW_TXD1_TSO)) != 0) {
		mock_parse(d->frame, (size_t)p->total, &mp);
		if (!offload_known(d, sq, w1, mp.l3 == MOCK_L3_IPV6) ||
		    !protocols_ok(d, sq, w1, &mp) ||
		    !meta_ok(d, sq, w1, m, &mp))
			return (false);
		check_df(d, sq, w1, &mp);
		if ((w1 & ENAHW_TXD1_TSO) != 0)
			return (send_tso(d, &e, p, m, &mp));
		if ((w1 & ENAHW_TXD1_L4_CSUM) != 0)
			mock_l4_csum_set(d->frame, &mp,
			    (w1 & ENAHW_TXD1_L4_PARTIAL) != 0);
		if ((w1 & ENAHW_TXD1_L3_CSUM) != 0)
			mock_ip4_csum_set(d->frame, &mp);
		d->st.tx_csum_done++;
	}
	emit(&e, d->frame, (size_t)p->total);
	return (true);
}

/* -- completion */

/*
 * An id that the driver will not use soon: with part of a burst handed over
 * it may already have filled descriptors with the next ids, and completing
 * those is a lie that no driver can see through.
 */
static uint16_t
idle_id(const struct mock_sq *sq, uint16_t not_this)
{
	uint32_t i, id;

	for (i = 1; i < sq->depth; i++) {
		id = (not_this - i) & (sq->depth - 1);
		if (sq->busy[id] == 0)
			return ((uint16_t)id);
	}
	return (not_this);
}

static void
put_completion(struct mockdev *d, struct mock_sq *sq,
    const struct mock_done *c)
{
	struct mock_cq *cq = &d->cq[sq->cq];
	uint32_t arg, id, w[8];
	bool twice;

	id = c->id;
	sq->busy[c->id] = 0;
	sq->retired = (uint16_t)(sq->retired + c->descs);
	if (mock_hit(d, MOCK_F_TX_ID_RANGE, &arg))
		id = (sq->depth + arg) & 0xffff;
	if (mock_hit(d, MOCK_F_TX_ID_IDLE, NULL))
		id = idle_id(sq, c->id);
	twice = mock_hit(d, MOCK_F_TX_ID_TWICE, NULL);
	memset(w, 0, sizeof(w));
	w[0] = ENAHW_PUT(ENAHW_TXC0_ID, id);
	if (mock_hit(d, MOCK_F_TX_MBZ, NULL))
		w[0] |= ENAHW_TXC0_MBZ;
	w[1] = ENAHW_PUT(ENAHW_TXC1_SQ_HEAD, sq->head);
	if (d->ts_tx) {
		w[2] = (uint32_t)c->ns;
		w[3] = (uint32_t)(c->ns >> 32);
	}
	mock_cq_put(d, cq, w);
	if (twice)
		mock_cq_put(d, cq, w);
	mock_trace(d, "txc q=%u id=%u descs=%u", sq->slot, id, c->descs);
}

/* Write what was held, in any order, and interrupt. */
void
mock_tx_release(struct mockdev *d, struct mock_sq *sq)
{
	unsigned int i;

	sq->held_due = MOCK_NEVER;
	while (sq->nheld != 0 && !d->fatal) {
		i = mock_rand(d, sq->nheld);
		put_completion(d, sq, &sq->held[i]);
		sq->held[i] = sq->held[--sq->nheld];
	}
	mock_vec_kick(d, d->cq[sq->cq].vector);
}

static void
complete(struct mockdev *d, struct mock_sq *sq, const struct txpkt *p)
{
	struct mock_done c;

	c.ns = mock_clock_ns(d);
	c.id = p->id;
	c.descs = (uint16_t)p->nslot;
	if (mock_hit(d, MOCK_F_TX_LOST, NULL))
		return;
	if (!d->o.tx_reorder) {
		put_completion(d, sq, &c);
		return;
	}
	if (sq->nheld == MOCK_HELD)
		mock_tx_release(d, sq);
	sq->held[sq->nheld++] = c;
	if (sq->held_due == MOCK_NEVER) {
		sq->held_due = mock_now(d) + 1 + mock_rand(d, 20);
		mock_wake(d, sq->held_due);
	}
}

/* -- one packet, all packets */

static void
trace_pkt(struct mockdev *d, const struct mock_sq *sq, const struct txpkt *p)
{
	if (is_llq(sq))
		mock_trace(d, "tx q=%u id=%u descs=%u len=%llu word1=0x%08x "
		    "header=%u entries=%u", sq->slot, p->id, p->ndesc,
		    (unsigned long long)p->total, p->w1, p->hdr_len,
		    p->nslot);
	else
		mock_trace(d, "tx q=%u id=%u descs=%u len=%llu word1=0x%08x",
		    sq->slot, p->id, p->ndesc,
		    (unsigned long long)p->total, p->w1);
}

static bool
one_packet(struct mockdev *d, struct mock_sq *sq, struct tx_fetch *f)
{
	const struct mock_meta *m;
	struct txpkt p;
	bool drop;

	if (!parse(d, sq, f, &p) || !admit(d, sq, &p) ||
	    !meta_there(d, sq, &p, &drop))
		return (false);
	m = &sq->meta;
	if (p.has_meta) {
		if (!p.one_shot)
			sq->meta = p.meta;
		m = &p.meta;
	}
	trace_pkt(d, sq, &p);
	sq->busy[p.id] = 1;
	if (drop || !length_ok(d, sq, &p) || !d->link)
		d->st.tx_drops++;
	else if (!gather(d, &p) || !transmit(d, sq, &p, m))
		return (false);
	d->st.llq_pkts += is_llq(sq);
	sq->head = (uint16_t)(sq->head + p.nslot);
	complete(d, sq, &p);
	return (!d->fatal);
}

/* Do everything up to the doorbell. */
void
mock_tx_run(struct mockdev *d, struct mock_sq *sq)
{
	struct tx_fetch f;

	sq->due = MOCK_NEVER;
	f.pos = f.n = 0;
	while (sq->live && !d->fatal && !d->gone && sq->head != sq->db)
		if (!one_packet(d, sq, &f))
			break;
	if (sq->live && !d->o.tx_reorder)
		mock_vec_kick(d, d->cq[sq->cq].vector);
}
