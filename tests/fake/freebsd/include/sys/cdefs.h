/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_

#define __unused	__attribute__((__unused__))
#define __used		__attribute__((__used__))
#define __packed	__attribute__((__packed__))
#define __aligned(n)	__attribute__((__aligned__(n)))
#define __section(n)	__attribute__((__section__(n)))
#define __dead2		__attribute__((__noreturn__))
#define __pure2		__attribute__((__const__))
#define __printflike(f, a)	__attribute__((__format__(__printf__, f, a)))
#define __predict_true(e)	__builtin_expect((e), 1)
#define __predict_false(e)	__builtin_expect((e), 0)
#define __noinline	__attribute__((__noinline__))
#define __inline	inline
#define __result_use_check	__attribute__((__warn_unused_result__))
#define __FBSDID(s)	struct __hack
#define __CONCAT1(a, b)	a ## b
#define __CONCAT(a, b)	__CONCAT1(a, b)
#define __STRING(s)	#s
#define __XSTRING(s)	__STRING(s)
#define __DECONST(t, v)	((t)(__UINTPTR_TYPE__)(const void *)(v))
#define __DEVOLATILE(t, v)	((t)(__UINTPTR_TYPE__)(volatile void *)(v))
#define __offsetof(t, f)	__builtin_offsetof(t, f)
#define __containerof(x, s, m) \
	((s *)(void *)((char *)(__UINTPTR_TYPE__)(x) - __offsetof(s, m)))
#define __BEGIN_DECLS
#define __END_DECLS

#endif
