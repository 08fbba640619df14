/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_
struct mutex {
	void *volatile mtx_owner;
	int mtx_wantipl;
	int mtx_oldipl;
	unsigned int mtx_magic;		/* fake: set by mtx_init */
	void *mtx_ctx;			/* fake: who */
	struct mutex *mtx_held;		/* fake: next one held */
};
#define FK_MTX_MAGIC	0x6d747821U
#define MUTEX_INITIALIZER(ipl)	{ NULL, (ipl), 0, FK_MTX_MAGIC, NULL, NULL }
#define MUTEX_INITIALIZER_FLAGS(ipl, n, f)	MUTEX_INITIALIZER(ipl)
void _mtx_init(struct mutex *, int);
void mtx_enter(struct mutex *);
int mtx_enter_try(struct mutex *);
void mtx_leave(struct mutex *);
void fk_mtx_assert(struct mutex *, int, const char *);
#define mtx_init(m, ipl)		_mtx_init((m), (ipl))
#define mtx_init_flags(m, ipl, n, f)	_mtx_init((m), (ipl))
#define mtx_owned(m)			((m)->mtx_owner == curcpu())
#define MUTEX_ASSERT_LOCKED(m)		fk_mtx_assert((m), 1, __func__)
#define MUTEX_ASSERT_UNLOCKED(m)	fk_mtx_assert((m), 0, __func__)
#endif
