/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_ATOMIC_H_
#define _MACHINE_ATOMIC_H_
/* amd64: these are compiler barriers or full ones, between CPUs only. */
#define membar_enter()		__sync_synchronize()
#define membar_exit()		__sync_synchronize()
#define membar_producer()	__asm__ __volatile__("" ::: "memory")
#define membar_consumer()	__asm__ __volatile__("" ::: "memory")
#define membar_sync()		__sync_synchronize()
#define virtio_membar_sync()	__sync_synchronize()
#define atomic_cas_uint(p, o, n)	\
	__sync_val_compare_and_swap((p), (o), (n))
#define atomic_cas_ulong(p, o, n)	\
	__sync_val_compare_and_swap((p), (o), (n))
#define atomic_cas_ptr(p, o, n)	\
	__sync_val_compare_and_swap((p), (o), (n))
#define atomic_swap_uint(p, n)	__sync_lock_test_and_set((p), (n))
#define atomic_inc_int(p)	((void)__sync_add_and_fetch((p), 1))
#define atomic_dec_int(p)	((void)__sync_sub_and_fetch((p), 1))
#define atomic_inc_int_nv(p)	__sync_add_and_fetch((p), 1)
#define atomic_dec_int_nv(p)	__sync_sub_and_fetch((p), 1)
#define atomic_add_int(p, v)	((void)__sync_add_and_fetch((p), (v)))
#define atomic_add_long(p, v)	((void)__sync_add_and_fetch((p), (v)))
#define atomic_inc_long(p)	((void)__sync_add_and_fetch((p), 1))
#define atomic_setbits_int(p, v)	((void)__sync_fetch_and_or((p), (v)))
#define atomic_clearbits_int(p, v)	((void)__sync_fetch_and_and((p), ~(v)))
#define atomic_load_int(p)	(*(volatile unsigned int *)(p))
#define atomic_store_int(p, v)	(*(volatile unsigned int *)(p) = (v))
#endif
