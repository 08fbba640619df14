/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_H_
#define _NETINET_TCP_H_

#include <sys/types.h>

struct tcphdr {
	u_short th_sport;
	u_short th_dport;
	uint32_t th_seq;
	uint32_t th_ack;
	u_char th_x2:4, th_off:4;
	u_char th_flags;
	u_short th_win;
	u_short th_sum;
	u_short th_urp;
};
#define TH_FIN	0x01
#define TH_SYN	0x02
#define TH_RST	0x04
#define TH_PUSH	0x08
#define TH_ACK	0x10
#define TH_URG	0x20
#define TH_ECE	0x40
#define TH_CWR	0x80

#endif
