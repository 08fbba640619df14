/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _DEV_PCI_PCIDEVS_H_
#define _DEV_PCI_PCIDEVS_H_
/* Not there in 7.8: what the driver's pcidevs lines would generate. */
#define PCI_VENDOR_AMAZON		0x1d0f
#define PCI_PRODUCT_AMAZON_ENA_PF	0x0ec2
#define PCI_PRODUCT_AMAZON_ENA_LLQ_PF	0x1ec2
#define PCI_PRODUCT_AMAZON_ENA_VF	0xec20
#define PCI_PRODUCT_AMAZON_ENA_LLQ_VF	0xec21
#endif
