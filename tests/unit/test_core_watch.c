/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The watchdog: what it finds, how soon, and what it leaves alone.
 * ref: protocol 4.5, 13.4; pitfalls 25, 43, 110, 121
 */
#include "core_fix.h"

#define DEV_STS		0x58
#define GENERIC		13
#define MISS_TX		3

static struct fix *
watch_up(const char *profile)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 2;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

/* What a glue does once a second, but for serving queues. */
static enum ena_result
second(struct fix *f)
{
	fix_pass(f, 1000000);
	(void)ena_aenq_reap(f->dev);
	return (ena_tick(f->dev));
}

/* Seconds until the tick says something, at most limit. */
static unsigned int
seconds_until(struct fix *f, enum ena_result want, unsigned int limit)
{
	enum ena_result r;
	unsigned int n;

	for (n = 1; (r = second(f)) == ENA_OK && n < limit; n++)
		if (f->npairs != 0)
			(void)ena_queue_due(f->dev, 0);
	assert_int_equal(r, want);
	return (n);
}

static void
calm(struct fix *f, unsigned int n)
{
	for (; n > 0; n--) {
		assert_int_equal(second(f), ENA_OK);
		(void)ena_queue_due(f->dev, 0);
		(void)ena_queue_due(f->dev, 1);
	}
}

/* ---- DEV_STS */

static void
fatal_bit_resets(void **state)
{
	struct fix *f;
	unsigned int direct, i;

	(void)state;
	for (i = 0; i < 4; i++) {
		direct = i % 2;
		f = fix_spec("t4g");
		f->spec.config.cf_direct_reads = direct != 0;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		calm(f, 3 + i / 2);
		fix_pass(f, 10);	/* no answer is lost with it */
		fix_fault(f, MOCK_F_FATAL, 0);
		/* two looks, or the answers to two ticks: each asks anew */
		assert_int_equal(seconds_until(f, ENA_FAULTED, 10),
		    direct ? 2 : 3);
		assert_int_equal(ena_fault_reason(f->dev), GENERIC);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
		fix_prove(f);
		fix_end(f);
	}
}

static void
one_bad_look_is_forgiven(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		fix_twist_reg(f, DEV_STS, UINT32_MAX, 0x20);
		calm(f, 1);
		fix_untwist(f);
		calm(f, 2);
	}
	fix_end(f);
}

/* The first of two bad looks does not live on behind a reset. */
static void
new_life_new_looks(void **state)
{
	struct fix *f = fix_spec("t4g");
	unsigned int life;

	(void)state;
	f->spec.config.cf_direct_reads = true;
	fix_open(f);
	for (life = 0; life < 2; life++) {
		assert_int_equal(fix_up(f), ENA_OK);
		calm(f, 1);
		fix_fault(f, MOCK_F_FATAL, 0);
		assert_int_equal(second(f), ENA_OK);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING),
		    ENA_OK);
		assert_int_equal(fix_steps(f), ENA_OK);
		fix_fault(f, MOCK_F_FATAL, 0);
		assert_int_equal(second(f), ENA_OK);
		assert_int_equal(second(f), ENA_FAULTED);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	}
	fix_end(f);
}

static void
not_ready_resets(void **state)
{
	struct fix *f = watch_up("t4g");

	(void)state;
	fix_twist_reg(f, DEV_STS, ~1U, 0);
	assert_in_range(seconds_until(f, ENA_FAULTED, 10), 2, 4);
	assert_int_equal(ena_fault_reason(f->dev), GENERIC);
	fix_untwist(f);
	fix_end(f);
}

/* Also between bring-up and traffic, and not while it is off. */
static void
watched_from_admin_up_on(void **state)
{
	static const enum ena_state up[] = {
		ENA_STATE_ADMIN_UP, ENA_STATE_CONFIGURED
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(up); i++) {
		f = fix_new("t4g");
		assert_int_equal(ena_tick(f->dev), ENA_OK);
		assert_int_equal(fix_goto(f, up[i]), ENA_OK);
		assert_int_equal(second(f), ENA_OK);
		fix_fault(f, MOCK_F_FATAL, 0);
		assert_in_range(seconds_until(f, ENA_FAULTED, 10), 2, 4);
		fix_end(f);
	}
}

static void
pulled_card_is_found(void **state)
{
	struct fix *f;
	unsigned int direct;

	(void)state;
	for (direct = 0; direct < 2; direct++) {
		f = fix_spec("t4g");
		f->spec.config.cf_direct_reads = direct != 0;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		calm(f, 2);
		sim_pull(f->ad);
		assert_in_range(seconds_until(f, ENA_GONE, 20), 1, 8);
		assert_int_equal(ena_dev_state(f->dev), ENA_STATE_GONE);
		fix_end_dirty(f);
	}
}

/* A device that answers no register reads is not judged by that. */
static void
silent_register_is_no_fault(void **state)
{
	struct fix *f = watch_up("t4g");

	(void)state;
	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 0, 20);
	calm(f, 40);
	fix_end(f);
}

/* The question in flight does not disturb the reset that comes. */
static void
question_in_flight(void **state)
{
	struct fix *f = watch_up("t4g");

	(void)state;
	fix_fault(f, MOCK_F_READLESS_LOST, 0);
	calm(f, 1);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	calm(f, 5);
	fix_prove(f);
	fix_end(f);
}

/* ---- transmit */

static void
send(struct fix *f, unsigned int n)
{
	uint16_t id;

	for (; n > 0; n--)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
}

static unsigned int
reap(struct fix *f)
{
	unsigned int count;

	assert_int_equal(fix_reap(f, 0, 1000, NULL, &count), ENA_OK);
	return (count);
}

static void
lost_packet_of_a_quiet_queue(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int n;

	(void)state;
	/* what completed long ago does not count */
	send(f, 5);
	calm(f, 1);
	assert_int_equal(reap(f), 5);
	calm(f, 12);
	fix_fault(f, MOCK_F_TX_LOST, 0);
	send(f, 1);
	n = seconds_until(f, ENA_FAULTED, 30);
	/* five seconds for the packet, at most as many for the epoch */
	assert_in_range(n, 5, 11);
	assert_int_equal(ena_fault_reason(f->dev), MISS_TX);
	fix_end(f);
}

static uint32_t
overdue(struct fix *f)
{
	struct ena_watch_stats ws;

	ena_queue_watch(f->dev, 0, &ws);
	return (ws.ws_tx_overdue);
}

/* A few among many that complete are counted, not punished; for ever. */
static void
few_lost_packets_are_counted(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	fix_fault_full(f, MOCK_F_TX_LOST, 0, 0, 0, 5, 3);
	for (i = 0; i < 60; i++) {
		send(f, 10);
		calm(f, 1);
		assert_in_range(reap(f), i == 0 ? 7 : 10, 10);
		/* a mark comes round after four epochs and looks fresh */
		assert_true(i < 12 || overdue(f) == 3 || overdue(f) == 0);
		assert_true(i < 10 || i > 14 || overdue(f) == 3);
	}
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

static void
many_lost_packets_reset(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int n;

	(void)state;
	fix_fault_full(f, MOCK_F_TX_LOST, 0, 0, 0, 0, 129);
	send(f, 140);
	for (n = 0; second(f) == ENA_OK; n++) {
		(void)reap(f);
		(void)ena_queue_due(f->dev, 0);
		send(f, 1);
		assert_true(n < 12);
	}
	assert_in_range(n, 4, 11);
	assert_int_equal(ena_fault_reason(f->dev), MISS_TX);
	fix_end(f);
}

/* Time and number come from the device, and it may say "never". */
static void
hints_rule(void **state)
{
	static const struct { uint16_t ms, count; unsigned int lost, lo, hi; }
	    row[] = {
		{ 2000, 0, 129, 2, 5 }, { 0, 20, 21, 5, 11 },
		{ 20, 0, 129, 1, 3 },
		{ 65535, 0, 500, 0, 0 }, { 0, 500, 400, 0, 0 },
	};
	struct fix *f;
	unsigned int i, n;

	(void)state;
	for (i = 0; i < FIX_COUNT(row); i++) {
		f = fix_spec("t4g");
		f->spec.profile.hints_present = true;
		f->spec.profile.features |= 1U << 3;
		f->spec.profile.features_rss |= 1U << 3;
		f->spec.profile.hint_tx_ms = row[i].ms;
		f->spec.profile.hint_tx_count = row[i].count;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		fix_fault_full(f, MOCK_F_TX_LOST, 0, 0, 0, 0, row[i].lost);
		send(f, row[i].lost);
		/* "never" is more than the longest time there is, thrice */
		for (n = 1; n < 200 && second(f) == ENA_OK; n++) {
			(void)reap(f);
			(void)ena_queue_due(f->dev, 0);
			send(f, 1);
		}
		if (row[i].hi == 0)
			assert_int_equal(n, 200);
		else
			assert_in_range(n, row[i].lo, row[i].hi);
		fix_end(f);
	}
}

/* The host itself does not look: that is no reason, until it is one. */
static void
starved_queue(void **state)
{
	struct ena_watch_stats ws;
	struct fix *f = watch_up("t4g");
	unsigned int n;

	(void)state;
	send(f, 1);
	for (n = 0; second(f) == ENA_OK; n++)
		assert_true(n < 30);
	assert_in_range(n, 9, 16);
	assert_int_equal(ena_fault_reason(f->dev), 15);
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_starved, 2);
	fix_end(f);
}

/* Once in a while is not twice in a row. */
static void
starved_now_and_then(void **state)
{
	struct fix *f = watch_up("t4g");
	struct ena_watch_stats ws;
	unsigned int i, n;

	(void)state;
	for (i = 1; i <= 3; i++) {
		send(f, 1);
		n = 0;
		do {
			assert_int_equal(second(f), ENA_OK);
			ena_queue_watch(f->dev, 0, &ws);
			assert_true(n++ < 12);
		} while (ws.ws_starved < i);
		assert_true(ena_queue_due(f->dev, 0));
		assert_int_equal(reap(f), 1);
		calm(f, 12);
	}
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_starved, 3);
	fix_end(f);
}

/* Marks of a life do not reach into the next. */
static void
new_life_new_epoch(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		calm(f, 4);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
		send(f, 5);
		calm(f, 4);
		assert_int_equal(reap(f), 5);
		calm(f, 2);
		assert_int_equal(overdue(f), 0);
	}
	fix_end(f);
}

/* Fresh memory knows no epoch; its packets still belong to this one. */
static void
new_memory_old_epoch(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		calm(f, 6);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(ena_queue_give(f->dev, 0, f->mem[0],
		    f->plan.pl_mem_bytes), ENA_OK);
		assert_int_equal(fix_up(f), ENA_OK);
		calm(f, 4);
		send(f, 1);
		/* the epoch ends, but the packet is young */
		calm(f, 2);
		assert_int_equal(overdue(f), 0);
		assert_int_equal(reap(f), 1);
	}
	fix_end(f);
}

/* ---- vectors */

/* Look as a glue does; true if there was anything. */
static bool
look(struct fix *f)
{
	bool work;

	if (!ena_queue_due(f->dev, 0))
		return (false);
	work = reap(f) != 0;
	ena_queue_polled(f->dev, 0, work);
	return (work);
}

static void
lost_interrupts_are_healed_then_punished(void **state)
{
	struct ena_watch_stats ws;
	struct fix *f;
	unsigned int before, ever, i;

	(void)state;
	for (ever = 0; ever < 2; ever++) {
		f = watch_up("t4g");
		fix_fill(f, 0, 10, 2048);
		if (ever)
			ena_queue_intr(f->dev, 0);
		calm(f, 1);
		fix_journal(f, true);
		for (i = 0; i < 4; i++) {
			assert_int_equal(ena_fault_reason(f->dev), -1);
			send(f, 1);
			assert_int_equal(second(f), ENA_OK);
			before = fix_writes(f, f->q[0].unmask, NULL);
			assert_true(look(f));
			/* suspected, re-armed twice, then the reset comes */
			assert_int_equal(fix_writes(f, f->q[0].unmask, NULL),
			    before + (i == 1 || i == 2));
			ena_queue_watch(f->dev, 0, &ws);
			assert_int_equal(ws.ws_intrs_lost, i);
		}
		assert_int_equal(ena_fault_reason(f->dev), ever ? 14 : 20);
		ena_queue_watch(f->dev, 0, &ws);
		assert_int_equal(ws.ws_intrs_lost, 3);
		assert_int_equal(ws.ws_intrs, ever);
		fix_end(f);
	}
}

/* What a vector did in a life is not held against it in the next. */
static void
new_life_new_vectors(void **state)
{
	struct ena_watch_stats ws;
	struct fix *f = watch_up("t4g");
	unsigned int i, life;

	(void)state;
	for (life = 1; life <= 2; life++) {
		if (life == 2) {
			fix_fill(f, 0, 10, 2048);
			ena_queue_intr(f->dev, 1);
		}
		/* two interrupts lost; pair 1 has no receive buffers */
		for (i = 0; i < 3; i++) {
			send(f, 1);
			assert_int_equal(second(f), ENA_OK);
			if (life == 2 && i == 0)
				assert_false(ena_queue_due(f->dev, 1));
			assert_true(look(f));
		}
		assert_int_equal(ena_fault_reason(f->dev), -1);
		ena_queue_watch(f->dev, 0, &ws);
		assert_int_equal(ws.ws_intrs_lost, 2 * life);
		/* an interrupt behind the last tick of the life */
		ena_queue_intr(f->dev, 0);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
	}
	fix_end(f);
}

/* From here on writes are kept in mind. */
static struct fix *
watch_unmasks(const char *profile)
{
	struct fix *f = watch_up(profile);

	fix_fill(f, 0, 10, 2048);
	calm(f, 1);
	fix_journal(f, true);
	return (f);
}

/* The looks have left the vector alone. */
static void
none_lost(struct fix *f)
{
	struct ena_watch_stats ws;

	assert_int_equal(fix_writes(f, f->q[0].unmask, NULL), 0);
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_intrs_lost, 0);
	fix_end(f);
}

/*
 * What a look finds may be the work of an interrupt on its way, whose handler
 * comes behind the look and unmasks: that is not for both to do.
 */
static void
one_on_its_way_is_not_lost(void **state)
{
	struct fix *f = watch_unmasks("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		send(f, 1);
		assert_int_equal(second(f), ENA_OK);
		assert_true(look(f));
		ena_queue_intr(f->dev, 0);	/* it waited for the look */
		/* in this second the vector is not quiet, in the next it is */
		assert_int_equal(second(f), ENA_OK);
		assert_false(look(f));
	}
	none_lost(f);
}

/* It comes late, but before the second look. */
static void
one_that_comes_late_is_not_lost(void **state)
{
	struct fix *f = watch_unmasks("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		send(f, 1);
		assert_int_equal(second(f), ENA_OK);
		if (i == 1)
			ena_queue_intr(f->dev, 0);
		assert_true(look(f));
	}
	none_lost(f);
}

static void
an_interrupt_in_between_forgives(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		send(f, 1);
		assert_int_equal(second(f), ENA_OK);
		if (i % 3 == 2) {
			/* it came after the tick: that look is not held
			   against it */
			ena_queue_intr(f->dev, 0);
			ena_queue_unmask(f->dev, 0);
		}
		(void)look(f);
		(void)reap(f);
	}
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

static void
quiet_and_busy_queues_are_left_alone(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int i;

	(void)state;
	fix_fill(f, 0, 10, 2048);
	calm(f, 2);
	fix_journal(f, true);
	/* quiet: looked at, nothing there, nothing written */
	for (i = 0; i < 100; i++) {
		assert_int_equal(second(f), ENA_OK);
		assert_false(look(f));
		assert_false(ena_queue_due(f->dev, 0));
	}
	assert_int_equal(fix_writes(f, f->q[0].unmask, NULL), 0);
	/* busy: not even looked at */
	for (i = 0; i < 10; i++) {
		send(f, 1);
		fix_pass(f, 100);
		ena_queue_intr(f->dev, 0);
		assert_int_equal(reap(f), 1);
		assert_int_equal(second(f), ENA_OK);
		assert_false(ena_queue_due(f->dev, 0));
	}
	fix_end(f);
}

static void
empty_receive_ring_is_due(void **state)
{
	struct ena_watch_stats ws;
	struct fix *f = watch_up("t4g");

	(void)state;
	ena_queue_intr(f->dev, 0);
	assert_int_equal(second(f), ENA_OK);
	assert_false(ena_queue_due(f->dev, 0));
	ena_queue_intr(f->dev, 0);
	assert_int_equal(second(f), ENA_OK);
	assert_true(ena_queue_due(f->dev, 0));
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_rx_empty, 1);
	fix_fill(f, 0, 1, 2048);
	ena_queue_intr(f->dev, 0);
	assert_int_equal(second(f), ENA_OK);
	assert_false(ena_queue_due(f->dev, 0));
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_rx_empty, 1);
	fix_end(f);
}

/* Without vectors nobody waits for an interrupt. */
static void
polled_queues_are_never_due(void **state)
{
	struct fix *f = fix_spec("t4g");
	unsigned int n;

	(void)state;
	f->vectors = 0;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_fault(f, MOCK_F_TX_LOST, 0);
	send(f, 1);
	for (n = 0; second(f) == ENA_OK; n++) {
		assert_false(ena_queue_due(f->dev, 0));
		assert_true(n < 30);
	}
	assert_int_equal(ena_fault_reason(f->dev), MISS_TX);
	fix_end(f);
}

/* Work that a poller finds is not what an interrupt should have told. */
static void
polled_queues_lose_no_interrupts(void **state)
{
	struct fix *f = fix_spec("t4g");
	struct ena_watch_stats ws;
	unsigned int i;

	(void)state;
	f->vectors = 0;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	for (i = 0; i < 5; i++)
		ena_queue_polled(f->dev, 0, true);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	ena_queue_watch(f->dev, 0, &ws);
	assert_int_equal(ws.ws_intrs_lost, 0);
	fix_end(f);
}

/* Who steps although RUNNING is reached begins no new life. */
static void
steps_in_running_change_nothing(void **state)
{
	struct fix *f = watch_up("t4g");
	unsigned int n;
	uint32_t wait;

	(void)state;
	fix_fault(f, MOCK_F_TX_LOST, 0);
	send(f, 1);
	for (n = 0; second(f) == ENA_OK; n++) {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_OK);
		(void)ena_queue_due(f->dev, 0);
		assert_true(n < 12);
	}
	assert_int_equal(ena_fault_reason(f->dev), MISS_TX);
	fix_end(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fatal_bit_resets),
		cmocka_unit_test(one_bad_look_is_forgiven),
		cmocka_unit_test(new_life_new_looks),
		cmocka_unit_test(not_ready_resets),
		cmocka_unit_test(watched_from_admin_up_on),
		cmocka_unit_test(pulled_card_is_found),
		cmocka_unit_test(silent_register_is_no_fault),
		cmocka_unit_test(question_in_flight),
		cmocka_unit_test(lost_packet_of_a_quiet_queue),
		cmocka_unit_test(few_lost_packets_are_counted),
		cmocka_unit_test(many_lost_packets_reset),
		cmocka_unit_test(hints_rule),
		cmocka_unit_test(starved_queue),
		cmocka_unit_test(starved_now_and_then),
		cmocka_unit_test(new_life_new_epoch),
		cmocka_unit_test(new_memory_old_epoch),
		cmocka_unit_test(lost_interrupts_are_healed_then_punished),
		cmocka_unit_test(new_life_new_vectors),
		cmocka_unit_test(one_on_its_way_is_not_lost),
		cmocka_unit_test(one_that_comes_late_is_not_lost),
		cmocka_unit_test(an_interrupt_in_between_forgives),
		cmocka_unit_test(quiet_and_busy_queues_are_left_alone),
		cmocka_unit_test(empty_receive_ring_is_due),
		cmocka_unit_test(polled_queues_are_never_due),
		cmocka_unit_test(polled_queues_lose_no_interrupts),
		cmocka_unit_test(steps_in_running_change_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
