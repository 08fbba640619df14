/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what users see and set, by evcnt(9), as
 * vmstat -e shows it, and sysctl(9), hw.ena0.
 *
 * Handlers run with os_admin, so on the ADMIN lane; the tick brings what the
 * core counts to the event counters.
 */
#include <dev/pci/if_enavar.h>

static const char * const ena_queue_events[] = {
	[ENA_EV_INTRS]		= "interrupts",
	[ENA_EV_LOST]		= "interrupts lost",
	[ENA_EV_RX_EMPTY]	= "RX ring empty",
	[ENA_EV_TX_OVERDUE]	= "TX overdue",
	[ENA_EV_STARVED]	= "starved",
	[ENA_EV_DEFERRED]	= "deferred rounds",
	[ENA_EV_TX_DEFERRED]	= "TX deferred",
	[ENA_EV_TX_FULL]	= "TX dropped, queue full",
	[ENA_EV_TX_DOWN]	= "TX dropped, no link or in a reset",
	[ENA_EV_TX_DEFRAG]	= "TX defragmented",
	[ENA_EV_TX_NOMAP]	= "TX dropped, no mapping",
	[ENA_EV_TX_BAD]		= "TX dropped, not sendable",
	[ENA_EV_TX_COPIED]	= "TX headers gathered",
	[ENA_EV_TX_TSO]		= "TX segmentation offloads",
	[ENA_EV_RX_NOMBUF]	= "RX refill cut short",
	[ENA_EV_RX_CHAINS]	= "RX frames of several buffers",
	[ENA_EV_RX_CSUM]	= "RX L4 checksum verified"
};
__CTASSERT(__arraycount(ena_queue_events) == ENA_EVENTS);

/* Of the device, what costs no command: numbers of the core. */
void
ena_events_attach(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i, j;
	uint64_t val;

	for (i = 0; ena_report_value(&sc->sc_report, i, &val); i++)
		evcnt_attach_dynamic(&sc->sc_ev[i], EVCNT_TYPE_MISC, NULL,
		    device_xname(sc->sc_dev), ena_report_name(i));
	sc->sc_nev = i;
	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		for (j = 0; j < ENA_EVENTS; j++)
			evcnt_attach_dynamic(&q->q_ev[j],
			    j == ENA_EV_INTRS ? EVCNT_TYPE_INTR :
			    EVCNT_TYPE_MISC, NULL, q->q_name,
			    ena_queue_events[j]);
	}
}

void
ena_events_detach(struct ena_softc *sc)
{
	unsigned int i, j;

	for (i = 0; i < sc->sc_nev; i++)
		evcnt_detach(&sc->sc_ev[i]);
	for (i = 0; i < sc->sc_nqueues; i++)
		for (j = 0; j < ENA_EVENTS; j++)
			evcnt_detach(&sc->sc_queues[i].q_ev[j]);
}

void
ena_events_update(struct ena_softc *sc)
{
	struct ena_watch_stats ws;
	struct evcnt *ev;
	unsigned int i;

	sc->sc_report.re_core = *ena_dev_stats(&sc->sc_core);
	for (i = 0; i < sc->sc_nev; i++)
		ena_report_value(&sc->sc_report, i, &sc->sc_ev[i].ev_count);
	for (i = 0; i < sc->sc_keep.k_plan.pl_pairs &&
	    sc->sc_queues[i].q_mem != NULL; i++) {
		ena_queue_watch(&sc->sc_core, i, &ws);
		ev = sc->sc_queues[i].q_ev;
		ev[ENA_EV_INTRS].ev_count = ws.ws_intrs;
		ev[ENA_EV_LOST].ev_count = ws.ws_intrs_lost;
		ev[ENA_EV_RX_EMPTY].ev_count = ws.ws_rx_empty;
		ev[ENA_EV_TX_OVERDUE].ev_count = ws.ws_tx_overdue;
		ev[ENA_EV_STARVED].ev_count = ws.ws_starved;
	}
}

/* ---- sysctl */

/* One look at the device serves all numbers that are read within a second. */
static int
ena_sysctl_report(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct ena_ask *ea = node.sysctl_data;
	struct ena_softc *sc = ea->ea_sc;
	uint64_t now, val = 0;

	mutex_enter(&sc->sc_os.os_admin);
	now = ena_os_now_us(&sc->sc_os);
	if (now - sc->sc_report_us > 1000000) {
		ena_report_read(&sc->sc_keep, &sc->sc_report);
		sc->sc_report_us = now;
	}
	ena_report_value(&sc->sc_report, ea->ea_what, &val);
	mutex_exit(&sc->sc_os.os_admin);
	node.sysctl_data = &val;
	return (sysctl_lookup(SYSCTLFN_CALL(&node)));
}

/*
 * Number of queues and depths of rings.  They are made anew, as the old ones
 * if the device cannot do it.
 */
static enum ena_result
ena_rewish(struct ena_softc *sc, const int *wish)
{
	struct ena_keep *k = &sc->sc_keep;
	struct ena_plan pl = sc->sc_wish;
	bool up = k->k_up;
	enum ena_result r;

	if (sc->sc_dying || sc->sc_suspended)
		return (ENA_GONE);
	if (wish[0] > (int)sc->sc_nqueues)
		return (ENA_INVAL);
	if (up)
		ena_keep_close(k);
	r = ena_queue_wish(&sc->sc_core, wish[0], wish[1], wish[2]);
	if (r == ENA_OK)
		r = ena_queue_plan(&sc->sc_core, k->k_vectors, &pl);
	if (r != ENA_OK)
		ena_queue_wish(&sc->sc_core, pl.pl_pairs, pl.pl_tx_depth,
		    pl.pl_rx_depth);
	sc->sc_wish = pl;
	k->k_up = up;
	if (up && ena_keep_open(k) != ENA_OK)
		ena_kick(sc);
	return (r);
}

static int
ena_sysctl_wish(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct ena_ask *ea = node.sysctl_data;
	struct ena_softc *sc = ea->ea_sc;
	int error, wish[3];

	mutex_enter(&sc->sc_os.os_admin);
	wish[0] = sc->sc_wish.pl_pairs;
	wish[1] = sc->sc_wish.pl_tx_depth;
	wish[2] = sc->sc_wish.pl_rx_depth;
	mutex_exit(&sc->sc_os.os_admin);
	node.sysctl_data = &wish[ea->ea_what];
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return (error);
	mutex_enter(&sc->sc_os.os_admin);
	error = ena_keep_errno(ena_rewish(sc, wish));
	mutex_exit(&sc->sc_os.os_admin);
	return (error);
}

/* Where the device stands, and why its memory is used for rings or not. */
static int
ena_sysctl_word(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct ena_ask *ea = node.sysctl_data;
	struct ena_dev *dev = &ea->ea_sc->sc_core;
	const char *word;

	mutex_enter(&ea->ea_sc->sc_os.os_admin);
	word = ea->ea_what == 0 ? ena_state_name(ena_dev_state(dev)) :
	    ena_llq_why_name(ena_dev_info(dev)->in_llq_why);
	mutex_exit(&ea->ea_sc->sc_os.os_admin);
	node.sysctl_data = __UNCONST(word);
	node.sysctl_size = strlen(word) + 1;
	return (sysctl_lookup(SYSCTLFN_CALL(&node)));
}

/* The tree under hw.ena0; of a node without function, what is its place. */
static const struct ena_node {
	const char	*dir;		/* where it is, NULL: at the top */
	const char	*name;
	const char	*descr;
	int		 flags;
	int		 type;
	sysctlfn	 fn;
	size_t		 what;
} ena_nodes[] = {
#define ENA_AT(_member)	NULL, offsetof(struct ena_softc, sc_##_member)
	{ NULL, "txrx_workqueue", "defer to a workqueue, not to softints",
	    CTLFLAG_READWRITE, CTLTYPE_BOOL, ENA_AT(workqueue) },
	{ NULL, "state", "where the device stands",
	    0, CTLTYPE_STRING, ena_sysctl_word, 0 },
	{ NULL, "llq", "why rings are in its memory or not",
	    0, CTLTYPE_STRING, ena_sysctl_word, 1 },
	{ NULL, "queues", "pairs of queues",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ena_sysctl_wish, 0 },
	{ "tx", "ring", "entries",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ena_sysctl_wish, 1 },
	{ "tx", "intr_process_limit", "packets the interrupt handler takes",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ENA_AT(tx_limits.el_intr) },
	{ "tx", "process_limit", "packets of a round",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ENA_AT(tx_limits.el_deferred) },
	{ "rx", "ring", "entries",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ena_sysctl_wish, 2 },
	{ "rx", "intr_process_limit", "packets the interrupt handler takes",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ENA_AT(rx_limits.el_intr) },
	{ "rx", "process_limit", "packets of a round",
	    CTLFLAG_READWRITE, CTLTYPE_INT, ENA_AT(rx_limits.el_deferred) }
};
__CTASSERT(__arraycount(ena_nodes) + ENA_REPORTS == ENA_ASKS);

/* A directory, which may be there already. */
static const struct sysctlnode *
ena_sysctl_dir(struct ena_softc *sc, const struct sysctlnode *top,
    const char *name)
{
	if (name != NULL)
		sysctl_createv(&sc->sc_sysctl, 0, &top, &top, 0,
		    CTLTYPE_NODE, name, NULL, NULL, 0, NULL, 0,
		    CTL_CREATE, CTL_EOL);
	return (top);
}

/*
 * A leaf.  What its function needs to know goes into an ena_ask; names of
 * the report become words.
 */
static void
ena_sysctl_leaf(struct ena_softc *sc, const struct sysctlnode *top,
    const struct ena_node *en)
{
	struct ena_ask *ea = &sc->sc_asks[sc->sc_nasks++];
	char word[SYSCTL_NAMELEN], *w;

	top = ena_sysctl_dir(sc, top, en->dir);
	ea->ea_sc = sc;
	ea->ea_what = en->what;
	strlcpy(word, en->name, sizeof(word));
	for (w = word; *w != '\0'; w++)
		if (*w == ' ' || *w == '-')
			*w = '_';
	/* past the macro of this name, which wants to see the type */
	(sysctl_createv)(&sc->sc_sysctl, 0, &top, NULL, en->flags, en->type,
	    word, en->descr, en->fn, 0, en->fn != NULL ? (void *)ea :
	    (char *)sc + en->what, 0, CTL_CREATE, CTL_EOL);
}

void
ena_sysctl_attach(struct ena_softc *sc)
{
	const struct sysctlnode *top = NULL;
	struct ena_node en = {
		"stats", NULL, NULL, 0, CTLTYPE_QUAD, ena_sysctl_report, 0
	};
	uint64_t val;
	unsigned int i;

	sysctl_createv(&sc->sc_sysctl, 0, NULL, &top, 0, CTLTYPE_NODE,
	    device_xname(sc->sc_dev), SYSCTL_DESCR("ENA settings and state"),
	    NULL, 0, NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
	if (top == NULL)
		return;
	for (i = 0; i < __arraycount(ena_nodes); i++)
		ena_sysctl_leaf(sc, top, &ena_nodes[i]);
	mutex_enter(&sc->sc_os.os_admin);
	ena_report_read(&sc->sc_keep, &sc->sc_report);
	mutex_exit(&sc->sc_os.os_admin);
	/* what the device does not offer is not there */
	for (i = 0; i < ENA_REPORTS; i++) {
		if (!ena_report_value(&sc->sc_report, i, &val))
			continue;
		en.name = ena_report_name(i);
		en.descr = ena_report_what(i);
		en.what = i;
		ena_sysctl_leaf(sc, top, &en);
	}
}
