/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-trace: look at transcripts of the device model.
 *
 *	ena-trace [options] [FILE ...]		for people
 *	ena-trace --summary [FILE ...]
 *	ena-trace --normal [FILE]		without what may differ
 *	ena-trace diff [options] A B
 *
 * Exit: 0 ok (diff: same), 1 diff: different, 2 trouble.  Lines that are
 * wrong are trouble, but what is good in the file is shown all the same.
 */
#include "trace.h"

#include <errno.h>
#include <getopt.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum mode { PRINT, SUMMARY, NORMAL, DIFF };

struct options {
	enum mode mode;
	struct tr_view view;
	struct tr_compare cmp;
	const char *color;		/* "auto", "always", "never" */
	char *names;
};

enum { O_COLOR = 256, O_FROM, O_TO, O_SUMMARY, O_BRING_UP, O_ABSOLUTE,
    O_NIC, O_NORMAL, O_IGNORE, O_NAMES, O_CONTEXT, O_TERSE, O_MARKDOWN,
    O_EXPLAINED, O_ADDRESSES };

static const struct option longopts[] = {
	{ "color", required_argument, NULL, O_COLOR },
	{ "only", required_argument, NULL, 'o' },
	{ "grep", required_argument, NULL, 'g' },
	{ "from", required_argument, NULL, O_FROM },
	{ "to", required_argument, NULL, O_TO },
	{ "nic", required_argument, NULL, O_NIC },
	{ "absolute", no_argument, NULL, O_ABSOLUTE },
	{ "bring-up", no_argument, NULL, O_BRING_UP },
	{ "summary", no_argument, NULL, O_SUMMARY },
	{ "normal", no_argument, NULL, O_NORMAL },
	{ "ignore", required_argument, NULL, 'i' },
	{ "names", required_argument, NULL, O_NAMES },
	{ "context", required_argument, NULL, O_CONTEXT },
	{ "terse", no_argument, NULL, O_TERSE },
	{ "markdown", no_argument, NULL, O_MARKDOWN },
	{ "explained", required_argument, NULL, O_EXPLAINED },
	{ "addresses", no_argument, NULL, O_ADDRESSES },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void
help(void)
{
	(void)printf(
"usage: ena-trace [options] [FILE ...]\n"
"       ena-trace diff [options] A B\n"
"\n"
"Shows transcripts of the device model (ena-demo --transcript,\n"
"ena-vfio-user --transcript), decoded; - or no FILE is standard input.\n"
"\n"
"      --only KIND[,KIND]  create flr write read readless reset status cmd\n"
"                          completion event aenq interrupt tx txc rx rxc\n"
"                          link rule fatal fault hit llq phc; doorbell\n"
"                          unmask head numa; admin data reg trouble\n"
"      --grep REGEX        steps whose text has it; case does not matter\n"
"      --from TIME, --to TIME   after the first line: 1.5, 20ms, 300us\n"
"      --nic NAME          of several adapters; diff takes the first\n"
"      --bring-up          end before the first packet\n"
"      --absolute          times as they are in the file\n"
"      --color WHEN        always, never, auto (a terminal, no NO_COLOR)\n"
"      --summary           counts, commands, first failure, broken rules\n"
"      --normal            without what may differ between two runs\n"
"\n"
"diff compares two transcripts, or what --normal wrote, step by step.  It\n"
"does not look at times, addresses (but: none or one), MAC address, ids and\n"
"random keys, nor at what the device does on its own.\n"
"\n"
"      --ignore PATTERN    of a step, a field, or \"step field\"; repeat\n"
"      --names A,B         what to call the two\n"
"      --context N         equal steps around a difference (3)\n"
"      --addresses         also which address is used again\n"
"      --terse             a line for each difference\n"
"      --explained FILE    lines as of --terse with a reason below each;\n"
"                          different is what has no reason here, or a\n"
"                          reason here and no difference; repeat\n"
"      --markdown          with --explained: reasons and differences\n"
"\n"
"Exit: 0 ok or the same, 1 different, 2 trouble.\n");
}

static void usage(const char *, const char *) __attribute__((__noreturn__));

static void
usage(const char *what, const char *arg)
{
	(void)fprintf(stderr, "ena-trace: %s: %s\nena-trace --help tells the "
	    "options\n", arg, what);
	exit(2);
}

/* "1.5", "20ms", "300us", "2s" */
static uint64_t
time_of(const char *text)
{
	double v;
	char *end;

	v = strtod(text, &end);
	if (end == text || !(v >= 0))
		usage("not a time", text);
	if (strcmp(end, "us") == 0)
		v /= 1e6;
	else if (strcmp(end, "ms") == 0)
		v /= 1e3;
	else if (*end != '\0' && strcmp(end, "s") != 0)
		usage("not a time", text);
	if (v > 1e12)
		usage("too late", text);
	return ((uint64_t)(v * 1e6 + 0.5));
}

static void
check_regex(const char *text)
{
	regex_t re;

	if (regcomp(&re, text, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		usage("not a regular expression", text);
	regfree(&re);
}

static void
set_names(struct options *o, const char *text)
{
	char *comma;

	free(o->names);
	o->names = tr_dup(text);
	comma = strchr(o->names, ',');
	if (comma == NULL || comma == o->names || comma[1] == '\0')
		usage("--names wants A,B", text);
	*comma = '\0';
	o->cmp.c_name[0] = o->names;
	o->cmp.c_name[1] = comma + 1;
}

static void
diff_option(struct options *o, int c, const char *arg)
{
	uint64_t v;

	switch (c) {
	case 'i':
		if (o->cmp.c_nignore == TR_IGNORES)
			usage("too many --ignore", arg);
		o->cmp.c_ignore[o->cmp.c_nignore++] = arg;
		break;
	case O_NAMES:
		set_names(o, arg);
		break;
	case O_CONTEXT:
		if (!tr_number(arg, TR_STEPS, &v))
			usage("not a number", arg);
		o->cmp.c_context = (unsigned int)v;
		break;
	case O_TERSE:
		o->cmp.c_style = TR_TERSE;
		break;
	case O_MARKDOWN:
		o->cmp.c_style = TR_MARKDOWN;
		break;
	case O_EXPLAINED:
		if (o->cmp.c_nexplained == TR_WHYS)
			usage("too many --explained", arg);
		o->cmp.c_explained[o->cmp.c_nexplained++] = arg;
		break;
	case O_ADDRESSES:
		o->cmp.c_addresses = true;
		break;
	default:
		usage("option", "unknown");
	}
	if (o->mode != DIFF)
		usage("is for \"ena-trace diff\"", "this option");
}

static void
option(struct options *o, int c, const char *arg)
{
	switch (c) {
	case O_COLOR:
		if (strcmp(arg, "auto") != 0 && strcmp(arg, "always") != 0 &&
		    strcmp(arg, "never") != 0)
			usage("--color is always, never or auto", arg);
		o->color = arg;
		break;
	case 'o':
		if (!tr_only_valid(arg))
			usage("has an unknown kind", arg);
		o->view.v_only = arg;
		break;
	case 'g':
		check_regex(arg);
		o->view.v_grep = arg;
		break;
	case O_FROM:
		o->view.v_from = time_of(arg);
		break;
	case O_TO:
		o->view.v_to = time_of(arg);
		break;
	case O_NIC:
		o->view.v_nic = arg;
		break;
	case O_ABSOLUTE:
		o->view.v_absolute = true;
		break;
	case O_BRING_UP:
		o->view.v_bring_up = true;
		break;
	case O_SUMMARY:
	case O_NORMAL:
		if (o->mode == DIFF)
			usage("not with diff", "this option");
		o->mode = c == O_SUMMARY ? SUMMARY : NORMAL;
		break;
	case 'h':
		help();
		exit(0);
	case '?':
		(void)fprintf(stderr, "ena-trace --help tells the options\n");
		exit(2);
	default:
		diff_option(o, c, arg);
		break;
	}
}

static void
choose_color(struct options *o)
{
	const char *no;
	bool on;

	no = getenv("NO_COLOR");
	on = strcmp(o->color, "always") == 0 ||
	    (strcmp(o->color, "auto") == 0 && isatty(STDOUT_FILENO) == 1 &&
	    (no == NULL || *no == '\0'));
	o->view.v_color = o->cmp.c_color = on;
}

/* ---- files */

static FILE *
open_file(const char **name)
{
	FILE *f;

	if (strcmp(*name, "-") == 0) {
		*name = "standard input";
		return (stdin);
	}
	f = fopen(*name, "r");
	if (f == NULL)
		(void)fprintf(stderr, "ena-trace: %s: %s\n", *name,
		    strerror(errno));
	return (f);
}

static bool
load(struct tr_norm *n, const char *name, const struct tr_view *v)
{
	struct tr_reader *r;
	FILE *f;
	bool ok;

	tr_norm_init(n);
	f = open_file(&name);
	if (f == NULL)
		return (false);
	r = tr_alloc(1, sizeof(*r));
	tr_reader_init(r, f, name);
	ok = tr_norm_load(n, r, v);
	if (ok && n->n == 0) {
		(void)fprintf(stderr, "ena-trace: %s: nothing to compare\n",
		    name);
		ok = false;
	}
	if (f != stdin)
		(void)fclose(f);
	free(r);
	return (ok);
}

/* One file, any mode but diff. */
static bool
show(const struct options *o, const char *name)
{
	struct tr_reader *r;
	struct tr_norm n;
	FILE *f;
	bool ok;

	if (o->mode == NORMAL) {
		ok = load(&n, name, &o->view);
		tr_norm_write(&n, stdout);
		tr_norm_free(&n);
		return (ok);
	}
	f = open_file(&name);
	if (f == NULL)
		return (false);
	r = tr_alloc(1, sizeof(*r));
	tr_reader_init(r, f, name);
	ok = o->mode == SUMMARY ? tr_summary(r, &o->view, stdout) :
	    tr_print(r, &o->view, stdout);
	if (f != stdin)
		(void)fclose(f);
	free(r);
	return (ok);
}

static int
diff(const struct options *o, char **names)
{
	struct tr_norm a, b;
	int code;

	code = 2;
	if (load(&a, names[0], &o->view)) {
		if (load(&b, names[1], &o->view))
			code = tr_report(&a, &b, &o->cmp, stdout);
		tr_norm_free(&b);
	}
	tr_norm_free(&a);
	return (code);
}

static int
run(const struct options *o, int n, char **names)
{
	int code, i;

	if (o->mode == DIFF) {
		if (n != 2)
			usage("wants two files", "diff");
		return (diff(o, names));
	}
	if (n == 0)
		return (show(o, "-") ? 0 : 2);
	for (code = i = 0; i < n; i++) {
		if (n > 1)
			(void)printf("%s==> %s <==\n", i > 0 ? "\n" : "",
			    names[i]);
		if (!show(o, names[i]))
			code = 2;
	}
	return (code);
}

int
main(int argc, char **argv)
{
	struct options o;
	int c, code;

	memset(&o, 0, sizeof(o));
	o.color = "auto";
	o.view.v_to = UINT64_MAX;
	o.cmp.c_name[0] = "A";
	o.cmp.c_name[1] = "B";
	o.cmp.c_context = 3;
	if (argc > 1 && strcmp(argv[1], "diff") == 0) {
		o.mode = DIFF;
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	while ((c = getopt_long(argc, argv, "i:o:g:h", longopts, NULL)) != -1)
		option(&o, c, optarg);
	if (o.cmp.c_style == TR_MARKDOWN && o.cmp.c_nexplained == 0)
		usage("needs --explained", "--markdown");
	choose_color(&o);
	code = run(&o, argc - optind, argv + optind);
	free(o.names);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "ena-trace: cannot write: %s\n",
		    strerror(errno));
		code = 2;
	}
	return (code);
}
