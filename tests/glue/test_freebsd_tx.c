/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's glue: which packets go at once, which wait for each other. */
#include "glue_fix.h"
#include "fk_freebsd.h"

#define N		40U
#define FIRST_OF_B	1000U
#define DOORBELLS	"dev.ena.0.queue0.tx_ring.doorbells"

static uint8_t frames[2][N][200];
static struct fk_tx list[2][N];

/* Two lists, for two who send. */
static void
make(uint32_t id_a, uint32_t id_b)
{
	unsigned int i, k;

	memset(list, 0, sizeof(list));
	for (k = 0; k < 2; k++)
		for (i = 0; i < N; i++) {
			list[k][i].frame = frames[k][i];
			list[k][i].len = gf_frame(frames[k][i], GF_UDP4,
			    90 + i, (k == 0 ? id_a : id_b) + i, false);
		}
}

/* One queue, whose ring is in host memory: a doorbell is one a burst. */
static void
start(uint64_t seed)
{
	gf_start("t4g", seed);
	GF_CHECK(fk_sysctl_set("dev.ena.0.io_queues_nb", 1) == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	make(1, FIRST_OF_B);
	fc_run(GF_SECOND / 100);
	gf_forget();
}

static uint64_t
doorbells(void)
{
	uint64_t v;

	GF_CHECK(fk_sysctl_get(DOORBELLS, &v) == 0);
	return (v);
}

static unsigned int
queued(void)
{
	struct fk_if i;

	GF_CHECK(fk_if(&i));
	return (i.queued);
}

static void
a_burst_has_one_doorbell(void **state)
{
	uint64_t before;
	unsigned int i;

	(void)state;
	start(1300);
	fc_set_preempt(0);
	before = doorbells();
	GF_CHECK(fk_send_burst(list[0], N) == N);
	GF_CHECK(gf_wait_out(N, GF_SECOND / 100));
	assert_int_equal(doorbells() - before, 1);
	for (i = 0; i < N; i++)
		GF_CHECK(gf_out[i].intact && gf_out[i].id == i + 1);
	gf_end();
}

static void
a_process_goes_at_once(void **state)
{
	uint64_t before;
	unsigned int i;

	(void)state;
	start(1301);
	fc_set_preempt(0);
	before = doorbells();
	for (i = 0; i < N; i++) {
		GF_CHECK(fk_send(&list[0][i]) == 0);
		assert_int_equal(queued(), 0);
	}
	assert_int_equal(doorbells() - before, N);
	GF_CHECK(gf_wait_out(N, GF_SECOND / 100));
	gf_end();
}

/* What is in a small ring goes out before it is full. */
static void
a_small_ring_does_not_drop(void **state)
{
	unsigned int size;

	(void)state;
	for (size = 2; size <= 16; size *= 2) {
		start(1302 + size);
		fc_set_preempt(0);
		GF_CHECK(fk_sysctl_set("dev.ena.0.buf_ring_size", size) == 0);
		GF_CHECK(fk_send_burst(list[0], N) == N);
		GF_CHECK(gf_wait_out(N, GF_SECOND / 100));
		gf_end();
	}
}

/* Those that are in a ring when it is exchanged for another. */
static void
another_ring_loses_none(void **state)
{
	unsigned int i, seed;

	(void)state;
	for (seed = 0; seed < 8; seed++) {
		start(1390 + seed);
		fc_set_preempt(seed % 2 != 0 ? 96 : 0);
		for (i = 1; i <= 20; i++) {
			gf_forget();
			if (i % 2 != 0)
				fk_send_start(list[1], N);
			GF_CHECK(fk_send_burst(list[0], N) == N);
			GF_CHECK(fk_sysctl_set("dev.ena.0.buf_ring_size",
			    i % 2 != 0 ? 256 : 512) == 0);
			GF_CHECK(gf_wait_out(i % 2 != 0 ? 2 * N : N,
			    GF_SECOND / 100));
		}
		gf_end();
	}
}

static void
answer(void *arg, const struct fk_rx *rx)
{
	struct fk_tx tx;

	(void)arg;
	memset(&tx, 0, sizeof(tx));
	tx.frame = rx->frame;
	tx.len = rx->len;
	GF_CHECK(fk_send_here(&tx) == 0);
}

/* Answers to what came in together go out together. */
static void
answers_go_at_the_end_of_a_pass(void **state)
{
	uint64_t before;
	unsigned int i;

	(void)state;
	start(1310);
	fc_set_preempt(0);
	before = doorbells();
	fk_on_rx(answer, NULL);
	for (i = 0; i < N; i++)
		GF_CHECK(fc_wire_in(frames[0][i], list[0][i].len));
	GF_CHECK(gf_wait_out(N, GF_SECOND / 100));
	assert_int_equal(doorbells() - before, 1);
	for (i = 0; i < N; i++)
		GF_CHECK(gf_out[i].intact && gf_out[i].id == i + 1);
	gf_end();
}

/*
 * Whoever sends, and whatever happens meanwhile: each packet goes out, soon
 * and without another one to push it, in the order in which its sender had
 * them.
 */
static void
nothing_stays_behind(void **state)
{
	unsigned int i, n, r, seed, next_a, next_b;

	(void)state;
	for (seed = 0; seed < 6; seed++) {
		start(1320 + seed);
		fc_set_preempt(seed % 2 != 0 ? 160 : 48);
		if (seed >= 4)
			fk_on_rx(answer, NULL);
		for (r = 0; r < 500; r++) {
			gf_forget();
			n = 1 + fc_rand(6);
			if (r % 3 == 0)
				fk_send_start(list[1], N);
			GF_CHECK(fk_send_burst(list[0], n) == n);
			if (seed >= 4 && fc_wire_in(frames[1][0], 90))
				n++;
			n += r % 3 == 0 ? N : 0;
			GF_CHECK(gf_wait_out(n, GF_SECOND / 200));
			fc_run(fc_rand(200));
			GF_CHECK(gf_nout == n && queued() == 0);
			next_a = next_b = 0;
			for (i = 0; seed < 4 && i < n; i++)
				GF_CHECK(gf_out[i].intact && gf_out[i].id ==
				    (gf_out[i].id < FIRST_OF_B ? 1 + next_a++ :
				    FIRST_OF_B + next_b++));
		}
		gf_end();
	}
}

/* Those that wait when the interface goes down or away are not forgotten. */
static void
those_that_wait_go_with_the_interface(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 24; i++) {
		start(1340 + i);
		fc_set_preempt(i % 2 != 0 ? 64 : 0);
		GF_CHECK(fk_send_burst(list[0], N) == N);
		if (i % 4 == 0)
			GF_CHECK(fk_down() == 0);
		else if (i % 4 == 1)
			fk_suspend();
		else if (i % 4 == 2) {
			fc_pull();
			GF_CHECK(fk_detach(true) == 0);
		} else {
			/* queues made anew: they go out then */
			GF_CHECK(fk_set_mtu(4000) == 0);
			GF_CHECK(gf_wait_out(N, GF_SECOND));
		}
		GF_CHECK(i % 4 == 2 || fk_detach(false) == 0);
		fc_run(GF_SECOND / 10);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_has_one_doorbell),
		cmocka_unit_test(a_process_goes_at_once),
		cmocka_unit_test(a_small_ring_does_not_drop),
		cmocka_unit_test(another_ring_loses_none),
		cmocka_unit_test(answers_go_at_the_end_of_a_pass),
		cmocka_unit_test(nothing_stays_behind),
		cmocka_unit_test(those_that_wait_go_with_the_interface),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
