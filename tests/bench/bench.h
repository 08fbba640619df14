/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-bench: what one packet costs.
 *
 * Instructions are counted by callgrind, so the numbers are the same on
 * every machine and every run, and a budget can be a test.  Each case is run
 * twice, by the core ("ours") and by a loop written for that one case
 * ("floor"); both must leave the rings that a plain reference encoder
 * (bench_ref.c) leaves, so that nothing is saved by skipping work.
 *
 *	bench.c		modes, counting, the table, the verdict
 *	bench_world.c	one case set up: queue, packets, who goes when
 *	bench_ours.c	the cases through the core's interface
 *	bench_floor.c	the same work, specialised
 *	bench_check.c	what the cases leave out: random traffic, bad devices
 *	bench_ref.c	reference encoder and device, from the document
 */
#ifndef BENCH_H
#define BENCH_H

#include "ena_priv.h"

#define DEPTH		1024U	/* entries of every ring */
#define RUN		192U	/* packets (refill: buffers) of one run */
#define BATCH		32U	/* packets a doorbell */
#define WARM_RUNS	2U
#define RUNS		16U
#define MAX_BUFS	4U
#define MAX_ENTRY	256U	/* bytes of an LLQ entry */
#define MAX_HEADER	224U
#define WINDOW_OFF	8192U	/* of the LLQ ring in BAR2 */
#define ID(i)		((7U * (i) + 3U) % DEPTH)	/* of packet i */

/* What a parsed mbuf gives: unpacked, in nobody's wire format. */
struct bpkt {
	struct ena_buf bp_bufs[MAX_BUFS];
	const uint8_t *bp_hdr;		/* what LLQ pushes */
	uint32_t bp_requests;		/* ENA_TXF_* */
	uint16_t bp_nbufs;
	uint16_t bp_hdr_len;
	uint16_t bp_mss;
	uint8_t bp_l3;			/* ENA_L3_*, ENA_L4_* */
	uint8_t bp_l4;
	uint8_t bp_l3_off;
	uint8_t bp_l3_len;
	uint8_t bp_l4_len;
};

/* What the receiver of frames adds up. */
struct sums {
	uint64_t su_len;
	uint64_t su_id;
	uint64_t su_offset;
	uint64_t su_hash;
	uint64_t su_csum_ok;
	uint64_t su_frames;
};

/* A ring as its reference sees it. */
struct ref {
	uint8_t re_sq[DEPTH * MAX_ENTRY];
	uint32_t re_slot;		/* bytes of a descriptor, or entry */
	uint32_t re_before;		/* LLQ: descriptors before the header */
	uint32_t re_per_entry;		/* LLQ: in a following entry */
	bool re_meta_always;
	uint32_t re_tail;		/* descriptors, or LLQ entries */
	uint32_t re_units;		/* packets, or buffers posted */
	uint32_t re_meta[2];		/* metadata sent last */
	struct sums re_sums;
};

/* Floor: everything constant that can be. */
struct floorq {
	uint64_t (*fq_sq)[2];		/* or the LLQ window */
	const uint64_t *fq_cq;
	volatile uint32_t *fq_db;
	uint32_t fq_tail;
	uint32_t fq_done;		/* TX: slots known to be free again */
	uint32_t fq_head;		/* completions taken */
	uint32_t fq_packets;		/* TX: submitted */
	uint64_t fq_meta;
	uint16_t fq_ids[DEPTH];
	uint16_t fq_posted[DEPTH];
	uint8_t fq_slots[DEPTH];
};

enum work {
	TX_PUT, TX_COMPLETE, TX_STEADY, RX_REFILL, RX_POLL, RX_STEADY
};

/* What is sent: the floor has a loop for each. */
enum mix {
	HOST_1, HOST_2, HOST_4, HOST_2_TSO,
	LLQ_H96_1, LLQ_H96_1M, LLQ_H64_0, LLQ_H96_2M, LLQ_W96_1, LLQ_W224_1,
	MIXES
};

struct bcase {
	const char *bc_name;
	enum work bc_work;
	enum mix bc_mix;
	unsigned int bc_bufs;
	unsigned int bc_budget;		/* 0: for information */
	unsigned int bc_stretch;
	uint32_t bc_requests;		/* ENA_TXF_* */
	unsigned int bc_entry;		/* LLQ: bytes of an entry */
	unsigned int bc_header;		/* LLQ: bytes pushed */
	bool bc_meta;			/* LLQ: metadata with each packet */
	/* for bench_check.c; 0: two, as many as there are places, no limit */
	unsigned int bc_before;
	unsigned int bc_per_entry;
	unsigned int bc_burst;
};

struct world;
typedef void measured_fn(struct world *);

/* One implementation: the functions that are counted, and where it writes. */
struct side {
	const char *sd_name;
	measured_fn *sd_put[MIXES];
	measured_fn *sd_reap;
	measured_fn *sd_refill;
	measured_fn *sd_poll[5];	/* by number of buffers */
};
extern const struct side side_ours, side_floor;

struct world {
	const struct bcase *w_case;
	const struct side *w_side;
	/* arguments and results of the functions that are counted */
	uint32_t w_first;		/* packet of the run to start with */
	uint32_t w_count;		/* packets of this call */
	uint32_t w_errors;
	uint32_t w_ids_n;
	struct bpkt w_pkts[RUN];
	uint64_t w_addr[RUN * MAX_BUFS];
	uint16_t w_len[RUN * MAX_BUFS];
	uint16_t w_ids[DEPTH];		/* RX: posted; TX: completed */
	const struct bpkt *w_sent[DEPTH]; /* by request id */
	uint8_t w_header[MAX_HEADER + 8];
	struct sums w_sums;
	/* ours */
	struct ena_os w_os;
	struct ena_dev w_dev;
	struct ena_txq *w_txq;
	struct ena_rxq *w_rxq;
	void *w_mem;
	volatile uint32_t w_bar0[1024];
	volatile uint64_t w_bar2[(WINDOW_OFF + DEPTH * MAX_ENTRY) / 8]
	    __attribute__((__aligned__(64)));
	/* floor */
	struct floorq w_floor;
	/* device and reference */
	const uint8_t *w_sq;
	uint32_t w_sq_bytes;
	uint8_t *w_cq;
	uint32_t w_cq_tail;		/* completions written */
	uint32_t w_cq_units;		/* packets completed */
	struct ref w_ref;
};

/* bench_world.c */
bool world_open(struct world *, const struct bcase *, const struct side *);
void world_close(struct world *);
bool world_run(struct world *, bool check,
    void (*measure)(measured_fn *, struct world *));
size_t world_memory(void);

/* bench_check.c */
bool check_random(uint64_t seed);

/* bench_ref.c */
void ref_tx(struct ref *, const struct bpkt *, const struct ena_buf *,
    uint32_t id);
void ref_rx(struct ref *, uint64_t addr, uint16_t len, uint32_t id);
void device_tx(struct world *, uint32_t packets);
void device_tx_done(struct world *, uint32_t id);
void device_rx(struct world *, uint32_t frames);
void device_rx_done(struct world *, uint32_t status, uint32_t len,
    uint32_t id, uint32_t hash, uint32_t offset);
uint64_t ref_hash(const uint8_t *, size_t);

#endif /* BENCH_H */
