/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain binding in front of a device model that is called, not mapped:
 * registers go through a hook, and so does what drains the window.
 */
#define ena_os_rd4		island_plain_rd4
#define ena_os_wr4		island_plain_wr4
#define ena_os_wmb		island_plain_wmb
#include "ena_os_plain.h"
#undef ena_os_rd4
#undef ena_os_wr4
#undef ena_os_wmb

#ifndef ENA_OS_TYPES

uint32_t island_rd4(uint32_t);
void island_wr4(uint32_t, uint32_t);
void island_drain(void);

static inline uint32_t
ena_os_rd4(struct ena_os *os, uint32_t off)
{
	(void)os;
	return (island_rd4(off));
}

static inline void
ena_os_wr4(struct ena_os *os, uint32_t off, uint32_t val)
{
	(void)os;
	island_wr4(off, val);
}

static inline void
ena_os_wmb(struct ena_os *os)
{
	island_plain_wmb(os);
	island_drain();
}

#endif
