/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: up, down, and back after a fault.  Lane
 * ADMIN throughout, but for ena_kick() and what wakes ena_wait().
 *
 * Threads that need the device elsewhere say what they want (sc_up, the
 * wishes) and go there, or leave it to ena_reconcile(), which sc_task runs
 * after anything happened.  Going there never fails half way: on a device
 * that does not cooperate the end is OFF, and reconciling starts over.
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "if_ena_netmap.h"

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#ifdef RSS
#include <net/rss_config.h>
#endif

int
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

/* Something for the ADMIN lane to look at.  Any thread. */
void
ena_kick(struct ena_softc *sc)
{
	taskqueue_enqueue(sc->sc_tq, &sc->sc_task);
}

/* Vector 0 fired: whoever waits, look. */
void
ena_woken(struct ena_softc *sc)
{
	mtx_lock(&sc->sc_wait_mtx);
	sc->sc_woken = true;
	wakeup(&sc->sc_woken);
	mtx_unlock(&sc->sc_wait_mtx);
}

/* The only place that waits. */
void
ena_wait(struct ena_softc *sc, uint32_t us)
{
	if (cold || SCHEDULER_STOPPED() || us < ENA_SPIN_US) {
		DELAY(us);
		return;
	}
	mtx_lock(&sc->sc_wait_mtx);
	if (!sc->sc_woken)
		msleep_sbt(&sc->sc_woken, &sc->sc_wait_mtx, 0, "enawait",
		    us * SBT_1US, 0, 0);
	sc->sc_woken = false;
	mtx_unlock(&sc->sc_wait_mtx);
}

enum ena_result
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

/* Wait for a request's answer. */
enum ena_result
ena_finish(struct ena_softc *sc, struct ena_req *req, unsigned int ms)
{
	uint64_t end = ena_os_now_us(&sc->sc_os) + ms * 1000;

	while (req->rq_busy && ena_os_now_us(&sc->sc_os) < end) {
		ena_wait(sc, 1000);
		ena_admin_reap(&sc->sc_core);
	}
	return (req->rq_busy ? ENA_BUSY : req->rq_result);
}

/* ---- rings, the queue's lanes stopped */

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

/*
 * 2k clusters while a frame fits into one, pages when it does not: big
 * clusters are hard to come by.  Larger if the user wants them to be, or if
 * the device chains too few.
 */
static unsigned int
ena_rx_bytes(struct ena_softc *sc)
{
	static const unsigned int sizes[] = {
		MCLBYTES, MJUMPAGESIZE, MJUM9BYTES, MJUM16BYTES
	};
	unsigned int frame, i, segs;

	frame = if_getmtu(sc->sc_ifp) + ENA_L2_OVERHEAD;
	segs = ena_dev_info(&sc->sc_core)->in_max_rx_segs;
	i = frame <= MCLBYTES ? 0 :
	    ena_9k_mbufs != 0 && frame > MJUMPAGESIZE ? 2 : 1;
	while (i < nitems(sizes) - 1 && sizes[i] * segs < frame)
		i++;
	return (sizes[i]);
}

static void
ena_queues_free(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nplanned; i++) {
		q = sc->sc_queues[i];
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
	sc->sc_nplanned = 0;
}

static enum ena_result
ena_queue_alloc(struct ena_queue *q, const struct ena_plan *pl)
{
	struct ena_softc *sc = q->q_sc;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	enum ena_result r;

	q->q_tx_need = MIN(in->in_max_tx_bufs, pl->pl_tx_depth - 2) + 1;
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
	r = ena_queue_give(&sc->sc_core, q->q_idx, q->q_mem,
	    pl->pl_mem_bytes);
	if (r != ENA_OK) {
		free(q->q_mem, M_DEVBUF);
		q->q_mem = NULL;
	}
	return (r);
}

/* A device that offers fewer queues after a reset gets by with fewer. */
static enum ena_result
ena_queues_alloc(struct ena_softc *sc)
{
	struct ena_plan pl;
	enum ena_result r;
	unsigned int i;

	r = ena_queue_plan(&sc->sc_core, 1 + sc->sc_nqueues, &pl);
	if (r != ENA_OK)
		return (r);
	sc->sc_nplanned = pl.pl_pairs;
	for (i = 0; i < pl.pl_pairs && r == ENA_OK; i++)
		r = ena_queue_alloc(sc->sc_queues[i], &pl);
	return (r);
}

/* ---- the queue's lanes */

/* Nobody is in them after this (G2); callouts and tasks included. */
static void
ena_lanes_stop(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nplanned; i++) {
		q = sc->sc_queues[i];
		mtx_lock(&q->q_lane.ol_tx);
		mtx_lock(&q->q_lane.ol_cq);
		q->q_live = q->q_more = false;
		callout_stop(&q->q_refill);
		mtx_unlock(&q->q_lane.ol_cq);
		mtx_unlock(&q->q_lane.ol_tx);
	}
	for (i = 0; i < sc->sc_nplanned; i++) {
		q = sc->sc_queues[i];
		taskqueue_drain(q->q_tq, &q->q_serve);
		taskqueue_drain(q->q_tq, &q->q_look);
		taskqueue_drain(q->q_tq, &q->q_start);
	}
}

/* Packets for queues that are no more: after the epoch none are added. */
static void
ena_queues_active(struct ena_softc *sc, unsigned int n)
{
	struct ena_queue *q;
	unsigned int i, old = sc->sc_nactive;

	sc->sc_nactive = n;
	if (n >= old)
		return;
	NET_EPOCH_WAIT();
	for (i = n; i < old; i++) {
		q = sc->sc_queues[i];
		mtx_lock(&q->q_lane.ol_tx);
		drbr_flush(sc->sc_ifp, q->q_br);
		mtx_unlock(&q->q_lane.ol_tx);
	}
}

#ifdef RSS
/* Flows go where the kernel's table says that their bucket is served. */
static void
ena_rss_program(struct ena_softc *sc)
{
	unsigned int i, n = ena_dev_info(&sc->sc_core)->in_rss_entries;

	for (i = 0; i < n; i++)
		sc->sc_rss_table[i] = (uint8_t)
		    (rss_get_indirection_to_bucket(i) % sc->sc_nplanned);
	if (!sc->sc_req.rq_busy && ena_rss_table_set(&sc->sc_core,
	    sc->sc_rss_table, n, &sc->sc_req) == ENA_OK)
		ena_finish(sc, &sc->sc_req, ENA_ANSWER_MS);
}
#else
#define ena_rss_program(sc)
#endif

/* Fill, declare alive, then unmask: the other way round loses interrupts. */
static void
ena_lanes_start(struct ena_softc *sc)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct ena_queue *q;
	unsigned int i;

	sc->sc_toeplitz = in->in_rss_function == ENA_HASH_TOEPLITZ;
	ena_queues_active(sc, sc->sc_nplanned);
	for (i = 0; i < sc->sc_nplanned; i++) {
		q = sc->sc_queues[i];
		ena_queue_numa(&sc->sc_core, i, (uint8_t)q->q_domain);
		mtx_lock(&q->q_lane.ol_tx);
		mtx_lock(&q->q_lane.ol_cq);
		ena_netmap_start(q);
		ena_rx_fill(q);
		q->q_live = true;
		ena_queue_unmask(&sc->sc_core, i);
		mtx_unlock(&q->q_lane.ol_cq);
		mtx_unlock(&q->q_lane.ol_tx);
		taskqueue_enqueue(q->q_tq, &q->q_start);
	}
	ena_rss_program(sc);
}

/* ---- states */

/*
 * To OFF from anywhere, whatever it takes: a device that will not be reset
 * must not reach memory any more, and is as good as gone.
 */
void
ena_off(struct ena_softc *sc)
{
	ena_lanes_stop(sc);
	if (ena_drive(sc, ENA_STATE_OFF) != ENA_OK &&
	    ena_drive(sc, ENA_STATE_OFF) != ENA_OK) {
		pci_disable_busmaster(sc->sc_dev);
		ena_gone(&sc->sc_core);
		ena_drive(sc, ENA_STATE_OFF);
	}
	ena_queues_free(sc);
	sc->sc_granted = false;
}

/*
 * Up to CONFIGURED: the device is known.  That it is still the one that was
 * attached, by address and MTU, the core sees to.
 */
enum ena_result
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
void
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
	enum ena_state state = ena_dev_state(&sc->sc_core);
	bool up;

	up = ena_link_up(&sc->sc_core) && state != ENA_STATE_DEAD &&
	    state != ENA_STATE_GONE;
	if (!sc->sc_attached || sc->sc_link == up)
		return;
	sc->sc_link = up;
	if_link_state_change(sc->sc_ifp, up ? LINK_STATE_UP :
	    LINK_STATE_DOWN);
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

/* Once a second: clocks, and a look at quiet vectors. */
static void
ena_tick_locked(struct ena_softc *sc)
{
	struct ena_watch_stats ws;
	struct ena_queue *q;
	unsigned int i;
	bool due, live;

	if (ena_tick(&sc->sc_core) != ENA_OK)
		return;
	for (i = 0; i < sc->sc_nplanned; i++) {
		q = sc->sc_queues[i];
		mtx_lock(&q->q_lane.ol_cq);
		live = q->q_live;
		due = live && ena_queue_due(&sc->sc_core, i);
		mtx_unlock(&q->q_lane.ol_cq);
		if (due)
			taskqueue_enqueue(q->q_tq, &q->q_look);
		if (!live)
			continue;
		ena_queue_watch(&sc->sc_core, i, &ws);
		ena_count(q, ENA_CNT_RX_EMPTY,
		    ws.ws_rx_empty - q->q_seen_empty);
		if (ws.ws_tx_overdue > q->q_seen_overdue)
			ena_count(q, ENA_CNT_TX_OVERDUE,
			    ws.ws_tx_overdue - q->q_seen_overdue);
		q->q_seen_empty = ws.ws_rx_empty;
		q->q_seen_overdue = ws.ws_tx_overdue;
	}
	ena_sysctl_tick(sc);
}

/* What vector 0, the tick and the other lanes want done. */
void
ena_task(void *arg, int pending __unused)
{
	struct ena_softc *sc = arg;

	sx_xlock(&sc->sc_os.os_admin);
	if (!sc->sc_dying && !sc->sc_suspended) {
		ena_admin_reap(&sc->sc_core);
		ena_aenq_reap(&sc->sc_core);
		if (atomic_readandclear_int(&sc->sc_tick_due) != 0)
			ena_tick_locked(sc);
		ena_reconcile(sc);
		ena_link_update(sc);
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

/* ---- what the user asks for */

int
ena_up(struct ena_softc *sc)
{
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
	counter_u64_add(sc->sc_ups, 1);
	if_setdrvflagbits(sc->sc_ifp, IFF_DRV_RUNNING, IFF_DRV_OACTIVE);
	return (0);
}

void
ena_down(struct ena_softc *sc)
{
	sc->sc_up = false;
	counter_u64_add(sc->sc_downs, 1);
	if_setdrvflagbits(sc->sc_ifp, 0, IFF_DRV_RUNNING);
	ena_close(sc);
	ena_qflush(sc->sc_ifp);
}

/* The queues are made anew; until then their packets wait. */
void
ena_reopen(struct ena_softc *sc)
{
	if (sc->sc_up && ena_open(sc) != ENA_OK)
		ena_kick(sc);
}

/* Buffer sizes follow the MTU. */
int
ena_set_mtu(struct ena_softc *sc, unsigned int mtu)
{
	enum ena_result r;

	if (mtu < ENA_MTU_MIN || mtu > ena_dev_info(&sc->sc_core)->in_max_mtu)
		return (EINVAL);
	if (mtu == (unsigned int)if_getmtu(sc->sc_ifp))
		return (0);
	if (sc->sc_req.rq_busy)
		return (EBUSY);
	ena_close(sc);
	r = ena_mtu_set(&sc->sc_core, mtu, &sc->sc_req);
	if (r == ENA_OK)
		if_setmtu(sc->sc_ifp, (int)mtu);
	ena_reopen(sc);
	return (ena_errno(r));
}

/* Other numbers of queues and entries; the old ones if these do not work. */
int
ena_set_rings(struct ena_softc *sc, unsigned int pairs, unsigned int tx_depth,
    unsigned int rx_depth)
{
	enum ena_result r;

	ena_close(sc);
	r = ena_queue_wish(&sc->sc_core, pairs, tx_depth, rx_depth);
	if (r == ENA_OK && sc->sc_up)
		r = ena_open(sc);
	if (r == ENA_OK) {
		sc->sc_pairs = pairs;
		sc->sc_tx_depth = tx_depth;
		sc->sc_rx_depth = rx_depth;
		return (0);
	}
	ena_queue_wish(&sc->sc_core, sc->sc_pairs, sc->sc_tx_depth,
	    sc->sc_rx_depth);
	ena_reopen(sc);
	return (ena_errno(r));
}

/* Nobody adds packets to the old ring once the epoch is over. */
int
ena_set_buf_ring(struct ena_softc *sc, unsigned int size)
{
	struct buf_ring *fresh, *old;
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = sc->sc_queues[i];
		fresh = buf_ring_alloc((int)size, M_DEVBUF, M_WAITOK,
		    &q->q_lane.ol_tx);
		mtx_lock(&q->q_lane.ol_tx);
		old = q->q_br;
		atomic_store_rel_ptr((uintptr_t *)&q->q_br, (uintptr_t)fresh);
		mtx_unlock(&q->q_lane.ol_tx);
		NET_EPOCH_WAIT();
		drbr_free(old, M_DEVBUF);
	}
	sc->sc_br_size = size;
	return (0);
}
