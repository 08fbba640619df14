/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: what users see and set, by evcnt(9), as
 * vmstat -e shows it, and sysctl(9), hw.ena0.
 *
 * Handlers run with os_admin, so on the ADMIN lane; the tick brings what the
 * core counts to the event counters.
 */
#include <dev/pci/if_enavar.h>

/* ---- event counters */

static const char * const ena_own_events[ENA_EVENTS] = {
	[ENA_EV_DEFERRED] = "deferred rounds",
	[ENA_EV_TX_DEFERRED] = "tx deferred",
	[ENA_EV_TX_FULL] = "tx queue full",
	[ENA_EV_TX_DOWN] = "tx without link",
	[ENA_EV_RX_CSUM] = "rx csum verified"
};

/* Of the device, what costs no command: numbers of the core. */
void
ena_events_attach(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i, j;

	for (i = 0; i < ENA_REPORTS_FREE; i++)
		evcnt_attach_dynamic(&sc->sc_ev[i], EVCNT_TYPE_MISC, NULL,
		    device_xname(sc->sc_dev), ena_report_name(i));
	for (i = 0; i < sc->sc_nqueues; i++) {
		q = &sc->sc_queues[i];
		for (j = 0; j < ENA_EVENTS; j++)
			evcnt_attach_dynamic(&q->q_ev[j], j == ENA_MB_INTRS ?
			    EVCNT_TYPE_INTR : EVCNT_TYPE_MISC, NULL,
			    q->q_name, j < ENA_MB_EVENTS ?
			    ena_mbufs_name(j) : ena_own_events[j]);
	}
}

void
ena_events_detach(struct ena_softc *sc)
{
	unsigned int i, j;

	for (i = 0; i < ENA_REPORTS_FREE; i++)
		evcnt_detach(&sc->sc_ev[i]);
	for (i = 0; i < sc->sc_nqueues; i++)
		for (j = 0; j < ENA_EVENTS; j++)
			evcnt_detach(&sc->sc_queues[i].q_ev[j]);
}

void
ena_events_update(struct ena_softc *sc)
{
	const uint64_t *events;
	struct ena_queue *q;
	unsigned int i, j;

	ena_report_fresh(&sc->sc_keep, &sc->sc_report, UINT64_MAX);
	for (i = 0; i < ENA_REPORTS_FREE; i++)
		ena_report_value(&sc->sc_report, i, &sc->sc_ev[i].ev_count);
	for (i = 0; i < sc->sc_keep.k_plan.pl_pairs; i++) {
		q = &sc->sc_queues[i];
		events = ena_mbufs_events(&q->q_mb);
		for (j = 0; j < ENA_MB_EVENTS; j++)
			q->q_ev[j].ev_count = events[j];
	}
}

/* ---- sysctl */

/* What nodes are about: numbers of the keeper, these, then the report. */
enum ena_topic {
	ENA_ASK_DELAY = ENA_NUMBERS, ENA_ASK_STATE, ENA_ASK_LLQ,
	ENA_ASK_REPORT
};

/*
 * A number that may be set, a word, or a number of the report: one look at
 * the device serves all that are read within a second.
 */
static int
ena_sysctl(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	const struct ena_ask *ea = node.sysctl_data;
	struct ena_softc *sc = ea->ea_sc;
	enum ena_result r = ENA_OK;
	const char *word = NULL;
	uint64_t val = 0;
	int error, n = 0;

	mutex_enter(&sc->sc_os.os_admin);
	if (ea->ea_what < ENA_NUMBERS)
		n = ena_keep_get(&sc->sc_keep, ea->ea_what);
	else if (ea->ea_what == ENA_ASK_DELAY)
		n = sc->sc_delay;
	else if (ea->ea_what == ENA_ASK_STATE)
		word = ena_state_name(ena_dev_state(&sc->sc_core));
	else if (ea->ea_what == ENA_ASK_LLQ)
		word = ena_llq_why_name(ena_dev_info(&sc->sc_core)->
		    in_llq_why);
	else {
		ena_report_fresh(&sc->sc_keep, &sc->sc_report, 1000000);
		ena_report_value(&sc->sc_report, ea->ea_what - ENA_ASK_REPORT,
		    &val);
	}
	mutex_exit(&sc->sc_os.os_admin);
	if (word != NULL) {
		node.sysctl_data = __UNCONST(word);
		node.sysctl_size = strlen(word) + 1;
	} else
		node.sysctl_data = ea->ea_what <= ENA_ASK_DELAY ?
		    (void *)&n : &val;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return (error);
	mutex_enter(&sc->sc_os.os_admin);
	if (ea->ea_what < ENA_NUMBERS)
		r = ena_keep_set(&sc->sc_keep, ea->ea_what, n);
	else if (ena_keep_moderate(&sc->sc_keep, n) == n)
		sc->sc_delay = n;
	else
		r = ENA_INVAL;
	mutex_exit(&sc->sc_os.os_admin);
	return (ena_keep_errno(r));
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
#define ENA_MEMBER(_type, _member)	CTLFLAG_READWRITE, CTLTYPE_##_type, \
	NULL, offsetof(struct ena_softc, sc_##_member)
#define ENA_NUMBER(_what)	CTLFLAG_READWRITE, CTLTYPE_INT, \
	ena_sysctl, _what
#define ENA_WORD(_what)		0, CTLTYPE_STRING, ena_sysctl, _what
	{ NULL, "state", "where the device stands", ENA_WORD(ENA_ASK_STATE) },
	{ NULL, "llq", "why rings are in its memory or not",
	    ENA_WORD(ENA_ASK_LLQ) },
	{ NULL, "txrx_workqueue", "defer to a workqueue, not to softints",
	    ENA_MEMBER(BOOL, workqueue) },
	{ NULL, "interrupt_delay", "microseconds that interrupts may wait",
	    ENA_NUMBER(ENA_ASK_DELAY) },
	{ NULL, "queues", "pairs of queues", ENA_NUMBER(ENA_PAIRS) },
	{ "tx", "ring", "entries", ENA_NUMBER(ENA_TX_DEPTH) },
	{ "tx", "intr_process_limit", "packets the interrupt handler takes",
	    ENA_MEMBER(INT, tx_limits.el_intr) },
	{ "tx", "process_limit", "packets of a round",
	    ENA_MEMBER(INT, tx_limits.el_deferred) },
	{ "rx", "ring", "entries", ENA_NUMBER(ENA_RX_DEPTH) },
	{ "rx", "intr_process_limit", "packets the interrupt handler takes",
	    ENA_MEMBER(INT, rx_limits.el_intr) },
	{ "rx", "process_limit", "packets of a round",
	    ENA_MEMBER(INT, rx_limits.el_deferred) }
};
__CTASSERT(__arraycount(ena_nodes) + ENA_REPORTS == ENA_ASKS);

/*
 * A leaf, in a directory which may be there already.  What its function needs
 * to know goes into an ena_ask; names of the report become words.
 */
static void
ena_sysctl_leaf(struct ena_softc *sc, const struct sysctlnode *top,
    const struct ena_node *en)
{
	struct ena_ask *ea = &sc->sc_asks[sc->sc_nasks++];
	char word[SYSCTL_NAMELEN], *w;

	if (en->dir != NULL)
		sysctl_createv(&sc->sc_sysctl, 0, &top, &top, 0,
		    CTLTYPE_NODE, en->dir, NULL, NULL, 0, NULL, 0,
		    CTL_CREATE, CTL_EOL);
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
		"stats", NULL, NULL, 0, CTLTYPE_QUAD, ena_sysctl, 0
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
	ena_report_fresh(&sc->sc_keep, &sc->sc_report, 0);
	mutex_exit(&sc->sc_os.os_admin);
	/* what the device does not offer is not there */
	for (i = 0; i < ENA_REPORTS; i++) {
		if (!ena_report_value(&sc->sc_report, i, &val))
			continue;
		en.name = ena_report_name(i);
		en.descr = ena_report_what(i);
		en.what = ENA_ASK_REPORT + i;
		ena_sysctl_leaf(sc, top, &en);
	}
}
