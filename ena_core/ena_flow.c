/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow steering: frames that match a rule go to a pair of their own.
 *
 * Lane: ADMIN.  Rules are the glue's memory, in a list of ours from a
 * successful add to a successful remove, so that they can be sent again
 * after a reset without memory of our own.
 *
 * F1: a rule in the list is in force unless a reset took it away and it
 *     could not be sent again.  Only what is in force is asked back of the
 *     device, which would refuse anything else; the rest just leaves.
 *
 * UNVERIFIED: that the rule lies in a control buffer, the byte order of its
 * fields, and that it names a submission queue.  ref: hw-notes#unverified
 */
#include "ena_priv.h"

static void
ena_flow_fill(const struct ena_flow_rule *fu, struct enahw_flow_rule *fr)
{
	memset(fr, 0, sizeof(*fr));
	memcpy(fr->fr_dst, fu->fu_dst, sizeof(fr->fr_dst));
	memcpy(fr->fr_dst_mask, fu->fu_dst_mask, sizeof(fr->fr_dst_mask));
	memcpy(fr->fr_src, fu->fu_src, sizeof(fr->fr_src));
	memcpy(fr->fr_src_mask, fu->fu_src_mask, sizeof(fr->fr_src_mask));
	memcpy(fr->fr_dport, fu->fu_dport, sizeof(fr->fr_dport));
	memcpy(fr->fr_dport_mask, fu->fu_dport_mask,
	    sizeof(fr->fr_dport_mask));
	memcpy(fr->fr_sport, fu->fu_sport, sizeof(fr->fr_sport));
	memcpy(fr->fr_sport_mask, fu->fu_sport_mask,
	    sizeof(fr->fr_sport_mask));
	fr->fr_tos = fu->fu_tos;
	fr->fr_tos_mask = fu->fu_tos_mask;
}

static enum ena_result
ena_flow_post(struct ena_dev *dev, const void *arg, struct ena_req *req)
{
	const struct ena_flow_rule *fu = arg;
	struct enahw_flow_config fl;
	struct enahw_flow_rule fr;
	union ena_cmd cmd;
	void *ctrl;

	ctrl = ena_ctrl_claim(dev, sizeof(fr));
	if (ctrl == NULL)
		return (ENA_BUSY);
	ena_flow_fill(fu, &fr);
	memcpy(ctrl, &fr, sizeof(fr));
	memset(&fl, 0, sizeof(fl));
	fl.fl_action = ENAHW_FLOW_ADD;
	fl.fl_type = fu->fu_kind;
	fl.fl_queue =
	    enahw_le16(dev->dev_pairs[fu->fu_pair]->pr_rx.rq_io.io_sq_idx);
	fl.fl_location = enahw_le16(fu->fu_location);
	ena_cmd_set(&cmd, ENAHW_FEAT_FLOW_STEERING, &fl, sizeof(fl));
	return (ena_ctrl_post(dev, &cmd, sizeof(fr), req));
}

/* After a reset the device knows no rule (F1). */
void
ena_flows_lost(struct ena_dev *dev)
{
	struct ena_flow_rule *fu;

	for (fu = dev->dev_flows; fu != NULL; fu = fu->fu_next)
		fu->fu_in_force = false;
}

/* The rules of an earlier life, one after the other. */
enum ena_result
ena_up_flows(struct ena_dev *dev)
{
	struct ena_flow_rule *fu;
	enum ena_result r;
	unsigned int n;

	for (;; dev->dev_next++) {
		fu = dev->dev_flows;
		/* as long as it was: answers came before the queues went */
		for (n = dev->dev_next; n > 0; n--)
			fu = fu->fu_next;
		if (fu == NULL)
			return (ENA_OK);
		if (fu->fu_pair >= dev->dev_plan.pl_pairs ||
		    fu->fu_location >= dev->dev_info.in_flow_rules) {
			ena_log(dev->dev_os, ENA_LOG_WARN,
			    "flow rule %u: no such pair or place any more",
			    fu->fu_location);
			continue;
		}
		r = ena_admin_run_post(dev, ena_flow_post, fu);
		if (ena_optional(r) != ENA_OK)
			return (r);
		fu->fu_in_force = r == ENA_OK;
	}
}

static enum ena_result
ena_flow_added(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_flow_rule *fu = (struct ena_flow_rule *)(void *)req;

	(void)ae;
	fu->fu_next = dev->dev_flows;
	dev->dev_flows = fu;
	fu->fu_listed = true;
	fu->fu_in_force = true;
	return (ENA_OK);
}

static enum ena_result
ena_flow_removed(struct ena_dev *dev, struct ena_req *req,
    const struct enahw_acq_entry *ae)
{
	struct ena_flow_rule *fu = (struct ena_flow_rule *)(void *)req;
	struct ena_flow_rule **at;

	(void)ae;
	/* it is there: listed */
	for (at = &dev->dev_flows; *at != fu;)
		at = &(*at)->fu_next;
	*at = fu->fu_next;
	fu->fu_listed = false;
	return (ENA_OK);
}

enum ena_result
ena_flow_add(struct ena_dev *dev, struct ena_flow_rule *fu)
{
	const struct ena_flow_rule *o;
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_in_traffic(dev);
	if (r != ENA_OK)
		return (r);
	if (dev->dev_info.in_flow_rules == 0)
		return (ENA_UNSUPPORTED);
	if (fu->fu_kind < ENA_FLOW_IP4 || fu->fu_kind > ENA_FLOW_UDP6 ||
	    fu->fu_pair >= dev->dev_plan.pl_pairs ||
	    fu->fu_location >= dev->dev_info.in_flow_rules)
		return (ENA_INVAL);
	if (fu->fu_req.rq_busy)
		return (ENA_BUSY);
	/* among them this rule, if it is listed */
	for (o = dev->dev_flows; o != NULL; o = o->fu_next)
		if (o->fu_location == fu->fu_location)
			return (ENA_BUSY);
	fu->fu_req.rq_parse = ena_flow_added;
	return (ena_flow_post(dev, fu, &fu->fu_req));
}

enum ena_result
ena_flow_remove(struct ena_dev *dev, struct ena_flow_rule *fu)
{
	struct enahw_flow_config fl;
	union ena_cmd cmd;
	enum ena_result r;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_ADMIN, 0);
	r = ena_in_traffic(dev);
	if (r == ENA_OK && !fu->fu_listed)
		r = ENA_STATE;
	if (r != ENA_OK)
		return (r);
	if (fu->fu_req.rq_busy)
		return (ENA_BUSY);
	if (!fu->fu_in_force) {					/* F1 */
		fu->fu_req.rq_result =
		    ena_flow_removed(dev, &fu->fu_req, NULL);
		if (fu->fu_req.rq_done != NULL)
			fu->fu_req.rq_done(dev, &fu->fu_req);
		return (ENA_OK);
	}
	memset(&fl, 0, sizeof(fl));
	fl.fl_action = ENAHW_FLOW_REMOVE;
	fl.fl_location = enahw_le16(fu->fu_location);
	ena_cmd_set(&cmd, ENAHW_FEAT_FLOW_STEERING, &fl, sizeof(fl));
	fu->fu_req.rq_parse = ena_flow_removed;
	return (ena_admin_post(dev, &cmd, &fu->fu_req));
}
