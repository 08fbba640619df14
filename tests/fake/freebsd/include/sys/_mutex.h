/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__MUTEX_H_
#define _SYS__MUTEX_H_

#include <sys/_lock.h>

struct mtx {
	struct lock_object lock_object;
	volatile uintptr_t mtx_lock;
	/* the fake's */
	struct mtx *mtx_held;
	u_int mtx_depth;
};

#endif
