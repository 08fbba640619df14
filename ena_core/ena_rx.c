/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RX, the cold half; posting and taking are inline, in ena_io.h.
 *
 * Lane: RX(q) for ena_rx_bad() and ena_rx_unwrap(); ADMIN with the other
 * lanes stopped for ena_rx_drain().
 *
 * One completion returns one buffer and frees one descriptor, so the
 * positions of the rings coincide: a completion at position h leaves its
 * segment in rq_free[h], where the frame finds it; a put at position h +
 * depth takes the id from there.  Ids come back out of order; the ring tail
 * never depends on them.
 *
 * R1: rq_tail_pos - (rq_head_pos - rq_nsegs) <= depth - 1: neither a put
 *     nor a completion reaches the segments of a frame half received.
 *
 * ref: docs/hw-notes.md#rx
 */
#include "ena_priv.h"

/* A driver that did not promise this would have to refuse any offset. */
ENA_CTASSERT((ENA_DRIVER_FEATURES & ENAHW_DRVF_RX_OFFSET) != 0);

void
ena_rx_bad(struct ena_rxq *q, uint32_t pos, uint32_t nsegs, uint64_t q0,
    uint32_t diff)
{
	uint32_t id, reason;

	/* so that ena_rx_drain() finds the frame's buffers */
	q->rq_head_pos = pos;
	q->rq_nsegs = nsegs;
	id = (uint32_t)(q0 >> 48);
	if (diff != 0)
		reason = ENAHW_RESET_RX_DESC_MALFORMED;
	else if (id > q->rq_mask || q->rq_posted[id] == 0)
		reason = ENAHW_RESET_INV_RX_REQ_ID;
	else if (nsegs >= q->rq_max_segs)
		reason = ENAHW_RESET_TOO_MANY_RX_DESCS;
	else	/* longer than its buffer */
		reason = ENAHW_RESET_RX_DESC_MALFORMED;
	ena_log(q->rq_os, ENA_LOG_ERR,
	    "RX queue %u: completion at %u, segment %u: %s", q->rq_index,
	    pos & q->rq_mask, nsegs, ena_reason_name(reason));
	ena_fault(q->rq_dev, reason);
}

const struct ena_rx_seg *
ena_rx_unwrap(struct ena_rxq *q, uint32_t pos, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		q->rq_segs[i] = q->rq_free[(pos - n + i) & q->rq_mask];
	return (q->rq_segs);
}

unsigned int
ena_rx_drain(struct ena_rxq *q, uint16_t *ids, unsigned int max)
{
	unsigned int i, n;

	/* buffers of a frame half received count as handed over already */
	n = 0;
	for (; q->rq_nsegs != 0 && n < max; q->rq_nsegs--)
		ids[n++] = q->rq_free[(q->rq_head_pos - q->rq_nsegs) &
		    q->rq_mask].rs_id;
	for (i = 0; i <= q->rq_mask && n < max; i++) {
		if (q->rq_posted[i] == 0)
			continue;
		q->rq_posted[i] = 0;
		ids[n++] = (uint16_t)i;
	}
	return (n);
}
