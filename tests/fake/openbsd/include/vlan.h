/* SPDX-License-Identifier: BSD-2-Clause */
#define NVLAN 1
