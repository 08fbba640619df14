/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_
#include <sys/types.h>
#include <sys/intr.h>
typedef enum kmutex_type_t {
	MUTEX_SPIN = 0, MUTEX_ADAPTIVE = 1, MUTEX_DEFAULT = 2,
	MUTEX_DRIVER = 3, MUTEX_NODEBUG = 4
} kmutex_type_t;
typedef struct kmutex kmutex_t;
struct kmutex {
	unsigned int mtx_magic;
	int mtx_ipl;			/* spin: its level; adaptive: 0 */
	void *mtx_ctx;			/* who holds it */
	struct kmutex *mtx_held;	/* the one taken before */
	struct kmutex *mtx_next, **mtx_link;	/* all there are */
};
void mutex_init(kmutex_t *, kmutex_type_t, int);
void mutex_destroy(kmutex_t *);
void mutex_enter(kmutex_t *);
void mutex_exit(kmutex_t *);
void mutex_spin_enter(kmutex_t *);
void mutex_spin_exit(kmutex_t *);
int mutex_tryenter(kmutex_t *);
int mutex_owned(const kmutex_t *);
kmutex_t *mutex_obj_alloc(kmutex_type_t, int);
void mutex_obj_hold(kmutex_t *);
bool mutex_obj_free(kmutex_t *);
#endif
