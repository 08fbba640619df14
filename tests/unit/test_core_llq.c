/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LLQ: what is negotiated and what follows from it, why it is not used where
 * it is not, where the rings lie, what an entry looks like, bursts, room.
 * ref: protocol 10.4, 11; pitfalls E
 */
#include "core_fix.h"

#define GET	8
#define SET	9
#define LLQ	4

static uint8_t frame[10000];

static struct fix *
llq_spec(const char *profile, uint8_t policy)
{
	struct fix *f = fix_spec(profile);

	f->spec.config.cf_llq = policy;
	f->spec.config.cf_pairs = 2;
	return (f);
}

static struct fix *
llq_up(const char *profile, uint8_t policy)
{
	struct fix *f = llq_spec(profile, policy);

	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_llq_why,
	    ENA_LLQ_WHY_USED);
	return (f);
}

/* To ADMIN_UP, with the commands of the way in the journal. */
static void
llq_look(struct fix *f)
{
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, false);
}

static unsigned int
doorbells(const struct fix *f, uint32_t *last)
{
	return (fix_writes(f, f->q[0].tx_db, last));
}

/* ---- negotiation */

struct offer {
	/* offered */
	uint16_t header, entries, recommended, before, stride, wide, accel,
	    burst;
	uint32_t depth;
	uint8_t policy;
	/* wanted: the SET, and what follows; bytes 0: host memory */
	uint16_t set_entry, set_before, set_stride;
	uint16_t bytes, push, want_depth, want_burst, bufs;
};

#define HOST	0, 0, 0, 0, 0, 0, 0, 0

static const struct offer offers[] = {
	/* the device's own wish */
	{ 1, 7, 1, 15, 3, 0, 3, 512, 1024, ENA_LLQ_DEVICE,
	    1, 2, 2, 128, 96, 1024, 4, 25 },
	{ 1, 7, 4, 15, 3, 512, 3, 512, 1024, ENA_LLQ_DEVICE,
	    4, 2, 2, 256, 224, 512, 2, 17 },
	/* wide by wish; depth halves where no wide depth is given */
	{ 1, 5, 1, 2, 2, 0, 3, 512, 1024, ENA_LLQ_256,
	    4, 2, 2, 256, 224, 512, 2, 17 },
	/* a wide depth above the plain one gives nothing */
	{ 1, 5, 1, 2, 2, 4096, 0, 0, 1024, ENA_LLQ_256,
	    4, 2, 2, 256, 224, 1024, 0, 30 },
	/* narrow by wish */
	{ 3, 7, 4, 15, 3, 512, 0, 0, 1024, ENA_LLQ_128,
	    1, 2, 2, 128, 96, 1024, 0, 30 },
	/* what is wished for is not there; the burst counts what is chosen */
	{ 1, 1, 4, 2, 2, 512, 2, 300, 1024, ENA_LLQ_256,
	    1, 2, 2, 128, 96, 1024, 2, 9 },
	{ 1, 2, 4, 2, 2, 512, 2, 400, 1024, ENA_LLQ_DEVICE,
	    2, 2, 2, 192, 160, 1024, 2, 13 },
	{ 1, 6, 2, 2, 2, 512, 0, 0, 1024, ENA_LLQ_128,
	    2, 2, 2, 192, 160, 1024, 0, 30 },
	{ 1, 4, 1, 2, 2, 128, 0, 0, 1024, ENA_LLQ_128,
	    4, 2, 2, 256, 224, 128, 0, 30 },
	/* other places for the header */
	{ 1, 1, 1, 13, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE,
	    1, 1, 2, 128, 112, 1024, 0, 30 },
	{ 1, 1, 1, 12, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE,
	    1, 4, 2, 128, 64, 1024, 0, 30 },
	{ 1, 4, 1, 1, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE,
	    4, 1, 2, 256, 240, 512, 0, 30 },
	/* one descriptor an entry: a burst of four carries four buffers */
	{ 1, 1, 1, 2, 1, 0, 3, 512, 1024, ENA_LLQ_DEVICE,
	    1, 2, 1, 128, 96, 1024, 4, 4 },
	/* a burst below an entry is one entry */
	{ 1, 1, 1, 2, 2, 0, 2, 100, 1024, ENA_LLQ_DEVICE,
	    1, 2, 2, 128, 96, 1024, 1, 1 },
	/* a ring whose half holds no more than a few buffers */
	{ 1, 1, 1, 2, 1, 0, 0, 0, 16, ENA_LLQ_DEVICE,
	    1, 2, 1, 128, 96, 16, 0, 8 },
	/* depths are rounded down */
	{ 1, 1, 1, 2, 2, 0, 0, 0, 1000, ENA_LLQ_DEVICE,
	    1, 2, 2, 128, 96, 512, 0, 30 },
	/* nothing for us: header ring, no header, no size, no stride */
	{ 2, 1, 1, 2, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE, HOST },
	{ 1, 0, 1, 2, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE, HOST },
	{ 1, 1, 1, 0, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE, HOST },
	{ 1, 1, 1, 8, 2, 0, 0, 0, 1024, ENA_LLQ_DEVICE, HOST },
	{ 1, 1, 1, 2, 0, 0, 0, 0, 1024, ENA_LLQ_DEVICE, HOST },
	/* too shallow; or one entry a burst, filled by metadata */
	{ 1, 1, 1, 2, 2, 0, 0, 0, 3, ENA_LLQ_DEVICE, HOST },
	{ 1, 1, 1, 2, 2, 0, 0, 0, 0, ENA_LLQ_DEVICE, HOST },
	{ 1, 1, 1, 1, 2, 0, 3, 128, 1024, ENA_LLQ_DEVICE, HOST },
};

static struct fix *
offer_spec(const struct offer *o)
{
	struct fix *f = llq_spec("max", o->policy);
	struct mock_profile *p = &f->spec.profile;

	p->llq_header_loc = o->header;
	p->llq_entry_sizes = o->entries;
	p->llq_recommended = (uint8_t)o->recommended;
	p->llq_before = o->before;
	p->llq_stride = o->stride;
	p->llq_wide_depth = o->wide;
	p->llq_accel_flags = o->accel;
	p->llq_accel_burst = o->burst;
	p->llq_depth = o->depth;
	return (f);
}

/* Every field of the SET, typed from the protocol. */
static void
offer_set(struct fix *f, const struct offer *o)
{
	const struct fix_cmd *c = fix_cmd(f, SET, LLQ, 0);
	uint8_t want[44];

	assert_non_null(c);
	memset(want, 0, sizeof(want));
	fix_w16(want + 10, 1);
	fix_w16(want + 14, o->set_entry);
	fix_w16(want + 18, o->set_before);
	fix_w16(want + 22, o->set_stride);
	fix_w16(want + 28, 3);
	assert_memory_equal(c->bytes + 20, want, sizeof(want));
	assert_int_equal(c->bytes[17], LLQ);
	assert_int_equal(c->bytes[18], 0);
}

static void
every_offer(void **state)
{
	const struct ena_llq_info *li;
	const struct offer *o;
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(offers); i++) {
		o = &offers[i];
		f = offer_spec(o);
		fix_open(f);
		llq_look(f);
		li = &ena_dev_info(f->dev)->in_llq;
		assert_int_equal(fix_cmd(f, GET, LLQ, 0)->bytes[18], 1);
		assert_int_equal(li->li_entry_bytes, o->bytes);
		assert_int_equal(ena_dev_info(f->dev)->in_llq_why, o->bytes ==
		    0 ? ENA_LLQ_WHY_LIMITS : ENA_LLQ_WHY_USED);
		if (o->bytes != 0) {
			offer_set(f, o);
			assert_int_equal(li->li_max_push, o->push);
			assert_int_equal(li->li_depth, o->want_depth);
			assert_int_equal(li->li_burst, o->want_burst);
			assert_int_equal(li->li_max_bufs, o->bufs);
			assert_int_equal(li->li_meta_always, o->accel & 1);
			assert_int_equal(ena_dev_info(f->dev)->in_max_tx_bufs,
			    o->bufs);
		} else
			assert_int_equal(fix_cmds(f, SET, LLQ), 0);
		assert_int_equal(fix_up(f), ENA_OK);
		if (o->bytes != 0)
			assert_int_equal(f->plan.pl_tx_depth, o->want_depth);
		assert_int_equal(ena_tx_max_push(ena_txq(f->dev, 0)),
		    o->bytes != 0 ? o->push : 0);
		fix_prove(f);
		fix_end(f);
	}
}

/* CQ depth binds, the depth of host rings does not; counts bind, too. */
static void
limits_of_the_window_count(void **state)
{
	struct fix *f = llq_spec("max", ENA_LLQ_128);
	const struct ena_info *in;

	(void)state;
	f->spec.config.cf_pairs = 0;
	f->spec.config.cf_cpus = 64;
	f->spec.profile.llq_count = 3;
	f->spec.profile.llq_depth = 4096;
	f->spec.profile.tx_sq_depth = 256;
	f->spec.profile.cq_depth = 2048;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	in = ena_dev_info(f->dev);
	assert_int_equal(in->in_max_tx_depth, 2048);
	assert_int_equal(in->in_max_pairs, 3);
	assert_int_equal(f->plan.pl_pairs, 3);
	fix_prove(f);
	fix_end(f);
}

/* Where there is no entry, or no place for a descriptor, nothing fits. */
static void
buffers_need_a_place(void **state)
{
	struct ena_llq_info li;

	(void)state;
	memset(&li, 0, sizeof(li));
	li.li_before = 2;
	li.li_per_entry = 8;
	assert_int_equal(ena_llq_max_bufs(&li, 2, 30), 1);
	assert_int_equal(ena_llq_max_bufs(&li, 1, 30), 0);
	li.li_before = 0;
	assert_int_equal(ena_llq_max_bufs(&li, 1024, 30), 0);
}

/* ---- host memory, and why */

static void
stays_in_host_memory(struct fix *f, enum ena_llq_why why, unsigned int gets,
    unsigned int sets)
{
	const struct ena_info *in;
	struct ena_llq_info zero;

	llq_look(f);
	assert_int_equal(fix_cmds(f, GET, LLQ), gets);
	assert_int_equal(fix_cmds(f, SET, LLQ), sets);
	assert_int_equal(fix_up(f), ENA_OK);
	in = ena_dev_info(f->dev);
	memset(&zero, 0, sizeof(zero));
	assert_int_equal(in->in_llq_why, why);
	assert_memory_equal(&in->in_llq, &zero, sizeof(zero));
	assert_int_equal(in->in_max_tx_depth, f->spec.profile.tx_sq_depth);
	assert_int_equal(fix_cmd(f, 1, 0, 0)->bytes[6], 1);
	assert_int_equal(ena_tx_max_push(ena_txq(f->dev, 0)), 0);
	fix_prove(f);
	fix_end(f);
}

static void
fallbacks_have_their_reasons(void **state)
{
	struct fix *f;

	(void)state;
	f = llq_spec("c7g", ENA_LLQ_OFF);
	fix_open(f);
	stays_in_host_memory(f, ENA_LLQ_WHY_POLICY, 0, 0);

	f = llq_spec("t4g", ENA_LLQ_DEVICE);
	fix_open(f);
	stays_in_host_memory(f, ENA_LLQ_WHY_ABSENT, 0, 0);

	f = llq_spec("c7g", ENA_LLQ_256);
	f->spec.config.cf_bar2_bytes = 0;
	fix_open(f);
	stays_in_host_memory(f, ENA_LLQ_WHY_NO_BAR, 0, 0);

	/* the bit is set, the answer is no */
	f = llq_spec("c7g", ENA_LLQ_DEVICE);
	f->spec.profile.llq_count = 0;
	fix_open(f);
	stays_in_host_memory(f, ENA_LLQ_WHY_ABSENT, 1, 0);

	f = llq_spec("c7g", ENA_LLQ_DEVICE);
	fix_open(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 5, GET, LLQ);
	stays_in_host_memory(f, ENA_LLQ_WHY_ABSENT, 1, 0);

	/* a count of none */
	f = llq_spec("c7g", ENA_LLQ_DEVICE);
	fix_open(f);
	(void)fix_twist32(f, GET, LLQ, 8, 0);
	stays_in_host_memory(f, ENA_LLQ_WHY_LIMITS, 1, 0);
}

/* Whatever the status says. */
static void
refused_set_means_host_memory(void **state)
{
	static const uint8_t status[] = { 1, 3, 4, 5, 6, 77 };
	struct fix *f;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(status); i++) {
		f = llq_spec("c7g", ENA_LLQ_DEVICE);
		fix_open(f);
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, status[i], SET, LLQ);
		stays_in_host_memory(f, ENA_LLQ_WHY_REFUSED, 1, 1);
	}
}

/* Each life negotiates afresh. */
static void
negotiated_again_after_a_reset(void **state)
{
	struct fix *f = llq_up("c7g", ENA_LLQ_DEVICE);

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, SET, LLQ);
	llq_look(f);
	assert_int_equal(fix_cmds(f, SET, LLQ), 1);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_llq_why,
	    ENA_LLQ_WHY_REFUSED);
	assert_int_equal(ena_dev_info(f->dev)->in_max_tx_bufs, 16);
	fix_prove(f);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_drain(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_llq_why,
	    ENA_LLQ_WHY_USED);
	fix_prove(f);
	fix_end(f);
}

/* A limit that is not offered any more is no limit. */
static void
nothing_stays_of_the_last_offer(void **state)
{
	struct fix *f = llq_up("c7g", ENA_LLQ_DEVICE);
	const struct ena_llq_info *li = &ena_dev_info(f->dev)->in_llq;

	(void)state;
	assert_int_equal(li->li_burst, 4);
	assert_true(li->li_meta_always);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	(void)fix_twist16(f, GET, LLQ, 8 + 28, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(li->li_entry_bytes, 128);
	assert_int_equal(li->li_burst, 0);
	assert_false(li->li_meta_always);
	fix_end(f);
}

static void
no_such_policy(void **state)
{
	struct fix *f = fix_new("c7g");
	struct ena_config cf = f->spec.config;
	struct ena_dev dev;

	(void)state;
	cf.cf_llq = ENA_LLQ_POLICIES;
	assert_int_equal(ena_dev_init(&dev, f->os, &cf, NULL, NULL),
	    ENA_INVAL);
	fix_end(f);
}

/* ---- the ring's place */

static void
create_says_device_memory(void **state)
{
	struct fix *f = llq_spec("max", ENA_LLQ_DEVICE);
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	for (i = 0; i < 4; i++) {
		c = fix_cmd(f, 1, 0, i);
		assert_int_equal(c->bytes[6], i < 2 ? 3 : 1);
		assert_int_equal(fix_r32(c->bytes + 12) == 0, i < 2);
		if (i < 2)
			assert_int_equal(fix_r32(c->bytes + 16), 0);
	}
	assert_null(ena_txq(f->dev, 0)->tq_io.io_sq_dma.dma_va);
	fix_end(f);
}

static void
window_is_refused(const char *profile, uint32_t off, unsigned int queue)
{
	struct fix *f = llq_spec(profile, ENA_LLQ_128);

	fix_open(f);
	fix_fault_full(f, MOCK_F_BAD_LLQ_OFF, off, 0, 0, queue, 1);
	assert_int_equal(fix_up(f), ENA_PROTOCOL);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_true(ena_dev_stats(f->dev)->es_faults[7] != 0);
	fix_end(f);
}

static void
bad_windows(void **state)
{
	struct fix *f;
	uint32_t first;

	(void)state;
	window_is_refused("c7g", 0x1004, 0);		/* half a word */
	window_is_refused("c7g", 0x100000 - 1024 * 128 + 8, 0);
	window_is_refused("c7g", 0x100000, 0);
	window_is_refused("c7g", 0xfffffff8, 0);	/* wraps in 32 bits */
	/* over the other ring, from below and from above */
	f = llq_up("c7g", ENA_LLQ_128);
	first = ena_txq(f->dev, 0)->tq_llq_off;
	fix_end(f);
	window_is_refused("c7g", first, 1);
	window_is_refused("c7g", first + 8, 1);
	if (first >= 1024)
		window_is_refused("c7g", first - 1024, 1);
}

/* The last place there is is a place. */
static void
window_may_end_with_the_bar(void **state)
{
	struct fix *f = llq_spec("c7g", ENA_LLQ_128);

	(void)state;
	f->spec.profile.llq_count = 1;
	f->spec.profile.bar2_bytes = 1024 * 128;
	f->spec.config.cf_bar2_bytes = 1024 * 128;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_txq(f->dev, 0)->tq_llq_off, 0);
	fix_prove(f);
	fix_end(f);
}

/* Rings need not lie in the order of their queues. */
static void
windows_in_any_order(void **state)
{
	struct fix *f = llq_spec("c7g", ENA_LLQ_128);

	(void)state;
	fix_open(f);
	fix_fault_full(f, MOCK_F_BAD_LLQ_OFF, 0x100000 - 1024 * 128, 0, 0, 0,
	    1);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_true(ena_txq(f->dev, 1)->tq_llq_off <
	    ena_txq(f->dev, 0)->tq_llq_off);
	fix_end(f);
}

/* ---- entries, byte by byte */

/* The model then reads from our memory, and so can we. */
static const uint8_t *
lend_window(struct fix *f, uint64_t *mem)
{
	mock_bar2_attach(f->mock, mem);
	return ((const uint8_t *)mem);
}

static void
entry_is_as_written_down(void **state)
{
	static uint64_t mem[0x100000 / 8];
	struct fix *f = llq_spec("c7g", ENA_LLQ_128);
	struct ena_tx_pkt p;
	uint8_t want[256];
	const uint8_t *e;
	size_t len;
	unsigned int i;

	(void)state;
	fix_open(f);
	e = lend_window(f, mem);
	assert_int_equal(fix_up(f), ENA_OK);
	len = fix_frame(frame, FIX_TCP4, 1000, 1);
	fix_describe(&p, FIX_TCP4, ENA_TXF_L4_CSUM | ENA_TXF_IP4_CSUM |
	    ENA_TXF_DF);
	p.tp_hdr_len = 54;
	assert_int_equal(fix_tx(f, 0, frame, len, 3, &p), ENA_OK);
	e += ena_txq(f->dev, 0)->tq_llq_off;
	memset(want, 0, sizeof(want));
	fix_w32(want + 0, 0x05b04000);			/* metadata */
	fix_w32(want + 8, 14 << 8 | 20);
	fix_w32(want + 16, W_PHASE | W_REQ | 333);	/* first data */
	fix_w32(want + 20, 8 | 1 << 4 | 12 << 8 | 1 << 13 | 1 << 14);
	fix_w32(want + 24, (uint32_t)f->q[0].tx[0].b[0].pa);
	fix_w32(want + 28, (uint32_t)(f->q[0].tx[0].b[0].pa >> 32) |
	    54U << 24);
	memcpy(want + 32, frame, 54);
	for (i = 1; i < 3; i++) {
		fix_w32(want + 112 + 16 * i, W_PHASE | (i == 2 ? W_LAST : 0) |
		    f->q[0].tx[0].b[i].len);
		fix_w32(want + 120 + 16 * i,
		    (uint32_t)f->q[0].tx[0].b[i].pa);
		fix_w32(want + 124 + 16 * i,
		    (uint32_t)(f->q[0].tx[0].b[i].pa >> 32));
	}
	assert_memory_equal(e, want, sizeof(want));
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frame_len, len);
	/* pushed as a whole: one descriptor without a buffer */
	len = fix_frame(frame, FIX_UDP4, 30, 1);
	p.tp_flags = 0;
	p.tp_hdr_len = (uint16_t)len;
	assert_int_equal(fix_tx(f, 0, frame, len, 0, &p), ENA_OK);
	memset(want, 0, sizeof(want));
	fix_w32(want + 0, 0x05b04000);
	fix_w32(want + 16, W_PHASE | W_REQ | W_LAST);
	fix_w32(want + 20, 1U << 22);			/* request id 1 */
	fix_w32(want + 28, (uint32_t)len << 24);
	memcpy(want + 32, frame, len);
	assert_memory_equal(e + 256, want, 128);
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frame_len, len);
	assert_memory_equal(f->frame, frame, len);
	fix_end(f);
}

/* Packets of a header alone, over the end of the ring, at any offer. */
static void
headers_alone(void **state)
{
	static const uint16_t before[] = { 1, 2, 4 };
	struct ena_tx_pkt p;
	struct fix *f;
	unsigned int i, n;
	size_t len;

	(void)state;
	for (i = 0; i < FIX_COUNT(before); i++) {
		f = llq_spec("c7g", ENA_LLQ_128);
		f->spec.profile.llq_before = before[i];
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		for (n = 0; n < 3 * f->plan.pl_tx_depth; n++) {
			len = fix_frame(frame, FIX_UDP4, n % 20, n);
			fix_describe(&p, FIX_UDP4, 0);
			p.tp_hdr_len = (uint16_t)len;
			assert_int_equal(fix_tx(f, 0, frame, len, 0, &p),
			    ENA_OK);
			fix_tx_wait(f, 0, 1);
			assert_int_equal(f->frame_len, len);
			assert_memory_equal(f->frame, frame, len);
		}
		fix_end(f);
	}
}

/* Metadata fills the first entry; what begins the packet is said once. */
static void
packet_begins_behind_the_header(void **state)
{
	static uint64_t mem[0x100000 / 8];
	struct fix *f = llq_spec("c7g", ENA_LLQ_128);
	struct ena_tx_pkt p;
	uint8_t want[48];
	const uint8_t *e;
	unsigned int i;
	size_t len;

	(void)state;
	f->spec.profile.llq_before = 1;
	fix_open(f);
	e = lend_window(f, mem);
	assert_int_equal(fix_up(f), ENA_OK);
	len = fix_frame(frame, FIX_TCP4, 300, 1);
	fix_describe(&p, FIX_TCP4, 0);
	p.tp_hdr_len = 54;
	assert_int_equal(fix_tx(f, 0, frame, len, 3, &p), ENA_OK);
	e += ena_txq(f->dev, 0)->tq_llq_off + 128;
	memset(want, 0, sizeof(want));
	for (i = 0; i < 3; i++) {
		fix_w32(want + 16 * i, W_PHASE | (i == 0 ? W_REQ : 0) |
		    (i == 2 ? W_LAST : 0) | f->q[0].tx[0].b[i].len);
		fix_w32(want + 16 * i + 8,
		    (uint32_t)f->q[0].tx[0].b[i].pa);
		fix_w32(want + 16 * i + 12,
		    (uint32_t)(f->q[0].tx[0].b[i].pa >> 32) |
		    (i == 0 ? 54U << 24 : 0));
	}
	assert_memory_equal(e, want, sizeof(want));
	fix_tx_wait(f, 0, 1);
	assert_int_equal(f->frame_len, len);
	assert_memory_equal(f->frame, frame, len);
	fix_end(f);
}

/* A ring that was wished shallower takes smaller packets. */
static void
buffers_follow_the_depth_of_the_ring(void **state)
{
	struct fix *f = llq_spec("max", ENA_LLQ_128);
	uint16_t id;

	(void)state;
	f->spec.profile.llq_stride = 1;
	f->spec.profile.llq_accel_flags = 0;
	f->spec.config.cf_tx_depth = 16;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(fix_tx_one(f, 0, 8, &id), ENA_OK);
	assert_int_equal(fix_tx_one(f, 0, 9, &id), ENA_INVAL);
	fix_tx_wait(f, 0, 1);
	fix_end(f);
}

/* The first packet of a life rings, whatever the last one rang for. */
static void
each_life_rings(void **state)
{
	struct fix *f = llq_spec("c7g", ENA_LLQ_128);
	unsigned int i;

	(void)state;
	fix_open(f);
	for (i = 0; i < 3; i++) {
		assert_int_equal(fix_up(f), ENA_OK);
		fix_prove(f);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		(void)fix_drain(f);
	}
	fix_end(f);
}

/* ---- arguments */

static void
headers_and_buffers_have_limits(void **state)
{
	struct fix *f = llq_up("c7g", ENA_LLQ_128);
	struct ena_txq *q = ena_txq(f->dev, 0);
	struct ena_tx_burst b;
	struct ena_buf v[FIX_TX_BUFS];
	struct ena_tx_pkt p;
	unsigned int i;
	uint16_t id;

	(void)state;
	for (i = 0; i < FIX_TX_BUFS; i++) {
		v[i].b_addr = f->q[0].one.pa;
		v[i].b_len = 10;
	}
	memset(&p, 0, sizeof(p));
	p.tp_hdr = frame;
	p.tp_bufs = v;
	p.tp_nbufs = 1;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_tx_begin(q, &b), ENA_OK);
	p.tp_hdr_len = 0;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_hdr_len = 97;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_hdr_len = 65535;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_hdr_len = 96;
	p.tp_nbufs = (uint16_t)(q->tq_llq.li_max_bufs + 1);
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_nbufs = 2;
	v[1].b_len = 0;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	v[1].b_len = 10;
	v[1].b_addr |= (uint64_t)1 << 48;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_nbufs = 1;
	p.tp_bufs = v + 1;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	v[1].b_addr = v[0].b_addr;
	v[1].b_len = 0;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_bufs = v;
	p.tp_flags = ENA_TXF_TSO;		/* no L3 */
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	ena_tx_end(&b);
	assert_int_equal(doorbells(f, NULL), 0);
	assert_int_equal(q->tq_tail_pos, 0);
	assert_int_equal(fix_mock(f).llq_stores, 0);
	fix_end(f);
	/* and a header has no place in host memory */
	f = fix_running("c7g");
	p.tp_flags = 0;
	p.tp_hdr_len = 1;
	v[0].b_addr = f->q[0].one.pa;
	assert_int_equal(ena_tx_begin(ena_txq(f->dev, 0), &b), ENA_OK);
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	p.tp_nbufs = 0;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_INVAL);
	ena_tx_end(&b);
	fix_end(f);
}

/* ---- bursts */

/* c7g: 512 bytes, four entries. */
static void
doorbells_inside_a_burst(void **state)
{
	struct fix *f = llq_up("c7g", ENA_LLQ_128);
	struct ena_txq *q = ena_txq(f->dev, 0);
	struct ena_tx_burst b;
	struct ena_buf v[2];
	struct ena_tx_pkt p;
	uint32_t val;
	uint16_t id;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		v[i].b_addr = f->q[0].one.pa;
		v[i].b_len = 60;
	}
	memset(&p, 0, sizeof(p));
	p.tp_hdr = frame;
	p.tp_hdr_len = 14;
	p.tp_bufs = v;
	p.tp_nbufs = 1;
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(ena_tx_begin(q, &b), ENA_OK);
	for (i = 1; i <= 11; i++) {
		assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
		assert_int_equal(doorbells(f, &val), (i - 1) / 4);
	}
	assert_int_equal(val, 8);
	/* one entry left, two needed: metadata, two buffers */
	p.tp_nbufs = 2;
	assert_int_equal(ena_tx_put(&b, &p, &id), ENA_OK);
	assert_int_equal(doorbells(f, &val), 3);
	assert_int_equal(val, 11);
	ena_tx_end(&b);
	assert_int_equal(doorbells(f, &val), 4);
	assert_int_equal(val, 13);
	/* a doorbell gives all entries back; an empty burst rings none */
	assert_int_equal(ena_tx_begin(q, &b), ENA_OK);
	ena_tx_end(&b);
	assert_int_equal(doorbells(f, NULL), 4);
	assert_int_equal(q->tq_burst, 4);
	assert_int_equal(q->tq_pkts, 12);
	assert_int_equal(q->tq_bytes, 12 * 74 + 60);
	assert_int_equal(q->tq_doorbells, 4);
	fix_tx_wait(f, 0, 12);
	assert_int_equal(f->frames, 12);
	fix_end(f);
}

/* The largest packet there may be, with metadata, everywhere. */
static void
largest_packet_everywhere(void **state)
{
	static const char *const names[] = { "a1", "c7g", "c6i", "gen6",
	    "max" };
	static const uint8_t policies[] = { ENA_LLQ_DEVICE, ENA_LLQ_128,
	    ENA_LLQ_256 };
	struct ena_tx_pkt p;
	struct fix *f;
	unsigned int i, k, n;
	size_t len;

	(void)state;
	for (i = 0; i < FIX_COUNT(names) * FIX_COUNT(policies); i++) {
		f = llq_up(names[i / FIX_COUNT(policies)],
		    policies[i % FIX_COUNT(policies)]);
		n = ena_dev_info(f->dev)->in_max_tx_bufs;
		len = fix_frame(frame, FIX_TCP4, 1200, i);
		for (k = 0; k < 40; k++) {
			fix_describe(&p, FIX_TCP4, k % 2 == 0 ?
			    ENA_TXF_IP4_CSUM | ENA_TXF_DF : 0);
			p.tp_l3_off = 14;
			assert_int_equal(fix_tx(f, 0, frame, len, k % 3 == 0 ?
			    n : k % n + 1, &p), ENA_OK);
			fix_tx_wait(f, 0, 1);
			assert_int_equal(f->frame_len, len);
			if (k % 2 != 0)
				assert_memory_equal(f->frame, frame, len);
		}
		p.tp_hdr_len = 20;
		assert_int_equal(fix_tx(f, 0, frame, len, n + 1, &p),
		    ENA_INVAL);
		fix_end(f);
	}
}

/* ---- metadata */

static void
metadata_where_the_device_wants_it(void **state)
{
	struct fix *f;
	struct ena_tx_pkt p;
	unsigned int always, i;
	size_t len;
	/* changes, stays, none, the old again, another */
	static const struct { uint32_t flags; uint16_t l3_off; bool sent; }
	    row[] = {
		{ ENA_TXF_L4_CSUM | ENA_TXF_DF, 14, true },
		{ ENA_TXF_L4_CSUM | ENA_TXF_DF, 14, false },
		{ 0, 14, false },
		{ ENA_TXF_L4_CSUM | ENA_TXF_DF, 14, false },
		{ ENA_TXF_L4_CSUM | ENA_TXF_IP4_CSUM | ENA_TXF_DF, 18, true },
	};

	(void)state;
	for (always = 0; always < 2; always++) {
		f = llq_spec("max", ENA_LLQ_128);
		f->spec.profile.llq_accel_flags = (uint16_t)always;
		f->spec.profile.llq_before = 1;
		fix_open(f);
		assert_int_equal(fix_up(f), ENA_OK);
		len = fix_frame(frame, FIX_UDP4, 300, 1);
		for (i = 0; i < FIX_COUNT(row); i++) {
			if (row[i].l3_off == 18) {
				memmove(frame + 16, frame + 12, len - 12);
				memcpy(frame + 12, "\x81\x00\x00\x05", 4);
				len += 4;
			}
			fix_describe(&p, FIX_UDP4, row[i].flags);
			p.tp_l3_off = (uint8_t)row[i].l3_off;
			assert_int_equal(fix_tx(f, 0, frame, len, 1, &p),
			    ENA_OK);
			/* one place before the header: metadata costs an
			   entry */
			assert_int_equal(ena_txq(f->dev, 0)->tq_slots[i],
			    row[i].sent || always ? 2 : 1);
			fix_tx_wait(f, 0, 1);
			assert_int_equal(f->frames, i + 1);
			assert_true(fix_frame_good(f->frame, f->frame_len));
		}
		fix_end(f);
	}
}

/* ---- room */

static void
room_is_counted_in_entries(void **state)
{
	struct fix *f = llq_spec("max", ENA_LLQ_128);
	struct ena_txq *q;
	unsigned int i, n;
	uint16_t id;

	(void)state;
	f->spec.config.cf_tx_depth = 16;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	q = ena_txq(f->dev, 0);
	for (n = 0; n < 3; n++) {
		for (i = 0; i < 15; i++) {
			assert_int_equal(ena_tx_room(q), 15 - i);
			assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
		}
		assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_NO_ROOM);
		assert_int_equal(q->tq_no_room, n + 1);
		fix_tx_wait(f, 0, 15);
	}
	/* two entries each: the last one does not fit */
	for (i = 0; i < 7; i++)
		assert_int_equal(fix_tx_one(f, 0, 5, &id), ENA_OK);
	assert_int_equal(fix_tx_one(f, 0, 5, &id), ENA_NO_ROOM);
	assert_int_equal(fix_tx_one(f, 0, 1, &id), ENA_OK);
	fix_tx_wait(f, 0, 8);
	assert_int_equal(f->frames, 53);
	fix_end(f);
}

/* Packets in flight when the device is reset come back, each once. */
static void
drain_gives_all_back(void **state)
{
	struct fix *f = llq_up("c7g", ENA_LLQ_DEVICE);
	unsigned int i;
	uint16_t id;

	(void)state;
	for (i = 0; i < 9; i++)
		assert_int_equal(fix_tx_one(f, 0, 1 + i % 4, &id), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	assert_int_equal(fix_drain(f), 9);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(ena_tx_room(ena_txq(f->dev, 0)), 1023);
	fix_prove(f);
	fix_end(f);
}

static void
thousands_of_packets(void **state)
{
	struct fix *f = llq_spec("max", ENA_LLQ_256);
	unsigned int count, done, n, sent;
	uint16_t id;

	(void)state;
	f->spec.config.cf_tx_depth = 32;
	fix_open(f);
	assert_int_equal(fix_up(f), ENA_OK);
	for (sent = 0, done = 0; done < 5000; done += count) {
		n = sent % 20 + 1;
		while (sent < 5000 && fix_tx_one(f, 0, n, &id) == ENA_OK)
			n = ++sent % 20 + 1;
		fix_pass(f, 10);
		assert_int_equal(fix_reap(f, 0, 1000, NULL, &count), ENA_OK);
	}
	assert_int_equal(f->frames, 5000);
	assert_int_equal(fix_mock(f).llq_pkts, 5000);
	fix_end(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_offer),
		cmocka_unit_test(limits_of_the_window_count),
		cmocka_unit_test(buffers_need_a_place),
		cmocka_unit_test(fallbacks_have_their_reasons),
		cmocka_unit_test(refused_set_means_host_memory),
		cmocka_unit_test(negotiated_again_after_a_reset),
		cmocka_unit_test(nothing_stays_of_the_last_offer),
		cmocka_unit_test(no_such_policy),
		cmocka_unit_test(create_says_device_memory),
		cmocka_unit_test(bad_windows),
		cmocka_unit_test(window_may_end_with_the_bar),
		cmocka_unit_test(windows_in_any_order),
		cmocka_unit_test(entry_is_as_written_down),
		cmocka_unit_test(headers_alone),
		cmocka_unit_test(packet_begins_behind_the_header),
		cmocka_unit_test(buffers_follow_the_depth_of_the_ring),
		cmocka_unit_test(each_life_rings),
		cmocka_unit_test(headers_and_buffers_have_limits),
		cmocka_unit_test(doorbells_inside_a_burst),
		cmocka_unit_test(largest_packet_everywhere),
		cmocka_unit_test(metadata_where_the_device_wants_it),
		cmocka_unit_test(room_is_counted_in_entries),
		cmocka_unit_test(drain_gives_all_back),
		cmocka_unit_test(thousands_of_packets),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
