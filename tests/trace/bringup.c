/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our own bring-up as a transcript: the core and the minimal glue in the
 * deterministic world of the tests, in front of the device model.
 *
 *	ena-bringup PROFILE[,no-llq] >FILE
 *
 * What can be chosen is chosen as the virtual machine of refresh.sh has it:
 * two processors, the same MTU, the same depths.  The transcript has
 * everything the model says, data path registers as well (ena-demo's leaves
 * those out), and the same bytes come out each time.
 *
 * Exit: 0, 1 if bring-up failed, 2 usage.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_sim.h"

#define CPUS		2U
#define DEPTH		1024U
#define AFTERWARDS_US	1500000U	/* events after bring-up */

/* Lines of the model; those of the world around it stay out. */
static void
line(void *arg, const char *text)
{
	const char *p;

	p = strstr(text, " dev t=");
	if (p != NULL)
		(void)fprintf(arg, "%s\n", p + strlen(" dev "));
}

static void
no_llq(struct mock_profile *p)
{
	p->features &= ~ENAHW_FEAT_BIT(ENAHW_FEAT_LLQ);
	p->features_rss &= ~ENAHW_FEAT_BIT(ENAHW_FEAT_LLQ);
	p->llq_count = 0;
	p->bar2_bytes = MOCK_BAR2_NONE;
}

/* As ena-vfio-user --queues does it. */
static void
limit_pairs(struct mock_profile *p, uint16_t n)
{
	if (p->max_pairs > n)
		p->max_pairs = n;
	if (p->llq_count > n)
		p->llq_count = n;
	if (p->msix_vectors > n + 1)
		p->msix_vectors = (uint16_t)(n + 1);
}

static bool
bring_up(const char *profile, bool llq)
{
	struct sim_adapter *a;
	struct sim_spec spec;
	struct sim_options o;
	struct sim *s;
	enum ena_result r;
	size_t i;

	sim_options_default(&o);
	s = sim_create(&o, "bringup", 1);
	(void)sim_spec(&spec, profile);
	limit_pairs(&spec.profile, CPUS);
	spec.nic.vectors = spec.profile.msix_vectors;
	if (!llq) {
		no_llq(&spec.profile);
		spec.config.cf_bar2_bytes = 0;
	}
	spec.config.cf_cpus = CPUS;
	spec.config.cf_bdf = 0x0100;
	spec.config.cf_tx_depth = DEPTH;
	spec.config.cf_rx_depth = DEPTH;
	/* every driver has one, random or not; not looked at further on */
	spec.config.cf_have_rss_key = true;
	for (i = 0; i < sizeof(spec.config.cf_rss_key); i++)
		spec.config.cf_rss_key[i] = (uint8_t)(i * 37 + 1);
	a = sim_add(s, &spec);
	if (a == NULL) {
		sim_destroy(s);
		return (false);
	}
	sim_on_trace(s, line, stdout);
	r = nic_up(sim_nic(a));
	sim_advance(s, AFTERWARDS_US);
	sim_on_trace(s, NULL, NULL);
	if (r != ENA_OK || !sim_lawful(s))
		sim_report(s, stderr);
	if (r == ENA_OK)
		(void)nic_down(sim_nic(a));
	sim_destroy(s);
	return (r == ENA_OK);
}

int
main(int argc, char **argv)
{
	char name[64];
	char *comma;
	bool llq;

	if (argc != 2 || strlen(argv[1]) >= sizeof(name)) {
		(void)fprintf(stderr, "usage: ena-bringup PROFILE[,no-llq]\n");
		return (2);
	}
	(void)snprintf(name, sizeof(name), "%s", argv[1]);
	comma = strchr(name, ',');
	llq = comma == NULL;
	if (comma != NULL) {
		*comma = '\0';
		if (strcmp(comma + 1, "no-llq") != 0) {
			(void)fprintf(stderr, "ena-bringup: what is %s?\n",
			    comma + 1);
			return (2);
		}
	}
	if (mock_profile_find(name) == NULL) {
		(void)fprintf(stderr, "ena-bringup: no profile %s\n", name);
		return (2);
	}
	if (!bring_up(name, llq) || fflush(stdout) != 0)
		return (1);
	return (0);
}
