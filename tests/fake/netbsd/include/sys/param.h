/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_
#define __NetBSD_Version__	1099001200
#define __NetBSD_Prereq__(M, m, p)					\
	(((M) * 100000000) + (m) * 1000000 + (p) * 100 <= __NetBSD_Version__)
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/endian.h>
#include <machine/param.h>
#define PRI_COUNT		224
#define PRI_USER		0
#define PRI_KERNEL		64
#define PRI_KTHREAD		96
#define PRI_NONE		(-1)
#define PRI_SOFTCLOCK		220
#define PRI_SOFTSERIAL		223
#define PRI_SOFTNET		222
#define PRI_BIO			(PRI_KERNEL + 5)
#define PCATCH			0x100
#define MAXCOMLEN		16
#define NBBY			8
#define MAXPHYS			(64 * 1024)
#define MIN(a, b)		((/*CONSTCOND*/(a) < (b)) ? (a) : (b))
#define MAX(a, b)		((/*CONSTCOND*/(a) > (b)) ? (a) : (b))
#define howmany(x, y)		(((x) + ((y) - 1)) / (y))
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))
#define rounddown(x, y)		(((x) / (y)) * (y))
#define roundup2(x, m)		((((x) - 1) | ((m) - 1)) + 1)
#define powerof2(x)		((((x) - 1) & (x)) == 0)
#define SET(t, f)		((t) |= (f))
#define CLR(t, f)		((t) &= ~(f))
#define ISSET(t, f)		((t) & (f))
#define round_page(x)		(((x) + PAGE_MASK) & ~PAGE_MASK)
#define trunc_page(x)		((x) & ~PAGE_MASK)
#define mstohz(ms)							\
	(__builtin_expect((ms) >= 0x20000u, 0) ?			\
	    ((ms + 0u) / 1000u) * hz : ((ms + 0u) * hz) / 1000u)
#define hztoms(t)		((uint32_t)(t) * 1000u / (uint32_t)hz)
#define container_of(p, t, f)						\
	((t *)(void *)((char *)(p) - offsetof(t, f)))
#endif
