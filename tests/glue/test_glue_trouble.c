/* SPDX-License-Identifier: BSD-2-Clause */
/* Glue: ioctls, link, events, resets under traffic. */
#include "glue_fix.h"

static const char *const three[] = { "max", "c7g", "t4g" };
static uint8_t frame[GF_MAX];

/* ---- ioctls */

static void
every_ioctl(void **state)
{
	static const uint8_t group[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t mac[6] = { 2, 1, 2, 3, 4, 5 };
	unsigned int rings, alive, size, up;
	uint64_t status, active;
	struct fk_if i;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 300 + up);
		if (up) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
		}
		GF_CHECK(fk_multi(true, group) == 0);
		GF_CHECK(fk_multi(true, group) == 0);
		GF_CHECK(fk_multi(false, group) == 0);
		GF_CHECK(fk_multi(false, group) == 0);
		GF_CHECK(fk_multi(true, group) == 0);	/* detach frees it */
		fc_run(GF_SECOND / 10);	/* until the stack knows the link */
		GF_CHECK(fk_get_media(&status, &active) == 0);
		assert_int_equal(status & 1, 1);	/* IFM_AVALID */
		GF_CHECK(fk_if(&i));
		assert_int_equal((status & 2) != 0,	/* IFM_ACTIVE */
		    i.link_state >= FK_LINK_UP);
		assert_int_equal(active & 0xff00, FK_MEDIA_ETHER);
		GF_CHECK(fk_set_media(FK_MEDIA_ETHER) == 0);
		GF_CHECK(fk_set_media(FK_MEDIA_10G_T) != 0);
		if (fk_can(FK_CAN_RXR))
			GF_CHECK((fk_get_rxr(&rings, &alive, &size) == 0) ==
			    up);
		if (fk_can(FK_CAN_RXR) && up) {
			assert_int_equal(rings, 4);
			assert_int_equal(alive, 4 * 1023);
			assert_int_equal(size, 2048);
		}
		if (fk_can(FK_CAN_REFUSE_LLADDR))
			GF_CHECK(fk_set_lladdr(mac) != 0);
		GF_CHECK(fk_bad_ioctl() != 0);
		GF_CHECK(fk_set_flags(4, 0) == 0);	/* IFF_DEBUG */
		GF_CHECK(fk_set_flags(0x100, 0) == 0);	/* IFF_PROMISC */
		GF_CHECK(fk_set_flags(0, 0x104) == 0);
		if (fk_can(FK_CAN_LRO)) {
			GF_CHECK(fk_set_lro(true) == 0);
			GF_CHECK(fk_set_lro(false) == 0);
		}
		GF_CHECK(fk_set_addr() == 0);
		GF_CHECK(fk_if(&i) && (i.flags & FK_RUNNING) != 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
		gf_end();
	}
}

static void
mtu_limits(void **state)
{
	static const int bad[] = { -1, 0, 45, 127, 9217, 65535, 100000 };
	static const int good[] = { 128, 576, 1280, 1500, 9216 };
	unsigned int i, up;
	struct fk_if f;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 310 + up);
		if (up)
			GF_CHECK(fk_up() == 0);
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			GF_CHECK(fk_set_mtu(bad[i]) == 22);	/* EINVAL */
			GF_CHECK(fk_if(&f) && f.mtu == 1500);
		}
		for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			GF_CHECK(fk_set_mtu(good[i]) == 0);
			GF_CHECK(fk_if(&f) && (int)f.mtu == good[i]);
		}
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_TCP4, 9230, 4));
		gf_end();
	}
}

static void
statistics(void **state)
{
	uint64_t resets;
	unsigned int p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_attach(three[p], 320 + p);
		fc_run(2 * GF_SECOND);	/* some are brought by the tick */
		GF_CHECK(fk_stats_read() > 0);
		resets = gf_stat(FK_STAT_RESETS, 0);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_TCP4, 1000, 25));
		fc_run(3 * GF_SECOND);
		if (fk_can(FK_CAN_KEEP_ALIVES))
			GF_CHECK(gf_stat(FK_STAT_KEEP_ALIVES, 0) >= 2);
		assert_int_equal(gf_stat(FK_STAT_RESETS, 0), resets);
		assert_int_equal(gf_stat(FK_STAT_HW_TX_PACKETS, 0), 25);
		assert_int_equal(gf_stat(FK_STAT_HW_RX_PACKETS, 0), 25);
		GF_CHECK(fk_down() == 0);
		GF_CHECK(fk_stats_read() > 0);
		fc_pull();
		GF_CHECK(fk_stats_read() > 0);
		GF_CHECK(fk_detach(true) == 0);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

/* Statistics and settings while packets fly. */
static void
ioctls_under_traffic(void **state)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 1 };
	unsigned int i, seed, rings, alive, size;
	uint64_t status, active;
	struct fk_tx tx;

	(void)state;
	for (seed = 0; seed < 3; seed++) {
		gf_start(three[seed], 325 + seed);
		fc_set_preempt(48);
		for (i = 0; i < 150; i++) {
			memset(&tx, 0, sizeof(tx));
			tx.frame = frame;
			tx.len = gf_frame(frame, GF_UDP4, 90 + i, i + 1,
			    false);
			tx.flow = i;
			fk_send(&tx);
			fc_wire_in(frame, tx.len);
			switch (i % 10) {
			case 0:
				fk_stats_read();
				break;
			case 2:
				fk_get_rxr(&rings, &alive, &size);
				break;
			case 4:
				fk_multi(i % 20 < 10, group);
				break;
			case 6:
				fk_get_media(&status, &active);
				break;
			case 8:
				if (i % 50 == 8)
					fk_set_mtu(1500 + (int)(i % 7) * 400);
				break;
			}
			GF_CHECK(fk_lawful());
		}
		GF_CHECK(fk_set_mtu(1500) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		fc_run(GF_SECOND / 10);
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
		gf_end();
	}
}

/* ---- link */

static void
link_goes_and_comes(void **state)
{
	struct fk_if a, b;
	unsigned int i, p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 330 + p);
		fk_if(&a);
		for (i = 0; i < 10; i++) {
			mock_set_link(fc_dev(), false);
			GF_CHECK(gf_link(false, 3 * GF_SECOND));
			if (i % 3 == 0)
				fc_run(2 * GF_SECOND);
			mock_set_link(fc_dev(), true);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
		}
		fc_run(GF_SECOND);
		fk_if(&b);
		GF_CHECK(b.link_changes >= a.link_changes + 20);
		gf_end();
	}
}

static void
no_link_at_first(void **state)
{
	struct fk_tx tx;

	(void)state;
	gf_start("c7g", 335);
	mock_set_link(fc_dev(), false);
	GF_CHECK(gf_link(false, 3 * GF_SECOND));
	memset(&tx, 0, sizeof(tx));
	tx.frame = frame;
	tx.len = gf_frame(frame, GF_UDP4, 90, 1, false);
	GF_CHECK((fk_send(&tx) == 0) == fk_can(FK_CAN_SEND_DOWN));
	fc_run(GF_SECOND);
	GF_CHECK(fk_mbufs() >= 4 * 1023);	/* the rings' only */
	GF_CHECK(fk_mbufs() == 4 * 1023);
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_up() == 0);
	mock_set_link(fc_dev(), true);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 4));
	gf_end();
}

static void
link_flaps_under_traffic(void **state)
{
	unsigned int i, n = 0;
	struct fk_tx tx;

	(void)state;
	gf_start("c7g", 336);
	fc_set_preempt(64);
	for (i = 0; i < 300; i++) {
		if (i % 7 == 0)
			mock_set_link(fc_dev(), i % 2 != 0);
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 100 + i, ++n, false);
		tx.flow = i;
		fk_send(&tx);
		fc_wire_in(frame, tx.len);
		fc_run(fc_rand(2000));
	}
	mock_set_link(fc_dev(), true);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
	gf_end();
}

/* ---- faults of the device, with packets under way */

struct trouble {
	enum mock_fault f;
	uint32_t arg, times;
	bool resets;		/* it takes a reset to get over it */
};

static const struct trouble troubles[] = {
	{ MOCK_F_ADMIN_LOST, 0, 1, false },
	{ MOCK_F_ADMIN_LATE, 50000, 1, false },
	{ MOCK_F_ADMIN_TWICE, 0, 1, false },
	{ MOCK_F_ADMIN_WRONG_ID, 0x3ff, 1, false },
	{ MOCK_F_ADMIN_STATUS, 3, 1, false },
	{ MOCK_F_ADMIN_NO_INTR, 0, 1, false },
	{ MOCK_F_READLESS_LOST, 0, 2, false },
	{ MOCK_F_READLESS_WRONG_OFF, 0, 1, false },
	{ MOCK_F_READLESS_STALE, 0, 1, false },
	{ MOCK_F_TX_ID_RANGE, 0, 1, true },
	{ MOCK_F_TX_ID_TWICE, 0, 1, true },
	{ MOCK_F_TX_ID_IDLE, 0, 1, true },
	{ MOCK_F_TX_LOST, 0, 1, false },
	{ MOCK_F_TX_LOST, 0, 300, true },
	{ MOCK_F_TX_MBZ, 0, 1, true },
	{ MOCK_F_RX_ID_RANGE, 0, 1, true },
	{ MOCK_F_RX_ID_IDLE, 0, 1, true },
	{ MOCK_F_RX_TOO_LONG, 0, 1, true },
	{ MOCK_F_RX_FIRST_MID, 0, 1, false },
	{ MOCK_F_RX_NO_LAST, 0, 1, true },
	{ MOCK_F_RX_MBZ, 0, 1, true },
	{ MOCK_F_RX_BAD_CSUM_FLAG, 0, 1, false },
	{ MOCK_F_INTR_LOST, 0, 1, false },
	{ MOCK_F_INTR_LOST, 0, 6, false },
	{ MOCK_F_AENQ_FLOOD, 12, 1, false },
	{ MOCK_F_AENQ_UNKNOWN, 77, 1, false },
	{ MOCK_F_FATAL, 0, 1, true },
};
#define TROUBLES	(sizeof(troubles) / sizeof(troubles[0]))

static unsigned int burst_id;

static void
some_traffic(unsigned int n)
{
	struct fk_tx tx;
	unsigned int i;

	for (i = 0; i < n; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 200 + i % 500, ++burst_id,
		    false);
		tx.flow = i;
		tx.frag = i % 3 * 100;
		fk_send(&tx);
		fc_wire_in(frame, tx.len);
		if (i % 8 == 0)
			fc_run(500);
	}
}

static bool
works_again(uint64_t us)
{
	uint64_t t;

	for (t = 0; t < us; t += 2 * GF_SECOND) {
		fc_run(GF_SECOND);
		if (fc_dead() != NULL)
			return (false);
		if (gf_link(true, GF_SECOND) && gf_both_ways(GF_UDP4, 120, 8))
			return (true);
	}
	return (false);
}

static void
one_trouble(const char *profile, const struct trouble *t, uint64_t seed)
{
	struct mock_fault_arm arm;
	struct mock_stats a, b;
	unsigned int i;

	gf_start(profile, seed);
	fc_set_preempt(32);
	mock_get_stats(fc_dev(), &a);
	memset(&arm, 0, sizeof(arm));
	arm.f = t->f;
	arm.arg = t->arg;
	arm.times = t->times;
	arm.after = t->times > 1 ? 0 : (uint32_t)(seed % 3);
	mock_fault(fc_dev(), &arm);
	for (i = 0; i < 6; i++) {
		some_traffic(40);
		fk_stats_read();	/* admin commands as well */
		fc_run(GF_SECOND / 5);
	}
	if (t->resets)
		fc_run(20 * GF_SECOND);	/* what is overdue is found */
	mock_fault_clear(fc_dev());
	if (!works_again(60 * GF_SECOND)) {
		fprintf(stderr, "# %s: %s x %u\n", profile,
		    mock_fault_name(t->f), t->times);
		GF_CHECK(false);
	}
	mock_get_stats(fc_dev(), &b);
	if (t->resets)
		GF_CHECK(b.resets > a.resets);
	fc_model_forgive();		/* the device misbehaved, not we */
	gf_end();
}

static void
faults_of(const char *profile, uint64_t seed)
{
	unsigned int i;

	for (i = 0; i < TROUBLES; i++)
		one_trouble(profile, &troubles[i], seed + i);
}

static void
faults_on_max(void **state)
{
	(void)state;
	faults_of("max", 400);
}

static void
faults_on_c7g(void **state)
{
	(void)state;
	faults_of("c7g", 500);
}

static void
faults_on_t4g(void **state)
{
	(void)state;
	faults_of("t4g", 600);
}

/*
 * An interrupt is lost and nothing else happens that would raise another: the
 * watchdog looks by itself, at frames and at what was sent.
 */
static void
lose_one(void)
{
	static const struct mock_fault_arm lost = {
		.f = MOCK_F_INTR_LOST, .times = 1
	};

	mock_fault_clear(fc_dev());
	mock_fault(fc_dev(), &lost);
}

/* The driver's look comes once a second: a second try has no such luck. */
static void
a_lost_interrupt_is_missed(void **state)
{
	unsigned int mbufs, p, t;
	struct mock_stats a, b;
	struct fk_tx tx;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 690 + p);
		fc_run(2 * GF_SECOND);
		mock_get_stats(fc_dev(), &a);
		gf_frame(frame, GF_UDP4, 100, 1, false);
		for (t = 0; t < 2; t++) {
			gf_forget();
			lose_one();
			GF_CHECK(fc_wire_in(frame, 100));
			fc_run(2000);
			if (gf_nin == 0)
				break;
			fc_run(2 * GF_SECOND + GF_SECOND / 2);
		}
		GF_CHECK(gf_nin == 0);
		GF_CHECK(gf_wait_in(1, 6 * GF_SECOND));
		mbufs = fk_mbufs();
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = 100;
		for (t = 0; t < 2; t++) {
			gf_forget();
			lose_one();
			GF_CHECK(fk_send(&tx) == 0);
			GF_CHECK(gf_wait_out(1, GF_SECOND));
			fc_run(2000);
			if (fk_mbufs() > mbufs)
				break;
			fc_run(2 * GF_SECOND + GF_SECOND / 2);
		}
		GF_CHECK(fk_mbufs() > mbufs);
		for (t = 0; t < 8 && fk_mbufs() > mbufs; t++)
			fc_run(GF_SECOND);
		GF_CHECK(fk_mbufs() == mbufs);
		mock_get_stats(fc_dev(), &b);
		GF_CHECK(a.resets == b.resets);
		mock_fault_clear(fc_dev());
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 8));
		gf_end();
	}
}

/* The device falls silent, then does not even want to be reset at once. */
static void
keep_alives_stop(void **state)
{
	static const struct mock_fault_arm stop = {
		.f = MOCK_F_KEEP_ALIVE_STOP
	}, go = {
		.f = MOCK_F_KEEP_ALIVE_GO
	}, stuck = {
		.f = MOCK_F_RESET_NEVER_ENDS, .times = 1
	};
	struct mock_stats a, b;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		gf_start(i == 0 ? "c7g" : "t4g", 700 + i);
		fc_run(3 * GF_SECOND);
		mock_get_stats(fc_dev(), &a);
		mock_fault(fc_dev(), &stop);
		if (i != 0)
			mock_fault(fc_dev(), &stuck);
		fc_run(90 * GF_SECOND);
		mock_get_stats(fc_dev(), &b);
		GF_CHECK(b.resets > a.resets);
		mock_fault(fc_dev(), &go);
		mock_fault_clear(fc_dev());
		if (i != 0) {
			mock_flr(fc_dev());	/* nothing less helps */
			GF_CHECK(fk_down() == 0);
			GF_CHECK(fk_up() == 0);
		}
		GF_CHECK(works_again(120 * GF_SECOND));
		fc_model_forgive();
		gf_end();
	}
}

/* It does not come back: given up in the end, and the user can retry. */
static void
a_device_that_never_resets(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL },
	    never = { .f = MOCK_F_RESET_NEVER_STARTS, .times = 1000 };
	unsigned int i;
	struct fk_if k;

	(void)state;
	for (i = 0; i < 4; i++) {
		gf_start(three[i % 3], 710 + i);
		mock_fault(fc_dev(), &never);
		mock_fault(fc_dev(), &fatal);
		fc_run((i == 3 ? 5 : 300) * GF_SECOND);
		GF_CHECK(fk_if(&k));
		GF_CHECK(fc_dead() == NULL);
		if (i == 2) {
			mock_fault_clear(fc_dev());
			mock_flr(fc_dev());	/* somebody helped */
			GF_CHECK(fk_down() == 0);
			GF_CHECK(fk_up() == 0);
			GF_CHECK(works_again(60 * GF_SECOND));
			fc_model_forgive();
			gf_end();
			continue;
		}
		if (i != 3)
			GF_CHECK(fk_down() == 0);
		GF_CHECK(fk_detach(false) == 0);
		fc_run(GF_SECOND / 10);
		fc_model_forgive();
		GF_CHECK(fk_clean());
		gf_close();
	}
}

/* Attempts are spaced out: 20 s of refusals are not the end of a device. */
static void
recovery_is_patient(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL },
	    refuse = { .f = MOCK_F_ADMIN_STATUS, .arg = 5, .times = 100000 };
	unsigned int p;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 715 + p);
		mock_fault(fc_dev(), &fatal);
		mock_fault(fc_dev(), &refuse);
		fc_run(20 * GF_SECOND);
		GF_CHECK(fc_dead() == NULL);
		mock_fault_clear(fc_dev());
		GF_CHECK(works_again(60 * GF_SECOND));
		fc_model_forgive();
		gf_end();
	}
}

/* Down, up, MTU, detach in the middle of a recovery. */
static void
the_user_meddles_with_a_reset(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		gf_start(three[i % 3], 720 + i);
		fc_set_preempt(64);
		some_traffic(10);
		mock_fault(fc_dev(), &fatal);
		fc_run(1 + fc_rand(3000000));
		switch (i % 5) {
		case 0:
			fk_down();
			fk_up();
			break;
		case 1:
			fk_set_mtu(4000);
			fk_set_mtu(1500);
			break;
		case 2:
			fk_stats_read();
			fk_down();
			fc_run(fc_rand(1000));
			fk_up();
			break;
		case 3:
			fk_suspend();
			mock_flr(fc_dev());
			fk_resume();
			break;
		case 4:
			GF_CHECK(fk_detach(i % 2 == 0) == 0);
			fc_run(GF_SECOND / 10);
			fc_model_forgive();
			GF_CHECK(fk_clean());
			gf_close();
			continue;
		}
		GF_CHECK(works_again(60 * GF_SECOND));
		fc_model_forgive();
		gf_end();
	}
}

/* The others carry the traffic; or the device failed to come back. */
static void
fewer_queues_after_a_reset(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int n;

	(void)state;
	for (n = 1; n <= 2; n++) {
		gf_start("c7g", 760 + n);
		some_traffic(10);
		mock_offer_pairs(fc_dev(), n);
		mock_fault(fc_dev(), &fatal);
		fc_run(10 * GF_SECOND);
		if (fk_can(FK_CAN_ONLY_ITS_QUEUES)) {
			GF_CHECK(gf_link(false, 200 * GF_SECOND));
			mock_offer_pairs(fc_dev(), 99);
			GF_CHECK(fk_down() == 0);
			GF_CHECK(fk_up() == 0);
		} else {
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_TCP4, 700, 40));
			mock_offer_pairs(fc_dev(), 99);
			mock_fault(fc_dev(), &fatal);
			fc_run(10 * GF_SECOND);
		}
		GF_CHECK(works_again(60 * GF_SECOND));
		fc_model_forgive();
		gf_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ioctl),
		cmocka_unit_test(mtu_limits),
		cmocka_unit_test(statistics),
		cmocka_unit_test(ioctls_under_traffic),
		cmocka_unit_test(link_goes_and_comes),
		cmocka_unit_test(no_link_at_first),
		cmocka_unit_test(link_flaps_under_traffic),
		cmocka_unit_test(faults_on_max),
		cmocka_unit_test(faults_on_c7g),
		cmocka_unit_test(faults_on_t4g),
		cmocka_unit_test(a_lost_interrupt_is_missed),
		cmocka_unit_test(keep_alives_stop),
		cmocka_unit_test(a_device_that_never_resets),
		cmocka_unit_test(recovery_is_patient),
		cmocka_unit_test(the_user_meddles_with_a_reset),
		cmocka_unit_test(fewer_queues_after_a_reset),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
