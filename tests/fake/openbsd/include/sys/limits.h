/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LIMITS_H_
#define _SYS_LIMITS_H_
#define INT_MAX		0x7fffffff
#define UINT_MAX	0xffffffffU
#define LONG_MAX	0x7fffffffffffffffL
#define ULONG_MAX	0xffffffffffffffffUL
#define ULLONG_MAX	0xffffffffffffffffULL
#endif
