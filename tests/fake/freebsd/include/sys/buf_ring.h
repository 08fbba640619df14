/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_BUF_RING_H_
#define _SYS_BUF_RING_H_

#include <sys/malloc.h>
#include <sys/mutex.h>

/* One less fits in.  The rest is the fake's. */
struct buf_ring {
	int br_prod_size;
	unsigned int br_magic;
	u_int br_head, br_tail;
	struct mtx *br_lock;
	struct malloc_type *br_type;
	struct buf_ring *br_next;
	void *br_ring[];
};
struct buf_ring *buf_ring_alloc(int count, struct malloc_type *, int flags,
    struct mtx *);
void buf_ring_free(struct buf_ring *, struct malloc_type *);
int buf_ring_enqueue(struct buf_ring *, void *);
void *buf_ring_dequeue_sc(struct buf_ring *);
void *buf_ring_peek(struct buf_ring *);
void *buf_ring_peek_clear_sc(struct buf_ring *);
void buf_ring_advance_sc(struct buf_ring *);
void buf_ring_putback_sc(struct buf_ring *, void *);
int buf_ring_empty(struct buf_ring *);
int buf_ring_full(struct buf_ring *);
int buf_ring_count(struct buf_ring *);

#endif
