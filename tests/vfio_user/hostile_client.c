/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile vfio-user client.
 *
 *	hostile_client --seconds N [--seed N] SOCKET ...
 *
 * Round after round it connects, misbehaves in one of the ways of
 * scenarios[], and leaves; after each round a well behaved client has to find
 * the server alive, answering and as it was.  Open descriptors of the server
 * and its maps of our memory are counted in /proc: they may not grow.
 *
 * A failure prints the seed and the round; the same seed does the same
 * again, as far as the kernel's timing allows.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/socket.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hostile.h"

static struct vc c, c2;
static const char *other;		/* socket of another adapter */
static pid_t server;

/* -- scenarios, simple ones first */

static void
just_connect(struct vc *v)
{
	(void)v;
}

static void
noise(struct vc *v)
{
	uint8_t buf[4096];
	unsigned int i, n;

	n = 1 + h_rand(8);
	for (i = 0; i < n; i++) {
		h_fill(buf, sizeof(buf));
		if (!vc_send_raw(v, buf, 1 + h_rand(sizeof(buf)), NULL, 0))
			return;
	}
}

/* A proper header in front of noise. */
static void
framed_noise(struct vc *v)
{
	uint8_t buf[512];
	unsigned int i;

	if (h_rand(4) != 0 && vc_hello(v, "") != 0)
		return;
	for (i = 0; i < 50; i++) {
		h_fill(buf, sizeof(buf));
		if (!vc_send(v, h_rand(20), h_rand(4) != 0 ? 0 :
		    h_interesting(), buf, h_rand(100), NULL, 0))
			return;
	}
	h_drain(v);
}

static void
bad_sizes(struct vc *v)
{
	uint8_t buf[256];
	struct vu_hdr h;

	if (h_rand(2) == 0 && vc_hello(v, "") != 0)
		return;
	memset(buf, 0, sizeof(buf));
	memset(&h, 0, sizeof(h));
	h.h_cmd = (uint16_t)h_rand(20);
	h.h_size = h_interesting();
	memcpy(buf, &h, sizeof(h));
	(void)vc_send_raw(v, buf, 1 + h_rand(sizeof(buf)), NULL, 0);
}

/* A good session, cut off anywhere, or slow to arrive. */
static void
truncated(struct vc *v)
{
	uint8_t msg[H_MSG];
	int fds[VC_FDS];
	unsigned int i, n, nfds;
	size_t len, part;

	if (vc_hello(v, "") != 0)
		return;
	n = h_rand(6);
	for (i = 0; i <= n; i++) {
		nfds = 0;
		len = h_message(msg, fds, &nfds);
		part = i == n ? h_rand((uint32_t)len) : len;
		(void)vc_send_raw(v, msg, part, fds, nfds);
		h_close_fds(fds, nfds);
		if (h_rand(3) == 0)
			(void)usleep(1000);
		if (part < len && h_rand(2) == 0)
			(void)vc_send_raw(v, msg + part, len - part, NULL, 0);
	}
}

/* Valid messages with some bits of them changed. */
static void
mutated(struct vc *v)
{
	uint8_t msg[H_MSG];
	int fds[VC_FDS];
	unsigned int i, nfds;
	size_t len;
	bool ok;

	if (h_rand(8) != 0 && vc_hello(v, "") != 0)
		return;
	for (i = 0; i < 200; i++) {
		nfds = 0;
		len = h_message(msg, fds, &nfds);
		if (h_rand(3) != 0)
			h_mutate(msg, &len);
		ok = vc_send_raw(v, msg, len, fds, nfds);
		h_close_fds(fds, nfds);
		if (!ok)
			return;
		h_drain(v);
	}
}

/* Descriptors that are not what they should be, and far too many. */
static void
strange_fds(struct vc *v)
{
	uint8_t msg[H_MSG];
	int fds[VC_FDS], unused[VC_FDS];
	unsigned int i, j, n, nfds;
	size_t len;
	bool ok;

	if (vc_hello(v, "") != 0)
		return;
	for (i = 0; i < 40; i++) {
		nfds = 0;
		len = h_message(msg, unused, &nfds);
		h_close_fds(unused, nfds);
		n = h_rand(10) == 0 ? VC_FDS : h_rand(5);
		for (j = 0; j < n; j++)
			fds[j] = h_strange_fd();
		ok = vc_send_raw(v, msg, len, fds, n);
		h_close_fds(fds, n);
		if (!ok)
			return;
		h_drain(v);
	}
}

/* Ask, and never listen. */
static void
deaf(struct vc *v)
{
	struct vu_region_rw rw = { 0, VU_REGION_CONFIG, 4096 };
	uint8_t msg[sizeof(struct vu_hdr) + sizeof(rw)];
	struct vu_hdr h;
	unsigned int i;

	if (vc_hello(v, "") != 0)
		return;
	memset(&h, 0, sizeof(h));
	h.h_cmd = VU_REGION_READ;
	h.h_size = sizeof(msg);
	memcpy(msg, &h, sizeof(h));
	memcpy(msg + sizeof(h), &rw, sizeof(rw));
	for (i = 0; i < 20000; i++)
		if (send(v->vc_fd, msg, sizeof(msg), MSG_DONTWAIT |
		    MSG_NOSIGNAL) == -1)
			break;
}

/* Thousands of maps, and unmaps that cover some, none and all. */
static void
many_maps(struct vc *v)
{
	uint64_t addr;
	uint32_t i, n;
	int fd;

	if (vc_hello(v, "") != 0)
		return;
	fd = h_rand(2) == 0 ? vc_memfd(1 << 20, NULL) : -1;
	n = h_rand(3000);
	for (i = 0; i < n; i++) {
		addr = (uint64_t)h_rand(1 << 16) << 12;
		if (h_rand(4) == 0)
			(void)vc_unmap(v, addr, (uint64_t)h_rand(4096) << 12);
		else if (vc_map(v, addr, (uint64_t)(1 + h_rand(8)) << 12,
		    (uint64_t)h_rand(260) << 12, h_rand(4), fd) == -1)
			break;
	}
	if (fd != -1)
		(void)close(fd);
}

static void
two_drivers(struct vc *v)
{
	vc_init(&c2);
	if (other == NULL || !vc_connect(&c2, other))
		return;
	h_two_drivers(v, &c2);
	vc_close(&c2);
}

struct scenario {
	const char *s_name;
	void (*s_run)(struct vc *);
	unsigned int s_weight;
	uint64_t s_rounds;
};

static struct scenario scenarios[] = {
	{ "connect", just_connect, 8, 0 },
	{ "noise", noise, 16, 0 },
	{ "framed noise", framed_noise, 24, 0 },
	{ "sizes", bad_sizes, 24, 0 },
	{ "truncated", truncated, 32, 0 },
	{ "mutated", mutated, 48, 0 },
	{ "descriptors", strange_fds, 32, 0 },
	{ "deaf", deaf, 8, 0 },
	{ "maps", many_maps, 8, 0 },
	{ "driver", h_driver, 96, 0 },
	{ "two drivers", two_drivers, 48, 0 },
	{ "silent driver", h_driver_silent, 1, 0 }
};
#define NSCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

static struct scenario *
pick(void)
{
	unsigned int n, sum;
	size_t i;

	sum = 0;
	for (i = 0; i < NSCENARIOS; i++)
		sum += scenarios[i].s_weight;
	n = h_rand(sum);
	for (i = 0; n >= scenarios[i].s_weight; i++)
		n -= scenarios[i].s_weight;
	return (&scenarios[i]);
}

/* -- the server's health */

/* The server's open descriptors; -1: cannot see. */
static long
count_fds(void)
{
	char path[64];
	DIR *d;
	long n;

	(void)snprintf(path, sizeof(path), "/proc/%ld/fd", (long)server);
	d = opendir(path);
	if (d == NULL)
		return (-1);
	for (n = 0; readdir(d) != NULL; n++)
		;
	(void)closedir(d);
	return (n);
}

/* How many maps of memory files the server has. */
static long
count_maps(void)
{
	char line[1024], path[64];
	FILE *f;
	long n;

	(void)snprintf(path, sizeof(path), "/proc/%ld/maps", (long)server);
	f = fopen(path, "re");
	if (f == NULL)
		return (-1);
	for (n = 0; fgets(line, sizeof(line), f) != NULL;)
		n += strstr(line, "/memfd:") != NULL;
	(void)fclose(f);
	return (n);
}

static bool
well(const char *sock)
{
	struct ucred uc;
	socklen_t len;
	uint32_t id;
	bool ok;

	if (!vc_connect(&c, sock))
		return (false);
	len = sizeof(uc);
	if (getsockopt(c.vc_fd, SOL_SOCKET, SO_PEERCRED, &uc, &len) == 0)
		server = uc.pid;
	ok = vc_hello(&c, "{\"capabilities\":{}}") == 0 &&
	    vc_read(&c, VU_REGION_CONFIG, 0, &id, sizeof(id)) == 0 &&
	    (id & 0xffff) == 0x1d0f && vc_map(&c, 0, 4096, 0, 3, -1) == 0 &&
	    vc_reg(&c, 0) != 0xffffffffU;
	vc_close(&c);
	return (ok);
}

/* Nobody is connected, but it takes the server a moment to see that. */
static bool
no_leak(long fds0, long maps0)
{
	long fds, maps;
	int i;

	for (i = 0; i < 200; i++) {
		fds = count_fds();
		maps = count_maps();
		if (fds <= fds0 && maps <= maps0)
			return (true);
		(void)usleep(10000);
	}
	(void)fprintf(stderr, "descriptors: %ld, then %ld; maps: %ld, then "
	    "%ld\n", fds0, fds, maps0, maps);
	return (false);
}

/* -- rounds */

static bool
one_round(const char *sock, struct scenario *s)
{
	vc_init(&c);
	if (!vc_connect(&c, sock)) {
		(void)fprintf(stderr, "connect: %s\n", strerror(errno));
		return (false);
	}
	s->s_rounds++;
	s->s_run(&c);
	vc_close(&c);
	vc_init(&c);
	if (!well(sock)) {
		(void)fprintf(stderr, "the server is not well after \"%s\"\n",
		    s->s_name);
		return (false);
	}
	return (true);
}

static bool
rounds(char **socks, unsigned int n, time_t end, uint64_t *round)
{
	long fds, maps;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!well(socks[i]))
			return (false);
	fds = count_fds();
	maps = count_maps();
	for (*round = 1; time(NULL) < end; (*round)++) {
		i = h_rand(n);
		other = n > 1 ? socks[(i + 1) % n] : NULL;
		if (!one_round(socks[i], pick()))
			return (false);
		if (*round % 50 == 0 && !no_leak(fds, maps))
			return (false);
	}
	return (no_leak(fds, maps));
}

int
main(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 }
	};
	uint64_t round, seed;
	time_t seconds;
	size_t i;
	int ch;
	bool ok;

	seconds = 10;
	seed = (uint64_t)time(NULL);
	while ((ch = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (ch == 's')
			seconds = (time_t)strtoul(optarg, NULL, 0);
		else if (ch == 'r')
			seed = strtoull(optarg, NULL, 0);
		else
			return (2);
	}
	if (optind == argc) {
		(void)fprintf(stderr, "usage: hostile_client --seconds N "
		    "[--seed N] SOCKET ...\n");
		return (2);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	h_seed(seed);
	round = 0;
	ok = rounds(argv + optind, (unsigned int)(argc - optind),
	    time(NULL) + seconds, &round);
	(void)printf("seed %llu, %llu messages, %llu rounds:",
	    (unsigned long long)seed, (unsigned long long)vc_sent(),
	    (unsigned long long)round);
	for (i = 0; i < NSCENARIOS; i++)
		(void)printf(" %s %llu%s", scenarios[i].s_name,
		    (unsigned long long)scenarios[i].s_rounds,
		    i + 1 < NSCENARIOS ? "," : "\n");
	return (ok ? 0 : 1);
}
