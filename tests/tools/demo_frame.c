/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames as a network stack sees them.
 *
 * Pure functions.  Frames come from captures and are untrusted: every read
 * is bounded by the length, and all offsets lie within it.
 */
#include <string.h>

#include "ena.h"
#include "demo_frame.h"

#define TYPE_IP4	0x0800U
#define TYPE_IP6	0x86ddU
#define TYPE_VLAN	0x8100U
#define TYPE_QINQ	0x88a8U
#define IP4_LEN		20U
#define IP6_LEN		40U
#define TCP_LEN		20U
#define UDP_LEN		8U
#define PROTO_TCP	6U
#define PROTO_UDP	17U
#define PROTO_FRAGMENT	44U

uint16_t
demo_get16(const uint8_t *p)
{
	return ((uint16_t)(p[0] << 8 | p[1]));
}

void
demo_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)(v & 0xff);
}

static void
parse_l4(const uint8_t *f, struct demo_frame *d)
{
	size_t len, room;

	room = d->end - d->l4_off;
	if (d->frag)
		return;
	if (d->proto == PROTO_TCP && room >= TCP_LEN) {
		len = (size_t)(f[d->l4_off + 12] >> 4) * 4;
		if (len < TCP_LEN || len > room)
			return;
		d->l4 = ENA_L4_TCP;
		d->l4_len = len;
	} else if (d->proto == PROTO_UDP && room >= UDP_LEN) {
		d->l4 = ENA_L4_UDP;
		d->l4_len = UDP_LEN;
		/* padding between UDP and IP lengths: leave it alone */
		if (demo_get16(f + d->l4_off + 4) != room)
			d->whole = false;
	}
}

static void
parse_ip4(const uint8_t *f, size_t len, struct demo_frame *d)
{
	const uint8_t *ip = f + d->l3_off;
	size_t hlen, room, total;
	unsigned int frag;

	room = len - d->l3_off;
	if (room < IP4_LEN || ip[0] >> 4 != 4)
		return;
	hlen = (size_t)(ip[0] & 0xf) * 4;
	total = demo_get16(ip + 2);
	if (hlen < IP4_LEN || hlen > room || total < hlen)
		return;
	frag = demo_get16(ip + 6);
	d->l3 = ENA_L3_IP4;
	d->l3_len = hlen;
	d->l4_off = d->l3_off + hlen;
	d->whole = total <= room;
	d->end = d->whole ? d->l3_off + total : len;
	d->frag = (frag & 0x3fff) != 0;
	d->df = (frag & 0x4000) != 0;
	d->proto = ip[9];
	parse_l4(f, d);
}

static bool
is_ext(unsigned int next)
{
	return (next == 0 || next == 43 || next == 60 || next == 51);
}

static void
parse_ip6(const uint8_t *f, size_t len, struct demo_frame *d)
{
	const uint8_t *ip = f + d->l3_off;
	size_t ext, off, room, total;
	unsigned int next;

	room = len - d->l3_off;
	if (room < IP6_LEN || ip[0] >> 4 != 6)
		return;
	total = (size_t)demo_get16(ip + 4) + IP6_LEN;
	d->l3 = ENA_L3_IP6;
	d->df = true;
	d->whole = total <= room;
	d->end = d->whole ? d->l3_off + total : len;
	next = ip[6];
	off = d->l3_off + IP6_LEN;
	while (d->end - off >= 8 && (is_ext(next) || next == PROTO_FRAGMENT)) {
		ext = ((size_t)f[off + 1] + 1) * 8;
		if (next == 51)
			ext = ((size_t)f[off + 1] + 2) * 4;
		if (next == PROTO_FRAGMENT) {
			d->frag = true;
			ext = 8;
		}
		if (ext > d->end - off)
			break;
		d->v6_ext = true;
		next = f[off];
		off += ext;
	}
	d->proto = (uint8_t)next;
	d->l4_off = off;
	d->l3_len = off - d->l3_off;
	parse_l4(f, d);
}

void
demo_parse(const uint8_t *f, size_t len, struct demo_frame *d)
{
	unsigned int type;
	size_t off;

	memset(d, 0, sizeof(*d));
	d->l3 = ENA_L3_OTHER;
	d->l4 = ENA_L4_OTHER;
	d->l3_off = d->end = len;
	if (len < DEMO_ETH_LEN)
		return;
	off = DEMO_ETH_LEN;
	type = demo_get16(f + 12);
	while ((type == TYPE_VLAN || type == TYPE_QINQ) && d->tags < 2 &&
	    len - off >= 4) {
		type = demo_get16(f + off + 2);
		off += 4;
		d->tags++;
	}
	d->l3_off = off;
	if (type == TYPE_IP4)
		parse_ip4(f, len, d);
	else if (type == TYPE_IP6)
		parse_ip6(f, len, d);
}

/*
 * Addresses, protocol and ports where there are any.  Whether the packet is a
 * fragment or has IPv6 extension headers belongs to the key because devices
 * need not look for ports there.  Frames that are not IP: addresses and type
 * of the Ethernet header.
 */
void
demo_key(const uint8_t *f, const struct demo_frame *d, struct demo_key *k)
{
	uint8_t *b = k->k_bytes;

	memset(k, 0, sizeof(*k));
	b[0] = d->l3;
	b[1] = d->l4;
	b[2] = (uint8_t)(d->frag | d->v6_ext << 1);
	b[3] = d->l3 == ENA_L3_OTHER ? 0 : d->proto;
	if (d->l3 == ENA_L3_IP4)
		memcpy(b + 8, f + d->l3_off + 12, 8);
	else if (d->l3 == ENA_L3_IP6)
		memcpy(b + 8, f + d->l3_off + 8, 32);
	else if (d->l3_off >= DEMO_ETH_LEN)
		memcpy(b + 8, f, DEMO_ETH_LEN);
	if (d->l4 != ENA_L4_OTHER)
		memcpy(b + 4, f + d->l4_off, 4);
}

/* FNV-1a over words, stirred so that the low bits may pick a queue. */
uint32_t
demo_key_hash(const struct demo_key *k)
{
	uint32_t h, i, w;

	h = 2166136261U;
	for (i = 0; i < DEMO_KEY_LEN; i += 4) {
		memcpy(&w, k->k_bytes + i, sizeof(w));
		h = (h ^ w) * 16777619U;
		h ^= h >> 15;
	}
	h *= 0x85ebca6bU;
	return (h ^ h >> 13);
}

uint16_t
demo_sum(const uint8_t *p, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += demo_get16(p + i);
	if (i < len)
		sum += (uint32_t)p[i] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint16_t)sum);
}

bool
demo_ip4_csum_good(const uint8_t *f, const struct demo_frame *d)
{
	return (demo_sum(f + d->l3_off, d->l3_len, 0) == 0xffff);
}

void
demo_ip4_csum_set(uint8_t *f, const struct demo_frame *d)
{
	uint8_t *ip = f + d->l3_off;

	demo_put16(ip + 10, 0);
	demo_put16(ip + 10, (uint16_t)~demo_sum(ip, d->l3_len, 0));
}

size_t
demo_l4_csum_off(const struct demo_frame *d)
{
	return (d->l4_off + (d->l4 == ENA_L4_TCP ? 16 : 6));
}

static uint16_t
pseudo(const uint8_t *f, const struct demo_frame *d, uint32_t sum)
{
	sum += d->proto;
	if (d->l3 == ENA_L3_IP4)
		return (demo_sum(f + d->l3_off + 12, 8, sum));
	return (demo_sum(f + d->l3_off + 8, 32, sum));
}

uint16_t
demo_l4_pseudo(const uint8_t *f, const struct demo_frame *d)
{
	return (pseudo(f, d, (uint32_t)(d->end - d->l4_off)));
}

uint16_t
demo_l4_seed(const uint8_t *f, const struct demo_frame *d)
{
	return (pseudo(f, d, 0));
}

uint16_t
demo_l4_csum(const uint8_t *f, const struct demo_frame *d)
{
	uint32_t sum;
	uint16_t field, out;

	field = demo_get16(f + demo_l4_csum_off(d));
	/* take the field's own contribution out again */
	sum = (uint32_t)demo_l4_pseudo(f, d) + (uint16_t)~field;
	out = (uint16_t)~demo_sum(f + d->l4_off, d->end - d->l4_off, sum);
	if (out == 0 && d->l4 == ENA_L4_UDP)
		out = 0xffff;
	return (out);
}
