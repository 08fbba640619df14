/* SPDX-License-Identifier: BSD-2-Clause */
#define IFT_ETHER	0x6
