/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KCPUSET_H_
#define _SYS_KCPUSET_H_
#include <sys/types.h>
typedef struct kcpuset kcpuset_t;
void kcpuset_create(kcpuset_t **, bool);
void kcpuset_destroy(kcpuset_t *);
void kcpuset_zero(kcpuset_t *);
void kcpuset_set(kcpuset_t *, cpuid_t);
void kcpuset_clear(kcpuset_t *, cpuid_t);
bool kcpuset_isset(const kcpuset_t *, cpuid_t);
bool kcpuset_iszero(const kcpuset_t *);
#endif
