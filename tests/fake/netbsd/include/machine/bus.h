/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_BUS_H_
#define _MACHINE_BUS_H_
#include <sys/types.h>
typedef paddr_t bus_addr_t;
typedef psize_t bus_size_t;
typedef const struct fk_space *bus_space_tag_t;
typedef u_long bus_space_handle_t;
#define BUS_SPACE_BARRIER_READ		0x01
#define BUS_SPACE_BARRIER_WRITE		0x02
#define BUS_SPACE_MAP_CACHEABLE		0x01
#define BUS_SPACE_MAP_LINEAR		0x02
#define BUS_SPACE_MAP_PREFETCHABLE	0x04
void bus_space_unmap(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void *bus_space_vaddr(bus_space_tag_t, bus_space_handle_t);
void bus_space_barrier(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_size_t, int);
uint32_t bus_space_read_4(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t);
void bus_space_write_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t);

#define BUS_DMA_WAITOK		0x000
#define BUS_DMA_NOWAIT		0x001
#define BUS_DMA_ALLOCNOW	0x002
#define BUS_DMA_COHERENT	0x004
#define BUS_DMA_STREAMING	0x008
#define BUS_DMA_READ		0x100
#define BUS_DMA_WRITE		0x200
#define BUS_DMA_NOCACHE		0x400
#define BUS_DMA_PREFETCHABLE	0x800
#define BUS_DMASYNC_PREREAD	0x01
#define BUS_DMASYNC_POSTREAD	0x02
#define BUS_DMASYNC_PREWRITE	0x04
#define BUS_DMASYNC_POSTWRITE	0x08
struct mbuf;
struct proc;
typedef struct fk_dma_tag *bus_dma_tag_t;
typedef struct bus_dmamap *bus_dmamap_t;
typedef struct bus_dma_segment {
	bus_addr_t ds_addr;
	bus_size_t ds_len;
	void *_ds_block;
} bus_dma_segment_t;
struct bus_dmamap {
	bus_dma_tag_t _dm_tag;
	bus_size_t _dm_size;
	int _dm_segcnt;
	bus_size_t _dm_maxsegsz;
	int _dm_flags;
	unsigned int _dm_magic;
	void *_dm_map;
	struct mbuf *_dm_mbuf;
	bus_size_t dm_maxsegsz;
	bus_size_t dm_mapsize;
	int dm_nsegs;
	bus_dma_segment_t dm_segs[1];
};
int bus_dmatag_subregion(bus_dma_tag_t, bus_addr_t, bus_addr_t,
    bus_dma_tag_t *, int);
void bus_dmatag_destroy(bus_dma_tag_t);
int bus_dmamap_create(bus_dma_tag_t, bus_size_t, int, bus_size_t,
    bus_size_t, int, bus_dmamap_t *);
void bus_dmamap_destroy(bus_dma_tag_t, bus_dmamap_t);
int bus_dmamap_load(bus_dma_tag_t, bus_dmamap_t, void *, bus_size_t,
    struct proc *, int);
int bus_dmamap_load_mbuf(bus_dma_tag_t, bus_dmamap_t, struct mbuf *, int);
void bus_dmamap_unload(bus_dma_tag_t, bus_dmamap_t);
void bus_dmamap_sync(bus_dma_tag_t, bus_dmamap_t, bus_addr_t, bus_size_t,
    int);
int bus_dmamem_alloc(bus_dma_tag_t, bus_size_t, bus_size_t, bus_size_t,
    bus_dma_segment_t *, int, int *, int);
void bus_dmamem_free(bus_dma_tag_t, bus_dma_segment_t *, int);
int bus_dmamem_map(bus_dma_tag_t, bus_dma_segment_t *, int, size_t,
    void **, int);
void bus_dmamem_unmap(bus_dma_tag_t, void *, size_t);
#endif
