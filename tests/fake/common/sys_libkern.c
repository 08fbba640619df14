/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What OpenBSD and FreeBSD have of small functions, and NetBSD under other
 * names.  Compiled once for each of the two, against its headers.
 */
#include "fk_priv.h"

int
fls(int v)
{
	return (v == 0 ? 0 : 32 - __builtin_clz((unsigned int)v));
}

int
flsl(long v)
{
	return (v == 0 ? 0 : 64 - __builtin_clzl((unsigned long)v));
}

void
explicit_bzero(void *p, size_t n)
{
	memset(p, 0, n);
}

uint32_t
arc4random(void)
{
	return (fc_rand(0x7fffffff) * 2 + fc_rand(2));
}

uint32_t
arc4random_uniform(uint32_t n)
{
	return (fc_rand(n));
}

void
arc4random_buf(void *p, size_t n)
{
	unsigned char *c = p;

	while (n-- > 0)
		*c++ = (unsigned char)fc_rand(256);
}
