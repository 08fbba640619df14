/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's glue: rings in netmap(4)'s hands, and back. */
#include "glue_fix.h"
#include "fk_freebsd.h"

#define FRAMES	64

static uint8_t frames[FRAMES][9300];
static struct fk_tx list[FRAMES];
static unsigned int got, got_intact, got_segs;

static void
take(void *arg, const struct fk_rx *rx)
{
	uint32_t id;

	(void)arg;
	got++;
	got_segs = rx->segs;
	got_intact += gf_intact(rx->frame, rx->len, &id) &&
	    gf_sums(rx->frame, rx->len);
}

static void
make(enum gf_kind k, size_t len, unsigned int frag)
{
	unsigned int i;

	memset(list, 0, sizeof(list));
	for (i = 0; i < FRAMES; i++) {
		gf_frame(frames[i], k, len, i + 1, false);
		list[i].frame = frames[i];
		list[i].len = len;
		list[i].frag = frag;
	}
}

static void
out_of_ring(unsigned int q, unsigned int n)
{
	unsigned int i;

	gf_forget();
	GF_CHECK(fk_netmap_send(q, list, n) == n);
	GF_CHECK(gf_wait_out(n, GF_SECOND));
	fc_run(GF_SECOND / 100);
	for (i = 0; i < n; i++) {
		GF_CHECK(gf_out[i].intact && gf_out[i].len == list[0].len);
		GF_CHECK(gf_out[i].queue == gf_out[0].queue);
	}
}

static bool
all_in(void *arg)
{
	return (got >= *(unsigned int *)arg);
}

static void
into_rings(unsigned int n)
{
	unsigned int i, q, turn;

	got = got_intact = 0;
	for (i = 0; i < n; i++)
		GF_CHECK(fc_wire_in(list[i].frame, list[i].len));
	for (turn = 0; turn < 50 && !all_in(&n); turn++) {
		fc_run(2000);
		for (q = 0; q < fk_netmap_rings(); q++)
			fk_netmap_receive(q, take, NULL);
	}
	assert_int_equal(got, n);
	assert_int_equal(got_intact, n);
}

static void
start(const char *profile, uint64_t seed)
{
	gf_start(profile, seed);
	GF_CHECK(fk_netmap(true) == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
}

static void
both_ways(enum gf_kind k, size_t len, unsigned int frag)
{
	unsigned int q;

	make(k, len, frag);
	for (q = 0; q < fk_netmap_rings(); q++)
		out_of_ring(q, 16);
	into_rings(16);
}

static void
frames_of_every_length(void **state)
{
	static const size_t len[] = { 60, 64, 96, 97, 224, 225, 600, 1514 };
	static const char *const three[] = { "max", "c7g", "t4g" };
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		start(three[p], 1200 + p);
		for (i = 0; i < sizeof(len) / sizeof(len[0]); i++)
			both_ways(GF_UDP4, len[i], 0);
		GF_CHECK(fk_netmap(false) == 0);
		gf_end();
	}
}

/* More slots than one, on both sides. */
static void
frames_of_many_slots(void **state)
{
	(void)state;
	gf_start("c7g", 1210);
	GF_CHECK(fk_set_mtu(9000) == 0);
	GF_CHECK(fk_netmap(true) == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	both_ways(GF_TCP4, 9014, 0);
	GF_CHECK(got_segs >= 5);
	both_ways(GF_TCP4, 700, 100);
	both_ways(GF_TCP4, 300, 33);	/* a head in many slots */
	GF_CHECK(fk_netmap(false) == 0);
	gf_end();
}

/* Around the ring more than once, and more than it holds at a time. */
static void
around_the_ring(void **state)
{
	unsigned int i, done, put, total = 0, turn;

	(void)state;
	start("t4g", 1211);
	make(GF_UDP4, 128, 0);
	for (i = 0; i < 60; i++)
		out_of_ring(i % 2, 60);
	gf_forget();
	for (turn = 0; turn < 60; turn++) {
		put = fk_netmap_send(0, list, FRAMES);
		total += put;
	}
	GF_CHECK(gf_wait_out(total, GF_SECOND));
	assert_int_equal(gf_nout, total);
	for (i = 0; i < 60; i++)
		into_rings(60);
	done = fk_netmap_events(0, true) + fk_netmap_events(0, false);
	GF_CHECK(done > 10);
	GF_CHECK(fk_netmap(false) == 0);
	gf_end();
}

static void
to_and_fro(void **state)
{
	struct fk_tx tx;
	unsigned int i;

	(void)state;
	gf_start("c7g", 1212);
	for (i = 0; i < 8; i++) {
		GF_CHECK(gf_both_ways(GF_TCP4, 700, 20));
		GF_CHECK(fk_netmap(true) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		both_ways(GF_UDP4, 200, 0);
		/* the stack's packets are not for the wire now */
		memset(&tx, 0, sizeof(tx));
		tx.frame = frames[0];
		tx.len = 200;
		gf_forget();
		fk_send(&tx);
		fc_run(GF_SECOND / 10);
		assert_int_equal(gf_nout, 0);
		GF_CHECK(fk_netmap(false) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
	}
	GF_CHECK(gf_both_ways(GF_TCP4, 700, 20));
	gf_end();
}

/* Opened while the interface is down; it comes up in that mode. */
static void
opened_while_down(void **state)
{
	(void)state;
	gf_attach("c7g", 1213);
	GF_CHECK(fk_netmap(true) == 0);
	make(GF_UDP4, 100, 0);
	fk_netmap_send(0, list, 4);	/* waits, or is lost: not ours */
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	fc_run(GF_SECOND / 10);
	both_ways(GF_UDP4, 300, 0);
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	both_ways(GF_UDP4, 300, 0);
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_netmap(false) == 0);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_UDP4, 300, 10));
	gf_end();
}

static void
resets_and_link(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i, q;

	(void)state;
	for (i = 0; i < 8; i++) {
		start(i % 2 != 0 ? "c7g" : "t4g", 1220 + i);
		fc_set_preempt(48);
		make(GF_UDP4, 500, 0);
		for (q = 0; q < fk_netmap_rings(); q++)
			fk_netmap_send(q, list, 30);
		if (i % 4 < 2)
			mock_fault(fc_dev(), &fatal);
		else {
			mock_set_link(fc_dev(), false);
			fc_run(fc_rand(5000));
			mock_set_link(fc_dev(), true);
		}
		for (q = 0; q < 40; q++) {
			fk_netmap_send(q % fk_netmap_rings(), list, 5);
			fc_wire_in(frames[q], 500);
			fk_netmap_receive(q % fk_netmap_rings(), take, NULL);
			fc_run(fc_rand(20000));
		}
		fc_run(10 * GF_SECOND);
		for (q = 0; q < fk_netmap_rings(); q++) {
			fk_netmap_send(q, list, 0);
			fk_netmap_receive(q, take, NULL);
		}
		GF_CHECK(gf_link(true, 5 * GF_SECOND));
		fc_run(GF_SECOND / 10);
		both_ways(GF_UDP4, 400, 0);
		fc_model_forgive();
		GF_CHECK(fk_netmap(false) == 0);
		gf_end();
	}
}

/* The device goes while a process has the port. */
static void
gone_in_netmap_mode(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		start("c7g", 1230 + i);
		make(GF_UDP4, 500, 0);
		fk_netmap_send(i % 4, list, 40);
		if (i % 2 != 0) {
			fc_pull();
			fc_run(i / 2 * GF_SECOND);
		}
		GF_CHECK(fk_detach(i % 2 != 0) == 0);
		fc_run(GF_SECOND / 10);
		fc_model_forgive();
		GF_CHECK(fk_clean());
		gf_close();
	}
}

static void
settings_in_netmap_mode(void **state)
{
	(void)state;
	start("c7g", 1240);
	both_ways(GF_UDP4, 300, 0);
	GF_CHECK(fk_set_mtu(4000) == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	both_ways(GF_UDP4, 300, 0);
	GF_CHECK(fk_stats_read() > 0);
	fk_suspend();
	mock_flr(fc_dev());
	fk_resume();
	fc_run(GF_SECOND);
	GF_CHECK(gf_link(true, 5 * GF_SECOND));
	both_ways(GF_UDP4, 300, 0);
	GF_CHECK(fk_netmap(false) == 0);
	gf_end();
}

/*
 * The watchdog's look at a quiet ring may come between a device's interrupt
 * and its handler, and then unmasks, as the handler does: advice, no more.
 */
static void
forgive_a_look(void)
{
	unsigned int i;

	for (i = 0; fc_model_nth(i) != NULL; i++)
		GF_CHECK(strncmp(fc_model_nth(i), "unmask-double", 13) == 0);
	fc_model_forgive();
}

static void
no_memory_for_netmap(void **state)
{
	uint64_t n;

	(void)state;
	for (n = 1; n < 60; n += 1 + n / 10) {
		gf_start("c7g", 1250 + n);
		fc_fail_at(n, 2);
		fk_netmap(true);
		fc_fail_at(0, 0);
		fc_run(40 * GF_SECOND);
		fk_netmap(false);
		if (!gf_link(true, GF_SECOND)) {
			fk_down();
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 5 * GF_SECOND));
		}
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
		forgive_a_look();
		gf_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_every_length),
		cmocka_unit_test(frames_of_many_slots),
		cmocka_unit_test(around_the_ring),
		cmocka_unit_test(to_and_fro),
		cmocka_unit_test(opened_while_down),
		cmocka_unit_test(resets_and_link),
		cmocka_unit_test(gone_in_netmap_mode),
		cmocka_unit_test(settings_in_netmap_mode),
		cmocka_unit_test(no_memory_for_netmap),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
