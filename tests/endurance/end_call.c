/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a glue does for long, with a clock: up, down and recover.
 *
 * Each of them ends, whatever the device does meanwhile.  The bounds are
 * virtual time and generous: a reset that never starts, a command that is
 * never answered (3 s) and another reset, each with the time that the
 * device's capabilities allow; recover also waits before it tries (32 s at
 * most).  With the card out before the call begins there is nothing to wait
 * for but reads and the reset that show it.
 */
#include "end.h"

static bool
out(struct sim_adapter *ad)
{
	return (mock_reg_read(sim_mock(ad), ENAHW_REG_VERSION) ==
	    ENAHW_ALL_ONES);
}

static enum ena_result
timed(struct world *w, struct sim_adapter *ad,
    enum ena_result (*call)(struct nic *))
{
	enum ena_result r;
	uint64_t took;
	bool gone;

	gone = out(ad);
	took = sim_now(w->w_sim);
	r = call(sim_nic(ad));
	took = sim_now(w->w_sim) - took;
	if (took > w->w_call_us[gone])
		w->w_call_us[gone] = took;
	END_CHECK(w, took <= (gone ? END_GONE_US : END_CALL_US));
	return (r);
}

static enum ena_result
told(struct world *w, struct sim_adapter *ad,
    enum ena_result (*call)(struct nic *))
{
	struct story *st = &w->w_story;
	enum ena_result r;

	/* the one before anything has happened is the same in each cell */
	if (ad != w->w_ad[0] || !w->w_acted)
		return (timed(w, ad, call));
	st->st_len = 0;
	st->st_hits = world_hits(w);
	st->st_telling = true;
	world_listen(w);
	r = timed(w, ad, call);
	st->st_telling = false;
	world_listen(w);
	if (r == ENA_OK && world_hits(w) == st->st_hits &&
	    sim_failed_kind(w->w_sim) == NULL)
		same_as_ever(w);
	return (r);
}

enum ena_result
call_up(struct world *w, struct sim_adapter *ad)
{
	return (told(w, ad, nic_up));
}

enum ena_result
call_recover(struct world *w, struct sim_adapter *ad)
{
	return (told(w, ad, nic_recover));
}

enum ena_result
call_down(struct world *w, struct sim_adapter *ad)
{
	return (timed(w, ad, nic_down));
}
