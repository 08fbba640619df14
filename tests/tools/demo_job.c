/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Child processes.
 *
 * Each is a process group of its own, so that a tool's children end with it
 * and a ^C at the terminal reaches us alone.  The kernel kills it if we die
 * without having done so.  Output of both streams goes to a pipe of which
 * the end is kept for parsing and for messages.
 *
 * Nothing here blocks: demo_jobs_poll() belongs into the event loop.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "demo_job.h"

#define FD_LIMIT	256
#define TCP_LISTENING	0x0aU

static struct demo_job *jobs_running;

/* The child's side of a fork, up to the point where it does its work. */
static void
child_setup(const struct demo_tap *tap, int out, pid_t parent)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE,
	    SIGCHLD };
	size_t i;
	int null;

	(void)setpgid(0, 0);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		(void)signal(sigs[i], SIG_DFL);
	null = open("/dev/null", O_RDONLY);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	if (tap != NULL && !demo_tap_enter(tap)) {
		(void)dprintf(STDERR_FILENO, "cannot enter namespace: %s\n",
		    strerror(errno));
		_exit(126);
	}
#ifdef __linux__
	/* after setns, which clears it */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	if (getppid() != parent)
		_exit(126);
	(void)setenv("LC_ALL", "C", 1);
}

static bool
job_fork(struct demo_job *j, const struct demo_tap *tap, const char *name,
    bool *child)
{
	pid_t parent;
	int p[2];

	memset(j, 0, offsetof(struct demo_job, j_out));
	j->j_out[0] = '\0';
	j->j_name = name;
	j->j_fd = -1;
	*child = false;
	if (pipe(p) != 0)
		return (false);
	(void)fcntl(p[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(p[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(p[1], F_SETFD, FD_CLOEXEC);
	parent = getpid();
	(void)fflush(NULL);
	j->j_pid = fork();
	if (j->j_pid == 0) {
		child_setup(tap, p[1], parent);
		*child = true;
		return (true);
	}
	(void)close(p[1]);
	if (j->j_pid == -1) {
		(void)close(p[0]);
		j->j_pid = 0;
		return (false);
	}
	(void)setpgid(j->j_pid, j->j_pid);
	j->j_fd = p[0];
	j->j_next = jobs_running;
	jobs_running = j;
	return (true);
}

bool
demo_job_start(struct demo_job *j, const struct demo_tap *tap,
    const char *const argv[])
{
	union {
		const char *const *in;
		char *const *out;
	} args = { .in = argv };
	bool child;

	if (!job_fork(j, tap, argv[0], &child))
		return (false);
	if (child) {
		(void)execvp(argv[0], args.out);
		(void)dprintf(STDERR_FILENO, "%s: %s\n", argv[0],
		    strerror(errno));
		_exit(127);
	}
	return (true);
}

bool
demo_job_call(struct demo_job *j, const struct demo_tap *tap,
    const char *name, int (*fn)(const void *), const void *arg)
{
	bool child;
	int fd;

	if (!job_fork(j, tap, name, &child))
		return (false);
	if (child) {
		/* no exec closes TAPs and namespaces for us */
		for (fd = STDERR_FILENO + 1; fd < FD_LIMIT; fd++)
			(void)close(fd);
		_exit(fn(arg));
	}
	return (true);
}

static void
job_read(struct demo_job *j)
{
	size_t half;
	ssize_t n;

	for (;;) {
		half = DEMO_JOB_OUT / 2;
		if (j->j_len >= DEMO_JOB_OUT - 1) {
			memmove(j->j_out, j->j_out + half, j->j_len - half);
			j->j_len -= half;
		}
		n = read(j->j_fd, j->j_out + j->j_len,
		    DEMO_JOB_OUT - 1 - j->j_len);
		if (n <= 0)
			break;
		j->j_len += (size_t)n;
		j->j_out[j->j_len] = '\0';
	}
}

static void
job_forget(struct demo_job *j)
{
	struct demo_job **p;

	for (p = &jobs_running; *p != NULL; p = &(*p)->j_next)
		if (*p == j) {
			*p = j->j_next;
			break;
		}
	job_read(j);
	(void)close(j->j_fd);
	j->j_fd = -1;
	j->j_pid = 0;
}

static int
exit_code(int status)
{
	return (WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
}

/*
 * Collect the child if it has ended.  What is left of its group is killed
 * first: until the child is reaped nobody else can have its number.
 */
static bool
job_reap(struct demo_job *j)
{
	siginfo_t si;
	int status;

	memset(&si, 0, sizeof(si));
	if (waitid(P_PID, (id_t)j->j_pid, &si, WEXITED | WNOHANG |
	    WNOWAIT) != 0 && errno == ECHILD) {
		j->j_status = 127;
		return (true);
	}
	if (si.si_pid != j->j_pid)
		return (false);
	(void)kill(-j->j_pid, SIGKILL);
	status = 0;
	while (waitpid(j->j_pid, &status, 0) == -1 && errno == EINTR)
		;
	j->j_status = exit_code(status);
	return (true);
}

void
demo_jobs_poll(void)
{
	struct demo_job *j, *next;

	for (j = jobs_running; j != NULL; j = next) {
		next = j->j_next;
		job_read(j);
		if (job_reap(j))
			job_forget(j);
	}
}

void
demo_job_stop(struct demo_job *j)
{
	int status;

	if (j->j_pid == 0)
		return;
	(void)kill(-j->j_pid, SIGKILL);
	(void)kill(j->j_pid, SIGKILL);
	while (waitpid(j->j_pid, &status, 0) == -1 && errno == EINTR)
		;
	j->j_status = 128 + SIGKILL;
	job_forget(j);
}

void
demo_jobs_stop_all(void)
{
	while (jobs_running != NULL)
		demo_job_stop(jobs_running);
}

static bool
file_listens(const char *path, unsigned int port, bool *readable)
{
	char line[256];
	unsigned int p, state;
	FILE *f;
	bool found;

	f = fopen(path, "r");
	if (f == NULL)
		return (false);
	*readable = true;
	found = false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = sscanf(line, "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:"
		    "%*x %x", &p, &state) == 2 && p == port &&
		    state == TCP_LISTENING;
	(void)fclose(f);
	return (found);
}

int
demo_job_listens(const struct demo_job *j, unsigned int port)
{
	char path[64];
	bool found, readable;

	if (j->j_pid == 0)
		return (-1);
	readable = false;
	(void)snprintf(path, sizeof(path), "/proc/%ld/net/tcp",
	    (long)j->j_pid);
	found = file_listens(path, port, &readable);
	if (!found) {
		(void)snprintf(path, sizeof(path), "/proc/%ld/net/tcp6",
		    (long)j->j_pid);
		found = file_listens(path, port, &readable);
	}
	return (found ? 1 : readable ? 0 : -1);
}

const char *
demo_job_last_line(struct demo_job *j)
{
	char *p;

	while (j->j_len > 0 && (j->j_out[j->j_len - 1] == '\n' ||
	    j->j_out[j->j_len - 1] == ' '))
		j->j_out[--j->j_len] = '\0';
	p = strrchr(j->j_out, '\n');
	return (p == NULL ? j->j_out : p + 1);
}

bool
demo_have_tool(const char *name)
{
	const char *dir, *end, *path;
	char full[512];
	struct stat st;

	path = getenv("PATH");
	for (dir = path != NULL ? path : "/usr/bin:/bin"; *dir != '\0';
	    dir = *end == ':' ? end + 1 : end) {
		end = strchr(dir, ':');
		if (end == NULL)
			end = dir + strlen(dir);
		(void)snprintf(full, sizeof(full), "%.*s/%s",
		    (int)(end - dir), dir, name);
		if (stat(full, &st) == 0 && S_ISREG(st.st_mode) &&
		    access(full, X_OK) == 0)
			return (true);
	}
	return (false);
}
