/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: opened, closed, reported on. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fc_pci.h"
#include "fk_common.h"

const struct fc_rule *
fk_rule_nth(unsigned int i)
{
	unsigned int n;

	for (n = 0; fk_rules[n].id != NULL; n++)
		if (n == i)
			return (&fk_rules[n]);
	return (NULL);
}

#define MAX_LEAKS	32

static bool is_open;
static char leak_text[MAX_LEAKS][FC_TEXT];
static unsigned int leaks;

void
fk_open(const char *profile, uint64_t seed)
{
	fk_close();		/* what a failed test left behind */
	is_open = true;
	fc_open(seed);
	fc_rules(fk_rules);
	fk_kernel_open();
	fc_dev_open(profile, seed);
	fc_pci_open();
	fk_machine_open();
}

void
fk_close(void)
{
	if (is_open)
		fc_close();
	is_open = false;
}

/* ---- what is left */

void
fk_left(const char *what, size_t n)
{
	if (n == 0)
		return;
	if (leaks < MAX_LEAKS)
		snprintf(leak_text[leaks], FC_TEXT, "%s: %zu", what, n);
	leaks++;
}

static void
left_one(const char *what, void *p, size_t n)
{
	(void)p;
	if (strcmp(what, "dead mbuf") == 0 || strcmp(what, "system") == 0)
		return;
	if (leaks < MAX_LEAKS)
		snprintf(leak_text[leaks], FC_TEXT, "%s of %zu bytes", what,
		    n);
	leaks++;
}

unsigned int
fk_leaks(void)
{
	leaks = 0;
	fc_each_alive(left_one);
	fk_left("loaded DMA maps", fc_maps_loaded());
	fk_left("blocks of DMA memory", fc_blocks());
	fk_kernel_left();
	return (leaks);
}

const char *
fk_leak(unsigned int i)
{
	return (i < leaks && i < MAX_LEAKS ? leak_text[i] : NULL);
}

bool
fk_lawful(void)
{
	return (fc_broken_total() == 0 && fc_model_broken() == 0 &&
	    fc_dead() == NULL);
}

bool
fk_clean(void)
{
	return (fk_lawful() && fk_leaks() == 0);
}

/* ---- a process that does one thing */

struct proc_arg {
	void (*fn)(void *);
	void *arg;
};

static void
proc_main(void *arg)
{
	struct proc_arg *a = arg;

	a->fn(a->arg);
	fk_kernel_leave("system call");
}

bool
fk_proc(void (*fn)(void *), void *arg)
{
	static struct proc_arg a;

	if (fc_dead() != NULL)
		return (false);
	a.fn = fn;
	a.arg = arg;
	if (fc_run_ctx(fc_ctx_new("proc", proc_main, &a), 300000000))
		return (true);
	if (fc_dead() == NULL)
		fc_broken("hang", "a system call does not return");
	return (false);
}

static void
to_stderr(const char *text)
{
	fprintf(stderr, "#   %s\n", text);
}

void
fk_report(void)
{
	unsigned int i;

	fprintf(stderr, "# at %llu us, %llu points\n",
	    (unsigned long long)fc_now(), (unsigned long long)fc_points());
	if (fc_dead() != NULL)
		fprintf(stderr, "# dead: %s\n", fc_dead());
	for (i = 0; i < 10 && fc_broken_nth(i) != NULL; i++)
		fprintf(stderr, "# rule: %s\n", fc_broken_nth(i));
	for (i = 0; i < 10 && fc_model_nth(i) != NULL; i++)
		fprintf(stderr, "# model: %s\n", fc_model_nth(i));
	fk_leaks();
	for (i = 0; i < 10 && fk_leak(i) != NULL; i++)
		fprintf(stderr, "# left: %s\n", fk_leak(i));
	for (i = 0; i < 12 && fc_log_line(i) != NULL; i++)
		fprintf(stderr, "# log: %s\n", fc_log_line(i));
	fc_who(to_stderr);
}
