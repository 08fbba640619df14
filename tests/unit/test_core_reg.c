/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers: reads with and without MMIO loads, words that start a reset,
 * the two-phase handshake, and what the version and capability registers may
 * say.  ref: protocol 2 to 4, 16; pitfalls 4 to 7, 11
 */
#include "core_fix.h"

#define READ_TIMEOUT	200000U		/* protocol 3.3 */
#define TRIES		3U		/* before a read is given up */

static void
lose_reads(struct fix *f, unsigned int n)
{
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 0, n);
}

/* Poll a read until it ends; *us is how long it took. */
static enum ena_result
read_reg(struct fix *f, uint32_t off, uint32_t *val, uint64_t *us)
{
	enum ena_result r;
	uint64_t t0;

	t0 = sim_now(f->sim);
	while ((r = ena_reg_read(f->dev, off, val)) == ENA_AGAIN)
		fix_pass(f, 5);
	if (us != NULL)
		*us = sim_now(f->sim) - t0;
	return (r);
}

/* ---- readless */

static void
readless_read_needs_no_load(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t loads;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_true(ena_dev_info(f->dev)->in_readless);
	assert_int_equal(read_reg(f, 0x00, &v, NULL), ENA_OK);
	assert_int_equal(v, 0x000a);
	assert_int_equal(read_reg(f, 0x04, &v, NULL), ENA_OK);
	assert_int_equal(v, 0x01000001);
	loads = fix_mock(f).reg_reads;
	assert_int_equal(loads, 0);
	fix_end(f);
}

static void
request_word_is_offset_and_sequence(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t v, w1, w2;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, true);
	assert_int_equal(read_reg(f, 0x08, &v, NULL), ENA_OK);
	assert_int_equal(fix_writes(f, 0x5c, &w1), 1);
	assert_int_equal(read_reg(f, 0x58, &v, NULL), ENA_OK);
	assert_int_equal(fix_writes(f, 0x5c, &w2), 2);
	assert_int_equal(w1 >> 16, 0x08);
	assert_int_equal(w2 >> 16, 0x58);
	assert_int_equal((w1 + 1) & 0xffff, w2 & 0xffff);
	fix_end(f);
}

static void
revision_bit_0_means_loads(void **state)
{
	struct fix *f = fix_new("min");
	uint64_t loads;
	uint32_t v;

	(void)state;
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_false(ena_dev_info(f->dev)->in_readless);
	loads = fix_mock(f).reg_reads;
	assert_true(loads > 0);
	assert_int_equal(ena_reg_read(f->dev, 0x00, &v), ENA_OK);
	assert_int_equal(v, 0x000a);
	assert_int_equal(fix_mock(f).reg_reads, loads + 1);
	assert_int_equal(fix_writes(f, 0x5c, NULL), 0);
	/* the address is registered all the same: pitfall 4 */
	assert_int_not_equal(fix_writes(f, 0x60, NULL), 0);
	fix_end(f);
}

static void
loads_can_be_forced(void **state)
{
	struct fix *f = fix_spec("t4g");

	(void)state;
	f->spec.config.cf_direct_reads = true;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_writes(f, 0x5c, NULL), 0);
	assert_int_not_equal(fix_mock(f).reg_reads, 0);
	fix_end(f);
}

static void
lost_answer_is_asked_for_again(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int n;
	uint64_t us;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (n = 1; n < TRIES; n++) {
		lose_reads(f, n);
		assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_OK);
		assert_int_equal(v, 0x000a);
		assert_in_range(us, n * READ_TIMEOUT,
		    n * READ_TIMEOUT + 5 * (n + 1));
	}
	fix_end(f);
}

static void
silence_times_out_and_is_not_gone(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t us;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	lose_reads(f, TRIES);
	assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_TIMEOUT);
	assert_in_range(us, TRIES * READ_TIMEOUT,
	    TRIES * READ_TIMEOUT + 10);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_ADMIN_UP);
	assert_true(sim_logged(f->sim, "register 0x0: no answer"));
	/* and the next read has all its tries again */
	lose_reads(f, TRIES - 1);
	assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_OK);
	assert_int_equal(v, 0x000a);
	fix_end(f);
}

static void
slow_answer_is_waited_for(void **state)
{
	struct fix *f = fix_spec("t4g");
	uint64_t us;
	uint32_t v;

	(void)state;
	f->spec.mock.readless_us = READ_TIMEOUT - 10;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_OK);
	assert_in_range(us, READ_TIMEOUT - 10, READ_TIMEOUT);
	fix_end(f);
}

static void
wrong_offset_is_no_answer(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_fault_full(f, MOCK_F_READLESS_WRONG_OFF, 0, 0, 0, 0, TRIES);
	v = 0x600d;
	assert_int_equal(read_reg(f, 0x00, &v, NULL), ENA_TIMEOUT);
	assert_int_equal(v, 0x600d);
	fix_fault(f, MOCK_F_READLESS_WRONG_OFF, 0);
	assert_int_equal(read_reg(f, 0x00, &v, NULL), ENA_OK);
	assert_int_equal(v, 0x000a);
	fix_end(f);
}

static void
stale_sequence_is_ignored(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t us;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_fault(f, MOCK_F_READLESS_STALE, 0);
	assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_OK);
	assert_in_range(us, READ_TIMEOUT, READ_TIMEOUT + 10);
	fix_fault_full(f, MOCK_F_READLESS_STALE, 0, 0, 0, 0, TRIES);
	assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_TIMEOUT);
	fix_end(f);
}

/* The answer to a timed-out request arrives while the next one waits. */
static void
late_answer_does_not_satisfy_the_next_read(void **state)
{
	struct fix *f = fix_new("t4g");
	uint8_t old[8], rr[8];
	uint64_t pa;
	uint32_t v, w;

	(void)state;
	w = 0;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	pa = f->dev->dev_dma[ENA_DMA_RESP].dma_pa;
	fix_journal(f, true);
	lose_reads(f, 2);
	while (fix_writes(f, 0x5c, NULL) < 2) {
		(void)fix_writes(f, 0x5c, &w);
		assert_int_equal(ena_reg_read(f->dev, 0x00, &v), ENA_AGAIN);
		fix_pass(f, 1000);
	}
	fix_w16(old, (uint16_t)w);
	fix_w16(old + 2, 0x00);
	fix_w32(old + 4, 0xbad0bad0);
	assert_true(sim_poke(f->ad, pa, old, 8));
	assert_int_equal(ena_reg_read(f->dev, 0x00, &v), ENA_AGAIN);
	memcpy(rr, old, 8);
	fix_w16(rr, (uint16_t)(w + 1));
	fix_w32(rr + 4, 0x000b);
	assert_true(sim_poke(f->ad, pa, rr, 8));
	assert_int_equal(ena_reg_read(f->dev, 0x00, &v), ENA_OK);
	assert_int_equal(v, 0x000b);
	fix_end(f);
}

/* More reads than there are sequence numbers; each tells the truth. */
static void
sequence_wraps(void **state)
{
	struct fix *f = fix_spec("t4g");
	uint32_t i, v;

	(void)state;
	f->spec.mock.readless_us = 0;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0; i < 66000; i++) {
		assert_int_equal(ena_reg_read(f->dev, 0x04, &v), ENA_OK);
		assert_int_equal(v, 0x01000001);
	}
	fix_end(f);
}

/* No stale match is possible at the value the buffer is poisoned with. */
static void
poison_is_no_answer_for_any_sequence(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t us;
	uint32_t v;
	unsigned int i;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0; i < 3; i++) {
		f->dev->dev_reg_seq = (uint16_t)(0xfffe + i);
		lose_reads(f, TRIES);
		assert_int_equal(read_reg(f, 0x00, &v, &us), ENA_TIMEOUT);
	}
	fix_end(f);
}

static void
one_read_at_a_time(void **state)
{
	struct fix *f = fix_new("t4g");
	enum ena_result r;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_reg_read(f->dev, 0x04, &v), ENA_AGAIN);
	r = ena_reg_read(f->dev, 0x00, &v);
	assert_true(r == ENA_AGAIN || r == ENA_BUSY);
	fix_pass(f, 1);
	assert_int_equal(read_reg(f, 0x04, &v, NULL), ENA_OK);
	assert_int_equal(v, 0x01000001);
	assert_int_equal(read_reg(f, 0x00, &v, NULL), ENA_OK);
	assert_int_equal(v, 0x000a);
	fix_end(f);
}

static void
all_ones_by_load_is_gone_for_ever(void **state)
{
	struct fix *f = fix_new("min");
	uint64_t loads;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	sim_pull(f->ad);
	assert_int_equal(ena_reg_read(f->dev, 0x58, &v), ENA_GONE);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	loads = fix_mock(f).reg_reads;
	assert_int_equal(ena_reg_read(f->dev, 0x58, &v), ENA_GONE);
	assert_int_equal(fix_mock(f).reg_reads, loads);
	fix_end(f);
}

static void
all_ones_as_answer_is_gone(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_twist_reg(f, 0x58, 0, UINT32_MAX);
	assert_int_equal(read_reg(f, 0x58, &v, NULL), ENA_GONE);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	sim_pull(f->ad);
	fix_end(f);
}

/* A pulled card cannot answer; a plain load says why. */
static void
silence_of_a_pulled_card_is_gone(void **state)
{
	struct fix *f = fix_new("t4g");
	uint64_t us;
	uint32_t v;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	sim_pull(f->ad);
	assert_int_equal(read_reg(f, 0x58, &v, &us), ENA_GONE);
	assert_in_range(us, TRIES * READ_TIMEOUT,
	    TRIES * READ_TIMEOUT + 10);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
	fix_end(f);
}

/* ---- DEV_CTL words, protocol 4.2 */

struct reset_row {
	uint32_t reason, with, without;
};

static const struct reset_row reset_rows[] = {
	{ 0, 0x00000001, 0x00000001 }, { 1, 0x10000001, 0x10000001 },
	{ 2, 0x20000001, 0x20000001 }, { 3, 0x30000001, 0x30000001 },
	{ 4, 0x40000001, 0x40000001 }, { 5, 0x50000001, 0x50000001 },
	{ 6, 0x60000001, 0x60000001 }, { 7, 0x70000001, 0x70000001 },
	{ 8, 0x80000001, 0x80000001 }, { 9, 0x90000001, 0x90000001 },
	{ 10, 0xa0000001, 0xa0000001 }, { 11, 0xb0000001, 0xb0000001 },
	{ 12, 0xc0000001, 0xc0000001 }, { 13, 0xd0000001, 0xd0000001 },
	{ 14, 0xe0000001, 0xe0000001 }, { 15, 0xf0000001, 0xf0000001 },
	{ 16, 0x01000001, 0xd0000001 }, { 17, 0x11000001, 0xd0000001 },
	{ 18, 0x21000001, 0xd0000001 }, { 19, 0x31000001, 0xd0000001 },
	{ 20, 0x41000001, 0xd0000001 },
};

/* Latch each reason, reset, and see what was written to DEV_CTL. */
static void
try_reasons(const char *profile, bool extended)
{
	struct fix *f = fix_new(profile);
	uint32_t want;
	unsigned int i, k;

	for (i = 0; i < FIX_COUNT(reset_rows); i++) {
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		ena_fault(f->dev, reset_rows[i].reason);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		fix_journal(f, false);
		want = extended ? reset_rows[i].with : reset_rows[i].without;
		for (k = 0; f->writes[k].off != 0x54; k++)
			assert_true(k < f->nwrites);
		assert_int_equal(f->writes[k].val, want);
		assert_int_equal(ena_reset_word(f->dev,
		    reset_rows[i].reason), want);
	}
	fix_end(f);
}

static void
reset_words_with_extension(void **state)
{
	(void)state;
	try_reasons("t4g", true);
}

static void
reset_words_without_extension(void **state)
{
	(void)state;
	try_reasons("i3", false);
}

/* Capabilities are not known yet at the first reset of a session. */
static void
first_reset_is_never_extended(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(ena_reset_word(f->dev, 18), 0xd0000001);
	fix_end(f);
}

/* ---- the handshake */

/* DEV_CTL = 1, then the response address again, then DEV_CTL = 0. */
static void
response_address_follows_the_trigger(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int i;

	(void)state;
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	for (i = 0; f->writes[i].off != 0x54; i++)
		assert_true(i < f->nwrites);
	assert_int_equal(f->writes[0].off, 0x60);
	assert_int_equal(f->writes[1].off, 0x64);
	assert_int_equal(f->writes[i].val, 1);
	assert_int_equal(f->writes[i + 1].off, 0x60);
	assert_int_equal(f->writes[i + 1].val, f->writes[0].val);
	assert_int_equal(f->writes[i + 2].off, 0x64);
	assert_int_equal(f->writes[i + 2].val, f->writes[1].val);
	for (i++; f->writes[i].off != 0x54; i++)
		assert_true(i < f->nwrites);
	assert_int_equal(f->writes[i].val, 0);
	assert_int_equal(fix_writes(f, 0x54, NULL), 2);
	fix_end(f);
}

static void
response_address_is_cleared_at_the_end(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t hi, lo;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_not_equal(fix_writes(f, 0x60, &lo), 0);
	assert_int_not_equal(fix_writes(f, 0x64, &hi), 0);
	assert_int_equal(lo, 0);
	assert_int_equal(hi, 0);
	fix_end(f);
}

/* A device that obeys when reset from outside. */
static void
cure(struct fix *f)
{
	mock_fault_clear(f->mock);
	mock_flr(f->mock);
	fix_untwist(f);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
}

static void
reset_that_never(enum mock_fault what, uint64_t least, uint64_t most)
{
	struct fix *f = fix_spec("t4g");
	uint64_t t0, us;

	f->spec.profile.reset_timeout_100ms = 3;
	fix_open(f);
	fix_fault(f, what, 0);
	t0 = sim_now(f->sim);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_TIMEOUT);
	us = sim_now(f->sim) - t0;
	assert_in_range(us, least, most);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	cure(f);
	fix_end(f);
}

static void
reset_that_never_starts(void **state)
{
	(void)state;
	reset_that_never(MOCK_F_RESET_NEVER_STARTS, 300000, 310000);
}

static void
reset_that_never_ends(void **state)
{
	(void)state;
	reset_that_never(MOCK_F_RESET_NEVER_ENDS, 300000, 312000);
}

/* Each phase has the whole time of CAPS. */
static void
phases_have_their_own_budget(void **state)
{
	struct fix *f = fix_spec("t4g");

	(void)state;
	f->spec.profile.reset_timeout_100ms = 1;
	f->spec.mock.reset_us = 94000;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_true(sim_now(f->sim) > 180000);
	fix_end(f);
}

static void
zero_reset_timeout_is_refused(void **state)
{
	struct fix *f = fix_spec("t4g");

	(void)state;
	f->spec.profile.reset_timeout_100ms = 0;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_PROTOCOL);
	assert_int_equal(fix_writes(f, 0x54, NULL), 0);
	fix_end(f);
}

static void
reset_waits_for_ready(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_twist_reg(f, 0x58, ~1U, 0);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_TIMEOUT);
	assert_int_equal(fix_writes(f, 0x54, NULL), 0);
	fix_journal(f, false);
	cure(f);
	fix_end(f);
}

/* For as long as a reset may take, that is, and not a moment less. */
static void
reset_begins_when_ready(void **state)
{
	struct fix *f = fix_new("t4g");
	unsigned int life;

	(void)state;
	for (life = 0; life < 2; life++) {
		fix_twist_reg(f, 0x58, ~1U, 0);
		assert_int_equal(fix_part(f, ENA_STATE_ADMIN_UP, 20),
		    ENA_AGAIN);
		fix_untwist(f);
		assert_int_equal(fix_steps(f), ENA_OK);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		fix_pass(f, 60000000);
	}
	fix_end(f);
}

/* Ready at first, not ready once the reset is over. */
static void
not_ready_after_reset_is_refused(void **state)
{
	struct fix *f = fix_new("t4g");
	enum ena_result r;
	uint32_t wait;

	(void)state;
	fix_journal(f, true);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_ADMIN_UP), ENA_OK);
	while ((r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN) {
		fix_pass(f, wait);
		if (sim_logged(f->sim, "not ready after reset"))
			fix_untwist(f);
		else if (fix_writes(f, 0x54, NULL) == 2)
			fix_twist_reg(f, 0x58, ~1U, 0);
	}
	assert_int_equal(r, ENA_PROTOCOL);
	assert_int_equal(fix_writes(f, 0x2c, NULL), 0);
	fix_journal(f, false);
	cure(f);
	fix_end(f);
}

static void
readless_timeout_ends_the_reset(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 2, TRIES);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_TIMEOUT);
	cure(f);
	fix_end(f);
}

/* ---- what the registers may say */

static void
controller_version_has_a_floor(void **state)
{
	static const struct {
		uint32_t version;
		enum ena_result want;
	} rows[] = {
		{ 0x01000001, ENA_OK }, { 0x00000001, ENA_OK },
		{ 0x02010000, ENA_OK }, { 0x00ffffff, ENA_OK },
		{ 0x01000000, ENA_UNSUPPORTED },
		{ 0x00000000, ENA_UNSUPPORTED },
		{ 0xfe000000, ENA_UNSUPPORTED },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = fix_spec("t4g");
		f->spec.profile.controller_version = rows[i].version;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP),
		    rows[i].want);
		if (rows[i].want == ENA_OK)
			assert_int_equal(
			    ena_dev_info(f->dev)->in_controller,
			    rows[i].version);
		fix_end(f);
	}
}

static void
dma_width_is_32_to_48(void **state)
{
	static const uint32_t bad[] = { 0, 1, 31, 49, 64, 255 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(bad); i++) {
		f = fix_new("t4g");
		fix_twist_reg(f, 0x08, ~0xff00U, bad[i] << 8);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP),
		    ENA_PROTOCOL);
		/* nothing but the response buffer was asked for */
		assert_int_equal(sim_blocks(f->ad), 1);
		fix_end(f);
	}
	for (i = 32; i <= 48; i += 4) {
		f = fix_spec("t4g");
		f->spec.profile.dma_bits = i;
		fix_open(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_dma_bits, i);
		fix_end(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readless_read_needs_no_load),
		cmocka_unit_test(request_word_is_offset_and_sequence),
		cmocka_unit_test(revision_bit_0_means_loads),
		cmocka_unit_test(loads_can_be_forced),
		cmocka_unit_test(lost_answer_is_asked_for_again),
		cmocka_unit_test(silence_times_out_and_is_not_gone),
		cmocka_unit_test(slow_answer_is_waited_for),
		cmocka_unit_test(wrong_offset_is_no_answer),
		cmocka_unit_test(stale_sequence_is_ignored),
		cmocka_unit_test(late_answer_does_not_satisfy_the_next_read),
		cmocka_unit_test(sequence_wraps),
		cmocka_unit_test(poison_is_no_answer_for_any_sequence),
		cmocka_unit_test(one_read_at_a_time),
		cmocka_unit_test(all_ones_by_load_is_gone_for_ever),
		cmocka_unit_test(all_ones_as_answer_is_gone),
		cmocka_unit_test(silence_of_a_pulled_card_is_gone),
		cmocka_unit_test(reset_words_with_extension),
		cmocka_unit_test(reset_words_without_extension),
		cmocka_unit_test(first_reset_is_never_extended),
		cmocka_unit_test(response_address_follows_the_trigger),
		cmocka_unit_test(response_address_is_cleared_at_the_end),
		cmocka_unit_test(reset_that_never_starts),
		cmocka_unit_test(reset_that_never_ends),
		cmocka_unit_test(phases_have_their_own_budget),
		cmocka_unit_test(zero_reset_timeout_is_refused),
		cmocka_unit_test(reset_waits_for_ready),
		cmocka_unit_test(reset_begins_when_ready),
		cmocka_unit_test(not_ready_after_reset_is_refused),
		cmocka_unit_test(readless_timeout_ends_the_reset),
		cmocka_unit_test(controller_version_has_a_floor),
		cmocka_unit_test(dma_width_is_32_to_48),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
