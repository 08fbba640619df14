/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PCIVAR_H_
#define _PCIVAR_H_

#include <sys/bus.h>

#define PCI_PNP_INFO(t)	\
	MODULE_PNP_INFO("U16:vendor;U16:device;#", pci, t, t, nitems(t))
uint32_t pci_read_config(device_t, int reg, int width);
void pci_write_config(device_t, int reg, uint32_t val, int width);
uint16_t pci_get_vendor(device_t);
uint16_t pci_get_device(device_t);
uint8_t pci_get_revid(device_t);
uint32_t pci_get_devid(device_t);
uint16_t pci_get_subvendor(device_t);
uint16_t pci_get_subdevice(device_t);
uint32_t pci_get_domain(device_t);
uint8_t pci_get_bus(device_t);
uint8_t pci_get_slot(device_t);
uint8_t pci_get_function(device_t);
int pci_enable_busmaster(device_t);
int pci_disable_busmaster(device_t);
int pci_msix_count(device_t);
int pci_alloc_msix(device_t, int *count);
int pci_release_msi(device_t);
int pci_msix_table_bar(device_t);
int pci_msix_pba_bar(device_t);
int pci_find_cap(device_t, int capability, int *capreg);

#endif
