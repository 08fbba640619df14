/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_TIMER_H_
#define _NETINET_TCP_TIMER_H_
#endif
