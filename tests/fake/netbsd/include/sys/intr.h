/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_INTR_H_
#define _SYS_INTR_H_
#include <sys/types.h>
struct cpu_info;
#define INTRIDBUF	64
#define IPL_NONE	0
#define IPL_PREEMPT	1
#define IPL_SOFTCLOCK	2
#define IPL_SOFTBIO	3
#define IPL_SOFTNET	4
#define IPL_SOFTSERIAL	5
#define IPL_VM		6
#define IPL_SCHED	7
#define IPL_HIGH	8
#define IPL_BIO		IPL_VM
#define IPL_NET		IPL_VM
#define IPL_TTY		IPL_VM
#define IPL_CLOCK	IPL_SCHED
void *softint_establish(u_int, void (*)(void *), void *);
void softint_disestablish(void *);
void softint_schedule(void *);
#define SOFTINT_BIO	0x0000
#define SOFTINT_CLOCK	0x0001
#define SOFTINT_SERIAL	0x0002
#define SOFTINT_NET	0x0003
#define SOFTINT_MPSAFE	0x0100
#define SOFTINT_RCPU	0x0200
#define SOFTINT_COUNT	0x0004
#define SOFTINT_LVLMASK	0x00ff
#define SOFTINT_IMPMASK	0xf000
int splraise(int);
void splx(int);
#define splvm()		splraise(IPL_VM)
#define splnet()	splraise(IPL_NET)
#define splsoftnet()	splraise(IPL_SOFTNET)
#define splsched()	splraise(IPL_SCHED)
#define splhigh()	splraise(IPL_HIGH)
#endif
