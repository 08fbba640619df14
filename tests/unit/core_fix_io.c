/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixture of the core's unit tests: rings and frames.
 *
 * I/O rings consist of 64-bit words on the wire; 32-bit word 0 of the
 * protocol's tables is the low half of the first.
 */
#include "core_fix.h"
#include "mock_net.h"

/* ---- looking at rings, typing into them */

void
fix_desc(struct fix *f, uint64_t ring, uint32_t slot, uint32_t w[4])
{
	uint8_t d[16];
	uint64_t q;

	assert_true(sim_peek(f->ad, ring + slot * 16U, d, sizeof(d)));
	q = fix_r64(d);
	w[0] = (uint32_t)q;
	w[1] = (uint32_t)(q >> 32);
	q = fix_r64(d + 8);
	w[2] = (uint32_t)q;
	w[3] = (uint32_t)(q >> 32);
}

static uint32_t
phase_of(uint32_t pos, uint32_t depth)
{
	return ((pos / depth) % 2 == 0 ? W_PHASE : 0);
}

void
fix_txc(struct fix *f, unsigned int q, uint32_t pos, uint32_t w0)
{
	uint8_t e[8];

	w0 = (w0 & ~W_PHASE) | phase_of(pos, f->depth_tx);
	fix_w64(e, w0);
	assert_true(sim_poke(f->ad, f->q[q].tx_cq + pos % f->depth_tx * 8U,
	    e, sizeof(e)));
}

void
fix_rxc(struct fix *f, unsigned int q, uint32_t pos, uint32_t status,
    uint32_t len, uint32_t id, uint32_t hash, uint32_t offset)
{
	uint8_t e[16];

	status = (status & ~W_PHASE) | phase_of(pos, f->depth_rx);
	fix_w64(e, (uint64_t)(id << 16 | len) << 32 | status);
	fix_w64(e + 8, (uint64_t)(offset << 16) << 32 | hash);
	assert_true(sim_poke(f->ad, f->q[q].rx_cq + pos % f->depth_rx * 16U,
	    e, sizeof(e)));
}

/* ---- transmit */

static void
sent_free(struct fix *f, unsigned int q, uint16_t id)
{
	const struct nic_host *h = sim_host(f->ad);
	struct fix_sent *s = &f->q[q].tx[id];
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		h->buf_sync(h->arg, &s->b[i], 0, s->b[i].len,
		    ENA_SYNC_POSTWRITE);
		h->buf_free(h->arg, &s->b[i]);
	}
	s->n = 0;
}

/* Cut a frame into nbufs buffers, as even as it goes. */
static void
sent_make(struct fix *f, const uint8_t *frame, size_t len,
    unsigned int nbufs, struct fix_sent *s, struct ena_buf *vec)
{
	const struct nic_host *h = sim_host(f->ad);
	size_t at, n;

	assert_true(nbufs <= FIX_TX_BUFS);
	assert_true(len >= nbufs && (len == 0) == (nbufs == 0));
	for (s->n = 0, at = 0; s->n < nbufs; s->n++, at += n) {
		n = (len - at) / (nbufs - s->n);
		assert_true(h->buf_alloc(h->arg, (uint32_t)n,
		    &s->b[s->n]));
		memcpy(s->b[s->n].va, frame + at, n);
		h->buf_sync(h->arg, &s->b[s->n], 0, n, ENA_SYNC_PREWRITE);
		vec[s->n].b_addr = s->b[s->n].pa;
		vec[s->n].b_len = (uint16_t)n;
	}
}

enum ena_result
fix_tx(struct fix *f, unsigned int q, const uint8_t *frame, size_t len,
    unsigned int nbufs, const struct ena_tx_pkt *how)
{
	const struct nic_host *h = sim_host(f->ad);
	struct ena_buf vec[FIX_TX_BUFS];
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	struct fix_sent s;
	enum ena_result r;
	unsigned int i, push;
	uint16_t id = 0;		/* for gcc on other machines */

	memset(&p, 0, sizeof(p));
	if (how != NULL)
		p = *how;
	r = ena_tx_begin(ena_txq(f->dev, q), &b);
	if (r != ENA_OK)
		return (r);
	push = ena_tx_max_push(ena_txq(f->dev, q));
	if (p.tp_hdr_len == 0 && push != 0)
		p.tp_hdr_len = (uint16_t)(len - nbufs < push ? len - nbufs :
		    push);
	p.tp_hdr = frame;
	push = p.tp_hdr_len;
	sent_make(f, frame + push, len - push, nbufs, &s, vec);
	p.tp_bufs = vec;
	p.tp_nbufs = (uint16_t)nbufs;
	r = ena_tx_put(&b, &p, &id);
	ena_tx_end(&b);
	if (r == ENA_OK) {
		assert_true(id < f->depth_tx);
		assert_int_equal(f->q[q].tx[id].n, 0);
		f->q[q].tx[id] = s;
		return (r);
	}
	for (i = 0; i < s.n; i++)
		h->buf_free(h->arg, &s.b[i]);
	return (r);
}

enum ena_result
fix_tx_one(struct fix *f, unsigned int q, unsigned int n, uint16_t *id)
{
	const struct nic_host *h = sim_host(f->ad);
	struct ena_buf vec[FIX_TX_BUFS];
	struct ena_tx_burst b;
	struct ena_tx_pkt p;
	enum ena_result r;
	unsigned int i, left;

	assert_in_range(n, 1, FIX_TX_BUFS);
	h->buf_sync(h->arg, &f->q[q].one, 0, 64, ENA_SYNC_PREWRITE);
	for (i = 0; i < n; i++) {
		vec[i].b_addr = f->q[q].one.pa;
		vec[i].b_len = 60;
	}
	memset(&p, 0, sizeof(p));
	p.tp_bufs = vec;
	p.tp_nbufs = (uint16_t)n;
	p.tp_hdr = f->q[q].one.va;
	p.tp_hdr_len = ena_tx_max_push(ena_txq(f->dev, q)) != 0 ? 14 : 0;
	r = ena_tx_begin(ena_txq(f->dev, q), &b);
	if (r != ENA_OK)
		return (r);
	assert_int_equal(ena_tx_left(&b), ena_tx_room(ena_txq(f->dev, q)));
	r = ena_tx_put(&b, &p, id);
	left = ena_tx_left(&b);
	ena_tx_end(&b);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, q)), left);
	return (r);
}

enum ena_result
fix_reap(struct fix *f, unsigned int q, unsigned int max, uint16_t *ids,
    unsigned int *count)
{
	uint16_t own[1024];
	enum ena_result r;
	unsigned int i;

	if (ids == NULL) {
		assert_true(max <= FIX_COUNT(own));
		ids = own;
	}
	*count = 54321;
	r = ena_tx_reap(ena_txq(f->dev, q), ids, max, count);
	assert_true(*count <= max);
	for (i = 0; i < *count; i++) {
		assert_true(ids[i] < f->depth_tx);
		sent_free(f, q, ids[i]);
	}
	ena_tx_release(ena_txq(f->dev, q));
	return (r);
}

void
fix_tx_wait(struct fix *f, unsigned int q, unsigned int n)
{
	unsigned int count, tries;

	for (tries = 0; n > 0; tries++) {
		SIM_CHECK(f->sim, tries < 100000);
		SIM_CHECK(f->sim,
		    fix_reap(f, q, n < 1024 ? n : 1024, NULL, &count) ==
		    ENA_OK);
		n -= count;
		if (count == 0)
			fix_pass(f, 10);
	}
}

/* ---- receive */

enum ena_result
fix_fill(struct fix *f, unsigned int q, unsigned int n, uint32_t len)
{
	const struct nic_host *h = sim_host(f->ad);
	struct ena_rx_fill fill;
	struct nic_buf b;
	enum ena_result r;
	uint16_t id;

	r = ena_rx_begin(ena_rxq(f->dev, q), &fill);
	if (r != ENA_OK)
		return (r);
	for (; n > 0 && r == ENA_OK; n--) {
		assert_true(h->buf_alloc(h->arg, len, &b));
		h->buf_sync(h->arg, &b, 0, len, ENA_SYNC_PREREAD);
		r = ena_rx_put(&fill, b.pa, (uint16_t)len, &id);
		if (r != ENA_OK) {
			h->buf_free(h->arg, &b);
			break;
		}
		assert_true(id < f->depth_rx);
		assert_null(f->q[q].rx[id].va);
		f->q[q].rx[id] = b;
	}
	ena_rx_end(&fill);
	return (r);
}

size_t
fix_gather(struct fix *f, unsigned int q, const struct ena_rx_pkt *p,
    uint8_t *out)
{
	const struct nic_host *h = sim_host(f->ad);
	const struct ena_rx_seg *s;
	struct nic_buf *b;
	size_t at, off;
	uint32_t i;

	for (i = 0, at = 0; i < p->rp_nsegs; i++, at += s->rs_len) {
		s = &p->rp_segs[i];
		assert_true(s->rs_id < f->depth_rx);
		b = &f->q[q].rx[s->rs_id];
		assert_non_null(b->va);
		off = i == 0 ? p->rp_offset : 0;
		assert_true(off + s->rs_len <= b->len);
		if (s->rs_len != 0) {
			h->buf_sync(h->arg, b, off, s->rs_len,
			    ENA_SYNC_POSTREAD);
			memcpy(out + at, b->va + off, s->rs_len);
		}
		h->buf_free(h->arg, b);
		memset(b, 0, sizeof(*b));
	}
	assert_int_equal(at, p->rp_len);
	return (at);
}

enum ena_result
fix_rx(struct fix *f, unsigned int q, struct ena_rx_pkt *p, uint8_t *frame,
    size_t *len)
{
	struct ena_rx_take t;
	enum ena_result r;

	r = ena_rx_take_begin(ena_rxq(f->dev, q), &t, UINT32_MAX);
	if (r != ENA_OK)
		return (r);
	r = ena_rx_get(&t, p);
	if (r == ENA_OK)
		*len = fix_gather(f, q, p, frame);
	ena_rx_take_end(&t);
	return (r);
}

unsigned int
fix_drain(struct fix *f)
{
	const struct nic_host *h = sim_host(f->ad);
	uint16_t ids[7];
	unsigned int i, k, n, total;

	total = 0;
	for (i = 0; i < f->npairs; i++) {
		if (f->mem[i] == NULL)
			continue;
		while ((n = ena_tx_drain(ena_txq(f->dev, i), ids, 7)) != 0)
			for (k = 0, total += n; k < n; k++)
				sent_free(f, i, ids[k]);
		while ((n = ena_rx_drain(ena_rxq(f->dev, i), ids, 7)) != 0)
			for (k = 0, total += n; k < n; k++) {
				assert_non_null(f->q[i].rx[ids[k]].va);
				h->buf_free(h->arg, &f->q[i].rx[ids[k]]);
				memset(&f->q[i].rx[ids[k]], 0,
				    sizeof(f->q[i].rx[0]));
			}
	}
	return (total);
}

void
fix_prove(struct fix *f)
{
	static uint8_t frame[2048], got[2048];
	struct ena_rx_pkt p;
	unsigned int frames, i, n;
	uint16_t id;
	size_t len, glen;

	frames = f->frames;
	for (i = 0; i < f->npairs; i++) {
		SIM_CHECK(f->sim, fix_tx_one(f, i, 1, &id) == ENA_OK);
		SIM_CHECK(f->sim, fix_fill(f, i, 2, 2048) == ENA_OK);
	}
	for (i = 0; i < f->npairs; i++)
		fix_tx_wait(f, i, 1);
	SIM_CHECK(f->sim, f->frames == frames + f->npairs);
	len = fix_frame(frame, FIX_UDP4, 600, 1);
	SIM_CHECK(f->sim, mock_frame_in(f->mock, frame, len, NULL) ==
	    MOCK_RX_OK);
	for (i = 0, n = 0; i < f->npairs; i++)
		if (fix_rx(f, i, &p, got, &glen) == ENA_OK) {
			SIM_CHECK(f->sim, glen == len &&
			    memcmp(frame, got, len) == 0);
			n++;
		}
	SIM_CHECK(f->sim, n == 1);
}

void
fix_arrive(struct fix *f, enum ena_state st)
{
	struct mock_ring r;

	SIM_CHECK(f->sim, fix_goto(f, st) == ENA_OK);
	SIM_CHECK(f->sim, ena_dev_state(f->dev) == st);
	SIM_CHECK(f->sim, ena_fault_reason(f->dev) == -1);
	if (st < ENA_STATE_RUNNING)
		fix_drain(f);
	else
		fix_prove(f);
	if (st == ENA_STATE_OFF)
		SIM_CHECK(f->sim, sim_blocks(f->ad) == 0);
	if (st <= ENA_STATE_QUIET)
		SIM_CHECK(f->sim, !mock_ring_nth(f->mock, 0, &r));
	/* whatever is still on its way arrives now */
	fix_pass(f, 50);
	SIM_CHECK(f->sim, sim_lawful(f->sim));
}

/* ---- frames */

static bool
kind_v6(enum fix_kind k)
{
	return (k >= FIX_TCP6);
}

static uint8_t
kind_proto(enum fix_kind k)
{
	static const uint8_t proto[] = { 6, 17, 253, 6, 17, 253 };

	return (proto[k]);
}

static size_t
kind_l4_len(enum fix_kind k)
{
	return (kind_proto(k) == 6 ? 20 : kind_proto(k) == 17 ? 8 : 0);
}

static void
be16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static size_t
ip_header(uint8_t *p, enum fix_kind kind, size_t l4_bytes)
{
	if (kind_v6(kind)) {
		p[0] = 0x60;
		be16(p + 4, l4_bytes);
		p[6] = kind_proto(kind);
		p[7] = 64;
		p[8] = 0xfd;
		p[23] = 1;
		p[24] = 0xfd;
		p[39] = 2;
		return (40);
	}
	p[0] = 0x45;
	be16(p + 2, 20 + l4_bytes);
	p[6] = 0x40;			/* DF */
	p[8] = 64;
	p[9] = kind_proto(kind);
	memcpy(p + 12, "\x0a\x00\x00\x01\x0a\x00\x00\x02", 8);
	return (20);
}

size_t
fix_frame(uint8_t *p, enum fix_kind kind, size_t payload, uint32_t flow)
{
	struct mock_parse mp;
	size_t at, i, l4;

	memset(p, 0, 128);
	memcpy(p, "\x12\x3a\x5b\x07\xc1\x9e\x02\x00\x00\x00\x00\x01", 12);
	be16(p + 12, kind_v6(kind) ? 0x86dd : 0x0800);
	l4 = kind_l4_len(kind);
	at = 14 + ip_header(p + 14, kind, l4 + payload);
	if (l4 != 0) {
		be16(p + at, 0x4000 + (flow & 0x3fff));
		be16(p + at + 2, 80);
	}
	if (l4 == 20) {
		p[at + 12] = 0x50;
		p[at + 13] = 0x18;
	} else if (l4 == 8)
		be16(p + at + 4, 8 + payload);
	at += l4;
	for (i = 0; i < payload; i++)
		p[at + i] = (uint8_t)(i * 7 + (i >> 8) + flow);
	mock_parse(p, at + payload, &mp);
	if (mp.l4 != MOCK_L4_OTHER)
		mock_l4_csum_set(p, &mp, false);
	if (mp.l3 == MOCK_L3_IPV4)
		mock_ip4_csum_set(p, &mp);
	return (at + payload);
}

void
fix_describe(struct ena_tx_pkt *p, enum fix_kind kind, uint32_t flags)
{
	memset(p, 0, sizeof(*p));
	p->tp_flags = flags;
	p->tp_l3 = kind_v6(kind) ? ENA_L3_IP6 : ENA_L3_IP4;
	p->tp_l4 = kind_proto(kind) == 6 ? ENA_L4_TCP :
	    kind_proto(kind) == 17 ? ENA_L4_UDP : ENA_L4_OTHER;
	p->tp_l3_off = 14;
	p->tp_l3_len = kind_v6(kind) ? 40 : 20;
	p->tp_l4_len = (uint8_t)kind_l4_len(kind);
}

bool
fix_frame_good(const uint8_t *p, size_t len)
{
	struct mock_parse mp;

	mock_parse(p, len, &mp);
	return (mp.l3 != MOCK_L3_OTHER &&
	    (mp.l3 != MOCK_L3_IPV4 || mock_ip4_csum_ok(p, &mp)) &&
	    (mp.l4 == MOCK_L4_OTHER || (mp.l4_whole &&
	    mock_l4_csum_ok(p, &mp))));
}
