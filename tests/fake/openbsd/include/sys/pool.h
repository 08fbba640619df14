/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_POOL_H_
#define _SYS_POOL_H_
struct pool { const char *pr_name; size_t pr_size; };
#endif
