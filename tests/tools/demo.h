/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-demo: what its files share.
 *
 *	ena_demo.c	options, signals, the last line
 *	demo_live.c	two TAPs: the event loop and the traffic stages
 *	demo_pcap.c	a capture through both adapters
 *	demo_gen.c	captures made up from a seed
 *	demo_report.c	everything people read
 *	demo_stats.c	all counters there are
 *	demo_common.c	adapters up and down, counters compared
 *	demo_files.c	temporary files
 *	demo_job.c	child processes
 *	demo_flow.c	traffic tools of our own, where others are missing
 *	demo_tap.c	TAP interfaces and namespaces
 *	demo_adapter.c demo_send.c	driver core, glue and device model
 *	demo_frame.c	frames; demo_dma.c	memory
 */
#ifndef DEMO_H
#define DEMO_H

#include "demo_adapter.h"
#include "demo_job.h"
#include "demo_tap.h"

#define DEMO_QUEUES	4U
#define DEMO_MTU	1500U
#define DEMO_MTU_PCAP	9216U
#define DEMO_BYTES	((uint64_t)100 << 20)
#define DEMO_FRAMES	5000U
#define DEMO_SECONDS	3U

struct demo_opts {
	const struct mock_profile *o_profile;
	uint16_t o_queues;		/* 0: default */
	uint32_t o_mtu;			/* 0: default */
	uint64_t o_seed;
	uint64_t o_bytes;
	uint32_t o_seconds;
	uint32_t o_flows;		/* 0: default */
	uint32_t o_frames;
	uint8_t o_llq;			/* enum ena_llq_policy */
	bool o_soft_csum;
	bool o_stats;			/* all counters at the end */
	bool o_verbose;
	bool o_no_color;
	bool o_builtin;			/* no foreign tools */
	bool o_no_tap;			/* as if there were none */
	const char *o_pcap;
	const char *o_out;
	const char *o_generate;
	const char *o_transcript;
};

/* One row of the comparison between driver and model. */
struct demo_row {
	const char *dr_name;
	uint64_t dr_driver[2], dr_model[2];	/* by adapter */
};
#define DEMO_ROWS	20U

struct demo {
	struct demo_opts d_opt;
	uint16_t d_queues;
	uint32_t d_mtu;
	struct demo_adapter *d_ad[2];
	FILE *d_transcript;
	/* presentation */
	bool d_tty, d_color, d_utf8;
	uint64_t d_shown_us;		/* last progress line */
	bool d_line_open;		/* progress line without newline */
	bool d_said;			/* there was output for people */
	/* results */
	struct demo_row d_rows[DEMO_ROWS];
	unsigned int d_nrows;
	unsigned int d_rx_used;
	uint64_t d_rules;
	char d_ok[512];			/* facts for the last line */
	char d_reason[512];		/* why it failed; empty: it did not */
};

/* ena_demo.c: what a signal asked for, 0 if none. */
int demo_signal(void);

/* Remember the first reason; returns false for the caller to pass on. */
bool demo_fail(struct demo *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/* demo_common.c: adapters up and down, counters compared. */
bool demo_up(struct demo *);
bool demo_down(struct demo *);
bool demo_check_faults(struct demo *);
void demo_serve_both(struct demo *);
/*
 * Wait for the answer to a request that was posted with that result.  When
 * there is none the adapter is taken down, as the request's memory goes away.
 */
enum ena_result demo_wait(struct demo_adapter *, const struct ena_req *,
    enum ena_result);
/* Fill d_rows; false with the reason if a counter differs. */
bool demo_compare(struct demo *);
/* RX queues of adapter i that got at least min packets since base. */
unsigned int demo_rx_used(const struct demo *, unsigned int i,
    const uint64_t *base, uint64_t min);
uint64_t demo_rx_bytes(const struct demo *, unsigned int i);

/*
 * demo_live.c, demo_pcap.c: true, with d_ok filled in, if all is well.
 * DEMO_IMPOSSIBLE: no TAP or no namespaces here; d_reason says why.
 */
enum demo_outcome { DEMO_OK, DEMO_FAILED, DEMO_IMPOSSIBLE };
enum demo_outcome demo_live(struct demo *);
bool demo_pcap(struct demo *, const char *in, const char *out);
/* demo_files.c: pseudo-random files, in a directory that goes away. */
bool demo_temp_make(struct demo *, char *dir, size_t len);
void demo_temp_remove(const char *dir);
bool demo_file_make(struct demo *, const char *path, uint64_t bytes,
    uint64_t seed);

/* demo_gen.c */
bool demo_generate(const char *path, uint64_t seed, uint32_t frames,
    uint64_t *bytes, char *why, size_t why_len);

/* demo_stats.c: if --stats was given; false if a device did not answer. */
bool demo_show_stats(struct demo *);

/* demo_report.c */
void demo_ui_init(struct demo *);
void demo_ui_end(struct demo *);
void demo_say(struct demo *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void demo_title(struct demo *, const char *);
void demo_show_config(struct demo *);
/*
 * One line in place while it runs, final: for good.  part: 0 to 1.
 */
void demo_progress(struct demo *, const char *label, uint64_t bytes,
    double part, uint64_t took_us, bool final);
void demo_show_queues(struct demo *);
void demo_show_counters(struct demo *);
void demo_show_work(struct demo *);	/* offloads, drops */
void demo_show_rules(struct demo *);

#endif /* DEMO_H */
