/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ATOMIC_H_
#define _SYS_ATOMIC_H_
#include <machine/atomic.h>
#define READ_ONCE(x)		(*(volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
#endif
