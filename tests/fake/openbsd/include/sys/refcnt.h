/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_REFCNT_H_
#define _SYS_REFCNT_H_
struct refcnt { unsigned int r_refs; };
#endif
