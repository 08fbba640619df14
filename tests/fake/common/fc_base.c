/* SPDX-License-Identifier: BSD-2-Clause */
/* The world: randomness, memory with owners, rules, log, points. */
#include "fc_priv.h"

#define KEPT_RULES	64
#define KEPT_LOG	512
#define BUCKETS		4096U

struct chunk {
	struct chunk *c_next;
	const char *c_what;
	size_t c_size;
	void *c_mem;
};

static uint64_t seed_state;
static unsigned int preempt;
static struct chunk *chunks[BUCKETS];
static const struct fc_rule *rule_table;
static unsigned int rule_count[256];
static char rule_text[KEPT_RULES][FC_TEXT];
static unsigned int rules_broken;
static char log_text[KEPT_LOG][FC_TEXT];
static unsigned int log_lines;
static char log_open[FC_TEXT];
static uint64_t points, point_at, fallible, fail_first, fail_left;
static void (*point_fn)(void *);
static void *point_arg;
static const char *failed_name, *fail_name;

/* xorshift64*, as good as any for this */
uint32_t
fc_rand(uint32_t below)
{
	seed_state ^= seed_state >> 12;
	seed_state ^= seed_state << 25;
	seed_state ^= seed_state >> 27;
	return ((uint32_t)((seed_state * 0x2545f4914f6cdd1dULL) >> 32) %
	    below);
}

void
fc_set_preempt(unsigned int chance)
{
	preempt = chance;
}

void
fc_open(uint64_t seed)
{
	seed_state = seed * 0x9e3779b97f4a7c15ULL + 1;
	preempt = 16;
	rules_broken = 0;
	memset(rule_count, 0, sizeof(rule_count));
	log_lines = 0;
	log_open[0] = '\0';
	points = point_at = fallible = fail_first = fail_left = 0;
	failed_name = fail_name = NULL;
	fc_order_open();
	fc_ctx_open();
	fc_dma_open();
}

void
fc_close(void)
{
	struct chunk *c;
	unsigned int i;

	fc_dev_close();
	fc_ctx_close();
	fc_dma_close();
	for (i = 0; i < BUCKETS; i++) {
		while ((c = chunks[i]) != NULL) {
			chunks[i] = c->c_next;
			free(c->c_mem);
			free(c);
		}
	}
}

/* ---- memory */

static struct chunk **
bucket(const void *p)
{
	uint64_t h;

	h = (uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15ULL;
	return (&chunks[(h >> 40) % BUCKETS]);
}

void *
fc_alloc(const char *what, size_t size, size_t align)
{
	struct chunk *c, **b;

	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	if (align < 16)
		align = 16;
	c->c_what = what;
	c->c_size = size;
	c->c_mem = aligned_alloc(align, (size + align) & ~(align - 1));
	if (c->c_mem == NULL)
		abort();
	b = bucket(c->c_mem);
	c->c_next = *b;
	*b = c;
	return (c->c_mem);
}

size_t
fc_free(void *p)
{
	struct chunk *c, **link;
	size_t size;

	for (link = bucket(p); (c = *link) != NULL; link = &c->c_next)
		if (c->c_mem == p)
			break;
	if (c == NULL)
		return (0);
	*link = c->c_next;
	size = c->c_size;
	memset(c->c_mem, 0xdf, size);
	free(c->c_mem);
	free(c);
	return (size);
}

bool
fc_alloc_find(const void *p, const char **what, size_t *size)
{
	const struct chunk *c;

	for (c = *bucket(p); c != NULL; c = c->c_next) {
		if (c->c_mem == p) {
			*what = c->c_what;
			*size = c->c_size;
			return (true);
		}
	}
	return (false);
}

unsigned int
fc_alive(const char *what)
{
	const struct chunk *c;
	unsigned int i, n = 0;

	for (i = 0; i < BUCKETS; i++)
		for (c = chunks[i]; c != NULL; c = c->c_next)
			n += what == NULL || strcmp(what, c->c_what) == 0;
	return (n);
}

void
fc_each_alive(void (*fn)(const char *, void *, size_t))
{
	const struct chunk *c;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		for (c = chunks[i]; c != NULL; c = c->c_next)
			fn(c->c_what, c->c_mem, c->c_size);
}

/* ---- rules */

void
fc_rules(const struct fc_rule *table)
{
	rule_table = table;
}

void
fc_broken(const char *id, const char *fmt, ...)
{
	unsigned int i;
	va_list ap;
	int n;

	for (i = 0; rule_table[i].id != NULL; i++)
		if (strcmp(rule_table[i].id, id) == 0)
			break;
	if (rule_table[i].id == NULL) {
		fprintf(stderr, "fake: no such rule: %s\n", id);
		abort();
	}
	rule_count[i]++;
	if (rules_broken < KEPT_RULES) {
		n = snprintf(rule_text[rules_broken], FC_TEXT, "%s [%s] %s: ",
		    id, rule_table[i].cite,
		    fc_self() == NULL ? "test" : fc_ctx_name(fc_self()));
		va_start(ap, fmt);
		if (n > 0 && n < FC_TEXT)
			vsnprintf(rule_text[rules_broken] + n,
			    FC_TEXT - (size_t)n, fmt, ap);
		va_end(ap);
	}
	rules_broken++;
}

unsigned int
fc_broken_total(void)
{
	return (rules_broken);
}

unsigned int
fc_broken_of(const char *id)
{
	unsigned int i;

	for (i = 0; rule_table[i].id != NULL; i++)
		if (strcmp(rule_table[i].id, id) == 0)
			return (rule_count[i]);
	return (0);
}

const char *
fc_broken_nth(unsigned int i)
{
	return (i < rules_broken && i < KEPT_RULES ? rule_text[i] : NULL);
}

void
fc_broken_clear(void)
{
	rules_broken = 0;
	memset(rule_count, 0, sizeof(rule_count));
}

/* ---- log: lines, though printf(9) is given pieces */

void
fc_log(const char *text)
{
	size_t n;

	for (; *text != '\0'; text++) {
		n = strlen(log_open);
		if (*text == '\n' || n == FC_TEXT - 1) {
			memcpy(log_text[log_lines++ % KEPT_LOG], log_open,
			    FC_TEXT);
			if (getenv("FC_LOG") != NULL)
				fprintf(stderr, "[%8llu] %s\n",
				    (unsigned long long)fc_now(), log_open);
			memset(log_open, 0, sizeof(log_open));
			n = 0;
		}
		if (*text != '\n')
			log_open[n] = *text;
	}
}

const char *
fc_log_line(unsigned int newest)
{
	if (newest >= log_lines || newest >= KEPT_LOG)
		return (NULL);
	return (log_text[(log_lines - 1 - newest) % KEPT_LOG]);
}

bool
fc_logged(const char *part)
{
	unsigned int i;

	for (i = 0; fc_log_line(i) != NULL; i++)
		if (strstr(fc_log_line(i), part) != NULL)
			return (true);
	return (strstr(log_open, part) != NULL);
}

void
fc_log_clear(void)
{
	log_lines = 0;
	memset(log_open, 0, sizeof(log_open));
}

/* ---- points */

static void
count_point(void)
{
	void (*fn)(void *);

	points++;
	if (points % 64 == 0)
		fc_advance(1);
	if (points == point_at) {
		fn = point_fn;
		point_fn = NULL;
		fn(point_arg);
	}
}

void
fc_point(const char *name)
{
	(void)name;
	count_point();
	if (preempt != 0 && fc_self() != NULL && fc_rand(256) < preempt)
		fc_yield();
}

void
fc_point_reg(void)
{
	count_point();
}

uint64_t
fc_points(void)
{
	return (points);
}

void
fc_at_point(uint64_t n, void (*fn)(void *), void *arg)
{
	point_at = n == 0 ? 0 : points + n;
	point_fn = fn;
	point_arg = arg;
}

bool
fc_fails(const char *name)
{
	fc_point(name);
	fallible++;
	if (fail_name != NULL && strcmp(name, fail_name) == 0)
		return (true);
	if (fail_first == 0 || fallible < fail_first || fail_left == 0)
		return (false);
	fail_left--;
	failed_name = name;
	return (true);
}

void
fc_fail_at(uint64_t n, uint64_t m)
{
	fail_first = n == 0 ? 0 : fallible + n;
	fail_left = m;
	failed_name = NULL;
}

void
fc_fail_named(const char *name)
{
	fail_name = name;
}

uint64_t
fc_fallible(void)
{
	return (fallible);
}

const char *
fc_failed(void)
{
	return (failed_name);
}

/* Another owner; for allocations that are only kept for inspection. */
void
fc_relabel(void *p, const char *what)
{
	struct chunk *c;

	for (c = *bucket(p); c != NULL; c = c->c_next)
		if (c->c_mem == p)
			c->c_what = what;
}
