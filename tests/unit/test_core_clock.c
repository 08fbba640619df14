/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter's clock: questions and answers, limits, what a device may get
 * wrong, and what a reset leaves.
 * ref: protocol 7.16; pitfalls 149
 */
#include "core_fix.h"

#define F_PHC		29
#define OPT_CLOCK	1000000000000ULL	/* ns, at time 0 */

static struct fix *
clock_spec(const char *profile)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 2;
	f->spec.config.cf_try = ENA_TRY_CLOCK;
	f->spec.mock.clock_base_ns = OPT_CLOCK;
	f->spec.mock.phc_us = 4;
	f->spec.mock.phc_bound_ns = 777;
	f->spec.mock.phc_gap_us = 0;
	return (f);
}

static struct fix *
clock_up(const char *profile)
{
	struct fix *f = clock_spec(profile);

	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static bool
there(const struct fix *f)
{
	return (ena_dev_info(f->dev)->in_clock);
}

static enum ena_result
look(struct fix *f, struct ena_clock_time *ct)
{
	memset(ct, 0x33, sizeof(*ct));
	return (ena_clock_look(f->dev, ct));
}

/* Ask, and look each microsecond. */
static enum ena_result
read_clock(struct fix *f, struct ena_clock_time *ct)
{
	enum ena_result r;

	r = ena_clock_ask(f->dev);
	if (r != ENA_OK)
		return (r);
	while ((r = look(f, ct)) == ENA_AGAIN)
		fix_pass(f, 1);
	return (r);
}

static void
works(struct fix *f)
{
	struct ena_clock_time ct;

	assert_int_equal(read_clock(f, &ct), ENA_OK);
	assert_true(ct.ct_ns == OPT_CLOCK + 1000 * sim_now(f->sim));
	assert_int_equal(ct.ct_bound_ns, 777);
}

static void
again(struct fix *f)
{
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
}

static void
tells_the_time(void **state)
{
	static const char *const names[] = { "max", "gen6" };
	struct ena_clock_time ct;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++) {
		f = clock_up(names[i]);
		assert_true(there(f));
		works(f);
		fix_pass(f, 12345);
		works(f);
		assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
		assert_int_equal(look(f, &ct), ENA_AGAIN);
		fix_pass(f, 3);
		assert_int_equal(look(f, &ct), ENA_AGAIN);
		fix_pass(f, 1);
		assert_int_equal(look(f, &ct), ENA_OK);
		/* answered once */
		assert_int_equal(look(f, &ct), ENA_STATE);
		assert_int_equal(fix_mock(f).phc_reads, 3);
		fix_end(f);
	}
}

/* The doorbell is where the device says, with the question's number. */
static void
doorbell(void **state)
{
	struct ena_clock_time ct;
	struct fix *f = clock_up("max");
	uint32_t first, val;
	unsigned int i;

	(void)state;
	first = 0;
	for (i = 0; i < 3; i++) {
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(read_clock(f, &ct), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(f->nwrites, 1);
		assert_int_equal(fix_writes(f, 0x180, &val), 1);
		if (i == 0)
			first = val;
		assert_int_equal(val, first + i);
	}
	fix_end(f);
}

/* Numbers have 16 bits. */
static void
numbers_wrap(void **state)
{
	struct fix *f = clock_up("max");
	unsigned int i;

	(void)state;
	f->dev->dev_clock_seq = 0xfffd;
	for (i = 0; i < 6; i++)
		works(f);
	assert_int_equal(f->dev->dev_clock_seq, 3);
	fix_end(f);
}

static void
registered(void **state)
{
	const struct fix_cmd *c;
	struct fix *f = clock_spec("max");
	unsigned int i;

	(void)state;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, 8, F_PHC), 1);
	assert_int_equal(fix_cmds(f, 9, F_PHC), 1);
	c = fix_cmd(f, 9, F_PHC, 0);
	/* version, MBZ, and what only GET fills */
	for (i = 20; i < 36; i++)
		assert_int_equal(c->bytes[i], 0);
	assert_true((fix_r32(c->bytes + 36) |
	    (uint64_t)fix_r16(c->bytes + 40) << 32) ==
	    f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa);
	assert_int_equal(fix_r32(c->bytes + 44), 64);
	assert_int_equal(f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa % 64, 0);
	fix_end(f);
}

/* Off unless tried, and where the device has none. */
static void
absent(void **state)
{
	struct ena_clock_time ct;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		f = clock_spec(i == 0 ? "max" : "t4g");
		if (i == 0)
			f->spec.config.cf_try = ENA_TRY_ALL & ~ENA_TRY_CLOCK;
		fix_open(f);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmds(f, 8, F_PHC), 0);
		assert_int_equal(fix_cmds(f, 9, F_PHC), 0);
		assert_false(there(f));
		assert_null(f->dev->dev_dma[ENA_DMA_CLOCK].dma_va);
		assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
		assert_int_equal(look(f, &ct), ENA_STATE);
		fix_end(f);
	}
	/* advertised all the same, to one that does not try */
	f = clock_spec("max");
	f->spec.config.cf_try = 0;
	fix_open(f);
	fix_twist32(f, 8, 1, 16, 0xfc145dfe);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, 8, F_PHC), 0);
	fix_end(f);
}

static void
refusal_is_no_failure(void **state)
{
	static const uint32_t status[] = { 3, 5 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		f = clock_spec("max");
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i % 2],
		    i < 2 ? 8 : 9, F_PHC);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_false(there(f));
		assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
		again(f);
		assert_true(there(f));
		works(f);
		fix_end(f);
	}
}

static void
lost_commands(void **state)
{
	struct fix *f;
	uint8_t op;

	(void)state;
	for (op = 8; op <= 9; op++) {
		f = clock_spec("max");
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, op, F_PHC);
		assert_int_equal(fix_up(f), ENA_TIMEOUT);
		assert_false(there(f));
		assert_int_equal(fix_up(f), ENA_OK);
		works(f);
		fix_end(f);
	}
}

/* A doorbell among the fixed registers, unaligned, or beyond the BAR. */
static void
doorbell_lies(void **state)
{
	static const uint32_t bad[] = {
		0, 0x4c, 0x54, 0x68, 0x102, 0x181, 0xfffe, 0x10000, 0x10002,
		0xfffffffc, 0xffffffff
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(bad); i++) {
		f = clock_spec("max");
		fix_open(f);
		fix_twist32(f, 8, F_PHC, 12, bad[i]);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_false(there(f));
		assert_int_equal(fix_cmds(f, 9, F_PHC), 0);
		assert_true(sim_logged(f->sim, "clock doorbell"));
		assert_null(f->dev->dev_dma[ENA_DMA_CLOCK].dma_va);
		assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
		fix_untwist(f);
		fix_end(f);
	}
}

/* No memory for it: no clock, and nothing else is missing. */
static void
no_memory(void **state)
{
	struct fix *f = clock_spec("max");
	uint64_t n;

	(void)state;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_true(there(f));
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	for (n = 1; n < 100; n++) {
		sim_fail_at(f->sim, sim_ops(f->sim) + n);
		if (fix_goto(f, ENA_STATE_ADMIN_UP) == ENA_OK && !there(f))
			break;
		assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
		if (there(f))
			continue;
	}
	assert_true(n < 100);
	assert_string_equal(sim_failed_kind(f->sim), "dma_alloc");
	sim_fail_at(f->sim, 0);
	assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_prove(f);
	again(f);
	works(f);
	fix_end(f);
}

/* ---- questions */

static void
one_question_at_a_time(void **state)
{
	struct ena_clock_time ct;
	struct fix *f = clock_up("max");

	(void)state;
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
	fix_pass(f, 4);
	/* answered, but not yet taken */
	assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
	assert_int_equal(look(f, &ct), ENA_OK);
	works(f);
	fix_end(f);
}

/* 125 in a second, not one more. */
static void
questions_a_second(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;
	unsigned int i;
	uint64_t start;

	(void)state;
	fix_pass(f, 500000);
	for (start = sim_now(f->sim), i = 0; i < 125; i++)
		works(f);
	assert_int_equal(read_clock(f, &ct), ENA_BUSY);
	fix_pass(f, 999999 - (sim_now(f->sim) - start));
	assert_int_equal(read_clock(f, &ct), ENA_BUSY);
	fix_pass(f, 1);
	for (start = sim_now(f->sim), i = 0; i < 125; i++)
		works(f);
	assert_int_equal(read_clock(f, &ct), ENA_BUSY);
	/* a slow reader never hits the limit */
	for (fix_pass(f, 1000000), i = 0; i < 500; i++) {
		works(f);
		fix_pass(f, 8100);
	}
	fix_end(f);
}

/* No answer: left alone for as long as it asks for, 900 us. */
static void
lost_answer(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;

	(void)state;
	fix_fault(f, MOCK_F_PHC_LOST, 0);
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	fix_pass(f, 24);
	assert_int_equal(look(f, &ct), ENA_AGAIN);
	fix_pass(f, 1);
	assert_int_equal(look(f, &ct), ENA_TIMEOUT);
	assert_int_equal(look(f, &ct), ENA_STATE);
	assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
	fix_pass(f, 899);
	assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
	fix_pass(f, 1);
	works(f);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_RUNNING);
	fix_end(f);
}

/* An answer that is there counts, however late one looks. */
static void
late_look(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;

	(void)state;
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	fix_pass(f, 5000);
	assert_int_equal(look(f, &ct), ENA_OK);
	fix_end(f);
}

/* The answer to the last question is not one to this. */
static void
late_answer(void **state)
{
	struct fix *f = clock_spec("max");
	struct ena_clock_time ct;
	uint8_t resp[64];
	uint64_t pa;

	(void)state;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_fault(f, MOCK_F_PHC_LOST, 0);
	assert_int_equal(read_clock(f, &ct), ENA_TIMEOUT);
	fix_pass(f, 1000);
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	pa = f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa;
	memset(resp, 0, sizeof(resp));
	fix_w16(resp, (uint16_t)(f->dev->dev_clock_seq - 1));
	fix_w64(resp + 8, 4711);
	assert_true(sim_poke(f->ad, pa, resp, sizeof(resp)));
	assert_int_equal(look(f, &ct), ENA_AGAIN);
	fix_pass(f, 4);
	assert_int_equal(look(f, &ct), ENA_OK);
	assert_true(ct.ct_ns == OPT_CLOCK + 1000 * sim_now(f->sim));
	fix_end(f);
}

/*
 * A stale answer with the right number, 65536 questions old, is not there:
 * the buffer is poisoned before each question.
 */
static void
poisoned(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;
	uint8_t resp[64];
	uint64_t pa;
	unsigned int i;

	(void)state;
	works(f);
	f->dev->dev_clock_seq--;
	fix_fault(f, MOCK_F_PHC_LOST, 0);
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	pa = f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa;
	assert_true(sim_peek(f->ad, pa, resp, sizeof(resp)));
	assert_int_equal(fix_r16(resp),
	    (f->dev->dev_clock_seq + 0xdeadU) & 0xffff);
	for (i = 2; i < sizeof(resp); i++)
		assert_int_equal(resp[i], 0);
	assert_int_equal(look(f, &ct), ENA_AGAIN);
	fix_pass(f, 25);
	assert_int_equal(look(f, &ct), ENA_TIMEOUT);
	fix_end(f);
}

/* Error flags: the time, the bound, both, and ones nobody knows. */
static void
error_flags(void **state)
{
	static const uint32_t flags[] = { 1, 2, 3, 0x80000000 };
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(flags); i++) {
		fix_fault(f, MOCK_F_PHC_ERROR, flags[i]);
		assert_int_equal(read_clock(f, &ct), ENA_REFUSED);
		/* nothing of it reaches the caller */
		assert_true(ct.ct_ns == 0x3333333333333333ULL);
		assert_int_equal(ct.ct_bound_ns, 0x33333333);
		assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
		fix_pass(f, 899);
		assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
		fix_pass(f, 1);
		works(f);
	}
	fix_end(f);
}

static void
unknown_bound(void **state)
{
	struct fix *f = clock_spec("max");
	struct ena_clock_time ct;

	(void)state;
	f->spec.mock.phc_bound_ns = UINT32_MAX;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(read_clock(f, &ct), ENA_OK);
	assert_int_equal(ct.ct_bound_ns, UINT32_MAX);
	fix_end(f);
}

/* Defaults for 0, and never longer to wait than to be left alone. */
static void
timeouts(void **state)
{
	static const struct {
		uint32_t expire, block, wait, alone;
	} t[] = {
		{ 0, 0, 10, 1000 }, { 25, 900, 25, 900 },
		{ 0, 7, 7, 7 }, { 5000, 40, 40, 40 }, { 5000, 0, 1000, 1000 },
		{ 1, 1, 1, 1 }
	};
	struct ena_clock_time ct;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(t); i++) {
		f = clock_spec("max");
		fix_open(f);
		fix_twist32(f, 8, F_PHC, 16, t[i].expire);
		fix_twist32(f, 8, F_PHC, 20, t[i].block);
		assert_int_equal(fix_up(f), ENA_OK);
		fix_untwist(f);
		fix_fault(f, MOCK_F_PHC_LOST, 0);
		assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
		fix_pass(f, t[i].wait - 1);
		assert_int_equal(look(f, &ct), ENA_AGAIN);
		fix_pass(f, 1);
		assert_int_equal(look(f, &ct), ENA_TIMEOUT);
		fix_pass(f, t[i].alone - 1);
		assert_int_equal(ena_clock_ask(f->dev), ENA_BUSY);
		fix_pass(f, 1);
		assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
		fix_end(f);
	}
}

/* ---- resets */

/* The buffer is registered again, the same one; a question is forgotten. */
static void
over_resets(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;
	uint64_t pa;
	unsigned int i;

	(void)state;
	pa = f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa;
	for (i = 0; i < 4; i++) {
		works(f);
		assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(look(f, &ct), ENA_FAULTED);
		assert_int_equal(ena_clock_ask(f->dev), ENA_FAULTED);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		assert_false(there(f));
		assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
		assert_int_equal(look(f, &ct), ENA_STATE);
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_true(f->dev->dev_dma[ENA_DMA_CLOCK].dma_pa == pa);
		works(f);
	}
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(sim_blocks(f->ad), 0);
	assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
	assert_int_equal(look(f, &ct), ENA_STATE);
	fix_end(f);
}

/* Without queues it works as well, and it does not mind their changing. */
static void
without_queues(void **state)
{
	struct fix *f = clock_spec("max");
	struct ena_clock_time ct;

	(void)state;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	works(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(look(f, &ct), ENA_OK);
	works(f);
	fix_end(f);
}

static void
gone(void **state)
{
	struct fix *f = clock_up("max");
	struct ena_clock_time ct;

	(void)state;
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(look(f, &ct), ENA_GONE);
	assert_int_equal(ena_clock_ask(f->dev), ENA_GONE);
	fix_end_dirty(f);
}

/* The next life's device has none. */
static void
gone_after_a_reset(void **state)
{
	struct fix *f = clock_up("max");

	(void)state;
	works(f);
	fix_twist32(f, 8, 1, 16, 0xdc145dfe);
	again(f);
	fix_untwist(f);
	assert_false(there(f));
	assert_int_equal(ena_clock_ask(f->dev), ENA_UNSUPPORTED);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_time),
		cmocka_unit_test(doorbell),
		cmocka_unit_test(numbers_wrap),
		cmocka_unit_test(registered),
		cmocka_unit_test(absent),
		cmocka_unit_test(refusal_is_no_failure),
		cmocka_unit_test(lost_commands),
		cmocka_unit_test(doorbell_lies),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(one_question_at_a_time),
		cmocka_unit_test(questions_a_second),
		cmocka_unit_test(lost_answer),
		cmocka_unit_test(late_look),
		cmocka_unit_test(late_answer),
		cmocka_unit_test(poisoned),
		cmocka_unit_test(error_flags),
		cmocka_unit_test(unknown_bound),
		cmocka_unit_test(timeouts),
		cmocka_unit_test(over_resets),
		cmocka_unit_test(without_queues),
		cmocka_unit_test(gone),
		cmocka_unit_test(gone_after_a_reset),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
