/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bus_dma(9) of a machine that bounces everything: see fc_dma.c.  A load that
 * may wait does so now and then, and calls back from another thread.
 */
#include "fk_priv.h"
#include "sys_mbuf.h"

#include <machine/bus.h>

#define TAG_MAGIC	0x74616721U
#define MAP_MAGIC	0x6d617021U

struct bus_dma_tag {
	unsigned int t_magic;
	bus_size_t t_align, t_boundary, t_maxsize, t_maxseg;
	bus_addr_t t_lowaddr;
	int t_nsegs, t_maps;
	struct bus_dmamap *t_null;	/* the driver knows it as NULL */
	bus_dma_lock_t *t_lock;
	void *t_lock_arg;
};

struct bus_dmamap {
	unsigned int m_magic;
	struct bus_dma_tag *m_tag;
	struct fc_map *m_map;
	void *m_block;		/* bus_dmamem_alloc()'s */
	size_t m_len;
	unsigned int m_pre;	/* PRE operations without their POST */
	/* a load that waits for bounce pages */
	bool m_deferred;
	void *m_buf;
	size_t m_buflen;
	bus_dmamap_callback_t *m_callback;
	void *m_callback_arg;
	struct bus_dmamap *m_next;
};

static unsigned int tags, dmamaps;
static struct bus_dmamap *waiting;
static struct bus_dma_tag parent_tag = {
	.t_magic = TAG_MAGIC, .t_align = 1, .t_maxsize = BUS_SPACE_MAXSIZE,
	.t_maxseg = BUS_SPACE_MAXSIZE, .t_lowaddr = BUS_SPACE_MAXADDR,
	.t_nsegs = 1 << 30
};

/* ---- tags */

bus_dma_tag_t
bus_get_dma_tag(device_t d)
{
	(void)d;
	return (&parent_tag);
}

static void
tag_check(const struct bus_dma_tag *t, const char *who)
{
	const char *what;
	size_t size;

	if (t == &parent_tag)
		return;
	if (!fc_alloc_find(t, &what, &size) || strcmp(what, "dma tag") != 0 ||
	    t->t_magic != TAG_MAGIC)
		fk_die("dma-tag", who);
}

/* lockfunc of a tag that said that nothing would ever wait. */
static void
dflt_lock(void *arg, bus_dma_lock_op_t op)
{
	(void)arg;
	(void)op;
	fk_die("dma-lock", "busdma dflt_lock called");
}

int
bus_dma_tag_create(bus_dma_tag_t parent, bus_size_t align,
    bus_addr_t boundary, bus_addr_t lowaddr, bus_addr_t highaddr,
    bus_dma_filter_t *filter, void *filter_arg, bus_size_t maxsize, int nsegs,
    bus_size_t maxseg, int flags, bus_dma_lock_t *lock, void *lock_arg,
    bus_dma_tag_t *tagp)
{
	struct bus_dma_tag *t;

	(void)highaddr;
	(void)filter;
	(void)filter_arg;
	(void)flags;
	if (parent != NULL)
		tag_check(parent, "bus_dma_tag_create: parent");
	else
		FK_RULE("dma-parent", "a tag without the bus's limits");
	if (align == 0 || !powerof2(align) || maxsize == 0 || nsegs < 1 ||
	    maxseg == 0 || (boundary != 0 && boundary < maxseg))
		fk_die("dma-create", "bus_dma_tag_create: bad limits");
	*tagp = NULL;
	if (fc_fails("bus_dma_tag_create"))
		return (ENOMEM);
	t = fc_alloc("dma tag", sizeof(*t), 16);
	memset(t, 0, sizeof(*t));
	t->t_magic = TAG_MAGIC;
	t->t_align = align;
	t->t_boundary = boundary;
	t->t_lowaddr = lowaddr;
	t->t_maxsize = maxsize;
	t->t_nsegs = nsegs;
	t->t_maxseg = maxseg;
	t->t_lock = lock != NULL ? lock : dflt_lock;
	t->t_lock_arg = lock_arg;
	tags++;
	*tagp = t;
	return (0);
}

int
bus_dma_tag_destroy(bus_dma_tag_t t)
{
	fc_point("bus_dma_tag_destroy");
	if (t == NULL)
		return (0);
	tag_check(t, "bus_dma_tag_destroy");
	if (t->t_maps != 0) {
		FK_RULE("dma-tag-busy", "%d maps", t->t_maps);
		return (EBUSY);
	}
	t->t_magic = 0;
	fc_free(t);
	tags--;
	return (0);
}

int
bus_dma_tag_set_domain(bus_dma_tag_t t, int domain)
{
	tag_check(t, "bus_dma_tag_set_domain");
	if (domain != 0)
		fk_die("dma-create", "no such domain");
	return (0);
}

unsigned int
fk_tags_live(void)
{
	return (tags);
}

unsigned int
fk_dmamaps_live(void)
{
	return (dmamaps);
}

/* ---- maps */

/*
 * x86/x86/busdma_bounce.c:365: a map without bounce pages is NULL, and as
 * good as any.  Here one of each tag is.
 */
static struct bus_dmamap *
map_check(struct bus_dma_tag *t, struct bus_dmamap *map, const char *who)
{
	const char *what;
	size_t size;

	tag_check(t, who);
	if (map == NULL)
		map = t->t_null;
	if (map == NULL || !fc_alloc_find(map, &what, &size) ||
	    strcmp(what, "dmamap") != 0 || map->m_magic != MAP_MAGIC ||
	    map->m_tag != t)
		fk_die("dma-map", who);
	return (map);
}

static struct bus_dmamap *
map_handle(struct bus_dmamap *map)
{
	struct bus_dma_tag *t = map->m_tag;

	if (t->t_null == NULL)
		t->t_null = map;
	return (t->t_null == map ? NULL : map);
}

static struct bus_dmamap *
map_new(struct bus_dma_tag *t)
{
	struct bus_dmamap *map;

	map = fc_alloc("dmamap", sizeof(*map), 16);
	memset(map, 0, sizeof(*map));
	map->m_magic = MAP_MAGIC;
	map->m_tag = t;
	map->m_map = fc_map_new();
	t->t_maps++;
	dmamaps++;
	return (map);
}

static void
map_delete(struct bus_dmamap *map)
{
	if (fc_map_loaded(map->m_map)) {
		FK_RULE("dma-destroy-loaded", "%zu bytes", map->m_len);
		fc_map_unload(map->m_map);
	}
	fc_map_free(map->m_map);
	map->m_tag->t_maps--;
	if (map->m_tag->t_null == map)
		map->m_tag->t_null = NULL;
	map->m_magic = 0;
	fc_free(map);
	dmamaps--;
}

int
bus_dmamap_create(bus_dma_tag_t t, int flags, bus_dmamap_t *mapp)
{
	(void)flags;
	tag_check(t, "bus_dmamap_create");
	*mapp = NULL;
	if (fc_fails("bus_dmamap_create"))
		return (ENOMEM);
	*mapp = map_handle(map_new(t));
	return (0);
}

int
bus_dmamap_destroy(bus_dma_tag_t t, bus_dmamap_t map)
{
	fc_point("bus_dmamap_destroy");
	map = map_check(t, map, "bus_dmamap_destroy");
	if (map->m_block != NULL)
		fk_die("dma-mem", "bus_dmamap_destroy of bus_dmamem_alloc's");
	map_delete(map);
	return (0);
}

int
bus_dmamem_alloc(bus_dma_tag_t t, void **va, int flags, bus_dmamap_t *mapp)
{
	struct bus_dmamap *map;
	uint64_t addr;

	tag_check(t, "bus_dmamem_alloc");
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamem_alloc(WAITOK)");
	*va = NULL;
	*mapp = NULL;
	if (fc_fails("bus_dmamem_alloc"))
		return (ENOMEM);
	map = map_new(t);
	map->m_block = fc_block_new(t->t_maxsize, t->t_align,
	    t->t_lowaddr > 0xffffffffU && !fk_machine()->low_only ? 48 : 32,
	    &addr);
	if ((flags & BUS_DMA_ZERO) != 0)
		memset(map->m_block, 0, t->t_maxsize);
	*va = map->m_block;
	*mapp = map_handle(map);
	return (0);
}

void
bus_dmamem_free(bus_dma_tag_t t, void *va, bus_dmamap_t map)
{
	fc_point("bus_dmamem_free");
	map = map_check(t, map, "bus_dmamem_free");
	if (map->m_block == NULL || map->m_block != va)
		fk_die("dma-mem", "bus_dmamem_free");
	map_delete(map);
	fc_block_free(va);
}

/* ---- loads */

static int
load(struct bus_dmamap *map, const void *const *va, const size_t *len,
    unsigned int n, size_t total, bool contig, bus_dma_segment_t *segs,
    const char *who)
{
	struct fc_dma_seg s[FC_DMA_SEGS];
	struct bus_dma_tag *t = map->m_tag;
	bool high;
	int i, k;

	if (fc_map_loaded(map->m_map)) {
		FK_RULE("dma-load-twice", "%s", who);
		fc_map_unload(map->m_map);
	}
	if (t->t_lowaddr >> fc_device_bits() != 0)
		FK_RULE("dma-reach", "%s: up to %#llx, with %u bits", who,
		    (unsigned long long)t->t_lowaddr, fc_device_bits());
	if (total > t->t_maxsize)
		FK_RULE("dma-size", "%s: %zu of %llu bytes", who, total,
		    (unsigned long long)t->t_maxsize);
	high = t->t_lowaddr > 0xffffffffU && !fk_machine()->low_only;
	k = fc_map_load(map->m_map, va, len, n, high ? 48 : 32, s,
	    MIN((unsigned int)t->t_nsegs, FC_DMA_SEGS), t->t_maxseg, contig);
	if (k < 0)
		return (-1);
	for (i = 0; i < k; i++) {
		segs[i].ds_addr = s[i].addr;
		segs[i].ds_len = s[i].len;
	}
	map->m_len = total;
	map->m_pre = 0;
	return (k);
}

static void
load_and_call(struct bus_dmamap *map)
{
	bus_dma_segment_t segs[FC_DMA_SEGS];
	const void *va[1] = { map->m_buf };
	size_t len[1] = { map->m_buflen };
	int k;

	k = load(map, va, len, 1, map->m_buflen, map->m_block != NULL, segs,
	    "bus_dmamap_load");
	map->m_callback(map->m_callback_arg, segs, k < 0 ? 0 : k,
	    k < 0 ? EFBIG : 0);
}

/* Only "no memory" is returned; the rest the callback is told. */
int
bus_dmamap_load(bus_dma_tag_t t, bus_dmamap_t map, void *buf, bus_size_t n,
    bus_dmamap_callback_t *callback, void *arg, int flags)
{
	map = map_check(t, map, "bus_dmamap_load");
	if (fc_fails("bus_dmamap_load")) {
		callback(arg, NULL, 0, ENOMEM);
		return (ENOMEM);
	}
	map->m_buf = buf;
	map->m_buflen = n;
	map->m_callback = callback;
	map->m_callback_arg = arg;
	if ((flags & BUS_DMA_NOWAIT) == 0 && fc_rand(2) == 0) {
		map->m_deferred = true;
		map->m_next = waiting;
		waiting = map;
		return (EINPROGRESS);
	}
	load_and_call(map);
	return (0);
}

static bool
some_wait(void *arg)
{
	(void)arg;
	return (waiting != NULL);
}

static void
busdma_thread(void *arg)
{
	struct bus_dmamap *map;

	(void)arg;
	for (;;) {
		while ((map = waiting) == NULL)
			fc_wait(some_wait, NULL, FC_NEVER, true, "busdma");
		waiting = map->m_next;
		map->m_deferred = false;
		map->m_tag->t_lock(map->m_tag->t_lock_arg, BUS_DMA_LOCK);
		load_and_call(map);
		map->m_tag->t_lock(map->m_tag->t_lock_arg, BUS_DMA_UNLOCK);
		fk_kernel_leave("busdma callback");
	}
}

void
busdma_lock_mutex(void *arg, bus_dma_lock_op_t op)
{
	if (op == BUS_DMA_LOCK)
		mtx_lock(arg);
	else
		mtx_unlock(arg);
}

int
bus_dmamap_load_mbuf_sg(bus_dma_tag_t t, bus_dmamap_t map, struct mbuf *m0,
    bus_dma_segment_t *segs, int *nsegs, int flags)
{
	const void *va[FC_DMA_SEGS * 2];
	size_t len[FC_DMA_SEGS * 2], total = 0;
	struct mbuf *m;
	unsigned int n = 0;
	int k;

	map = map_check(t, map, "bus_dmamap_load_mbuf_sg");
	*nsegs = 0;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		FK_RULE("dma-mbuf-wait", "load_mbuf_sg has no callback");
	if (fc_fails("bus_dmamap_load_mbuf_sg"))
		return (ENOMEM);
	fk_mbuf_ok(m0, "bus_dmamap_load_mbuf_sg");
	M_ASSERTPKTHDR(m0);
	for (m = m0; m != NULL; m = m->m_next) {
		total += (size_t)m->m_len;
		if (m->m_len == 0)
			continue;
		if (n == FC_DMA_SEGS * 2)
			return (EFBIG);
		va[n] = m->m_data;
		len[n++] = (size_t)m->m_len;
	}
	if (total != (size_t)m0->m_pkthdr.len)
		FK_RULE("mbuf-len", "chain of %zu bytes says %d", total,
		    m0->m_pkthdr.len);
	k = load(map, va, len, n, total, true, segs,
	    "bus_dmamap_load_mbuf_sg");
	if (k < 0)
		return (EFBIG);
	*nsegs = k;
	return (0);
}

void
bus_dmamap_unload(bus_dma_tag_t t, bus_dmamap_t map)
{
	struct bus_dmamap **link;

	fc_point("bus_dmamap_unload");
	map = map_check(t, map, "bus_dmamap_unload");
	for (link = &waiting; *link != NULL; link = &(*link)->m_next)
		if (*link == map) {
			*link = map->m_next;
			break;
		}
	fc_map_unload(map->m_map);
	map->m_len = 0;
}

/* The whole map: this system has no offset and no length. */
void
bus_dmamap_sync(bus_dma_tag_t t, bus_dmamap_t map, int op)
{
	const int pre = BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE;
	const int post = BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE;

	fc_point("bus_dmamap_sync");
	map = map_check(t, map, "bus_dmamap_sync");
	if (!fc_map_loaded(map->m_map)) {
		FK_RULE("dma-sync-unloaded", "operation %d", op);
		return;
	}
	if ((op & pre) != 0 && (op & post) != 0)
		FK_RULE("dma-sync-mixed", "PRE and POST in one call");
	if (op == 0 || (op & ~(pre | post)) != 0)
		FK_RULE("dma-sync-ops", "operation %#x", (u_int)op);
	if ((op & BUS_DMASYNC_POSTWRITE) != 0 && map->m_block == NULL &&
	    (map->m_pre & BUS_DMASYNC_PREWRITE) == 0)
		FK_RULE("dma-post-first", "POSTWRITE without PREWRITE");
	map->m_pre &= ~((u_int)(op & post) >> 1);
	map->m_pre |= (u_int)(op & pre);
	fc_map_sync(map->m_map, 0, map->m_len, (u_int)op);
}

void
fk_dma_open(void)
{
	struct fc_ctx *x;

	tags = dmamaps = 0;
	waiting = NULL;
	x = fk_ctx("busdma", FK_PROC, busdma_thread, NULL);
	fc_ctx_daemon(x);
}
