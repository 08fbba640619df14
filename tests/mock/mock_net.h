/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frame arithmetic of the device model: parsing, checksums, hashing,
 * segmentation.  Pure functions over bytes; no device state, no driver or
 * wire header.  Frames are untrusted: every read is bounded by len.
 */
#ifndef MOCK_NET_H
#define MOCK_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mock_l3 { MOCK_L3_OTHER, MOCK_L3_IPV4, MOCK_L3_IPV6 };
enum mock_l4 { MOCK_L4_OTHER, MOCK_L4_TCP, MOCK_L4_UDP };

/* What a frame is.  Offsets count from the frame's first byte. */
struct mock_parse {
	enum mock_l3 l3;	/* OTHER: not IP, or IP header malformed */
	enum mock_l4 l4;	/* OTHER too for non-first fragments */
	uint8_t vlans;		/* 802.1Q/802.1ad tags skipped, 0..2 */
	bool frag;		/* IPv4 fragment (offset != 0 or MF), or an
				   IPv6 fragment header */
	bool l4_whole;		/* first byte..last byte of L4 present and
				   not a fragment: checksum can be judged */
	bool v6_ext;		/* IPv6 extension headers skipped */
	uint16_t l3_off, l3_len;/* IPv6: length with extension headers */
	uint16_t l4_off, l4_len;/* TCP: with options; UDP: 8 */
	uint16_t end;		/* end of the IP packet (padding beyond) */
};
void mock_parse(const uint8_t *frame, size_t len, struct mock_parse *);

/* Internet checksum helpers; sums are folded, host order. */
bool mock_ip4_csum_ok(const uint8_t *frame, const struct mock_parse *);
/* UDP over IPv4 with checksum 0 counts as good ("not used"). */
bool mock_l4_csum_ok(const uint8_t *frame, const struct mock_parse *);
void mock_ip4_csum_set(uint8_t *frame, const struct mock_parse *);
/*
 * Store the L4 checksum.  partial: the field already holds the folded
 * pseudo-header sum; otherwise it is computed from the IP header.
 */
void mock_l4_csum_set(uint8_t *frame, const struct mock_parse *,
    bool partial);
/* Complete a checksum left by a virtio-net style sender; false if out of
   bounds. */
bool mock_csum_complete(uint8_t *frame, size_t len, uint16_t start,
    uint16_t off);

/*
 * RSS.  key is in conventional order (byte 0 first in the Toeplitz window).
 * fields: enahw hash field bits L2_DA 1, L2_SA 2, L3_DA 4, L3_SA 8, L4_DP
 * 0x10, L4_SP 0x20; input is source address, destination address, source
 * port, destination port in network order, as far as selected.  sort bits:
 * 2 = L3, 4 = L4: swap so that source <= destination.
 */
size_t mock_hash_input(const uint8_t *frame, const struct mock_parse *,
    uint16_t fields, uint16_t sort, uint8_t out[64]);
uint32_t mock_toeplitz(const uint8_t key[40], const uint8_t *in, size_t len,
    uint32_t initial);
uint32_t mock_crc32(const uint8_t *in, size_t len, uint32_t initial);

/*
 * TCP segmentation.  Calls emit for each segment, in order, with IPv4 id
 * advancing, lengths and sequence numbers set, FIN and PSH only on the last,
 * CWR only on the first, IPv4 header and TCP checksums set.  Payload is cut
 * at mss.  partial: the frame's checksum field holds the folded sum of the
 * pseudo-header without the length, and that is what segments are built
 * from; otherwise their checksums are computed in full.  false (nothing
 * emitted) if the frame is not TCP or inconsistent.
 */
bool mock_tso(const uint8_t *frame, size_t len, uint16_t mss, bool partial,
    void (*emit)(void *arg, const uint8_t *seg, size_t seg_len), void *arg);

#endif /* MOCK_NET_H */
