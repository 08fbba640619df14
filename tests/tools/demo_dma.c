/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA memory of the demo.
 *
 * One anonymous mapping, carved into blocks of powers of two which are kept
 * for ever: a freed block goes to the free list of its size and is handed
 * out again from there.  The map from granule to block therefore only grows,
 * and checking a device access costs two loads.
 *
 * I1: du_owner[g] - 1 is the block that granule g belongs to; 0: none yet.
 * I2: a device access is good only if its block is alive, its bus address is
 *     the one that was handed out, and every byte lies inside the size that
 *     was asked for (not the size it was rounded to).
 *
 * Bus addresses are not CPU addresses: blocks for devices of more than 32
 * address bits lie at the top of the device's reach, so that a driver losing
 * the upper half is found out; blocks restricted to 32 bits lie low.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>

#include "demo_dma.h"

#define DU_BYTES	((size_t)1 << 30)
#define DU_GRANULE_LOG2	8U
#define DU_CLASSES	23U			/* 256 B .. 1 GiB */
#define DU_LOW_BASE	((uint64_t)1 << 30)	/* below 2 GiB in all */
#define DU_NONE		UINT32_MAX

#ifndef MAP_NORESERVE
#define MAP_NORESERVE	0
#endif

struct du_block {
	uint64_t bk_pa;
	size_t bk_off;
	size_t bk_size;			/* asked for; 0: free */
	uint32_t bk_next;
	uint32_t bk_class;
};

struct demo_dma {
	uint8_t *du_mem;
	uint32_t *du_owner;
	struct du_block *du_blocks;
	uint64_t du_high;
	size_t du_used;
	uint32_t du_nblocks, du_room;
	uint32_t du_free[DU_CLASSES];
	unsigned int du_width;
	unsigned int du_live, du_refused;
};

static void *
du_map(size_t bytes)
{
	void *p;

	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return (p == MAP_FAILED ? NULL : p);
}

struct demo_dma *
demo_dma_create(unsigned int width)
{
	struct demo_dma *d;
	unsigned int i;

	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return (NULL);
	d->du_mem = du_map(DU_BYTES);
	d->du_owner = du_map((DU_BYTES >> DU_GRANULE_LOG2) *
	    sizeof(*d->du_owner));
	if (d->du_mem == NULL || d->du_owner == NULL) {
		demo_dma_destroy(d);
		return (NULL);
	}
	d->du_width = width;
	d->du_high = DU_LOW_BASE;
	if (width > 32)
		d->du_high = (uint64_t)1 << (width - 1);
	for (i = 0; i < DU_CLASSES; i++)
		d->du_free[i] = DU_NONE;
	return (d);
}

void
demo_dma_destroy(struct demo_dma *d)
{
	if (d == NULL)
		return;
	if (d->du_mem != NULL)
		(void)munmap(d->du_mem, DU_BYTES);
	if (d->du_owner != NULL)
		(void)munmap(d->du_owner, (DU_BYTES >> DU_GRANULE_LOG2) *
		    sizeof(*d->du_owner));
	free(d->du_blocks);
	free(d);
}

/* Cut a new block off the end of what is used; DU_NONE if nothing is left. */
static uint32_t
du_carve(struct demo_dma *d, uint32_t class)
{
	struct du_block *nb;
	size_t bytes, g, off;
	uint32_t no, room;

	bytes = (size_t)1 << (class + DU_GRANULE_LOG2);
	off = (d->du_used + bytes - 1) & ~(bytes - 1);
	if (off > DU_BYTES || bytes > DU_BYTES - off)
		return (DU_NONE);
	if (d->du_nblocks == d->du_room) {
		room = d->du_room == 0 ? 4096 : d->du_room * 2;
		nb = realloc(d->du_blocks, room * sizeof(*nb));
		if (nb == NULL)
			return (DU_NONE);
		d->du_blocks = nb;
		d->du_room = room;
	}
	no = d->du_nblocks++;
	d->du_used = off + bytes;
	d->du_blocks[no].bk_off = off;
	d->du_blocks[no].bk_class = class;
	for (g = off >> DU_GRANULE_LOG2;
	    g < (off + bytes) >> DU_GRANULE_LOG2; g++)
		d->du_owner[g] = no + 1;
	return (no);
}

void *
demo_dma_alloc(struct demo_dma *d, size_t size, size_t align,
    unsigned int width, uint64_t *pa)
{
	struct du_block *b;
	uint32_t class, no;
	size_t need;

	need = size > align ? size : align;
	if (size == 0 || need > DU_BYTES || width < 31)
		return (NULL);
	for (class = 0; (size_t)1 << (class + DU_GRANULE_LOG2) < need;)
		class++;
	no = d->du_free[class];
	if (no != DU_NONE)
		d->du_free[class] = d->du_blocks[no].bk_next;
	else if ((no = du_carve(d, class)) == DU_NONE)
		return (NULL);
	b = &d->du_blocks[no];
	b->bk_size = size;
	b->bk_pa = b->bk_off + (width >= d->du_width ? d->du_high :
	    DU_LOW_BASE);
	d->du_live++;
	*pa = b->bk_pa;
	return (d->du_mem + b->bk_off);
}

void
demo_dma_free(struct demo_dma *d, const void *va)
{
	struct du_block *b;
	uint32_t no;
	size_t off;

	off = (size_t)((const uint8_t *)va - d->du_mem);
	no = d->du_owner[off >> DU_GRANULE_LOG2] - 1;
	b = &d->du_blocks[no];
	if (b->bk_off != off || b->bk_size == 0)
		abort();		/* the glue freed it twice */
	b->bk_size = 0;
	b->bk_next = d->du_free[b->bk_class];
	d->du_free[b->bk_class] = no;
	d->du_live--;
}

/* Translate a device address; NULL if the access is not allowed (I2). */
static uint8_t *
du_lookup(struct demo_dma *d, uint64_t addr, size_t len)
{
	const struct du_block *b;
	uint64_t off;
	uint32_t no;

	off = addr - DU_LOW_BASE;
	if (off >= DU_BYTES)
		off = addr - d->du_high;
	if (off >= DU_BYTES)
		goto refuse;
	no = d->du_owner[off >> DU_GRANULE_LOG2];
	if (no == 0)
		goto refuse;
	b = &d->du_blocks[no - 1];
	if (addr < b->bk_pa || addr - b->bk_pa > b->bk_size ||
	    len > b->bk_size - (size_t)(addr - b->bk_pa))
		goto refuse;
	return (d->du_mem + off);

refuse:
	d->du_refused++;
	return (NULL);
}

int
demo_dma_read(struct demo_dma *d, uint64_t addr, void *buf, size_t len)
{
	const uint8_t *p;

	p = du_lookup(d, addr, len);
	if (p == NULL)
		return (-1);
	memcpy(buf, p, len);
	return (0);
}

int
demo_dma_write(struct demo_dma *d, uint64_t addr, const void *buf, size_t len)
{
	uint8_t *p;

	p = du_lookup(d, addr, len);
	if (p == NULL)
		return (-1);
	memcpy(p, buf, len);
	return (0);
}

unsigned int
demo_dma_live(const struct demo_dma *d)
{
	return (d->du_live);
}

unsigned int
demo_dma_refused(const struct demo_dma *d)
{
	return (d->du_refused);
}
