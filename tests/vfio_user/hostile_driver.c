/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile driver: brings the adapter up well enough that it works through
 * our memory, and then gives it memory that is unmapped, shrinking, absent,
 * full of noise, or slow to answer.
 *
 * Offsets are typed from the protocol document (sections 2, 5, 6 and 10).
 * Nothing here has to succeed; the server just has to survive it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define MEM_ADDR	0x100000U	/* shared, and may shrink */
#define MEM_LEN		0x80000U
#define MSG_ADDR	0x200000U	/* by messages */
#define MSG_LEN		0x40000U

/* Offsets in MEM. */
#define AQ		0x0000U
#define ACQ		0x2000U
#define AENQ		0x4000U
#define RING		0x8000U
#define CQ		0x10000U
#define DATA		0x20000U

#define R_AQ_LO		0x10U
#define R_AQ_CAPS	0x18U
#define R_ACQ_LO	0x20U
#define R_ACQ_CAPS	0x28U
#define R_AQ_DB		0x2cU
#define R_AENQ_CAPS	0x34U
#define R_AENQ_LO	0x38U
#define R_AENQ_DB	0x40U
#define R_MASK		0x4cU
#define R_CTL		0x54U
#define R_STS		0x58U
#define R_RR		0x5cU
#define R_RESP_LO	0x60U

#define DEPTH		32U

struct drv {
	struct vc *d_c;
	uint8_t *d_mem;
	int d_fd;
	uint16_t d_tail;		/* of the admin queue */
	bool d_cut;			/* the file was cut */
};

/*
 * With two connections we cannot answer on the one while we wait on the
 * other: no memory by messages then.
 */
static bool alone = true;

static void
put4(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static uint32_t
get4(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return (v);
}

/* Writes are posted: nobody waits for us. */
static void
reg(struct drv *d, uint32_t off, uint32_t v)
{
	uint8_t msg[sizeof(struct vu_region_rw) + 4];
	struct vu_region_rw rw;

	rw.rw_offset = off;
	rw.rw_region = 0;
	rw.rw_count = 4;
	memcpy(msg, &rw, sizeof(rw));
	put4(msg + sizeof(rw), v);
	(void)vc_send(d->d_c, VU_REGION_WRITE, VU_F_NO_REPLY, msg,
	    sizeof(msg), NULL, 0);
}

/* An address for a ring or a buffer: good ones mostly. */
static uint32_t
address(uint32_t good)
{
	switch (h_rand(24)) {
	case 0:
		return (MEM_ADDR + MEM_LEN - 64);
	case 1:
		return (MEM_ADDR - 16);
	case 2:
		return ((uint32_t)h_rand64());
	case 3:
		return (alone ? MSG_ADDR + (good & (MSG_LEN - 1)) : 0);
	case 4:
		return (alone ? MSG_ADDR + MSG_LEN - 8 : 0);
	default:
		return (MEM_ADDR + good);
	}
}

static bool
memory_up(struct drv *d)
{
	static uint8_t by_message[MSG_LEN];	/* noise: may be shared */
	uint16_t command = 6;
	int fds[4];
	unsigned int i;

	d->d_fd = vc_memfd(MEM_LEN, &d->d_mem);
	if (d->d_fd == -1)
		return (false);
	d->d_c->vc_mem = by_message;
	d->d_c->vc_mem_addr = MSG_ADDR;
	d->d_c->vc_mem_len = sizeof(by_message);
	for (i = 0; i < 4; i++)
		fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	(void)vc_map(d->d_c, MEM_ADDR, MEM_LEN, 0, h_rand(16) == 0 ? 1 : 3,
	    d->d_fd);
	(void)vc_map(d->d_c, MSG_ADDR, MSG_LEN, 0, 3, -1);
	(void)vc_write(d->d_c, VU_REGION_CONFIG, 4, &command, 2);
	(void)vc_irqs(d->d_c, VU_IRQ_DATA_EVENTFD | VU_IRQ_TRIGGER,
	    VU_IRQ_MSIX, 0, 4, fds, 4);
	h_close_fds(fds, 4);
	return (true);
}

static void
memory_down(struct drv *d)
{
	if (d->d_mem == NULL)
		return;
	(void)munmap(d->d_mem, MEM_LEN);
	(void)close(d->d_fd);
	d->d_c->vc_mem = NULL;
}

static void
reset(struct drv *d)
{
	int i;

	reg(d, R_RESP_LO, address(0x7f00));
	reg(d, R_RESP_LO + 4, 0);
	reg(d, R_CTL, 1);
	for (i = 0; i < 50 && (vc_reg(d->d_c, R_STS) & 8) == 0; i++)
		(void)usleep(50);
	reg(d, R_CTL, 0);
	for (i = 0; i < 50 && (vc_reg(d->d_c, R_STS) & 9) != 1; i++)
		(void)usleep(50);
	reg(d, R_RESP_LO, address(0x7f00));
	reg(d, R_RESP_LO + 4, 0);
	reg(d, R_RR, h_rand(0x70) << 16 | 1);
}

static void
admin_up(struct drv *d)
{
	reg(d, R_AQ_LO, address(AQ));
	reg(d, R_AQ_LO + 4, 0);
	reg(d, R_ACQ_LO, address(ACQ));
	reg(d, R_ACQ_LO + 4, 0);
	reg(d, R_AQ_CAPS, 0x00400000 | DEPTH);
	reg(d, R_ACQ_CAPS, 0x00400000 | DEPTH);
	reg(d, R_AENQ_LO, address(AENQ));
	reg(d, R_AENQ_LO + 4, 0);
	reg(d, R_AENQ_CAPS, 0x00400000 | 16);
	reg(d, R_MASK, h_rand(2));
	reg(d, R_AENQ_DB, 16);
}

/*
 * A command; waits a little for its completion, which is left at *out.  The
 * file may have been cut, so our own view of it is not touched then.
 */
static bool
command(struct drv *d, const uint8_t cmd[64], uint8_t out[64])
{
	uint8_t *slot;
	uint32_t at;
	int i;

	if (d->d_cut)
		return (false);
	at = d->d_tail % DEPTH;
	slot = d->d_mem + AQ + 64 * at;
	memcpy(slot, cmd, 64);
	put4(slot, (get4(cmd) & 0x00ff0000) | at |
	    (get4(cmd) & 0xfe000000) |
	    ((d->d_tail / DEPTH & 1) == 0 ? 0x01000000U : 0));
	d->d_tail++;
	reg(d, R_AQ_DB, d->d_tail);
	for (i = 0; i < 20; i++) {
		(void)vc_reg(d->d_c, R_STS);
		memcpy(out, d->d_mem + ACQ + 64 * at, 64);
		if ((get4(out) >> 24 & 1) ==
		    (1U ^ (uint32_t)((d->d_tail - 1) / DEPTH & 1)))
			return ((get4(out) & 0x00ff0000) == 0);
		(void)usleep(50);
	}
	return (false);
}

static void
random_commands(struct drv *d)
{
	static const uint8_t ops[] = { 1, 2, 3, 4, 8, 9, 11, 0, 255 };
	uint8_t cmd[64], out[64];
	uint32_t i, n;

	n = h_rand(20);
	for (i = 0; i < n; i++) {
		h_fill(cmd, sizeof(cmd));
		if (h_rand(4) != 0)
			memset(cmd + 4, 0, 60);
		cmd[2] = ops[h_rand(sizeof(ops))];
		cmd[3] = h_rand(2) == 0 ? 0 : 4;
		if (h_rand(2) == 0) {
			put4(cmd + 4, h_interesting());
			put4(cmd + 8, address(DATA));
			put4(cmd + 12, 0);
			cmd[17] = (uint8_t)h_rand(32);	/* feature */
		}
		(void)command(d, cmd, out);
	}
}

/* A queue pair's half: dir 1 TX, 2 RX.  Its doorbell, or 0. */
static uint32_t
queue(struct drv *d, uint32_t dir, uint32_t base)
{
	uint8_t cmd[64], out[64];

	memset(cmd, 0, sizeof(cmd));
	cmd[2] = 3;
	cmd[4] = 0x20;
	cmd[5] = dir == 1 ? 2 : 4;
	put4(cmd + 6, DEPTH | 1U << 16);
	put4(cmd + 12, address(CQ + dir * 0x1000));
	if (!command(d, cmd, out))
		return (0);
	memset(cmd, 0, sizeof(cmd));
	cmd[2] = 1;
	cmd[4] = (uint8_t)(dir << 5);
	cmd[6] = 1;
	cmd[7] = 1;
	memcpy(cmd + 8, out + 8, 2);
	cmd[10] = DEPTH;
	put4(cmd + 12, address(base));
	return (command(d, cmd, out) ? get4(out + 12) : 0);
}

static void
fill_ring(struct drv *d, uint32_t base, bool tx)
{
	uint8_t *e;
	uint32_t i;

	if (d->d_cut)
		return;
	if (h_rand(8) == 0) {
		h_fill(d->d_mem + base, DEPTH * 16);
		return;
	}
	for (i = 0; i < DEPTH; i++) {
		e = d->d_mem + base + 16 * i;
		put4(e, (tx ? 60 + h_rand(1400) : 2048) | 0x1d000000);
		put4(e + 4, tx ? i << 22 | (h_rand(16) == 0 ?
		    h_rand(4) * 0x2000 : 0) : i);
		put4(e + 8, address(DATA + 0x800 * i));
		put4(e + 12, 0);
	}
}

/* Pull something away while the device is at work. */
static void
sabotage(struct drv *d)
{
	switch (h_rand(8)) {
	case 0:
		d->d_cut = true;
		(void)ftruncate(d->d_fd, (off_t)(h_rand(MEM_LEN) & ~4095U));
		break;
	case 1:
		(void)vc_unmap(d->d_c, MEM_ADDR, MEM_LEN);
		break;
	case 2:
		(void)vc_unmap(d->d_c, MSG_ADDR, MSG_LEN);
		break;
	case 3:
		(void)vc_ask(d->d_c, VU_RESET, NULL, 0, NULL, 0);
		break;
	default:
		break;
	}
}

static void
traffic(struct drv *d)
{
	uint32_t db[2], i, n;

	db[1] = queue(d, 2, RING + 0x1000);
	db[0] = queue(d, 1, RING);
	fill_ring(d, RING + 0x1000, false);
	fill_ring(d, RING, true);
	if (db[1] != 0)
		reg(d, db[1], h_rand(DEPTH));
	n = 1 + h_rand(20);
	for (i = 1; i <= n; i++) {
		if (db[0] != 0)
			reg(d, db[0], h_rand(16) == 0 ? h_interesting() : i);
		if (h_rand(8) == 0)
			reg(d, (h_rand(0x10000) & ~3U), h_interesting());
		if (h_rand(4) == 0)
			sabotage(d);
	}
	for (i = 0; i < 20; i++)
		(void)vc_reg(d->d_c, R_STS);
}

/* Hello, memory, reset, admin queue. */
static bool
begin(struct drv *d, struct vc *v)
{
	memset(d, 0, sizeof(*d));
	d->d_c = v;
	if (vc_hello(v, h_rand(2) == 0 ? "" :
	    "{\"capabilities\":{\"max_data_xfer_size\":64}}") != 0 ||
	    !memory_up(d))
		return (false);
	reset(d);
	admin_up(d);
	return (true);
}

void
h_driver(struct vc *v)
{
	struct drv d;

	if (!begin(&d, v))
		return;
	random_commands(&d);
	traffic(&d);
	random_commands(&d);
	memory_down(&d);
}

/* Answers are due, and we give none or a wrong one. */
void
h_driver_silent(struct vc *v)
{
	struct drv d;

	if (!begin(&d, v))
		return;
	v->vc_silent = true;
	reg(&d, R_RESP_LO, MSG_ADDR);
	reg(&d, R_RR, 1);
	if (h_rand(2) == 0)
		(void)vc_send(v, VU_DMA_WRITE, VU_TYPE_REPLY, NULL, 0, NULL,
		    0);
	(void)vc_recv(v, 5000);
	v->vc_silent = false;
	memory_down(&d);
}

/* One sends to the other, whose memory goes away. */
void
h_two_drivers(struct vc *v, struct vc *w)
{
	struct drv rx, tx;
	uint32_t db_rx, db_tx, i;

	alone = false;
	memset(&tx, 0, sizeof(tx));
	if (!begin(&rx, w) || !begin(&tx, v)) {
		memory_down(&rx);
		memory_down(&tx);
		alone = true;
		return;
	}
	db_rx = queue(&rx, 2, RING + 0x1000);
	db_tx = queue(&tx, 1, RING);
	fill_ring(&rx, RING + 0x1000, false);
	fill_ring(&tx, RING, true);
	if (db_rx != 0)
		reg(&rx, db_rx, DEPTH - 1);
	for (i = 1; db_tx != 0 && i < 20; i++) {
		reg(&tx, db_tx, i);
		(void)vc_reg(v, R_STS);
		/* lets the other one's memory be served */
		(void)vc_reg(w, R_STS);
		if (h_rand(8) == 0)
			sabotage(&rx);
	}
	memory_down(&tx);
	memory_down(&rx);
	alone = true;
}
