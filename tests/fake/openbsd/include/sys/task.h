/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TASK_H_
#define _SYS_TASK_H_
#include <sys/queue.h>
struct taskq;
struct task {
	TAILQ_ENTRY(task) t_entry;
	void (*t_func)(void *);
	void *t_arg;
	unsigned int t_flags;
	struct process *t_process;
	struct taskq *t_tq;		/* fake: where it is queued */
};
#define TASK_ONQUEUE		1
TAILQ_HEAD(task_list, task);
#define TASKQ_MPSAFE		(1 << 0)
#define TASK_INITIALIZER(f, a)	{ { NULL, NULL }, (f), (a), 0, NULL, NULL }
extern struct taskq *const systq;
extern struct taskq *const systqmp;
struct taskq *taskq_create(const char *, unsigned int, int, unsigned int);
void taskq_destroy(struct taskq *);
void taskq_barrier(struct taskq *);
void taskq_del_barrier(struct taskq *, struct task *);
void task_set(struct task *, void (*)(void *), void *);
int task_add(struct taskq *, struct task *);
int task_del(struct taskq *, struct task *);
#define task_pending(t)		((t)->t_flags & TASK_ONQUEUE)
#endif
