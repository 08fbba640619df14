/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain binding for threads that share one device (test_threads.c).
 *
 * Its operations between CPUs are those of ena_os_plain.h, unless a test
 * weakens one of them to see that it is needed.  Registers and completions
 * go through the test, so that nothing but these operations orders what one
 * lane does before what the other one sees.
 */
#define ena_os_rd4		threads_plain_rd4
#define ena_os_wr4		threads_plain_wr4
#define ena_os_dma_sync		threads_plain_dma_sync
#define ena_os_load_acq		threads_plain_load_acq
#define ena_os_store_rel	threads_plain_store_rel
#define ena_os_cas		threads_plain_cas
#include "ena_os_plain.h"
#undef ena_os_rd4
#undef ena_os_wr4
#undef ena_os_dma_sync
#undef ena_os_load_acq
#undef ena_os_store_rel
#undef ena_os_cas

#ifdef ENA_OS_TYPES

#define THREADS_WEAK_LOAD	1U	/* load_acq is a relaxed load */
#define THREADS_WEAK_STORE	2U	/* store_rel is a relaxed store */
#define THREADS_WEAK_CAS	4U	/* cas looks first and writes later */

extern unsigned int threads_weak;	/* set before there are threads */
void threads_pause(void);		/* let another thread go ahead */

#else

uint32_t threads_rd4(void *, uint32_t);
void threads_wr4(void *, uint32_t, uint32_t);
void threads_sync(void *, const struct ena_os_dma *, enum ena_sync);

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	return (threads_rd4(os->os_arg, off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	threads_wr4(os->os_arg, off, val);
}

static inline void
ena_os_dma_sync(struct ena_os *os, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	threads_plain_dma_sync(os, dma, off, len, dir);
	threads_sync(os->os_arg, dma, dir);
}

static inline uint32_t
ena_os_load_acq(const volatile uint32_t *p)
{
	if ((threads_weak & THREADS_WEAK_LOAD) != 0)
		return (__atomic_load_n(p, __ATOMIC_RELAXED));
	return (threads_plain_load_acq(p));
}

static inline void
ena_os_store_rel(volatile uint32_t *p, uint32_t v)
{
	if ((threads_weak & THREADS_WEAK_STORE) != 0)
		__atomic_store_n(p, v, __ATOMIC_RELAXED);
	else
		threads_plain_store_rel(p, v);
}

static inline bool
ena_os_cas(volatile uint32_t *p, uint32_t old, uint32_t val)
{
	if ((threads_weak & THREADS_WEAK_CAS) == 0)
		return (threads_plain_cas(p, old, val));
	if (__atomic_load_n(p, __ATOMIC_SEQ_CST) != old)
		return (false);
	threads_pause();
	__atomic_store_n(p, val, __ATOMIC_SEQ_CST);
	return (true);
}

#endif
