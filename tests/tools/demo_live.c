/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live demo: two network namespaces, a TAP in each, each TAP behind an
 * adapter of its own, wires crossed.
 *
 *	tools - kernel - TAP - core A - model A = model B - core B - TAP - ...
 *
 * One thread and one loop: live_pump() moves frames both ways, serves clock
 * and interrupts, and looks after the children that make the traffic.  It
 * is the only place that waits, and never for longer than PUMP_MS; stages
 * call it until their children are done or their time is over.
 *
 * A frame for which a ring has no room is held, and its TAP not read, until
 * there is room: nothing is lost on the way into an adapter.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo_live.h"

#define PUMP_MS		50U
#define BURST		64U
#define QUIET_US	150000U		/* without a frame: traffic is over */
#define QUIET_LIMIT_US	2000000U
#define STALL_US	20000000U

/*
 * Is the frame where software says that its flow arrives, with the hash that
 * software computes?  Asked of each frame that the device hashes, where its
 * key is known.
 */
static void
foretell(struct live_side *s, const uint8_t *f, size_t len,
    const struct nic_rx_meta *m)
{
	struct ena_dev *dev = demo_dev(s->ls_ad);
	struct demo_frame d;
	struct ena_flow fl;
	const uint8_t *key;
	unsigned int pair;
	uint32_t hash;

	key = ena_rss_key(dev);
	demo_parse(f, len, &d);
	if (key == NULL || d.l4 == ENA_L4_OTHER || d.v6_ext)
		return;
	memset(&fl, 0, sizeof(fl));
	fl.fl_ip6 = d.l3 == ENA_L3_IP6;
	fl.fl_src = f + d.l3_off + (fl.fl_ip6 ? 8 : 12);
	fl.fl_dst = f + d.l3_off + (fl.fl_ip6 ? 24 : 16);
	fl.fl_ports = true;
	memcpy(&fl.fl_sport, f + d.l4_off, sizeof(fl.fl_sport));
	memcpy(&fl.fl_dport, f + d.l4_off + 2, sizeof(fl.fl_dport));
	hash = ena_rss_hash(key, &fl);
	if (ena_rss_queue(dev, hash, &pair) != ENA_OK)
		return;
	if (pair != m->queue ||
	    ((ena_dev_info(dev)->in_rx_offloads & ENA_RXO_HASH) != 0 &&
	    hash != m->hash))
		s->ls_astray++;
	else
		s->ls_foretold++;
}

static void
live_rx(void *arg, const uint8_t *frame, size_t len,
    const struct nic_rx_meta *m)
{
	struct live_side *s = arg;

	foretell(s, frame, len, m);
	demo_tap_write(&s->ls_tap, frame, len, m->l4 == ENA_CSUM_GOOD);
}

/* Into how many frames will the one just read be cut? */
static unsigned int
frames_of(const struct live_side *s)
{
	if (s->ls_hint.h_mss == 0)
		return (1);
	return ((unsigned int)(s->ls_held_len / s->ls_hint.h_mss + 1));
}

/* A burst from a TAP into its adapter. */
static void
side_read(struct live *lv, unsigned int i)
{
	struct live_side *s = &lv->lv_side[i];
	ssize_t n;
	unsigned int k;

	/* a large frame counts as the frames it becomes on the wire */
	for (k = 0; k < BURST; k += frames_of(s)) {
		if (s->ls_held == NULL) {
			n = demo_tap_read(&s->ls_tap, &s->ls_held,
			    &s->ls_hint);
			if (n <= 0) {
				s->ls_held = NULL;
				break;
			}
			s->ls_held_len = (size_t)n;
			lv->lv_frames++;
		}
		if (demo_send(lv->lv_d->d_ad[i], s->ls_held, s->ls_held_len,
		    &s->ls_hint) == DEMO_LATER)
			break;
		s->ls_held = NULL;
	}
	demo_flush(lv->lv_d->d_ad[i]);
}

static int
pump_timeout(const struct live *lv)
{
	uint64_t us, other;

	us = demo_idle_us(lv->lv_d->d_ad[0]);
	other = demo_idle_us(lv->lv_d->d_ad[1]);
	if (other < us)
		us = other;
	if (us > PUMP_MS * 1000)
		us = PUMP_MS * 1000;
	return ((int)((us + 999) / 1000));
}

bool
live_pump(struct live *lv)
{
	struct pollfd pf[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		pf[i].fd = lv->lv_side[i].ls_tap.tap_fd;
		pf[i].events = POLLIN;
		pf[i].revents = 0;
		if (lv->lv_quiet || lv->lv_side[i].ls_held != NULL)
			pf[i].fd = -1;
	}
	(void)poll(pf, 2, pump_timeout(lv));
	for (i = 0; i < 2; i++)
		if (pf[i].revents != 0 || lv->lv_side[i].ls_held != NULL)
			side_read(lv, i);
	demo_serve_both(lv->lv_d);
	demo_jobs_poll();
	return (demo_check_faults(lv->lv_d));
}

static void
show_progress(struct live *lv, const struct live_watch *w, uint64_t bytes)
{
	double part;

	if (w->lw_total != 0)
		part = (double)bytes / (double)w->lw_total;
	else if (w->lw_seconds != 0)
		part = (double)w->lw_took_us / (w->lw_seconds * 1e6);
	else
		return;
	demo_progress(lv->lv_d, w->lw_label, bytes, part, w->lw_took_us,
	    false);
}

/* Has a child failed, or is its time over? */
static bool
watch_fails(struct live *lv, const struct live_watch *w, uint64_t idle_us)
{
	struct demo *d = lv->lv_d;

	if (w->lw_took_us > (uint64_t)w->lw_limit_s * 1000000U)
		return (!demo_fail(d, "%s: not done after %u s", w->lw_label,
		    w->lw_limit_s));
	if (w->lw_total != 0 && idle_us > STALL_US)
		return (!demo_fail(d, "%s: nothing has arrived for %u s",
		    w->lw_label, STALL_US / 1000000U));
	if (w->lw_njobs > 1 && w->lw_jobs[1]->j_pid == 0 &&
	    w->lw_jobs[1]->j_status != 0)
		return (!demo_fail(d, "%s: %s failed: %s", w->lw_label,
		    w->lw_jobs[1]->j_name,
		    demo_job_last_line(w->lw_jobs[1])));
	return (false);
}

bool
live_wait(struct live *lv, struct live_watch *w)
{
	uint64_t bytes, last, last_us, now;
	unsigned int i, running;

	w->lw_start_us = last_us = demo_clock_us();
	w->lw_base = demo_rx_bytes(lv->lv_d, w->lw_side);
	last = 0;
	for (;;) {
		if (!live_pump(lv))
			return (false);
		now = demo_clock_us();
		w->lw_took_us = now - w->lw_start_us;
		bytes = demo_rx_bytes(lv->lv_d, w->lw_side) - w->lw_base;
		for (running = 0, i = 0; i < w->lw_njobs; i++)
			if (w->lw_jobs[i]->j_pid != 0)
				running++;
		if (running == 0)
			return (true);
		if (bytes != last) {
			last = bytes;
			last_us = now;
		}
		show_progress(lv, w, bytes);
		if (watch_fails(lv, w, now - last_us))
			return (false);
	}
}

/* Wait until the server of a stage listens. */
bool
live_wait_listen(struct live *lv, struct demo_job *server, unsigned int port)
{
	uint64_t end, start;
	int yes;

	start = demo_clock_us();
	end = start + 10000000U;
	for (;;) {
		if (!live_pump(lv))
			return (false);
		if (server->j_pid == 0)
			return (demo_fail(lv->lv_d, "%s failed: %s",
			    server->j_name, demo_job_last_line(server)));
		yes = demo_job_listens(server, port);
		if (yes == 1)
			return (true);
		/* no /proc: give it a moment */
		if (yes == -1 && demo_clock_us() - start > 500000U)
			return (true);
		if (demo_clock_us() > end)
			return (demo_fail(lv->lv_d, "%s does not listen on "
			    "port %u", server->j_name, port));
	}
}

/*
 * Let what is on its way arrive, then stop listening to the kernel, so that
 * counters stand still.
 */
static bool
live_settle(struct live *lv)
{
	uint64_t end, frames, now, since;

	now = since = demo_clock_us();
	end = now + QUIET_LIMIT_US;
	frames = lv->lv_frames;
	while (now < end && now - since < QUIET_US) {
		if (!live_pump(lv))
			return (false);
		now = demo_clock_us();
		if (frames != lv->lv_frames) {
			frames = lv->lv_frames;
			since = now;
		}
	}
	lv->lv_quiet = true;
	while (now < end + QUIET_LIMIT_US) {
		if (!live_pump(lv))
			return (false);
		now = demo_clock_us();
		if (lv->lv_side[0].ls_held == NULL &&
		    lv->lv_side[1].ls_held == NULL)
			break;
	}
	return (live_pump(lv));
}

/* Frames between kernel and driver: none may be unaccounted for. */
static bool
live_check_taps(struct live *lv)
{
	const struct demo_tap *t;
	const struct demo_adapter *a;
	uint64_t rx;
	unsigned int i, q;

	for (i = 0; i < 2; i++) {
		t = &lv->lv_side[i].ls_tap;
		a = lv->lv_d->d_ad[i];
		for (rx = 0, q = 0; q < lv->lv_d->d_queues; q++)
			rx += nic_stats(a->ad_nic, q)->rx_pkts;
		if (t->tap_in != a->ad_count.in_frames)
			return (demo_fail(lv->lv_d, "TAP %s gave %llu frames, "
			    "the driver saw %llu", a->ad_cfg.name,
			    (unsigned long long)t->tap_in,
			    (unsigned long long)a->ad_count.in_frames));
		if (t->tap_out + t->tap_failed != rx)
			return (demo_fail(lv->lv_d, "TAP %s got %llu frames, "
			    "the driver received %llu", a->ad_cfg.name,
			    (unsigned long long)(t->tap_out + t->tap_failed),
			    (unsigned long long)rx));
	}
	return (true);
}

static bool
live_check_foretold(struct live *lv)
{
	const struct live_side *s;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		s = &lv->lv_side[i];
		if (s->ls_astray != 0)
			return (demo_fail(lv->lv_d, "adapter %s: %llu frames "
			    "at another queue or with another hash than "
			    "foretold", s->ls_ad->ad_cfg.name,
			    (unsigned long long)s->ls_astray));
	}
	return (true);
}

/* ---- setup */

static bool
live_config(struct live *lv)
{
	static const char *const ip6[2] = { LIVE_IP6_A, LIVE_IP6_B };
	static const char *const ip4[2] = { LIVE_IP4_A, LIVE_IP4_B };
	struct demo_tap_cfg c;
	struct demo *d = lv->lv_d;
	char why[200];
	unsigned int i;
	bool six;

	lv->lv_ip6 = true;
	for (i = 0; i < 2; i++) {
		memset(&c, 0, sizeof(c));
		memcpy(c.mac, ena_dev_info(demo_dev(d->d_ad[i]))->in_mac,
		    sizeof(c.mac));
		c.mtu = d->d_mtu;
		c.ip4 = ip4[i];
		c.ip6 = ip6[i];
		/* what the device does not do, demo_send() does */
		c.csum = (ena_dev_info(demo_dev(d->d_ad[i]))->in_tx_offloads &
		    (ENA_TXO_L4V4_PARTIAL | ENA_TXO_L4V4_FULL |
		    ENA_TXO_L4V6_PARTIAL | ENA_TXO_L4V6_FULL)) != 0;
		c.tso = demo_tso(d->d_ad[i]);
		if (!demo_tap_config(&lv->lv_side[i].ls_tap, &c, &six, why,
		    sizeof(why)))
			return (demo_fail(d, "TAP %s: %s",
			    d->d_ad[i]->ad_cfg.name, why));
		lv->lv_ip6 = lv->lv_ip6 && six;
		lv->lv_side[i].ls_ad = d->d_ad[i];
		d->d_ad[i]->ad_rx = live_rx;
		d->d_ad[i]->ad_rx_arg = &lv->lv_side[i];
	}
	demo_title(d, "Traffic");
	demo_say(d, "namespace A %s/24 %s%s, namespace B %s/24 %s%s",
	    ip4[0], lv->lv_ip6 ? ip6[0] : "(no IPv6)",
	    lv->lv_ip6 ? "/64" : "", ip4[1],
	    lv->lv_ip6 ? ip6[1] : "(no IPv6)", lv->lv_ip6 ? "/64" : "");
	return (true);
}

static bool
live_traffic(struct live *lv)
{
	struct demo *d = lv->lv_d;

	return (demo_up(d) && (demo_show_config(d), live_config(lv)) &&
	    demo_temp_make(d, lv->lv_dir, sizeof(lv->lv_dir)) &&
	    live_ping(lv) && live_files(lv) && live_flows(lv) &&
	    live_settle(lv));
}

static void
live_report(struct live *lv)
{
	struct demo *d = lv->lv_d;

	demo_show_queues(d);
	demo_show_counters(d);
	demo_show_work(d);
	demo_say(d, "RX queue and hash as foretold: A %llu, B %llu frames",
	    (unsigned long long)lv->lv_side[0].ls_foretold,
	    (unsigned long long)lv->lv_side[1].ls_foretold);
	demo_say(d, "TAPs: refused by the kernel %llu, oversized %llu",
	    (unsigned long long)(lv->lv_side[0].ls_tap.tap_failed +
	    lv->lv_side[1].ls_tap.tap_failed),
	    (unsigned long long)(lv->lv_side[0].ls_tap.tap_gso +
	    lv->lv_side[1].ls_tap.tap_gso));
}

static void
live_ok(struct live *lv)
{
	struct demo *d = lv->lv_d;
	const struct demo_counters *b = &d->d_ad[1]->ad_count;
	const struct demo_counters *c = &d->d_ad[0]->ad_count;

	(void)snprintf(d->d_ok, sizeof(d->d_ok), "profile=%s queues=%u "
	    "ping_loss=%u bytes=%llu sha256=match rx_queues_used=%u "
	    "mbit=%.0f admin_cmds=%llu bringup_us=%llu tso_requests=%llu "
	    "tso_segments=%llu foretold=%llu rules_broken=%llu",
	    d->d_opt.o_profile->name, d->d_queues, lv->lv_loss_pct,
	    (unsigned long long)lv->lv_bytes, d->d_rx_used, lv->lv_mbit,
	    (unsigned long long)c->bringup_cmds,
	    (unsigned long long)c->bringup_us,
	    (unsigned long long)(c->ask_tso + b->ask_tso),
	    (unsigned long long)(c->tso_segs + b->tso_segs),
	    (unsigned long long)(lv->lv_side[0].ls_foretold +
	    lv->lv_side[1].ls_foretold),
	    (unsigned long long)d->d_rules);
}

enum demo_outcome
demo_live(struct demo *d)
{
	struct live *lv;
	unsigned int i;
	bool ok;

	lv = calloc(1, sizeof(*lv));
	if (lv == NULL) {
		(void)demo_fail(d, "out of memory");
		return (DEMO_FAILED);
	}
	lv->lv_d = d;
	for (i = 0; i < 2; i++)
		lv->lv_side[i].ls_tap.tap_fd = -1;
	for (i = 0; i < 2; i++) {
		if (demo_tap_open(&lv->lv_side[i].ls_tap, d->d_reason,
		    sizeof(d->d_reason)))
			continue;
		if (i == 1)
			demo_tap_close(&lv->lv_side[0].ls_tap);
		free(lv);
		return (DEMO_IMPOSSIBLE);
	}
	ok = live_traffic(lv);
	demo_jobs_stop_all();
	if (ok) {
		ok = demo_compare(d) && live_check_taps(lv) &&
		    live_check_foretold(lv);
		live_report(lv);
		ok = demo_show_stats(d) && ok;
		ok = ok && demo_down(d);
	}
	if (ok)
		live_ok(lv);
	for (i = 0; i < 2; i++) {
		if (d->d_ad[i] != NULL)
			d->d_ad[i]->ad_rx = NULL;
		demo_tap_close(&lv->lv_side[i].ls_tap);
	}
	demo_temp_remove(lv->lv_dir);
	free(lv);
	return (ok ? DEMO_OK : DEMO_FAILED);
}
