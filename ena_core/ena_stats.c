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
