/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transcript in figures: how many of what, which commands and how long
 * they took, what failed first, which rules were broken, what is still
 * unanswered.
 *
 * I1: tables are bounded; what no longer fits is counted as "others".
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define ROWS		96U
#define LONGEST		5U

struct row {
	char name[112];
	uint64_t n, failed, total, max;
	unsigned long line;		/* of the first */
};

struct rows {
	struct row r[ROWS + 1];		/* the last: others */
	unsigned int n;
};

struct longest {
	char name[112];
	uint64_t took;
	unsigned long line;
};

struct summary {
	uint64_t first, last, steps;
	uint64_t kind[TR_KINDS];
	uint64_t bytes_tx, bytes_rx, dropped, lost;
	struct rows cmds, rules, resets;
	struct longest longest[LONGEST];
	char failure[400];
	unsigned long failure_line;
	uint64_t failure_t;
};

static struct row *
row(struct rows *t, const char *name, unsigned long line)
{
	struct row *r;
	unsigned int i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->r[i].name, name) == 0)
			return (&t->r[i]);
	if (i < ROWS)
		t->n++;
	r = &t->r[i];
	if (r->n == 0) {
		(void)snprintf(r->name, sizeof(r->name), "%s",
		    i < ROWS ? name : "others");
		r->line = line;
	}
	return (r);
}

/* With the adapter in front if there are several. */
static void
full_name(char *out, size_t room, const struct tr_step *s, const char *what)
{
	const char *nic;

	nic = tr_nic_name(s->nic);
	(void)snprintf(out, room, "%.23s%s%.80s", nic,
	    nic[0] != '\0' ? " " : "", what);
}

static void
keep_longest(struct summary *m, const char *name, const struct tr_step *s)
{
	struct longest *l = m->longest;
	unsigned int i;

	for (i = 0; i < LONGEST && l[i].took >= s->took &&
	    l[i].line != 0; i++)
		;
	if (i == LONGEST)
		return;
	memmove(&l[i + 1], &l[i], (LONGEST - 1 - i) * sizeof(*l));
	(void)snprintf(l[i].name, sizeof(l[i].name), "%s", name);
	l[i].took = s->took;
	l[i].line = s->line;
}

static void
failure(struct summary *m, const struct tr_step *s)
{
	if (m->failure_line != 0)
		return;
	m->failure_line = s->line;
	m->failure_t = s->t;
	(void)snprintf(m->failure, sizeof(m->failure), "%s %s%s%s", s->label,
	    s->title, s->title[0] != '\0' ? ": " : "", s->kind ==
	    TR_COMPLETION ? s->fields.f[0].value : s->text);
}

static void
count_step(struct summary *m, const struct tr_step *s)
{
	char name[112];
	struct row *r;

	full_name(name, sizeof(name), s, s->title);
	switch (s->kind) {
	case TR_COMPLETION:
		r = row(&m->cmds, name, s->line);
		r->n++;
		r->failed += s->failed;
		r->total += s->took;
		r->max = s->took > r->max ? s->took : r->max;
		keep_longest(m, name, s);
		break;
	case TR_RULE:
		row(&m->rules, name, s->line)->n++;
		break;
	case TR_RESET:
		row(&m->resets, name, s->line)->n++;
		break;
	case TR_TX:
		m->bytes_tx += s->len;
		break;
	case TR_RX:
		m->bytes_rx += s->dropped ? 0 : s->len;
		m->dropped += s->dropped;
		break;
	case TR_EVENT:
	case TR_INTERRUPT:
		m->lost += s->lost;
		break;
	default:
		break;
	}
	if (s->failed || s->kind == TR_FATAL || (s->kind == TR_RULE &&
	    strcmp(s->strength, "advice") != 0))
		failure(m, s);
}

/* ---- */

static void
put_us(FILE *f, uint64_t us)
{
	(void)fprintf(f, "%llu.%06llu s", (unsigned long long)(us / 1000000),
	    (unsigned long long)(us % 1000000));
}

static void
put_rows(FILE *f, const struct rows *t, const char *what)
{
	unsigned int i;

	if (t->n == 0)
		return;
	(void)fprintf(f, "%s\n", what);
	for (i = 0; i <= t->n && i <= ROWS; i++)
		if (t->r[i].n != 0)
			(void)fprintf(f, "  %6llu  %s  (first: line %lu)\n",
			    (unsigned long long)t->r[i].n, t->r[i].name,
			    t->r[i].line);
}

static void
put_commands(FILE *f, const struct summary *m)
{
	const struct row *r;
	unsigned int i;

	if (m->cmds.n == 0)
		return;
	(void)fprintf(f, "commands\n  %6s  %6s  %10s  %10s\n", "number",
	    "failed", "mean us", "longest");
	for (i = 0; i <= m->cmds.n && i <= ROWS; i++) {
		r = &m->cmds.r[i];
		if (r->n != 0)
			(void)fprintf(f, "  %6llu  %6llu  %10llu  %10llu  "
			    "%s\n", (unsigned long long)r->n,
			    (unsigned long long)r->failed,
			    (unsigned long long)(r->total / r->n),
			    (unsigned long long)r->max, r->name);
	}
	(void)fprintf(f, "longest\n");
	for (i = 0; i < LONGEST && m->longest[i].line != 0; i++)
		(void)fprintf(f, "  %10llu us  %s  (line %lu)\n",
		    (unsigned long long)m->longest[i].took,
		    m->longest[i].name, m->longest[i].line);
}

static void
put_unanswered(FILE *f, const struct tr_source *src)
{
	const struct tr_cmd *c;
	unsigned int i, id;
	char op[48];

	for (i = 0; i < src->s_nnic; i++)
		for (id = 0; id < 4096; id++) {
			c = tr_nic_cmd(src->s_nic[i], id);
			if (!c->live)
				continue;
			tr_enum(op, sizeof(op), tr_opcodes, c->op);
			(void)fprintf(f, "unanswered  #%u %s (line %lu)\n",
			    id, op, c->line);
		}
}

static void
put_summary(FILE *f, const struct summary *m, const struct tr_source *src)
{
	unsigned int i;

	(void)fprintf(f, "%llu steps in ", (unsigned long long)m->steps);
	put_us(f, m->last >= m->first ? m->last - m->first : 0);
	(void)fprintf(f, "\nkinds\n");
	for (i = 0; i < TR_KINDS; i++)
		if (m->kind[i] != 0)
			(void)fprintf(f, "  %6llu  %s\n",
			    (unsigned long long)m->kind[i],
			    tr_kind_name((enum tr_kind)i));
	if (m->kind[TR_TX] + m->kind[TR_RX] != 0)
		(void)fprintf(f, "data\n  %llu bytes out, %llu in, %llu "
		    "frames dropped\n", (unsigned long long)m->bytes_tx,
		    (unsigned long long)m->bytes_rx,
		    (unsigned long long)m->dropped);
	if (m->lost != 0)
		(void)fprintf(f, "lost events and interrupts: %llu\n",
		    (unsigned long long)m->lost);
	put_commands(f, m);
	put_unanswered(f, src);
	put_rows(f, &m->resets, "resets");
	put_rows(f, &m->rules, "rules broken");
	if (m->failure_line == 0) {
		(void)fprintf(f, "no failure\n");
		return;
	}
	(void)fprintf(f, "first failure: line %lu, at ", m->failure_line);
	put_us(f, m->failure_t - m->first);
	(void)fprintf(f, ": %s\n", m->failure);
}

bool
tr_summary(struct tr_reader *r, const struct tr_view *v, FILE *f)
{
	struct summary *m;
	struct tr_source src;
	struct tr_step *s;
	enum tr_when when;
	uint64_t since;

	m = tr_alloc(1, sizeof(*m));
	s = tr_alloc(1, sizeof(*s));
	tr_source_init(&src, r);
	when = TR_BEFORE;
	for (since = UINT64_MAX; tr_next(&src, s);) {
		if (since == UINT64_MAX)
			since = s->t;
		when = tr_bring_up(s, when);
		if (v->v_bring_up && when == TR_AFTER)
			break;
		if (!tr_wanted(v, s, since))
			continue;
		if (m->steps++ == 0)
			m->first = s->t;
		m->last = s->t;
		m->kind[s->kind]++;
		count_step(m, s);
	}
	put_summary(f, m, &src);
	tr_step_free(s);
	tr_source_free(&src);
	free(s);
	free(m);
	return (tr_reader_end(r));
}
