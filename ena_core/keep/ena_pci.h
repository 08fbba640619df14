/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The card on its bus, where pci(9) is as NetBSD made it.  The glue includes
 * it behind <dev/pci/pcivar.h> and
 *
 *	ENA_PCI_MAP(pa, reg, type, flags, tag, handle, size)
 *		pci_mapreg_map(), which has one argument more on OpenBSD
 */
#ifndef ENA_PCI_H
#define ENA_PCI_H

#include "ena_keep.h"

#define ENA_PCI_BAR0		PCI_MAPREG_START
#define ENA_PCI_BAR2		(PCI_MAPREG_START + 8)

struct ena_pci {
	pci_chipset_tag_t	 ep_pc;
	pcitag_t		 ep_tag;
	bus_space_tag_t		 ep_memt;	/* BAR2 */
	bus_space_handle_t	 ep_memh;
	bus_size_t		 ep_mems;	/* 0: not mapped */
};

/* One of the four that there are, by the register that says who it is. */
static inline bool
ena_pci_known(pcireg_t id)
{
	switch (PCI_PRODUCT(id)) {
	case 0x0ec2:			/* PF */
	case 0x1ec2:			/* PF with LLQ */
	case 0xec20:			/* VF */
	case 0xec21:			/* VF with LLQ */
		return (PCI_VENDOR(id) == PCI_VENDOR_AMAZON);
	}
	return (false);
}

/* Registers, memory; without PCI_COMMAND_MASTER_ENABLE no DMA any more. */
static inline void
ena_pci_enable(const struct ena_pci *ep, pcireg_t bits)
{
	pcireg_t csr;

	csr = pci_conf_read(ep->ep_pc, ep->ep_tag, PCI_COMMAND_STATUS_REG);
	csr &= ~PCI_COMMAND_MASTER_ENABLE;
	pci_conf_write(ep->ep_pc, ep->ep_tag, PCI_COMMAND_STATUS_REG,
	    csr | bits);
}

/*
 * BAR0, and BAR2 if it is there; then the card may reach memory.  False: no
 * registers.  Either way ena_pci_close() undoes it.
 */
static inline bool
ena_pci_open(struct ena_pci *ep, struct ena_os *os,
    struct pci_attach_args *pa)
{
	pcireg_t type;

	ep->ep_pc = pa->pa_pc;
	ep->ep_tag = pa->pa_tag;
	type = pci_mapreg_type(pa->pa_pc, pa->pa_tag, ENA_PCI_BAR0);
	if (ENA_PCI_MAP(pa, ENA_PCI_BAR0, type, 0, &os->os_memt,
	    &os->os_memh, &os->os_mems) != 0) {
		os->os_mems = 0;
		return (false);
	}
	if (pci_mapreg_probe(pa->pa_pc, pa->pa_tag, ENA_PCI_BAR2, &type) &&
	    PCI_MAPREG_TYPE(type) == PCI_MAPREG_TYPE_MEM &&
	    ENA_PCI_MAP(pa, ENA_PCI_BAR2, type,
	    BUS_SPACE_MAP_PREFETCHABLE | BUS_SPACE_MAP_LINEAR, &ep->ep_memt,
	    &ep->ep_memh, &ep->ep_mems) == 0)
		os->os_llq = bus_space_vaddr(ep->ep_memt, ep->ep_memh);
	else
		ep->ep_mems = 0;
	ena_pci_enable(ep, PCI_COMMAND_MASTER_ENABLE |
	    PCI_COMMAND_MEM_ENABLE);
	return (true);
}

static inline void
ena_pci_close(struct ena_pci *ep, struct ena_os *os)
{
	if (ep->ep_mems != 0)
		bus_space_unmap(ep->ep_memt, ep->ep_memh, ep->ep_mems);
	if (os->os_mems != 0)
		bus_space_unmap(os->os_memt, os->os_memh, os->os_mems);
}

/* What the device is told of us, but for numbers and the RSS key. */
static inline void
ena_pci_config(const struct ena_pci *ep, const struct ena_os *os,
    const struct pci_attach_args *pa, struct ena_config *cf)
{
	memset(cf, 0, sizeof(*cf));
	cf->cf_os_type = ENA_OS_TYPE_FREEBSD;	/* the nearest relative */
	cf->cf_os_dist = ostype;
	cf->cf_kernel = osrelease;
	cf->cf_bdf = (uint16_t)(pa->pa_bus << 8 | pa->pa_device << 3 |
	    pa->pa_function);
	cf->cf_revision = PCI_REVISION(pa->pa_class);
	cf->cf_bar0_bytes = os->os_mems;
	cf->cf_bar2_bytes = os->os_llq != NULL ? ep->ep_mems : 0;
	cf->cf_have_rss_key = true;
}

#endif /* ENA_PCI_H */
