/* SPDX-License-Identifier: BSD-2-Clause */
/* Between plain_dma.c and plain.c. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stddef.h>
#include <stdint.h>

void *plain_alloc(size_t, uint64_t *addr);
void plain_free(void *);

#endif /* PLAIN_H */
