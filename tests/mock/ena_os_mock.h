/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hostile binding: the platform operations as a simulated machine gives them
 * that is allowed to do everything the contract does not forbid.
 *
 * Memory is not coherent, stores are late, loads are early, addresses are
 * invented; what breaks the contract is recorded.  The work is done out of
 * line in sim_os.c and sim_mem.c; ena_sim.h is the handle for tests.
 */
#ifdef ENA_OS_TYPES

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Does not return. */
void sim_assert_failed(const char *, const char *, int)
    __attribute__((__noreturn__));

#define ENA_OS_ASSERT(x) \
	((x) ? (void)0 : sim_assert_failed(#x, __FILE__, __LINE__))

struct sim_adapter;

struct ena_os_dma {
	void *dma_va;
	uint64_t dma_pa;
	size_t dma_size;
};

struct ena_os {
	struct sim_adapter *os_ad;
};

#else /* second pass: the operations */

uint32_t sim_os_rd4(struct sim_adapter *, uint32_t);
void sim_os_wr4(struct sim_adapter *, uint32_t, uint32_t);
void sim_os_llq_store8(struct sim_adapter *, size_t, uint64_t);
void sim_os_wmb(struct sim_adapter *);
void sim_os_rmb(struct sim_adapter *);
void sim_os_mb(struct sim_adapter *);
bool sim_os_dma_alloc(struct sim_adapter *, size_t, size_t, unsigned int,
    struct ena_os_dma *);
void sim_os_dma_free(struct sim_adapter *, struct ena_os_dma *);
void sim_os_dma_sync(struct sim_adapter *, struct ena_os_dma *, size_t,
    size_t, enum ena_sync);
uint64_t sim_os_now_us(struct sim_adapter *);
void sim_os_vlog(struct sim_adapter *, enum ena_log_level, const char *,
    va_list) __attribute__((__format__(__printf__, 3, 0)));
void sim_os_trace(struct sim_adapter *, unsigned int, uint64_t, uint64_t);
void sim_os_lane_assert(struct sim_adapter *, enum ena_lane, unsigned int);

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (sim_os_rd4(os->os_ad, off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	sim_os_wr4(os->os_ad, off, val);
}

static inline void
ena_os_llq_store8(struct ena_os *os, size_t off, uint64_t val)
{
	sim_os_llq_store8(os->os_ad, off, val);
}

static inline void
ena_os_wmb(struct ena_os *os)
{
	sim_os_wmb(os->os_ad);
}

static inline void
ena_os_rmb(struct ena_os *os)
{
	sim_os_rmb(os->os_ad);
}

static inline void
ena_os_mb(struct ena_os *os)
{
	sim_os_mb(os->os_ad);
}

static inline bool
ena_os_dma_alloc(struct ena_os *os, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	return (sim_os_dma_alloc(os->os_ad, size, align, width, dma));
}

static inline void
ena_os_dma_free(struct ena_os *os, struct ena_os_dma *dma)
{
	sim_os_dma_free(os->os_ad, dma);
}

static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	sim_os_dma_sync(os->os_ad, dma, off, len, dir);
}

static inline uint64_t
ena_os_now_us(struct ena_os *os)
{
	return (sim_os_now_us(os->os_ad));
}

/* One thread: plain accesses do, the compiler may not fold them. */
static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	return (*p);
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	*p = v;
}

static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	if (*p != old)
		return (false);
	*p = val;
	return (true);
}

static inline void
ena_os_vlog(struct ena_os *os, enum ena_log_level level, const char *fmt,
    va_list ap)
{
	sim_os_vlog(os->os_ad, level, fmt, ap);
}

static inline void
ena_os_trace(struct ena_os *os, unsigned int ev, uint64_t a, uint64_t b)
{
	sim_os_trace(os->os_ad, ev, a, b);
}

static inline void
ena_os_lane_assert(struct ena_os *os, enum ena_lane lane, unsigned int queue)
{
	sim_os_lane_assert(os->os_ad, lane, queue);
}

#endif
