/* SPDX-License-Identifier: BSD-2-Clause */
/* What each fake kernel gives to fk.c; no kernel header is needed. */
#ifndef FK_COMMON_H
#define FK_COMMON_H

#include "fc.h"
#include "fk.h"

extern const struct fc_rule fk_rules[];	/* ends with a NULL id */
void fk_kernel_open(void);		/* before there is a card */
void fk_machine_open(void);		/* and after */
/*
 * Control goes back to the kernel: is anything held?  A context whose data is
 * all zero is a process.
 */
void fk_kernel_leave(const char *where);
/* What the kernel itself counts as left, by calls of fk_left(). */
void fk_kernel_left(void);
void fk_left(const char *what, size_t n);

#endif /* FK_COMMON_H */
