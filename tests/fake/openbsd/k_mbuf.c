/* SPDX-License-Identifier: BSD-2-Clause */
/* mbufs: each one an allocation of its own, so that misuse is seen. */
#include "fk_priv.h"
#include "sys_mbuf.h"

int max_linkhdr = 64, max_protohdr = 88, max_hdr = 152;

static const u_int pool_sizes[] = {
	2048, 2048 + 2, 4096, 8192, 9 * 1024, 12 * 1024, 16 * 1024, 64 * 1024
};

struct mbuf *
m_clget(struct mbuf *m, int how, u_int len)
{
	struct mbuf *m0 = NULL;
	unsigned int i;

	for (i = 0; i < nitems(pool_sizes) && pool_sizes[i] < len; i++)
		continue;
	if (i == nitems(pool_sizes))
		fk_die("mbuf-cluster", "m_clget: no such cluster");
	if (m == NULL) {
		m0 = m_gethdr(how, MT_DATA);
		if (m0 == NULL)
			return (NULL);
		m = m0;
	} else if ((m->m_flags & M_EXT) != 0)
		FK_RULE("mbuf-ext", "m_clget over a cluster");
	if (how != M_WAIT && fc_fails("cluster")) {
		m_freem(m0);
		return (NULL);
	}
	m->m_ext.ext_buf = fc_alloc("cluster", pool_sizes[i], 64);
	memset(m->m_ext.ext_buf, 0xa5, pool_sizes[i]);
	m->m_ext.ext_size = pool_sizes[i];
	m->m_data = m->m_ext.ext_buf;
	m->m_flags |= M_EXT | M_EXTWR;
	return (m);
}

void
fk_mbuf_free_ext(struct mbuf *m)
{
	if ((m->m_flags & M_EXT) == 0)
		return;
	if (fc_free(m->m_ext.ext_buf) == 0)
		fk_die("mbuf-ext", "cluster freed twice");
	m->m_flags &= (u_short)~(M_EXT | M_EXTWR);
}

void *
fk_mbuf_buf(const struct mbuf *m, size_t *size)
{
	if ((m->m_flags & M_EXT) != 0) {
		*size = m->m_ext.ext_size;
		return (m->m_ext.ext_buf);
	}
	*size = (m->m_flags & M_PKTHDR) != 0 ? MHLEN : MLEN;
	return ((void *)(uintptr_t)((m->m_flags & M_PKTHDR) != 0 ?
	    m->m_pktdat : m->m_dat));
}

int
m_leadingspace(struct mbuf *m)
{
	size_t size;

	return ((int)(m->m_data - (caddr_t)fk_mbuf_buf(m, &size)));
}

int
m_trailingspace(struct mbuf *m)
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

struct mbuf *
m_free(struct mbuf *m)
{
	return (fk_m_free(m));
}

struct mbuf *
m_freem(struct mbuf *m)
{
	struct mbuf *n;

	if (m == NULL)
		return (NULL);
	fk_mbuf_ok(m, "m_freem");
	n = m->m_nextpkt;
	do
		m = m_free(m);
	while (m != NULL);
	return (n);
}

void
m_copydata(struct mbuf *m, int off, int len, void *p)
{
	fk_m_copydata(m, off, len, p);
}

int
m_copyback(struct mbuf *m, int off, int len, const void *p, int how)
{
	const char *cp = p;
	int n;

	(void)how;
	for (; len > 0 && m != NULL; m = m->m_next) {
		if (off >= (int)m->m_len) {
			off -= (int)m->m_len;
			continue;
		}
		n = MIN((int)m->m_len - off, len);
		memcpy(m->m_data + off, cp, (size_t)n);
		cp += n;
		len -= n;
		off = 0;
	}
	return (len == 0 ? 0 : ENOBUFS);
}

int
m_defrag(struct mbuf *m, int how)
{
	struct mbuf *m0;
	caddr_t buf;
	u_int size;

	fc_point("m_defrag");
	fk_mbuf_ok(m, "m_defrag");
	if (m->m_next == NULL)
		return (0);
	if ((m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "m_defrag");
	m0 = m_gethdr(how, m->m_type);
	if (m0 == NULL)
		return (ENOBUFS);
	if (m->m_pkthdr.len > (int)MHLEN) {
		m_clget(m0, how, (u_int)m->m_pkthdr.len);
		if ((m0->m_flags & M_EXT) == 0) {
			m_free(m0);
			return (ENOBUFS);
		}
	}
	m_copydata(m, 0, m->m_pkthdr.len, m0->m_data);
	m_freem(m->m_next);
	m->m_next = NULL;
	fk_mbuf_unmapped(m, "m_defrag");
	fk_mbuf_free_ext(m);
	if ((m0->m_flags & M_EXT) != 0) {
		buf = m0->m_ext.ext_buf;
		size = m0->m_ext.ext_size;
		m0->m_flags &= (u_short)~(M_EXT | M_EXTWR);
		m->m_ext.ext_buf = buf;
		m->m_ext.ext_size = size;
		m->m_flags |= M_EXT | M_EXTWR;
		m->m_data = buf;
	} else {
		m->m_data = m->m_pktdat;
		memcpy(m->m_data, m0->m_data, (size_t)m->m_pkthdr.len);
	}
	m->m_len = (u_int)m->m_pkthdr.len;
	m_free(m0);
	return (0);
}

void
m_adj(struct mbuf *m, int n)
{
	fk_m_adj(m, n);
}

struct mbuf *
m_pullup(struct mbuf *m0, int len)
{
	struct mbuf *m;
	int n;

	fk_mbuf_ok(m0, "m_pullup");
	if (len <= (int)m0->m_len)
		return (m0);
	if ((m0->m_flags & M_EXT) == 0 && m_trailingspace(m0) <
	    len - (int)m0->m_len && (m0->m_flags & M_PKTHDR) != 0 &&
	    len <= (int)MHLEN) {
		memmove(m0->m_pktdat, m0->m_data, m0->m_len);
		m0->m_data = m0->m_pktdat;
	}
	if (fc_fails("m_pullup") ||
	    m_trailingspace(m0) < len - (int)m0->m_len) {
		m_freem(m0);
		return (NULL);
	}
	while ((int)m0->m_len < len && (m = m0->m_next) != NULL) {
		n = MIN(len - (int)m0->m_len, (int)m->m_len);
		memcpy(m0->m_data + m0->m_len, m->m_data, (size_t)n);
		m0->m_len += (u_int)n;
		m->m_data += n;
		m->m_len -= (u_int)n;
		if (m->m_len == 0)
			m0->m_next = m_free(m);
	}
	if ((int)m0->m_len < len) {
		m_freem(m0);
		return (NULL);
	}
	return (m0);
}

struct mbuf *
m_prepend(struct mbuf *m, int len, int how)
{
	struct mbuf *mn;

	if (m_leadingspace(m) >= len) {
		m->m_data -= len;
		m->m_len += (u_int)len;
	} else {
		mn = m_gethdr(how, m->m_type);
		if (mn == NULL) {
			m_freem(m);
			return (NULL);
		}
		mn->m_pkthdr = m->m_pkthdr;
		m->m_flags &= (u_short)~M_PKTHDR;
		mn->m_next = m;
		m_align(mn, len);
		mn->m_len = (u_int)len;
		m = mn;
	}
	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len += len;
	return (m);
}

struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{
	return (fk_m_getptr(m, loc, off));
}

struct mbuf *
m_devget(char *buf, int len, int off)
{
	struct mbuf *m;

	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return (NULL);
	if (len + off > (int)MHLEN) {
		m_clget(m, M_DONTWAIT, (u_int)(len + off));
		if ((m->m_flags & M_EXT) == 0) {
			m_free(m);
			return (NULL);
		}
	}
	m->m_data += off;
	memcpy(m->m_data, buf, (size_t)len);
	m->m_len = (u_int)len;
	m->m_pkthdr.len = len;
	return (m);
}

struct mbuf *
m_dup_pkt(struct mbuf *m0, unsigned int adj, int how)
{
	struct mbuf *m;
	u_int len = (u_int)m0->m_pkthdr.len + adj;

	m = m_gethdr(how, m0->m_type);
	if (m == NULL)
		return (NULL);
	if (len > MHLEN) {
		m_clget(m, how, len);
		if ((m->m_flags & M_EXT) == 0) {
			m_free(m);
			return (NULL);
		}
	}
	m->m_pkthdr = m0->m_pkthdr;
	m->m_data += adj;
	m->m_len = (u_int)m0->m_pkthdr.len;
	m_copydata(m0, 0, m0->m_pkthdr.len, m->m_data);
	return (m);
}

void
m_cat(struct mbuf *m, struct mbuf *n)
{
	while (m->m_next != NULL)
		m = m->m_next;
	m->m_next = n;
}

void
m_calchdrlen(struct mbuf *m)
{
	struct mbuf *n;
	int len = 0;

	for (n = m; n != NULL; n = n->m_next)
		len += (int)n->m_len;
	m->m_pkthdr.len = len;
}

/* ---- lists */

void
ml_init(struct mbuf_list *ml)
{
	ml->ml_head = ml->ml_tail = NULL;
	ml->ml_len = 0;
}

void
ml_enqueue(struct mbuf_list *ml, struct mbuf *m)
{
	fk_mbuf_ok(m, "ml_enqueue");
	m->m_nextpkt = NULL;
	if (ml->ml_tail == NULL)
		ml->ml_head = m;
	else
		ml->ml_tail->m_nextpkt = m;
	ml->ml_tail = m;
	ml->ml_len++;
}

void
ml_enlist(struct mbuf_list *a, struct mbuf_list *b)
{
	if (b->ml_head != NULL) {
		if (a->ml_tail != NULL)
			a->ml_tail->m_nextpkt = b->ml_head;
		else
			a->ml_head = b->ml_head;
		a->ml_tail = b->ml_tail;
		a->ml_len += b->ml_len;
		ml_init(b);
	}
}

struct mbuf *
ml_dequeue(struct mbuf_list *ml)
{
	struct mbuf *m = ml->ml_head;

	if (m != NULL) {
		ml->ml_head = m->m_nextpkt;
		if (ml->ml_head == NULL)
			ml->ml_tail = NULL;
		m->m_nextpkt = NULL;
		ml->ml_len--;
	}
	return (m);
}

unsigned int
ml_purge(struct mbuf_list *ml)
{
	struct mbuf *m;
	unsigned int n = 0;

	while ((m = ml_dequeue(ml)) != NULL) {
		m_freem(m);
		n++;
	}
	return (n);
}
