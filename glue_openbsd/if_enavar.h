/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what if_ena.c keeps.  Members are marked
 * with the lane or lock that owns them; see the head of if_ena.c.
 *
 *	I	constant after attach
 *	A	sc_os.os_admin
 *	R	sc_os.os_rx[] of the queue
 *	T	serialiser of the queue's ifqueue
 *	AR	written with both, read with either
 */
#ifndef IF_ENAVAR_H
#define IF_ENAVAR_H

#define ENA_MAX_QUEUES		ENA_OS_QUEUES
#define ENA_PCI_BAR0		(PCI_MAPREG_START + 0x00)
#define ENA_PCI_BAR2		(PCI_MAPREG_START + 0x08)
#define ENA_REAP		64	/* ids taken per call */
#define ENA_PUSH_MAX		256	/* bytes of q_hdr */
#define ENA_TX_SEG_MAX		65535	/* bytes of a segment */
#define ENA_INTR_DELAY		64	/* us that an interrupt may wait */
#define ENA_WORDS		3	/* what kstat says in words */

/* What is counted of a queue, right where kstat reads it. */
enum ena_kv {
	ENA_KV_TX_DEFRAG, ENA_KV_TX_NOMAP, ENA_KV_TX_BAD, ENA_KV_TX_COPIED,
	ENA_KV_RX_NOMBUF, ENA_KV_RX_CHAINS, ENA_KV_INTRS, ENA_KV_INTRS_LOST,
	ENA_KV_RX_EMPTY, ENA_KV_TX_OVERDUE, ENA_KV_STARVED, ENA_KVS
};
#define ENA_COUNTER(_q, _i)	kstat_kv_u64(&(_q)->q_kvs[ENA_KV_##_i])

/* A buffer lent to the device, under the request id that names it. */
struct ena_slot {
	struct mbuf		*es_m;
	bus_dmamap_t		 es_map;
};

/*
 * One map more than ids: a packet is mapped before the core says which id it
 * gets, then the spare map changes places with that id's.
 */
struct ena_ring {
	bus_dma_tag_t		 er_dmat;
	struct ena_slot		*er_slots;	/* by request id */
	struct ena_slot		*er_spare;	/* behind the last id */
	unsigned int		 er_slots_n;
};

struct ena_queue {
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	struct ifqueue		*q_ifq;		/* I */
	struct ifiqueue		*q_ifiq;	/* I */
	void			*q_ihc;		/* I */
	struct mutex		*q_mtx;		/* I: lane RX, in sc_os */
	char			 q_name[16];	/* I */
	volatile unsigned int	 q_live;	/* AR: lanes may run */
	void			*q_mem;		/* A: lent to the core */
	/* transmit */
	struct task		 q_txeof;	/* runs in T */
	struct task		 q_look;	/* runs in T */
	struct ena_ring		 q_tx;		/* T */
	unsigned int		 q_tx_need;	/* slots any packet fits in */
	struct ena_buf		 q_bufs[ENA_MAX_TX_SLOTS]; /* T */
	uint8_t			 q_hdr[ENA_PUSH_MAX]; /* T */
	/* receive */
	struct ena_ring		 q_rx;		/* R */
	unsigned int		 q_rx_bytes;	/* of a buffer */
	struct if_rxring	 q_rxr;		/* R */
	struct timeout		 q_refill;
	/* statistics */
	struct kstat		*q_kstat;	/* I */
	struct kstat_kv		 q_kvs[ENA_KVS]; /* T, R or A, as counted */
};

struct ena_softc {
	struct device		 sc_dev;
	struct arpcom		 sc_ac;
	struct ifmedia		 sc_media;
	/* PCI */
	pci_chipset_tag_t	 sc_pc;		/* I */
	pcitag_t		 sc_tag;	/* I */
	bus_space_tag_t		 sc_llq_memt;	/* I */
	bus_space_handle_t	 sc_llq_memh;	/* I */
	bus_size_t		 sc_llq_mems;	/* I; 0: no BAR2 */
	void			*sc_ihc;	/* I: vector 0 */
	struct intrmap		*sc_intrmap;	/* I */
	/* the core and what it stands on */
	struct ena_os		 sc_os;
	struct ena_dev		 sc_core;
	struct ena_keep		 sc_keep;	/* A */
	struct taskq		*sc_taskq;	/* I */
	struct task		 sc_task;
	struct timeout		 sc_tick;
	volatile unsigned int	 sc_tick_due;
	/* queues */
	unsigned int		 sc_nqueues;	/* I */
	uint32_t		 sc_txo;	/* A, read by T: ENA_TXO_* */
	uint32_t		 sc_rxo;	/* A, read by R: ENA_RXO_* */
	struct ena_queue	 sc_queues[ENA_MAX_QUEUES];
	/* statistics */
	struct kstat		*sc_kstat;	/* I */
	struct kstat_kv		 sc_kvs[ENA_REPORTS + ENA_WORDS + 1]; /* A */
	uint32_t		 sc_delay;	/* A: us, ENA_INTR_DELAY or 0 */
	struct ena_report	 sc_report;	/* A: as last read */
};

#endif /* IF_ENAVAR_H */
