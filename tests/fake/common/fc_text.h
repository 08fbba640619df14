/* SPDX-License-Identifier: BSD-2-Clause */
/* Text for every fake kernel; no kernel header is needed. */
#ifndef FC_TEXT_H
#define FC_TEXT_H

int fk_vsnprintf(char *, size_t, const char *, __builtin_va_list)
    __attribute__((__format__(__printf__, 3, 0)));
int fk_snprintf(char *, size_t, const char *, ...)
    __attribute__((__format__(__printf__, 3, 4)));
int fk_vprintf(const char *, __builtin_va_list)
    __attribute__((__format__(__printf__, 1, 0)));
int fk_printf(const char *, ...)
    __attribute__((__format__(__printf__, 1, 2)));
size_t fk_strlcpy(char *, const char *, size_t);
size_t fk_strlcat(char *, const char *, size_t);

#endif /* FC_TEXT_H */
