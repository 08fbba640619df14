/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One packet made into two; where the kernel shares clusters, this copies.
 * Compiled once for each system that has no m_split() of its own here.
 */
#include "fk_priv.h"
#include "sys_mbuf.h"

static struct mbuf *
one(bool first, int bytes, int how)
{
	struct mbuf *m;

	m = first ? m_gethdr(how, MT_DATA) : m_get(how, MT_DATA);
	if (m == NULL)
		return (NULL);
	MCLGET(m, how);
	if ((m->m_flags & M_EXT) == 0) {
		m_freem(m);
		return (NULL);
	}
	m->m_len = bytes < MCLBYTES ? bytes : MCLBYTES;
	return (m);
}

/* Of the packet header only the length goes along: nobody may count on more. */
struct mbuf *
m_split(struct mbuf *m0, int len, int how)
{
	struct mbuf *m, *rest = NULL, **mp = &rest;
	int left, off = len;

	fc_point("m_split");
	fk_mbuf_ok(m0, "m_split");
	if ((m0->m_flags & M_PKTHDR) == 0)
		fk_die("mbuf-hdr", "m_split");
	if (len <= 0 || len >= m0->m_pkthdr.len)
		fk_die("mbuf-copy", "m_split: nothing on one side");
	for (left = m0->m_pkthdr.len - len; left > 0; left -= (int)m->m_len) {
		m = one(rest == NULL, left, how);
		if (m == NULL) {
			m_freem(rest);
			return (NULL);
		}
		m_copydata(m0, off, (int)m->m_len, m->m_data);
		off += (int)m->m_len;
		*mp = m;
		mp = &m->m_next;
	}
	rest->m_pkthdr.len = m0->m_pkthdr.len - len;
	m_adj(m0, len - m0->m_pkthdr.len);
	return (rest);
}
