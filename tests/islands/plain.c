/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The island without a kernel: tests/mock/nic.c over the plain binding,
 * offered to the scene as if it were one of the fake kernels (fk.h, as far
 * as the scene goes).
 *
 * Whatever touches the driver holds `busy`, so one thread at a time owns all
 * lanes, as nic.c wants it.  A service thread plays interrupts and tick.
 */
#include <stdio.h>
#include <string.h>

#include "ena_mockdev.h"
#include "fc_priv.h"
#include "fk_common.h"
#include "nic.h"
#include "plain.h"

#define SECOND		1000000U
#define VECTORS		2U
#define RX_BUF		2048U
#define TX_SEG		16384U

const struct fc_rule fk_rules[] = {
	{ "hang", "tests/mock/nic.c", "a call comes to an end" },
	{ NULL, NULL, NULL }
};

static struct ena_os os;
static struct nic *nic;
static bool up, busy, leaving;
static bool pending[VECTORS];
static uint64_t next_tick;
static fk_rx_fn *rx_fn;
static void *rx_arg;
static uint32_t mtu;

const char *
fk_system(void)
{
	return ("plain");
}

/* ---- the platform below */

uint32_t island_rd4(uint32_t);
void island_wr4(uint32_t, uint32_t);
void island_drain(void);

uint32_t
island_rd4(uint32_t off)
{
	return (fc_reg_read(off));
}

void
island_wr4(uint32_t off, uint32_t val)
{
	fc_reg_write(off, val);
}

void
island_drain(void)
{
	fc_window_flush();
}

static bool
os_alloc(void *arg, size_t size, size_t align, unsigned int width,
    struct ena_os_dma *dma)
{
	(void)arg;
	(void)align;		/* pages are enough for everything */
	(void)width;
	dma->dma_va = plain_alloc(size, &dma->dma_pa);
	dma->dma_size = size;
	return (dma->dma_va != NULL);
}

static void
os_free(void *arg, struct ena_os_dma *dma)
{
	(void)arg;
	plain_free(dma->dma_va);
}

static uint64_t
os_now(void *arg)
{
	(void)arg;
	return (fc_now());
}

/* ---- the kernel that nic.c sees */

static bool
buf_alloc(void *arg, uint32_t len, struct nic_buf *b)
{
	(void)arg;
	b->va = plain_alloc(len, &b->pa);
	b->len = len;
	return (b->va != NULL);
}

static void
buf_free(void *arg, struct nic_buf *b)
{
	(void)arg;
	plain_free(b->va);
}

static void
buf_sync(void *arg, struct nic_buf *b, size_t off, size_t len,
    enum ena_sync dir)
{
	(void)arg;
	(void)b;
	(void)off;
	(void)len;
	(void)dir;
}

static void
wait_us(void *arg, uint32_t us)
{
	(void)arg;
	fc_wait(NULL, NULL, fc_now() + us, true, "the device");
}

static void
rx_frame(void *arg, const uint8_t *frame, size_t len,
    const struct nic_rx_meta *m)
{
	struct fk_rx rx;

	(void)arg;
	memset(&rx, 0, sizeof(rx));
	rx.frame = frame;
	rx.len = len;
	rx.queue = m->queue;
	rx.segs = m->nsegs;
	if (rx_fn != NULL)
		rx_fn(rx_arg, &rx);
}

static const struct nic_host host = {
	.buf_alloc = buf_alloc, .buf_free = buf_free, .buf_sync = buf_sync,
	.wait_us = wait_us, .rx_frame = rx_frame
};

/* ---- one at a time */

static bool
is_free(void *arg)
{
	(void)arg;
	return (!busy);
}

static void
enter(void)
{
	while (busy)
		fc_wait(is_free, NULL, FC_NEVER, true, "the driver");
	busy = true;
}

static void
leave(void)
{
	busy = false;
}

static bool
is_due(void *arg)
{
	(void)arg;
	return (!busy && (leaving || pending[0] || pending[1] ||
	    fc_now() >= next_tick));
}

/* Interrupts and tick; afterwards, what the core thinks of it. */
static void
service(void *arg)
{
	enum ena_result r;

	(void)arg;
	for (;;) {
		fc_wait(is_due, NULL, next_tick, true, "interrupts");
		if (leaving)
			return;
		if (busy)
			continue;
		enter();
		r = ENA_OK;
		if (pending[0]) {
			pending[0] = false;
			r = nic_mgmt_intr(nic);
		}
		if (pending[1] && r == ENA_OK) {
			pending[1] = false;
			if (up)
				r = nic_queue_intr(nic, 0);
		}
		if (fc_now() >= next_tick && r == ENA_OK) {
			next_tick = fc_now() + SECOND;
			r = nic_tick(nic);
		}
		if (r == ENA_FAULTED && up)
			(void)nic_recover(nic);
		leave();
	}
}

static void
vector(void *arg, unsigned int v)
{
	(void)arg;
	if (v < VECTORS)
		pending[v] = true;
}

/* ---- life, each in a thread of its own that may wait */

struct call {
	int (*fn)(void *);
	void *arg;
	int error;
};

static void
call_main(void *arg)
{
	struct call *c = arg;

	enter();
	c->error = c->fn(c->arg);
	leave();
}

static int
call(int (*fn)(void *), void *arg)
{
	struct call c = { fn, arg, 0 };

	return (fk_proc(call_main, &c) ? c.error : -1);
}

void
fk_kernel_open(void)
{
	memset(pending, 0, sizeof(pending));
	nic = NULL;
	up = busy = leaving = false;
	rx_fn = NULL;
	mtu = 1500;
}

void
fk_machine_open(void)
{
	fc_dev_vector(vector, NULL);
	memset(&os, 0, sizeof(os));
	os.os_alloc = os_alloc;
	os.os_free = os_free;
	os.os_now_us = os_now;
	os.os_bar2 = fc_window();
}

bool
fk_attach(bool cold_boot)
{
	struct nic_options opt = {
		.rx_buf_len = RX_BUF, .tx_seg_len = TX_SEG, .vectors = VECTORS
	};
	struct ena_config cf;
	enum ena_result r;
	unsigned int i;

	(void)cold_boot;
	memset(&cf, 0, sizeof(cf));
	cf.cf_os_type = ENA_OS_TYPE_FREEBSD;
	cf.cf_os_dist = "plain";
	cf.cf_cpus = (uint16_t)fk_machine()->ncpus;
	cf.cf_revision = fc_revision();
	cf.cf_bar0_bytes = (uint32_t)fc_bar_bytes(0);
	cf.cf_bar2_bytes = (uint32_t)fc_bar_bytes(2);
	cf.cf_have_rss_key = true;
	for (i = 0; i < sizeof(cf.cf_rss_key); i++)
		cf.cf_rss_key[i] = (uint8_t)(i * 37 + 1);
	fc_bus_master(true);
	nic = nic_create(&os, &cf, &opt, &host, &r);
	if (nic == NULL)
		return (false);
	next_tick = fc_now() + SECOND;
	fc_ctx_daemon(fc_ctx_new("service", service, NULL));
	return (true);
}

bool
fk_attached(void)
{
	return (nic != NULL);
}

static int
do_up(void *arg)
{
	(void)arg;
	up = nic_up(nic) == ENA_OK;
	return (up ? 0 : 5);
}

int
fk_up(void)
{
	return (call(do_up, NULL));
}

static int
do_mtu(void *arg)
{
	struct ena_req req;

	memset(&req, 0, sizeof(req));
	if (ena_mtu_set(nic_dev(nic), *(uint32_t *)arg, &req) != ENA_OK)
		return (22);
	while (req.rq_busy) {
		fc_wait(NULL, NULL, fc_now() + 100, true, "the MTU");
		if (nic_mgmt_intr(nic) != ENA_OK)
			return (5);
	}
	if (req.rq_result != ENA_OK)
		return (22);
	up = nic_reopen(nic) == ENA_OK;
	return (up ? 0 : 5);
}

int
fk_set_mtu(int want)
{
	uint32_t v = (uint32_t)want;
	int error;

	error = call(do_mtu, &v);
	if (error == 0)
		mtu = v;
	return (error);
}

bool
fk_if(struct fk_if *i)
{
	memset(i, 0, sizeof(*i));
	if (nic == NULL)
		return (false);
	i->mtu = mtu;
	i->link_state = up && ena_link_up(nic_dev(nic)) ? FK_LINK_UP :
	    FK_LINK_DOWN;
	return (true);
}

static int
do_send(void *arg)
{
	const struct fk_tx *tx = arg;

	if (nic_tx(nic, 0, tx->frame, tx->len, NULL) != ENA_OK)
		return (55);
	return (nic_tx_flush(nic, 0) == ENA_OK ? 0 : 5);
}

int
fk_send(const struct fk_tx *tx)
{
	struct fk_tx copy = *tx;

	return (call(do_send, &copy));
}

void
fk_on_rx(fk_rx_fn *fn, void *arg)
{
	rx_fn = fn;
	rx_arg = arg;
}

static int
do_detach(void *arg)
{
	(void)arg;
	leaving = true;
	if (fc_pulled())
		ena_gone(nic_dev(nic));
	return (nic_down(nic) == ENA_OK ? 0 : 5);
}

int
fk_detach(bool force)
{
	int error;

	(void)force;
	error = call(do_detach, NULL);
	if (error != 0)
		return (error);
	nic_destroy(nic);
	nic = NULL;
	up = false;
	return (0);
}

/* ---- what is left */

void
fk_kernel_leave(const char *where)
{
	(void)where;
}

void
fk_kernel_left(void)
{
	fk_left("adapters", nic != NULL);
	fk_left("addresses that were refused", fc_dma_refused());
}
