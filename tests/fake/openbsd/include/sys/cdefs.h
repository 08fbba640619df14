/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_
#define __packed	__attribute__((__packed__))
#define __aligned(x)	__attribute__((__aligned__(x)))
#define __unused	__attribute__((__unused__))
#define __used		__attribute__((__used__))
#define __dead		__attribute__((__noreturn__))
#define __predict_true(x)	__builtin_expect(((x) != 0), 1)
#define __predict_false(x)	__builtin_expect(((x) != 0), 0)
#define __BEGIN_DECLS
#define __END_DECLS
/* kernel printf: no %m, no %ju; %b is not used by anybody here */
#define __kprintf__	__printf__
#endif
