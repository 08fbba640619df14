/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET_FEATURE and SET_FEATURE of the device model, except LLQ (mock_llq.c),
 * RSS (mock_rss.c), the clock (mock_clock.c) and flow steering
 * (mock_flow.c).
 *
 * What is advertised: the profile's bitmap, the one for drivers that
 * declared the RSS key bit in host info or the other, less PHC unless that
 * was declared, too.  Host info is read when it is registered and again
 * whenever a decision depends on it, since driver and device share the page.
 */
#include "mock_priv.h"

#define BIT(id)		ENAHW_FEAT_BIT(id)
/* Features that can be read, and written. */
#define GETTABLE	(BIT(ENAHW_FEAT_DEVICE_ATTRIBUTES) |		\
	BIT(ENAHW_FEAT_MAX_QUEUES_NUM) | BIT(ENAHW_FEAT_HW_HINTS) |	\
	BIT(ENAHW_FEAT_LLQ) | BIT(ENAHW_FEAT_EXTRA_STRINGS) |		\
	BIT(ENAHW_FEAT_EXTRA_FLAGS) | BIT(ENAHW_FEAT_MAX_QUEUES_EXT) |	\
	BIT(ENAHW_FEAT_RSS_HASH_FUNCTION) | BIT(ENAHW_FEAT_OFFLOAD) |	\
	BIT(ENAHW_FEAT_RSS_TABLE) | BIT(ENAHW_FEAT_RSS_HASH_INPUT) |	\
	BIT(ENAHW_FEAT_INTR_MODERATION) | BIT(ENAHW_FEAT_AENQ_CONFIG) |	\
	BIT(ENAHW_FEAT_LINK_CONFIG) | BIT(ENAHW_FEAT_PHC_CONFIG) |	\
	BIT(ENAHW_FEAT_HW_TIMESTAMP))
#define SETTABLE	(BIT(ENAHW_FEAT_LLQ) |				\
	BIT(ENAHW_FEAT_FRAG_BYPASS) | BIT(ENAHW_FEAT_RSS_HASH_FUNCTION) | \
	BIT(ENAHW_FEAT_RSS_TABLE) | BIT(ENAHW_FEAT_MTU) |		\
	BIT(ENAHW_FEAT_RSS_HASH_INPUT) | BIT(ENAHW_FEAT_AENQ_CONFIG) |	\
	BIT(ENAHW_FEAT_HOST_ATTR) | BIT(ENAHW_FEAT_PHC_CONFIG) |	\
	BIT(ENAHW_FEAT_FLOW_STEERING) | BIT(ENAHW_FEAT_HW_TIMESTAMP))

#define EXTRA_COUNT	3U
#define EXTRA_BYTES	32U

static const char *const extra_names[EXTRA_COUNT] = {
	"mock_device", "mock_second", "mock_third",
};

/*
 * The control buffer of a feature command.  present says whether there is
 * one; *addr is checked against the width.  need 0: look only.
 */
uint8_t
mock_ctrl(struct mockdev *d, const uint8_t *cmd, uint32_t need,
    uint64_t *addr, bool *present)
{
	struct enahw_feature_cmd c;

	memcpy(&c, cmd, sizeof(c));
	*addr = 0;
	*present = (enahw_h32(c.fc_w0) & ENAHW_AQ0_CTRL_INDIRECT) != 0;
	if (!*present)
		return (ENAHW_ST_SUCCESS);
	if (enahw_h32(c.fc_ctrl.cb_len) < need) {
		mock_rule(d, MR_CTRL_LENGTH, "feature %u: %u bytes, %u needed",
		    c.fc_id, enahw_h32(c.fc_ctrl.cb_len), need);
		return (ENAHW_ST_MALFORMED);
	}
	if (!mock_addr(d, &c.fc_ctrl.cb_addr, addr, "control buffer"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	return (ENAHW_ST_SUCCESS);
}

/* -- host attributes */

/* Read host info again.  False only if the device stopped over it. */
bool
mock_host_info(struct mockdev *d)
{
	struct enahw_host_info hi;

	if (!d->hi_set)
		return (true);
	if (!mock_dma_rd(d, d->hi_addr, &hi, sizeof(hi), "host info"))
		return (false);
	d->hi_major = (uint8_t)ENAHW_GET(ENAHW_DRVVER_MAJOR,
	    enahw_h32(hi.hi_driver_version));
	d->hi_features = enahw_h32(hi.hi_driver_features);
	return (true);
}

static uint8_t
set_host_attr(struct mockdev *d, const uint8_t *in)
{
	struct enahw_host_attr ha;
	struct enahw_host_info hi;
	uint8_t page[ENAHW_HOST_INFO_BYTES];
	uint64_t addr, debug;

	memcpy(&ha, in, sizeof(ha));
	if (!mock_addr(d, &ha.ha_info, &addr, "host info") ||
	    !mock_addr(d, &ha.ha_debug, &debug, "debug area"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if (!mock_dma_rd(d, addr, page, sizeof(page), "host info"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	/* The same page once more, with a debug area, is stock Linux. */
	if (d->attr_seen && !(d->hi_set && d->hi_addr == addr))
		mock_rule(d, MR_HOST_ATTR_LATE, "page 0x%llx",
		    (unsigned long long)addr);
	if (!d->hi_set)
		d->hi_early = !d->attr_seen;
	d->hi_set = true;
	d->hi_addr = addr;
	if (!mock_host_info(d))
		return (ENAHW_ST_UNKNOWN_ERROR);
	memcpy(&hi, page, sizeof(hi));
	if (d->hi_major != ENAHW_DRVVER_MAJOR_REQUIRED ||
	    enahw_h16(hi.hi_spec_version) != ENAHW_SPEC_VERSION)
		mock_rule(d, MR_HOST_INFO_MAJOR, "version 0x%08x, "
		    "specification 0x%04x", enahw_h32(hi.hi_driver_version),
		    enahw_h16(hi.hi_spec_version));
	return (ENAHW_ST_SUCCESS);
}

static uint32_t
features(const struct mockdev *d)
{
	uint32_t f;

	f = (d->hi_features & ENAHW_DRVF_RSS_KEY) != 0 ? d->p.features_rss :
	    d->p.features;
	if ((d->hi_features & ENAHW_DRVF_PHC) == 0)
		f &= ~BIT(ENAHW_FEAT_PHC_CONFIG);
	return (f);
}

bool
mock_advertised(const struct mockdev *d, uint32_t feature)
{
	return ((features(d) & BIT(feature)) != 0);
}

/* -- answers */

static uint8_t
get_attributes(struct mockdev *d, uint8_t *out)
{
	struct enahw_device_attr da;

	if (!mock_host_info(d))
		return (ENAHW_ST_UNKNOWN_ERROR);
	d->attr_seen = true;
	memset(&da, 0, sizeof(da));
	da.da_impl_id = enahw_le32(d->p.controller_version >> 24);
	da.da_device_version = enahw_le32(d->p.version);
	da.da_features = enahw_le32(features(d));
	da.da_capabilities = enahw_le32(d->p.capabilities);
	da.da_phys_width = enahw_le32(d->p.dma_bits);
	da.da_virt_width = enahw_le32(d->p.dma_bits);
	memcpy(da.da_mac, d->o.mac, sizeof(da.da_mac));
	if (mock_advertised(d, ENAHW_FEAT_FLOW_STEERING))
		da.da_flow_rules = enahw_le16(d->p.flow_rules);
	da.da_max_mtu = enahw_le32(d->p.max_mtu);
	memcpy(out, &da, sizeof(da));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_queues(struct mockdev *d, uint8_t *out)
{
	struct enahw_max_queues mq;

	memset(&mq, 0, sizeof(mq));
	mq.mq_sqs = enahw_le32(d->offered_pairs);
	mq.mq_cqs = enahw_le32(d->offered_pairs);
	mq.mq_sq_depth = enahw_le32(d->p.tx_sq_depth < d->p.rx_sq_depth ?
	    d->p.tx_sq_depth : d->p.rx_sq_depth);
	mq.mq_cq_depth = enahw_le32(d->p.cq_depth);
	mq.mq_header = enahw_le32(d->p.max_header);
	mq.mq_tx_descs = enahw_le16(d->p.tx_descs);
	mq.mq_rx_descs = enahw_le16(d->p.rx_descs);
	memcpy(out, &mq, sizeof(mq));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_queues_ext(struct mockdev *d, uint8_t version, uint8_t *out)
{
	struct enahw_max_queues_ext mq;

	if (version != ENAHW_MAX_QUEUES_EXT_VERSION)
		mock_rule(d, MR_FEATURE_VERSION, "version %u", version);
	memset(&mq, 0, sizeof(mq));
	mq.mqe_version = ENAHW_MAX_QUEUES_EXT_VERSION;
	mq.mqe_tx_sqs = enahw_le32(d->offered_pairs);
	mq.mqe_tx_cqs = enahw_le32(d->offered_pairs);
	mq.mqe_rx_sqs = enahw_le32(d->offered_pairs);
	mq.mqe_rx_cqs = enahw_le32(d->offered_pairs);
	mq.mqe_tx_sq_depth = enahw_le32(d->p.tx_sq_depth);
	mq.mqe_rx_sq_depth = enahw_le32(d->p.rx_sq_depth);
	mq.mqe_tx_cq_depth = enahw_le32(d->p.cq_depth);
	mq.mqe_rx_cq_depth = enahw_le32(d->p.cq_depth);
	mq.mqe_tx_header = enahw_le32(d->p.max_header);
	mq.mqe_tx_descs = enahw_le16(d->p.tx_descs);
	mq.mqe_rx_descs = enahw_le16(d->p.rx_descs);
	memcpy(out, &mq, sizeof(mq));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_hints(struct mockdev *d, uint8_t *out)
{
	struct enahw_hints hh;

	memset(&hh, 0, sizeof(hh));
	if (d->p.hints_present) {
		hh.hh_mmio_read_ms = enahw_le16(d->p.hint_mmio_ms);
		hh.hh_keep_alive_ms = enahw_le16(d->p.hint_keep_alive_ms);
		hh.hh_tx_timeout_ms = enahw_le16(d->p.hint_tx_ms);
		hh.hh_tx_timeout_count = enahw_le16(d->p.hint_tx_count);
		hh.hh_admin_ms = enahw_le16(d->p.hint_admin_ms);
	}
	memcpy(out, &hh, sizeof(hh));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_strings(struct mockdev *d, const uint8_t *cmd, uint8_t *out)
{
	char buf[EXTRA_COUNT * EXTRA_BYTES];
	struct enahw_le32 count;
	uint64_t addr;
	uint8_t status;
	unsigned int i;
	bool present;

	status = mock_ctrl(d, cmd, sizeof(buf), &addr, &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	if (!present) {
		mock_rule(d, MR_CTRL_LENGTH, "property strings without "
		    "a buffer");
		return (ENAHW_ST_MALFORMED);
	}
	memset(buf, 0, sizeof(buf));
	for (i = 0; i < EXTRA_COUNT; i++)
		memcpy(buf + i * EXTRA_BYTES, extra_names[i],
		    strlen(extra_names[i]));
	if (!mock_answer(d, addr, buf, sizeof(buf), "property strings"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	count = enahw_le32(EXTRA_COUNT);
	memcpy(out, &count, sizeof(count));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_offload(struct mockdev *d, uint8_t *out)
{
	struct enahw_offload of;

	of.of_tx = enahw_le32(d->p.tx_offloads);
	of.of_rx_supported = enahw_le32(d->p.rx_offloads);
	of.of_rx_enabled = enahw_le32(d->p.rx_offloads);
	memcpy(out, &of, sizeof(of));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_aenq(struct mockdev *d, uint8_t *out)
{
	struct enahw_aenq_config ac;

	ac.ac_supported = enahw_le32(d->p.aenq_groups);
	ac.ac_enabled = enahw_le32(d->groups);
	memcpy(out, &ac, sizeof(ac));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_moderation(struct mockdev *d, uint8_t *out)
{
	struct enahw_moderation im;

	if (d->p.moderation_us < 0)
		return (ENAHW_ST_UNSUPPORTED);
	memset(&im, 0, sizeof(im));
	im.im_resolution_us = enahw_le16((uint16_t)d->p.moderation_us);
	memcpy(out, &im, sizeof(im));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
get_link(struct mockdev *d, uint8_t *out)
{
	static const uint32_t mbit[] = {
		1000, 2500, 5000, 10000, 25000, 40000, 50000, 100000,
		200000, 400000
	};
	struct enahw_link_config lc;
	uint32_t supported;
	unsigned int i;

	supported = 0;
	for (i = 0; i < sizeof(mbit) / sizeof(mbit[0]); i++)
		if (mbit[i] <= d->p.link_mbit)
			supported |= 1U << i;
	lc.lc_speed_mbit = enahw_le32(d->p.link_mbit);
	lc.lc_supported = enahw_le32(supported);
	lc.lc_flags = enahw_le32(2);	/* full duplex */
	memcpy(out, &lc, sizeof(lc));
	return (ENAHW_ST_SUCCESS);
}

/* -- changes */

static uint8_t
set_mtu(struct mockdev *d, const uint8_t *in)
{
	struct enahw_mtu mt;
	uint32_t mtu;

	memcpy(&mt, in, sizeof(mt));
	mtu = enahw_h32(mt.mt_mtu);
	if (mtu < 128 || mtu > d->p.max_mtu) {
		mock_rule(d, MR_MTU_RANGE, "MTU %u, maximum %u", mtu,
		    d->p.max_mtu);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	d->mtu = mtu;
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
set_aenq(struct mockdev *d, const uint8_t *in)
{
	struct enahw_aenq_config ac;
	uint32_t want;

	memcpy(&ac, in, sizeof(ac));
	want = enahw_h32(ac.ac_enabled);
	if ((want & ~d->p.aenq_groups) != 0) {
		mock_rule(d, MR_AENQ_GROUPS, "groups 0x%x of 0x%x", want,
		    d->p.aenq_groups);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	d->groups = want;
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
set_frag_bypass(struct mockdev *d, const uint8_t *in)
{
	if (in[0] > 1) {
		mock_rule(d, MR_FRAG_BYPASS, "value %u", in[0]);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	d->frag_bypass = in[0] != 0;
	return (ENAHW_ST_SUCCESS);
}

/* -- dispatch */

static uint8_t
get(struct mockdev *d, const struct enahw_feature_cmd *c, const uint8_t *cmd,
    uint8_t *out)
{
	struct enahw_le32 flags;

	switch (c->fc_id) {
	case ENAHW_FEAT_DEVICE_ATTRIBUTES:
		return (get_attributes(d, out));
	case ENAHW_FEAT_MAX_QUEUES_NUM:
		return (get_queues(d, out));
	case ENAHW_FEAT_HW_HINTS:
		return (get_hints(d, out));
	case ENAHW_FEAT_LLQ:
		return (mock_llq_get(d, c->fc_version, out));
	case ENAHW_FEAT_EXTRA_STRINGS:
		return (get_strings(d, cmd, out));
	case ENAHW_FEAT_EXTRA_FLAGS:
		flags = enahw_le32((1U << EXTRA_COUNT) - 1);
		memcpy(out, &flags, sizeof(flags));
		return (ENAHW_ST_SUCCESS);
	case ENAHW_FEAT_MAX_QUEUES_EXT:
		return (get_queues_ext(d, c->fc_version, out));
	case ENAHW_FEAT_RSS_HASH_FUNCTION:
		return (mock_rss_function(d, cmd, out, false));
	case ENAHW_FEAT_OFFLOAD:
		return (get_offload(d, out));
	case ENAHW_FEAT_RSS_TABLE:
		return (mock_rss_table(d, cmd, out, false));
	case ENAHW_FEAT_RSS_HASH_INPUT:
		return (mock_rss_input(d, cmd, out, false));
	case ENAHW_FEAT_INTR_MODERATION:
		return (get_moderation(d, out));
	case ENAHW_FEAT_AENQ_CONFIG:
		return (get_aenq(d, out));
	case ENAHW_FEAT_LINK_CONFIG:
		return (get_link(d, out));
	case ENAHW_FEAT_PHC_CONFIG:
		return (mock_phc_get(d, out));
	case ENAHW_FEAT_HW_TIMESTAMP:
		return (mock_ts_get(d, out));
	default:
		return (ENAHW_ST_UNSUPPORTED);
	}
}

/* One feature answers a SET with more than the status: flow steering. */
static uint8_t
set(struct mockdev *d, const struct enahw_feature_cmd *c, const uint8_t *cmd,
    uint8_t *out)
{
	switch (c->fc_id) {
	case ENAHW_FEAT_HOST_ATTR:
		return (set_host_attr(d, c->fc_body));
	case ENAHW_FEAT_MTU:
		return (set_mtu(d, c->fc_body));
	case ENAHW_FEAT_AENQ_CONFIG:
		return (set_aenq(d, c->fc_body));
	case ENAHW_FEAT_LLQ:
		return (mock_llq_set(d, c));
	case ENAHW_FEAT_FRAG_BYPASS:
		return (set_frag_bypass(d, c->fc_body));
	case ENAHW_FEAT_RSS_HASH_FUNCTION:
		return (mock_rss_function(d, cmd, NULL, true));
	case ENAHW_FEAT_RSS_TABLE:
		return (mock_rss_table(d, cmd, NULL, true));
	case ENAHW_FEAT_RSS_HASH_INPUT:
		return (mock_rss_input(d, cmd, NULL, true));
	case ENAHW_FEAT_PHC_CONFIG:
		return (mock_phc_set(d, c->fc_body));
	case ENAHW_FEAT_FLOW_STEERING:
		return (mock_flow_set(d, c, cmd, out));
	case ENAHW_FEAT_HW_TIMESTAMP:
		return (mock_ts_set(d, c->fc_body));
	default:
		return (ENAHW_ST_UNSUPPORTED);
	}
}

uint8_t
mock_feature(struct mockdev *d, const uint8_t *cmd, uint8_t *out,
    bool setting)
{
	struct enahw_feature_cmd c;
	uint32_t bit, known;

	memcpy(&c, cmd, sizeof(c));
	bit = c.fc_id < 32 ? BIT(c.fc_id) : 0;
	known = features(d) | BIT(ENAHW_FEAT_DEVICE_ATTRIBUTES);
	if ((known & bit) == 0) {
		/* Host attributes are sent before the bitmap is known. */
		if (c.fc_id != ENAHW_FEAT_HOST_ATTR)
			mock_rule(d, MR_FEATURE_UNSUPPORTED, "%s %u (%s), "
			    "advertised 0x%08x", setting ? "SET" : "GET",
			    c.fc_id, mock_feature_name(c.fc_id), features(d));
		return (ENAHW_ST_UNSUPPORTED);
	}
	if (((setting ? SETTABLE : GETTABLE) & bit) == 0) {
		mock_rule(d, MR_FEATURE_DIRECTION, "%s %u (%s)",
		    setting ? "SET" : "GET", c.fc_id,
		    mock_feature_name(c.fc_id));
		return (ENAHW_ST_UNSUPPORTED);
	}
	return (setting ? set(d, &c, cmd, out) : get(d, &c, cmd, out));
}
