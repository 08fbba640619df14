/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A binding to start from: copy it, replace each my_ with what your kernel
 * calls it, delete what does not apply.  Contracts: docs/contract.md.
 *
 * It compiles as it is, so that it cannot rot:
 *
 *	cc -std=c99 -Wall -Wextra -Werror -c ena_core/ena_dev.c -Iinclude \
 *	    -Idocs/examples -DENA_OS_BINDING='"ena_os_skeleton.h"'
 */
#ifdef ENA_OS_TYPES	/* ---- first pass: types */

/* In a kernel: <sys/param.h>, <sys/systm.h>, <machine/bus.h> and the like. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void my_panic(const char *, const char *, int) __attribute__((__noreturn__));

#define ENA_OS_ASSERT(x) \
	((x) ? (void)0 : my_panic(#x, __FILE__, __LINE__))

struct my_tag;			/* bus_space_tag_t and handle, resource */
struct my_map;			/* bus_dmamap_t */
struct my_softc;

/* Yours: the core passes the pointer through. */
struct ena_os {
	struct my_softc *os_sc;
	struct my_tag *os_regs;		/* BAR0 */
	volatile uint64_t *os_llq;	/* BAR2, write-combining, linear */
};

/* All zero means "no memory". */
struct ena_os_dma {
	void *dma_va;			/* required */
	uint64_t dma_pa;		/* required: as the device sees it */
	size_t dma_size;
	struct my_map *dma_map;
};

uint32_t my_read_4(struct my_tag *, uint32_t);
void my_write_4(struct my_tag *, uint32_t, uint32_t);
void my_barrier_write(void);	/* sfence, dmb st: drains write-combining */
void my_barrier_read(void);	/* dmb ld; x86: compiler */
void my_barrier_full(void);
bool my_dma_alloc(struct my_softc *, struct ena_os_dma *, size_t size,
    size_t align, unsigned int width);
void my_dma_free(struct my_softc *, struct ena_os_dma *);
void my_dma_sync(struct my_map *, size_t off, size_t len, int my_op);
uint64_t my_uptime_us(void);
void my_vlog(struct my_softc *, int level, const char *, va_list);
bool my_lock_owned(struct my_softc *, int lane, unsigned int queue);

enum { MY_PREREAD, MY_POSTREAD, MY_PREWRITE, MY_POSTWRITE };

#else			/* ---- second pass: the operations */

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (my_read_4(os->os_regs, off));
}

/* No barrier in here: the core puts one in front where it is needed. */
static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	my_write_4(os->os_regs, off, val);
}

static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	*(volatile uint64_t *)((uintptr_t)os->os_llq + off) = val;
}

static inline void
ena_os_wmb(struct ena_os *os)
{
	(void)os;
	my_barrier_write();
}

static inline void
ena_os_rmb(struct ena_os *os)
{
	(void)os;
	my_barrier_read();
}

static inline void
ena_os_mb(struct ena_os *os)
{
	(void)os;
	my_barrier_full();
}

static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	memset(dma, 0, sizeof(*dma));
	if (my_dma_alloc(os->os_sc, dma, size, align, width)) {
		memset(dma->dma_va, 0, size);
		return (true);
	}
	memset(dma, 0, sizeof(*dma));	/* nothing held, nothing left */
	return (false);
}

static inline void
ena_os_dma_free(struct ena_os *os, struct ena_os_dma *dma)
{
	if (dma->dma_va != NULL)
		my_dma_free(os->os_sc, dma);
	memset(dma, 0, sizeof(*dma));
}

static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	static const int op[] = {
		[ENA_SYNC_PREREAD] = MY_PREREAD,
		[ENA_SYNC_POSTREAD] = MY_POSTREAD,
		[ENA_SYNC_PREWRITE] = MY_PREWRITE,
		[ENA_SYNC_POSTWRITE] = MY_POSTWRITE
	};

	(void)os;
	my_dma_sync(dma->dma_map, off, len, op[dir]);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	(void)os;
	return (my_uptime_us());
}

static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	return (__atomic_load_n(p, __ATOMIC_ACQUIRE));
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	return (__atomic_compare_exchange_n(p, &old, val, false,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

static inline void
ena_os_vlog(struct ena_os *os, enum ena_log_level level, const char *fmt,
    va_list ap)
{
	my_vlog(os->os_sc, (int)level, fmt, ap);
}

/* A static probe, if your kernel has them. */
static inline void
ena_os_trace(struct ena_os *os, unsigned int ev, uint64_t a, uint64_t b)
{
	(void)os;
	(void)ev;
	(void)a;
	(void)b;
}

static inline void
ena_os_lane_assert(struct ena_os *os, enum ena_lane lane, unsigned int queue)
{
	ENA_OS_ASSERT(my_lock_owned(os->os_sc, (int)lane, queue));
}

#endif
