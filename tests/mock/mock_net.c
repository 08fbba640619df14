/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frame arithmetic of the device model.
 *
 * Pure functions over bytes: no state, no locks, no logging.  Words are put
 * together byte by byte, so the host's byte order and alignment rules do not
 * matter.
 *
 * I1: mock_parse() reads frame[0..len) only, and at most the first 65535
 *     bytes, so that every offset fits struct mock_parse.
 * I2: l3_off is 0 if and only if the frame is shorter than an Ethernet
 *     header.  Else it is where the layer after Ethernet and tags begins,
 *     and the two MAC addresses may be read, IP or not.
 * I3: if l3 is IP, l3_off + l3_len = l4_off <= l4_off + l4_len <= end <= len.
 *     A packet cut short has end = len; l4_whole is then false.
 * I4: l4 is TCP or UDP only if that whole header lies within end.
 * The other functions take no length: they rely on I2..I4 and on nobody
 * changing the frame's headers between the parse and the call.
 *
 * Addresses for pseudo-header and hash are those of the IP header itself.  A
 * packet with IPv6 routing segments left checksums to another destination;
 * the device does not know that, and its driver must use the partial form.
 *
 * What can fail: mock_tso() needs memory for one segment.
 * ref: docs/hw-notes.md#tx-descriptor, #rx-completion, #rss
 */
#include <stdlib.h>
#include <string.h>

#include "mock_net.h"

#define ETH_LEN			14U
#define ETH_TAG			4U
#define ETH_TYPE_IPV4		0x0800U
#define ETH_TYPE_IPV6		0x86ddU
#define ETH_TYPE_VLAN		0x8100U
#define ETH_TYPE_QINQ		0x88a8U
#define ETH_TAGS_MAX		2U

#define IP4_LEN			20U
#define IP4_TOTAL		2U
#define IP4_ID			4U
#define IP4_FRAG		6U
#define IP4_FRAG_BITS		0x3fffU		/* MF and the offset */
#define IP4_FRAG_OFF		0x1fffU
#define IP4_PROTO		9U
#define IP4_CSUM		10U
#define IP4_SRC			12U
#define IP4_ADDR		4U

#define IP6_LEN			40U
#define IP6_PLEN		4U
#define IP6_NEXT		6U
#define IP6_SRC			8U
#define IP6_ADDR		16U
#define IP6_FRAG_OFF		0xfff8U

#define PROTO_HOPOPTS		0U
#define PROTO_TCP		6U
#define PROTO_UDP		17U
#define PROTO_ROUTING		43U
#define PROTO_FRAGMENT		44U
#define PROTO_AH		51U
#define PROTO_DSTOPTS		60U

#define TCP_LEN			20U
#define TCP_SEQ			4U
#define TCP_DOFF		12U
#define TCP_FLAGS		13U
#define TCP_FIN			0x01U
#define TCP_PSH			0x08U
#define TCP_CWR			0x80U
#define TCP_CSUM		16U

#define UDP_LEN			8U
#define UDP_ULEN		4U
#define UDP_CSUM		6U

/* Field and sort bits of the hash, as on the wire */
#define HASH_L2_DA		0x01U
#define HASH_L2_SA		0x02U
#define HASH_L3_DA		0x04U
#define HASH_L3_SA		0x08U
#define HASH_L4_DP		0x10U
#define HASH_L4_SP		0x20U
#define SORT_L3			0x02U
#define SORT_L4			0x04U
#define RSS_KEY			40U

#define CRC32_POLY		0xedb88320U	/* reflected */

static uint16_t
get16(const uint8_t *b)
{
	return ((uint16_t)(((unsigned int)b[0] << 8) | b[1]));
}

static uint32_t
get32(const uint8_t *b)
{
	return (((uint32_t)get16(b) << 16) | get16(b + 2));
}

static void
put16(uint8_t *b, size_t v)
{
	b[0] = (uint8_t)(v >> 8 & 0xff);
	b[1] = (uint8_t)(v & 0xff);
}

static void
put32(uint8_t *b, uint32_t v)
{
	put16(b, v >> 16);
	put16(b + 2, v & 0xffff);
}

/* ---- parsing */

/*
 * Step over Ethernet header and tags.  Returns the type that follows, 0 if
 * the frame is too short; a tag cut short stays unskipped.
 */
static unsigned int
parse_ether(const uint8_t *frame, size_t len, struct mock_parse *p)
{
	size_t off;
	unsigned int type;

	if (len < ETH_LEN)
		return (0);
	off = ETH_LEN;
	type = get16(frame + off - 2);
	while ((type == ETH_TYPE_VLAN || type == ETH_TYPE_QINQ) &&
	    p->vlans < ETH_TAGS_MAX && len - off >= ETH_TAG) {
		off += ETH_TAG;
		type = get16(frame + off - 2);
		p->vlans++;
	}
	p->l3_off = (uint16_t)off;
	return (type);
}

/*
 * Set end from the packet's own length.  Returns whether the frame holds
 * all of it.
 */
static bool
parse_end(size_t len, size_t packet_len, struct mock_parse *p)
{
	size_t end;

	end = p->l3_off + packet_len;
	p->end = (uint16_t)(end <= len ? end : len);
	return (end <= len);
}

static void
parse_l4(const uint8_t *frame, unsigned int proto, bool whole,
    struct mock_parse *p)
{
	const uint8_t *l4;
	size_t room, hlen;

	l4 = frame + p->l4_off;
	room = (size_t)p->end - p->l4_off;
	whole = whole && !p->frag;
	if (proto == PROTO_TCP && room >= TCP_LEN) {
		hlen = (l4[TCP_DOFF] >> 4) * 4U;
		if (hlen < TCP_LEN || hlen > room)
			return;
		p->l4 = MOCK_L4_TCP;
		p->l4_len = (uint16_t)hlen;
		p->l4_whole = whole;
	} else if (proto == PROTO_UDP && room >= UDP_LEN) {
		p->l4 = MOCK_L4_UDP;
		p->l4_len = UDP_LEN;
		p->l4_whole = whole && get16(l4 + UDP_ULEN) >= UDP_LEN &&
		    get16(l4 + UDP_ULEN) <= room;
	}
}

static void
parse_ip4(const uint8_t *frame, size_t len, struct mock_parse *p)
{
	const uint8_t *ip;
	size_t hlen, total;
	unsigned int frag;
	bool whole;

	ip = frame + p->l3_off;
	if (len - p->l3_off < IP4_LEN || ip[0] >> 4 != 4)
		return;
	hlen = (ip[0] & 0xfU) * 4U;
	total = get16(ip + IP4_TOTAL);
	if (hlen < IP4_LEN || hlen > len - p->l3_off || hlen > total)
		return;
	p->l3 = MOCK_L3_IPV4;
	p->l3_len = (uint16_t)hlen;
	p->l4_off = (uint16_t)(p->l3_off + hlen);
	whole = parse_end(len, total, p);
	frag = get16(ip + IP4_FRAG) & IP4_FRAG_BITS;
	p->frag = frag != 0;
	if ((frag & IP4_FRAG_OFF) == 0)
		parse_l4(frame, ip[IP4_PROTO], whole, p);
}

/*
 * Length of an IPv6 extension header of this kind, of which at least 8 bytes
 * are there; 0 if it is none.
 */
static size_t
ext_len(unsigned int kind, const uint8_t *ext)
{
	switch (kind) {
	case PROTO_HOPOPTS:
	case PROTO_ROUTING:
	case PROTO_DSTOPTS:
		return ((ext[1] + 1U) * 8U);
	case PROTO_AH:
		return ((ext[1] + 2U) * 4U);
	case PROTO_FRAGMENT:
		return (8);
	default:
		return (0);
	}
}

/* An extension header that is cut short ends the search: no L4. */
static void
parse_ip6(const uint8_t *frame, size_t len, struct mock_parse *p)
{
	const uint8_t *ip, *ext;
	size_t off, n;
	unsigned int next;
	bool whole, later;

	ip = frame + p->l3_off;
	if (len - p->l3_off < IP6_LEN || ip[0] >> 4 != 6)
		return;
	p->l3 = MOCK_L3_IPV6;
	whole = parse_end(len, IP6_LEN + (size_t)get16(ip + IP6_PLEN), p);
	next = ip[IP6_NEXT];
	later = false;
	for (off = p->l3_off + IP6_LEN; !later && p->end - off >= 8;
	    off += n) {
		ext = frame + off;
		n = ext_len(next, ext);
		if (n == 0 || n > p->end - off)
			break;
		if (next == PROTO_FRAGMENT) {
			p->frag = true;
			later = (get16(ext + 2) & IP6_FRAG_OFF) != 0;
		}
		p->v6_ext = true;
		next = ext[0];
	}
	p->l3_len = (uint16_t)(off - p->l3_off);
	p->l4_off = (uint16_t)off;
	if (!later)
		parse_l4(frame, next, whole, p);
}

void
mock_parse(const uint8_t *frame, size_t len, struct mock_parse *p)
{
	memset(p, 0, sizeof(*p));
	if (len > UINT16_MAX)
		len = UINT16_MAX;
	switch (parse_ether(frame, len, p)) {
	case ETH_TYPE_IPV4:
		parse_ip4(frame, len, p);
		break;
	case ETH_TYPE_IPV6:
		parse_ip6(frame, len, p);
		break;
	}
}

/* ---- checksums */

/* Add bytes as big-endian words; only the last piece may be odd. */
static uint64_t
sum_add(uint64_t sum, const uint8_t *b, size_t n)
{
	for (; n >= 2; b += 2, n -= 2)
		sum += get16(b);
	if (n != 0)
		sum += (unsigned int)b[0] << 8;
	return (sum);
}

static uint16_t
sum_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint16_t)sum);
}

/* Complement, but all-ones where 0 would read "no checksum". */
static uint16_t
sum_finish_nonzero(uint64_t sum)
{
	uint16_t v;

	v = sum_fold(sum);
	return (v == 0xffff ? v : (uint16_t)~v);
}

static uint64_t
sum_pseudo(const uint8_t *frame, const struct mock_parse *p, size_t l4_bytes)
{
	const uint8_t *ip;
	uint64_t sum;

	ip = frame + p->l3_off;
	if (p->l3 == MOCK_L3_IPV4)
		sum = sum_add(0, ip + IP4_SRC, 2 * IP4_ADDR);
	else
		sum = sum_add(0, ip + IP6_SRC, 2 * IP6_ADDR);
	sum += p->l4 == MOCK_L4_TCP ? PROTO_TCP : PROTO_UDP;
	return (sum + l4_bytes);
}

static uint8_t *
l4_csum_field(uint8_t *frame, const struct mock_parse *p)
{
	return (frame + p->l4_off +
	    (p->l4 == MOCK_L4_TCP ? TCP_CSUM : UDP_CSUM));
}

/* Bytes the checksum covers: UDP may end before the IP packet does. */
static size_t
l4_bytes(const uint8_t *frame, const struct mock_parse *p)
{
	size_t room, ulen;

	room = (size_t)p->end - p->l4_off;
	if (p->l4 != MOCK_L4_UDP)
		return (room);
	ulen = get16(frame + p->l4_off + UDP_ULEN);
	return (ulen < room ? ulen : room);
}

static void
l4_csum_store(uint8_t *frame, const struct mock_parse *p, size_t bytes,
    bool partial)
{
	uint8_t *field;
	uint64_t sum;

	field = l4_csum_field(frame, p);
	sum = 0;
	if (!partial) {
		put16(field, 0);
		sum = sum_pseudo(frame, p, bytes);
	}
	sum = sum_add(sum, frame + p->l4_off, bytes);
	if (p->l4 == MOCK_L4_UDP)
		put16(field, sum_finish_nonzero(sum));
	else
		put16(field, (uint16_t)~sum_fold(sum));
}

bool
mock_ip4_csum_ok(const uint8_t *frame, const struct mock_parse *p)
{
	if (p->l3 != MOCK_L3_IPV4)
		return (false);
	return (sum_fold(sum_add(0, frame + p->l3_off, p->l3_len)) == 0xffff);
}

/* False if the checksum cannot be judged; ask l4_whole first. */
bool
mock_l4_csum_ok(const uint8_t *frame, const struct mock_parse *p)
{
	const uint8_t *l4;
	uint64_t sum;
	size_t bytes;

	if (!p->l4_whole)
		return (false);
	l4 = frame + p->l4_off;
	if (p->l4 == MOCK_L4_UDP && get16(l4 + UDP_CSUM) == 0)
		return (p->l3 == MOCK_L3_IPV4);
	bytes = l4_bytes(frame, p);
	sum = sum_pseudo(frame, p, bytes);
	return (sum_fold(sum_add(sum, l4, bytes)) == 0xffff);
}

/* No effect unless IPv4. */
void
mock_ip4_csum_set(uint8_t *frame, const struct mock_parse *p)
{
	uint8_t *ip;

	if (p->l3 != MOCK_L3_IPV4)
		return;
	ip = frame + p->l3_off;
	put16(ip + IP4_CSUM, 0);
	put16(ip + IP4_CSUM, (uint16_t)~sum_fold(sum_add(0, ip, p->l3_len)));
}

/* No effect unless l4_whole: there is nothing right to store. */
void
mock_l4_csum_set(uint8_t *frame, const struct mock_parse *p, bool partial)
{
	if (p->l4_whole)
		l4_csum_store(frame, p, l4_bytes(frame, p), partial);
}

/*
 * The sum runs from start to the frame's last byte, the seed included.  The
 * protocol is not known, so 0 always becomes 0xffff: UDP wants that, and TCP
 * takes the one for the other.
 */
bool
mock_csum_complete(uint8_t *frame, size_t len, uint16_t start, uint16_t off)
{
	size_t field;

	field = (size_t)start + off;
	if (len < 2 || field > len - 2)
		return (false);
	put16(frame + field,
	    sum_finish_nonzero(sum_add(0, frame + start, len - start)));
	return (true);
}

/* ---- hashing */

static size_t
hash_put(uint8_t *out, size_t at, const uint8_t *src, size_t n)
{
	memcpy(out + at, src, n);
	return (at + n);
}

/*
 * One source and destination pair, n bytes each, the destination following
 * the source in the frame.
 */
static size_t
hash_pair(uint8_t *out, size_t at, const uint8_t *src, size_t n, bool sort,
    bool want_src, bool want_dst)
{
	const uint8_t *dst, *t;

	dst = src + n;
	if (sort && memcmp(dst, src, n) < 0) {
		t = src;
		src = dst;
		dst = t;
	}
	if (want_src)
		at = hash_put(out, at, src, n);
	if (want_dst)
		at = hash_put(out, at, dst, n);
	return (at);
}

/*
 * Fields the frame does not have are left out.  Ports of fragments are left
 * out too, in the first one as well: all fragments go to one queue.  MAC
 * addresses, if selected, come first, source before destination.  At most 48
 * bytes are written.
 */
size_t
mock_hash_input(const uint8_t *frame, const struct mock_parse *p,
    uint16_t fields, uint16_t sort, uint8_t out[64])
{
	size_t n;

	n = 0;
	if (p->l3_off != 0 && (fields & HASH_L2_SA) != 0)
		n = hash_put(out, n, frame + 6, 6);
	if (p->l3_off != 0 && (fields & HASH_L2_DA) != 0)
		n = hash_put(out, n, frame, 6);
	if (p->l3 == MOCK_L3_IPV4)
		n = hash_pair(out, n, frame + p->l3_off + IP4_SRC, IP4_ADDR,
		    (sort & SORT_L3) != 0, (fields & HASH_L3_SA) != 0,
		    (fields & HASH_L3_DA) != 0);
	else if (p->l3 == MOCK_L3_IPV6)
		n = hash_pair(out, n, frame + p->l3_off + IP6_SRC, IP6_ADDR,
		    (sort & SORT_L3) != 0, (fields & HASH_L3_SA) != 0,
		    (fields & HASH_L3_DA) != 0);
	if (p->l4 != MOCK_L4_OTHER && !p->frag)
		n = hash_pair(out, n, frame + p->l4_off, 2,
		    (sort & SORT_L4) != 0, (fields & HASH_L4_SP) != 0,
		    (fields & HASH_L4_DP) != 0);
	return (n);
}

/*
 * For each set bit of the input, first bit first, add (xor) the 32 key bits
 * that start at the same position.  Past its end the key begins anew; no
 * standard input gets there, 36 bytes being the longest.
 */
uint32_t
mock_toeplitz(const uint8_t key[40], const uint8_t *in, size_t len,
    uint32_t initial)
{
	uint32_t hash, window;
	size_t i;
	unsigned int bit, next;

	hash = initial;
	window = get32(key);
	for (i = 0; i < len; i++) {
		next = key[(i + 4) % RSS_KEY];
		for (bit = 0; bit < 8; bit++) {
			if ((in[i] << bit & 0x80) != 0)
				hash ^= window;
			window = window << 1 | (next >> (7 - bit) & 1);
		}
	}
	return (hash);
}

/*
 * initial is the register's first content; all-ones gives the CRC-32 of
 * Ethernet.  The result is complemented.
 */
uint32_t
mock_crc32(const uint8_t *in, size_t len, uint32_t initial)
{
	uint32_t crc;
	size_t i;
	unsigned int bit;

	crc = initial;
	for (i = 0; i < len; i++) {
		crc ^= in[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? CRC32_POLY : 0);
	}
	return (~crc);
}

/* ---- segmentation */

/* Everything that stays the same from segment to segment */
struct tso {
	const uint8_t *frame;
	struct mock_parse parse;
	size_t header;		/* Ethernet to TCP options */
	size_t payload;
	bool partial;		/* seed in the checksum field */
};

/*
 * The IP packet must fill the frame: a sender whose lengths disagree would
 * lose or invent bytes, which a model has to show rather than to mend.
 */
static bool
tso_plan(const uint8_t *frame, size_t len, struct tso *t)
{
	const struct mock_parse *p;
	const uint8_t *ip;
	size_t packet;

	p = &t->parse;
	mock_parse(frame, len, &t->parse);
	if (p->l4 != MOCK_L4_TCP || p->frag)
		return (false);
	ip = frame + p->l3_off;
	if (p->l3 == MOCK_L3_IPV4)
		packet = get16(ip + IP4_TOTAL);
	else
		packet = IP6_LEN + (size_t)get16(ip + IP6_PLEN);
	if (p->l3_off + packet != len)
		return (false);
	t->frame = frame;
	t->header = (size_t)p->l4_off + p->l4_len;
	t->payload = len - t->header;
	return (true);
}

/* Build the segment that begins at payload byte at and holds n of them. */
static void
tso_segment(const struct tso *t, uint8_t *seg, unsigned int idx, size_t at,
    size_t n)
{
	const struct mock_parse *p;
	uint8_t *ip, *tcp;

	p = &t->parse;
	memcpy(seg, t->frame, t->header);
	memcpy(seg + t->header, t->frame + t->header + at, n);
	ip = seg + p->l3_off;
	if (p->l3 == MOCK_L3_IPV4) {
		put16(ip + IP4_TOTAL, (size_t)p->l3_len + p->l4_len + n);
		put16(ip + IP4_ID, get16(ip + IP4_ID) + (size_t)idx);
		mock_ip4_csum_set(seg, p);
	} else
		put16(ip + IP6_PLEN, p->l3_len - IP6_LEN + p->l4_len + n);
	tcp = seg + p->l4_off;
	put32(tcp + TCP_SEQ, get32(tcp + TCP_SEQ) + (uint32_t)at);
	if (at + n != t->payload)
		tcp[TCP_FLAGS] &= (uint8_t)(0xffU ^ (TCP_FIN | TCP_PSH));
	if (idx != 0)
		tcp[TCP_FLAGS] &= (uint8_t)(0xffU ^ TCP_CWR);
	/* the seed lacks the length, which is each segment's own */
	if (t->partial)
		put16(tcp + TCP_CSUM, sum_fold((uint64_t)p->l4_len + n +
		    get16(tcp + TCP_CSUM)));
	l4_csum_store(seg, p, p->l4_len + n, t->partial);
}

/*
 * A frame without payload gives one segment.  The bytes handed to emit last
 * until it returns.
 */
bool
mock_tso(const uint8_t *frame, size_t len, uint16_t mss, bool partial,
    void (*emit)(void *, const uint8_t *, size_t), void *arg)
{
	struct tso t;
	uint8_t *seg;
	size_t at, n;
	unsigned int idx;

	if (mss == 0 || !tso_plan(frame, len, &t))
		return (false);
	t.partial = partial;
	seg = malloc(t.header + (t.payload < mss ? t.payload : mss));
	if (seg == NULL)
		return (false);
	at = 0;
	idx = 0;
	do {
		n = t.payload - at < mss ? t.payload - at : mss;
		tso_segment(&t, seg, idx++, at, n);
		emit(arg, seg, t.header + n);
		at += n;
	} while (at < t.payload);
	free(seg);
	return (true);
}
