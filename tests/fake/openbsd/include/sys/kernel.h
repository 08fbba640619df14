/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_
extern int hz, tick, ticks;
#endif
