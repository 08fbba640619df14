/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_

#include <sys/lock.h>
#include <sys/_mutex.h>

#define MTX_DEF		0x00000000
#define MTX_SPIN	0x00000001
#define MTX_RECURSE	0x00000004
#define MTX_NOWITNESS	0x00000008
#define MTX_NOPROFILE	0x00000020
#define MTX_NEW		0x00000040
#define MTX_DUPOK	LO_DUPOK
#define MTX_NETWORK_LOCK	"network driver"

#define MA_NOTOWNED	LA_UNLOCKED
#define MA_OWNED	LA_XLOCKED
#define MA_RECURSED	0x00000008
#define MA_NOTRECURSED	0x00000010

void mtx_init(struct mtx *, const char *name, const char *type, int opts);
void mtx_destroy(struct mtx *);
void mtx_lock(struct mtx *);
void mtx_unlock(struct mtx *);
int mtx_trylock(struct mtx *);
void mtx_lock_spin(struct mtx *);
void mtx_unlock_spin(struct mtx *);
int mtx_owned(const struct mtx *);
int mtx_initialized(const struct mtx *);
void fk_mtx_assert(const struct mtx *, int what, const char *file, int line);
#define mtx_assert(m, what)	fk_mtx_assert((m), (what), __FILE__, __LINE__)
extern struct mtx Giant;

#endif
