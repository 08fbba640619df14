/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_
#include <sys/types.h>
#define M_WAITOK	0x0001
#define M_NOWAIT	0x0002
#define M_CANFAIL	0x0004
#define M_ZERO		0x0008
#define M_DEVBUF	2
#define M_IFADDR	9
#define M_IFMADDR	53
#define M_TEMP		127
#define M_LAST		146
void *fk_malloc(size_t, int, int);
void *fk_mallocarray(size_t, size_t, int, int);
void fk_free(void *, int, size_t);
#define malloc(s, t, f)		fk_malloc((s), (t), (f))
#define mallocarray(n, s, t, f)	fk_mallocarray((n), (s), (t), (f))
#define free(p, t, s)		fk_free((p), (t), (s))
#endif
