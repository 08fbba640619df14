/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's side of vfio-user, for tests: well behaved where it is asked
 * to be, and able to send anything.
 */
#ifndef VU_CLIENT_H
#define VU_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vu_proto.h"

#define VC_FDS		64U
#define VC_ROOM		(1U << 17)	/* longest message we receive */

struct vc {
	int vc_fd;			/* -1: not connected */
	uint16_t vc_id;
	bool vc_silent;			/* put off the server's commands */
	uint32_t vc_put_off;		/* bytes of the last one, in vc_later */
	uint64_t vc_served;		/* commands of the server answered */
	/* memory without a file, which the server reaches by messages */
	uint8_t *vc_mem;
	uint64_t vc_mem_addr;
	size_t vc_mem_len;
	/* last reply */
	struct vu_hdr vc_hdr;
	int vc_got_fd;			/* -1: none came with it */
	uint8_t vc_data[VC_ROOM];
	uint8_t vc_later[VC_ROOM];
};

/* How long we wait for anything. */
#define VC_WAIT_MS	10000

void vc_init(struct vc *);
bool vc_connect(struct vc *, const char *path);
void vc_close(struct vc *);

/* Any bytes with any descriptors; false if the server does not take them. */
bool vc_send_raw(struct vc *, const void *, size_t, const int *fds,
    unsigned int nfds);
/* How many times that was done, by all clients of this process. */
uint64_t vc_sent(void);
/* Answer the server's command that was put off; false if there is none. */
bool vc_answer(struct vc *);
/* A command; its id goes up. */
bool vc_send(struct vc *, uint32_t cmd, uint32_t flags, const void *,
    size_t, const int *fds, unsigned int nfds);
/*
 * The next reply, within ms; the server's own commands that come before it
 * are answered from vc_mem.  False: nothing came, or the server hung up.
 */
bool vc_recv(struct vc *, int ms);
/* Command and reply; the errno of the reply, 0 if it is good, or -1. */
int vc_ask(struct vc *, uint32_t cmd, const void *, size_t,
    const int *fds, unsigned int nfds);
/* Has the server hung up?  Waits for it. */
bool vc_hung_up(struct vc *, int ms);

/* Commands, each as vc_ask(). */
int vc_hello(struct vc *, const char *json);
int vc_map(struct vc *, uint64_t addr, uint64_t size, uint64_t offset,
    uint32_t flags, int fd);
int vc_unmap(struct vc *, uint64_t addr, uint64_t size);
int vc_read(struct vc *, uint32_t region, uint64_t off, void *, uint32_t);
int vc_write(struct vc *, uint32_t region, uint64_t off, const void *,
    uint32_t);
int vc_irqs(struct vc *, uint32_t flags, uint32_t index, uint32_t start,
    uint32_t count, const int *fds, unsigned int nfds);

/* BAR0 register; 0xffffffff if it cannot be read. */
uint32_t vc_reg(struct vc *, uint32_t off);
bool vc_set_reg(struct vc *, uint32_t off, uint32_t v);

/* A memfd of that many bytes, mapped at *p unless that is NULL. */
int vc_memfd(size_t len, uint8_t **p);

#endif /* VU_CLIENT_H */
