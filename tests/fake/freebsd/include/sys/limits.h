/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LIMITS_H_
#define _SYS_LIMITS_H_

#define INT_MAX		0x7fffffff
#define INT_MIN		(-0x7fffffff - 1)
#define UINT_MAX	0xffffffffU
#define LONG_MAX	0x7fffffffffffffffL
#define ULONG_MAX	0xffffffffffffffffUL
#define UCHAR_MAX	0xff
#define USHRT_MAX	0xffff
#define CHAR_BIT	8

#endif
