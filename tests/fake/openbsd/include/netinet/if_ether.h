/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IF_ETHER_H_
#define _NETINET_IF_ETHER_H_
#define ETHER_ADDR_LEN	6
#define ETHER_TYPE_LEN	2
#define ETHER_CRC_LEN	4
#define ETHER_HDR_LEN	((ETHER_ADDR_LEN * 2) + ETHER_TYPE_LEN)
#define ETHER_MIN_LEN	64
#define ETHER_MAX_LEN	1518
#define ETHER_VLAN_ENCAP_LEN	4
#define EVL_ENCAPLEN	4
#define ETHER_ALIGN	2
#define ETHER_MAX_HARDMTU_LEN	65435
#define ETHERMTU	(ETHER_MAX_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERMIN	(ETHER_MIN_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERTYPE_IP	0x0800
#define ETHERTYPE_ARP	0x0806
#define ETHERTYPE_VLAN	0x8100
#define ETHERTYPE_IPV6	0x86dd
#define ETHER_IS_MULTICAST(a)	(*(a) & 0x01)
struct ether_header {
	u_int8_t ether_dhost[ETHER_ADDR_LEN];
	u_int8_t ether_shost[ETHER_ADDR_LEN];
	u_int16_t ether_type;
} __packed;
struct ether_vlan_header {
	u_int8_t evl_dhost[ETHER_ADDR_LEN];
	u_int8_t evl_shost[ETHER_ADDR_LEN];
	u_int16_t evl_encap_proto, evl_tag, evl_proto;
} __packed;
#include <net/if_var.h>
struct ether_multi {
	u_int8_t enm_addrlo[ETHER_ADDR_LEN];
	u_int8_t enm_addrhi[ETHER_ADDR_LEN];
	unsigned int enm_refcnt;
	LIST_ENTRY(ether_multi) enm_list;
};
struct arpcom {
	struct ifnet ac_if;
	u_int8_t ac_enaddr[ETHER_ADDR_LEN];
	char ac__pad[2];
	LIST_HEAD(, ether_multi) ac_multiaddrs;
	int ac_multicnt;
	int ac_multirangecnt;
	void *ac_trunkport;
	const void *ac_brport;
};
struct ether_extracted {
	struct ether_header *eh;
	struct ether_vlan_header *evh;
	struct ip *ip4;
	struct ip6_hdr *ip6;
	struct tcphdr *tcp;
	struct udphdr *udp;
	u_int iplen, iphlen, tcphlen, paylen;
};
void ether_extract_headers(struct mbuf *, struct ether_extracted *);
void ether_ifattach(struct ifnet *);
void ether_ifdetach(struct ifnet *);
int ether_ioctl(struct ifnet *, struct arpcom *, u_long, caddr_t);
void ether_fakeaddr(struct ifnet *);
char *ether_sprintf(u_char *);
#endif
