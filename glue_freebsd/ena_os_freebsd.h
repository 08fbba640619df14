/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ENA core's binding to FreeBSD: bus_space(9), bus_dma(9), atomic(9).
 *
 * Compile the core with -DENA_OS_BINDING='"ena_os_freebsd.h"'.
 *
 * struct ena_os is also where the lanes live, so that ena_os_lane_assert()
 * can see them: ADMIN and AENQ are os_admin, TXS(q) is the mutex ol_tx of the
 * queue, TXC(q) and RX(q), which its vector serves, are ol_cq.
 *
 * ref: docs/contract.md
 */
#ifdef ENA_OS_TYPES

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/bus.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/time.h>

#include <machine/atomic.h>
#include <machine/bus.h>
#include <machine/resource.h>
#include <machine/stdarg.h>
#include <sys/rman.h>

#define ENA_OS_ASSERT(x)	KASSERT((x), ("ena: %s", #x))

#define ENA_OS_QUEUES		128	/* as many as the core can do */
#define ENA_OS_LOG_LINE		160
#define ENA_OS_SPIN_US		100	/* shorter waits are not slept */

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	bus_dma_tag_t dma_tag;
	bus_dmamap_t dma_map;
};

/* A queue's two locks, on cache lines of their own. */
struct ena_os_lane {
	struct mtx ol_tx __aligned(CACHE_LINE_SIZE);	/* TXS */
	struct mtx ol_cq __aligned(CACHE_LINE_SIZE);	/* TXC, RX */
};

struct ena_os {
	device_t os_dev;
	struct resource *os_bar0;
	volatile uint8_t *os_llq;	/* BAR2, write-combining */
	bus_dma_tag_t os_dmat;		/* of the bus */
	struct sx os_admin;		/* lanes ADMIN and AENQ */
	struct mtx os_wait_mtx;		/* for ena_os_wait() */
	bool os_woken;
	struct ena_os_lane *os_lanes[ENA_OS_QUEUES];
};

/* Messages up to this enum ena_log_level are printed: hw.ena.log_level. */
extern int ena_log_level;

#else /* second pass: the operations */

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (bus_read_4(os->os_bar0, off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	bus_write_4(os->os_bar0, off, val);
}

/* A plain store: the bytes are in memory order already. */
static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	*(volatile uint64_t *)(os->os_llq + off) = val;
}

/* sfence, dmb st: orders DMA memory and drains write-combining buffers. */
static inline void
ena_os_wmb(struct ena_os *os __unused)
{
	wmb();
}

/* amd64 keeps loads in order, so only the compiler is stopped; dmb ld. */
static inline void
ena_os_rmb(struct ena_os *os __unused)
{
	atomic_thread_fence_acq();
}

/* mfence, dmb sy. */
static inline void
ena_os_mb(struct ena_os *os __unused)
{
	mb();
}

static inline void
ena_os_dma_free(struct ena_os *os __unused, struct ena_os_dma *dma)
{
	if (dma->dma_pa != 0)
		bus_dmamap_unload(dma->dma_tag, dma->dma_map);
	if (dma->dma_va != NULL)
		bus_dmamem_free(dma->dma_tag, dma->dma_va, dma->dma_map);
	if (dma->dma_tag != NULL)
		bus_dma_tag_destroy(dma->dma_tag);
	memset(dma, 0, sizeof(*dma));
}

/* bus_dmamap_load() calls back before it returns: it may not be put off. */
static inline void
ena_os_dma_loaded(void *arg, bus_dma_segment_t *segs, int nsegs, int error)
{
	if (error == 0 && nsegs == 1)
		*(uint64_t *)arg = segs[0].ds_addr;
}

/* A tag a block: alignment and reach are properties of tags. */
static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	bus_addr_t high = width < 64 ? (1ULL << width) - 1 : BUS_SPACE_MAXADDR;

	memset(dma, 0, sizeof(*dma));
	if (bus_dma_tag_create(os->os_dmat, align, 0, MIN(high,
	    BUS_SPACE_MAXADDR), BUS_SPACE_MAXADDR, NULL, NULL, size, 1, size,
	    0, NULL, NULL, &dma->dma_tag) != 0) {
		dma->dma_tag = NULL;
		return (false);
	}
	if (bus_dmamem_alloc(dma->dma_tag, &dma->dma_va, BUS_DMA_WAITOK |
	    BUS_DMA_COHERENT | BUS_DMA_ZERO, &dma->dma_map) != 0) {
		dma->dma_va = NULL;
		goto fail;
	}
	if (bus_dmamap_load(dma->dma_tag, dma->dma_map, dma->dma_va, size,
	    ena_os_dma_loaded, &dma->dma_pa, BUS_DMA_NOWAIT) != 0 ||
	    dma->dma_pa == 0) {
		dma->dma_pa = 0;
		goto fail;
	}
	return (true);
fail:
	ena_os_dma_free(os, dma);
	return (false);
}

/* Whole maps: FreeBSD's bus_dma knows no part of one. */
static inline void
ena_os_dma_sync(struct ena_os *os __unused, struct ena_os_dma *dma,
    size_t off __unused, size_t len __unused, enum ena_sync dir)
{
	bus_dmasync_op_t op = 0;

	switch (dir) {
	case ENA_SYNC_PREREAD:
		op = BUS_DMASYNC_PREREAD;
		break;
	case ENA_SYNC_POSTREAD:
		op = BUS_DMASYNC_POSTREAD;
		break;
	case ENA_SYNC_PREWRITE:
		op = BUS_DMASYNC_PREWRITE;
		break;
	case ENA_SYNC_POSTWRITE:
		op = BUS_DMASYNC_POSTWRITE;
		break;
	}
	bus_dmamap_sync(dma->dma_tag, dma->dma_map, op);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os __unused)
{
	return (sbttous(sbinuptime()));
}

/* For the keeper; ena_os_wake() ends it early. */
static inline void
ena_os_wait(struct ena_os *os, uint32_t us)
{
	if (cold || SCHEDULER_STOPPED() || us < ENA_OS_SPIN_US) {
		DELAY(MAX(us, 1));
		return;
	}
	mtx_lock(&os->os_wait_mtx);
	if (!os->os_woken)
		msleep_sbt(&os->os_woken, &os->os_wait_mtx, 0, "enawait",
		    us * SBT_1US, 0, 0);
	os->os_woken = false;
	mtx_unlock(&os->os_wait_mtx);
}

/* Vector 0 fired: whoever waits, look.  Any thread. */
static inline void
ena_os_wake(struct ena_os *os)
{
	mtx_lock(&os->os_wait_mtx);
	os->os_woken = true;
	wakeup(&os->os_woken);
	mtx_unlock(&os->os_wait_mtx);
}

/* The cast: not all releases' atomic(9) may load what is const. */
static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	return (atomic_load_acq_32((volatile uint32_t *)(uintptr_t)p));
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	atomic_store_rel_32(p, v);
}

/* Nothing moves across it, in either direction. */
static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	bool done;

	atomic_thread_fence_seq_cst();
	done = atomic_cmpset_32(p, old, val) != 0;
	atomic_thread_fence_seq_cst();
	return (done);
}

/* One printf, so that lines of different CPUs do not mix. */
static inline void
ena_os_vlog(struct ena_os *os, enum ena_log_level level, const char *fmt,
    va_list ap)
{
	char line[ENA_OS_LOG_LINE];

	if ((int)level > ena_log_level)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	device_printf(os->os_dev, "%s\n", line);
}

static inline void
ena_os_trace(struct ena_os *os __unused, unsigned int ev __unused,
    uint64_t a __unused, uint64_t b __unused)
{
}

static inline void
ena_os_lane_assert(struct ena_os *os, enum ena_lane lane, unsigned int queue)
{
	switch (lane) {
	case ENA_LANE_ADMIN:
	case ENA_LANE_AENQ:
		sx_assert(&os->os_admin, SA_XLOCKED);
		break;
	case ENA_LANE_TXS:
		mtx_assert(&os->os_lanes[queue]->ol_tx, MA_OWNED);
		break;
	case ENA_LANE_TXC:
	case ENA_LANE_RX:
		mtx_assert(&os->os_lanes[queue]->ol_cq, MA_OWNED);
		break;
	default:
		break;
	}
}

#endif
