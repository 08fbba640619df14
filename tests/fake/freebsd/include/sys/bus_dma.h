/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_BUS_DMA_H_
#define _SYS_BUS_DMA_H_

#include <machine/bus.h>

#define BUS_DMA_WAITOK		0x00
#define BUS_DMA_NOWAIT		0x01
#define BUS_DMA_ALLOCNOW	0x02
#define BUS_DMA_COHERENT	0x04
#define BUS_DMA_ZERO		0x08
#define BUS_DMA_NOWRITE		0x100
#define BUS_DMA_NOCACHE		0x200
#define BUS_DMASYNC_PREREAD	1
#define BUS_DMASYNC_POSTREAD	2
#define BUS_DMASYNC_PREWRITE	4
#define BUS_DMASYNC_POSTWRITE	8

typedef struct bus_dma_segment {
	bus_addr_t ds_addr;
	bus_size_t ds_len;
} bus_dma_segment_t;
typedef struct bus_dma_tag *bus_dma_tag_t;
typedef struct bus_dmamap *bus_dmamap_t;
typedef enum { BUS_DMA_LOCK = 0x01, BUS_DMA_UNLOCK = 0x02 } bus_dma_lock_op_t;
typedef void bus_dma_lock_t(void *, bus_dma_lock_op_t);
typedef int bus_dma_filter_t(void *, bus_addr_t);
typedef void bus_dmamap_callback_t(void *, bus_dma_segment_t *, int, int);
void busdma_lock_mutex(void *arg, bus_dma_lock_op_t op);

typedef int bus_dmasync_op_t;
struct mbuf;
int bus_dma_tag_create(bus_dma_tag_t parent, bus_size_t alignment,
    bus_addr_t boundary, bus_addr_t lowaddr, bus_addr_t highaddr,
    bus_dma_filter_t *filtfunc, void *filtfuncarg, bus_size_t maxsize,
    int nsegments, bus_size_t maxsegsz, int flags, bus_dma_lock_t *lockfunc,
    void *lockfuncarg, bus_dma_tag_t *dmat);
int bus_dma_tag_destroy(bus_dma_tag_t dmat);
int bus_dma_tag_set_domain(bus_dma_tag_t dmat, int domain);
int bus_dmamap_create(bus_dma_tag_t dmat, int flags, bus_dmamap_t *mapp);
int bus_dmamap_destroy(bus_dma_tag_t dmat, bus_dmamap_t map);
int bus_dmamem_alloc(bus_dma_tag_t dmat, void **vaddr, int flags,
    bus_dmamap_t *mapp);
void bus_dmamem_free(bus_dma_tag_t dmat, void *vaddr, bus_dmamap_t map);
int bus_dmamap_load(bus_dma_tag_t dmat, bus_dmamap_t map, void *buf,
    bus_size_t buflen, bus_dmamap_callback_t *callback, void *callback_arg,
    int flags);
int bus_dmamap_load_mbuf_sg(bus_dma_tag_t dmat, bus_dmamap_t map,
    struct mbuf *m, bus_dma_segment_t *segs, int *nsegs, int flags);
void bus_dmamap_unload(bus_dma_tag_t dmat, bus_dmamap_t map);
void bus_dmamap_sync(bus_dma_tag_t dmat, bus_dmamap_t map,
    bus_dmasync_op_t op);

#endif
