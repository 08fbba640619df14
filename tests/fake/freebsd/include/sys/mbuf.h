/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_

#include <sys/param.h>
#include <sys/limits.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/malloc.h>

struct ifnet;
struct mbuf;
struct m_tag;

struct pkthdr {
	union {
		void *snd_tag;
		struct ifnet *rcvif;
	};
	struct { struct m_tag *slh_first; } tags;
	int32_t len;
	uint32_t flowid;
	uint32_t csum_flags;
	uint16_t fibnum;
	uint8_t numa_domain;
	uint8_t rsstype;
	union {
		uint64_t rcv_tstmp;
		struct {
			uint8_t l2hlen, l3hlen, l4hlen, l5hlen;
			uint8_t inner_l2hlen, inner_l3hlen;
			uint8_t inner_l4hlen, inner_l5hlen;
		};
	};
	union {
		uint8_t eight[8];
		uint16_t sixteen[4];
		uint32_t thirtytwo[2];
		uint64_t sixtyfour[1];
		void *ptr;
	} PH_per;
	union {
		uint8_t eight[8];
		uint16_t sixteen[4];
		uint32_t thirtytwo[2];
		uint64_t sixtyfour[1];
		void *ptr;
	} PH_loc;
};
#define ether_vtag	PH_per.sixteen[0]
#define tso_segsz	PH_per.sixteen[1]
#define lro_nsegs	tso_segsz
#define csum_data	PH_per.thirtytwo[1]

struct m_ext {
	volatile u_int ext_count;
	uint32_t ext_size;
	uint32_t ext_type:8, ext_flags:24;
	char *ext_buf;
	void *ext_arg2;
	void (*ext_free)(struct mbuf *);
	void *ext_arg1;
};

struct mbuf {
	union {
		struct mbuf *m_next;
		STAILQ_ENTRY(mbuf) m_stailq;
	};
	union {
		struct mbuf *m_nextpkt;
		STAILQ_ENTRY(mbuf) m_stailqpkt;
	};
	caddr_t m_data;
	int32_t m_len;
	uint32_t m_type:8, m_flags:24;
	union {
		struct {
			struct pkthdr m_pkthdr;
			union {
				struct m_ext m_ext;
				char m_pktdat[0];
			};
		};
		char m_dat[0];
	};
};
#define MHSIZE		offsetof(struct mbuf, m_dat)
#define MPKTHSIZE	offsetof(struct mbuf, m_pktdat)
#define MLEN		((int)(MSIZE - MHSIZE))
#define MHLEN		((int)(MSIZE - MPKTHSIZE))
#define MINCLSIZE	(MHLEN + 1)
#define mtod(m, t)	((t)(void *)((m)->m_data))
#define mtodo(m, o)	((void *)(((m)->m_data) + (o)))

#define M_EXT		0x00000001
#define M_PKTHDR	0x00000002
#define M_EOR		0x00000004
#define M_RDONLY	0x00000008
#define M_BCAST		0x00000010
#define M_MCAST		0x00000020
#define M_PROMISC	0x00000040
#define M_VLANTAG	0x00000080
#define M_EXTPG		0x00000100
#define M_NOFREE	0x00000200
#define M_TSTMP		0x00000400
#define M_TSTMP_HPREC	0x00000800
#define M_PROTO1	0x00002000
#define M_PROTO11	0x00800000
#define EXT_CLUSTER	1
#define EXT_JUMBOP	3
#define EXT_JUMBO9	4
#define EXT_JUMBO16	5
#define EXT_NET_DRV	252
#define MT_DATA		1

#define M_HASHTYPE_HASHPROP	0x80
#define M_HASHTYPE_HASH(t)	(M_HASHTYPE_HASHPROP | (t))
#define M_HASHTYPE_INNER	0x40
#define M_HASHTYPE_NONE		0
#define M_HASHTYPE_RSS_IPV4	M_HASHTYPE_HASH(1)
#define M_HASHTYPE_RSS_TCP_IPV4	M_HASHTYPE_HASH(2)
#define M_HASHTYPE_RSS_IPV6	M_HASHTYPE_HASH(3)
#define M_HASHTYPE_RSS_TCP_IPV6	M_HASHTYPE_HASH(4)
#define M_HASHTYPE_RSS_UDP_IPV4	M_HASHTYPE_HASH(7)
#define M_HASHTYPE_RSS_UDP_IPV6	M_HASHTYPE_HASH(9)
#define M_HASHTYPE_OPAQUE	0x3f
#define M_HASHTYPE_OPAQUE_HASH	M_HASHTYPE_HASH(M_HASHTYPE_OPAQUE)
#define M_HASHTYPE_CLEAR(m)	((m)->m_pkthdr.rsstype = 0)
#define M_HASHTYPE_GET(m)	((m)->m_pkthdr.rsstype & ~M_HASHTYPE_INNER)
#define M_HASHTYPE_SET(m, v)	((m)->m_pkthdr.rsstype = (v))
#define M_HASHTYPE_TEST(m, v)	(M_HASHTYPE_GET(m) == (v))
#define M_HASHTYPE_ISHASH(m)	\
	(((m)->m_pkthdr.rsstype & M_HASHTYPE_HASHPROP) != 0)

#define CSUM_IP		0x00000001
#define CSUM_IP_UDP	0x00000002
#define CSUM_IP_TCP	0x00000004
#define CSUM_IP_SCTP	0x00000008
#define CSUM_IP_TSO	0x00000010
#define CSUM_IP_ISCSI	0x00000020
#define CSUM_IP6_UDP	0x00000200
#define CSUM_IP6_TCP	0x00000400
#define CSUM_IP6_SCTP	0x00000800
#define CSUM_IP6_TSO	0x00001000
#define CSUM_L3_CALC	0x01000000
#define CSUM_L3_VALID	0x02000000
#define CSUM_L4_CALC	0x04000000
#define CSUM_L4_VALID	0x08000000
#define CSUM_L5_CALC	0x10000000
#define CSUM_L5_VALID	0x20000000
#define CSUM_COALESCED	0x40000000
#define CSUM_SND_TAG	0x80000000
#define CSUM_IP_CHECKED	CSUM_L3_CALC
#define CSUM_IP_VALID	CSUM_L3_VALID
#define CSUM_DATA_VALID	CSUM_L4_VALID
#define CSUM_PSEUDO_HDR	CSUM_L4_CALC
#define CSUM_TCP	CSUM_IP_TCP
#define CSUM_UDP	CSUM_IP_UDP
#define CSUM_TSO	(CSUM_IP_TSO | CSUM_IP6_TSO)
#define CSUM_UDP_IPV6	CSUM_IP6_UDP
#define CSUM_TCP_IPV6	CSUM_IP6_TCP
#define CSUM_DELAY_DATA	(CSUM_TCP | CSUM_UDP)
#define CSUM_DELAY_DATA_IPV6	(CSUM_TCP_IPV6 | CSUM_UDP_IPV6)

extern int max_linkhdr, max_protohdr, max_hdr;
struct mbuf *m_get(int how, short type);
struct mbuf *m_gethdr(int how, short type);
struct mbuf *m_getcl(int how, short type, int flags);
struct mbuf *m_getjcl(int how, short type, int flags, int size);
void *m_cljget(struct mbuf *, int how, int size);
int m_clget(struct mbuf *, int how);
struct mbuf *m_free(struct mbuf *);
void m_freem(struct mbuf *);
void m_adj(struct mbuf *, int);
int m_append(struct mbuf *, int, const char *);
void m_cat(struct mbuf *, struct mbuf *);
struct mbuf *m_collapse(struct mbuf *, int how, int maxfrags);
void m_copydata(const struct mbuf *, int off, int len, caddr_t);
void m_copyback(struct mbuf *, int off, int len, const char *);
struct mbuf *m_copym(struct mbuf *, int off, int len, int how);
struct mbuf *m_defrag(struct mbuf *, int how);
struct mbuf *m_dup(const struct mbuf *, int how);
struct mbuf *m_devget(char *, int len, int off, struct ifnet *,
    void (*copy)(char *, caddr_t, u_int));
u_int m_length(struct mbuf *, struct mbuf **last);
struct mbuf *m_prepend(struct mbuf *, int len, int how);
struct mbuf *m_pullup(struct mbuf *, int len);
struct mbuf *m_getptr(struct mbuf *, int loc, int *off);
struct mbuf *m_split(struct mbuf *, int len, int how);
struct mbuf *m_unshare(struct mbuf *, int how);
void m_demote_pkthdr(struct mbuf *);
void m_demote(struct mbuf *, int all, int flags);
int m_leadingspace(const struct mbuf *);
int m_trailingspace(const struct mbuf *);
void m_align(struct mbuf *, int len);
#define M_LEADINGSPACE(m)	m_leadingspace(m)
#define M_TRAILINGSPACE(m)	m_trailingspace(m)
#define M_WRITABLE(m)		(((m)->m_flags & M_RDONLY) == 0)
#define M_COPYALL		1000000000
#define M_PREPEND(m, plen, how)	((m) = m_prepend((m), (plen), (how)))
void fk_assertpkthdr(const struct mbuf *);
#define M_ASSERTPKTHDR(m)	fk_assertpkthdr(m)
#define M_ASSERTVALID(m)	((void)(m))

struct mbufq {
	STAILQ_HEAD(, mbuf) mq_head;
	int mq_len;
	int mq_maxlen;
};

static inline void
mbufq_init(struct mbufq *mq, int maxlen)
{
	STAILQ_INIT(&mq->mq_head);
	mq->mq_maxlen = maxlen;
	mq->mq_len = 0;
}

static inline bool
mbufq_empty(const struct mbufq *mq)
{
	return (mq->mq_len == 0);
}

static inline int
mbufq_len(const struct mbufq *mq)
{
	return (mq->mq_len);
}

static inline struct mbuf *
mbufq_first(const struct mbufq *mq)
{
	return (STAILQ_FIRST(&mq->mq_head));
}

static inline int
mbufq_enqueue(struct mbufq *mq, struct mbuf *m)
{
	if (mq->mq_maxlen > 0 && mq->mq_len >= mq->mq_maxlen)
		return (ENOBUFS);
	STAILQ_INSERT_TAIL(&mq->mq_head, m, m_stailqpkt);
	mq->mq_len++;
	return (0);
}

static inline struct mbuf *
mbufq_dequeue(struct mbufq *mq)
{
	struct mbuf *m = STAILQ_FIRST(&mq->mq_head);

	if (m != NULL) {
		STAILQ_REMOVE_HEAD(&mq->mq_head, m_stailqpkt);
		m->m_nextpkt = NULL;
		mq->mq_len--;
	}
	return (m);
}

static inline void
mbufq_drain(struct mbufq *mq)
{
	struct mbuf *m;

	while ((m = mbufq_dequeue(mq)) != NULL)
		m_freem(m);
}

#endif
