/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared between the fc_*.c files. */
#ifndef FC_PRIV_H
#define FC_PRIV_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fc.h"

void fc_ctx_open(void);
void fc_ctx_close(void);
void fc_order_open(void);
void fc_dma_open(void);
void fc_dma_close(void);
void fc_dev_close(void);
void fc_advance(uint64_t us);		/* the clock only */
bool fc_maybe_yield(unsigned int chance);
void fc_dma_width(unsigned int bits);
int fc_dma_read(uint64_t, void *, size_t);
int fc_dma_write(uint64_t, const void *, size_t);

#endif
