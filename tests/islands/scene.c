/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scene that is played on every island: attach, up, packets both ways,
 * another MTU, a device that fails and is reset, packets again, a card that
 * is pulled, detach.
 *
 * One thing happens at a time and is over before the next one begins, so
 * that what the device sees depends on the driver and not on the moment.
 * One queue pair: which one a packet takes is each system's own matter.
 *
 * Compiled once for each island; SCENE_ISLAND is its name.
 */
#include <stdio.h>
#include <string.h>

#include "ena_mockdev.h"
#include "fk.h"
#include "glue_frame.h"
#include "island.h"

#define SEED		4711U
#define MS		1000U
#define SECOND		1000000U
#define PACKETS		6U
#define JUMBO		9000

static uint8_t frame[GF_MAX];
static unsigned int out, in, damaged, next_id;
static struct island_result result;

static void
check(bool good, const char *what, unsigned int n)
{
	if (good || !result.good)
		return;
	result.good = false;
	snprintf(result.text, sizeof(result.text), "%s (%u)", what, n);
	fk_report();
}

static void
look(const uint8_t *f, size_t len)
{
	uint32_t id;

	if (!gf_intact(f, len, &id) || id != next_id || !gf_sums(f, len))
		damaged++;
}

static void
on_wire(void *arg, const uint8_t *f, size_t len, unsigned int queue)
{
	(void)arg;
	(void)queue;
	look(f, len);
	out++;
}

static void
on_rx(void *arg, const struct fk_rx *rx)
{
	(void)arg;
	look(rx->frame, rx->len);
	in++;
}

static bool
link_up(void *arg)
{
	struct fk_if i;

	(void)arg;
	return (fk_if(&i) && i.link_state >= FK_LINK_UP);
}

/* One packet each way, and nothing before it is through. */
static void
packets(size_t len)
{
	struct fk_tx tx;
	unsigned int n;

	for (n = 0; n < PACKETS; n++) {
		out = in = 0;
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = gf_frame(frame, n % 2 != 0 ? GF_TCP4 : GF_UDP4,
		    len + n, ++next_id, false);
		check(fk_send(&tx) == 0, "packet not taken", n);
		fc_run(20 * MS);
		check(out == 1, "packet not on the wire", n);
		check(fc_wire_in(frame, tx.len), "packet not received", n);
		fc_run(20 * MS);
		check(in == 1, "packet not delivered", n);
		check(damaged == 0, "packet damaged", n);
	}
}

static void
device_fails(void)
{
	static const struct mock_fault_arm fatal = {
		.f = MOCK_F_FATAL, .times = 1
	};
	struct mock_stats a, b;

	mock_get_stats(fc_dev(), &a);
	mock_fault(fc_dev(), &fatal);
	fc_run(10 * SECOND);
	mock_get_stats(fc_dev(), &b);
	check(b.resets > a.resets, "no reset after a fatal error", 0);
	check(fc_run_until(link_up, NULL, 10 * SECOND), "no recovery", 0);
}

static void
acts(void)
{
	check(fk_attach(false) && fk_attached(), "attach", 0);
	check(fk_up() == 0, "up", 0);
	check(fc_run_until(link_up, NULL, 3 * SECOND), "no link", 0);
	packets(200);
	check(fk_set_mtu(JUMBO) == 0, "MTU", JUMBO);
	fc_run(100 * MS);
	check(fc_run_until(link_up, NULL, 3 * SECOND), "no link", 1);
	packets(JUMBO - PACKETS);
	device_fails();
	packets(300);
	check(fk_lawful(), "a rule was broken", 0);
	fc_pull();
	fc_run(2 * SECOND);
	check(fk_detach(true) == 0, "detach", 0);
	fc_run(100 * MS);
	fc_model_forgive();
	check(fk_clean(), "something is left", 0);
}

static struct island_result
play(const char *profile, void (*line)(void *, const char *), void *arg)
{
	result.good = true;
	result.text[0] = '\0';
	next_id = damaged = 0;
	fc_on_trace(line, arg);
	fk_open(profile, SEED);
	fk_machine()->ncpus = 1;
	fc_on_wire(on_wire, NULL);
	fk_on_rx(on_rx, NULL);
	acts();
	fk_close();
	fc_on_trace(NULL, NULL);
	return (result);
}

#define NAME2(a)	island_ ## a
#define NAME1(a)	NAME2(a)
#define TEXT2(a)	#a
#define TEXT1(a)	TEXT2(a)
const struct island NAME1(SCENE_ISLAND) = { TEXT1(SCENE_ISLAND), play };
