/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_CPU_H_
#define _MACHINE_CPU_H_

void fk_cpu_spinwait(void);
#define cpu_spinwait()	fk_cpu_spinwait()

#endif
