/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Child processes of the demo, inside a namespace if wanted.
 */
#ifndef DEMO_JOB_H
#define DEMO_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "demo_tap.h"

#define DEMO_JOB_OUT	65536U

struct demo_job {
	const char *j_name;		/* NULL: unused */
	pid_t j_pid;			/* 0: not running */
	int j_fd;			/* its output */
	int j_status;			/* exit code, 128 + signal */
	size_t j_len;
	char j_out[DEMO_JOB_OUT];	/* the end of its output */
	struct demo_job *j_next;	/* of those running */
};

/*
 * Start a program, or with fn a function of our own that gets arg.  tap NULL:
 * in our own namespace.  false: could not fork.
 */
bool demo_job_start(struct demo_job *, const struct demo_tap *,
    const char *const argv[]);
bool demo_job_call(struct demo_job *, const struct demo_tap *,
    const char *name, int (*fn)(const void *), const void *arg);
/* Collect output and exit of all that are running. */
void demo_jobs_poll(void);
void demo_job_stop(struct demo_job *);
void demo_jobs_stop_all(void);
/* Is the job listening on this TCP port?  -1: cannot tell. */
int demo_job_listens(const struct demo_job *, unsigned int port);
/* Last line of its output, for messages. */
const char *demo_job_last_line(struct demo_job *);

bool demo_have_tool(const char *);

#endif /* DEMO_JOB_H */
