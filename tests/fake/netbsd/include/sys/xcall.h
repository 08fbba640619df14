/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_XCALL_H_
#define _SYS_XCALL_H_
#include <sys/types.h>
#define XC_HIGHPRI	0x01
void xc_barrier(u_int);
#endif
