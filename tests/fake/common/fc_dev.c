/* SPDX-License-Identifier: BSD-2-Clause */
/* The device model behind a fake PCI bus, and its wire. */
#define _DEFAULT_SOURCE
#include <signal.h>
#include <sys/mman.h>

#include "ena_mockdev.h"
#include "fc_priv.h"

#define PAGE		4096U
#define KEPT		32

static struct mockdev *dev;
static struct mock_profile profile;
static bool pulled, master;
static void (*vector_fn)(void *, unsigned int);
static void *vector_arg;
static fc_wire_fn *wire_fn;
static void *wire_arg;
static void (*trace_fn)(void *, const char *);
static void *trace_arg;
static uint8_t *window, *device_window, *dirty;
static size_t window_bytes;
static bool window_whole;
static uint32_t slow_tx_us;
static unsigned int broken;
static char broken_text[KEPT][FC_TEXT];

/* ---- what the model calls */

static int
dma_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	(void)arg;
	if (!master || pulled)
		return (-1);
	return (fc_dma_read(addr, buf, len));
}

static int
dma_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	(void)arg;
	if (!master || pulled)
		return (-1);
	return (fc_dma_write(addr, buf, len));
}

static void
raise_vector(void *arg, unsigned int v)
{
	(void)arg;
	if (vector_fn != NULL && master && !pulled)
		vector_fn(vector_arg, v);
}

static void
frame_out(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	(void)arg;
	if (wire_fn != NULL)
		wire_fn(wire_arg, frame, len, info->queue);
}

static uint64_t
dev_now(void *arg)
{
	(void)arg;
	return (fc_now());
}

static void
rule_broken(void *arg, const struct mock_rule_report *r)
{
	(void)arg;
	/* it cannot reach memory, and is not meant to */
	if ((!master || pulled) && strcmp(r->id, "dma-unmapped") == 0)
		return;
	if (getenv("FC_TRACE") != NULL)
		fprintf(stderr, "[%8llu] rule %s: %s\n",
		    (unsigned long long)fc_now(), r->id, r->msg);
	if (broken < KEPT)
		snprintf(broken_text[broken], FC_TEXT, "%s: %s", r->id,
		    r->msg);
	broken++;
}

static void
trace(void *arg, const char *line)
{
	(void)arg;
	if (trace_fn != NULL)
		trace_fn(trace_arg, line);
	if (getenv("FC_TRACE") != NULL)
		fprintf(stderr, "[%8llu] %s\n", (unsigned long long)fc_now(),
		    line);
}

/* ---- BAR2: write-combined, so nothing arrives before a barrier */

static void
on_segv(int sig, siginfo_t *si, void *uc)
{
	uint8_t *a = si->si_addr;
	size_t page;

	(void)uc;
	if (window == NULL || a < window || a >= window + window_bytes) {
		signal(sig, SIG_DFL);
		return;
	}
	page = (size_t)(a - window) / PAGE;
	dirty[page] = 1;
	mprotect(window + page * PAGE, PAGE, PROT_READ | PROT_WRITE);
}

static void
window_open(size_t bytes)
{
	struct sigaction sa;

	window = NULL;
	if (bytes == 0)
		return;
	window_bytes = bytes;
	window = mmap(NULL, bytes, PROT_READ | (window_whole ? PROT_WRITE : 0),
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	device_window = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	dirty = calloc(1, bytes / PAGE);
	if (window == MAP_FAILED || device_window == MAP_FAILED ||
	    dirty == NULL)
		abort();
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = on_segv;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	sigaction(SIGSEGV, &sa, NULL);
	mock_bar2_attach(dev, device_window);
}

static void
window_close(void)
{
	if (window == NULL)
		return;
	munmap(window, window_bytes);
	munmap(device_window, window_bytes);
	free(dirty);
	window = NULL;
	window_whole = false;
	signal(SIGSEGV, SIG_DFL);
}

void
fc_window_whole(bool on)
{
	window_whole = on;
}

void *
fc_window(void)
{
	return (window);
}

bool
fc_window_flush(void)
{
	bool any = false;
	uint8_t *d, *end;
	size_t page;

	if (window == NULL)
		return (false);
	if (window_whole) {
		if (!pulled)
			memcpy(device_window, window, window_bytes);
		return (false);
	}
	end = dirty + window_bytes / PAGE;
	for (d = dirty; (d = memchr(d, 1, (size_t)(end - d))) != NULL; d++) {
		page = (size_t)(d - dirty);
		*d = 0;
		any = true;
		if (!pulled)
			memcpy(device_window + page * PAGE,
			    window + page * PAGE, PAGE);
		mprotect(window + page * PAGE, PAGE, PROT_READ);
	}
	return (any);
}

/* ---- life */

static uint64_t
dev_next(void *arg)
{
	(void)arg;
	return (dev == NULL ? FC_NEVER : mock_next_us(dev));
}

static void
dev_run(void *arg)
{
	(void)arg;
	mock_run(dev);
}

void
fc_dev_open(const char *name, uint64_t seed)
{
	static const struct mock_bus bus = {
		.dma_read = dma_read, .dma_write = dma_write,
		.raise_vector = raise_vector, .frame_out = frame_out,
		.now_us = dev_now, .rule_broken = rule_broken,
	};
	const struct mock_profile *p;
	struct mock_options opt;
	struct mock_bus b;

	p = mock_profile_find(name);
	if (p == NULL)
		abort();
	profile = *p;
	mock_options_default(&opt);
	opt.seed = seed;
	opt.jitter_pct = 50;
	opt.tx_us = slow_tx_us;
	slow_tx_us = 0;
	b = bus;
	if (trace_fn != NULL || getenv("FC_TRACE") != NULL)
		b.trace = trace;
	dev = mock_create(&profile, &opt, &b);
	if (dev == NULL)
		abort();
	fc_dma_width(profile.dma_bits);
	pulled = master = false;
	broken = 0;
	vector_fn = NULL;
	wire_fn = NULL;
	window_open(profile.bar2_bytes);
	fc_source(dev_next, dev_run, NULL);
}

void
fc_dev_close(void)
{
	if (dev == NULL)
		return;
	mock_destroy(dev);
	dev = NULL;
	window_close();
}

void
fc_on_trace(void (*fn)(void *, const char *), void *arg)
{
	trace_fn = fn;
	trace_arg = arg;
}

void
fc_dev_tx_us(uint32_t us)
{
	slow_tx_us = us;
}

struct mockdev *
fc_dev(void)
{
	return (dev);
}

const struct mock_profile *
fc_profile(void)
{
	return (&profile);
}

void
fc_dev_vector(void (*fn)(void *, unsigned int), void *arg)
{
	vector_fn = fn;
	vector_arg = arg;
}

/* ---- the bus */

uint32_t
fc_reg_read(uint32_t off)
{
	fc_point_reg();
	if (pulled)
		return (0xffffffffU);
	return (mock_reg_read(dev, off));
}

void
fc_reg_write(uint32_t off, uint32_t val)
{
	fc_point_reg();
	if (!pulled)
		mock_reg_write(dev, off, val);
}

size_t
fc_bar_bytes(unsigned int bar)
{
	if (bar == 0)
		return (profile.bar0_bytes);
	if (bar == 2)
		return (profile.bar2_bytes);
	return (bar == profile.msix_bar ? 0x1000 : 0);
}

unsigned int
fc_msix_vectors(void)
{
	return (profile.msix_vectors);
}

unsigned int
fc_msix_bar(void)
{
	return (profile.msix_bar);
}

unsigned int
fc_device_bits(void)
{
	return (profile.dma_bits);
}

uint16_t
fc_device_id(void)
{
	return (profile.device_id);
}

uint8_t
fc_revision(void)
{
	return (profile.revision);
}

void
fc_pull(void)
{
	static const struct mock_fault_arm gone = { .f = MOCK_F_GONE };

	if (!pulled)
		mock_fault(dev, &gone);
	pulled = true;
}

bool
fc_pulled(void)
{
	return (pulled);
}

void
fc_bus_master(bool on)
{
	master = on;
}

void
fc_on_wire(fc_wire_fn *fn, void *arg)
{
	wire_fn = fn;
	wire_arg = arg;
}

bool
fc_wire_in(const uint8_t *frame, size_t len)
{
	if (pulled)
		return (false);
	return (mock_frame_in(dev, frame, len, NULL) == MOCK_RX_OK);
}

unsigned int
fc_model_broken(void)
{
	return (broken);
}

const char *
fc_model_nth(unsigned int i)
{
	return (i < broken && i < KEPT ? broken_text[i] : NULL);
}

void
fc_model_forgive(void)
{
	broken = 0;
}
