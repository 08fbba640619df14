/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The normal form: what a driver did, without what may differ between two
 * runs of the same driver.
 *
 *	- No times; nothing that the device does on its own (events,
 *	  interrupts, changes of status): when it comes is chance.
 *	- A command, its buffers and its answer are one step.  AQ_DB is left
 *	  out, the command says it.
 *	- A readless read is "read", as a direct one; the field "via" tells
 *	  them apart.  A run of reads of one register is one step with the
 *	  last value, a run of doorbells or rules of one queue likewise.
 *	- AENQ_HEAD_DB is kept when it arms, not when it gives slots back.
 *	- Addresses and handles have names (tr_nic.c).
 *
 * It is text that tr_norm_load() takes as well as a transcript:
 *
 *	# ena-trace normal 1
 *	write AQ_CAPS
 *		depth = 32
 *		...
 *
 * "=" is a value, "@" an address (compared: is it zero?), "~" may differ.
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "ena_hw.h"

static const char magic[] = "# ena-trace normal 1";
static const char marks[] = { [TR_VALUE] = '=', [TR_ADDR] = '@',
    [TR_ANY] = '~' };

void
tr_norm_init(struct tr_norm *n)
{
	memset(n, 0, sizeof(*n));
}

void
tr_norm_free(struct tr_norm *n)
{
	unsigned int i;

	for (i = 0; i < n->n; i++) {
		free(n->s[i].key);
		tr_fields_free(&n->s[i].fields);
	}
	free(n->s);
	tr_norm_init(n);
}

static uint32_t
hash(const char *s)
{
	uint32_t h;

	for (h = 2166136261U; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 16777619U;
	return (h);
}

/* A new step, or NULL if there are too many. */
static struct tr_nstep *
new_step(struct tr_norm *n, const char *key, unsigned long line)
{
	struct tr_nstep *s;

	if (n->n == TR_STEPS)
		return (NULL);
	n->s = tr_more(n->s, &n->room, n->n, sizeof(*n->s));
	s = &n->s[n->n++];
	memset(s, 0, sizeof(*s));
	s->key = tr_dup(key);
	tr_plain(s->key);
	s->hash = hash(s->key);
	s->line = line;
	return (s);
}

/* How many of the same key came before: a table by hash. */
static void
number(struct tr_norm *n)
{
	uint32_t *last, at, i, size;

	for (size = 64; size < 2 * n->n; size *= 2)
		;
	last = tr_alloc(size, sizeof(*last));
	for (i = 0; i < n->n; i++) {
		at = n->s[i].hash & (size - 1);
		while (last[at] != 0 &&
		    strcmp(n->s[last[at] - 1].key, n->s[i].key) != 0)
			at = (at + 1) & (size - 1);
		n->s[i].nth = last[at] == 0 ? 1 : n->s[last[at] - 1].nth + 1;
		last[at] = i + 1;
	}
	free(last);
}

/* ---- from a transcript */

struct maker {
	struct tr_norm *m_norm;
	struct tr_reader *m_reader;
	const struct tr_view *m_view;
	struct tr_nic *m_nic;		/* whose steps count */
	bool m_armed, m_full;
	uint32_t m_reading;		/* register, TR_NONE: none */
	unsigned long m_reading_line;
};

/* The last step if it has this key. */
static struct tr_nstep *
again(const struct maker *m, const char *key)
{
	struct tr_nstep *s;

	if (m->m_norm->n == 0)
		return (NULL);
	s = &m->m_norm->s[m->m_norm->n - 1];
	return (strcmp(s->key, key) == 0 ? s : NULL);
}

/* Take a step's fields as they are. */
static void
take(struct tr_fields *to, const struct tr_fields *from, const char *prefix,
    unsigned int first)
{
	const struct tr_field *f;
	char name[128];
	unsigned int i;

	for (i = first; i < from->n; i++) {
		f = &from->f[i];
		(void)snprintf(name, sizeof(name), "%s%s", prefix, f->name);
		tr_add(to, f->cat, name, "%s", f->value);
	}
}

static struct tr_nstep *
step(struct maker *m, const char *key, unsigned long line, bool collapse)
{
	struct tr_nstep *s;

	s = collapse ? again(m, key) : NULL;
	if (s != NULL) {
		tr_fields_free(&s->fields);
		return (s);
	}
	s = new_step(m->m_norm, key, line);
	if (s == NULL && !m->m_full) {
		m->m_full = true;
		tr_complain(m->m_reader, line, "more than %u steps: choose "
		    "with --bring-up, --from and --to", TR_STEPS);
	}
	return (s);
}

static void
reading(struct maker *m, uint32_t off, unsigned long line,
    const struct tr_step *answer, const char *via)
{
	char key[96], name[48];
	struct tr_nstep *n;

	tr_enum(name, sizeof(name), tr_regs, off);
	(void)snprintf(key, sizeof(key), "read %s", name);
	n = step(m, key, line, true);
	if (n == NULL)
		return;
	tr_add(&n->fields, TR_VALUE, "via", "%s", via);
	if (answer == NULL)
		tr_add(&n->fields, TR_VALUE, "value", "no answer");
	else
		take(&n->fields, &answer->fields, "", 0);
}

static void
no_answer(struct maker *m)
{
	if (m->m_reading != TR_NONE)
		reading(m, m->m_reading, m->m_reading_line, NULL, "readless");
	m->m_reading = TR_NONE;
}

static void
writing(struct maker *m, const struct tr_step *s)
{
	struct tr_nstep *n;
	char key[160];

	if (s->off == ENAHW_REG_AQ_DB)
		return;
	if (s->off == ENAHW_REG_MMIO_REG_READ) {
		no_answer(m);
		m->m_reading = ENAHW_GET(ENAHW_REG_READ_OFF, s->val);
		m->m_reading_line = s->line;
		return;
	}
	if (s->off == ENAHW_REG_AENQ_HEAD_DB) {
		if (m->m_armed)
			return;
		m->m_armed = true;
	}
	if (s->off == ENAHW_REG_AENQ_CAPS || s->off == ENAHW_REG_DEV_CTL)
		m->m_armed = false;
	(void)snprintf(key, sizeof(key), "%s %s", s->off <
	    ENAHW_REG_FIXED_END ? "write" : s->label, s->title);
	n = step(m, key, s->line, strcmp(s->label, "doorbell") == 0);
	if (n != NULL)
		take(&n->fields, &s->fields, "", 0);
}

static void
commanding(struct maker *m, const struct tr_step *s)
{
	struct tr_nstep *n;
	char key[160];

	(void)snprintf(key, sizeof(key), "cmd %s", s->title);
	n = step(m, key, s->line, false);
	if (n == NULL)
		return;
	tr_add(&n->fields, TR_VALUE, "status", "no answer");
	take(&n->fields, &s->fields, "", 0);
	tr_mate(s, m->m_norm->n - 1);
}

static void
completing(struct maker *m, const struct tr_step *s)
{
	struct tr_nstep *n;

	if (s->mate == TR_NO_MATE || s->mate >= m->m_norm->n) {
		n = step(m, "completion of no command under way", s->line,
		    false);
		if (n != NULL)
			take(&n->fields, &s->fields, "", 0);
		return;
	}
	n = &m->m_norm->s[s->mate];
	free(n->fields.f[0].value);
	n->fields.f[0].value = tr_dup(s->fields.f[0].value);
	take(&n->fields, &s->fields, "answer.", 1);
}

/* Numbers in hexadecimal are addresses mostly: not the same next time. */
static void
mask_numbers(char *out, size_t room, const char *p)
{
	size_t n;

	for (n = 0; *p != '\0' && n + 4 < room;) {
		if (p[0] != '0' || p[1] != 'x') {
			out[n++] = *p++;
			continue;
		}
		p += 2 + strspn(p + 2, "0123456789abcdef");
		memcpy(out + n, "0x..", 4);
		n += 4;
	}
	out[n] = '\0';
}

static void
breaking(struct maker *m, const struct tr_step *s)
{
	struct tr_nstep *n;
	char key[160], text[300];

	if (s->kind == TR_RULE)
		(void)snprintf(key, sizeof(key), "rule %s", s->rule);
	else
		(void)snprintf(key, sizeof(key), "fatal");
	n = step(m, key, s->line, true);
	if (n == NULL)
		return;
	if (s->kind == TR_RULE)
		tr_add(&n->fields, TR_VALUE, "strength", "%s", s->strength);
	mask_numbers(text, sizeof(text), s->text);
	tr_add(&n->fields, TR_ANY, "message", "%s", text);
}

static void
moving(struct maker *m, const struct tr_step *s)
{
	struct tr_nstep *n;
	char key[160];

	(void)snprintf(key, sizeof(key), "%s %s", s->label, s->title);
	n = step(m, key, s->line, false);
	if (n == NULL)
		return;
	if (s->kind != TR_TXC)
		tr_add(&n->fields, TR_VALUE, "length", "%llu",
		    (unsigned long long)s->len);
	tr_add(&n->fields, TR_VALUE, "descriptors", "%u", s->descs);
}

static void
make_step(struct maker *m, const struct tr_step *s)
{
	switch (s->kind) {
	case TR_WRITE:
		writing(m, s);
		break;
	case TR_READ:
		reading(m, s->off, s->line, s, "direct");
		break;
	case TR_READLESS:
		if (m->m_reading == s->off)
			m->m_reading = TR_NONE;
		reading(m, s->off, s->line, s, "readless");
		break;
	case TR_CMD:
		commanding(m, s);
		break;
	case TR_COMPLETION:
		completing(m, s);
		break;
	case TR_RULE:
	case TR_FATAL:
		breaking(m, s);
		break;
	case TR_TX:
	case TR_TXC:
	case TR_RX:
		moving(m, s);
		break;
	default:
		break;
	}
}

/* Of one adapter: the one asked for, or the first that is used. */
static bool
is_ours(struct maker *m, const struct tr_step *s)
{
	const char *want = m->m_view->v_nic;

	if (m->m_nic == NULL && tr_is_access(s) && (want == NULL ||
	    strcmp(want, tr_nic_name(s->nic)) == 0))
		m->m_nic = s->nic;
	return (m->m_nic == s->nic);
}

static void
from_transcript(struct tr_norm *n, struct tr_reader *r,
    const struct tr_view *v)
{
	struct tr_source src;
	struct tr_step *s;
	struct maker m;
	enum tr_when when;
	uint64_t since;

	memset(&m, 0, sizeof(m));
	m.m_norm = n;
	m.m_reader = r;
	m.m_view = v;
	m.m_reading = TR_NONE;
	s = tr_alloc(1, sizeof(*s));
	tr_source_init(&src, r);
	src.s_symbolic = true;
	when = TR_BEFORE;
	for (since = UINT64_MAX; !m.m_full && tr_next(&src, s);) {
		if (since == UINT64_MAX)
			since = s->t;
		if (!is_ours(&m, s))
			continue;
		when = tr_bring_up(s, when);
		if (v->v_bring_up && when == TR_AFTER)
			break;
		if (tr_wanted(v, s, since))
			make_step(&m, s);
	}
	no_answer(&m);
	tr_step_free(s);
	free(s);
	tr_source_free(&src);
}

/* ---- from text and to text */

static bool
parse_field(struct tr_nstep *s, char *p)
{
	char *mark;
	unsigned int cat;

	mark = strchr(p, ' ');
	if (mark == NULL || mark[1] == '\0' || mark[2] != ' ')
		return (false);
	for (cat = 0; cat < sizeof(marks); cat++)
		if (marks[cat] == mark[1])
			break;
	if (cat == sizeof(marks))
		return (false);
	*mark = '\0';
	tr_add(&s->fields, (enum tr_cat)cat, p, "%s", mark + 3);
	return (true);
}

static void
from_text(struct tr_norm *n, struct tr_reader *r)
{
	struct tr_nstep *s;
	char *p;

	s = NULL;
	while ((p = tr_read_text(r)) != NULL) {
		if (*p == '\0' || *p == '#')
			continue;
		if (*p != '\t') {
			s = new_step(n, p, r->r_no);
			if (s == NULL) {
				tr_complain(r, r->r_no, "more than %u steps",
				    TR_STEPS);
				break;
			}
		} else if (s == NULL || !parse_field(s, p + 1))
			tr_complain(r, r->r_no, "not a field of a step");
	}
}

bool
tr_norm_load(struct tr_norm *n, struct tr_reader *r, const struct tr_view *v)
{
	const char *p;
	int c;

	c = getc(r->r_file);
	if (c != EOF)
		(void)ungetc(c, r->r_file);
	p = c == '#' ? tr_read_text(r) : NULL;
	if (p != NULL && strcmp(p, magic) == 0)
		from_text(n, r);
	else
		from_transcript(n, r, v);
	number(n);
	return (tr_reader_end(r));
}

void
tr_norm_write(const struct tr_norm *n, FILE *f)
{
	const struct tr_field *p;
	unsigned int i, k;

	(void)fprintf(f, "%s\n", magic);
	for (i = 0; i < n->n; i++) {
		(void)fprintf(f, "%s\n", n->s[i].key);
		for (k = 0; k < n->s[i].fields.n; k++) {
			p = &n->s[i].fields.f[k];
			(void)fprintf(f, "\t%s %c %s\n", p->name,
			    marks[p->cat], p->value);
		}
	}
}
