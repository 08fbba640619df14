/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SMP_H_
#define _SYS_SMP_H_

#include <sys/cpuset.h>
#include <sys/pcpu.h>

extern int mp_ncpus, smp_started;
extern u_int mp_maxid;
extern cpuset_t all_cpus;
#define CPU_ABSENT(n)	(!CPU_ISSET(n, &all_cpus))
#define CPU_FOREACH(i)	\
	for ((i) = 0; (i) <= mp_maxid; (i)++) if (!CPU_ABSENT((i)))
u_int cpu_first(void);
u_int cpu_next(u_int);
#define CPU_FIRST()	cpu_first()
#define CPU_NEXT(i)	cpu_next(i)
extern int vm_ndomains;

#endif
