/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "glue_frame.h"

#define MAGIC		0x454e4121U

static void
be16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
be32(uint8_t *p, uint32_t v)
{
	be16(p, v >> 16);
	be16(p + 2, v & 0xffff);
}

static uint32_t
get32(const uint8_t *p)
{
	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

static uint32_t
sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	for (; n > 1; p += 2, n -= 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	if (n != 0)
		sum += (uint32_t)p[0] << 8;
	return (sum);
}

static unsigned int
fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (sum);
}

/* Sum of the pseudo header. */
static uint32_t
pseudo(const uint8_t *ip, size_t l4len, bool v6, unsigned int proto)
{
	uint32_t sum;

	sum = v6 ? sum16(ip + 8, 32, 0) : sum16(ip + 12, 8, 0);
	return (sum + (uint32_t)l4len + proto);
}

/* netinet/ip_output.c:1855: the sum that a TSO frame carries. */
void
gf_seed_tso(uint8_t *f, enum gf_kind k)
{
	bool v6 = k == GF_TCP6;
	uint8_t *ip = f + 14, *l4 = ip + (v6 ? 40 : 20);

	be16(l4 + 16, fold(pseudo(ip, 0, v6, 6)));
}

size_t
gf_headers(enum gf_kind k)
{
	static const size_t len[] = { 14, 42, 54, 62, 74 };

	return (len[k]);
}

static uint8_t
payload(uint32_t id, size_t i)
{
	return ((uint8_t)(id * 31 + i * 7 + (i >> 8) + 3));
}

static void
fill_l4(uint8_t *f, size_t len, bool v6, bool tcp, bool part)
{
	uint8_t *ip = f + 14, *l4 = ip + (v6 ? 40 : 20);
	size_t n = len - (size_t)(l4 - f);
	uint8_t *sum;

	be16(l4, 0x1234);
	be16(l4 + 2, 443);
	if (tcp) {
		be32(l4 + 4, 0x10000);
		l4[12] = 5 << 4;
		l4[13] = 0x10;
		be16(l4 + 14, 0x4000);
		sum = l4 + 16;
	} else {
		be16(l4 + 4, (unsigned int)n);
		sum = l4 + 6;
	}
	be16(sum, 0);
	if (part)
		be16(sum, fold(pseudo(ip, n, v6, tcp ? 6 : 17)));
	else
		be16(sum, ~fold(sum16(l4, n, pseudo(ip, n, v6,
		    tcp ? 6 : 17))) & 0xffff);
}

static void
fill_ip(uint8_t *f, size_t len, bool v6, bool tcp, bool part)
{
	uint8_t *ip = f + 14;
	unsigned int i;

	be16(f + 12, v6 ? 0x86dd : 0x0800);
	if (v6) {
		ip[0] = 0x60;
		be16(ip + 4, (unsigned int)len - 14 - 40);
		ip[6] = tcp ? 6 : 17;
		ip[7] = 64;
		for (i = 0; i < 32; i++)
			ip[8 + i] = (uint8_t)(i * 11 + 0x20);
		return;
	}
	ip[0] = 0x45;
	be16(ip + 2, (unsigned int)len - 14);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = tcp ? 6 : 17;
	memcpy(ip + 12, "\x0a\x01\x02\x03\xc0\xa8\xfe\xdc", 8);
	if (!part)
		be16(ip + 10, ~fold(sum16(ip, 20, 0)) & 0xffff);
}

size_t
gf_frame(uint8_t *f, enum gf_kind k, size_t len, uint32_t id, bool part)
{
	size_t h = gf_headers(k), i;
	bool v6 = k == GF_UDP6 || k == GF_TCP6;
	bool tcp = k == GF_TCP4 || k == GF_TCP6;

	memset(f, 0, h);
	memcpy(f, "\x12\x3a\x5b\x07\xc1\x9e\x02\x00\x00\x00\x00\x01", 12);
	be16(f + 12, 0x88b5);
	for (i = h; i < len; i++)
		f[i] = payload(id, i - h);
	if (len >= h + 8) {
		be32(f + h, MAGIC);
		be32(f + h + 4, id);
	}
	if (k != GF_RAW) {
		fill_ip(f, len, v6, tcp, part);
		fill_l4(f, len, v6, tcp, part);
	}
	return (len);
}

/* Where the payload starts; 0: not one of ours. */
static size_t
body(const uint8_t *f, size_t len, bool *v6, bool *tcp)
{
	unsigned int type = (unsigned int)f[12] << 8 | f[13];
	size_t h = 14;

	*v6 = type == 0x86dd;
	*tcp = false;
	if (type == 0x0800 || type == 0x86dd) {
		*tcp = f[*v6 ? 20 : 23] == 6;
		h += (*v6 ? 40 : 20) + (*tcp ? 20 : 8);
	}
	return (len < h ? 0 : h);
}

bool
gf_intact(const uint8_t *f, size_t len, uint32_t *id)
{
	bool v6, tcp;
	size_t h, i;

	*id = 0;
	h = body(f, len, &v6, &tcp);
	if (h == 0 || len < h + 8 || get32(f + h) != MAGIC)
		return (false);
	*id = get32(f + h + 4);
	for (i = 8; h + i < len; i++)
		if (f[h + i] != payload(*id, i))
			return (false);
	return (true);
}

bool
gf_sums(const uint8_t *f, size_t len)
{
	const uint8_t *ip = f + 14, *l4;
	bool v6, tcp;
	size_t n;

	if (body(f, len, &v6, &tcp) == 0 || (f[12] == 0x88))
		return (true);
	l4 = ip + (v6 ? 40 : 20);
	n = v6 ? (size_t)(ip[4] << 8 | ip[5]) :
	    (size_t)(ip[2] << 8 | ip[3]) - 20;
	if (!v6 && fold(sum16(ip, 20, 0)) != 0xffff)
		return (false);
	return (fold(sum16(l4, n, pseudo(ip, n, v6, tcp ? 6 : 17))) ==
	    0xffff);
}
