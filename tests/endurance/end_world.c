/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The world of a cell: two adapters on one wire, faults, and what must hold
 * at every look (world_safe()).
 *
 * Rings are as short as they can be, so that the operations to fail are few
 * and the wraps many.  Seeds up to 0xff give the strict, quick device of the
 * unit tests; in higher ones single bits let it shuffle, split and dawdle.
 */
#include "end.h"

static struct world *world_now;		/* for assertions in the core */
static unsigned int reports;

/* ---- failing */

void
world_id(const struct world *w, char *buf, size_t size)
{
	cell_print(w->w_cell, w->w_kind, buf, size);
}

void
world_fail(struct world *w, const char *what, const char *file, int line)
{
	const char *base;
	char id[END_TEXT];

	if (w->w_sim != NULL && w->w_kind == NULL)
		w->w_kind = sim_failed_kind(w->w_sim);
	world_id(w, id, sizeof(id));
	base = strrchr(file, '/');
	fprintf(stderr, "FAIL %s: %s (%s:%d)\n", id, what,
	    base != NULL ? base + 1 : file, line);
	fprintf(stderr, "     again: endurance --replay %s\n", id);
	if (w->w_sim != NULL && reports++ < END_REPORTS)
		sim_report(w->w_sim, stderr);
	longjmp(w->w_out, 1);
}

static void
world_panic(const char *why)
{
	if (world_now == NULL)
		abort();
	world_fail(world_now, why, "the core or the world", 0);
}

/* ---- faults that act at once, at A's Kth write, command or answer */

uint64_t
world_hits(const struct world *w)
{
	return (mock_faults_hit(sim_mock(w->w_ad[0])) + w->w_struck);
}

static bool
begins(const char *text, const char *with)
{
	return (strncmp(text, with, strlen(with)) == 0);
}

/* What a line says that K may count; AT_CHANCE: nothing. */
static enum fault_where
where_of(const char *line)
{
	static const char *const answers[] = {
		"completion ", "txc ", "rx ", "event ", "readless "
	};
	const char *p;
	size_t i;

	if (strstr(line, " A0 wr4 ") != NULL)
		return (AT_WRITE);
	p = strstr(line, " A0 dev t=");
	if (p == NULL || (p = strchr(p + strlen(" A0 dev t="), ' ')) == NULL)
		return (AT_CHANCE);
	p++;
	if (begins(p, "cmd "))
		return (AT_COMMAND);
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (begins(p, answers[i]))
			return (AT_ANSWER);
	return (AT_CHANCE);
}

static void
strike(struct world *w, unsigned int i)
{
	w->w_now[i].wf_armed = false;
	if (w->w_now[i].wf_host) {
		w->w_struck++;
		ena_fault(sim_dev(w->w_ad[0]), ENA_REASON_USER);
	} else
		mock_fault(sim_mock(w->w_ad[0]), &w->w_now[i].wf_arm);
}

static void
world_line(void *arg, const char *line)
{
	struct world *w = arg;
	enum fault_where at;
	const char *dev;
	unsigned int i;

	if (w->w_trace)
		printf("%s\n", line);
	dev = strstr(line, " A0 dev t=");
	if (dev != NULL && w->w_story.st_telling)
		story_line(&w->w_story, dev + strlen(" A0 dev "));
	at = where_of(line);
	for (i = 0; i < END_FAULTS && at != AT_CHANCE; i++)
		if (w->w_now[i].wf_armed && w->w_now[i].wf_where == at &&
		    w->w_now[i].wf_left-- == 0)
			strike(w, i);
}

void
world_listen(struct world *w)
{
	unsigned int i;
	bool on;

	on = w->w_trace || w->w_story.st_telling;
	for (i = 0; i < END_FAULTS; i++)
		on = on || w->w_now[i].wf_armed;
	sim_on_trace(w->w_sim, on ? world_line : NULL, w);
}

void
world_arm(struct world *w, const struct fault *f, uint64_t op_base)
{
	struct mock_fault_arm arm;
	unsigned int i;

	if (f->fa_kind == FAULT_OP)
		sim_fail_at(w->w_sim, op_base + f->fa_op);
	if (f->fa_kind != FAULT_DEV)
		return;
	memset(&arm, 0, sizeof(arm));
	arm.f = f->fa_row->fr_f;
	arm.times = 1;
	arm.arg = f->fa_arg;
	arm.after = f->fa_k;
	if (f->fa_row->fr_where == AT_CHANCE) {
		mock_fault(sim_mock(w->w_ad[0]), &arm);
		return;
	}
	for (i = 0; i < END_FAULTS && w->w_now[i].wf_armed; i++)
		continue;
	END_CHECK(w, i < END_FAULTS);
	w->w_now[i].wf_arm = arm;
	w->w_now[i].wf_left = f->fa_k;
	w->w_now[i].wf_where = f->fa_row->fr_where;
	w->w_now[i].wf_host = (f->fa_row->fr_flags & FAULT_HOST) != 0;
	w->w_now[i].wf_armed = true;
	world_listen(w);
}

void
world_calm(struct world *w)
{
	if (sim_failed_kind(w->w_sim) != NULL)
		w->w_kind = sim_failed_kind(w->w_sim);
	w->w_faults = world_hits(w);
	sim_fail_at(w->w_sim, 0);
	mock_fault_clear(sim_mock(w->w_ad[0]));
	mock_fault_clear(sim_mock(w->w_ad[1]));
	memset(w->w_now, 0, sizeof(w->w_now));
	world_listen(w);
}

static bool
pulled(struct sim_adapter *ad)
{
	return (mock_reg_read(sim_mock(ad), ENAHW_REG_VERSION) ==
	    ENAHW_ALL_ONES);
}

bool
world_gone(const struct world *w)
{
	return (pulled(w->w_ad[0]) || pulled(w->w_ad[1]));
}

/* ---- making it */

static void
liberties(struct sim_spec *sp, uint64_t seed)
{
	if (seed <= 0xff)
		return;
	sp->config.cf_rx_depth = 64;
	sp->mock.jitter_pct = 100 * (uint32_t)(seed & 3);
	sp->mock.admin_reorder = (seed & 4) != 0;
	sp->mock.tx_reorder = (seed & 8) != 0;
	sp->mock.rx_reorder = (seed & 0x10) != 0;
	sp->mock.rx_trailing_zero = (seed & 0x20) != 0;
	sp->mock.rx_offset = (seed & 0x40) != 0 ? 2 : 0;
	sp->mock.tx_us = (seed & 0x80) != 0 ? 40 : 0;
	sp->mock.admin_us = (seed & 0x100) != 0 ? 900 : sp->mock.admin_us;
}

static void
make_spec(struct world *w, unsigned int i, const char *profile)
{
	struct sim_spec *sp = &w->w_spec[i];
	unsigned int k;

	sim_spec(sp, profile);
	sp->config.cf_pairs = 2;
	sp->config.cf_tx_depth = 16;
	sp->config.cf_rx_depth = 16;
	sp->config.cf_have_rss_key = true;
	for (k = 0; k < sizeof(sp->config.cf_rss_key); k++)
		sp->config.cf_rss_key[k] = (uint8_t)(k * 37 + 11);
	/* one of the two tries all that its device offers */
	sp->config.cf_try = i == 0 ? 0 : ENA_TRY_ALL;
	sp->nic.tx_seg_len = 600;
	sp->nic.rx_buf_len = sp->profile.rx_descs >= 4 ? 400 : 2048;
	if (i == 0)
		liberties(sp, w->w_cell->ce_seed);
}

void
world_open(struct world *w, const struct cell *c, bool trace)
{
	static char name[48];
	unsigned int i;

	w->w_cell = c;
	w->w_trace = trace;
	w->w_mtu = END_MTU;
	world_now = w;
	sim_quiet(true);
	sim_on_panic(world_panic);
	(void)snprintf(name, sizeof(name), "%s.%s", c->ce_scene->sc_name,
	    c->ce_profile);
	w->w_sim = sim_create(NULL, name, c->ce_seed);
	END_CHECK(w, w->w_sim != NULL);
	fault_print(&c->ce_fault[0], NULL, w->w_fault_text,
	    sizeof(w->w_fault_text));
	sim_set_fault(w->w_sim, w->w_fault_text);
	if (trace)
		sim_on_trace(w->w_sim, world_line, w);
	make_spec(w, 0, c->ce_profile);
	make_spec(w, 1, strcmp(c->ce_profile, "t4g") == 0 ? "c7g" : "t4g");
	for (i = 0; i < 2; i++) {
		w->w_ad[i] = sim_add(w->w_sim, &w->w_spec[i]);
		END_CHECK(w, w->w_ad[i] != NULL);
	}
	sim_connect(w->w_ad[0], w->w_ad[1]);
	load_init(&w->w_load[0], w->w_ad[0], w->w_ad[1], 1);
	load_init(&w->w_load[1], w->w_ad[1], w->w_ad[0], 2);
}

void
world_close(struct world *w)
{
	load_free(&w->w_load[0]);
	load_free(&w->w_load[1]);
	story_free(&w->w_story);
	sim_destroy(w->w_sim);
	w->w_sim = NULL;
	world_now = NULL;
}

void
world_up(struct world *w)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		END_CHECK(w, call_up(w, w->w_ad[i]) == ENA_OK);
	/* a keep-alive or two */
	sim_advance(w->w_sim, END_SECOND + END_SECOND / 2);
}

/* ---- what holds */

static bool
may_blame(const struct cell *c)
{
	unsigned int i;

	for (i = 0; i < END_FAULTS; i++)
		if (c->ce_fault[i].fa_kind == FAULT_DEV &&
		    (c->ce_fault[i].fa_row->fr_flags & FAULT_BLAME) != 0)
			return (true);
	return (false);
}

static bool
has_fault(const struct world *w, enum mock_fault f)
{
	const struct fault *fa;
	unsigned int i;

	for (i = 0; i < END_FAULTS; i++) {
		fa = &w->w_cell->ce_fault[i];
		if (fa->fa_kind == FAULT_DEV && fa->fa_row->fr_f == f)
			return (true);
	}
	return (false);
}

/*
 * No rule of the model broken.  Two devices contradict themselves, and what
 * they say then is no fault of the driver's: one refuses host info and then
 * insists on it; one says READY for ever after a reset was asked for, and
 * minds being asked again.
 */
static bool
lawful(const struct world *w)
{
	const struct mock_profile *p = &w->w_spec[0].profile;
	bool gated, deaf;
	struct mock_stats st;

	gated = (p->gate_a || p->gate_b) && has_fault(w, MOCK_F_ADMIN_STATUS);
	deaf = w->w_cell->ce_fault[1].fa_kind != FAULT_NONE &&
	    has_fault(w, MOCK_F_RESET_NEVER_STARTS);
	if (!gated && !deaf)
		return (sim_lawful(w->w_sim));
	mock_get_stats(sim_mock(w->w_ad[0]), &st);
	return (st.rules_fatal == 0 && (st.rules_status == 0 || gated) &&
	    (st.rules_advice == 0 || deaf));
}

void
world_safe(struct world *w)
{
	struct sim_load *ld;
	unsigned int i;

	END_CHECK(w, sim_violations(w->w_sim) == 0);
	END_CHECK(w, lawful(w));
	for (i = 0; i < 2; i++) {
		/* every buffer is somebody's, and only once */
		END_CHECK(w, sim_bufs(w->w_ad[i]) ==
		    nic_bufs_out(sim_nic(w->w_ad[i])));
		ld = &w->w_load[i];
		END_CHECK(w, ld->ld_twice == 0 && ld->ld_unknown == 0);
		END_CHECK(w, ld->ld_bad == 0 || may_blame(w->w_cell));
	}
}

unsigned int
world_posted(struct sim_adapter *ad)
{
	const struct ena_rxq *rq;
	unsigned int n, q;

	n = 0;
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++) {
		rq = ena_rxq(sim_dev(ad), q);
		n += rq->rq_tail_pos - rq->rq_head_pos;
	}
	return (n);
}

static bool
idle(struct sim_adapter *ad)
{
	unsigned int q;

	if (ena_dev_state(sim_dev(ad)) != ENA_STATE_RUNNING ||
	    nic_bufs_out(sim_nic(ad)) != world_posted(ad))
		return (false);
	for (q = 0; q < nic_pairs(sim_nic(ad)); q++)
		if (ena_rx_fill_due(ena_rxq(sim_dev(ad), q)))
			return (false);
	return (true);
}

/* Both are down: is anything left? */
bool
world_clean(struct world *w)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (sim_blocks(w->w_ad[i]) != 0 || sim_bufs(w->w_ad[i]) != 0 ||
		    nic_bufs_out(sim_nic(w->w_ad[i])) != 0)
			return (false);
	return (true);
}

bool
world_idle(struct world *w)
{
	return (idle(w->w_ad[0]) && idle(w->w_ad[1]) &&
	    !w->w_ask.as_req.rq_busy);
}
