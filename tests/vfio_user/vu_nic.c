/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One adapter: a device model, its bus, and the client at its socket.
 *
 * The model lives as long as the process; a client that leaves takes its
 * memory, its eventfds and the device's state with it.  One client at a
 * time: the next one waits in the socket's queue.
 *
 * Steps are small (VU_SLICE messages, VU_SLICE frames), and the model is run
 * after each message, because a driver that polls waits for it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vu.h"

uint64_t
vu_now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000U);
}

/* -- the model's bus */

static int
bus_read(void *arg, uint64_t addr, void *buf, size_t len)
{
	return (vu_dma_read(arg, addr, buf, len) ? 0 : -1);
}

static int
bus_write(void *arg, uint64_t addr, const void *buf, size_t len)
{
	return (vu_dma_write(arg, addr, buf, len) ? 0 : -1);
}

static void
bus_raise(void *arg, unsigned int vector)
{
	vu_irq_raise(arg, vector);
}

static void
bus_frame(void *arg, const void *frame, size_t len,
    const struct mock_frame_info *info)
{
	(void)info;
	vu_wire_out(arg, frame, len);
}

static uint64_t
bus_now(void *arg)
{
	(void)arg;
	return (vu_now_us());
}

static void
bus_trace(void *arg, const char *line)
{
	const struct vu_nic *n = arg;

	if (n->n_npeers > 1)
		(void)fprintf(n->n_transcript, "%s ", n->n_name);
	(void)fprintf(n->n_transcript, "%s\n", line);
}

/* -- life */

bool
vu_nic_open(struct vu_nic *n, FILE *transcript)
{
	const struct mock_bus bus = {
		.arg = n,
		.dma_read = bus_read,
		.dma_write = bus_write,
		.raise_vector = bus_raise,
		.frame_out = bus_frame,
		.now_us = bus_now,
		.rule_broken = vu_rule,
		.trace = transcript != NULL ? bus_trace : NULL
	};

	n->n_transcript = transcript;
	n->n_listen = -1;
	n->n_wire.w_tap = -1;
	n->n_bar2_fd = -1;
	vu_conn_init(&n->n_conn);
	vu_irq_init(n);
	if (!vu_region_init(n) || !vu_rules_init(n)) {
		vu_log(n, "BARs: %s", strerror(errno));
		return (false);
	}
	vu_pci_init(&n->n_pci, n);
	n->n_dev = mock_create(&n->n_o->no_profile, &n->n_o->no_model, &bus);
	if (n->n_dev == NULL) {
		vu_log(n, "the model refuses this profile");
		return (false);
	}
	if (n->n_bar2 != NULL)
		mock_bar2_attach(n->n_dev, n->n_bar2);
	if (!vu_wire_open(n))
		return (false);
	n->n_listen = vu_listen(n->n_o->no_socket);
	if (n->n_listen == -1) {
		vu_log(n, "%s: %s", n->n_o->no_socket, strerror(errno));
		return (false);
	}
	vu_log(n, "profile %s, %u pairs, listening on %s",
	    n->n_o->no_profile.name, n->n_o->no_profile.max_pairs,
	    n->n_o->no_socket);
	return (true);
}

/* The client is gone, or has to go. */
static void
hang_up(struct vu_nic *n)
{
	if (n->n_conn.c_why[0] != '\0')
		vu_log(n, "connection ended: %s", n->n_conn.c_why);
	else
		vu_log(n, "client hung up");
	vu_conn_close(&n->n_conn);
	vu_map_clear(&n->n_maps);
	vu_irq_drop(n);
	vu_nic_reset(n);
	memset(n->n_table, 0, sizeof(n->n_table));
	n->n_version = false;
	/* faults are for a client; a card that was pulled comes back */
	mock_fault_clear(n->n_dev);
}

void
vu_nic_close(struct vu_nic *n)
{
	if (n->n_listen != -1) {
		(void)close(n->n_listen);
		(void)unlink(n->n_o->no_socket);
	}
	n->n_listen = -1;
	vu_conn_close(&n->n_conn);
	vu_map_clear(&n->n_maps);
	vu_irq_drop(n);
	mock_destroy(n->n_dev);
	n->n_dev = NULL;
	vu_wire_close(n);
	vu_region_free(n);
}

/* Function level reset, or the bus's. */
void
vu_nic_reset(struct vu_nic *n)
{
	mock_flr(n->n_dev);
	vu_pci_reset(&n->n_pci);
	memset(n->n_pending, 0, sizeof(n->n_pending));
}

/* -- faults */

/* Arm what is due; returns when the next one is. */
static uint64_t
arm_faults(struct vu_nic *n)
{
	struct vu_fault *f;
	uint64_t next, now;
	unsigned int i;

	next = MOCK_NEVER;
	if (n->n_conn.c_fd == -1)
		return (next);
	now = vu_now_us();
	for (i = 0; i < n->n_o->no_nfaults; i++) {
		f = &n->n_faults[i];
		if (f->vf_done)
			continue;
		if (n->n_since + f->vf_at_us <= now) {
			f->vf_done = true;
			mock_fault(n->n_dev, &f->vf_arm);
		} else if (n->n_since + f->vf_at_us < next)
			next = n->n_since + f->vf_at_us;
	}
	return (next);
}

/* -- steps */

/* c_wait of vu_conn. */
static bool
wait_client(void *arg, short events, int ms, bool late)
{
	struct pollfd p[VU_NICS];
	struct vu_nic *n = arg, *peer;
	unsigned int i, self;

	self = (unsigned int)(n - n->n_peers);
	for (i = 0; i < n->n_npeers; i++) {
		peer = &n->n_peers[i];
		/* what was put off earlier may be late now */
		if (i != self && late)
			vu_meanwhile(&peer->n_conn, false, true);
		p[i].fd = peer->n_conn.c_dead ? -1 : peer->n_conn.c_fd;
		p[i].events = vu_sending(&peer->n_conn) ? POLLOUT : POLLIN;
		p[i].revents = 0;
	}
	p[self].events = events;
	if (poll(p, n->n_npeers, ms) == -1 && errno != EINTR)
		vu_kill(&n->n_conn, "poll: %s", strerror(errno));
	for (i = 0; i < n->n_npeers; i++)
		if (i != self && n->n_peers[i].n_conn.c_fd != -1)
			vu_meanwhile(&n->n_peers[i].n_conn,
			    p[i].revents != 0, late);
	return (p[self].revents != 0);
}

static void
accept_client(struct vu_nic *n)
{
	int fd;

	fd = accept4(n->n_listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1)
		return;
	n->n_conn.c_fd = fd;
	n->n_conn.c_early = vu_command_early;
	n->n_conn.c_wait = wait_client;
	n->n_conn.c_arg = n;
	n->n_clients++;
	n->n_since = vu_now_us();
	memcpy(n->n_faults, n->n_o->no_faults, sizeof(n->n_faults));
	vu_log(n, "client connected");
}

static void
take_messages(struct vu_nic *n)
{
	struct vu_msg *m;
	unsigned int i;

	for (i = 0; i < VU_SLICE; i++) {
		if (vu_sending(&n->n_conn))
			vu_flush(&n->n_conn);
		if (n->n_conn.c_dead || vu_sending(&n->n_conn))
			return;
		m = vu_next(&n->n_conn);
		if (m == NULL)
			return;
		vu_command(n, m);
		vu_msg_free(m);
		mock_run(n->n_dev);
	}
}

/*
 * Do what there is to do, within limits.  conn_ready: the socket (the
 * listening one if nobody is connected) wants attention.
 */
void
vu_nic_step(struct vu_nic *n, bool conn_ready, bool tap_ready)
{
	if (n->n_conn.c_fd == -1 && conn_ready)
		accept_client(n);
	(void)arm_faults(n);
	if (n->n_conn.c_fd != -1)
		take_messages(n);
	vu_wire_in(n, tap_ready);
	mock_run(n->n_dev);
	if (n->n_conn.c_dead)
		hang_up(n);
}

/* Is there work that poll() does not know of? */
bool
vu_nic_busy(const struct vu_nic *n)
{
	return (n->n_conn.c_dead || n->n_wire.w_queued != 0 ||
	    (n->n_conn.c_deferred != 0 && !vu_sending(&n->n_conn)));
}

uint64_t
vu_nic_next_us(struct vu_nic *n)
{
	uint64_t a, b;

	a = mock_next_us(n->n_dev);
	b = arm_faults(n);
	return (a < b ? a : b);
}
