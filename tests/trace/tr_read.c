/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of a transcript.
 *
 *	[ADAPTER ]t=<us> KIND key=value ...
 *
 * A value ends at a blank, or at the closing quote if it begins with one.
 * Empty lines and lines with "#" in front are skipped.
 *
 * I1: no line takes more than TR_LINE_MAX characters of memory; the rest of
 *     a longer one is read and thrown away.
 * I2: whatever is wrong with a line costs that line only.  The first such
 *     line is reported with its number, the others are counted.
 */
#include "trace.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

void
tr_reader_init(struct tr_reader *r, FILE *f, const char *name)
{
	memset(r, 0, sizeof(*r));
	r->r_file = f;
	r->r_name = name;
}

void
tr_complain(struct tr_reader *r, unsigned long no, const char *fmt, ...)
{
	va_list ap;

	if (r->r_bad++ != 0)
		return;
	(void)fprintf(stderr, "ena-trace: %s:%lu: ", r->r_name, no);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

bool
tr_reader_end(struct tr_reader *r)
{
	if (ferror(r->r_file))
		tr_complain(r, r->r_no, "cannot read on");
	if (r->r_bad > 1)
		(void)fprintf(stderr, "ena-trace: %s: %lu more lines are "
		    "wrong\n", r->r_name, r->r_bad - 1);
	return (r->r_bad == 0);
}

/* A line into r_buf.  False at the end; *bad is what is wrong or NULL. */
static bool
get_line(struct tr_reader *r, const char **bad)
{
	size_t n;
	int c;

	*bad = NULL;
	for (n = 0; (c = getc(r->r_file)) != EOF && c != '\n';) {
		if (c == '\0')
			*bad = "a byte that is zero";
		if (n < TR_LINE_MAX)
			r->r_buf[n++] = (char)c;
		else
			*bad = "the line is too long";
	}
	if (c == EOF && n == 0 && *bad == NULL)
		return (false);
	if (n != 0 && r->r_buf[n - 1] == '\r')
		n--;
	r->r_buf[n] = '\0';
	r->r_no++;
	return (true);
}

char *
tr_read_text(struct tr_reader *r)
{
	const char *bad;

	while (get_line(r, &bad)) {
		if (bad == NULL)
			return (r->r_buf);
		tr_complain(r, r->r_no, "%s", bad);
	}
	return (NULL);
}

/* Cut the next word off; NULL at the end. */
static char *
word(char **rest)
{
	char *p, *w;

	for (p = *rest; *p == ' ' || *p == '\t'; p++)
		;
	if (*p == '\0')
		return (NULL);
	for (w = p; *p != '\0' && *p != ' ' && *p != '\t'; p++)
		;
	if (*p != '\0')
		*p++ = '\0';
	*rest = p;
	return (w);
}

/* A value in quotes may have blanks: put them back, cut at the quote. */
static bool
quoted(char *v, char **rest)
{
	char *end;
	size_t n;

	n = strlen(v);
	if (*rest == v + n + 1)
		v[n] = ' ';
	end = strchr(v + 1, '"');
	if (end == NULL)
		return (false);
	*end = '\0';
	if (end + 1 > *rest)
		*rest = end + 1;
	return (true);
}

static const char *
pairs(struct tr_line *l, char *rest)
{
	struct tr_kv *kv;
	char *eq, *w;

	while ((w = word(&rest)) != NULL) {
		eq = strchr(w, '=');
		if (eq == NULL || eq == w)
			return ("not all words are key=value");
		if (l->nkv == TR_KVS)
			return ("too many key=value pairs");
		*eq++ = '\0';
		kv = &l->kv[l->nkv++];
		kv->k = w;
		kv->v = eq;
		if (*eq == '"') {
			if (!quoted(eq, &rest))
				return ("a quote has no end");
			kv->v = eq + 1;
		}
	}
	return (NULL);
}

/* Take r_buf apart.  NULL, or what is wrong with it. */
static const char *
parse(struct tr_reader *r)
{
	struct tr_line *l = &r->r_line;
	char *rest, *w;

	memset(l, 0, sizeof(*l));
	l->no = r->r_no;
	l->nic = "";
	rest = r->r_buf;
	w = word(&rest);
	if (w != NULL && strncmp(w, "t=", 2) != 0) {
		if (strchr(w, '=') != NULL || strlen(w) >= TR_NAME)
			return ("does not begin with t=<us>");
		l->nic = w;
		w = word(&rest);
	}
	if (w == NULL || strncmp(w, "t=", 2) != 0)
		return ("no t=<us>: not a line of a transcript");
	if (!tr_number(w + 2, UINT64_MAX, &l->t))
		return ("the time is not a number");
	l->kind = word(&rest);
	if (l->kind == NULL)
		return ("nothing behind the time");
	if (strchr(l->kind, '=') != NULL)
		return ("no kind behind the time");
	return (pairs(l, rest));
}

const struct tr_line *
tr_read(struct tr_reader *r)
{
	const char *bad;

	if (r->r_again) {
		r->r_again = false;
		return (&r->r_line);
	}
	while (get_line(r, &bad)) {
		if (bad == NULL) {
			if (r->r_buf[0] == '\0' || r->r_buf[0] == '#')
				continue;
			bad = parse(r);
		}
		if (bad == NULL)
			return (&r->r_line);
		tr_complain(r, r->r_no, "%s", bad);
	}
	return (NULL);
}

void
tr_unread(struct tr_reader *r)
{
	r->r_again = true;
}

/* -- values */

const char *
tr_value(const struct tr_line *l, const char *key)
{
	unsigned int i;

	for (i = 0; i < l->nkv; i++)
		if (strcmp(l->kv[i].k, key) == 0)
			return (l->kv[i].v);
	return (NULL);
}

static int
digit(int c, int base)
{
	int v;

	if (c >= '0' && c <= '9')
		v = c - '0';
	else if (c >= 'a' && c <= 'f')
		v = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		v = c - 'A' + 10;
	else
		return (-1);
	return (v < base ? v : -1);
}

bool
tr_number(const char *s, uint64_t max, uint64_t *v)
{
	uint64_t base;
	int d;

	base = 10;
	if (s[0] == '0' && s[1] == 'x') {
		base = 16;
		s += 2;
	}
	if (*s == '\0')
		return (false);
	for (*v = 0; *s != '\0'; s++) {
		d = digit((unsigned char)*s, (int)base);
		if (d < 0 || *v > (UINT64_MAX - (uint64_t)d) / base)
			return (false);
		*v = *v * base + (uint64_t)d;
	}
	return (*v <= max);
}

bool
tr_get(const struct tr_line *l, const char *key, uint64_t max, uint64_t *v)
{
	const char *s;

	s = tr_value(l, key);
	return (s != NULL && tr_number(s, max, v));
}

bool
tr_hex(const char *s, uint8_t *out, size_t max, size_t *len)
{
	size_t n;
	int hi, lo;

	for (n = 0; s[0] != '\0'; s += 2, n++) {
		hi = digit((unsigned char)s[0], 16);
		lo = s[1] == '\0' ? -1 : digit((unsigned char)s[1], 16);
		if (hi < 0 || lo < 0 || n == max)
			return (false);
		out[n] = (uint8_t)(hi << 4 | lo);
	}
	*len = n;
	return (true);
}
