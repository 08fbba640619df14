/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The menu of device faults as endurance uses it, and replay ids.
 *
 * Each row says how strong a cure the fault may need; a driver that needs a
 * stronger one gives up too much.  A row is tried at its K-th opportunity for
 * every K there is, until a run comes in which it no longer strikes.
 */
#include "end.h"

/*
 * Arguments: a command late by 200 ms is in time for every profile, one late
 * by 5 s for none.  Ids 31 and 4000: idle now, and never given out.  Offsets:
 * not aligned, beyond the BAR, on top of a fixed register.
 */
#define CHANCE	AT_CHANCE, NULL
static const struct fault_row menu[] = {
	{ MOCK_F_ADMIN_LOST, 0, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_LATE, 200000, CURE_NONE, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_LATE, 5000000, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_TWICE, 0, CURE_NONE, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_WRONG_ID, 31, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_WRONG_ID, 4000, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_STATUS, 6, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_STATUS, 3, CURE_RESET, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_ADMIN_NO_INTR, 0, CURE_NONE, FAULT_ADMIN, 1, CHANCE },
	{ MOCK_F_READLESS_LOST, 0, CURE_NONE, 0, 1, CHANCE },
	{ MOCK_F_READLESS_WRONG_OFF, 0, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_READLESS_STALE, 0, CURE_NONE, 0, 1, CHANCE },
	{ MOCK_F_RESET_NEVER_STARTS, 0, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_RESET_NEVER_ENDS, 0, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_TX_ID_RANGE, 0, CURE_RESET, FAULT_TX, 1, CHANCE },
	{ MOCK_F_TX_ID_TWICE, 0, CURE_RESET, FAULT_TX, 1, CHANCE },
	{ MOCK_F_TX_ID_IDLE, 0, CURE_RESET, FAULT_TX, 1, CHANCE },
	{ MOCK_F_TX_LOST, 0, CURE_WATCHDOG, FAULT_TX, 1, CHANCE },
	{ MOCK_F_TX_MBZ, 0, CURE_RESET, FAULT_TX, 1, CHANCE },
	{ MOCK_F_RX_ID_RANGE, 0, CURE_RESET, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_ID_IDLE, 0, CURE_RESET, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_TOO_LONG, 0, CURE_RESET, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_FIRST_MID, 0, CURE_RESET, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_NO_LAST, 0, CURE_WATCHDOG, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_MBZ, 0, CURE_RESET, FAULT_RX, 1, CHANCE },
	{ MOCK_F_RX_BAD_CSUM_FLAG, 0, CURE_NONE, FAULT_RX | FAULT_BLAME, 1,
	    CHANCE },
	{ MOCK_F_INTR_LOST, 0, CURE_POKE, 0, 1, CHANCE },
	{ MOCK_F_AENQ_FLOOD, 8, CURE_NONE, 0, 5, AT_WRITE, NULL },
	{ MOCK_F_AENQ_UNKNOWN, 77, CURE_NONE, 0, 5, AT_WRITE, NULL },
	{ MOCK_F_KEEP_ALIVE_STOP, 0, CURE_RESET, FAULT_LASTS, 0,
	    AT_WRITE, NULL },
	{ MOCK_F_FATAL, 0, CURE_WATCHDOG, 0, 1, AT_WRITE, NULL },
	{ MOCK_F_FATAL, 0, CURE_WATCHDOG, 0, 1, AT_COMMAND, "fatal-cmd" },
	{ MOCK_F_FATAL, 0, CURE_WATCHDOG, 0, 1, AT_ANSWER, "fatal-answer" },
	{ MOCK_F_NONE, 0, CURE_RESET, FAULT_HOST, 1, AT_WRITE, "user" },
	{ MOCK_F_NONE, 0, CURE_RESET, FAULT_HOST, 1, AT_COMMAND, "user-cmd" },
	{ MOCK_F_NONE, 0, CURE_RESET, FAULT_HOST, 1, AT_ANSWER,
	    "user-answer" },
	{ MOCK_F_GONE, 0, CURE_REPLUG, FAULT_LASTS, 1, AT_WRITE, NULL },
	{ MOCK_F_GONE, 0, CURE_REPLUG, FAULT_LASTS, 1, AT_COMMAND,
	    "gone-cmd" },
	{ MOCK_F_GONE, 0, CURE_REPLUG, FAULT_LASTS, 1, AT_ANSWER,
	    "gone-answer" },
	{ MOCK_F_BAD_DB_OFF, 0x1002, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_BAD_DB_OFF, 0x7ffffff0, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_BAD_DB_OFF, 0x54, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_BAD_UNMASK_OFF, 0x2002, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_BAD_UNMASK_OFF, 0x7ffffff0, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_BAD_UNMASK_OFF, 0x54, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_CQ_DEPTH, 4, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_CQ_DEPTH, 4096, CURE_RETRY, 0, 1, CHANCE },
	{ MOCK_F_DUP_INDEX, 0, CURE_RETRY, 0, 1, CHANCE },
};
#define MENU	(sizeof(menu) / sizeof(menu[0]))

const struct fault_row *
fault_row_nth(unsigned int i)
{
	return (i < MENU ? &menu[i] : NULL);
}

const char *
fault_row_name(const struct fault_row *fr)
{
	return (fr->fr_name != NULL ? fr->fr_name :
	    mock_fault_name(fr->fr_f));
}

/* ---- printing */

void
fault_print(const struct fault *f, const char *kind, char *buf, size_t size)
{
	switch (f->fa_kind) {
	case FAULT_OP:
		(void)snprintf(buf, size, "%llu.%s",
		    (unsigned long long)f->fa_op, kind != NULL ? kind : "op");
		break;
	case FAULT_DEV:
		if (f->fa_arg != 0)
			(void)snprintf(buf, size, "%s.%lu@%lu",
			    fault_row_name(f->fa_row),
			    (unsigned long)f->fa_arg, (unsigned long)f->fa_k);
		else
			(void)snprintf(buf, size, "%s@%lu",
			    fault_row_name(f->fa_row),
			    (unsigned long)f->fa_k);
		break;
	case FAULT_NONE:
		(void)snprintf(buf, size, "0");
		break;
	}
}

void
cell_print(const struct cell *c, const char *kind, char *buf, size_t size)
{
	char f0[48], f1[48];

	fault_print(&c->ce_fault[0], kind, f0, sizeof(f0));
	f1[0] = '\0';
	if (c->ce_fault[1].fa_kind != FAULT_NONE) {
		f1[0] = c->ce_later ? '+' : ',';
		fault_print(&c->ce_fault[1], NULL, f1 + 1, sizeof(f1) - 1);
	}
	(void)snprintf(buf, size, "%s.%s:s=%llx:f=%s%s",
	    c->ce_scene->sc_name, c->ce_profile,
	    (unsigned long long)c->ce_seed, f0, f1);
}

/* ---- parsing */

static const struct fault_row *
row_of(const char *name, size_t len, uint32_t arg)
{
	const struct fault_row *best;
	const char *have;
	unsigned int i;

	best = NULL;
	for (i = 0; i < MENU; i++) {
		have = fault_row_name(&menu[i]);
		if (strlen(have) != len || memcmp(have, name, len) != 0)
			continue;
		/* an argument of one's own: the row that forbids least */
		if (best == NULL || menu[i].fr_arg == arg ||
		    (best->fr_arg != arg && menu[i].fr_cure > best->fr_cure))
			best = &menu[i];
	}
	return (best);
}

static bool
number(const char **p, int base, uint64_t *v)
{
	char *end;

	if (**p == '\0' || strchr("0123456789abcdef", **p) == NULL)
		return (false);
	*v = strtoull(*p, &end, base);
	if (end == *p)
		return (false);
	*p = end;
	return (true);
}

/* "12.buf_alloc"; what comes after the point is for people. */
static bool
parse_op(const char **p, struct fault *f)
{
	if (!number(p, 10, &f->fa_op))
		return (false);
	f->fa_kind = f->fa_op != 0 ? FAULT_OP : FAULT_NONE;
	*p += strcspn(*p, ",+");
	return (true);
}

/* "admin-late.5000000@3" */
static bool
parse_dev(const char **p, struct fault *f)
{
	const char *name = *p;
	uint64_t arg, k;
	size_t len;

	len = strcspn(name, ".@,+");
	*p += len;
	arg = k = 0;
	if (**p == '.') {
		++*p;
		if (!number(p, 10, &arg))
			return (false);
	}
	if (**p == '@') {
		++*p;
		if (!number(p, 10, &k))
			return (false);
	}
	f->fa_row = row_of(name, len, (uint32_t)arg);
	f->fa_kind = FAULT_DEV;
	f->fa_arg = (uint32_t)arg;
	f->fa_k = (uint32_t)k;
	return (f->fa_row != NULL);
}

static bool
parse_fault(const char **p, struct fault *f)
{
	if (**p >= '0' && **p <= '9')
		return (parse_op(p, f));
	return (parse_dev(p, f));
}

static bool
parse_faults(const char *p, struct cell *c)
{
	if (!parse_fault(&p, &c->ce_fault[0]))
		return (false);
	if (*p == '\0')
		return (true);
	c->ce_later = *p == '+';
	if (*p != '+' && *p != ',')
		return (false);
	p++;
	if (!parse_fault(&p, &c->ce_fault[1]) || *p != '\0')
		return (false);
	return (c->ce_later || c->ce_fault[1].fa_kind != FAULT_OP);
}

bool
cell_parse(const char *id, struct cell *c)
{
	const struct mock_profile *mp;
	char profile[32];
	const char *p;
	size_t n;

	memset(c, 0, sizeof(*c));
	n = strcspn(id, ".");
	c->ce_scene = scene_find(id, n);
	if (c->ce_scene == NULL || id[n] != '.')
		return (false);
	p = id + n + 1;
	n = strcspn(p, ":");
	if (n >= sizeof(profile))
		return (false);
	memcpy(profile, p, n);
	profile[n] = '\0';
	mp = mock_profile_find(profile);
	if (mp == NULL || strncmp(p + n, ":s=", 3) != 0)
		return (false);
	c->ce_profile = mp->name;
	p += n + 3;
	if (!number(&p, 16, &c->ce_seed) || strncmp(p, ":f=", 3) != 0)
		return (false);
	return (parse_faults(p + 3, c));
}
