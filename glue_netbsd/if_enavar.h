/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what the driver keeps.  Members are marked
 * with the lane or lock that owns them; see the head of if_ena.c.
 *
 *	I	constant after attach
 *	A	os_admin
 *	R	ol_rx of the queue
 *	T	ol_tx of the queue
 *	TR	written with both (and A), read with either
 */
#ifndef IF_ENAVAR_H
#define IF_ENAVAR_H

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/pcq.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/sysctl.h>
#include <sys/workqueue.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/rss_config.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <dev/pci/pcidevs.h>

#include <dev/ena/ena_keep.h>
#include <dev/ena/ena_parse.h>

#define ENA_MAX_QUEUES		ENA_OS_QUEUES
#define ENA_REAP		64	/* ids taken per call */
#define ENA_PUSH_MAX		256	/* bytes of q_hdr */
#define ENA_TX_SEG_MAX		65535	/* bytes of a segment */
#define ENA_PCQ_LEN		ENA_DEFAULT_DEPTH
#define ENA_LIMIT		256	/* packets a round, deferred */
#define ENA_INTR_LIMIT		0	/* and in the vector's handler */

/* Where loads have to be aligned, the stack wants its headers so. */
#ifdef __NO_STRICT_ALIGNMENT
#define ENA_RX_SHIFT		0
#else
#define ENA_RX_SHIFT		ETHER_ALIGN
#endif
#define ENA_RX_BYTES		(MCLBYTES - ENA_RX_SHIFT)

/* What a queue counts; in the order of ena_queue_events[]. */
enum ena_event {
	ENA_EV_INTRS,		/* from here on what the core counts */
	ENA_EV_LOST,
	ENA_EV_RX_EMPTY,
	ENA_EV_TX_OVERDUE,
	ENA_EV_STARVED,
	ENA_EV_DEFERRED,	/* and from here on what we do: T or R */
	ENA_EV_TX_DEFERRED,
	ENA_EV_TX_FULL,
	ENA_EV_TX_DOWN,
	ENA_EV_TX_DEFRAG,
	ENA_EV_TX_NOMAP,
	ENA_EV_TX_BAD,
	ENA_EV_TX_COPIED,
	ENA_EV_TX_TSO,
	ENA_EV_RX_NOMBUF,
	ENA_EV_RX_CHAINS,
	ENA_EV_RX_CSUM,
	ENA_EVENTS
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
	bus_dma_tag_t		 er_dmat;
	struct ena_slot		*er_slots;	/* by request id */
	struct ena_slot		*er_spare;	/* the last one */
	unsigned int		 er_nslots;
};

struct ena_queue {
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	kmutex_t		*q_tx_lock;	/* I: lanes TXS and TXC */
	kmutex_t		*q_rx_lock;	/* I: lane RX */
	void			*q_ih;		/* I */
	char			 q_name[32];	/* I */
	struct evcnt		 q_ev[ENA_EVENTS];
	bool			 q_live;	/* TR: lanes may run */
	void			*q_mem;		/* A: lent to the core */
	/* service of the vector */
	bool			 q_raised;	/* the handler wants R */
	bool			 q_busy;	/* R: not unmasked yet */
	void			*q_si;		/* I */
	struct work		 q_work;
	/* transmit */
	pcq_t			*q_pcq;		/* I; T takes out */
	void			*q_tx_si;	/* I */
	struct ena_ring		 q_tx;		/* T */
	unsigned int		 q_tx_need;	/* slots any packet fits in */
	struct ena_buf		 q_bufs[ENA_MAX_TX_SLOTS]; /* T */
	uint8_t			 q_hdr[ENA_PUSH_MAX]; /* T */
	/* receive */
	struct ena_ring		 q_rx;		/* R */
	callout_t		 q_refill;
} __aligned(COHERENCY_UNIT);

/* Packets a round may take; by sysctl(7), read as they are. */
struct ena_limits {
	int			 el_intr;
	int			 el_deferred;
};

/* What a node of sysctl(7) that has a function is about. */
struct ena_ask {
	struct ena_softc	*ea_sc;
	unsigned int		 ea_what;
};
#define ENA_ASKS		(ENA_REPORTS + 10)

struct ena_softc {
	device_t		 sc_dev;	/* I */
	struct ethercom		 sc_ec;
	struct ifmedia		 sc_media;
	/* PCI */
	struct pci_attach_args	 sc_pa;		/* I */
	bus_space_tag_t		 sc_llq_memt;	/* I */
	bus_space_handle_t	 sc_llq_memh;	/* I */
	bus_size_t		 sc_llq_mems;	/* I; 0: no BAR2 */
	bool			 sc_own_tag;	/* I: os_dmat is ours */
	bool			 sc_own_tag32;	/* I: os_dmat32 is ours */
	pci_intr_handle_t	*sc_intrs;	/* I */
	unsigned int		 sc_nintrs;	/* I */
	void			*sc_ih;		/* I: vector 0 */
	/* the core and what it stands on */
	struct ena_os		 sc_os;
	struct ena_dev		 sc_core;
	struct ena_keep		 sc_keep;	/* A */
	/* ADMIN lane */
	struct workqueue	*sc_wq;		/* I */
	struct work		 sc_work;
	volatile unsigned int	 sc_kicked;	/* sc_work is under way */
	callout_t		 sc_tick;
	volatile unsigned int	 sc_tick_due;
	bool			 sc_attached;	/* A: there is an ifnet */
	bool			 sc_released;	/* I: nothing is held */
	bool			 sc_suspended;	/* A */
	bool			 sc_dying;	/* A */
	int			 sc_link;	/* A: as last reported */
	uint64_t		 sc_rx_drops;	/* A: as last reported */
	uint64_t		 sc_tx_drops;	/* A */
	/* queues */
	struct workqueue	*sc_queue_wq;	/* I */
	bool			 sc_workqueue;	/* sysctl: not softints */
	struct ena_limits	 sc_tx_limits;	/* sysctl */
	struct ena_limits	 sc_rx_limits;	/* sysctl */
	unsigned int		 sc_nqueues;	/* I: with vector and pcq */
	unsigned int		 sc_nactive;	/* A: transmit picks of these */
	struct ena_plan		 sc_wish;	/* A: by sysctl(8) */
	uint32_t		 sc_txo;	/* I: ENA_TXO_* claimed */
	uint32_t		 sc_rxo;	/* I: ENA_RXO_* claimed */
	unsigned int		 sc_max_mtu;	/* I */
	struct ena_queue	 sc_queues[ENA_MAX_QUEUES];
	/* statistics */
	struct sysctllog	*sc_sysctl;
	struct ena_report	 sc_report;	/* A */
	uint64_t		 sc_report_us;	/* A: when it was read */
	struct evcnt		 sc_ev[ENA_REPORTS]; /* A */
	unsigned int		 sc_nev;	/* I */
	struct ena_ask		 sc_asks[ENA_ASKS]; /* I */
	unsigned int		 sc_nasks;	/* I */
};

void	ena_kick(struct ena_softc *);

/* if_ena_ring.c */
int	ena_intr_queue(void *);
void	ena_look(struct ena_queue *);
void	ena_queue_softint(void *);
void	ena_queue_work(struct work *, void *);
void	ena_rx_refill(void *);
void	ena_start(struct ifnet *);
int	ena_transmit(struct ifnet *, struct mbuf *);
void	ena_tx_softint(void *);
enum ena_result ena_queue_make(void *, unsigned int,
	    const struct ena_plan *);
void	ena_queue_free(void *, unsigned int, const struct ena_plan *);
void	ena_queue_live(void *, unsigned int, bool);

/* if_ena_sysctl.c */
void	ena_events_attach(struct ena_softc *);
void	ena_events_detach(struct ena_softc *);
void	ena_events_update(struct ena_softc *);
void	ena_sysctl_attach(struct ena_softc *);

#endif /* IF_ENAVAR_H */
