/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames for the device model's tests, of every kind that has an offload,
 * and what the device must make of them: checksums and segments computed
 * here in the plainest way, without a line of the model's.
 */
#ifndef MOCKDEV_FRAMES_H
#define MOCKDEV_FRAMES_H

#include "mockdev_harness.h"

#define FR_MAX		66000U

struct frame {
	bool v6, tcp;
	uint32_t len;
	uint32_t l3, l3_len;	/* offset and length of the IP header */
	uint32_t l4, l4_len;
	uint8_t b[FR_MAX];
};

struct frame_kind {
	bool v6, tcp;
	unsigned int vlans, ip_opts, tcp_opts;	/* options in bytes */
};

static inline void
fr_be16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline uint32_t
fr_get16(const uint8_t *p)
{
	return ((uint32_t)p[0] << 8 | p[1]);
}

/* Length fields for an L4 payload of n bytes. */
static inline void
fr_lengths(struct frame *f, uint32_t n)
{
	f->len = f->l4 + f->l4_len + n;
	if (f->v6)
		fr_be16(f->b + f->l3 + 4, f->l3_len - 40 + f->l4_len + n);
	else
		fr_be16(f->b + f->l3 + 2, f->l3_len + f->l4_len + n);
	if (!f->tcp)
		fr_be16(f->b + f->l4 + 4, 8 + n);
}

static inline void
fr_ip(struct frame *f, const struct frame_kind *k)
{
	uint8_t *ip = f->b + f->l3;
	unsigned int i;

	f->l3_len = k->v6 ? 40 : 20 + k->ip_opts;
	if (!k->v6) {
		ip[0] = (uint8_t)(0x40 | f->l3_len / 4);
		ip[4] = 0xff;		/* id: wraps while segmenting */
		ip[5] = 0xfe;
		ip[6] = 0x40;
		ip[8] = 64;
		ip[9] = k->tcp ? 6 : 17;
		memcpy(ip + 12, "\x0a\x01\x02\x03\xc0\xa8\xfe\xdc", 8);
		memset(ip + 20, 1, k->ip_opts);
		return;
	}
	ip[0] = 0x60;
	ip[6] = k->tcp ? 6 : 17;
	ip[7] = 64;
	for (i = 0; i < 32; i++)
		ip[8 + i] = (uint8_t)(i * 11 + 0x20);
}

/* A frame of that kind with n bytes of payload; checksums are rubbish. */
static inline void
fr_make(struct frame *f, const struct frame_kind *k, uint32_t n)
{
	uint8_t *l4;
	uint32_t i;

	memset(f, 0, sizeof(*f));
	f->v6 = k->v6;
	f->tcp = k->tcp;
	memcpy(f->b, "\x12\x3a\x5b\x07\xc1\x9e\x02\x00\x00\x00\x00\x01", 12);
	f->l3 = 14;
	for (i = 0; i < k->vlans; i++, f->l3 += 4) {
		fr_be16(f->b + f->l3 - 2, i == 0 && k->vlans == 2 ? 0x88a8 :
		    0x8100);
		fr_be16(f->b + f->l3, 0x2001 + i);
	}
	fr_be16(f->b + f->l3 - 2, k->v6 ? 0x86dd : 0x0800);
	fr_ip(f, k);
	f->l4 = f->l3 + f->l3_len;
	f->l4_len = k->tcp ? 20 + k->tcp_opts : 8;
	l4 = f->b + f->l4;
	fr_be16(l4, 0x1234);
	fr_be16(l4 + 2, 443);
	if (k->tcp) {
		memcpy(l4 + 4, "\xff\xff\xfe\x00\x11\x22\x33\x44", 8);
		l4[12] = (uint8_t)(f->l4_len / 4 << 4);
		l4[13] = 0x10;
		fr_be16(l4 + 14, 0x7210);
		memset(l4 + 20, 1, k->tcp_opts);
	}
	for (i = 0; i < n; i++)
		l4[f->l4_len + i] = (uint8_t)(i * 7 + (i >> 8) + 3);
	fr_lengths(f, n);
	fr_be16(f->b + f->l4 + (f->tcp ? 16 : 6), 0xbad1);
	if (!f->v6)
		fr_be16(f->b + f->l3 + 10, 0xbad2);
}

/* One's complement sum, folded. */
static inline uint32_t
fr_sum(const uint8_t *p, uint32_t n, uint32_t sum)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		sum += (i & 1) != 0 ? p[i] : (uint32_t)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (sum);
}

/* Pseudo-header, with or without the length. */
static inline uint32_t
fr_pseudo(const struct frame *f, bool with_len)
{
	uint32_t sum;

	sum = f->v6 ? fr_sum(f->b + f->l3 + 8, 32, 0) :
	    fr_sum(f->b + f->l3 + 12, 8, 0);
	sum += f->tcp ? 6 : 17;
	if (with_len)
		sum += f->len - f->l4;
	return ((sum & 0xffff) + (sum >> 16));
}

static inline uint8_t *
fr_l4_field(struct frame *f)
{
	return (f->b + f->l4 + (f->tcp ? 16 : 6));
}

/* The right checksums. */
static inline void
fr_csum_l3(struct frame *f)
{
	fr_be16(f->b + f->l3 + 10, 0);
	fr_be16(f->b + f->l3 + 10, 0xffff ^ fr_sum(f->b + f->l3, f->l3_len,
	    0));
}

static inline void
fr_csum_l4(struct frame *f)
{
	uint32_t v;

	fr_be16(fr_l4_field(f), 0);
	v = 0xffff ^ fr_sum(f->b + f->l4, f->len - f->l4, fr_pseudo(f, true));
	if (v == 0 && !f->tcp)
		v = 0xffff;
	fr_be16(fr_l4_field(f), v);
}

/* Segment nth of a TCP frame at that MSS; false past the last. */
static inline bool
fr_segment(const struct frame *f, uint32_t mss, uint32_t nth,
    struct frame *seg)
{
	uint32_t at, head, n, seq, total;
	uint8_t *l4;

	head = f->l4 + f->l4_len;
	total = f->len - head;
	at = nth * mss;
	if (at >= total && nth != 0)
		return (false);
	n = total - at < mss ? total - at : mss;
	*seg = *f;
	memmove(seg->b + head, f->b + head + at, n);
	fr_lengths(seg, n);
	l4 = seg->b + f->l4;
	seq = fr_get16(l4 + 4) << 16 | fr_get16(l4 + 6);
	seq += at;
	fr_be16(l4 + 4, seq >> 16);
	fr_be16(l4 + 6, seq & 0xffff);
	if (at + n < total)
		l4[13] &= (uint8_t)~0x09U;	/* FIN, PSH */
	if (nth != 0)
		l4[13] &= (uint8_t)~0x80U;	/* CWR */
	if (!f->v6) {
		fr_be16(seg->b + f->l3 + 4, (fr_get16(f->b + f->l3 + 4) +
		    nth) & 0xffff);
		fr_csum_l3(seg);
	}
	fr_csum_l4(seg);
	return (true);
}

#endif /* MOCKDEV_FRAMES_H */
