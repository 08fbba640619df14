/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device model and drivers that are wrong: each rule of the table broken
 * once, alone, from power-on.  Faults and fuzz: test_mockdev_faults.c.
 *
 * A rule without a provocation here makes the first test fail, and so does a
 * provocation of a rule that does not exist.
 */
#include "mockdev_harness.h"

/* -- provocations: from power-on, each breaks one rule */

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
	admin_up(h);
	assert_int_equal(host_attr(h, 0x00030802, 0x12), 0);
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

static void
p_cq_depth(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 48, 1, A_TXCQ), 5);
}

static void
p_cq_entry(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 3, 64, 1, A_TXCQ), 5);
}

static void
p_cq_vector(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 0xffffffffU, A_TXCQ), 0);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 3, A_TXCQ), 5);
}

static void
p_cq_vector_polled(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0, 2, 64, 0, A_TXCQ), 0);
}

static void
p_cq_align(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ + 64), 0);
}

static void
p_cq_limit(struct h *h)
{
	unsigned int i;

	admin_up(h);
	for (i = 0; i < 4; i++)
		assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 1);
}

static void
p_cq_reserved(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x21, 2, 64, 1, A_TXCQ), 0);
}

/* A TX CQ of 64 entries; returns its index. */
static uint32_t
tx_cq(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	return (get16b(h->resp + 8));
}

static void
p_sq_cq(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_sq(h, 0x20, 1, 1, 5, 64, A_TXSQ), 5);
}

static void
p_sq_cq_bound(struct h *h)
{
	uint32_t cq = tx_cq(h);

	assert_int_equal(create_sq(h, 0x20, 1, 1, cq, 64, A_TXSQ), 0);
	assert_int_equal(create_sq(h, 0x20, 1, 1, cq, 64, A_TXSQ), 5);
}

static void
p_sq_cq_entry(struct h *h)
{
	assert_int_equal(create_sq(h, 0x40, 1, 1, tx_cq(h), 64, A_RXSQ), 5);
}

static void
p_sq_cq_depth(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 1, 1, tx_cq(h), 128, A_TXSQ), 0);
}

static void
p_sq_depth(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 1, 1, tx_cq(h), 2048, A_TXSQ),
	    5);
}

static void
p_sq_direction(struct h *h)
{
	assert_int_equal(create_sq(h, 0x60, 1, 1, tx_cq(h), 64, A_TXSQ), 5);
}

static void
p_sq_placement(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 3, 1, tx_cq(h), 64, 0), 5);
}

static void
p_sq_policy(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 0x11, 1, tx_cq(h), 64, A_TXSQ),
	    5);
}

static void
p_sq_limit(struct h *h)
{
	uint32_t base = tx_cq(h);
	unsigned int i;

	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(create_sq(h, 0x20, 1, 1, base + i, 64,
		    A_TXSQ), i < 2 ? 0 : 1);
}

static void
p_sq_contig(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 1, 0, tx_cq(h), 64, A_TXSQ), 0);
}

static void
p_sq_align(struct h *h)
{
	assert_int_equal(create_sq(h, 0x20, 1, 1, tx_cq(h), 64, A_TXSQ + 64),
	    0);
}

static void
p_sq_reserved(struct h *h)
{
	assert_int_equal(create_sq(h, 0x21, 1, 1, tx_cq(h), 64, A_TXSQ), 0);
}

static void
p_destroy_sq(struct h *h)
{
	admin_up(h);
	assert_int_equal(destroy_sq(h, 0x20, 0), 5);
}

static void
p_destroy_cq(struct h *h)
{
	admin_up(h);
	assert_int_equal(destroy_cq(h, 5), 5);
}

static void
p_destroy_cq_busy(struct h *h)
{
	up(h);
	assert_int_equal(destroy_cq(h, h->tx.cq_idx), 7);
}

static void
p_sq_overrun(struct h *h)
{
	unsigned int i;

	up(h);
	for (i = 0; i < DEPTH; i++)
		rx_post(h, i, 2048);
	wr(h, h->rx.db, DEPTH);
}

static void
tx_bad(struct h *h, uint32_t w0, uint32_t w1, uint32_t w3)
{
	up(h);
	put16(h, A_TXBUF + 12, 0x0608);
	tx_put(h, w0, w1, A_TXBUF, w3);
	tx_ring(h);
}

static void
p_tx_phase(struct h *h)
{
	tx_bad(h, TX_ONE | 60 | 0x01000000, 0, 0);
}

static void
p_tx_first(struct h *h)
{
	tx_bad(h, TX_LAST | TX_REQ | 60, 0, 0);
}

static void
p_tx_meta(struct h *h)
{
	tx_bad(h, TX_META | TX_LAST, 0, 0);
}

static void
p_tx_mbz(struct h *h)
{
	tx_bad(h, TX_ONE | 60 | 0x80000000U, 0, 0);
}

static void
p_tx_partial(struct h *h)
{
	tx_bad(h, TX_FIRST | TX_REQ | 60, 0, 0);
}

static void
p_tx_descs(struct h *h)
{
	unsigned int i;

	up(h);
	for (i = 0; i < 18; i++)
		tx_put(h, (i == 0 ? TX_FIRST | TX_REQ : 0) |
		    (i == 17 ? TX_LAST : 0) | 10, 0, A_TXBUF, 0);
	tx_ring(h);
}

static void
p_tx_zero_len(struct h *h)
{
	tx_bad(h, TX_ONE, 0, 0);
}

static void
p_tx_runt(struct h *h)
{
	tx_bad(h, TX_ONE | 13, 0, 0);
	assert_non_null(tx_take(h));
	assert_int_equal(h->nframes, 0);
}

static void
p_tx_too_long(struct h *h)
{
	tx_bad(h, TX_ONE | 9300, 0, 0);
	assert_non_null(tx_take(h));
	assert_int_equal(h->nframes, 0);
}

static void
p_tx_id_range(struct h *h)
{
	tx_bad(h, TX_ONE | 60, TX_ID(DEPTH), 0);
}

static void
p_tx_id_busy(struct h *h)
{
	struct mock_fault_arm a = { MOCK_F_TX_LOST, 0, 1, 0, 0, 0 };

	up(h);
	mock_fault(h->d, &a);
	put16(h, A_TXBUF + 12, 0x0608);
	tx_put(h, TX_ONE | 60, TX_ID(3), A_TXBUF, 0);
	tx_put(h, TX_ONE | 60, TX_ID(3), A_TXBUF, 0);
	tx_ring(h);
}

static void
p_tx_comp_req(struct h *h)
{
	tx_bad(h, TX_FIRST | TX_LAST | 60, 0, 0);
}

static void
p_tx_header_len(struct h *h)
{
	tx_bad(h, TX_ONE | 60, 0, 97U << 24);
}

/* Send a TCP frame with this meta word 2 and data word 1. */
static void
tx_offload(struct h *h, uint32_t m2, uint32_t w1)
{
	uint8_t f[2048];
	size_t len;

	up(h);
	len = ip4(f, 6, 1000);
	memcpy(at(h, A_TXBUF), f, len);
	tx_put(h, TX_META, 0, m2, 0);
	tx_put(h, TX_LAST | TX_REQ | (uint32_t)len, w1, A_TXBUF, 0);
	tx_ring(h);
}

#define M_GOOD	(20U | 14U << 8 | 5U << 16)
#define W_CSUM	(8U | 0x10U | 12U << 8 | 0x6000U)

static void
p_tx_offload(struct h *h)
{
	tx_offload(h, M_GOOD | 500U << 22, W_CSUM | 0x80);
}

static void
p_tx_proto(struct h *h)
{
	tx_offload(h, M_GOOD, 8 | 0x10 | 13 << 8 | 0x6000);
}

static void
p_tx_meta_stale(struct h *h)
{
	tx_offload(h, 20 | 18 << 8, W_CSUM);
}

static void
p_tx_df(struct h *h)
{
	tx_offload(h, M_GOOD, W_CSUM & ~0x10U);
}

static void
p_tx_tso_len(struct h *h)
{
	up(h);
	tx_put(h, TX_META, 0, M_GOOD | 500U << 22, 0);
	tx_put(h, TX_REQ | 40000, W_CSUM | 0x80, A_TXBUF, 0);
	tx_put(h, TX_LAST | 40000, 0, A_TXBUF, 0);
	tx_ring(h);
}

static void
p_tx_tso_mss(struct h *h)
{
	tx_offload(h, M_GOOD, W_CSUM | 0x80);
}

static void
p_tx_tso_csum(struct h *h)
{
	tx_offload(h, M_GOOD | 500U << 22, (W_CSUM & ~0x6000U) | 0x80);
	assert_int_equal(h->nframes, 2);
}

static void
p_tx_tso_malformed(struct h *h)
{
	uint8_t f[2048];
	size_t len;

	/* Bytes behind the end of the IP packet. */
	up(h);
	len = ip4(f, 6, 1000);
	f[17] = (uint8_t)(f[17] - 8);
	memcpy(at(h, A_TXBUF), f, len);
	tx_put(h, TX_META, 0, M_GOOD | 500U << 22, 0);
	tx_put(h, TX_LAST | TX_REQ | (uint32_t)len, W_CSUM | 0x80, A_TXBUF,
	    0);
	tx_ring(h);
}

static void
rx_bad(struct h *h, uint32_t w0, uint32_t w1, uint32_t w3)
{
	up(h);
	rx_post_raw(h, w0, w1, A_RXBUF, w3);
	wr(h, h->rx.db, h->rx.tail);
}

static void
p_rx_phase(struct h *h)
{
	rx_bad(h, 0x1d000800, 0, 0);
}

static void
p_rx_mbz(struct h *h)
{
	rx_bad(h, 0x1c010800, 0, 0);
}

static void
p_rx_ctrl(struct h *h)
{
	rx_bad(h, 0x0c000800, 0, 0);
}

static void
p_rx_id_range(struct h *h)
{
	rx_bad(h, 0x1c000800, DEPTH, 0);
}

static void
p_rx_id_busy(struct h *h)
{
	up(h);
	rx_post(h, 3, 2048);
	rx_post(h, 3, 2048);
	wr(h, h->rx.db, h->rx.tail);
}

static void
p_rx_small(struct h *h)
{
	uint8_t f[2048];

	memset(f, 0, sizeof(f));
	up(h);
	rx_fill(h, DEPTH - 1, 64);
	assert_int_equal(mock_frame_in(h->d, f, 1000, NULL),
	    MOCK_RX_NO_BUFFER);
}

static void
p_unmask_double(struct h *h)
{
	up(h);
	wr(h, h->tx.unmask, 0x40000000);
	wr(h, h->rx.unmask, 0x40000000);
}

static void
p_unmask_dead(struct h *h)
{
	admin_up(h);
	wr(h, h->p->unmask_base, 0x40000000);
}

static void
p_unmask_polled(struct h *h)
{
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 0xffffffffU, A_TXCQ), 0);
	wr(h, h->p->unmask_base, 0x40000000);
}

static void
p_moderation(struct h *h)
{
	up(h);
	wr(h, h->tx.unmask, 0x40190014);
}

static const struct provocation {
	const char *id;
	const char *profile;
	void (*fn)(struct h *);
} provocations[] = {
	{ "reg-unaligned", "t4g", p_reg_unaligned },
	{ "reg-outside", "t4g", p_reg_outside },
	{ "reg-reserved", "t4g", p_reg_reserved },
	{ "reg-write-ro", "t4g", p_reg_write_ro },
	{ "reg-read-wo", "t4g", p_reg_read_wo },
	{ "reg-in-reset", "t4g", p_reg_in_reset },
	{ "db-unknown", "t4g", p_db_unknown },
	{ "db-high-bits", "t4g", p_db_high_bits },
	{ "db-idle", "t4g", p_db_idle },
	{ "dma-unmapped", "t4g", p_dma_unmapped },
	{ "dma-width", "t4g", p_dma_width },
	{ "bar2-outside", "t4g", p_bar2_outside },
	{ "readless-absent", "min", p_readless_absent },
	{ "readless-busy", "t4g", p_readless_busy },
	{ "readless-unregistered", "t4g", p_readless_unregistered },
	{ "readless-offset", "t4g", p_readless_offset },
	{ "resp-before-reset", "t4g", p_resp_before_reset },
	{ "resp-after-reset", "t4g", p_resp_after_reset },
	{ "reset-not-ready", "t4g", p_reset_not_ready },
	{ "reset-not-waited", "t4g", p_reset_not_waited },
	{ "reset-reason", "t4g", p_reset_reason },
	{ "reset-reason", "min", p_reset_reason },
	{ "dev-ctl-reserved", "t4g", p_dev_ctl_reserved },
	{ "ring-caps", "t4g", p_ring_caps },
	{ "ring-align", "t4g", p_ring_align },
	{ "aq-reregister", "t4g", p_aq_reregister },
	{ "aq-unregistered", "t4g", p_aq_unregistered },
	{ "aq-overrun", "t4g", p_aq_overrun },
	{ "aq-phase", "t4g", p_aq_phase },
	{ "aq-id-busy", "t4g", p_aq_id_busy },
	{ "aq-reserved", "t4g", p_aq_reserved },
	{ "admin-opcode", "t4g", p_admin_opcode },
	{ "ctrl-flag", "t4g", p_ctrl_flag },
	{ "ctrl-length", "max", p_ctrl_length },
	{ "cmd-addr", "t4g", p_cmd_addr },
	{ "feature-unsupported", "t4g", p_feature_unsupported },
	{ "feature-direction", "t4g", p_feature_direction },
	{ "feature-version", "t4g", p_feature_version },
	{ "host-attr-late", "t4g", p_host_attr_late },
	{ "host-info-major", "t4g", p_host_info_major },
	{ "mtu-range", "t4g", p_mtu_range },
	{ "aenq-groups", "t4g", p_aenq_groups },
	{ "rss-function", "max", p_rss_function },
	{ "rss-key-length", "max", p_rss_key_length },
	{ "rss-table-size", "t4g", p_rss_table_size },
	{ "rss-inline", "t4g", p_rss_inline },
	{ "rss-dead-queue", "t4g", p_rss_dead_queue },
	{ "rss-fields", "max", p_rss_fields },
	{ "frag-bypass", "t4g", p_frag_bypass },
	{ "stats-type", "t4g", p_stats_type },
	{ "stats-capability", "t4g", p_stats_capability },
	{ "stats-scope", "t4g", p_stats_scope },
	{ "stats-device", "t4g", p_stats_device },
	{ "stats-buffer", "t4g", p_stats_buffer },
	{ "gate-a", "c7g", p_gate },
	{ "gate-b", "c6i", p_gate },
	{ "aenq-missing", "t4g", p_aenq_missing },
	{ "aenq-late", "t4g", p_aenq_late },
	{ "aenq-unregistered", "t4g", p_aenq_unregistered },
	{ "aenq-head", "t4g", p_aenq_head },
	{ "aenq-head-idle", "t4g", p_aenq_head_idle },
	{ "aenq-arm-short", "t4g", p_aenq_arm_short },
	{ "aenq-armed-masked", "t4g", p_aenq_armed_masked },
	{ "cq-depth", "t4g", p_cq_depth },
	{ "cq-entry", "t4g", p_cq_entry },
	{ "cq-vector", "t4g", p_cq_vector },
	{ "cq-vector-polled", "t4g", p_cq_vector_polled },
	{ "cq-align", "t4g", p_cq_align },
	{ "cq-limit", "t4g", p_cq_limit },
	{ "cq-reserved", "t4g", p_cq_reserved },
	{ "sq-cq", "t4g", p_sq_cq },
	{ "sq-cq-bound", "t4g", p_sq_cq_bound },
	{ "sq-cq-entry", "t4g", p_sq_cq_entry },
	{ "sq-cq-depth", "t4g", p_sq_cq_depth },
	{ "sq-depth", "t4g", p_sq_depth },
	{ "sq-direction", "t4g", p_sq_direction },
	{ "sq-placement", "t4g", p_sq_placement },
	{ "sq-policy", "t4g", p_sq_policy },
	{ "sq-limit", "t4g", p_sq_limit },
	{ "sq-contig", "t4g", p_sq_contig },
	{ "sq-align", "t4g", p_sq_align },
	{ "sq-reserved", "t4g", p_sq_reserved },
	{ "destroy-sq", "t4g", p_destroy_sq },
	{ "destroy-cq", "t4g", p_destroy_cq },
	{ "destroy-cq-busy", "t4g", p_destroy_cq_busy },
	{ "sq-overrun", "t4g", p_sq_overrun },
	{ "tx-phase", "t4g", p_tx_phase },
	{ "tx-first", "t4g", p_tx_first },
	{ "tx-meta", "t4g", p_tx_meta },
	{ "tx-mbz", "t4g", p_tx_mbz },
	{ "tx-partial", "t4g", p_tx_partial },
	{ "tx-descs", "t4g", p_tx_descs },
	{ "tx-zero-len", "t4g", p_tx_zero_len },
	{ "tx-runt", "t4g", p_tx_runt },
	{ "tx-too-long", "t4g", p_tx_too_long },
	{ "tx-id-range", "t4g", p_tx_id_range },
	{ "tx-id-busy", "t4g", p_tx_id_busy },
	{ "tx-comp-req", "t4g", p_tx_comp_req },
	{ "tx-header-len", "t4g", p_tx_header_len },
	{ "tx-offload", "t4g", p_tx_offload },
	{ "tx-proto", "t4g", p_tx_proto },
	{ "tx-meta-stale", "t4g", p_tx_meta_stale },
	{ "tx-df", "t4g", p_tx_df },
	{ "tx-tso-len", "max", p_tx_tso_len },
	{ "tx-tso-mss", "max", p_tx_tso_mss },
	{ "tx-tso-csum", "max", p_tx_tso_csum },
	{ "tx-tso-malformed", "max", p_tx_tso_malformed },
	{ "rx-phase", "t4g", p_rx_phase },
	{ "rx-mbz", "t4g", p_rx_mbz },
	{ "rx-ctrl", "t4g", p_rx_ctrl },
	{ "rx-id-range", "t4g", p_rx_id_range },
	{ "rx-id-busy", "t4g", p_rx_id_busy },
	{ "rx-small", "t4g", p_rx_small },
	{ "unmask-double", "t4g", p_unmask_double },
	{ "unmask-dead", "t4g", p_unmask_dead },
	{ "unmask-polled", "t4g", p_unmask_polled },
	{ "moderation", "t4g", p_moderation },
};
#define NPROV	(sizeof(provocations) / sizeof(provocations[0]))

static const struct mock_rule_info *
rule_find(const char *id)
{
	const struct mock_rule_info *ri;
	unsigned int i;

	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++)
		if (ri->id != NULL && strcmp(ri->id, id) == 0)
			return (ri);
	return (NULL);
}

static void
test_rule_table(void **state)
{
	const struct mock_rule_info *ri;
	unsigned int i, j;

	(void)state;
	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++) {
		assert_non_null(ri->id);
		assert_non_null(ri->section);
		assert_non_null(ri->text);
		assert_true(strlen(ri->id) < 32);
		assert_ptr_equal(rule_find(ri->id), ri);
		for (j = 0; j < NPROV; j++)
			if (strcmp(provocations[j].id, ri->id) == 0)
				break;
		if (j == NPROV)
			fail_msg("rule %s has no provocation", ri->id);
	}
}

static void
test_rules(void **state)
{
	const struct provocation *p;
	const struct mock_rule_info *ri;
	struct mock_stats st;
	struct h *h;
	unsigned int i;

	(void)state;
	for (i = 0; i < NPROV; i++) {
		p = &provocations[i];
		ri = rule_find(p->id);
		if (ri == NULL)
			fail_msg("no rule %s", p->id);
		h = h_new(p->profile);
		p->fn(h);
		if (!h_saw(h, p->id))
			fail_msg("%s not seen, but %s", p->id,
			    h->nrules != 0 ? h->rule[0] : "nothing");
		if (h->nrules != 1)
			fail_msg("%s: %u rules broken, also %s", p->id,
			    h->nrules, h->rule[strcmp(h->rule[0],
			    p->id) == 0]);
		mock_get_stats(h->d, &st);
		if (mock_is_fatal(h->d) != (ri->strength == MOCK_FATAL))
			fail_msg("%s: fatal %d", p->id,
			    mock_is_fatal(h->d));
		assert_int_equal(st.rules_fatal + st.rules_status +
		    st.rules_advice, 1);
		if (ri->strength == MOCK_STATUS)
			assert_int_equal(st.admin_failed, 1);
		h_free(h);
	}
}

/* After FATAL: bit set, silence, and a reset brings it back. */
static void
test_fatal(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t f[60];
	unsigned int i;

	(void)state;
	memset(f, 0, sizeof(f));
	up(h);
	wr(h, h->tx.db, DEPTH + 5);
	assert_true(mock_is_fatal(h->d));
	assert_int_equal(rd(h, R_STS), 0x21);
	put16(h, A_RESP, 0);
	wr(h, R_RR, R_STS << 16 | 7);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP + 4), 0x21);
	i = h->vec[0] + h->vec[1];
	assert_int_equal(get_feature(h, 1, 0, 0), -1);
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_QUEUE);
	pass(h, 5000000);
	assert_int_equal(h->vec[0] + h->vec[1], i);
	memset(at(h, A_TXCQ), 0, 0x1000);
	up(h);
	assert_false(mock_is_fatal(h->d));
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_table),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_fatal),
	};

	return (cmocka_run_group_tests_name("mockdev-rules", tests, NULL,
	    NULL));
}
