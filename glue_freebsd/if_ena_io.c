/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: the data path.
 *
 * Sending: ena_transmit() puts a packet into the queue's buf_ring.  A process
 * wants it on the wire now: if it gets ol_tx without waiting, it moves what is
 * there into the ring (lane TXS).  All others leave that to the queue's
 * service thread: those who found the lock taken, and threads of the network
 * itself, which are about to send more: a burst has one doorbell.
 *
 * Receiving and completions: the vector's filter wakes the service thread,
 * which is in the net epoch and takes ol_cq (lanes TXC and RX), but not while
 * packets go up the stack.  That thread alone uses q_lro.
 *
 * Two agreements, in which each side writes, then reads what the other wrote,
 * with a full fence in between, so that one of them sees the other:
 *
 * A full ring: TXS sets q_stopped, then looks for room once more; TXC makes
 * room, then looks at q_stopped.
 *
 * While q_asked is set somebody will look into q_br: the task q_start, or who
 * makes room, or puts the queue into service.  Whoever looks clears it before;
 * whoever has put a packet there looks at it after.
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "if_ena_netmap.h"

#include <net/bpf.h>
#ifdef RSS
#include <net/rss_config.h>
#endif


#define ENA_CSUM_L4	(CSUM_IP_TCP | CSUM_IP_UDP | CSUM_IP6_TCP | \
			    CSUM_IP6_UDP | CSUM_TSO)

/* ---- transmit: lane TXS */

/* What the stack wants done with a packet, in the core's words. */
static bool
ena_tx_describe(struct ena_queue *q, struct mbuf **mp, struct ena_tx_pkt *p)
{
	uint32_t flags = (*mp)->m_pkthdr.csum_flags;
	unsigned int wants = 0;

	if ((flags & CSUM_IP) != 0)
		wants |= ENA_WANT_IP4_CSUM;
	if ((flags & ENA_CSUM_L4) != 0)
		wants |= ENA_WANT_L4_CSUM;
	if ((flags & CSUM_TSO) != 0)
		wants |= ENA_WANT_TSO;
	return (ena_mbufs_describe(&q->q_mb, mp, wants, q->q_sc->sc_txo, true,
	    p));
}

/* Queue one packet.  Returns ring slots used, at most; 0: drop *mp. */
ENA_FAST unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, unsigned int push,
    struct mbuf **mp)
{
	struct ena_tx_pkt p;

	p.tp_flags = 0;
	if (((*mp)->m_pkthdr.csum_flags & (CSUM_IP | ENA_CSUM_L4)) != 0 &&
	    !ena_tx_describe(q, mp, &p))
		return (0);
	return (ena_mbufs_put(&q->q_mb, b, push, &p, mp));
}

/* The next packet, first of all the rest of one that was cut. */
static inline struct mbuf *
ena_tx_next(struct ena_queue *q, if_t ifp)
{
	struct mbuf *m = q->q_mb.mb_rest;

	if (m == NULL)
		return (drbr_dequeue(ifp, q->q_br));
	q->q_mb.mb_rest = NULL;
	return (m);
}

/* Move packets into the ring.  True: there are more than fit. */
static bool
ena_tx_burst(struct ena_queue *q)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	const unsigned int need = q->q_mb.mb_tx_need;
	const uint64_t bytes = txq->tq_bytes, pkts = txq->tq_pkts;
	const uint64_t doorbells = txq->tq_doorbells;
	unsigned int push, room, used;
	if_t ifp = q->q_sc->sc_ifp;
	struct ena_tx_burst b;
	struct mbuf *m;

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ena_kick(q->q_sc);	/* they wait until the reset is over */
		return (false);
	}
	push = ena_tx_max_push(txq);
	/* counted from above; what is left over shows after the burst */
	for (room = ena_tx_room(txq); room >= need; room -= used) {
		m = ena_tx_next(q, ifp);
		if (m == NULL)
			break;
		used = ena_tx_encap(q, &b, push, &m);
		if (used == 0) {
			ena_count(q, ENA_CNT_TX_ERRORS, 1);
			m_freem(m);
			continue;
		}
		ETHER_BPF_MTAP(ifp, m);
	}
	ena_tx_end(&b);
	ena_count(q, ENA_CNT_TX_PKTS, txq->tq_pkts - pkts);
	ena_count(q, ENA_CNT_TX_BYTES, txq->tq_bytes - bytes);
	ena_count(q, ENA_CNT_TX_DOORBELLS, txq->tq_doorbells - doorbells);
	return (room < need);
}

static void
ena_tx_start(struct ena_queue *q)
{
	struct ena_txq *txq;

	mtx_assert(&q->q_lane.ol_tx, MA_OWNED);
	if (!q->q_live || (ena_netmap_mode(q) & ENA_NETMAP_TX) != 0)
		return;
	txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	for (;;) {
		q->q_stopped = q->q_asked = false;
		atomic_thread_fence_seq_cst();
		if (!ena_tx_burst(q))
			break;
		q->q_stopped = q->q_asked = true;
		atomic_thread_fence_seq_cst();
		if (ena_tx_room(txq) < q->q_mb.mb_tx_need) {
			ena_count(q, ENA_CNT_TX_STOPS, 1);
			break;
		}
	}
}

void
ena_start_task(void *arg, int pending __unused)
{
	struct ena_queue *q = arg;

	mtx_lock(&q->q_lane.ol_tx);
	ena_tx_start(q);
	mtx_unlock(&q->q_lane.ol_tx);
}

/* There is a packet in q_br: somebody has to look. */
static inline void
ena_tx_ask(struct ena_queue *q)
{
	atomic_thread_fence_seq_cst();
	if (q->q_asked)
		return;
	q->q_asked = true;
	taskqueue_enqueue(q->q_tq, &q->q_start);
}

/*
 * May a packet wait until the service thread has time?  From interrupts and
 * what they started (drivers' threads, netisr, timers: all have an interrupt
 * thread's priority) more packets follow.  But q_br must not become full.
 */
static inline bool
ena_tx_waits(struct ena_queue *q)
{
	return (curthread->td_base_pri <= PRI_MAX_ITHD &&
	    2 * buf_ring_count(q->q_br) < q->q_br->br_prod_size);
}

/* Packets of a flow stay in order, others spread over CPUs. */
static inline struct ena_queue *
ena_tx_queue(struct ena_softc *sc, const struct mbuf *m)
{
	unsigned int n = sc->sc_nactive;
	uint32_t i = m->m_pkthdr.flowid;

	if (M_HASHTYPE_GET(m) == M_HASHTYPE_NONE)
		i = curcpu;
#ifdef RSS
	else if (rss_hash2bucket(i, M_HASHTYPE_GET(m), &i) != 0)
		i = m->m_pkthdr.flowid;
#endif
	return (sc->sc_queues[i % n]);
}

int
ena_transmit(if_t ifp, struct mbuf *m)
{
	struct ena_softc *sc = if_getsoftc(ifp);
	struct epoch_tracker et;
	struct ena_queue *q;
	bool waits;
	int error;

	if (!sc->sc_open) {
		if_inc_counter(ifp, IFCOUNTER_OQDROPS, 1);
		m_freem(m);
		return (ENETDOWN);
	}
	if ((m->m_flags & M_MCAST) != 0)
		if_inc_counter(ifp, IFCOUNTER_OMCASTS, 1);
	/* q_br and sc_nactive change only when nobody is in the epoch */
	NET_EPOCH_ENTER(et);
	q = ena_tx_queue(sc, m);
	error = drbr_enqueue(ifp, q->q_br, m);
	if (error != 0)
		ena_count(q, ENA_CNT_TX_DROPS, 1);
	waits = ena_tx_waits(q);
	if (waits && q->q_td == curthread)
		q->q_put = true;	/* at the end of the pass */
	else if (!waits && mtx_trylock(&q->q_lane.ol_tx)) {
		if (!q->q_stopped)
			ena_tx_start(q);
		mtx_unlock(&q->q_lane.ol_tx);
	} else
		ena_tx_ask(q);
	NET_EPOCH_EXIT(et);
	return (error);
}

void
ena_tx_flush(struct ena_queue *q)
{
	mtx_lock(&q->q_lane.ol_tx);
	drbr_flush(q->q_sc->sc_ifp, q->q_br);
	m_freem(q->q_mb.mb_rest);
	q->q_mb.mb_rest = NULL;
	mtx_unlock(&q->q_lane.ol_tx);
}

void
ena_qflush(if_t ifp)
{
	struct ena_softc *sc = if_getsoftc(ifp);
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		ena_tx_flush(sc->sc_queues[i]);
	if_qflush(ifp);
}

/* ---- receive: lane RX */

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays nearly empty for want of memory is tried again soon.
 */
void
ena_rx_fill(struct ena_queue *q)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);

	if (ena_mbufs_fill(&q->q_mb, ena_rx_room(rxq)) == 0)
		return;
	ena_count(q, ENA_CNT_RX_PARTIAL, 1);
	if (q->q_mb.mb_rx_bytes > MCLBYTES)
		ena_count(q, ENA_CNT_RX_NOJUMBO, 1);
	if (ena_rx_room(rxq) > q->q_mb.mb_rx.er_size / 2)
		callout_reset(&q->q_refill, MAX(hz / 100, 1), ena_rx_refill,
		    q);
}

/* With ol_cq, which the callout takes for us. */
void
ena_rx_refill(void *arg)
{
	struct ena_queue *q = arg;

	if (q->q_live)
		ena_rx_fill(q);
}

/* Frames on their way up the stack, those for LRO apart. */
struct ena_chain {
	struct mbuf	*ec_first, **ec_next;
};
struct ena_haul {
	struct ena_chain ha_up, ha_lro;
	unsigned int	 ha_bufs;	/* that they were in */
	unsigned int	 ha_good, ha_bad; /* checksums */
};

static inline void
ena_chain_add(struct ena_chain *ec, struct mbuf *m)
{
	*ec->ec_next = m;
	ec->ec_next = &m->m_nextpkt;
}

/*
 * By enum ena_hash_kind: what the hash is called where there is none, another
 * one, Toeplitz; who verifies the checksum.
 */
static const uint8_t ena_hash_types[3][ENA_HASH_UDP6 + 1] = {
	{ M_HASHTYPE_OPAQUE, M_HASHTYPE_OPAQUE, M_HASHTYPE_OPAQUE,
	    M_HASHTYPE_OPAQUE, M_HASHTYPE_OPAQUE },
	{ M_HASHTYPE_OPAQUE, M_HASHTYPE_OPAQUE_HASH, M_HASHTYPE_OPAQUE_HASH,
	    M_HASHTYPE_OPAQUE_HASH, M_HASHTYPE_OPAQUE_HASH },
	{ M_HASHTYPE_OPAQUE, M_HASHTYPE_RSS_TCP_IPV4, M_HASHTYPE_RSS_UDP_IPV4,
	    M_HASHTYPE_RSS_TCP_IPV6, M_HASHTYPE_RSS_UDP_IPV6 }
};
static const uint32_t ena_l4_csum[ENA_HASH_UDP6 + 1] = {
	0, ENA_RXO_L4V4, ENA_RXO_L4V4, ENA_RXO_L4V6, ENA_RXO_L4V6
};

/*
 * The device's verdicts, as far as they are believed (rxo).  True: L4's is a
 * good one.
 */
static inline bool
ena_rx_csum(uint32_t rxo, enum ena_hash_kind kind, const struct ena_rx_pkt *p,
    struct mbuf *m, struct ena_haul *ha)
{
	uint32_t flags = 0;
	bool good = false;

	if ((rxo & ENA_RXO_IP4_CSUM) != 0 &&
	    ena_rx_l3_csum(p) == ENA_CSUM_GOOD)
		flags = CSUM_L3_CALC | CSUM_L3_VALID;
	if ((rxo & ena_l4_csum[kind]) != 0) {
		good = ena_rx_l4_csum(p) == ENA_CSUM_GOOD;
		if (good) {
			flags |= CSUM_L4_CALC | CSUM_L4_VALID;
			m->m_pkthdr.csum_data = 0xffff;
			ha->ha_good++;
		} else if (ena_rx_l4_csum(p) == ENA_CSUM_BAD)
			ha->ha_bad++;
	}
	m->m_pkthdr.csum_flags = flags;
	return (good);
}

/* Take frames and refill. */
static enum ena_result
ena_rx_take(struct ena_queue *q, struct ena_haul *ha)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	const bool lro = q->q_sc->sc_lro && q->q_lro.lro_cnt != 0;
	const uint32_t rxo = q->q_sc->sc_rxo;
	const uint64_t bytes = rxq->rq_bytes, pkts = rxq->rq_pkts;
	const uint32_t pos = rxq->rq_head_pos;
	const uint8_t *types = ena_hash_types[(rxo & ENA_RXO_HASH) == 0 ? 0 :
	    q->q_sc->sc_toeplitz ? 2 : 1];
	enum ena_hash_kind kind;
	if_t ifp = q->q_sc->sc_ifp;
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;
	struct mbuf *m;

	r = ena_rx_take_begin(rxq, &t, ENA_RX_BUDGET);
	if (r != ENA_OK)
		return (r);
	while ((r = ena_rx_get(&t, &p)) == ENA_OK) {
		m = ena_mbufs_frame(&q->q_mb, &p);
		if (m == NULL)
			continue;
		m->m_pkthdr.rcvif = ifp;
		kind = ena_rx_hash_kind(&p);
		/* without a hash answers leave where the question came in */
		m->m_pkthdr.flowid = types[kind] == M_HASHTYPE_OPAQUE ?
		    q->q_idx : p.rp_hash;
		M_HASHTYPE_SET(m, types[kind]);
		if (ena_rx_csum(rxo, kind, &p, m, ha) && lro &&
		    ena_rx_l4(&p) == ENA_L4_TCP)
			ena_chain_add(&ha->ha_lro, m);
		else
			ena_chain_add(&ha->ha_up, m);
	}
	ena_rx_take_end(&t);
	ha->ha_bufs = rxq->rq_head_pos - pos;
	ena_count(q, ENA_CNT_RX_PKTS, rxq->rq_pkts - pkts);
	ena_count(q, ENA_CNT_RX_BYTES, rxq->rq_bytes - bytes);
	ena_count(q, ENA_CNT_RX_CSUM_GOOD, ha->ha_good);
	ena_count(q, ENA_CNT_RX_CSUM_BAD, ha->ha_bad);
	if (r != ENA_AGAIN)
		return (r);
	if (ena_rx_fill_due(rxq))
		ena_rx_fill(q);
	return (ENA_OK);
}

/* Up the stack, without a lock, in the net epoch. */
static void
ena_rx_deliver(struct ena_queue *q, struct ena_haul *ha)
{
	if_t ifp = q->q_sc->sc_ifp;
	struct mbuf *m, *next;

	for (m = ha->ha_lro.ec_first; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (tcp_lro_rx(&q->q_lro, m, 0) != 0)
			if_input(ifp, m);
	}
	if (ha->ha_lro.ec_first != NULL)
		tcp_lro_flush_all(&q->q_lro);
	/* net/if_ethersubr.c: a driver may hand a chain of them to the stack */
	if (ha->ha_up.ec_first != NULL)
		if_input(ifp, ha->ha_up.ec_first);
}

/* ---- the service thread */

/*
 * One pass over both rings.  ENA_STATE: the queue is not in service.
 * ENA_AGAIN: there is more.
 */
static enum ena_result
ena_pass(struct ena_queue *q, bool intr, bool *work)
{
	enum ena_result r = ENA_STATE, tx;
	struct ena_haul ha = { 0 };
	unsigned int done = 0;
	bool put, stopped;
	int mode = 0;

	ha.ha_up.ec_next = &ha.ha_up.ec_first;
	ha.ha_lro.ec_next = &ha.ha_lro.ec_first;
	q->q_td = curthread;
	mtx_lock(&q->q_lane.ol_cq);
	if (q->q_live) {
		if (intr)
			ena_queue_intr(&q->q_sc->sc_core, q->q_idx);
		mode = ena_netmap_mode(q);
		r = (mode & ENA_NETMAP_RX) != 0 ? ENA_OK :
		    ena_rx_take(q, &ha);
		done = (mode & ENA_NETMAP_TX) != 0 ? ena_netmap_tx_done(q) :
		    ena_mbufs_reap(&q->q_mb, UINT32_MAX, &tx);
	}
	mtx_unlock(&q->q_lane.ol_cq);
	ena_netmap_irq(q, mode);
	ena_rx_deliver(q, &ha);
	if (done + ha.ha_bufs != 0)
		*work = true;
	put = q->q_put;
	q->q_put = false;
	atomic_thread_fence_seq_cst();
	stopped = q->q_stopped;
	if (stopped && done != 0)
		ena_count(q, ENA_CNT_TX_WAKEUPS, 1);
	if (stopped ? done != 0 : put)
		ena_start_task(q, 0);
	return (r == ENA_OK && ha.ha_bufs == ENA_RX_BUDGET ? ENA_AGAIN : r);
}

/*
 * The vector fired, or the watchdog wants to know whether its silence means
 * anything.  An unmask, or the watchdog's answer, is the last act.
 */
void
ena_serve_task(void *arg, int pending __unused)
{
	struct ena_queue *q = arg;
	struct ena_dev *dev = &q->q_sc->sc_core;
	bool intr, more, work = false;
	enum ena_result r;
	unsigned int n = 0;
	u_int why = 0;

	/* an interrupt of an earlier life must not unmask in this one */
	mtx_lock(&q->q_lane.ol_cq);
	more = q->q_more;
	if (q->q_live)
		why = atomic_readandclear_int(&q->q_why);
	mtx_unlock(&q->q_lane.ol_cq);
	intr = more || (why & ENA_WHY_INTR) != 0;
	if (!intr && why == 0)
		return;
	do {
		r = ena_pass(q, n == 0 && intr && !more, &work);
	} while (r == ENA_AGAIN && (!intr || ++n < ENA_RX_PASSES));
	q->q_more = r == ENA_AGAIN;
	if (r == ENA_AGAIN)
		taskqueue_enqueue(q->q_tq, &q->q_serve);
	mtx_lock(&q->q_lane.ol_cq);
	if (r == ENA_OK && q->q_live && intr) {
		ena_queue_unmask(dev, q->q_idx);
		ena_count(q, ENA_CNT_UNMASKS, 1);
	} else if (r == ENA_OK && q->q_live)
		ena_queue_polled(dev, q->q_idx, work);
	mtx_unlock(&q->q_lane.ol_cq);
	if (ena_fault_reason(dev) >= 0)
		ena_kick(q->q_sc);
}

/* Any thread, or a filter: have the queue served. */
void
ena_serve(struct ena_queue *q, u_int why)
{
	atomic_set_int(&q->q_why, why);
	taskqueue_enqueue(q->q_tq, &q->q_serve);
}

int
ena_intr_queue(void *arg)
{
	ena_serve(arg, ENA_WHY_INTR);
	return (FILTER_HANDLED);
}
