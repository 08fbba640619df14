/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures made up from a seed.
 *
 * First every kind of frame at every length where something may change
 * (headers, padding, buffer sizes, the largest), then random ones.  Flows
 * repeat, so that their order can be judged.  Most checksums are right; some
 * are wrong, absent or lie under padding on purpose: a driver has to carry
 * those unchanged.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "demo.h"

#define GEN_EPOCH	1767225600	/* 2026-01-01 */
#define GEN_FLOWS	48U

struct gen {
	uint64_t g_rng;
	uint8_t g_frame[DEMO_FRAME_MAX];
	size_t g_len;
};

enum gen_kind {
	GEN_IP4_TCP, GEN_IP4_UDP, GEN_IP6_TCP, GEN_IP6_UDP, GEN_IP4_ICMP,
	GEN_IP6_ICMP, GEN_IP4_OPTIONS, GEN_IP4_FRAGMENT, GEN_IP6_FRAGMENT,
	GEN_IP6_HOPOPT, GEN_IP4_GRE, GEN_UDP_NO_CSUM, GEN_BAD_CSUM,
	GEN_PADDED, GEN_ARP, GEN_RAW, GEN_LLC, GEN_KINDS
};

static uint32_t
gen_rand(struct gen *g, uint32_t below)
{
	uint64_t x = g->g_rng;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	g->g_rng = x;
	return ((uint32_t)(x >> 24) % below);
}

static void
gen_fill(struct gen *g, size_t from)
{
	for (; from < g->g_len; from++)
		g->g_frame[from] = (uint8_t)gen_rand(g, 256);
}

/* Addresses, tags and type; returns where the next layer begins. */
static size_t
gen_ether(struct gen *g, unsigned int tags, uint16_t type, uint32_t flow)
{
	uint8_t *f = g->g_frame;
	size_t off;

	memset(f, 0x02, 12);
	f[5] = (uint8_t)flow;
	f[11] = (uint8_t)(flow + 1);
	off = 12;
	if (tags == 2) {
		demo_put16(f + off, 0x88a8);
		demo_put16(f + off + 2, (uint16_t)(100 + flow % 8));
		off += 4;
	}
	if (tags >= 1) {
		demo_put16(f + off, 0x8100);
		demo_put16(f + off + 2, (uint16_t)(1 + flow % 4094));
		off += 4;
	}
	demo_put16(f + off, type);
	return (off + 2);
}

static size_t
gen_ip4(struct gen *g, size_t off, enum gen_kind kind, uint8_t proto,
    uint32_t flow)
{
	uint8_t *ip = g->g_frame + off;
	size_t hlen;

	hlen = kind == GEN_IP4_OPTIONS ? 32 : 20;
	memset(ip, 0, hlen);
	ip[0] = (uint8_t)(0x40 | hlen / 4);
	if (hlen > 20)
		memset(ip + 20, 1, hlen - 20);	/* no operation */
	demo_put16(ip + 2, (uint16_t)(g->g_len - off));
	demo_put16(ip + 4, (uint16_t)gen_rand(g, 65536));
	demo_put16(ip + 6, gen_rand(g, 2) != 0 ? 0x4000 : 0);
	if (kind == GEN_IP4_FRAGMENT)
		demo_put16(ip + 6, gen_rand(g, 2) != 0 ? 0x2000 : 0x00b9);
	ip[8] = 64;
	ip[9] = proto;
	ip[12] = ip[16] = 10;
	ip[14] = (uint8_t)(flow >> 8);
	ip[15] = (uint8_t)flow;
	ip[19] = (uint8_t)(flow * 7 + 1);
	return (off + hlen);
}

static size_t
gen_ip6(struct gen *g, size_t off, enum gen_kind kind, uint8_t proto,
    uint32_t flow)
{
	uint8_t *ip = g->g_frame + off;
	size_t ext;

	ext = kind == GEN_IP6_FRAGMENT || kind == GEN_IP6_HOPOPT ? 8 : 0;
	memset(ip, 0, 40 + ext);
	ip[0] = 0x60;
	demo_put16(ip + 4, (uint16_t)(g->g_len - off - 40));
	ip[6] = proto;
	ip[7] = 64;
	ip[8] = ip[24] = 0xfd;
	ip[23] = (uint8_t)flow;
	ip[39] = (uint8_t)(flow * 5 + 1);
	if (ext != 0) {
		ip[6] = kind == GEN_IP6_FRAGMENT ? 44 : 0;
		ip[40] = proto;
		if (kind == GEN_IP6_FRAGMENT)
			demo_put16(ip + 42, 0x0011);
		else
			demo_put16(ip + 42, 0x0104);	/* PadN */
	}
	return (off + 40 + ext);
}

static void
gen_l4(struct gen *g, size_t off, uint8_t proto, uint32_t flow)
{
	uint8_t *p = g->g_frame + off;

	demo_put16(p, (uint16_t)(20000 + flow));
	demo_put16(p + 2, proto == 6 ? 443 : 53);
	if (proto == 6) {
		p[12] = 5 << 4;
		p[13] = 0x10;
		demo_put16(p + 18, 0);
	} else if (proto == 17)
		demo_put16(p + 4, (uint16_t)(g->g_len - off));
}

/* Right checksums everywhere, then whatever the kind wants wrong. */
static void
gen_checksums(struct gen *g, enum gen_kind kind)
{
	struct demo_frame d;
	uint8_t *f = g->g_frame;
	size_t field;

	demo_parse(f, g->g_len, &d);
	if (d.l3 == ENA_L3_IP4)
		demo_ip4_csum_set(f, &d);
	field = demo_l4_csum_off(&d);
	if (d.l4 != ENA_L4_OTHER && d.whole)
		demo_put16(f + field, demo_l4_csum(f, &d));
	if (kind == GEN_UDP_NO_CSUM && d.l4 == ENA_L4_UDP)
		demo_put16(f + field, 0);
	if (kind == GEN_BAD_CSUM) {
		if (gen_rand(g, 2) != 0 && d.l3 == ENA_L3_IP4)
			f[d.l3_off + 10] ^= 0x55;
		else if (d.l4 != ENA_L4_OTHER)
			f[field] ^= 0xaa;
	}
}

static uint8_t
gen_proto(struct gen *g, enum gen_kind kind)
{
	switch (kind) {
	case GEN_IP4_TCP:
	case GEN_IP6_TCP:
	case GEN_IP4_OPTIONS:
		return (6);
	case GEN_IP4_UDP:
	case GEN_IP6_UDP:
	case GEN_UDP_NO_CSUM:
	case GEN_IP6_HOPOPT:
		return (17);
	case GEN_IP4_ICMP:
		return (1);
	case GEN_IP6_ICMP:
		return (58);
	case GEN_IP4_GRE:
		return (47);
	default:
		return (gen_rand(g, 2) != 0 ? 6 : 17);
	}
}

static bool
gen_is_ip6(enum gen_kind kind)
{
	return (kind == GEN_IP6_TCP || kind == GEN_IP6_UDP ||
	    kind == GEN_IP6_ICMP || kind == GEN_IP6_FRAGMENT ||
	    kind == GEN_IP6_HOPOPT);
}

/* Fewest bytes that hold the headers of a kind with two tags. */
static size_t
gen_least(enum gen_kind kind)
{
	if (kind == GEN_ARP || kind == GEN_RAW || kind == GEN_LLC)
		return (0);
	if (kind == GEN_PADDED)
		return (64);
	return (22 + (gen_is_ip6(kind) ? 48 : 32) + 20);
}

static void
gen_frame(struct gen *g, enum gen_kind kind, size_t len, unsigned int tags,
    uint32_t flow)
{
	size_t off, pad;
	uint8_t proto;

	if (len < gen_least(kind))
		kind = GEN_RAW;
	g->g_len = len;
	gen_fill(g, DEMO_ETH_LEN);
	if (kind == GEN_ARP || kind == GEN_RAW || kind == GEN_LLC) {
		if (len < 22)
			tags = 0;
		(void)gen_ether(g, tags, kind == GEN_ARP ? 0x0806 :
		    kind == GEN_LLC ? (uint16_t)(len - 14) & 0x5ff : 0x88b5,
		    flow);
		return;
	}
	pad = 0;
	if (kind == GEN_PADDED) {
		/* as short packets arrive: padded to 60 bytes and more */
		pad = 1 + gen_rand(g, 6);
		tags = 0;
	}
	proto = gen_proto(g, kind);
	g->g_len = len - pad;
	off = gen_ether(g, tags, gen_is_ip6(kind) ? 0x86dd : 0x0800, flow);
	off = gen_is_ip6(kind) ? gen_ip6(g, off, kind, proto, flow) :
	    gen_ip4(g, off, kind, proto, flow);
	gen_l4(g, off, proto, flow);
	g->g_len = len;
	gen_checksums(g, kind);
}

/* The n-th frame: systematic ones first. */
static void
gen_nth(struct gen *g, uint32_t n)
{
	static const uint16_t lens[] = { 14, 15, 17, 18, 21, 22, 59, 60, 61,
	    64, 96, 97, 128, 256, 512, 1280, 1514, 1518, 1522, 2047, 2048,
	    2049, 4095, 4096, 4097, 6144, 8192, 9000, 9014, 9215, 9216 };
	uint32_t count, kind;
	size_t len;

	count = sizeof(lens) / sizeof(lens[0]);
	if (n < count * GEN_KINDS) {
		gen_frame(g, (enum gen_kind)(n / count), lens[n % count],
		    n % 3, n % GEN_FLOWS);
		return;
	}
	kind = gen_rand(g, 2) != 0 ? gen_rand(g, GEN_IP6_UDP + 1) :
	    gen_rand(g, GEN_KINDS);
	len = 14 + gen_rand(g, gen_rand(g, 4) == 0 ? DEMO_FRAME_MAX - 13 :
	    1505);
	gen_frame(g, (enum gen_kind)kind, len,
	    gen_rand(g, 4) == 0 ? 1 + gen_rand(g, 2) : 0,
	    gen_rand(g, GEN_FLOWS));
}

bool
demo_generate(const char *path, uint64_t seed, uint32_t frames,
    uint64_t *bytes, char *why, size_t why_len)
{
	struct pcap_pkthdr h;
	struct gen *g;
	pcap_dumper_t *out;
	pcap_t *p;
	uint32_t n;
	bool ok;

	*bytes = 0;
	g = calloc(1, sizeof(*g));
	p = pcap_open_dead(DLT_EN10MB, 65535);
	out = p != NULL ? pcap_dump_open(p, path) : NULL;
	ok = g != NULL && out != NULL;
	if (!ok)
		(void)snprintf(why, why_len, "%s",
		    p != NULL ? pcap_geterr(p) : "out of memory");
	if (ok)
		g->g_rng = seed * 0x9e3779b97f4a7c15ULL + 0x1234567;
	for (n = 0; ok && n < frames; n++) {
		gen_nth(g, n);
		memset(&h, 0, sizeof(h));
		h.ts.tv_sec = GEN_EPOCH + n / 100000;
		h.ts.tv_usec = n % 100000 * 10;
		h.caplen = h.len = (bpf_u_int32)g->g_len;
		pcap_dump((u_char *)out, &h, g->g_frame);
		*bytes += g->g_len;
	}
	if (ok && pcap_dump_flush(out) != 0) {
		(void)snprintf(why, why_len, "cannot write %s", path);
		ok = false;
	}
	if (out != NULL)
		pcap_dump_close(out);
	if (p != NULL)
		pcap_close(p);
	free(g);
	return (ok);
}
