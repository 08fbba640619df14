/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transcript for people: a line for each step, with its fields behind it
 * or, where they are many, below it.
 *
 * A step is first made plain text, which --grep looks at, and gets its
 * colours afterwards: only labels, times and verdicts have any.
 */
#include "trace.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define INLINE_MAX	56U		/* characters of fields behind a step */
#define INDENT		28

enum tr_when
tr_bring_up(const struct tr_step *s, enum tr_when now)
{
	if (now == TR_BEFORE && tr_is_access(s))
		return (TR_DURING);
	if (now == TR_DURING && (tr_is_data(s) || s->kind == TR_FLR))
		return (TR_AFTER);
	return (now);
}

/* ---- what to show */

static const struct group {
	const char *name;
	enum tr_kind first, last;
} groups[] = {
	{ "admin", TR_CMD, TR_COMPLETION },
	{ "data", TR_TX, TR_RXC },
	{ "reg", TR_WRITE, TR_READLESS },
	{ "trouble", TR_RULE, TR_FATAL }
};

/* Does a word of --only mean this kind and label?  Without: anything? */
static bool
word_means(const char *w, size_t n, enum tr_kind k, const char *label)
{
	static const char *const labels[] = { "doorbell", "unmask", "head",
	    "numa" };
	const char *name;
	size_t i;

	for (i = 0; i < TR_UNKNOWN; i++) {
		name = tr_kind_name((enum tr_kind)i);
		if (strlen(name) == n && memcmp(name, w, n) == 0)
			return (label == NULL || k == (enum tr_kind)i);
	}
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		name = groups[i].name;
		if (strlen(name) == n && memcmp(name, w, n) == 0)
			return (label == NULL || (k >= groups[i].first &&
			    k <= groups[i].last));
	}
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strlen(labels[i]) == n && memcmp(labels[i], w, n) == 0)
			return (label == NULL || strcmp(label, labels[i]) == 0);
	return (false);
}

static bool
in_list(const char *list, enum tr_kind k, const char *label)
{
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (word_means(list, n, k, label))
			return (true);
		if (list[n] == '\0')
			return (false);
	}
}

bool
tr_only_valid(const char *list)
{
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (!word_means(list, n, TR_UNKNOWN, NULL))
			return (false);
		if (list[n] == '\0')
			return (true);
	}
}

bool
tr_wanted(const struct tr_view *v, const struct tr_step *s, uint64_t since)
{
	uint64_t at;

	at = s->t >= since ? s->t - since : 0;
	if (at < v->v_from || at > v->v_to)
		return (false);
	if (v->v_nic != NULL && strcmp(v->v_nic, tr_nic_name(s->nic)) != 0)
		return (false);
	return (v->v_only == NULL || in_list(v->v_only, s->kind, s->label));
}

/* ---- plain text */

static const char *
verdict(const struct tr_step *s)
{
	if (s->kind == TR_FATAL || (s->kind == TR_RULE &&
	    strcmp(s->strength, "advice") != 0) || s->failed ||
	    (s->kind == TR_STATUS && (s->val & 0x20) != 0))
		return (TR_C_RED);
	switch (s->kind) {
	case TR_RULE:
	case TR_RESET:
	case TR_FLR:
	case TR_FAULT:
	case TR_HIT:
		return (TR_C_YELLOW);
	case TR_COMPLETION:
		return (TR_C_GREEN);
	case TR_CMD:
		return (TR_C_BOLD);
	case TR_EVENT:
	case TR_AENQ:
	case TR_INTERRUPT:
	case TR_LINK:
		return (TR_C_MAGENTA);
	case TR_WRITE:
	case TR_READ:
	case TR_READLESS:
		return (TR_C_CYAN);
	default:
		return (TR_C_BLUE);
	}
}

static void
put_took(FILE *f, uint64_t us)
{
	if (us < 1000)
		(void)fprintf(f, "  after %llu us", (unsigned long long)us);
	else
		(void)fprintf(f, "  after %llu.%03llu ms",
		    (unsigned long long)(us / 1000),
		    (unsigned long long)(us % 1000));
}

/* What stands in the step's own line, without the time. */
static void
put_head(FILE *f, const struct tr_step *s)
{
	(void)fprintf(f, "%-11s ", s->label);
	if (s->kind == TR_CMD || s->kind == TR_COMPLETION)
		(void)fprintf(f, "#%-3u ", s->id);
	(void)fprintf(f, "%s", s->title);
	if (s->kind == TR_WRITE || s->kind == TR_READ ||
	    s->kind == TR_READLESS)
		(void)fprintf(f, " = 0x%08x", s->val);
	if (s->kind == TR_COMPLETION && s->fields.n != 0)
		(void)fprintf(f, "  %s", s->fields.f[0].value);
	if (s->kind == TR_COMPLETION && s->known)
		put_took(f, s->took);
	switch (s->kind) {
	case TR_RULE:
		(void)fprintf(f, ": %s", s->text);
		break;
	case TR_CREATE:
	case TR_TX:
	case TR_TXC:
	case TR_RX:
	case TR_RXC:
	case TR_FATAL:
	case TR_FAULT:
	case TR_HIT:
	case TR_LLQ:
	case TR_PHC:
	case TR_UNKNOWN:
		(void)fprintf(f, "%s%s", s->title[0] != '\0' ? "  " : "",
		    s->text);
		break;
	default:
		break;
	}
}

static void
put_fields(FILE *f, const struct tr_step *s)
{
	const struct tr_field *p;
	unsigned int first, i, wide;
	size_t n, len;

	first = s->kind == TR_COMPLETION;
	n = 0;
	wide = 0;
	for (i = first; i < s->fields.n; i++) {
		p = &s->fields.f[i];
		len = strlen(p->name);
		wide = len > wide ? (unsigned int)len : wide;
		n += len + strlen(p->value) + 3;
	}
	for (i = first; i < s->fields.n; i++) {
		p = &s->fields.f[i];
		if (n <= INLINE_MAX)
			(void)fprintf(f, "%s%s %s", i == first ? "   " : ", ",
			    p->name, p->value);
		else
			(void)fprintf(f, "\n%*s%-*s  %s", INDENT, "",
			    (int)wide, p->name, p->value);
	}
}

static char *
render(const struct tr_step *s)
{
	char *text;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (f == NULL) {
		(void)fprintf(stderr, "ena-trace: out of memory\n");
		exit(2);
	}
	put_head(f, s);
	put_fields(f, s);
	if (fclose(f) != 0) {
		(void)fprintf(stderr, "ena-trace: out of memory\n");
		exit(2);
	}
	return (text);
}

static void
put_time(FILE *f, const struct tr_view *v, uint64_t t)
{
	if (v->v_color)
		(void)fputs(TR_C_DIM, f);
	(void)fprintf(f, "%5llu.%06llu", (unsigned long long)(t / 1000000),
	    (unsigned long long)(t % 1000000));
	(void)fprintf(f, "%s ", v->v_color ? TR_C_OFF : "");
}

static void
put_step(FILE *f, const struct tr_view *v, const struct tr_step *s,
    const char *text, uint64_t since)
{
	size_t n;

	put_time(f, v, v->v_absolute ? s->t : s->t >= since ?
	    s->t - since : 0);
	if (tr_nic_name(s->nic)[0] != '\0')
		(void)fprintf(f, "%-4s ", tr_nic_name(s->nic));
	n = strcspn(text, "\n");
	if (v->v_color)
		(void)fprintf(f, "%s%.*s%s%s\n", verdict(s), (int)n, text,
		    TR_C_OFF, text + n);
	else
		(void)fprintf(f, "%s\n", text);
}

bool
tr_print(struct tr_reader *r, const struct tr_view *v, FILE *f)
{
	struct tr_source src;
	struct tr_step *s;
	enum tr_when when;
	uint64_t since;
	regex_t re;
	char *text;
	bool first;

	if (v->v_grep != NULL && regcomp(&re, v->v_grep,
	    REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return (false);
	s = tr_alloc(1, sizeof(*s));
	tr_source_init(&src, r);
	when = TR_BEFORE;
	for (since = 0, first = true; tr_next(&src, s); first = false) {
		if (first)
			since = s->t;
		when = tr_bring_up(s, when);
		if (v->v_bring_up && when == TR_AFTER)
			break;
		if (!tr_wanted(v, s, since))
			continue;
		text = render(s);
		if (v->v_grep == NULL || regexec(&re, text, 0, NULL, 0) == 0)
			put_step(f, v, s, text, since);
		free(text);
		if (ferror(f))
			break;
	}
	tr_step_free(s);
	free(s);
	tr_source_free(&src);
	if (v->v_grep != NULL)
		regfree(&re);
	return (tr_reader_end(r));
}
