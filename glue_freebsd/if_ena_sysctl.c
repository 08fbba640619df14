/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: sysctl(8), under the names that users of
 * ena(4) know.
 *
 * hw.ena is for all interfaces, dev.ena.N for one.  Numbers are counters of
 * the queues, of the core, or the device's own: those are asked for when they
 * are read, at most once a second, or by the tick where stats_sample_interval
 * says so.  Handlers hold os_admin (lane ADMIN), but not while they talk to
 * the user.
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "ena_paths.h"

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

/* What a queue counts, by enum ena_counter, and what its mbufs go through. */
#define ENA_CNT(c)	ENA_CNT_##c
#define ENA_MB(e)	ENA_COUNTERS + ENA_MB_##e

struct ena_number_name {
	const char	*name;
	unsigned int	 number;
	const char	*descr;
};
static const struct ena_number_name ena_tx_numbers[] = {
	{ "count", ENA_CNT(TX_PKTS), "Packets sent" },
	{ "bytes", ENA_CNT(TX_BYTES), "Bytes sent" },
	{ "prepare_ctx_err", ENA_MB(TX_BAD), "Dropped: cannot be sent" },
	{ "dma_mapping_err", ENA_MB(TX_NOMAP), "Dropped: not mapped" },
	{ "doorbells", ENA_CNT(TX_DOORBELLS), "Doorbells" },
	{ "missing_tx_comp", ENA_CNT(TX_OVERDUE), "Late completions" },
	{ "mbuf_collapses", ENA_MB(TX_SQUEEZED), "Copied into fewer pieces" },
	{ "mbuf_collapse_err", ENA_MB(TX_STUCK), "Could not be" },
	{ "queue_wakeups", ENA_CNT(TX_WAKEUPS), "Room after a stop" },
	{ "queue_stops", ENA_CNT(TX_STOPS), "The ring was full" },
	{ "llq_buffer_copy", ENA_MB(TX_COPIED), "Headers gathered" },
	{ "buf_ring_drops", ENA_CNT(TX_DROPS), "Dropped: too many wait" },
	{ "unmask_interrupt_num", ENA_CNT(UNMASKS), "Interrupts asked for" },
};
static const struct ena_number_name ena_rx_numbers[] = {
	{ "count", ENA_CNT(RX_PKTS), "Frames received" },
	{ "bytes", ENA_CNT(RX_BYTES), "Bytes received" },
	{ "refil_partial", ENA_CNT(RX_PARTIAL), "Refills cut short" },
	{ "csum_bad", ENA_CNT(RX_CSUM_BAD), "Checksums that are wrong" },
	{ "csum_good", ENA_CNT(RX_CSUM_GOOD), "Checksums that are right" },
	{ "mbuf_alloc_fail", ENA_MB(RX_NOMBUF), "No cluster" },
	{ "mjum_alloc_fail", ENA_CNT(RX_NOJUMBO), "The same, above 2k" },
	{ "dma_mapping_err", ENA_MB(RX_NOMAP), "Clusters not mapped" },
	{ "empty_rx_ring", ENA_MB(RX_EMPTY), "Seconds without any buffer" },
};

static int
ena_sysctl_number(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	uint64_t val;

	sx_xlock(&sc->sc_os.os_admin);
	ena_report_fresh(&sc->sc_keep, &sc->sc_report,
	    sc->sc_set[ENA_SET_INTERVAL] == 0 ? 1000000 : UINT64_MAX);
	memcpy(&val, (const char *)&sc->sc_report + arg2, sizeof(val));
	sx_xunlock(&sc->sc_os.os_admin);
	return (sysctl_handle_64(oidp, &val, 0, req));
}

/* ---- what may be changed */

static const struct {
	const char	*name, *descr;
} ena_settings[ENA_SETTINGS] = {
	[ENA_PAIRS] = { "io_queues_nb", "Queues in use" },
	[ENA_TX_DEPTH] = { "tx_queue_size",
	    "Entries of a transmit ring, a power of 2" },
	[ENA_RX_DEPTH] = { "rx_queue_size",
	    "Entries of a receive ring, a power of 2" },
	[ENA_SET_BUF_RING] = { "buf_ring_size",
	    "Packets that may wait for a transmit ring, a power of 2" },
	[ENA_SET_INTERVAL] = { "stats_sample_interval",
	    "Seconds between questions to the device; 0: when read" },
	[ENA_SET_DELAY] = { "interrupt_delay",
	    "Microseconds that an interrupt may wait, or less" },
	[ENA_SET_BASE_CPU] = { "base_cpu",
	    "CPU of the first queue; -1: near the adapter" },
	[ENA_SET_STRIDE] = { "cpu_stride",
	    "CPUs from one queue to the next" }
};

/* May it be that?  By enum ena_setting. */
static bool
ena_setting_ok(int what, int val)
{
	switch (what) {
	case ENA_SET_BUF_RING:
		return (val >= 2 && powerof2(val) && val <= 1 << 20);
	case ENA_SET_INTERVAL:
		return (val >= 0 && val <= 3600);
	case ENA_SET_DELAY:
		return (val >= 0);
	case ENA_SET_BASE_CPU:
		return (val >= -1 && val < mp_ncpus);
	case ENA_SET_STRIDE:
		return (val >= 0 && val <= mp_ncpus);
	default:
		return (what != ENA_PAIRS || val != 0);
	}
}

static int
ena_setting_set(struct ena_softc *sc, int what, int val)
{
	if (!ena_keep_there(&sc->sc_keep))
		return (ENXIO);
	if (!ena_setting_ok(what, val))
		return (EINVAL);
	if (what < ENA_NUMBERS)
		return (ena_keep_errno(ena_keep_set(&sc->sc_keep,
		    (enum ena_number)what, (unsigned int)val)));
	if (what == ENA_SET_DELAY && ena_keep_moderate(&sc->sc_keep,
	    (uint32_t)val) != (uint32_t)val)
		return (EINVAL);
	sc->sc_set[what] = val;
	if (what == ENA_SET_BUF_RING)
		ena_set_buf_ring(sc, val);
	else if (what >= ENA_SET_BASE_CPU)
		ena_affinity(sc);
	return (0);
}

static int
ena_sysctl_setting(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	int error, old, val;

	sx_xlock(&sc->sc_os.os_admin);
	val = old = arg2 < ENA_NUMBERS ? (int)ena_keep_get(&sc->sc_keep,
	    (enum ena_number)arg2) : sc->sc_set[arg2];
	sx_xunlock(&sc->sc_os.os_admin);
	error = sysctl_handle_int(oidp, &val, 0, req);
	if (error != 0 || req->newptr == NULL || val == old)
		return (error);
	sx_xlock(&sc->sc_os.os_admin);
	error = ena_setting_set(sc, (int)arg2, val);
	sx_xunlock(&sc->sc_os.os_admin);
	return (error);
}

/* ---- RSS; a kernel with option RSS decides itself */

#ifndef RSS
/* Lane ADMIN: the text of the table, or of the key; what a text asks for. */
static int
ena_rss_print(struct ena_softc *sc, bool table, char *text)
{
	const uint8_t *key = ena_rss_key(&sc->sc_core);

	if (table ? !ena_keep_table(&sc->sc_keep, sc->sc_rss_table) :
	    key == NULL)
		return (EOPNOTSUPP);
	if (table)
		ena_print_table(sc->sc_rss_table,
		    ena_dev_info(&sc->sc_core)->in_rss_entries, text);
	else
		ena_print_key(key, text);
	return (0);
}

static int
ena_rss_set(struct ena_softc *sc, bool table, const char *text)
{
	unsigned int n = ena_dev_info(&sc->sc_core)->in_rss_entries;
	enum ena_result r;

	if (sc->sc_req.rq_busy ||
	    (table && !ena_keep_table(&sc->sc_keep, sc->sc_rss_table)))
		return (EBUSY);
	if (table ? !ena_parse_table(sc->sc_rss_table, n, sc->sc_nactive,
	    text) : !ena_parse_key(sc->sc_rss_key, text))
		return (EINVAL);
	r = table ? ena_rss_table_set(&sc->sc_core, sc->sc_rss_table, n,
	    &sc->sc_req) : ena_rss_key_set(&sc->sc_core, sc->sc_rss_key,
	    &sc->sc_req);
	/* the device's answer decides */
	return (ena_keep_errno(ena_keep_await(&sc->sc_keep, r, &sc->sc_req)));
}

static int
ena_sysctl_rss(SYSCTL_HANDLER_ARGS)
{
	struct ena_softc *sc = arg1;
	const bool table = arg2 != 0;
	size_t len = table ? ENA_TABLE_TEXT(ena_dev_info(
	    &sc->sc_core)->in_rss_entries) : ENA_KEY_TEXT;
	char *text = malloc(len, M_DEVBUF, M_WAITOK | M_ZERO);
	int error;

	sx_xlock(&sc->sc_os.os_admin);
	error = ena_rss_print(sc, table, text);
	sx_xunlock(&sc->sc_os.os_admin);
	if (error == 0)
		error = sysctl_handle_string(oidp, text, len, req);
	if (error == 0 && req->newptr != NULL) {
		sx_xlock(&sc->sc_os.os_admin);
		error = ena_rss_set(sc, table, text);
		sx_xunlock(&sc->sc_os.os_admin);
	}
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
ena_sysctl_ring(struct ena_queue *q, struct sysctl_oid_list *list,
    const struct ena_number_name *nn, unsigned int n)
{
	struct sysctl_ctx_list *ctx = &q->q_sc->sc_sysctl;

	for (; n != 0; n--, nn++)
		if (nn->number < ENA_COUNTERS)
			SYSCTL_ADD_COUNTER_U64(ctx, list, OID_AUTO, nn->name,
			    CTLFLAG_RD, &q->q_cnt[nn->number], nn->descr);
		else
			SYSCTL_ADD_U64(ctx, list, OID_AUTO, nn->name,
			    CTLFLAG_RD, &q->q_mb.mb_events[nn->number -
			    ENA_COUNTERS], 0, nn->descr);
}

static void
ena_sysctl_queue(struct ena_queue *q, struct sysctl_oid_list *top)
{
	struct sysctl_ctx_list *ctx = &q->q_sc->sc_sysctl;
	char name[16];

	snprintf(name, sizeof(name), "queue%u", q->q_idx);
	top = ena_sysctl_node(q->q_sc, top, name, "Queue");
	SYSCTL_ADD_INT(ctx, top, OID_AUTO, "cpu", CTLFLAG_RD, &q->q_cpu, 0,
	    "CPU");
	SYSCTL_ADD_INT(ctx, top, OID_AUTO, "domain", CTLFLAG_RD,
	    &q->q_lane.ol_domain, 0, "NUMA domain");
	ena_sysctl_ring(q, ena_sysctl_node(q->q_sc, top, "tx_ring",
	    "Transmit"), ena_tx_numbers, nitems(ena_tx_numbers));
	ena_sysctl_ring(q, ena_sysctl_node(q->q_sc, top, "rx_ring",
	    "Receive"), ena_rx_numbers, nitems(ena_rx_numbers));
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
	SYSCTL_ADD_U64(ctx, top, OID_AUTO, "interface_up", CTLFLAG_RD,
	    &sc->sc_ups, 0, "Times the interface went up");
	SYSCTL_ADD_U64(ctx, top, OID_AUTO, "interface_down", CTLFLAG_RD,
	    &sc->sc_downs, 0, "Times the interface went down");
	list = ena_sysctl_node(sc, top, "irq_affinity", "Placement");
	for (i = 0; i < nitems(ena_settings); i++)
		SYSCTL_ADD_PROC(ctx, i >= ENA_SET_BASE_CPU ? list :
		    top, OID_AUTO, ena_settings[i].name,
		    CTLTYPE_INT | CTLFLAG_RW | CTLFLAG_MPSAFE, sc, i,
		    ena_sysctl_setting, "I", ena_settings[i].descr);
#ifndef RSS
	list = ena_sysctl_node(sc, top, "rss", "Receive side scaling");
	SYSCTL_ADD_PROC(ctx, list, OID_AUTO, "key", CTLTYPE_STRING |
	    CTLFLAG_RW | CTLFLAG_MPSAFE, sc, 0, ena_sysctl_rss, "A",
	    "Hash key, 80 digits");
	SYSCTL_ADD_PROC(ctx, list, OID_AUTO, "indir_table", CTLTYPE_STRING |
	    CTLFLAG_RW | CTLFLAG_MPSAFE, sc, 1, ena_sysctl_rss, "A",
	    "Indirection table, index:queue");
	SYSCTL_ADD_U16(ctx, list, OID_AUTO, "indir_table_size", CTLFLAG_RD,
	    &sc->sc_core.dev_info.in_rss_entries, 0, "Its entries");
#endif
}
