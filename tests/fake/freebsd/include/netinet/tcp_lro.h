/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_TCP_LRO_H_
#define _NETINET_TCP_LRO_H_

#include <sys/types.h>

#define TCP_LRO_ENTRIES		8
#define TCP_LRO_CANNOT		(-1)
#define TCP_LRO_NOT_SUPPORTED	1

struct ifnet;
struct mbuf;
struct lro_ctrl {
	struct ifnet *ifp;
	void *lro_mbuf_data;
	uint64_t lro_queued;
	uint64_t lro_flushed;
	uint64_t lro_bad_csum;
	unsigned lro_cnt;
	unsigned lro_mbuf_count;
	unsigned lro_mbuf_max;
	/* the fake's */
	struct mbuf *lro_head, **lro_tail;
	unsigned lro_magic;
};
int tcp_lro_init(struct lro_ctrl *);
int tcp_lro_init_args(struct lro_ctrl *, struct ifnet *, unsigned, unsigned);
void tcp_lro_free(struct lro_ctrl *);
void tcp_lro_flush_all(struct lro_ctrl *);
int tcp_lro_rx(struct lro_ctrl *, struct mbuf *, uint32_t);
void tcp_lro_queue_mbuf(struct lro_ctrl *, struct mbuf *);

#endif
