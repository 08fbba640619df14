/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receive side scaling foretold: the hash in software, the key and the table
 * it is used with, and that flows arrive at the pair that was predicted -
 * for every size of table, both hash functions, other queue counts, after
 * resets.  ref: protocol 7.9 to 7.11; pitfalls 94 to 102
 */
#include "core_fix.h"
#include "few.h"
#include "mock_net.h"

#define PAIRS		7U		/* not a power of two */
#define BUFS		200U		/* posted in each pair */
#define FLOWS		10000U

static const uint8_t ms_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

static uint8_t frame[2048], got[2048];
static uint64_t seed;

static uint32_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return ((uint32_t)(seed >> 16));
}

/* ---- flows as frames */

/* Addresses and ports as bytes of a packet. */
struct tuple {
	bool v6;
	uint8_t src[16], dst[16], ports[4];
};

static void
flow_of(const struct tuple *t, bool ports, struct ena_flow *fl)
{
	memset(fl, 0, sizeof(*fl));
	fl->fl_src = t->src;
	fl->fl_dst = t->dst;
	memcpy(&fl->fl_sport, t->ports, 2);
	memcpy(&fl->fl_dport, t->ports + 2, 2);
	fl->fl_ip6 = t->v6;
	fl->fl_ports = ports;
}

static size_t
frame_of(const struct tuple *t, bool udp)
{
	struct mock_parse mp;
	size_t len;

	len = fix_frame(frame, t->v6 ? (udp ? FIX_UDP6 : FIX_TCP6) :
	    (udp ? FIX_UDP4 : FIX_TCP4), 30, 1);
	memcpy(frame + (t->v6 ? 22 : 26), t->src, t->v6 ? 16 : 4);
	memcpy(frame + (t->v6 ? 38 : 30), t->dst, t->v6 ? 16 : 4);
	memcpy(frame + (t->v6 ? 54 : 34), t->ports, 4);
	mock_parse(frame, len, &mp);
	mock_l4_csum_set(frame, &mp, false);
	mock_ip4_csum_set(frame, &mp);
	return (len);
}

static void
random_tuple(struct tuple *t)
{
	unsigned int i;

	t->v6 = (rnd() & 1) != 0;
	for (i = 0; i < 16; i++) {
		t->src[i] = (uint8_t)rnd();
		t->dst[i] = (uint8_t)rnd();
	}
	for (i = 0; i < 4; i++)
		t->ports[i] = (uint8_t)rnd();
}

/* ---- the verification suite of RSS */

static const struct vector {
	const char *src, *dst;
	uint16_t sport, dport;
	uint32_t pair, quad;		/* without and with ports */
} v4[] = {
	{ "\x42\x09\x95\xbb", "\xa1\x8e\x64\x50", 2794, 1766,
	    0x323e8fc2, 0x51ccc178 },
	{ "\xc7\x5c\x6f\x02", "\x41\x45\x8c\x53", 14230, 4739,
	    0xd718262a, 0xc626b0ea },
	{ "\x18\x13\xc6\x5f", "\x0c\x16\xcf\xb8", 12898, 38024,
	    0xd2d0a5de, 0x5c2b394a },
	{ "\x26\x1b\xcd\x1e", "\xd1\x8e\xa3\x06", 48228, 2217,
	    0x82989176, 0xafc7327f },
	{ "\x99\x27\xa3\xbf", "\xca\xbc\x7f\x02", 44251, 1303,
	    0x5d1809c5, 0x10e828a2 },
}, v6[] = {
	{ "\x3f\xfe\x25\x01\x02\x00\x1f\xff\0\0\0\0\0\0\0\x07",
	    "\x3f\xfe\x25\x01\x02\x00\x00\x03\0\0\0\0\0\0\0\x01",
	    2794, 1766, 0x2cc18cd5, 0x40207d3d },
	{ "\x3f\xfe\x05\x01\x00\x08\x00\x00\x02\x60\x97\xff\xfe\x40\xef\xab",
	    "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01",
	    14230, 4739, 0x0f0c461c, 0xdde51bbf },
	{ "\x3f\xfe\x19\x00\x45\x45\x00\x03\x02\x00\xf8\xff\xfe\x21\x67\xcf",
	    "\xfe\x80\0\0\0\0\0\0\x02\x00\xf8\xff\xfe\x21\x67\xcf",
	    44251, 38024, 0x4b61e985, 0x02d1feef },
};
#define VECTORS		(FIX_COUNT(v4) + FIX_COUNT(v6))

static const struct vector *
vector(unsigned int i, struct tuple *t)
{
	const struct vector *v;

	t->v6 = i >= FIX_COUNT(v4);
	v = t->v6 ? &v6[i - FIX_COUNT(v4)] : &v4[i];
	memcpy(t->src, v->src, t->v6 ? 16 : 4);
	memcpy(t->dst, v->dst, t->v6 ? 16 : 4);
	t->ports[0] = (uint8_t)(v->sport >> 8);
	t->ports[1] = (uint8_t)v->sport;
	t->ports[2] = (uint8_t)(v->dport >> 8);
	t->ports[3] = (uint8_t)v->dport;
	return (v);
}

static struct fix *
hash_spec(const char *profile, uint16_t pairs, const uint8_t *key)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_pairs = pairs;
	f->spec.config.cf_rx_depth = 256;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_have_rss_key = key != NULL;
	if (key != NULL)
		memcpy(f->spec.config.cf_rss_key, key, 40);
	return (f);
}

static void
up(struct fix *f)
{
	assert_int_equal(fix_up(f), ENA_OK);
}

static struct fix *
hash_up(struct fix *f)
{
	fix_open(f);
	up(f);
	return (f);
}

/* Buffers of pair q, as many as there were. */
static void
refill(struct fix *f, unsigned int q)
{
	struct ena_rxq *rq = ena_rxq(f->dev, q);
	uint32_t posted = rq->rq_mask - ena_rx_room(rq);

	if (posted < BUFS)
		assert_int_equal(fix_fill(f, q, BUFS - posted, 256), ENA_OK);
}

/* The frame arrives at that pair, with this hash. */
static void
arrives(struct fix *f, size_t len, unsigned int pair, uint32_t hash)
{
	struct ena_rx_pkt p;
	size_t n;

	if (f->dev->dev_pairs[pair]->pr_rx.rq_mask -
	    ena_rx_room(ena_rxq(f->dev, pair)) < 2)
		refill(f, pair);
	SIM_CHECK(f->sim, mock_frame_in(f->mock, frame, len, NULL) ==
	    MOCK_RX_OK);
	SIM_CHECK(f->sim, fix_rx(f, pair, &p, got, &n) == ENA_OK);
	SIM_CHECK(f->sim, n == len && memcmp(got, frame, len) == 0);
	if ((ena_dev_info(f->dev)->in_rx_offloads & ENA_RXO_HASH) == 0)
		hash = 0;
	SIM_CHECK(f->sim, p.rp_hash == hash);
}

static void
software_has_the_published_hashes(void **state)
{
	const struct vector *v;
	struct ena_flow fl;
	struct tuple t;
	unsigned int i;

	(void)state;
	for (i = 0; i < VECTORS; i++) {
		v = vector(i, &t);
		flow_of(&t, false, &fl);
		assert_int_equal(ena_rss_hash(ms_key, &fl), v->pair);
		flow_of(&t, true, &fl);
		assert_int_equal(ena_rss_hash(ms_key, &fl), v->quad);
	}
}

/* The model's own arithmetic, and the whole way through a device. */
static void
device_has_the_published_hashes(void **state)
{
	struct fix *f = hash_up(hash_spec("max", PAIRS, ms_key));
	const struct vector *v;
	struct mock_parse mp;
	struct tuple t;
	unsigned int i, pair, udp;
	uint8_t in[64];
	size_t len, n;

	(void)state;
	for (i = 0; i < PAIRS; i++)
		refill(f, i);
	for (i = 0; i < VECTORS; i++) {
		v = vector(i, &t);
		for (udp = 0; udp < 2; udp++) {
			len = frame_of(&t, udp != 0);
			mock_parse(frame, len, &mp);
			n = mock_hash_input(frame, &mp, 0x0c, 0, in);
			assert_int_equal(mock_toeplitz(ms_key, in, n, 0),
			    v->pair);
			n = mock_hash_input(frame, &mp, 0x3c, 0, in);
			assert_int_equal(mock_toeplitz(ms_key, in, n, 0),
			    v->quad);
			assert_int_equal(ena_rss_queue(f->dev, v->quad,
			    &pair), ENA_OK);
			assert_int_equal(pair, v->quad % 128 % PAIRS);
			arrives(f, len, pair, v->quad);
		}
	}
	fix_end(f);
}

/* Any key, any input: the definition, bit by bit, with no window kept. */
static uint32_t
toeplitz(const uint8_t *key, const uint8_t *in, unsigned int n)
{
	uint32_t hash, w;
	unsigned int i, k;

	hash = 0;
	for (i = 0; i < n * 8; i++) {
		if ((in[i / 8] >> (7 - i % 8) & 1) == 0)
			continue;
		for (w = 0, k = i; k < i + 32; k++)
			w = w << 1 | (key[k / 8] >> (7 - k % 8) & 1U);
		hash ^= w;
	}
	return (hash);
}

static unsigned int
tuple_bytes(const struct tuple *t, bool ports, uint8_t *in)
{
	unsigned int n = t->v6 ? 16 : 4;

	memcpy(in, t->src, n);
	memcpy(in + n, t->dst, n);
	if (ports)
		memcpy(in + 2 * n, t->ports, 4);
	return (2 * n + (ports ? 4 : 0));
}

static void
software_hash_is_the_definition(void **state)
{
	struct ena_flow fl;
	struct tuple t;
	unsigned int i, k, n;
	uint8_t in[36], key[40];

	(void)state;
	seed = 11;
	for (i = 0; i < 5000; i++) {
		for (k = 0; k < 40; k++)
			key[k] = (uint8_t)rnd();
		random_tuple(&t);
		flow_of(&t, i % 2 != 0, &fl);
		n = tuple_bytes(&t, i % 2 != 0, in);
		assert_int_equal(ena_rss_hash(key, &fl),
		    toeplitz(key, in, n));
	}
}

/* ---- flows arrive where software says */

/* CRC-32 by the book: mirrored input, plain division, register 0 first. */
static uint32_t
crc32(const uint8_t *in, unsigned int n)
{
	uint32_t c, r;
	unsigned int i, k;

	for (c = 0, i = 0; i < n * 8; i++) {
		c ^= (uint32_t)(in[i / 8] >> i % 8 & 1) << 31;
		c = c << 1 ^ ((c >> 31) != 0 ? 0x04c11db7U : 0);
	}
	for (r = 0, k = 0; k < 32; k++)
		r |= (c >> k & 1) << (31 - k);
	return (~r);
}

static uint32_t
predict(struct fix *f, const struct tuple *t, bool crc)
{
	const uint8_t *key;
	struct ena_flow fl;
	uint8_t in[36];

	key = ena_rss_key(f->dev);
	if (crc) {
		assert_null(key);
		return (crc32(in, tuple_bytes(t, true, in)));
	}
	assert_non_null(key);
	flow_of(t, true, &fl);
	return (ena_rss_hash(key, &fl));
}

/*
 * Random flows; returns how many pairs they came to.  map: what the table
 * holds in the test's opinion, NULL for i mod pairs.
 */
static unsigned int
flows(struct fix *f, unsigned int count, const uint8_t *map,
    unsigned int entries, bool crc)
{
	struct ena_rx_pkt p;
	struct tuple t;
	unsigned int i, pair, seen[ENA_MAX_PAIRS], used, want;
	uint32_t hash;
	size_t len, n;

	assert_int_equal(ena_dev_info(f->dev)->in_rss_entries, entries);
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < f->npairs; i++)
		refill(f, i);
	for (i = 0; i < count; i++) {
		random_tuple(&t);
		len = frame_of(&t, (rnd() & 1) != 0);
		hash = predict(f, &t, crc);
		assert_int_equal(ena_rss_queue(f->dev, hash, &pair), ENA_OK);
		want = map != NULL ? map[hash % entries] :
		    hash % entries % f->npairs;
		assert_int_equal(pair, want);
		arrives(f, len, pair, hash);
		seen[pair]++;
	}
	for (used = 0, i = 0; i < f->npairs; i++) {
		assert_int_equal(fix_rx(f, i, &p, got, &n), ENA_AGAIN);
		used += seen[i] != 0;
	}
	return (used);
}

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
set_answer(struct fix *f, struct set *s)
{
	fix_pass(f, 100);
	assert_int_equal(ena_admin_reap(f->dev), ENA_OK);
	assert_int_equal(s->done, 1);
	return (s->rq.rq_result);
}

static enum ena_result
set_table(struct fix *f, const uint8_t *map, unsigned int entries)
{
	struct set s;

	memset(&s, 0, sizeof(s));
	s.rq.rq_arg = &s;
	s.rq.rq_done = set_done;
	assert_int_equal(ena_rss_table_set(f->dev, map, entries, &s.rq),
	    ENA_OK);
	return (set_answer(f, &s));
}

static enum ena_result
set_key(struct fix *f, const uint8_t *key)
{
	struct set s;

	memset(&s, 0, sizeof(s));
	s.rq.rq_arg = &s;
	s.rq.rq_done = set_done;
	assert_int_equal(ena_rss_key_set(f->dev, key, &s.rq), ENA_OK);
	return (set_answer(f, &s));
}

static void
random_key(uint8_t *key)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		key[i] = (uint8_t)rnd();
}

static void
random_map(uint8_t *map, unsigned int entries, unsigned int pairs)
{
	unsigned int i;

	for (i = 0; i < entries; i++)
		map[i] = (uint8_t)(rnd() % pairs);
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return (a < b ? a : b);
}

/* A device whose table has this size and no other, both ways to fill it. */
static void
size_is_foretold(unsigned int log2, bool crc)
{
	static uint8_t map[1U << ENA_RSS_LOG2_MAX];
	uint8_t key[40];
	struct fix *f;
	unsigned int count, n, used;

	seed = 1000 + log2;
	n = 1U << log2;
	count = FLOWS / 2 / few_step(7);
	random_key(key);
	f = hash_spec("max", PAIRS, key);
	f->spec.profile.rss_log2_min = (uint16_t)log2;
	f->spec.profile.rss_log2_max = (uint16_t)log2;
	if (crc)
		f->spec.profile.rss_functions = ENA_HASH_CRC32;
	hash_up(f);
	used = flows(f, count, NULL, n, crc);
	assert_int_equal(used, least(n, PAIRS));
	random_map(map, n, PAIRS);
	assert_int_equal(set_table(f, map, n), ENA_OK);
	used = flows(f, count, map, n, crc);
	assert_true(n < 64 || used == PAIRS);
	fix_end(f);
}

static void
every_size_is_foretold(void **state)
{
	unsigned int log2;

	(void)state;
	for (log2 = 1; log2 <= ENA_RSS_LOG2_MAX; log2++)
		size_is_foretold(log2, false);
}

static void
crc32_is_foretold(void **state)
{
	(void)state;
	size_is_foretold(3, true);
	size_is_foretold(7, true);
	size_is_foretold(12, true);
}

/* One device, one life, all sizes that it takes. */
static void
size_changes_at_run_time(void **state)
{
	static uint8_t map[1U << ENA_RSS_LOG2_MAX];
	uint8_t key[40];
	struct fix *f;
	unsigned int log2;

	(void)state;
	seed = 5;
	random_key(key);
	f = hash_up(hash_spec("max", PAIRS, key));
	for (log2 = 5; log2 <= ENA_RSS_LOG2_MAX; log2++) {
		random_map(map, 1U << log2, PAIRS);
		assert_int_equal(set_table(f, map, 1U << log2), ENA_OK);
		(void)flows(f, 500, map, 1U << log2, false);
	}
	fix_end(f);
}

/* Each profile as it is: a key of ours, a fixed one, none that is known. */
static void
every_profile_is_foretold(void **state)
{
	const struct mock_profile *p;
	const uint8_t *key;
	struct fix *f;
	uint8_t ours[40];
	unsigned int i, pair, pairs;

	(void)state;
	seed = 6;
	random_key(ours);
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++) {
		pairs = least(p->max_pairs, PAIRS);
		f = hash_up(hash_spec(p->name, (uint16_t)pairs, ours));
		key = ena_rss_key(f->dev);
		if (!ena_dev_info(f->dev)->in_rss_table) {
			assert_string_equal(p->name, "min");
			assert_int_equal(ena_rss_queue(f->dev, 1, &pair),
			    ENA_UNSUPPORTED);
		} else if (strcmp(p->name, "i3") == 0) {
			assert_null(key);
			(void)flows(f, 2000, NULL, 128, true);
		} else {
			assert_memory_equal(key, p->rss_key_settable ? ours :
			    ms_key, 40);
			(void)flows(f, 2000, NULL, 128, false);
		}
		fix_end(f);
	}
}

static void
what_is_not_known_is_not_foretold(void **state)
{
	struct fix *f = hash_spec("max", 2, NULL);
	unsigned int pair = 99;
	uint8_t key[40];

	(void)state;
	fix_open(f);
	assert_null(ena_rss_key(f->dev));
	assert_int_equal(ena_rss_queue(f->dev, 0, &pair), ENA_STATE);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(ena_rss_queue(f->dev, 0, &pair), ENA_STATE);
	up(f);
	/* there is a key, but it is the device's and could have been set */
	assert_null(ena_rss_key(f->dev));
	assert_int_equal(pair, 99);
	assert_int_equal(ena_rss_queue(f->dev, 127, &pair), ENA_OK);
	assert_int_equal(pair, 1);
	seed = 7;
	random_key(key);
	assert_int_equal(set_key(f, key), ENA_OK);
	assert_memory_equal(ena_rss_key(f->dev), key, 40);
	(void)flows(f, 500, NULL, 128, false);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(ena_rss_queue(f->dev, 0, &pair), ENA_STATE);
	fix_end(f);
}

/* A table of one entry is no table. */
static void
one_entry_is_no_table(void **state)
{
	struct fix *f = hash_spec("max", 3, ms_key);
	struct ena_flow fl;
	unsigned int i, pair;
	struct tuple t;
	size_t len;

	(void)state;
	f->spec.profile.rss_log2_min = 0;
	f->spec.profile.rss_log2_max = 0;
	hash_up(f);
	assert_int_equal(ena_rss_queue(f->dev, 5, &pair), ENA_UNSUPPORTED);
	for (i = 0, seed = 8; i < 50; i++) {
		random_tuple(&t);
		flow_of(&t, true, &fl);
		len = frame_of(&t, false);
		arrives(f, len, 0, ena_rss_hash(ms_key, &fl));
	}
	fix_end(f);
}

/* ---- programmed again */

/* Down to st and up again with so many pairs. */
static void
again(struct fix *f, enum ena_state st, unsigned int pairs, bool fault)
{
	if (fault)
		ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, st), ENA_OK);
	fix_drain(f);
	f->vectors = pairs + 1;
	up(f);
	assert_int_equal(f->npairs, pairs);
}

/* What the device was told about key and table last. */
struct told {
	uint8_t key[48], table[FIX_CTRL];
	unsigned int keys, tables;
};

static void
listen(const struct fix *f, struct told *t)
{
	const struct fix_cmd *c;

	t->keys = fix_cmds(f, 9, 10);
	t->tables = fix_cmds(f, 9, 12);
	assert_int_equal(t->keys, 1);
	assert_int_equal(t->tables, 1);
	c = fix_cmd(f, 9, 10, 0);
	memcpy(t->key, c->ctrl, sizeof(t->key));
	c = fix_cmd(f, 9, 12, 0);
	memcpy(t->table, c->ctrl, sizeof(t->table));
}

static void
programmed_again_the_same(void **state)
{
	static const struct {
		enum ena_state st;
		bool fault;
	} ways[] = {
		{ ENA_STATE_CONFIGURED, false }, { ENA_STATE_QUIET, false },
		{ ENA_STATE_OFF, false }, { ENA_STATE_QUIET, true },
		{ ENA_STATE_OFF, true },
	};
	static struct told first, now;
	struct fix *f;
	uint8_t key[40], map[256];
	unsigned int i, own;

	(void)state;
	seed = 9;
	random_key(key);
	random_map(map, 256, 4);
	for (own = 0; own < 2; own++) {
		f = hash_up(hash_spec("max", 4, key));
		if (own != 0) {
			assert_int_equal(set_table(f, map, 256), ENA_OK);
			again(f, ENA_STATE_QUIET, 4, false);
		}
		listen(f, &first);
		for (i = 0; i < FIX_COUNT(ways); i++) {
			again(f, ways[i].st, 4, ways[i].fault);
			listen(f, &now);
			assert_memory_equal(&now, &first, sizeof(now));
			assert_memory_equal(ena_rss_key(f->dev), key, 40);
			(void)flows(f, 1000, own != 0 ? map : NULL,
			    own != 0 ? 256 : 128, false);
		}
		fix_end(f);
	}
}

static void
queue_count_changes(void **state)
{
	static const unsigned int counts[] = { 4, 1, 7, 2, 64, 3, 128, 4 };
	static struct told first, now;
	struct fix *f;
	uint8_t key[40], map[64];
	unsigned int i;

	(void)state;
	seed = 10;
	random_key(key);
	f = hash_up(hash_spec("max", 128, key));
	again(f, ENA_STATE_QUIET, 4, false);
	listen(f, &first);
	for (i = 0; i < FIX_COUNT(counts); i++) {
		again(f, i % 2 != 0 ? ENA_STATE_QUIET : ENA_STATE_CONFIGURED,
		    counts[i], i % 4 == 1);
		listen(f, &now);
		assert_memory_equal(now.key, first.key, sizeof(now.key));
		if (counts[i] == 4)
			assert_memory_equal(now.table, first.table,
			    sizeof(now.table));
		assert_int_equal(flows(f, 1500, NULL, 128, false),
		    counts[i]);
	}
	/* a table of the user's that names three of four */
	random_map(map, 64, 3);
	assert_int_equal(set_table(f, map, 64), ENA_OK);
	again(f, ENA_STATE_QUIET, 3, false);
	(void)flows(f, 1000, map, 64, false);
	again(f, ENA_STATE_QUIET, 6, true);
	(void)flows(f, 1000, map, 64, false);
	again(f, ENA_STATE_QUIET, 2, false);
	(void)flows(f, 1000, NULL, 128, false);
	fix_end(f);
}

/* After a reset the device has room for less than the user's table. */
static void
smaller_table_after_reset(void **state)
{
	static uint8_t map[1024];
	struct fix *f;
	uint8_t key[40];

	(void)state;
	seed = 12;
	random_key(key);
	f = hash_spec("max", 5, key);
	f->spec.profile.rss_log2_min = 1;
	hash_up(f);
	random_map(map, 1024, 5);
	assert_int_equal(set_table(f, map, 1024), ENA_OK);
	(void)flows(f, 1000, map, 1024, false);
	fix_twist16(f, 8, 12, 10, 4);
	again(f, ENA_STATE_QUIET, 5, true);
	(void)flows(f, 1000, NULL, 16, false);
	fix_end(f);
}

/* The table of bring-up was refused; one of the user's is not. */
static void
table_taken_at_last(void **state)
{
	struct fix *f = hash_spec("max", 3, ms_key);
	uint8_t map[128];
	unsigned int pair;

	(void)state;
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 9, 12);
	up(f);
	assert_false(ena_dev_info(f->dev)->in_rss_table);
	assert_int_equal(ena_rss_queue(f->dev, 1, &pair), ENA_UNSUPPORTED);
	seed = 13;
	random_map(map, 128, 3);
	assert_int_equal(set_table(f, map, 128), ENA_OK);
	assert_true(ena_dev_info(f->dev)->in_rss_table);
	(void)flows(f, 500, map, 128, false);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(software_has_the_published_hashes),
		cmocka_unit_test(device_has_the_published_hashes),
		cmocka_unit_test(software_hash_is_the_definition),
		cmocka_unit_test(every_size_is_foretold),
		cmocka_unit_test(crc32_is_foretold),
		cmocka_unit_test(size_changes_at_run_time),
		cmocka_unit_test(every_profile_is_foretold),
		cmocka_unit_test(what_is_not_known_is_not_foretold),
		cmocka_unit_test(one_entry_is_no_table),
		cmocka_unit_test(programmed_again_the_same),
		cmocka_unit_test(queue_count_changes),
		cmocka_unit_test(smaller_table_after_reset),
		cmocka_unit_test(table_taken_at_last),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
