/* SPDX-License-Identifier: BSD-2-Clause */
/* mbuf(9), what is FreeBSD's of it, and tcp_lro. */
#include "fk_priv.h"
#include "sys_mbuf.h"

#include <net/if_var.h>
#include <netinet/tcp_lro.h>

#define LRO_MAGIC	0x6c726f21U

int max_linkhdr = 16, max_protohdr = 60, max_hdr = 128;

/* ---- allocation */

static struct mbuf *
new_mbuf(int how, int type, int flags)
{
	struct mbuf *m;

	if ((how & (M_WAITOK | M_NOWAIT)) == 0)
		fk_die("malloc-flags", "mbuf: neither M_WAITOK nor M_NOWAIT");
	fk_blockok("an mbuf");
	if ((how & M_WAITOK) != 0 && fk_waitok("m_get(M_WAITOK)"))
		fc_point("m_get");
	else if (fc_fails("m_get"))
		return (NULL);
	m = fc_alloc("mbuf", MSIZE, 256);
	memset(m, 0, MSIZE);
	m->m_data = (flags & M_PKTHDR) != 0 ? m->m_pktdat : m->m_dat;
	memset(m->m_data, 0xa5, (size_t)((flags & M_PKTHDR) != 0 ? MHLEN :
	    MLEN));
	m->m_type = (u_int)type & 0xff;
	m->m_flags = (u_int)flags & 0xffffff;
	return (m);
}

struct mbuf *
m_get(int how, short type)
{
	return (new_mbuf(how, type, 0));
}

struct mbuf *
m_gethdr(int how, short type)
{
	return (new_mbuf(how, type, M_PKTHDR));
}

static u_int
zone_type(int size)
{
	switch (size) {
	case MCLBYTES:
		return (EXT_CLUSTER);
	case MJUMPAGESIZE:
		return (EXT_JUMBOP);
	case MJUM9BYTES:
		return (EXT_JUMBO9);
	case MJUM16BYTES:
		return (EXT_JUMBO16);
	}
	fk_die("mbuf-cluster", "invalid cluster size");
}

void *
m_cljget(struct mbuf *m, int how, int size)
{
	u_int type = zone_type(size);
	char *buf;

	if (m != NULL && (m->m_flags & M_EXT) != 0)
		FK_RULE("mbuf-ext", "a cluster over a cluster");
	if ((how & M_NOWAIT) != 0 && fc_fails("cluster"))
		return (NULL);
	buf = fc_alloc("cluster", (size_t)size, 64);
	memset(buf, 0xa5, (size_t)size);
	if (m == NULL)
		return (buf);
	m->m_ext.ext_buf = buf;
	m->m_ext.ext_size = (uint32_t)size;
	m->m_ext.ext_type = type;
	m->m_ext.ext_count = 1;
	m->m_data = buf;
	m->m_flags |= M_EXT;
	return (buf);
}

int
m_clget(struct mbuf *m, int how)
{
	return (m_cljget(m, how, MCLBYTES) != NULL);
}

struct mbuf *
m_getjcl(int how, short type, int flags, int size)
{
	struct mbuf *m;

	m = new_mbuf(how, type, flags);
	if (m == NULL)
		return (NULL);
	if (m_cljget(m, how, size) == NULL) {
		m_freem(m);
		return (NULL);
	}
	return (m);
}

struct mbuf *
m_getcl(int how, short type, int flags)
{
	return (m_getjcl(how, type, flags, MCLBYTES));
}

void *
fk_mbuf_buf(const struct mbuf *m, size_t *size)
{
	if ((m->m_flags & M_EXT) != 0) {
		*size = m->m_ext.ext_size;
		return (m->m_ext.ext_buf);
	}
	*size = (size_t)((m->m_flags & M_PKTHDR) != 0 ? MHLEN : MLEN);
	return ((void *)(uintptr_t)((m->m_flags & M_PKTHDR) != 0 ?
	    m->m_pktdat : m->m_dat));
}

void
fk_mbuf_free_ext(struct mbuf *m)
{
	if ((m->m_flags & M_EXT) == 0)
		return;
	if (m->m_ext.ext_type == EXT_NET_DRV)
		m->m_ext.ext_free(m);
	else if (fc_free(m->m_ext.ext_buf) == 0)
		fk_die("mbuf-ext", "cluster freed twice");
	m->m_flags &= ~(u_int)M_EXT;
}

struct mbuf *
m_free(struct mbuf *m)
{
	fk_blockok("m_free");
	return (fk_m_free(m));
}

void
m_freem(struct mbuf *m)
{
	if (m != NULL)
		fk_mbuf_ok(m, "m_freem");
	while (m != NULL)
		m = m_free(m);
}

void
fk_assertpkthdr(const struct mbuf *m)
{
	if (m == NULL || (m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "no packet header");
}

/* ---- shape */

void
m_demote_pkthdr(struct mbuf *m)
{
	M_ASSERTPKTHDR(m);
	m->m_flags &= ~(u_int)M_PKTHDR;
	memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
}

void
m_demote(struct mbuf *m0, int all, int flags)
{
	struct mbuf *m;

	for (m = all ? m0 : m0->m_next; m != NULL; m = m->m_next) {
		if ((m->m_flags & M_PKTHDR) != 0)
			m_demote_pkthdr(m);
		m->m_flags &= (u_int)(M_EXT | M_RDONLY | M_NOFREE | flags);
	}
}

int
m_leadingspace(const struct mbuf *m)
{
	size_t size;

	return ((int)(m->m_data - (caddr_t)fk_mbuf_buf(m, &size)));
}

int
m_trailingspace(const struct mbuf *m)
{
	caddr_t buf;
	size_t size;

	buf = fk_mbuf_buf(m, &size);
	return ((int)(buf + size - (m->m_data + m->m_len)));
}

void
m_align(struct mbuf *m, int len)
{
	size_t size;

	m->m_data = fk_mbuf_buf(m, &size);
	m->m_data += (size - (size_t)len) & ~(sizeof(long) - 1);
}

void
m_copydata(const struct mbuf *m, int off, int len, caddr_t p)
{
	fk_m_copydata(m, off, len, p);
}

void
m_adj(struct mbuf *m, int n)
{
	fk_m_adj(m, n);
}

struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{
	return (fk_m_getptr(m, loc, off));
}

u_int
m_length(struct mbuf *m, struct mbuf **last)
{
	u_int len = 0;

	for (; m != NULL; m = m->m_next) {
		len += (u_int)m->m_len;
		if (last != NULL)
			*last = m;
	}
	return (len);
}

void
m_cat(struct mbuf *m, struct mbuf *n)
{
	while (m->m_next != NULL)
		m = m->m_next;
	m->m_next = n;
}

void
m_copyback(struct mbuf *m, int off, int len, const char *p)
{
	int n;

	for (; len > 0 && m != NULL; m = m->m_next) {
		if (off >= m->m_len) {
			off -= m->m_len;
			continue;
		}
		n = MIN(m->m_len - off, len);
		memcpy(m->m_data + off, p, (size_t)n);
		p += n;
		len -= n;
		off = 0;
	}
}

int
m_append(struct mbuf *m0, int len, const char *p)
{
	struct mbuf *m, *n;
	int left = len, part;

	fk_mbuf_ok(m0, "m_append");
	for (m = m0; m->m_next != NULL; m = m->m_next)
		continue;
	part = MIN(m_trailingspace(m), left);
	memcpy(m->m_data + m->m_len, p, (size_t)part);
	m->m_len += part;
	for (p += part, left -= part; left > 0; left -= part, p += part) {
		n = m_get(M_NOWAIT, MT_DATA);
		if (n == NULL)
			break;
		part = MIN(MLEN, left);
		memcpy(n->m_data, p, (size_t)part);
		n->m_len = part;
		m->m_next = n;
		m = n;
	}
	if ((m0->m_flags & M_PKTHDR) != 0)
		m0->m_pkthdr.len += len - left;
	return (left == 0);
}

struct mbuf *
m_pullup(struct mbuf *m0, int len)
{
	struct mbuf *m;
	int n;

	fk_mbuf_ok(m0, "m_pullup");
	if (len <= m0->m_len)
		return (m0);
	if (m_trailingspace(m0) < len - m0->m_len) {
		if (len > MHLEN || (m = m_gethdr(M_NOWAIT, MT_DATA)) == NULL) {
			m_freem(m0);
			return (NULL);
		}
		m->m_pkthdr = m0->m_pkthdr;
		m0->m_flags &= ~(u_int)M_PKTHDR;
		m->m_next = m0;
		m0 = m;
	}
	while (m0->m_len < len && (m = m0->m_next) != NULL) {
		n = MIN(len - m0->m_len, m->m_len);
		memcpy(m0->m_data + m0->m_len, m->m_data, (size_t)n);
		m0->m_len += n;
		m->m_data += n;
		m->m_len -= n;
		if (m->m_len == 0)
			m0->m_next = m_free(m);
	}
	if (m0->m_len < len) {
		m_freem(m0);
		return (NULL);
	}
	return (m0);
}

struct mbuf *
m_prepend(struct mbuf *m, int len, int how)
{
	struct mbuf *n;

	if (m_leadingspace(m) >= len) {
		m->m_data -= len;
		m->m_len += len;
	} else {
		n = (m->m_flags & M_PKTHDR) != 0 ? m_gethdr(how, MT_DATA) :
		    m_get(how, MT_DATA);
		if (n == NULL) {
			m_freem(m);
			return (NULL);
		}
		if ((m->m_flags & M_PKTHDR) != 0)
			n->m_pkthdr = m->m_pkthdr;
		m->m_flags &= ~(u_int)M_PKTHDR;
		n->m_next = m;
		m_align(n, len);
		n->m_len = len;
		m = n;
	}
	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len += len;
	return (m);
}

/* ---- fewer mbufs */

static int
chain_count(const struct mbuf *m)
{
	int n = 0;

	for (; m != NULL; m = m->m_next)
		n++;
	return (n);
}

/* Bytes of the next mbuf that fit behind this one go there. */
static void
squeeze(struct mbuf *m)
{
	struct mbuf *n;

	while ((n = m->m_next) != NULL) {
		if ((m->m_flags & (M_EXT | M_RDONLY)) == 0 &&
		    n->m_len <= m_trailingspace(m)) {
			memcpy(m->m_data + m->m_len, n->m_data,
			    (size_t)n->m_len);
			m->m_len += n->m_len;
			m->m_next = m_free(n);
		} else
			m = n;
	}
}

/* Two that fit into a cluster become one; never the first. */
static bool
merge_pair(struct mbuf *m0, int how)
{
	struct mbuf *prev, *a, *b, *c;

	for (prev = m0; (a = prev->m_next) != NULL; prev = a) {
		b = a->m_next;
		if (b == NULL || a->m_len + b->m_len > MCLBYTES)
			continue;
		c = m_getcl(how, MT_DATA, 0);
		if (c == NULL)
			return (false);
		memcpy(c->m_data, a->m_data, (size_t)a->m_len);
		memcpy(c->m_data + a->m_len, b->m_data, (size_t)b->m_len);
		c->m_len = a->m_len + b->m_len;
		c->m_next = b->m_next;
		prev->m_next = c;
		m_free(a);
		m_free(b);
		return (true);
	}
	return (false);
}

/* NULL: could not be done; the chain is still the caller's, and whole. */
struct mbuf *
m_collapse(struct mbuf *m0, int how, int maxfrags)
{
	fc_point("m_collapse");
	fk_mbuf_ok(m0, "m_collapse");
	fk_mbuf_unmapped_chain(m0, "m_collapse");
	if (maxfrags <= 1)
		fk_die("mbuf-collapse", "m_collapse to one");
	squeeze(m0);
	while (chain_count(m0) > maxfrags)
		if (!merge_pair(m0, how))
			return (NULL);
	return (m0);
}

static struct mbuf *
copy_all(const struct mbuf *m0, int how)
{
	struct mbuf *top = NULL, **mp = &top, *m;
	int off = 0, part, left = m0->m_pkthdr.len;

	do {
		m = left > MHLEN ? m_getcl(how, MT_DATA, top == NULL ?
		    M_PKTHDR : 0) : top == NULL ? m_gethdr(how, MT_DATA) :
		    m_get(how, MT_DATA);
		if (m == NULL) {
			m_freem(top);
			return (NULL);
		}
		if (top == NULL) {
			m->m_pkthdr = m0->m_pkthdr;
			m->m_flags |= m0->m_flags & ~(u_int)(M_EXT | M_RDONLY);
		}
		part = MIN(left, m_trailingspace(m));
		m_copydata(m0, off, part, m->m_data);
		m->m_len = part;
		*mp = m;
		mp = &m->m_next;
		off += part;
		left -= part;
	} while (left > 0);
	return (top);
}

struct mbuf *
m_defrag(struct mbuf *m0, int how)
{
	struct mbuf *m;

	fc_point("m_defrag");
	fk_mbuf_ok(m0, "m_defrag");
	M_ASSERTPKTHDR(m0);
	m = copy_all(m0, how);
	if (m != NULL)
		m_freem(m0);
	return (m);
}

struct mbuf *
m_dup(const struct mbuf *m0, int how)
{
	fk_mbuf_ok(m0, "m_dup");
	return (copy_all(m0, how));
}

/* The kernel shares clusters and hands over little of the packet header. */
struct mbuf *
m_split(struct mbuf *m0, int len, int how)
{
	struct mbuf *n;

	fc_point("m_split");
	fk_mbuf_ok(m0, "m_split");
	M_ASSERTPKTHDR(m0);
	if (len <= 0 || len >= m0->m_pkthdr.len)
		fk_die("mbuf-copy", "m_split: nothing on one side");
	n = copy_all(m0, how);
	if (n == NULL)
		return (NULL);
	m_adj(n, len);
	m_adj(m0, len - m0->m_pkthdr.len);
	n->m_pkthdr.csum_flags = 0;
	n->m_pkthdr.tso_segsz = 0;
	return (n);
}

struct mbuf *
m_unshare(struct mbuf *m, int how)
{
	return (m_defrag(m, how));
}

struct mbuf *
m_copym(struct mbuf *m0, int off, int len, int how)
{
	struct mbuf *m;

	if (off != 0 || (len != M_COPYALL && len != m0->m_pkthdr.len))
		fk_die("mbuf-copy", "m_copym: the fake copies whole packets");
	m = copy_all(m0, how);
	return (m);
}

/* ---- receive offload: what it takes it gives back at the flush */

int
tcp_lro_init_args(struct lro_ctrl *lc, struct ifnet *ifp, unsigned entries,
    unsigned mbufs)
{
	memset(lc, 0, sizeof(*lc));
	lc->ifp = ifp;
	lc->lro_cnt = entries;
	lc->lro_mbuf_max = mbufs;
	lc->lro_tail = &lc->lro_head;
	lc->lro_magic = LRO_MAGIC;
	if (fc_fails("tcp_lro_init_args")) {
		lc->lro_magic = 0;
		return (ENOMEM);
	}
	lc->lro_mbuf_data = fc_alloc("lro", 64 * (size_t)entries + 64, 16);
	return (0);
}

int
tcp_lro_init(struct lro_ctrl *lc)
{
	return (tcp_lro_init_args(lc, NULL, TCP_LRO_ENTRIES, 0));
}

void
tcp_lro_flush_all(struct lro_ctrl *lc)
{
	struct mbuf *m;

	fc_point("tcp_lro_flush_all");
	if (lc->lro_magic != LRO_MAGIC)
		fk_die("lro-init", "tcp_lro_flush_all");
	while ((m = lc->lro_head) != NULL) {
		lc->lro_head = m->m_nextpkt;
		m->m_nextpkt = NULL;
		lc->lro_mbuf_count--;
		lc->lro_flushed++;
		if_input(lc->ifp, m);
	}
	lc->lro_tail = &lc->lro_head;
}

void
tcp_lro_free(struct lro_ctrl *lc)
{
	struct mbuf *m;

	fc_point("tcp_lro_free");
	if (lc->lro_mbuf_data == NULL)
		return;
	if (lc->lro_magic != LRO_MAGIC)
		fk_die("lro-init", "tcp_lro_free");
	while ((m = lc->lro_head) != NULL) {
		lc->lro_head = m->m_nextpkt;
		FK_RULE("lro-flush", "a packet was never flushed");
		m_freem(m);
	}
	fc_free(lc->lro_mbuf_data);
	lc->lro_mbuf_data = NULL;
	lc->lro_magic = 0;
}

static bool
is_tcp(struct mbuf *m)
{
	const uint8_t *f = mtod(m, const uint8_t *);

	if (m->m_len < 54)
		return (false);
	if (f[12] == 0x08 && f[13] == 0)
		return (f[14] == 0x45 && f[23] == 6);
	return (f[12] == 0x86 && f[13] == 0xdd && f[20] == 6);
}

int
tcp_lro_rx(struct lro_ctrl *lc, struct mbuf *m, uint32_t csum)
{
	(void)csum;
	fc_point("tcp_lro_rx");
	if (lc->lro_magic != LRO_MAGIC)
		fk_die("lro-init", "tcp_lro_rx");
	fk_mbuf_ok(m, "tcp_lro_rx");
	M_ASSERTPKTHDR(m);
	if (!fk_in_epoch())
		FK_RULE("epoch-input", "tcp_lro_rx outside of the net epoch");
	if ((m->m_pkthdr.csum_flags & CSUM_L4_VALID) == 0) {
		lc->lro_bad_csum++;
		return (TCP_LRO_CANNOT);
	}
	if (!is_tcp(m))
		return (TCP_LRO_NOT_SUPPORTED);
	if (lc->lro_mbuf_count == lc->lro_cnt)
		tcp_lro_flush_all(lc);
	m->m_flags |= M_PROTO11;
	m->m_nextpkt = NULL;
	*lc->lro_tail = m;
	lc->lro_tail = &m->m_nextpkt;
	lc->lro_mbuf_count++;
	lc->lro_queued++;
	return (0);
}

void
tcp_lro_queue_mbuf(struct lro_ctrl *lc, struct mbuf *m)
{
	if (tcp_lro_rx(lc, m, 0) != 0)
		if_input(lc->ifp, m);
}
