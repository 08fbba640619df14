/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Crimes against pci(9), bus_space(9) and bus_dma(9).  Compiled once for each
 * system that has them in this form, against its headers.
 */
#include "fk_priv.h"

#include <machine/bus.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "sys_crime_bus.h"

#define BUS_CRIME(name) \
	static void do_ ## name(struct bad_bus *); \
	void \
	crime_ ## name(struct bad_softc *sc) \
	{ \
		do_ ## name(bad_bus(sc)); \
	} \
	static void \
	do_ ## name(struct bad_bus *b)

/* ---- registers */

BUS_CRIME(pci_reg) { pci_conf_read(b->bb_pa.pa_pc, b->bb_pa.pa_tag,
	    3); }
BUS_CRIME(pci_bar) { pci_mapreg_type(b->bb_pa.pa_pc,
	    b->bb_pa.pa_tag, 0x2c); }
BUS_CRIME(space_wc) { bus_space_unmap(b->bb_memt, b->bb_memh,
	    b->bb_mems); bad_map(b, BUS_SPACE_MAP_PREFETCHABLE); }
BUS_CRIME(space_map) { bad_map(b, 0); }
BUS_CRIME(space_size) { b->bb_mems /= 2;
	bus_space_unmap(b->bb_memt, b->bb_memh, b->bb_mems); }
BUS_CRIME(space_unmapped) { bus_space_unmap(b->bb_memt, b->bb_memh,
	    b->bb_mems); bus_space_read_4(b->bb_memt, b->bb_memh, 0); }
BUS_CRIME(space_range) { bus_space_write_4(b->bb_memt, b->bb_memh,
	    b->bb_mems - 2, 0); }
BUS_CRIME(space_align) { bus_space_read_4(b->bb_memt, b->bb_memh,
	    2); }
BUS_CRIME(space_linear) { bus_space_vaddr(b->bb_memt,
	    b->bb_memh); }

/* ---- memory that is lent */

static bus_dmamap_t
a_map(struct bad_bus *b)
{
	bus_dmamap_t map;

	bus_dmamap_create(b->bb_dmat, 4096, 4, 4096, 0, BUS_DMA_WAITOK, &map);
	return (map);
}

static bus_dmamap_t
a_loaded(struct bad_bus *b)
{
	bus_dmamap_t map = a_map(b);

	bus_dmamap_load(b->bb_dmat, map, b->bb_mem, BAD_MEM, NULL,
	    BUS_DMA_WAITOK);
	return (map);
}

static void
a_free(struct bad_bus *b, bus_dmamap_t map)
{
	bus_dmamap_unload(b->bb_dmat, map);
	bus_dmamap_destroy(b->bb_dmat, map);
}

static void
sync_bad(struct bad_bus *b, bus_size_t off, bus_size_t len, int ops)
{
	bus_dmamap_t m = a_loaded(b);

	bus_dmamap_sync(b->bb_dmat, m, off, len, ops);
	a_free(b, m);
}

BUS_CRIME(dma_create) { bus_dmamap_t m; bus_dmamap_create(
	    b->bb_dmat, 0, 1, 1, 0, BUS_DMA_WAITOK, &m);
	bus_dmamap_destroy(b->bb_dmat, m); }
BUS_CRIME(dma_map) { bus_dmamap_unload(b->bb_dmat, NULL); }
BUS_CRIME(dma_load_twice) { bus_dmamap_t m = a_loaded(b);
	bus_dmamap_load(b->bb_dmat, m, b->bb_mem, BAD_MEM, NULL, 0);
	a_free(b, m); }
BUS_CRIME(dma_destroy_loaded) { bus_dmamap_destroy(b->bb_dmat,
	    a_loaded(b)); }
BUS_CRIME(dma_mbuf_hdr) { struct mbuf *m = m_get(M_WAIT, MT_DATA);
	bus_dmamap_load_mbuf(b->bb_dmat, a_map(b), m, 0); }
BUS_CRIME(dma_sync_unloaded) { bus_dmamap_t m = a_map(b);
	bus_dmamap_sync(b->bb_dmat, m, 0, 10, BUS_DMASYNC_PREREAD);
	a_free(b, m); }
BUS_CRIME(dma_sync_mixed) { sync_bad(b, 0, BAD_MEM,
	    BUS_DMASYNC_PREREAD | BUS_DMASYNC_POSTREAD); }
BUS_CRIME(dma_sync_ops) { sync_bad(b, 0, BAD_MEM, 0); }
BUS_CRIME(dma_sync_range) { sync_bad(b, BAD_MEM / 2,
	    BAD_MEM / 2 + 1, BUS_DMASYNC_PREREAD); }
BUS_CRIME(dma_post_first) { sync_bad(b, 0, BAD_MEM,
	    BUS_DMASYNC_POSTREAD); }
BUS_CRIME(dma_store_lent) { bus_dmamap_t m = a_loaded(b);
	bus_dmamap_sync(b->bb_dmat, m, 0, BAD_MEM, BUS_DMASYNC_PREWRITE);
	((char *)b->bb_mem)[7]++;
	bus_dmamap_sync(b->bb_dmat, m, 0, BAD_MEM, BUS_DMASYNC_POSTWRITE);
	a_free(b, m); }
/* The device reads what it was never lent. */
BUS_CRIME(dma_not_lent) { bus_dmamap_t m = a_loaded(b); char c[4];
	fc_device_reads(m->dm_segs[0].ds_addr, c, 4); a_free(b, m); }
BUS_CRIME(dma_free_mapped) { bus_dmamap_t m = a_map(b);
	void *p = bad_alloc(64);
	bus_dmamap_load(b->bb_dmat, m, p, 64, NULL, 0);
	bad_free(p, 64); a_free(b, m); }
BUS_CRIME(mbuf_mapped) { struct mbuf *m = bad_packet(100);
	bus_dmamap_t p = a_map(b);
	bus_dmamap_load_mbuf(b->bb_dmat, p, m, 0); m_freem(m);
	a_free(b, p); }

/* ---- memory for that */

static void
a_block(struct bad_bus *b, bus_dma_segment_t *seg, fk_va_t *va)
{
	int n;

	bus_dmamem_alloc(b->bb_dmat, 4096, 4096, 0, seg, 1, &n, 0);
	bus_dmamem_map(b->bb_dmat, seg, 1, 4096, va, 0);
}

BUS_CRIME(dma_mem) { bus_dmamem_unmap(b->bb_dmat,
	    (char *)b->bb_mem + 1, 10); }
BUS_CRIME(dma_mem_size) { bus_dma_segment_t s; fk_va_t va;
	a_block(b, &s, &va); bus_dmamem_unmap(b->bb_dmat, va, 8192);
	bus_dmamem_free(b->bb_dmat, &s, 1); }
BUS_CRIME(dma_mem_mapped) { bus_dma_segment_t s; fk_va_t va;
	a_block(b, &s, &va); bus_dmamem_free(b->bb_dmat, &s, 1); }
