/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PERCPU_H_
#define _SYS_PERCPU_H_
#include <sys/types.h>
typedef struct percpu percpu_t;
#endif
