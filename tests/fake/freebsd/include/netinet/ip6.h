/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IP6_H_
#define _NETINET_IP6_H_

#include <netinet/in.h>

struct in6_addr {
	uint8_t s6_addr[16];
};
struct ip6_hdr {
	uint32_t ip6_flow;
	uint16_t ip6_plen;
	uint8_t ip6_nxt;
	uint8_t ip6_hlim;
	struct in6_addr ip6_src;
	struct in6_addr ip6_dst;
} __packed __aligned(2);

#endif
