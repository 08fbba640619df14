/* SPDX-License-Identifier: BSD-2-Clause */
/* What config(1) makes of if_ena.ioconf, for the module. */
#include <sys/device.h>
#include <sys/module.h>
extern struct cfattach ena_ca;
static const struct cfiattrdata fk_ifnetcf_iattrdata = {
	"ifnet", 0, { { NULL, NULL, 0 } }
};
static const struct cfiattrdata * const fk_ena_attrs[] = {
	&fk_ifnetcf_iattrdata, NULL
};
CFDRIVER_DECL(ena, DV_IFNET, fk_ena_attrs);
static struct cfdriver * const cfdriver_ioconf_if_ena[] = { &ena_cd, NULL };
static struct cfattach * const fk_ena_cfattachlist[] = { &ena_ca, NULL };
static const struct cfattachinit cfattach_ioconf_if_ena[] = {
	{ "ena", fk_ena_cfattachlist }, { NULL, NULL }
};
static const struct cfparent fk_pspec = { "pci", NULL, -1 };
static int fk_loc[2] = { -1, -1 };
static struct cfdata cfdata_ioconf_if_ena[] = {
	{ "ena", "ena", 0, FSTATE_STAR, fk_loc, 0, &fk_pspec },
	{ NULL, NULL, 0, FSTATE_NOTFOUND, NULL, 0, NULL }
};
