/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's glue: capabilities, vectors, modules, who may refuse what. */
#include "glue_fix.h"
#include "fk_freebsd.h"

#define RXCSUM		0x1		/* IFCAP_* */
#define TXCSUM		0x2
#define TSO4		0x100
#define TSO6		0x200
#define LRO		0x400
#define VLAN_HWTAGGING	0x10
#define RXCSUM6		0x200000
#define TXCSUM6		0x400000
#define CSUM4		0x6		/* CSUM_IP_UDP and _TCP */
#define CSUM6		0x600
#define CSUM_TSO4	0x10
#define CSUM_TSO6	0x1000
#define EBUSY_		16
#define EINVAL_		22

static uint8_t frame[GF_MAX];

static int
hwassist(void)
{
	int enabled, assist;

	fk_caps(&enabled, &assist);
	return (assist);
}

static int
enabled(void)
{
	int on;

	fk_caps(&on, NULL);
	return (on);
}

/* What the card does not offer cannot be asked for; the rest can. */
static void
capabilities(void **state)
{
	static const int each[] = { RXCSUM, TXCSUM, TSO4, TSO6, LRO, RXCSUM6,
	    TXCSUM6 };
	static const char *const three[] = { "max", "c7g", "t4g" };
	unsigned int i, p;
	int offered;

	(void)state;
	for (p = 0; p < 3; p++) {
		gf_start(three[p], 1100 + p);
		offered = fk_caps(NULL, NULL);
		GF_CHECK((offered & LRO) != 0);
		assert_int_equal(offered & VLAN_HWTAGGING, 0);
		GF_CHECK(fk_set_caps(VLAN_HWTAGGING, 0) == EINVAL_);
		for (i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
			if ((offered & each[i]) == 0) {
				GF_CHECK(fk_set_caps(each[i], 0) == EINVAL_);
				continue;
			}
			GF_CHECK(fk_set_caps(0, each[i]) == 0);
			assert_int_equal(enabled() & each[i], 0);
			GF_CHECK(gf_both_ways(GF_TCP4, 300, 4));
			GF_CHECK(fk_set_caps(each[i], 0) == 0);
			assert_int_equal(enabled() & each[i], each[i]);
			GF_CHECK(gf_both_ways(GF_TCP6, 300, 4));
		}
		gf_end();
	}
}

/* The stack is told what it may leave to the card. */
static void
hwassist_follows(void **state)
{
	(void)state;
	gf_start("max", 1110);
	assert_int_equal(hwassist() & (CSUM4 | CSUM6 | CSUM_TSO4 | CSUM_TSO6),
	    CSUM4 | CSUM6 | CSUM_TSO4 | CSUM_TSO6);
	GF_CHECK(fk_set_caps(0, TSO4) == 0);
	assert_int_equal(hwassist() & (CSUM4 | CSUM_TSO4 | CSUM_TSO6),
	    CSUM4 | CSUM_TSO6);
	GF_CHECK(fk_set_caps(TSO4, 0) == 0);
	assert_int_equal(hwassist() & CSUM_TSO4, CSUM_TSO4);
	/* no segmentation without checksums */
	GF_CHECK(fk_set_caps(0, TXCSUM) == 0);
	assert_int_equal(hwassist() & (CSUM4 | CSUM_TSO4), 0);
	assert_int_equal(hwassist() & CSUM6, CSUM6);
	GF_CHECK(fk_set_caps(0, TXCSUM6) == 0);
	assert_int_equal(hwassist() & (CSUM6 | CSUM_TSO6), 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 300, 4));
	gf_end();
}

/* Switched off, the card's verdict is not passed on. */
static void
receive_checksums_off(void **state)
{
	(void)state;
	gf_start("c7g", 1111);
	gf_forget();
	gf_frame(frame, GF_TCP4, 200, 1, false);
	GF_CHECK(fc_wire_in(frame, 200) && gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & FK_RX_TCP_OK) != 0);
	GF_CHECK(fk_set_caps(0, RXCSUM) == 0);
	gf_forget();
	GF_CHECK(fc_wire_in(frame, 200) && gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & (FK_RX_TCP_OK | FK_RX_IP_OK)) == 0);
	GF_CHECK(fk_set_caps(RXCSUM, 0) == 0);
	gf_forget();
	GF_CHECK(fc_wire_in(frame, 200) && gf_wait_in(1, GF_SECOND));
	GF_CHECK((gf_in[0].csum & FK_RX_TCP_OK) != 0);
	gf_end();
}

static void
capabilities_under_traffic(void **state)
{
	static const int each[] = { RXCSUM, TXCSUM, TSO4, LRO };
	struct fk_tx tx;
	unsigned int i;

	(void)state;
	gf_start("c7g", 1112);
	fc_set_preempt(64);
	for (i = 0; i < 200; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 100 + i, i + 1, false);
		tx.flow = i;
		fk_send(&tx);
		fc_wire_in(frame, tx.len);
		if (i % 5 == 0)
			fk_set_caps(i % 2 != 0 ? each[i % 4] : 0,
			    i % 2 != 0 ? 0 : each[i % 4]);
		fc_run(fc_rand(500));
		GF_CHECK(fk_lawful());
	}
	GF_CHECK(fk_set_caps(RXCSUM | TXCSUM | TSO4 | LRO, 0) == 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 300, 4));
	gf_end();
}

/* ---- coming and going */

/* Down, up and away while another process sends. */
static void
going_while_others_send(void **state)
{
	static uint8_t f[40][90];
	static struct fk_tx tx[40];
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		gf_frame(f[i], GF_UDP4, 90, i + 1, false);
		tx[i].frame = f[i];
		tx[i].len = 90;
		tx[i].flow = i;
	}
	for (i = 0; i < 40; i++) {
		gf_start("c7g", 1115 + i);
		fc_set_preempt(96);
		fk_send_start(tx, 40);
		fc_run(fc_rand(60));
		if (i % 4 == 0)
			GF_CHECK(fk_down() == 0);
		else if (i % 4 == 1)
			GF_CHECK(fk_set_mtu(4000) == 0);
		else if (i % 4 == 2)
			fk_suspend();
		GF_CHECK(fk_detach(i % 8 == 7) == 0);
		fc_run(GF_SECOND / 10);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

static void
stack_is_slow(void *arg, const struct fk_rx *rx)
{
	(void)arg;
	(void)rx;
	fc_wait(NULL, NULL, fc_now() + GF_SECOND / 5, true, "a slow stack");
}

/* A service that takes long does not end in the queue's next life. */
static void
queues_anew_during_a_service(void **state)
{
	unsigned int i;

	(void)state;
	gf_start("c7g", 1190);
	gf_frame(frame, GF_UDP4, 90, 1, false);
	for (i = 0; i < 8; i++) {
		fk_on_rx(stack_is_slow, NULL);
		GF_CHECK(fc_wire_in(frame, 90));
		fc_run(1000);
		GF_CHECK(fk_set_mtu(i % 2 != 0 ? 1500 : 1400) == 0);
		fc_run(GF_SECOND / 2);
		GF_CHECK(fk_lawful());
	}
	gf_end();
}

/* Between a queue's creation and its first unmask: who would unmask early? */
static bool queue_was_away;
static uint64_t unmasks_before;
static unsigned int raised;

static void
raise_early(void *arg)
{
	struct mock_stats s;
	struct mock_ring r;
	bool there = false;
	unsigned int i;

	(void)arg;
	fc_at_point(1, raise_early, NULL);
	mock_get_stats(fc_dev(), &s);
	for (i = 0; mock_ring_nth(fc_dev(), i, &r); i++)
		there = there || r.kind == MOCK_RING_RX_CQ;
	if (!there) {
		queue_was_away = true;
		unmasks_before = s.unmasks;
	} else if (queue_was_away && s.unmasks == unmasks_before &&
	    fc_rand(200) == 0) {
		raised++;
		fk_intr_raise(1);
		/* and is there before anything else happens here */
		if (fc_self() != NULL)
			fc_wait(NULL, NULL, fc_now() + 5, false, "interrupt");
	}
}

/* An interrupt of an old queue that arrives late does not unmask the new. */
static void
a_late_interrupt(void **state)
{
	unsigned int i;

	(void)state;
	raised = 0;
	for (i = 0; i < 30; i++) {
		gf_start("c7g", 1191 + i);
		GF_CHECK(fk_sysctl_set("dev.ena.0.io_queues_nb", 1) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		fc_set_preempt(i % 2 != 0 ? 96 : 16);
		queue_was_away = false;
		fc_at_point(1, raise_early, NULL);
		GF_CHECK(fk_set_mtu(1400) == 0);
		fc_at_point(0, NULL, NULL);
		fc_run(GF_SECOND / 10);
		GF_CHECK(fk_lawful());
		gf_end();
	}
	GF_CHECK(raised > 20);
}

/* A machine has few vectors: none may be lost, however often (67 are). */
static void
every_vector_comes_back(void **state)
{
	unsigned int i;

	(void)state;
	gf_open("c7g", 1120);
	fc_set_preempt(4);
	for (i = 0; i < 70; i++) {
		GF_CHECK(fk_attach(i % 2 == 0));
		GF_CHECK(fk_attached());
		assert_int_equal(fk_vectors(), 5);
		if (i % 3 == 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_UDP4, 128, 4));
		}
		GF_CHECK(fk_detach(i % 4 == 3) == 0);
		assert_int_equal(fk_vectors(), 0);
		assert_int_equal(fk_intr_live(), 0);
		assert_int_equal(fk_resources_live(), 0);
		GF_CHECK(fk_clean());
	}
	gf_close();
}

static void
vlans_keep_the_interface(void **state)
{
	unsigned int up;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 1130 + up);
		if (up != 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
		}
		fk_vlans(2);
		GF_CHECK(fk_detach(false) == EBUSY_);
		GF_CHECK(fk_attached());
		GF_CHECK(fk_kldunload() == EBUSY_);
		GF_CHECK(fk_attached());
		/* as if nobody had asked */
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 128, 4));
		fk_vlans(0);
		gf_end();
	}
}

/* Out is out, VLANs or not. */
static void
vlans_on_a_card_that_is_gone(void **state)
{
	(void)state;
	gf_start("c7g", 1132);
	fk_vlans(1);
	fc_pull();
	fc_run(GF_SECOND);
	GF_CHECK(fk_detach(true) == 0);
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	gf_close();
}

static void
load_and_unload(void **state)
{
	uint64_t v;
	unsigned int i;

	(void)state;
	gf_open("c7g", 1140);
	GF_CHECK(fk_attach(true));
	for (i = 0; i < 20; i++) {
		GF_CHECK(fk_attached());
		GF_CHECK(fk_sysctl_set("hw.ena.log_level", 0) == 0);
		if (i % 2 == 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			GF_CHECK(gf_both_ways(GF_TCP4, 700, 6));
		}
		GF_CHECK(fk_kldunload() == 0);
		GF_CHECK(!fk_attached());
		GF_CHECK(!fk_sysctl_exists("hw.ena.log_level"));
		GF_CHECK(fk_clean());
		GF_CHECK(fk_kldload());
		/* a fresh copy of the module has its own defaults */
		GF_CHECK(fk_sysctl_get("hw.ena.log_level", &v) == 0);
		assert_int_equal(v, 1);
	}
	GF_CHECK(fk_kldunload() == 0);
	GF_CHECK(fk_clean());
	gf_close();
}

/* After shutdown the device neither reads nor writes memory. */
static void
shutdown_is_quiet(void **state)
{
	struct mock_stats a, b;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		gf_start(i == 0 ? "c7g" : i == 1 ? "t4g" : "max", 1150 + i);
		GF_CHECK(gf_both_ways(GF_TCP4, 700, 6));
		GF_CHECK(fk_powerdown() == 0);
		fc_run(GF_SECOND / 10);
		mock_get_stats(fc_dev(), &a);
		gf_frame(frame, GF_UDP4, 100, 1, false);
		for (unsigned int k = 0; k < 20; k++)
			GF_CHECK(!fc_wire_in(frame, 100));
		fc_run(5 * GF_SECOND);
		mock_get_stats(fc_dev(), &b);
		assert_int_equal(a.resets, b.resets);
		assert_int_equal(a.admin_cmds, b.admin_cmds);
		GF_CHECK(fk_lawful());
		GF_CHECK(fk_detach(false) == 0);
		fc_run(GF_SECOND / 10);
		GF_CHECK(fk_clean());
		gf_close();
	}
}

/* Without write-combining the rings are in the host's memory. */
static void
no_write_combining(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		gf_open("c7g", 1160 + i);
		fc_fail_named("pmap_change_attr");
		GF_CHECK(fk_attach(i == 0));
		GF_CHECK(fk_attached());
		fc_fail_named(NULL);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_TCP4, 700, 20));
		gf_end();
	}
}

/* Another address: the interface goes down and up with it. */
static void
another_address(void **state)
{
	static const uint8_t mac[6] = { 2, 1, 2, 3, 4, 5 };
	struct fk_if i;

	(void)state;
	gf_start("c7g", 1170);
	GF_CHECK(fk_set_lladdr(mac) == 0);
	GF_CHECK(fk_if(&i));
	assert_memory_equal(i.mac, mac, 6);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
	GF_CHECK(gf_both_ways(GF_TCP4, 700, 20));
	gf_end();
}

/* Received packets come from the queue's own thread, on its own CPU. */
static void
flows_spread_over_queues(void **state)
{
	unsigned int i, used = 0;

	(void)state;
	gf_start("max", 1180);
	for (i = 0; i < 64; i++) {
		gf_frame(frame, GF_TCP4, 200, i + 1, false);
		frame[36] = (uint8_t)i;		/* another port */
		GF_CHECK(fc_wire_in(frame, 200));
	}
	GF_CHECK(gf_wait_in(64, GF_SECOND));
	for (i = 0; i < 64; i++)
		used |= 1U << gf_in[i].queue % 32;
	GF_CHECK((used & (used - 1)) != 0);
	gf_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities),
		cmocka_unit_test(hwassist_follows),
		cmocka_unit_test(receive_checksums_off),
		cmocka_unit_test(capabilities_under_traffic),
		cmocka_unit_test(going_while_others_send),
		cmocka_unit_test(queues_anew_during_a_service),
		cmocka_unit_test(a_late_interrupt),
		cmocka_unit_test(every_vector_comes_back),
		cmocka_unit_test(vlans_keep_the_interface),
		cmocka_unit_test(vlans_on_a_card_that_is_gone),
		cmocka_unit_test(load_and_unload),
		cmocka_unit_test(shutdown_is_quiet),
		cmocka_unit_test(no_write_combining),
		cmocka_unit_test(another_address),
		cmocka_unit_test(flows_spread_over_queues),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
