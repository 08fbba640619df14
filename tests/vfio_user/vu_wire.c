/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wires: where the adapter's frames go and come from.
 *
 * A TAP interface hands them to the host's network stack.  Its header is
 * virtio-net's: the kernel leaves checksums and TCP segmentation to us, and
 * the model does both on the way in; on the way out everything is done.
 *
 * A cable joins all adapters of this process that name the same one.  Frames
 * are queued and delivered in slices by vu_wire_in(), so that a burst finds
 * buffers which the driver gave back meanwhile, and so that one adapter's
 * model never runs inside another's.
 *
 * Either way a capture file may see every frame, in both directions.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "vu.h"

#define CABLE_MAX	8192U		/* frames on the way to one adapter */

#define VNET_NEEDS_CSUM	1U
#define VNET_DATA_VALID	2U
#define VNET_GSO_TCP4	1U
#define VNET_GSO_TCP6	4U

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

struct vu_frame {
	struct vu_frame *f_next;
	size_t f_len;
	uint8_t f_data[];
};

/* -- captures */

struct pcap_file {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, sigfigs, snap, link;
};

struct pcap_frame {
	uint32_t sec, usec, kept, len;
};

static FILE *
pcap_open(const char *path)
{
	static const struct pcap_file head = {
		.magic = 0xa1b2c3d4U,
		.major = 2,
		.minor = 4,
		.snap = 262144,
		.link = 1
	};
	FILE *f;

	f = fopen(path, "we");
	if (f != NULL && fwrite(&head, sizeof(head), 1, f) != 1) {
		(void)fclose(f);
		return (NULL);
	}
	return (f);
}

static void
pcap_put(FILE *f, const void *frame, size_t len)
{
	struct pcap_frame pf;
	struct timespec ts;

	if (f == NULL)
		return;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	pf.sec = (uint32_t)ts.tv_sec;
	pf.usec = (uint32_t)(ts.tv_nsec / 1000);
	pf.kept = pf.len = (uint32_t)len;
	(void)fwrite(&pf, sizeof(pf), 1, f);
	(void)fwrite(frame, 1, len, f);
}

/* -- TAP */

static int
tap_open(const char *name)
{
	struct ifreq ifr;
	int error, fd;

	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return (-1);
	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &ifr) != 0 || ioctl(fd, TUNSETOFFLOAD,
	    (unsigned long)(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)) != 0) {
		error = errno;
		(void)close(fd);
		errno = error;
		return (-1);
	}
	return (fd);
}

static bool
tap_out(int fd, const void *frame, size_t len)
{
	union {
		const void *in;
		void *out;
	} base = { .in = frame };
	struct iovec iov[2];
	struct vnet v;

	memset(&v, 0, sizeof(v));
	v.v_flags = VNET_DATA_VALID;	/* it came over no wire */
	iov[0].iov_base = &v;
	iov[0].iov_len = sizeof(v);
	iov[1].iov_base = base.out;
	iov[1].iov_len = len;
	return (writev(fd, iov, 2) == (ssize_t)(len + sizeof(v)));
}

/* One frame into the model.  False: there is none. */
static bool
tap_in(struct vu_nic *n)
{
	static uint8_t buf[sizeof(struct vnet) + VU_FRAME];
	struct mock_frame_info info;
	struct vnet v;
	ssize_t len;

	len = read(n->n_wire.w_tap, buf, sizeof(buf));
	if (len == -1 && errno != EAGAIN && errno != EINTR) {
		vu_log(n, "TAP %s is gone: %s", n->n_o->no_tap,
		    strerror(errno));
		(void)close(n->n_wire.w_tap);
		n->n_wire.w_tap = -1;
	}
	if (len <= (ssize_t)sizeof(v))
		return (false);
	memcpy(&v, buf, sizeof(v));
	len -= (ssize_t)sizeof(v);
	memset(&info, 0, sizeof(info));
	if ((v.v_flags & VNET_NEEDS_CSUM) != 0) {
		info.csum_start = v.v_csum_start;
		info.csum_off = v.v_csum_off;
	}
	if (v.v_gso == VNET_GSO_TCP4 || v.v_gso == VNET_GSO_TCP6)
		info.gso_size = v.v_gso_size;
	n->n_wire.w_in++;
	pcap_put(n->n_wire.w_pcap, buf + sizeof(v), (size_t)len);
	if (mock_frame_in(n->n_dev, buf + sizeof(v), (size_t)len, &info) !=
	    MOCK_RX_OK)
		n->n_wire.w_lost++;
	return (true);
}

/* -- cables */

static bool
cable_put(struct vu_wire *w, const void *frame, size_t len)
{
	struct vu_frame *f;

	if (w->w_queued == CABLE_MAX)
		return (false);
	f = malloc(sizeof(*f) + len);
	if (f == NULL)
		return (false);
	f->f_next = NULL;
	f->f_len = len;
	memcpy(f->f_data, frame, len);
	*w->w_last = f;
	w->w_last = &f->f_next;
	w->w_queued++;
	return (true);
}

static struct vu_frame *
cable_get(struct vu_wire *w)
{
	struct vu_frame *f;

	f = w->w_first;
	if (f == NULL)
		return (NULL);
	w->w_first = f->f_next;
	if (w->w_first == NULL)
		w->w_last = &w->w_first;
	w->w_queued--;
	return (f);
}

static bool
cable_out(struct vu_nic *n, const void *frame, size_t len)
{
	struct vu_nic *peer;
	unsigned int i;
	bool ok;

	ok = false;
	for (i = 0; i < n->n_npeers; i++) {
		peer = &n->n_peers[i];
		if (peer != n && peer->n_o->no_tap == NULL &&
		    strcmp(peer->n_o->no_wire, n->n_o->no_wire) == 0)
			ok = cable_put(&peer->n_wire, frame, len) || ok;
	}
	return (ok);
}

static bool
cable_in(struct vu_nic *n)
{
	struct vu_frame *f;

	f = cable_get(&n->n_wire);
	if (f == NULL)
		return (false);
	n->n_wire.w_in++;
	pcap_put(n->n_wire.w_pcap, f->f_data, f->f_len);
	if (mock_frame_in(n->n_dev, f->f_data, f->f_len, NULL) != MOCK_RX_OK)
		n->n_wire.w_lost++;
	free(f);
	return (true);
}

/* -- both */

bool
vu_wire_open(struct vu_nic *n)
{
	struct vu_wire *w = &n->n_wire;

	w->w_tap = -1;
	w->w_last = &w->w_first;
	if (n->n_o->no_tap != NULL) {
		w->w_tap = tap_open(n->n_o->no_tap);
		if (w->w_tap == -1) {
			vu_log(n, "TAP %s: %s", n->n_o->no_tap,
			    strerror(errno));
			return (false);
		}
	}
	if (n->n_o->no_pcap != NULL) {
		w->w_pcap = pcap_open(n->n_o->no_pcap);
		if (w->w_pcap == NULL) {
			vu_log(n, "%s: %s", n->n_o->no_pcap, strerror(errno));
			return (false);
		}
	}
	return (true);
}

void
vu_wire_close(struct vu_nic *n)
{
	struct vu_wire *w = &n->n_wire;
	struct vu_frame *f;

	while ((f = cable_get(w)) != NULL)
		free(f);
	if (w->w_tap != -1)
		(void)close(w->w_tap);
	w->w_tap = -1;
	if (w->w_pcap != NULL && fclose(w->w_pcap) != 0)
		vu_log(n, "%s: %s", n->n_o->no_pcap, strerror(errno));
	w->w_pcap = NULL;
}

void
vu_wire_out(struct vu_nic *n, const void *frame, size_t len)
{
	struct vu_wire *w = &n->n_wire;
	bool ok;

	w->w_out++;
	pcap_put(w->w_pcap, frame, len);
	if (n->n_o->no_tap != NULL)
		ok = w->w_tap != -1 && tap_out(w->w_tap, frame, len);
	else
		ok = cable_out(n, frame, len);
	if (!ok)
		w->w_lost++;
}

/* A slice of what is waiting. */
void
vu_wire_in(struct vu_nic *n, bool tap_ready)
{
	unsigned int i;

	for (i = 0; tap_ready && i < VU_SLICE; i++)
		if (!tap_in(n))
			break;
	for (i = 0; i < VU_SLICE; i++)
		if (!cable_in(n))
			break;
}
