/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_
#define OpenBSD		202510
#define OpenBSD7_8	1
#include <sys/types.h>
#include <sys/limits.h>
#include <sys/errno.h>
#include <machine/cpu.h>
#include <machine/intr.h>
#define PSWP		4
#define PWAIT		32
#define PZERO		22
#define PCATCH		0x100
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1 << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)
#define NBBY		8
#define MAXCPUS		64
#define MIN(a, b)	(((a) < (b)) ? (a) : (b))
#define MAX(a, b)	(((a) > (b)) ? (a) : (b))
#define nitems(a)	(sizeof((a)) / sizeof((a)[0]))
#define howmany(x, y)	(((x) + ((y) - 1)) / (y))
#define roundup(x, y)	((((x) + ((y) - 1)) / (y)) * (y))
#define powerof2(x)	((((x) - 1) & (x)) == 0)
#define roundup2(x, m)	(((x) + (m) - 1) & ~((m) - 1))
#define SET(t, f)	((t) |= (f))
#define CLR(t, f)	((t) &= ~(f))
#define ISSET(t, f)	((t) & (f))
#define ALIGNBYTES	(sizeof(long) - 1)
#define round_page(x)	(((x) + PAGE_MASK) & ~PAGE_MASK)
#define trunc_page(x)	((x) & ~PAGE_MASK)
#endif
