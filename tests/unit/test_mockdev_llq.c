/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LLQ of the device model: negotiation, rings in the window, and packets
 * out of entries.  The centre is test_every: packets of every shape go
 * through the plain encoder of mockdev_llq.h, and what leaves the device
 * must be the reference byte for byte.  What drivers do wrong is in
 * provoke_llq.h, offloads in test_mockdev_offload.c.
 */
#include "few.h"
#include "mockdev_llq.h"

static void
clean(struct h *h)
{
	if (h->nrules != 0)
		fail_msg("rule %s", h->rule[0]);
	h_free(h);
}

static uint32_t
rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return ((uint32_t)(*s >> 16));
}

/* -- negotiation */

/* What GET LLQ says is enabled. */
static void
enabled(struct h *h, uint32_t hdr, uint32_t entry, uint32_t before,
    uint32_t stride)
{
	assert_int_equal(get_feature(h, 4, 1, 0), 0);
	assert_int_equal(get16b(h->resp + 8 + 10), hdr);
	assert_int_equal(get16b(h->resp + 8 + 14), entry);
	assert_int_equal(get16b(h->resp + 8 + 18), before);
	assert_int_equal(get16b(h->resp + 8 + 22), stride);
}

static void
test_get(void **state)
{
	struct h *h = h_new("c7g");
	uint8_t *b;

	(void)state;
	admin_up(h);
	enabled(h, 0, 0, 0, 0);
	b = h->resp + 8;
	assert_int_equal(get32b(b), 8);
	assert_int_equal(get32b(b + 4), 1024);
	assert_int_equal(get16b(b + 8), 1);
	assert_int_equal(get16b(b + 12), 5);
	assert_int_equal(get16b(b + 16), 7);
	assert_int_equal(get16b(b + 20), 2);
	assert_int_equal(b[24], 1);
	assert_int_equal(b[25], 1);
	assert_int_equal(get16b(b + 26), 512);
	assert_int_equal(get16b(b + 28), 3);
	assert_int_equal(get16b(b + 30), 512);
	assert_int_equal(get_feature(h, 4, 0, 0), 0);
	assert_int_equal(h->resp[8 + 24], 0);
	clean(h);
}

static void
test_set(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	struct h *h = h_new("max");
	struct llq_set s;
	uint32_t i;

	(void)state;
	admin_up(h);
	for (i = 0; i < 3 * 4 * 2 * 4 * 2; i++) {
		s.hdr = 1;
		s.entry = 1U << i % 3;
		s.before = 1U << i / 3 % 4;
		s.stride = 1U << i / 12 % 2;
		s.accel = i / 24 % 4;
		s.version = i / 96;
		if (s.entry == 1 && s.before == 8)
			continue;
		assert_int_equal(llq_send_set(h, &s), 0);
		enabled(h, 1, s.entry, s.before, s.stride);
	}
	/* A ring for headers: advertised, but nobody knows its layout. */
	s = lin;
	s.hdr = 2;
	assert_int_equal(llq_send_set(h, &s), 3);
	/* What was refused changed nothing; a reset loses it. */
	enabled(h, 1, 4, 8, 2);
	do_reset(h, 1);
	admin_up(h);
	enabled(h, 0, 0, 0, 0);
	assert_int_equal(llq_send_set(h, &lin), 0);
	mock_flr(h->d);
	admin_up(h);
	enabled(h, 0, 0, 0, 0);
	clean(h);
}

/* No LLQ without a new SET: after a reset the placement is host again. */
static void
test_reset_loses(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	struct h *h = h_new("c7g");
	struct llq l;

	(void)state;
	llq_up(&l, h, &lin);
	do_reset(h, 1);
	memset(at(h, A_TXCQ), 0, 0x1000);
	admin_up(h);
	assert_int_equal(llq_queue(&l, DEPTH), 5);
	assert_true(h_saw(h, "sq-placement"));
	assert_int_equal(h->nrules, 1);
	h->nrules = 0;
	memset(at(h, A_TXCQ), 0, 0x1000);
	mock_flr(h->d);
	llq_up(&l, h, &lin);
	clean(h);
}

/* Refused while a queue lives, allowed when the last one is gone. */
static void
test_set_between(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	struct h *h = h_new("c7g");
	uint32_t cq;

	(void)state;
	admin_up(h);
	assert_int_equal(create_cq(h, 0x20, 2, 64, 1, A_TXCQ), 0);
	cq = get16b(h->resp + 8);
	assert_int_equal(llq_send_set(h, &lin), 5);
	assert_int_equal(destroy_cq(h, cq), 0);
	assert_int_equal(llq_send_set(h, &lin), 0);
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

/* -- rings in the window */

struct span {
	uint32_t off, end;
};

/* A ring of that many entries for each queue; returns how many fitted. */
static unsigned int
rings(struct h *h, uint32_t entry, uint32_t depth, struct span *s)
{
	struct llq_set set = LLQ_LINUX;
	struct llq l;
	unsigned int i, j;

	set.entry = entry;
	llq_shape(&l, h, &set);
	admin_up(h);
	assert_int_equal(llq_send_set(h, &set), 0);
	for (i = 0; i < h->p->llq_count; i++) {
		if (llq_queue(&l, depth) != 0)
			break;
		s[i].off = l.off;
		s[i].end = l.off + depth * l.bytes;
		assert_int_equal(l.off & 7, 0);
		assert_true(s[i].end <= h->p->bar2_bytes);
		for (j = 0; j < i; j++)
			assert_true(s[i].end <= s[j].off ||
			    s[j].end <= s[i].off);
	}
	return (i);
}

static void
test_rings(void **state)
{
	static struct span s[128];
	const struct mock_profile *p;
	struct h *h;
	uint32_t depth, entry;
	unsigned int i, n, steps;

	(void)state;
	for (n = 0; (p = mock_profile_nth(n)) != NULL; n++) {
		if (p->llq_count == 0)
			continue;
		for (entry = 1; entry <= 4; entry *= 2) {
			if ((p->llq_entry_sizes & entry) == 0)
				continue;
			h = h_new(p->name);
			depth = entry != 4 ? 1024 : p->llq_wide_depth;
			i = rings(h, entry, depth, s);
			/* Wide ones fill the window of "max" early. */
			if (strcmp(p->name, "max") != 0 || entry == 1)
				assert_int_equal(i, p->llq_count);
			else
				assert_in_range(i, 40, 127);
			clean(h);
			h = h_new(p->name);
			i = rings(h, entry, 64, s);
			assert_int_equal(i, p->llq_count);
			for (steps = 0; i > 1; i--)
				steps += s[i - 1].off < s[i - 2].off ||
				    s[i - 1].off % 128 != 0;
			assert_true(steps > 3);
			clean(h);
		}
	}
}

/* A ring that is destroyed makes room for the next. */
static void
test_ring_reuse(void **state)
{
	static struct span s[128];
	struct h *h = h_new("max");
	struct llq l;
	struct llq_set set = LLQ_LINUX;
	unsigned int i, n;

	(void)state;
	n = rings(h, 4, 1024, s);
	set.entry = 4;
	llq_shape(&l, h, &set);
	for (i = 0; i < 10; i++) {
		assert_int_equal(destroy_sq(h, 0x20, 3 + i * 3), 0);
		assert_int_equal(llq_queue(&l, 1024), 0);
		assert_int_equal(l.q.sq_idx, 3 + i * 3);
		assert_int_equal(l.off, s[i * 3].off);
	}
	assert_true(n > 40);
	clean(h);
}

/* Windows and counts that divide badly; the last word of the window. */
static void
test_rings_odd(void **state)
{
	static struct span s[128];
	struct mock_profile *p;
	struct h *h;
	uint64_t seed = 77;
	uint32_t entry, i, j, n, used;

	(void)state;
	for (i = 0; i < 60; i++) {
		h = h_new("c6i");
		p = h_profile(h);
		p->llq_count = 1 + rnd(&seed) % 8;
		p->bar2_bytes = 0x4000 + rnd(&seed) % 0x20000 * 4;
		h_replug(h);
		entry = 1U << i % 3;
		n = rings(h, entry, 64, s);
		used = 0;
		for (j = 0; j < n; j++)
			used += s[j].end - s[j].off;
		/* Only a window that is full of holes refuses one. */
		if (n < p->llq_count)
			assert_true(p->bar2_bytes - used < (n + 1) *
			    (s[0].end - s[0].off));
		clean(h);
	}
	h = h_new("c7g");
	n = rings(h, 1, 1024, s);
	for (j = 0; j < n && s[j].end != h->p->bar2_bytes; j++)
		continue;
	assert_true(j < n);
	mock_bar2_write(h->d, s[j].end - 8, s, 8);
	clean(h);
}

/* The smallest ring; the wide rule with a wide depth of its own, or half. */
static void
depth_is(uint16_t wide, uint32_t entry, uint32_t depth, int want)
{
	struct llq_set set = LLQ_LINUX;
	struct h *h = h_new("c7g");
	struct llq l;

	h_profile(h)->llq_wide_depth = wide;
	h_replug(h);
	set.entry = entry;
	llq_shape(&l, h, &set);
	admin_up(h);
	assert_int_equal(llq_send_set(h, &set), 0);
	assert_int_equal(llq_queue(&l, depth), want);
	assert_int_equal(h_saw(h, "llq-wide-depth"), want != 0);
	assert_int_equal(h->nrules, want != 0);
	h_free(h);
}

static void
test_depths(void **state)
{
	(void)state;
	depth_is(512, 1, 2, 0);
	depth_is(512, 1, 1024, 0);
	depth_is(512, 4, 512, 0);
	depth_is(256, 4, 256, 0);
	depth_is(256, 4, 512, 6);
	depth_is(0, 4, 512, 0);
	depth_is(0, 1, 1024, 0);
	depth_is(4096, 4, 1024, 0);
}

static void
test_bad_offset(void **state)
{
	struct mock_fault_arm a = { MOCK_F_BAD_LLQ_OFF, 0, 1, 0xfffff8, 0,
	    0 };
	struct h *h = h_new("c7g");
	const struct llq_set lin = LLQ_LINUX;
	struct llq l;

	(void)state;
	mock_fault(h->d, &a);
	llq_up(&l, h, &lin);
	assert_int_equal(l.off, 0xfffff8);
	assert_int_equal(mock_faults_hit(h->d), 1);
	clean(h);
}

/* -- packets */

/* What the device is to be for the reference packets. */
static struct h *
wide_open(uint16_t accel)
{
	struct mock_profile *p;
	struct h *h = h_new("max");

	p = h_profile(h);
	p->bar2_bytes = 0x100000;
	p->tx_descs = 33;
	p->llq_accel_flags = accel;
	p->llq_accel_burst = 65535;
	h_replug(h);
	return (h);
}

/*
 * Send one packet: hdr bytes pushed, nseg buffers of random length in
 * random places.  The frame that comes out is compared with the bytes that
 * went in.
 */
static void
reference(struct llq *l, uint32_t hdr, unsigned int nseg, bool meta,
    uint64_t *s)
{
	struct h *h = l->h;
	struct llq_pkt p;
	uint8_t ref[2048], *c;
	uint32_t addr, id, len[32], n;
	unsigned int i;

	for (i = 0; i < hdr; i++)
		ref[i] = (uint8_t)rnd(s);
	ref[12] = 0x08;
	ref[13] = 0x06;
	llq_start(&p, ref, hdr);
	if (meta)
		llq_meta(&p, 0, 0);
	for (i = 0; i < nseg; i++)
		len[i] = 1 + rnd(s) % 40 + (i == 0 && hdr < 14 ? 13 : 0);
	id = rnd(s) % DEPTH;
	llq_data(&p, id, 0, nseg, len);
	n = hdr;
	for (i = 0; i < nseg; i++) {
		addr = A_TXBUF + i * 0x200 + rnd(s) % 0x180;
		llq_word(p.desc[i + meta], 2, addr);
		memcpy(ref + n, at(h, addr), len[i]);
		n += len[i];
	}
	h->nframes = 0;
	llq_put(l, &p);
	llq_ring(l);
	if (h->nframes != 1 || h->frame_len[0] != n ||
	    memcmp(h->frame[0], ref, n) != 0)
		fail_msg("entry %u before %u per %u: header %u, %u buffers: "
		    "%u frames, %zu bytes of %u, rule %s", l->bytes,
		    l->before, l->per, hdr, nseg, h->nframes,
		    h->frame_len[0], n, h->nrules != 0 ? h->rule[0] : "-");
	c = llq_take(l);
	assert_non_null(c);
	assert_int_equal(get16b(c), id);
	assert_null(llq_take(l));
}

static unsigned int
every(const struct llq_set *set, bool meta, uint8_t *mem, uint64_t *s)
{
	struct h *h = wide_open(meta ? 3 : 0);
	struct mock_stats st;
	struct llq l;
	uint32_t hdr, top;
	unsigned int i, n, nseg;

	if (mem != NULL)
		mock_bar2_attach(h->d, mem);
	llq_up(&l, h, set);
	l.mem = mem;
	for (i = 0; i < 0x8000; i++)
		*at(h, A_TXBUF + i) = (uint8_t)rnd(s);
	top = l.bytes - 16 * l.before;
	n = 0;
	for (hdr = 1; hdr <= top && hdr <= 255; hdr++)
		for (nseg = hdr < 14 ? 1 : 0; nseg <= 31;
		    nseg += few_step(7), n++)
			reference(&l, hdr, nseg, meta, s);
	mock_get_stats(h->d, &st);
	assert_int_equal(st.llq_pkts, n);
	assert_int_equal(st.tx_pkts, n);
	if (mem == NULL)
		assert_int_equal(st.llq_stores,
		    st.llq_entries * (l.bytes / 8));
	clean(h);
	return (n);
}

static void
test_every(void **state)
{
	struct llq_set set = LLQ_LINUX;
	uint64_t s = 0x1234567;
	unsigned int n = 0;

	(void)state;
	for (set.entry = 1; set.entry <= 4; set.entry *= 2)
		for (set.before = 1; set.before <= 8; set.before *= 2)
			for (set.stride = 1; set.stride <= 2; set.stride++) {
				if (set.entry == 1 && set.before == 8)
					continue;
				n += every(&set, false, NULL, &s);
				n += every(&set, true, NULL, &s);
			}
	assert_true(n > 190000 / few_step(7));
}

/* The same through a window that the model does not see stores to. */
static void
test_every_attached(void **state)
{
	struct llq_set set = LLQ_LINUX;
	uint64_t s = 0x7654321;
	uint8_t *mem;

	(void)state;
	mem = calloc(1, 0x100000);
	assert_non_null(mem);
	every(&set, true, mem, &s);
	memset(mem, 0xee, 0x100000);
	set.entry = 4;
	every(&set, true, mem, &s);
	free(mem);
}

/* -- batches and laps */

/* Packets out and not yet completed: entries of each id. */
struct flight {
	uint32_t left[DEPTH], room, sent;
};

/* A packet of random shape under a free id; false if it does not fit. */
static bool
random_pkt(struct llq *l, struct flight *f, uint32_t room, uint8_t *ref,
    uint32_t *used, uint64_t *s)
{
	struct llq_pkt p;
	uint32_t hdr, id, len[16], n, need, nseg, off;

	hdr = 14 + rnd(s) % (l->bytes - 46);
	nseg = rnd(s) % 16;
	for (id = 0; id < DEPTH && f->left[id] != 0; id++)
		continue;
	memset(ref, (int)(rnd(s) & 0xff), hdr);
	llq_start(&p, ref, hdr);
	llq_meta(&p, 0, 0);
	for (n = off = 0; n < nseg; n++) {
		len[n] = 1 + rnd(s) % 90;
		memcpy(ref + hdr + off, at(l->h, A_TXBUF + off), len[n]);
		off += len[n];
	}
	llq_data(&p, id, 0, nseg, len);
	need = llq_need(l, &p);
	if (id == DEPTH || need > f->room || *used + need > room)
		return (false);
	f->left[id] = need;
	f->room -= need;
	*used += need;
	llq_put(l, &p);
	return (true);
}

static void
reap(struct llq *l, struct flight *f)
{
	uint8_t *c;
	uint16_t id;

	while ((c = llq_take(l)) != NULL) {
		id = get16b(c);
		assert_true(id < DEPTH);
		assert_true(f->left[id] != 0);
		f->room += f->left[id];
		f->left[id] = 0;
	}
}

/* Random packets, as many at once as the burst allows, over many laps. */
static void
laps(const char *profile, uint32_t entry, const struct mock_options *o)
{
	static uint8_t ref[8][2048];
	struct llq_set set = LLQ_LINUX;
	struct h *h = h_new_opt(profile, o);
	struct flight f;
	struct llq l;
	uint64_t s = 99;
	uint32_t burst, i, j, k, used;

	set.entry = entry;
	llq_up(&l, h, &set);
	burst = h->p->llq_accel_flags == 0 ? 8 :
	    h->p->llq_accel_burst / l.bytes;
	for (i = 0; i < 0x2000; i++)
		*at(h, A_TXBUF + i) = (uint8_t)rnd(&s);
	memset(&f, 0, sizeof(f));
	f.room = DEPTH - 1;
	for (k = 0; k < 600; k++) {
		h->nframes = 0;
		used = 0;
		for (i = 0; i < 8 && random_pkt(&l, &f, burst, ref[i], &used,
		    &s); i++)
			continue;
		if (i != 0)
			llq_ring(&l);
		f.sent += i;
		pass(h, 40);
		if (o->tx_us == 0 || i == 0)
			assert_int_equal(h->nframes, i);
		for (j = 0; j < i && j < h->nframes; j++)
			assert_memory_equal(h->frame[j], ref[j],
			    h->frame_len[j]);
		reap(&l, &f);
	}
	assert_true(f.sent > 600);
	assert_true(l.q.tail > 10 * DEPTH);
	clean(h);
}

static void
test_laps(void **state)
{
	struct mock_options o;

	(void)state;
	mock_options_default(&o);
	laps("max", 4, &o);
	laps("max", 2, &o);
	laps("c7g", 1, &o);
	laps("a1", 1, &o);
	o.tx_us = 5;
	o.jitter_pct = 80;
	o.tx_reorder = true;
	laps("max", 4, &o);
	laps("max", 1, &o);
	laps("c6i", 2, &o);
}

/* -- all profiles, the way Linux does it */

static void
look_for(void *arg, const char *text)
{
	unsigned int *n = arg;

	*n += strstr(text, "llq entry 128") != NULL;
	*n += strstr(text, "bar2 0x") != NULL;
}

static void
test_linux(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	const struct mock_profile *p;
	static const uint32_t len[2] = { 30, 10 };
	struct h *h;
	struct llq_pkt k;
	struct llq l;
	uint8_t f[96];
	unsigned int i, n, said, tried;

	(void)state;
	tried = 0;
	for (n = 0; (p = mock_profile_nth(n)) != NULL; n++) {
		if (p->llq_count == 0)
			continue;
		tried++;
		h = h_new(p->name);
		llq_up(&l, h, &lin);
		make_queue(h, &h->rx, 1, A_RXSQ, A_RXCQ, DEPTH, 1);
		for (i = 0; i < 100; i++) {
			llq_plain(f);
			memset(f + 60, 0, 36);
			llq_start(&k, f, i % 2 == 0 ? 96 : 60);
			llq_meta(&k, 0, 0);
			llq_data(&k, i % DEPTH, 0, i % 3, len);
			llq_put(&l, &k);
			llq_ring(&l);
			assert_non_null(llq_take(&l));
		}
		assert_int_equal(h->nframes, 100);
		wr(h, l.q.unmask, 0x40000000);
		assert_int_equal(h->vec[1], 1);
		said = 0;
		mock_dump(h->d, look_for, &said);
		assert_int_equal(said, 2);
		clean(h);
	}
	assert_int_equal(tried, 5);
}

/* Host rings and LLQs side by side after SET LLQ. */
static void
test_mixed(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	static const uint32_t len = 40;
	struct h *h = h_new("c7g");
	struct llq_pkt p;
	struct llq l;
	uint8_t f[60];
	unsigned int i;

	(void)state;
	llq_up(&l, h, &lin);
	make_queue(h, &h->tx, 0, A_TXSQ, A_TXCQ + 0x1000, DEPTH, 1);
	llq_plain(f);
	memcpy(at(h, A_TXBUF), f + 20, 40);
	memcpy(at(h, A_TXBUF + 0x100), f, 60);
	for (i = 0; i < 200; i++) {
		h->nframes = 0;
		llq_start(&p, f, 20);
		llq_meta(&p, 0, 0);
		llq_data(&p, 3, 0, 1, &len);
		llq_put(&l, &p);
		llq_ring(&l);
		tx_put(h, TX_ONE | 60, TX_ID(5), A_TXBUF + 0x100, 0);
		tx_ring(h);
		assert_int_equal(h->nframes, 2);
		assert_memory_equal(h->frame[0], f, 60);
		assert_memory_equal(h->frame[1], f, 60);
		assert_non_null(llq_take(&l));
		assert_non_null(cq_take(h, &h->tx, A_TXCQ + 0x1000, 8));
	}
	clean(h);
}

/*
 * Without the flag (a1) metadata is remembered, queue by queue: a checksum
 * with what the last packet brought along.
 */
static void
test_meta_cache(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	struct h *h = h_new("a1");
	struct llq_pkt p;
	struct llq l, m;
	uint8_t f[2048];
	uint32_t rest;
	size_t len;

	(void)state;
	llq_up(&l, h, &lin);
	m = l;
	assert_int_equal(create_cq(h, 0x20, 2, DEPTH, 1, A_TXCQ + 0x1000),
	    0);
	assert_int_equal(create_sq(h, 0x20, 3, 1, get16b(h->resp + 8), DEPTH,
	    0), 0);
	m.q.db = get32b(h->resp + 12);
	m.off = get32b(h->resp + 16);
	len = ip4(f, 17, 100);
	memcpy(at(h, A_TXBUF), f + 50, len - 50);
	rest = (uint32_t)len - 50;
	llq_start(&p, f, 50);
	llq_meta(&p, 20 | 14 << 8, 0);
	llq_data(&p, 1, 8 | 0x10 | 13 << 8 | 0x6000, 1, &rest);
	llq_put(&l, &p);
	llq_start(&p, f, 50);
	llq_data(&p, 2, 8 | 0x10 | 13 << 8 | 0x6000, 1, &rest);
	llq_put(&l, &p);
	llq_ring(&l);
	assert_int_equal(h->nframes, 2);
	assert_true(ip4_good(h->frame[0], len));
	assert_true(ip4_good(h->frame[1], len));
	assert_int_equal(h->nrules, 0);
	/* The other queue never heard of it. */
	llq_put(&m, &p);
	llq_ring(&m);
	assert_true(h_saw(h, "tx-meta-stale"));
	h_free(h);
}

/* -- a window of the caller's */

static void
test_attach(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	static const uint32_t len = 40;
	struct h *h = h_new("c7g");
	struct mock_stats st;
	struct llq_pkt p;
	struct llq l;
	uint8_t f[60], *mem, pic[128];
	unsigned int i;

	(void)state;
	mem = malloc(h->p->bar2_bytes);
	assert_non_null(mem);
	/* Rubbish with the phase bit set: a ring starts cleared. */
	memset(mem, 0xff, h->p->bar2_bytes);
	mock_bar2_attach(h->d, mem);
	llq_up(&l, h, &lin);
	l.mem = mem;
	llq_plain(f);
	memcpy(at(h, A_TXBUF), f + 20, 40);
	for (i = 0; i < 3 * DEPTH; i++) {
		llq_start(&p, f, 20);
		llq_meta(&p, 0, 0);
		llq_data(&p, 3, 0, 1, &len);
		llq_put(&l, &p);
		/* Stores of any size and order are not judged either. */
		mock_bar2_write(h->d, l.off + i % DEPTH * 128 + 20, f, 3);
		memcpy(pic, mem + l.off + i % DEPTH * 128, 128);
		memcpy(pic + 20, p.desc[1] + 4, 3);
		mock_bar2_write(h->d, l.off + i % DEPTH * 128, pic, 128);
		h->nframes = 0;
		llq_ring(&l);
		assert_int_equal(h->nframes, 1);
		assert_memory_equal(h->frame[0], f, 60);
		assert_non_null(llq_take(&l));
	}
	mock_get_stats(h->d, &st);
	assert_int_equal(st.llq_entries, 3 * DEPTH);
	assert_int_equal(h->nrules, 0);
	/* What lies there is of the lap before. */
	l.q.tail++;
	llq_ring(&l);
	assert_true(h_saw(h, "tx-phase"));
	assert_int_equal(h->nrules, 1);
	/* Back to memory of the model's own. */
	mock_flr(h->d);
	mock_bar2_attach(h->d, NULL);
	free(mem);
	memset(at(h, A_TXCQ), 0, 0x1000);
	llq_up(&l, h, &lin);
	llq_put(&l, &p);
	llq_ring(&l);
	assert_non_null(llq_take(&l));
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

/* Halves of words: said, but the packet goes out. */
static void
test_store_halves(void **state)
{
	const struct llq_set lin = LLQ_LINUX;
	struct h *h = h_new("c7g");
	uint8_t f[60], pic[LLQ_MAX];
	struct llq_pkt p;
	struct llq l;
	uint32_t i;

	(void)state;
	llq_up(&l, h, &lin);
	llq_plain(f);
	llq_start(&p, f, 60);
	llq_meta(&p, 0, 0);
	llq_data(&p, 3, 0, 0, NULL);
	llq_picture(&l, &p, 0, pic);
	for (i = 0; i < 128; i += 4)
		mock_bar2_write(h->d, l.off + i, pic + i, 4);
	l.q.tail = 1;
	llq_ring(&l);
	assert_int_equal(h->nframes, 1);
	assert_memory_equal(h->frame[0], f, 60);
	assert_true(h_saw(h, "llq-store-size"));
	assert_false(h_saw(h, "llq-store-order"));
	assert_int_equal(h->nrules, 32);
	/* One store for two entries. */
	h->nrules = 0;
	llq_picture(&l, &p, 1, pic);
	llq_picture(&l, &p, 2, pic + 128);
	mock_bar2_write(h->d, l.off + 128, pic, 256);
	l.q.tail = 3;
	llq_ring(&l);
	assert_int_equal(h->nframes, 3);
	assert_true(h_saw(h, "llq-store-size"));
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

/* -- nonsense */

/* Entries of random bytes near the truth, random doorbells and stores. */
static void
fuzz(const char *profile, uint64_t seed, unsigned int rounds)
{
	static const struct llq_set sets[] = {
		LLQ_LINUX, { 1, 4, 1, 2, 3, 0 }, { 1, 1, 4, 2, 3, 1 },
	};
	struct h *h = h_new(profile);
	uint8_t pic[LLQ_DESCS * LLQ_MAX], f[256];
	struct llq_pkt p;
	struct llq l;
	uint64_t s = seed;
	uint32_t len[16], n;
	unsigned int i, j, r;

	for (i = 0; i < sizeof(f); i++)
		f[i] = (uint8_t)rnd(&s);
	for (r = 0; r < rounds; r++) {
		mock_flr(h->d);
		memset(at(h, A_TXCQ), 0, 0x1000);
		llq_up(&l, h, &sets[r % (strcmp(profile, "a1") == 0 ? 1 :
		    3)]);
		for (i = 0; i < 100 && !mock_is_fatal(h->d); i++) {
			llq_start(&p, f, 1 + rnd(&s) % 64);
			if (rnd(&s) % 8 != 0)
				llq_meta(&p, rnd(&s) & 0x3f1f1f,
				    rnd(&s) % 1500);
			n = rnd(&s) % 8;
			for (j = 0; j < n; j++)
				len[j] = rnd(&s) % 1000;
			llq_data(&p, rnd(&s) % (DEPTH + 1),
			    rnd(&s) & 0x3fffff, n, len);
			llq_picture(&l, &p, l.q.tail, pic);
			n = llq_need(&l, &p);
			for (j = rnd(&s) % 4; j > 2; j--)
				pic[rnd(&s) % (n * l.bytes)] =
				    (uint8_t)rnd(&s);
			llq_copy(&l, pic, n);
			if (rnd(&s) % 8 == 0)
				mock_bar2_write(h->d, rnd(&s) % 0x100000,
				    pic, rnd(&s) % 400);
			if (rnd(&s) % 20 == 0)
				l.q.tail = (uint16_t)rnd(&s);
			llq_ring(&l);
			while (llq_take(&l) != NULL)
				continue;
			h->nframes = 0;
		}
	}
	h_free(h);
}

static void
test_fuzz(void **state)
{
	unsigned int n;

	(void)state;
	n = getenv("MOCK_FUZZ") != NULL ?
	    (unsigned int)atoi(getenv("MOCK_FUZZ")) : 400;
	fuzz("c7g", 11, n);
	fuzz("max", 12, n);
	fuzz("a1", 13, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_reset_loses),
		cmocka_unit_test(test_set_between),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_ring_reuse),
		cmocka_unit_test(test_rings_odd),
		cmocka_unit_test(test_depths),
		cmocka_unit_test(test_bad_offset),
		cmocka_unit_test(test_every),
		cmocka_unit_test(test_every_attached),
		cmocka_unit_test(test_laps),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_meta_cache),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_store_halves),
		cmocka_unit_test(test_fuzz),
	};

	return (cmocka_run_group_tests_name("mockdev-llq", tests, NULL,
	    NULL));
}
