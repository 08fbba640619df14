/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which things are waited for, as WITNESS: each pair "holds
 * that, waits for this" is kept; a circle of them is a deadlock that only
 * needs the right moment.
 */
#include "fc_priv.h"

#define MAX_ORDER	1024
#define MAX_DEPTH	6

static struct {
	const void *a, *b;
} order[MAX_ORDER];
static unsigned int norder;

void
fc_order_open(void)
{
	norder = 0;
}

static bool
leads(const void *a, const void *b, unsigned int depth)
{
	unsigned int i;

	if (a == b)
		return (true);
	for (i = 0; depth < MAX_DEPTH && i < norder; i++)
		if (order[i].a == a && leads(order[i].b, b, depth + 1))
			return (true);
	return (false);
}

void
fc_order(const void *a, const void *b, const char *name)
{
	unsigned int i;

	if (a == NULL || a == b)
		return;
	for (i = 0; i < norder; i++)
		if (order[i].a == a && order[i].b == b)
			return;
	if (leads(b, a, 0))
		fc_broken("lock-order", "%s after a lock that comes behind it",
		    name);
	if (norder < MAX_ORDER) {
		order[norder].a = a;
		order[norder++].b = b;
	}
}

void
fc_order_forget(const void *mem, size_t len)
{
	const char *p = mem, *a, *b;
	unsigned int i;

	for (i = 0; i < norder; i++) {
		a = order[i].a;
		b = order[i].b;
		if ((a >= p && a < p + len) || (b >= p && b < p + len))
			order[i--] = order[--norder];
	}
}
