/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IFQ_H_
#define _NET_IFQ_H_
struct ifnet;
struct kstat;
struct ifqueue {
	struct ifnet *ifq_if;
	struct taskq *ifq_softnet;
	void *ifq_softc;
	struct mutex ifq_mtx;
	struct mbuf_list ifq_ml;
	struct mbuf_list ifq_free;
	unsigned int ifq_len;
	unsigned int ifq_oactive;
	uint64_t ifq_packets, ifq_bytes, ifq_qdrops, ifq_errors, ifq_mcasts;
	uint32_t ifq_oactives;
	struct mutex ifq_task_mtx;
	struct task_list ifq_task_list;
	void *ifq_serializer;
	struct task ifq_bundle, ifq_start, ifq_restart;
	unsigned int ifq_maxlen;
	unsigned int ifq_idx;
	void *ifq_begun;		/* fake: head between begin and end */
	void *ifq_in;			/* fake: context inside if_qstart */
};
struct ifiqueue {
	struct ifnet *ifiq_if;
	caddr_t *ifiq_bpfp;
	struct taskq *ifiq_softnet;
	void *ifiq_softc;
	struct mutex ifiq_mtx;
	struct mbuf_list ifiq_ml;
	struct task ifiq_task;
	unsigned int ifiq_pressure;
	uint64_t ifiq_packets, ifiq_bytes, ifiq_fdrops, ifiq_qdrops;
	uint64_t ifiq_errors, ifiq_mcasts, ifiq_noproto;
	unsigned int ifiq_idx;
};
#define IFQ_MAXLEN		256
int ifq_enqueue(struct ifqueue *, struct mbuf *);
void ifq_start(struct ifqueue *);
struct mbuf *ifq_deq_begin(struct ifqueue *);
void ifq_deq_commit(struct ifqueue *, struct mbuf *);
void ifq_deq_rollback(struct ifqueue *, struct mbuf *);
struct mbuf *ifq_dequeue(struct ifqueue *);
int ifq_hdatalen(struct ifqueue *);
void ifq_init_maxlen(struct ifqueue *, unsigned int);
unsigned int ifq_purge(struct ifqueue *);
void ifq_serialize(struct ifqueue *, struct task *);
void ifq_barrier(struct ifqueue *);
void ifq_set_oactive(struct ifqueue *);
void ifq_deq_set_oactive(struct ifqueue *);
void ifq_clr_oactive(struct ifqueue *);
unsigned int ifq_is_oactive(struct ifqueue *);
void ifq_restart(struct ifqueue *);
#define ifq_len(q)		READ_ONCE((q)->ifq_len)
#define ifq_empty(q)		(ifq_len(q) == 0)
int ifiq_input(struct ifiqueue *, struct mbuf_list *);
int ifiq_enqueue(struct ifiqueue *, struct mbuf *);
#define ifiq_len(q)		READ_ONCE(ml_len(&(q)->ifiq_ml))
#endif
