/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_ATOMIC_H_
#define _MACHINE_ATOMIC_H_

#include <sys/types.h>

/* Device memory and write-combining buffers, too. */
void fk_wmb(void);
void fk_rmb(void);
#define mb()		fk_wmb()
#define wmb()		fk_wmb()
#define rmb()		fk_rmb()

#define atomic_load_acq_int(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_acq_32(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_acq_ptr(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_int(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_32(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_8(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_bool(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_store_int(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_32(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_8(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_bool(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_rel_int(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define atomic_store_rel_32(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define atomic_add_int(p, v)	\
	((void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED))
#define atomic_add_64(p, v)	\
	((void)__atomic_fetch_add((p), (v), __ATOMIC_RELAXED))
#define atomic_fetchadd_int(p, v) __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)
#define atomic_set_int(p, v)	\
	((void)__atomic_fetch_or((p), (v), __ATOMIC_RELAXED))
#define atomic_clear_int(p, v)	\
	((void)__atomic_fetch_and((p), ~(v), __ATOMIC_RELAXED))
#define atomic_readandclear_int(p)	\
	__atomic_exchange_n((p), 0, __ATOMIC_SEQ_CST)
#define atomic_store_rel_ptr(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define atomic_load_ptr(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_store_ptr(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_swap_int(p, v)	__atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define atomic_thread_fence_acq()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define atomic_thread_fence_rel()	__atomic_thread_fence(__ATOMIC_RELEASE)
#define atomic_thread_fence_seq_cst()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

static inline int
atomic_cmpset_32(volatile uint32_t *p, uint32_t old, uint32_t new)
{
	return (__atomic_compare_exchange_n(p, &old, new, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}
#define atomic_cmpset_int	atomic_cmpset_32
#define atomic_cmpset_acq_32	atomic_cmpset_32
#define atomic_cmpset_rel_32	atomic_cmpset_32
#define atomic_cmpset_acq_int	atomic_cmpset_32
#define atomic_cmpset_rel_int	atomic_cmpset_32

#endif
