/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines to steps.  A command and the lines that show its body and buffers
 * are one step, as are a completion and its answer, an event and its
 * payload.
 *
 * I1: a step has at most TR_BUFS buffers of TR_BUF bytes; what does not fit
 *     is a complaint.
 * I2: the hex lines behind a head are consumed with it, good or bad.
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[TR_KINDS] = {
	[TR_CREATE] = "create", [TR_FLR] = "flr", [TR_WRITE] = "write",
	[TR_READ] = "read", [TR_READLESS] = "readless",
	[TR_RESET] = "reset", [TR_STATUS] = "status", [TR_CMD] = "cmd",
	[TR_COMPLETION] = "completion", [TR_EVENT] = "event",
	[TR_AENQ] = "aenq", [TR_INTERRUPT] = "interrupt", [TR_TX] = "tx",
	[TR_TXC] = "txc", [TR_RX] = "rx", [TR_RXC] = "rxc",
	[TR_LINK] = "link", [TR_RULE] = "rule", [TR_FATAL] = "fatal",
	[TR_FAULT] = "fault", [TR_HIT] = "hit", [TR_BODYLINE] = "body",
	[TR_BUFFER] = "buffer", [TR_RESPONSE] = "response",
	[TR_LLQ] = "llq", [TR_PHC] = "phc",
	[TR_PAYLOAD] = "payload", [TR_UNKNOWN] = "unknown"
};

const char *
tr_kind_name(enum tr_kind k)
{
	return (kinds[k]);
}

static enum tr_kind
kind_of(const char *s)
{
	unsigned int i;

	for (i = 0; i < TR_UNKNOWN; i++)
		if (strcmp(kinds[i], s) == 0)
			break;
	return ((enum tr_kind)i);
}

static bool
is_tail(enum tr_kind k)
{
	return (k == TR_BODYLINE || k == TR_BUFFER || k == TR_RESPONSE ||
	    k == TR_PAYLOAD);
}

void
tr_step_init(struct tr_step *s)
{
	memset(s, 0, offsetof(struct tr_step, buf));
}

void
tr_step_free(struct tr_step *s)
{
	tr_fields_free(&s->fields);
}

/* ---- the head line */

/* Numbers a kind of line has; those with need must be there. */
static const struct want {
	enum tr_kind kind;
	const char *key;
	size_t at;
	bool need;
} wants[] = {
#define WANT(k, key, m, need)	{ k, key, offsetof(struct tr_step, m), need }
	WANT(TR_WRITE, "off", off, true), WANT(TR_WRITE, "val", val, true),
	WANT(TR_READ, "off", off, true), WANT(TR_READ, "val", val, true),
	WANT(TR_READLESS, "off", off, true),
	WANT(TR_READLESS, "val", val, true),
	WANT(TR_READLESS, "seq", seq, true),
	WANT(TR_RESET, "reason", reason, true),
	WANT(TR_STATUS, "dev_sts", val, true),
	WANT(TR_CMD, "id", id, true), WANT(TR_CMD, "opcode", op, false),
	WANT(TR_CMD, "fid", fid, false),
	WANT(TR_COMPLETION, "id", id, true),
	WANT(TR_COMPLETION, "status", status, true),
	WANT(TR_COMPLETION, "ext", ext, false),
	WANT(TR_EVENT, "group", group, true),
	WANT(TR_EVENT, "syndrome", syndrome, false),
	WANT(TR_EVENT, "pos", off, false),
	WANT(TR_AENQ, "armed", armed, false), WANT(TR_AENQ, "head", val, false),
	WANT(TR_INTERRUPT, "vector", vector, true),
	WANT(TR_TX, "q", queue, true), WANT(TR_TXC, "q", queue, true),
	WANT(TR_RX, "q", queue, false), WANT(TR_RX, "dropped", reason, false),
	WANT(TR_LINK, "up", up, true)
#undef WANT
};

static bool
numbers(struct tr_step *s, const struct tr_line *l, struct tr_reader *r)
{
	const struct want *w;
	const char *text;
	uint32_t u;
	uint64_t v;
	size_t i;

	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		w = &wants[i];
		if (w->kind != s->kind)
			continue;
		text = tr_value(l, w->key);
		if (text == NULL && !w->need)
			continue;
		if (text == NULL || !tr_number(text, UINT32_MAX, &v)) {
			tr_complain(r, l->no, "%s: %s of \"%s\"",
			    text == NULL ? "missing" : "not a number",
			    w->key, kinds[s->kind]);
			return (false);
		}
		u = (uint32_t)v;
		memcpy((uint8_t *)s + w->at, &u, sizeof(u));
	}
	return (true);
}

static void
copy(char *out, size_t room, const char *s)
{
	(void)snprintf(out, room, "%s", s == NULL ? "" : s);
	tr_plain(out);
}

/* All that the line said, for kinds without a decoding of their own. */
static void
all_text(struct tr_step *s, const struct tr_line *l)
{
	unsigned int i;
	size_t at;
	int n;

	at = 0;
	if (s->kind == TR_UNKNOWN) {
		n = snprintf(s->text, sizeof(s->text), "%s ", l->kind);
		at = n < 0 ? 0 : (size_t)n;
	}
	for (i = 0; i < l->nkv && at < sizeof(s->text); i++) {
		n = snprintf(s->text + at, sizeof(s->text) - at, "%s%s=%s",
		    i == 0 ? "" : " ", l->kv[i].k, l->kv[i].v);
		at += n < 0 ? 0 : (size_t)n;
	}
	tr_plain(s->text);
}

static bool
head(struct tr_step *s, const struct tr_line *l, struct tr_reader *r)
{
	const struct tr_name *n;
	const char *op;
	uint64_t v;

	s->line = l->no;
	s->t = l->t;
	s->mate = TR_NO_MATE;
	all_text(s, l);
	if (!numbers(s, l, r))
		return (false);
	if (tr_get(l, "len", UINT64_MAX, &v))
		s->len = v;
	if (tr_get(l, "descs", UINT32_MAX, &v))
		s->descs = (uint32_t)v;
	s->lost = tr_value(l, "lost") != NULL;
	s->dropped = s->kind == TR_RX && tr_value(l, "dropped") != NULL;
	if (s->kind == TR_RULE) {
		copy(s->rule, sizeof(s->rule), tr_value(l, "id"));
		copy(s->strength, sizeof(s->strength),
		    tr_value(l, "strength"));
		copy(s->text, sizeof(s->text), tr_value(l, "msg"));
	}
	op = s->kind == TR_CMD ? tr_value(l, "op") : NULL;
	for (n = tr_opcodes; op != NULL && n->s != NULL; n++)
		if (strcmp(n->s, op) == 0)
			s->op = n->v;
	return (true);
}

/* ---- the lines behind it */

static bool
into(uint8_t *to, size_t room, size_t *end, const struct tr_line *l,
    const char **why)
{
	uint64_t off, len;
	const char *hex;
	size_t n;

	hex = tr_value(l, "hex");
	if (!tr_get(l, "off", room, &off)) {
		*why = "no off= or too large";
		return (false);
	}
	if (hex == NULL || !tr_hex(hex, to + off, room - (size_t)off, &n)) {
		*why = "no hex=, or not hex digits, or too many";
		return (false);
	}
	if (tr_get(l, "len", UINT64_MAX, &len) && len != n) {
		*why = "len= says another length than hex= has";
		return (false);
	}
	if (end != NULL && (size_t)off + n > *end)
		*end = (size_t)off + n;
	return (true);
}

/* Where it is and how large, without content. */
static bool
buffer_head(struct tr_buf *b, const struct tr_line *l, const char **why)
{
	uint64_t size;

	if (!tr_get(l, "addr", UINT64_MAX, &b->addr) ||
	    !tr_get(l, "size", UINT32_MAX, &size)) {
		*why = "no addr= or no size=";
		return (false);
	}
	b->size = (uint32_t)size;
	b->unreadable = tr_value(l, "unreadable") != NULL;
	b->said = true;
	return (true);
}

static bool
buffer_line(struct tr_step *s, const struct tr_line *l, const char **why)
{
	const char *name;
	struct tr_buf *b;
	unsigned int i;

	name = tr_value(l, "name");
	if (name == NULL || strlen(name) >= TR_NAME) {
		*why = "a buffer without a good name";
		return (false);
	}
	for (i = 0; i < s->nbuf; i++)
		if (strcmp(s->buf[i].name, name) == 0)
			break;
	if (i == TR_BUFS) {
		*why = "too many buffers";
		return (false);
	}
	b = &s->buf[i];
	if (i == s->nbuf) {
		s->nbuf++;
		memset(b, 0, sizeof(*b));
		copy(b->name, sizeof(b->name), name);
	}
	if (tr_value(l, "hex") == NULL && tr_value(l, "size") != NULL)
		return (buffer_head(b, l, why));
	return (into(b->data, sizeof(b->data), &b->len, l, why));
}

static void
tail(struct tr_step *s, enum tr_kind k, const struct tr_line *l,
    struct tr_reader *r)
{
	const char *why;
	bool ok;

	why = "belongs to something else";
	ok = false;
	if (k == TR_BODYLINE && s->kind == TR_CMD) {
		ok = into(s->body, sizeof(s->body), NULL, l, &why);
		s->have_body = s->have_body || ok;
	} else if (k == TR_BUFFER &&
	    (s->kind == TR_CMD || s->kind == TR_COMPLETION))
		ok = buffer_line(s, l, &why);
	else if ((k == TR_RESPONSE && s->kind == TR_COMPLETION) ||
	    (k == TR_PAYLOAD && s->kind == TR_EVENT)) {
		ok = into(s->answer, sizeof(s->answer), NULL, l, &why);
		s->have_answer = s->have_answer || ok;
	}
	if (!ok)
		tr_complain(r, l->no, "%s: %s", kinds[k], why);
}

/* ---- a source */

void
tr_source_init(struct tr_source *src, struct tr_reader *r)
{
	memset(src, 0, sizeof(*src));
	src->s_reader = r;
}

void
tr_source_free(struct tr_source *src)
{
	unsigned int i;

	for (i = 0; i < src->s_nnic; i++)
		tr_nic_free(src->s_nic[i]);
	src->s_nnic = 0;
}

static struct tr_nic *
nic_of(struct tr_source *src, const char *name)
{
	unsigned int i;

	for (i = 0; i < src->s_nnic; i++)
		if (strcmp(tr_nic_name(src->s_nic[i]), name) == 0)
			return (src->s_nic[i]);
	if (i == TR_NICS)
		return (NULL);
	src->s_nic[i] = tr_nic_new(name, src->s_symbolic);
	src->s_nnic++;
	return (src->s_nic[i]);
}

static void
tails(struct tr_source *src, struct tr_step *s)
{
	const struct tr_line *l;
	enum tr_kind k;

	while ((l = tr_read(src->s_reader)) != NULL) {
		k = kind_of(l->kind);
		if (!is_tail(k) ||
		    strcmp(l->nic, tr_nic_name(s->nic)) != 0) {
			tr_unread(src->s_reader);
			break;
		}
		tail(s, k, l, src->s_reader);
	}
}

bool
tr_next(struct tr_source *src, struct tr_step *s)
{
	struct tr_reader *r = src->s_reader;
	const struct tr_line *l;
	struct tr_nic *nic;
	enum tr_kind k;

	tr_step_free(s);
	while ((l = tr_read(r)) != NULL) {
		k = kind_of(l->kind);
		nic = nic_of(src, l->nic);
		if (nic == NULL) {
			tr_complain(r, l->no, "more than %u adapters",
			    TR_NICS);
			continue;
		}
		if (is_tail(k)) {
			tr_complain(r, l->no, "%s: of what?", kinds[k]);
			continue;
		}
		tr_step_init(s);
		s->kind = k;
		s->nic = nic;
		if (!head(s, l, r))
			continue;
		tails(src, s);
		tr_decode(s);
		return (true);
	}
	return (false);
}

bool
tr_is_access(const struct tr_step *s)
{
	return (s->kind == TR_WRITE || s->kind == TR_READ);
}

bool
tr_is_data(const struct tr_step *s)
{
	return (s->kind == TR_TX || s->kind == TR_TXC ||
	    s->kind == TR_RXC || (s->kind == TR_RX && !s->dropped));
}
