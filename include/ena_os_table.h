/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Table binding: the platform operations through a table of function
 * pointers, chosen at run time.  The installed static library is built with
 * it.  Drivers that care about the per-packet path bind inline instead
 * (ena_os_plain.h shows how).
 *
 * Contracts are those of ena_os.h; ops marked optional may be NULL.
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

enum ena_os_barrier { ENA_OS_WMB, ENA_OS_RMB, ENA_OS_MB };

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	size_t dma_size;
	void *dma_cookie;		/* the table's owner */
};

struct ena_os_ops {
	uint32_t (*op_rd4)(void *, uint32_t off);
	void (*op_wr4)(void *, uint32_t off, uint32_t val);
	void (*op_llq_store8)(void *, size_t off, uint64_t val);
	void (*op_barrier)(void *, enum ena_os_barrier);
	bool (*op_dma_alloc)(void *, size_t size, size_t align,
	    unsigned int width, struct ena_os_dma *);
	void (*op_dma_free)(void *, struct ena_os_dma *);
	void (*op_dma_sync)(void *, struct ena_os_dma *, size_t off,
	    size_t len, int dir /* enum ena_sync */);
	uint64_t (*op_now_us)(void *);
	/* optional */
	void (*op_log)(void *, int level, const char *fmt, va_list);
	void (*op_trace)(void *, unsigned int ev, uint64_t, uint64_t);
	void (*op_lane_assert)(void *, int lane, unsigned int queue);
};

struct ena_os {
	const struct ena_os_ops *os_ops;
	void *os_arg;
};

#else /* second pass: the operations */

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (os->os_ops->op_rd4(os->os_arg, off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	os->os_ops->op_wr4(os->os_arg, off, val);
}

static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	os->os_ops->op_llq_store8(os->os_arg, off, val);
}

static inline void
ena_os_wmb(struct ena_os *os)
{
	os->os_ops->op_barrier(os->os_arg, ENA_OS_WMB);
}

static inline void
ena_os_rmb(struct ena_os *os)
{
	os->os_ops->op_barrier(os->os_arg, ENA_OS_RMB);
}

static inline void
ena_os_mb(struct ena_os *os)
{
	os->os_ops->op_barrier(os->os_arg, ENA_OS_MB);
}

static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	if (os->os_ops->op_dma_alloc(os->os_arg, size, align, width, dma))
		return (true);
	memset(dma, 0, sizeof(*dma));
	return (false);
}

static inline void
ena_os_dma_free(struct ena_os *os, struct ena_os_dma *dma)
{
	if (dma->dma_va != NULL)
		os->os_ops->op_dma_free(os->os_arg, dma);
	memset(dma, 0, sizeof(*dma));
}

static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	os->os_ops->op_dma_sync(os->os_arg, dma, off, len, (int)dir);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	return (os->os_ops->op_now_us(os->os_arg));
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
	if (os->os_ops->op_log == NULL)
		return;
	os->os_ops->op_log(os->os_arg, (int)level, fmt, ap);
}

static inline void
ena_os_trace(struct ena_os *os, unsigned int ev, uint64_t a, uint64_t b)
{
	if (os->os_ops->op_trace != NULL)
		os->os_ops->op_trace(os->os_arg, ev, a, b);
}

static inline void
ena_os_lane_assert(struct ena_os *os, enum ena_lane lane, unsigned int queue)
{
	if (os->os_ops->op_lane_assert != NULL)
		os->os_ops->op_lane_assert(os->os_arg, (int)lane, queue);
}

#endif
