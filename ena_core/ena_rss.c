/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive side scaling: limits, hash function and key, hash input, table; and
 * the same in software, to predict where a flow arrives.
 *
 * Lane: ADMIN.  Owns dev_rss_map, the table in logical queue numbers; the
 * device's own numbers (RX *submission* queue indices) are filled in when it
 * is sent, so the map survives resets and new queues.
 *
 * A refusal of any of this is normal and means less control, never a failed
 * bring-up.  ref: docs/hw-notes.md#rss
 */
#include "ena_priv.h"

static uint8_t
ena_clamp_log2(uint16_t v)
{
	return ((uint8_t)(v < ENA_RSS_LOG2_MAX ? v : ENA_RSS_LOG2_MAX));
}

static void
ena_rss_default_map(struct ena_dev *dev)
{
	unsigned int i;

	for (i = 0; i < 1U << dev->dev_rss_log2; i++)
		dev->dev_rss_map[i] = (uint8_t)(i % dev->dev_plan.pl_pairs);
	dev->dev_rss_custom = false;
}

/* Does the user's map still fit the queues and the table there are? */
static bool
ena_rss_map_fits(const struct ena_dev *dev)
{
	unsigned int i;

	if (!dev->dev_rss_custom ||
	    dev->dev_rss_log2 < dev->dev_rss_min_log2 ||
	    dev->dev_rss_log2 > dev->dev_rss_max_log2)
		return (false);
	for (i = 0; i < 1U << dev->dev_rss_log2; i++)
		if (dev->dev_rss_map[i] >= dev->dev_plan.pl_pairs)
			return (false);
	return (true);
}

enum ena_result
ena_up_rss_limits(struct ena_dev *dev)
{
	struct enahw_rss_table t;
	union ena_cmd cmd;
	enum ena_result r;
	uint8_t lo, hi;

	dev->dev_info.in_rss_table = false;
	dev->dev_info.in_rss_entries = 0;
	dev->dev_rss_max_log2 = 0;
	if (!ena_has(dev, ENAHW_FEAT_RSS_TABLE))
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_RSS_TABLE, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (ena_optional(r));
	memcpy(&t, dev->dev_sync_answer.ae_body, sizeof(t));
	lo = ena_clamp_log2(enahw_h16(t.rt_min_log2));
	hi = ena_clamp_log2(enahw_h16(t.rt_max_log2));
	if (lo > hi || hi == 0 || enahw_h16(t.rt_min_log2) >
	    ENA_RSS_LOG2_MAX) {
		ena_log(dev->dev_os, ENA_LOG_WARN,
		    "RSS table limits 2^%u..2^%u unusable",
		    enahw_h16(t.rt_min_log2), enahw_h16(t.rt_max_log2));
		return (ENA_OK);
	}
	dev->dev_rss_min_log2 = lo;
	dev->dev_rss_max_log2 = hi;
	if (!ena_rss_map_fits(dev)) {
		dev->dev_rss_log2 = ENA_RSS_LOG2_DEFAULT;
		if (dev->dev_rss_log2 < lo)
			dev->dev_rss_log2 = lo;
		if (dev->dev_rss_log2 > hi)
			dev->dev_rss_log2 = hi;
		ena_rss_default_map(dev);
	}
	return (ENA_OK);
}

/*
 * The key is sent byte-reversed: container byte k is conventional key byte
 * 39 - k.
 */
static enum ena_result
ena_rss_key_post(struct ena_dev *dev, const uint8_t *key, struct ena_req *req)
{
	struct enahw_hash_function body;
	struct enahw_hash_key hk;
	union ena_cmd cmd;
	unsigned int i;
	void *buf;

	buf = ena_ctrl_claim(dev, sizeof(hk));
	if (buf == NULL)
		return (ENA_BUSY);
	memset(&hk, 0, sizeof(hk));
	hk.hk_parts = enahw_le32(ENAHW_RSS_KEY_WORDS);
	for (i = 0; i < ENAHW_RSS_KEY_BYTES; i++)
		hk.hk_key[i] = key[ENAHW_RSS_KEY_BYTES - 1 - i];
	memcpy(buf, &hk, sizeof(hk));
	memset(&body, 0, sizeof(body));
	body.hf_selected = enahw_le32(dev->dev_info.in_rss_function);
	ena_cmd_set(&cmd, ENAHW_FEAT_RSS_HASH_FUNCTION, &body, sizeof(body));
	return (ena_ctrl_post(dev, &cmd, sizeof(hk), req));
}

static enum ena_result
ena_rss_post_config_key(struct ena_dev *dev, const void *arg,
    struct ena_req *req)
{
	(void)arg;
	return (ena_rss_key_post(dev, dev->dev_cfg.cf_rss_key, req));
}

/* Toeplitz if there is a choice: it is what software can predict. */
static uint32_t
ena_rss_choose(const struct enahw_hash_function *hf)
{
	uint32_t supported;

	supported = enahw_h32(hf->hf_supported);
	if ((supported & ENAHW_HASH_TOEPLITZ) != 0)
		return (ENAHW_HASH_TOEPLITZ);
	if ((supported & ENAHW_HASH_CRC32) != 0)
		return (ENAHW_HASH_CRC32);
	return (0);
}

/*
 * Some firmware wants to see these commands before the first CREATE_CQ where
 * it offers the feature.
 */
enum ena_result
ena_up_rss_function(struct ena_dev *dev)
{
	struct enahw_hash_function hf;
	union ena_cmd cmd;
	enum ena_result r;

	if (dev->dev_pc == 0) {
		dev->dev_info.in_rss_key = false;
		dev->dev_info.in_rss_function = 0;
		if (!ena_has(dev, ENAHW_FEAT_RSS_HASH_FUNCTION))
			return (ENA_OK);
		ena_cmd_get(&cmd, ENAHW_FEAT_RSS_HASH_FUNCTION, 0);
		r = ena_admin_run(dev, &cmd);
		if (r != ENA_OK)
			return (ena_optional(r));
		memcpy(&hf, dev->dev_sync_answer.ae_body, sizeof(hf));
		dev->dev_info.in_rss_function = ena_rss_choose(&hf);
		if (dev->dev_info.in_rss_function == 0 ||
		    !dev->dev_cfg.cf_have_rss_key)
			return (ENA_OK);
		dev->dev_pc = 1;
	}
	r = ena_admin_run_post(dev, ena_rss_post_config_key, NULL);
	if (r == ENA_OK)
		dev->dev_info.in_rss_key = true;
	return (ena_optional(r));
}

/* ---- hash input: the four-tuple for TCP and UDP */

#define ENA_HASH_4TUPLE	(ENAHW_HASH_L3_DA | ENAHW_HASH_L3_SA | \
			    ENAHW_HASH_L4_DP | ENAHW_HASH_L4_SP)

static enum ena_result
ena_rss_post_get_input(struct ena_dev *dev, const void *arg,
    struct ena_req *req)
{
	union ena_cmd cmd;

	(void)arg;
	if (ena_ctrl_claim(dev, sizeof(struct enahw_hash_control)) == NULL)
		return (ENA_BUSY);
	ena_cmd_get(&cmd, ENAHW_FEAT_RSS_HASH_INPUT, 0);
	return (ena_ctrl_post(dev, &cmd, sizeof(struct enahw_hash_control),
	    req));
}

/*
 * Take the device's selection from the control buffer and work out ours.
 * Returns whether they differ.
 */
static bool
ena_rss_merge_input(struct ena_dev *dev)
{
	struct ena_os_dma *ctrl = &dev->dev_dma[ENA_DMA_CTRL];
	struct enahw_hash_control hc;
	uint16_t now, want;
	unsigned int p;
	bool differ;

	ena_os_dma_sync(dev->dev_os, ctrl, 0, sizeof(hc), ENA_SYNC_POSTREAD);
	memcpy(&hc, ctrl->dma_va, sizeof(hc));
	differ = false;
	for (p = 0; p < ENAHW_HASH_PROTOS; p++) {
		now = enahw_h16(hc.hc_selected[p].hf_fields);
		want = now;
		if (p <= ENAHW_HASH_UDP6)
			want = ENA_HASH_4TUPLE &
			    enahw_h16(hc.hc_supported[p].hf_fields);
		if (want == 0)
			want = now;
		dev->dev_rss_fields[p] = want;
		differ = differ || want != now;
	}
	return (differ);
}

static enum ena_result
ena_rss_post_set_input(struct ena_dev *dev, const void *arg,
    struct ena_req *req)
{
	struct enahw_hash_input body;
	struct enahw_hash_control hc;
	union ena_cmd cmd;
	unsigned int p;
	void *buf;

	(void)arg;
	buf = ena_ctrl_claim(dev, sizeof(hc));
	if (buf == NULL)
		return (ENA_BUSY);
	memset(&hc, 0, sizeof(hc));
	for (p = 0; p < ENAHW_HASH_PROTOS; p++)
		hc.hc_selected[p].hf_fields =
		    enahw_le16(dev->dev_rss_fields[p]);
	memcpy(buf, &hc, sizeof(hc));
	/* sorting stays off: both directions may hash apart */
	memset(&body, 0, sizeof(body));
	ena_cmd_set(&cmd, ENAHW_FEAT_RSS_HASH_INPUT, &body, sizeof(body));
	return (ena_ctrl_post(dev, &cmd, sizeof(hc), req));
}

/* No known hardware lets this be set; most need not be asked. */
enum ena_result
ena_up_rss_input(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_pc == 0) {
		if (!ena_has(dev, ENAHW_FEAT_RSS_HASH_INPUT))
			return (ENA_OK);
		r = ena_admin_run_post(dev, ena_rss_post_get_input, NULL);
		if (r != ENA_OK)
			return (ena_optional(r));
		if (!ena_rss_merge_input(dev))
			return (ENA_OK);
		dev->dev_pc = 1;
	}
	return (ena_optional(ena_admin_run_post(dev, ena_rss_post_set_input,
	    NULL)));
}

/* ---- the table */

static enum ena_result
ena_rss_table_post(struct ena_dev *dev, const uint8_t *queue, uint8_t log2,
    struct ena_req *req)
{
	struct enahw_rss_table body;
	struct enahw_rss_entry e;
	union ena_cmd cmd;
	unsigned int i, n;
	uint8_t *buf;

	n = 1U << log2;
	buf = ena_ctrl_claim(dev, n * sizeof(e));
	if (buf == NULL)
		return (ENA_BUSY);
	memset(&e, 0, sizeof(e));
	for (i = 0; i < n; i++) {
		e.re_sq_idx = enahw_le16(
		    dev->dev_pairs[queue[i]]->pr_rx.rq_io.io_sq_idx);
		memcpy(buf + i * sizeof(e), &e, sizeof(e));
	}
	memset(&body, 0, sizeof(body));
	body.rt_log2 = enahw_le16(log2);
	body.rt_inline_idx = enahw_le32(ENAHW_RSS_INLINE_NONE);
	ena_cmd_set(&cmd, ENAHW_FEAT_RSS_TABLE, &body, sizeof(body));
	return (ena_ctrl_post(dev, &cmd, n * sizeof(e), req));
}

static enum ena_result
ena_rss_post_map(struct ena_dev *dev, const void *arg, struct ena_req *req)
{
	(void)arg;
	return (ena_rss_table_post(dev, dev->dev_rss_map, dev->dev_rss_log2,
	    req));
}

/*
 * Always, also for one queue: a table never written may steer frames to
 * queues that nobody serves.
 */
enum ena_result
ena_up_rss_table(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_rss_max_log2 == 0)
		return (ENA_OK);
	r = ena_admin_run_post(dev, ena_rss_post_map, NULL);
	if (r == ENA_OK) {
		dev->dev_info.in_rss_table = true;
		dev->dev_info.in_rss_entries =
		    (uint16_t)(1U << dev->dev_rss_log2);
	}
	return (ena_optional(r));
}

/* ---- settings at run time: they count once the device has taken them */

static enum ena_result
ena_rss_table_taken(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	(void)ae;
	dev->dev_rss_log2 = (uint8_t)req->rq_value;
	memcpy(dev->dev_rss_map, req->rq_data, (size_t)1 << req->rq_value);
	dev->dev_rss_custom = true;
	/* perhaps the one of bring-up was refused */
	dev->dev_info.in_rss_table = true;
	dev->dev_info.in_rss_entries = (uint16_t)(1U << req->rq_value);
	return (ENA_OK);
}

enum ena_result
ena_rss_table_set(struct ena_dev *dev, const uint8_t *queue,
    unsigned int entries, struct ena_req *req)
{
	unsigned int i;
	uint8_t log2;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (dev->dev_pos != ena_steps_at(ENA_STATE_RUNNING))
		return (ENA_STATE);
	if (dev->dev_rss_max_log2 == 0)
		return (ENA_UNSUPPORTED);
	if (req->rq_busy)
		return (ENA_BUSY);
	if (!ena_is_pow2(entries) || entries > 1U << dev->dev_rss_max_log2 ||
	    entries < 1U << dev->dev_rss_min_log2)
		return (ENA_INVAL);
	for (i = 0; i < entries; i++)
		if (queue[i] >= dev->dev_plan.pl_pairs)
			return (ENA_INVAL);
	for (log2 = 0; 1U << log2 < entries;)
		log2++;
	req->rq_parse = ena_rss_table_taken;
	req->rq_data = queue;
	req->rq_value = log2;
	return (ena_rss_table_post(dev, queue, log2, req));
}

static enum ena_result
ena_rss_key_taken(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	(void)ae;
	memcpy(dev->dev_cfg.cf_rss_key, req->rq_data, ENAHW_RSS_KEY_BYTES);
	dev->dev_cfg.cf_have_rss_key = true;
	dev->dev_info.in_rss_key = true;
	return (ENA_OK);
}

enum ena_result
ena_rss_key_set(struct ena_dev *dev, const uint8_t *key, struct ena_req *req)
{
	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (dev->dev_pos != ena_steps_at(ENA_STATE_RUNNING))
		return (ENA_STATE);
	if (dev->dev_info.in_rss_function == 0)
		return (ENA_UNSUPPORTED);
	if (req->rq_busy)
		return (ENA_BUSY);
	req->rq_parse = ena_rss_key_taken;
	req->rq_data = key;
	return (ena_rss_key_post(dev, key, req));
}

/* ---- prediction */

#define ENA_IP4_BYTES	4U
#define ENA_IP6_BYTES	16U
#define ENA_PORT_BYTES	2U
#define ENA_FLOW_BYTES	(2 * (ENA_IP6_BYTES + ENA_PORT_BYTES))

/* The window of 32 key bits slides over the input and ends with the key. */
ENA_CTASSERT(ENA_FLOW_BYTES + 4 == ENAHW_RSS_KEY_BYTES);

/*
 * What devices use whose key cannot be set, the public verification key of
 * RSS.  ref: hw-notes#rss
 */
static const uint8_t ena_rss_fixed_key[ENAHW_RSS_KEY_BYTES] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

/* A flow as the bytes that are hashed; returns how many. */
static unsigned int
ena_flow_bytes(const struct ena_flow *fl, uint8_t in[ENA_FLOW_BYTES])
{
	unsigned int n;

	n = fl->fl_ip6 ? ENA_IP6_BYTES : ENA_IP4_BYTES;
	memcpy(in, fl->fl_src, n);
	memcpy(in + n, fl->fl_dst, n);
	n *= 2;
	if (!fl->fl_ports)
		return (n);
	memcpy(in + n, &fl->fl_sport, ENA_PORT_BYTES);
	memcpy(in + n + ENA_PORT_BYTES, &fl->fl_dport, ENA_PORT_BYTES);
	return (n + 2 * ENA_PORT_BYTES);
}

uint32_t
ena_rss_hash(const uint8_t *key, const struct ena_flow *fl)
{
	uint8_t in[ENA_FLOW_BYTES];
	unsigned int bit, i, n;
	uint32_t hash, next, window;

	n = ena_flow_bytes(fl, in);
	hash = 0;
	window = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 |
	    (uint32_t)key[2] << 8 | key[3];
	for (i = 0; i < n; i++) {
		next = key[i + 4];
		for (bit = 8; bit-- > 0;) {
			if ((in[i] >> bit & 1) != 0)
				hash ^= window;
			window = window << 1 | (next >> bit & 1);
		}
	}
	return (hash);
}

/*
 * Which function it is, only the feature tells.  A key that was refused is
 * fixed; if none was tried, there is no telling.
 */
const uint8_t *
ena_rss_key(const struct ena_dev *dev)
{
	if (dev->dev_info.in_rss_function != ENAHW_HASH_TOEPLITZ)
		return (NULL);
	if (dev->dev_info.in_rss_key)
		return (dev->dev_cfg.cf_rss_key);
	return (dev->dev_cfg.cf_have_rss_key ? ena_rss_fixed_key : NULL);
}

enum ena_result
ena_rss_queue(const struct ena_dev *dev, uint32_t hash, unsigned int *pair)
{
	if (dev->dev_pos != ena_steps_at(ENA_STATE_RUNNING))
		return (ENA_STATE);
	if (!dev->dev_info.in_rss_table)
		return (ENA_UNSUPPORTED);
	*pair = dev->dev_rss_map[hash & ((1U << dev->dev_rss_log2) - 1)];
	return (ENA_OK);
}
