/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_ETHER_H_
#define _NET_IF_ETHER_H_
#include <sys/mbuf.h>
#include <net/if.h>
#include <net/if_media.h>
#define ETHER_ADDR_LEN	6
#define ETHER_TYPE_LEN	2
#define ETHER_CRC_LEN	4
#define ETHER_HDR_LEN	((ETHER_ADDR_LEN * 2) + ETHER_TYPE_LEN)
#define ETHER_MIN_LEN	64
#define ETHER_MAX_LEN	1518
#define ETHER_VLAN_ENCAP_LEN	4
#define ETHER_ALIGN	2
#define ETHERMTU	1500
#define ETHERMTU_JUMBO	9000
#define ETHERMIN	(ETHER_MIN_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERTYPE_IP	0x0800
#define ETHERTYPE_ARP	0x0806
#define ETHERTYPE_VLAN	0x8100
#define ETHERTYPE_IPV6	0x86dd
#define ETHER_IS_MULTICAST(a)	(*(a) & 0x01)
struct ether_header {
	uint8_t ether_dhost[ETHER_ADDR_LEN];
	uint8_t ether_shost[ETHER_ADDR_LEN];
	uint16_t ether_type;
} __packed;
struct ether_vlan_header {
	uint8_t evl_dhost[ETHER_ADDR_LEN];
	uint8_t evl_shost[ETHER_ADDR_LEN];
	uint16_t evl_encap_proto, evl_tag, evl_proto;
} __packed;
struct ethercom;
struct mii_data;
typedef int (*ether_cb_t)(struct ethercom *);
typedef int (*ether_vlancb_t)(struct ethercom *, uint16_t, bool);
struct ether_multi {
	uint8_t enm_addrlo[ETHER_ADDR_LEN];
	uint8_t enm_addrhi[ETHER_ADDR_LEN];
	u_int enm_refcount;
	LIST_ENTRY(ether_multi) enm_list;
};
struct ethercom {
	struct ifnet ec_if;
	LIST_HEAD(, ether_multi) ec_multiaddrs;
	int ec_multicnt;
	int ec_capabilities;
	int ec_capenable;
	int ec_nvlans;
	struct mii_data *ec_mii;
	struct ifmedia *ec_ifmedia;
	ether_cb_t ec_ifflags_cb;
	ether_vlancb_t ec_vlan_cb;
	kmutex_t *ec_lock;
	int ec_flags;
};
#define ETHERCAP_VLAN_MTU	0x00000001
#define ETHERCAP_VLAN_HWTAGGING	0x00000002
#define ETHERCAP_JUMBO_MTU	0x00000004
#define ETHERCAP_VLAN_HWFILTER	0x00000008
#define ETHER_F_ALLMULTI	0x1
#define ETHER_LOCK(ec)		mutex_enter((ec)->ec_lock)
#define ETHER_UNLOCK(ec)	mutex_exit((ec)->ec_lock)
struct eccapreq {
	char eccr_name[IFNAMSIZ];
	int eccr_capabilities, eccr_capenable;
};
void ether_set_ifflags_cb(struct ethercom *, ether_cb_t);
void ether_set_vlan_cb(struct ethercom *, ether_vlancb_t);
int ether_ioctl(struct ifnet *, u_long, void *);
void ether_ifattach(struct ifnet *, const uint8_t *);
void ether_ifdetach(struct ifnet *);
char *ether_sprintf(const uint8_t *);
char *ether_snprintf(char *, size_t, const uint8_t *);
#endif
