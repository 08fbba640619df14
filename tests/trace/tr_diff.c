/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which steps of two normal forms belong together.
 *
 * First the longest common sequence of keys, by the textbook's table, in
 * windows: the table of the next WINDOW steps of both sides is made, the
 * first three quarters of what it matches is taken, and the next window
 * begins behind that.  Anything shorter than a window - a bring-up is - gets
 * the exact answer.  Then, of what is left, steps with the same key are
 * paired in order: they are in both, but moved.
 *
 * I1: memory is WINDOW squared, whatever the length; time is linear in it.
 * I2: each round moves on, at least by half a window.
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW		2000U

struct work {
	const struct tr_norm *a, *b;
	struct tr_pairs *p;
	uint16_t *len;			/* (WINDOW + 1) squared */
};

static bool
same(const struct tr_nstep *a, const struct tr_nstep *b)
{
	return (a->hash == b->hash && strcmp(a->key, b->key) == 0);
}

static uint16_t *
cell(const struct work *w, uint32_t i, uint32_t j)
{
	return (&w->len[(size_t)i * (WINDOW + 1) + j]);
}

/* len(i, j): longest common sequence of what begins at i and at j. */
static void
fill(const struct work *w, uint32_t a0, uint32_t n, uint32_t b0, uint32_t m)
{
	uint16_t down, right;
	uint32_t i, j;

	for (i = 0; i <= n; i++)
		*cell(w, i, m) = 0;
	for (j = 0; j <= m; j++)
		*cell(w, n, j) = 0;
	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			down = *cell(w, i + 1, j);
			right = *cell(w, i, j + 1);
			*cell(w, i, j) = down > right ? down : right;
			if (same(&w->a->s[a0 + i], &w->b->s[b0 + j]))
				*cell(w, i, j) = (uint16_t)(*cell(w, i + 1,
				    j + 1) + 1);
		}
}

/* Take matches as long as both sides are below the limits. */
static void
walk(const struct work *w, uint32_t *a0, uint32_t n, uint32_t *b0,
    uint32_t m, uint32_t limit_a, uint32_t limit_b)
{
	uint32_t i, j, a, b;

	a = *a0;
	b = *b0;
	for (i = j = 0; i < n && j < m && i < limit_a && j < limit_b;) {
		if (same(&w->a->s[a + i], &w->b->s[b + j])) {
			w->p->a[a + i] = b + j;
			w->p->b[b + j] = a + i;
			i++;
			j++;
			*a0 = a + i;
			*b0 = b + j;
		} else if (*cell(w, i + 1, j) >= *cell(w, i, j + 1))
			i++;
		else
			j++;
	}
}

static void
common(struct work *w)
{
	uint32_t a0, b0, a1, b1, n, m;

	for (a0 = b0 = 0; a0 < w->a->n && b0 < w->b->n;) {
		n = w->a->n - a0 < WINDOW ? w->a->n - a0 : WINDOW;
		m = w->b->n - b0 < WINDOW ? w->b->n - b0 : WINDOW;
		fill(w, a0, n, b0, m);
		a1 = a0;
		b1 = b0;
		if (n < WINDOW && m < WINDOW) {
			walk(w, &a1, n, &b1, m, n, m);
			return;
		}
		walk(w, &a1, n, &b1, m, WINDOW / 4 * 3, WINDOW / 4 * 3);
		if (a1 == a0 && b1 == b0) {
			a1 += WINDOW / 2;
			b1 += WINDOW / 2;
		}
		a0 = a1;
		b0 = b1;
	}
}

/* Steps without a counterpart that have one elsewhere. */
static void
moved(const struct tr_norm *a, const struct tr_norm *b, struct tr_pairs *p)
{
	uint32_t i, j, looked;

	for (i = 0; i < a->n; i++) {
		if (p->a[i] != TR_NONE)
			continue;
		for (j = looked = 0; j < b->n && looked < WINDOW; j++) {
			if (p->b[j] != TR_NONE)
				continue;
			looked++;
			if (!same(&a->s[i], &b->s[j]))
				continue;
			p->a[i] = j;
			p->b[j] = i;
			p->a_moved[i] = p->b_moved[j] = true;
			break;
		}
	}
}

void
tr_pair(const struct tr_norm *a, const struct tr_norm *b, struct tr_pairs *p)
{
	struct work w;

	p->a = tr_alloc(a->n + 1, sizeof(*p->a));
	p->b = tr_alloc(b->n + 1, sizeof(*p->b));
	p->a_moved = tr_alloc(a->n + 1, sizeof(*p->a_moved));
	p->b_moved = tr_alloc(b->n + 1, sizeof(*p->b_moved));
	memset(p->a, 0xff, (a->n + 1) * sizeof(*p->a));
	memset(p->b, 0xff, (b->n + 1) * sizeof(*p->b));
	w.a = a;
	w.b = b;
	w.p = p;
	w.len = tr_alloc((size_t)(WINDOW + 1) * (WINDOW + 1),
	    sizeof(*w.len));
	common(&w);
	free(w.len);
	moved(a, b, p);
}

void
tr_pairs_free(struct tr_pairs *p)
{
	free(p->a);
	free(p->b);
	free(p->a_moved);
	free(p->b_moved);
}
