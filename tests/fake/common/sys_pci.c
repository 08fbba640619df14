/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci(9) as OpenBSD and NetBSD have it: configuration space and the look of
 * BARs.  Compiled once for each, against its headers.
 */
#include "fk_priv.h"

#include <machine/bus.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "fc_pci.h"
#include "sys_pci.h"

/* ---- configuration space */

static unsigned int
conf_reg(int reg)
{
	if ((reg & 3) != 0 || reg < 0 || reg > 255)
		fk_die("pci-reg", "no such configuration register");
	return ((unsigned int)reg);
}

pcireg_t
pci_conf_read(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	(void)pc;
	(void)tag;
	fc_point("pci_conf_read");
	return (fc_pci_read(conf_reg(reg)));
}

void
pci_conf_write(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t val)
{
	(void)pc;
	(void)tag;
	fc_point("pci_conf_write");
	fc_pci_write(conf_reg(reg), val);
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
pci_get_capability(pci_chipset_tag_t pc, pcitag_t tag, int cap, int *off,
    pcireg_t *val)
{
	fc_point("pci_get_capability");
	if (cap != PCI_CAP_MSIX || !fk_machine()->msix || fc_pulled())
		return (0);
	if (off != NULL)
		*off = FC_PCI_MSIX_CAP;
	if (val != NULL)
		*val = pci_conf_read(pc, tag, FC_PCI_MSIX_CAP);
	return (1);
}

/* ---- BARs */

unsigned int
fk_bar(int reg)
{
	if (reg < PCI_MAPREG_START || reg >= PCI_MAPREG_END || (reg & 3) != 0)
		fk_die("pci-bar", "not a BAR");
	return ((unsigned int)(reg - PCI_MAPREG_START) / 4);
}

int
pci_mapreg_probe(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t *type)
{
	unsigned int bar = fk_bar(reg);

	(void)pc;
	(void)tag;
	fc_point("pci_mapreg_probe");
	if (fc_pci_bar_size(bar) == 0)
		return (0);
	if (type != NULL)
		*type = _PCI_MAPREG_TYPEBITS(fc_pci_read((unsigned int)reg));
	return (1);
}

pcireg_t
pci_mapreg_type(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	(void)fk_bar(reg);
	return (_PCI_MAPREG_TYPEBITS(pci_conf_read(pc, tag, reg)));
}

int
pci_mapreg_info(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t type,
    bus_addr_t *base, bus_size_t *size, int *flags)
{
	unsigned int bar = fk_bar(reg);

	(void)type;
	(void)pc;
	(void)tag;
	fc_point("pci_mapreg_info");
	if (fc_pci_bar_size(bar) == 0)
		return (EINVAL);
	if (base != NULL)
		*base = fc_pci_bar_base(bar);
	if (size != NULL)
		*size = fc_pci_bar_size(bar);
	if (flags != NULL)
		*flags = PCI_MAPREG_MEM_PREFETCHABLE(
		    fc_pci_read((unsigned int)reg)) ?
		    BUS_SPACE_MAP_PREFETCHABLE : 0;
	return (0);
}
