/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__CALLOUT_H_
#define _SYS__CALLOUT_H_

#include <sys/queue.h>
#include <sys/types.h>

struct lock_object;
typedef void callout_func_t(void *);

struct callout {
	union {
		TAILQ_ENTRY(callout) tqe;
	} c_links;
	sbintime_t c_time;
	sbintime_t c_precision;
	void *c_arg;
	callout_func_t *c_func;
	struct lock_object *c_lock;
	short c_flags;
	short c_iflags;
	volatile int c_cpu;
	/* the fake's */
	uint64_t c_due_us;
	unsigned int c_magic;
};

#endif
