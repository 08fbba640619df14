/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin commands: encode requests, check and decode answers.  Pure functions
 * over their arguments; knows commands, not slots.
 *
 * Every limit the device reports is clamped here, once, to what the core can
 * use; nothing is stored from an answer that fails a check.
 *
 * ref: docs/hw-notes.md#admin, #features
 */
#include "ena_priv.h"

static void
ena_cmd_zero(union ena_cmd *c, uint8_t opcode)
{
	memset(c, 0, sizeof(*c));
	c->c_w0 = enahw_le32(ENAHW_PUT(ENAHW_AQ0_OPCODE, opcode));
}

void
ena_cmd_addr(struct enahw_addr *a, uint64_t pa)
{
	a->a_lo = enahw_le32((uint32_t)pa);
	a->a_hi = enahw_le16((uint16_t)(pa >> 32));
	a->a_mbz = enahw_le16(0);
}

void
ena_cmd_get(union ena_cmd *c, uint8_t feature, uint8_t vers)
{
	ena_cmd_zero(c, ENAHW_OP_GET_FEATURE);
	c->c_feature.fc_id = feature;
	c->c_feature.fc_version = vers;
}

void
ena_cmd_set(union ena_cmd *c, uint8_t feature, const void *body, size_t len)
{
	ENA_OS_ASSERT(len <= sizeof(c->c_feature.fc_body));
	ena_cmd_zero(c, ENAHW_OP_SET_FEATURE);
	c->c_feature.fc_id = feature;
	memcpy(c->c_feature.fc_body, body, len);
}

/* "Indirect" means one plain buffer.  ref: hw-notes#control-buffer */
void
ena_cmd_ctrl(union ena_cmd *c, uint64_t pa, size_t len)
{
	c->c_w0 = enahw_le32(enahw_h32(c->c_w0) | ENAHW_AQ0_CTRL_INDIRECT);
	c->c_feature.fc_ctrl.cb_len = enahw_le32((uint32_t)len);
	ena_cmd_addr(&c->c_feature.fc_ctrl.cb_addr, pa);
}

void
ena_cmd_create_cq(union ena_cmd *c, uint16_t depth, unsigned int entry_bytes,
    uint32_t vector, uint64_t pa)
{
	ena_cmd_zero(c, ENAHW_OP_CREATE_CQ);
	/* interrupt mode even for vector "none": ref hw-notes#create-cq */
	c->c_create_cq.ccq_caps1 = ENAHW_CQ_CAPS1_INTR;
	c->c_create_cq.ccq_caps2 = (uint8_t)(entry_bytes / 4);
	c->c_create_cq.ccq_depth = enahw_le16(depth);
	c->c_create_cq.ccq_vector = enahw_le32(vector);
	ena_cmd_addr(&c->c_create_cq.ccq_base, pa);
}

void
ena_cmd_create_sq(union ena_cmd *c, unsigned int dir, unsigned int placement,
    uint16_t cq_idx, uint16_t depth, uint64_t pa)
{
	ena_cmd_zero(c, ENAHW_OP_CREATE_SQ);
	c->c_create_sq.csq_identity =
	    (uint8_t)ENAHW_PUT(ENAHW_SQ_IDENTITY_DIR, dir);
	c->c_create_sq.csq_caps2 =
	    (uint8_t)ENAHW_PUT(ENAHW_SQ_CAPS2_PLACEMENT, placement);
	c->c_create_sq.csq_caps3 = ENAHW_SQ_CAPS3_CONTIG;
	c->c_create_sq.csq_cq_idx = enahw_le16(cq_idx);
	c->c_create_sq.csq_depth = enahw_le16(depth);
	ena_cmd_addr(&c->c_create_sq.csq_base, pa);
}

void
ena_cmd_destroy_cq(union ena_cmd *c, uint16_t idx)
{
	ena_cmd_zero(c, ENAHW_OP_DESTROY_CQ);
	c->c_destroy_cq.dcq_cq_idx = enahw_le16(idx);
}

void
ena_cmd_destroy_sq(union ena_cmd *c, unsigned int dir, uint16_t idx)
{
	ena_cmd_zero(c, ENAHW_OP_DESTROY_SQ);
	c->c_destroy_sq.dsq_sq_idx = enahw_le16(idx);
	c->c_destroy_sq.dsq_identity =
	    (uint8_t)ENAHW_PUT(ENAHW_SQ_IDENTITY_DIR, dir);
}

/* Scope, queue and device id stay zero: "this device, aggregate". */
void
ena_cmd_get_stats(union ena_cmd *c, uint8_t type)
{
	ena_cmd_zero(c, ENAHW_OP_GET_STATS);
	c->c_get_stats.gs_type = type;
}

enum ena_result
ena_cmd_attributes(const struct enahw_acq_entry *ae, struct ena_info *in)
{
	struct enahw_device_attr a;
	uint32_t mtu;
	unsigned int i;
	uint8_t any;

	memcpy(&a, ae->ae_body, sizeof(a));
	any = 0;
	for (i = 0; i < sizeof(a.da_mac); i++)
		any |= a.da_mac[i];
	mtu = enahw_h32(a.da_max_mtu);
	if (any == 0 || (a.da_mac[0] & 1) != 0 || mtu < ENA_MTU_MIN)
		return (ENA_PROTOCOL);
	memcpy(in->in_mac, a.da_mac, sizeof(in->in_mac));
	in->in_features = enahw_h32(a.da_features);
	in->in_capabilities = enahw_h32(a.da_capabilities);
	in->in_max_mtu = ena_min32(mtu, 65535U - ENA_L2_OVERHEAD);
	in->in_flow_rules = enahw_h16(a.da_flow_rules);
	return (ENA_OK);
}

/* Largest power of two that is not above v; 1 for 0. */
uint16_t
ena_depth_floor(uint32_t v)
{
	uint32_t p;

	v = ena_min32(v, 32768);
	for (p = 1; p * 2 <= v;)
		p *= 2;
	return ((uint16_t)p);
}

/* Store queue limits if they allow at least one pair. */
static enum ena_result
ena_limits_store(struct ena_info *in, uint32_t pairs, uint32_t tx_sq_depth,
    uint32_t tx_cq_depth, uint32_t rx_depth, uint32_t header,
    uint16_t tx_descs, uint16_t rx_descs)
{
	uint32_t tx_depth;

	tx_depth = ena_min32(tx_sq_depth, tx_cq_depth);
	/* one descriptor of a TX packet may be the meta descriptor */
	if (pairs == 0 || ena_depth_floor(tx_depth) < 4 ||
	    ena_depth_floor(rx_depth) < 4 || tx_descs < 2 || rx_descs < 1)
		return (ENA_PROTOCOL);
	in->in_max_pairs = (uint16_t)ena_min32(pairs, ENA_MAX_PAIRS);
	in->in_max_header = (uint16_t)ena_min32(header, ENAHW_HDR_LEN_MAX);
	in->in_max_tx_depth = ena_depth_floor(tx_depth);
	in->in_max_tx_cq_depth = ena_depth_floor(tx_cq_depth);
	in->in_max_rx_depth = ena_depth_floor(rx_depth);
	in->in_max_tx_bufs = (uint16_t)ena_min32(tx_descs - 1U,
	    ENA_MAX_TX_SLOTS - 1);
	in->in_max_rx_segs = (uint16_t)ena_min32(rx_descs, ENA_MAX_RX_SEGS);
	return (ENA_OK);
}

enum ena_result
ena_cmd_max_queues_ext(const struct enahw_acq_entry *ae, struct ena_info *in)
{
	struct enahw_max_queues_ext q;
	uint32_t pairs;

	memcpy(&q, ae->ae_body, sizeof(q));
	if (q.mqe_version != ENAHW_MAX_QUEUES_EXT_VERSION)
		return (ENA_PROTOCOL);
	pairs = ena_min32(enahw_h32(q.mqe_tx_sqs), enahw_h32(q.mqe_tx_cqs));
	pairs = ena_min32(pairs, enahw_h32(q.mqe_rx_sqs));
	pairs = ena_min32(pairs, enahw_h32(q.mqe_rx_cqs));
	return (ena_limits_store(in, pairs,
	    enahw_h32(q.mqe_tx_sq_depth), enahw_h32(q.mqe_tx_cq_depth),
	    ena_min32(enahw_h32(q.mqe_rx_sq_depth),
	    enahw_h32(q.mqe_rx_cq_depth)),
	    enahw_h32(q.mqe_tx_header),
	    enahw_h16(q.mqe_tx_descs), enahw_h16(q.mqe_rx_descs)));
}

enum ena_result
ena_cmd_max_queues(const struct enahw_acq_entry *ae, struct ena_info *in)
{
	struct enahw_max_queues q;
	uint32_t depth;

	memcpy(&q, ae->ae_body, sizeof(q));
	depth = ena_min32(enahw_h32(q.mq_sq_depth), enahw_h32(q.mq_cq_depth));
	return (ena_limits_store(in,
	    ena_min32(enahw_h32(q.mq_sqs), enahw_h32(q.mq_cqs)),
	    enahw_h32(q.mq_sq_depth), enahw_h32(q.mq_cq_depth), depth,
	    enahw_h32(q.mq_header),
	    enahw_h16(q.mq_tx_descs), enahw_h16(q.mq_rx_descs)));
}
