/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One adapter of the demo.
 *
 * The table binding (ena_os_table.h) joins the core to the device model:
 * register accesses become calls into the model, DMA memory is demo_dma,
 * time is the machine's monotonic clock.  The model is in the same process
 * and coherent, so barriers are fences and dma_sync is empty.
 *
 * The model calls back only from inside our own calls.  Interrupts set a bit
 * that demo_service() works off; frames leaving the wire go straight into
 * the peer's model, whose interrupts again only set bits.  Nothing recurses.
 *
 * One thread owns all lanes of both adapters.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "demo_adapter.h"

#define TICK_US		1000000U
#define SERVICE_ROUNDS	64U
#define BUF_LEN		2048U
#define BUF_LEN_MAX	16384U

uint64_t
demo_clock_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000);
}

static uint64_t
adapter_now(void *arg)
{
	const struct demo_adapter *a = arg;

	return (demo_clock_us() - a->ad_start_us);
}

/* ---- platform operations */

static uint32_t
op_rd4(void *arg, uint32_t off)
{
	struct demo_adapter *a = arg;

	return (mock_reg_read(a->ad_dev, off));
}

static void
op_wr4(void *arg, uint32_t off, uint32_t val)
{
	struct demo_adapter *a = arg;

	mock_reg_write(a->ad_dev, off, val);
}

static void
op_llq_store8(void *arg, size_t off, uint64_t val)
{
	struct demo_adapter *a = arg;

	mock_bar2_write(a->ad_dev, (uint32_t)off, &val, sizeof(val));
}

static void
op_barrier(void *arg, enum ena_os_barrier kind)
{
	(void)arg;
	(void)kind;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static bool
op_dma_alloc(void *arg, size_t size, size_t align, unsigned int width,
    struct ena_os_dma *dma)
{
	struct demo_adapter *a = arg;

	dma->dma_va = demo_dma_alloc(a->ad_dma, size, align, width,
	    &dma->dma_pa);
	if (dma->dma_va == NULL)
		return (false);
	memset(dma->dma_va, 0, size);
	dma->dma_size = size;
	dma->dma_cookie = NULL;
	return (true);
}

static void
op_dma_free(void *arg, struct ena_os_dma *dma)
{
	struct demo_adapter *a = arg;

	demo_dma_free(a->ad_dma, dma->dma_va);
}

static void
op_dma_sync(void *arg, struct ena_os_dma *dma, size_t off, size_t len,
    int dir)
{
	(void)arg;
	(void)dma;
	(void)off;
	(void)len;
	(void)dir;
}

static void op_log(void *, int, const char *, va_list)
    __attribute__((__format__(__printf__, 3, 0)));

static void
op_log(void *arg, int level, const char *fmt, va_list ap)
{
	const struct demo_adapter *a = arg;

	if (a->ad_cfg.log == NULL || level > a->ad_cfg.log_level)
		return;
	(void)fprintf(a->ad_cfg.log, "  [%s] ", a->ad_cfg.name);
	(void)vfprintf(a->ad_cfg.log, fmt, ap);
	(void)fputc('\n', a->ad_cfg.log);
}

static const struct ena_os_ops adapter_ops = {
	.op_rd4 = op_rd4,
	.op_wr4 = op_wr4,
	.op_llq_store8 = op_llq_store8,
	.op_barrier = op_barrier,
	.op_dma_alloc = op_dma_alloc,
	.op_dma_free = op_dma_free,
	.op_dma_sync = op_dma_sync,
	.op_now_us = adapter_now,
	.op_log = op_log
};

/* ---- the glue's kernel */

static bool
host_buf_alloc(void *arg, uint32_t len, struct nic_buf *b)
{
	struct demo_adapter *a = arg;

	b->va = demo_dma_alloc(a->ad_dma, len, 64,
	    a->ad_cfg.profile->dma_bits, &b->pa);
	b->len = len;
	b->cookie = NULL;
	return (b->va != NULL);
}

static void
host_buf_free(void *arg, struct nic_buf *b)
{
	struct demo_adapter *a = arg;

	demo_dma_free(a->ad_dma, b->va);
	b->va = NULL;
}

static void
host_buf_sync(void *arg, struct nic_buf *b, size_t off, size_t len,
    enum ena_sync dir)
{
	(void)arg;
	(void)b;
	(void)off;
	(void)len;
	(void)dir;
}

/* Sleep, but let the model do what falls due meanwhile. */
static void
host_wait_us(void *arg, uint32_t us)
{
	struct demo_adapter *a = arg;
	struct timespec ts;
	uint64_t end, next, now;

	now = adapter_now(a);
	end = now + us;
	for (;;) {
		mock_run(a->ad_dev);
		now = adapter_now(a);
		if (now >= end)
			return;
		next = mock_next_us(a->ad_dev);
		if (next > end)
			next = end;
		if (next <= now)
			continue;
		ts.tv_sec = (time_t)((next - now) / 1000000U);
		ts.tv_nsec = (long)((next - now) % 1000000U) * 1000;
		(void)nanosleep(&ts, NULL);
	}
}

static void
host_rx_frame(void *arg, const uint8_t *frame, size_t len,
    const struct nic_rx_meta *m)
{
	struct demo_adapter *a = arg;

	if (a->ad_rx != NULL)
		a->ad_rx(a->ad_rx_arg, frame, len, m);
}

/* ---- the device's bus */

static int
bus_dma_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	struct demo_adapter *a = arg;

	return (demo_dma_read(a->ad_dma, addr, buf, len));
}

static int
bus_dma_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	struct demo_adapter *a = arg;

	return (demo_dma_write(a->ad_dma, addr, buf, len));
}

static void
bus_raise_vector(void *arg, unsigned int v)
{
	struct demo_adapter *a = arg;

	if (v < DEMO_VECTORS)
		a->ad_vectors[v / 64] |= (uint64_t)1 << v % 64;
}

/* The wire: what leaves one model enters the other. */
static void
bus_frame_out(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	struct demo_adapter *a = arg;
	struct demo_adapter *peer = a->ad_peer;
	enum mock_rx_verdict v;

	(void)info;
	if (peer == NULL)
		return;
	peer->ad_count.wire_in++;
	v = mock_frame_in(peer->ad_dev, frame, len, NULL);
	if (v != MOCK_RX_OK)
		peer->ad_count.wire_lost[v]++;
}

static void
bus_rule_broken(void *arg, const struct mock_rule_report *r)
{
	struct demo_adapter *a = arg;
	uint64_t n;

	n = a->ad_count.rules++;
	if (n < DEMO_RULES_KEPT)
		(void)snprintf(a->ad_rule_text[n], sizeof(a->ad_rule_text[n]),
		    "%s (protocol %s): %s", r->id, r->section, r->msg);
}

/* The admin transcript: everything but the data path. */
static bool
data_path(const char *line)
{
	static const char *const kinds[] = { "tx ", "txc ", "rx ", "rxc ",
	    "interrupt ", "write reg=QUEUE " };
	size_t i;

	line = strchr(line, ' ');
	if (line == NULL)
		return (false);
	line++;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(line, kinds[i], strlen(kinds[i])) == 0)
			return (true);
	return (false);
}

static void
bus_trace(void *arg, const char *line)
{
	const struct demo_adapter *a = arg;

	if (data_path(line))
		return;
	(void)fprintf(a->ad_cfg.transcript, "%s %s\n", a->ad_cfg.name, line);
}

/* ---- life */

/* Buffers such that the largest frame fits the descriptors of one packet. */
static uint32_t
buf_len(uint32_t frame, uint32_t descs)
{
	uint32_t len;

	for (len = BUF_LEN; len < BUF_LEN_MAX && len * descs < frame;)
		len *= 2;
	return (len);
}

static void
random_key(uint64_t seed, uint8_t *key, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		key[i] = (uint8_t)(seed >> 56);
	}
}

static struct mockdev *
adapter_model(struct demo_adapter *a)
{
	struct mock_options o;
	struct mock_bus bus;

	mock_options_default(&o);
	o.seed = a->ad_cfg.seed;
	memcpy(o.mac, a->ad_cfg.mac, sizeof(o.mac));
	memset(&bus, 0, sizeof(bus));
	bus.arg = a;
	bus.dma_read = bus_dma_read;
	bus.dma_write = bus_dma_write;
	bus.raise_vector = bus_raise_vector;
	bus.frame_out = bus_frame_out;
	bus.now_us = adapter_now;
	bus.rule_broken = bus_rule_broken;
	if (a->ad_cfg.transcript != NULL)
		bus.trace = bus_trace;
	return (mock_create(a->ad_cfg.profile, &o, &bus));
}

static struct nic *
adapter_nic(struct demo_adapter *a, enum ena_result *why)
{
	const struct mock_profile *p = a->ad_cfg.profile;
	struct ena_config c;
	struct nic_host h;
	struct nic_options o;
	uint32_t frame;

	memset(&c, 0, sizeof(c));
	c.cf_os_type = ENA_OS_TYPE_FREEBSD;
	c.cf_os_dist = "ena-demo";
	c.cf_kernel = "userspace";
	c.cf_cpus = a->ad_cfg.queues;
	c.cf_revision = p->revision;
	c.cf_bar0_bytes = p->bar0_bytes;
	c.cf_bar2_bytes = p->bar2_bytes;
	c.cf_pairs = a->ad_cfg.queues;
	c.cf_mtu = a->ad_cfg.mtu;
	c.cf_llq = a->ad_cfg.llq;
	c.cf_have_rss_key = true;
	random_key(a->ad_cfg.seed, c.cf_rss_key, sizeof(c.cf_rss_key));

	frame = a->ad_cfg.mtu + ENA_L2_OVERHEAD;
	memset(&o, 0, sizeof(o));
	o.rx_buf_len = buf_len(frame, p->rx_descs);
	/* one descriptor of a packet may be taken by metadata */
	o.tx_seg_len = buf_len(frame, p->tx_descs > 1 ? p->tx_descs - 1U : 1);
	o.vectors = (uint16_t)(a->ad_cfg.queues + 1);

	memset(&h, 0, sizeof(h));
	h.arg = a;
	h.buf_alloc = host_buf_alloc;
	h.buf_free = host_buf_free;
	h.buf_sync = host_buf_sync;
	h.wait_us = host_wait_us;
	h.rx_frame = host_rx_frame;
	return (nic_create(&a->ad_os, &c, &o, &h, why));
}

struct demo_adapter *
demo_adapter_create(const struct demo_adapter_cfg *cfg, char *why,
    size_t why_len)
{
	struct demo_adapter *a;
	enum ena_result r;

	a = calloc(1, sizeof(*a));
	if (a == NULL) {
		(void)snprintf(why, why_len, "out of memory");
		return (NULL);
	}
	a->ad_cfg = *cfg;
	a->ad_os.os_ops = &adapter_ops;
	a->ad_os.os_arg = a;
	a->ad_start_us = demo_clock_us();
	a->ad_dma = demo_dma_create(cfg->profile->dma_bits);
	if (a->ad_dma != NULL)
		a->ad_dev = adapter_model(a);
	if (a->ad_dev == NULL) {
		(void)snprintf(why, why_len, "adapter %s: no memory for the "
		    "device model", cfg->name);
		demo_adapter_destroy(a);
		return (NULL);
	}
	r = ENA_OK;
	a->ad_nic = adapter_nic(a, &r);
	if (a->ad_nic == NULL) {
		(void)snprintf(why, why_len, "adapter %s: configuration "
		    "refused: %s", cfg->name, ena_result_name(r));
		demo_adapter_destroy(a);
		return (NULL);
	}
	return (a);
}

void
demo_adapter_destroy(struct demo_adapter *a)
{
	if (a == NULL)
		return;
	if (a->ad_nic != NULL) {
		a->ad_rx = NULL;
		if (nic_down(a->ad_nic) != ENA_OK) {
			/* it does not obey; nothing is left but to pull it */
			ena_gone(demo_dev(a));
			(void)nic_down(a->ad_nic);
		}
		nic_destroy(a->ad_nic);
	}
	if (a->ad_peer != NULL)
		a->ad_peer->ad_peer = NULL;
	mock_destroy(a->ad_dev);
	demo_dma_destroy(a->ad_dma);
	free(a);
}

bool
demo_adapter_up(struct demo_adapter *a, char *why, size_t why_len)
{
	enum ena_result r;
	uint64_t start;

	start = adapter_now(a);
	r = nic_up(a->ad_nic);
	a->ad_count.bringup_us = adapter_now(a) - start;
	a->ad_count.bringup_cmds = ena_dev_stats(demo_dev(a))->es_admin_cmds;
	a->ad_tick_us = adapter_now(a) + TICK_US;
	if (r == ENA_OK)
		return (true);
	(void)snprintf(why, why_len, "adapter %s did not come up: %s%s%s",
	    a->ad_cfg.name, ena_result_name(r),
	    a->ad_count.rules != 0 ? ", rule " : "",
	    a->ad_count.rules != 0 ? a->ad_rule_text[0] : "");
	return (false);
}

bool
demo_adapter_down(struct demo_adapter *a, char *why, size_t why_len)
{
	enum ena_result r;

	r = nic_down(a->ad_nic);
	if (r != ENA_OK) {
		(void)snprintf(why, why_len, "adapter %s did not go down: %s",
		    a->ad_cfg.name, ena_result_name(r));
		return (false);
	}
	if (nic_bufs_out(a->ad_nic) != 0 || demo_dma_live(a->ad_dma) != 0) {
		(void)snprintf(why, why_len, "adapter %s left %u buffers with "
		    "the device and %u blocks of DMA memory behind",
		    a->ad_cfg.name, nic_bufs_out(a->ad_nic),
		    demo_dma_live(a->ad_dma));
		return (false);
	}
	return (true);
}

/* ---- service */

static void
adapter_result(struct demo_adapter *a, enum ena_result r)
{
	if ((r == ENA_FAULTED || r == ENA_GONE) && a->ad_fault == ENA_OK)
		a->ad_fault = r;
}

static bool
serve_vectors(struct demo_adapter *a)
{
	uint64_t bits;
	unsigned int i, v;
	bool any;

	any = false;
	for (i = 0; i < sizeof(a->ad_vectors) / sizeof(a->ad_vectors[0]);
	    i++) {
		bits = a->ad_vectors[i];
		a->ad_vectors[i] = 0;
		for (; bits != 0; bits &= bits - 1) {
			v = i * 64 + (unsigned int)__builtin_ctzll(bits);
			any = true;
			if (v == 0)
				adapter_result(a, nic_mgmt_intr(a->ad_nic));
			else if (v - 1 < nic_pairs(a->ad_nic))
				adapter_result(a,
				    nic_queue_intr(a->ad_nic, v - 1));
		}
	}
	return (any);
}

void
demo_service(struct demo_adapter *a)
{
	unsigned int i;

	for (i = 0; i < SERVICE_ROUNDS && a->ad_fault == ENA_OK; i++) {
		mock_run(a->ad_dev);
		if (!serve_vectors(a))
			break;
	}
	if (adapter_now(a) >= a->ad_tick_us && a->ad_fault == ENA_OK) {
		a->ad_tick_us = adapter_now(a) + TICK_US;
		adapter_result(a, nic_tick(a->ad_nic));
	}
}

uint64_t
demo_idle_us(struct demo_adapter *a)
{
	uint64_t next, now;
	unsigned int i;

	for (i = 0; i < sizeof(a->ad_vectors) / sizeof(a->ad_vectors[0]); i++)
		if (a->ad_vectors[i] != 0)
			return (0);
	now = adapter_now(a);
	next = mock_next_us(a->ad_dev);
	if (next > a->ad_tick_us)
		next = a->ad_tick_us;
	return (next > now ? next - now : 0);
}
