/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a later bring-up the same as the first one?
 *
 * A story is what the device saw and answered since its last reset, as the
 * model tells it.  The story of a first bring-up, of a driver that nothing
 * has happened to yet, is kept for each profile; later ones must have the
 * same normal form (ena-trace's: no times, no addresses, no polls) and the
 * same bytes in every buffer a command points to - among them the RSS key
 * and table, which the normal form does not compare.
 *
 * Left out: worlds whose device takes liberties, because it answers in any
 * order, and scenes that have changed a setting by then.
 */
#include "trace.h"

#include "end.h"

#define PROFILES	16U

struct first {
	const char *fi_profile;
	struct story fi_story;
	struct tr_norm fi_norm;
};

static struct first firsts[PROFILES];

/* ---- stories */

void
story_line(struct story *st, const char *line)
{
	size_t n;
	char *p;

	/* what was before it does not count */
	if (strstr(line, " reset reason=") != NULL)
		st->st_len = 0;
	n = strlen(line);
	if (st->st_len + n + 2 > st->st_size) {
		st->st_size = 2 * st->st_size + n + 4096;
		p = realloc(st->st_text, st->st_size);
		if (p == NULL)
			abort();
		st->st_text = p;
	}
	memcpy(st->st_text + st->st_len, line, n);
	st->st_len += n;
	st->st_text[st->st_len++] = '\n';
	st->st_text[st->st_len] = '\0';
}

void
story_free(struct story *st)
{
	free(st->st_text);
	memset(st, 0, sizeof(*st));
}

static bool
normal(const struct story *st, struct tr_norm *n)
{
	struct tr_reader reader;
	struct tr_view view;
	FILE *f;
	bool ok;

	tr_norm_init(n);
	f = fmemopen(st->st_text, st->st_len, "r");
	if (f == NULL)
		return (false);
	memset(&view, 0, sizeof(view));
	view.v_to = UINT64_MAX;
	tr_reader_init(&reader, f, "story");
	ok = tr_norm_load(n, &reader, &view) && tr_reader_end(&reader);
	(void)fclose(f);
	return (ok);
}

/* The next "buffer name=... off=..." from p on; its length, 0 at the end. */
static size_t
buffer(const char **p)
{
	const char *at, *end, *off;

	while ((at = strstr(*p, " buffer name=")) != NULL) {
		end = strchr(at, '\n');
		off = strstr(at, " off=");
		*p = at;
		if (off != NULL && off < end)
			return ((size_t)(end - at));
		*p = end;
	}
	return (0);
}

static bool
same_buffers(const struct story *a, const struct story *b)
{
	const char *p = a->st_text, *q = b->st_text;
	size_t m, n;

	for (;; p += m, q += n) {
		m = buffer(&p);
		n = buffer(&q);
		if (m != n || memcmp(p, q, m) != 0)
			return (false);
		if (m == 0)
			return (true);
	}
}

/* ---- the first one */

static void
first_line(void *arg, const char *line)
{
	const char *dev;

	dev = strstr(line, " A0 dev t=");
	if (dev != NULL)
		story_line(arg, dev + strlen(" A0 dev "));
}

static bool
first_tell(struct first *fi, const struct sim_spec *sp, uint64_t seed)
{
	struct sim_adapter *ad;
	struct sim *s;
	bool ok;

	s = sim_create(NULL, "first", seed);
	ad = sim_add(s, sp);
	if (ad == NULL)
		return (false);
	sim_on_trace(s, first_line, &fi->fi_story);
	ok = nic_up(sim_nic(ad)) == ENA_OK;
	sim_on_trace(s, NULL, NULL);
	ok = nic_down(sim_nic(ad)) == ENA_OK && ok && sim_clean(s);
	sim_destroy(s);
	/* registers, commands, rings and doorbells: dozens at the least */
	return (ok && normal(&fi->fi_story, &fi->fi_norm) &&
	    fi->fi_norm.n > 30);
}

static const struct first *
first_of(struct world *w)
{
	struct first *fi;
	unsigned int i;

	for (i = 0; i < PROFILES; i++) {
		fi = &firsts[i];
		if (fi->fi_profile == w->w_cell->ce_profile)
			return (fi);
		if (fi->fi_profile != NULL)
			continue;
		if (!first_tell(fi, &w->w_spec[0], w->w_cell->ce_seed))
			break;
		fi->fi_profile = w->w_cell->ce_profile;
		return (fi);
	}
	world_fail(w, "the first bring-up of all", __FILE__, __LINE__);
}

/* ---- and all others */

static int
differences(const struct tr_norm *a, const struct tr_norm *b, FILE *f)
{
	struct tr_compare c;

	memset(&c, 0, sizeof(c));
	c.c_name[0] = "first";
	c.c_name[1] = "later";
	c.c_style = TR_TERSE;
	return (tr_report(a, b, &c, f));
}

void
same_as_ever(struct world *w)
{
	const struct first *fi;
	struct tr_norm later;
	bool ok;

	if (w->w_cell->ce_seed > 0xff || w->w_ask.as_took ||
	    w->w_mtu != END_MTU)
		return;
	fi = first_of(w);
	ok = normal(&w->w_story, &later);
	if (ok && differences(&fi->fi_norm, &later, stderr) != 0)
		ok = false;
	tr_norm_free(&later);
	END_CHECK(w, ok);
	END_CHECK(w, same_buffers(&fi->fi_story, &w->w_story));
	w->w_told++;
}
