/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated world: making it, its records, its reports.
 *
 * Everything that differs between two runs comes from the seed.  No address,
 * wall clock or libc random number ever enters a result.
 */
#include "sim_priv.h"

static struct sim *sim_current;		/* for assertions without a handle */
static void (*sim_panic_fn)(const char *);
static bool sim_silent;

/* ---- randomness: splitmix64 */

uint64_t
sim_rand64(struct sim *s)
{
	uint64_t z;

	s->sm_rng += 0x9e3779b97f4a7c15ULL;
	z = s->sm_rng;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31));
}

uint32_t
sim_rand(struct sim *s, uint32_t below)
{
	return (below == 0 ? 0 : (uint32_t)((sim_rand64(s) >> 32) % below));
}

/* us and up to jitter_pct percent more. */
uint32_t
sim_jitter(struct sim *s, uint32_t us)
{
	uint64_t extra;

	if (s->sm_opt.jitter_pct == 0)
		return (us);
	extra = (uint64_t)us * sim_rand(s, s->sm_opt.jitter_pct + 1) / 100;
	return (us + (uint32_t)extra);
}

/* ---- the world */

void
sim_options_default(struct sim_options *o)
{
	memset(o, 0, sizeof(*o));
	o->wire_us = 5;
	o->irq_us = 2;
	o->tick_us = 1000000;
	o->jitter_pct = 20;
	o->limit_us = 3600ULL * 1000000;
}

struct sim *
sim_create(const struct sim_options *opt, const char *name, uint64_t seed)
{
	struct sim *s;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return (NULL);
	sim_options_default(&s->sm_opt);
	if (opt != NULL)
		s->sm_opt = *opt;
	s->sm_name = name;
	s->sm_seed = seed;
	s->sm_rng = seed;
	sim_current = s;
	return (s);
}

static void
adapter_free(struct sim_adapter *ad)
{
	if (ad->ad_nic != NULL)
		nic_destroy(ad->ad_nic);
	mock_destroy(ad->ad_mock);
	while (ad->ad_blocks != NULL)
		sim_region_remove(ad->ad_blocks);
	while (ad->ad_bufs != NULL)
		sim_region_remove(ad->ad_bufs);
	free(ad->ad_staged);
	free(ad->ad_wc);
	free(ad);
}

void
sim_destroy(struct sim *s)
{
	struct sim_adapter *ad;
	struct sim_frame *fr;

	if (s == NULL)
		return;
	while ((fr = s->sm_wire) != NULL) {
		s->sm_wire = fr->fr_next;
		free(fr);
	}
	while ((ad = s->sm_adapters) != NULL) {
		s->sm_adapters = ad->ad_next;
		adapter_free(ad);
	}
	if (sim_current == s)
		sim_current = NULL;
	free(s);
}

/* ---- adapters */

struct sim_spec *
sim_spec(struct sim_spec *sp, const char *profile)
{
	const struct mock_profile *p;
	struct ena_config *cf = &sp->config;

	memset(sp, 0, sizeof(*sp));
	p = mock_profile_find(profile);
	if (p == NULL)
		sim_panic(sim_current, "no such profile");
	sp->profile = *p;
	mock_options_default(&sp->mock);
	sp->mock.seed = 0;
	cf->cf_os_type = ENA_OS_TYPE_FREEBSD;
	cf->cf_os_dist = "simulated";
	cf->cf_cpus = 4;
	cf->cf_revision = p->revision;
	cf->cf_bar0_bytes = p->bar0_bytes;
	cf->cf_bar2_bytes = p->bar2_bytes;
	sp->nic.vectors = p->msix_vectors;
	return (sp);
}

static void
adapter_rule(void *arg, const struct mock_rule_report *r)
{
	static const char *const strength[] = { "advice", "status", "fatal" };
	struct sim_adapter *ad = arg;
	char line[SIM_TEXT];

	/* a record of its own would count twice: the model keeps score */
	snprintf(line, sizeof(line), "%s rule %s (section %s)",
	    strength[r->strength], r->id, r->section);
	sim_logline(ad->ad_sim, "A%u model: %s: %s", ad->ad_index, line,
	    r->msg);
}

static void
adapter_line(void *arg, const char *line)
{
	sim_trace(arg, "dev %s", line);
}

static uint64_t
adapter_now(void *arg)
{
	const struct sim_adapter *ad = arg;

	return (ad->ad_sim->sm_now);
}

static void
adapter_make(struct sim_adapter *ad)
{
	struct mock_bus bus;
	enum ena_result why;

	memset(&bus, 0, sizeof(bus));
	bus.arg = ad;
	bus.dma_read = sim_dma_read;
	bus.dma_write = sim_dma_write;
	bus.raise_vector = sim_raise;
	bus.frame_out = sim_frame_out;
	bus.now_us = adapter_now;
	bus.rule_broken = adapter_rule;
	bus.trace = adapter_line;
	if (ad->ad_spec.mock.seed == 0)
		ad->ad_spec.mock.seed = sim_rand64(ad->ad_sim);
	ad->ad_spec.mock.mac[5] = (uint8_t)(ad->ad_spec.mock.mac[5] +
	    ad->ad_index);
	ad->ad_mock = mock_create(&ad->ad_spec.profile, &ad->ad_spec.mock,
	    &bus);
	if (ad->ad_mock != NULL)
		ad->ad_nic = nic_create(&ad->ad_os, &ad->ad_spec.config,
		    &ad->ad_spec.nic, &ad->ad_host, &why);
}

struct sim_adapter *
sim_add(struct sim *s, const struct sim_spec *spec)
{
	struct sim_adapter *ad, **link;
	unsigned int i;

	ad = calloc(1, sizeof(*ad));
	if (ad == NULL)
		return (NULL);
	ad->ad_sim = s;
	ad->ad_index = s->sm_nadapters;
	ad->ad_spec = *spec;
	ad->ad_os.os_ad = ad;
	ad->ad_gen = 1;
	ad->ad_bus_master = true;
	ad->ad_tick = SIM_NEVER;
	if (s->sm_opt.tick_us != 0)
		ad->ad_tick = s->sm_now + sim_jitter(s, s->sm_opt.tick_us);
	for (i = 0; i < SIM_VECTORS; i++)
		ad->ad_irq[i] = SIM_NEVER;
	sim_host_init(ad);
	adapter_make(ad);
	if (ad->ad_nic == NULL) {
		adapter_free(ad);
		return (NULL);
	}
	for (link = &s->sm_adapters; *link != NULL; link = &(*link)->ad_next)
		continue;
	*link = ad;
	s->sm_nadapters++;
	return (ad);
}

struct nic *
sim_nic(struct sim_adapter *ad)
{
	return (ad->ad_nic);
}

struct ena_dev *
sim_dev(struct sim_adapter *ad)
{
	return (nic_dev(ad->ad_nic));
}

struct ena_os *
sim_os(struct sim_adapter *ad)
{
	return (&ad->ad_os);
}

struct mockdev *
sim_mock(struct sim_adapter *ad)
{
	return (ad->ad_mock);
}

struct sim *
sim_of(struct sim_adapter *ad)
{
	return (ad->ad_sim);
}

unsigned int
sim_index(const struct sim_adapter *ad)
{
	return (ad->ad_index);
}

struct sim_adapter *
sim_nth(struct sim *s, unsigned int i)
{
	struct sim_adapter *ad;

	for (ad = s->sm_adapters; ad != NULL && i > 0; ad = ad->ad_next)
		i--;
	return (ad);
}

void
sim_connect(struct sim_adapter *a, struct sim_adapter *b)
{
	a->ad_peer = b;
	b->ad_peer = a;
}

void
sim_on_rx(struct sim_adapter *ad, sim_rx_fn *fn, void *arg)
{
	ad->ad_rx = fn;
	ad->ad_rx_arg = arg;
}

void
sim_on_wire(struct sim *s, sim_wire_fn *fn, void *arg)
{
	s->sm_wire_fn = fn;
	s->sm_wire_arg = arg;
}

void
sim_on_trace(struct sim *s, sim_line_fn *fn, void *arg)
{
	s->sm_trace_fn = fn;
	s->sm_trace_arg = arg;
}

enum ena_result
sim_trouble(const struct sim_adapter *ad)
{
	return (ad->ad_trouble);
}

void
sim_trouble_clear(struct sim_adapter *ad)
{
	ad->ad_trouble = ENA_OK;
}

unsigned int
sim_recoveries(const struct sim_adapter *ad)
{
	return (ad->ad_recoveries);
}

void
sim_pull(struct sim_adapter *ad)
{
	struct mock_fault_arm arm;

	memset(&arm, 0, sizeof(arm));
	arm.f = MOCK_F_GONE;
	arm.times = 1;
	mock_fault(ad->ad_mock, &arm);
}

void
sim_bus_master(struct sim_adapter *ad, bool on)
{
	ad->ad_bus_master = on;
}

void
sim_starve(struct sim_adapter *ad, bool on)
{
	ad->ad_starved = on;
}

void
sim_lose_intr(struct sim_adapter *ad, unsigned int n)
{
	ad->ad_lose = n;
}

/* ---- records */

void
sim_blame(struct sim_adapter *ad, const char *fmt, ...)
{
	struct sim *s = ad->ad_sim;
	char text[SIM_TEXT - 16];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (s->sm_nviol < SIM_KEPT)
		snprintf(s->sm_viol[s->sm_nviol], SIM_TEXT, "A%u: %s",
		    ad->ad_index, text);
	s->sm_nviol++;
	sim_trace(ad, "violation %s", text);
}

unsigned int
sim_violations(const struct sim *s)
{
	return (s->sm_nviol);
}

const char *
sim_violation(const struct sim *s, unsigned int i)
{
	return (i < s->sm_nviol && i < SIM_KEPT ? s->sm_viol[i] : NULL);
}

void
sim_violations_clear(struct sim *s)
{
	s->sm_nviol = 0;
}

unsigned int
sim_violations_forgive(struct sim *s, const char *text)
{
	unsigned int had, i, kept;

	had = s->sm_nviol < SIM_KEPT ? s->sm_nviol : SIM_KEPT;
	for (i = kept = 0; i < had; i++)
		if (strstr(s->sm_viol[i], text) == NULL) {
			if (i != kept)
				memcpy(s->sm_viol[kept], s->sm_viol[i],
				    SIM_TEXT);
			kept++;
		}
	s->sm_nviol -= had - kept;
	return (had - kept);
}

unsigned int
sim_refused(const struct sim_adapter *ad)
{
	return (ad->ad_refused);
}

unsigned int
sim_blocks(const struct sim_adapter *ad)
{
	return (ad->ad_nblocks);
}

unsigned int
sim_bufs(const struct sim_adapter *ad)
{
	return (ad->ad_nbufs);
}

bool
sim_lawful(const struct sim *s)
{
	const struct sim_adapter *ad;
	struct mock_stats st;

	if (s->sm_nviol != 0)
		return (false);
	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next) {
		mock_get_stats(ad->ad_mock, &st);
		if (st.rules_fatal + st.rules_status + st.rules_advice != 0)
			return (false);
	}
	return (true);
}

bool
sim_clean(const struct sim *s)
{
	const struct sim_adapter *ad;

	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next)
		if (ad->ad_nblocks != 0 || ad->ad_nbufs != 0 ||
		    nic_bufs_out(ad->ad_nic) != 0)
			return (false);
	return (sim_lawful(s));
}

/* ---- log and transcript */

void
sim_vlogline(struct sim *s, const char *head, const char *fmt, va_list ap)
{
	char *line = s->sm_log[s->sm_nlog % SIM_LOG];
	size_t n;

	n = strlen(head);
	memcpy(line, head, n + 1);
	vsnprintf(line + n, SIM_TEXT - n, fmt, ap);
	s->sm_nlog++;
	if (s->sm_trace_fn != NULL)
		s->sm_trace_fn(s->sm_trace_arg, line);
}

void
sim_logline(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sim_vlogline(s, "", fmt, ap);
	va_end(ap);
}

const char *
sim_log(const struct sim *s, unsigned int back)
{
	if (back >= SIM_LOG || back >= s->sm_nlog)
		return (NULL);
	return (s->sm_log[(s->sm_nlog - 1 - back) % SIM_LOG]);
}

bool
sim_logged(const struct sim *s, const char *text)
{
	const char *line;
	unsigned int i;

	for (i = 0; (line = sim_log(s, i)) != NULL; i++)
		if (strstr(line, text) != NULL)
			return (true);
	return (false);
}

void
sim_trace(struct sim_adapter *ad, const char *fmt, ...)
{
	struct sim *s = ad->ad_sim;
	char text[SIM_TEXT];
	va_list ap;
	int n;

	if (s->sm_trace_fn == NULL)
		return;
	n = snprintf(text, sizeof(text), "%llu A%u ",
	    (unsigned long long)s->sm_now, ad->ad_index);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	s->sm_trace_fn(s->sm_trace_arg, text);
}

/* ---- failure injection and replay */

void
sim_fail_at(struct sim *s, uint64_t n)
{
	s->sm_fail_at = n;
	s->sm_failed = NULL;
}

uint64_t
sim_ops(const struct sim *s)
{
	return (s->sm_ops);
}

const char *
sim_failed_kind(const struct sim *s)
{
	return (s->sm_failed);
}

void
sim_set_fault(struct sim *s, const char *text)
{
	s->sm_fault = text;
}

/* Count an operation that may fail; true if it is to fail now. */
bool
sim_fails(struct sim *s, const char *kind)
{
	s->sm_ops++;
	if (s->sm_ops != s->sm_fail_at)
		return (false);
	s->sm_failed = kind;
	return (true);
}

const char *
sim_replay(const struct sim *s)
{
	static char id[SIM_TEXT];

	if (s->sm_fail_at != 0)
		snprintf(id, sizeof(id), "%s:s=%llx:f=%llu.%s", s->sm_name,
		    (unsigned long long)s->sm_seed,
		    (unsigned long long)s->sm_fail_at,
		    s->sm_failed != NULL ? s->sm_failed : "pending");
	else
		snprintf(id, sizeof(id), "%s:s=%llx:f=%s", s->sm_name,
		    (unsigned long long)s->sm_seed,
		    s->sm_fault != NULL ? s->sm_fault : "0");
	return (id);
}

void
sim_report(const struct sim *s, FILE *f)
{
	const struct sim_adapter *ad;
	const char *line;
	struct mock_stats st;
	unsigned int i;

	fprintf(f, "---- %s at %llu us, %llu operations\n", sim_replay(s),
	    (unsigned long long)s->sm_now, (unsigned long long)s->sm_ops);
	for (i = 0; (line = sim_violation(s, i)) != NULL; i++)
		fprintf(f, "violation %s\n", line);
	if (s->sm_nviol > SIM_KEPT)
		fprintf(f, "and %u more\n", s->sm_nviol - SIM_KEPT);
	for (ad = s->sm_adapters; ad != NULL; ad = ad->ad_next) {
		mock_get_stats(ad->ad_mock, &st);
		fprintf(f, "A%u: %u blocks, %u buffers, %u refused, rules "
		    "broken %llu/%llu/%llu, trouble %s%s\n", ad->ad_index,
		    ad->ad_nblocks, ad->ad_nbufs, ad->ad_refused,
		    (unsigned long long)st.rules_fatal,
		    (unsigned long long)st.rules_status,
		    (unsigned long long)st.rules_advice,
		    ena_result_name(ad->ad_trouble),
		    mock_is_fatal(ad->ad_mock) ? ", FATAL" : "");
		nic_print(ad->ad_nic, f);
	}
	for (i = SIM_LOG; i > 0; i--)
		if ((line = sim_log(s, i - 1)) != NULL)
			fprintf(f, "log %s\n", line);
}

void
sim_on_panic(void (*fn)(const char *))
{
	sim_panic_fn = fn;
}

void
sim_quiet(bool on)
{
	sim_silent = on;
}

void
sim_panic(struct sim *s, const char *why)
{
	if (!sim_silent)
		fprintf(stderr, "panic: %s\n", why);
	if (!sim_silent && s != NULL)
		sim_report(s, stderr);
	if (sim_panic_fn != NULL)
		sim_panic_fn(why);
	abort();
}

void
sim_assert_failed(const char *what, const char *file, int line)
{
	char text[SIM_TEXT];

	snprintf(text, sizeof(text), "%s:%d: assertion %s", file, line, what);
	sim_panic(sim_current, text);
}

/* The host's own memory is not part of any experiment. */
void *
sim_need(struct sim *s, void *p)
{
	if (p == NULL)
		sim_panic(s, "the test machine is out of memory");
	return (p);
}
