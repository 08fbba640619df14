/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_
#include <sys/cdefs.h>
/* As on LP64 OpenBSD: 64-bit types are long long, size_t is long. */
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned long size_t;
typedef long ssize_t;
typedef long long off_t;
typedef long long time_t;
typedef int dev_t;
typedef char *caddr_t;
typedef unsigned long vaddr_t;
typedef unsigned long paddr_t;
typedef unsigned long vsize_t;
typedef unsigned long psize_t;
#ifndef NULL
#define NULL		((void *)0)
#endif
/* sys/types.h gives the kernel bool as well */
#if !defined(__cplusplus) && __STDC_VERSION__ < 202311L
#define bool		_Bool
#define true		1
#define false		0
#endif
#define offsetof(t, f)	__builtin_offsetof(t, f)
#define UINT64_C(x)	x##ULL
#endif
