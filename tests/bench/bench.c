/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-bench: modes, counting, table, verdict.
 *
 *	ena-bench [--gate] [--machine]
 *		count under valgrind, time natively, print the table; with
 *		--gate exit 1 if a case is over its budget
 *	ena-bench --count
 *		what the parent runs under callgrind: every case, each run
 *		inside bench_measured(), bench_mark() after each side
 *	ena-bench --check [seed]
 *		every case, then random traffic and bad devices, against
 *		the reference; nothing is counted
 *	ena-bench --memory
 *		memory of one device with one pair against its budget
 *
 * The gate counts instructions only: time is printed for people.  A build
 * by clang gets 15 % on top of every budget, which are gcc's.
 */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define SIDES		2
#define TIMED_RUNS	3000U
#define MEMORY_BUDGET	(40U * 1024)

#define STR_(x)		#x
#define STR(x)		STR_(x)
#ifdef __clang__
#define COMPILER	"clang-" STR(__clang_major__)
#define ALLOWED(budget)	((double)(budget) * 1.15)
#else
#define COMPILER	"gcc-" STR(__GNUC__)
#define ALLOWED(budget)	((double)(budget))
#endif

#define CSUM		(ENA_TXF_IP4_CSUM | ENA_TXF_L4_CSUM | ENA_TXF_DF)
#define TSO		(CSUM | ENA_TXF_TSO)

/* name, work, mix, buffers, budget, stretch, requests */
#define HOST(name, work, mix, bufs, budget, stretch, req)		\
	{ name, work, mix, bufs, budget, stretch, req, 0, 0, false, 0, 0, 0 }
/* and entry, header, metadata with each packet; budget 0: to look at */
#define LLQ(name, work, mix, bufs, budget, stretch, req, entry, hdr, meta) \
	{ name, work, mix, bufs, budget, stretch, req, entry, hdr, meta, 0, \
	    0, 0 }

static const struct bcase cases[] = {
	HOST("n:tx-host-1d/db32", TX_PUT, HOST_1, 1, 75, 60, 0),
	HOST("n:tx-host-2d/db32", TX_PUT, HOST_2, 2, 100, 82, 0),
	HOST("n:tx-host-4d/db32", TX_PUT, HOST_4, 4, 145, 115, 0),
	HOST("n:tx-host-2d-tsoM/db32", TX_PUT, HOST_2_TSO, 2, 165, 140, TSO),
	LLQ("n:tx-llq128-h96-1d/db32", TX_PUT, LLQ_H96_1, 1, 145, 120, 0,
	    128, 96, false),
	LLQ("n:tx-llq128-h96-1dM/db32", TX_PUT, LLQ_H96_1M, 1, 185, 160, 0,
	    128, 96, true),
	LLQ("n:tx-llq128-h96-1dM-csum", TX_PUT, LLQ_H96_1M, 1, 0, 0, CSUM,
	    128, 96, true),
	LLQ("n:tx-llq128-h64-0d/db32", TX_PUT, LLQ_H64_0, 0, 0, 0, 0, 128,
	    64, false),
	LLQ("n:tx-llq128-h96-2dM/db32", TX_PUT, LLQ_H96_2M, 2, 320, 270, 0,
	    128, 96, true),
	LLQ("n:tx-llq256-h96-1d/db32", TX_PUT, LLQ_W96_1, 1, 180, 145, 0,
	    256, 96, false),
	LLQ("n:tx-llq256-h224-1d/db32", TX_PUT, LLQ_W224_1, 1, 0, 0, 0, 256,
	    224, false),
	HOST("tx-complete", TX_COMPLETE, HOST_1, 1, 31, 27, 0),
	HOST("rx-refill/db32", RX_REFILL, HOST_1, 1, 34, 27, 0),
	HOST("rx-poll-1d", RX_POLL, HOST_1, 1, 82, 74, 0),
	HOST("rx-poll-4d", RX_POLL, HOST_4, 4, 235, 205, 0),
	HOST("steady-tx-host-1d", TX_STEADY, HOST_1, 1, 115, 95, 0),
	LLQ("steady-tx-llq128-1dM", TX_STEADY, LLQ_H96_1M, 1, 225, 190, 0,
	    128, 96, true),
	HOST("steady-rx-1d", RX_STEADY, HOST_1, 1, 120, 105, 0),
};
#define CASES		(sizeof(cases) / sizeof(cases[0]))

static const struct side *const sides[SIDES] = { &side_ours, &side_floor };

struct figure {
	double fi_ir;			/* instructions a packet; < 0: none */
	double fi_ns;
	uint64_t fi_hash;
};

static struct world the_world;

/*
 * The two functions callgrind watches.  noinline and external, so that their
 * names survive; the barrier keeps the call from becoming a jump, which
 * callgrind would not see return.
 */
void bench_measured(measured_fn *, struct world *);
void bench_mark(void);

__attribute__((__noinline__)) void
bench_measured(measured_fn *fn, struct world *w)
{
	fn(w);
	__asm__ __volatile__("" ::: "memory");
}

__attribute__((__noinline__)) void
bench_mark(void)
{
	__asm__ __volatile__("" ::: "memory");
}

static void
uncounted(measured_fn *fn, struct world *w)
{
	fn(w);
}

/* Warm up, then the runs that count, each checked. */
static bool
bench_case(const struct bcase *bc, const struct side *sd, uint64_t *hash)
{
	struct world *w = &the_world;
	unsigned int i;
	bool good;

	good = world_open(w, bc, sd);
	for (i = 0; i < WARM_RUNS + RUNS && good; i++)
		good = world_run(w, true,
		    i < WARM_RUNS ? uncounted : bench_measured);
	*hash = good ? ref_hash(w->w_sq, w->w_sq_bytes) : 0;
	world_close(w);
	return (good);
}

static bool
bench_all(struct figure fig[CASES][SIDES])
{
	unsigned int i, s;
	bool good;

	good = true;
	for (i = 0; i < CASES; i++) {
		for (s = 0; s < SIDES; s++) {
			good &= bench_case(&cases[i], sides[s],
			    &fig[i][s].fi_hash);
			bench_mark();
		}
	}
	return (good);
}

/* ---- time */

static double timed_ns;

static double
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((double)ts.tv_sec * 1e9 + (double)ts.tv_nsec);
}

#if defined(__x86_64__)
static double ns_per_tick;

static uint64_t
ticks(void)
{
	return (__builtin_ia32_rdtsc());
}

static void
ticks_calibrate(void)
{
	double start;
	uint64_t t;

	start = now_ns();
	t = ticks();
	while (now_ns() - start < 2e7)
		continue;
	ns_per_tick = (now_ns() - start) / (double)(ticks() - t);
}

static double
ticks_ns(uint64_t n)
{
	return ((double)n * ns_per_tick);
}
#else
static uint64_t
ticks(void)
{
	return ((uint64_t)now_ns());
}

static void
ticks_calibrate(void)
{
}

static double
ticks_ns(uint64_t n)
{
	return ((double)n);
}
#endif

static void
timed(measured_fn *fn, struct world *w)
{
	uint64_t t;

	t = ticks();
	fn(w);
	timed_ns += ticks_ns(ticks() - t);
}

/* Minimum of many runs, per packet. */
static double
bench_time(const struct bcase *bc, const struct side *sd)
{
	struct world *w = &the_world;
	unsigned int i;
	double best;
	bool good;

	best = 1e9;
	good = world_open(w, bc, sd);
	for (i = 0; i < TIMED_RUNS && good; i++) {
		timed_ns = 0;
		good = world_run(w, false, timed);
		if (timed_ns < best)
			best = timed_ns;
	}
	world_close(w);
	return (best / RUN);
}

/* ---- instructions */

/* "totals: N" of one dump, or -1. */
static double
count_read(const char *path)
{
	char line[256];
	double total;
	FILE *f;

	total = -1;
	f = fopen(path, "r");
	if (f == NULL)
		return (total);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "totals: ", 8) == 0)
			total = strtod(line + 8, NULL);
	}
	fclose(f);
	return (total);
}

/* Run ourselves under callgrind; dumps go to dir/cg.1, dir/cg.2 ... */
static bool
count_run(const char *self, const char *dir)
{
	char out[192];
	pid_t pid;
	int status;

	snprintf(out, sizeof(out), "--callgrind-out-file=%s/cg", dir);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execlp("valgrind", "valgrind", "-q", "--tool=callgrind",
		    "--collect-atstart=no", "--toggle-collect=bench_measured",
		    "--dump-after=bench_mark", out, self, "--count",
		    (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return (false);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return (true);
	fprintf(stderr, "ena-bench: %s\n", WIFEXITED(status) &&
	    WEXITSTATUS(status) == 127 ? "no valgrind" :
	    "the run under valgrind failed");
	return (false);
}

static bool
count_all(const char *self, struct figure fig[CASES][SIDES])
{
	char dir[128], path[160];
	const char *tmp;
	unsigned int i;
	double total;
	bool good;

	tmp = getenv("TMPDIR");
	snprintf(dir, sizeof(dir), "%s/ena-bench.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return (false);
	}
	good = count_run(self, dir);
	for (i = 0; i < CASES * SIDES; i++) {
		snprintf(path, sizeof(path), "%s/cg.%u", dir, i + 1);
		total = count_read(path);
		unlink(path);
		if (total < 0)
			good = false;
		fig[i / SIDES][i % SIDES].fi_ir = total / RUN / RUNS;
	}
	snprintf(path, sizeof(path), "%s/cg", dir);
	unlink(path);
	rmdir(dir);
	return (good);
}

/* ---- report */

static const char *
verdict(const struct bcase *bc, double ir)
{
	if (bc->bc_budget == 0)
		return ("-");
	if (ir > ALLOWED(bc->bc_budget))
		return ("OVER");
	return (ir <= ALLOWED(bc->bc_stretch) ? "stretch" : "budget");
}

static void
report_table(struct figure fig[CASES][SIDES])
{
	unsigned int i;

	printf("%s: instructions (and ns) a packet, rings of %u, runs of %u\n",
	    COMPILER, DEPTH, RUN);
	printf("%-24s %7s %7s %7s %7s  %-8s %6s %6s\n", "case", "floor",
	    "ours", "budget", "stretch", "verdict", "ns", "floor");
	for (i = 0; i < CASES; i++)
		printf("%-24s %7.1f %7.1f %7.1f %7.1f  %-8s %6.2f %6.2f\n",
		    cases[i].bc_name, fig[i][1].fi_ir, fig[i][0].fi_ir,
		    ALLOWED(cases[i].bc_budget), ALLOWED(cases[i].bc_stretch),
		    verdict(&cases[i], fig[i][0].fi_ir), fig[i][0].fi_ns,
		    fig[i][1].fi_ns);
}

static void
report_machine(struct figure fig[CASES][SIDES])
{
	unsigned int i;

	for (i = 0; i < CASES; i++)
		printf("ena-bench cc=%s case=%s ir=%.2f floor=%.2f "
		    "budget=%.2f stretch=%.2f verdict=%s ns=%.2f "
		    "floor_ns=%.2f rings=%016llx\n", COMPILER,
		    cases[i].bc_name, fig[i][0].fi_ir, fig[i][1].fi_ir,
		    ALLOWED(cases[i].bc_budget), ALLOWED(cases[i].bc_stretch),
		    verdict(&cases[i], fig[i][0].fi_ir), fig[i][0].fi_ns,
		    fig[i][1].fi_ns, (unsigned long long)fig[i][0].fi_hash);
}

static int
report(const char *self, bool gate, bool machine)
{
	static struct figure fig[CASES][SIDES];
	unsigned int i, over, s;

	/* once without valgrind: the rings must be right before they count */
	if (!bench_all(fig) || !count_all(self, fig))
		return (2);
	ticks_calibrate();
	over = 0;
	for (i = 0; i < CASES; i++) {
		for (s = 0; s < SIDES; s++)
			fig[i][s].fi_ns = bench_time(&cases[i], sides[s]);
		if (fig[i][0].fi_hash != fig[i][1].fi_hash) {
			fprintf(stderr, "ena-bench: %s: rings differ\n",
			    cases[i].bc_name);
			return (2);
		}
		over += cases[i].bc_budget != 0 &&
		    fig[i][0].fi_ir > ALLOWED(cases[i].bc_budget);
	}
	report_table(fig);
	if (machine)
		report_machine(fig);
	return (gate && over != 0 ? 1 : 0);
}

static int
memory(void)
{
	size_t bytes;

	bytes = world_memory();
	printf("memory: struct ena_dev %u, pair of depth %u %u, together %u "
	    "of %u bytes\n", (unsigned int)sizeof(struct ena_dev), DEPTH,
	    (unsigned int)ena_queue_mem_size(DEPTH, DEPTH),
	    (unsigned int)bytes, MEMORY_BUDGET);
	return (bytes <= MEMORY_BUDGET ? 0 : 1);
}

int
main(int argc, char **argv)
{
	static struct figure fig[CASES][SIDES];
	bool gate, machine;
	int i;

	gate = false;
	machine = false;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--gate") == 0)
			gate = true;
		else if (strcmp(argv[i], "--machine") == 0)
			machine = true;
		else if (strcmp(argv[i], "--count") == 0)
			return (bench_all(fig) ? 0 : 2);
		else if (strcmp(argv[i], "--check") == 0)
			return (bench_all(fig) && check_random(i + 1 < argc ?
			    strtoull(argv[i + 1], NULL, 0) : 1) ? 0 : 2);
		else if (strcmp(argv[i], "--memory") == 0)
			return (memory());
		else {
			fprintf(stderr, "usage: ena-bench [--gate] "
			    "[--machine] | --check [seed] | --count | "
			    "--memory\n");
			return (2);
		}
	}
	return (report(argv[0], gate, machine));
}
