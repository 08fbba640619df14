/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow steering: what is sent, where frames then land, what may not be
 * asked, and what becomes of rules in a reset.
 * ref: protocol 7.18
 */
#include "core_fix.h"

#define F_FLOW		30
#define PAIRS		4U
#define BASE		7U		/* of RX SQ handles, profile max */

static unsigned int dones;

static void
done(struct ena_dev *dev, struct ena_req *rq)
{
	(void)dev;
	assert_false(rq->rq_busy);
	dones++;
}

static struct fix *
flow_spec(void)
{
	struct fix *f = fix_spec("max");

	dones = 0;
	f->spec.config.cf_pairs = PAIRS;
	f->spec.config.cf_try = ENA_TRY_FLOWS;
	return (f);
}

static struct fix *
flow_up(void)
{
	struct fix *f = flow_spec();

	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

static void
rule_init(struct ena_flow_rule *fu, uint8_t kind, uint16_t pair,
    uint16_t location)
{
	memset(fu, 0, sizeof(*fu));
	fu->fu_req.rq_done = done;
	fu->fu_kind = kind;
	fu->fu_pair = pair;
	fu->fu_location = location;
}

/* Source port of fix_frame(), which follows from the flow. */
static void
rule_sport(struct ena_flow_rule *fu, uint32_t flow)
{
	fu->fu_sport[0] = (uint8_t)((0x4000 + flow) >> 8);
	fu->fu_sport[1] = (uint8_t)flow;
	memset(fu->fu_sport_mask, 0xff, 2);
}

/* Answered, and with what; the callback once. */
static enum ena_result
answer(struct fix *f, struct ena_flow_rule *fu, unsigned int n,
    enum ena_result r)
{
	if (r != ENA_OK)
		return (r);
	if (fu->fu_req.rq_busy) {
		fix_pass(f, 100);
		assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	}
	assert_int_equal(dones, n + 1);
	return (fu->fu_req.rq_result);
}

static enum ena_result
add(struct fix *f, struct ena_flow_rule *fu)
{
	unsigned int n = dones;

	return (answer(f, fu, n, ena_flow_add(f->dev, fu)));
}

static enum ena_result
del(struct fix *f, struct ena_flow_rule *fu)
{
	unsigned int n = dones;

	return (answer(f, fu, n, ena_flow_remove(f->dev, fu)));
}

/* The pair a frame arrives at. */
static unsigned int
lands(struct fix *f, const uint8_t *frame, size_t len)
{
	static uint8_t got[2048];
	struct ena_rx_pkt p;
	unsigned int hit, i;
	size_t n;

	for (i = 0; i < f->npairs; i++)
		assert_int_equal(fix_fill(f, i, 1, 2048), ENA_OK);
	assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
	    MOCK_RX_OK);
	hit = UINT32_MAX;
	for (i = 0; i < f->npairs; i++)
		if (fix_rx(f, i, &p, got, &n) == ENA_OK) {
			assert_int_equal(hit, UINT32_MAX);
			assert_int_equal(n, len);
			assert_memory_equal(frame, got, len);
			hit = i;
		}
	assert_true(hit < f->npairs);
	return (hit);
}

static unsigned int
lands_flow(struct fix *f, enum fix_kind kind, uint32_t flow)
{
	static uint8_t frame[256];

	return (lands(f, frame, fix_frame(frame, kind, 64, flow)));
}

static void
down(struct fix *f)
{
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
}

static void
again(struct fix *f)
{
	down(f);
	assert_int_equal(fix_up(f), ENA_OK);
}

/* ---- what is sent */

static void
words_on_the_wire(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP6, 3, 9);
	fu.fu_tos = 0x28;
	fu.fu_tos_mask = 0xfc;
	for (i = 0; i < 16; i++) {
		fu.fu_dst[i] = (uint8_t)(0x10 + i);
		fu.fu_dst_mask[i] = (uint8_t)(0x30 + i);
		fu.fu_src[i] = (uint8_t)(0x50 + i);
		fu.fu_src_mask[i] = (uint8_t)(0x70 + i);
	}
	memcpy(fu.fu_dport, "\x01\x02", 2);
	memcpy(fu.fu_dport_mask, "\x03\x04", 2);
	memcpy(fu.fu_sport, "\x05\x06", 2);
	memcpy(fu.fu_sport_mask, "\x07\x08", 2);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(add(f, &fu), ENA_OK);
	assert_int_equal(del(f, &fu), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 2);
	c = fix_cmd(f, 9, F_FLOW, 0);
	assert_int_equal(c->bytes[20], 1);
	assert_int_equal(c->bytes[21], 6);
	assert_int_equal(fix_r16(c->bytes + 22), BASE + 3);
	assert_int_equal(fix_r16(c->bytes + 24), 9);
	assert_int_equal(fix_r16(c->bytes + 26), 0);
	assert_int_equal(fix_r32(c->bytes + 28), 0);
	assert_int_equal(fix_r32(c->bytes + 4), 128);
	for (i = 0; i < 16; i++) {
		assert_int_equal(c->ctrl[i], 0x10 + i);
		assert_int_equal(c->ctrl[16 + i], 0x30 + i);
		assert_int_equal(c->ctrl[32 + i], 0x50 + i);
		assert_int_equal(c->ctrl[48 + i], 0x70 + i);
	}
	for (i = 0; i < 8; i++)
		assert_int_equal(c->ctrl[64 + i], i + 1);
	assert_int_equal(c->ctrl[72], 0x28);
	assert_int_equal(c->ctrl[73], 0xfc);
	for (i = 74; i < 128; i++)
		assert_int_equal(c->ctrl[i], 0);
	c = fix_cmd(f, 9, F_FLOW, 1);
	assert_int_equal(c->bytes[20], 2);
	assert_int_equal(fix_r16(c->bytes + 22), 0);
	assert_int_equal(fix_r16(c->bytes + 24), 9);
	/* no buffer with it */
	assert_int_equal(fix_r32(c->bytes + 4), 0);
	fix_end(f);
}

/* ---- where frames land */

static void
frames_land_on_their_pair(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;
	unsigned int other, pair;

	(void)state;
	other = lands_flow(f, FIX_UDP4, 5);
	for (pair = 0; pair < PAIRS; pair++) {
		rule_init(&fu, ENA_FLOW_UDP4, (uint16_t)pair, 0);
		rule_sport(&fu, 5);
		assert_int_equal(add(f, &fu), ENA_OK);
		assert_int_equal(lands_flow(f, FIX_UDP4, 5), pair);
		assert_int_equal(del(f, &fu), ENA_OK);
		/* back to where RSS sends it */
		assert_int_equal(lands_flow(f, FIX_UDP4, 5), other);
	}
	assert_int_equal(fix_mock(f).flow_hits, PAIRS);
	fix_end(f);
}

/* Each kind of rule takes frames of its kind and no others. */
static void
kinds(void **state)
{
	static const struct {
		uint8_t kind;
		enum fix_kind frame[3];
		unsigned int n;
	} t[] = {
		{ ENA_FLOW_IP4, { FIX_TCP4, FIX_UDP4, FIX_IP4 }, 3 },
		{ ENA_FLOW_IP6, { FIX_TCP6, FIX_UDP6, FIX_IP6 }, 3 },
		{ ENA_FLOW_TCP4, { FIX_TCP4 }, 1 },
		{ ENA_FLOW_TCP6, { FIX_TCP6 }, 1 },
		{ ENA_FLOW_UDP4, { FIX_UDP4 }, 1 },
		{ ENA_FLOW_UDP6, { FIX_UDP6 }, 1 }
	};
	struct fix *f = flow_up();
	struct ena_flow_rule fu;
	unsigned int i, k, want;
	uint64_t hits;

	(void)state;
	for (i = 0; i < FIX_COUNT(t); i++) {
		rule_init(&fu, t[i].kind, 2, 63);
		assert_int_equal(add(f, &fu), ENA_OK);
		for (k = FIX_TCP4; k <= FIX_IP6; k++) {
			hits = fix_mock(f).flow_hits;
			for (want = 0; want < t[i].n; want++)
				if (t[i].frame[want] == (enum fix_kind)k)
					break;
			want = want < t[i].n;
			if (lands_flow(f, (enum fix_kind)k, 1) != 2)
				assert_int_equal(want, 0);
			assert_int_equal(fix_mock(f).flow_hits, hits + want);
		}
		assert_int_equal(del(f, &fu), ENA_OK);
	}
	fix_end(f);
}

/* Addresses count, under their masks; the first location wins. */
static void
addresses_and_order(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule net, host, src;

	(void)state;
	rule_init(&net, ENA_FLOW_IP4, 1, 20);
	memcpy(net.fu_dst, "\x0a\x00\x00\x00", 4);
	memcpy(net.fu_dst_mask, "\xff\xff\xff\x00", 4);
	rule_init(&host, ENA_FLOW_IP4, 3, 10);
	memcpy(host.fu_dst, "\x0a\x00\x00\x02", 4);
	memset(host.fu_dst_mask, 0xff, 4);
	rule_init(&src, ENA_FLOW_IP4, 2, 5);
	memcpy(src.fu_src, "\x0a\x00\x00\x09", 4);
	memset(src.fu_src_mask, 0xff, 4);
	assert_int_equal(add(f, &net), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 1);
	assert_int_equal(add(f, &src), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 1);
	assert_int_equal(add(f, &host), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
	/* out of the middle of the list, then the ends */
	assert_int_equal(del(f, &src), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
	assert_int_equal(del(f, &host), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 1);
	assert_int_equal(del(f, &net), ENA_OK);
	assert_null(f->dev->dev_flows);
	fix_end(f);
}

/* ---- what may not be asked */

static void
arguments(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu, o;
	unsigned int n;

	(void)state;
	n = (unsigned int)fix_mock(f).admin_cmds;
	rule_init(&fu, 0, 0, 0);
	assert_int_equal(add(f, &fu), ENA_INVAL);
	fu.fu_kind = ENA_FLOW_UDP6 + 1;
	assert_int_equal(add(f, &fu), ENA_INVAL);
	rule_init(&fu, ENA_FLOW_IP4, PAIRS, 0);
	assert_int_equal(add(f, &fu), ENA_INVAL);
	rule_init(&fu, ENA_FLOW_IP4, 0, 64);
	assert_int_equal(add(f, &fu), ENA_INVAL);
	fu.fu_location = 0xffff;
	assert_int_equal(add(f, &fu), ENA_INVAL);
	assert_int_equal(del(f, &fu), ENA_STATE);
	assert_int_equal(fix_mock(f).admin_cmds, n);
	fu.fu_location = 63;
	assert_int_equal(add(f, &fu), ENA_OK);
	assert_int_equal(add(f, &fu), ENA_BUSY);
	fu.fu_location = 61;
	assert_int_equal(add(f, &fu), ENA_BUSY);
	fu.fu_location = 63;
	rule_init(&o, ENA_FLOW_UDP4, 1, 63);
	assert_int_equal(add(f, &o), ENA_BUSY);
	assert_int_equal(fix_mock(f).admin_cmds, n + 1);
	o.fu_location = 62;
	assert_int_equal(add(f, &o), ENA_OK);
	assert_int_equal(del(f, &fu), ENA_OK);
	assert_int_equal(del(f, &fu), ENA_STATE);
	fu.fu_location = 62;
	assert_int_equal(add(f, &fu), ENA_BUSY);
	fu.fu_location = 63;
	assert_int_equal(add(f, &fu), ENA_OK);
	fix_end(f);
}

/* One on its way: the rule and the control buffer are taken. */
static void
busy(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu, o;
	struct ena_stats_text st;

	(void)state;
	memset(&st, 0, sizeof(st));
	rule_init(&fu, ENA_FLOW_UDP4, 1, 0);
	rule_init(&o, ENA_FLOW_UDP4, 1, 1);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_OK);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_BUSY);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_STATE);
	assert_int_equal(ena_flow_add(f->dev, &o), ENA_BUSY);
	assert_int_equal(ena_stats_text_get(f->dev, &st), ENA_BUSY);
	assert_int_equal(answer(f, &fu, dones, ENA_OK), ENA_OK);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_OK);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_BUSY);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_BUSY);
	/* its place is not free yet */
	o.fu_location = 0;
	assert_int_equal(ena_flow_add(f->dev, &o), ENA_BUSY);
	assert_int_equal(answer(f, &fu, dones, ENA_OK), ENA_OK);
	assert_int_equal(add(f, &o), ENA_OK);
	fix_end(f);
}

/* A request that is on its way with another command stays that one's. */
static void
request_of_another_command(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 1, 0);
	assert_int_equal(ena_mtu_set(f->dev, 1400, &fu.fu_req), ENA_OK);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_BUSY);
	assert_int_equal(answer(f, &fu, dones, ENA_OK), ENA_OK);
	assert_int_equal(f->dev->dev_mtu, 1400);
	assert_null(f->dev->dev_flows);
	assert_int_equal(add(f, &fu), ENA_OK);
	assert_int_equal(ena_mtu_set(f->dev, 1300, &fu.fu_req), ENA_OK);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_BUSY);
	assert_int_equal(answer(f, &fu, dones, ENA_OK), ENA_OK);
	assert_int_equal(f->dev->dev_mtu, 1300);
	assert_int_equal(del(f, &fu), ENA_OK);
	fix_end(f);
}

static void
absent(void **state)
{
	struct ena_flow_rule fu;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		f = flow_spec();
		if (i == 0)
			f->spec.config.cf_try = ENA_TRY_ALL & ~ENA_TRY_FLOWS;
		fix_open(f);
		if (i == 1)		/* no feature, but a number */
			fix_twist32(f, 8, 1, 16, 0xbc145dfe);
		if (i == 2)		/* the feature, but none */
			fix_twist16(f, 8, 1, 38, 0);
		assert_int_equal(fix_up(f), ENA_OK);
		fix_untwist(f);
		assert_int_equal(ena_dev_info(f->dev)->in_flow_rules, 0);
		rule_init(&fu, ENA_FLOW_IP4, 0, 0);
		assert_int_equal(add(f, &fu), ENA_UNSUPPORTED);
		assert_int_equal(del(f, &fu), ENA_STATE);
		fix_end(f);
	}
}

static void
states(void **state)
{
	struct fix *f = flow_spec();
	struct ena_flow_rule fu, o;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 1, 0);
	rule_init(&o, ENA_FLOW_UDP4, 1, 1);
	fix_open(f);
	assert_int_equal(add(f, &fu), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(add(f, &fu), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(add(f, &fu), ENA_OK);
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(add(f, &o), ENA_FAULTED);
	assert_int_equal(del(f, &o), ENA_FAULTED);
	assert_int_equal(del(f, &fu), ENA_FAULTED);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(del(f, &fu), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	sim_pull(f->ad);
	ena_gone(f->dev);
	assert_int_equal(add(f, &o), ENA_GONE);
	assert_int_equal(del(f, &fu), ENA_GONE);
	fix_end_dirty(f);
}

/* A rule that the device refuses is nobody's. */
static void
refused_rules(void **state)
{
	static const struct {
		uint32_t status;
		enum ena_result r;
	} t[] = {
		{ 1, ENA_NO_MEMORY }, { 3, ENA_UNSUPPORTED },
		{ 5, ENA_REFUSED }
	};
	struct fix *f = flow_up();
	struct ena_flow_rule fu;
	unsigned int i;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 1, 0);
	for (i = 0; i < FIX_COUNT(t); i++) {
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, t[i].status, 9, F_FLOW);
		assert_int_equal(add(f, &fu), t[i].r);
		assert_null(f->dev->dev_flows);
		assert_int_equal(del(f, &fu), ENA_STATE);
		assert_int_equal(add(f, &fu), ENA_OK);
		/* one that it does not give back stays */
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, t[i].status, 9, F_FLOW);
		assert_int_equal(del(f, &fu), t[i].r);
		assert_int_equal(add(f, &fu), ENA_BUSY);
		assert_int_equal(lands_flow(f, FIX_UDP4, 1), 1);
		assert_int_equal(del(f, &fu), ENA_OK);
	}
	fix_end(f);
}

/* Where it says that it is: we know where we have put it. */
static void
answered_location_is_ignored(void **state)
{
	static const uint16_t bad[] = { 0, 6, 0x7fff, 0xffff };
	struct fix *f = flow_up();
	struct ena_flow_rule fu;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(bad); i++) {
		rule_init(&fu, ENA_FLOW_UDP4, 1, 5);
		fix_twist16(f, 9, F_FLOW, 8, bad[i]);
		assert_int_equal(add(f, &fu), ENA_OK);
		fix_untwist(f);
		assert_int_equal(fu.fu_location, 5);
		assert_int_equal(lands_flow(f, FIX_UDP4, 1), 1);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(del(f, &fu), ENA_OK);
		fix_journal(f, false);
		assert_int_equal(fix_r16(fix_cmd(f, 9, F_FLOW, 0)->bytes +
		    24), 5);
	}
	fix_end(f);
}

/* No answer to an add or a remove: a reset, and the list says what is meant. */
static void
no_answer(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 2, 0);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, F_FLOW);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_OK);
	fix_pass(f, 4000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(fu.fu_req.rq_result, ENA_TIMEOUT);
	assert_null(f->dev->dev_flows);
	again(f);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 0);
	assert_int_equal(add(f, &fu), ENA_OK);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, F_FLOW);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_OK);
	fix_pass(f, 4000000);
	assert_int_equal(ena_tick(f->dev), ENA_FAULTED);
	assert_int_equal(fu.fu_req.rq_result, ENA_TIMEOUT);
	again(f);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 1);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 2);
	assert_int_equal(del(f, &fu), ENA_OK);
	fix_end(f);
}

/* ---- resets */

static void
rules_are_sent_again(void **state)
{
	struct ena_flow_rule fu[8];
	struct fix *f = flow_up();
	unsigned int i, life;

	(void)state;
	for (i = 0; i < FIX_COUNT(fu); i++) {
		rule_init(&fu[i], ENA_FLOW_UDP4, (uint16_t)(i % PAIRS),
		    (uint16_t)(7 * i));
		rule_sport(&fu[i], 1000 + i);
		assert_int_equal(add(f, &fu[i]), ENA_OK);
	}
	for (life = 0; life < 3; life++) {
		again(f);
		assert_int_equal(fix_cmds(f, 9, F_FLOW), FIX_COUNT(fu));
		assert_int_equal(dones, FIX_COUNT(fu));
		for (i = 0; i < FIX_COUNT(fu); i++)
			assert_int_equal(lands_flow(f, FIX_UDP4, 1000 + i),
			    i % PAIRS);
	}
	/* a removed one is not */
	assert_int_equal(del(f, &fu[3]), ENA_OK);
	again(f);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), FIX_COUNT(fu) - 1);
	assert_int_equal(del(f, &fu[3]), ENA_STATE);
	/* through CONFIGURED, where no reset is */
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1006), 2);
	for (i = 0; i < FIX_COUNT(fu); i++)
		if (i != 3)
			assert_int_equal(del(f, &fu[i]), ENA_OK);
	fix_end(f);
}

/* Late answers come before the queues go: a bring-up's list stays as it is. */
static void
late_answers_come_first(void **state)
{
	struct ena_flow_rule fu[3];
	struct fix *f = flow_up();
	unsigned int i, round;

	(void)state;
	for (i = 0; i < FIX_COUNT(fu); i++) {
		rule_init(&fu[i], ENA_FLOW_UDP4, (uint16_t)(i + 1),
		    (uint16_t)i);
		rule_sport(&fu[i], 1000 + i);
		assert_int_equal(add(f, &fu[i]), ENA_OK);
	}
	for (round = 0; round < 2; round++) {
		fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 20000, 9, F_FLOW);
		assert_int_equal(round == 0 ? ena_flow_remove(f->dev, &fu[1]) :
		    ena_flow_add(f->dev, &fu[1]), ENA_OK);
		assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
		assert_false(fu[1].fu_req.rq_busy);
		assert_int_equal(fu[1].fu_req.rq_result, ENA_OK);
		assert_true(fu[1].fu_listed == (round == 1));
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(lands_flow(f, FIX_UDP4, 1000), 1);
		assert_int_equal(lands_flow(f, FIX_UDP4, 1002), 3);
		if (round == 1)
			assert_int_equal(lands_flow(f, FIX_UDP4, 1001), 2);
	}
	for (i = 0; i < FIX_COUNT(fu); i++)
		assert_int_equal(del(f, &fu[i]), ENA_OK);
	fix_end(f);
}

/* A reset answers what was on its way, and the list says what is meant. */
static void
reset_in_between(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 3, 0);
	assert_int_equal(ena_flow_add(f->dev, &fu), ENA_OK);
	down(f);
	assert_int_equal(dones, 1);
	assert_int_equal(fu.fu_req.rq_result, ENA_ABORTED);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 0);
	assert_int_equal(add(f, &fu), ENA_OK);
	assert_int_equal(ena_flow_remove(f->dev, &fu), ENA_OK);
	down(f);
	assert_int_equal(dones, 3);
	assert_int_equal(fu.fu_req.rq_result, ENA_ABORTED);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
	assert_int_equal(del(f, &fu), ENA_OK);
	fix_end(f);
}

/* Fewer pairs: the rule waits for better times, and can be taken out. */
static void
pairs_become_fewer(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu[2];
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		rule_init(&fu[i], ENA_FLOW_UDP4, i == 0 ? 3 : 1, (uint16_t)i);
		rule_sport(&fu[i], 40 + i);
		assert_int_equal(add(f, &fu[i]), ENA_OK);
	}
	down(f);
	assert_int_equal(ena_queue_wish(f->dev, 2, 0, 0), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(f->npairs, 2);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 1);
	assert_true(sim_logged(f->sim, "flow rule 0"));
	assert_int_equal(lands_flow(f, FIX_UDP4, 41), 1);
	down(f);
	assert_int_equal(ena_queue_wish(f->dev, PAIRS, 0, 0), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 40), 3);
	down(f);
	assert_int_equal(ena_queue_wish(f->dev, 2, 0, 0), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	/* the device has never heard of it in this life */
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(del(f, &fu[0]), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(f->ncmds, 0);
	assert_int_equal(add(f, &fu[0]), ENA_INVAL);
	assert_int_equal(del(f, &fu[1]), ENA_OK);
	assert_null(f->dev->dev_flows);
	fix_end(f);
}

/* The same without a reset: the device still has it, and is asked. */
static void
fewer_pairs_without_a_reset(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 3, 0);
	assert_int_equal(add(f, &fu), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(ena_queue_wish(f->dev, 2, 0, 0), ENA_OK);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(del(f, &fu), ENA_OK);
	fix_journal(f, false);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 1);
	fix_end(f);
}

/* Fewer places, and none at all. */
static void
places_become_fewer(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu[2];

	(void)state;
	rule_init(&fu[0], ENA_FLOW_UDP4, 3, 16);
	rule_init(&fu[1], ENA_FLOW_TCP4, 2, 15);
	assert_int_equal(add(f, &fu[0]), ENA_OK);
	assert_int_equal(add(f, &fu[1]), ENA_OK);
	fix_twist16(f, 8, 1, 38, 16);
	again(f);
	fix_untwist(f);
	assert_int_equal(ena_dev_info(f->dev)->in_flow_rules, 16);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 1);
	assert_int_equal(lands_flow(f, FIX_TCP4, 1), 2);
	fix_twist16(f, 8, 1, 38, 0);
	again(f);
	fix_untwist(f);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 0);
	assert_int_equal(del(f, &fu[0]), ENA_OK);
	/* back again */
	again(f);
	assert_int_equal(fix_cmds(f, 9, F_FLOW), 1);
	assert_int_equal(lands_flow(f, FIX_TCP4, 1), 2);
	fix_end(f);
}

/* Refused in a bring-up: less, not nothing; its remove is done at once. */
static void
refused_when_sent_again(void **state)
{
	static const uint32_t status[] = { 3, 5 };
	struct fix *f = flow_up();
	struct ena_flow_rule fu[2];
	unsigned int i, n;

	(void)state;
	rule_init(&fu[0], ENA_FLOW_UDP4, 3, 0);
	rule_init(&fu[1], ENA_FLOW_TCP4, 2, 1);
	for (i = 0; i < FIX_COUNT(status); i++) {
		assert_int_equal(add(f, &fu[0]), ENA_OK);
		assert_int_equal(add(f, &fu[1]), ENA_OK);
		down(f);
		/* the newest goes first */
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i], 9, F_FLOW);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
		n = (unsigned int)fix_mock(f).admin_cmds;
		assert_int_equal(del(f, &fu[1]), ENA_OK);
		assert_int_equal(fix_mock(f).admin_cmds, n);
		assert_int_equal(del(f, &fu[0]), ENA_OK);
		assert_int_equal(fix_mock(f).admin_cmds, n + 1);
	}
	/* nobody need be told */
	assert_int_equal(add(f, &fu[0]), ENA_OK);
	down(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 9, F_FLOW);
	assert_int_equal(fix_up(f), ENA_OK);
	fu[0].fu_req.rq_done = NULL;
	assert_int_equal(ena_flow_remove(f->dev, &fu[0]), ENA_OK);
	assert_int_equal(fu[0].fu_req.rq_result, ENA_OK);
	assert_null(f->dev->dev_flows);
	fix_end(f);
}

/* No room or no answer is not "less": the bring-up fails and is tried again. */
static void
bring_up_fails(void **state)
{
	struct fix *f = flow_up();
	struct ena_flow_rule fu;

	(void)state;
	rule_init(&fu, ENA_FLOW_UDP4, 3, 0);
	assert_int_equal(add(f, &fu), ENA_OK);
	down(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, F_FLOW);
	assert_int_equal(fix_up(f), ENA_TIMEOUT);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
	down(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 1, 9, F_FLOW);
	assert_int_equal(fix_up(f), ENA_NO_MEMORY);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(lands_flow(f, FIX_UDP4, 1), 3);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_on_the_wire),
		cmocka_unit_test(frames_land_on_their_pair),
		cmocka_unit_test(kinds),
		cmocka_unit_test(addresses_and_order),
		cmocka_unit_test(arguments),
		cmocka_unit_test(busy),
		cmocka_unit_test(request_of_another_command),
		cmocka_unit_test(absent),
		cmocka_unit_test(states),
		cmocka_unit_test(refused_rules),
		cmocka_unit_test(answered_location_is_ignored),
		cmocka_unit_test(no_answer),
		cmocka_unit_test(rules_are_sent_again),
		cmocka_unit_test(late_answers_come_first),
		cmocka_unit_test(reset_in_between),
		cmocka_unit_test(pairs_become_fewer),
		cmocka_unit_test(fewer_pairs_without_a_reset),
		cmocka_unit_test(places_become_fewer),
		cmocka_unit_test(refused_when_sent_again),
		cmocka_unit_test(bring_up_fails),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
