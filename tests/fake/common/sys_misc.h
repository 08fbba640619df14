/* SPDX-License-Identifier: BSD-2-Clause */
/* What sys_misc.c gives to a system's own part; behind its headers. */
#ifndef SYS_MISC_H
#define SYS_MISC_H

void fk_vpanic(const char *, va_list)
    __attribute__((__noreturn__));

#endif /* SYS_MISC_H */
