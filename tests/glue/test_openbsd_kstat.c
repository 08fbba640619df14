/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenBSD glue: what kstat shows of allowances, SRD and moderation. */
#include "glue_fix.h"
#include "fk_openbsd.h"

#define DEVICE		"ena-device"
#define BURST		100U
#define ADAPT		300U	/* bursts until delays have adapted */
#define BURSTS		40U

static uint8_t frame[2048];

static const char * const metrics[] = {
	"over bw in", "over bw out", "over pps", "over conns",
	"over link local", "conns left"
};

static const char * const srd[] = {
	"srd flags", "srd tx packets", "srd eligible", "srd rx packets",
	"srd use percent"
};

/* The value of a key; UINT64_MAX if it has none. */
static uint64_t
value(const char *key)
{
	uint64_t v;

	return (fk_kstat_get(DEVICE, 0, key, &v) ? v : UINT64_MAX);
}

static void
shown(unsigned int nmetrics, bool with_srd)
{
	unsigned int i;

	GF_CHECK(fk_stats_read() > 0);
	for (i = 0; i < 6; i++)
		GF_CHECK(value(metrics[i]) == (i < nmetrics ?
		    mock_metric(fc_dev(), i) : UINT64_MAX));
	for (i = 0; i < 5; i++)
		GF_CHECK(value(srd[i]) == (with_srd ?
		    mock_srd(fc_dev(), i) : UINT64_MAX));
}

/* As the device says, up and down; and what it does not say has no value. */
static void
allowances_and_srd(void **state)
{
	static const struct {
		const char *profile;
		unsigned int metrics;
		bool srd;
	} t[] = {
		{ "max", 6, true }, { "gen6", 6, true }, { "t4g", 6, false },
		{ "c7g", 6, false }, { "i3", 0, false }, { "min", 0, false }
	};
	unsigned int i, k;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		gf_attach(t[i].profile, 900 + i);
		shown(t[i].metrics, t[i].srd);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		for (k = 0; k < 6; k++)
			mock_set_metric(fc_dev(), k, 0x100000007ULL * (k + i));
		shown(t[i].metrics, t[i].srd);
		gf_end();
	}
}

/* A device that does not answer leaves the last answer, and is not waited
   for long; nor is a broken one asked. */
static void
the_last_answer_stays(void **state)
{
	static const struct mock_fault_arm lost = {
		.f = MOCK_F_ADMIN_LOST, .times = 3
	};
	uint64_t t;

	(void)state;
	gf_start("max", 910);
	mock_set_metric(fc_dev(), 2, 77);
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(value("over pps") == 77);
	mock_set_metric(fc_dev(), 2, 78);
	mock_fault(fc_dev(), &lost);
	t = fc_now();
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(fc_now() - t < GF_SECOND / 2);
	GF_CHECK(value("over pps") == 77);
	mock_fault_clear(fc_dev());
	fc_run(10 * GF_SECOND);		/* the commands have timed out */
	GF_CHECK(gf_link(true, 10 * GF_SECOND));
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(value("over pps") == 78);
	fc_model_forgive();
	gf_end();
}

static void
state_in_words(void **state)
{
	(void)state;
	gf_attach("c7g", 911);
	GF_CHECK(fk_stats_read() > 0);
	assert_string_equal(fk_kstat_word(DEVICE, 0, "state"), "configured");
	GF_CHECK(fk_up() == 0);
	GF_CHECK(fk_stats_read() > 0);
	assert_string_equal(fk_kstat_word(DEVICE, 0, "state"), "running");
	assert_string_equal(fk_kstat_word(DEVICE, 0, "llq"), "used");
	fc_pull();
	fc_run(12 * GF_SECOND);
	GF_CHECK(fk_stats_read() > 0);
	assert_string_equal(fk_kstat_word(DEVICE, 0, "state"), "gone");
	GF_CHECK(fk_detach(true) == 0);
	GF_CHECK(fk_clean());
	gf_close();
}

/* Interrupts while bursts of frames arrive, one each 20 us. */
static uint64_t
interrupts(unsigned int bursts)
{
	uint64_t a, b;
	unsigned int i, k;

	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(fk_kstat_get("ena-queue", 0, "intrs", &a));
	gf_forget();
	gf_frame(frame, GF_UDP4, 100, 1, false);
	for (i = 0; i < bursts; i++) {
		for (k = 0; k < BURST; k++)
			GF_CHECK(fc_wire_in(frame, 100));
		fc_run(20);
	}
	GF_CHECK(gf_wait_in(bursts * BURST, GF_SECOND));
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(fk_kstat_get("ena-queue", 0, "intrs", &b));
	return (b - a);
}

/* Fewer interrupts for the same packets, unless the user says link0. */
static void
moderation_and_link0(void **state)
{
	static const char * const profile[] = { "max", "gen6", "c6i" };
	uint64_t calm, keen;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		gf_open(profile[i], 920 + i);
		fk_machine()->ncpus = 1;
		GF_CHECK(fk_attach(false) && fk_attached());
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		interrupts(ADAPT);
		calm = interrupts(BURSTS);
		GF_CHECK(value("intr delay") == 64);
		GF_CHECK(fk_set_flags(FK_LINK0, 0) == 0);
		keen = interrupts(BURSTS);
		GF_CHECK(value("intr delay") == 0);
		GF_CHECK(calm * 4 < keen);
		/* also after a reset */
		GF_CHECK(fk_down() == 0);
		GF_CHECK(fk_up() == 0);
		GF_CHECK(gf_link(true, 3 * GF_SECOND));
		GF_CHECK(interrupts(BURSTS) * 3 > keen * 2);
		GF_CHECK(fk_set_flags(0, FK_LINK0) == 0);
		interrupts(ADAPT);
		GF_CHECK(interrupts(BURSTS) * 4 < keen);
		gf_end();
	}
}

static void
no_moderation_no_delay(void **state)
{
	(void)state;
	gf_start("c7g", 925);
	GF_CHECK(fk_stats_read() > 0);
	GF_CHECK(value("intr delay") == 0);
	GF_CHECK(fk_set_flags(FK_LINK0, 0) == 0);
	GF_CHECK(fk_set_flags(0, FK_LINK0) == 0);
	GF_CHECK(gf_both_ways(GF_UDP4, 100, 20));
	gf_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowances_and_srd),
		cmocka_unit_test(the_last_answer_stays),
		cmocka_unit_test(state_in_words),
		cmocka_unit_test(moderation_and_link0),
		cmocka_unit_test(no_moderation_no_delay),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
