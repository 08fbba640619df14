/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What two normal forms differ in, for people, for scripts and as Markdown.
 *
 * Each difference has a line of text that names it:
 *
 *	only A: KEY #n
 *	only B: KEY #n
 *	moved: KEY #n
 *	differs: KEY #n FIELD: VALUE-IN-A | VALUE-IN-B
 *
 * (A and B are what --names says.)  A file of explanations has such lines,
 * which may be patterns as in a shell, and below them, indented by a tab,
 * the reason they share.  With it the question is no longer "is there a
 * difference?" but "is there one without a reason, or a reason without a
 * difference?".
 */
#include "trace.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define PATTERNS	1000U

struct why {
	char *pattern;
	char *reason;			/* shared: of the last of a block */
	const char *file;
	unsigned long line;
	unsigned int used;
};

struct report {
	const struct tr_norm *a, *b;
	const struct tr_compare *c;
	FILE *f;
	struct why *why;
	unsigned int nwhy, room;
	unsigned int diffs, unexplained;
	bool *shown;			/* reasons, Markdown */
	char **found;			/* differences, Markdown */
	unsigned int nfound, found_room;
	unsigned int *found_why;
	unsigned int found_why_room;
};

/* ---- explanations */

/* A line of a reason: to all patterns of the block. */
static void
add_reason(struct report *r, unsigned int first, const char *text)
{
	char *new, *old;
	size_t n;

	if (first == r->nwhy)
		return;
	old = r->why[r->nwhy - 1].reason;
	n = (old == NULL ? 0 : strlen(old) + 1) + strlen(text) + 1;
	new = tr_alloc(n, 1);
	(void)snprintf(new, n, "%s%s%s", old == NULL ? "" : old,
	    old == NULL ? "" : "\n", text);
	free(old);
	for (; first < r->nwhy; first++)
		r->why[first].reason = new;
}

static bool
load_why(struct report *r, const char *name)
{
	struct tr_reader rd;
	unsigned int first;
	bool in_reason, ok;
	char *p;
	FILE *f;

	f = fopen(name, "r");
	if (f == NULL) {
		perror(name);
		return (false);
	}
	tr_reader_init(&rd, f, name);
	first = r->nwhy;
	in_reason = false;
	while ((p = tr_read_text(&rd)) != NULL) {
		if (*p == '\0' || *p == '#')
			continue;
		if (*p == '\t') {
			in_reason = true;
			add_reason(r, first, p + 1);
			continue;
		}
		if (in_reason)
			first = r->nwhy;
		in_reason = false;
		if (r->nwhy == PATTERNS) {
			tr_complain(&rd, rd.r_no, "too many lines");
			break;
		}
		r->why = tr_more(r->why, &r->room, r->nwhy,
		    sizeof(*r->why));
		memset(&r->why[r->nwhy], 0, sizeof(*r->why));
		r->why[r->nwhy].pattern = tr_dup(p);
		r->why[r->nwhy].file = name;
		r->why[r->nwhy].line = rd.r_no;
		r->nwhy++;
	}
	if (!in_reason && r->nwhy != first)
		tr_complain(&rd, rd.r_no, "the last lines have no reason");
	ok = tr_reader_end(&rd);
	(void)fclose(f);
	return (ok);
}

static void
free_why(struct report *r)
{
	unsigned int i;

	for (i = 0; i < r->nwhy; i++) {
		free(r->why[i].pattern);
		if (i + 1 == r->nwhy ||
		    r->why[i + 1].reason != r->why[i].reason)
			free(r->why[i].reason);
	}
	free(r->why);
	for (i = 0; i < r->nfound; i++)
		free(r->found[i]);
	free(r->found);
	free(r->found_why);
}

/* The explanation of a difference, or nwhy. */
static unsigned int
explain(struct report *r, const char *line)
{
	unsigned int i;

	for (i = 0; i < r->nwhy; i++)
		if (fnmatch(r->why[i].pattern, line, 0) == 0)
			break;
	if (i < r->nwhy)
		r->why[i].used++;
	return (i);
}

/* ---- differences of a pair of steps */

static bool
ignored(const struct tr_compare *c, const char *key, const char *field)
{
	char both[320];
	unsigned int i;

	(void)snprintf(both, sizeof(both), "%s %s", key, field);
	for (i = 0; i < c->c_nignore; i++)
		if (fnmatch(c->c_ignore[i], field, 0) == 0 ||
		    fnmatch(c->c_ignore[i], both, 0) == 0 ||
		    fnmatch(c->c_ignore[i], key, 0) == 0)
			return (true);
	return (false);
}

static bool
alike(const struct tr_compare *c, enum tr_cat cat, const char *a,
    const char *b)
{
	if (cat == TR_ANY)
		return (true);
	if (cat == TR_ADDR && !c->c_addresses)
		return ((strcmp(a, "0") == 0) == (strcmp(b, "0") == 0));
	return (strcmp(a, b) == 0);
}

static void
color(const struct report *r, const char *code)
{
	if (r->c->c_color && r->c->c_style == TR_UNIFIED)
		(void)fputs(code, r->f);
}

/* Count a difference, tell its name or its reason. */
static void
tell(struct report *r, const char *line)
{
	unsigned int w;
	const char *p;
	size_t n;

	r->diffs++;
	w = r->c->c_nexplained != 0 ? explain(r, line) : 0;
	if (r->c->c_style == TR_MARKDOWN) {
		r->found = tr_more(r->found, &r->found_room, r->nfound,
		    sizeof(*r->found));
		r->found_why = tr_more(r->found_why, &r->found_why_room,
		    r->nfound, sizeof(*r->found_why));
		r->found[r->nfound] = tr_dup(line);
		r->found_why[r->nfound++] = w;
	}
	if (r->c->c_style == TR_TERSE)
		(void)fprintf(r->f, "%s\n", line);
	if (r->c->c_nexplained == 0)
		return;
	if (w == r->nwhy)
		r->unexplained++;
	if (r->c->c_style != TR_UNIFIED)
		return;
	if (w == r->nwhy) {
		color(r, TR_C_RED);
		(void)fprintf(r->f, "        not explained: %s\n", line);
		color(r, TR_C_OFF);
		return;
	}
	for (p = r->why[w].reason; p != NULL; p = p[n] == '\0' ? NULL :
	    p + n + 1) {
		n = strcspn(p, "\n");
		color(r, TR_C_DIM);
		(void)fprintf(r->f, "        # %.*s\n", (int)n, p);
		color(r, TR_C_OFF);
	}
}

static void
field_differs(struct report *r, const struct tr_nstep *s, const char *field,
    const char *a, const char *b)
{
	char line[1800];

	if (r->c->c_style == TR_UNIFIED) {
		(void)fprintf(r->f, "      %s\n", field);
		color(r, TR_C_RED);
		(void)fprintf(r->f, "        %s: %s\n", r->c->c_name[0], a);
		color(r, TR_C_GREEN);
		(void)fprintf(r->f, "        %s: %s\n", r->c->c_name[1], b);
		color(r, TR_C_OFF);
	}
	(void)snprintf(line, sizeof(line), "differs: %.200s #%u %.100s: "
	    "%.640s | %.640s", s->key, s->nth, field, a, b);
	tell(r, line);
}

/* Fields of two steps; with tell false only whether there is a difference. */
static bool
compare(struct report *r, const struct tr_nstep *a, const struct tr_nstep *b,
    bool say)
{
	const struct tr_field *f;
	const char *other;
	unsigned int i;
	bool diff;

	diff = false;
	for (i = 0; i < a->fields.n; i++) {
		f = &a->fields.f[i];
		other = tr_find(&b->fields, f->name);
		if (ignored(r->c, a->key, f->name) || (other != NULL ?
		    alike(r->c, f->cat, f->value, other) : f->cat == TR_ANY))
			continue;
		diff = true;
		if (say)
			field_differs(r, a, f->name, f->value,
			    other != NULL ? other : "-");
	}
	for (i = 0; i < b->fields.n; i++) {
		f = &b->fields.f[i];
		if (tr_find(&a->fields, f->name) != NULL ||
		    f->cat == TR_ANY || ignored(r->c, a->key, f->name))
			continue;
		diff = true;
		if (say)
			field_differs(r, a, f->name, "-", f->value);
	}
	return (diff);
}

/* ---- steps */

static void
put_step(struct report *r, char mark, const struct tr_nstep *s,
    const char *more)
{
	if (r->c->c_style != TR_UNIFIED)
		return;
	color(r, mark == '-' || mark == '<' ? TR_C_RED : mark == '+' ||
	    mark == '>' ? TR_C_GREEN : mark == '!' ? TR_C_YELLOW : TR_C_DIM);
	(void)fprintf(r->f, "%c %s", mark, s->key);
	if (s->nth > 1)
		(void)fprintf(r->f, " #%u", s->nth);
	(void)fprintf(r->f, "%s", more);
	color(r, TR_C_OFF);
	(void)fputc('\n', r->f);
}

static void
only(struct report *r, unsigned int side, const struct tr_nstep *s)
{
	const struct tr_field *f;
	unsigned int i;
	char line[320];

	if (ignored(r->c, s->key, ""))
		return;
	put_step(r, side == 0 ? '-' : '+', s, "");
	for (i = 0; i < s->fields.n && r->c->c_style == TR_UNIFIED; i++) {
		f = &s->fields.f[i];
		(void)fprintf(r->f, "      %-20s %s\n", f->name, f->value);
	}
	(void)snprintf(line, sizeof(line), "only %.40s: %.200s #%u",
	    r->c->c_name[side], s->key, s->nth);
	tell(r, line);
}

static void
was_moved(struct report *r, const struct tr_nstep *a,
    const struct tr_nstep *b)
{
	char line[320], more[80];

	if (ignored(r->c, a->key, ""))
		return;
	(void)snprintf(more, sizeof(more), "   (moved; line %lu of %.40s)",
	    b->line, r->c->c_name[1]);
	put_step(r, '<', a, more);
	(void)snprintf(line, sizeof(line), "moved: %.200s #%u", a->key,
	    a->nth);
	tell(r, line);
	(void)compare(r, a, b, true);
}

/* Nothing to say: is something near it that there is? */
static bool
near(const bool *quiet, unsigned int n, unsigned int i, unsigned int context)
{
	unsigned int k, last;

	last = n - i > context ? i + context : n - 1;
	for (k = i > context ? i - context : 0; k <= last; k++)
		if (!quiet[k])
			return (true);
	return (false);
}

/* A step of A that has its counterpart in its place. */
static void
in_place(struct report *r, const bool *quiet, unsigned int i, unsigned int j,
    bool *gap)
{
	if (!quiet[i]) {
		put_step(r, '!', &r->a->s[i], "");
		(void)compare(r, &r->a->s[i], &r->b->s[j], true);
		*gap = false;
	} else if (near(quiet, r->a->n, i, r->c->c_context)) {
		put_step(r, ' ', &r->a->s[i], "");
		*gap = false;
	} else if (!*gap) {
		if (r->c->c_style == TR_UNIFIED)
			(void)fprintf(r->f, "  ...\n");
		*gap = true;
	}
}

static void
others(struct report *r, const struct tr_pairs *p, unsigned int *j,
    unsigned int end)
{
	for (; *j < end; ++*j) {
		if (p->b[*j] == TR_NONE)
			only(r, 1, &r->b->s[*j]);
		else if (p->b_moved[*j])
			put_step(r, '>', &r->b->s[*j], "   (moved)");
	}
}

static void
merge(struct report *r, const struct tr_pairs *p)
{
	unsigned int i, j;
	bool *quiet, gap;

	quiet = tr_alloc(r->a->n + 1, sizeof(*quiet));
	for (i = 0; i < r->a->n; i++)
		quiet[i] = p->a[i] != TR_NONE && !p->a_moved[i] &&
		    !compare(r, &r->a->s[i], &r->b->s[p->a[i]], false);
	gap = false;
	for (i = j = 0; i < r->a->n; i++) {
		if (p->a[i] == TR_NONE)
			only(r, 0, &r->a->s[i]);
		else if (p->a_moved[i])
			was_moved(r, &r->a->s[i], &r->b->s[p->a[i]]);
		else {
			others(r, p, &j, p->a[i]);
			j++;
			in_place(r, quiet, i, p->a[i], &gap);
		}
	}
	others(r, p, &j, r->b->n);
	free(quiet);
}

/* ---- the whole */

static void
markdown(struct report *r)
{
	unsigned int i, k, last;
	bool begun;

	for (last = 0; last < r->nwhy; last++) {
		if (last + 1 < r->nwhy &&
		    r->why[last + 1].reason == r->why[last].reason)
			continue;
		begun = false;
		for (k = 0; k < r->nfound; k++) {
			i = r->found_why[k];
			if (i == r->nwhy ||
			    r->why[i].reason != r->why[last].reason)
				continue;
			if (!begun)
				(void)fprintf(r->f, "%s\n\n",
				    r->why[last].reason);
			begun = true;
			(void)fprintf(r->f, "    %s\n", r->found[k]);
		}
		if (begun)
			(void)fputc('\n', r->f);
	}
}

static int
verdict(struct report *r)
{
	unsigned int gone, i;

	if (r->c->c_nexplained == 0) {
		if (r->diffs != 0 && r->c->c_style == TR_UNIFIED)
			(void)fprintf(r->f, "%u differences\n", r->diffs);
		return (r->diffs != 0);
	}
	for (i = gone = 0; i < r->nwhy; i++)
		if (r->why[i].used == 0) {
			gone++;
			(void)fprintf(stderr, "%s:%lu: explained, but there "
			    "is no such difference: %s\n",
			    r->why[i].file, r->why[i].line,
			    r->why[i].pattern);
		}
	if (r->c->c_style == TR_UNIFIED)
		(void)fprintf(r->f, "%u differences, %u of them not "
		    "explained; %u explanations without a difference\n",
		    r->diffs, r->unexplained, gone);
	return (r->unexplained != 0 || gone != 0);
}

int
tr_report(const struct tr_norm *a, const struct tr_norm *b,
    const struct tr_compare *c, FILE *f)
{
	struct tr_pairs p;
	struct report r;
	unsigned int i;
	int code;

	memset(&r, 0, sizeof(r));
	r.a = a;
	r.b = b;
	r.c = c;
	r.f = f;
	for (i = 0; i < c->c_nexplained; i++)
		if (!load_why(&r, c->c_explained[i])) {
			free_why(&r);
			return (2);
		}
	tr_pair(a, b, &p);
	merge(&r, &p);
	tr_pairs_free(&p);
	if (c->c_style == TR_MARKDOWN)
		markdown(&r);
	code = verdict(&r);
	free_why(&r);
	return (code);
}
