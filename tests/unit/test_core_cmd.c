/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admin commands as bytes: what the core sends, in which order, and what it
 * makes of answers, good and hostile.  All numbers are typed from the
 * protocol document.
 * ref: protocol 5.2, 6, 7, 13.1, 16; pitfalls 1 to 3, 12 to 16, 29, 33, 115
 */
#include "core_fix.h"

/* ---- encoders */

#define PA	0x00009abc12345000ULL

static void
create_cq_bytes(void **state)
{
	union ena_cmd c;
	uint8_t b[64], want[64];

	(void)state;
	memset(&c, 0xff, sizeof(c));
	ena_cmd_create_cq(&c, 1024, 16, 7, PA);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 3U << 16);
	want[4] = 0x20;
	want[5] = 4;
	fix_w16(want + 6, 1024);
	fix_w32(want + 8, 7);
	fix_w32(want + 12, 0x12345000);
	fix_w16(want + 16, 0x9abc);
	assert_memory_equal(b, want, sizeof(b));
	/* a queue without interrupts: all ones, never 0 */
	ena_cmd_create_cq(&c, 256, 8, UINT32_MAX, PA);
	memcpy(b, &c, sizeof(b));
	assert_int_equal(b[5], 2);
	assert_int_equal(fix_r32(b + 8), UINT32_MAX);
}

static void
create_sq_bytes(void **state)
{
	union ena_cmd c;
	uint8_t b[64], want[64];

	(void)state;
	memset(&c, 0xff, sizeof(c));
	ena_cmd_create_sq(&c, 1, 1, 0x1234, 512, PA);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 1U << 16);
	want[4] = 0x20;
	want[6] = 1;
	want[7] = 1;
	fix_w16(want + 8, 0x1234);
	fix_w16(want + 10, 512);
	fix_w32(want + 12, 0x12345000);
	fix_w16(want + 16, 0x9abc);
	assert_memory_equal(b, want, sizeof(b));
	ena_cmd_create_sq(&c, 2, 1, 0x1234, 512, PA);
	memcpy(b, &c, sizeof(b));
	want[4] = 0x40;
	assert_memory_equal(b, want, sizeof(b));
}

static void
destroy_bytes(void **state)
{
	union ena_cmd c;
	uint8_t b[64], want[64];

	(void)state;
	ena_cmd_destroy_sq(&c, 2, 0x4321);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 2U << 16);
	fix_w16(want + 4, 0x4321);
	want[6] = 0x40;
	assert_memory_equal(b, want, sizeof(b));
	ena_cmd_destroy_cq(&c, 0x4321);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 4U << 16);
	fix_w16(want + 4, 0x4321);
	assert_memory_equal(b, want, sizeof(b));
}

static void
feature_and_stats_bytes(void **state)
{
	static const uint8_t body[5] = { 1, 2, 3, 4, 5 };
	union ena_cmd c;
	uint8_t b[64], want[64];

	(void)state;
	ena_cmd_get(&c, 7, 1);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 8U << 16);
	want[17] = 7;
	want[18] = 1;
	assert_memory_equal(b, want, sizeof(b));
	/* flag bit 2 and a plain buffer: protocol 5.2 */
	ena_cmd_set(&c, 10, body, sizeof(body));
	ena_cmd_ctrl(&c, PA, 48);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 9U << 16 | 0x04000000);
	fix_w32(want + 4, 48);
	fix_w32(want + 8, 0x12345000);
	fix_w16(want + 12, 0x9abc);
	want[17] = 10;
	memcpy(want + 20, body, sizeof(body));
	assert_memory_equal(b, want, sizeof(b));
	ena_cmd_get_stats(&c, 2);
	memcpy(b, &c, sizeof(b));
	memset(want, 0, sizeof(want));
	fix_w32(want, 11U << 16);
	want[16] = 2;
	assert_memory_equal(b, want, sizeof(b));
}

/* ---- what is sent, in which order */

struct step {
	uint8_t op, feature, version;
};

static const struct step t4g_steps[] = {
	{ 9, 28, 0 }, { 8, 1, 0 }, { 8, 7, 1 }, { 8, 11, 0 }, { 11, 0, 0 },
	{ 8, 26, 0 }, { 9, 26, 0 }, { 8, 12, 0 }, { 8, 10, 0 }, { 8, 18, 0 },
	{ 3, 0, 0 }, { 3, 0, 0 }, { 3, 0, 0 }, { 3, 0, 0 },
	{ 1, 0, 0 }, { 1, 0, 0 }, { 1, 0, 0 }, { 1, 0, 0 },
	{ 9, 12, 0 }, { 9, 14, 0 },
};

static void
check_steps(const struct fix *f, const struct step *want, unsigned int n)
{
	unsigned int i;

	assert_int_equal(f->ncmds, n);
	for (i = 0; i < n; i++) {
		assert_int_equal(f->cmds[i].op, want[i].op);
		assert_int_equal(f->cmds[i].feature, want[i].feature);
		if (want[i].op >= 8)
			assert_int_equal(f->cmds[i].bytes[18],
			    want[i].version);
	}
}

static void
up_with_journal(struct fix *f)
{
	fix_forget(f);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_plan(f), ENA_OK);
	assert_int_equal(fix_goto(f, ENA_STATE_RUNNING), ENA_OK);
	fix_journal(f, false);
}

static void
bring_up_is_this_list(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	up_with_journal(f);
	check_steps(f, t4g_steps, FIX_COUNT(t4g_steps));
	fix_end(f);
}

/* Only what is advertised is asked for, host attributes excepted. */
static void
bring_up_of_a_poor_device(void **state)
{
	static const struct step want[] = {
		{ 9, 28, 0 }, { 8, 1, 0 }, { 8, 2, 0 }, { 8, 26, 0 },
		{ 9, 26, 0 }, { 3, 0, 0 }, { 3, 0, 0 }, { 1, 0, 0 },
		{ 1, 0, 0 }, { 9, 14, 0 },
	};
	struct fix *f = fix_new("min");

	(void)state;
	up_with_journal(f);
	check_steps(f, want, FIX_COUNT(want));
	fix_end(f);
}

/* Attach and recovery: the same commands with the same contents. */
static void
recovery_repeats_attach(void **state)
{
	struct fix *f = fix_spec("max");
	struct fix_cmd *first;
	unsigned int i, k, n;

	(void)state;
	f->spec.config.cf_have_rss_key = true;
	fix_open(f);
	up_with_journal(f);
	n = f->ncmds;
	first = calloc(n, sizeof(*first));
	assert_non_null(first);
	memcpy(first, f->cmds, n * sizeof(*first));
	for (k = 0; k < 3; k++) {
		ena_fault(f->dev, ENA_REASON_USER);
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
		up_with_journal(f);
		assert_int_equal(f->ncmds, n);
		for (i = 0; i < n; i++) {
			assert_int_equal(first[i].op, f->cmds[i].op);
			assert_memory_equal(first[i].ctrl, f->cmds[i].ctrl,
			    FIX_CTRL);
			/* I/O rings are elsewhere, all else is the same */
			assert_memory_equal(first[i].bytes,
			    f->cmds[i].bytes, 12);
			if (f->cmds[i].op >= 8)
				assert_memory_equal(first[i].bytes + 12,
				    f->cmds[i].bytes + 12, 52);
		}
	}
	free(first);
	fix_end(f);
}

/* Registers: AQ, ACQ and AENQ as one block, before any command. */
static void
rings_are_registered_as_one_block(void **state)
{
	static const uint32_t off[] = {
		0x10, 0x14, 0x20, 0x24, 0x18, 0x28, 0x38, 0x3c, 0x34, 0x4c,
		0x2c
	};
	struct fix *f = fix_new("t4g");
	uint32_t v;
	unsigned int i, k;

	(void)state;
	up_with_journal(f);
	for (i = 0; f->writes[i].off != 0x10; i++)
		assert_true(i < f->nwrites);
	for (k = 0; k < FIX_COUNT(off); k++)
		assert_int_equal(f->writes[i + k].off, off[k]);
	assert_int_equal(f->writes[i + 4].val, 0x00400020);
	assert_int_equal(f->writes[i + 5].val, 0x00400020);
	assert_int_equal(f->writes[i + 8].val, 0x00400010);
	assert_int_equal(f->writes[i + 9].val, 1);
	assert_int_equal(f->writes[i + 10].val, 1);
	assert_int_equal(fix_writes(f, 0x40, &v), 1);
	assert_int_equal(v, 16);
	fix_end(f);
}

/* Unmasked, then armed, behind the last command of ADMIN_UP. */
static void
events_are_armed_after_unmasking(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_CONFIGURED), ENA_OK);
	assert_int_equal(f->nwrites, 2);
	assert_int_equal(f->writes[0].off, 0x4c);
	assert_int_equal(f->writes[0].val, 0);
	assert_int_equal(f->writes[1].off, 0x40);
	assert_int_equal(f->writes[1].val, 16);
	fix_end(f);
}

/* ---- the host-info page */

static uint64_t
page_of(const struct fix *f)
{
	const struct fix_cmd *c = fix_cmd(f, 9, 28, 0);

	assert_non_null(c);
	return (fix_r32(c->bytes + 20) |
	    (uint64_t)fix_r16(c->bytes + 24) << 32);
}

static void
page_check(struct fix *f, const char *dist, const char *kernel)
{
	uint8_t page[4096], want[4096];

	memset(want, 0, sizeof(want));
	fix_w32(want, 4);
	memcpy(want + 4, dist, strlen(dist));
	memcpy(want + 136, kernel, strlen(kernel));
	fix_w32(want + 168, 1402000);
	fix_w32(want + 172, 2 | (ENA_API_VERSION >> 8 & 0xff) << 8 |
	    (ENA_API_VERSION & 0xff) << 16);
	fix_w16(want + 184, 0x0200);
	fix_w16(want + 186, 0x1234);
	fix_w16(want + 188, 96);
	fix_w32(want + 192, 0x96);
	assert_true(sim_peek(f->ad, page_of(f), page, sizeof(page)));
	assert_memory_equal(page, want, sizeof(page));
}

static struct fix *
page_spec(const char *dist, const char *kernel)
{
	struct fix *f = fix_spec("t4g");

	f->spec.config.cf_os_dist = dist;
	f->spec.config.cf_kernel = kernel;
	f->spec.config.cf_kernel_version = 1402000;
	f->spec.config.cf_bdf = 0x1234;
	f->spec.config.cf_cpus = 96;
	fix_open(f);
	fix_journal(f, true);
	return (f);
}

static void
page_byte_for_byte(void **state)
{
	struct fix *f = page_spec("FreeBSD 14.2-RELEASE", "1402000");
	const struct fix_cmd *c;
	unsigned int i;

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	page_check(f, "FreeBSD 14.2-RELEASE", "1402000");
	/* nothing but the page's address in the command */
	c = fix_cmd(f, 9, 28, 0);
	for (i = 26; i < 64; i++)
		assert_int_equal(c->bytes[i], 0);
	assert_int_equal(page_of(f) % 4096, 0);
	fix_end(f);
}

static void
page_strings_are_cut_and_terminated(void **state)
{
	char dist[200], kernel[64];
	struct fix *f;

	(void)state;
	memset(dist, 'd', sizeof(dist));
	dist[199] = '\0';
	memset(kernel, 'k', sizeof(kernel));
	kernel[63] = '\0';
	f = page_spec(dist, kernel);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	dist[127] = '\0';
	kernel[31] = '\0';
	page_check(f, dist, kernel);
	fix_end(f);
	/* exactly as long as there is room */
	f = page_spec(dist, kernel);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	page_check(f, dist, kernel);
	fix_end(f);
}

static void
page_without_strings(void **state)
{
	struct fix *f = page_spec(NULL, NULL);

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	page_check(f, "", "");
	fix_end(f);
}

static void
page_comes_before_attributes(void **state)
{
	struct fix *f = page_spec("d", "k");
	uint64_t page;
	uint8_t junk[4096];
	unsigned int i;

	(void)state;
	memset(junk, 0xee, sizeof(junk));
	for (i = 0; i < 3; i++) {
		fix_forget(f);
		assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
		assert_int_equal(fix_cmds(f, 9, 28), 1);
		assert_ptr_equal(fix_cmd(f, 9, 28, 0), &f->cmds[0]);
		assert_ptr_equal(fix_cmd(f, 8, 1, 0), &f->cmds[1]);
		page_check(f, "d", "k");
		/* written afresh each time, at the same place */
		page = page_of(f);
		assert_true(sim_poke(f->ad, page, junk, sizeof(junk)));
		assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	}
	fix_end(f);
}

/* RSS bit declared: the richer bitmap, protocol 7.3. */
static void
declaration_changes_the_bitmap(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_features, 0x14045d86);
	assert_int_equal(ena_dev_info(f->dev)->in_capabilities, 0x1d);
	fix_end(f);
}

static void
page_refused(void **state)
{
	struct fix *f;
	unsigned int st;

	(void)state;
	for (st = 1; st < 9; st++) {
		f = fix_new("i3");
		fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, st, 9, 28);
		if (st == 3) {
			assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP),
			    ENA_OK);
			assert_true(sim_logged(f->sim, "host info"));
		} else
			assert_int_not_equal(fix_goto(f, ENA_STATE_ADMIN_UP),
			    ENA_OK);
		fix_end(f);
	}
}

/* ---- attributes */

static void
attributes_are_checked(void **state)
{
	static const struct {
		uint8_t mac[6];
		uint32_t mtu, want_mtu;
	} rows[] = {
		{ { 0x12, 1, 2, 3, 4, 5 }, 9216, 9216 },
		{ { 0x02, 0, 0, 0, 0, 0 }, 128, 128 },
		{ { 0x00, 0, 0, 0, 0, 1 }, 65513, 65513 },
		{ { 0x12, 1, 2, 3, 4, 5 }, 65514, 65513 },
		{ { 0x12, 1, 2, 3, 4, 5 }, UINT32_MAX, 65513 },
		{ { 0x12, 1, 2, 3, 4, 5 }, 127, 0 },
		{ { 0x12, 1, 2, 3, 4, 5 }, 0, 0 },
		{ { 0x00, 0, 0, 0, 0, 0 }, 9216, 0 },
		{ { 0x01, 0, 0x5e, 0, 0, 1 }, 9216, 0 },
		{ { 0xff, 255, 255, 255, 255, 255 }, 9216, 0 },
	};
	struct enahw_acq_entry ae;
	struct ena_info in, was;
	unsigned int i;

	(void)state;
	for (i = 0; i < FIX_COUNT(rows); i++) {
		memset(&ae, 0, sizeof(ae));
		fix_w32(ae.ae_body + 8, 0x12345678);
		fix_w32(ae.ae_body + 12, 0x9abcdef0);
		memcpy(ae.ae_body + 24, rows[i].mac, 6);
		fix_w16(ae.ae_body + 30, 0xffff);
		fix_w32(ae.ae_body + 32, rows[i].mtu);
		memset(&in, 0x77, sizeof(in));
		memcpy(&was, &in, sizeof(was));
		if (rows[i].want_mtu == 0) {
			assert_int_equal(ena_cmd_attributes(&ae, &in),
			    ENA_PROTOCOL);
			assert_memory_equal(&in, &was, sizeof(in));
			continue;
		}
		assert_int_equal(ena_cmd_attributes(&ae, &in), ENA_OK);
		assert_memory_equal(in.in_mac, rows[i].mac, 6);
		assert_int_equal(in.in_max_mtu, rows[i].want_mtu);
		assert_int_equal(in.in_features, 0x12345678);
		assert_int_equal(in.in_capabilities, 0x9abcdef0);
	}
}

static void
bad_mac_ends_the_bring_up(void **state)
{
	static const uint8_t zero[6];
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_twist(f, 8, 1, 8 + 24, zero, 6);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_PROTOCOL);
	assert_true(sim_logged(f->sim, "MAC"));
	fix_untwist(f);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_end(f);
}

/* ---- queue limits: one field of a sane answer is replaced */

struct limits {
	enum ena_result r;
	uint16_t pairs, tx, rx, bufs, segs, header;
};

struct limit_row {
	unsigned int off, size;
	uint32_t val;
	struct limits want;
};

#define GOOD(p, t, r, b, s, h)	{ ENA_OK, p, t, r, b, s, h }
#define BAD			{ ENA_PROTOCOL, 0, 0, 0, 0, 0, 0 }

static const struct limit_row ext_rows[] = {
	{ 1, 1, 0, GOOD(5, 1024, 4096, 16, 9, 96) },
	{ 0, 1, 0, BAD }, { 0, 1, 2, BAD }, { 0, 1, 255, BAD },
	{ 4, 4, 4, GOOD(4, 1024, 4096, 16, 9, 96) },
	{ 8, 4, 3, GOOD(3, 1024, 4096, 16, 9, 96) },
	{ 12, 4, 2, GOOD(2, 1024, 4096, 16, 9, 96) },
	{ 16, 4, 1, GOOD(1, 1024, 4096, 16, 9, 96) },
	{ 4, 4, 0, BAD }, { 8, 4, 0, BAD }, { 12, 4, 0, BAD },
	{ 16, 4, 0, BAD },
	{ 16, 4, UINT32_MAX, GOOD(6, 1024, 4096, 16, 9, 96) },
	{ 16, 4, 0x10000, GOOD(6, 1024, 4096, 16, 9, 96) },
	{ 20, 4, 1000, GOOD(5, 512, 4096, 16, 9, 96) },
	{ 20, 4, 1025, GOOD(5, 1024, 4096, 16, 9, 96) },
	{ 20, 4, 0, BAD }, { 20, 4, 1, BAD },
	{ 20, 4, 3, BAD },
	{ 20, 4, 4, GOOD(5, 4, 4096, 16, 9, 96) },
	{ 20, 4, UINT32_MAX, GOOD(5, 2048, 4096, 16, 9, 96) },
	{ 24, 4, 255, GOOD(5, 128, 4096, 16, 9, 96) },
	{ 24, 4, 0, BAD },
	{ 28, 4, 300, GOOD(5, 1024, 256, 16, 9, 96) },
	{ 28, 4, 0, BAD },
	{ 28, 4, 0x10000, GOOD(5, 1024, 8192, 16, 9, 96) },
	{ 32, 4, 100, GOOD(5, 1024, 64, 16, 9, 96) },
	{ 32, 4, 0, BAD }, { 32, 4, 3, BAD },
	{ 32, 4, 4, GOOD(5, 1024, 4, 16, 9, 96) },
	{ 36, 4, 0, GOOD(5, 1024, 4096, 16, 9, 0) },
	{ 36, 4, 255, GOOD(5, 1024, 4096, 16, 9, 255) },
	{ 36, 4, 256, GOOD(5, 1024, 4096, 16, 9, 255) },
	{ 36, 4, UINT32_MAX, GOOD(5, 1024, 4096, 16, 9, 255) },
	{ 40, 2, 0, BAD }, { 40, 2, 1, BAD },
	{ 40, 2, 2, GOOD(5, 1024, 4096, 1, 9, 96) },
	{ 40, 2, 255, GOOD(5, 1024, 4096, 62, 9, 96) },
	{ 40, 2, 256, GOOD(5, 1024, 4096, 62, 9, 96) },
	{ 40, 2, 65535, GOOD(5, 1024, 4096, 62, 9, 96) },
	{ 42, 2, 0, BAD },
	{ 42, 2, 1, GOOD(5, 1024, 4096, 16, 1, 96) },
	{ 42, 2, 31, GOOD(5, 1024, 4096, 16, 31, 96) },
	{ 42, 2, 32, GOOD(5, 1024, 4096, 16, 31, 96) },
	{ 42, 2, 65535, GOOD(5, 1024, 4096, 16, 31, 96) },
};

static const struct limit_row legacy_rows[] = {
	{ 16, 4, 99, GOOD(5, 1024, 1024, 16, 9, 96) },
	{ 20, 4, 99, GOOD(5, 1024, 1024, 16, 9, 96) },
	{ 0, 4, 3, GOOD(3, 1024, 1024, 16, 9, 96) },
	{ 0, 4, 0, BAD }, { 8, 4, 0, BAD },
	{ 8, 4, UINT32_MAX, GOOD(6, 1024, 1024, 16, 9, 96) },
	{ 4, 4, 700, GOOD(5, 512, 512, 16, 9, 96) },
	{ 4, 4, UINT32_MAX, GOOD(5, 2048, 2048, 16, 9, 96) },
	{ 4, 4, 0, BAD }, { 4, 4, 3, BAD },
	{ 12, 4, 256, GOOD(5, 256, 256, 16, 9, 96) },
	{ 12, 4, 0, BAD },
	{ 24, 4, 1000, GOOD(5, 1024, 1024, 16, 9, 255) },
	{ 28, 2, 1, BAD },
	{ 28, 2, 3, GOOD(5, 1024, 1024, 2, 9, 96) },
	{ 28, 2, 65535, GOOD(5, 1024, 1024, 62, 9, 96) },
	{ 30, 2, 0, BAD },
	{ 30, 2, 65535, GOOD(5, 1024, 1024, 16, 31, 96) },
};

static void
put_words(uint8_t *body, unsigned int off, const uint32_t *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		fix_w32(body + off + 4 * i, v[i]);
}

static void
ext_answer(uint8_t *body)
{
	static const uint32_t v[] = {
		8, 7, 6, 5, 1024, 2048, 4096, 8192, 96
	};

	memset(body, 0, 56);
	body[0] = 1;
	put_words(body, 4, v, FIX_COUNT(v));
	fix_w16(body + 40, 17);
	fix_w16(body + 42, 9);
}

static void
legacy_answer(uint8_t *body)
{
	static const uint32_t v[] = { 6, 1024, 5, 2048, 0, 0, 96 };

	memset(body, 0, 56);
	put_words(body, 0, v, FIX_COUNT(v));
	fix_w16(body + 28, 17);
	fix_w16(body + 30, 9);
}

typedef enum ena_result limits_fn(const struct enahw_acq_entry *,
    struct ena_info *);

static void
limits_check(limits_fn *fn, const struct enahw_acq_entry *ae,
    const struct limits *want)
{
	struct ena_info in, was;

	memset(&in, 0x77, sizeof(in));
	memcpy(&was, &in, sizeof(was));
	assert_int_equal(fn(ae, &in), want->r);
	if (want->r != ENA_OK) {
		/* nothing is kept of an answer that fails a check */
		assert_memory_equal(&in, &was, sizeof(in));
		return;
	}
	assert_int_equal(in.in_max_pairs, want->pairs);
	assert_int_equal(in.in_max_tx_depth, want->tx);
	assert_int_equal(in.in_max_rx_depth, want->rx);
	assert_int_equal(in.in_max_tx_bufs, want->bufs);
	assert_int_equal(in.in_max_rx_segs, want->segs);
	assert_int_equal(in.in_max_header, want->header);
}

static void
limits_table(limits_fn *fn, void (*answer)(uint8_t *),
    const struct limit_row *rows, unsigned int n)
{
	struct enahw_acq_entry ae;
	unsigned int i;

	for (i = 0; i < n; i++) {
		memset(&ae, 0, sizeof(ae));
		answer(ae.ae_body);
		if (rows[i].size == 1)
			ae.ae_body[rows[i].off] = (uint8_t)rows[i].val;
		else if (rows[i].size == 2)
			fix_w16(ae.ae_body + rows[i].off,
			    (uint16_t)rows[i].val);
		else
			fix_w32(ae.ae_body + rows[i].off, rows[i].val);
		limits_check(fn, &ae, &rows[i].want);
	}
}

static void
extended_limits(void **state)
{
	(void)state;
	limits_table(ena_cmd_max_queues_ext, ext_answer, ext_rows,
	    FIX_COUNT(ext_rows));
}

static void
legacy_limits(void **state)
{
	(void)state;
	limits_table(ena_cmd_max_queues, legacy_answer, legacy_rows,
	    FIX_COUNT(legacy_rows));
}

static void
huge_limits_are_clamped(void **state)
{
	static const struct limits want =
	    GOOD(128, 32768, 32768, 62, 31, 255);
	struct enahw_acq_entry ae;

	(void)state;
	memset(&ae, 0xff, sizeof(ae));
	limits_check(ena_cmd_max_queues, &ae, &want);
	ae.ae_body[0] = 1;
	limits_check(ena_cmd_max_queues_ext, &ae, &want);
}

/* ---- the same through the device */

static void
wrong_version_falls_back_to_legacy(void **state)
{
	struct fix *f = fix_new("t4g");
	uint8_t body[56];

	(void)state;
	legacy_answer(body);
	fix_twist(f, 8, 2, 8, body, 56);
	fix_twist8(f, 8, 7, 8, 0);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_cmds(f, 8, 7), 1);
	assert_int_equal(fix_cmds(f, 8, 2), 1);
	assert_int_equal(ena_dev_info(f->dev)->in_max_pairs, 5);
	assert_int_equal(ena_dev_info(f->dev)->in_max_rx_depth, 1024);
	fix_end(f);
}

static void
unsupported_falls_back_to_legacy(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 8, 7);
	fix_journal(f, true);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(fix_cmds(f, 8, 2), 1);
	assert_int_equal(ena_dev_info(f->dev)->in_max_pairs, 2);
	fix_end(f);
}

static void
nonsense_twice_ends_the_bring_up(void **state)
{
	static const uint8_t zero[56];
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_twist(f, 8, 7, 8, zero, 56);
	fix_twist(f, 8, 2, 8, zero, 56);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_PROTOCOL);
	assert_int_equal(ena_dev_state(f->dev), ENA_STATE_DEAD);
	assert_true(sim_logged(f->sim, "unusable queue limits"));
	fix_untwist(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_end(f);
}

static void
hostile_limits_make_a_working_device(void **state)
{
	uint8_t body[56];
	struct fix *f = fix_new("t4g");

	(void)state;
	/* more than the model has would be refused: only the odd parts */
	ext_answer(body);
	fix_w32(body + 4, UINT32_MAX);
	fix_w32(body + 8, 2);
	fix_w32(body + 20, 777);
	fix_w32(body + 28, 1500);
	fix_w32(body + 36, UINT32_MAX);
	fix_w16(body + 42, 65535);
	fix_twist(f, 8, 7, 8, body, 56);
	assert_int_equal(fix_up(f), ENA_OK);
	assert_int_equal(f->plan.pl_pairs, 2);
	assert_int_equal(f->plan.pl_tx_depth, 512);
	assert_int_equal(f->plan.pl_rx_depth, 1024);
	fix_end(f);
}

static void
offloads_are_taken_as_told(void **state)
{
	struct fix *f = fix_new("t4g");

	(void)state;
	fix_twist32(f, 8, 11, 8, 0xa5a5a5a5);
	fix_twist32(f, 8, 11, 12, 0x5a5a5a5a);
	fix_twist32(f, 8, 11, 16, 0);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_tx_offloads, 0xa5a5a5a5);
	assert_int_equal(ena_dev_info(f->dev)->in_rx_offloads, 0x5a5a5a5a);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_untwist(f);
	/* what a reset took away does not stay */
	fix_fault_cmd(f, MOCK_F_ADMIN_STATUS, 3, 8, 11);
	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	assert_int_equal(ena_dev_info(f->dev)->in_tx_offloads, 0);
	assert_int_equal(ena_dev_info(f->dev)->in_rx_offloads, 0);
	fix_end(f);
}

/*
 * The other end of the wire is another card after a reset: resuming would
 * be wrong (protocol 4.4, pitfall 116).
 */
static void
other_mac_after_reset_is_refused(void **state)
{
	static const uint8_t mac[6] = { 0x12, 9, 9, 9, 9, 9 };
	struct fix *f = fix_running("t4g");

	(void)state;
	ena_fault(f->dev, ENA_REASON_USER);
	assert_int_equal(fix_goto(f, ENA_STATE_QUIET), ENA_OK);
	fix_twist(f, 8, 1, 8 + 24, mac, 6);
	assert_int_not_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	fix_untwist(f);
	assert_int_equal(fix_up(f), ENA_OK);
	fix_end(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_cq_bytes),
		cmocka_unit_test(create_sq_bytes),
		cmocka_unit_test(destroy_bytes),
		cmocka_unit_test(feature_and_stats_bytes),
		cmocka_unit_test(bring_up_is_this_list),
		cmocka_unit_test(bring_up_of_a_poor_device),
		cmocka_unit_test(recovery_repeats_attach),
		cmocka_unit_test(rings_are_registered_as_one_block),
		cmocka_unit_test(events_are_armed_after_unmasking),
		cmocka_unit_test(page_byte_for_byte),
		cmocka_unit_test(page_strings_are_cut_and_terminated),
		cmocka_unit_test(page_without_strings),
		cmocka_unit_test(page_comes_before_attributes),
		cmocka_unit_test(declaration_changes_the_bitmap),
		cmocka_unit_test(page_refused),
		cmocka_unit_test(attributes_are_checked),
		cmocka_unit_test(bad_mac_ends_the_bring_up),
		cmocka_unit_test(extended_limits),
		cmocka_unit_test(legacy_limits),
		cmocka_unit_test(huge_limits_are_clamped),
		cmocka_unit_test(wrong_version_falls_back_to_legacy),
		cmocka_unit_test(unsupported_falls_back_to_legacy),
		cmocka_unit_test(nonsense_twice_ends_the_bring_up),
		cmocka_unit_test(hostile_limits_make_a_working_device),
		cmocka_unit_test(offloads_are_taken_as_told),
		cmocka_unit_test(other_mac_after_reset_is_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
