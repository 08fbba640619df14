/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of the device model: state shared between tests/mock/mock_*.c and
 * ena_mockdev.c.  Nobody else includes this.
 *
 * Invariants
 * I1: positions are free-running 16-bit numbers; slot = position mod depth,
 *     expected phase = 1 ^ (position / depth mod 2).  Every depth is a power
 *     of two of at most 32768, so that this survives the wrap at 65536.
 * I2: nothing that the driver wrote is used as an index before it has been
 *     compared with a bound of ours.
 * I3: host memory is touched only through mock_dma_rd() and mock_dma_wr(),
 *     which refuse when the device is fatal or gone.
 * I4: every due time is MOCK_NEVER or at least d->soonest, or d->soonest is
 *     too early (never too late).
 */
#ifndef MOCK_PRIV_H
#define MOCK_PRIV_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ena_hw.h"
#include "ena_mockdev.h"
#include "mock_net.h"

/* True if the wire format is big-endian (ENAHW_BYTESWAPPED). */
#define MOCK_WIRE_BE		(ENAHW_SWAP != ENAHW_HOST_BE)

#define MOCK_ADMIN_MAX		1024U	/* largest AQ, ACQ, AENQ depth */
#define MOCK_VECTORS		256U
#define MOCK_TX_DESCS		64U	/* bound on profile tx_descs */
#define MOCK_RX_DESCS		64U
#define MOCK_PORTIONS		16U	/* of an RX ring */
#define MOCK_HELD		32U	/* completions held for shuffling */
#define MOCK_ARMS		16U	/* faults armed at once */
#define MOCK_FRAME_MAX		65536U	/* largest frame taken from a host */
#define MOCK_FRAME_ROOM		(MOCK_FRAME_MAX + 64U)
#define MOCK_RSS_MAX		4096U	/* table entries, log2 12 */
#define MOCK_L2_HEADER		14U
#define MOCK_VLAN_TAG		4U
#define MOCK_NO_QUEUE		0xffffU
#define MOCK_FLOWS		64U	/* bound on profile flow_rules */
#define MOCK_METRICS		6U
#define MOCK_PHC_RESP		64U	/* bytes of a clock answer */
#define MOCK_TEXT		2048U	/* of extended statistics */
#define MOCK_TXC_EXT		16U	/* bytes of extended completions */
#define MOCK_RXC_EXT		32U
#define MOCK_LLQ_MAX		256U	/* bytes of the widest LLQ entry */
#define MOCK_LLQ_UNIT		4U	/* stores are tracked in these */

enum mock_rule_no {
	/* registers and DMA */
	MR_REG_UNALIGNED, MR_REG_OUTSIDE, MR_REG_RESERVED, MR_REG_WRITE_RO,
	MR_REG_READ_WO, MR_REG_IN_RESET, MR_DB_UNKNOWN, MR_DB_HIGH_BITS,
	MR_DB_IDLE, MR_DMA_UNMAPPED, MR_DMA_WIDTH, MR_BAR2_OUTSIDE,
	/* readless reads and reset */
	MR_READLESS_ABSENT, MR_READLESS_BUSY, MR_READLESS_UNREGISTERED,
	MR_READLESS_OFFSET, MR_RESP_BEFORE_RESET, MR_RESP_AFTER_RESET,
	MR_RESET_NOT_READY, MR_RESET_NOT_WAITED, MR_RESET_REASON,
	MR_DEV_CTL_RESERVED,
	/* admin queue */
	MR_RING_CAPS, MR_RING_ALIGN, MR_AQ_REREGISTER, MR_AQ_UNREGISTERED,
	MR_AQ_OVERRUN, MR_AQ_PHASE, MR_AQ_ID_BUSY, MR_AQ_RESERVED,
	MR_ADMIN_OPCODE, MR_CTRL_FLAG, MR_CTRL_LENGTH, MR_CMD_ADDR,
	/* features and statistics */
	MR_FEATURE_UNSUPPORTED, MR_FEATURE_DIRECTION, MR_FEATURE_VERSION,
	MR_HOST_ATTR_LATE, MR_HOST_INFO_MAJOR, MR_MTU_RANGE, MR_AENQ_GROUPS,
	MR_RSS_FUNCTION, MR_RSS_KEY_LENGTH, MR_RSS_TABLE_SIZE, MR_RSS_INLINE,
	MR_RSS_DEAD_QUEUE, MR_RSS_FIELDS, MR_FRAG_BYPASS, MR_STATS_TYPE,
	MR_STATS_CAPABILITY, MR_STATS_SCOPE, MR_STATS_DEVICE,
	MR_STATS_BUFFER, MR_PHC_LENGTH, MR_PHC_RESERVED, MR_PHC_UNSET,
	MR_PHC_BUSY, MR_TS_CONFIG, MR_TS_SMALL_CQ, MR_FLOW_ACTION,
	MR_FLOW_TYPE, MR_FLOW_QUEUE, MR_FLOW_LOCATION, MR_FLOW_RESERVED,
	/* identity gates and event ring */
	MR_GATE_A, MR_GATE_B, MR_AENQ_MISSING, MR_AENQ_LATE,
	MR_AENQ_UNREGISTERED, MR_AENQ_HEAD, MR_AENQ_HEAD_IDLE,
	MR_AENQ_ARM_SHORT, MR_AENQ_ARMED_MASKED,
	/* LLQ negotiation and stores */
	MR_LLQ_LATE, MR_LLQ_VERSION, MR_LLQ_NO_BAR2, MR_LLQ_FIELD,
	MR_LLQ_HEADER_AREA, MR_LLQ_ACCEL, MR_LLQ_RESERVED, MR_LLQ_BASE,
	MR_LLQ_WIDE_DEPTH, MR_LLQ_LIMIT, MR_LLQ_STORE_SIZE,
	MR_LLQ_STORE_RING, MR_LLQ_STORE_ORDER, MR_LLQ_STORE_BUSY,
	MR_LLQ_PARTIAL, MR_LLQ_BURST, MR_LLQ_NO_HEADER, MR_LLQ_PUSHED,
	MR_LLQ_UNUSED, MR_LLQ_META, MR_LLQ_META_DROP,
	/* queue commands */
	MR_CQ_DEPTH, MR_CQ_ENTRY, MR_CQ_VECTOR, MR_CQ_VECTOR_POLLED,
	MR_CQ_ALIGN, MR_CQ_LIMIT, MR_CQ_RESERVED, MR_SQ_CQ, MR_SQ_CQ_BOUND,
	MR_SQ_CQ_ENTRY, MR_SQ_CQ_DEPTH, MR_SQ_DEPTH, MR_SQ_DIRECTION,
	MR_SQ_PLACEMENT, MR_SQ_POLICY, MR_SQ_LIMIT, MR_SQ_CONTIG,
	MR_SQ_ALIGN, MR_SQ_RESERVED, MR_DESTROY_SQ, MR_DESTROY_CQ,
	MR_DESTROY_CQ_BUSY,
	/* data path */
	MR_SQ_OVERRUN, MR_TX_PHASE, MR_TX_FIRST, MR_TX_META, MR_TX_MBZ,
	MR_TX_PARTIAL, MR_TX_DESCS, MR_TX_ZERO_LEN, MR_TX_RUNT,
	MR_TX_TOO_LONG, MR_TX_ID_RANGE, MR_TX_ID_BUSY, MR_TX_COMP_REQ,
	MR_TX_HEADER_LEN, MR_TX_OFFLOAD, MR_TX_PROTO, MR_TX_META_STALE,
	MR_TX_DF, MR_TX_TSO_LEN, MR_TX_TSO_MSS, MR_TX_TSO_CSUM,
	MR_TX_TSO_ECN, MR_TX_TSO_MALFORMED, MR_RX_PHASE, MR_RX_MBZ, MR_RX_CTRL,
	MR_RX_ID_RANGE, MR_RX_ID_BUSY, MR_RX_SMALL,
	/* interrupts */
	MR_UNMASK_DOUBLE, MR_UNMASK_DEAD, MR_UNMASK_POLLED, MR_MODERATION,
	MR_COUNT
};

enum mock_reset_state {
	MOCK_RS_IDLE,
	MOCK_RS_STARTING,	/* asked for, not yet reported */
	MOCK_RS_BUSY,		/* reported, waiting for DEV_CTL = 0 */
	MOCK_RS_ENDING		/* released, not yet reported done */
};

/* A ring the driver registered by register writes. */
struct mock_areg {
	uint64_t base;
	uint32_t depth;
	bool set;
};

struct mock_pending {
	uint64_t due;
	uint32_t order;
	uint8_t cmd[ENAHW_ADMIN_ENTRY];
};

struct mock_cq {
	bool live, bound;
	bool rx;		/* of the bound SQ */
	uint64_t base;
	uint32_t depth, entry_bytes;
	uint32_t vector;	/* ENAHW_CQ_VECTOR_NONE: none */
	uint16_t tail;
};

/* An armed RX buffer, kept by request id. */
struct mock_rxbuf {
	uint64_t addr;
	uint32_t len;
	uint16_t next;		/* id of the one behind it */
};

/* Armed buffers in ring order; first and last are ids. */
struct mock_portion {
	uint32_t n;
	uint16_t first, last;
};

/* What a TX meta descriptor says. */
struct mock_meta {
	uint16_t mss;
	uint8_t l3_len, l3_off;
	uint8_t l4_words;
};

struct mock_done {
	uint64_t ns;		/* when the frame was out */
	uint16_t id, descs;
};

/* What SET LLQ put in force: bits as on the wire, and what follows. */
struct mock_llq {
	bool set;
	uint16_t hdr_loc, entry, before, stride;
	uint16_t accel;		/* granted flags */
	uint32_t bytes;		/* of an entry */
	uint32_t nbefore;	/* descriptors in the first of a packet */
	uint32_t ndesc;		/* descriptors in the others */
	uint32_t hdr_max;	/* header bytes in the first */
	uint32_t burst;		/* entries between doorbells; 0: any number */
};

/* A packet being read from its entries, copied out of the window. */
struct mock_llq_walk {
	uint32_t entries;	/* begun */
	uint32_t idx, cap;	/* descriptors taken of, and in the last */
	uint8_t first[MOCK_LLQ_MAX], last[MOCK_LLQ_MAX];
};

struct mock_sq {
	bool live, rx;
	uint8_t placement;
	uint16_t slot;
	uint16_t cq;		/* slot number */
	uint64_t base;
	uint32_t depth;
	uint16_t db;		/* tail as last rung */
	uint16_t head;		/* first position not yet fetched */
	uint16_t retired;	/* descriptors (LLQ: entries) given back */
	uint64_t due;		/* TX: fetch from head to db */
	uint64_t held_due;	/* TX: write held completions */
	unsigned int nheld;
	struct mock_done held[MOCK_HELD];
	struct mock_meta meta;
	uint32_t llq_off;	/* device placement: ring in BAR2 */
	uint64_t *stored;	/* depth: units written since the doorbell */
	uint8_t *busy;		/* depth: request id in flight */
	struct mock_rxbuf *bufs;/* depth: RX, by request id */
	struct mock_portion part[MOCK_PORTIONS];
	unsigned int turn;	/* portion of the next frame */
	bool stalled;		/* found empty, see rx_stall_fill */
};

struct mock_flow {
	uint8_t type;		/* 0: none */
	uint16_t queue;		/* RX SQ handle */
	struct enahw_flow_rule rule;
};

struct mock_vec {
	bool armed;
	bool pending;		/* completions since the last message */
	bool by_rx;		/* the first of them */
	uint16_t rx_delay, tx_delay;
	uint64_t due;
};

struct mock_rss {
	bool table_set;
	uint16_t log2;
	uint16_t table[MOCK_RSS_MAX];
	uint32_t function, initial;
	uint8_t key[ENAHW_RSS_KEY_BYTES];	/* conventional order */
	uint16_t sort;
	uint16_t fields[ENAHW_HASH_PROTOS];
};

struct mock_arm {
	struct mock_fault_arm a;
	bool used;
};

struct mockdev {
	struct mock_profile p;
	uint16_t offered_pairs;		/* at most p.max_pairs */
	struct mock_options o;
	struct mock_bus bus;
	struct mock_stats st, st_base;
	uint64_t rng;
	uint64_t soonest;
	bool fatal, gone, link;

	/* registers */
	uint64_t resp;
	bool resp_set;
	bool intr_masked, mgmt_pending;
	enum mock_reset_state rs;
	uint64_t rs_due;
	uint64_t rl_due;	/* readless answer */
	uint32_t rl_req;
	uint16_t rl_prev;	/* sequence answered before */

	/* admin */
	struct mock_areg aq, acq;
	uint64_t aq_base, acq_base, aenq_base;
	uint16_t aq_tail, acq_tail;
	uint16_t aq_retired;	/* commands completed or dropped */
	bool admin_seen;
	struct mock_pending pend[MOCK_ADMIN_MAX];
	unsigned int npend;
	uint32_t order;
	uint64_t admin_due;	/* earliest of pend[] */

	/* host attributes */
	bool hi_set, hi_early, attr_seen;
	uint64_t hi_addr;
	uint8_t hi_major;
	uint32_t hi_features;
	bool gates_passed;

	/* events */
	struct mock_areg aenq;
	bool aenq_late, aenq_armed, link_owed, ka_stop;
	uint16_t aenq_head, aenq_tail;
	uint32_t groups;
	uint64_t ka_due;

	/* clock */
	bool phc_set, ts_tx, ts_rx;
	uint64_t phc_resp, phc_due, phc_last;
	uint16_t phc_id;

	/* queues */
	uint32_t mtu;
	bool frag_bypass;
	struct mock_rss rss;
	struct mock_flow flows[MOCK_FLOWS];
	uint64_t metric[MOCK_METRICS];
	struct mock_sq tx[MOCK_MAX_PAIRS], rx[MOCK_MAX_PAIRS];
	struct mock_cq cq[2 * MOCK_MAX_PAIRS];
	struct mock_vec vec[MOCK_VECTORS];
	struct mock_llq llq;
	uint8_t *bar2;		/* LLQ window, made when first needed */
	bool bar2_theirs;	/* lent by mock_bar2_attach() */
	uint32_t bar2_slot;	/* TX slot of the last store */

	struct mock_arm arms[MOCK_ARMS];
	uint64_t faults_hit;
	uint8_t frame[MOCK_FRAME_ROOM];		/* TX being gathered */
	uint8_t rxframe[MOCK_FRAME_ROOM];	/* RX being completed */

	/* transcript */
	uint64_t answer_addr;
	uint32_t answer_len;	/* of the command being completed */
	uint8_t shown[MOCK_RSS_MAX * sizeof(struct enahw_rss_entry)];
};

static inline uint8_t
mock_phase(uint16_t pos, uint32_t depth)
{
	return ((uint8_t)(1U ^ ((pos / depth) & 1U)));
}

static inline bool
mock_pow2(uint32_t v)
{
	return (v != 0 && (v & (v - 1)) == 0);
}

/* ena_mockdev.c */
uint64_t mock_now(struct mockdev *);
uint32_t mock_rand(struct mockdev *, uint32_t below);
uint64_t mock_after(struct mockdev *, uint32_t us);
void mock_wake(struct mockdev *, uint64_t due);
void mock_set_fatal(struct mockdev *, const char *why);
bool mock_dma_rd(struct mockdev *, uint64_t, void *, size_t, const char *);
bool mock_dma_wr(struct mockdev *, uint64_t, const void *, size_t,
    const char *);
void mock_power_on(struct mockdev *);

/* mock_reg.c */
void mock_reset_step(struct mockdev *);
void mock_readless_answer(struct mockdev *);
uint32_t mock_dev_sts(const struct mockdev *);

/* mock_admin.c */
void mock_admin_caps(struct mockdev *, struct mock_areg *, uint64_t base,
    uint32_t val, const char *name);
void mock_admin_doorbell(struct mockdev *, uint32_t);
void mock_admin_run(struct mockdev *);
bool mock_addr(struct mockdev *, const struct enahw_addr *, uint64_t *,
    const char *what);

/* mock_queue.c */
uint8_t mock_create_cq(struct mockdev *, const uint8_t *, uint8_t *);
uint8_t mock_create_sq(struct mockdev *, const uint8_t *, uint8_t *);
uint8_t mock_destroy_cq(struct mockdev *, const uint8_t *);
uint8_t mock_destroy_sq(struct mockdev *, const uint8_t *);
void mock_sq_free(struct mock_sq *);
bool mock_queue_write(struct mockdev *, uint32_t off, uint32_t val);
bool mock_cq_put(struct mockdev *, struct mock_cq *, uint32_t w[8]);

/* mock_feature.c, mock_rss.c, mock_stats.c */
uint8_t mock_feature(struct mockdev *, const uint8_t *, uint8_t *,
    bool set);
bool mock_host_info(struct mockdev *);
bool mock_advertised(const struct mockdev *, uint32_t feature);
uint8_t mock_ctrl(struct mockdev *, const uint8_t *, uint32_t need,
    uint64_t *, bool *present);
void mock_rss_defaults(struct mockdev *);
uint8_t mock_rss_function(struct mockdev *, const uint8_t *, uint8_t *,
    bool set);
uint8_t mock_rss_table(struct mockdev *, const uint8_t *, uint8_t *,
    bool set);
uint8_t mock_rss_input(struct mockdev *, const uint8_t *, uint8_t *,
    bool set);
struct mock_sq *mock_rss_queue(struct mockdev *, const uint8_t *,
    const struct mock_parse *, uint32_t *hash);
struct mock_sq *mock_rx_by_handle(struct mockdev *, uint32_t idx);
void mock_counters_reset(struct mockdev *);
uint8_t mock_get_stats_cmd(struct mockdev *, const uint8_t *, uint8_t *);
void mock_metric_defaults(struct mockdev *);

/* mock_clock.c, mock_flow.c */
uint8_t mock_phc_get(struct mockdev *, uint8_t *);
uint8_t mock_phc_set(struct mockdev *, const uint8_t *);
bool mock_phc_write(struct mockdev *, uint32_t off, uint32_t val);
void mock_phc_answer(struct mockdev *);
uint8_t mock_ts_get(struct mockdev *, uint8_t *);
uint8_t mock_ts_set(struct mockdev *, const uint8_t *);
void mock_ts_check(struct mockdev *, const struct mock_cq *);
uint8_t mock_flow_set(struct mockdev *, const struct enahw_feature_cmd *,
    const uint8_t *cmd, uint8_t *);
struct mock_sq *mock_flow_queue(struct mockdev *, const uint8_t *,
    const struct mock_parse *);

/* mock_aenq.c */
void mock_aenq_head(struct mockdev *, uint32_t);
bool mock_aenq_post(struct mockdev *, uint16_t group, uint16_t syndrome,
    const uint32_t data[12]);
void mock_keep_alive(struct mockdev *);
void mock_mgmt_kick(struct mockdev *);
void mock_vec_note(struct mockdev *, uint32_t vector, bool rx);
void mock_vec_kick(struct mockdev *, uint32_t vector);
void mock_vec_fire(struct mockdev *, uint32_t vector);
void mock_unmask(struct mockdev *, struct mock_cq *, uint32_t val);

/* mock_llq.c */
uint8_t mock_llq_get(struct mockdev *, uint8_t version, uint8_t *);
uint8_t mock_llq_set(struct mockdev *, const struct enahw_feature_cmd *);
uint8_t mock_llq_check(struct mockdev *, const struct enahw_create_sq *);
bool mock_llq_create(struct mockdev *, struct mock_sq *, uint16_t slot,
    uint32_t depth);
bool mock_llq_doorbell(struct mockdev *, struct mock_sq *, uint16_t db);
bool mock_llq_next(struct mockdev *, const struct mock_sq *,
    struct mock_llq_walk *, uint32_t w[4]);
bool mock_llq_end(struct mockdev *, const struct mock_sq *,
    const struct mock_llq_walk *, uint32_t hdr_len);

/* mock_tx.c, mock_rx.c */
void mock_tx_run(struct mockdev *, struct mock_sq *);
void mock_tx_release(struct mockdev *, struct mock_sq *);
void mock_rx_post(struct mockdev *, struct mock_sq *, uint16_t db);

/* mock_rules.c */
void mock_rule(struct mockdev *, enum mock_rule_no, const char *, ...)
    __attribute__((__format__(__printf__, 3, 4)));

/* mock_fault.c */
bool mock_hit(struct mockdev *, enum mock_fault, uint32_t *arg);
bool mock_hit_cmd(struct mockdev *, enum mock_fault, const uint8_t *cmd,
    uint32_t *arg);

/* mock_trace.c */
void mock_trace(struct mockdev *, const char *, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void mock_trace_hex(struct mockdev *, const char *what, const void *,
    size_t);
void mock_trace_cmd(struct mockdev *, const uint8_t *cmd);
void mock_trace_payload(struct mockdev *, const struct enahw_le32 data[12]);
/* mock_dma_wr() of what a command's buffer is to hold, for the transcript. */
bool mock_answer(struct mockdev *, uint64_t, const void *, size_t,
    const char *);
void mock_trace_answer(struct mockdev *);
const char *mock_opcode_name(uint32_t);
const char *mock_feature_name(uint32_t);
const char *mock_reg_name(uint32_t);

#endif /* MOCK_PRIV_H */
