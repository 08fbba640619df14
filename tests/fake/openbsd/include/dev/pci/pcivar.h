/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _DEV_PCI_PCIVAR_H_
#define _DEV_PCI_PCIVAR_H_
#include <sys/device.h>
#include <machine/bus.h>
#include <dev/pci/pcireg.h>
#define __HAVE_PCI_MSIX
typedef void *pci_chipset_tag_t;
typedef u_int32_t pcitag_t;
typedef struct {
	pcitag_t tag;
	int line, pin;
} pci_intr_handle_t;
typedef int pci_intr_pin_t;
typedef int pci_intr_line_t;
struct pci_matchid {
	pci_vendor_id_t pm_vid;
	pci_product_id_t pm_pid;
};
struct extent;
struct cpu_info;
struct pci_attach_args {
	bus_space_tag_t pa_iot, pa_memt;
	bus_dma_tag_t pa_dmat;
	pci_chipset_tag_t pa_pc;
	int pa_flags;
	struct extent *pa_ioex, *pa_memex, *pa_pmemex, *pa_busex;
	u_int pa_domain, pa_bus, pa_device, pa_function;
	pcitag_t pa_tag;
	pcireg_t pa_id, pa_class;
	pcitag_t *pa_bridgetag;
	pci_intr_handle_t *pa_bridgeih;
	u_int pa_intrswiz;
	pcitag_t pa_intrtag;
	pci_intr_pin_t pa_intrpin;
	pci_intr_line_t pa_intrline;
	pci_intr_pin_t pa_rawintrpin;
};
#define PCI_FLAGS_IO_ENABLED	0x01
#define PCI_FLAGS_MEM_ENABLED	0x02
#define PCI_FLAGS_MSI_ENABLED	0x20
#define PCI_PWR_D0	0
#define PCI_PWR_D3	3
int pci_matchbyid(struct pci_attach_args *, const struct pci_matchid *, int);
pcitag_t pci_make_tag(pci_chipset_tag_t, int, int, int);
void pci_decompose_tag(pci_chipset_tag_t, pcitag_t, int *, int *, int *);
pcireg_t pci_conf_read(pci_chipset_tag_t, pcitag_t, int);
void pci_conf_write(pci_chipset_tag_t, pcitag_t, int, pcireg_t);
int pci_mapreg_probe(pci_chipset_tag_t, pcitag_t, int, pcireg_t *);
pcireg_t pci_mapreg_type(pci_chipset_tag_t, pcitag_t, int);
int pci_mapreg_info(pci_chipset_tag_t, pcitag_t, int, pcireg_t,
    bus_addr_t *, bus_size_t *, int *);
int pci_mapreg_assign(struct pci_attach_args *, int, pcireg_t,
    bus_addr_t *, bus_size_t *);
int pci_mapreg_map(struct pci_attach_args *, int, pcireg_t, int,
    bus_space_tag_t *, bus_space_handle_t *, bus_addr_t *, bus_size_t *,
    bus_size_t);
int pci_get_capability(pci_chipset_tag_t, pcitag_t, int, int *, pcireg_t *);
int pci_intr_msix_count(struct pci_attach_args *);
int pci_intr_map_msix(struct pci_attach_args *, int, pci_intr_handle_t *);
int pci_intr_map_msi(struct pci_attach_args *, pci_intr_handle_t *);
int pci_intr_map(struct pci_attach_args *, pci_intr_handle_t *);
const char *pci_intr_string(pci_chipset_tag_t, pci_intr_handle_t);
void *pci_intr_establish(pci_chipset_tag_t, pci_intr_handle_t, int,
    int (*)(void *), void *, const char *);
void *pci_intr_establish_cpu(pci_chipset_tag_t, pci_intr_handle_t, int,
    struct cpu_info *, int (*)(void *), void *, const char *);
void pci_intr_disestablish(pci_chipset_tag_t, void *);
int pci_get_powerstate(pci_chipset_tag_t, pcitag_t);
int pci_set_powerstate(pci_chipset_tag_t, pcitag_t, int);
#endif
