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

void
ena_count(struct ena_queue *q, enum ena_counter c, uint64_t n)
{
	counter_u64_add(q->q_cnt[c], n);
}

/* ---- transmit: lane TXS */

/* The packet's first len bytes in one piece: where they lie, or copied. */
static uint8_t *
ena_tx_head(struct ena_queue *q, const struct mbuf *m, unsigned int len)
{
	if (len <= (unsigned int)m->m_len)
		return (mtod(m, uint8_t *));
	m_copydata(m, 0, (int)len, q->q_hdr);
	return (q->q_hdr);
}

/* Put the stack's requests into the core's words; false: not sendable. */
static bool
ena_tx_describe(struct ena_queue *q, const struct mbuf *m,
    struct ena_tx_pkt *p)
{
	int flags = m->m_pkthdr.csum_flags;
	unsigned int len, wants = 0;

	if ((flags & CSUM_IP) != 0)
		wants |= ENA_WANT_IP4_CSUM;
	if ((flags & ENA_CSUM_L4) != 0)
		wants |= ENA_WANT_L4_CSUM;
	if ((flags & CSUM_TSO) != 0)
		wants |= ENA_WANT_TSO;
	p->tp_mss = m->m_pkthdr.tso_segsz;
	len = MIN((unsigned int)m->m_pkthdr.len, ENA_PARSE_BYTES);
	return (wants == 0 || ena_parse(p, ena_tx_head(q, m, len), len, wants,
	    q->q_sc->sc_txo));
}

/*
 * "Congestion window reduced" is for one segment to say, but the device would
 * say it in all of them: cut the first one off.  Returns the rest.
 */
static struct mbuf *
ena_tx_cut(struct mbuf **mp, const struct ena_tx_pkt *p)
{
	int hl = p->tp_l3_off + p->tp_l3_len + p->tp_l4_len;
	struct mbuf *m, *rest;

	m = *mp = m_pullup(*mp, hl);
	if (m == NULL || !M_WRITABLE(m))
		return (NULL);
	rest = m_split(m, hl + p->tp_mss, M_NOWAIT);
	if (rest == NULL)
		return (NULL);
	M_PREPEND(rest, hl, M_NOWAIT);
	if (rest == NULL)
		return (NULL);
	memcpy(mtod(rest, void *), mtod(m, void *), hl);
	rest->m_pkthdr.csum_flags = m->m_pkthdr.csum_flags;
	rest->m_pkthdr.tso_segsz = m->m_pkthdr.tso_segsz;
	m->m_pkthdr.csum_flags &= ~CSUM_TSO;
	m->m_pkthdr.csum_flags |= p->tp_l3 == ENA_L3_IP4 ? CSUM_IP_TCP :
	    CSUM_IP6_TCP;
	ena_parse_cut(p, mtod(m, uint8_t *), m->m_pkthdr.len,
	    mtod(rest, uint8_t *), rest->m_pkthdr.len);
	return (rest);
}

/* Map a packet into the spare map.  *mp may become another mbuf. */
static int
ena_tx_load(struct ena_queue *q, struct mbuf **mp, int *nsegs)
{
	struct ena_ring *er = &q->q_tx;
	struct mbuf *m;
	int error;

	error = bus_dmamap_load_mbuf_sg(er->er_tag, er->er_spare, *mp,
	    q->q_segs, nsegs, BUS_DMA_NOWAIT);
	if (error != EFBIG)
		return (error);
	ena_count(q, ENA_CNT_TX_COLLAPSE, 1);
	m = m_collapse(*mp, M_NOWAIT, (int)q->q_tx_need - 1);
	if (m == NULL) {
		ena_count(q, ENA_CNT_TX_COLLAPSE_ERR, 1);
		return (ENOBUFS);
	}
	*mp = m;
	return (bus_dmamap_load_mbuf_sg(er->er_tag, er->er_spare, m,
	    q->q_segs, nsegs, BUS_DMA_NOWAIT));
}

/*
 * Queue one packet: its head into the ring where that is device memory, the
 * rest by address.  Returns ring slots used, at most; 0: it was dropped.
 */
static unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, struct mbuf *m)
{
	struct ena_ring *er = &q->q_tx;
	bus_dmamap_t map = er->er_spare;
	enum ena_counter why = ENA_CNT_TX_BAD;
	unsigned int push, len = m->m_pkthdr.len;
	bool loaded = false;
	struct ena_tx_pkt p;
	struct ena_slot *es;
	int i, nsegs = 0;
	uint16_t id;

	memset(&p, 0, sizeof(p));
	if (!ena_tx_describe(q, m, &p))
		goto drop;
	if ((p.tp_flags & ENA_TXF_TSO) != 0 &&
	    (q->q_sc->sc_txo & ENA_TXO_TSO_ECN) == 0 &&
	    ena_parse_cwr(&p, ena_tx_head(q, m, p.tp_l3_off + p.tp_l3_len +
	    sizeof(struct tcphdr))) && len > (unsigned int)p.tp_l3_off +
	    p.tp_l3_len + p.tp_l4_len + p.tp_mss) {
		q->q_rest = ena_tx_cut(&m, &p);
		if (q->q_rest == NULL)
			goto drop;
		memset(&p, 0, sizeof(p));
		if (!ena_tx_describe(q, m, &p))
			goto drop;
		len = m->m_pkthdr.len;
	}
	push = MIN(len, ena_tx_max_push(ena_txq(&q->q_sc->sc_core,
	    q->q_idx)));
	if (push < len) {
		if (ena_tx_load(q, &m, &nsegs) != 0) {
			why = ENA_CNT_TX_NOMAP;
			goto drop;
		}
		loaded = true;
		bus_dmamap_sync(er->er_tag, map, BUS_DMASYNC_PREWRITE);
		for (i = 0; i < nsegs; i++) {
			q->q_bufs[i].b_addr = q->q_segs[i].ds_addr;
			q->q_bufs[i].b_len = (uint16_t)q->q_segs[i].ds_len;
		}
		p.tp_nbufs = ena_parse_skip(q->q_bufs, nsegs, push);
	}
	p.tp_bufs = q->q_bufs;
	p.tp_hdr_len = push;
	if (push != 0)
		p.tp_hdr = ena_tx_head(q, m, push);
	if (push > (unsigned int)m->m_len)
		ena_count(q, ENA_CNT_TX_COPIED, 1);
	/* there is room for any packet: one that is not taken is at fault */
	if (ena_tx_put(b, &p, &id) != ENA_OK)
		goto drop;
	es = &er->er_slots[id];
	er->er_spare = es->es_map;
	es->es_map = map;
	es->es_m = m;
	es->es_loaded = loaded;
	ETHER_BPF_MTAP(q->q_sc->sc_ifp, m);
	return (p.tp_nbufs + 1);
drop:
	if (loaded)
		bus_dmamap_unload(er->er_tag, map);
	ena_count(q, why, 1);
	m_freem(m);
	return (0);
}

/* Move packets into the ring.  True: there are more than fit. */
static bool
ena_tx_burst(struct ena_queue *q)
{
	if_t ifp = q->q_sc->sc_ifp;
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	uint64_t bytes, doorbells, len, pkts;
	struct ena_tx_burst b;
	unsigned int room, used;
	struct mbuf *m;

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ena_kick(q->q_sc);	/* they wait until the reset is over */
		return (false);
	}
	doorbells = txq->tq_doorbells;
	bytes = pkts = 0;
	/* counted from above; what is left over shows after the burst */
	room = ena_tx_room(txq);
	while (room >= q->q_tx_need) {
		m = q->q_rest != NULL ? q->q_rest :
		    drbr_dequeue(ifp, q->q_br);
		q->q_rest = NULL;
		if (m == NULL)
			break;
		len = m->m_pkthdr.len;
		used = ena_tx_encap(q, &b, m);
		if (used == 0)
			continue;
		room -= MIN(used, room);
		bytes += len;
		pkts++;
	}
	ena_tx_end(&b);
	ena_count(q, ENA_CNT_TX_PKTS, pkts);
	ena_count(q, ENA_CNT_TX_BYTES, bytes);
	ena_count(q, ENA_CNT_TX_DOORBELLS, txq->tq_doorbells - doorbells);
	return (room < q->q_tx_need);
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
		if (ena_tx_room(txq) < q->q_tx_need) {
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
static void
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
static bool
ena_tx_waits(struct ena_queue *q)
{
	return (curthread->td_base_pri <= PRI_MAX_ITHD &&
	    (unsigned int)buf_ring_count(q->q_br) < q->q_sc->sc_br_size / 2);
}

/* Packets of a flow stay in order, others spread over CPUs. */
static struct ena_queue *
ena_tx_queue(struct ena_softc *sc, const struct mbuf *m)
{
	unsigned int n = sc->sc_nactive;
	uint32_t i = curcpu;

	if (M_HASHTYPE_GET(m) != M_HASHTYPE_NONE) {
		i = m->m_pkthdr.flowid;
#ifdef RSS
		if (rss_hash2bucket(i, M_HASHTYPE_GET(m), &i) != 0)
			i = m->m_pkthdr.flowid;
#endif
	}
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

	if ((if_getdrvflags(ifp) & IFF_DRV_RUNNING) == 0 || !sc->sc_link) {
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
	m_freem(q->q_rest);
	q->q_rest = NULL;
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

/* ---- completions: lane TXC */

void
ena_tx_free(struct ena_queue *q, unsigned int id)
{
	struct ena_ring *er = &q->q_tx;
	struct ena_slot *es = &er->er_slots[id];

	if (ena_netmap_tx_free(q, id))
		return;
	if (es->es_loaded) {
		bus_dmamap_sync(er->er_tag, es->es_map,
		    BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(er->er_tag, es->es_map);
		es->es_loaded = false;
	}
	m_freem(es->es_m);
	es->es_m = NULL;
}

/* Take back what was sent.  Returns the number of packets. */
unsigned int
ena_tx_done(struct ena_queue *q)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	unsigned int count, i, total = 0;
	uint16_t ids[ENA_REAP];
	enum ena_result r;

	do {
		r = ena_tx_reap(txq, ids, nitems(ids), &count);
		for (i = 0; i < count; i++)
			ena_tx_free(q, ids[i]);
		ena_tx_release(txq);
		total += count;
	} while (r == ENA_OK && count == nitems(ids));
	return (total);
}

/* ---- receive: lane RX */

/* Map a fresh cluster into the spare map. */
static struct mbuf *
ena_rx_mbuf(struct ena_queue *q, uint64_t *addr)
{
	struct ena_ring *er = &q->q_rx;
	bus_dma_segment_t seg;
	struct mbuf *m;
	int nsegs;

	m = m_getjcl(M_NOWAIT, MT_DATA, M_PKTHDR, (int)q->q_rx_bytes);
	if (m == NULL) {
		ena_count(q, q->q_rx_bytes > MCLBYTES ?
		    ENA_CNT_RX_NOJUMBO : ENA_CNT_RX_NOMBUF, 1);
		return (NULL);
	}
	m->m_len = m->m_pkthdr.len = (int)q->q_rx_bytes;
	if (bus_dmamap_load_mbuf_sg(er->er_tag, er->er_spare, m, &seg,
	    &nsegs, BUS_DMA_NOWAIT) != 0) {
		ena_count(q, ENA_CNT_RX_NOMAP, 1);
		m_freem(m);
		return (NULL);
	}
	*addr = seg.ds_addr;
	bus_dmamap_sync(er->er_tag, er->er_spare, BUS_DMASYNC_PREREAD);
	return (m);
}

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays nearly empty for want of memory is tried again soon.
 */
void
ena_rx_fill(struct ena_queue *q)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	struct ena_ring *er = &q->q_rx;
	struct ena_rx_fill f;
	struct ena_slot *es;
	unsigned int slots;
	bus_dmamap_t map;
	struct mbuf *m;
	uint64_t addr;
	uint16_t id;

	if ((ena_netmap_mode(q) & ENA_NETMAP_RX) != 0 ||
	    ena_rx_begin(rxq, &f) != ENA_OK)
		return;
	for (slots = ena_rx_room(rxq); slots > 0; slots--) {
		m = ena_rx_mbuf(q, &addr);
		if (m == NULL)
			break;
		map = er->er_spare;
		if (ena_rx_put(&f, addr, (uint16_t)q->q_rx_bytes, &id) !=
		    ENA_OK) {
			/* out of the device's reach: as good as none */
			bus_dmamap_unload(er->er_tag, map);
			ena_count(q, ENA_CNT_RX_NOMAP, 1);
			m_freem(m);
			break;
		}
		es = &er->er_slots[id];
		er->er_spare = es->es_map;
		es->es_map = map;
		es->es_m = m;
	}
	ena_rx_end(&f);
	if (slots == 0)
		return;
	ena_count(q, ENA_CNT_RX_PARTIAL, 1);
	if (ena_rx_room(rxq) > er->er_depth / 2)
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

/* A lent buffer is ours again. */
static struct mbuf *
ena_rx_return(struct ena_queue *q, unsigned int id)
{
	struct ena_ring *er = &q->q_rx;
	struct ena_slot *es = &er->er_slots[id];
	struct mbuf *m = es->es_m;

	bus_dmamap_sync(er->er_tag, es->es_map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(er->er_tag, es->es_map);
	es->es_m = NULL;
	return (m);
}

/* The same when the device is done with it (G1): nothing was received. */
void
ena_rx_free(struct ena_queue *q, unsigned int id)
{
	if (!ena_netmap_rx_free(q, id))
		m_freem(ena_rx_return(q, id));
}

/* Chain a frame's buffers; NULL if there are no bytes in them. */
static struct mbuf *
ena_rx_frame(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	const struct ena_rx_seg *s = p->rp_segs;
	struct mbuf *m, *m0 = NULL, **mp = &m0;
	unsigned int i;

	for (i = 0; i < p->rp_nsegs; i++, s++) {
		m = ena_rx_return(q, s->rs_id);
		if (s->rs_len == 0) {
			m_freem(m);
			continue;
		}
		if (i == 0)
			m->m_data += p->rp_offset;
		if (m0 != NULL)
			m_demote_pkthdr(m);
		m->m_len = s->rs_len;
		*mp = m;
		mp = &m->m_next;
	}
	if (m0 != NULL) {
		m0->m_pkthdr.len = (int)p->rp_len;
		m0->m_pkthdr.rcvif = q->q_sc->sc_ifp;
	}
	return (m0);
}

static void
ena_rx_hash(struct ena_queue *q, const struct ena_rx_pkt *p, struct mbuf *m)
{
	static const uint8_t types[] = {
		[ENA_HASH_TCP4] = M_HASHTYPE_RSS_TCP_IPV4,
		[ENA_HASH_UDP4] = M_HASHTYPE_RSS_UDP_IPV4,
		[ENA_HASH_TCP6] = M_HASHTYPE_RSS_TCP_IPV6,
		[ENA_HASH_UDP6] = M_HASHTYPE_RSS_UDP_IPV6
	};
	enum ena_hash_kind kind = ena_rx_hash_kind(p);

	if ((q->q_sc->sc_rxo & ENA_RXO_HASH) == 0 || kind == ENA_HASH_NONE) {
		/* answers at least leave where the question came in */
		m->m_pkthdr.flowid = q->q_idx;
		M_HASHTYPE_SET(m, M_HASHTYPE_OPAQUE);
		return;
	}
	m->m_pkthdr.flowid = p->rp_hash;
	M_HASHTYPE_SET(m, q->q_sc->sc_toeplitz ? types[kind] :
	    M_HASHTYPE_OPAQUE_HASH);
}

/*
 * Believe verdicts only of a device that says that it gives them, and if the
 * user wants them.  True: LRO may have it.
 */
static bool
ena_rx_meta(struct ena_queue *q, const struct ena_rx_pkt *p, struct mbuf *m)
{
	uint32_t l4, rxo = q->q_sc->sc_rxo;
	int cap = if_getcapenable(q->q_sc->sc_ifp);
	bool ip6 = ena_rx_l3(p) == ENA_L3_IP6;

	ena_rx_hash(q, p, m);
	if ((cap & (ip6 ? IFCAP_RXCSUM_IPV6 : IFCAP_RXCSUM)) == 0)
		return (false);
	if ((rxo & ENA_RXO_IP4_CSUM) != 0 &&
	    ena_rx_l3_csum(p) == ENA_CSUM_GOOD)
		m->m_pkthdr.csum_flags |= CSUM_L3_CALC | CSUM_L3_VALID;
	l4 = ip6 ? ENA_RXO_L4V6 : ENA_RXO_L4V4;
	if ((rxo & l4) == 0)
		return (false);
	switch (ena_rx_l4_csum(p)) {
	case ENA_CSUM_GOOD:
		m->m_pkthdr.csum_flags |= CSUM_L4_CALC | CSUM_L4_VALID;
		m->m_pkthdr.csum_data = 0xffff;
		ena_count(q, ENA_CNT_RX_CSUM_GOOD, 1);
		return ((cap & IFCAP_LRO) != 0 &&
		    ena_rx_l4(p) == ENA_L4_TCP && q->q_lro.lro_cnt != 0);
	case ENA_CSUM_BAD:
		ena_count(q, ENA_CNT_RX_CSUM_BAD, 1);
		break;
	default:
		break;
	}
	return (false);
}

/* Take frames and refill.  *taken: buffers. */
static enum ena_result
ena_rx_take(struct ena_queue *q, struct mbufq *up, struct mbufq *lro,
    unsigned int *taken)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	uint64_t bytes = 0, pkts = 0;
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;
	struct mbuf *m;

	r = ena_rx_take_begin(rxq, &t, ENA_RX_BUDGET);
	if (r != ENA_OK)
		return (r);
	while ((r = ena_rx_get(&t, &p)) == ENA_OK) {
		*taken += p.rp_nsegs;
		m = ena_rx_frame(q, &p);
		if (m == NULL)
			continue;
		bytes += p.rp_len;
		pkts++;
		mbufq_enqueue(ena_rx_meta(q, &p, m) ? lro : up, m);
	}
	ena_rx_take_end(&t);
	ena_count(q, ENA_CNT_RX_PKTS, pkts);
	ena_count(q, ENA_CNT_RX_BYTES, bytes);
	if (r != ENA_AGAIN)
		return (r);
	if (ena_rx_fill_due(rxq))
		ena_rx_fill(q);
	return (ENA_OK);
}

/* Up the stack, without a lock, in the net epoch. */
static void
ena_rx_deliver(struct ena_queue *q, struct mbufq *up, struct mbufq *lro)
{
	if_t ifp = q->q_sc->sc_ifp;
	struct mbuf *m;

	while ((m = mbufq_dequeue(lro)) != NULL)
		if (tcp_lro_rx(&q->q_lro, m, 0) != 0)
			if_input(ifp, m);
	while ((m = mbufq_dequeue(up)) != NULL)
		if_input(ifp, m);
	tcp_lro_flush_all(&q->q_lro);
}

/* ---- the service thread */

int
ena_intr_queue(void *arg)
{
	struct ena_queue *q = arg;

	atomic_store_rel_int(&q->q_fired, 1);
	taskqueue_enqueue(q->q_tq, &q->q_serve);
	return (FILTER_HANDLED);
}

/*
 * One pass over both rings.  ENA_STATE: the queue is not in service.
 * ENA_AGAIN: there is more.
 */
static enum ena_result
ena_pass(struct ena_queue *q, bool intr, bool *work)
{
	unsigned int done = 0, taken = 0;
	enum ena_result r = ENA_STATE;
	struct mbufq lro, up;
	bool put, stopped;
	int mode = 0;

	q->q_td = curthread;
	mbufq_init(&lro, INT_MAX);
	mbufq_init(&up, INT_MAX);
	mtx_lock(&q->q_lane.ol_cq);
	if (q->q_live) {
		if (intr)
			ena_queue_intr(&q->q_sc->sc_core, q->q_idx);
		mode = ena_netmap_mode(q);
		r = (mode & ENA_NETMAP_RX) != 0 ? ENA_OK :
		    ena_rx_take(q, &up, &lro, &taken);
		done = ena_tx_done(q);
	}
	mtx_unlock(&q->q_lane.ol_cq);
	ena_netmap_irq(q, mode);
	ena_rx_deliver(q, &up, &lro);
	if (done + taken != 0)
		*work = true;
	put = q->q_put;
	q->q_put = false;
	atomic_thread_fence_seq_cst();
	stopped = q->q_stopped;
	if (stopped && done != 0)
		ena_count(q, ENA_CNT_TX_WAKEUPS, 1);
	if (stopped ? done != 0 : put)
		ena_start_task(q, 0);
	/* a frame that was half there when the budget ended counts, too */
	if (r == ENA_OK && taken > ENA_RX_BUDGET - ENA_MAX_RX_SEGS)
		r = ENA_AGAIN;
	return (r);
}

void
ena_serve_task(void *arg, int pending __unused)
{
	struct ena_queue *q = arg;
	bool more = q->q_more, work = false;
	enum ena_result r;
	unsigned int n = 0;

	/* an interrupt of an earlier life must not unmask in this one */
	if (!more && atomic_readandclear_int(&q->q_fired) == 0)
		return;
	do {
		r = ena_pass(q, n == 0 && !more, &work);
	} while (r == ENA_AGAIN && ++n < ENA_RX_PASSES);
	q->q_more = r == ENA_AGAIN;
	if (r == ENA_AGAIN)
		taskqueue_enqueue(q->q_tq, &q->q_serve);
	else if (r == ENA_OK) {
		/* the unmask is the last act, and there is only one */
		mtx_lock(&q->q_lane.ol_cq);
		if (q->q_live) {
			ena_queue_unmask(&q->q_sc->sc_core, q->q_idx);
			ena_count(q, ENA_CNT_UNMASKS, 1);
		}
		mtx_unlock(&q->q_lane.ol_cq);
	}
	if (ena_fault_reason(&q->q_sc->sc_core) >= 0)
		ena_kick(q->q_sc);
}

/* With ol_cq, which the callout takes for us. */
static void
ena_late(void *arg)
{
	struct ena_queue *q = arg;

	if (q->q_live)
		ena_queue_polled(&q->q_sc->sc_core, q->q_idx, true);
	if (ena_fault_reason(&q->q_sc->sc_core) >= 0)
		ena_kick(q->q_sc);
}

/*
 * The watchdog wants to know whether the vector's silence means anything.
 * Where there was work the interrupt may be on its way: it gets some time
 * before it counts as lost, or it would be unmasked twice.
 */
void
ena_look_task(void *arg, int pending __unused)
{
	struct ena_queue *q = arg;
	bool work = false;
	enum ena_result r;

	while ((r = ena_pass(q, false, &work)) == ENA_AGAIN)
		continue;
	mtx_lock(&q->q_lane.ol_cq);
	if (q->q_live && r == ENA_OK && work)
		callout_reset(&q->q_late, MAX(hz / 100, 1), ena_late, q);
	else if (q->q_live && r == ENA_OK)
		ena_queue_polled(&q->q_sc->sc_core, q->q_idx, false);
	mtx_unlock(&q->q_lane.ol_cq);
	if (ena_fault_reason(&q->q_sc->sc_core) >= 0)
		ena_kick(q->q_sc);
}
