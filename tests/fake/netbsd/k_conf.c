/* SPDX-License-Identifier: BSD-2-Clause */
/* Autoconf, modules, power management. */
#include "fk_priv.h"

#include <sys/bus.h>
#include <sys/module.h>
#include <net/if.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "fc_pci.h"
#include "fk_nb.h"

#define AUTOCONF_US	120000000U

struct device {
	char dv_xname[16];
	void *dv_private;
	struct cfattach *dv_ca;
	struct cfdata *dv_cfdata;
	unsigned int dv_pending;
	void (*dv_deferred)(device_t);
	bool dv_pmf, dv_suspended;
	bool (*dv_suspend)(device_t, const pmf_qual_t *);
	bool (*dv_resume)(device_t, const pmf_qual_t *);
	bool (*dv_shutdown)(device_t, int);
	struct ifnet *dv_ifp;
};

static modinfo_t *module;		/* of the driver, linked in */
static bool loaded;
static struct cfattach *drv_ca;
static const char *drv_name;
static struct cfdata *drv_cf;
static struct device *dev;
static pcireg_t saved[16];

void
fk_module_known(modinfo_t *mi)
{
	module = mi;
}

void
fk_driver(struct cfattach *ca, const char *name)
{
	drv_ca = ca;
	drv_name = name;
	loaded = true;
}

/* ---- what a driver may ask */

void *
device_private(device_t d)
{
	return (d == NULL ? NULL : d->dv_private);
}

const char *
device_xname(device_t d)
{
	return (d->dv_xname);
}

device_t
device_parent(device_t d)
{
	(void)d;
	return (NULL);
}

int
device_unit(device_t d)
{
	(void)d;
	return (0);
}

bool
device_is_active(device_t d)
{
	(void)d;
	return (true);
}

cfdata_t
device_cfdata(device_t d)
{
	return (d->dv_cfdata);
}

void
config_pending_incr(device_t d)
{
	d->dv_pending++;
}

void
config_pending_decr(device_t d)
{
	if (d->dv_pending-- == 0)
		fk_die("config-pending", "excess config_pending_decr");
}

void
config_interrupts(device_t d, void (*fn)(device_t))
{
	if (!cold) {
		fn(d);
		return;
	}
	if (d->dv_deferred != NULL)
		fk_die("config-twice", "config_interrupts: deferred twice");
	d->dv_deferred = fn;
	config_pending_incr(d);
}

void
config_mountroot(device_t d, void (*fn)(device_t))
{
	fn(d);
}

int
config_finalize_register(device_t d, int (*fn)(device_t))
{
	(void)d;
	(void)fn;
	return (0);
}

/* ---- modules */

int
config_init_component(struct cfdriver * const *cds,
    const struct cfattachinit *cai, struct cfdata *cf)
{
	fk_waitok("config_init_component");
	drv_ca = cai->cfai_list[0];
	drv_name = cds[0]->cd_name;
	drv_cf = cf;
	return (0);
}

static int do_detach(int);

int
config_fini_component(struct cfdriver * const *cds,
    const struct cfattachinit *cai, struct cfdata *cf)
{
	int error;

	(void)cds;
	(void)cai;
	(void)cf;
	fk_waitok("config_fini_component");
	KERNEL_LOCK(1, NULL);
	error = dev != NULL ? do_detach(0) : 0;
	KERNEL_UNLOCK_ONE(NULL);
	if (error == 0)
		drv_ca = NULL;
	return (error);
}

struct modcall {
	modcmd_t cmd;
	int error;
};

static void
do_module(void *arg)
{
	struct modcall *mc = arg;

	mc->error = module->mi_modcmd(mc->cmd, NULL);
}

int
fk_nb_module(enum fk_nb_modcmd cmd)
{
	struct modcall mc = { (modcmd_t)cmd, 0 };

	if (module == NULL || !fk_proc(do_module, &mc))
		return (-1);
	if (mc.error == 0 && cmd != FK_NB_STAT)
		loaded = cmd == FK_NB_LOAD;
	return (mc.error);
}

const char *
fk_nb_module_name(void)
{
	return (module == NULL ? "" : module->mi_name);
}

/* ---- attach */

static struct pci_attach_args pa;

static void
do_attach(void *arg)
{
	(void)arg;
	KERNEL_LOCK(1, NULL);
	drv_ca->ca_attach(NULL, dev, &pa);
	if (fk_cx()->cx_klock != 1)
		fk_die("klock-leak", "attach");
	KERNEL_UNLOCK_ONE(NULL);
	fk_kernel_leave("attach");
}

/* Interrupts are on; what waited for that is done by a thread. */
static void
do_deferred(void *arg)
{
	void (*fn)(device_t) = dev->dv_deferred;

	(void)arg;
	KERNEL_LOCK(1, NULL);
	fn(dev);
	config_pending_decr(dev);
	dev->dv_deferred = NULL;
	KERNEL_UNLOCK_ONE(NULL);
	fk_kernel_leave("configintr");
}

static bool
run(const char *name, void (*fn)(void *), bool alone)
{
	struct fc_ctx *x;
	bool ok;

	x = fk_ctx(name, FK_LWP, fn, NULL);
	cold = alone;
	if (alone)
		fc_alone(x);
	ok = fc_run_ctx(x, AUTOCONF_US);
	fc_alone(NULL);
	cold = 0;
	if (!ok && fc_dead() == NULL)
		FK_RULE("hang", "%s", name);
	return (ok);
}

bool
fk_attach(bool cold_boot)
{
	static struct cfdata none;

	fc_pci_power_on();
	fk_set_cpus(fk_machine()->ncpus);
	if (!loaded && fk_nb_module(FK_NB_LOAD) != 0)
		return (false);
	fk_pa_fill(&pa);
	if (drv_cf == NULL)
		drv_cf = &none;
	if (drv_ca->ca_match(NULL, drv_cf, &pa) <= 0)
		return (false);
	dev = fc_alloc("device", sizeof(*dev), 16);
	memset(dev, 0, sizeof(*dev));
	dev->dv_private = fc_alloc("softc", drv_ca->ca_devsize, 64);
	memset(dev->dv_private, 0, drv_ca->ca_devsize);
	dev->dv_ca = drv_ca;
	dev->dv_cfdata = drv_cf;
	snprintf(dev->dv_xname, sizeof(dev->dv_xname), "%s0", drv_name);
	printf("%s at pci0 dev 5 function 0", dev->dv_xname);
	if (!run("attach", do_attach, cold_boot))
		return (false);
	if (dev->dv_deferred != NULL && !run("configintr", do_deferred, false))
		return (false);
	return (true);
}

/* ---- detach */

static int
do_detach(int flags)
{
	int error;

	if ((flags & (DETACH_SHUTDOWN | DETACH_FORCE)) == DETACH_SHUTDOWN &&
	    (dev->dv_ca->ca_flags & DVF_DETACH_SHUTDOWN) == 0)
		return (EOPNOTSUPP);
	error = dev->dv_ca->ca_detach(dev, flags);
	if (error != 0) {
		if ((flags & DETACH_FORCE) != 0)
			fk_die("detach-forced", "forced detach failed");
		return (error);
	}
	if (dev->dv_pmf)
		fk_die("pmf-left", "detached with registered handlers");
	if (dev->dv_pending != 0)
		fk_die("config-pending", "detached with pending work");
	aprint_normal_dev(dev, "detached\n");
	fk_gone(dev->dv_private, dev->dv_ca->ca_devsize, "softc freed");
	fc_free(dev->dv_private);
	fc_free(dev);
	dev = NULL;
	return (0);
}

struct detach_arg {
	int flags, error;
};

static void
detach_main(void *arg)
{
	struct detach_arg *da = arg;

	KERNEL_LOCK(1, NULL);
	da->error = do_detach(da->flags);
	KERNEL_UNLOCK_ONE(NULL);
}

static int
detach(int flags)
{
	struct detach_arg da = { flags, 0 };

	if (dev == NULL)
		return (0);
	return (fk_proc(detach_main, &da) ? da.error : -1);
}

int
fk_detach(bool force)
{
	return (detach(force ? DETACH_FORCE : 0));
}

/* What config_deactivate() does, for a card that is known to be gone. */
static void
do_deactivate(void *arg)
{
	int *error = arg;

	*error = EOPNOTSUPP;
	KERNEL_LOCK(1, NULL);
	if (dev->dv_ca->ca_activate != NULL)
		*error = dev->dv_ca->ca_activate(dev, DVACT_DEACTIVATE);
	KERNEL_UNLOCK_ONE(NULL);
}

int
fk_nb_deactivate(void)
{
	int error;

	return (fk_proc(do_deactivate, &error) ? error : -1);
}

/* Reboot: first everybody is asked to detach, then the rest is told. */
static void
do_shutdown(void *arg)
{
	int *error = arg;

	KERNEL_LOCK(1, NULL);
	*error = do_detach(DETACH_SHUTDOWN | DETACH_POWEROFF);
	if (*error != 0 && dev != NULL && dev->dv_shutdown != NULL)
		*error = dev->dv_shutdown(dev, 0) ? 0 : EIO;
	KERNEL_UNLOCK_ONE(NULL);
}

int
fk_powerdown(void)
{
	int error;

	return (fk_proc(do_shutdown, &error) ? error : -1);
}

/* ---- power */

bool
pmf_device_register1(device_t d, bool (*suspend)(device_t,
    const pmf_qual_t *), bool (*resume)(device_t, const pmf_qual_t *),
    bool (*shutdown)(device_t, int))
{
	fk_waitok("pmf_device_register");
	if (d->dv_pmf)
		fk_die("pmf-twice", "pmf_device_register");
	if (fc_fails("pmf_device_register"))
		return (false);
	d->dv_pmf = true;
	d->dv_suspend = suspend;
	d->dv_resume = resume;
	d->dv_shutdown = shutdown;
	return (true);
}

void
pmf_device_deregister(device_t d)
{
	fc_point("pmf_device_deregister");
	d->dv_pmf = false;
	d->dv_ifp = NULL;
	d->dv_suspend = d->dv_resume = NULL;
	d->dv_shutdown = NULL;
}

void
pmf_class_network_register(device_t d, struct ifnet *ifp)
{
	fc_point("pmf_class_network_register");
	if (!d->dv_pmf)
		fk_die("pmf-class", "the device is not registered");
	d->dv_ifp = ifp;
}

/* the network first, then the driver, then the bus */
static bool
suspend(void)
{
	static const pmf_qual_t none;
	struct ifnet *ifp = dev->dv_ifp;
	unsigned int i;
	int s;

	if (!dev->dv_pmf)
		return (false);
	if (ifp != NULL) {
		s = splnet();
		IFNET_LOCK(ifp);
		(*ifp->if_stop)(ifp, 0);
		IFNET_UNLOCK(ifp);
		splx(s);
	}
	if (dev->dv_suspend != NULL && !dev->dv_suspend(dev, &none))
		return (false);
	for (i = 0; i < 16; i++)
		saved[i] = fc_pci_read(i * 4);
	fc_pci_write(PCI_COMMAND_STATUS_REG, 0);
	dev->dv_suspended = true;
	return (true);
}

static bool
resume(void)
{
	static const pmf_qual_t none;
	struct ifnet *ifp = dev->dv_ifp;
	bool restart = false;
	int s;

	if (!dev->dv_suspended)
		return (false);
	dev->dv_suspended = false;
	fc_pci_write(PCI_COMMAND_STATUS_REG, saved[1]);
	if (dev->dv_resume != NULL && !dev->dv_resume(dev, &none))
		return (false);
	if (ifp == NULL)
		return (true);
	s = splnet();
	IFNET_LOCK(ifp);
	if ((ifp->if_flags & IFF_UP) != 0) {
		ifp->if_flags &= (unsigned short)~IFF_RUNNING;
		if ((*ifp->if_init)(ifp) != 0)
			aprint_normal_ifnet(ifp, "resume failed\n");
		restart = true;
	}
	IFNET_UNLOCK(ifp);
	if (restart)
		if_start_lock(ifp);
	splx(s);
	return (true);
}

static void
do_power(void *arg)
{
	bool (**fn)(void) = arg;

	if (dev == NULL)
		return;
	KERNEL_LOCK(1, NULL);
	(*fn)();
	KERNEL_UNLOCK_ONE(NULL);
}

void
fk_suspend(void)
{
	bool (*fn)(void) = suspend;

	fk_proc(do_power, &fn);
}

void
fk_resume(void)
{
	bool (*fn)(void) = resume;

	fk_proc(do_power, &fn);
}

void
fk_conf_open(void)
{
	dev = NULL;
	drv_ca = NULL;
	drv_cf = NULL;
	loaded = false;
}
