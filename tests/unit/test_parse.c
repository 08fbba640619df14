/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What glue reads in packets and in what people write (ena_core/keep): headers
 * of every kind and cut short at every byte, a packet cut in two, buffers
 * without their first bytes, keys and tables as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ena_parse.h"

#define FULL	(ENA_TXO_IP4_CSUM | ENA_TXO_L4V4_FULL | ENA_TXO_L4V6_FULL)
#define PARTIAL	(ENA_TXO_L4V4_PARTIAL | ENA_TXO_L4V6_PARTIAL)

/*
 * A frame: tags, IPv4 with option bytes or IPv6 with extension headers (each
 * of 8 bytes), then TCP with option bytes, or UDP.
 */
struct shape {
	unsigned int tags;
	bool v6;
	unsigned int extra;		/* bytes of options or extensions */
	uint8_t ext;			/* kind of the extensions */
	uint8_t proto;
	unsigned int tcp;		/* bytes of the TCP header */
	uint8_t flags;
};

static size_t
build(uint8_t *f, const struct shape *s)
{
	size_t n = 12, i;
	unsigned int t;

	memset(f, 0, 256);
	for (t = 0; t < s->tags; t++, n += 4) {
		f[n] = t == 0 && s->tags == 2 ? 0x88 : 0x81;
		f[n + 1] = f[n] == 0x88 ? 0xa8 : 0x00;
	}
	f[n++] = s->v6 ? 0x86 : 0x08;
	f[n++] = s->v6 ? 0xdd : 0x00;
	if (s->v6) {
		f[n] = 0x60;
		f[n + 6] = s->extra != 0 ? s->ext : s->proto;
		n += 40;
		for (i = 8; i <= s->extra; i += 8, n += 8)
			f[n] = i == s->extra ? s->proto : s->ext;
	} else {
		f[n] = (uint8_t)(0x40 | (20 + s->extra) / 4);
		f[n + 6] = 0x40;
		f[n + 9] = s->proto;
		n += 20 + s->extra;
	}
	if (s->proto == 6) {
		f[n + 12] = (uint8_t)(s->tcp / 4 << 4);
		f[n + 13] = s->flags;
		n += s->tcp;
	} else
		n += 8;
	return (n);
}

static const struct shape shapes[] = {
	{ 0, false, 0, 0, 6, 20, 0 }, { 1, false, 0, 0, 6, 32, 0 },
	{ 2, false, 40, 0, 6, 60, 0 }, { 0, false, 4, 0, 17, 0, 0 },
	{ 0, true, 0, 0, 6, 20, 0 }, { 2, true, 16, 0, 6, 44, 0 },
	{ 1, true, 8, 60, 17, 0, 0 }, { 0, true, 24, 43, 6, 20, 0 }
};
#define SHAPES	(sizeof(shapes) / sizeof(shapes[0]))

/* Every header is found, with the flags that follow from what is wanted. */
static void
test_headers(void **state)
{
	uint8_t f[256];
	struct ena_tx_pkt p;
	const struct shape *s;
	size_t i, n;

	(void)state;
	for (i = 0; i < SHAPES; i++) {
		s = &shapes[i];
		n = build(f, s);
		memset(&p, 0, sizeof(p));
		assert_true(ena_parse(&p, f, n, ENA_WANT_L4_CSUM |
		    ENA_WANT_IP4_CSUM, FULL | PARTIAL));
		assert_int_equal(p.tp_l3, s->v6 ? ENA_L3_IP6 : ENA_L3_IP4);
		assert_int_equal(p.tp_l3_off, 14 + 4 * s->tags);
		assert_int_equal(p.tp_l3_len, (s->v6 ? 40 : 20) + s->extra);
		assert_int_equal(p.tp_l4, s->proto == 6 ? ENA_L4_TCP :
		    ENA_L4_UDP);
		assert_int_equal(p.tp_flags, ENA_TXF_DF | ENA_TXF_L4_CSUM |
		    (s->v6 ? 0 : ENA_TXF_IP4_CSUM) |
		    (s->ext == 43 ? ENA_TXF_L4_PARTIAL : 0));
		/* without the whole form, the partial one */
		memset(&p, 0, sizeof(p));
		assert_true(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, PARTIAL));
		assert_int_equal(p.tp_flags, ENA_TXF_DF | ENA_TXF_L4_CSUM |
		    ENA_TXF_L4_PARTIAL);
		/* large packets are TCP */
		memset(&p, 0, sizeof(p));
		assert_int_equal(ena_parse(&p, f, n, ENA_WANT_TSO, FULL),
		    s->proto == 6);
		if (s->proto == 6) {
			assert_int_equal(p.tp_l4_len, s->tcp);
			assert_int_equal(p.tp_flags & ENA_TXF_META,
			    ENA_TXF_TSO | ENA_TXF_L4_CSUM |
			    (s->v6 ? 0 : ENA_TXF_IP4_CSUM));
		}
	}
}

/* Cut short anywhere: refused, and not a byte behind the end is read. */
static void
test_short(void **state)
{
	uint8_t f[256], *part;
	struct ena_tx_pkt p;
	const struct shape *s;
	size_t i, n, need, ask;

	(void)state;
	for (i = 0; i < SHAPES; i++) {
		s = &shapes[i];
		n = build(f, s);
		if (s->proto != 6)
			continue;
		need = n - s->tcp + 20;	/* options are not looked at */
		for (ask = 1; ask <= need; ask++) {
			part = malloc(ask);
			memcpy(part, f, ask);
			memset(&p, 0, sizeof(p));
			assert_int_equal(ena_parse(&p, part, ask,
			    ENA_WANT_TSO, FULL), ask == need);
			free(part);
		}
	}
}

static void
test_refused(void **state)
{
	const struct shape many = { 0, true, 40, 60, 6, 20, 0 };
	const struct shape three = { 3, false, 0, 0, 6, 20, 0 };
	struct shape s = shapes[0];
	struct ena_tx_pkt p;
	uint8_t f[256];
	size_t n;

	(void)state;
	memset(&p, 0, sizeof(p));
	n = build(f, &many);
	assert_false(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, FULL));
	n = build(f, &three);
	assert_false(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, FULL));
	s.proto = 1;
	n = build(f, &s);
	assert_false(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, FULL));
	assert_true(ena_parse(&p, f, n, ENA_WANT_IP4_CSUM, FULL));
	f[14] = 0x44;			/* shorter than IPv4's header */
	assert_false(ena_parse(&p, f, n, ENA_WANT_IP4_CSUM, FULL));
	f[12] = 0x08;
	f[13] = 0x06;			/* ARP */
	assert_false(ena_parse(&p, f, n, ENA_WANT_IP4_CSUM, FULL));
}

/* The first segment says CWR, the rest FIN and PSH and goes on behind it. */
static void
test_cut(void **state)
{
	const struct shape s4 = { 1, false, 0, 0, 6, 32, 0x80 | 0x19 };
	const struct shape s6 = { 0, true, 8, 60, 6, 20, 0x80 | 0x19 };
	const struct shape *s;
	uint8_t a[256], b[256], *ip, *tcp;
	struct ena_tx_pkt p;
	int v6;
	size_t n;

	(void)state;
	for (v6 = 0; v6 <= 1; v6++) {
		s = v6 != 0 ? &s6 : &s4;
		n = build(a, s);
		memset(&p, 0, sizeof(p));
		p.tp_mss = 1000;
		assert_true(ena_parse(&p, a, n, ENA_WANT_TSO, FULL));
		tcp = a + p.tp_l3_off + p.tp_l3_len;
		memcpy(tcp + 4, "\xff\xff\xff\x00", 4);
		assert_true(ena_parse_cwr(&p, a));
		memcpy(b, a, sizeof(b));
		ena_parse_cut(&p, a, n + 1000, b, n + 5000);
		assert_true(ena_parse_cwr(&p, a));
		assert_false(ena_parse_cwr(&p, b));
		assert_int_equal(tcp[13], 0x80 | 0x10);
		assert_memory_equal(tcp + 4, "\xff\xff\xff\x00", 4);
		tcp = b + p.tp_l3_off + p.tp_l3_len;
		assert_int_equal(tcp[13], 0x19);
		assert_memory_equal(tcp + 4, "\x00\x00\x02\xe8", 4);
		ip = a + p.tp_l3_off + (v6 != 0 ? 4 : 2);
		assert_int_equal(ip[0] << 8 | ip[1], n + 1000 -
		    p.tp_l3_off - (v6 != 0 ? 40 : 0));
		ip = b + p.tp_l3_off + (v6 != 0 ? 4 : 2);
		assert_int_equal(ip[0] << 8 | ip[1], n + 5000 -
		    p.tp_l3_off - (v6 != 0 ? 40 : 0));
	}
}

/* Sums by hand: 10.1.2.3 > 10.4.5.6, 20 bytes; 2001:db8::1 > ::2. */
static void
test_seed(void **state)
{
	const struct shape s4 = { 2, false, 4, 0, 6, 20, 0x10 };
	const struct shape s6 = { 0, true, 8, 60, 6, 24, 0x10 };
	const uint8_t src6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	const uint8_t dst6[16] = { 0xff, 0xff, 0xff, 0xff, [15] = 2 };
	uint8_t f[256], copy[256], *ip;
	struct ena_tx_pkt p;
	size_t n, at;

	(void)state;
	n = build(f, &s4);
	memset(&p, 0, sizeof(p));
	assert_true(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, PARTIAL));
	ip = f + p.tp_l3_off;
	memcpy(ip + 12, "\x0a\x01\x02\x03\x0a\x04\x05\x06", 8);
	memcpy(copy, f, sizeof(f));
	ena_parse_seed(&p, f, 0);
	at = (size_t)p.tp_l3_off + p.tp_l3_len + 16;
	/* 0a01 + 0203 + 0a04 + 0506 + 6 */
	assert_int_equal(f[at] << 8 | f[at + 1], 0x1b14);
	ena_parse_seed(&p, f, 20);
	assert_int_equal(f[at] << 8 | f[at + 1], 0x1b28);
	memcpy(copy + at, f + at, 2);
	assert_memory_equal(f, copy, sizeof(f));

	n = build(f, &s6);
	memset(&p, 0, sizeof(p));
	assert_true(ena_parse(&p, f, n, ENA_WANT_L4_CSUM, PARTIAL));
	ip = f + p.tp_l3_off;
	memcpy(ip + 8, src6, 16);
	memcpy(ip + 24, dst6, 16);
	ena_parse_seed(&p, f, 0xffff);
	at = (size_t)p.tp_l3_off + p.tp_l3_len + 16;
	/* 2001 + 0db8 + 1 + ffff + ffff + 2 + 6 + ffff, carries added */
	assert_int_equal(f[at] << 8 | f[at + 1], 0x2dc2);
}

static void
test_skip(void **state)
{
	const struct ena_buf all[3] = { { 100, 10 }, { 200, 5 }, { 300, 20 } };
	struct ena_buf b[3];
	uint32_t skip, left, sum;
	unsigned int i, n;

	(void)state;
	for (skip = 0; skip <= 36; skip++) {
		memcpy(b, all, sizeof(b));
		n = ena_parse_skip(b, 3, skip);
		left = skip < 35 ? 35 - skip : 0;
		for (sum = 0, i = 0; i < n; i++) {
			assert_true(b[i].b_len != 0);
			sum += b[i].b_len;
		}
		assert_int_equal(sum, left);
		if (n != 0) {
			assert_int_equal(b[n - 1].b_addr + b[n - 1].b_len,
			    320);
			assert_int_equal(b[0].b_addr, skip < 10 ? 100 + skip :
			    skip < 15 ? 190 + skip : 285 + skip);
		}
	}
}

static void
test_text(void **state)
{
	char key[] = "000102030405060708090a0b0c0d0e0f1011121314"
	    "15161718191A1B1C1D1E1F2021222324252627";
	uint8_t out[40], table[4] = { 1, 1, 1, 1 };
	unsigned int i;

	(void)state;
	assert_true(ena_parse_key(out, key));
	for (i = 0; i < 40; i++)
		assert_int_equal(out[i], i);
	key[79] = 'g';
	assert_false(ena_parse_key(out, key));
	key[79] = '\0';
	assert_false(ena_parse_key(out, key));
	assert_true(ena_parse_table(table, 4, 3, " 0:2  3:0 "));
	assert_memory_equal(table, "\2\1\1\0", 4);
	assert_true(ena_parse_table(table, 4, 3, ""));
	assert_false(ena_parse_table(table, 4, 3, "4:0"));
	assert_false(ena_parse_table(table, 4, 3, "0:3"));
	assert_false(ena_parse_table(table, 4, 3, "0:"));
	assert_false(ena_parse_table(table, 4, 3, ":1"));
	assert_false(ena_parse_table(table, 4, 3, "0 1"));
	assert_false(ena_parse_table(table, 4, 3, "0:1,1:1"));
	assert_false(ena_parse_table(table, 4, 3, "4294967296:1"));
	assert_memory_equal(table, "\2\1\1\0", 4);
}

/* What is printed is what the C library would, and read as what it was. */
static void
test_print(void **state)
{
	static uint8_t table[4096], back[4096];
	static char text[ENA_TABLE_TEXT(4096)], want[ENA_TABLE_TEXT(4096)];
	static const unsigned int sizes[] = { 0, 1, 2, 10, 11, 128, 4096 };
	uint8_t key[40], again[40];
	unsigned int i, k, n;

	(void)state;
	for (k = 0; k < 256; k++) {
		for (i = 0; i < 40; i++) {
			key[i] = (uint8_t)(k + i * 7);
			snprintf(want + 2 * i, 3, "%02x", key[i]);
		}
		memset(text, '#', sizeof(text));
		ena_print_key(key, text);
		assert_string_equal(text, want);
		assert_int_equal(text[ENA_KEY_TEXT], '#');
		assert_true(ena_parse_key(again, text));
		assert_memory_equal(again, key, sizeof(key));
	}
	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		n = sizes[k];
		want[0] = '\0';
		for (i = 0; i < n; i++) {
			table[i] = (uint8_t)(i * 37 + k);
			snprintf(want + strlen(want), 10, "%s%u:%u",
			    i == 0 ? "" : " ", i, table[i]);
		}
		memset(text, '#', sizeof(text));
		ena_print_table(table, n, text);
		assert_string_equal(text, want);
		assert_true(strlen(text) < ENA_TABLE_TEXT(n));
		memset(back, 0xff, sizeof(back));
		assert_true(ena_parse_table(back, n, 256, text));
		assert_memory_equal(back, table, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_print)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
