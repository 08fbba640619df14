/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit offloads of the device model, end to end: every checksum in both
 * forms and segmentation, over IPv4 and IPv6, from host memory and from LLQ
 * entries, headers cut anywhere between what is pushed and what is fetched;
 * and each capability bit as a gate.  The expected bytes come from
 * mockdev_frames.h.
 */
#include "mockdev_frames.h"
#include "mockdev_llq.h"

#define L3_CSUM		0x2000U
#define L4_CSUM		0x4000U
#define PARTIAL		0x20000U
#define TSO		0x80U
#define DF		0x10U

static struct frame in, want;

static void
clean(struct h *h)
{
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	h_free(h);
}

/* What the driver says about the frame in. */
static uint32_t
word1(const struct frame *f, uint32_t ask)
{
	return ((f->v6 ? 11U : 8U) | (f->tcp ? 12U : 13U) << 8 | DF | ask);
}

static uint32_t
meta2(const struct frame *f)
{
	return (f->l3_len | f->l3 << 8 | f->l4_len / 4 << 16);
}

/* -- two ways to send */

/* One of the two is live. */
struct way {
	struct h *h;
	bool llq;
	struct llq l;
};

static void
way_up(struct way *w, const char *profile, bool llq, uint32_t offloads)
{
	struct llq_set s = LLQ_LINUX;

	w->h = h_new(profile);
	w->llq = llq;
	h_profile(w->h)->tx_offloads = offloads;
	w->h->mine.llq_accel_burst = 65535;
	h_replug(w->h);
	if (!llq) {
		up(w->h);
		return;
	}
	s.entry = 4;
	llq_up(&w->l, w->h, &s);
}

/*
 * Send the frame in, cut: LLQ pushes that many bytes, a host ring has a
 * buffer of as many.  Then buffers of at most piece bytes.
 */
static void
way_send(struct way *w, uint32_t ask, uint32_t mss, uint32_t cut,
    uint32_t piece)
{
	struct h *h = w->h;
	struct llq_pkt p;
	uint32_t i, len[33], n, off;

	h->nframes = 0;
	memcpy(at(h, A_TXBUF), in.b + (w->llq ? cut : 0),
	    in.len - (w->llq ? cut : 0));
	n = 0;
	if (!w->llq)
		len[n++] = cut;
	for (off = cut; off < in.len; off += len[n++]) {
		assert_true(n < 32);
		len[n] = in.len - off < piece ? in.len - off : piece;
	}
	if (w->llq) {
		llq_start(&p, in.b, cut);
		llq_meta(&p, meta2(&in), mss);
		llq_data(&p, 7, word1(&in, ask), n, len);
		llq_put(&w->l, &p);
		llq_ring(&w->l);
		if (!mock_is_fatal(h->d))
			assert_non_null(llq_take(&w->l));
		return;
	}
	tx_put(h, TX_META | mss >> 10 << 16, 0, meta2(&in) | mss << 22, 0);
	for (i = off = 0; i < n; off += len[i++])
		tx_put(h, len[i] | (i == 0 ? TX_REQ : 0) |
		    (i + 1 == n ? TX_LAST : 0), i == 0 ? word1(&in, ask) |
		    TX_ID(7) : 0, A_TXBUF + off, 0);
	tx_ring(h);
	if (!mock_is_fatal(h->d))
		assert_non_null(tx_take(h));
}

/* -- checksums */

static void
csum_one(struct way *w, const struct frame_kind *k, uint32_t payload,
    uint32_t ask, uint32_t cut)
{
	fr_make(&in, k, payload);
	if ((ask & PARTIAL) != 0)
		fr_be16(fr_l4_field(&in), fr_pseudo(&in, true));
	want = in;
	if ((ask & L3_CSUM) != 0)
		fr_csum_l3(&want);
	if ((ask & L4_CSUM) != 0)
		fr_csum_l4(&want);
	if (cut >= in.len)
		cut = in.len - 1;
	way_send(w, ask, 0, cut, 700);
	if (w->h->nrules != 0)
		fail_msg("rule %s", w->h->rule[0]);
	assert_int_equal(w->h->nframes, 1);
	assert_int_equal(w->h->frame_len[0], want.len);
	if (memcmp(w->h->frame[0], want.b, want.len) != 0)
		fail_msg("llq %d v6 %d tcp %d vlans %u, %u bytes, ask 0x%x, "
		    "cut %u", w->llq, k->v6, k->tcp, k->vlans, payload, ask,
		    cut);
}

static void
csum_kinds(struct way *w, uint32_t cut)
{
	static const uint32_t asks[] = {
		L3_CSUM, L4_CSUM, L4_CSUM | PARTIAL, L3_CSUM | L4_CSUM,
		L3_CSUM | L4_CSUM | PARTIAL
	};
	static const uint32_t payloads[] = { 0, 1, 2, 29, 1000 };
	struct frame_kind k;
	unsigned int a, i, n;

	memset(&k, 0, sizeof(k));
	for (i = 0; i < 2 * 2 * 3; i++) {
		k.v6 = i % 2 != 0;
		k.tcp = i / 2 % 2 != 0;
		k.vlans = i / 4;
		k.ip_opts = k.v6 ? 0 : i % 3 * 4;
		k.tcp_opts = i % 4 * 4;
		for (a = 0; a < sizeof(asks) / sizeof(asks[0]); a++) {
			if (k.v6 && (asks[a] & L3_CSUM) != 0)
				continue;
			for (n = 0; n < 5; n++)
				csum_one(w, &k, payloads[n], asks[a], cut);
		}
	}
}

static void
test_csum_host(void **state)
{
	struct way w;
	uint32_t cut;

	(void)state;
	memset(&w, 0, sizeof(w));
	way_up(&w, "max", false, 0xff);
	for (cut = 1; cut < 100; cut += 3)
		csum_kinds(&w, cut);
	csum_kinds(&w, 500);
	clean(w.h);
}

static void
test_csum_llq(void **state)
{
	struct way w;
	uint32_t cut;

	(void)state;
	memset(&w, 0, sizeof(w));
	way_up(&w, "max", true, 0xff);
	for (cut = 1; cut <= 224; cut++)
		csum_kinds(&w, cut);
	clean(w.h);
}

/* A UDP checksum that comes out as zero is sent as all ones. */
static void
test_csum_zero(void **state)
{
	const struct frame_kind k = { true, false, 0, 0, 0 };
	struct way w;
	uint32_t v;
	int llq;

	(void)state;
	for (llq = 0; llq < 2; llq++) {
		memset(&w, 0, sizeof(w));
		way_up(&w, "max", llq != 0, 0xff);
		fr_make(&in, &k, 20);
		fr_be16(in.b + in.l4 + 8, 0);
		fr_csum_l4(&in);
		/* What is missing to a sum of all ones goes in front. */
		v = fr_get16(fr_l4_field(&in));
		fr_be16(in.b + in.l4 + 8, v);
		way_send(&w, L4_CSUM, 0, 50, 700);
		assert_int_equal(fr_get16(w.h->frame[0] + in.l4 + 6), 0xffff);
		clean(w.h);
	}
}

/* -- segmentation */

static void
tso_one(struct way *w, const struct frame_kind *k, uint32_t payload,
    uint32_t mss, uint8_t flags, uint32_t cut)
{
	struct h *h = w->h;
	uint32_t i;

	fr_make(&in, k, payload);
	in.b[in.l4 + 13] = flags;
	/* As hosts leave it: a seed without the length. */
	fr_be16(fr_l4_field(&in), fr_pseudo(&in, false));
	way_send(w, TSO | L4_CSUM | (k->v6 ? 0 : L3_CSUM), mss, cut, 4000);
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	for (i = 0; fr_segment(&in, mss, i, &want); i++) {
		if (i >= MAX_FRAMES)
			continue;
		assert_int_equal(h->frame_len[i], want.len);
		if (memcmp(h->frame[i], want.b, want.len) != 0)
			fail_msg("llq %d v6 %d, %u bytes, MSS %u, segment %u, "
			    "cut %u", w->llq, k->v6, payload, mss, i, cut);
	}
	assert_int_equal(h->nframes, i);
}

static void
tso_kinds(struct way *w, uint32_t cut)
{
	static const struct {
		uint32_t payload, mss;
		uint8_t flags;
	} t[] = {
		{ 3000, 1460, 0x18 }, { 2920, 1460, 0x99 }, { 100, 1000, 0x19 },
		{ 5001, 536, 0x98 }, { 7, 1, 0xd9 }, { 9001, 1400, 0x90 },
	};
	struct frame_kind k;
	unsigned int i, n;

	memset(&k, 0, sizeof(k));
	k.tcp = true;
	for (i = 0; i < 6; i++) {
		k.v6 = i % 2 != 0;
		k.vlans = i / 2;
		k.ip_opts = k.v6 ? 0 : i * 2;
		k.tcp_opts = i * 4;
		for (n = 0; n < sizeof(t) / sizeof(t[0]); n++)
			tso_one(w, &k, t[n].payload, t[n].mss, t[n].flags,
			    cut);
	}
}

static void
test_tso_host(void **state)
{
	struct way w;
	uint32_t cut;

	(void)state;
	memset(&w, 0, sizeof(w));
	way_up(&w, "max", false, 0xff);
	for (cut = 1; cut < 60; cut += 13)
		tso_kinds(&w, cut);
	clean(w.h);
}

static void
test_tso_llq(void **state)
{
	struct way w;
	uint32_t cut;

	(void)state;
	memset(&w, 0, sizeof(w));
	way_up(&w, "max", true, 0xff);
	for (cut = 1; cut < 60; cut += 13)
		tso_kinds(&w, cut);
	clean(w.h);
}

/*
 * The longest frame: its IP packet ends behind byte 65535, where offsets of
 * 16 bits end, too.
 */
static void
test_tso_longest(void **state)
{
	struct frame_kind k;
	struct way w;
	unsigned int i;

	(void)state;
	memset(&k, 0, sizeof(k));
	k.tcp = true;
	for (i = 0; i < 4; i++) {
		k.v6 = i % 2 != 0;
		memset(&w, 0, sizeof(w));
		way_up(&w, "max", i >= 2, 0xff);
		tso_one(&w, &k, 65536 - (k.v6 ? 74 : 54), 1448, 0x18, 54);
		tso_one(&w, &k, 65535 - (k.v6 ? 74 : 54), 1448, 0x18, 54);
		tso_one(&w, &k, 65521 - (k.v6 ? 74 : 54), 1448, 0x18, 54);
		clean(w.h);
	}
}

/* -- lengths */

/* Two tags beyond the MTU and not a byte more, pushed or not. */
static void
test_longest(void **state)
{
	struct frame_kind k;
	struct way w;
	unsigned int i;

	(void)state;
	memset(&k, 0, sizeof(k));
	for (i = 0; i < 4; i++) {
		memset(&w, 0, sizeof(w));
		way_up(&w, "max", i % 2 != 0, 0xff);
		k.v6 = true;
		fr_make(&in, &k, 9216 + 8 - 48 + i / 2);
		assert_int_equal(in.len, 9216 + 14 + 8 + i / 2);
		way_send(&w, 0, 0, 100, 4000);
		assert_int_equal(w.h->nframes, i < 2);
		assert_int_equal(h_saw(w.h, "tx-too-long"), i >= 2);
		assert_int_equal(w.h->nrules, i / 2);
		h_free(w.h);
	}
}

/* -- gates */

static const struct gate {
	uint32_t bit;
	bool v6, tcp;
	uint32_t ask, mss;
} gates[] = {
	{ 0x01, false, true, L3_CSUM, 0 },
	{ 0x02, false, true, L4_CSUM | PARTIAL, 0 },
	{ 0x02, false, false, L4_CSUM | PARTIAL, 0 },
	{ 0x04, false, true, L4_CSUM, 0 },
	{ 0x04, false, false, L4_CSUM, 0 },
	{ 0x08, true, true, L4_CSUM | PARTIAL, 0 },
	{ 0x08, true, false, L4_CSUM | PARTIAL, 0 },
	{ 0x10, true, true, L4_CSUM, 0 },
	{ 0x10, true, false, L4_CSUM, 0 },
	{ 0x20, false, true, L3_CSUM | L4_CSUM | TSO, 400 },
	{ 0x40, true, true, L4_CSUM | TSO, 400 },
};

/* Each bit alone is missing, or alone with what its request includes. */
static void
test_gates(void **state)
{
	const struct gate *g;
	struct frame_kind k;
	struct way w;
	unsigned int i;

	(void)state;
	memset(&k, 0, sizeof(k));
	for (i = 0; i < 4 * sizeof(gates) / sizeof(gates[0]); i++) {
		g = &gates[i / 4];
		k.v6 = g->v6;
		k.tcp = g->tcp;
		memset(&w, 0, sizeof(w));
		way_up(&w, "max", i % 2 != 0, (i & 2) != 0 ? 0xff ^ g->bit :
		    g->mss != 0 ? g->bit | 0x15 : g->bit);
		fr_make(&in, &k, 1000);
		fr_be16(fr_l4_field(&in), fr_pseudo(&in, true));
		way_send(&w, g->ask, g->mss, 54, 700);
		assert_int_equal(mock_is_fatal(w.h->d), (i & 2) != 0);
		assert_int_equal(h_saw(w.h, "tx-offload"), (i & 2) != 0);
		assert_int_equal(w.h->nrules, (i & 2) != 0);
		assert_int_equal(w.h->nframes, (i & 2) != 0 ? 0 :
		    g->mss != 0 ? 3 : 1);
		h_free(w.h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csum_host),
		cmocka_unit_test(test_csum_llq),
		cmocka_unit_test(test_csum_zero),
		cmocka_unit_test(test_tso_host),
		cmocka_unit_test(test_tso_llq),
		cmocka_unit_test(test_tso_longest),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_gates),
	};

	return (cmocka_run_group_tests_name("mockdev-offload", tests, NULL,
	    NULL));
}
