/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSS of the device model, end to end: what is programmed by commands, and
 * where frames then arrive with which hash.  Hashes and their input are
 * computed here once more, bit by bit; the published vectors are typed in.
 */
#include "mockdev_frames.h"

#define QUEUES		4U
#define BUF(q, id)	(A_RXBUF + ((q) * DEPTH + (id)) * RXBUF_BYTES)

static struct frame in;

struct rxqs {
	struct h *h;
	struct queue q[QUEUES];
};

static void
clean(struct h *h)
{
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	h_free(h);
}

static uint32_t
rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return ((uint32_t)(*s >> 16));
}

/* -- queues */

static void
post(struct rxqs *r, unsigned int q, uint32_t id)
{
	struct queue *k = &r->q[q];
	uint32_t a;

	a = A_RXSQ + q * 0x1000 + k->tail % DEPTH * 16;
	put32(r->h, a, 0x1c000000U | RXBUF_BYTES | phase_of(k->tail) << 24);
	put32(r->h, a + 4, id);
	put32(r->h, a + 8, BUF(q, id));
	put32(r->h, a + 12, 0);
	k->tail++;
	wr(r->h, k->db, k->tail);
}

static void
rx_up(struct rxqs *r, struct h *h)
{
	unsigned int i, q;

	r->h = h;
	admin_up(h);
	for (q = 0; q < QUEUES; q++) {
		make_queue(h, &r->q[q], 1, A_RXSQ + q * 0x1000,
		    A_RXCQ + q * 0x1000, DEPTH, 1);
		for (i = 0; i < DEPTH - 1; i++)
			post(r, q, i);
	}
}

/*
 * Put the frame in on the wire.  Returns the queue it came to; its hash in
 * *hash.
 */
static unsigned int
arrive(struct rxqs *r, uint32_t *hash)
{
	unsigned int found = QUEUES, q;
	uint8_t *c;

	assert_int_equal(mock_frame_in(r->h->d, in.b, in.len, NULL),
	    MOCK_RX_OK);
	for (q = 0; q < QUEUES; q++) {
		c = cq_take(r->h, &r->q[q], A_RXCQ + q * 0x1000, 16);
		if (c == NULL)
			continue;
		assert_int_equal(found, QUEUES);
		found = q;
		*hash = get32b(c + 8);
		assert_int_equal(get16b(c + 4), in.len);
		assert_memory_equal(at(r->h, BUF(q, get16b(c + 6))), in.b,
		    in.len);
		post(r, q, get16b(c + 6));
	}
	assert_int_not_equal(found, QUEUES);
	return (found);
}

/* -- the same hashes once more */

static int
bit(const uint8_t *p, unsigned int i)
{
	return (p[i / 8] >> (7 - i % 8) & 1);
}

static uint32_t
toeplitz(const uint8_t key[40], const uint8_t *p, unsigned int n,
    uint32_t initial)
{
	uint32_t h, w;
	unsigned int i, j;

	h = initial;
	for (i = 0; i < 8 * n; i++) {
		if (bit(p, i) == 0)
			continue;
		for (w = 0, j = 0; j < 32; j++)
			w = w << 1 | (uint32_t)bit(key, i + j);
		h ^= w;
	}
	return (h);
}

static uint32_t
mirror(uint32_t v)
{
	uint32_t r;
	unsigned int i;

	for (r = 0, i = 0; i < 32; i++)
		r |= (v >> i & 1) << (31 - i);
	return (r);
}

/* CRC-32 by the book: unreflected division, mirrored at both ends. */
static uint32_t
crc32(const uint8_t *p, unsigned int n, uint32_t initial)
{
	uint32_t c, top;
	unsigned int i, j;

	c = mirror(initial);
	for (i = 0; i < n; i++)
		for (j = 0; j < 8; j++) {
			top = (c >> 31) ^ (p[i] >> j & 1U);
			c = c << 1 ^ (top != 0 ? 0x04c11db7U : 0);
		}
	return (~mirror(c));
}

/* What the fields select from the frame in, with sorting. */
static unsigned int
input(uint32_t fields, uint32_t sort, uint8_t out[64])
{
	uint32_t alen = in.v6 ? 16 : 4;
	const uint8_t *sa, *da, *sp, *dp, *t;
	unsigned int n;

	sa = in.b + in.l3 + (in.v6 ? 8 : 12);
	da = sa + alen;
	sp = in.b + in.l4;
	dp = sp + 2;
	if ((sort & 2) != 0 && memcmp(da, sa, alen) < 0) {
		t = sa;
		sa = da;
		da = t;
	}
	if ((sort & 4) != 0 && memcmp(dp, sp, 2) < 0) {
		t = sp;
		sp = dp;
		dp = t;
	}
	n = 0;
	if ((fields & 8) != 0) {
		memcpy(out + n, sa, alen);
		n += alen;
	}
	if ((fields & 4) != 0) {
		memcpy(out + n, da, alen);
		n += alen;
	}
	if ((fields & 0x20) != 0) {
		memcpy(out + n, sp, 2);
		n += 2;
	}
	if ((fields & 0x10) != 0) {
		memcpy(out + n, dp, 2);
		n += 2;
	}
	return (n);
}

/* A frame of a random flow. */
static void
flow(bool v6, bool tcp, uint64_t *s)
{
	struct frame_kind k;
	unsigned int i;

	memset(&k, 0, sizeof(k));
	k.v6 = v6;
	k.tcp = tcp;
	fr_make(&in, &k, rnd(s) % 200);
	for (i = 0; i < (v6 ? 32U : 8U); i++)
		in.b[in.l3 + (v6 ? 8 : 12) + i] = (uint8_t)rnd(s);
	for (i = 0; i < 4; i++)
		in.b[in.l4 + i] = (uint8_t)rnd(s);
}

/* -- commands */

static int
set_table(struct rxqs *r, uint32_t log2, const uint16_t *sq)
{
	uint32_t i;

	for (i = 0; i < 1U << log2; i++)
		put32(r->h, A_CTRL + 4 * i, sq[i]);
	return (set_feature(r->h, 12, 4U << log2, 0, log2, 0xffffffffU, 0));
}

/* key in conventional order: the device wants it backwards. */
static int
set_key(struct h *h, uint32_t function, uint32_t initial,
    const uint8_t key[40])
{
	unsigned int i;

	put32(h, A_CTRL, 10);
	put32(h, A_CTRL + 4, 0);
	for (i = 0; i < 40; i++)
		*at(h, A_CTRL + 8 + i) = key[39 - i];
	return (set_feature(h, 10, 48, 0, function, initial, 0));
}

static int
set_input(struct h *h, const uint32_t fields[16], uint32_t sort)
{
	unsigned int i;

	memset(at(h, A_CTRL), 0, 256);
	for (i = 0; i < 16; i++)
		put32(h, A_CTRL + 64 + 4 * i, fields[i]);
	return (set_feature(h, 18, 256, sort << 16, 0, 0, 0));
}

static const uint8_t ms_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

/* -- tests */

/* Every size; each entry leads where it says; other sizes are refused. */
static void
test_table_sizes(void **state)
{
	static uint16_t table[4096];
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 5;
	uint32_t hash, i, log2, n;
	uint8_t buf[64];
	unsigned int q;

	(void)state;
	rx_up(&r, h);
	for (log2 = 5; log2 <= 12; log2++) {
		n = 1U << log2;
		for (i = 0; i < n; i++)
			table[i] = r.q[rnd(&s) % QUEUES].sq_idx;
		assert_int_equal(set_table(&r, log2, table), 0);
		memset(at(h, A_CTRL), 0xee, 4 * n);
		assert_int_equal(get_feature(h, 12, 0, 4 * n), 0);
		assert_int_equal(get16b(h->resp + 8), 5);
		assert_int_equal(get16b(h->resp + 10), 12);
		assert_int_equal(get16b(h->resp + 12), log2);
		for (i = 0; i < n; i++)
			assert_int_equal(get32(h, A_CTRL + 4 * i), table[i]);
		for (i = 0; i < 300; i++) {
			flow(i % 2 != 0, i % 4 < 2, &s);
			q = arrive(&r, &hash);
			assert_int_equal(hash, toeplitz(ms_key, buf,
			    input(0x3c, 0, buf), 0));
			assert_int_equal(r.q[q].sq_idx,
			    table[hash & (n - 1)]);
		}
	}
	assert_int_equal(h->nrules, 0);
	assert_int_equal(set_table(&r, 4, table), 5);
	assert_int_equal(set_feature(h, 12, 4U << 12, 0, 13, 0xffffffffU, 0),
	    5);
	assert_int_equal(h->nrules, 2);
	/* The table in force stayed. */
	assert_int_equal(get_feature(h, 12, 0, 0), 0);
	assert_int_equal(get16b(h->resp + 12), 12);
	h_free(h);
}

/* Whoever takes CQ indices for SQ indices is told, and gets queue 0. */
static void
test_table_cq(void **state)
{
	static uint16_t table[128];
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 6;
	uint32_t hash;
	unsigned int i;

	(void)state;
	rx_up(&r, h);
	for (i = 0; i < 128; i++)
		table[i] = r.q[i % QUEUES].cq_idx;
	assert_int_equal(set_table(&r, 7, table), 0);
	assert_true(h_saw(h, "rss-dead-queue"));
	for (i = 0; i < 40; i++) {
		flow(false, true, &s);
		assert_int_equal(arrive(&r, &hash), 0);
		assert_int_not_equal(hash, 0);
	}
	/* A queue that goes away takes its entries to queue 0. */
	for (i = 0; i < 128; i++)
		table[i] = r.q[2].sq_idx;
	assert_int_equal(set_table(&r, 7, table), 0);
	flow(false, true, &s);
	assert_int_equal(arrive(&r, &hash), 2);
	assert_int_equal(destroy_sq(h, 0x40, r.q[2].sq_idx), 0);
	assert_int_equal(arrive(&r, &hash), 0);
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

/* The verification suite: addresses and ports, then addresses alone. */
static void
test_vectors(void **state)
{
	static const struct {
		const char *sa, *da;
		uint16_t sp, dp;
		uint32_t tcp, ip;
	} v[] = {
		{ "\x42\x09\x95\xbb", "\xa1\x8e\x64\x50", 2794, 1766,
		    0x51ccc178, 0x323e8fc2 },
		{ "\xc7\x5c\x6f\x02", "\x41\x45\x8c\x53", 14230, 4739,
		    0xc626b0ea, 0xd718262a },
		{ "\x18\x13\xc6\x5f", "\x0c\x16\xcf\xb8", 12898, 38024,
		    0x5c2b394a, 0xd2d0a5de },
		{ "\x26\x1b\xcd\x1e", "\xd1\x8e\xa3\x06", 48228, 2217,
		    0xafc7327f, 0x82989176 },
		{ "\x99\x27\xa3\xbf", "\xca\xbc\x7f\x02", 44251, 1303,
		    0x10e828a2, 0x5d1809c5 },
	};
	uint32_t fields[16] = { 0x3c, 0x3c, 0x3c, 0x3c };
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 7;
	uint32_t hash;
	unsigned int i;

	(void)state;
	rx_up(&r, h);
	assert_int_equal(set_key(h, 2, 0, ms_key), 0);
	for (i = 0; i < 10; i++) {
		if (i == 5) {
			fields[0] = 0x0c;
			assert_int_equal(set_input(h, fields, 0), 0);
		}
		flow(false, true, &s);
		memcpy(in.b + in.l3 + 12, v[i % 5].sa, 4);
		memcpy(in.b + in.l3 + 16, v[i % 5].da, 4);
		fr_be16(in.b + in.l4, v[i % 5].sp);
		fr_be16(in.b + in.l4 + 2, v[i % 5].dp);
		(void)arrive(&r, &hash);
		assert_int_equal(hash, i < 5 ? v[i].tcp : v[i - 5].ip);
	}
	flow(true, true, &s);
	memcpy(in.b + in.l3 + 8, "\x3f\xfe\x25\x01\x02\x00\x1f\xff"
	    "\0\0\0\0\0\0\0\x07\x3f\xfe\x25\x01\x02\x00\x00\x03"
	    "\0\0\0\0\0\0\0\x01", 32);
	fr_be16(in.b + in.l4, 2794);
	fr_be16(in.b + in.l4 + 2, 1766);
	(void)arrive(&r, &hash);
	assert_int_equal(hash, 0x40207d3d);
	clean(h);
}

/* Both functions, random keys and initial values; the key comes back. */
static void
test_functions(void **state)
{
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 8;
	uint32_t hash, initial, want;
	uint8_t buf[64], key[40];
	unsigned int i, j, n;

	(void)state;
	rx_up(&r, h);
	for (i = 0; i < 200; i++) {
		for (j = 0; j < 40; j++)
			key[j] = (uint8_t)rnd(&s);
		initial = i % 3 == 0 ? 0xffffffffU : i % 3 == 1 ? 0 :
		    rnd(&s);
		assert_int_equal(set_key(h, i % 2 != 0 ? 4 : 2, initial,
		    key), 0);
		memset(at(h, A_CTRL), 0, 48);
		assert_int_equal(get_feature(h, 10, 0, 48), 0);
		assert_int_equal(get32b(h->resp + 8), 6);
		assert_int_equal(get32b(h->resp + 12), i % 2 != 0 ? 4 : 2);
		assert_int_equal(get32b(h->resp + 16), initial);
		for (j = 0; j < 40; j++)
			assert_int_equal(*at(h, A_CTRL + 8 + j), key[39 - j]);
		for (j = 0; j < 4; j++) {
			flow(j % 2 != 0, j < 2, &s);
			n = input(0x3c, 0, buf);
			want = i % 2 != 0 ? crc32(buf, n, initial) :
			    toeplitz(key, buf, n, initial);
			(void)arrive(&r, &hash);
			assert_int_equal(hash, want);
		}
	}
	assert_int_equal(crc32((const uint8_t *)"123456789", 9, 0xffffffffU),
	    0xcbf43926);
	clean(h);
}

/* Any choice of fields for the four hashed kinds, with and without sort. */
static void
test_input(void **state)
{
	uint32_t fields[16], hash, kind, sort;
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 9;
	uint8_t buf[64];
	unsigned int i, n;

	(void)state;
	rx_up(&r, h);
	memset(fields, 0, sizeof(fields));
	for (i = 0; i < 400; i++) {
		for (kind = 0; kind < 4; kind++)
			fields[kind] = rnd(&s) & 0x3c;
		sort = rnd(&s) & 6;
		assert_int_equal(set_input(h, fields, sort), 0);
		assert_int_equal(get_feature(h, 18, 0, 256), 0);
		assert_int_equal(get32b(h->resp + 8), 6 | sort << 16);
		for (kind = 0; kind < 4; kind++) {
			assert_int_equal(get32(h, A_CTRL + 64 + 4 * kind),
			    fields[kind]);
			flow(kind >= 2, kind % 2 == 0, &s);
			n = input(fields[kind], sort, buf);
			(void)arrive(&r, &hash);
			assert_int_equal(hash, n == 0 ? 0 :
			    toeplitz(ms_key, buf, n, 0));
		}
	}
	clean(h);
}

static void
swap(uint8_t *a, uint8_t *b, uint32_t n)
{
	uint8_t t;

	for (; n != 0; n--, a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

/* With both sort bits the two directions of a flow meet. */
static void
test_symmetric(void **state)
{
	const uint32_t fields[16] = { 0x3c, 0x3c, 0x3c, 0x3c };
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 10;
	uint32_t alen, back, there;
	uint8_t *a;
	unsigned int i;

	(void)state;
	rx_up(&r, h);
	assert_int_equal(set_input(h, fields, 6), 0);
	for (i = 0; i < 100; i++) {
		flow(i % 2 != 0, i % 4 < 2, &s);
		(void)arrive(&r, &there);
		alen = in.v6 ? 16 : 4;
		a = in.b + in.l3 + (in.v6 ? 8 : 12);
		swap(a, a + alen, alen);
		swap(in.b + in.l4, in.b + in.l4 + 2, 2);
		(void)arrive(&r, &back);
		assert_int_equal(there, back);
		assert_int_not_equal(there, 0);
	}
	clean(h);
}

/* What is neither TCP nor UDP, or a piece of it. */
static void
other(unsigned int kind, uint64_t *s)
{
	flow(kind >= 4, kind % 2 != 0, s);
	switch (kind) {
	case 0:			/* a later fragment */
		in.b[in.l3 + 7] = 0x10;
		break;
	case 1:			/* the first one */
		in.b[in.l3 + 6] = 0x20;
		break;
	case 2:			/* ICMP */
		in.b[in.l3 + 9] = 1;
		break;
	case 3:			/* SCTP */
		in.b[in.l3 + 9] = 132;
		break;
	case 4:			/* ICMPv6 */
		in.b[in.l3 + 6] = 58;
		break;
	case 5:			/* fragment header */
		in.b[in.l3 + 6] = 44;
		in.b[in.l4] = 6;
		break;
	case 6:			/* hop-by-hop header, then UDP */
		in.b[in.l3 + 6] = 0;
		in.b[in.l4] = 17;
		in.b[in.l4 + 1] = 0;
		break;
	default:		/* ARP */
		fr_be16(in.b + 12, 0x0806);
		break;
	}
}

static void
test_not_hashed(void **state)
{
	static uint16_t table[128];
	struct h *h = h_new("max");
	struct rxqs r;
	uint64_t s = 11;
	uint32_t hash;
	unsigned int i, q;

	(void)state;
	rx_up(&r, h);
	/* Queue 0 is in no entry: only what is not hashed gets there. */
	for (i = 0; i < 128; i++)
		table[i] = r.q[1 + i % 3].sq_idx;
	assert_int_equal(set_table(&r, 7, table), 0);
	for (i = 0; i < 400; i++) {
		other(i % 8, &s);
		assert_int_equal(arrive(&r, &hash), 0);
		assert_int_equal(hash, 0);
		flow(i % 2 != 0, i % 4 < 2, &s);
		q = arrive(&r, &hash);
		assert_int_not_equal(q, 0);
	}
	clean(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_sizes),
		cmocka_unit_test(test_table_cq),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_symmetric),
		cmocka_unit_test(test_not_hashed),
	};

	return (cmocka_run_group_tests_name("mockdev-rss", tests, NULL,
	    NULL));
}
