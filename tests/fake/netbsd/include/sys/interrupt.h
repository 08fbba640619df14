/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_INTERRUPT_H_
#define _SYS_INTERRUPT_H_
#include <sys/types.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
int interrupt_distribute(void *, const kcpuset_t *, kcpuset_t *);
#endif
