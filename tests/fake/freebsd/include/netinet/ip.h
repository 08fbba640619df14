/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IP_H_
#define _NETINET_IP_H_

#include <netinet/in.h>

struct ip {
	u_char ip_hl:4, ip_v:4;
	u_char ip_tos;
	u_short ip_len;
	u_short ip_id;
	u_short ip_off;
	u_char ip_ttl;
	u_char ip_p;
	u_short ip_sum;
	struct in_addr ip_src, ip_dst;
} __packed __aligned(2);
#define IP_RF		0x8000
#define IP_DF		0x4000
#define IP_MF		0x2000
#define IP_OFFMASK	0x1fff
#define IP_MAXPACKET	65535

#endif
