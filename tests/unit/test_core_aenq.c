/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events: each group, the ring's positions, hints, and the judgement of
 * keep-alives.  ref: protocol 7.5, 7.8, 9; pitfalls 35 to 46, 139
 */
#include "core_fix.h"

#define HEAD_DB		0x40
#define DEFAULT_ADMIN	3000000U
#define DEFAULT_READ	200000U
#define SECOND		1000000U

static const uint32_t none[12];

/* CONFIGURED, with the link event of arming out of the way. */
static struct fix *
armed(struct fix *f)
{
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	memset(&f->calls, 0, sizeof(f->calls));
	return (f);
}

static struct fix *
armed_new(const char *profile)
{
	return (armed(fix_new(profile)));
}

/* ---- groups */

static void
link_comes_with_arming(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_false(ena_link_up(f->dev));
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_true(ena_link_up(f->dev));
	assert_int_equal(f->calls.link, 1);
	assert_true(f->calls.link_up);
	assert_int_equal(ena_dev_stats(f->dev)->es_link_changes, 1);
	fix_end(f);
}

static void
link_goes_down_and_up(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	mock_set_link(f->mock, false);
	assert_true(ena_link_up(f->dev));
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_false(ena_link_up(f->dev));
	assert_false(f->calls.link_up);
	mock_set_link(f->mock, true);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_true(ena_link_up(f->dev));
	assert_int_equal(f->calls.link, 2);
	fix_end(f);
}

/* Only bit 0 says anything. */
static void
link_is_bit_0(void **state)
{
	struct fix *f = armed_new("t4g");
	uint32_t data[12];

	(void)state;
	memset(data, 0, sizeof(data));
	data[0] = 0xfffffffe;
	mock_event(f->mock, 0, 0, data);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_false(ena_link_up(f->dev));
	data[0] = 0xffffffff;
	mock_event(f->mock, 0, 0, data);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_true(ena_link_up(f->dev));
	fix_end(f);
}

static void
link_survives_a_reset(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	assert_true(ena_link_up(f->dev));
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_true(ena_link_up(f->dev));
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_true(ena_link_up(f->dev));
	fix_end(f);
}

static void
warning_is_passed_on(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	mock_event(f->mock, 2, 0x1234, none);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_int_equal(f->calls.warning, 1);
	assert_int_equal(f->calls.syndrome, 0x1234);
	assert_int_equal(ena_dev_stats(f->dev)->es_warnings, 1);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

static void
config_bitmap_is_64_bits(void **state)
{
	struct fix *f = armed_new("t4g");
	uint32_t data[12];

	(void)state;
	memset(data, 0xff, sizeof(data));
	data[0] = 0x89abcdef;
	data[1] = 0x01234567;
	mock_event(f->mock, 6, 0, data);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_int_equal(f->calls.config, 1);
	assert_true(f->calls.bitmap == 0x0123456789abcdefULL);
	fix_end(f);
}

/* Subscribed to again by each life; unknown bits reach the glue as well. */
static void
config_over_resets(void **state)
{
	struct fix *f = armed_new("t4g");
	uint32_t data[12];
	unsigned int life;

	(void)state;
	for (life = 1; life < 4; life++) {
		assert_true((ena_dev_info(f->dev)->in_aenq_groups & 0x40) !=
		    0);
		memset(data, 0, sizeof(data));
		data[life % 2] = 1U << (31 - life);
		mock_event(f->mock, 6, 0, data);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_int_equal(f->calls.config, 1);
		assert_true(f->calls.bitmap ==
		    1ULL << (31 - life + 32 * (life % 2)));
		assert_int_equal(ena_fault_reason(f->dev), -1);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		armed(f);
	}
	fix_end(f);
}

static void
fatal_error_is_a_fault(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	mock_event(f->mock, 1, 7, none);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_int_equal(ena_fault_reason(f->dev), 13);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_true(sim_logged(f->sim, "fatal error, syndrome 7"));
	fix_end(f);
}

static void
request_to_reset_is_reason_19(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	mock_event(f->mock, 7, 0, none);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	assert_int_equal(ena_fault_reason(f->dev), 19);
	assert_int_equal(ena_dev_stats(f->dev)->es_faults[19], 1);
	fix_end(f);
}

static void
unknown_groups_are_consumed(void **state)
{
	static const uint16_t groups[] = { 5, 8, 9, 31, 32, 0x7fff, 0xffff };
	struct fix *f = fix_spec("t4g");
	unsigned int i;

	(void)state;
	f->spec.profile.aenq_groups = 0xdf;
	f->spec.profile.aenq_enabled = 0xdf;
	fix_open(f);
	armed(f);
	for (i = 0; i < FIX_COUNT(groups); i++) {
		mock_event(f->mock, groups[i], 3, none);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_int_equal(ena_dev_stats(f->dev)->es_aenq_unknown,
		    i + 1);
	}
	assert_int_equal(f->calls.link + f->calls.warning +
	    f->calls.notification + f->calls.config, 0);
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

static void
unknown_notifications_do_nothing(void **state)
{
	static const uint16_t syndromes[] = { 0, 1, 3, 0xffff };
	struct fix *f = armed_new("t4g");
	uint32_t data[12];
	unsigned int i;

	(void)state;
	memset(data, 1, sizeof(data));
	for (i = 0; i < FIX_COUNT(syndromes); i++) {
		mock_event(f->mock, 3, syndromes[i], data);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_int_equal(f->calls.notification, i + 1);
		assert_int_equal(f->calls.syndrome, syndromes[i]);
		assert_int_equal(ena_dev_stats(f->dev)->es_notifications,
		    i + 1);
	}
	assert_int_equal(f->dev->dev_admin_timeout_us, DEFAULT_ADMIN);
	assert_int_equal(f->dev->dev_reg_timeout_us, DEFAULT_READ);
	fix_end(f);
}

static void
keep_alive_counters_are_totals(void **state)
{
	struct fix *f = armed_new("t4g");
	const struct ena_stats *es = ena_dev_stats(f->dev);
	uint32_t data[12];
	unsigned int i;

	(void)state;
	memset(data, 0xff, sizeof(data));
	for (i = 3; i-- > 0;) {
		data[0] = 0x10000001 + i;
		data[1] = 2;
		data[2] = 0x20000001 + i;
		data[3] = 3;
		data[4] = 0x30000001 + i;
		data[5] = 4;
		mock_event(f->mock, 4, 0, data);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		/* overwritten, also by smaller values */
		assert_true(es->es_dev_rx_drops == 0x210000001ULL + i);
		assert_true(es->es_dev_tx_drops == 0x320000001ULL + i);
		assert_true(es->es_dev_rx_overruns == 0x430000001ULL + i);
	}
	assert_int_equal(es->es_keep_alives, 3);
	fix_end(f);
}

static void
wanted_groups_are_supported_ones(void **state)
{
	static const struct {
		const char *profile;
		uint32_t groups;
	} rows[] = {
		{ "t4g", 0xdf }, { "gen6", 0xdf }, { "i3", 0x1f },
		{ "min", 0x01 }, { "max", 0xdf },
	};
	const struct fix_cmd *c;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = fix_new(rows[i].profile);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		c = fix_cmd(f, 9, 26, 0);
		assert_non_null(c);
		assert_int_equal(fix_r32(c->bytes + 20), 0);
		assert_int_equal(fix_r32(c->bytes + 24), rows[i].groups);
		assert_int_equal(ena_dev_info(f->dev)->in_aenq_groups,
		    rows[i].groups);
		fix_end(f);
	}
}

static void
nobody_need_listen(void **state)
{
	static const struct ena_events deaf;
	struct fix *f;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		f = fix_new("t4g");
		assert_int_equal(ena_dev_init(f->dev, f->os,
		    &f->spec.config, i == 0 ? NULL : &deaf, NULL), ENA_OK);
		armed(f);
		for (k = 0; k < 8; k++)
			mock_event(f->mock, (uint16_t)k, 2, none);
		/* all but group 5, which nobody subscribed to */
		assert_int_equal(ena_aenq_reap(f->dev), 7);
		fix_end(f);
	}
}

/* ---- the ring */

static void
nothing_before_arming(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, true);
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	assert_int_equal(f->nwrites, 0);
	fix_end(f);
}

static void
empty_ring_rings_no_bell(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	fix_journal(f, true);
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	assert_int_equal(f->nwrites, 0);
	fix_end(f);
}

/* Far beyond 16-bit positions; the model checks every head it is given. */
static void
flood_keeps_the_head_right(void **state)
{
	struct fix *f = armed_new("t4g");
	uint32_t head, total;
	unsigned int n;
	bool look;

	(void)state;
	for (total = 1; total < 70000; total += n) {
		n = total * 7 % 16 + 1;
		/* looking takes time: at the beginning and at the wrap */
		look = ((total + 500) & 0xffff) < 1000;
		fix_journal(f, look);
		fix_forget(f);
		fix_fault(f, MOCK_F_AENQ_FLOOD, n);
		assert_int_equal(ena_aenq_reap(f->dev), n);
		if (!look)
			continue;
		assert_int_equal(fix_writes(f, HEAD_DB, &head), 1);
		assert_int_equal(head, (16 + total + n) & 0xffff);
	}
	fix_journal(f, false);
	assert_int_equal(ena_dev_stats(f->dev)->es_aenq_unknown, total - 1);
	fix_end(f);
}

static void
flood_stops_at_the_ring(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	fix_fault(f, MOCK_F_AENQ_FLOOD, 100);
	assert_int_equal(ena_aenq_reap(f->dev), 16);
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	fix_fault(f, MOCK_F_AENQ_FLOOD, 100);
	assert_int_equal(ena_aenq_reap(f->dev), 16);
	fix_end(f);
}

/* What the interrupt did not tell is still there for the tick. */
static void
events_wait_without_an_interrupt(void **state)
{
	struct fix *f = armed_new("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 9; i++)
		fix_pass(f, SECOND);
	assert_int_equal(ena_aenq_reap(f->dev), 9);
	assert_int_equal(ena_dev_stats(f->dev)->es_keep_alives, 9);
	fix_end(f);
}

/* A device that writes the next event while the last one is looked at. */
static void
one_more(void *arg)
{
	struct fix *f = arg;
	uint16_t head = f->dev->dev_aenq_head_pos;
	uint8_t *e;

	e = (uint8_t *)f->dev->dev_dma[ENA_DMA_AENQ].dma_va + head % 16 * 64;
	memset(e, 0, 64);
	fix_w32(e, 2);
	fix_w32(e + 4, head / 16 % 2 != 0 ? 1 : 0);
}

static void
one_pass_is_one_ring(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	f->calls.hook = one_more;
	f->calls.hook_arg = f;
	mock_event(f->mock, 2, 0, none);
	assert_int_equal(ena_aenq_reap(f->dev), 16);
	assert_int_equal(f->calls.warning, 16);
	fix_end_dirty(f);
}

static void
stale_events_do_not_survive_a_reset(void **state)
{
	struct fix *f = armed_new("t4g");
	uint8_t ring[1024], zero[1024];
	unsigned int i, k;

	(void)state;
	memset(zero, 0, sizeof(zero));
	for (i = 0; i < 20; i++) {
		for (k = 0; k < 1 + i % 15; k++)
			mock_event(f->mock, 2, 0, none);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		assert_int_equal(ena_aenq_reap(f->dev), 0);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_true(sim_peek(f->ad,
		    f->dev->dev_dma[ENA_DMA_AENQ].dma_pa, ring,
		    sizeof(ring)));
		assert_memory_equal(ring, zero, sizeof(ring));
		assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_int_equal(f->calls.warning, 0);
	}
	fix_end(f);
}

/* AQ, ACQ and AENQ stay where they are: pitfall 38. */
static void
addresses_are_stable_over_resets(void **state)
{
	struct fix *f = fix_new("t4g");
	uint32_t v[6], w[6];
	unsigned int i, k;
	static const uint32_t off[6] = {
		0x10, 0x14, 0x20, 0x24, 0x38, 0x3c
	};

	(void)state;
	fix_journal(f, true);
	for (i = 0; i < 4; i++) {
		fix_forget(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		for (k = 0; k < 6; k++) {
			assert_int_equal(fix_writes(f, off[k], &w[k]), 1);
			if (i == 0)
				v[k] = w[k];
			assert_int_equal(v[k], w[k]);
		}
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	}
	fix_end(f);
}

static void
nothing_from_a_pulled_card(void **state)
{
	struct fix *f = armed_new("t4g");
	uint64_t writes;

	(void)state;
	mock_event(f->mock, 2, 0, none);
	sim_pull(f->ad);
	ena_gone(f->dev);
	writes = fix_mock(f).reg_writes;
	assert_int_equal(ena_aenq_reap(f->dev), 0);
	assert_int_equal(fix_mock(f).reg_writes, writes);
	assert_int_equal(f->calls.warning, 0);
	fix_end(f);
}

/* ---- hints */

/* Two 16-bit fields of a payload, in the order of their offsets. */
static uint32_t
pair(uint32_t a, uint32_t b)
{
#ifdef ENAHW_BYTESWAPPED
	return (a << 16 | b);
#else
	return (b << 16 | a);
#endif
}

static void
hint(struct fix *f, uint32_t mmio, uint32_t keep_alive, uint32_t admin)
{
	uint32_t data[12];

	memset(data, 0, sizeof(data));
	data[0] = pair(mmio, keep_alive);
	data[1] = pair(0x1111, 0x2222);
	data[2] = pair(admin, 0x3333);
	mock_event(f->mock, 3, 2, data);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
}

/* How long is a lost command waited for? */
static uint64_t
admin_wait(struct fix *f, uint64_t about)
{
	struct ena_dev_counters dc;
	uint64_t t0;
	bool far;

	memset(&dc, 0, sizeof(dc));
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 11, 0);
	t0 = sim_now(f->sim);
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_OK);
	while (ena_tick(f->dev) == ENA_OK) {
		far = sim_now(f->sim) - t0 + SECOND / 10 < about;
		fix_pass(f, far ? SECOND / 20 : 500);
		(void)ena_aenq_reap(f->dev);
	}
	assert_int_equal(ena_fault_reason(f->dev), 2);
	return (sim_now(f->sim) - t0);
}

/* And a lost register answer, of which there are three? */
static uint64_t
read_wait(struct fix *f)
{
	enum ena_result r;
	uint64_t t0;
	uint32_t v;

	fix_fault_full(f, MOCK_F_READLESS_LOST, 0, 0, 0, 0, 3);
	t0 = sim_now(f->sim);
	while ((r = ena_reg_read(f->dev, 0, &v)) == ENA_AGAIN)
		fix_pass(f, 100);
	assert_int_equal(r, ENA_TIMEOUT);
	return ((sim_now(f->sim) - t0) / 3);
}

static void
admin_hint(void **state)
{
	static const struct {
		uint32_t ms;
		uint64_t us;
	} rows[] = {
		{ 0, DEFAULT_ADMIN }, { 0xffff, DEFAULT_ADMIN },
		{ 1, 10000 }, { 9, 10000 }, { 10, 10000 }, { 50, 50000 },
		{ 2500, 2500000 }, { 0xfffe, 65534000 },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = armed_new("t4g");
		hint(f, 0, 0, rows[i].ms);
		assert_in_range(admin_wait(f, rows[i].us), rows[i].us,
		    rows[i].us + 500);
		fix_end(f);
	}
}

static void
register_hint(void **state)
{
	static const struct {
		uint32_t ms;
		uint64_t us;
	} rows[] = {
		{ 0, DEFAULT_READ }, { 0xffff, DEFAULT_READ },
		{ 1, 10000 }, { 11, 11000 }, { 1000, 1000000 },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = armed_new("t4g");
		hint(f, rows[i].ms, 0, 0);
		assert_in_range(read_wait(f), rows[i].us, rows[i].us + 100);
		fix_end(f);
	}
}

static void
later_hint_of_0_keeps_the_earlier_one(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	hint(f, 70, 0, 60);
	hint(f, 0, 0, 0);
	assert_in_range(read_wait(f), 70000, 70100);
	assert_in_range(admin_wait(f, 60000), 60000, 60500);
	fix_end(f);
}

static void
hints_of_the_attach_are_used(void **state)
{
	struct fix *f = armed_new("max");

	(void)state;
	assert_in_range(read_wait(f), 250000, 250100);
	assert_in_range(admin_wait(f, 2500000), 2500000, 2500500);
	fix_end(f);
}

/*
 * What the device says when it is attached anew is in force then; where it
 * says nothing, what it has said before, but that a reset's CAPS sets the time
 * for commands.
 */
static void
hints_over_resets(void **state)
{
	static const struct {
		const char *profile;
		uint64_t read, admin;
	} rows[] = {
		{ "max", 250000, 2500000 }, { "t4g", 70000, DEFAULT_ADMIN }
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = armed_new(rows[i].profile);
		hint(f, 70, 0, 60);
		assert_in_range(read_wait(f), 70000, 70100);
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		armed(f);
		assert_in_range(read_wait(f), rows[i].read,
		    rows[i].read + 100);
		assert_in_range(admin_wait(f, rows[i].admin), rows[i].admin,
		    rows[i].admin + 500);
		fix_end(f);
	}
}

/* A device that does not tell them, or does not answer at all. */
static void
hints_refused(void **state)
{
	struct fix *f = fix_spec("max");

	(void)state;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 8, 3);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_TIMEOUT);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, 8, 3);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_REFUSED);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 8, 3);
	armed(f);
	assert_in_range(read_wait(f), DEFAULT_READ, DEFAULT_READ + 100);
	fix_end(f);
}

/* ---- keep-alives */

/* Ticks and drains for us microseconds; false if it ended in a fault. */
static bool
live(struct fix *f, uint64_t us, uint64_t step)
{
	uint64_t end = sim_now(f->sim) + us;

	while (sim_now(f->sim) < end) {
		fix_pass(f, step);
		(void)ena_aenq_reap(f->dev);
		if (ena_tick(f->dev) != ENA_OK)
			return (false);
	}
	return (true);
}

/* From the last keep-alive to the fault, or 0 if there is none in time. */
static uint64_t
silence(struct fix *f, uint64_t limit)
{
	uint64_t t0;

	assert_true(live(f, 3 * SECOND + SECOND / 2, SECOND / 2));
	assert_int_not_equal(ena_dev_stats(f->dev)->es_keep_alives, 0);
	t0 = sim_now(f->sim) - SECOND / 2;
	fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
	if (live(f, limit, SECOND / 4))
		return (0);
	assert_int_equal(ena_fault_reason(f->dev), 1);
	return (sim_now(f->sim) - t0);
}

static void
silence_of_three_windows_is_a_fault(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	assert_in_range(silence(f, 60 * SECOND), 18 * SECOND, 20 * SECOND);
	fix_end(f);
}

static void
healthy_device_is_left_alone(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	assert_true(live(f, 120 * SECOND, SECOND));
	assert_int_equal(ena_dev_stats(f->dev)->es_keep_alives, 120);
	fix_end(f);
}

/* Gaps of 13 s were measured on healthy hardware: pitfall 42. */
static void
jitter_is_not_a_fault(void **state)
{
	struct fix *f = armed_new("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		fix_fault(f, MOCK_F_KEEP_ALIVE_GO, 0);
		assert_true(live(f, SECOND, SECOND));
		fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
		assert_true(live(f, 13 * SECOND, SECOND));
	}
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

/* Judging starts with the first keep-alive: pitfall 41. */
static void
device_that_never_spoke_is_not_judged(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
	assert_true(live(f, 200 * SECOND, SECOND));
	assert_int_equal(ena_fault_reason(f->dev), -1);
	/* what it said in an earlier life does not count */
	fix_fault(f, MOCK_F_KEEP_ALIVE_GO, 0);
	assert_true(live(f, 5 * SECOND, SECOND));
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
	armed(f);
	assert_true(live(f, 200 * SECOND, SECOND));
	assert_int_equal(ena_fault_reason(f->dev), -1);
	fix_end(f);
}

static void
windows_start_anew_after_a_reset(void **state)
{
	struct fix *f = armed_new("t4g");
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_in_range(silence(f, 60 * SECOND), 18 * SECOND,
		    20 * SECOND);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		fix_pass(f, 100 * SECOND);
		fix_fault(f, MOCK_F_KEEP_ALIVE_GO, 0);
		armed(f);
	}
	assert_int_equal(ena_dev_stats(f->dev)->es_faults[1], 3);
	fix_end(f);
}

static void
keep_alive_hint(void **state)
{
	static const struct {
		uint32_t ms;
		uint64_t least, most;
	} rows[] = {
		{ 0, 18 * SECOND, 20 * SECOND },
		{ 0xffff, 0, 0 },
		{ 1, 3 * SECOND, 5 * SECOND },
		{ 999, 3 * SECOND, 5 * SECOND },
		{ 2000, 6 * SECOND, 8 * SECOND },
		{ 60000, 180 * SECOND, 182 * SECOND },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = armed_new("t4g");
		hint(f, 0, rows[i].ms, 0);
		assert_in_range(silence(f, 300 * SECOND), rows[i].least,
		    rows[i].most);
		fix_end(f);
	}
}

/* A device that has no keep-alives to offer is not missed for them. */
static void
unsubscribed_keep_alive_is_not_judged(void **state)
{
	struct fix *f = fix_spec("t4g");

	(void)state;
	f->spec.profile.aenq_groups = 0x0f;
	f->spec.profile.aenq_enabled = 0x0f;
	fix_open(f);
	armed(f);
	mock_event(f->mock, 4, 0, none);
	assert_int_equal(ena_aenq_reap(f->dev), 1);
	fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
	assert_true(live(f, 100 * SECOND, SECOND));
	fix_end(f);
}

/* A device that stopped is noticed by its silence at the latest. */
static void
stopped_device_is_noticed(void **state)
{
	struct fix *f = armed_new("t4g");

	(void)state;
	assert_true(live(f, 3 * SECOND, SECOND));
	fix_fault(f, MOCK_F_FATAL, 0);
	assert_false(live(f, 30 * SECOND, SECOND));
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	armed(f);
	assert_true(live(f, 30 * SECOND, SECOND));
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(link_comes_with_arming),
		cmocka_unit_test(link_goes_down_and_up),
		cmocka_unit_test(link_is_bit_0),
		cmocka_unit_test(link_survives_a_reset),
		cmocka_unit_test(warning_is_passed_on),
		cmocka_unit_test(config_bitmap_is_64_bits),
		cmocka_unit_test(config_over_resets),
		cmocka_unit_test(fatal_error_is_a_fault),
		cmocka_unit_test(request_to_reset_is_reason_19),
		cmocka_unit_test(unknown_groups_are_consumed),
		cmocka_unit_test(unknown_notifications_do_nothing),
		cmocka_unit_test(keep_alive_counters_are_totals),
		cmocka_unit_test(wanted_groups_are_supported_ones),
		cmocka_unit_test(nobody_need_listen),
		cmocka_unit_test(nothing_before_arming),
		cmocka_unit_test(empty_ring_rings_no_bell),
		cmocka_unit_test(flood_keeps_the_head_right),
		cmocka_unit_test(flood_stops_at_the_ring),
		cmocka_unit_test(events_wait_without_an_interrupt),
		cmocka_unit_test(one_pass_is_one_ring),
		cmocka_unit_test(stale_events_do_not_survive_a_reset),
		cmocka_unit_test(addresses_are_stable_over_resets),
		cmocka_unit_test(nothing_from_a_pulled_card),
		cmocka_unit_test(admin_hint),
		cmocka_unit_test(register_hint),
		cmocka_unit_test(later_hint_of_0_keeps_the_earlier_one),
		cmocka_unit_test(hints_of_the_attach_are_used),
		cmocka_unit_test(hints_over_resets),
		cmocka_unit_test(hints_refused),
		cmocka_unit_test(silence_of_three_windows_is_a_fault),
		cmocka_unit_test(healthy_device_is_left_alone),
		cmocka_unit_test(jitter_is_not_a_fault),
		cmocka_unit_test(device_that_never_spoke_is_not_judged),
		cmocka_unit_test(windows_start_anew_after_a_reset),
		cmocka_unit_test(keep_alive_hint),
		cmocka_unit_test(unsubscribed_keep_alive_is_not_judged),
		cmocka_unit_test(stopped_device_is_noticed),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
