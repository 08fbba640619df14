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

#include <vm/vm.h>
#include <vm/pmap.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#define ENA_OS_ASSERT(x)	KASSERT((x), ("ena: %s", #x))

/* Releases differ here, and at the head of if_enavar.h. */
#if __FreeBSD_version >= 1600016
#define ENA_OS_ATTR_VA(va)	(va)
#else
#define ENA_OS_ATTR_VA(va)	((vm_offset_t)(va))
#endif

#define ENA_OS_BARS		6
#define ENA_OS_QUEUES		128	/* as many as the core can do */
#define ENA_OS_LOG_LINE		160
#define ENA_OS_SPIN_US		100	/* shorter waits are not slept */

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	bus_dma_tag_t dma_tag;
	bus_dmamap_t dma_map;
};

/* A queue's two locks, on cache lines of their own; where it has memory. */
struct ena_os_lane {
	struct mtx ol_tx __aligned(CACHE_LINE_SIZE);	/* TXS */
	struct mtx ol_cq __aligned(CACHE_LINE_SIZE);	/* TXC, RX */
	int ol_domain;					/* ADMIN */
};

struct ena_os {
	device_t os_dev;
	struct resource *os_bar[ENA_OS_BARS];	/* 0: registers */
	volatile uint8_t *os_llq;	/* BAR2, write-combining */
	bus_dma_tag_t os_dmat;		/* of the bus */
	unsigned int os_width;		/* of addresses; the glue's to set */
	struct sx os_admin;		/* lanes ADMIN and AENQ */
	struct mtx os_wait_mtx;		/* for ena_os_wait() */
	bool os_woken;
	struct ena_os_lane *os_lanes[ENA_OS_QUEUES];
};

/* Messages up to this enum ena_log_level are printed: hw.ena.log_level. */
extern int ena_log_level;

#elif defined(ENA_OS_MBUFS)

/* ---- third pass, by the glue: what ena_mbufs.h wants to know */

#include <sys/domainset.h>
#include <sys/mbuf.h>

static inline void *
ena_mem_alloc(struct ena_os *os, unsigned int pair, size_t bytes)
{
	return (malloc_domainset(bytes, M_DEVBUF,
	    DOMAINSET_PREF(os->os_lanes[pair]->ol_domain), M_WAITOK | M_ZERO));
}

static inline void
ena_mem_free(void *mem, size_t bytes __unused)
{
	free(mem, M_DEVBUF);
}

static inline bool
ena_map_open(struct ena_os *os, bus_size_t bytes, int nsegs, bus_size_t seg,
    bus_dma_tag_t *dmat)
{
	return (ena_os_dma_tag(os, 1, os->os_width, bytes, nsegs, seg, dmat));
}

#define ena_map_close(dmat)	bus_dma_tag_destroy(dmat)

static inline bool
ena_map_create(bus_dma_tag_t dmat, bus_size_t bytes __unused,
    int nsegs __unused, bus_size_t seg __unused, bus_dmamap_t *map)
{
	return (bus_dmamap_create(dmat, 0, map) == 0);
}

/*
 * A segment of bus_dma(9) is a buffer of the core's already, which takes 16
 * bits of the length: none is longer (ENA_TX_SEG_MAX).
 */
CTASSERT(sizeof(struct ena_buf) == sizeof(bus_dma_segment_t) &&
    offsetof(struct ena_buf, b_addr) == offsetof(bus_dma_segment_t, ds_addr) &&
    offsetof(struct ena_buf, b_len) == offsetof(bus_dma_segment_t, ds_len) &&
    _BYTE_ORDER == _LITTLE_ENDIAN);

static inline int
ena_map_out(bus_dma_tag_t dmat, bus_dmamap_t map, struct mbuf *m,
    struct ena_buf *buf)
{
	int error, n;

	error = bus_dmamap_load_mbuf_sg(dmat, map, m,
	    (bus_dma_segment_t *)buf, &n, BUS_DMA_NOWAIT);
	if (error != 0)
		return (error == EFBIG ? 0 : -1);
	bus_dmamap_sync(dmat, map, BUS_DMASYNC_PREWRITE);
	return (n);
}

static inline bool
ena_map_in(bus_dma_tag_t dmat, bus_dmamap_t map, struct mbuf *m,
    uint64_t *addr)
{
	bus_dma_segment_t seg;
	int n;

	if (bus_dmamap_load_mbuf_sg(dmat, map, m, &seg, &n,
	    BUS_DMA_NOWAIT) != 0)
		return (false);
	bus_dmamap_sync(dmat, map, BUS_DMASYNC_PREREAD);
	*addr = seg.ds_addr;
	return (true);
}

static inline void
ena_map_unload(bus_dma_tag_t dmat, bus_dmamap_t map, bool out)
{
	bus_dmamap_sync(dmat, map, out ? BUS_DMASYNC_POSTWRITE :
	    BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(dmat, map);
}

static inline struct mbuf *
ena_mbuf_cluster(unsigned int bytes)
{
	struct mbuf *m = m_getjcl(M_NOWAIT, MT_DATA, M_PKTHDR, (int)bytes);

	if (m != NULL)
		m->m_len = m->m_pkthdr.len = (int)bytes;
	return (m);
}

#define ena_mbuf_squeeze(m, n)	m_collapse(m, M_NOWAIT, (int)(n))
#define ena_mbuf_demote(m)	m_demote_pkthdr(m)
#define ena_mbuf_writable(m, n)	((m)->m_len >= (n) && M_WRITABLE(m))
#define ena_mbuf_mss(m)		((m)->m_pkthdr.tso_segsz)
#define ENA_MBUF_NOWAIT		M_NOWAIT

#else /* second pass: the operations */

/* ---- for the glue: what they stand on */

/* A memory BAR, once; NULL if it is not there. */
static inline struct resource *
ena_os_bar(struct ena_os *os, int rid)
{
	int bar = PCI_RID2BAR(rid);

	if (bar < 0 || bar >= ENA_OS_BARS)
		return (NULL);
	if (os->os_bar[bar] == NULL)
		os->os_bar[bar] = bus_alloc_resource_any(os->os_dev,
		    SYS_RES_MEMORY, &rid, RF_ACTIVE);
	return (os->os_bar[bar]);
}

/*
 * Registers; where MSI-X keeps table and pending bits; the LLQ window, if it
 * can be written combined: else it is as if it was not there.
 */
static inline bool
ena_os_map(struct ena_os *os)
{
	struct resource *llq;

	pci_enable_busmaster(os->os_dev);
	if (ena_os_bar(os, PCIR_BAR(0)) == NULL ||
	    ena_os_bar(os, pci_msix_table_bar(os->os_dev)) == NULL ||
	    ena_os_bar(os, pci_msix_pba_bar(os->os_dev)) == NULL)
		return (false);
	llq = ena_os_bar(os, PCIR_BAR(2));
	if (llq == NULL)
		return (true);
	if (pmap_change_attr(ENA_OS_ATTR_VA(rman_get_virtual(llq)),
	    rman_get_size(llq), VM_MEMATTR_WRITE_COMBINING) == 0)
		os->os_llq = rman_get_virtual(llq);
	else
		device_printf(os->os_dev,
		    "no write-combining: transmit in host memory\n");
	return (true);
}

static inline void
ena_os_open(struct ena_os *os, device_t dev)
{
	os->os_dev = dev;
	os->os_dmat = bus_get_dma_tag(dev);
	sx_init(&os->os_admin, "ena admin");
	mtx_init(&os->os_wait_mtx, "ena wait", NULL, MTX_DEF);
}

static inline void
ena_os_close(struct ena_os *os)
{
	int bar;

	for (bar = 0; bar < ENA_OS_BARS; bar++)
		if (os->os_bar[bar] != NULL)
			bus_release_resource(os->os_dev, SYS_RES_MEMORY,
			    PCIR_BAR(bar), os->os_bar[bar]);
	mtx_destroy(&os->os_wait_mtx);
	sx_destroy(&os->os_admin);
}

/* ---- the core's */

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (bus_read_4(os->os_bar[0], off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	bus_write_4(os->os_bar[0], off, val);
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

/* For memory that a device with addresses of so many bits can reach. */
static inline bool
ena_os_dma_tag(struct ena_os *os, size_t align, unsigned int width,
    bus_size_t size, int nsegs, bus_size_t seg, bus_dma_tag_t *tag)
{
	bus_addr_t high = width < 64 ? (1ULL << width) - 1 : BUS_SPACE_MAXADDR;

	if (bus_dma_tag_create(os->os_dmat, align, 0, MIN(high,
	    BUS_SPACE_MAXADDR), BUS_SPACE_MAXADDR, NULL, NULL, size, nsegs,
	    seg, 0, NULL, NULL, tag) == 0)
		return (true);
	*tag = NULL;
	return (false);
}

/* A tag a block: alignment and reach are properties of tags. */
static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	memset(dma, 0, sizeof(*dma));
	if (!ena_os_dma_tag(os, align, width, size, 1, size, &dma->dma_tag))
		return (false);
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
