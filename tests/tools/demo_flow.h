/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traffic tools of our own, run as children in a namespace where socat,
 * iperf3 or ping are missing.  Each returns an exit code and prints one
 * line.
 */
#ifndef DEMO_FLOW_H
#define DEMO_FLOW_H

#include <stdint.h>

struct demo_flow {
	const char *fl_ip;		/* IPv4, of the receiver */
	uint16_t fl_port;
	uint32_t fl_count;		/* connections, echo requests */
	uint32_t fl_seconds;		/* to send for; 0: the file, once */
	const char *fl_path;		/* file, NULL: anything */
};

/* "received N bytes in T us" */
int demo_flow_receive(const void *);
int demo_flow_send(const void *);
/* "N packets transmitted, M received", as ping has it */
int demo_flow_ping(const void *);

#endif /* DEMO_FLOW_H */
