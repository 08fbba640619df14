/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc(9), counter(9), clocks, and what else a driver calls. */
#include "fk_priv.h"
#include "fk_common.h"

#include <sys/counter.h>
#include <sys/domainset.h>
#include <sys/kernel.h>

struct malloc_type M_DEVBUF[1] = { { "devbuf", "device driver memory" } };
struct malloc_type M_TEMP[1] = { { "temp", "misc temporary data buffers" } };
volatile time_t time_uptime;
char ostype[] = "FreeBSD", osrelease[] = "13.4-FAKE", kern_ident[] = "FAKE";

/* ---- malloc */

/* Behind the memory; that is aligned as the zones of kern_malloc.c are. */
struct mem_tail {
	size_t t_size;
	struct malloc_type *t_type;
};

static size_t
zone_align(size_t size)
{
	size_t align = 16;

	while (align < size && align < PAGE_SIZE)
		align *= 2;
	return (align);
}

void *
fk_malloc(size_t size, struct malloc_type *type, int flags)
{
	size_t room = roundup2(size, 16);
	struct mem_tail *t;
	char *p;

	if ((flags & (M_WAITOK | M_NOWAIT)) == 0 ||
	    (flags & (M_WAITOK | M_NOWAIT)) == (M_WAITOK | M_NOWAIT))
		fk_die("malloc-flags", "not one of M_WAITOK and M_NOWAIT");
	fk_blockok("malloc");
	if ((flags & M_WAITOK) != 0) {
		fk_waitok("malloc(M_WAITOK)");
		fc_point("malloc");
	} else if (fc_fails("malloc"))
		return (NULL);
	p = fc_alloc("malloc", room + sizeof(*t), zone_align(size));
	t = (struct mem_tail *)(void *)(p + room);
	t->t_size = size;
	t->t_type = type;
	memset(p, (flags & M_ZERO) != 0 ? 0 : 0xa5, size);
	return (p);
}

void *
fk_mallocarray(size_t n, size_t size, struct malloc_type *type, int flags)
{
	if (size != 0 && n > (size_t)-1 / size)
		fk_die("malloc-size", "mallocarray: overflow");
	return (fk_malloc(n * size, type, flags));
}

struct domainset *
fk_domainset(int domain)
{
	static char any;

	if (domain >= 1)
		fk_die("domain", "no such memory domain");
	return ((struct domainset *)(void *)&any);
}

void *
fk_malloc_domainset(size_t size, struct malloc_type *type,
    struct domainset *ds, int flags)
{
	if (ds == NULL)
		fk_die("domain", "malloc_domainset without a set");
	return (fk_malloc(size, type, flags));
}

void
fk_free(void *p, struct malloc_type *type)
{
	const struct mem_tail *t;
	const char *what;
	size_t n;

	fc_point("free");
	if (p == NULL)
		return;
	fk_blockok("free");
	if (!fc_alloc_find(p, &what, &n) || strcmp(what, "malloc") != 0)
		fk_die("free-wild", "free: not allocated, or twice");
	t = (const struct mem_tail *)(void *)((char *)p + n - sizeof(*t));
	if (type != t->t_type)
		FK_RULE("free-type", "type %s freed as %s",
		    t->t_type->ks_shortdesc, type->ks_shortdesc);
	if (fc_mapped(p, t->t_size))
		FK_RULE("dma-free-mapped", "%zu bytes of malloc", t->t_size);
	fk_gone(p, t->t_size, "memory freed");
	fc_free(p);
}

/* ---- counter */

counter_u64_t
counter_u64_alloc(int flags)
{
	uint64_t *c;

	if ((flags & M_WAITOK) != 0) {
		fk_waitok("counter_u64_alloc(M_WAITOK)");
		fc_point("counter_u64_alloc");
	} else if (fc_fails("counter_u64_alloc"))
		return (NULL);
	c = fc_alloc("counter", sizeof(*c), 16);
	*c = 0;
	return (c);
}

static void
counter_check(const uint64_t *c, const char *who)
{
	const char *what;
	size_t n;

	if (!fc_alloc_find(c, &what, &n) || strcmp(what, "counter") != 0)
		fk_die("counter", who);
}

void
counter_u64_free(counter_u64_t c)
{
	if (c == NULL)
		return;
	counter_check(c, "counter_u64_free");
	fc_free(c);
}

void
counter_u64_zero(counter_u64_t c)
{
	counter_check(c, "counter_u64_zero");
	*c = 0;
}

uint64_t
counter_u64_fetch(counter_u64_t c)
{
	counter_check(c, "counter_u64_fetch");
	return (*c);
}

void
counter_u64_add(counter_u64_t c, int64_t n)
{
	counter_check(c, "counter_u64_add");
	*c += (uint64_t)n;
}

void
counter_enter(void)
{
	critical_enter();
}

void
counter_exit(void)
{
	critical_exit();
}

void
counter_u64_add_protected(counter_u64_t c, int64_t n)
{
	if (fk_cx()->cx_crit == 0)
		fk_die("counter", "add_protected outside counter_enter");
	counter_u64_add(c, n);
}

/* ---- text */

void
fk_log(int level, const char *fmt, ...)
{
	va_list ap;

	(void)level;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void
fk_kassert(const char *file, int line, const char *expr)
{
	panic("Assertion %s failed at %s:%d", expr, file, line);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99);
}

uint64_t
fk_strtouq(const char *s, char **end, int base)
{
	uint64_t v = 0;

	while (*s == ' ')
		s++;
	if ((base == 0 || base == 16) && s[0] == '0' &&
	    (s[1] | 0x20) == 'x' && digit(s[2]) < 16) {
		s += 2;
		base = 16;
	} else if (base == 0)
		base = *s == '0' ? 8 : 10;
	for (; digit(*s) < base; s++)
		v = v * (uint64_t)base + (uint64_t)digit(*s);
	if (end != NULL)
		*end = __DECONST(char *, s);
	return (v);
}

unsigned long
fk_strtoul(const char *s, char **end, int base)
{
	return (fk_strtouq(s, end, base));
}

long
fk_strtol(const char *s, char **end, int base)
{
	if (*s == '-')
		return (-(long)fk_strtouq(s + 1, end, base));
	return ((long)fk_strtouq(s, end, base));
}

char *
kern_getenv(const char *name)
{
	(void)name;
	return (NULL);
}

void
freeenv(char *p)
{
	(void)p;
}

int
getenv_int(const char *name, int *v)
{
	(void)name;
	(void)v;
	return (0);
}

int
ffs(int v)
{
	return (__builtin_ffs(v));
}

int
flsll(long long v)
{
	return (flsl((long)v));
}

void
arc4rand(void *p, u_int n, int reseed)
{
	(void)reseed;
	arc4random_buf(p, n);
}

/* ---- clocks: the fast ones stand still between ticks */

sbintime_t
sbinuptime(void)
{
	return (ustosbt((int64_t)fc_now()));
}

sbintime_t
getsbinuptime(void)
{
	return (ustosbt((int64_t)(fc_now() / 1000 * 1000)));
}

int
ppsratecheck(struct timeval *last, int *count, int max)
{
	struct timeval now;

	microuptime(&now);
	if (last->tv_sec != now.tv_sec) {
		*last = now;
		*count = 0;
	}
	return (max < 0 || (*count)++ < max);
}

void
fk_kernel_left(void)
{
	fk_left("interrupt handlers", fk_intr_live());
	fk_left("bus resources", fk_resources_live());
	fk_left("MSI-X vectors", fk_vectors());
	fk_left("DMA tags", fk_tags_live());
	fk_left("DMA maps", fk_dmamaps_live());
}

void
fk_misc_open(void)
{
	time_uptime = 1;
}
