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

#include <dev/ena/ena_keep.h>		/* and what the binding includes */

#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/module.h>
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

#define ENA_PCQ_LEN		ENA_DEFAULT_DEPTH
#define ENA_LIMIT		256	/* packets a deferred round */
#define ENA_INTR_DELAY		64	/* us that an interrupt may wait */

/* Where loads have to be aligned, the stack wants its headers so. */
#ifdef __NO_STRICT_ALIGNMENT
#define ENA_RX_SHIFT		0
#else
#define ENA_RX_SHIFT		ETHER_ALIGN
#endif
#define ENA_RX_BYTES		(MCLBYTES - ENA_RX_SHIFT)

/* ---- what ena_mbufs.h wants to know of the system */

static inline void *
ena_mem_alloc(struct ena_os *os, unsigned int pair, size_t bytes)
{
	return (kmem_zalloc(bytes, KM_SLEEP));
}

#define ena_mem_free(_mem, _bytes)	kmem_free(_mem, _bytes)

#define ENA_MAP_CREATE	(BUS_DMA_WAITOK | BUS_DMA_ALLOCNOW)
#define ENA_MAP_OUT	(BUS_DMA_NOWAIT | BUS_DMA_WRITE)
#define ENA_MAP_IN	(BUS_DMA_NOWAIT | BUS_DMA_READ)

#include <dev/ena/ena_busdma.h>

static inline struct mbuf *
ena_mbuf_cluster(unsigned int bytes)
{
	struct mbuf *m = m_getcl(M_DONTWAIT, MT_DATA, M_PKTHDR);

	if (m != NULL) {
		m->m_data += ENA_RX_SHIFT;
		m->m_len = m->m_pkthdr.len = bytes;
	}
	return (m);
}

/*
 * What is behind the first mbuf in one.  m_defrag() makes 2 KB of each, which
 * are still too many of a large packet; 64 KB are 16 pages.
 */
static inline struct mbuf *
ena_mbuf_squeeze(struct mbuf *m, unsigned int pieces)
{
	const int rest = m->m_pkthdr.len - m->m_len;
	struct mbuf *n;

	n = m_get(M_DONTWAIT, MT_DATA);
	if (n == NULL)
		return (NULL);
	if (rest <= MCLBYTES)
		MCLGET(n, M_DONTWAIT);
	else
		MEXTMALLOC(n, rest, M_NOWAIT);
	if ((n->m_flags & M_EXT) == 0) {
		m_freem(n);
		return (NULL);
	}
	m_copydata(m, m->m_len, rest, mtod(n, void *));
	n->m_len = rest;
	m_freem(m->m_next);
	m->m_next = n;
	return (m);
}

#define ena_mbuf_demote(_m)	m_remove_pkthdr(_m)
#define ena_mbuf_writable(_m, _len)	(!M_UNWRITABLE(_m, _len))
#define ena_mbuf_mss(_m)	((_m)->m_pkthdr.segsz)
#define ENA_MBUF_NOWAIT		M_DONTWAIT

#include <dev/ena/ena_mbufs.h>

#define ENA_PCI_MAP(_pa, _reg, _type, _flags, _tag, _handle, _size)	\
	pci_mapreg_map(_pa, _reg, _type, _flags, _tag, _handle, NULL, _size)

#include <dev/ena/ena_pci.h>

/* ---- what the driver keeps */

/* What a queue counts beside that of ena_mbufs.h; with T or R. */
enum ena_event {
	ENA_EV_DEFERRED = ENA_MB_EVENTS,
	ENA_EV_TX_DEFERRED,
	ENA_EV_TX_FULL,
	ENA_EV_TX_DOWN,
	ENA_EV_RX_CSUM,
	ENA_EVENTS
};

struct ena_queue {
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	kmutex_t		*q_tx_lock;	/* I: lanes TXS and TXC */
	kmutex_t		*q_rx_lock;	/* I: lane RX */
	void			*q_ih;		/* I */
	char			 q_name[32];	/* I */
	struct evcnt		 q_ev[ENA_EVENTS];
	struct ena_mbufs	 q_mb;		/* A, T, R: see there */
	bool			 q_live;	/* TR: lanes may run */
	/* service of the vector */
	bool			 q_busy;	/* R: not unmasked yet */
	void			*q_si;		/* I */
	struct work		 q_work;
	/* transmit */
	pcq_t			*q_pcq;		/* I; T takes out */
	void			*q_tx_si;	/* I */
	/* receive */
	callout_t		 q_refill;
} __aligned(COHERENCY_UNIT);

/* Packets a round may take; by sysctl(7), read as they are. */
struct ena_limits {
	int			 el_intr;	/* by the handler, at first 0 */
	int			 el_deferred;
};

/* What a node of sysctl(7) that has a function is about. */
struct ena_ask {
	struct ena_softc	*ea_sc;
	unsigned int		 ea_what;
};
#define ENA_ASKS		(ENA_REPORTS + 11)

struct ena_softc {
	device_t		 sc_dev;	/* I */
	struct ethercom		 sc_ec;
	struct ifmedia		 sc_media;
	/* PCI */
	struct pci_attach_args	 sc_pa;		/* I */
	struct ena_pci		 sc_pci;	/* I */
	pci_intr_handle_t	*sc_intrs;	/* I */
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
	int			 sc_link;	/* A: as last reported */
	uint64_t		 sc_rx_drops;	/* A: as last reported */
	uint64_t		 sc_tx_drops;	/* A */
	/* queues */
	struct workqueue	*sc_queue_wq;	/* I */
	bool			 sc_workqueue;	/* sysctl: not softints */
	struct ena_limits	 sc_tx_limits;	/* sysctl */
	struct ena_limits	 sc_rx_limits;	/* sysctl */
	unsigned int		 sc_nqueues;	/* I: with vector and pcq */
	struct ena_queue	*sc_spread[ENA_OS_QUEUES]; /* A: of CPUs */
	unsigned int		 sc_max_mtu;	/* I */
	uint32_t		 sc_delay;	/* A: of interrupts, us */
	struct ena_queue	 sc_queues[ENA_OS_QUEUES];
	/* statistics */
	struct sysctllog	*sc_sysctl;
	struct ena_report	 sc_report;	/* A */
	struct evcnt		 sc_ev[ENA_REPORTS_FREE]; /* A */
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
void	ena_tx_spread(struct ena_softc *, unsigned int);
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
