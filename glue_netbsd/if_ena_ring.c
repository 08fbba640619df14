/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: the data path.
 *
 * A vector is masked from its interrupt to its unmask.  In between the queue
 * is q_busy and has one server at a time: the handler, then, if there is
 * more to do than it may, a softint or a work of the same CPU, round after
 * round.  All of that is decided with ol_rx held, so nothing is queued for a
 * queue that is not q_live, and a softint that comes late finds nothing.
 *
 * Frames go to the stack with ol_rx held: behind the unmask the next ones
 * might overtake them.
 */
#include <dev/pci/if_enavar.h>

#define ENA_M_CSUM_L4	(M_CSUM_TCPv4 | M_CSUM_TCPv6 | M_CSUM_UDPv4 | \
			    M_CSUM_UDPv6)
#define ENA_M_CSUM_TSO	(M_CSUM_TSOv4 | M_CSUM_TSOv6)
#define ENA_M_CSUM	(M_CSUM_IPv4 | ENA_M_CSUM_L4 | ENA_M_CSUM_TSO)

/* ---- transmit: lanes TXS and TXC */

/* Queue one packet.  Returns ring slots used, at most; 0: drop *mp. */
static inline unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, unsigned int push,
    struct mbuf **mp)
{
	const int flags = (*mp)->m_pkthdr.csum_flags;
	unsigned int wants = 0;
	struct ena_tx_pkt p;

	p.tp_flags = 0;
	if ((flags & ENA_M_CSUM) != 0) {
		if ((flags & M_CSUM_IPv4) != 0)
			wants |= ENA_WANT_IP4_CSUM;
		if ((flags & ENA_M_CSUM_L4) != 0)
			wants |= ENA_WANT_L4_CSUM;
		if ((flags & ENA_M_CSUM_TSO) != 0)
			wants |= ENA_WANT_TSO;
		/* the stack sums up a pseudo header with a length */
		if (!ena_mbufs_describe(&q->q_mb, mp, wants,
		    q->q_sc->sc_keep.k_txo, true, &p))
			return (0);
	}
	return (ena_mbufs_put(&q->q_mb, b, push, &p, mp));
}

/*
 * The next packet, first of all the rest of one that was cut; of queue 0 also
 * what ALTQ has put in order.
 */
static inline struct mbuf *
ena_tx_next(struct ena_queue *q, bool altq)
{
	struct mbuf *m = q->q_mb.mb_rest;

	if (__predict_false(m != NULL))
		q->q_mb.mb_rest = NULL;
	else if (__predict_true(!altq))
		m = pcq_get(q->q_pcq);
	else
		IFQ_DEQUEUE(&q->q_sc->sc_ec.ec_if.if_snd, m);
	return (m);
}

static void
ena_tx_burst(struct ena_queue *q, bool altq)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	struct ifnet *ifp = &q->q_sc->sc_ec.ec_if;
	const uint64_t bytes = txq->tq_bytes, pkts = txq->tq_pkts;
	unsigned int fit, mcasts = 0, push;
	struct ena_tx_burst b;
	struct mbuf *m;

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ena_kick(q->q_sc);	/* kept until the reset is under way */
		return;
	}
	push = ena_tx_max_push(txq);
	/* what does not fit, ena_tx_done() finds */
	for (fit = 1; --fit != 0 ||
	    (fit = ena_mbufs_fit(&q->q_mb, &b)) != 0;) {
		m = ena_tx_next(q, altq);
		if (m == NULL)
			break;
		if (ena_tx_encap(q, &b, push, &m) == 0) {
			if_statinc(ifp, if_oerrors);
			m_freem(m);
			continue;
		}
		if (__predict_false((m->m_flags & M_MCAST) != 0))
			mcasts++;
		bpf_mtap(ifp, m, BPF_D_OUT);
	}
	ena_tx_end(&b);
	/* of if_snd, bytes have been counted on the way in */
	if_statadd2(ifp, if_opackets, txq->tq_pkts - pkts, if_obytes,
	    altq ? 0 : txq->tq_bytes - bytes);
	if (!altq)
		if_statadd(ifp, if_omcasts, mcasts);
}

/* Send what waits; a packet that would have to wait for a link is dropped. */
static void
ena_tx_send(struct ena_queue *q, bool altq)
{
	struct mbuf *m;

	if (q->q_live && ena_link_up(&q->q_sc->sc_core)) {
		ena_tx_burst(q, altq);
		return;
	}
	while ((m = ena_tx_next(q, altq)) != NULL) {
		q->q_ev[ENA_EV_TX_DOWN].ev_count++;
		m_freem(m);
	}
}

void
ena_tx_softint(void *arg)
{
	struct ena_queue *q = arg;

	mutex_enter(q->q_tx_lock);
	q->q_ev[ENA_EV_TX_DEFERRED].ev_count++;
	ena_tx_send(q, false);
	mutex_exit(q->q_tx_lock);
}

static int __noinline
ena_tx_full(struct ena_queue *q, struct mbuf *m)
{
	mutex_enter(q->q_tx_lock);
	q->q_ev[ENA_EV_TX_FULL].ev_count++;
	mutex_exit(q->q_tx_lock);
	if_statinc(&q->q_sc->sc_ec.ec_if, if_oerrors);
	m_freem(m);
	return (ENOBUFS);
}

/* At once, unless somebody sends who may have looked into the pcq already. */
static void __noinline
ena_tx_now(struct ena_queue *q)
{
	if (mutex_tryenter(q->q_tx_lock)) {
		ena_tx_send(q, false);
		mutex_exit(q->q_tx_lock);
	} else {
		kpreempt_disable();
		softint_schedule(q->q_tx_si);
		kpreempt_enable();
	}
}

/* CPUs send by the first n queues. */
void
ena_tx_spread(struct ena_softc *sc, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < ENA_OS_QUEUES; i++)
		atomic_store_relaxed(&sc->sc_spread[i], &sc->sc_queues[i % n]);
}

/*
 * A process sends at once.  A softint, which has more packets, leaves them to
 * one that comes after it: they share a burst and its doorbell.
 */
int
ena_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct ena_softc *sc = ifp->if_softc;
	struct ena_queue *q = atomic_load_relaxed(
	    &sc->sc_spread[cpu_index(curcpu()) % ENA_OS_QUEUES]);

	if (__predict_false(!pcq_put(q->q_pcq, m)))
		return (ena_tx_full(q, m));
	if (cpu_softintr_p())
		softint_schedule(q->q_tx_si);
	else
		ena_tx_now(q);
	return (0);
}

void
ena_start(struct ifnet *ifp)
{
	struct ena_softc *sc = ifp->if_softc;
	struct ena_queue *q = &sc->sc_queues[0];

	mutex_enter(q->q_tx_lock);
	ena_tx_send(q, true);
	mutex_exit(q->q_tx_lock);
}

/* There is room again for what did not fit.  With ol_tx. */
static void
ena_tx_wake(struct ena_queue *q)
{
	if (q->q_mb.mb_rest != NULL || pcq_peek(q->q_pcq) != NULL)
		softint_schedule(q->q_tx_si);
	if (q->q_idx == 0)
		if_schedule_deferred_start(&q->q_sc->sc_ec.ec_if);
}

/* Take back what was sent, at most so much.  Returns the number of packets. */
static unsigned int
ena_tx_done(struct ena_queue *q, unsigned int limit)
{
	unsigned int n;
	enum ena_result r;

	n = ena_mbufs_reap(&q->q_mb, limit, &r);
	if (r != ENA_OK)
		ena_kick(q->q_sc);
	else if (n != 0)
		ena_tx_wake(q);
	return (n);
}

/* ---- receive: lane RX */

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays empty for want of memory is tried again at the next clock tick.
 */
static void
ena_rx_fill(struct ena_queue *q)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);

	if (ena_mbufs_fill(&q->q_mb, ena_rx_room(rxq)) ==
	    q->q_mb.mb_rx.er_size - 2)		/* nothing is posted */
		callout_schedule(&q->q_refill, 1);
}

void
ena_rx_refill(void *arg)
{
	struct ena_queue *q = arg;

	mutex_enter(q->q_rx_lock);
	if (q->q_live)
		ena_rx_fill(q);
	mutex_exit(q->q_rx_lock);
}

/*
 * What the device found good, of what the user wants checked; which is never
 * more than what the device says that it checks.  The rest the stack looks
 * at itself.
 */
static inline void
ena_rx_csum(struct ena_queue *q, const struct ena_rx_pkt *p, int wanted,
    struct mbuf *m)
{
	const bool ip6 = ena_rx_l3(p) == ENA_L3_IP6;
	int good = 0;

	if (ena_rx_l3_csum(p) == ENA_CSUM_GOOD)
		good = M_CSUM_IPv4;
	if (ena_rx_l4_csum(p) == ENA_CSUM_GOOD) {
		q->q_ev[ENA_EV_RX_CSUM].ev_count++;
		if (ena_rx_l4(p) == ENA_L4_TCP)
			good |= ip6 ? M_CSUM_TCPv6 : M_CSUM_TCPv4;
		else
			good |= ip6 ? M_CSUM_UDPv6 : M_CSUM_UDPv4;
	}
	m->m_pkthdr.csum_flags = good & wanted;
}

/*
 * Take so many frames, and refill.  Returns their number, or what is wrong
 * in *r.  The stack counts packets and bytes.
 */
static unsigned int
ena_rx_take(struct ena_queue *q, unsigned int limit, enum ena_result *r)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	struct ifnet *ifp = &q->q_sc->sc_ec.ec_if;
	const int wanted = ifp->if_csum_flags_rx;
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	unsigned int n = 0;
	struct mbuf *m;

	*r = ena_rx_take_begin(rxq, &t, UINT32_MAX);
	if (*r != ENA_OK)
		return (0);
	for (; n < limit &&
	    (m = ena_mbufs_next(&q->q_mb, &t, &p, r)) != NULL; n++) {
		m_set_rcvif(m, ifp);
		if (wanted != 0)
			ena_rx_csum(q, &p, wanted, m);
		if_percpuq_enqueue(ifp->if_percpuq, m);
	}
	ena_rx_take_end(&t);
	if (*r != ENA_OK && *r != ENA_AGAIN)
		return (n);
	*r = ENA_OK;
	if (ena_rx_fill_due(rxq))
		ena_rx_fill(q);
	return (n);
}

/* ---- service of a vector */

/* The next round: in a softint, or where even that would starve threads. */
static void
ena_defer(struct ena_queue *q)
{
	q->q_ev[ENA_EV_DEFERRED].ev_count++;
	if (atomic_load_relaxed(&q->q_sc->sc_workqueue))
		workqueue_enqueue(q->q_sc->sc_queue_wq, &q->q_work, curcpu());
	else
		softint_schedule(q->q_si);
}

/* A round.  The unmask is the last act, and there is only one. */
static void
ena_serve(struct ena_queue *q, unsigned int tx_limit, unsigned int rx_limit)
{
	struct ena_softc *sc = q->q_sc;
	enum ena_result r;
	bool more;

	more = tx_limit == 0;
	if (!more) {
		mutex_enter(q->q_tx_lock);
		more = q->q_live && ena_tx_done(q, tx_limit) >= tx_limit;
		mutex_exit(q->q_tx_lock);
	}
	mutex_enter(q->q_rx_lock);
	if (q->q_live && q->q_busy) {
		more |= ena_rx_take(q, rx_limit, &r) >= rx_limit;
		if (r != ENA_OK || ena_fault_reason(&sc->sc_core) >= 0)
			ena_kick(sc);	/* the reset will unmask */
		else if (more)
			ena_defer(q);
		else {
			q->q_busy = false;
			ena_queue_unmask(&sc->sc_core, q->q_idx);
		}
	}
	mutex_exit(q->q_rx_lock);
}

int
ena_intr_queue(void *arg)
{
	struct ena_queue *q = arg;
	struct ena_softc *sc = q->q_sc;
	bool serve = false;

	mutex_enter(q->q_rx_lock);
	if (q->q_live && !q->q_busy) {
		ena_queue_intr(&sc->sc_core, q->q_idx);
		q->q_busy = true;
		serve = (sc->sc_tx_limits.el_intr |
		    sc->sc_rx_limits.el_intr) != 0;
		if (!serve)
			ena_defer(q);
	}
	mutex_exit(q->q_rx_lock);
	if (serve)
		ena_serve(q, sc->sc_tx_limits.el_intr,
		    sc->sc_rx_limits.el_intr);
	return (1);
}

void
ena_queue_softint(void *arg)
{
	struct ena_queue *q = arg;

	/* none at all would go round for ever */
	ena_serve(q, MAX(q->q_sc->sc_tx_limits.el_deferred, 1),
	    MAX(q->q_sc->sc_rx_limits.el_deferred, 1));
}

void
ena_queue_work(struct work *wk, void *arg)
{
	ena_queue_softint(container_of(wk, struct ena_queue, q_work));
}

/*
 * The watchdog wants to know whether the vector's silence means anything.  A
 * queue that is served just now is not silent.  Lane: ADMIN.
 */
void
ena_look(struct ena_queue *q)
{
	struct ena_dev *dev = &q->q_sc->sc_core;
	enum ena_result r = ENA_OK;
	unsigned int work = 0;

	mutex_enter(q->q_tx_lock);
	mutex_enter(q->q_rx_lock);
	if (q->q_live && ena_queue_due(dev, q->q_idx) && !q->q_busy) {
		work = ena_tx_done(q, UINT32_MAX);
		work += ena_rx_take(q, UINT32_MAX, &r);
		if (r == ENA_OK)
			ena_queue_polled(dev, q->q_idx, work != 0);
	}
	mutex_exit(q->q_rx_lock);
	mutex_exit(q->q_tx_lock);
}

/* ---- made and unmade: lane ADMIN, the queue's lanes stopped */

enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;

	return (ena_mbufs_make(&sc->sc_queues[i].q_mb, pl,
	    ena_mbufs_longest(ena_dev_info(&sc->sc_core)), ENA_RX_BYTES));
}

void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;

	ena_mbufs_free(&sc->sc_queues[i].q_mb, pl);
}

/*
 * Into service: fill, declare alive, then unmask; the other way round loses
 * interrupts.  Out of it: nobody is in the queue's lanes after this, nor on
 * the way there (G2).
 */
void
ena_queue_live(void *arg, unsigned int i, bool live)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];

	mutex_enter(q->q_tx_lock);
	mutex_enter(q->q_rx_lock);
	q->q_live = live;
	if (live) {
		ena_rx_fill(q);
		q->q_busy = false;
		ena_queue_unmask(&sc->sc_core, i);
	}
	mutex_exit(q->q_rx_lock);
	if (live)
		ena_tx_wake(q);
	mutex_exit(q->q_tx_lock);
	/* a device may offer fewer queues after a reset than before */
	if (live)
		ena_tx_spread(sc, i + 1);
	else	/* a work must not be queued twice; late softints are no harm */
		workqueue_wait(sc->sc_queue_wq, &q->q_work);
}
