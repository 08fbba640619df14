/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: percpuq, deferred start, ioctls, the stack's two ends. */
#include "fk_priv.h"

#include <sys/socket.h>
#include <sys/sockio.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <netinet/in.h>

#include "fk_nb.h"
#include "sys_mbuf.h"

/* if_fk_state */
enum { NONE, INITIALIZED, ETHER, REGISTERED, ETHER_GONE };

struct cpuq {
	struct mbuf *ifq_head, *ifq_tail;
	int ifq_len, ifq_maxlen;
};

struct if_percpuq {
	struct ifnet *ipq_ifp;
	void *ipq_si;
	struct cpuq ipq_q[FC_CPUS];
};

struct if_deferred_start {
	struct ifnet *ids_ifp;
	void (*ids_if_start)(struct ifnet *);
	void *ids_si;
};

static struct ifnet *the_if;		/* registered */
static struct ifnet *known_if;		/* initialised */
static fk_rx_fn *rx_fn;
static void *rx_arg;
static unsigned int bpf_out, link_changes;
static bool caps_at_up;
static struct workqueue *link_wq;
static struct work link_work;
static bool link_scheduled;
static int link_queue[64];
static unsigned int link_len;
/* packets that a softint of the stack sends, all in one go */
static struct mbuf *fwd, **fwd_tail;
static unsigned int fwd_sent;
static bool fwd_running;
static void *fwd_si;

/* ---- if_flags is IFNET_LOCK's */

bool
fk_is_ifnet_lock(const struct kmutex *m)
{
	return (known_if != NULL && known_if->if_ioctl_lock == m);
}

unsigned int
fk_if_flags(const char *func)
{
	if (the_if != NULL && the_if->if_fk_state == REGISTERED &&
	    !IFNET_LOCKED(the_if))
		FK_RULE("if-flags", "%s() without IFNET_LOCK", func);
	return (0);
}

static void
want_lock(const struct ifnet *ifp, const char *who)
{
	if (!IFNET_LOCKED(ifp))
		fk_die("ifnet-lock", who);
}

/* ---- statistics */

void
fk_stat_add(struct ifnet *ifp, if_stat_t x, uint64_t v)
{
	if (ifp->if_stats == NULL)
		fk_die("if-order", "statistics before if_initialize");
	ifp->if_stats[x] += v;
}

net_stat_ref_t
fk_stat_getref(struct ifnet *ifp)
{
	kpreempt_disable();
	return ((net_stat_ref_t)(void *)ifp->if_stats);
}

void
fk_stat_putref(struct ifnet *ifp)
{
	(void)ifp;
	kpreempt_enable();
}

/* ---- received packets */

static void
take_in(struct ifnet *ifp, struct mbuf *m)
{
	static uint8_t frame[70000];
	int csum = m->m_pkthdr.csum_flags;
	struct fk_rx rx;
	struct mbuf *n;
	size_t len = 0;

	memset(&rx, 0, sizeof(rx));
	for (n = m; n != NULL; n = n->m_next) {
		rx.segs++;
		len += (size_t)n->m_len;
	}
	if (len != (size_t)m->m_pkthdr.len) {
		FK_RULE("mbuf-len", "received chain of %zu bytes says %d",
		    len, m->m_pkthdr.len);
		m_freem(m);
		return;
	}
	if (m->m_pkthdr.rcvif_index != ifp->if_index)
		FK_RULE("rcvif", "received without m_set_rcvif()");
	fk_m_copydata(m, 0, (int)len, frame);
	rx.frame = frame;
	rx.len = len;
	rx.queue = fc_cpu();
	if ((csum & (M_CSUM_IPv4 | M_CSUM_IPv4_BAD)) == M_CSUM_IPv4)
		rx.csum |= FK_RX_IP_OK;
	if ((csum & (M_CSUM_TCPv4 | M_CSUM_TCPv6)) != 0 &&
	    (csum & M_CSUM_TCP_UDP_BAD) == 0)
		rx.csum |= FK_RX_TCP_OK;
	if ((csum & (M_CSUM_UDPv4 | M_CSUM_UDPv6)) != 0 &&
	    (csum & M_CSUM_TCP_UDP_BAD) == 0)
		rx.csum |= FK_RX_UDP_OK;
	m_freem(m);
	if (rx_fn != NULL)
		rx_fn(rx_arg, &rx);
}

static void
percpuq_softint(void *arg)
{
	struct if_percpuq *ipq = arg;
	struct ifnet *ifp = ipq->ipq_ifp;
	struct mbuf *m;

	for (;;) {
		int s = splnet();

		IF_DEQUEUE(&ipq->ipq_q[fc_cpu()], m);
		splx(s);
		if (m == NULL)
			break;
		if_statinc(ifp, if_ipackets);
		bpf_mtap(ifp, m, BPF_D_IN);
		ifp->_if_input(ifp, m);
	}
}

struct if_percpuq *
if_percpuq_create(struct ifnet *ifp)
{
	struct if_percpuq *ipq;
	unsigned int i;

	if (ifp->if_fk_state == NONE)
		fk_die("if-order", "if_percpuq_create before if_initialize");
	ipq = kmem_zalloc(sizeof(*ipq), KM_SLEEP);
	ipq->ipq_ifp = ifp;
	ipq->ipq_si = fk_softint(SOFTINT_NET | SOFTINT_MPSAFE,
	    percpuq_softint, ipq);
	for (i = 0; i < FC_CPUS; i++)
		ipq->ipq_q[i].ifq_maxlen = IFQ_MAXLEN;
	return (ipq);
}

void
if_percpuq_destroy(struct if_percpuq *ipq)
{
	unsigned int i;

	if (ipq == NULL)
		return;
	softint_disestablish(ipq->ipq_si);
	for (i = 0; i < FC_CPUS; i++)
		IF_PURGE(&ipq->ipq_q[i]);
	kmem_free(ipq, sizeof(*ipq));
}

static void
input_check(struct mbuf *m, const char *who)
{
	fk_mbuf_ok(m, who);
	if ((m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", who);
	fk_mbuf_unmapped_chain(m, who);
}

void
if_percpuq_enqueue(struct if_percpuq *ipq, struct mbuf *m)
{
	struct cpuq *q;
	int s;

	fc_point("if_percpuq_enqueue");
	if (ipq == NULL)
		fk_die("if-percpuq", "if_percpuq_enqueue without one");
	input_check(m, "if_percpuq_enqueue");
	s = splnet();
	q = &ipq->ipq_q[fc_cpu()];
	if (IF_QFULL(q)) {
		if_statinc(ipq->ipq_ifp, if_iqdrops);
		m_freem(m);
	} else {
		IF_ENQUEUE(q, m);
		softint_schedule(ipq->ipq_si);
	}
	splx(s);
}

void
if_input(struct ifnet *ifp, struct mbuf *m)
{
	if (ifp->if_percpuq != NULL || cpu_intr_p())
		fk_die("if-input", "if_input with percpuq, or in interrupt");
	input_check(m, "if_input");
	if_statinc(ifp, if_ipackets);
	bpf_mtap(ifp, m, BPF_D_IN);
	ifp->_if_input(ifp, m);
}

/* ---- deferred start */

static void
deferred_softint(void *arg)
{
	struct if_deferred_start *ids = arg;

	ids->ids_if_start(ids->ids_ifp);
}

static void
deferred_common(struct ifnet *ifp)
{
	int s = splnet();

	if_start_lock(ifp);
	splx(s);
}

void
if_deferred_start_init(struct ifnet *ifp, void (*fn)(struct ifnet *))
{
	struct if_deferred_start *ids;

	if (ifp->if_fk_state == NONE)
		fk_die("if-order", "if_deferred_start_init");
	ids = kmem_zalloc(sizeof(*ids), KM_SLEEP);
	ids->ids_ifp = ifp;
	ids->ids_if_start = fn != NULL ? fn : deferred_common;
	ids->ids_si = fk_softint(SOFTINT_NET | SOFTINT_MPSAFE,
	    deferred_softint, ids);
	ifp->if_deferred_start = ids;
}

static bool
snd_is_used(struct ifnet *ifp)
{
	return (ALTQ_IS_ENABLED(&ifp->if_snd));
}

void
if_schedule_deferred_start(struct ifnet *ifp)
{
	fc_point("if_schedule_deferred_start");
	if (ifp->if_deferred_start == NULL)
		fk_die("if-deferred", "if_schedule_deferred_start");
	if (snd_is_used(ifp) && IFQ_IS_EMPTY(&ifp->if_snd))
		return;
	softint_schedule(ifp->if_deferred_start->ids_si);
}

/* ---- ifnet */

static void
link_main(struct work *wk, void *arg)
{
	int state;

	(void)wk;
	(void)arg;
	KERNEL_LOCK(1, NULL);
	link_scheduled = false;
	while (link_len > 0) {
		state = link_queue[0];
		memmove(link_queue, link_queue + 1,
		    --link_len * sizeof(link_queue[0]));
		if (known_if == NULL || known_if->if_link_state == state)
			continue;
		known_if->if_link_state = state;
		link_changes++;
		fc_point("if_link_state_change");
	}
	KERNEL_UNLOCK_ONE(NULL);
}

/* Any context: a work of the stack does it. */
void
if_link_state_change(struct ifnet *ifp, int state)
{
	fc_point("if_link_state_change");
	if (ifp->if_fk_state == NONE) {
		FK_RULE("if-link", "before if_initialize");
		return;
	}
	if (state < LINK_STATE_UNKNOWN || state > LINK_STATE_UP)
		FK_RULE("if-link", "state %d", state);
	if (link_len > 0 && link_queue[link_len - 1] == state)
		return;
	if (link_len == 64)
		return;
	link_queue[link_len++] = state;
	if (link_scheduled)
		return;
	link_scheduled = true;
	workqueue_enqueue(link_wq, &link_work, NULL);
}

void
if_initialize(struct ifnet *ifp)
{
	fc_point("if_initialize");
	fk_waitok("if_initialize");
	if (ifp->if_fk_state != NONE)
		fk_die("if-twice", "if_initialize twice");
	if ((ifp->if_extflags & IFEF_MPSAFE) == 0)
		FK_RULE("if-mpsafe", "IFEF_MPSAFE is not set");
	if (ifp->if_snd.ifq_maxlen == 0)
		ifp->if_snd.ifq_maxlen = IFQ_MAXLEN;
	ifp->if_link_state = LINK_STATE_UNKNOWN;
	ifp->if_capenable = 0;
	ifp->if_csum_flags_tx = ifp->if_csum_flags_rx = 0;
	ifp->if_snd.altq_flags = 0;
	ifp->if_snd.ifq_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
	ifp->if_ioctl_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	ifp->if_stats = kmem_zalloc(sizeof(uint64_t) * IF_NSTATS, KM_SLEEP);
	ifp->if_index = 3;
	ifp->if_fk_state = INITIALIZED;
	known_if = ifp;
}

void
if_register(struct ifnet *ifp)
{
	fc_point("if_register");
	fk_waitok("if_register");
	if (ifp->if_fk_state != ETHER)
		fk_die("if-order", "if_register before ether_ifattach");
	if (ifp->if_watchdog != NULL)
		fk_die("if-watchdog", "if_watchdog with IFEF_MPSAFE");
	if (ifp->if_ioctl == NULL || ifp->if_init == NULL ||
	    ifp->if_stop == NULL || ifp->if_start == NULL ||
	    ifp->if_transmit == NULL)
		fk_die("if-handlers", "a handler is missing");
	if (ifp->if_xname[0] == '\0')
		FK_RULE("if-name", "no name");
	ifp->if_fk_state = REGISTERED;
	the_if = ifp;
}

void
if_attach(struct ifnet *ifp)
{
	(void)ifp;
	fk_die("if-order", "if_attach is deprecated");
}

void
ether_ifattach(struct ifnet *ifp, const uint8_t *mac)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	fc_point("ether_ifattach");
	if (ifp->if_fk_state != INITIALIZED)
		fk_die("if-order", "ether_ifattach before if_initialize");
	if (ETHER_IS_MULTICAST(mac))
		FK_RULE("if-mac", "a multicast address");
	ifp->if_type = IFT_ETHER;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_mtu = ETHERMTU;
	ifp->_if_input = take_in;
	if (ifp->if_baudrate == 0)
		ifp->if_baudrate = IF_Mbps(10);
	memcpy(ifp->if_fk_mac, mac, sizeof(ifp->if_fk_mac));
	LIST_INIT(&ec->ec_multiaddrs);
	ec->ec_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
	ec->ec_flags = 0;
	ifp->if_fk_state = ETHER;
}

void
ether_set_ifflags_cb(struct ethercom *ec, ether_cb_t cb)
{
	ec->ec_ifflags_cb = cb;
}

void
ether_set_vlan_cb(struct ethercom *ec, ether_vlancb_t cb)
{
	ec->ec_vlan_cb = cb;
}

static int
no_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	(void)ifp;
	(void)cmd;
	(void)data;
	return (ENXIO);
}

void
ether_ifdetach(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ether_multi *enm;

	fc_point("ether_ifdetach");
	if (ifp->if_fk_state != REGISTERED && ifp->if_fk_state != ETHER)
		fk_die("if-order", "ether_ifdetach");
	if (IFNET_LOCKED(ifp))
		fk_die("ifnet-held", "ether_ifdetach with IFNET_LOCK");
	ifp->if_ioctl = no_ioctl;
	ifp->if_bpf = NULL;
	ETHER_LOCK(ec);
	while ((enm = LIST_FIRST(&ec->ec_multiaddrs)) != NULL) {
		LIST_REMOVE(enm, enm_list);
		ec->ec_multicnt--;
		kmem_free(enm, sizeof(*enm));
	}
	ETHER_UNLOCK(ec);
	mutex_obj_free(ec->ec_lock);
	ec->ec_lock = NULL;
	ifp->if_fk_state = ETHER_GONE;
}

static int
nulltransmit(struct ifnet *ifp, struct mbuf *m)
{
	(void)ifp;
	m_freem(m);
	return (ENXIO);
}

static void
nullstart(struct ifnet *ifp)
{
	IFQ_PURGE(&ifp->if_snd);
}

static int
nullinit(struct ifnet *ifp)
{
	(void)ifp;
	return (ENXIO);
}

static void
nullstop(struct ifnet *ifp, int disable)
{
	(void)ifp;
	(void)disable;
}

bool
if_is_deactivated(const struct ifnet *ifp)
{
	return (ifp->if_transmit == nulltransmit);
}

/* The handlers make place for ones that do nothing. */
void
if_deactivate(struct ifnet *ifp)
{
	int s = splvm();

	ifp->if_transmit = nulltransmit;
	ifp->if_start = nullstart;
	ifp->if_ioctl = no_ioctl;
	ifp->if_init = nullinit;
	ifp->if_stop = nullstop;
	ifp->if_slowtimo = NULL;
	splx(s);
}

void
if_detach(struct ifnet *ifp)
{
	int s;

	fc_point("if_detach");
	if (!fk_waitok("if_detach"))
		return;
	if (ifp->if_fk_state != ETHER_GONE)
		fk_die("if-order", "if_detach before ether_ifdetach");
	s = splnet();
	IFNET_LOCK(ifp);
	link_len = 0;
	workqueue_wait(link_wq, &link_work);
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	the_if = NULL;
	if (ifp->if_deferred_start != NULL) {
		softint_disestablish(ifp->if_deferred_start->ids_si);
		kmem_free(ifp->if_deferred_start,
		    sizeof(*ifp->if_deferred_start));
		ifp->if_deferred_start = NULL;
	}
	ifp->if_fk_flags[0] &= (unsigned short)~IFF_UP;
	IFQ_PURGE(&ifp->if_snd);
	if_percpuq_destroy(ifp->if_percpuq);
	ifp->if_percpuq = NULL;
	known_if = NULL;
	mutex_obj_free(ifp->if_ioctl_lock);
	ifp->if_ioctl_lock = NULL;
	mutex_obj_free(ifp->if_snd.ifq_lock);
	kmem_free(ifp->if_stats, sizeof(uint64_t) * IF_NSTATS);
	ifp->if_stats = NULL;
	ifp->if_fk_state = NONE;
	splx(s);
}

void
fk_net_gone(const char *p, size_t len, const char *what)
{
	if (the_if != NULL && FK_INSIDE(the_if, p, len))
		fk_die("if-freed", what);
	if (known_if != NULL && FK_INSIDE(known_if, p, len))
		fk_die("if-freed", what);
}

int
if_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	if (cmd != SIOCADDMULTI && cmd != SIOCDELMULTI)
		want_lock(ifp, "if_ioctl");
	return ((*ifp->if_ioctl)(ifp, cmd, data));
}

int
if_init(struct ifnet *ifp)
{
	want_lock(ifp, "if_init");
	return ((*ifp->if_init)(ifp));
}

void
if_stop(struct ifnet *ifp, int disable)
{
	want_lock(ifp, "if_stop");
	(*ifp->if_stop)(ifp, disable);
}

/* ---- media */

void
ifmedia_init_with_lock(struct ifmedia *ifm, int mask, ifm_change_cb_t change,
    ifm_stat_cb_t status, kmutex_t *lock)
{
	memset(ifm, 0, sizeof(*ifm));
	TAILQ_INIT(&ifm->ifm_list);
	ifm->ifm_media = IFM_NONE;
	ifm->ifm_mask = (u_int)mask;
	ifm->ifm_change = change;
	ifm->ifm_status = status;
	if (lock == NULL) {
		FK_RULE("media-lock", "an MP-safe driver's media has none");
		lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
		ifm->ifm_legacy = 1;
	}
	ifm->ifm_lock = lock;
}

void
ifmedia_init(struct ifmedia *ifm, int mask, ifm_change_cb_t change,
    ifm_stat_cb_t status)
{
	ifmedia_init_with_lock(ifm, mask, change, status, NULL);
}

void
ifmedia_fini(struct ifmedia *ifm)
{
	struct ifmedia_entry *e;

	mutex_enter(ifm->ifm_lock);
	while ((e = TAILQ_FIRST(&ifm->ifm_list)) != NULL) {
		TAILQ_REMOVE(&ifm->ifm_list, e, ifm_list);
		kmem_free(e, sizeof(*e));
	}
	ifm->ifm_cur = NULL;
	mutex_exit(ifm->ifm_lock);
	if (ifm->ifm_legacy != 0)
		mutex_obj_free(ifm->ifm_lock);
	ifm->ifm_lock = NULL;
}

static struct ifmedia_entry *
media_get(struct ifmedia *ifm, u_int media)
{
	struct ifmedia_entry *e;

	TAILQ_FOREACH(e, &ifm->ifm_list, ifm_list)
		if (((e->ifm_media ^ media) & ~ifm->ifm_mask) == 0)
			return (e);
	return (NULL);
}

void
ifmedia_add(struct ifmedia *ifm, int media, int data, void *aux)
{
	struct ifmedia_entry *e;

	e = kmem_zalloc(sizeof(*e), KM_SLEEP);
	e->ifm_media = (u_int)media;
	e->ifm_data = (u_int)data;
	e->ifm_aux = aux;
	mutex_enter(ifm->ifm_lock);
	TAILQ_INSERT_TAIL(&ifm->ifm_list, e, ifm_list);
	mutex_exit(ifm->ifm_lock);
}

void
ifmedia_set(struct ifmedia *ifm, int media)
{
	mutex_enter(ifm->ifm_lock);
	ifm->ifm_cur = media_get(ifm, (u_int)media);
	if (ifm->ifm_cur == NULL)
		FK_RULE("media", "ifmedia_set: no such medium");
	ifm->ifm_media = (u_int)media;
	mutex_exit(ifm->ifm_lock);
}

int
ifmedia_change(struct ifmedia *ifm, struct ifnet *ifp)
{
	return (ifm->ifm_change != NULL ? ifm->ifm_change(ifp) : -1);
}

int
ifmedia_ioctl(struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm,
    u_long cmd)
{
	struct ifmediareq *r = (struct ifmediareq *)ifr;
	struct ifmedia_entry *e;
	int error = 0;

	mutex_enter(ifm->ifm_lock);
	if (cmd == SIOCSIFMEDIA) {
		e = media_get(ifm, (u_int)ifr->ifr_media);
		if (e == NULL)
			error = EINVAL;
		else {
			ifm->ifm_cur = e;
			ifm->ifm_media = (u_int)ifr->ifr_media;
			error = ifmedia_change(ifm, ifp);
		}
	} else {
		r->ifm_active = r->ifm_current = ifm->ifm_cur != NULL ?
		    (int)ifm->ifm_cur->ifm_media : IFM_NONE;
		r->ifm_mask = (int)ifm->ifm_mask;
		r->ifm_status = 0;
		if (ifm->ifm_status != NULL)
			ifm->ifm_status(ifp, r);
	}
	mutex_exit(ifm->ifm_lock);
	return (error);
}

/* ---- ether_ioctl and what is below it */

char *
ether_snprintf(char *buf, size_t len, const uint8_t *p)
{
	snprintf(buf, len, "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2],
	    p[3], p[4], p[5]);
	return (buf);
}

char *
ether_sprintf(const uint8_t *p)
{
	static char text[18];

	return (ether_snprintf(text, sizeof(text), p));
}

static void
csum_flags(struct ifnet *ifp)
{
	static const struct {
		uint64_t cap;
		int flag;
		bool tx;
	} t[] = {
		{ IFCAP_CSUM_IPv4_Tx, M_CSUM_IPv4, true },
		{ IFCAP_CSUM_TCPv4_Tx, M_CSUM_TCPv4, true },
		{ IFCAP_CSUM_UDPv4_Tx, M_CSUM_UDPv4, true },
		{ IFCAP_CSUM_TCPv6_Tx, M_CSUM_TCPv6, true },
		{ IFCAP_CSUM_UDPv6_Tx, M_CSUM_UDPv6, true },
		{ IFCAP_TSOv4, M_CSUM_TSOv4, true },
		{ IFCAP_TSOv6, M_CSUM_TSOv6, true },
		{ IFCAP_CSUM_IPv4_Rx, M_CSUM_IPv4, false },
		{ IFCAP_CSUM_TCPv4_Rx, M_CSUM_TCPv4, false },
		{ IFCAP_CSUM_UDPv4_Rx, M_CSUM_UDPv4, false },
		{ IFCAP_CSUM_TCPv6_Rx, M_CSUM_TCPv6, false },
		{ IFCAP_CSUM_UDPv6_Rx, M_CSUM_UDPv6, false }
	};
	unsigned int i;

	ifp->if_csum_flags_tx = ifp->if_csum_flags_rx = 0;
	for (i = 0; i < __arraycount(t); i++)
		if ((ifp->if_capenable & t[i].cap) != 0) {
			if (t[i].tx)
				ifp->if_csum_flags_tx |= t[i].flag;
			else
				ifp->if_csum_flags_rx |= t[i].flag;
		}
}

static int
set_caps(struct ifnet *ifp, const struct ifcapreq *ifcr)
{
	if ((ifcr->ifcr_capenable & ~ifp->if_capabilities) != 0)
		return (EINVAL);
	if (ifcr->ifcr_capenable == ifp->if_capenable)
		return (0);
	ifp->if_capenable = ifcr->ifcr_capenable;
	csum_flags(ifp);
	return ((ifp->if_flags & IFF_UP) != 0 ? ENETRESET : 0);
}

int
ifioctl_common(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifcapreq *ifcr = data;
	struct ifreq *ifr = data;
	unsigned short flags;

	switch (cmd) {
	case SIOCSIFCAP:
		return (set_caps(ifp, ifcr));
	case SIOCGIFCAP:
		ifcr->ifcr_capabilities = ifp->if_capabilities;
		ifcr->ifcr_capenable = ifp->if_capenable;
		return (0);
	case SIOCSIFFLAGS:
		flags = (unsigned short)((ifp->if_flags & IFF_CANTCHANGE) |
		    ((unsigned short)ifr->ifr_flags & ~IFF_CANTCHANGE));
		ifp->if_flags = flags;
		return (0);
	case SIOCGIFFLAGS:
		ifr->ifr_flags = (short)ifp->if_flags;
		return (0);
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)ifp->if_mtu;
		return (0);
	case SIOCSIFMTU:
		if (ifp->if_mtu == (uint64_t)ifr->ifr_mtu)
			return (0);
		ifp->if_mtu = (uint64_t)ifr->ifr_mtu;
		return (ENETRESET);
	}
	return (ENOTTY);
}

static int
reinit(struct ethercom *ec)
{
	struct ifnet *ifp = &ec->ec_if;
	int error;

	want_lock(ifp, "ether_ioctl");
	switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
	case IFF_RUNNING:
		if_stop(ifp, 1);
		return (0);
	case IFF_UP:
		return (if_init(ifp));
	case IFF_UP | IFF_RUNNING:
		if (ec->ec_ifflags_cb == NULL)
			return (if_init(ifp));
		error = (*ec->ec_ifflags_cb)(ec);
		return (error == ENETRESET ? if_init(ifp) : error);
	}
	return (0);
}

static struct ether_multi *
multi_find(struct ethercom *ec, const uint8_t *mac)
{
	struct ether_multi *enm;

	LIST_FOREACH(enm, &ec->ec_multiaddrs, enm_list)
		if (memcmp(enm->enm_addrlo, mac, ETHER_ADDR_LEN) == 0)
			return (enm);
	return (NULL);
}

static int
multi(struct ethercom *ec, const struct sockaddr *sa, bool add)
{
	const uint8_t *mac = (const uint8_t *)sa->sa_data;
	struct ether_multi *enm, *spare = NULL;
	int error = 0;

	if (!ETHER_IS_MULTICAST(mac))
		return (EINVAL);
	if (add)
		spare = kmem_zalloc(sizeof(*spare), KM_SLEEP);
	ETHER_LOCK(ec);
	enm = multi_find(ec, mac);
	if (add && enm != NULL)
		enm->enm_refcount++;
	else if (add) {
		enm = spare;
		spare = NULL;
		memcpy(enm->enm_addrlo, mac, ETHER_ADDR_LEN);
		memcpy(enm->enm_addrhi, mac, ETHER_ADDR_LEN);
		enm->enm_refcount = 1;
		LIST_INSERT_HEAD(&ec->ec_multiaddrs, enm, enm_list);
		ec->ec_multicnt++;
		error = ENETRESET;
	} else if (enm == NULL)
		error = ENXIO;
	else if (--enm->enm_refcount == 0) {
		LIST_REMOVE(enm, enm_list);
		ec->ec_multicnt--;
		spare = enm;
		error = ENETRESET;
	}
	ETHER_UNLOCK(ec);
	if (spare != NULL)
		kmem_free(spare, sizeof(*spare));
	return (error);
}

static int
set_mtu(struct ethercom *ec, struct ifreq *ifr)
{
	struct ifnet *ifp = &ec->ec_if;
	int max, error;

	max = (ec->ec_capabilities & ETHERCAP_JUMBO_MTU) != 0 ?
	    ETHERMTU_JUMBO : ETHERMTU;
	if (ifr->ifr_mtu < ETHERMIN || ifr->ifr_mtu > max)
		return (EINVAL);
	error = ifioctl_common(ifp, SIOCSIFMTU, ifr);
	if (error != ENETRESET)
		return (error);
	return ((ifp->if_flags & IFF_UP) != 0 ? if_init(ifp) : 0);
}

int
ether_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct eccapreq *eccr = data;
	struct ifreq *ifr = data;
	const struct ifaddr *ifa = data;
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		if (ifa->ifa_addr->sa_family != AF_LINK &&
		    (ifp->if_flags & (IFF_UP | IFF_RUNNING)) !=
		    (IFF_UP | IFF_RUNNING)) {
			ifp->if_flags |= IFF_UP;
			return (if_init(ifp));
		}
		return (0);
	case SIOCSIFMTU:
		return (set_mtu(ec, ifr));
	case SIOCSIFFLAGS:
		error = ifioctl_common(ifp, cmd, data);
		return (error != 0 ? error : reinit(ec));
	case SIOCGETHERCAP:
		eccr->eccr_capabilities = ec->ec_capabilities;
		eccr->eccr_capenable = ec->ec_capenable;
		return (0);
	case SIOCSETHERCAP:
		if ((eccr->eccr_capenable & ~ec->ec_capabilities) != 0)
			return (EINVAL);
		if (eccr->eccr_capenable == ec->ec_capenable)
			return (0);
		ec->ec_capenable = eccr->eccr_capenable;
		return (reinit(ec));
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return (multi(ec, ifreq_getaddr(cmd, ifr),
		    cmd == SIOCADDMULTI));
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		if (ec->ec_ifmedia == NULL)
			return (ENOTTY);
		return (ifmedia_ioctl(ifp, ifr, ec->ec_ifmedia, cmd));
	}
	return (ifioctl_common(ifp, cmd, data));
}

/* ---- ioctls, with the lock that ifioctl() takes */

struct io {
	u_long cmd;
	void *data;
	bool nolock;		/* as the stack's own, of groups */
	int error;
};

static void
do_ioctl(void *arg)
{
	struct io *io = arg;
	struct ifnet *ifp = the_if;
	unsigned int spin;

	io->error = ENXIO;
	if (ifp == NULL)
		return;
	if (!io->nolock)
		IFNET_LOCK(ifp);
	spin = fk_cx()->cx_nspin;
	io->error = if_ioctl(ifp, io->cmd, io->data);
	if (fk_cx()->cx_nspin != spin)
		fk_die("mtx-leak", "if_ioctl");
	if (io->error == ENETRESET)
		FK_RULE("ioctl-reset", "ENETRESET left to the user");
	if (!io->nolock)
		IFNET_UNLOCK(ifp);
}

static int
simple(u_long cmd, void *data)
{
	struct io io = { cmd, data, false, 0 };

	return (fk_proc(do_ioctl, &io) ? io.error : -1);
}

/* ifpromisc(): a flag that SIOCSIFFLAGS by a user would not change */
static void
do_promisc(void *arg)
{
	struct io *io = arg;
	struct ifreq *ifr = io->data;
	struct ifnet *ifp = the_if;

	if (ifp == NULL)
		return;
	IFNET_LOCK(ifp);
	ifp->if_flags ^= IFF_PROMISC;
	ifr->ifr_flags = (short)(ifp->if_flags & ~IFF_CANTCHANGE);
	if ((ifp->if_flags & IFF_UP) != 0)
		io->error = if_ioctl(ifp, SIOCSIFFLAGS, ifr);
	if (io->error != 0)
		ifp->if_flags ^= IFF_PROMISC;
	IFNET_UNLOCK(ifp);
}

static int
set_promisc(bool on)
{
	struct io io;
	struct ifreq ifr;

	if (the_if == NULL ||
	    ((the_if->if_fk_flags[0] & IFF_PROMISC) != 0) == on)
		return (0);
	memset(&io, 0, sizeof(io));
	memset(&ifr, 0, sizeof(ifr));
	io.data = &ifr;
	return (fk_proc(do_promisc, &io) ? io.error : -1);
}

int
fk_set_flags(int set, int clear)
{
	struct ifreq ifr;
	int error = 0;

	if (the_if == NULL)
		return (ENXIO);
	if (((set | clear) & IFF_PROMISC) != 0)
		error = set_promisc((set & IFF_PROMISC) != 0);
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = (short)((the_if->if_fk_flags[0] | set) & ~clear);
	if (error == 0)
		error = simple(SIOCSIFFLAGS, &ifr);
	return (error);
}

int
fk_up(void)
{
	if (caps_at_up && the_if != NULL)
		fk_nb_set_caps(fk_nb_caps());
	caps_at_up = false;
	return (fk_set_flags(IFF_UP, 0));
}

void
fk_nb_caps_at_up(bool on)
{
	caps_at_up = on;
}

uint64_t
fk_nb_caps(void)
{
	return (the_if == NULL ? 0 : the_if->if_capabilities);
}

uint64_t
fk_nb_caps_on(void)
{
	return (the_if == NULL ? 0 : the_if->if_capenable);
}

int
fk_nb_set_caps(uint64_t caps)
{
	struct ifcapreq r;

	memset(&r, 0, sizeof(r));
	r.ifcr_capenable = caps;
	return (simple(SIOCSIFCAP, &r));
}

int
fk_set_lro(bool on)
{
	(void)on;
	return (EOPNOTSUPP);
}

int
fk_set_addr(void)
{
	struct sockaddr sa = { .sa_len = 16, .sa_family = AF_INET };
	struct ifaddr ifa = { &sa };

	return (simple(SIOCINITIFADDR, &ifa));
}

int
fk_set_mtu(int mtu)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_mtu = mtu;
	return (simple(SIOCSIFMTU, &ifr));
}

int
fk_multi(bool add, const uint8_t mac[6])
{
	struct ifreq ifr;
	struct io io = { add ? SIOCADDMULTI : SIOCDELMULTI, &ifr,
	    fc_rand(2) == 0, 0 };

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_addr.sa_data, mac, 6);
	return (fk_proc(do_ioctl, &io) ? io.error : -1);
}

int
fk_set_lladdr(const uint8_t mac[6])
{
	struct if_laddrreq r;

	memset(&r, 0, sizeof(r));
	r.flags = IFLR_ACTIVE;
	r.addr.ss_family = AF_LINK;
	memcpy(r.addr.ss_pad, mac, 6);
	return (simple(SIOCALIFADDR, &r));
}

int
fk_bad_ioctl(void)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	return (simple(_IOW('i', 250, struct ifreq), &ifr));
}

int
fk_get_media(uint64_t *status, uint64_t *active)
{
	struct ifmediareq r;
	int error;

	memset(&r, 0, sizeof(r));
	error = simple(SIOCGIFMEDIA, &r);
	*status = (uint64_t)r.ifm_status;
	*active = (uint64_t)IFM_SUBTYPE(r.ifm_active) |
	    (IFM_TYPE(r.ifm_active) == IFM_ETHER ? FK_MEDIA_ETHER : 0U);
	return (error);
}

int
fk_set_media(uint64_t media)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_media = IFM_ETHER |
	    (media == FK_MEDIA_10G_T ? IFM_10G_T : IFM_AUTO);
	return (simple(SIOCSIFMEDIA, &ifr));
}

int
fk_get_rxr(unsigned int *rings, unsigned int *alive, unsigned int *size)
{
	*rings = *alive = *size = 0;
	return (EOPNOTSUPP);
}

/* ---- what tests see */

bool
fk_attached(void)
{
	return (the_if != NULL);
}

static unsigned int
caps_of(uint64_t c)
{
	unsigned int caps = 0;

	if ((c & (IFCAP_CSUM_TCPv4_Tx | IFCAP_CSUM_UDPv4_Tx)) != 0)
		caps |= FK_CAP_CSUM4;
	if ((c & (IFCAP_CSUM_TCPv6_Tx | IFCAP_CSUM_UDPv6_Tx)) != 0)
		caps |= FK_CAP_CSUM6;
	if ((c & IFCAP_TSOv4) != 0)
		caps |= FK_CAP_TSO4;
	if ((c & IFCAP_TSOv6) != 0)
		caps |= FK_CAP_TSO6;
	if ((c & IFCAP_CSUM_IPv4_Tx) != 0)
		caps |= FK_CAP_IP;
	return (caps);
}

bool
fk_if(struct fk_if *o)
{
	const struct ifnet *ifp = the_if;
	uint64_t queues = 0;

	memset(o, 0, sizeof(*o));
	if (ifp == NULL)
		return (false);
	memcpy(o->name, ifp->if_xname, sizeof(o->name));
	memcpy(o->mac, ifp->if_fk_mac, 6);
	o->flags = ifp->if_fk_flags[0];
	o->link_state = ifp->if_link_state == LINK_STATE_UP ? FK_LINK_UP :
	    ifp->if_link_state == LINK_STATE_DOWN ? FK_LINK_DOWN : 0;
	o->mtu = (unsigned int)ifp->if_mtu;
	o->caps = caps_of(ifp->if_capenable);
	o->baudrate = ifp->if_baudrate;
	/* an ifnet knows nothing of queues */
	if (fc_dead() == NULL && fc_self() == NULL)
		fk_nb_sysctl_get("queues", &queues);
	o->txqs = o->rxqs = (unsigned int)queues;
	ifp = the_if;
	if (ifp == NULL)
		return (false);
	o->ierrors = ifp->if_stats[if_ierrors];
	o->oerrors = ifp->if_stats[if_oerrors];
	o->iqdrops = ifp->if_stats[if_iqdrops];
	o->oqdrops = ifp->if_snd.ifq_drops;
	o->queued = (unsigned int)ifp->if_snd.ifq_len;
	o->link_changes = link_changes;
	return (true);
}

void
fk_on_rx(fk_rx_fn *fn, void *arg)
{
	rx_fn = fn;
	rx_arg = arg;
}

void
fk_congested(bool on)
{
	(void)on;
}

void
fk_bpf_mtap(struct ifnet *ifp, struct mbuf *m, u_int direction)
{
	fc_point("bpf_mtap");
	fk_mbuf_ok(m, "bpf_mtap");
	if (cpu_intr_p())
		fk_die("bpf-intr", "bpf_mtap in an interrupt handler");
	(void)ifp;
	if (direction == BPF_D_OUT)
		bpf_out++;
}

unsigned int
fk_bpf_out(void)
{
	return (bpf_out);
}

void
fk_bpf(bool on)
{
	static char listener;

	if (the_if != NULL)
		the_if->if_bpf = on ? (struct bpf_if *)(void *)&listener :
		    NULL;
}

void
fk_nb_altq(bool on)
{
	if (the_if == NULL)
		return;
	if (on)
		the_if->if_snd.altq_flags |= ALTQF_ENABLED;
	else
		the_if->if_snd.altq_flags &= ~ALTQF_ENABLED;
}

uint64_t
fk_tcp_tso(void)
{
	return (0);
}

/* ---- sending */

static void
add16(uint8_t *p, unsigned int v)
{
	unsigned int sum = ((unsigned int)p[0] << 8 | p[1]) + v;

	sum = (sum & 0xffff) + (sum >> 16);
	p[0] = (uint8_t)(sum >> 8);
	p[1] = (uint8_t)sum;
}

/* As ip_output() and tcp_output() leave the header of a packet. */
static void
offload(struct mbuf *m, const struct fk_tx *tx, uint8_t *head, size_t len)
{
	struct pkthdr *ph = &m->m_pkthdr;
	bool v6 = len > 14 && head[12] == 0x86;
	unsigned int iphl = v6 ? 40 : len > 14 ? (head[14] & 15U) * 4 : 20;

	if ((tx->csum & FK_CS_TCP) != 0)
		ph->csum_data = 16 | iphl << 16;
	else if ((tx->csum & FK_CS_UDP) != 0)
		ph->csum_data = 6 | iphl << 16;
	if ((tx->csum & FK_CS_TSO) != 0) {
		ph->csum_flags = v6 ? M_CSUM_TSOv6 : M_CSUM_TSOv4;
		ph->segsz = tx->mss;
		/* tcp_template()'s sum has the length of a bare header */
		if (len >= 14 + iphl + 18)
			add16(head + 14 + iphl + 16, 20);
	} else if ((tx->csum & FK_CS_TCP) != 0)
		ph->csum_flags = v6 ? M_CSUM_TCPv6 : M_CSUM_TCPv4;
	else if ((tx->csum & FK_CS_UDP) != 0)
		ph->csum_flags = v6 ? M_CSUM_UDPv6 : M_CSUM_UDPv4;
	if ((tx->csum & FK_CS_IP) != 0)
		ph->csum_flags |= M_CSUM_IPv4;
	if ((ph->csum_flags & ~the_if->if_csum_flags_tx) != 0)
		panic("a test asks for what is not enabled: %#x of %#x",
		    (unsigned int)ph->csum_flags,
		    (unsigned int)the_if->if_csum_flags_tx);
}

static struct mbuf *
chain(const struct fk_tx *tx)
{
	struct mbuf *m0 = NULL, **mp = &m0, *m;
	static uint8_t frame[70000];
	size_t off = 0, part, room;

	memcpy(frame, tx->frame, tx->len);
	m0 = m_gethdr(M_WAIT, MT_DATA);
	m0->m_pkthdr.len = (int)tx->len;
	if (the_if != NULL)
		offload(m0, tx, frame, tx->len);
	for (m = m0; off < tx->len; m = NULL) {
		room = tx->frag != 0 ? tx->frag : MCLBYTES;
		if (off == 0 && tx->head != 0)
			room = tx->head;
		if (m == NULL)
			m = m_get(M_WAIT, MT_DATA);
		part = MIN(room, tx->len - off);
		if (part > MCLBYTES)
			fk_mextmalloc(m, (int)part, M_WAIT);
		else if (part > (size_t)(off == 0 ? MHLEN : MLEN))
			m_clget(m, M_WAIT);
		memcpy(m->m_data, frame + off, part);
		m->m_len = (int)part;
		*mp = m;
		mp = &m->m_next;
		off += part;
	}
	return (m0);
}

/* if_transmit_lock(): with ALTQ through if_snd, else straight. */
static int
transmit(struct ifnet *ifp, struct mbuf *m)
{
	int error, s;

	if (!ALTQ_IS_ENABLED(&ifp->if_snd))
		return ((*ifp->if_transmit)(ifp, m));
	KERNEL_LOCK(1, NULL);
	s = splnet();
	IFQ_ENQUEUE(&ifp->if_snd, m, error);
	if (error == 0)
		if_start_lock(ifp);
	splx(s);
	KERNEL_UNLOCK_ONE(NULL);
	return (error);
}

static void
fwd_softint(void *arg)
{
	struct mbuf *m;

	(void)arg;
	while ((m = fwd) != NULL) {
		fwd = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (the_if == NULL)
			m_freem(m);
		else
			fwd_sent += transmit(the_if, m) == 0;
	}
	fwd_running = false;
}

static bool
fwd_done(void *arg)
{
	(void)arg;
	return (!fwd_running);
}

/* Send what waits for it, on this CPU.  Returns how many were taken. */
static unsigned int
forward(void)
{
	fwd_sent = 0;
	if (fwd == NULL)
		return (0);
	fwd_running = true;
	kpreempt_disable();
	softint_schedule(fwd_si);
	kpreempt_enable();
	if (fwd_running)
		fk_snooze(fwd_done, NULL, FC_NEVER, "forwarding");
	fwd_tail = &fwd;
	return (fwd_sent);
}

struct burst {
	const struct fk_tx *tx;
	unsigned int n, sent;
	bool net;			/* all by a softint */
};

/* Those of one CPU, or in order as if processes of all CPUs had sent them. */
static void
send_some(struct burst *b, int only)
{
	unsigned int i, cpu;
	struct mbuf *m;
	bool soft;

	for (i = 0; i < b->n && the_if != NULL; i++) {
		cpu = b->tx[i].flow % (unsigned int)ncpu;
		if (only >= 0 && cpu != (unsigned int)only)
			continue;
		soft = b->net || fc_rand(4) == 0;
		if (!soft || fc_cpu() != cpu)
			b->sent += forward();
		fc_ctx_bind(fc_self(), (int)cpu);
		if (fc_cpu() != cpu)
			fk_snooze(NULL, NULL, fc_now(), "migrates");
		if (the_if == NULL)
			break;
		m = chain(&b->tx[i]);
		if (soft) {
			*fwd_tail = m;
			fwd_tail = &m->m_nextpkt;
		} else if (the_if != NULL)
			b->sent += transmit(the_if, m) == 0;
		else
			m_freem(m);
	}
	b->sent += forward();
}

static void
do_send(void *arg)
{
	struct burst *b = arg;
	int i;

	if (!b->net)
		send_some(b, -1);
	else
		for (i = 0; i < ncpu; i++)
			send_some(b, i);
}

/* What a router sends, or who answers to what came in. */
unsigned int
fk_send_burst(const struct fk_tx *tx, unsigned int n)
{
	struct burst b = { tx, n, 0, true };

	fk_proc(do_send, &b);
	return (b.sent);
}

/* Some of what a process sends comes from there, too. */
unsigned int
fk_send_process(const struct fk_tx *tx, unsigned int n)
{
	struct burst b = { tx, n, 0, false };

	fk_proc(do_send, &b);
	return (b.sent);
}

void
fk_net_open(void)
{
	the_if = known_if = NULL;
	rx_fn = NULL;
	bpf_out = link_changes = 0;
	caps_at_up = true;
	link_scheduled = false;
	link_len = 0;
	fwd = NULL;
	fwd_tail = &fwd;
	workqueue_create(&link_wq, "iflnkst", link_main, NULL, PRI_SOFTNET,
	    IPL_NET, WQ_MPSAFE);
	fc_relabel(link_wq, "system");
	fwd_si = fk_softint(SOFTINT_NET | SOFTINT_MPSAFE, fwd_softint, NULL);
	fc_relabel(fwd_si, "system");
}
