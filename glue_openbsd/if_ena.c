/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter, the network interface of EC2 instances.
 *
 * The protocol is the core's (ena.h, sys/dev/ena).  Here is what the core
 * does not own: PCI, interrupts, mbufs, waiting, the ifnet.
 *
 * Lanes (ena.h) are made of:
 *
 *	ADMIN, AENQ	sc_os.os_admin, a write lock that may be slept with.
 *			Held by attach, detach, activate, ioctl, kstat and by
 *			sc_task, which does what vector 0 and the tick ask.
 *	TXS(q), TXC(q)	the serialiser of ifqueue q.  The vector does not
 *			reap: it runs q_txeof there.  So submission and
 *			completion never run at the same time, which spares a
 *			lock and the race between "ring full" and "done".
 *	RX(q)		sc_os.os_rx[q], a mutex: the vector, the refill
 *			timeout, the watchdog's look.  It also holds q_live.
 *
 * Order: NET_LOCK (only ever taken by our callers), os_admin, serialiser,
 * os_rx.  Nothing here takes NET_LOCK, so it may be held across os_admin.
 *
 * G1: ena_mbufs.h, which lends buffers to the device and takes them back.
 * G2: lanes of a queue do something only while q_live; it is cleared under
 *     os_rx, then ifq_barrier() waits for the serialiser.
 * G3: while the interface is down the device stays CONFIGURED, so that link
 *     state is known and going up is short.
 * G4: IFF_RUNNING is the user's: a reset leaves it alone.  The keeper, with
 *     which all glue shares this (ena_keep.h), moves the device to where k_up
 *     wants it, after any kind of trouble.
 */
#include "bpfilter.h"
#include "kstat.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/sockio.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/device.h>
#include <sys/malloc.h>
#include <sys/timeout.h>
#include <sys/task.h>
#include <sys/intrmap.h>
#include <sys/kstat.h>

#include <machine/bus.h>
#include <machine/intr.h>

#include <net/if.h>
#include <net/if_media.h>
#include <net/toeplitz.h>

#if NBPFILTER > 0
#include <net/bpf.h>
#endif

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/if_ether.h>
#include <netinet/tcp.h>
#include <netinet/tcp_timer.h>
#include <netinet/tcp_var.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <dev/pci/pcidevs.h>

#include <dev/ena/ena_keep.h>

#include <dev/pci/if_enavar.h>

#define DEVNAME(_sc)	((_sc)->sc_dev.dv_xname)

/* Something for the ADMIN lane to look at.  Any context. */
static void
ena_kick(struct ena_softc *sc)
{
	task_add(sc->sc_taskq, &sc->sc_task);
}

/* ---- transmit: lanes TXS and TXC */

/* From the serialiser: do something there, if the queue is in service. */
static unsigned int
ena_tx_enter(struct ena_queue *q, unsigned int (*fn)(struct ena_queue *))
{
	bool *in = &q->q_sc->sc_os.os_tx_in[q->q_idx];
	unsigned int n = 0;

	KASSERT(!*in);
	*in = true;
	if (q->q_live)
		n = fn(q);
	*in = false;
	return (n);
}

/* What the stack wants done with a packet, in the core's words. */
static bool
ena_tx_describe(struct ena_queue *q, struct mbuf **mp, struct ena_tx_pkt *p)
{
	uint32_t flags = (*mp)->m_pkthdr.csum_flags;
	unsigned int hdrs, wants = 0;

	if (ISSET(flags, M_IPV4_CSUM_OUT))
		wants |= ENA_WANT_IP4_CSUM;
	if (ISSET(flags, M_TCP_CSUM_OUT | M_UDP_CSUM_OUT))
		wants |= ENA_WANT_L4_CSUM;
	if (ISSET(flags, M_TCP_TSO))
		wants |= ENA_WANT_TSO;
	if (!ena_mbufs_describe(&q->q_mb, mp, wants, q->q_sc->sc_txo, false,
	    p)) {
		if (ISSET(flags, M_TCP_TSO))
			tcpstat_inc(tcps_outbadtso);
		return (false);
	}
	if (ISSET(p->tp_flags, ENA_TXF_TSO)) {
		hdrs = p->tp_l3_off + p->tp_l3_len + p->tp_l4_len;
		tcpstat_add(tcps_outpkttso, ((*mp)->m_pkthdr.len - hdrs +
		    p->tp_mss - 1) / p->tp_mss);
	}
	return (true);
}

/* Queue one packet.  Returns ring slots used, at most; 0: drop *mp. */
static inline unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, unsigned int push,
    struct mbuf **mp)
{
	struct ena_tx_pkt p;

	p.tp_flags = 0;
	if (ISSET((*mp)->m_pkthdr.csum_flags, M_IPV4_CSUM_OUT |
	    M_TCP_CSUM_OUT | M_UDP_CSUM_OUT | M_TCP_TSO) &&
	    !ena_tx_describe(q, mp, &p))
		return (0);
	return (ena_mbufs_put(&q->q_mb, b, push, &p, mp));
}

/* The next packet, first of all the rest of one that was cut. */
static inline struct mbuf *
ena_tx_next(struct ena_queue *q)
{
	struct mbuf *m = q->q_mb.mb_rest;

	if (m == NULL)
		return (ifq_dequeue(q->q_ifq));
	q->q_mb.mb_rest = NULL;
	return (m);
}

static unsigned int
ena_tx_burst(struct ena_queue *q)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	struct ifqueue *ifq = q->q_ifq;
	const unsigned int need = q->q_mb.mb_tx_need;
	struct ena_tx_burst b;
	unsigned int push, room, used;
	struct mbuf *m;
#if NBPFILTER > 0
	caddr_t if_bpf = ifq->ifq_if->if_bpf;
#endif

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ena_kick(q->q_sc);
		return (0);
	}
	push = ena_tx_max_push(txq);
	/* counted from above: what is left over, q_txeof finds */
	for (room = ena_tx_room(txq); room >= need; room -= used) {
		m = ena_tx_next(q);
		if (m == NULL)
			break;
		used = ena_tx_encap(q, &b, push, &m);
		if (used == 0) {
			ifq->ifq_errors++;
			m_freem(m);
			continue;
		}
#if NBPFILTER > 0
		if (if_bpf)
			bpf_mtap_ether(if_bpf, m, BPF_DIRECTION_OUT);
#endif
	}
	if (room < need)
		ifq_set_oactive(ifq);
	ena_tx_end(&b);
	return (0);
}

static void
ena_start(struct ifqueue *ifq)
{
	if (LINK_STATE_IS_UP(ifq->ifq_if->if_link_state))
		ena_tx_enter(ifq->ifq_softc, ena_tx_burst);
	else
		ifq_purge(ifq);
}

/* Take back what was sent.  Returns the number of packets. */
static unsigned int
ena_tx_done(struct ena_queue *q)
{
	unsigned int total;
	enum ena_result r;

	total = ena_mbufs_reap(&q->q_mb, UINT32_MAX, &r);
	if (r != ENA_OK)
		ena_kick(q->q_sc);
	else if (ifq_is_oactive(q->q_ifq) && ena_tx_room(ena_txq(
	    &q->q_sc->sc_core, q->q_idx)) >= q->q_mb.mb_tx_need)
		ifq_restart(q->q_ifq);
	return (total);
}

static void
ena_txeof(void *q)
{
	ena_tx_enter(q, ena_tx_done);
}

/* ---- receive: lane RX */

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays empty for want of memory is tried again at the next clock tick.
 */
static void
ena_rx_fill(struct ena_queue *q)
{
	unsigned int slots;

	slots = if_rxr_get(&q->q_rxr, ena_rx_room(ena_rxq(
	    &q->q_sc->sc_core, q->q_idx)));
	if_rxr_put(&q->q_rxr, ena_mbufs_fill(&q->q_mb, slots));
	if (if_rxr_inuse(&q->q_rxr) == 0)
		timeout_add(&q->q_refill, 1);
}

static void
ena_rx_refill(void *arg)
{
	struct ena_queue *q = arg;

	mtx_enter(q->q_mtx);
	if (q->q_live)
		ena_rx_fill(q);
	mtx_leave(q->q_mtx);
}

/* Believe verdicts only of a device that says that it gives them. */
static inline void
ena_rx_meta(uint32_t rxo, const struct ena_rx_pkt *p, struct mbuf *m)
{
	unsigned int flags = 0;
	uint32_t l4;

	if (ISSET(rxo, ENA_RXO_IP4_CSUM) &&
	    ena_rx_l3_csum(p) == ENA_CSUM_GOOD)
		flags = M_IPV4_CSUM_IN_OK;
	l4 = ena_rx_l3(p) == ENA_L3_IP6 ? ENA_RXO_L4V6 : ENA_RXO_L4V4;
	if (ISSET(rxo, l4) && ena_rx_l4_csum(p) == ENA_CSUM_GOOD)
		flags |= ena_rx_l4(p) == ENA_L4_TCP ? M_TCP_CSUM_IN_OK :
		    M_UDP_CSUM_IN_OK;
	if (ISSET(rxo, ENA_RXO_HASH) &&
	    ena_rx_hash_kind(p) != ENA_HASH_NONE) {
		m->m_pkthdr.ph_flowid = p->rp_hash;
		flags |= M_FLOWID;
	}
	m->m_pkthdr.csum_flags = flags;
}

/*
 * Take every frame there is and refill.  The device cannot complete more
 * than was posted before, so this ends.
 */
static enum ena_result
ena_rx_take(struct ena_queue *q, struct mbuf_list *ml,
    struct mbuf_list *mltcp, bool *work)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	uint32_t rxo = q->q_sc->sc_rxo;
	unsigned int n = 0;
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;
	struct mbuf *m;
#ifndef SMALL_KERNEL
	struct ifnet *ifp = q->q_ifiq->ifiq_if;
	bool lro = ISSET(ifp->if_xflags, IFXF_LRO);
#endif

	r = ena_rx_take_begin(rxq, &t, UINT32_MAX);
	if (r != ENA_OK)
		return (r);
	while ((r = ena_rx_get(&t, &p)) == ENA_OK) {
		n += p.rp_nsegs;
		m = ena_mbufs_frame(&q->q_mb, &p);
		if (m == NULL)
			continue;
		ena_rx_meta(rxo, &p, m);
#ifndef SMALL_KERNEL
		if (lro && !ena_rx_is_frag(&p) &&
		    ena_rx_l4(&p) == ENA_L4_TCP)
			tcp_softlro_glue(mltcp, m, ifp);
		else
#endif
			ml_enqueue(ml, m);
	}
	ena_rx_take_end(&t);
	if_rxr_put(&q->q_rxr, n);
	*work |= n != 0;
	if (r != ENA_AGAIN)
		return (r);
	if (ena_rx_fill_due(rxq))
		ena_rx_fill(q);
	return (ENA_OK);
}

/* ---- interrupts */

static int
ena_intr_admin(void *arg)
{
	struct ena_softc *sc = arg;

	wakeup(&sc->sc_os);		/* whoever is in ena_os_wait() */
	ena_kick(sc);
	return (1);
}

/*
 * What a vector is for: both rings, then one unmask as the last act.  Or a
 * look of the watchdog, which wants to know whether there was any work.
 */
static void
ena_serve(struct ena_queue *q, bool intr, bool work)
{
	struct mbuf_list ml = MBUF_LIST_INITIALIZER();
	struct mbuf_list mltcp = MBUF_LIST_INITIALIZER();
	struct ena_dev *dev = &q->q_sc->sc_core;
	enum ena_result r = ENA_STATE;
	int behind;

	mtx_enter(q->q_mtx);
	if (q->q_live) {
		if (intr)
			ena_queue_intr(dev, q->q_idx);
		r = ena_rx_take(q, &ml, &mltcp, &work);
	}
	mtx_leave(q->q_mtx);
	behind = ifiq_input(q->q_ifiq, &mltcp);
	behind |= ifiq_input(q->q_ifiq, &ml);
	if (intr)
		ifq_serialize(q->q_ifq, &q->q_txeof);
	mtx_enter(q->q_mtx);
	if (behind)
		if_rxr_livelocked(&q->q_rxr);
	if (r != ENA_OK || !q->q_live)
		ena_kick(q->q_sc);
	else if (intr)
		ena_queue_unmask(dev, q->q_idx);
	else
		ena_queue_polled(dev, q->q_idx, work);
	mtx_leave(q->q_mtx);
}

static int
ena_intr_queue(void *arg)
{
	ena_serve(arg, true, false);
	return (1);
}

/* In the serialiser, so that both lanes can be had at once. */
static void
ena_look(void *arg)
{
	ena_serve(arg, false, ena_tx_enter(arg, ena_tx_done) != 0);
}

/* ---- queues: lane ADMIN, their lanes stopped */

static enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];

	if_rxr_init(&q->q_rxr, pl->pl_rx_depth - 1, pl->pl_rx_depth - 1);
	return (ena_mbufs_make(&q->q_mb, pl,
	    ena_mbufs_longest(ena_dev_info(&sc->sc_core)),
	    ena_keep_rx_bytes(&sc->sc_keep)));
}

static void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;

	ena_mbufs_free(&sc->sc_queues[i].q_mb, pl);
}

/*
 * Into service: fill, declare alive, then unmask; the other way round loses
 * interrupts.  Out of it: nobody is in the queue's lanes after this (G2).
 */
static void
ena_queue_live(void *arg, unsigned int i, bool live)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];

	mtx_enter(q->q_mtx);
	if (live)
		ena_rx_fill(q);
	q->q_live = live;
	if (live)
		ena_queue_unmask(&sc->sc_core, i);
	mtx_leave(q->q_mtx);
	if (live)
		ifq_restart(q->q_ifq);
	else
		ifq_barrier(q->q_ifq);
}

/* ---- life: lane ADMIN; the keeper's operations, events, the clock */

/* No DMA any more, whatever the device thinks of it. */
static void
ena_cut(void *arg)
{
	struct ena_softc *sc = arg;

	ena_pci_enable(&sc->sc_pci, 0);
}

/* Claim what the device offers and nothing else. */
static void
ena_capabilities(void *arg)
{
	static const int caps[ENA_OFFERS] = {
		[ENA_OFFER_TX_IP4] = IFCAP_CSUM_IPv4,
		[ENA_OFFER_TX_L4V4] = IFCAP_CSUM_TCPv4 | IFCAP_CSUM_UDPv4,
		[ENA_OFFER_TX_L4V6] = IFCAP_CSUM_TCPv6 | IFCAP_CSUM_UDPv6,
		[ENA_OFFER_TSO4] = IFCAP_TSOv4,
		[ENA_OFFER_TSO6] = IFCAP_TSOv6
	};
	struct ena_softc *sc = arg;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	unsigned int i, offers = ena_keep_offers(&sc->sc_keep);
	int cap = IFCAP_VLAN_MTU;

	sc->sc_txo = in->in_tx_offloads;
	sc->sc_rxo = in->in_rx_offloads;
	for (i = 0; i < ENA_OFFERS; i++)
		if (ISSET(offers, 1U << i))
			SET(cap, caps[i]);
#ifndef SMALL_KERNEL
	SET(cap, IFCAP_LRO);
#endif
	ifp->if_capabilities = cap;
	ifp->if_hardmtu = in->in_max_mtu;
	sc->sc_delay = ena_keep_moderate(&sc->sc_keep,
	    ISSET(ifp->if_flags, IFF_LINK0) ? 0 : ENA_INTR_DELAY);
}

static const struct ena_keep_ops ena_keep_ops = {
	ena_capabilities, ena_queue_make, ena_queue_free, ena_queue_live,
	ena_cut
};

/* What vector 0, the tick and the other lanes want done. */
static void
ena_task(void *arg)
{
	struct ena_softc *sc = arg;
	const struct ena_stats *es = ena_dev_stats(&sc->sc_core);
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	struct ena_queue *q;
	unsigned int i;
	bool due, tick;
	int link;

	rw_enter_write(&sc->sc_os.os_admin);
	if (!ena_keep_there(&sc->sc_keep))
		goto out;
	tick = sc->sc_tick_due != 0;
	sc->sc_tick_due = 0;
	if (ena_keep_turn(&sc->sc_keep, tick)) {
		/* what only the device can count */
		ifp->if_ierrors = es->es_dev_rx_drops +
		    es->es_dev_rx_overruns;
		ifp->if_oerrors = es->es_dev_tx_drops;
		for (i = 0; i < sc->sc_nqueues; i++) {
			q = &sc->sc_queues[i];
			mtx_enter(q->q_mtx);
			due = q->q_live && ena_queue_due(&sc->sc_core, i);
			mtx_leave(q->q_mtx);
			if (due)
				ifq_serialize(q->q_ifq, &q->q_look);
		}
	}
	link = ena_keep_link(&sc->sc_keep) ? LINK_STATE_FULL_DUPLEX :
	    LINK_STATE_DOWN;
	if (ifp->if_link_state != link) {
		ifp->if_link_state = link;
		if_link_state_change(ifp);
	}
out:
	rw_exit_write(&sc->sc_os.os_admin);
}

static void
ena_tick_timeout(void *arg)
{
	struct ena_softc *sc = arg;

	sc->sc_tick_due = 1;
	ena_kick(sc);
	timeout_add_sec(&sc->sc_tick, 1);
}

/* ---- ifnet */

static void
ena_down(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	unsigned int i;

	CLR(ifp->if_flags, IFF_RUNNING);
	ena_keep_close(&sc->sc_keep);
	for (i = 0; i < sc->sc_nqueues; i++) {
		ifq_clr_oactive(ifp->if_ifqs[i]);
		ifq_purge(ifp->if_ifqs[i]);
	}
}

static int
ena_set_mtu(struct ena_softc *sc, unsigned int mtu)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	enum ena_result r;

	r = ena_keep_mtu(&sc->sc_keep, mtu);
	if (r == ENA_OK)
		ifp->if_mtu = mtu;
	return (ena_keep_errno(r));
}

static int
ena_rxrinfo(struct ena_softc *sc, struct if_rxrinfo *ifri)
{
	struct if_rxring_info ifr[ENA_MAX_QUEUES];
	struct ena_queue *q;
	unsigned int i;

	if (!ISSET(sc->sc_ac.ac_if.if_flags, IFF_RUNNING))
		return (ENOTTY);
	memset(ifr, 0, sizeof(ifr));
	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		snprintf(ifr[i].ifr_name, sizeof(ifr[i].ifr_name), "%u", i);
		mtx_enter(q->q_mtx);
		ifr[i].ifr_size = q->q_mb.mb_rx_bytes;
		ifr[i].ifr_info = q->q_rxr;
		mtx_leave(q->q_mtx);
	}
	return (if_rxr_info_ioctl(ifri, sc->sc_nqueues, ifr));
}

static int
ena_set_flags(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	enum ena_result r = ENA_OK;

	sc->sc_os.os_verbose = ISSET(ifp->if_flags, IFF_DEBUG) != 0;
	if (ena_dev_state(&sc->sc_core) == ENA_STATE_RUNNING)
		ena_capabilities(sc);	/* link0 has a say in them */
	/* no filter to program: running is all there is to be */
	if (!ISSET(ifp->if_flags, IFF_UP)) {
		if (ISSET(ifp->if_flags, IFF_RUNNING))
			ena_down(sc);
	} else if (!ISSET(ifp->if_flags, IFF_RUNNING)) {
		r = ena_keep_up(&sc->sc_keep);
		if (r == ENA_OK)
			SET(ifp->if_flags, IFF_RUNNING);
	}
	return (ena_keep_errno(r));
}

static int
ena_ioctl(struct ifnet *ifp, u_long cmd, caddr_t data)
{
	struct ena_softc *sc = ifp->if_softc;
	struct ifreq *ifr = (struct ifreq *)data;
	int error;

	switch (cmd) {
	case SIOCSIFADDR:
		SET(ifp->if_flags, IFF_UP);
		/* FALLTHROUGH */
	case SIOCSIFFLAGS:
	case SIOCSIFMTU:
		rw_enter_write(&sc->sc_os.os_admin);
		if (!ena_keep_there(&sc->sc_keep))
			error = ENXIO;
		else if (cmd == SIOCSIFMTU)
			error = ena_set_mtu(sc, ifr->ifr_mtu);
		else
			error = ena_set_flags(sc);
		rw_exit_write(&sc->sc_os.os_admin);
		break;
	case SIOCSIFLLADDR:
		error = EOPNOTSUPP;	/* the device has the one it has */
		break;
	case SIOCGIFMEDIA:
	case SIOCSIFMEDIA:
		error = ifmedia_ioctl(ifp, ifr, &sc->sc_media, cmd);
		break;
	case SIOCGIFRXR:
		error = ena_rxrinfo(sc, (struct if_rxrinfo *)ifr->ifr_data);
		break;
	default:
		error = ether_ioctl(ifp, &sc->sc_ac, cmd, data);
		break;
	}
	/* there is no filter: nothing to do after a multicast change */
	return (error == ENETRESET ? 0 : error);
}

static int
ena_media_change(struct ifnet *ifp)
{
	return (0);
}

static void
ena_media_status(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	ifmr->ifm_status = IFM_AVALID;
	ifmr->ifm_active = IFM_ETHER | IFM_AUTO;
	if (LINK_STATE_IS_UP(ifp->if_link_state)) {
		ifmr->ifm_status |= IFM_ACTIVE;
		ifmr->ifm_active |= IFM_FDX;
	}
}

/* ---- statistics: lane ADMIN, as kstats hold os_admin */

#if NKSTAT > 0

static int
ena_kstat_queue(struct kstat *ks)
{
	struct ena_queue *q = ks->ks_softc;
	const uint64_t *events = ena_mbufs_events(&q->q_mb);
	unsigned int i;

	for (i = 0; i < ENA_MB_EVENTS; i++)
		kstat_kv_u64(&q->q_kvs[i]) = events[i];
	nanouptime(&ks->ks_updated);
	return (0);
}

/* Behind the report: what only words can say, and the moderation. */
static int
ena_kstat_dev(struct kstat *ks)
{
	struct ena_softc *sc = ks->ks_softc;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct kstat_kv *kv = ks->ks_data;
	const char *words[ENA_WORDS][2] = {
		{ "state", ena_state_name(ena_dev_state(&sc->sc_core)) },
		{ "llq", ena_llq_why_name(in->in_llq_why) },
		{ "rss key", in->in_rss_key ? "ours" : "not ours" }
	};
	unsigned int i;

	ena_report_read(&sc->sc_keep, &sc->sc_report);
	for (i = 0; i < ENA_REPORTS; i++, kv++) {
		kstat_kv_init(kv, ena_report_name(i), KSTAT_KV_T_COUNTER64);
		if (!ena_report_value(&sc->sc_report, i, &kstat_kv_u64(kv)))
			kv->kv_type = KSTAT_KV_T_NULL;
	}
	for (i = 0; i < ENA_WORDS; i++, kv++) {
		kstat_kv_init(kv, words[i][0], KSTAT_KV_T_ISTR);
		strlcpy(kstat_kv_istr(kv), words[i][1],
		    sizeof(kstat_kv_istr(kv)));
	}
	kstat_kv_init(kv, "intr delay", KSTAT_KV_T_UINT32);
	kstat_kv_u32(kv) = sc->sc_delay;
	nanouptime(&ks->ks_updated);
	return (0);
}

static struct kstat *
ena_kstat_make(struct ena_softc *sc, const char *name, unsigned int unit,
    void *softc, struct kstat_kv *kvs, size_t bytes,
    int (*read)(struct kstat *))
{
	struct kstat *ks;

	ks = kstat_create(DEVNAME(sc), 0, name, unit, KSTAT_T_KV, 0);
	if (ks == NULL)
		return (NULL);
	ks->ks_softc = softc;
	ks->ks_data = kvs;
	ks->ks_datalen = bytes;
	ks->ks_read = read;
	kstat_set_wlock(ks, &sc->sc_os.os_admin);
	kstat_install(ks);
	return (ks);
}

static void
ena_kstat_attach(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i, j;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		for (j = 0; j < ENA_MB_EVENTS; j++)
			kstat_kv_init(&q->q_kvs[j], ena_mbufs_name(j),
			    KSTAT_KV_T_COUNTER64);
		q->q_kstat = ena_kstat_make(sc, "ena-queue", i, q,
		    q->q_kvs, sizeof(q->q_kvs), ena_kstat_queue);
	}
	sc->sc_kstat = ena_kstat_make(sc, "ena-device", 0, sc,
	    sc->sc_kvs, sizeof(sc->sc_kvs), ena_kstat_dev);
}

static void
ena_kstat_detach(struct ena_softc *sc)
{
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		if (sc->sc_queues[i].q_kstat != NULL)
			kstat_destroy(sc->sc_queues[i].q_kstat);
	if (sc->sc_kstat != NULL)
		kstat_destroy(sc->sc_kstat);
}

#endif

/* ---- attach and detach */

static int
ena_match(struct device *parent, void *match, void *aux)
{
	const struct pci_attach_args *pa = aux;

	return (ena_pci_known(pa->pa_id));
}

/*
 * Registers, and the BAR of the MSI-X table, which firmware may have left
 * without an address.
 */
static int
ena_map(struct ena_softc *sc, struct pci_attach_args *pa)
{
	pcireg_t reg, type;
	int bar, off;

	if (!ena_pci_open(&sc->sc_pci, &sc->sc_os, pa) ||
	    pci_get_capability(pa->pa_pc, pa->pa_tag, PCI_CAP_MSIX, &off,
	    NULL) == 0)
		return (ENXIO);
	reg = pci_conf_read(pa->pa_pc, pa->pa_tag, off + PCI_MSIX_TABLE);
	bar = PCI_MAPREG_START + 4 * (reg & PCI_MSIX_TABLE_BIR);
	if (bar >= PCI_MAPREG_END)
		return (ENXIO);		/* all ones: the card is gone */
	type = pci_mapreg_type(pa->pa_pc, pa->pa_tag, bar);
	return (pci_mapreg_assign(pa, bar, type, NULL, NULL));
}

/* Vector 0 and as many pairs as there are vectors, CPUs and queues for. */
static int
ena_intr_map(struct ena_softc *sc, struct pci_attach_args *pa)
{
	pci_intr_handle_t ih;
	struct ena_queue *q;
	unsigned int i, n;
	int nmsix;

	nmsix = pci_intr_msix_count(pa);
	if (nmsix < 2 || pci_intr_map_msix(pa, 0, &ih) != 0)
		return (ENXIO);
	sc->sc_ihc = pci_intr_establish(pa->pa_pc, ih, IPL_NET | IPL_MPSAFE,
	    ena_intr_admin, sc, DEVNAME(sc));
	if (sc->sc_ihc == NULL)
		return (ENXIO);
	n = MIN(nmsix - 1, ena_dev_info(&sc->sc_core)->in_max_pairs);
	sc->sc_intrmap = intrmap_create(&sc->sc_dev, n, ENA_MAX_QUEUES,
	    INTRMAP_POWEROF2);
	sc->sc_nqueues = intrmap_count(sc->sc_intrmap);
	sc->sc_keep.k_pairs = sc->sc_nqueues;
	sc->sc_keep.k_vectors = 1 + sc->sc_nqueues;
	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		snprintf(q->q_name, sizeof(q->q_name), "%s:%u", DEVNAME(sc),
		    i);
		if (pci_intr_map_msix(pa, 1 + i, &ih) != 0)
			return (ENXIO);
		q->q_ihc = pci_intr_establish_cpu(pa->pa_pc, ih,
		    IPL_NET | IPL_MPSAFE, intrmap_cpu(sc->sc_intrmap, i),
		    ena_intr_queue, q, q->q_name);
		if (q->q_ihc == NULL)
			return (ENXIO);
	}
	return (0);
}

static void
ena_if_attach(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	struct ena_queue *q;
	unsigned int i;

	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_xflags = IFXF_MPSAFE;
	ifp->if_ioctl = ena_ioctl;
	ifp->if_qstart = ena_start;
	strlcpy(ifp->if_xname, DEVNAME(sc), IFNAMSIZ);
	ifq_init_maxlen(&ifp->if_snd, ENA_DEFAULT_DEPTH - 1);

	ifmedia_init(&sc->sc_media, 0, ena_media_change, ena_media_status);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);

	if_attach(ifp);
	ether_ifattach(ifp);
	if_attach_queues(ifp, sc->sc_nqueues);
	if_attach_iqueues(ifp, sc->sc_nqueues);
	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		q->q_ifq = ifp->if_ifqs[i];
		q->q_ifq->ifq_softc = q;
		q->q_ifiq = ifp->if_iqs[i];
		q->q_ifiq->ifiq_softc = q;
	}
	sc->sc_keep.k_attached = true;
#if NKSTAT > 0
	ena_kstat_attach(sc);
#endif
}

/* A handler may still run on another CPU. */
static void
ena_intr_unmap(struct ena_softc *sc, void *ihc)
{
	if (ihc == NULL)
		return;
	intr_barrier(ihc);
	pci_intr_disestablish(sc->sc_pci.ep_pc, ihc);
}

/* All that attach took, as far as it got.  The device is OFF or gone. */
static void
ena_release(struct ena_softc *sc)
{
	unsigned int i;

	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		ena_intr_unmap(sc, sc->sc_queues[i].q_ihc);
		timeout_del_barrier(&sc->sc_queues[i].q_refill);
	}
	ena_intr_unmap(sc, sc->sc_ihc);
	if (sc->sc_intrmap != NULL)
		intrmap_destroy(sc->sc_intrmap);
	if (sc->sc_taskq != NULL)
		taskq_destroy(sc->sc_taskq);
	ena_pci_close(&sc->sc_pci, &sc->sc_os);
}

/* Up to CONFIGURED with vectors; NULL, or what went wrong. */
static const char *
ena_attach_device(struct ena_softc *sc, struct pci_attach_args *pa)
{
	struct ena_config cf;
	enum ena_result r;

	if (ena_map(sc, pa) != 0)
		return ("cannot map registers");
	sc->sc_taskq = taskq_create(DEVNAME(sc), 1, IPL_NET, TASKQ_MPSAFE);
	if (sc->sc_taskq == NULL)
		return ("cannot create task queue");
	ena_pci_config(&sc->sc_pci, &sc->sc_os, pa, &cf);
	cf.cf_kernel_version = OpenBSD;
	cf.cf_cpus = ncpus;
	stoeplitz_to_key(cf.cf_rss_key, sizeof(cf.cf_rss_key));
	r = ena_keep_start(&sc->sc_keep, &cf);
	if (r != ENA_OK)
		return (ena_result_name(r));
	memcpy(sc->sc_ac.ac_enaddr, ena_dev_info(&sc->sc_core)->in_mac,
	    ETHER_ADDR_LEN);
	if (ena_intr_map(sc, pa) != 0)
		return ("cannot map MSI-X interrupts");
	r = ena_keep_open(&sc->sc_keep);
	return (r == ENA_OK ? NULL : ena_result_name(r));
}

static void
ena_attach(struct device *parent, struct device *self, void *aux)
{
	struct ena_softc *sc = (struct ena_softc *)self;
	struct pci_attach_args *pa = aux;
	struct ena_queue *q;
	const char *why;
	unsigned int i;

	sc->sc_os.os_name = DEVNAME(sc);
	sc->sc_os.os_dmat = pa->pa_dmat;
	sc->sc_os.os_midline = true;
	rw_init(&sc->sc_os.os_admin, "enaadm");
	ena_keep_init(&sc->sc_keep, &sc->sc_core, &sc->sc_os, &ena_keep_ops,
	    sc);
	task_set(&sc->sc_task, ena_task, sc);
	timeout_set(&sc->sc_tick, ena_tick_timeout, sc);
	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		q = &sc->sc_queues[i];
		q->q_sc = sc;
		q->q_idx = i;
		ena_mbufs_init(&q->q_mb, &sc->sc_keep, i);
		q->q_mtx = &sc->sc_os.os_rx[i];
		mtx_init(q->q_mtx, IPL_NET);
		task_set(&q->q_txeof, ena_txeof, q);
		task_set(&q->q_look, ena_look, q);
		timeout_set(&q->q_refill, ena_rx_refill, q);
	}
	rw_enter_write(&sc->sc_os.os_admin);
	why = ena_attach_device(sc, pa);
	if (why != NULL)
		ena_keep_end(&sc->sc_keep, false);
	if (sc->sc_os.os_midline)
		printf(": ");
	else
		printf("%s: ", DEVNAME(sc));
	sc->sc_os.os_midline = false;
	rw_exit_write(&sc->sc_os.os_admin);
	if (why != NULL) {
		printf("%s\n", why);
		ena_release(sc);
		return;
	}
	printf("msix, %u queue%s%s, address %s\n", sc->sc_nqueues,
	    sc->sc_nqueues == 1 ? "" : "s",
	    ena_dev_info(&sc->sc_core)->in_llq_why == ENA_LLQ_WHY_USED ?
	    ", LLQ" : "", ether_sprintf(sc->sc_ac.ac_enaddr));
	ena_if_attach(sc);
	timeout_add_sec(&sc->sc_tick, 1);
	ena_kick(sc);
}

static int
ena_detach(struct device *self, int flags)
{
	struct ena_softc *sc = (struct ena_softc *)self;
	struct ifnet *ifp = &sc->sc_ac.ac_if;

	if (!sc->sc_keep.k_attached)
		return (0);
	rw_enter_write(&sc->sc_os.os_admin);
	CLR(ifp->if_flags, IFF_RUNNING);
	ena_keep_end(&sc->sc_keep, false);
	rw_exit_write(&sc->sc_os.os_admin);
	timeout_del_barrier(&sc->sc_tick);
#if NKSTAT > 0
	ena_kstat_detach(sc);
#endif
	ether_ifdetach(ifp);
	if_detach(ifp);
	ifmedia_delete_instance(&sc->sc_media, IFM_INST_ANY);
	sc->sc_keep.k_attached = false;
	ena_release(sc);
	return (0);
}

static int
ena_activate(struct device *self, int act)
{
	struct ena_softc *sc = (struct ena_softc *)self;

	if (!sc->sc_keep.k_attached)
		return (0);
	switch (act) {
	case DVACT_DEACTIVATE:
		ena_gone(&sc->sc_core);
		return (0);
	case DVACT_RESUME:
	case DVACT_WAKEUP:
		ena_keep_wake(&sc->sc_keep);
		if (!cold)
			ena_kick(sc);
		return (0);
	}
	/*
	 * Into sleep or power off: the device is reset and owns no memory.
	 * Late in that process nobody can be waited for.
	 */
	if (rw_enter(&sc->sc_os.os_admin,
	    RW_WRITE | (cold ? RW_NOSLEEP : 0)) != 0)
		return (0);
	ena_keep_sleep(&sc->sc_keep, act == DVACT_POWERDOWN);
	rw_exit_write(&sc->sc_os.os_admin);
	return (0);
}

const struct cfattach ena_ca = {
	sizeof(struct ena_softc), ena_match, ena_attach, ena_detach,
	ena_activate
};

struct cfdriver ena_cd = {
	NULL, "ena", DV_IFNET
};
