/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generated packets: every header of 0 to 255 bytes, followed by 1 to 31
 * segments, with no metadata, with new metadata and with metadata that the
 * device has cached.  What the model sends must be the plain concatenation,
 * checksums filled in, byte for byte; and the packet must have taken the
 * number of ring slots that the protocol says.
 *
 * Parametric over placement.  In host memory the header is a buffer of its
 * own in front.  With device placement it is pushed, up to push_max bytes,
 * and what exceeds that comes first in memory; of a frame without a header
 * the first byte is pushed, as at least one must be.
 * ref: protocol 10.4, 11.3, 11.4
 */
#include "core_fix.h"
#include "few.h"
#include "mock_net.h"

#define HEADERS		256U
#define SEGMENTS	31U
#define BATCH		6U		/* packets a burst */
#define SLOT_BYTES	16384U		/* memory of a packet in a burst */
#define LONGEST		9000U

/* entry_bytes 0: descriptors in host memory. */
struct place {
	const char *name;
	unsigned int entry_bytes;	/* of an LLQ entry */
	unsigned int before;		/* descriptors before the header */
	unsigned int push_max;		/* header bytes in an entry */
	bool meta_always;		/* meta caching is off */
};

static struct place places[] = {
	{ "host memory", 0, 0, 0, false },
	{ "LLQ 128", 128, 2, 96, false },
	{ "LLQ 128, metadata always", 128, 2, 96, true },
	{ "LLQ 128, one before, metadata always", 128, 1, 112, true },
	{ "LLQ 192, metadata always", 192, 2, 160, true },
	{ "LLQ 192, four before", 192, 4, 128, false },
	{ "LLQ 256", 256, 2, 224, false },
	{ "LLQ 256, metadata always", 256, 2, 224, true },
	{ "LLQ 256, eight before, metadata always", 256, 8, 128, true },
};

enum meta { META_NONE, META_NEW, META_CACHED, METAS };

struct packet {
	size_t len;
	uint8_t want[LONGEST + 64];
};

struct gen {
	struct fix *f;
	const struct place *place;
	struct nic_buf mem[BATCH];
	size_t lent[BATCH];		/* bytes of each */
	struct packet sent[BATCH];	/* of this burst */
	unsigned int nsent, seen;
	unsigned int kind;		/* of the last frame with metadata */
	struct ena_tx_burst burst;
	uint32_t want_slots;		/* of this burst */
	uint32_t tail;			/* at its start */
	uint64_t total;
};

static struct gen gen;
static uint64_t seed;

static uint32_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return ((uint32_t)(seed >> 16));
}

/* ---- the wire */

static void
on_frame(void *arg, struct sim_adapter *from, const void *p, size_t len)
{
	struct gen *g = arg;
	const struct packet *k = &g->sent[g->seen];

	(void)from;
	SIM_CHECK(g->f->sim, g->seen < g->nsent);
	SIM_CHECK(g->f->sim, len == k->len);
	SIM_CHECK(g->f->sim, memcmp(p, k->want, len) == 0);
	g->seen++;
}

/* ---- frames */

static const enum fix_kind kinds[] = {
	FIX_TCP4, FIX_UDP6, FIX_UDP4, FIX_TCP6
};
/* kind / 2 of these, kind % 2 tags */
#define KINDS		(2U * FIX_COUNT(kinds))

/* TCP and UDP have the same; the IP version and the tag make another. */
static bool
same_meta(unsigned int a, unsigned int b)
{
	return (a % 4 == b % 4);
}

static size_t
head_bytes(unsigned int kind)
{
	static const size_t bytes[] = { 54, 62, 42, 74 };

	return (bytes[kind / 2] + (kind % 2 != 0 ? 4 : 0));
}

/*
 * A frame of len bytes with right checksums in k->want; what the stack
 * hands down in frame.
 */
static void
with_request(struct packet *k, unsigned int kind, size_t len,
    uint8_t *frame, struct ena_tx_pkt *p)
{
	enum fix_kind fk = kinds[kind / 2];
	uint32_t flags;
	size_t tag;

	flags = ENA_TXF_L4_CSUM | ENA_TXF_DF |
	    (fk < FIX_TCP6 ? ENA_TXF_IP4_CSUM : 0);
	tag = kind % 2 != 0 ? 4 : 0;
	fix_describe(p, fk, flags);
	p->tp_l3_off = (uint8_t)(14 + tag);
	(void)fix_frame(k->want, fk, len - head_bytes(kind), rnd());
	if (tag != 0) {
		memmove(k->want + 16, k->want + 12, len - 16);
		memcpy(k->want + 12, "\x81\x00\x00\x2a", 4);
	}
	memcpy(frame, k->want, len);
	if (fk < FIX_TCP6)
		memset(frame + 14 + tag + 10, 0x5a, 2);
	memset(frame + 14 + tag + p->tp_l3_len +
	    (p->tp_l4 == ENA_L4_TCP ? 16 : 6), 0x5a, 2);
}

static void
without_request(struct packet *k, size_t len, uint8_t *frame,
    struct ena_tx_pkt *p)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < len; i++)
		frame[i] = (uint8_t)rnd();
	memcpy(k->want, frame, len);
}

/* ---- packets */

/* Ring slots of a packet, in the unit of its placement. */
static unsigned int
slots(const struct place *pl, unsigned int descs)
{
	unsigned int per;

	if (pl->entry_bytes == 0)
		return (descs);
	per = pl->entry_bytes / 16;
	return (descs <= pl->before ? 1 :
	    1 + (descs - pl->before + per - 1) / per);
}

/* Lengths of n segments; what they lack to the least in the last. */
static size_t
lengths(unsigned int n, size_t header, size_t least, size_t *len)
{
	static const uint32_t most[] = { 1, 3, 60, 270 };
	size_t total;
	unsigned int i;
	uint32_t cap;

	cap = most[rnd() % FIX_COUNT(most)];
	for (i = 0, total = header; i < n; i++) {
		len[i] = 1 + rnd() % cap;
		total += len[i];
	}
	if (total < least) {
		len[n - 1] += least - total;
		total = least;
	}
	return (total);
}

static void
mem_sync(struct gen *g, unsigned int i, enum ena_sync op)
{
	const struct nic_host *h = sim_host(g->f->ad);

	h->buf_sync(h->arg, &g->mem[i], 0, g->lent[i], op);
}

/*
 * Scatter a frame over memory with gaps: the header, then the segments, all
 * but the bytes that are pushed.  Returns the number of buffers.
 */
static unsigned int
describe(struct gen *g, const uint8_t *frame, unsigned int header,
    const size_t *len, unsigned int n, struct ena_buf *vec, size_t push)
{
	struct nic_buf *m = &g->mem[g->nsent];
	unsigned int i, k, nvec;
	size_t at, from;

	memset(m->va, 0xee, m->len);
	for (i = 0, at = 0, from = 0, nvec = 0; i <= n; i++) {
		/* the first is the header, which may be empty */
		k = i == 0 ? header : (unsigned int)len[i - 1];
		if (from < push) {
			size_t skip = push - from < k ? push - from : k;

			from += skip;
			k -= (unsigned int)skip;
		}
		if (k == 0)
			continue;
		at += rnd() % 48;
		assert_true(at + k <= m->len);
		memcpy(m->va + at, frame + from, k);
		vec[nvec].b_addr = m->pa + at;
		vec[nvec].b_len = (uint16_t)k;
		nvec++;
		at += k;
		from += k;
	}
	g->lent[g->nsent] = at;
	mem_sync(g, g->nsent, ENA_SYNC_PREWRITE);
	return (nvec);
}

static void
burst_end(struct gen *g)
{
	struct ena_txq *q = ena_txq(g->f->dev, 0);
	unsigned int i;

	if (g->nsent == 0)
		return;
	g->seen = 0;
	ena_tx_end(&g->burst);
	SIM_CHECK(g->f->sim, q->tq_tail_pos - g->tail == g->want_slots);
	fix_tx_wait(g->f, 0, g->nsent);
	SIM_CHECK(g->f->sim, g->seen == g->nsent);
	for (i = 0; i < g->nsent; i++)
		mem_sync(g, i, ENA_SYNC_POSTWRITE);
	g->total += g->nsent;
	g->nsent = 0;
}

static void
one_packet(struct gen *g, unsigned int header, unsigned int n,
    enum meta meta)
{
	static uint8_t frame[LONGEST + 64];
	struct ena_buf vec[SEGMENTS + 1];
	struct packet *k = &g->sent[g->nsent];
	struct ena_tx_pkt p;
	size_t len[SEGMENTS];
	unsigned int descs, kind;
	size_t push;
	uint16_t id;

	if (g->nsent == 0) {
		g->want_slots = 0;
		g->tail = ena_txq(g->f->dev, 0)->tq_tail_pos;
		SIM_CHECK(g->f->sim, ena_tx_begin(ena_txq(g->f->dev, 0),
		    &g->burst) == ENA_OK);
	}
	if (meta == META_NEW) {
		do
			kind = rnd() % KINDS;
		while (same_meta(kind, g->kind));
		g->kind = kind;
	}
	k->len = lengths(n, header, meta == META_NONE ? 14 :
	    head_bytes(g->kind), len);
	assert_true(k->len <= LONGEST);
	if (meta == META_NONE)
		without_request(k, k->len, frame, &p);
	else
		with_request(k, g->kind, k->len, frame, &p);
	p.tp_bufs = vec;
	push = 0;
	if (g->place->entry_bytes != 0) {
		push = header < g->place->push_max ? header :
		    g->place->push_max;
		push = push != 0 ? push : 1;
	}
	p.tp_hdr = frame;
	p.tp_hdr_len = (uint16_t)push;
	p.tp_nbufs = (uint16_t)describe(g, frame, header, len, n, vec, push);
	SIM_CHECK(g->f->sim, ena_tx_put(&g->burst, &p, &id) == ENA_OK);
	descs = (p.tp_nbufs != 0 ? p.tp_nbufs : 1U) +
	    (meta == META_NEW || g->place->meta_always ? 1U : 0);
	g->want_slots += slots(g->place, descs);
	if (++g->nsent == BATCH)
		burst_end(g);
}

/* ---- all of them */

static void
gen_open(struct gen *g, const struct place *pl)
{
	const struct nic_host *h;
	struct fix *f = fix_spec("max");
	unsigned int i;

	memset(g, 0, sizeof(*g));
	g->f = f;
	g->place = pl;
	f->spec.config.cf_pairs = 1;
	f->spec.config.cf_tx_depth = 256;
	f->spec.config.cf_rx_depth = 256;
	f->spec.config.cf_mtu = LONGEST;
	/* header, segments, metadata, and one that the core keeps back */
	f->spec.profile.tx_descs = SEGMENTS + 3;
	if (pl->entry_bytes == 0) {
		f->spec.profile.llq_count = 0;
		f->spec.config.cf_bar2_bytes = 0;
	} else {
		f->spec.config.cf_llq = ENA_LLQ_DEVICE;
		f->spec.profile.llq_entry_sizes = pl->entry_bytes == 128 ? 1 :
		    pl->entry_bytes == 192 ? 2 : 4;
		f->spec.profile.llq_recommended =
		    (uint8_t)f->spec.profile.llq_entry_sizes;
		f->spec.profile.llq_before = (uint16_t)pl->before;
		f->spec.profile.llq_accel_flags = pl->meta_always;
	}
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_llq.li_entry_bytes,
	    pl->entry_bytes);
	assert_int_equal(ena_tx_max_push(ena_txq(f->dev, 0)), pl->push_max);
	sim_on_wire(f->sim, on_frame, g);
	h = sim_host(f->ad);
	for (i = 0; i < BATCH; i++)
		assert_true(h->buf_alloc(h->arg, SLOT_BYTES, &g->mem[i]));
	assert_true(ena_dev_info(f->dev)->in_max_tx_bufs > SEGMENTS);
}

static void
gen_end(struct gen *g)
{
	const struct nic_host *h = sim_host(g->f->ad);
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		h->buf_free(h->arg, &g->mem[i]);
	fix_end(g->f);
}

/*
 * The kind of metadata changes fastest, so that cached metadata follows
 * packets without any and that which it repeats.
 */
static void
generated(void **state)
{
	struct gen *g = &gen;
	unsigned int header, headers, meta, n;

	seed = 4711;
	gen_open(g, *state);
	headers = 0;
	for (header = 0; header < HEADERS; header += few_step(5), headers++)
		for (n = 1; n <= SEGMENTS; n++)
			for (meta = 0; meta < METAS; meta++)
				one_packet(g, header, n,
				    meta == 0 ? META_NEW : meta == 1 ?
				    META_NONE : META_CACHED);
	burst_end(g);
	assert_int_equal(g->total, headers * SEGMENTS * METAS);
	assert_int_equal(fix_mock(g->f).tx_csum_done,
	    headers * SEGMENTS * 2);
	gen_end(g);
}

int
main(void)
{
	struct CMUnitTest tests[FIX_COUNT(places)];
	unsigned int i;

	memset(tests, 0, sizeof(tests));
	for (i = 0; i < FIX_COUNT(places); i++) {
		tests[i].name = places[i].name;
		tests[i].test_func = generated;
		tests[i].initial_state = &places[i];
	}
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
