/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Crimes against pci(9), bus_space(9) and bus_dma(9) as OpenBSD and NetBSD
 * have them; behind the system's headers for these.
 */
#ifndef SYS_CRIME_BUS_H
#define SYS_CRIME_BUS_H

#include "sys_crime.h"

#define BAD_MEM		100U		/* bytes of bb_mem */

/* What the dummy holds. */
struct bad_bus {
	struct pci_attach_args bb_pa;
	bus_space_tag_t bb_memt, bb_llqt;
	bus_space_handle_t bb_memh, bb_llqh;
	bus_size_t bb_mems, bb_llqs;
	bus_dma_tag_t bb_dmat;
	void *bb_mem;
};

/* ---- the system's part */

struct bad_bus *bad_bus(struct bad_softc *);
/* Map BAR0. */
void bad_map(struct bad_bus *, int flags);
void *bad_alloc(size_t);
void bad_free(void *, size_t);

/* ---- and ours */

#define CRIMES_BUS(X) \
	X("pci-reg", pci_reg) \
	X("pci-bar", pci_bar) \
	X("space-wc", space_wc) \
	X("space-map", space_map) \
	X("space-unmapped", space_unmapped) \
	X("space-range", space_range) \
	X("space-align", space_align) \
	X("space-linear", space_linear) \
	X("dma-create", dma_create) \
	X("dma-map", dma_map) \
	X("dma-load-twice", dma_load_twice) \
	X("dma-destroy-loaded", dma_destroy_loaded) \
	X("dma-mbuf-hdr", dma_mbuf_hdr) \
	X("dma-sync-unloaded", dma_sync_unloaded) \
	X("dma-sync-mixed", dma_sync_mixed) \
	X("dma-sync-ops", dma_sync_ops) \
	X("dma-sync-range", dma_sync_range) \
	X("dma-post-first", dma_post_first) \
	X("dma-store-lent", dma_store_lent) \
	X("dma-not-lent", dma_not_lent) \
	X("dma-mem", dma_mem) \
	X("dma-mem-size", dma_mem_size) \
	X("dma-mem-mapped", dma_mem_mapped) \
	X("dma-free-mapped", dma_free_mapped) \
	X("mbuf-mapped", mbuf_mapped)

CRIMES_BUS(CRIME_DECLARE)
void crime_space_size(struct bad_softc *);	/* while it detaches */

#endif /* SYS_CRIME_BUS_H */
