/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TAP interface in a network namespace of its own.  Linux only; elsewhere
 * demo_tap_open() says so.
 */
#ifndef DEMO_TAP_H
#define DEMO_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "demo_adapter.h"

#define DEMO_TAP_IF	"ena0"

struct demo_tap {
	int tap_fd;			/* frames; -1: not open */
	int tap_net;			/* the namespaces, kept by these */
	int tap_user;			/* -1: ours */
	uint64_t tap_in, tap_out;	/* frames from and to the kernel */
	uint64_t tap_gso;		/* not asked for, dropped */
	uint32_t tap_tso;		/* what was asked for, ENA_TXO_TSO* */
	uint64_t tap_failed;		/* the kernel would not take */
	uint8_t tap_buf[DEMO_FRAME_ROOM + 64];
};

struct demo_tap_cfg {
	uint8_t mac[6];
	uint32_t mtu;
	const char *ip4;		/* a /24 */
	const char *ip6;		/* a /64 */
	bool csum;			/* kernel may leave checksums to us */
	uint32_t tso;			/* and segments: ENA_TXO_TSO* */
};

/* Namespace and interface; false with a reason if they cannot be had. */
bool demo_tap_open(struct demo_tap *, char *why, size_t why_len);
/* Addresses, up.  *ip6: IPv6 is there too. */
bool demo_tap_config(struct demo_tap *, const struct demo_tap_cfg *,
    bool *ip6, char *why, size_t why_len);
void demo_tap_close(struct demo_tap *);
/* Move the calling (forked) process into the namespaces. */
bool demo_tap_enter(const struct demo_tap *);

/* Length of the next frame, 0: none now, -1: error (errno). */
ssize_t demo_tap_read(struct demo_tap *, const uint8_t **frame,
    struct demo_hint *);
/* valid: the device has verified the checksum. */
void demo_tap_write(struct demo_tap *, const uint8_t *, size_t, bool valid);

#endif /* DEMO_TAP_H */
