/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA as in a guest whose memory is encrypted: the device sees a copy of its
 * own (a bounce page), and only a sync moves bytes between the two.
 *
 * PREWRITE	copies the driver's bytes to the device's copy and lends it
 *		for reading.
 * POSTWRITE	ends the loan; a store since PREWRITE is found and blamed.
 * PREREAD	lends the range to the device for writing and fills the
 *		driver's copy with rubbish: reading before POSTREAD shows.
 * POSTREAD	copies the device's bytes to the driver.
 *
 * The device is refused where nothing is lent in that direction.
 */
#include "fc_priv.h"

#define PAGE		4096U
#define HASH		8192U
#define LENT_READ	1U
#define LENT_WRITE	2U

struct piece {
	struct piece *p_next_dev, *p_next_cpu;
	struct fc_map *p_map;
	uint8_t *p_cpu;
	uint8_t *p_dev;
	uint8_t *p_lent;	/* a byte each */
	uint64_t p_addr;
	size_t p_len;
	bool p_ring;		/* in a block: rings, looked at again */
};

struct fc_map {
	struct fc_map *m_next, **m_link;
	struct piece *m_pieces;
	unsigned int m_npieces;
	uint8_t *m_mem;
	bool m_loaded;
};

/* Memory whose "physical" address is known, so that maps keep it whole. */
struct block {
	struct block *b_next;
	uint8_t *b_mem;
	size_t b_len;
	uint64_t b_addr;
	int b_kva;		/* bytes mapped */
};

static struct piece *by_dev[HASH], *by_cpu[HASH];
static struct fc_map *maps;
static struct block *blocks;
static unsigned int loaded, refused;
static uint64_t next_low, next_high;
static bool narrow;

void
fc_dma_open(void)
{
	memset(by_dev, 0, sizeof(by_dev));
	memset(by_cpu, 0, sizeof(by_cpu));
	maps = NULL;
	blocks = NULL;
	loaded = refused = 0;
	next_low = 0x10000000;
	next_high = 0x7f0000000000;
}

void
fc_dma_close(void)
{
	struct block *b;

	while (maps != NULL) {
		fc_map_unload(maps);
		fc_map_free(maps);
	}
	while ((b = blocks) != NULL) {
		blocks = b->b_next;
		free(b->b_mem);
		free(b);
	}
}

static struct piece **
dev_bucket(uint64_t addr)
{
	return (&by_dev[(addr / PAGE * 0x9e3779b97f4a7c15ULL >> 40) % HASH]);
}

static bool
page_taken(uint64_t page)
{
	const struct piece *p;

	for (p = *dev_bucket(page); p != NULL; p = p->p_next_dev)
		if (p->p_addr / PAGE == page / PAGE)
			return (true);
	return (false);
}

/* A machine has no memory where its devices cannot reach. */
void
fc_dma_width(unsigned int bits)
{
	narrow = bits <= 32;
	next_high = ((uint64_t)1 << (bits > 48 ? 48 : bits)) / 128 * 127;
}

/* n pages of bus address with a hole before them. */
static uint64_t
new_pages(size_t n, unsigned int bits)
{
	uint64_t *next = bits > 32 && !narrow ? &next_high : &next_low;
	uint64_t a, i;

	do {
		i = 0;
		*next += (1 + fc_rand(3)) * (uint64_t)PAGE;
		a = *next;
		*next += n * PAGE;
		if (next == &next_low && *next > 0xf0000000) {
			*next = 0x10000000;
			continue;
		}
		for (i = 0; i < n && !page_taken(a + i * PAGE); i++)
			continue;
	} while (i < n);
	return (a);
}

/* The page behind that one, if nobody has it. */
static uint64_t
page_behind(uint64_t page, unsigned int bits, bool contig)
{
	uint64_t *next = bits > 32 && !narrow ? &next_high : &next_low;

	if (page == 0 || page_taken(page + PAGE) || page + PAGE != *next ||
	    (!contig && fc_rand(2) == 0))
		return (new_pages(1, bits));
	*next += PAGE;
	return (page + PAGE);
}

static struct piece **
cpu_bucket(const void *p)
{
	return (&by_cpu[((uintptr_t)p / PAGE * 0x9e3779b97f4a7c15ULL >> 40) %
	    HASH]);
}

/* ---- blocks */

void *
fc_block_new(size_t len, size_t align, unsigned int bits, uint64_t *addr)
{
	struct block *b;
	size_t pages = (len + PAGE - 1) / PAGE;

	b = calloc(1, sizeof(*b));
	if (align < PAGE)
		align = PAGE;
	if (b == NULL || (b->b_mem = aligned_alloc(align,
	    pages * PAGE + (align - pages * PAGE % align) % align)) == NULL)
		abort();
	memset(b->b_mem, 0xa5, pages * PAGE);
	b->b_len = pages * PAGE;
	do
		b->b_addr = new_pages(pages, bits);
	while (b->b_addr % align != 0);
	b->b_next = blocks;
	blocks = b;
	*addr = b->b_addr;
	return (b->b_mem);
}

void
fc_block_free(void *mem)
{
	struct block *b, **link;

	for (link = &blocks; (b = *link) != NULL; link = &b->b_next)
		if (b->b_mem == mem)
			break;
	if (b == NULL)
		abort();
	if (fc_mapped(mem, b->b_len))
		fc_broken("dma-free-mapped", "%zu bytes of DMA memory",
		    b->b_len);
	*link = b->b_next;
	memset(b->b_mem, 0xdf, b->b_len);
	free(b->b_mem);
	free(b);
}

static struct block *
block_of(const void *mem)
{
	struct block *b;

	for (b = blocks; b != NULL && b->b_mem != mem; b = b->b_next)
		continue;
	return (b);
}

bool
fc_block_is(const void *mem)
{
	return (block_of(mem) != NULL);
}

int
fc_block_kva(const void *mem, int bytes)
{
	struct block *b = block_of(mem);

	if (bytes != 0)
		b->b_kva = bytes < 0 ? 0 : bytes;
	return (b->b_kva);
}

unsigned int
fc_blocks(void)
{
	const struct block *b;
	unsigned int n = 0;

	for (b = blocks; b != NULL; b = b->b_next)
		n++;
	return (n);
}

static const struct block *
block_at(const void *p)
{
	const struct block *b;

	for (b = blocks; b != NULL; b = b->b_next)
		if ((const uint8_t *)p >= b->b_mem &&
		    (const uint8_t *)p < b->b_mem + b->b_len)
			return (b);
	return (NULL);
}

/* ---- maps */

struct fc_map *
fc_map_new(void)
{
	struct fc_map *m;

	m = calloc(1, sizeof(*m));
	if (m == NULL)
		abort();
	m->m_next = maps;
	m->m_link = &maps;
	if (maps != NULL)
		maps->m_link = &m->m_next;
	maps = m;
	return (m);
}

void
fc_map_free(struct fc_map *m)
{
	*m->m_link = m->m_next;
	if (m->m_next != NULL)
		m->m_next->m_link = m->m_link;
	free(m);
}

bool
fc_map_loaded(const struct fc_map *m)
{
	return (m->m_loaded);
}

unsigned int
fc_maps_loaded(void)
{
	return (loaded);
}

static void
piece_link(struct piece *p)
{
	struct piece **b;

	b = dev_bucket(p->p_addr);
	p->p_next_dev = *b;
	*b = p;
	b = cpu_bucket(p->p_cpu);
	p->p_next_cpu = *b;
	*b = p;
}

static void
piece_unlink(struct piece *p)
{
	struct piece **l;

	for (l = dev_bucket(p->p_addr); *l != p; l = &(*l)->p_next_dev)
		continue;
	*l = p->p_next_dev;
	for (l = cpu_bucket(p->p_cpu); *l != p; l = &(*l)->p_next_cpu)
		continue;
	*l = p->p_next_cpu;
}

/* Split at pages of the CPU's; where bus addresses are new, sometimes whole. */
static unsigned int
count_pieces(const void *const *va, const size_t *len, unsigned int n,
    size_t *total)
{
	unsigned int i, pieces = 0;
	uintptr_t a;

	*total = 0;
	for (i = 0; i < n; i++) {
		*total += len[i];
		if (len[i] == 0)
			continue;
		a = (uintptr_t)va[i];
		pieces += (unsigned int)((a + len[i] - 1) / PAGE - a / PAGE) +
		    1;
	}
	return (pieces);
}

static void
lay_out(struct fc_map *m, const void *const *va, const size_t *len,
    unsigned int n, unsigned int bits, bool contig)
{
	const struct block *b;
	struct piece *p = m->m_pieces;
	uint8_t *a, *dev = m->m_mem;
	size_t left, part, total;
	uint64_t page = 0;
	unsigned int i;

	count_pieces(va, len, n, &total);
	for (i = 0; i < n; i++) {
		a = (uint8_t *)(uintptr_t)va[i];
		b = block_at(a);
		page = 0;
		for (left = len[i]; left > 0; left -= part, a += part, p++) {
			part = PAGE - (uintptr_t)a % PAGE;
			if (part > left)
				part = left;
			p->p_map = m;
			p->p_cpu = a;
			p->p_dev = dev;
			p->p_lent = dev + total;
			p->p_len = part;
			p->p_ring = b != NULL;
			dev += part;
			if (b != NULL)
				p->p_addr = b->b_addr +
				    (uint64_t)(a - b->b_mem);
			else {
				page = page_behind(page, bits, contig);
				p->p_addr = page + (uintptr_t)a % PAGE;
			}
		}
	}
}

int
fc_map_load(struct fc_map *m, const void *const *va, const size_t *len,
    unsigned int n, unsigned int bits, struct fc_dma_seg *segs,
    unsigned int maxsegs, size_t maxseg, bool contig)
{
	const struct piece *p;
	unsigned int i, k = 0;
	size_t total;

	m->m_npieces = count_pieces(va, len, n, &total);
	m->m_pieces = calloc(m->m_npieces + 1, sizeof(*m->m_pieces));
	m->m_mem = calloc(2, total + 1);
	if (m->m_pieces == NULL || m->m_mem == NULL)
		abort();
	lay_out(m, va, len, n, bits, contig);
	for (i = 0; i < m->m_npieces; i++) {
		p = &m->m_pieces[i];
		if (k > 0 && segs[k - 1].addr + segs[k - 1].len ==
		    p->p_addr && segs[k - 1].len + p->p_len <= maxseg) {
			segs[k - 1].len += p->p_len;
			continue;
		}
		if (k == maxsegs || p->p_len > maxseg) {
			free(m->m_pieces);
			free(m->m_mem);
			return (-1);
		}
		segs[k].addr = p->p_addr;
		segs[k++].len = p->p_len;
	}
	for (i = 0; i < m->m_npieces; i++)
		piece_link(&m->m_pieces[i]);
	m->m_loaded = true;
	loaded++;
	return ((int)k);
}

void
fc_map_dirty(struct fc_map *m)
{
	unsigned int i;

	for (i = 0; i < m->m_npieces; i++)
		memset(m->m_pieces[i].p_dev, 0xb5, m->m_pieces[i].p_len);
}

void
fc_map_unload(struct fc_map *m)
{
	unsigned int i;

	if (!m->m_loaded)
		return;
	for (i = 0; i < m->m_npieces; i++)
		piece_unlink(&m->m_pieces[i]);
	free(m->m_pieces);
	free(m->m_mem);
	m->m_loaded = false;
	loaded--;
}

static void
piece_sync(struct piece *p, size_t off, size_t len, unsigned int ops)
{
	uint8_t *cpu = p->p_cpu + off, *dev = p->p_dev + off;
	uint8_t *lent = p->p_lent + off;
	uint8_t or = 0, and = 0xff;
	size_t i;

	for (i = 0; i < len; i++)
		and &= lent[i];
	if ((ops & FC_DMA_POSTREAD) != 0) {
		if ((and & LENT_WRITE) == 0 && !p->p_ring)
			fc_broken("dma-post-first", "POSTREAD without "
			    "PREREAD, %zu bytes", len);
		memcpy(cpu, dev, len);
		and &= (uint8_t)~LENT_WRITE;
	}
	if ((ops & FC_DMA_POSTWRITE) != 0) {
		if ((and & (LENT_READ | LENT_WRITE)) == LENT_READ &&
		    memcmp(cpu, dev, len) != 0)
			fc_broken("dma-store-lent", "stored between PREWRITE "
			    "and POSTWRITE, %zu bytes", len);
		and &= (uint8_t)~LENT_READ;
	}
	if ((ops & FC_DMA_PREWRITE) != 0) {
		memcpy(dev, cpu, len);
		or |= LENT_READ;
	}
	if ((ops & FC_DMA_PREREAD) != 0) {
		if ((ops & FC_DMA_PREWRITE) == 0)
			memset(cpu, 0xb7, len);
		or |= LENT_WRITE;
	}
	/* a ring stays with the device while the driver works at it */
	if ((ops & (FC_DMA_POSTREAD | FC_DMA_POSTWRITE)) != 0 && !p->p_ring)
		for (i = 0; i < len; i++)
			lent[i] &= (uint8_t)~
			    (((ops & FC_DMA_POSTREAD) != 0 ? LENT_WRITE : 0) |
			    ((ops & FC_DMA_POSTWRITE) != 0 ? LENT_READ : 0));
	if (or != 0)
		for (i = 0; i < len; i++)
			lent[i] |= or;
}

void
fc_map_sync(struct fc_map *m, size_t off, size_t len, unsigned int ops)
{
	struct piece *p;
	unsigned int i;
	size_t part;

	for (i = 0; i < m->m_npieces && len > 0; i++) {
		p = &m->m_pieces[i];
		if (off >= p->p_len) {
			off -= p->p_len;
			continue;
		}
		part = p->p_len - off;
		if (part > len)
			part = len;
		piece_sync(p, off, part, ops);
		len -= part;
		off = 0;
	}
}

bool
fc_mapped(const void *va, size_t len)
{
	const uint8_t *a = va, *end = a + len;
	const struct piece *p;
	const uint8_t *page;

	for (page = a; page < end;
	    page += PAGE - (uintptr_t)page % PAGE)
		for (p = *cpu_bucket(page); p != NULL; p = p->p_next_cpu)
			if (p->p_cpu < end && p->p_cpu + p->p_len > a)
				return (true);
	return (false);
}

/* ---- the device's side */

static struct piece *
piece_at(uint64_t addr)
{
	struct piece *p;

	for (p = *dev_bucket(addr); p != NULL; p = p->p_next_dev)
		if (addr >= p->p_addr && addr - p->p_addr < p->p_len)
			return (p);
	return (NULL);
}

static int
access_all(uint64_t addr, uint8_t *out, const uint8_t *in, size_t len)
{
	struct piece *p;
	size_t off, part, i;
	uint8_t want = in != NULL ? LENT_WRITE : LENT_READ;

	while (len > 0) {
		p = piece_at(addr);
		if (p == NULL) {
			refused++;
			fc_broken("dma-unmapped", "device %s %#llx",
			    in != NULL ? "writes" : "reads",
			    (unsigned long long)addr);
			return (-1);
		}
		off = (size_t)(addr - p->p_addr);
		part = p->p_len - off;
		if (part > len)
			part = len;
		for (i = 0; i < part; i++) {
			if ((p->p_lent[off + i] & want) == 0) {
				fc_broken("dma-not-lent", "device %s %#llx "
				    "(+%zu of %zu) that is not synced for it",
				    in != NULL ? "writes" : "reads",
				    (unsigned long long)addr, off + i,
				    p->p_len);
				break;
			}
		}
		if (in != NULL) {
			memcpy(p->p_dev + off, in, part);
			in += part;
		} else {
			memcpy(out, p->p_dev + off, part);
			out += part;
		}
		addr += part;
		len -= part;
	}
	return (0);
}

int
fc_dma_read(uint64_t addr, void *buf, size_t len)
{
	return (access_all(addr, buf, NULL, len));
}

int
fc_dma_write(uint64_t addr, const void *buf, size_t len)
{
	return (access_all(addr, NULL, buf, len));
}

int
fc_device_reads(uint64_t addr, void *buf, size_t len)
{
	return (fc_dma_read(addr, buf, len));
}

unsigned int
fc_dma_refused(void)
{
	return (refused);
}
