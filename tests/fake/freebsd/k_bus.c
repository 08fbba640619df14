/* SPDX-License-Identifier: BSD-2-Clause */
/* newbus: one PCI bus with one card, its resources and interrupts. */
#include "fk_priv.h"
#include "fk_common.h"
#include "fc_pci.h"
#include "fk_freebsd.h"

#include <sys/cpuset.h>
#include <sys/rman.h>
#include <sys/smp.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <device_if.h>

#define MAX_VECTORS	130
#define NBARS		6

struct resource {
	int r_type, r_rid;
	bool r_used, r_active, r_wc;
	size_t r_size;
	struct vector *r_vector;
};

struct vector {
	struct fc_ctx *v_filter_ctx, *v_thread_ctx;
	driver_filter_t *v_filter;
	driver_intr_t *v_handler;
	void *v_arg;
	struct resource *v_res;
	char v_name[24];
	int v_flags;
	bool v_on, v_exit, v_pending, v_scheduled;
	bool v_in_filter, v_in_thread;
	unsigned int v_cpu, v_contexts;
};

#define METHOD(m)	struct kobjop_desc m##_desc
METHOD(device_probe);
METHOD(device_attach);
METHOD(device_detach);
METHOD(device_shutdown);
METHOD(device_suspend);
METHOD(device_resume);
METHOD(device_quiesce);

static const struct fk_module *module;
static struct resource bars[NBARS], irqs[MAX_VECTORS + 1];
static struct vector vectors[MAX_VECTORS];
static unsigned int n_alloc;		/* vectors taken by pci_alloc_msix */
static struct _device card, *dev;
static bool loaded;			/* the module, and told so */
static unsigned int intr_live;

void
fk_driver(const struct fk_module *m)
{
	module = m;
}

/* ---- device_t */

static void
dev_check(device_t d, const char *who)
{
	if (d != &card)
		fk_die("device", who);
}

void *
device_get_softc(device_t d)
{
	dev_check(d, "device_get_softc");
	return (d->dv_softc);
}

int
device_get_unit(device_t d)
{
	dev_check(d, "device_get_unit");
	return (0);
}

const char *
device_get_name(device_t d)
{
	return (d->dv_name);
}

const char *
device_get_nameunit(device_t d)
{
	return (d->dv_nameunit);
}

const char *
device_get_desc(device_t d)
{
	return (d->dv_desc);
}

device_t
device_get_parent(device_t d)
{
	return (d);
}

device_state_t
device_get_state(device_t d)
{
	return (d->dv_state);
}

int
device_is_attached(device_t d)
{
	return (d->dv_state == DS_ATTACHED);
}

int
device_is_alive(device_t d)
{
	return (d->dv_state >= DS_ALIVE);
}

void
device_set_desc(device_t d, const char *desc)
{
	dev_check(d, "device_set_desc");
	strlcpy(d->dv_desc, desc, sizeof(d->dv_desc));
}

void
device_set_desc_copy(device_t d, const char *desc)
{
	device_set_desc(d, desc);
}

void
device_quiet(device_t d)
{
	dev_check(d, "device_quiet");
}

int
device_printf(device_t d, const char *fmt, ...)
{
	va_list ap;
	int n;

	dev_check(d, "device_printf");
	n = printf("%s: ", d->dv_nameunit);
	va_start(ap, fmt);
	n += vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

struct sysctl_ctx_list *
device_get_sysctl_ctx(device_t d)
{
	return (d->dv_ctx);
}

struct sysctl_oid *
device_get_sysctl_tree(device_t d)
{
	return (d->dv_tree);
}

static kobjop_t
method(const struct kobjop_desc *desc)
{
	const kobj_method_t *m;

	for (m = module->driver->methods; m->desc != NULL; m++)
		if (m->desc == desc)
			return (m->func);
	return (NULL);
}

static int
call(const struct kobjop_desc *desc, int without)
{
	int (*fn)(device_t);

	fn = (int (*)(device_t))(void (*)(void))method(desc);
	return (fn == NULL ? without : fn(&card));
}

/* ---- configuration space */

static unsigned int
n_vectors(void)
{
	return (fk_machine()->msix ? fc_pci_vectors() : 0);
}

static void
conf_check(int reg, int width, const char *who)
{
	if (reg < 0 || reg > 255 || (width != 1 && width != 2 && width != 4) ||
	    reg % width != 0)
		fk_die("pci-reg", who);
}

uint32_t
pci_read_config(device_t d, int reg, int width)
{
	uint32_t v;

	dev_check(d, "pci_read_config");
	fc_point("pci_read_config");
	conf_check(reg, width, "pci_read_config");
	v = fc_pci_read((u_int)reg & ~3U) >> (reg & 3) * 8;
	return (width == 4 ? v : v & ((1U << width * 8) - 1));
}

void
pci_write_config(device_t d, int reg, uint32_t val, int width)
{
	dev_check(d, "pci_write_config");
	fc_point("pci_write_config");
	conf_check(reg, width, "pci_write_config");
	if (reg % 4 != 0)
		fk_die("pci-reg", "pci_write_config: the fake knows words");
	fc_pci_write((u_int)reg, val);
}

/* What the bus read when it found the card. */
uint16_t
pci_get_vendor(device_t d)
{
	dev_check(d, "pci_get_vendor");
	return (0x1d0f);
}

uint16_t
pci_get_device(device_t d)
{
	dev_check(d, "pci_get_device");
	return (fc_device_id());
}

uint8_t
pci_get_revid(device_t d)
{
	dev_check(d, "pci_get_revid");
	return (fc_revision());
}

uint32_t
pci_get_devid(device_t d)
{
	return ((uint32_t)pci_get_device(d) << 16 | pci_get_vendor(d));
}

uint16_t
pci_get_subvendor(device_t d)
{
	return (pci_get_vendor(d));
}

uint16_t
pci_get_subdevice(device_t d)
{
	return (pci_get_device(d));
}

uint32_t
pci_get_domain(device_t d)
{
	dev_check(d, "pci_get_domain");
	return (0);
}

uint8_t
pci_get_bus(device_t d)
{
	dev_check(d, "pci_get_bus");
	return (0);
}

uint8_t
pci_get_slot(device_t d)
{
	dev_check(d, "pci_get_slot");
	return (5);
}

uint8_t
pci_get_function(device_t d)
{
	dev_check(d, "pci_get_function");
	return (0);
}

int
pci_enable_busmaster(device_t d)
{
	pci_write_config(d, PCIR_COMMAND, pci_read_config(d, PCIR_COMMAND, 2) |
	    PCIM_CMD_BUSMASTEREN, 2);
	return (0);
}

int
pci_disable_busmaster(device_t d)
{
	pci_write_config(d, PCIR_COMMAND, pci_read_config(d, PCIR_COMMAND, 2) &
	    ~(uint32_t)PCIM_CMD_BUSMASTEREN, 2);
	return (0);
}

int
pci_find_cap(device_t d, int cap, int *reg)
{
	dev_check(d, "pci_find_cap");
	if (cap != PCIY_MSIX || !fk_machine()->msix)
		return (ENOENT);
	*reg = FC_PCI_MSIX_CAP;
	return (0);
}

int
pci_msix_table_bar(device_t d)
{
	dev_check(d, "pci_msix_table_bar");
	return (fk_machine()->msix ? PCIR_BAR((int)fc_msix_bar()) : -1);
}

int
pci_msix_pba_bar(device_t d)
{
	return (pci_msix_table_bar(d));
}

int
pci_msix_count(device_t d)
{
	dev_check(d, "pci_msix_count");
	fc_point("pci_msix_count");
	return ((int)n_vectors());
}

int
pci_alloc_msix(device_t d, int *count)
{
	unsigned int n;

	dev_check(d, "pci_alloc_msix");
	fk_waitok("pci_alloc_msix");
	if (*count < 1)
		return (EINVAL);
	if (fc_fails("pci_alloc_msix"))
		return (ENXIO);
	if (n_alloc != 0) {
		FK_RULE("msix-twice", "pci_alloc_msix while %u are taken",
		    n_alloc);
		return (ENXIO);
	}
	if (n_vectors() == 0)
		return (ENODEV);
	/* the table must be mapped before anything is written to it */
	if (!bars[fc_msix_bar()].r_active)
		return (ENXIO);
	n = MIN((unsigned int)*count, n_vectors());
	/* other devices have the rest */
	if (n > 1 && fc_fails("pci_alloc_msix: all of them"))
		n = (n + 1) / 2;
	n_alloc = n;
	*count = (int)n;
	return (0);
}

int
pci_release_msi(device_t d)
{
	unsigned int i;

	dev_check(d, "pci_release_msi");
	fc_point("pci_release_msi");
	if (n_alloc == 0)
		return (ENODEV);
	for (i = 1; i <= MAX_VECTORS; i++)
		if (irqs[i].r_used) {
			FK_RULE("msix-busy", "vector %u is still allocated",
			    i);
			return (EBUSY);
		}
	n_alloc = 0;
	return (0);
}

unsigned int
fk_vectors(void)
{
	return (n_alloc);
}

/* ---- resources */

static struct resource *
place(int type, int rid)
{
	if (type == SYS_RES_MEMORY && rid >= PCIR_BARS && rid % 4 == 0 &&
	    (rid - PCIR_BARS) / 4 < NBARS)
		return (&bars[(rid - PCIR_BARS) / 4]);
	if (type == SYS_RES_IRQ && rid >= 0 && rid <= MAX_VECTORS)
		return (&irqs[rid]);
	return (NULL);
}

struct resource *
bus_alloc_resource_any(device_t d, int type, int *rid, u_int flags)
{
	struct resource *r = place(type, *rid);

	dev_check(d, "bus_alloc_resource");
	fk_waitok("bus_alloc_resource");
	if (fc_fails("bus_alloc_resource") || r == NULL)
		return (NULL);
	if (type == SYS_RES_MEMORY &&
	    fc_bar_bytes((unsigned int)(r - bars)) == 0)
		return (NULL);
	if (type == SYS_RES_IRQ && (*rid == 0 || (unsigned int)*rid > n_alloc))
		return (NULL);
	if (r->r_used) {
		FK_RULE("res-twice", "type %d, rid %#x", type, (u_int)*rid);
		return (NULL);
	}
	memset(r, 0, sizeof(*r));
	r->r_type = type;
	r->r_rid = *rid;
	r->r_used = true;
	r->r_active = (flags & RF_ACTIVE) != 0;
	if (type == SYS_RES_MEMORY)
		r->r_size = fc_bar_bytes((unsigned int)(r - bars));
	return (r);
}

struct resource *
bus_alloc_resource(device_t d, int type, int *rid, rman_res_t start,
    rman_res_t end, rman_res_t count, u_int flags)
{
	(void)start;
	(void)end;
	(void)count;
	return (bus_alloc_resource_any(d, type, rid, flags));
}

static void
res_check(const struct resource *r, const char *who)
{
	bool bar = r >= bars && r < bars + NBARS;
	bool irq = r >= irqs && r <= irqs + MAX_VECTORS;

	if ((!bar && !irq) || !r->r_used)
		fk_die("res-gone", who);
}

int
bus_release_resource(device_t d, int type, int rid, struct resource *r)
{
	dev_check(d, "bus_release_resource");
	fc_point("bus_release_resource");
	res_check(r, "bus_release_resource");
	if (r->r_type != type || r->r_rid != rid)
		fk_die("res-rid", "bus_release_resource: another rid or type");
	if (r->r_vector != NULL)
		FK_RULE("res-intr", "vector %d has a handler", rid);
	r->r_used = r->r_active = false;
	return (0);
}

rman_res_t
rman_get_size(struct resource *r)
{
	res_check(r, "rman_get_size");
	return (r->r_size);
}

rman_res_t
rman_get_start(struct resource *r)
{
	res_check(r, "rman_get_start");
	return (0x80000000U + ((rman_res_t)r->r_rid << 24));
}

int
rman_get_rid(struct resource *r)
{
	res_check(r, "rman_get_rid");
	return (r->r_rid);
}

/* A BAR that is no window is not to be touched behind bus_space(9). */
void *
rman_get_virtual(struct resource *r)
{
	static char registers;

	res_check(r, "rman_get_virtual");
	if (!r->r_active)
		fk_die("res-inactive", "rman_get_virtual");
	return (r == &bars[2] ? fc_window() : &registers);
}

bus_space_tag_t
rman_get_bustag(struct resource *r)
{
	res_check(r, "rman_get_bustag");
	return (1);
}

bus_space_handle_t
rman_get_bushandle(struct resource *r)
{
	return ((bus_space_handle_t)(uintptr_t)r);
}

int
pmap_change_attr(vm_offset_t va, vm_size_t size, int mode)
{
	fk_waitok("pmap_change_attr");
	if (fc_fails("pmap_change_attr"))
		return (ENOMEM);
	if (va != (vm_offset_t)(uintptr_t)fc_window() || !bars[2].r_active)
		FK_RULE("space-wc", "pmap_change_attr of something else");
	else if (size != bars[2].r_size)
		FK_RULE("space-wc", "%lu of %zu bytes", (u_long)size,
		    bars[2].r_size);
	if (mode != VM_MEMATTR_WRITE_COMBINING)
		return (0);
	bars[2].r_wc = true;
	return (0);
}

void
fk_wmb(void)
{
	if (fc_window_flush() && !bars[2].r_wc)
		FK_RULE("space-wc", "stored to BAR2 mapped uncached");
}

void
fk_rmb(void)
{
	__asm volatile("" ::: "memory");
}

static void
space_check(const struct resource *r, bus_size_t off, const char *who)
{
	res_check(r, who);
	if (!r->r_active)
		fk_die("res-inactive", who);
	if (off + 4 > r->r_size || off + 4 < off)
		fk_die("space-range", who);
	if ((off & 3) != 0)
		fk_die("space-align", who);
}

uint32_t
bus_read_4(struct resource *r, bus_size_t off)
{
	space_check(r, off, "bus_read_4");
	return (r == &bars[0] ? fc_reg_read((uint32_t)off) : 0xffffffffU);
}

void
bus_write_4(struct resource *r, bus_size_t off, uint32_t val)
{
	space_check(r, off, "bus_write_4");
	if (r == &bars[0])
		fc_reg_write((uint32_t)off, val);
}

void
bus_barrier(struct resource *r, bus_size_t off, bus_size_t len, int flags)
{
	(void)off;
	(void)len;
	res_check(r, "bus_barrier");
	if ((flags & BUS_SPACE_BARRIER_WRITE) != 0)
		fk_wmb();
}

unsigned int
fk_resources_live(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < NBARS; i++)
		n += bars[i].r_used;
	for (i = 0; i <= MAX_VECTORS; i++)
		n += irqs[i].r_used;
	return (n);
}

/* ---- interrupts */

static bool
filter_wanted(void *arg)
{
	const struct vector *v = arg;

	return ((v->v_pending && v->v_on && !cold) || v->v_exit);
}

static bool
thread_wanted(void *arg)
{
	const struct vector *v = arg;

	return ((v->v_scheduled && v->v_on) || v->v_exit);
}

/* The CPU's own doing: the filter, or else the thread is made to run. */
static void
run_filter(struct vector *v)
{
	const int known = FILTER_HANDLED | FILTER_SCHEDULE_THREAD;
	struct fk_cx *cx = fk_cx();
	int rv;

	v->v_pending = false;
	if (v->v_filter == NULL) {
		v->v_scheduled = true;
		return;
	}
	v->v_in_filter = true;
	cx->cx_running = v;
	rv = v->v_filter(v->v_arg);
	cx->cx_running = NULL;
	v->v_in_filter = false;
	fk_kernel_leave("interrupt filter");
	if ((rv != FILTER_STRAY && ((rv & ~known) != 0 ||
	    (rv & known) == 0)) ||
	    ((rv & FILTER_SCHEDULE_THREAD) != 0 && v->v_handler == NULL))
		fk_die("filter-value", "an interrupt filter's result");
	if ((rv & FILTER_SCHEDULE_THREAD) != 0)
		v->v_scheduled = true;
}

static void
filter_loop(void *arg)
{
	struct vector *v = arg;

	for (;;) {
		fc_wait(filter_wanted, v, FC_NEVER, true, "interrupt");
		if (v->v_exit)
			break;
		run_filter(v);
	}
	v->v_contexts--;
}

static void
run_handler(struct vector *v)
{
	bool net = (v->v_flags & INTR_TYPE_NET) != 0;
	struct fk_cx *cx = fk_cx();
	struct epoch_tracker et;

	v->v_scheduled = false;
	v->v_in_thread = true;
	cx->cx_running = v;
	cx->cx_nodes[FK_NODE_RUN] = v;
	if (net)
		NET_EPOCH_ENTER(et);
	v->v_handler(v->v_arg);
	if (net)
		NET_EPOCH_EXIT(et);
	fk_kernel_leave("interrupt handler");
	cx->cx_nodes[FK_NODE_RUN] = NULL;
	cx->cx_running = NULL;
	v->v_in_thread = false;
}

static void
thread_loop(void *arg)
{
	struct vector *v = arg;

	for (;;) {
		fc_wait(thread_wanted, v, FC_NEVER, true, "ithread");
		if (v->v_exit)
			break;
		run_handler(v);
		fc_yield();
	}
	v->v_contexts--;
}

static void
raise(void *arg, unsigned int i)
{
	(void)arg;
	if (i < n_alloc)
		vectors[i].v_pending = vectors[i].v_on;
}

void
fk_intr_raise(unsigned int i)
{
	raise(NULL, i);
}

static void
intr_contexts(struct vector *v)
{
	v->v_filter_ctx = fk_ctx(v->v_name, FK_FILTER, filter_loop, v);
	fc_ctx_intr(v->v_filter_ctx, v->v_cpu, FK_LEVEL_FILTER);
	fc_ctx_daemon(v->v_filter_ctx);
	v->v_contexts = 1;
	if (v->v_handler == NULL)
		return;
	v->v_thread_ctx = fk_ctx(v->v_name, FK_ITHREAD, thread_loop, v);
	fc_ctx_intr(v->v_thread_ctx, v->v_cpu, FK_LEVEL_ITHREAD);
	fc_ctx_daemon(v->v_thread_ctx);
	v->v_contexts++;
}

int
bus_setup_intr(device_t d, struct resource *r, int flags,
    driver_filter_t *filter, driver_intr_t *handler, void *arg,
    void **cookiep)
{
	struct vector *v;

	dev_check(d, "bus_setup_intr");
	fk_waitok("bus_setup_intr");
	res_check(r, "bus_setup_intr");
	if (r->r_type != SYS_RES_IRQ || r->r_rid == 0)
		fk_die("res-rid", "bus_setup_intr: no vector");
	if ((flags & (INTR_TYPE_TTY | INTR_TYPE_BIO | INTR_TYPE_NET |
	    INTR_TYPE_CAM | INTR_TYPE_MISC | INTR_TYPE_CLK)) == 0)
		fk_die("intr-type", "no interrupt type in flags");
	if (filter == NULL && handler == NULL)
		return (EINVAL);
	if ((flags & INTR_MPSAFE) == 0 && handler != NULL)
		FK_RULE("intr-giant", "vector %d runs under Giant", r->r_rid);
	if (!r->r_active)
		fk_die("res-inactive", "bus_setup_intr");
	if (fc_fails("bus_setup_intr"))
		return (ENXIO);
	v = &vectors[r->r_rid - 1];
	if (v->v_on)
		fk_die("intr-twice", "vector has a handler");
	memset(v, 0, sizeof(*v));
	v->v_filter = filter;
	v->v_handler = handler;
	v->v_arg = arg;
	v->v_flags = flags;
	v->v_res = r;
	v->v_cpu = fc_rand((unsigned int)mp_ncpus);
	snprintf(v->v_name, sizeof(v->v_name), "irq%d", r->r_rid);
	v->v_on = true;
	r->r_vector = v;
	intr_contexts(v);
	intr_live++;
	*cookiep = v;
	return (0);
}

static struct vector *
cookie(void *c, const struct resource *r, const char *who)
{
	struct vector *v = c;

	if (v < vectors || v >= vectors + MAX_VECTORS || !v->v_on ||
	    v->v_res != r)
		fk_die("intr-gone", who);
	return (v);
}

static bool
intr_ended(void *arg)
{
	const struct vector *v = arg;

	return (v->v_contexts == 0);
}

int
bus_teardown_intr(device_t d, struct resource *r, void *c)
{
	struct vector *v = cookie(c, r, "bus_teardown_intr");

	dev_check(d, "bus_teardown_intr");
	fc_point("bus_teardown_intr");
	fk_waitok("bus_teardown_intr");
	if (fk_cx()->cx_running == v)
		fk_die("intr-self", "bus_teardown_intr from its handler");
	fk_order(v, "interrupt handler");
	v->v_on = v->v_pending = v->v_scheduled = false;
	v->v_exit = true;
	if (!intr_ended(v))
		fk_snooze(intr_ended, v, FC_NEVER, "intr_down");
	v->v_exit = false;
	r->r_vector = NULL;
	fc_order_forget(v, sizeof(*v));
	intr_live--;
	return (0);
}

int
bus_describe_intr(device_t d, struct resource *r, void *c, const char *fmt,
    ...)
{
	struct vector *v = cookie(c, r, "bus_describe_intr");
	va_list ap;

	dev_check(d, "bus_describe_intr");
	va_start(ap, fmt);
	vsnprintf(v->v_name, sizeof(v->v_name), fmt, ap);
	va_end(ap);
	return (0);
}

int
bus_bind_intr(device_t d, struct resource *r, int cpu)
{
	struct vector *v;

	dev_check(d, "bus_bind_intr");
	res_check(r, "bus_bind_intr");
	if (fc_fails("bus_bind_intr"))
		return (EINVAL);
	if (cpu < 0 || cpu >= mp_ncpus) {
		FK_RULE("cpu", "bus_bind_intr to CPU %d", cpu);
		return (EINVAL);
	}
	v = r->r_vector;
	if (v == NULL)
		return (EINVAL);
	v->v_cpu = (unsigned int)cpu;
	fc_ctx_intr(v->v_filter_ctx, v->v_cpu, FK_LEVEL_FILTER);
	if (v->v_thread_ctx != NULL)
		fc_ctx_intr(v->v_thread_ctx, v->v_cpu, FK_LEVEL_ITHREAD);
	return (0);
}

int
bus_get_cpus(device_t d, enum cpu_sets op, size_t size, struct _cpuset *set)
{
	(void)op;
	dev_check(d, "bus_get_cpus");
	if (size != sizeof(cpuset_t))
		return (EINVAL);
	*(cpuset_t *)set = all_cpus;
	return (0);
}

int
bus_get_domain(device_t d, int *domain)
{
	dev_check(d, "bus_get_domain");
	*domain = 0;
	return (ENOENT);
}

unsigned int
fk_intr_cpu(unsigned int vector)
{
	return (vectors[vector].v_cpu);
}

unsigned int
fk_intr_live(void)
{
	return (intr_live);
}

void
fk_bus_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	unsigned int i;

	for (i = 0; i < MAX_VECTORS; i++)
		if (vectors[i].v_on && (const char *)vectors[i].v_arg >= p &&
		    (const char *)vectors[i].v_arg < p + len)
			fk_die("intr-freed", what);
}

/* ---- the card comes and goes */

/* As pci_child_detached(): what the driver forgot is taken away from it. */
static void
child_detached(void)
{
	unsigned int i;

	for (i = 0; i <= MAX_VECTORS; i++)
		if (irqs[i].r_used)
			FK_RULE("res-leak", "vector %u", i);
	if (n_alloc != 0)
		FK_RULE("res-leak", "%u MSI-X vectors", n_alloc);
	for (i = 0; i < NBARS; i++)
		if (bars[i].r_used)
			FK_RULE("res-leak", "BAR%u", i);
	if (fk_tags_live() != 0)
		FK_RULE("dma-tag-leak", "%u DMA tags", fk_tags_live());
}

static void
softc_free(void)
{
	fk_net_softc_gone();
	fk_sysctl_undev(&card);
	if (card.dv_softc != NULL) {
		fk_gone(card.dv_softc, card.dv_softc_size, "softc freed");
		fc_free(card.dv_softc);
	}
	memset(&card, 0, sizeof(card));
	dev = NULL;
}

static void
softc_new(void)
{
	card.dv_name = module->driver->name;
	snprintf(card.dv_nameunit, sizeof(card.dv_nameunit), "%s0",
	    module->driver->name);
	card.dv_softc_size = module->driver->size;
	card.dv_softc = fc_alloc("softc", card.dv_softc_size, 64);
	memset(card.dv_softc, 0, card.dv_softc_size);
	card.dv_state = DS_ALIVE;
	dev = &card;
}

static int
module_event(int what)
{
	return (module->evh == NULL ? 0 : module->evh(NULL, what,
	    module->arg));
}

static bool matched;

static void
do_attach(void *arg)
{
	int error;

	(void)arg;
	softc_new();
	matched = call(&device_probe_desc, ENXIO) <= 0;
	fk_kernel_leave("probe");
	if (!matched) {
		softc_free();
		return;
	}
	/* the bus probes once more with a fresh softc before it attaches */
	memset(card.dv_softc, 0, card.dv_softc_size);
	fk_sysctl_dev(&card);
	printf("%s: <%s> at device 5.0 on pci0\n", card.dv_nameunit,
	    card.dv_desc);
	card.dv_state = DS_ATTACHING;
	error = call(&device_attach_desc, ENXIO);
	cold = 0;
	fk_kernel_leave("attach");
	if (error != 0) {
		printf("device_attach: %s attach returned %d\n",
		    card.dv_nameunit, error);
		child_detached();
		softc_free();
		return;
	}
	card.dv_state = DS_ATTACHED;
}

bool
fk_attach(bool cold_boot)
{
	struct fc_ctx *x;

	if (!loaded && module_event(MOD_LOAD) != 0)
		return (false);
	loaded = true;
	fc_pci_power_on();
	fk_cpus(fk_machine()->ncpus);
	fc_dev_vector(raise, NULL);
	fc_pci_write(PCIR_COMMAND, PCIM_CMD_MEMEN);
	cold = cold_boot;
	x = fk_ctx("attach", FK_PROC, do_attach, NULL);
	if (!fc_run_ctx(x, 120000000)) {
		if (fc_dead() == NULL)
			FK_RULE("hang", "attach");
		return (false);
	}
	return (matched);
}

static int want_error;
static bool want_force;

static void
do_detach(void *arg)
{
	(void)arg;
	want_error = call(&device_detach_desc, 0);
	fk_kernel_leave("detach");
	if (want_error != 0) {
		if (want_force)
			FK_RULE("detach-forced", "error %d", want_error);
		return;
	}
	printf("%s: detached\n", card.dv_nameunit);
	child_detached();
	softc_free();
}

int
fk_detach(bool force)
{
	if (dev == NULL)
		return (0);
	want_force = force;
	if (!fk_proc(do_detach, NULL))
		return (-1);
	return (want_error);
}

static void
do_call(void *arg)
{
	want_error = call(arg, 0);
	fk_kernel_leave("device method");
}

static int
life(struct kobjop_desc *desc)
{
	if (dev == NULL || !fk_proc(do_call, desc))
		return (-1);
	return (want_error);
}

/* Registers and bus mastering are gone; the bus brings the latter back. */
static uint32_t saved_command;

void
fk_suspend(void)
{
	life(&device_suspend_desc);
	saved_command = fc_pci_read(PCIR_COMMAND);
	fc_pci_write(PCIR_COMMAND, 0);
}

void
fk_resume(void)
{
	fc_pci_write(PCIR_COMMAND, saved_command);
	life(&device_resume_desc);
}

int
fk_powerdown(void)
{
	return (life(&device_shutdown_desc));
}

/* ---- modules */

int
fk_kldunload(void)
{
	int error;

	error = fk_detach(false);
	if (error == 0)
		error = module_event(MOD_UNLOAD);
	if (error != 0)
		return (error);
	fk_sysctl_module(false);
	loaded = false;
	return (0);
}

bool
fk_kldload(void)
{
	fk_sysctl_module(true);
	return (fk_attach(false) && fk_attached());
}

const char *
fk_attach_line(void)
{
	return ("ena0: <Elastic Network Adapter");
}

void
fk_bus_open(void)
{
	memset(bars, 0, sizeof(bars));
	memset(irqs, 0, sizeof(irqs));
	memset(vectors, 0, sizeof(vectors));
	memset(&card, 0, sizeof(card));
	n_alloc = intr_live = 0;
	dev = NULL;
	loaded = false;
}
