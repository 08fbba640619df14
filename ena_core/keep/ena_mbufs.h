/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mbufs of a pair of rings: mapped, lent to the device under the request
 * id that names them, taken back.  What the BSDs' glues do alike; another
 * system's glue has no use for it.
 *
 * G1: a buffer is lent to the device exactly while er_slots[id].es_m is set;
 *     it comes back by a completion, or by a drain once the device has been
 *     reset, has destroyed the queue or is gone.
 *
 * All of it is inline, so that it becomes part of the glue's own loops.  The
 * glue includes it behind <sys/mbuf.h>, bus_dma(9) and what differs from
 * system to system:
 *
 *	void *ena_mem_alloc(struct ena_os *, unsigned int pair, size_t)
 *	void ena_mem_free(void *, size_t)
 *		Zeroed memory near the CPU of a pair; NULL: there is none.
 *
 *	bool ena_map_open(struct ena_os *, bus_size_t bytes, int nsegs,
 *	    bus_size_t seg, bus_dma_tag_t *)
 *	void ena_map_close(bus_dma_tag_t)
 *		A tag for maps of so many bytes, in pieces of at most seg.
 *	bool ena_map_create(bus_dma_tag_t, bus_size_t bytes, int nsegs,
 *	    bus_size_t seg, bus_dmamap_t *)
 *	int ena_map_out(bus_dma_tag_t, bus_dmamap_t, struct mbuf *,
 *	    struct ena_buf *)
 *		Map and PRE-sync a packet to be sent, addresses to the buffers.
 *		Returns their number; 0: too many for the map; -1: cannot.
 *	bool ena_map_in(bus_dma_tag_t, bus_dmamap_t, struct mbuf *,
 *	    uint64_t *addr)
 *		Likewise one to receive into, which is in one piece.
 *	void ena_map_unload(bus_dma_tag_t, bus_dmamap_t, bool out)
 *		POST-sync and unmap.
 *
 *	struct mbuf *ena_mbuf_cluster(unsigned int bytes)
 *		One with a packet header whose length is set; NULL: none.
 *	struct mbuf *ena_mbuf_squeeze(struct mbuf *, unsigned int pieces)
 *		Fewer pieces; NULL: cannot, the packet is what it was.
 *	void ena_mbuf_demote(struct mbuf *)
 *		It has no packet header any more.
 *	bool ena_mbuf_writable(struct mbuf *, int)
 *		May the first so many bytes be written?
 *	ena_mbuf_mss(struct mbuf *)	where it says its segment size
 *	ENA_MBUF_NOWAIT			for m_split() and M_PREPEND()
 *
 * ref: docs/contract.md
 */
#ifndef ENA_MBUFS_H
#define ENA_MBUFS_H

#include "ena_keep.h"
#include "ena_parse.h"

#define ENA_REAP		64U	/* ids taken per call */
#define ENA_PUSH_MAX		256U	/* bytes of mb_head */
#define ENA_TX_SEG_MAX		65535U	/* bytes of a piece */

/*
 * What happens to a pair's buffers, counted on the lane where it does; behind
 * it what the core's watchdog knows of the pair.
 */
enum ena_mb_event {
	ENA_MB_TX_SQUEEZED,		/* copied into fewer pieces */
	ENA_MB_TX_STUCK,		/* could not be, so: */
	ENA_MB_TX_NOMAP,		/* dropped, no mapping */
	ENA_MB_TX_BAD,			/* dropped, not sendable */
	ENA_MB_TX_COPIED,		/* header gathered to be pushed */
	ENA_MB_TX_TSO,			/* to be cut by the device */
	ENA_MB_TX_CWR,			/* cut in two before that */
	ENA_MB_RX_NOMBUF,		/* refills without a cluster */
	ENA_MB_RX_NOMAP,		/* or without a mapping for it */
	ENA_MB_RX_CHAINS,		/* frames of several buffers */
	ENA_MB_INTRS,			/* served */
	ENA_MB_INTRS_LOST,		/* work found without one */
	ENA_MB_RX_EMPTY,		/* ticks without receive buffers */
	ENA_MB_TX_OVERDUE,		/* packets, now */
	ENA_MB_STARVED,			/* nobody served the pair */
	ENA_MB_EVENTS
};

/* A buffer lent to the device. */
struct ena_slot {
	struct mbuf		*es_m;
	bus_dmamap_t		 es_map;
	unsigned int		 es_nsegs;	/* mapped; 0: all was pushed */
};

/*
 * One map more than ids: a packet is mapped before the core says which id it
 * gets, then the spare map changes places with that id's.
 */
struct ena_ring {
	bus_dma_tag_t		 er_dmat;
	struct ena_slot		*er_slots;	/* by request id */
	struct ena_slot		*er_spare;	/* behind the last id */
	unsigned int		 er_size;	/* slots, that one included */
	unsigned int		 er_maps;	/* created; they may be NULL */
	bool			 er_open;	/* there is a tag */
};

struct ena_mbufs {
	struct ena_os		*mb_os;
	struct ena_dev		*mb_dev;
	unsigned int		 mb_idx;
	void			*mb_mem;	/* ADMIN: lent to the core */
	unsigned int		 mb_tx_need;	/* slots any packet fits in */
	unsigned int		 mb_rx_bytes;	/* of a buffer */
	struct ena_ring		 mb_tx;		/* TXS puts, TXC takes */
	struct ena_ring		 mb_rx;		/* RX */
	struct mbuf		*mb_rest;	/* TXS: to be sent first */
	uint64_t		 mb_events[ENA_MB_EVENTS];
	struct ena_buf		 mb_bufs[ENA_MAX_TX_SLOTS]; /* TXS */
	uint8_t			 mb_head[ENA_PUSH_MAX]; /* TXS */
};

/* ---- lend and take back */

/* What is in the spare map becomes the device's under this id. */
static inline void
ena_lend(struct ena_ring *er, unsigned int id, struct mbuf *m,
    unsigned int nsegs)
{
	struct ena_slot *es = &er->er_slots[id];
	bus_dmamap_t map = es->es_map;

	es->es_map = er->er_spare->es_map;
	es->es_m = m;
	es->es_nsegs = nsegs;
	er->er_spare->es_map = map;
}

static inline struct mbuf *
ena_take_back(struct ena_ring *er, unsigned int id, bool out)
{
	struct ena_slot *es = &er->er_slots[id];
	struct mbuf *m = es->es_m;

	if (es->es_nsegs != 0)
		ena_map_unload(er->er_dmat, es->es_map, out);
	es->es_m = NULL;
	return (m);
}

/* ---- transmit */

/* A packet's first len bytes in one piece: where they lie, or copied. */
static inline uint8_t *
ena_mbufs_head(struct ena_mbufs *mb, struct mbuf *m, unsigned int len)
{
	if (len <= (unsigned int)m->m_len)
		return (mtod(m, uint8_t *));
	m_copydata(m, 0, (int)len, (void *)mb->mb_head);
	return (mb->mb_head);
}

/* The packet with its first len bytes in one piece that may be written. */
static inline bool
ena_mbufs_own(struct mbuf **mp, int len)
{
	if (ena_mbuf_writable(*mp, len))
		return (true);
	*mp = m_pullup(*mp, len);
	return (*mp != NULL && ena_mbuf_writable(*mp, len));
}

/*
 * "Congestion window reduced" is for one segment to say, but this device
 * would say it in all of them: cut the first one off, of hl bytes of headers.
 */
static inline bool
ena_mbufs_cut(struct ena_mbufs *mb, struct mbuf *m, int hl,
    struct ena_tx_pkt *pkt)
{
	struct mbuf *rest;

	rest = m_split(m, hl + pkt->tp_mss, ENA_MBUF_NOWAIT);
	if (rest != NULL)
		M_PREPEND(rest, hl, ENA_MBUF_NOWAIT);
	if (rest == NULL)
		return (false);
	mb->mb_events[ENA_MB_TX_CWR]++;
	mb->mb_rest = rest;
	memcpy(mtod(rest, void *), mtod(m, void *), (size_t)hl);
	rest->m_pkthdr.csum_flags = m->m_pkthdr.csum_flags;
	ena_mbuf_mss(rest) = ena_mbuf_mss(m);
	ena_parse_cut(pkt, mtod(m, uint8_t *), (size_t)m->m_pkthdr.len,
	    mtod(rest, uint8_t *), (size_t)rest->m_pkthdr.len);
	pkt->tp_flags &= ~ENA_TXF_TSO;
	return (true);
}

/*
 * A packet for the device to cut, described.  reseed: the stack's sum of the
 * pseudo header has the length in it, where the device does not want it.
 */
static inline bool
ena_mbufs_tso(struct ena_mbufs *mb, struct mbuf **mp, uint32_t txo,
    bool reseed, struct ena_tx_pkt *pkt, const uint8_t *hdr)
{
	const int l4 = pkt->tp_l3_off + pkt->tp_l3_len;
	const int hl = l4 + pkt->tp_l4_len;

	mb->mb_events[ENA_MB_TX_TSO]++;
	if ((*mp)->m_pkthdr.len <= hl + (int)pkt->tp_mss)
		pkt->tp_flags &= ~ENA_TXF_TSO;	/* one segment as it is */
	else if ((txo & ENA_TXO_TSO_ECN) == 0 && ena_parse_cwr(pkt, hdr) &&
	    (!ena_mbufs_own(mp, hl) || !ena_mbufs_cut(mb, *mp, hl, pkt)))
		return (false);
	if ((pkt->tp_flags & ENA_TXF_L4_PARTIAL) == 0 ||
	    ((pkt->tp_flags & ENA_TXF_TSO) != 0 && !reseed))
		return (true);
	if (!ena_mbufs_own(mp, hl))
		return (false);
	ena_parse_seed(pkt, mtod(*mp, uint8_t *),
	    (pkt->tp_flags & ENA_TXF_TSO) != 0 ? 0 :
	    (size_t)((*mp)->m_pkthdr.len - l4));
	return (true);
}

/*
 * Describe what the stack wants done (ENA_WANT_*) with a packet, for a device
 * of these offers (ENA_TXO_*).  False: it cannot be.  *mp may be another mbuf
 * either way, and NULL if false.  What is cut off is in mb_rest, to be sent
 * next.  Lane: TXS.
 */
static inline bool
ena_mbufs_describe(struct ena_mbufs *mb, struct mbuf **mp, unsigned int wants,
    uint32_t txo, bool reseed, struct ena_tx_pkt *pkt)
{
	unsigned int len = (unsigned int)(*mp)->m_pkthdr.len;
	uint32_t mss = ena_mbuf_mss(*mp);
	const uint8_t *hdr;

	if (len > ENA_PARSE_BYTES)
		len = ENA_PARSE_BYTES;
	if ((wants & ENA_WANT_TSO) != 0 && mss - 1 >= UINT16_MAX)
		goto bad;
	pkt->tp_mss = (uint16_t)mss;
	hdr = ena_mbufs_head(mb, *mp, len);
	if (ena_parse(pkt, hdr, len, wants, txo) &&
	    ((wants & ENA_WANT_TSO) == 0 ||
	    ena_mbufs_tso(mb, mp, txo, reseed, pkt, hdr)))
		return (true);
bad:
	mb->mb_events[ENA_MB_TX_BAD]++;
	return (false);
}

/*
 * Map again what did not go because it was in too many pieces (n == 0).
 * Returns what ena_map_out() does.
 */
static inline int
ena_mbufs_remap(struct ena_mbufs *mb, bus_dmamap_t map, struct mbuf **mp,
    int n)
{
	struct mbuf *m = NULL;

	if (n == 0) {
		mb->mb_events[ENA_MB_TX_SQUEEZED]++;
		m = ena_mbuf_squeeze(*mp, mb->mb_tx_need - 1);
		if (m == NULL)
			mb->mb_events[ENA_MB_TX_STUCK]++;
	}
	if (m != NULL) {
		*mp = m;
		n = ena_map_out(mb->mb_tx.er_dmat, map, m, mb->mb_bufs);
	}
	if (n <= 0)
		mb->mb_events[ENA_MB_TX_NOMAP]++;
	return (n);
}

/* As many packets fit into a burst, whatever they are. */
static inline unsigned int
ena_mbufs_fit(const struct ena_mbufs *mb, const struct ena_tx_burst *b)
{
	return (ena_tx_left(b) / mb->mb_tx_need);
}

/* Its head goes into the ring itself, and not again by address. */
static inline void
ena_mbufs_push(struct ena_mbufs *mb, struct mbuf *m, unsigned int push,
    unsigned int n, struct ena_tx_pkt *pkt)
{
	struct ena_buf *buf = mb->mb_bufs;

	pkt->tp_hdr = mtod(m, void *);
	if (push > (unsigned int)m->m_len) {
		mb->mb_events[ENA_MB_TX_COPIED]++;
		pkt->tp_hdr = ena_mbufs_head(mb, m, push);
	}
	if (n == 0)
		return;
	if (push < buf->b_len) {	/* nearly always */
		buf->b_addr += push;
		buf->b_len = (uint16_t)(buf->b_len - push);
	} else
		pkt->tp_nbufs = (uint16_t)ena_parse_skip(buf, n, push);
}

/*
 * Put a packet with its requests in pkt into a burst with room for any: push
 * bytes of its head into the ring where that is device memory, the rest by
 * address.  Returns ring slots used, at most; 0: *mp, which may be another
 * mbuf than before, is to be dropped.  Lane: TXS.
 */
ENA_FAST unsigned int
ena_mbufs_put(struct ena_mbufs *mb, struct ena_tx_burst *b, unsigned int push,
    struct ena_tx_pkt *pkt, struct mbuf **mp)
{
	struct ena_ring *er = &mb->mb_tx;
	bus_dmamap_t map = er->er_spare->es_map;
	unsigned int len = (unsigned int)(*mp)->m_pkthdr.len;
	uint16_t id;
	int n = 0;

	if (__predict_true(push < len)) {
		n = ena_map_out(er->er_dmat, map, *mp, mb->mb_bufs);
		if (n <= 0 && (n = ena_mbufs_remap(mb, map, mp, n)) <= 0)
			return (0);
	} else
		push = len;
	pkt->tp_bufs = mb->mb_bufs;
	pkt->tp_nbufs = (uint16_t)n;
	pkt->tp_hdr_len = (uint16_t)push;
	if (push != 0)
		ena_mbufs_push(mb, *mp, push, (unsigned int)n, pkt);
	if (ena_tx_put(b, pkt, &id) == ENA_OK) {
		ena_lend(er, id, *mp, (unsigned int)n);
		return (pkt->tp_nbufs + 1U);
	}
	/* there was room for any packet: this one is at fault */
	if (n != 0)
		ena_map_unload(er->er_dmat, map, true);
	mb->mb_events[ENA_MB_TX_BAD]++;
	return (0);
}

/*
 * Free what was sent, at most so much.  Returns the number of packets; what
 * is wrong with the device, if anything, in *r.  Lane: TXC.
 */
static inline unsigned int
ena_mbufs_reap(struct ena_mbufs *mb, unsigned int limit, enum ena_result *r)
{
	struct ena_txq *txq = ena_txq(mb->mb_dev, mb->mb_idx);
	struct ena_ring er = mb->mb_tx;		/* which stays as it is */
	unsigned int count, i, total = 0, want;
	uint16_t ids[ENA_REAP];

	do {
		want = limit - total < ENA_REAP ? limit - total : ENA_REAP;
		*r = ena_tx_reap(txq, ids, want, &count);
		for (i = 0; i < count; i++)
			m_freem(ena_take_back(&er, ids[i], true));
		ena_tx_release(txq);
		total += count;
	} while (*r == ENA_OK && count == want && total < limit);
	return (total);
}

/* ---- receive */

/* Map a fresh cluster into the spare map and post it. */
static inline bool
ena_mbufs_post(struct ena_mbufs *mb, struct ena_rx_fill *f)
{
	struct ena_ring *er = &mb->mb_rx;
	bus_dmamap_t map = er->er_spare->es_map;
	struct mbuf *m;
	uint64_t addr;
	uint16_t id;

	m = ena_mbuf_cluster(mb->mb_rx_bytes);
	if (m == NULL) {
		mb->mb_events[ENA_MB_RX_NOMBUF]++;
		return (false);
	}
	if (ena_map_in(er->er_dmat, map, m, &addr)) {
		if (ena_rx_put(f, addr, (uint16_t)mb->mb_rx_bytes, &id) ==
		    ENA_OK) {
			ena_lend(er, id, m, 1);
			return (true);
		}
		/* out of the device's reach: as good as none */
		ena_map_unload(er->er_dmat, map, false);
	}
	mb->mb_events[ENA_MB_RX_NOMAP]++;
	m_freem(m);
	return (false);
}

/*
 * Post so many buffers, at most ena_rx_room().  Returns how many of them are
 * missing.  Lane: RX.
 */
static inline unsigned int
ena_mbufs_fill(struct ena_mbufs *mb, unsigned int slots)
{
	struct ena_rx_fill f;

	if (ena_rx_begin(ena_rxq(mb->mb_dev, mb->mb_idx), &f) != ENA_OK)
		return (slots);
	while (slots > 0 && ena_mbufs_post(mb, &f))
		slots--;
	ena_rx_end(&f);
	return (slots);
}

/* A frame's buffers as one packet; NULL if there are no bytes in them. */
static inline struct mbuf *
ena_mbufs_chain(struct ena_mbufs *mb, const struct ena_rx_pkt *pkt)
{
	struct mbuf *m, *m0 = NULL, **mp = &m0;
	unsigned int i;

	mb->mb_events[ENA_MB_RX_CHAINS]++;
	for (i = 0; i < pkt->rp_nsegs; i++) {
		m = ena_take_back(&mb->mb_rx, pkt->rp_segs[i].rs_id, false);
		if (pkt->rp_segs[i].rs_len == 0) {
			m_freem(m);
			continue;
		}
		if (i == 0)
			m->m_data += pkt->rp_offset;
		if (m0 != NULL)
			ena_mbuf_demote(m);
		m->m_len = pkt->rp_segs[i].rs_len;
		*mp = m;
		mp = &m->m_next;
	}
	if (m0 != NULL)
		m0->m_pkthdr.len = (int)pkt->rp_len;
	return (m0);
}

/* The usual case of it.  Lane: RX. */
static inline struct mbuf *
ena_mbufs_frame(struct ena_mbufs *mb, const struct ena_rx_pkt *pkt)
{
	struct mbuf *m;

	if (pkt->rp_nsegs != 1 || pkt->rp_len == 0)
		return (ena_mbufs_chain(mb, pkt));
	m = ena_take_back(&mb->mb_rx, pkt->rp_segs[0].rs_id, false);
	m->m_data += pkt->rp_offset;
	m->m_len = m->m_pkthdr.len = (int)pkt->rp_len;
	return (m);
}

/* The next frame that has bytes; NULL: none, for what reason is in *r. */
static inline struct mbuf *
ena_mbufs_next(struct ena_mbufs *mb, struct ena_rx_take *t,
    struct ena_rx_pkt *pkt, enum ena_result *r)
{
	struct mbuf *m = NULL;

	while (m == NULL && (*r = ena_rx_get(t, pkt)) == ENA_OK)
		m = ena_mbufs_frame(mb, pkt);
	return (m);
}

/* ---- made and unmade: lane ADMIN, the pair's lanes stopped */

static inline void
ena_ring_free(struct ena_ring *er)
{
	unsigned int i;

	for (i = 0; i < er->er_maps; i++)
		bus_dmamap_destroy(er->er_dmat, er->er_slots[i].es_map);
	if (er->er_slots != NULL)
		ena_mem_free(er->er_slots,
		    er->er_size * sizeof(*er->er_slots));
	if (er->er_open)
		ena_map_close(er->er_dmat);
	memset(er, 0, sizeof(*er));
}

/* A map for each id and the spare one. */
static inline bool
ena_ring_make(struct ena_mbufs *mb, struct ena_ring *er, unsigned int depth,
    bus_size_t bytes, int nsegs, bus_size_t seg)
{
	if (!ena_map_open(mb->mb_os, bytes, nsegs, seg, &er->er_dmat))
		return (false);
	er->er_open = true;
	er->er_size = depth + 1;
	er->er_slots = ena_mem_alloc(mb->mb_os, mb->mb_idx,
	    er->er_size * sizeof(*er->er_slots));
	if (er->er_slots == NULL)
		return (false);
	er->er_spare = &er->er_slots[depth];
	for (; er->er_maps < er->er_size; er->er_maps++)
		if (!ena_map_create(er->er_dmat, bytes, nsegs, seg,
		    &er->er_slots[er->er_maps].es_map))
			return (false);
	return (true);
}

/* Bytes of the longest packet; without TSO that is a frame. */
static inline bus_size_t
ena_mbufs_longest(const struct ena_info *in)
{
	bus_size_t bytes = in->in_max_mtu;

	if ((in->in_tx_offloads & (ENA_TXO_TSO4 | ENA_TXO_TSO6)) != 0 &&
	    bytes < 65535)
		bytes = 65535;
	return (bytes + ENA_L2_OVERHEAD);
}

/* Once, at attach. */
static inline void
ena_mbufs_init(struct ena_mbufs *mb, const struct ena_keep *k, unsigned int idx)
{
	mb->mb_os = k->k_os;
	mb->mb_dev = k->k_dev;
	mb->mb_idx = idx;
}

/*
 * For packets of at most tx_bytes and buffers of rx_bytes.  ENA_NO_MEMORY and
 * what ena_queue_give() returns: made in part, for ena_mbufs_free() to see to.
 */
static inline enum ena_result
ena_mbufs_make(struct ena_mbufs *mb, const struct ena_plan *pl,
    bus_size_t tx_bytes, unsigned int rx_bytes)
{
	const unsigned int max = ena_dev_info(mb->mb_dev)->in_max_tx_bufs;
	enum ena_result r;
	void *mem;

	mb->mb_tx_need = (max < pl->pl_tx_depth - 2 ? max :
	    pl->pl_tx_depth - 2) + 1;
	mb->mb_rx_bytes = rx_bytes;
	if (!ena_ring_make(mb, &mb->mb_tx, pl->pl_tx_depth, tx_bytes,
	    (int)mb->mb_tx_need - 1, ENA_TX_SEG_MAX) ||
	    !ena_ring_make(mb, &mb->mb_rx, pl->pl_rx_depth, rx_bytes, 1,
	    rx_bytes))
		return (ENA_NO_MEMORY);
	mem = ena_mem_alloc(mb->mb_os, mb->mb_idx, pl->pl_mem_bytes);
	if (mem == NULL)
		return (ENA_NO_MEMORY);
	r = ena_queue_give(mb->mb_dev, mb->mb_idx, mem, pl->pl_mem_bytes);
	if (r == ENA_OK)
		mb->mb_mem = mem;
	else
		ena_mem_free(mem, pl->pl_mem_bytes);
	return (r);
}

/* As far as it was made; the device is done with its buffers (G1). */
static inline void
ena_mbufs_free(struct ena_mbufs *mb, const struct ena_plan *pl)
{
	struct ena_dev *dev = mb->mb_dev;
	unsigned int i = mb->mb_idx;
	uint16_t id;

	m_freem(mb->mb_rest);
	mb->mb_rest = NULL;
	if (mb->mb_mem != NULL) {
		while (ena_tx_drain(ena_txq(dev, i), &id, 1) != 0)
			m_freem(ena_take_back(&mb->mb_tx, id, true));
		while (ena_rx_drain(ena_rxq(dev, i), &id, 1) != 0)
			m_freem(ena_take_back(&mb->mb_rx, id, false));
		(void)ena_queue_give(dev, i, NULL, 0);
		ena_mem_free(mb->mb_mem, pl->pl_mem_bytes);
		mb->mb_mem = NULL;
	}
	ena_ring_free(&mb->mb_tx);
	ena_ring_free(&mb->mb_rx);
}

/* ---- what was counted: lane ADMIN */

/* All of it, as of now. */
static inline const uint64_t *
ena_mbufs_events(struct ena_mbufs *mb)
{
	struct ena_watch_stats ws;

	if (mb->mb_mem != NULL) {
		ena_queue_watch(mb->mb_dev, mb->mb_idx, &ws);
		mb->mb_events[ENA_MB_INTRS] = ws.ws_intrs;
		mb->mb_events[ENA_MB_INTRS_LOST] = ws.ws_intrs_lost;
		mb->mb_events[ENA_MB_RX_EMPTY] = ws.ws_rx_empty;
		mb->mb_events[ENA_MB_TX_OVERDUE] = ws.ws_tx_overdue;
		mb->mb_events[ENA_MB_STARVED] = ws.ws_starved;
	}
	return (mb->mb_events);
}

/* The name of it, at most 15 characters. */
static inline const char *
ena_mbufs_name(enum ena_mb_event i)
{
	static const char *const names[ENA_MB_EVENTS] = {
		[ENA_MB_TX_SQUEEZED] = "tx defrag",
		[ENA_MB_TX_STUCK] = "tx no defrag",
		[ENA_MB_TX_NOMAP] = "tx no map",
		[ENA_MB_TX_BAD] = "tx unsendable",
		[ENA_MB_TX_COPIED] = "tx hdr copies",
		[ENA_MB_TX_TSO] = "tx tso",
		[ENA_MB_TX_CWR] = "tx cwr cut",
		[ENA_MB_RX_NOMBUF] = "rx no mbuf",
		[ENA_MB_RX_NOMAP] = "rx no map",
		[ENA_MB_RX_CHAINS] = "rx chains",
		[ENA_MB_INTRS] = "intrs",
		[ENA_MB_INTRS_LOST] = "intrs lost",
		[ENA_MB_RX_EMPTY] = "rx ring empty",
		[ENA_MB_TX_OVERDUE] = "tx overdue",
		[ENA_MB_STARVED] = "starved"
	};

	return (names[i]);
}

#endif /* ENA_MBUFS_H */
