/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CPRNG_H_
#define _SYS_CPRNG_H_
uint32_t cprng_fast32(void);
size_t cprng_fast(void *, size_t);
#endif
