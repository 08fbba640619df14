/* SPDX-License-Identifier: BSD-2-Clause */
/* kmem(9), pcq(9), printf(9), clocks, and what else a driver calls. */
#include "fk_priv.h"
#include "fk_common.h"

#include <sys/pcq.h>
#include <sys/cprng.h>
#include <sys/syslog.h>
#include <net/if.h>
#include <net/rss_config.h>
#include <machine/bus.h>

#include "sys_bus.h"
#include "sys_mbuf.h"
#include "sys_misc.h"

const char version[] = "NetBSD 10.99.12 (FAKE) #0";
const char copyright[] = "", ostype[] = "NetBSD", osrelease[] = "10.99.12";
volatile time_t time_second, time_uptime;

/* ---- kmem */

static void
kmem_context(const char *who)
{
	if (fk_cx()->cx_kind != FK_LWP)
		FK_RULE("kmem-context", "%s in an interrupt", who);
}

static void *
kmem_get(size_t size, km_flag_t flags, int fill)
{
	void *p;

	if (size == 0)
		fk_die("kmem-size", "kmem_alloc of nothing");
	if (flags != KM_SLEEP && flags != KM_NOSLEEP)
		fk_die("kmem-flags", "neither KM_SLEEP nor KM_NOSLEEP");
	if (flags == KM_SLEEP) {
		fk_waitok("kmem_alloc(KM_SLEEP)");
		fc_point("kmem_alloc");
	} else if (fc_fails("kmem_alloc"))
		return (NULL);
	p = fc_alloc("kmem", size, 64);
	memset(p, fill, size);
	return (p);
}

void *
kmem_alloc(size_t size, km_flag_t flags)
{
	kmem_context("kmem_alloc");
	return (kmem_get(size, flags, 0xa5));
}

void *
kmem_zalloc(size_t size, km_flag_t flags)
{
	kmem_context("kmem_zalloc");
	return (kmem_get(size, flags, 0));
}

void *
kmem_intr_alloc(size_t size, km_flag_t flags)
{
	return (kmem_get(size, flags, 0xa5));
}

void *
kmem_intr_zalloc(size_t size, km_flag_t flags)
{
	return (kmem_get(size, flags, 0));
}

void
kmem_intr_free(void *p, size_t size)
{
	const char *what;
	size_t n;

	fc_point("kmem_free");
	if (size == 0)
		fk_die("kmem-size", "kmem_free of nothing");
	if (p == NULL || !fc_alloc_find(p, &what, &n) ||
	    strcmp(what, "kmem") != 0)
		fk_die("kmem-wild", "not allocated, or freed twice");
	if (n != size)
		FK_RULE("kmem-size", "%zu bytes freed as %zu", n, size);
	if (fc_mapped(p, n))
		FK_RULE("dma-free-mapped", "%zu bytes of kmem", n);
	fk_gone(p, n, "memory freed");
	fc_free(p);
}

void
kmem_free(void *p, size_t size)
{
	kmem_context("kmem_free");
	kmem_intr_free(p, size);
}

/* ---- pcq: many put, one takes */

struct pcq {
	size_t pcq_max, pcq_head, pcq_len;
	const void *pcq_consumer;
	void *pcq_items[];
};

pcq_t *
pcq_create(size_t n, km_flag_t flags)
{
	struct pcq *q;

	if (flags == KM_SLEEP)
		fk_waitok("pcq_create");
	if (n == 0 || n > PCQ_MAXLEN)
		fk_die("pcq-size", "pcq_create");
	if (flags != KM_SLEEP && fc_fails("pcq_create"))
		return (NULL);
	q = fc_alloc("pcq", sizeof(*q) + n * sizeof(void *), 64);
	memset(q, 0, sizeof(*q));
	q->pcq_max = n;
	return (q);
}

void
pcq_destroy(pcq_t *q)
{
	if (fc_free(q) == 0)
		fk_die("kmem-wild", "pcq_destroy");
}

bool
pcq_put(pcq_t *q, void *item)
{
	fc_point("pcq_put");
	if (item == NULL)
		fk_die("pcq-null", "pcq_put of nothing");
	if (q->pcq_len == q->pcq_max)
		return (false);
	q->pcq_items[(q->pcq_head + q->pcq_len++) % q->pcq_max] = item;
	return (true);
}

/* It may give way in the middle: who else takes then shows. */
static void
pcq_take(pcq_t *q)
{
	if (q->pcq_consumer != NULL)
		fk_die("pcq-consumer", "two take at the same time");
	q->pcq_consumer = fk_cx();
	fc_point("pcq_get");
	q->pcq_consumer = NULL;
}

void *
pcq_peek(pcq_t *q)
{
	pcq_take(q);
	return (q->pcq_len == 0 ? NULL : q->pcq_items[q->pcq_head]);
}

void *
pcq_get(pcq_t *q)
{
	void *item;

	pcq_take(q);
	if (q->pcq_len == 0)
		return (NULL);
	item = q->pcq_items[q->pcq_head];
	q->pcq_head = (q->pcq_head + 1) % q->pcq_max;
	q->pcq_len--;
	return (item);
}

size_t
pcq_maxitems(pcq_t *q)
{
	return (q->pcq_max);
}

/* ---- text */

#define PRINT(fmt) do {							\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	fk_vprintf(fmt, ap);						\
	va_end(ap);							\
} while (0)

void aprint_normal(const char *fmt, ...) { PRINT(fmt); }
void aprint_error(const char *fmt, ...) { PRINT(fmt); }
void log(int level, const char *fmt, ...) { (void)level; PRINT(fmt); }
/* not shown unless it was booted so */
void aprint_naive(const char *fmt, ...) { (void)fmt; }
void aprint_verbose(const char *fmt, ...) { (void)fmt; }
void aprint_debug(const char *fmt, ...) { (void)fmt; }
void aprint_debug_dev(device_t d, const char *fmt, ...)
{ (void)d; (void)fmt; }

#define PRINT_DEV(d, fmt) do {						\
	fk_printf("%s: ", device_xname(d));				\
	PRINT(fmt);							\
} while (0)

void aprint_normal_dev(device_t d, const char *fmt, ...)
{ PRINT_DEV(d, fmt); }
void aprint_error_dev(device_t d, const char *fmt, ...)
{ PRINT_DEV(d, fmt); }
void aprint_verbose_dev(device_t d, const char *fmt, ...)
{ PRINT_DEV(d, fmt); }
void device_printf(device_t d, const char *fmt, ...)
{ PRINT_DEV(d, fmt); }

void
aprint_normal_ifnet(struct ifnet *ifp, const char *fmt, ...)
{
	fk_printf("%s: ", ifp->if_xname);
	PRINT(fmt);
}

void
aprint_error_ifnet(struct ifnet *ifp, const char *fmt, ...)
{
	fk_printf("%s: ", ifp->if_xname);
	PRINT(fmt);
}

void
kern_assert(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fk_vpanic(fmt, ap);
}

void
explicit_memset(void *p, int c, size_t n)
{
	memset(p, c, n);
}

int
enxio(void)
{
	return (ENXIO);
}

uint32_t
cprng_fast32(void)
{
	return (fc_rand(0x7fffffff) * 2 + fc_rand(2));
}

size_t
cprng_fast(void *p, size_t n)
{
	unsigned char *c = p;
	size_t i;

	for (i = 0; i < n; i++)
		c[i] = (unsigned char)fc_rand(256);
	return (n);
}

int
curlwp_bind(void)
{
	return (0);
}

void
curlwp_bindx(int bound)
{
	(void)bound;
}

/* The key of every NetBSD: two bytes over and over, so it is symmetric. */
void
rss_getkey(uint8_t *key)
{
	unsigned int i;

	for (i = 0; i < RSS_KEYSIZE; i++)
		key[i] = i % 2 == 0 ? 0x6d : 0x5a;
}

void
fk_kernel_left(void)
{
	fk_left("interrupt handlers", fk_intr_live());
	fk_left("interrupt vectors", fk_vectors_live());
	fk_left("bus_space mappings", fk_spaces_live());
	fk_left("mutexes", fk_mutexes_live());
	fk_left("softints", fk_softints_live());
	fk_left("event counters", fk_evcnts_live());
	fk_left("sysctl nodes", fk_sysctls_live());
}

void
fk_misc_open(void)
{
	time_second = time_uptime = 0;
}
