/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traffic with a memory.
 *
 * A frame is Ethernet, perhaps IP and UDP or TCP, then number, length and
 * salt (big-endian) and bytes that follow from them.  Checksums are computed
 * here by the textbook, independently of the model; with a checksum request
 * they are left wrong (full) or seeded (partial), and the receiver finds
 * them right because the device did it.
 */
#include "sim_priv.h"
#include "sim_load.h"

#define ETH		14U
#define TAG		8U	/* number and length */

struct shape {
	bool ip, v6, tcp;
	unsigned int l3, l4, body;	/* offsets */
};

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t
get32(const uint8_t *p)
{
	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

static uint8_t
byte_of(uint32_t salt, uint32_t no, size_t i)
{
	uint32_t v;

	v = (no + salt) * 2654435761U + (uint32_t)i * 40503U;
	return ((uint8_t)(v >> 13));
}

static void
shape_of(enum load_kind kind, struct shape *sh)
{
	memset(sh, 0, sizeof(*sh));
	sh->ip = kind != LOAD_RAW;
	sh->v6 = kind == LOAD_UDP6 || kind == LOAD_TCP6;
	sh->tcp = kind == LOAD_TCP4 || kind == LOAD_TCP6;
	sh->l3 = ETH;
	sh->l4 = ETH + (!sh->ip ? 0 : sh->v6 ? 40 : 20);
	sh->body = sh->l4 + (!sh->ip ? 0 : sh->tcp ? 20 : 8);
}

/* ---- checksums */

static uint32_t
sum(const uint8_t *p, size_t len, uint32_t s)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		s += (uint32_t)p[i] << 8 | p[i + 1];
	if ((len & 1) != 0)
		s += (uint32_t)p[len - 1] << 8;
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (s);
}

static uint32_t
pseudo_sum(const uint8_t *f, const struct shape *sh, size_t len)
{
	uint32_t s;

	s = sh->v6 ? sum(f + sh->l3 + 8, 32, 0) : sum(f + sh->l3 + 12, 8, 0);
	s += (uint32_t)(len - sh->l4) + (sh->tcp ? 6 : 17);
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (s);
}

static unsigned int
l4_csum_at(const struct shape *sh)
{
	return (sh->l4 + (sh->tcp ? 16 : 6));
}

static void
csum_fill(uint8_t *f, const struct shape *sh, size_t len)
{
	uint32_t c;

	if (!sh->ip)
		return;
	if (!sh->v6) {
		put16(f + sh->l3 + 10, 0);
		put16(f + sh->l3 + 10, ~sum(f + sh->l3, 20, 0) & 0xffff);
	}
	put16(f + l4_csum_at(sh), 0);
	c = ~sum(f + sh->l4, len - sh->l4, pseudo_sum(f, sh, len)) & 0xffff;
	if (c == 0 && !sh->tcp)
		c = 0xffff;
	put16(f + l4_csum_at(sh), c);
}

static bool
csum_right(const uint8_t *f, const struct shape *sh, size_t len)
{
	if (!sh->ip)
		return (true);
	if (!sh->v6 && sum(f + sh->l3, 20, 0) != 0xffff)
		return (false);
	return (sum(f + sh->l4, len - sh->l4, pseudo_sum(f, sh, len)) ==
	    0xffff);
}

/* ---- frames */

static void
ip_fill(uint8_t *f, const struct shape *sh, size_t len, uint32_t flow)
{
	uint8_t *h = f + sh->l3;
	unsigned int i;

	if (sh->v6) {
		put32(h, 0x60000000);
		put16(h + 4, (uint32_t)(len - sh->l4));
		h[6] = sh->tcp ? 6 : 17;
		h[7] = 64;
		for (i = 8; i < 40; i++)
			h[i] = (uint8_t)(0x20 + i + flow);
	} else {
		h[0] = 0x45;
		put16(h + 2, (uint32_t)(len - sh->l3));
		put16(h + 6, 0x4000);			/* DF */
		h[8] = 64;
		h[9] = sh->tcp ? 6 : 17;
		put32(h + 12, 0x0a000001);
		put32(h + 16, 0x0a000100 + flow);
	}
	h = f + sh->l4;
	put16(h, 1024 + flow * 7);
	put16(h + 2, 4791);
	if (sh->tcp) {
		h[12] = 5 << 4;
		h[13] = 0x10;
		put16(h + 14, 0xffff);
	} else
		put16(h + 4, (uint32_t)(len - sh->l4));
}

/* The frame without its checksums. */
static void
frame_fill(struct sim_load *ld, uint32_t no, size_t len, enum load_kind kind,
    uint8_t *f)
{
	struct shape sh;
	size_t i;

	shape_of(kind, &sh);
	memset(f, 0, sh.body);
	put32(f, 0x02000000);
	put32(f + 6, 0x02000000 + ld->ld_salt);
	put16(f + 12, !sh.ip ? 0x88b5 : sh.v6 ? 0x86dd : 0x0800);
	if (sh.ip)
		ip_fill(f, &sh, len, no % ld->ld_flows);
	put32(f + sh.body, no);
	put32(f + sh.body + 4, (uint32_t)len);
	for (i = sh.body + TAG; i < len; i++)
		f[i] = byte_of(ld->ld_salt, no, i);
}

/* ---- sending */

static bool
request(const struct sim_load *ld, const struct shape *sh, uint8_t *f,
    size_t len, struct nic_tx_meta *m)
{
	uint32_t off;

	off = ena_dev_info(sim_dev(ld->ld_from))->in_tx_offloads;
	memset(m, 0, sizeof(*m));
	if (!sh->ip)
		return (false);
	m->l3 = sh->v6 ? ENA_L3_IP6 : ENA_L3_IP4;
	m->l4 = sh->tcp ? ENA_L4_TCP : ENA_L4_UDP;
	m->l3_off = (uint8_t)sh->l3;
	m->l3_len = (uint8_t)(sh->l4 - sh->l3);
	if (!sh->v6 && (off & ENA_TXO_IP4_CSUM) != 0) {
		m->flags |= ENA_TXF_IP4_CSUM;
		put16(f + sh->l3 + 10, 0);
	}
	if ((off & (sh->v6 ? ENA_TXO_L4V6_FULL : ENA_TXO_L4V4_FULL)) != 0) {
		m->flags |= ENA_TXF_L4_CSUM;
		put16(f + l4_csum_at(sh), 0xdead);
	} else if ((off & (sh->v6 ? ENA_TXO_L4V6_PARTIAL :
	    ENA_TXO_L4V4_PARTIAL)) != 0) {
		m->flags |= ENA_TXF_L4_CSUM | ENA_TXF_L4_PARTIAL;
		put16(f + l4_csum_at(sh), pseudo_sum(f, sh, len));
	}
	if (m->flags != 0)
		m->flags |= ENA_TXF_DF;
	return (m->flags != 0);
}

static void
remember(struct sim_load *ld, enum load_kind kind, size_t len)
{
	struct sim *s = sim_of(ld->ld_from);

	if (ld->ld_sent >= ld->ld_seen_size) {
		ld->ld_seen_size = 2 * ld->ld_seen_size + 1024;
		ld->ld_seen = sim_need(s, realloc(ld->ld_seen,
		    ld->ld_seen_size));
		ld->ld_lens = sim_need(s, realloc(ld->ld_lens,
		    ld->ld_seen_size * sizeof(*ld->ld_lens)));
	}
	ld->ld_seen[ld->ld_sent] = (uint8_t)(kind + 1);
	ld->ld_lens[ld->ld_sent] = (uint32_t)len;
	ld->ld_sent++;
	ld->ld_sent_bytes += len;
}

enum ena_result
load_send(struct sim_load *ld, unsigned int q, size_t len,
    enum load_kind kind, bool csum)
{
	struct nic_tx_meta m;
	struct shape sh;
	enum ena_result r;
	bool offload;

	if (len < (kind == LOAD_RAW ? LOAD_RAW_MIN : LOAD_MIN) ||
	    len > LOAD_MAX)
		return (ENA_INVAL);
	shape_of(kind, &sh);
	frame_fill(ld, ld->ld_sent, len, kind, ld->ld_frame);
	csum_fill(ld->ld_frame, &sh, len);
	offload = csum && request(ld, &sh, ld->ld_frame, len, &m);
	r = nic_tx(sim_nic(ld->ld_from), q, ld->ld_frame, len,
	    offload ? &m : NULL);
	if (r != ENA_OK)
		return (r);
	remember(ld, kind, len);
	ld->ld_offloaded += offload;
	return (ENA_OK);
}

enum ena_result
load_push(struct sim_load *ld, unsigned int q, size_t len,
    enum load_kind kind, bool csum)
{
	enum ena_result r;
	unsigned int tries;

	for (tries = 0; tries < 1000; tries++) {
		r = load_send(ld, q, len, kind, csum);
		if (r != ENA_NO_ROOM)
			break;
		sim_advance(sim_of(ld->ld_from), 20);
	}
	if (r == ENA_OK)
		r = nic_tx_flush(sim_nic(ld->ld_from), q);
	return (r);
}

/* ---- receiving */

/* The kind a frame claims to be. */
static enum load_kind
kind_of(const uint8_t *f, size_t len)
{
	if (len >= LOAD_MIN && f[12] == 0x08 && f[13] == 0)
		return (f[ETH + 9] == 6 ? LOAD_TCP4 : LOAD_UDP4);
	if (len >= LOAD_MIN && f[12] == 0x86 && f[13] == 0xdd)
		return (f[ETH + 6] == 6 ? LOAD_TCP6 : LOAD_UDP6);
	return (LOAD_RAW);
}

static bool
body_right(const struct sim_load *ld, const uint8_t *f, size_t len,
    const struct shape *sh, uint32_t no)
{
	size_t i;

	for (i = sh->body + TAG; i < len; i++)
		if (f[i] != byte_of(ld->ld_salt, no, i))
			return (false);
	return (true);
}

static void
load_rx(void *arg, struct sim_adapter *ad, const uint8_t *f, size_t len,
    const struct nic_rx_meta *meta)
{
	struct sim_load *ld = arg;
	enum load_kind kind;
	struct shape sh;
	uint32_t no;

	(void)ad;
	kind = kind_of(f, len);
	shape_of(kind, &sh);
	if (len < sh.body + TAG ||
	    (no = get32(f + sh.body)) >= ld->ld_sent) {
		ld->ld_unknown++;
		return;
	}
	if (ld->ld_seen[no] == 0) {
		ld->ld_twice++;
		return;
	}
	if (ld->ld_seen[no] != (uint8_t)(kind + 1) ||
	    ld->ld_lens[no] != len || get32(f + sh.body + 4) != len ||
	    !body_right(ld, f, len, &sh, no) || !csum_right(f, &sh, len) ||
	    meta->l3 == ENA_CSUM_BAD || meta->l4 == ENA_CSUM_BAD)
		ld->ld_bad++;
	ld->ld_seen[no] = 0;
	ld->ld_got++;
	ld->ld_got_bytes += len;
	ld->ld_flow = no % ld->ld_flows;
	ld->ld_multi += meta->nsegs > 1;
	ld->ld_good_l3 += meta->l3 == ENA_CSUM_GOOD;
	ld->ld_good_l4 += meta->l4 == ENA_CSUM_GOOD;
}

void
load_init(struct sim_load *ld, struct sim_adapter *from,
    struct sim_adapter *to, uint32_t salt)
{
	memset(ld, 0, sizeof(*ld));
	ld->ld_from = from;
	ld->ld_to = to;
	ld->ld_salt = salt;
	ld->ld_flows = 16;
	sim_on_rx(to, load_rx, ld);
}

void
load_free(struct sim_load *ld)
{
	free(ld->ld_seen);
	free(ld->ld_lens);
	ld->ld_seen = NULL;
	ld->ld_lens = NULL;
	ld->ld_seen_size = 0;
}

bool
load_done(void *arg)
{
	const struct sim_load *ld = arg;

	return (ld->ld_got >= ld->ld_sent);
}

bool
load_good(const struct sim_load *ld)
{
	return (ld->ld_bad == 0 && ld->ld_twice == 0 && ld->ld_unknown == 0);
}
