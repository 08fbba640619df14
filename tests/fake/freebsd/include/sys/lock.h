/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#include <sys/_lock.h>

#define LA_UNLOCKED	0
#define LA_LOCKED	1
#define LA_XLOCKED	4
#define LO_INITIALIZED	0x00010000
#define LO_RECURSABLE	0x00080000
#define LO_DUPOK	0x00400000

#endif
