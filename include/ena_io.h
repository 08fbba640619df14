/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ENA core: the data path.  The last part of ena.h, which includes it; never
 * included alone.
 *
 * Submission, refill and receive are inline, so that a burst's state stays in
 * registers and a binding's operations become single instructions; their cold
 * halves are in ena_tx.c, ena_llq.c and ena_rx.c.  What is documented here as
 * a call is the interface; members of the burst structures are private.
 *
 * A burst is opened, used any number of times and closed, on one lane:
 *
 *	transmit	ena_tx_begin(), ena_tx_put() ..., ena_tx_end()
 *	completions	ena_tx_reap(), then ena_tx_release()
 *	refill		ena_rx_begin(), ena_rx_put() ..., ena_rx_end()
 *	receive		ena_rx_take_begin(), ena_rx_get() ...,
 *			ena_rx_take_end()
 *
 * Where packets have times (in_stamps), ena_tx_stamp() and ena_rx_stamp()
 * tell them.
 *
 * ref: docs/theory.md#bursts, docs/hw-notes.md#tx, #rx, #llq
 */
#ifndef ENA_IO_H
#define ENA_IO_H

#ifndef ENA_H
#error "include ena.h"
#endif

/*
 * ---- times of packets (ena_stamp.c)
 *
 * Copy what is new from the position of the first completion that was not
 * taken on; the ring is the CPU's meanwhile.  Once a pass, and only where
 * there are times.
 */
void ena_wide_take(struct ena_os *, struct ena_ioq *, uint32_t);

/* Time of the completion in that slot; 0: there is none. */
static inline uint64_t
ena_wide_time(const struct ena_ioq *io, uint32_t idx)
{
	return (io->io_wide == NULL ? 0 :
	    enahw_load64(&io->io_copy[io->io_words * io->io_depth + idx]));
}

/*
 * ---- transmit
 *
 * A burst keeps ring state in registers: begin, any number of puts, end.
 * Nothing is visible to the device before end.  Packets that were put stay
 * put whatever happens later in the burst, so end is always called.
 */

/*
 * For the three functions that are called per packet.  Compilers find them
 * too long to inline when they are used twice; but called, a burst lives in
 * memory and not in registers, which costs 20 to 40 instructions a packet.
 */
#define ENA_FAST		static inline __attribute__((__always_inline__))

/* What the usual packet does; the others pay a jump. */
#define ENA_OFTEN(x)		__builtin_expect((x), 1)
#define ENA_SELDOM(x)		__builtin_expect((x), 0)

#define ENA_L3_OTHER		ENAHW_L3_UNKNOWN
#define ENA_L3_IP4		ENAHW_L3_IPV4
#define ENA_L3_IP6		ENAHW_L3_IPV6
#define ENA_L4_OTHER		ENAHW_L4_UNKNOWN
#define ENA_L4_TCP		ENAHW_L4_TCP
#define ENA_L4_UDP		ENAHW_L4_UDP

/* Requests; the values are those of descriptor word 1. */
#define ENA_TXF_DF		ENAHW_TXD1_DF	/* IPv4 DF set, or IPv6 */
#define ENA_TXF_TSO		ENAHW_TXD1_TSO
#define ENA_TXF_IP4_CSUM	ENAHW_TXD1_L3_CSUM
#define ENA_TXF_L4_CSUM		ENAHW_TXD1_L4_CSUM
/* the L4 checksum field already holds the pseudo-header sum */
#define ENA_TXF_L4_PARTIAL	ENAHW_TXD1_L4_PARTIAL
#define ENA_TXF_META		(ENA_TXF_TSO | ENA_TXF_IP4_CSUM | \
				    ENA_TXF_L4_CSUM)
#define ENA_TXF_ALL		(ENA_TXF_META | ENA_TXF_DF | \
				    ENA_TXF_L4_PARTIAL)

/*
 * A packet as a parsed mbuf gives it.  Without flags only buffers and header
 * matter.  Its first tp_hdr_len bytes are at tp_hdr, for the CPU to read
 * during the call; the rest is in the buffers.  With rings in host memory
 * there is no header (ena_tx_max_push() is 0).
 */
struct ena_tx_pkt {
	const struct ena_buf *tp_bufs;
	const void *tp_hdr;
	uint32_t tp_flags;		/* ENA_TXF_* */
	uint16_t tp_nbufs;
	uint16_t tp_hdr_len;
	uint16_t tp_mss;		/* with TSO: 1..16383 */
	uint8_t tp_l3;			/* ENA_L3_* */
	uint8_t tp_l4;			/* ENA_L4_* */
	uint8_t tp_l3_off;		/* bytes from frame start */
	uint8_t tp_l3_len;		/* bytes */
	uint8_t tp_l4_len;		/* bytes; needed with TSO */
};

/*
 * A burst proceeds in runs: slots in a row that are free, before the end of
 * the ring and, an id a slot being enough, before the end of the free-id
 * ring.  Inside a run there is one comparison a packet and nothing wraps.
 *
 * What each descriptor needs is copied here: slot counts are bytes, a store
 * through a byte pointer may alias any member of the queue, and what is left
 * there has to be loaded again after each packet.
 */
struct ena_tx_burst {
	struct ena_txq *tb_q;
	struct enahw_desc *tb_desc;	/* slot to fill next */
	const uint16_t *tb_id;		/* free id to take next */
	uint8_t *tb_slots;
	uint64_t tb_bytes;
	uint32_t tb_run;		/* slots left of the run */
	uint32_t tb_run_pos;		/* position behind it */
	uint32_t tb_pop_pos;		/* of the run's first id */
	uint32_t tb_phase;
	size_t tb_off;			/* LLQ: entry to fill next, in BAR2 */
};

/* Whole 64-bit stores, once each, the word with the phase last. */
static inline void
ena_desc_store(struct enahw_desc *d, uint64_t q0, uint64_t q1)
{
	*(volatile uint64_t *)&d->d_q[1].le = enahw_le64(q1).le;
	*(volatile uint64_t *)&d->d_q[0].le = enahw_le64(q0).le;
}

/* Phase bit of an entry at that position; rings start with phase 1. */
static inline uint32_t
ena_phase_at(uint32_t pos, uint32_t mask, uint32_t bit)
{
	return ((pos & (mask + 1)) == 0 ? bit : 0);
}

/*
 * Header bytes that go into the ring itself: a packet for this queue must
 * bring min(its length, this) in tp_hdr, or fewer, but at least one byte.  0:
 * the ring is in host memory and takes none.
 */
static inline unsigned int
ena_tx_max_push(const struct ena_txq *q)
{
	return (q->tq_llq.li_max_push);
}

/*
 * Free ring slots as last seen by the TXS lane, those that an open burst has
 * taken included; with LLQ a slot is an entry.
 */
static inline uint32_t
ena_tx_room(const struct ena_txq *q)
{
	return (q->tq_mask -
	    (q->tq_tail_pos - ena_os_load_acq(&q->tq_done_pos)));
}

/* Positions of a burst in the ring and in the free-id ring. */
static inline uint32_t
ena_tx_tail_pos(const struct ena_tx_burst *b)
{
	return (b->tb_run_pos - b->tb_run);
}

/* One id a packet, so this also counts packets. */
static inline uint32_t
ena_tx_pop_pos(const struct ena_tx_burst *b)
{
	const struct ena_txq *q = b->tb_q;

	return (b->tb_pop_pos + (uint32_t)(b->tb_id -
	    &q->tq_ids[b->tb_pop_pos & q->tq_mask]));
}

/* Free ring slots behind what an open burst has taken. */
static inline uint32_t
ena_tx_left(const struct ena_tx_burst *b)
{
	return (ena_tx_room(b->tb_q) -
	    (ena_tx_tail_pos(b) - b->tb_q->tq_tail_pos));
}

/* Open a run at these positions, as long as it can be. */
static inline void
ena_tx_run(struct ena_tx_burst *b, uint32_t tail, uint32_t pop)
{
	struct ena_txq *q = b->tb_q;
	uint32_t run;

	run = q->tq_mask - (tail - ena_os_load_acq(&q->tq_done_pos));
	if (run > q->tq_mask + 1 - (tail & q->tq_mask))
		run = q->tq_mask + 1 - (tail & q->tq_mask);
	if (run > q->tq_mask + 1 - (pop & q->tq_mask))
		run = q->tq_mask + 1 - (pop & q->tq_mask);
	if (q->tq_llq.li_entry_bytes != 0) {
		if (run > q->tq_burst - (tail - q->tq_tail_pos))
			run = q->tq_burst - (tail - q->tq_tail_pos);
		b->tb_off = q->tq_llq_off +
		    (size_t)(tail & q->tq_mask) * q->tq_llq.li_entry_bytes;
	} else
		b->tb_desc = &q->tq_ring[tail & q->tq_mask];
	b->tb_id = &q->tq_ids[pop & q->tq_mask];
	b->tb_run = run;
	b->tb_run_pos = tail + run;
	b->tb_pop_pos = pop;
	b->tb_phase = ena_phase_at(tail, q->tq_mask, ENAHW_TXD0_PHASE);
}

/*
 * Announce everything up to these positions to the device.  All that was
 * written is visible to it before.
 */
static inline void
ena_tx_ring(struct ena_txq *q, uint32_t tail, uint32_t pop)
{
	q->tq_tail_pos = tail;
	q->tq_pkts += pop - q->tq_pop_pos;
	q->tq_pop_pos = pop;
	q->tq_doorbells++;
	ENA_OS_ASSERT(ena_txq_ok(q));
	ena_os_wmb(q->tq_os);
	ena_os_wr4(q->tq_os, q->tq_io.io_db_off, tail & 0xffffU);
}

/*
 * Open a burst.  ENA_FAULTED / ENA_GONE: do not put; end need not be called.
 * Lane: TXS(q).
 */
static inline enum ena_result
ena_tx_begin(struct ena_txq *q, struct ena_tx_burst *b)
{
	static const struct ena_tx_burst none;
	uint32_t fault;

	ena_os_lane_assert(q->tq_os, ENA_LANE_TXS, q->tq_index);
	ENA_OS_ASSERT(ena_txq_ok(q));
	*b = none;		/* what memset() gets must live in memory */
	b->tb_q = q;
	fault = ena_os_load_acq(&q->tq_dev->dev_fault);
	if (fault != 0)
		return (fault == ENA_FAULT_GONE ? ENA_GONE : ENA_FAULTED);
	if (q->tq_llq.li_entry_bytes == 0)
		ena_os_dma_sync(q->tq_os, &q->tq_io.io_sq_dma, 0,
		    ((size_t)q->tq_mask + 1) * sizeof(struct enahw_desc),
		    ENA_SYNC_POSTWRITE);
	b->tb_slots = q->tq_slots;
	ena_tx_run(b, q->tq_tail_pos, q->tq_pop_pos);
	return (ENA_OK);
}

/*
 * Are the packet's requests something this queue's device takes, and do its
 * lengths make sense?  Only called for packets with requests.
 *
 * If so, *meta is the metadata as one comparable word: descriptor word 2
 * below, the whole MSS above.  Without TSO the device needs neither MSS nor
 * L4 length; leaving them out keeps its cache valid longer.
 */
static inline bool
ena_tx_request(const struct ena_txq *q, const struct ena_tx_pkt *p,
    uint64_t *meta)
{
	const struct ena_tx_rule *r;

	r = q->tq_rules[0];
	if (p->tp_l3 != ENA_L3_IP4) {
		if (p->tp_l3 != ENA_L3_IP6)
			return (false);
		r = q->tq_rules[1];
	}
	if (p->tp_l3_len == 0)
		return (false);
	*meta = ENAHW_PUT(ENAHW_TXM2_L3_LEN, p->tp_l3_len) |
	    ENAHW_PUT(ENAHW_TXM2_L3_OFF, p->tp_l3_off);
	if ((p->tp_flags & ENA_TXF_TSO) != 0) {
		if (p->tp_l4 != ENA_L4_TCP || p->tp_l4_len < 20 ||
		    (p->tp_l4_len & 3) != 0 ||
		    p->tp_mss - 1U >= ENAHW_MSS_MAX)
			return (false);
		/* a multiple of 4 bytes becomes words in the same move */
		*meta |= p->tp_l4_len *
		    (ENAHW_LSB(ENAHW_TXM2_L4_WORDS) / 4) |
		    ENAHW_PUT(ENAHW_TXM2_MSS_LO, p->tp_mss) |
		    (uint64_t)p->tp_mss << 32;
		r += 2;
	} else if ((p->tp_flags & ENA_TXF_L4_CSUM) != 0) {
		if (p->tp_l4 != ENA_L4_TCP && p->tp_l4 != ENA_L4_UDP)
			return (false);
		r += 1;
	}
	return (((p->tp_flags ^ r->tr_value) & r->tr_mask) == 0);
}

/*
 * Where the request id sits in the first 64 bits of a data descriptor: 9:0
 * on top, 15:10 in word 0.  Multiplying makes both copies at once.  Factor
 * and mask are the same for all queues, but as constants compilers turn
 * them into a sequence of twice the length.
 */
static inline uint64_t
ena_tx_id_bits(const struct ena_txq *q, uint32_t id)
{
	return (id * q->tq_id_factor & q->tq_id_mask);
}

/* First 64 bits of a meta descriptor, without the phase. */
static inline uint64_t
ena_tx_meta_bits(uint64_t meta)
{
	return (ENAHW_TXM0_EXT_VALID | ENAHW_TXM0_ETH_META |
	    ENAHW_TXM0_STORE | ENAHW_TXM0_META | ENAHW_TXM0_FIRST |
	    (meta >> 32 >> ENAHW_TXM_MSS_LO_BITS) *
	    ENAHW_LSB(ENAHW_TXM0_MSS_HI));
}

/*
 * Cold half of ena_tx_put(): a checked packet that may not fit into one run,
 * its slots from that position on.  Returns the number of slots in the upper
 * half, the id in the lower; 0: no room.
 */
uint32_t ena_tx_put_edge(struct ena_txq *, const struct ena_buf *,
    uint32_t, uint32_t, uint32_t, uint64_t, uint64_t);

/*
 * Rings in device memory.  An entry is written as its packet is put: what
 * describes it, then the header from the caller's memory, then zeros, each
 * word once and in ascending order.  A doorbell comes earlier than the end of
 * the burst where the device limits what may lie between two.
 *
 * The half of ena_llq_put() that is not inline takes any packet, the place of
 * the next free id, the number of entries of the run, offset and phase of the
 * first of them.  Returns the number of entries filled in the upper half, the
 * id in the lower; no entries: a result.
 */
uint32_t ena_llq_put_edge(struct ena_txq *, const struct ena_tx_pkt *,
    const uint16_t *, uint32_t, size_t, uint32_t);

#define ENA_DESC		((uint32_t)sizeof(struct enahw_desc))

/* One descriptor; the bits of its first word hold the phase. */
static inline void
ena_llq_desc(struct ena_os *os, size_t off, uint64_t q0, uint64_t q1)
{
	ena_os_llq_store8(os, off, enahw_le64(q0).le);
	ena_os_llq_store8(os, off + 8, enahw_le64(q1).le);
}

/* Two descriptors of zeros. */
static inline void
ena_llq_zero2(struct ena_os *os, size_t off)
{
	ena_llq_desc(os, off, 0, 0);
	ena_llq_desc(os, off + ENA_DESC, 0, 0);
}

/* Zeros up to there, a whole number of descriptors; four at a time. */
static inline void
ena_llq_zero(struct ena_os *os, size_t off, size_t end)
{
	size_t left;

	left = end - off;
	if (ENA_SELDOM((left & ENA_DESC) != 0)) {
		ena_llq_desc(os, off, 0, 0);
		off += ENA_DESC;
	}
	if (ENA_SELDOM((left & (2 * ENA_DESC)) != 0)) {
		ena_llq_zero2(os, off);
		off += 2 * ENA_DESC;
	}
	for (left /= 4 * ENA_DESC; left != 0; left--) {
		ena_llq_zero2(os, off);
		ena_llq_zero2(os, off + 2 * ENA_DESC);
		off += 4 * ENA_DESC;
	}
}

/* The 8 bytes at p, as they are: one load also in freestanding kernels. */
static inline uint64_t
ena_raw8(const uint8_t *p)
{
	uint64_t raw;

	__builtin_memcpy(&raw, p, sizeof(raw));
	return (raw);
}

/*
 * Those bytes as a number, first byte lowest, and back.  They are nobody's
 * words: memory's order counts here, not that of the wire format.
 */
static inline uint64_t
ena_first_lowest(uint64_t raw)
{
	return (ENAHW_HOST_BE ? __builtin_bswap64(raw) : raw);
}

/* 32 bytes of a header. */
static inline void
ena_llq_copy32(struct ena_os *os, size_t off, const uint8_t *h)
{
	ena_os_llq_store8(os, off, ena_raw8(h));
	ena_os_llq_store8(os, off + 8, ena_raw8(h + 8));
	ena_os_llq_store8(os, off + 16, ena_raw8(h + 16));
	ena_os_llq_store8(os, off + 24, ena_raw8(h + 24));
}

/*
 * The header, and zeros up to the end of its last word; returns that end.
 * 96 bytes at a time, because that is what a packet of any size brings for an
 * entry of 128.
 */
static inline size_t
ena_llq_words(struct ena_os *os, size_t off, const uint8_t *h, uint32_t len)
{
	uint64_t last;
	uint32_t i, left;

	for (left = len; left >= 96; left -= 96) {
		ena_llq_copy32(os, off, h);
		ena_llq_copy32(os, off + 32, h + 32);
		ena_llq_copy32(os, off + 64, h + 64);
		off += 96;
		h += 96;
	}
	if (left == 0)
		return (off);
	for (; left >= 32; left -= 32) {
		ena_llq_copy32(os, off, h);
		off += 32;
		h += 32;
	}
	for (; left >= 8; left -= 8) {
		ena_os_llq_store8(os, off, ena_raw8(h));
		off += 8;
		h += 8;
	}
	if (left == 0)
		return (off);
	if (len > 8) {
		/* the last 8 bytes, without those that have been stored */
		last = ena_first_lowest(ena_raw8(h + left - 8)) >>
		    (64 - 8 * left);
	} else {
		last = 0;
		for (i = len; i-- != 0;)
			last = last << 8 | h[i];
	}
	ena_os_llq_store8(os, off, ena_first_lowest(last));
	return (off + 8);
}

/* The header, and zeros up to there. */
static inline void
ena_llq_header(struct ena_os *os, size_t off, const uint8_t *h, uint32_t len,
    size_t end)
{
	off = ena_llq_words(os, off, h, len);
	if (off == end)
		return;
	if (ENA_SELDOM(((end - off) & 8) != 0)) {
		ena_os_llq_store8(os, off, 0);
		off += 8;
	}
	ena_llq_zero(os, off, end);
}

/*
 * Metadata at the start of an entry, remembered.  Where it goes with each
 * packet tq_meta is no metadata there could be, and so always different.
 */
static inline void
ena_llq_meta(struct ena_txq *q, size_t off, uint32_t phase, uint64_t meta)
{
	if (!q->tq_llq.li_meta_always) {
		q->tq_meta = meta;
		q->tq_meta_idle = meta;
	}
	ena_llq_desc(q->tq_os, off, ena_tx_meta_bits(meta) | phase,
	    meta & 0xffffffffU);
}

/*
 * ena_tx_put() for these rings: a packet of one buffer or none, into an entry
 * of the run with two descriptors before the header.  All others, also those
 * to be refused, go over the edge.
 */
ENA_FAST enum ena_result
ena_llq_put(struct ena_tx_burst *b, const struct ena_tx_pkt *p, uint16_t *id)
{
	struct ena_txq *q = b->tb_q;
	uint64_t addr, len, meta, q0;
	uint32_t need, rid;
	size_t off;

	if (p->tp_nbufs >= q->tq_llq_plain || b->tb_run == 0 ||
	    p->tp_hdr_len - 1U >= q->tq_llq.li_max_push)
		goto edge;
	addr = 0;
	len = 0;
	if (ENA_OFTEN(p->tp_nbufs != 0)) {
		addr = p->tp_bufs->b_addr;
		len = p->tp_bufs->b_len;
		if (((addr | (len - 1)) & q->tq_bad_addr) != 0)
			goto edge;
	}
	q0 = ENAHW_TXD0_FIRST | ENAHW_TXD0_LAST | ENAHW_TXD0_COMP_REQ;
	meta = q->tq_meta_idle;
	if (ENA_SELDOM(p->tp_flags != 0)) {
		if (!ena_tx_request(q, p, &meta))
			goto edge;
		q0 |= (uint64_t)(p->tp_flags |
		    ENAHW_PUT(ENAHW_TXD1_L3, p->tp_l3) |
		    ENAHW_PUT(ENAHW_TXD1_L4, p->tp_l4)) << 32;
	}
	rid = *b->tb_id++;
	b->tb_slots[rid] = (uint8_t)(1 | q->tq_mark);
	*id = (uint16_t)rid;
	b->tb_run--;
	b->tb_bytes += len + p->tp_hdr_len;
	off = b->tb_off;
	b->tb_off += q->tq_llq.li_entry_bytes;
	q0 |= ena_tx_id_bits(q, rid) | b->tb_phase | len;
	addr |= (uint64_t)ENAHW_PUT(ENAHW_TXD3_HDR_LEN, p->tp_hdr_len) << 32;
	if (ENA_SELDOM(meta != q->tq_meta)) {
		ena_llq_meta(q, off, b->tb_phase, meta);
		ena_llq_desc(q->tq_os, off + ENA_DESC, q0 ^ ENAHW_TXD0_FIRST,
		    addr);
	} else {
		ena_llq_desc(q->tq_os, off, q0, addr);
		ena_llq_desc(q->tq_os, off + ENA_DESC, 0, 0);
	}
	ena_llq_header(q->tq_os, off + 2 * ENA_DESC, p->tp_hdr,
	    p->tp_hdr_len, b->tb_off);
	return (ENA_OK);
edge:
	rid = ena_llq_put_edge(q, p, b->tb_id, b->tb_run, b->tb_off,
	    b->tb_phase);
	need = rid >> 16;
	if (need == 0)
		return (rid == ENA_NO_ROOM ? ENA_NO_ROOM : ENA_INVAL);
	*id = (uint16_t)rid;
	if (need < b->tb_run) {
		b->tb_id++;
		b->tb_run -= need;
		b->tb_off += (size_t)need * q->tq_llq.li_entry_bytes;
	} else
		ena_tx_run(b, ena_tx_tail_pos(b) + need,
		    ena_tx_pop_pos(b) + 1);
	return (ENA_OK);
}

/*
 * Queue one packet: 1..in_max_tx_bufs buffers of 1..65535 bytes (none, if
 * all of it is in tp_hdr).  On ENA_OK *id names it until ena_tx_reap()
 * returns that id; the buffers belong to the device until then.
 * ENA_NO_ROOM: not enough slots; end the burst and come back after a reap.
 * ENA_INVAL: never sendable as described (too many buffers, bad address or
 * length, a header where none goes or none where one must, a request the
 * device does not take): drop.
 * Lane: TXS(q).  ref: hw-notes#tx, #llq
 */
ENA_FAST enum ena_result
ena_tx_put(struct ena_tx_burst *b, const struct ena_tx_pkt *p, uint16_t *id)
{
	struct ena_txq *q = b->tb_q;
	const struct ena_buf *buf, *last;
	uint64_t bad, bytes, meta, q0;
	uint32_t n, need, rid;

	/* one comparison: the number of buffers, no header, no LLQ */
	n = p->tp_nbufs;
	if (n + ((uint32_t)p->tp_hdr_len << 16) - 1 >= q->tq_max_bufs)
		return (ena_llq_put(b, p, id));
	q0 = ENAHW_TXD0_FIRST | ENAHW_TXD0_COMP_REQ;
	meta = q->tq_meta;
	if (p->tp_flags != 0) {
		if (!ena_tx_request(q, p, &meta))
			return (ENA_INVAL);
		q0 |= (uint64_t)(p->tp_flags |
		    ENAHW_PUT(ENAHW_TXD1_L3, p->tp_l3) |
		    ENAHW_PUT(ENAHW_TXD1_L4, p->tp_l4)) << 32;
	}
	/* a length of 0 has all address bits set when 1 is taken off */
	buf = p->tp_bufs;
	last = buf + (n - 1);
	bytes = buf->b_len;
	bad = buf->b_addr | ((uint64_t)buf->b_len - 1);
	while (buf != last) {
		buf++;
		bad |= buf->b_addr | ((uint64_t)buf->b_len - 1);
		bytes += buf->b_len;
	}
	if ((bad & q->tq_bad_addr) != 0)
		return (ENA_INVAL);
	/* with a slot to spare for metadata */
	if (b->tb_run <= n) {
		ena_tx_run(b, ena_tx_tail_pos(b), ena_tx_pop_pos(b));
		if (b->tb_run <= n) {
			rid = ena_tx_put_edge(q, p->tp_bufs, n,
			    ena_tx_tail_pos(b), b->tb_pop_pos, q0, meta);
			if (rid == 0)
				return (ENA_NO_ROOM);
			*id = (uint16_t)rid;
			need = rid >> 16;
			b->tb_run_pos += need - b->tb_run;
			b->tb_run = 0;
			b->tb_pop_pos++;
			b->tb_id = &q->tq_ids[b->tb_pop_pos & q->tq_mask];
			b->tb_bytes += bytes;
			return (ENA_OK);
		}
	}
	need = n;
	if (meta != q->tq_meta) {
		q->tq_meta = meta;
		ena_desc_store(b->tb_desc, ena_tx_meta_bits(meta) |
		    b->tb_phase, meta & 0xffffffffU);
		b->tb_desc++;
		need++;
		q0 ^= ENAHW_TXD0_FIRST;
	}
	b->tb_run -= need;
	b->tb_bytes += bytes;
	rid = *b->tb_id++;
	b->tb_slots[rid] = (uint8_t)(need | q->tq_mark);
	*id = (uint16_t)rid;
	buf = p->tp_bufs;
	q0 |= ena_tx_id_bits(q, rid) | b->tb_phase | buf->b_len;
	if (n != 1) {
		ena_desc_store(b->tb_desc, q0, buf->b_addr);
		b->tb_desc++;
		buf++;
		for (n -= 2; n != 0; n--) {
			ena_desc_store(b->tb_desc, b->tb_phase | buf->b_len,
			    buf->b_addr);
			b->tb_desc++;
			buf++;
		}
		q0 = b->tb_phase | buf->b_len;
	}
	ena_desc_store(b->tb_desc, q0 | ENAHW_TXD0_LAST, buf->b_addr);
	b->tb_desc++;
	return (ENA_OK);
}

/*
 * Close a burst: hand everything that was put to the device with one
 * doorbell.  Lane: TXS(q).
 */
static inline void
ena_tx_end(struct ena_tx_burst *b)
{
	struct ena_txq *q = b->tb_q;
	uint32_t tail;

	q->tq_bytes += b->tb_bytes;
	tail = ena_tx_tail_pos(b);
	if (tail == q->tq_tail_pos)
		return;
	if (q->tq_llq.li_entry_bytes == 0)
		ena_os_dma_sync(q->tq_os, &q->tq_io.io_sq_dma, 0,
		    ((size_t)q->tq_mask + 1) * sizeof(struct enahw_desc),
		    ENA_SYNC_PREWRITE);
	ena_tx_ring(q, tail, ena_tx_pop_pos(b));
}

/*
 * Take completed packets: up to max request ids into ids[], their number
 * into *count, in the order of completion (which need not be the order of
 * submission).  ENA_OK, or ENA_FAULTED / ENA_GONE with the *count ids that
 * were good.  When their buffers are the glue's again, ena_tx_release() lets
 * submission have the ids and slots of all that was reaped.  Lane: TXC(q).
 */
enum ena_result ena_tx_reap(struct ena_txq *, uint16_t *, unsigned int,
    unsigned int *);
static inline void
ena_tx_release(struct ena_txq *q)
{
	ena_os_store_rel(&q->tq_done_pos, q->tq_freed_pos);
}

/*
 * When the i-th (from 0) of the count packets left that the last
 * ena_tx_reap() has returned, in nanoseconds of the adapter's clock; 0: not
 * known.  Lane: TXC(q).  UNVERIFIED.
 */
static inline uint64_t
ena_tx_stamp(const struct ena_txq *q, unsigned int count, unsigned int i)
{
	return (ena_wide_time(&q->tq_io,
	    (q->tq_head_pos - count + i) & q->tq_mask));
}

/*
 * After a reset or at QUIET: hand back the ids that never completed, so that
 * the glue can free their buffers.  Each id once; returns their number.
 * Queue memory must still be given.  ADMIN lane, other lanes stopped.
 */
unsigned int ena_tx_drain(struct ena_txq *, uint16_t *, unsigned int);

/* ---- receive: posting buffers */

/*
 * Like a TX burst, a refill proceeds in runs; an id a slot, so both rings
 * wrap at once, and at most once: then rf_more slots follow from the start.
 */
struct ena_rx_fill {
	struct ena_rxq *rf_q;
	struct enahw_desc *rf_desc;	/* slot to fill next */
	const struct ena_rx_seg *rf_seg; /* free id to take next */
	uint16_t *rf_posted;
	uint32_t rf_run;		/* slots left of the run */
	uint32_t rf_more;		/* and of the next one */
	uint32_t rf_limit_pos;		/* position behind both */
	uint32_t rf_ctrl;		/* control bits with the phase */
};

#define ENA_RXD_CTRL	(ENAHW_RXD0_FIRST | ENAHW_RXD0_LAST | \
			    ENAHW_RXD0_COMP_REQ)

/*
 * Buffers that may be posted now.  Those of a frame half received still
 * count: nobody has been told yet that their ids are free.  Lane: RX(q).
 */
static inline uint32_t
ena_rx_room(const struct ena_rxq *q)
{
	return (q->rq_mask - (q->rq_tail_pos -
	    (q->rq_head_pos - q->rq_nsegs)));
}

/* Is a refill worth its doorbell?  ref: hw-notes#rx-refill */
static inline bool
ena_rx_fill_due(const struct ena_rxq *q)
{
	uint32_t limit;

	limit = (q->rq_mask + 1) / 8;
	return (ena_rx_room(q) > (limit < 256 ? limit : 256));
}

/* Open a refill; results as ena_tx_begin().  Lane: RX(q). */
static inline enum ena_result
ena_rx_begin(struct ena_rxq *q, struct ena_rx_fill *f)
{
	uint32_t fault, idx, to_wrap;

	ena_os_lane_assert(q->rq_os, ENA_LANE_RX, q->rq_index);
	ENA_OS_ASSERT(ena_rxq_ok(q));
	fault = ena_os_load_acq(&q->rq_dev->dev_fault);
	if (fault != 0)
		return (fault == ENA_FAULT_GONE ? ENA_GONE : ENA_FAULTED);
	ena_os_dma_sync(q->rq_os, &q->rq_io.io_sq_dma, 0,
	    ((size_t)q->rq_mask + 1) * sizeof(struct enahw_desc),
	    ENA_SYNC_POSTWRITE);
	idx = q->rq_tail_pos & q->rq_mask;
	to_wrap = q->rq_mask + 1 - idx;
	f->rf_q = q;
	f->rf_desc = &q->rq_ring[idx];
	/* positions of ring and free-id ring coincide */
	f->rf_seg = &q->rq_free[idx];
	f->rf_posted = q->rq_posted;
	f->rf_run = ena_rx_room(q);
	f->rf_limit_pos = q->rq_tail_pos + f->rf_run;
	f->rf_more = f->rf_run > to_wrap ? f->rf_run - to_wrap : 0;
	f->rf_run -= f->rf_more;
	f->rf_ctrl = ENA_RXD_CTRL | ena_phase_at(q->rq_tail_pos, q->rq_mask,
	    ENAHW_RXD0_PHASE);
	return (ENA_OK);
}

/*
 * Post one buffer of len bytes (ENA_RX_BUF_MIN..65535).  *id names it until
 * a frame returns it.  ENA_NO_ROOM: the ring is full (depth - 1 posted).
 * Lane: RX(q).
 */
ENA_FAST enum ena_result
ena_rx_put(struct ena_rx_fill *f, uint64_t addr, uint16_t len, uint16_t *id)
{
	struct ena_rxq *q = f->rf_q;
	uint32_t rid;

	if ((addr & q->rq_bad_addr) != 0 || len < ENA_RX_BUF_MIN)
		return (ENA_INVAL);
	if (f->rf_run == 0) {
		if (f->rf_more == 0)
			return (ENA_NO_ROOM);
		f->rf_run = f->rf_more;
		f->rf_more = 0;
		f->rf_desc = q->rq_ring;
		f->rf_seg = q->rq_free;
		f->rf_ctrl ^= ENAHW_RXD0_PHASE;
	}
	f->rf_run--;
	rid = f->rf_seg->rs_id;
	f->rf_seg++;
	f->rf_posted[rid] = len;
	ena_desc_store(f->rf_desc, (uint64_t)rid << 32 | f->rf_ctrl | len,
	    addr);
	f->rf_desc++;
	*id = (uint16_t)rid;
	return (ENA_OK);
}

/* Close a refill with one doorbell.  Lane: RX(q). */
static inline void
ena_rx_end(struct ena_rx_fill *f)
{
	struct ena_rxq *q = f->rf_q;
	uint32_t tail;

	tail = f->rf_limit_pos - f->rf_more - f->rf_run;
	if (tail == q->rq_tail_pos)
		return;
	ena_os_dma_sync(q->rq_os, &q->rq_io.io_sq_dma, 0,
	    ((size_t)q->rq_mask + 1) * sizeof(struct enahw_desc),
	    ENA_SYNC_PREWRITE);
	q->rq_tail_pos = tail;
	q->rq_doorbells++;
	ENA_OS_ASSERT(ena_rxq_ok(q));
	ena_os_wmb(q->rq_os);
	ena_os_wr4(q->rq_os, q->rq_io.io_db_off, tail & 0xffffU);
}

/* ---- receive: taking frames */

/*
 * A received frame.  Its bytes are in rp_nsegs buffers: rp_segs[0] from
 * rp_offset on, the others from their start.  rp_segs is valid until the
 * next get.  The buffers belong to the glue again; a segment of length 0
 * carries no data, its buffer just comes back.
 */
struct ena_rx_pkt {
	const struct ena_rx_seg *rp_segs;
	uint32_t rp_nsegs;
	uint32_t rp_len;		/* total bytes, no FCS */
	uint32_t rp_offset;
	uint32_t rp_hash;		/* see ena_rx_hash_kind() */
	uint32_t rp_status;		/* for the accessors below */
};

/*
 * A pass proceeds in runs like a burst: completions in a row before the end
 * of the ring.
 */
struct ena_rx_take {
	struct ena_rxq *rt_q;
	const struct enahw_rx_cdesc *rt_cdesc; /* to look at next */
	const struct enahw_rx_cdesc *rt_stop; /* end of the run */
	struct ena_rx_seg *rt_seg;	/* where it goes */
	uint16_t *rt_posted;
	uint64_t rt_total;
	uint32_t rt_want;		/* phase of the run */
	uint32_t rt_more;		/* completions allowed after the run */
	uint32_t rt_end_pos;		/* position behind those */
	uint32_t rt_pkts;
};

enum ena_verdict {
	ENA_CSUM_UNKNOWN,		/* let the stack verify */
	ENA_CSUM_GOOD,
	ENA_CSUM_BAD			/* let the stack verify and drop */
};

/* What the device took the frame for: ENA_L3_*, ENA_L4_*. */
static inline unsigned int
ena_rx_l3(const struct ena_rx_pkt *p)
{
	return (ENAHW_GET(ENAHW_RXC0_L3, p->rp_status));
}

/* Valid unless ena_rx_is_frag(). */
static inline unsigned int
ena_rx_l4(const struct ena_rx_pkt *p)
{
	return (ENAHW_GET(ENAHW_RXC0_L4, p->rp_status));
}

/* An IPv4 fragment: neither L4 kind nor hash mean anything. */
static inline bool
ena_rx_is_frag(const struct ena_rx_pkt *p)
{
	return ((p->rp_status & ENAHW_RXC0_FRAG) != 0);
}

/*
 * IPv4 header checksum.  The error bit also means "not checked", so a set
 * bit is unknown, never bad.  ref: hw-notes#rx-checksum
 */
static inline enum ena_verdict
ena_rx_l3_csum(const struct ena_rx_pkt *p)
{
	if ((p->rp_status & (ENAHW_RXC0_L3 | ENAHW_RXC0_L3_ERR)) !=
	    ENAHW_PUT(ENAHW_RXC0_L3, ENA_L3_IP4))
		return (ENA_CSUM_UNKNOWN);
	return (ENA_CSUM_GOOD);
}

/*
 * TCP/UDP checksum: judged only if the device says that it checked, the
 * packet is TCP or UDP and not a fragment.  Those two differ in the lowest
 * bit of the index, so one comparison covers it all.
 */
ENA_CTASSERT((ENA_L4_TCP ^ ENA_L4_UDP) == 1);
static inline enum ena_verdict
ena_rx_l4_csum(const struct ena_rx_pkt *p)
{
	if ((p->rp_status & (ENAHW_RXC0_L4_CHECKED | ENAHW_RXC0_FRAG |
	    (ENAHW_RXC0_L4 & ~ENAHW_LSB(ENAHW_RXC0_L4)))) !=
	    (ENAHW_RXC0_L4_CHECKED |
	    ENAHW_PUT(ENAHW_RXC0_L4, ENA_L4_TCP & ENA_L4_UDP)))
		return (ENA_CSUM_UNKNOWN);
	return ((p->rp_status & ENAHW_RXC0_L4_ERR) != 0 ? ENA_CSUM_BAD :
	    ENA_CSUM_GOOD);
}

enum ena_hash_kind {
	ENA_HASH_NONE,			/* rp_hash means nothing */
	ENA_HASH_TCP4, ENA_HASH_UDP4, ENA_HASH_TCP6, ENA_HASH_UDP6
};

/* Devices hash unfragmented TCP and UDP only. */
static inline enum ena_hash_kind
ena_rx_hash_kind(const struct ena_rx_pkt *p)
{
	unsigned int l3, l4;

	l3 = ena_rx_l3(p);
	l4 = ena_rx_l4(p);
	if (ena_rx_is_frag(p) || (l3 != ENA_L3_IP4 && l3 != ENA_L3_IP6))
		return (ENA_HASH_NONE);
	if (l4 == ENA_L4_TCP)
		return (l3 == ENA_L3_IP4 ? ENA_HASH_TCP4 : ENA_HASH_TCP6);
	if (l4 == ENA_L4_UDP)
		return (l3 == ENA_L3_IP4 ? ENA_HASH_UDP4 : ENA_HASH_UDP6);
	return (ENA_HASH_NONE);
}

/*
 * Look at a completion.  Returns the bits among check in which its first
 * word is not as wanted: 0 says that it is new and well formed, the phase
 * bit that it is not there yet.  If 0, *out is the first 64 bits: where the
 * CPU loads 64 bits at once they are consistent with the phase bit among
 * them; elsewhere the second half must be ordered behind it.
 */
static inline uint32_t
ena_cq_look(struct ena_os *os, const struct enahw_le64 *e, uint32_t want,
    uint32_t check, uint64_t *out)
{
#ifdef __LP64__
	(void)os;
	*out = enahw_load64(e);
	return (((uint32_t)*out ^ want) & check);
#else
	const struct enahw_le32 *w = (const void *)e;
	uint32_t lo;

	/* the low half is the first, unless a test turned the format round */
	lo = enahw_load32(&w[ENAHW_SWAP != ENAHW_HOST_BE]);
	*out = lo;
	if (((lo ^ want) & check) != 0)
		return ((lo ^ want) & check);
	ena_os_rmb(os);
	*out |= (uint64_t)enahw_load32(&w[ENAHW_SWAP == ENAHW_HOST_BE]) << 32;
	return (0);
#endif
}

/* Open the next run; false: nothing left of the budget. */
static inline bool
ena_rx_run(struct ena_rx_take *t)
{
	struct ena_rxq *q = t->rt_q;
	uint32_t idx, pos, run;

	pos = t->rt_end_pos - t->rt_more;
	idx = pos & q->rq_mask;
	run = q->rq_mask + 1 - idx;
	if (run > t->rt_more)
		run = t->rt_more;
	t->rt_more -= run;
	t->rt_cdesc = &q->rq_cq[idx];
	t->rt_stop = t->rt_cdesc + run;
	t->rt_seg = &q->rq_free[idx];
	t->rt_want = ena_phase_at(pos, q->rq_mask, ENAHW_RXC0_PHASE);
	return (run != 0);
}

/*
 * Take one segment off the ring.  False: its id is not in flight or its
 * data does not fit into the buffer.  Data of 1 byte to a whole buffer
 * passes with one comparison, as the buffer of an idle id has 0 bytes.
 */
static inline bool
ena_rx_seg(struct ena_rx_take *t, uint64_t q0, uint32_t skip)
{
	uint32_t len, rid, room;

	len = (uint32_t)(q0 >> 32) & ENAHW_RXC1_LEN;
	rid = (uint32_t)(q0 >> 48);
	if (rid > t->rt_q->rq_mask)
		return (false);
	room = t->rt_posted[rid];
	if (len + skip - 1 >= room && (len + skip != 0 || room == 0))
		return (false);
	t->rt_posted[rid] = 0;
	t->rt_seg->rs_len = (uint16_t)len;
	t->rt_seg->rs_id = (uint16_t)rid;
	t->rt_seg++;
	t->rt_cdesc++;
	return (true);
}

/* Position of a pass. */
static inline uint32_t
ena_rx_pos(const struct ena_rx_take *t)
{
	return (t->rt_end_pos - t->rt_more -
	    (uint32_t)(t->rt_stop - t->rt_cdesc));
}

/*
 * Cold parts of ena_rx_get().  Find out what is wrong with the completion at
 * a position and latch the fault that the device earned: segments of its
 * frame so far, first 64 bits, which bits of them are not as they must be
 * (~0: too long a frame).  And: the segments of a frame that wraps, in one
 * piece; position behind them, number.
 */
void ena_rx_bad(struct ena_rxq *, uint32_t, uint32_t, uint64_t, uint32_t);
const struct ena_rx_seg *ena_rx_unwrap(struct ena_rxq *, uint32_t, uint32_t);

/*
 * Open a receive pass that takes at most budget completions (buffers, not
 * frames).  Results as ena_tx_begin().  Lane: RX(q).
 */
static inline enum ena_result
ena_rx_take_begin(struct ena_rxq *q, struct ena_rx_take *t, uint32_t budget)
{
	uint32_t fault;

	ena_os_lane_assert(q->rq_os, ENA_LANE_RX, q->rq_index);
	ENA_OS_ASSERT(ena_rxq_ok(q));
	fault = ena_os_load_acq(&q->rq_dev->dev_fault);
	if (fault != 0)
		return (fault == ENA_FAULT_GONE ? ENA_GONE : ENA_FAULTED);
	ena_os_dma_sync(q->rq_os, &q->rq_io.io_cq_dma, 0,
	    q->rq_io.io_cq_bytes, ENA_SYNC_POSTREAD);
	if (q->rq_io.io_wide != NULL)
		ena_wide_take(q->rq_os, &q->rq_io, q->rq_head_pos);
	t->rt_q = q;
	t->rt_posted = q->rq_posted;
	t->rt_more = budget <= q->rq_mask ? budget : q->rq_mask;
	t->rt_end_pos = q->rq_head_pos + t->rt_more;
	t->rt_pkts = 0;
	t->rt_total = 0;
	/* a run of length 0: the first get opens the first real one */
	t->rt_cdesc = q->rq_cq;
	t->rt_stop = q->rq_cq;
	t->rt_seg = q->rq_free;
	t->rt_want = 0;
	return (ENA_OK);
}

/*
 * Take one frame.  ENA_AGAIN: none complete, or the budget is used up; a
 * frame half received is kept for the next pass.  ENA_FAULTED: the device
 * broke the protocol, the reason is latched.  Lane: RX(q).
 * ref: hw-notes#rx
 */
ENA_FAST enum ena_result
ena_rx_get(struct ena_rx_take *t, struct ena_rx_pkt *p)
{
	struct ena_rxq *q = t->rt_q;
	const struct ena_rx_seg *segs;
	uint32_t diff, len, n, skip;
	uint64_t q0, q1;

	if (t->rt_cdesc == t->rt_stop) {
		if (!ena_rx_run(t))
			return (ENA_AGAIN);
		if (q->rq_nsegs != 0) {
			n = q->rq_nsegs;
			len = q->rq_bytes_so_far;
			skip = q->rq_first_off;
			segs = &q->rq_free[((uint32_t)(t->rt_seg -
			    q->rq_free) - n) & q->rq_mask];
			q->rq_nsegs = 0;
			goto more;
		}
	}
	n = 0;
	diff = ena_cq_look(q->rq_os, &t->rt_cdesc->rc_q[0], t->rt_want,
	    q->rq_check, &q0);
	if (diff != 0) {
		if ((diff & ENAHW_RXC0_PHASE) != 0)
			return (ENA_AGAIN);
		goto bad;
	}
	ena_os_rmb(q->rq_os);
	q1 = enahw_load64(&t->rt_cdesc->rc_q[1]);
	skip = ENAHW_GET(ENAHW_RXC3_OFFSET, (uint32_t)(q1 >> 32));
	segs = t->rt_seg;
	if (!ena_rx_seg(t, q0, skip))
		goto bad;
	n = 1;
	len = (uint32_t)(q0 >> 32) & ENAHW_RXC1_LEN;
	if ((q0 & ENAHW_RXC0_LAST) != 0)
		goto done;
more:
	do {
		if (t->rt_cdesc == t->rt_stop && !ena_rx_run(t))
			goto half;
		diff = ena_cq_look(q->rq_os, &t->rt_cdesc->rc_q[0],
		    t->rt_want, q->rq_check_more, &q0);
		if (diff != 0) {
			if ((diff & ENAHW_RXC0_PHASE) != 0)
				goto half;
			goto bad;
		}
		if (n >= q->rq_max_segs || !ena_rx_seg(t, q0, 0))
			goto bad;
		n++;
		len += (uint32_t)(q0 >> 32) & ENAHW_RXC1_LEN;
	} while ((q0 & ENAHW_RXC0_LAST) == 0);
	/* parsing results and hash come with the last buffer */
	ena_os_rmb(q->rq_os);
	q1 = enahw_load64(&t->rt_cdesc[-1].rc_q[1]);
	if ((size_t)(t->rt_seg - segs) != n)
		segs = ena_rx_unwrap(q, ena_rx_pos(t), n);
done:
	if (len > q->rq_max_frame) {
		diff = ~0U;
		goto bad;
	}
	p->rp_segs = segs;
	p->rp_nsegs = n;
	p->rp_len = len;
	p->rp_offset = skip;
	p->rp_hash = (uint32_t)q1;
	p->rp_status = (uint32_t)q0;
	t->rt_pkts++;
	t->rt_total += len;
	return (ENA_OK);
half:
	/* end the run here, so that nobody takes the rest for a new frame */
	t->rt_more += (uint32_t)(t->rt_stop - t->rt_cdesc);
	t->rt_stop = t->rt_cdesc;
	q->rq_head_pos = ena_rx_pos(t);
	q->rq_nsegs = n;
	q->rq_bytes_so_far = len;
	q->rq_first_off = skip;
	return (ENA_AGAIN);
bad:
	ena_rx_bad(q, ena_rx_pos(t), n, q0, diff);
	return (ENA_FAULTED);
}

/*
 * When the frame that ena_rx_get() has just returned arrived, in nanoseconds
 * of the adapter's clock; 0: not known.  Lane: RX(q).  UNVERIFIED.
 */
static inline uint64_t
ena_rx_stamp(const struct ena_rx_take *t)
{
	/* its last completion was the last one looked at */
	return (ena_wide_time(&t->rt_q->rq_io,
	    (uint32_t)(t->rt_cdesc - t->rt_q->rq_cq) - 1));
}

/*
 * Close a receive pass; also after ENA_FAULTED.  Then refill.  Lane: RX(q).
 */
static inline void
ena_rx_take_end(struct ena_rx_take *t)
{
	struct ena_rxq *q = t->rt_q;

	ena_os_dma_sync(q->rq_os, &q->rq_io.io_cq_dma, 0,
	    q->rq_io.io_cq_bytes, ENA_SYNC_PREREAD);
	q->rq_head_pos = ena_rx_pos(t);
	q->rq_pkts += t->rt_pkts;
	q->rq_bytes += t->rt_total;
	ENA_OS_ASSERT(ena_rxq_ok(q));
}

/* As ena_tx_drain(), for posted buffers. */
unsigned int ena_rx_drain(struct ena_rxq *, uint16_t *, unsigned int);

#endif /* ENA_IO_H */
