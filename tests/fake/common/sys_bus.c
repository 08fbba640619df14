/* SPDX-License-Identifier: BSD-2-Clause */
/* bus_space(9) and bus_dma(9); compiled for each system that has them so. */
#include "fk_priv.h"

#include <machine/bus.h>
#include "sys_bus.h"
#include "sys_mbuf.h"

#define MAP_MAGIC	0x646d6170U
#define NBARS		3

struct mapping {
	bool mp_used, mp_linear;
	unsigned int mp_bar;
	bus_size_t mp_size;
};

static struct mapping mappings[NBARS];

/* ---- bus_space */

void
fk_space_open(void)
{
	memset(mappings, 0, sizeof(mappings));
}

bus_space_handle_t
fk_space_map(unsigned int bar, bus_size_t size, int flags)
{
	struct mapping *mp = &mappings[bar % NBARS];

	if (bar == 0 && (flags & BUS_SPACE_MAP_PREFETCHABLE) != 0)
		FK_RULE("space-wc", "registers mapped write-combining");
	if (bar == 2 && (flags & BUS_SPACE_MAP_PREFETCHABLE) == 0)
		FK_RULE("space-wc", "BAR2 mapped uncached");
	if (mp->mp_used)
		FK_RULE("space-map", "BAR%u mapped twice", bar);
	mp->mp_used = true;
	mp->mp_bar = bar;
	mp->mp_linear = (flags & BUS_SPACE_MAP_LINEAR) != 0;
	mp->mp_size = size;
	return ((bus_space_handle_t)mp);
}

static struct mapping *
mapping(bus_space_handle_t h, bus_size_t off, bus_size_t len,
    const char *who)
{
	struct mapping *mp = (struct mapping *)h;

	if (mp < mappings || mp >= mappings + NBARS || !mp->mp_used)
		fk_die("space-unmapped", who);
	if (off + len > mp->mp_size || off + len < off)
		fk_die("space-range", who);
	return (mp);
}

void
bus_space_unmap(bus_space_tag_t t, bus_space_handle_t h, bus_size_t size)
{
	struct mapping *mp = mapping(h, 0, 0, "bus_space_unmap");

	(void)t;
	fc_point("bus_space_unmap");
	if (size != mp->mp_size)
		FK_RULE("space-size", "unmapped %lu of %lu", size,
		    mp->mp_size);
	mp->mp_used = false;
}

void *
bus_space_vaddr(bus_space_tag_t t, bus_space_handle_t h)
{
	struct mapping *mp = mapping(h, 0, 0, "bus_space_vaddr");

	(void)t;
	if (!mp->mp_linear)
		fk_die("space-linear", "bus_space_vaddr");
	return (mp->mp_bar == 2 ? fc_window() : NULL);
}

void
bus_space_barrier(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    bus_size_t len, int flags)
{
	(void)t;
	mapping(h, off, len, "bus_space_barrier");
	if ((flags & BUS_SPACE_BARRIER_WRITE) != 0)
		fc_window_flush();
}

uint32_t
bus_space_read_4(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off)
{
	struct mapping *mp = mapping(h, off, 4, "bus_space_read_4");

	(void)t;
	if ((off & 3) != 0)
		fk_die("space-align", "bus_space_read_4");
	return (mp->mp_bar == 0 ? fc_reg_read((uint32_t)off) : 0xffffffffU);
}

void
bus_space_write_4(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    uint32_t val)
{
	struct mapping *mp = mapping(h, off, 4, "bus_space_write_4");

	(void)t;
	if ((off & 3) != 0)
		fk_die("space-align", "bus_space_write_4");
	if (mp->mp_bar == 0)
		fc_reg_write((uint32_t)off, val);
}

void
bus_space_write_8(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    uint64_t val)
{
	struct mapping *mp = mapping(h, off, 8, "bus_space_write_8");

	(void)t;
	if (mp->mp_bar == 2)
		memcpy((char *)fc_window() + off, &val, 8);
}

unsigned int
fk_spaces_live(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < NBARS; i++)
		n += mappings[i].mp_used;
	return (n);
}

/* ---- bus_dma */

int
bus_dmamap_create(bus_dma_tag_t t, bus_size_t size, int nsegs,
    bus_size_t maxseg, bus_size_t boundary, int flags, bus_dmamap_t *mapp)
{
	struct bus_dmamap *map;
	size_t bytes;

	(void)boundary;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_create(WAITOK)");
	if (fc_fails("bus_dmamap_create"))
		return (ENOMEM);
	if (nsegs < 1 || size == 0 || maxseg == 0)
		FK_RULE("dma-create", "%lu bytes, %d segments", size, nsegs);
	bytes = sizeof(*map) + sizeof(map->dm_segs[0]) *
	    (size_t)(nsegs < 1 ? 0 : nsegs - 1);
	map = fc_alloc("dmamap", bytes, 16);
	memset(map, 0, bytes);
	map->_dm_tag = t;
	map->_dm_size = size;
	map->_dm_segcnt = nsegs;
	map->_dm_maxsegsz = maxseg;
	map->_dm_flags = flags;
	map->_dm_magic = MAP_MAGIC;
	map->_dm_map = fc_map_new();
	*mapp = map;
	return (0);
}

static void
map_check(const struct bus_dmamap *map, const char *who)
{
	if (map == NULL || map->_dm_magic != MAP_MAGIC)
		fk_die("dma-map", who);
}

void
bus_dmamap_destroy(bus_dma_tag_t t, bus_dmamap_t map)
{
	(void)t;
	fc_point("bus_dmamap_destroy");
	map_check(map, "bus_dmamap_destroy");
	if (fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-destroy-loaded", "%lu bytes", map->dm_mapsize);
		fc_map_unload(map->_dm_map);
	}
	fc_map_free(map->_dm_map);
	map->_dm_magic = 0;
	fc_free(map);
}

static int
map_load(struct bus_dmamap *map, const void *const *va, const size_t *len,
    unsigned int n, bus_size_t total, bool contig, const char *who)
{
	struct fc_dma_seg segs[FC_DMA_SEGS];
	unsigned int bits, i;
	int k;

	map_check(map, who);
	if (fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-load-twice", "%s", who);
		fc_map_unload(map->_dm_map);
	}
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
	if (total > map->_dm_size)
		return (EINVAL);
	bits = fk_dma_bits(map->_dm_tag, map->_dm_flags);
	k = fc_map_load(map->_dm_map, va, len, n, bits, segs,
	    MIN((unsigned int)map->_dm_segcnt, FC_DMA_SEGS),
	    map->_dm_maxsegsz, contig);
	if (k < 0)
		return (EFBIG);
	fc_map_dirty(map->_dm_map);
	for (i = 0; i < (unsigned int)k; i++) {
		map->dm_segs[i].ds_addr = segs[i].addr;
		map->dm_segs[i].ds_len = segs[i].len;
	}
	map->dm_nsegs = k;
	map->dm_mapsize = total;
	return (0);
}

int
bus_dmamap_load(bus_dma_tag_t t, bus_dmamap_t map, void *buf, bus_size_t n,
    struct proc *p, int flags)
{
	const void *va[1] = { buf };
	size_t len[1] = { n };

	(void)t;
	(void)p;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_load(WAITOK)");
	if (fc_fails("bus_dmamap_load"))
		return (ENOMEM);
	return (map_load(map, va, len, 1, n, false, "bus_dmamap_load"));
}

int
bus_dmamap_load_mbuf(bus_dma_tag_t t, bus_dmamap_t map, struct mbuf *m0,
    int flags)
{
	const void *va[FC_DMA_SEGS * 2];
	size_t len[FC_DMA_SEGS * 2], total = 0;
	struct mbuf *m;
	unsigned int n = 0;
	int error;

	(void)t;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_load_mbuf(WAITOK)");
	if (fc_fails("bus_dmamap_load_mbuf"))
		return (ENOMEM);
	if (!fk_mbuf_ok(m0, "bus_dmamap_load_mbuf") ||
	    (m0->m_flags & M_PKTHDR) == 0)
		fk_die("dma-mbuf-hdr", "no packet header");
	for (m = m0; m != NULL; m = m->m_next) {
		total += m->m_len;
		if (m->m_len == 0)
			continue;
		if (n == FC_DMA_SEGS * 2)
			return (EFBIG);
		va[n] = m->m_data;
		len[n++] = m->m_len;
	}
	if (total != (size_t)m0->m_pkthdr.len)
		FK_RULE("mbuf-len", "chain of %zu bytes says %d", total,
		    m0->m_pkthdr.len);
	error = map_load(map, va, len, n, total, fk_dma_contig,
	    "bus_dmamap_load_mbuf");
	return (error);
}

void
bus_dmamap_unload(bus_dma_tag_t t, bus_dmamap_t map)
{
	(void)t;
	fc_point("bus_dmamap_unload");
	map_check(map, "bus_dmamap_unload");
	fc_map_unload(map->_dm_map);
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
}

void
bus_dmamap_sync(bus_dma_tag_t t, bus_dmamap_t map, bus_addr_t off,
    bus_size_t len, int ops)
{
	const int pre = BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE;
	const int post = BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE;

	(void)t;
	fc_point("bus_dmamap_sync");
	map_check(map, "bus_dmamap_sync");
	if (!fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-sync-unloaded", "%lu bytes", len);
		return;
	}
	if ((ops & pre) != 0 && (ops & post) != 0)
		FK_RULE("dma-sync-mixed", "PRE and POST in one call");
	if (ops == 0 || (ops & ~(pre | post)) != 0)
		FK_RULE("dma-sync-ops", "operation %#x",
		    (unsigned int)ops);
	if (len == 0 || off + len > map->dm_mapsize) {
		FK_RULE("dma-sync-range", "%lu + %lu of %lu", off, len,
		    map->dm_mapsize);
		return;
	}
	fc_map_sync(map->_dm_map, off, len, (unsigned int)ops);
}

int
fk_dmamem_alloc(bus_size_t size, bus_size_t align, bus_dma_segment_t *segs,
    int nsegs, int *rsegs, int flags, unsigned int bits)
{
	uint64_t addr;

	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamem_alloc(WAITOK)");
	if (fc_fails("bus_dmamem_alloc"))
		return (ENOMEM);
	if (nsegs < 1 || size == 0 || (align & (align - 1)) != 0)
		fk_die("dma-create", "bus_dmamem_alloc");
	segs[0]._ds_block = fc_block_new(size, align, bits, &addr);
	segs[0].ds_addr = addr;
	segs[0].ds_len = round_page(size);
	*rsegs = 1;
	return (0);
}

void
bus_dmamem_free(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs)
{
	(void)t;
	fc_point("bus_dmamem_free");
	if (nsegs != 1 || !fc_block_is(segs[0]._ds_block))
		fk_die("dma-mem", "bus_dmamem_free");
	if (fc_block_kva(segs[0]._ds_block, 0) != 0)
		FK_RULE("dma-mem-mapped", "freed before it was unmapped");
	fc_block_free(segs[0]._ds_block);
}

int
fk_dmamem_map(bus_dma_segment_t *segs, int nsegs, size_t size, void **kva,
    int flags)
{
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamem_map(WAITOK)");
	if (fc_fails("bus_dmamem_map"))
		return (ENOMEM);
	if (nsegs != 1 || !fc_block_is(segs[0]._ds_block) ||
	    size > segs[0].ds_len)
		fk_die("dma-mem", "bus_dmamem_map");
	fc_block_kva(segs[0]._ds_block, (int)size);
	*kva = segs[0]._ds_block;
	return (0);
}

void
fk_dmamem_unmap(void *kva, size_t size)
{
	fc_point("bus_dmamem_unmap");
	if (((unsigned long)kva & PAGE_MASK) != 0 || !fc_block_is(kva))
		fk_die("dma-mem", "bus_dmamem_unmap");
	if (round_page((size_t)fc_block_kva(kva, 0)) != round_page(size))
		FK_RULE("dma-mem-size", "unmapped %zu of %d", size,
		    fc_block_kva(kva, 0));
	fc_block_kva(kva, -1);
}
