/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A deterministic world for tests: virtual time, one seeded source of
 * randomness, adapters (device model + hostile binding + glue) and wires.
 *
 * Nothing happens but inside sim_advance() and sim_run_until() (and what the
 * device does at a register write): events are served in the order of their
 * time, interrupts are delivered there and never from inside the model.
 * Same scenario, seed and fault: same history to the last byte.
 *
 * Contract violations (misuse of DMA memory, missing barriers, unmapped
 * DMA, lanes entered twice) do not stop the run; they are recorded,
 * and tests assert that there are none:
 *
 *	s = sim_create(NULL, "tx_wrap", 0x8f3a);
 *	a = sim_add(s, sim_spec(&spec, "t4g"));
 *	SIM_CHECK(s, nic_up(sim_nic(a)) == ENA_OK);
 *	...
 *	SIM_CHECK(s, sim_clean(s));
 *	sim_destroy(s);
 *
 * What exactly the binding punishes is listed in sim_mem.c and sim_os.c.
 */
#ifndef ENA_SIM_H
#define ENA_SIM_H

#include <stdio.h>

#include "ena_mockdev.h"
#include "nic.h"

struct sim;
struct sim_adapter;

#define SIM_TEXT	200	/* longest violation, log or trace line */

struct sim_options {
	uint32_t wire_us;	/* flight time of a frame */
	uint32_t irq_us;	/* from message to handler */
	uint32_t tick_us;	/* period of nic_tick(); 0: never */
	uint32_t jitter_pct;	/* random 0..n % on all of these and waits */
	uint32_t loss_ppm;	/* frames lost on the wire */
	uint64_t limit_us;	/* virtual time at which a run is hung */
	uint64_t epoch_us;	/* what the drivers' clocks say at time 0 */
	bool auto_recover;	/* nic_recover() after a handler's fault */
};
void sim_options_default(struct sim_options *);

/* opt NULL: defaults.  name is not copied. */
struct sim *sim_create(const struct sim_options *, const char *name,
    uint64_t seed);
/* Without mercy, whatever is still allocated. */
void sim_destroy(struct sim *);

/* ---- adapters */

struct sim_spec {
	struct mock_profile profile;
	struct mock_options mock;	/* seed 0: derived from the sim's */
	struct ena_config config;
	struct nic_options nic;
};
/* Reasonable values for a profile: 4 CPUs, all vectors.  Returns spec. */
struct sim_spec *sim_spec(struct sim_spec *, const char *profile);
/* NULL if nic_create() refuses the config or memory runs out. */
struct sim_adapter *sim_add(struct sim *, const struct sim_spec *);

struct nic *sim_nic(struct sim_adapter *);
struct ena_dev *sim_dev(struct sim_adapter *);
struct ena_os *sim_os(struct sim_adapter *);
struct mockdev *sim_mock(struct sim_adapter *);
struct sim *sim_of(struct sim_adapter *);
unsigned int sim_index(const struct sim_adapter *);
struct sim_adapter *sim_nth(struct sim *, unsigned int);

/* Full duplex; an adapter without a peer sends into the void. */
void sim_connect(struct sim_adapter *, struct sim_adapter *);
/* Send a frame towards an adapter as if its peer had. */
void sim_wire_send(struct sim_adapter *to, const void *, size_t);

/* Hooks; NULL for none. */
typedef void sim_rx_fn(void *arg, struct sim_adapter *, const uint8_t *,
    size_t, const struct nic_rx_meta *);
typedef void sim_wire_fn(void *arg, struct sim_adapter *from, const void *,
    size_t);
typedef void sim_line_fn(void *arg, const char *line);
void sim_on_rx(struct sim_adapter *, sim_rx_fn *, void *);
void sim_on_wire(struct sim *, sim_wire_fn *, void *);
/* Transcript of platform operations and of the model, a line each. */
void sim_on_trace(struct sim *, sim_line_fn *, void *);

/* Last result of an interrupt handler or tick that was not ENA_OK. */
enum ena_result sim_trouble(const struct sim_adapter *);
void sim_trouble_clear(struct sim_adapter *);
unsigned int sim_recoveries(const struct sim_adapter *);

/* The card is pulled out. */
void sim_pull(struct sim_adapter *);
/* Bus mastering off: the device's DMA goes nowhere. */
void sim_bus_master(struct sim_adapter *, bool on);
/* Swallow the next n interrupts of all vectors. */
void sim_lose_intr(struct sim_adapter *, unsigned int n);

/* No packet memory while on: every buf_alloc fails. */
void sim_starve(struct sim_adapter *, bool on);

/*
 * Sabotage, to prove that it would be noticed: ignore these operations as if
 * the driver had forgotten them, or do them against the contract; all (nth
 * 0) or only the nth (from 1).  sim_skips() counts the operations of these
 * kinds since.
 */
enum sim_skip {
	SIM_SKIP_PREREAD	= 1U << ENA_SYNC_PREREAD,
	SIM_SKIP_POSTREAD	= 1U << ENA_SYNC_POSTREAD,
	SIM_SKIP_PREWRITE	= 1U << ENA_SYNC_PREWRITE,
	SIM_SKIP_POSTWRITE	= 1U << ENA_SYNC_POSTWRITE,
	SIM_SKIP_WMB		= 1U << 4,
	SIM_SKIP_RMB		= 1U << 5,
	SIM_SKIP_MB		= 1U << 6,
	SIM_LATE_WR4		= 1U << 7,	/* overtaken by the next one */
	SIM_BACK_CLOCK		= 1U << 8,	/* often a second ago */
	SIM_DIRTY_ALLOC		= 1U << 9	/* a failure leaves traces */
};
void sim_skip(struct sim_adapter *, unsigned int, uint64_t nth);
uint64_t sim_skips(const struct sim_adapter *);

/*
 * DMA memory that is good but not what was asked for: beyond the width, or
 * hardly aligned.
 */
enum sim_careless {
	SIM_CARELESS_WIDTH	= 1,
	SIM_CARELESS_ALIGN	= 2
};
void sim_careless(struct sim_adapter *, unsigned int);

/* ---- time */

uint64_t sim_now(const struct sim *);
void sim_advance(struct sim *, uint64_t us);
typedef bool sim_cond_fn(void *arg);
/* Until cond or for max_us; true if cond. */
bool sim_run_until(struct sim *, sim_cond_fn *, void *, uint64_t max_us);
uint32_t sim_rand(struct sim *, uint32_t below);

/* ---- lanes and threads */

/*
 * Who runs: 0 is the test, each handler delivery is a thread of its own.  A
 * taken lane may be entered by its taker only.
 */
unsigned int sim_thread(struct sim *, unsigned int);	/* returns the old */
void sim_lane_take(struct sim_adapter *, enum ena_lane, unsigned int q);
void sim_lane_drop(struct sim_adapter *, enum ena_lane, unsigned int q);

/* ---- what went wrong */

unsigned int sim_violations(const struct sim *);
/* The i-th of those kept (the first ones), NULL past the end. */
const char *sim_violation(const struct sim *, unsigned int);
void sim_violations_clear(struct sim *);
/* Forget those that contain text; returns their number. */
unsigned int sim_violations_forgive(struct sim *, const char *text);
/* DMA accesses that the IOMMU refused. */
unsigned int sim_refused(const struct sim_adapter *);
/* Live DMA blocks and packet buffers. */
unsigned int sim_blocks(const struct sim_adapter *);
unsigned int sim_bufs(const struct sim_adapter *);
/* No violation, no rule broken, nothing leaked (adapters all OFF). */
bool sim_clean(const struct sim *);
/* As sim_clean(), for adapters that are still up. */
bool sim_lawful(const struct sim *);

/* Log lines, newest first; NULL past the end of what is kept. */
const char *sim_log(const struct sim *, unsigned int);
bool sim_logged(const struct sim *, const char *text);

/*
 * Make the n-th (from 1) fallible platform operation fail, once.  0: none.
 * sim_ops() tells how many there were.  Kinds: "dma_alloc", "buf_alloc",
 * "readless" (the answer is lost) and "rd4" (all ones: the card is out, and
 * stays out).
 */
void sim_fail_at(struct sim *, uint64_t n);
uint64_t sim_ops(const struct sim *);
const char *sim_failed_kind(const struct sim *);	/* NULL: not yet */
/* Text after "f=" of the replay id when no operation is made to fail. */
void sim_set_fault(struct sim *, const char *);

/* "tx_wrap:s=8f3a:f=17.dma_alloc" */
const char *sim_replay(const struct sim *);
/* Everything a person wants to know. */
void sim_report(const struct sim *, FILE *);

/*
 * Called, with a report on stderr already, for hung runs and failed
 * assertions; must not return.  Default: abort().
 */
void sim_on_panic(void (*)(const char *));
/* No report of its own before a panic: for tests that expect one. */
void sim_quiet(bool);

/* A check that leaves the replay id behind when it fails. */
#define SIM_CHECK(s, cond) do {						\
	if (!(cond)) {							\
		sim_report((s), stderr);				\
		fail_msg("%s: %s", sim_replay(s), #cond);		\
	}								\
} while (0)

/* ---- addresses */

/* "A0.d3+0x40"; the buffer is the caller's. */
const char *sim_symbol(const struct sim_adapter *, uint64_t, char *, size_t);
/* The device's view of memory, for tests that look behind the driver. */
bool sim_peek(const struct sim_adapter *, uint64_t, void *, size_t);
bool sim_poke(struct sim_adapter *, uint64_t, const void *, size_t);
/* Packet memory as the glue gets it. */
const struct nic_host *sim_host(struct sim_adapter *);

#endif /* ENA_SIM_H */
