/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion rings as a weakly ordered CPU sees them.
 *
 * POSTREAD does not simply show the device's bytes.  Of each entry only the
 * aligned word that holds the phase bit is shown; the rest is poison until
 * the next rmb (veiled), for a load of it might have been done early.  Of
 * several new entries a random tail may still look as before (held): its
 * phase words arrive at the next rmb, veiled in turn.  So a barrier in front
 * of the loop does not do for the entries in it.
 *
 * At least the first new entry is shown at once, and any rmb shows the rest:
 * a driver that goes on until it finds nothing new misses nothing.
 *
 * The word has 8 bytes where the driver reads I/O completions with one
 * 64-bit load (__LP64__), else 4.  Entries no larger than the word have
 * nothing to hide and are shown as they are.
 */
#include "sim_priv.h"

/* Find out whether a completion ring lies in the region. */
static void
ring_lookup(struct sim_region *rg)
{
	struct mock_ring r;
	uint64_t base;
	unsigned int i;

	memset(&rg->rg_ring, 0, sizeof(rg->rg_ring));
	for (i = 0; mock_ring_nth(rg->rg_ad->ad_mock, i, &r); i++) {
		base = r.base;
		if (base < rg->rg_pa || base - rg->rg_pa >= rg->rg_len ||
		    (uint64_t)r.entry_bytes * r.depth >
		    rg->rg_len - (base - rg->rg_pa))
			continue;
		rg->rg_ring = r;
		rg->rg_word = 4;
#ifdef __LP64__
		if (r.kind == MOCK_RING_TX_CQ || r.kind == MOCK_RING_RX_CQ)
			rg->rg_word = 8;
#endif
		return;
	}
}

/* True if there is one; rg_ring and rg_word describe it. */
bool
sim_ring_find(struct sim_region *rg)
{
	struct sim *s = rg->rg_ad->ad_sim;

	if (rg->rg_gen == rg->rg_ad->ad_gen)
		return (rg->rg_ring.kind != MOCK_RING_NONE);
	rg->rg_gen = rg->rg_ad->ad_gen;
	ring_lookup(rg);
	if (rg->rg_ring.kind == MOCK_RING_NONE)
		return (false);
	if (rg->rg_seen == NULL) {
		rg->rg_seen = sim_need(s, malloc(rg->rg_len));
		memcpy(rg->rg_seen, rg->rg_dev, rg->rg_len);
	}
	if (rg->rg_entries != rg->rg_ring.depth) {
		free(rg->rg_estate);
		rg->rg_entries = rg->rg_ring.depth;
		rg->rg_estate = sim_need(s, calloc(1, rg->rg_entries));
	}
	return (true);
}

static size_t
entry_off(const struct sim_region *rg, uint32_t i)
{
	return ((size_t)(rg->rg_ring.base - rg->rg_pa) +
	    (size_t)i * rg->rg_ring.entry_bytes);
}

/* Show the phase word of entry i from rg_seen, hide the rest. */
static void
entry_veil(struct sim_region *rg, uint32_t i)
{
	size_t off, word;

	off = entry_off(rg, i);
	sim_poison(rg->rg_ad, rg->rg_va + off, rg->rg_ring.entry_bytes);
	word = off + rg->rg_ring.phase_byte / rg->rg_word * rg->rg_word;
	memcpy(rg->rg_va + word, rg->rg_seen + word, rg->rg_word);
	memcpy(rg->rg_shadow + off, rg->rg_va + off, rg->rg_ring.entry_bytes);
}

static void
entry_unveil(struct sim_region *rg, uint32_t i)
{
	size_t off;

	off = entry_off(rg, i);
	memcpy(rg->rg_va + off, rg->rg_seen + off, rg->rg_ring.entry_bytes);
	memcpy(rg->rg_shadow + off, rg->rg_va + off, rg->rg_ring.entry_bytes);
}

static void
entry_present(struct sim_region *rg, uint32_t i)
{
	size_t off;

	off = entry_off(rg, i);
	memcpy(rg->rg_seen + off, rg->rg_dev + off, rg->rg_ring.entry_bytes);
}

static bool
entry_new(const struct sim_region *rg, uint32_t i)
{
	size_t off;

	off = entry_off(rg, i);
	return (memcmp(rg->rg_seen + off, rg->rg_dev + off,
	    rg->rg_ring.entry_bytes) != 0);
}

/* Mark a random tail of the entries new since the last look as held. */
static void
ring_hold(struct sim_region *rg)
{
	uint32_t depth, first, i, n, shown;

	depth = rg->rg_ring.depth;
	for (first = 0; first < depth; first++)
		if (entry_new(rg, first) &&
		    !entry_new(rg, (first + depth - 1) % depth))
			break;
	if (first == depth)
		return;
	for (n = 1; n < depth && entry_new(rg, (first + n) % depth); n++)
		continue;
	shown = 1 + sim_rand(rg->rg_ad->ad_sim, n);
	for (i = shown; i < n; i++)
		rg->rg_estate[(first + i) % depth] = SIM_E_HELD;
}

static bool
ring_plain(const struct sim_region *rg)
{
	return (rg->rg_ring.entry_bytes <= rg->rg_word);
}

void
sim_ring_postread(struct sim_region *rg, size_t off, size_t len)
{
	uint32_t i;
	size_t at;

	/* everything around the entries */
	memcpy(rg->rg_va + off, rg->rg_dev + off, len);
	if (rg->rg_ring.kind == MOCK_RING_AENQ)
		rg->rg_ad->ad_events_read = true;
	if (ring_plain(rg))
		return;
	memset(rg->rg_estate, SIM_E_CLEAR, rg->rg_entries);
	if (rg->rg_ring.depth > 1)
		ring_hold(rg);
	for (i = 0; i < rg->rg_ring.depth; i++) {
		at = entry_off(rg, i);
		if (at < off || at + rg->rg_ring.entry_bytes > off + len) {
			rg->rg_estate[i] = SIM_E_CLEAR;
			continue;
		}
		if (rg->rg_estate[i] != SIM_E_HELD) {
			entry_present(rg, i);
			rg->rg_estate[i] = SIM_E_VEILED;
		}
		entry_veil(rg, i);
	}
	rg->rg_veiled = true;
}

/* PREREAD: there is nothing to lift the veil from. */
void
sim_ring_hide(struct sim_region *rg, size_t off, size_t len)
{
	uint32_t i;
	size_t at;

	for (i = 0; i < rg->rg_ring.depth; i++) {
		at = entry_off(rg, i);
		if (at + rg->rg_ring.entry_bytes > off && at < off + len)
			rg->rg_estate[i] = SIM_E_CLEAR;
	}
}

/* The driver's own stores arrived (zeroing): nothing new for it. */
void
sim_ring_flushed(struct sim_region *rg, size_t off, size_t len)
{
	if (rg->rg_seen != NULL)
		memcpy(rg->rg_seen + off, rg->rg_dev + off, len);
}

static void
ring_barrier(struct sim_region *rg)
{
	uint32_t i;

	rg->rg_veiled = false;
	if (!sim_ring_find(rg))
		return;
	for (i = 0; i < rg->rg_ring.depth; i++) {
		switch (rg->rg_estate[i]) {
		case SIM_E_VEILED:
			entry_unveil(rg, i);
			rg->rg_estate[i] = SIM_E_CLEAR;
			break;
		case SIM_E_HELD:
			entry_present(rg, i);
			entry_veil(rg, i);
			rg->rg_estate[i] = SIM_E_VEILED;
			rg->rg_veiled = true;
			break;
		default:
			break;
		}
	}
}

/* rmb: what was shown before it is whole now, what was late arrives. */
void
sim_ring_barrier(struct sim_adapter *ad)
{
	struct sim_region *rg;

	for (rg = ad->ad_blocks; rg != NULL; rg = rg->rg_next)
		if (rg->rg_veiled)
			ring_barrier(rg);
}
