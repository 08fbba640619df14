/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PCIREG_H_
#define _PCIREG_H_

#define PCIR_VENDOR		0x00
#define PCIR_DEVICE		0x02
#define PCIR_COMMAND		0x04
#define PCIM_CMD_MEMEN		0x0002
#define PCIM_CMD_BUSMASTEREN	0x0004
#define PCIR_STATUS		0x06
#define PCIR_REVID		0x08
#define PCIR_BARS		0x10
#define PCIR_BAR(x)		(PCIR_BARS + (x) * 4)
#define PCI_RID2BAR(rid)	(((rid) - PCIR_BARS) / 4)
#define PCIR_CAP_PTR		0x34
#define PCIV_INVALID		0xffff
#define PCIY_MSIX		0x11
#define PCIY_EXPRESS		0x10

#endif
