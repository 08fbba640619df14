/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IP_H_
#define _NETINET_IP_H_
struct ip {
	u_int8_t ip_hl:4, ip_v:4;
	u_int8_t ip_tos;
	u_int16_t ip_len;
	u_int16_t ip_id;
	u_int16_t ip_off;
#define IP_RF		0x8000
#define IP_DF		0x4000
#define IP_MF		0x2000
#define IP_OFFMASK	0x1fff
	u_int8_t ip_ttl;
	u_int8_t ip_p;
	u_int16_t ip_sum;
	struct in_addr ip_src, ip_dst;
} __packed;
#endif
