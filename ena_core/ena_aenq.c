/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous events: link, keep-alive, warnings, requests to reset.
 *
 * Lane: AENQ, except ena_aenq_start() and ena_aenq_arm() (ADMIN, before any
 * event can arrive).  Owns the event ring and dev_aenq_head_pos; publishes
 * dev_link and dev_beats to the other lanes.
 *
 * E1: the ring is zero, also on the device's side, whenever it is
 *     registered; stale events would be taken for new ones.
 * E2: the head doorbell only moves past entries that have been copied out,
 *     behind a full barrier: the device may overwrite them at once.
 * E3: at most a ring's worth of events per call.
 *
 * ref: docs/hw-notes.md#aenq
 */
#include "ena_priv.h"

void
ena_aenq_start(struct ena_dev *dev)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_AENQ];
	size_t bytes;

	bytes = ENA_AENQ_DEPTH * sizeof(struct enahw_aenq_entry);
	memset(dma->dma_va, 0, bytes);				/* E1 */
	ena_os_dma_sync(dev->dev_os, dma, 0, bytes, ENA_SYNC_PREWRITE);
	ena_os_dma_sync(dev->dev_os, dma, 0, bytes, ENA_SYNC_PREREAD);
	dev->dev_aenq_head_pos = ENA_AENQ_DEPTH;
	ena_os_store_rel(&dev->dev_aenq_armed, 0);
	ena_os_store_rel(&dev->dev_beats, 0);
}

/* Grant the device all slots; the last act of bringing up interrupts. */
void
ena_aenq_arm(struct ena_dev *dev)
{
	ena_os_store_rel(&dev->dev_aenq_armed, 1);
	ena_reg_write(dev, ENAHW_REG_AENQ_HEAD_DB, dev->dev_aenq_head_pos);
}

/*
 * Adopt hinted timeouts: 0 keeps what is in force, all ones switches a check
 * off where that is defined, anything else has a floor.
 */
void
ena_hints_apply(struct ena_dev *dev, const struct enahw_hints *h)
{
	uint32_t ms;

	ms = enahw_h16(h->hh_mmio_read_ms);
	if (ms != 0 && ms != ENAHW_HINT_NO_TIMEOUT)
		ena_os_store_rel(&dev->dev_reg_timeout_us,
		    (ms < ENA_HINT_MIN_MS ? ENA_HINT_MIN_MS : ms) * 1000);
	ms = enahw_h16(h->hh_admin_ms);
	if (ms != 0 && ms != ENAHW_HINT_NO_TIMEOUT)
		ena_os_store_rel(&dev->dev_admin_timeout_us,
		    (ms < ENA_HINT_MIN_MS ? ENA_HINT_MIN_MS : ms) * 1000);
	ms = enahw_h16(h->hh_tx_timeout_ms);
	if (ms == ENAHW_HINT_NO_TIMEOUT)
		ena_os_store_rel(&dev->dev_tx_timeout_ms, 0);
	else if (ms != 0)
		ena_os_store_rel(&dev->dev_tx_timeout_ms,
		    ms < ENA_KEEP_ALIVE_MIN_MS ? ENA_KEEP_ALIVE_MIN_MS : ms);
	ms = enahw_h16(h->hh_tx_timeout_count);
	if (ms != 0)
		ena_os_store_rel(&dev->dev_tx_overdue_max, ms);
	ms = enahw_h16(h->hh_keep_alive_ms);
	if (ms == ENAHW_HINT_NO_TIMEOUT)
		ena_os_store_rel(&dev->dev_keep_alive_ms, 0);
	else if (ms != 0)
		ena_os_store_rel(&dev->dev_keep_alive_ms,
		    ms < ENA_KEEP_ALIVE_MIN_MS ? ENA_KEEP_ALIVE_MIN_MS : ms);
}

static void
ena_event_link(struct ena_dev *dev, const struct enahw_aenq_entry *ev)
{
	uint32_t up;

	up = enahw_h32(ev->ev_data[ENAHW_EV_LINK_FLAGS]) & ENAHW_AENQ_LINK_UP;
	dev->dev_stats.es_link_changes++;
	ena_os_store_rel(&dev->dev_link, up);
	if (dev->dev_events != NULL && dev->dev_events->ev_link != NULL)
		dev->dev_events->ev_link(dev->dev_events_arg, up != 0);
}

static uint64_t
ena_event_counter(const struct enahw_aenq_entry *ev, unsigned int word)
{
	return ((uint64_t)enahw_h32(ev->ev_data[word + 1]) << 32 |
	    enahw_h32(ev->ev_data[word]));
}

/*
 * Totals are absolute: overwrite, never add.  Whether a reset zeroes them is
 * not known: it has if the first of a life is less than the last before.
 */
static void
ena_event_total(const struct ena_dev *dev, const struct enahw_aenq_entry *ev,
    unsigned int word, uint64_t *base, uint64_t *total)
{
	uint64_t now;

	now = ena_event_counter(ev, word);
	if (ena_os_load_acq(&dev->dev_beats) == 0 && now < *total - *base)
		*base = *total;
	*total = *base + now;
}

static void
ena_event_keep_alive(struct ena_dev *dev, const struct enahw_aenq_entry *ev)
{
	struct ena_stats *es = &dev->dev_stats;

	es->es_keep_alives++;
	ena_event_total(dev, ev, ENAHW_EV_KA_RX_DROPS,
	    &dev->dev_base_rx_drops, &es->es_dev_rx_drops);
	ena_event_total(dev, ev, ENAHW_EV_KA_TX_DROPS,
	    &dev->dev_base_tx_drops, &es->es_dev_tx_drops);
	ena_event_total(dev, ev, ENAHW_EV_KA_RX_OVERRUNS,
	    &dev->dev_base_rx_overruns, &es->es_dev_rx_overruns);
	ena_os_store_rel(&dev->dev_beats, dev->dev_beats + 1);
}

static void
ena_event_notify(struct ena_dev *dev, const struct enahw_aenq_entry *ev,
    uint16_t syndrome)
{
	struct enahw_hints h;

	dev->dev_stats.es_notifications++;
	if (syndrome == ENAHW_AENQ_SYN_UPDATE_HINTS) {
		memcpy(&h, ev->ev_data, sizeof(h));
		ena_hints_apply(dev, &h);
	}
	if (dev->dev_events != NULL &&
	    dev->dev_events->ev_notification != NULL)
		dev->dev_events->ev_notification(dev->dev_events_arg,
		    syndrome);
}

/* One event, already copied out of the ring; unknown groups are counted. */
static void
ena_event(struct ena_dev *dev, const struct enahw_aenq_entry *ev)
{
	const struct ena_events *up = dev->dev_events;
	uint16_t group, syndrome;
	uint32_t w0;

	w0 = enahw_h32(ev->ev_w0);
	group = (uint16_t)ENAHW_GET(ENAHW_AENQ0_GROUP, w0);
	syndrome = (uint16_t)ENAHW_GET(ENAHW_AENQ0_SYNDROME, w0);
	ena_os_trace(dev->dev_os, ENA_TRACE_EVENT, w0,
	    enahw_h32(ev->ev_data[0]));
	dev->dev_stats.es_aenq_events++;
	switch (group) {
	case ENAHW_AENQ_LINK_CHANGE:
		ena_event_link(dev, ev);
		break;
	case ENAHW_AENQ_KEEP_ALIVE:
		ena_event_keep_alive(dev, ev);
		break;
	case ENAHW_AENQ_NOTIFICATION:
		ena_event_notify(dev, ev, syndrome);
		break;
	case ENAHW_AENQ_WARNING:
		dev->dev_stats.es_warnings++;
		ena_log(dev->dev_os, ENA_LOG_WARN,
		    "device warning, syndrome %u", syndrome);
		if (up != NULL && up->ev_warning != NULL)
			up->ev_warning(dev->dev_events_arg, syndrome);
		break;
	case ENAHW_AENQ_CONF_NOTIFICATION:
		if (up != NULL && up->ev_config != NULL)
			up->ev_config(dev->dev_events_arg,
			    ena_event_counter(ev, 0));
		break;
	case ENAHW_AENQ_FATAL_ERROR:
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "device reports a fatal error, syndrome %u", syndrome);
		ena_fault(dev, ENAHW_RESET_GENERIC);
		break;
	case ENAHW_AENQ_REQUEST_RESET:
		ena_fault(dev, ENAHW_RESET_DEVICE_REQUEST);
		break;
	default:
		dev->dev_stats.es_aenq_unknown++;
		break;
	}
}

unsigned int
ena_aenq_reap(struct ena_dev *dev)
{
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_AENQ];
	const struct enahw_aenq_entry *ring = dma->dma_va;
	struct enahw_aenq_entry ev;
	unsigned int i, n;
	uint32_t w1;

	ena_os_lane_assert(dev->dev_os, ENA_LANE_AENQ, 0);
	if (ena_os_load_acq(&dev->dev_aenq_armed) == 0 ||
	    ena_os_load_acq(&dev->dev_fault) == ENA_FAULT_GONE)
		return (0);
	ena_os_dma_sync(dev->dev_os, dma, 0, ENA_AENQ_DEPTH * sizeof(ev),
	    ENA_SYNC_POSTREAD);
	for (n = 0; n < ENA_AENQ_DEPTH; n++) {			/* E3 */
		i = dev->dev_aenq_head_pos % ENA_AENQ_DEPTH;
		w1 = enahw_load32(&ring[i].ev_w1);
		/* position DEPTH is the first entry, phase 1 */
		if ((w1 & ENAHW_AENQ1_PHASE) == ena_phase_at(
		    dev->dev_aenq_head_pos, ENA_AENQ_DEPTH - 1,
		    ENAHW_AENQ1_PHASE))
			break;
		ena_os_rmb(dev->dev_os);
		memcpy(&ev, &ring[i], sizeof(ev));
		dev->dev_aenq_head_pos++;
		ena_event(dev, &ev);
	}
	ena_os_dma_sync(dev->dev_os, dma, 0, ENA_AENQ_DEPTH * sizeof(ev),
	    ENA_SYNC_PREREAD);
	if (n != 0) {
		ena_os_mb(dev->dev_os);				/* E2 */
		ena_os_wr4(dev->dev_os, ENAHW_REG_AENQ_HEAD_DB,
		    dev->dev_aenq_head_pos);
	}
	return (n);
}
