/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_
#include <sys/queue.h>
#define MSIZE		256
#define MLEN		(MSIZE - sizeof(struct m_hdr))
#define MHLEN		(MLEN - sizeof(struct pkthdr))
#define MAXMCLBYTES	(64 * 1024)
#define MINCLSIZE	(MHLEN + MLEN + 1)
#define MCLSHIFT	11
#define MCLBYTES	(1 << MCLSHIFT)
#define M_COPYALL	1000000000
#define mtod(m, t)	((t)((m)->m_data))
struct mbuf;
struct m_hdr {
	struct mbuf *mh_next;
	struct mbuf *mh_nextpkt;
	caddr_t mh_data;
	u_int mh_len;
	short mh_type;
	u_short mh_flags;
};
struct pkthdr {
	void *ph_cookie;
	void *ph_tags;
	int64_t ph_timestamp;
	int len;
	u_int ph_rtableid;
	u_int ph_ifidx;
	u_int16_t ph_tagsset;
	u_int16_t ph_flowid;
	u_int16_t csum_flags;
	u_int16_t ether_vtag;
	u_int16_t ph_mss;
	u_int8_t ph_loopcnt;
	u_int8_t ph_family;
	struct {
		void *statekey, *inp;
		u_int32_t qid;
		u_int16_t tag, delay;
		u_int8_t flags, routed, prio, pad[1];
	} pf;
};
struct mbuf_ext {
	caddr_t ext_buf;
	void *ext_arg;
	u_int ext_free_fn;
	u_int ext_size;
	struct mbuf *ext_nextref;
	struct mbuf *ext_prevref;
};
struct mbuf {
	struct m_hdr m_hdr;
	union {
		struct {
			struct pkthdr MH_pkthdr;
			union {
				struct mbuf_ext MH_ext;
				char MH_databuf[MHLEN];
			} MH_dat;
		} MH;
		char M_databuf[MLEN];
	} M_dat;
};
#define m_next		m_hdr.mh_next
#define m_len		m_hdr.mh_len
#define m_data		m_hdr.mh_data
#define m_type		m_hdr.mh_type
#define m_flags		m_hdr.mh_flags
#define m_nextpkt	m_hdr.mh_nextpkt
#define m_pkthdr	M_dat.MH.MH_pkthdr
#define m_ext		M_dat.MH.MH_dat.MH_ext
#define m_pktdat	M_dat.MH.MH_dat.MH_databuf
#define m_dat		M_dat.M_databuf
#define M_EXT		0x0001
#define M_PKTHDR	0x0002
#define M_EOR		0x0004
#define M_EXTWR		0x0008
#define M_PROTO1	0x0010
#define M_VLANTAG	0x0020
#define M_LOOP		0x0040
#define M_BCAST		0x0100
#define M_MCAST		0x0200
#define M_ZEROIZE	0x2000
#define M_LINK0		0x8000
#define M_IPV4_CSUM_OUT		0x0001
#define M_TCP_CSUM_OUT		0x0002
#define M_UDP_CSUM_OUT		0x0004
#define M_IPV4_CSUM_IN_OK	0x0008
#define M_IPV4_CSUM_IN_BAD	0x0010
#define M_TCP_CSUM_IN_OK	0x0020
#define M_TCP_CSUM_IN_BAD	0x0040
#define M_UDP_CSUM_IN_OK	0x0080
#define M_UDP_CSUM_IN_BAD	0x0100
#define M_ICMP_CSUM_OUT		0x0200
#define M_ICMP_CSUM_IN_OK	0x0400
#define M_ICMP_CSUM_IN_BAD	0x0800
#define M_TIMESTAMP		0x2000
#define M_FLOWID		0x4000
#define M_TCP_TSO		0x8000
#define MT_FREE		0
#define MT_DATA		1
#define MT_HEADER	2
#include <sys/malloc.h>
#define M_DONTWAIT	M_NOWAIT
#define M_WAIT		M_WAITOK
#define MGET(m, how, type)	((m) = m_get((how), (type)))
#define MGETHDR(m, how, type)	((m) = m_gethdr((how), (type)))
#define MCLGET(m, how)		((void)m_clget((m), (how), MCLBYTES))
#define MCLGETL(m, how, l)	m_clget((m), (how), (l))
#define M_READONLY(m)	(((m)->m_flags & M_EXT) != 0 &&			\
			    ((m)->m_flags & M_EXTWR) == 0)
#define M_PREPEND(m, n, how)	((m) = m_prepend((m), (n), (how)))
#include <sys/mutex.h>
struct mbuf_list {
	struct mbuf *ml_head;
	struct mbuf *ml_tail;
	u_int ml_len;
};
struct mbuf_queue {
	struct mutex mq_mtx;
	struct mbuf_list mq_list;
	u_int mq_maxlen;
	u_int mq_drops;
};
extern int max_linkhdr, max_protohdr, max_hdr;
struct mbuf *m_free(struct mbuf *);
struct mbuf *m_freem(struct mbuf *);
struct mbuf *m_get(int, int);
struct mbuf *m_gethdr(int, int);
struct mbuf *m_clget(struct mbuf *, int, u_int);
int m_defrag(struct mbuf *, int);
struct mbuf *m_pullup(struct mbuf *, int);
struct mbuf *m_split(struct mbuf *, int, int);
struct mbuf *m_prepend(struct mbuf *, int, int);
struct mbuf *m_getptr(struct mbuf *, int, int *);
struct mbuf *m_dup_pkt(struct mbuf *, unsigned int, int);
struct mbuf *m_devget(char *, int, int);
int m_leadingspace(struct mbuf *);
int m_trailingspace(struct mbuf *);
void m_align(struct mbuf *, int);
void m_adj(struct mbuf *, int);
void m_copydata(struct mbuf *, int, int, void *);
int m_copyback(struct mbuf *, int, int, const void *, int);
void m_cat(struct mbuf *, struct mbuf *);
void m_calchdrlen(struct mbuf *);
static inline struct mbuf *
m_freemp(struct mbuf **mp)
{
	struct mbuf *m = *mp;

	*mp = NULL;
	return (m_freem(m));
}
#define MBUF_LIST_INITIALIZER()	{ NULL, NULL, 0 }
void ml_init(struct mbuf_list *);
void ml_enqueue(struct mbuf_list *, struct mbuf *);
struct mbuf *ml_dequeue(struct mbuf_list *);
void ml_enlist(struct mbuf_list *, struct mbuf_list *);
unsigned int ml_purge(struct mbuf_list *);
#define ml_len(l)		((l)->ml_len)
#define ml_empty(l)		((l)->ml_len == 0)
#define MBUF_LIST_FIRST(l)	((l)->ml_head)
#define MBUF_LIST_NEXT(m)	((m)->m_nextpkt)
#define MBUF_LIST_FOREACH(l, m)						\
	for ((m) = MBUF_LIST_FIRST(l); (m) != NULL;			\
	    (m) = MBUF_LIST_NEXT(m))
#include <sys/atomic.h>
#endif
