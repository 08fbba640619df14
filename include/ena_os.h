/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform contract: everything the ENA core asks of an operating system.
 *
 * A binding is one header, named at compile time:
 *
 *	cc -c ena_core/ena_dev.c -Iinclude -DENA_OS_BINDING='"ena_os_mine.h"'
 *
 * It is included twice.  The first time ENA_OS_TYPES is defined and it must
 * provide types; the second time it must define, as static inline functions,
 * every operation declared here.  The prototypes stand between the two, so a
 * wrong signature does not compile and a missing operation is an error under
 * -Werror.  Pass 1 provides:
 *
 *	uint8_t uint16_t uint32_t uint64_t uintptr_t size_t bool NULL
 *	memcpy() memmove() memset() memcmp()	as the compiler knows them
 *	va_list va_start() va_end()		the same
 *	struct ena_os		whatever the operations need; the core only
 *				passes the pointer through
 *	struct ena_os_dma	one block of DMA memory; at least the members
 *				  void *dma_va		CPU address
 *				  uint64_t dma_pa	device (bus) address
 *				all zero means "no memory"
 *	ENA_OS_ASSERT(x)	the kernel's assertion, may be empty
 *
 * Sixteen operations in all.  There is no lock, sleep, delay, thread, random
 * number or memory allocation besides DMA memory: the core never waits, and
 * every core function names the lane its caller must own (enum ena_lane).
 *
 * Unless an operation says otherwise it may be called on any lane, with any
 * lock held, in any context in which the calling core function may run, and
 * must not sleep.  docs/contract.md repeats this with the test that enforces
 * each line.
 */
#ifndef ENA_OS_H
#define ENA_OS_H

#if !defined(ENA_OS_BINDING) && defined(ENA_OS_TABLE)
#define ENA_OS_BINDING "ena_os_table.h"	/* what pkg-config says: no quotes */
#endif
#ifndef ENA_OS_BINDING
#error "define ENA_OS_BINDING as the header that binds the core to your system"
#endif

#define ENA_OS_TYPES
#include ENA_OS_BINDING
#undef ENA_OS_TYPES

#ifndef ENA_OS_ASSERT
#error "the binding must define ENA_OS_ASSERT(x) in its first pass"
#endif

/*
 * Lanes.  One thread at a time per lane (and queue); different lanes may run
 * at the same time.  The glue makes lanes from what its kernel offers: ifq
 * serialisation, a mutex per ring, an IPL.
 */
enum ena_lane {
	ENA_LANE_ADMIN,		/* bring-up, commands, ticks, teardown */
	ENA_LANE_AENQ,		/* ena_aenq_reap() */
	ENA_LANE_TXS,		/* transmit submission of queue q */
	ENA_LANE_TXC,		/* transmit completion of queue q */
	ENA_LANE_RX,		/* receive and refill of queue q */
	ENA_LANE_CLOCK		/* reading the adapter's clock */
};

/* Directions of ena_os_dma_sync(), exactly as in bus_dma(9). */
enum ena_sync {
	ENA_SYNC_PREREAD,	/* the device may write from here on */
	ENA_SYNC_POSTREAD,	/* the CPU may read what the device wrote */
	ENA_SYNC_PREWRITE,	/* the device may read what the CPU wrote */
	ENA_SYNC_POSTWRITE	/* the CPU may write again */
};

enum ena_log_level {
	ENA_LOG_ERR,
	ENA_LOG_WARN,
	ENA_LOG_INFO,
	ENA_LOG_DEBUG
};

/*
 * Register access (BAR0).  off is a byte offset, a multiple of 4; the value
 * is in host byte order.  rd4 returns all ones when the device is gone.
 * Neither orders anything against DMA memory: the core calls ena_os_wmb()
 * before every wr4 that hands memory to the device.  Successive wr4 reach
 * the device in program order.
 */
static inline uint32_t ena_os_rd4(struct ena_os *, uint32_t);
static inline void ena_os_wr4(struct ena_os *, uint32_t, uint32_t);

/*
 * One aligned 64-bit store into the LLQ window (BAR2), off bytes from its
 * start.  The value is already in memory order: store its bytes as they are,
 * without swapping.  Map the window write-combining and linear, so that this
 * is a store and not a call; then off, which has the width of an address,
 * becomes part of the store instruction.  Stores inside one entry ascend; the
 * window is never read.
 */
static inline void ena_os_llq_store8(struct ena_os *, size_t, uint64_t);

/*
 * Barriers between the CPU and the device.
 * wmb: all earlier stores to DMA memory and to write-combined windows are
 *	visible to the device before any later ena_os_wr4.
 * rmb: loads after it are performed after loads before it.  Used between a
 *	completion's phase bit and the rest of the entry; a compiler barrier
 *	is not enough on arm64.
 * mb:	full: earlier loads and stores are performed before later ones,
 *	wr4 included.  Used before a slot is handed back to the device.
 */
static inline void ena_os_wmb(struct ena_os *);
static inline void ena_os_rmb(struct ena_os *);
static inline void ena_os_mb(struct ena_os *);

/*
 * DMA memory: zeroed, physically contiguous, aligned to align (a power of
 * two up to 4096), wholly below 1 << width bits of device address.  Returns
 * true on success; on failure *dma is all zero and nothing is held.  ADMIN
 * lane only and only from ena_dev_step(); may sleep if the glue lets its
 * ADMIN lane sleep there.
 * dma_free releases it and zeroes *dma; of an all-zero *dma it does nothing.
 * The core frees only what the device can no longer reach.
 */
static inline bool ena_os_dma_alloc(struct ena_os *, size_t, size_t,
    unsigned int, struct ena_os_dma *);
static inline void ena_os_dma_free(struct ena_os *, struct ena_os_dma *);

/*
 * Synchronise len bytes at offset off of a block; exactly one direction a
 * call.  A binding may synchronise more than asked, up to the whole block: no
 * block holds data of both directions at the same time (the readless response
 * and the control buffer change direction, one request at a time).
 */
static inline void ena_os_dma_sync(struct ena_os *, struct ena_os_dma *,
    size_t, size_t, enum ena_sync);

/* Monotonic microseconds since any fixed moment; never goes back. */
static inline uint64_t ena_os_now_us(struct ena_os *);

/*
 * Between CPUs: acquire load, release store, compare-and-swap (true if *p
 * was old and is now new; full ordering).  The core uses them for the one
 * position that the two lanes of a transmit queue share, for the fault latch
 * and for link and keep-alive state.
 */
static inline uint32_t ena_os_load_acq(const volatile uint32_t *);
static inline void ena_os_store_rel(volatile uint32_t *, uint32_t);
static inline bool ena_os_cas(volatile uint32_t *, uint32_t, uint32_t);

/*
 * One message, no newline.  printf subset: %s %d %u %x %llx with field width
 * and %%.  Never called per packet.  The binding adds the device's name and
 * limits the rate if it must.  Only ena_log() calls it.
 */
static inline void ena_os_vlog(struct ena_os *, enum ena_log_level,
    const char *, va_list) __attribute__((__format__(__printf__, 3, 0)));

/*
 * A trace point: event number (enum ena_trace) and two values.  Empty unless
 * the binding wants it; then it must be callable from every lane.
 */
static inline void ena_os_trace(struct ena_os *, unsigned int, uint64_t,
    uint64_t);

/*
 * Assert that the caller owns a lane (of queue q where the lane has one).
 * Optional: may be empty.
 */
static inline void ena_os_lane_assert(struct ena_os *, enum ena_lane,
    unsigned int);

#include ENA_OS_BINDING

#endif /* ENA_OS_H */
