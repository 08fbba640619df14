/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA memory of the demo: one flat region seen by the driver through CPU
 * pointers and by the device through bus addresses, and nothing else.
 */
#ifndef DEMO_DMA_H
#define DEMO_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct demo_dma;

/* width: address bits of the device.  NULL if out of memory. */
struct demo_dma *demo_dma_create(unsigned int width);
void demo_dma_destroy(struct demo_dma *);

/*
 * A block of size bytes, aligned to align (a power of two), below 1 << width
 * on the bus.  NULL if there is none.  Contents are undefined.
 */
void *demo_dma_alloc(struct demo_dma *, size_t size, size_t align,
    unsigned int width, uint64_t *pa);
void demo_dma_free(struct demo_dma *, const void *va);

/* The device's accesses; -1 if any byte lies outside one live block. */
int demo_dma_read(struct demo_dma *, uint64_t addr, void *buf, size_t len);
int demo_dma_write(struct demo_dma *, uint64_t addr, const void *buf,
    size_t len);

/* Blocks alive, accesses refused. */
unsigned int demo_dma_live(const struct demo_dma *);
unsigned int demo_dma_refused(const struct demo_dma *);

#endif /* DEMO_DMA_H */
