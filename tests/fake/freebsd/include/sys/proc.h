/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/types.h>
#include <sys/callout.h>
#include <sys/lock.h>
#include <sys/pcpu.h>

struct thread {
	lwpid_t td_tid;
	const char *td_name_;
};
struct thread *fk_curthread(void);
#define curthread	fk_curthread()

#endif
