/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people and scripts get to see: a log on standard error, the rules a
 * driver broke, and counters as "nic0.key value" lines in a file, written
 * whole or not at all.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

#define RULE_LINES	5U		/* of one rule, then only counted */

void
vu_log(const struct vu_nic *n, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "ena-vfio-user: %s%s", n != NULL ? n->n_name :
	    "", n != NULL ? ": " : "");
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

/* -- rules */

static const char *
strength_name(enum mock_strength s)
{
	switch (s) {
	case MOCK_ADVICE:
		return ("advice");
	case MOCK_STATUS:
		return ("status");
	case MOCK_FATAL:
		return ("fatal");
	}
	return ("?");
}

bool
vu_rules_init(struct vu_nic *n)
{
	unsigned int i;

	for (i = 0; mock_rule_nth(i) != NULL; i++)
		;
	n->n_rules = calloc(i + 1, sizeof(n->n_rules[0]));
	return (n->n_rules != NULL);
}

void
vu_rule(void *arg, const struct mock_rule_report *r)
{
	const struct mock_rule_info *ri;
	struct vu_nic *n = arg;
	unsigned int i;

	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++)
		if (ri->id == r->id || strcmp(ri->id, r->id) == 0)
			break;
	if (n->n_rules[i]++ >= RULE_LINES)
		return;
	vu_log(n, "rule %s (%s, section %s): %s%s", r->id,
	    strength_name(r->strength), r->section, r->msg,
	    n->n_rules[i] == RULE_LINES ? " (further ones are counted)" :
	    "");
}

/* -- counters */

static void
put(FILE *f, const struct vu_nic *n, const char *key, uint64_t v)
{
	(void)fprintf(f, "%s.%s %" PRIu64 "\n", n->n_name, key, v);
}

static void
put_nth(FILE *f, const struct vu_nic *n, const char *key, unsigned int i,
    uint64_t v)
{
	if (v != 0)
		(void)fprintf(f, "%s.%s.%u %" PRIu64 "\n", n->n_name, key, i,
		    v);
}

static void
put_rules(FILE *f, const struct vu_nic *n)
{
	const struct mock_rule_info *ri;
	unsigned int i;

	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++)
		if (n->n_rules[i] != 0)
			(void)fprintf(f, "%s.rule.%s.%s %" PRIu64 "\n",
			    n->n_name, strength_name(ri->strength), ri->id,
			    n->n_rules[i]);
}

static void
put_model(FILE *f, const struct vu_nic *n)
{
	struct mock_stats st;
	unsigned int i;

	mock_get_stats(n->n_dev, &st);
	put(f, n, "tx_pkts", st.tx_pkts);
	put(f, n, "tx_bytes", st.tx_bytes);
	put(f, n, "tx_drops", st.tx_drops);
	put(f, n, "rx_pkts", st.rx_pkts);
	put(f, n, "rx_bytes", st.rx_bytes);
	put(f, n, "rx_drops", st.rx_drops);
	put(f, n, "rx_overruns", st.rx_overruns);
	put(f, n, "tx_csum_done", st.tx_csum_done);
	put(f, n, "tso_frames", st.tso_frames);
	put(f, n, "tso_segments", st.tso_segments);
	put(f, n, "llq_pkts", st.llq_pkts);
	put(f, n, "llq_entries", st.llq_entries);
	put(f, n, "llq_stores", st.llq_stores);
	put(f, n, "phc_reads", st.phc_reads);
	put(f, n, "clock_ns", mock_clock_ns(n->n_dev));
	put(f, n, "flow_hits", st.flow_hits);
	put(f, n, "admin_cmds", st.admin_cmds);
	put(f, n, "admin_failed", st.admin_failed);
	put(f, n, "reg_reads", st.reg_reads);
	put(f, n, "reg_writes", st.reg_writes);
	put(f, n, "doorbells", st.doorbells);
	put(f, n, "unmasks", st.unmasks);
	put(f, n, "interrupts", st.interrupts);
	put(f, n, "resets", st.resets);
	put(f, n, "rules_fatal", st.rules_fatal);
	put(f, n, "rules_status", st.rules_status);
	put(f, n, "rules_advice", st.rules_advice);
	for (i = 0; i < MOCK_MAX_PAIRS; i++) {
		put_nth(f, n, "tx_q_pkts", i, st.tx_q_pkts[i]);
		put_nth(f, n, "rx_q_pkts", i, st.rx_q_pkts[i]);
	}
	for (i = 0; i < 16; i++)
		put_nth(f, n, "admin_by_opcode", i, st.admin_by_opcode[i]);
	for (i = 0; i < MOCK_REASONS; i++)
		put_nth(f, n, "resets_by_reason", i, st.resets_by_reason[i]);
}

/* What drivers are told of allowances and SRD. */
static void
put_metrics(FILE *f, const struct vu_nic *n)
{
	char key[64];
	unsigned int i;

	for (i = 0; mock_metric_name(i) != NULL; i++) {
		(void)snprintf(key, sizeof(key), "metric.%s",
		    mock_metric_name(i));
		put(f, n, key, mock_metric(n->n_dev, i));
	}
	for (i = 0; mock_srd_name(i) != NULL; i++) {
		(void)snprintf(key, sizeof(key), "srd.%s", mock_srd_name(i));
		put(f, n, key, mock_srd(n->n_dev, i));
	}
}

static void
put_nic(FILE *f, const struct vu_nic *n)
{
	(void)fprintf(f, "%s.profile %s\n", n->n_name,
	    n->n_o->no_profile.name);
	put(f, n, "connected", n->n_conn.c_fd != -1);
	put(f, n, "clients", n->n_clients);
	put(f, n, "fatal", mock_is_fatal(n->n_dev));
	put(f, n, "faults_hit", mock_faults_hit(n->n_dev));
	put(f, n, "wire_in", n->n_wire.w_in);
	put(f, n, "wire_out", n->n_wire.w_out);
	put(f, n, "wire_lost", n->n_wire.w_lost);
	put(f, n, "maps", n->n_maps.ms_n);
	put(f, n, "odd_accesses", n->n_odd_access);
	put(f, n, "dma_without_master", n->n_no_master);
	put(f, n, "bus_errors", n->n_bus_errors);
	put(f, n, "eventfd_writes", n->n_irqs);
	put_model(f, n);
	put_metrics(f, n);
	put_rules(f, n);
}

/* All adapters' counters into a file. */
bool
vu_stats(const struct vu_nic *nics, unsigned int n, const char *path)
{
	char tmp[4096];
	unsigned int i;
	FILE *f;
	int len;
	bool bad;

	len = snprintf(tmp, sizeof(tmp), "%s.new", path);
	if (len < 0 || (size_t)len >= sizeof(tmp)) {
		vu_log(NULL, "%s: name too long", path);
		return (false);
	}
	f = fopen(tmp, "we");
	if (f == NULL) {
		vu_log(NULL, "%s: %s", tmp, strerror(errno));
		return (false);
	}
	for (i = 0; i < n; i++)
		put_nic(f, &nics[i]);
	bad = ferror(f) != 0;
	bad = fclose(f) != 0 || bad;
	if (bad || rename(tmp, path) != 0) {
		vu_log(NULL, "%s: %s", path, strerror(errno));
		(void)unlink(tmp);
		return (false);
	}
	return (true);
}

static void
dump_line(void *arg, const char *text)
{
	vu_log(arg, "%s", text);
}

/* The model's own table of itself. */
void
vu_dump(const struct vu_nic *n)
{
	union {
		const struct vu_nic *in;
		void *out;
	} u = { .in = n };

	mock_dump(n->n_dev, dump_line, u.out);
}

void
vu_summary(const struct vu_nic *n)
{
	struct mock_stats st;

	mock_get_stats(n->n_dev, &st);
	vu_log(n, "%" PRIu64 " frames out, %" PRIu64 " in, %" PRIu64
	    " resets, rules broken: %" PRIu64 " fatal, %" PRIu64 " status, %"
	    PRIu64 " advice", st.tx_pkts, st.rx_pkts, st.resets,
	    st.rules_fatal, st.rules_status, st.rules_advice);
}
