/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_

#include <sys/linker_set.h>
#include <sys/queue.h>
#include <sys/systm.h>

extern char hostname_[];
int getenv_int(const char *, int *);

#define SYSINIT(uniq, sub, order, fn, arg)	struct __hack
#define SYSUNINIT(uniq, sub, order, fn, arg)	struct __hack
#define SI_SUB_DRIVERS	0x3100000
#define SI_ORDER_ANY	0xfffffff
#define TUNABLE_INT(path, var)		struct __hack
#define TUNABLE_INT_FETCH(path, var)	getenv_int((path), (var))

#endif
