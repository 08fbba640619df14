/* SPDX-License-Identifier: BSD-2-Clause */
/* The card's configuration space; no kernel header is needed. */
#ifndef FC_PCI_H
#define FC_PCI_H

#include "fc.h"
#include "fk.h"

#define FC_PCI_MSIX_CAP	0x70U
#define FC_PCI_BARS	6U

/* Once the test has said what machine it is: fk_machine(). */
void fc_pci_power_on(void);
void fc_pci_open(void);
/* Aligned register below 256; all ones when the card is out. */
uint32_t fc_pci_read(unsigned int reg);
void fc_pci_write(unsigned int reg, uint32_t);
/* Is there such a BAR, how large, and where (0: nowhere yet)? */
size_t fc_pci_bar_size(unsigned int bar);
uint32_t fc_pci_bar_base(unsigned int bar);
/* As firmware or the kernel would, where nobody has. */
uint32_t fc_pci_bar_assign(unsigned int bar);
unsigned int fc_pci_vectors(void);

#endif /* FC_PCI_H */
