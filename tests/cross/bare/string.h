/* SPDX-License-Identifier: BSD-2-Clause */
/* See stdint.h.  The four functions that compilers call by themselves. */
#ifndef BARE_STRING_H
#define BARE_STRING_H

#include <stddef.h>

void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
int memcmp(const void *, const void *, size_t);
void *memset(void *, int, size_t);

#endif /* BARE_STRING_H */
