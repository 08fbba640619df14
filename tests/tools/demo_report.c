/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything people read.  The line for machines is printed by ena_demo.c.
 *
 * On a terminal progress is one line that is written over; elsewhere, a line
 * every few seconds.  Colour only on a terminal, and not if NO_COLOR is set
 * (or --no-color given); check marks only where the locale has them.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

#define TTY_STEP_US	150000U
#define LOG_STEP_US	4000000U
#define BAR_WIDTH	24U
#define MIB		(1024.0 * 1024.0)

#define BOLD	"1"
#define DIM	"2"
#define RED	"31"
#define GREEN	"32"

void
demo_ui_init(struct demo *d)
{
	static const char *const vars[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *v;
	size_t i;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	d->d_tty = isatty(STDOUT_FILENO) != 0;
	v = getenv("NO_COLOR");
	d->d_color = d->d_tty && !d->d_opt.o_no_color &&
	    (v == NULL || *v == '\0');
	for (i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		v = getenv(vars[i]);
		if (v == NULL || *v == '\0')
			continue;
		d->d_utf8 = strstr(v, "UTF-8") != NULL ||
		    strstr(v, "utf8") != NULL || strstr(v, "utf-8") != NULL;
		break;
	}
}

static const char *
ink(const struct demo *d, const char *code)
{
	static char ring[8][12];
	static unsigned int at;
	char *p;

	if (!d->d_color)
		return ("");
	p = ring[at++ % 8];
	(void)snprintf(p, sizeof(ring[0]), "\033[%sm", code);
	return (p);
}

static void
close_line(struct demo *d)
{
	if (d->d_line_open)
		(void)printf("\r\033[K");
	d->d_line_open = false;
}

/* Nothing of ours may stand before the last line. */
void
demo_ui_end(struct demo *d)
{
	close_line(d);
	if (d->d_said)
		(void)printf("\n");
}

void
demo_say(struct demo *d, const char *fmt, ...)
{
	va_list ap;

	close_line(d);
	d->d_said = true;
	va_start(ap, fmt);
	(void)printf("  ");
	(void)vprintf(fmt, ap);
	(void)printf("\n");
	va_end(ap);
}

void
demo_title(struct demo *d, const char *text)
{
	close_line(d);
	(void)printf("\n%s%s%s\n", ink(d, BOLD), text, ink(d, "0"));
}

/* ---- configuration */

static void
row2(const char *name, const char *a, const char *b)
{
	(void)printf("  %-13s %-32s %s\n", name, a, b);
}

typedef void cell_fn(const struct demo_adapter *, char *, size_t);

static void
cell_mac(const struct demo_adapter *a, char *s, size_t n)
{
	const uint8_t *m = ena_dev_info(demo_dev(a))->in_mac;

	(void)snprintf(s, n, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
	    m[2], m[3], m[4], m[5]);
}

static void
cell_device(const struct demo_adapter *a, char *s, size_t n)
{
	const struct ena_info *in = ena_dev_info(demo_dev(a));

	(void)snprintf(s, n, "v%u.%u, %u-bit DMA, %s",
	    in->in_version >> 8 & 0xff, in->in_version & 0xff,
	    in->in_dma_bits, in->in_readless ? "readless" : "direct");
}

static void
cell_queues(const struct demo_adapter *a, char *s, size_t n)
{
	const struct ena_plan *p = &demo_dev(a)->dev_plan;

	(void)snprintf(s, n, "%u of %u, tx %u, rx %u", p->pl_pairs,
	    ena_dev_info(demo_dev(a))->in_max_pairs, p->pl_tx_depth,
	    p->pl_rx_depth);
}

static void
cell_mtu(const struct demo_adapter *a, char *s, size_t n)
{
	(void)snprintf(s, n, "%u (up to %u)", a->ad_cfg.mtu,
	    ena_dev_info(demo_dev(a))->in_max_mtu);
}

/* "v4:full,part " */
static const char *
forms(const char *name, bool full, bool part, char s[24])
{
	(void)snprintf(s, 24, "%s%s%s%s%s", full || part ? name : "",
	    full ? "full" : "", full && part ? "," : "", part ? "part" : "",
	    full || part ? " " : "");
	return (s);
}

static void
cell_tx_csum(const struct demo_adapter *a, char *s, size_t n)
{
	uint32_t o = ena_dev_info(demo_dev(a))->in_tx_offloads;
	char v4[24], v6[24];

	if (a->ad_cfg.soft_csum) {
		(void)snprintf(s, n, "software, as asked");
		return;
	}
	(void)snprintf(s, n, "%s%s%s%s",
	    (o & ENA_TXO_IP4_CSUM) != 0 ? "ip4 " : "",
	    forms("v4:", (o & ENA_TXO_L4V4_FULL) != 0,
	    (o & ENA_TXO_L4V4_PARTIAL) != 0, v4),
	    forms("v6:", (o & ENA_TXO_L4V6_FULL) != 0,
	    (o & ENA_TXO_L4V6_PARTIAL) != 0, v6),
	    o == 0 ? "none (software)" : "");
}

static void
cell_tso(const struct demo_adapter *a, char *s, size_t n)
{
	uint32_t o = demo_tso(a);

	(void)snprintf(s, n, "%s%s%s%s",
	    (o & ENA_TXO_TSO4) != 0 ? "v4 " : "",
	    (o & ENA_TXO_TSO6) != 0 ? "v6 " : "",
	    (o & ENA_TXO_TSO_ECN) != 0 ? "ECN" : "", o == 0 ? "none" : "");
}

static void
cell_rx_csum(const struct demo_adapter *a, char *s, size_t n)
{
	uint32_t o = ena_dev_info(demo_dev(a))->in_rx_offloads;

	(void)snprintf(s, n, "%s%s%s%s%s",
	    (o & ENA_RXO_IP4_CSUM) != 0 ? "ip4 " : "",
	    (o & ENA_RXO_L4V4) != 0 ? "v4 " : "",
	    (o & ENA_RXO_L4V6) != 0 ? "v6 " : "",
	    (o & ENA_RXO_HASH) != 0 ? "hash" : "",
	    o == 0 ? "none" : "");
}

static void
cell_rss(const struct demo_adapter *a, char *s, size_t n)
{
	const struct ena_info *in = ena_dev_info(demo_dev(a));

	if (!in->in_rss_table) {
		(void)snprintf(s, n, "none");
		return;
	}
	(void)snprintf(s, n, "%s, %u entries, %s key",
	    in->in_rss_function == ENA_HASH_TOEPLITZ ? "Toeplitz" :
	    in->in_rss_function == ENA_HASH_CRC32 ? "CRC32" : "default hash",
	    in->in_rss_entries, in->in_rss_key ? "our" : "device's");
}

static void
cell_llq(const struct demo_adapter *a, char *s, size_t n)
{
	const struct ena_info *in = ena_dev_info(demo_dev(a));

	if (in->in_llq.li_entry_bytes == 0) {
		(void)snprintf(s, n, "host (LLQ: %s)",
		    ena_llq_why_name(in->in_llq_why));
		return;
	}
	(void)snprintf(s, n, "LLQ, %u-byte entries",
	    in->in_llq.li_entry_bytes);
}

static void
cell_up(const struct demo_adapter *a, char *s, size_t n)
{
	(void)snprintf(s, n, "%llu us, %llu admin commands",
	    (unsigned long long)a->ad_count.bringup_us,
	    (unsigned long long)a->ad_count.bringup_cmds);
}

void
demo_show_config(struct demo *d)
{
	static const struct {
		const char *name;
		cell_fn *fn;
	} cells[] = {
		{ "address", cell_mac }, { "device", cell_device },
		{ "queue pairs", cell_queues }, { "tx rings", cell_llq },
		{ "MTU", cell_mtu },
		{ "tx checksums", cell_tx_csum }, { "TSO", cell_tso },
		{ "rx verdicts", cell_rx_csum }, { "RSS", cell_rss },
		{ "bring-up", cell_up },
	};
	char a[96], b[96], title[160];
	size_t i;

	(void)snprintf(title, sizeof(title), "Negotiated with profile %s (%s)",
	    d->d_opt.o_profile->name, d->d_opt.o_profile->stands_for);
	demo_title(d, title);
	row2("", "adapter A", "adapter B");
	for (i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		cells[i].fn(d->d_ad[0], a, sizeof(a));
		cells[i].fn(d->d_ad[1], b, sizeof(b));
		row2(cells[i].name, a, b);
	}
}

/* ---- progress */

static void
bar(const struct demo *d, char *s, size_t room, double part)
{
	const char *full, *empty;
	size_t i, n;

	full = d->d_utf8 ? "\xe2\x96\x88" : "#";
	empty = d->d_utf8 ? "\xe2\x96\x91" : ".";
	n = (size_t)(part * BAR_WIDTH);
	s[0] = '\0';
	for (i = 0; i < BAR_WIDTH && strlen(s) + 4 < room; i++)
		(void)strcat(s, i < n ? full : empty);
}

void
demo_progress(struct demo *d, const char *label, uint64_t bytes,
    double part, uint64_t took_us, bool final)
{
	char graph[BAR_WIDTH * 3 + 8];
	double mbit;
	uint64_t now;

	now = demo_clock_us();
	if (!final && (took_us < TTY_STEP_US || now - d->d_shown_us <
	    (d->d_tty ? TTY_STEP_US : LOG_STEP_US)))
		return;
	if (!final && !d->d_tty && took_us < LOG_STEP_US)
		return;
	d->d_shown_us = now;
	if (part > 1 || final)
		part = 1;
	mbit = took_us == 0 ? 0 : (double)bytes * 8 / (double)took_us;
	if (final || !d->d_tty) {
		demo_say(d, "%-22s %8.1f MiB  %3.0f%%  %6.0f Mbit/s  %5.1f s%s",
		    label, (double)bytes / MIB, part * 100, mbit,
		    (double)took_us / 1e6, final ? "" : " ...");
		return;
	}
	bar(d, graph, sizeof(graph), part);
	(void)printf("\r\033[K  %-22s %s%s%s %3.0f%%  %6.0f Mbit/s", label,
	    ink(d, GREEN), graph, ink(d, "0"), part * 100, mbit);
	(void)fflush(stdout);
	d->d_line_open = true;
}

/* ---- counters */

static const char *
mark(const struct demo *d, bool equal)
{
	if (equal)
		return (d->d_utf8 ? "\xe2\x9c\x93" : "=");
	return (d->d_utf8 ? "\xe2\x9c\x97" : "DIFFERS");
}

static void
queue_line(struct demo *d, unsigned int q)
{
	const struct nic_queue_stats *ns;
	struct mock_stats ms;
	unsigned int i;
	uint64_t tx;
	bool equal;

	(void)printf("  %5u", q);
	for (i = 0; i < 2; i++) {
		ns = nic_stats(d->d_ad[i]->ad_nic, q);
		mock_get_stats(d->d_ad[i]->ad_dev, &ms);
		tx = ns->tx_pkts + d->d_ad[i]->ad_tso_more[q];
		equal = tx == ms.tx_q_pkts[q] &&
		    ns->rx_pkts == ms.rx_q_pkts[q];
		(void)printf("   %12llu %12llu %s%s%s",
		    (unsigned long long)tx,
		    (unsigned long long)ns->rx_pkts,
		    ink(d, equal ? GREEN : RED), mark(d, equal), ink(d, "0"));
	}
	(void)printf("\n");
}

void
demo_show_queues(struct demo *d)
{
	unsigned int q;

	demo_title(d, "Packets per queue, as driver and model count them");
	(void)printf("  queue   %12s %12s     %12s %12s\n", "A tx", "A rx",
	    "B tx", "B rx");
	for (q = 0; q < d->d_queues; q++)
		queue_line(d, q);
}

void
demo_show_counters(struct demo *d)
{
	const struct demo_row *r;
	unsigned int i, n;
	bool equal;

	demo_title(d, "Counters");
	(void)printf("  %-18s %14s %14s     %14s %14s\n", "", "A driver",
	    "A model", "B driver", "B model");
	for (n = 0; n < d->d_nrows; n++) {
		r = &d->d_rows[n];
		(void)printf("  %-18s", r->dr_name);
		for (i = 0; i < 2; i++) {
			equal = r->dr_driver[i] == r->dr_model[i];
			(void)printf(" %14llu %14llu %s%s%s ",
			    (unsigned long long)r->dr_driver[i],
			    (unsigned long long)r->dr_model[i],
			    ink(d, equal ? GREEN : RED), mark(d, equal),
			    ink(d, "0"));
		}
		(void)printf("\n");
	}
}

static void
show_work(struct demo *d, unsigned int i)
{
	const struct demo_counters *c = &d->d_ad[i]->ad_count;
	const struct nic_queue_stats *ns;
	uint64_t bad, good, unknown;
	unsigned int q;

	bad = good = unknown = 0;
	for (q = 0; q < d->d_queues; q++) {
		ns = nic_stats(d->d_ad[i]->ad_nic, q);
		good += ns->rx_csum_good;
		bad += ns->rx_csum_bad;
		unknown += ns->rx_csum_unknown;
	}
#define U(x) ((unsigned long long)(x))
	demo_say(d, "%s  tx checksums by device: ip4 %llu, partial %llu, "
	    "full %llu; by software %llu", d->d_ad[i]->ad_cfg.name,
	    U(c->ask_ip4), U(c->ask_partial), U(c->ask_full), U(c->soft));
	if (c->ask_tso != 0)
		demo_say(d, "   TSO: %llu requests, %llu segments, %.1f each",
		    U(c->ask_tso), U(c->tso_segs),
		    (double)c->tso_segs / (double)c->ask_tso);
	demo_say(d, "   rx verdicts: good %llu, bad %llu, not judged %llu",
	    U(good), U(bad), U(unknown));
	demo_say(d, "   drops: over MTU %llu, runts %llu, refused %llu; wire: "
	    "no queue %llu, no buffer %llu, too long %llu; ring full %llu",
	    U(c->over_mtu), U(c->runts), U(c->refused),
	    U(c->wire_lost[MOCK_RX_NO_QUEUE]),
	    U(c->wire_lost[MOCK_RX_NO_BUFFER]),
	    U(c->wire_lost[MOCK_RX_TOO_LONG]), U(c->retries));
#undef U
}

void
demo_show_work(struct demo *d)
{
	demo_title(d, "Checksums, segments and drops");
	show_work(d, 0);
	show_work(d, 1);
}

void
demo_show_rules(struct demo *d)
{
	const struct demo_adapter *a;
	uint64_t i, n;
	unsigned int k;

	for (k = 0; k < 2; k++) {
		a = d->d_ad[k];
		if (a == NULL)
			continue;
		n = a->ad_count.rules;
		for (i = 0; i < n && i < DEMO_RULES_KEPT; i++)
			demo_say(d, "%sadapter %s broke a rule: %s%s",
			    ink(d, RED), a->ad_cfg.name, a->ad_rule_text[i],
			    ink(d, "0"));
		if (n > DEMO_RULES_KEPT)
			demo_say(d, "... and %llu more", (unsigned long long)
			    (n - DEMO_RULES_KEPT));
	}
}
