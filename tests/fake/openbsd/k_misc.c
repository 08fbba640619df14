/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc(9), printf(9), clocks, kstat(4), and what else a driver calls. */
#include "fk_priv.h"
#include "fk_common.h"

#include <sys/kstat.h>
#include <sys/endian.h>
#include <net/if.h>
#include <net/toeplitz.h>
#include <netinet/tcp_var.h>
#include <machine/bus.h>

#include "sys_bus.h"

const char version[] = "OpenBSD 7.8 (FAKE) #0";
const char copyright[] = "", ostype[] = "OpenBSD", osversion[] = "FAKE#0";
const char osrelease[] = "7.8";
uint64_t fk_tcpstat[tcps_ncounters];
static struct kstat *kstats;

/* ---- malloc */

struct mem_head {
	size_t h_size;
	int h_type;
	int h_pad;
};

void *
fk_malloc(size_t size, int type, int flags)
{
	struct mem_head *h;

	if ((flags & (M_WAITOK | M_NOWAIT)) == 0)
		fk_die("malloc-flags", "neither M_WAITOK nor M_NOWAIT");
	if (type <= 1 || type >= M_LAST)
		fk_die("malloc-type", "malloc: bogus type");
	if ((flags & M_WAITOK) != 0)
		fk_waitok("malloc(M_WAITOK)");
	if ((flags & (M_NOWAIT | M_CANFAIL)) != 0) {
		if (fc_fails("malloc"))
			return (NULL);
	} else
		fc_point("malloc");
	h = fc_alloc("malloc", sizeof(*h) + size, 64);
	h->h_size = size;
	h->h_type = type;
	memset(h + 1, (flags & M_ZERO) != 0 ? 0 : 0xa5, size);
	return (h + 1);
}

void *
fk_mallocarray(size_t n, size_t size, int type, int flags)
{
	if (size != 0 && n > (size_t)-1 / size)
		fk_die("malloc-type", "mallocarray: overflow");
	return (fk_malloc(n * size, type, flags));
}

void
fk_free(void *p, int type, size_t size)
{
	struct mem_head *h;
	const char *what;
	size_t n;

	fc_point("free");
	if (p == NULL)
		return;
	h = (struct mem_head *)p - 1;
	if (!fc_alloc_find(h, &what, &n) || strcmp(what, "malloc") != 0)
		fk_die("free-wild", "free: not allocated, or twice");
	if (size != 0 && size != h->h_size)
		FK_RULE("free-size", "%zu bytes freed as %zu", h->h_size,
		    size);
	if (type != h->h_type)
		FK_RULE("free-type", "type %d freed as %d", h->h_type, type);
	if (fc_mapped(p, h->h_size))
		FK_RULE("dma-free-mapped", "%zu bytes of malloc", h->h_size);
	fk_gone(p, h->h_size, "memory freed");
	fc_free(h);
}

/* ---- text */

int
fk_syslog(int level, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)level;
	va_start(ap, fmt);
	n = fk_vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

void
fk_kassert(const char *what, const char *file, int line, const char *expr)
{
	panic("kernel %sassertion \"%s\" failed: file \"%s\", line %d", what,
	    expr, file, line);
}

/* ---- clocks: the fast ones stand still between ticks */

uint64_t
nsecuptime(void)
{
	return (fc_now() * 1000);
}

uint64_t
getnsecuptime(void)
{
	return (fc_now() / 10000 * 10000000);
}

time_t
getuptime(void)
{
	return ((time_t)(fc_now() / 1000000));
}

/* ---- the RSS key: two bytes over and over, so that it is symmetric */

void
stoeplitz_to_key(void *key, size_t n)
{
	unsigned char *p = key;
	size_t i;

	if (n % 2 != 0)
		fk_die("toeplitz", "odd key size");
	for (i = 0; i < n; i++)
		p[i] = i % 2 == 0 ? 0x6d : 0x5a;
}

/* ---- kstat */

struct kstat *
kstat_create(const char *provider, unsigned int instance, const char *name,
    unsigned int unit, unsigned int type, unsigned int flags)
{
	struct kstat *ks;

	fk_waitok("kstat_create");
	if (strlen(provider) >= KSTAT_STRLEN || strlen(name) >= KSTAT_STRLEN)
		fk_die("kstat-name", name);
	if (fc_fails("kstat_create"))
		return (NULL);
	for (ks = kstats; ks != NULL; ks = ks->ks_next)
		if (strcmp(ks->ks_provider, provider) == 0 &&
		    strcmp(ks->ks_name, name) == 0 && ks->ks_unit == unit &&
		    ks->ks_instance == instance)
			FK_RULE("kstat-twice", "%s %u", name, unit);
	ks = fc_alloc("kstat", sizeof(*ks), 16);
	memset(ks, 0, sizeof(*ks));
	ks->ks_provider = provider;
	ks->ks_instance = instance;
	ks->ks_name = name;
	ks->ks_unit = unit;
	ks->ks_type = type;
	ks->ks_flags = flags;
	ks->ks_next = kstats;
	kstats = ks;
	return (ks);
}

static void
set_lock(struct kstat *ks, void *lock, int kind)
{
	if (ks->ks_state != KSTAT_S_CREATED)
		fk_die("kstat-state", "lock set after kstat_install");
	ks->ks_lock = lock;
	ks->ks_lock_kind = kind;
}

void
kstat_set_rlock(struct kstat *ks, struct rwlock *l)
{
	set_lock(ks, l, 1);
}

void
kstat_set_wlock(struct kstat *ks, struct rwlock *l)
{
	set_lock(ks, l, 2);
}

void
kstat_set_mutex(struct kstat *ks, struct mutex *m)
{
	set_lock(ks, m, 3);
}

int
kstat_read_nop(struct kstat *ks)
{
	(void)ks;
	return (0);
}

void
kstat_install(struct kstat *ks)
{
	fc_point("kstat_install");
	if (ks->ks_state != KSTAT_S_CREATED)
		fk_die("kstat-state", "installed twice");
	if (ks->ks_data == NULL || ks->ks_datalen == 0)
		FK_RULE("kstat-data", "%s without data", ks->ks_name);
	ks->ks_state = KSTAT_S_INSTALLED;
}

static void
kstat_lock(struct kstat *ks, bool on)
{
	switch (ks->ks_lock_kind) {
	case 1:
	case 2:
		if (on)
			rw_enter(ks->ks_lock, ks->ks_lock_kind == 1 ?
			    RW_READ : RW_WRITE);
		else
			rw_exit(ks->ks_lock);
		break;
	case 3:
		if (on)
			mtx_enter(ks->ks_lock);
		else
			mtx_leave(ks->ks_lock);
		break;
	}
}

void
kstat_remove(struct kstat *ks)
{
	fc_point("kstat_remove");
	fk_waitok("kstat_remove");
	if (ks->ks_state != KSTAT_S_INSTALLED)
		fk_die("kstat-state", "removed, but was not installed");
	/* waits for a reader, which holds the driver's lock */
	fk_order(&kstats, "kstat");
	if (ks->ks_lock_kind != 0)
		fk_order(ks->ks_lock, "kstat's lock");
	ks->ks_state = KSTAT_S_CREATED;
}

void
kstat_destroy(struct kstat *ks)
{
	struct kstat **link;

	if (ks->ks_state == KSTAT_S_INSTALLED)
		kstat_remove(ks);
	for (link = &kstats; *link != NULL && *link != ks;
	    link = &(*link)->ks_next)
		continue;
	if (*link == NULL)
		fk_die("kstat-state", "destroyed twice");
	*link = ks->ks_next;
	fc_free(ks);
}

void
fk_kstat_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	const struct kstat *ks;

	for (ks = kstats; ks != NULL; ks = ks->ks_next)
		if (((const char *)ks->ks_data >= p &&
		    (const char *)ks->ks_data < p + len) ||
		    ((const char *)ks->ks_softc >= p &&
		    (const char *)ks->ks_softc < p + len))
			fk_die("kstat-freed", what);
}

void
kstat_kv_init(struct kstat_kv *kv, const char *key, enum kstat_kv_type type)
{
	kstat_kv_unit_init(kv, key, type, KSTAT_KV_U_NONE);
}

void
kstat_kv_unit_init(struct kstat_kv *kv, const char *key,
    enum kstat_kv_type type, enum kstat_kv_unit unit)
{
	memset(kv, 0, sizeof(*kv));
	if (strlen(key) >= sizeof(kv->kv_key))
		FK_RULE("kstat-key", "\"%s\" is cut off", key);
	fk_strlcpy(kv->kv_key, key, sizeof(kv->kv_key));
	kv->kv_type = type;
	kv->kv_unit = unit;
}

static int read_total;

static int
kstat_read_one(struct kstat *ks)
{
	int error = 0;

	kstat_lock(ks, true);
	if (ks->ks_read != NULL)
		error = ks->ks_read(ks);
	if (error == 0)
		read_total += (int)(ks->ks_datalen / sizeof(struct kstat_kv));
	kstat_lock(ks, false);
	return (error);
}

static void
kstat_read_all(void *arg)
{
	struct kstat *ks;

	(void)arg;
	read_total = 0;
	for (ks = kstats; ks != NULL; ks = ks->ks_next)
		if (ks->ks_state == KSTAT_S_INSTALLED &&
		    kstat_read_one(ks) != 0) {
			read_total = -1;
			break;
		}
	fk_kernel_leave("kstat read");
}

int
fk_stats_read(void)
{
	return (fk_proc(kstat_read_all, NULL) ? read_total : -1);
}

static const struct kstat_kv *
kv_find(const char *name, unsigned int unit, const char *key)
{
	const struct kstat_kv *kv;
	const struct kstat *ks;
	size_t i;

	for (ks = kstats; ks != NULL; ks = ks->ks_next) {
		if (strcmp(ks->ks_name, name) != 0 || ks->ks_unit != unit)
			continue;
		kv = ks->ks_data;
		for (i = 0; i < ks->ks_datalen / sizeof(*kv); i++)
			if (strcmp(kv[i].kv_key, key) == 0 &&
			    kv[i].kv_type != KSTAT_KV_T_NULL)
				return (&kv[i]);
	}
	return (NULL);
}

bool
fk_kstat_get(const char *name, unsigned int unit, const char *key,
    uint64_t *out)
{
	const struct kstat_kv *kv = kv_find(name, unit, key);

	if (kv == NULL || kv->kv_type == KSTAT_KV_T_ISTR)
		return (false);
	*out = kv->kv_type == KSTAT_KV_T_UINT32 ? kv->kv_v.v_u32 :
	    kv->kv_v.v_u64;
	return (true);
}

const char *
fk_kstat_word(const char *name, unsigned int unit, const char *key)
{
	const struct kstat_kv *kv = kv_find(name, unit, key);

	return (kv != NULL && kv->kv_type == KSTAT_KV_T_ISTR ?
	    kv->kv_v.v_istr : NULL);
}

uint64_t
fk_tcp_tso(void)
{
	return (fk_tcpstat[tcps_outpkttso]);
}

void
fk_kernel_left(void)
{
	fk_left("interrupt handlers", fk_intr_live());
	fk_left("bus_space mappings", fk_spaces_live());
}

void
fk_misc_open(void)
{
	memset(fk_tcpstat, 0, sizeof(fk_tcpstat));
	kstats = NULL;
}
