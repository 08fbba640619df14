/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transmit offloads: which requests a device takes, what they look like in
 * descriptors, and when metadata is sent.
 *
 * Decisions are looked at with the card pulled out behind the core's back:
 * it goes on believing in the ring, and nothing minds what is put there.
 * ref: protocol 7.6, 10.2 to 10.4; pitfalls 50, 59 to 61
 */
#include "core_fix.h"
#include "mock_net.h"

#define DF	ENA_TXF_DF
#define TSO	ENA_TXF_TSO
#define L3	ENA_TXF_IP4_CSUM
#define L4	ENA_TXF_L4_CSUM
#define PART	ENA_TXF_L4_PARTIAL

/* Offload bits of the device, typed from protocol 7.6. */
#define O_L3	0x01U
#define O_P4	0x02U
#define O_F4	0x04U
#define O_P6	0x08U
#define O_F6	0x10U
#define O_T4	0x20U
#define O_T6	0x40U

#define ETHER	14U

static uint8_t frame[FIX_FRAME];
static uint8_t good[FIX_FRAME];

static const enum fix_kind kinds[] = {
	FIX_TCP4, FIX_UDP4, FIX_IP4, FIX_TCP6, FIX_UDP6, FIX_IP6
};

static struct fix *
txo_up(uint32_t offloads)
{
	struct fix *f = fix_spec("max");

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_mtu = 9000;
	f->spec.profile.tx_offloads = offloads;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static bool
is_v6(enum fix_kind k)
{
	return (k >= FIX_TCP6);
}

/* ---- who takes what: the rules, told a second time */

static bool
taken(uint32_t offloads, enum fix_kind k, uint32_t flags)
{
	uint32_t need;

	need = 0;
	if ((flags & L3) != 0) {
		if (is_v6(k))
			return (false);
		need |= O_L3;
	}
	if ((flags & L4) != 0) {
		if (k == FIX_IP4 || k == FIX_IP6)
			return (false);
		if ((flags & PART) != 0)
			need |= is_v6(k) ? O_P6 : O_P4;
		else
			need |= is_v6(k) ? O_F6 : O_F4;
	}
	if ((flags & TSO) != 0) {
		if ((k != FIX_TCP4 && k != FIX_TCP6) || (flags & L4) == 0 ||
		    (!is_v6(k) && (flags & L3) == 0))
			return (false);
		need |= is_v6(k) ? O_T6 : O_T4;
	}
	return ((offloads & need) == need);
}

static const uint32_t requests[] = {
	0, DF, L3, L4, L4 | PART, L3 | L4, L3 | L4 | PART,
	TSO, TSO | L4, TSO | L3, TSO | L3 | L4, TSO | L4 | PART,
	TSO | L3 | L4 | PART, DF | L4, DF | TSO | L3 | L4,
};

static enum ena_result
put(struct fix *f, const struct ena_tx_pkt *how)
{
	struct ena_tx_burst b;
	struct ena_tx_pkt p = *how;
	struct ena_buf v;
	enum ena_result r;
	uint16_t id;

	memset(&b, 0, sizeof(b));
	v.b_addr = f->q[0].one.pa;
	v.b_len = 60;
	p.tp_bufs = &v;
	p.tp_nbufs = 1;
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	r = ena_tx_put(&b, &p, &id);
	ena_tx_end(&b);
	return (r);
}

static void
decide_all(uint32_t offloads)
{
	struct fix *f = txo_up(offloads);
	struct ena_tx_pkt p;
	unsigned int i, k;
	enum ena_result want;

	sim_pull(f->ad);
	for (k = 0; k < FIX_COUNT(kinds); k++)
		for (i = 0; i < FIX_COUNT(requests); i++) {
			fix_describe(&p, kinds[k], requests[i]);
			p.tp_mss = 1000;
			want = taken(offloads, kinds[k], requests[i]) ?
			    ENA_OK : ENA_INVAL;
			if (put(f, &p) != want)
				fail_msg("offloads 0x%x, kind %u, request "
				    "0x%x: %s wanted", offloads, k,
				    requests[i], ena_result_name(want));
		}
	ena_gone(f->dev);
	fix_end(f);
}

static void
every_request_on_every_device(void **state)
{
	uint32_t offloads;

	(void)state;
	for (offloads = 0; offloads < 256; offloads++)
		decide_all(offloads);
}

/* ---- lengths and protocols of a request */

struct odd {
	const char *what;
	enum fix_kind kind;
	uint32_t flags;
	unsigned int mss, l3, l4, l3_len, l4_len;
	bool ok;
};

static const struct odd odds[] = {
	{ "plain TSO", FIX_TCP4, TSO | L3 | L4, 1000, 8, 12, 20, 20, true },
	{ "no MSS", FIX_TCP4, TSO | L3 | L4, 0, 8, 12, 20, 20, false },
	{ "MSS 1", FIX_TCP4, TSO | L3 | L4, 1, 8, 12, 20, 20, true },
	{ "MSS 16383", FIX_TCP4, TSO | L3 | L4, 16383, 8, 12, 20, 20, true },
	{ "MSS 16384", FIX_TCP4, TSO | L3 | L4, 16384, 8, 12, 20, 20, false },
	{ "MSS 65535", FIX_TCP4, TSO | L3 | L4, 65535, 8, 12, 20, 20, false },
	{ "no TCP header", FIX_TCP4, TSO | L3 | L4, 9, 8, 12, 20, 0, false },
	{ "short TCP", FIX_TCP4, TSO | L3 | L4, 9, 8, 12, 20, 16, false },
	{ "odd TCP", FIX_TCP4, TSO | L3 | L4, 9, 8, 12, 20, 21, false },
	{ "odd TCP", FIX_TCP4, TSO | L3 | L4, 9, 8, 12, 20, 22, false },
	{ "long TCP", FIX_TCP4, TSO | L3 | L4, 9, 8, 12, 20, 60, true },
	{ "TSO of UDP", FIX_UDP4, TSO | L3 | L4, 9, 8, 13, 20, 20, false },
	{ "TSO of ?", FIX_TCP4, TSO | L3 | L4, 9, 8, 0, 20, 20, false },
	{ "no IP header", FIX_TCP4, L4, 0, 8, 12, 0, 20, false },
	{ "neither IP", FIX_TCP4, L4, 0, 0, 12, 20, 20, false },
	{ "neither IP", FIX_TCP4, DF, 0, 0, 0, 20, 0, false },
	{ "neither IP", FIX_TCP4, L3, 0, 9, 12, 20, 20, false },
	{ "TCP or UDP", FIX_TCP4, L4, 0, 8, 0, 20, 0, false },
	{ "TCP or UDP", FIX_TCP4, L4, 0, 8, 23, 20, 0, false },
	{ "L3 of any", FIX_TCP4, L3, 0, 8, 0, 20, 0, true },
	{ "L4 needs no length", FIX_TCP4, L4, 0, 8, 12, 20, 0, true },
	{ "undefined bit", FIX_TCP4, 0x00000020, 0, 8, 12, 20, 20, false },
	{ "undefined bit", FIX_TCP4, 0x00010000, 0, 8, 12, 20, 20, false },
	{ "id bits", FIX_TCP4, 0x80000000, 0, 8, 12, 20, 20, false },
	{ "FCS disable", FIX_TCP4, 0x00008000, 0, 8, 12, 20, 20, false },
};

static void
requests_make_sense(void **state)
{
	struct fix *f = txo_up(0xff);
	const struct odd *o;
	struct ena_tx_pkt p;
	unsigned int i;

	(void)state;
	sim_pull(f->ad);
	for (i = 0; i < FIX_COUNT(odds); i++) {
		o = &odds[i];
		fix_describe(&p, o->kind, o->flags);
		p.tp_mss = (uint16_t)o->mss;
		p.tp_l3 = (uint8_t)o->l3;
		p.tp_l4 = (uint8_t)o->l4;
		p.tp_l3_len = (uint8_t)o->l3_len;
		p.tp_l4_len = (uint8_t)o->l4_len;
		if (put(f, &p) != (o->ok ? ENA_OK : ENA_INVAL))
			fail_msg("row %u: %s", i, o->what);
	}
	ena_gone(f->dev);
	fix_end(f);
}

/* ---- real packets */

/* Folded one's complement sum of the pseudo header. */
static uint32_t
pseudo(const uint8_t *p, const struct mock_parse *mp, bool with_len)
{
	unsigned int from, i, n;
	uint32_t sum;

	from = mp->l3 == MOCK_L3_IPV6 ? mp->l3_off + 8U : mp->l3_off + 12U;
	n = mp->l3 == MOCK_L3_IPV6 ? 32 : 8;
	sum = mp->l4 == MOCK_L4_TCP ? 6 : 17;
	if (with_len)
		sum += (uint32_t)(mp->end - mp->l4_off);
	for (i = 0; i < n; i += 2)
		sum += (uint32_t)p[from + i] << 8 | p[from + i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (sum);
}

/* Take the checksums out, as a stack leaves them for the card. */
static void
blank(uint8_t *p, size_t len, uint32_t flags)
{
	struct mock_parse mp;
	uint32_t sum;
	size_t at;

	mock_parse(p, len, &mp);
	if ((flags & L3) != 0)
		memset(p + mp.l3_off + 10, 0, 2);
	if ((flags & L4) == 0)
		return;
	at = mp.l4_off + (mp.l4 == MOCK_L4_TCP ? 16U : 6U);
	sum = 0xdead;		/* ignored if the card does it all */
	if ((flags & PART) != 0)
		sum = pseudo(p, &mp, (flags & TSO) == 0);
	p[at] = (uint8_t)(sum >> 8);
	p[at + 1] = (uint8_t)sum;
}

/* Send one frame with a request and look at what leaves. */
static void
send_one(struct fix *f, enum fix_kind k, uint32_t flags, size_t payload)
{
	struct ena_tx_pkt p;
	unsigned int before;
	size_t len;

	len = fix_frame(good, k, payload, flags);
	memcpy(frame, good, len);
	blank(frame, len, flags);
	fix_describe(&p, k, flags | DF);
	p.tp_mss = 1000;
	before = f->frames;
	SIM_CHECK(f->sim, fix_tx(f, 0, frame, len, 3, &p) == ENA_OK);
	fix_tx_wait(f, 0, 1);
	if ((flags & TSO) == 0) {
		SIM_CHECK(f->sim, f->frames == before + 1);
		SIM_CHECK(f->sim, f->frame_len == len);
		assert_memory_equal(f->frame, good, len);
	} else
		SIM_CHECK(f->sim, f->frames ==
		    before + (payload + 999) / 1000);
	SIM_CHECK(f->sim, fix_frame_good(f->frame, f->frame_len));
}

static void
send_all(uint32_t offloads)
{
	struct fix *f = txo_up(offloads);
	unsigned int i, k;

	for (k = 0; k < FIX_COUNT(kinds); k++)
		for (i = 2; i < FIX_COUNT(requests); i++)
			if (taken(offloads, kinds[k], requests[i]))
				send_one(f, kinds[k], requests[i],
				    700 + 333 * i);
	assert_true(offloads == 0 || fix_mock(f).tx_csum_done != 0);
	fix_end(f);
}

static void
checksums_and_segments_are_right(void **state)
{
	uint32_t bit;

	(void)state;
	send_all(0xff);
	for (bit = 1; bit < 0x80; bit <<= 1)
		send_all(0xff & ~bit);
	send_all(O_L3 | O_P4);
	send_all(O_L3 | O_P4 | O_F4);
}

/* ---- words */

/* Send, and return the words of descriptor slot. */
static void
words(struct fix *f, const struct ena_tx_pkt *p, size_t len, uint32_t slot,
    uint32_t w[2][4])
{
	assert_int_equal(fix_tx(f, 0, frame, len, 1, p), ENA_OK);
	fix_desc(f, f->q[0].tx_sq, slot, w[0]);
	fix_desc(f, f->q[0].tx_sq, slot + 1, w[1]);
	fix_tx_wait(f, 0, 1);
}

static void
tso_words(void **state)
{
	struct fix *f = txo_up(0xff);
	struct ena_tx_pkt p;
	uint32_t w[2][4];
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_TCP4, 6000, 1);
	fix_describe(&p, FIX_TCP4, TSO | L3 | L4 | DF);
	p.tp_mss = 5001;
	words(f, &p, len, 0, w);
	/* protocol 10.3: 0x04b04000 | phase | mss >> 10 */
	assert_int_equal(w[0][0], 0x05b04000 | 4 << 16);
	assert_int_equal(w[0][1], 0);
	assert_int_equal(w[0][2], 20 | 14 << 8 | 5 << 16 |
	    (5001U & 0x3ff) << 22);
	assert_int_equal(w[0][3], 0);
	assert_int_equal(w[1][0] & ~0x003f0000U,
	    W_REQ | W_LAST | W_PHASE | len);
	assert_int_equal(w[1][1] & 0x003fffff,
	    8 | 1 << 4 | 1 << 7 | 12 << 8 | 1 << 13 | 1 << 14);
	assert_int_equal(w[1][3] >> 16, 0);
	fix_end(f);
}

static void
checksum_words(void **state)
{
	struct fix *f = txo_up(0xff);
	struct ena_tx_pkt p;
	uint32_t w[2][4];
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_UDP6, 600, 1);
	fix_describe(&p, FIX_UDP6, L4 | DF);
	p.tp_mss = 777;			/* without TSO: nobody asked */
	words(f, &p, len, 0, w);
	assert_int_equal(w[0][0], 0x05b04000);
	assert_int_equal(w[0][2], 40 | 14 << 8);
	assert_int_equal(w[1][1] & 0x003fffff, 11 | 1 << 4 | 13 << 8 |
	    1 << 14);
	len = fix_frame(frame, FIX_TCP4, 600, 1);
	blank(frame, len, L4 | PART);
	fix_describe(&p, FIX_TCP4, L4 | PART | DF);
	words(f, &p, len, 2, w);
	assert_int_equal(w[0][2], 20 | 14 << 8);
	assert_int_equal(w[1][1] & 0x003fffff, 8 | 1 << 4 | 12 << 8 |
	    1 << 14 | 1 << 17);
	fix_end(f);
}

/* A tag shifts the L3 offset; there is no other VLAN support. */
static void
tagged_frames(void **state)
{
	struct fix *f = txo_up(0xff);
	struct ena_tx_pkt p;
	uint32_t w[2][4];
	size_t len;

	(void)state;
	len = fix_frame(frame, FIX_UDP4, 300, 1);
	memmove(frame + 16, frame + 12, len - 12);
	memcpy(frame + 12, "\x81\x00\x00\x07", 4);
	len += 4;
	memcpy(good, frame, len);
	blank(frame, len, L3 | L4);
	fix_describe(&p, FIX_UDP4, L3 | L4 | DF);
	p.tp_l3_off = ETHER + 4;
	words(f, &p, len, 0, w);
	assert_int_equal(w[0][2], 20 | 18 << 8);
	assert_memory_equal(f->frame, good, len);
	fix_end(f);
}

/* ---- metadata only when it changes */

/* Ring slots that a packet with this request takes. */
static uint32_t
slots(struct fix *f, enum fix_kind k, uint32_t flags, uint16_t mss)
{
	struct ena_tx_pkt p;
	uint32_t after, before;
	size_t len;

	before = 0;
	(void)fix_writes(f, f->q[0].tx_db, &before);
	len = fix_frame(frame, k, 1500, 1);
	fix_describe(&p, k, flags);
	p.tp_mss = mss;
	SIM_CHECK(f->sim, fix_tx(f, 0, frame, len, 1, &p) == ENA_OK);
	(void)fix_writes(f, f->q[0].tx_db, &after);
	fix_tx_wait(f, 0, 1);
	return ((after - before) & 0xffff);
}

static void
metadata_is_sent_when_it_changes(void **state)
{
	struct fix *f = txo_up(0xff);

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(slots(f, FIX_UDP4, 0, 0), 1);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 2);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 1);
	/* the same lengths: the same metadata, whatever is asked */
	assert_int_equal(slots(f, FIX_TCP4, L3 | DF, 0), 1);
	assert_int_equal(slots(f, FIX_TCP4, L3 | L4 | DF, 99), 1);
	/* a packet without requests leaves it alone */
	assert_int_equal(slots(f, FIX_UDP4, 0, 0), 1);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 1);
	assert_int_equal(slots(f, FIX_UDP6, L4 | DF, 0), 2);
	assert_int_equal(slots(f, FIX_TCP6, L4 | DF, 0), 1);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 2);
	assert_int_equal(slots(f, FIX_TCP4, TSO | L3 | L4 | DF, 700), 2);
	assert_int_equal(slots(f, FIX_TCP4, TSO | L3 | L4 | DF, 700), 1);
	assert_int_equal(slots(f, FIX_TCP4, TSO | L3 | L4 | DF, 701), 2);
	/* differs in the high bits of the MSS only */
	assert_int_equal(slots(f, FIX_TCP4, TSO | L3 | L4 | DF, 1725), 2);
	assert_int_equal(slots(f, FIX_TCP4, TSO | L3 | L4 | DF, 1725), 1);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 2);
	fix_end(f);
}

/* The device forgets with the queue. */
static void
metadata_is_sent_anew_in_a_new_life(void **state)
{
	static const enum ena_state to[] = {
		ENA_STATE_CONFIGURED, ENA_STATE_QUIET, ENA_STATE_OFF
	};
	struct fix *f = txo_up(0xff);
	unsigned int i;

	(void)state;
	(void)ena_aenq_reap(f->dev);
	for (i = 0; i < FIX_COUNT(to); i++) {
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 2);
		assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 1);
		fix_journal(f, false);
		assert_int_equal(fix_goto(f, to[i]), ENA_OK);
		assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	}
	fix_end(f);
}

/* What was refused or did not fit has not changed the device's cache. */
static void
refused_packets_leave_metadata_alone(void **state)
{
	struct fix *f = txo_up(0xff & ~O_T6);
	struct ena_tx_pkt p;
	unsigned int i;
	uint16_t id;
	size_t len;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 2);
	len = fix_frame(frame, FIX_TCP6, 1500, 1);
	fix_describe(&p, FIX_TCP6, TSO | L4 | DF);
	p.tp_mss = 1000;
	assert_int_equal(fix_tx(f, 0, frame, len, 1, &p), ENA_INVAL);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 1);
	/* 254 of 255 slots; new metadata needs two */
	for (i = 0; i < 254; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_describe(&p, FIX_TCP6, L4 | DF);
	assert_int_equal(fix_tx(f, 0, frame, len, 1, &p), ENA_NO_ROOM);
	fix_tx_wait(f, 0, 254);
	assert_int_equal(slots(f, FIX_UDP4, L4 | DF, 0), 1);
	assert_int_equal(slots(f, FIX_TCP6, L4 | DF, 0), 2);
	fix_end(f);
}

/* One completion frees the meta descriptor's slot as well. */
static void
meta_slot_comes_back(void **state)
{
	struct fix *f = txo_up(0xff);
	unsigned int i;

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	for (i = 0; i < 1000; i++)
		assert_int_equal(slots(f, i % 2 != 0 ? FIX_UDP4 : FIX_UDP6,
		    L4 | DF, 0), 2);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 255);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_on_every_device),
		cmocka_unit_test(requests_make_sense),
		cmocka_unit_test(checksums_and_segments_are_right),
		cmocka_unit_test(tso_words),
		cmocka_unit_test(checksum_words),
		cmocka_unit_test(tagged_frames),
		cmocka_unit_test(metadata_is_sent_when_it_changes),
		cmocka_unit_test(metadata_is_sent_anew_in_a_new_life),
		cmocka_unit_test(refused_packets_leave_metadata_alone),
		cmocka_unit_test(meta_slot_comes_back),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
