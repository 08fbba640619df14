/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does the hostile world catch what it claims to catch?  By hand: each kind
 * of misuse alone, in a few lines, next to the correct way, which must pass.
 * test_sim_sabotage.c does the same to the real driver.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim_priv.h"
#include "sim_load.h"

#define BLOCK		512U

/* One adapter whose driver is this file. */
struct bench {
	struct sim *s;
	struct sim_adapter *ad;
	struct ena_os *os;
};

static void
bench_open(struct bench *t, const char *profile, uint64_t seed)
{
	struct sim_options so;
	struct sim_spec sp;

	sim_options_default(&so);
	so.tick_us = 0;
	t->s = sim_create(&so, "self", seed);
	assert_non_null(t->s);
	sim_spec(&sp, profile);
	sp.mock.readless_us = 5;
	t->ad = sim_add(t->s, &sp);
	assert_non_null(t->ad);
	t->os = sim_os(t->ad);
}

/* The bench must have seen exactly n violations, the last naming text. */
static void
bench_blamed(struct bench *t, unsigned int n, const char *text)
{
	const char *last;

	assert_int_equal(sim_violations(t->s), n);
	if (n == 0)
		return;
	last = sim_violation(t->s, n - 1);
	if (last == NULL)
		last = "nothing";
	if (strstr(last, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", last, text);
}

static void
block(struct bench *t, struct ena_os_dma *dma)
{
	memset(dma, 0, sizeof(*dma));
	assert_true(ena_os_dma_alloc(t->os, BLOCK, 64, 48, dma));
}

static bool
device_sees(struct bench *t, const struct ena_os_dma *dma, size_t off,
    uint8_t want, size_t len)
{
	uint8_t got[BLOCK];
	size_t i;

	assert_true(sim_peek(t->ad, dma->dma_pa + off, got, len));
	for (i = 0; i < len; i++)
		if (got[i] != want)
			return (false);
	return (true);
}

static bool
all_bytes(const void *p, uint8_t want, size_t len)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < len; i++)
		if (b[i] != want)
			return (false);
	return (true);
}

/* ---- what the CPU writes */

static void
test_prewrite_and_wmb(void **state)
{
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 1);
	block(&t, &d);
	assert_true(all_bytes(d.dma_va, 0, BLOCK));
	/* zeroed for the driver only */
	assert_false(device_sees(&t, &d, 0, 0, BLOCK));

	memset(d.dma_va, 0x11, BLOCK);
	ena_os_wmb(t.os);
	assert_false(device_sees(&t, &d, 0, 0x11, 64));	/* no PREWRITE */
	ena_os_dma_sync(t.os, &d, 64, 64, ENA_SYNC_PREWRITE);
	assert_false(device_sees(&t, &d, 64, 0x11, 64));	/* no wmb */
	ena_os_rmb(t.os);
	assert_false(device_sees(&t, &d, 64, 0x11, 64));
	ena_os_wmb(t.os);
	assert_true(device_sees(&t, &d, 64, 0x11, 64));
	/* that range and no more */
	assert_false(device_sees(&t, &d, 56, 0x11, 16));
	assert_false(device_sees(&t, &d, 120, 0x11, 16));
	/* mb does it, too */
	ena_os_dma_sync(t.os, &d, 128, 64, ENA_SYNC_PREWRITE);
	ena_os_mb(t.os);
	assert_true(device_sees(&t, &d, 128, 0x11, 64));
	ena_os_dma_free(t.os, &d);
	bench_blamed(&t, 0, "");
	sim_destroy(t.s);
}

static void
test_wr4_without_wmb(void **state)
{
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 2);
	block(&t, &d);
	ena_os_dma_sync(t.os, &d, 0, 8, ENA_SYNC_PREWRITE);
	ena_os_wr4(t.os, ENAHW_REG_INTR_MASK, 1);
	bench_blamed(&t, 1, "behind no wmb");
	ena_os_wmb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_INTR_MASK, 1);
	bench_blamed(&t, 1, "");
	sim_destroy(t.s);
}

static void
test_store_while_lent(void **state)
{
	struct ena_os_dma d;
	struct bench t;
	uint8_t *va;

	(void)state;
	bench_open(&t, "t4g", 3);
	block(&t, &d);
	va = d.dma_va;
	memset(va, 0x22, BLOCK);
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_PREWRITE);
	va[100] = 0x33;				/* too late */
	ena_os_wmb(t.os);
	assert_true(device_sees(&t, &d, 0, 0x22, BLOCK));
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_POSTWRITE);
	bench_blamed(&t, 1, "while lent by PREWRITE");
	/* the right way round */
	va[100] = 0x44;
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_POSTWRITE);
	bench_blamed(&t, 1, "");
	/* outside the lent range everything is allowed */
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREWRITE);
	va[64] = 0x55;
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_POSTWRITE);
	bench_blamed(&t, 1, "");
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	va[8] = (uint8_t)(va[8] + 1);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	bench_blamed(&t, 2, "while lent by PREREAD");
	ena_os_dma_free(t.os, &d);
	sim_destroy(t.s);
}

/* ---- what the device writes */

static void
test_preread_and_postread(void **state)
{
	uint8_t answer[64];
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 4);
	block(&t, &d);
	memset(answer, 0x66, sizeof(answer));
	/* the CPU's zeroes may still be on their way: the device must wait */
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), -1);
	bench_blamed(&t, 1, "not lent by PREREAD");
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), 0);
	/* reading now gives neither what was nor what is */
	assert_false(all_bytes(d.dma_va, 0, 64));
	assert_false(all_bytes(d.dma_va, 0x66, 64));
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	assert_true(all_bytes(d.dma_va, 0x66, 64));
	/* written by the CPU since: lent again for reading only */
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREWRITE);
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), -1);
	bench_blamed(&t, 2, "not lent by PREREAD");
	assert_int_equal(sim_refused(t.ad), 2);
	sim_destroy(t.s);
}

/* Who has looked must lend again; in between only its own doorbells. */
static void
test_lent_again(void **state)
{
	uint8_t answer[64];
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 41);
	block(&t, &d);
	memset(answer, 0x66, sizeof(answer));
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), 0);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	t.ad->ad_in_wr4 = true;
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), 0);
	t.ad->ad_in_wr4 = false;
	bench_blamed(&t, 0, "");
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), -1);
	bench_blamed(&t, 1, "not lent by PREREAD");
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	assert_int_equal(sim_dma_write(t.ad, d.dma_pa, answer, 64), 0);
	bench_blamed(&t, 1, "");
	sim_destroy(t.s);
}

/* Each PRE ends with the POST of its kind, and no other. */
static void
test_pairs(void **state)
{
	struct ena_os_dma d;
	struct bench t;
	uint8_t *va;

	(void)state;
	bench_open(&t, "t4g", 43);
	block(&t, &d);
	va = d.dma_va;
	memset(va, 1, 64);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	va[0]++;
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTWRITE);
	bench_blamed(&t, 1, "while lent by PREWRITE");
	va[0]++;
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTWRITE);
	va[0]++;
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	bench_blamed(&t, 2, "while lent by PREREAD");
	/* PREREAD throws away what PREWRITE has not seen */
	va[0]++;
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREREAD);
	bench_blamed(&t, 3, "without PREWRITE before PREREAD");
	sim_destroy(t.s);
}

/* A store that was never made visible is lost at POSTREAD. */
static void
test_unsynced_store_is_lost(void **state)
{
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 5);
	block(&t, &d);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_PREWRITE);
	ena_os_wmb(t.os);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTWRITE);
	memset(d.dma_va, 0x77, 64);
	ena_os_dma_sync(t.os, &d, 0, 64, ENA_SYNC_POSTREAD);
	assert_true(all_bytes(d.dma_va, 0, 64));
	sim_destroy(t.s);
}

/* ---- completion rings */

struct ring_bench {
	struct bench t;
	struct ena_os_dma aq, acq;
	uint32_t posted;
};

/* Register an admin queue by hand; its rings are zero on both sides. */
static void
ring_open(struct ring_bench *r, uint64_t seed)
{
	struct ena_os *os;

	memset(r, 0, sizeof(*r));
	bench_open(&r->t, "t4g", seed);
	os = r->t.os;
	assert_true(ena_os_dma_alloc(os, 32 * 64, 4096, 48, &r->aq));
	assert_true(ena_os_dma_alloc(os, 32 * 64, 4096, 48, &r->acq));
	ena_os_dma_sync(os, &r->aq, 0, 32 * 64, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(os, &r->acq, 0, 32 * 64, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(os, &r->acq, 0, 32 * 64, ENA_SYNC_PREREAD);
	ena_os_wmb(os);
	ena_os_wr4(os, ENAHW_REG_AQ_BASE_LO, (uint32_t)r->aq.dma_pa);
	ena_os_wr4(os, ENAHW_REG_AQ_BASE_HI, (uint32_t)(r->aq.dma_pa >> 32));
	ena_os_wr4(os, ENAHW_REG_ACQ_BASE_LO, (uint32_t)r->acq.dma_pa);
	ena_os_wr4(os, ENAHW_REG_ACQ_BASE_HI,
	    (uint32_t)(r->acq.dma_pa >> 32));
	ena_os_wr4(os, ENAHW_REG_AQ_CAPS, 64 << 16 | 32);
	ena_os_wr4(os, ENAHW_REG_ACQ_CAPS, 64 << 16 | 32);
}

/* Post n GET_FEATURE (device attributes) and let them be answered. */
static void
ring_ask(struct ring_bench *r, unsigned int n)
{
	struct enahw_le32 *w;
	size_t off;

	for (; n > 0; n--, r->posted++) {
		off = (size_t)(r->posted % 32) * 64;
		w = (struct enahw_le32 *)(void *)
		    ((uint8_t *)r->aq.dma_va + off);
		ena_os_dma_sync(r->t.os, &r->aq, off, 64,
		    ENA_SYNC_POSTWRITE);
		memset(w, 0, 64);
		w[0] = enahw_le32(r->posted % 32 |
		    ENAHW_PUT(ENAHW_AQ0_OPCODE, ENAHW_OP_GET_FEATURE) |
		    ENAHW_AQ0_PHASE);
		((uint8_t *)w)[17] = ENAHW_FEAT_DEVICE_ATTRIBUTES;
		ena_os_dma_sync(r->t.os, &r->aq, off, 64, ENA_SYNC_PREWRITE);
	}
	ena_os_wmb(r->t.os);
	ena_os_wr4(r->t.os, ENAHW_REG_AQ_DB, r->posted);
	sim_advance(r->t.s, 1000);
}

/*
 * The consumer's loop over n entries; where says at which of three places
 * it has its read barrier.  Returns the number of entries whose body was
 * right; *found: whose phase was new.
 */
enum where { NOWHERE, BEFORE_LOOP, AFTER_PHASE };

static unsigned int
ring_take(struct ring_bench *r, unsigned int n, enum where where,
    unsigned int *found)
{
	const struct enahw_le32 *w = r->acq.dma_va;
	uint8_t dev[64];
	unsigned int i, right;

	ena_os_dma_sync(r->t.os, &r->acq, 0, 32 * 64, ENA_SYNC_POSTREAD);
	if (where == BEFORE_LOOP)
		ena_os_rmb(r->t.os);
	right = 0;
	for (i = 0; i < n; i++) {
		if ((enahw_load32(&w[i * 16]) & ENAHW_ACQ0_PHASE) == 0)
			break;
		if (where == AFTER_PHASE)
			ena_os_rmb(r->t.os);
		assert_true(sim_peek(r->t.ad, r->acq.dma_pa + i * 64, dev,
		    64));
		right += memcmp(dev, &w[i * 16], 64) == 0;
	}
	*found = i;
	ena_os_dma_sync(r->t.os, &r->acq, 0, 32 * 64, ENA_SYNC_PREREAD);
	return (right);
}

static void
test_missing_rmb(void **state)
{
	struct ring_bench r;
	unsigned int found, right, wrong_before, seed;

	(void)state;
	wrong_before = 0;
	for (seed = 1; seed <= 20; seed++) {
		ring_open(&r, seed);
		ring_ask(&r, 8);
		right = ring_take(&r, 8, NOWHERE, &found);
		assert_true(found >= 1);
		assert_int_equal(right, 0);
		sim_destroy(r.t.s);

		ring_open(&r, seed);
		ring_ask(&r, 8);
		right = ring_take(&r, 8, BEFORE_LOOP, &found);
		assert_int_equal(found, 8);
		wrong_before += right != 8;
		sim_destroy(r.t.s);

		ring_open(&r, seed);
		ring_ask(&r, 8);
		right = ring_take(&r, 8, AFTER_PHASE, &found);
		assert_int_equal(found, 8);
		assert_int_equal(right, 8);
		bench_blamed(&r.t, 0, "");
		sim_destroy(r.t.s);
	}
	/* one barrier in front of the loop is not enough */
	assert_true(wrong_before >= 10);
}

/* The single slot of a readless answer hides its value, too. */
static void
test_readless_rmb(void **state)
{
	const struct enahw_reg_resp *rr;
	struct ena_os_dma d;
	struct bench t;
	uint32_t caps;

	(void)state;
	bench_open(&t, "t4g", 8);
	block(&t, &d);
	ena_os_dma_sync(t.os, &d, 0, 8, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(t.os, &d, 0, 8, ENA_SYNC_PREREAD);
	ena_os_wmb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, (uint32_t)d.dma_pa);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_HI,
	    (uint32_t)(d.dma_pa >> 32));
	ena_os_wr4(t.os, ENAHW_REG_MMIO_REG_READ,
	    ENAHW_PUT(ENAHW_REG_READ_OFF, ENAHW_REG_CAPS) | 0x1234);
	sim_advance(t.s, 100);
	caps = mock_reg_read(sim_mock(t.ad), ENAHW_REG_CAPS);
	rr = d.dma_va;
	ena_os_dma_sync(t.os, &d, 0, 8, ENA_SYNC_POSTREAD);
	assert_int_equal(enahw_h16(rr->rr_seq), 0x1234);
	assert_int_equal(enahw_h16(rr->rr_off), ENAHW_REG_CAPS);
	assert_int_not_equal(enahw_load32(&rr->rr_val), caps);
	ena_os_rmb(t.os);
	assert_int_equal(enahw_load32(&rr->rr_val), caps);
	bench_blamed(&t, 0, "");
	/* and what is registered must not be freed */
	ena_os_dma_free(t.os, &d);
	bench_blamed(&t, 1, "has registered");
	sim_destroy(t.s);
}

/*
 * Events may be handed back only behind an mb: neither a wmb nor an rmb
 * keeps the loads of their bytes in front of the doorbell.
 */
static void
events_back(enum sim_skip barrier, unsigned int blamed)
{
	struct ena_os_dma *dma;
	struct bench t;

	bench_open(&t, "t4g", 60);
	assert_int_equal(nic_up(sim_nic(t.ad)), ENA_OK);
	sim_lose_intr(t.ad, UINT32_MAX);
	sim_advance(t.s, 3000000);
	dma = &sim_dev(t.ad)->dev_dma[ENA_DMA_AENQ];
	ena_os_dma_sync(t.os, dma, 0, dma->dma_size, ENA_SYNC_POSTREAD);
	ena_os_dma_sync(t.os, dma, 0, dma->dma_size, ENA_SYNC_PREREAD);
	if (barrier == SIM_SKIP_WMB)
		ena_os_wmb(t.os);
	else if (barrier == SIM_SKIP_RMB)
		ena_os_rmb(t.os);
	else
		ena_os_mb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_HEAD_DB,
	    sim_dev(t.ad)->dev_aenq_head_pos);
	bench_blamed(&t, blamed, "behind no mb");
	sim_destroy(t.s);
}

static void
test_missing_mb(void **state)
{
	(void)state;
	events_back(SIM_SKIP_WMB, 1);
	events_back(SIM_SKIP_RMB, 1);
	events_back(SIM_SKIP_MB, 0);
}

/* It is also everything that wmb is. */
static void
test_mb_is_wmb(void **state)
{
	struct ena_os_dma d;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 61);
	block(&t, &d);
	memset(d.dma_va, 0x22, BLOCK);
	ena_os_dma_sync(t.os, &d, 0, BLOCK, ENA_SYNC_PREWRITE);
	assert_false(device_sees(&t, &d, 0, 0x22, BLOCK));
	ena_os_mb(t.os);
	assert_true(device_sees(&t, &d, 0, 0x22, BLOCK));
	ena_os_wr4(t.os, ENAHW_REG_INTR_MASK, 1);
	bench_blamed(&t, 0, "");
	ena_os_dma_free(t.os, &d);
	sim_destroy(t.s);
}

/* ---- IOMMU */

/* An old ring registered again, still holding what it held. */
static void
test_ring_not_zero(void **state)
{
	struct ring_bench r;
	uint8_t one = 1;

	(void)state;
	ring_open(&r, 44);
	bench_blamed(&r.t, 0, "");
	assert_true(sim_poke(r.t.ad, r.aq.dma_pa + 70, &one, 1));
	ena_os_wr4(r.t.os, ENAHW_REG_AQ_CAPS, 64 << 16 | 32);
	bench_blamed(&r.t, 1, "is not zero");
	sim_destroy(r.t.s);
}

/* Events are read before their slots are given back. */
static void
test_mb_by_hand(void **state)
{
	struct ena_os_dma d;
	struct bench t;
	size_t len = 16 * 64;

	(void)state;
	bench_open(&t, "t4g", 45);
	memset(&d, 0, sizeof(d));
	assert_true(ena_os_dma_alloc(t.os, len, 4096, 48, &d));
	ena_os_dma_sync(t.os, &d, 0, len, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(t.os, &d, 0, len, ENA_SYNC_PREREAD);
	ena_os_wmb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_BASE_LO, (uint32_t)d.dma_pa);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_BASE_HI, (uint32_t)(d.dma_pa >> 32));
	ena_os_wr4(t.os, ENAHW_REG_AENQ_CAPS, 64 << 16 | 16);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_HEAD_DB, 16);
	bench_blamed(&t, 0, "");
	ena_os_dma_sync(t.os, &d, 0, len, ENA_SYNC_POSTREAD);
	ena_os_dma_sync(t.os, &d, 0, len, ENA_SYNC_PREREAD);
	ena_os_wmb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_HEAD_DB, 17);
	bench_blamed(&t, 1, "behind no mb");
	ena_os_mb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_AENQ_HEAD_DB, 18);
	bench_blamed(&t, 1, "");
	sim_destroy(t.s);
}

static void
test_unmapped(void **state)
{
	struct ena_os_dma d;
	struct bench t;
	uint64_t pa;
	uint8_t b[BLOCK];

	(void)state;
	bench_open(&t, "t4g", 9);
	block(&t, &d);
	pa = d.dma_pa;
	assert_int_equal(sim_dma_read(t.ad, pa, b, BLOCK), 0);
	assert_int_equal(sim_dma_read(t.ad, pa, b, BLOCK + 1), -1);
	bench_blamed(&t, 1, "unmapped");
	assert_int_equal(sim_dma_read(t.ad, pa - 1, b, 2), -1);
	ena_os_dma_free(t.os, &d);
	assert_null(d.dma_va);
	assert_int_equal(d.dma_pa, 0);
	assert_int_equal(sim_dma_read(t.ad, pa, b, 1), -1);
	bench_blamed(&t, 3, "unmapped");
	assert_int_equal(sim_refused(t.ad), 3);
	/* by way of the model: an answer to nowhere */
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, 0x12345000);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_HI, 0);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_REG_READ, 1);
	sim_advance(t.s, 100);
	bench_blamed(&t, 4, "writes unmapped");
	assert_true(sim_logged(t.s, "model"));
	assert_false(sim_lawful(t.s));
	sim_destroy(t.s);
}

static void
test_packet_direction(void **state)
{
	const struct nic_host *h;
	struct nic_buf b;
	struct bench t;
	uint8_t data[64];

	(void)state;
	bench_open(&t, "t4g", 10);
	h = sim_host(t.ad);
	memset(&b, 0, sizeof(b));
	memset(data, 0x5a, sizeof(data));
	assert_true(h->buf_alloc(h->arg, 64, &b));
	assert_int_equal(sim_dma_read(t.ad, b.pa, data, 64), -1);
	bench_blamed(&t, 1, "not lent by PREWRITE");
	h->buf_sync(h->arg, &b, 0, 64, ENA_SYNC_PREWRITE);
	ena_os_wmb(t.os);
	assert_int_equal(sim_dma_read(t.ad, b.pa, data, 64), 0);
	assert_true(all_bytes(data, 0, 64));
	assert_int_equal(sim_dma_write(t.ad, b.pa, data, 64), -1);
	bench_blamed(&t, 2, "not lent by PREREAD");
	h->buf_sync(h->arg, &b, 0, 64, ENA_SYNC_POSTWRITE);
	assert_int_equal(sim_dma_read(t.ad, b.pa, data, 64), -1);
	h->buf_sync(h->arg, &b, 0, 64, ENA_SYNC_PREREAD);
	assert_int_equal(sim_dma_write(t.ad, b.pa, data, 64), 0);
	bench_blamed(&t, 3, "");
	h->buf_sync(h->arg, &b, 1, 64, ENA_SYNC_POSTREAD);
	bench_blamed(&t, 4, "sync of b");
	assert_int_equal(sim_bufs(t.ad), 1);
	assert_false(sim_clean(t.s));
	h->buf_free(h->arg, &b);
	h->buf_free(h->arg, &b);
	bench_blamed(&t, 5, "free of no live packet buffer");
	h->buf_sync(h->arg, &b, 0, 64, ENA_SYNC_POSTREAD);
	bench_blamed(&t, 6, "sync of no live packet buffer");
	sim_destroy(t.s);
}

/* Addresses: aligned as asked, not more; in reach; apart; often high. */
static void
test_addresses(void **state)
{
	static const unsigned int widths[] = { 32, 40, 48 };
	struct ena_os_dma d[200];
	unsigned int i, k, high, odd, w;
	struct bench t;

	(void)state;
	for (w = 0; w < 3; w++) {
		bench_open(&t, "t4g", 11 + w);
		high = odd = 0;
		memset(d, 0, sizeof(d));
		for (i = 0; i < 200; i++) {
			assert_true(ena_os_dma_alloc(t.os, 5000, 64,
			    widths[w], &d[i]));
			assert_int_equal((d[i].dma_pa + 4999) >> widths[w],
			    0);
			assert_int_equal(d[i].dma_pa % 64, 0);
			assert_int_not_equal(d[i].dma_pa, 0);
			odd += d[i].dma_pa % 128 != 0;
			high += (d[i].dma_pa + 5000 + (1 << 20)) >>
			    widths[w] != 0;
			for (k = 0; k < i; k++)
				assert_true(d[k].dma_pa > d[i].dma_pa + 5000
				    || d[k].dma_pa + 5000 < d[i].dma_pa);
		}
		assert_true(high >= 10);
		assert_true(odd >= 10);
		for (i = 0; i < 200; i++)
			ena_os_dma_free(t.os, &d[i]);
		bench_blamed(&t, 0, "");
		assert_true(sim_clean(t.s));
		sim_destroy(t.s);
	}
}

/* ---- misuse of operations */

static void
test_alloc_misuse(void **state)
{
	struct ena_os_dma d, copy;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 20);
	memset(&d, 0, sizeof(d));
	assert_true(ena_os_dma_alloc(t.os, 64, 48, 48, &d));
	bench_blamed(&t, 1, "align 48");
	assert_true(ena_os_dma_alloc(t.os, 64, 64, 48, &d));
	bench_blamed(&t, 2, "over a live block");
	copy = d;
	ena_os_dma_free(t.os, &d);
	ena_os_dma_free(t.os, &d);		/* all zero: nothing */
	bench_blamed(&t, 2, "");
	ena_os_dma_free(t.os, &copy);
	bench_blamed(&t, 3, "no live block");
	assert_false(ena_os_dma_alloc(t.os, 0, 64, 48, &d));
	bench_blamed(&t, 4, "dma_alloc of 0 bytes");
	assert_null(d.dma_va);
	ena_os_lane_assert(t.os, ENA_LANE_RX, 3);
	assert_true(ena_os_dma_alloc(t.os, 64, 64, 48, &d));
	bench_blamed(&t, 5, "off the ADMIN lane");
	ena_os_lane_assert(t.os, ENA_LANE_ADMIN, 0);
	ena_os_dma_free(t.os, &d);
	block(&t, &d);
	bench_blamed(&t, 5, "");
	/* the block of the second alloc and the first one leaked */
	assert_int_equal(sim_blocks(t.ad), 2);
	assert_false(sim_clean(t.s));
	sim_destroy(t.s);
}

/* A careless binding: good memory, but not what was asked for. */
static void
test_careless(void **state)
{
	struct ena_os_dma d;
	unsigned int beyond, crooked, i;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 42);
	for (i = 0, beyond = 0, crooked = 0; i < 16; i++) {
		memset(&d, 0, sizeof(d));
		sim_careless(t.ad, SIM_CARELESS_WIDTH);
		assert_true(ena_os_dma_alloc(t.os, 64, 4096, 32, &d));
		beyond += d.dma_pa >> 32 != 0;
		assert_int_equal(d.dma_pa & 4095, 0);
		ena_os_dma_free(t.os, &d);
		sim_careless(t.ad, SIM_CARELESS_ALIGN);
		assert_true(ena_os_dma_alloc(t.os, 64, 4096, 32, &d));
		crooked += (d.dma_pa & 4095) != 0;
		assert_int_equal(d.dma_pa >> 32, 0);
		ena_os_dma_free(t.os, &d);
	}
	assert_int_not_equal(beyond, 0);
	assert_int_not_equal(crooked, 0);
	bench_blamed(&t, 0, "");
	sim_destroy(t.s);
}

static void
test_sync_misuse(void **state)
{
	struct ena_os_dma d, copy;
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 21);
	block(&t, &d);
	ena_os_dma_sync(t.os, &d, 1, BLOCK, ENA_SYNC_PREWRITE);
	bench_blamed(&t, 1, "dma_sync d0+0x1");
	ena_os_dma_sync(t.os, &d, SIZE_MAX, 2, ENA_SYNC_PREWRITE);
	bench_blamed(&t, 2, "dma_sync");
	ena_os_dma_sync(t.os, &d, 0, 0, ENA_SYNC_PREWRITE);
	bench_blamed(&t, 3, "+ 0 of");
	copy = d;
	ena_os_dma_free(t.os, &d);
	ena_os_dma_sync(t.os, &copy, 0, 8, ENA_SYNC_POSTREAD);
	bench_blamed(&t, 4, "no live block");
	sim_destroy(t.s);
}

static void
test_registers(void **state)
{
	struct bench t;

	(void)state;
	bench_open(&t, "min", 22);
	assert_int_equal(ena_os_rd4(t.os, ENAHW_REG_VERSION), 10);
	bench_blamed(&t, 0, "");
	(void)ena_os_rd4(t.os, 2);
	bench_blamed(&t, 1, "rd4 at 0x2");
	ena_os_wr4(t.os, 8192, 0);
	bench_blamed(&t, 2, "wr4 at 0x2000");
	sim_pull(t.ad);
	assert_int_equal(ena_os_rd4(t.os, ENAHW_REG_VERSION), UINT32_MAX);
	sim_destroy(t.s);
}

/* In program order, unless it is sabotaged. */
static void
test_order_of_writes(void **state)
{
	const uint32_t low = 0x11111000, high = 0x22;
	struct mock_stats before, after;
	struct bench t;

	(void)state;
	bench_open(&t, "min", 26);
	mock_get_stats(sim_mock(t.ad), &before);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, low);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_HI, high);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 2);
	/* the first waits for the second, the third for a load */
	sim_skip(t.ad, SIM_LATE_WR4, 0);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, low);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 2);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_HI, high);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 4);
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, 0);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 4);
	(void)ena_os_rd4(t.os, ENAHW_REG_VERSION);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 5);
	/* or for time */
	ena_os_wr4(t.os, ENAHW_REG_MMIO_RESP_LO, 0);
	sim_advance(t.s, 1000);
	mock_get_stats(sim_mock(t.ad), &after);
	assert_int_equal(after.reg_writes, before.reg_writes + 6);
	sim_destroy(t.s);
}

/* Never back, unless it is sabotaged. */
static void
test_clock(void **state)
{
	unsigned int back, i;
	struct bench t;
	uint64_t now;

	(void)state;
	bench_open(&t, "min", 27);
	for (i = 0, now = 0; i < 100; i++, sim_advance(t.s, i)) {
		assert_true(ena_os_now_us(t.os) >= now);
		now = ena_os_now_us(t.os);
		assert_true(now == sim_now(t.s));
	}
	sim_advance(t.s, 2000000);
	now = ena_os_now_us(t.os);
	sim_skip(t.ad, SIM_BACK_CLOCK, 0);
	for (i = back = 0; i < 100; i++)
		back += ena_os_now_us(t.os) == now - 1000000;
	assert_in_range(back, 20, 80);
	sim_destroy(t.s);
}

/* Formats outside the subset, a newline, levels and events of nobody. */
static void
test_log_and_trace(void **state)
{
	static const char *const good[] = {
		"", "%%", "a %s b", "%d%u", "%08x", "0x%llx", "%3u %%s"
	};
	static const char *const bad[] = {
		"%lu", "%ld", "%zu", "%i", "%p", "%c", "%X", "%hx", "%hhu",
		"%lld", "%llu", "%-8s", "%.3s", "%*d", "%+d", "%#x", "% d",
		"%5", "%", "a\nb", "%f", "%lx"
	};
	struct bench t;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (sim_bad_format(good[i]) != NULL)
			fail_msg("\"%s\" is not bad", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sim_bad_format(bad[i]) == NULL)
			fail_msg("\"%s\" is not good", bad[i]);
	bench_open(&t, "t4g", 28);
	ena_log(t.os, ENA_LOG_DEBUG, "%s %d %5u %08x %llx %%", "x", -1, 2U,
	    3U, 4ULL);
	bench_blamed(&t, 0, "");
	assert_true(sim_logged(t.s, "x -1     2 00000003 4 %"));
	ena_log(t.os, ENA_LOG_ERR, "%lu", 5UL);
	bench_blamed(&t, 1, "log format \"%lu\"");
	ena_log(t.os, (enum ena_log_level)4, "six");
	bench_blamed(&t, 2, "log level 4");
	ena_os_trace(t.os, ENA_TRACE_FAULT, 0, 0);
	bench_blamed(&t, 2, "");
	ena_os_trace(t.os, ENA_TRACE_FAULT + 1, 0, 0);
	bench_blamed(&t, 3, "trace event 6");
	sim_destroy(t.s);
}

static void
test_llq_stores(void **state)
{
	struct bench t;

	(void)state;
	bench_open(&t, "max", 23);
	ena_os_llq_store8(t.os, 0x100, 1);
	ena_os_llq_store8(t.os, 0x108, 2);
	ena_os_wr4(t.os, ENAHW_REG_INTR_MASK, 1);
	bench_blamed(&t, 1, "behind no wmb");
	ena_os_wmb(t.os);
	ena_os_wr4(t.os, ENAHW_REG_INTR_MASK, 1);
	bench_blamed(&t, 1, "");
	ena_os_llq_store8(t.os, 0x118, 3);
	ena_os_llq_store8(t.os, 0x110, 4);
	bench_blamed(&t, 2, "after 0x118");
	ena_os_llq_store8(t.os, 0x204, 4);
	bench_blamed(&t, 3, "llq_store8 at 0x204");
	sim_destroy(t.s);
}

static void
test_lanes(void **state)
{
	struct bench t;
	unsigned int main_thread;

	(void)state;
	bench_open(&t, "t4g", 24);
	ena_os_lane_assert(t.os, ENA_LANE_TXS, 0);
	sim_lane_take(t.ad, ENA_LANE_TXS, 0);
	ena_os_lane_assert(t.os, ENA_LANE_TXS, 0);
	main_thread = sim_thread(t.s, 77);
	ena_os_lane_assert(t.os, ENA_LANE_TXS, 1);
	ena_os_lane_assert(t.os, ENA_LANE_TXC, 0);
	bench_blamed(&t, 0, "");
	ena_os_lane_assert(t.os, ENA_LANE_TXS, 0);
	bench_blamed(&t, 1, "lane TXS(0) of thread 0 entered by thread 77");
	sim_lane_take(t.ad, ENA_LANE_TXS, 0);
	bench_blamed(&t, 2, "taken by thread 77");
	sim_lane_drop(t.ad, ENA_LANE_TXS, 0);
	sim_thread(t.s, main_thread);
	ena_os_lane_assert(t.os, ENA_LANE_TXS, 0);
	bench_blamed(&t, 2, "");
	assert_int_equal(sim_violations_forgive(t.s, "entered by"), 1);
	bench_blamed(&t, 1, "taken by");
	sim_violations_clear(t.s);
	bench_blamed(&t, 0, "");
	sim_destroy(t.s);
}

/* A handler that lets another handler of its own queue run. */
static void
nested_rx(void *arg, struct sim_adapter *ad, const uint8_t *f, size_t len,
    const struct nic_rx_meta *m)
{
	unsigned int *left = arg;

	(void)f;
	(void)len;
	(void)m;
	if ((*left)-- == 1) {
		sim_raise(ad, 1 + m->queue);
		sim_advance(sim_of(ad), 100);
	}
}

static void
test_nested_handler(void **state)
{
	static const uint8_t f[100] = { [12] = 0x88, [13] = 0xb5 };
	struct bench t;
	unsigned int left;

	(void)state;
	bench_open(&t, "t4g", 25);
	assert_int_equal(nic_up(sim_nic(t.ad)), ENA_OK);
	left = 1;
	sim_on_rx(t.ad, nested_rx, &left);
	sim_wire_send(t.ad, f, sizeof(f));
	sim_advance(t.s, 1000);
	assert_true(sim_violations(t.s) > 0);
	assert_true(sim_violations_forgive(t.s, "lane ") > 0);
	sim_destroy(t.s);
}

/* ---- the world */

static void
test_interrupts_are_queued(void **state)
{
	struct bench t;

	(void)state;
	bench_open(&t, "t4g", 30);
	assert_int_equal(nic_up(sim_nic(t.ad)), ENA_OK);
	sim_advance(t.s, 1000);
	sim_raise(t.ad, 1);
	sim_raise(t.ad, 1);
	assert_int_equal(nic_stats(sim_nic(t.ad), 0)->interrupts, 0);
	sim_advance(t.s, 1000);
	assert_int_equal(nic_stats(sim_nic(t.ad), 0)->interrupts, 1);
	sim_lose_intr(t.ad, 1);
	sim_raise(t.ad, 1);
	sim_advance(t.s, 1000);
	assert_int_equal(nic_stats(sim_nic(t.ad), 0)->interrupts, 1);
	sim_destroy(t.s);
}

/* FNV-1a over the transcript of a whole life with traffic. */
static void
hash_line(void *arg, const char *line)
{
	uint64_t *h = arg;

	for (; *line != '\0'; line++)
		*h = (*h ^ (uint8_t)*line) * 0x100000001b3ULL;
}

static uint64_t
transcript(uint64_t seed)
{
	struct sim_adapter *a, *b;
	struct sim_load ld;
	struct sim_spec sp;
	struct sim *s;
	uint64_t h;
	unsigned int i;

	h = 0xcbf29ce484222325ULL;
	s = sim_create(NULL, "transcript", seed);
	sim_on_trace(s, hash_line, &h);
	a = sim_add(s, sim_spec(&sp, "t4g"));
	b = sim_add(s, sim_spec(&sp, "max"));
	sim_connect(a, b);
	load_init(&ld, a, b, 1);
	assert_int_equal(nic_up(sim_nic(a)), ENA_OK);
	assert_int_equal(nic_up(sim_nic(b)), ENA_OK);
	for (i = 0; i < 50; i++)
		assert_int_equal(load_push(&ld, i % 2, 100 + i,
		    (enum load_kind)(i % LOAD_KINDS), true), ENA_OK);
	assert_true(sim_run_until(s, load_done, &ld, 1000000));
	assert_int_equal(nic_down(sim_nic(a)), ENA_OK);
	assert_int_equal(nic_down(sim_nic(b)), ENA_OK);
	assert_true(sim_clean(s));
	load_free(&ld);
	sim_destroy(s);
	return (h);
}

static void
test_deterministic(void **state)
{
	(void)state;
	assert_true(transcript(1) == transcript(1));
	assert_true(transcript(99) == transcript(99));
	assert_true(transcript(1) != transcript(99));
}

static jmp_buf panic_jump;

static void
panic_back(const char *why)
{
	(void)why;
	longjmp(panic_jump, 1);
}

static bool
never(void *arg)
{
	(void)arg;
	return (false);
}

/* A hung run ends, and says how to repeat it. */
static void
test_hang_and_assert(void **state)
{
	struct bench t;
	volatile unsigned int panics;

	(void)state;
	bench_open(&t, "t4g", 31);
	panics = 0;
	sim_on_panic(panic_back);
	if (setjmp(panic_jump) == 0)
		sim_advance(t.s, UINT64_MAX / 2);
	else
		panics++;
	if (setjmp(panic_jump) == 0)
		ENA_OS_ASSERT(panics == 2);
	else
		panics++;
	sim_on_panic(NULL);
	assert_int_equal(panics, 2);
	assert_false(sim_run_until(t.s, never, NULL, 5000));
	assert_int_equal(sim_now(t.s), 5000);
	sim_destroy(t.s);
}

static void
test_replay_and_failures(void **state)
{
	struct ena_os_dma d;
	struct nic_buf b;
	struct bench t;

	(void)state;
	bench_open(&t, "min", 0x8f3a);
	assert_string_equal(sim_replay(t.s), "self:s=8f3a:f=0");
	sim_set_fault(t.s, "drop");
	assert_string_equal(sim_replay(t.s), "self:s=8f3a:f=drop");
	block(&t, &d);
	assert_int_equal(sim_ops(t.s), 1);
	sim_fail_at(t.s, 2);
	assert_string_equal(sim_replay(t.s), "self:s=8f3a:f=2.pending");
	memset(&b, 0, sizeof(b));
	assert_false(sim_host(t.ad)->buf_alloc(t.ad, 64, &b));
	assert_string_equal(sim_replay(t.s), "self:s=8f3a:f=2.buf_alloc");
	assert_true(sim_host(t.ad)->buf_alloc(t.ad, 64, &b));
	sim_fail_at(t.s, 4);
	ena_os_dma_free(t.os, &d);
	assert_false(ena_os_dma_alloc(t.os, 64, 64, 48, &d));
	assert_null(d.dma_va);
	assert_string_equal(sim_failed_kind(t.s), "dma_alloc");
	sim_fail_at(t.s, 6);
	assert_int_equal(ena_os_rd4(t.os, 0), 10);
	assert_int_equal(ena_os_rd4(t.os, 0), UINT32_MAX);
	assert_int_equal(ena_os_rd4(t.os, 0), UINT32_MAX);
	bench_blamed(&t, 0, "");
	sim_destroy(t.s);
}

static void
test_bus_master(void **state)
{
	struct ena_os_dma d;
	struct bench t;
	uint8_t b[8];

	(void)state;
	bench_open(&t, "t4g", 32);
	block(&t, &d);
	sim_bus_master(t.ad, false);
	assert_int_equal(sim_dma_read(t.ad, d.dma_pa, b, 8), -1);
	assert_int_equal(sim_refused(t.ad), 1);
	bench_blamed(&t, 0, "");
	sim_destroy(t.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prewrite_and_wmb),
		cmocka_unit_test(test_wr4_without_wmb),
		cmocka_unit_test(test_store_while_lent),
		cmocka_unit_test(test_preread_and_postread),
		cmocka_unit_test(test_lent_again),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_unsynced_store_is_lost),
		cmocka_unit_test(test_missing_rmb),
		cmocka_unit_test(test_readless_rmb),
		cmocka_unit_test(test_missing_mb),
		cmocka_unit_test(test_mb_is_wmb),
		cmocka_unit_test(test_ring_not_zero),
		cmocka_unit_test(test_mb_by_hand),
		cmocka_unit_test(test_unmapped),
		cmocka_unit_test(test_packet_direction),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_alloc_misuse),
		cmocka_unit_test(test_careless),
		cmocka_unit_test(test_sync_misuse),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_order_of_writes),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_log_and_trace),
		cmocka_unit_test(test_llq_stores),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_nested_handler),
		cmocka_unit_test(test_interrupts_are_queued),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_hang_and_assert),
		cmocka_unit_test(test_replay_and_failures),
		cmocka_unit_test(test_bus_master),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
