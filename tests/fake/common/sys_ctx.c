/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contexts with what each is to its kernel.  Compiled once for each system,
 * against its headers.
 */
#include "fk_priv.h"
#include "sys_ctx.h"

static struct fk_cx test_cx;		/* of the test itself */

struct fk_cx *
fk_cx(void)
{
	return (fc_self() == NULL ? &test_cx : fc_ctx_data(fc_self()));
}

struct fc_ctx *
fk_ctx(const char *name, enum fk_kind kind, void (*fn)(void *), void *arg)
{
	struct fc_ctx *x;
	struct fk_cx *cx;

	_Static_assert(sizeof(struct fk_cx) <= 256, "fits");
	x = fc_ctx_new(name, fn, arg);
	cx = fc_ctx_data(x);
	cx->cx_kind = kind;
	return (x);
}

void
fk_ctx_open(void)
{
	memset(&test_cx, 0, sizeof(test_cx));
}
