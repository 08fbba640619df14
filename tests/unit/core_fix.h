/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixture of the core's unit tests: one ena_dev of the test's own, driven by
 * hand, in front of the device model and behind the hostile binding.
 *
 * The simulated world brings a glue along (nic.c); it stays OFF here.  The
 * test is the glue: it steps, lets time pass, reaps, posts buffers and takes
 * the upcalls, so that every moment between two operations can be looked at.
 * Nothing reaps behind the test's back.
 *
 * Three ways to look at or into what passes between driver and device:
 *
 *  - the journal: every register write and every admin command, as the model
 *    saw them, with the buffer a SET command points to;
 *  - the middleman: fix_twist() changes answers of admin commands,
 *    fix_twist_reg() readless answers, on their way through memory;
 *  - pokes: completions typed by hand into the device's copy of a ring.
 *
 * Words on the wire are typed here without ena_hw.h's help: fix_w*() and
 * fix_r*() are the second opinion on byte order.
 */
#ifndef CORE_FIX_H
#define CORE_FIX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_priv.h"
#include "ena_sim.h"

#define FIX_TWISTS	8U
#define FIX_CTRL	4096U	/* bytes of a command's buffer kept */
#define FIX_TX_BUFS	32U
#define FIX_FRAME	65536U
#define FIX_COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* Flags of TX descriptor word 0, typed from the protocol document. */
#define W_META		0x00800000U
#define W_PHASE		0x01000000U
#define W_FIRST		0x04000000U
#define W_LAST		0x08000000U
#define W_REQ		0x10000000U

struct fix_write {
	uint32_t off, val;
};

struct fix_cmd {
	uint8_t op;
	uint8_t feature;		/* GET_FEATURE, SET_FEATURE only */
	unsigned int writes;		/* register writes before it */
	uint8_t bytes[64];
	uint8_t ctrl[FIX_CTRL];
};

/*
 * Change n bytes at offset off of the answer to a command.  feature 0: any.
 * skip: let that many pass first; times 0: for ever.
 */
struct fix_twist {
	uint8_t op, feature;
	unsigned int off, n;
	uint8_t bytes[56];
	unsigned int skip, times, hits;
	bool used;
};

struct fix_sent {
	unsigned int n;
	struct nic_buf b[FIX_TX_BUFS];
};

struct fix_q {
	uint64_t tx_sq, tx_cq, rx_sq, rx_cq;	/* bus addresses */
	uint32_t tx_db, rx_db, unmask;		/* register offsets */
	struct fix_sent *tx;			/* by request id */
	struct nic_buf *rx;			/* by request id */
	struct nic_buf one;			/* see fix_tx_one() */
};

/* What the last upcalls said, and how many there were. */
struct fix_calls {
	unsigned int link, warning, notification, config;
	bool link_up;
	uint16_t syndrome;
	uint64_t bitmap;
	void (*hook)(void *);			/* from each upcall */
	void *hook_arg;
};

struct fix {
	struct sim_spec spec;
	struct sim_options opt;
	uint64_t seed;
	unsigned int vectors;
	struct sim *sim;
	struct sim_adapter *ad;
	struct mockdev *mock;
	struct ena_os *os;
	struct ena_dev *dev;
	struct ena_plan plan;
	unsigned int depth_tx, depth_rx;	/* of the tables in q[] */
	void *mem[ENA_MAX_PAIRS];
	struct fix_q *q;
	unsigned int npairs;
	struct fix_calls calls;
	/* journal */
	struct fix_write *writes;
	unsigned int nwrites, maxwrites;
	struct fix_cmd *cmds;
	unsigned int ncmds, maxcmds;
	bool in_cmd;		/* the last command, not yet an answer */
	/* middleman */
	struct fix_twist twist[FIX_TWISTS];
	uint16_t acq_seen;
	uint64_t resets_seen;
	uint32_t reg_off, reg_and, reg_or;
	bool reg_on;
	/* the last frame on the wire, and how many */
	unsigned int frames;
	size_t frame_len;
	uint8_t frame[FIX_FRAME];
};

/* ---- words on the wire */

uint16_t fix_r16(const void *);
uint32_t fix_r32(const void *);
uint64_t fix_r64(const void *);
void fix_w16(void *, uint16_t);
void fix_w32(void *, uint32_t);
void fix_w64(void *, uint64_t);

/* ---- life */

/*
 * Everything but the world; change f->spec, f->opt, then fix_open().  TX
 * rings are in host memory unless cf_llq is changed, too.
 */
struct fix *fix_spec(const char *profile);
void fix_open(struct fix *);
struct fix *fix_new(const char *profile);		/* both */
/* OFF, everything given back, no rule broken, nothing leaked. */
void fix_end(struct fix *);
/* As fix_end(), for tests that broke rules or the world on purpose. */
void fix_end_dirty(struct fix *);

void fix_pass(struct fix *, uint64_t us);
/* Step until something else than ENA_AGAIN. */
enum ena_result fix_steps(struct fix *);
enum ena_result fix_goto(struct fix *, enum ena_state);
/* As fix_goto(), but only n waits; ENA_AGAIN if that was too few. */
enum ena_result fix_part(struct fix *, enum ena_state, unsigned int n);
/* Plan for f->vectors and lend memory, unless the plan is the old one. */
enum ena_result fix_plan(struct fix *);
/* From anywhere below to RUNNING. */
enum ena_result fix_up(struct fix *);
struct fix *fix_running(const char *profile);		/* new and up */
/* A plan is known, memory is lent, nothing is up. */
struct fix *fix_planned(const char *profile);
void fix_plan_only(struct fix *);			/* after fix_open() */
/* Register offsets and ring addresses from the commands in the journal. */
void fix_learn(struct fix *);
/* Buffers back to the host; the device must be QUIET, OFF or GONE. */
unsigned int fix_drain(struct fix *);

/* ---- the journal */

void fix_journal(struct fix *, bool on);
void fix_forget(struct fix *);		/* empty it */
/* Writes to a register; the last value in *val if val is not NULL. */
unsigned int fix_writes(const struct fix *, uint32_t off, uint32_t *val);
/* The n-th (from 0) command of a kind, or NULL; feature 0: any. */
const struct fix_cmd *fix_cmd(const struct fix *, uint8_t op,
    uint8_t feature, unsigned int n);
unsigned int fix_cmds(const struct fix *, uint8_t op, uint8_t feature);
struct mock_stats fix_mock(const struct fix *);

/* ---- trouble */

void fix_fault(struct fix *, enum mock_fault, uint32_t arg);
void fix_fault_cmd(struct fix *, enum mock_fault, uint32_t arg, uint8_t op,
    uint8_t feature);
void fix_fault_full(struct fix *, enum mock_fault, uint32_t arg,
    uint8_t op, uint8_t feature, uint32_t after, uint32_t times);
/* off counts from the start of the answer: its body begins at 8. */
struct fix_twist *fix_twist(struct fix *, uint8_t op, uint8_t feature,
    unsigned int off, const void *, unsigned int n);
struct fix_twist *fix_twist32(struct fix *, uint8_t op, uint8_t feature,
    unsigned int off, uint32_t);
struct fix_twist *fix_twist16(struct fix *, uint8_t op, uint8_t feature,
    unsigned int off, uint16_t);
struct fix_twist *fix_twist8(struct fix *, uint8_t op, uint8_t feature,
    unsigned int off, uint8_t);
void fix_untwist(struct fix *);
/* Readless answers for register off: value & and | or. */
void fix_twist_reg(struct fix *, uint32_t off, uint32_t and, uint32_t or);

/* ---- rings */

/* Words 0..3 of a descriptor as the device would read it. */
void fix_desc(struct fix *, uint64_t ring, uint32_t slot, uint32_t w[4]);
/* Completions by hand; the phase follows from the position. */
void fix_txc(struct fix *, unsigned int q, uint32_t pos, uint32_t w0);
void fix_rxc(struct fix *, unsigned int q, uint32_t pos, uint32_t status,
    uint32_t len, uint32_t id, uint32_t hash, uint32_t offset);

/*
 * Packet buffers are kept by request id and freed with it.  The header that
 * is pushed into an LLQ comes first: tp_hdr_len bytes, or if that is 0 as
 * many as fit and leave a byte for each buffer.
 */
enum ena_result fix_tx(struct fix *, unsigned int q, const uint8_t *frame,
    size_t len, unsigned int nbufs, const struct ena_tx_pkt *);
/* The same small buffer again and again, as one packet of n buffers. */
enum ena_result fix_tx_one(struct fix *, unsigned int q, unsigned int n,
    uint16_t *id);
/* Reap at most max; ids (may be NULL) and their number. */
enum ena_result fix_reap(struct fix *, unsigned int q, unsigned int max,
    uint16_t *ids, unsigned int *count);
/* Let time pass until n packets came back; their buffers are freed. */
void fix_tx_wait(struct fix *, unsigned int q, unsigned int n);

/* Post n buffers of len bytes with one doorbell. */
enum ena_result fix_fill(struct fix *, unsigned int q, unsigned int n,
    uint32_t len);
/* Copy out a frame and free its buffers; the number of bytes. */
size_t fix_gather(struct fix *, unsigned int q, const struct ena_rx_pkt *,
    uint8_t *);
/* One pass for one frame: ENA_OK, ENA_AGAIN or worse. */
enum ena_result fix_rx(struct fix *, unsigned int q, struct ena_rx_pkt *,
    uint8_t *frame, size_t *len);
/*
 * Is it alive?  One packet out of each pair, one frame in.  Leaves two or
 * one buffers posted in each RX ring.
 */
void fix_prove(struct fix *);
/*
 * Go somewhere, and see that we are there, that it works as far as that can
 * be, and that the device knows nothing of us where it should not.
 */
void fix_arrive(struct fix *, enum ena_state);

/* ---- frames */

enum fix_kind { FIX_TCP4, FIX_UDP4, FIX_IP4, FIX_TCP6, FIX_UDP6, FIX_IP6 };
/* Checksums are right; every payload byte is different from its neighbour. */
size_t fix_frame(uint8_t *, enum fix_kind, size_t payload, uint32_t flow);
/* Describe such a frame for ena_tx_put(); flags are the caller's. */
void fix_describe(struct ena_tx_pkt *, enum fix_kind, uint32_t flags);
/* Are all checksums of this frame right? */
bool fix_frame_good(const uint8_t *, size_t);

#endif /* CORE_FIX_H */
