/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

/* Which FreeBSD this is; a build may ask for another one. */
#ifndef __FreeBSD_version
#define __FreeBSD_version	1304000
#endif
#undef __FreeBSD__
#define __FreeBSD__	13

#include <sys/types.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <sys/priority.h>
#include <sys/endian.h>

#define NBBY		8
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1 << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)
#define CACHE_LINE_SIZE	64
#define MAXCPU		256
#define MSIZE		256
#define MCLSHIFT	11
#define MCLBYTES	(1 << MCLSHIFT)
#define MJUMPAGESIZE	PAGE_SIZE
#define MJUM9BYTES	(9 * 1024)
#define MJUM16BYTES	(16 * 1024)

#define nitems(x)	(sizeof((x)) / sizeof((x)[0]))
#define howmany(x, y)	(((x) + ((y) - 1)) / (y))
#define rounddown(x, y)	(((x) / (y)) * (y))
#define rounddown2(x, y)	((x) & (~((y) - 1)))
#define roundup(x, y)	((((x) + ((y) - 1)) / (y)) * (y))
#define roundup2(x, y)	(((x) + ((y) - 1)) & (~((y) - 1)))
#define powerof2(x)	((((x) - 1) & (x)) == 0)
#define MIN(a, b)	(((a) < (b)) ? (a) : (b))
#define MAX(a, b)	(((a) > (b)) ? (a) : (b))
#define round_page(x)	(((unsigned long)(x) + PAGE_MASK) & \
	~(unsigned long)PAGE_MASK)

#endif
