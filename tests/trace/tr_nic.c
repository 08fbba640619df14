/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What has to be remembered of an adapter: commands under way, handles of
 * queues, their registers, and which address is which.
 *
 * Handles and addresses are named by purpose and by the order in which they
 * came ("rx-sq#2", "control#1"), so that two drivers, or two runs of one,
 * get the same names for the same things.  A destroyed queue's number is
 * used again.
 *
 * I1: all tables are bounded; what no longer fits goes by "?".
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define IDS		4096U
#define SLOTS		256U
#define REGS		1024U
#define SYMBOLS		2048U
#define FREE_SLOT	UINT32_MAX

const enum tr_purpose tr_p_host_info = TR_P_HOST_INFO;
const enum tr_purpose tr_p_debug = TR_P_DEBUG;
const enum tr_purpose tr_p_control = TR_P_CONTROL;
const enum tr_purpose tr_p_cq_ring = TR_P_CQ_RING;
const enum tr_purpose tr_p_sq_ring = TR_P_SQ_RING;
const enum tr_purpose tr_p_head_wb = TR_P_HEAD_WB;
const enum tr_purpose tr_p_phc = TR_P_PHC;

struct symbol {
	uint64_t addr;
	enum tr_purpose purpose;
	unsigned int n;
};

struct queue_reg {
	uint32_t off;
	enum tr_queue_reg what;
	enum tr_handle handle;
	uint32_t idx;
};

struct tr_nic {
	char name[TR_NAME];
	bool symbolic;
	struct tr_cmd cmd[IDS];
	uint32_t slot[TR_H_COUNT][SLOTS];
	unsigned int nreg;
	struct queue_reg reg[REGS];
	unsigned int nsym;
	struct symbol sym[SYMBOLS];
	unsigned int count[TR_P_COUNT];
	uint32_t half[TR_P_COUNT][2];
	bool have[TR_P_COUNT][2];
};

struct tr_nic *
tr_nic_new(const char *name, bool symbolic)
{
	struct tr_nic *n;

	n = tr_alloc(1, sizeof(*n));
	(void)snprintf(n->name, sizeof(n->name), "%s", name);
	tr_plain(n->name);
	n->symbolic = symbolic;
	tr_nic_reset(n);
	return (n);
}

void
tr_nic_free(struct tr_nic *n)
{
	free(n);
}

const char *
tr_nic_name(const struct tr_nic *n)
{
	return (n->name);
}

bool
tr_nic_symbolic(const struct tr_nic *n)
{
	return (n->symbolic);
}

struct tr_cmd *
tr_nic_cmd(struct tr_nic *n, uint32_t id)
{
	return (&n->cmd[id % IDS]);
}

void
tr_nic_reset(struct tr_nic *n)
{
	memset(n->slot, 0xff, sizeof(n->slot));
	memset(n->cmd, 0, sizeof(n->cmd));
	n->nreg = 0;
}

void
tr_symbol(struct tr_nic *n, enum tr_purpose p, uint64_t addr, char *out,
    size_t room)
{
	static const char *const name[TR_P_COUNT] = {
		[TR_P_AQ] = "aq-ring", [TR_P_ACQ] = "acq-ring",
		[TR_P_AENQ] = "aenq-ring", [TR_P_RESP] = "response",
		[TR_P_HOST_INFO] = "page", [TR_P_DEBUG] = "area",
		[TR_P_CONTROL] = "buffer", [TR_P_CQ_RING] = "cq-ring",
		[TR_P_SQ_RING] = "sq-ring", [TR_P_HEAD_WB] = "word",
		[TR_P_PHC] = "phc"
	};
	struct symbol *s;
	unsigned int i;

	if (addr == 0) {
		(void)snprintf(out, room, "0");
		return;
	}
	for (i = 0; i < n->nsym; i++) {
		s = &n->sym[i];
		if (s->addr == addr && s->purpose == p)
			break;
	}
	if (i == SYMBOLS) {
		(void)snprintf(out, room, "%s#?", name[p]);
		return;
	}
	s = &n->sym[i];
	if (i == n->nsym) {
		n->nsym++;
		s->addr = addr;
		s->purpose = p;
		s->n = ++n->count[p];
	}
	(void)snprintf(out, room, "%s#%u", name[p], s->n);
}

bool
tr_half(struct tr_nic *n, enum tr_purpose p, bool high, uint32_t val,
    uint64_t *addr)
{
	n->half[p][high] = val;
	n->have[p][high] = true;
	if (!n->have[p][!high])
		return (false);
	n->have[p][0] = n->have[p][1] = false;
	*addr = (uint64_t)n->half[p][1] << 32 | n->half[p][0];
	return (true);
}

/* -- handles */

static unsigned int
slot_of(const struct tr_nic *n, enum tr_handle h, uint32_t idx)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (n->slot[h][i] == idx)
			break;
	return (i);
}

void
tr_handle_new(struct tr_nic *n, enum tr_handle h, uint32_t idx)
{
	unsigned int i;

	if (slot_of(n, h, idx) != SLOTS)
		return;
	i = slot_of(n, h, FREE_SLOT);
	if (i != SLOTS)
		n->slot[h][i] = idx;
}

void
tr_handle_gone(struct tr_nic *n, enum tr_handle h, uint32_t idx)
{
	unsigned int i, k;

	i = slot_of(n, h, idx);
	if (i == SLOTS)
		return;
	n->slot[h][i] = FREE_SLOT;
	for (i = k = 0; i < n->nreg; i++)
		if (n->reg[i].handle != h || n->reg[i].idx != idx)
			n->reg[k++] = n->reg[i];
	n->nreg = k;
}

void
tr_handle_name(struct tr_nic *n, enum tr_handle h, uint32_t idx, char *out,
    size_t room)
{
	static const char *const name[TR_H_COUNT] = {
		[TR_H_TX_SQ] = "tx-sq", [TR_H_RX_SQ] = "rx-sq",
		[TR_H_TX_CQ] = "tx-cq", [TR_H_RX_CQ] = "rx-cq"
	};
	unsigned int i;

	i = slot_of(n, h, idx);
	if (i != SLOTS)
		(void)snprintf(out, room, "%s#%u", name[h], i + 1);
	else
		(void)snprintf(out, room, "%s %u?", name[h], idx);
}

enum tr_handle
tr_cq_kind(struct tr_nic *n, uint32_t idx)
{
	return (slot_of(n, TR_H_RX_CQ, idx) != SLOTS ? TR_H_RX_CQ :
	    TR_H_TX_CQ);
}

void
tr_cq_name(struct tr_nic *n, uint32_t idx, char *out, size_t room)
{
	enum tr_handle h;

	h = tr_cq_kind(n, idx);
	if (slot_of(n, h, idx) != SLOTS)
		tr_handle_name(n, h, idx, out, room);
	else
		(void)snprintf(out, room, "cq %u?", idx);
}

/* -- registers of queues */

void
tr_reg_new(struct tr_nic *n, uint32_t off, enum tr_queue_reg what,
    enum tr_handle h, uint32_t idx)
{
	struct queue_reg *r;

	if (off == 0 || n->nreg == REGS)
		return;
	r = &n->reg[n->nreg++];
	r->off = off;
	r->what = what;
	r->handle = h;
	r->idx = idx;
}

bool
tr_reg_find(struct tr_nic *n, uint32_t off, enum tr_queue_reg *what,
    char *out, size_t room)
{
	const struct queue_reg *r;
	unsigned int i;

	for (i = 0; i < n->nreg; i++) {
		r = &n->reg[i];
		if (r->off != off)
			continue;
		*what = r->what;
		tr_handle_name(n, r->handle, r->idx, out, room);
		return (true);
	}
	return (false);
}
