/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ATOMIC_H_
#define _SYS_ATOMIC_H_
#include <sys/types.h>
static inline uint32_t
atomic_cas_32(volatile uint32_t *p, uint32_t o, uint32_t n)
{
	return (__sync_val_compare_and_swap(p, o, n));
}
static inline unsigned int
atomic_cas_uint(volatile unsigned int *p, unsigned int o, unsigned int n)
{
	return (__sync_val_compare_and_swap(p, o, n));
}
static inline unsigned int
atomic_swap_uint(volatile unsigned int *p, unsigned int n)
{
	return (__atomic_exchange_n(p, n, __ATOMIC_SEQ_CST));
}
static inline uint32_t
atomic_swap_32(volatile uint32_t *p, uint32_t n)
{
	return (__atomic_exchange_n(p, n, __ATOMIC_SEQ_CST));
}
static inline void
atomic_or_uint(volatile unsigned int *p, unsigned int v)
{
	__sync_fetch_and_or(p, v);
}
static inline void
atomic_and_uint(volatile unsigned int *p, unsigned int v)
{
	__sync_fetch_and_and(p, v);
}
static inline void
atomic_inc_uint(volatile unsigned int *p)
{
	__sync_fetch_and_add(p, 1);
}
static inline unsigned int
atomic_inc_uint_nv(volatile unsigned int *p)
{
	return (__sync_add_and_fetch(p, 1));
}
static inline void
atomic_dec_uint(volatile unsigned int *p)
{
	__sync_fetch_and_sub(p, 1);
}
static inline void
atomic_inc_64(volatile uint64_t *p)
{
	__sync_fetch_and_add(p, 1);
}
static inline void
atomic_add_64(volatile uint64_t *p, int64_t v)
{
	__sync_fetch_and_add(p, (uint64_t)v);
}
#define atomic_load_relaxed(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_consume(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_store_relaxed(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_release(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define membar_acquire()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define membar_release()	__atomic_thread_fence(__ATOMIC_RELEASE)
#define membar_producer()	__asm volatile("" ::: "memory")
#define membar_consumer()	__asm volatile("" ::: "memory")
#define membar_sync()		__sync_synchronize()
#endif
