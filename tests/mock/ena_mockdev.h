/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device model: a simulated ENA adapter behind a narrow bus.
 *
 * It knows the wire format (ena_hw.h) and nothing else: no driver header, no
 * threads, no wall clock, no allocation after mock_create() that is not
 * bounded by the profile.  Whoever sits in front of it - our hostile test
 * binding, the demo, a vfio-user socket - supplies struct mock_bus and calls
 * in; the model never blocks and never calls back into a caller that is not
 * prepared for it (callbacks happen only inside mock_* calls).
 *
 * Time is what mock_bus.now_us() says.  Work that takes time (commands, link,
 * keep-alives, interrupts) is queued and done by mock_run(); mock_next_us()
 * tells when there is something to do.  Same seed, same calls: same result.
 */
#ifndef ENA_MOCKDEV_H
#define ENA_MOCKDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How strongly a broken rule is punished. */
enum mock_strength {
	MOCK_ADVICE,		/* logged, counted, never faults a driver */
	MOCK_STATUS,		/* answered with the documented error */
	MOCK_FATAL		/* DEV_STS fatal bit; the device stops */
};

/*
 * A rule the driver broke.  id is stable ("sq-overrun"), section names the
 * place in the protocol reference ("10.1"), msg says what was seen, with
 * numbers.
 */
struct mock_rule_report {
	enum mock_strength strength;
	const char *id;
	const char *section;
	const char *msg;
};

/* The rules the model knows; NULL past the end.  For documents and tests. */
struct mock_rule_info {
	const char *id;
	enum mock_strength strength;
	const char *section;
	const char *text;	/* what a driver must do */
};
const struct mock_rule_info *mock_rule_nth(unsigned int i);

/*
 * Per-frame side information, both directions, shaped like virtio-net's
 * header so that a TAP device can carry it.  From the model outwards
 * (frame_out): offload work is already done (checksums inserted, TSO
 * segmented: one frame_out a segment), so hdr fields only inform.  Into the
 * model (mock_frame_in): csum_start != 0 means the sender left the checksum
 * at csum_start + csum_off partial; the model completes it before delivery,
 * as a wire would have seen it.  gso_size != 0: an oversized frame that the
 * model must segment first.
 */
struct mock_frame_info {
	uint16_t csum_start;
	uint16_t csum_off;
	uint16_t gso_size;	/* MSS of an oversized TCP frame, 0 = none */
	uint16_t queue;		/* frame_out: TX SQ slot number (0-based) */
};

struct mock_bus {
	void *arg;
	/* DMA by bus address; -1 if any byte is not mapped for that access. */
	int (*dma_read)(void *arg, uint64_t addr, void *buf, size_t len);
	int (*dma_write)(void *arg, uint64_t addr, const void *buf,
	    size_t len);
	/* Send MSI-X message of that table index. */
	void (*raise_vector)(void *arg, unsigned int vector);
	/* A frame leaves on the wire; valid during the call only. */
	void (*frame_out)(void *arg, const void *frame, size_t len,
	    const struct mock_frame_info *info);
	uint64_t (*now_us)(void *arg);
	/* A rule was broken.  May be NULL. */
	void (*rule_broken)(void *arg, const struct mock_rule_report *r);
	/* One line of transcript, no newline.  May be NULL. */
	void (*trace)(void *arg, const char *line);
};

#define MOCK_MAX_PAIRS		128
#define MOCK_BAR2_NONE		0

/*
 * What a device is: filled from tests/mock/profiles/NAME.profile at build
 * time.  The names below are the keys in those files.
 */
struct mock_profile {
	const char *name;
	const char *stands_for;
	/* PCI */
	uint16_t device_id;
	uint8_t revision;		/* bit 0: readless reads absent */
	uint32_t bar0_bytes;
	uint32_t bar2_bytes;		/* 0: absent */
	uint32_t msix_bar;		/* BAR index holding table and PBA */
	uint16_t msix_vectors;
	/* registers */
	uint32_t version;
	uint32_t controller_version;
	uint32_t reset_timeout_100ms;
	uint32_t dma_bits;
	uint32_t admin_timeout_100ms;
	/* attributes */
	uint32_t features;		/* without the RSS bit declared */
	uint32_t features_rss;		/* with it */
	uint32_t capabilities;
	uint32_t max_mtu;
	/* queues */
	uint16_t max_pairs;
	uint32_t tx_sq_depth;
	uint32_t rx_sq_depth;
	uint32_t cq_depth;
	uint16_t tx_descs;		/* per packet, meta included */
	uint16_t rx_descs;
	uint32_t max_header;
	uint16_t tx_sq_idx_base;	/* first handles handed out */
	uint16_t rx_sq_idx_base;
	uint16_t cq_idx_base;
	uint32_t db_base;		/* scattering of dynamic registers */
	uint32_t db_stride;
	uint32_t unmask_base;
	uint32_t unmask_stride;
	uint32_t head_db_base;		/* 0: register absent */
	uint32_t numa_base;		/* 0: register absent */
	/* LLQ; llq_count 0: feature refused with status 3 */
	uint32_t llq_count;
	uint32_t llq_depth;
	uint16_t llq_wide_depth;
	uint16_t llq_entry_sizes;	/* wire bitmaps, protocol 11.1 */
	uint8_t llq_recommended;
	uint16_t llq_header_loc;
	uint16_t llq_before;
	uint16_t llq_stride;
	uint16_t llq_accel_flags;
	uint16_t llq_accel_burst;
	bool llq_needs_accel;		/* SET refused without both flags */
	/* offloads, RSS, the rest */
	uint32_t tx_offloads;
	uint32_t rx_offloads;
	uint16_t rss_log2_min;
	uint16_t rss_log2_max;
	uint32_t rss_functions;
	bool rss_key_settable;
	bool rss_input_settable;
	int moderation_us;		/* -1: feature refused */
	uint32_t aenq_groups;
	uint32_t aenq_enabled;		/* reported by GET before any SET */
	uint32_t keep_alive_us;		/* 0: none */
	bool hints_present;
	uint16_t hint_mmio_ms;
	uint16_t hint_keep_alive_ms;
	uint16_t hint_tx_ms;
	uint16_t hint_tx_count;
	uint16_t hint_admin_ms;
	uint32_t link_mbit;		/* LINK_CONFIG speed */
	uint32_t phc_db_off;		/* 0: no clock */
	uint32_t phc_expire_us;
	uint32_t phc_block_us;
	bool ts_tx;			/* packet timestamps */
	bool ts_rx;
	uint16_t flow_rules;		/* at most 64 */
	/* identity gates, profiles document */
	bool gate_a;
	bool gate_b;
	bool aenq_rule;			/* AENQ outside admin init is FATAL */
};

/* NULL if there is no profile of that name. */
const struct mock_profile *mock_profile_find(const char *name);
/* i-th profile, NULL past the end: to list them. */
const struct mock_profile *mock_profile_nth(unsigned int i);

/*
 * Behaviour that varies between devices and runs, not part of an identity.
 * mock_options_default() gives a strict, well-behaved, fast device.
 */
struct mock_options {
	uint64_t seed;
	uint8_t mac[6];
	uint32_t admin_us;	/* from doorbell to completion, each command */
	uint32_t readless_us;
	uint32_t reset_us;	/* per phase of the reset handshake */
	uint32_t tx_us;		/* from doorbell to fetch/completion; 0: at
				   the doorbell itself */
	uint32_t jitter_pct;	/* random 0..n % added to the above */
	bool admin_reorder;	/* complete outstanding commands shuffled */
	bool tx_reorder;	/* complete TX packets shuffled */
	bool rx_reorder;	/* consume RX buffers in ring order but spread
				   frames over them with random splits */
	bool rx_trailing_zero;	/* sometimes end a frame with a 0-byte desc */
	uint8_t rx_offset;	/* used if the driver declared RX offset */
	bool link_up;		/* at arming */
	/* -- quirks seen on healthy hardware; 0 is none */
	uint32_t keep_alive_jitter_us;	/* each gap is longer by 0..n */
	/*
	 * The RX ring is used in that many portions (at most 16), frame
	 * after frame from the next; a portion without a buffer drops the
	 * frame without a completion or an interrupt, though others have.
	 */
	uint16_t rx_portions;
	/*
	 * An RX ring that was found empty takes nothing more until that many
	 * buffers are armed.
	 */
	uint16_t rx_stall_fill;
	/*
	 * Before a table is set the device steers to queues nobody has:
	 * hashed frames are dropped, ARP and the like arrive.
	 */
	bool rss_drop_unset;
	/* -- the clock, of PHC and packet timestamps */
	uint64_t clock_base_ns;		/* at bus time 0 */
	uint32_t phc_us;		/* from doorbell to answer */
	uint32_t phc_bound_ns;		/* error bound reported */
	uint32_t phc_gap_us;		/* reads closer than that fail */
	/* -- statistics */
	const char *stats_text;	/* EXTENDED; not copied.  NULL: not served */
	bool counters_fresh;	/* what a driver sees starts at 0 by a reset */
};
void mock_options_default(struct mock_options *);

struct mockdev;

/* Both pointers are copied.  NULL if out of memory. */
struct mockdev *mock_create(const struct mock_profile *,
    const struct mock_options *, const struct mock_bus *);
void mock_destroy(struct mockdev *);

/* -- driver side: registers and device memory.  4-byte aligned accesses. */
uint32_t mock_reg_read(struct mockdev *, uint32_t off);
void mock_reg_write(struct mockdev *, uint32_t off, uint32_t val);
/*
 * LLQ window (BAR2): bytes as the bus delivers them, one call a store.  Each
 * store is judged: in a live ring, 8 bytes and aligned, each word once and
 * ascending, entries whole at their doorbell.
 */
void mock_bar2_write(struct mockdev *, uint32_t off, const void *, size_t);
/*
 * The window is memory of the caller's, bar2_bytes long and 8-byte aligned,
 * which the driver reaches without calls: BAR2 mapped into a guest.  Then
 * the model sees no stores and the rules about them are off; everything
 * else - phases, header, unused bytes, burst - is judged at the doorbell as
 * ever.  The memory must outlive the device or the next attach; NULL goes
 * back to memory of the model's own.  Nothing is copied: call it before
 * queues exist.
 */
void mock_bar2_attach(struct mockdev *, void *mem);
/* Function level reset / bus reset: back to power-on. */
void mock_flr(struct mockdev *);

/* -- wire side */
enum mock_rx_verdict {
	MOCK_RX_OK,
	MOCK_RX_NO_QUEUE,	/* no live RX queue / link down: dropped */
	MOCK_RX_NO_BUFFER,	/* no armed buffers (in the portion, after a
				   stall): dropped, overrun counted */
	MOCK_RX_TOO_LONG,	/* longer than MTU + L2 header: dropped */
	MOCK_RX_RUNT		/* shorter than an Ethernet header */
};
enum mock_rx_verdict mock_frame_in(struct mockdev *, const void *frame,
    size_t len, const struct mock_frame_info *info /* may be NULL */);
void mock_set_link(struct mockdev *, bool up);
/* From the next reset on it offers so many pairs, at most the profile's. */
void mock_offer_pairs(struct mockdev *, unsigned int);

/* -- time */
#define MOCK_NEVER	UINT64_MAX
void mock_run(struct mockdev *);	/* do everything due by now_us() */
uint64_t mock_next_us(struct mockdev *);/* absolute; MOCK_NEVER if idle */

/* -- observation */
#define MOCK_REASONS	32
struct mock_stats {
	uint64_t tx_pkts, tx_bytes, tx_drops;
	uint64_t rx_pkts, rx_bytes, rx_drops, rx_overruns;
	uint64_t tx_q_pkts[MOCK_MAX_PAIRS], rx_q_pkts[MOCK_MAX_PAIRS];
	uint64_t tx_csum_done;		/* frames we inserted checksums into */
	uint64_t tso_frames, tso_segments;
	uint64_t admin_cmds;
	uint64_t admin_by_opcode[16];
	uint64_t admin_failed;		/* answered with status != 0 */
	uint64_t reg_reads, reg_writes, doorbells, unmasks;
	uint64_t interrupts;
	uint64_t resets, resets_by_reason[MOCK_REASONS];
	uint64_t rules_fatal, rules_status, rules_advice;
	uint64_t llq_pkts, llq_entries;	/* among tx_pkts; doorbell deltas */
	uint64_t llq_stores;		/* mock_bar2_write calls */
	uint64_t phc_reads, flow_hits;
};
void mock_get_stats(const struct mockdev *, struct mock_stats *);
bool mock_is_fatal(const struct mockdev *);
/* A table for people: queues, positions, registrations. */
void mock_dump(const struct mockdev *,
    void (*line)(void *arg, const char *text), void *arg);

/*
 * Which kind of device-written memory is at addr?  Lets a hostile binding
 * poison completion bytes that the driver has not earned yet.
 */
enum mock_ring_kind {
	MOCK_RING_NONE, MOCK_RING_ACQ, MOCK_RING_AENQ, MOCK_RING_TX_CQ,
	MOCK_RING_RX_CQ, MOCK_RING_RESP, MOCK_RING_CLOCK
};
struct mock_ring {
	enum mock_ring_kind kind;
	uint64_t base;
	uint32_t entry_bytes;
	uint32_t depth;
	uint32_t phase_byte;	/* offset of the phase inside an entry */
};
/* Ring i of those registered now; false past the end. */
bool mock_ring_nth(const struct mockdev *, unsigned int i,
    struct mock_ring *);

/* -- faults: the menu from which tests provoke trouble */
enum mock_fault {
	MOCK_F_NONE,
	MOCK_F_ADMIN_LOST,	/* command consumed, never completed */
	MOCK_F_ADMIN_LATE,	/* completed after arg microseconds */
	MOCK_F_ADMIN_TWICE,
	MOCK_F_ADMIN_WRONG_ID,	/* completion carries id arg */
	MOCK_F_ADMIN_STATUS,	/* status arg & 0xff, ext status arg >> 8 */
	MOCK_F_ADMIN_NO_INTR,	/* completed, vector 0 not raised */
	MOCK_F_READLESS_LOST,
	MOCK_F_READLESS_WRONG_OFF,
	MOCK_F_READLESS_STALE,	/* answers with the previous sequence */
	MOCK_F_RESET_NEVER_STARTS,
	MOCK_F_RESET_NEVER_ENDS,
	MOCK_F_TX_ID_RANGE,	/* completion id out of range */
	MOCK_F_TX_ID_TWICE,
	MOCK_F_TX_ID_IDLE,
	MOCK_F_TX_LOST,		/* packet sent, never completed */
	MOCK_F_TX_MBZ,
	MOCK_F_RX_ID_RANGE,
	MOCK_F_RX_ID_IDLE,	/* in range but not posted */
	MOCK_F_RX_TOO_LONG,	/* length beyond the posted buffer */
	MOCK_F_RX_FIRST_MID,	/* FIRST in the middle of a frame */
	MOCK_F_RX_NO_LAST,	/* more descriptors than negotiated */
	MOCK_F_RX_MBZ,
	MOCK_F_RX_BAD_CSUM_FLAG,/* claims an L4 error on a good frame */
	MOCK_F_INTR_LOST,	/* next I/O interrupt is swallowed */
	MOCK_F_AENQ_FLOOD,	/* arg unknown-group events at once */
	MOCK_F_AENQ_UNKNOWN,	/* one event of group arg */
	MOCK_F_KEEP_ALIVE_STOP,	/* until MOCK_F_KEEP_ALIVE_GO */
	MOCK_F_KEEP_ALIVE_GO,
	MOCK_F_FATAL,		/* set the fatal bit now */
	MOCK_F_GONE,		/* card pulled: all ones, no DMA */
	MOCK_F_BAD_DB_OFF,	/* next CREATE_SQ returns offset arg */
	MOCK_F_BAD_UNMASK_OFF,	/* next CREATE_CQ returns offset arg */
	MOCK_F_CQ_DEPTH,	/* next CREATE_CQ returns depth arg */
	MOCK_F_DUP_INDEX,	/* next CREATE repeats a live index */
	MOCK_F_BAD_LLQ_OFF,	/* next LLQ CREATE_SQ returns offset arg */
	MOCK_F_PHC_LOST,	/* clock read never answered */
	MOCK_F_PHC_ERROR,	/* answered with error flags arg (0: 1) */
	MOCK_F_COUNT
};
/*
 * Arm fault f to hit the after-th next opportunity (0: the next), times
 * times.  Faults that act at once ignore both.  opcode != 0 limits ADMIN
 * faults to that opcode; feature likewise.
 */
struct mock_fault_arm {
	enum mock_fault f;
	uint32_t after;
	uint32_t times;
	uint32_t arg;
	uint8_t opcode;
	uint8_t feature;
};
void mock_fault(struct mockdev *, const struct mock_fault_arm *);
void mock_fault_clear(struct mockdev *);
/* Name for people and replay ids; NULL past the end. */
const char *mock_fault_name(enum mock_fault);
/* Opportunities that armed faults have hit so far. */
uint64_t mock_faults_hit(const struct mockdev *);

/*
 * Customer metric id (0..5, protocol 8.2): its value from now on, in the ENI
 * view as well.  The defaults are constants that differ from each other.
 */
void mock_set_metric(struct mockdev *, unsigned int id, uint64_t value);
uint64_t mock_metric(const struct mockdev *, unsigned int id);
/* Name for people; NULL past the end. */
const char *mock_metric_name(unsigned int id);
/* The n-th value of SRD (protocol 8.2) as it is reported now, and its name. */
uint64_t mock_srd(const struct mockdev *, unsigned int n);
const char *mock_srd_name(unsigned int n);

/* The adapter's clock now, in nanoseconds: PHC and packet timestamps. */
uint64_t mock_clock_ns(struct mockdev *);

/* Post an AENQ event from the test. */
void mock_event(struct mockdev *, uint16_t group, uint16_t syndrome,
    const uint32_t data[12]);

#endif /* ENA_MOCKDEV_H */
