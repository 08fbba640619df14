/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow steering of the device model (protocol 7.18): rules that send frames
 * to a receive queue of their own, before RSS has a say.
 *
 * Rules live at locations; the first one in order of location that matches
 * and whose queue is live decides.  The RSS hash is reported all the same.
 *
 * UNVERIFIED in the protocol, and so our choice here:
 * - the parameters come in a control buffer of 128 bytes;
 * - addresses, ports and masks are in network byte order, an IPv4 address in
 *   the first four bytes;
 * - the queue is an RX SQ index, as in the RSS table;
 * - adding at a location that is taken replaces the rule;
 * - rules are lost by a reset, and outlive their queue.
 */
#include "mock_priv.h"

/* -- commands */

static uint8_t
bad_location(struct mockdev *d, uint32_t location, const char *why)
{
	mock_rule(d, MR_FLOW_LOCATION, "location %u of %u: %s", location,
	    d->p.flow_rules, why);
	return (ENAHW_ST_ILLEGAL_PARAM);
}

static uint8_t
flow_add(struct mockdev *d, const uint8_t *cmd,
    const struct enahw_flow_config *fl, uint32_t *location)
{
	struct enahw_flow_rule rule;
	uint64_t addr;
	uint8_t status;
	bool present;

	if (fl->fl_type < ENAHW_FLOW_IP4 || fl->fl_type > ENAHW_FLOW_UDP6) {
		mock_rule(d, MR_FLOW_TYPE, "type %u", fl->fl_type);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (mock_rx_by_handle(d, enahw_h16(fl->fl_queue)) == NULL) {
		mock_rule(d, MR_FLOW_QUEUE, "queue %u",
		    enahw_h16(fl->fl_queue));
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	status = mock_ctrl(d, cmd, sizeof(rule), &addr, &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	if (!present) {
		mock_rule(d, MR_CTRL_LENGTH, "flow rule without a buffer");
		return (ENAHW_ST_MALFORMED);
	}
	if (*location == ENAHW_FLOW_ANYWHERE) {
		for (*location = 0; *location < d->p.flow_rules &&
		    d->flows[*location].type != 0; (*location)++)
			continue;
		if (*location == d->p.flow_rules)
			return (ENAHW_ST_NO_RESOURCES);
	}
	if (*location >= d->p.flow_rules)
		return (bad_location(d, *location, "beyond the end"));
	if (!mock_dma_rd(d, addr, &rule, sizeof(rule), "flow rule"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	d->flows[*location].rule = rule;
	d->flows[*location].type = fl->fl_type;
	d->flows[*location].queue = enahw_h16(fl->fl_queue);
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_flow_set(struct mockdev *d, const struct enahw_feature_cmd *c,
    const uint8_t *cmd, uint8_t *out)
{
	struct enahw_flow_config fl;
	struct enahw_le16 resp;
	uint32_t location;
	uint8_t status;

	memcpy(&fl, c->fc_body, sizeof(fl));
	location = enahw_h16(fl.fl_location);
	if (enahw_h16(fl.fl_rsvd6) != 0 || enahw_h32(fl.fl_flags) != 0)
		mock_rule(d, MR_FLOW_RESERVED, "flags 0x%x",
		    enahw_h32(fl.fl_flags));
	switch (fl.fl_action) {
	case ENAHW_FLOW_ADD:
		status = flow_add(d, cmd, &fl, &location);
		if (status != ENAHW_ST_SUCCESS)
			return (status);
		break;
	case ENAHW_FLOW_REMOVE:
		if (location >= d->p.flow_rules ||
		    d->flows[location].type == 0)
			return (bad_location(d, location, "no rule"));
		memset(&d->flows[location], 0, sizeof(d->flows[0]));
		break;
	case ENAHW_FLOW_CLEAR:
		memset(d->flows, 0, sizeof(d->flows));
		break;
	default:
		mock_rule(d, MR_FLOW_ACTION, "action %u", fl.fl_action);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	resp = enahw_le16((uint16_t)location);
	memcpy(out, &resp, sizeof(resp));
	return (ENAHW_ST_SUCCESS);
}

/* -- use */

static bool
masked_equal(const uint8_t *frame, const uint8_t *want, const uint8_t *mask,
    unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (((frame[i] ^ want[i]) & mask[i]) != 0)
			return (false);
	return (true);
}

static bool
kind_matches(uint8_t type, const struct mock_parse *p)
{
	enum mock_l4 l4;
	bool v6;

	v6 = type == ENAHW_FLOW_IP6 || type == ENAHW_FLOW_TCP6 ||
	    type == ENAHW_FLOW_UDP6;
	if (p->l3 != (v6 ? MOCK_L3_IPV6 : MOCK_L3_IPV4))
		return (false);
	if (type == ENAHW_FLOW_IP4 || type == ENAHW_FLOW_IP6)
		return (true);
	l4 = type == ENAHW_FLOW_TCP4 || type == ENAHW_FLOW_TCP6 ?
	    MOCK_L4_TCP : MOCK_L4_UDP;
	return (p->l4 == l4 && !p->frag);
}

static bool
matches(const struct mock_flow *fl, const uint8_t *frame,
    const struct mock_parse *p)
{
	const struct enahw_flow_rule *r = &fl->rule;
	const uint8_t *ip = frame + p->l3_off, *l4 = frame + p->l4_off;
	unsigned int n;
	uint8_t tos;
	bool v6;

	if (fl->type == 0 || !kind_matches(fl->type, p))
		return (false);
	v6 = p->l3 == MOCK_L3_IPV6;
	n = v6 ? 16 : 4;
	ip += v6 ? 8 : 12;
	if (!masked_equal(ip, r->fr_src, r->fr_src_mask, n) ||
	    !masked_equal(ip + n, r->fr_dst, r->fr_dst_mask, n))
		return (false);
	ip = frame + p->l3_off;
	tos = (uint8_t)(v6 ? (ip[0] & 0x0f) << 4 | ip[1] >> 4 : ip[1]);
	if (!masked_equal(&tos, &r->fr_tos, &r->fr_tos_mask, 1))
		return (false);
	return (fl->type == ENAHW_FLOW_IP4 || fl->type == ENAHW_FLOW_IP6 ||
	    (masked_equal(l4, r->fr_sport, r->fr_sport_mask, 2) &&
	    masked_equal(l4 + 2, r->fr_dport, r->fr_dport_mask, 2)));
}

/* The queue that a rule gives this frame, or NULL. */
struct mock_sq *
mock_flow_queue(struct mockdev *d, const uint8_t *frame,
    const struct mock_parse *p)
{
	struct mock_sq *sq;
	unsigned int i;

	for (i = 0; i < d->p.flow_rules; i++) {
		if (!matches(&d->flows[i], frame, p))
			continue;
		sq = mock_rx_by_handle(d, d->flows[i].queue);
		if (sq == NULL)
			continue;
		d->st.flow_hits++;
		return (sq);
	}
	return (NULL);
}
