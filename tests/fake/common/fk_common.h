/* SPDX-License-Identifier: BSD-2-Clause */
/* What each fake kernel gives to fk.c; no kernel header is needed. */
#ifndef FK_COMMON_H
#define FK_COMMON_H

#include "fc.h"
#include "fk.h"

extern const struct fc_rule fk_rules[];	/* ends with a NULL id */
void fk_kernel_open(void);		/* before there is a card */
void fk_machine_open(void);		/* and after */

#endif /* FK_COMMON_H */
