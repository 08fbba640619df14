/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET6_IP6_VAR_H_
#define _NETINET6_IP6_VAR_H_

#include <netinet/ip6.h>

struct mbuf;
int ip6_lasthdr(const struct mbuf *, int off, int proto, int *nxtp);

#endif
