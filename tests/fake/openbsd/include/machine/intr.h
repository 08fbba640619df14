/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_INTR_H_
#define _MACHINE_INTR_H_
#define IPL_NONE	0x0
#define IPL_SOFTCLOCK	0x1
#define IPL_SOFTNET	0x2
#define IPL_BIO		0x3
#define IPL_NET		0x4
#define IPL_SOFTTTY	0x8
#define IPL_TTY		0x9
#define IPL_VM		0xa
#define IPL_AUDIO	0xb
#define IPL_CLOCK	0xc
#define IPL_SCHED	IPL_CLOCK
#define IPL_HIGH	0xd
#define IPL_MPFLOOR	IPL_TTY
#define IPL_MPSAFE	0x100
int splraise(int);
void splx(int);
#define splsoftnet()	splraise(IPL_SOFTNET)
#define splnet()	splraise(IPL_NET)
#define splhigh()	splraise(IPL_HIGH)
#define splassert(ipl)	fk_splassert((ipl), __func__)
void fk_splassert(int, const char *);
void intr_barrier(void *);
#endif
