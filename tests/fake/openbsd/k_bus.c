/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI, bus_space(9), bus_dma(9), interrupts, autoconf. */
#include "fk_priv.h"
#include "sys_mbuf.h"

#include <sys/atomic.h>
#include <sys/intrmap.h>
#include <machine/bus.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <dev/pci/pcidevs.h>

#define MAX_VECTORS	130
#define MSIX_CAP	0x70
#define MAP_MAGIC	0x646d6170U
#define NBARS		3

struct fk_space { int sp_mem; };
struct fk_dma_tag { int dt_unused; };

struct mapping {
	bool mp_used, mp_linear, mp_wc;
	unsigned int mp_bar;
	bus_size_t mp_size;
};

struct vector {
	struct fc_ctx *v_ctx;
	int (*v_fn)(void *);
	void *v_arg;
	const char *v_name;
	bool v_mpsafe, v_on, v_pending, v_running, v_exit, v_mapped;
	unsigned int v_cpu, v_index;
	uint64_t v_spurious;
};

static const struct fk_space io_space = { 0 }, mem_space = { 1 };
static struct fk_dma_tag dma_tag;
static uint32_t conf[64];
static uint32_t bar_mask[6];
static struct mapping mappings[NBARS];
static struct vector vectors[MAX_VECTORS];
static unsigned int intr_live;
static struct fk_machine machine;
static const struct cfattach *drv_ca;
static struct cfdriver *drv_cd;
static struct cfdata drv_cf;
static struct device *dev;

struct fk_machine *
fk_machine(void)
{
	return (&machine);
}

void
fk_driver(const struct cfattach *ca, struct cfdriver *cd)
{
	drv_ca = ca;
	drv_cd = cd;
}

/* ---- configuration space */

static unsigned int
n_vectors(void)
{
	return (machine.vectors != 0 ? machine.vectors : fc_msix_vectors());
}

static void
conf_open(void)
{
	unsigned int b;
	size_t bytes;

	memset(conf, 0, sizeof(conf));
	memset(bar_mask, 0, sizeof(bar_mask));
	conf[0] = PCI_VENDOR_AMAZON | (uint32_t)fc_device_id() << 16;
	conf[2] = 0x02000000U | fc_revision();
	conf[1] = 0x00100000;		/* has capabilities */
	for (b = 0; b < 6; b++) {
		bytes = fc_bar_bytes(b);
		if (bytes == 0)
			continue;
		bar_mask[b] = ~((uint32_t)bytes - 1);
		if (b == 2)
			bar_mask[b] |= 8;	/* prefetchable */
		if ((b != 2 || machine.bar2) &&
		    !(b == fc_msix_bar() && b != 0 && machine.bar_msix_unset))
			conf[4 + b] = 0x80000000U + (b << 26);
		conf[4 + b] |= bar_mask[b] & 0xf;
		bar_mask[b] &= 0xfffffff0U;
	}
	conf[0x34 / 4] = MSIX_CAP;
	conf[MSIX_CAP / 4] = PCI_CAP_MSIX | (n_vectors() - 1) << 16;
	conf[MSIX_CAP / 4 + 1] = fc_msix_bar();
}

pcireg_t
pci_conf_read(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	(void)pc;
	(void)tag;
	fc_point("pci_conf_read");
	if ((reg & 3) != 0 || reg < 0 || reg > 255)
		fk_die("pci-reg", "pci_conf_read: bad register");
	return (fc_pulled() ? 0xffffffffU : conf[reg / 4]);
}

void
pci_conf_write(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t val)
{
	unsigned int bar = (unsigned int)(reg - PCI_MAPREG_START) / 4;

	(void)pc;
	(void)tag;
	fc_point("pci_conf_write");
	if ((reg & 3) != 0 || reg < 0 || reg > 255)
		fk_die("pci-reg", "pci_conf_write: bad register");
	if (fc_pulled())
		return;
	if (reg == PCI_COMMAND_STATUS_REG) {
		conf[1] = (conf[1] & 0xffff0000U) | (val & 0xffff);
		fc_bus_master((val & PCI_COMMAND_MASTER_ENABLE) != 0);
	} else if (reg >= PCI_MAPREG_START && reg < PCI_MAPREG_END)
		conf[reg / 4] = (val & bar_mask[bar]) | (conf[reg / 4] & 0xf);
	else
		conf[reg / 4] = val;
}

pcitag_t
pci_make_tag(pci_chipset_tag_t pc, int b, int d, int f)
{
	(void)pc;
	return ((pcitag_t)(b << 16 | d << 11 | f << 8));
}

void
pci_decompose_tag(pci_chipset_tag_t pc, pcitag_t tag, int *b, int *d, int *f)
{
	(void)pc;
	if (b != NULL)
		*b = (int)(tag >> 16 & 0xff);
	if (d != NULL)
		*d = (int)(tag >> 11 & 0x1f);
	if (f != NULL)
		*f = (int)(tag >> 8 & 7);
}

int
pci_matchbyid(struct pci_attach_args *pa, const struct pci_matchid *ids,
    int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (PCI_VENDOR(pa->pa_id) == ids[i].pm_vid &&
		    PCI_PRODUCT(pa->pa_id) == ids[i].pm_pid)
			return (1);
	return (0);
}

int
pci_get_capability(pci_chipset_tag_t pc, pcitag_t tag, int cap, int *off,
    pcireg_t *val)
{
	fc_point("pci_get_capability");
	if (cap != PCI_CAP_MSIX || !machine.msix || fc_pulled())
		return (0);
	if (off != NULL)
		*off = MSIX_CAP;
	if (val != NULL)
		*val = pci_conf_read(pc, tag, MSIX_CAP);
	return (1);
}

/* ---- BARs */

static int
bar_of(int reg)
{
	int bar = (reg - PCI_MAPREG_START) / 4;

	if (reg < PCI_MAPREG_START || reg >= PCI_MAPREG_END || (reg & 3) != 0)
		fk_die("pci-bar", "not a BAR");
	return (bar);
}

int
pci_mapreg_probe(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t *type)
{
	(void)pc;
	(void)tag;
	fc_point("pci_mapreg_probe");
	if (bar_mask[bar_of(reg)] == 0 || fc_pulled())
		return (0);
	if (type != NULL)
		*type = _PCI_MAPREG_TYPEBITS(conf[reg / 4]);
	return (1);
}

pcireg_t
pci_mapreg_type(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	bar_of(reg);
	return (_PCI_MAPREG_TYPEBITS(pci_conf_read(pc, tag, reg)));
}

int
pci_mapreg_info(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t type,
    bus_addr_t *base, bus_size_t *size, int *flags)
{
	int bar = bar_of(reg);

	(void)type;
	(void)pc;
	(void)tag;
	fc_point("pci_mapreg_info");
	if (bar_mask[bar] == 0 || fc_pulled())
		return (EINVAL);
	if (base != NULL)
		*base = conf[reg / 4] & 0xfffffff0U;
	if (size != NULL)
		*size = (bus_size_t)(~bar_mask[bar] + 1) & 0xffffffffU;
	if (flags != NULL)
		*flags = PCI_MAPREG_MEM_PREFETCHABLE(conf[reg / 4]) ?
		    BUS_SPACE_MAP_PREFETCHABLE : 0;
	return (0);
}

int
pci_mapreg_assign(struct pci_attach_args *pa, int reg, pcireg_t type,
    bus_addr_t *basep, bus_size_t *sizep)
{
	bus_addr_t base;
	bus_size_t size;
	pcireg_t csr;
	int rv;

	if (fc_fails("pci_mapreg_assign"))
		return (EINVAL);
	rv = pci_mapreg_info(pa->pa_pc, pa->pa_tag, reg, type, &base, &size,
	    NULL);
	if (rv != 0)
		return (rv);
	if (base == 0) {
		base = 0x90000000U + ((bus_addr_t)bar_of(reg) << 26);
		pci_conf_write(pa->pa_pc, pa->pa_tag, reg, (pcireg_t)base);
	}
	csr = pci_conf_read(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG);
	pci_conf_write(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG, csr |
	    PCI_COMMAND_MEM_ENABLE | PCI_COMMAND_MASTER_ENABLE);
	if (basep != NULL)
		*basep = base;
	if (sizep != NULL)
		*sizep = size;
	return (0);
}

int
pci_mapreg_map(struct pci_attach_args *pa, int reg, pcireg_t type, int flags,
    bus_space_tag_t *tagp, bus_space_handle_t *hp, bus_addr_t *basep,
    bus_size_t *sizep, bus_size_t maxsize)
{
	int bar = bar_of(reg);
	struct mapping *mp = &mappings[bar % NBARS];
	bus_size_t size;
	int rv;

	rv = pci_mapreg_assign(pa, reg, type, basep, &size);
	if (rv != 0)
		return (rv);
	if (fc_fails("bus_space_map"))
		return (1);
	if (bar == 0 && (flags & BUS_SPACE_MAP_PREFETCHABLE) != 0)
		FK_RULE("space-wc", "registers mapped write-combining");
	if (bar == 2 && (flags & BUS_SPACE_MAP_PREFETCHABLE) == 0)
		FK_RULE("space-wc", "BAR2 mapped uncached");
	if (mp->mp_used)
		FK_RULE("space-map", "BAR%d mapped twice", bar);
	mp->mp_used = true;
	mp->mp_bar = (unsigned int)bar;
	mp->mp_linear = (flags & BUS_SPACE_MAP_LINEAR) != 0;
	mp->mp_size = maxsize != 0 && maxsize < size ? maxsize : size;
	if (tagp != NULL)
		*tagp = pa->pa_memt;
	*hp = (bus_space_handle_t)mp;
	if (sizep != NULL)
		*sizep = mp->mp_size;
	return (0);
}

static struct mapping *
mapping(bus_space_handle_t h, bus_size_t off, bus_size_t len,
    const char *who)
{
	struct mapping *mp = (struct mapping *)h;

	if (mp < mappings || mp >= mappings + NBARS || !mp->mp_used)
		fk_die("space-unmapped", who);
	if (off + len > mp->mp_size || off + len < off)
		fk_die("space-range", who);
	return (mp);
}

void
bus_space_unmap(bus_space_tag_t t, bus_space_handle_t h, bus_size_t size)
{
	struct mapping *mp = mapping(h, 0, 0, "bus_space_unmap");

	(void)t;
	fc_point("bus_space_unmap");
	if (size != mp->mp_size)
		FK_RULE("space-size", "unmapped %lu of %lu", size,
		    mp->mp_size);
	mp->mp_used = false;
}

void *
bus_space_vaddr(bus_space_tag_t t, bus_space_handle_t h)
{
	struct mapping *mp = mapping(h, 0, 0, "bus_space_vaddr");

	(void)t;
	if (!mp->mp_linear)
		fk_die("space-linear", "bus_space_vaddr");
	return (mp->mp_bar == 2 ? fc_window() : NULL);
}

void
bus_space_barrier(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    bus_size_t len, int flags)
{
	(void)t;
	mapping(h, off, len, "bus_space_barrier");
	if ((flags & BUS_SPACE_BARRIER_WRITE) != 0)
		fc_window_flush();
}

uint32_t
bus_space_read_4(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off)
{
	struct mapping *mp = mapping(h, off, 4, "bus_space_read_4");

	(void)t;
	if ((off & 3) != 0)
		fk_die("space-align", "bus_space_read_4");
	return (mp->mp_bar == 0 ? fc_reg_read((uint32_t)off) : 0xffffffffU);
}

void
bus_space_write_4(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    uint32_t val)
{
	struct mapping *mp = mapping(h, off, 4, "bus_space_write_4");

	(void)t;
	if ((off & 3) != 0)
		fk_die("space-align", "bus_space_write_4");
	if (mp->mp_bar == 0)
		fc_reg_write((uint32_t)off, val);
}

void
bus_space_write_8(bus_space_tag_t t, bus_space_handle_t h, bus_size_t off,
    uint64_t val)
{
	struct mapping *mp = mapping(h, off, 8, "bus_space_write_8");

	(void)t;
	if (mp->mp_bar == 2)
		memcpy((char *)fc_window() + off, &val, 8);
}

unsigned int
fk_spaces_live(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < NBARS; i++)
		n += mappings[i].mp_used;
	return (n);
}

/* ---- interrupts */

static bool
intr_wanted(void *arg)
{
	const struct vector *v = arg;

	return ((v->v_pending && v->v_on && !cold) || v->v_exit);
}

static void
intr_loop(void *arg)
{
	struct vector *v = arg;

	for (;;) {
		fc_wait(intr_wanted, v, FC_NEVER, true, "interrupt");
		if (v->v_exit)
			break;
		v->v_pending = false;
		v->v_running = true;
		curcpu()->ci_idepth++;
		if (!v->v_mpsafe)
			KERNEL_LOCK();
		if (v->v_fn(v->v_arg) == 0)
			v->v_spurious++;
		if (!v->v_mpsafe)
			KERNEL_UNLOCK();
		fk_kernel_leave("interrupt handler");
		curcpu()->ci_idepth--;
		v->v_running = false;
	}
	v->v_exit = false;
}

static void
raise(void *arg, unsigned int i)
{
	(void)arg;
	if (i < n_vectors())
		vectors[i].v_pending = vectors[i].v_on;
}

void
fk_intr_raise(unsigned int i)
{
	raise(NULL, i);
}

int
pci_intr_msix_count(struct pci_attach_args *pa)
{
	fc_point("pci_intr_msix_count");
	if ((pa->pa_flags & PCI_FLAGS_MSI_ENABLED) == 0 || !machine.msix)
		return (0);
	return ((int)n_vectors());
}

int
pci_intr_map_msix(struct pci_attach_args *pa, int vec, pci_intr_handle_t *ih)
{
	if (fc_fails("pci_intr_map_msix"))
		return (1);
	if (vec < 0 || (unsigned int)vec >= n_vectors() || !machine.msix)
		return (1);
	if (fc_msix_bar() != 0 &&
	    (conf[4 + fc_msix_bar()] & 0xfffffff0U) == 0)
		fk_die("msix-bar", "the table's BAR has no address");
	ih->tag = pa->pa_tag;
	ih->line = 0x100;
	ih->pin = vec;
	vectors[vec].v_mapped = true;
	return (0);
}

int
pci_intr_map_msi(struct pci_attach_args *pa, pci_intr_handle_t *ih)
{
	(void)pa;
	(void)ih;
	return (1);
}

int
pci_intr_map(struct pci_attach_args *pa, pci_intr_handle_t *ih)
{
	(void)pa;
	(void)ih;
	return (1);
}

const char *
pci_intr_string(pci_chipset_tag_t pc, pci_intr_handle_t ih)
{
	(void)pc;
	(void)ih;
	return ("msix");
}

void *
pci_intr_establish_cpu(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    struct cpu_info *ci, int (*fn)(void *), void *arg, const char *name)
{
	struct vector *v;

	(void)pc;
	fk_waitok("pci_intr_establish");
	if (fc_fails("pci_intr_establish"))
		return (NULL);
	if (ih.pin < 0 || ih.pin >= MAX_VECTORS || !vectors[ih.pin].v_mapped)
		fk_die("intr-map", "pci_intr_establish: no such handle");
	v = &vectors[ih.pin];
	if (v->v_on)
		fk_die("intr-twice", "vector established twice");
	if ((level & ~IPL_MPSAFE) > IPL_TTY && (level & IPL_MPSAFE) == 0)
		fk_die("intr-level", "level needs IPL_MPSAFE");
	v->v_fn = fn;
	v->v_arg = arg;
	v->v_name = name;
	v->v_mpsafe = (level & IPL_MPSAFE) != 0;
	v->v_cpu = ci == NULL ? 0 : ci->ci_cpuid;
	v->v_on = true;
	v->v_pending = v->v_running = v->v_exit = false;
	v->v_ctx = fk_ctx(name, FK_INTR, intr_loop, v);
	fc_ctx_intr(v->v_ctx, v->v_cpu, (unsigned int)level & 0xff);
	fc_ctx_daemon(v->v_ctx);
	intr_live++;
	return (v);
}

void *
pci_intr_establish(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*fn)(void *), void *arg, const char *name)
{
	return (pci_intr_establish_cpu(pc, ih, level, NULL, fn, arg, name));
}

static bool
intr_idle(void *arg)
{
	return (!((struct vector *)arg)->v_running);
}

void
pci_intr_disestablish(pci_chipset_tag_t pc, void *cookie)
{
	struct vector *v = cookie;

	(void)pc;
	fc_point("pci_intr_disestablish");
	if (v < vectors || v >= vectors + MAX_VECTORS || !v->v_on)
		fk_die("intr-gone", "disestablish: handler not registered");
	v->v_on = v->v_pending = false;
	v->v_exit = true;
	v->v_mapped = false;
	intr_live--;
}

void
intr_barrier(void *cookie)
{
	struct vector *v = cookie;

	fc_point("intr_barrier");
	if (v < vectors || v >= vectors + MAX_VECTORS || !v->v_on)
		fk_die("intr-gone", "intr_barrier: no such handler");
	if (!fk_waitok("intr_barrier") || cold)
		return;
	while (v->v_running)
		fc_wait(intr_idle, v, FC_NEVER, true, "sbar");
}

/*
 * A handler whose memory goes away while it runs: the real disestablish does
 * not wait for other CPUs.
 */
void
fk_intr_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	unsigned int i;

	for (i = 0; i < MAX_VECTORS; i++)
		if ((vectors[i].v_on || vectors[i].v_running) &&
		    (const char *)vectors[i].v_arg >= p &&
		    (const char *)vectors[i].v_arg < p + len)
			fk_die("intr-freed", what);
}

unsigned int
fk_intr_live(void)
{
	return (intr_live);
}

/* ---- intrmap */

struct intrmap { unsigned int im_count; };

struct intrmap *
intrmap_create(const struct device *dv, unsigned int nintr,
    unsigned int maxintr, unsigned int flags)
{
	struct intrmap *im;
	unsigned int n;

	(void)dv;
	fc_point("intrmap_create");
	if (maxintr == 0)
		fk_die("intrmap", "invalid maximum interrupt count");
	fk_waitok("intrmap_create");
	n = MIN(MIN(nintr, maxintr), (unsigned int)ncpus);
	if (n == 0)
		n = 1;
	while ((flags & INTRMAP_POWEROF2) != 0 && (n & (n - 1)) != 0)
		n &= n - 1;
	im = fc_alloc("intrmap", sizeof(*im), 16);
	im->im_count = n;
	return (im);
}

void
intrmap_destroy(struct intrmap *im)
{
	fc_point("intrmap_destroy");
	fc_free(im);
}

unsigned int
intrmap_count(const struct intrmap *im)
{
	return (im->im_count);
}

struct cpu_info *
intrmap_cpu(const struct intrmap *im, unsigned int i)
{
	if (i >= im->im_count)
		fk_die("intrmap", "invalid ring");
	return (fk_cpu(i));
}

/* ---- bus_dma */

int
bus_dmamap_create(bus_dma_tag_t t, bus_size_t size, int nsegs,
    bus_size_t maxseg, bus_size_t boundary, int flags, bus_dmamap_t *mapp)
{
	struct bus_dmamap *map;
	size_t bytes;

	(void)t;
	(void)boundary;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_create(WAITOK)");
	if (fc_fails("bus_dmamap_create"))
		return (ENOMEM);
	if (nsegs < 1 || size == 0 || maxseg == 0)
		FK_RULE("dma-create", "%lu bytes, %d segments", size, nsegs);
	bytes = sizeof(*map) + sizeof(map->dm_segs[0]) *
	    (size_t)(nsegs < 1 ? 0 : nsegs - 1);
	map = fc_alloc("dmamap", bytes, 16);
	memset(map, 0, bytes);
	map->_dm_size = size;
	map->_dm_segcnt = nsegs;
	map->_dm_maxsegsz = maxseg;
	map->_dm_flags = flags;
	map->_dm_magic = MAP_MAGIC;
	map->_dm_map = fc_map_new();
	*mapp = map;
	return (0);
}

static void
map_check(const struct bus_dmamap *map, const char *who)
{
	if (map == NULL || map->_dm_magic != MAP_MAGIC)
		fk_die("dma-map", who);
}

void
bus_dmamap_destroy(bus_dma_tag_t t, bus_dmamap_t map)
{
	(void)t;
	fc_point("bus_dmamap_destroy");
	map_check(map, "bus_dmamap_destroy");
	if (fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-destroy-loaded", "%lu bytes", map->dm_mapsize);
		fc_map_unload(map->_dm_map);
	}
	fc_map_free(map->_dm_map);
	map->_dm_magic = 0;
	fc_free(map);
}

static int
map_load(struct bus_dmamap *map, const void *const *va, const size_t *len,
    unsigned int n, bus_size_t total, bool contig, const char *who)
{
	struct fc_dma_seg segs[FC_DMA_SEGS];
	unsigned int bits, i;
	int k;

	map_check(map, who);
	if (fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-load-twice", "%s", who);
		fc_map_unload(map->_dm_map);
	}
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
	if (total > map->_dm_size)
		return (EINVAL);
	bits = (map->_dm_flags & BUS_DMA_64BIT) != 0 && !machine.low_only ?
	    48 : 32;
	k = fc_map_load(map->_dm_map, va, len, n, bits, segs,
	    MIN((unsigned int)map->_dm_segcnt, FC_DMA_SEGS),
	    map->_dm_maxsegsz, contig);
	if (k < 0)
		return (EFBIG);
	for (i = 0; i < (unsigned int)k; i++) {
		map->dm_segs[i].ds_addr = segs[i].addr;
		map->dm_segs[i].ds_len = segs[i].len;
	}
	map->dm_nsegs = k;
	map->dm_mapsize = total;
	return (0);
}

int
bus_dmamap_load(bus_dma_tag_t t, bus_dmamap_t map, void *buf, bus_size_t n,
    struct proc *p, int flags)
{
	const void *va[1] = { buf };
	size_t len[1] = { n };

	(void)t;
	(void)p;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_load(WAITOK)");
	if (fc_fails("bus_dmamap_load"))
		return (ENOMEM);
	return (map_load(map, va, len, 1, n, false, "bus_dmamap_load"));
}

int
bus_dmamap_load_mbuf(bus_dma_tag_t t, bus_dmamap_t map, struct mbuf *m0,
    int flags)
{
	const void *va[FC_DMA_SEGS * 2];
	size_t len[FC_DMA_SEGS * 2], total = 0;
	struct mbuf *m;
	unsigned int n = 0;
	int error;

	(void)t;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamap_load_mbuf(WAITOK)");
	if (fc_fails("bus_dmamap_load_mbuf"))
		return (ENOMEM);
	if (!fk_mbuf_ok(m0, "bus_dmamap_load_mbuf") ||
	    (m0->m_flags & M_PKTHDR) == 0)
		fk_die("dma-mbuf-hdr", "no packet header");
	for (m = m0; m != NULL; m = m->m_next) {
		total += m->m_len;
		if (m->m_len == 0)
			continue;
		if (n == FC_DMA_SEGS * 2)
			return (EFBIG);
		va[n] = m->m_data;
		len[n++] = m->m_len;
	}
	if (total != (size_t)m0->m_pkthdr.len)
		FK_RULE("mbuf-len", "chain of %zu bytes says %d", total,
		    m0->m_pkthdr.len);
	error = map_load(map, va, len, n, total, true, "bus_dmamap_load_mbuf");
	return (error);
}

void
bus_dmamap_unload(bus_dma_tag_t t, bus_dmamap_t map)
{
	(void)t;
	fc_point("bus_dmamap_unload");
	map_check(map, "bus_dmamap_unload");
	fc_map_unload(map->_dm_map);
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
}

void
bus_dmamap_sync(bus_dma_tag_t t, bus_dmamap_t map, bus_addr_t off,
    bus_size_t len, int ops)
{
	const int pre = BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE;
	const int post = BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE;

	(void)t;
	fc_point("bus_dmamap_sync");
	map_check(map, "bus_dmamap_sync");
	if (!fc_map_loaded(map->_dm_map)) {
		FK_RULE("dma-sync-unloaded", "%lu bytes", len);
		return;
	}
	if ((ops & pre) != 0 && (ops & post) != 0)
		FK_RULE("dma-sync-mixed", "PRE and POST in one call");
	if (ops == 0 || (ops & ~(pre | post)) != 0)
		FK_RULE("dma-sync-ops", "operation %#x",
		    (unsigned int)ops);
	if (len == 0 || off + len > map->dm_mapsize) {
		FK_RULE("dma-sync-range", "%lu + %lu of %lu", off, len,
		    map->dm_mapsize);
		return;
	}
	fc_map_sync(map->_dm_map, off, len, (unsigned int)ops);
}

int
bus_dmamem_alloc_range(bus_dma_tag_t t, bus_size_t size, bus_size_t align,
    bus_size_t boundary, bus_dma_segment_t *segs, int nsegs, int *rsegs,
    int flags, bus_addr_t low, bus_addr_t high)
{
	unsigned int bits = 32;
	uint64_t addr;

	(void)t;
	(void)boundary;
	(void)low;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamem_alloc(WAITOK)");
	if (fc_fails("bus_dmamem_alloc"))
		return (ENOMEM);
	if (nsegs < 1 || size == 0 || (align & (align - 1)) != 0)
		fk_die("dma-create", "bus_dmamem_alloc");
	if (high >= (1UL << 48) - 1 && !machine.low_only)
		bits = 48;
	segs[0]._ds_block = fc_block_new(size, align, bits, &addr);
	segs[0].ds_addr = addr;
	segs[0].ds_len = round_page(size);
	if ((flags & BUS_DMA_ZERO) != 0)
		memset(segs[0]._ds_block, 0, round_page(size));
	*rsegs = 1;
	return (0);
}

int
bus_dmamem_alloc(bus_dma_tag_t t, bus_size_t size, bus_size_t align,
    bus_size_t boundary, bus_dma_segment_t *segs, int nsegs, int *rsegs,
    int flags)
{
	return (bus_dmamem_alloc_range(t, size, align, boundary, segs, nsegs,
	    rsegs, flags, 0, (flags & BUS_DMA_64BIT) != 0 ?
	    ~0UL : 0xffffffffUL));
}

void
bus_dmamem_free(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs)
{
	(void)t;
	fc_point("bus_dmamem_free");
	if (nsegs != 1 || !fc_block_is(segs[0]._ds_block))
		fk_die("dma-mem", "bus_dmamem_free");
	if (fc_block_kva(segs[0]._ds_block, 0) != 0)
		FK_RULE("dma-mem-mapped", "freed before it was unmapped");
	fc_block_free(segs[0]._ds_block);
}

int
bus_dmamem_map(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs,
    size_t size, caddr_t *kva, int flags)
{
	(void)t;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmamem_map(WAITOK)");
	if (fc_fails("bus_dmamem_map"))
		return (ENOMEM);
	if (nsegs != 1 || !fc_block_is(segs[0]._ds_block) ||
	    size > segs[0].ds_len)
		fk_die("dma-mem", "bus_dmamem_map");
	fc_block_kva(segs[0]._ds_block, (int)size);
	*kva = segs[0]._ds_block;
	return (0);
}

void
bus_dmamem_unmap(bus_dma_tag_t t, caddr_t kva, size_t size)
{
	(void)t;
	fc_point("bus_dmamem_unmap");
	if (((unsigned long)kva & PAGE_MASK) != 0 || !fc_block_is(kva))
		fk_die("dma-mem", "bus_dmamem_unmap");
	if (round_page((size_t)fc_block_kva(kva, 0)) != round_page(size))
		FK_RULE("dma-mem-size", "unmapped %zu of %d", size,
		    fc_block_kva(kva, 0));
	fc_block_kva(kva, -1);
}

/* ---- autoconf */

struct attach_arg {
	struct device *dev;
	struct pci_attach_args *pa;
};

static void
do_attach(void *arg)
{
	struct attach_arg *a = arg;
	unsigned int klock = 1;

	KERNEL_LOCK();
	drv_ca->ca_attach(NULL, a->dev, a->pa);
	if (fk_cx()->cx_klock != klock)
		fk_die("klock-leak", "attach");
	KERNEL_UNLOCK();
	if (cold)
		cold = 0;
	fc_alone(NULL);
	fk_kernel_leave("attach");
}

bool
fk_attach(bool cold_boot)
{
	static struct pci_attach_args pa;
	struct attach_arg a;
	struct fc_ctx *x;
	bool ok;

	conf_open();
	ncpus = (int)machine.ncpus;
	memset(&pa, 0, sizeof(pa));
	pa.pa_iot = &io_space;
	pa.pa_memt = &mem_space;
	pa.pa_dmat = &dma_tag;
	pa.pa_pc = &conf;
	pa.pa_flags = PCI_FLAGS_MEM_ENABLED | PCI_FLAGS_MSI_ENABLED;
	pa.pa_device = 5;
	pa.pa_tag = pci_make_tag(pa.pa_pc, 0, 5, 0);
	pa.pa_id = conf[0];
	pa.pa_class = conf[2];
	fc_dev_vector(raise, NULL);
	if (drv_ca->ca_match(NULL, &drv_cf, &pa) <= 0)
		return (false);
	dev = fc_alloc("softc", drv_ca->ca_devsize, 64);
	memset(dev, 0, drv_ca->ca_devsize);
	drv_cf.cf_attach = drv_ca;
	drv_cf.cf_driver = drv_cd;
	dev->dv_cfdata = &drv_cf;
	dev->dv_class = drv_cd->cd_class;
	dev->dv_flags = DVF_ACTIVE;
	dev->dv_ref = 1;
	fk_snprintf(dev->dv_xname, sizeof(dev->dv_xname), "%s0",
	    drv_cd->cd_name);
	fk_printf("%s at pci0 dev 5 function 0", dev->dv_xname);
	a.dev = dev;
	a.pa = &pa;
	x = fk_ctx("attach", FK_PROC, do_attach, &a);
	if (cold_boot) {
		cold = 1;
		fc_alone(x);
	}
	ok = fc_run_ctx(x, 120000000);
	fc_alone(NULL);
	if (!ok && fc_dead() == NULL)
		FK_RULE("hang", "attach");
	return (ok);
}

int
config_activate_children(struct device *d, int act)
{
	(void)d;
	(void)act;
	return (0);
}

void
device_ref(struct device *d)
{
	d->dv_ref++;
}

void
device_unref(struct device *d)
{
	d->dv_ref--;
}

void
config_mountroot(struct device *d, void (*fn)(struct device *))
{
	fn(d);
}

static int act_wanted, act_error;

static void
do_activate(void *arg)
{
	(void)arg;
	KERNEL_LOCK();
	act_error = drv_ca->ca_activate == NULL ? 0 :
	    drv_ca->ca_activate(dev, act_wanted);
	KERNEL_UNLOCK();
	fk_kernel_leave("activate");
}

static int
fk_activate(int act)
{
	act_wanted = act;
	if (dev == NULL || !fk_proc(do_activate, NULL))
		return (-1);
	return (act_error);
}

void
fk_suspend(void)
{
	fk_activate(DVACT_QUIESCE);
	cold = 2;
	fk_activate(DVACT_SUSPEND);
}

void
fk_resume(void)
{
	fk_activate(DVACT_RESUME);
	cold = 0;
	fk_activate(DVACT_WAKEUP);
}

int
fk_powerdown(void)
{
	return (fk_activate(DVACT_POWERDOWN));
}

static int detach_flags, detach_error;

static void
do_detach(void *arg)
{
	(void)arg;
	detach_error = 0;
	KERNEL_LOCK();
	if ((dev->dv_flags & DVF_ACTIVE) != 0) {
		dev->dv_flags &= ~DVF_ACTIVE;
		if (drv_ca->ca_activate != NULL)
			detach_error = drv_ca->ca_activate(dev,
			    DVACT_DEACTIVATE);
	}
	if (detach_error == 0)
		detach_error = drv_ca->ca_detach(dev, detach_flags);
	if (detach_error != 0 && (detach_flags & DETACH_FORCE) != 0)
		fk_die("detach-forced", "forced detach failed");
	if (detach_error == 0) {
		fk_printf("%s detached\n", dev->dv_xname);
		fk_gone(dev, drv_ca->ca_devsize, "softc freed");
		fk_softc_check(dev);
		fc_free(dev);
		dev = NULL;
	}
	KERNEL_UNLOCK();
	fk_kernel_leave("detach");
}

int
fk_detach(bool force)
{
	if (dev == NULL)
		return (0);
	detach_flags = force ? DETACH_FORCE : 0;
	if (!fk_proc(do_detach, NULL))
		return (-1);
	return (detach_error);
}

void
fk_bus_open(void)
{
	memset(mappings, 0, sizeof(mappings));
	memset(vectors, 0, sizeof(vectors));
	intr_live = 0;
	memset(&machine, 0, sizeof(machine));
	machine.msix = machine.bar2 = true;
	machine.ncpus = FC_CPUS;
	dev = NULL;
}
