/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock of the device model: PHC reads (protocol 7.16) and packet
 * timestamps (7.19, 10.5, 10.7).
 *
 * One clock for both: nanoseconds, options.clock_base_ns plus the bus' time.
 *
 * PHC: a doorbell write with a request id is answered, options.phc_us later,
 * by one DMA write of the whole response, so that everything else is there
 * when the id is.  Reads that follow each other faster than
 * options.phc_gap_us are answered with the timestamp error flag.
 *
 * Timestamps travel in extended completions, 16 bytes TX, 32 bytes RX; in
 * smaller ones they are lost.
 *
 * UNVERIFIED in the protocol, and so our choice here:
 * - both configurations are lost by a reset;
 * - timestamps may be switched at any time, before or after queues;
 * - each completion of a frame carries its timestamp, not only the last;
 * - a TX timestamp is the time of the frame's last byte on the wire, an RX
 *   timestamp that of its arrival; without the feature the words are zero;
 * - PHC is advertised only to drivers that declared it in host info.
 */
#include "mock_priv.h"

#define PHC_ERR_TIME		0x1U

ENA_CTASSERT(sizeof(struct enahw_phc_resp) == MOCK_PHC_RESP);
ENA_CTASSERT(sizeof(struct enahw_tx_cdesc_wide) == MOCK_TXC_EXT);
ENA_CTASSERT(sizeof(struct enahw_rx_cdesc_wide) == MOCK_RXC_EXT);

uint64_t
mock_clock_ns(struct mockdev *d)
{
	return (d->o.clock_base_ns + 1000 * mock_now(d));
}

/* -- PHC */

uint8_t
mock_phc_get(struct mockdev *d, uint8_t *out)
{
	struct enahw_phc_config pc;

	memset(&pc, 0, sizeof(pc));
	pc.pc_db_off = enahw_le32(d->p.phc_db_off);
	pc.pc_expire_us = enahw_le32(d->p.phc_expire_us);
	pc.pc_block_us = enahw_le32(d->p.phc_block_us);
	memcpy(out, &pc, sizeof(pc));
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_phc_set(struct mockdev *d, const uint8_t *in)
{
	struct enahw_phc_config pc;
	uint64_t addr;

	memcpy(&pc, in, sizeof(pc));
	if (enahw_h32(pc.pc_resp_len) != MOCK_PHC_RESP) {
		mock_rule(d, MR_PHC_LENGTH, "%u bytes",
		    enahw_h32(pc.pc_resp_len));
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (!mock_addr(d, &pc.pc_resp, &addr, "PHC response"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	if (pc.pc_version != 0 || pc.pc_mbz[0] != 0 || pc.pc_mbz[1] != 0 ||
	    pc.pc_mbz[2] != 0 || enahw_h32(pc.pc_db_off) != 0 ||
	    enahw_h32(pc.pc_expire_us) != 0 || enahw_h32(pc.pc_block_us) != 0)
		mock_rule(d, MR_PHC_RESERVED, "version %u, or a field that "
		    "only GET fills", pc.pc_version);
	d->phc_resp = addr;
	d->phc_set = true;
	return (ENAHW_ST_SUCCESS);
}

/* A register write: true if it was the PHC doorbell. */
bool
mock_phc_write(struct mockdev *d, uint32_t off, uint32_t val)
{
	if (d->p.phc_db_off == 0 || off != d->p.phc_db_off ||
	    !mock_advertised(d, ENAHW_FEAT_PHC_CONFIG))
		return (false);
	d->st.doorbells++;
	if (!d->phc_set) {
		mock_rule(d, MR_PHC_UNSET, "request 0x%x", val);
		return (true);
	}
	if (val > 0xffff)
		mock_rule(d, MR_DB_HIGH_BITS, "PHC request 0x%08x", val);
	if (d->phc_due != MOCK_NEVER)
		mock_rule(d, MR_PHC_BUSY, "request %u before the answer to "
		    "%u", val & 0xffff, d->phc_id);
	d->phc_id = (uint16_t)val;
	if (mock_hit(d, MOCK_F_PHC_LOST, NULL))
		return (true);
	d->phc_due = mock_after(d, d->o.phc_us);
	mock_wake(d, d->phc_due);
	if (d->o.phc_us == 0)
		mock_phc_answer(d);
	return (true);
}

void
mock_phc_answer(struct mockdev *d)
{
	struct enahw_phc_resp pr;
	uint32_t error;
	uint64_t now, ns;

	d->phc_due = MOCK_NEVER;
	now = mock_now(d);
	error = 0;
	if (mock_hit(d, MOCK_F_PHC_ERROR, &error) && error == 0)
		error = PHC_ERR_TIME;
	if (d->phc_last != MOCK_NEVER && now - d->phc_last < d->o.phc_gap_us)
		error |= PHC_ERR_TIME;
	d->phc_last = now;
	memset(&pr, 0, sizeof(pr));
	pr.ph_seq = enahw_le16(d->phc_id);
	pr.ph_error = enahw_le32(error);
	pr.ph_bound_ns = enahw_le32(error != 0 ? ENAHW_PHC_NO_BOUND :
	    d->o.phc_bound_ns);
	ns = (error & PHC_ERR_TIME) != 0 ? 0 : mock_clock_ns(d);
	pr.ph_time_ns = enahw_le64(ns);
	d->st.phc_reads++;
	mock_trace(d, "phc id=%u error=0x%x ns=%llu", d->phc_id, error,
	    (unsigned long long)ns);
	(void)mock_dma_wr(d, d->phc_resp, &pr, sizeof(pr), "PHC response");
}

/* -- timestamps */

uint8_t
mock_ts_get(struct mockdev *d, uint8_t *out)
{
	struct enahw_stamp_config sc;

	sc.sc_version = ENAHW_STAMP_VERSION;
	sc.sc_tx = d->p.ts_tx ? ENAHW_STAMP_ALL : ENAHW_STAMP_NONE;
	sc.sc_rx = d->p.ts_rx ? ENAHW_STAMP_ALL : ENAHW_STAMP_NONE;
	memcpy(out, &sc, sizeof(sc));
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_ts_set(struct mockdev *d, const uint8_t *in)
{
	struct enahw_stamp_config sc;
	unsigned int i;

	memcpy(&sc, in, sizeof(sc));
	if (sc.sc_version != ENAHW_STAMP_VERSION ||
	    sc.sc_tx > (d->p.ts_tx ? ENAHW_STAMP_ALL : ENAHW_STAMP_NONE) ||
	    sc.sc_rx > (d->p.ts_rx ? ENAHW_STAMP_ALL : ENAHW_STAMP_NONE)) {
		mock_rule(d, MR_TS_CONFIG, "version %u, TX %u, RX %u",
		    sc.sc_version, sc.sc_tx, sc.sc_rx);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	d->ts_tx = sc.sc_tx != ENAHW_STAMP_NONE;
	d->ts_rx = sc.sc_rx != ENAHW_STAMP_NONE;
	for (i = 0; i < 2 * MOCK_MAX_PAIRS; i++)
		if (d->cq[i].live && d->cq[i].bound)
			mock_ts_check(d, &d->cq[i]);
	return (ENAHW_ST_SUCCESS);
}

/* Is there a place for the timestamps of this CQ? */
void
mock_ts_check(struct mockdev *d, const struct mock_cq *cq)
{
	uint32_t need;

	if (!(cq->rx ? d->ts_rx : d->ts_tx))
		return;
	need = cq->rx ? MOCK_RXC_EXT : MOCK_TXC_EXT;
	if (cq->entry_bytes < need)
		mock_rule(d, MR_TS_SMALL_CQ, "%s completions of %u bytes",
		    cq->rx ? "RX" : "TX", cq->entry_bytes);
}
