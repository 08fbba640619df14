/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's side of vfio-user, for tests.
 *
 * Blocking, with a limit on every wait.  The server may ask for memory in
 * the middle of a command of ours; vc_recv() answers that on the way.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vu_client.h"

union fd_room {
	struct cmsghdr align;
	char room[CMSG_SPACE(VC_FDS * sizeof(int))];
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* -- connection */

void
vc_init(struct vc *c)
{
	memset(c, 0, sizeof(*c));
	c->vc_fd = -1;
	c->vc_got_fd = -1;
}

bool
vc_connect(struct vc *c, const char *path)
{
	struct sockaddr_un sun;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(sun.sun_path))
		return (false);
	memcpy(sun.sun_path, path, strlen(path));
	c->vc_id = 0;
	c->vc_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->vc_fd == -1)
		return (false);
	if (connect(c->vc_fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return (true);
	vc_close(c);
	return (false);
}

void
vc_close(struct vc *c)
{
	if (c->vc_fd != -1)
		(void)close(c->vc_fd);
	c->vc_fd = -1;
	if (c->vc_got_fd != -1)
		(void)close(c->vc_got_fd);
	c->vc_got_fd = -1;
}

/* Wait for the socket; false when the time is over. */
static bool
ready(const struct vc *c, short events, int64_t deadline)
{
	struct pollfd p;
	int64_t left;

	left = deadline - now_ms();
	if (left < 0)
		left = 0;
	p.fd = c->vc_fd;
	p.events = events;
	return (poll(&p, 1, (int)left) == 1);
}

/* -- sending */

static void
attach(struct msghdr *mh, union fd_room *ctl, const int *fds,
    unsigned int nfds)
{
	struct cmsghdr *cm;

	memset(ctl, 0, sizeof(*ctl));
	mh->msg_control = ctl->room;
	mh->msg_controllen = CMSG_SPACE(nfds * sizeof(int));
	cm = CMSG_FIRSTHDR(mh);
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(nfds * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, nfds * sizeof(int));
}

static bool
put(struct vc *c, const void *buf, size_t len, const int *fds,
    unsigned int nfds)
{
	union {
		const void *in;
		void *out;
	} base = { .in = buf };
	union fd_room ctl;
	struct iovec iov;
	struct msghdr mh;
	int64_t deadline;
	ssize_t n;

	deadline = now_ms() + VC_WAIT_MS;
	iov.iov_base = base.out;
	iov.iov_len = len;
	while (iov.iov_len != 0) {
		memset(&mh, 0, sizeof(mh));
		mh.msg_iov = &iov;
		mh.msg_iovlen = 1;
		if (nfds != 0 && nfds <= VC_FDS)
			attach(&mh, &ctl, fds, nfds);
		if (!ready(c, POLLOUT, deadline))
			return (false);
		n = sendmsg(c->vc_fd, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n == -1)
			return (false);
		nfds = 0;
		iov.iov_base = (uint8_t *)iov.iov_base + n;
		iov.iov_len -= (size_t)n;
	}
	return (true);
}

static uint64_t sent;

bool
vc_send_raw(struct vc *c, const void *buf, size_t len, const int *fds,
    unsigned int nfds)
{
	sent++;
	return (put(c, buf, len, fds, nfds));
}

uint64_t
vc_sent(void)
{
	return (sent);
}

bool
vc_send(struct vc *c, uint32_t cmd, uint32_t flags, const void *payload,
    size_t len, const int *fds, unsigned int nfds)
{
	uint8_t buf[4096];
	struct vu_hdr h;

	memset(&h, 0, sizeof(h));
	h.h_id = ++c->vc_id;
	h.h_cmd = (uint16_t)cmd;
	h.h_size = (uint32_t)(sizeof(h) + len);
	h.h_flags = flags;
	if (len > sizeof(buf) - sizeof(h))
		return (vc_send_raw(c, &h, sizeof(h), fds, nfds) &&
		    put(c, payload, len, NULL, 0));
	memcpy(buf, &h, sizeof(h));
	if (len != 0)
		memcpy(buf + sizeof(h), payload, len);
	return (vc_send_raw(c, buf, sizeof(h) + len, fds, nfds));
}

/* -- receiving */

static void
take_fds(struct vc *c, struct msghdr *mh)
{
	struct cmsghdr *cm;
	int fd;

	for (cm = CMSG_FIRSTHDR(mh); cm != NULL; cm = CMSG_NXTHDR(mh, cm)) {
		if (cm->cmsg_type != SCM_RIGHTS ||
		    cm->cmsg_len < CMSG_LEN(sizeof(int)))
			continue;
		memcpy(&fd, CMSG_DATA(cm), sizeof(fd));
		if (c->vc_got_fd != -1)
			(void)close(c->vc_got_fd);
		c->vc_got_fd = fd;
	}
}

static bool
recv_all(struct vc *c, void *buf, size_t len, int64_t deadline)
{
	union fd_room ctl;
	struct iovec iov;
	struct msghdr mh;
	uint8_t *at;
	ssize_t n;

	for (at = buf; len != 0; at += n, len -= (size_t)n) {
		if (!ready(c, POLLIN, deadline))
			return (false);
		memset(&mh, 0, sizeof(mh));
		iov.iov_base = at;
		iov.iov_len = len;
		mh.msg_iov = &iov;
		mh.msg_iovlen = 1;
		mh.msg_control = ctl.room;
		mh.msg_controllen = sizeof(ctl.room);
		n = recvmsg(c->vc_fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
			n = 0;
			continue;
		}
		if (n <= 0)
			return (false);
		take_fds(c, &mh);
	}
	return (true);
}

/* The server wants to read or write our memory: vc_data has its payload. */
static bool
serve(struct vc *c)
{
	static uint8_t out[VC_ROOM];
	struct vu_dma_rw rw;
	struct vu_hdr h;
	uint64_t off;
	size_t len;

	memcpy(&rw, c->vc_data, sizeof(rw));
	off = rw.dr_addr - c->vc_mem_addr;
	h = c->vc_hdr;
	h.h_flags = VU_TYPE_REPLY;
	len = sizeof(h) + sizeof(rw);
	if (c->vc_mem == NULL || off >= c->vc_mem_len ||
	    rw.dr_count > c->vc_mem_len - off ||
	    rw.dr_count > sizeof(out) - len) {
		h.h_flags |= VU_F_ERROR;
		h.h_errno = EFAULT;
		len = sizeof(h);
	} else if (h.h_cmd == VU_DMA_WRITE)
		memcpy(c->vc_mem + off, c->vc_data + sizeof(rw),
		    (size_t)rw.dr_count);
	else {
		memcpy(out + len, c->vc_mem + off, (size_t)rw.dr_count);
		len += (size_t)rw.dr_count;
	}
	h.h_size = (uint32_t)len;
	memcpy(out, &h, sizeof(h));
	memcpy(out + sizeof(h), &rw, sizeof(rw));
	c->vc_served++;
	return (vc_send_raw(c, out, len, NULL, 0));
}

static void
put_off(struct vc *c)
{
	c->vc_put_off = c->vc_hdr.h_size;
	memcpy(c->vc_later, &c->vc_hdr, sizeof(c->vc_hdr));
	memcpy(c->vc_later + sizeof(c->vc_hdr), c->vc_data,
	    c->vc_hdr.h_size - sizeof(c->vc_hdr));
}

bool
vc_answer(struct vc *c)
{
	if (c->vc_put_off == 0)
		return (false);
	memcpy(&c->vc_hdr, c->vc_later, sizeof(c->vc_hdr));
	memcpy(c->vc_data, c->vc_later + sizeof(c->vc_hdr),
	    c->vc_put_off - sizeof(c->vc_hdr));
	c->vc_put_off = 0;
	return (serve(c));
}

bool
vc_recv(struct vc *c, int ms)
{
	int64_t deadline;
	size_t len;

	deadline = now_ms() + ms;
	for (;;) {
		if (!recv_all(c, &c->vc_hdr, sizeof(c->vc_hdr), deadline) ||
		    c->vc_hdr.h_size < sizeof(c->vc_hdr))
			return (false);
		len = c->vc_hdr.h_size - sizeof(c->vc_hdr);
		if (len > sizeof(c->vc_data) - sizeof(c->vc_hdr) ||
		    !recv_all(c, c->vc_data, len, deadline))
			return (false);
		if ((c->vc_hdr.h_flags & VU_F_TYPE) == VU_TYPE_REPLY)
			return (true);
		if (c->vc_silent)
			put_off(c);
		else if (!serve(c))
			return (false);
	}
}

bool
vc_hung_up(struct vc *c, int ms)
{
	int64_t deadline;
	uint8_t buf[4096];
	ssize_t n;

	for (deadline = now_ms() + ms;;) {
		if (!ready(c, POLLIN, deadline))
			return (false);
		n = recv(c->vc_fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n == 0 || (n == -1 && errno == ECONNRESET))
			return (true);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return (true);
	}
}

/* -- commands */

int
vc_ask(struct vc *c, uint32_t cmd, const void *payload, size_t len,
    const int *fds, unsigned int nfds)
{
	if (!vc_send(c, cmd, 0, payload, len, fds, nfds) ||
	    !vc_recv(c, VC_WAIT_MS) || c->vc_hdr.h_id != c->vc_id ||
	    c->vc_hdr.h_cmd != cmd)
		return (-1);
	if ((c->vc_hdr.h_flags & VU_F_ERROR) != 0)
		return ((int)c->vc_hdr.h_errno);
	return (0);
}

int
vc_hello(struct vc *c, const char *json)
{
	uint8_t buf[1024];
	struct vu_version v;
	size_t len;

	memset(&v, 0, sizeof(v));
	len = strlen(json) + 1;
	if (len > sizeof(buf) - sizeof(v))
		return (-1);
	memcpy(buf, &v, sizeof(v));
	memcpy(buf + sizeof(v), json, len);
	return (vc_ask(c, VU_VERSION, buf, sizeof(v) + len, NULL, 0));
}

int
vc_map(struct vc *c, uint64_t addr, uint64_t size, uint64_t offset,
    uint32_t flags, int fd)
{
	struct vu_dma_map dm;

	dm.dm_argsz = sizeof(dm);
	dm.dm_flags = flags;
	dm.dm_offset = offset;
	dm.dm_addr = addr;
	dm.dm_size = size;
	return (vc_ask(c, VU_DMA_MAP, &dm, sizeof(dm), &fd, fd != -1));
}

int
vc_unmap(struct vc *c, uint64_t addr, uint64_t size)
{
	struct vu_dma_unmap du;

	du.du_argsz = sizeof(du);
	du.du_flags = 0;
	du.du_addr = addr;
	du.du_size = size;
	return (vc_ask(c, VU_DMA_UNMAP, &du, sizeof(du), NULL, 0));
}

int
vc_read(struct vc *c, uint32_t region, uint64_t off, void *buf, uint32_t len)
{
	struct vu_region_rw rw;
	int error;

	rw.rw_offset = off;
	rw.rw_region = region;
	rw.rw_count = len;
	error = vc_ask(c, VU_REGION_READ, &rw, sizeof(rw), NULL, 0);
	if (error == 0 && c->vc_hdr.h_size != sizeof(c->vc_hdr) +
	    sizeof(rw) + len)
		return (-1);
	if (error == 0)
		memcpy(buf, c->vc_data + sizeof(rw), len);
	return (error);
}

int
vc_write(struct vc *c, uint32_t region, uint64_t off, const void *buf,
    uint32_t len)
{
	uint8_t msg[4096];
	struct vu_region_rw rw;

	if (len > sizeof(msg) - sizeof(rw))
		return (-1);
	rw.rw_offset = off;
	rw.rw_region = region;
	rw.rw_count = len;
	memcpy(msg, &rw, sizeof(rw));
	memcpy(msg + sizeof(rw), buf, len);
	return (vc_ask(c, VU_REGION_WRITE, msg, sizeof(rw) + len, NULL, 0));
}

int
vc_irqs(struct vc *c, uint32_t flags, uint32_t index, uint32_t start,
    uint32_t count, const int *fds, unsigned int nfds)
{
	struct vu_irq_set is;

	is.is_argsz = sizeof(is);
	is.is_flags = flags;
	is.is_index = index;
	is.is_start = start;
	is.is_count = count;
	return (vc_ask(c, VU_SET_IRQS, &is, sizeof(is), fds, nfds));
}

uint32_t
vc_reg(struct vc *c, uint32_t off)
{
	uint32_t v;

	return (vc_read(c, 0, off, &v, sizeof(v)) == 0 ? v : 0xffffffffU);
}

bool
vc_set_reg(struct vc *c, uint32_t off, uint32_t v)
{
	return (vc_write(c, 0, off, &v, sizeof(v)) == 0);
}

int
vc_memfd(size_t len, uint8_t **p)
{
	void *m;
	int fd;

	fd = memfd_create("vfio-user-test", MFD_CLOEXEC);
	if (fd == -1 || ftruncate(fd, (off_t)len) != 0)
		return (-1);
	if (p == NULL)
		return (fd);
	m = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED) {
		(void)close(fd);
		return (-1);
	}
	*p = m;
	return (fd);
}
