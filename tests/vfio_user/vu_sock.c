/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages: framing, descriptors, replies, and our own commands.
 *
 * Receiving.  A header is read first, then exactly the payload it announces,
 * so that descriptors that arrive meanwhile belong to this message.  Bytes
 * come when they come: receive() keeps what it has and goes on next time.
 *
 * Sending.  One message is in c_tx at a time.  If the client does not read,
 * nothing more is taken from it (vu_sending()), so nothing piles up.
 *
 * Calling.  vu_call() sends a command to the client in the middle of one of
 * its own and waits.  Commands that come meanwhile are kept in order and
 * returned by vu_next() later; but c_early() sees them first, because QEMU
 * holds its lock while it waits for us, and then cannot serve our command.
 * For the same reason other adapters' clients are looked after meanwhile.
 * A client that does not answer is dropped.
 *
 * Whatever is wrong with a message marks the connection dead with a reason;
 * later calls do nothing.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

union fd_room {
	struct cmsghdr align;
	char room[CMSG_SPACE(VU_FDS * sizeof(int))];
};

/* -- life */

static bool
path_is_free(const struct sockaddr_un *sun)
{
	struct stat st;
	int s;

	if (lstat(sun->sun_path, &st) != 0)
		return (errno == ENOENT);
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return (false);
	}
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s == -1)
		return (false);
	if (connect(s, (const struct sockaddr *)sun, sizeof(*sun)) == 0) {
		(void)close(s);
		errno = EADDRINUSE;
		return (false);
	}
	(void)close(s);
	/* left over by a process that is gone */
	return (unlink(sun->sun_path) == 0);
}

/* A listening socket that only we and our user may use; -1: errno. */
int
vu_listen(const char *path)
{
	struct sockaddr_un sun;
	mode_t old;
	int error, s;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	memcpy(sun.sun_path, path, strlen(path));
	if (!path_is_free(&sun))
		return (-1);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s == -1)
		return (-1);
	old = umask(0177);
	error = bind(s, (const struct sockaddr *)&sun, sizeof(sun));
	(void)umask(old);
	if (error != 0 || listen(s, 4) != 0) {
		error = errno;
		(void)close(s);
		errno = error;
		return (-1);
	}
	return (s);
}

void
vu_conn_init(struct vu_conn *c)
{
	c->c_fd = -1;
	c->c_dead = false;
	c->c_why[0] = '\0';
	c->c_next_id = 0;
	c->c_xfer = VU_XFER;
	c->c_got = 0;
	c->c_msg = NULL;
	c->c_nfds = 0;
	c->c_first = NULL;
	c->c_last = &c->c_first;
	c->c_deferred = 0;
	c->c_tx_off = c->c_tx_len = 0;
	c->c_tx_fd = -1;
}

void
vu_msg_free(struct vu_msg *m)
{
	unsigned int i;

	for (i = 0; i < m->m_nfds; i++)
		if (m->m_fds[i] != -1)
			(void)close(m->m_fds[i]);
	free(m);
}

void
vu_conn_close(struct vu_conn *c)
{
	struct vu_msg *m;
	unsigned int i;

	for (i = 0; i < c->c_nfds; i++)
		(void)close(c->c_fds[i]);
	free(c->c_msg);
	while ((m = c->c_first) != NULL) {
		c->c_first = m->m_next;
		vu_msg_free(m);
	}
	if (c->c_fd != -1)
		(void)close(c->c_fd);
	vu_conn_init(c);
}

/* This connection is over; the first reason stays. */
void
vu_kill(struct vu_conn *c, const char *fmt, ...)
{
	va_list ap;

	if (c->c_dead)
		return;
	c->c_dead = true;
	va_start(ap, fmt);
	(void)vsnprintf(c->c_why, sizeof(c->c_why), fmt, ap);
	va_end(ap);
}

/* -- receiving */

static void
keep_fds(struct vu_conn *c, struct msghdr *mh)
{
	struct cmsghdr *cm;
	size_t i, n;
	int fd;

	for (cm = CMSG_FIRSTHDR(mh); cm != NULL; cm = CMSG_NXTHDR(mh, cm)) {
		if (cm->cmsg_level != SOL_SOCKET ||
		    cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int),
			    sizeof(int));
			if (c->c_nfds < VU_FDS) {
				c->c_fds[c->c_nfds++] = fd;
				continue;
			}
			(void)close(fd);
			vu_kill(c, "more than %u descriptors with a message",
			    VU_FDS);
		}
	}
	if ((mh->msg_flags & MSG_CTRUNC) != 0)
		vu_kill(c, "descriptors lost on the way");
}

/* Up to want bytes into buf; 0: none now, or dead. */
static size_t
take(struct vu_conn *c, void *buf, size_t want)
{
	union fd_room ctl;
	struct iovec iov;
	struct msghdr mh;
	ssize_t n;

	memset(&mh, 0, sizeof(mh));
	iov.iov_base = buf;
	iov.iov_len = want;
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	mh.msg_control = ctl.room;
	mh.msg_controllen = sizeof(ctl.room);
	do
		n = recvmsg(c->c_fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return (0);
	if (n == -1) {
		vu_kill(c, "receive: %s", strerror(errno));
		return (0);
	}
	keep_fds(c, &mh);
	if (n == 0) {
		if (c->c_got != 0)
			vu_kill(c, "hung up inside a message");
		else
			vu_kill(c, "%s", "");
	}
	return (c->c_dead ? 0 : (size_t)n);
}

/* The header is whole: is it one, and where does the payload go? */
static void
begin_msg(struct vu_conn *c)
{
	const struct vu_hdr *h = &c->c_hdr;
	uint32_t len, type;

	type = h->h_flags & VU_F_TYPE;
	if (h->h_size < sizeof(*h) || h->h_size - sizeof(*h) > VU_MSG) {
		vu_kill(c, "message of %u bytes, command %u", h->h_size,
		    h->h_cmd);
		return;
	}
	if (type != VU_TYPE_COMMAND && type != VU_TYPE_REPLY) {
		vu_kill(c, "message flags 0x%x", h->h_flags);
		return;
	}
	len = h->h_size - (uint32_t)sizeof(*h);
	c->c_msg = malloc(sizeof(*c->c_msg) + len);
	if (c->c_msg == NULL) {
		vu_kill(c, "out of memory");
		return;
	}
	c->c_msg->m_next = NULL;
	c->c_msg->m_hdr = *h;
	c->c_msg->m_len = len;
	c->c_msg->m_nfds = 0;
}

static struct vu_msg *
end_msg(struct vu_conn *c)
{
	struct vu_msg *m;

	m = c->c_msg;
	m->m_nfds = c->c_nfds;
	memcpy(m->m_fds, c->c_fds, sizeof(m->m_fds));
	c->c_msg = NULL;
	c->c_nfds = 0;
	c->c_got = 0;
	return (m);
}

/* The next message off the socket; NULL: none now, or dead. */
static struct vu_msg *
receive(struct vu_conn *c)
{
	uint8_t head[sizeof(struct vu_hdr)];
	size_t n, off;

	while (!c->c_dead && c->c_got < sizeof(head)) {
		n = take(c, head, sizeof(head) - c->c_got);
		if (n == 0)
			return (NULL);
		memcpy((uint8_t *)&c->c_hdr + c->c_got, head, n);
		c->c_got += n;
		if (c->c_got == sizeof(head))
			begin_msg(c);
	}
	while (!c->c_dead) {
		off = c->c_got - sizeof(head);
		if (off == c->c_msg->m_len)
			return (end_msg(c));
		n = take(c, c->c_msg->m_data + off, c->c_msg->m_len - off);
		if (n == 0)
			return (NULL);
		c->c_got += n;
	}
	return (NULL);
}

/* The next message off the socket, which has to be a command. */
static struct vu_msg *
take_command(struct vu_conn *c)
{
	struct vu_msg *m;

	m = receive(c);
	if (m != NULL &&
	    (m->m_hdr.h_flags & VU_F_TYPE) != VU_TYPE_COMMAND) {
		vu_kill(c, "reply %u to command %u, which we did not send",
		    m->m_hdr.h_id, m->m_hdr.h_cmd);
		vu_msg_free(m);
		return (NULL);
	}
	return (m);
}

/* The next command: one kept from before, or off the socket. */
struct vu_msg *
vu_next(struct vu_conn *c)
{
	struct vu_msg *m;

	if (c->c_dead)
		return (NULL);
	m = c->c_first;
	if (m == NULL)
		return (take_command(c));
	c->c_first = m->m_next;
	if (c->c_first == NULL)
		c->c_last = &c->c_first;
	c->c_deferred--;
	return (m);
}

static void
defer(struct vu_conn *c, struct vu_msg *m)
{
	if (c->c_early(c->c_arg, m, false)) {
		vu_msg_free(m);
		return;
	}
	if (c->c_deferred == VU_DEFERRED) {
		vu_kill(c, "%u commands while we wait for a reply",
		    c->c_deferred);
		vu_msg_free(m);
		return;
	}
	m->m_next = NULL;
	*c->c_last = m;
	c->c_last = &m->m_next;
	c->c_deferred++;
}

/* -- sending */

bool
vu_sending(const struct vu_conn *c)
{
	return (c->c_tx_off != c->c_tx_len);
}

static void
attach_fd(struct msghdr *mh, union fd_room *ctl, int fd)
{
	struct cmsghdr *cm;

	memset(ctl, 0, sizeof(*ctl));
	mh->msg_control = ctl->room;
	mh->msg_controllen = CMSG_SPACE(sizeof(int));
	cm = CMSG_FIRSTHDR(mh);
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cm), &fd, sizeof(fd));
}

/* Send what is left of c_tx, as far as the socket takes it. */
void
vu_flush(struct vu_conn *c)
{
	union fd_room ctl;
	struct iovec iov;
	struct msghdr mh;
	ssize_t n;

	while (!c->c_dead && vu_sending(c)) {
		memset(&mh, 0, sizeof(mh));
		iov.iov_base = c->c_tx + c->c_tx_off;
		iov.iov_len = c->c_tx_len - c->c_tx_off;
		mh.msg_iov = &iov;
		mh.msg_iovlen = 1;
		if (c->c_tx_fd != -1)
			attach_fd(&mh, &ctl, c->c_tx_fd);
		n = sendmsg(c->c_fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n == -1) {
			vu_kill(c, "send: %s", strerror(errno));
			return;
		}
		c->c_tx_off += (size_t)n;
		c->c_tx_fd = -1;
	}
}

/* Wait for the socket; false at the deadline. */
static bool
wait_socket(struct vu_conn *c, short events, uint64_t deadline, bool late)
{
	uint64_t now;

	while (!c->c_dead && (now = vu_now_us()) < deadline)
		if (c->c_wait(c->c_arg, events,
		    (int)((deadline - now) / 1000 + 1), late))
			return (true);
	return (false);
}

/* Make c_tx empty, waiting if the client is slow. */
static bool
drain(struct vu_conn *c, uint64_t deadline)
{
	vu_flush(c);
	while (!c->c_dead && vu_sending(c)) {
		if (!wait_socket(c, POLLOUT, deadline, false))
			vu_kill(c, "client does not read");
		vu_flush(c);
	}
	return (!c->c_dead);
}

/* Two pieces of payload behind a header; c_tx is empty. */
static void
put(struct vu_conn *c, const struct vu_hdr *h, const void *p1, size_t n1,
    const void *p2, size_t n2, int fd)
{
	uint8_t *at;

	at = c->c_tx;
	memcpy(at, h, sizeof(*h));
	at += sizeof(*h);
	if (n1 != 0)
		memcpy(at, p1, n1);
	if (n2 != 0)
		memcpy(at + n1, p2, n2);
	c->c_tx_off = 0;
	c->c_tx_len = sizeof(*h) + n1 + n2;
	c->c_tx_fd = fd;
	vu_flush(c);
}

/* Answer a command, unless it wants none. */
void
vu_reply(struct vu_conn *c, const struct vu_hdr *cmd, const void *payload,
    size_t len, int fd)
{
	struct vu_hdr h;

	if (c->c_dead || (cmd->h_flags & VU_F_NO_REPLY) != 0)
		return;
	memset(&h, 0, sizeof(h));
	h.h_id = cmd->h_id;
	h.h_cmd = cmd->h_cmd;
	h.h_size = (uint32_t)(sizeof(h) + len);
	h.h_flags = VU_TYPE_REPLY;
	put(c, &h, payload, len, NULL, 0, fd);
}

void
vu_reply_error(struct vu_conn *c, const struct vu_hdr *cmd, int error)
{
	struct vu_hdr h;

	if (c->c_dead || (cmd->h_flags & VU_F_NO_REPLY) != 0)
		return;
	memset(&h, 0, sizeof(h));
	h.h_id = cmd->h_id;
	h.h_cmd = cmd->h_cmd;
	h.h_size = sizeof(h);
	h.h_flags = VU_TYPE_REPLY | VU_F_ERROR;
	h.h_errno = (uint32_t)error;
	put(c, &h, NULL, 0, NULL, 0, -1);
}

/* -- calling */

/* What came is the reply to cmd: did it work? */
static bool
take_reply(struct vu_conn *c, const struct vu_msg *m, uint32_t cmd,
    const struct vu_dma_rw *rw, void *answer)
{
	size_t want;

	if (m->m_hdr.h_id != c->c_next_id || m->m_hdr.h_cmd != cmd) {
		vu_kill(c, "reply %u to command %u instead of %u to %u",
		    m->m_hdr.h_id, m->m_hdr.h_cmd, c->c_next_id, cmd);
		return (false);
	}
	if ((m->m_hdr.h_flags & VU_F_ERROR) != 0)
		return (false);
	if (cmd != VU_DMA_READ)
		return (true);
	want = sizeof(*rw) + (size_t)rw->dr_count;
	if (m->m_len != want) {
		vu_kill(c, "DMA read reply of %u bytes, %zu expected",
		    m->m_len, want);
		return (false);
	}
	memcpy(answer, m->m_data + sizeof(*rw), (size_t)rw->dr_count);
	return (true);
}

/*
 * The reply is long in coming: perhaps the client waits for the answer to
 * the first command that we have put off.
 */
static void
serve_late(struct vu_conn *c)
{
	struct vu_msg *m, **mp;

	for (mp = &c->c_first; (m = *mp) != NULL && !c->c_dead;) {
		if (vu_sending(c))
			return;
		if (!c->c_early(c->c_arg, m, true)) {
			mp = &m->m_next;
			continue;
		}
		*mp = m->m_next;
		if (c->c_last == &m->m_next)
			c->c_last = mp;
		c->c_deferred--;
		vu_msg_free(m);
	}
}

/*
 * Another connection is waited for: take what came on this one (ready), as
 * far as that can be done now.
 */
void
vu_meanwhile(struct vu_conn *c, bool ready, bool late)
{
	struct vu_msg *m;
	unsigned int i;

	for (i = 0; ready && i < VU_SLICE; i++) {
		vu_flush(c);
		if (c->c_dead || vu_sending(c))
			return;
		m = take_command(c);
		if (m == NULL)
			break;
		defer(c, m);
	}
	if (late)
		serve_late(c);
}

static void
wait_reply(struct vu_conn *c, uint64_t begun, uint64_t deadline, uint32_t cmd)
{
	uint64_t late;

	if (c->c_dead)
		return;
	late = begun + VU_LATE_MS * 1000U;
	if (vu_now_us() < late) {
		(void)wait_socket(c, POLLIN, late, false);
		return;
	}
	serve_late(c);
	if (!vu_sending(c) && !wait_socket(c, POLLIN, deadline, true))
		vu_kill(c, "no reply to command %u", cmd);
}

/*
 * Ask the client to read its memory into answer, or to write data to it:
 * rw->dr_count bytes, at most c_xfer.  False: refused, or dead.
 */
bool
vu_call(struct vu_conn *c, uint32_t cmd, const struct vu_dma_rw *rw,
    const void *data, void *answer)
{
	struct vu_hdr h;
	struct vu_msg *m;
	uint64_t begun, deadline;
	size_t len;
	bool ok;

	begun = vu_now_us();
	deadline = begun + VU_REPLY_MS * 1000U;
	if (c->c_dead || c->c_fd == -1 || !drain(c, deadline))
		return (false);
	len = data != NULL ? (size_t)rw->dr_count : 0;
	memset(&h, 0, sizeof(h));
	h.h_id = ++c->c_next_id;
	h.h_cmd = (uint16_t)cmd;
	h.h_size = (uint32_t)(sizeof(h) + sizeof(*rw) + len);
	put(c, &h, rw, sizeof(*rw), data, len, -1);
	while (drain(c, deadline)) {
		m = receive(c);
		if (m == NULL) {
			wait_reply(c, begun, deadline, cmd);
			continue;
		}
		if ((m->m_hdr.h_flags & VU_F_TYPE) == VU_TYPE_COMMAND) {
			defer(c, m);
			continue;
		}
		ok = take_reply(c, m, cmd, rw, answer);
		vu_msg_free(m);
		return (ok);
	}
	return (false);
}
