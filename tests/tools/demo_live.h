/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live demo's inside: demo_live.c is the loop, demo_stages.c the
 * traffic.
 */
#ifndef DEMO_LIVE_H
#define DEMO_LIVE_H

#include "demo.h"

#define LIVE_IP4_A	"10.77.0.1"
#define LIVE_IP4_B	"10.77.0.2"
#define LIVE_IP6_A	"fd77::1"
#define LIVE_IP6_B	"fd77::2"

struct live_side {
	struct demo_tap ls_tap;
	const struct demo_adapter *ls_ad;
	uint64_t ls_foretold;		/* frames at the queue foretold */
	uint64_t ls_astray;		/* at another one */
	const uint8_t *ls_held;		/* waits for room in a ring */
	size_t ls_held_len;
	struct demo_hint ls_hint;
};

struct live {
	struct demo *lv_d;
	struct live_side lv_side[2];
	struct demo_job lv_job[2];
	uint64_t lv_frames;		/* from the kernel */
	bool lv_quiet;			/* take no more of them */
	bool lv_ip6;
	char lv_dir[512];		/* temporary files */
	/* results */
	unsigned int lv_loss_pct;
	uint64_t lv_bytes;		/* compared after their journey */
	double lv_mbit;
};

/* Children to wait for; [0] is the receiving one, [1] the sending one. */
struct live_watch {
	const char *lw_label;
	struct demo_job *lw_jobs[2];
	unsigned int lw_njobs;
	unsigned int lw_limit_s;
	unsigned int lw_side;		/* where bytes arrive */
	uint64_t lw_total;		/* expected there; 0: unknown */
	unsigned int lw_seconds;	/* to go on for; 0: unknown */
	uint64_t lw_base, lw_start_us, lw_took_us;
};

/* One turn of the loop; false: d_reason says why not. */
bool live_pump(struct live *);
bool live_wait(struct live *, struct live_watch *);
bool live_wait_listen(struct live *, struct demo_job *, unsigned int port);

/* The stages. */
bool live_ping(struct live *);
bool live_files(struct live *);
bool live_flows(struct live *);

#endif /* DEMO_LIVE_H */
