/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Provocations: I/O queues, the data path in host memory, interrupts.  Each
 * breaks one rule, from power-on.  For test_mockdev_rules.c.
 */
#ifndef PROVOKE_QUEUE_H
#define PROVOKE_QUEUE_H

#include "mockdev_harness.h"

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
p_tx_meta_mbz(struct h *h)
{
	tx_bad(h, TX_META | 0x400, 0, 0);
}

static void
p_tx_meta_mbz1(struct h *h)
{
	tx_bad(h, TX_META, 0x40, 0);
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
p_tx_proto_l3(struct h *h)
{
	tx_offload(h, M_GOOD, 11 | 0x10 | 12 << 8 | 0x4000);
}

/* The IP packet is longer than the frame: nothing right to compute. */
static void
p_tx_proto_cut(struct h *h)
{
	uint8_t f[2048];
	size_t len;

	up(h);
	len = ip4(f, 6, 1000) - 1;
	memcpy(at(h, A_TXBUF), f, len);
	tx_put(h, TX_META, 0, M_GOOD, 0);
	tx_put(h, TX_LAST | TX_REQ | (uint32_t)len, W_CSUM, A_TXBUF, 0);
	tx_ring(h);
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
p_tx_tso_csum3(struct h *h)
{
	tx_offload(h, M_GOOD | 500U << 22, (W_CSUM & ~0x2000U) | 0x80);
	assert_int_equal(h->nframes, 2);
}

static void
p_tx_tso_ecn(struct h *h)
{
	uint8_t f[2048];
	size_t len;

	up(h);
	len = ip4(f, 6, 1000);
	f[47] |= 0x80;		/* CWR */
	memcpy(at(h, A_TXBUF), f, len);
	tx_put(h, TX_META, 0, M_GOOD | 500U << 22, 0);
	tx_put(h, TX_LAST | TX_REQ | (uint32_t)len, W_CSUM | 0x80, A_TXBUF,
	    0);
	tx_ring(h);
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

#endif /* PROVOKE_QUEUE_H */
