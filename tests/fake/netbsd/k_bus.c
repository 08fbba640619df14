/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI, interrupts, kcpuset(9); of bus_dma(9) what is NetBSD's own: tags. */
#include "fk_priv.h"

#include <sys/bus.h>
#include <sys/interrupt.h>
#include <sys/kcpuset.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "fc_pci.h"
#include "fk_nb.h"
#include "sys_bus.h"
#include "sys_pci.h"

#define MAX_VECTORS	130

struct fk_space { int sp_mem; };
struct fk_dma_tag {
	unsigned int dt_bits;
	unsigned int dt_refs;		/* 0: the bus's own */
};
struct pci_chipset_tag { int pc_unused; };

struct vector {
	struct fc_ctx *v_ctx;
	struct fk_handler v_handler;
	int (*v_fn)(void *);
	void *v_arg;
	char v_name[32];
	bool v_alloc, v_mpsafe, v_on, v_pending, v_running, v_exit;
	bool v_late;			/* what comes is still on its way */
	unsigned int v_cpu;
};

static const struct fk_space io_space = { 0 }, mem_space = { 1 };
static struct fk_dma_tag tag32 = { 32, 0 }, tag64 = { 64, 0 };
static struct pci_chipset_tag chipset;
static struct vector vectors[MAX_VECTORS];
static unsigned int intr_live;

/* ---- what is on the bus */

int
pci_compatible_match(const struct pci_attach_args *pa,
    const struct device_compatible_entry *dce)
{
	for (; dce->id != PCI_COMPAT_EOL_VALUE; dce++)
		if (dce->id == pa->pa_id)
			return (1);
	return (0);
}

void
pci_aprint_devinfo_fancy(const struct pci_attach_args *pa, const char *naive,
    const char *known, int addrev)
{
	(void)addrev;
	aprint_naive(": %s\n", naive == NULL ? "Ethernet controller" : naive);
	if (known != NULL)
		aprint_normal(": %s (rev. 0x%02x)\n", known,
		    PCI_REVISION(pa->pa_class));
	else
		aprint_normal(": Amazon.com product %04x (ethernet network, "
		    "revision 0x%02x)\n", PCI_PRODUCT(pa->pa_id),
		    PCI_REVISION(pa->pa_class));
}

void
fk_pa_fill(struct pci_attach_args *pa)
{
	memset(pa, 0, sizeof(*pa));
	pa->pa_iot = &io_space;
	pa->pa_memt = &mem_space;
	pa->pa_dmat = &tag32;
	pa->pa_dmat64 = fk_machine()->low_only ? &tag32 : &tag64;
	pa->pa_pc = &chipset;
	pa->pa_flags = PCI_FLAGS_MEM_OKAY | PCI_FLAGS_MSI_OKAY |
	    PCI_FLAGS_MSIX_OKAY;
	pa->pa_device = 5;
	pa->pa_tag = pci_make_tag(pa->pa_pc, 0, 5, 0);
	pa->pa_id = fc_pci_read(PCI_ID_REG);
	pa->pa_class = fc_pci_read(PCI_CLASS_REG);
}

int
pci_dma64_available(const struct pci_attach_args *pa)
{
	return (pa->pa_dmat64 != pa->pa_dmat);
}

/* ---- BARs; nobody here gives an address to one that has none */

int
pci_mapreg_map(const struct pci_attach_args *pa, int reg, pcireg_t type,
    int busflags, bus_space_tag_t *tagp, bus_space_handle_t *hp,
    bus_addr_t *basep, bus_size_t *sizep)
{
	bus_addr_t base;
	bus_size_t size;
	pcireg_t csr;

	if (pci_mapreg_info(pa->pa_pc, pa->pa_tag, reg, type, &base, &size,
	    NULL) != 0 || base == 0)
		return (1);
	if (fc_fails("bus_space_map"))
		return (1);
	csr = pci_conf_read(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG);
	pci_conf_write(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG,
	    csr | PCI_COMMAND_MEM_ENABLE);
	*hp = fk_space_map(fk_bar(reg), size, busflags);
	if (tagp != NULL)
		*tagp = pa->pa_memt;
	if (basep != NULL)
		*basep = base;
	if (sizep != NULL)
		*sizep = size;
	return (0);
}

/* ---- interrupts */

static bool
intr_wanted(void *arg)
{
	const struct vector *v = arg;

	return ((v->v_pending && v->v_on && !v->v_late && !cold) ||
	    v->v_exit);
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
		fk_handler_enter(&v->v_handler);
		if (!v->v_mpsafe)
			KERNEL_LOCK(1, NULL);
		v->v_fn(v->v_arg);
		if (!v->v_mpsafe)
			KERNEL_UNLOCK_ONE(NULL);
		fk_handler_leave(&v->v_handler, "interrupt handler");
		v->v_running = false;
	}
	v->v_exit = false;
}

void
fk_intr_raise(unsigned int i)
{
	if (i < fc_pci_vectors())
		vectors[i].v_pending = vectors[i].v_on;
}

static void
raise(void *arg, unsigned int i)
{
	(void)arg;
	fk_intr_raise(i);
}

int
pci_msix_count(pci_chipset_tag_t pc, pcitag_t tag)
{
	(void)pc;
	(void)tag;
	fc_point("pci_msix_count");
	return (fk_machine()->msix && !fc_pulled() ? (int)fc_pci_vectors() :
	    0);
}

/* A handle is the number of its vector, and one. */
static struct vector *
intr_known(pci_intr_handle_t ih, const char *who)
{
	if (ih < 1 || ih > MAX_VECTORS || !vectors[ih - 1].v_alloc)
		fk_die("intr-handle", who);
	return (&vectors[ih - 1]);
}

int
pci_msix_alloc_exact(const struct pci_attach_args *pa,
    pci_intr_handle_t **ihps, int count)
{
	pci_intr_handle_t *ih;
	int i;

	fk_waitok("pci_msix_alloc_exact");
	if (count < 1)
		fk_die("intr-count", "no vectors are asked for");
	if (vectors[0].v_alloc)
		fk_die("intr-alloc", "vectors are allocated already");
	if (pci_msix_count(pa->pa_pc, pa->pa_tag) == 0)
		return (ENODEV);
	if (count > pci_msix_count(pa->pa_pc, pa->pa_tag))
		return (EINVAL);
	/* the table is mapped for that */
	if (fc_msix_bar() != 0 && fc_pci_bar_base(fc_msix_bar()) == 0)
		return (ENODEV);
	if (fc_fails("pci_msix_alloc"))
		return (ENOMEM);
	ih = fc_alloc("intr handles", sizeof(*ih) * (size_t)count, 16);
	for (i = 0; i < count; i++) {
		vectors[i].v_alloc = true;
		vectors[i].v_mpsafe = false;
		ih[i] = (pci_intr_handle_t)i + 1;
	}
	*ihps = ih;
	return (0);
}

int
pci_intr_alloc(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int *counts, pci_intr_type_t max_type)
{
	int error = EINVAL, msix;

	if (counts == NULL || max_type != PCI_INTR_TYPE_MSIX)
		return (EINVAL);	/* the card has nothing else */
	msix = counts[PCI_INTR_TYPE_MSIX];
	memset(counts, 0, sizeof(*counts) * PCI_INTR_TYPE_SIZE);
	if (msix == -1)
		msix = pci_msix_count(pa->pa_pc, pa->pa_tag);
	if (msix > 0)
		error = pci_msix_alloc_exact(pa, ihps, msix);
	if (error == 0)
		counts[PCI_INTR_TYPE_MSIX] = msix;
	return (error);
}

void
pci_intr_release(pci_chipset_tag_t pc, pci_intr_handle_t *ih, int count)
{
	unsigned int i, n = fk_vectors_live();

	(void)pc;
	fc_point("pci_intr_release");
	if (ih == NULL)
		return;
	if (count < 1 || (unsigned int)count != n)
		FK_RULE("intr-release", "%d of %u released", count, n);
	for (i = 0; i < n; i++) {
		if (vectors[i].v_on)
			fk_die("intr-release", "a handler is established");
		vectors[i].v_alloc = false;
	}
	fc_free(ih);
}

pci_intr_type_t
pci_intr_type(pci_chipset_tag_t pc, pci_intr_handle_t ih)
{
	(void)pc;
	intr_known(ih, "pci_intr_type");
	return (PCI_INTR_TYPE_MSIX);
}

int
pci_intr_setattr(pci_chipset_tag_t pc, pci_intr_handle_t *ih, int attr,
    uint64_t data)
{
	(void)pc;
	if (attr != PCI_INTR_MPSAFE)
		return (ENODEV);
	intr_known(*ih, "pci_intr_setattr")->v_mpsafe = data != 0;
	return (0);
}

const char *
pci_intr_string(pci_chipset_tag_t pc, pci_intr_handle_t ih, char *buf,
    size_t len)
{
	(void)pc;
	intr_known(ih, "pci_intr_string");
	snprintf(buf, len, "msix0 vec %u", (unsigned int)ih - 1);
	return (buf);
}

void *
pci_intr_establish_xname(pci_chipset_tag_t pc, pci_intr_handle_t ih,
    int level, int (*fn)(void *), void *arg, const char *name)
{
	struct vector *v;

	(void)pc;
	fk_waitok("pci_intr_establish");
	v = intr_known(ih, "pci_intr_establish");
	if (v->v_on)
		fk_die("intr-twice", "vector established twice");
	if (fc_fails("pci_intr_establish"))
		return (NULL);
	if (level == IPL_VM && !v->v_mpsafe)
		FK_RULE("intr-mpsafe", "%s takes KERNEL_LOCK", name);
	v->v_fn = fn;
	v->v_arg = arg;
	strlcpy(v->v_name, name, sizeof(v->v_name));
	v->v_cpu = 0;
	v->v_on = true;
	v->v_pending = v->v_running = v->v_exit = false;
	v->v_ctx = fk_ctx(v->v_name, FK_INTR, intr_loop, v);
	fc_ctx_intr(v->v_ctx, 0, (unsigned int)level);
	fc_ctx_daemon(v->v_ctx);
	fk_handler_add(&v->v_handler);
	intr_live++;
	return (v);
}

static bool
intr_idle(void *arg)
{
	return (!((struct vector *)arg)->v_running);
}

static struct vector *
intr_cookie(void *cookie, const char *who)
{
	struct vector *v = cookie;

	if (v < vectors || v >= vectors + MAX_VECTORS || !v->v_on)
		fk_die("intr-gone", who);
	return (v);
}

/* By a cross-call to its CPU, so it has returned there. */
void
pci_intr_disestablish(pci_chipset_tag_t pc, void *cookie)
{
	struct vector *v = intr_cookie(cookie, "disestablish");

	(void)pc;
	fc_point("pci_intr_disestablish");
	if (!fk_waitok("pci_intr_disestablish"))
		return;
	v->v_pending = false;
	while (v->v_running)
		fk_snooze(intr_idle, v, FC_NEVER, "xcall");
	v->v_on = v->v_pending = false;
	v->v_exit = true;
	fk_handler_del(&v->v_handler);
	intr_live--;
}

void
fk_intr_gone(const char *p, size_t len, const char *what)
{
	unsigned int i;

	for (i = 0; i < MAX_VECTORS; i++)
		if (vectors[i].v_on && FK_INSIDE(vectors[i].v_arg, p, len))
			fk_die("intr-freed", what);
}

unsigned int
fk_intr_live(void)
{
	return (intr_live);
}

unsigned int
fk_vectors_live(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_VECTORS; i++)
		n += vectors[i].v_alloc;
	return (n);
}

int
fk_nb_vector_cpu(unsigned int i)
{
	return (i < MAX_VECTORS && vectors[i].v_on ? (int)vectors[i].v_cpu :
	    -1);
}

void
fk_nb_vector_late(unsigned int i, bool late)
{
	vectors[i].v_late = late;
}

/* ---- affinity */

struct kcpuset { uint64_t kc_bits; };

static void
cpu_known(cpuid_t i)
{
	if (i >= 256)			/* as many as MAXCPUS */
		fk_die("kcpuset", "no such CPU");
}

void
kcpuset_create(kcpuset_t **kcp, bool zero)
{
	(void)zero;
	fk_waitok("kcpuset_create");
	*kcp = fc_alloc("kcpuset", sizeof(**kcp), 16);
	(*kcp)->kc_bits = 0;
}

void
kcpuset_destroy(kcpuset_t *kc)
{
	if (fc_free(kc) == 0)
		fk_die("kcpuset", "destroyed twice");
}

void
kcpuset_zero(kcpuset_t *kc)
{
	kc->kc_bits = 0;
}

void
kcpuset_set(kcpuset_t *kc, cpuid_t i)
{
	cpu_known(i);
	kc->kc_bits |= (uint64_t)1 << (i & 63);
}

void
kcpuset_clear(kcpuset_t *kc, cpuid_t i)
{
	cpu_known(i);
	kc->kc_bits &= ~((uint64_t)1 << (i & 63));
}

bool
kcpuset_isset(const kcpuset_t *kc, cpuid_t i)
{
	cpu_known(i);
	return ((kc->kc_bits >> (i & 63) & 1) != 0);
}

bool
kcpuset_iszero(const kcpuset_t *kc)
{
	return (kc->kc_bits == 0);
}

int
interrupt_distribute(void *cookie, const kcpuset_t *newset, kcpuset_t *oldset)
{
	struct vector *v = intr_cookie(cookie, "interrupt_distribute");
	unsigned int i;

	if (!fk_waitok("interrupt_distribute"))
		return (EINVAL);
	for (i = 0; i < (unsigned int)ncpu; i++)
		if (kcpuset_isset(newset, i))
			break;
	if (i == (unsigned int)ncpu || fc_fails("interrupt_distribute"))
		return (EINVAL);
	if (oldset != NULL) {
		kcpuset_zero(oldset);
		kcpuset_set(oldset, v->v_cpu);
	}
	while (v->v_running)
		fk_snooze(intr_idle, v, FC_NEVER, "xcall");
	v->v_cpu = i;
	fc_ctx_intr(v->v_ctx, i, IPL_VM);
	return (0);
}

/* ---- bus_dma, as far as it is NetBSD's own */

const bool fk_dma_contig = false;	/* a cluster is within a page */

unsigned int
fk_dma_bits(bus_dma_tag_t t, int flags)
{
	(void)flags;
	return (fk_machine()->low_only ? 32 : MIN(t->dt_bits, 48));
}

int
bus_dmatag_subregion(bus_dma_tag_t t, bus_addr_t low, bus_addr_t high,
    bus_dma_tag_t *newtag, int flags)
{
	unsigned int bits;

	(void)low;
	if ((flags & BUS_DMA_NOWAIT) == 0)
		fk_waitok("bus_dmatag_subregion(WAITOK)");
	for (bits = 64; bits > 0 && (high >> (bits - 1) & 1) == 0; bits--)
		continue;
	if (bits >= t->dt_bits) {	/* no narrower than it is */
		*newtag = t;
		if (t->dt_refs != 0)
			t->dt_refs++;
		return (0);
	}
	if (fc_fails("bus_dmatag_subregion"))
		return (ENOMEM);
	*newtag = fc_alloc("DMA tag", sizeof(**newtag), 16);
	(*newtag)->dt_bits = bits;
	(*newtag)->dt_refs = 1;
	return (0);
}

void
bus_dmatag_destroy(bus_dma_tag_t t)
{
	fc_point("bus_dmatag_destroy");
	if (t->dt_refs != 0 && --t->dt_refs == 0)
		fc_free(t);
}

int
bus_dmamem_alloc(bus_dma_tag_t t, bus_size_t size, bus_size_t align,
    bus_size_t boundary, bus_dma_segment_t *segs, int nsegs, int *rsegs,
    int flags)
{
	(void)boundary;
	return (fk_dmamem_alloc(size, align, segs, nsegs, rsegs, flags,
	    fk_dma_bits(t, flags)));
}

int
bus_dmamem_map(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs,
    size_t size, void **kva, int flags)
{
	(void)t;
	return (fk_dmamem_map(segs, nsegs, size, kva, flags));
}

void
bus_dmamem_unmap(bus_dma_tag_t t, void *kva, size_t size)
{
	(void)t;
	fk_dmamem_unmap(kva, size);
}

void
fk_bus_open(void)
{
	fk_space_open();
	memset(vectors, 0, sizeof(vectors));
	intr_live = 0;
	fc_dev_vector(raise, NULL);
}
