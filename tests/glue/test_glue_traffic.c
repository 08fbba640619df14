/* SPDX-License-Identifier: BSD-2-Clause */
/* Glue: packets of every shape, both ways, byte for byte. */
#include "glue_fix.h"

static const char *const three[] = { "max", "c7g", "t4g" };
static uint8_t frame[GF_MAX];

static void
every_length(void **state)
{
	static const size_t len[] = {
		60, 64, 96, 97, 128, 223, 224, 225, 255, 256, 257, 1000, 1514
	};
	unsigned int i, k, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 200 + p);
		for (i = 0; i < sizeof(len) / sizeof(len[0]); i++)
			for (k = GF_RAW; k <= GF_TCP6; k++)
				if (len[i] >= gf_headers(k) + 8)
					GF_CHECK(gf_both_ways(k, len[i], 3));
		gf_end();
	}
}

static void
every_chain(void **state)
{
	static const unsigned int frag[] = { 1, 7, 16, 60, 100, 224, 700 };
	static const unsigned int head[] = { 0, 14, 33, 54, 100, 230 };
	unsigned int f, h, n, p;
	struct fk_tx tx;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 210 + p);
		n = 0;
		for (f = 0; f < sizeof(frag) / sizeof(frag[0]); f++)
			for (h = 0; h < 6; h++) {
				memset(&tx, 0, sizeof(tx));
				tx.len = 600 - f * 40 - h;
				gf_frame(frame, GF_UDP4, tx.len, ++n, false);
				tx.frame = frame;
				tx.frag = frag[f];
				tx.head = head[h];
				GF_CHECK(fk_send(&tx) == 0);
				GF_CHECK(gf_wait_out(n, GF_SECOND));
				GF_CHECK(gf_out[n - 1].intact);
				GF_CHECK(gf_out[n - 1].len == tx.len);
			}
		/* the finest chains do not fit: they were gathered */
		fc_run(2 * GF_SECOND);		/* counters may be a tick old */
		GF_CHECK(gf_stat(FK_STAT_TX_DEFRAG, 0) != 0);
		gf_end();
	}
}

/* The device finishes what the stack began. */
static void
checksums_out(void **state)
{
	static const struct {
		enum gf_kind k;
		unsigned int csum;
	} t[] = {
		{ GF_UDP4, FK_CS_IP | FK_CS_UDP },
		{ GF_TCP4, FK_CS_IP | FK_CS_TCP },
		{ GF_UDP6, FK_CS_UDP }, { GF_TCP6, FK_CS_TCP }
	};
	unsigned int i, n, p;
	struct fk_tx tx;
	struct fk_if f;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 220 + p);
		GF_CHECK(fk_if(&f));
		for (n = i = 0; i < 4; i++) {
			/* only what the interface offers, as the stack does */
			if (t[i].k >= GF_UDP6 && (f.caps & FK_CAP_CSUM6) == 0)
				continue;
			memset(&tx, 0, sizeof(tx));
			tx.frame = frame;
			tx.len = gf_frame(frame, t[i].k, 333, ++n, true);
			tx.csum = t[i].csum;
			tx.head = i % 2 != 0 ? 54 : 0;
			tx.frag = i % 2 != 0 ? 150 : 0;
			GF_CHECK(fk_send(&tx) == 0);
			GF_CHECK(gf_wait_out(n, GF_SECOND));
			GF_CHECK(gf_out[n - 1].intact);
		}
		GF_CHECK(n >= 2);
		gf_end();
	}
}

static uint32_t
tcp_seq(const uint8_t *f)
{
	const uint8_t *p = f + (f[12] == 0x86 ? 54 : 34) + 4;

	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

static size_t
tcp_flags(const uint8_t *f)
{
	return ((f[12] == 0x86 ? 54 : 34) + 13);
}

static uint8_t joined[GF_MAX];
static size_t joined_len, joined_head;
static bool joined_ok;
static unsigned int joined_cwr;		/* frames that say it */

static void
join(void *arg, const uint8_t *f, size_t len, unsigned int q)
{
	size_t at = tcp_seq(f) - 0x10000;

	(void)arg;
	(void)q;
	joined_ok = joined_ok && gf_sums(f, len);
	if ((f[tcp_flags(f)] & 0x80) != 0) {
		joined_ok = joined_ok && at == 0;
		joined_cwr++;
	}
	memcpy(joined + joined_head + at, f + joined_head, len - joined_head);
	joined_len += len - joined_head;
	gf_nout++;
}

static void
one_tso(enum gf_kind k, size_t len, unsigned int mss, unsigned int frag,
    bool cwr)
{
	struct fk_tx tx;
	size_t pay;

	joined_head = gf_headers(k);
	pay = len - joined_head;
	joined_len = 0;
	joined_ok = true;
	joined_cwr = 0;
	gf_forget();
	memset(&tx, 0, sizeof(tx));
	gf_frame(frame, k, len, 7, true);
	if (cwr)
		frame[tcp_flags(frame)] |= 0x80;
	gf_seed_tso(frame, k);
	tx.frame = frame;
	tx.len = len;
	tx.csum = FK_CS_TCP | FK_CS_TSO | (k == GF_TCP4 ? FK_CS_IP : 0);
	tx.mss = mss;
	tx.frag = frag;
	tx.head = frag != 0 ? (unsigned int)joined_head : 0;
	GF_CHECK(fk_send(&tx) == 0);
	GF_CHECK(gf_wait_out((unsigned int)((pay + mss - 1) / mss),
	    GF_SECOND));
	GF_CHECK(joined_ok && joined_len == pay && joined_cwr == cwr);
	GF_CHECK(memcmp(joined + joined_head, frame + joined_head, pay) == 0);
}

static void
tso_in_pieces_of_the_right_size(void **state)
{
	static const size_t len[] = { 3000, 9000, 20000, 40000, 64000 };
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 2; p++) {
		gf_start(three[p], 230 + p);
		fc_on_wire(join, NULL);
		for (i = 0; i < 5; i++) {
			one_tso(GF_TCP4, len[i], 1448, 0, false);
			one_tso(GF_TCP4, len[i], 1448, 2048, false);
			one_tso(GF_TCP4, len[i], 536, 1000, false);
			one_tso(GF_TCP6, len[i], 1428, 4096, false);
		}
		if (fk_can(FK_CAN_TCP_TSO))
			GF_CHECK(fk_tcp_tso() != 0);
		gf_end();
	}
}

/* "Congestion window reduced", which most devices would say in each frame. */
static void
tso_says_cwr_once(void **state)
{
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 2; p++) {
		gf_start(three[p], 240 + p);
		fc_on_wire(join, NULL);
		for (i = 0; i < 3; i++) {
			one_tso(GF_TCP4, 1500 + i, 1448, i * 500, true);
			one_tso(GF_TCP4, 9000, 1448, i * 1000, true);
			one_tso(GF_TCP6, 30000, 1428, i * 2048, true);
			/* it fits into one segment */
			one_tso(GF_TCP4, 1400, 1448, i * 500, true);
		}
		gf_end();
	}
}

static void
tso_without_a_size_is_dropped(void **state)
{
	struct fk_tx tx;
	struct fk_if a, b;

	(void)state;
	gf_start("c7g", 235);
	fk_if(&a);
	memset(&tx, 0, sizeof(tx));
	tx.frame = frame;
	tx.len = gf_frame(frame, GF_TCP4, 5000, 1, true);
	tx.csum = FK_CS_IP | FK_CS_TCP | FK_CS_TSO;
	GF_CHECK(fk_send(&tx) == 0);
	fc_run(GF_SECOND / 10);
	fk_if(&b);
	GF_CHECK(gf_nout == 0);
	GF_CHECK(b.oerrors == a.oerrors + 1);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
	gf_end();
}

/* A checksum wish that cannot be understood costs one packet. */
static void
nonsense_is_dropped(void **state)
{
	struct fk_tx tx;

	(void)state;
	gf_start("c7g", 236);
	memset(&tx, 0, sizeof(tx));
	tx.frame = frame;
	tx.len = gf_frame(frame, GF_RAW, 100, 1, false);
	tx.csum = FK_CS_TCP;
	GF_CHECK(fk_send(&tx) == 0);
	tx.len = 20;
	tx.csum = FK_CS_IP | FK_CS_UDP;
	frame[12] = 8;
	frame[13] = 0;
	GF_CHECK(fk_send(&tx) == 0);
	fc_run(GF_SECOND / 10);
	GF_CHECK(gf_nout == 0);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
	gf_end();
}

static void
jumbo(void **state)
{
	static const int mtu[] = { 9000, 9216, 4000, 2100, 2026, 2027, 1500 };
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 240 + p);
		for (i = 0; i < sizeof(mtu) / sizeof(mtu[0]); i++) {
			GF_CHECK(fk_set_mtu(mtu[i]) == 0);
			fc_run(GF_SECOND / 10);
			GF_CHECK(gf_both_ways(GF_TCP4, (size_t)mtu[i] + 14,
			    6));
			GF_CHECK(gf_both_ways(GF_UDP4, 64, 4));
			if (mtu[i] > 4096)
				GF_CHECK(gf_in[0].segs == 1 || mtu[i] > 2048);
		}
		gf_end();
	}
}

/* More than the ring holds, in one go: nothing is lost, nothing stuck. */
static void
a_full_ring_is_restarted(void **state)
{
	static struct fk_tx tx[1200];
	static uint8_t f[1200][80];
	unsigned int i, p, sent;
	struct fk_if k;

	(void)state;
	for (p = 0; p < 12; p++) {
		fc_dev_tx_us(p % 6 >= 3 ? 3000 : 0);
		gf_start(three[p % 3], 250 + p);
		memset(tx, 0, sizeof(tx));
		for (i = 0; i < 1200; i++) {
			gf_frame(f[i], GF_UDP4, 80, i + 1, false);
			tx[i].frame = f[i];
			tx[i].len = 80;
			tx[i].frag = 9;
		}
		sent = p < 6 ? fk_send_burst(tx, 1200) :
		    fk_send_process(tx, 1200);
		GF_CHECK(sent >= 900);
		/* a watchdog would help out later */
		GF_CHECK(gf_wait_out(sent, GF_SECOND / 2));
		fc_run(GF_SECOND / 10);
		GF_CHECK(gf_nout == sent);
		for (i = 0; i < sent; i++)
			GF_CHECK(gf_out[i].intact);
		fk_if(&k);
		GF_CHECK(k.queued == 0 && k.oactive == 0);
		GF_CHECK(gf_both_ways(GF_UDP4, 80, 8));
		gf_end();
	}
}

static void
each_flow_has_its_queue(void **state)
{
	unsigned int i, used = 0;
	struct fk_tx tx;

	(void)state;
	gf_start("c7g", 260);
	for (i = 0; i < 64; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 200, i + 1, false);
		tx.flow = i;
		GF_CHECK(fk_send(&tx) == 0);
	}
	GF_CHECK(gf_wait_out(64, GF_SECOND));
	for (i = 0; i < 64; i++)
		used |= 1U << gf_out[i].queue;
	assert_int_equal(used, 0xf);
	gf_end();
}

/* Frames of one flow come to one queue, in order, with its hash. */
static void
receive_keeps_order(void **state)
{
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 265 + p);
		for (i = 0; i < 400; i++) {
			gf_frame(frame, GF_TCP4, 100 + i, i + 1, false);
			GF_CHECK(fc_wire_in(frame, 100 + i));
			if (i % 32 == 31)
				fc_run(2000);
		}
		GF_CHECK(gf_wait_in(400, GF_SECOND));
		for (i = 0; i < 400; i++) {
			GF_CHECK(gf_in[i].intact && gf_in[i].id == i + 1);
			GF_CHECK(gf_in[i].queue == gf_in[0].queue);
			if (!fk_can(FK_CAN_FLOWID))
				continue;
			GF_CHECK((gf_in[i].csum & FK_RX_FLOWID) != 0);
			GF_CHECK(gf_in[i].flowid == gf_in[0].flowid);
		}
		gf_end();
	}
}

static void
checksum_verdicts(void **state)
{
	(void)state;
	gf_start("c7g", 270);
	gf_frame(frame, GF_TCP4, 200, 1, false);
	GF_CHECK(fc_wire_in(frame, 200));
	gf_frame(frame, GF_UDP6, 200, 2, false);
	GF_CHECK(fc_wire_in(frame, 200));
	gf_frame(frame, GF_UDP4, 200, 3, false);
	frame[150] ^= 1;		/* broken on the way */
	GF_CHECK(fc_wire_in(frame, 200));
	gf_frame(frame, GF_RAW, 200, 4, false);
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(4, GF_SECOND));
	gf_forget();
	gf_frame(frame, GF_TCP4, 200, 1, false);
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & (FK_RX_IP_OK | FK_RX_TCP_OK)) ==
	    (FK_RX_IP_OK | FK_RX_TCP_OK));
	gf_forget();
	gf_frame(frame, GF_UDP4, 200, 3, false);
	frame[150] ^= 1;
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & FK_RX_UDP_OK) == 0);
	gf_end();
}

/* The ring empties while the stack sleeps; then everything goes on. */
static void
more_than_the_ring_holds(void **state)
{
	unsigned int i, taken = 0, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 275 + p);
		taken = 0;
		for (i = 0; i < 3000; i++) {
			gf_frame(frame, GF_UDP4, 80, i + 1, false);
			taken += fc_wire_in(frame, 80);
		}
		GF_CHECK(taken >= 1000 && taken < 3000);
		GF_CHECK(gf_wait_in(taken, 2 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 80, 20));
		gf_end();
		}
}

static void
no_memory_for_a_while(void **state)
{
	unsigned int i, got = 0;

	(void)state;
	gf_start("c7g", 280);
	fc_fail_at(1, 3000);
	for (i = 0; i < 1100; i++) {
		gf_frame(frame, GF_UDP4, 80, i + 1, false);
		got += fc_wire_in(frame, 80);
		if (i % 64 == 0)
			fc_run(3000);
	}
	fc_run(GF_SECOND);
	fc_fail_at(0, 0);
	fc_run(GF_SECOND);
	GF_CHECK(gf_nin == got);
	GF_CHECK(gf_both_ways(GF_UDP4, 80, 40));
	gf_end();
}

static void
congestion_is_heeded(void **state)
{
	unsigned int rings, alive, size, i;

	(void)state;
	gf_start("c7g", 281);
	fk_congested(true);
	for (i = 0; i < 200; i++) {
		gf_frame(frame, GF_UDP4, 80, i + 1, false);
		fc_wire_in(frame, 80);
		fc_run(11000);
	}
	fk_congested(false);
	GF_CHECK(gf_nin == 200);
	if (fk_can(FK_CAN_RXR))
		GF_CHECK(fk_get_rxr(&rings, &alive, &size) == 0);
	GF_CHECK(gf_both_ways(GF_UDP4, 80, 40));
	gf_end();
}

static void
bpf_sees_what_is_sent(void **state)
{
	(void)state;
	gf_start("c7g", 282);
	GF_CHECK(gf_both_ways(GF_UDP4, 80, 5));
	assert_int_equal(fk_bpf_out(), 0);
	fk_bpf(true);
	GF_CHECK(gf_both_ways(GF_UDP4, 80, 5));
	fk_bpf(false);
	assert_int_equal(fk_bpf_out(), 5);
	gf_end();
}

static void
lro_frames_take_the_other_road(void **state)
{
	(void)state;
	gf_start("c7g", 283);
	GF_CHECK(fk_set_lro(true) == 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 500, 20));
	GF_CHECK(gf_both_ways(GF_UDP4, 500, 20));
	GF_CHECK(fk_set_lro(false) == 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 500, 20));
	gf_end();
}

/* Everything at once, for a while, each time another way. */
static void
crowded(void **state)
{
	unsigned int i, n, p, seed, taken;
	struct fk_tx tx[24];

	(void)state;
	for (seed = 0; seed < 9; seed++) {
		p = seed % 3;
		gf_start(three[p], 290 + seed);
		fc_set_preempt(64);
		n = taken = 0;
		for (i = 0; i < 60; i++) {
			unsigned int k, burst = 1 + fc_rand(20);
			static uint8_t f[24][1514];

			for (k = 0; k < burst; k++) {
				memset(&tx[k], 0, sizeof(tx[k]));
				tx[k].len = 60 + fc_rand(1400);
				gf_frame(f[k], GF_UDP4, tx[k].len, ++n,
				    false);
				tx[k].frame = f[k];
				tx[k].flow = fc_rand(8);
				tx[k].frag = fc_rand(3) * 128;
				taken += fc_wire_in(f[k], tx[k].len);
			}
			GF_CHECK((fc_rand(2) != 0 ? fk_send_burst(tx, burst) :
			    fk_send_process(tx, burst)) == burst);
			fc_run(fc_rand(300));
		}
		GF_CHECK(gf_wait_out(n, 2 * GF_SECOND));
		GF_CHECK(gf_wait_in(taken, 2 * GF_SECOND));
		GF_CHECK(gf_nout == n && gf_nin == taken);
		for (i = 0; i < n; i++)
			GF_CHECK(gf_out[i].intact);
		for (i = 0; i < taken; i++)
			GF_CHECK(gf_in[i].intact);
		gf_end();
	}
}

int
main(void)
{
	static const struct gf_test tests[] = {
		GF_TEST(every_length),
		GF_TEST(every_chain),
		GF_TEST(checksums_out),
		GF_TEST(tso_in_pieces_of_the_right_size),
		GF_TEST(tso_says_cwr_once),
		GF_TEST(tso_without_a_size_is_dropped),
		GF_TEST(nonsense_is_dropped),
		GF_TEST(jumbo),
		GF_TEST(a_full_ring_is_restarted),
		GF_NEEDS(each_flow_has_its_queue, FK_CAN_PICK_QUEUE),
		GF_TEST(receive_keeps_order),
		GF_TEST(checksum_verdicts),
		GF_TEST(more_than_the_ring_holds),
		GF_TEST(no_memory_for_a_while),
		GF_NEEDS(congestion_is_heeded, FK_CAN_CONGESTION),
		GF_TEST(bpf_sees_what_is_sent),
		GF_NEEDS(lro_frames_take_the_other_road, FK_CAN_LRO),
		GF_TEST(crowded),
	};

	return (gf_run(tests, sizeof(tests) / sizeof(tests[0])));
}
