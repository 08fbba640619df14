/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_
#include <sys/types.h>
struct proc;
struct lwp;
int curlwp_bind(void);
void curlwp_bindx(int);
int kpause(const char *, bool, int, struct kmutex *);
#endif
