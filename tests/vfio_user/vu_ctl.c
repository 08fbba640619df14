/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control pipe: lines that whoever runs us writes while a driver is at
 * work.
 *
 *	[nicN] fault NAME[:key=value,...]	as --fault, but now
 *	[nicN] clear				disarm, keep-alives go on
 *	[nicN] metric NAME VALUE		an allowance, from now on
 *
 * Without an adapter's name a line is for all.  A line is taken whole or not
 * at all; the log has each, and why one was refused.  We hold a writing end
 * of our own, so that the pipe never ends.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vu.h"

bool
vu_ctl_open(struct vu_ctl *k, const char *path)
{
	struct stat st;

	k->k_fd = -1;
	k->k_path = path;
	k->k_len = 0;
	k->k_long = false;
	if (path == NULL)
		return (true);
	/* one that was left behind will do */
	if (mkfifo(path, 0600) == 0 || (errno == EEXIST &&
	    stat(path, &st) == 0 && S_ISFIFO(st.st_mode)))
		k->k_fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (k->k_fd == -1)
		vu_log(NULL, "%s: %s", path, strerror(errno));
	return (k->k_fd != -1);
}

void
vu_ctl_close(struct vu_ctl *k)
{
	if (k->k_fd == -1)
		return;
	(void)close(k->k_fd);
	(void)unlink(k->k_path);
	k->k_fd = -1;
}

/* Past word and the blanks behind it if line begins with it, else NULL. */
static const char *
after(const char *line, const char *word)
{
	size_t len;

	len = strlen(word);
	if (strncmp(line, word, len) != 0 ||
	    (line[len] != ' ' && line[len] != '\0'))
		return (NULL);
	return (line + len + strspn(line + len, " "));
}

/* What a line asks for. */
struct act {
	enum { ACT_FAULT, ACT_CLEAR, ACT_METRIC } a_kind;
	struct vu_fault a_fault;
	unsigned int a_metric;
	uint64_t a_value;
};

static void
act(struct vu_nic *nics, unsigned int n, unsigned int only, const char *line,
    const struct act *a)
{
	struct mockdev *d;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (only < n && i != only)
			continue;
		vu_log(&nics[i], "control: %s", line);
		d = nics[i].n_dev;
		switch (a->a_kind) {
		case ACT_FAULT:
			mock_fault(d, &a->a_fault.vf_arm);
			break;
		case ACT_CLEAR:
			mock_fault_clear(d);
			break;
		case ACT_METRIC:
			mock_set_metric(d, a->a_metric, a->a_value);
			break;
		}
	}
}

/* "NAME VALUE" */
static bool
metric_parse(struct act *a, const char *text)
{
	const char *name, *value;
	char *end;

	for (a->a_metric = 0;; a->a_metric++) {
		name = mock_metric_name(a->a_metric);
		if (name == NULL)
			return (false);
		value = after(text, name);
		if (value != NULL)
			break;
	}
	errno = 0;
	a->a_value = strtoull(value, &end, 10);
	return (*value >= '0' && *value <= '9' && *end == '\0' && errno == 0);
}

static void
take_line(struct vu_nic *nics, unsigned int n, const char *line)
{
	const char *rest, *what;
	unsigned int only;
	struct act a;

	what = line;
	for (only = 0; only < n; only++) {
		rest = after(line, nics[only].n_name);
		if (rest != NULL) {
			what = rest;
			break;
		}
	}
	if (strcmp(what, "clear") == 0) {
		a.a_kind = ACT_CLEAR;
		act(nics, n, only, what, &a);
		return;
	}
	rest = after(what, "metric");
	if (rest != NULL) {
		a.a_kind = ACT_METRIC;
		if (metric_parse(&a, rest))
			act(nics, n, only, what, &a);
		else
			vu_log(NULL, "control: \"%s\" is ignored", line);
		return;
	}
	a.a_kind = ACT_FAULT;
	rest = after(what, "fault");
	if (rest == NULL)
		vu_log(NULL, "control: what is \"%s\"?", line);
	else if (!vu_fault_parse(&a.a_fault, rest))
		vu_log(NULL, "control: \"%s\" is ignored", line);
	else if (a.a_fault.vf_at_us != 0)
		vu_log(NULL, "control: \"%s\": \"at\" is now", line);
	else
		act(nics, n, only, what, &a);
}

/* Take what has arrived. */
void
vu_ctl_step(struct vu_ctl *k, struct vu_nic *nics, unsigned int n)
{
	char in[256];
	ssize_t got, i;

	if (k->k_fd == -1)
		return;
	got = read(k->k_fd, in, sizeof(in));
	for (i = 0; i < got; i++) {
		if (in[i] != '\n') {
			if (k->k_len < sizeof(k->k_line) - 1)
				k->k_line[k->k_len++] = in[i];
			else
				k->k_long = true;
			continue;
		}
		k->k_line[k->k_len] = '\0';
		if (k->k_long)
			vu_log(NULL, "control: a line that is too long");
		else if (k->k_len != 0)
			take_line(nics, n, k->k_line);
		k->k_len = 0;
		k->k_long = false;
	}
}
