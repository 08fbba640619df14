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
 * G4: IFF_RUNNING is the user's: a reset leaves it alone.  ena_reconcile()
 *     moves the device to where sc_up wants it, after any kind of trouble.
 */
#include "bpfilter.h"

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

#include <dev/ena/ena.h>

#include <dev/pci/if_enavar.h>

#define DEVNAME(_sc)	((_sc)->sc_dev.dv_xname)

static int
ena_errno(enum ena_result r)
{
	static const int errnos[ENA_RESULTS] = {
		[ENA_AGAIN] = EBUSY,		[ENA_BUSY] = EBUSY,
		[ENA_INVAL] = EINVAL,		[ENA_NO_MEMORY] = ENOMEM,
		[ENA_UNSUPPORTED] = EOPNOTSUPP,	[ENA_TIMEOUT] = ETIMEDOUT,
		[ENA_GONE] = ENXIO,		[ENA_DEAD] = ENXIO
	};

	return (r == ENA_OK || errnos[r] != 0 ? errnos[r] : EIO);
}

/* Something for the ADMIN lane to look at.  Any context. */
static void
ena_kick(struct ena_softc *sc)
{
	task_add(sc->sc_taskq, &sc->sc_task);
}

/* ---- transmit: lanes TXS and TXC */

static void
ena_tx_enter(struct ena_queue *q)
{
	bool *in = &q->q_sc->sc_os.os_tx_in[q->q_idx];

	KASSERT(!*in);
	*in = true;
}

static void
ena_tx_leave(struct ena_queue *q)
{
	q->q_sc->sc_os.os_tx_in[q->q_idx] = false;
}

/* Put the stack's requests into the core's words; false: not sendable. */
static bool
ena_tx_describe(struct ena_queue *q, struct mbuf *m, struct ena_tx_pkt *p)
{
	uint32_t partial, flags = m->m_pkthdr.csum_flags;
	struct ether_extracted ext;

	ether_extract_headers(m, &ext);
	p->tp_l3_off = ext.evh != NULL ? sizeof(*ext.evh) : sizeof(*ext.eh);
	p->tp_l3_len = ext.iphlen;
	if (ext.ip4 != NULL) {
		p->tp_l3 = ENA_L3_IP4;
		partial = ENA_TXO_L4V4_PARTIAL;
		if (ISSET(ext.ip4->ip_off, htons(IP_DF)))
			p->tp_flags |= ENA_TXF_DF;
		if (ISSET(flags, M_IPV4_CSUM_OUT | M_TCP_TSO))
			p->tp_flags |= ENA_TXF_IP4_CSUM;
	} else if (ext.ip6 != NULL) {
		p->tp_l3 = ENA_L3_IP6;
		partial = ENA_TXO_L4V6_PARTIAL;
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
		if (ISSET(q->q_sc->sc_txo, partial))
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
	bus_dma_tag_t dmat = q->q_sc->sc_os.os_dmat;
	int error;

	error = bus_dmamap_load_mbuf(dmat, map, m,
	    BUS_DMA_STREAMING | BUS_DMA_NOWAIT);
	if (error == EFBIG) {
		q->q_cnt[ENA_CNT_TX_DEFRAG]++;
		error = m_defrag(m, M_DONTWAIT);
		if (error == 0)
			error = bus_dmamap_load_mbuf(dmat, map, m,
			    BUS_DMA_STREAMING | BUS_DMA_NOWAIT);
	}
	return (error);
}

/* The mapped packet as the core takes it, without its first skip bytes. */
static unsigned int
ena_tx_segments(const bus_dmamap_t map, unsigned int skip,
    struct ena_buf *bufs)
{
	unsigned int n = 0;
	bus_size_t len;
	int i;

	for (i = 0; i < map->dm_nsegs; i++) {
		len = map->dm_segs[i].ds_len;
		if (len <= skip) {
			skip -= len;
			continue;
		}
		bufs[n].b_addr = map->dm_segs[i].ds_addr + skip;
		bufs[n].b_len = len - skip;
		skip = 0;
		n++;
	}
	return (n);
}

static void
ena_tx_free(struct ena_queue *q, unsigned int id)
{
	struct ena_slot *es = &q->q_tx.er_slots[id];
	bus_dma_tag_t dmat = q->q_sc->sc_os.os_dmat;

	if (es->es_map->dm_nsegs != 0) {
		bus_dmamap_sync(dmat, es->es_map, 0, es->es_map->dm_mapsize,
		    BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(dmat, es->es_map);
	}
	m_freem(es->es_m);
	es->es_m = NULL;
}

/*
 * Queue one packet: its head into the ring where that is device memory, the
 * rest by address.  Returns ring slots used, at most; 0: drop it.
 */
static unsigned int
ena_tx_encap(struct ena_queue *q, struct ena_tx_burst *b, struct mbuf *m)
{
	bus_dma_tag_t dmat = q->q_sc->sc_os.os_dmat;
	bus_dmamap_t map = q->q_tx.er_spare;
	struct ena_slot *es;
	struct ena_tx_pkt p;
	unsigned int push;
	uint16_t id;

	memset(&p, 0, sizeof(p));
	if (ISSET(m->m_pkthdr.csum_flags, M_IPV4_CSUM_OUT |
	    M_TCP_CSUM_OUT | M_UDP_CSUM_OUT | M_TCP_TSO) &&
	    !ena_tx_describe(q, m, &p)) {
		q->q_cnt[ENA_CNT_TX_BAD]++;
		return (0);
	}
	push = ena_tx_max_push(ena_txq(&q->q_sc->sc_core, q->q_idx));
	push = MIN(push, m->m_pkthdr.len);
	if (push < m->m_pkthdr.len) {
		if (ena_tx_load(q, map, m) != 0) {
			q->q_cnt[ENA_CNT_TX_NOMAP]++;
			return (0);
		}
		bus_dmamap_sync(dmat, map, 0, map->dm_mapsize,
		    BUS_DMASYNC_PREWRITE);
	}
	p.tp_bufs = q->q_bufs;
	p.tp_nbufs = ena_tx_segments(map, push, q->q_bufs);
	if (push > m->m_len) {
		q->q_cnt[ENA_CNT_TX_COPIED]++;
		m_copydata(m, 0, push, q->q_hdr);
		p.tp_hdr = q->q_hdr;
	} else if (push != 0)
		p.tp_hdr = mtod(m, const void *);
	p.tp_hdr_len = push;
	if (ena_tx_put(b, &p, &id) != ENA_OK) {
		/* there was room for any packet: this one is at fault */
		if (map->dm_nsegs != 0)
			bus_dmamap_unload(dmat, map);
		q->q_cnt[ENA_CNT_TX_BAD]++;
		return (0);
	}
	es = &q->q_tx.er_slots[id];
	q->q_tx.er_spare = es->es_map;
	es->es_map = map;
	es->es_m = m;
	return (p.tp_nbufs + 1);
}

static void
ena_tx_burst(struct ena_queue *q, struct ifqueue *ifq)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	struct ena_tx_burst b;
	unsigned int room, used;
	struct mbuf *m;
#if NBPFILTER > 0
	caddr_t if_bpf = ifq->ifq_if->if_bpf;
#endif

	if (ena_tx_begin(txq, &b) != ENA_OK) {
		ifq_set_oactive(ifq);	/* until the reset is over */
		ena_kick(q->q_sc);
		return;
	}
	/* counted from above: what is left over, q_txeof finds */
	room = ena_tx_room(txq);
	for (;;) {
		if (room < q->q_tx_need) {
			ifq_set_oactive(ifq);
			break;
		}
		m = ifq_dequeue(ifq);
		if (m == NULL)
			break;
		used = ena_tx_encap(q, &b, m);
		if (used == 0) {
			ifq->ifq_errors++;
			m_freem(m);
			continue;
		}
		room -= MIN(used, room);
#if NBPFILTER > 0
		if (if_bpf)
			bpf_mtap_ether(if_bpf, m, BPF_DIRECTION_OUT);
#endif
	}
	ena_tx_end(&b);
}

static void
ena_start(struct ifqueue *ifq)
{
	struct ena_queue *q = ifq->ifq_softc;

	if (!LINK_STATE_IS_UP(ifq->ifq_if->if_link_state)) {
		ifq_purge(ifq);
		return;
	}
	ena_tx_enter(q);
	if (q->q_live)
		ena_tx_burst(q, ifq);
	else
		ifq_set_oactive(ifq);
	ena_tx_leave(q);
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
			ena_tx_free(q, ids[i]);
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
ena_txeof(void *arg)
{
	struct ena_queue *q = arg;

	ena_tx_enter(q);
	if (q->q_live)
		ena_tx_done(q);
	ena_tx_leave(q);
}

/* ---- receive: lane RX */

static struct mutex *
ena_rx_mtx(struct ena_queue *q)
{
	return (&q->q_sc->sc_os.os_rx[q->q_idx]);
}

/* Map a fresh cluster into the spare map. */
static struct mbuf *
ena_rx_mbuf(struct ena_queue *q)
{
	bus_dma_tag_t dmat = q->q_sc->sc_os.os_dmat;
	bus_dmamap_t map = q->q_rx.er_spare;
	struct mbuf *m;

	m = MCLGETL(NULL, M_DONTWAIT, q->q_rx_bytes);
	if (m == NULL)
		return (NULL);
	m->m_len = m->m_pkthdr.len = q->q_rx_bytes;
	if (bus_dmamap_load_mbuf(dmat, map, m, BUS_DMA_NOWAIT) != 0) {
		m_freem(m);
		return (NULL);
	}
	bus_dmamap_sync(dmat, map, 0, map->dm_mapsize, BUS_DMASYNC_PREREAD);
	return (m);
}

/*
 * Keep the ring full: recent devices drop silently when it is not.  One that
 * stays empty for want of memory is tried again at the next clock tick.
 */
static void
ena_rx_fill(struct ena_queue *q)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	bus_dmamap_t map;
	struct ena_rx_fill f;
	struct ena_slot *es;
	unsigned int slots;
	struct mbuf *m;
	uint16_t id;

	if (ena_rx_begin(rxq, &f) != ENA_OK)
		return;
	for (slots = if_rxr_get(&q->q_rxr, ena_rx_room(rxq)); slots > 0;
	    slots--) {
		m = ena_rx_mbuf(q);
		if (m == NULL) {
			q->q_cnt[ENA_CNT_RX_NOMBUF]++;
			break;
		}
		map = q->q_rx.er_spare;
		if (ena_rx_put(&f, map->dm_segs[0].ds_addr,
		    q->q_rx_bytes, &id) != ENA_OK) {
			/* out of the device's reach: as good as none */
			bus_dmamap_unload(q->q_sc->sc_os.os_dmat, map);
			m_freem(m);
			q->q_cnt[ENA_CNT_RX_NOMBUF]++;
			break;
		}
		es = &q->q_rx.er_slots[id];
		q->q_rx.er_spare = es->es_map;
		es->es_map = map;
		es->es_m = m;
	}
	if_rxr_put(&q->q_rxr, slots);
	ena_rx_end(&f);
	if (if_rxr_inuse(&q->q_rxr) == 0)
		timeout_add(&q->q_refill, 1);
}

static void
ena_rx_refill(void *arg)
{
	struct ena_queue *q = arg;

	mtx_enter(ena_rx_mtx(q));
	if (q->q_live)
		ena_rx_fill(q);
	mtx_leave(ena_rx_mtx(q));
}

/* A lent buffer is ours again. */
static struct mbuf *
ena_rx_return(struct ena_queue *q, unsigned int id, int op)
{
	struct ena_slot *es = &q->q_rx.er_slots[id];
	bus_dma_tag_t dmat = q->q_sc->sc_os.os_dmat;
	struct mbuf *m;

	bus_dmamap_sync(dmat, es->es_map, 0, es->es_map->dm_mapsize, op);
	bus_dmamap_unload(dmat, es->es_map);
	m = es->es_m;
	es->es_m = NULL;
	if_rxr_put(&q->q_rxr, 1);
	return (m);
}

/* Chain a frame's buffers; NULL if there are no bytes in them. */
static struct mbuf *
ena_rx_frame(struct ena_queue *q, const struct ena_rx_pkt *p)
{
	const struct ena_rx_seg *s = p->rp_segs;
	struct mbuf *m, *m0 = NULL, **mp = &m0;
	unsigned int i;

	for (i = 0; i < p->rp_nsegs; i++, s++) {
		m = ena_rx_return(q, s->rs_id, BUS_DMASYNC_POSTREAD);
		if (s->rs_len == 0) {
			m_freem(m);
			continue;
		}
		if (i == 0)
			m->m_data += p->rp_offset;
		if (m0 != NULL)
			CLR(m->m_flags, M_PKTHDR);
		m->m_len = s->rs_len;
		*mp = m;
		mp = &m->m_next;
	}
	if (m0 != NULL)
		m0->m_pkthdr.len = p->rp_len;
	if (p->rp_nsegs > 1)
		q->q_cnt[ENA_CNT_RX_CHAINS]++;
	return (m0);
}

/* Believe verdicts only of a device that says that it gives them. */
static void
ena_rx_meta(struct ena_queue *q, const struct ena_rx_pkt *p, struct mbuf *m)
{
	uint32_t l4, rxo = q->q_sc->sc_rxo;

	if (ISSET(rxo, ENA_RXO_IP4_CSUM) &&
	    ena_rx_l3_csum(p) == ENA_CSUM_GOOD)
		SET(m->m_pkthdr.csum_flags, M_IPV4_CSUM_IN_OK);
	l4 = ena_rx_l3(p) == ENA_L3_IP6 ? ENA_RXO_L4V6 : ENA_RXO_L4V4;
	if (ISSET(rxo, l4) && ena_rx_l4_csum(p) == ENA_CSUM_GOOD) {
		SET(m->m_pkthdr.csum_flags, ena_rx_l4(p) == ENA_L4_TCP ?
		    M_TCP_CSUM_IN_OK : M_UDP_CSUM_IN_OK);
		q->q_cnt[ENA_CNT_RX_CSUM]++;
	}
	if (ISSET(rxo, ENA_RXO_HASH) &&
	    ena_rx_hash_kind(p) != ENA_HASH_NONE) {
		m->m_pkthdr.ph_flowid = p->rp_hash;
		SET(m->m_pkthdr.csum_flags, M_FLOWID);
	}
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
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;
	struct mbuf *m;

	r = ena_rx_take_begin(rxq, &t, UINT32_MAX);
	if (r != ENA_OK)
		return (r);
	while ((r = ena_rx_get(&t, &p)) == ENA_OK) {
		*work = true;
		m = ena_rx_frame(q, &p);
		if (m == NULL)
			continue;
		ena_rx_meta(q, &p, m);
#ifndef SMALL_KERNEL
		if (ISSET(q->q_ifiq->ifiq_if->if_xflags, IFXF_LRO) &&
		    !ena_rx_is_frag(&p) && ena_rx_l4(&p) == ENA_L4_TCP)
			tcp_softlro_glue(mltcp, m, q->q_ifiq->ifiq_if);
		else
#endif
			ml_enqueue(ml, m);
	}
	ena_rx_take_end(&t);
	if (r != ENA_AGAIN)
		return (r);
	if (ena_rx_fill_due(rxq))
		ena_rx_fill(q);
	return (ENA_OK);
}

/* One pass over the ring.  ENA_STATE: the queue is not in service. */
static enum ena_result
ena_rx_serve(struct ena_queue *q, bool intr, bool *work)
{
	struct mbuf_list ml = MBUF_LIST_INITIALIZER();
	struct mbuf_list mltcp = MBUF_LIST_INITIALIZER();
	enum ena_result r = ENA_STATE;
	int behind;

	mtx_enter(ena_rx_mtx(q));
	if (q->q_live) {
		if (intr)
			ena_queue_intr(&q->q_sc->sc_core, q->q_idx);
		r = ena_rx_take(q, &ml, &mltcp, work);
	}
	mtx_leave(ena_rx_mtx(q));
	behind = ifiq_input(q->q_ifiq, &mltcp);
	behind |= ifiq_input(q->q_ifiq, &ml);
	if (behind) {
		mtx_enter(ena_rx_mtx(q));
		if_rxr_livelocked(&q->q_rxr);
		mtx_leave(ena_rx_mtx(q));
	}
	return (r);
}

/* ---- interrupts */

static int
ena_intr_admin(void *arg)
{
	struct ena_softc *sc = arg;

	wakeup(&sc->sc_task);		/* whoever waits in ena_wait() */
	ena_kick(sc);
	return (1);
}

/* Vector 1 + q.  The unmask is the last act, and there is only one. */
static int
ena_intr_queue(void *arg)
{
	struct ena_queue *q = arg;
	bool work = false;
	enum ena_result r;

	r = ena_rx_serve(q, true, &work);
	if (r == ENA_STATE)
		return (1);
	ifq_serialize(q->q_ifq, &q->q_txeof);
	if (r == ENA_OK) {
		mtx_enter(ena_rx_mtx(q));
		if (q->q_live)
			ena_queue_unmask(&q->q_sc->sc_core, q->q_idx);
		mtx_leave(ena_rx_mtx(q));
	} else
		ena_kick(q->q_sc);
	return (1);
}

/*
 * The watchdog wants to know whether the vector's silence means anything.
 * In the serialiser, so that both lanes can be had at once.
 */
static void
ena_look(void *arg)
{
	struct ena_queue *q = arg;
	struct ena_dev *dev = &q->q_sc->sc_core;
	bool work = false;
	enum ena_result r;

	ena_tx_enter(q);
	if (q->q_live)
		work = ena_tx_done(q) != 0;
	ena_tx_leave(q);
	r = ena_rx_serve(q, false, &work);
	if (r == ENA_OK) {
		mtx_enter(ena_rx_mtx(q));
		if (q->q_live)
			ena_queue_polled(dev, q->q_idx, work);
		mtx_leave(ena_rx_mtx(q));
	}
	if (ena_fault_reason(dev) >= 0)
		ena_kick(q->q_sc);
}

/* ---- rings: lane ADMIN, the queue's lanes stopped */

static void
ena_ring_free(struct ena_softc *sc, struct ena_ring *er)
{
	unsigned int i;

	for (i = 0; er->er_slots != NULL && i < er->er_depth; i++)
		if (er->er_slots[i].es_map != NULL)
			bus_dmamap_destroy(sc->sc_os.os_dmat,
			    er->er_slots[i].es_map);
	if (er->er_spare != NULL)
		bus_dmamap_destroy(sc->sc_os.os_dmat, er->er_spare);
	free(er->er_slots, M_DEVBUF, er->er_depth * sizeof(*er->er_slots));
	memset(er, 0, sizeof(*er));
}

/* A map for each id and the spare one. */
static int
ena_ring_alloc(struct ena_softc *sc, struct ena_ring *er, unsigned int depth,
    bus_size_t bytes, int nsegs, bus_size_t seg)
{
	int flags = cold ? BUS_DMA_NOWAIT : BUS_DMA_WAITOK;
	bus_dmamap_t *map;
	unsigned int i;

	er->er_slots = mallocarray(depth, sizeof(*er->er_slots), M_DEVBUF,
	    (cold ? M_NOWAIT : M_WAITOK | M_CANFAIL) | M_ZERO);
	if (er->er_slots == NULL)
		return (ENOMEM);
	er->er_depth = depth;
	for (i = 0; i <= depth; i++) {
		map = i < depth ? &er->er_slots[i].es_map : &er->er_spare;
		if (bus_dmamap_create(sc->sc_os.os_dmat, bytes, nsegs, seg, 0,
		    flags | BUS_DMA_ALLOCNOW | BUS_DMA_64BIT, map) != 0) {
			*map = NULL;
			return (ENOMEM);
		}
	}
	return (0);
}

/*
 * 2k clusters while a frame fits into one, pages when it does not: big
 * clusters are hard to come by.  Larger only if the device chains too few.
 */
static unsigned int
ena_rx_bytes(struct ena_softc *sc)
{
	unsigned int bytes, frame;

	frame = sc->sc_ac.ac_if.if_mtu + ENA_L2_OVERHEAD;
	bytes = frame <= MCLBYTES ? MCLBYTES : 4096;
	while (bytes < 16384 &&
	    bytes * ena_dev_info(&sc->sc_core)->in_max_rx_segs < frame)
		bytes *= 2;
	return (bytes);
}

/* The device is done with these buffers (G1). */
static void
ena_queue_drain(struct ena_queue *q)
{
	struct ena_dev *dev = &q->q_sc->sc_core;
	unsigned int count, i;
	uint16_t ids[ENA_REAP];

	while ((count = ena_tx_drain(ena_txq(dev, q->q_idx), ids,
	    nitems(ids))) != 0)
		for (i = 0; i < count; i++)
			ena_tx_free(q, ids[i]);
	while ((count = ena_rx_drain(ena_rxq(dev, q->q_idx), ids,
	    nitems(ids))) != 0)
		for (i = 0; i < count; i++)
			m_freem(ena_rx_return(q, ids[i],
			    BUS_DMASYNC_POSTREAD));
}

static void
ena_queues_free(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nplanned; i++) {
		q = &sc->sc_queues[i];
		if (q->q_mem != NULL) {
			ena_queue_drain(q);
			ena_queue_give(&sc->sc_core, i, NULL, 0);
		}
		free(q->q_mem, M_DEVBUF, q->q_mem_bytes);
		q->q_mem = NULL;
		ena_ring_free(sc, &q->q_tx);
		ena_ring_free(sc, &q->q_rx);
	}
	sc->sc_nplanned = 0;
}

static enum ena_result
ena_queue_alloc(struct ena_queue *q, const struct ena_plan *pl)
{
	struct ena_softc *sc = q->q_sc;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	bus_size_t bytes;
	enum ena_result r;

	/* without TSO there is nothing longer than a frame to map */
	bytes = ISSET(in->in_tx_offloads, ENA_TXO_TSO4 | ENA_TXO_TSO6) ?
	    MAXMCLBYTES : in->in_max_mtu + ENA_L2_OVERHEAD;
	q->q_tx_need = MIN(in->in_max_tx_bufs, pl->pl_tx_depth - 2) + 1;
	q->q_rx_bytes = ena_rx_bytes(sc);
	if (ena_ring_alloc(sc, &q->q_tx, pl->pl_tx_depth, bytes,
	    q->q_tx_need - 1, ENA_TX_SEG_MAX) != 0 ||
	    ena_ring_alloc(sc, &q->q_rx, pl->pl_rx_depth, q->q_rx_bytes, 1,
	    q->q_rx_bytes) != 0)
		return (ENA_NO_MEMORY);
	if_rxr_init(&q->q_rxr, pl->pl_rx_depth - 1, pl->pl_rx_depth - 1);
	q->q_mem_bytes = pl->pl_mem_bytes;
	q->q_mem = malloc(q->q_mem_bytes, M_DEVBUF,
	    cold ? M_NOWAIT : M_WAITOK | M_CANFAIL);
	if (q->q_mem == NULL)
		return (ENA_NO_MEMORY);
	r = ena_queue_give(&sc->sc_core, q->q_idx, q->q_mem, q->q_mem_bytes);
	if (r != ENA_OK) {
		free(q->q_mem, M_DEVBUF, q->q_mem_bytes);
		q->q_mem = NULL;
	}
	return (r);
}

/*
 * The ifnet cannot have fewer queues than it was attached with, so a device
 * that offers fewer after a reset is one that failed to come back.
 */
static enum ena_result
ena_queues_alloc(struct ena_softc *sc)
{
	struct ena_plan pl;
	enum ena_result r;
	unsigned int i;

	r = ena_queue_plan(&sc->sc_core, 1 + sc->sc_nqueues, &pl);
	if (r != ENA_OK)
		return (r);
	if (pl.pl_pairs != sc->sc_nqueues) {
		ena_log(&sc->sc_os, ENA_LOG_ERR,
		    "the device offers %u queues, not %u", pl.pl_pairs,
		    sc->sc_nqueues);
		ena_fault(&sc->sc_core, ENA_REASON_GENERIC);
		return (ENA_UNSUPPORTED);
	}
	sc->sc_nplanned = pl.pl_pairs;
	for (i = 0; i < pl.pl_pairs && r == ENA_OK; i++)
		r = ena_queue_alloc(&sc->sc_queues[i], &pl);
	return (r);
}

/* ---- life: lane ADMIN */

/* The only place that waits; vector 0 ends it early. */
void
ena_wait(struct ena_softc *sc, uint32_t us)
{
	if (us == 0)
		return;
	if (cold || us < ENA_SPIN_US)
		delay(us);
	else
		tsleep_nsec(&sc->sc_task, PWAIT, "enawait",
		    USEC_TO_NSEC(us));
}

static enum ena_result
ena_drive(struct ena_softc *sc, enum ena_state target)
{
	enum ena_result r;
	uint32_t us;

	r = ena_dev_goto(&sc->sc_core, target);
	while (r == ENA_OK) {
		r = ena_dev_step(&sc->sc_core, &us);
		if (r != ENA_AGAIN)
			break;
		ena_wait(sc, us);
		r = ENA_OK;
	}
	return (r);
}

/* Nobody is in a queue's lanes after this (G2). */
static void
ena_lanes_stop(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nplanned; i++) {
		q = &sc->sc_queues[i];
		mtx_enter(ena_rx_mtx(q));
		q->q_live = 0;
		mtx_leave(ena_rx_mtx(q));
	}
	for (i = 0; i < sc->sc_nplanned; i++)
		ifq_barrier(sc->sc_queues[i].q_ifq);
}

/* Fill, declare alive, then unmask: the other way round loses interrupts. */
static void
ena_lanes_start(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nplanned; i++) {
		q = &sc->sc_queues[i];
		mtx_enter(ena_rx_mtx(q));
		ena_rx_fill(q);
		q->q_live = 1;
		ena_queue_unmask(&sc->sc_core, i);
		mtx_leave(ena_rx_mtx(q));
		ifq_restart(q->q_ifq);
	}
}

/* No DMA any more, whatever the device thinks of it. */
static void
ena_bus_master_off(struct ena_softc *sc)
{
	pcireg_t csr;

	csr = pci_conf_read(sc->sc_pc, sc->sc_tag, PCI_COMMAND_STATUS_REG);
	pci_conf_write(sc->sc_pc, sc->sc_tag, PCI_COMMAND_STATUS_REG,
	    csr & ~PCI_COMMAND_MASTER_ENABLE);
}

/*
 * To OFF from anywhere, whatever it takes: a device that will not be reset
 * must not reach memory any more, and is as good as gone.
 */
static void
ena_off(struct ena_softc *sc)
{
	ena_lanes_stop(sc);
	if (ena_drive(sc, ENA_STATE_OFF) != ENA_OK &&
	    ena_drive(sc, ENA_STATE_OFF) != ENA_OK) {
		ena_bus_master_off(sc);
		ena_gone(&sc->sc_core);
		ena_drive(sc, ENA_STATE_OFF);
	}
	ena_queues_free(sc);
	sc->sc_granted = false;
}

/* Claim what the device offers and nothing else. */
static void
ena_capabilities(struct ena_softc *sc)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	uint32_t cap = IFCAP_VLAN_MTU;

	sc->sc_txo = in->in_tx_offloads;
	sc->sc_rxo = in->in_rx_offloads;
	if (ISSET(sc->sc_txo, ENA_TXO_IP4_CSUM))
		cap |= IFCAP_CSUM_IPv4;
	if (ISSET(sc->sc_txo, ENA_TXO_L4V4_PARTIAL | ENA_TXO_L4V4_FULL)) {
		cap |= IFCAP_CSUM_TCPv4 | IFCAP_CSUM_UDPv4;
		if (ISSET(sc->sc_txo, ENA_TXO_TSO4) &&
		    ISSET(cap, IFCAP_CSUM_IPv4))
			cap |= IFCAP_TSOv4;
	}
	if (ISSET(sc->sc_txo, ENA_TXO_L4V6_PARTIAL | ENA_TXO_L4V6_FULL)) {
		cap |= IFCAP_CSUM_TCPv6 | IFCAP_CSUM_UDPv6;
		if (ISSET(sc->sc_txo, ENA_TXO_TSO6))
			cap |= IFCAP_TSOv6;
	}
#ifndef SMALL_KERNEL
	cap |= IFCAP_LRO;
#endif
	ifp->if_capabilities = cap;
	ifp->if_hardmtu = in->in_max_mtu;
}

/*
 * Up to CONFIGURED: the device is known.  That it is still the one that was
 * attached, by address and MTU, the core sees to.
 */
static enum ena_result
ena_configure(struct ena_softc *sc)
{
	enum ena_result r;

	r = ena_drive(sc, ENA_STATE_CONFIGURED);
	if (r == ENA_OK)
		ena_capabilities(sc);
	return (r);
}

/* From CONFIGURED, QUIET or OFF to traffic; attach and reset alike. */
static enum ena_result
ena_open(struct ena_softc *sc)
{
	enum ena_result r;

	do {
		ena_queues_free(sc);
		r = ena_configure(sc);
		if (r == ENA_OK)
			r = ena_queues_alloc(sc);
		if (r == ENA_OK)
			r = ena_drive(sc, ENA_STATE_RUNNING);
	} while (r == ENA_NO_MEMORY && ena_queue_shrink(&sc->sc_core));
	if (r == ENA_OK)
		ena_lanes_start(sc);
	return (r);
}

/* Back to CONFIGURED; by a reset if the device does not cooperate. */
static void
ena_close(struct ena_softc *sc)
{
	enum ena_state state = ena_dev_state(&sc->sc_core);

	ena_lanes_stop(sc);
	if ((state != ENA_STATE_RUNNING && state != ENA_STATE_CONFIGURED) ||
	    ena_drive(sc, ENA_STATE_CONFIGURED) != ENA_OK)
		ena_off(sc);
	ena_queues_free(sc);
}

static void
ena_link_update(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	enum ena_state state = ena_dev_state(&sc->sc_core);
	int link;

	if (!sc->sc_attached)
		return;
	link = ena_link_up(&sc->sc_core) && state != ENA_STATE_DEAD &&
	    state != ENA_STATE_GONE ? LINK_STATE_FULL_DUPLEX :
	    LINK_STATE_DOWN;
	if (ifp->if_link_state == link)
		return;
	ifp->if_link_state = link;
	if_link_state_change(ifp);
}

/*
 * Something is wrong: silence the device, then as often and as soon as the
 * core allows bring it back.  Called again by the tick until it is.
 */
static void
ena_recovery(struct ena_softc *sc)
{
	enum ena_state state = ena_dev_state(&sc->sc_core);
	uint64_t now = ena_os_now_us(&sc->sc_os);
	enum ena_result r;
	uint32_t us;

	ena_lanes_stop(sc);
	if (state == ENA_STATE_FAULTED || state == ENA_STATE_MOVING) {
		if (ena_drive(sc, ENA_STATE_QUIET) == ENA_OK)
			ena_queues_free(sc);
	}
	if (!sc->sc_granted) {
		if (ena_recover(&sc->sc_core, &us) != ENA_OK)
			return;		/* gone or given up */
		sc->sc_granted = true;
		sc->sc_retry_us = now + us;
	}
	if (now < sc->sc_retry_us)
		return;
	sc->sc_granted = false;
	r = ena_dev_state(&sc->sc_core) == ENA_STATE_QUIET ? ENA_OK :
	    ena_drive(sc, ENA_STATE_QUIET);
	if (r == ENA_OK) {
		ena_queues_free(sc);
		r = sc->sc_up ? ena_open(sc) : ena_configure(sc);
	}
	ena_log(&sc->sc_os, ENA_LOG_WARN, "reset: %s", r == ENA_OK ?
	    "back in service" : ena_result_name(r));
}

/* Move the device to where it should be (G4). */
static void
ena_reconcile(struct ena_softc *sc)
{
	switch (ena_dev_state(&sc->sc_core)) {
	case ENA_STATE_RUNNING:
		return;
	case ENA_STATE_CONFIGURED:
		if (!sc->sc_up || ena_open(sc) == ENA_OK)
			return;
		break;
	case ENA_STATE_OFF:
		if (ena_configure(sc) == ENA_OK && sc->sc_up)
			ena_open(sc);
		return;
	case ENA_STATE_GONE:
		ena_off(sc);
		return;
	default:
		break;
	}
	ena_recovery(sc);
}

/* Once a second, with os_admin: clocks, and a look at quiet vectors. */
static void
ena_tick_locked(struct ena_softc *sc)
{
	const struct ena_stats *es = ena_dev_stats(&sc->sc_core);
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	struct ena_queue *q;
	unsigned int i;
	bool due;

	if (ena_tick(&sc->sc_core) != ENA_OK)
		return;
	/* what only the device can count */
	ifp->if_ierrors = es->es_dev_rx_drops + es->es_dev_rx_overruns;
	ifp->if_oerrors = es->es_dev_tx_drops;
	for (i = 0; i < sc->sc_nplanned; i++) {
		q = &sc->sc_queues[i];
		mtx_enter(ena_rx_mtx(q));
		due = q->q_live && ena_queue_due(&sc->sc_core, i);
		mtx_leave(ena_rx_mtx(q));
		if (due)
			ifq_serialize(q->q_ifq, &q->q_look);
	}
}

/* What vector 0, the tick and the other lanes want done. */
static void
ena_task(void *arg)
{
	struct ena_softc *sc = arg;

	rw_enter_write(&sc->sc_os.os_admin);
	if (!sc->sc_dying && !sc->sc_suspended) {
		ena_admin_reap(&sc->sc_core);
		ena_aenq_reap(&sc->sc_core);
		if (sc->sc_tick_due) {
			sc->sc_tick_due = 0;
			ena_tick_locked(sc);
		}
		ena_reconcile(sc);
		ena_link_update(sc);
	}
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

static int
ena_up(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	enum ena_result r;

	/* the user starts afresh, also after recovery was given up */
	if (ena_dev_state(&sc->sc_core) != ENA_STATE_CONFIGURED)
		ena_off(sc);
	r = ena_open(sc);
	if (r != ENA_OK) {
		ena_log(&sc->sc_os, ENA_LOG_ERR, "cannot start: %s",
		    ena_result_name(r));
		return (ena_errno(r));
	}
	sc->sc_up = true;
	SET(ifp->if_flags, IFF_RUNNING);
	return (0);
}

static void
ena_down(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	unsigned int i;

	sc->sc_up = false;
	CLR(ifp->if_flags, IFF_RUNNING);
	ena_close(sc);
	for (i = 0; i < sc->sc_nqueues; i++) {
		ifq_clr_oactive(ifp->if_ifqs[i]);
		ifq_purge(ifp->if_ifqs[i]);
	}
}

/* Buffer sizes follow the MTU, so the queues are made anew. */
static int
ena_set_mtu(struct ena_softc *sc, unsigned int mtu)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	enum ena_result r;

	if (mtu < MAX(ETHERMIN, ENA_MTU_MIN) || mtu > ifp->if_hardmtu)
		return (EINVAL);
	if (mtu == ifp->if_mtu)
		return (0);
	ena_close(sc);
	r = ena_mtu_set(&sc->sc_core, mtu, &sc->sc_req);
	if (r == ENA_OK)
		ifp->if_mtu = mtu;
	if (sc->sc_up && ena_open(sc) != ENA_OK)
		ena_kick(sc);
	return (ena_errno(r));
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
		mtx_enter(ena_rx_mtx(q));
		ifr[i].ifr_size = q->q_rx_bytes;
		ifr[i].ifr_info = q->q_rxr;
		mtx_leave(ena_rx_mtx(q));
	}
	return (if_rxr_info_ioctl(ifri, sc->sc_nqueues, ifr));
}

static int
ena_set_flags(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	int error = 0;

	sc->sc_os.os_verbose = ISSET(ifp->if_flags, IFF_DEBUG) != 0;
	if (ISSET(ifp->if_flags, IFF_UP)) {
		/* no filter to program: running is all there is to be */
		if (!ISSET(ifp->if_flags, IFF_RUNNING))
			error = ena_up(sc);
	} else if (ISSET(ifp->if_flags, IFF_RUNNING))
		ena_down(sc);
	return (error);
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
		if (sc->sc_dying || sc->sc_suspended)
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

static enum ena_result
ena_init(struct ena_softc *sc, struct pci_attach_args *pa)
{
	struct ena_config cf;

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
	return (ena_dev_init(&sc->sc_core, &sc->sc_os, &cf, NULL, NULL));
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
	ena_capabilities(sc);

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
	sc->sc_attached = true;
	ena_kstat_attach(sc);
}

/* All that attach took, as far as it got.  The device is OFF or gone. */
static void
ena_release(struct ena_softc *sc)
{
	struct ena_os *os = &sc->sc_os;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		if (sc->sc_queues[i].q_ihc != NULL)
			pci_intr_disestablish(sc->sc_pc,
			    sc->sc_queues[i].q_ihc);
	if (sc->sc_ihc != NULL)
		pci_intr_disestablish(sc->sc_pc, sc->sc_ihc);
	for (i = 0; i < ENA_MAX_QUEUES; i++)
		timeout_del_barrier(&sc->sc_queues[i].q_refill);
	if (sc->sc_intrmap != NULL)
		intrmap_destroy(sc->sc_intrmap);
	if (sc->sc_taskq != NULL)
		taskq_destroy(sc->sc_taskq);
	if (sc->sc_llq_mems != 0)
		bus_space_unmap(sc->sc_llq_memt, sc->sc_llq_memh,
		    sc->sc_llq_mems);
	if (os->os_mems != 0)
		bus_space_unmap(os->os_memt, os->os_memh, os->os_mems);
	sc->sc_taskq = NULL;
	sc->sc_llq_mems = os->os_mems = 0;
}

static void
ena_softc_init(struct ena_softc *sc, struct pci_attach_args *pa)
{
	struct ena_queue *q;
	unsigned int i;

	sc->sc_pc = pa->pa_pc;
	sc->sc_tag = pa->pa_tag;
	sc->sc_os.os_name = DEVNAME(sc);
	sc->sc_os.os_dmat = pa->pa_dmat;
	sc->sc_os.os_midline = true;
	rw_init(&sc->sc_os.os_admin, "enaadm");
	task_set(&sc->sc_task, ena_task, sc);
	timeout_set(&sc->sc_tick, ena_tick_timeout, sc);
	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		q = &sc->sc_queues[i];
		q->q_sc = sc;
		q->q_idx = i;
		mtx_init(&sc->sc_os.os_rx[i], IPL_NET);
		task_set(&q->q_txeof, ena_txeof, q);
		task_set(&q->q_look, ena_look, q);
		timeout_set(&q->q_refill, ena_rx_refill, q);
	}
}

/* Up to CONFIGURED with vectors; NULL, or what went wrong. */
static const char *
ena_attach_device(struct ena_softc *sc, struct pci_attach_args *pa)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	enum ena_result r;

	if (ena_map(sc, pa) != 0)
		return ("cannot map registers");
	sc->sc_taskq = taskq_create(DEVNAME(sc), 1, IPL_NET, TASKQ_MPSAFE);
	if (sc->sc_taskq == NULL)
		return ("cannot create task queue");
	r = ena_init(sc, pa);
	if (r == ENA_OK)
		r = ena_drive(sc, ENA_STATE_ADMIN_UP);
	if (r != ENA_OK)
		return (ena_result_name(r));
	memcpy(sc->sc_ac.ac_enaddr, in->in_mac, ETHER_ADDR_LEN);
	if (ena_intr_map(sc, pa) != 0)
		return ("cannot map MSI-X interrupts");
	r = ena_configure(sc);
	return (r == ENA_OK ? NULL : ena_result_name(r));
}

static void
ena_attach(struct device *parent, struct device *self, void *aux)
{
	struct ena_softc *sc = (struct ena_softc *)self;
	struct pci_attach_args *pa = aux;
	const char *why;

	ena_softc_init(sc, pa);
	rw_enter_write(&sc->sc_os.os_admin);
	why = ena_attach_device(sc, pa);
	if (why != NULL && sc->sc_core.dev_os != NULL)
		ena_off(sc);
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

	if (!sc->sc_attached)
		return (0);
	rw_enter_write(&sc->sc_os.os_admin);
	sc->sc_dying = true;
	CLR(ifp->if_flags, IFF_RUNNING);
	/* a card that is still there must not write to memory we free */
	if (ena_dev_state(&sc->sc_core) == ENA_STATE_GONE)
		ena_bus_master_off(sc);
	ena_off(sc);
	rw_exit_write(&sc->sc_os.os_admin);
	timeout_del_barrier(&sc->sc_tick);
	ena_kstat_detach(sc);
	ether_ifdetach(ifp);
	if_detach(ifp);
	ifmedia_delete_instance(&sc->sc_media, IFM_INST_ANY);
	sc->sc_attached = false;
	ena_release(sc);
	return (0);
}

/*
 * Into sleep or power off: the device is reset and owns no memory.  Late in
 * that process nobody can be waited for.
 */
static void
ena_sleep(struct ena_softc *sc, bool forever)
{
	if (cold) {
		if (rw_enter(&sc->sc_os.os_admin, RW_WRITE | RW_NOSLEEP) != 0)
			return;
	} else
		rw_enter_write(&sc->sc_os.os_admin);
	if (!sc->sc_suspended && !sc->sc_dying) {
		sc->sc_suspended = true;
		if (forever)
			ena_fault(&sc->sc_core, ENA_REASON_SHUTDOWN);
		ena_off(sc);
	}
	rw_exit_write(&sc->sc_os.os_admin);
}

static int
ena_activate(struct device *self, int act)
{
	struct ena_softc *sc = (struct ena_softc *)self;

	if (!sc->sc_attached)
		return (0);
	switch (act) {
	case DVACT_DEACTIVATE:
		ena_gone(&sc->sc_core);
		break;
	case DVACT_QUIESCE:
	case DVACT_SUSPEND:
		ena_sleep(sc, false);
		break;
	case DVACT_RESUME:
	case DVACT_WAKEUP:
		sc->sc_suspended = false;
		if (!cold)
			ena_kick(sc);
		break;
	case DVACT_POWERDOWN:
		ena_sleep(sc, true);
		break;
	}
	return (0);
}

const struct cfattach ena_ca = {
	sizeof(struct ena_softc), ena_match, ena_attach, ena_detach,
	ena_activate
};

struct cfdriver ena_cd = {
	NULL, "ena", DV_IFNET
};
