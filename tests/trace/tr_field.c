/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoded fields: names and values as text, each with what a comparison may
 * do with it.  Structures in memory are described by tables and decoded by
 * one function, which never reads behind the length it is given.
 *
 * I1: names and values are printable ASCII, whatever the transcript said.
 */
#include "trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX	640U

void *
tr_alloc(size_t n, size_t size)
{
	void *p;

	p = calloc(n, size);
	if (p == NULL) {
		(void)fprintf(stderr, "ena-trace: out of memory\n");
		exit(2);
	}
	return (p);
}

/* Room for n + 1 elements; it doubles. */
void *
tr_more(void *old, unsigned int *room, unsigned int n, size_t size)
{
	unsigned int want;
	void *p;

	if (n < *room)
		return (old);
	want = *room == 0 ? 16 : *room * 2;
	p = realloc(old, want * size);
	if (p == NULL) {
		(void)fprintf(stderr, "ena-trace: out of memory\n");
		exit(2);
	}
	*room = want;
	return (p);
}

char *
tr_dup(const char *s)
{
	size_t n;
	char *p;

	n = strlen(s) + 1;
	p = tr_alloc(n, 1);
	memcpy(p, s, n);
	return (p);
}

void
tr_plain(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '.';
}

void
tr_fields_init(struct tr_fields *f)
{
	memset(f, 0, sizeof(*f));
}

void
tr_fields_free(struct tr_fields *f)
{
	unsigned int i;

	for (i = 0; i < f->n; i++) {
		free(f->f[i].name);
		free(f->f[i].value);
	}
	free(f->f);
	tr_fields_init(f);
}

void
tr_add(struct tr_fields *f, enum tr_cat cat, const char *name,
    const char *fmt, ...)
{
	char value[VALUE_MAX];
	struct tr_field *new;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	tr_plain(value);
	f->f = tr_more(f->f, &f->room, f->n, sizeof(*f->f));
	new = &f->f[f->n++];
	new->name = tr_dup(name);
	tr_plain(new->name);
	new->value = tr_dup(value);
	new->cat = cat;
}

const char *
tr_find(const struct tr_fields *f, const char *name)
{
	unsigned int i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->f[i].name, name) == 0)
			return (f->f[i].value);
	return (NULL);
}

/* -- structures */

uint32_t
tr_le(const uint8_t *p, unsigned int bytes)
{
	uint32_t v;

	for (v = 0; bytes > 0; bytes--)
		v = v << 8 | p[bytes - 1];
	return (v);
}

uint64_t
tr_le64(const uint8_t *p)
{
	return ((uint64_t)tr_le(p + 4, 4) << 32 | tr_le(p, 4));
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	for (; n > 0; n--)
		if (p[n - 1] != 0)
			return (false);
	return (true);
}

static void
hex(char *out, size_t room, const uint8_t *p, size_t n)
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < n && 2 * i + 3 <= room; i++)
		(void)snprintf(out + 2 * i, room - 2 * i, "%02x", p[i]);
}

static void
text_value(char *out, size_t room, const uint8_t *p, size_t n)
{
	size_t i;

	out[0] = '"';
	for (i = 0; i < n && p[i] != 0 && i + 3 < room; i++)
		out[i + 1] = (char)p[i];
	out[i + 1] = '"';
	out[i + 2] = '\0';
}

static void
pointer(char *out, size_t room, struct tr_nic *nic, const struct tr_spec *s,
    const uint8_t *p)
{
	uint64_t addr;
	size_t n;

	addr = (uint64_t)tr_le(p + 4, 2) << 32 | tr_le(p, 4);
	tr_symbol(nic, *(const enum tr_purpose *)s->aux, addr, out, room);
	if (tr_nic_symbolic(nic) || addr == 0)
		return;
	n = strlen(out);
	(void)snprintf(out + n, room - n, " 0x%llx",
	    (unsigned long long)addr);
}

static uint64_t
number(const struct tr_spec *s, const uint8_t *p)
{
	uint64_t v;

	if (s->size == 8)
		return (tr_le64(p));
	v = tr_le(p, s->size > 4 ? 4 : s->size);
	if (s->mask != 0)
		v = (v & s->mask) / (s->mask & (~s->mask + 1));
	return (v);
}

/* What is a number, whole or part of one. */
static void
scalar(char *out, size_t room, const struct tr_spec *s, uint64_t v)
{
	switch (s->how) {
	case TR_ENUM:
		tr_enum(out, room, s->aux, (uint32_t)v);
		break;
	case TR_FLAGS:
		tr_flags(out, room, s->aux, (uint32_t)v);
		break;
	case TR_FEATURES:
		tr_features(out, room, (uint32_t)v);
		break;
	case TR_HEX:
	case TR_ZERO:
		(void)snprintf(out, room, "0x%llx", (unsigned long long)v);
		break;
	default:
		(void)snprintf(out, room, "%llu", (unsigned long long)v);
		break;
	}
}

static void
one(struct tr_fields *f, struct tr_nic *nic, const char *prefix,
    const struct tr_spec *s, const uint8_t *p)
{
	char name[96], value[VALUE_MAX];

	(void)snprintf(name, sizeof(name), "%s%s", prefix, s->name);
	switch (s->how) {
	case TR_PTR:
		pointer(value, sizeof(value), nic, s, p);
		tr_add(f, TR_ADDR, name, "%s", value);
		return;
	case TR_MAC:
		tr_add(f, TR_ANY, name, "%02x:%02x:%02x:%02x:%02x:%02x",
		    p[0], p[1], p[2], p[3], p[4], p[5]);
		return;
	case TR_TEXT:
		text_value(value, sizeof(value), p, s->size);
		break;
	case TR_SECRET:
		hex(value, sizeof(value), p, s->size);
		tr_add(f, TR_ANY, name, "%s", tr_nic_symbolic(nic) ?
		    all_zero(p, s->size) ? "zero" : "not zero" : value);
		return;
	case TR_ZERO:
		if (s->size > 4) {
			if (all_zero(p, s->size))
				return;
			hex(value, sizeof(value), p, s->size);
			break;
		}
		if (number(s, p) == 0)
			return;
		/* FALLTHROUGH */
	default:
		scalar(value, sizeof(value), s, number(s, p));
		break;
	}
	tr_add(f, s->cat, name, "%s", value);
}

size_t
tr_spec_end(const struct tr_spec *s)
{
	size_t end;

	for (end = 0; s->name != NULL; s++)
		if ((size_t)s->off + s->size > end)
			end = (size_t)s->off + s->size;
	return (end);
}

/* All fields that lie inside of len. */
void
tr_struct(struct tr_fields *f, struct tr_nic *nic, const char *prefix,
    const struct tr_spec *s, const uint8_t *p, size_t len)
{
	for (; s->name != NULL; s++)
		if ((size_t)s->off + s->size <= len)
			one(f, nic, prefix, s, p + s->off);
}
