/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One case set up: a queue pair without a device, packets, and the order of
 * one run.  Only the functions handed to measure() are counted; the device
 * and all checks come between them.
 *
 * The core's queue comes from its own set-up step (ena_up_rings()), with the
 * answers a device would have given filled in by hand and the free-id rings
 * seeded in the order the cases name.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define DMA_BITS	48U
#define RX_BUF		2048U
#define MAX_RX_SEGS	19U
#define DOORBELL	0x200U		/* byte offset of both doorbells */

static bool
world_alloc(void *arg, size_t size, size_t align, unsigned int width,
    struct ena_os_dma *dma)
{
	(void)arg;
	(void)width;
	dma->dma_va = NULL;
	if (posix_memalign(&dma->dma_va, align, size) != 0)
		return (false);
	dma->dma_pa = 0x100000;
	dma->dma_size = size;
	return (true);
}

static void
world_free(void *arg, struct ena_os_dma *dma)
{
	(void)arg;
	free(dma->dma_va);
}

static void
world_packets(struct world *w)
{
	const struct bcase *bc = w->w_case;
	struct bpkt *bp;
	uint32_t i, j;

	for (i = 0; i < RUN; i++) {
		bp = &w->w_pkts[i];
		bp->bp_nbufs = (uint16_t)bc->bc_bufs;
		bp->bp_hdr = w->w_header + i % 8;
		bp->bp_hdr_len = (uint16_t)bc->bc_header;
		for (j = 0; j < bc->bc_bufs; j++) {
			bp->bp_bufs[j].b_addr = 0x7ab412345000U +
			    (uint64_t)(i * MAX_BUFS + j) * 0x1000;
			bp->bp_bufs[j].b_len = (uint16_t)(1400 + j);
		}
		if (bc->bc_requests == 0)
			continue;
		bp->bp_requests = bc->bc_requests;
		bp->bp_mss = i % 2 == 0 ? 1448 : 1400;
		bp->bp_l3 = ENA_L3_IP4;
		bp->bp_l4 = ENA_L4_TCP;
		bp->bp_l3_off = 14;
		bp->bp_l3_len = 20;
		bp->bp_l4_len = 20;
	}
	for (i = 0; i < sizeof(w->w_header); i++)
		w->w_header[i] = (uint8_t)(i * 29 + 17);
	for (i = 0; i < RUN * MAX_BUFS; i++) {
		w->w_addr[i] = 0x6cd498760000U + (uint64_t)i * RX_BUF;
		w->w_len[i] = RX_BUF;
	}
}

/* Rings in device memory, as ena_up_llq() would have agreed upon. */
static void
world_llq(struct world *w)
{
	const struct bcase *bc = w->w_case;
	struct ena_info *in = &w->w_dev.dev_info;
	struct ena_llq_info *li = &in->in_llq;

	w->w_os.os_bar2 = w->w_bar2;
	in->in_llq_why = ENA_LLQ_WHY_USED;
	li->li_entry_bytes = (uint16_t)bc->bc_entry;
	li->li_before = (uint8_t)(bc->bc_before != 0 ? bc->bc_before : 2);
	li->li_per_entry = (uint8_t)(bc->bc_per_entry != 0 ?
	    bc->bc_per_entry : bc->bc_entry / 16);
	li->li_max_push = (uint16_t)(bc->bc_entry - li->li_before * 16U);
	li->li_burst = (uint16_t)bc->bc_burst;
	li->li_meta_always = bc->bc_meta;
	li->li_depth = DEPTH;
	w->w_ref.re_slot = bc->bc_entry;
	w->w_ref.re_before = li->li_before;
	w->w_ref.re_per_entry = li->li_per_entry;
	w->w_ref.re_meta_always = bc->bc_meta;
}

static bool
world_queue(struct world *w)
{
	struct ena_dev *dev = &w->w_dev;
	size_t bytes;
	uint32_t i;

	w->w_os.os_bar0 = w->w_bar0;
	w->w_os.os_alloc = world_alloc;
	w->w_os.os_free = world_free;
	dev->dev_os = &w->w_os;
	dev->dev_info.in_dma_bits = DMA_BITS;
	dev->dev_info.in_capabilities = ENAHW_CAP_CDESC_MBZ;
	dev->dev_info.in_max_tx_bufs = 18;
	dev->dev_info.in_max_rx_segs = MAX_RX_SEGS;
	dev->dev_info.in_max_header = 96;
	dev->dev_info.in_max_pairs = 1;
	dev->dev_info.in_max_tx_depth = DEPTH;
	dev->dev_info.in_max_rx_depth = DEPTH;
	dev->dev_info.in_max_mtu = 9216;
	dev->dev_info.in_tx_offloads = ENA_TXO_IP4_CSUM |
	    ENA_TXO_L4V4_FULL | ENA_TXO_TSO4;
	w->w_ref.re_slot = 16;
	if (w->w_case->bc_entry != 0)
		world_llq(w);
	dev->dev_plan.pl_pairs = 1;
	dev->dev_plan.pl_tx_depth = DEPTH;
	dev->dev_plan.pl_rx_depth = DEPTH;
	bytes = ena_queue_mem_size(DEPTH, DEPTH);
	dev->dev_plan.pl_mem_bytes = bytes;
	w->w_mem = malloc(bytes);
	if (w->w_mem == NULL || ena_queue_give(dev, 0, w->w_mem, bytes) !=
	    ENA_OK || ena_up_rings(dev) != ENA_OK)
		return (false);
	w->w_txq = ena_txq(dev, 0);
	w->w_rxq = ena_rxq(dev, 0);
	w->w_txq->tq_io.io_db_off = DOORBELL;
	w->w_txq->tq_llq_off = WINDOW_OFF;
	w->w_txq->tq_llq_end = WINDOW_OFF + DEPTH * w->w_case->bc_entry;
	w->w_rxq->rq_io.io_db_off = DOORBELL;
	for (i = 0; i < DEPTH; i++) {
		w->w_txq->tq_ids[i] = (uint16_t)ID(i);
		w->w_rxq->rq_free[i].rs_id = (uint16_t)ID(i);
	}
	return (true);
}

/* Fill an RX ring outside the count, so that something can be received. */
static bool
world_refill(struct world *w, uint32_t buffers)
{
	uint32_t i;

	w->w_count = BATCH;
	for (i = 0; i < buffers; i += BATCH) {
		w->w_first = i;
		w->w_side->sd_refill(w);
	}
	for (i = 0; i < buffers; i++)
		ref_rx(&w->w_ref, w->w_addr[i], w->w_len[i],
		    ID(w->w_ref.re_units));
	return (w->w_errors == 0);
}

bool
world_open(struct world *w, const struct bcase *bc, const struct side *sd)
{
	uint32_t i;

	memset(w, 0, sizeof(*w));
	w->w_case = bc;
	w->w_side = sd;
	world_packets(w);
	if (!world_queue(w)) {
		fprintf(stderr, "ena-bench: out of memory\n");
		return (false);
	}
	/* both sides write into the rings the core has allocated */
	if (bc->bc_work < RX_REFILL) {
		w->w_sq = w->w_txq->tq_io.io_sq_dma.dma_va;
		w->w_cq = w->w_txq->tq_io.io_cq_dma.dma_va;
	} else {
		w->w_sq = w->w_rxq->rq_io.io_sq_dma.dma_va;
		w->w_cq = w->w_rxq->rq_io.io_cq_dma.dma_va;
	}
	if (bc->bc_entry != 0)
		w->w_sq = (void *)(uintptr_t)&w->w_bar2[WINDOW_OFF / 8];
	w->w_sq_bytes = DEPTH * w->w_ref.re_slot;
	w->w_floor.fq_sq = (void *)(uintptr_t)w->w_sq;
	w->w_floor.fq_cq = (void *)w->w_cq;
	w->w_floor.fq_db = &w->w_bar0[DOORBELL / 4];
	for (i = 0; i < DEPTH; i++)
		w->w_floor.fq_ids[i] = (uint16_t)ID(i);
	if (bc->bc_work == RX_STEADY)
		return (world_refill(w, BATCH));
	return (true);
}

void
world_close(struct world *w)
{
	(void)ena_down_rings(&w->w_dev);
	free(w->w_mem);
}

static bool
world_bad(const struct world *w, const char *what)
{
	fprintf(stderr, "ena-bench: %s, %s: %s\n", w->w_case->bc_name,
	    w->w_side->sd_name, what);
	return (false);
}

/* Ring bytes, doorbell and results against the reference. */
static bool
world_check(struct world *w, uint32_t first_unit, uint32_t ids)
{
	uint32_t i;

	if (w->w_errors != 0)
		return (world_bad(w, "a call failed"));
	if (memcmp(w->w_sq, w->w_ref.re_sq, w->w_sq_bytes) != 0)
		return (world_bad(w, "ring differs from the reference's"));
	if (w->w_bar0[DOORBELL / 4] !=
	    enahw_le32(w->w_ref.re_tail & 0xffff).le)
		return (world_bad(w, "wrong doorbell"));
	if (memcmp(&w->w_sums, &w->w_ref.re_sums, sizeof(w->w_sums)) != 0)
		return (world_bad(w, "wrong sums"));
	for (i = 0; i < ids; i++) {
		if (w->w_ids[i] != ID(first_unit + i))
			return (world_bad(w, "wrong request id"));
	}
	return (true);
}

typedef void measure_fn(measured_fn *, struct world *);

static void
world_uncounted(measured_fn *fn, struct world *w)
{
	fn(w);
}

/* Put count packets from first on; the reference follows if it counts. */
static void
world_put(struct world *w, uint32_t first, uint32_t count, bool check,
    measure_fn *measure)
{
	uint32_t i;

	w->w_first = first;
	w->w_count = count;
	measure(w->w_side->sd_put[w->w_case->bc_mix], w);
	for (i = first; check && i < first + count; i++)
		ref_tx(&w->w_ref, &w->w_pkts[i], w->w_pkts[i].bp_bufs,
		    ID(w->w_ref.re_units));
}

/* Complete and reap count packets, that from first on were put. */
static bool
world_reap(struct world *w, uint32_t first, uint32_t count, bool check,
    measure_fn *measure)
{
	uint32_t i, unit;

	unit = w->w_cq_units;
	device_tx(w, count);
	measure(w->w_side->sd_reap, w);
	if (w->w_ids_n != count)
		return (world_bad(w, "wrong number of completions"));
	for (i = 0; check && i < count; i++) {
		if (w->w_sent[w->w_ids[i]] != &w->w_pkts[first + i])
			return (world_bad(w, "wrong packet"));
	}
	return (!check || world_check(w, unit, count));
}

static bool
world_run_tx(struct world *w, bool check, measure_fn *measure)
{
	enum work work = w->w_case->bc_work;
	uint32_t i, unit;

	unit = w->w_cq_units;
	if (work == TX_STEADY) {
		for (i = 0; i < RUN; i += BATCH) {
			world_put(w, i, BATCH, check, measure);
			if (!world_reap(w, i, BATCH, check, measure))
				return (false);
		}
		return (true);
	}
	world_put(w, 0, RUN, check, work == TX_PUT ? measure :
	    world_uncounted);
	if (check && !world_check(w, unit, 0))
		return (false);
	return (world_reap(w, 0, RUN, check, work == TX_COMPLETE ? measure :
	    world_uncounted));
}

static bool
world_run_rx(struct world *w, bool check, measure_fn *measure)
{
	const struct bcase *bc = w->w_case;
	enum work work = bc->bc_work;
	measured_fn *poll = w->w_side->sd_poll[bc->bc_bufs];
	uint32_t i;

	if (work == RX_STEADY) {
		for (i = 0; i < RUN; i += BATCH) {
			device_rx(w, BATCH);
			measure(poll, w);
			w->w_first = i;
			w->w_count = BATCH;
			measure(w->w_side->sd_refill, w);
		}
	} else {
		w->w_first = 0;
		w->w_count = RUN * bc->bc_bufs;
		(work == RX_REFILL ? measure : world_uncounted)(
		    w->w_side->sd_refill, w);
	}
	for (i = 0; check && i < RUN * bc->bc_bufs; i++)
		ref_rx(&w->w_ref, w->w_addr[i], w->w_len[i],
		    ID(w->w_ref.re_units));
	if (work != RX_STEADY) {
		device_rx(w, RUN);
		(work == RX_POLL ? measure : world_uncounted)(poll, w);
	}
	return (!check || world_check(w, w->w_ref.re_units -
	    RUN * bc->bc_bufs, RUN * bc->bc_bufs));
}

/* One run of the case; false if it did something wrong. */
bool
world_run(struct world *w, bool check, measure_fn *measure)
{
	if (w->w_case->bc_work < RX_REFILL)
		return (world_run_tx(w, check, measure));
	return (world_run_rx(w, check, measure));
}

/* Memory of a device with one pair, rings and BAR excluded. */
size_t
world_memory(void)
{
	return (sizeof(struct ena_dev) + ena_queue_mem_size(DEPTH, DEPTH));
}
