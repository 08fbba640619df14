/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive side scaling: what the device is told at bring-up and at run time,
 * what is kept over resets, and that frames go where the table says.
 * ref: protocol 7.9 to 7.11; pitfalls 94 to 102
 */
#include "core_fix.h"
#include "mock_net.h"

/* The public verification key and one of its vectors. */
static const uint8_t ms_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

static uint8_t frame[2048], got[2048];

static void
some_key(uint8_t key[40], unsigned int salt)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		key[i] = (uint8_t)(i * 41 + salt * 7 + 3);
}

static struct fix *
rss_spec(const char *profile, uint16_t pairs)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = pairs;
	return (f);
}

static struct fix *
rss_open(struct fix *f)
{
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	return (f);
}

/* Entry i of the last table sent; f's journal holds the commands. */
static unsigned int
entry(const struct fix *f, unsigned int i)
{
	const struct fix_cmd *c;
	unsigned int n;

	n = fix_cmds(f, 9, 12);
	assert_int_not_equal(n, 0);
	c = fix_cmd(f, 9, 12, n - 1);
	assert_int_equal(fix_r16(c->ctrl + 4 * i + 2), 0);
	return (fix_r16(c->ctrl + 4 * i));
}

/* Table: 1 << log2 entries, pair i mod pairs, as RX SQ handles. */
static void
default_table(const struct fix *f, unsigned int log2, unsigned int pairs)
{
	const struct fix_cmd *c;
	unsigned int i;

	assert_int_equal(fix_cmds(f, 9, 12), 1);
	c = fix_cmd(f, 9, 12, 0);
	assert_int_equal(fix_r32(c->bytes) >> 24 & 0xfe, 0x04);
	assert_int_equal(fix_r32(c->bytes + 4), 4U << log2);
	assert_int_equal(fix_r16(c->bytes + 20), 0);
	assert_int_equal(fix_r16(c->bytes + 22), 0);
	assert_int_equal(fix_r16(c->bytes + 24), log2);
	assert_int_equal(fix_r32(c->bytes + 28), UINT32_MAX);
	assert_int_equal(fix_r32(c->bytes + 32), 0);
	/* the journal holds no buffers of more than 4 KiB */
	for (i = 0; log2 <= 10 && i < 1U << log2; i++)
		assert_int_equal(entry(f, i),
		    f->spec.profile.rx_sq_idx_base + i % pairs);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, 1U << log2);
	assert_true(ena_dev_info(f->dev)->in_rss_table);
}

/* ---- the table at bring-up */

/* A frame in, to whatever queue; is it there? */
static bool
arrives(struct fix *f, const uint8_t *fr, size_t n)
{
	struct ena_rx_pkt p;
	unsigned int i;
	size_t len;
	bool ok;

	ok = false;
	(void)mock_frame_in(f->mock, fr, n, NULL);
	for (i = 0; i < f->npairs; i++)
		if (fix_rx(f, i, &p, got, &len) == ENA_OK)
			ok = len == n && memcmp(fr, got, n) == 0;
	return (ok);
}

/*
 * A device that has no table drops what it would hash: addresses are
 * resolved and nothing else arrives.  So one is always set, also for a
 * single queue, and again after a reset.
 */
static void
unset_table_would_drop_unicast(void **state)
{
	static const uint8_t arp[60] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6
	};
	unsigned int i, pairs;
	struct fix *f;
	size_t n;

	(void)state;
	n = fix_frame(frame, FIX_UDP4, 300, 1);
	for (pairs = 0; pairs <= 2; pairs++) {
		f = rss_spec("c7g", (uint16_t)(pairs == 0 ? 1 : pairs));
		f->spec.mock.rss_drop_unset = true;
		fix_open(f);
		/* 0: the device does not take one, to see that it matters */
		if (pairs == 0)
			fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 9, 12);
		assert_int_equal(fix_up(f), ENA_OK);
		for (i = 0; i < f->npairs; i++)
			assert_int_equal(fix_fill(f, i, 8, 2048), ENA_OK);
		assert_true(arrives(f, arp, sizeof(arp)));
		SIM_CHECK(f->sim, arrives(f, frame, n) == (pairs != 0));
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
		assert_int_equal(fix_up(f), ENA_OK);
		for (i = 0; i < f->npairs; i++)
			assert_int_equal(fix_fill(f, i, 8, 2048), ENA_OK);
		SIM_CHECK(f->sim, arrives(f, frame, n));
		fix_end(f);
	}
}

static void
table_holds_submission_queue_handles(void **state)
{
	static const uint16_t pairs[] = { 1, 2, 3, 4, 128 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(pairs); i++) {
		f = rss_spec("max", pairs[i]);
		f->spec.config.cf_tx_depth = 4;
		f->spec.config.cf_rx_depth = 4;
		rss_open(f);
		default_table(f, 7, pairs[i]);
		fix_end(f);
	}
}

static void
table_size_is_negotiated(void **state)
{
	static const struct {
		uint16_t min, max;
		int log2;
	} rows[] = {
		{ 7, 7, 7 }, { 5, 12, 7 }, { 0, 12, 7 }, { 8, 10, 8 },
		{ 0, 5, 5 }, { 1, 1, 1 }, { 12, 12, 12 }, { 5, 13, 7 },
		{ 5, 65535, 7 }, { 0, 0, -1 }, { 9, 8, -1 }, { 13, 13, -1 },
		{ 13, 65535, -1 }, { 65535, 65535, -1 }, { 65535, 0, -1 },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = rss_spec("max", 4);
		f->spec.profile.rss_log2_min = 0;
		fix_open(f);
		fix_twist16(f, 8, 12, 8, rows[i].min);
		fix_twist16(f, 8, 12, 10, rows[i].max);
		assert_int_equal(fix_up(f), ENA_OK);
		if (rows[i].log2 >= 0)
			default_table(f, (unsigned int)rows[i].log2, 4);
		else {
			assert_int_equal(fix_cmds(f, 9, 12), 0);
			assert_false(ena_dev_info(f->dev)->in_rss_table);
			assert_true(sim_logged(f->sim, "unusable"));
			assert_int_equal(
			    ena_dev_info(f->dev)->in_rss_entries, 0);
		}
		fix_prove(f);
		fix_end(f);
	}
}

/* Hash commands before the first queue, the table after the last one. */
static void
commands_come_in_this_order(void **state)
{
	struct fix *f = rss_spec("max", 2);
	unsigned int i;

	(void)state;
	f->spec.config.cf_have_rss_key = true;
	rss_open(f);
	for (i = 0; i < f->ncmds && f->cmds[i].op != 3; i++)
		continue;
	assert_ptr_equal(&f->cmds[i], fix_cmd(f, 3, 0, 0));
	assert_true(fix_cmd(f, 8, 10, 0) < &f->cmds[i]);
	assert_true(fix_cmd(f, 9, 10, 0) < &f->cmds[i]);
	assert_true(fix_cmd(f, 8, 18, 0) < &f->cmds[i]);
	assert_true(fix_cmd(f, 9, 12, 0) > fix_cmd(f, 1, 0, 3));
	fix_end(f);
}

/* ---- function and key */

static void
key_is_sent_reversed(void **state)
{
	struct fix *f = rss_spec("max", 1);
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	f->spec.config.cf_have_rss_key = true;
	some_key(f->spec.config.cf_rss_key, 1);
	rss_open(f);
	c = fix_cmd(f, 9, 10, 0);
	assert_non_null(c);
	assert_int_equal(fix_r32(c->bytes) >> 24 & 0xfe, 0x04);
	assert_int_equal(fix_r32(c->bytes + 4), 48);
	assert_int_equal(fix_r32(c->bytes + 20), 0);
	assert_int_equal(fix_r32(c->bytes + 24), 2);
	assert_int_equal(fix_r32(c->bytes + 28), 0);
	assert_int_equal(fix_r32(c->ctrl), 10);
	assert_int_equal(fix_r32(c->ctrl + 4), 0);
	for (i = 0; i < 40; i++)
		assert_int_equal(c->ctrl[8 + i],
		    f->spec.config.cf_rss_key[39 - i]);
	assert_true(ena_dev_info(f->dev)->in_rss_key);
	fix_end(f);
}

static void
function_is_chosen_from_what_there_is(void **state)
{
	static const struct {
		uint32_t offered, chosen;
	} rows[] = {
		{ 6, 2 }, { 2, 2 }, { 4, 4 }, { 0xff, 2 }, { 0xfc, 4 },
		{ 0, 0 }, { 1, 0 }, { 0xf8, 0 },
	};
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = rss_spec("max", 1);
		f->spec.config.cf_have_rss_key = true;
		fix_open(f);
		fix_twist32(f, 8, 10, 8, rows[i].offered);
		assert_int_equal(fix_up(f), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_rss_function,
		    rows[i].chosen);
		assert_int_equal(fix_cmds(f, 9, 10), rows[i].chosen != 0);
		if (rows[i].chosen != 0)
			assert_int_equal(fix_r32(fix_cmd(f, 9, 10,
			    0)->bytes + 24), rows[i].chosen);
		assert_int_equal(ena_dev_info(f->dev)->in_rss_key,
		    rows[i].chosen != 0);
		fix_end(f);
	}
}

static void
no_key_no_set(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 1));

	(void)state;
	assert_int_equal(fix_cmds(f, 9, 10), 0);
	assert_false(ena_dev_info(f->dev)->in_rss_key);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_function, 2);
	fix_end(f);
}

/* A key that cannot be set is the device's own: normal. */
static void
fixed_key_is_tolerated(void **state)
{
	struct fix *f = rss_spec("t4g", 2);

	(void)state;
	f->spec.config.cf_have_rss_key = true;
	rss_open(f);
	assert_int_equal(fix_cmds(f, 9, 10), 1);
	assert_false(ena_dev_info(f->dev)->in_rss_key);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_function, 2);
	assert_true(ena_dev_info(f->dev)->in_rss_table);
	fix_prove(f);
	fix_end(f);
}

/* Toeplitz, a second time: the window of key bits slides over the input. */
static uint32_t
toeplitz(const uint8_t *key, const uint8_t *in, unsigned int n)
{
	uint32_t hash, window;
	unsigned int bit, i;

	hash = 0;
	window = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 |
	    (uint32_t)key[2] << 8 | key[3];
	for (i = 0; i < n; i++)
		for (bit = 0; bit < 8; bit++) {
			if ((in[i] & 0x80 >> bit) != 0)
				hash ^= window;
			window = window << 1 |
			    (key[i + 4] >> (7 - bit) & 1);
		}
	return (hash);
}

/* TCP from 66.9.149.187:2794 to 161.142.100.80:1766, a public vector. */
static const uint8_t tuple[12] = {
	66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6
};

static size_t
vector_frame(void)
{
	struct mock_parse mp;
	size_t len;

	len = fix_frame(frame, FIX_TCP4, 100, 1);
	memcpy(frame + 26, tuple, 12);
	mock_parse(frame, len, &mp);
	mock_l4_csum_set(frame, &mp, false);
	mock_ip4_csum_set(frame, &mp);
	return (len);
}

/* Send the vector; the hash it came with. */
static uint32_t
hash_of(struct fix *f)
{
	struct ena_rx_pkt p;
	size_t len, n;

	len = vector_frame();
	assert_int_equal(fix_fill(f, 0, 1, 2048), ENA_OK);
	assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
	    MOCK_RX_OK);
	assert_int_equal(fix_rx(f, 0, &p, got, &n), ENA_OK);
	assert_int_equal(ena_rx_hash_kind(&p), ENA_HASH_TCP4);
	return (p.rp_hash);
}

static void
hash_is_what_software_computes(void **state)
{
	struct fix *f;
	uint8_t key[40];
	unsigned int k;

	(void)state;
	assert_int_equal(toeplitz(ms_key, tuple, 12), 0x51ccc178);
	for (k = 0; k < 5; k++) {
		f = rss_spec("max", 1);
		some_key(key, k);
		if (k == 0)
			memcpy(key, ms_key, sizeof(key));
		f->spec.config.cf_have_rss_key = true;
		memcpy(f->spec.config.cf_rss_key, key, sizeof(key));
		rss_open(f);
		assert_int_equal(hash_of(f), toeplitz(key, tuple, 12));
		fix_end(f);
	}
}

/* Each flow arrives at the pair that its hash selects. */
static void
flows_arrive_where_the_table_says(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 3));
	struct ena_rx_pkt p;
	unsigned int flow, i, seen[3];
	size_t len, n;

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < 3; i++)
		assert_int_equal(fix_fill(f, i, 200, 2048), ENA_OK);
	for (flow = 0; flow < 200; flow++) {
		len = fix_frame(frame, flow % 2 != 0 ? FIX_TCP4 : FIX_UDP6,
		    80, flow * 17);
		assert_int_equal(mock_frame_in(f->mock, frame, len, NULL),
		    MOCK_RX_OK);
		for (i = 0; fix_rx(f, i, &p, got, &n) != ENA_OK; i++)
			assert_true(i < 2);
		assert_int_equal(p.rp_hash % 128 % 3, i);
		seen[i]++;
	}
	for (i = 0; i < 3; i++)
		assert_true(seen[i] > 30);
	fix_end(f);
}

/* ---- hash input */

/* Bring up; when the fields have been read, say that they are others. */
static void
up_with_fields(struct fix *f, unsigned int proto, uint16_t supported,
    uint16_t selected)
{
	const struct fix_cmd *c;
	enum ena_result r;
	uint8_t v[2];
	uint64_t at;
	uint32_t wait;

	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while ((r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN) {
		fix_pass(f, wait);
		c = &f->cmds[f->ncmds - 1];
		if (f->ncmds == 0 || c->op != 8 || c->feature != 18)
			continue;
		at = (fix_r32(c->bytes + 8) |
		    (uint64_t)fix_r16(c->bytes + 12) << 32) + proto * 4U;
		fix_w16(v, supported);
		assert_true(sim_poke(f->ad, at, v, 2));
		fix_w16(v, selected);
		assert_true(sim_poke(f->ad, at + 64, v, 2));
	}
	fix_journal(f, false);
	assert_int_equal(r, ENA_OK);
}

static void
fields_are_left_alone_if_right(void **state)
{
	static const char *const names[] = { "max", "t4g" };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(names); i++) {
		f = rss_open(rss_spec(names[i], 1));
		assert_int_equal(fix_cmds(f, 8, 18), 1);
		assert_int_equal(fix_r32(fix_cmd(f, 8, 18, 0)->bytes + 4),
		    256);
		assert_int_equal(fix_cmds(f, 9, 18), 0);
		fix_end(f);
	}
}

static void
fields_are_set_if_different(void **state)
{
	static const struct {
		unsigned int proto;
		uint16_t supported, selected;
		int want;		/* -1: no SET */
	} rows[] = {
		{ 0, 0x3c, 0x0c, 0x3c }, { 1, 0x3c, 0x00, 0x3c },
		{ 2, 0x3f, 0x0c, 0x3c }, { 3, 0x3c, 0x3f, 0x3c },
		{ 3, 0x0c, 0x3c, 0x0c }, { 0, 0x0c, 0x0c, -1 },
		{ 0, 0x00, 0x3c, -1 }, { 0, 0x03, 0x3c, -1 },
		/* not TCP or UDP: as it is */
		{ 4, 0x0c, 0x04, -1 }, { 7, 0x03, 0x03, -1 },
		{ 8, 0x3c, 0x00, -1 },
	};
	const struct fix_cmd *c;
	struct fix *f;
	unsigned int i, p;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		f = fix_new("max");
		up_with_fields(f, rows[i].proto, rows[i].supported,
		    rows[i].selected);
		assert_int_equal(fix_cmds(f, 9, 18), rows[i].want >= 0);
		if (rows[i].want >= 0) {
			c = fix_cmd(f, 9, 18, 0);
			assert_int_equal(fix_r32(c->bytes + 4), 256);
			assert_int_equal(fix_r32(c->bytes + 20), 0);
			for (p = 0; p < 128; p++)
				assert_int_equal(fix_r16(c->ctrl + 2 * p),
				    p == 32 + 2 * rows[i].proto ?
				    rows[i].want : p >= 32 && p < 40 &&
				    p % 2 == 0 ? 0x3c : 0);
		}
		fix_prove(f);
		fix_end(f);
	}
}

static void
fields_that_cannot_be_set_are_tolerated(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	up_with_fields(f, 0, 0x3c, 0x0c);
	assert_int_equal(fix_cmds(f, 9, 18), 1);
	fix_prove(f);
	fix_end(f);
}

/* ---- the table at run time */

struct set {
	struct ena_req rq;
	unsigned int done;
};

static void
set_done(struct ena_dev *dev, struct ena_req *rq)
{
	struct set *s = rq->rq_arg;

	(void)dev;
	s->done++;
}

static enum ena_result
table_post(struct fix *f, struct set *s, const uint8_t *map, unsigned int n)
{
	s->rq.rq_arg = s;
	s->rq.rq_done = set_done;
	return (ena_rss_table_set(f->dev, map, n, &s->rq));
}

static enum ena_result
key_post(struct fix *f, struct set *s, const uint8_t *key)
{
	s->rq.rq_arg = s;
	s->rq.rq_done = set_done;
	return (ena_rss_key_set(f->dev, key, &s->rq));
}

static enum ena_result
answer(struct fix *f, struct set *s)
{
	unsigned int done = s->done;

	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(s->done, done + 1);
	return (s->rq.rq_result);
}

static void
check_map(const struct fix *f, const uint8_t *map, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		assert_int_equal(entry(f, i),
		    f->spec.profile.rx_sq_idx_base + map[i]);
}

static void
reset_and_up(struct fix *f)
{
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
}

static void
table_set_is_kept_over_resets(void **state)
{
	static uint8_t map[1024];
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	unsigned int i, n;

	(void)state;
	for (n = 32; n <= 1024; n *= 2) {
		for (i = 0; i < n; i++)
			map[i] = (uint8_t)(i * i / 3 % 4);
		fix_forget(f);
		fix_journal(f, true);
		assert_int_equal(table_post(f, &s, map, n), ENA_OK);
		fix_journal(f, false);
		check_map(f, map, n);
		assert_int_equal(answer(f, &s), ENA_OK);
		assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, n);
		reset_and_up(f);
		check_map(f, map, n);
		assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, n);
	}
	fix_end(f);
}

static void
refused_table_changes_nothing(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	uint8_t map[256];

	(void)state;
	memset(map, 3, sizeof(map));
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, 9, 12);
	assert_int_equal(table_post(f, &s, map, 256), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_REFUSED);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, 128);
	reset_and_up(f);
	default_table(f, 7, 4);
	/* overtaken by a reset: not taken either */
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, 12);
	assert_int_equal(table_post(f, &s, map, 256), ENA_OK);
	reset_and_up(f);
	assert_int_equal(s.done, 2);
	assert_int_equal(s.rq.rq_result, ENA_ABORTED);
	default_table(f, 7, 4);
	fix_end(f);
}

static void
table_arguments_are_checked(void **state)
{
	static const unsigned int bad[] = {
		0, 1, 3, 16, 31, 33, 100, 8192, 65536, UINT32_MAX
	};
	static uint8_t map[8192];
	struct fix *f = rss_spec("max", 4);
	struct set s = { .done = 0 };
	uint64_t cmds;
	unsigned int i;

	(void)state;
	fix_open(f);
	memset(map, 0, sizeof(map));
	assert_int_equal(table_post(f, &s, map, 128), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(table_post(f, &s, map, 128), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	cmds = fix_mock(f).admin_cmds;
	for (i = 0; i < FIX_COUNT(bad); i++)
		assert_int_equal(table_post(f, &s, map, bad[i]), ENA_INVAL);
	map[127] = 4;
	assert_int_equal(table_post(f, &s, map, 128), ENA_INVAL);
	map[127] = 255;
	assert_int_equal(table_post(f, &s, map, 128), ENA_INVAL);
	assert_int_equal(fix_mock(f).admin_cmds, cmds);
	assert_int_equal(s.done, 0);
	map[127] = 3;
	assert_int_equal(table_post(f, &s, map, 128), ENA_OK);
	assert_int_equal(table_post(f, &s, map, 128), ENA_BUSY);
	assert_int_equal(answer(f, &s), ENA_OK);
	fix_end(f);
}

static void
without_the_features(void **state)
{
	struct fix *f = rss_open(rss_spec("min", 1));
	struct set s = { .done = 0 };
	uint8_t map[128];

	(void)state;
	memset(map, 0, sizeof(map));
	assert_int_equal(table_post(f, &s, map, 128), ENA_UNSUPPORTED);
	assert_int_equal(key_post(f, &s, ms_key), ENA_UNSUPPORTED);
	assert_int_equal(s.done, 0);
	fix_end(f);
}

/* One control buffer: the second has to come back. */
static void
one_setting_at_a_time(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 1));
	struct set a = { .done = 0 }, b = { .done = 0 };
	uint8_t map[128];

	(void)state;
	memset(map, 0, sizeof(map));
	assert_int_equal(table_post(f, &a, map, 128), ENA_OK);
	assert_int_equal(key_post(f, &b, ms_key), ENA_BUSY);
	assert_int_equal(answer(f, &a), ENA_OK);
	assert_int_equal(key_post(f, &b, ms_key), ENA_OK);
	assert_int_equal(table_post(f, &a, map, 128), ENA_BUSY);
	assert_int_equal(answer(f, &b), ENA_OK);
	assert_int_equal(a.done, 1);
	fix_end(f);
}

/* A request that another command is using stays that command's. */
static void
busy_request_is_left_alone(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 1));
	struct set s = { .done = 0 };
	uint8_t map[256];

	(void)state;
	memset(map, 0, sizeof(map));
	s.rq.rq_arg = &s;
	s.rq.rq_done = set_done;
	assert_int_equal(ena_mtu_set(f->dev, 2000, &s.rq), ENA_OK);
	assert_int_equal(table_post(f, &s, map, 256), ENA_BUSY);
	assert_int_equal(key_post(f, &s, ms_key), ENA_BUSY);
	assert_int_equal(answer(f, &s), ENA_OK);
	assert_int_equal(f->dev->dev_mtu, 2000);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, 128);
	assert_false(ena_dev_info(f->dev)->in_rss_key);
	/* the control buffer is free */
	assert_int_equal(key_post(f, &s, ms_key), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_OK);
	fix_end(f);
}

static void
run_pairs(struct fix *f, unsigned int vectors)
{
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_drain(f);
	f->vectors = vectors;
	assert_int_equal(fix_up(f), ENA_OK);
}

static void
map_is_made_again_when_pairs_go(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	uint8_t map[64];

	(void)state;
	memset(map, 1, sizeof(map));
	map[63] = 2;
	assert_int_equal(table_post(f, &s, map, 64), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_OK);
	/* three pairs: it still fits */
	run_pairs(f, 4);
	assert_int_equal(f->npairs, 3);
	check_map(f, map, 64);
	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, 64);
	/* two: it does not, and is forgotten */
	run_pairs(f, 3);
	default_table(f, 7, 2);
	run_pairs(f, 5);
	default_table(f, 7, 4);
	fix_end(f);
}

/*
 * Step to CONFIGURED; as long as a request is on its way no queue goes.
 * Returns how often it was not.
 */
static unsigned int
down_around(struct fix *f, const struct ena_req *rq)
{
	enum ena_result r;
	unsigned int waited;
	uint32_t wait;

	assert_true(rq->rq_busy);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_CONFIGURED), ENA_OK);
	for (waited = 0;; waited++) {
		r = ena_dev_step(f->dev, &wait);
		if (!rq->rq_busy || r != ENA_AGAIN)
			break;
		assert_int_equal(fix_cmds(f, 2, 0), 0);
		fix_pass(f, wait != 0 ? wait : 1);
	}
	assert_false(rq->rq_busy);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_cmds(f, 2, 0), 2 * f->npairs);
	fix_journal(f, false);
	return (waited);
}

static void
table_on_its_way_is_waited_for(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	uint8_t map[64];

	(void)state;
	memset(map, 3, sizeof(map));
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 20000, 9, 12);
	assert_int_equal(table_post(f, &s, map, 64), ENA_OK);
	assert_true(down_around(f, &s.rq) > 3);
	assert_int_equal(s.done, 1);
	assert_int_equal(s.rq.rq_result, ENA_OK);
	fix_drain(f);
	/* it was taken before the plan changed, and cannot hurt */
	f->vectors = 3;
	assert_int_equal(fix_up(f), ENA_OK);
	default_table(f, 7, 2);
	fix_end(f);
}

/* The key names no queue; to wait for it, too, costs nothing. */
static void
key_on_its_way_is_waited_for(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 2));
	struct set s = { .done = 0 };

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 20000, 9, 10);
	assert_int_equal(key_post(f, &s, ms_key), ENA_OK);
	assert_true(down_around(f, &s.rq) > 3);
	assert_int_equal(s.rq.rq_result, ENA_OK);
	fix_end(f);
}

/* Questions name nothing that could be missed. */
static void
counters_on_their_way_are_not_waited_for(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 2));
	struct ena_dev_counters dc;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 500000, 11, 0);
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_true(dc.dc_req.rq_busy);
	fix_end(f);
}

/* Turned round while the bring-up's own table is on its way. */
static void
table_of_a_bring_up_is_waited_for(void **state)
{
	struct fix *f = rss_spec("max", 4);
	uint32_t wait;

	(void)state;
	fix_open(f);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 20000, 9, 12);
	fix_journal(f, true);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while (fix_cmds(f, 9, 12) == 0) {
		assert_int_equal(ena_dev_step(f->dev, &wait), ENA_AGAIN);
		fix_pass(f, wait != 0 ? wait : 1);
	}
	assert_true(down_around(f, &f->dev->dev_sync) > 3);
	assert_int_equal(fix_up(f), ENA_OK);
	default_table(f, 7, 4);
	fix_prove(f);
	fix_end(f);
}

/* No answer at all: the device is reset, and nothing waits for ever. */
static void
table_that_gets_lost_is_not_waited_for(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	uint8_t map[64];

	(void)state;
	memset(map, 3, sizeof(map));
	fix_fault_cmd(f, MOCK_F_ADMIN_LOST, 0, 9, 12);
	assert_int_equal(table_post(f, &s, map, 64), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(s.done, 1);
	assert_int_equal(s.rq.rq_result, ENA_TIMEOUT);
	fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	default_table(f, 7, 4);
	fix_end(f);
}

/* A map of 2^6 entries, and a device that no longer has tables of that. */
static void
size_goes(unsigned int off, uint16_t limit, unsigned int log2)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct set s = { .done = 0 };
	uint8_t map[64];

	memset(map, 1, sizeof(map));
	assert_int_equal(table_post(f, &s, map, 64), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_OK);
	fix_twist16(f, 8, 12, off, limit);
	reset_and_up(f);
	default_table(f, log2, 4);
	fix_end(f);
}

static void
map_is_made_again_when_its_size_goes(void **state)
{
	(void)state;
	size_goes(8, 7, 7);
	size_goes(10, 5, 5);
}

static void
busy_counters_are_left_alone(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 4));
	struct ena_dev_counters dc;

	(void)state;
	memset(&dc, 0, sizeof(dc));
	assert_int_equal(ena_mtu_set(f->dev, 1400, &dc.dc_req), ENA_OK);
	assert_int_equal(ena_stats_get(f->dev, &dc), ENA_BUSY);
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(f->dev->dev_mtu, 1400);
	fix_end(f);
}

/* One command at a time may use the control buffer, the next bring-up's too. */
static void
busy_buffer_is_waited_for(void **state)
{
	static struct ena_stats_text st;
	struct fix *f = rss_spec("max", 2);
	enum ena_result r;
	uint32_t wait;

	(void)state;
	f->spec.mock.stats_text = "nothing to say\n";
	(void)rss_open(f);
	memset(&st, 0, sizeof(st));
	fix_fault_cmd(f, MOCK_F_ADMIN_LATE, 100000, 11, 0);
	assert_int_equal(ena_stats_text_get(f->dev, &st), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	fix_drain(f);
	assert_true(st.st_req.rq_busy);
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_dev_goto(f->dev, ENA_STATE_RUNNING), ENA_OK);
	while ((r = ena_dev_step(f->dev, &wait)) == ENA_AGAIN) {
		if (fix_cmds(f, 8, 18) != 0)
			assert_false(st.st_req.rq_busy);
		fix_pass(f, 100);
	}
	fix_journal(f, false);
	assert_int_equal(r, ENA_OK);
	assert_int_equal(st.st_req.rq_result, ENA_OK);
	assert_int_equal(fix_cmds(f, 8, 18), 1);
	fix_learn(f);
	fix_prove(f);
	fix_end(f);
}

/* ---- the key at run time */

static void
key_set_takes_effect_and_is_kept(void **state)
{
	struct fix *f = rss_open(rss_spec("max", 1));
	struct set s = { .done = 0 };
	uint8_t key[40], copy[40];

	(void)state;
	assert_false(ena_dev_info(f->dev)->in_rss_key);
	some_key(key, 9);
	memcpy(copy, key, sizeof(copy));
	assert_int_equal(key_post(f, &s, key), ENA_OK);
	assert_int_equal(key_post(f, &s, key), ENA_BUSY);
	assert_int_equal(answer(f, &s), ENA_OK);
	memset(key, 0, sizeof(key));	/* the caller's again */
	assert_true(ena_dev_info(f->dev)->in_rss_key);
	assert_int_equal(hash_of(f), toeplitz(copy, tuple, 12));
	reset_and_up(f);
	assert_int_equal(hash_of(f), toeplitz(copy, tuple, 12));
	assert_true(ena_dev_info(f->dev)->in_rss_key);
	fix_end(f);
}

static void
refused_key_changes_nothing(void **state)
{
	struct fix *f = rss_spec("max", 1);
	struct set s = { .done = 0 };
	uint8_t key[40], old[40];

	(void)state;
	some_key(old, 3);
	some_key(key, 4);
	f->spec.config.cf_have_rss_key = true;
	memcpy(f->spec.config.cf_rss_key, old, sizeof(old));
	rss_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, 9, 10);
	assert_int_equal(key_post(f, &s, key), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_REFUSED);
	reset_and_up(f);
	assert_int_equal(hash_of(f), toeplitz(old, tuple, 12));
	fix_end(f);
}

static void
fixed_key_cannot_be_set(void **state)
{
	struct fix *f = rss_spec("t4g", 1);
	struct set s = { .done = 0 };

	(void)state;
	fix_open(f);
	assert_int_equal(key_post(f, &s, ms_key), ENA_STATE);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(key_post(f, &s, ms_key), ENA_OK);
	assert_int_equal(answer(f, &s), ENA_UNSUPPORTED);
	assert_false(ena_dev_info(f->dev)->in_rss_key);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unset_table_would_drop_unicast),
		cmocka_unit_test(table_holds_submission_queue_handles),
		cmocka_unit_test(table_size_is_negotiated),
		cmocka_unit_test(commands_come_in_this_order),
		cmocka_unit_test(key_is_sent_reversed),
		cmocka_unit_test(function_is_chosen_from_what_there_is),
		cmocka_unit_test(no_key_no_set),
		cmocka_unit_test(fixed_key_is_tolerated),
		cmocka_unit_test(hash_is_what_software_computes),
		cmocka_unit_test(flows_arrive_where_the_table_says),
		cmocka_unit_test(fields_are_left_alone_if_right),
		cmocka_unit_test(fields_are_set_if_different),
		cmocka_unit_test(fields_that_cannot_be_set_are_tolerated),
		cmocka_unit_test(table_set_is_kept_over_resets),
		cmocka_unit_test(refused_table_changes_nothing),
		cmocka_unit_test(table_arguments_are_checked),
		cmocka_unit_test(without_the_features),
		cmocka_unit_test(one_setting_at_a_time),
		cmocka_unit_test(busy_request_is_left_alone),
		cmocka_unit_test(map_is_made_again_when_pairs_go),
		cmocka_unit_test(table_on_its_way_is_waited_for),
		cmocka_unit_test(key_on_its_way_is_waited_for),
		cmocka_unit_test(counters_on_their_way_are_not_waited_for),
		cmocka_unit_test(table_of_a_bring_up_is_waited_for),
		cmocka_unit_test(table_that_gets_lost_is_not_waited_for),
		cmocka_unit_test(map_is_made_again_when_its_size_goes),
		cmocka_unit_test(busy_counters_are_left_alone),
		cmocka_unit_test(busy_buffer_is_waited_for),
		cmocka_unit_test(key_set_takes_effect_and_is_kept),
		cmocka_unit_test(refused_key_changes_nothing),
		cmocka_unit_test(fixed_key_cannot_be_set),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
