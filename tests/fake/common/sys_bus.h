/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bus_space(9) and bus_dma(9) as OpenBSD and NetBSD have them: what the
 * system's own part gives and gets.
 */
#ifndef SYS_BUS_H
#define SYS_BUS_H

/* The system's part: may the caller sleep; how wide memory is. */
bool fk_waitok(const char *who);
unsigned int fk_dma_bits(bus_dma_tag_t, int flags);
/* Is what an mbuf holds in a row for the device, too? */
extern const bool fk_dma_contig;

void fk_space_open(void);
/* That BAR is mapped now; its handle. */
bus_space_handle_t fk_space_map(unsigned int bar, bus_size_t, int flags);
unsigned int fk_spaces_live(void);

int fk_dmamem_alloc(bus_size_t, bus_size_t align, bus_dma_segment_t *,
    int nsegs, int *rsegs, int flags, unsigned int bits);
int fk_dmamem_map(bus_dma_segment_t *, int nsegs, size_t, void **, int flags);
void fk_dmamem_unmap(void *, size_t);

#endif /* SYS_BUS_H */
