/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the device model's frame arithmetic.
 *
 * What a frame is, is known from its construction here (struct made), never
 * from the code under test.  Sums are checked by division by 65535, hashes
 * by published values.  Every frame lives in an allocation of exactly its
 * size, so that a sanitizer sees a read past the end.  Randomness is one
 * generator with a fixed seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_net.h"

#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))
#define TCP		6
#define UDP		17
#define EXT_MAX		6
#define SEQ		0xffffff00U
#define IP_ID		0xfffd

/* A kind of frame; make() turns it into bytes. */
struct shape {
	const char *name;
	unsigned int tags;
	bool v6;
	unsigned int ip_opts;		/* bytes */
	unsigned int ext_cnt;
	unsigned int ext[EXT_MAX];	/* IPv6 extension header kinds */
	unsigned int proto;
	unsigned int tcp_opts;		/* bytes */
};

struct made {
	uint8_t *b;
	size_t len;
	size_t l3, l4, pay;		/* offsets */
};

static const struct shape shapes[] = {
	{ "tcp4", 0, false, 0, 0, { 0 }, TCP, 0 },
	{ "tcp4+opts", 0, false, 12, 0, { 0 }, TCP, 12 },
	{ "tcp4+max", 0, false, 40, 0, { 0 }, TCP, 40 },
	{ "udp4", 0, false, 0, 0, { 0 }, UDP, 0 },
	{ "udp4+opts", 0, false, 8, 0, { 0 }, UDP, 0 },
	{ "vlan tcp4", 1, false, 0, 0, { 0 }, TCP, 12 },
	{ "qinq udp4", 2, false, 4, 0, { 0 }, UDP, 0 },
	{ "tcp6", 0, true, 0, 0, { 0 }, TCP, 0 },
	{ "udp6", 0, true, 0, 0, { 0 }, UDP, 0 },
	{ "vlan udp6", 1, true, 0, 0, { 0 }, UDP, 0 },
	{ "qinq tcp6", 2, true, 0, 0, { 0 }, TCP, 20 },
	{ "hop tcp6", 0, true, 0, 1, { 0 }, TCP, 0 },
	{ "hop+dst+rt udp6", 0, true, 0, 3, { 0, 60, 43 }, UDP, 0 },
	{ "ah tcp6", 0, true, 0, 1, { 51 }, TCP, 12 },
	{ "all ext vlan tcp6", 1, true, 0, 5, { 0, 60, 43, 51, 60 }, TCP, 8 },
};

/* ---- tools */

static uint32_t rnd_state;

static uint32_t
rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 17;
	rnd_state ^= rnd_state << 5;
	return (rnd_state);
}

static size_t
rnd_below(size_t n)
{
	return (rnd() % n);
}

static void
w16(uint8_t *b, size_t v)
{
	assert_in_range(v, 0, 65535);
	b[0] = (uint8_t)(v / 256);
	b[1] = (uint8_t)(v % 256);
}

static unsigned int
r16(const uint8_t *b)
{
	return (b[0] * 256U + b[1]);
}

static uint32_t
r32(const uint8_t *b)
{
	return ((uint32_t)(r16(b) * 65536UL + r16(b + 2)));
}

static uint8_t *
dup_exact(const uint8_t *b, size_t n)
{
	uint8_t *d;

	d = malloc(n);
	assert_true(d != NULL || n == 0);
	if (n != 0)
		memcpy(d, b, n);
	return (d);
}

/*
 * The Internet sum modulo 65535: words are base-65536 digits, so the value
 * of the whole byte string has the same remainder.
 */
static unsigned int
mod65535(unsigned int v, const uint8_t *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		v = (v + (i % 2 == 0 ? b[i] * 256U : b[i])) % 65535;
	return (v);
}

/* Is the L4 checksum right?  bytes: L4 header and data. */
static bool
sum_l4_right(const uint8_t *f, size_t l3, bool v6, size_t l4,
    unsigned int proto, size_t bytes)
{
	unsigned int v;

	v = (unsigned int)((proto + bytes) % 65535);
	v = mod65535(v, f + l3 + (v6 ? 8 : 12), v6 ? 32 : 8);
	return (mod65535(v, f + l4, bytes) == 0);
}

/* ---- construction */

static uint8_t *
make_ether(uint8_t *b, const struct shape *s)
{
	static const uint8_t mac[12] = {
		2, 0xd, 0xd, 0xd, 0xd, 1, 2, 0x5, 0x5, 0x5, 0x5, 2
	};
	unsigned int i;

	memcpy(b, mac, sizeof(mac));
	b += sizeof(mac);
	for (i = 0; i < s->tags; i++) {
		w16(b, s->tags == 2 && i == 0 ? 0x88a8 : 0x8100);
		w16(b + 2, 0x2000 + i);
		b += 4;
	}
	w16(b, s->v6 ? 0x86dd : 0x0800);
	return (b + 2);
}

static size_t
ext_bytes(unsigned int kind, unsigned int pos)
{
	if (kind == 44)
		return (8);
	if (kind == 51)
		return (24);
	return (8U * (1 + pos % 3));
}

static uint8_t *
make_ip(uint8_t *b, const struct shape *s, size_t l4_and_data)
{
	static const uint8_t addr4[8] = { 10, 1, 2, 3, 10, 4, 5, 6 };
	uint8_t *start;
	unsigned int i;
	size_t n;

	start = b;
	if (!s->v6) {
		b[0] = (uint8_t)(0x40 + 5 + s->ip_opts / 4);
		w16(b + 2, 20 + s->ip_opts + l4_and_data);
		w16(b + 4, IP_ID);
		b[6] = 0x40;
		b[8] = 64;
		b[9] = (uint8_t)s->proto;
		memcpy(b + 12, addr4, sizeof(addr4));
		memset(b + 20, 1, s->ip_opts);
		w16(b + 10, 65535 - mod65535(0, b, 20 + s->ip_opts));
		return (b + 20 + s->ip_opts);
	}
	b[0] = 0x60;
	b[6] = (uint8_t)(s->ext_cnt != 0 ? s->ext[0] : s->proto);
	b[7] = 64;
	for (i = 0; i < 32; i++)
		b[8 + i] = (uint8_t)(0x20 + 5 * i);
	b += 40;
	for (i = 0; i < s->ext_cnt; i++) {
		n = ext_bytes(s->ext[i], i);
		b[0] = (uint8_t)(i + 1 < s->ext_cnt ? s->ext[i + 1] :
		    s->proto);
		if (s->ext[i] != 44)
			b[1] = (uint8_t)(s->ext[i] == 51 ? n / 4 - 2 :
			    n / 8 - 1);
		b += n;
	}
	w16(start + 4, (size_t)(b - start) - 40 + l4_and_data);
	return (b);
}

/* TCP carries ACK, ECE, CWR, PSH and FIN, and a sequence soon to wrap. */
static uint8_t *
make_l4(uint8_t *b, const struct shape *s, size_t data)
{
	w16(b, 0x1234);
	w16(b + 2, 0x5678);
	if (s->proto == UDP) {
		w16(b + 4, 8 + data);
		return (b + 8);
	}
	w16(b + 4, SEQ >> 16);
	w16(b + 6, SEQ & 0xffff);
	w16(b + 8, 0xabcd);
	b[12] = (uint8_t)((5 + s->tcp_opts / 4) << 4);
	b[13] = 0x80 | 0x40 | 0x10 | 0x08 | 0x01;
	w16(b + 14, 0x7fff);
	memset(b + 20, 1, s->tcp_opts);
	return (b + 20 + s->tcp_opts);
}

/* The checksum is right for TCP and UDP. */
static struct made
make(const struct shape *s, size_t data)
{
	static uint8_t room[200 + 65535];
	uint8_t *l3, *l4, *p;
	struct made m;
	size_t i, l4_len, field;
	unsigned int v;

	memset(room, 0, 200 + data);
	l4_len = s->proto == UDP ? 8 : 20 + s->tcp_opts;
	l3 = make_ether(room, s);
	l4 = make_ip(l3, s, l4_len + data);
	p = make_l4(l4, s, data);
	m.l3 = (size_t)(l3 - room);
	m.l4 = (size_t)(l4 - room);
	m.pay = (size_t)(p - room);
	assert_int_equal(m.pay - m.l4, l4_len);
	for (i = 0; i < data; i++)
		p[i] = (uint8_t)(i * 7 + i / 251 + 3);
	m.len = m.pay + data;
	v = (unsigned int)((s->proto + l4_len + data) % 65535);
	v = mod65535(v, l3 + (s->v6 ? 8 : 12), s->v6 ? 32 : 8);
	v = mod65535(v, l4, l4_len + data);
	field = s->proto == UDP ? 6 : 16;
	w16(l4 + field, 65535 - v);
	m.b = dup_exact(room, m.len);
	return (m);
}

/* What must hold of any parse of any frame */
static void
check_invariants(const struct mock_parse *p, size_t len)
{
	assert_int_equal(p->l3_off == 0, len < 14);
	assert_true(p->vlans <= 2);
	if (p->l3_off != 0)
		assert_int_equal(p->l3_off, 14 + 4 * p->vlans);
	assert_true(p->l3_off <= len);
	if (p->l3 == MOCK_L3_OTHER) {
		assert_int_equal(p->l4, MOCK_L4_OTHER);
		assert_false(p->frag || p->l4_whole || p->v6_ext);
		assert_int_equal(p->l3_len + p->l4_off + p->l4_len + p->end,
		    0);
		return;
	}
	assert_true(p->l3_len >= (p->l3 == MOCK_L3_IPV4 ? 20 : 40));
	assert_int_equal(p->l3_off + p->l3_len, p->l4_off);
	assert_true(p->l4_off + p->l4_len <= p->end);
	assert_true(p->end <= len);
	assert_true(p->l3 == MOCK_L3_IPV6 || !p->v6_ext);
	if (p->l4 == MOCK_L4_TCP)
		assert_in_range(p->l4_len, 20, 60);
	else
		assert_int_equal(p->l4_len, p->l4 == MOCK_L4_UDP ? 8 : 0);
	assert_false(p->l4_whole && (p->frag || p->l4 == MOCK_L4_OTHER));
}

static struct mock_parse
parse(const uint8_t *b, size_t len)
{
	struct mock_parse p;

	memset(&p, 0xa5, sizeof(p));
	mock_parse(b, len, &p);
	check_invariants(&p, len);
	return (p);
}

static struct mock_parse
parse_made(const struct made *m)
{
	return (parse(m->b, m->len));
}

static void
check_shape(const struct shape *s, const struct made *m,
    const struct mock_parse *p, size_t end)
{
	assert_int_equal(p->l3, s->v6 ? MOCK_L3_IPV6 : MOCK_L3_IPV4);
	assert_int_equal(p->l4, s->proto == UDP ? MOCK_L4_UDP : MOCK_L4_TCP);
	assert_int_equal(p->vlans, s->tags);
	assert_int_equal(p->l3_off, m->l3);
	assert_int_equal(p->l3_len, m->l4 - m->l3);
	assert_int_equal(p->l4_off, m->l4);
	assert_int_equal(p->l4_len, m->pay - m->l4);
	assert_int_equal(p->end, end);
	assert_false(p->frag);
	assert_int_equal(p->v6_ext, s->ext_cnt != 0);
}

/* ---- parsing */

static void
test_parse_shapes(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 100, 1401 };
	struct mock_parse p;
	struct made m;
	size_t i, j;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++)
		for (j = 0; j < NELEM(sizes); j++) {
			m = make(&shapes[i], sizes[j]);
			p = parse_made(&m);
			check_shape(&shapes[i], &m, &p, m.len);
			assert_true(p.l4_whole);
			free(m.b);
		}
}

/* Cut each shape at each length, from nothing to all of it. */
static void
test_parse_every_length(void **state)
{
	const struct shape *s;
	struct mock_parse p;
	struct made m;
	size_t i, n, need;
	uint8_t *b;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		s = &shapes[i];
		m = make(s, 9);
		for (n = 0; n <= m.len; n++) {
			b = dup_exact(m.b, n);
			p = parse(b, n);
			need = m.l3 + (s->v6 ? 40 : 20 + s->ip_opts);
			assert_int_equal(p.l3 != MOCK_L3_OTHER, n >= need);
			assert_int_equal(p.l4 != MOCK_L4_OTHER, n >= m.pay);
			assert_int_equal(p.l4_whole, n == m.len);
			if (n >= m.pay)
				check_shape(s, &m, &p, n);
			free(b);
		}
		free(m.b);
	}
}

/* Bytes after the packet belong to nobody. */
static void
test_parse_padding(void **state)
{
	struct mock_parse p;
	struct made m;
	uint8_t *b;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		m = make(&shapes[i], 3);
		b = malloc(m.len + 21);
		assert_non_null(b);
		memcpy(b, m.b, m.len);
		memset(b + m.len, 0xee, 21);
		p = parse(b, m.len + 21);
		check_shape(&shapes[i], &m, &p, m.len);
		assert_true(p.l4_whole);
		assert_true(mock_l4_csum_ok(b, &p));
		mock_l4_csum_set(b, &p, false);
		assert_memory_equal(b, m.b, m.len);
		free(b);
		free(m.b);
	}
}

static void
test_parse_tags(void **state)
{
	uint8_t b[64] = { 0 };
	struct mock_parse p;
	size_t n;

	(void)state;
	/* Three tags: two are skipped, the third is not IP. */
	w16(b + 12, 0x88a8);
	w16(b + 16, 0x8100);
	w16(b + 20, 0x8100);
	w16(b + 24, 0x0800);
	b[26] = 0x45;
	p = parse(b, sizeof(b));
	assert_int_equal(p.l3, MOCK_L3_OTHER);
	assert_int_equal(p.vlans, 2);
	assert_int_equal(p.l3_off, 22);
	/* A tag is skipped when all of it is there. */
	for (n = 0; n < 22; n++) {
		p = parse(b, n);
		assert_int_equal(p.vlans, n < 18 ? 0 : 1);
		assert_int_equal(p.l3, MOCK_L3_OTHER);
	}
	/* 802.3 lengths and ARP are not IP; nor is IPv4 in an IPv6 type. */
	w16(b + 12, 0x0040);
	assert_int_equal(parse(b, 64).l3, MOCK_L3_OTHER);
	w16(b + 12, 0x0806);
	assert_int_equal(parse(b, 64).l3, MOCK_L3_OTHER);
	assert_int_equal(parse(b, 64).l3_off, 14);
}

static void
test_parse_bad_ip4(void **state)
{
	struct mock_parse p;
	struct made m;
	unsigned int v;

	(void)state;
	m = make(&shapes[0], 10);
	for (v = 0; v < 256; v++) {
		m.b[14] = (uint8_t)v;
		p = parse_made(&m);
		/* The packet is 50 bytes: 12 words are the most. */
		assert_int_equal(p.l3 == MOCK_L3_IPV4,
		    v / 16 == 4 && v % 16 >= 5 && v % 16 <= 12);
	}
	m.b[14] = 0x45;
	for (v = 0; v <= 51; v++) {
		w16(m.b + 16, v);
		p = parse_made(&m);
		assert_int_equal(p.l3 == MOCK_L3_IPV4, v >= 20);
		if (v < 20)
			continue;
		assert_int_equal(p.end, v < 50 ? 14 + v : 64);
		assert_int_equal(p.l4 == MOCK_L4_TCP, v >= 40);
		assert_int_equal(p.l4_whole, v >= 40 && v <= 50);
	}
	w16(m.b + 16, 50);
	m.b[23] = 1;
	p = parse_made(&m);
	assert_int_equal(p.l3, MOCK_L3_IPV4);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_false(p.l4_whole);
	/* An IPv6 extension header number is nothing special in IPv4. */
	m.b[23] = 60;
	assert_int_equal(parse_made(&m).l4, MOCK_L4_OTHER);
	free(m.b);
}

static void
test_parse_bad_ip6(void **state)
{
	struct mock_parse p;
	struct made m;
	unsigned int v;

	(void)state;
	m = make(&shapes[7], 10);
	for (v = 0; v < 16; v++) {
		m.b[14] = (uint8_t)(v << 4);
		assert_int_equal(parse_made(&m).l3 == MOCK_L3_IPV6, v == 6);
	}
	m.b[14] = 0x60;
	for (v = 0; v <= 31; v++) {
		w16(m.b + 18, v);
		p = parse_made(&m);
		assert_int_equal(p.l3, MOCK_L3_IPV6);
		assert_int_equal(p.end, v < 30 ? 54 + v : 84);
		assert_int_equal(p.l4 == MOCK_L4_TCP, v >= 20);
		assert_int_equal(p.l4_whole, v >= 20 && v <= 30);
	}
	free(m.b);
}

static void
test_parse_bad_l4(void **state)
{
	struct mock_parse p;
	struct made m;
	unsigned int v;

	(void)state;
	m = make(&shapes[0], 10);
	for (v = 0; v < 16; v++) {
		m.b[m.l4 + 12] = (uint8_t)(v << 4 | 0xf);
		p = parse_made(&m);
		assert_int_equal(p.l4 == MOCK_L4_TCP, v >= 5 && v <= 7);
		assert_int_equal(p.l4_whole, v >= 5 && v <= 7);
		if (v >= 5 && v <= 7)
			assert_int_equal(p.l4_len, v * 4);
	}
	free(m.b);
	m = make(&shapes[8], 10);
	for (v = 0; v < 30; v++) {
		w16(m.b + m.l4 + 4, v);
		p = parse_made(&m);
		assert_int_equal(p.l4, MOCK_L4_UDP);
		assert_int_equal(p.l4_whole, v >= 8 && v <= 18);
	}
	free(m.b);
}

static void
test_parse_frag4(void **state)
{
	static const struct {
		unsigned int field;
		bool frag, first;
	} rows[] = {
		{ 0x0000, false, true },
		{ 0x4000, false, true },	/* do not fragment */
		{ 0x8000, false, true },	/* the evil bit */
		{ 0x2000, true, true },
		{ 0x6000, true, true },
		{ 0x2001, true, false },
		{ 0x0001, true, false },
		{ 0x1000, true, false },
		{ 0x1fff, true, false },
	};
	struct mock_parse p;
	struct made m;
	size_t i, j;

	(void)state;
	for (j = 0; j < 2; j++) {
		m = make(&shapes[j == 0 ? 0 : 3], 32);
		for (i = 0; i < NELEM(rows); i++) {
			w16(m.b + 20, rows[i].field);
			p = parse_made(&m);
			assert_int_equal(p.l3, MOCK_L3_IPV4);
			assert_int_equal(p.frag, rows[i].frag);
			assert_int_equal(p.l4 != MOCK_L4_OTHER,
			    rows[i].first);
			assert_int_equal(p.l4_whole, !rows[i].frag);
		}
		free(m.b);
	}
}

static void
test_parse_frag6(void **state)
{
	static const struct shape plain =
	    { "frag", 0, true, 0, 1, { 44 }, TCP, 0 };
	static const struct shape deep =
	    { "deep", 0, true, 0, 4, { 0, 44, 60, 60 }, UDP, 0 };
	struct mock_parse p;
	struct made m;

	(void)state;
	/* An atomic fragment is a fragment. */
	m = make(&plain, 16);
	p = parse_made(&m);
	assert_true(p.frag && p.v6_ext && !p.l4_whole);
	assert_int_equal(p.l4, MOCK_L4_TCP);
	assert_int_equal(p.l4_off, m.l4);
	w16(m.b + 54 + 2, 0x0001);	/* first of several */
	p = parse_made(&m);
	assert_true(p.frag && !p.l4_whole);
	assert_int_equal(p.l4, MOCK_L4_TCP);
	w16(m.b + 54 + 2, 0x0008);	/* the last, at 8 */
	p = parse_made(&m);
	assert_true(p.frag && !p.l4_whole);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_int_equal(p.l4_off, 62);
	w16(m.b + 54 + 2, 0x8000);	/* the highest offset bit */
	assert_int_equal(parse_made(&m).l4, MOCK_L4_OTHER);
	w16(m.b + 54 + 2, 0x0006);	/* reserved bits are no offset */
	assert_int_equal(parse_made(&m).l4, MOCK_L4_TCP);
	free(m.b);

	m = make(&deep, 16);
	p = parse_made(&m);
	assert_true(p.frag);
	assert_int_equal(p.l4, MOCK_L4_UDP);
	assert_int_equal(p.l4_off, m.l4);
	/* What follows a later fragment's header is data, not headers. */
	w16(m.b + 62 + 2, 0x0801);
	p = parse_made(&m);
	assert_true(p.frag && p.v6_ext);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_int_equal(p.l4_off, 70);
	free(m.b);
}

static void
test_parse_ext6(void **state)
{
	static const struct shape s =
	    { "two", 0, true, 0, 2, { 0, 60 }, TCP, 0 };
	struct mock_parse p;
	struct made m;

	(void)state;
	m = make(&s, 16);
	/* A packet may end where a header does, or within the next one. */
	assert_int_equal(parse(m.b, 61).l3_len, 40);
	assert_int_equal(parse(m.b, 62).l3_len, 48);
	assert_int_equal(parse(m.b, m.l4 - 1).l3_len, 48);
	assert_int_equal(parse(m.b, m.l4).l3_len, m.l4 - m.l3);
	/* No next header, ESP: the chain ends, the rest is unknown. */
	m.b[62] = 59;
	p = parse_made(&m);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_int_equal(p.l4_off, m.l4);
	assert_true(p.v6_ext);
	m.b[54] = 50;
	p = parse_made(&m);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_int_equal(p.l3_len, 48);
	/* A header longer than the packet. */
	m.b[54] = 60;
	m.b[62] = TCP;
	m.b[63] = 255;
	p = parse_made(&m);
	assert_int_equal(p.l3, MOCK_L3_IPV6);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_int_equal(p.l3_len, 48);
	m.b[55] = 255;
	p = parse_made(&m);
	assert_int_equal(p.l3_len, 40);
	assert_false(p.v6_ext);
	/* A chain that would be endless ends with the packet. */
	memset(m.b + 54, 0, m.len - 54);
	m.b[20] = 0;
	p = parse_made(&m);
	assert_int_equal(p.l4, MOCK_L4_OTHER);
	assert_in_range(m.len - p.l4_off, 0, 7);
	free(m.b);
}

/* Past 65535 the offsets would not fit; nothing may wrap. */
static void
test_parse_huge(void **state)
{
	static const struct shape v6 =
	    { "tcp6", 2, true, 0, 0, { 0 }, TCP, 0 };
	struct mock_parse p;
	struct made m;
	uint8_t *b;

	(void)state;
	m = make(&shapes[0], 65535 - 40);
	assert_int_equal(m.len, 65549);
	p = parse_made(&m);
	assert_int_equal(p.l4, MOCK_L4_TCP);
	assert_int_equal(p.end, 65535);
	assert_false(p.l4_whole);
	free(m.b);
	m = make(&shapes[0], 65535 - 14 - 40);
	p = parse_made(&m);
	assert_int_equal(p.end, 65535);
	assert_true(p.l4_whole);
	assert_true(mock_l4_csum_ok(m.b, &p));
	free(m.b);
	m = make(&v6, 65535 - 20);
	assert_int_equal(m.len, 22 + 40 + 65535);
	assert_false(parse_made(&m).l4_whole);
	free(m.b);
	/* Extension headers to the very end. */
	b = calloc(1, 70000);
	assert_non_null(b);
	w16(b + 12, 0x86dd);
	b[14] = 0x60;
	w16(b + 18, 65535);
	p = parse(b, 70000);
	assert_int_equal(p.l3, MOCK_L3_IPV6);
	assert_in_range(p.l4_off, 65528, 65535);
	free(b);
}

/* ---- checksums */

static void
test_csum_published(void **state)
{
	/* RFC 1071, section 3: the sum is ddf2. */
	uint8_t rfc[10] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	/* A well-known header, checksum b861. */
	uint8_t ip[14 + 20] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00,
		0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
		0x00, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7
	};
	struct mock_parse p;

	(void)state;
	assert_true(mock_csum_complete(rfc, sizeof(rfc), 0, 8));
	assert_int_equal(r16(rfc + 8), 0x220d);
	p = parse(ip, sizeof(ip));
	assert_int_equal(p.l3, MOCK_L3_IPV4);
	assert_false(mock_ip4_csum_ok(ip, &p));
	mock_ip4_csum_set(ip, &p);
	assert_int_equal(r16(ip + 24), 0xb861);
	assert_true(mock_ip4_csum_ok(ip, &p));
	mock_ip4_csum_set(ip, &p);
	assert_int_equal(r16(ip + 24), 0xb861);
}

/*
 * 10.0.0.1 to 10.0.0.2, ports 1 and 2, UDP.  Pseudo-header and ports:
 * a00 + 1 + a00 + 2 + 11 + 1 + 2 = 1417; the length counts twice.
 */
static struct made
make_small_udp(size_t data)
{
	static const uint8_t addr[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };
	struct made m;

	m = make(&shapes[3], data);
	memcpy(m.b + 26, addr, sizeof(addr));
	w16(m.b + m.l4, 1);
	w16(m.b + m.l4 + 2, 2);
	return (m);
}

static void
test_csum_udp_by_hand(void **state)
{
	struct mock_parse p;
	struct made m;

	(void)state;
	/* Odd: 1417 + 9 + 9 + 6100 = 7529, complement 8ad6. */
	m = make_small_udp(1);
	m.b[m.pay] = 0x61;
	p = parse_made(&m);
	mock_l4_csum_set(m.b, &p, false);
	assert_int_equal(r16(m.b + m.l4 + 6), 0x8ad6);
	assert_true(mock_l4_csum_ok(m.b, &p));
	/* 0 on the wire: not used. */
	w16(m.b + m.l4 + 6, 0);
	assert_true(mock_l4_csum_ok(m.b, &p));
	free(m.b);
	/* 1417 + a + a + ebd4 = ffff: computed 0 is sent as ffff. */
	m = make_small_udp(2);
	w16(m.b + m.pay, 0xebd4);
	p = parse_made(&m);
	mock_l4_csum_set(m.b, &p, false);
	assert_int_equal(r16(m.b + m.l4 + 6), 0xffff);
	assert_true(mock_l4_csum_ok(m.b, &p));
	/* The same from the sender's seed. */
	w16(m.b + m.l4 + 6, 0x0a00 + 1 + 0x0a00 + 2 + 17 + 10);
	mock_l4_csum_set(m.b, &p, true);
	assert_int_equal(r16(m.b + m.l4 + 6), 0xffff);
	w16(m.b + m.l4 + 6, 0x0a00 + 1 + 0x0a00 + 2 + 17 + 10);
	assert_true(mock_csum_complete(m.b, m.len, (uint16_t)m.l4, 6));
	assert_int_equal(r16(m.b + m.l4 + 6), 0xffff);
	free(m.b);
}

/* TCP has no such rule: 0 goes out as 0. */
static void
test_csum_tcp_zero(void **state)
{
	struct mock_parse p;
	struct made m;
	unsigned int v;

	(void)state;
	m = make(&shapes[0], 2);
	v = r16(m.b + m.l4 + 16);
	p = parse_made(&m);
	/* Move the checksum into the data; the sum stays the same. */
	w16(m.b + m.l4 + 16, 0);
	v = (v + r16(m.b + m.pay)) % 65535;
	w16(m.b + m.pay, v);
	mock_l4_csum_set(m.b, &p, false);
	assert_int_equal(r16(m.b + m.l4 + 16), 0);
	assert_true(mock_l4_csum_ok(m.b, &p));
	free(m.b);
}

static void
test_csum_udp6_zero(void **state)
{
	struct mock_parse p;
	struct made m;

	(void)state;
	m = make(&shapes[8], 5);
	p = parse_made(&m);
	assert_true(mock_l4_csum_ok(m.b, &p));
	w16(m.b + m.l4 + 6, 0);
	assert_false(mock_l4_csum_ok(m.b, &p));
	free(m.b);
}

static unsigned int
pseudo_seed(const struct shape *s, const struct made *m)
{
	unsigned int v;

	v = (unsigned int)((s->proto + m->len - m->l4) % 65535);
	return (mod65535(v, m->b + m->l3 + (s->v6 ? 8 : 12),
	    s->v6 ? 32 : 8));
}

static void
check_csum(const struct shape *s, size_t data)
{
	struct mock_parse p;
	struct made m;
	size_t field;
	unsigned int want;

	m = make(s, data);
	p = parse_made(&m);
	field = m.l4 + (s->proto == UDP ? 6 : 16);
	want = r16(m.b + field);
	assert_int_equal(mock_ip4_csum_ok(m.b, &p), !s->v6);
	assert_true(mock_l4_csum_ok(m.b, &p));
	/* Whatever the field holds, full gives the same. */
	w16(m.b + field, rnd_below(65536));
	mock_l4_csum_set(m.b, &p, false);
	assert_int_equal(r16(m.b + field) % 65535, want % 65535);
	assert_true(sum_l4_right(m.b, m.l3, s->v6, m.l4, s->proto,
	    m.len - m.l4));
	/* From the seed, twice. */
	w16(m.b + field, pseudo_seed(s, &m));
	mock_l4_csum_set(m.b, &p, true);
	assert_int_equal(r16(m.b + field) % 65535, want % 65535);
	w16(m.b + field, pseudo_seed(s, &m));
	assert_true(mock_csum_complete(m.b, m.len, (uint16_t)m.l4,
	    (uint16_t)(field - m.l4)));
	assert_int_equal(r16(m.b + field) % 65535, want % 65535);
	/* IPv4 header. */
	if (!s->v6) {
		want = r16(m.b + m.l3 + 10);
		w16(m.b + m.l3 + 10, rnd_below(65536));
		mock_ip4_csum_set(m.b, &p);
		assert_int_equal(r16(m.b + m.l3 + 10), want);
	}
	free(m.b);
}

static void
test_csum_shapes(void **state)
{
	static const size_t sizes[] = {
		0, 1, 2, 3, 4, 5, 63, 64, 65, 1459, 1460, 8959, 65000
	};
	size_t i, j;

	(void)state;
	rnd_state = 0x1071;
	for (i = 0; i < NELEM(shapes); i++)
		for (j = 0; j < NELEM(sizes); j++)
			check_csum(&shapes[i], sizes[j]);
}

/* One wrong bit is always found. */
static void
test_csum_bit_flips(void **state)
{
	struct mock_parse p;
	struct made m;
	size_t i, bit, from;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		m = make(&shapes[i], 7);
		p = parse_made(&m);
		for (bit = m.l4 * 8; bit < m.len * 8; bit++) {
			/* The UDP length says how much is summed. */
			if (shapes[i].proto == UDP && bit / 8 >= m.l4 + 4 &&
			    bit / 8 < m.l4 + 6)
				continue;
			m.b[bit / 8] ^= (uint8_t)(1U << bit % 8);
			assert_false(mock_l4_csum_ok(m.b, &p));
			m.b[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		from = m.l3 + (shapes[i].v6 ? 8 : 12);
		for (bit = from * 8; bit < (from + 8) * 8; bit++) {
			m.b[bit / 8] ^= (uint8_t)(1U << bit % 8);
			assert_false(mock_l4_csum_ok(m.b, &p));
			assert_false(mock_ip4_csum_ok(m.b, &p));
			m.b[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		assert_true(mock_l4_csum_ok(m.b, &p));
		free(m.b);
	}
}

/* UDP may be shorter than its packet; the rest is not summed. */
static void
test_csum_udp_short(void **state)
{
	struct mock_parse p;
	struct made m;

	(void)state;
	m = make(&shapes[8], 20);
	w16(m.b + m.l4 + 4, 8 + 13);
	p = parse_made(&m);
	assert_true(p.l4_whole);
	mock_l4_csum_set(m.b, &p, false);
	assert_true(sum_l4_right(m.b, m.l3, true, m.l4, UDP, 21));
	m.b[m.len - 1] ^= 1;
	assert_true(mock_l4_csum_ok(m.b, &p));
	m.b[m.pay + 12] ^= 1;
	assert_false(mock_l4_csum_ok(m.b, &p));
	free(m.b);
}

/* Nothing is judged and nothing stored where the packet is incomplete. */
static void
test_csum_incomplete(void **state)
{
	struct mock_parse p;
	struct made m, c;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		m = make(&shapes[i], 40);
		c.len = m.len - 1;
		c.b = dup_exact(m.b, c.len);
		p = parse_made(&c);
		assert_false(mock_l4_csum_ok(c.b, &p));
		mock_l4_csum_set(c.b, &p, false);
		mock_l4_csum_set(c.b, &p, true);
		assert_memory_equal(c.b, m.b, c.len);
		p = parse(m.b, 13);
		assert_false(mock_ip4_csum_ok(c.b, &p));
		mock_ip4_csum_set(c.b, &p);
		mock_l4_csum_set(c.b, &p, false);
		assert_memory_equal(c.b, m.b, c.len);
		free(c.b);
		free(m.b);
	}
	/* A fragment. */
	m = make(&shapes[0], 40);
	m.b[20] = 0x20;
	p = parse_made(&m);
	c.b = dup_exact(m.b, m.len);
	mock_l4_csum_set(c.b, &p, false);
	assert_memory_equal(c.b, m.b, m.len);
	assert_false(mock_l4_csum_ok(m.b, &p));
	free(c.b);
	free(m.b);
}

static void
test_csum_complete_bounds(void **state)
{
	uint8_t ref[16], *b;
	unsigned int start, off;
	size_t len;
	bool in;

	(void)state;
	memset(ref, 0x5a, sizeof(ref));
	for (len = 0; len <= sizeof(ref); len++)
		for (start = 0; start < 20; start++)
			for (off = 0; off < 20; off++) {
				b = dup_exact(ref, len);
				in = start + off + 2 <= len;
				assert_int_equal(mock_csum_complete(b, len,
				    (uint16_t)start, (uint16_t)off), in);
				if (!in && len != 0)
					assert_memory_equal(b, ref, len);
				free(b);
			}
	b = dup_exact(ref, sizeof(ref));
	assert_false(mock_csum_complete(b, sizeof(ref), 0xffff, 0xffff));
	assert_false(mock_csum_complete(b, sizeof(ref), 0xffff, 1));
	assert_false(mock_csum_complete(b, sizeof(ref), 1, 0xffff));
	free(b);
}

/* ---- hashing */

/* The verification suite Microsoft publishes with its RSS specification */
static const uint8_t rss_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

struct rss_vector {
	uint16_t dst[8], src[8];	/* IPv4: the first four, as bytes */
	unsigned int dport, sport;
	uint32_t pair, quad;
};

static const struct rss_vector rss4[] = {
	{ { 161, 142, 100, 80 }, { 66, 9, 149, 187 }, 1766, 2794,
	    0x323e8fc2, 0x51ccc178 },
	{ { 65, 69, 140, 83 }, { 199, 92, 111, 2 }, 4739, 14230,
	    0xd718262a, 0xc626b0ea },
	{ { 12, 22, 207, 184 }, { 24, 19, 198, 95 }, 38024, 12898,
	    0xd2d0a5de, 0x5c2b394a },
	{ { 209, 142, 163, 6 }, { 38, 27, 205, 30 }, 2217, 48228,
	    0x82989176, 0xafc7327f },
	{ { 202, 188, 127, 2 }, { 153, 39, 163, 191 }, 1303, 44251,
	    0x5d1809c5, 0x10e828a2 },
};

static const struct rss_vector rss6[] = {
	{ { 0x3ffe, 0x2501, 0x200, 3, 0, 0, 0, 1 },
	    { 0x3ffe, 0x2501, 0x200, 0x1fff, 0, 0, 0, 7 },
	    1766, 2794, 0x2cc18cd5, 0x40207d3d },
	{ { 0xff02, 0, 0, 0, 0, 0, 0, 1 },
	    { 0x3ffe, 0x501, 8, 0, 0x260, 0x97ff, 0xfe40, 0xefab },
	    4739, 14230, 0x0f0c461c, 0xdde51bbf },
	{ { 0xfe80, 0, 0, 0, 0x200, 0xf8ff, 0xfe21, 0x67cf },
	    { 0x3ffe, 0x1900, 0x4545, 3, 0x200, 0xf8ff, 0xfe21, 0x67cf },
	    38024, 44251, 0x4b61e985, 0x02d1feef },
};

static struct made
make_rss(const struct rss_vector *v, const struct shape *s, bool turned)
{
	const uint16_t *src, *dst;
	struct made m;
	unsigned int i;

	src = turned ? v->dst : v->src;
	dst = turned ? v->src : v->dst;
	m = make(s, 12);
	for (i = 0; i < 4 && !s->v6; i++) {
		m.b[m.l3 + 12 + i] = (uint8_t)src[i];
		m.b[m.l3 + 16 + i] = (uint8_t)dst[i];
	}
	for (i = 0; i < 8 && s->v6; i++) {
		w16(m.b + m.l3 + 8 + 2 * i, src[i]);
		w16(m.b + m.l3 + 24 + 2 * i, dst[i]);
	}
	w16(m.b + m.l4, turned ? v->dport : v->sport);
	w16(m.b + m.l4 + 2, turned ? v->sport : v->dport);
	return (m);
}

static uint32_t
hash_made(const struct made *m, uint16_t fields, uint16_t sort)
{
	struct mock_parse p;
	uint8_t in[64];
	size_t n, i;

	p = parse_made(m);
	memset(in, 0xa5, sizeof(in));
	n = mock_hash_input(m->b, &p, fields, sort, in);
	assert_in_range(n, 0, 48);
	for (i = n; i < sizeof(in); i++)
		assert_int_equal(in[i], 0xa5);
	return (mock_toeplitz(rss_key, in, n, 0));
}

static void
check_rss(const struct rss_vector *v, const struct shape *s)
{
	struct made m, t;

	m = make_rss(v, s, false);
	t = make_rss(v, s, true);
	assert_int_equal(hash_made(&m, 0x0c, 0), v->pair);
	assert_int_equal(hash_made(&m, 0x3c, 0), v->quad);
	/* Without sorting the way back differs; with it, both agree. */
	assert_int_not_equal(hash_made(&t, 0x3c, 0), v->quad);
	assert_int_equal(hash_made(&t, 0x3c, 6), hash_made(&m, 0x3c, 6));
	assert_int_equal(hash_made(&t, 0x0c, 2), hash_made(&m, 0x0c, 2));
	assert_int_equal(hash_made(&t, 0x30, 4), hash_made(&m, 0x30, 4));
	free(t.b);
	free(m.b);
}

static void
test_hash_published(void **state)
{
	size_t i, j;

	(void)state;
	for (j = 0; j < NELEM(shapes); j++) {
		for (i = 0; i < NELEM(rss4) && !shapes[j].v6; i++)
			check_rss(&rss4[i], &shapes[j]);
		for (i = 0; i < NELEM(rss6) && shapes[j].v6; i++)
			check_rss(&rss6[i], &shapes[j]);
	}
}

/* The bytes themselves, for each selection of fields */
static void
test_hash_fields(void **state)
{
	struct mock_parse p;
	struct made m;
	uint8_t in[64], want[64];
	unsigned int f;
	size_t i, n, a;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		m = make(&shapes[i], 4);
		p = parse_made(&m);
		a = shapes[i].v6 ? 16 : 4;
		for (f = 0; f < 64; f++) {
			n = 0;
#define ADD(bit, off, len) do {						\
	if ((f & (bit)) != 0) {						\
		memcpy(want + n, m.b + (off), (len));			\
		n += (len);						\
	}								\
} while (0)
			ADD(2U, 6, 6);
			ADD(1U, 0, 6);
			ADD(8U, m.l3 + (shapes[i].v6 ? 8 : 12), a);
			ADD(4U, m.l3 + (shapes[i].v6 ? 8 : 12) + a, a);
			ADD(0x20U, m.l4, 2);
			ADD(0x10U, m.l4 + 2, 2);
#undef ADD
			assert_int_equal(mock_hash_input(m.b, &p,
			    (uint16_t)f, 0, in), n);
			assert_memory_equal(in, want, n);
		}
		free(m.b);
	}
}

static void
test_hash_sort(void **state)
{
	static const uint8_t up[12] =
	    { 10, 1, 2, 3, 10, 4, 5, 6, 0x12, 0x34, 0x56, 0x78 };
	static const uint8_t l3[12] =
	    { 10, 4, 5, 6, 10, 1, 2, 3, 0x12, 0x34, 0x56, 0x78 };
	struct mock_parse p;
	struct made m;
	uint8_t in[64];

	(void)state;
	m = make(&shapes[3], 0);
	p = parse_made(&m);
	/* In order already: sorting changes nothing. */
	assert_int_equal(mock_hash_input(m.b, &p, 0x3c, 6, in), 12);
	assert_memory_equal(in, up, 12);
	/* Addresses turned round: only the L3 sort sees it. */
	memcpy(m.b + m.l3 + 12, l3, 8);
	mock_hash_input(m.b, &p, 0x3c, 4, in);
	assert_memory_equal(in, l3, 12);
	mock_hash_input(m.b, &p, 0x3c, 2, in);
	assert_memory_equal(in, up, 12);
	/* One address selected: the smaller one is the source. */
	assert_int_equal(mock_hash_input(m.b, &p, 0x08, 2, in), 4);
	assert_memory_equal(in, up, 4);
	/* Ports compare as network order, high byte first. */
	w16(m.b + m.l4, 0x0200);
	w16(m.b + m.l4 + 2, 0x01ff);
	assert_int_equal(mock_hash_input(m.b, &p, 0x30, 4, in), 4);
	assert_int_equal(r32(in), 0x01ff0200);
	free(m.b);
}

/* What is not there is not hashed. */
static void
test_hash_absent(void **state)
{
	struct mock_parse p;
	struct made m;
	uint8_t in[64], arp[42] = { 0 };

	(void)state;
	w16(arp + 12, 0x0806);
	p = parse(arp, sizeof(arp));
	assert_int_equal(mock_hash_input(arp, &p, 0x3f, 6, in), 12);
	assert_int_equal(mock_hash_input(arp, &p, 0x3c, 6, in), 0);
	p = parse(arp, 13);
	assert_int_equal(mock_hash_input(arp, &p, 0x3f, 6, in), 0);

	m = make(&shapes[0], 24);
	m.b[20] = 0x20;			/* a first fragment */
	p = parse_made(&m);
	assert_int_equal(p.l4, MOCK_L4_TCP);
	assert_int_equal(mock_hash_input(m.b, &p, 0x3c, 0, in), 8);
	m.b[20] = 0x40;
	m.b[23] = 132;			/* SCTP */
	p = parse_made(&m);
	assert_int_equal(mock_hash_input(m.b, &p, 0x3c, 0, in), 8);
	free(m.b);
}

/* The definition, one bit at a time and with no window kept */
static uint32_t
toeplitz_slow(const uint8_t *key, const uint8_t *in, size_t len)
{
	uint32_t hash, window, byte;
	size_t i, k;

	hash = 0;
	for (i = 0; i < len * 8; i++) {
		if ((in[i / 8] >> (7 - i % 8) & 1) == 0)
			continue;
		window = 0;
		for (k = i; k < i + 32; k++) {
			byte = key[k / 8 % 40];
			window = window * 2 + (byte >> (7 - k % 8) & 1);
		}
		hash ^= window;
	}
	return (hash);
}

static void
test_toeplitz(void **state)
{
	uint8_t key[40], in[100], *exact;
	size_t n, i;

	(void)state;
	rnd_state = 0x5115;
	memset(in, 0, sizeof(in));
	assert_int_equal(mock_toeplitz(rss_key, in, 0, 0), 0);
	assert_int_equal(mock_toeplitz(rss_key, in, 0, 0xdeadbeef),
	    0xdeadbeef);
	assert_int_equal(mock_toeplitz(rss_key, in, 36, 0), 0);
	in[0] = 0x80;
	assert_int_equal(mock_toeplitz(rss_key, in, 36, 0), 0x6d5a56da);
	in[0] = 0;
	/* The last bit of the longest input: 3b be ac 01 fa, from bit 7. */
	in[35] = 1;
	assert_int_equal(mock_toeplitz(rss_key, in, 36, 0), 0xdf5600fd);
	for (n = 0; n <= sizeof(in); n++) {
		for (i = 0; i < sizeof(key); i++)
			key[i] = (uint8_t)rnd();
		for (i = 0; i < n; i++)
			in[i] = (uint8_t)rnd();
		exact = dup_exact(in, n);
		assert_int_equal(mock_toeplitz(key, exact, n, 0),
		    toeplitz_slow(key, in, n));
		assert_int_equal(mock_toeplitz(key, exact, n, 0xffffffff),
		    ~toeplitz_slow(key, in, n));
		free(exact);
	}
}

static void
test_crc32(void **state)
{
	static const uint8_t check[9] =
	    { '1', '2', '3', '4', '5', '6', '7', '8', '9' };
	uint8_t b[32];

	(void)state;
	assert_int_equal(mock_crc32(check, 9, 0xffffffff), 0xcbf43926);
	assert_int_equal(mock_crc32(check, 0, 0xffffffff), 0);
	assert_int_equal(mock_crc32((const uint8_t *)"a", 1, 0xffffffff),
	    0xe8b7be43);
	memset(b, 0, sizeof(b));
	assert_int_equal(mock_crc32(b, 32, 0xffffffff), 0x190a55ad);
	memset(b, 0xff, sizeof(b));
	assert_int_equal(mock_crc32(b, 32, 0xffffffff), 0xff6cab0b);
	/* In two pieces: the complement goes back in. */
	assert_int_equal(mock_crc32(check + 4, 5,
	    ~mock_crc32(check, 4, 0xffffffff)), 0xcbf43926);
	assert_int_equal(mock_crc32(check, 0, 0), 0xffffffff);
}

/* ---- segmentation */

struct tso_seen {
	const struct shape *s;
	const struct made *m;
	const struct mock_parse *parse;	/* of the oversized frame */
	size_t mss;
	size_t got;		/* payload bytes so far */
	size_t cnt;
};

static void
tso_check_ip(const struct tso_seen *t, const uint8_t *seg, size_t len)
{
	const struct made *m;
	const uint8_t *ip, *was;
	size_t opts;

	m = t->m;
	ip = seg + m->l3;
	was = m->b + m->l3;
	if (t->s->v6) {
		assert_int_equal(r16(ip + 4), len - m->l3 - 40);
		assert_memory_equal(ip, was, 4);
		assert_memory_equal(ip + 6, was + 6, m->l4 - m->l3 - 6);
		return;
	}
	opts = m->l4 - m->l3 - 20;
	assert_int_equal(r16(ip + 2), len - m->l3);
	assert_int_equal(r16(ip + 4), (IP_ID + t->cnt) % 65536);
	assert_int_equal(mod65535(0, ip, 20 + opts), 0);
	assert_memory_equal(ip, was, 2);
	assert_memory_equal(ip + 6, was + 6, 4);
	assert_memory_equal(ip + 12, was + 12, 8 + opts);
}

static void
tso_check(void *arg, const uint8_t *seg, size_t len)
{
	const struct made *m;
	const uint8_t *tcp;
	struct tso_seen *t;
	struct mock_parse p;
	size_t n;
	unsigned int flags;
	bool last;

	t = arg;
	m = t->m;
	assert_true(len >= m->pay);
	n = len - m->pay;
	last = t->got + n == m->len - m->pay;
	assert_true(n == t->mss || (last && n < t->mss));
	assert_memory_equal(seg, m->b, m->l3);
	tso_check_ip(t, seg, len);
	tcp = seg + m->l4;
	assert_int_equal(r32(tcp + 4), (uint32_t)(SEQ + t->got));
	flags = 0x40 | 0x10;
	flags |= t->cnt == 0 ? 0x80 : 0;
	flags |= last ? 0x08 | 0x01 : 0;
	assert_int_equal(tcp[13], flags);
	assert_memory_equal(tcp, m->b + m->l4, 4);
	assert_memory_equal(tcp + 8, m->b + m->l4 + 8, 5);
	assert_memory_equal(tcp + 14, m->b + m->l4 + 14, 2);
	assert_memory_equal(tcp + 18, m->b + m->l4 + 18, m->pay - m->l4 - 18);
	assert_true(sum_l4_right(seg, m->l3, t->s->v6, m->l4, TCP,
	    len - m->l4));
	if (len <= 65535) {
		p = parse(seg, len);
		check_shape(t->s, m, &p, len);
		assert_true(mock_l4_csum_ok(seg, &p));
	}
	if (n != 0)
		assert_memory_equal(seg + m->pay, m->b + m->pay + t->got, n);
	t->got += n;
	t->cnt++;
}

static void
check_tso(const struct shape *s, size_t data, size_t mss)
{
	struct tso_seen t = { 0 };
	struct made m;
	uint8_t *copy;
	size_t want;

	m = make(s, data);
	copy = dup_exact(m.b, m.len);
	t.s = s;
	t.m = &m;
	t.mss = mss;
	assert_true(mock_tso(m.b, m.len, (uint16_t)mss, false,
	    tso_check, &t));
	want = data == 0 ? 1 : (data + mss - 1) / mss;
	assert_int_equal(t.cnt, want);
	assert_int_equal(t.got, data);
	assert_memory_equal(copy, m.b, m.len);
	free(copy);
	free(m.b);
}

static void
test_tso_shapes(void **state)
{
	static const size_t mss[] = { 1, 2, 7, 536, 1401, 1448, 8961 };
	size_t i, j;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		if (shapes[i].proto != TCP)
			continue;
		for (j = 0; j < NELEM(mss); j++) {
			check_tso(&shapes[i], 0, mss[j]);
			check_tso(&shapes[i], 1, mss[j]);
			check_tso(&shapes[i], mss[j] - 1, mss[j]);
			check_tso(&shapes[i], mss[j], mss[j]);
			check_tso(&shapes[i], mss[j] + 1, mss[j]);
			check_tso(&shapes[i], 2 * mss[j], mss[j]);
			check_tso(&shapes[i], 3 * mss[j] - 1, mss[j]);
			check_tso(&shapes[i], 3 * mss[j] + 1, mss[j]);
		}
	}
}

/* As long as the length fields allow, which is more than 65535 with L2 */
static void
test_tso_largest(void **state)
{
	size_t i, most;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		if (shapes[i].proto != TCP || shapes[i].ext_cnt != 0)
			continue;
		most = 65535 - 20 - shapes[i].tcp_opts;
		if (!shapes[i].v6)
			most -= 20 + shapes[i].ip_opts;
		check_tso(&shapes[i], most, 1460);
		check_tso(&shapes[i], most, 16383);
		check_tso(&shapes[i], most, 65535);
		check_tso(&shapes[i], most - 1, most - 1);
	}
}

/* Flags that were not there do not appear. */
static void
tso_flags(void *arg, const uint8_t *seg, size_t len)
{
	size_t *cnt;

	cnt = arg;
	(*cnt)++;
	assert_true(len > 54);
	assert_int_equal(seg[14 + 20 + 13], 0x10);
}

static void
test_tso_flags(void **state)
{
	struct made m;
	size_t cnt;

	(void)state;
	m = make(&shapes[0], 5000);
	m.b[m.l4 + 13] = 0x10;
	cnt = 0;
	assert_true(mock_tso(m.b, m.len, 1000, false, tso_flags, &cnt));
	assert_int_equal(cnt, 5);
	free(m.b);
}

/*
 * Of a seeded frame: right as if computed in full, or wrong by as much as
 * the seed was.
 */
static void
tso_seeded(void *arg, const uint8_t *seg, size_t len)
{
	const size_t *wrong = arg;
	struct mock_parse p;

	p = parse(seg, len);
	assert_true(p.l4_whole);
	assert_int_equal(mock_l4_csum_ok(seg, &p), *wrong == 0);
}

static void
test_tso_seed(void **state)
{
	struct made m;
	uint64_t sum;
	size_t i, k, wrong;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		if (shapes[i].proto != TCP)
			continue;
		m = make(&shapes[i], 2500);
		/* addresses and protocol, by the divisor of the sum */
		sum = mod65535(0, m.b + m.l3 + (shapes[i].v6 ? 8 : 12),
		    shapes[i].v6 ? 32 : 8) + TCP;
		for (k = 0; k < 3; k++) {
			wrong = k == 0 ? 0 : k == 1 ? m.len - m.l4 : 1;
			w16(m.b + m.l4 + 16,
			    (size_t)((sum + wrong) % 65535));
			assert_true(mock_tso(m.b, m.len, 1000, true,
			    tso_seeded, &wrong));
			/* in full: the field does not matter */
			wrong = 0;
			assert_true(mock_tso(m.b, m.len, 1000, false,
			    tso_seeded, &wrong));
		}
		free(m.b);
	}
}

static void
tso_never(void *arg, const uint8_t *seg, size_t len)
{
	(void)arg;
	(void)seg;
	(void)len;
	fail_msg("a segment of a frame that is to be refused");
}

static void
check_refused(const uint8_t *b, size_t len, uint16_t mss)
{
	uint8_t *exact;

	exact = dup_exact(b, len);
	assert_false(mock_tso(exact, len, mss, false, tso_never, NULL));
	free(exact);
}

static void
test_tso_refused(void **state)
{
	static const struct shape frag6 =
	    { "frag", 0, true, 0, 1, { 44 }, TCP, 0 };
	struct made m;
	size_t i, n, at;

	(void)state;
	for (i = 0; i < NELEM(shapes); i++) {
		m = make(&shapes[i], 50);
		check_refused(m.b, m.len, 0);
		if (shapes[i].proto == UDP)
			check_refused(m.b, m.len, 10);
		for (n = 0; n < m.len; n++)
			check_refused(m.b, n, 10);
		/* The length field one too small, one too large. */
		at = m.l3 + (shapes[i].v6 ? 4 : 2);
		n = r16(m.b + at);
		w16(m.b + at, n - 1);
		check_refused(m.b, m.len, 10);
		w16(m.b + at, n + 1);
		check_refused(m.b, m.len, 10);
		free(m.b);
	}
	m = make(&shapes[0], 50);
	w16(m.b + 20, 0x2000);
	check_refused(m.b, m.len, 10);
	w16(m.b + 20, 0x0001);
	check_refused(m.b, m.len, 10);
	w16(m.b + 20, 0);
	w16(m.b + 12, 0x0806);
	check_refused(m.b, m.len, 10);
	free(m.b);
	m = make(&frag6, 50);
	check_refused(m.b, m.len, 10);
	free(m.b);
}

/* ---- random frames */

static void
fuzz_emit(void *arg, const uint8_t *seg, size_t len)
{
	struct mock_parse p;
	size_t *total;

	total = arg;
	*total += len;
	p = parse(seg, len);
	assert_int_equal(p.l4, MOCK_L4_TCP);
	assert_true(p.l4_whole);
	assert_true(mock_l4_csum_ok(seg, &p));
	if (p.l3 == MOCK_L3_IPV4)
		assert_true(mock_ip4_csum_ok(seg, &p));
}

/* Do everything to a frame that can be done. */
static void
fuzz_one(const uint8_t *bytes, size_t len)
{
	struct mock_parse p;
	uint8_t in[64], *b, *ref;
	size_t n, total;

	b = dup_exact(bytes, len);
	ref = dup_exact(bytes, len);
	p = parse(b, len);
	(void)mock_ip4_csum_ok(b, &p);
	(void)mock_l4_csum_ok(b, &p);
	n = mock_hash_input(b, &p, (uint16_t)rnd(), (uint16_t)rnd(), in);
	assert_in_range(n, 0, 48);
	(void)mock_toeplitz(rss_key, in, n, 0);
	(void)mock_crc32(in, n, 0);
	total = 0;
	n = 1 + rnd_below(3000);
	if (mock_tso(b, len, (uint16_t)n, false, fuzz_emit, &total))
		assert_true(total >= len);
	else
		assert_int_equal(total, 0);
	if (len != 0)
		assert_memory_equal(b, ref, len);
	mock_l4_csum_set(b, &p, true);
	mock_ip4_csum_set(b, &p);
	mock_l4_csum_set(b, &p, false);
	assert_int_equal(mock_ip4_csum_ok(b, &p), p.l3 == MOCK_L3_IPV4);
	assert_int_equal(mock_l4_csum_ok(b, &p), p.l4_whole);
	(void)mock_csum_complete(b, len, (uint16_t)rnd_below(len + 4),
	    (uint16_t)rnd_below(len + 4));
	free(ref);
	free(b);
}

static void
test_fuzz_random(void **state)
{
	static uint8_t b[2048];
	size_t i, k, len;

	(void)state;
	rnd_state = 0x8f3a;
	for (i = 0; i < 20000; i++) {
		len = rnd_below(i % 4 == 0 ? sizeof(b) : 120);
		for (k = 0; k < len; k++)
			b[k] = (uint8_t)(rnd() >> 7);
		/* Mostly IP, or hardly anything would get past the type. */
		if (len >= 15 && i % 8 != 0) {
			w16(b + 12, i % 2 == 0 ? 0x0800 : 0x86dd);
			b[14] = (uint8_t)(i % 2 == 0 ? 0x40 + 5 + i % 3 :
			    0x60);
		}
		fuzz_one(b, len);
	}
}

/* Valid frames with a few bytes changed, cut or prolonged */
static void
test_fuzz_mutated(void **state)
{
	static uint8_t b[2048 + 64];
	const struct shape *s;
	struct made m;
	size_t i, k, len;

	(void)state;
	rnd_state = 0x17d0;
	for (i = 0; i < 20000; i++) {
		s = &shapes[rnd_below(NELEM(shapes))];
		m = make(s, rnd_below(i % 16 == 0 ? 1600 : 40));
		memset(b, 0xee, sizeof(b));
		memcpy(b, m.b, m.len);
		for (k = rnd_below(4); k != 0; k--)
			b[12 + rnd_below(m.pay - 12)] = (uint8_t)rnd();
		len = m.len;
		if (i % 3 == 1)
			len = rnd_below(m.len + 1);
		else if (i % 3 == 2)
			len += rnd_below(64);
		fuzz_one(b, len);
		free(m.b);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_shapes),
		cmocka_unit_test(test_parse_every_length),
		cmocka_unit_test(test_parse_padding),
		cmocka_unit_test(test_parse_tags),
		cmocka_unit_test(test_parse_bad_ip4),
		cmocka_unit_test(test_parse_bad_ip6),
		cmocka_unit_test(test_parse_bad_l4),
		cmocka_unit_test(test_parse_frag4),
		cmocka_unit_test(test_parse_frag6),
		cmocka_unit_test(test_parse_ext6),
		cmocka_unit_test(test_parse_huge),
		cmocka_unit_test(test_csum_published),
		cmocka_unit_test(test_csum_udp_by_hand),
		cmocka_unit_test(test_csum_tcp_zero),
		cmocka_unit_test(test_csum_udp6_zero),
		cmocka_unit_test(test_csum_shapes),
		cmocka_unit_test(test_csum_bit_flips),
		cmocka_unit_test(test_csum_udp_short),
		cmocka_unit_test(test_csum_incomplete),
		cmocka_unit_test(test_csum_complete_bounds),
		cmocka_unit_test(test_hash_published),
		cmocka_unit_test(test_hash_fields),
		cmocka_unit_test(test_hash_sort),
		cmocka_unit_test(test_hash_absent),
		cmocka_unit_test(test_toeplitz),
		cmocka_unit_test(test_crc32),
		cmocka_unit_test(test_tso_shapes),
		cmocka_unit_test(test_tso_largest),
		cmocka_unit_test(test_tso_flags),
		cmocka_unit_test(test_tso_seed),
		cmocka_unit_test(test_tso_refused),
		cmocka_unit_test(test_fuzz_random),
		cmocka_unit_test(test_fuzz_mutated),
	};

	return (cmocka_run_group_tests_name("mock_net", tests, NULL, NULL));
}
