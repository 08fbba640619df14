/* SPDX-License-Identifier: BSD-2-Clause */
/* See stdint.h. */
#ifndef BARE_STDDEF_H
#define BARE_STDDEF_H

typedef __SIZE_TYPE__ size_t;

#define NULL			((void *)0)

#endif /* BARE_STDDEF_H */
