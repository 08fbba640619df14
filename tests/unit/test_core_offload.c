/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offloads end to end, core and device: what the device offers can be asked
 * for and nothing else, in both directions; and what segmentation makes of
 * a frame, told by its properties (tests/suites/tso.sh has another opinion
 * on each byte).
 * ref: protocol 7.6, 10.3, 10.4, 10.7; pitfalls 59 to 61, 90
 */
#include "core_fix.h"
#include "mock_net.h"

#define FIN		0x01U
#define PSH		0x08U
#define ACK		0x10U
#define ECE		0x40U
#define CWR		0x80U
#define MAX_SEGS	64U

static uint8_t frame[FIX_FRAME], got[FIX_FRAME];

/* ---- segments */

static struct {
	unsigned int n;
	size_t len[MAX_SEGS];
	uint8_t b[MAX_SEGS][9300];
} seg;

static void
on_segment(void *arg, struct sim_adapter *from, const void *p, size_t len)
{
	(void)arg;
	(void)from;
	assert_true(seg.n < MAX_SEGS && len <= sizeof(seg.b[0]));
	memcpy(seg.b[seg.n], p, len);
	seg.len[seg.n++] = len;
}

static uint32_t
be(const uint8_t *p, unsigned int n)
{
	uint32_t v;

	for (v = 0; n > 0; n--)
		v = v << 8 | *p++;
	return (v);
}

/* How the frame to cut looks. */
struct shape {
	bool v6;
	unsigned int tag;		/* bytes of VLAN tags */
	unsigned int opts;		/* bytes of TCP options */
	uint8_t flags;
	uint16_t mss;
	size_t payload;
	bool partial;
};

/* Folded sum of the pseudo header without a length. */
static uint32_t
seed_of(const uint8_t *ip, bool v6)
{
	const uint8_t *p = ip + (v6 ? 8 : 12);
	uint32_t sum;
	unsigned int i;

	for (sum = 6, i = 0; i < (v6 ? 32U : 8U); i += 2)
		sum += be(p + i, 2);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (sum);
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The frame as a stack leaves it; describe it in *p. */
static size_t
make(const struct shape *s, struct ena_tx_pkt *p)
{
	uint8_t *ip, *tcp;
	size_t hdr, len;

	len = fix_frame(frame, s->v6 ? FIX_TCP6 : FIX_TCP4, s->payload, 3);
	fix_describe(p, s->v6 ? FIX_TCP6 : FIX_TCP4, ENA_TXF_TSO |
	    ENA_TXF_L4_CSUM | ENA_TXF_DF |
	    (s->v6 ? 0 : ENA_TXF_IP4_CSUM) |
	    (s->partial ? ENA_TXF_L4_PARTIAL : 0));
	hdr = s->v6 ? 74 : 54;
	memmove(frame + hdr + s->opts, frame + hdr, s->payload);
	memset(frame + hdr, 1, s->opts);
	memmove(frame + 12 + s->tag, frame + 12, len + s->opts - 12);
	if (s->tag != 0)
		memcpy(frame + 12, "\x81\x00\x20\x07\x81\x00\x00\x08",
		    s->tag);
	len += s->opts + s->tag;
	ip = frame + 14 + s->tag;
	tcp = ip + (s->v6 ? 40 : 20);
	put16(ip + (s->v6 ? 4 : 2), len - 14 - s->tag - (s->v6 ? 40U : 0));
	if (!s->v6)
		memcpy(ip + 4, "\xff\xfe\x40\x00\x40\x06\xde\xad", 8);
	memcpy(tcp + 4, "\xff\xff\xf0\x00\x11\x22\x33\x44", 8);
	tcp[12] = (uint8_t)((20 + s->opts) << 2);
	tcp[13] = s->flags;
	put16(tcp + 16, s->partial ? seed_of(ip, s->v6) : 0xdead);
	p->tp_mss = s->mss;
	p->tp_l3_off = (uint8_t)(14 + s->tag);
	p->tp_l4_len = (uint8_t)(20 + s->opts);
	return (len);
}

/* The i-th of n segments; at: bytes of payload before it. */
static size_t
check_segment(const struct shape *s, unsigned int i, size_t at)
{
	const uint8_t *ip, *tcp, *t0;
	size_t hdr, len;
	uint32_t flags;
	bool last;

	ip = seg.b[i] + 14 + s->tag;
	tcp = ip + (s->v6 ? 40 : 20);
	t0 = frame + (tcp - seg.b[i]);
	hdr = (size_t)(tcp - seg.b[i]) + 20 + s->opts;
	len = seg.len[i] - hdr;
	last = at + len == s->payload;
	assert_true(last || len == s->mss);
	assert_memory_equal(seg.b[i] + hdr, frame + hdr + at, len);
	assert_memory_equal(seg.b[i], frame, 14 + s->tag);
	if (s->v6)
		assert_int_equal(be(ip + 4, 2), 20 + s->opts + len);
	else {
		assert_int_equal(be(ip + 2, 2), 40 + s->opts + len);
		assert_int_equal(be(ip + 4, 2), (0xfffe + i) & 0xffff);
		assert_memory_equal(ip + 6, "\x40\x00\x40\x06", 4);
	}
	assert_int_equal(be(tcp + 4, 4), (uint32_t)(be(t0 + 4, 4) + at));
	assert_memory_equal(tcp, t0, 4);
	assert_memory_equal(tcp + 8, t0 + 8, 5);
	assert_memory_equal(tcp + 20, t0 + 20, s->opts);
	flags = s->flags;
	if (!last)
		flags &= ~(FIN | PSH);
	if (i != 0)
		flags &= ~CWR;
	assert_int_equal(tcp[13], flags);
	assert_true(fix_frame_good(seg.b[i], seg.len[i]));
	return (at + len);
}

static void
cut(struct fix *f, const struct shape *s)
{
	struct ena_tx_pkt p;
	unsigned int i;
	size_t at, len;

	len = make(s, &p);
	seg.n = 0;
	SIM_CHECK(f->sim, fix_tx(f, 0, frame, len, 5, &p) == ENA_OK);
	fix_tx_wait(f, 0, 1);
	for (i = 0, at = 0; i < seg.n; i++)
		at = check_segment(s, i, at);
	assert_int_equal(at, s->payload);
	assert_int_equal(seg.n, (s->payload + s->mss - 1) / s->mss);
}

static struct fix *
open_tx(uint32_t offloads)
{
	struct fix *f = fix_spec("max");

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_mtu = 9000;
	f->spec.profile.tx_offloads = offloads;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	sim_on_wire(f->sim, on_segment, NULL);
	return (f);
}

static void
segments_keep_what_they_must(void **state)
{
	static const uint8_t flags[] = {
		ACK, ACK | PSH, ACK | FIN, ACK | CWR, ACK | ECE,
		ACK | PSH | FIN | CWR | ECE
	};
	static const struct {
		uint16_t mss;
		size_t payload;
	} cuts[] = {
		{ 1448, 1 }, { 1448, 1448 }, { 1448, 1449 }, { 536, 5360 },
		{ 1, 60 }, { 8900, 60000 }, { 1447, 14475 }, { 1000, 2999 },
	};
	struct fix *f = open_tx(0xff);
	struct shape s;
	unsigned int i, k, n;

	(void)state;
	memset(&s, 0, sizeof(s));
	for (i = 0, n = 0; i < FIX_COUNT(flags); i++)
		for (k = 0; k < 8 * FIX_COUNT(cuts); k++, n++) {
			s.v6 = (k & 1) != 0;
			s.partial = (k & 2) != 0;
			s.tag = (k & 4) != 0 ? 4 + n / 8 % 2 * 4 : 0;
			s.opts = n % 11 * 4;
			s.flags = flags[i];
			s.mss = cuts[k / 8].mss;
			s.payload = cuts[k / 8].payload;
			cut(f, &s);
		}
	assert_int_equal(fix_mock(f).tso_frames, n);
	fix_end(f);
}

/* The device takes the seed at its word: a length in it spoils each segment. */
static void
seed_must_lack_the_length(void **state)
{
	struct shape s = {
		.flags = ACK, .mss = 1000, .payload = 3500, .partial = true
	};
	struct fix *f = open_tx(0xff);
	struct ena_tx_pkt p;
	unsigned int i, v6;
	size_t at, len;

	(void)state;
	for (v6 = 0; v6 < 2; v6++) {
		s.v6 = v6 != 0;
		cut(f, &s);
		len = make(&s, &p);
		at = s.v6 ? 70 : 50;
		put16(frame + at, be(frame + at, 2) + 20 + s.payload);
		seg.n = 0;
		assert_int_equal(fix_tx(f, 0, frame, len, 5, &p), ENA_OK);
		fix_tx_wait(f, 0, 1);
		assert_int_equal(seg.n, 4);
		for (i = 0; i < seg.n; i++)
			assert_false(fix_frame_good(seg.b[i], seg.len[i]));
	}
	fix_end(f);
}

/*
 * CWR in a large frame without the ECN bit: the core does not read headers,
 * so the request passes; the glue must have looked at in_tx_offloads, and
 * the model says so.
 */
static void
ecn_is_for_the_glue_to_ask(void **state)
{
	static const struct shape s = {
		.flags = ACK | CWR, .mss = 1000, .payload = 3000
	};
	struct fix *f;
	uint32_t o;

	(void)state;
	for (o = 0; o < 2; o++) {
		f = open_tx(o != 0 ? 0xff : 0x7f);
		assert_int_equal((ena_dev_info(f->dev)->in_tx_offloads &
		    ENA_TXO_TSO_ECN) != 0, o != 0);
		cut(f, &s);
		assert_int_equal(fix_mock(f).rules_advice, o == 0);
		if (o != 0)
			fix_end(f);
		else
			fix_end_dirty(f);
	}
}

/* What is offered is what can be read, in both directions. */
static void
offers_can_be_read(void **state)
{
	struct fix *f;
	uint32_t o;

	(void)state;
	for (o = 0; o < 256; o++) {
		f = fix_spec("max");
		f->spec.config.cf_pairs = 1;
		f->spec.profile.tx_offloads = o;
		f->spec.profile.rx_offloads = o & 0xf;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_tx_offloads, o);
		assert_int_equal(ena_dev_info(f->dev)->in_rx_offloads,
		    o & 0xf);
		fix_end(f);
	}
}

/* ---- verdicts, by what the device can judge */

enum spoilt { GOOD, BAD_L3, BAD_L4, FRAGMENT, NO_SUM, SPOILT };

static bool
spoil(uint8_t *p, size_t len, enum fix_kind k, enum spoilt how)
{
	bool l4 = k != FIX_IP4 && k != FIX_IP6;
	struct mock_parse mp;

	switch (how) {
	case GOOD:
		return (true);
	case BAD_L3:
		p[24] ^= 1;
		return (k < FIX_TCP6);
	case BAD_L4:
		p[len - 1] ^= 1;
		return (l4);
	case FRAGMENT:
		p[20] = 0x20;
		mock_parse(p, len, &mp);
		mock_ip4_csum_set(p, &mp);
		return (k < FIX_TCP6);
	case NO_SUM:
		p[40] = p[41] = 0;
		return (k == FIX_UDP4);
	case SPOILT:
		break;
	}
	return (false);
}

static void
judge(struct fix *f, uint32_t o, enum fix_kind k, enum spoilt how)
{
	enum ena_verdict l3, l4;
	struct ena_rx_pkt p;
	size_t len, n;
	bool v6 = k >= FIX_TCP6;

	len = fix_frame(frame, k, 100, k);
	if (!spoil(frame, len, k, how))
		return;
	l3 = !v6 && (o & 1) != 0 && how != BAD_L3 ? ENA_CSUM_GOOD :
	    ENA_CSUM_UNKNOWN;
	l4 = ENA_CSUM_UNKNOWN;
	if (k != FIX_IP4 && k != FIX_IP6 && (o & (v6 ? 4U : 2U)) != 0 &&
	    how != FRAGMENT)
		l4 = how == BAD_L4 ? ENA_CSUM_BAD : ENA_CSUM_GOOD;
	assert_int_equal(fix_fill(f, 0, 1, 256), ENA_OK);
	assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
	    MOCK_RX_OK);
	assert_int_equal(fix_rx(f, 0, &p, got, &n), ENA_OK);
	assert_int_equal(ena_rx_l3_csum(&p), l3);
	assert_int_equal(ena_rx_l4_csum(&p), l4);
	if (k == FIX_IP4 || k == FIX_IP6 || how == FRAGMENT)
		assert_int_equal(ena_rx_hash_kind(&p), ENA_HASH_NONE);
	else
		assert_int_equal(ena_rx_hash_kind(&p), k == FIX_TCP4 ?
		    ENA_HASH_TCP4 : k == FIX_UDP4 ? ENA_HASH_UDP4 :
		    k == FIX_TCP6 ? ENA_HASH_TCP6 : ENA_HASH_UDP6);
	/* without the hash offload there is a kind, but no value */
	assert_int_equal(p.rp_hash != 0, (o & 8) != 0 &&
	    ena_rx_hash_kind(&p) != ENA_HASH_NONE);
}

static void
verdicts_by_offer(void **state)
{
	struct fix *f;
	unsigned int how, k;
	uint32_t o;

	(void)state;
	for (o = 0; o < 16; o++) {
		f = fix_spec("max");
		f->spec.config.cf_pairs = 1;
		f->spec.profile.rx_offloads = o;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		for (k = FIX_TCP4; k <= FIX_IP6; k++)
			for (how = GOOD; how < SPOILT; how++)
				judge(f, o, (enum fix_kind)k,
				    (enum spoilt)how);
		fix_end(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_keep_what_they_must),
		cmocka_unit_test(seed_must_lack_the_length),
		cmocka_unit_test(ecn_is_for_the_glue_to_ask),
		cmocka_unit_test(offers_can_be_read),
		cmocka_unit_test(verdicts_by_offer),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
