/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_

#include <sys/queue.h>
#include <net/if_var.h>

typedef int (*ifm_change_cb_t)(struct ifnet *);
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);
struct ifmedia_entry {
	LIST_ENTRY(ifmedia_entry) ifm_list;
	int ifm_media;
	int ifm_data;
	void *ifm_aux;
};
struct ifmedia {
	int ifm_mask;
	int ifm_media;
	struct ifmedia_entry *ifm_cur;
	LIST_HEAD(, ifmedia_entry) ifm_list;
	ifm_change_cb_t ifm_change;
	ifm_stat_cb_t ifm_status;
};
void ifmedia_init(struct ifmedia *, int dontcare_mask, ifm_change_cb_t,
    ifm_stat_cb_t);
void ifmedia_removeall(struct ifmedia *);
void ifmedia_add(struct ifmedia *, int mword, int data, void *aux);
void ifmedia_set(struct ifmedia *, int mword);
int ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *, u_long);

#define IFM_X_SHIFT	11
#define IFM_X(x)	\
	((((x) & 0xffe0) << IFM_X_SHIFT) | ((x) & 0x1f))
#define IFM_ETHER	0x00000020
#define IFM_AUTO	0
#define IFM_NONE	2
#define IFM_1000_T	16
#define IFM_UNKNOWN	25
#define IFM_10G_T	26
#define IFM_25G_PCIE	IFM_X(40)
#define IFM_40G_CR4	27
#define IFM_50G_CR2	IFM_X(56)
#define IFM_100G_CR4	IFM_X(47)
#define IFM_200G_CR4_PAM4	IFM_X(123)
#define IFM_400G_DR4	IFM_X(134)
#define IFM_OTHER	31
#define IFM_FDX		0x00100000
#define IFM_HDX		0x00200000
#define IFM_AVALID	0x00000001
#define IFM_ACTIVE	0x00000002
#define IFM_NMASK	0x000000e0
#define IFM_TMASK	0x0000001f
#define IFM_IMASK	0xf0000000

#endif
