/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: the data path, and rings that it needs.
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

#include <net/if_vlanvar.h>

#include <netinet/in_systm.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#define ENA_M_CSUM_TSO	(M_CSUM_TSOv4 | M_CSUM_TSOv6)
#define ENA_M_CSUM_L4	(M_CSUM_TCPv4 | M_CSUM_TCPv6 | M_CSUM_UDPv4 | \
			    M_CSUM_UDPv6)

static void
ena_count(struct ena_queue *q, enum ena_event ev)
{
	q->q_ev[ev].ev_count++;
}

/* ---- buffers: lent to the device and back (G1) */

/* What is in the spare map becomes the device's under this id. */
static void
ena_lend(struct ena_ring *er, unsigned int id, struct mbuf *m)
{
	struct ena_slot *es = &er->er_slots[id];
	bus_dmamap_t map = es->es_map;

	es->es_map = er->er_spare->es_map;
	es->es_m = m;
	er->er_spare->es_map = map;
}

static inline struct mbuf *
ena_take_back(struct ena_ring *er, unsigned int id, int op)
{
	struct ena_slot *es = &er->er_slots[id];
	bus_dmamap_t map = es->es_map;
	struct mbuf *m = es->es_m;

	/* a short packet may have gone into the ring as a whole */
	if (map->dm_nsegs != 0) {
		bus_dmamap_sync(er->er_dmat, map, 0, map->dm_mapsize, op);
		bus_dmamap_unload(er->er_dmat, map);
	}
	es->es_m = NULL;
	return (m);
}

/* ---- transmit: lanes TXS and TXC */

/*
 * TCP's checksum field holds the sum of a pseudo header with its length; the
 * device that cuts a large packet adds the length of each segment, and so
 * wants it without.
 */
static bool
ena_tx_reseed(struct mbuf **mp, const struct ena_tx_pkt *p)
{
	const int len = p->tp_l3_off + p->tp_l3_len + sizeof(struct tcphdr);
	struct ip6_hdr *ip6;
	struct tcphdr *th;
	struct ip *ip;

	if (M_UNWRITABLE(*mp, len) && (*mp = m_pullup(*mp, len)) == NULL)
		return (false);
	ip = (struct ip *)(mtod(*mp, char *) + p->tp_l3_off);
	ip6 = (struct ip6_hdr *)ip;
	th = (struct tcphdr *)((char *)ip + p->tp_l3_len);
	th->th_sum = p->tp_l3 == ENA_L3_IP4 ?
	    in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
	    htons(IPPROTO_TCP)) :
	    in6_cksum_phdr(&ip6->ip6_src, &ip6->ip6_dst, 0,
	    htonl(IPPROTO_TCP));
	return (true);
}

/* Put the stack's requests into the core's words; false: not sendable. */
static bool
ena_tx_describe(struct ena_queue *q, struct mbuf **mp, struct ena_tx_pkt *p)
{
	const struct pkthdr *ph = &(*mp)->m_pkthdr;
	const int len = MIN(ph->len, ENA_PARSE_BYTES);
	unsigned int wants = 0;

	if ((ph->csum_flags & M_CSUM_IPv4) != 0)
		wants |= ENA_WANT_IP4_CSUM;
	if ((ph->csum_flags & ENA_M_CSUM_L4) != 0)
		wants |= ENA_WANT_L4_CSUM;
	if ((ph->csum_flags & ENA_M_CSUM_TSO) != 0) {
		if (ph->segsz == 0 || ph->segsz > UINT16_MAX)
			return (false);
		wants |= ENA_WANT_TSO;
		p->tp_mss = ph->segsz;
		ena_count(q, ENA_EV_TX_TSO);
	}
	m_copydata(*mp, 0, len, q->q_hdr);
	return (ena_parse(p, q->q_hdr, len, wants, q->q_sc->sc_txo) &&
	    ((wants & ENA_WANT_TSO) == 0 ||
	    (p->tp_flags & ENA_TXF_L4_PARTIAL) == 0 ||
	    ena_tx_reseed(mp, p)));
}

/*
 * Fewer pieces: what is behind the first mbuf in one.  m_defrag() makes 2 KB
 * of each, which are still too many of a large packet; 64 KB are 16 pages.
 */
static bool
ena_tx_gather(struct mbuf *m)
{
	const int rest = m->m_pkthdr.len - m->m_len;
	struct mbuf *n;

	n = m_get(M_DONTWAIT, MT_DATA);
	if (n == NULL)
		return (false);
	if (rest <= MCLBYTES)
		MCLGET(n, M_DONTWAIT);
	else
		MEXTMALLOC(n, rest, M_NOWAIT);
	if ((n->m_flags & M_EXT) == 0) {
		m_freem(n);
		return (false);
	}
	m_copydata(m, m->m_len, rest, mtod(n, void *));
	n->m_len = rest;
	m_freem(m->m_next);
	m->m_next = n;
	return (true);
}

static bool
ena_tx_load(struct ena_queue *q, bus_dmamap_t map, struct mbuf *m)
{
	const int flags = BUS_DMA_NOWAIT | BUS_DMA_WRITE;
	bus_dma_tag_t dmat = q->q_tx.er_dmat;
	int error;

	error = bus_dmamap_load_mbuf(dmat, map, m, flags);
	if (__predict_false(error != 0)) {
		if (error == EFBIG && ena_tx_gather(m)) {
			ena_count(q, ENA_EV_TX_DEFRAG);
			error = bus_dmamap_load_mbuf(dmat, map, m, flags);
		}
		if (error != 0) {
			ena_count(q, ENA_EV_TX_NOMAP);
			return (false);
		}
	}
	bus_dmamap_sync(dmat, map, 0, map->dm_mapsize, BUS_DMASYNC_PREWRITE);
	return (true);
}

/*
 * Queue one packet: its head into the ring where that is device memory, the
 * rest by address.  Returns ring slots used, at most; 0: drop *mp, which may
 * be another mbuf than before or none.
 */
static unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, int push,
    struct mbuf **mp)
{
	bus_dmamap_t map = q->q_tx.er_spare->es_map;
	struct ena_tx_pkt p;
	struct mbuf *m;
	uint16_t id;
	int i, n;

	p.tp_flags = 0;
	if (((*mp)->m_pkthdr.csum_flags & (M_CSUM_IPv4 | ENA_M_CSUM_L4 |
	    ENA_M_CSUM_TSO)) != 0 && !ena_tx_describe(q, mp, &p))
		goto bad;
	m = *mp;
	if (push >= m->m_pkthdr.len)
		push = m->m_pkthdr.len;
	else if (!ena_tx_load(q, map, m))
		return (0);
	n = map->dm_nsegs;
	i = 0;
	do {				/* nearly always one; none: ignored */
		q->q_bufs[i].b_addr = map->dm_segs[i].ds_addr;
		q->q_bufs[i].b_len = map->dm_segs[i].ds_len;
	} while (++i < n);
	p.tp_bufs = q->q_bufs;
	p.tp_nbufs = n;
	p.tp_hdr_len = push;
	if (push != 0) {
		p.tp_nbufs = ena_parse_skip(q->q_bufs, n, push);
		p.tp_hdr = mtod(m, const void *);
		if (push > m->m_len) {
			ena_count(q, ENA_EV_TX_COPIED);
			m_copydata(m, 0, push, q->q_hdr);
			p.tp_hdr = q->q_hdr;
		}
	}
	if (ena_tx_put(b, &p, &id) == ENA_OK) {
		ena_lend(&q->q_tx, id, m);
		return (p.tp_nbufs + 1);
	}
	/* there was room for any packet: this one is at fault */
	if (map->dm_nsegs != 0)
		bus_dmamap_unload(q->q_tx.er_dmat, map);
bad:
	ena_count(q, ENA_EV_TX_BAD);
	return (0);
}

/* The next packet: of queue 0 also what ALTQ has put in order. */
static inline struct mbuf *
ena_tx_next(struct ena_queue *q, bool altq)
{
	struct ifnet *ifp = &q->q_sc->sc_ec.ec_if;
	struct mbuf *m;

	if (!altq)
		return (pcq_get(q->q_pcq));
	IFQ_DEQUEUE(&ifp->if_snd, m);
	return (m);
}

static void
ena_tx_burst(struct ena_queue *q, bool altq)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	struct ifnet *ifp = &q->q_sc->sc_ec.ec_if;
	unsigned int bytes = 0, mcasts = 0, pkts = 0, push, room, used;
	struct ena_tx_burst b;
	struct mbuf *m;

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ena_kick(q->q_sc);	/* kept until the reset is under way */
		return;
	}
	push = ena_tx_max_push(txq);
	/* counted from above: what is left over, ena_tx_done() finds */
	for (room = ena_tx_room(txq); room >= q->q_tx_need; room -= used) {
		m = ena_tx_next(q, altq);
		if (m == NULL)
			break;
		used = ena_tx_encap(q, &b, push, &m);
		if (used == 0) {
			if_statinc(ifp, if_oerrors);
			m_freem(m);
			continue;
		}
		pkts++;
		bytes += m->m_pkthdr.len;
		if ((m->m_flags & M_MCAST) != 0)
			mcasts++;
		bpf_mtap(ifp, m, BPF_D_OUT);
	}
	ena_tx_end(&b);
	/* of if_snd, bytes have been counted on the way in */
	if (pkts != 0)
		if_statadd2(ifp, if_opackets, pkts, if_obytes,
		    altq ? 0 : bytes);
	if (mcasts != 0 && !altq)
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
		ena_count(q, ENA_EV_TX_DOWN);
		m_freem(m);
	}
}

void
ena_tx_softint(void *arg)
{
	struct ena_queue *q = arg;

	mutex_enter(q->q_tx_lock);
	ena_count(q, ENA_EV_TX_DEFERRED);
	ena_tx_send(q, false);
	mutex_exit(q->q_tx_lock);
}

static int
ena_tx_full(struct ena_queue *q, struct mbuf *m)
{
	mutex_enter(q->q_tx_lock);
	ena_count(q, ENA_EV_TX_FULL);
	mutex_exit(q->q_tx_lock);
	if_statinc(&q->q_sc->sc_ec.ec_if, if_oerrors);
	m_freem(m);
	return (ENOBUFS);
}

/*
 * A process sends at once.  A softint, which has more packets, leaves them to
 * one that comes after it: they share a burst and its doorbell.  So does who
 * does not get the lock: its owner may have looked into the pcq already.
 */
int
ena_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct ena_softc *sc = ifp->if_softc;
	unsigned int i, n = atomic_load_relaxed(&sc->sc_nactive);
	struct ena_queue *q;

	i = cpu_index(curcpu());
	q = &sc->sc_queues[i < n ? i : i % n];
	if (__predict_false(!pcq_put(q->q_pcq, m)))
		return (ena_tx_full(q, m));
	if (cpu_softintr_p())
		softint_schedule(q->q_tx_si);
	else if (mutex_tryenter(q->q_tx_lock)) {
		ena_tx_send(q, false);
		mutex_exit(q->q_tx_lock);
	} else {
		kpreempt_disable();
		softint_schedule(q->q_tx_si);
		kpreempt_enable();
	}
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
	if (pcq_peek(q->q_pcq) != NULL)
		softint_schedule(q->q_tx_si);
	if (q->q_idx == 0)
		if_schedule_deferred_start(&q->q_sc->sc_ec.ec_if);
}

/* Take back what was sent, at most so much.  Returns the number of packets. */
static unsigned int
ena_tx_done(struct ena_queue *q, unsigned int limit)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	unsigned int count = 0, i, total = 0;
	enum ena_result r = ENA_OK;
	uint16_t ids[ENA_REAP];

	do {
		r = ena_tx_reap(txq, ids, MIN(__arraycount(ids),
		    limit - total), &count);
		for (i = 0; i < count; i++)
			m_freem(ena_take_back(&q->q_tx, ids[i],
			    BUS_DMASYNC_POSTWRITE));
		ena_tx_release(txq);
		total += count;
	} while (r == ENA_OK && count != 0 && total < limit);
	if (r != ENA_OK)
		ena_kick(q->q_sc);
	else if (total != 0)
		ena_tx_wake(q);
	return (total);
}

/* ---- receive: lane RX */

/* Map a fresh cluster into the spare map and post it; false: none to be had. */
static bool
ena_rx_post(struct ena_queue *q, struct ena_rx_fill *f)
{
	struct ena_ring *er = &q->q_rx;
	bus_dmamap_t map = er->er_spare->es_map;
	struct mbuf *m;
	uint16_t id;

	MGETHDR(m, M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return (false);
	MCLGET(m, M_DONTWAIT);
	if ((m->m_flags & M_EXT) == 0)
		goto fail;
	m->m_data += ENA_RX_SHIFT;
	m->m_len = m->m_pkthdr.len = ENA_RX_BYTES;
	if (bus_dmamap_load_mbuf(er->er_dmat, map, m,
	    BUS_DMA_NOWAIT | BUS_DMA_READ) != 0)
		goto fail;
	bus_dmamap_sync(er->er_dmat, map, 0, map->dm_mapsize,
	    BUS_DMASYNC_PREREAD);
	if (ena_rx_put(f, map->dm_segs[0].ds_addr, ENA_RX_BYTES, &id) ==
	    ENA_OK) {
		ena_lend(er, id, m);
		return (true);
	}
	/* out of the device's reach: as good as none */
	bus_dmamap_unload(er->er_dmat, map);
fail:
	m_freem(m);
	return (false);
}

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays empty for want of memory is tried again at the next clock tick.
 */
static void
ena_rx_fill(struct ena_queue *q)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	struct ena_rx_fill f;
	unsigned int slots;

	if (ena_rx_begin(rxq, &f) != ENA_OK)
		return;
	for (slots = ena_rx_room(rxq); slots > 0 && ena_rx_post(q, &f);)
		slots--;
	ena_rx_end(&f);
	if (slots != 0)
		ena_count(q, ENA_EV_RX_NOMBUF);
	if (slots == q->q_rx.er_nslots - 2)	/* nothing is posted */
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

/* Chain a frame's buffers; NULL if there are no bytes in them. */
static struct mbuf *
ena_rx_chain(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	const struct ena_rx_seg *s = p->rp_segs, *end = s + p->rp_nsegs;
	struct mbuf *m, *m0 = NULL, *prev = NULL;

	ena_count(q, ENA_EV_RX_CHAINS);
	for (; s < end; s++) {
		m = ena_take_back(&q->q_rx, s->rs_id, BUS_DMASYNC_POSTREAD);
		m->m_len = s->rs_len;
		if (s == p->rp_segs)
			m->m_data += p->rp_offset;
		if (s->rs_len == 0)
			m_freem(m);
		else if (m0 == NULL)
			m0 = prev = m;
		else {
			m_remove_pkthdr(m);
			prev = prev->m_next = m;
		}
	}
	if (m0 != NULL)
		m0->m_pkthdr.len = p->rp_len;
	return (m0);
}

static inline struct mbuf *
ena_rx_frame(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	struct mbuf *m;

	if (p->rp_nsegs != 1 || p->rp_len == 0)
		return (ena_rx_chain(q, p));
	m = ena_take_back(&q->q_rx, p->rp_segs->rs_id, BUS_DMASYNC_POSTREAD);
	m->m_data += p->rp_offset;
	m->m_len = m->m_pkthdr.len = p->rp_len;
	return (m);
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
		ena_count(q, ENA_EV_RX_CSUM);
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
	while (n < limit && (*r = ena_rx_get(&t, &p)) == ENA_OK) {
		n++;
		m = ena_rx_frame(q, &p);
		if (m == NULL)
			continue;
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
	ena_count(q, ENA_EV_DEFERRED);
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

	atomic_store_relaxed(&q->q_raised, true);
	mutex_enter(q->q_rx_lock);
	q->q_raised = false;
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
 * queue that is served just now is not silent, nor one whose handler waits
 * for us: it will unmask.  Lane: ADMIN.
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
		if (r == ENA_OK && !atomic_load_relaxed(&q->q_raised))
			ena_queue_polled(dev, q->q_idx, work != 0);
	}
	mutex_exit(q->q_rx_lock);
	mutex_exit(q->q_tx_lock);
}

/* ---- rings: lane ADMIN, the queue's lanes stopped */

static void
ena_ring_free(struct ena_ring *er)
{
	unsigned int i;

	for (i = 0; i < er->er_nslots; i++)
		if (er->er_slots[i].es_map != NULL)
			bus_dmamap_destroy(er->er_dmat,
			    er->er_slots[i].es_map);
	if (er->er_nslots != 0)
		kmem_free(er->er_slots, er->er_nslots *
		    sizeof(*er->er_slots));
	memset(er, 0, sizeof(*er));
}

/* A map for each id and, behind them, the spare one. */
static bool
ena_ring_alloc(struct ena_ring *er, bus_dma_tag_t dmat, unsigned int depth,
    bus_size_t bytes, int nsegs, bus_size_t seg)
{
	unsigned int i;

	er->er_dmat = dmat;
	er->er_nslots = depth + 1;
	er->er_slots = kmem_zalloc(er->er_nslots * sizeof(*er->er_slots),
	    KM_SLEEP);
	er->er_spare = &er->er_slots[depth];
	for (i = 0; i < er->er_nslots; i++)
		if (bus_dmamap_create(dmat, bytes, nsegs, seg, 0,
		    BUS_DMA_WAITOK | BUS_DMA_ALLOCNOW,
		    &er->er_slots[i].es_map) != 0) {
			er->er_slots[i].es_map = NULL;
			return (false);
		}
	return (true);
}

/* The device is done with these buffers (G1). */
static void
ena_queue_drain(struct ena_queue *q)
{
	struct ena_dev *dev = &q->q_sc->sc_core;
	unsigned int count, i;
	uint16_t ids[ENA_REAP];

	while ((count = ena_tx_drain(ena_txq(dev, q->q_idx), ids,
	    __arraycount(ids))) != 0)
		for (i = 0; i < count; i++)
			m_freem(ena_take_back(&q->q_tx, ids[i],
			    BUS_DMASYNC_POSTWRITE));
	while ((count = ena_rx_drain(ena_rxq(dev, q->q_idx), ids,
	    __arraycount(ids))) != 0)
		for (i = 0; i < count; i++)
			m_freem(ena_take_back(&q->q_rx, ids[i],
			    BUS_DMASYNC_POSTREAD));
}

void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];

	if (q->q_mem != NULL) {
		ena_queue_drain(q);
		ena_queue_give(&sc->sc_core, i, NULL, 0);
		kmem_free(q->q_mem, pl->pl_mem_bytes);
	}
	q->q_mem = NULL;
	ena_ring_free(&q->q_tx);
	ena_ring_free(&q->q_rx);
}

enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	bus_dma_tag_t dmat = sc->sc_os.os_dmat;
	struct ena_queue *q = &sc->sc_queues[i];
	enum ena_result r;
	bus_size_t bytes;

	/* without TSO there is nothing longer than a frame to map */
	bytes = MAX((sc->sc_txo & (ENA_TXO_TSO4 | ENA_TXO_TSO6)) != 0 ?
	    IP_MAXPACKET : 0, in->in_max_mtu) + ENA_L2_OVERHEAD;
	q->q_tx_need = MIN(in->in_max_tx_bufs, pl->pl_tx_depth - 2) + 1;
	if (!ena_ring_alloc(&q->q_tx, dmat, pl->pl_tx_depth, bytes,
	    q->q_tx_need - 1, ENA_TX_SEG_MAX) ||
	    !ena_ring_alloc(&q->q_rx, dmat, pl->pl_rx_depth, ENA_RX_BYTES, 1,
	    ENA_RX_BYTES))
		return (ENA_NO_MEMORY);
	q->q_mem = kmem_alloc(pl->pl_mem_bytes, KM_SLEEP);
	r = ena_queue_give(&sc->sc_core, i, q->q_mem, pl->pl_mem_bytes);
	if (r != ENA_OK) {
		kmem_free(q->q_mem, pl->pl_mem_bytes);
		q->q_mem = NULL;
	}
	return (r);
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
		atomic_store_relaxed(&sc->sc_nactive, i + 1);
	else	/* a work must not be queued twice; late softints are no harm */
		workqueue_wait(sc->sc_queue_wq, &q->q_work);
}
