/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings of an earlier life: answers and events that are still in memory when
 * the device has been reset and the rings begin anew at position 0.
 *
 * Built four times.  As it is: after any number of commands a reset brings
 * traffic back.  With STALE_COMMANDS, STALE_EVENTS or both the core that
 * keep_rings.py broke is behind it, and must come to grief: else these
 * tests would prove nothing.
 *
 * The broken core takes answers by position, not by id, and does not clear
 * AQ and ACQ.  A ring of 32 that has seen n commands has phase 1 in all of
 * its used slots while n is at most 32, and phase 0 in the first n - 32 up
 * to 64.  So a life as short as a bring-up leaves an answer for each command
 * of the next one; all of them "succeed" at once, and the doorbell of a
 * queue arrives long before a slow device has made the queue.  From as many
 * above 32 as a bring-up has up to 64, all waits are real again.  Elsewhere
 * answers are those of other commands, and what happens depends on them.
 *
 * ref: pitfalls 37, 113, 163
 */
#include "core_fix.h"
#include "few.h"

#define NUMBERS		200U	/* of commands in the first life */
#define RING		32U
#define SLOW_US		20000U	/* a command takes that long */
#define MTU		1400U

#if defined(STALE_COMMANDS) || !defined(STALE_EVENTS)

struct life {
	struct fix *f;
	unsigned int count, stop;
};

/* An answer is in the ring; is it the last one of this life? */
static void
line(void *arg, const char *text)
{
	struct life *l = arg;
	bool now;

	if (strstr(text, " dev t=") == NULL)
		return;
	/* none at all: when the rings are registered */
	if (l->stop == 0)
		now = strstr(text, " write reg=INTR_MASK ") != NULL;
	else
		now = strstr(text, " completion id=") != NULL &&
		    ++l->count == l->stop;
	if (now)
		ena_fault(l->f->dev, ENA_REASON_USER);
}

static enum ena_result
first_bring_up(struct fix *f)
{
	enum ena_result r;

	r = fix_goto(f, ENA_STATE_ADMIN_UP);
	if (r == ENA_OK)
		r = fix_plan(f);
	return (r == ENA_OK ? fix_goto(f, ENA_STATE_RUNNING) : r);
}

/*
 * A life of n answers (or a few more, where commands are under way together),
 * ended by a fault; then QUIET, and all memory as it was.  Returns how many a
 * whole bring-up took, 0 if it was cut short.
 */
static unsigned int
first_life(struct fix *f, unsigned int n)
{
	struct ena_req rq;
	struct life l;
	unsigned int whole;

	memset(&l, 0, sizeof(l));
	memset(&rq, 0, sizeof(rq));
	l.f = f;
	l.stop = n;
	sim_on_trace(f->sim, line, &l);
	whole = first_bring_up(f) == ENA_OK ? l.count : 0;
	while (whole != 0 && l.count < n) {
		SIM_CHECK(f->sim, ena_mtu_set(f->dev, MTU + l.count % 2,
		    &rq) == ENA_OK);
		while (rq.rq_busy && ena_admin_reap(f->dev) == ENA_OK)
			fix_pass(f, SLOW_US / 4);
	}
	SIM_CHECK(f->sim, l.count >= n && (whole == 0 || l.count == n));
	sim_on_trace(f->sim, NULL, NULL);
	SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_QUIET) == ENA_OK);
	(void)fix_drain(f);
	return (whole);
}

#endif

static struct fix *
slow(const char *profile)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 64;
	f->spec.config.cf_rx_depth = 64;
	f->spec.config.cf_llq = ENA_LLQ_DEVICE;
	f->spec.mock.admin_us = SLOW_US;
	fix_open(f);
	return (f);
}

#if defined(STALE_COMMANDS)

/* The first doorbell of a queue in the second life. */
static bool
struck_by(struct fix *f, const char *rule)
{
	char text[64];

	if (fix_up(f) == ENA_OK)
		(void)fix_fill(f, 0, 2, 2048);
	(void)snprintf(text, sizeof(text), "fatal rule %s ", rule);
	return (mock_is_fatal(f->mock) && sim_logged(f->sim, text));
}

static void
old_answers_end_in_fatal(void **state)
{
	unsigned int n, r, fatal, lost, sound, whole;
	struct fix *f;

	(void)state;
	/* how many commands a bring-up has */
	f = slow("t4g");
	whole = first_life(f, NUMBERS);
	fix_end_dirty(f);
	assert_in_range(whole, 11, RING - 1);
	for (n = fatal = sound = lost = 0; n <= NUMBERS; n++) {
		f = slow("t4g");
		(void)first_life(f, n);
		r = n % (2 * RING);
		if (r == 0 || r >= RING + whole) {
			/* by luck: nothing in the ring looks new; the hostile
			   world blames it all the same, the device does not */
			SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
			fix_prove(f);
			SIM_CHECK(f->sim, fix_mock(f).rules_fatal == 0);
			sound++;
		} else if (struck_by(f, "db-unknown"))
			fatal++;
		else if (n >= whole && n <= RING)
			fail_msg("%u commands, and no fatal doorbell", n);
		else
			lost++;
		fix_end_dirty(f);
	}
	printf("# bring-up of %u commands; of %u lengths of the first life "
	    "%u end in FATAL by db-unknown, %u pass by luck, %u otherwise\n",
	    whole, NUMBERS + 1, fatal, sound, lost);
	assert_true(fatal >= RING + 1 - whole);
}

#endif

#if defined(STALE_EVENTS)

static void
old_events_end_in_fatal(void **state)
{
	struct fix *f = slow("t4g");
	unsigned int i, n;

	(void)state;
	SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
	for (i = n = 0; i < 5; i++) {
		fix_pass(f, 1000000);
		n += ena_aenq_reap(f->dev);
	}
	SIM_CHECK(f->sim, n >= 3 && !mock_is_fatal(f->mock));
	ena_fault(f->dev, ENA_REASON_USER);
	SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_QUIET) == ENA_OK);
	SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
	SIM_CHECK(f->sim, ena_aenq_reap(f->dev) >= n);
	SIM_CHECK(f->sim, mock_is_fatal(f->mock));
	SIM_CHECK(f->sim, sim_logged(f->sim, "fatal rule aenq-head "));
	fix_end_dirty(f);
}

#endif

#if !defined(STALE_COMMANDS) && !defined(STALE_EVENTS)

static void
any_number_of_commands_before_a_reset(void **state)
{
	const struct mock_profile *p;
	unsigned int i, n, whole;
	struct fix *f;

	(void)state;
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++) {
		whole = 0;
		for (n = 0; n <= NUMBERS; n += few_step(7)) {
			f = slow(p->name);
			whole = first_life(f, n);
			SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
			SIM_CHECK(f->sim, !mock_is_fatal(f->mock));
			fix_prove(f);
			SIM_CHECK(f->sim, sim_lawful(f->sim));
			fix_end(f);
		}
		assert_true(whole != 0);
		printf("# %s: 0 to %u commands, bring-up has %u\n", p->name,
		    NUMBERS, whole);
	}
	assert_true(i >= 8);
}

/* Old events: only those of the new life are seen. */
static void
no_event_outlives_a_reset(void **state)
{
	struct fix *f = slow("t4g");
	unsigned int events, i, life;

	(void)state;
	SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
	for (life = 0; life < 40; life++) {
		for (i = 0; i < life; i++) {
			fix_pass(f, 1000000);
			(void)ena_aenq_reap(f->dev);
		}
		ena_fault(f->dev, ENA_REASON_USER);
		SIM_CHECK(f->sim, fix_goto(f, ENA_STATE_QUIET) == ENA_OK);
		events = (unsigned int)ena_dev_stats(f->dev)->es_aenq_events;
		SIM_CHECK(f->sim, fix_up(f) == ENA_OK);
		/* at most the link's */
		SIM_CHECK(f->sim, ena_aenq_reap(f->dev) <= 1);
		SIM_CHECK(f->sim,
		    ena_dev_stats(f->dev)->es_aenq_events <= events + 1);
		SIM_CHECK(f->sim, sim_lawful(f->sim));
	}
	fix_prove(f);
	fix_end(f);
}

#endif

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#if defined(STALE_COMMANDS)
		cmocka_unit_test(old_answers_end_in_fatal),
#endif
#if defined(STALE_EVENTS)
		cmocka_unit_test(old_events_end_in_fatal),
#endif
#if !defined(STALE_COMMANDS) && !defined(STALE_EVENTS)
		cmocka_unit_test(any_number_of_commands_before_a_reset),
		cmocka_unit_test(no_event_outlives_a_reset),
#endif
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
