/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSI-X.
 *
 * The client owns the table and does the masking; we have one eventfd a
 * vector and write to it.  A message for a vector without an eventfd is held
 * (and seen in the pending bits) until there is one.  A descriptor is taken
 * only if it is an eventfd: writing to anything else might block.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

void
vu_irq_init(struct vu_nic *n)
{
	unsigned int i;

	for (i = 0; i < VU_VECTORS; i++)
		n->n_eventfd[i] = -1;
	memset(n->n_pending, 0, sizeof(n->n_pending));
}

static void
release(struct vu_nic *n, unsigned int i)
{
	if (n->n_eventfd[i] != -1)
		(void)close(n->n_eventfd[i]);
	n->n_eventfd[i] = -1;
}

/* Forget the client's eventfds. */
void
vu_irq_drop(struct vu_nic *n)
{
	unsigned int i;

	for (i = 0; i < VU_VECTORS; i++)
		release(n, i);
}

void
vu_irq_raise(struct vu_nic *n, unsigned int vector)
{
	const uint64_t one = 1;

	if (vector >= n->n_vectors)
		return;
	if (n->n_eventfd[vector] == -1) {
		n->n_pending[vector] = true;
		return;
	}
	n->n_irqs++;
	/* EAGAIN: so many are waiting there that one more says nothing. */
	if (write(n->n_eventfd[vector], &one, sizeof(one)) == -1 &&
	    errno != EAGAIN)
		release(n, vector);
}

/* Pending bits of eight vectors. */
uint8_t
vu_irq_pba(const struct vu_nic *n, uint32_t byte)
{
	unsigned int i;
	uint8_t v;

	v = 0;
	for (i = 0; i < 8; i++)
		if (byte * 8 + i < n->n_vectors && n->n_pending[byte * 8 + i])
			v |= (uint8_t)(1U << i);
	return (v);
}

static bool
is_eventfd(int fd)
{
	static const char want[] = "anon_inode:[eventfd]";
	char link[64], path[40];
	ssize_t len;
	int flags;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, link, sizeof(link));
	if (len != (ssize_t)sizeof(want) - 1 ||
	    memcmp(link, want, sizeof(want) - 1) != 0)
		return (false);
	flags = fcntl(fd, F_GETFL);
	return (flags != -1 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
}

/* As many descriptors as vectors, or none to release them. */
static int
set_eventfds(struct vu_nic *n, struct vu_msg *m, uint32_t start,
    uint32_t count)
{
	uint32_t i;

	if (m->m_nfds != 0 && m->m_nfds != count)
		return (EINVAL);
	for (i = 0; i < m->m_nfds; i++)
		if (!is_eventfd(m->m_fds[i]))
			return (EINVAL);
	for (i = 0; i < count; i++) {
		release(n, start + i);
		if (m->m_nfds == 0)
			continue;
		n->n_eventfd[start + i] = m->m_fds[i];
		m->m_fds[i] = -1;
		if (n->n_pending[start + i]) {
			n->n_pending[start + i] = false;
			vu_irq_raise(n, start + i);
		}
	}
	return (0);
}

static int
set_msix(struct vu_nic *n, struct vu_msg *m, const struct vu_irq_set *is)
{
	const uint8_t *want = m->m_data + sizeof(*is);
	uint32_t i;

	if (is->is_start > n->n_vectors ||
	    is->is_count > n->n_vectors - is->is_start ||
	    (is->is_flags & VU_IRQ_ACTION) != VU_IRQ_TRIGGER)
		return (EINVAL);
	switch (is->is_flags & VU_IRQ_DATA) {
	case VU_IRQ_DATA_EVENTFD:
		return (set_eventfds(n, m, is->is_start, is->is_count));
	case VU_IRQ_DATA_NONE:
		if (is->is_count == 0)
			vu_irq_drop(n);
		for (i = 0; i < is->is_count; i++)
			vu_irq_raise(n, is->is_start + i);
		return (0);
	case VU_IRQ_DATA_BOOL:
		if (m->m_len - sizeof(*is) < is->is_count)
			return (EINVAL);
		for (i = 0; i < is->is_count; i++)
			if (want[i] != 0)
				vu_irq_raise(n, is->is_start + i);
		return (0);
	default:
		return (EINVAL);
	}
}

/* SET_IRQS, its fixed part being there.  Returns 0 or an errno. */
int
vu_irq_set(struct vu_nic *n, struct vu_msg *m)
{
	struct vu_irq_set is;

	memcpy(&is, m->m_data, sizeof(is));
	switch (is.is_index) {
	case VU_IRQ_MSIX:
		return (set_msix(n, m, &is));
	case VU_IRQ_ERR:
	case VU_IRQ_REQ:
		/* We never signal these; nothing to keep. */
		return (is.is_start + (uint64_t)is.is_count > 1 ? EINVAL : 0);
	case VU_IRQ_INTX:
	case VU_IRQ_MSI:
		return (is.is_count != 0 ? EINVAL : 0);
	default:
		return (EINVAL);
	}
}
