/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters: the device's totals, and the core's own over a life with resets.
 * ref: protocol 8; pitfalls 13, 139, 141, 143
 */
#include "core_fix.h"

static unsigned int dones;

static void
done(struct ena_dev *dev, struct ena_req *rq)
{
	(void)dev;
	assert_false(rq->rq_busy);
	dones++;
}

static enum ena_result
get(struct fix *f, struct ena_dev_counters *dc)
{
	dc->dc_req.rq_done = done;
	return (ena_stats_get(f->dev, dc));
}

static struct fix *
up(const char *profile)
{
	struct fix *f = fix_running(profile);

	dones = 0;
	return (f);
}

/* Low word, high word, seven times. */
static void
halves_are_put_together(void **state)
{
	struct fix *f = up("t4g");
	struct ena_dev_counters dc;
	uint8_t body[56];
	unsigned int i;

	(void)state;
	for (i = 0; i < 7; i++) {
		fix_w32(body + 8 * i, 0xf0000000 + i);
		fix_w32(body + 8 * i + 4, 0x80000001 + 16 * i);
	}
	fix_twist(f, 11, 0, 8, body, sizeof(body));
	memset(&dc, 0, sizeof(dc));
	assert_int_equal(get(f, &dc), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(dones, 0);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(dones, 1);
	assert_int_equal(dc.dc_req.rq_result, ENA_OK);
	assert_true(dc.dc_tx_bytes == 0x80000001f0000000ULL);
	assert_true(dc.dc_tx_pkts == 0x80000011f0000001ULL);
	assert_true(dc.dc_rx_bytes == 0x80000021f0000002ULL);
	assert_true(dc.dc_rx_pkts == 0x80000031f0000003ULL);
	assert_true(dc.dc_rx_drops == 0x80000041f0000004ULL);
	assert_true(dc.dc_tx_drops == 0x80000051f0000005ULL);
	assert_true(dc.dc_rx_overruns == 0x80000061f0000006ULL);
	fix_end(f);
}

static void
totals_are_the_device_s(void **state)
{
	static uint8_t frame[2048];
	struct fix *f = up("t4g");
	struct ena_dev_counters dc;
	struct mock_stats st;
	unsigned int i;
	uint16_t id;
	size_t len;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_int_equal(fix_tx_one(f, 0, 2, &id), ENA_OK);
	fix_tx_wait(f, 0, 5);
	assert_int_equal(fix_fill(f, 0, 3, 2048), ENA_OK);
	assert_int_equal(fix_fill(f, 1, 3, 2048), ENA_OK);
	len = fix_frame(frame, FIX_UDP4, 500, 1);
	for (i = 0; i < 5; i++)
		(void)mock_frame_in(f->mock, frame, len, NULL);
	st = fix_mock(f);
	assert_int_equal(st.rx_pkts, 3);
	assert_int_equal(st.rx_overruns, 2);
	memset(&dc, 0xff, sizeof(dc));
	memset(&dc.dc_req, 0, sizeof(dc.dc_req));
	assert_int_equal(get(f, &dc), ENA_OK);
	assert_int_equal(get(f, &dc), ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(dones, 1);
	assert_int_equal(dc.dc_tx_pkts, 5);
	assert_int_equal(dc.dc_tx_bytes, 600);
	assert_int_equal(dc.dc_rx_pkts, 3);
	assert_int_equal(dc.dc_rx_bytes, 3 * len);
	assert_int_equal(dc.dc_rx_overruns, 2);
	assert_int_equal(dc.dc_tx_drops, 0);
	assert_int_equal(dc.dc_rx_drops, 0);
	fix_end(f);
}

static void
refusal_leaves_the_counters_alone(void **state)
{
	struct fix *f = up("t4g");
	struct ena_dev_counters dc;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	dc.dc_tx_pkts = 77;
	dc.dc_rx_overruns = 78;
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 11, 0);
	assert_int_equal(get(f, &dc), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(dones, 1);
	assert_int_equal(dc.dc_req.rq_result, ENA_UNSUPPORTED);
	assert_int_equal(dc.dc_tx_pkts, 77);
	assert_int_equal(dc.dc_rx_overruns, 78);
	fix_end(f);
}

/* No answer: a reset with the reason for it; the next life counts. */
static void
no_answer_is_a_fault(void **state)
{
	struct fix *f = up("t4g");
	struct ena_dev_counters dc;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	dc.dc_tx_pkts = 77;
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 11, 0);
	assert_int_equal(get(f, &dc), ENA_OK);
	fix_pass(f, 4000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(dones, 1);
	assert_int_equal(dc.dc_req.rq_result, ENA_TIMEOUT);
	assert_int_equal(dc.dc_tx_pkts, 77);
	assert_int_equal(ena_fault_reason(f->dev), 2);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	/* given up by a reset */
	assert_int_equal(get(f, &dc), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(dones, 2);
	assert_int_equal(dc.dc_req.rq_result, ENA_ABORTED);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(get(f, &dc), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(dc.dc_req.rq_result, ENA_OK);
	assert_int_equal(dc.dc_tx_pkts, 0);
	fix_end(f);
}

/* To the unit what the device says, whether or not a reset zeroes it. */
static void
totals_over_resets(void **state)
{
	struct ena_dev_counters dc;
	struct mock_stats base, st;
	struct fix *f;
	unsigned int fresh, life;

	(void)state;
	for (fresh = 0; fresh < 2; fresh++) {
		f = fix_spec("t4g");
		f->spec.mock.counters_fresh = fresh != 0;
		fix_open(f);
		memset(&base, 0, sizeof(base));
		for (life = 1; life < 5; life++) {
			assert_int_equal(fix_up(f), ENA_OK);
			fix_prove(f);
			st = fix_mock(f);
			memset(&dc, 0xff, sizeof(dc));
			memset(&dc.dc_req, 0, sizeof(dc.dc_req));
			assert_int_equal(get(f, &dc), ENA_OK);
			fix_pass(f, 100);
			assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
			assert_true(dc.dc_tx_pkts ==
			    st.tx_pkts - base.tx_pkts);
			assert_true(dc.dc_tx_bytes ==
			    st.tx_bytes - base.tx_bytes);
			assert_true(dc.dc_rx_pkts ==
			    st.rx_pkts - base.rx_pkts);
			assert_true(dc.dc_rx_bytes ==
			    st.rx_bytes - base.rx_bytes);
			assert_int_equal(dc.dc_rx_pkts,
			    fresh != 0 ? 1 : life);
			ena_fault(f->dev, ENA_REASON_USER);
			assert_int_equal(fix_goto(f, ENA_STATE_QUIET),
			    ENA_OK);
			(void)fix_drain(f);
			if (fresh != 0)
				base = fix_mock(f);
		}
		fix_end(f);
	}
}

static void
no_counters_without_a_device(void **state)
{
	struct fix *f = fix_new("t4g");
	struct ena_dev_counters dc;

	(void)state;
	dones = 0;
	memset(&dc, 0, sizeof(dc));
	assert_int_equal(get(f, &dc), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(get(f, &dc), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(get(f, &dc), ENA_STATE);
	assert_int_equal(dones, 1);
	fix_end(f);
}

/* Nobody need be told. */
static void
callback_is_optional(void **state)
{
	struct fix *f = up("t4g");
	struct ena_dev_counters dc;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_false(dc.dc_req.rq_busy);
	assert_int_equal(dc.dc_req.rq_result, ENA_OK);
	fix_end(f);
}

/* The core's own counters live as long as the device structure. */
static void
own_counters_survive_resets(void **state)
{
	struct fix *f = fix_new("t4g");
	const struct ena_stats *es = ena_dev_stats(f->dev);
	uint64_t cmds;
	unsigned int i;

	(void)state;
	assert_int_equal(es->es_resets, 0);
	for (i = 1; i <= 5; i++) {
		cmds = es->es_admin_cmds;
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(es->es_resets, 2 * i - 1);
		assert_int_equal(es->es_admin_cmds,
		    fix_mock(f).admin_cmds);
		assert_true(es->es_admin_cmds > cmds + 10);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_int_equal(es->es_aenq_events, i);
		assert_int_equal(es->es_link_changes, i);
		ena_fault(f->dev, 12);
		assert_int_equal(es->es_faults[12], i);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		assert_int_equal(es->es_resets, 2 * i);
		assert_int_equal(fix_mock(f).resets_by_reason[12], i);
	}
	assert_int_equal(es->es_admin_timeouts, 0);
	assert_int_equal(es->es_admin_stale, 0);
	assert_int_equal(es->es_admin_no_intr, 0);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(halves_are_put_together),
		cmocka_unit_test(totals_are_the_device_s),
		cmocka_unit_test(refusal_leaves_the_counters_alone),
		cmocka_unit_test(no_answer_is_a_fault),
		cmocka_unit_test(totals_over_resets),
		cmocka_unit_test(no_counters_without_a_device),
		cmocka_unit_test(callback_is_optional),
		cmocka_unit_test(own_counters_survive_resets),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
