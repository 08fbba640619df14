/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FK_NKSTAT
#define FK_NKSTAT 1
#endif
#define NKSTAT FK_NKSTAT
