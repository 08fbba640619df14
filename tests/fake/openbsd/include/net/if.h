/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_H_
#define _NET_IF_H_
#include <sys/queue.h>
#include <sys/socket.h>
#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE
#define IFDESCRSIZE	64
#define LINK_STATE_UNKNOWN	0
#define LINK_STATE_INVALID	1
#define LINK_STATE_DOWN		2
#define LINK_STATE_KALIVE_DOWN	3
#define LINK_STATE_UP		4
#define LINK_STATE_HALF_DUPLEX	5
#define LINK_STATE_FULL_DUPLEX	6
#define LINK_STATE_IS_UP(s)						\
	((s) >= LINK_STATE_UP || (s) == LINK_STATE_UNKNOWN)
#define IFF_UP		0x1
#define IFF_BROADCAST	0x2
#define IFF_DEBUG	0x4
#define IFF_LOOPBACK	0x8
#define IFF_POINTOPOINT	0x10
#define IFF_RUNNING	0x40
#define IFF_NOARP	0x80
#define IFF_PROMISC	0x100
#define IFF_ALLMULTI	0x200
#define IFF_OACTIVE	0x400
#define IFF_SIMPLEX	0x800
#define IFF_LINK0	0x1000
#define IFF_MULTICAST	0x8000
#define IFF_CANTCHANGE							\
	(IFF_BROADCAST | IFF_LOOPBACK | IFF_POINTOPOINT | IFF_RUNNING |	\
	    IFF_OACTIVE | IFF_SIMPLEX | IFF_MULTICAST | IFF_ALLMULTI)
#define IFXF_MPSAFE	0x1
#define IFXF_CLONED	0x2
#define IFXF_MONITOR	0x100
#define IFXF_LRO	0x200
#define IFXF_CANTCHANGE	(IFXF_MPSAFE | IFXF_CLONED)
#define IFCAP_CSUM_IPv4		0x00000001
#define IFCAP_CSUM_TCPv4	0x00000002
#define IFCAP_CSUM_UDPv4	0x00000004
#define IFCAP_VLAN_MTU		0x00000010
#define IFCAP_VLAN_HWTAGGING	0x00000020
#define IFCAP_VLAN_HWOFFLOAD	0x00000040
#define IFCAP_CSUM_TCPv6	0x00000080
#define IFCAP_CSUM_UDPv6	0x00000100
#define IFCAP_TSOv4		0x00001000
#define IFCAP_TSOv6		0x00002000
#define IFCAP_LRO		0x00004000
#define IFCAP_WOL		0x00008000
#define IFCAP_CSUM_MASK	(IFCAP_CSUM_IPv4 | IFCAP_CSUM_TCPv4 |		\
	IFCAP_CSUM_UDPv4 | IFCAP_CSUM_TCPv6 | IFCAP_CSUM_UDPv6)
#define IF_Kbps(x)	((uint64_t)(x) * 1000ULL)
#define IF_Mbps(x)	(IF_Kbps((x) * 1000ULL))
#define IF_Gbps(x)	(IF_Mbps((x) * 1000ULL))
struct if_rxring {
	int rxr_adjusted;
	u_int rxr_alive, rxr_cwm, rxr_lwm, rxr_hwm;
};
struct if_rxring_info {
	char ifr_name[16];
	u_int ifr_size;
	struct if_rxring ifr_info;
};
struct if_rxrinfo {
	u_int ifri_total;
	struct if_rxring_info *ifri_entries;
};
struct if_data { uint64_t ifi_unused; };
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		short ifru_flags;
		int ifru_metric;
		int64_t ifru_vnetid;
		uint64_t ifru_media;
		caddr_t ifru_data;
		unsigned int ifru_index;
	} ifr_ifru;
#define ifr_addr	ifr_ifru.ifru_addr
#define ifr_flags	ifr_ifru.ifru_flags
#define ifr_metric	ifr_ifru.ifru_metric
#define ifr_mtu		ifr_ifru.ifru_metric
#define ifr_media	ifr_ifru.ifru_media
#define ifr_data	ifr_ifru.ifru_data
};
struct ifmediareq {
	char ifm_name[IFNAMSIZ];
	uint64_t ifm_current, ifm_mask, ifm_status, ifm_active;
	int ifm_count;
	uint64_t *ifm_ulist;
};
struct if_sffpage {
	char sff_ifname[IFNAMSIZ];
	uint8_t sff_addr, sff_page;
	uint8_t sff_data[256];
};
#include <net/if_var.h>
#endif
