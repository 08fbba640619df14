/* SPDX-License-Identifier: BSD-2-Clause */
/* What sys_ctx.c gives to a system's own part; the rest is in its fk_priv.h. */
#ifndef SYS_CTX_H
#define SYS_CTX_H

void fk_ctx_open(void);

#endif /* SYS_CTX_H */
