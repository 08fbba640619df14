/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small optional things: link speed, properties beyond the feature bits,
 * fragment bypass, NUMA hints.
 *
 * Lane: ADMIN.  A device that lacks one of them costs nothing but a bit test.
 *
 * ref: docs/hw-notes.md#features
 */
#include "ena_priv.h"

enum ena_result
ena_up_link(struct ena_dev *dev)
{
	struct enahw_link_config lc;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_link_mbit = 0;
	dev->dev_info.in_link_half_duplex = false;
	if (!ena_has(dev, ENAHW_FEAT_LINK_CONFIG))
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_LINK_CONFIG, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (ena_optional(r));
	memcpy(&lc, dev->dev_sync_answer.ae_body, sizeof(lc));
	dev->dev_info.in_link_mbit = enahw_h32(lc.lc_speed_mbit);
	dev->dev_info.in_link_half_duplex =
	    (enahw_h32(lc.lc_flags) & ENAHW_LINK_FULL_DUPLEX) == 0;
	return (ENA_OK);
}

enum ena_result
ena_up_frag_bypass(struct ena_dev *dev)
{
	struct enahw_frag_bypass fb;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_frag_bypass = false;
	if ((dev->dev_cfg.cf_try & ENA_TRY_FRAG_BYPASS) == 0 ||
	    !ena_has(dev, ENAHW_FEAT_FRAG_BYPASS))
		return (ENA_OK);
	memset(&fb, 0, sizeof(fb));
	fb.fb_enable = 1;
	ena_cmd_set(&cmd, ENAHW_FEAT_FRAG_BYPASS, &fb, sizeof(fb));
	r = ena_admin_run(dev, &cmd);
	dev->dev_info.in_frag_bypass = r == ENA_OK;
	return (ena_optional(r));
}

/* ---- extra properties */

static enum ena_result
ena_extra_flags(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_extra *ex = (struct ena_extra *)(void *)req;
	struct enahw_le32 flags;

	(void)dev;
	memcpy(&flags, ae->ae_body, sizeof(flags));
	ex->ex_flags = enahw_h32(flags);
	return (ENA_OK);
}

static enum ena_result
ena_extra_names(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_extra *ex = (struct ena_extra *)(void *)req;
	const char *text;
	struct enahw_le32 count;
	uint32_t i;

	memcpy(&count, ae->ae_body, sizeof(count));
	text = ena_ctrl_answer(dev, ENAHW_EXTRA_MAX * ENAHW_EXTRA_TEXT);
	ex->ex_count = ena_min32(enahw_h32(count), ENAHW_EXTRA_MAX);
	memset(ex->ex_name, 0, sizeof(ex->ex_name));
	for (i = 0; i < ex->ex_count; i++)
		memcpy(ex->ex_name[i], text + i * ENAHW_EXTRA_TEXT,
		    ENAHW_EXTRA_TEXT);
	return (ENA_OK);
}

enum ena_result
ena_extra_flags_get(struct ena_dev *dev, struct ena_extra *ex)
{
	union ena_cmd cmd;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (!ena_has(dev, ENAHW_FEAT_EXTRA_FLAGS))
		return (ENA_UNSUPPORTED);
	if (ex->ex_req.rq_busy)
		return (ENA_BUSY);
	ena_cmd_get(&cmd, ENAHW_FEAT_EXTRA_FLAGS, 0);
	ex->ex_req.rq_parse = ena_extra_flags;
	return (ena_admin_post(dev, &cmd, &ex->ex_req));
}

enum ena_result
ena_extra_names_get(struct ena_dev *dev, struct ena_extra *ex)
{
	union ena_cmd cmd;
	size_t len = ENAHW_EXTRA_MAX * ENAHW_EXTRA_TEXT;
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	if (!ena_has(dev, ENAHW_FEAT_EXTRA_STRINGS))
		return (ENA_UNSUPPORTED);
	r = ena_admin_ready(dev);
	if (r != ENA_OK)
		return (r);
	if (ex->ex_req.rq_busy || ena_ctrl_claim(dev, len) == NULL)
		return (ENA_BUSY);
	ena_cmd_get(&cmd, ENAHW_FEAT_EXTRA_STRINGS, 0);
	ex->ex_req.rq_parse = ena_extra_names;
	return (ena_ctrl_post(dev, &cmd, len, &ex->ex_req));
}

/* ---- NUMA */

enum ena_result
ena_queue_numa(struct ena_dev *dev, unsigned int i, uint8_t node)
{
	const struct ena_pair *pr;
	enum ena_result r;
	uint32_t word;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_in_traffic(dev);
	if (r != ENA_OK)
		return (r);
	if (i >= dev->dev_plan.pl_pairs)
		return (ENA_INVAL);
	pr = dev->dev_pairs[i];
	if (pr->pr_tx.tq_io.io_numa_off == 0 &&
	    pr->pr_rx.rq_io.io_numa_off == 0)
		return (ENA_UNSUPPORTED);
	word = ENAHW_NUMA_ENABLE | ENAHW_PUT(ENAHW_NUMA_NODE, node);
	if (pr->pr_tx.tq_io.io_numa_off != 0)
		ena_reg_write(dev, pr->pr_tx.tq_io.io_numa_off, word);
	if (pr->pr_rx.rq_io.io_numa_off != 0)
		ena_reg_write(dev, pr->pr_rx.rq_io.io_numa_off, word);
	return (ENA_OK);
}
