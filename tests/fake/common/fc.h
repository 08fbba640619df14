/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ground under the fake kernels: what does not depend on which BSD is faked.
 *
 * One thread, one seed, virtual time.  A fake kernel's threads and interrupt
 * handlers are contexts (coroutines); a context gives way at each kernel
 * entry with some probability, and when it waits.  Contexts that are in the
 * middle of something each own a simulated CPU; an interrupt handler sits on
 * top of what its CPU did.  Same seed, same calls: same history.
 *
 * Included by files that are compiled against a fake kernel's headers
 * (_KERNEL) and by files that see the C library; so: plain types only.
 */
#ifndef FC_H
#define FC_H

#ifdef _KERNEL
#include <sys/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#define FC_CPUS		4
#define FC_NEVER	UINT64_C(0xffffffffffffffff)
#ifndef UINT64_C
#define UINT64_C(x)	x##ULL
#endif
#define FC_TEXT		240

/* ---- the world */

void fc_open(uint64_t seed);
void fc_close(void);		/* frees everything, whatever is left */
uint32_t fc_rand(uint32_t below);
uint64_t fc_now(void);		/* microseconds */
/* Chance in 256 to give way at a kernel entry; 0: only where it waits. */
void fc_set_preempt(unsigned int);

/* ---- memory with an owner; what is left at the end is a leak */

void *fc_alloc(const char *what, size_t, size_t align);
/* Size as allocated; 0 and a report if p is no allocation of ours. */
size_t fc_free(void *p);
bool fc_alloc_find(const void *p, const char **what, size_t *);
void fc_relabel(void *p, const char *what);
/* Allocations of that kind (NULL: any) that are alive. */
unsigned int fc_alive(const char *what);
void fc_each_alive(void (*)(const char *what, void *p, size_t));

/* ---- rules */

struct fc_rule {
	const char *id;
	const char *cite;	/* file:line of the real tree */
	const char *text;
};
/* The table of the fake kernel; ends with a NULL id. */
void fc_rules(const struct fc_rule *);
/* A rule was broken; the id must be in the table. */
void fc_broken(const char *id, const char *fmt, ...)
    __attribute__((__format__(__printf__, 2, 3)));
unsigned int fc_broken_total(void);
unsigned int fc_broken_of(const char *id);
const char *fc_broken_nth(unsigned int);
void fc_broken_clear(void);

/*
 * Whoever holds the one is about to wait for the other: rule "lock-order"
 * is broken if it was ever the other way around.
 */
void fc_order(const void *held, const void *wanted, const char *name);
void fc_order_forget(const void *mem, size_t);	/* that memory goes */

/* ---- kernel log */

void fc_log(const char *text);			/* as printf(9) gets it */
bool fc_logged(const char *part);
const char *fc_log_line(unsigned int newest);	/* NULL past the end */
void fc_log_clear(void);

/* ---- points: places where something can be made to happen */

enum fc_point_kind {
	FC_P_CALL,		/* entry of a kernel function */
	FC_P_REG,		/* register access */
	FC_P_FAIL,		/* can fail */
	FC_P_KINDS
};
/* Any kernel entry.  May give way to others. */
void fc_point(const char *name);
/* Register access: no giving way, but counted. */
void fc_point_reg(void);
/* May this one fail?  True: fail it now. */
bool fc_fails(const char *name);
uint64_t fc_points(void);
/* Call fn once, when the n-th point from now is reached (1: next). */
void fc_at_point(uint64_t n, void (*fn)(void *), void *);
/* Let the n-th fallible call from now fail, and the m - 1 after it. */
void fc_fail_at(uint64_t n, uint64_t m);
/* Every one of that name fails; NULL: no more. */
void fc_fail_named(const char *);
uint64_t fc_fallible(void);
const char *fc_failed(void);	/* name of the last one that was failed */

/* ---- contexts */

struct fc_ctx;
typedef bool fc_pred(void *);

struct fc_ctx *fc_ctx_new(const char *name, void (*fn)(void *), void *arg);
/* Interrupt: bound to a CPU, runs above what is there below that level. */
void fc_ctx_intr(struct fc_ctx *, unsigned int cpu, unsigned int level);
/* A thread that runs on that CPU only, from its next sleep on; -1: on any. */
void fc_ctx_bind(struct fc_ctx *, int cpu);
/* Fewer than FC_CPUS are there for contexts that are bound to none. */
void fc_set_cpus(unsigned int);
/* A context that waits between its turns for ever; not a hang. */
void fc_ctx_daemon(struct fc_ctx *);
struct fc_ctx *fc_self(void);			/* NULL: the test */
void *fc_ctx_data(struct fc_ctx *);		/* 256 zeroed bytes */
const char *fc_ctx_name(const struct fc_ctx *);
unsigned int fc_cpu(void);
/* Level of the current context as others on its CPU see it. */
void fc_set_level(unsigned int);
unsigned int fc_level(void);
/*
 * Wait until pred is true or the time has come (whichever; pred may be
 * NULL).  Asleep: gives the CPU up.  False: time.
 */
bool fc_wait(fc_pred *, void *, uint64_t until, bool asleep, const char *why);
void fc_yield(void);
/* The current context stops for ever (panic). */
void fc_die(const char *why) __attribute__((__noreturn__));
const char *fc_dead(void);			/* why, or NULL */

/* From the test: let time pass; run until a context is finished. */
void fc_run(uint64_t us);
bool fc_run_until(fc_pred *, void *, uint64_t us);
bool fc_run_ctx(struct fc_ctx *, uint64_t us);
/* Only this context runs (autoconf before interrupts are on). */
void fc_alone(struct fc_ctx *);
/* Something that happens by itself: when next, and do it. */
void fc_source(uint64_t (*next)(void *), void (*run)(void *), void *arg);
/* For people: what everybody is doing. */
void fc_who(void (*line)(const char *));

/* ---- DMA: two copies, joined by syncs (fc_dma.c) */

#define FC_DMA_PREREAD		1U
#define FC_DMA_POSTREAD		2U
#define FC_DMA_PREWRITE		4U
#define FC_DMA_POSTWRITE	8U
#define FC_DMA_SEGS		128U

struct fc_map;
struct fc_dma_seg {
	uint64_t addr;
	size_t len;
};
/* Physically contiguous memory, for rings. */
void *fc_block_new(size_t, size_t align, unsigned int bits, uint64_t *addr);
void fc_block_free(void *);
bool fc_block_is(const void *);
/* Bytes of it mapped for the CPU; bytes > 0 sets, < 0 clears. */
int fc_block_kva(const void *, int bytes);
unsigned int fc_blocks(void);
/*
 * A window of CPU memory for the device: segments into segs[].  contig: what
 * is in a row for the CPU is for the device, within one buffer.
 */
struct fc_map *fc_map_new(void);
int fc_map_load(struct fc_map *, const void *const *va, const size_t *len,
    unsigned int n, unsigned int bits, struct fc_dma_seg *segs,
    unsigned int maxsegs, size_t maxseg, bool contig);
	/* segments, or -1: too many */
/* Its bounce pages hold what somebody else left there. */
void fc_map_dirty(struct fc_map *);
void fc_map_unload(struct fc_map *);
void fc_map_free(struct fc_map *);
bool fc_map_loaded(const struct fc_map *);
void fc_map_sync(struct fc_map *, size_t off, size_t len, unsigned int ops);
/* Is any of that memory in a loaded map? */
bool fc_mapped(const void *va, size_t len);
unsigned int fc_maps_loaded(void);
/* As if the device did; for tests of the fake. */
int fc_device_reads(uint64_t, void *, size_t);

/* ---- the device, its PCI side and its wire (fc_dev.c) */

struct mock_profile;
void fc_dev_open(const char *profile, uint64_t seed);
/* What the next device writes into its transcript, a line a call. */
void fc_on_trace(void (*)(void *, const char *line), void *);
/* The next device takes that long to send a packet; 0 after it. */
void fc_dev_tx_us(uint32_t);
struct mockdev *fc_dev(void);
const struct mock_profile *fc_profile(void);
void fc_dev_vector(void (*)(void *, unsigned int), void *);
uint32_t fc_reg_read(uint32_t off);
void fc_reg_write(uint32_t off, uint32_t);
void *fc_window(void);		/* BAR2 as the driver sees it; or NULL */
bool fc_window_flush(void);	/* write-combining buffers drain: any? */
/*
 * The next device's: drain all of it each time, and learn nothing from page
 * faults.  For tools under which they do not work.
 */
void fc_window_whole(bool);
size_t fc_bar_bytes(unsigned int bar);
unsigned int fc_msix_vectors(void);
unsigned int fc_msix_bar(void);
unsigned int fc_device_bits(void);	/* of its DMA addresses */
uint16_t fc_device_id(void);
uint8_t fc_revision(void);
void fc_pull(void);		/* the card is out */
bool fc_pulled(void);
void fc_bus_master(bool);
unsigned int fc_dma_refused(void);
/* Frames that left; the hook is called for each. */
typedef void fc_wire_fn(void *, const uint8_t *, size_t, unsigned int queue);
void fc_on_wire(fc_wire_fn *, void *);
/* A frame arrives; true if the device took it. */
bool fc_wire_in(const uint8_t *, size_t);
/* Rules of the model that the driver broke, beyond advice too. */
unsigned int fc_model_broken(void);
const char *fc_model_nth(unsigned int);
void fc_model_forgive(void);

#endif /* FC_H */
