/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traffic tools of our own: TCP from files or for some seconds over several
 * connections, and echo requests.  Plain blocking programs: each runs in a
 * child that the event loop watches, and ends by an alarm if all else fails.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/socket.h>
#include <sys/time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo_adapter.h"
#include "demo_flow.h"

#define FLOWS_MAX	128U
#define CHUNK		65536U
#define GIVE_UP_S	3600U
#define CONNECT_TRIES	100U
#define PING_GAP_US	100000
#define PING_WAIT_US	1000000U
#define PING_LEN	64U

static uint8_t chunk[CHUNK];

static int
flow_die(const char *what)
{
	perror(what);
	return (1);
}

static void
flow_addr(const struct demo_flow *fl, struct sockaddr_in *sin)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons(fl->fl_port);
	(void)inet_pton(AF_INET, fl->fl_ip, &sin->sin_addr);
}

static int
flow_listen(const struct demo_flow *fl)
{
	struct sockaddr_in sin;
	int on, s;

	on = 1;
	flow_addr(fl, &sin);
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (s == -1)
		return (-1);
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (const struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    listen(s, (int)FLOWS_MAX) != 0) {
		(void)close(s);
		return (-1);
	}
	return (s);
}

static bool
write_all(int fd, const uint8_t *p, size_t len)
{
	ssize_t n;

	for (; len != 0; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n <= 0)
			return (false);
	}
	return (true);
}

/* Take from all connections until all have ended. */
static bool
drain(struct pollfd *pf, nfds_t n, int file, uint64_t *total)
{
	nfds_t i, open_cnt;
	ssize_t got;

	for (open_cnt = n; open_cnt != 0;) {
		if (poll(pf, n, -1) == -1)
			return (false);
		for (i = 0; i < n; i++) {
			if (pf[i].fd == -1 || pf[i].revents == 0)
				continue;
			got = read(pf[i].fd, chunk, sizeof(chunk));
			if (got > 0) {
				*total += (uint64_t)got;
				if (file != -1 && !write_all(file, chunk,
				    (size_t)got))
					return (false);
				continue;
			}
			(void)close(pf[i].fd);
			pf[i].fd = -1;
			open_cnt--;
		}
	}
	return (true);
}

int
demo_flow_receive(const void *arg)
{
	const struct demo_flow *fl = arg;
	struct pollfd pf[FLOWS_MAX];
	uint64_t start, total;
	uint32_t i;
	int file, s;

	(void)alarm(GIVE_UP_S);
	file = -1;
	if (fl->fl_path != NULL) {
		file = open(fl->fl_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (file == -1)
			return (flow_die(fl->fl_path));
	}
	s = flow_listen(fl);
	if (s == -1)
		return (flow_die("listen"));
	for (i = 0; i < fl->fl_count && i < FLOWS_MAX; i++) {
		pf[i].fd = accept(s, NULL, NULL);
		pf[i].events = POLLIN;
		if (pf[i].fd == -1)
			return (flow_die("accept"));
	}
	total = 0;
	start = demo_clock_us();
	if (!drain(pf, i, file, &total))
		return (flow_die("receive"));
	(void)dprintf(STDOUT_FILENO, "received %llu bytes in %llu us\n",
	    (unsigned long long)total,
	    (unsigned long long)(demo_clock_us() - start));
	return (0);
}

static int
flow_connect(const struct demo_flow *fl)
{
	struct sockaddr_in sin;
	unsigned int i;
	int s;

	flow_addr(fl, &sin);
	for (i = 0; i < CONNECT_TRIES; i++) {
		s = socket(AF_INET, SOCK_STREAM, 0);
		if (s == -1)
			return (-1);
		if (connect(s, (const struct sockaddr *)&sin,
		    sizeof(sin)) == 0)
			return (s);
		(void)close(s);
		(void)usleep(50000);
	}
	return (-1);
}

static int
send_file(const struct demo_flow *fl)
{
	ssize_t n;
	int file, s;

	file = open(fl->fl_path, O_RDONLY);
	if (file == -1)
		return (flow_die(fl->fl_path));
	s = flow_connect(fl);
	if (s == -1)
		return (flow_die("connect"));
	while ((n = read(file, chunk, sizeof(chunk))) > 0)
		if (!write_all(s, chunk, (size_t)n))
			return (flow_die("send"));
	(void)close(s);
	return (n == 0 ? 0 : flow_die("read"));
}

int
demo_flow_send(const void *arg)
{
	const struct demo_flow *fl = arg;
	struct pollfd pf[FLOWS_MAX];
	uint64_t end;
	uint32_t i, n;

	(void)alarm(GIVE_UP_S);
	if (fl->fl_path != NULL)
		return (send_file(fl));
	for (n = 0; n < fl->fl_count && n < FLOWS_MAX; n++) {
		pf[n].fd = flow_connect(fl);
		pf[n].events = POLLOUT;
		if (pf[n].fd == -1)
			return (flow_die("connect"));
		(void)fcntl(pf[n].fd, F_SETFL, O_NONBLOCK);
	}
	end = demo_clock_us() + (uint64_t)fl->fl_seconds * 1000000U;
	while (demo_clock_us() < end) {
		if (poll(pf, n, 100) == -1)
			return (flow_die("poll"));
		for (i = 0; i < n; i++)
			if ((pf[i].revents & POLLOUT) != 0)
				(void)!write(pf[i].fd, chunk, sizeof(chunk));
	}
	return (0);
}

/* ---- echo */

static bool
ping_answered(int s, uint16_t seq)
{
	uint8_t b[256];
	struct pollfd pf;
	uint64_t end, now;
	ssize_t n;
	size_t ip;

	pf.fd = s;
	pf.events = POLLIN;
	end = demo_clock_us() + PING_WAIT_US;
	while ((now = demo_clock_us()) < end) {
		if (poll(&pf, 1, (int)((end - now) / 1000 + 1)) <= 0)
			continue;
		n = recv(s, b, sizeof(b), 0);
		if (n < (ssize_t)PING_LEN)
			continue;
		ip = (size_t)(b[0] & 0xf) * 4;
		if (ip + 8 <= (size_t)n && b[ip] == 0 &&
		    demo_get16(b + ip + 6) == seq)
			return (true);
	}
	return (false);
}

int
demo_flow_ping(const void *arg)
{
	const struct demo_flow *fl = arg;
	struct sockaddr_in sin;
	uint8_t b[PING_LEN];
	uint32_t got, i;
	int s;

	(void)alarm(GIVE_UP_S);
	s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (s == -1)
		return (flow_die("raw socket"));
	flow_addr(fl, &sin);
	for (got = 0, i = 0; i < fl->fl_count; i++) {
		memset(b, 0x5a, sizeof(b));
		b[0] = 8;
		b[1] = 0;
		demo_put16(b + 2, 0);
		demo_put16(b + 6, (uint16_t)(i + 1));
		demo_put16(b + 2, (uint16_t)~demo_sum(b, sizeof(b), 0));
		if (sendto(s, b, sizeof(b), 0, (const struct sockaddr *)&sin,
		    sizeof(sin)) == (ssize_t)sizeof(b) &&
		    ping_answered(s, (uint16_t)(i + 1)))
			got++;
		(void)usleep(PING_GAP_US);
	}
	(void)dprintf(STDOUT_FILENO, "%u packets transmitted, %u received\n",
	    fl->fl_count, got);
	return (got == fl->fl_count ? 0 : 1);
}
