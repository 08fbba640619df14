/* SPDX-License-Identifier: BSD-2-Clause */
/* mbufs: each one an allocation of its own, so that misuse is seen. */
#include "fk_priv.h"
#include "sys_mbuf.h"

int max_linkhdr = 16, max_protohdr = 80, max_hdr = 96;

static void
add_ext(struct mbuf *m, size_t size, int how, int flags)
{
	if ((m->m_flags & M_EXT) != 0)
		fk_die("mbuf-ext", "a cluster over a cluster");
	if (how != M_WAIT && fc_fails("cluster"))
		return;
	m->m_ext_ref = m;
	m->m_ext_storage.ext_refcnt = 1;
	m->m_ext_storage.ext_buf = fc_alloc("cluster", size, MCLBYTES);
	memset(m->m_ext_storage.ext_buf, 0xa5, size);
	m->m_ext_storage.ext_size = size;
	m->m_data = m->m_ext_storage.ext_buf;
	m->m_flags |= M_EXT | M_EXT_RW | flags;
}

void
m_clget(struct mbuf *m, int how)
{
	add_ext(m, MCLBYTES, how, M_EXT_CLUSTER);
}

void
fk_mextmalloc(struct mbuf *m, int size, int how)
{
	add_ext(m, (size_t)size, how, 0);
}

struct mbuf *
m_getcl(int how, int type, int flags)
{
	struct mbuf *m;

	m = fk_mbuf_new(how, type, flags & M_PKTHDR);
	if (m == NULL)
		return (NULL);
	m_clget(m, how);
	if ((m->m_flags & M_EXT) == 0) {
		m_free(m);
		return (NULL);
	}
	return (m);
}

void
fk_mbuf_free_ext(struct mbuf *m)
{
	if ((m->m_flags & M_EXT) == 0)
		return;
	if (fc_free(m->m_ext_storage.ext_buf) == 0)
		fk_die("mbuf-ext", "cluster freed twice");
	m->m_flags &= ~(M_EXT | (int)M_EXT_FLAGS);
}

void *
fk_mbuf_buf(const struct mbuf *m, size_t *size)
{
	*size = M_BUFSIZE(m);
	return ((void *)(uintptr_t)M_BUFADDR(m));
}

struct mbuf *
m_free(struct mbuf *m)
{
	return (fk_m_free(m));
}

void
m_freem(struct mbuf *m)
{
	if (m == NULL)
		return;
	fk_mbuf_ok(m, "m_freem");
	do
		m = m_free(m);
	while (m != NULL);
}

void
m_copydata(struct mbuf *m, int off, int len, void *p)
{
	fk_m_copydata(m, off, len, p);
}

void
m_adj(struct mbuf *m, int n)
{
	fk_m_adj(m, n);
}

void
m_remove_pkthdr(struct mbuf *m)
{
	fk_mbuf_ok(m, "m_remove_pkthdr");
	if ((m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "m_remove_pkthdr");
	m->m_flags &= ~M_PKTHDR;
	memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
}

struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{
	return (fk_m_getptr(m, loc, off));
}

/* In the first mbuf and its clusters; all of it is gathered or nothing. */
static struct mbuf *
defrag_one(struct mbuf *m, int how)
{
	int len = m->m_pkthdr.len;
	char *copy;

	copy = fc_alloc("m_defrag", (size_t)len + 1, 16);
	fk_m_copydata(m, 0, len, copy);
	if (len > MHLEN) {
		m_clget(m, how);
		if ((m->m_flags & M_EXT) == 0) {
			fc_free(copy);
			return (NULL);
		}
	} else
		m->m_data = m->m_pktdat;
	memcpy(m->m_data, copy, (size_t)len);
	fc_free(copy);
	m->m_len = len;
	m_freem(m->m_next);
	m->m_next = NULL;
	return (m);
}

struct mbuf *
m_defrag(struct mbuf *m, int how)
{
	struct mbuf *m0 = NULL, **mp = &m0, *n;
	int left, off;

	fc_point("m_defrag");
	fk_mbuf_ok(m, "m_defrag");
	if ((m->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "m_defrag");
	if (m->m_next == NULL)
		return (m);
	fk_mbuf_unmapped_chain(m, "m_defrag");
	if ((m->m_flags & M_EXT) == 0 && m->m_pkthdr.len <= MCLBYTES)
		return (defrag_one(m, how));
	/* the first stays; the rest goes to clusters */
	off = m->m_len;
	for (left = m->m_pkthdr.len - off; left > 0; left -= n->m_len) {
		n = m_get(how, MT_DATA);
		if (n != NULL && left > MLEN)
			m_clget(n, how);
		if (n == NULL || (left > MLEN && (n->m_flags & M_EXT) == 0)) {
			m_freem(n);
			m_freem(m0);
			return (NULL);
		}
		n->m_len = MIN(left, MCLBYTES);
		fk_m_copydata(m, off, n->m_len, n->m_data);
		off += n->m_len;
		*mp = n;
		mp = &n->m_next;
	}
	m_freem(m->m_next);
	m->m_next = m0;
	return (m);
}

/* An mbuf with a header's room gets it; or the chain is freed. */
struct mbuf *
m_pullup(struct mbuf *m, int len)
{
	struct mbuf *m0, *n;
	int part;

	fc_point("m_pullup");
	fk_mbuf_ok(m, "m_pullup");
	if (len < 0)
		fk_die("mbuf-copy", "m_pullup: negative");
	if (len <= m->m_len)
		return (m);
	if (len > MHLEN || (m->m_flags & M_PKTHDR) == 0 ||
	    len > m->m_pkthdr.len || fc_fails("m_pullup")) {
		m_freem(m);
		return (NULL);
	}
	m0 = m_gethdr(M_DONTWAIT, m->m_type);
	if (m0 == NULL) {
		m_freem(m);
		return (NULL);
	}
	m0->m_pkthdr = m->m_pkthdr;
	m0->m_nextpkt = m->m_nextpkt;
	m0->m_flags |= m->m_flags & (M_BCAST | M_MCAST | M_VLANTAG);
	for (n = m; n != NULL && m0->m_len < len; ) {
		part = MIN(len - m0->m_len, n->m_len);
		memcpy(m0->m_data + m0->m_len, n->m_data, (size_t)part);
		m0->m_len += part;
		n->m_data += part;
		n->m_len -= part;
		if (n->m_len == 0)
			n = m_free(n);
	}
	if (n != NULL)
		n->m_flags &= ~M_PKTHDR;
	m0->m_next = n;
	return (m0);
}

/* In front of it, where there is no room: the length is M_PREPEND()'s. */
struct mbuf *
m_prepend(struct mbuf *m, int len, int how)
{
	struct mbuf *mn;

	fc_point("m_prepend");
	fk_mbuf_ok(m, "m_prepend");
	if (len > MHLEN)
		fk_die("mbuf-copy", "m_prepend: longer than a header's mbuf");
	mn = m_gethdr(how, m->m_type);
	if (mn == NULL) {
		m_freem(m);
		return (NULL);
	}
	mn->m_pkthdr = m->m_pkthdr;
	m->m_flags &= ~M_PKTHDR;
	mn->m_next = m;
	mn->m_data += MHLEN - len;
	mn->m_len = len;
	return (mn);
}
