/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIMEOUT_H_
#define _SYS_TIMEOUT_H_
#include <sys/time.h>
#include <sys/queue.h>
struct timeout {
	TAILQ_ENTRY(timeout) to_entry;
	void (*to_func)(void *);
	void *to_arg;
	uint64_t to_due_us;
	int to_flags;
	int to_kclock;
};
#define TIMEOUT_PROC		0x01
#define TIMEOUT_ONQUEUE		0x02
#define TIMEOUT_INITIALIZED	0x04
#define TIMEOUT_TRIGGERED	0x08
#define TIMEOUT_MPSAFE		0x10
#define KCLOCK_NONE		(-1)
#define KCLOCK_UPTIME		0
#define timeout_pending(t)	((t)->to_flags & TIMEOUT_ONQUEUE)
#define timeout_initialized(t)	((t)->to_flags & TIMEOUT_INITIALIZED)
#define timeout_triggered(t)	((t)->to_flags & TIMEOUT_TRIGGERED)
void timeout_set(struct timeout *, void (*)(void *), void *);
void timeout_set_flags(struct timeout *, void (*)(void *), void *, int, int);
void timeout_set_proc(struct timeout *, void (*)(void *), void *);
int timeout_add(struct timeout *, int);
int timeout_add_sec(struct timeout *, int);
int timeout_add_msec(struct timeout *, uint64_t);
int timeout_add_usec(struct timeout *, uint64_t);
int timeout_add_nsec(struct timeout *, uint64_t);
int timeout_del(struct timeout *);
int timeout_del_barrier(struct timeout *);
void timeout_barrier(struct timeout *);
#endif
