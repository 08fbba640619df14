/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's memory.
 *
 * A map is a range of bus addresses, with or without a file behind it.  With
 * one, it is mapped here and accessed directly; without, each access is a
 * message.  Maps are kept in an array sorted by address, so that thousands
 * of them (a guest behind an IOMMU) cost a binary search; an access may run
 * over any number of neighbours.
 *
 * Files are the client's to shrink.  Touching a page that is gone raises
 * SIGBUS; all accesses sit between guard() and the end of their function,
 * and the handler returns there.  Only regular files are taken: others may
 * make us wait, or have side effects.
 *
 * Order matters to a driver that polls: the device makes the word that holds
 * the phase visible last.  In every ring entry that is the first 8 bytes, so
 * short writes are stored from the end, 8 bytes at a time.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

#define ORDERED_MAX	64U		/* longest ring entry */

static sigjmp_buf guard_env;
static volatile sig_atomic_t guarded;

/* -- the guard */

static void
on_sigbus(int sig)
{
	if (guarded) {
		guarded = 0;
		siglongjmp(guard_env, 1);
	}
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

void
vu_dma_guard(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_sigbus;
	sa.sa_flags = SA_NODEFER;	/* we leave it by a jump */
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGBUS, &sa, NULL);
}

static void
store_ordered(uint8_t *to, const uint8_t *from, size_t len)
{
	uint64_t v;

	while (len != 0) {
		len -= sizeof(v);
		memcpy(&v, from + len, sizeof(v));
		__atomic_store_n((uint64_t *)(void *)(to + len), v,
		    __ATOMIC_RELEASE);
	}
}

/* Apart from copy(), so that nothing of it lives in registers there. */
static void __attribute__((__noinline__))
transfer(uint8_t *map, uint8_t *in, const uint8_t *out, size_t len)
{
	if (in != NULL)
		memcpy(in, map, len);
	else if (len <= ORDERED_MAX && len % 8 == 0 &&
	    (uintptr_t)map % 8 == 0)
		store_ordered(map, out, len);
	else
		memcpy(map, out, len);
}

/* Copy between a buffer of ours and mapped memory; false: the file shrank. */
static bool
copy(uint8_t *map, uint8_t *in, const uint8_t *out, size_t len)
{
	if (sigsetjmp(guard_env, 0) != 0)
		return (false);
	guarded = 1;
	transfer(map, in, out, len);
	guarded = 0;
	return (true);
}

/* -- the maps */

/* First map that ends at or behind addr. */
static size_t
find(const struct vu_maps *ms, uint64_t addr)
{
	size_t hi, lo, mid;

	lo = 0;
	hi = ms->ms_n;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (ms->ms_v[mid].map_last < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

static bool
grow(struct vu_maps *ms)
{
	struct vu_map *v;
	size_t cap;

	if (ms->ms_n < ms->ms_cap)
		return (true);
	cap = ms->ms_cap == 0 ? 64 : ms->ms_cap * 2;
	v = realloc(ms->ms_v, cap * sizeof(*v));
	if (v == NULL)
		return (false);
	ms->ms_v = v;
	ms->ms_cap = cap;
	return (true);
}

/* Is fd memory that holds those bytes?  0 or an errno. */
static int
check_file(const struct vu_dma_map *dm, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return (errno);
	if (!S_ISREG(st.st_mode))
		return (ENODEV);
	if (st.st_size < 0 || dm->dm_offset > (uint64_t)st.st_size ||
	    dm->dm_size > (uint64_t)st.st_size - dm->dm_offset)
		return (EINVAL);
	return (0);
}

static int
map_file(const struct vu_dma_map *dm, int fd, uint8_t **base)
{
	void *p;
	int error, prot;

	error = check_file(dm, fd);
	if (error != 0)
		return (error);
	prot = PROT_NONE;
	if ((dm->dm_flags & VU_MAP_R) != 0)
		prot |= PROT_READ;
	if ((dm->dm_flags & VU_MAP_W) != 0)
		prot |= PROT_WRITE;
	p = mmap(NULL, (size_t)dm->dm_size, prot, MAP_SHARED, fd,
	    (off_t)dm->dm_offset);
	if (p == MAP_FAILED)
		return (errno);
	*base = p;
	return (0);
}

static void
drop(struct vu_map *m)
{
	if (m->map_base != NULL)
		(void)munmap(m->map_base,
		    (size_t)(m->map_last - m->map_addr + 1));
}

/* fd -1: no file.  Returns 0 or an errno. */
int
vu_map_add(struct vu_maps *ms, const struct vu_dma_map *dm, int fd)
{
	struct vu_map m;
	size_t i;
	int error;

	if (dm->dm_size == 0 || dm->dm_size - 1 > UINT64_MAX - dm->dm_addr ||
	    (dm->dm_flags & ~(VU_MAP_R | VU_MAP_W)) != 0)
		return (EINVAL);
	memset(&m, 0, sizeof(m));
	m.map_addr = dm->dm_addr;
	m.map_last = dm->dm_addr + (dm->dm_size - 1);
	m.map_flags = dm->dm_flags;
	i = find(ms, m.map_addr);
	if (i < ms->ms_n && ms->ms_v[i].map_addr <= m.map_last)
		return (EEXIST);
	if (ms->ms_n == VU_MAPS)
		return (ENOSPC);
	if (!grow(ms))
		return (ENOMEM);
	if (fd != -1) {
		error = map_file(dm, fd, &m.map_base);
		if (error != 0)
			return (error);
	}
	memmove(&ms->ms_v[i + 1], &ms->ms_v[i],
	    (ms->ms_n - i) * sizeof(m));
	ms->ms_v[i] = m;
	ms->ms_n++;
	return (0);
}

/*
 * Take away every map inside the range: many, one or none.  A map that
 * sticks out of it is an error, and then nothing is done.
 */
int
vu_map_del(struct vu_maps *ms, uint64_t addr, uint64_t size, uint64_t *gone)
{
	uint64_t last;
	size_t from, i, to;

	*gone = 0;
	if (size == 0 || size - 1 > UINT64_MAX - addr)
		return (EINVAL);
	last = addr + (size - 1);
	from = find(ms, addr);
	for (to = from; to < ms->ms_n; to++) {
		if (ms->ms_v[to].map_addr > last)
			break;
		if (ms->ms_v[to].map_addr < addr ||
		    ms->ms_v[to].map_last > last)
			return (EINVAL);
	}
	for (i = from; i < to; i++) {
		*gone += ms->ms_v[i].map_last - ms->ms_v[i].map_addr + 1;
		drop(&ms->ms_v[i]);
	}
	if (to != from)
		memmove(&ms->ms_v[from], &ms->ms_v[to],
		    (ms->ms_n - to) * sizeof(ms->ms_v[0]));
	ms->ms_n -= to - from;
	return (0);
}

void
vu_map_clear(struct vu_maps *ms)
{
	size_t i;

	for (i = 0; i < ms->ms_n; i++)
		drop(&ms->ms_v[i]);
	free(ms->ms_v);
	memset(ms, 0, sizeof(*ms));
}

/* The map that holds addr, or NULL. */
static const struct vu_map *
lookup(struct vu_maps *ms, uint64_t addr)
{
	const struct vu_map *m;
	size_t i;

	i = ms->ms_hint;
	if (i < ms->ms_n && ms->ms_v[i].map_addr <= addr &&
	    addr <= ms->ms_v[i].map_last)
		return (&ms->ms_v[i]);
	i = find(ms, addr);
	if (i == ms->ms_n)
		return (NULL);
	m = &ms->ms_v[i];
	if (m->map_addr > addr)
		return (NULL);
	ms->ms_hint = i;
	return (m);
}

/* -- access */

/* A piece that lies within one map. */
static bool
piece(struct vu_nic *n, const struct vu_map *m, uint64_t addr, uint8_t *in,
    const uint8_t *out, size_t len)
{
	struct vu_dma_rw rw;

	if (m->map_base == NULL) {
		rw.dr_addr = addr;
		rw.dr_count = len;
		return (vu_call(&n->n_conn, in != NULL ? VU_DMA_READ :
		    VU_DMA_WRITE, &rw, out, in));
	}
	if (copy(m->map_base + (addr - m->map_addr), in, out, len))
		return (true);
	if (n->n_bus_errors++ == 0)
		vu_log(n, "memory at 0x%llx is gone: its file was cut short",
		    (unsigned long long)addr);
	return (false);
}

static bool
access_all(struct vu_nic *n, uint64_t addr, uint8_t *in, const uint8_t *out,
    size_t len, uint32_t need)
{
	const struct vu_map *m;
	uint64_t left;
	size_t part;

	if (!vu_pci_master(&n->n_pci)) {
		n->n_no_master++;
		return (false);
	}
	while (len != 0) {
		m = lookup(&n->n_maps, addr);
		if (m == NULL || (m->map_flags & need) == 0)
			return (false);
		left = m->map_last - addr;	/* bytes behind this one */
		part = left < len ? (size_t)left + 1 : len;
		if (m->map_base == NULL && part > n->n_conn.c_xfer)
			part = n->n_conn.c_xfer;
		if (!piece(n, m, addr, in, out, part))
			return (false);
		if (in != NULL)
			in += part;
		else
			out += part;
		len -= part;
		addr += part;
		if (len != 0 && addr == 0)
			return (false);
	}
	return (true);
}

bool
vu_dma_read(struct vu_nic *n, uint64_t addr, void *buf, size_t len)
{
	return (access_all(n, addr, buf, NULL, len, VU_MAP_R));
}

bool
vu_dma_write(struct vu_nic *n, uint64_t addr, const void *buf, size_t len)
{
	return (access_all(n, addr, NULL, buf, len, VU_MAP_W));
}
