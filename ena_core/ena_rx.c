/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RX, the cold half; posting and taking are inline, in ena.h.
 *
 * Lane: RX(q) for ena_rx_bad(); ADMIN with the other lanes stopped for
 * ena_rx_drain().
 *
 * One completion returns one buffer and frees one descriptor, so the
 * positions of the ring and of the free-id ring coincide: a put at position
 * p takes the id in slot p, a completion at position h puts its id there.
 * Ids come back out of order; the ring tail never depends on them.
 *
 * ref: docs/hw-notes.md#rx
 */
#include "ena_priv.h"

enum ena_result
ena_rx_bad(struct ena_rxq *q, uint32_t reason)
{
	ena_os_log(q->rq_os, ENA_LOG_ERR,
	    "RX queue %u: completion near %u: %s", q->rq_index,
	    q->rq_head_pos & q->rq_mask, ena_reason_name(reason));
	ena_fault(q->rq_dev, reason);
	return (ENA_FAULTED);
}

unsigned int
ena_rx_drain(struct ena_rxq *q, uint16_t *ids, unsigned int max)
{
	unsigned int i, n;

	/* buffers of a frame half received count as handed over already */
	n = 0;
	for (i = 0; i < q->rq_nsegs && n < max; i++)
		ids[n++] = q->rq_segs[i].rs_id;
	memmove(q->rq_segs, q->rq_segs + i,
	    (q->rq_nsegs - i) * sizeof(q->rq_segs[0]));
	q->rq_nsegs -= i;
	for (i = 0; i <= q->rq_mask && n < max; i++) {
		if (q->rq_posted[i] == 0)
			continue;
		q->rq_posted[i] = 0;
		ids[n++] = (uint16_t)i;
	}
	return (n);
}
