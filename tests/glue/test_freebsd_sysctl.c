/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's glue: the sysctl tree, read and written while packets fly. */
#include "glue_fix.h"
#include "fk_freebsd.h"

#define DEV	"dev.ena.0."

static uint8_t frame[GF_MAX];

static uint64_t
get(const char *name)
{
	uint64_t v;
	int error;

	error = fk_sysctl_get(name, &v);
	if (error != 0) {
		fk_report();
		fail_msg("%s: error %d", name, error);
	}
	return (v);
}

static uint64_t
get_queue(unsigned int q, const char *what)
{
	char name[80];

	snprintf(name, sizeof(name), DEV "queue%u.%s", q, what);
	return (get(name));
}

/* What users of the vendor's driver know must be there, and readable. */
static const char *const known[] = {
	"buf_ring_size", "rx_queue_size", "tx_queue_size", "io_queues_nb",
	"stats_sample_interval", "interrupt_delay", "wd_expired",
	"interface_up",
	"interface_down", "admin_to", "os_trigger", "missing_tx_cmpl",
	"bad_rx_req_id", "bad_tx_req_id", "bad_rx_desc_num",
	"invalid_state", "missing_intr", "tx_desc_malformed",
	"rx_desc_malformed", "missing_admin_interrupt",
	"device_request_reset", "total_resets", "hw_stats.rx_packets",
	"hw_stats.tx_packets", "hw_stats.rx_bytes", "hw_stats.tx_bytes",
	"hw_stats.rx_drops", "hw_stats.tx_drops", "hw_stats.rx_overruns",
	"admin_stats.sumbitted_cmd", "admin_stats.no_completion",
	"irq_affinity.base_cpu", "irq_affinity.cpu_stride",
	"queue0.cpu", "queue0.tx_ring.count", "queue0.tx_ring.bytes",
	"queue0.tx_ring.prepare_ctx_err", "queue0.tx_ring.dma_mapping_err",
	"queue0.tx_ring.doorbells", "queue0.tx_ring.missing_tx_comp",
	"queue0.tx_ring.mbuf_collapses", "queue0.tx_ring.mbuf_collapse_err",
	"queue0.tx_ring.queue_wakeups", "queue0.tx_ring.queue_stops",
	"queue0.tx_ring.llq_buffer_copy",
	"queue0.tx_ring.unmask_interrupt_num", "queue0.rx_ring.count",
	"queue0.rx_ring.bytes", "queue0.rx_ring.refil_partial",
	"queue0.rx_ring.csum_bad", "queue0.rx_ring.csum_good",
	"queue0.rx_ring.mbuf_alloc_fail", "queue0.rx_ring.mjum_alloc_fail",
	"queue0.rx_ring.dma_mapping_err", "queue0.rx_ring.empty_rx_ring",
	"queue3.tx_ring.count", "queue3.rx_ring.count",
};

static void
what_users_know_is_there(void **state)
{
	unsigned int i, up;
	char name[80];
	uint64_t v;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 900 + up);
		if (up != 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
		}
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			snprintf(name, sizeof(name), DEV "%s", known[i]);
			if (fk_sysctl_get(name, &v) != 0)
				fail_msg("%s cannot be read", name);
		}
		GF_CHECK(fk_sysctl_exists("hw.ena.log_level"));
		GF_CHECK(fk_sysctl_exists("hw.ena.force_large_llq_header"));
		GF_CHECK(fk_sysctl_exists("hw.ena.enable_9k_mbufs"));
		GF_CHECK(fk_sysctl_exists("hw.ena.driver_version"));
		gf_end();
	}
}

/* Nothing of the tree is left when the device is gone. */
static unsigned int below;

static void
count_one(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	below++;
}

static void
the_tree_goes_with_the_device(void **state)
{
	(void)state;
	gf_attach("c7g", 902);
	below = 0;
	fk_sysctl_each("dev", count_one, NULL);
	GF_CHECK(below > 100);
	GF_CHECK(fk_detach(false) == 0);
	below = 0;
	fk_sysctl_each("dev", count_one, NULL);
	assert_int_equal(below, 0);
	GF_CHECK(fk_clean());
	gf_close();
}

/* ---- rings */

static unsigned int
rx_mbufs(void)
{
	fc_run(GF_SECOND / 10);
	return (fk_mbufs());
}

static void
ring_sizes(void **state)
{
	static const unsigned int size[] = { 256, 512, 1024, 512 };
	unsigned int i, up;

	(void)state;
	for (up = 0; up < 2; up++) {
		gf_attach("c7g", 910 + up);
		if (up != 0) {
			GF_CHECK(fk_up() == 0);
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
		}
		for (i = 0; i < 4; i++) {
			GF_CHECK(fk_sysctl_set(DEV "rx_queue_size",
			    size[i]) == 0);
			GF_CHECK(fk_sysctl_set(DEV "tx_queue_size",
			    size[3 - i]) == 0);
			GF_CHECK(fk_sysctl_set(DEV "buf_ring_size",
			    size[i]) == 0);
			assert_int_equal(get(DEV "rx_queue_size"), size[i]);
			assert_int_equal(get(DEV "tx_queue_size"),
			    size[3 - i]);
			assert_int_equal(get(DEV "buf_ring_size"), size[i]);
			if (up == 0)
				continue;
			GF_CHECK(gf_link(true, 3 * GF_SECOND));
			assert_int_equal(rx_mbufs(), 4 * (size[i] - 1));
			GF_CHECK(gf_both_ways(GF_TCP4, 400, 40));
		}
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		if (up == 0)
			assert_int_equal(rx_mbufs(), 4 * 511);
		GF_CHECK(gf_both_ways(GF_TCP4, 400, 40));
		gf_end();
	}
}

static void
refused(const char *what, uint64_t v)
{
	uint64_t was;
	char name[80];

	snprintf(name, sizeof(name), DEV "%s", what);
	was = get(name);
	if (fk_sysctl_set(name, v) == 0)
		fail_msg("%s=%llu is taken", what, (unsigned long long)v);
	if (get(name) != was)
		fail_msg("%s is another after a refusal", what);
}

static void
nonsense_is_refused(void **state)
{
	static const uint64_t bad[] = { 1, 3, 255, 300, 1000, 1U << 20,
	    0x7fffffff, 0xffffffff };
	static const char *const ring[] = { "rx_queue_size",
	    "tx_queue_size", "buf_ring_size" };
	unsigned int i, k;

	(void)state;
	gf_start("c7g", 920);
	for (k = 0; k < 3; k++)
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
			if (k < 2 || bad[i] != 1U << 20)
				refused(ring[k], bad[i]);
	refused("io_queues_nb", 0);
	refused("io_queues_nb", 5);
	refused("io_queues_nb", 0xffffffff);
	refused("stats_sample_interval", 3601);
	refused("irq_affinity.base_cpu", 4);
	refused("irq_affinity.cpu_stride", 0xffffffff);
	GF_CHECK(gf_both_ways(GF_TCP4, 400, 40));
	gf_end();
}

static void
queues_used(unsigned int seed, unsigned int want)
{
	struct fk_tx tx;
	unsigned int i, used = 0;

	gf_forget();
	for (i = 0; i < 64; i++) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, GF_TCP4, 200, i + 1, false);
		tx.flow = i + seed;
		GF_CHECK(fk_send(&tx) == 0);
	}
	GF_CHECK(gf_wait_out(64, GF_SECOND));
	for (i = 0; i < 64; i++)
		used |= 1U << gf_out[i].queue;
	assert_int_equal(used, (1U << want) - 1);
}

static void
number_of_queues(void **state)
{
	static const unsigned int n[] = { 1, 4, 2, 3, 1, 3, 4 };
	unsigned int i;

	(void)state;
	gf_start("c7g", 930);
	for (i = 0; i < sizeof(n) / sizeof(n[0]); i++) {
		GF_CHECK(fk_sysctl_set(DEV "io_queues_nb", n[i]) == 0);
		assert_int_equal(get(DEV "io_queues_nb"), n[i]);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		assert_int_equal(rx_mbufs(), n[i] * 1023);
		queues_used(i, n[i]);
		GF_CHECK(gf_both_ways(GF_UDP4, 300, 20));
	}
	gf_end();
}

/* ---- counters */

static void
counters_of_a_queue(void **state)
{
	uint64_t tx = 0, rx = 0, txb = 0, rxb = 0;
	unsigned int i;

	(void)state;
	gf_start("c7g", 940);
	GF_CHECK(gf_both_ways(GF_TCP4, 500, 30));
	for (i = 0; i < 4; i++) {
		tx += get_queue(i, "tx_ring.count");
		rx += get_queue(i, "rx_ring.count");
		txb += get_queue(i, "tx_ring.bytes");
		rxb += get_queue(i, "rx_ring.bytes");
		GF_CHECK(get_queue(i, "tx_ring.count") == 0 ||
		    get_queue(i, "tx_ring.doorbells") != 0);
	}
	assert_int_equal(tx, 30);
	assert_int_equal(rx, 30);
	assert_int_equal(txb, 30 * 500);
	assert_int_equal(rxb, 30 * 500);
	assert_int_equal(fk_counter(FK_IPACKETS), 30);
	assert_int_equal(fk_counter(FK_OPACKETS), 30);
	assert_int_equal(fk_counter(FK_IBYTES), 30 * 500);
	assert_int_equal(fk_counter(FK_OBYTES), 30 * 500);
	assert_int_equal(get(DEV "interface_up"), 1);
	GF_CHECK(fk_down() == 0);
	assert_int_equal(get(DEV "interface_down"), 1);
	/* what was counted stays */
	assert_int_equal(fk_counter(FK_IPACKETS), 30);
	gf_end();
}

static void
the_device_is_asked_at_an_interval(void **state)
{
	(void)state;
	gf_start("c7g", 941);
	GF_CHECK(fk_sysctl_set(DEV "stats_sample_interval", 2) == 0);
	assert_int_equal(get(DEV "stats_sample_interval"), 2);
	GF_CHECK(gf_both_ways(GF_TCP4, 500, 10));
	fc_run(4 * GF_SECOND);
	assert_int_equal(get(DEV "hw_stats.tx_packets"), 10);
	GF_CHECK(fk_sysctl_set(DEV "stats_sample_interval", 0) == 0);
	GF_CHECK(gf_both_ways(GF_TCP4, 500, 10));
	fc_run(2 * GF_SECOND);
	assert_int_equal(get(DEV "hw_stats.tx_packets"), 20);
	gf_end();
}

/* ---- RSS */

static char text[32768], again[32768];

static void
receive_many(unsigned int n)
{
	unsigned int i;

	gf_forget();
	for (i = 0; i < n; i++) {
		gf_frame(frame, GF_TCP4, 200, i + 1, false);
		GF_CHECK(fc_wire_in(frame, 200));
	}
	GF_CHECK(gf_wait_in(n, GF_SECOND));
}

/* The table's first half to one queue, the rest to another. */
static unsigned int
fill_table(unsigned int n, unsigned int a, unsigned int b)
{
	unsigned int i, at = 0;

	for (i = 0; i < n; i++)
		at += (unsigned int)snprintf(text + at, sizeof(text) - at,
		    "%s%u:%u", i == 0 ? "" : " ", i, i < n / 2 ? a : b);
	return (at);
}

static void
indirection_table(void **state)
{
	uint64_t before[4];
	unsigned int i, n = 0, q;
	const char *p;

	(void)state;
	gf_start("c7g", 950);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", text,
	    sizeof(text)) == 0);
	for (p = text; *p != '\0'; p++)
		n += *p == ':';
	GF_CHECK(n >= 64 && (n & (n - 1)) == 0);
	for (q = 0; q < 4; q++) {
		fill_table(n, q, q);
		GF_CHECK(fk_sysctl_set_text(DEV "rss.indir_table", text) ==
		    0);
		GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", again,
		    sizeof(again)) == 0);
		assert_string_equal(again, text);
		for (i = 0; i < 4; i++)
			before[i] = get_queue(i, "rx_ring.count");
		receive_many(20);
		for (i = 0; i < 4; i++)
			assert_int_equal(get_queue(i, "rx_ring.count") -
			    before[i], i == q ? 20 : 0);
	}
	/* one entry alone */
	GF_CHECK(fk_sysctl_set_text(DEV "rss.indir_table", "5:1") == 0);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", again,
	    sizeof(again)) == 0);
	GF_CHECK(strstr(again, " 5:1 ") != NULL);
	GF_CHECK(strstr(again, " 6:3 ") != NULL);
	gf_end();
}

static void
bad_tables_are_refused(void **state)
{
	static const char *const bad[] = {
		"0:4", "4096:0", "0", ":", "0:", ":0", "x:y", "0:0,1:1",
		"-1:0", "0:-1", "0:0 1", "0:0 1:9", "99999999999:0",
		"0:99999999999", "0:1x"
	};
	unsigned int i;
	int error;

	(void)state;
	gf_start("c7g", 951);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", text,
	    sizeof(text)) == 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error = fk_sysctl_set_text(DEV "rss.indir_table", bad[i]);
		if (error == 0)
			fail_msg("\"%s\" is taken", bad[i]);
		GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", again,
		    sizeof(again)) == 0);
		assert_string_equal(again, text);
	}
	GF_CHECK(gf_both_ways(GF_TCP4, 400, 10));
	gf_end();
}

static void
hash_key(void **state)
{
	static const char *const bad[] = { "", "6d", "zz",
	    ("6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a"
	    "6d5a6d5a6d5a6d5g") };
	static const char good[] =
	    "6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a6d5a"
	    "6d5a6d5a6d5a6d5a";
	uint32_t before;
	unsigned int i;

	(void)state;
	gf_start("max", 952);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.key", text, sizeof(text)) == 0);
	assert_int_equal(strlen(text), 80);
	GF_CHECK(strspn(text, "0") < 80);
	receive_many(3);
	before = gf_in[0].flowid;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		GF_CHECK(fk_sysctl_set_text(DEV "rss.key", bad[i]) != 0);
		GF_CHECK(fk_sysctl_get_text(DEV "rss.key", again,
		    sizeof(again)) == 0);
		assert_string_equal(again, text);
	}
	assert_int_equal(fk_sysctl_set_text(DEV "rss.key", good), 0);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.key", again, sizeof(again)) ==
	    0);
	assert_string_equal(again, good);
	receive_many(3);
	GF_CHECK(gf_in[0].flowid != before);
	gf_end();
}

/* A key or table survives down and up, and a reset. */
static void
rss_outlives_a_reset(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i;

	(void)state;
	gf_start("max", 953);
	GF_CHECK(fk_sysctl_set_text(DEV "rss.indir_table",
	    "0:3 1:3 2:3 3:3") == 0);
	GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", text,
	    sizeof(text)) == 0);
	for (i = 0; i < 2; i++) {
		if (i == 0)
			mock_fault(fc_dev(), &fatal);
		else {
			GF_CHECK(fk_down() == 0);
			GF_CHECK(fk_up() == 0);
		}
		fc_run(5 * GF_SECOND);
		GF_CHECK(gf_link(true, 5 * GF_SECOND));
		GF_CHECK(fk_sysctl_get_text(DEV "rss.indir_table", again,
		    sizeof(again)) == 0);
		assert_string_equal(again, text);
		fc_model_forgive();
	}
	gf_end();
}

/* ---- placement, tunables */

static void
queues_on_their_cpus(void **state)
{
	static const int base[] = { 0, 1, 3, 2 }, stride[] = { 1, 2, 1, 0 };
	unsigned int i, q;

	(void)state;
	gf_start("c7g", 960);
	for (i = 0; i < 4; i++) {
		GF_CHECK(fk_sysctl_set(DEV "irq_affinity.base_cpu",
		    (uint64_t)base[i]) == 0);
		GF_CHECK(fk_sysctl_set(DEV "irq_affinity.cpu_stride",
		    (uint64_t)stride[i]) == 0);
		fc_run(GF_SECOND / 10);
		GF_CHECK(gf_both_ways(GF_TCP4, 300, 20));
		for (q = 0; q < 4; q++) {
			assert_int_equal(get_queue(q, "cpu"),
			    (unsigned int)(base[i] + (int)q * stride[i]) % 4);
			assert_int_equal(fk_intr_cpu(1 + q),
			    (unsigned int)(base[i] + (int)q * stride[i]) % 4);
		}
	}
	gf_end();
}

static void
tunables(void **state)
{
	static const struct {
		const char *name;
		uint64_t v;
	} t[] = {
		{ "hw.ena.force_large_llq_header", 0 },
		{ "hw.ena.force_large_llq_header", 1 },
		{ "hw.ena.force_large_llq_header", 2 },
		{ "hw.ena.force_large_llq_header", 3 },
		{ "hw.ena.force_large_llq_header", 77 },
		{ "hw.ena.enable_9k_mbufs", 1 },
		{ "hw.ena.log_level", 3 },
		{ "hw.ena.log_level", 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		gf_open("c7g", 970 + i);
		GF_CHECK(fk_tunable(t[i].name, t[i].v) == 0);
		GF_CHECK(fk_attach(false));
		GF_CHECK(fk_attached());
		GF_CHECK(fk_set_mtu(9000) == 0);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_TCP4, 9014, 10));
		if (strcmp(t[i].name, "hw.ena.enable_9k_mbufs") == 0)
			assert_int_equal(gf_in[0].segs, 1);
		else
			GF_CHECK(gf_in[0].segs > 1);
		GF_CHECK(gf_both_ways(GF_UDP4, 200, 10));
		gf_end();
	}
}

static void
log_level_at_run_time(void **state)
{
	(void)state;
	gf_start("c7g", 980);
	GF_CHECK(fk_sysctl_set("hw.ena.log_level", 3) == 0);
	assert_int_equal(get("hw.ena.log_level"), 3);
	GF_CHECK(fk_sysctl_set("hw.ena.driver_version", 1) != 0);
	GF_CHECK(fk_sysctl_set("hw.ena.enable_9k_mbufs", 1) != 0);
	gf_end();
}

/* ---- all at once */

static void
one_change(unsigned int i)
{
	static const unsigned int size[] = { 256, 512, 1024 };

	switch (fc_rand(8)) {
	case 0:
		fk_sysctl_set(DEV "rx_queue_size", size[fc_rand(3)]);
		break;
	case 1:
		fk_sysctl_set(DEV "tx_queue_size", size[fc_rand(3)]);
		break;
	case 2:
		fk_sysctl_set(DEV "io_queues_nb", 1 + fc_rand(4));
		break;
	case 3:
		fk_sysctl_set(DEV "buf_ring_size", size[fc_rand(3)]);
		break;
	case 4:
		fk_sysctl_set_text(DEV "rss.indir_table", "0:0 1:0 2:0");
		break;
	case 5:
		fk_sysctl_set(DEV "irq_affinity.base_cpu", fc_rand(4));
		break;
	case 6:
		fk_stats_read();
		break;
	case 7:
		fk_set_mtu(1500 + (int)(i % 3) * 3000);
		break;
	}
}

static void
settings_under_traffic(void **state)
{
	static const struct mock_fault_arm fatal = { .f = MOCK_F_FATAL };
	unsigned int i, seed;
	struct fk_tx tx;

	(void)state;
	for (seed = 0; seed < 4; seed++) {
		gf_start(seed % 2 != 0 ? "max" : "c7g", 990 + seed);
		fc_set_preempt(48);
		for (i = 0; i < 120; i++) {
			memset(&tx, 0, sizeof(tx));
			tx.frame = frame;
			tx.len = gf_frame(frame, GF_UDP4, 90 + i, i + 1,
			    false);
			tx.flow = i;
			tx.frag = i % 3 * 40;
			fk_send(&tx);
			fc_wire_in(frame, tx.len);
			if (i % 4 == 0)
				one_change(i);
			if (seed >= 2 && i % 50 == 49)
				mock_fault(fc_dev(), &fatal);
			fc_run(fc_rand(3000));
			GF_CHECK(fc_broken_total() == 0 && fc_dead() == NULL);
		}
		fc_run(20 * GF_SECOND);
		GF_CHECK(fk_set_mtu(1500) == 0);
		GF_CHECK(gf_link(true, 20 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
		fc_model_forgive();
		gf_end();
	}
}

/* Another process is in the middle of sending meanwhile. */
static void
settings_while_others_send(void **state)
{
	static uint8_t f[40][90];
	static struct fk_tx tx[40];
	unsigned int i, seed;

	(void)state;
	for (i = 0; i < 40; i++) {
		gf_frame(f[i], GF_UDP4, 90, i + 1, false);
		tx[i].frame = f[i];
		tx[i].len = 90;
		tx[i].flow = i;
	}
	for (seed = 0; seed < 3; seed++) {
		gf_start("c7g", 994 + seed);
		fc_set_preempt(96);
		for (i = 0; i < 80; i++) {
			fk_send_start(tx, 40);
			if (seed == 0)
				fk_sysctl_set(DEV "buf_ring_size",
				    i % 2 != 0 ? 256 : 512);
			else if (seed == 1)
				fk_sysctl_set(DEV "io_queues_nb", 1 + i % 4);
			else
				one_change(i);
			fc_run(5000);
			GF_CHECK(fk_lawful());
		}
		fc_run(2 * GF_SECOND);
		GF_CHECK(fk_set_mtu(1500) == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
		gf_end();
	}
}

/* A new size for which there is no memory; the old one is taken again. */
static void
a_change_that_fails(void **state)
{
	static const char *const what[] = { "rx_queue_size",
	    "tx_queue_size", "io_queues_nb", "buf_ring_size" };
	uint64_t n;
	unsigned int k;
	char name[80];

	(void)state;
	for (k = 0; k < 4; k++)
		for (n = 1; n < 40; n += 1 + n / 8) {
			gf_start("c7g", 1000 + n);
			snprintf(name, sizeof(name), DEV "%s", what[k]);
			fc_fail_at(n, 3);
			fk_sysctl_set(name, k == 2 ? 2 : 256);
			fc_fail_at(0, 0);
			fc_run(40 * GF_SECOND);
			if (!gf_link(true, GF_SECOND)) {
				fk_down();
				GF_CHECK(fk_up() == 0);
				GF_CHECK(gf_link(true, 5 * GF_SECOND));
			}
			GF_CHECK(gf_both_ways(GF_UDP4, 100, 10));
			gf_end();
		}
}

/* Delays are in force from the next unmask on, where the device has them. */
static void
interrupt_delay(void **state)
{
	unsigned int p;

	(void)state;
	for (p = 0; p < 2; p++) {
		gf_attach(p == 0 ? "max" : "t4g", 980 + p);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		assert_int_equal(get(DEV "interrupt_delay"), 64);
		GF_CHECK(fk_sysctl_set(DEV "interrupt_delay", -1) != 0);
		assert_int_equal(fk_sysctl_set(DEV "interrupt_delay", 128),
		    p == 0 ? 0 : 22);
		assert_int_equal(get(DEV "interrupt_delay"),
		    p == 0 ? 128 : 64);
		GF_CHECK(gf_both_ways(GF_TCP4, 500, 30));
		assert_int_equal(fk_sysctl_set(DEV "interrupt_delay", 0), 0);
		GF_CHECK(gf_both_ways(GF_TCP4, 500, 30));
		gf_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_delay),
		cmocka_unit_test(what_users_know_is_there),
		cmocka_unit_test(the_tree_goes_with_the_device),
		cmocka_unit_test(ring_sizes),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(number_of_queues),
		cmocka_unit_test(counters_of_a_queue),
		cmocka_unit_test(the_device_is_asked_at_an_interval),
		cmocka_unit_test(indirection_table),
		cmocka_unit_test(bad_tables_are_refused),
		cmocka_unit_test(hash_key),
		cmocka_unit_test(rss_outlives_a_reset),
		cmocka_unit_test(queues_on_their_cpus),
		cmocka_unit_test(tunables),
		cmocka_unit_test(log_level_at_run_time),
		cmocka_unit_test(settings_under_traffic),
		cmocka_unit_test(settings_while_others_send),
		cmocka_unit_test(a_change_that_fails),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
