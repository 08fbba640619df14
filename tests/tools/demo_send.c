/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit side of a demo adapter: from a stack's frame to a request that
 * this device takes.
 *
 * The device does as much as it offers.  Where it offers both forms of the
 * L4 checksum, flows alternate between them, so that one run shows both:
 * partial (the field holds the pseudo-header sum) and full (it holds junk).
 * Fields that the device will fill in are spoilt first: a checksum that the
 * device forgets cannot arrive right by accident.
 *
 * A frame that the stack did not cut (h_mss) is cut by the device, or
 * dropped if that cannot be asked for; demo_tso() tells the stack beforehand.
 * What the device will make of it is computed here as well, for the
 * comparison of counters at the end.
 */
#include <string.h>

#include "demo_adapter.h"

#define JUNK	0xdeadU
#define U8_MAX	255U

/* Which checksum requests make sense for this frame? */
static bool
can_ask(const struct demo_frame *d, size_t len)
{
	return (d->l3 != ENA_L3_OTHER && !d->frag && d->whole &&
	    !d->v6_ext && d->end == len && d->l3_off <= U8_MAX &&
	    d->l3_len <= U8_MAX);
}

static bool
offers(const struct demo_adapter *a, uint32_t bits)
{
	return (!a->ad_cfg.soft_csum &&
	    (ena_dev_info(demo_dev(a))->in_tx_offloads & bits) == bits);
}

/* ENA_TXF_* for the L4 checksum, 0 if the device cannot do it. */
static uint32_t
l4_request(const struct demo_adapter *a, const struct demo_frame *d,
    uint32_t hash)
{
	bool full, part, v6;

	v6 = d->l3 == ENA_L3_IP6;
	full = offers(a, v6 ? ENA_TXO_L4V6_FULL : ENA_TXO_L4V4_FULL);
	part = offers(a, v6 ? ENA_TXO_L4V6_PARTIAL : ENA_TXO_L4V4_PARTIAL);
	if (full && part)
		part = (hash >> 16 & 1) != 0;
	if (part)
		return (ENA_TXF_L4_CSUM | ENA_TXF_L4_PARTIAL);
	return (full ? ENA_TXF_L4_CSUM : 0);
}

static void
fill_meta(struct nic_tx_meta *m, const struct demo_frame *d, uint32_t flags)
{
	memset(m, 0, sizeof(*m));
	if (flags == 0)
		return;
	m->flags = flags | (d->df ? ENA_TXF_DF : 0);
	m->l3 = d->l3;
	m->l4 = d->l4;
	m->l3_off = (uint8_t)d->l3_off;
	m->l3_len = (uint8_t)d->l3_len;
	m->l4_len = (uint8_t)d->l4_len;
}

uint32_t
demo_tso(const struct demo_adapter *a)
{
	uint32_t tso;

	tso = 0;
	if (offers(a, ENA_TXO_TSO4 | ENA_TXO_IP4_CSUM) &&
	    (offers(a, ENA_TXO_L4V4_FULL) || offers(a, ENA_TXO_L4V4_PARTIAL)))
		tso |= ENA_TXO_TSO4;
	if (offers(a, ENA_TXO_TSO6) &&
	    (offers(a, ENA_TXO_L4V6_FULL) || offers(a, ENA_TXO_L4V6_PARTIAL)))
		tso |= ENA_TXO_TSO6;
	if (tso != 0 && offers(a, ENA_TXO_TSO_ECN))
		tso |= ENA_TXO_TSO_ECN;
	return (tso);
}

/* What a request of len bytes, sent on queue q, becomes on the wire. */
static void
count_tso(struct demo_adapter *a, unsigned int q, size_t len,
    const struct nic_tx_meta *m)
{
	struct demo_counters *c = &a->ad_count;
	size_t head, segs;

	head = (size_t)m->l3_off + m->l3_len + m->l4_len;
	segs = (len - head + m->mss - 1) / m->mss;
	if (segs == 0)
		segs = 1;		/* headers alone */
	c->ask_tso++;
	c->tso_segs += segs;
	c->tso_bytes += (segs - 1) * head;
	a->ad_tso_more[q] += segs - 1;
}

/* Counted when the frame is sent, not when it is tried. */
static void
count_asked(struct demo_counters *c, uint32_t flags)
{
	if ((flags & ENA_TXF_TSO) == 0 &&
	    (flags & (ENA_TXF_IP4_CSUM | ENA_TXF_L4_CSUM)) != 0)
		c->ask_frames++;
	if ((flags & ENA_TXF_IP4_CSUM) != 0)
		c->ask_ip4++;
	if ((flags & ENA_TXF_L4_CSUM) == 0)
		return;
	if ((flags & ENA_TXF_L4_PARTIAL) != 0)
		c->ask_partial++;
	else
		c->ask_full++;
}

/*
 * Drop what no device would take; counted.  mss: 0, or where the frame is
 * going to be cut.
 */
static bool
fits(struct demo_adapter *a, const struct demo_frame *d, size_t len,
    uint16_t mss)
{
	size_t packet;

	if (len < DEMO_ETH_LEN) {
		a->ad_count.runts++;
		return (false);
	}
	packet = mss != 0 ? d->l3_len + d->l4_len + mss : len - d->l3_off;
	if (packet > a->ad_cfg.mtu || len > DEMO_FRAME_ROOM) {
		a->ad_count.over_mtu++;
		return (false);
	}
	return (true);
}

static enum demo_sent
transmit(struct demo_adapter *a, const uint8_t *f, size_t len, uint32_t hash,
    const struct nic_tx_meta *m)
{
	enum ena_result r;
	unsigned int q;

	q = hash % nic_pairs(a->ad_nic);
	r = nic_tx(a->ad_nic, q, f, len, m->flags != 0 ? m : NULL);
	switch (r) {
	case ENA_OK:
		a->ad_dirty[q / 64] |= (uint64_t)1 << q % 64;
		a->ad_count.in_frames++;
		count_asked(&a->ad_count, m->flags);
		if ((m->flags & ENA_TXF_TSO) != 0)
			count_tso(a, q, len, m);
		return (DEMO_SENT);
	case ENA_NO_ROOM:
		(void)nic_tx_flush(a->ad_nic, q);
		a->ad_count.retries++;
		return (DEMO_LATER);
	case ENA_FAULTED:
	case ENA_GONE:
		a->ad_fault = r;
		return (DEMO_DROPPED);
	default:
		a->ad_count.in_frames++;
		a->ad_count.refused++;
		return (DEMO_DROPPED);
	}
}

void
demo_flush(struct demo_adapter *a)
{
	uint64_t bits;
	unsigned int i, q;

	for (i = 0; i < sizeof(a->ad_dirty) / sizeof(a->ad_dirty[0]); i++) {
		bits = a->ad_dirty[i];
		a->ad_dirty[i] = 0;
		for (; bits != 0; bits &= bits - 1) {
			q = i * 64 + (unsigned int)__builtin_ctzll(bits);
			(void)nic_tx_flush(a->ad_nic, q);
		}
	}
}

/* The stack left a checksum to us and the device does not do it. */
static void
finish_csum(struct demo_adapter *a, uint8_t *f, size_t len,
    const struct demo_hint *h)
{
	uint16_t sum;

	if ((size_t)h->h_start + h->h_off + 2 > len)
		return;
	sum = (uint16_t)~demo_sum(f + h->h_start, len - h->h_start, 0);
	demo_put16(f + h->h_start + h->h_off, sum == 0 ? 0xffff : sum);
	a->ad_count.soft++;
}

/* Is what the stack left to do the L4 checksum of this frame? */
static bool
asks_l4(const struct demo_frame *d, size_t len, const struct demo_hint *h)
{
	return (h->h_start != 0 && can_ask(d, len) && d->l4 != ENA_L4_OTHER &&
	    h->h_start == d->l4_off &&
	    (size_t)h->h_start + h->h_off == demo_l4_csum_off(d));
}

/*
 * Requests for a frame that has to be cut; 0: this one cannot be.  The seed
 * of a partial checksum has no length in it: each segment has another.
 */
static uint32_t
tso_request(struct demo_adapter *a, uint8_t *f, size_t len,
    const struct demo_frame *d, const struct demo_hint *h, uint32_t hash)
{
	uint32_t flags;

	if (!asks_l4(d, len, h) || d->l4 != ENA_L4_TCP ||
	    (demo_tso(a) & (d->l3 == ENA_L3_IP4 ? ENA_TXO_TSO4 :
	    ENA_TXO_TSO6)) == 0)
		return (0);
	flags = ENA_TXF_TSO | l4_request(a, d, hash);
	demo_put16(f + demo_l4_csum_off(d),
	    (flags & ENA_TXF_L4_PARTIAL) != 0 ? demo_l4_seed(f, d) : JUNK);
	if (d->l3 == ENA_L3_IP4) {
		flags |= ENA_TXF_IP4_CSUM;
		demo_put16(f + d->l3_off + 10, JUNK);
	}
	return (flags);
}

/* Turn what the stack asks for into requests; f is our own copy. */
static uint32_t
stack_request(struct demo_adapter *a, uint8_t *f, size_t len,
    const struct demo_frame *d, const struct demo_hint *h, uint32_t hash)
{
	uint32_t flags;

	if (h->h_mss != 0)
		return (tso_request(a, f, len, d, h, hash));
	flags = 0;
	if (asks_l4(d, len, h))
		flags = l4_request(a, d, hash);
	if (h->h_start != 0 && flags == 0)
		finish_csum(a, f, len, h);
	if (flags == ENA_TXF_L4_CSUM)
		demo_put16(f + demo_l4_csum_off(d), JUNK);
	if (d->l3 == ENA_L3_IP4 && can_ask(d, len) &&
	    offers(a, ENA_TXO_IP4_CSUM)) {
		flags |= ENA_TXF_IP4_CSUM;
		demo_put16(f + d->l3_off + 10, JUNK);
	}
	return (flags);
}

/* Requests whose result is what the frame holds already; spoils f. */
static uint32_t
exact_request(struct demo_adapter *a, uint8_t *f, size_t len,
    const struct demo_frame *d, uint32_t hash)
{
	uint32_t ask, flags;
	size_t field;

	flags = 0;
	if (!can_ask(d, len))
		return (0);
	field = demo_l4_csum_off(d);
	ask = 0;
	if (d->l4 != ENA_L4_OTHER &&
	    demo_get16(f + field) == demo_l4_csum(f, d))
		ask = l4_request(a, d, hash);
	if (ask == ENA_TXF_L4_CSUM)
		demo_put16(f + field, JUNK);
	else if (ask != 0)
		demo_put16(f + field, demo_l4_pseudo(f, d));
	flags = ask;
	if (d->l3 == ENA_L3_IP4 && offers(a, ENA_TXO_IP4_CSUM) &&
	    demo_ip4_csum_good(f, d) &&
	    demo_get16(f + d->l3_off + 10) != 0xffff) {
		flags |= ENA_TXF_IP4_CSUM;
		demo_put16(f + d->l3_off + 10, JUNK);
	}
	return (flags);
}

/* With h as a stack sends it, without h byte for byte. */
static enum demo_sent
send_any(struct demo_adapter *a, const uint8_t *frame, size_t len,
    const struct demo_hint *h)
{
	struct demo_frame d;
	struct demo_key k;
	struct nic_tx_meta m;
	enum demo_sent sent;
	uint64_t soft;
	uint32_t flags, hash;
	uint16_t mss;

	mss = h != NULL ? h->h_mss : 0;
	demo_parse(frame, len, &d);
	if (!fits(a, &d, len, mss)) {
		a->ad_count.in_frames++;
		return (DEMO_DROPPED);
	}
	demo_key(frame, &d, &k);
	hash = demo_key_hash(&k);
	memcpy(a->ad_scratch, frame, len);
	soft = a->ad_count.soft;
	if (h != NULL)
		flags = stack_request(a, a->ad_scratch, len, &d, h, hash);
	else
		flags = exact_request(a, a->ad_scratch, len, &d, hash);
	if (mss != 0 && flags == 0) {
		a->ad_count.in_frames++;
		a->ad_count.refused++;
		return (DEMO_DROPPED);
	}
	fill_meta(&m, &d, flags);
	m.mss = mss;
	sent = transmit(a, a->ad_scratch, len, hash, &m);
	if (sent == DEMO_LATER)
		a->ad_count.soft = soft;
	return (sent);
}

enum demo_sent
demo_send(struct demo_adapter *a, const uint8_t *frame, size_t len,
    const struct demo_hint *h)
{
	return (send_any(a, frame, len, h));
}

enum demo_sent
demo_send_exact(struct demo_adapter *a, const uint8_t *frame, size_t len)
{
	return (send_any(a, frame, len, NULL));
}
