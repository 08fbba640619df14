/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters as the device keeps them.
 *
 * Lane: ADMIN.  ref: docs/hw-notes.md#statistics
 */
#include "ena_priv.h"

static uint64_t
ena_ctr64(const struct enahw_ctr64 *c)
{
	return ((uint64_t)enahw_h32(c->c_hi) << 32 | enahw_h32(c->c_lo));
}

/* The request is the first member, so it leads back to the counters. */
static enum ena_result
ena_stats_parse(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_dev_counters *dc = (struct ena_dev_counters *)(void *)req;
	struct enahw_basic_stats bs;

	(void)dev;
	memcpy(&bs, ae->ae_body, sizeof(bs));
	dc->dc_tx_bytes = ena_ctr64(&bs.bs_tx_bytes);
	dc->dc_tx_pkts = ena_ctr64(&bs.bs_tx_pkts);
	dc->dc_rx_bytes = ena_ctr64(&bs.bs_rx_bytes);
	dc->dc_rx_pkts = ena_ctr64(&bs.bs_rx_pkts);
	dc->dc_rx_drops = ena_ctr64(&bs.bs_rx_drops);
	dc->dc_tx_drops = ena_ctr64(&bs.bs_tx_drops);
	dc->dc_rx_overruns = ena_ctr64(&bs.bs_rx_overruns);
	return (ENA_OK);
}

enum ena_result
ena_stats_get(struct ena_dev *dev, struct ena_dev_counters *dc)
{
	union ena_cmd cmd;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (dc->dc_req.rq_busy)
		return (ENA_BUSY);
	ena_cmd_get_stats(&cmd, ENAHW_STATS_BASIC);
	dc->dc_req.rq_parse = ena_stats_parse;
	return (ena_admin_post(dev, &cmd, &dc->dc_req));
}

/* ---- allowances */

/*
 * Which metrics there are: those that customer metrics list, else the five
 * of ENI.
 */
enum ena_result
ena_up_metrics(struct ena_dev *dev)
{
	struct enahw_le64 bitmap;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_metrics = 0;
	if (ena_can(dev, ENAHW_CAP_CUSTOMER_METRICS)) {
		ena_cmd_get_stats(&cmd, ENAHW_STATS_CUSTOMER);
		cmd.c_get_stats.gs_metrics[0] = enahw_le32(ENAHW_METRICS_ALL);
		r = ena_admin_run(dev, &cmd);
		if (ena_optional(r) != ENA_OK)
			return (r);
		memcpy(&bitmap, dev->dev_sync_answer.ae_body, sizeof(bitmap));
		if (r == ENA_OK)
			dev->dev_info.in_metrics =
			    (uint32_t)enahw_h64(bitmap) & ENAHW_METRICS_ALL;
	}
	dev->dev_metrics_eni = dev->dev_info.in_metrics == 0;
	if (dev->dev_metrics_eni && ena_can(dev, ENAHW_CAP_ENI_STATS))
		dev->dev_info.in_metrics = (1U << ENAHW_ENI_COUNT) - 1;
	return (ENA_OK);
}

/* Values one behind the other, for each bit of the map that is set. */
static void
ena_metrics_take(struct ena_allowances *al, const void *values, uint32_t map)
{
	const uint8_t *at = values;
	struct enahw_le64 v;
	unsigned int i;

	memset(al->al_value, 0, sizeof(al->al_value));
	al->al_valid = map;
	for (i = 0; i < ENAHW_METRICS; i++) {
		if ((map >> i & 1) == 0)
			continue;
		memcpy(&v, at, sizeof(v));
		al->al_value[i] = enahw_h64(v);
		at += sizeof(v);
	}
}

static enum ena_result
ena_metrics_eni(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	ena_metrics_take((struct ena_allowances *)(void *)req, ae->ae_body,
	    dev->dev_info.in_metrics);
	return (ENA_OK);
}

/* The device says what it reports; more than was asked for is nonsense. */
static enum ena_result
ena_metrics_customer(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct enahw_le64 bitmap;

	memcpy(&bitmap, ae->ae_body, sizeof(bitmap));
	if ((enahw_h64(bitmap) & ~(uint64_t)dev->dev_info.in_metrics) != 0)
		return (ENA_PROTOCOL);
	ena_metrics_take((struct ena_allowances *)(void *)req,
	    ena_ctrl_answer(dev, ENAHW_METRICS_BYTES),
	    (uint32_t)enahw_h64(bitmap));
	return (ENA_OK);
}

/* A statistics request with a buffer has no flag for it. */
static enum ena_result
ena_stats_ctrl(struct ena_dev *dev, union ena_cmd *cmd, size_t len,
    struct ena_req *req)
{
	enum ena_result r;

	r = ena_admin_ready(dev);
	if (r != ENA_OK)
		return (r);
	if (ena_ctrl_claim(dev, len) == NULL)
		return (ENA_BUSY);
	cmd->c_get_stats.gs_ctrl.cb_len = enahw_le32((uint32_t)len);
	ena_cmd_addr(&cmd->c_get_stats.gs_ctrl.cb_addr,
	    dev->dev_dma[ENA_DMA_CTRL].dma_pa);
	return (ena_ctrl_send(dev, cmd, len, req));
}

enum ena_result
ena_allowances_get(struct ena_dev *dev, struct ena_allowances *al)
{
	union ena_cmd cmd;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (dev->dev_info.in_metrics == 0)
		return (ENA_UNSUPPORTED);
	if (al->al_req.rq_busy)
		return (ENA_BUSY);
	if (dev->dev_metrics_eni) {
		ena_cmd_get_stats(&cmd, ENAHW_STATS_ENI);
		al->al_req.rq_parse = ena_metrics_eni;
		return (ena_admin_post(dev, &cmd, &al->al_req));
	}
	ena_cmd_get_stats(&cmd, ENAHW_STATS_CUSTOMER);
	cmd.c_get_stats.gs_metrics[0] = enahw_le32(dev->dev_info.in_metrics);
	al->al_req.rq_parse = ena_metrics_customer;
	return (ena_stats_ctrl(dev, &cmd, ENAHW_METRICS_BYTES, &al->al_req));
}

/* ---- SRD, text */

static enum ena_result
ena_srd_parse(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_srd *sr = (struct ena_srd *)(void *)req;
	struct enahw_srd_stats ss;

	(void)dev;
	memcpy(&ss, ae->ae_body, sizeof(ss));
	sr->sr_flags = enahw_h64(ss.ss_flags);
	sr->sr_tx_pkts = enahw_h64(ss.ss_tx_pkts);
	sr->sr_eligible_pkts = enahw_h64(ss.ss_eligible_pkts);
	sr->sr_rx_pkts = enahw_h64(ss.ss_rx_pkts);
	sr->sr_used_percent = enahw_h64(ss.ss_used_percent);
	return (ENA_OK);
}

enum ena_result
ena_srd_get(struct ena_dev *dev, struct ena_srd *sr)
{
	union ena_cmd cmd;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (!ena_can(dev, ENAHW_CAP_SRD_INFO))
		return (ENA_UNSUPPORTED);
	if (sr->sr_req.rq_busy)
		return (ENA_BUSY);
	ena_cmd_get_stats(&cmd, ENAHW_STATS_SRD);
	sr->sr_req.rq_parse = ena_srd_parse;
	return (ena_admin_post(dev, &cmd, &sr->sr_req));
}

static enum ena_result
ena_text_parse(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_stats_text *st = (struct ena_stats_text *)(void *)req;

	(void)ae;
	memcpy(st->st_text, ena_ctrl_answer(dev, ENA_STATS_TEXT),
	    ENA_STATS_TEXT);
	st->st_text[ENA_STATS_TEXT - 1] = '\0';
	return (ENA_OK);
}

enum ena_result
ena_stats_text_get(struct ena_dev *dev, struct ena_stats_text *st)
{
	union ena_cmd cmd;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (st->st_req.rq_busy)
		return (ENA_BUSY);
	ena_cmd_get_stats(&cmd, ENAHW_STATS_EXTENDED);
	st->st_req.rq_parse = ena_text_parse;
	return (ena_stats_ctrl(dev, &cmd, ENA_STATS_TEXT, &st->st_req));
}
