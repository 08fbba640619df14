/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CPUSET_H_
#define _SYS_CPUSET_H_

#include <sys/param.h>

#define CPU_SETSIZE	MAXCPU
typedef struct _cpuset {
	long __bits[CPU_SETSIZE / 64];
} cpuset_t;
#define _cpu_bit(n)	((long)(1UL << ((n) % 64)))
#define CPU_ZERO(p)	__builtin_memset((p), 0, sizeof(cpuset_t))
#define CPU_SET(n, p)	((p)->__bits[(n) / 64] |= _cpu_bit(n))
#define CPU_CLR(n, p)	((p)->__bits[(n) / 64] &= ~_cpu_bit(n))
#define CPU_ISSET(n, p)	(((p)->__bits[(n) / 64] & _cpu_bit(n)) != 0)
#define CPU_SETOF(n, p)	do { CPU_ZERO(p); CPU_SET(n, p); } while (0)
#define CPU_COPY(f, t)	(void)(*(t) = *(f))
#define CPU_EMPTY(p)	(fk_cpu_count(p) == 0)
#define CPU_COUNT(p)	fk_cpu_count(p)
#define CPU_FFS(p)	fk_cpu_ffs(p)
int fk_cpu_count(const cpuset_t *);
int fk_cpu_ffs(const cpuset_t *);
int cpuset_setthread(lwpid_t, cpuset_t *);

#endif
