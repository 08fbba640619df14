/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_
#include <sys/queue.h>
struct ifnet;
struct ifreq;
struct ifmediareq;
typedef int (*ifm_change_cb_t)(struct ifnet *);
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);
struct ifmedia_entry {
	TAILQ_ENTRY(ifmedia_entry) ifm_list;
	uint64_t ifm_media;
	u_int ifm_data;
	void *ifm_aux;
};
TAILQ_HEAD(ifmedia_list, ifmedia_entry);
struct ifmedia {
	uint64_t ifm_mask, ifm_media;
	struct ifmedia_entry *ifm_cur;
	struct ifmedia_list ifm_list;
	size_t ifm_nwords;
	ifm_change_cb_t ifm_change_cb;
	ifm_stat_cb_t ifm_status_cb;
};
void ifmedia_init(struct ifmedia *, uint64_t, ifm_change_cb_t,
    ifm_stat_cb_t);
void ifmedia_add(struct ifmedia *, uint64_t, int, void *);
void ifmedia_set(struct ifmedia *, uint64_t);
int ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *, u_long);
void ifmedia_delete_instance(struct ifmedia *, uint64_t);
uint64_t ifmedia_baudrate(uint64_t);
#define IFM_ETHER	0x0000000000000100ULL
#define IFM_1000_T	16
#define IFM_10G_T	22
#define IFM_25G_CR	43
#define IFM_AUTO	0ULL
#define IFM_MANUAL	1ULL
#define IFM_NONE	2ULL
#define IFM_FDX		0x0000010000000000ULL
#define IFM_HDX		0x0000020000000000ULL
#define IFM_INST_ANY	((uint64_t)-1)
#define IFM_AVALID	0x0000000000000001ULL
#define IFM_ACTIVE	0x0000000000000002ULL
#define IFM_NMASK	0x000000000000ff00ULL
#define IFM_TMASK	0x00000000000000ffULL
#define IFM_TYPE(x)	((x) & IFM_NMASK)
#define IFM_SUBTYPE(x)	((x) & IFM_TMASK)
#endif
