/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plain binding: mapped registers, coherent memory, real barriers, no
 * indirect call per packet.  For userspace drivers on a coherent machine and
 * for the benchmark; also the shortest example of a binding.
 *
 * Cold operations (memory, clock, log) go through four hooks.
 */
#ifdef ENA_OS_TYPES

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef ENA_OS_ASSERT
#define ENA_OS_ASSERT(x)	((void)sizeof((x) != 0))
#endif

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	size_t dma_size;
	void *dma_cookie;
};

struct ena_os {
	volatile uint32_t *os_bar0;
	volatile uint64_t *os_bar2;	/* write-combining; NULL if absent */
	void *os_arg;			/* for the hooks */
	bool (*os_alloc)(void *, size_t size, size_t align,
	    unsigned int width, struct ena_os_dma *);
	void (*os_free)(void *, struct ena_os_dma *);
	uint64_t (*os_now_us)(void *);
	void (*os_log)(void *, int level, const char *fmt, va_list);
};

#else /* second pass: the operations */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ENA_OS_PLAIN_LE32(v)	__builtin_bswap32(v)
#else
#define ENA_OS_PLAIN_LE32(v)	(v)
#endif

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (ENA_OS_PLAIN_LE32(os->os_bar0[off / 4]));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	os->os_bar0[off / 4] = ENA_OS_PLAIN_LE32(val);
}

static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	*(volatile uint64_t *)((uintptr_t)os->os_bar2 + off) = val;
}

/* sfence, dmb: also what drains write-combining buffers there. */
static inline void
ena_os_wmb(struct ena_os *os)
{
	(void)os;
#if defined(__x86_64__)
	__asm__ __volatile__("sfence" ::: "memory");
#elif defined(__aarch64__)
	__asm__ __volatile__("dmb oshst" ::: "memory");
#else
	__sync_synchronize();
#endif
}

/* x86 keeps loads in order; others need the barrier. */
static inline void
ena_os_rmb(struct ena_os *os)
{
	(void)os;
#if defined(__x86_64__)
	__asm__ __volatile__("" ::: "memory");
#elif defined(__aarch64__)
	__asm__ __volatile__("dmb oshld" ::: "memory");
#else
	__sync_synchronize();
#endif
}

static inline void
ena_os_mb(struct ena_os *os)
{
	(void)os;
#if defined(__x86_64__)
	__asm__ __volatile__("mfence" ::: "memory");
#else
	__sync_synchronize();
#endif
}

static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	if (os->os_alloc(os->os_arg, size, align, width, dma))
		return (true);
	memset(dma, 0, sizeof(*dma));
	return (false);
}

static inline void
ena_os_dma_free(struct ena_os *os, struct ena_os_dma *dma)
{
	if (dma->dma_va != NULL)
		os->os_free(os->os_arg, dma);
	memset(dma, 0, sizeof(*dma));
}

/* The memory is coherent: nothing to move, only the compiler to stop. */
static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	(void)os;
	(void)dma;
	(void)off;
	(void)len;
	(void)dir;
	__asm__ __volatile__("" ::: "memory");
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	return (os->os_now_us(os->os_arg));
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
	if (os->os_log == NULL)
		return;
	os->os_log(os->os_arg, (int)level, fmt, ap);
}

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
	(void)os;
	(void)lane;
	(void)queue;
}

#endif
