/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_COUNTER_H_
#define _SYS_COUNTER_H_

#include <sys/types.h>

typedef uint64_t *counter_u64_t;
counter_u64_t counter_u64_alloc(int flags);
void counter_u64_free(counter_u64_t);
void counter_u64_zero(counter_u64_t);
uint64_t counter_u64_fetch(counter_u64_t);
void counter_u64_add(counter_u64_t, int64_t);
void counter_enter(void);
void counter_exit(void);
void counter_u64_add_protected(counter_u64_t, int64_t);
#define COUNTER_ARRAY_ALLOC(a, n, wait)	do {				\
	for (int _i = 0; _i < (n); _i++)				\
		(a)[_i] = counter_u64_alloc(wait);			\
} while (0)
#define COUNTER_ARRAY_FREE(a, n)	do {				\
	for (int _i = 0; _i < (n); _i++)				\
		counter_u64_free((a)[_i]);				\
} while (0)

#endif
