/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_H_
#define _NET_IF_H_

#include <sys/socket.h>
#include <sys/types.h>

#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE
#define IF_Kbps(x)	((uintmax_t)(x) * 1000)
#define IF_Mbps(x)	(IF_Kbps((x) * 1000))
#define IF_Gbps(x)	(IF_Mbps((x) * 1000))
#define IFF_UP		0x1
#define IFF_BROADCAST	0x2
#define IFF_DEBUG	0x4
#define IFF_LOOPBACK	0x8
#define IFF_KNOWSEPOCH	0x20
#define IFF_NEEDSEPOCH	0x20
#define IFF_DRV_RUNNING	0x40
#define IFF_PROMISC	0x100
#define IFF_ALLMULTI	0x200
#define IFF_DRV_OACTIVE	0x400
#define IFF_SIMPLEX	0x800
#define IFF_MULTICAST	0x8000
#define IFF_PPROMISC	0x20000
#define IFF_DYING	0x200000
#define LINK_STATE_UNKNOWN	0
#define LINK_STATE_DOWN		1
#define LINK_STATE_UP		2

#define IFCAP_RXCSUM		0x00001
#define IFCAP_TXCSUM		0x00002
#define IFCAP_VLAN_MTU		0x00008
#define IFCAP_VLAN_HWTAGGING	0x00010
#define IFCAP_JUMBO_MTU		0x00020
#define IFCAP_POLLING		0x00040
#define IFCAP_VLAN_HWCSUM	0x00080
#define IFCAP_TSO4		0x00100
#define IFCAP_TSO6		0x00200
#define IFCAP_LRO		0x00400
#define IFCAP_VLAN_HWTSO	0x40000
#define IFCAP_LINKSTATE		0x80000
#define IFCAP_NETMAP		0x100000
#define IFCAP_RXCSUM_IPV6	0x200000
#define IFCAP_TXCSUM_IPV6	0x400000
#define IFCAP_HWSTATS		0x800000
#define IFCAP_HWRXTSTMP		0x2000000
#define IFCAP_MEXTPG		0x4000000
#define IFCAP_HWCSUM_IPV6	(IFCAP_RXCSUM_IPV6 | IFCAP_TXCSUM_IPV6)
#define IFCAP_HWCSUM		(IFCAP_RXCSUM | IFCAP_TXCSUM)
#define IFCAP_TSO		(IFCAP_TSO4 | IFCAP_TSO6)
#define IFCAP_CANTCHANGE	(IFCAP_NETMAP)

struct ifreq_buffer {
	size_t length;
	void *buffer;
};
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		struct ifreq_buffer ifru_buffer;
		short ifru_flags[2];
		short ifru_index;
		int ifru_mtu;
		int ifru_media;
		caddr_t ifru_data;
		int ifru_cap[2];
	} ifr_ifru;
#define ifr_addr	ifr_ifru.ifru_addr
#define ifr_flags	ifr_ifru.ifru_flags[0]
#define ifr_flagshigh	ifr_ifru.ifru_flags[1]
#define ifr_mtu		ifr_ifru.ifru_mtu
#define ifr_media	ifr_ifru.ifru_media
#define ifr_data	ifr_ifru.ifru_data
#define ifr_reqcap	ifr_ifru.ifru_cap[0]
#define ifr_curcap	ifr_ifru.ifru_cap[1]
};
struct ifmediareq {
	char ifm_name[IFNAMSIZ];
	int ifm_current;
	int ifm_mask;
	int ifm_status;
	int ifm_active;
	int ifm_count;
	int *ifm_ulist;
};

#endif
