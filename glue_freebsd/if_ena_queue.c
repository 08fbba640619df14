/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: queues as the keeper (ena_keep.h) wants
 * them made, put into service, taken out of it and freed; and what waits for
 * the ADMIN lane.  Lane ADMIN throughout, but for ena_kick().
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "if_ena_netmap.h"

#include <dev/pci/pcivar.h>

#ifdef RSS
#include <net/rss_config.h>
#endif

/* Something for the ADMIN lane to look at.  Any thread. */
void
ena_kick(struct ena_softc *sc)
{
	taskqueue_enqueue(sc->sc_tq, &sc->sc_task);
}

/* ---- rings: the queue's lanes are stopped */

void
ena_ring_free(struct ena_ring *er)
{
	unsigned int i;

	for (i = 0; er->er_slots != NULL && i < er->er_depth; i++)
		if (er->er_slots[i].es_map != NULL)
			bus_dmamap_destroy(er->er_tag, er->er_slots[i].es_map);
	if (er->er_spare != NULL)
		bus_dmamap_destroy(er->er_tag, er->er_spare);
	if (er->er_tag != NULL)
		bus_dma_tag_destroy(er->er_tag);
	free(er->er_slots, M_DEVBUF);
	memset(er, 0, sizeof(*er));
}

/* A map for each id and the spare one. */
int
ena_ring_alloc(struct ena_queue *q, struct ena_ring *er, unsigned int depth,
    bus_size_t bytes, int nsegs, bus_size_t seg)
{
	struct ena_softc *sc = q->q_sc;
	uint32_t bits = ena_dev_info(&sc->sc_core)->in_dma_bits;
	bus_addr_t high = bits < 64 ? (1ULL << bits) - 1 : BUS_SPACE_MAXADDR;
	bus_dmamap_t *map;
	unsigned int i;

	if (bus_dma_tag_create(sc->sc_os.os_dmat, 1, 0,
	    MIN(high, BUS_SPACE_MAXADDR), BUS_SPACE_MAXADDR, NULL, NULL,
	    bytes, nsegs, seg, 0, NULL, NULL, &er->er_tag) != 0) {
		er->er_tag = NULL;
		return (ENOMEM);
	}
	er->er_slots = malloc_domainset(depth * sizeof(*er->er_slots),
	    M_DEVBUF, DOMAINSET_PREF(q->q_domain), M_WAITOK | M_ZERO);
	er->er_depth = depth;
	for (i = 0; i <= depth; i++) {
		map = i < depth ? &er->er_slots[i].es_map : &er->er_spare;
		if (bus_dmamap_create(er->er_tag, 0, map) != 0) {
			*map = NULL;
			return (ENOMEM);
		}
	}
	return (0);
}

/* One of the cluster sizes that there are. */
static unsigned int
ena_rx_bytes(struct ena_softc *sc)
{
	unsigned int bytes = ena_keep_rx_bytes(&sc->sc_keep);

	if (bytes <= MCLBYTES)
		return (MCLBYTES);
	if (bytes <= MJUMPAGESIZE && (ena_9k_mbufs == 0 ||
	    sc->sc_keep.k_mtu + ENA_L2_OVERHEAD <= MJUMPAGESIZE))
		return (MJUMPAGESIZE);
	return (bytes <= MJUM9BYTES ? MJUM9BYTES : MJUM16BYTES);
}

/* ---- the keeper's operations */

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
			ena_rx_free(q, ids[i]);
}

static void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl __unused)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = sc->sc_queues[i];

	if (q->q_mem != NULL) {
		ena_queue_drain(q);
		ena_queue_give(&sc->sc_core, i, NULL, 0);
	}
	free(q->q_mem, M_DEVBUF);
	q->q_mem = NULL;
	ena_netmap_free(q);
	ena_ring_free(&q->q_tx);
	ena_ring_free(&q->q_rx);
}

static enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = sc->sc_queues[i];
	enum ena_result r;

	q->q_tx_need = MIN(ena_dev_info(&sc->sc_core)->in_max_tx_bufs,
	    pl->pl_tx_depth - 2) + 1;
	q->q_rx_bytes = ena_rx_bytes(sc);
	q->q_seen_empty = q->q_seen_overdue = 0;
	if (ena_ring_alloc(q, &q->q_tx, pl->pl_tx_depth, ENA_TX_SEG_MAX +
	    ENA_L2_OVERHEAD, (int)q->q_tx_need - 1, ENA_TX_SEG_MAX) != 0 ||
	    ena_ring_alloc(q, &q->q_rx, pl->pl_rx_depth, q->q_rx_bytes, 1,
	    q->q_rx_bytes) != 0 ||
	    ena_netmap_alloc(q, pl->pl_tx_depth, pl->pl_rx_depth) != 0)
		return (ENA_NO_MEMORY);
	q->q_mem = malloc_domainset(pl->pl_mem_bytes, M_DEVBUF,
	    DOMAINSET_PREF(q->q_domain), M_WAITOK);
	r = ena_queue_give(&sc->sc_core, i, q->q_mem, pl->pl_mem_bytes);
	if (r != ENA_OK) {
		free(q->q_mem, M_DEVBUF);
		q->q_mem = NULL;
	}
	return (r);
}

/* Packets for queues that are no more: after the epoch none are added. */
static void
ena_queues_active(struct ena_softc *sc, unsigned int n)
{
	unsigned int i, old = sc->sc_nactive;

	sc->sc_nactive = n;
	if (n >= old)
		return;
	NET_EPOCH_WAIT();
	for (i = n; i < old; i++)
		ena_tx_flush(sc->sc_queues[i]);
}

#ifdef RSS
/* Flows go where the kernel's table says that their bucket is served. */
static void
ena_rss_program(struct ena_softc *sc)
{
	unsigned int i, n = ena_dev_info(&sc->sc_core)->in_rss_entries;

	for (i = 0; i < n; i++)
		sc->sc_rss_table[i] = (uint8_t)
		    (rss_get_indirection_to_bucket(i) % sc->sc_nactive);
	if (!sc->sc_req.rq_busy)
		(void)ena_keep_answer(&sc->sc_keep, ena_rss_table_set(
		    &sc->sc_core, sc->sc_rss_table, n, &sc->sc_req),
		    &sc->sc_req);
}
#else
#define ena_rss_program(sc)	((void)0)
#endif

/*
 * Fill, declare alive, then unmask: the other way round loses interrupts.
 * Or stop: nobody is in the lanes after this (G2), callout and tasks included.
 */
static void
ena_queue_live(void *arg, unsigned int i, bool live)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = sc->sc_queues[i];

	if (live) {
		sc->sc_toeplitz = ena_dev_info(&sc->sc_core)->in_rss_function
		    == ENA_HASH_TOEPLITZ;
		ena_queue_numa(&sc->sc_core, i, (uint8_t)q->q_domain);
	}
	mtx_lock(&q->q_lane.ol_tx);
	mtx_lock(&q->q_lane.ol_cq);
	if (live) {
		ena_netmap_start(q);
		ena_rx_fill(q);
		atomic_store_rel_int(&q->q_fired, 0);
		ena_queue_unmask(&sc->sc_core, i);
	} else {
		callout_stop(&q->q_refill);
		callout_stop(&q->q_late);
	}
	q->q_live = live;
	q->q_more = false;
	mtx_unlock(&q->q_lane.ol_cq);
	mtx_unlock(&q->q_lane.ol_tx);
	if (!live) {
		taskqueue_drain(q->q_tq, &q->q_serve);
		taskqueue_drain(q->q_tq, &q->q_look);
		taskqueue_drain(q->q_tq, &q->q_start);
		return;
	}
	taskqueue_enqueue(q->q_tq, &q->q_start);
	if (i + 1 == sc->sc_keep.k_plan.pl_pairs) {
		ena_queues_active(sc, i + 1);
		ena_rss_program(sc);
	}
}

static void
ena_cut(void *arg)
{
	struct ena_softc *sc = arg;

	pci_disable_busmaster(sc->sc_dev);
}

const struct ena_keep_ops ena_keep_ops = {
	ena_known, ena_queue_make, ena_queue_free, ena_queue_live, ena_cut
};

/* ---- the clock, and what vector 0 and the other lanes want done */

/* After a good tick: look at quiet vectors, count what the watchdog saw. */
static void
ena_queue_tick(struct ena_queue *q)
{
	struct ena_dev *dev = &q->q_sc->sc_core;
	struct ena_watch_stats ws;
	bool due, live;

	mtx_lock(&q->q_lane.ol_cq);
	live = q->q_live;
	due = live && ena_queue_due(dev, q->q_idx);
	mtx_unlock(&q->q_lane.ol_cq);
	if (due)
		taskqueue_enqueue(q->q_tq, &q->q_look);
	if (!live)
		return;
	ena_queue_watch(dev, q->q_idx, &ws);
	ena_count(q, ENA_CNT_RX_EMPTY, ws.ws_rx_empty - q->q_seen_empty);
	if (ws.ws_tx_overdue > q->q_seen_overdue)
		ena_count(q, ENA_CNT_TX_OVERDUE,
		    ws.ws_tx_overdue - q->q_seen_overdue);
	q->q_seen_empty = ws.ws_rx_empty;
	q->q_seen_overdue = ws.ws_tx_overdue;
}

void
ena_task(void *arg, int pending __unused)
{
	struct ena_softc *sc = arg;
	enum ena_state state;
	unsigned int i;
	bool up;

	sx_xlock(&sc->sc_os.os_admin);
	if (!sc->sc_attached || sc->sc_dying || sc->sc_suspended)
		goto out;
	if (ena_keep_turn(&sc->sc_keep,
	    atomic_readandclear_int(&sc->sc_tick_due) != 0)) {
		for (i = 0; i < sc->sc_keep.k_plan.pl_pairs; i++)
			ena_queue_tick(sc->sc_queues[i]);
		ena_sysctl_tick(sc);
	}
	state = ena_dev_state(&sc->sc_core);
	up = ena_link_up(&sc->sc_core) && state != ENA_STATE_DEAD &&
	    state != ENA_STATE_GONE;
	if (sc->sc_link != up) {
		sc->sc_link = up;
		if_link_state_change(sc->sc_ifp, up ? LINK_STATE_UP :
		    LINK_STATE_DOWN);
	}
out:
	sx_xunlock(&sc->sc_os.os_admin);
}

/* A callout may not sleep: it only asks for the task. */
void
ena_tick_callout(void *arg)
{
	struct ena_softc *sc = arg;

	atomic_store_rel_int(&sc->sc_tick_due, 1);
	ena_kick(sc);
	callout_reset(&sc->sc_tick, hz, ena_tick_callout, sc);
}

/* ---- what the user asks for */

/* Other numbers of queues and entries; the old ones if these do not work. */
int
ena_set_rings(struct ena_softc *sc, unsigned int pairs, unsigned int tx_depth,
    unsigned int rx_depth)
{
	struct ena_keep *k = &sc->sc_keep;
	bool up = k->k_up;
	enum ena_result r;

	ena_keep_close(k);
	k->k_up = up;
	r = ena_queue_wish(&sc->sc_core, pairs, tx_depth, rx_depth);
	if (r == ENA_OK)
		r = ena_keep_open(k);
	if (r == ENA_OK) {
		sc->sc_pairs = pairs;
		sc->sc_tx_depth = tx_depth;
		sc->sc_rx_depth = rx_depth;
		return (0);
	}
	ena_queue_wish(&sc->sc_core, sc->sc_pairs, sc->sc_tx_depth,
	    sc->sc_rx_depth);
	if (ena_keep_open(k) != ENA_OK)
		ena_kick(sc);
	return (ena_keep_errno(r));
}

/*
 * Nobody adds packets to the old ring once the epoch is over.  Those that are
 * still in it then go behind newer ones: most are sent before.
 */
int
ena_set_buf_ring(struct ena_softc *sc, unsigned int size)
{
	struct buf_ring *fresh, *old;
	struct ena_queue *q;
	struct mbuf *m;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = sc->sc_queues[i];
		fresh = buf_ring_alloc((int)size, M_DEVBUF, M_WAITOK,
		    &q->q_lane.ol_tx);
		ena_start_task(q, 0);
		mtx_lock(&q->q_lane.ol_tx);
		old = q->q_br;
		atomic_store_rel_ptr((uintptr_t *)&q->q_br, (uintptr_t)fresh);
		mtx_unlock(&q->q_lane.ol_tx);
		NET_EPOCH_WAIT();
		mtx_lock(&q->q_lane.ol_tx);
		while ((m = buf_ring_dequeue_sc(old)) != NULL)
			if (drbr_enqueue(sc->sc_ifp, fresh, m) != 0)
				ena_count(q, ENA_CNT_TX_DROPS, 1);
		mtx_unlock(&q->q_lane.ol_tx);
		buf_ring_free(old, M_DEVBUF);
		ena_start_task(q, 0);
	}
	sc->sc_br_size = size;
	return (0);
}
