/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Provocations: registers, reset, admin queue, features, statistics, identity
 * and events.  Each breaks one rule, from power-on.  For
 * test_mockdev_rules.c.
 */
#ifndef PROVOKE_BASE_H
#define PROVOKE_BASE_H

#include "mockdev_harness.h"

static void
p_reg_unaligned(struct h *h)
{
	wr(h, R_MASK + 2, 1);
}

static void
p_reg_outside(struct h *h)
{
	wr(h, h->p->bar0_bytes, 1);
}

static void
p_reg_reserved(struct h *h)
{
	wr(h, 0x48, 1);
}

static void
p_reg_write_ro(struct h *h)
{
	wr(h, R_CAPS, 1);
}

static void
p_reg_read_wo(struct h *h)
{
	(void)rd(h, R_AQ_LO);
}

static void
p_reg_in_reset(struct h *h)
{
	resp_set(h);
	wr(h, R_CTL, 1);
	wr(h, R_MASK, 1);
}

static void
p_db_unknown(struct h *h)
{
	admin_up(h);
	wr(h, h->p->db_base, 1);
}

static void
p_db_high_bits(struct h *h)
{
	up(h);
	rx_post(h, 0, 2048);
	wr(h, h->rx.db, 0x10001);
}

static void
p_db_idle(struct h *h)
{
	up(h);
	wr(h, h->tx.db, 0);
}

static void
p_dma_unmapped(struct h *h)
{
	up(h);
	tx_put(h, TX_ONE | 60, 0, UNMAPPED, 0);
	tx_ring(h);
}

static void
p_dma_width(struct h *h)
{
	resp_set(h);
	wr(h, R_RESP_HI, 0x10000);
	wr(h, R_RR, 1);
	pass(h, 10);
}

static void
p_bar2_outside(struct h *h)
{
	mock_bar2_write(h->d, 0, "12345678", 8);
}

static void
p_readless_absent(struct h *h)
{
	resp_set(h);
	wr(h, R_RR, 1);
}

static void
p_readless_busy(struct h *h)
{
	resp_set(h);
	wr(h, R_RR, 1);
	wr(h, R_RR, 2);
}

static void
p_readless_unregistered(struct h *h)
{
	wr(h, R_RR, 1);
}

static void
p_readless_offset(struct h *h)
{
	resp_set(h);
	wr(h, R_RR, 0x48U << 16 | 1);
	pass(h, 10);
}

static void
p_resp_before_reset(struct h *h)
{
	wr(h, R_CTL, 1);
}

static void
p_resp_after_reset(struct h *h)
{
	do_reset(h, 1);
	wr(h, R_RESP_LO, 0);
	admin_rings(h);
}

static void
p_reset_not_ready(struct h *h)
{
	resp_set(h);
	wr(h, R_CTL, 1);
	pass(h, 1000);
	wr(h, R_CTL, 1);
}

static void
p_reset_not_waited(struct h *h)
{
	resp_set(h);
	wr(h, R_CTL, 1);
	wr(h, R_CTL, 0);
}

static void
p_reset_reason(struct h *h)
{
	resp_set(h);
	wr(h, R_CTL, 0x71000001);	/* 23 */
}

static void
p_dev_ctl_reserved(struct h *h)
{
	resp_set(h);
	wr(h, R_CTL, 0x00000011);
}

static void
p_ring_caps(struct h *h)
{
	do_reset(h, 1);
	wr(h, R_AQ_LO, A_AQ);
	wr(h, R_AQ_CAPS, 0x00400021);
}

static void
p_ring_align(struct h *h)
{
	do_reset(h, 1);
	wr(h, R_AQ_LO, A_AQ + 4);
	wr(h, R_AQ_CAPS, 0x00400020);
}

static void
p_aq_reregister(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	wr(h, R_ACQ_CAPS, 0x00400020);
}

static void
p_aq_unregistered(struct h *h)
{
	do_reset(h, 1);
	wr(h, R_AQ_DB, 1);
}

static void
p_aq_overrun(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	wr(h, R_AQ_DB, 33);
}

static void
p_aq_phase(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	wr(h, R_AQ_DB, 1);
}

static void
p_aq_id_busy(struct h *h)
{
	uint32_t w[16];

	do_reset(h, 1);
	admin_rings(h);
	memset(w, 0, sizeof(w));
	w[0] = 8U << 16;
	w[4] = 1U << 8;
	aq_put(h, w);
	aq_put(h, w);
	put16(h, A_AQ + 64, 0);
	wr(h, R_AQ_DB, 2);
}

static void
p_aq_reserved(struct h *h)
{
	uint32_t w[16];

	do_reset(h, 1);
	admin_rings(h);
	memset(w, 0, sizeof(w));
	w[0] = 8U << 16 | 0x80U << 24;
	w[4] = 1U << 8;
	(void)cmd(h, w);
}

static void
p_admin_opcode(struct h *h)
{
	uint32_t w[16];

	admin_up(h);
	memset(w, 0, sizeof(w));
	w[0] = 5U << 16;
	assert_int_equal(cmd(h, w), 2);
}

static void
p_ctrl_flag(struct h *h)
{
	uint32_t w[16];

	admin_up(h);
	memset(w, 0, sizeof(w));
	w[0] = 8U << 16 | 2U << 24;
	w[4] = 1U << 8;
	(void)cmd(h, w);
}

static void
p_ctrl_length(struct h *h)
{
	admin_up(h);
	assert_int_equal(get_feature(h, 10, 0, 47), 4);
}

static void
p_cmd_addr(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 28, 0, A_HOST, 0x10000, 0, 0), 5);
}

static void
p_feature_unsupported(struct h *h)
{
	admin_up(h);
	assert_int_equal(get_feature(h, 4, 1, 0), 3);
}

static void
p_feature_direction(struct h *h)
{
	admin_up(h);
	assert_int_equal(get_feature(h, 14, 0, 0), 3);
}

static void
p_feature_version(struct h *h)
{
	admin_up(h);
	assert_int_equal(get_feature(h, 7, 0, 0), 0);
}

static void
p_host_attr_late(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(host_attr(h, 0x00030802, 0x12), 0);
}

static void
p_host_attr_moved(struct h *h)
{
	admin_up(h);
	memcpy(at(h, A_HOST + 0x1000), at(h, A_HOST), 4096);
	assert_int_equal(set_feature(h, 28, 0, A_HOST + 0x1000, 0, 0, 0), 0);
}

static void
p_host_info_major(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	assert_int_equal(host_attr(h, 1, 0x12), 0);
}

static void
p_mtu_range(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 14, 0, 9217, 0, 0, 0), 5);
}

static void
p_aenq_groups(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 26, 0, 0, 0x100, 0, 0), 5);
}

static void
p_rss_function(struct h *h)
{
	admin_up(h);
	put32(h, A_CTRL, 10);
	assert_int_equal(set_feature(h, 10, 48, 0, 6, 0, 0), 5);
}

static void
p_rss_key_length(struct h *h)
{
	admin_up(h);
	put32(h, A_CTRL, 9);
	assert_int_equal(set_feature(h, 10, 48, 0, 2, 0, 0), 5);
}

static void
p_rss_table_size(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 12, 1024, 0, 8, 0xffffffffU, 0), 5);
}

static void
p_rss_inline(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 12, 512, 0, 7, 0, 0), 3);
}

static void
p_rss_dead_queue(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 12, 512, 0, 7, 0xffffffffU, 0), 0);
}

static void
p_rss_fields(struct h *h)
{
	admin_up(h);
	memset(at(h, A_CTRL), 0, 256);
	put32(h, A_CTRL + 64, 0x3f);
	assert_int_equal(set_feature(h, 18, 256, 0, 0, 0, 0), 5);
}

static void
p_frag_bypass(struct h *h)
{
	admin_up(h);
	assert_int_equal(set_feature(h, 8, 0, 2, 0, 0, 0), 5);
}

static int
stats(struct h *h, uint32_t type_scope, uint32_t queue_dev, uint32_t len,
    uint32_t metrics)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 11U << 16;
	w[1] = len;
	w[2] = len != 0 ? A_CTRL : 0;
	w[4] = type_scope;
	w[5] = queue_dev;
	w[6] = metrics;
	return (cmd(h, w));
}

static void
p_stats_type(struct h *h)
{
	admin_up(h);
	assert_int_equal(stats(h, 5, 0, 0, 0), 3);
}

static void
p_stats_capability(struct h *h)
{
	admin_up(h);
	assert_int_equal(stats(h, 3, 0, 0, 0), 3);
}

static void
p_stats_scope(struct h *h)
{
	admin_up(h);
	assert_int_equal(stats(h, 2 << 8, 0, 0, 0), 5);
}

static void
p_stats_device(struct h *h)
{
	admin_up(h);
	assert_int_equal(stats(h, 0, 0xffff0000U, 0, 0), 0);
	assert_int_equal(stats(h, 0, 1U << 16, 0, 0), 5);
}

static void
p_stats_buffer(struct h *h)
{
	admin_up(h);
	assert_int_equal(stats(h, 4, 0, 47, 0x3f), 4);
}

static void
identity(struct h *h, uint32_t version, uint32_t declared, int aenq)
{
	do_reset(h, 1);
	admin_rings(h);
	if (aenq)
		aenq_ring(h);
	assert_int_equal(host_attr(h, version, declared), 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
}

static void
p_gate(struct h *h)
{
	identity(h, 2, 2, 1);
	put32(h, A_HOST + 172, 1);	/* the device looks again */
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 6);
}

static void
p_aenq_missing(struct h *h)
{
	identity(h, 2, 2, 0);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 6);
}

static void
p_aenq_late(struct h *h)
{
	identity(h, 2, 2, 0);
	aenq_ring(h);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
}

static void
p_aenq_unregistered(struct h *h)
{
	do_reset(h, 1);
	admin_rings(h);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
}

static void
p_aenq_head(struct h *h)
{
	up(h);
	wr(h, R_AENQ_DB, AENQ_DEPTH + 2);	/* one event was produced */
}

static void
p_aenq_head_idle(struct h *h)
{
	up(h);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
}

static void
p_aenq_arm_short(struct h *h)
{
	admin_up(h);
	wr(h, R_MASK, 0);
	wr(h, R_AENQ_DB, 4);
}

static void
p_aenq_armed_masked(struct h *h)
{
	admin_up(h);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
}

#endif /* PROVOKE_BASE_H */
