/* SPDX-License-Identifier: BSD-2-Clause */
/* See stdint.h.  Only bindings use it. */
#ifndef BARE_STDARG_H
#define BARE_STDARG_H

typedef __builtin_va_list va_list;

#define va_start(ap, last)	__builtin_va_start(ap, last)
#define va_end(ap)		__builtin_va_end(ap)

#endif /* BARE_STDARG_H */
