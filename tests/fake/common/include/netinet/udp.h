/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_UDP_H_
#define _NETINET_UDP_H_
struct udphdr { u_int16_t uh_sport, uh_dport, uh_ulen, uh_sum; } __packed;
#endif
