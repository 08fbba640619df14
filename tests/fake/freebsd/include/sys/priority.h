/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PRIORITY_H_
#define _SYS_PRIORITY_H_

#define PRI_MIN		0
#define PRI_MAX		255
#define PRI_MIN_ITHD	PRI_MIN
#define PRI_MAX_ITHD	(PRI_MIN_REALTIME - 1)
#define PI_REALTIME	(PRI_MIN_ITHD + 0)
#define PI_AV		(PRI_MIN_ITHD + 4)
#define PI_NET		(PRI_MIN_ITHD + 8)
#define PI_DISK		(PRI_MIN_ITHD + 12)
#define PI_SOFT		(PRI_MIN_ITHD + 24)
#define PRI_MIN_REALTIME 48
#define PRI_MIN_KERN	80
#define PSWP		(PRI_MIN_KERN + 0)
#define PVM		(PRI_MIN_KERN + 4)
#define PZERO		(PRI_MIN_KERN + 20)
#define PWAIT		(PRI_MIN_KERN + 28)
#define PLOCK		(PRI_MIN_KERN + 32)
#define PRI_MIN_TIMESHARE 120
#define PUSER		PRI_MIN_TIMESHARE
#define PRIMASK		0x0ff
#define PCATCH		0x100
#define PDROP		0x200

#endif
