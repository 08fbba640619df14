/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of the simulated world: ena_sim.c (world, records), sim_clock.c
 * (time, interrupts, wires, the glue's host), sim_mem.c (memory, IOMMU,
 * barriers), sim_ring.c (completion rings), sim_os.c (the binding).
 */
#ifndef SIM_PRIV_H
#define SIM_PRIV_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ena_sim.h"

#define SIM_NEVER		UINT64_MAX
#define SIM_PAGE		4096U
#define SIM_HASH		1024U	/* buckets of an IOMMU's page table */
#define SIM_KEPT		32U	/* violations kept as text */
#define SIM_LOG			64U	/* log lines kept */
#define SIM_VECTORS		256U
#define SIM_LANES		6U
#define SIM_GRANULE		8U	/* unit of lending memory */
#define SIM_STORM		1000000U /* events in one microsecond */

/* Loan state of a granule. */
#define SIM_LENT_W		1U	/* PREWRITE: the device reads it */
#define SIM_LENT_R		2U	/* PREREAD: the device writes it */
#define SIM_LENT		(SIM_LENT_W | SIM_LENT_R)
#define SIM_OWN			4U	/* no PREREAD since the CPU wrote it */

/* State of an entry of a completion ring, in the driver's copy. */
enum sim_entry {
	SIM_E_CLEAR,		/* as it is */
	SIM_E_VEILED,		/* phase word visible, the rest poison */
	SIM_E_HELD		/* still looks as before, arrives at rmb */
};

struct sim_page {
	uint64_t pg_no;
	struct sim_region *pg_region;
	struct sim_page *pg_next;
};

/* One mapped piece of memory: a DMA block or a packet buffer. */
struct sim_region {
	struct sim_adapter *rg_ad;
	uint64_t rg_pa;
	size_t rg_len;
	bool rg_packet;
	unsigned int rg_no;		/* for its symbol */
	uint8_t *rg_raw;		/* what malloc gave for rg_va */
	uint8_t *rg_va;			/* the driver's copy */
	uint8_t *rg_dev;		/* the device's copy */
	uint8_t *rg_staged;		/* PREWRITE, not yet behind a wmb */
	uint8_t *rg_shadow;		/* rg_va as it was when lent */
	uint8_t *rg_lent;		/* by granule */
	/* completion rings only */
	uint64_t rg_gen;		/* of rg_ring */
	struct mock_ring rg_ring;
	uint32_t rg_word;		/* bytes that come with the phase */
	uint8_t *rg_seen;		/* device bytes last presented */
	uint8_t *rg_estate;		/* enum sim_entry, by entry */
	uint32_t rg_entries;		/* size of rg_estate */
	bool rg_veiled;
	struct sim_region *rg_next, *rg_prev;
	size_t rg_npages;
	struct sim_page rg_pages[];
};

struct sim_staged {
	struct sim_region *sg_region;
	size_t sg_off, sg_len;
};

struct sim_wc {
	uint32_t wc_off;
	uint64_t wc_val;
};

struct sim_frame {
	struct sim_adapter *fr_to;
	uint64_t fr_due;
	size_t fr_len;
	struct sim_frame *fr_next;
	uint8_t fr_data[];
};

struct sim_adapter {
	struct sim *ad_sim;
	unsigned int ad_index;
	struct sim_spec ad_spec;
	struct ena_os ad_os;
	struct nic_host ad_host;
	struct mockdev *ad_mock;
	struct nic *ad_nic;
	struct sim_adapter *ad_peer;
	sim_rx_fn *ad_rx;
	void *ad_rx_arg;
	/* memory */
	struct sim_page *ad_hash[SIM_HASH];
	struct sim_region *ad_blocks, *ad_bufs;	/* lists of all */
	unsigned int ad_nblocks, ad_nbufs, ad_serial;
	struct sim_staged *ad_staged;
	size_t ad_nstaged, ad_staged_max;
	struct sim_wc *ad_wc;
	size_t ad_nwc, ad_wc_max;
	uint64_t ad_gen;		/* of the model's registrations */
	bool ad_bus_master;
	bool ad_in_wr4;			/* the driver writes a register */
	bool ad_events_read;		/* and no mb since */
	uint32_t ad_fixed[ENAHW_REG_FIXED_END / 4]; /* as last written */
	unsigned int ad_refused;
	unsigned int ad_skip;		/* enum sim_skip: forget these */
	uint64_t ad_skip_at, ad_skip_count;
	bool ad_late;			/* a register write waits */
	uint32_t ad_late_off, ad_late_val;
	bool ad_starved;
	unsigned int ad_careless;	/* enum sim_careless */
	uint32_t ad_hi_of;		/* register half awaiting the other */
	uint64_t ad_hi_pa;
	/* interrupts and time */
	uint64_t ad_irq[SIM_VECTORS];	/* due, SIM_NEVER: none */
	unsigned int ad_nirq;
	unsigned int ad_lose;
	uint64_t ad_tick;
	uint64_t ad_wire_last;		/* keeps frames to us in order */
	enum ena_result ad_trouble;
	bool ad_want_recover;
	unsigned int ad_recoveries;
	unsigned int ad_waiting;	/* inside the glue's wait */
	/* lanes */
	unsigned int ad_owner[SIM_LANES][ENA_MAX_PAIRS]; /* thread + 1 */
	enum ena_lane ad_last_lane;
	bool ad_any_lane;
	struct sim_adapter *ad_next;
};

struct sim {
	struct sim_options sm_opt;
	const char *sm_name;
	const char *sm_fault;
	uint64_t sm_seed, sm_rng;
	uint64_t sm_now;
	unsigned int sm_storm;		/* events since time moved */
	struct sim_adapter *sm_adapters;
	unsigned int sm_nadapters;
	struct sim_frame *sm_wire;	/* by due time */
	sim_wire_fn *sm_wire_fn;
	void *sm_wire_arg;
	sim_line_fn *sm_trace_fn;
	void *sm_trace_arg;
	unsigned int sm_thread, sm_threads;
	/* failure injection */
	uint64_t sm_ops, sm_fail_at;
	const char *sm_failed;
	/* records */
	unsigned int sm_nviol;
	char sm_viol[SIM_KEPT][SIM_TEXT];
	char sm_log[SIM_LOG][SIM_TEXT];
	unsigned int sm_nlog;
};

/* ena_sim.c */
void sim_blame(struct sim_adapter *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void sim_vlogline(struct sim *, const char *, const char *, va_list)
    __attribute__((__format__(__printf__, 3, 0)));
void sim_logline(struct sim *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void sim_trace(struct sim_adapter *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void sim_panic(struct sim *, const char *) __attribute__((__noreturn__));
bool sim_fails(struct sim *, const char *);
uint64_t sim_rand64(struct sim *);
uint32_t sim_jitter(struct sim *, uint32_t);
void *sim_need(struct sim *, void *);

/* sim_mem.c */
struct sim_region *sim_region_add(struct sim_adapter *, size_t, size_t,
    unsigned int, bool);
void sim_region_remove(struct sim_region *);
struct sim_region *sim_region_at(const struct sim_adapter *, uint64_t);
void sim_region_sync(struct sim_region *, size_t, size_t, enum ena_sync);
void sim_poison(struct sim_adapter *, uint8_t *, size_t);
void sim_lent_check(struct sim_region *, size_t, size_t);
void sim_lent_all(struct sim_adapter *);
size_t sim_flush(struct sim_adapter *);
size_t sim_unflushed(const struct sim_adapter *);
int sim_dma_read(void *, uint64_t, void *, size_t);
int sim_dma_write(void *, uint64_t, const void *, size_t);

/* sim_os.c */
bool sim_forgets(struct sim_adapter *, unsigned int);
void sim_late_write(struct sim_adapter *);
const char *sim_bad_format(const char *);

/* sim_ring.c */
bool sim_ring_find(struct sim_region *);
void sim_ring_postread(struct sim_region *, size_t, size_t);
void sim_ring_flushed(struct sim_region *, size_t, size_t);
void sim_ring_barrier(struct sim_adapter *);
void sim_ring_hide(struct sim_region *, size_t, size_t);

/* sim_clock.c */
void sim_host_init(struct sim_adapter *);
void sim_raise(void *, unsigned int);
void sim_frame_out(void *, const void *, size_t,
    const struct mock_frame_info *);

#endif /* SIM_PRIV_H */
