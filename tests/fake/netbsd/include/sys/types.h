/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_
#include <sys/cdefs.h>
/* As on LP64 NetBSD: 64-bit types are long. */
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long int64_t;
typedef unsigned long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef long intmax_t;
typedef unsigned long uintmax_t;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef uint64_t u_quad_t;
typedef int64_t quad_t;
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned long size_t;
typedef long ssize_t;
typedef long off_t;
typedef long time_t;
typedef int pri_t;
typedef int pid_t;
typedef uint64_t dev_t;
typedef unsigned long cpuid_t;
typedef unsigned long vaddr_t;
typedef unsigned long paddr_t;
typedef unsigned long vsize_t;
typedef unsigned long psize_t;
typedef struct lwp lwp_t;
struct device;
typedef struct device *device_t;
#ifndef NULL
#define NULL		((void *)0)
#endif
#if !defined(__cplusplus) && __STDC_VERSION__ < 202311L
#define bool		_Bool
#define true		1
#define false		0
#endif
#define offsetof(t, f)	__builtin_offsetof(t, f)
#define UINT64_C(x)	x##UL
#define INT_MAX		0x7fffffff
#define UINT_MAX	0xffffffffU
#define UINT8_MAX	0xff
#define UINT16_MAX	0xffff
#define UINT32_MAX	0xffffffffU
#define UINT64_MAX	0xffffffffffffffffUL
#define PRIu64		"lu"
#define PRIx64		"lx"
#define __BYTE_ORDER	1234
#define _BYTE_ORDER	1234
#define _LITTLE_ENDIAN	1234
#define _BIG_ENDIAN	4321
#endif
