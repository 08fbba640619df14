/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TX completion: turn completion entries back into request ids.  Submission
 * is inline, in ena.h.
 *
 * Lane: TXC(q).  Owns tq_head_pos and tq_push_pos; publishes tq_done_pos,
 * the one position that submission reads.
 *
 * T1: an id from the device is used only after it is known to be below the
 *     depth and in flight (tq_slots[id] != 0); that makes it ours.
 * T2: the free-id ring is written before tq_done_pos is published, so a slot
 *     that submission sees as free has its id there: packets outstanding
 *     never exceed slots outstanding.
 *
 * ref: docs/hw-notes.md#tx-completion
 */
#include "ena_priv.h"

static enum ena_result
ena_tx_bad(struct ena_txq *q, uint32_t reason, uint32_t id)
{
	ena_os_log(q->tq_os, ENA_LOG_ERR,
	    "TX queue %u: completion id %u of %u at %u: %s", q->tq_index, id,
	    q->tq_mask + 1, q->tq_head_pos & q->tq_mask,
	    ena_reason_name(reason));
	ena_fault(q->tq_dev, reason);
	return (ENA_FAULTED);
}

enum ena_result
ena_tx_reap(struct ena_txq *q, uint16_t *ids, unsigned int max,
    unsigned int *count)
{
	uint32_t head, id, mask, slots, w0;
	enum ena_result r;
	unsigned int n;
	uint64_t q0;

	ena_os_lane_assert(q->tq_os, ENA_LANE_TXC, q->tq_index);
	*count = 0;
	r = ena_alive(q->tq_dev);
	if (r != ENA_OK)
		return (r);
	mask = q->tq_mask;
	head = q->tq_head_pos;
	slots = 0;
	ena_os_dma_sync(q->tq_os, &q->tq_cq_dma, 0,
	    ((size_t)mask + 1) * sizeof(struct enahw_tx_cdesc),
	    ENA_SYNC_POSTREAD);
	for (n = 0; n < max && n <= mask; n++) {
		if (!ena_cq_first(q->tq_os, &q->tq_cq[head & mask].tc_q,
		    ena_phase_at(head, mask, ENAHW_TXC0_PHASE), &q0))
			break;
		w0 = (uint32_t)q0;
		id = w0 & ENAHW_TXC0_ID;
		if (id > mask || q->tq_slots[id] == 0) {	/* T1 */
			r = ena_tx_bad(q, ENAHW_RESET_INV_TX_REQ_ID, id);
			break;
		}
		if ((w0 & q->tq_mbz) != 0) {
			r = ena_tx_bad(q, ENAHW_RESET_TX_DESC_MALFORMED, id);
			break;
		}
		slots += q->tq_slots[id];
		q->tq_slots[id] = 0;
		q->tq_ids[(q->tq_push_pos + n) & mask] = (uint16_t)id;
		ids[n] = (uint16_t)id;
		head++;
	}
	ena_os_dma_sync(q->tq_os, &q->tq_cq_dma, 0,
	    ((size_t)mask + 1) * sizeof(struct enahw_tx_cdesc),
	    ENA_SYNC_PREREAD);
	q->tq_head_pos = head;
	q->tq_push_pos += n;
	q->tq_done_pkts += n;
	ena_os_store_rel(&q->tq_done_pos, q->tq_done_pos + slots); /* T2 */
	*count = n;
	return (r);
}

unsigned int
ena_tx_drain(struct ena_txq *q, uint16_t *ids, unsigned int max)
{
	unsigned int i, n;

	n = 0;
	for (i = 0; i <= q->tq_mask && n < max; i++) {
		if (q->tq_slots[i] == 0)
			continue;
		q->tq_slots[i] = 0;
		ids[n++] = (uint16_t)i;
	}
	return (n);
}
