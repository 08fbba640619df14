/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RWLOCK_H_
#define _SYS_RWLOCK_H_
#include <sys/types.h>
#endif
