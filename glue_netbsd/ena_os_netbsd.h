/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ENA core's binding to NetBSD: bus_space(9), bus_dma(9), membar_ops(3).
 *
 * Compile the core with -DENA_OS_BINDING='<dev/pci/ena_os_netbsd.h>'.
 *
 * struct ena_os is also where the lanes live, so that ena_os_lane_assert()
 * can see them: ADMIN and AENQ are os_admin, an adaptive mutex; RX(q) is
 * os_lane[q].ol_rx, TXS(q) and TXC(q) are both os_lane[q].ol_tx.  These two
 * are spin mutexes, because the vector's handler takes them.
 *
 * What differs between NetBSD 10 and 10.99 is the first argument of
 * if_statadd_ref() and kin; neither this nor the glue uses them.
 *
 * ref: docs/contract.md
 */
#ifdef ENA_OS_TYPES

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/bus.h>
#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/stdarg.h>
#include <sys/time.h>

#define ENA_OS_ASSERT(x)	KASSERT(x)

#define ENA_OS_QUEUES		32
#define ENA_OS_LOG_LINE		160
#define ENA_OS_SPIN_US		1000	/* shorter waits are not slept */

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	size_t dma_size;
	bus_dma_tag_t dma_tag;
	bus_dmamap_t dma_map;
	bus_dma_segment_t dma_seg;
};

/* A cache line for each of the two: they are on different CPUs' minds. */
struct ena_os_lane {
	kmutex_t ol_tx __aligned(COHERENCY_UNIT);	/* TXS, TXC */
	kmutex_t ol_rx __aligned(COHERENCY_UNIT);	/* RX */
};

struct ena_os {
	device_t os_dev;
	bus_space_tag_t os_memt;	/* BAR0 */
	bus_space_handle_t os_memh;
	bus_size_t os_mems;
	volatile uint8_t *os_llq;	/* BAR2, write-combining */
	bus_dma_tag_t os_dmat;		/* as wide as bus and device */
	bus_dma_tag_t os_dmat32;	/* below 4 GB */
	bool os_own;			/* these are ours */
	bool os_own32;
	bool os_verbose;		/* IFF_DEBUG */
	kmutex_t os_admin;		/* lanes ADMIN and AENQ */
	kmutex_t os_wait_lock;		/* spin: vector 0 takes it */
	kcondvar_t os_wait_cv;
	bool os_woken;
	struct ena_os_lane os_lane[ENA_OS_QUEUES];
};

#else /* second pass: the operations */

/*
 * A tag for addresses of so many bits; true: a new one.  Where all memory is
 * within, or the bus cannot do it, that is the tag we have, and addresses are
 * checked.
 */
static inline bool
ena_os_tag(bus_dma_tag_t from, unsigned int bits, bus_dma_tag_t *to)
{
	if (bits < 64 && bus_dmatag_subregion(from, 0,
	    ((uint64_t)1 << bits) - 1, to, BUS_DMA_WAITOK) == 0)
		return (true);
	*to = from;
	return (false);
}

/* Before and after everything else; tags of the bus, narrow and wide. */
static inline void
ena_os_open(struct ena_os *os, device_t dev, bus_dma_tag_t narrow,
    bus_dma_tag_t wide)
{
	os->os_dev = dev;
	os->os_dmat = wide;
	os->os_own32 = ena_os_tag(narrow, 32, &os->os_dmat32);
	mutex_init(&os->os_admin, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&os->os_wait_lock, MUTEX_DEFAULT, IPL_NET);
	cv_init(&os->os_wait_cv, "enawait");
}

/* The device is known to do no more than that. */
static inline void
ena_os_narrow(struct ena_os *os, unsigned int bits)
{
	os->os_own = ena_os_tag(os->os_dmat, bits, &os->os_dmat);
}

static inline void
ena_os_close(struct ena_os *os)
{
	if (os->os_own)
		bus_dmatag_destroy(os->os_dmat);
	if (os->os_own32)
		bus_dmatag_destroy(os->os_dmat32);
	cv_destroy(&os->os_wait_cv);
	mutex_destroy(&os->os_wait_lock);
	mutex_destroy(&os->os_admin);
}

/* For a queue, as long as there is one. */
static inline void
ena_os_lane_open(struct ena_os *os, unsigned int queue, kmutex_t **tx,
    kmutex_t **rx)
{
	*tx = &os->os_lane[queue].ol_tx;
	*rx = &os->os_lane[queue].ol_rx;
	mutex_init(*tx, MUTEX_DEFAULT, IPL_NET);
	mutex_init(*rx, MUTEX_DEFAULT, IPL_NET);
}

static inline void
ena_os_lane_close(struct ena_os *os, unsigned int queue)
{
	mutex_destroy(&os->os_lane[queue].ol_tx);
	mutex_destroy(&os->os_lane[queue].ol_rx);
}

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (bus_space_read_4(os->os_memt, os->os_memh, off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	bus_space_write_4(os->os_memt, os->os_memh, off, val);
}

/* Linear, so that this is a store; the bytes are in memory order already. */
static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	*(volatile uint64_t *)(os->os_llq + off) = val;
}

/*
 * sfence or dsb, whatever the mapping of the handle: orders DMA memory and
 * drains write-combining buffers.  The membars order CPUs only.
 */
static inline void
ena_os_wmb(struct ena_os *os)
{
	bus_space_barrier(os->os_memt, os->os_memh, 0, os->os_mems,
	    BUS_SPACE_BARRIER_WRITE);
}

/* x86 keeps loads in order; dmb ishld on aarch64. */
static inline void
ena_os_rmb(struct ena_os *os)
{
	membar_acquire();
}

/* membar_sync() does not order memory against write-combined windows. */
static inline void
ena_os_mb(struct ena_os *os)
{
	bus_space_barrier(os->os_memt, os->os_memh, 0, os->os_mems,
	    BUS_SPACE_BARRIER_READ | BUS_SPACE_BARRIER_WRITE);
}

static inline void
ena_os_dma_free(struct ena_os *os, struct ena_os_dma *dma)
{
	if (dma->dma_pa != 0)
		bus_dmamap_unload(dma->dma_tag, dma->dma_map);
	if (dma->dma_map != NULL)
		bus_dmamap_destroy(dma->dma_tag, dma->dma_map);
	if (dma->dma_va != NULL)
		bus_dmamem_unmap(dma->dma_tag, dma->dma_va, dma->dma_size);
	if (dma->dma_seg.ds_len != 0)
		bus_dmamem_free(dma->dma_tag, &dma->dma_seg, 1);
	memset(dma, 0, sizeof(*dma));
}

/*
 * Not BUS_DMA_COHERENT: the core syncs what it shares, and uncached rings
 * would be slow where that means anything.  A map that bounces brings memory
 * of its own, so the address is looked at when all is done.
 */
static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	bus_addr_t high = width < 64 ? ((uint64_t)1 << width) - 1 :
	    ~(bus_addr_t)0;
	int nsegs;

	memset(dma, 0, sizeof(*dma));
	dma->dma_tag = width > 32 ? os->os_dmat : os->os_dmat32;
	if (bus_dmamem_alloc(dma->dma_tag, size, align, 0, &dma->dma_seg, 1,
	    &nsegs, BUS_DMA_WAITOK) != 0) {
		dma->dma_seg.ds_len = 0;
		goto fail;
	}
	if (bus_dmamem_map(dma->dma_tag, &dma->dma_seg, nsegs, size,
	    &dma->dma_va, BUS_DMA_WAITOK) != 0) {
		dma->dma_va = NULL;
		goto fail;
	}
	dma->dma_size = size;
	memset(dma->dma_va, 0, size);
	if (bus_dmamap_create(dma->dma_tag, size, 1, size, 0,
	    BUS_DMA_WAITOK | BUS_DMA_ALLOCNOW, &dma->dma_map) != 0) {
		dma->dma_map = NULL;
		goto fail;
	}
	if (bus_dmamap_load(dma->dma_tag, dma->dma_map, dma->dma_va, size,
	    NULL, BUS_DMA_WAITOK) != 0)
		goto fail;
	dma->dma_pa = dma->dma_map->dm_segs[0].ds_addr;
	if (dma->dma_pa > high || high - dma->dma_pa < size - 1)
		goto fail;
	/* zero is also what the device has to see, and what it has written */
	bus_dmamap_sync(dma->dma_tag, dma->dma_map, 0, size,
	    BUS_DMASYNC_PREWRITE);
	bus_dmamap_sync(dma->dma_tag, dma->dma_map, 0, size,
	    BUS_DMASYNC_POSTWRITE);
	return (true);
fail:
	ena_os_dma_free(os, dma);
	return (false);
}

/*
 * A copy where the map bounces, a fence on x86, maintenance where caches are
 * not coherent.  Always one direction: PRE and POST in one call panic.
 */
static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	int op = 0;

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
	bus_dmamap_sync(dma->dma_tag, dma->dma_map, off, len, op);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	struct timeval tv;

	microuptime(&tv);
	return ((uint64_t)tv.tv_sec * 1000000 + tv.tv_usec);
}

static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	return (atomic_load_acquire(p));
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	atomic_store_release(p, v);
}

static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	bool done;

	membar_sync();
	done = atomic_cas_32(p, old, val) == old;
	membar_sync();
	return (done);
}

/* For ena_keep.h: let time pass, less if vector 0 fires meanwhile. */
static inline void
ena_os_wait(struct ena_os *os, uint32_t us)
{
	if (cold || us < ENA_OS_SPIN_US) {
		delay(MAX(us, 1));
		return;
	}
	mutex_enter(&os->os_wait_lock);
	if (!os->os_woken)
		cv_timedwait(&os->os_wait_cv, &os->os_wait_lock,
		    MAX(mstohz(us / 1000), 1));
	os->os_woken = false;
	mutex_exit(&os->os_wait_lock);
}

static inline void
ena_os_wake(struct ena_os *os)
{
	mutex_enter(&os->os_wait_lock);
	os->os_woken = true;
	cv_broadcast(&os->os_wait_cv);
	mutex_exit(&os->os_wait_lock);
}

/* One printf, so that lines of different CPUs do not mix. */
static inline void __printflike(3, 0)
ena_os_vlog(struct ena_os *os, enum ena_log_level level, const char *fmt,
    va_list ap)
{
	char line[ENA_OS_LOG_LINE];

	if (level > ENA_LOG_WARN && !os->os_verbose)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	device_printf(os->os_dev, "%s\n", line);
}

static inline void
ena_os_trace(struct ena_os *os, unsigned int ev, uint64_t a, uint64_t b)
{
}

static inline void
ena_os_lane_assert(struct ena_os *os, enum ena_lane lane, unsigned int queue)
{
	switch (lane) {
	case ENA_LANE_ADMIN:
	case ENA_LANE_AENQ:
		KASSERT(mutex_owned(&os->os_admin));
		break;
	case ENA_LANE_RX:
		KASSERT(mutex_owned(&os->os_lane[queue].ol_rx));
		break;
	case ENA_LANE_TXS:
	case ENA_LANE_TXC:
		KASSERT(mutex_owned(&os->os_lane[queue].ol_tx));
		break;
	default:
		break;
	}
}

#endif
