/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traffic of the live demo: echo, a file each way, many flows each way.
 *
 * Programs that are missing are replaced by our own (demo_flow.c), which is
 * said.  Each stage leaves its jobs stopped and its files removed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo_flow.h"
#include "demo_live.h"

#define PINGS		10U
#define PING_TRIES	6U
#define PING_LIMIT_S	30U
#define SHA_LEN		64U
#define FILE_PORT	5001U
#define FLOW_PORT	5201U
#define FLOWS_MIN	24U
#define FLOWS_MAX	128U
#define FLOW_EXTRA_S	30U
#define MANY_QUEUES	16U
#define USED_MIN	100U		/* packets that make a queue used */

static bool
use_tool(const struct live *lv, const char *name)
{
	return (!lv->lv_d->d_opt.o_builtin && demo_have_tool(name));
}

/* Say that our own tool stands in for another one. */
static void
say_own(struct live *lv, const char *name, const char *limits)
{
	demo_say(lv->lv_d, "%s %s: using our own%s", name,
	    lv->lv_d->d_opt.o_builtin ? "is not wanted" : "is not there",
	    limits);
}

static bool
no_start(struct live *lv, const char *what)
{
	return (demo_fail(lv->lv_d, "cannot start %s", what));
}

/* ---- echo */

static bool
start_ping(struct live *lv, const char *ip, bool six, unsigned int count)
{
	struct demo_flow fl;
	const char *argv[12];
	char n[16];
	unsigned int i;

	if (!use_tool(lv, "ping")) {
		memset(&fl, 0, sizeof(fl));
		fl.fl_ip = ip;
		fl.fl_count = count;
		return (demo_job_call(&lv->lv_job[0], &lv->lv_side[0].ls_tap,
		    "ping", demo_flow_ping, &fl));
	}
	(void)snprintf(n, sizeof(n), "%u", count);
	i = 0;
	argv[i++] = "ping";
	if (six)
		argv[i++] = "-6";
	argv[i++] = "-n";
	argv[i++] = "-c";
	argv[i++] = n;
	argv[i++] = "-i";
	argv[i++] = "0.2";
	argv[i++] = "-W";
	argv[i++] = "1";
	argv[i++] = ip;
	argv[i] = NULL;
	return (demo_job_start(&lv->lv_job[0], &lv->lv_side[0].ls_tap, argv));
}

/* Run ping once; false only if the demo cannot go on. */
static bool
run_ping(struct live *lv, const char *ip, bool six, unsigned int count,
    unsigned int *got)
{
	struct live_watch w;
	const char *p;
	unsigned int sent;

	*got = 0;
	memset(&w, 0, sizeof(w));
	w.lw_label = "ping";
	w.lw_jobs[0] = &lv->lv_job[0];
	w.lw_njobs = 1;
	w.lw_limit_s = PING_LIMIT_S;
	if (!start_ping(lv, ip, six, count))
		return (no_start(lv, "ping"));
	if (!live_wait(lv, &w))
		return (false);
	p = strstr(lv->lv_job[0].j_out, " packets transmitted");
	while (p != NULL && p > lv->lv_job[0].j_out && p[-1] != '\n')
		p--;
	if (p == NULL || sscanf(p, "%u packets transmitted, %u", &sent,
	    got) != 2)
		*got = 0;
	return (true);
}

/* The average of ping's last line, in the units it has; "" if absent. */
static const char *
round_trip(const char *out, char s[48])
{
	const char *p, *slash;

	s[0] = '\0';
	p = strstr(out, "min/avg/max");
	p = p != NULL ? strstr(p, " = ") : NULL;
	slash = p != NULL ? strchr(p, '/') : NULL;
	if (slash != NULL)
		(void)snprintf(s, 48, ", %.*s ms on average",
		    (int)strcspn(slash + 1, "/\n"), slash + 1);
	return (s);
}

static bool
ping_to(struct live *lv, const char *ip, bool six, bool *there)
{
	struct demo *d = lv->lv_d;
	char rtt[48];
	unsigned int got, i, loss;

	/* neighbours find each other; a new IPv6 address takes a while */
	for (got = 0, i = 0; got == 0 && i < PING_TRIES; i++)
		if (!run_ping(lv, ip, six, 1, &got))
			return (false);
	*there = got != 0;
	if (!*there)
		return (true);
	if (!run_ping(lv, ip, six, PINGS, &got))
		return (false);
	loss = (PINGS - got) * 100 / PINGS;
	if (loss > lv->lv_loss_pct)
		lv->lv_loss_pct = loss;
	demo_say(d, "ping %-17s %u of %u answered%s", ip, got, PINGS,
	    round_trip(lv->lv_job[0].j_out, rtt));
	if (got != PINGS)
		return (demo_fail(d, "ping to %s lost %u of %u", ip,
		    PINGS - got, PINGS));
	return (true);
}

bool
live_ping(struct live *lv)
{
	struct demo *d = lv->lv_d;
	bool there;

	if (!use_tool(lv, "ping")) {
		say_own(lv, "ping", ", IPv4 only");
		lv->lv_ip6 = false;
	}
	if (!ping_to(lv, LIVE_IP4_B, false, &there))
		return (false);
	if (!there)
		return (demo_fail(d, "ping to %s: no answer: %s", LIVE_IP4_B,
		    demo_job_last_line(&lv->lv_job[0])));
	if (lv->lv_ip6) {
		if (!ping_to(lv, LIVE_IP6_B, true, &there))
			return (false);
		if (!there) {
			demo_say(d, "no IPv6 between the namespaces; going "
			    "on without");
			lv->lv_ip6 = false;
		}
	}
	return (true);
}

/* ---- files */

static bool
start_file(struct live *lv, unsigned int to, const char *src,
    const char *dst)
{
	struct demo_flow out, in;
	char listen_on[96], connect_to[96], src_arg[640], dst_arg[640];
	const char *ip;
	const char *rx[] = { "socat", "-u", "-b", "65536", listen_on,
	    dst_arg, NULL };
	const char *tx[] = { "socat", "-u", "-b", "65536", src_arg,
	    connect_to, NULL };
	const struct demo_tap *tap_to = &lv->lv_side[to].ls_tap;
	const struct demo_tap *tap_from = &lv->lv_side[1 - to].ls_tap;

	ip = to == 0 ? LIVE_IP4_A : LIVE_IP4_B;
	if (!use_tool(lv, "socat")) {
		memset(&in, 0, sizeof(in));
		memset(&out, 0, sizeof(out));
		in.fl_ip = out.fl_ip = ip;
		in.fl_port = out.fl_port = FILE_PORT;
		in.fl_count = 1;
		in.fl_path = dst;
		out.fl_path = src;
		return ((demo_job_call(&lv->lv_job[0], tap_to, "receiver",
		    demo_flow_receive, &in) || no_start(lv, "receiver")) &&
		    live_wait_listen(lv, &lv->lv_job[0], FILE_PORT) &&
		    (demo_job_call(&lv->lv_job[1], tap_from, "sender",
		    demo_flow_send, &out) || no_start(lv, "sender")));
	}
	(void)snprintf(listen_on, sizeof(listen_on),
	    "TCP4-LISTEN:%u,bind=%s,reuseaddr", FILE_PORT, ip);
	(void)snprintf(connect_to, sizeof(connect_to),
	    "TCP4:%s:%u,retry=50,interval=0.1", ip, FILE_PORT);
	(void)snprintf(src_arg, sizeof(src_arg), "OPEN:%s,rdonly", src);
	(void)snprintf(dst_arg, sizeof(dst_arg), "OPEN:%s,creat,trunc,wronly",
	    dst);
	return ((demo_job_start(&lv->lv_job[0], tap_to, rx) ||
	    no_start(lv, "socat")) &&
	    live_wait_listen(lv, &lv->lv_job[0], FILE_PORT) &&
	    (demo_job_start(&lv->lv_job[1], tap_from, tx) ||
	    no_start(lv, "socat")));
}

/* Compare two files by their SHA-256. */
static bool
same_sha(struct live *lv, const char *label, const char *src,
    const char *dst)
{
	const char *argv[] = { "sha256sum", src, dst, NULL };
	struct demo_job *j = &lv->lv_job[0];
	struct live_watch w;
	const char *second;

	memset(&w, 0, sizeof(w));
	w.lw_label = "sha256sum";
	w.lw_jobs[0] = j;
	w.lw_njobs = 1;
	w.lw_limit_s = 600;
	if (!demo_job_start(j, NULL, argv))
		return (no_start(lv, "sha256sum"));
	if (!live_wait(lv, &w))
		return (false);
	second = strchr(j->j_out, '\n');
	if (j->j_status != 0 || second == NULL ||
	    strspn(j->j_out, "0123456789abcdef") != SHA_LEN)
		return (demo_fail(lv->lv_d, "sha256sum: %s",
		    demo_job_last_line(j)));
	if (strncmp(j->j_out, second + 1, SHA_LEN) != 0)
		return (demo_fail(lv->lv_d, "%s: SHA-256 differs: sent "
		    "%.64s, arrived %.64s", label, j->j_out, second + 1));
	demo_say(lv->lv_d, "%-22s sha256 %.16s... on both sides", "",
	    j->j_out);
	return (true);
}

static bool
one_file(struct live *lv, unsigned int to)
{
	struct demo *d = lv->lv_d;
	struct live_watch w;
	char dst[600], src[600];
	unsigned int i;

	memset(&w, 0, sizeof(w));
	w.lw_label = to == 1 ? "file A -> B" : "file B -> A";
	w.lw_jobs[0] = &lv->lv_job[0];
	w.lw_jobs[1] = &lv->lv_job[1];
	w.lw_njobs = 2;
	w.lw_side = to;
	w.lw_total = d->d_opt.o_bytes;
	/* a megabyte a second is slow even for a debugger */
	w.lw_limit_s = (unsigned int)(60 + (d->d_opt.o_bytes >> 20));
	(void)snprintf(src, sizeof(src), "%s/sent", lv->lv_dir);
	(void)snprintf(dst, sizeof(dst), "%s/arrived", lv->lv_dir);
	if (!demo_file_make(d, src, d->d_opt.o_bytes,
	    d->d_opt.o_seed + to) || !start_file(lv, to, src, dst) ||
	    !live_wait(lv, &w))
		return (false);
	for (i = 0; i < 2; i++)
		if (lv->lv_job[i].j_status != 0)
			return (demo_fail(d, "%s: %s failed: %s", w.lw_label,
			    lv->lv_job[i].j_name,
			    demo_job_last_line(&lv->lv_job[i])));
	demo_progress(d, w.lw_label, d->d_opt.o_bytes, 1, w.lw_took_us,
	    true);
	if (!same_sha(lv, w.lw_label, src, dst))
		return (false);
	lv->lv_bytes += d->d_opt.o_bytes;
	(void)unlink(src);
	(void)unlink(dst);
	return (true);
}

bool
live_files(struct live *lv)
{
	if (!use_tool(lv, "socat"))
		say_own(lv, "socat", "");
	return (one_file(lv, 1) && one_file(lv, 0));
}

/* ---- many flows */

struct flow_run {
	const char *fr_label;
	const char *fr_ip;
	const char *fr_from;
	unsigned int fr_to;		/* side that receives */
	unsigned int fr_flows;
	double fr_mbit;
};

/* The receiver's sum of iperf3, in Mbit/s; negative: not found. */
static double
iperf_rate(const char *out)
{
	const char *line, *p, *unit;
	double rate;

	rate = -1;
	for (line = out; line != NULL && *line != '\0';) {
		p = strchr(line, '\n');
		unit = strstr(line, "Mbits/sec");
		if (unit != NULL && (p == NULL || unit < p) &&
		    strstr(unit, "receiver") != NULL &&
		    (p == NULL || strstr(unit, "receiver") < p)) {
			while (unit > line && unit[-1] == ' ')
				unit--;
			while (unit > line && unit[-1] != ' ')
				unit--;
			rate = strtod(unit, NULL);
		}
		line = p == NULL ? NULL : p + 1;
	}
	return (rate);
}

static bool
start_iperf(struct live *lv, const struct flow_run *fr)
{
	char flows[16], port[16], secs[16];
	const char *srv[] = { "iperf3", "-s", "-1", "-B", fr->fr_ip, "-p",
	    port, NULL };
	const char *cli[] = { "iperf3", "-c", fr->fr_ip, "-B", fr->fr_from,
	    "-p", port, "-P", flows, "-t", secs, "-i", "0", "-f", "m",
	    NULL };
	const struct demo_tap *to = &lv->lv_side[fr->fr_to].ls_tap;
	const struct demo_tap *from = &lv->lv_side[1 - fr->fr_to].ls_tap;

	(void)snprintf(flows, sizeof(flows), "%u", fr->fr_flows);
	(void)snprintf(port, sizeof(port), "%u", FLOW_PORT);
	(void)snprintf(secs, sizeof(secs), "%u", lv->lv_d->d_opt.o_seconds);
	return ((demo_job_start(&lv->lv_job[0], to, srv) ||
	    no_start(lv, "iperf3")) &&
	    live_wait_listen(lv, &lv->lv_job[0], FLOW_PORT) &&
	    (demo_job_start(&lv->lv_job[1], from, cli) ||
	    no_start(lv, "iperf3")));
}

static bool
start_own(struct live *lv, const struct flow_run *fr)
{
	struct demo_flow fl;

	memset(&fl, 0, sizeof(fl));
	fl.fl_ip = fr->fr_ip;
	fl.fl_port = FLOW_PORT;
	fl.fl_count = fr->fr_flows;
	fl.fl_seconds = lv->lv_d->d_opt.o_seconds;
	return ((demo_job_call(&lv->lv_job[0],
	    &lv->lv_side[fr->fr_to].ls_tap, "receiver", demo_flow_receive,
	    &fl) || no_start(lv, "receiver")) &&
	    live_wait_listen(lv, &lv->lv_job[0], FLOW_PORT) &&
	    (demo_job_call(&lv->lv_job[1],
	    &lv->lv_side[1 - fr->fr_to].ls_tap, "sender", demo_flow_send,
	    &fl) || no_start(lv, "sender")));
}

static bool
run_flows(struct live *lv, struct flow_run *fr, bool own)
{
	struct demo *d = lv->lv_d;
	struct live_watch w;
	unsigned long long n, us;

	memset(&w, 0, sizeof(w));
	w.lw_label = fr->fr_label;
	w.lw_jobs[0] = &lv->lv_job[0];
	w.lw_jobs[1] = &lv->lv_job[1];
	w.lw_njobs = 2;
	w.lw_side = fr->fr_to;
	w.lw_limit_s = d->d_opt.o_seconds + FLOW_EXTRA_S;
	w.lw_seconds = d->d_opt.o_seconds;
	if (!(own ? start_own(lv, fr) : start_iperf(lv, fr)) ||
	    !live_wait(lv, &w))
		return (false);
	fr->fr_mbit = -1;
	if (!own)
		fr->fr_mbit = iperf_rate(lv->lv_job[1].j_out);
	else if (sscanf(lv->lv_job[0].j_out, "received %llu bytes in %llu",
	    &n, &us) == 2 && us != 0)
		fr->fr_mbit = (double)n * 8 / (double)us;
	if (lv->lv_job[1].j_status != 0 || fr->fr_mbit < 0)
		return (demo_fail(d, "%s: %s failed: %s", fr->fr_label,
		    lv->lv_job[1].j_name,
		    demo_job_last_line(&lv->lv_job[1])));
	demo_say(d, "%-22s %u flows, %u s, %.0f Mbit/s", fr->fr_label,
	    fr->fr_flows, d->d_opt.o_seconds, fr->fr_mbit);
	return (true);
}

/*
 * Three quarters of the queues have to be used if flows are spread; half of
 * them where there are too few flows to be sure of more.
 */
static bool
check_spread(struct live *lv, uint64_t base[2][MOCK_MAX_PAIRS])
{
	struct demo *d = lv->lv_d;
	unsigned int i, need, used;

	d->d_rx_used = d->d_queues;
	for (i = 0; i < 2; i++) {
		used = demo_rx_used(d, i, base[i], USED_MIN);
		if (used < d->d_rx_used)
			d->d_rx_used = used;
	}
	need = 1;
	if (ena_dev_info(demo_dev(d->d_ad[0]))->in_rss_table)
		need = d->d_queues <= MANY_QUEUES ?
		    (d->d_queues * 3U + 3) / 4 : d->d_queues / 2U;
	demo_say(d, "%-22s %u of %u RX queues used on both sides", "spread",
	    d->d_rx_used, d->d_queues);
	if (d->d_rx_used < need)
		return (demo_fail(d, "flows used %u of %u RX queues, %u are "
		    "expected", d->d_rx_used, d->d_queues, need));
	return (true);
}

bool
live_flows(struct live *lv)
{
	static uint64_t base[2][MOCK_MAX_PAIRS];
	struct flow_run run[] = {
		{ "flows A -> B", LIVE_IP4_B, LIVE_IP4_A, 1, 0, 0 },
		{ "flows B -> A", LIVE_IP4_A, LIVE_IP4_B, 0, 0, 0 },
		{ "flows A -> B, IPv6", LIVE_IP6_B, LIVE_IP6_A, 1, 0, 0 },
	};
	struct demo *d = lv->lv_d;
	unsigned int flows, i, n, q;
	bool own;

	own = !use_tool(lv, "iperf3");
	if (own)
		say_own(lv, "iperf3", ", IPv4 only");
	for (i = 0; i < 2; i++)
		for (q = 0; q < d->d_queues; q++)
			base[i][q] = nic_stats(d->d_ad[i]->ad_nic,
			    q)->rx_pkts;
	flows = d->d_opt.o_flows;
	if (flows == 0)
		flows = d->d_queues * 8U;
	if (d->d_opt.o_flows == 0 && flows < FLOWS_MIN)
		flows = FLOWS_MIN;
	if (flows > FLOWS_MAX)
		flows = FLOWS_MAX;
	n = lv->lv_ip6 && !own ? 3 : 2;
	for (i = 0; i < n; i++) {
		run[i].fr_flows = flows;
		if (!run_flows(lv, &run[i], own))
			return (false);
	}
	lv->lv_mbit = (run[0].fr_mbit + run[1].fr_mbit) / 2;
	return (check_spread(lv, base));
}
