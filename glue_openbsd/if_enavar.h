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
#define ENA_INTR_DELAY		64	/* us that an interrupt may wait */
#define ENA_WORDS		3	/* what kstat says in words */

/* ---- what ena_mbufs.h wants to know of the system */

static inline void *
ena_mem_alloc(struct ena_os *os, unsigned int pair, size_t bytes)
{
	return (malloc(bytes, M_DEVBUF, M_ZERO |
	    (cold ? M_NOWAIT : M_WAITOK | M_CANFAIL)));
}

static inline void
ena_mem_free(void *mem, size_t bytes)
{
	free(mem, M_DEVBUF, bytes);
}

#define ENA_MAP_CREATE	((cold ? BUS_DMA_NOWAIT : BUS_DMA_WAITOK) | \
			    BUS_DMA_ALLOCNOW | BUS_DMA_64BIT)
#define ENA_MAP_OUT	(BUS_DMA_NOWAIT | BUS_DMA_STREAMING)
#define ENA_MAP_IN	BUS_DMA_NOWAIT

#include <dev/ena/ena_busdma.h>

static inline struct mbuf *
ena_mbuf_cluster(unsigned int bytes)
{
	struct mbuf *m = MCLGETL(NULL, M_DONTWAIT, bytes);

	if (m != NULL)
		m->m_len = m->m_pkthdr.len = bytes;
	return (m);
}

static inline struct mbuf *
ena_mbuf_squeeze(struct mbuf *m, unsigned int pieces)
{
	return (m_defrag(m, M_DONTWAIT) == 0 ? m : NULL);
}

#define ena_mbuf_demote(_m)	CLR((_m)->m_flags, M_PKTHDR)
#define ena_mbuf_writable(_m, _len)	((_m)->m_len >= (_len) && \
				    !M_READONLY(_m))
#define ena_mbuf_mss(_m)	((_m)->m_pkthdr.ph_mss)
#define ENA_MBUF_NOWAIT		M_DONTWAIT

#include <dev/ena/ena_mbufs.h>

#define ENA_PCI_MAP(_pa, _reg, _type, _flags, _tag, _handle, _size)	\
	pci_mapreg_map(_pa, _reg, _type, _flags, _tag, _handle, NULL,	\
	    _size, 0)

#include <dev/ena/ena_pci.h>

/* ---- what the driver keeps */

struct ena_queue {
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	struct ifqueue		*q_ifq;		/* I */
	struct ifiqueue		*q_ifiq;	/* I */
	void			*q_ihc;		/* I */
	struct mutex		*q_mtx;		/* I: lane RX, in sc_os */
	char			 q_name[16];	/* I */
	volatile unsigned int	 q_live;	/* AR: lanes may run */
	struct ena_mbufs		 q_mb;	/* A, T, R: see there */
	/* transmit */
	struct task		 q_txeof;	/* runs in T */
	struct task		 q_look;	/* runs in T */
	/* receive */
	struct if_rxring	 q_rxr;		/* R */
	struct timeout		 q_refill;
	/* statistics */
	struct kstat		*q_kstat;	/* I */
	struct kstat_kv		 q_kvs[ENA_MB_EVENTS]; /* A */
};

struct ena_softc {
	struct device		 sc_dev;
	struct arpcom		 sc_ac;
	struct ifmedia		 sc_media;
	/* PCI */
	struct ena_pci		 sc_pci;	/* I */
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
