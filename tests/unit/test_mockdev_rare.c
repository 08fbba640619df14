/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What few drivers meet: the device model's quirks of healthy hardware (late
 * keep-alives, portions of the RX ring, an RX ring that ran dry), PHC,
 * packet timestamps in extended completions, flow steering, and metrics
 * with values from a test.
 */
#include "mockdev_frames.h"
#include "mockdev_rare.h"

static struct frame in;

static void
clean(struct h *h)
{
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	h_free(h);
}

static uint64_t
get64(struct h *h, uint64_t addr)
{
	return ((uint64_t)get32(h, addr + 4) << 32 | get32(h, addr));
}

static void
arm(struct h *h, enum mock_fault f, uint32_t arg)
{
	struct mock_fault_arm a;

	memset(&a, 0, sizeof(a));
	a.f = f;
	a.arg = arg;
	mock_fault(h->d, &a);
}

/* -- quirks */

static void
test_keep_alive_jitter(void **state)
{
	struct mock_options o;
	struct h *h;
	uint64_t gap, least, most, then;
	unsigned int i, v;

	(void)state;
	mock_options_default(&o);
	o.keep_alive_jitter_us = 12000000;
	h = h_new_opt("c7g", &o);
	admin_up(h);
	wr(h, R_MASK, 0);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
	least = UINT64_MAX;
	most = 0;
	then = h->now;
	for (i = 0; i < 200; i++) {
		v = h->vec[0];
		pass(h, mock_next_us(h->d) - h->now);
		assert_int_equal(h->vec[0], v + 1);
		wr(h, R_AENQ_DB, AENQ_DEPTH + 2 + i);
		gap = h->now - then;
		then = h->now;
		/* The first period is the nominal one. */
		assert_true(gap >= 1000000 && gap <= 13000000);
		if (i == 0)
			assert_int_equal(gap, 1000000);
		least = gap < least ? gap : least;
		most = gap > most ? gap : most;
	}
	assert_true(least < 2000000);
	assert_true(most > 12000000);
	clean(h);
}

/* One frame in; the id of its buffer, or -1 if it was dropped. */
static int
one(struct h *h)
{
	static const uint8_t f[60];
	uint8_t *c;

	if (mock_frame_in(h->d, f, sizeof(f), NULL) != MOCK_RX_OK)
		return (-1);
	c = rx_take(h);
	assert_non_null(c);
	return (get16b(c + 6));
}

static void
test_portions(void **state)
{
	struct mock_options o;
	struct mock_stats st;
	struct h *h;
	unsigned int i;
	int id;

	(void)state;
	mock_options_default(&o);
	o.rx_portions = 4;
	h = h_new_opt("c7g", &o);
	up(h);
	wr(h, h->tx.unmask, 0x40000000);
	/* Eight slots filled: they are all in the first quarter. */
	rx_fill(h, 8, RXBUF_BYTES);
	assert_int_equal(one(h), 0);
	assert_int_equal(h->vec[1], 1);
	wr(h, h->tx.unmask, 0x40000000);
	for (i = 0; i < 3; i++)
		assert_int_equal(one(h), -1);
	assert_null(rx_take(h));
	assert_int_equal(h->vec[1], 1);
	assert_int_equal(one(h), 1);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.rx_overruns, 3);
	/* Nearly full: four lists in turn, and nothing is ever lost. */
	for (i = 8; i < DEPTH - 1; i++)
		rx_post(h, i, RXBUF_BYTES);
	wr(h, h->rx.db, h->rx.tail);
	assert_int_equal(one(h), 16);
	assert_int_equal(one(h), 32);
	assert_int_equal(one(h), 48);
	assert_int_equal(one(h), 2);
	for (i = 0; i < 2000; i++) {
		id = one(h);
		assert_true(id >= 0);
		rx_post(h, (uint32_t)id, RXBUF_BYTES);
		wr(h, h->rx.db, h->rx.tail);
	}
	clean(h);
}

/* Frames over several buffers stay within one portion. */
static void
test_portions_spread(void **state)
{
	static uint8_t f[1000], g[1024];
	struct mock_options o;
	struct h *h;
	uint8_t *c;
	uint32_t id;
	unsigned int i, j;

	(void)state;
	mock_options_default(&o);
	o.rx_portions = 2;
	o.rx_reorder = true;
	h = h_new_opt("c7g", &o);
	up(h);
	rx_fill(h, DEPTH - 1, 300);
	for (i = 0; i < 400; i++) {
		for (j = 0; j < sizeof(f); j++)
			f[j] = (uint8_t)(i + j);
		assert_int_equal(mock_frame_in(h->d, f, sizeof(f), NULL),
		    MOCK_RX_OK);
		j = 0;
		do {
			c = rx_take(h);
			assert_non_null(c);
			id = get16b(c + 6);
			memcpy(g + j, at(h, A_RXBUF + id * RXBUF_BYTES),
			    get16b(c + 4));
			j += get16b(c + 4);
			rx_post(h, id, 300);
		} while ((c[3] & 8) == 0);
		wr(h, h->rx.db, h->rx.tail);
		assert_int_equal(j, sizeof(f));
		assert_memory_equal(f, g, sizeof(f));
	}
	clean(h);
}

static void
test_stall(void **state)
{
	struct mock_options o;
	struct h *h;
	unsigned int i;

	(void)state;
	mock_options_default(&o);
	o.rx_stall_fill = 16;
	h = h_new_opt("c7g", &o);
	up(h);
	rx_fill(h, 4, RXBUF_BYTES);
	for (i = 0; i < 4; i++)
		assert_int_equal(one(h), (int)i);
	assert_int_equal(one(h), -1);
	/* A trickle does not wake it. */
	for (i = 0; i < 15; i++) {
		rx_post(h, i, RXBUF_BYTES);
		wr(h, h->rx.db, h->rx.tail);
		assert_int_equal(one(h), -1);
	}
	rx_post(h, 15, RXBUF_BYTES);
	wr(h, h->rx.db, h->rx.tail);
	for (i = 0; i < 16; i++)
		assert_int_equal(one(h), (int)i);
	assert_int_equal(one(h), -1);
	h_free(h);
	/* A ring that cannot hold as many wakes when it is full. */
	o.rx_stall_fill = 1000;
	h = h_new_opt("c7g", &o);
	up(h);
	assert_int_equal(one(h), -1);
	rx_fill(h, DEPTH - 2, RXBUF_BYTES);
	assert_int_equal(one(h), -1);
	rx_post(h, DEPTH - 2, RXBUF_BYTES);
	wr(h, h->rx.db, h->rx.tail);
	assert_int_equal(one(h), 0);
	assert_int_equal(one(h), 1);
	clean(h);
}

/* -- PHC */

static void
phc_read(struct h *h, uint32_t id, uint32_t error)
{
	uint64_t want;

	put16(h, A_PHC, id + 0xdead);
	wr(h, h->p->phc_db_off, id);
	pass(h, 1);
	assert_int_equal(get16b(at(h, A_PHC)), (id + 0xdead) & 0xffff);
	pass(h, 1);
	assert_int_equal(get16b(at(h, A_PHC)), id);
	want = (error & 1) != 0 ? 0 : 1700000000000000000ULL + h->now * 1000;
	assert_true(get64(h, A_PHC + 8) == want);
	assert_int_equal(get32(h, A_PHC + 24), error != 0 ? 0xffffffffU :
	    250);
	assert_int_equal(get32(h, A_PHC + 28), error);
}

static void
test_phc(void **state)
{
	static const char *const names[] = { "max", "gen6" };
	struct h *h;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		h = h_new(names[i]);
		phc_up(h);
		assert_int_equal(get_feature(h, 29, 0, 0), 0);
		assert_int_equal(h->resp[8], 0);
		assert_int_equal(get32b(h->resp + 12), h->p->phc_db_off);
		assert_int_equal(get32b(h->resp + 16), i == 0 ? 25 : 0);
		assert_int_equal(get32b(h->resp + 20), i == 0 ? 900 : 0);
		assert_int_equal(phc_set_w(h, 0, 64), 0);
		phc_read(h, 1, 0);
		phc_read(h, 0xffff, 0);
		arm(h, MOCK_F_PHC_ERROR, 0);
		phc_read(h, 3, 1);
		arm(h, MOCK_F_PHC_ERROR, 2);
		phc_read(h, 4, 2);
		arm(h, MOCK_F_PHC_LOST, 0);
		put16(h, A_PHC, 0);
		wr(h, h->p->phc_db_off, 5);
		pass(h, 1000000);
		assert_int_equal(get16b(at(h, A_PHC)), 0);
		phc_read(h, 6, 0);
		assert_int_equal(h->nrules, 0);
		/* Lost by a reset. */
		do_reset(h, 1);
		phc_up(h);
		wr(h, h->p->phc_db_off, 7);
		pass(h, 10);
		assert_int_equal(get16b(at(h, A_PHC)), 6);
		assert_true(h_saw(h, "phc-unset"));
		h_free(h);
	}
}

/* Hardware allows about 125 reads a second. */
static void
test_phc_rate(void **state)
{
	struct mock_options o;
	struct mock_stats st;
	struct h *h;

	(void)state;
	mock_options_default(&o);
	o.phc_gap_us = 8000;
	h = h_new_opt("max", &o);
	phc_up(h);
	assert_int_equal(phc_set_w(h, 0, 64), 0);
	phc_read(h, 1, 0);
	phc_read(h, 2, 1);
	pass(h, 7000);
	phc_read(h, 3, 1);
	pass(h, 8000);
	phc_read(h, 4, 0);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.phc_reads, 4);
	clean(h);
}

/* -- timestamps */

/* Queues with extended completions. */
static void
ext_up(struct h *h)
{
	admin_up(h);
	memset(&h->tx, 0, sizeof(h->tx));
	memset(&h->rx, 0, sizeof(h->rx));
	assert_int_equal(create_cq(h, 0x20, 4, DEPTH, 1, A_TXCQ), 0);
	h->tx.cq_idx = get16b(h->resp + 8);
	assert_int_equal(create_cq(h, 0x20, 8, DEPTH, 1, A_RXCQ), 0);
	h->rx.cq_idx = get16b(h->resp + 8);
	assert_int_equal(create_sq(h, 0x20, 1, 1, h->tx.cq_idx, DEPTH,
	    A_TXSQ), 0);
	h->tx.db = get32b(h->resp + 12);
	assert_int_equal(create_sq(h, 0x40, 1, 1, h->rx.cq_idx, DEPTH,
	    A_RXSQ), 0);
	h->rx.db = get32b(h->resp + 12);
}

/* Send and receive a frame; the timestamps of both. */
static void
both(struct h *h, uint32_t id, uint64_t *tx, uint64_t *rx)
{
	static const uint8_t f[60];
	uint8_t *c;

	put16(h, A_TXBUF + 12, 0x0608);
	tx_put(h, TX_ONE | 60, TX_ID(id), A_TXBUF, 0);
	tx_ring(h);
	c = cq_take(h, &h->tx, A_TXCQ, 16);
	assert_non_null(c);
	assert_int_equal(get16b(c), id);
	*tx = (uint64_t)get32b(c + 12) << 32 | get32b(c + 8);
	rx_post(h, id, RXBUF_BYTES);
	wr(h, h->rx.db, h->rx.tail);
	assert_int_equal(mock_frame_in(h->d, f, sizeof(f), NULL),
	    MOCK_RX_OK);
	c = cq_take(h, &h->rx, A_RXCQ, 32);
	assert_non_null(c);
	assert_int_equal(get16b(c + 6), id);
	assert_int_equal(get32b(c + 16), A_RXBUF + id * RXBUF_BYTES);
	assert_int_equal(get32b(c + 20), 0);
	*rx = (uint64_t)get32b(c + 28) << 32 | get32b(c + 24);
}

static void
test_timestamps(void **state)
{
	struct h *h = h_new("max");
	uint64_t base = 1700000000000000000ULL, rx, tx;
	unsigned int i;

	(void)state;
	ext_up(h);
	assert_int_equal(get_feature(h, 31, 1, 0), 0);
	assert_memory_equal(h->resp + 8, "\1\1\1", 3);
	both(h, 1, &tx, &rx);
	assert_true(tx == 0 && rx == 0);
	assert_int_equal(ts_set(h, 1, 1, 1), 0);
	for (i = 0; i < 3 * DEPTH; i++) {
		pass(h, 17);
		both(h, i % DEPTH, &tx, &rx);
		assert_true(tx == base + 1000 * h->now);
		assert_true(rx == base + 1000 * h->now);
	}
	assert_int_equal(ts_set(h, 1, 0, 1), 0);
	both(h, 1, &tx, &rx);
	assert_true(tx == 0 && rx != 0);
	do_reset(h, 1);
	memset(at(h, A_TXCQ), 0, 0x1000);
	memset(at(h, A_RXCQ), 0, 0x1000);
	ext_up(h);
	both(h, 1, &tx, &rx);
	assert_true(tx == 0 && rx == 0);
	h_free(h);
	h = h_new("gen6");
	ext_up(h);
	assert_int_equal(get_feature(h, 31, 1, 0), 0);
	assert_memory_equal(h->resp + 8, "\1\0\1", 3);
	assert_int_equal(ts_set(h, 1, 0, 1), 0);
	both(h, 1, &tx, &rx);
	assert_true(tx == 0 && rx == base + 1000 * h->now);
	clean(h);
}

/* The time of the wire, not of the completion. */
static void
test_timestamp_held(void **state)
{
	struct mock_options o;
	struct h *h;
	uint64_t sent;
	uint8_t *c;

	(void)state;
	mock_options_default(&o);
	o.tx_reorder = true;
	o.seed = 3;
	h = h_new_opt("max", &o);
	ext_up(h);
	assert_int_equal(ts_set(h, 1, 1, 0), 0);
	put16(h, A_TXBUF + 12, 0x0608);
	tx_put(h, TX_ONE | 60, TX_ID(1), A_TXBUF, 0);
	tx_ring(h);
	sent = 1700000000000000000ULL + 1000 * h->now;
	pass(h, 100);
	c = cq_take(h, &h->tx, A_TXCQ, 16);
	assert_non_null(c);
	assert_int_equal(get32b(c + 8), (uint32_t)sent);
	assert_int_equal(get32b(c + 12), (uint32_t)(sent >> 32));
	clean(h);
}

/* -- flow steering */

struct rule {
	uint8_t b[128];
};

/* A rule for the frame in: what is not asked for is masked out. */
static void
rule_of(struct rule *r, bool src, bool dst, bool sport, bool dport, bool tos)
{
	uint32_t n = in.v6 ? 16 : 4;
	const uint8_t *ip = in.b + in.l3, *a = ip + (in.v6 ? 8 : 12);

	memset(r, 0, sizeof(*r));
	memcpy(r->b, a + n, n);
	memset(r->b + 16, dst ? 0xff : 0, n);
	memcpy(r->b + 32, a, n);
	memset(r->b + 48, src ? 0xff : 0, n);
	memcpy(r->b + 64, in.b + in.l4 + 2, 2);
	memset(r->b + 66, dport ? 0xff : 0, 2);
	memcpy(r->b + 68, in.b + in.l4, 2);
	memset(r->b + 70, sport ? 0xff : 0, 2);
	r->b[72] = (uint8_t)(in.v6 ? ip[0] << 4 | ip[1] >> 4 : ip[1]);
	r->b[73] = tos ? 0xff : 0;
}

static int
add(struct h *h, const struct rule *r, uint32_t type, uint32_t queue,
    uint32_t location)
{
	memcpy(at(h, A_CTRL), r->b, 128);
	return (flow_cmd(h, 1, type, queue, location, 0));
}

/* Does the frame in go to the second queue? */
static bool
steered(struct h *h)
{
	struct mock_stats a, b;

	mock_get_stats(h->d, &a);
	assert_int_equal(mock_frame_in(h->d, in.b, in.len, NULL),
	    MOCK_RX_OK);
	mock_get_stats(h->d, &b);
	assert_true(b.flow_hits - a.flow_hits >= b.rx_q_pkts[1] -
	    a.rx_q_pkts[1]);
	return (b.rx_q_pkts[1] != a.rx_q_pkts[1]);
}

static uint32_t
flow_up(struct h *h)
{
	struct queue q;
	uint32_t i;

	up(h);
	rx_fill(h, DEPTH - 1, RXBUF_BYTES);
	make_queue(h, &q, 1, A_RXSQ + 0x1000, A_RXCQ + 0x1000, DEPTH, 1);
	for (i = 0; i < DEPTH - 1; i++) {
		put32(h, A_RXSQ + 0x1000 + i * 16, 0x1d000000U | RXBUF_BYTES);
		put32(h, A_RXSQ + 0x1000 + i * 16 + 4, i);
		put32(h, A_RXSQ + 0x1000 + i * 16 + 8, A_RXBUF + 0x40000);
	}
	wr(h, q.db, DEPTH - 1);
	return (q.sq_idx);
}

/* Each type and each field: what a rule names decides, and nothing else. */
static void
test_flow_fields(void **state)
{
	static const uint32_t types[2][2] = { { 5, 6 }, { 3, 4 } };
	struct frame_kind k;
	struct h *h;
	struct rule r;
	uint32_t q, where[5];
	unsigned int f, i;

	(void)state;
	for (i = 0; i < 4; i++) {
		h = h_new("max");
		q = flow_up(h);
		memset(&k, 0, sizeof(k));
		k.v6 = i % 2 != 0;
		k.tcp = i / 2 != 0;
		k.vlans = 1;
		fr_make(&in, &k, 30);
		assert_false(steered(h));
		where[0] = in.l3 + (k.v6 ? 15 : 13);	/* source */
		where[1] = in.l3 + (k.v6 ? 39 : 19);	/* destination */
		where[2] = in.l4 + 1;
		where[3] = in.l4 + 2;
		where[4] = in.l3 + 1;			/* TOS */
		for (f = 0; f < 5; f++) {
			rule_of(&r, f == 0, f == 1, f == 2, f == 3, f == 4);
			assert_int_equal(add(h, &r, types[k.tcp][k.v6], q,
			    5), 0);
			assert_int_equal(get16b(h->resp + 8), 5);
			assert_true(steered(h));
			in.b[where[f]] ^= 0x10;
			assert_false(steered(h));
			in.b[where[(f + 1) % 5]] ^= 0x10;
			in.b[where[f]] ^= 0x10;
			assert_true(steered(h));
			in.b[where[(f + 1) % 5]] ^= 0x10;
		}
		/* Another L4 is another type. */
		in.b[in.l3 + (k.v6 ? 6 : 9)] = k.tcp ? 17 : 6;
		assert_false(steered(h));
		/* Any L4: ports do not count; but the other IP is another. */
		rule_of(&r, true, true, true, true, false);
		assert_int_equal(add(h, &r, k.v6 ? 2 : 1, q, 5), 0);
		in.b[in.l4 + 1] ^= 1;
		assert_true(steered(h));
		memset(&r, 0, sizeof(r));
		assert_int_equal(add(h, &r, k.v6 ? 1 : 2, q, 5), 0);
		assert_false(steered(h));
		assert_int_equal(add(h, &r, k.v6 ? 2 : 1, q, 5), 0);
		assert_true(steered(h));
		in.b[in.l3 + (k.v6 ? 6 : 9)] = 132;
		assert_true(steered(h));
		assert_int_equal(flow_cmd(h, 3, 0, 0, 0, 0), 0);
		assert_false(steered(h));
		clean(h);
	}
}

/* Locations: chosen, full, order, removal, a queue that went away. */
static void
test_flow_locations(void **state)
{
	struct frame_kind k = { false, true, 0, 0, 0 };
	struct h *h = h_new("gen6");
	struct rule r;
	uint32_t q;
	unsigned int i;

	(void)state;
	q = flow_up(h);
	fr_make(&in, &k, 30);
	rule_of(&r, true, true, true, true, false);
	for (i = 0; i < 16; i++) {
		assert_int_equal(add(h, &r, 3, h->rx.sq_idx, 0xffff), 0);
		assert_int_equal(get16b(h->resp + 8), i);
	}
	assert_int_equal(add(h, &r, 3, q, 0xffff), 1);
	/* The lowest location decides. */
	assert_int_equal(add(h, &r, 3, q, 9), 0);
	assert_false(steered(h));
	for (i = 0; i < 9; i++) {
		assert_false(steered(h));
		assert_int_equal(flow_cmd(h, 2, 0, 0, i, 0), 0);
	}
	assert_true(steered(h));
	assert_int_equal(add(h, &r, 3, h->rx.sq_idx, 0xffff), 0);
	assert_int_equal(get16b(h->resp + 8), 0);
	assert_int_equal(flow_cmd(h, 2, 0, 0, 0, 0), 0);
	assert_true(steered(h));
	assert_int_equal(destroy_sq(h, 0x40, q), 0);
	assert_int_equal(mock_frame_in(h->d, in.b, in.len, NULL),
	    MOCK_RX_OK);
	assert_int_equal(h->nrules, 0);
	h_free(h);
}

/* -- metrics */

static int
metrics(struct h *h, uint32_t want)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 11U << 16;
	w[1] = 512;
	w[2] = A_CTRL;
	w[4] = 4;
	w[6] = want;
	return (cmd(h, w));
}

static void
test_metrics(void **state)
{
	struct h *h = h_new("max");
	uint32_t w[16];
	unsigned int i;

	(void)state;
	admin_up(h);
	for (i = 0; i < 7; i++)
		mock_set_metric(h->d, i, 0x1000000000ULL * (i + 1) + i);
	assert_int_equal(metrics(h, 0x3f), 0);
	for (i = 0; i < 6; i++)
		assert_true(get64(h, A_CTRL + 8 * i) ==
		    0x1000000000ULL * (i + 1) + i);
	/* A device's counters, not the driver's: a reset keeps them. */
	do_reset(h, 1);
	admin_up(h);
	assert_int_equal(metrics(h, 0x30), 0);
	assert_true(get64(h, A_CTRL) == 0x5000000004ULL);
	assert_true(get64(h, A_CTRL + 8) == 0x6000000005ULL);
	memset(w, 0, sizeof(w));
	w[0] = 11U << 16;
	w[4] = 2;
	assert_int_equal(cmd(h, w), 0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(get32b(h->resp + 8 + 8 * i), i);
		assert_int_equal(get32b(h->resp + 12 + 8 * i), 16 * (i + 1));
	}
	clean(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keep_alive_jitter),
		cmocka_unit_test(test_portions),
		cmocka_unit_test(test_portions_spread),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_phc),
		cmocka_unit_test(test_phc_rate),
		cmocka_unit_test(test_timestamps),
		cmocka_unit_test(test_timestamp_held),
		cmocka_unit_test(test_flow_fields),
		cmocka_unit_test(test_flow_locations),
		cmocka_unit_test(test_metrics),
	};

	return (cmocka_run_group_tests_name("mockdev-rare", tests, NULL,
	    NULL));
}
