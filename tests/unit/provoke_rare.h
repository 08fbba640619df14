/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Provocations: clock, timestamps and flow steering.  Each breaks one rule,
 * from power-on.  For test_mockdev_rules.c.
 */
#ifndef PROVOKE_RARE_H
#define PROVOKE_RARE_H

#include "mockdev_rare.h"

static void
p_phc_length(struct h *h)
{
	phc_up(h);
	assert_int_equal(phc_set_w(h, 0, 32), 5);
}

static void
p_phc_reserved(struct h *h)
{
	phc_up(h);
	assert_int_equal(phc_set_w(h, 1, 64), 0);
}

static void
p_phc_unset(struct h *h)
{
	phc_up(h);
	wr(h, h->p->phc_db_off, 1);
}

static void
p_phc_busy(struct h *h)
{
	phc_up(h);
	assert_int_equal(phc_set_w(h, 0, 64), 0);
	wr(h, h->p->phc_db_off, 1);
	wr(h, h->p->phc_db_off, 2);
}

static void
p_phc_high_bits(struct h *h)
{
	phc_up(h);
	assert_int_equal(phc_set_w(h, 0, 64), 0);
	wr(h, h->p->phc_db_off, 0x10001);
}

/* Not declared in host info, not there. */
static void
p_phc_undeclared(struct h *h)
{
	admin_up(h);
	assert_int_equal(phc_set_w(h, 0, 64), 3);
}

static void
p_ts_version(struct h *h)
{
	admin_up(h);
	assert_int_equal(ts_set(h, 2, 1, 1), 5);
}

static void
p_ts_tx(struct h *h)
{
	admin_up(h);
	assert_int_equal(ts_set(h, 1, 1, 1), 5);
}

static void
p_ts_small_cq(struct h *h)
{
	admin_up(h);
	assert_int_equal(ts_set(h, 1, 0, 1), 0);
	make_queue(h, &h->tx, 0, A_TXSQ, A_TXCQ, DEPTH, 1);
	make_queue(h, &h->rx, 1, A_RXSQ, A_RXCQ, DEPTH, 1);
}

static void
p_ts_small_cq_late(struct h *h)
{
	up(h);
	assert_int_equal(ts_set(h, 1, 1, 0), 0);
}

static void
p_flow_action(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 4, 1, h->rx.sq_idx, 0, 0), 5);
}

static void
p_flow_type(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 1, 7, h->rx.sq_idx, 0, 0), 5);
}

static void
p_flow_queue(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 1, 1, h->rx.cq_idx, 0, 0), 5);
}

static void
p_flow_location(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 1, 1, h->rx.sq_idx, 64, 0), 5);
}

static void
p_flow_no_rule(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 1, 1, h->rx.sq_idx, 3, 0), 0);
	assert_int_equal(flow_cmd(h, 2, 0, 0, 3, 0), 0);
	assert_int_equal(flow_cmd(h, 2, 0, 0, 3, 0), 5);
}

static void
p_flow_reserved(struct h *h)
{
	up(h);
	assert_int_equal(flow_cmd(h, 3, 0, 0, 0, 1), 0);
}

static void
p_flow_no_buffer(struct h *h)
{
	up(h);
	assert_int_equal(set_feature(h, 30, 0, 1 | 1 << 8 |
	    (uint32_t)h->rx.sq_idx << 16, 0, 0, 0), 4);
}

static void
p_flow_get(struct h *h)
{
	admin_up(h);
	assert_int_equal(get_feature(h, 30, 0, 0), 3);
}

#endif /* PROVOKE_RARE_H */
