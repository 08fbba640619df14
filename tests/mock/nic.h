/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A minimal glue: what a kernel driver does around the core, in its smallest
 * complete form.  Tests, demo and tools drive the core through it; it is
 * binding-agnostic (include it after choosing ENA_OS_BINDING) and shows a
 * porter the whole life of a driver in one file (nic.c).
 *
 * One thread owns a struct nic and so all its lanes.
 */
#ifndef NIC_H
#define NIC_H

#include <stdio.h>

#include "ena.h"

struct nic_rx_meta;

struct nic_buf {
	uint8_t *va;
	uint64_t pa;
	uint32_t len;
	void *cookie;			/* the host's */
};

/* What the glue's own "kernel" offers. */
struct nic_host {
	void *arg;
	/* Packet memory, mapped for the device in both directions. */
	bool (*buf_alloc)(void *, uint32_t len, struct nic_buf *);
	void (*buf_free)(void *, struct nic_buf *);
	void (*buf_sync)(void *, struct nic_buf *, size_t off, size_t len,
	    enum ena_sync);
	/* Let at least us microseconds pass (virtual or real). */
	void (*wait_us)(void *, uint32_t us);
	/* A received frame, in one piece; valid during the call. */
	void (*rx_frame)(void *, const uint8_t *frame, size_t len,
	    const struct nic_rx_meta *);
};

struct nic_rx_meta {
	unsigned int queue;
	uint32_t hash;
	enum ena_hash_kind hash_kind;
	enum ena_verdict l3, l4;
	unsigned int nsegs;
};

struct nic_tx_meta {
	uint32_t flags;			/* ENA_TXF_* */
	uint16_t mss;
	uint8_t l3, l4;			/* ENA_L3_*, ENA_L4_* */
	uint8_t l3_off, l3_len, l4_len;
};

struct nic_options {
	uint32_t rx_buf_len;		/* default 2048 */
	uint32_t tx_seg_len;		/* bytes a TX buffer holds; def. 2048 */
	uint16_t vectors;		/* granted by the "kernel" */
};

struct nic_queue_stats {
	uint64_t tx_pkts, tx_bytes, tx_done, tx_drops, tx_full;
	uint64_t rx_pkts, rx_bytes, rx_no_buf;
	uint64_t rx_csum_good, rx_csum_bad, rx_csum_unknown;
	uint64_t interrupts;
};

struct nic;

/* Allocates; touches no hardware.  NULL with *why set on bad config. */
struct nic *nic_create(struct ena_os *, const struct ena_config *,
    const struct nic_options *, const struct nic_host *,
    enum ena_result *why);
void nic_destroy(struct nic *);		/* must be OFF or GONE */

struct ena_dev *nic_dev(struct nic *);
unsigned int nic_pairs(const struct nic *);

/*
 * Whole life cycle moves, waiting through host->wait_us.  nic_up: from OFF
 * or QUIET to RUNNING, RX rings filled, vectors unmasked.  nic_down: to OFF
 * with all buffers back.  nic_recover: the reset path after a fault.
 */
enum ena_result nic_up(struct nic *);
enum ena_result nic_down(struct nic *);
enum ena_result nic_recover(struct nic *);
/* New rings without a reset, after ena_mtu_set() or ena_queue_wish(). */
enum ena_result nic_reopen(struct nic *);
/* Drive a goto from outside, e.g. to stop half way: one ena_dev_step. */
enum ena_result nic_goto(struct nic *, enum ena_state);

/*
 * Copy a frame into buffers and queue it on pair q.  ENA_NO_ROOM: retry after
 * nic_queue_intr().  Sent at the latest by nic_tx_flush().
 */
enum ena_result nic_tx(struct nic *, unsigned int q, const uint8_t *frame,
    size_t len, const struct nic_tx_meta * /* may be NULL */);
enum ena_result nic_tx_flush(struct nic *, unsigned int q);

/* The interrupt handlers: vector 0, vector 1 + q. */
enum ena_result nic_mgmt_intr(struct nic *);
enum ena_result nic_queue_intr(struct nic *, unsigned int q);
/* The once-a-second tick: ena_tick, AENQ drain, refill of starved rings. */
enum ena_result nic_tick(struct nic *);

const struct nic_queue_stats *nic_stats(const struct nic *, unsigned int q);
/* Buffers now lent to the device: must be 0 after nic_down. */
unsigned int nic_bufs_out(const struct nic *);
void nic_print(const struct nic *, FILE *);	/* configuration, for people */

#endif /* NIC_H */
