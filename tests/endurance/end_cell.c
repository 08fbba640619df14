/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One cell from beginning to end.
 *
 * Whatever fails, here or as an assertion in the core, comes back by longjmp
 * to cell_run(): the cell is bad, the next one starts in a new world.
 */
#include "end.h"

static struct world world;

static const char *const cures[CURES] = {
	"nothing", "poke", "retry", "reset", "watchdog", "replug"
};
static const char *const kinds[KINDS] = {
	"dma_alloc", "buf_alloc", "readless", "rd4"
};

/* After this nothing more goes wrong, and nothing is left behind. */
static void
judge(struct world *w)
{
	unsigned int i;

	END_CHECK(w, w->w_cure <= heal_limit(w));
	if (w->w_cell->ce_scene->sc_judge != NULL)
		w->w_cell->ce_scene->sc_judge(w);
	sim_advance(w->w_sim, 2 * END_SECOND + END_SECOND / 2);
	for (i = 0; i < 2; i++) {
		END_CHECK(w, ena_dev_state(sim_dev(w->w_ad[i])) ==
		    ENA_STATE_RUNNING);
		END_CHECK(w, sim_trouble(w->w_ad[i]) == ENA_OK);
		END_CHECK(w, ena_link_up(sim_dev(w->w_ad[i])));
	}
	END_CHECK(w, world_idle(w));
	for (i = 0; i < 2; i++) {
		world_safe(w);
		END_CHECK(w, call_down(w, w->w_ad[i]) == ENA_OK);
		END_CHECK(w, ena_dev_state(sim_dev(w->w_ad[i])) ==
		    ENA_STATE_OFF);
	}
	world_safe(w);
	END_CHECK(w, world_clean(w));
}

static void
act(struct world *w, struct outcome *oc)
{
	const struct cell *c = w->w_cell;

	w->w_ops[0] = sim_ops(w->w_sim);
	w->w_acted = true;
	world_arm(w, &c->ce_fault[0], 0);
	if (!c->ce_later)
		world_arm(w, &c->ce_fault[1], 0);
	w->w_result = c->ce_scene->sc_act(w);
	w->w_ops[1] = sim_ops(w->w_sim);
	w->w_kind = sim_failed_kind(w->w_sim);
	oc->oc_kind = w->w_kind;
	oc->oc_ops[0] = w->w_ops[0];
	oc->oc_ops[1] = w->w_ops[1];
	oc->oc_hit = w->w_kind != NULL || world_hits(w) != 0;
	world_safe(w);
}

/*
 * All frames have arrived, but for those that the model says it dropped:
 * until the tick looks at a queue whose interrupt was lost, its short ring
 * runs empty.
 */
static bool
lossless(const struct world *w)
{
	const struct sim_load *ld;
	struct mock_stats st;
	bool lost;
	unsigned int i;

	lost = w->w_cell->ce_fault[0].fa_kind == FAULT_DEV &&
	    w->w_cell->ce_fault[0].fa_row->fr_f == MOCK_F_INTR_LOST;
	for (i = 0; i < 2; i++) {
		ld = &w->w_load[i];
		mock_get_stats(sim_mock(w->w_ad[1 - i]), &st);
		if (ld->ld_sent != ld->ld_got + (lost ? st.rx_overruns : 0))
			return (false);
	}
	return (true);
}

static void
play(struct world *w, struct outcome *oc)
{
	const struct cell *c = w->w_cell;
	unsigned int i;

	c->ce_scene->sc_prepare(w);
	world_safe(w);
	act(w, oc);
	heal_suffer(w);
	world_calm(w);
	if (c->ce_later) {
		world_arm(w, &c->ce_fault[1], sim_ops(w->w_sim));
		heal_under_fire(w);
		heal_suffer(w);
		world_calm(w);
	}
	heal(w);
	if (w->w_cure == CURE_NONE && c->ce_scene->sc_lossless)
		END_CHECK(w, lossless(w));
	/* what a cure has cost is lost, from here on nothing is */
	for (i = 0; i < 2; i++)
		w->w_load[i].ld_got = w->w_load[i].ld_sent;
	judge(w);
}

static void
run(const struct cell *c, struct outcome *oc, bool trace, bool tell)
{
	struct world *w = &world;

	memset(w, 0, sizeof(*w));
	memset(oc, 0, sizeof(*oc));
	if (setjmp(w->w_out) == 0) {
		world_open(w, c, trace);
		play(w, oc);
		oc->oc_good = true;
		oc->oc_now_us = w->w_healed_us;
	}
	oc->oc_cure = w->w_cure;
	oc->oc_told = w->w_told;
	memcpy(oc->oc_call_us, w->w_call_us, sizeof(oc->oc_call_us));
	world_id(w, oc->oc_id, sizeof(oc->oc_id));
	if (tell) {
		printf("%s: %s\nthe act: %s, operations %llu..%llu; fault "
		    "%s; cure: %s; healed after %llu us\n", oc->oc_id,
		    oc->oc_good ? "good" : "BAD",
		    ena_result_name(w->w_result),
		    (unsigned long long)w->w_ops[0] + 1,
		    (unsigned long long)w->w_ops[1],
		    oc->oc_hit ? "hit" : "did not hit", cures[oc->oc_cure],
		    (unsigned long long)w->w_healed_us);
		if (w->w_sim != NULL && oc->oc_good)
			sim_report(w->w_sim, stdout);
	}
	/* what is broken may break again when it is thrown away */
	if (oc->oc_good || setjmp(w->w_out) == 0)
		world_close(w);
}

void
cell_run(const struct cell *c, struct outcome *oc)
{
	run(c, oc, false, false);
}

int
cell_replay(const char *id, bool trace)
{
	struct outcome oc;
	struct cell c;

	if (!cell_parse(id, &c)) {
		fprintf(stderr, "endurance: %s: no such id\n", id);
		return (2);
	}
	run(&c, &oc, trace, true);
	return (oc.oc_good ? 0 : 1);
}

void
tally_add(struct tally *t, const struct cell *c, const struct outcome *oc)
{
	unsigned int i;

	t->ta_cells++;
	if (!oc->oc_good && t->ta_bad++ == 0)
		memcpy(t->ta_first, oc->oc_id, sizeof(t->ta_first));
	t->ta_cures[oc->oc_cure]++;
	t->ta_told += oc->oc_told;
	for (i = 0; i < 2; i++)
		if (oc->oc_call_us[i] > t->ta_call_us[i])
			t->ta_call_us[i] = oc->oc_call_us[i];
	if (oc->oc_now_us > t->ta_longest_us)
		t->ta_longest_us = oc->oc_now_us;
	if (oc->oc_kind != NULL && c->ce_fault[0].fa_kind == FAULT_OP) {
		t->ta_ops++;
		for (i = 0; i < KINDS; i++)
			t->ta_kinds[i] += strcmp(oc->oc_kind, kinds[i]) == 0;
	}
	if (oc->oc_hit && c->ce_fault[0].fa_kind == FAULT_DEV) {
		t->ta_devs++;
		t->ta_where[c->ce_fault[0].fa_row->fr_where]++;
	}
}

void
tally_print(const struct tally *t, const char *what)
{
	unsigned int i;

	printf("# %s: %u cells, %u operations failed (", what, t->ta_cells,
	    t->ta_ops);
	for (i = 0; i < KINDS; i++)
		printf("%s%u %s", i == 0 ? "" : ", ", t->ta_kinds[i],
		    kinds[i]);
	printf("), %u faults hit (%u at a write, %u at a command, %u at an "
	    "answer), %u bad; cures", t->ta_devs, t->ta_where[AT_WRITE],
	    t->ta_where[AT_COMMAND], t->ta_where[AT_ANSWER], t->ta_bad);
	for (i = 0; i < CURES; i++)
		printf("%s %s %u", i == 0 ? "" : ",", cures[i],
		    t->ta_cures[i]);
	printf("; longest healing %llu us, longest call %llu us, %llu us with "
	    "the card out; %u bring-ups like the first\n",
	    (unsigned long long)t->ta_longest_us,
	    (unsigned long long)t->ta_call_us[0],
	    (unsigned long long)t->ta_call_us[1], t->ta_told);
	fflush(stdout);
}
