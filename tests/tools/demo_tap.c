/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TAP interfaces and network namespaces.
 *
 * A forked child makes the namespace (with a user namespace around it when
 * we may not do it otherwise), opens the TAP device inside and passes back
 * the file descriptors of all three.  Then it is gone: descriptors alone
 * keep namespaces and interface alive, all are closed on exec, and so
 * nothing can be left over when the demo ends, whichever way it ends.
 *
 * Frames carry the 10-byte header of virtio-net, by which the kernel leaves
 * TCP and UDP checksums to us and takes the device's verdicts.  It leaves
 * segmentation to us, too, as far as we ask for that; an oversized frame of
 * another kind is dropped and counted.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdio.h>
#include <string.h>

#include "demo_tap.h"

#ifdef __linux__

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sched.h>
#include <unistd.h>

#include <linux/if_tun.h>

#define TAP_FDS		3		/* TAP, network, user namespace */
#define TAP_WAIT_S	10
#define VNET_NEEDS_CSUM	1U
#define VNET_DATA_VALID	2U
#define VNET_GSO_NONE	0U
#define VNET_GSO_TCP4	1U
#define VNET_GSO_TCP6	4U
#define VNET_GSO_ECN	0x80U

/* virtio-net's header, in host byte order as TAP has it by default. */
struct vnet {
	uint8_t v_flags;
	uint8_t v_gso;
	uint16_t v_hdr_len;
	uint16_t v_gso_size;
	uint16_t v_csum_start;
	uint16_t v_csum_off;
};
_Static_assert(sizeof(struct vnet) == 10, "virtio-net header");

/* IPv6's struct ifreq, which no header shares with libc's types. */
struct ifreq6 {
	struct in6_addr i6_addr;
	uint32_t i6_prefix;
	int i6_index;
};

struct tap_answer {
	bool ta_ok;
	bool ta_user;		/* a user namespace was made */
	bool ta_ip6;
	char ta_why[160];
};

static bool
put_file(const char *path, const char *text)
{
	ssize_t n;
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return (false);
	n = write(fd, text, strlen(text));
	(void)close(fd);
	return (n == (ssize_t)strlen(text));
}

static bool
failed(struct tap_answer *t, const char *what)
{
	(void)snprintf(t->ta_why, sizeof(t->ta_why), "%s: %s", what,
	    strerror(errno));
	return (false);
}

/* New namespaces for this process, plain ones if we are allowed to. */
static bool
make_namespaces(struct tap_answer *t)
{
	char map[64];
	gid_t gid;
	uid_t uid;

	uid = geteuid();
	gid = getegid();
	if (unshare(CLONE_NEWNET) == 0)
		return (true);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return (failed(t, "no network namespace"));
	t->ta_user = true;
	(void)put_file("/proc/self/setgroups", "deny");
	(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned int)uid);
	if (!put_file("/proc/self/uid_map", map))
		return (failed(t, "user namespace: uid_map"));
	(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned int)gid);
	if (!put_file("/proc/self/gid_map", map))
		return (failed(t, "user namespace: gid_map"));
	return (true);
}

static bool
make_tap(struct tap_answer *t, int fds[TAP_FDS])
{
	struct ifreq ifr;

	fds[0] = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fds[0] == -1)
		return (failed(t, "no TAP device: /dev/net/tun"));
	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", DEMO_TAP_IF);
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(fds[0], TUNSETIFF, &ifr) != 0)
		return (failed(t, "no TAP device: TUNSETIFF"));
	fds[1] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	fds[2] = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	if (fds[1] == -1 || fds[2] == -1)
		return (failed(t, "/proc/self/ns"));
	return (true);
}

/* Answer and descriptors over the socket to our parent. */
static void
send_answer(int sock, const struct tap_answer *t, const int fds[TAP_FDS])
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(TAP_FDS * sizeof(int))];
	} ctl;
	struct tap_answer copy = *t;
	struct cmsghdr *c;
	struct iovec iov;
	struct msghdr m;

	memset(&m, 0, sizeof(m));
	memset(&ctl, 0, sizeof(ctl));
	iov.iov_base = &copy;
	iov.iov_len = sizeof(copy);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	if (t->ta_ok && fds != NULL) {
		m.msg_control = ctl.room;
		m.msg_controllen = sizeof(ctl.room);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(TAP_FDS * sizeof(int));
		memcpy(CMSG_DATA(c), fds, TAP_FDS * sizeof(int));
	}
	(void)sendmsg(sock, &m, MSG_NOSIGNAL);
}

static bool
take_answer(int sock, struct tap_answer *t, int fds[TAP_FDS])
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(TAP_FDS * sizeof(int))];
	} ctl;
	const struct cmsghdr *c;
	struct iovec iov;
	struct msghdr m;
	ssize_t n;

	memset(&m, 0, sizeof(m));
	iov.iov_base = t;
	iov.iov_len = sizeof(*t);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = ctl.room;
	m.msg_controllen = sizeof(ctl.room);
	do
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n != (ssize_t)sizeof(*t)) {
		memset(t, 0, sizeof(*t));
		return (failed(t, "namespace helper died"));
	}
	c = CMSG_FIRSTHDR(&m);
	if (fds != NULL && c != NULL && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(TAP_FDS * sizeof(int)))
		memcpy(fds, CMSG_DATA(c), TAP_FDS * sizeof(int));
	else if (fds != NULL && t->ta_ok) {
		t->ta_ok = false;
		return (failed(t, "descriptors lost on the way"));
	}
	return (t->ta_ok);
}

/* Run fn in a child that may change its namespaces; collect its answer. */
static bool
in_child(bool (*fn)(struct tap_answer *, int *, const void *),
    const void *arg, struct tap_answer *t, int *fds)
{
	struct timeval limit = { .tv_sec = TAP_WAIT_S };
	int child_fds[TAP_FDS] = { -1, -1, -1 };
	int sv[2];
	pid_t pid;
	bool ok;

	memset(t, 0, sizeof(*t));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return (failed(t, "socketpair"));
	(void)setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &limit,
	    sizeof(limit));
	pid = fork();
	if (pid == 0) {
		t->ta_ok = fn(t, child_fds, arg);
		send_answer(sv[1], t, fds != NULL ? child_fds : NULL);
		_exit(0);
	}
	(void)close(sv[1]);
	ok = pid != -1 && take_answer(sv[0], t, fds);
	(void)close(sv[0]);
	if (pid == -1)
		return (failed(t, "fork"));
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	return (ok);
}

static bool
child_open(struct tap_answer *t, int *fds, const void *arg)
{
	(void)arg;
	return (make_namespaces(t) && make_tap(t, fds));
}

bool
demo_tap_open(struct demo_tap *tap, char *why, size_t why_len)
{
	struct tap_answer t;
	int fds[TAP_FDS] = { -1, -1, -1 };

	memset(tap, 0, sizeof(*tap));
	tap->tap_fd = tap->tap_net = tap->tap_user = -1;
	if (!in_child(child_open, NULL, &t, fds)) {
		(void)snprintf(why, why_len, "%s", t.ta_why);
		return (false);
	}
	tap->tap_fd = fds[0];
	tap->tap_net = fds[1];
	if (t.ta_user)
		tap->tap_user = fds[2];
	else
		(void)close(fds[2]);
	return (true);
}

void
demo_tap_close(struct demo_tap *tap)
{
	if (tap->tap_fd != -1)
		(void)close(tap->tap_fd);
	if (tap->tap_net != -1)
		(void)close(tap->tap_net);
	if (tap->tap_user != -1)
		(void)close(tap->tap_user);
	tap->tap_fd = tap->tap_net = tap->tap_user = -1;
}

bool
demo_tap_enter(const struct demo_tap *tap)
{
	if (tap->tap_user != -1 && setns(tap->tap_user, CLONE_NEWUSER) != 0)
		return (false);
	return (setns(tap->tap_net, CLONE_NEWNET) == 0);
}

/* ---- addresses */

struct config_arg {
	const struct demo_tap *ca_tap;
	const struct demo_tap_cfg *ca_cfg;
};

static void
set_name(struct ifreq *ifr)
{
	memset(ifr, 0, sizeof(*ifr));
	(void)snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s",
	    DEMO_TAP_IF);
}

static bool
set_ip4(int s, unsigned long request, const char *text)
{
	struct sockaddr_in sin;
	struct ifreq ifr;

	set_name(&ifr);
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	if (inet_pton(AF_INET, text, &sin.sin_addr) != 1)
		return (false);
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	return (ioctl(s, request, &ifr) == 0);
}

/* IPv6 is welcome, not required: some kernels have it switched off. */
static bool
set_ip6(const char *text)
{
	struct ifreq6 r;
	bool ok;
	int s;

	memset(&r, 0, sizeof(r));
	s = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s == -1)
		return (false);
	r.i6_prefix = 64;
	r.i6_index = (int)if_nametoindex(DEMO_TAP_IF);
	ok = inet_pton(AF_INET6, text, &r.i6_addr) == 1 &&
	    ioctl(s, SIOCSIFADDR, &r) == 0;
	(void)close(s);
	return (ok);
}

static bool
set_link(int s, struct tap_answer *t, const struct demo_tap_cfg *cfg)
{
	struct ifreq ifr;

	set_name(&ifr);
	ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(ifr.ifr_hwaddr.sa_data, cfg->mac, sizeof(cfg->mac));
	if (ioctl(s, SIOCSIFHWADDR, &ifr) != 0)
		return (failed(t, "TAP address"));
	set_name(&ifr);
	ifr.ifr_mtu = (int)cfg->mtu;
	if (ioctl(s, SIOCSIFMTU, &ifr) != 0)
		return (failed(t, "TAP MTU"));
	return (true);
}

static bool
child_config(struct tap_answer *t, int *fds, const void *arg)
{
	const struct config_arg *ca = arg;
	struct ifreq ifr;
	int s;

	(void)fds;
	if (!demo_tap_enter(ca->ca_tap))
		return (failed(t, "setns"));
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s == -1)
		return (failed(t, "socket"));
	if (!set_link(s, t, ca->ca_cfg))
		return (false);
	/* the address is usable at once without duplicate detection */
	(void)put_file("/proc/sys/net/ipv6/conf/" DEMO_TAP_IF "/accept_dad",
	    "0");
	if (!set_ip4(s, SIOCSIFADDR, ca->ca_cfg->ip4) ||
	    !set_ip4(s, SIOCSIFNETMASK, "255.255.255.0"))
		return (failed(t, "TAP IPv4 address"));
	set_name(&ifr);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING | IFF_BROADCAST | IFF_MULTICAST;
	if (ioctl(s, SIOCSIFFLAGS, &ifr) != 0)
		return (failed(t, "TAP up"));
	t->ta_ip6 = ca->ca_cfg->mtu >= 1280 && set_ip6(ca->ca_cfg->ip6);
	return (true);
}

/* Segments need checksums, and ECN is a property of segments. */
static unsigned long
tap_offload(const struct demo_tap_cfg *cfg)
{
	unsigned long bits;

	bits = 0;
	if (cfg->csum)
		bits |= TUN_F_CSUM;
	if ((cfg->tso & ENA_TXO_TSO4) != 0)
		bits |= TUN_F_TSO4;
	if ((cfg->tso & ENA_TXO_TSO6) != 0)
		bits |= TUN_F_TSO6;
	if ((cfg->tso & ENA_TXO_TSO_ECN) != 0)
		bits |= TUN_F_TSO_ECN;
	return (bits);
}

bool
demo_tap_config(struct demo_tap *tap, const struct demo_tap_cfg *cfg,
    bool *ip6, char *why, size_t why_len)
{
	struct config_arg ca = { tap, cfg };
	struct tap_answer t;

	if (ioctl(tap->tap_fd, TUNSETOFFLOAD, tap_offload(cfg)) != 0) {
		(void)snprintf(why, why_len, "TUNSETOFFLOAD: %s",
		    strerror(errno));
		return (false);
	}
	tap->tap_tso = cfg->tso;
	if (!in_child(child_config, &ca, &t, NULL)) {
		(void)snprintf(why, why_len, "%s", t.ta_why);
		return (false);
	}
	*ip6 = t.ta_ip6;
	return (true);
}

/* ---- frames */

/* Is a frame of this kind one that we asked for? */
static bool
tap_wanted(const struct demo_tap *tap, const struct vnet *v)
{
	uint32_t need;

	switch (v->v_gso & ~VNET_GSO_ECN) {
	case VNET_GSO_NONE:
		return (v->v_gso == VNET_GSO_NONE);
	case VNET_GSO_TCP4:
		need = ENA_TXO_TSO4;
		break;
	case VNET_GSO_TCP6:
		need = ENA_TXO_TSO6;
		break;
	default:
		return (false);
	}
	if ((v->v_gso & VNET_GSO_ECN) != 0)
		need |= ENA_TXO_TSO_ECN;
	return ((tap->tap_tso & need) == need && v->v_gso_size != 0 &&
	    (v->v_flags & VNET_NEEDS_CSUM) != 0);
}

ssize_t
demo_tap_read(struct demo_tap *tap, const uint8_t **frame,
    struct demo_hint *h)
{
	struct vnet v;
	ssize_t n;

	for (;;) {
		n = read(tap->tap_fd, tap->tap_buf, sizeof(tap->tap_buf));
		if (n == -1)
			return (errno == EAGAIN || errno == EINTR ? 0 : -1);
		if ((size_t)n <= sizeof(v))
			return (0);
		memcpy(&v, tap->tap_buf, sizeof(v));
		if (tap_wanted(tap, &v))
			break;
		tap->tap_gso++;
	}
	h->h_start = h->h_off = 0;
	h->h_mss = v.v_gso != VNET_GSO_NONE ? v.v_gso_size : 0;
	if ((v.v_flags & VNET_NEEDS_CSUM) != 0) {
		h->h_start = v.v_csum_start;
		h->h_off = v.v_csum_off;
	}
	tap->tap_in++;
	*frame = tap->tap_buf + sizeof(v);
	return (n - (ssize_t)sizeof(v));
}

void
demo_tap_write(struct demo_tap *tap, const uint8_t *frame, size_t len,
    bool valid)
{
	union {
		const uint8_t *in;
		void *out;
	} base = { .in = frame };
	struct iovec iov[2];
	struct vnet v;

	memset(&v, 0, sizeof(v));
	if (valid)
		v.v_flags = VNET_DATA_VALID;
	iov[0].iov_base = &v;
	iov[0].iov_len = sizeof(v);
	iov[1].iov_base = base.out;
	iov[1].iov_len = len;
	if (writev(tap->tap_fd, iov, 2) == (ssize_t)(len + sizeof(v)))
		tap->tap_out++;
	else
		tap->tap_failed++;
}

#else /* !__linux__ */

bool
demo_tap_open(struct demo_tap *tap, char *why, size_t why_len)
{
	tap->tap_fd = tap->tap_net = tap->tap_user = -1;
	(void)snprintf(why, why_len, "network namespaces are Linux only");
	return (false);
}

bool
demo_tap_config(struct demo_tap *tap, const struct demo_tap_cfg *cfg,
    bool *ip6, char *why, size_t why_len)
{
	(void)tap;
	(void)cfg;
	(void)ip6;
	(void)snprintf(why, why_len, "network namespaces are Linux only");
	return (false);
}

void
demo_tap_close(struct demo_tap *tap)
{
	(void)tap;
}

bool
demo_tap_enter(const struct demo_tap *tap)
{
	(void)tap;
	return (false);
}

ssize_t
demo_tap_read(struct demo_tap *tap, const uint8_t **frame,
    struct demo_hint *h)
{
	(void)tap;
	(void)frame;
	(void)h;
	return (0);
}

void
demo_tap_write(struct demo_tap *tap, const uint8_t *frame, size_t len,
    bool valid)
{
	(void)tap;
	(void)frame;
	(void)len;
	(void)valid;
}

#endif
