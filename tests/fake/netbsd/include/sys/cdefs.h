/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_
#define __CONCAT(x, y)		__CONCAT1(x, y)
#define __CONCAT1(x, y)		x ## y
#define __STRING(x)		#x
#define ___STRING(x)		__STRING(x)
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __unused		__attribute__((__unused__))
#define __used			__attribute__((__used__))
#define __dead			__attribute__((__noreturn__))
#define __noinline		__attribute__((__noinline__))
#define __diagused
#define __debugused		__unused
#define __nothing		((void)0)
#define __predict_true(x)	__builtin_expect(((x) != 0), 1)
#define __predict_false(x)	__builtin_expect(((x) != 0), 0)
#define __printflike(a, b)	__attribute__((__format__(__printf__, a, b)))
#define __arraycount(a)		(sizeof(a) / sizeof((a)[0]))
#define __BIT(n)		((uintmax_t)1 << (n))
#define __BITS(m, n)							\
	((__BIT((m) > (n) ? (m) + 1 : (n) + 1) - 1) &			\
	    ~(__BIT((m) < (n) ? (m) : (n)) - 1))
#define __LOWEST_SET_BIT(m)	((((m) - 1) & (m)) ^ (m))
#define __SHIFTOUT(x, m)	(((x) & (m)) / __LOWEST_SET_BIT(m))
#define __SHIFTIN(x, m)		((x) * __LOWEST_SET_BIT(m))
#define __UNCONST(a)		((void *)(unsigned long)(const void *)(a))
#define __UNVOLATILE(a)		((void *)(unsigned long)(volatile void *)(a))
#define __KERNEL_RCSID(n, s)
#define __BEGIN_DECLS
#define __END_DECLS
#define __insn_barrier()	__asm volatile("" ::: "memory")
#define __FALLTHROUGH
#endif
