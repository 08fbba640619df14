/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _DEV_PCI_PCIREG_H_
#define _DEV_PCI_PCIREG_H_
typedef u_int32_t pcireg_t;
typedef u_int16_t pci_vendor_id_t;
typedef u_int16_t pci_product_id_t;
#define PCI_ID_REG			0x00
#define PCI_VENDOR(id)			((id) & 0xffff)
#define PCI_PRODUCT(id)			(((id) >> 16) & 0xffff)
#define PCI_COMMAND_STATUS_REG		0x04
#define PCI_COMMAND_IO_ENABLE		0x00000001
#define PCI_COMMAND_MEM_ENABLE		0x00000002
#define PCI_COMMAND_MASTER_ENABLE	0x00000004
#define PCI_CLASS_REG			0x08
#define PCI_REVISION(cr)		((cr) & 0xff)
#define PCI_MAPREG_START		0x10
#define PCI_MAPREG_END			0x28
#define PCI_MAPREG_TYPE(mr)		((mr) & 1)
#define PCI_MAPREG_TYPE_MEM		0
#define PCI_MAPREG_TYPE_IO		1
#define PCI_MAPREG_MEM_TYPE(mr)		((mr) & 6)
#define PCI_MAPREG_MEM_TYPE_32BIT	0
#define PCI_MAPREG_MEM_TYPE_64BIT	4
#define _PCI_MAPREG_TYPEBITS(reg)					\
	(PCI_MAPREG_TYPE(reg) == PCI_MAPREG_TYPE_IO ? (reg) & 1 : (reg) & 7)
#define PCI_MAPREG_MEM_PREFETCHABLE(mr)	(((mr) & 8) != 0)
#define PCI_MAPREG_MEM_ADDR(mr)		((mr) & 0xfffffff0)
#define PCI_SUBSYS_ID_REG		0x2c
#define PCI_BAR(n)			(PCI_MAPREG_START + 4 * (n))
#define PCI_BAR0			PCI_BAR(0)
#define PCI_CAP_MSIX			0x11
#define PCI_MSIX_MC_MSIXE		0x80000000
#define PCI_MSIX_MC_TBLSZ(reg)		(((reg) & 0x07ff0000) >> 16)
#define PCI_MSIX_TABLE			0x04
#define PCI_MSIX_TABLE_BIR		0x00000007
#define PCI_MSIX_TABLE_OFF		~(PCI_MSIX_TABLE_BIR)
#endif
