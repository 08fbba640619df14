/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_ROUTE_H_
#define _NET_ROUTE_H_
struct rtentry;
#endif
