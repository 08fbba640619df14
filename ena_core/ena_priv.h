/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the rooms of the core know of each other.  Glue never includes this;
 * white-box unit tests may.
 */
#ifndef ENA_PRIV_H
#define ENA_PRIV_H

#include "ena.h"

/* Timeouts used until the device says otherwise.  ref: hw-notes#timeouts */
#define ENA_REG_TIMEOUT_US	200000U
#define ENA_REG_TRIES		3U
#define ENA_ADMIN_TIMEOUT_US	3000000U
#define ENA_ADMIN_LATE_US	100000U	/* an interrupt would have come */
#define ENA_KEEP_ALIVE_MS	6000U
#define ENA_KEEP_ALIVE_MISSES	3U	/* windows in a row before a fault */
#define ENA_HINT_MIN_MS		10U	/* floor for hinted timeouts */
#define ENA_KEEP_ALIVE_MIN_MS	1000U	/* the device's own period */
#define ENA_MODER_INTRS		64U	/* interrupts a sample */
#define ENA_MODER_MORE		32U	/* packets an interrupt: wait longer */
#define ENA_MODER_LESS		8U	/* and: wait less */
#define ENA_MODER_LEVELS	4U	/* above none; each half of the next */
#define ENA_CLOCK_READS		125U	/* in a second */
#define ENA_STS_LOOKS		2U	/* bad DEV_STS in a row */
#define ENA_LOST_INTRS		3U	/* lost in a row before a reset */
#define ENA_TX_TIMEOUT_MS	5000U
#define ENA_TX_OVERDUE_MAX	128U	/* packets, when others complete */
#define ENA_RECOVER_ATTEMPTS	8U
#define ENA_RECOVER_MIN_US	1000000U
#define ENA_RECOVER_MAX_US	32000000U
#define ENA_RECOVER_CALM_MS	60000U	/* RUNNING so long: forgiven */
#define ENA_SHRINK_FLOOR	256U	/* entries; no ring gets smaller */
#define ENA_BACKOFF_MIN_US	20U
#define ENA_BACKOFF_MAX_US	5000U
#define ENA_DMA_WIDTH_MIN	32U
#define ENA_DMA_WIDTH_MAX	48U
#define ENA_PAGE		4096U
#define ENA_STEP_LOOPS		512U	/* bound of one ena_dev_step() */
#define ENA_CTRL_BYTES		(4U << ENA_RSS_LOG2_MAX)
#define ENA_MTU_DEFAULT		1500U

/* What the driver promises in the host-info page; exactly what it does. */
#define ENA_DRIVER_FEATURES	(ENAHW_DRVF_RX_OFFSET | ENAHW_DRVF_RSS_KEY | \
				    ENAHW_DRVF_TX_IPV6_CSUM | \
				    ENAHW_DRVF_INTR_MODERATION)
#define ENA_WANTED_EVENTS						\
	(ENAHW_AENQ_BIT(ENAHW_AENQ_LINK_CHANGE) |			\
	ENAHW_AENQ_BIT(ENAHW_AENQ_FATAL_ERROR) |			\
	ENAHW_AENQ_BIT(ENAHW_AENQ_WARNING) |				\
	ENAHW_AENQ_BIT(ENAHW_AENQ_NOTIFICATION) |			\
	ENAHW_AENQ_BIT(ENAHW_AENQ_KEEP_ALIVE) |				\
	ENAHW_AENQ_BIT(ENAHW_AENQ_CONF_NOTIFICATION) |			\
	ENAHW_AENQ_BIT(ENAHW_AENQ_REQUEST_RESET))

/* Any admin command as it lies in the ring: 64 bytes, zeroed first. */
union ena_cmd {
	struct enahw_le32 c_w0;
	struct enahw_feature_cmd c_feature;
	struct enahw_create_cq c_create_cq;
	struct enahw_create_sq c_create_sq;
	struct enahw_destroy_cq c_destroy_cq;
	struct enahw_destroy_sq c_destroy_sq;
	struct enahw_get_stats c_get_stats;
};
ENA_CTASSERT(sizeof(union ena_cmd) == ENAHW_ADMIN_ENTRY);

/* States of the step machine's own command. */
enum { ENA_SYNC_IDLE, ENA_SYNC_POSTED, ENA_SYNC_DONE, ENA_SYNC_ORPHAN };

static inline bool
ena_has(const struct ena_dev *dev, unsigned int feature)
{
	return ((dev->dev_info.in_features & ENAHW_FEAT_BIT(feature)) != 0);
}

static inline bool
ena_can(const struct ena_dev *dev, uint32_t capability)
{
	return ((dev->dev_info.in_capabilities & capability) != 0);
}

/* ENA_OK, or what the fault latch says. */
static inline enum ena_result
ena_alive(const struct ena_dev *dev)
{
	uint32_t fault;

	fault = ena_os_load_acq(&dev->dev_fault);
	if (fault == 0)
		return (ENA_OK);
	return (fault == ENA_FAULT_GONE ? ENA_GONE : ENA_FAULTED);
}

/* For what needs queues: ENA_OK, what the fault latch says, or ENA_STATE. */
static inline enum ena_result
ena_in_traffic(const struct ena_dev *dev)
{
	enum ena_result r;

	r = ena_alive(dev);
	return (r == ENA_OK && !dev->dev_is_running ? ENA_STATE : r);
}

static inline uint32_t
ena_now_ms(struct ena_dev *dev)
{
	return ((uint32_t)(ena_os_now_us(dev->dev_os) / 1000));
}

/* Where a refusal only means less: the bring-up goes on without. */
static inline enum ena_result
ena_optional(enum ena_result r)
{
	return (r == ENA_UNSUPPORTED || r == ENA_REFUSED ? ENA_OK : r);
}

static inline uint32_t
ena_min32(uint32_t a, uint32_t b)
{
	return (a < b ? a : b);
}

static inline bool
ena_is_pow2(uint32_t v)
{
	return (v != 0 && (v & (v - 1)) == 0);
}

static inline void *
ena_area(struct ena_dev *dev, enum ena_dma_area area)
{
	return (dev->dev_dma[area].dma_va);
}

/*
 * One bring-up step.  up and down are called again and again while they
 * return ENA_AGAIN, with dev_pc and dev_next zero at the first call.  down
 * undoes what up did, also half of it.  A NULL down says that there is
 * nothing to undo.
 */
struct ena_step {
	const char *st_name;
	enum ena_state st_level;	/* reached when this step is up */
	enum ena_result (*st_up)(struct ena_dev *);
	enum ena_result (*st_down)(struct ena_dev *);
};

/* ena_dev.c */
uint8_t ena_steps_at(enum ena_state);
bool ena_config_ok(struct ena_os *, const struct ena_config *);

/* ena_watch.c */
void ena_watch_start(struct ena_dev *);

/* ena_recover.c */
void ena_recover_calm(struct ena_dev *);
void ena_recover_forget(struct ena_dev *);
void ena_snapshot_take(struct ena_dev *, uint32_t);

/* ena_reg.c */
enum ena_result ena_reg_read(struct ena_dev *, uint32_t, uint32_t *);
void ena_reg_write(struct ena_dev *, uint32_t, uint32_t);
void ena_reg_resp_set(struct ena_dev *);
void ena_reg_resp_clear(struct ena_dev *);
void ena_reset_begin(struct ena_dev *);
void ena_reset_abandon(struct ena_dev *);
bool ena_reset_open(const struct ena_dev *);
enum ena_result ena_reset_step(struct ena_dev *, uint32_t);
uint32_t ena_reset_word(const struct ena_dev *, uint32_t);

/* ena_admin.c */
void ena_admin_start(struct ena_dev *);
void ena_admin_stop(struct ena_dev *, enum ena_result);
enum ena_result ena_admin_ready(const struct ena_dev *);
enum ena_result ena_admin_post(struct ena_dev *, const union ena_cmd *,
    struct ena_req *);
bool ena_admin_take(struct ena_dev *);
void ena_admin_expire(struct ena_dev *);
enum ena_result ena_admin_run(struct ena_dev *, const union ena_cmd *);
typedef enum ena_result ena_post_fn(struct ena_dev *, const void *,
    struct ena_req *);
enum ena_result ena_admin_run_post(struct ena_dev *, ena_post_fn *,
    const void *);
enum ena_result ena_status_result(uint8_t);
void *ena_ctrl_claim(struct ena_dev *, size_t);
enum ena_result ena_ctrl_send(struct ena_dev *, const union ena_cmd *,
    size_t, struct ena_req *);
enum ena_result ena_ctrl_post(struct ena_dev *, union ena_cmd *, size_t,
    struct ena_req *);
const void *ena_ctrl_answer(struct ena_dev *, size_t);

/* ena_cmd.c */
void ena_cmd_addr(struct enahw_addr *, uint64_t);
void ena_cmd_get(union ena_cmd *, uint8_t, uint8_t);
void ena_cmd_set(union ena_cmd *, uint8_t, const void *, size_t);
void ena_cmd_ctrl(union ena_cmd *, uint64_t, size_t);
void ena_cmd_create_cq(union ena_cmd *, uint16_t, unsigned int, uint32_t,
    uint64_t);
void ena_cmd_create_sq(union ena_cmd *, unsigned int, unsigned int, uint16_t,
    uint16_t, uint64_t);
void ena_cmd_destroy_cq(union ena_cmd *, uint16_t);
void ena_cmd_destroy_sq(union ena_cmd *, unsigned int, uint16_t);
void ena_cmd_get_stats(union ena_cmd *, uint8_t);
enum ena_result ena_cmd_attributes(const struct enahw_acq_entry *,
    struct ena_info *);
enum ena_result ena_cmd_max_queues_ext(const struct enahw_acq_entry *,
    struct ena_info *);
enum ena_result ena_cmd_max_queues(const struct enahw_acq_entry *,
    struct ena_info *);
uint16_t ena_depth_floor(uint32_t);

/* ena_aenq.c */
void ena_aenq_start(struct ena_dev *);
void ena_aenq_arm(struct ena_dev *);
void ena_hints_apply(struct ena_dev *, const struct enahw_hints *);

/* ena_attach.c: the steps below RUNNING */
enum ena_result ena_up_resp(struct ena_dev *);
enum ena_result ena_down_resp(struct ena_dev *);
enum ena_result ena_up_reset(struct ena_dev *);
enum ena_result ena_down_reset(struct ena_dev *);
enum ena_result ena_up_version(struct ena_dev *);
enum ena_result ena_up_caps(struct ena_dev *);
enum ena_result ena_up_memory(struct ena_dev *);
enum ena_result ena_up_admin(struct ena_dev *);
enum ena_result ena_down_admin(struct ena_dev *);
enum ena_result ena_up_host_info(struct ena_dev *);
enum ena_result ena_up_attributes(struct ena_dev *);
enum ena_result ena_up_limits(struct ena_dev *);
enum ena_result ena_up_offloads(struct ena_dev *);
enum ena_result ena_up_hints(struct ena_dev *);
enum ena_result ena_up_events(struct ena_dev *);
enum ena_result ena_up_interrupt(struct ena_dev *);
enum ena_result ena_down_interrupt(struct ena_dev *);
enum ena_result ena_up_arm(struct ena_dev *);
void ena_memory_release(struct ena_dev *);

/* ena_llq.c */
enum ena_result ena_up_llq(struct ena_dev *);
uint16_t ena_llq_max_bufs(const struct ena_llq_info *, uint32_t, uint32_t);
bool ena_llq_window_ok(const struct ena_dev *, const struct ena_txq *,
    uint32_t);

/* ena_moder.c */
enum ena_result ena_up_moderation(struct ena_dev *);
void ena_moder_start(struct ena_dev *);
void ena_moder_sample(struct ena_dev *, struct ena_pair *);

/* ena_extra.c */
enum ena_result ena_up_link(struct ena_dev *);
enum ena_result ena_up_frag_bypass(struct ena_dev *);

/* ena_stats.c */
enum ena_result ena_up_metrics(struct ena_dev *);

/* ena_clock.c */
enum ena_result ena_up_clock(struct ena_dev *);
enum ena_result ena_down_clock(struct ena_dev *);

/* ena_stamp.c */
enum ena_result ena_up_stamps(struct ena_dev *);

/* Size of a word of queues' copies, where there may be copies. */
static inline size_t
ena_wide_word(const struct ena_dev *dev)
{
	return ((dev->dev_cfg.cf_try & ENA_TRY_STAMPS) != 0 ?
	    sizeof(struct enahw_le64) : 0);
}

/* ena_flow.c */
void ena_flows_lost(struct ena_dev *);
enum ena_result ena_up_flows(struct ena_dev *);

/* ena_ioq.c: the steps of RUNNING */
enum ena_result ena_up_rings(struct ena_dev *);
enum ena_result ena_down_rings(struct ena_dev *);
enum ena_result ena_up_cqs(struct ena_dev *);
enum ena_result ena_down_cqs(struct ena_dev *);
enum ena_result ena_up_sqs(struct ena_dev *);
enum ena_result ena_down_sqs(struct ena_dev *);
enum ena_result ena_up_mtu(struct ena_dev *);
bool ena_bar0_offset_ok(const struct ena_dev *, uint32_t);

/* ena_rss.c */
enum ena_result ena_up_rss_limits(struct ena_dev *);
enum ena_result ena_up_rss_function(struct ena_dev *);
enum ena_result ena_up_rss_input(struct ena_dev *);
enum ena_result ena_up_rss_table(struct ena_dev *);

#endif /* ENA_PRIV_H */
