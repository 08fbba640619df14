/* SPDX-License-Identifier: BSD-2-Clause */
/* What sys_pci.c gives to a system's own part. */
#ifndef SYS_PCI_H
#define SYS_PCI_H

/* The BAR at a register; panics if there is none. */
unsigned int fk_bar(int reg);

#endif /* SYS_PCI_H */
