/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_
#include <sys/queue.h>
#include <sys/mutex.h>
struct ifnet;
struct ifreq;
struct ifmediareq;
typedef int (*ifm_change_cb_t)(struct ifnet *);
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);
struct ifmedia_entry {
	TAILQ_ENTRY(ifmedia_entry) ifm_list;
	u_int ifm_media, ifm_data;
	void *ifm_aux;
};
struct ifmedia {
	u_int ifm_mask, ifm_media;
	struct ifmedia_entry *ifm_cur;
	TAILQ_HEAD(, ifmedia_entry) ifm_list;
	ifm_change_cb_t ifm_change;
	ifm_stat_cb_t ifm_status;
	uintptr_t ifm_legacy;
	kmutex_t *ifm_lock;
};
void ifmedia_init(struct ifmedia *, int, ifm_change_cb_t, ifm_stat_cb_t);
void ifmedia_init_with_lock(struct ifmedia *, int, ifm_change_cb_t,
    ifm_stat_cb_t, kmutex_t *);
void ifmedia_fini(struct ifmedia *);
int ifmedia_change(struct ifmedia *, struct ifnet *);
void ifmedia_add(struct ifmedia *, int, int, void *);
void ifmedia_set(struct ifmedia *, int);
int ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *, u_long);
#define IFM_AVALID	0x00000001
#define IFM_ACTIVE	0x00000002
#define IFM_NMASK	0x000000e0
#define IFM_TMASK	0x0000001f
#define IFM_IMASK	0xf0000000
#define IFM_OMASK	0x0000ff00
#define IFM_TYPE(x)	((x) & IFM_NMASK)
#define IFM_SUBTYPE(x)	((x) & IFM_TMASK)
#define IFM_ETHER	0x00000020
#define IFM_AUTO	0
#define IFM_MANUAL	1
#define IFM_NONE	2
#define IFM_1000_T	16
#define IFM_10G_T	26
#define IFM_FDX		0x00100000
#define IFM_HDX		0x00200000
#endif
