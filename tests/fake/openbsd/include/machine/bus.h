/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_BUS_H_
#define _MACHINE_BUS_H_
#include <sys/types.h>
#include <sys/mutex.h>
typedef u_long bus_addr_t;
typedef u_long bus_size_t;
typedef const struct fk_space *bus_space_tag_t;
typedef u_long bus_space_handle_t;
#define BUS_SPACE_BARRIER_READ		0x01
#define BUS_SPACE_BARRIER_WRITE		0x02
#define BUS_SPACE_MAP_CACHEABLE		0x0001
#define BUS_SPACE_MAP_LINEAR		0x0002
#define BUS_SPACE_MAP_PREFETCHABLE	0x0008
void bus_space_unmap(bus_space_tag_t, bus_space_handle_t, bus_size_t);
int bus_space_subregion(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_size_t, bus_space_handle_t *);
void *bus_space_vaddr(bus_space_tag_t, bus_space_handle_t);
void bus_space_barrier(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_size_t, int);
uint32_t bus_space_read_4(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t);
void bus_space_write_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t);

#define BUS_DMA_WAITOK		0x0000
#define BUS_DMA_NOWAIT		0x0001
#define BUS_DMA_ALLOCNOW	0x0002
#define BUS_DMA_COHERENT	0x0004
#define BUS_DMA_STREAMING	0x0100
#define BUS_DMA_READ		0x0200
#define BUS_DMA_WRITE		0x0400
#define BUS_DMA_NOCACHE		0x0800
#define BUS_DMA_ZERO		0x1000
#define BUS_DMA_64BIT		0x2000
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
	bus_size_t dm_mapsize;
	int dm_nsegs;
	bus_dma_segment_t dm_segs[1];
};
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
int bus_dmamem_alloc_range(bus_dma_tag_t, bus_size_t, bus_size_t,
    bus_size_t, bus_dma_segment_t *, int, int *, int, bus_addr_t,
    bus_addr_t);
void bus_dmamem_free(bus_dma_tag_t, bus_dma_segment_t *, int);
int bus_dmamem_map(bus_dma_tag_t, bus_dma_segment_t *, int, size_t,
    caddr_t *, int);
void bus_dmamem_unmap(bus_dma_tag_t, caddr_t, size_t);
#include <sys/atomic.h>
#endif
