/* SPDX-License-Identifier: BSD-2-Clause */
/* What only NetBSD's life of a driver has: modules, pmf(9), sysctl(9). */
#include "glue_fix.h"
#include "fk_nb.h"

static uint8_t frame[GF_MAX];

static void
end_clean(void)
{
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	gf_close();
}

/* ---- modules */

static void
load_and_unload(void **state)
{
	unsigned int i;

	(void)state;
	gf_open("c7g", 1200);
	assert_string_equal(fk_nb_module_name(), "if_ena");
	for (i = 0; i < 20; i++) {
		GF_CHECK(fk_nb_module(FK_NB_LOAD) == 0);
		GF_CHECK(fk_nb_module(FK_NB_STAT) != 0);
		GF_CHECK(fk_attach(i % 2 != 0) && fk_attached());
		if (i % 3 == 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
		}
		/* which takes the device away first */
		GF_CHECK(fk_nb_module(FK_NB_UNLOAD) == 0);
		GF_CHECK(!fk_attached());
		GF_CHECK(fk_clean());
	}
	gf_close();
}

/* ---- detach */

static void
deactivated_then_detached(void **state)
{
	struct fk_tx tx;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_start(i % 2 != 0 ? "c7g" : "t4g", 1210 + i);
		if (i >= 2)
			fc_pull();
		GF_CHECK(fk_nb_deactivate() == 0);
		/* the stack may still try */
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_UDP4, 100, 1, false);
		GF_CHECK(fk_send(&tx) != 0);
		GF_CHECK(fk_down() != 0);
		fc_run(i % 2 != 0 ? 3 * GF_SECOND : 1000);
		GF_CHECK(fk_detach(true) == 0);
		fc_model_forgive();
		end_clean();
	}
}

static void
pull(void *arg)
{
	(void)arg;
	fc_pull();
}

/* Cold: what config_interrupts() deferred finds no card any more. */
static void
pulled_in_a_cold_attach(void **state)
{
	uint64_t total, n;

	(void)state;
	gf_open("c7g", 1220);
	GF_CHECK(fk_attach(true) && fk_attached());
	total = fc_points();
	GF_CHECK(fk_detach(false) == 0);
	end_clean();
	for (n = 1; n <= total; n += n < 60 ? 1 : 1 + total / 50) {
		gf_open("c7g", 1220);
		fc_at_point(n, pull, NULL);
		fk_attach(true);
		fc_pull();
		fc_run(n % 3 * GF_SECOND);
		GF_CHECK(fk_detach(true) == 0);
		fc_model_forgive();
		end_clean();
	}
}

static void
each_call_fails_in_a_cold_attach(void **state)
{
	uint64_t total, n;

	(void)state;
	gf_open("c7g", 1225);
	GF_CHECK(fk_attach(true) && fk_attached());
	total = fc_fallible();
	GF_CHECK(fk_detach(false) == 0);
	end_clean();
	GF_CHECK(total > 20);
	for (n = 1; n <= total; n++) {
		gf_open("c7g", 1225);
		fc_fail_at(n, 1);
		fk_attach(true);
		fc_fail_at(0, 0);
		if (fk_attached()) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 5 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 2));
		}
		GF_CHECK(fk_detach(false) == 0);
		end_clean();
	}
}

/* A failed attach leaves a device_t, which is detached once. */
static void
a_failed_attach_holds_nothing(void **state)
{
	(void)state;
	gf_open("c7g", 1226);
	fk_machine()->msix = false;
	GF_CHECK(fk_attach(true));
	GF_CHECK(!fk_attached());
	GF_CHECK(fk_stats_read() == 0);
	GF_CHECK(fk_detach(false) == 0);
	end_clean();
}

/* ---- power */

static void
suspended_under_traffic(void **state)
{
	struct fk_tx tx;
	unsigned int i, n;

	(void)state;
	for (i = 0; i < 12; i++) {
		gf_start(i % 2 != 0 ? "max" : "c7g", 1230 + i);
		fc_set_preempt(48);
		for (n = 0; n < 40; n++) {
			memset(&tx, 0, sizeof(tx));
			tx.frame = frame;
			tx.len = gf_frame(frame, GF_UDP4, 90 + n, n + 1,
			    false);
			tx.flow = n;
			fk_send(&tx);
			fc_wire_in(frame, tx.len);
		}
		fk_suspend();
		fk_send(&tx);		/* goes nowhere */
		fk_stats_read();
		if (i % 3 == 0)
			mock_flr(fc_dev());
		fc_run(i % 4 * GF_SECOND);
		fk_resume();
		GF_CHECK(gf_link(true, 5 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_TCP4, 300, 8));
		gf_end();
	}
}

static void
detached_while_suspended(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_start("c7g", 1245 + i);
		fk_suspend();
		if (i % 2 != 0)
			fc_pull();
		fc_run(i / 2 * 3 * GF_SECOND);
		GF_CHECK(fk_detach(i % 2 != 0) == 0);
		fc_model_forgive();
		end_clean();
	}
}

static void
down_stays_down_over_a_suspend(void **state)
{
	struct fk_if k;

	(void)state;
	gf_attach("c7g", 1250);
	fk_suspend();
	mock_flr(fc_dev());
	fk_resume();
	fc_run(2 * GF_SECOND);
	GF_CHECK(fk_if(&k) && (k.flags & (FK_UP | FK_RUNNING)) == 0);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 5 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
	gf_end();
}

/* ---- sysctl and event counters */

static void
queues_and_rings_by_sysctl(void **state)
{
	static const unsigned int queues[] = { 1, 4, 3, 2, 4 };
	static const unsigned int ring[] = { 256, 1024, 512, 256, 1024 };
	unsigned int i, up;
	uint64_t v;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 1260 + up);
		if (up)
			GF_CHECK(fk_up() == 0);
		for (i = 0; i < 5; i++) {
			GF_CHECK(fk_nb_sysctl_set("queues", queues[i]) == 0);
			GF_CHECK(fk_nb_sysctl_set("tx.ring", ring[i]) == 0);
			GF_CHECK(fk_nb_sysctl_set("rx.ring",
			    ring[(i + 1) % 5]) == 0);
			if (!up)
				GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(fk_nb_sysctl_get("queues", &v) == 0);
			assert_int_equal(v, queues[i]);
			GF_CHECK(fk_nb_sysctl_get("tx.ring", &v) == 0);
			assert_int_equal(v, ring[i]);
			GF_CHECK(fk_nb_sysctl_get("rx.ring", &v) == 0);
			assert_int_equal(v, ring[(i + 1) % 5]);
			GF_CHECK(gf_both_ways(GF_TCP4, 300, 12));
			if (!up)
				GF_CHECK(fk_down() == 0);
		}
		gf_end();
	}
}

static void
nonsense_by_sysctl(void **state)
{
	static const char *const name[] = { "queues", "tx.ring", "rx.ring" };
	static const uint64_t bad[] = {
		0, (uint64_t)-1, 0x7fffffff, 0x80000000
	};
	uint64_t was, v;
	unsigned int i, j;

	(void)state;
	gf_start("c7g", 1265);
	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++) {
			GF_CHECK(fk_nb_sysctl_get(name[i], &was) == 0);
			/* refused, or as much as there is */
			if (fk_nb_sysctl_set(name[i], bad[j]) != 0) {
				GF_CHECK(fk_nb_sysctl_get(name[i], &v) == 0);
				assert_int_equal(v, was);
			}
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
		}
	GF_CHECK(fk_nb_sysctl_set("state", 1) != 0);
	GF_CHECK(fk_nb_sysctl_get("nonsense", &v) != 0);
	gf_end();
}

static void
words_and_counters(void **state)
{
	uint64_t intrs, more;
	char word[40];

	(void)state;
	gf_start("c7g", 1270);
	GF_CHECK(fk_nb_sysctl_text("state", word, sizeof(word)) == 0);
	assert_string_equal(word, "running");
	GF_CHECK(fk_nb_sysctl_text("llq", word, sizeof(word)) == 0);
	GF_CHECK(word[0] != '\0');
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 40));
	fc_run(2 * GF_SECOND);
	GF_CHECK(fk_nb_evcnt("ena0 q0", "intrs", &intrs));
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 40));
	fc_run(2 * GF_SECOND);
	GF_CHECK(fk_nb_evcnt("ena0 q0", "intrs", &more));
	GF_CHECK(more > intrs);
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_nb_sysctl_text("state", word, sizeof(word)) == 0);
	assert_string_not_equal(word, "running");
	gf_end();
}

/* Read and set by users while packets fly, the card stumbles and goes. */
static void
sysctl_under_traffic(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	struct fk_tx tx;
	unsigned int i, seed;

	(void)state;
	for (seed = 0; seed < 4; seed++) {
		gf_start(seed % 2 != 0 ? "max" : "c7g", 1280 + seed);
		fc_set_preempt(48);
		for (i = 0; i < 80; i++) {
			memset(&tx, 0, sizeof(tx));
			tx.frame = frame;
			tx.len = gf_frame(frame, GF_UDP4, 90 + i, i + 1,
			    false);
			tx.flow = i;
			fk_send(&tx);
			fc_wire_in(frame, tx.len);
			if (i % 5 == 0)
				fk_stats_read();
			if (i % 7 == 0)
				fk_nb_sysctl_set("txrx_workqueue", i % 2);
			if (i % 20 == 10)
				fk_nb_sysctl_set("queues", 1 + i % 4);
			if (i == 50 && seed >= 2)
				mock_fault(fc_dev(), &fatal);
			GF_CHECK(fc_dead() == NULL);
		}
		if (seed == 3)
			fc_pull();
		fk_stats_read();
		fc_run(10 * GF_SECOND);
		if (seed < 3) {
			GF_CHECK(gf_link(true, 20 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
			fc_model_forgive();
			gf_end();
			continue;
		}
		GF_CHECK(fk_detach(true) == 0);
		fc_model_forgive();
		end_clean();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_and_unload),
		cmocka_unit_test(deactivated_then_detached),
		cmocka_unit_test(pulled_in_a_cold_attach),
		cmocka_unit_test(each_call_fails_in_a_cold_attach),
		cmocka_unit_test(a_failed_attach_holds_nothing),
		cmocka_unit_test(suspended_under_traffic),
		cmocka_unit_test(detached_while_suspended),
		cmocka_unit_test(down_stays_down_over_a_suspend),
		cmocka_unit_test(queues_and_rings_by_sysctl),
		cmocka_unit_test(nonsense_by_sysctl),
		cmocka_unit_test(words_and_counters),
		cmocka_unit_test(sysctl_under_traffic),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
