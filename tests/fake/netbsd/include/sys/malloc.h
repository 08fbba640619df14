/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_
#define M_WAITOK	0x0000
#define M_NOWAIT	0x0001
#define M_ZERO		0x0002
#endif
