/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what the files of the driver share.
 * Members are marked with the lane or lock that owns them; see the head of
 * if_ena.c.
 *
 *	I	constant after attach
 *	A	sc_os.os_admin
 *	T, C	ol_tx, ol_cq of the queue
 *	S	the queue's service thread
 */
#ifndef IF_ENAVAR_H
#define IF_ENAVAR_H

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/bus.h>
#include <sys/buf_ring.h>
#include <sys/callout.h>
#include <sys/counter.h>
#include <sys/cpuset.h>
#include <sys/domainset.h>
#include <sys/epoch.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/priority.h>
#include <sys/proc.h>
#include <sys/rman.h>
#include <sys/smp.h>
#include <sys/socket.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/taskqueue.h>

#include <machine/bus.h>

#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_media.h>
#include <net/if_var.h>
#include <net/ifq.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/tcp_lro.h>

#include "ena_keep.h"
#include "ena_parse.h"

/* Releases differ here and nowhere else. */
#if defined(RSS) || __FreeBSD_version >= 1600004
#define ENA_KERNEL_RSS_KEY		/* there is rss_getkey() */
#endif
#if __FreeBSD_version >= 1600016
#define ENA_ATTR_VA(va)		(va)
#else
#define ENA_ATTR_VA(va)		((vm_offset_t)(va))
#endif

#define ENA_VERSION		"0.1.0"
CTASSERT(ENA_API_VERSION == 0x000100);

#define ENA_CAP_STACK		IFCAP_NETMAP	/* not ours to change */
#define ENA_BARS		6
#define ENA_REAP		64	/* ids taken per call */
#define ENA_PUSH_MAX		256	/* bytes of q_hdr */
#define ENA_TX_SEG_MAX		65535	/* bytes of a segment */
#define ENA_TSO_MAX		(65535 - ETHER_HDR_LEN - ETHER_VLAN_ENCAP_LEN)
#define ENA_RX_BUDGET		256	/* buffers taken in one go */
#define ENA_RX_PASSES		8	/* of them, before others may run */
#define ENA_INTR_DELAY		64	/* us that an interrupt may wait */
#define ENA_BUF_RING		4096	/* packets that wait for a ring */

/* What a queue counts: the rest of the name, and as sysctl(8) has it. */
#define ENA_QUEUE_COUNTERS(X) \
	X(TX_PKTS, "count", "Packets sent") \
	X(TX_BYTES, "bytes", "Bytes sent") \
	X(TX_BAD, "prepare_ctx_err", "Dropped: not what the device can do") \
	X(TX_NOMAP, "dma_mapping_err", "Dropped: could not be mapped") \
	X(TX_DOORBELLS, "doorbells", "Doorbells") \
	X(TX_OVERDUE, "missing_tx_comp", "Completions that were late") \
	X(TX_COLLAPSE, "mbuf_collapses", "Copied into fewer pieces") \
	X(TX_COLLAPSE_ERR, "mbuf_collapse_err", "Could not be") \
	X(TX_WAKEUPS, "queue_wakeups", "Room after a stop") \
	X(TX_STOPS, "queue_stops", "The ring was full") \
	X(TX_COPIED, "llq_buffer_copy", "Headers gathered to be pushed") \
	X(TX_DROPS, "buf_ring_drops", "Dropped: too many wait") \
	X(UNMASKS, "unmask_interrupt_num", "Interrupts asked for") \
	X(RX_PKTS, "count", "Frames received") \
	X(RX_BYTES, "bytes", "Bytes received") \
	X(RX_PARTIAL, "refil_partial", "Refills cut short") \
	X(RX_CSUM_BAD, "csum_bad", "Checksums that are wrong") \
	X(RX_CSUM_GOOD, "csum_good", "Checksums that are right") \
	X(RX_NOMBUF, "mbuf_alloc_fail", "No cluster of 2k") \
	X(RX_NOJUMBO, "mjum_alloc_fail", "No larger cluster") \
	X(RX_NOMAP, "dma_mapping_err", "Clusters not mapped") \
	X(RX_EMPTY, "empty_rx_ring", "Seconds without any buffer")

enum ena_counter {
#define ENA_CNT(_counter, _name, _descr)	ENA_CNT_##_counter,
	ENA_QUEUE_COUNTERS(ENA_CNT)
#undef ENA_CNT
	ENA_COUNTERS
};

/* A buffer lent to the device, under the request id that names it. */
struct ena_slot {
	struct mbuf		*es_m;
	bus_dmamap_t		 es_map;
	bool			 es_loaded;	/* not all was pushed */
};

/*
 * Each ring has one map more than ids: a packet is mapped before the core
 * says which id it gets, then the spare map changes places with that id's.
 */
struct ena_ring {
	struct ena_slot		*er_slots;	/* by request id */
	bus_dma_tag_t		 er_tag;
	bus_dmamap_t		 er_spare;
	unsigned int		 er_depth;
};

struct ena_queue {
	struct ena_os_lane	 q_lane;
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	struct resource		*q_irq;		/* I */
	void			*q_ihc;		/* I */
	struct taskqueue	*q_tq;		/* I: one thread, S */
	struct task		 q_serve;	/* in S, as all of these */
	struct task		 q_look;
	struct task		 q_start;
	struct task		 q_bind;
	int			 q_cpu;		/* A */
	int			 q_domain;	/* A */
	cpuset_t		 q_cpuset;	/* A */
	bool			 q_live;	/* written with T and C */
	volatile u_int		 q_fired;	/* since it went into service */
	bool			 q_more;	/* S: service is not done yet */
	void			*q_mem;		/* A: lent to the core */
	size_t			 q_mem_bytes;	/* A */
	counter_u64_t		 q_cnt[ENA_COUNTERS];
	uint32_t		 q_seen_empty;	/* A: of the watchdog's */
	uint32_t		 q_seen_overdue;
	/* transmit */
	struct buf_ring		*q_br;		/* producers: any thread */
	struct ena_ring		 q_tx;		/* T puts, C takes */
	unsigned int		 q_tx_need;	/* slots any packet fits in */
	struct mbuf		*q_rest;	/* T: to be sent first */
	volatile bool		 q_stopped;	/* wants to be told of room */
	volatile bool		 q_asked;	/* somebody will look at q_br */
	bool			 q_put;		/* S: into q_br, by itself */
	struct thread		*q_td;		/* S: itself */
	bus_dma_segment_t	 q_segs[ENA_MAX_TX_SLOTS]; /* T */
	struct ena_buf		 q_bufs[ENA_MAX_TX_SLOTS]; /* T */
	uint8_t			 q_hdr[ENA_PUSH_MAX]; /* T */
	/* receive */
	struct ena_ring		 q_rx;		/* C */
	unsigned int		 q_rx_bytes;	/* of a buffer */
	struct callout		 q_refill;	/* in C */
	struct callout		 q_late;	/* in C */
	struct lro_ctrl		 q_lro;		/* S */
#ifdef DEV_NETMAP
	struct ena_netmap	*q_nm;		/* A: the rings are netmap's */
#endif
};

struct ena_softc {
	device_t		 sc_dev;
	if_t			 sc_ifp;
	struct ifmedia		 sc_media;
	struct sysctl_ctx_list	 sc_sysctl;
	/* PCI: registers, LLQ window, MSI-X table and PBA */
	struct resource		*sc_bar[ENA_BARS];	/* I */
	int			 sc_llq_bar;	/* I; -1: none */
	struct resource		*sc_irq;	/* I: vector 0 */
	void			*sc_ihc;	/* I */
	/* the core and what it stands on */
	struct ena_os		 sc_os;
	struct ena_dev		 sc_core;
	struct ena_keep		 sc_keep;	/* A */
	struct ena_req		 sc_req;	/* A: what the user set */
	/* ADMIN lane */
	struct taskqueue	*sc_tq;		/* I */
	struct task		 sc_task;
	struct callout		 sc_tick;
	volatile u_int		 sc_tick_due;
	bool			 sc_msix;	/* I: vectors are allocated */
	bool			 sc_attached;	/* I: there is an ifnet */
	volatile bool		 sc_link;	/* A */
	bool			 sc_suspended;	/* A */
	bool			 sc_dying;	/* A */
	/* what the user may change; A */
	unsigned int		 sc_pairs;	/* wishes; 0: default */
	unsigned int		 sc_tx_depth;
	unsigned int		 sc_rx_depth;
	unsigned int		 sc_br_size;
	unsigned int		 sc_interval;	/* of statistics, s */
	uint32_t		 sc_delay;	/* of interrupts, us */
	int			 sc_base_cpu;	/* -1: near the adapter */
	int			 sc_stride;
	/* what the device was asked for its users; A */
	struct ena_report	 sc_report;
	uint64_t		 sc_asked_us;
	uint8_t			 sc_rss_key[40];
	uint8_t			 sc_rss_table[1U << ENA_RSS_LOG2_MAX];
	counter_u64_t		 sc_ups, sc_downs;
	/* queues */
	unsigned int		 sc_nqueues;	/* I: with a vector */
	volatile unsigned int	 sc_nactive;	/* A, hint: used for sending */
	unsigned int		 sc_first_cpu;	/* I */
	uint32_t		 sc_txo;	/* A, read by T: ENA_TXO_* */
	uint32_t		 sc_rxo;	/* A, read by C: ENA_RXO_* */
	bool			 sc_toeplitz;	/* A, read by C */
	struct ena_queue	*sc_queues[ENA_MAX_PAIRS]; /* I */
};

extern int ena_9k_mbufs;
extern int ena_llq_size;

extern const struct ena_keep_ops ena_keep_ops;

/* if_ena.c */
void	ena_affinity(struct ena_softc *sc);
void	ena_known(void *arg);
/* if_ena_queue.c */
void	ena_kick(struct ena_softc *sc);
void	ena_task(void *arg, int pending);
void	ena_tick_callout(void *arg);
int	ena_set_rings(struct ena_softc *sc, unsigned int pairs,
	    unsigned int tx_depth, unsigned int rx_depth);
int	ena_set_buf_ring(struct ena_softc *sc, unsigned int size);
int	ena_ring_alloc(struct ena_queue *q, struct ena_ring *er,
	    unsigned int depth, bus_size_t bytes, int nsegs, bus_size_t seg);
void	ena_ring_free(struct ena_ring *er);
/* if_ena_io.c */
int	ena_transmit(if_t ifp, struct mbuf *m);
void	ena_qflush(if_t ifp);
void	ena_tx_flush(struct ena_queue *q);
void	ena_tx_free(struct ena_queue *q, unsigned int id);
unsigned int ena_tx_done(struct ena_queue *q);
void	ena_rx_free(struct ena_queue *q, unsigned int id);
void	ena_rx_fill(struct ena_queue *q);
void	ena_rx_refill(void *arg);
int	ena_intr_queue(void *arg);
void	ena_serve_task(void *arg, int pending);
void	ena_look_task(void *arg, int pending);
void	ena_start_task(void *arg, int pending);
void	ena_count(struct ena_queue *q, enum ena_counter c, uint64_t n);
/* if_ena_sysctl.c */
void	ena_sysctl_attach(struct ena_softc *sc);
void	ena_sysctl_tick(struct ena_softc *sc);

#endif /* IF_ENAVAR_H */
