/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CONDVAR_H_
#define _SYS_CONDVAR_H_
#include <sys/types.h>
typedef struct kcondvar {
	const char *cv_wmesg;
	unsigned int cv_magic;
	unsigned int cv_waiters;
} kcondvar_t;
struct kmutex;
void cv_init(kcondvar_t *, const char *);
void cv_destroy(kcondvar_t *);
void cv_wait(kcondvar_t *, struct kmutex *);
int cv_wait_sig(kcondvar_t *, struct kmutex *);
int cv_timedwait(kcondvar_t *, struct kmutex *, int);
int cv_timedwait_sig(kcondvar_t *, struct kmutex *, int);
void cv_signal(kcondvar_t *);
void cv_broadcast(kcondvar_t *);
bool cv_has_waiters(kcondvar_t *);
bool cv_is_valid(kcondvar_t *);
#endif
