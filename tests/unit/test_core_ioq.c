/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O queues: plans, memory, creation and destruction, answers that cannot
 * be true, interrupt arming.
 * ref: protocol 1.5, 6, 7.4, 10.9; pitfalls 14, 15, 29 to 32, 104, 106, 108,
 * 125
 */
#include "core_fix.h"

/* ---- plans */

static void
pairs_are_the_smallest_of_all_limits(void **state)
{
	static const struct {
		const char *profile;
		uint16_t wish, cpus;
		unsigned int vectors;
		uint16_t want;
	} rows[] = {
		{ "max", 0, 4, 129, 4 }, { "max", 0, 200, 129, 128 },
		{ "max", 8, 4, 129, 8 }, { "max", 8, 4, 5, 4 },
		{ "max", 0, 4, 2, 1 }, { "max", 0, 4, 0, 4 },
		{ "max", 128, 1, 129, 128 }, { "max", 128, 1, 1000, 128 },
		{ "max", 3, 64, 129, 3 }, { "max", 128, 1, 0, 128 },
		{ "t4g", 0, 4, 3, 2 }, { "t4g", 0, 1, 3, 1 },
		{ "t4g", 128, 4, 100, 2 }, { "min", 0, 4, 2, 1 },
	};
	struct ena_plan p;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = fix_spec(rows[i].profile);
		f->spec.config.cf_pairs = rows[i].wish;
		f->spec.config.cf_cpus = rows[i].cpus;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(ena_queue_plan(f->dev, rows[i].vectors, &p),
		    ENA_OK);
		assert_int_equal(p.pl_pairs, rows[i].want);
		assert_int_equal(p.pl_mem_bytes, ena_queue_mem_size(
		    p.pl_tx_depth, p.pl_rx_depth));
		fix_end(f);
	}
}

static void
depths_are_wished_or_sensible(void **state)
{
	static const struct {
		const char *profile;
		uint16_t tx, rx, want_tx, want_rx;
	} rows[] = {
		{ "t4g", 0, 0, 1024, 1024 }, { "t4g", 256, 512, 256, 512 },
		{ "t4g", 4, 4, 4, 4 }, { "t4g", 0, 8192, 1024, 8192 },
		{ "t4g", 2048, 0, 0, 0 }, { "t4g", 0, 16384, 0, 0 },
		{ "min", 0, 0, 256, 256 }, { "min", 512, 0, 0, 0 },
		{ "min", 0, 512, 0, 0 }, { "max", 16384, 16384, 16384, 16384 },
		{ "max", 32768, 0, 0, 0 },
	};
	struct ena_plan p, was;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = fix_spec(rows[i].profile);
		f->spec.config.cf_tx_depth = rows[i].tx;
		f->spec.config.cf_rx_depth = rows[i].rx;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		memset(&p, 0x33, sizeof(p));
		memcpy(&was, &p, sizeof(p));
		if (rows[i].want_tx == 0) {
			assert_int_equal(ena_queue_plan(f->dev, 2, &p),
			    ENA_INVAL);
			assert_memory_equal(&p, &was, sizeof(p));
			assert_non_null(sim_log(f->sim, 0));
		} else {
			assert_int_equal(ena_queue_plan(f->dev, 2, &p),
			    ENA_OK);
			assert_int_equal(p.pl_tx_depth, rows[i].want_tx);
			assert_int_equal(p.pl_rx_depth, rows[i].want_rx);
		}
		fix_end(f);
	}
}

static void
plans_are_made_between_admin_up_and_configured(void **state)
{
	struct fix *f = fix_new("t4g");
	struct ena_plan p;

	(void)state;
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_STATE);
	assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 5), ENA_AGAIN);
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_queue_plan(f->dev, 1, &p), ENA_INVAL);
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_STATE);
	assert_int_equal(ena_queue_give(f->dev, 0, NULL, 0), ENA_STATE);
	fix_end(f);
}

/* What the caller left in the structure does not make it another plan. */
static void
same_plan_keeps_the_memory(void **state)
{
	struct fix *f = fix_new("t4g");
	struct ena_plan p;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	memset(&p, 0xaa, sizeof(p));
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_OK);
	memset(&p, 0x55, sizeof(p));
	assert_int_equal(ena_queue_plan(f->dev, 3, &p), ENA_OK);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
other_plan_takes_the_memory_back(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	f->vectors = 2;
	memset(&f->plan, 0, sizeof(f->plan));
	assert_int_equal(ena_queue_plan(f->dev, 2, &f->plan), ENA_OK);
	assert_int_equal(f->plan.pl_pairs, 1);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_STATE);
	assert_int_equal(fix_plan(f), ENA_OK);
	fix_arrive(f, ENA_STATE_RUNNING);
	assert_int_equal(fix_mock(f).admin_by_opcode[3], 2);
	fix_end(f);
}

/* Another depth alone makes it another plan. */
static void
other_depth_takes_the_memory_back(void **state)
{
	static const unsigned int off[] = { 8 + 20, 8 + 28 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(off); i++) {
		f = fix_planned("t4g");
		fix_twist32(f, 8, 7, off[i], 512);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(ena_queue_plan(f->dev, f->vectors,
		    &f->plan), ENA_OK);
		assert_int_equal(i == 0 ? f->plan.pl_tx_depth :
		    f->plan.pl_rx_depth, 512);
		assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING),
		    ENA_STATE);
		assert_int_equal(fix_plan(f), ENA_OK);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_end(f);
	}
}

/* Fewer vectors after a reset, then more again: pitfall 108. */
static void
pairs_shrink_and_grow_over_resets(void **state)
{
	static const unsigned int vectors[] = { 9, 3, 2, 9, 5, 129 };
	struct fix *f = fix_spec("max");
	unsigned int i;

	(void)state;
	f->spec.config.cf_cpus = 16;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_rx_depth = 256;
	fix_open(f);
	for (i = 0; i < FIX_COUNT(vectors); i++) {
		f->vectors = vectors[i];
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(f->plan.pl_pairs,
		    vectors[i] > 16 ? 16 : vectors[i] - 1);
		fix_prove(f);
		fix_arrive(f, i % 2 != 0 ? ENA_STATE_OFF : ENA_STATE_QUIET);
	}
	fix_end(f);
}

/* ---- memory */

static void
give_checks_its_arguments(void **state)
{
	struct fix *f = fix_new("t4g");
	size_t n;
	void *mem;

	(void)state;
	mem = malloc(1000000);
	assert_non_null(mem);
	assert_int_equal(ena_queue_give(f->dev, 0, mem, 1000000), ENA_INVAL);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	n = f->plan.pl_mem_bytes;
	assert_true(n < 1000000);
	assert_int_equal(ena_queue_give(f->dev, 0, mem, n - 1), ENA_INVAL);
	assert_int_equal(ena_queue_give(f->dev, 0, mem, 0), ENA_INVAL);
	assert_int_equal(ena_queue_give(f->dev, 2, mem, n), ENA_INVAL);
	assert_int_equal(ena_queue_give(f->dev, 2, NULL, 0), ENA_INVAL);
	assert_int_equal(ena_queue_give(f->dev, UINT32_MAX, mem, n),
	    ENA_INVAL);
	/* what was given before is still there */
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
	free(mem);
}

/* Any alignment, to the last byte; the sanitizer watches the end. */
static void
memory_may_be_anywhere(void **state)
{
	struct fix *f = fix_spec("t4g");
	uint8_t *mem;
	unsigned int off;

	(void)state;
	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 4;
	f->spec.config.cf_rx_depth = 8;
	fix_open(f);
	fix_plan_only(f);
	for (off = 0; off < 64; off++) {
		mem = malloc(f->plan.pl_mem_bytes + off);
		assert_non_null(mem);
		assert_int_equal(ena_queue_give(f->dev, 0, mem + off,
		    f->plan.pl_mem_bytes), ENA_OK);
		fix_arrive(f, ENA_STATE_RUNNING);
		assert_true((uintptr_t)ena_txq(f->dev, 0) % ENA_CACHE_LINE ==
		    0);
		fix_arrive(f, ENA_STATE_QUIET);
		assert_int_equal(ena_queue_give(f->dev, 0, NULL, 0), ENA_OK);
		free(mem);
	}
	assert_int_equal(ena_queue_give(f->dev, 0, f->mem[0],
	    f->plan.pl_mem_bytes), ENA_OK);
	fix_end(f);
}

static void
all_zero(struct fix *f, uint64_t pa, size_t n)
{
	uint8_t b[256], zero[256];

	memset(zero, 0, sizeof(zero));
	for (; n > 0; n -= sizeof(b), pa += sizeof(b)) {
		assert_true(sim_peek(f->ad, pa, b, sizeof(b)));
		assert_memory_equal(b, zero, sizeof(b));
	}
}

/* Rings are zero, for the device too, when it learns of them. */
static void
rings_start_from_zero(void **state)
{
	struct fix *f = fix_spec("t4g");
	unsigned int i, k;

	(void)state;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_rx_depth = 256;
	fix_open(f);
	for (k = 0; k < 3; k++) {
		assert_int_equal(fix_up(f), ENA_OK);
		for (i = 0; i < 2; i++) {
			all_zero(f, f->q[i].tx_sq, 256 * 16);
			all_zero(f, f->q[i].tx_cq, 256 * 8);
			all_zero(f, f->q[i].rx_sq, 256 * 16);
			all_zero(f, f->q[i].rx_cq, 256 * 16);
		}
		fix_prove(f);
		fix_arrive(f, ENA_STATE_QUIET);
	}
	fix_end(f);
}

/* A buffer of the last life is still out: refuse to forget it. */
static void
undrained_queue_is_not_started(void **state)
{
	struct fix *f = fix_running("t4g");

	(void)state;
	assert_int_equal(fix_fill(f, 1, 3, 2048), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_STATE);
	assert_true(sim_logged(f->sim, "not drained"));
	assert_int_equal(fix_drain(f), 3);
	fix_arrive(f, ENA_STATE_RUNNING);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_drain(f);
	fix_end(f);
}

static void
undrained_transmit_is_not_started(void **state)
{
	struct fix *f = fix_spec("t4g");
	uint16_t id;

	(void)state;
	f->spec.mock.tx_us = 1000000;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_tx_one(f, 1, 1, &id), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_STATE);
	assert_int_equal(fix_drain(f), 1);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	fix_end(f);
}

/* ---- CREATE and DESTROY */

static void
check_create(const struct fix *f, unsigned int n, bool polled)
{
	const struct mock_profile *p = &f->spec.profile;
	const struct fix_cmd *cq = fix_cmd(f, 3, 0, n);
	const struct fix_cmd *sq = fix_cmd(f, 1, 0, n);
	unsigned int pairs = f->npairs;
	bool tx = n < pairs;
	uint32_t depth;

	assert_non_null(cq);
	assert_non_null(sq);
	assert_true(cq < sq);
	depth = tx ? f->plan.pl_tx_depth : f->plan.pl_rx_depth;
	assert_int_equal(cq->bytes[4], 0x20);
	assert_int_equal(cq->bytes[5], tx ? 2 : 4);
	assert_int_equal(fix_r16(cq->bytes + 6), depth);
	assert_int_equal(fix_r32(cq->bytes + 8),
	    polled ? UINT32_MAX : n % pairs + 1);
	assert_int_equal(fix_r32(cq->bytes + 12) % 4096, 0);
	assert_int_equal(sq->bytes[4], tx ? 0x20 : 0x40);
	assert_int_equal(sq->bytes[6], 1);
	assert_int_equal(sq->bytes[7], 1);
	assert_int_equal(fix_r16(sq->bytes + 8), p->cq_idx_base + n);
	assert_int_equal(fix_r16(sq->bytes + 10), depth);
	assert_int_equal(fix_r32(sq->bytes + 12) % 4096, 0);
	/* inside 40 bits on the device that has no more */
	if (p->dma_bits == 40) {
		assert_true(fix_r16(cq->bytes + 16) < 0x100);
		assert_true(fix_r16(sq->bytes + 16) < 0x100);
	}
}

static void
create_names_what_it_means(void **state)
{
	static const char *const names[] = { "t4g", "max", "i3", "min" };
	struct fix *f;
	unsigned int i, k, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++)
		for (k = 0; k < 2; k++) {
			f = fix_spec(names[i]);
			if (k != 0)
				f->vectors = 0;
			f->spec.config.cf_rx_depth = 256;
			fix_open(f);
			assert_int_equal(fix_up(f), ENA_OK);
			for (n = 0; n < 2 * f->npairs; n++)
				check_create(f, n, k != 0);
			assert_int_equal(fix_cmds(f, 3, 0), 2 * f->npairs);
			assert_int_equal(fix_cmds(f, 1, 0), 2 * f->npairs);
			fix_prove(f);
			fix_end(f);
		}
}

static void
destroy_names_what_was_created(void **state)
{
	struct fix *f = fix_running("max");
	const struct mock_profile *p = &f->spec.profile;
	unsigned int i, n;

	(void)state;
	n = f->npairs;
	assert_int_equal(n, 4);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(f->ncmds, 4 * n);
	for (i = 0; i < n; i++) {
		assert_int_equal(f->cmds[i].op, 2);
		assert_int_equal(fix_r16(f->cmds[i].bytes + 4),
		    p->tx_sq_idx_base + i);
		assert_int_equal(f->cmds[i].bytes[6], 0x20);
		assert_int_equal(f->cmds[n + i].op, 2);
		assert_int_equal(fix_r16(f->cmds[n + i].bytes + 4),
		    p->rx_sq_idx_base + i);
		assert_int_equal(f->cmds[n + i].bytes[6], 0x40);
	}
	for (i = 0; i < 2 * n; i++) {
		assert_int_equal(f->cmds[2 * n + i].op, 4);
		assert_int_equal(fix_r16(f->cmds[2 * n + i].bytes + 4),
		    p->cq_idx_base + i);
	}
	fix_journal(f, false);
	fix_end(f);
}

/* 512 commands, as many at a time as the admin queue holds. */
static void
hundreds_of_commands_overlap(void **state)
{
	struct fix *f = fix_spec("max");
	enum ena_result r;
	unsigned int peak;
	uint64_t t0;
	uint32_t wait;

	(void)state;
	f->spec.config.cf_cpus = 128;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_rx_depth = 256;
	f->spec.mock.admin_us = 1000;
	fix_open(f);
	fix_plan_only(f);
	assert_int_equal(f->npairs, 128);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	t0 = sim_now(f->sim);
	peak = 0;
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while ((r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN) {
		if (f->dev->dev_aq_out > peak)
			peak = f->dev->dev_aq_out;
		fix_pass(f, wait);
	}
	assert_int_equal(r, ENA_OK);
	assert_int_equal(peak, 32);
	assert_true(sim_now(f->sim) - t0 < 80000);
	assert_int_equal(fix_mock(f).admin_by_opcode[3], 256);
	assert_int_equal(fix_mock(f).admin_by_opcode[1], 256);
	fix_prove(f);
	t0 = sim_now(f->sim);
	fix_arrive(f, ENA_STATE_CONFIGURED);
	assert_true(sim_now(f->sim) - t0 < 80000);
	assert_int_equal(fix_mock(f).admin_by_opcode[2], 256);
	assert_int_equal(fix_mock(f).admin_by_opcode[4], 256);
	fix_end(f);
}

/* The admin queue is full of other people's commands all the time. */
static void
bring_up_finds_its_gaps(void **state)
{
	static struct ena_dev_counters dc[40];
	struct fix *f = fix_planned("t4g");
	enum ena_result r;
	unsigned int full, i, waits;
	uint32_t wait;

	(void)state;
	memset(dc, 0, sizeof(dc));
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	for (full = waits = 0;; waits++) {
		assert_in_range(waits, 0, 1000);
		for (i = 0; i < FIX_COUNT(dc); i++)
			if (ena_stats_get(f->dev, &dc[i]) == ENA_NO_ROOM)
				full++;
		r = ena_dev_step(f->dev, &wait);
		if (r != ENA_AGAIN)
			break;
		fix_pass(f, wait);
	}
	assert_int_equal(r, ENA_OK);
	assert_true(full > 50);
	fix_prove(f);
	/* and down again, between the same */
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_CONFIGURED), ENA_OK);
	for (waits = 0; (r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN;
	    waits++) {
		assert_in_range(waits, 0, 1000);
		fix_pass(f, wait);
		for (i = 0; i < FIX_COUNT(dc); i++)
			(void)ena_stats_get(f->dev, &dc[i]);
	}
	assert_int_equal(r, ENA_OK);
	fix_drain(f);
	assert_int_equal(fix_mock(f).admin_by_opcode[2], 4);
	assert_int_equal(fix_mock(f).admin_by_opcode[4], 4);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* The same with answers in any order. */
static void
shuffled_answers_make_the_same_queues(void **state)
{
	struct fix *f = fix_spec("max");

	(void)state;
	f->spec.config.cf_cpus = 40;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_rx_depth = 256;
	f->spec.mock.admin_reorder = true;
	f->spec.mock.jitter_pct = 500;
	fix_open(f);
	fix_plan_only(f);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_arrive(f, ENA_STATE_CONFIGURED);
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

/* ---- answers that cannot be true */

static void
offsets_of_queue_registers(void **state)
{
	static const struct {
		uint32_t off;
		bool ok;
	} rows[] = {
		{ 0, false }, { 4, false }, { 0x2c, false }, { 0x54, false },
		{ 0x68, false }, { 0x6c, true }, { 0x6d, false },
		{ 0x6e, false }, { 0x70, true }, { 0x1002, false },
		{ 0x3ff8, true }, { 0x3ffc, true }, { 0x3ffe, false },
		{ 0x4000, false }, { 0x4004, false }, { 0x10000000, false },
		{ 0xfffffffc, false }, { 0xffffffff, false },
	};
	struct fix *f = fix_new("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++)
		assert_int_equal(ena_bar0_offset_ok(f->dev, rows[i].off),
		    rows[i].ok);
	fix_end(f);
}

/* The n-th answer of a kind is nonsense: everything is undone by a reset. */
static void
nonsense(enum mock_fault what, uint32_t arg, unsigned int n)
{
	struct fix *f = fix_planned("t4g");
	char text[64];

	(void)snprintf(text, sizeof(text), "%s-%u-at-%u",
	    mock_fault_name(what), arg, n);
	sim_set_fault(f->sim, text);
	fix_fault_full(f, what, arg, 0, 0, n, 1);
	SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_RUNNING) == ENA_PROTOCOL);
	SIM_CHECK(f->sim, mock_faults_hit(f->mock) == 1);
	SIM_CHECK(f->sim, ena_dev_state(f->dev) == ENA_STATE_DEAD);
	SIM_CHECK(f->sim, sim_lawful(f->sim));
	fix_arrive(f, ENA_STATE_RUNNING);
	fix_end(f);
}

static void
nonsense_registers(void **state)
{
	static const uint32_t off[] = {
		0, 0x2c, 0x58, 0x68, 0x1001, 0x4000, 0xfffffffc, 0xffffffff
	};
	unsigned int i, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(off); i++)
		for (n = 0; n < 4; n++) {
			nonsense(MOCK_F_BAD_UNMASK_OFF, off[i], n);
			nonsense(MOCK_F_BAD_DB_OFF, off[i], n);
		}
}

static void
nonsense_depth(void **state)
{
	static const uint32_t depth[] = { 0, 1, 512, 1023, 1025, 2048, 65535 };
	unsigned int i, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(depth); i++)
		for (n = 0; n < 4; n++)
			nonsense(MOCK_F_CQ_DEPTH, depth[i], n);
}

/* Three CQs after the first, the second TX SQ, the second RX SQ. */
static void
index_of_a_live_queue(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; n < 5; n++)
		nonsense(MOCK_F_DUP_INDEX, 0, n);
}

/* A hint only: whatever it says, the queue is good. */
static void
odd_numa_and_head_registers_are_ignored(void **state)
{
	static const uint32_t off[] = { 4, 0x1001, 0xffffffff };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(off); i++) {
		f = fix_planned("t4g");
		fix_twist32(f, 3, 0, 12, off[i]);
		fix_twist32(f, 3, 0, 16, off[i]);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_end(f);
	}
}

/* A ring in host memory has no window, whatever the answer says of one. */
static void
odd_windows_of_host_rings_are_ignored(void **state)
{
	static const uint32_t off[] = { 1, 0x1000, 0xffffffff };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(off); i++) {
		f = fix_planned("c7g");
		fix_twist32(f, 1, 0, 16, off[i]);
		fix_twist32(f, 1, 0, 20, off[i]);
		fix_arrive(f, ENA_STATE_RUNNING);
		fix_end(f);
	}
}

/* The invariants hold while a queue lives, and only then. */
static void
invariants_tell_live_queues(void **state)
{
	struct fix *f = fix_running("t4g");

	(void)state;
	assert_true(ena_txq_ok(ena_txq(f->dev, 0)));
	assert_true(ena_rxq_ok(ena_rxq(f->dev, 0)));
	fix_prove(f);
	assert_true(ena_txq_ok(ena_txq(f->dev, 0)));
	assert_true(ena_rxq_ok(ena_rxq(f->dev, 0)));
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_false(ena_txq_ok(ena_txq(f->dev, 0)));
	assert_false(ena_rxq_ok(ena_rxq(f->dev, 0)));
	fix_end(f);
}

/* ---- interrupts */

static void
unmask_is_one_word_once(void **state)
{
	struct fix *f = fix_running("t4g");

	(void)state;
	fix_forget(f);
	fix_journal(f, true);
	ena_queue_unmask(f->dev, 1);
	assert_int_equal(f->nwrites, 1);
	assert_int_equal(f->writes[0].off, f->q[1].unmask);
	assert_int_equal(f->writes[0].val, 0x40000000);
	ena_queue_mask(f->dev, 1);
	assert_int_equal(f->nwrites, 2);
	assert_int_equal(f->writes[1].off, f->q[1].unmask);
	assert_int_equal(f->writes[1].val, 0x80000000);
	ena_queue_unmask(f->dev, 0);
	assert_int_equal(f->writes[2].off, f->q[0].unmask);
	fix_journal(f, false);
	fix_end(f);
}

/* Both rings of the pair answer to the one register. */
static void
unmask_arms_and_mask_silences(void **state)
{
	struct fix *f = fix_running("t4g");
	uint64_t n;
	uint16_t id;

	(void)state;
	(void)ena_aenq_reap(f->dev);
	n = fix_mock(f).interrupts;
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(fix_mock(f).interrupts, n);
	ena_queue_unmask(f->dev, 0);
	assert_int_equal(fix_mock(f).interrupts, n + 1);
	/* one unmask, one message */
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(fix_mock(f).interrupts, n + 1);
	ena_queue_unmask(f->dev, 0);
	assert_int_equal(fix_mock(f).interrupts, n + 2);
	ena_queue_unmask(f->dev, 0);
	ena_queue_mask(f->dev, 0);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(fix_mock(f).interrupts, n + 2);
	fix_end(f);
}

static void
polled_queues_are_never_unmasked(void **state)
{
	struct fix *f = fix_spec("t4g");

	(void)state;
	f->vectors = 0;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	ena_queue_unmask(f->dev, 0);
	ena_queue_mask(f->dev, 0);
	assert_int_equal(f->nwrites, 0);
	fix_journal(f, false);
	fix_prove(f);
	assert_int_equal(fix_mock(f).unmasks, 0);
	fix_end(f);
}

/* Polled they stay, over resets and other depths; and traffic flows. */
static void
polled_queues_over_resets(void **state)
{
	static const char *const names[] = { "max", "gen6", "i3" };
	struct fix *f;
	unsigned int i, life, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++) {
		f = fix_spec(names[i]);
		f->spec.config.cf_pairs = 3;
		f->vectors = 0;
		fix_open(f);
		for (life = 0; life < 4; life++) {
			if (life == 2)
				assert_int_equal(ena_queue_wish(f->dev, 2,
				    64, 128), ENA_OK);
			assert_int_equal(fix_up(f), ENA_OK);
			assert_int_equal(f->npairs, life < 2 ? 3 : 2);
			for (n = 0; n < 2 * f->npairs; n++)
				check_create(f, n, true);
			for (n = 0; n < 20; n++)
				fix_prove(f);
			assert_int_equal(fix_mock(f).unmasks, 0);
			ena_fault(f->dev, ENA_REASON_USER);
			assert_int_equal(fix_goto(f, ENA_STATE_QUIET),
			    ENA_OK);
			(void)fix_drain(f);
		}
		/* and with vectors in the next life */
		f->vectors = 3;
		assert_int_equal(fix_up(f), ENA_OK);
		check_create(f, 0, false);
		fix_end(f);
	}
}

/* A device that insists on a vector: the bring-up says so, and is undone. */
static void
polled_queues_refused(void **state)
{
	static const struct {
		uint32_t status;
		enum ena_result r;
	} t[] = { { 3, ENA_UNSUPPORTED }, { 5, ENA_REFUSED } };
	struct fix *f = fix_spec("t4g");
	unsigned int i;

	(void)state;
	f->vectors = 0;
	fix_open(f);
	for (i = 0; i < FIX_COUNT(t); i++) {
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, t[i].status, 3, 0);
		assert_int_equal(fix_up(f), t[i].r);
		assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
		fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 3, 0);
		assert_int_equal(fix_up(f), ENA_TIMEOUT);
	}
	f->vectors = 3;
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_the_smallest_of_all_limits),
		cmocka_unit_test(depths_are_wished_or_sensible),
		cmocka_unit_test(
		    plans_are_made_between_admin_up_and_configured),
		cmocka_unit_test(same_plan_keeps_the_memory),
		cmocka_unit_test(other_plan_takes_the_memory_back),
		cmocka_unit_test(other_depth_takes_the_memory_back),
		cmocka_unit_test(pairs_shrink_and_grow_over_resets),
		cmocka_unit_test(give_checks_its_arguments),
		cmocka_unit_test(memory_may_be_anywhere),
		cmocka_unit_test(rings_start_from_zero),
		cmocka_unit_test(undrained_queue_is_not_started),
		cmocka_unit_test(undrained_transmit_is_not_started),
		cmocka_unit_test(create_names_what_it_means),
		cmocka_unit_test(destroy_names_what_was_created),
		cmocka_unit_test(hundreds_of_commands_overlap),
		cmocka_unit_test(bring_up_finds_its_gaps),
		cmocka_unit_test(shuffled_answers_make_the_same_queues),
		cmocka_unit_test(offsets_of_queue_registers),
		cmocka_unit_test(nonsense_registers),
		cmocka_unit_test(nonsense_depth),
		cmocka_unit_test(index_of_a_live_queue),
		cmocka_unit_test(odd_numa_and_head_registers_are_ignored),
		cmocka_unit_test(odd_windows_of_host_rings_are_ignored),
		cmocka_unit_test(invariants_tell_live_queues),
		cmocka_unit_test(unmask_is_one_word_once),
		cmocka_unit_test(unmask_arms_and_mask_silences),
		cmocka_unit_test(polled_queues_are_never_unmasked),
		cmocka_unit_test(polled_queues_over_resets),
		cmocka_unit_test(polled_queues_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
