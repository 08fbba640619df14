/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: native netmap(4).
 *
 * A ring in netmap mode has its slots and buffers from netmap; the core, the
 * interrupts and recovery are those of the rest of the driver.  Locks as
 * there: txsync is on lane TXS, then TXC; rxsync on lane RX.
 *
 * The core names buffers by id and lets them come back in any order, netmap
 * by their place in a ring.  nr_first and nr_id keep the two together.
 *
 * N1: TX: the slots from nr_clean to nr_hwcur were sent; of these, those with
 *     es_nsegs are still the device's.  nr_hwtail follows nr_clean.
 * N2: RX: the slots from nr_hwtail to nr_post, and only they, are lent to the
 *     device.  A buffer that comes back out of turn changes places with the
 *     one that netmap expects, map and all.
 *
 * netmap's own dmamaps would be loaded with physical addresses that are not
 * the device's where there is an IOMMU or a bounce buffer; ours are not.
 */
#ifdef DEV_NETMAP

#include "if_enavar.h"
#include "if_ena_netmap.h"

#include <sys/selinfo.h>

#include <net/netmap.h>
#include <dev/netmap/netmap_kern.h>

/* One direction.  Arrays by slot of netmap's (maps, nr_id) or by id. */
struct ena_netmap_ring {
	struct netmap_kring	*nr_kring;
	struct ena_ring		 nr_maps;
	uint16_t		*nr_first;	/* by id: its first slot */
	uint16_t		*nr_count;	/* by id: TX: number of slots */
	uint16_t		*nr_id;		/* by slot: RX */
	u_int			 nr_clean;	/* N1 */
	u_int			 nr_post;	/* N2 */
};

struct ena_netmap {
	struct ena_netmap_ring	 nm_tx, nm_rx;
};

int
ena_netmap_mode(struct ena_queue *q)
{
	struct ena_netmap *nm = q->q_nm;

	if (nm == NULL)
		return (0);
	return ((nm->nm_tx.nr_kring != NULL ? ENA_NETMAP_TX : 0) |
	    (nm->nm_rx.nr_kring != NULL ? ENA_NETMAP_RX : 0));
}

/* ---- a slot's buffer */

/* Load and sync a slot's buffer; 0 if that is not possible. */
static uint64_t
ena_netmap_load(struct ena_netmap_ring *nr, u_int i, bus_dmasync_op_t op)
{
	struct netmap_adapter *na = nr->nr_kring->na;
	struct ena_slot *es = &nr->nr_maps.er_slots[i];
	void *va = NMB(na, &nr->nr_kring->ring->slot[i]);
	uint64_t addr = 0;

	if (va == NETMAP_BUF_BASE(na) || bus_dmamap_load(nr->nr_maps.er_dmat,
	    es->es_map, va, NETMAP_BUF_SIZE(na), ena_os_dma_loaded, &addr,
	    BUS_DMA_NOWAIT) != 0 || addr == 0)
		return (0);
	es->es_nsegs = 1;
	bus_dmamap_sync(nr->nr_maps.er_dmat, es->es_map, op);
	return (addr);
}

static void
ena_netmap_unload(struct ena_netmap_ring *nr, u_int i, bus_dmasync_op_t op)
{
	struct ena_slot *es = &nr->nr_maps.er_slots[i];

	if (es->es_nsegs == 0)
		return;
	bus_dmamap_sync(nr->nr_maps.er_dmat, es->es_map, op);
	bus_dmamap_unload(nr->nr_maps.er_dmat, es->es_map);
	es->es_nsegs = 0;
}

/* ---- memory: lane ADMIN */

/* The device is done with what it has of it (G1). */
static void
ena_netmap_ring_free(struct ena_netmap_ring *nr, bus_dmasync_op_t op)
{
	u_int i;

	for (i = 0; i < nr->nr_maps.er_maps; i++)
		ena_netmap_unload(nr, i, op);
	ena_ring_free(&nr->nr_maps);
	free(nr->nr_first, M_DEVBUF);
	free(nr->nr_count, M_DEVBUF);
	free(nr->nr_id, M_DEVBUF);
}

void
ena_netmap_free(struct ena_queue *q)
{
	if (q->q_nm == NULL)
		return;
	ena_netmap_ring_free(&q->q_nm->nm_tx, BUS_DMASYNC_POSTWRITE);
	ena_netmap_ring_free(&q->q_nm->nm_rx, BUS_DMASYNC_POSTREAD);
	free(q->q_nm, M_DEVBUF);
	q->q_nm = NULL;
}

static uint16_t *
ena_netmap_array(unsigned int n)
{
	return (mallocarray(n, sizeof(uint16_t), M_DEVBUF,
	    M_WAITOK | M_ZERO));
}

static bool
ena_netmap_ring_alloc(struct ena_queue *q, struct ena_netmap_ring *nr,
    struct netmap_kring *kring, unsigned int depth)
{
	bus_size_t bytes = NETMAP_BUF_SIZE(kring->na);

	nr->nr_kring = kring;
	nr->nr_first = ena_netmap_array(depth);
	nr->nr_count = ena_netmap_array(depth);
	nr->nr_id = ena_netmap_array(kring->nkr_num_slots);
	return (ena_ring_make(&q->q_mb, &nr->nr_maps, kring->nkr_num_slots,
	    bytes, 1, bytes));
}

bool
ena_netmap_alloc(struct ena_queue *q, const struct ena_plan *pl)
{
	struct netmap_adapter *na = NA(q->q_sc->sc_ifp);
	struct netmap_kring *rx = NULL, *tx = NULL;
	bool ok = true;

	if (na == NULL || !nm_native_on(na))
		return (true);
	if (q->q_idx < na->num_tx_rings)
		tx = na->tx_rings[q->q_idx];
	if (q->q_idx < na->num_rx_rings)
		rx = na->rx_rings[q->q_idx];
	q->q_nm = malloc(sizeof(*q->q_nm), M_DEVBUF, M_WAITOK | M_ZERO);
	if (tx != NULL && tx->nr_mode == NKR_NETMAP_ON)
		ok = ena_netmap_ring_alloc(q, &q->q_nm->nm_tx, tx,
		    pl->pl_tx_depth);
	if (ok && rx != NULL && rx->nr_mode == NKR_NETMAP_ON)
		ok = ena_netmap_ring_alloc(q, &q->q_nm->nm_rx, rx,
		    pl->pl_rx_depth);
	return (ok);
}

/* ---- transmit */

/* So many slots from this one on are no packet any more. */
static void
ena_netmap_unput(struct ena_netmap_ring *nr, u_int i, u_int n)
{
	for (; n != 0; n--) {
		ena_netmap_unload(nr, i, BUS_DMASYNC_POSTWRITE);
		i = nm_next(i, nr->nr_kring->nkr_num_slots - 1);
	}
}

/* Lane TXC: what was sent.  Returns the number of packets. */
unsigned int
ena_netmap_tx_done(struct ena_queue *q)
{
	struct ena_netmap_ring *nr = &q->q_nm->nm_tx;
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	unsigned int count, i, total = 0;
	uint16_t ids[ENA_REAP];
	enum ena_result r;

	do {
		r = ena_tx_reap(txq, ids, nitems(ids), &count);
		for (i = 0; i < count; i++)
			ena_netmap_unput(nr, nr->nr_first[ids[i]],
			    nr->nr_count[ids[i]]);
		ena_tx_release(txq);
		total += count;
	} while (r == ENA_OK && count == nitems(ids));
	return (total);
}

/* The first len bytes of a packet that starts in slot i, in one piece. */
static const void *
ena_netmap_head(struct ena_queue *q, u_int i, u_int len)
{
	struct netmap_kring *kring = q->q_nm->nm_tx.nr_kring;
	struct netmap_slot *slot = &kring->ring->slot[i];
	u_int done, n;

	if (len <= slot->len)
		return (NMB(kring->na, slot));
	q->q_mb.mb_events[ENA_MB_TX_COPIED]++;
	for (done = 0; done < len; done += n) {
		slot = &kring->ring->slot[i];
		n = MIN(slot->len, len - done);
		memcpy(q->q_mb.mb_head + done, NMB(kring->na, slot), n);
		i = nm_next(i, kring->nkr_num_slots - 1);
	}
	return (q->q_mb.mb_head);
}

/* Slots of the packet that starts in slot i; 0: not all of it is there. */
static u_int
ena_netmap_packet(struct netmap_kring *kring, u_int i, u_int *bytes)
{
	struct netmap_slot *slot;
	u_int n;

	*bytes = 0;
	for (n = 1; i != kring->rhead; n++) {
		slot = &kring->ring->slot[i];
		*bytes += slot->len;
		slot->flags &= ~NS_BUF_CHANGED;
		if ((slot->flags & NS_MOREFRAG) == 0)
			return (n);
		i = nm_next(i, kring->nkr_num_slots - 1);
	}
	return (0);
}

/* One packet of n slots.  False: it cannot be sent. */
static bool
ena_netmap_put(struct ena_queue *q, struct ena_tx_burst *b, u_int first,
    u_int n, u_int bytes)
{
	struct ena_netmap_ring *nr = &q->q_nm->nm_tx;
	struct ena_buf *bufs = q->q_mb.mb_bufs;
	u_int i, len, left, push, skip;
	struct ena_tx_pkt p;
	uint64_t addr;
	uint16_t id;

	memset(&p, 0, sizeof(p));
	push = skip = MIN(bytes, ena_tx_max_push(ena_txq(&q->q_sc->sc_core,
	    q->q_idx)));
	if (push != 0)
		p.tp_hdr = ena_netmap_head(q, first, push);
	p.tp_hdr_len = (uint16_t)push;
	p.tp_bufs = bufs;
	for (i = first, left = n; left != 0; left--) {
		len = nr->nr_kring->ring->slot[i].len;
		if (len > skip && p.tp_nbufs < ENA_MAX_TX_SLOTS) {
			addr = ena_netmap_load(nr, i, BUS_DMASYNC_PREWRITE);
			if (addr == 0 || len > NETMAP_BUF_SIZE(
			    nr->nr_kring->na))
				goto drop;
			bufs[p.tp_nbufs].b_addr = addr + skip;
			bufs[p.tp_nbufs++].b_len = (uint16_t)(len - skip);
			skip = 0;
		} else if (len > skip)
			goto drop;
		else
			skip -= len;
		i = nm_next(i, nr->nr_kring->nkr_num_slots - 1);
	}
	if (ena_tx_put(b, &p, &id) == ENA_OK) {
		nr->nr_first[id] = (uint16_t)first;
		nr->nr_count[id] = (uint16_t)n;
		return (true);
	}
drop:
	ena_netmap_unput(nr, first, n);
	return (false);
}

/* Lane TXS: what the user has put between nr_hwcur and rhead. */
static void
ena_netmap_send(struct ena_queue *q, struct netmap_kring *kring)
{
	struct ena_txq *txq = ena_txq(&q->q_sc->sc_core, q->q_idx);
	u_int bytes, i = kring->nr_hwcur, lim, n, room;
	uint64_t doorbells = txq->tq_doorbells;
	struct ena_tx_burst b;

	lim = kring->nkr_num_slots - 1;
	if (i == kring->rhead || ena_tx_begin(txq, &b) != ENA_OK)
		return;
	room = ena_tx_room(txq);	/* from above, as for the stack */
	while (room >= q->q_mb.mb_tx_need &&
	    (n = ena_netmap_packet(kring, i, &bytes)) != 0) {
		room -= MIN(n + 1, room);
		if (bytes != 0 && ena_netmap_put(q, &b, i, n, bytes)) {
			ena_count(q, ENA_CNT_TX_PKTS, 1);
			ena_count(q, ENA_CNT_TX_BYTES, bytes);
		} else
			q->q_mb.mb_events[ENA_MB_TX_BAD]++;
		for (; n != 0; n--)
			i = nm_next(i, lim);
	}
	ena_tx_end(&b);
	ena_count(q, ENA_CNT_TX_DOORBELLS, txq->tq_doorbells - doorbells);
	kring->nr_hwcur = i;
}

static int
ena_netmap_txsync(struct netmap_kring *kring, int flags __unused)
{
	struct ena_softc *sc = if_getsoftc(kring->na->ifp);
	struct ena_queue *q = sc->sc_queues[kring->ring_id];
	u_int lim = kring->nkr_num_slots - 1;
	struct ena_netmap_ring *nr;

	mtx_lock(&q->q_lane.ol_tx);
	if (!q->q_live || (ena_netmap_mode(q) & ENA_NETMAP_TX) == 0)
		goto out;
	nr = &q->q_nm->nm_tx;
	if (sc->sc_link)
		ena_netmap_send(q, kring);
	mtx_lock(&q->q_lane.ol_cq);
	ena_netmap_tx_done(q);
	while (nr->nr_clean != kring->nr_hwcur &&
	    nr->nr_maps.er_slots[nr->nr_clean].es_nsegs == 0)
		nr->nr_clean = nm_next(nr->nr_clean, lim);
	mtx_unlock(&q->q_lane.ol_cq);
	kring->nr_hwtail = nm_prev(nr->nr_clean, lim);
out:
	mtx_unlock(&q->q_lane.ol_tx);
	return (0);
}

/* ---- receive: lane RX */

/* Lend what the user gave back, but for one slot, as netmap wants it. */
static void
ena_netmap_post(struct ena_queue *q, struct netmap_kring *kring)
{
	struct ena_netmap_ring *nr = &q->q_nm->nm_rx;
	u_int i = nr->nr_post, lim = kring->nkr_num_slots - 1;
	u_int end = nm_prev(kring->rhead, lim);
	struct ena_rx_fill f;
	uint64_t addr;
	uint16_t id;

	if (i == end || ena_rx_begin(ena_rxq(&q->q_sc->sc_core, q->q_idx),
	    &f) != ENA_OK)
		return;
	for (; i != end; i = nm_next(i, lim)) {
		addr = ena_netmap_load(nr, i, BUS_DMASYNC_PREREAD);
		if (addr == 0 || ena_rx_put(&f, addr,
		    (uint16_t)NETMAP_BUF_SIZE(kring->na), &id) != ENA_OK) {
			ena_netmap_unload(nr, i, BUS_DMASYNC_POSTREAD);
			ena_count(q, ENA_CNT_RX_PARTIAL, 1);
			break;
		}
		kring->ring->slot[i].flags &= ~NS_BUF_CHANGED;
		nr->nr_first[id] = (uint16_t)i;
		nr->nr_id[i] = id;
	}
	ena_rx_end(&f);
	nr->nr_post = i;
}

/* The buffer with this id belongs into slot i (N2). */
static void
ena_netmap_place(struct ena_netmap_ring *nr, unsigned int id, u_int i)
{
	struct netmap_slot *slots = nr->nr_kring->ring->slot;
	struct ena_slot *es = nr->nr_maps.er_slots, swap;
	u_int j = nr->nr_first[id];
	uint32_t buf;

	if (i == j)
		return;
	buf = slots[i].buf_idx;
	slots[i].buf_idx = slots[j].buf_idx;
	slots[j].buf_idx = buf;
	slots[i].flags |= NS_BUF_CHANGED;
	slots[j].flags |= NS_BUF_CHANGED;
	swap = es[i];
	es[i] = es[j];
	es[j] = swap;
	nr->nr_id[j] = nr->nr_id[i];
	nr->nr_first[nr->nr_id[j]] = (uint16_t)j;
}

/* A frame's buffers, in order, from slot i on.  Returns the slot behind. */
static u_int
ena_netmap_frame(struct ena_netmap_ring *nr, const struct ena_rx_pkt *p,
    u_int i)
{
	struct netmap_kring *kring = nr->nr_kring;
	const struct ena_rx_seg *s = p->rp_segs;
	struct netmap_slot *slot;
	unsigned int n;
	char *va;

	for (n = 0; n < p->rp_nsegs; n++, s++) {
		ena_netmap_place(nr, s->rs_id, i);
		ena_netmap_unload(nr, i, BUS_DMASYNC_POSTREAD);
		slot = &kring->ring->slot[i];
		slot->len = s->rs_len;
		slot->flags &= ~NS_MOREFRAG;
		if (n + 1 < p->rp_nsegs)
			slot->flags |= NS_MOREFRAG;
		if (n == 0 && p->rp_offset != 0) {
			va = NMB(kring->na, slot);
			memmove(va, va + p->rp_offset, s->rs_len);
		}
		i = nm_next(i, kring->nkr_num_slots - 1);
	}
	return (i);
}

static void
ena_netmap_receive(struct ena_queue *q, struct netmap_kring *kring)
{
	struct ena_rxq *rxq = ena_rxq(&q->q_sc->sc_core, q->q_idx);
	u_int i = kring->nr_hwtail;
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	enum ena_result r;

	if (ena_rx_take_begin(rxq, &t, UINT32_MAX) != ENA_OK)
		return;
	while ((r = ena_rx_get(&t, &p)) == ENA_OK) {
		i = ena_netmap_frame(&q->q_nm->nm_rx, &p, i);
		ena_count(q, ENA_CNT_RX_PKTS, 1);
		ena_count(q, ENA_CNT_RX_BYTES, p.rp_len);
	}
	ena_rx_take_end(&t);
	if (r != ENA_AGAIN)
		ena_kick(q->q_sc);
	kring->nr_hwtail = i;
	kring->nr_kflags &= ~NKR_PENDINTR;
}

static int
ena_netmap_rxsync(struct netmap_kring *kring, int flags)
{
	struct ena_softc *sc = if_getsoftc(kring->na->ifp);
	struct ena_queue *q = sc->sc_queues[kring->ring_id];

	if (kring->rhead > kring->nkr_num_slots - 1)
		return (netmap_ring_reinit(kring));
	mtx_lock(&q->q_lane.ol_cq);
	if (q->q_live && (ena_netmap_mode(q) & ENA_NETMAP_RX) != 0) {
		if (netmap_no_pendintr || (flags & NAF_FORCE_READ) != 0 ||
		    (kring->nr_kflags & NKR_PENDINTR) != 0)
			ena_netmap_receive(q, kring);
		kring->nr_hwcur = kring->rhead;
		ena_netmap_post(q, kring);
	}
	mtx_unlock(&q->q_lane.ol_cq);
	return (0);
}

/* ---- life */

/*
 * netmap says where its rings begin now; receive rings are filled.  Returns
 * which rings are netmap's.
 */
int
ena_netmap_start(struct ena_queue *q)
{
	struct netmap_adapter *na = NA(q->q_sc->sc_ifp);
	int mode = ena_netmap_mode(q);

	if ((mode & ENA_NETMAP_TX) != 0) {
		netmap_reset(na, NR_TX, q->q_idx, 0);
		q->q_nm->nm_tx.nr_clean = q->q_nm->nm_tx.nr_kring->nr_hwcur;
	}
	if ((mode & ENA_NETMAP_RX) != 0) {
		netmap_reset(na, NR_RX, q->q_idx, 0);
		q->q_nm->nm_rx.nr_post = q->q_nm->nm_rx.nr_kring->nr_hwtail;
		ena_netmap_post(q, q->q_nm->nm_rx.nr_kring);
	}
	return (mode);
}

/* May call txsync and rxsync of another port: no lock is held. */
void
ena_netmap_irq(struct ena_queue *q, int mode)
{
	u_int work;

	if ((mode & ENA_NETMAP_RX) != 0)
		netmap_rx_irq(q->q_sc->sc_ifp, q->q_idx, &work);
	if ((mode & ENA_NETMAP_TX) != 0)
		netmap_tx_irq(q->q_sc->sc_ifp, q->q_idx);
}

static int
ena_netmap_register(struct netmap_adapter *na, int on)
{
	struct ena_softc *sc = if_getsoftc(na->ifp);
	int error = 0;
	bool up;

	sx_xlock(&sc->sc_os.os_admin);
	up = sc->sc_keep.k_up;
	ena_keep_close(&sc->sc_keep);
	netmap_krings_mode_commit(na, on);
	if (on)
		nm_set_native_flags(na);
	else
		nm_clear_native_flags(na);
	if (!ena_keep_there(&sc->sc_keep))
		error = on ? ENXIO : 0;
	else {
		sc->sc_keep.k_up = up;
		if (ena_keep_open(&sc->sc_keep) != ENA_OK)
			ena_kick(sc);
	}
	sx_xunlock(&sc->sc_os.os_admin);
	return (error);
}

static int
ena_netmap_config(struct netmap_adapter *na, struct nm_config_info *info)
{
	struct ena_softc *sc = if_getsoftc(na->ifp);
	const struct ena_plan *pl = &sc->sc_keep.k_plan;
	bool on = pl->pl_pairs != 0;

	info->num_tx_rings = info->num_rx_rings = on ? pl->pl_pairs :
	    sc->sc_nqueues;
	info->num_tx_descs = on ? pl->pl_tx_depth : ENA_DEFAULT_DEPTH;
	info->num_rx_descs = on ? pl->pl_rx_depth : ENA_DEFAULT_DEPTH;
	info->rx_buf_maxsize = MJUM16BYTES;
	return (0);
}

int
ena_netmap_attach(struct ena_softc *sc)
{
	struct netmap_adapter na;

	memset(&na, 0, sizeof(na));
	na.ifp = sc->sc_ifp;
	na.na_flags = NAF_MOREFRAG;
	na.num_tx_rings = na.num_rx_rings = sc->sc_nqueues;
	na.num_tx_desc = na.num_rx_desc = ENA_DEFAULT_DEPTH;
	na.rx_buf_maxsize = MJUM16BYTES;
	na.nm_register = ena_netmap_register;
	na.nm_txsync = ena_netmap_txsync;
	na.nm_rxsync = ena_netmap_rxsync;
	na.nm_config = ena_netmap_config;
	return (netmap_attach(&na));
}

void
ena_netmap_detach(struct ena_softc *sc)
{
	netmap_detach(sc->sc_ifp);
}

#endif /* DEV_NETMAP */
