/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbufs, each one an allocation of its own so that misuse is seen: what does
 * not depend on which BSD it is.  Compiled once for each system, against its
 * headers.
 */
#include "fk_priv.h"
#include "sys_mbuf.h"

#define QUARANTINE	512
#define POISON		0xdf

/* Freed mbufs stay around, poisoned: who frees one twice is found out. */
static struct mbuf *dead[QUARANTINE];
static unsigned int ndead;

static bool
is_mbuf(const struct mbuf *m)
{
	const char *what;
	size_t size;

	return (fc_alloc_find(m, &what, &size) && strcmp(what, "mbuf") == 0);
}

static bool
is_dead(const struct mbuf *m)
{
	unsigned int i;

	for (i = 0; i < QUARANTINE; i++)
		if (dead[i] == m)
			return (true);
	return (false);
}

bool
fk_mbuf_ok(const struct mbuf *m, const char *who)
{
	if (is_mbuf(m))
		return (true);
	fk_die(is_dead(m) ? "mbuf-freed" : "mbuf-wild", who);
}

static void
bury(struct mbuf *m)
{
	struct mbuf **slot = &dead[ndead++ % QUARANTINE];
	const unsigned char *p;
	unsigned int i;

	if (*slot != NULL) {
		p = (const unsigned char *)*slot;
		for (i = 0; i < MSIZE; i++)
			if (p[i] != POISON)
				break;
		if (i < MSIZE)
			fc_broken("mbuf-written", "a freed mbuf, byte %u", i);
		fc_free(*slot);
	}
	*slot = m;
	memset(m, POISON, MSIZE);
	fc_relabel(m, "dead mbuf");
}

void
fk_mbuf_unmapped(const struct mbuf *m, const char *who)
{
	const void *buf;
	size_t len;

	buf = fk_mbuf_buf(m, &len);
	if (fc_mapped(buf, len))
		fc_broken("mbuf-mapped", "%s: still loaded in a map", who);
}

void
fk_mbuf_unmapped_chain(const struct mbuf *m, const char *who)
{
	for (; m != NULL; m = m->m_next)
		fk_mbuf_unmapped(m, who);
}

struct mbuf *
fk_m_free(struct mbuf *m)
{
	struct mbuf *n;

	fc_point("m_free");
	if (m == NULL)
		return (NULL);
	fk_mbuf_ok(m, "m_free");
	fk_mbuf_unmapped(m, "m_free");
	n = m->m_next;
	fk_mbuf_free_ext(m);
	bury(m);
	return (n);
}

void
fk_m_copydata(const struct mbuf *m, int off, int len, void *p)
{
	char *cp = p;
	int n;

	fc_point("m_copydata");
	fk_mbuf_ok(m, "m_copydata");
	if (off < 0 || len < 0)
		fk_die("mbuf-copy", "m_copydata: negative");
	for (; m != NULL && off >= (int)m->m_len; m = m->m_next)
		off -= (int)m->m_len;
	for (; len > 0; m = m->m_next, off = 0) {
		if (m == NULL)
			fk_die("mbuf-copy", "m_copydata: short mbuf chain");
		n = (int)m->m_len - off;
		if (n > len)
			n = len;
		memcpy(cp, m->m_data + off, (size_t)n);
		cp += n;
		len -= n;
	}
}

static void
adj_tail(struct mbuf *m, int n)
{
	struct mbuf *last, *p;

	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len -= n;
	while (n > 0) {
		for (last = NULL, p = m; p != NULL; p = p->m_next)
			if (p->m_len != 0)
				last = p;
		if (last == NULL)
			break;
		if ((int)last->m_len > n) {
			last->m_len -= n;
			break;
		}
		n -= (int)last->m_len;
		last->m_len = 0;
	}
}

void
fk_m_adj(struct mbuf *m, int n)
{
	struct mbuf *first = m;
	int left = n, part;

	fk_mbuf_ok(m, "m_adj");
	if (n < 0) {
		adj_tail(m, -n);
		return;
	}
	for (; m != NULL && left > 0; m = m->m_next) {
		part = left < (int)m->m_len ? left : (int)m->m_len;
		m->m_data += part;
		m->m_len -= part;
		left -= part;
	}
	if ((first->m_flags & M_PKTHDR) != 0)
		first->m_pkthdr.len -= n - left;
}

struct mbuf *
fk_m_getptr(struct mbuf *m, int loc, int *off)
{
	for (; m != NULL && loc >= 0; m = m->m_next) {
		if ((int)m->m_len > loc) {
			*off = loc;
			return (m);
		}
		loc -= (int)m->m_len;
		if (m->m_next == NULL) {
			if (loc == 0) {
				*off = (int)m->m_len;
				return (m);
			}
			break;
		}
	}
	return (NULL);
}

unsigned int
fk_mbufs(void)
{
	return (fc_alive("mbuf"));
}

void
fk_mbuf_open(void)
{
	memset(dead, 0, sizeof(dead));
	ndead = 0;
}
