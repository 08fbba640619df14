/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of a capture: in through adapter A, out of adapter B.
 *
 * The file is read twice, first to see that it is whole and Ethernet: a bad
 * file is refused before anything else happens.  Then frames go through in
 * bursts.  Each frame on its way waits in a window; a frame that comes out
 * must be, byte for byte, the oldest of its flow there.  Between flows the
 * order is free (they go through different queues).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pcap/pcap.h>

#include "demo.h"

#define WINDOW		64U
#define ARRIVE_US	5000000U

struct way {
	struct pcap_pkthdr w_hdr;
	struct demo_key w_key;
	size_t w_len;
	bool w_waiting;
	uint8_t *w_data;		/* DEMO_FRAME_ROOM */
};

struct replay {
	struct demo *rp_d;
	const char *rp_in;
	pcap_dumper_t *rp_out;
	struct way rp_way[WINDOW];
	unsigned int rp_used, rp_waiting, rp_burst;
	/* the file */
	uint64_t rp_frames, rp_bytes, rp_snapped;
	int rp_snaplen;
	/* the journey */
	uint64_t rp_sent, rp_back, rp_back_bytes;
	uint64_t rp_changed, rp_reordered, rp_strange, rp_lost;
	uint64_t rp_first_bad;
	uint64_t rp_start_us, rp_took_us;
};

/* ---- reading */

/* NULL with the reason.  libpcap's texts name the file or not, we do. */
static pcap_t *
capture_open(struct demo *d, const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	struct stat st;
	pcap_t *p;
	int link;

	err[0] = '\0';
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0) {
		(void)demo_fail(d, "%s is empty", path);
		return (NULL);
	}
	p = pcap_open_offline(path, err);
	if (p == NULL) {
		if (strstr(err, path) != NULL)
			(void)demo_fail(d, "%s", err);
		else
			(void)demo_fail(d, "%s: %s", path, err);
		return (NULL);
	}
	link = pcap_datalink(p);
	if (link != DLT_EN10MB) {
		(void)demo_fail(d, "%s is not an Ethernet capture "
		    "(link type %s)", path,
		    pcap_datalink_val_to_name(link) != NULL ?
		    pcap_datalink_val_to_name(link) : "unknown");
		pcap_close(p);
		return (NULL);
	}
	return (p);
}

static bool
capture_check(struct replay *rp)
{
	struct demo *d = rp->rp_d;
	struct pcap_pkthdr *h;
	const u_char *data;
	pcap_t *p;
	int r;

	p = capture_open(d, rp->rp_in);
	if (p == NULL)
		return (false);
	rp->rp_snaplen = pcap_snapshot(p);
	while ((r = pcap_next_ex(p, &h, &data)) == 1) {
		rp->rp_frames++;
		rp->rp_bytes += h->caplen;
		if (h->caplen < h->len)
			rp->rp_snapped++;
	}
	if (r == PCAP_ERROR)
		(void)demo_fail(d, "%s is damaged after frame %llu: %s",
		    rp->rp_in, (unsigned long long)rp->rp_frames,
		    pcap_geterr(p));
	else if (rp->rp_frames == 0)
		(void)demo_fail(d, "%s holds no frames", rp->rp_in);
	pcap_close(p);
	return (d->d_reason[0] == '\0');
}

static bool
same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return (stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}

/* ---- coming out */

static bool
equal(const struct way *w, const uint8_t *frame, size_t len)
{
	return (w->w_len == len && memcmp(w->w_data, frame, len) == 0);
}

static void
replay_rx(void *arg, const uint8_t *frame, size_t len,
    const struct nic_rx_meta *m)
{
	struct replay *rp = arg;
	struct pcap_pkthdr h;
	struct demo_frame df;
	struct demo_key k;
	struct way *hit, *w;
	unsigned int i;
	bool later;

	(void)m;
	demo_parse(frame, len, &df);
	demo_key(frame, &df, &k);
	hit = NULL;
	later = false;
	for (i = 0; i < rp->rp_used; i++) {
		w = &rp->rp_way[i];
		if (!w->w_waiting ||
		    memcmp(&w->w_key, &k, sizeof(k)) != 0)
			continue;
		if (equal(w, frame, len)) {
			hit = w;
			break;
		}
		later = true;
	}
	rp->rp_back++;
	rp->rp_back_bytes += len;
	if (hit != NULL) {
		hit->w_waiting = false;
		rp->rp_waiting--;
		if (later)
			rp->rp_reordered++;
	} else if (later)
		rp->rp_changed++;
	else
		rp->rp_strange++;
	if (rp->rp_first_bad == 0 && (hit == NULL || later))
		rp->rp_first_bad = rp->rp_back;
	if (rp->rp_out == NULL)
		return;
	memset(&h, 0, sizeof(h));
	if (hit != NULL)
		h = hit->w_hdr;
	h.caplen = (bpf_u_int32)len;
	if (h.len < h.caplen)
		h.len = h.caplen;
	pcap_dump((u_char *)rp->rp_out, &h, frame);
}

/* ---- going in */

/* Wait for what is on its way. */
static bool
replay_drain(struct replay *rp)
{
	struct timespec ts = { .tv_nsec = 100000 };
	struct demo *d = rp->rp_d;
	uint64_t end;

	demo_flush(d->d_ad[0]);
	end = demo_clock_us() + ARRIVE_US;
	for (;;) {
		demo_serve_both(d);
		if (!demo_check_faults(d))
			return (false);
		if (rp->rp_waiting == 0)
			break;
		if (demo_clock_us() > end)
			break;
		if (demo_idle_us(d->d_ad[0]) != 0 &&
		    demo_idle_us(d->d_ad[1]) != 0)
			(void)nanosleep(&ts, NULL);
	}
	rp->rp_lost += rp->rp_waiting;
	rp->rp_used = rp->rp_waiting = 0;
	return (true);
}

/* One frame into adapter A; it waits in the window from before the send. */
static bool
replay_one(struct replay *rp, const struct pcap_pkthdr *h,
    const uint8_t *data)
{
	struct demo_adapter *a = rp->rp_d->d_ad[0];
	struct demo_frame df;
	struct way *w;
	enum demo_sent r;
	unsigned int tries;

	if (rp->rp_used == rp->rp_burst && !replay_drain(rp))
		return (false);
	w = &rp->rp_way[rp->rp_used];
	w->w_hdr = *h;
	w->w_len = h->caplen;
	w->w_waiting = false;
	if (h->caplen <= DEMO_FRAME_ROOM) {
		memcpy(w->w_data, data, h->caplen);
		demo_parse(data, h->caplen, &df);
		demo_key(data, &df, &w->w_key);
	}
	for (tries = 0; (r = demo_send_exact(a, data, h->caplen)) ==
	    DEMO_LATER && tries < 2; tries++)
		if (!replay_drain(rp))
			return (false);
	if (r == DEMO_LATER)
		return (demo_fail(rp->rp_d, "adapter A has no room for a "
		    "frame of %u bytes", h->caplen));
	if (r != DEMO_SENT)
		return (demo_check_faults(rp->rp_d));
	if (w != &rp->rp_way[rp->rp_used]) {
		/* a drain has emptied the window meanwhile: move up */
		uint8_t *swap = rp->rp_way[0].w_data;

		rp->rp_way[0] = *w;
		w->w_data = swap;
		w = &rp->rp_way[0];
	}
	w->w_waiting = true;
	rp->rp_used++;
	rp->rp_waiting++;
	rp->rp_sent++;
	return (true);
}

static bool
replay_all(struct replay *rp)
{
	struct demo *d = rp->rp_d;
	struct pcap_pkthdr *h;
	const u_char *data;
	uint64_t bytes;
	pcap_t *p;
	int r;
	bool ok;

	p = capture_open(d, rp->rp_in);
	if (p == NULL)
		return (false);
	rp->rp_start_us = demo_clock_us();
	ok = true;
	bytes = 0;
	while (ok && (r = pcap_next_ex(p, &h, &data)) == 1) {
		ok = replay_one(rp, h, data);
		bytes += h->caplen;
		rp->rp_took_us = demo_clock_us() - rp->rp_start_us;
		demo_progress(d, "replay", bytes, (double)bytes /
		    (double)rp->rp_bytes, rp->rp_took_us, false);
	}
	pcap_close(p);
	ok = ok && replay_drain(rp);
	rp->rp_took_us = demo_clock_us() - rp->rp_start_us;
	if (ok)
		demo_progress(d, "replay", rp->rp_back_bytes, 1,
		    rp->rp_took_us, true);
	return (ok);
}

/* ---- setup and verdict */

static bool
replay_open(struct replay *rp, const char *out)
{
	struct demo *d = rp->rp_d;
	const struct ena_plan *pl;
	unsigned int depth, i;
	pcap_t *p;

	for (i = 0; i < WINDOW; i++) {
		rp->rp_way[i].w_data = malloc(DEMO_FRAME_ROOM);
		if (rp->rp_way[i].w_data == NULL)
			return (demo_fail(d, "out of memory"));
	}
	/* a burst must find buffers even if all of it is one flow */
	pl = &demo_dev(d->d_ad[0])->dev_plan;
	depth = pl->pl_rx_depth < pl->pl_tx_depth ? pl->pl_rx_depth :
	    pl->pl_tx_depth;
	rp->rp_burst = depth / 16;
	if (rp->rp_burst > WINDOW)
		rp->rp_burst = WINDOW;
	if (rp->rp_burst == 0)
		rp->rp_burst = 1;
	d->d_ad[1]->ad_rx = replay_rx;
	d->d_ad[1]->ad_rx_arg = rp;
	if (out == NULL)
		return (true);
	p = pcap_open_dead(DLT_EN10MB, rp->rp_snaplen);
	if (p == NULL)
		return (demo_fail(d, "out of memory"));
	rp->rp_out = pcap_dump_open(p, out);
	if (rp->rp_out == NULL)
		(void)demo_fail(d, "%s", pcap_geterr(p));
	pcap_close(p);
	return (rp->rp_out != NULL);
}

static bool
replay_verdict(struct replay *rp)
{
	struct demo *d = rp->rp_d;
	const struct demo_counters *c = &d->d_ad[0]->ad_count;

#define U(x) ((unsigned long long)(x))
	demo_say(d, "%llu frames in the capture, %llu sent, %llu came out",
	    U(rp->rp_frames), U(rp->rp_sent), U(rp->rp_back));
	if (c->over_mtu != 0)
		demo_say(d, "%llu frames are larger than the MTU of %u and "
		    "were not sent", U(c->over_mtu), d->d_mtu);
	if (c->runts != 0)
		demo_say(d, "%llu frames are shorter than an Ethernet header "
		    "and were not sent", U(c->runts));
	if (rp->rp_snapped != 0)
		demo_say(d, "%llu frames were cut short when captured; they "
		    "travel as they are", U(rp->rp_snapped));
	if (rp->rp_lost + rp->rp_changed + rp->rp_reordered +
	    rp->rp_strange != 0)
		return (demo_fail(d, "%llu frames lost, %llu changed, %llu "
		    "out of order, %llu unknown; first at frame %llu coming "
		    "out", U(rp->rp_lost), U(rp->rp_changed),
		    U(rp->rp_reordered), U(rp->rp_strange),
		    U(rp->rp_first_bad)));
	if (c->refused != 0)
		return (demo_fail(d, "the driver refused %llu frames",
		    U(c->refused)));
	if (rp->rp_sent + c->over_mtu + c->runts != rp->rp_frames)
		return (demo_fail(d, "%llu of %llu frames are accounted for",
		    U(rp->rp_sent + c->over_mtu + c->runts),
		    U(rp->rp_frames)));
	(void)snprintf(d->d_ok, sizeof(d->d_ok), "profile=%s queues=%u "
	    "mode=pcap frames=%llu sent=%llu returned=%llu bytes=%llu "
	    "over_mtu=%llu runts=%llu snapped=%llu lost=0 changed=0 "
	    "reordered=0 rx_queues_used=%u mbit=%.0f admin_cmds=%llu "
	    "bringup_us=%llu rules_broken=0", d->d_opt.o_profile->name,
	    d->d_queues, U(rp->rp_frames), U(rp->rp_sent), U(rp->rp_back),
	    U(rp->rp_back_bytes), U(c->over_mtu), U(c->runts),
	    U(rp->rp_snapped), demo_rx_used(d, 1, NULL, 1),
	    rp->rp_took_us == 0 ? 0.0 :
	    (double)rp->rp_back_bytes * 8 / (double)rp->rp_took_us,
	    U(c->bringup_cmds), U(c->bringup_us));
	return (true);
#undef U
}

static bool
replay_close(struct replay *rp, const char *out)
{
	bool ok;

	if (rp->rp_out == NULL)
		return (true);
	ok = pcap_dump_flush(rp->rp_out) == 0 &&
	    ferror(pcap_dump_file(rp->rp_out)) == 0;
	pcap_dump_close(rp->rp_out);
	rp->rp_out = NULL;
	return (ok || demo_fail(rp->rp_d, "cannot write %s", out));
}

bool
demo_pcap(struct demo *d, const char *in, const char *out)
{
	struct replay *rp;
	unsigned int i;
	bool ok;

	rp = calloc(1, sizeof(*rp));
	if (rp == NULL)
		return (demo_fail(d, "out of memory"));
	rp->rp_d = d;
	rp->rp_in = in;
	ok = capture_check(rp);
	if (ok && out != NULL && same_file(in, out))
		ok = demo_fail(d, "%s and %s are the same file", in, out);
	ok = ok && demo_up(d) && replay_open(rp, out);
	if (ok) {
		demo_show_config(d);
		demo_title(d, "Replay");
		ok = replay_all(rp) && replay_verdict(rp);
		ok = demo_compare(d) && ok;
		demo_show_queues(d);
		demo_show_counters(d);
		demo_show_work(d);
		ok = demo_show_stats(d) && ok;
		ok = replay_close(rp, out) && ok;
		ok = ok && demo_down(d);
	}
	if (d->d_ad[1] != NULL)
		d->d_ad[1]->ad_rx = NULL;
	(void)replay_close(rp, out);
	for (i = 0; i < WINDOW; i++)
		free(rp->rp_way[i].w_data);
	free(rp);
	return (ok);
}
