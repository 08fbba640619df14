/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _DEV_PCI_PCIVAR_H_
#define _DEV_PCI_PCIVAR_H_
#include <sys/device.h>
#include <sys/bus.h>
#include <dev/pci/pcireg.h>
#define __HAVE_PCI_MSI_MSIX
typedef struct pci_chipset_tag *pci_chipset_tag_t;
typedef uint32_t pcitag_t;
typedef uint64_t pci_intr_handle_t;
typedef int pci_intr_pin_t;
typedef int pci_intr_line_t;
struct pci_attach_args {
	bus_space_tag_t pa_iot, pa_memt;
	bus_dma_tag_t pa_dmat, pa_dmat64;
	pci_chipset_tag_t pa_pc;
	int pa_flags;
	u_int pa_bus, pa_device, pa_function;
	pcitag_t pa_tag;
	pcireg_t pa_id, pa_class;
	u_int pa_intrswiz;
	pcitag_t pa_intrtag;
	pci_intr_pin_t pa_intrpin;
	pci_intr_line_t pa_intrline;
	pci_intr_pin_t pa_rawintrpin;
};
#define PCI_FLAGS_IO_OKAY	0x01
#define PCI_FLAGS_MEM_OKAY	0x02
#define PCI_FLAGS_MRL_OKAY	0x04
#define PCI_FLAGS_MRM_OKAY	0x08
#define PCI_FLAGS_MWI_OKAY	0x10
#define PCI_FLAGS_MSI_OKAY	0x20
#define PCI_FLAGS_MSIX_OKAY	0x40
#define PCI_COMPAT_EOL_VALUE	(0xffffffffU)
#define PCI_COMPAT_EOL		{ .id = PCI_COMPAT_EOL_VALUE }
#define PCI_ID_CODE(vid, pid)						\
	((((vid) & 0xffffU)) | (((pid) & 0xffffU) << 16))
typedef enum {
	PCI_INTR_TYPE_INTX = 0, PCI_INTR_TYPE_MSI, PCI_INTR_TYPE_MSIX,
	PCI_INTR_TYPE_SIZE
} pci_intr_type_t;
#define PCI_INTR_MPSAFE		1
#define PCI_INTRSTR_LEN		64
#define PCI_PWR_D0	0
#define PCI_PWR_D3	3
pcireg_t pci_conf_read(pci_chipset_tag_t, pcitag_t, int);
void pci_conf_write(pci_chipset_tag_t, pcitag_t, int, pcireg_t);
pcitag_t pci_make_tag(pci_chipset_tag_t, int, int, int);
void pci_decompose_tag(pci_chipset_tag_t, pcitag_t, int *, int *, int *);
int pci_compatible_match(const struct pci_attach_args *,
    const struct device_compatible_entry *);
int pci_get_capability(pci_chipset_tag_t, pcitag_t, int, int *, pcireg_t *);
int pci_mapreg_probe(pci_chipset_tag_t, pcitag_t, int, pcireg_t *);
pcireg_t pci_mapreg_type(pci_chipset_tag_t, pcitag_t, int);
int pci_mapreg_info(pci_chipset_tag_t, pcitag_t, int, pcireg_t,
    bus_addr_t *, bus_size_t *, int *);
int pci_mapreg_map(const struct pci_attach_args *, int, pcireg_t, int,
    bus_space_tag_t *, bus_space_handle_t *, bus_addr_t *, bus_size_t *);
int pci_dma64_available(const struct pci_attach_args *);
void pci_aprint_devinfo_fancy(const struct pci_attach_args *, const char *,
    const char *, int);
#define pci_aprint_devinfo(pap, naive)					\
	pci_aprint_devinfo_fancy(pap, naive, NULL, 0);
int pci_msix_count(pci_chipset_tag_t, pcitag_t);
int pci_intr_alloc(const struct pci_attach_args *, pci_intr_handle_t **,
    int *, pci_intr_type_t);
int pci_msix_alloc_exact(const struct pci_attach_args *,
    pci_intr_handle_t **, int);
void pci_intr_release(pci_chipset_tag_t, pci_intr_handle_t *, int);
pci_intr_type_t pci_intr_type(pci_chipset_tag_t, pci_intr_handle_t);
int pci_intr_setattr(pci_chipset_tag_t, pci_intr_handle_t *, int, uint64_t);
const char *pci_intr_string(pci_chipset_tag_t, pci_intr_handle_t, char *,
    size_t);
void *pci_intr_establish_xname(pci_chipset_tag_t, pci_intr_handle_t, int,
    int (*)(void *), void *, const char *);
void pci_intr_disestablish(pci_chipset_tag_t, void *);
#endif
