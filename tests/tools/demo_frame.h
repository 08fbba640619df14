/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a network stack knows about its frames: layers, flows, checksums.
 * Independent of the model's own parser, so that the two can disagree.
 */
#ifndef DEMO_FRAME_H
#define DEMO_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEMO_ETH_LEN		14U
#define DEMO_FRAME_MAX		9216U	/* of a capture */
#define DEMO_FRAME_ROOM		65536U	/* of a buffer for any frame */

/*
 * l3 and l4 are ENA_L3_* and ENA_L4_*.  l4 is TCP or UDP only if its whole
 * header is there and the packet is not a fragment.
 */
struct demo_frame {
	uint8_t l3, l4;
	bool frag;
	bool whole;		/* the IP packet is all there */
	bool v6_ext;		/* IPv6 extension headers lie before L4 */
	bool df;
	uint8_t proto;
	unsigned int tags;
	size_t l3_off, l3_len;	/* l3_off: end of Ethernet and tags */
	size_t l4_off, l4_len;
	size_t end;		/* of the IP packet; padding follows */
};

void demo_parse(const uint8_t *, size_t, struct demo_frame *);

/* Frames of one flow have the same key and must stay in order. */
#define DEMO_KEY_LEN	44U
struct demo_key {
	uint8_t k_bytes[DEMO_KEY_LEN];
};
void demo_key(const uint8_t *, const struct demo_frame *,
    struct demo_key *);
uint32_t demo_key_hash(const struct demo_key *);

/* Checksums.  l4 functions: l4 must be TCP or UDP and whole. */
bool demo_ip4_csum_good(const uint8_t *, const struct demo_frame *);
void demo_ip4_csum_set(uint8_t *, const struct demo_frame *);
size_t demo_l4_csum_off(const struct demo_frame *);
/* What the field must hold; UDP over IPv4 may hold 0 instead. */
uint16_t demo_l4_csum(const uint8_t *, const struct demo_frame *);
/* What a stack leaves in the field for a device that does the rest. */
uint16_t demo_l4_pseudo(const uint8_t *, const struct demo_frame *);
/* The same for a frame to be cut: without the length. */
uint16_t demo_l4_seed(const uint8_t *, const struct demo_frame *);

uint16_t demo_get16(const uint8_t *);
void demo_put16(uint8_t *, uint16_t);
/* Folded sum of bytes as big-endian words, started with sum. */
uint16_t demo_sum(const uint8_t *, size_t, uint32_t sum);

#endif /* DEMO_FRAME_H */
