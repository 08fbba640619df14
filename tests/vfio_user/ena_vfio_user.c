/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-vfio-user: a virtual machine's ENA adapter, outside of the machine.
 *
 * One thread, one loop: give every adapter a turn, then sleep until a
 * socket, a TAP or a model has something to do.  Signals arrive only while
 * we sleep and only set flags.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/prctl.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vu.h"

static volatile sig_atomic_t got_quit, got_stats, got_link;

static void
on_signal(int sig)
{
	if (sig == SIGUSR1)
		got_stats = 1;
	else if (sig == SIGUSR2)
		got_link = 1;
	else
		got_quit = 1;
}

/* Block our signals; the set to sleep with goes to *sleeping. */
static void
signals_init(sigset_t *sleeping)
{
	static const int ours[] = {
		SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2
	};
	struct sigaction sa;
	sigset_t block;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigemptyset(&block);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		(void)sigaddset(&block, ours[i]);
		(void)sigaction(ours[i], &sa, NULL);
	}
	(void)sigprocmask(SIG_BLOCK, &block, sleeping);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		(void)sigdelset(sleeping, ours[i]);
	(void)signal(SIGPIPE, SIG_IGN);
}

struct server {
	struct vu_opts s_opts;
	struct vu_nic s_nic[VU_NICS];
	unsigned int s_n;
	struct vu_ctl s_ctl;
	/* socket and TAP of each, control pipe */
	struct pollfd s_poll[2 * VU_NICS + 1];
	sigset_t s_sleeping;
	FILE *s_transcript;
	bool s_link;
};

static void
poll_set(struct server *s)
{
	const struct vu_nic *n;
	struct pollfd *p;
	unsigned int i;

	for (i = 0; i < s->s_n; i++) {
		n = &s->s_nic[i];
		p = &s->s_poll[2 * i];
		p[0].fd = n->n_conn.c_fd != -1 ? n->n_conn.c_fd :
		    n->n_listen;
		p[0].events = vu_sending(&n->n_conn) ? POLLOUT : POLLIN;
		p[1].fd = n->n_wire.w_tap;
		p[1].events = POLLIN;
		p[0].revents = p[1].revents = 0;
	}
	p = &s->s_poll[2 * s->s_n];
	p->fd = s->s_ctl.k_fd;
	p->events = POLLIN;
	p->revents = 0;
}

static void
sleep_until(struct server *s, uint64_t next)
{
	struct timespec ts;
	uint64_t now;

	now = vu_now_us();
	if (next <= now)
		ts.tv_sec = ts.tv_nsec = 0;
	else {
		ts.tv_sec = (time_t)((next - now) / 1000000U);
		ts.tv_nsec = (long)((next - now) % 1000000U) * 1000;
	}
	if (ppoll(s->s_poll, 2 * s->s_n + 1, next == MOCK_NEVER ? NULL : &ts,
	    &s->s_sleeping) == -1 && errno != EINTR)
		vu_log(NULL, "poll: %s", strerror(errno));
}

static void
serve_signals(struct server *s)
{
	unsigned int i;

	if (got_stats) {
		got_stats = 0;
		if (s->s_transcript != NULL)
			(void)fflush(s->s_transcript);
		for (i = 0; i < s->s_n; i++) {
			if (s->s_nic[i].n_wire.w_pcap != NULL)
				(void)fflush(s->s_nic[i].n_wire.w_pcap);
			if (s->s_opts.o_verbose)
				vu_dump(&s->s_nic[i]);
		}
		if (s->s_opts.o_stats != NULL)
			(void)vu_stats(s->s_nic, s->s_n, s->s_opts.o_stats);
	}
	if (got_link) {
		got_link = 0;
		s->s_link = !s->s_link;
		for (i = 0; i < s->s_n; i++) {
			vu_log(&s->s_nic[i], "link %s", s->s_link ? "up" :
			    "down");
			mock_set_link(s->s_nic[i].n_dev, s->s_link);
		}
	}
}

/* With --once: has everybody come and gone? */
static bool
all_done(const struct server *s)
{
	unsigned int i;

	for (i = 0; i < s->s_n; i++)
		if (s->s_nic[i].n_clients == 0 ||
		    s->s_nic[i].n_conn.c_fd != -1)
			return (false);
	return (s->s_opts.o_once);
}

static void
serve(struct server *s)
{
	const struct pollfd *p;
	uint64_t next, t;
	unsigned int i;

	while (!got_quit && !all_done(s)) {
		serve_signals(s);
		if (s->s_poll[2 * s->s_n].revents != 0)
			vu_ctl_step(&s->s_ctl, s->s_nic, s->s_n);
		for (i = 0; i < s->s_n; i++) {
			p = &s->s_poll[2 * i];
			vu_nic_step(&s->s_nic[i], p[0].revents != 0,
			    p[1].revents != 0);
		}
		next = MOCK_NEVER;
		for (i = 0; i < s->s_n; i++) {
			t = vu_nic_busy(&s->s_nic[i]) ? 0 :
			    vu_nic_next_us(&s->s_nic[i]);
			if (t < next)
				next = t;
		}
		poll_set(s);
		sleep_until(s, next);
	}
}

static bool
open_all(struct server *s)
{
	struct vu_nic *n;
	unsigned int i;

	if (!vu_ctl_open(&s->s_ctl, s->s_opts.o_control))
		return (false);
	if (s->s_opts.o_transcript != NULL) {
		s->s_transcript = fopen(s->s_opts.o_transcript, "we");
		if (s->s_transcript == NULL) {
			vu_log(NULL, "%s: %s", s->s_opts.o_transcript,
			    strerror(errno));
			return (false);
		}
	}
	for (i = 0; i < s->s_opts.o_nics; i++) {
		n = &s->s_nic[i];
		n->n_o = &s->s_opts.o_nic[i];
		n->n_all = &s->s_opts;
		n->n_peers = s->s_nic;
		n->n_npeers = s->s_opts.o_nics;
		(void)snprintf(n->n_name, sizeof(n->n_name), "nic%u", i);
		s->s_n++;
		if (!vu_nic_open(n, s->s_transcript))
			return (false);
		s->s_link = n->n_o->no_model.link_up;
	}
	return (true);
}

static int
close_all(struct server *s, bool ok)
{
	unsigned int i;

	if (ok && s->s_opts.o_stats != NULL)
		ok = vu_stats(s->s_nic, s->s_n, s->s_opts.o_stats);
	for (i = 0; i < s->s_n; i++) {
		if (ok)
			vu_summary(&s->s_nic[i]);
		vu_nic_close(&s->s_nic[i]);
		free(s->s_nic[i].n_rules);
	}
	vu_ctl_close(&s->s_ctl);
	if (s->s_transcript != NULL && fclose(s->s_transcript) != 0) {
		vu_log(NULL, "%s: %s", s->s_opts.o_transcript,
		    strerror(errno));
		ok = false;
	}
	return (ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
	static struct server s;
	int status;
	bool ok;

	status = vu_opts(&s.s_opts, argc, argv);
	if (status != -1)
		return (status);
	signals_init(&s.s_sleeping);
	vu_dma_guard();
	/* A driver polls for what we do some microseconds later. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	ok = open_all(&s);
	if (ok)
		serve(&s);
	return (close_all(&s, ok));
}
