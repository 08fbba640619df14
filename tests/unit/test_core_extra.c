/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small optional things: allowances, SRD, the device's text, properties,
 * link speed, NUMA hints, fragment bypass, and drops over resets.
 * ref: protocol 7.13, 7.15, 7.17, 8, 10.10; pitfalls 139, 140
 */
#include "core_fix.h"

#define F_STRINGS	5
#define F_FLAGS		6
#define F_FRAG		8
#define F_LINK		27
#define OP_STATS	11
#define BASE5		(100000000ULL)

static unsigned int dones;

static void
done(struct ena_dev *dev, struct ena_req *rq)
{
	(void)dev;
	assert_false(rq->rq_busy);
	dones++;
}

static struct fix *
spec(const char *profile)
{
	struct fix *f = fix_spec(profile);

	dones = 0;
	if (f->spec.profile.max_pairs > 2)
		f->spec.config.cf_pairs = 2;
	return (f);
}

static struct fix *
up(const char *profile)
{
	struct fix *f = spec(profile);

	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static void
again(struct fix *f)
{
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
}

/* The answer to what was just posted. */
static enum ena_result
answer(struct fix *f, struct ena_req *rq, enum ena_result r)
{
	unsigned int n = dones;

	if (r != ENA_OK)
		return (r);
	assert_true(rq->rq_busy);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(dones, n + 1);
	return (rq->rq_result);
}

static enum ena_result
allowances(struct fix *f, struct ena_allowances *al)
{
	memset(al, 0x55, sizeof(*al));
	memset(&al->al_req, 0, sizeof(al->al_req));
	al->al_req.rq_done = done;
	return (answer(f, &al->al_req, ena_allowances_get(f->dev, al)));
}

static enum ena_result
srd(struct fix *f, struct ena_srd *sr)
{
	memset(sr, 0x55, sizeof(*sr));
	memset(&sr->sr_req, 0, sizeof(sr->sr_req));
	sr->sr_req.rq_done = done;
	return (answer(f, &sr->sr_req, ena_srd_get(f->dev, sr)));
}

static enum ena_result
text(struct fix *f, struct ena_stats_text *st)
{
	memset(st, 0x55, sizeof(*st));
	memset(&st->st_req, 0, sizeof(st->st_req));
	st->st_req.rq_done = done;
	return (answer(f, &st->st_req, ena_stats_text_get(f->dev, st)));
}

static enum ena_result
flags(struct fix *f, struct ena_extra *ex)
{
	return (answer(f, &ex->ex_req, ena_extra_flags_get(f->dev, ex)));
}

static enum ena_result
names(struct fix *f, struct ena_extra *ex)
{
	return (answer(f, &ex->ex_req, ena_extra_names_get(f->dev, ex)));
}

static void
extra_init(struct ena_extra *ex)
{
	memset(ex, 0x55, sizeof(*ex));
	memset(&ex->ex_req, 0, sizeof(ex->ex_req));
	ex->ex_req.rq_done = done;
}

/* ---- allowances */

static void
metric_names_are_those_of_the_cloud(void **state)
{
	static const char *const want[] = {
		"bw_in_allowance_exceeded", "bw_out_allowance_exceeded",
		"pps_allowance_exceeded", "conntrack_allowance_exceeded",
		"linklocal_allowance_exceeded",
		"conntrack_allowance_available"
	};
	unsigned int i;

	(void)state;
	assert_int_equal(ENA_METRICS, FIX_COUNT(want));
	for (i = 0; i < FIX_COUNT(want); i++)
		assert_string_equal(ena_metric_name((enum ena_metric)i),
		    want[i]);
	assert_string_equal(ena_metric_name(ENA_METRICS),
	    "unknown");
}

/* To the unit, above 32 bits, each in its own place. */
static void
customer_metrics(void **state)
{
	struct fix *f = up("max");
	struct ena_allowances al;
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	assert_int_equal(ena_dev_info(f->dev)->in_metrics, 0x3f);
	for (i = 0; i < 6; i++)
		mock_set_metric(f->mock, i, 0x500000000ULL * i + 3 * i + 1);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(allowances(f, &al), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(al.al_valid, 0x3f);
	for (i = 0; i < 6; i++)
		assert_true(al.al_value[i] ==
		    0x500000000ULL * i + 3 * i + 1);
	c = fix_cmd(f, OP_STATS, 0, 0);
	assert_int_equal(c->bytes[16], 4);
	assert_int_equal(c->bytes[17], 0);
	assert_int_equal(fix_r32(c->bytes + 4), 512);
	assert_true((fix_r32(c->bytes + 8) |
	    (uint64_t)fix_r16(c->bytes + 12) << 32) ==
	    f->dev->dev_dma[ENA_DMA_CTRL].dma_pa);
	assert_int_equal(fix_r32(c->bytes + 24), 0x3f);
	assert_int_equal(fix_r32(c->bytes + 28), 0);
	/* no flag for the buffer in the common header */
	assert_int_equal(fix_r32(c->bytes) >> 25, 0);
	mock_set_metric(f->mock, 5, 4);
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_true(al.al_value[5] == 4);
	fix_end(f);
}

/* Which there are is asked without a buffer. */
static void
discovery(void **state)
{
	struct fix *f = spec("max");
	const struct fix_cmd *c;

	(void)state;
	fix_open(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, OP_STATS, 0), 1);
	c = fix_cmd(f, OP_STATS, 0, 0);
	assert_int_equal(c->bytes[16], 4);
	assert_int_equal(fix_r32(c->bytes + 4), 0);
	assert_int_equal(fix_r32(c->bytes + 8), 0);
	assert_int_equal(fix_r32(c->bytes + 24), 0x3f);
	fix_end(f);
}

/* Values are packed: bits that are not reported take no room. */
static void
some_metrics(void **state)
{
	struct fix *f = spec("max");
	struct ena_allowances al;
	uint8_t map[8];
	unsigned int i;

	(void)state;
	fix_open(f);
	fix_w64(map, 0xffffff0000ff00aaULL);	/* and nonsense above */
	fix_twist(f, OP_STATS, 0, 8, map, sizeof(map));
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_untwist(f);
	assert_int_equal(ena_dev_info(f->dev)->in_metrics, 0x2a);
	for (i = 0; i < 6; i++)
		mock_set_metric(f->mock, i, BASE5 + i);
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_int_equal(al.al_valid, 0x2a);
	for (i = 0; i < 6; i++)
		assert_true(al.al_value[i] ==
		    (i % 2 == 1 ? BASE5 + i : 0));
	/* fewer than asked for, this time */
	fix_w64(map, 0x20);
	fix_twist(f, OP_STATS, 0, 8, map, sizeof(map));
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_int_equal(al.al_valid, 0x20);
	assert_true(al.al_value[5] == BASE5 + 1);
	assert_true(al.al_value[1] == 0);
	fix_end(f);
}

/* More than was asked for is nonsense; nothing reaches the caller. */
static void
metrics_nobody_asked_for(void **state)
{
	static const uint64_t bad[] = {
		0x7f, 0x40, 1ULL << 32, 1ULL << 63, ~0ULL
	};
	struct fix *f = up("max");
	struct ena_allowances al;
	uint8_t map[8];
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(bad); i++) {
		fix_w64(map, bad[i]);
		fix_twist(f, OP_STATS, 0, 8, map, sizeof(map));
		assert_int_equal(allowances(f, &al), ENA_PROTOCOL);
		assert_int_equal(al.al_valid, 0x55555555);
		assert_true(al.al_value[0] == 0x5555555555555555ULL);
		fix_untwist(f);
	}
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_RUNNING);
	fix_end(f);
}

/* Without customer metrics, or with an empty list: the five of ENI. */
static void
eni_instead(void **state)
{
	struct ena_allowances al;
	struct fix *f;
	uint8_t map[8];
	unsigned int i, way;

	(void)state;
	for (way = 0; way < 4; way++) {
		f = spec("max");
		if (way == 0)
			f->spec.profile.capabilities &= ~4U;
		fix_open(f);
		fix_w64(map, 0);
		if (way == 1)
			fix_twist(f, OP_STATS, 0, 8, map, sizeof(map));
		if (way >= 2)
			fix_fault_cmd(f, MOCK_F_ADMIN_STATUS,
			    way == 2 ? 3 : 5, OP_STATS, 0);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_untwist(f);
		assert_int_equal(ena_dev_info(f->dev)->in_metrics, 0x1f);
		for (i = 0; i < 6; i++)
			mock_set_metric(f->mock, i, (BASE5 << 10) + i);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(allowances(f, &al), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmd(f, OP_STATS, 0, 0)->bytes[16], 2);
		assert_int_equal(al.al_valid, 0x1f);
		for (i = 0; i < 5; i++)
			assert_true(al.al_value[i] == (BASE5 << 10) + i);
		assert_true(al.al_value[5] == 0);
		fix_end(f);
	}
}

static void
no_metrics(void **state)
{
	struct ena_allowances al;
	struct fix *f;
	unsigned int way;

	(void)state;
	for (way = 0; way < 2; way++) {
		f = spec("max");
		f->spec.profile.capabilities &= ~1U;
		if (way == 0)
			f->spec.profile.capabilities &= ~4U;
		fix_open(f);
		if (way == 1)
			fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, OP_STATS, 0);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_metrics, 0);
		assert_int_equal(allowances(f, &al), ENA_UNSUPPORTED);
		fix_end(f);
	}
	f = up("i3");
	assert_int_equal(allowances(f, &al), ENA_UNSUPPORTED);
	fix_end(f);
}

static void
metrics_lost(void **state)
{
	struct fix *f = spec("max");
	struct ena_allowances al;

	(void)state;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, OP_STATS, 0);
	assert_int_equal(fix_up(f), ENA_TIMEOUT);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 1, OP_STATS, 0);
	assert_int_equal(fix_up(f), ENA_NO_MEMORY);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(allowances(f, &al), ENA_OK);
	/* less after a reset: no customer metrics any more */
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, OP_STATS, 0);
	again(f);
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_int_equal(al.al_valid, 0x1f);
	again(f);
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_int_equal(al.al_valid, 0x3f);
	fix_end(f);
}

/* ---- SRD */

static void
srd_is_the_device_s(void **state)
{
	struct fix *f = up("max");
	struct ena_srd sr;
	uint8_t body[40];
	unsigned int i;
	uint16_t id;

	(void)state;
	for (i = 0; i < 8; i++)
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_tx_wait(f, 0, 8);
	assert_int_equal(srd(f, &sr), ENA_OK);
	assert_true(sr.sr_flags == ENA_SRD_ENABLED);
	assert_true(sr.sr_tx_pkts == 4);
	assert_true(sr.sr_eligible_pkts == 8);
	assert_true(sr.sr_rx_pkts == 0);
	assert_true(sr.sr_used_percent == 37);
	for (i = 0; i < 5; i++)
		fix_w64(body + 8 * i, 0x8000000000000001ULL + i);
	fix_twist(f, OP_STATS, 0, 8, body, sizeof(body));
	assert_int_equal(srd(f, &sr), ENA_OK);
	assert_true(sr.sr_flags == 0x8000000000000001ULL);
	assert_true(sr.sr_tx_pkts == 0x8000000000000002ULL);
	assert_true(sr.sr_eligible_pkts == 0x8000000000000003ULL);
	assert_true(sr.sr_rx_pkts == 0x8000000000000004ULL);
	assert_true(sr.sr_used_percent == 0x8000000000000005ULL);
	fix_untwist(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, OP_STATS, 0);
	assert_int_equal(srd(f, &sr), ENA_REFUSED);
	assert_true(sr.sr_tx_pkts == 0x5555555555555555ULL);
	fix_end(f);
	f = up("t4g");
	assert_int_equal(srd(f, &sr), ENA_UNSUPPORTED);
	fix_end(f);
}

/* ---- the device's own text */

static void
text_as_it_is(void **state)
{
	static const char says[] = "temperature: 41\nlane errors: 0\n";
	struct fix *f = spec("max");
	struct ena_stats_text st;
	const struct fix_cmd *c;

	(void)state;
	f->spec.mock.stats_text = says;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(text(f, &st), ENA_OK);
	fix_journal(f, false);
	assert_string_equal(st.st_text, says);
	c = fix_cmd(f, OP_STATS, 0, 0);
	assert_int_equal(c->bytes[16], 1);
	assert_int_equal(fix_r32(c->bytes + 4), 1024);
	again(f);
	assert_int_equal(text(f, &st), ENA_OK);
	assert_string_equal(st.st_text, says);
	fix_end(f);
}

/* Longer than there is room; and a device that forgets the NUL. */
static void
text_is_cut_and_ended(void **state)
{
	static char says[3000];
	struct fix *f = spec("max");
	struct ena_stats_text st;
	uint64_t pa;

	(void)state;
	memset(says, 'x', sizeof(says) - 1);
	f->spec.mock.stats_text = says;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(text(f, &st), ENA_OK);
	assert_int_equal(strlen(st.st_text), 1023);
	/* the buffer full to the brim, behind the device's back */
	memset(&st, 0, sizeof(st));
	assert_int_equal(ena_stats_text_get(f->dev, &st), ENA_OK);
	fix_pass(f, 100);
	pa = f->dev->dev_dma[ENA_DMA_CTRL].dma_pa;
	assert_true(sim_poke(f->ad, pa, says, 1024));
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(st.st_req.rq_result, ENA_OK);
	assert_int_equal(strlen(st.st_text), 1023);
	fix_end(f);
}

/* The old buffer's contents are not mistaken for an answer. */
static void
text_of_nothing(void **state)
{
	struct fix *f = spec("max");
	struct ena_stats_text st;
	struct ena_extra ex;

	(void)state;
	f->spec.mock.stats_text = "";
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	extra_init(&ex);
	assert_int_equal(names(f, &ex), ENA_OK);
	assert_int_equal(text(f, &st), ENA_OK);
	assert_string_equal(st.st_text, "");
	assert_int_equal(st.st_text[1], 0);
	assert_int_equal(st.st_text[40], 0);
	fix_end(f);
	f = up("max");
	assert_int_equal(text(f, &st), ENA_UNSUPPORTED);
	assert_int_equal(st.st_text[0], 0x55);
	fix_end(f);
}

/* ---- properties */

static void
properties(void **state)
{
	struct fix *f = up("max");
	struct ena_extra ex;
	uint32_t i;

	(void)state;
	extra_init(&ex);
	assert_int_equal(flags(f, &ex), ENA_OK);
	assert_int_equal(ex.ex_flags, 7);
	fix_twist32(f, 8, F_FLAGS, 8, 0x80000005);
	assert_int_equal(flags(f, &ex), ENA_OK);
	fix_untwist(f);
	assert_int_equal(ex.ex_flags, 0x80000005);
	assert_int_equal(names(f, &ex), ENA_OK);
	assert_int_equal(ex.ex_flags, 0x80000005);
	assert_int_equal(ex.ex_count, 3);
	assert_string_equal(ex.ex_name[0], "mock_device");
	assert_string_equal(ex.ex_name[1], "mock_second");
	assert_string_equal(ex.ex_name[2], "mock_third");
	for (i = 3; i < 32; i++)
		assert_string_equal(ex.ex_name[i], "");
	fix_end(f);
}

/* A count beyond 32, names without an end. */
static void
properties_that_lie(void **state)
{
	static const uint32_t counts[] = { 33, 4096, UINT32_MAX };
	static uint8_t buf[1024];
	struct fix *f = up("max");
	struct ena_extra ex;
	unsigned int i, k;

	(void)state;
	memset(buf, 'n', sizeof(buf));
	for (i = 0; i < FIX_COUNT(counts); i++) {
		extra_init(&ex);
		fix_twist32(f, 8, F_STRINGS, 8, counts[i]);
		assert_int_equal(ena_extra_names_get(f->dev, &ex), ENA_OK);
		fix_pass(f, 100);
		assert_true(sim_poke(f->ad,
		    f->dev->dev_dma[ENA_DMA_CTRL].dma_pa, buf, sizeof(buf)));
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		fix_untwist(f);
		assert_int_equal(ex.ex_count, 32);
		for (k = 0; k < 32; k++)
			assert_int_equal(strlen(ex.ex_name[k]), 32);
	}
	extra_init(&ex);
	fix_twist32(f, 8, F_STRINGS, 8, 0);
	assert_int_equal(names(f, &ex), ENA_OK);
	assert_int_equal(ex.ex_count, 0);
	assert_string_equal(ex.ex_name[0], "");
	fix_untwist(f);
	extra_init(&ex);
	fix_fault_full(f, MOCK_F_ADMIN_STATUS, 5, 8, 0, 0, 2);
	assert_int_equal(names(f, &ex), ENA_REFUSED);
	assert_int_equal(flags(f, &ex), ENA_REFUSED);
	assert_int_equal(ex.ex_count, 0x55555555);
	assert_int_equal(ex.ex_flags, 0x55555555);
	fix_end(f);
	f = up("t4g");
	extra_init(&ex);
	assert_int_equal(names(f, &ex), ENA_UNSUPPORTED);
	assert_int_equal(flags(f, &ex), ENA_UNSUPPORTED);
	fix_end(f);
}

/* ---- all of them: busy, states, faults, removal */

struct all {
	struct ena_allowances al;
	struct ena_srd sr;
	struct ena_stats_text st;
	struct ena_extra fl, nm;
};

/* Five questions; what each call says. */
static void
five(struct fix *f, struct all *a, enum ena_result r[5])
{
	r[0] = ena_allowances_get(f->dev, &a->al);
	r[1] = ena_stats_text_get(f->dev, &a->st);
	r[2] = ena_extra_names_get(f->dev, &a->nm);
	r[3] = ena_srd_get(f->dev, &a->sr);
	r[4] = ena_extra_flags_get(f->dev, &a->fl);
}

static void
all_say(struct fix *f, struct all *a, enum ena_result want)
{
	enum ena_result r[5];
	unsigned int i;

	five(f, a, r);
	for (i = 0; i < 5; i++)
		assert_int_equal(r[i], want);
}

/* One buffer: whoever comes second waits, and the rest does not mind. */
static void
one_buffer(void **state)
{
	static struct all a;
	struct fix *f = spec("max");
	enum ena_result r[5];
	unsigned int i;

	(void)state;
	f->spec.mock.stats_text = "text";
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	memset(&a, 0, sizeof(a));
	five(f, &a, r);
	assert_int_equal(r[0], ENA_OK);
	assert_int_equal(r[1], ENA_BUSY);
	assert_int_equal(r[2], ENA_BUSY);
	assert_int_equal(r[3], ENA_OK);
	assert_int_equal(r[4], ENA_OK);
	/* those on their way are busy themselves */
	all_say(f, &a, ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(a.al.al_req.rq_result, ENA_OK);
	assert_true(a.al.al_value[1] == 111);
	assert_int_equal(ena_stats_text_get(f->dev, &a.st), ENA_OK);
	assert_int_equal(ena_allowances_get(f->dev, &a.al), ENA_BUSY);
	assert_int_equal(ena_extra_names_get(f->dev, &a.nm), ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_string_equal(a.st.st_text, "text");
	assert_int_equal(ena_extra_names_get(f->dev, &a.nm), ENA_OK);
	assert_int_equal(ena_stats_text_get(f->dev, &a.st), ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(a.nm.ex_count, 3);
	/* a full queue is not a busy buffer */
	for (i = 0; i < 32; i++) {
		static struct ena_dev_counters dc[32];

		memset(&dc[i], 0, sizeof(dc[i]));
		assert_int_equal(ena_stats_get(f->dev, &dc[i]), ENA_OK);
	}
	all_say(f, &a, ENA_NO_ROOM);
	fix_pass(f, 1000);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(ena_stats_text_get(f->dev, &a.st), ENA_OK);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_string_equal(a.st.st_text, "text");
	fix_end(f);
}

/* Flags and names share a request: one after the other. */
static void
one_request(void **state)
{
	struct fix *f = up("max");
	struct ena_extra ex;

	(void)state;
	extra_init(&ex);
	assert_int_equal(ena_extra_names_get(f->dev, &ex), ENA_OK);
	assert_int_equal(ena_extra_flags_get(f->dev, &ex), ENA_BUSY);
	assert_int_equal(answer(f, &ex.ex_req, ENA_OK), ENA_OK);
	assert_int_equal(ex.ex_count, 3);
	assert_int_equal(ex.ex_flags, 0x55555555);
	extra_init(&ex);
	assert_int_equal(ena_extra_flags_get(f->dev, &ex), ENA_OK);
	assert_int_equal(ena_extra_names_get(f->dev, &ex), ENA_BUSY);
	assert_int_equal(answer(f, &ex.ex_req, ENA_OK), ENA_OK);
	assert_int_equal(ex.ex_flags, 7);
	assert_int_equal(ex.ex_count, 0x55555555);
	fix_end(f);
}

/* A request that is on its way with another command stays that one's. */
static void
request_of_another_command(void **state)
{
	static struct all a;
	struct fix *f = up("max");
	struct ena_req *rq[5] = {
		&a.al.al_req, &a.st.st_req, &a.nm.ex_req, &a.sr.sr_req,
		&a.fl.ex_req
	};
	enum ena_result r[5];
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		memset(&a, 0, sizeof(a));
		assert_int_equal(ena_mtu_set(f->dev, 1300 + i, rq[i]),
		    ENA_OK);
		five(f, &a, r);
		assert_int_equal(r[i], ENA_BUSY);
		fix_pass(f, 100);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
		assert_int_equal(f->dev->dev_mtu, 1300 + i);
	}
	fix_end(f);
}

/* Below ADMIN_UP there is neither a queue nor a buffer. */
static void
states(void **state)
{
	static struct all a;
	struct fix *f = spec("max");
	enum ena_result r[5];
	struct ena_allowances al;

	(void)state;
	memset(&a, 0, sizeof(a));
	f->spec.mock.stats_text = "text";
	fix_open(f);
	five(f, &a, r);
	assert_int_equal(r[1], ENA_STATE);
	assert_int_equal(r[0], ENA_UNSUPPORTED);
	assert_int_equal(fix_up(f), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	all_say(f, &a, ENA_FAULTED);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	all_say(f, &a, ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	assert_int_equal(sim_blocks(f->ad), 0);
	all_say(f, &a, ENA_STATE);
	/* without customer metrics as well */
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(allowances(f, &al), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	all_say(f, &a, ENA_GONE);
	assert_int_equal(fix_goto(f, ENA_STATE_OFF), ENA_OK);
	(void)fix_drain(f);
	all_say(f, &a, ENA_GONE);
	fix_end_dirty(f);
}

/* No answer: a reset, the buffer is free again, and so is the request. */
static void
answers_lost(void **state)
{
	static struct all a;
	struct fix *f = spec("max");
	unsigned int i;

	(void)state;
	f->spec.mock.stats_text = "text";
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	for (i = 0; i < 5; i++) {
		memset(&a, 0, sizeof(a));
		fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0,
		    i == 2 || i == 4 ? 8 : OP_STATS, 0);
		assert_int_equal(
		    i == 0 ? ena_allowances_get(f->dev, &a.al) :
		    i == 1 ? ena_stats_text_get(f->dev, &a.st) :
		    i == 2 ? ena_extra_names_get(f->dev, &a.nm) :
		    i == 3 ? ena_srd_get(f->dev, &a.sr) :
		    ena_extra_flags_get(f->dev, &a.fl), ENA_OK);
		fix_pass(f, 4000000);
		assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
		assert_int_equal((i == 0 ? &a.al.al_req :
		    i == 1 ? &a.st.st_req : i == 2 ? &a.nm.ex_req :
		    i == 3 ? &a.sr.sr_req : &a.fl.ex_req)->rq_result,
		    ENA_TIMEOUT);
		again(f);
		assert_int_equal(text(f, &a.st), ENA_OK);
	}
	/* a late one finds nobody */
	memset(&a, 0, sizeof(a));
	assert_int_equal(ena_stats_text_get(f->dev, &a.st), ENA_OK);
	again(f);
	assert_int_equal(a.st.st_req.rq_result, ENA_ABORTED);
	assert_int_equal(text(f, &a.st), ENA_OK);
	fix_end(f);
}

/* ENI has no buffer: the same without. */
static void
eni_lost(void **state)
{
	struct fix *f = spec("max");
	struct ena_allowances al;

	(void)state;
	f->spec.profile.capabilities &= ~4U;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	memset(&al, 0, sizeof(al));
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, OP_STATS, 0);
	assert_int_equal(ena_allowances_get(f->dev, &al), ENA_OK);
	fix_pass(f, 4000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(al.al_req.rq_result, ENA_TIMEOUT);
	assert_int_equal(al.al_valid, 0);
	again(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, OP_STATS, 0);
	assert_int_equal(allowances(f, &al), ENA_REFUSED);
	assert_int_equal(al.al_valid, 0x55555555);
	assert_int_equal(allowances(f, &al), ENA_OK);
	assert_true(al.al_value[4] == 411);
	fix_end(f);
}

/* All of them after resets, equal to the device's to the unit. */
static void
equal_after_resets(void **state)
{
	struct fix *f = up("max");
	struct ena_allowances al;
	struct ena_extra ex;
	struct ena_srd sr;
	unsigned int i, life;

	(void)state;
	for (life = 0; life < 4; life++) {
		fix_prove(f);
		fix_prove(f);
		for (i = 0; i < 6; i++)
			mock_set_metric(f->mock, i,
			    (BASE5 << 12) * life + 1000 * i + life);
		assert_int_equal(allowances(f, &al), ENA_OK);
		for (i = 0; i < 6; i++)
			assert_true(al.al_value[i] ==
			    mock_metric(f->mock, i));
		assert_int_equal(srd(f, &sr), ENA_OK);
		assert_true(sr.sr_flags == mock_srd(f->mock, 0));
		assert_true(sr.sr_tx_pkts == mock_srd(f->mock, 1));
		assert_true(sr.sr_eligible_pkts == mock_srd(f->mock, 2));
		assert_true(sr.sr_rx_pkts == mock_srd(f->mock, 3));
		assert_true(sr.sr_used_percent == mock_srd(f->mock, 4));
		assert_true(sr.sr_eligible_pkts == 4 * (life + 1));
		extra_init(&ex);
		assert_int_equal(flags(f, &ex), ENA_OK);
		assert_int_equal(names(f, &ex), ENA_OK);
		assert_int_equal(ex.ex_flags, 7);
		assert_string_equal(ex.ex_name[2], "mock_third");
		/* a question that the reset cuts off, and asks nobody */
		memset(&sr, 0, sizeof(sr));
		assert_int_equal(ena_srd_get(f->dev, &sr), ENA_OK);
		again(f);
		assert_int_equal(sr.sr_req.rq_result, ENA_ABORTED);
		assert_true(sr.sr_eligible_pkts == 0);
	}
	fix_end(f);
}

/* ---- link */

static void
link_speed(void **state)
{
	struct fix *f = up("max");

	(void)state;
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 200000);
	assert_false(ena_dev_info(f->dev)->in_link_half_duplex);
	fix_twist32(f, 8, F_LINK, 16, 1);
	fix_twist32(f, 8, F_LINK, 8, 25000);
	again(f);
	fix_untwist(f);
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 25000);
	assert_true(ena_dev_info(f->dev)->in_link_half_duplex);
	/* refused: not known, rather than the old value */
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 8, F_LINK);
	again(f);
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 0);
	assert_false(ena_dev_info(f->dev)->in_link_half_duplex);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, 8, F_LINK);
	again(f);
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 0);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 8, F_LINK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_TIMEOUT);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 200000);
	fix_end(f);
	/* not offered: not asked */
	f = up("t4g");
	assert_int_equal(ena_dev_info(f->dev)->in_link_mbit, 0);
	fix_end(f);
}

/* ---- fragment bypass */

static void
fragment_bypass(void **state)
{
	static const uint32_t status[] = { 0, 3, 5 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(status); i++) {
		f = spec("max");
		f->spec.config.cf_try = ENA_TRY_FRAG_BYPASS;
		fix_open(f);
		if (status[i] != 0)
			fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i], 9,
			    F_FRAG);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmds(f, 9, F_FRAG), 1);
		assert_memory_equal(fix_cmd(f, 9, F_FRAG, 0)->bytes + 20,
		    "\1\0\0\0", 4);
		assert_int_equal(ena_dev_info(f->dev)->in_frag_bypass,
		    status[i] == 0);
		/* sent again after each reset */
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmds(f, 9, F_FRAG), 2);
		assert_true(ena_dev_info(f->dev)->in_frag_bypass);
		fix_end(f);
	}
	f = spec("max");
	f->spec.config.cf_try = ENA_TRY_FRAG_BYPASS;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, F_FRAG);
	assert_int_equal(fix_up(f), ENA_TIMEOUT);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_end(f);
}

static void
fragment_bypass_absent(void **state)
{
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		f = spec(i == 0 ? "max" : "i3");
		f->spec.config.cf_try = i == 0 ?
		    ENA_TRY_ALL & ~ENA_TRY_FRAG_BYPASS : ENA_TRY_ALL;
		fix_open(f);
		fix_journal(f, true);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_cmds(f, 9, F_FRAG), 0);
		assert_false(ena_dev_info(f->dev)->in_frag_bypass);
		fix_end(f);
	}
}

/* ---- NUMA */

/* Both completion queues of the pair; TX is CQ slot i, RX pairs + i. */
static void
numa_hints(void **state)
{
	struct fix *f = up("max");
	uint32_t i, val;

	(void)state;
	for (i = 0; i < 2; i++) {
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(ena_queue_numa(f->dev, i,
		    (uint8_t)(0xff - i)), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(f->nwrites, 2);
		assert_int_equal(fix_writes(f, 0x8024 + 0x40 * i, &val), 1);
		assert_int_equal(val, 0x800000ff - i);
		assert_int_equal(fix_writes(f, 0x8024 + 0x40 * (2 + i),
		    &val), 1);
		assert_int_equal(val, 0x800000ff - i);
	}
	assert_int_equal(ena_queue_numa(f->dev, 2, 0), ENA_INVAL);
	assert_int_equal(ena_queue_numa(f->dev, UINT32_MAX, 0), ENA_INVAL);
	fix_end(f);
}

/* A place for one of the two, for none, or none that can be used. */
static void
numa_places(void **state)
{
	static const uint32_t bad[] = { 0, 4, 0x8026, 0x10000, 0xffffffff };
	struct fix_twist *t;
	struct fix *f;
	unsigned int i, way;

	(void)state;
	for (i = 0; i < FIX_COUNT(bad); i++)
		for (way = 0; way < 3; way++) {
			/* all CQs; the TX ones, which come first; the RX */
			f = spec("max");
			fix_open(f);
			t = fix_twist32(f, 3, 0, 12, bad[i]);
			t->times = way == 1 ? 2 : 0;
			t->skip = way == 2 ? 2 : 0;
			assert_int_equal(fix_up(f), ENA_OK);
			assert_int_equal(t->hits, way == 0 ? 4 : 2);
			fix_untwist(f);
			fix_forget(f);
			fix_journal(f, true);
			assert_int_equal(ena_queue_numa(f->dev, 0, 1),
			    way == 0 ? ENA_UNSUPPORTED : ENA_OK);
			fix_journal(f, false);
			assert_int_equal(f->nwrites, way != 0);
			if (way != 0)
				assert_int_equal(f->writes[0].off,
				    way == 1 ? 0x8024 + 0x80 : 0x8024);
			fix_end(f);
		}
	f = up("t4g");
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_UNSUPPORTED);
	fix_end(f);
}

static void
numa_states(void **state)
{
	struct fix *f = spec("max");

	(void)state;
	fix_open(f);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_FAULTED);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(ena_queue_numa(f->dev, 0, 1), ENA_GONE);
	fix_end_dirty(f);
}

/* ---- drops over resets */

/* n frames for which there is no buffer; a keep-alive; the total. */
static uint64_t
overruns(struct fix *f, unsigned int n)
{
	static uint8_t frame[256];
	size_t len;

	len = fix_frame(frame, FIX_UDP4, 100, 1);
	for (; n > 0; n--)
		assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
		    MOCK_RX_NO_BUFFER);
	fix_pass(f, 1000000);
	(void)ena_aenq_reap(f->dev);
	assert_int_equal(ena_tick(f->dev), ENA_OK);
	return (ena_dev_stats(f->dev)->es_dev_rx_overruns);
}

/* Whether or not a reset zeroes them, they are the device's to the unit. */
static void
drops_over_resets(void **state)
{
	struct ena_dev_counters dc;
	struct fix *f;
	unsigned int fresh, i, life;
	uint64_t total;

	(void)state;
	for (fresh = 0; fresh < 2; fresh++) {
		f = spec("t4g");
		f->spec.mock.counters_fresh = fresh != 0;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		for (total = 0, life = 0; life < 5; life++) {
			for (i = 0; i < 3; i++) {
				/* fewer than before in the first second */
				total += i + (life == 0 ? 10 : 0);
				assert_true(overruns(f, i +
				    (life == 0 ? 10 : 0)) == total);
				assert_true(fix_mock(f).rx_overruns == total);
			}
			again(f);
			assert_true(ena_dev_stats(f->dev)->
			    es_dev_rx_overruns == total);
		}
		/* the device's own view, which is not ours to mend */
		memset(&dc, 0, sizeof(dc));
		dc.dc_req.rq_done = done;
		assert_int_equal(answer(f, &dc.dc_req,
		    ena_stats_get(f->dev, &dc)), ENA_OK);
		assert_true(dc.dc_rx_overruns == (fresh != 0 ? 0 : total));
		fix_end(f);
	}
}

/* Each of the three on its own. */
static void
each_total_on_its_own(void **state)
{
	static const uint32_t life[3][3] = {
		{ 100, 200, 300 }, { 150, 20, 300 }, { 1, 30, 299 }
	};
	static const uint64_t want[3][3] = {
		{ 100, 200, 300 }, { 150, 220, 300 }, { 151, 230, 599 }
	};
	struct fix *f = up("t4g");
	const struct ena_stats *es = ena_dev_stats(f->dev);
	uint32_t data[12];
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fix_fault(f, MOCK_F_KEEP_ALIVE_STOP, 0);
		memset(data, 0, sizeof(data));
		data[0] = life[i][0];
		data[2] = life[i][1];
		data[4] = life[i][2];
		(void)ena_aenq_reap(f->dev);
		mock_event(f->mock, 4, 0, data);
		assert_int_equal(ena_aenq_reap(f->dev), 1);
		assert_true(es->es_dev_rx_drops == want[i][0]);
		assert_true(es->es_dev_tx_drops == want[i][1]);
		assert_true(es->es_dev_rx_overruns == want[i][2]);
		again(f);
	}
	fix_end(f);
}

/* ---- all together, as the two devices that have most of it serve it */

struct rich {
	const char *profile;
	uint32_t link, moder, metrics;
	uint16_t rules;
	uint8_t stamps;
};

static void
rich_use(struct fix *f, const struct rich *r, struct ena_flow_rule *fu)
{
	const struct ena_info *in = ena_dev_info(f->dev);
	struct ena_clock_time ct;
	struct ena_allowances al;
	struct ena_extra ex;
	struct ena_srd sr;
	unsigned int i;

	assert_int_equal(in->in_link_mbit, r->link);
	assert_int_equal(in->in_moder_us, r->moder);
	assert_int_equal(in->in_metrics, r->metrics);
	assert_int_equal(in->in_flow_rules, r->rules);
	assert_int_equal(in->in_stamps, r->stamps);
	assert_true(in->in_clock);
	assert_true(in->in_frag_bypass);
	assert_int_equal(allowances(f, &al), ENA_OK);
	for (i = 0; i < ENA_METRICS; i++)
		assert_true(al.al_value[i] == mock_metric(f->mock, i));
	assert_int_equal(srd(f, &sr), ENA_OK);
	assert_true(sr.sr_eligible_pkts == mock_srd(f->mock, 2));
	extra_init(&ex);
	assert_int_equal(flags(f, &ex), ENA_OK);
	assert_int_equal(names(f, &ex), ENA_OK);
	assert_string_equal(ex.ex_name[1], "mock_second");
	assert_int_equal(ena_queue_numa(f->dev, 1, 3), ENA_OK);
	assert_int_equal(ena_clock_ask(f->dev), ENA_OK);
	fix_pass(f, 5);
	assert_int_equal(ena_clock_look(f->dev, &ct), ENA_OK);
	assert_int_equal(answer(f, &fu->fu_req, ena_flow_add(f->dev, fu)),
	    ENA_OK);
	fix_prove(f);
}

static void
everything_at_once(void **state)
{
	static const struct rich rich[] = {
		{ "max", 200000, 1, 0x3f, 64,
		    ENA_STAMP_TX | ENA_STAMP_RX },
		{ "gen6", 0, 16, 0x3f, 16, ENA_STAMP_RX }
	};
	struct ena_flow_rule fu[4];
	struct fix *f;
	unsigned int i, life;

	(void)state;
	for (i = 0; i < FIX_COUNT(rich); i++) {
		f = spec(rich[i].profile);
		f->spec.config.cf_try = ENA_TRY_ALL;
		fix_open(f);
		memset(fu, 0, sizeof(fu));
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(ena_moderation_set(f->dev, 32, 16, true),
		    ENA_OK);
		for (life = 0; life < FIX_COUNT(fu); life++) {
			fu[life].fu_req.rq_done = done;
			fu[life].fu_kind = ENA_FLOW_TCP6;
			fu[life].fu_pair = (uint16_t)(life % 2);
			fu[life].fu_location = (uint16_t)life;
			rich_use(f, &rich[i], &fu[life]);
			again(f);
			/* settings are back by themselves */
			assert_int_equal(fix_cmds(f, 9, 30), life + 1);
		}
		fix_end(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metric_names_are_those_of_the_cloud),
		cmocka_unit_test(customer_metrics),
		cmocka_unit_test(discovery),
		cmocka_unit_test(some_metrics),
		cmocka_unit_test(metrics_nobody_asked_for),
		cmocka_unit_test(eni_instead),
		cmocka_unit_test(no_metrics),
		cmocka_unit_test(metrics_lost),
		cmocka_unit_test(srd_is_the_device_s),
		cmocka_unit_test(text_as_it_is),
		cmocka_unit_test(text_is_cut_and_ended),
		cmocka_unit_test(text_of_nothing),
		cmocka_unit_test(properties),
		cmocka_unit_test(properties_that_lie),
		cmocka_unit_test(one_buffer),
		cmocka_unit_test(one_request),
		cmocka_unit_test(request_of_another_command),
		cmocka_unit_test(states),
		cmocka_unit_test(answers_lost),
		cmocka_unit_test(eni_lost),
		cmocka_unit_test(equal_after_resets),
		cmocka_unit_test(link_speed),
		cmocka_unit_test(fragment_bypass),
		cmocka_unit_test(fragment_bypass_absent),
		cmocka_unit_test(numa_hints),
		cmocka_unit_test(numa_places),
		cmocka_unit_test(numa_states),
		cmocka_unit_test(drops_over_resets),
		cmocka_unit_test(each_total_on_its_own),
		cmocka_unit_test(everything_at_once),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
