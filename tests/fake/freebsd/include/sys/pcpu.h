/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PCPU_H_
#define _SYS_PCPU_H_

#include <sys/types.h>

struct pcpu {
	u_int pc_cpuid;
	int pc_domain;
};
u_int fk_curcpu(void);
#define curcpu		fk_curcpu()
#define PCPU_GET(x)	(fk_pcpu_##x())
static inline u_int fk_pcpu_cpuid(void) { return (fk_curcpu()); }
struct pcpu *pcpu_find(u_int);

#endif
