/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TX completion: turn completion entries back into request ids.  Submission
 * is inline, in ena_io.h; here is only its rare case.
 *
 * Lane: TXC(q).  Owns tq_head_pos; publishes tq_done_pos, the one position
 * that submission reads.  ena_tx_put_edge() is on lane TXS(q).
 *
 * A completion gives one id back, so the positions of the completion ring
 * and of the free-id ring's end coincide.
 *
 * T1: an id from the device is used only after it is known to be below the
 *     depth and in flight (tq_slots[id] != 0); that makes it ours.
 * T2: the free-id ring is written before tq_done_pos is published, so a slot
 *     that submission sees as free has its id there: packets outstanding
 *     never exceed slots outstanding.
 * T3: it is published by ena_tx_release(), after the glue has taken its
 *     buffers from under the ids: from then on submission may use them again.
 *
 * ref: docs/hw-notes.md#tx-completion
 */
#include "ena_priv.h"

/* Store one descriptor at a position, the phase with it. */
static void
ena_tx_slot(struct ena_txq *q, uint32_t pos, uint64_t q0, uint64_t q1)
{
	ena_desc_store(&q->tq_ring[pos & q->tq_mask], q0 |
	    ena_phase_at(pos, q->tq_mask, ENAHW_TXD0_PHASE), q1);
}

uint32_t
ena_tx_put_edge(struct ena_txq *q, const struct ena_buf *buf, uint32_t n,
    uint32_t tail, uint32_t pop, uint64_t q0, uint64_t meta)
{
	uint32_t id, need;

	need = n + (meta != q->tq_meta);
	if (q->tq_mask - (tail - ena_os_load_acq(&q->tq_done_pos)) < need) {
		q->tq_no_room++;
		return (0);
	}
	id = q->tq_ids[pop & q->tq_mask];
	q->tq_slots[id] = (uint8_t)(need | q->tq_mark);
	if (need != n) {
		q->tq_meta = meta;
		ena_tx_slot(q, tail++, ena_tx_meta_bits(meta),
		    meta & 0xffffffffU);
		q0 ^= ENAHW_TXD0_FIRST;
	}
	q0 |= ena_tx_id_bits(q, id);
	for (; n > 1; n--, buf++) {
		ena_tx_slot(q, tail++, q0 | buf->b_len, buf->b_addr);
		q0 = 0;
	}
	ena_tx_slot(q, tail, q0 | ENAHW_TXD0_LAST | buf->b_len, buf->b_addr);
	return (need << 16 | id);
}

static enum ena_result
ena_tx_bad(struct ena_txq *q, uint32_t reason, uint32_t id)
{
	ena_log(q->tq_os, ENA_LOG_ERR,
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
	uint32_t check, diff, freed, i, id, mask, n, pos, run, slots, want;
	const struct enahw_tx_cdesc *cq;
	uint16_t *free_ids;
	enum ena_result r;
	uint8_t *held;
	uint64_t q0;

	ena_os_lane_assert(q->tq_os, ENA_LANE_TXC, q->tq_index);
	*count = 0;
	r = ena_alive(q->tq_dev);
	if (r != ENA_OK)
		return (r);
	ena_os_dma_sync(q->tq_os, &q->tq_io.io_cq_dma, 0,
	    q->tq_io.io_cq_bytes, ENA_SYNC_POSTREAD);
	if (q->tq_io.io_wide != NULL)
		ena_wide_take(q->tq_os, &q->tq_io, q->tq_head_pos);
	mask = q->tq_mask;
	check = q->tq_check;
	held = q->tq_slots;
	max = ena_min32(max, mask);
	slots = 0;
	diff = 0;
	q0 = 0;
	i = 0;
	run = 0;
	/* in runs up to the end of the ring: one index for three arrays */
	for (n = 0; n < max && i == run; n += i) {
		pos = q->tq_head_pos + n;
		want = ena_phase_at(pos, mask, ENAHW_TXC0_PHASE);
		cq = &q->tq_cq[pos & mask];
		free_ids = &q->tq_ids[pos & mask];
		run = ena_min32(max - n, mask + 1 - (pos & mask));
		for (i = 0; i < run; i++) {
			diff = ena_cq_look(q->tq_os, &cq[i].tc_q, want, check,
			    &q0);
			if (diff != 0)
				break;
			id = (uint32_t)q0 & ENAHW_TXC0_ID;
			if (id > mask)				/* T1 */
				break;
			freed = held[id];
			if (freed == 0)
				break;
			slots += freed & ENA_MAX_TX_SLOTS;
			held[id] = 0;
			free_ids[i] = (uint16_t)id;
			ids[n + i] = (uint16_t)id;
		}
	}
	ena_os_dma_sync(q->tq_os, &q->tq_io.io_cq_dma, 0,
	    q->tq_io.io_cq_bytes, ENA_SYNC_PREREAD);
	q->tq_head_pos += n;
	q->tq_done_pkts += n;
	q->tq_freed_pos += slots;
	*count = n;
	if (i != run && (diff & ENAHW_TXC0_PHASE) == 0)
		r = ena_tx_bad(q, diff != 0 ? ENAHW_RESET_TX_DESC_MALFORMED :
		    ENAHW_RESET_INV_TX_REQ_ID, (uint32_t)q0 & ENAHW_TXC0_ID);
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
