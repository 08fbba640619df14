/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TSO requests from a file through core and device model; the segments to a
 * capture.
 *
 *	ena-tso PROFILE REQUESTS PCAP
 *
 * A request is a line of words:
 *
 *	full|part df|nodf 4|6 MSS L3_OFFSET L3_LENGTH L4_LENGTH HEX
 *
 * HEX is the frame as a stack leaves it to the device: checksum fields hold
 * junk (full) or the pseudo-header sum without the length (part).  Three
 * requests a burst, burst by burst on all queues in turn; so the order of
 * the segments is that of the requests.
 *
 * Nothing in here knows how to cut a frame.  What must come out is up to
 * tso.py.
 *
 * Exit: 0; 1 if a request was refused, a rule broken or something lost; 2
 * usage.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_sim.h"

#define PAIRS		3U
#define BURST		3U
#define MTU		9216U
#define LONGEST		65536U
#define LINE_BYTES	(2 * LONGEST + 128)
#define PATIENCE_US	1000000U

struct tool {
	struct sim *t_sim;
	struct sim_adapter *t_ad;
	FILE *t_in, *t_out;
	unsigned int t_requests, t_segments;
	unsigned int t_queue;
	char t_line[LINE_BYTES];
	uint8_t t_frame[LONGEST];
};

static struct tool tool;

static bool
complain(const struct tool *t, const char *what)
{
	(void)fprintf(stderr, "ena-tso: request %u: %s\n", t->t_requests,
	    what);
	return (false);
}

/* ---- the capture */

static void
pcap_words(FILE *f, const uint32_t *w, size_t n)
{
	(void)fwrite(w, sizeof(*w), n, f);
}

static void
pcap_begin(FILE *f)
{
	/* magic, version 2.4 as two halves, zone, accuracy, length, type */
	static const uint16_t version[] = { 2, 4 };
	static const uint32_t magic = 0xa1b2c3d4;
	static const uint32_t rest[] = { 0, 0, LONGEST, 1 };

	pcap_words(f, &magic, 1);
	(void)fwrite(version, sizeof(version), 1, f);
	pcap_words(f, rest, 4);
}

static void
on_wire(void *arg, struct sim_adapter *from, const void *p, size_t len)
{
	struct tool *t = arg;
	uint32_t head[4];

	(void)from;
	head[0] = t->t_requests;
	head[1] = t->t_segments++;
	head[2] = head[3] = (uint32_t)len;
	pcap_words(t->t_out, head, 4);
	(void)fwrite(p, len, 1, t->t_out);
}

/* ---- requests */

static int
nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p;

	p = c != '\0' ? strchr(digits, c) : NULL;
	return (p != NULL ? (int)(p - digits) : -1);
}

/* Length, 0 if it is no hexadecimal string of up to LONGEST bytes. */
static size_t
unhex(const char *s, uint8_t *out)
{
	size_t n;
	int hi, lo;

	for (n = 0; s[0] != '\0' && s[0] != '\n'; s += 2, n++) {
		hi = nibble(s[0]);
		lo = hi < 0 ? -1 : nibble(s[1]);
		if (lo < 0 || n == LONGEST)
			return (0);
		out[n] = (uint8_t)(hi << 4 | lo);
	}
	return (n);
}

static bool
parse(struct tool *t, struct nic_tx_meta *m, size_t *len)
{
	unsigned int l3_len, l3_off, l4_len, mss, v;
	char df[8], form[8];
	int at;

	at = 0;
	if (sscanf(t->t_line, "%7s %7s %u %u %u %u %u %n", form, df, &v,
	    &mss, &l3_off, &l3_len, &l4_len, &at) != 7 || at == 0)
		return (false);
	memset(m, 0, sizeof(*m));
	m->flags = ENA_TXF_TSO | ENA_TXF_L4_CSUM;
	if (strcmp(form, "part") == 0)
		m->flags |= ENA_TXF_L4_PARTIAL;
	if (strcmp(df, "df") == 0)
		m->flags |= ENA_TXF_DF;
	if (v == 4)
		m->flags |= ENA_TXF_IP4_CSUM;
	m->l3 = v == 4 ? ENA_L3_IP4 : ENA_L3_IP6;
	m->l4 = ENA_L4_TCP;
	m->mss = (uint16_t)mss;
	m->l3_off = (uint8_t)l3_off;
	m->l3_len = (uint8_t)l3_len;
	m->l4_len = (uint8_t)l4_len;
	*len = unhex(t->t_line + at, t->t_frame);
	return (*len != 0);
}

static bool
all_done(void *arg)
{
	const struct tool *t = arg;

	return (nic_stats(sim_nic(t->t_ad), t->t_queue)->tx_done ==
	    nic_stats(sim_nic(t->t_ad), t->t_queue)->tx_pkts);
}

static bool
flush(struct tool *t)
{
	if (nic_tx_flush(sim_nic(t->t_ad), t->t_queue) != ENA_OK ||
	    !sim_run_until(t->t_sim, all_done, t, PATIENCE_US))
		return (complain(t, "not completed"));
	t->t_queue = (t->t_queue + 1) % PAIRS;
	return (true);
}

static bool
send_all(struct tool *t)
{
	struct nic_tx_meta m;
	enum ena_result r;
	size_t len;

	while (fgets(t->t_line, sizeof(t->t_line), t->t_in) != NULL) {
		t->t_requests++;
		if (!parse(t, &m, &len))
			return (complain(t, "cannot be read"));
		r = nic_tx(sim_nic(t->t_ad), t->t_queue, t->t_frame, len, &m);
		if (r != ENA_OK)
			return (complain(t, ena_result_name(r)));
		if (t->t_requests % BURST == 0 && !flush(t))
			return (false);
	}
	return (flush(t));
}

/* ---- around it */

static bool
run(struct tool *t, const char *profile)
{
	struct sim_options o;
	struct sim_spec spec;
	bool ok;

	sim_options_default(&o);
	t->t_sim = sim_create(&o, "ena-tso", 1);
	(void)sim_spec(&spec, profile);
	spec.config.cf_pairs = PAIRS;
	spec.config.cf_mtu = MTU;
	t->t_ad = sim_add(t->t_sim, &spec);
	if (t->t_ad == NULL)
		return (complain(t, "no adapter"));
	sim_on_wire(t->t_sim, on_wire, t);
	ok = nic_up(sim_nic(t->t_ad)) == ENA_OK && send_all(t);
	ok = nic_down(sim_nic(t->t_ad)) == ENA_OK && ok;
	if (!ok || !sim_clean(t->t_sim)) {
		sim_report(t->t_sim, stderr);
		ok = false;
	}
	sim_destroy(t->t_sim);
	return (ok);
}

int
main(int argc, char **argv)
{
	struct tool *t = &tool;
	bool ok;

	if (argc != 4 || mock_profile_find(argv[1]) == NULL) {
		(void)fprintf(stderr, "usage: ena-tso PROFILE REQUESTS "
		    "PCAP\n");
		return (2);
	}
	t->t_in = fopen(argv[2], "r");
	t->t_out = fopen(argv[3], "wb");
	if (t->t_in == NULL || t->t_out == NULL) {
		perror("ena-tso");
		return (1);
	}
	pcap_begin(t->t_out);
	ok = run(t, argv[1]);
	(void)fclose(t->t_in);
	if (fclose(t->t_out) != 0)
		ok = false;
	(void)printf("%u requests, %u segments\n", t->t_requests,
	    t->t_segments);
	return (ok ? 0 : 1);
}
