/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_NETISR_H_
#define _NET_NETISR_H_
struct taskq *net_tq(unsigned int);
#endif
