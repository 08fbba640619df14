/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An mbuf without a cluster, as OpenBSD and NetBSD have it.  Compiled once
 * for each, against its headers.
 */
#include "fk_priv.h"
#include "sys_mbuf.h"

struct mbuf *
fk_mbuf_new(int how, int type, int flags)
{
	struct mbuf *m;

	if (how == M_WAIT && !fk_waitok("m_get(M_WAIT)"))
		how = M_DONTWAIT;
	if (how == M_WAIT)
		fc_point("m_get");
	else if (fc_fails("m_get"))
		return (NULL);
	m = fc_alloc("mbuf", MSIZE, MSIZE);
	memset(m, 0, MSIZE);
	memset(flags != 0 ? m->m_pktdat : m->m_dat, 0xa5,
	    (size_t)(flags != 0 ? MHLEN : MLEN));
	m->m_type = (short)type;
	m->m_flags = flags;
	m->m_data = flags != 0 ? m->m_pktdat : m->m_dat;
	return (m);
}

struct mbuf *
m_get(int how, int type)
{
	return (fk_mbuf_new(how, type, 0));
}

struct mbuf *
m_gethdr(int how, int type)
{
	return (fk_mbuf_new(how, type, M_PKTHDR));
}
