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
 * G1: a buffer is lent to the device exactly while er_slots[id].es_m is set;
 *     it comes back by a completion, or by a drain once the device has been
 *     reset, has destroyed the queue or is gone.
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

/* ---- buffers: lent to the device and back (G1) */

/* The buffer in the spare map becomes the device's under this id. */
static inline void
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

/* Put the stack's requests into the core's words; false: not sendable. */
static bool
ena_tx_describe(struct ena_queue *q, struct mbuf *m, struct ena_tx_pkt *p)
{
	uint32_t flags = m->m_pkthdr.csum_flags;
	struct ether_extracted ext;

	ether_extract_headers(m, &ext);
	p->tp_l3_off = ext.evh != NULL ? sizeof(*ext.evh) : sizeof(*ext.eh);
	p->tp_l3_len = ext.iphlen;
	if (ext.ip4 != NULL) {
		p->tp_l3 = ENA_L3_IP4;
		if (ISSET(ext.ip4->ip_off, htons(IP_DF)))
			p->tp_flags |= ENA_TXF_DF;
		if (ISSET(flags, M_IPV4_CSUM_OUT | M_TCP_TSO))
			p->tp_flags |= ENA_TXF_IP4_CSUM;
	} else if (ext.ip6 != NULL) {
		p->tp_l3 = ENA_L3_IP6;
		p->tp_flags |= ENA_TXF_DF;
	} else
		return (false);
	if (ISSET(flags, M_TCP_CSUM_OUT | M_UDP_CSUM_OUT | M_TCP_TSO)) {
		if (ext.tcp != NULL) {
			p->tp_l4 = ENA_L4_TCP;
			p->tp_l4_len = ext.tcphlen;
		} else if (ext.udp != NULL)
			p->tp_l4 = ENA_L4_UDP;
		else
			return (false);
		/* the stack leaves the pseudo header's sum in the field */
		p->tp_flags |= ENA_TXF_L4_CSUM;
		if (ISSET(q->q_sc->sc_txo, ext.ip4 != NULL ?
		    ENA_TXO_L4V4_PARTIAL : ENA_TXO_L4V6_PARTIAL))
			p->tp_flags |= ENA_TXF_L4_PARTIAL;
	}
	if (ISSET(flags, M_TCP_TSO)) {
		if (ext.tcp == NULL || m->m_pkthdr.ph_mss == 0) {
			tcpstat_inc(tcps_outbadtso);
			return (false);
		}
		p->tp_flags |= ENA_TXF_TSO;
		p->tp_mss = m->m_pkthdr.ph_mss;
		tcpstat_add(tcps_outpkttso, (ext.paylen + p->tp_mss - 1) /
		    p->tp_mss);
	}
	return (true);
}

static int
ena_tx_load(struct ena_queue *q, bus_dmamap_t map, struct mbuf *m)
{
	bus_dma_tag_t dmat = q->q_tx.er_dmat;
	int error;

	error = bus_dmamap_load_mbuf(dmat, map, m,
	    BUS_DMA_STREAMING | BUS_DMA_NOWAIT);
	if (error == EFBIG) {
		ENA_COUNTER(q, TX_DEFRAG)++;
		error = m_defrag(m, M_DONTWAIT);
		if (error == 0)
			error = bus_dmamap_load_mbuf(dmat, map, m,
			    BUS_DMA_STREAMING | BUS_DMA_NOWAIT);
	}
	if (error == 0)
		bus_dmamap_sync(dmat, map, 0, map->dm_mapsize,
		    BUS_DMASYNC_PREWRITE);
	return (error);
}

/*
 * Queue one packet: its head into the ring where that is device memory, the
 * rest by address.  Returns ring slots used, at most; 0: drop it.
 */
static unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, unsigned int push,
    struct mbuf *m)
{
	bus_dmamap_t map = q->q_tx.er_spare->es_map;
	const bus_dma_segment_t *ds = map->dm_segs;
	struct ena_buf *buf = q->q_bufs;
	struct ena_tx_pkt p;
	unsigned int n, skip;
	uint16_t id;

	p.tp_flags = 0;
	if (ISSET(m->m_pkthdr.csum_flags, M_IPV4_CSUM_OUT |
	    M_TCP_CSUM_OUT | M_UDP_CSUM_OUT | M_TCP_TSO) &&
	    !ena_tx_describe(q, m, &p))
		goto bad;
	if (push > m->m_pkthdr.len)
		push = m->m_pkthdr.len;
	if (push < m->m_pkthdr.len && ena_tx_load(q, map, m) != 0) {
		ENA_COUNTER(q, TX_NOMAP)++;
		return (0);
	}
	skip = push;
	for (n = map->dm_nsegs; n > 0; n--, ds++) {
		if (ds->ds_len <= skip) {
			skip -= ds->ds_len;
			continue;
		}
		buf->b_addr = ds->ds_addr + skip;
		buf->b_len = ds->ds_len - skip;
		buf++;
		skip = 0;
	}
	p.tp_bufs = q->q_bufs;
	p.tp_nbufs = buf - q->q_bufs;
	p.tp_hdr = mtod(m, const void *);
	p.tp_hdr_len = push;
	if (push > m->m_len) {
		ENA_COUNTER(q, TX_COPIED)++;
		m_copydata(m, 0, push, q->q_hdr);
		p.tp_hdr = q->q_hdr;
	}
	if (ena_tx_put(b, &p, &id) == ENA_OK) {
		ena_lend(&q->q_tx, id, m);
		return (p.tp_nbufs + 1);
	}
	/* there was room for any packet: this one is at fault */
	if (map->dm_nsegs != 0)
		bus_dmamap_unload(q->q_tx.er_dmat, map);
bad:
	ENA_COUNTER(q, TX_BAD)++;
	return (0);
}

static unsigned int
ena_tx_burst(struct ena_queue *q)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	struct ifqueue *ifq = q->q_ifq;
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
	for (room = ena_tx_room(txq); room >= q->q_tx_need; room -= used) {
		m = ifq_dequeue(ifq);
		if (m == NULL)
			break;
		used = ena_tx_encap(q, &b, push, m);
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
	if (room < q->q_tx_need)
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
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	unsigned int count, i, total = 0;
	uint16_t ids[ENA_REAP];
	enum ena_result r;

	do {
		r = ena_tx_reap(txq, ids, nitems(ids), &count);
		for (i = 0; i < count; i++)
			m_freem(ena_take_back(&q->q_tx, ids[i],
			    BUS_DMASYNC_POSTWRITE));
		ena_tx_release(txq);
		total += count;
	} while (r == ENA_OK && count == nitems(ids));
	if (r != ENA_OK)
		ena_kick(q->q_sc);
	else if (ifq_is_oactive(q->q_ifq) &&
	    ena_tx_room(txq) >= q->q_tx_need)
		ifq_restart(q->q_ifq);
	return (total);
}

static void
ena_txeof(void *q)
{
	ena_tx_enter(q, ena_tx_done);
}

/* ---- receive: lane RX */

/* Map a fresh cluster into the spare map and post it; false: none to be had. */
static inline bool
ena_rx_post(struct ena_queue *q, struct ena_rx_fill *f)
{
	struct ena_ring *er = &q->q_rx;
	bus_dmamap_t map = er->er_spare->es_map;
	struct mbuf *m;
	uint16_t id;

	m = MCLGETL(NULL, M_DONTWAIT, q->q_rx_bytes);
	if (m == NULL)
		return (false);
	m->m_len = m->m_pkthdr.len = q->q_rx_bytes;
	if (bus_dmamap_load_mbuf(er->er_dmat, map, m, BUS_DMA_NOWAIT) == 0) {
		bus_dmamap_sync(er->er_dmat, map, 0, map->dm_mapsize,
		    BUS_DMASYNC_PREREAD);
		if (ena_rx_put(f, map->dm_segs[0].ds_addr, q->q_rx_bytes,
		    &id) == ENA_OK) {
			ena_lend(er, id, m);
			return (true);
		}
		/* out of the device's reach: as good as none */
		bus_dmamap_unload(er->er_dmat, map);
	}
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
	slots = if_rxr_get(&q->q_rxr, ena_rx_room(rxq));
	while (slots > 0 && ena_rx_post(q, &f))
		slots--;
	ena_rx_end(&f);
	ENA_COUNTER(q, RX_NOMBUF) += slots != 0;
	if_rxr_put(&q->q_rxr, slots);
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

/* A frame's buffers as one packet; NULL if there are no bytes in them. */
static struct mbuf *
ena_rx_chain(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	struct mbuf *m, *m0 = NULL, **mp = &m0;
	unsigned int i, len;

	ENA_COUNTER(q, RX_CHAINS)++;
	for (i = 0; i < p->rp_nsegs; i++) {
		m = ena_take_back(&q->q_rx, p->rp_segs[i].rs_id,
		    BUS_DMASYNC_POSTREAD);
		len = p->rp_segs[i].rs_len;
		if (len == 0) {
			m_freem(m);
			continue;
		}
		if (i == 0)
			m->m_data += p->rp_offset;
		if (m0 != NULL)
			CLR(m->m_flags, M_PKTHDR);
		m->m_len = len;
		*mp = m;
		mp = &m->m_next;
	}
	if (m0 != NULL)
		m0->m_pkthdr.len = p->rp_len;
	return (m0);
}

/* The usual case of it. */
static inline struct mbuf *
ena_rx_frame(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	struct mbuf *m;

	if (p->rp_nsegs != 1 || p->rp_len == 0)
		return (ena_rx_chain(q, p));
	m = ena_take_back(&q->q_rx, p->rp_segs[0].rs_id,
	    BUS_DMASYNC_POSTREAD);
	m->m_data += p->rp_offset;
	m->m_len = m->m_pkthdr.len = p->rp_len;
	return (m);
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
		m = ena_rx_frame(q, &p);
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

/* ---- rings: lane ADMIN, the queue's lanes stopped */

static void
ena_ring_free(struct ena_ring *er)
{
	unsigned int i;

	for (i = 0; i < er->er_slots_n; i++)
		if (er->er_slots[i].es_map != NULL)
			bus_dmamap_destroy(er->er_dmat,
			    er->er_slots[i].es_map);
	free(er->er_slots, M_DEVBUF, er->er_slots_n * sizeof(*er->er_slots));
	memset(er, 0, sizeof(*er));
}

/* A map for each id and the spare one. */
static bool
ena_ring_alloc(struct ena_softc *sc, struct ena_ring *er, unsigned int depth,
    bus_size_t bytes, int nsegs, bus_size_t seg)
{
	struct ena_slot *es;

	es = mallocarray(depth + 1, sizeof(*es), M_DEVBUF,
	    (cold ? M_NOWAIT : M_WAITOK | M_CANFAIL) | M_ZERO);
	if (es == NULL)
		return (false);
	er->er_dmat = sc->sc_os.os_dmat;
	er->er_slots = es;
	er->er_slots_n = depth + 1;
	er->er_spare = es + depth;
	for (; es <= er->er_spare; es++)
		if (bus_dmamap_create(er->er_dmat, bytes, nsegs, seg, 0,
		    (cold ? BUS_DMA_NOWAIT : BUS_DMA_WAITOK) |
		    BUS_DMA_ALLOCNOW | BUS_DMA_64BIT, &es->es_map) != 0) {
			es->es_map = NULL;
			return (false);
		}
	return (true);
}

static enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	bus_size_t bytes;
	enum ena_result r;
	void *mem;

	/* without TSO there is nothing longer than a frame to map */
	bytes = ISSET(in->in_tx_offloads, ENA_TXO_TSO4 | ENA_TXO_TSO6) ?
	    MAXMCLBYTES : in->in_max_mtu + ENA_L2_OVERHEAD;
	q->q_tx_need = MIN(in->in_max_tx_bufs, pl->pl_tx_depth - 2) + 1;
	q->q_rx_bytes = ena_keep_rx_bytes(&sc->sc_keep);
	if_rxr_init(&q->q_rxr, pl->pl_rx_depth - 1, pl->pl_rx_depth - 1);
	if (!ena_ring_alloc(sc, &q->q_tx, pl->pl_tx_depth, bytes,
	    q->q_tx_need - 1, ENA_TX_SEG_MAX) ||
	    !ena_ring_alloc(sc, &q->q_rx, pl->pl_rx_depth, q->q_rx_bytes, 1,
	    q->q_rx_bytes))
		return (ENA_NO_MEMORY);
	mem = malloc(pl->pl_mem_bytes, M_DEVBUF,
	    cold ? M_NOWAIT : M_WAITOK | M_CANFAIL);
	if (mem == NULL)
		return (ENA_NO_MEMORY);
	r = ena_queue_give(&sc->sc_core, i, mem, pl->pl_mem_bytes);
	if (r == ENA_OK)
		q->q_mem = mem;
	else
		free(mem, M_DEVBUF, pl->pl_mem_bytes);
	return (r);
}

/* The device is done with the buffers of this queue, if it had any (G1). */
static void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = &sc->sc_queues[i];
	uint16_t id;

	if (q->q_mem != NULL) {
		while (ena_tx_drain(ena_txq(&sc->sc_core, i), &id, 1) != 0)
			m_freem(ena_take_back(&q->q_tx, id,
			    BUS_DMASYNC_POSTWRITE));
		while (ena_rx_drain(ena_rxq(&sc->sc_core, i), &id, 1) != 0)
			m_freem(ena_take_back(&q->q_rx, id,
			    BUS_DMASYNC_POSTREAD));
		ena_queue_give(&sc->sc_core, i, NULL, 0);
		free(q->q_mem, M_DEVBUF, pl->pl_mem_bytes);
		q->q_mem = NULL;
	}
	ena_ring_free(&q->q_tx);
	ena_ring_free(&q->q_rx);
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
ena_bus_master_off(void *arg)
{
	struct ena_softc *sc = arg;
	pcireg_t csr;

	csr = pci_conf_read(sc->sc_pc, sc->sc_tag, PCI_COMMAND_STATUS_REG);
	pci_conf_write(sc->sc_pc, sc->sc_tag, PCI_COMMAND_STATUS_REG,
	    csr & ~PCI_COMMAND_MASTER_ENABLE);
}

/* Claim what the device offers and nothing else. */
static void
ena_capabilities(void *arg)
{
	static const struct {
		uint32_t	txo;	/* any of these */
		int		cap, needs;
	} t[] = {
		{ ENA_TXO_IP4_CSUM, IFCAP_CSUM_IPv4, 0 },
		{ ENA_TXO_L4V4_PARTIAL | ENA_TXO_L4V4_FULL,
		    IFCAP_CSUM_TCPv4 | IFCAP_CSUM_UDPv4, 0 },
		{ ENA_TXO_L4V6_PARTIAL | ENA_TXO_L4V6_FULL,
		    IFCAP_CSUM_TCPv6 | IFCAP_CSUM_UDPv6, 0 },
		{ ENA_TXO_TSO4, IFCAP_TSOv4,
		    IFCAP_CSUM_IPv4 | IFCAP_CSUM_TCPv4 },
		{ ENA_TXO_TSO6, IFCAP_TSOv6, IFCAP_CSUM_TCPv6 }
	};
	struct ena_softc *sc = arg;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	int cap = IFCAP_VLAN_MTU;
	unsigned int i;

	sc->sc_txo = in->in_tx_offloads;
	sc->sc_rxo = in->in_rx_offloads;
	for (i = 0; i < nitems(t); i++)
		if (ISSET(sc->sc_txo, t[i].txo) &&
		    ISSET(cap, t[i].needs) == t[i].needs)
			SET(cap, t[i].cap);
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
	ena_bus_master_off
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
		ifr[i].ifr_size = q->q_rx_bytes;
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

/* What a queue counts by itself, and what the core's watchdog knows of it. */
#define ENA_KV(_i, _name) \
	[ENA_KV_##_i] = KSTAT_KV_INITIALIZER(_name, KSTAT_KV_T_COUNTER64)
static const struct kstat_kv ena_queue_kvs[ENA_KVS] = {
	ENA_KV(TX_DEFRAG,	"tx defrag"),
	ENA_KV(TX_NOMAP,	"tx no map"),
	ENA_KV(TX_BAD,		"tx unsendable"),
	ENA_KV(TX_COPIED,	"tx hdr copies"),
	ENA_KV(RX_NOMBUF,	"rx no mbuf"),
	ENA_KV(RX_CHAINS,	"rx chains"),
	ENA_KV(INTRS,		"intrs"),
	ENA_KV(INTRS_LOST,	"intrs lost"),
	ENA_KV(RX_EMPTY,	"rx ring empty"),
	ENA_KV(TX_OVERDUE,	"tx overdue"),
	ENA_KV(STARVED,		"starved")
};

static int
ena_kstat_queue(struct kstat *ks)
{
	struct ena_queue *q = ks->ks_softc;
	struct ena_watch_stats ws;

	if (q->q_mem != NULL) {
		ena_queue_watch(&q->q_sc->sc_core, q->q_idx, &ws);
		ENA_COUNTER(q, INTRS) = ws.ws_intrs;
		ENA_COUNTER(q, INTRS_LOST) = ws.ws_intrs_lost;
		ENA_COUNTER(q, RX_EMPTY) = ws.ws_rx_empty;
		ENA_COUNTER(q, TX_OVERDUE) = ws.ws_tx_overdue;
		ENA_COUNTER(q, STARVED) = ws.ws_starved;
	}
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
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		memcpy(q->q_kvs, ena_queue_kvs, sizeof(q->q_kvs));
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
	static const struct pci_matchid devices[] = {
		{ PCI_VENDOR_AMAZON, PCI_PRODUCT_AMAZON_ENA_PF },
		{ PCI_VENDOR_AMAZON, PCI_PRODUCT_AMAZON_ENA_LLQ_PF },
		{ PCI_VENDOR_AMAZON, PCI_PRODUCT_AMAZON_ENA_VF },
		{ PCI_VENDOR_AMAZON, PCI_PRODUCT_AMAZON_ENA_LLQ_VF }
	};

	return (pci_matchbyid(aux, devices, nitems(devices)));
}

/*
 * BAR0, BAR2 if it is there, and the BAR of the MSI-X table, which firmware
 * may have left without an address.  Mapping and assigning also turn on
 * memory space and bus mastering.
 */
static int
ena_map(struct ena_softc *sc, struct pci_attach_args *pa)
{
	struct ena_os *os = &sc->sc_os;
	pcireg_t reg, type;
	int bar, off;

	type = pci_mapreg_type(pa->pa_pc, pa->pa_tag, ENA_PCI_BAR0);
	if (pci_mapreg_map(pa, ENA_PCI_BAR0, type, 0, &os->os_memt,
	    &os->os_memh, NULL, &os->os_mems, 0) != 0) {
		os->os_mems = 0;
		return (ENXIO);
	}
	if (pci_mapreg_probe(pa->pa_pc, pa->pa_tag, ENA_PCI_BAR2, &type) &&
	    PCI_MAPREG_TYPE(type) == PCI_MAPREG_TYPE_MEM &&
	    pci_mapreg_map(pa, ENA_PCI_BAR2, type,
	    BUS_SPACE_MAP_PREFETCHABLE | BUS_SPACE_MAP_LINEAR,
	    &sc->sc_llq_memt, &sc->sc_llq_memh, NULL, &sc->sc_llq_mems,
	    0) == 0)
		os->os_llq = bus_space_vaddr(sc->sc_llq_memt,
		    sc->sc_llq_memh);
	else
		sc->sc_llq_mems = 0;
	if (pci_get_capability(pa->pa_pc, pa->pa_tag, PCI_CAP_MSIX, &off,
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
	sc->sc_ihc = pci_intr_establish(sc->sc_pc, ih, IPL_NET | IPL_MPSAFE,
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
		q->q_ihc = pci_intr_establish_cpu(sc->sc_pc, ih,
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
	pci_intr_disestablish(sc->sc_pc, ihc);
}

/* All that attach took, as far as it got.  The device is OFF or gone. */
static void
ena_release(struct ena_softc *sc)
{
	struct ena_os *os = &sc->sc_os;
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
	if (sc->sc_llq_mems != 0)
		bus_space_unmap(sc->sc_llq_memt, sc->sc_llq_memh,
		    sc->sc_llq_mems);
	if (os->os_mems != 0)
		bus_space_unmap(os->os_memt, os->os_memh, os->os_mems);
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
	memset(&cf, 0, sizeof(cf));
	cf.cf_os_type = ENA_OS_TYPE_FREEBSD;	/* the nearest relative */
	cf.cf_os_dist = ostype;
	cf.cf_kernel = osrelease;
	cf.cf_kernel_version = OpenBSD;
	cf.cf_bdf = pa->pa_bus << 8 | pa->pa_device << 3 | pa->pa_function;
	cf.cf_cpus = ncpus;
	cf.cf_revision = PCI_REVISION(pa->pa_class);
	cf.cf_bar0_bytes = sc->sc_os.os_mems;
	cf.cf_bar2_bytes = sc->sc_llq_mems;
	cf.cf_have_rss_key = true;
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

	sc->sc_pc = pa->pa_pc;
	sc->sc_tag = pa->pa_tag;
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
