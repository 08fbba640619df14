/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of a machine whose caches are coherent: what the driver writes the
 * device sees, in place of tests/fake/common/fc_dma.c with its two copies.
 * The plain binding is made for such machines and has no syncs.
 */
#include "fc_priv.h"
#include "plain.h"

#define ARENA		(64U << 20)
#define BUS		0x40000000U	/* where the device sees it */
#define PAGE		4096U
#define BLOCKS		8192U

struct block {
	size_t off, len;
};

static uint8_t *arena;
static struct block blocks[BLOCKS];	/* by offset */
static unsigned int nblocks, refused;

void
fc_dma_open(void)
{
	arena = calloc(1, ARENA);
	if (arena == NULL)
		abort();
	nblocks = refused = 0;
}

void
fc_dma_close(void)
{
	free(arena);
	arena = NULL;
}

/* All of the arena is within reach of every device. */
void
fc_dma_width(unsigned int bits)
{
	(void)bits;
}

void *
plain_alloc(size_t len, uint64_t *addr)
{
	size_t at = PAGE;
	unsigned int i;

	len = (len + PAGE - 1) / PAGE * PAGE;
	for (i = 0; i < nblocks && blocks[i].off - at < len; i++)
		at = blocks[i].off + blocks[i].len;
	if (nblocks == BLOCKS || ARENA - at < len)
		return (NULL);
	memmove(&blocks[i + 1], &blocks[i], (nblocks - i) * sizeof(*blocks));
	blocks[i].off = at;
	blocks[i].len = len;
	nblocks++;
	memset(arena + at, 0, len);
	*addr = BUS + at;
	return (arena + at);
}

void
plain_free(void *p)
{
	size_t off = (size_t)((uint8_t *)p - arena);
	unsigned int i;

	for (i = 0; i < nblocks && blocks[i].off != off; i++)
		continue;
	if (i == nblocks)
		abort();
	nblocks--;
	memmove(&blocks[i], &blocks[i + 1], (nblocks - i) * sizeof(*blocks));
}

unsigned int
fc_blocks(void)
{
	return (nblocks);
}

unsigned int
fc_maps_loaded(void)
{
	return (0);
}

/* Memory the driver owns now, or NULL. */
static uint8_t *
at(uint64_t addr, size_t len)
{
	unsigned int i;
	size_t off;

	if (addr >= BUS && addr - BUS < ARENA) {
		off = (size_t)(addr - BUS);
		for (i = 0; i < nblocks; i++)
			if (off >= blocks[i].off &&
			    off - blocks[i].off < blocks[i].len &&
			    len <= blocks[i].len - (off - blocks[i].off))
				return (arena + off);
	}
	refused++;
	return (NULL);
}

int
fc_dma_read(uint64_t addr, void *buf, size_t len)
{
	const uint8_t *p = at(addr, len);

	if (p == NULL)
		return (-1);
	memcpy(buf, p, len);
	return (0);
}

int
fc_dma_write(uint64_t addr, const void *buf, size_t len)
{
	uint8_t *p = at(addr, len);

	if (p == NULL)
		return (-1);
	memcpy(p, buf, len);
	return (0);
}

unsigned int
fc_dma_refused(void)
{
	return (refused);
}
