/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_CPU_H_
#define _MACHINE_CPU_H_
struct cpu_info {
	unsigned int ci_cpuid;
	int ci_idepth;
	int ci_mutex_level;
};
struct cpu_info *curcpu(void);
#define cpu_number()		(curcpu()->ci_cpuid)
#define CPU_BUSY_CYCLE()	fk_busy()
#define CPU_INFO_UNIT(ci)	((ci)->ci_cpuid)
#define CPU_IS_PRIMARY(ci)	((ci)->ci_cpuid == 0)
void fk_busy(void);
extern int ncpus, ncpusfound;
#define delay(us)		fk_delay(us)
#define DELAY(us)		fk_delay(us)
void fk_delay(int);
#endif
