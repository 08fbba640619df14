/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_TYPES_H_
#define _NET_IF_TYPES_H_

#define IFT_ETHER	0x6

#endif
