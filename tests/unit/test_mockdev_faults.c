/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the device model does to drivers, and what drivers cannot do to it:
 * each fault of the menu provoked once, then nonsense in bulk - random
 * registers, rings, commands, descriptors and frames.  Under the sanitizers
 * nothing may happen.  MOCK_FUZZ=n in the environment makes it n rounds.
 */
#include "mockdev_harness.h"

/* -- faults */

static void
arm_op(struct h *h, enum mock_fault f, uint32_t arg, uint8_t opcode,
    uint8_t feature)
{
	struct mock_fault_arm a;

	memset(&a, 0, sizeof(a));
	a.f = f;
	a.times = 1;
	a.arg = arg;
	a.opcode = opcode;
	a.feature = feature;
	mock_fault(h->d, &a);
}

static void
arm(struct h *h, enum mock_fault f, uint32_t arg)
{
	arm_op(h, f, arg, 0, 0);
}

static void
test_fault_names(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < MOCK_F_COUNT; i++)
		assert_non_null(mock_fault_name((enum mock_fault)i));
	assert_null(mock_fault_name(MOCK_F_COUNT));
}

static void
test_fault_admin(void **state)
{
	struct mock_fault_arm a;
	struct h *h = h_new("t4g");
	unsigned int v;

	(void)state;
	admin_up(h);
	wr(h, R_MASK, 0);
	/* only the second GET of feature 26 */
	memset(&a, 0, sizeof(a));
	a.f = MOCK_F_ADMIN_LOST;
	a.after = 1;
	a.opcode = 8;
	a.feature = 26;
	mock_fault(h->d, &a);
	assert_int_equal(get_feature(h, 26, 0, 0), 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(get_feature(h, 26, 0, 0), -1);
	assert_int_equal(get_feature(h, 26, 0, 0), 0);
	arm(h, MOCK_F_ADMIN_LATE, 5000);
	assert_int_equal(get_feature(h, 1, 0, 0), -1);
	pass(h, 5000);
	assert_int_equal(acq_take(h), 0);
	arm(h, MOCK_F_ADMIN_TWICE, 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(acq_take(h), 0);
	arm(h, MOCK_F_ADMIN_WRONG_ID, 0x123);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(get16b(h->resp), 0x123);
	arm(h, MOCK_F_ADMIN_STATUS, 0x0206);
	assert_int_equal(get_feature(h, 1, 0, 0), 6);
	assert_int_equal(h->ext, 2);
	v = h->vec[0];
	arm(h, MOCK_F_ADMIN_NO_INTR, 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(h->vec[0], v);
	assert_int_equal(mock_faults_hit(h->d), 6);
	assert_int_equal(h->nrules, 0);
	h_free(h);
}

static void
test_fault_readless(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	resp_set(h);
	wr(h, R_RR, 1);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP), 1);
	arm(h, MOCK_F_READLESS_LOST, 0);
	wr(h, R_RR, 2);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP), 1);
	arm(h, MOCK_F_READLESS_WRONG_OFF, 0);
	wr(h, R_RR, 3);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP), 4U << 16 | 3);
	arm(h, MOCK_F_READLESS_STALE, 0);
	wr(h, R_RR, 4);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP), 3);
	assert_int_equal(mock_faults_hit(h->d), 3);
	h_free(h);
}

static void
test_fault_reset(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	arm(h, MOCK_F_RESET_NEVER_STARTS, 0);
	resp_set(h);
	wr(h, R_CTL, 1);
	pass(h, 10000000);
	assert_int_equal(rd(h, R_STS), 1);
	mock_flr(h->d);
	arm(h, MOCK_F_RESET_NEVER_ENDS, 0);
	resp_set(h);
	wr(h, R_CTL, 1);
	pass(h, 1000);
	wr(h, R_CTL, 0);
	pass(h, 10000000);
	assert_int_equal(rd(h, R_STS), 8);
	mock_flr(h->d);
	do_reset(h, 1);
	assert_int_equal(h->nrules, 0);
	h_free(h);
}

static uint8_t *
tx_fault(struct h *h, enum mock_fault f, uint32_t arg)
{
	arm(h, f, arg);
	put16(h, A_TXBUF + 12, 0x0608);
	tx_put(h, TX_ONE | 60, TX_ID(9), A_TXBUF, 0);
	tx_ring(h);
	return (tx_take(h));
}

static void
test_fault_tx(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t *c;

	(void)state;
	up(h);
	c = tx_fault(h, MOCK_F_TX_ID_RANGE, 3);
	assert_non_null(c);
	assert_int_equal(get16b(c), DEPTH + 3);
	c = tx_fault(h, MOCK_F_TX_ID_IDLE, 0);
	assert_non_null(c);
	assert_int_not_equal(get16b(c), 9);
	c = tx_fault(h, MOCK_F_TX_ID_TWICE, 0);
	assert_non_null(c);
	assert_int_equal(get16b(c), 9);
	c = tx_take(h);
	assert_non_null(c);
	assert_int_equal(get16b(c), 9);
	c = tx_fault(h, MOCK_F_TX_MBZ, 0);
	assert_non_null(c);
	assert_int_equal(c[3] & 0xc0, 0xc0);
	assert_null(tx_fault(h, MOCK_F_TX_LOST, 0));
	assert_int_equal(h->nframes, 5);
	assert_int_equal(mock_faults_hit(h->d), 5);
	h_free(h);
}

static uint8_t *
rx_fault(struct h *h, enum mock_fault f, uint32_t arg)
{
	uint8_t fr[200];

	memset(fr, 0, sizeof(fr));
	arm(h, f, arg);
	assert_int_equal(mock_frame_in(h->d, fr, sizeof(fr), NULL),
	    MOCK_RX_OK);
	return (rx_take(h));
}

static void
test_fault_rx(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t *c;
	unsigned int i;

	(void)state;
	up(h);
	rx_fill(h, DEPTH - 1, 1024);
	c = rx_fault(h, MOCK_F_RX_ID_RANGE, 0);
	assert_int_equal(get16b(c + 6), DEPTH);
	c = rx_fault(h, MOCK_F_RX_ID_IDLE, 0);
	assert_int_equal(get16b(c + 6), 0);
	c = rx_fault(h, MOCK_F_RX_TOO_LONG, 0);
	assert_int_equal(get16b(c + 4), 1025);
	c = rx_fault(h, MOCK_F_RX_FIRST_MID, 0);
	assert_int_equal(c[3] & 0xc, 4);
	c = rx_take(h);
	assert_int_equal(c[3] & 0xc, 0xc);
	c = rx_fault(h, MOCK_F_RX_MBZ, 0);
	assert_int_equal(get32b(c) & 0x20080, 0x20080);
	c = rx_fault(h, MOCK_F_RX_BAD_CSUM_FLAG, 0);
	assert_int_equal(get32b(c) & 0x14000, 0x14000);
	c = rx_fault(h, MOCK_F_RX_NO_LAST, 0);
	for (i = 0; c != NULL; i++) {
		assert_int_equal(c[3] & 8, 0);
		c = rx_take(h);
	}
	assert_int_equal(i, 10);
	assert_int_equal(mock_faults_hit(h->d), 7);
	h_free(h);
}

static void
test_fault_events(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t f[60];
	unsigned int v;

	(void)state;
	memset(f, 0, sizeof(f));
	up(h);
	rx_fill(h, 8, 2048);
	wr(h, h->tx.unmask, 0x40000000);
	arm(h, MOCK_F_INTR_LOST, 0);
	mock_frame_in(h->d, f, 60, NULL);
	assert_int_equal(h->vec[1], 0);
	v = h->vec[0];
	arm(h, MOCK_F_AENQ_UNKNOWN, 77);
	assert_int_equal(h->vec[0], v + 1);
	assert_int_equal(get32(h, A_AENQ + 64), 77);
	arm(h, MOCK_F_KEEP_ALIVE_STOP, 0);
	pass(h, 3000000);
	assert_int_equal(h->vec[0], v + 1);
	arm(h, MOCK_F_KEEP_ALIVE_GO, 0);
	pass(h, 1000000);
	assert_int_equal(h->vec[0], v + 2);
	arm(h, MOCK_F_AENQ_FLOOD, 100);
	assert_int_equal(h->vec[0], v + 15);
	arm(h, MOCK_F_FATAL, 0);
	assert_int_equal(rd(h, R_STS), 0x21);
	arm(h, MOCK_F_GONE, 0);
	assert_int_equal(rd(h, R_STS), 0xffffffffU);
	wr(h, R_CTL, 1);
	assert_int_equal(mock_next_us(h->d), MOCK_NEVER);
	mock_fault_clear(h->d);
	assert_int_equal(rd(h, R_STS), 1);
	h_free(h);
}

static void
test_fault_queues(void **state)
{
	struct h *h = h_new("t4g");
	uint32_t first;

	(void)state;
	admin_up(h);
	arm(h, MOCK_F_BAD_UNMASK_OFF, 0x123456);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	assert_int_equal(get32b(h->resp + 20), 0x123456);
	first = get16b(h->resp + 8);
	arm(h, MOCK_F_CQ_DEPTH, 32);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	assert_int_equal(get16b(h->resp + 10), 32);
	arm(h, MOCK_F_DUP_INDEX, 0);
	assert_int_equal(create_cq(h, 0x20, 4, 64, 1, A_RXCQ), 0);
	assert_int_equal(get16b(h->resp + 8), first);
	arm(h, MOCK_F_BAD_DB_OFF, 0x10);
	assert_int_equal(create_sq(h, 0x20, 1, 1, first, 64, A_TXSQ), 0);
	assert_int_equal(get32b(h->resp + 12), 0x10);
	assert_int_equal(mock_faults_hit(h->d), 4);
	h_free(h);
}

/* -- nonsense */

static uint32_t
rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return ((uint32_t)(*s >> 16));
}

/* Random writes to anywhere a queue might listen, over random rings. */
static void
fuzz_step(struct h *h, uint64_t *s)
{
	static const uint32_t regs[] = {
		R_AQ_DB, R_AENQ_DB, R_MASK, R_RR, R_AQ_LO, R_ACQ_LO,
		R_AQ_CAPS, R_ACQ_CAPS, R_AENQ_CAPS, R_AENQ_LO, R_RESP_LO
	};
	struct mock_fault_arm a;
	uint8_t f[300];
	uint32_t i, n, r;

	memset(f, 0, sizeof(f));
	/* What is likely to stop the device (0 to 5) is made rare. */
	r = rnd(s) % 80;
	switch (r < 6 ? r : 6 + r % 10) {
	case 0:
		wr(h, rnd(s) % (h->p->bar0_bytes + 64), rnd(s));
		break;
	case 1:
		wr(h, regs[rnd(s) % 11], rnd(s) % 8 == 0 ? rnd(s) :
		    A_AQ + rnd(s) % 0x100000);
		break;
	case 2:
		wr(h, h->tx.db, h->tx.tail + rnd(s) % 80);
		break;
	case 3:
		wr(h, h->rx.db, h->rx.tail + rnd(s) % 80);
		break;
	case 4:
		n = rnd(s) % 64;
		for (i = 0; i < n; i++)
			put32(h, A_AQ + (rnd(s) & 0x7ffc), rnd(s));
		break;
	case 5:
		n = rnd(s) % 64;
		for (i = 0; i < n; i++)
			put32(h, A_TXSQ + (rnd(s) & 0x5fffc), rnd(s));
		break;
	case 6:
		for (i = 0; i < sizeof(f); i++)
			f[i] = (uint8_t)rnd(s);
		mock_frame_in(h->d, f, rnd(s) % sizeof(f), NULL);
		break;
	case 7:
		memset(&a, 0, sizeof(a));
		a.f = (enum mock_fault)(rnd(s) % MOCK_F_COUNT);
		a.arg = rnd(s);
		if (a.f != MOCK_F_GONE && a.f != MOCK_F_FATAL)
			mock_fault(h->d, &a);
		break;
	case 8:
		mock_bar2_write(h->d, rnd(s), f, 0);
		wr(h, h->tx.unmask, rnd(s));
		break;
	case 9: {
		uint32_t w[16];

		for (i = 0; i < 16; i++)
			w[i] = rnd(s) % 4 == 0 ? rnd(s) : rnd(s) % 8;
		w[0] = (rnd(s) % 2 == 0 ? rnd(s) % 13 : 8 + rnd(s) % 4) <<
		    16 | (rnd(s) & 6) << 24;
		if (rnd(s) % 8 != 0) {
			w[1] = w[1] % 5000;
			w[2] = A_CTRL;
			w[3] = 0;
			w[4] = (w[4] & 0xff) | (rnd(s) % 33) << 8;
		}
		put32(h, A_CTRL, 10);
		aq_put(h, w);
		wr(h, R_AQ_DB, h->aq_tail);
		pass(h, 50);
		break;
	}
	case 10:
	case 11: {
		uint32_t w0 = rnd(s) & 0x0080ffffU;

		if (rnd(s) % 4 != 0)
			w0 = (w0 & 0x7ff) | TX_ONE;
		tx_put(h, w0, rnd(s) & 0x007fffff, A_TXBUF, 0);
		tx_ring(h);
		(void)tx_take(h);
		break;
	}
	case 12:
	case 13:
		rx_post(h, rnd(s) % (DEPTH + 1), rnd(s) % 2048);
		wr(h, h->rx.db, h->rx.tail);
		(void)rx_take(h);
		break;
	default:
		pass(h, rnd(s) % 100000);
		(void)mock_next_us(h->d);
		break;
	}
}

static void
fuzz(const char *profile, uint64_t seed, unsigned int rounds)
{
	struct mock_options o;
	struct h *h;
	uint64_t s;
	unsigned int i, j;

	mock_options_default(&o);
	o.seed = seed;
	o.admin_reorder = o.tx_reorder = o.rx_reorder = true;
	o.rx_trailing_zero = true;
	o.jitter_pct = 30;
	o.tx_us = (uint32_t)(seed & 1) * 3;
	o.keep_alive_jitter_us = (uint32_t)seed * 100000;
	o.rx_portions = (uint16_t)(seed - 1) * 3;
	o.rx_stall_fill = seed == 3 ? 5 : 0;
	h = h_new_opt(profile, &o);
	s = seed * 0x9e3779b97f4a7c15ULL | 1;
	for (i = 0; i < rounds; i++) {
		mock_fault_clear(h->d);
		mock_flr(h->d);
		memset(at(h, A_TXCQ), 0, 0x1000);
		memset(at(h, A_RXCQ), 0, 0x1000);
		up(h);
		for (j = 0; j < 500 && !mock_is_fatal(h->d); j++)
			fuzz_step(h, &s);
	}
	h_free(h);
}

static void
test_fuzz(void **state)
{
	unsigned int n;

	(void)state;
	n = getenv("MOCK_FUZZ") != NULL ?
	    (unsigned int)atoi(getenv("MOCK_FUZZ")) : 500;
	fuzz("t4g", 1, n);
	fuzz("max", 2, n);
	fuzz("c6i", 3, n);
}

/* Same seed, same calls: same counters and same memory. */
static void
test_deterministic(void **state)
{
	struct mock_options o;
	struct mock_stats st[2];
	uint8_t *mem[2];
	struct h *h;
	uint64_t s;
	unsigned int i, j;

	(void)state;
	memset(st, 0, sizeof(st));
	for (i = 0; i < 2; i++) {
		mock_options_default(&o);
		o.seed = 42;
		o.tx_reorder = o.rx_reorder = true;
		o.jitter_pct = 90;
		h = h_new_opt("t4g", &o);
		s = 77;
		up(h);
		for (j = 0; j < 400; j++)
			fuzz_step(h, &s);
		mock_get_stats(h->d, &st[i]);
		mem[i] = h->mem;
		h->mem = NULL;
		h_free(h);
	}
	assert_memory_equal(&st[0], &st[1], sizeof(st[0]));
	assert_memory_equal(mem[0], mem[1], MEM_BYTES);
	free(mem[0]);
	free(mem[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fault_names),
		cmocka_unit_test(test_fault_admin),
		cmocka_unit_test(test_fault_readless),
		cmocka_unit_test(test_fault_reset),
		cmocka_unit_test(test_fault_tx),
		cmocka_unit_test(test_fault_rx),
		cmocka_unit_test(test_fault_events),
		cmocka_unit_test(test_fault_queues),
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_deterministic),
	};

	return (cmocka_run_group_tests_name("mockdev-faults", tests, NULL,
	    NULL));
}
