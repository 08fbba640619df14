/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tiny driver's rarer commands: PHC, timestamps, flow steering (protocol
 * 7.16, 7.18, 7.19).
 */
#ifndef MOCKDEV_RARE_H
#define MOCKDEV_RARE_H

#include "mockdev_harness.h"

#define A_PHC		(A_CTRL + 0x4000U)

/* Bring-up by a driver that declares PHC. */
static inline void
phc_up(struct h *h)
{
	admin_up(h);
	put32(h, A_HOST + 192, 0x112);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8 + 8) & 0x20000000U, 0x20000000U);
}

static inline int
phc_set_w(struct h *h, uint32_t version, uint32_t len)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 9U << 16;
	w[4] = 29U << 8;
	w[5] = version;
	w[9] = A_PHC;
	w[11] = len;
	return (cmd(h, w));
}

static inline int
ts_set(struct h *h, uint32_t version, uint32_t tx, uint32_t rx)
{
	return (set_feature(h, 31, 0, version | tx << 8 | rx << 16, 0, 0,
	    0));
}

/* The rule's parameters are at A_CTRL. */
static inline int
flow_cmd(struct h *h, uint32_t action, uint32_t type, uint32_t queue,
    uint32_t location, uint32_t flags)
{
	return (set_feature(h, 30, action == 1 ? 128 : 0, action |
	    type << 8 | queue << 16, location, flags, 0));
}

#endif /* MOCKDEV_RARE_H */
