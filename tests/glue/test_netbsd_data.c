/* SPDX-License-Identifier: BSD-2-Clause */
/* What only NetBSD's data path has: ALTQ, overload, capabilities. */
#include "glue_fix.h"
#include "fk_nb.h"

#define BURST		900U
#define CPUS		4U
#define FLOOD		100U	/* frames at once */

static uint8_t frame[GF_MAX];

static uint64_t
sysctl(const char *name)
{
	uint64_t v = 0;

	GF_CHECK(fk_nb_sysctl_get(name, &v) == 0);
	return (v);
}

static uint64_t
event(unsigned int queue, const char *name)
{
	char group[32];
	uint64_t v = 0;

	snprintf(group, sizeof(group), "ena0 q%u", queue);
	GF_CHECK(fk_nb_evcnt(group, name, &v));
	return (v);
}

static uint64_t
events(const char *name)
{
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; i < CPUS; i++)
		n += event(i, name);
	return (n);
}

/* ---- ALTQ: packets that come by if_snd and if_start */

static void
altq_both_ways(void **state)
{
	static const char *const profiles[] = { "max", "c7g", "t4g", "min" };
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_start(profiles[i], 1000 + i);
		fk_nb_altq(true);
		GF_CHECK(gf_both_ways(GF_TCP4, 700, 40));
		fk_nb_altq(false);
		GF_CHECK(gf_both_ways(GF_UDP4, 300, 40));
		gf_end();
	}
}

/* More than ring takes: the rest stays in if_snd until there is room. */
static void
altq_waits_for_room(void **state)
{
	static uint8_t f[BURST][80];
	static struct fk_tx tx[BURST];
	unsigned int i, n, turn, sent;
	struct fk_if k;

	(void)state;
	for (turn = 0; turn < 4; turn++) {
		fc_dev_tx_us(3000);
		gf_start(turn % 2 != 0 ? "c7g" : "t4g", 1010 + turn);
		GF_CHECK(fk_nb_sysctl_set("tx.ring", 256) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		fk_nb_altq(true);
		memset(tx, 0, sizeof(tx));
		for (i = 0; i < BURST; i++) {
			gf_frame(f[i], GF_UDP4, 80, i + 1, false);
			tx[i].frame = f[i];
			tx[i].len = 80;
		}
		gf_forget();
		/* if_snd is as long as it is; what it refuses is not lost */
		for (n = sent = 0; n < BURST; n += 180) {
			sent += fk_send_burst(tx + n, 180);
			fc_run(turn < 2 ? 0 : 500);
		}
		GF_CHECK(sent > 256);
		GF_CHECK(gf_wait_out(sent, 2 * GF_SECOND));
		fc_run(GF_SECOND / 10);
		GF_CHECK(gf_nout == sent);
		for (i = 0; i < sent; i++)
			GF_CHECK(gf_out[i].intact &&
			    gf_out[i].queue == gf_out[0].queue);
		GF_CHECK(fk_if(&k) && k.queued == 0);
		fk_nb_altq(false);
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
		gf_end();
	}
}

/* What waits there when the interface goes is nobody's leak. */
static void
altq_with_packets_left(void **state)
{
	struct fk_tx tx;
	unsigned int i, turn;

	(void)state;
	for (turn = 0; turn < 6; turn++) {
		fc_dev_tx_us(20000);
		gf_start("c7g", 1020 + turn);
		fk_nb_altq(true);
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_UDP4, 90, 1, false);
		for (i = 0; i < 1500; i++)
			fk_send(&tx);
		switch (turn % 3) {
		case 0:
			GF_CHECK(fk_down() == 0);
			break;
		case 1:
			mock_set_link(fc_dev(), false);
			fc_run(GF_SECOND / 10);
			break;
		}
		GF_CHECK(fk_detach(turn % 2 != 0) == 0);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

/* ---- overload: softints, then a thread of each CPU, with limits */

static void
flood(unsigned int n)
{
	struct fk_tx tx;
	unsigned int i, taken = 0, sent = 0;

	gf_forget();
	memset(&tx, 0, sizeof(tx));
	tx.frame = frame;
	for (i = 0; i < n; i++) {
		tx.len = gf_frame(frame, GF_UDP4, 120, i + 1, false);
		tx.flow = i;
		taken += fc_wire_in(frame, tx.len);
		sent += fk_send(&tx) == 0;
	}
	GF_CHECK(taken == n && sent == n);
	GF_CHECK(gf_wait_in(n, GF_SECOND));
	GF_CHECK(gf_wait_out(n, GF_SECOND));
	for (i = 0; i < n; i++) {
		GF_CHECK(gf_in[i].intact && gf_out[i].intact);
		GF_CHECK(gf_in[i].id == i + 1);		/* one flow: in order */
	}
}

/* All at once, so that only limits split it. */
static void
burst_in(unsigned int n)
{
	unsigned int i;

	gf_forget();
	for (i = 0; i < n; i++) {
		gf_frame(frame, GF_UDP4, 120, i + 1, false);
		GF_CHECK(fc_wire_in(frame, 120));
	}
	GF_CHECK(gf_wait_in(n, GF_SECOND));
	for (i = 0; i < n; i++)
		GF_CHECK(gf_in[i].intact && gf_in[i].id == i + 1);
}

static void
rounds_of_a_softint(void **state)
{
	uint64_t before, works;

	(void)state;
	gf_start("c7g", 1030);
	GF_CHECK(sysctl("txrx_workqueue") == 0);
	works = fk_nb_works();
	before = events("deferred rounds");
	flood(100);
	GF_CHECK(events("deferred rounds") > before);
	GF_CHECK(fk_nb_works() == works);
	gf_end();
}

/* The smaller the limit, the more rounds; nothing else changes. */
static void
limits_are_kept(void **state)
{
	static const unsigned int limit[] = { 256, 16, 1 };
	uint64_t before, rounds, last = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		gf_start("c7g", 1040);
		GF_CHECK(fk_nb_sysctl_set("rx.process_limit", limit[i]) == 0);
		GF_CHECK(fk_nb_sysctl_set("tx.process_limit", limit[i]) == 0);
		GF_CHECK(sysctl("rx.process_limit") == limit[i]);
		before = events("deferred rounds");
		burst_in(200);
		rounds = events("deferred rounds") - before;
		GF_CHECK(rounds > last);
		GF_CHECK(rounds >= 200 / limit[i]);
		last = rounds;
		gf_end();
	}
}

/* All of it where the interrupt is, if somebody wants that. */
static void
no_rounds_within_the_interrupts_limit(void **state)
{
	uint64_t before;

	(void)state;
	gf_start("c7g", 1045);
	GF_CHECK(fk_nb_sysctl_set("rx.intr_process_limit", 1024) == 0);
	GF_CHECK(fk_nb_sysctl_set("tx.intr_process_limit", 1024) == 0);
	before = events("deferred rounds");
	flood(50);
	GF_CHECK(events("deferred rounds") == before);
	gf_end();
}

static void
rounds_of_a_workqueue(void **state)
{
	uint64_t works;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_start(i % 2 != 0 ? "max" : "c7g", 1050 + i);
		fc_set_preempt(i * 20);
		GF_CHECK(fk_nb_sysctl_set("txrx_workqueue", 1) == 0);
		GF_CHECK(fk_nb_sysctl_set("rx.process_limit", 8) == 0);
		works = fk_nb_works();
		flood(150);
		GF_CHECK(fk_nb_works() > works + 5);
		/* and back again, in the middle of it */
		GF_CHECK(fk_nb_sysctl_set("txrx_workqueue", 0) == 0);
		works = fk_nb_works();
		flood(50);
		flood(50);
		GF_CHECK(fk_nb_works() <= works + 4);
		gf_end();
	}
}

/* Down, out and faults while works are pending. */
static void
a_workqueue_is_waited_for(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i, n;

	(void)state;
	for (i = 0; i < 24; i++) {
		gf_start(i % 2 != 0 ? "t4g" : "c7g", 1060 + i);
		/* without: who does not sleep is not overtaken by works */
		fc_set_preempt(i % 8 < 4 ? 64 : 0);
		GF_CHECK(fk_nb_sysctl_set("txrx_workqueue", 1) == 0);
		GF_CHECK(fk_nb_sysctl_set("rx.process_limit", 1) == 0);
		for (n = 0; n < 64; n++) {
			gf_frame(frame, GF_UDP4, 120, n + 1, false);
			fc_wire_in(frame, 120);
		}
		fc_run(fc_rand(60));
		switch (i % 4) {
		case 0:
			GF_CHECK(fk_down() == 0);
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			break;
		case 1:
			mock_fault(fc_dev(), &fatal);
			fc_run(20 * GF_SECOND);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			break;
		case 2:
			fc_pull();
			GF_CHECK(fk_detach(true) == 0);
			break;
		}
		if (i % 4 == 2) {
			fc_model_forgive();
			GF_CHECK(fk_clean());
			gf_close();
			continue;
		}
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
		fc_model_forgive();
		gf_end();
	}
}

/* The ring ran dry: no second's wait for the watchdog to notice. */
static void
an_empty_ring_is_filled_at_the_next_tick(void **state)
{
	unsigned int i;

	(void)state;
	gf_start("c7g", 1085);
	fc_fail_at(1, 100000);
	for (i = 0; i < 1200; i++) {
		gf_frame(frame, GF_UDP4, 80, i + 1, false);
		fc_wire_in(frame, 80);
		if (i % 64 == 0)
			fc_run(3000);
	}
	fc_run(20000);
	GF_CHECK(!fc_wire_in(frame, 80));
	fc_fail_at(0, 0);
	fc_run(40000);
	gf_forget();
	GF_CHECK(fc_wire_in(frame, 80));
	GF_CHECK(gf_wait_in(1, 10000));
	gf_end();
}

/* ---- each CPU its queue and its vector */

static void
vectors_are_spread(void **state)
{
	unsigned int i, n;

	(void)state;
	for (n = 1; n <= CPUS; n++) {
		gf_open("c7g", 1090 + n);
		fk_machine()->ncpus = n;
		GF_CHECK(fk_attach(n % 2 == 0) && fk_attached());
		for (i = 0; i < n; i++)
			assert_int_equal(fk_nb_vector_cpu(1 + i), i);
		GF_CHECK(fk_nb_vector_cpu(0) >= 0);
		GF_CHECK(fk_nb_vector_cpu(1 + n) < 0);
		GF_CHECK(fk_detach(false) == 0);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

/*
 * The watchdog looks at a quiet vector while its interrupt is on its way:
 * nothing is lost then, and only the handler unmasks.
 */
static void
an_interrupt_that_comes_late(void **state)
{
	uint64_t lost;
	unsigned int i, q;

	(void)state;
	for (i = 0; i < 2; i++) {
		gf_start(i % 2 != 0 ? "max" : "c7g", 1095 + i);
		fc_run(3 * GF_SECOND);
		lost = events("intrs lost");
		for (q = 0; q < CPUS; q++)
			fk_nb_vector_late(1 + q, true);
		gf_forget();
		gf_frame(frame, GF_UDP4, 120, 1, false);
		GF_CHECK(fc_wire_in(frame, 120));
		GF_CHECK(gf_wait_in(1, 3 * GF_SECOND));
		for (q = 0; q < CPUS; q++)
			fk_nb_vector_late(1 + q, false);
		fc_run(3 * GF_SECOND);
		GF_CHECK(fk_lawful());
		GF_CHECK(events("intrs lost") == lost);
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
		gf_end();
	}
}

/* ---- moderation */

/* Interrupts while bursts of frames arrive, one each 20 us. */
static uint64_t
interrupts(unsigned int bursts)
{
	uint64_t before;
	unsigned int i, k;

	fc_run(2 * GF_SECOND);
	before = event(0, "intrs");
	gf_forget();
	gf_frame(frame, GF_UDP4, 100, 1, false);
	for (i = 0; i < bursts; i++) {
		for (k = 0; k < FLOOD; k++)
			GF_CHECK(fc_wire_in(frame, 100));
		fc_run(20);
	}
	GF_CHECK(gf_wait_in(bursts * FLOOD, GF_SECOND));
	fc_run(2 * GF_SECOND);
	return (event(0, "intrs") - before);
}

/* Fewer interrupts for the same packets, unless somebody switches it off. */
static void
interrupts_are_delayed(void **state)
{
	static const char *const profile[] = { "max", "gen6", "c6i" };
	uint64_t calm, keen;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		gf_open(profile[i], 1080 + i);
		fk_machine()->ncpus = 1;
		GF_CHECK(fk_attach(false) && fk_attached());
		GF_CHECK(sysctl("interrupt_delay") == 64);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		interrupts(300);
		calm = interrupts(40);
		GF_CHECK(fk_nb_sysctl_set("interrupt_delay", 0) == 0);
		keen = interrupts(40);
		GF_CHECK(calm * 4 < keen);
		/* also after a reset */
		GF_CHECK(fk_down() == 0);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(sysctl("interrupt_delay") == 0);
		GF_CHECK(interrupts(40) * 3 > keen * 2);
		GF_CHECK(fk_nb_sysctl_set("interrupt_delay", (uint64_t)-1) ==
		    22);
		GF_CHECK(fk_nb_sysctl_set("interrupt_delay", 100) == 0);
		GF_CHECK(sysctl("interrupt_delay") == 100);
		interrupts(300);
		GF_CHECK(interrupts(40) * 4 < keen);
		gf_end();
	}
}

static void
no_moderation_no_delay(void **state)
{
	(void)state;
	gf_start("c7g", 1085);
	GF_CHECK(sysctl("interrupt_delay") == 0);
	GF_CHECK(fk_nb_sysctl_set("interrupt_delay", 64) == 22);
	GF_CHECK(fk_nb_sysctl_set("interrupt_delay", 0) == 0);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 20));
	gf_end();
}

/* ---- SIOCSIFCAP */

static void
capabilities_one_by_one(void **state)
{
	uint64_t all, one;
	unsigned int i;

	(void)state;
	fk_close();
	gf_attach("c7g", 1100);
	fk_nb_caps_at_up(false);
	GF_CHECK(fk_nb_caps_on() == 0);		/* a user turns them on */
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	all = fk_nb_caps();
	GF_CHECK(all != 0);
	for (i = 0; i < 64; i++) {
		one = (uint64_t)1 << i;
		if ((all & one) == 0) {
			GF_CHECK(fk_nb_set_caps(one) == 22);
			continue;
		}
		GF_CHECK(fk_nb_set_caps(one) == 0);
		GF_CHECK(fk_nb_caps_on() == one);
		GF_CHECK(gf_both_ways(GF_UDP4, 200, 4));
	}
	GF_CHECK(fk_nb_set_caps(all) == 0);
	GF_CHECK(gf_both_ways(GF_TCP6, 200, 4));
	gf_end();
}

static void
no_verdict_that_nobody_wants(void **state)
{
	uint64_t all;

	(void)state;
	gf_start("c7g", 1110);
	all = fk_nb_caps();
	gf_forget();
	gf_frame(frame, GF_TCP4, 200, 1, false);
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & FK_RX_TCP_OK) != 0);
	GF_CHECK(fk_nb_set_caps(0) == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	gf_forget();
	GF_CHECK(fc_wire_in(frame, 200));
	GF_CHECK(gf_wait_in(1, GF_SECOND));
	assert_int_equal(gf_in[0].csum, 0);
	GF_CHECK(fk_nb_set_caps(all) == 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 200, 4));
	gf_end();
}

static void
capabilities_under_traffic(void **state)
{
	struct fk_tx tx;
	unsigned int i;

	(void)state;
	gf_start("max", 1120);
	fc_set_preempt(48);
	for (i = 0; i < 60; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_UDP4, 90 + i, i + 1, false);
		tx.flow = i;
		fk_send(&tx);
		fc_wire_in(frame, tx.len);
		if (i % 6 == 0)
			GF_CHECK(fk_nb_set_caps(i % 12 == 0 ? 0 :
			    fk_nb_caps()) == 0);
		GF_CHECK(fk_lawful());
	}
	fc_run(GF_SECOND / 10);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
	gf_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(altq_both_ways),
		cmocka_unit_test(altq_waits_for_room),
		cmocka_unit_test(altq_with_packets_left),
		cmocka_unit_test(rounds_of_a_softint),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(no_rounds_within_the_interrupts_limit),
		cmocka_unit_test(rounds_of_a_workqueue),
		cmocka_unit_test(a_workqueue_is_waited_for),
		cmocka_unit_test(an_empty_ring_is_filled_at_the_next_tick),
		cmocka_unit_test(vectors_are_spread),
		cmocka_unit_test(an_interrupt_that_comes_late),
		cmocka_unit_test(interrupts_are_delayed),
		cmocka_unit_test(no_moderation_no_delay),
		cmocka_unit_test(capabilities_one_by_one),
		cmocka_unit_test(no_verdict_that_nobody_wants),
		cmocka_unit_test(capabilities_under_traffic),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
