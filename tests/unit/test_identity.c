/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may create queues: the gate of c7g, combination by combination, and our
 * own identity on every profile.
 *
 * The core says who it is and cannot be told otherwise.  So somebody sits on
 * the wire: as the doorbell of a command rings he changes, in the device's
 * view of memory, what the host-info page and SET LLQ say.  What came out is
 * read in the model's transcript.
 *
 * ref: docs/hw-notes.md#identity; pitfalls 1, 2
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim_pair.h"

/* Typed from the protocol document. */
#define AQ_DB			0x2cU
#define AQ_DEPTH		32U
#define AQ_ENTRY		64U
#define OP_SET_FEATURE		9U
#define FEATURE_LLQ		4U
#define FEATURE_HOST_ATTR	28U
#define CMD_OPCODE		2U
#define CMD_FEATURE		17U
#define CMD_BODY		20U
#define LLQ_ACCEL		28U	/* in the body: flags enabled */
#define LLQ_ACCEL_BOTH		3U
#define HOST_VERSION		172U	/* in the page: major is byte 0 */
#define HOST_FEATURES		192U
#define HOST_RSS_KEY		0x10U
#define FEATURE_RSS_HASH	10U

struct says {
	unsigned int major;
	bool rss;
	bool accel;
};

struct wire {
	struct sim_adapter *ad;
	const struct says *says;
	bool saw_page, saw_llq;
	/* the first CREATE_CQ */
	unsigned int id;
	bool asked, answered;
	unsigned int status, ext;
};

static void
set_byte(struct wire *w, uint64_t at, uint8_t keep, uint8_t set)
{
	uint8_t v;

	assert_true(sim_peek(w->ad, at, &v, 1));
	v = (uint8_t)((v & keep) | set);
	assert_true(sim_poke(w->ad, at, &v, 1));
}

/* A command is about to be fetched. */
static void
tamper(struct wire *w, unsigned int tail)
{
	uint64_t at, page;
	uint8_t c[AQ_ENTRY];

	at = sim_dev(w->ad)->dev_dma[ENA_DMA_AQ].dma_pa +
	    (tail - 1) % AQ_DEPTH * AQ_ENTRY;
	assert_true(sim_peek(w->ad, at, c, sizeof(c)));
	if (c[CMD_OPCODE] != OP_SET_FEATURE)
		return;
	if (c[CMD_FEATURE] == FEATURE_HOST_ATTR) {
		page = (uint64_t)c[CMD_BODY] | (uint64_t)c[CMD_BODY + 1] << 8 |
		    (uint64_t)c[CMD_BODY + 2] << 16 |
		    (uint64_t)c[CMD_BODY + 3] << 24 |
		    (uint64_t)c[CMD_BODY + 4] << 32 |
		    (uint64_t)c[CMD_BODY + 5] << 40;
		set_byte(w, page + HOST_VERSION, 0,
		    (uint8_t)w->says->major);
		set_byte(w, page + HOST_FEATURES,
		    (uint8_t)~HOST_RSS_KEY, w->says->rss ? HOST_RSS_KEY : 0);
		w->saw_page = true;
	}
	if (c[CMD_FEATURE] == FEATURE_LLQ) {
		set_byte(w, at + CMD_BODY + LLQ_ACCEL,
		    (uint8_t)~LLQ_ACCEL_BOTH,
		    w->says->accel ? LLQ_ACCEL_BOTH : 0);
		w->saw_llq = true;
	}
}

static void
line(void *arg, const char *text)
{
	struct wire *w = arg;
	unsigned int off, status, ext, id, val;
	const char *p;

	p = strstr(text, " wr4 off=");
	if (p != NULL && w->says != NULL && sscanf(p,
	    " wr4 off=%x val=%x", &off, &val) == 2 && off == AQ_DB)
		tamper(w, val);
	p = strstr(text, " cmd id=");
	if (p != NULL && !w->asked && strstr(p, "op=CREATE_CQ") != NULL)
		w->asked = sscanf(p, " cmd id=%u", &w->id) == 1;
	p = strstr(text, " completion id=");
	if (p != NULL && w->asked && !w->answered && sscanf(p,
	    " completion id=%u status=%u ext=%u", &id, &status, &ext) == 3 &&
	    id == w->id) {
		w->answered = true;
		w->status = status;
		w->ext = ext;
	}
}

static bool
has_rss_hash(struct sim_adapter *ad)
{
	return ((ena_dev_info(sim_dev(ad))->in_features >> FEATURE_RSS_HASH &
	    1) != 0);
}

/* Frames of an adapter that is wired to itself come back to it. */
static void
traffic(struct sim *s, struct sim_adapter *ad)
{
	struct sim_load ld;
	unsigned int q;

	load_init(&ld, ad, ad, 1);
	for (q = 0; q < 8 * nic_pairs(sim_nic(ad)); q++)
		SIM_CHECK(s, load_push(&ld, q % nic_pairs(sim_nic(ad)),
		    100 + q * 61 % 1400, LOAD_UDP4, true) == ENA_OK);
	SIM_CHECK(s, sim_run_until(s, load_done, &ld, SECOND));
	SIM_CHECK(s, load_good(&ld));
	load_free(&ld);
}

static void
try(const struct says *says, bool passes)
{
	struct mock_stats st;
	struct sim_spec sp;
	struct wire w;
	enum ena_result r;
	char name[48];
	struct sim *s;

	(void)snprintf(name, sizeof(name), "gate.major%u%s%s", says->major,
	    says->rss ? ".rss" : "", says->accel ? ".accel" : "");
	memset(&w, 0, sizeof(w));
	s = sim_create(NULL, name, 1);
	(void)sim_spec(&sp, "c7g");
	small_rings(&sp);
	w.ad = sim_add(s, &sp);
	assert_non_null(w.ad);
	w.says = says;
	sim_connect(w.ad, w.ad);
	sim_on_trace(s, line, &w);
	r = nic_up(sim_nic(w.ad));
	SIM_CHECK(s, w.saw_page && w.saw_llq && w.asked && w.answered);
	/* the bitmap follows from what was declared, not from the major */
	SIM_CHECK(s, has_rss_hash(w.ad) == says->rss);
	SIM_CHECK(s, w.status == (passes ? 0 : 6) && w.ext == 0);
	SIM_CHECK(s, r == (passes ? ENA_OK : ENA_REFUSED));
	mock_get_stats(sim_mock(w.ad), &st);
	SIM_CHECK(s, st.rules_fatal == 0 && (st.rules_status == 0) == passes);
	SIM_CHECK(s, sim_logged(s, "rule gate-a") == !passes);
	if (passes)
		traffic(s, w.ad);
	SIM_CHECK(s, nic_down(sim_nic(w.ad)) == ENA_OK);
	SIM_CHECK(s, sim_violations(s) == 0 && sim_blocks(w.ad) == 0 &&
	    sim_bufs(w.ad) == 0);
	sim_destroy(s);
}

/*
 * Major 2 passes, whatever else is said; so does the RSS bit; the flags of
 * the LLQ make no difference.  So of these twelve four are refused.
 */
static void
twelve_identities_on_c7g(void **state)
{
	unsigned int i, passed;
	struct says says;
	bool ok;

	(void)state;
	for (i = passed = 0; i < 12; i++) {
		says.major = i / 4;
		says.rss = (i & 2) != 0;
		says.accel = (i & 1) != 0;
		ok = says.major == 2 || says.rss;
		try(&says, ok);
		passed += ok;
	}
	assert_int_equal(passed, 8);
}

/*
 * gen6 refuses an LLQ without both flags; then TX rings are in host memory.
 * With both, which is what we say, it agrees.
 */
static void
flags_of_the_llq_are_wanted_by_gen6(void **state)
{
	static const struct says says[2] = { { 2, true, false },
	    { 2, true, true } };
	struct sim_spec sp;
	struct wire w;
	unsigned int i;
	struct sim *s;

	(void)state;
	for (i = 0; i < 2; i++) {
		memset(&w, 0, sizeof(w));
		s = sim_create(NULL, says[i].accel ? "both" : "none", 1);
		(void)sim_spec(&sp, "gen6");
		small_rings(&sp);
		w.ad = sim_add(s, &sp);
		assert_non_null(w.ad);
		w.says = &says[i];
		sim_connect(w.ad, w.ad);
		sim_on_trace(s, line, &w);
		SIM_CHECK(s, nic_up(sim_nic(w.ad)) == ENA_OK);
		SIM_CHECK(s, w.saw_llq && w.answered && w.status == 0);
		SIM_CHECK(s, sim_logged(s, "rule llq-accel") != says[i].accel);
		SIM_CHECK(s, ena_dev_info(sim_dev(w.ad))->in_llq_why ==
		    (says[i].accel ? ENA_LLQ_WHY_USED :
		    ENA_LLQ_WHY_REFUSED));
		traffic(s, w.ad);
		SIM_CHECK(s, nic_down(sim_nic(w.ad)) == ENA_OK);
		SIM_CHECK(s, sim_violations(s) == 0);
		sim_destroy(s);
	}
}

/* Nobody on the wire: ours passes everywhere, before and after a reset. */
static void
our_identity_passes_everywhere(void **state)
{
	const struct mock_profile *p;
	struct sim_spec sp;
	struct wire w;
	unsigned int i;
	struct sim *s;

	(void)state;
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++) {
		memset(&w, 0, sizeof(w));
		s = sim_create(NULL, p->name, 1);
		(void)sim_spec(&sp, p->name);
		small_rings(&sp);
		w.ad = sim_add(s, &sp);
		assert_non_null(w.ad);
		sim_connect(w.ad, w.ad);
		sim_on_trace(s, line, &w);
		SIM_CHECK(s, nic_up(sim_nic(w.ad)) == ENA_OK);
		SIM_CHECK(s, w.answered && w.status == 0 && w.ext == 0);
		traffic(s, w.ad);
		w.asked = w.answered = false;
		ena_fault(sim_dev(w.ad), ENA_REASON_USER);
		SIM_CHECK(s, nic_recover(sim_nic(w.ad)) == ENA_OK);
		SIM_CHECK(s, w.answered && w.status == 0 && w.ext == 0);
		traffic(s, w.ad);
		SIM_CHECK(s, nic_down(sim_nic(w.ad)) == ENA_OK);
		SIM_CHECK(s, sim_clean(s));
		sim_destroy(s);
	}
	assert_true(i >= 8);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(twelve_identities_on_c7g),
		cmocka_unit_test(flags_of_the_llq_are_wanted_by_gen6),
		cmocka_unit_test(our_identity_passes_everywhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
