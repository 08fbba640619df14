/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_

#include <sys/types.h>

#define M_NOWAIT	0x0001
#define M_WAITOK	0x0002
#define M_ZERO		0x0100
#define M_USE_RESERVE	0x0400
#define M_NODUMP	0x0800

struct malloc_type {
	const char *ks_shortdesc;
	const char *ks_longdesc;
};
#define MALLOC_DEFINE(type, shortdesc, longdesc)			\
	struct malloc_type type[1] = { { shortdesc, longdesc } }
#define MALLOC_DECLARE(type)	extern struct malloc_type type[1]
MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_TEMP);

struct domainset;
void *fk_malloc(size_t, struct malloc_type *, int flags);
void *fk_mallocarray(size_t, size_t, struct malloc_type *, int flags);
void *fk_malloc_domainset(size_t, struct malloc_type *, struct domainset *,
    int flags);
void fk_free(void *, struct malloc_type *);
#define malloc(s, t, f)			fk_malloc((s), (t), (f))
#define mallocarray(n, s, t, f)		fk_mallocarray((n), (s), (t), (f))
#define malloc_domainset(s, t, d, f)	fk_malloc_domainset((s), (t), (d), (f))
#define free(p, t)			fk_free((p), (t))

#endif
