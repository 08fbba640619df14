/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times of packets, taken by the adapter: larger completions.
 *
 * Lane: ADMIN for the step and the start of a queue, RX(q) or TXC(q) else.
 *
 * The data path knows one format of completion.  A queue whose packets have
 * times gets a copy of its ring in that format, in memory of the caller's,
 * with the times behind it; what is new is copied when a pass opens.  So
 * queues without times pay for one comparison a pass, and a fault of the
 * device is found by the same lines in both.
 *
 * S1: a completion is copied after its phase was seen, and once; checks are
 *     made on the copy.
 * S2: io_copied_pos - head <= depth: what has not been taken is not
 *     overwritten, whatever phases the device writes.
 *
 * UNVERIFIED: that the times are nanoseconds, that those of a frame's last
 * completion count, that the setting comes before the queues and that a
 * reset loses it.  ref: hw-notes#unverified
 */
#include "ena_priv.h"

/* Off and on are 0 and 1, as a bit of a map. */
ENA_CTASSERT(ENAHW_STAMP_NONE == 0 && ENAHW_STAMP_ALL == ENA_STAMP_TX &&
    ENAHW_STAMP_ALL == ENA_STAMP_RX >> 1);
/* One loop looks at both kinds of completion. */
ENA_CTASSERT(ENAHW_TXC0_PHASE == ENAHW_RXC0_PHASE);
/* A direction is also the number of words in its common format. */
ENA_CTASSERT(sizeof(struct enahw_tx_cdesc) ==
    ENA_STAMP_TX * sizeof(struct enahw_le64));
ENA_CTASSERT(sizeof(struct enahw_rx_cdesc) ==
    ENA_STAMP_RX * sizeof(struct enahw_le64));
ENA_CTASSERT(sizeof(struct enahw_tx_cdesc_wide) ==
    2 * sizeof(struct enahw_tx_cdesc));
ENA_CTASSERT(sizeof(struct enahw_rx_cdesc_wide) ==
    2 * sizeof(struct enahw_rx_cdesc));

/* Ask what there is and turn it on, before there are queues. */
enum ena_result
ena_up_stamps(struct ena_dev *dev)
{
	struct enahw_stamp_config sc;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_stamps = 0;
	if ((dev->dev_cfg.cf_try & ENA_TRY_STAMPS) == 0 ||
	    !ena_has(dev, ENAHW_FEAT_HW_TIMESTAMP))
		return (ENA_OK);
	if (dev->dev_pc == 0) {
		ena_cmd_get(&cmd, ENAHW_FEAT_HW_TIMESTAMP,
		    ENAHW_STAMP_VERSION);
		r = ena_admin_run(dev, &cmd);
		if (r != ENA_OK)
			return (ena_optional(r));
		memcpy(&sc, dev->dev_sync_answer.ae_body, sizeof(sc));
		dev->dev_next = (uint16_t)((sc.sc_tx & ENAHW_STAMP_ALL) |
		    (sc.sc_rx & ENAHW_STAMP_ALL) << 1);
		if (sc.sc_version != ENAHW_STAMP_VERSION || dev->dev_next == 0)
			return (ENA_OK);
		dev->dev_pc = 1;
	}
	sc.sc_version = ENAHW_STAMP_VERSION;
	sc.sc_tx = dev->dev_next & ENA_STAMP_TX;
	sc.sc_rx = (uint8_t)(dev->dev_next >> 1);
	ena_cmd_set(&cmd, ENAHW_FEAT_HW_TIMESTAMP, &sc, sizeof(sc));
	r = ena_admin_run(dev, &cmd);
	if (r == ENA_OK)
		dev->dev_info.in_stamps = (uint8_t)dev->dev_next;
	return (ena_optional(r));
}

/* ---- queues */

void
ena_wide_take(struct ena_os *os, struct ena_ioq *io, uint32_t head)
{
	uint32_t depth = io->io_depth, words = io->io_words;
	const struct enahw_le64 *e;
	struct enahw_le64 *to;
	uint64_t q0;
	uint32_t idx;

	for (; io->io_copied_pos - head < depth; io->io_copied_pos++) { /* S2 */
		idx = io->io_copied_pos & (depth - 1);
		e = &io->io_wide[2 * words * idx];
		to = &io->io_copy[words * idx];
		if (ena_cq_look(os, e, ena_phase_at(io->io_copied_pos,
		    depth - 1, ENAHW_RXC0_PHASE), ENAHW_RXC0_PHASE, &q0) != 0)
			break;
		ena_os_rmb(os);
		io->io_copy[words * depth + idx] = e[2 * words - 1];
		to[words - 1] = e[words - 1];
		*to = enahw_le64(q0);				/* S1 */
	}
}
