/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading headers byte by byte, so that neither alignment nor byte order of
 * the machine matter, and never behind the bytes that are there.
 */
#include "ena_parse.h"

#define ETHER_TYPE		12U	/* offsets of fields */
#define IP4_LEN			2U
#define IP4_FRAG		6U
#define IP4_PROTO		9U
#define IP4_SRC			12U	/* the destination follows */
#define IP6_LEN			4U
#define IP6_NEXT		6U
#define IP6_SRC			8U
#define IP6_BYTES		40U
#define TCP_SEQ			4U
#define TCP_OFF			12U
#define TCP_FLAGS		13U
#define TCP_SUM			16U
#define TCP_BYTES		20U

#define PROTO_TCP		6U
#define PROTO_UDP		17U
#define PROTO_HOP		0U	/* extension headers of IPv6 */
#define PROTO_ROUTING		43U
#define PROTO_DST		60U

#define TCP_CWR			0x80U
#define TCP_FIN_PSH		0x09U
#define EXTENSIONS		4	/* more than anybody sends */

static unsigned int
ena_get16(const uint8_t *p)
{
	return ((unsigned int)p[0] << 8 | p[1]);
}

static void
ena_put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Offset of the network header behind up to two tags, and its type. */
static unsigned int
ena_parse_ether(const uint8_t *hdr, size_t len, unsigned int *type)
{
	unsigned int off, tags;

	off = ETHER_TYPE + 2;
	for (tags = 0; off <= len; tags++) {
		*type = ena_get16(hdr + off - 2);
		if (*type != 0x8100 && *type != 0x88a8)
			return (off);
		if (tags == 2)
			break;
		off += 4;
	}
	*type = 0;
	return (off);
}

/* Length of the IPv6 header with its extensions; 0: it has no known end. */
static size_t
ena_parse_ip6(const uint8_t *ip, size_t len, unsigned int *proto, bool *routed)
{
	size_t n;
	int i;

	if (len < IP6_BYTES)
		return (0);
	*proto = ip[IP6_NEXT];
	n = IP6_BYTES;
	for (i = 0; i < EXTENSIONS; i++) {
		if (*proto != PROTO_HOP && *proto != PROTO_ROUTING &&
		    *proto != PROTO_DST)
			return (n);
		if (n + 8 > len)
			return (0);
		*routed = *routed || *proto == PROTO_ROUTING;
		*proto = ip[n];
		n += 8 + ip[n + 1] * 8U;
	}
	return (0);
}

static bool
ena_parse_network(struct ena_tx_pkt *p, const uint8_t *hdr, size_t len,
    unsigned int *proto, bool *routed)
{
	const uint8_t *ip;
	unsigned int off, type;
	size_t n;

	off = ena_parse_ether(hdr, len, &type);
	ip = hdr + off;
	n = 0;
	if (type == 0x0800 && len - off >= 20) {
		p->tp_l3 = ENA_L3_IP4;
		n = (ip[0] & 0xfU) * 4U;
		*proto = ip[IP4_PROTO];
		if ((ip[IP4_FRAG] & 0x40) != 0)
			p->tp_flags |= ENA_TXF_DF;
	} else if (type == 0x86dd) {
		p->tp_l3 = ENA_L3_IP6;
		n = ena_parse_ip6(ip, len - off, proto, routed);
		p->tp_flags |= ENA_TXF_DF;
	}
	p->tp_l3_off = (uint8_t)off;
	p->tp_l3_len = (uint8_t)n;
	return (n >= 20 && n <= UINT8_MAX);
}

bool
ena_parse(struct ena_tx_pkt *p, const uint8_t *hdr, size_t len,
    unsigned int wants, uint32_t txo)
{
	unsigned int l4, proto;
	bool ip4, routed;

	routed = false;
	if (!ena_parse_network(p, hdr, len, &proto, &routed))
		return (false);
	ip4 = p->tp_l3 == ENA_L3_IP4;
	if (ip4 && (wants & (ENA_WANT_IP4_CSUM | ENA_WANT_TSO)) != 0)
		p->tp_flags |= ENA_TXF_IP4_CSUM;
	if ((wants & (ENA_WANT_L4_CSUM | ENA_WANT_TSO)) == 0)
		return (true);
	if (proto != PROTO_TCP && proto != PROTO_UDP)
		return (false);
	p->tp_l4 = proto == PROTO_TCP ? ENA_L4_TCP : ENA_L4_UDP;
	p->tp_flags |= ENA_TXF_L4_CSUM;
	/*
	 * The stack leaves the pseudo header's sum in the field.  The device
	 * needs it where it cannot sum up the pseudo header itself, or would
	 * not know the address that counts.
	 */
	if ((txo & (ip4 ? ENA_TXO_L4V4_FULL : ENA_TXO_L4V6_FULL)) == 0 ||
	    (routed && (txo & ENA_TXO_L4V6_PARTIAL) != 0))
		p->tp_flags |= ENA_TXF_L4_PARTIAL;
	if ((wants & ENA_WANT_TSO) == 0)
		return (true);
	l4 = (unsigned int)p->tp_l3_off + p->tp_l3_len;
	if (proto != PROTO_TCP || l4 + TCP_BYTES > len)
		return (false);
	p->tp_l4_len = (uint8_t)(hdr[l4 + TCP_OFF] >> 4 << 2);
	p->tp_flags |= ENA_TXF_TSO;
	return (true);
}

bool
ena_parse_cwr(const struct ena_tx_pkt *p, const uint8_t *hdr)
{
	return ((hdr[p->tp_l3_off + p->tp_l3_len + TCP_FLAGS] & TCP_CWR) !=
	    0);
}

static void
ena_parse_resize(const struct ena_tx_pkt *p, uint8_t *hdr, size_t bytes)
{
	uint8_t *ip;

	ip = hdr + p->tp_l3_off;
	bytes -= p->tp_l3_off;
	if (p->tp_l3 == ENA_L3_IP4)
		ena_put16(ip + IP4_LEN, bytes);
	else
		ena_put16(ip + IP6_LEN, bytes - IP6_BYTES);
}

void
ena_parse_cut(const struct ena_tx_pkt *p, uint8_t *first, size_t first_bytes,
    uint8_t *rest, size_t rest_bytes)
{
	uint32_t seq;
	uint8_t *tcp;

	ena_parse_resize(p, first, first_bytes);
	ena_parse_resize(p, rest, rest_bytes);
	tcp = first + p->tp_l3_off + p->tp_l3_len;
	tcp[TCP_FLAGS] &= (uint8_t)~TCP_FIN_PSH;
	tcp = rest + p->tp_l3_off + p->tp_l3_len;
	tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	seq = (uint32_t)ena_get16(tcp + TCP_SEQ) << 16 |
	    ena_get16(tcp + TCP_SEQ + 2);
	seq += p->tp_mss;
	ena_put16(tcp + TCP_SEQ, seq >> 16);
	ena_put16(tcp + TCP_SEQ + 2, seq & 0xffffU);
}

void
ena_parse_seed(const struct ena_tx_pkt *p, uint8_t *hdr, size_t l4_bytes)
{
	uint8_t *ip;
	size_t end, i, sum;

	ip = hdr + p->tp_l3_off;
	sum = PROTO_TCP + l4_bytes;
	i = p->tp_l3 == ENA_L3_IP4 ? IP4_SRC : IP6_SRC;
	end = p->tp_l3 == ENA_L3_IP4 ? IP4_SRC + 8 : IP6_SRC + 32;
	for (; i < end; i += 2)
		sum += ena_get16(ip + i);
	sum = (sum & 0xffffU) + (sum >> 16);
	sum = (sum & 0xffffU) + (sum >> 16);
	ena_put16(ip + p->tp_l3_len + TCP_SUM, sum);
}

unsigned int
ena_parse_skip(struct ena_buf *b, unsigned int n, uint32_t skip)
{
	unsigned int i, left;

	left = 0;
	for (i = 0; i < n; i++) {
		if (b[i].b_len <= skip) {
			skip -= b[i].b_len;
			continue;
		}
		b[left].b_addr = b[i].b_addr + skip;
		b[left++].b_len = (uint16_t)(b[i].b_len - skip);
		skip = 0;
	}
	return (left);
}

/* ---- text */

bool
ena_parse_key(uint8_t *key, const char *s)
{
	unsigned int d, i;

	for (i = 0; i < 80; i++, s++) {
		if (*s >= '0' && *s <= '9')
			d = (unsigned int)(*s - '0');
		else if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'f')
			d = (unsigned int)((*s | 0x20) - 'a') + 10;
		else
			return (false);
		key[i / 2] = (uint8_t)((i & 1) == 0 ? d << 4 :
		    key[i / 2] | d);
	}
	return (*s == '\0');
}

void
ena_print_key(const uint8_t *key, char *s)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int i;

	for (i = 0; i < 40; i++) {
		*s++ = digits[key[i] >> 4];
		*s++ = digits[key[i] & 0xfU];
	}
	*s = '\0';
}

/* A number below limit; *s moves behind it. */
static bool
ena_parse_number(const char **s, unsigned int limit, unsigned int *out)
{
	const char *start;

	start = *s;
	for (*out = 0; **s >= '0' && **s <= '9'; (*s)++) {
		*out = *out * 10 + (unsigned int)(**s - '0');
		if (*out >= limit)
			return (false);
	}
	return (*s != start);
}

bool
ena_parse_table(uint8_t *table, unsigned int entries, unsigned int pairs,
    const char *s)
{
	unsigned int i, queue;

	for (;;) {
		while (*s == ' ')
			s++;
		if (*s == '\0')
			return (true);
		if (!ena_parse_number(&s, entries, &i) || *s++ != ':' ||
		    !ena_parse_number(&s, pairs, &queue) ||
		    (*s != ' ' && *s != '\0'))
			return (false);
		table[i] = (uint8_t)queue;
	}
}

/* Returns where it ends. */
static char *
ena_print_number(char *s, unsigned int n)
{
	unsigned int unit;

	for (unit = 1; n / unit >= 10; unit *= 10)
		continue;
	for (; unit != 0; unit /= 10)
		*s++ = (char)('0' + n / unit % 10);
	return (s);
}

void
ena_print_table(const uint8_t *table, unsigned int entries, char *s)
{
	unsigned int i;

	for (i = 0; i < entries; i++) {
		if (i != 0)
			*s++ = ' ';
		s = ena_print_number(s, i);
		*s++ = ':';
		s = ena_print_number(s, table[i]);
	}
	*s = '\0';
}
