/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_
extern int cold, hz, tick;
int getticks(void);
struct kmutex;
int kpause(const char *, bool, int, struct kmutex *);
extern char *hostname;
#endif
