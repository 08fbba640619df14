/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * These headers stand in for a kernel's when the core is compiled with
 * -nostdinc: exactly what include/ena_os.h asks of a binding's first pass,
 * so that a use of anything else does not compile.
 */
#ifndef BARE_STDINT_H
#define BARE_STDINT_H

typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __UINTPTR_TYPE__ uintptr_t;

#endif /* BARE_STDINT_H */
