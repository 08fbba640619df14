/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PCI bus knows of the card: identity, command register, BARs, the
 * MSI-X capability.  How a kernel shows it is that kernel's business.
 */
#include "fc_priv.h"
#include "fc_pci.h"

#define VENDOR		0x1d0fU
#define ETHERNET	0x02000000U
#define HAS_CAPS	0x00100000U
#define CAP_PTR		0x34U
#define CAP_MSIX	0x11U
#define MASTER		0x4U
#define PREFETCHABLE	0x8U
#define BAR_FLAGS	0xfU
#define REG_COMMAND	1U	/* words */
#define REG_BARS	4U

static uint32_t conf[64];
static uint32_t bar_mask[FC_PCI_BARS];
static struct fk_machine machine;

struct fk_machine *
fk_machine(void)
{
	return (&machine);
}

void
fc_pci_open(void)
{
	memset(&machine, 0, sizeof(machine));
	machine.msix = machine.bar2 = true;
	machine.ncpus = FC_CPUS;
	memset(conf, 0, sizeof(conf));
	memset(bar_mask, 0, sizeof(bar_mask));
}

unsigned int
fc_pci_vectors(void)
{
	return (machine.vectors != 0 ? machine.vectors : fc_msix_vectors());
}

static uint32_t
firmware_base(unsigned int bar)
{
	if (bar == 2 && !machine.bar2)
		return (0);
	if (bar != 0 && bar == fc_msix_bar() && machine.bar_msix_unset)
		return (0);
	return (0x80000000U + (bar << 26));
}

void
fc_pci_power_on(void)
{
	unsigned int b;

	memset(conf, 0, sizeof(conf));
	memset(bar_mask, 0, sizeof(bar_mask));
	conf[0] = VENDOR | (uint32_t)fc_device_id() << 16;
	conf[REG_COMMAND] = HAS_CAPS;
	conf[2] = ETHERNET | fc_revision();
	for (b = 0; b < FC_PCI_BARS; b++) {
		if (fc_bar_bytes(b) == 0)
			continue;
		bar_mask[b] = ~((uint32_t)fc_bar_bytes(b) - 1) & ~BAR_FLAGS;
		conf[REG_BARS + b] = firmware_base(b) |
		    (b == 2 ? PREFETCHABLE : 0);
	}
	conf[CAP_PTR / 4] = FC_PCI_MSIX_CAP;
	conf[FC_PCI_MSIX_CAP / 4] = CAP_MSIX | (fc_pci_vectors() - 1) << 16;
	conf[FC_PCI_MSIX_CAP / 4 + 1] = fc_msix_bar();
}

uint32_t
fc_pci_read(unsigned int reg)
{
	return (fc_pulled() ? 0xffffffffU : conf[reg / 4]);
}

void
fc_pci_write(unsigned int reg, uint32_t val)
{
	unsigned int w = reg / 4;

	if (fc_pulled())
		return;
	if (w == REG_COMMAND) {
		conf[w] = (conf[w] & 0xffff0000U) | (val & 0xffff);
		fc_bus_master((val & MASTER) != 0);
	} else if (w >= REG_BARS && w < REG_BARS + FC_PCI_BARS)
		conf[w] = (val & bar_mask[w - REG_BARS]) |
		    (conf[w] & BAR_FLAGS);
	else
		conf[w] = val;
}

size_t
fc_pci_bar_size(unsigned int bar)
{
	return (bar_mask[bar] == 0 || fc_pulled() ? 0 :
	    (~bar_mask[bar] + 1) & 0xffffffffU);
}

uint32_t
fc_pci_bar_base(unsigned int bar)
{
	return (conf[REG_BARS + bar] & ~BAR_FLAGS);
}

uint32_t
fc_pci_bar_assign(unsigned int bar)
{
	if (fc_pci_bar_base(bar) == 0)
		fc_pci_write((REG_BARS + bar) * 4,
		    0x90000000U + (bar << 26));
	return (fc_pci_bar_base(bar));
}
