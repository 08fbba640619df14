/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixture of the core's unit tests: the world, the steps, the journal and
 * the middleman.  Rings and frames are in core_fix_io.c.
 *
 * The journal is the model's own transcript ("dev t=N write reg=..."), taken
 * apart again: it says what arrived at the device, not what was meant.
 */
#include "core_fix.h"

/* ---- words on the wire: little-endian, or all swapped */

static unsigned int
wire_shift(unsigned int i, unsigned int bytes)
{
#ifdef ENAHW_BYTESWAPPED
	return (8 * (bytes - 1 - i));
#else
	(void)bytes;
	return (8 * i);
#endif
}

static uint64_t
wire_get(const void *p, unsigned int bytes)
{
	const uint8_t *b = p;
	uint64_t v;
	unsigned int i;

	for (v = 0, i = 0; i < bytes; i++)
		v |= (uint64_t)b[i] << wire_shift(i, bytes);
	return (v);
}

static void
wire_put(void *p, uint64_t v, unsigned int bytes)
{
	uint8_t *b = p;
	unsigned int i;

	for (i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> wire_shift(i, bytes));
}

uint16_t
fix_r16(const void *p)
{
	return ((uint16_t)wire_get(p, 2));
}

uint32_t
fix_r32(const void *p)
{
	return ((uint32_t)wire_get(p, 4));
}

uint64_t
fix_r64(const void *p)
{
	return (wire_get(p, 8));
}

void
fix_w16(void *p, uint16_t v)
{
	wire_put(p, v, 2);
}

void
fix_w32(void *p, uint32_t v)
{
	wire_put(p, v, 4);
}

void
fix_w64(void *p, uint64_t v)
{
	wire_put(p, v, 8);
}

/* ---- upcalls */

static void
called(struct fix *f)
{
	if (f->calls.hook != NULL)
		f->calls.hook(f->calls.hook_arg);
}

static void
on_link(void *arg, bool up)
{
	struct fix *f = arg;

	f->calls.link++;
	f->calls.link_up = up;
	called(f);
}

static void
on_warning(void *arg, uint16_t syndrome)
{
	struct fix *f = arg;

	f->calls.warning++;
	f->calls.syndrome = syndrome;
	called(f);
}

static void
on_notification(void *arg, uint16_t syndrome)
{
	struct fix *f = arg;

	f->calls.notification++;
	f->calls.syndrome = syndrome;
	called(f);
}

static void
on_config(void *arg, uint64_t bitmap)
{
	struct fix *f = arg;

	f->calls.config++;
	f->calls.bitmap = bitmap;
	called(f);
}

static const struct ena_events fix_events = {
	.ev_link = on_link,
	.ev_warning = on_warning,
	.ev_notification = on_notification,
	.ev_config = on_config
};

static void
on_wire(void *arg, struct sim_adapter *from, const void *frame, size_t len)
{
	struct fix *f = arg;

	(void)from;
	assert_true(len <= sizeof(f->frame));
	f->frames++;
	f->frame_len = len;
	memcpy(f->frame, frame, len);
}

/* ---- life */

struct fix *
fix_spec(const char *profile)
{
	struct fix *f;

	f = calloc(1, sizeof(*f));
	assert_non_null(f);
	sim_spec(&f->spec, profile);
	sim_options_default(&f->opt);
	f->opt.tick_us = 0;
	f->opt.jitter_pct = 0;
	f->seed = 1;
	f->vectors = f->spec.profile.msix_vectors;
	/* most tests look at TX rings in host memory */
	f->spec.config.cf_llq = ENA_LLQ_OFF;
	return (f);
}

void
fix_open(struct fix *f)
{
	f->sim = sim_create(&f->opt, f->spec.profile.name, f->seed);
	assert_non_null(f->sim);
	f->ad = sim_add(f->sim, &f->spec);
	assert_non_null(f->ad);
	f->mock = sim_mock(f->ad);
	f->os = sim_os(f->ad);
	sim_on_wire(f->sim, on_wire, f);
	f->dev = calloc(1, sizeof(*f->dev));
	assert_non_null(f->dev);
	assert_int_equal(ena_dev_init(f->dev, f->os, &f->spec.config,
	    &fix_events, f), ENA_OK);
}

struct fix *
fix_new(const char *profile)
{
	struct fix *f;

	f = fix_spec(profile);
	fix_open(f);
	return (f);
}

struct fix *
fix_running(const char *profile)
{
	struct fix *f;

	f = fix_new(profile);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

struct fix *
fix_planned(const char *profile)
{
	struct fix *f;

	f = fix_new(profile);
	fix_plan_only(f);
	return (f);
}

void
fix_plan_only(struct fix *f)
{
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
}

static void
fix_q_free(struct fix *f)
{
	const struct nic_host *h = sim_host(f->ad);
	unsigned int i;

	for (i = 0; i < f->npairs; i++) {
		if (f->q[i].one.va != NULL)
			h->buf_free(h->arg, &f->q[i].one);
		free(f->q[i].tx);
		free(f->q[i].rx);
	}
	free(f->q);
	f->q = NULL;
	f->npairs = 0;
}

static void
fix_close(struct fix *f)
{
	unsigned int i;

	for (i = 0; i < ENA_MAX_PAIRS; i++)
		free(f->mem[i]);
	sim_destroy(f->sim);
	free(f->dev);
	free(f->writes);
	free(f->cmds);
	free(f);
}

/* As far down as it goes, with every buffer back. */
static void
fix_down(struct fix *f)
{
	if (ena_dev_state(f->dev) != ENA_STATE_OFF &&
	    ena_dev_state(f->dev) != ENA_STATE_GONE)
		(void)fix_goto(f, ENA_STATE_QUIET);
	fix_drain(f);
	(void)fix_goto(f, ENA_STATE_OFF);
	fix_q_free(f);
}

void
fix_end(struct fix *f)
{
	enum ena_state st;

	fix_down(f);
	st = ena_dev_state(f->dev);
	SIM_CHECK(f->sim, st == ENA_STATE_OFF || st == ENA_STATE_GONE);
	SIM_CHECK(f->sim, sim_clean(f->sim));
	fix_close(f);
}

void
fix_end_dirty(struct fix *f)
{
	fix_down(f);
	SIM_CHECK(f->sim, sim_blocks(f->ad) == 0);
	SIM_CHECK(f->sim, sim_bufs(f->ad) == 0);
	fix_close(f);
}

/* ---- stepping */

enum ena_result
fix_part(struct fix *f, enum ena_state state, unsigned int n)
{
	enum ena_result r;
	uint32_t wait;

	r = ena_dev_goto(f->dev, state);
	if (r != ENA_OK)
		return (r);
	for (;;) {
		wait = 12345;
		r = ena_dev_step(f->dev, &wait);
		if (r != ENA_AGAIN || n == 0)
			return (r);
		n--;
		assert_in_range(wait, 0, 5000);
		fix_pass(f, wait != 0 ? wait : 1);
	}
}

enum ena_result
fix_goto(struct fix *f, enum ena_state state)
{
	return (fix_part(f, state, UINT32_MAX));
}

enum ena_result
fix_steps(struct fix *f)
{
	enum ena_result r;
	uint32_t wait;

	while ((r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN)
		fix_pass(f, wait != 0 ? wait : 1);
	return (r);
}

static void
fix_q_make(struct fix *f)
{
	const struct nic_host *h = sim_host(f->ad);
	struct fix_q *q;
	unsigned int i;

	fix_q_free(f);
	f->depth_tx = f->plan.pl_tx_depth;
	f->depth_rx = f->plan.pl_rx_depth;
	f->npairs = f->plan.pl_pairs;
	f->q = calloc(f->npairs, sizeof(*f->q));
	assert_non_null(f->q);
	for (i = 0; i < f->npairs; i++) {
		q = &f->q[i];
		q->tx = calloc(f->depth_tx, sizeof(*q->tx));
		q->rx = calloc(f->depth_rx, sizeof(*q->rx));
		assert_non_null(q->tx);
		assert_non_null(q->rx);
		assert_true(h->buf_alloc(h->arg, 64, &q->one));
		memset(q->one.va, 0x5a, 64);
		h->buf_sync(h->arg, &q->one, 0, 64, ENA_SYNC_PREWRITE);
	}
}

enum ena_result
fix_plan(struct fix *f)
{
	struct ena_plan plan;
	enum ena_result r;
	unsigned int i;

	memset(&plan, 0, sizeof(plan));
	r = ena_queue_plan(f->dev, f->vectors, &plan);
	if (r != ENA_OK || (f->q != NULL && plan.pl_pairs == f->npairs &&
	    plan.pl_tx_depth == f->depth_tx &&
	    plan.pl_rx_depth == f->depth_rx))
		return (r);
	f->plan = plan;
	fix_q_make(f);
	for (i = 0; i < plan.pl_pairs && r == ENA_OK; i++) {
		free(f->mem[i]);
		f->mem[i] = malloc(plan.pl_mem_bytes);
		assert_non_null(f->mem[i]);
		r = ena_queue_give(f->dev, i, f->mem[i], plan.pl_mem_bytes);
	}
	return (r);
}

enum ena_result
fix_up(struct fix *f)
{
	enum ena_result r;

	r = fix_goto(f, ENA_STATE_ADMIN_UP);
	if (r == ENA_OK)
		r = fix_plan(f);
	if (r != ENA_OK)
		return (r);
	fix_forget(f);
	fix_journal(f, true);
	r = fix_goto(f, ENA_STATE_RUNNING);
	fix_journal(f, false);
	if (r == ENA_OK)
		fix_learn(f);
	return (r);
}

/* CREATE commands come in the order: all TX, then all RX. */
void
fix_learn(struct fix *f)
{
	const struct mock_profile *p = &f->spec.profile;
	const struct fix_cmd *c;
	unsigned int i, n;
	uint64_t base;

	for (n = 0; n < 2 * f->npairs; n++) {
		i = n % f->npairs;
		c = fix_cmd(f, 3, 0, n);
		assert_non_null(c);
		base = fix_r32(c->bytes + 12) |
		    (uint64_t)fix_r16(c->bytes + 16) << 32;
		*(n < f->npairs ? &f->q[i].tx_cq : &f->q[i].rx_cq) = base;
		c = fix_cmd(f, 1, 0, n);
		assert_non_null(c);
		base = fix_r32(c->bytes + 12) |
		    (uint64_t)fix_r16(c->bytes + 16) << 32;
		*(n < f->npairs ? &f->q[i].tx_sq : &f->q[i].rx_sq) = base;
	}
	for (i = 0; i < f->npairs; i++) {
		f->q[i].tx_db = p->db_base + p->db_stride * 2 * i;
		f->q[i].rx_db = p->db_base + p->db_stride * (2 * i + 1);
		f->q[i].unmask = p->unmask_base + p->unmask_stride * i;
	}
}

/* ---- the journal */

static void
journal_write(struct fix *f, uint32_t off, uint32_t val)
{
	if (f->nwrites == f->maxwrites) {
		f->maxwrites = 2 * f->maxwrites + 64;
		f->writes = realloc(f->writes,
		    f->maxwrites * sizeof(*f->writes));
		assert_non_null(f->writes);
	}
	f->writes[f->nwrites].off = off;
	f->writes[f->nwrites++].val = val;
}

static uint8_t
opcode_of(const char *s)
{
	static const struct {
		const char *name;
		uint8_t op;
	} t[] = {
		{ "CREATE_SQ ", 1 }, { "DESTROY_SQ ", 2 },
		{ "CREATE_CQ ", 3 }, { "DESTROY_CQ ", 4 },
		{ "GET_FEATURE ", 8 }, { "SET_FEATURE ", 9 },
		{ "GET_STATS ", 11 }
	};
	unsigned int i;

	for (i = 0; i < FIX_COUNT(t); i++)
		if (strncmp(s, t[i].name, strlen(t[i].name)) == 0)
			return (t[i].op);
	return (0);
}

static void
journal_cmd(struct fix *f, const char *text)
{
	struct fix_cmd *c;
	const char *s;

	if (f->ncmds == f->maxcmds) {
		f->maxcmds = 2 * f->maxcmds + 64;
		f->cmds = realloc(f->cmds, f->maxcmds * sizeof(*f->cmds));
		assert_non_null(f->cmds);
	}
	c = &f->cmds[f->ncmds++];
	memset(c, 0, sizeof(*c));
	c->writes = f->nwrites;
	s = strstr(text, " op=");
	assert_non_null(s);
	c->op = opcode_of(s + 4);
	s = strstr(text, " fid=");
	if (s != NULL)
		c->feature = (uint8_t)strtoul(s + 5, NULL, 10);
}

/* "... off=0 len=64 hex=0123..." into the last command. */
static void
journal_hex(struct fix *f, const char *text, bool ctrl)
{
	struct fix_cmd *c;
	unsigned long i, len, off;
	const char *hex;
	char pair[3];
	uint8_t *to;

	if (f->ncmds == 0)
		return;
	c = &f->cmds[f->ncmds - 1];
	off = strtoul(strstr(text, " off=") + 5, NULL, 10);
	len = strtoul(strstr(text, " len=") + 5, NULL, 10);
	hex = strstr(text, " hex=") + 5;
	to = ctrl ? c->ctrl : c->bytes;
	if (ctrl && off >= sizeof(c->ctrl))
		return;			/* a large table: the beginning */
	assert_true(off + len <= (ctrl ? sizeof(c->ctrl) : sizeof(c->bytes)));
	assert_true(strlen(hex) == 2 * len);
	for (i = 0; i < len; i++) {
		memcpy(pair, hex + 2 * i, 2);
		pair[2] = '\0';
		to[off + i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

static void
journal_line(void *arg, const char *line)
{
	struct fix *f = arg;
	const char *s;

	s = strstr(line, " dev t=");
	if (s == NULL)
		return;
	s = strchr(s + 7, ' ');
	if (s == NULL)
		return;
	if (strncmp(s, " write ", 7) == 0)
		journal_write(f,
		    (uint32_t)strtoul(strstr(s, " off=") + 5, NULL, 16),
		    (uint32_t)strtoul(strstr(s, " val=") + 5, NULL, 16));
	else if (strncmp(s, " cmd ", 5) == 0) {
		journal_cmd(f, s);
		f->in_cmd = true;
	} else if (strncmp(s, " completion ", 12) == 0)
		f->in_cmd = false;
	else if (strncmp(s, " body ", 6) == 0)
		journal_hex(f, s, false);
	else if (strncmp(s, " buffer name=control off=", 25) == 0 &&
	    f->in_cmd)		/* else the device's answer */
		journal_hex(f, s, true);
}

void
fix_journal(struct fix *f, bool on)
{
	sim_on_trace(f->sim, on ? journal_line : NULL, f);
}

void
fix_forget(struct fix *f)
{
	f->nwrites = 0;
	f->ncmds = 0;
}

unsigned int
fix_writes(const struct fix *f, uint32_t off, uint32_t *val)
{
	unsigned int i, n;

	for (i = n = 0; i < f->nwrites; i++) {
		if (f->writes[i].off != off)
			continue;
		n++;
		if (val != NULL)
			*val = f->writes[i].val;
	}
	return (n);
}

const struct fix_cmd *
fix_cmd(const struct fix *f, uint8_t op, uint8_t feature, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < f->ncmds; i++)
		if (f->cmds[i].op == op && (feature == 0 ||
		    f->cmds[i].feature == feature) && n-- == 0)
			return (&f->cmds[i]);
	return (NULL);
}

unsigned int
fix_cmds(const struct fix *f, uint8_t op, uint8_t feature)
{
	unsigned int n;

	for (n = 0; fix_cmd(f, op, feature, n) != NULL; n++)
		continue;
	return (n);
}

struct mock_stats
fix_mock(const struct fix *f)
{
	struct mock_stats st;

	mock_get_stats(f->mock, &st);
	return (st);
}

/* ---- trouble */

void
fix_fault_full(struct fix *f, enum mock_fault what, uint32_t arg,
    uint8_t op, uint8_t feature, uint32_t after, uint32_t times)
{
	struct mock_fault_arm a;

	memset(&a, 0, sizeof(a));
	a.f = what;
	a.arg = arg;
	a.opcode = op;
	a.feature = feature;
	a.after = after;
	a.times = times;
	mock_fault(f->mock, &a);
}

void
fix_fault(struct fix *f, enum mock_fault what, uint32_t arg)
{
	fix_fault_full(f, what, arg, 0, 0, 0, 1);
}

void
fix_fault_cmd(struct fix *f, enum mock_fault what, uint32_t arg, uint8_t op,
    uint8_t feature)
{
	fix_fault_full(f, what, arg, op, feature, 0, 1);
}

struct fix_twist *
fix_twist(struct fix *f, uint8_t op, uint8_t feature, unsigned int off,
    const void *bytes, unsigned int n)
{
	struct fix_twist *t;
	unsigned int i;

	for (i = 0; i < FIX_TWISTS && f->twist[i].used; i++)
		continue;
	assert_true(i < FIX_TWISTS);
	t = &f->twist[i];
	memset(t, 0, sizeof(*t));
	assert_true(n <= sizeof(t->bytes) && off + n <= 64);
	t->used = true;
	t->op = op;
	t->feature = feature;
	t->off = off;
	t->n = n;
	memcpy(t->bytes, bytes, n);
	return (t);
}

struct fix_twist *
fix_twist32(struct fix *f, uint8_t op, uint8_t feature, unsigned int off,
    uint32_t v)
{
	uint8_t b[4];

	fix_w32(b, v);
	return (fix_twist(f, op, feature, off, b, 4));
}

struct fix_twist *
fix_twist16(struct fix *f, uint8_t op, uint8_t feature, unsigned int off,
    uint16_t v)
{
	uint8_t b[2];

	fix_w16(b, v);
	return (fix_twist(f, op, feature, off, b, 2));
}

struct fix_twist *
fix_twist8(struct fix *f, uint8_t op, uint8_t feature, unsigned int off,
    uint8_t v)
{
	return (fix_twist(f, op, feature, off, &v, 1));
}

void
fix_untwist(struct fix *f)
{
	memset(f->twist, 0, sizeof(f->twist));
	f->reg_on = false;
}

void
fix_twist_reg(struct fix *f, uint32_t off, uint32_t and, uint32_t or)
{
	f->reg_on = true;
	f->reg_off = off;
	f->reg_and = and;
	f->reg_or = or;
}

/* A readless answer for the register we are after? */
static void
twist_reg(struct fix *f)
{
	uint64_t pa = f->dev->dev_dma[ENA_DMA_RESP].dma_pa;
	uint8_t rr[8];

	if (!f->reg_on || pa == 0 || !sim_peek(f->ad, pa, rr, sizeof(rr)) ||
	    fix_r16(rr + 2) != f->reg_off)
		return;
	fix_w32(rr + 4, (fix_r32(rr + 4) & f->reg_and) | f->reg_or);
	assert_true(sim_poke(f->ad, pa, rr, sizeof(rr)));
}

/* The command an answer belongs to: the youngest of that id. */
static bool
twist_command(struct fix *f, uint32_t id, uint8_t cmd[64])
{
	uint64_t aq = f->dev->dev_dma[ENA_DMA_AQ].dma_pa;
	unsigned int i, slot;

	for (i = 1; i <= 32; i++) {
		slot = (f->dev->dev_aq_tail_pos - i) % 32;
		if (!sim_peek(f->ad, aq + slot * 64U, cmd, 64))
			return (false);
		if ((fix_r32(cmd) & 0xfff) == id)
			return (true);
	}
	return (false);
}

static void
twist_answer(struct fix *f, uint64_t at)
{
	uint8_t ae[64], cmd[64];
	struct fix_twist *t;
	uint8_t op;
	unsigned int i;

	assert_true(sim_peek(f->ad, at, ae, sizeof(ae)));
	if (!twist_command(f, fix_r32(ae) & 0xfff, cmd))
		return;
	op = (uint8_t)(fix_r32(cmd) >> 16);
	for (i = 0; i < FIX_TWISTS; i++) {
		t = &f->twist[i];
		if (!t->used || t->op != op ||
		    (t->feature != 0 && t->feature != cmd[17]))
			continue;
		if (t->skip != 0) {
			t->skip--;
			continue;
		}
		t->hits++;
		memcpy(ae + t->off, t->bytes, t->n);
		if (t->times != 0 && --t->times == 0)
			t->used = false;
	}
	assert_true(sim_poke(f->ad, at, ae, sizeof(ae)));
}

/* Answers that arrived since the last look and were not taken yet. */
static void
twist_answers(struct fix *f)
{
	uint64_t acq = f->dev->dev_dma[ENA_DMA_ACQ].dma_pa;
	uint16_t head = f->dev->dev_acq_head_pos;
	uint8_t w0[4];
	uint32_t phase;
	uint64_t at;

	if (acq == 0 || !f->dev->dev_admin_up)
		return;
	/* a new life begins at 0; taken unseen: nothing to be done */
	if (f->resets_seen != ena_dev_stats(f->dev)->es_resets ||
	    (uint16_t)(f->acq_seen - head) > 32)
		f->acq_seen = head;
	f->resets_seen = ena_dev_stats(f->dev)->es_resets;
	for (; (uint16_t)(f->acq_seen - head) < 32; f->acq_seen++) {
		at = acq + f->acq_seen % 32 * 64U;
		phase = (f->acq_seen / 32) & 1 ? 0 : 0x01000000;
		if (!sim_peek(f->ad, at, w0, 4) ||
		    (fix_r32(w0) & 0x01000000) != phase)
			return;
		twist_answer(f, at);
	}
}

void
fix_pass(struct fix *f, uint64_t us)
{
	sim_advance(f->sim, us);
	twist_reg(f);
	twist_answers(f);
}
