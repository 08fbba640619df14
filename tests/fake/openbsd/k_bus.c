/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI, interrupts, autoconf; the rest of bus_dma(9). */
#include "fk_priv.h"
#include "sys_mbuf.h"

#include <sys/atomic.h>
#include <sys/intrmap.h>
#include <machine/bus.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <dev/pci/pcidevs.h>

#include "fc_pci.h"
#include "sys_bus.h"
#include "sys_pci.h"

#define MAX_VECTORS	130

struct fk_space { int sp_mem; };
struct fk_dma_tag { int dt_unused; };

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
static int chipset;
static struct vector vectors[MAX_VECTORS];
static unsigned int intr_live;
static const struct cfattach *drv_ca;
static struct cfdriver *drv_cd;
static struct cfdata drv_cf;
static struct device *dev;

void
fk_driver(const struct cfattach *ca, struct cfdriver *cd)
{
	drv_ca = ca;
	drv_cd = cd;
}

/* ---- what is on the bus */

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

/* ---- BARs */

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
	if (base == 0)
		base = fc_pci_bar_assign(fk_bar(reg));
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
	unsigned int bar = fk_bar(reg);
	bus_size_t size;
	int rv;

	rv = pci_mapreg_assign(pa, reg, type, basep, &size);
	if (rv != 0)
		return (rv);
	if (fc_fails("bus_space_map"))
		return (1);
	if (maxsize != 0 && maxsize < size)
		size = maxsize;
	if (tagp != NULL)
		*tagp = pa->pa_memt;
	*hp = fk_space_map(bar, size, flags);
	if (sizep != NULL)
		*sizep = size;
	return (0);
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
	if (i < fc_pci_vectors())
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
	if ((pa->pa_flags & PCI_FLAGS_MSI_ENABLED) == 0 || !fk_machine()->msix)
		return (0);
	return ((int)fc_pci_vectors());
}

int
pci_intr_map_msix(struct pci_attach_args *pa, int vec, pci_intr_handle_t *ih)
{
	if (fc_fails("pci_intr_map_msix"))
		return (1);
	if (vec < 0 || (unsigned int)vec >= fc_pci_vectors() ||
	    !fk_machine()->msix)
		return (1);
	if (fc_msix_bar() != 0 &&
	    fc_pci_bar_base(fc_msix_bar()) == 0)
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
	const struct vector *v = arg;

	return (!v->v_running && !intr_wanted(arg));
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
	/* it takes a turn on that CPU: what is pending comes before it */
	while (!intr_idle(v))
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

/* ---- bus_dma, as far as it is OpenBSD's own */

const bool fk_dma_contig = true;		/* clusters of all sizes are */

unsigned int
fk_dma_bits(bus_dma_tag_t t, int flags)
{
	(void)t;
	return ((flags & BUS_DMA_64BIT) != 0 && !fk_machine()->low_only ?
	    48 : 32);
}

int
bus_dmamem_alloc_range(bus_dma_tag_t t, bus_size_t size, bus_size_t align,
    bus_size_t boundary, bus_dma_segment_t *segs, int nsegs, int *rsegs,
    int flags, bus_addr_t low, bus_addr_t high)
{
	int error;

	(void)t;
	(void)boundary;
	(void)low;
	error = fk_dmamem_alloc(size, align, segs, nsegs, rsegs, flags,
	    high >= (1UL << 48) - 1 && !fk_machine()->low_only ? 48 : 32);
	if (error == 0 && (flags & BUS_DMA_ZERO) != 0)
		memset(segs[0]._ds_block, 0, segs[0].ds_len);
	return (error);
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

int
bus_dmamem_map(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs,
    size_t size, caddr_t *kva, int flags)
{
	void *va;
	int error;

	(void)t;
	error = fk_dmamem_map(segs, nsegs, size, &va, flags);
	if (error == 0)
		*kva = va;
	return (error);
}

void
bus_dmamem_unmap(bus_dma_tag_t t, caddr_t kva, size_t size)
{
	(void)t;
	fk_dmamem_unmap(kva, size);
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

	fc_pci_power_on();
	ncpus = (int)fk_machine()->ncpus;
	memset(&pa, 0, sizeof(pa));
	pa.pa_iot = &io_space;
	pa.pa_memt = &mem_space;
	pa.pa_dmat = &dma_tag;
	pa.pa_pc = &chipset;
	pa.pa_flags = PCI_FLAGS_MEM_ENABLED | PCI_FLAGS_MSI_ENABLED;
	pa.pa_device = 5;
	pa.pa_tag = pci_make_tag(pa.pa_pc, 0, 5, 0);
	pa.pa_id = fc_pci_read(PCI_ID_REG);
	pa.pa_class = fc_pci_read(PCI_CLASS_REG);
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
	fk_space_open();
	memset(vectors, 0, sizeof(vectors));
	intr_live = 0;
	dev = NULL;
}
