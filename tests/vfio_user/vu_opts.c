/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options.
 *
 * Each --socket begins an adapter, which starts as a copy of the one that is
 * described before the first --socket.  So what comes before is for all,
 * what comes after is for that adapter alone.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "vu.h"

/* ENA feature number and its bit in the profile's words. */
#define FEATURE_LLQ	(1U << 4)

static const char usage_text[] =
"usage: ena-vfio-user [options] --socket PATH [options] [--socket PATH ...]\n"
"\n"
"Serve simulated ENA adapters to virtual machines over vfio-user.  Options\n"
"before the first --socket are for all adapters, those after a --socket for\n"
"that one.\n"
"\n"
"  -s, --socket PATH      a UNIX socket to listen on, one for each adapter\n"
"  -p, --profile NAME     what device to be (default c7g; see --list)\n"
"  -q, --queues N         at most N queue pairs\n"
"  -m, --mac ADDRESS      of the first adapter; others count up\n"
"  -M, --mtu N            largest MTU the device accepts\n"
"      --clock-us N       how long a driver waits for the clock's answer\n"
"      --no-llq           no device-placed queues and no BAR2\n"
"      --trap-bar2        BAR2 by messages, not mapped by the client\n"
"      --set KEY=VALUE    behaviour (see --list)\n"
"  -f, --fault NAME[:after=N,times=N,arg=N,opcode=N,feature=N,at=SECONDS]\n"
"                         arm a fault for each client, at so many seconds\n"
"                         after it connected (default 0; see --list)\n"
"\n"
"  -t, --tap NAME         frames go to this TAP interface\n"
"  -w, --wire NAME        frames go to adapters on the same wire (default\n"
"                         \"lan\": all that have no TAP)\n"
"  -c, --pcap FILE        capture, of the adapter it is given to\n"
"\n"
"  -T, --transcript FILE  what driver and device said to each other\n"
"  -S, --stats FILE       counters, written at the end and at SIGUSR1\n"
"  -C, --control PIPE     make this named pipe and read lines from it:\n"
"                           [nicN] fault NAME[:key=N,...]   now\n"
"                           [nicN] clear                    disarm all\n"
"                           [nicN] metric NAME VALUE        an allowance\n"
"      --once             end when every client has come and gone\n"
"  -v, --verbose          log every message\n"
"  -l, --list             list profiles, faults and behaviours\n"
"  -h, --help\n"
"\n"
"SIGUSR1 writes counters, SIGUSR2 pulls the network plug or puts it back.\n";

enum { OPT_NO_LLQ = 256, OPT_TRAP_BAR2, OPT_SET, OPT_ONCE, OPT_CLOCK_US };

static const struct option longopts[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "profile", required_argument, NULL, 'p' },
	{ "queues", required_argument, NULL, 'q' },
	{ "mac", required_argument, NULL, 'm' },
	{ "mtu", required_argument, NULL, 'M' },
	{ "clock-us", required_argument, NULL, OPT_CLOCK_US },
	{ "no-llq", no_argument, NULL, OPT_NO_LLQ },
	{ "trap-bar2", no_argument, NULL, OPT_TRAP_BAR2 },
	{ "set", required_argument, NULL, OPT_SET },
	{ "fault", required_argument, NULL, 'f' },
	{ "tap", required_argument, NULL, 't' },
	{ "wire", required_argument, NULL, 'w' },
	{ "pcap", required_argument, NULL, 'c' },
	{ "transcript", required_argument, NULL, 'T' },
	{ "stats", required_argument, NULL, 'S' },
	{ "control", required_argument, NULL, 'C' },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "verbose", no_argument, NULL, 'v' },
	{ "list", no_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/* Profile limits are applied when everything is known. */
struct limits {
	uint32_t l_queues, l_mtu;	/* 0: as the profile says */
	uint32_t l_clock_us;
	bool l_no_llq;
};

struct parse {
	struct vu_opts *p_o;
	struct limits p_first;		/* before any --socket */
	struct limits p_nic[VU_NICS];
};

static bool
complain(const char *what, const char *text)
{
	vu_log(NULL, "%s: %s", what, text);
	return (false);
}

static bool
number(const char *text, uint64_t max, uint64_t *v)
{
	char *end;

	errno = 0;
	*v = strtoull(text, &end, 0);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    *v > max)
		return (complain("bad number", text));
	return (true);
}

static bool
number32(const char *text, uint32_t max, uint32_t *v)
{
	uint64_t w;

	if (!number(text, max, &w))
		return (false);
	*v = (uint32_t)w;
	return (true);
}

static bool
mac(const char *text, uint8_t out[6])
{
	unsigned int b[6], i;
	char tail;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2],
	    &b[3], &b[4], &b[5], &tail) != 6 || (b[0] & 1) != 0)
		return (complain("bad MAC address", text));
	for (i = 0; i < 6; i++)
		out[i] = (uint8_t)b[i];
	return (true);
}

/* -- behaviour */

struct behaviour {
	const char *b_name;
	size_t b_off;
	uint32_t b_max;			/* 1: a flag, 255: a byte */
	const char *b_text;
};
#define B(field, max, text)						\
	{ #field, offsetof(struct mock_options, field), max, text }

static const struct behaviour behaviours[] = {
	B(admin_us, 60000000, "microseconds a command takes"),
	B(readless_us, 60000000, "microseconds a register answer takes"),
	B(reset_us, 60000000, "microseconds for each half of a reset"),
	B(tx_us, 60000000, "microseconds from doorbell to completion"),
	B(jitter_pct, 1000, "per cent that these vary"),
	B(admin_reorder, 1, "complete commands in any order"),
	B(tx_reorder, 1, "complete packets in any order"),
	B(rx_reorder, 1, "split received frames at random"),
	B(rx_trailing_zero, 1, "sometimes end a frame with an empty buffer"),
	B(rx_offset, 255, "bytes before a received frame"),
	B(link_up, 1, "link is up at the start")
};
#define NBEHAVIOURS	(sizeof(behaviours) / sizeof(behaviours[0]))

static bool
set_behaviour(struct mock_options *o, const char *text)
{
	const struct behaviour *b;
	const char *value;
	uint32_t v;
	size_t i, len;
	uint8_t byte;

	value = strchr(text, '=');
	if (value == NULL)
		return (complain("--set wants KEY=VALUE", text));
	len = (size_t)(value++ - text);
	if (len == 4 && memcmp(text, "seed", 4) == 0)
		return (number(value, UINT64_MAX, &o->seed));
	for (i = 0; i < NBEHAVIOURS; i++) {
		b = &behaviours[i];
		if (strlen(b->b_name) != len ||
		    memcmp(b->b_name, text, len) != 0)
			continue;
		if (!number32(value, b->b_max, &v))
			return (false);
		byte = (uint8_t)v;
		if (b->b_max <= 255)
			memcpy((uint8_t *)o + b->b_off, &byte, 1);
		else
			memcpy((uint8_t *)o + b->b_off, &v, sizeof(v));
		return (true);
	}
	return (complain("--set: no such behaviour", text));
}
_Static_assert(sizeof(bool) == 1, "flags are set as bytes");

/* -- faults */

static bool
fault_value(struct vu_fault *f, const char *key, const char *value)
{
	uint32_t v;

	if (!number32(value, UINT32_MAX, &v))
		return (false);
	if (strcmp(key, "after") == 0)
		f->vf_arm.after = v;
	else if (strcmp(key, "times") == 0)
		f->vf_arm.times = v;
	else if (strcmp(key, "arg") == 0)
		f->vf_arm.arg = v;
	else if (strcmp(key, "opcode") == 0 && v < 256)
		f->vf_arm.opcode = (uint8_t)v;
	else if (strcmp(key, "feature") == 0 && v < 256)
		f->vf_arm.feature = (uint8_t)v;
	else if (strcmp(key, "at") == 0)
		f->vf_at_us = (uint64_t)v * 1000000U;
	else
		return (complain("--fault: bad setting", key));
	return (true);
}

static bool
fault_name(struct vu_fault *f, const char *name)
{
	unsigned int i;

	for (i = MOCK_F_NONE + 1; i < MOCK_F_COUNT; i++)
		if (strcmp(mock_fault_name((enum mock_fault)i), name) == 0) {
			f->vf_arm.f = (enum mock_fault)i;
			return (true);
		}
	return (complain("--fault: no such fault", name));
}

bool
vu_fault_parse(struct vu_fault *f, const char *text)
{
	char copy[256], *key, *rest, *value;

	if (strlen(text) >= sizeof(copy))
		return (complain("--fault: too much", text));
	(void)snprintf(copy, sizeof(copy), "%s", text);
	memset(f, 0, sizeof(*f));
	f->vf_arm.times = 1;
	rest = strchr(copy, ':');
	if (rest != NULL)
		*rest++ = '\0';
	if (!fault_name(f, copy))
		return (false);
	while (rest != NULL) {
		key = rest;
		rest = strchr(key, ',');
		if (rest != NULL)
			*rest++ = '\0';
		value = strchr(key, '=');
		if (value == NULL)
			return (complain("--fault wants key=number", key));
		*value++ = '\0';
		if (!fault_value(f, key, value))
			return (false);
	}
	return (true);
}

static bool
add_fault(struct vu_nic_opts *o, const char *text)
{
	if (o->no_nfaults == VU_FAULTS)
		return (complain("--fault: too much", text));
	return (vu_fault_parse(&o->no_faults[o->no_nfaults++], text));
}

/* -- lists */

static void
list(void)
{
	const struct mock_profile *p;
	unsigned int i;

	(void)printf("profiles:\n");
	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++)
		(void)printf("  %-10s %s; %u queue pairs, %s\n", p->name,
		    p->stands_for, p->max_pairs, p->llq_count != 0 ?
		    "LLQ" : "no LLQ");
	(void)printf("faults:\n ");
	for (i = MOCK_F_NONE + 1; i < MOCK_F_COUNT; i++)
		(void)printf(" %s%s", mock_fault_name((enum mock_fault)i),
		    i % 4 == 0 ? "\n " : "");
	(void)printf("\nbehaviours, for --set:\n");
	(void)printf("  %-16s of everything random\n", "seed");
	for (i = 0; i < NBEHAVIOURS; i++)
		(void)printf("  %-16s %s\n", behaviours[i].b_name,
		    behaviours[i].b_text);
}

/* -- the command line */

static struct vu_nic_opts *
nic_of(struct parse *p)
{
	/* Slot 0 serves as the pattern until it is taken. */
	return (&p->p_o->o_nic[p->p_o->o_nics == 0 ? 0 :
	    p->p_o->o_nics - 1]);
}

static struct limits *
limits_of(struct parse *p)
{
	return (p->p_o->o_nics == 0 ? &p->p_first :
	    &p->p_nic[p->p_o->o_nics - 1]);
}

/* All slots start as copies of the pattern, so this only counts. */
static bool
add_nic(struct parse *p, const char *path)
{
	struct vu_opts *o = p->p_o;
	unsigned int i;

	if (o->o_nics == VU_NICS)
		return (complain("too many adapters", path));
	if (o->o_nics == 0)
		for (i = 0; i < VU_NICS; i++) {
			o->o_nic[i] = o->o_nic[0];
			o->o_nic[i].no_model.mac[5] =
			    (uint8_t)(o->o_nic[0].no_model.mac[5] + i);
			p->p_nic[i] = p->p_first;
		}
	o->o_nic[o->o_nics++].no_socket = path;
	return (true);
}

static bool
set_profile(struct vu_nic_opts *o, const char *name)
{
	const struct mock_profile *p;

	p = mock_profile_find(name);
	if (p == NULL)
		return (complain("no such profile, see --list", name));
	o->no_profile = *p;
	return (true);
}

static bool
option_nic(struct parse *p, int c, const char *arg)
{
	struct vu_nic_opts *o = nic_of(p);
	struct limits *l = limits_of(p);

	switch (c) {
	case 's':
		return (add_nic(p, arg));
	case 'p':
		return (set_profile(o, arg));
	case 'q':
		return (number32(arg, MOCK_MAX_PAIRS, &l->l_queues));
	case 'm':
		return (mac(arg, o->no_model.mac));
	case 'M':
		return (number32(arg, 65535, &l->l_mtu));
	case OPT_CLOCK_US:
		return (number32(arg, 1000000, &l->l_clock_us));
	case OPT_NO_LLQ:
		l->l_no_llq = true;
		return (true);
	case OPT_TRAP_BAR2:
		o->no_trap_bar2 = true;
		return (true);
	case OPT_SET:
		return (set_behaviour(&o->no_model, arg));
	case 'f':
		return (add_fault(o, arg));
	case 't':
		o->no_tap = arg;
		return (true);
	case 'w':
		o->no_wire = arg;
		return (true);
	case 'c':
		o->no_pcap = arg;
		return (true);
	default:
		return (false);
	}
}

static bool
option(struct parse *p, int c, const char *arg)
{
	switch (c) {
	case 'T':
		p->p_o->o_transcript = arg;
		return (true);
	case 'S':
		p->p_o->o_stats = arg;
		return (true);
	case 'C':
		p->p_o->o_control = arg;
		return (true);
	case OPT_ONCE:
		p->p_o->o_once = true;
		return (true);
	case 'v':
		p->p_o->o_verbose = true;
		return (true);
	default:
		return (option_nic(p, c, arg));
	}
}

static void
apply(struct vu_nic_opts *o, const struct limits *l)
{
	struct mock_profile *p = &o->no_profile;

	if (l->l_queues != 0 && l->l_queues < p->max_pairs) {
		p->max_pairs = (uint16_t)l->l_queues;
		p->msix_vectors = (uint16_t)(l->l_queues + 1);
	}
	if (p->llq_count > p->max_pairs)
		p->llq_count = p->max_pairs;
	if (l->l_mtu != 0)
		p->max_mtu = l->l_mtu;
	if (l->l_clock_us != 0) {
		p->phc_expire_us = l->l_clock_us;
		/* no driver waits longer than that */
		if (p->phc_block_us < p->phc_expire_us)
			p->phc_block_us = p->phc_expire_us;
	}
	if (l->l_no_llq) {
		p->features &= ~FEATURE_LLQ;
		p->features_rss &= ~FEATURE_LLQ;
		p->llq_count = 0;
		p->bar2_bytes = 0;
	}
}

static void
defaults(struct vu_opts *o)
{
	static const uint8_t address[6] = { 0x02, 0xe0, 0x1d, 0x0f, 0x00,
	    0x10 };
	struct vu_nic_opts *n = &o->o_nic[0];

	memset(o, 0, sizeof(*o));
	(void)set_profile(n, "c7g");
	mock_options_default(&n->no_model);
	memcpy(n->no_model.mac, address, sizeof(address));
	n->no_wire = "lan";
}

int
vu_opts(struct vu_opts *o, int argc, char **argv)
{
	static struct parse p;
	unsigned int i;
	int c;

	p.p_o = o;
	defaults(o);
	while ((c = getopt_long(argc, argv, "s:p:q:m:M:f:t:w:c:T:S:C:vlh",
	    longopts, NULL)) != -1) {
		if (c == 'h') {
			(void)fputs(usage_text, stdout);
			return (EXIT_SUCCESS);
		}
		if (c == 'l') {
			list();
			return (EXIT_SUCCESS);
		}
		if (c == '?' || !option(&p, c, optarg))
			return (EXIT_FAILURE);
	}
	if (optind != argc || o->o_nics == 0) {
		(void)fputs(usage_text, stderr);
		return (EXIT_FAILURE);
	}
	for (i = 0; i < o->o_nics; i++)
		apply(&o->o_nic[i], &p.p_nic[i]);
	return (-1);
}
