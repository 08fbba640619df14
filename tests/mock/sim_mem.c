/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the simulated machine: not coherent, behind an IOMMU.
 *
 * Each DMA block and packet buffer (a region) exists twice, the driver's
 * copy and the device's.  What joins them:
 *
 * PREWRITE	takes the driver's bytes as they are now; they reach the
 *		device's copy at the next wmb or mb.
 * PREREAD	fills the driver's copy with random bytes: reading before
 *		POSTREAD shows.
 * POSTREAD	copies the device's bytes to the driver's copy (completion
 *		rings: sim_ring.c).
 * POSTWRITE	moves nothing.
 *
 * From a PRE to the next POST of its kind the memory is lent to the device;
 * a driver store in between is found at the next synchronisation and
 * blamed.  (A binding that copies through bounce buffers, or a cache line
 * shared with it, would lose such a store.)  So is one that PREREAD finds
 * and PREWRITE has not seen.  A reset ends all loans.
 *
 * The device may write only where the driver's last PRE was PREREAD: it must
 * not write under data of the driver's that may still be on its way.  While
 * the driver is elsewhere a loan has to be open there as well: who looked
 * with POSTREAD and went away without PREREAD will find what it looked at.
 *
 * The IOMMU knows what is mapped now.  Packet buffers can be read by the
 * device only where PREWRITE lent them and written only where PREREAD did.
 * Addresses are random, with unmapped pages around each region, and often
 * close to the end of the address space the device can reach.
 */
#include "sim_priv.h"

/* ---- looking up */

static unsigned int
hash_page(uint64_t no)
{
	no *= 0x9e3779b97f4a7c15ULL;
	return ((unsigned int)(no >> 40) % SIM_HASH);
}

static struct sim_region *
region_on_page(const struct sim_adapter *ad, uint64_t no)
{
	const struct sim_page *pg;

	for (pg = ad->ad_hash[hash_page(no)]; pg != NULL; pg = pg->pg_next)
		if (pg->pg_no == no)
			return (pg->pg_region);
	return (NULL);
}

/* The region that holds addr, or NULL. */
struct sim_region *
sim_region_at(const struct sim_adapter *ad, uint64_t addr)
{
	struct sim_region *rg;

	rg = region_on_page(ad, addr / SIM_PAGE);
	if (rg == NULL || addr < rg->rg_pa || addr - rg->rg_pa >= rg->rg_len)
		return (NULL);
	return (rg);
}

static struct sim_region *
region_span(const struct sim_adapter *ad, uint64_t addr, size_t len)
{
	struct sim_region *rg;

	rg = sim_region_at(ad, addr);
	if (rg == NULL || len > rg->rg_len - (size_t)(addr - rg->rg_pa))
		return (NULL);
	return (rg);
}

/* ---- addresses */

/* Pages first - 1 .. first + n must be free: one guard on either side. */
static bool
pages_free(const struct sim_adapter *ad, uint64_t first, size_t n)
{
	uint64_t no;

	for (no = first - 1; no <= first + n; no++)
		if (region_on_page(ad, no) != NULL)
			return (false);
	return (true);
}

/* First page of a free run of n, below 1 << width; 0 if there is none. */
static uint64_t
pick_pages(struct sim_adapter *ad, size_t n, unsigned int width)
{
	struct sim *s = ad->ad_sim;
	uint64_t first, pages;
	unsigned int try;

	pages = width >= 64 ? UINT64_MAX / SIM_PAGE :
	    ((uint64_t)1 << width) / SIM_PAGE;
	if (pages < n + 4)
		return (0);
	for (try = 0; try < 1000; try++) {
		switch (sim_rand(s, 8)) {
		case 0:		/* up to the last byte that can be reached */
			first = pages - n - sim_rand(s, 64) % (pages - n);
			break;
		case 1:		/* across a change of the high half */
			first = ((uint64_t)1 << 32) / SIM_PAGE - n / 2;
			break;
		case 2:
			first = 1 + sim_rand(s, 256);
			break;
		default:
			first = 1 + sim_rand64(s) % (pages - n);
			break;
		}
		if (first != 0 && first <= pages - n &&
		    pages_free(ad, first, n))
			return (first);
	}
	return (0);
}

/* ---- regions */

/* Eight random bytes, repeated. */
void
sim_poison(struct sim_adapter *ad, uint8_t *p, size_t len)
{
	uint64_t pattern;
	size_t n;

	pattern = sim_rand64(ad->ad_sim);
	for (n = sizeof(pattern); len >= n; p += n, len -= n)
		memcpy(p, &pattern, sizeof(pattern));
	memcpy(p, &pattern, len);
}

static void
region_map(struct sim_region *rg)
{
	struct sim_page *pg, **head;
	size_t i;

	for (i = 0; i < rg->rg_npages; i++) {
		pg = &rg->rg_pages[i];
		pg->pg_no = rg->rg_pa / SIM_PAGE + i;
		pg->pg_region = rg;
		head = &rg->rg_ad->ad_hash[hash_page(pg->pg_no)];
		pg->pg_next = *head;
		*head = pg;
	}
}

static void
region_unmap(struct sim_region *rg)
{
	struct sim_page **link;
	size_t i;

	for (i = 0; i < rg->rg_npages; i++) {
		link = &rg->rg_ad->ad_hash[hash_page(rg->rg_pages[i].pg_no)];
		while (*link != &rg->rg_pages[i])
			link = &(*link)->pg_next;
		*link = rg->rg_pages[i].pg_next;
	}
}

static void
region_link(struct sim_region *rg)
{
	struct sim_adapter *ad = rg->rg_ad;
	struct sim_region **head;

	head = rg->rg_packet ? &ad->ad_bufs : &ad->ad_blocks;
	rg->rg_next = *head;
	if (rg->rg_next != NULL)
		rg->rg_next->rg_prev = rg;
	*head = rg;
	if (rg->rg_packet)
		ad->ad_nbufs++;
	else
		ad->ad_nblocks++;
}

static void
region_unlink(struct sim_region *rg)
{
	struct sim_adapter *ad = rg->rg_ad;

	if (rg->rg_prev != NULL)
		rg->rg_prev->rg_next = rg->rg_next;
	else if (rg->rg_packet)
		ad->ad_bufs = rg->rg_next;
	else
		ad->ad_blocks = rg->rg_next;
	if (rg->rg_next != NULL)
		rg->rg_next->rg_prev = rg->rg_prev;
	if (rg->rg_packet)
		ad->ad_nbufs--;
	else
		ad->ad_nblocks--;
}

/*
 * Make and map a region.  The driver's copy is zero, as promised; what the
 * device would read there is not.  NULL: no address space left.
 */
struct sim_region *
sim_region_add(struct sim_adapter *ad, size_t len, size_t align,
    unsigned int width, bool packet)
{
	struct sim *s = ad->ad_sim;
	struct sim_region *rg;
	size_t npages, off;
	uint64_t first;

	/* no better aligned than asked for */
	off = align * sim_rand(s, (uint32_t)(SIM_PAGE / align));
	npages = (off + len + SIM_PAGE - 1) / SIM_PAGE;
	first = pick_pages(ad, npages, width);
	if (first == 0)
		return (NULL);
	rg = sim_need(s, calloc(1, sizeof(*rg) +
	    npages * sizeof(rg->rg_pages[0])));
	rg->rg_ad = ad;
	rg->rg_pa = first * SIM_PAGE + off;
	rg->rg_len = len;
	rg->rg_packet = packet;
	rg->rg_npages = npages;
	rg->rg_no = ad->ad_serial++;
	/* 8 aligned, no more; its end is the end of what malloc gave */
	rg->rg_raw = sim_need(s, calloc(1, len + 8));
	rg->rg_va = rg->rg_raw + 8;
	rg->rg_dev = sim_need(s, malloc(len));
	rg->rg_staged = sim_need(s, malloc(len));
	rg->rg_shadow = sim_need(s, calloc(1, len));
	rg->rg_lent = sim_need(s, malloc(len / SIM_GRANULE + 1));
	memset(rg->rg_lent, SIM_OWN, len / SIM_GRANULE + 1);
	sim_poison(ad, rg->rg_dev, len);
	region_link(rg);
	region_map(rg);
	return (rg);
}

/* Nothing may refer to it afterwards; the caller has checked what it must. */
void
sim_region_remove(struct sim_region *rg)
{
	struct sim_adapter *ad = rg->rg_ad;
	size_t i, n;

	for (i = n = 0; i < ad->ad_nstaged; i++)
		if (ad->ad_staged[i].sg_region != rg)
			ad->ad_staged[n++] = ad->ad_staged[i];
	ad->ad_nstaged = n;
	region_unmap(rg);
	region_unlink(rg);
	free(rg->rg_raw);
	free(rg->rg_dev);
	free(rg->rg_staged);
	free(rg->rg_shadow);
	free(rg->rg_lent);
	free(rg->rg_seen);
	free(rg->rg_estate);
	free(rg);
}

/* ---- loans */

/* Clear, then set bits of the loan state of a range. */
static void
mark(struct sim_region *rg, size_t off, size_t len, unsigned int clear,
    unsigned int set)
{
	size_t g;

	for (g = off / SIM_GRANULE; g * SIM_GRANULE < off + len; g++)
		rg->rg_lent[g] = (uint8_t)((rg->rg_lent[g] & ~clear) | set);
}

static bool
all_marked(const struct sim_region *rg, size_t off, size_t len,
    unsigned int how)
{
	size_t g;

	for (g = off / SIM_GRANULE; g * SIM_GRANULE < off + len; g++)
		if ((rg->rg_lent[g] & how) == 0)
			return (false);
	return (true);
}

static bool
any_marked(const struct sim_region *rg, size_t off, size_t len,
    unsigned int how)
{
	size_t g;

	for (g = off / SIM_GRANULE; g * SIM_GRANULE < off + len; g++)
		if ((rg->rg_lent[g] & how) != 0)
			return (true);
	return (false);
}

/* Did the driver store into a part of the range that it had lent? */
void
sim_lent_check(struct sim_region *rg, size_t off, size_t len)
{
	size_t at, end, g;

	/* as it was: the usual case, in one piece */
	if (memcmp(rg->rg_va + off, rg->rg_shadow + off, len) == 0)
		return;
	for (g = off / SIM_GRANULE; g * SIM_GRANULE < off + len; g++) {
		if ((rg->rg_lent[g] & SIM_LENT) == 0)
			continue;
		at = g * SIM_GRANULE < off ? off : g * SIM_GRANULE;
		end = (g + 1) * SIM_GRANULE;
		if (end > off + len)
			end = off + len;
		if (memcmp(rg->rg_va + at, rg->rg_shadow + at, end - at) == 0)
			continue;
		sim_blame(rg->rg_ad, "store to %c%u+0x%zx while lent by %s",
		    rg->rg_packet ? 'b' : 'd', rg->rg_no, at,
		    (rg->rg_lent[g] & SIM_LENT_R) != 0 ?
		    "PREREAD" : "PREWRITE");
		return;
	}
}

/* Are there stores in the range that PREREAD would throw away? */
static void
lost_check(struct sim_region *rg, size_t off, size_t len)
{
	if (!rg->rg_packet &&
	    memcmp(rg->rg_va + off, rg->rg_shadow + off, len) != 0)
		sim_blame(rg->rg_ad, "store to d%u+0x%zx + %zu without "
		    "PREWRITE before PREREAD", rg->rg_no, off, len);
}

/* A reset: the device has given everything back. */
void
sim_lent_all(struct sim_adapter *ad)
{
	struct sim_region *rg;

	for (rg = ad->ad_blocks; rg != NULL; rg = rg->rg_next)
		mark(rg, 0, rg->rg_len, SIM_LENT, 0);
	for (rg = ad->ad_bufs; rg != NULL; rg = rg->rg_next)
		mark(rg, 0, rg->rg_len, SIM_LENT, 0);
}

/* ---- synchronisation and barriers */

static void
stage(struct sim_region *rg, size_t off, size_t len)
{
	struct sim_adapter *ad = rg->rg_ad;
	struct sim_staged *sg;

	memcpy(rg->rg_staged + off, rg->rg_va + off, len);
	if (ad->ad_nstaged == ad->ad_staged_max) {
		ad->ad_staged_max = 2 * ad->ad_staged_max + 16;
		ad->ad_staged = sim_need(ad->ad_sim, realloc(ad->ad_staged,
		    ad->ad_staged_max * sizeof(*ad->ad_staged)));
	}
	sg = &ad->ad_staged[ad->ad_nstaged++];
	sg->sg_region = rg;
	sg->sg_off = off;
	sg->sg_len = len;
}

/* The range is inside the region and not empty. */
void
sim_region_sync(struct sim_region *rg, size_t off, size_t len,
    enum ena_sync dir)
{
	sim_lent_check(rg, off, len);
	switch (dir) {
	case ENA_SYNC_PREWRITE:
		stage(rg, off, len);
		memcpy(rg->rg_shadow + off, rg->rg_va + off, len);
		mark(rg, off, len, 0, SIM_LENT_W | SIM_OWN);
		break;
	case ENA_SYNC_PREREAD:
		lost_check(rg, off, len);
		sim_poison(rg->rg_ad, rg->rg_va + off, len);
		if (!rg->rg_packet && sim_ring_find(rg))
			sim_ring_hide(rg, off, len);
		memcpy(rg->rg_shadow + off, rg->rg_va + off, len);
		mark(rg, off, len, SIM_OWN, SIM_LENT_R);
		break;
	case ENA_SYNC_POSTREAD:
		mark(rg, off, len, SIM_LENT_R, 0);
		if (!rg->rg_packet && sim_ring_find(rg))
			sim_ring_postread(rg, off, len);
		else
			memcpy(rg->rg_va + off, rg->rg_dev + off, len);
		memcpy(rg->rg_shadow + off, rg->rg_va + off, len);
		break;
	case ENA_SYNC_POSTWRITE:
		mark(rg, off, len, SIM_LENT_W, 0);
		break;
	}
}

/* What wmb makes visible: staged memory and write-combined stores. */
size_t
sim_flush(struct sim_adapter *ad)
{
	const struct sim_staged *sg;
	struct sim_region *rg;
	uint8_t bytes[8];
	size_t i, n;

	n = sim_unflushed(ad);
	for (i = 0; i < ad->ad_nstaged; i++) {
		sg = &ad->ad_staged[i];
		rg = sg->sg_region;
		memcpy(rg->rg_dev + sg->sg_off, rg->rg_staged + sg->sg_off,
		    sg->sg_len);
		sim_ring_flushed(rg, sg->sg_off, sg->sg_len);
	}
	ad->ad_nstaged = 0;
	for (i = 0; i < ad->ad_nwc; i++) {
		memcpy(bytes, &ad->ad_wc[i].wc_val, sizeof(bytes));
		mock_bar2_write(ad->ad_mock, ad->ad_wc[i].wc_off, bytes,
		    sizeof(bytes));
	}
	ad->ad_nwc = 0;
	return (n);
}

size_t
sim_unflushed(const struct sim_adapter *ad)
{
	return (ad->ad_nstaged + ad->ad_nwc);
}

/* ---- the device's side */

static struct sim_region *
dma_check(struct sim_adapter *ad, uint64_t addr, size_t len, bool write)
{
	struct sim_region *rg;
	const char *verb = write ? "writes" : "reads";
	char sym[64];
	size_t at;

	if (!ad->ad_bus_master) {
		ad->ad_refused++;
		return (NULL);
	}
	rg = region_span(ad, addr, len);
	if (rg == NULL) {
		ad->ad_refused++;
		sim_blame(ad, "device %s unmapped 0x%llx + %zu (%s)", verb,
		    (unsigned long long)addr, len,
		    sim_symbol(ad, addr, sym, sizeof(sym)));
		return (NULL);
	}
	at = (size_t)(addr - rg->rg_pa);
	/* a driver that writes registers may be in the middle of a look */
	if ((!rg->rg_packet && (!write || ad->ad_in_wr4)) ||
	    all_marked(rg, at, len, write ? SIM_LENT_R : SIM_LENT_W)) {
		if (!write || !any_marked(rg, at, len, SIM_OWN))
			return (rg);
	}
	ad->ad_refused++;
	sim_blame(ad, "device %s %s + %zu, not lent by %s", verb,
	    sim_symbol(ad, addr, sym, sizeof(sym)), len,
	    write ? "PREREAD" : "PREWRITE");
	return (NULL);
}

int
sim_dma_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	struct sim_adapter *ad = arg;
	struct sim_region *rg;

	if (len == 0)
		return (0);
	rg = dma_check(ad, addr, len, false);
	if (rg == NULL)
		return (-1);
	memcpy(buf, rg->rg_dev + (addr - rg->rg_pa), len);
	return (0);
}

int
sim_dma_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	struct sim_adapter *ad = arg;
	struct sim_region *rg;

	if (len == 0)
		return (0);
	rg = dma_check(ad, addr, len, true);
	if (rg == NULL)
		return (-1);
	/* an answered command may have changed what is registered */
	if (!rg->rg_packet && rg->rg_ring.kind != MOCK_RING_TX_CQ &&
	    rg->rg_ring.kind != MOCK_RING_RX_CQ) {
		ad->ad_gen++;
		if (sim_ring_find(rg) &&
		    rg->rg_ring.kind == MOCK_RING_RESP &&
		    sim_fails(ad->ad_sim, "readless"))
			return (0);		/* the answer is lost */
	}
	memcpy(rg->rg_dev + (addr - rg->rg_pa), buf, len);
	return (0);
}

/* ---- for tests and transcripts */

const char *
sim_symbol(const struct sim_adapter *ad, uint64_t addr, char *buf,
    size_t size)
{
	const struct sim_region *rg;

	rg = sim_region_at(ad, addr);
	if (rg == NULL)
		snprintf(buf, size, "A%u.nothing", ad->ad_index);
	else
		snprintf(buf, size, "A%u.%c%u+0x%llx", ad->ad_index,
		    rg->rg_packet ? 'b' : 'd', rg->rg_no,
		    (unsigned long long)(addr - rg->rg_pa));
	return (buf);
}

bool
sim_peek(const struct sim_adapter *ad, uint64_t addr, void *buf, size_t len)
{
	const struct sim_region *rg;

	rg = region_span(ad, addr, len);
	if (rg == NULL)
		return (false);
	memcpy(buf, rg->rg_dev + (addr - rg->rg_pa), len);
	return (true);
}

bool
sim_poke(struct sim_adapter *ad, uint64_t addr, const void *buf, size_t len)
{
	struct sim_region *rg;

	rg = region_span(ad, addr, len);
	if (rg == NULL)
		return (false);
	memcpy(rg->rg_dev + (addr - rg->rg_pa), buf, len);
	return (true);
}
