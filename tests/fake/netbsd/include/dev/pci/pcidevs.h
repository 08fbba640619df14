/* SPDX-License-Identifier: BSD-2-Clause */
/* as pcidevs of NetBSD has it, which knows of one function only */
#define PCI_VENDOR_AMAZON	0x1d0f
#define PCI_PRODUCT_AMAZON_ENA	0xec20
