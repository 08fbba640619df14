/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_DL_H_
#define _NET_IF_DL_H_
struct sockaddr_dl;
#endif
