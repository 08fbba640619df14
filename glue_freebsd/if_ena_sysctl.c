/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: sysctl(8), under the names that users of
 * ena(4) know.
 *
 * hw.ena is for all interfaces, dev.ena.N for one.  Numbers are counter(9)s
 * of the queues, counters of the core, or the device's own: those are asked
 * for when they are read, at most once a second, or by the tick where
 * stats_sample_interval says so.  Handlers hold os_admin (lane ADMIN), but
 * not while they talk to the user.
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "ena_paths.h"

#define ENA_HEX_KEY	(2 * sizeof(((struct ena_softc *)0)->sc_rss_key) + 1)
#define ENA_HOUR	3600

int ena_log_level = ENA_LOG_WARN;
int ena_9k_mbufs;
int ena_llq_size = 2;

static SYSCTL_NODE(_hw, OID_AUTO, ena, CTLFLAG_RD | CTLFLAG_MPSAFE, 0,
    "Elastic Network Adapter");
SYSCTL_INT(_hw_ena, OID_AUTO, log_level, CTLFLAG_RWTUN, &ena_log_level, 0,
    "0 errors, 1 warnings, 2 information, 3 debugging");
SYSCTL_INT(_hw_ena, OID_AUTO, enable_9k_mbufs, CTLFLAG_RDTUN, &ena_9k_mbufs,
    0, "Receive jumbo frames into 9k clusters instead of pages");
SYSCTL_INT(_hw_ena, OID_AUTO, force_large_llq_header, CTLFLAG_RDTUN,
    &ena_llq_size, 0,
    "LLQ entries: 0 128 bytes, 1 256 bytes, 2 as recommended, 3 no LLQ");
SYSCTL_CONST_STRING(_hw_ena, OID_AUTO, driver_version, CTLFLAG_RD,
    ENA_VERSION, "Version");

static const struct {
	const char	*name, *descr;
} ena_queue_names[] = {
#define ENA_NAME(_counter, _name, _descr)	{ _name, _descr },
	ENA_QUEUE_COUNTERS(ENA_NAME)
#undef ENA_NAME
};

/* Ask the device; it may be too busy, then the last answer has to do. */
static void
ena_ask(struct ena_softc *sc, uint64_t age_us)
{
	enum ena_state state = ena_dev_state(&sc->sc_core);
	uint64_t now = ena_os_now_us(&sc->sc_os);

	if ((state != ENA_STATE_RUNNING && state != ENA_STATE_CONFIGURED) ||
	    now - sc->sc_asked_us < age_us)
		return;
	sc->sc_asked_us = now;
	ena_report_read(&sc->sc_keep, &sc->sc_report);
}

/* Lane ADMIN, once a second. */
void
ena_sysctl_tick(struct ena_softc *sc)
{
	if (sc->sc_interval != 0)
		ena_ask(sc, sc->sc_interval * 1000000ULL - 500000);
}

static int
ena_sysctl_number(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	uint64_t val;

	sx_xlock(&sc->sc_os.os_admin);
	if (sc->sc_interval == 0)
		ena_ask(sc, 1000000);
	sc->sc_report.re_core = *ena_dev_stats(&sc->sc_core);
	memcpy(&val, (const char *)&sc->sc_report + arg2, sizeof(val));
	sx_xunlock(&sc->sc_os.os_admin);
	return (sysctl_handle_64(oidp, &val, 0, req));
}

/* ---- what may be changed */

enum ena_setting {
	ENA_SET_BUF_RING, ENA_SET_TX_DEPTH, ENA_SET_RX_DEPTH, ENA_SET_PAIRS,
	ENA_SET_INTERVAL, ENA_SET_DELAY,
	ENA_SET_BASE_CPU, ENA_SET_STRIDE	/* in a node of their own */
};
static const struct {
	const char	*name, *descr;
} ena_settings[] = {
	[ENA_SET_BUF_RING] = { "buf_ring_size",
	    "Packets that may wait for a transmit ring, a power of 2" },
	[ENA_SET_TX_DEPTH] = { "tx_queue_size",
	    "Entries of a transmit ring, a power of 2" },
	[ENA_SET_RX_DEPTH] = { "rx_queue_size",
	    "Entries of a receive ring, a power of 2" },
	[ENA_SET_PAIRS] = { "io_queues_nb", "Queues in use" },
	[ENA_SET_INTERVAL] = { "stats_sample_interval",
	    "Seconds between questions to the device; 0: when read" },
	[ENA_SET_DELAY] = { "interrupt_delay",
	    "Microseconds that an interrupt may wait, or less" },
	[ENA_SET_BASE_CPU] = { "base_cpu",
	    "CPU of the first queue; -1: near the adapter" },
	[ENA_SET_STRIDE] = { "cpu_stride",
	    "CPUs from one queue to the next" }
};

static int
ena_setting_get(struct ena_softc *sc, enum ena_setting what)
{
	const struct ena_plan *pl = &sc->sc_keep.k_plan;
	bool on = pl->pl_pairs != 0;

	switch (what) {
	case ENA_SET_BUF_RING:
		return ((int)sc->sc_br_size);
	case ENA_SET_TX_DEPTH:
		return ((int)(on ? pl->pl_tx_depth : sc->sc_tx_depth));
	case ENA_SET_RX_DEPTH:
		return ((int)(on ? pl->pl_rx_depth : sc->sc_rx_depth));
	case ENA_SET_PAIRS:
		return ((int)(on ? pl->pl_pairs : sc->sc_pairs));
	case ENA_SET_INTERVAL:
		return ((int)sc->sc_interval);
	case ENA_SET_DELAY:
		return ((int)sc->sc_delay);
	case ENA_SET_BASE_CPU:
		return (sc->sc_base_cpu);
	default:
		return (sc->sc_stride);
	}
}

static int
ena_setting_set(struct ena_softc *sc, enum ena_setting what, int val)
{
	unsigned int n = (unsigned int)val;

	switch (what) {
	case ENA_SET_BUF_RING:
		return (n < 2 || !powerof2(n) || n > 1U << 20 ? EINVAL :
		    ena_set_buf_ring(sc, n));
	case ENA_SET_TX_DEPTH:
		return (ena_set_rings(sc, sc->sc_pairs, n, sc->sc_rx_depth));
	case ENA_SET_RX_DEPTH:
		return (ena_set_rings(sc, sc->sc_pairs, sc->sc_tx_depth, n));
	case ENA_SET_PAIRS:
		return (n == 0 || n > sc->sc_nqueues ? EINVAL :
		    ena_set_rings(sc, n, sc->sc_tx_depth, sc->sc_rx_depth));
	case ENA_SET_INTERVAL:
		if (n > ENA_HOUR)
			return (EINVAL);
		sc->sc_interval = n;
		return (0);
	case ENA_SET_DELAY:
		if (ena_keep_moderate(&sc->sc_keep, n) != n)
			return (EINVAL);
		sc->sc_delay = n;
		return (0);
	case ENA_SET_BASE_CPU:
		if (val < -1 || val >= mp_ncpus)
			return (EINVAL);
		sc->sc_base_cpu = val;
		break;
	case ENA_SET_STRIDE:
		if (val < 0 || val > mp_ncpus)
			return (EINVAL);
		sc->sc_stride = val;
		break;
	}
	ena_affinity(sc);
	return (0);
}

static int
ena_sysctl_setting(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	enum ena_setting what = (enum ena_setting)arg2;
	int error, old, val;

	sx_xlock(&sc->sc_os.os_admin);
	val = old = ena_setting_get(sc, what);
	sx_xunlock(&sc->sc_os.os_admin);
	error = sysctl_handle_int(oidp, &val, 0, req);
	if (error != 0 || req->newptr == NULL || val == old)
		return (error);
	sx_xlock(&sc->sc_os.os_admin);
	error = sc->sc_suspended ? ENXIO : ena_setting_set(sc, what, val);
	sx_xunlock(&sc->sc_os.os_admin);
	return (error);
}

/* ---- RSS; a kernel with option RSS decides itself */

#ifndef RSS
/* Hand a setting to the device, whose answer decides.  Lane ADMIN. */
static int
ena_rss_done(struct ena_softc *sc, enum ena_result r)
{
	if (r == ENA_OK && !ena_keep_answer(&sc->sc_keep, r, &sc->sc_req))
		r = sc->sc_req.rq_busy ? ENA_BUSY : sc->sc_req.rq_result;
	return (ena_keep_errno(r));
}

static int
ena_sysctl_rss_key(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	char text[ENA_HEX_KEY];
	const uint8_t *key;
	unsigned int i;
	int error;

	sx_xlock(&sc->sc_os.os_admin);
	key = ena_rss_key(&sc->sc_core);
	for (i = 0; key != NULL && i < sizeof(sc->sc_rss_key); i++)
		snprintf(&text[2 * i], 3, "%02x", key[i]);
	sx_xunlock(&sc->sc_os.os_admin);
	if (key == NULL)
		return (EOPNOTSUPP);
	error = sysctl_handle_string(oidp, text, sizeof(text), req);
	if (error != 0 || req->newptr == NULL)
		return (error);
	sx_xlock(&sc->sc_os.os_admin);
	if (sc->sc_req.rq_busy)
		error = EBUSY;
	else if (!ena_parse_key(sc->sc_rss_key, text))
		error = EINVAL;
	if (error == 0)
		error = ena_rss_done(sc, ena_rss_key_set(&sc->sc_core,
		    sc->sc_rss_key, &sc->sc_req));
	sx_xunlock(&sc->sc_os.os_admin);
	return (error);
}

static int
ena_sysctl_rss_table(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	unsigned int i, n, queue;
	size_t len, used = 0;
	char *text;
	int error;

	n = ena_dev_info(&sc->sc_core)->in_rss_entries;
	len = n * sizeof("4095:127") + 1;
	text = malloc(len, M_DEVBUF, M_WAITOK | M_ZERO);
	sx_xlock(&sc->sc_os.os_admin);
	for (i = 0; i < n && used < len; i++) {
		if (ena_rss_queue(&sc->sc_core, i, &queue) != ENA_OK)
			break;
		used += (size_t)snprintf(text + used, len - used, "%s%u:%u",
		    i == 0 ? "" : " ", i, queue);
	}
	sx_xunlock(&sc->sc_os.os_admin);
	error = i < n || n == 0 ? EOPNOTSUPP :
	    sysctl_handle_string(oidp, text, len, req);
	if (error != 0 || req->newptr == NULL)
		goto out;
	sx_xlock(&sc->sc_os.os_admin);
	if (sc->sc_req.rq_busy)
		error = EBUSY;
	for (i = 0; i < n && error == 0; i++) {
		if (ena_rss_queue(&sc->sc_core, i, &queue) != ENA_OK)
			error = EBUSY;
		else
			sc->sc_rss_table[i] = (uint8_t)queue;
	}
	if (error == 0 && !ena_parse_table(sc->sc_rss_table, n,
	    sc->sc_nactive, text))
		error = EINVAL;
	if (error == 0)
		error = ena_rss_done(sc, ena_rss_table_set(&sc->sc_core,
		    sc->sc_rss_table, n, &sc->sc_req));
	sx_xunlock(&sc->sc_os.os_admin);
out:
	free(text, M_DEVBUF);
	return (error);
}
#endif /* !RSS */

/* ---- the tree */

static struct sysctl_oid_list *
ena_sysctl_node(struct ena_softc *sc, struct sysctl_oid_list *parent,
    const char *name, const char *descr)
{
	return (SYSCTL_CHILDREN(SYSCTL_ADD_NODE(&sc->sc_sysctl, parent,
	    OID_AUTO, name, CTLFLAG_RD | CTLFLAG_MPSAFE, NULL, descr)));
}

static void
ena_sysctl_queue(struct ena_queue *q, struct sysctl_oid_list *top)
{
	struct sysctl_ctx_list *ctx = &q->q_sc->sc_sysctl;
	struct sysctl_oid_list *rx, *tx;
	unsigned int i;
	char name[16];

	snprintf(name, sizeof(name), "queue%u", q->q_idx);
	top = ena_sysctl_node(q->q_sc, top, name, "Queue");
	SYSCTL_ADD_INT(ctx, top, OID_AUTO, "cpu", CTLFLAG_RD, &q->q_cpu, 0,
	    "CPU");
	SYSCTL_ADD_INT(ctx, top, OID_AUTO, "domain", CTLFLAG_RD,
	    &q->q_domain, 0, "NUMA domain");
	tx = ena_sysctl_node(q->q_sc, top, "tx_ring", "Transmit");
	rx = ena_sysctl_node(q->q_sc, top, "rx_ring", "Receive");
	for (i = 0; i < ENA_COUNTERS; i++)
		SYSCTL_ADD_COUNTER_U64(ctx, i < ENA_CNT_RX_PKTS ? tx : rx,
		    OID_AUTO, ena_queue_names[i].name, CTLFLAG_RD,
		    &q->q_cnt[i], ena_queue_names[i].descr);
}

/* Numbers of a node follow each other, so a node is made when it changes. */
static void
ena_sysctl_numbers(struct ena_softc *sc, struct sysctl_oid_list *top)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct sysctl_oid_list *list = top;
	const char *last = NULL, *node;
	const struct ena_path *pa;
	unsigned int i;

	for (i = 0; (pa = ena_path(i)) != NULL; i++) {
		if (!ena_path_there(in, pa))
			continue;
		node = ena_path_node(in, pa);
		if (node != NULL && (last == NULL || strcmp(node, last) != 0))
			list = ena_sysctl_node(sc, top, node, "Statistics");
		last = node;
		SYSCTL_ADD_PROC(&sc->sc_sysctl, list, OID_AUTO, pa->pa_name,
		    CTLTYPE_U64 | CTLFLAG_RD | CTLFLAG_MPSAFE, sc,
		    (intptr_t)pa->pa_off, ena_sysctl_number, "QU",
		    pa->pa_what);
	}
}

void
ena_sysctl_attach(struct ena_softc *sc)
{
	struct sysctl_ctx_list *ctx = &sc->sc_sysctl;
	struct sysctl_oid_list *list, *top;
	unsigned int i;

	top = SYSCTL_CHILDREN(device_get_sysctl_tree(sc->sc_dev));
	for (i = 0; i < sc->sc_nqueues; i++)
		ena_sysctl_queue(sc->sc_queues[i], top);
	ena_sysctl_numbers(sc, top);
	SYSCTL_ADD_COUNTER_U64(ctx, top, OID_AUTO, "interface_up",
	    CTLFLAG_RD, &sc->sc_ups, "Times the interface went up");
	SYSCTL_ADD_COUNTER_U64(ctx, top, OID_AUTO, "interface_down",
	    CTLFLAG_RD, &sc->sc_downs, "Times the interface went down");
	list = ena_sysctl_node(sc, top, "irq_affinity", "Placement");
	for (i = 0; i < nitems(ena_settings); i++)
		SYSCTL_ADD_PROC(ctx, i >= ENA_SET_BASE_CPU ? list :
		    top, OID_AUTO, ena_settings[i].name,
		    CTLTYPE_INT | CTLFLAG_RW | CTLFLAG_MPSAFE, sc, i,
		    ena_sysctl_setting, "I", ena_settings[i].descr);
#ifndef RSS
	list = ena_sysctl_node(sc, top, "rss", "Receive side scaling");
	SYSCTL_ADD_PROC(ctx, list, OID_AUTO, "key", CTLTYPE_STRING |
	    CTLFLAG_RW | CTLFLAG_MPSAFE, sc, 0, ena_sysctl_rss_key, "A",
	    "Hash key, 80 digits");
	SYSCTL_ADD_PROC(ctx, list, OID_AUTO, "indir_table", CTLTYPE_STRING |
	    CTLFLAG_RW | CTLFLAG_MPSAFE, sc, 0, ena_sysctl_rss_table, "A",
	    "Indirection table, index:queue");
	SYSCTL_ADD_U16(ctx, list, OID_AUTO, "indir_table_size", CTLFLAG_RD,
	    &sc->sc_core.dev_info.in_rss_entries, 0, "Its entries");
#endif
}
