/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BARs.
 *
 * BAR0 is the model's registers: aligned 32-bit accesses only; others read
 * as ones and write nothing, as they would on a bus that cannot carry them.
 *
 * MSI-X table and pending bits are on a BAR of their own (the first half
 * table, the second pending bits), or in the upper half of BAR0, as the
 * profile says.  The table is plain memory here: the client emulates it.
 *
 * BAR2, the window for device-placed queues, is a memfd which the client may
 * map, so that stores need no message.  Sealed, so that it cannot shrink.
 * With --trap-bar2 every store is a message and goes to the model.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

#define MSIX_ENTRY	16U
#define MSIX_HALF	0x800U		/* 128 vectors */

static bool
make_bar2(struct vu_nic *n)
{
	void *p;
	size_t len;

	len = (size_t)n->n_bar[2];
	n->n_bar2_fd = memfd_create("ena-bar2",
	    MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (n->n_bar2_fd == -1 || ftruncate(n->n_bar2_fd, (off_t)len) != 0 ||
	    fcntl(n->n_bar2_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_SEAL) != 0)
		return (false);
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
	    n->n_bar2_fd, 0);
	if (p == MAP_FAILED)
		return (false);
	n->n_bar2 = p;
	return (true);
}

bool
vu_region_init(struct vu_nic *n)
{
	const struct mock_profile *mp = &n->n_o->no_profile;
	uint32_t half;

	n->n_bar2_fd = -1;
	n->n_vectors = mp->msix_vectors;
	n->n_bar[0] = mp->bar0_bytes;
	n->n_bar[2] = mp->bar2_bytes;
	half = MSIX_HALF;
	while (half < n->n_vectors * MSIX_ENTRY)
		half *= 2;
	if (mp->msix_bar == 0) {
		n->n_table_off = mp->bar0_bytes / 2;
		n->n_pba_off = n->n_table_off + half;
	} else {
		n->n_bar[1] = 2 * half;
		n->n_table_off = 0;
		n->n_pba_off = half;
	}
	memset(n->n_table, 0, sizeof(n->n_table));
	return (n->n_bar[2] == 0 || n->n_o->no_trap_bar2 || make_bar2(n));
}

void
vu_region_free(struct vu_nic *n)
{
	if (n->n_bar2 != NULL)
		(void)munmap(n->n_bar2, (size_t)n->n_bar[2]);
	n->n_bar2 = NULL;
	if (n->n_bar2_fd != -1)
		(void)close(n->n_bar2_fd);
	n->n_bar2_fd = -1;
}

uint64_t
vu_region_size(const struct vu_nic *n, uint32_t region)
{
	if (region < 6)
		return (n->n_bar[region]);
	return (region == VU_REGION_CONFIG ? VU_CFG : 0);
}

/* Where in the MSI-X table or the pending bits is this?  False: elsewhere. */
static bool
in_msix(const struct vu_nic *n, uint32_t bar, uint64_t off, bool *pba,
    uint32_t *at)
{
	if (bar != n->n_o->no_profile.msix_bar || off < n->n_table_off)
		return (false);
	*pba = off >= n->n_pba_off;
	*at = (uint32_t)off - (*pba ? n->n_pba_off : n->n_table_off);
	return (true);
}

/* Is it the model that has to carry out this access? */
bool
vu_region_is_model(const struct vu_nic *n, const struct vu_region_rw *rw)
{
	uint32_t at;
	bool pba;

	return ((rw->rw_region == 0 || (rw->rw_region == 2 &&
	    n->n_bar2 == NULL)) && !in_msix(n, rw->rw_region, rw->rw_offset,
	    &pba, &at));
}

static uint8_t
msix_byte(const struct vu_nic *n, bool pba, uint32_t at)
{
	if (pba)
		return (at < VU_VECTORS / 8 ? vu_irq_pba(n, at) : 0);
	return (at < n->n_vectors * MSIX_ENTRY ? n->n_table[at] : 0);
}

/* True if this was for the MSI-X part of that BAR. */
static bool
msix_access(struct vu_nic *n, const struct vu_region_rw *rw, uint8_t *in,
    const uint8_t *out)
{
	uint32_t at, i;
	bool pba;

	if (!in_msix(n, rw->rw_region, rw->rw_offset, &pba, &at))
		return (false);
	for (i = 0; i < rw->rw_count; i++) {
		(void)in_msix(n, rw->rw_region, rw->rw_offset + i, &pba, &at);
		if (in != NULL)
			in[i] = msix_byte(n, pba, at);
		else if (!pba && at < n->n_vectors * MSIX_ENTRY)
			n->n_table[at] = out[i];
	}
	return (true);
}

static void
read_regs(struct vu_nic *n, const struct vu_region_rw *rw, uint8_t *in)
{
	uint32_t i, v;

	memset(in, 0xff, rw->rw_count);
	if (rw->rw_offset % 4 != 0 || rw->rw_count % 4 != 0) {
		n->n_odd_access++;
		return;
	}
	for (i = 0; i < rw->rw_count; i += 4) {
		v = mock_reg_read(n->n_dev, (uint32_t)rw->rw_offset + i);
		memcpy(in + i, &v, sizeof(v));
	}
}

static void
write_regs(struct vu_nic *n, const struct vu_region_rw *rw,
    const uint8_t *out)
{
	uint32_t i, v;

	if (rw->rw_offset % 4 != 0 || rw->rw_count % 4 != 0) {
		n->n_odd_access++;
		return;
	}
	for (i = 0; i < rw->rw_count; i += 4) {
		memcpy(&v, out + i, sizeof(v));
		mock_reg_write(n->n_dev, (uint32_t)rw->rw_offset + i, v);
	}
}

/* The caller has checked the range of both. */
void
vu_region_read(struct vu_nic *n, const struct vu_region_rw *rw, uint8_t *in)
{
	if (rw->rw_region == VU_REGION_CONFIG)
		memcpy(in, n->n_pci.pci_cfg + rw->rw_offset, rw->rw_count);
	else if (msix_access(n, rw, in, NULL))
		return;
	else if (rw->rw_region == 0)
		read_regs(n, rw, in);
	else if (rw->rw_region == 2 && n->n_bar2 != NULL)
		memcpy(in, n->n_bar2 + rw->rw_offset, rw->rw_count);
	else
		memset(in, 0xff, rw->rw_count);
}

void
vu_region_write(struct vu_nic *n, const struct vu_region_rw *rw,
    const uint8_t *out)
{
	const uint32_t off = (uint32_t)rw->rw_offset;

	if (rw->rw_region == VU_REGION_CONFIG) {
		vu_pci_write(&n->n_pci, off, out, rw->rw_count);
		if (vu_pci_is_flr(off, out, rw->rw_count))
			vu_nic_reset(n);
	} else if (msix_access(n, rw, NULL, out))
		return;
	else if (rw->rw_region == 0)
		write_regs(n, rw, out);
	else if (rw->rw_region == 2 && n->n_bar2 != NULL)
		memcpy(n->n_bar2 + off, out, rw->rw_count);
	else if (rw->rw_region == 2)
		mock_bar2_write(n->n_dev, off, out, rw->rw_count);
}
