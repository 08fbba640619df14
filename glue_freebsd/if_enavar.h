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

#include "ena_keep.h"		/* and all that the binding includes */

#include <sys/buf_ring.h>
#include <sys/callout.h>
#include <sys/counter.h>
#include <sys/cpuset.h>
#include <sys/epoch.h>
#include <sys/mbuf.h>
#include <sys/priority.h>
#include <sys/smp.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/taskqueue.h>

#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_media.h>
#include <net/if_var.h>
#include <net/ifq.h>

#include <netinet/in.h>
#include <netinet/tcp_lro.h>

/* Releases differ here, and at the head of ena_os_freebsd.h. */
#if defined(RSS) || __FreeBSD_version >= 1600004
#define ENA_KERNEL_RSS_KEY		/* there is rss_getkey() */
#endif

#define ENA_VERSION		"0.1.0"
CTASSERT(ENA_API_VERSION == 0x000100);

#define ENA_CAP_STACK		IFCAP_NETMAP	/* not ours to change */
#define ENA_TSO_MAX		(65535 - ETHER_HDR_LEN - ETHER_VLAN_ENCAP_LEN)
#define ENA_RX_BUDGET		256	/* buffers taken in one go */
#define ENA_RX_PASSES		8	/* of them, before others may run */
#define ENA_INTR_DELAY		64	/* us that an interrupt may wait */
#define ENA_BUF_RING		4096	/* packets that wait for a ring */

#define ENA_OS_MBUFS
#include "ena_os_freebsd.h"
#include "ena_mbufs.h"

/* ---- what the driver keeps */

/* What a queue counts, besides what happens to its mbufs. */
enum ena_counter {
	ENA_CNT_TX_PKTS, ENA_CNT_TX_BYTES, ENA_CNT_TX_DOORBELLS,
	ENA_CNT_TX_ERRORS, ENA_CNT_TX_STOPS, ENA_CNT_TX_WAKEUPS,
	ENA_CNT_TX_DROPS, ENA_CNT_TX_OVERDUE, ENA_CNT_UNMASKS,
	ENA_CNT_RX_PKTS, ENA_CNT_RX_BYTES, ENA_CNT_RX_PARTIAL,
	ENA_CNT_RX_NOJUMBO, ENA_CNT_RX_CSUM_GOOD, ENA_CNT_RX_CSUM_BAD,
	ENA_COUNTERS
};

#define ENA_WHY_INTR		0x1	/* the vector fired */
#define ENA_WHY_LOOK		0x2	/* the watchdog asks */

struct ena_queue {
	struct ena_os_lane	 q_lane;
	struct ena_softc	*q_sc;		/* I */
	unsigned int		 q_idx;		/* I */
	struct resource		*q_irq;		/* I */
	void			*q_ihc;		/* I */
	struct taskqueue	*q_tq;		/* I: one thread, S */
	struct task		 q_serve;	/* in S, as all of these */
	struct task		 q_start;
	struct task		 q_bind;
	int			 q_cpu;		/* A */
	cpuset_t		 q_cpuset;	/* A */
	bool			 q_live;	/* written with T and C */
	volatile u_int		 q_why;		/* ENA_WHY_*: q_serve */
	bool			 q_more;	/* S: service is not done yet */
	struct ena_mbufs	 q_mb;		/* A, T, C: see there */
	counter_u64_t		 q_cnt[ENA_COUNTERS];
	uint64_t		 q_seen_overdue; /* A: of the watchdog's */
	/* transmit */
	struct buf_ring		*q_br;		/* producers: any thread */
	volatile bool		 q_stopped;	/* wants to be told of room */
	volatile bool		 q_asked;	/* somebody will look at q_br */
	bool			 q_put;		/* S: into q_br, by itself */
	struct thread		*q_td;		/* S: itself */
	/* receive */
	struct callout		 q_refill;	/* in C */
	struct lro_ctrl		 q_lro;		/* S */
#ifdef DEV_NETMAP
	struct ena_netmap	*q_nm;		/* A: the rings are netmap's */
#endif
};

static inline void
ena_count(struct ena_queue *q, enum ena_counter c, uint64_t n)
{
	counter_u64_add(q->q_cnt[c], (int64_t)n);
}

/* What users may change: behind the keeper's numbers (enum ena_number). */
enum ena_setting {
	ENA_SET_BUF_RING = ENA_NUMBERS,
	ENA_SET_INTERVAL,		/* of statistics, s */
	ENA_SET_DELAY,			/* of interrupts, us */
	ENA_SET_BASE_CPU,		/* -1: near the adapter */
	ENA_SET_STRIDE,
	ENA_SETTINGS
};

struct ena_softc {
	device_t		 sc_dev;
	if_t			 sc_ifp;
	struct ifmedia		 sc_media;
	struct sysctl_ctx_list	 sc_sysctl;
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
	volatile bool		 sc_link;	/* A */
	volatile bool		 sc_open;	/* A: packets may come */
	int			 sc_set[ENA_SETTINGS]; /* A */
	/* statistics, RSS; A */
	struct ena_report	 sc_report;
	uint64_t		 sc_ups, sc_downs;
	uint8_t			 sc_rss_key[40];
	uint8_t			 sc_rss_table[1U << ENA_RSS_LOG2_MAX];
	/* queues */
	unsigned int		 sc_nqueues;	/* I: with a vector */
	volatile unsigned int	 sc_nactive;	/* A, hint: used for sending */
	unsigned int		 sc_first_cpu;	/* I */
	uint32_t		 sc_txo;	/* A, read by T: ENA_TXO_* */
	uint32_t		 sc_rxo;	/* A, read by C: as believed */
	bool			 sc_lro;	/* A, read by C */
	bool			 sc_toeplitz;	/* A, read by C */
	struct ena_queue	*sc_queues[ENA_MAX_PAIRS]; /* I */
};

extern int ena_9k_mbufs, ena_llq_size;

extern const struct ena_keep_ops ena_keep_ops;

/* if_ena.c */
void	ena_affinity(struct ena_softc *sc);
void	ena_known(void *arg);
void	ena_gate(struct ena_softc *sc);
/* if_ena_queue.c */
void	ena_kick(struct ena_softc *sc);
void	ena_task(void *arg, int pending);
void	ena_tick_callout(void *arg);
void	ena_set_buf_ring(struct ena_softc *sc, int size);
/* if_ena_io.c */
int	ena_transmit(if_t ifp, struct mbuf *m);
void	ena_qflush(if_t ifp);
void	ena_tx_flush(struct ena_queue *q);
void	ena_rx_fill(struct ena_queue *q);
void	ena_rx_refill(void *arg);
void	ena_serve(struct ena_queue *q, u_int why);
int	ena_intr_queue(void *arg);
void	ena_serve_task(void *arg, int pending);
void	ena_start_task(void *arg, int pending);
/* if_ena_sysctl.c */
void	ena_sysctl_attach(struct ena_softc *sc);

#endif /* IF_ENAVAR_H */
