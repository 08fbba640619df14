/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: queues and their serialisation, ioctls, the stack's two ends. */
#include "fk_priv.h"
#include "sys_mbuf.h"

#include <sys/sockio.h>
#include <sys/endian.h>
#include <net/if.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <net/netisr.h>
#include <net/bpf.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netinet/if_ether.h>
#include <netinet/tcp_var.h>

#define SOFTNETS	2
#define RX_DROP		8192

static struct taskq *softnet[SOFTNETS];
static struct ifnet *the_if;
static fk_rx_fn *rx_fn;
static void *rx_arg;
static bool congested;
static unsigned int bpf_out, link_changes;
static struct mutex ifmedia_mtx = MUTEX_INITIALIZER(IPL_NET);

struct taskq *
net_tq(unsigned int i)
{
	return (softnet[i % SOFTNETS]);
}

/* ---- ifq */

static void
ifq_start_task(void *p)
{
	struct ifqueue *ifq = p;

	if ((ifq->ifq_if->if_flags & IFF_RUNNING) == 0 || ifq_empty(ifq) ||
	    ifq_is_oactive(ifq))
		return;
	if (ifq->ifq_in != NULL)
		FK_RULE("ifq-serial", "if_qstart entered twice");
	ifq->ifq_in = fk_cx();
	ifq->ifq_if->if_qstart(ifq);
	ifq->ifq_in = NULL;
}

static void
ifq_restart_task(void *p)
{
	struct ifqueue *ifq = p;

	ifq_clr_oactive(ifq);
	ifq->ifq_in = fk_cx();
	ifq->ifq_if->if_qstart(ifq);
	ifq->ifq_in = NULL;
}

static void
ifq_bundle_task(void *p)
{
	struct ifqueue *ifq = p;

	ifq_serialize(ifq, &ifq->ifq_start);
}

void
ifq_serialize(struct ifqueue *ifq, struct task *t)
{
	struct fk_cx *cx = fk_cx();
	unsigned int locks;
	struct task work;

	fc_point("ifq_serialize");
	if ((t->t_flags & TASK_ONQUEUE) != 0)
		return;
	mtx_enter(&ifq->ifq_task_mtx);
	if ((t->t_flags & TASK_ONQUEUE) == 0) {
		t->t_flags |= TASK_ONQUEUE;
		TAILQ_INSERT_TAIL(&ifq->ifq_task_list, t, t_entry);
	}
	if (ifq->ifq_serializer == NULL) {
		ifq->ifq_serializer = curcpu();
		while ((t = TAILQ_FIRST(&ifq->ifq_task_list)) != NULL) {
			TAILQ_REMOVE(&ifq->ifq_task_list, t, t_entry);
			t->t_flags &= ~(unsigned int)TASK_ONQUEUE;
			work = *t;
			mtx_leave(&ifq->ifq_task_mtx);
			locks = cx->cx_nrw;
			work.t_func(work.t_arg);
			if (cx->cx_nrw != locks)
				fk_die("rw-leak", "serialised task");
			mtx_enter(&ifq->ifq_task_mtx);
		}
		ifq->ifq_serializer = NULL;
	}
	mtx_leave(&ifq->ifq_task_mtx);
}

void
ifq_start(struct ifqueue *ifq)
{
	unsigned int limit = MIN(ifq->ifq_if->if_txmit, ifq->ifq_maxlen);

	if (ifq->ifq_len >= limit) {
		task_del(ifq->ifq_softnet, &ifq->ifq_bundle);
		ifq_serialize(ifq, &ifq->ifq_start);
	} else
		task_add(ifq->ifq_softnet, &ifq->ifq_bundle);
}

void
ifq_restart(struct ifqueue *ifq)
{
	ifq_serialize(ifq, &ifq->ifq_restart);
}

void
ifq_barrier(struct ifqueue *ifq)
{
	struct cond c;
	struct task t;

	fc_point("ifq_barrier");
	if (!fk_waitok("ifq_barrier"))
		return;
	if (ifq->ifq_in == fk_cx())
		fk_die("ifq-self", "ifq_barrier from its own serialiser");
	task_del(ifq->ifq_softnet, &ifq->ifq_bundle);
	if (ifq->ifq_serializer == NULL)
		return;
	cond_init(&c);
	task_set(&t, cond_signal_handler, &c);
	ifq_serialize(ifq, &t);
	cond_wait(&c, "ifqbar");
}

void
ifq_init_maxlen(struct ifqueue *ifq, unsigned int n)
{
	ifq->ifq_maxlen = n;
}

static void
ifq_init(struct ifqueue *ifq, struct ifnet *ifp, unsigned int idx)
{
	ifq->ifq_if = ifp;
	ifq->ifq_softnet = net_tq(idx);
	ifq->ifq_softc = NULL;
	mtx_init(&ifq->ifq_mtx, IPL_NET);
	mtx_init(&ifq->ifq_task_mtx, IPL_NET);
	ml_init(&ifq->ifq_ml);
	ml_init(&ifq->ifq_free);
	ifq->ifq_len = 0;
	TAILQ_INIT(&ifq->ifq_task_list);
	ifq->ifq_serializer = NULL;
	task_set(&ifq->ifq_bundle, ifq_bundle_task, ifq);
	task_set(&ifq->ifq_start, ifq_start_task, ifq);
	task_set(&ifq->ifq_restart, ifq_restart_task, ifq);
	if (ifq->ifq_maxlen == 0)
		ifq->ifq_maxlen = IFQ_MAXLEN;
	ifq->ifq_idx = idx;
}

static void
ifq_destroy(struct ifqueue *ifq)
{
	NET_ASSERT_UNLOCKED();
	taskq_del_barrier(ifq->ifq_softnet, &ifq->ifq_bundle);
	ml_purge(&ifq->ifq_ml);
	ifq->ifq_len = 0;
}

int
ifq_enqueue(struct ifqueue *ifq, struct mbuf *m)
{
	bool full;

	mtx_enter(&ifq->ifq_mtx);
	full = ifq->ifq_len >= ifq->ifq_maxlen;
	if (full)
		ifq->ifq_qdrops++;
	else {
		ml_enqueue(&ifq->ifq_ml, m);
		ifq->ifq_len++;
		ifq->ifq_packets++;
		ifq->ifq_bytes += (uint64_t)m->m_pkthdr.len;
	}
	mtx_leave(&ifq->ifq_mtx);
	if (full)
		m_freem(m);
	return (full ? ENOBUFS : 0);
}

static void
deq_check(struct ifqueue *ifq, const char *who)
{
	if (ifq->ifq_in != fk_cx())
		FK_RULE("ifq-outside", "%s outside of if_qstart", who);
}

struct mbuf *
ifq_deq_begin(struct ifqueue *ifq)
{
	struct mbuf *m;

	deq_check(ifq, "ifq_deq_begin");
	mtx_enter(&ifq->ifq_mtx);
	m = MBUF_LIST_FIRST(&ifq->ifq_ml);
	if (m == NULL) {
		mtx_leave(&ifq->ifq_mtx);
		return (NULL);
	}
	ifq->ifq_begun = m;
	return (m);
}

void
ifq_deq_commit(struct ifqueue *ifq, struct mbuf *m)
{
	if (ifq->ifq_begun != m)
		fk_die("ifq-deq", "ifq_deq_commit without begin");
	ifq->ifq_begun = NULL;
	ml_dequeue(&ifq->ifq_ml);
	ifq->ifq_len--;
	mtx_leave(&ifq->ifq_mtx);
}

void
ifq_deq_rollback(struct ifqueue *ifq, struct mbuf *m)
{
	if (ifq->ifq_begun != m)
		fk_die("ifq-deq", "ifq_deq_rollback without begin");
	ifq->ifq_begun = NULL;
	mtx_leave(&ifq->ifq_mtx);
}

struct mbuf *
ifq_dequeue(struct ifqueue *ifq)
{
	struct mbuf *m;

	m = ifq_deq_begin(ifq);
	if (m != NULL)
		ifq_deq_commit(ifq, m);
	return (m);
}

int
ifq_hdatalen(struct ifqueue *ifq)
{
	struct mbuf *m;
	int len = 0;

	if (ifq_empty(ifq))
		return (0);
	m = ifq_deq_begin(ifq);
	if (m != NULL) {
		len = m->m_pkthdr.len;
		ifq_deq_rollback(ifq, m);
	}
	return (len);
}

unsigned int
ifq_purge(struct ifqueue *ifq)
{
	struct mbuf_list ml;
	unsigned int n;

	mtx_enter(&ifq->ifq_mtx);
	ml = ifq->ifq_ml;
	ml_init(&ifq->ifq_ml);
	n = ifq->ifq_len;
	ifq->ifq_len = 0;
	ifq->ifq_qdrops += n;
	mtx_leave(&ifq->ifq_mtx);
	ml_purge(&ml);
	return (n);
}

void
ifq_set_oactive(struct ifqueue *ifq)
{
	mtx_enter(&ifq->ifq_mtx);
	if (ifq->ifq_oactive == 0) {
		ifq->ifq_oactive = 1;
		ifq->ifq_oactives++;
	}
	mtx_leave(&ifq->ifq_mtx);
}

void
ifq_deq_set_oactive(struct ifqueue *ifq)
{
	MUTEX_ASSERT_LOCKED(&ifq->ifq_mtx);
	ifq->ifq_oactive = 1;
}

void
ifq_clr_oactive(struct ifqueue *ifq)
{
	fc_point("ifq_clr_oactive");
	ifq->ifq_oactive = 0;
}

unsigned int
ifq_is_oactive(struct ifqueue *ifq)
{
	return (ifq->ifq_oactive);
}

/* ---- ifiq */

static void
take_in(struct ifnet *ifp, struct mbuf *m, unsigned int q)
{
	static uint8_t frame[70000];
	struct fk_rx rx;
	struct mbuf *n;
	size_t len = 0;

	memset(&rx, 0, sizeof(rx));
	for (n = m; n != NULL; n = n->m_next) {
		rx.segs++;
		len += n->m_len;
	}
	if ((m->m_flags & M_PKTHDR) == 0 ||
	    len != (size_t)m->m_pkthdr.len) {
		FK_RULE("mbuf-len", "received chain of %zu bytes says %d",
		    len, m->m_pkthdr.len);
		m_freem(m);
		return;
	}
	m_copydata(m, 0, (int)len, frame);
	rx.frame = frame;
	rx.len = len;
	rx.queue = q;
	rx.csum = m->m_pkthdr.csum_flags;
	rx.flowid = m->m_pkthdr.ph_flowid;
	rx.lro = m->m_pkthdr.ph_mss != 0;
	(void)ifp;
	m_freem(m);
	if (rx_fn != NULL)
		rx_fn(rx_arg, &rx);
}

static void
ifiq_process(void *arg)
{
	struct ifiqueue *ifiq = arg;
	struct mbuf_list ml;
	struct mbuf *m;

	mtx_enter(&ifiq->ifiq_mtx);
	ml = ifiq->ifiq_ml;
	ml_init(&ifiq->ifiq_ml);
	mtx_leave(&ifiq->ifiq_mtx);
	NET_LOCK_SHARED();
	while ((m = ml_dequeue(&ml)) != NULL)
		take_in(ifiq->ifiq_if, m, ifiq->ifiq_idx);
	NET_UNLOCK_SHARED();
}

static void
ifiq_init(struct ifiqueue *ifiq, struct ifnet *ifp, unsigned int idx)
{
	ifiq->ifiq_if = ifp;
	ifiq->ifiq_softnet = net_tq(idx);
	ifiq->ifiq_softc = NULL;
	mtx_init(&ifiq->ifiq_mtx, IPL_NET);
	ml_init(&ifiq->ifiq_ml);
	task_set(&ifiq->ifiq_task, ifiq_process, ifiq);
	ifiq->ifiq_idx = idx;
}

int
ifiq_input(struct ifiqueue *ifiq, struct mbuf_list *ml)
{
	struct mbuf *m;
	unsigned int len;

	fc_point("ifiq_input");
	if (ml_empty(ml))
		return (0);
	MBUF_LIST_FOREACH(ml, m) {
		fk_mbuf_ok(m, "ifiq_input");
		if ((m->m_flags & M_PKTHDR) == 0)
			fk_die("mbuf-hdr", "ifiq_input");
		fk_mbuf_unmapped_chain(m, "handed to the stack");
	}
	mtx_enter(&ifiq->ifiq_mtx);
	ifiq->ifiq_packets += ml_len(ml);
	len = ml_len(&ifiq->ifiq_ml);
	if (len > RX_DROP)
		ifiq->ifiq_qdrops += ml_len(ml);
	else
		ml_enlist(&ifiq->ifiq_ml, ml);
	mtx_leave(&ifiq->ifiq_mtx);
	if (ml_empty(ml))
		task_add(ifiq->ifiq_softnet, &ifiq->ifiq_task);
	else
		ml_purge(ml);
	return (congested || len > 2048);
}

int
ifiq_enqueue(struct ifiqueue *ifiq, struct mbuf *m)
{
	struct mbuf_list ml = MBUF_LIST_INITIALIZER();

	ml_enqueue(&ml, m);
	return (ifiq_input(ifiq, &ml));
}

void
if_input(struct ifnet *ifp, struct mbuf_list *ml)
{
	ifiq_input(&ifp->if_rcv, ml);
}

/* The glue of tcp_softlro is not ours to test: hand every frame on. */
void
tcp_softlro_glue(struct mbuf_list *ml, struct mbuf *m, struct ifnet *ifp)
{
	fc_point("tcp_softlro_glue");
	fk_mbuf_ok(m, "tcp_softlro_glue");
	if ((ifp->if_xflags & IFXF_LRO) != 0)
		m->m_pkthdr.ph_mss = 1;
	ml_enqueue(ml, m);
}

/* ---- ifnet */

static void
if_link_task(void *arg)
{
	struct ifnet *ifp = arg;

	NET_LOCK();
	KERNEL_LOCK();
	if (ifp == the_if)
		link_changes++;
	KERNEL_UNLOCK();
	NET_UNLOCK();
}

void
if_attach(struct ifnet *ifp)
{
	fc_point("if_attach");
	fk_waitok("if_attach");
	if (ifp->if_ioctl == NULL)
		fk_die("if-ioctl", "if_ioctl is not set");
	if ((ifp->if_xflags & IFXF_MPSAFE) == 0)
		fk_die("if-mpsafe", "the fake knows MPSAFE drivers only");
	if (ifp->if_start != NULL || ifp->if_qstart == NULL)
		fk_die("if-mpsafe", "if_qstart and MPSAFE go together");
	if (ifp->if_fk_state != 0)
		fk_die("if-twice", "if_attach twice");
	if (ifp->if_xname[0] == '\0')
		FK_RULE("if-name", "no name");
	NET_LOCK();
	ifp->if_index = 3;
	ifq_init(&ifp->if_snd, ifp, 0);
	ifp->if_ifqs0[0] = &ifp->if_snd;
	ifp->if_ifqs = ifp->if_ifqs0;
	ifp->if_nifqs = 1;
	if (ifp->if_txmit == 0)
		ifp->if_txmit = IF_TXMIT_DEFAULT;
	ifiq_init(&ifp->if_rcv, ifp, 0);
	ifp->if_iqs0[0] = &ifp->if_rcv;
	ifp->if_iqs = ifp->if_iqs0;
	ifp->if_niqs = 1;
	task_set(&ifp->if_linkstatetask, if_link_task, ifp);
	ifp->if_bpf_mtap = bpf_mtap_ether;
	ifp->if_fk_state = 1;
	the_if = ifp;
	NET_UNLOCK();
}

void
if_attach_queues(struct ifnet *ifp, unsigned int n)
{
	struct ifqueue **map, *ifq;
	unsigned int i;

	fc_point("if_attach_queues");
	if (ifp->if_fk_state == 0 || ifp->if_ifqs != ifp->if_ifqs0 || n == 0)
		fk_die("if-queues", "if_attach_queues before if_attach");
	map = mallocarray(sizeof(*map), n, M_DEVBUF, M_WAITOK);
	map[0] = &ifp->if_snd;
	ifp->if_snd.ifq_softc = NULL;
	for (i = 1; i < n; i++) {
		ifq = malloc(sizeof(*ifq), M_DEVBUF, M_WAITOK | M_ZERO);
		ifq_init_maxlen(ifq, ifp->if_snd.ifq_maxlen);
		ifq_init(ifq, ifp, i);
		map[i] = ifq;
	}
	ifp->if_ifqs = map;
	ifp->if_nifqs = n;
}

void
if_attach_iqueues(struct ifnet *ifp, unsigned int n)
{
	struct ifiqueue **map, *ifiq;
	unsigned int i;

	fc_point("if_attach_iqueues");
	if (ifp->if_fk_state == 0 || n == 0)
		fk_die("if-queues", "if_attach_iqueues before if_attach");
	map = mallocarray(n, sizeof(*map), M_DEVBUF, M_WAITOK);
	map[0] = &ifp->if_rcv;
	for (i = 1; i < n; i++) {
		ifiq = malloc(sizeof(*ifiq), M_DEVBUF, M_WAITOK | M_ZERO);
		ifiq_init(ifiq, ifp, i);
		map[i] = ifiq;
	}
	ifp->if_iqs = map;
	ifp->if_niqs = n;
}

void
ether_ifattach(struct ifnet *ifp)
{
	struct arpcom *ac = (struct arpcom *)ifp;

	fc_point("ether_ifattach");
	if (ifp->if_fk_state != 1)
		fk_die("if-order", "ether_ifattach before if_attach");
	if (ETHER_IS_MULTICAST(ac->ac_enaddr))
		FK_RULE("if-mac", "a multicast address");
	ifp->if_type = IFT_ETHER;
	ifp->if_addrlen = ETHER_ADDR_LEN;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_mtu = ETHERMTU;
	if (ifp->if_hardmtu == 0)
		ifp->if_hardmtu = ETHERMTU;
	LIST_INIT(&ac->ac_multiaddrs);
	ifp->if_fk_state = 2;
}

void
if_deactivate(struct ifnet *ifp)
{
	(void)ifp;
	NET_LOCK();
	NET_UNLOCK();
}

void
ether_ifdetach(struct ifnet *ifp)
{
	struct arpcom *ac = (struct arpcom *)ifp;
	struct ether_multi *enm;

	fc_point("ether_ifdetach");
	if (ifp->if_fk_state != 2)
		fk_die("if-order", "ether_ifdetach");
	if_deactivate(ifp);
	while ((enm = LIST_FIRST(&ac->ac_multiaddrs)) != NULL) {
		LIST_REMOVE(enm, enm_list);
		free(enm, M_IFMADDR, sizeof(*enm));
	}
	ifp->if_fk_state = 3;
}

static void
detached_qstart(struct ifqueue *ifq)
{
	ifq_purge(ifq);
}

static int
detached_ioctl(struct ifnet *ifp, u_long cmd, caddr_t data)
{
	(void)ifp;
	(void)cmd;
	(void)data;
	return (ENODEV);
}

static void
detach_queues(struct ifnet *ifp)
{
	unsigned int i;

	for (i = 0; i < ifp->if_nifqs; i++)
		ifq_destroy(ifp->if_ifqs[i]);
	if (ifp->if_ifqs != ifp->if_ifqs0) {
		for (i = 1; i < ifp->if_nifqs; i++)
			free(ifp->if_ifqs[i], M_DEVBUF,
			    sizeof(struct ifqueue));
		free(ifp->if_ifqs, M_DEVBUF,
		    sizeof(struct ifqueue *) * ifp->if_nifqs);
	}
	for (i = 0; i < ifp->if_niqs; i++) {
		taskq_del_barrier(ifp->if_iqs[i]->ifiq_softnet,
		    &ifp->if_iqs[i]->ifiq_task);
		ml_purge(&ifp->if_iqs[i]->ifiq_ml);
	}
	if (ifp->if_iqs != ifp->if_iqs0) {
		for (i = 1; i < ifp->if_niqs; i++)
			free(ifp->if_iqs[i], M_DEVBUF,
			    sizeof(struct ifiqueue));
		free(ifp->if_iqs, M_DEVBUF,
		    sizeof(struct ifiqueue *) * ifp->if_niqs);
	}
}

void
if_detach(struct ifnet *ifp)
{
	unsigned int i;
	int s;

	fc_point("if_detach");
	if (ifp->if_fk_state != 3)
		fk_die("if-order", "if_detach before ether_ifdetach");
	if_deactivate(ifp);
	NET_LOCK();
	the_if = NULL;
	NET_UNLOCK();
	ifp->if_qstart = detached_qstart;
	for (i = 0; i < ifp->if_nifqs; i++) {
		ifq_barrier(ifp->if_ifqs[i]);
		ifq_clr_oactive(ifp->if_ifqs[i]);
	}
	NET_LOCK();
	s = splnet();
	ifp->if_ioctl = detached_ioctl;
	task_del(net_tq(ifp->if_index), &ifp->if_linkstatetask);
	splx(s);
	NET_UNLOCK();
	detach_queues(ifp);
	ifp->if_fk_state = 0;
}

/* The softc is about to go: its interface must be off the lists. */
void
fk_softc_check(const struct device *d)
{
	(void)d;
	if (the_if != NULL)
		FK_RULE("if-freed", "softc freed under an interface");
	the_if = NULL;
}

void
fk_net_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem, *q = (const char *)the_if;

	if (q != NULL && q >= p && q < p + len)
		fk_die("if-freed", what);
}

void
if_link_state_change(struct ifnet *ifp)
{
	if (ifp->if_fk_state == 0)
		FK_RULE("if-link", "if_link_state_change before if_attach");
	else
		task_add(net_tq(ifp->if_index), &ifp->if_linkstatetask);
}

void
if_counters_alloc(struct ifnet *ifp)
{
	(void)ifp;
}

/* ---- receive rings */

void
if_rxr_init(struct if_rxring *r, u_int lwm, u_int hwm)
{
	extern int ticks;

	if (lwm > hwm)
		FK_RULE("rxr", "low %u above high %u", lwm, hwm);
	memset(r, 0, sizeof(*r));
	r->rxr_adjusted = ticks;
	r->rxr_cwm = r->rxr_lwm = lwm;
	r->rxr_hwm = hwm;
}

void
if_rxr_livelocked(struct if_rxring *r)
{
	extern int ticks;

	fc_point("if_rxr_livelocked");
	if (ticks - r->rxr_adjusted >= 1) {
		if (r->rxr_cwm > r->rxr_lwm)
			r->rxr_cwm--;
		r->rxr_adjusted = ticks;
	}
}

u_int
if_rxr_get(struct if_rxring *r, u_int max)
{
	extern int ticks;
	u_int diff;

	fc_point("if_rxr_get");
	if (ticks - r->rxr_adjusted >= 1 && r->rxr_alive < r->rxr_lwm) {
		if (r->rxr_cwm < r->rxr_hwm)
			r->rxr_cwm++;
		r->rxr_adjusted = ticks;
	}
	if (r->rxr_alive >= r->rxr_cwm)
		return (0);
	diff = MIN(r->rxr_cwm - r->rxr_alive, max);
	r->rxr_alive += diff;
	return (diff);
}

void
fk_rxr_put(struct if_rxring *r, u_int n)
{
	if (n > r->rxr_alive)
		FK_RULE("rxr", "put %u of %u", n, r->rxr_alive);
	r->rxr_alive -= n;
}

int
if_rxr_info_ioctl(struct if_rxrinfo *u, u_int t, struct if_rxring_info *e)
{
	struct if_rxrinfo k;
	u_int n;

	copyin(u, &k, sizeof(k));
	n = MIN(t, k.ifri_total);
	k.ifri_total = t;
	if (n > 0)
		copyout(e, k.ifri_entries, sizeof(*e) * n);
	return (copyout(&k, u, sizeof(k)));
}

int
if_rxr_ioctl(struct if_rxrinfo *u, const char *name, u_int size,
    struct if_rxring *r)
{
	struct if_rxring_info i;

	memset(&i, 0, sizeof(i));
	if (name != NULL)
		strlcpy(i.ifr_name, name, sizeof(i.ifr_name));
	i.ifr_size = size;
	i.ifr_info = *r;
	return (if_rxr_info_ioctl(u, 1, &i));
}

/* ---- media */

void
ifmedia_init(struct ifmedia *ifm, uint64_t mask, ifm_change_cb_t chg,
    ifm_stat_cb_t sts)
{
	memset(ifm, 0, sizeof(*ifm));
	TAILQ_INIT(&ifm->ifm_list);
	ifm->ifm_mask = mask;
	ifm->ifm_change_cb = chg;
	ifm->ifm_status_cb = sts;
}

void
ifmedia_add(struct ifmedia *ifm, uint64_t media, int data, void *aux)
{
	struct ifmedia_entry *e;

	e = malloc(sizeof(*e), M_IFADDR, M_WAITOK | M_ZERO);
	e->ifm_media = media;
	e->ifm_data = (u_int)data;
	e->ifm_aux = aux;
	mtx_enter(&ifmedia_mtx);
	TAILQ_INSERT_TAIL(&ifm->ifm_list, e, ifm_list);
	ifm->ifm_nwords++;
	mtx_leave(&ifmedia_mtx);
}

static struct ifmedia_entry *
ifmedia_get(struct ifmedia *ifm, uint64_t media)
{
	struct ifmedia_entry *e;

	TAILQ_FOREACH(e, &ifm->ifm_list, ifm_list)
		if (((e->ifm_media ^ media) & ~ifm->ifm_mask) == 0)
			return (e);
	return (NULL);
}

void
ifmedia_set(struct ifmedia *ifm, uint64_t media)
{
	ifm->ifm_cur = ifmedia_get(ifm, media);
	if (ifm->ifm_cur == NULL)
		fk_die("media", "ifmedia_set: no such medium");
	ifm->ifm_media = media;
}

void
ifmedia_delete_instance(struct ifmedia *ifm, uint64_t inst)
{
	struct ifmedia_entry *e;

	(void)inst;
	while ((e = TAILQ_FIRST(&ifm->ifm_list)) != NULL) {
		TAILQ_REMOVE(&ifm->ifm_list, e, ifm_list);
		free(e, M_IFADDR, sizeof(*e));
	}
	ifm->ifm_nwords = 0;
	ifm->ifm_cur = NULL;
}

int
ifmedia_ioctl(struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm,
    u_long cmd)
{
	struct ifmediareq *r = (struct ifmediareq *)ifr;
	struct ifmedia_entry *e;

	switch (cmd) {
	case SIOCSIFMEDIA:
		mtx_enter(&ifmedia_mtx);
		e = ifmedia_get(ifm, ifr->ifr_media);
		if (e != NULL) {
			ifm->ifm_cur = e;
			ifm->ifm_media = ifr->ifr_media;
		}
		mtx_leave(&ifmedia_mtx);
		return (e == NULL ? EINVAL : ifm->ifm_change_cb(ifp));
	case SIOCGIFMEDIA:
		r->ifm_active = r->ifm_current = ifm->ifm_cur != NULL ?
		    ifm->ifm_cur->ifm_media : IFM_NONE;
		r->ifm_mask = ifm->ifm_mask;
		r->ifm_status = 0;
		ifm->ifm_status_cb(ifp, r);
		return (0);
	}
	return (ENOTTY);
}

/* ---- ether */

static int
ether_multi(struct arpcom *ac, const struct ifreq *ifr, bool add)
{
	const u_int8_t *mac = (const u_int8_t *)ifr->ifr_addr.sa_data;
	struct ether_multi *enm;

	if ((mac[0] & 1) == 0)
		return (EINVAL);
	LIST_FOREACH(enm, &ac->ac_multiaddrs, enm_list)
		if (memcmp(enm->enm_addrlo, mac, ETHER_ADDR_LEN) == 0)
			break;
	if (!add) {
		if (enm == NULL)
			return (ENXIO);
		if (--enm->enm_refcnt != 0)
			return (0);
		LIST_REMOVE(enm, enm_list);
		free(enm, M_IFMADDR, sizeof(*enm));
		ac->ac_multicnt--;
		return (ENETRESET);
	}
	if (enm != NULL) {
		enm->enm_refcnt++;
		return (0);
	}
	enm = malloc(sizeof(*enm), M_IFMADDR, M_NOWAIT | M_ZERO);
	if (enm == NULL)
		return (ENOBUFS);
	memcpy(enm->enm_addrlo, mac, ETHER_ADDR_LEN);
	memcpy(enm->enm_addrhi, mac, ETHER_ADDR_LEN);
	enm->enm_refcnt = 1;
	LIST_INSERT_HEAD(&ac->ac_multiaddrs, enm, enm_list);
	ac->ac_multicnt++;
	return (ENETRESET);
}

int
ether_ioctl(struct ifnet *ifp, struct arpcom *ac, u_long cmd, caddr_t data)
{
	struct ifreq *ifr = (struct ifreq *)data;

	switch (cmd) {
	case SIOCSIFADDR:
		return (0);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < ETHERMIN ||
		    (uint32_t)ifr->ifr_mtu > ifp->if_hardmtu)
			return (EINVAL);
		ifp->if_mtu = (uint32_t)ifr->ifr_mtu;
		return (0);
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		if ((ifp->if_flags & IFF_MULTICAST) == 0)
			return (ENOTTY);
		return (ether_multi(ac, ifr, cmd == SIOCADDMULTI));
	}
	return (ENOTTY);
}

char *
ether_sprintf(u_char *p)
{
	static char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", p[0],
	    p[1], p[2], p[3], p[4], p[5]);
	return (text);
}

/* Each header must lie within one mbuf, as the real one wants. */
static void *
whole(struct mbuf *m0, size_t off, size_t len)
{
	struct mbuf *m;
	int o;

	m = m_getptr(m0, (int)off, &o);
	if (m == NULL || (size_t)m->m_len - (size_t)o < len)
		return (NULL);
	return (m->m_data + o);
}

static void
extract_l4(struct mbuf *m, struct ether_extracted *x, size_t off,
    uint8_t proto)
{
	uint8_t *th;
	u_int n;

	if (proto == IPPROTO_TCP) {
		th = whole(m, off, sizeof(*x->tcp));
		if (th == NULL)
			return;
		n = (u_int)(th[12] >> 4) << 2;
		if (whole(m, off, n) == NULL || x->iplen - x->iphlen < n)
			return;
		x->tcp = (struct tcphdr *)th;
		x->tcphlen = n;
		x->paylen -= n;
	} else if (proto == IPPROTO_UDP) {
		x->udp = whole(m, off, sizeof(*x->udp));
		if (x->udp == NULL)
			return;
		if (x->iplen - x->iphlen < sizeof(*x->udp))
			x->udp = NULL;
		/* the real one leaves paylen as it is here */
	}
}

static bool
extract_l3(struct mbuf *m, struct ether_extracted *x, size_t off,
    uint16_t type, uint8_t *proto)
{
	uint8_t *ip;
	u_int len;

	ip = whole(m, off, type == ETHERTYPE_IP ? 20 : 40);
	if (ip == NULL)
		return (false);
	if (type == ETHERTYPE_IP) {
		x->iphlen = (u_int)(ip[0] & 15) << 2;
		len = (u_int)ip[2] << 8 | ip[3];
		*proto = ip[9];
	} else {
		x->iphlen = 40;
		len = 40 + ((u_int)ip[4] << 8 | ip[5]);
		*proto = ip[6];
	}
	if (whole(m, off, x->iphlen) == NULL || x->paylen < len ||
	    len < x->iphlen) {
		x->iphlen = 0;
		return (false);
	}
	x->iplen = len;
	x->paylen -= x->iphlen;
	if (type == ETHERTYPE_IP) {
		x->ip4 = (struct ip *)ip;
		return (((((u_int)ip[6] << 8 | ip[7])) &
		    (IP_MF | IP_OFFMASK)) == 0);
	}
	x->ip6 = (struct ip6_hdr *)ip;
	return (true);
}

void
ether_extract_headers(struct mbuf *m, struct ether_extracted *x)
{
	size_t off = sizeof(struct ether_header);
	uint16_t type;
	uint8_t proto;

	fc_point("ether_extract_headers");
	fk_mbuf_ok(m, "ether_extract_headers");
	memset(x, 0, sizeof(*x));
	if ((m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "ether_extract_headers");
	x->paylen = (u_int)m->m_pkthdr.len;
	if (m->m_len < off || x->paylen < off)
		return;
	x->eh = (struct ether_header *)m->m_data;
	x->paylen -= (u_int)off;
	type = ntohs(x->eh->ether_type);
	if (type == ETHERTYPE_VLAN) {
		if (m->m_len < sizeof(struct ether_vlan_header))
			return;
		x->evh = (struct ether_vlan_header *)m->m_data;
		off = sizeof(struct ether_vlan_header);
		x->paylen -= 4;
		type = ntohs(x->evh->evl_proto);
	}
	if ((type == ETHERTYPE_IP || type == ETHERTYPE_IPV6) &&
	    extract_l3(m, x, off, type, &proto))
		extract_l4(m, x, off + x->iphlen, proto);
}

/* ---- bpf */

int
bpf_mtap_ether(caddr_t bpf, const struct mbuf *m, u_int dir)
{
	fc_point("bpf_mtap");
	fk_mbuf_ok(m, "bpf_mtap");
	if (bpf == NULL)
		FK_RULE("bpf", "bpf_mtap without a listener");
	if (dir == BPF_DIRECTION_OUT)
		bpf_out++;
	return (0);
}

int
bpf_mtap(caddr_t bpf, const struct mbuf *m, u_int dir)
{
	return (bpf_mtap_ether(bpf, m, dir));
}

/* ---- ioctls, with the locks that ifioctl() takes */

struct io {
	u_long cmd;
	caddr_t data;
	bool netlock;
	int error;
	int set, clear;
	bool flags, xflags;
};

static void
io_call(struct io *io, u_long cmd)
{
	struct ifnet *ifp = the_if;
	struct fk_cx *cx = fk_cx();
	unsigned int rw = cx->cx_nrw;

	io->error = ifp->if_ioctl(ifp, cmd, io->data);
	if (cx->cx_nrw != rw || cx->cx_klock != 1)
		fk_die("rw-leak", "if_ioctl");
	if (io->error == ENETRESET)
		FK_RULE("ioctl-reset", "ENETRESET left to the user");
}

static void
io_flags(struct io *io)
{
	struct ifnet *ifp = the_if;
	unsigned short was = ifp->if_flags;
	unsigned int want;

	want = ((unsigned int)was | (unsigned int)io->set) &
	    ~(unsigned int)io->clear;
	ifp->if_flags = (unsigned short)((was & IFF_CANTCHANGE) |
	    (want & ~(unsigned int)IFF_CANTCHANGE));
	io_call(io, SIOCSIFFLAGS);
	if (io->error != 0)
		ifp->if_flags = was;
	else if (((was ^ ifp->if_flags) & IFF_UP) != 0 &&
	    (ifp->if_flags & IFF_UP) == 0)
		ifq_purge(&ifp->if_snd);
}

static void
io_xflags(struct io *io)
{
	struct ifnet *ifp = the_if;
	int was = ifp->if_xflags;

	ifp->if_xflags = (was | io->set) & ~io->clear;
	io_call(io, SIOCSIFXFLAGS);
	if (io->error == ENOTTY)
		io->error = 0;		/* the flag itself is the stack's */
	if (io->error != 0)
		ifp->if_xflags = was;
}

static void
do_ioctl(void *arg)
{
	struct io *io = arg;

	KERNEL_LOCK();
	if (the_if == NULL) {
		io->error = ENXIO;
		KERNEL_UNLOCK();
		return;
	}
	if (io->netlock)
		NET_LOCK();
	if (the_if == NULL)
		io->error = ENXIO;
	else if (io->flags)
		io_flags(io);
	else if (io->xflags)
		io_xflags(io);
	else
		io_call(io, io->cmd);
	if (io->netlock)
		NET_UNLOCK();
	KERNEL_UNLOCK();
}

static int
run_io(struct io *io)
{
	if (!fk_proc(do_ioctl, io))
		return (-1);
	return (io->error);
}

static int
simple(u_long cmd, void *data, bool netlock)
{
	struct io io;

	memset(&io, 0, sizeof(io));
	io.cmd = cmd;
	io.data = data;
	io.netlock = netlock;
	return (run_io(&io));
}

int
fk_set_flags(int set, int clear)
{
	struct ifreq ifr;
	struct io io;

	memset(&ifr, 0, sizeof(ifr));
	memset(&io, 0, sizeof(io));
	io.data = (caddr_t)&ifr;
	io.netlock = io.flags = true;
	io.set = set;
	io.clear = clear;
	return (run_io(&io));
}

int
fk_up(void)
{
	return (fk_set_flags(IFF_UP, 0));
}

int
fk_set_lro(bool on)
{
	struct ifreq ifr;
	struct io io;

	memset(&ifr, 0, sizeof(ifr));
	memset(&io, 0, sizeof(io));
	io.data = (caddr_t)&ifr;
	io.netlock = io.xflags = true;
	io.set = on ? IFXF_LRO : 0;
	io.clear = on ? 0 : IFXF_LRO;
	return (run_io(&io));
}

int
fk_set_addr(void)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	return (simple(SIOCSIFADDR, &ifr, true));
}

int
fk_set_mtu(int mtu)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_mtu = mtu;
	return (simple(SIOCSIFMTU, &ifr, true));
}

int
fk_multi(bool add, const uint8_t mac[6])
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_addr.sa_data, mac, 6);
	return (simple(add ? SIOCADDMULTI : SIOCDELMULTI, &ifr, true));
}

int
fk_set_lladdr(const uint8_t mac[6])
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_addr.sa_len = 6;
	memcpy(ifr.ifr_addr.sa_data, mac, 6);
	return (simple(SIOCSIFLLADDR, &ifr, true));
}

int
fk_bad_ioctl(void)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	return (simple(_IOW('i', 250, struct ifreq), &ifr, true));
}

int
fk_get_media(uint64_t *status, uint64_t *active)
{
	struct ifmediareq r;
	int error;

	memset(&r, 0, sizeof(r));
	error = simple(SIOCGIFMEDIA, &r, false);
	*status = r.ifm_status;
	*active = r.ifm_active;
	return (error);
}

int
fk_set_media(uint64_t media)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_media = media;
	return (simple(SIOCSIFMEDIA, &ifr, false));
}

int
fk_get_rxr(unsigned int *rings, unsigned int *alive, unsigned int *size)
{
	static struct if_rxring_info e[32];
	struct if_rxrinfo info = { 32, e };
	struct ifreq ifr;
	unsigned int i;
	int error;

	memset(e, 0, sizeof(e));
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_data = (caddr_t)&info;
	error = simple(SIOCGIFRXR, &ifr, true);
	*rings = info.ifri_total;
	*alive = 0;
	for (i = 0; error == 0 && i < info.ifri_total; i++)
		*alive += e[i].ifr_info.rxr_alive;
	*size = e[0].ifr_size;
	return (error);
}

/* ---- what tests see */

bool
fk_attached(void)
{
	return (the_if != NULL);
}

static unsigned int
caps_of(unsigned int c)
{
	unsigned int caps = 0;

	if ((c & (IFCAP_CSUM_TCPv4 | IFCAP_CSUM_UDPv4)) != 0)
		caps |= FK_CAP_CSUM4;
	if ((c & (IFCAP_CSUM_TCPv6 | IFCAP_CSUM_UDPv6)) != 0)
		caps |= FK_CAP_CSUM6;
	if ((c & IFCAP_TSOv4) != 0)
		caps |= FK_CAP_TSO4;
	if ((c & IFCAP_TSOv6) != 0)
		caps |= FK_CAP_TSO6;
	if ((c & IFCAP_CSUM_IPv4) != 0)
		caps |= FK_CAP_IP;
	return (caps);
}

bool
fk_if(struct fk_if *o)
{
	const struct ifnet *ifp = the_if;
	unsigned int i;

	memset(o, 0, sizeof(*o));
	if (ifp == NULL)
		return (false);
	memcpy(o->name, ifp->if_xname, sizeof(o->name));
	memcpy(o->mac, ((const struct arpcom *)ifp)->ac_enaddr, 6);
	o->flags = ifp->if_flags;
	o->xflags = ifp->if_xflags;
	o->link_state = ifp->if_link_state;
	o->mtu = ifp->if_mtu;
	o->hardmtu = ifp->if_hardmtu;
	o->caps = caps_of(ifp->if_capabilities);
	o->baudrate = ifp->if_baudrate;
	o->txqs = ifp->if_nifqs;
	o->rxqs = ifp->if_niqs;
	o->ierrors = ifp->if_ierrors;
	o->oerrors = ifp->if_oerrors;
	for (i = 0; i < ifp->if_nifqs; i++) {
		o->oerrors += ifp->if_ifqs[i]->ifq_errors;
		o->oqdrops += ifp->if_ifqs[i]->ifq_qdrops;
		o->oactive |= (ifp->if_ifqs[i]->ifq_oactive != 0) << i;
		o->queued += ifp->if_ifqs[i]->ifq_len;
	}
	for (i = 0; i < ifp->if_niqs; i++)
		o->iqdrops += ifp->if_iqs[i]->ifiq_qdrops;
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
	congested = on;
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
		the_if->if_bpf = on ? &listener : NULL;
}

/* ---- sending */

static struct mbuf *
chain(const struct fk_tx *tx)
{
	struct mbuf *m0 = NULL, **mp = &m0, *m;
	size_t off = 0, part, room;

	while (off < tx->len) {
		room = tx->frag != 0 ? tx->frag : tx->len;
		if (m0 == NULL && tx->head != 0)
			room = tx->head;
		m = m0 == NULL ? m_gethdr(M_WAIT, MT_DATA) :
		    m_get(M_WAIT, MT_DATA);
		part = MIN(room, tx->len - off);
		if (part > (m0 == NULL ? MHLEN : MLEN))
			m_clget(m, M_WAIT, (u_int)part);
		memcpy(m->m_data, tx->frame + off, part);
		m->m_len = (u_int)part;
		*mp = m;
		mp = &m->m_next;
		off += part;
	}
	m0->m_pkthdr.len = (int)tx->len;
	m0->m_pkthdr.csum_flags = (u_int16_t)tx->csum;
	m0->m_pkthdr.ph_mss = (u_int16_t)tx->mss;
	m0->m_pkthdr.ph_flowid = (u_int16_t)tx->flow;
	m0->m_pkthdr.csum_flags |= M_FLOWID;
	return (m0);
}

struct burst {
	const struct fk_tx *tx;
	unsigned int n, sent;
};

static void
do_send(void *arg)
{
	struct burst *b = arg;
	struct ifqueue *ifq;
	struct mbuf *m;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		if (the_if == NULL)
			return;
		m = chain(&b->tx[i]);
		NET_LOCK_SHARED();
		if (the_if == NULL)
			m_freem(m);
		else {
			ifq = the_if->if_ifqs[b->tx[i].flow %
			    the_if->if_nifqs];
			if (ifq_enqueue(ifq, m) == 0) {
				b->sent++;
				ifq_start(ifq);
			}
		}
		NET_UNLOCK_SHARED();
	}
}

unsigned int
fk_send_process(const struct fk_tx *tx, unsigned int n)
{
	struct burst b = { tx, n, 0 };

	fk_proc(do_send, &b);
	return (b.sent);
}

unsigned int
fk_send_burst(const struct fk_tx *tx, unsigned int n)
{
	return (fk_send_process(tx, n));
}

void
fk_net_open(void)
{
	unsigned int i;

	the_if = NULL;
	rx_fn = NULL;
	congested = false;
	bpf_out = link_changes = 0;
	mtx_init(&ifmedia_mtx, IPL_NET);
	for (i = 0; i < SOFTNETS; i++) {
		softnet[i] = taskq_create("softnet", 1, IPL_NET,
		    TASKQ_MPSAFE);
		fc_relabel(softnet[i], "system");
	}
}
