/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_VAR_H_
#define _NETINET_TCP_VAR_H_
struct mbuf;
struct mbuf_list;
struct ifnet;
enum tcpstat_counters {
	tcps_outswtso, tcps_outhwtso, tcps_outpkttso, tcps_outbadtso,
	tcps_inswlro, tcps_inhwlro, tcps_inpktlro, tcps_inbadlro,
	tcps_ncounters
};
extern uint64_t fk_tcpstat[tcps_ncounters];
#define tcpstat_inc(c)		(fk_tcpstat[c]++)
#define tcpstat_add(c, v)	(fk_tcpstat[c] += (v))
void tcp_softlro_glue(struct mbuf_list *, struct mbuf *, struct ifnet *);
#endif
