/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CPU_H_
#define _SYS_CPU_H_
#include <sys/types.h>
struct cpu_info {
	u_int ci_index;
	struct cpu_info *ci_next;
};
struct cpu_info *curcpu(void);
extern int ncpu;
bool cpu_intr_p(void);
bool cpu_softintr_p(void);
static inline u_int cpu_index(const struct cpu_info *ci)
{
	return (ci->ci_index);
}
struct cpu_info *cpu_lookup(u_int);
#define CPU_INFO_ITERATOR	int __unused
#define CPU_INFO_FOREACH(cii, ci)					\
	(cii) = 0, (ci) = cpu_lookup(0); (ci) != NULL; (ci) = (ci)->ci_next
#endif
