/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_STDINT_H_
#define _SYS_STDINT_H_

#include <sys/types.h>

#define UINT8_MAX	0xff
#define UINT16_MAX	0xffff
#define UINT32_MAX	0xffffffffU
#define UINT64_MAX	0xffffffffffffffffULL
#define INT32_MAX	0x7fffffff
#define INT64_MAX	0x7fffffffffffffffLL
#ifndef UINT64_C
#define UINT64_C(x)	x##ULL
#endif

#endif
