/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_PARAM_H_
#define _MACHINE_PARAM_H_
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)
#define MSIZE		512
#define MCLSHIFT	11
#define MCLBYTES	(1 << MCLSHIFT)
#define COHERENCY_UNIT	64
#define CACHE_LINE_SIZE	64
#define DELAY(n)	delay(n)
void fk_delay(unsigned int);
#define delay(n)	fk_delay(n)
extern int hz;
#endif
