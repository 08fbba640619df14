/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ENA core: the one header a glue includes.  The data path is its last part,
 * in ena_io.h.
 *
 * The core owns the protocol: bring-up, commands, queues, request ids, RSS,
 * events, faults.  The glue owns the kernel: buffers, interrupts, waiting.
 * The shape of a driver:
 *
 *	ena_dev_init(dev, os, config, events, arg)
 *	ena_dev_goto(dev, ENA_STATE_ADMIN_UP); ena_dev_step() until done
 *	ena_queue_plan(), allocate vectors and memory, ena_queue_give()
 *	ena_dev_goto(dev, ENA_STATE_RUNNING);  ena_dev_step() until done
 *	fill each RX ring, ena_queue_unmask() each vector once
 *	... traffic: bursts on the TXS, TXC and RX lanes; ena_tick() each
 *	second on the ADMIN lane ...
 *	ena_dev_goto(dev, ENA_STATE_OFF);      ena_dev_step() until done
 *
 * Conventions:
 *  - A function's comment names its lane (ena_os.h); the caller guarantees
 *    one thread per lane.  Nothing here sleeps or spins.
 *  - A function that can fail checks everything first; on any result but
 *    ENA_OK nothing has changed unless its comment says otherwise.
 *  - Any call may return ENA_FAULTED (the device needs a reset; see
 *    ena_tick()) or ENA_GONE (the device does not answer any more).
 *  - Positions (_pos) run freely in 32 bits; an index is a position masked.
 *
 * ref: docs/theory.md (lanes, bursts, steps), docs/hw-notes.md (facts)
 */
#ifndef ENA_H
#define ENA_H

#include "ena_os.h"
#include "ena_hw.h"

/* Semantic version of this interface: major.minor.patch, one byte each. */
#define ENA_API_VERSION		0x000100U	/* 0.1.0 */

#define ENA_MAX_PAIRS		128U
#define ENA_AQ_DEPTH		32U
#define ENA_AENQ_DEPTH		16U
#define ENA_MIN_DEPTH		4U	/* by wish; 256 is what devices see */
#define ENA_DEFAULT_DEPTH	1024U
#define ENA_MAX_RX_SEGS		31U	/* buffers of one received frame */
#define ENA_MAX_TX_SLOTS	63U	/* ring slots of one packet */
#define ENA_RX_BUF_MIN		64U
#define ENA_MTU_MIN		128U
#define ENA_L2_OVERHEAD		22U	/* Ethernet header and two tags */
#define ENA_RSS_LOG2_DEFAULT	7U
#define ENA_RSS_LOG2_MAX	12U
#define ENA_ADMIN_LOG		32U

enum ena_result {
	ENA_OK = 0,
	ENA_AGAIN,		/* not yet (or, on a ring: nothing there) */
	ENA_NO_ROOM,		/* ring or admin queue full */
	ENA_INVAL,		/* an argument is out of range */
	ENA_UNSUPPORTED,	/* the device does not offer it */
	ENA_NO_MEMORY,		/* ena_os_dma_alloc or the device ran out */
	ENA_REFUSED,		/* the device answered with an error status */
	ENA_PROTOCOL,		/* the device answered nonsense */
	ENA_TIMEOUT,		/* the device did not answer in time */
	ENA_ABORTED,		/* command given up because of a reset */
	ENA_BUSY,		/* this object is in use; try later */
	ENA_STATE,		/* not in this state */
	ENA_FAULTED,		/* a fault is latched; reset the device */
	ENA_GONE,		/* the device is not there any more */
	ENA_DEAD,		/* recovery was given up; the user decides */
	ENA_RESULTS
};

/* One enum for where a device stands. */
enum ena_state {
	ENA_STATE_OFF,		/* nothing held, device reset */
	ENA_STATE_QUIET,	/* device reset, admin memory kept */
	ENA_STATE_ADMIN_UP,	/* features known, no interrupt enabled */
	ENA_STATE_CONFIGURED,	/* events armed */
	ENA_STATE_RUNNING,	/* queues live */
	ENA_STATE_MOVING,	/* ena_dev_step() has more to do */
	ENA_STATE_FAULTED,	/* fault latched: go to QUIET, then back */
	ENA_STATE_DEAD,		/* bring-up failed; go to OFF and retry */
	ENA_STATE_GONE,		/* all ones read; only OFF is left */
	ENA_STATES
};

/* Where transmit rings and headers lie.  ref: docs/hw-notes.md#llq */
enum ena_llq_policy {
	ENA_LLQ_DEVICE,		/* as the device recommends; the default */
	ENA_LLQ_128,		/* 128-byte entries where they exist */
	ENA_LLQ_256,		/* 256-byte entries where they exist */
	ENA_LLQ_OFF,		/* host memory */
	ENA_LLQ_POLICIES
};

/* Why transmit is where it is. */
enum ena_llq_why {
	ENA_LLQ_WHY_NONE,	/* not negotiated yet */
	ENA_LLQ_WHY_USED,	/* in device memory */
	ENA_LLQ_WHY_POLICY,	/* cf_llq says off */
	ENA_LLQ_WHY_ABSENT,	/* the device does not offer it */
	ENA_LLQ_WHY_NO_BAR,	/* BAR2 is absent or not mapped */
	ENA_LLQ_WHY_LIMITS,	/* what it offers leaves no packet */
	ENA_LLQ_WHY_REFUSED,	/* it offered, then refused */
	ENA_LLQ_WHYS
};

/* ---- what the glue says about itself */

struct ena_config {
	/* identity for the host-info page; strings stay valid while dev is */
	uint32_t cf_os_type;		/* ENA_OS_TYPE_* */
	const char *cf_os_dist;		/* "FreeBSD 14.2"; may be NULL */
	const char *cf_kernel;		/* kernel version text; may be NULL */
	uint32_t cf_kernel_version;
	uint16_t cf_bdf;		/* PCI bus 15:8, device 7:3, func 2:0 */
	uint16_t cf_cpus;		/* online CPUs, at least 1 */
	/* PCI */
	uint8_t cf_revision;		/* PCI revision id */
	bool cf_direct_reads;		/* force plain register loads */
	bool cf_polled_admin;		/* leave vector 0 masked for ever */
	uint32_t cf_bar0_bytes;
	uint32_t cf_bar2_bytes;		/* 0: absent or not mapped */
	/* wishes; 0 means default */
	uint16_t cf_pairs;		/* queue pairs */
	uint16_t cf_tx_depth;		/* entries, power of two */
	uint16_t cf_rx_depth;
	uint32_t cf_mtu;		/* default 1500 */
	uint8_t cf_llq;			/* enum ena_llq_policy */
	uint32_t cf_try;		/* ENA_TRY_*: off unless asked for */
	bool cf_have_rss_key;
	uint8_t cf_rss_key[ENAHW_RSS_KEY_BYTES]; /* conventional order */
};

/*
 * What no driver that we know of has been seen to use on hardware, or whose
 * effect nobody describes: UNVERIFIED.  ref: docs/hw-notes.md#unverified
 */
#define ENA_TRY_CLOCK		0x01U	/* the adapter's clock */
#define ENA_TRY_FLOWS		0x02U	/* flow steering rules */
#define ENA_TRY_FRAG_BYPASS	0x04U	/* IP fragments bypass a limit */
#define ENA_TRY_STAMPS		0x08U	/* times of packets */
#define ENA_TRY_ALL		0x0fU

/* Known operating system types; a new system uses the nearest relative. */
#define ENA_OS_TYPE_LINUX	ENAHW_OS_LINUX
#define ENA_OS_TYPE_DPDK	ENAHW_OS_DPDK
#define ENA_OS_TYPE_FREEBSD	ENAHW_OS_FREEBSD

/*
 * Upcalls, all optional, from inside ena_aenq_reap() (AENQ lane).  They must
 * not call back into the core except for the read-only accessors.
 */
struct ena_events {
	void (*ev_link)(void *, bool up);
	void (*ev_warning)(void *, uint16_t syndrome);
	void (*ev_notification)(void *, uint16_t syndrome);
	/* bitmap of sub-optimal settings, code = bit + 1 */
	void (*ev_config)(void *, uint64_t bitmap);
};

/* ---- what the device says about itself (after ADMIN_UP) */

/* Low latency queues as negotiated; all zero where rings are in host memory. */
struct ena_llq_info {
	uint16_t li_entry_bytes;	/* 128, 192 or 256 */
	uint16_t li_max_push;		/* header bytes, at most 255 */
	uint16_t li_max_bufs;		/* of one packet */
	uint16_t li_max_pairs;
	uint16_t li_depth;		/* entries */
	uint16_t li_burst;		/* entries a doorbell; 0: no limit */
	uint8_t li_before;		/* descriptors before the header */
	uint8_t li_per_entry;		/* descriptors in a following entry */
	bool li_meta_always;		/* metadata with each packet */
};

struct ena_info {
	uint8_t in_mac[6];
	bool in_readless;
	uint32_t in_version;		/* VERSION register */
	uint32_t in_controller;		/* CONTROLLER_VERSION register */
	uint32_t in_dma_bits;
	uint32_t in_features;		/* bitmap of feature ids */
	uint32_t in_capabilities;
	uint32_t in_max_mtu;
	/* limits, clamped to what the core can use; those of TX are of the
	   placement that was negotiated */
	uint16_t in_max_pairs;
	uint16_t in_max_tx_depth;
	uint16_t in_max_tx_cq_depth;
	uint16_t in_max_rx_depth;
	uint16_t in_max_tx_bufs;	/* per packet, meta not counted */
	uint16_t in_max_rx_segs;	/* per frame */
	uint16_t in_max_header;
	uint32_t in_tx_offloads;	/* ENA_TXO_* */
	uint32_t in_rx_offloads;	/* ENA_RXO_* */
	uint32_t in_aenq_groups;	/* enabled */
	/* 0: not known, not offered, or not asked for */
	uint32_t in_link_mbit;
	bool in_link_half_duplex;
	uint32_t in_moder_us;		/* unit of interrupt moderation */
	uint32_t in_metrics;		/* bitmap of ENA_METRIC_* */
	uint16_t in_flow_rules;		/* how many there may be */
	bool in_clock;
	bool in_frag_bypass;
	uint8_t in_stamps;		/* ENA_STAMP_*: packets have a time */
	enum ena_llq_why in_llq_why;
	struct ena_llq_info in_llq;
	/* RSS (after RUNNING) */
	bool in_rss_table;		/* indirection table programmed */
	bool in_rss_key;		/* our key is in force */
	uint32_t in_rss_function;	/* ENA_HASH_*; 0 unknown */
	uint16_t in_rss_entries;
};
#define ENA_STAMP_TX		0x1U
#define ENA_STAMP_RX		0x2U
#define ENA_TXO_IP4_CSUM	ENAHW_TXO_L3V4
#define ENA_TXO_L4V4_PARTIAL	ENAHW_TXO_L4V4_PART
#define ENA_TXO_L4V4_FULL	ENAHW_TXO_L4V4_FULL
#define ENA_TXO_L4V6_PARTIAL	ENAHW_TXO_L4V6_PART
#define ENA_TXO_L4V6_FULL	ENAHW_TXO_L4V6_FULL
#define ENA_TXO_TSO4		ENAHW_TXO_TSOV4
#define ENA_TXO_TSO6		ENAHW_TXO_TSOV6
#define ENA_TXO_TSO_ECN		ENAHW_TXO_TSO_ECN
#define ENA_RXO_IP4_CSUM	ENAHW_RXO_L3V4
#define ENA_RXO_L4V4		ENAHW_RXO_L4V4
#define ENA_RXO_L4V6		ENAHW_RXO_L4V6
#define ENA_RXO_HASH		ENAHW_RXO_HASH
#define ENA_HASH_TOEPLITZ	ENAHW_HASH_TOEPLITZ
#define ENA_HASH_CRC32		ENAHW_HASH_CRC32

struct ena_plan {
	uint16_t pl_pairs;
	uint16_t pl_tx_depth;
	uint16_t pl_rx_depth;
	size_t pl_mem_bytes;		/* ena_queue_give() of each pair */
};

/*
 * Counters of the control side.  Absolute, never reset while dev lives.  Each
 * is written by one lane; others read a hint.
 */
struct ena_stats {
	uint64_t es_admin_cmds;
	uint64_t es_admin_stale;	/* completions nobody waited for */
	uint64_t es_admin_failed;	/* answered with a status */
	uint64_t es_admin_timeouts;
	uint64_t es_admin_no_intr;	/* answer there, interrupt lost */
	uint64_t es_aenq_events;
	uint64_t es_aenq_unknown;
	uint64_t es_keep_alives;
	uint64_t es_link_changes;
	uint64_t es_warnings;
	uint64_t es_notifications;
	uint64_t es_resets;
	uint64_t es_faults[ENAHW_RESET_COUNT];
	/* device totals as of the last keep-alive, over all resets */
	uint64_t es_dev_rx_drops;
	uint64_t es_dev_tx_drops;
	uint64_t es_dev_rx_overruns;
};

/* One finished admin command, for the post-mortem log. */
struct ena_admin_rec {
	uint32_t ar_time_us;		/* low 32 bits of the clock */
	uint32_t ar_took_us;
	uint8_t ar_opcode;
	uint8_t ar_feature;
	uint8_t ar_status;
	uint8_t ar_result;		/* enum ena_result */
	uint16_t ar_ext_status;
	uint16_t ar_id;
};

/* ---- asynchronous requests */

struct ena_dev;

/*
 * A command on its way.  The caller owns the memory until rq_done is called
 * (ADMIN lane, from ena_admin_reap(), ena_tick() or ena_dev_step()); fields
 * below rq_result are valid then.  Zero it before first use.
 */
struct ena_req {
	void (*rq_done)(struct ena_dev *, struct ena_req *);
	void *rq_arg;			/* the caller's */
	bool rq_busy;			/* owned by the core now */
	enum ena_result rq_result;
	uint8_t rq_opcode;
	uint8_t rq_feature;
	uint8_t rq_status;		/* as the device sent it */
	uint16_t rq_ext_status;
	/* core only: decodes the answer before rq_done */
	enum ena_result (*rq_parse)(struct ena_dev *, struct ena_req *,
	    const struct enahw_acq_entry *);
	const void *rq_data;		/* caller's memory, until rq_done */
	uint32_t rq_value;
	uint16_t rq_index;
	bool rq_ctrl;
};

/* ---- queues; members are private to the core and the inlines below */

struct ena_buf {
	uint64_t b_addr;		/* device address */
	uint16_t b_len;			/* 1..65535 */
};

struct ena_rx_seg {
	uint16_t rs_len;		/* bytes; 0: recycle the buffer */
	uint16_t rs_id;			/* buffer, as ena_rx_put() named it */
};

#define ENA_CACHE_LINE		64

/* Request flags that are not free to choose, and how they have to be. */
struct ena_tx_rule {
	uint32_t tr_mask;
	uint32_t tr_value;
};

/*
 * What both kinds of queue are to the device: an SQ with its own CQ.
 *
 * Completions that carry a time are twice the size.  What the data path knows
 * of them is copied to the caller's memory, in the common format, and the
 * times put behind that; so it need not know.
 */
struct ena_ioq {
	struct ena_os_dma io_sq_dma;	/* all zero with LLQ */
	struct ena_os_dma io_cq_dma;
	const struct enahw_le64 *io_wide; /* completions; NULL: have no time */
	struct enahw_le64 *io_copy;	/* entries, then a time each */
	uint32_t io_copied_pos;		/* RX or TXC lane */
	uint32_t io_cq_bytes;
	uint32_t io_words;		/* of a common completion; ENA_STAMP_ */
	uint32_t io_depth;
	uint32_t io_db_off;
	uint32_t io_unmask_off;
	uint32_t io_numa_off;		/* 0: there is none */
	uint16_t io_sq_idx;
	uint16_t io_cq_idx;
	bool io_have_sq;
	bool io_have_cq;
	struct ena_req io_req;		/* ADMIN lane */
};

struct ena_txq {
	struct ena_ioq tq_io;
	/* constant while the queue lives */
	struct enahw_desc *tq_ring;
	uint16_t *tq_ids;		/* ring of free request ids */
	uint8_t *tq_slots;		/* slots held by id, mark; 0: idle */
	struct ena_os *tq_os;
	struct ena_dev *tq_dev;
	uint64_t tq_bad_addr;		/* address bits that must be zero */
	uint64_t tq_id_factor;		/* see ena_tx_id_bits() */
	uint64_t tq_id_mask;
	uint32_t tq_mask;		/* depth - 1 */
	/* by [IPv6][nothing of these, L4 checksum, TSO] */
	struct ena_tx_rule tq_rules[2][3];
	uint32_t tq_max_bufs;		/* 0 with LLQ: see ena_tx_put() */
	uint32_t tq_burst;		/* LLQ: entries between doorbells */
	uint16_t tq_index;
	struct ena_llq_info tq_llq;	/* li_entry_bytes 0: host memory */
	uint32_t tq_llq_off;		/* ring in BAR2 */
	uint32_t tq_llq_end;		/* and what is behind it */
	uint32_t tq_llq_plain;		/* so many buffers: over the edge */
	/* TXS lane */
	uint32_t tq_tail_pos __attribute__((__aligned__(ENA_CACHE_LINE)));
	uint32_t tq_pop_pos;		/* packets put; free ids taken */
	volatile uint32_t tq_mark;	/* of the epoch; ADMIN lane writes */
	uint64_t tq_meta;		/* metadata the device has cached */
	uint64_t tq_meta_idle;		/* LLQ: of a packet without requests */
	uint64_t tq_pkts;
	uint64_t tq_bytes;
	uint64_t tq_doorbells;
	uint64_t tq_no_room;
	/* TXC lane */
	struct enahw_tx_cdesc *tq_cq
	    __attribute__((__aligned__(ENA_CACHE_LINE)));
	uint32_t tq_head_pos;		/* completions taken; ids given back */
	uint32_t tq_check;		/* completion bits that must match */
	uint32_t tq_freed_pos;		/* what tq_done_pos will be */
	uint64_t tq_done_pkts;
	/* shared: TXC publishes, TXS reads */
	volatile uint32_t tq_done_pos
	    __attribute__((__aligned__(ENA_CACHE_LINE)));
};

struct ena_rxq {
	struct ena_ioq rq_io;
	/* constant while the queue lives */
	struct enahw_desc *rq_ring;
	struct enahw_rx_cdesc *rq_cq;
	struct ena_rx_seg *rq_free;	/* ring: segments taken, free ids */
	uint16_t *rq_posted;		/* posted length by id; 0: idle */
	struct ena_os *rq_os;
	struct ena_dev *rq_dev;
	uint64_t rq_bad_addr;
	uint32_t rq_mask;
	uint32_t rq_check;		/* completion bits that must match */
	uint32_t rq_check_more;		/* in the middle of a frame */
	uint32_t rq_max_frame;
	uint32_t rq_max_segs;
	uint16_t rq_index;
	/* RX lane */
	uint32_t rq_tail_pos __attribute__((__aligned__(ENA_CACHE_LINE)));
	uint32_t rq_head_pos;		/* completions taken */
	uint32_t rq_nsegs;		/* of the frame being assembled */
	uint32_t rq_bytes_so_far;
	uint32_t rq_first_off;
	uint64_t rq_pkts;
	uint64_t rq_bytes;
	uint64_t rq_doorbells;
	struct ena_rx_seg rq_segs[ENA_MAX_RX_SEGS]; /* a frame that wraps */
};

/* Interrupt moderation of a pair; but for the first, the serving lane's. */
struct ena_moder {
	volatile uint32_t mo_unmask;	/* what ena_queue_unmask() writes */
	uint32_t mo_intrs;		/* since the last sample */
	uint64_t mo_pkts;		/* at the last sample */
	uint8_t mo_level;
};

/*
 * What the watchdog knows of a pair.  The first four are shared with the
 * lane that serves the vector, wa_lost* belong to that lane, the rest to the
 * ADMIN lane.
 */
struct ena_watch {
	volatile uint32_t wa_intrs;	/* interrupts served */
	volatile uint32_t wa_looks;	/* looks without an interrupt */
	volatile uint32_t wa_due;	/* 1: look without one */
	volatile uint32_t wa_intrs_due;	/* interrupts when it was asked for */
	uint32_t wa_lost;		/* interrupts that never came */
	uint32_t wa_lost_row;		/* the same and a suspicion, in a row */
	uint32_t wa_suspect;		/* wa_intrs at that suspicion */
	uint32_t wa_intrs_tick;		/* interrupts at the last tick */
	uint32_t wa_rx_empty;		/* ticks without receive buffers */
	uint32_t wa_tx_overdue;		/* packets, at the last epoch's end */
	uint32_t wa_starved;		/* epochs in which nobody looked */
	uint32_t wa_starved_row;
	uint32_t wa_looks_epoch;	/* at the epoch's start */
	uint32_t wa_done_epoch;
	bool wa_was_empty;
};

/* tq_slots: number of slots below, mark of the epoch above. */
#define ENA_TX_MARK_SHIFT	6
#define ENA_TX_MARKS		4U

struct ena_pair {
	struct ena_txq pr_tx;
	struct ena_rxq pr_rx;
	struct ena_watch pr_watch
	    __attribute__((__aligned__(ENA_CACHE_LINE)));
	struct ena_moder pr_moder;
};

/* Positions of a pair's rings; they run freely. */
struct ena_queue_pos {
	uint32_t qp_tx_tail, qp_tx_done, qp_tx_head;
	uint32_t qp_rx_tail, qp_rx_head;
	uint32_t qp_intrs;
};

/* What was just before the last reset. */
#define ENA_SNAP_PAIRS		16U	/* the first so many */
struct ena_snapshot {
	uint32_t sn_count;		/* resets seen so far */
	uint32_t sn_reason;		/* as ENA_REASON_* */
	uint64_t sn_time_us;
	uint8_t sn_step;		/* bring-up steps that were up */
	/* registers */
	uint32_t sn_version, sn_controller, sn_caps, sn_dev_sts;
	/* admin queue and events */
	uint16_t sn_aq_tail, sn_acq_head, sn_aenq_head, sn_outstanding;
	uint32_t sn_beats;		/* keep-alives of that life */
	uint16_t sn_logged;		/* valid records, newest first */
	uint16_t sn_pairs;
	struct ena_admin_rec sn_log[ENA_ADMIN_LOG];
	struct ena_queue_pos sn_queue[ENA_SNAP_PAIRS];
};

struct ena_admin_slot {
	struct ena_req *as_req;		/* NULL: idle */
	uint64_t as_posted_us;
};

enum ena_dma_area {
	ENA_DMA_RESP,			/* readless response */
	ENA_DMA_AQ,
	ENA_DMA_ACQ,
	ENA_DMA_AENQ,
	ENA_DMA_HOST,			/* host-info page */
	ENA_DMA_CTRL,			/* command data buffer */
	ENA_DMA_CLOCK,			/* clock response */
	ENA_DMA_AREAS
};

struct ena_dev {
	struct ena_os *dev_os;
	const struct ena_events *dev_events;
	void *dev_events_arg;
	struct ena_config dev_cfg;
	struct ena_info dev_info;
	struct ena_stats dev_stats;
	/* the fault latch: 0, or reason + 1, or ENA_FAULT_GONE */
	volatile uint32_t dev_fault;
	volatile uint32_t dev_link;	/* 1: up */
	volatile uint32_t dev_beats;	/* keep-alives seen */
	/* step machine, ADMIN lane */
	enum ena_state dev_target;
	enum ena_result dev_failure;	/* why bring-up stopped */
	enum ena_result dev_part_failure; /* first failure of several */
	uint8_t dev_pos;		/* steps that are up */
	uint8_t dev_pc;			/* progress inside a step */
	bool dev_undoing;		/* a failed bring-up unwinds */
	bool dev_dead;
	bool dev_quiet;			/* reset done, do not talk to it */
	bool dev_going_up;		/* inside a step's up half */
	bool dev_going_down;
	bool dev_calming;		/* resetting because of a fault */
	uint8_t dev_reset_pc;
	uint32_t dev_backoff_us;
	uint64_t dev_deadline_us;
	uint16_t dev_next;		/* cursor of multi-command steps */
	uint16_t dev_left;		/* and how many are under way */
	uint32_t dev_beats_seen;	/* dev_beats at the window's start */
	/* register reads */
	bool dev_reg_busy;
	uint8_t dev_reg_tries;
	uint16_t dev_reg_seq;
	uint32_t dev_reg_off;
	uint64_t dev_reg_deadline_us;
	uint32_t dev_caps;
	uint32_t dev_reset_timeout_us;
	/* timeouts; the AENQ lane may change them (hints) */
	volatile uint32_t dev_reg_timeout_us;
	volatile uint32_t dev_admin_timeout_us;
	volatile uint32_t dev_keep_alive_ms;	/* 0: not watched */
	volatile uint32_t dev_tx_timeout_ms;	/* 0: not watched */
	volatile uint32_t dev_tx_overdue_max;	/* packets */
	uint8_t dev_keep_alive_missed;	/* windows in a row */
	uint32_t dev_window_ms;		/* clock at the window's start */
	/* device drops before it counted from zero again; AENQ lane */
	uint64_t dev_base_rx_drops, dev_base_tx_drops, dev_base_rx_overruns;
	/* moderation as asked for */
	uint32_t dev_moder_rx_us;
	uint32_t dev_moder_tx_us;
	bool dev_moder_adaptive;
	/* the adapter's clock, CLOCK lane */
	uint32_t dev_clock_db_off;
	uint32_t dev_clock_expire_us, dev_clock_block_us;
	uint64_t dev_clock_deadline_us, dev_clock_blocked_us;
	uint64_t dev_clock_window_us;
	uint16_t dev_clock_seq;
	uint16_t dev_clock_reads;	/* of the window */
	bool dev_clock_busy;
	struct ena_flow_rule *dev_flows; /* the glue's, in force or wished */
	/* watchdog and recovery */
	bool dev_is_running;
	bool dev_sts_asked;		/* an answer is on its way */
	uint8_t dev_sts_bad;		/* in a row */
	uint32_t dev_sts;		/* DEV_STS when last looked at */
	uint32_t dev_epoch;		/* mark of packets put now */
	uint32_t dev_epoch_ms;		/* its start */
	uint32_t dev_running_ms;
	uint8_t dev_attempts;		/* to recover, not yet forgiven */
	bool dev_given_up;
	bool dev_snap_open;		/* DEV_STS still to be filled in */
	struct ena_snapshot dev_snap;
	/* admin queue */
	bool dev_admin_up;
	bool dev_admin_intr;		/* vector 0 is unmasked */
	bool dev_ctrl_busy;
	bool dev_metrics_eni;		/* no customer metrics */
	uint16_t dev_aq_tail_pos;
	uint16_t dev_acq_head_pos;
	uint16_t dev_aq_next_id;
	uint16_t dev_aq_out;		/* commands outstanding */
	struct ena_admin_slot dev_slots[ENA_AQ_DEPTH];
	struct ena_req dev_sync;	/* the step machine's own request */
	uint8_t dev_sync_state;
	struct enahw_acq_entry dev_sync_answer;
	struct ena_admin_rec dev_log[ENA_ADMIN_LOG];
	uint32_t dev_log_pos;
	/* events, AENQ lane */
	uint16_t dev_aenq_head_pos;
	volatile uint32_t dev_aenq_armed; /* ADMIN writes, AENQ reads */
	/* queues */
	struct ena_plan dev_plan;
	struct ena_pair *dev_pairs[ENA_MAX_PAIRS];
	uint16_t dev_cap_tx_depth;	/* by ena_queue_shrink(); 0: none */
	uint16_t dev_cap_rx_depth;
	uint32_t dev_mtu;
	bool dev_polled_queues;
	bool dev_have_mac;
	struct enahw_llq dev_llq;	/* SET on its way */
	/* RSS */
	uint8_t dev_rss_log2;
	uint8_t dev_rss_min_log2;
	uint8_t dev_rss_max_log2;
	bool dev_rss_custom;		/* table set by the user */
	uint16_t dev_rss_fields[ENAHW_HASH_PROTOS];
	uint8_t dev_rss_map[1U << ENA_RSS_LOG2_MAX]; /* logical queues */
	struct ena_os_dma dev_dma[ENA_DMA_AREAS];
};

#define ENA_FAULT_GONE		0x100U

/* Events of ena_os_trace(), with the meaning of its two values. */
enum ena_trace {
	ENA_TRACE_STEP,		/* step number, 1 up / 0 down */
	ENA_TRACE_COMMAND,	/* first command word, id */
	ENA_TRACE_ANSWER,	/* first answer word, microseconds */
	ENA_TRACE_EVENT,	/* group | syndrome << 16, flags */
	ENA_TRACE_RESET,	/* reason, phase of the handshake */
	ENA_TRACE_FAULT		/* reason, 0 */
};

/* ---- life cycle (ena_dev.c) */

/*
 * Prepare *dev.  Touches no hardware.  config is copied; events may be NULL.
 * ENA_INVAL names the field in the log: BAR0 too small, no CPU, depth not a
 * power of two.
 */
enum ena_result ena_dev_init(struct ena_dev *, struct ena_os *,
    const struct ena_config *, const struct ena_events *, void *);

/*
 * Ask for a state: OFF, QUIET, ADMIN_UP, CONFIGURED or RUNNING; then call
 * ena_dev_step() until it returns something else than ENA_AGAIN.  May be
 * called again at any time, also half way.  Going below RUNNING requires
 * that the glue has stopped all TXS, TXC and RX lanes, going below CONFIGURED
 * also the AENQ lane (until CONFIGURED is reached again); settings on their
 * way (table, key, rule, MTU) are answered before queues go.  With a fault
 * latched only QUIET and OFF are legal (ENA_FAULTED); reaching QUIET clears
 * the fault.  When the device is GONE only OFF is (ENA_GONE).
 * RUNNING needs ena_queue_plan() and ena_queue_give() for each pair
 * (ENA_STATE).  ADMIN lane.
 */
enum ena_result ena_dev_goto(struct ena_dev *, enum ena_state);

/*
 * Do what can be done now towards the state asked for.  ENA_AGAIN: call
 * again after *wait_us microseconds, or sooner if the management interrupt
 * came.  ENA_OK: arrived.  Going up, anything else means that bring-up
 * failed and has been undone as far as QUIET; the result says why, the log
 * says where.  Going down, anything else means that the device would not
 * reset: its memory is kept, because it may still write there.  Go down
 * again to retry; to give up, turn bus mastering off, call ena_gone() and go
 * to OFF.
 * A device that is found to be GONE on the way may only seem so: ENA_AGAIN
 * then comes before anything is freed, in time to turn bus mastering off.
 * Each call is bounded and never waits.  ADMIN lane.
 */
enum ena_result ena_dev_step(struct ena_dev *, uint32_t *);

/*
 * The clock's tick, about once a second in every state.  Finds commands that
 * were never answered, keep-alives that stopped, a fatal or missing device,
 * transmit packets that never complete, queues whose interrupt stays away.
 * ENA_OK, or ENA_FAULTED / ENA_GONE with the reason in ena_fault_reason().
 * Call ena_aenq_reap() before and ena_queue_due() for each pair after it.
 * ADMIN lane.
 */
enum ena_result ena_tick(struct ena_dev *);

/*
 * The device is QUIET after a fault, or a bring-up failed, or a reset did:
 * may it be tried again, and when?  ENA_OK: after *wait_us microseconds, 0
 * at first, then 1 s and doubling.  ENA_DEAD: too many attempts in a row;
 * the state is DEAD until the user goes somewhere, and reaching OFF forgets
 * the past, as does a minute in RUNNING.  ENA_GONE; ENA_STATE anywhere else.
 * ADMIN lane.
 */
enum ena_result ena_recover(struct ena_dev *, uint32_t *);

/* How things stood before the last reset; NULL if there was none. */
const struct ena_snapshot *ena_snapshot(const struct ena_dev *);

/*
 * Latch a fault; the first reason wins.  Any lane.  reason is an
 * enum enahw_reset_reason value (glue: ENA_REASON_*).
 */
void ena_fault(struct ena_dev *, uint32_t);
#define ENA_REASON_OS_TRIGGER	ENAHW_RESET_OS_TRIGGER
#define ENA_REASON_OS_WATCHDOG	ENAHW_RESET_OS_NETDEV_WD
#define ENA_REASON_SHUTDOWN	ENAHW_RESET_SHUTDOWN
#define ENA_REASON_USER		ENAHW_RESET_USER_TRIGGER
#define ENA_REASON_GENERIC	ENAHW_RESET_GENERIC

/* The card has been pulled: every later call returns ENA_GONE.  Any lane. */
void ena_gone(struct ena_dev *);

/* Where the device stands.  ADMIN lane (other lanes: a hint). */
enum ena_state ena_dev_state(const struct ena_dev *);
/* The latched reason, or -1.  Any lane. */
int ena_fault_reason(const struct ena_dev *);
/* Valid from ADMIN_UP on, in_rss_* from RUNNING on. */
const struct ena_info *ena_dev_info(const struct ena_dev *);
bool ena_link_up(const struct ena_dev *);
const struct ena_stats *ena_dev_stats(const struct ena_dev *);
/* Finished commands, newest first (0..ENA_ADMIN_LOG-1); NULL past the end. */
const struct ena_admin_rec *ena_admin_log(const struct ena_dev *,
    unsigned int);

/*
 * One message to the binding's log; of the core, and of glue if it likes.
 * Format as ena_os_vlog().  Any lane.
 */
void ena_log(struct ena_os *, enum ena_log_level, const char *, ...)
    __attribute__((__format__(__printf__, 3, 4)));

/* Names for people; never NULL. */
const char *ena_result_name(enum ena_result);
const char *ena_state_name(enum ena_state);
const char *ena_reason_name(uint32_t);
const char *ena_status_name(uint8_t);
const char *ena_opcode_name(uint8_t);
const char *ena_feature_name(uint8_t);
const char *ena_llq_why_name(enum ena_llq_why);

/* ---- admin queue and events (ena_admin.c, ena_aenq.c) */

/*
 * Take finished commands off the completion ring and call their rq_done.
 * From the management interrupt, or when polling.  Returns ENA_OK, or
 * ENA_FAULTED / ENA_GONE.  ADMIN lane.
 */
enum ena_result ena_admin_reap(struct ena_dev *);

/*
 * Take events off the event ring, at most a ring's worth, and make the
 * upcalls.  From the management interrupt and also from the tick: events
 * must be drained for the life of the device.  Returns the number taken.
 * AENQ lane.
 */
unsigned int ena_aenq_reap(struct ena_dev *);

/* ---- queues (ena_ioq.c) */

/*
 * How many pairs and which depths, from the device's limits, the vectors the
 * kernel granted (management vector included; at least 2, or 0 for polled
 * queues) and the wishes in the config.  More pairs than there can be are
 * cut; a depth the device cannot do is ENA_INVAL.  ENA_STATE before ADMIN_UP
 * or above CONFIGURED.  A plan that differs from the last one takes all
 * given memory back: give again.  ADMIN lane.
 */
enum ena_result ena_queue_plan(struct ena_dev *, unsigned int,
    struct ena_plan *);

/*
 * Bytes of queue memory a pair of these depths needs; with ENA_TRY_STAMPS the
 * plan says more.
 */
size_t ena_queue_mem_size(unsigned int tx_depth, unsigned int rx_depth);

/*
 * Lend memory to pair i: plan's pl_mem_bytes, any alignment.  The core uses
 * it from RUNNING until it is back at QUIET, CONFIGURED or OFF; then the
 * glue may free it after giving NULL.  ADMIN lane, below RUNNING.
 */
enum ena_result ena_queue_give(struct ena_dev *, unsigned int, void *,
    size_t);

/*
 * Other wishes than the config's, from the next ena_queue_plan() on; 0 means
 * default.  To change a running device: CONFIGURED, wish, plan, give,
 * RUNNING.  ENA_INVAL as ena_dev_init().  ADMIN lane.
 */
enum ena_result ena_queue_wish(struct ena_dev *, unsigned int pairs,
    unsigned int tx_depth, unsigned int rx_depth);

/*
 * Bring-up failed with ENA_NO_MEMORY: halve the deeper ring, both if they
 * are equal, for the plans until RUNNING is reached.  False: they are as
 * small as they get (256 entries).  ADMIN lane.
 */
bool ena_queue_shrink(struct ena_dev *);

/*
 * The pair's vector fired: first act of its service routine.  On the lane
 * that serves the vector.
 */
static inline void
ena_queue_intr(struct ena_dev *dev, unsigned int i)
{
	struct ena_watch *w = &dev->dev_pairs[i]->pr_watch;

	ena_os_store_rel(&w->wa_intrs, w->wa_intrs + 1);
}

/*
 * After each tick: should this pair be served although its interrupt did not
 * come?  True once per request: then run the service routine without
 * ena_queue_intr() and, in place of the unmask, call ena_queue_polled() and
 * say whether there was anything to do.  On the lane that serves the vector.
 * Work found once may be that of an interrupt on its way, whose handler will
 * unmask; found again without one, the vector is unmasked here.
 */
bool ena_queue_due(struct ena_dev *, unsigned int);
void ena_queue_polled(struct ena_dev *, unsigned int, bool);

/* What the watchdog has counted for a pair.  ADMIN lane, or as a hint. */
struct ena_watch_stats {
	uint32_t ws_intrs;		/* served */
	uint32_t ws_intrs_lost;		/* work found without one, twice */
	uint32_t ws_rx_empty;		/* ticks without receive buffers */
	uint32_t ws_tx_overdue;		/* packets, now */
	uint32_t ws_starved;		/* nobody served the queue */
};
void ena_queue_watch(const struct ena_dev *, unsigned int,
    struct ena_watch_stats *);

/*
 * Arm one interrupt of the pair's vector, without delay; the last act of its
 * service routine, and once after RUNNING.  ena_queue_mask() silences it.
 * RX or TXC lane of the pair, whichever serves the vector.
 */
void ena_queue_unmask(struct ena_dev *, unsigned int);
void ena_queue_mask(struct ena_dev *, unsigned int);

/* The queues of pair i; valid from RUNNING on, until memory is taken back. */
static inline struct ena_txq *
ena_txq(struct ena_dev *dev, unsigned int i)
{
	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	return (&dev->dev_pairs[i]->pr_tx);
}

/* As ena_txq(). */
static inline struct ena_rxq *
ena_rxq(struct ena_dev *dev, unsigned int i)
{
	ENA_OS_ASSERT(i < dev->dev_plan.pl_pairs);
	return (&dev->dev_pairs[i]->pr_rx);
}

/* Invariants; asserted at entry and exit of each burst, usable by tests. */
bool ena_txq_ok(const struct ena_txq *);
bool ena_rxq_ok(const struct ena_rxq *);

/* ---- settings at run time; all ADMIN lane, answered through req */

/*
 * Frame payload limit, ENA_MTU_MIN .. in_max_mtu; kept over resets.  Below
 * RUNNING it is only remembered for the next bring-up and rq_done is called
 * at once.
 */
enum ena_result ena_mtu_set(struct ena_dev *, uint32_t, struct ena_req *);

/*
 * Spread flows: entries is a power of two within the device's limits, each
 * value a pair number.  The array stays the caller's and valid until
 * rq_done.  Kept over resets; replaced by i mod pairs when the number of
 * pairs no longer allows it.  A table that the device refuses changes
 * nothing.
 */
enum ena_result ena_rss_table_set(struct ena_dev *, const uint8_t *,
    unsigned int entries, struct ena_req *);
/*
 * Hash key, 40 bytes in conventional order, valid until rq_done;
 * ENA_UNSUPPORTED where it is fixed.
 */
enum ena_result ena_rss_key_set(struct ena_dev *,
    const uint8_t *, struct ena_req *);

/*
 * ---- which pair will a flow arrive at? (ena_rss.c)
 *
 *	key = ena_rss_key(dev);
 *	if (key != NULL)
 *		r = ena_rss_queue(dev, ena_rss_hash(key, &flow), &pair);
 */

/* A flow as its packets say it: everything in network order. */
struct ena_flow {
	const void *fl_src;		/* addresses: 4 bytes, */
	const void *fl_dst;		/* or 16 with fl_ip6 */
	uint16_t fl_sport;
	uint16_t fl_dport;
	bool fl_ip6;
	bool fl_ports;			/* unfragmented TCP or UDP */
};

/*
 * The Toeplitz hash of a flow under a key of 40 bytes in conventional order:
 * addresses, then ports if fl_ports says so; source first, initial value 0.
 * It is what rp_hash says of a frame of that flow.  Devices hash with ports
 * only: without, this is for other consumers of the same key.  Pure; any
 * lane; cannot fail.  ref: protocol 7.9, 7.11
 */
uint32_t ena_rss_hash(const uint8_t *, const struct ena_flow *);

/*
 * The key in force, 40 bytes in conventional order, for ena_rss_hash(): ours
 * if the device took it, else the one that devices with a fixed key use.
 * NULL if the device hashes otherwise or its key is not known.  Changes at
 * bring-up and when a new key has been taken.  ADMIN lane (other lanes: a
 * hint).  ref: protocol 7.9; hw-notes#rss
 */
const uint8_t *ena_rss_key(const struct ena_dev *);

/*
 * The pair that frames with this hash arrive at, be it predicted or as
 * received, by the table that the device has taken.  ENA_STATE below
 * RUNNING; ENA_UNSUPPORTED if no table could be programmed.  ADMIN lane
 * (other lanes: a hint).  ref: protocol 7.10
 */
enum ena_result ena_rss_queue(const struct ena_dev *, uint32_t,
    unsigned int *);

/*
 * Interrupt delays in microseconds, of all pairs, from each vector's next
 * unmask on; kept over resets.  With adaptive the receive delay is an upper
 * bound, and follows the number of packets an interrupt finds.
 * ENA_UNSUPPORTED where in_moder_us is 0; ENA_INVAL beyond what the device's
 * unit can express.
 */
enum ena_result ena_moderation_set(struct ena_dev *, uint32_t rx_us,
    uint32_t tx_us, bool adaptive);

/*
 * Which NUMA node serves the pair: a hint, written at once, ENA_UNSUPPORTED
 * where the device has no place for it.  RUNNING only (ENA_STATE); tell again
 * after a reset.
 */
enum ena_result ena_queue_numa(struct ena_dev *, unsigned int, uint8_t node);

/* Totals as the device counts them. */
struct ena_dev_counters {
	struct ena_req dc_req;
	uint64_t dc_tx_bytes, dc_tx_pkts;
	uint64_t dc_rx_bytes, dc_rx_pkts;
	uint64_t dc_rx_drops, dc_tx_drops, dc_rx_overruns;
};
/* Fills *dc and calls dc->dc_req.rq_done. */
enum ena_result ena_stats_get(struct ena_dev *, struct ena_dev_counters *);

/*
 * Allowances of the instance: packets the cloud held back or dropped because
 * the instance was over its share, not the driver nor the device.
 */
enum ena_metric {
	ENA_METRIC_BW_IN, ENA_METRIC_BW_OUT, ENA_METRIC_PPS,
	ENA_METRIC_CONNTRACK, ENA_METRIC_LINK_LOCAL,
	ENA_METRIC_CONNTRACK_LEFT,	/* connections still allowed */
	ENA_METRICS
};
struct ena_allowances {
	struct ena_req al_req;
	uint32_t al_valid;		/* bitmap: 1 << ENA_METRIC_* */
	uint64_t al_value[ENA_METRICS];
};
const char *ena_metric_name(enum ena_metric);
/*
 * Fills *al and calls al->al_req.rq_done; ENA_UNSUPPORTED where in_metrics
 * is 0.
 */
enum ena_result ena_allowances_get(struct ena_dev *, struct ena_allowances *);

/* Scalable reliable datagrams: state and use.  As ena_stats_get(). */
#define ENA_SRD_ENABLED		0x1U
#define ENA_SRD_UDP		0x2U
#define ENA_SRD_UDP_UNORDERED	0x4U
struct ena_srd {
	struct ena_req sr_req;
	uint64_t sr_flags;		/* ENA_SRD_* */
	uint64_t sr_tx_pkts, sr_eligible_pkts, sr_rx_pkts;
	uint64_t sr_used_percent;
};
enum ena_result ena_srd_get(struct ena_dev *, struct ena_srd *);

/* The device's own text about itself, cut and ended with a NUL. */
#define ENA_STATS_TEXT		1024U
struct ena_stats_text {
	struct ena_req st_req;
	char st_text[ENA_STATS_TEXT];
};
enum ena_result ena_stats_text_get(struct ena_dev *, struct ena_stats_text *);

/* Properties beyond the feature bits: which there are, which are set. */
struct ena_extra {
	struct ena_req ex_req;
	uint32_t ex_count;		/* names, at most 32 */
	uint32_t ex_flags;		/* bit i: property i */
	char ex_name[ENAHW_EXTRA_MAX][ENAHW_EXTRA_TEXT + 1];
};
/* First the flags, then the names: two calls, each as ena_stats_get(). */
enum ena_result ena_extra_flags_get(struct ena_dev *, struct ena_extra *);
enum ena_result ena_extra_names_get(struct ena_dev *, struct ena_extra *);

/* ---- flow steering; UNVERIFIED, with ENA_TRY_FLOWS (ena_flow.c) */

enum ena_flow_kind {
	ENA_FLOW_IP4 = ENAHW_FLOW_IP4, ENA_FLOW_IP6, ENA_FLOW_TCP4,
	ENA_FLOW_TCP6, ENA_FLOW_UDP4, ENA_FLOW_UDP6
};

/*
 * Frames that match go to a pair of their own.  The glue's memory, the
 * core's from a successful add until its remove is done: rules are sent again
 * in each bring-up.  Addresses and ports in network byte order; a mask bit
 * of 1 means that this bit must match.  Zero it first.
 */
struct ena_flow_rule {
	struct ena_req fu_req;
	struct ena_flow_rule *fu_next;	/* the core's */
	bool fu_listed, fu_in_force;	/* the core's */
	uint8_t fu_kind;		/* enum ena_flow_kind */
	uint8_t fu_tos, fu_tos_mask;
	uint16_t fu_pair;
	uint16_t fu_location;		/* below in_flow_rules; the first
					   that matches wins */
	uint8_t fu_src[16], fu_src_mask[16], fu_dst[16], fu_dst_mask[16];
	uint8_t fu_sport[2], fu_sport_mask[2], fu_dport[2], fu_dport_mask[2];
};
/*
 * RUNNING only (ENA_STATE).  ENA_UNSUPPORTED; ENA_BUSY: this rule or another
 * command with a buffer is on its way, or its location is taken; ENA_INVAL:
 * pair, kind or location.  A rule that could not be sent again (pair or place
 * are no more, or the device refused) stays, is tried again in the next
 * bring-up, and its remove is done at once.  ADMIN lane.
 */
enum ena_result ena_flow_add(struct ena_dev *, struct ena_flow_rule *);
enum ena_result ena_flow_remove(struct ena_dev *, struct ena_flow_rule *);

/* ---- the adapter's clock; UNVERIFIED, with ENA_TRY_CLOCK (ena_clock.c) */

struct ena_clock_time {
	uint64_t ct_ns;
	uint32_t ct_bound_ns;		/* error bound; UINT32_MAX: unknown */
};
/*
 * Ask for the time, then look for the answer: ENA_AGAIN until it is there,
 * a few microseconds.  ENA_BUSY: a question is on its way already, the
 * device wants to be left alone for a while, or more than 125 questions in a
 * second; come back later.  ENA_TIMEOUT or ENA_REFUSED: no answer, or one that
 * the device does not stand for; then it is left alone.  ENA_STATE: nothing
 * was asked.  ENA_UNSUPPORTED, ENA_FAULTED, ENA_GONE.  Lane: CLOCK.
 */
enum ena_result ena_clock_ask(struct ena_dev *);
enum ena_result ena_clock_look(struct ena_dev *, struct ena_clock_time *);

#include "ena_io.h"

#endif /* ENA_H */
