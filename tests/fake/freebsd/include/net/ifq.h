/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IFQ_H_
#define _NET_IFQ_H_

#include <sys/buf_ring.h>
#include <sys/mbuf.h>

struct ifnet;

static inline int
drbr_enqueue(struct ifnet *ifp, struct buf_ring *br, struct mbuf *m)
{
	int error;

	(void)ifp;
	error = buf_ring_enqueue(br, m);
	if (error != 0)
		m_freem(m);
	return (error);
}

static inline struct mbuf *
drbr_peek(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	return (buf_ring_peek_clear_sc(br));
}

static inline void
drbr_putback(struct ifnet *ifp, struct buf_ring *br, struct mbuf *m)
{
	(void)ifp;
	buf_ring_putback_sc(br, m);
}

static inline void
drbr_advance(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	buf_ring_advance_sc(br);
}

static inline struct mbuf *
drbr_dequeue(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	return (buf_ring_dequeue_sc(br));
}

static inline void
drbr_flush(struct ifnet *ifp, struct buf_ring *br)
{
	struct mbuf *m;

	(void)ifp;
	while ((m = buf_ring_dequeue_sc(br)) != NULL)
		m_freem(m);
}

static inline void
drbr_free(struct buf_ring *br, struct malloc_type *type)
{
	drbr_flush(NULL, br);
	buf_ring_free(br, type);
}

static inline int
drbr_empty(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	return (buf_ring_empty(br));
}

static inline int
drbr_needs_enqueue(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	return (!buf_ring_empty(br));
}

static inline int
drbr_inuse(struct ifnet *ifp, struct buf_ring *br)
{
	(void)ifp;
	return (buf_ring_count(br));
}

#endif
