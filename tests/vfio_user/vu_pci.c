/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration space of the adapter: a PCI Express endpoint with power
 * management and MSI-X.
 *
 * Three arrays say everything: what a byte is after power-on, which of its
 * bits a client may change, what it is now.  A BAR's mask has only its
 * address bits, so that sizing by writing ones works.  Two bits act: bus
 * mastering is looked at by each DMA, and a function level reset arrives
 * only as a write to Device Control.
 *
 *	0x40 power management, 0x50 MSI-X, 0x70 PCI Express
 */
#include <string.h>

#include "vu.h"

#define PCI_VENDOR_AMAZON	0x1d0fU
#define PCI_CLASS_ETHERNET	0x0200U

#define CFG_COMMAND		0x04U
#define CFG_STATUS		0x06U
#define CFG_REVISION		0x08U
#define CFG_CLASS		0x0aU
#define CFG_BAR			0x10U
#define CFG_SUBVENDOR		0x2cU
#define CFG_CAPS		0x34U
#define CFG_LINE		0x3cU

#define COMMAND_MASTER		0x0004U
#define COMMAND_MASK		0x0546U	/* memory, master, PERR, SERR, INTx */
#define STATUS_CAPS		0x0010U

#define CAP_PM			0x40U
#define CAP_MSIX		0x50U
#define CAP_EXP			0x70U

#define MSIX_CTRL_MASK		0xc000U	/* enable, function mask */

#define DEVCAP			(CAP_EXP + 0x04U)
#define DEVCAP_ROLE_ERR		0x00008000U
#define DEVCAP_FLR		0x10000000U
#define DEVCTL			(CAP_EXP + 0x08U)
#define DEVCTL_MASK		0x7fffU
#define DEVCTL_FLR		0x8000U

static void
put2(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void
put4(uint8_t *p, uint32_t v)
{
	put2(p, v);
	put2(p + 2, v >> 16);
}

static void
put_bar(struct vu_pci *p, unsigned int i, uint64_t size, uint32_t type)
{
	if (size == 0)
		return;
	put4(p->pci_rom + CFG_BAR + 4 * i, type);
	put4(p->pci_mask + CFG_BAR + 4 * i, ~(uint32_t)(size - 1));
}

static void
put_pm(struct vu_pci *p)
{
	p->pci_rom[CAP_PM] = 0x01;
	p->pci_rom[CAP_PM + 1] = CAP_MSIX;
	put2(p->pci_rom + CAP_PM + 2, 0x0003);	/* version 1.2 */
	put2(p->pci_rom + CAP_PM + 4, 0x0008);	/* D3hot keeps its state */
	put2(p->pci_mask + CAP_PM + 4, 0x0003);
}

static void
put_msix(struct vu_pci *p, const struct vu_nic *n)
{
	uint32_t bir = n->n_o->no_profile.msix_bar;

	p->pci_rom[CAP_MSIX] = 0x11;
	p->pci_rom[CAP_MSIX + 1] = CAP_EXP;
	put2(p->pci_rom + CAP_MSIX + 2, n->n_vectors - 1);
	put2(p->pci_mask + CAP_MSIX + 2, MSIX_CTRL_MASK);
	put4(p->pci_rom + CAP_MSIX + 4, n->n_table_off | bir);
	put4(p->pci_rom + CAP_MSIX + 8, n->n_pba_off | bir);
}

static void
put_express(struct vu_pci *p)
{
	p->pci_rom[CAP_EXP] = 0x10;
	put2(p->pci_rom + CAP_EXP + 2, 0x0002);	/* endpoint, version 2 */
	put4(p->pci_rom + DEVCAP, DEVCAP_FLR | DEVCAP_ROLE_ERR);
	put2(p->pci_rom + DEVCTL, 0x2810);	/* 512-byte reads, relaxed */
	put2(p->pci_mask + DEVCTL, DEVCTL_MASK);
	put4(p->pci_rom + CAP_EXP + 0x0c, 0x00000083);	/* x8, 8 GT/s */
	put2(p->pci_mask + CAP_EXP + 0x10, 0x01c3);
	put2(p->pci_rom + CAP_EXP + 0x12, 0x0083);
	put4(p->pci_rom + CAP_EXP + 0x2c, 0x0000000e);
	put2(p->pci_rom + CAP_EXP + 0x30, 0x0003);
}

void
vu_pci_init(struct vu_pci *p, const struct vu_nic *n)
{
	const struct mock_profile *mp = &n->n_o->no_profile;

	memset(p, 0, sizeof(*p));
	put2(p->pci_rom, PCI_VENDOR_AMAZON);
	put2(p->pci_rom + 2, mp->device_id);
	put2(p->pci_mask + CFG_COMMAND, COMMAND_MASK);
	put2(p->pci_rom + CFG_STATUS, STATUS_CAPS);
	p->pci_rom[CFG_REVISION] = mp->revision;
	put2(p->pci_rom + CFG_CLASS, PCI_CLASS_ETHERNET);
	put_bar(p, 0, n->n_bar[0], 0);
	put_bar(p, 1, n->n_bar[1], 0);
	put_bar(p, 2, n->n_bar[2], 0x8);	/* prefetchable */
	put2(p->pci_rom + CFG_SUBVENDOR, PCI_VENDOR_AMAZON);
	put2(p->pci_rom + CFG_SUBVENDOR + 2, mp->device_id);
	p->pci_rom[CFG_CAPS] = CAP_PM;
	p->pci_mask[CFG_LINE] = 0xff;
	put_pm(p);
	put_msix(p, n);
	put_express(p);
	vu_pci_reset(p);
}

void
vu_pci_reset(struct vu_pci *p)
{
	memcpy(p->pci_cfg, p->pci_rom, sizeof(p->pci_cfg));
}

bool
vu_pci_master(const struct vu_pci *p)
{
	return ((p->pci_cfg[CFG_COMMAND] & COMMAND_MASTER) != 0);
}

/* Does this write ask for a function level reset? */
bool
vu_pci_is_flr(uint32_t off, const uint8_t *data, uint32_t len)
{
	const uint32_t at = DEVCTL + 1;

	return (off <= at && at - off < len &&
	    (data[at - off] & (DEVCTL_FLR >> 8)) != 0);
}

/* The caller has checked the range. */
void
vu_pci_write(struct vu_pci *p, uint32_t off, const uint8_t *data,
    uint32_t len)
{
	uint8_t mask;
	uint32_t i;

	for (i = 0; i < len; i++) {
		mask = p->pci_mask[off + i];
		p->pci_cfg[off + i] = (uint8_t)((p->pci_cfg[off + i] &
		    ~mask) | (data[i] & mask));
	}
}
