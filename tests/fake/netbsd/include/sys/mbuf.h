/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <net/if.h>
#define mtod(m, t)	((t)((m)->m_data))
struct mowner;
struct m_tag;
struct m_hdr {
	struct mbuf *mh_next;
	struct mbuf *mh_nextpkt;
	char *mh_data;
	struct mowner *mh_owner;
	int mh_len;
	int mh_flags;
	paddr_t mh_paddr;
	short mh_type;
};
struct pkthdr {
	union {
		void *ctx;
		if_index_t index;
	} _rcvif;
#define rcvif_index	_rcvif.index
	SLIST_HEAD(packet_tags, m_tag) tags;
	int len;
	int csum_flags;
	uint32_t csum_data;
	u_int segsz;
	uint16_t ether_vtag;
	uint16_t pkthdr_flags;
	int pattr_af;
	void *pattr_class;
	void *pattr_hdr;
};
#define M_CSUM_TCPv4		0x00000001
#define M_CSUM_UDPv4		0x00000002
#define M_CSUM_TCP_UDP_BAD	0x00000004
#define M_CSUM_DATA		0x00000008
#define M_CSUM_TCPv6		0x00000010
#define M_CSUM_UDPv6		0x00000020
#define M_CSUM_IPv4		0x00000040
#define M_CSUM_IPv4_BAD		0x00000080
#define M_CSUM_TSOv4		0x00000100
#define M_CSUM_TSOv6		0x00000200
#define M_CSUM_BLANK		0x40000000
#define M_CSUM_NO_PSEUDOHDR	0x80000000
#define M_CSUM_DATA_IPv4_IPHL(x)	((x) >> 16)
#define M_CSUM_DATA_IPv4_OFFSET(x)	((x) & 0xffff)
#define M_CSUM_DATA_IPv6_IPHL(x)	((x) >> 16)
#define M_CSUM_DATA_IPv6_OFFSET(x)	((x) & 0xffff)
#define M_CSUM_DATA_IPv6_SET(x, v)	(x) = ((x) & 0xffff) | ((v) << 16)
struct _m_ext_storage {
	unsigned int ext_refcnt;
	char *ext_buf;
	void (*ext_free)(struct mbuf *, void *, size_t, void *);
	void *ext_arg;
	size_t ext_size;
	paddr_t ext_paddr;
	char ext_pad[8];
};
struct _m_ext {
	struct mbuf *ext_ref;
	struct _m_ext_storage ext_storage;
};
#define MBUF_DEFINE(name, mhlen, mlen)					\
	struct name {							\
		struct m_hdr m_hdr;					\
		union {							\
			struct {					\
				struct pkthdr MH_pkthdr;		\
				union {					\
					struct _m_ext MH_ext;		\
					char MH_databuf[(mhlen)];	\
				} MH_dat;				\
			} MH;						\
			char M_databuf[(mlen)];				\
		} M_dat;						\
	}
#define m_next		m_hdr.mh_next
#define m_len		m_hdr.mh_len
#define m_data		m_hdr.mh_data
#define m_owner		m_hdr.mh_owner
#define m_type		m_hdr.mh_type
#define m_flags		m_hdr.mh_flags
#define m_nextpkt	m_hdr.mh_nextpkt
#define m_paddr		m_hdr.mh_paddr
#define m_pkthdr	M_dat.MH.MH_pkthdr
#define m_ext_storage	M_dat.MH.MH_dat.MH_ext.ext_storage
#define m_ext_ref	M_dat.MH.MH_dat.MH_ext.ext_ref
#define m_ext		m_ext_ref->m_ext_storage
#define m_pktdat	M_dat.MH.MH_dat.MH_databuf
#define m_dat		M_dat.M_databuf
MBUF_DEFINE(_mbuf_dummy, 1, 1);
#define MLEN	((int)(MSIZE - offsetof(struct _mbuf_dummy, m_dat)))
#define MHLEN	((int)(MSIZE - offsetof(struct _mbuf_dummy, m_pktdat)))
#define MINCLSIZE	(MHLEN + MLEN + 1)
MBUF_DEFINE(mbuf, MHLEN, MLEN);
#define M_EXT		0x00000001
#define M_PKTHDR	0x00000002
#define M_EOR		0x00000004
#define M_PROTO1	0x00000008
#define M_LOOP		0x00000040
#define M_BCAST		0x00000100
#define M_MCAST		0x00000200
#define M_LINK0		0x00001000
#define M_VLANTAG	0x00100000
#define M_EXT_FLAGS	0xff000000
#define M_EXT_CLUSTER	0x01000000
#define M_EXT_PAGES	0x02000000
#define M_EXT_ROMAP	0x04000000
#define M_EXT_RW	0x08000000
#define MT_FREE		0
#define MT_DATA		1
#define MT_HEADER	2
#define M_DONTWAIT	M_NOWAIT
#define M_WAIT		M_WAITOK
#define M_COPYALL	-1
#define MCLAIM(m, mo)		__nothing
#define MGET(m, how, type)	m = m_get((how), (type))
#define MGETHDR(m, how, type)	m = m_gethdr((how), (type))
#define MCLGET(m, how)		m_clget((m), (how))
#define M_PREPEND(m, plen, how)						\
	do {								\
		if (M_LEADINGSPACE(m) >= (plen)) {			\
			(m)->m_data -= (plen);				\
			(m)->m_len += (plen);				\
		} else							\
			(m) = m_prepend((m), (plen), (how));		\
		if ((m) != NULL && ((m)->m_flags & M_PKTHDR) != 0)	\
			(m)->m_pkthdr.len += (plen);			\
	} while (0)
#define MEXTMALLOC(m, size, how)	fk_mextmalloc((m), (size), (how))
#define M_READONLY(m)							\
	(((m)->m_flags & M_EXT) != 0 &&					\
	    (((m)->m_flags & (M_EXT_ROMAP | M_EXT_RW)) != M_EXT_RW ||	\
	    (m)->m_ext.ext_refcnt > 1))
#define M_UNWRITABLE(m, len)	((m)->m_len < (len) || M_READONLY((m)))
#define M_BUFADDR(m)							\
	(((m)->m_flags & M_EXT) ? (m)->m_ext.ext_buf :			\
	    ((m)->m_flags & M_PKTHDR) ? (m)->m_pktdat : (m)->m_dat)
#define M_BUFSIZE(m)							\
	(((m)->m_flags & M_EXT) ? (m)->m_ext.ext_size :			\
	    ((m)->m_flags & M_PKTHDR) ? (size_t)MHLEN : (size_t)MLEN)
#define M_LEADINGSPACE(m)						\
	(M_READONLY((m)) ? 0 : ((m)->m_data - M_BUFADDR(m)))
#define M_TRAILINGSPACE(m)						\
	(M_READONLY((m)) ? 0 : ((M_BUFADDR(m) + M_BUFSIZE(m)) -		\
	    ((m)->m_data + (m)->m_len)))
extern int max_linkhdr, max_protohdr, max_hdr;
struct mbuf *m_get(int, int);
struct mbuf *m_gethdr(int, int);
struct mbuf *m_getcl(int, int, int);
void m_clget(struct mbuf *, int);
void fk_mextmalloc(struct mbuf *, int, int);
struct mbuf *m_free(struct mbuf *);
void m_freem(struct mbuf *);
struct mbuf *m_defrag(struct mbuf *, int);
struct mbuf *m_pullup(struct mbuf *, int);
struct mbuf *m_split(struct mbuf *, int, int);
struct mbuf *m_prepend(struct mbuf *, int, int);
struct mbuf *m_getptr(struct mbuf *, int, int *);
void m_adj(struct mbuf *, int);
void m_remove_pkthdr(struct mbuf *);
void m_copydata(struct mbuf *, int, int, void *);
void m_copyback(struct mbuf *, int, int, const void *);
static inline void
m_set_rcvif(struct mbuf *m, const struct ifnet *ifp)
{
	m->m_pkthdr.rcvif_index = ifp->if_index;
}
#endif
