/* SPDX-License-Identifier: BSD-2-Clause */
#include "glue_fix.h"

uint64_t gf_seed;
struct gf_seen gf_out[GF_KEPT], gf_in[GF_KEPT];
unsigned int gf_nout, gf_nin;
uint8_t gf_last_out[GF_MAX], gf_last_in[GF_MAX];

/* ---- the peer */

static void
note(struct gf_seen *s, const uint8_t *f, size_t len)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->len = len;
	for (i = 0; i < len; i++)
		s->sum = s->sum * 31 + f[i];
	s->intact = gf_intact(f, len, &s->id) && gf_sums(f, len);
}

static void
on_wire(void *arg, const uint8_t *f, size_t len, unsigned int queue)
{
	(void)arg;
	note(&gf_out[gf_nout % GF_KEPT], f, len);
	gf_out[gf_nout++ % GF_KEPT].queue = queue;
	memcpy(gf_last_out, f, len);
}

static void
on_rx(void *arg, const struct fk_rx *rx)
{
	struct gf_seen *s = &gf_in[gf_nin++ % GF_KEPT];

	(void)arg;
	note(s, rx->frame, rx->len);
	s->queue = rx->queue;
	s->csum = rx->csum;
	s->flowid = rx->flowid;
	s->segs = rx->segs;
	memcpy(gf_last_in, rx->frame, rx->len);
}

void
gf_forget(void)
{
	gf_nout = gf_nin = 0;
}

/* ---- the machine */

void
gf_open(const char *profile, uint64_t seed)
{
	gf_seed = seed;
	fk_open(profile, seed);
	fc_on_wire(on_wire, NULL);
	fk_on_rx(on_rx, NULL);
	gf_forget();
}

void
gf_attach(const char *profile, uint64_t seed)
{
	gf_open(profile, seed);
	GF_CHECK(fk_attach(seed % 2 == 0));
	GF_CHECK(fk_attached());
}

static bool
link_is(void *arg)
{
	struct fk_if i;

	return (fk_if(&i) && (i.link_state >= FK_LINK_UP) == *(bool *)arg);
}

bool
gf_link(bool up, uint64_t us)
{
	return (fc_run_until(link_is, &up, us));
}

void
gf_start(const char *profile, uint64_t seed)
{
	gf_attach(profile, seed);
	GF_CHECK(fk_up() == 0);
	GF_CHECK(gf_link(true, 3 * GF_SECOND));
}

void
gf_close(void)
{
	fk_close();
}

void
gf_end(void)
{
	GF_CHECK(fk_down() == 0);
	GF_CHECK(fk_lawful());
	GF_CHECK(fk_detach(false) == 0);
	GF_CHECK(!fk_attached());
	fc_run(GF_SECOND / 10);
	GF_CHECK(fk_clean());
	fk_close();
}

static bool
out_is(void *arg)
{
	return (gf_nout >= *(unsigned int *)arg);
}

static bool
in_is(void *arg)
{
	return (gf_nin >= *(unsigned int *)arg);
}

bool
gf_wait_out(unsigned int n, uint64_t us)
{
	return (fc_run_until(out_is, &n, us));
}

bool
gf_wait_in(unsigned int n, uint64_t us)
{
	return (fc_run_until(in_is, &n, us));
}

static bool
all_intact(const struct gf_seen *s, unsigned int n, size_t len)
{
	unsigned int i;

	for (i = 0; i < n && i < GF_KEPT; i++)
		if (!s[i].intact || s[i].len != len)
			return (false);
	return (true);
}

bool
gf_both_ways(enum gf_kind k, size_t len, unsigned int n)
{
	static uint8_t f[GF_MAX];
	struct fk_tx tx;
	unsigned int i;

	gf_forget();
	memset(&tx, 0, sizeof(tx));
	tx.frame = f;
	for (i = 0; i < n; i++) {
		gf_frame(f, k, len, i + 1, false);
		tx.len = len;
		tx.flow = i;
		if (fk_send(&tx) != 0 || !fc_wire_in(f, len)) {
			fprintf(stderr, "# frame %u refused\n", i);
			return (false);
		}
	}
	gf_wait_out(n, 2 * GF_SECOND);
	gf_wait_in(n, 2 * GF_SECOND);
	if (gf_nout == n && gf_nin == n && all_intact(gf_out, n, len) &&
	    all_intact(gf_in, n, len))
		return (true);
	fprintf(stderr, "# %u of %u out%s, %u in%s\n", gf_nout, n,
	    all_intact(gf_out, n, len) ? "" : " (damaged)", gf_nin,
	    all_intact(gf_in, n, len) ? "" : " (damaged)");
	return (false);
}

uint64_t
gf_stat(enum fk_stat st, unsigned int queue)
{
	uint64_t v;

	fk_stats_read();
	if (!fk_stat(st, queue, &v)) {
		fk_report();
		fail_msg("statistic %d of queue %u is not there", (int)st,
		    queue);
	}
	return (v);
}

/* What a system does not have is not among its tests; said aloud. */
int
gf_run(const struct gf_test *t, size_t n)
{
	struct CMUnitTest list[64];
	size_t i, k = 0;

	memset(list, 0, sizeof(list));
	for (i = 0; i < n && k < 64; i++) {
		if (t[i].needs != FK_ABILITIES && !fk_can(t[i].needs)) {
			fprintf(stderr, "# %s: %s has no such thing\n",
			    t[i].name, fk_system());
			continue;
		}
		list[k].name = t[i].name;
		list[k++].test_func = t[i].fn;
	}
	return (_cmocka_run_group_tests("tests", list, k, NULL, NULL));
}
