/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_BITOPS_H_
#define _SYS_BITOPS_H_
#include <sys/types.h>
static inline int ffs32(uint32_t v) { return (__builtin_ffs((int)v)); }
static inline int fls32(uint32_t v)
{
	return (v == 0 ? 0 : 32 - __builtin_clz(v));
}
static inline int fls64(uint64_t v)
{
	return (v == 0 ? 0 : 64 - __builtin_clzl(v));
}
static inline unsigned int popcount32(uint32_t v)
{
	return ((unsigned int)__builtin_popcount(v));
}
#define ilog2(v)	(fls64(v) - 1)
#endif
