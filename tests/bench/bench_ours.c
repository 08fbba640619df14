/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cases through the core's public interface, as a driver would use it:
 * nothing here is chosen per case, and each function has one call of each
 * inline, like a start routine or an interrupt handler.
 *
 * All functions are counted; they must not call one another.
 */
#include "bench.h"

/*
 * Fill the core's description from the neutral one, put, remember the id.
 * A driver knows for which kind of ring it has been set up.
 */
static inline __attribute__((__always_inline__)) void
ours_tx(struct world *w, bool llq)
{
	struct ena_tx_burst burst;
	struct ena_tx_pkt pkt;
	const struct bpkt *bp, *end, *stop;
	uint16_t id;

	bp = &w->w_pkts[w->w_first];
	stop = bp + w->w_count;
	while (bp != stop) {
		if (ena_tx_begin(w->w_txq, &burst) != ENA_OK) {
			w->w_errors++;
			return;
		}
		for (end = bp + BATCH; bp != end; bp++) {
			pkt.tp_bufs = bp->bp_bufs;
			pkt.tp_nbufs = bp->bp_nbufs;
			pkt.tp_hdr = llq ? bp->bp_hdr : NULL;
			pkt.tp_hdr_len = llq ? bp->bp_hdr_len : 0;
			pkt.tp_flags = bp->bp_requests;
			if (bp->bp_requests != 0) {
				pkt.tp_mss = bp->bp_mss;
				pkt.tp_l3 = bp->bp_l3;
				pkt.tp_l4 = bp->bp_l4;
				pkt.tp_l3_off = bp->bp_l3_off;
				pkt.tp_l3_len = bp->bp_l3_len;
				pkt.tp_l4_len = bp->bp_l4_len;
			}
			if (ena_tx_put(&burst, &pkt, &id) != ENA_OK)
				break;
			w->w_sent[id] = bp;
		}
		ena_tx_end(&burst);
		if (bp != end) {
			w->w_errors++;
			return;
		}
	}
}

static void
ours_put(struct world *w)
{
	ours_tx(w, false);
}

static void
ours_push(struct world *w)
{
	ours_tx(w, true);
}

static void
ours_reap(struct world *w)
{
	unsigned int n;

	if (ena_tx_reap(w->w_txq, w->w_ids, DEPTH, &n) != ENA_OK)
		w->w_errors++;
	ena_tx_release(w->w_txq);
	w->w_ids_n = n;
}

static void
ours_refill(struct world *w)
{
	struct ena_rx_fill fill;
	size_t end, i, stop;

	i = w->w_first;
	stop = i + w->w_count;
	while (i != stop) {
		if (ena_rx_begin(w->w_rxq, &fill) != ENA_OK) {
			w->w_errors++;
			return;
		}
		for (end = i + BATCH; i != end; i++) {
			if (ena_rx_put(&fill, w->w_addr[i], w->w_len[i],
			    &w->w_ids[i]) != ENA_OK)
				break;
		}
		ena_rx_end(&fill);
		if (i != end) {
			w->w_errors++;
			return;
		}
	}
}

static void
ours_poll(struct world *w)
{
	struct ena_rx_take take;
	struct ena_rx_pkt pkt;
	struct sums su;
	enum ena_result r;
	uint32_t i;

	su = w->w_sums;
	if (ena_rx_take_begin(w->w_rxq, &take, DEPTH) != ENA_OK) {
		w->w_errors++;
		return;
	}
	while ((r = ena_rx_get(&take, &pkt)) == ENA_OK) {
		for (i = 0; i < pkt.rp_nsegs; i++) {
			su.su_len += pkt.rp_segs[i].rs_len;
			su.su_id += pkt.rp_segs[i].rs_id;
		}
		su.su_offset += pkt.rp_offset;
		su.su_hash += pkt.rp_hash;
		if (ena_rx_l3_csum(&pkt) == ENA_CSUM_GOOD &&
		    ena_rx_l4_csum(&pkt) == ENA_CSUM_GOOD)
			su.su_csum_ok++;
		su.su_frames++;
	}
	ena_rx_take_end(&take);
	if (r != ENA_AGAIN)
		w->w_errors++;
	w->w_sums = su;
}

const struct side side_ours = {
	"ours",
	{ ours_put, ours_put, ours_put, ours_put,
	    ours_push, ours_push, ours_push, ours_push, ours_push, ours_push },
	ours_reap,
	ours_refill,
	{ ours_poll, ours_poll, ours_poll, ours_poll, ours_poll }
};
