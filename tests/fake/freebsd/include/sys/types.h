/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <sys/cdefs.h>

typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
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
typedef char *caddr_t;
typedef int64_t off_t;
typedef int64_t time_t;
typedef int64_t sbintime_t;
typedef int32_t lwpid_t;
typedef int64_t register_t;
typedef uint64_t vm_offset_t;
typedef uint64_t vm_paddr_t;
typedef uint64_t vm_size_t;
typedef char vm_memattr_t;
typedef uint64_t rman_res_t;
typedef int boolean_t;
typedef struct _device *device_t;

#ifndef __bool_true_false_are_defined
#define __bool_true_false_are_defined	1
typedef _Bool bool;
#define true		1
#define false		0
#endif
#ifndef NULL
#define NULL		((void *)0)
#endif
#ifndef offsetof
#define offsetof(t, f)	__builtin_offsetof(t, f)
#endif

#endif
