/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ENA core's binding to OpenBSD: bus_space(9), bus_dma(9), membars.
 *
 * Compile the core with -DENA_OS_BINDING='<dev/pci/ena_os_openbsd.h>'.
 *
 * struct ena_os is also where the lanes live, so that ena_os_lane_assert()
 * can see them: ADMIN and AENQ are os_admin, RX(q) is os_rx[q], TXS(q) and
 * TXC(q) are the serialiser of the q-th ifqueue, which knows no owner that
 * could be asserted; the glue marks it in os_tx_in[q].
 *
 * ref: docs/contract.md
 */
#ifdef ENA_OS_TYPES

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/device.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/stdarg.h>
#include <sys/stdint.h>
#include <sys/time.h>

#include <machine/bus.h>

#define ENA_OS_ASSERT(x)	KASSERT(x)

#define ENA_OS_QUEUES		8	/* as many as there are softnets */
#define ENA_OS_LOG_LINE		160
#define ENA_OS_SPIN_US		1000	/* shorter waits are not slept */

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	size_t dma_size;
	bus_dmamap_t dma_map;
	bus_dma_segment_t dma_seg;
};

struct ena_os {
	const char *os_name;		/* "ena0" */
	bus_space_tag_t os_memt;	/* BAR0 */
	bus_space_handle_t os_memh;
	bus_size_t os_mems;
	volatile uint8_t *os_llq;	/* BAR2, write-combining */
	bus_dma_tag_t os_dmat;
	bool os_midline;		/* attach has an unfinished line */
	bool os_verbose;		/* IFF_DEBUG */
	struct rwlock os_admin;		/* lanes ADMIN and AENQ */
	struct mutex os_rx[ENA_OS_QUEUES]; /* lane RX */
	bool os_tx_in[ENA_OS_QUEUES];	/* inside lanes TXS, TXC */
};

#else /* second pass: the operations */

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
 * sfence or dsb: orders DMA memory and drains write-combining buffers.
 * membar_producer() stops only the compiler on amd64.
 */
static inline void
ena_os_wmb(struct ena_os *os)
{
	bus_space_barrier(os->os_memt, os->os_memh, 0, os->os_mems,
	    BUS_SPACE_BARRIER_WRITE);
}

/* amd64 keeps loads in order; dmb ld on arm64. */
static inline void
ena_os_rmb(struct ena_os *os)
{
	membar_consumer();
}

/* membar_sync() stops only the compiler on a kernel for one CPU. */
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
		bus_dmamap_unload(os->os_dmat, dma->dma_map);
	if (dma->dma_va != NULL)
		bus_dmamem_unmap(os->os_dmat, dma->dma_va, dma->dma_size);
	if (dma->dma_seg.ds_len != 0)
		bus_dmamem_free(os->os_dmat, &dma->dma_seg, 1);
	if (dma->dma_map != NULL)
		bus_dmamap_destroy(os->os_dmat, dma->dma_map);
	memset(dma, 0, sizeof(*dma));
}

/*
 * A whole block is one segment, also where loading it means to bounce it:
 * then the map brings its own memory, whose address may be too wide.
 */
static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	bus_addr_t high = width < 64 ? (1ULL << width) - 1 : (bus_addr_t)-1;
	int flags = cold ? BUS_DMA_NOWAIT : BUS_DMA_WAITOK;
	caddr_t va;
	int nsegs;

	if (width > 32)
		flags |= BUS_DMA_64BIT;
	memset(dma, 0, sizeof(*dma));
	if (bus_dmamap_create(os->os_dmat, size, 1, size, 0,
	    flags | BUS_DMA_ALLOCNOW, &dma->dma_map) != 0) {
		dma->dma_map = NULL;
		return (false);
	}
	if (bus_dmamem_alloc_range(os->os_dmat, size, align, 0,
	    &dma->dma_seg, 1, &nsegs, flags | BUS_DMA_ZERO, 0, high) != 0) {
		dma->dma_seg.ds_len = 0;
		goto fail;
	}
	if (bus_dmamem_map(os->os_dmat, &dma->dma_seg, nsegs, size, &va,
	    flags) != 0)
		goto fail;
	dma->dma_va = va;
	dma->dma_size = size;
	if (bus_dmamap_load(os->os_dmat, dma->dma_map, va, size, NULL,
	    flags) != 0)
		goto fail;
	dma->dma_pa = dma->dma_map->dm_segs[0].ds_addr;
	if (dma->dma_pa > high || high - dma->dma_pa < size - 1)
		goto fail;
	return (true);
fail:
	ena_os_dma_free(os, dma);
	return (false);
}

/* A copy where the map bounces, maintenance where caches are not coherent. */
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
	bus_dmamap_sync(os->os_dmat, dma->dma_map, off, len, op);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	struct timeval tv;

	microuptime(&tv);
	return ((uint64_t)tv.tv_sec * 1000000 + tv.tv_usec);
}

/* For the keeper; wakeup(os) ends it early. */
static inline void
ena_os_wait(struct ena_os *os, uint32_t us)
{
	if (cold || us < ENA_OS_SPIN_US)
		delay(MAX(us, 1));
	else
		tsleep_nsec(os, PWAIT, "enawait", USEC_TO_NSEC(us));
}

static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	return (__atomic_load_n(p, __ATOMIC_ACQUIRE));
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	return (__atomic_compare_exchange_n(p, &old, val, false,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

/* One printf, so that lines of different CPUs do not mix. */
static inline void
ena_os_vlog(struct ena_os *os, enum ena_log_level level, const char *fmt,
    va_list ap)
{
	char line[ENA_OS_LOG_LINE];

	if (level > ENA_LOG_WARN && !os->os_verbose)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	printf("%s%s: %s\n", os->os_midline ? "\n" : "", os->os_name, line);
	os->os_midline = false;
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
		rw_assert_wrlock(&os->os_admin);
		break;
	case ENA_LANE_RX:
		MUTEX_ASSERT_LOCKED(&os->os_rx[queue]);
		break;
	case ENA_LANE_TXS:
	case ENA_LANE_TXC:
		KASSERT(os->os_tx_in[queue]);
		break;
	default:
		break;
	}
}

#endif
