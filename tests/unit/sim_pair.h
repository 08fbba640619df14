/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two adapters wired to each other, with a checked load in either direction:
 * what most tests of the driver in the simulated world start from.
 *
 * Include after cmocka.h.
 */
#ifndef SIM_PAIR_H
#define SIM_PAIR_H

#include <string.h>

#include "sim_load.h"

#define SECOND		1000000U

struct pair {
	struct sim *s;
	struct sim_adapter *a, *b;
	struct sim_load ab, ba;
	struct sim_spec sp;
};

static inline void
pair_open(struct pair *w, const char *name, uint64_t seed,
    const struct sim_spec *sp)
{
	w->sp = *sp;
	w->s = sim_create(NULL, name, seed);
	assert_non_null(w->s);
	w->a = sim_add(w->s, sp);
	w->b = sim_add(w->s, sp);
	assert_non_null(w->a);
	assert_non_null(w->b);
	sim_connect(w->a, w->b);
	load_init(&w->ab, w->a, w->b, 1);
	load_init(&w->ba, w->b, w->a, 2);
}

static inline void
pair_up(struct pair *w)
{
	SIM_CHECK(w->s, nic_up(sim_nic(w->a)) == ENA_OK);
	SIM_CHECK(w->s, nic_up(sim_nic(w->b)) == ENA_OK);
}

static inline bool
pair_done(void *arg)
{
	struct pair *w = arg;

	return (load_done(&w->ab) && load_done(&w->ba));
}

/* Everything sent arrives, as it was sent. */
static inline void
pair_settle(struct pair *w)
{
	SIM_CHECK(w->s, sim_run_until(w->s, pair_done, w, 10 * SECOND));
	SIM_CHECK(w->s, load_good(&w->ab));
	SIM_CHECK(w->s, load_good(&w->ba));
	SIM_CHECK(w->s, sim_lawful(w->s));
}

static inline void
pair_close(struct pair *w)
{
	SIM_CHECK(w->s, sim_trouble(w->a) == ENA_OK);
	SIM_CHECK(w->s, sim_trouble(w->b) == ENA_OK);
	SIM_CHECK(w->s, nic_down(sim_nic(w->a)) == ENA_OK);
	SIM_CHECK(w->s, nic_down(sim_nic(w->b)) == ENA_OK);
	SIM_CHECK(w->s, nic_bufs_out(sim_nic(w->a)) == 0);
	SIM_CHECK(w->s, sim_clean(w->s));
	load_free(&w->ab);
	load_free(&w->ba);
	sim_destroy(w->s);
}

/* One frame each way on pair q. */
static inline void
pair_send(struct pair *w, unsigned int q, size_t len, enum load_kind kind,
    bool csum)
{
	unsigned int pairs;

	pairs = nic_pairs(sim_nic(w->a));
	SIM_CHECK(w->s, load_push(&w->ab, q % pairs, len, kind, csum) ==
	    ENA_OK);
	SIM_CHECK(w->s, load_push(&w->ba, q % pairs, len, kind, csum) ==
	    ENA_OK);
}

static inline void
small_rings(struct sim_spec *sp)
{
	sp->config.cf_tx_depth = 256;
	sp->config.cf_rx_depth = 256;
}

#endif /* SIM_PAIR_H */
