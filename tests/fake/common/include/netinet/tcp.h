/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_H_
#define _NETINET_TCP_H_
typedef u_int32_t tcp_seq;
struct tcphdr {
	u_int16_t th_sport, th_dport;
	tcp_seq th_seq, th_ack;
	u_int8_t th_x2:4, th_off:4;
	u_int8_t th_flags;
#define TH_FIN	0x01
#define TH_SYN	0x02
#define TH_RST	0x04
#define TH_PUSH	0x08
#define TH_ACK	0x10
#define TH_URG	0x20
#define TH_ECE	0x40
#define TH_CWR	0x80
	u_int16_t th_win, th_sum, th_urp;
} __packed;
#endif
