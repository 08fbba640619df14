/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: queues as the keeper (ena_keep.h) wants
 * them made, put into service, taken out of it and freed; and what waits for
 * the ADMIN lane.  Lane ADMIN throughout, but for ena_kick().
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "if_ena_netmap.h"

#ifdef RSS
#include <net/rss_config.h>
#endif

/* Something for the ADMIN lane to look at.  Any thread. */
void
ena_kick(struct ena_softc *sc)
{
	taskqueue_enqueue(sc->sc_tq, &sc->sc_task);
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

static void
ena_queue_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;

	ena_mbufs_free(&sc->sc_queues[i]->q_mb, pl);
	ena_netmap_free(sc->sc_queues[i]);
}

static enum ena_result
ena_queue_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = sc->sc_queues[i];

	q->q_seen_overdue = 0;
	if (!ena_netmap_alloc(q, pl))
		return (ENA_NO_MEMORY);
	return (ena_mbufs_make(&q->q_mb, pl, ena_mbufs_longest(ena_dev_info(
	    &sc->sc_core)), ena_rx_bytes(sc)));
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
		(void)ena_keep_await(&sc->sc_keep, ena_rss_table_set(
		    &sc->sc_core, sc->sc_rss_table, n, &sc->sc_req),
		    &sc->sc_req);
}
#else
#define ena_rss_program(sc)	((void)0)
#endif

/*
 * Into service: fill, then unmask; the other way round loses interrupts.
 * Out of it: nobody is in the lanes after this (G2), callout and tasks
 * included.
 */
static void
ena_queue_live(void *arg, unsigned int i, bool live)
{
	struct ena_softc *sc = arg;
	struct ena_queue *q = sc->sc_queues[i];

	mtx_lock(&q->q_lane.ol_tx);
	mtx_lock(&q->q_lane.ol_cq);
	q->q_live = live;
	q->q_more = false;
	callout_stop(&q->q_refill);
	if (live) {
		sc->sc_toeplitz = ena_dev_info(&sc->sc_core)->in_rss_function
		    == ENA_HASH_TOEPLITZ;
		ena_queue_numa(&sc->sc_core, i, (uint8_t)q->q_lane.ol_domain);
		if ((ena_netmap_start(q) & ENA_NETMAP_RX) == 0)
			ena_rx_fill(q);
		atomic_store_rel_int(&q->q_why, 0);
		ena_queue_unmask(&sc->sc_core, i);
		taskqueue_enqueue(q->q_tq, &q->q_start);
	}
	mtx_unlock(&q->q_lane.ol_cq);
	mtx_unlock(&q->q_lane.ol_tx);
	if (!live)
		taskqueue_drain_all(q->q_tq);
	else if (i + 1 == sc->sc_keep.k_plan.pl_pairs) {
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
	uint64_t overdue;
	bool due, live;

	mtx_lock(&q->q_lane.ol_cq);
	live = q->q_live;
	due = live && ena_queue_due(dev, q->q_idx);
	mtx_unlock(&q->q_lane.ol_cq);
	if (due)
		ena_serve(q, ENA_WHY_LOOK);
	if (!live)
		return;
	overdue = ena_mbufs_events(&q->q_mb)[ENA_MB_TX_OVERDUE];
	if (overdue > q->q_seen_overdue)
		ena_count(q, ENA_CNT_TX_OVERDUE, overdue - q->q_seen_overdue);
	q->q_seen_overdue = overdue;
}

void
ena_task(void *arg, int pending __unused)
{
	struct ena_softc *sc = arg;
	struct ena_keep *k = &sc->sc_keep;
	unsigned int i;

	sx_xlock(&sc->sc_os.os_admin);
	if (ena_keep_turn(k, atomic_readandclear_int(&sc->sc_tick_due) != 0)) {
		for (i = 0; i < k->k_plan.pl_pairs; i++)
			ena_queue_tick(sc->sc_queues[i]);
		if (sc->sc_set[ENA_SET_INTERVAL] != 0)
			ena_report_fresh(k, &sc->sc_report, (uint64_t)
			    sc->sc_set[ENA_SET_INTERVAL] * 1000000 - 500000);
	}
	if (ena_keep_there(k) && sc->sc_link != ena_keep_link(k)) {
		sc->sc_link = !sc->sc_link;
		ena_gate(sc);
		if_link_state_change(sc->sc_ifp, sc->sc_link ? LINK_STATE_UP :
		    LINK_STATE_DOWN);
	}
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

/*
 * Nobody adds packets to the old ring once the epoch is over.  Those that are
 * still in it then go behind newer ones: most are sent before.
 */
void
ena_set_buf_ring(struct ena_softc *sc, int size)
{
	struct buf_ring *fresh, *old;
	struct ena_queue *q;
	struct mbuf *m;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = sc->sc_queues[i];
		fresh = buf_ring_alloc(size, M_DEVBUF, M_WAITOK,
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
}
