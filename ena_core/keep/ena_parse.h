/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a packet's own bytes say, for a stack that only says what it wants
 * done; and what people write about flows.  Pure functions, any lane.
 */
#ifndef ENA_PARSE_H
#define ENA_PARSE_H

#include "ena.h"

#define ENA_PARSE_BYTES		192U	/* of a frame; more is not looked at */

#define ENA_WANT_IP4_CSUM	0x1U
#define ENA_WANT_L4_CSUM	0x2U	/* TCP or UDP, whichever it is */
#define ENA_WANT_TSO		0x4U	/* with tp_mss set */

/*
 * Describe a frame whose first len bytes are at hdr: all of it, or at least
 * ENA_PARSE_BYTES.  txo: what the device offers (ENA_TXO_*).  False: not
 * IPv4 or IPv6 behind at most two tags, or not TCP or UDP where that is
 * wanted, or cut short.
 */
bool ena_parse(struct ena_tx_pkt *, const uint8_t *hdr, size_t len,
    unsigned int wants, uint32_t txo);

/*
 * A described TCP packet: does it say that the congestion window was
 * reduced?  A device without ENA_TXO_TSO_ECN would say it in each segment.
 */
bool ena_parse_cwr(const struct ena_tx_pkt *, const uint8_t *hdr);

/*
 * Such a packet, cut into its first segment and the rest, both behind the
 * same headers: make them two packets, of so many bytes from the frame's
 * start.  Checksums are not touched: the device is asked for whole ones.
 */
void ena_parse_cut(const struct ena_tx_pkt *, uint8_t *first, size_t,
    uint8_t *rest, size_t);

/*
 * Write the sum of a described TCP packet's pseudo header into its checksum
 * field, with a length of l4_bytes; 0: without, as a device wants it that
 * cuts the packet and adds the length of each segment.
 */
void ena_parse_seed(const struct ena_tx_pkt *, uint8_t *hdr, size_t l4_bytes);

/*
 * Take the first skip bytes away from n buffers; those that are left move to
 * the front.  Returns their number.
 */
unsigned int ena_parse_skip(struct ena_buf *, unsigned int n, uint32_t skip);

/* A key of 40 bytes from 80 hexadecimal digits; false: they are not. */
bool ena_parse_key(uint8_t *, const char *);

/* And back: ENA_KEY_TEXT bytes. */
#define ENA_KEY_TEXT		81U
void ena_print_key(const uint8_t *, char *);

/*
 * "index:queue index:queue": change these entries of a table.  False: not
 * that, or out of range; the table may be changed in part.
 */
bool ena_parse_table(uint8_t *, unsigned int entries, unsigned int pairs,
    const char *);

/* All of a table that way: at most so many bytes. */
#define ENA_TABLE_TEXT(_entries)	((_entries) * sizeof("4095:255") + 1)
void ena_print_table(const uint8_t *, unsigned int entries, char *);

#endif /* ENA_PARSE_H */
