/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device model, driven by raw registers and rings typed as literals:
 * what a correct driver sees.  What an incorrect one sees is in
 * test_mockdev_rules.c.
 */
#include "mockdev_harness.h"

static void
clean(struct h *h)
{
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	h_free(h);
}

static void
test_profiles(void **state)
{
	static uint8_t map[0x10000 / 4];
	const struct mock_profile *p;
	uint32_t i, j, off[5];
	unsigned int n;

	(void)state;
	for (n = 0; (p = mock_profile_nth(n)) != NULL; n++) {
		assert_ptr_equal(mock_profile_find(p->name), p);
		assert_true(p->bar0_bytes <= 0x10000);
		memset(map, 0, sizeof(map));
		for (i = 0; i < 0x6c; i += 4)
			map[i / 4] = 1;
		map[0x100 / 4] = 1;
		if (p->phc_db_off > 0x100) {
			assert_int_equal(p->phc_db_off & 3, 0);
			map[p->phc_db_off / 4] = 1;
		}
		/* No two dynamic registers share a place. */
		for (i = 0; i < 2U * p->max_pairs; i++) {
			off[0] = p->db_base + p->db_stride * i;
			off[1] = p->unmask_base + p->unmask_stride * i;
			off[2] = p->head_db_base + p->unmask_stride * i;
			off[3] = p->numa_base + p->unmask_stride * i;
			for (j = 0; j < 4; j++) {
				if ((j == 2 && p->head_db_base == 0) ||
				    (j == 3 && p->numa_base == 0))
					continue;
				assert_int_equal(off[j] & 3, 0);
				assert_true(off[j] < p->bar0_bytes);
				assert_int_equal(map[off[j] / 4], 0);
				map[off[j] / 4] = 1;
			}
		}
		assert_true(p->msix_vectors >= p->max_pairs + 1);
	}
	assert_true(n >= 3);
	assert_null(mock_profile_find("nonesuch"));
}

static void
test_registers(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	assert_int_equal(rd(h, R_VERSION), 0x000a);
	assert_int_equal(rd(h, R_CTRL), 0x01000001);
	/* reset 30 x 100 ms, 48 bits, admin default, contiguous */
	assert_int_equal(rd(h, R_CAPS), 30U << 1 | 48U << 8 | 1);
	assert_int_equal(rd(h, R_STS), 1);
	clean(h);
}

static void
test_reset(void **state)
{
	struct h *h = h_new("t4g");
	struct mock_stats st;

	(void)state;
	resp_set(h);
	wr(h, R_CTL, 0x21000001);	/* reason 18: extended */
	resp_set(h);
	assert_int_equal(rd(h, R_STS), 1);
	assert_int_equal(mock_next_us(h->d), h->now + 300);
	h->now += 299;
	assert_int_equal(rd(h, R_STS), 1);
	h->now += 1;
	/* A register read alone sees it: drivers poll. */
	assert_int_equal(rd(h, R_STS), 8);
	pass(h, 100000);
	assert_int_equal(rd(h, R_STS), 8);
	wr(h, R_CTL, 0);
	assert_int_equal(rd(h, R_STS), 8);
	pass(h, 300);
	assert_int_equal(rd(h, R_STS), 1);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.resets, 1);
	assert_int_equal(st.resets_by_reason[18], 1);
	clean(h);
}

static void
readless(struct h *h, uint32_t off, uint32_t seq, uint32_t want)
{
	put16(h, A_RESP, seq + 0xdead);
	wr(h, R_RR, off << 16 | seq);
	pass(h, 1);
	assert_int_equal(get32(h, A_RESP), off << 16 | seq);
	assert_int_equal(get32(h, A_RESP + 4), want);
}

static void
test_readless(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	resp_set(h);
	readless(h, R_VERSION, 1, 0x000a);
	readless(h, R_CTRL, 2, 0x01000001);
	/* A reset forgets the address: no answer without it. */
	wr(h, R_CTL, 1);
	resp_set(h);
	readless(h, R_STS, 3, 1);
	h->now += 300;
	readless(h, R_STS, 4, 8);
	wr(h, R_CTL, 0);
	h->now += 300;
	readless(h, R_STS, 5, 1);
	clean(h);
}

static void
test_attributes(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	wr(h, R_MASK, 1);
	assert_int_equal(host_attr(h, 0x00030802, 0x02), 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8 + 8), 0x14005986);
	assert_int_equal(get32b(h->resp + 8 + 12), 0x1d);
	assert_memory_equal(h->resp + 8 + 24, "\x12\x3a\x5b\x07\xc1\x9e", 6);
	assert_int_equal(get32b(h->resp + 8 + 32), 9216);
	/* The page is shared: a change in place counts. */
	put32(h, A_HOST + 192, 0x12);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8 + 8), 0x14005986 | 0x40400);
	assert_int_equal(get_feature(h, 7, 1, 0), 0);
	assert_int_equal(h->resp[8], 1);
	assert_int_equal(get32b(h->resp + 12), 2);
	assert_int_equal(get32b(h->resp + 8 + 20), 1024);
	assert_int_equal(get32b(h->resp + 8 + 28), 8192);
	assert_int_equal(get16b(h->resp + 8 + 40), 17);
	assert_int_equal(get16b(h->resp + 8 + 42), 9);
	assert_int_equal(get_feature(h, 26, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8), 0xff);
	assert_int_equal(get32b(h->resp + 12), 0xff);
	assert_int_equal(get_feature(h, 11, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8), 7);
	assert_int_equal(get32b(h->resp + 12), 0xb);
	assert_int_equal(set_feature(h, 14, 0, 1500, 0, 0, 0), 0);
	clean(h);
}

static void
test_max_features(void **state)
{
	struct h *h = h_new("max");
	unsigned int i;

	(void)state;
	admin_up(h);
	/* Flow steering and timestamps; PHC only if declared. */
	assert_int_equal(get32b(h->resp + 8 + 8) & 0xe0000000U, 0xc0000000U);
	assert_int_equal(get16b(h->resp + 8 + 30), 64);
	assert_int_equal(get_feature(h, 2, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8), 128);
	assert_int_equal(get_feature(h, 3, 0, 0), 0);
	assert_int_equal(get16b(h->resp + 8), 250);
	assert_int_equal(get_feature(h, 4, 1, 0), 0);
	assert_int_equal(get32b(h->resp + 8), 128);
	assert_int_equal(get16b(h->resp + 8 + 12), 7);
	assert_int_equal(get16b(h->resp + 8 + 30), 2048);
	assert_int_equal(get_feature(h, 5, 0, 1024), 0);
	assert_int_equal(get32b(h->resp + 8), 3);
	assert_string_equal((char *)at(h, A_CTRL), "mock_device");
	assert_int_equal(get_feature(h, 6, 0, 0), 0);
	assert_int_equal(set_feature(h, 8, 0, 1, 0, 0, 0), 0);
	assert_int_equal(get_feature(h, 20, 0, 0), 0);
	assert_int_equal(get16b(h->resp + 8), 1);
	assert_int_equal(get_feature(h, 27, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 8), 200000);
	assert_int_equal(get32b(h->resp + 12), 0x1ff);
	/* key: set, read back */
	put32(h, A_CTRL, 10);
	for (i = 0; i < 40; i++)
		*at(h, A_CTRL + 8 + i) = (uint8_t)(i + 1);
	assert_int_equal(set_feature(h, 10, 48, 0, 4, 0, 0), 0);
	memset(at(h, A_CTRL), 0, 48);
	assert_int_equal(get_feature(h, 10, 0, 48), 0);
	assert_int_equal(get32b(h->resp + 8), 6);
	assert_int_equal(get32b(h->resp + 12), 4);
	assert_int_equal(get32(h, A_CTRL), 10);
	for (i = 0; i < 40; i++)
		assert_int_equal(*at(h, A_CTRL + 8 + i), i + 1);
	/* fields */
	assert_int_equal(get_feature(h, 18, 0, 256), 0);
	assert_int_equal(get32(h, A_CTRL), 0x3c);
	assert_int_equal(get32(h, A_CTRL + 64), 0x3c);
	assert_int_equal(get32(h, A_CTRL + 64 + 16), 0);
	put32(h, A_CTRL + 64 + 16, 0x0c);
	assert_int_equal(set_feature(h, 18, 256, 0x00060000, 0, 0, 0), 0);
	clean(h);
}

static int
get_stats(struct h *h, uint32_t type, uint32_t len, uint32_t metrics)
{
	uint32_t w[16];

	memset(w, 0, sizeof(w));
	w[0] = 11U << 16;
	w[1] = len;
	w[2] = len != 0 ? A_CTRL : 0;
	w[4] = type;
	w[6] = metrics;
	return (cmd(h, w));
}

static void
test_stats(void **state)
{
	struct h *h = h_new("max");

	(void)state;
	admin_up(h);
	assert_int_equal(get_stats(h, 0, 0, 0), 0);
	assert_int_equal(get_stats(h, 1, 256, 0), 3);
	assert_int_equal(get_stats(h, 2, 0, 0), 0);
	assert_int_equal(get32b(h->resp + 16), 111);
	assert_int_equal(get_stats(h, 3, 0, 0), 0);
	assert_int_equal(get_stats(h, 4, 0, 0x3f), 0);
	assert_int_equal(get32b(h->resp + 8), 0x3f);
	assert_int_equal(get_stats(h, 4, 512, 0x22), 0);
	assert_int_equal(get32(h, A_CTRL), 111);
	assert_int_equal(get32(h, A_CTRL + 8), 70000);
	assert_int_equal(get32(h, A_CTRL + 12), 1);
	clean(h);
}

/* Cut to the buffer; without a buffer it is refused. */
static void
test_stats_text(void **state)
{
	struct mock_options o;
	struct h *h;

	(void)state;
	mock_options_default(&o);
	o.stats_text = "abcdefgh";
	h = h_new_opt("max", &o);
	admin_up(h);
	memset(at(h, A_CTRL), 0x55, 32);
	assert_int_equal(get_stats(h, 1, 32, 0), 0);
	assert_memory_equal(at(h, A_CTRL), "abcdefgh\0" "U", 10);
	memset(at(h, A_CTRL), 0x55, 32);
	assert_int_equal(get_stats(h, 1, 4, 0), 0);
	assert_memory_equal(at(h, A_CTRL), "abc\0" "U", 5);
	clean(h);
	h = h_new_opt("max", &o);
	admin_up(h);
	assert_int_equal(get_stats(h, 1, 0, 0), 4);
	assert_int_equal(h_saw(h, "stats-buffer"), 1);
	h_free(h);
}

static void
test_queues(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	up(h);
	assert_int_equal(h->tx.cq_idx, 5);
	assert_int_equal(h->rx.cq_idx, 6);
	assert_int_equal(h->tx.sq_idx, 0);
	assert_int_equal(h->rx.sq_idx, 0);
	assert_int_equal(h->tx.db, 0x1000);
	assert_int_equal(h->rx.db, 0x1020);
	assert_int_equal(h->tx.unmask, 0x2004);
	assert_int_equal(destroy_sq(h, 0x40, h->rx.sq_idx), 0);
	assert_int_equal(destroy_cq(h, h->rx.cq_idx), 0);
	assert_int_equal(destroy_sq(h, 0x20, h->tx.sq_idx), 0);
	assert_int_equal(destroy_cq(h, h->tx.cq_idx), 0);
	make_queue(h, &h->tx, 0, A_TXSQ, A_TXCQ, DEPTH, 2);
	assert_int_equal(h->tx.cq_idx, 5);
	clean(h);
}

static void
test_tx_csum(void **state)
{
	struct h *h = h_new("t4g");
	struct mock_stats st;
	uint8_t f[2048], *c;
	size_t len;
	uint16_t s;

	(void)state;
	up(h);
	wr(h, h->tx.unmask, 0x40000000);
	len = ip4(f, 17, 100);
	memcpy(at(h, A_TXBUF), f, len);
	/* meta: L3 length 20 at 14; then two buffers; id 5 */
	tx_put(h, TX_META, 0, 20 | 14 << 8, 0);
	tx_put(h, TX_REQ | 40, TX_ID(5) | 8 | 0x10 | 13 << 8 | 0x6000,
	    A_TXBUF, 0);
	tx_put(h, TX_LAST | (uint32_t)(len - 40), 0, A_TXBUF + 40, 0);
	tx_ring(h);
	assert_int_equal(h->nframes, 1);
	assert_int_equal(h->frame_len[0], len);
	assert_true(ip4_good(h->frame[0], len));
	assert_memory_equal(h->frame[0] + 42, f + 42, len - 42);
	assert_int_equal(h->vec[1], 1);
	c = tx_take(h);
	assert_non_null(c);
	assert_int_equal(get16b(c), 5);
	assert_int_equal(c[3], 1);
	assert_null(tx_take(h));
	/* The metadata is remembered; now partial, seeded. */
	s = pseudo(f, len - 34);
	*at(h, A_TXBUF + 40) = (uint8_t)(s >> 8);
	*at(h, A_TXBUF + 41) = (uint8_t)s;
	tx_put(h, TX_ONE | (uint32_t)len, TX_ID(5) | 8 | 0x10 | 13 << 8 |
	    0x26000, A_TXBUF, 0);
	tx_ring(h);
	assert_true(ip4_good(h->frame[1], len));
	/* Masked since the first: no second message. */
	assert_int_equal(h->vec[1], 1);
	wr(h, h->tx.unmask, 0x40000000);
	assert_int_equal(h->vec[1], 2);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.tx_pkts, 2);
	assert_int_equal(st.tx_bytes, 2 * len);
	assert_int_equal(st.tx_csum_done, 2);
	assert_int_equal(st.tx_q_pkts[0], 2);
	clean(h);
}

static void
test_tx_laps(void **state)
{
	struct mock_options o;
	struct h *h;
	uint8_t seen[DEPTH], *c;
	unsigned int i, n;
	int again;

	(void)state;
	for (again = 0; again < 2; again++) {
		mock_options_default(&o);
		o.tx_us = 5;
		o.jitter_pct = 50;
		o.tx_reorder = again != 0;
		h = h_new_opt("t4g", &o);
		up(h);
		put16(h, A_TXBUF + 12, 0x0608);
		for (n = 0; n < 20; n++) {
			memset(seen, 0, sizeof(seen));
			for (i = 0; i < DEPTH - 1; i++)
				tx_put(h, TX_ONE | 60, TX_ID(i), A_TXBUF, 0);
			tx_ring(h);
			pass(h, 100);
			pass(h, 100);
			for (i = 0; (c = tx_take(h)) != NULL; i++) {
				assert_true(get16b(c) < DEPTH);
				assert_int_equal(seen[get16b(c)]++, 0);
			}
			assert_int_equal(i, DEPTH - 1);
		}
		assert_int_equal(h->nframes, 20 * (DEPTH - 1));
		clean(h);
	}
}

static void
test_tso(void **state)
{
	const struct mock_frame_info fi = { 34, 16, 1000, 0 };
	struct h *h = h_new("max");
	struct mock_stats st;
	uint8_t f[4096];
	uint8_t *c;
	size_t len;
	unsigned int i;

	(void)state;
	up(h);
	len = ip4(f, 6, 2500);
	memcpy(at(h, A_TXBUF), f, len);
	/* MSS 1000, L4 header 5 words */
	tx_put(h, TX_META, 0, 20 | 14 << 8 | 5 << 16 | 1000U << 22, 0);
	tx_put(h, TX_LAST | TX_REQ | (uint32_t)len, TX_ID(1) | 8 | 0x10 |
	    0x80 | 12 << 8 | 0x6000, A_TXBUF, 0);
	tx_ring(h);
	assert_int_equal(h->nframes, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(h->frame_len[i], i < 2 ? 1054 : 554);
		assert_true(ip4_good(h->frame[i], h->frame_len[i]));
	}
	c = tx_take(h);
	assert_non_null(c);
	assert_int_equal(get16b(c), 1);
	assert_null(tx_take(h));
	mock_get_stats(h->d, &st);
	assert_int_equal(st.tso_frames, 1);
	assert_int_equal(st.tso_segments, 3);
	/* The other way: an oversized frame is cut before delivery. */
	rx_fill(h, 8, 2048);
	assert_int_equal(mock_frame_in(h->d, f, len, &fi), MOCK_RX_OK);
	for (i = 0; i < 3; i++) {
		c = rx_take(h);
		assert_non_null(c);
		assert_int_equal(get16b(c + 4), i < 2 ? 1054 : 554);
		assert_int_equal(get32b(c) & 0x16000, 0x10000);
	}
	assert_null(rx_take(h));
	clean(h);
}

static void
test_rx_spread(void **state)
{
	struct h *h = h_new("t4g");
	struct mock_stats st;
	uint8_t f[2048], *c;
	uint32_t w0;
	size_t len;

	(void)state;
	up(h);
	wr(h, h->tx.unmask, 0x40000000);
	rx_fill(h, DEPTH - 1, 256);
	len = ip4(f, 6, 500);
	ip4_fix(f, len);
	assert_int_equal(mock_frame_in(h->d, f, len, NULL), MOCK_RX_OK);
	assert_int_equal(h->vec[1], 1);
	c = rx_take(h);
	assert_non_null(c);
	assert_int_equal(get32b(c), 0x40000000 | 0x04000000 | 0x01000000);
	assert_int_equal(get16b(c + 4), 256);
	assert_int_equal(get16b(c + 6), 0);
	c = rx_take(h);
	assert_int_equal(get32b(c), 0x40000000 | 0x01000000);
	c = rx_take(h);
	w0 = get32b(c);
	/* last, IPv4, TCP, L4 checked, no errors */
	assert_int_equal(w0, 0x40000000 | 0x08000000 | 0x01000000 | 8 |
	    12 << 8 | 0x10000);
	assert_int_equal(get16b(c + 4), len - 512);
	assert_int_equal(get16b(c + 6), 2);
	assert_int_not_equal(get32b(c + 8), 0);
	assert_null(rx_take(h));
	assert_memory_equal(at(h, A_RXBUF), f, 256);
	assert_memory_equal(at(h, A_RXBUF + RXBUF_BYTES), f + 256, 256);
	assert_memory_equal(at(h, A_RXBUF + 2 * RXBUF_BYTES), f + 512,
	    len - 512);
	/* A wrong checksum is said so; the frame arrives. */
	f[100] ^= 1;
	assert_int_equal(mock_frame_in(h->d, f, len, NULL), MOCK_RX_OK);
	rx_take(h);
	rx_take(h);
	c = rx_take(h);
	assert_int_equal(get32b(c) & 0x16000, 0x14000);
	f[100] ^= 1;
	/* csum left to us */
	memset(f + 50, 0, 2);
	f[50] = (uint8_t)(pseudo(f, len - 34) >> 8);
	f[51] = (uint8_t)pseudo(f, len - 34);
	{
		struct mock_frame_info fi = { 34, 16, 0, 0 };

		assert_int_equal(mock_frame_in(h->d, f, len, &fi),
		    MOCK_RX_OK);
	}
	rx_take(h);
	rx_take(h);
	c = rx_take(h);
	assert_int_equal(get32b(c) & 0x16000, 0x10000);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.rx_pkts, 3);
	assert_int_equal(st.rx_bytes, 3 * len);
	assert_int_equal(h->vec[1], 1);
	clean(h);
}

static void
test_rx_drops(void **state)
{
	struct h *h = h_new("t4g");
	struct mock_stats st;
	uint8_t f[9300];
	unsigned int i;

	(void)state;
	memset(f, 0x55, sizeof(f));
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_QUEUE);
	up(h);
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_BUFFER);
	rx_fill(h, 4, 2048);
	assert_int_equal(mock_frame_in(h->d, f, 13, NULL), MOCK_RX_RUNT);
	assert_int_equal(mock_frame_in(h->d, f, 9231, NULL),
	    MOCK_RX_TOO_LONG);
	mock_set_link(h->d, false);
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_QUEUE);
	mock_set_link(h->d, true);
	for (i = 0; i < 4; i++)
		assert_int_equal(mock_frame_in(h->d, f, 60, NULL),
		    MOCK_RX_OK);
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_BUFFER);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.rx_drops, 4);
	assert_int_equal(st.rx_overruns, 2);
	assert_int_equal(st.rx_pkts, 4);
	clean(h);
}

/* Random cuts, trailing empty descriptors and an offset: bytes survive. */
static void
test_rx_random(void **state)
{
	struct mock_options o;
	struct h *h;
	uint8_t f[2048], g[2048], *c;
	size_t got, len, n;
	unsigned int i, pieces, zeros;
	uint32_t id, off;

	(void)state;
	mock_options_default(&o);
	o.rx_reorder = o.rx_trailing_zero = true;
	o.rx_offset = 2;
	h = h_new_opt("t4g", &o);
	up(h);
	rx_fill(h, DEPTH - 1, 400);
	zeros = 0;
	for (i = 0; i < 500; i++) {
		len = ip4(f, 17, 1 + i * 3);
		ip4_fix(f, len);
		assert_int_equal(mock_frame_in(h->d, f, len, NULL),
		    MOCK_RX_OK);
		got = 0;
		pieces = 0;
		do {
			c = rx_take(h);
			assert_non_null(c);
			n = get16b(c + 4);
			id = get16b(c + 6);
			off = c[14];
			assert_int_equal(off, pieces == 0 ? 2 : 0);
			assert_true(off + n <= 400);
			memcpy(g + got, at(h, A_RXBUF + id * RXBUF_BYTES) +
			    off, n);
			got += n;
			zeros += n == 0;
			rx_post(h, id, 400);
			pieces++;
		} while ((c[3] & 8) == 0);
		assert_true(pieces <= 9);
		wr(h, h->rx.db, h->rx.tail);
		assert_int_equal(got, len);
		assert_memory_equal(f, g, len);
	}
	assert_true(zeros > 10);
	clean(h);
}

static void
test_rss(void **state)
{
	struct h *h = h_new("max");
	struct mock_stats st;
	struct queue rx2;
	uint8_t f[2048];
	uint16_t keep;
	size_t len;
	unsigned int i;

	(void)state;
	up(h);
	rx_fill(h, DEPTH - 1, 2048);
	make_queue(h, &rx2, 1, A_RXSQ + 0x1000, A_RXCQ + 0x1000, DEPTH, 2);
	assert_int_equal(h->rx.sq_idx, 7);
	assert_int_equal(rx2.sq_idx, 8);
	for (i = 0; i < DEPTH - 1; i++) {
		put32(h, A_RXSQ + 0x1000 + i * 16, 0x1d000000 | 2048);
		put32(h, A_RXSQ + 0x1000 + i * 16 + 4, i);
		put32(h, A_RXSQ + 0x1000 + i * 16 + 8, A_RXBUF + 0x40000);
	}
	wr(h, rx2.db, DEPTH - 1);
	/* unprogrammed: all to the first */
	len = ip4(f, 6, 10);
	for (i = 0; i < 16; i++) {
		f[35] = (uint8_t)i;
		ip4_fix(f, len);
		mock_frame_in(h->d, f, len, NULL);
	}
	mock_get_stats(h->d, &st);
	assert_int_equal(st.rx_q_pkts[0], 16);
	assert_int_equal(st.rx_q_pkts[1], 0);
	for (i = 0; i < 128; i++)
		put32(h, A_CTRL + 4 * i, 7 + (i & 1));
	assert_int_equal(set_feature(h, 12, 512, 0, 7, 0xffffffffU, 0), 0);
	memset(at(h, A_CTRL), 0, 512);
	assert_int_equal(get_feature(h, 12, 0, 512), 0);
	assert_int_equal(get16b(h->resp + 8), 5);
	assert_int_equal(get16b(h->resp + 10), 12);
	assert_int_equal(get16b(h->resp + 12), 7);
	assert_int_equal(get32(h, A_CTRL + 4), 8);
	keep = 0;
	for (i = 0; i < 16; i++) {
		f[35] = (uint8_t)i;
		ip4_fix(f, len);
		mock_frame_in(h->d, f, len, NULL);
		keep++;
	}
	mock_get_stats(h->d, &st);
	assert_int_equal(st.rx_q_pkts[0] + st.rx_q_pkts[1], 16U + keep);
	assert_true(st.rx_q_pkts[1] > 2);
	assert_true(st.rx_q_pkts[0] > 18);
	clean(h);
}

/*
 * The verification suite's first vector: 66.9.149.187:2794 to
 * 161.142.100.80:1766 hashes to 0x51ccc178 with the standard key.
 */
static void
test_rss_vector(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t f[2048], *c;
	size_t len;

	(void)state;
	up(h);
	rx_fill(h, 4, 2048);
	len = ip4(f, 6, 0);
	memcpy(f + 26, "\x42\x09\x95\xbb\xa1\x8e\x64\x50", 8);
	memcpy(f + 34, "\x0a\xea\x06\xe6", 4);
	ip4_fix(f, len);
	assert_int_equal(mock_frame_in(h->d, f, len, NULL), MOCK_RX_OK);
	c = rx_take(h);
	assert_int_equal(get32b(c + 8), 0x51ccc178);
	clean(h);
}

static void
test_interrupts(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t f[60];

	(void)state;
	memset(f, 0, sizeof(f));
	up(h);
	rx_fill(h, DEPTH - 1, 2048);
	/* Silent until the first unmask, which fires at once. */
	mock_frame_in(h->d, f, sizeof(f), NULL);
	assert_int_equal(h->vec[1], 0);
	wr(h, h->tx.unmask, 0x40000000);
	assert_int_equal(h->vec[1], 1);
	/* One message, then masked. */
	mock_frame_in(h->d, f, sizeof(f), NULL);
	mock_frame_in(h->d, f, sizeof(f), NULL);
	assert_int_equal(h->vec[1], 1);
	wr(h, h->tx.unmask, 0xc0000000);
	assert_int_equal(h->vec[1], 2);
	/* Nothing new: unmask stays armed, mask-only disarms. */
	wr(h, h->tx.unmask, 0x40000000);
	assert_int_equal(h->vec[1], 2);
	wr(h, h->tx.unmask, 0x80000000);
	mock_frame_in(h->d, f, sizeof(f), NULL);
	assert_int_equal(h->vec[1], 2);
	clean(h);
}

static void
test_moderation(void **state)
{
	struct h *h = h_new("max");
	uint8_t f[60];

	(void)state;
	memset(f, 0, sizeof(f));
	up(h);
	rx_fill(h, DEPTH - 1, 2048);
	wr(h, h->tx.unmask, 0x40000000 | 50 << 15 | 20);
	mock_frame_in(h->d, f, sizeof(f), NULL);
	mock_frame_in(h->d, f, sizeof(f), NULL);
	assert_int_equal(h->vec[1], 0);
	assert_int_equal(mock_next_us(h->d), h->now + 20);
	pass(h, 19);
	assert_int_equal(h->vec[1], 0);
	pass(h, 1);
	assert_int_equal(h->vec[1], 1);
	clean(h);
}

static void
test_mgmt_mask(void **state)
{
	struct h *h = h_new("t4g");

	(void)state;
	admin_up(h);
	assert_int_equal(h->vec[0], 0);
	wr(h, R_MASK, 0);
	assert_int_equal(h->vec[0], 1);
	assert_int_equal(get_feature(h, 26, 0, 0), 0);
	assert_int_equal(h->vec[0], 2);
	clean(h);
}

static void
test_aenq(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t *e;
	unsigned int i;

	(void)state;
	admin_up(h);
	wr(h, R_MASK, 0);
	pass(h, 5000000);
	h->vec[0] = 0;
	assert_int_equal(get32(h, A_AENQ + 4), 0);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
	/* link up at once */
	assert_int_equal(h->vec[0], 1);
	e = at(h, A_AENQ);
	assert_int_equal(get32b(e), 0);
	assert_int_equal(e[4], 1);
	assert_int_equal(get32b(e + 16), 1);
	assert_int_equal(mock_next_us(h->d), h->now + 1000000);
	pass(h, 999999);
	assert_int_equal(h->vec[0], 1);
	pass(h, 1);
	assert_int_equal(h->vec[0], 2);
	e = at(h, A_AENQ + 64);
	assert_int_equal(get32b(e), 4);
	/* 14 more fill the ring; then silence until slots are given back */
	pass(h, 14000000);
	assert_int_equal(h->vec[0], 16);
	pass(h, 100000000);
	assert_int_equal(h->vec[0], 16);
	mock_set_link(h->d, false);
	wr(h, R_AENQ_DB, AENQ_DEPTH + 16);
	/* what was owed comes first, second lap */
	e = at(h, A_AENQ);
	assert_int_equal(get32b(e), 0);
	assert_int_equal(e[4], 0);
	assert_int_equal(get32b(e + 16), 0);
	assert_int_equal(h->vec[0], 17);
	/* switched off: nothing comes */
	assert_int_equal(set_feature(h, 26, 0, 0, 0, 0, 0), 0);
	i = h->vec[0];
	pass(h, 3000000);
	mock_set_link(h->d, true);
	assert_int_equal(h->vec[0], i);
	clean(h);
}

static void
gate(const char *profile, uint32_t version, uint32_t declared, int want)
{
	struct h *h = h_new(profile);

	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	wr(h, R_MASK, 1);
	assert_int_equal(host_attr(h, version, declared), 0);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), want);
	assert_int_equal(h->ext, 0);
	h_free(h);
}

static void
test_gates(void **state)
{
	(void)state;
	gate("c7g", 0x00030802, 0x02, 0);
	gate("c7g", 0x00030801, 0x02, 6);
	gate("c7g", 0x00030800, 0x12, 0);
	gate("c6i", 0x00030801, 0x12, 6);
	gate("c6i", 0x00030802, 0x02, 0);
	gate("gen6", 0x00030801, 0x12, 6);
	gate("t4g", 0x00000000, 0x00, 0);
}

static void
test_flr(void **state)
{
	struct h *h = h_new("t4g");
	struct mock_ring r;
	unsigned int n;

	(void)state;
	up(h);
	for (n = 0; mock_ring_nth(h->d, n, &r); n++)
		assert_int_not_equal(r.kind, MOCK_RING_NONE);
	assert_int_equal(n, 5);
	mock_flr(h->d);
	assert_false(mock_ring_nth(h->d, 0, &r));
	assert_int_equal(rd(h, R_STS), 1);
	up(h);
	clean(h);
}

/* The same driver works on every profile and breaks no rule. */
static void
test_all_profiles(void **state)
{
	const struct mock_profile *p;
	struct h *h;
	uint8_t f[60];
	unsigned int n;

	(void)state;
	memset(f, 0, sizeof(f));
	for (n = 0; (p = mock_profile_nth(n)) != NULL; n++) {
		h = h_new(p->name);
		up(h);
		put16(h, A_TXBUF + 12, 0x0608);
		tx_put(h, TX_ONE | 60, TX_ID(1), A_TXBUF, 0);
		tx_ring(h);
		assert_non_null(tx_take(h));
		assert_int_equal(h->nframes, 1);
		rx_fill(h, DEPTH - 1, 2048);
		assert_int_equal(mock_frame_in(h->d, f, 60, NULL),
		    MOCK_RX_OK);
		assert_non_null(rx_take(h));
		wr(h, h->tx.unmask, 0x40000000);
		assert_int_equal(h->vec[1], 1);
		pass(h, 2000000);
		clean(h);
	}
}

static void
count_line(void *arg, const char *text)
{
	unsigned int *n = arg;

	assert_non_null(text);
	(*n)++;
}

static void
test_dump(void **state)
{
	struct h *h = h_new("t4g");
	unsigned int n;

	(void)state;
	up(h);
	n = 0;
	mock_dump(h->d, count_line, &n);
	assert_true(n >= 9);
	clean(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_readless),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_max_features),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_stats_text),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_tx_csum),
		cmocka_unit_test(test_tx_laps),
		cmocka_unit_test(test_tso),
		cmocka_unit_test(test_rx_spread),
		cmocka_unit_test(test_rx_drops),
		cmocka_unit_test(test_rx_random),
		cmocka_unit_test(test_rss),
		cmocka_unit_test(test_rss_vector),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_moderation),
		cmocka_unit_test(test_mgmt_mask),
		cmocka_unit_test(test_aenq),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_flr),
		cmocka_unit_test(test_all_profiles),
		cmocka_unit_test(test_dump),
	};

	return (cmocka_run_group_tests_name("mockdev", tests, NULL, NULL));
}
