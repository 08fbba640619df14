/* SPDX-License-Identifier: BSD-2-Clause */
/* mbufs as every BSD has them; behind the system's <sys/mbuf.h>. */
#ifndef SYS_MBUF_H
#define SYS_MBUF_H

/* The system's part: where its bytes are, and its cluster given back. */
void *fk_mbuf_buf(const struct mbuf *, size_t *size);
void fk_mbuf_free_ext(struct mbuf *);

/* Panics unless it is alive. */
bool fk_mbuf_ok(const struct mbuf *, const char *who);
void fk_mbuf_unmapped(const struct mbuf *, const char *who);
void fk_mbuf_unmapped_chain(const struct mbuf *, const char *who);
struct mbuf *fk_m_free(struct mbuf *);
void fk_m_copydata(const struct mbuf *, int off, int len, void *);
void fk_m_adj(struct mbuf *, int);
struct mbuf *fk_m_getptr(struct mbuf *, int loc, int *off);
void fk_mbuf_open(void);
/* In sys_mget.c: with a packet header, or without (flags 0). */
struct mbuf *fk_mbuf_new(int how, int type, int flags);

#endif /* SYS_MBUF_H */
