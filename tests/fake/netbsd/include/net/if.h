/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_H_
#define _NET_IF_H_
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/workqueue.h>
#include <sys/systm.h>
#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE
#define LINK_STATE_UNKNOWN	0
#define LINK_STATE_DOWN		1
#define LINK_STATE_UP		2
struct mbuf;
struct rtentry;
struct ifnet;
struct bpf_if;
struct ifmedia;
struct sysctllog;
struct if_percpuq;
struct if_deferred_start;
typedef unsigned short if_index_t;
/* as with options ALTQ: fields the driver sees only through macros */
struct ifaltq {
	struct mbuf *ifq_head, *ifq_tail;
	int ifq_len, ifq_maxlen;
	uint64_t ifq_drops;
	kmutex_t *ifq_lock;
	int altq_flags;
};
#define ALTQF_READY	0x01
#define ALTQF_ENABLED	0x02
#define ALTQ_IS_ENABLED(ifq)	(((ifq)->altq_flags & ALTQF_ENABLED) != 0)
typedef enum {
	if_ipackets = 0, if_ierrors, if_opackets, if_oerrors,
	if_collisions, if_ibytes, if_obytes, if_imcasts, if_omcasts,
	if_iqdrops, if_noproto, IF_NSTATS
} if_stat_t;
struct sockaddr_dl;
typedef struct ifnet {
	void *if_softc;
	char if_xname[IFNAMSIZ];
	int if_pcount;
	struct bpf_if *if_bpf;
	if_index_t if_index;
	short if_timer;
	unsigned short if_fk_flags[1];	/* see if_flags */
	short if_extflags;
	u_char if_type, if_addrlen, if_hdrlen;
	int if_link_state;
	uint64_t if_mtu, if_metric, if_baudrate;
	uint64_t *if_stats;
	int (*if_output)(struct ifnet *, struct mbuf *,
	    const struct sockaddr *, const struct rtentry *);
	void (*_if_input)(struct ifnet *, struct mbuf *);
	void (*if_start)(struct ifnet *);
	int (*if_transmit)(struct ifnet *, struct mbuf *);
	int (*if_ioctl)(struct ifnet *, u_long, void *);
	int (*if_init)(struct ifnet *);
	void (*if_stop)(struct ifnet *, int);
	void (*if_slowtimo)(struct ifnet *);
#define if_watchdog	if_slowtimo
	void (*if_drain)(struct ifnet *);
	void (*if_bpf_mtap)(struct bpf_if *, struct mbuf *, u_int);
	struct ifaltq if_snd;
	const struct sockaddr_dl *if_sadl;
	const uint8_t *if_broadcastaddr;
	int if_dlt;
	uint64_t if_capabilities, if_capenable;
	int if_csum_flags_tx, if_csum_flags_rx;
	struct sysctllog *if_sysctl_log;
	kmutex_t *if_ioctl_lock;
	struct if_percpuq *if_percpuq;
	struct if_deferred_start *if_deferred_start;
	int if_fk_state;
	u_char if_fk_mac[6];
} ifnet_t;
/*
 * Owned by IFNET_LOCK: each mention of it is checked.  An index of 0, so that
 * it stays something that can be assigned to.
 */
unsigned int fk_if_flags(const char *func);
#define if_flags	if_fk_flags[fk_if_flags(__func__)]
#define IFF_UP		0x0001
#define IFF_BROADCAST	0x0002
#define IFF_DEBUG	0x0004
#define IFF_LOOPBACK	0x0008
#define IFF_POINTOPOINT	0x0010
#define IFF_RUNNING	0x0040
#define IFF_NOARP	0x0080
#define IFF_PROMISC	0x0100
#define IFF_ALLMULTI	0x0200
#define IFF_OACTIVE	0x0400
#define IFF_SIMPLEX	0x0800
#define IFF_MULTICAST	0x8000
#define IFF_CANTCHANGE							\
	(IFF_BROADCAST | IFF_POINTOPOINT | IFF_RUNNING | IFF_OACTIVE |	\
	    IFF_SIMPLEX | IFF_MULTICAST | IFF_ALLMULTI | IFF_PROMISC)
#define IFEF_MPSAFE	1
#define IF_Kbps(x)	((x) * 1000ULL)
#define IF_Mbps(x)	(IF_Kbps((x) * 1000ULL))
#define IF_Gbps(x)	(IF_Mbps((x) * 1000ULL))
#define IFCAP_TSOv4		0x00080
#define IFCAP_CSUM_IPv4_Rx	0x00100
#define IFCAP_CSUM_IPv4_Tx	0x00200
#define IFCAP_CSUM_TCPv4_Rx	0x00400
#define IFCAP_CSUM_TCPv4_Tx	0x00800
#define IFCAP_CSUM_UDPv4_Rx	0x01000
#define IFCAP_CSUM_UDPv4_Tx	0x02000
#define IFCAP_CSUM_TCPv6_Rx	0x04000
#define IFCAP_CSUM_TCPv6_Tx	0x08000
#define IFCAP_CSUM_UDPv6_Rx	0x10000
#define IFCAP_CSUM_UDPv6_Tx	0x20000
#define IFCAP_TSOv6		0x40000
#define IFCAP_LRO		0x80000
#define IFCAP_MASK		0xfff80
#define IFQ_MAXLEN	256
#define IFNET_LOCK(ifp)		mutex_enter((ifp)->if_ioctl_lock)
#define IFNET_UNLOCK(ifp)	mutex_exit((ifp)->if_ioctl_lock)
#define IFNET_LOCKED(ifp)	mutex_owned((ifp)->if_ioctl_lock)
#define IFNET_ASSERT_UNLOCKED(ifp)	KDASSERT(!IFNET_LOCKED(ifp))
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		struct sockaddr_storage ifru_space;
		short ifru_flags;
		int ifru_metric, ifru_mtu;
		u_int ifru_value;
		void *ifru_data;
	} ifr_ifru;
#define ifr_addr	ifr_ifru.ifru_addr
#define ifr_space	ifr_ifru.ifru_space
#define ifr_flags	ifr_ifru.ifru_flags
#define ifr_metric	ifr_ifru.ifru_metric
#define ifr_mtu		ifr_ifru.ifru_mtu
#define ifr_media	ifr_ifru.ifru_metric
#define ifr_data	ifr_ifru.ifru_data
};
static inline const struct sockaddr *
ifreq_getaddr(u_long cmd, const struct ifreq *ifr)
{
	(void)cmd;
	return (&ifr->ifr_addr);
}
struct ifcapreq {
	char ifcr_name[IFNAMSIZ];
	uint64_t ifcr_capabilities, ifcr_capenable;
};
struct ifmediareq {
	char ifm_name[IFNAMSIZ];
	int ifm_current, ifm_mask, ifm_status, ifm_active, ifm_count;
	int *ifm_ulist;
};
struct ifaddr {
	const struct sockaddr *ifa_addr;
};
struct if_laddrreq {
	char iflr_name[IFNAMSIZ];
	unsigned int flags;
#define IFLR_PREFIX	0x8000
#define IFLR_ACTIVE	0x4000
#define IFLR_FACTORY	0x2000
	unsigned int prefixlen;
	struct sockaddr_storage addr, dstaddr;
};
static inline bool
if_is_mpsafe(struct ifnet *ifp)
{
	return ((ifp->if_extflags & IFEF_MPSAFE) != 0);
}
static inline void
if_start_lock(struct ifnet *ifp)
{
	if (if_is_mpsafe(ifp))
		(*ifp->if_start)(ifp);
	else {
		KERNEL_LOCK(1, NULL);
		(*ifp->if_start)(ifp);
		KERNEL_UNLOCK_ONE(NULL);
	}
}
/* struct mbuf is complete where these are used */
#define IF_QFULL(ifq)	((ifq)->ifq_len >= (ifq)->ifq_maxlen)
#define IF_ENQUEUE(ifq, m) do {						\
	(m)->m_nextpkt = 0;						\
	if ((ifq)->ifq_tail == 0)					\
		(ifq)->ifq_head = m;					\
	else								\
		(ifq)->ifq_tail->m_nextpkt = m;				\
	(ifq)->ifq_tail = m;						\
	(ifq)->ifq_len++;						\
} while (0)
#define IF_DEQUEUE(ifq, m) do {						\
	(m) = (ifq)->ifq_head;						\
	if (m) {							\
		if (((ifq)->ifq_head = (m)->m_nextpkt) == 0)		\
			(ifq)->ifq_tail = 0;				\
		(m)->m_nextpkt = 0;					\
		(ifq)->ifq_len--;					\
	}								\
} while (0)
#define IF_POLL(ifq, m)		((m) = (ifq)->ifq_head)
#define IF_IS_EMPTY(ifq)	((ifq)->ifq_len == 0)
#define IF_PURGE(ifq) do {						\
	struct mbuf *_m;						\
	for (;;) {							\
		IF_DEQUEUE((ifq), _m);					\
		if (_m == NULL)						\
			break;						\
		m_freem(_m);						\
	}								\
} while (0)
#define IFQ_ENQUEUE(ifq, m, err) do {					\
	mutex_enter((ifq)->ifq_lock);					\
	if (IF_QFULL(ifq)) {						\
		m_freem(m);						\
		(err) = ENOBUFS;					\
	} else {							\
		IF_ENQUEUE((ifq), (m));					\
		(err) = 0;						\
	}								\
	if ((err))							\
		(ifq)->ifq_drops++;					\
	mutex_exit((ifq)->ifq_lock);					\
} while (0)
#define IFQ_DEQUEUE(ifq, m) do {					\
	mutex_enter((ifq)->ifq_lock);					\
	IF_DEQUEUE((ifq), (m));						\
	mutex_exit((ifq)->ifq_lock);					\
} while (0)
#define IFQ_POLL(ifq, m) do {						\
	mutex_enter((ifq)->ifq_lock);					\
	IF_POLL((ifq), (m));						\
	mutex_exit((ifq)->ifq_lock);					\
} while (0)
#define IFQ_PURGE(ifq) do {						\
	mutex_enter((ifq)->ifq_lock);					\
	IF_PURGE(ifq);							\
	mutex_exit((ifq)->ifq_lock);					\
} while (0)
#define IFQ_SET_READY(ifq)	((ifq)->altq_flags |= ALTQF_READY)
#define IFQ_SET_MAXLEN(ifq, len)	((ifq)->ifq_maxlen = (len))
#define IFQ_IS_EMPTY(ifq)	IF_IS_EMPTY(ifq)
void if_initialize(struct ifnet *);
void if_register(struct ifnet *);
void if_attach(struct ifnet *);
void if_deactivate(struct ifnet *);
bool if_is_deactivated(const struct ifnet *);
void if_detach(struct ifnet *);
void if_down(struct ifnet *);
void if_link_state_change(struct ifnet *, int);
int ifioctl_common(struct ifnet *, u_long, void *);
int if_ioctl(struct ifnet *, u_long, void *);
int if_init(struct ifnet *);
void if_stop(struct ifnet *, int);
void if_input(struct ifnet *, struct mbuf *);
struct if_percpuq *if_percpuq_create(struct ifnet *);
void if_percpuq_destroy(struct if_percpuq *);
void if_percpuq_enqueue(struct if_percpuq *, struct mbuf *);
void if_deferred_start_init(struct ifnet *, void (*)(struct ifnet *));
void if_schedule_deferred_start(struct ifnet *);
#include <net/if_stats.h>
#endif
