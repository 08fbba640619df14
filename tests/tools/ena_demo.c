/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-demo: two ENA adapters, each a driver core in front of a device model,
 * with crossed wires; real traffic, or a capture, goes through both.
 *
 * The last line of every run is for machines:
 *
 *	demo: ok key=value ...
 *	demo: failed reason=free text up to the end of the line
 *
 * Exit: 0 ok, 1 failed, 2 usage.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

static volatile sig_atomic_t got_signal;

int
demo_signal(void)
{
	return (got_signal);
}

static void
on_signal(int sig)
{
	if (sig != SIGCHLD)
		got_signal = sig;
}

/* No SA_RESTART: a signal must end the poll of the event loop. */
static void
catch_signals(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		(void)sigaction(sigs[i], &sa, NULL);
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
}

static void
help(void)
{
	(void)printf(
"usage: ena-demo [options]\n"
"       ena-demo [options] --pcap FILE [--out FILE]\n"
"       ena-demo [options] --generate FILE\n"
"\n"
"Without --pcap: two network namespaces with a TAP each, every TAP behind a\n"
"driver core and a device model of its own, wires crossed.  Ping, a file each\n"
"way with its SHA-256 compared, then many TCP flows.  Where there are no TAPs\n"
"or namespaces, a generated capture is replayed instead.\n"
"\n"
"  --profile NAME     device to model (default max); help lists them\n"
"  --queues N         queue pairs (default 4, or what the device has)\n"
"  --mtu N            default %u; with --pcap %u, or what the device takes\n"
"  --seed N           of everything random (default 1)\n"
"  --llq PLACE        tx rings: device (as it recommends; the default), 128\n"
"                     or 256 bytes an entry where there are, off (host)\n"
"  --soft-csum        do not ask the device for checksums\n"
"  --transcript FILE  write what driver and device say to each other\n"
"\n"
"  --bytes N[k|M|G]   file size each way (default 100M)\n"
"  --seconds N        for each run of many flows (default %u)\n"
"  --flows N          how many (default 8 per queue, at least 24)\n"
"  --own-tools        do not use ping, socat and iperf3\n"
"  --no-tap           do as if there were no TAPs here\n"
"\n"
"  --pcap FILE        replay this capture from adapter A to adapter B\n"
"  --out FILE         write what came out\n"
"  --generate FILE    make up a capture and write it\n"
"  --frames N         how many frames to make up (default %u)\n"
"\n"
"  --stats            at the end, all counters of driver, device and cloud\n"
"  --verbose          also the driver's messages\n"
"  --no-color         plain output; so does the environment's NO_COLOR\n"
"  --help             this text\n"
"\n"
"The last line is for machines: \"demo: ok key=value ...\" (exit 0) or\n"
"\"demo: failed reason=...\" (exit 1; 2 if the options are wrong).  mbit is\n"
"the mean of both directions of the many flows.\n",
	    DEMO_MTU, DEMO_MTU_PCAP, DEMO_SECONDS, DEMO_FRAMES);
}

static void usage(const char *, ...)
    __attribute__((__format__(__printf__, 1, 2), __noreturn__));

static void
usage(const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "ena-demo --help tells the options\n");
	(void)printf("demo: failed reason=");
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)printf("\n");
	exit(2);
}

/* A number with an optional unit, between lo and hi. */
static uint64_t
number(const char *name, const char *text, uint64_t lo, uint64_t hi,
    bool units)
{
	unsigned long long v;
	unsigned int shift;
	char *end;

	errno = 0;
	v = strtoull(text, &end, 0);
	shift = 0;
	if (units && end != text && *end != '\0' && end[1] == '\0') {
		shift = *end == 'k' || *end == 'K' ? 10 : *end == 'M' ? 20 :
		    *end == 'G' ? 30 : 0;
		if (shift != 0)
			end++;
	}
	if (errno != 0 || end == text || *end != '\0' || *text == '-' ||
	    v > hi >> shift || v << shift < lo)
		usage("--%s: '%s' is not a number from %llu to %llu", name,
		    text, (unsigned long long)lo, (unsigned long long)hi);
	return (v << shift);
}

static const struct mock_profile *
profile(const char *name)
{
	const struct mock_profile *p;
	unsigned int i;

	if (strcmp(name, "help") == 0) {
		for (i = 0; (p = mock_profile_nth(i)) != NULL; i++)
			(void)printf("  %-8s %3u queues, MTU %4u  %s\n",
			    p->name, p->max_pairs, p->max_mtu,
			    p->stands_for);
		exit(0);
	}
	p = mock_profile_find(name);
	if (p == NULL)
		usage("--profile: there is no '%s'; --profile help lists "
		    "them", name);
	return (p);
}

static uint8_t
llq(const char *name)
{
	static const char *const names[ENA_LLQ_POLICIES] = {
		[ENA_LLQ_DEVICE] = "device", [ENA_LLQ_128] = "128",
		[ENA_LLQ_256] = "256", [ENA_LLQ_OFF] = "off"
	};
	uint8_t i;

	for (i = 0; i < ENA_LLQ_POLICIES; i++)
		if (strcmp(name, names[i]) == 0)
			return (i);
	usage("--llq: '%s' is none of device, 128, 256, off", name);
}

enum opt_id {
	O_PROFILE = 256, O_QUEUES, O_MTU, O_SEED, O_BYTES, O_SECONDS, O_FLOWS,
	O_FRAMES, O_SOFT, O_OWN, O_NO_TAP, O_PCAP, O_OUT, O_GENERATE,
	O_TRANSCRIPT, O_LLQ, O_STATS, O_VERBOSE, O_NO_COLOR, O_HELP
};

static const struct option long_opts[] = {
	{ "profile", required_argument, NULL, O_PROFILE },
	{ "queues", required_argument, NULL, O_QUEUES },
	{ "mtu", required_argument, NULL, O_MTU },
	{ "seed", required_argument, NULL, O_SEED },
	{ "bytes", required_argument, NULL, O_BYTES },
	{ "seconds", required_argument, NULL, O_SECONDS },
	{ "flows", required_argument, NULL, O_FLOWS },
	{ "frames", required_argument, NULL, O_FRAMES },
	{ "llq", required_argument, NULL, O_LLQ },
	{ "stats", no_argument, NULL, O_STATS },
	{ "soft-csum", no_argument, NULL, O_SOFT },
	{ "own-tools", no_argument, NULL, O_OWN },
	{ "no-tap", no_argument, NULL, O_NO_TAP },
	{ "pcap", required_argument, NULL, O_PCAP },
	{ "out", required_argument, NULL, O_OUT },
	{ "generate", required_argument, NULL, O_GENERATE },
	{ "transcript", required_argument, NULL, O_TRANSCRIPT },
	{ "verbose", no_argument, NULL, O_VERBOSE },
	{ "no-color", no_argument, NULL, O_NO_COLOR },
	{ "help", no_argument, NULL, O_HELP },
	{ NULL, 0, NULL, 0 }
};

static void
one_option(struct demo_opts *o, int id, const char *arg)
{
	switch (id) {
	case O_PROFILE:
		o->o_profile = profile(arg);
		break;
	case O_QUEUES:
		o->o_queues = (uint16_t)number("queues", arg, 1,
		    ENA_MAX_PAIRS, false);
		break;
	case O_MTU:
		o->o_mtu = (uint32_t)number("mtu", arg, ENA_MTU_MIN, 65535,
		    false);
		break;
	case O_SEED:
		o->o_seed = number("seed", arg, 0, UINT64_MAX, false);
		break;
	case O_BYTES:
		o->o_bytes = number("bytes", arg, 1, (uint64_t)1 << 40, true);
		break;
	case O_SECONDS:
		o->o_seconds = (uint32_t)number("seconds", arg, 1, 3600,
		    false);
		break;
	case O_FLOWS:
		o->o_flows = (uint32_t)number("flows", arg, 1, 128, false);
		break;
	case O_FRAMES:
		o->o_frames = (uint32_t)number("frames", arg, 1, 100000000,
		    false);
		break;
	case O_LLQ:
		o->o_llq = llq(arg);
		break;
	case O_STATS:
		o->o_stats = true;
		break;
	case O_SOFT:
		o->o_soft_csum = true;
		break;
	case O_OWN:
		o->o_builtin = true;
		break;
	case O_NO_TAP:
		o->o_no_tap = true;
		break;
	case O_PCAP:
		o->o_pcap = arg;
		break;
	case O_OUT:
		o->o_out = arg;
		break;
	case O_GENERATE:
		o->o_generate = arg;
		break;
	case O_TRANSCRIPT:
		o->o_transcript = arg;
		break;
	case O_VERBOSE:
		o->o_verbose = true;
		break;
	case O_NO_COLOR:
		o->o_no_color = true;
		break;
	case O_HELP:
		help();
		exit(0);
	default:
		break;
	}
}

/* getopt's own words go to stderr; name the option in the last line too. */
static void
bad_option(int c, char *const argv[])
{
	const char *text;

	text = optind > 0 ? argv[optind - 1] : "?";
	if (c == ':')
		usage("option %s needs a value", text);
	if (optopt > 0 && optopt < O_PROFILE)
		usage("there is no option -%c", optopt);
	if (optopt >= O_PROFILE)
		usage("option %s takes no value", text);
	usage("there is no option %s, or it is ambiguous", text);
}

static void
parse_options(struct demo_opts *o, int argc, char *argv[])
{
	int c;

	o->o_seed = 1;
	o->o_bytes = DEMO_BYTES;
	o->o_seconds = DEMO_SECONDS;
	o->o_frames = DEMO_FRAMES;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", long_opts, NULL)) != -1) {
		if (c == '?' || c == ':')
			bad_option(c, argv);
		one_option(o, c, optarg);
	}
	if (optind < argc)
		usage("'%s' is not an option", argv[optind]);
	if (o->o_profile == NULL)
		o->o_profile = mock_profile_find("max");
	if (o->o_profile == NULL)
		o->o_profile = mock_profile_nth(0);
	if (o->o_pcap != NULL && o->o_generate != NULL)
		usage("--pcap and --generate exclude each other");
	if (o->o_out != NULL && o->o_pcap == NULL)
		usage("--out needs --pcap");
	if (o->o_queues > o->o_profile->max_pairs)
		usage("--queues: profile %s has %u", o->o_profile->name,
		    o->o_profile->max_pairs);
	if (o->o_mtu > o->o_profile->max_mtu)
		usage("--mtu: profile %s takes at most %u",
		    o->o_profile->name, o->o_profile->max_mtu);
}

/* Wishes, cut to what the device has; the options said at most that. */
static void
settle(struct demo *d, bool capture)
{
	const struct mock_profile *p = d->d_opt.o_profile;
	uint32_t mtu;

	d->d_queues = d->d_opt.o_queues;
	if (d->d_queues == 0)
		d->d_queues = p->max_pairs < DEMO_QUEUES ? p->max_pairs :
		    DEMO_QUEUES;
	mtu = d->d_opt.o_mtu;
	if (mtu == 0)
		mtu = capture ? DEMO_MTU_PCAP : DEMO_MTU;
	d->d_mtu = mtu > p->max_mtu ? p->max_mtu : mtu;
}

static bool
run_generate(struct demo *d)
{
	uint64_t bytes;

	if (!demo_generate(d->d_opt.o_generate, d->d_opt.o_seed,
	    d->d_opt.o_frames, &bytes, d->d_reason, sizeof(d->d_reason)))
		return (false);
	(void)snprintf(d->d_ok, sizeof(d->d_ok), "mode=generate seed=%llu "
	    "frames=%u bytes=%llu", (unsigned long long)d->d_opt.o_seed,
	    d->d_opt.o_frames, (unsigned long long)bytes);
	return (true);
}

static bool
run_pcap(struct demo *d)
{
	settle(d, true);
	return (demo_pcap(d, d->d_opt.o_pcap, d->d_opt.o_out));
}

/* No TAP here: a capture of our own, through the same adapters. */
static bool
run_instead(struct demo *d)
{
	char dir[512], path[600];
	uint64_t bytes;
	bool ok;

	demo_say(d, "The live demo is not possible here: %s.", d->d_reason);
	demo_say(d, "Replaying a generated capture instead.");
	d->d_reason[0] = '\0';
	if (!demo_temp_make(d, dir, sizeof(dir)))
		return (false);
	(void)snprintf(path, sizeof(path), "%s/made-up.pcap", dir);
	settle(d, true);
	ok = demo_generate(path, d->d_opt.o_seed, d->d_opt.o_frames, &bytes,
	    d->d_reason, sizeof(d->d_reason)) && demo_pcap(d, path, NULL);
	demo_temp_remove(dir);
	return (ok);
}

static bool
run(struct demo *d)
{
	const char *path = d->d_opt.o_transcript;

	if (d->d_opt.o_generate != NULL)
		return (run_generate(d));
	if (path != NULL) {
		d->d_transcript = fopen(path, "w");
		if (d->d_transcript == NULL)
			return (demo_fail(d, "cannot write %s: %s", path,
			    strerror(errno)));
	}
	if (d->d_opt.o_pcap != NULL)
		return (run_pcap(d));
	if (d->d_opt.o_no_tap) {
		(void)demo_fail(d, "--no-tap was given");
		return (run_instead(d));
	}
	settle(d, false);
	switch (demo_live(d)) {
	case DEMO_OK:
		return (true);
	case DEMO_IMPOSSIBLE:
		return (run_instead(d));
	case DEMO_FAILED:
		break;
	}
	return (false);
}

/* /usr/sbin and friends are not on everybody's path. */
static void
widen_path(void)
{
	const char *path;
	char wide[4096];

	path = getenv("PATH");
	(void)snprintf(wide, sizeof(wide), "%s:/usr/local/bin:/usr/sbin:"
	    "/sbin:/usr/bin:/bin", path != NULL ? path : "/usr/bin");
	(void)setenv("PATH", wide, 1);
}

int
main(int argc, char *argv[])
{
	struct demo *d;
	unsigned int i;
	bool ok;

	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return (1);
	parse_options(&d->d_opt, argc, argv);
	demo_ui_init(d);
	catch_signals();
	widen_path();
	ok = run(d);
	demo_jobs_stop_all();
	if (!ok)
		demo_show_rules(d);
	for (i = 0; i < 2; i++)
		demo_adapter_destroy(d->d_ad[i]);
	if (d->d_transcript != NULL && fclose(d->d_transcript) != 0 && ok)
		ok = demo_fail(d, "cannot write %s", d->d_opt.o_transcript);
	demo_ui_end(d);
	if (ok)
		(void)printf("demo: ok %s\n", d->d_ok);
	else
		(void)printf("demo: failed reason=%s\n",
		    d->d_reason[0] != '\0' ? d->d_reason : "unknown");
	free(d);
	return (fflush(stdout) == 0 && ok ? 0 : 1);
}
