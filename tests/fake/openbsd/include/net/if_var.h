/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_VAR_H_
#define _NET_IF_VAR_H_
#include <sys/queue.h>
#include <sys/mbuf.h>
#include <sys/task.h>
#include <sys/time.h>
#include <sys/timeout.h>
#include <sys/refcnt.h>
#include <net/ifq.h>
struct netstack;
struct rtentry;
enum if_counters {
	ifc_ipackets, ifc_ierrors, ifc_opackets, ifc_oerrors,
	ifc_collisions, ifc_ibytes, ifc_obytes, ifc_imcasts, ifc_omcasts,
	ifc_iqdrops, ifc_oqdrops, ifc_noproto, ifc_ncounters
};
struct ifnet {
	void *if_softc;
	char if_xname[IFNAMSIZ];
	int if_pcount;
	caddr_t if_bpf;
	unsigned int if_index;
	short if_timer;
	unsigned short if_flags;
	int if_xflags;
	u_char if_type, if_addrlen, if_hdrlen, if_link_state;
	uint32_t if_mtu, if_metric;
	uint64_t if_baudrate;
	uint32_t if_capabilities;
	uint32_t if_rdomain;
	uint64_t if_data_counters[ifc_ncounters];
	struct cpumem *if_counters;
	uint32_t if_hardmtu;
	uint8_t if_priority, if_llprio;
	struct task if_linkstatetask;
	void (*if_input)(struct ifnet *, struct mbuf *, struct netstack *);
	int (*if_bpf_mtap)(caddr_t, const struct mbuf *, u_int);
	int (*if_output)(struct ifnet *, struct mbuf *, struct sockaddr *,
	    struct rtentry *);
	int (*if_enqueue)(struct ifnet *, struct mbuf *);
	void (*if_start)(struct ifnet *);
	int (*if_ioctl)(struct ifnet *, u_long, caddr_t);
	void (*if_watchdog)(struct ifnet *);
	int (*if_wol)(struct ifnet *, int);
	struct ifqueue if_snd;
	struct ifqueue **if_ifqs;
	struct ifqueue *if_ifqs0[1];	/* fake */
	void (*if_qstart)(struct ifqueue *);
	unsigned int if_nifqs;
	unsigned int if_txmit;
	struct ifiqueue if_rcv;
	struct ifiqueue **if_iqs;
	struct ifiqueue *if_iqs0[1];	/* fake */
	unsigned int if_niqs;
	int if_fk_state;		/* fake: 1 attached, 2 ether too */
};
#define if_ipackets	if_data_counters[ifc_ipackets]
#define if_ierrors	if_data_counters[ifc_ierrors]
#define if_opackets	if_data_counters[ifc_opackets]
#define if_oerrors	if_data_counters[ifc_oerrors]
#define if_collisions	if_data_counters[ifc_collisions]
#define if_iqdrops	if_data_counters[ifc_iqdrops]
#define if_oqdrops	if_data_counters[ifc_oqdrops]
#define IF_TXMIT_DEFAULT	16
int if_enqueue(struct ifnet *, struct mbuf *);
void if_input(struct ifnet *, struct mbuf_list *);
void if_attach(struct ifnet *);
void if_attach_queues(struct ifnet *, unsigned int);
void if_attach_iqueues(struct ifnet *, unsigned int);
void if_detach(struct ifnet *);
void if_deactivate(struct ifnet *);
void if_link_state_change(struct ifnet *);
void if_counters_alloc(struct ifnet *);
void if_rxr_livelocked(struct if_rxring *);
void if_rxr_init(struct if_rxring *, u_int, u_int);
u_int if_rxr_get(struct if_rxring *, u_int);
void fk_rxr_put(struct if_rxring *, u_int);
#define if_rxr_put(r, c)	fk_rxr_put((r), (c))
#define if_rxr_needrefill(r)	((r)->rxr_alive < (r)->rxr_lwm)
#define if_rxr_inuse(r)		((r)->rxr_alive)
#define if_rxr_cwm(r)		((r)->rxr_cwm)
int if_rxr_info_ioctl(struct if_rxrinfo *, u_int, struct if_rxring_info *);
int if_rxr_ioctl(struct if_rxrinfo *, const char *, u_int,
    struct if_rxring *);
#endif
