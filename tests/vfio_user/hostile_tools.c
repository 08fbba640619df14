/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hostile client's tools.  One generator makes every choice.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

static uint64_t state;

void
h_seed(uint64_t seed)
{
	state = seed;
}

/* splitmix64 */
uint64_t
h_rand64(void)
{
	uint64_t z;

	state += 0x9e3779b97f4a7c15ULL;
	z = state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31));
}

uint32_t
h_rand(uint32_t below)
{
	return (below == 0 ? 0 : (uint32_t)((h_rand64() >> 32) % below));
}

uint64_t
h_interesting64(void)
{
	static const uint64_t v[] = {
		0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 64, 255, 256, 4095,
		4096, 4097, 0x8000, 0xffff, 0x10000, 0x10001, 0x10040,
		0x100000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0xffffffffffff, 0x1000000000000, 0x7fffffffffffffff,
		0x8000000000000000, 0xfffffffffffff000, 0xffffffffffffffff
	};

	if (h_rand(8) == 0)
		return (h_rand64());
	return (v[h_rand(sizeof(v) / sizeof(v[0]))]);
}

uint32_t
h_interesting(void)
{
	return ((uint32_t)h_interesting64());
}

void
h_fill(void *buf, size_t len)
{
	uint8_t *p = buf;
	uint64_t v;
	size_t n;

	for (; len != 0; p += n, len -= n) {
		v = h_rand64();
		n = len < sizeof(v) ? len : sizeof(v);
		memcpy(p, &v, n);
	}
}

void
h_close_fds(const int *fds, unsigned int n)
{
	while (n-- != 0)
		if (fds[n] != -1)
			(void)close(fds[n]);
}

void
h_drain(struct vc *v)
{
	uint8_t buf[16384];

	while (recv(v->vc_fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

/* -- descriptors */

/* One end of a pair whose other end is gone. */
static int
open_pair(bool is_socket)
{
	int i, p[2];

	if ((is_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    p) : pipe2(p, O_CLOEXEC)) != 0)
		return (-1);
	i = (int)h_rand(2);
	(void)close(p[!i]);
	return (p[i]);
}

/* An eventfd that a write would wait for. */
static int
full_eventfd(void)
{
	const uint64_t most = UINT64_MAX - 1;
	int fd;

	fd = eventfd(0, EFD_CLOEXEC);
	if (fd != -1 && write(fd, &most, sizeof(most)) == -1) {
		(void)close(fd);
		return (-1);
	}
	return (fd);
}

static int
memory(size_t len, unsigned int seals)
{
	int fd;

	fd = memfd_create("hostile", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd == -1)
		return (-1);
	(void)ftruncate(fd, (off_t)len);
	if (seals != 0)
		(void)fcntl(fd, F_ADD_SEALS, seals);
	return (fd);
}

int
h_strange_fd(void)
{
	static const char *const paths[] = {
		"/dev/null", "/dev/zero", "/proc/self/mem", "/proc/self/maps",
		"/etc/passwd", "/", "/dev/full", "/proc/self/exe"
	};

	switch (h_rand(8)) {
	case 0:
	case 1:
		return (open(paths[h_rand(sizeof(paths) / sizeof(paths[0]))],
		    O_RDONLY | O_CLOEXEC));
	case 2:
		return (open("/dev/null", O_RDWR | O_CLOEXEC));
	case 3:
		return (open_pair(h_rand(2) == 0));
	case 4:
		return (full_eventfd());
	case 5:
		return (memory(h_rand(8192), 0));
	case 6:
		return (memory(1 << 20, F_SEAL_WRITE));
	default:
		return (open("/", O_PATH | O_CLOEXEC));
	}
}

/* -- messages */

static size_t
header(uint8_t *msg, uint32_t cmd, const void *payload, size_t len)
{
	struct vu_hdr h;

	memset(&h, 0, sizeof(h));
	h.h_id = (uint16_t)h_rand(65536);
	h.h_cmd = (uint16_t)cmd;
	h.h_size = (uint32_t)(sizeof(h) + len);
	if (h_rand(8) == 0)
		h.h_flags = VU_F_NO_REPLY;
	memcpy(msg, &h, sizeof(h));
	if (len != 0)
		memcpy(msg + sizeof(h), payload, len);
	return (sizeof(h) + len);
}

static size_t
map_message(uint8_t *msg, int *fds, unsigned int *nfds)
{
	struct vu_dma_map dm;
	struct vu_dma_unmap du;

	if (h_rand(3) == 0) {
		du.du_argsz = sizeof(du);
		du.du_flags = 0;
		du.du_addr = (uint64_t)h_rand(64) << 12;
		du.du_size = (uint64_t)h_rand(64) << 12;
		return (header(msg, VU_DMA_UNMAP, &du, sizeof(du)));
	}
	dm.dm_argsz = sizeof(dm);
	dm.dm_flags = 3;
	dm.dm_offset = 0;
	dm.dm_addr = (uint64_t)h_rand(64) << 12;
	dm.dm_size = (uint64_t)(1 + h_rand(16)) << 12;
	if (h_rand(2) == 0) {
		fds[0] = memory((size_t)dm.dm_size, 0);
		*nfds = fds[0] != -1;
	}
	return (header(msg, VU_DMA_MAP, &dm, sizeof(dm)));
}

static size_t
irq_message(uint8_t *msg, int *fds, unsigned int *nfds)
{
	struct vu_irq_set is;
	unsigned int i;

	is.is_argsz = sizeof(is);
	is.is_index = VU_IRQ_MSIX;
	is.is_start = h_rand(8);
	is.is_count = h_rand(5);
	is.is_flags = VU_IRQ_DATA_NONE | VU_IRQ_TRIGGER;
	if (h_rand(3) != 0) {
		is.is_flags = VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER;
		for (i = 0; i < is.is_count; i++)
			fds[i] = eventfd(0, EFD_CLOEXEC);
		*nfds = is.is_count;
	}
	return (header(msg, VU_SET_IRQS, &is, sizeof(is)));
}

static size_t
region_message(uint8_t *msg)
{
	uint8_t payload[sizeof(struct vu_region_rw) + 4096];
	struct vu_region_rw rw;

	rw.rw_region = h_rand(2) != 0 ? 0 : h_rand(9);
	rw.rw_offset = h_rand(0x200) & ~3U;
	rw.rw_count = h_rand(8) == 0 ? h_rand(4096) : 4;
	if (rw.rw_region == VU_REGION_CONFIG)
		rw.rw_count = 1U << h_rand(3);
	memcpy(payload, &rw, sizeof(rw));
	if (h_rand(2) == 0)
		return (header(msg, VU_REGION_READ, payload, sizeof(rw)));
	h_fill(payload + sizeof(rw), rw.rw_count);
	return (header(msg, VU_REGION_WRITE, payload, sizeof(rw) +
	    rw.rw_count));
}

/* Queries and the like, mostly zero. */
static size_t
query_message(uint8_t *msg)
{
	static const struct {
		uint32_t cmd;
		size_t len;
	} queries[] = {
		{ VU_GET_INFO, sizeof(struct vu_dev_info) },
		{ VU_GET_REGION_INFO, sizeof(struct vu_region_info) },
		{ VU_GET_REGION_IO_FDS, 16 },
		{ VU_GET_IRQ_INFO, sizeof(struct vu_irq_info) },
		{ VU_RESET, 0 }
	};
	uint8_t payload[64];
	uint32_t i;

	memset(payload, 0, sizeof(payload));
	payload[0] = 64;
	payload[8] = (uint8_t)h_rand(10);
	i = h_rand(sizeof(queries) / sizeof(queries[0]));
	return (header(msg, queries[i].cmd, payload, queries[i].len));
}

size_t
h_message(uint8_t *msg, int *fds, unsigned int *nfds)
{
	switch (h_rand(4)) {
	case 0:
		return (map_message(msg, fds, nfds));
	case 1:
		return (irq_message(msg, fds, nfds));
	case 2:
		return (region_message(msg));
	default:
		return (query_message(msg));
	}
}

/* Change some of a message; mostly its payload, sometimes its length. */
void
h_mutate(uint8_t *msg, size_t *len)
{
	uint32_t at, n, v;
	uint64_t v8;

	for (n = 1 + h_rand(3); n != 0; n--) {
		at = h_rand(10) == 0 ? h_rand(16) :
		    16 + h_rand((uint32_t)(*len - 16) + 1);
		at &= ~3U;
		if (at + 8 > *len)
			continue;
		if (h_rand(2) == 0) {
			v = h_interesting();
			memcpy(msg + at, &v, sizeof(v));
		} else {
			v8 = h_interesting64();
			memcpy(msg + at, &v8, sizeof(v8));
		}
	}
	if (h_rand(16) == 0)
		*len = h_rand((uint32_t)*len) + 1;
}
