/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt moderation: the words that unmask writes, the units behind them,
 * what adaptive moderation makes of traffic, and what a reset leaves.
 * ref: protocol 7.12, 10.9; pitfalls H
 */
#include "core_fix.h"

#define F_MODER		20
#define UNMASK		0x40000000U
#define TX(n)		((uint32_t)(n) << 15)
#define TOP		32767U		/* of a delay's field */
#define SAMPLE		64U		/* interrupts */

static struct fix *
moder_up(const char *profile)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 2;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

/* What an unmask of pair q writes; exactly one write, to the TX CQ's. */
static uint32_t
word(struct fix *f, unsigned int q)
{
	uint32_t val;

	ena_queue_mask(f->dev, q);
	fix_forget(f);
	fix_journal(f, true);
	ena_queue_unmask(f->dev, q);
	fix_journal(f, false);
	assert_int_equal(f->nwrites, 1);
	assert_int_equal(fix_writes(f, f->q[q].unmask, &val), 1);
	return (val);
}

static enum ena_result
set(struct fix *f, uint32_t rx, uint32_t tx, bool adaptive)
{
	return (ena_moderation_set(f->dev, rx, tx, adaptive));
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
none_unless_asked_for(void **state)
{
	static const char *const names[] = { "max", "c6i", "gen6", "t4g" };
	static const uint32_t unit[] = { 1, 1, 16, 0 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++) {
		f = moder_up(names[i]);
		assert_int_equal(ena_dev_info(f->dev)->in_moder_us, unit[i]);
		assert_int_equal(word(f, 0), UNMASK);
		assert_int_equal(word(f, 1), UNMASK);
		fix_end(f);
	}
}

static void
fixed_delays_in_units(void **state)
{
	struct fix *f = moder_up("max");

	(void)state;
	assert_int_equal(set(f, 20, 50, false), ENA_OK);
	/* the word of the protocol's example */
	assert_int_equal(word(f, 0), 0x40190014);
	assert_int_equal(word(f, 1), 0x40190014);
	assert_int_equal(set(f, TOP, 0, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TOP);
	assert_int_equal(set(f, 0, TOP, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(TOP));
	assert_int_equal(set(f, 0, 0, false), ENA_OK);
	assert_int_equal(word(f, 1), UNMASK);
	fix_end(f);
	f = moder_up("gen6");
	assert_int_equal(set(f, 16, 32, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(2) | 1);
	/* rounded up: 1 us is not none, 17 are not 16 */
	assert_int_equal(set(f, 1, 17, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(2) | 1);
	assert_int_equal(set(f, 16 * TOP, 16 * TOP, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(TOP) | TOP);
	fix_end(f);
}

static void
wishes_beyond_the_field(void **state)
{
	struct fix *f = moder_up("gen6");

	(void)state;
	assert_int_equal(set(f, 30, 40, false), ENA_OK);
	assert_int_equal(set(f, 16 * TOP + 1, 0, false), ENA_INVAL);
	assert_int_equal(set(f, 0, 16 * TOP + 1, true), ENA_INVAL);
	assert_int_equal(set(f, UINT32_MAX, UINT32_MAX, false), ENA_INVAL);
	assert_int_equal(word(f, 0), UNMASK | TX(3) | 2);
	fix_end(f);
}

static void
refused_where_there_is_none(void **state)
{
	struct fix *f = moder_up("t4g");

	(void)state;
	assert_int_equal(set(f, 1, 0, false), ENA_UNSUPPORTED);
	assert_int_equal(set(f, 0, 1, false), ENA_UNSUPPORTED);
	assert_int_equal(set(f, 0, 0, false), ENA_OK);
	assert_int_equal(set(f, 0, 0, true), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK);
	fix_end(f);
}

/* The feature bit is there, and the device refuses: less, not nothing. */
static void
refusal_is_no_failure(void **state)
{
	static const uint32_t status[] = { 3, 5 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(status); i++) {
		f = fix_spec("max");
		f->spec.config.cf_pairs = 2;
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i], 8, F_MODER);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_moder_us, 0);
		assert_int_equal(set(f, 9, 9, false), ENA_UNSUPPORTED);
		/* the next life has it */
		again(f);
		assert_int_equal(ena_dev_info(f->dev)->in_moder_us, 1);
		assert_int_equal(set(f, 9, 9, false), ENA_OK);
		fix_end(f);
	}
}

static void
no_answer_is_one(void **state)
{
	struct fix *f = fix_spec("max");

	(void)state;
	f->spec.config.cf_pairs = 2;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 8, F_MODER);
	assert_int_equal(fix_up(f), ENA_TIMEOUT);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_moder_us, 1);
	fix_end(f);
}

/* Largest unit there can be: nothing overflows. */
static void
largest_unit(void **state)
{
	struct fix *f = fix_spec("max");

	(void)state;
	f->spec.config.cf_pairs = 2;
	fix_open(f);
	fix_twist16(f, 8, F_MODER, 8, 65535);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_untwist(f);
	assert_int_equal(ena_dev_info(f->dev)->in_moder_us, 65535);
	assert_int_equal(set(f, 65535U * TOP, 65536, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(2) | TOP);
	assert_int_equal(set(f, 65535U * TOP + 1, 0, false), ENA_INVAL);
	fix_end(f);
}

static void
states(void **state)
{
	struct fix *f = fix_spec("max");

	(void)state;
	f->spec.config.cf_pairs = 2;
	fix_open(f);
	assert_int_equal(set(f, 0, 0, false), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(set(f, 7, 8, false), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(8) | 7);
	assert_int_equal(word(f, 1), UNMASK | TX(8) | 7);
	/* not moved by what goes through CONFIGURED */
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(set(f, 9, 8, false), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(8) | 9);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(set(f, 1, 1, false), ENA_FAULTED);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(set(f, 1, 1, false), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(word(f, 1), UNMASK | TX(8) | 9);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(set(f, 1, 1, false), ENA_GONE);
	fix_end_dirty(f);
}

/* A wish that the next life's device cannot express is cut, not wrapped. */
static void
kept_over_resets(void **state)
{
	struct fix *f = moder_up("gen6");
	struct fix_twist *t;

	(void)state;
	assert_int_equal(set(f, 320, 16 * TOP, false), ENA_OK);
	again(f);
	assert_int_equal(word(f, 0), UNMASK | TX(TOP) | 20);
	assert_int_equal(word(f, 1), UNMASK | TX(TOP) | 20);
	t = fix_twist16(f, 8, F_MODER, 8, 1);
	again(f);
	assert_int_equal(t->hits, 1);
	fix_untwist(f);
	assert_int_equal(word(f, 0), UNMASK | TX(TOP) | 320);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 8, F_MODER);
	again(f);
	assert_int_equal(word(f, 0), UNMASK);
	again(f);
	assert_int_equal(word(f, 0), UNMASK | TX(TOP) | 20);
	fix_end(f);
}

static void
nothing_while_faulted_or_polled(void **state)
{
	struct fix *f = moder_up("max");

	(void)state;
	ena_fault(f->dev, ENA_REASON_USER);
	fix_forget(f);
	fix_journal(f, true);
	ena_queue_mask(f->dev, 0);
	ena_queue_unmask(f->dev, 0);
	fix_journal(f, false);
	assert_int_equal(f->nwrites, 0);
	fix_end(f);
	f = fix_spec("max");
	f->spec.config.cf_pairs = 2;
	f->vectors = 0;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(set(f, 1, 1, false), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	ena_queue_mask(f->dev, 0);
	ena_queue_unmask(f->dev, 0);
	fix_journal(f, false);
	assert_int_equal(f->nwrites, 0);
	fix_end(f);
}

/* ---- adaptive */

/* Interrupts, each of which found n packets; the last word. */
static uint32_t
serve(struct fix *f, unsigned int q, unsigned int intrs, unsigned int n)
{
	uint32_t val;

	for (val = 0; intrs > 0; intrs--) {
		ena_rxq(f->dev, q)->rq_pkts += n / 2;
		ena_txq(f->dev, q)->tq_done_pkts += n - n / 2;
		val = word(f, q);
	}
	return (val);
}

static void
adaptive_follows_traffic(void **state)
{
	static const uint32_t up[] = { 8, 16, 32, 64, 64, 64 };
	static const uint32_t down[] = { 32, 16, 8, 0, 0, 0 };
	struct fix *f = moder_up("max");
	unsigned int i;

	(void)state;
	assert_int_equal(set(f, 64, 5, true), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | TX(5));
	assert_int_equal(serve(f, 0, SAMPLE - 2, 100), UNMASK | TX(5));
	for (i = 0; i < FIX_COUNT(up); i++) {
		assert_int_equal(serve(f, 0, 1, 100), UNMASK | TX(5) | up[i]);
		assert_int_equal(serve(f, 0, SAMPLE - 1, 100),
		    UNMASK | TX(5) | up[i]);
	}
	assert_int_equal(serve(f, 0, 1, 100), UNMASK | TX(5) | 64);
	/* in between: as it is */
	assert_int_equal(serve(f, 0, 10 * SAMPLE, 20), UNMASK | TX(5) | 64);
	for (i = 0; i < FIX_COUNT(down); i++)
		assert_int_equal(serve(f, 0, SAMPLE, 1),
		    UNMASK | TX(5) | down[i]);
	/* the other pair has seen none of it */
	assert_int_equal(word(f, 1), UNMASK | TX(5));
	fix_end(f);
}

/* More than 32 packets an interrupt, fewer than 8. */
static void
adaptive_limits(void **state)
{
	struct fix *f = moder_up("max");
	struct ena_rxq *q = ena_rxq(f->dev, 0);

	(void)state;
	assert_int_equal(set(f, 800, 0, true), ENA_OK);
	assert_int_equal(serve(f, 0, SAMPLE, 32), UNMASK);
	q->rq_pkts++;
	assert_int_equal(serve(f, 0, SAMPLE, 32), UNMASK | 100);
	assert_int_equal(serve(f, 0, SAMPLE, 8), UNMASK | 100);
	q->rq_pkts--;
	assert_int_equal(serve(f, 0, SAMPLE, 8), UNMASK);
	fix_end(f);
}

/* A new bound counts at once and at the level that was found. */
static void
adaptive_bound_changes(void **state)
{
	struct fix *f = moder_up("max");

	(void)state;
	assert_int_equal(set(f, 64, 0, true), ENA_OK);
	assert_int_equal(serve(f, 0, 2 * SAMPLE, 100), UNMASK | 16);
	assert_int_equal(set(f, 640, 0, true), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | 160);
	assert_int_equal(set(f, 640, 0, false), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | 640);
	/* fixed: interrupts are not even counted */
	assert_int_equal(serve(f, 0, 3 * SAMPLE, 100), UNMASK | 640);
	assert_int_equal(set(f, 640, 0, true), ENA_OK);
	assert_int_equal(word(f, 0), UNMASK | 160);
	fix_end(f);
}

static void
adaptive_over_resets(void **state)
{
	struct fix *f = moder_up("max");

	(void)state;
	assert_int_equal(set(f, 64, 3, true), ENA_OK);
	assert_int_equal(serve(f, 0, 4 * SAMPLE, 100), UNMASK | TX(3) | 64);
	again(f);
	assert_int_equal(word(f, 1), UNMASK | TX(3));
	assert_int_equal(serve(f, 1, SAMPLE, 100), UNMASK | TX(3) | 8);
	assert_int_equal(serve(f, 0, 5 * SAMPLE, 1), UNMASK | TX(3));
	fix_end(f);
}

/* The device waits as long as it was told. */
static void
device_waits(void **state)
{
	static uint8_t frame[256];
	struct fix *f = moder_up("gen6");
	uint64_t intrs;
	size_t len;

	(void)state;
	assert_int_equal(set(f, 160, 0, false), ENA_OK);
	assert_int_equal(fix_fill(f, 0, 4, 2048), ENA_OK);
	assert_int_equal(fix_fill(f, 1, 4, 2048), ENA_OK);
	ena_queue_unmask(f->dev, 0);
	ena_queue_unmask(f->dev, 1);
	len = fix_frame(frame, FIX_UDP4, 100, 1);
	intrs = fix_mock(f).interrupts;
	assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
	    MOCK_RX_OK);
	fix_pass(f, 150);
	assert_int_equal(fix_mock(f).interrupts, intrs);
	fix_pass(f, 20);
	assert_int_equal(fix_mock(f).interrupts, intrs + 1);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_unless_asked_for),
		cmocka_unit_test(fixed_delays_in_units),
		cmocka_unit_test(wishes_beyond_the_field),
		cmocka_unit_test(refused_where_there_is_none),
		cmocka_unit_test(refusal_is_no_failure),
		cmocka_unit_test(no_answer_is_one),
		cmocka_unit_test(largest_unit),
		cmocka_unit_test(states),
		cmocka_unit_test(kept_over_resets),
		cmocka_unit_test(nothing_while_faulted_or_polled),
		cmocka_unit_test(adaptive_follows_traffic),
		cmocka_unit_test(adaptive_limits),
		cmocka_unit_test(adaptive_bound_changes),
		cmocka_unit_test(adaptive_over_resets),
		cmocka_unit_test(device_waits),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
