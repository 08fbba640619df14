/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/types.h>
#include <sys/callout.h>
#include <sys/lock.h>
#include <sys/pcpu.h>
#include <sys/priority.h>

struct thread {
	lwpid_t td_tid;
	/* kern/sched_ule.c:1845: set for it, so what is lent is not in it */
	u_char td_base_pri;
	u_char td_priority;
};
struct thread *fk_curthread(void);
#define curthread	fk_curthread()

#endif
