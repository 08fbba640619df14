/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps of mbufs, for ena_mbufs.h, where bus_dma(9) is as NetBSD made it and
 * one tag serves all maps.  The glue includes it behind
 *
 *	ENA_MAP_CREATE			flags of bus_dmamap_create()
 *	ENA_MAP_OUT, ENA_MAP_IN		flags of bus_dmamap_load_mbuf()
 */
#ifndef ENA_BUSDMA_H
#define ENA_BUSDMA_H

static inline bool
ena_map_open(struct ena_os *os, bus_size_t bytes, int nsegs, bus_size_t seg,
    bus_dma_tag_t *dmat)
{
	*dmat = os->os_dmat;
	return (true);
}

#define ena_map_close(_dmat)	((void)0)

static inline bool
ena_map_create(bus_dma_tag_t dmat, bus_size_t bytes, int nsegs,
    bus_size_t seg, bus_dmamap_t *map)
{
	return (bus_dmamap_create(dmat, bytes, nsegs, seg, 0, ENA_MAP_CREATE,
	    map) == 0);
}

static inline int
ena_map_out(bus_dma_tag_t dmat, bus_dmamap_t map, struct mbuf *m,
    struct ena_buf *buf)
{
	int error, i, n;

	error = bus_dmamap_load_mbuf(dmat, map, m, ENA_MAP_OUT);
	if (error != 0)
		return (error == EFBIG ? 0 : -1);
	bus_dmamap_sync(dmat, map, 0, map->dm_mapsize, BUS_DMASYNC_PREWRITE);
	/* nearly always one */
	buf->b_addr = map->dm_segs[0].ds_addr;
	buf->b_len = map->dm_segs[0].ds_len;
	n = map->dm_nsegs;
	for (i = 1; __predict_false(i < n); i++) {
		buf[i].b_addr = map->dm_segs[i].ds_addr;
		buf[i].b_len = map->dm_segs[i].ds_len;
	}
	return (i);
}

static inline bool
ena_map_in(bus_dma_tag_t dmat, bus_dmamap_t map, struct mbuf *m,
    uint64_t *addr)
{
	if (bus_dmamap_load_mbuf(dmat, map, m, ENA_MAP_IN) != 0)
		return (false);
	bus_dmamap_sync(dmat, map, 0, map->dm_mapsize, BUS_DMASYNC_PREREAD);
	*addr = map->dm_segs[0].ds_addr;
	return (true);
}

static inline void
ena_map_unload(bus_dma_tag_t dmat, bus_dmamap_t map, bool out)
{
	bus_dmamap_sync(dmat, map, 0, map->dm_mapsize,
	    out ? BUS_DMASYNC_POSTWRITE : BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(dmat, map);
}

#endif /* ENA_BUSDMA_H */
