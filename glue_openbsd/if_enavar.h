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
#define ENA_SPIN_US		1000	/* shorter waits are not slept */
#define ENA_STAT_WAITS		20	/* of ENA_SPIN_US, for an answer */

/* What a queue counts; in the order of ena_queue_names[]. */
enum ena_counter {
	ENA_CNT_TX_DEFRAG,	/* packets copied into fewer pieces */
	ENA_CNT_TX_NOMAP,	/* dropped: could not be mapped */
	ENA_CNT_TX_BAD,		/* dropped: not what the device can send */
	ENA_CNT_TX_COPIED,	/* headers gathered before being pushed */
	ENA_CNT_RX_NOMBUF,	/* refills cut short */
	ENA_CNT_RX_CHAINS,	/* frames of several buffers */
	ENA_CNT_RX_CSUM,	/* frames whose TCP/UDP checksum is good */
	ENA_COUNTERS
};

/* A buffer lent to the device, under the request id that names it. */
struct ena_slot {
	struct mbuf		*es_m;
	bus_dmamap_t		 es_map;
};

/*
 * Each ring has one map more than ids: a packet is mapped before the core
 * says which id it gets, then the spare map changes places with that id's.
 */
struct ena_ring {
	struct ena_slot		*er_slots;	/* by request id */
	unsigned int		 er_depth;
	bus_dmamap_t		 er_spare;
};

struct ena_queue {
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	struct ifqueue		*q_ifq;		/* I */
	struct ifiqueue		*q_ifiq;	/* I */
	void			*q_ihc;		/* I */
	char			 q_name[16];	/* I */
	struct kstat		*q_kstat;	/* I */
	volatile unsigned int	 q_live;	/* AR: lanes may run */
	void			*q_mem;		/* A: lent to the core */
	size_t			 q_mem_bytes;	/* A */
	uint64_t		 q_cnt[ENA_COUNTERS]; /* R or T */
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
	struct ena_dev_counters	 sc_counters;	/* A */
	struct ena_req		 sc_req;	/* A */
	/* ADMIN lane */
	struct taskq		*sc_taskq;	/* I */
	struct task		 sc_task;
	struct timeout		 sc_tick;
	volatile unsigned int	 sc_tick_due;
	bool			 sc_attached;	/* I: there is an ifnet */
	bool			 sc_up;		/* A: queues are wanted */
	bool			 sc_suspended;	/* A */
	bool			 sc_dying;	/* A */
	bool			 sc_granted;	/* A: ena_recover() said yes */
	uint64_t		 sc_retry_us;	/* A: not before */
	struct kstat		*sc_kstat;	/* I */
	/* queues */
	unsigned int		 sc_nqueues;	/* I */
	unsigned int		 sc_nplanned;	/* A: with memory, or 0 */
	uint32_t		 sc_txo;	/* A, read by T: ENA_TXO_* */
	uint32_t		 sc_rxo;	/* A, read by R: ENA_RXO_* */
	struct ena_queue	 sc_queues[ENA_MAX_QUEUES];
};

void	ena_wait(struct ena_softc *, uint32_t);
void	ena_kstat_attach(struct ena_softc *);
void	ena_kstat_detach(struct ena_softc *);

#endif /* IF_ENAVAR_H */
