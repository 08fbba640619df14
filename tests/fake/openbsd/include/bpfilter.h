/* SPDX-License-Identifier: BSD-2-Clause */
#define NBPFILTER 1
