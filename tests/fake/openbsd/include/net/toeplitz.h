/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_NET_TOEPLITZ_H_
#define _SYS_NET_TOEPLITZ_H_
#include <sys/types.h>
void stoeplitz_to_key(void *, size_t);
uint16_t stoeplitz_hash_n16(void *, uint16_t);
#endif
