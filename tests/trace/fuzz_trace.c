/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bend transcripts and feed them to everything that reads them; meant for a
 * build with sanitizers.  Deterministic: same seed, same files, same rounds.
 *
 *	ena-trace-fuzz SEED ROUNDS FILE ...
 *
 * Complaints about lines go to standard error as ever: redirect it, and
 * look at it when the exit status is not 0.  In the end, what a reader took
 * from a normal form must come out of it again.
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_IN	(256U * 1024U)

static uint64_t seed;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (n == 0 ? 0 : (uint32_t)(seed >> 11) % n);
}

struct text {
	char p[SIZE_MAX_IN];
	uint32_t n;
};

static struct text work, other;

static bool
load(struct text *t, const char *name)
{
	FILE *f;

	f = fopen(name, "r");
	if (f == NULL)
		return (false);
	t->n = (uint32_t)fread(t->p, 1, sizeof(t->p), f);
	(void)fclose(f);
	return (t->n != 0);
}

/* Put some bytes in the place of others. */
static void
splice(struct text *t, uint32_t at, uint32_t cut, const char *in, uint32_t n)
{
	if (cut > t->n - at)
		cut = t->n - at;
	if (t->n - cut + n > sizeof(t->p))
		return;
	memmove(t->p + at + n, t->p + at + cut, t->n - at - cut);
	memcpy(t->p + at, in, n);
	t->n = t->n - cut + n;
}

static uint32_t
line_start(const struct text *t, uint32_t at)
{
	while (at > 0 && t->p[at - 1] != '\n')
		at--;
	return (at);
}

static uint32_t
line_length(const struct text *t, uint32_t at)
{
	const char *end;

	end = memchr(t->p + at, '\n', t->n - at);
	return (end == NULL ? t->n - at : (uint32_t)(end - t->p) + 1 - at);
}

static void
bend(struct text *t)
{
	static const char *const words[] = { "0x", "-1", "4294967296",
	    "99999999999999999999", "=", " ", "\"", "hex=", "off=4090 ",
	    "len=0 ", "t=", "#", "\t", "cmd id=4095 op=X", "\n", "id=4096 ",
	    "name=a ", "~ ", "B t=1 flr\n", "\033[31m",
	    "t=1 body off=0 len=1 hex=ff\n", "t=1 response off=63 hex=ff\n" };
	static char copy[8192];
	uint32_t at, n;
	const char *w;
	char c;

	if (t->n == 0)
		return;
	at = below(t->n);
	switch (below(7)) {
	case 0:
		c = (char)below(256);
		splice(t, at, 1, &c, 1);
		break;
	case 1:
		splice(t, at, below(20), "", 0);
		break;
	case 2:
		w = words[below(sizeof(words) / sizeof(words[0]))];
		splice(t, at, below(3), w, (uint32_t)strlen(w));
		break;
	case 3:				/* a line goes */
		at = line_start(t, at);
		splice(t, at, line_length(t, at), "", 0);
		break;
	case 4:				/* a line elsewhere once more */
		at = line_start(t, at);
		n = line_length(t, at);
		n = n > sizeof(copy) ? sizeof(copy) : n;
		memcpy(copy, t->p + at, n);
		splice(t, line_start(t, below(t->n)), 0, copy, n);
		break;
	case 5:				/* a digit becomes another */
		for (; at < t->n && (t->p[at] < '0' || t->p[at] > '9'); at++)
			;
		if (at < t->n)
			t->p[at] = (char)('0' + below(10));
		break;
	default:
		if (below(20) == 0)
			t->n = at;
		else {			/* a very long word */
			memset(copy, 'f', sizeof(copy));
			splice(t, at, 0, copy, below(sizeof(copy)));
		}
		break;
	}
}

static struct tr_reader *
reader(struct tr_reader *r, struct text *t)
{
	FILE *f;

	f = fmemopen(t->p, t->n, "r");
	if (f == NULL)
		exit(2);
	tr_reader_init(r, f, "fuzz");
	return (r);
}

static void
show(struct text *t, FILE *out, const struct tr_view *v)
{
	static struct tr_reader r;

	(void)tr_print(reader(&r, t), v, out);
	(void)fclose(r.r_file);
	(void)tr_summary(reader(&r, t), v, out);
	(void)fclose(r.r_file);
}

static void
normal(struct tr_norm *n, struct text *t, const struct tr_view *v)
{
	static struct tr_reader r;

	tr_norm_init(n);
	(void)tr_norm_load(n, reader(&r, t), v);
	(void)fclose(r.r_file);
}

/* Written, read, written: the same text. */
static bool
survives(const struct tr_norm *n, const struct tr_view *v)
{
	static struct text t;
	struct tr_norm back;
	char *one, *two;
	size_t n1, n2;
	FILE *f;
	bool ok;

	f = open_memstream(&one, &n1);
	if (f == NULL)
		exit(2);
	tr_norm_write(n, f);
	(void)fclose(f);
	ok = true;
	if (n1 <= sizeof(t.p)) {
		memcpy(t.p, one, n1);
		t.n = (uint32_t)n1;
		normal(&back, &t, v);
		f = open_memstream(&two, &n2);
		if (f == NULL)
			exit(2);
		tr_norm_write(&back, f);
		(void)fclose(f);
		ok = n1 == n2 && memcmp(one, two, n1) == 0;
		free(two);
		tr_norm_free(&back);
	}
	free(one);
	return (ok);
}

static bool
one_round(FILE *out, const char *file, const char *second)
{
	struct tr_compare c;
	struct tr_norm a, b;
	struct tr_view v;
	uint32_t i;
	bool ok;

	if (!load(&work, file) || !load(&other, second))
		exit(2);
	for (i = 1 + below(12); i > 0; i--)
		bend(&work);
	if (work.n == 0)
		return (true);
	memset(&v, 0, sizeof(v));
	v.v_to = UINT64_MAX;
	v.v_color = below(2) != 0;
	v.v_bring_up = below(2) != 0;
	show(&work, out, &v);
	memset(&c, 0, sizeof(c));
	c.c_name[0] = "A";
	c.c_name[1] = "B";
	c.c_context = below(4);
	c.c_style = below(2) != 0 ? TR_UNIFIED : TR_TERSE;
	normal(&a, &work, &v);
	normal(&b, &other, &v);
	(void)tr_report(&a, &b, &c, out);
	ok = survives(&a, &v);
	tr_norm_free(&a);
	tr_norm_free(&b);
	return (ok);
}

int
main(int argc, char **argv)
{
	unsigned long i, rounds;
	FILE *out;
	int n;

	if (argc < 4) {
		(void)fprintf(stderr, "usage: ena-trace-fuzz SEED ROUNDS "
		    "FILE ...\n");
		return (2);
	}
	out = fopen("/dev/null", "w");
	if (out == NULL)
		return (2);
	n = argc - 3;
	rounds = strtoul(argv[2], NULL, 0);
	for (i = 0; i < rounds; i++) {
		seed = strtoull(argv[1], NULL, 0) * 1000003U + i + 1;
		(void)below(2);
		if (!one_round(out, argv[3 + below((uint32_t)n)],
		    argv[3 + below((uint32_t)n)])) {
			(void)printf("round %lu: the normal form changes when "
			    "read back\n", i);
			return (1);
		}
	}
	(void)fclose(out);
	(void)printf("%lu rounds\n", rounds);
	return (0);
}
