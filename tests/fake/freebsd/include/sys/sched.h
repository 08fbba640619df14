/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SCHED_H_
#define _SYS_SCHED_H_

struct thread;
void sched_bind(struct thread *, int cpu);
void sched_unbind(struct thread *);
void sched_pin(void);
void sched_unpin(void);

#endif
