/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traffic with a memory: frames whose every byte follows from their number,
 * sent by one adapter and checked at another.
 *
 * One struct sim_load is one direction.  It takes the receiver's rx hook.
 */
#ifndef SIM_LOAD_H
#define SIM_LOAD_H

#include "ena_sim.h"

enum load_kind {
	LOAD_RAW,		/* no protocol anybody knows */
	LOAD_UDP4, LOAD_TCP4, LOAD_UDP6, LOAD_TCP6,
	LOAD_KINDS
};

#define LOAD_MIN	82U	/* shortest frame that can carry its number */
#define LOAD_RAW_MIN	22U	/* the same for LOAD_RAW */
#define LOAD_MAX	65535U

struct sim_load {
	struct sim_adapter *ld_from, *ld_to;
	uint32_t ld_salt;		/* keeps two loads apart */
	uint32_t ld_sent, ld_got;
	uint64_t ld_sent_bytes, ld_got_bytes;
	uint32_t ld_bad, ld_twice, ld_unknown;	/* of those received */
	uint32_t ld_flow;		/* flow of the last frame received */
	uint32_t ld_multi;		/* received in several buffers */
	uint32_t ld_good_l3, ld_good_l4;	/* verdicts */
	uint32_t ld_offloaded;		/* sent with a checksum request */
	unsigned int ld_flows;		/* spread over so many flows */
	size_t ld_seen_size;
	uint8_t *ld_seen;		/* by number: its sent kind + 1, */
	uint32_t *ld_lens;		/* 0 once received; and length */
	uint8_t ld_frame[LOAD_MAX + 1];
};

void load_init(struct sim_load *, struct sim_adapter *from,
    struct sim_adapter *to, uint32_t salt);
void load_free(struct sim_load *);
/*
 * Make and queue the next frame of len bytes on pair q.  csum: leave the
 * checksums to the device if it offers them.  ENA_NO_ROOM: it was not sent
 * and may be tried again.
 */
enum ena_result load_send(struct sim_load *, unsigned int q, size_t len,
    enum load_kind, bool csum);
/* load_send(), letting time pass while there is no room; then flush. */
enum ena_result load_push(struct sim_load *, unsigned int q, size_t len,
    enum load_kind, bool csum);
/* For sim_run_until(): everything sent has been received. */
bool load_done(void *);
/* Nothing received that was not sent exactly so. */
bool load_good(const struct sim_load *);

#endif /* SIM_LOAD_H */
