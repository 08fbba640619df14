/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter, the network interface of EC2 instances.
 *
 * The protocol is the core's (ena.h, sys/dev/ena); to keep the device in the
 * state it should be in is ena_keep.h's.  Here is what they do not own: PCI,
 * waiting, the ifnet.  The data path is in if_ena_ring.c, what users read and
 * set in if_ena_sysctl.c.
 *
 * Lanes (ena.h) are made of:
 *
 *	ADMIN, AENQ	os_admin, an adaptive mutex that is slept with.  Held
 *			by attach, detach, activate, ioctl, sysctl and by
 *			sc_work, which does what vector 0 and the tick ask.
 *	TXS(q), TXC(q)	ol_tx, a spin mutex: whoever transmits, the service
 *			of the vector, the watchdog's look.
 *	RX(q)		ol_rx, a spin mutex: the vector and its service, the
 *			refill callout, the watchdog's look.
 *
 * Order: IFNET_LOCK (only ever taken by our callers, and by detach first of
 * all), os_admin, ol_tx, ol_rx.
 *
 * G1: ena_mbufs.h, which lends buffers to the device and takes them back.
 * G2: lanes of a queue do something only while q_live, which is written with
 *     both locks; ena_queue_live() also waits for what was deferred.
 * G3: while the interface is down the device stays CONFIGURED, so that link
 *     state is known and going up is short.
 * G4: IFF_RUNNING is the user's: a reset leaves it alone.  The keeper moves
 *     the device to where it should be, after any kind of trouble.
 */
#include <dev/pci/if_enavar.h>

/* Something for the ADMIN lane to look at.  Any context. */
void
ena_kick(struct ena_softc *sc)
{
	membar_release();
	if (atomic_swap_uint(&sc->sc_kicked, 1) == 0)
		workqueue_enqueue(sc->sc_wq, &sc->sc_work, NULL);
}

/* ---- life: lane ADMIN */

/* No DMA any more, whatever the device thinks of it. */
static void
ena_cut(void *arg)
{
	struct ena_softc *sc = arg;

	ena_pci_enable(&sc->sc_pci, 0);
}

/* The device is known, anew.  What was claimed of it, the keeper sees to. */
static void
ena_known(void *arg)
{
	struct ena_softc *sc = arg;

	sc->sc_delay = ena_keep_moderate(&sc->sc_keep, sc->sc_delay);
}

static const struct ena_keep_ops ena_keep_ops = {
	ena_known, ena_queue_make, ena_queue_free, ena_queue_live, ena_cut
};

/* Once a second: a look at quiet vectors, and what only others can count. */
static void
ena_second(struct ena_softc *sc)
{
	const struct ena_stats *es = ena_dev_stats(&sc->sc_core);
	uint64_t rx = es->es_dev_rx_drops + es->es_dev_rx_overruns;
	uint64_t tx = es->es_dev_tx_drops;
	unsigned int i;

	for (i = 0; i < sc->sc_keep.k_plan.pl_pairs; i++)
		ena_look(&sc->sc_queues[i]);
	if_statadd2(&sc->sc_ec.ec_if, if_ierrors, rx - sc->sc_rx_drops,
	    if_oerrors, tx - sc->sc_tx_drops);
	sc->sc_rx_drops = rx;
	sc->sc_tx_drops = tx;
	ena_events_update(sc);
}

/* What vector 0, the tick and the other lanes want done. */
static void
ena_work(struct work *wk, void *arg)
{
	struct ena_softc *sc = arg;
	struct ena_keep *k = &sc->sc_keep;
	int link;

	atomic_swap_uint(&sc->sc_kicked, 0);
	membar_sync();			/* whoever kicks now, kicks again */
	mutex_enter(&sc->sc_os.os_admin);
	if (ena_keep_there(k)) {
		if (ena_keep_turn(k, atomic_swap_uint(&sc->sc_tick_due, 0)))
			ena_second(sc);
		link = ena_keep_link(k) ? LINK_STATE_UP : LINK_STATE_DOWN;
		if (sc->sc_link != link) {
			sc->sc_link = link;
			if_link_state_change(&sc->sc_ec.ec_if, link);
		}
	}
	mutex_exit(&sc->sc_os.os_admin);
}

static void
ena_tick_callout(void *arg)
{
	struct ena_softc *sc = arg;

	atomic_swap_uint(&sc->sc_tick_due, 1);
	ena_kick(sc);
	callout_schedule(&sc->sc_tick, hz);
}

static int
ena_intr_admin(void *arg)
{
	struct ena_softc *sc = arg;

	ena_os_wake(&sc->sc_os);
	ena_kick(sc);
	return (1);
}

/* ---- ifnet: with IFNET_LOCK */

/* Also when flags of a running interface have changed: there is no filter. */
static int
ena_init(struct ifnet *ifp)
{
	struct ena_softc *sc = ifp->if_softc;
	enum ena_result r;

	mutex_enter(&sc->sc_os.os_admin);
	sc->sc_os.os_verbose = (ifp->if_flags & IFF_DEBUG) != 0;
	r = ena_keep_up(&sc->sc_keep);
	if (r == ENA_OK)
		ifp->if_flags |= IFF_RUNNING;
	mutex_exit(&sc->sc_os.os_admin);
	return (ena_keep_errno(r));
}

static void
ena_stop(struct ifnet *ifp, int disable)
{
	struct ena_softc *sc = ifp->if_softc;
	unsigned int i;

	mutex_enter(&sc->sc_os.os_admin);
	ifp->if_flags &= ~IFF_RUNNING;
	ena_keep_close(&sc->sc_keep);
	mutex_exit(&sc->sc_os.os_admin);
	/* out of service, these drop what waits */
	for (i = 0; i < sc->sc_nqueues; i++)
		ena_tx_softint(&sc->sc_queues[i]);
	ena_start(ifp);
}

static int
ena_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ena_softc *sc = ifp->if_softc;
	const struct ifreq *ifr = data;
	int error = EINVAL;

	if (cmd == SIOCSIFMTU) {
		/* what the device takes and clusters hold is beyond 9000 */
		mutex_enter(&sc->sc_os.os_admin);
		if (ifr->ifr_mtu <= sc->sc_max_mtu)
			error = ena_keep_errno(ena_keep_mtu(&sc->sc_keep,
			    ifr->ifr_mtu));
		mutex_exit(&sc->sc_os.os_admin);
		if (error == 0)
			error = ifioctl_common(ifp, cmd, data);
	} else
		error = ether_ioctl(ifp, cmd, data);
	/* there is no filter: nothing to do after a multicast change */
	return (error == ENETRESET ? 0 : error);
}

static int
ena_media_change(struct ifnet *ifp)
{
	return (0);
}

static void
ena_media_status(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	struct ena_softc *sc = ifp->if_softc;

	ifmr->ifm_status = IFM_AVALID;
	ifmr->ifm_active = IFM_ETHER | IFM_AUTO;
	if (sc->sc_link == LINK_STATE_UP) {
		ifmr->ifm_status |= IFM_ACTIVE;
		ifmr->ifm_active |= ena_dev_info(&sc->sc_core)->
		    in_link_half_duplex ? IFM_HDX : IFM_FDX;
	}
}

/* ---- attach and detach */

static int
ena_match(device_t parent, cfdata_t match, void *aux)
{
	const struct pci_attach_args *pa = aux;

	return (ena_pci_known(pa->pa_id));
}

static void *
ena_intr_establish(struct ena_softc *sc, unsigned int i, int (*f)(void *),
    void *arg, const char *name)
{
	pci_chipset_tag_t pc = sc->sc_pa.pa_pc;
	kcpuset_t *set;
	void *ih;

	pci_intr_setattr(pc, &sc->sc_intrs[i], PCI_INTR_MPSAFE, true);
	ih = pci_intr_establish_xname(pc, sc->sc_intrs[i], IPL_NET, f, arg,
	    name);
	if (ih == NULL || i == 0)
		return (ih);
	kcpuset_create(&set, true);
	kcpuset_set(set, (i - 1) % ncpu);
	interrupt_distribute(ih, set, NULL);	/* where it may be moved */
	kcpuset_destroy(set);
	return (ih);
}

/* What a queue has as long as there is an interface. */
static int
ena_queue_attach(struct ena_softc *sc, unsigned int i)
{
	struct ena_queue *q = &sc->sc_queues[i];

	sc->sc_nqueues = i + 1;
	q->q_sc = sc;
	q->q_idx = i;
	ena_mbufs_init(&q->q_mb, &sc->sc_keep, i);
	ena_os_lane_open(&sc->sc_os, i, &q->q_tx_lock, &q->q_rx_lock);
	callout_init(&q->q_refill, CALLOUT_MPSAFE);
	callout_setfunc(&q->q_refill, ena_rx_refill, q);
	snprintf(q->q_name, sizeof(q->q_name), "%s q%u",
	    device_xname(sc->sc_dev), i);
	q->q_pcq = pcq_create(ENA_PCQ_LEN, KM_SLEEP);
	q->q_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    ena_queue_softint, q);
	q->q_tx_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    ena_tx_softint, q);
	if (q->q_si == NULL || q->q_tx_si == NULL)
		return (ENOMEM);
	q->q_ih = ena_intr_establish(sc, 1 + i, ena_intr_queue, q,
	    q->q_name);
	return (q->q_ih == NULL ? ENXIO : 0);
}

static void
ena_queue_detach(struct ena_queue *q)
{
	if (q->q_ih != NULL)
		pci_intr_disestablish(q->q_sc->sc_pa.pa_pc, q->q_ih);
	if (q->q_si != NULL)
		softint_disestablish(q->q_si);
	if (q->q_tx_si != NULL)
		softint_disestablish(q->q_tx_si);
	callout_halt(&q->q_refill, NULL);
	callout_destroy(&q->q_refill);
	ena_tx_softint(q);		/* drops what waits */
	pcq_destroy(q->q_pcq);
	ena_os_lane_close(&q->q_sc->sc_os, q->q_idx);
}

/* Vector 0 and as many pairs as there are vectors, CPUs and queues for. */
static int
ena_intr_map(struct ena_softc *sc)
{
	const struct pci_attach_args *pa = &sc->sc_pa;
	int counts[PCI_INTR_TYPE_SIZE], n;
	unsigned int i;

	n = pci_msix_count(pa->pa_pc, pa->pa_tag) - 1;
	n = MIN(MIN(n, ncpu), MIN(ENA_OS_QUEUES,
	    ena_dev_info(&sc->sc_core)->in_max_pairs));
	for (; n > 0 && sc->sc_keep.k_vectors == 0; n /= 2) {
		memset(counts, 0, sizeof(counts));
		counts[PCI_INTR_TYPE_MSIX] = 1 + n;
		if (pci_intr_alloc(pa, &sc->sc_intrs, counts,
		    PCI_INTR_TYPE_MSIX) == 0)
			sc->sc_keep.k_vectors = 1 + n;
	}
	if (sc->sc_keep.k_vectors == 0)
		return (ENXIO);
	sc->sc_ih = ena_intr_establish(sc, 0, ena_intr_admin, sc,
	    device_xname(sc->sc_dev));
	if (sc->sc_ih == NULL)
		return (ENXIO);
	for (i = 0; i < sc->sc_keep.k_vectors - 1; i++)
		if (ena_queue_attach(sc, i) != 0)
			return (ENXIO);
	ena_tx_spread(sc, i);
	return (0);
}

/* Claim what the device offers and nothing else; the user turns it on. */
static void
ena_capabilities(struct ena_softc *sc)
{
	static const uint64_t caps[ENA_OFFERS] = {
		[ENA_OFFER_TX_IP4] = IFCAP_CSUM_IPv4_Tx,
		[ENA_OFFER_TX_L4V4] = IFCAP_CSUM_TCPv4_Tx |
		    IFCAP_CSUM_UDPv4_Tx,
		[ENA_OFFER_TX_L4V6] = IFCAP_CSUM_TCPv6_Tx |
		    IFCAP_CSUM_UDPv6_Tx,
		[ENA_OFFER_TSO4] = IFCAP_TSOv4,
		[ENA_OFFER_TSO6] = IFCAP_TSOv6,
		[ENA_OFFER_RX_IP4] = IFCAP_CSUM_IPv4_Rx,
		[ENA_OFFER_RX_L4V4] = IFCAP_CSUM_TCPv4_Rx |
		    IFCAP_CSUM_UDPv4_Rx,
		[ENA_OFFER_RX_L4V6] = IFCAP_CSUM_TCPv6_Rx |
		    IFCAP_CSUM_UDPv6_Rx
	};
	const unsigned int offers = ena_keep_offers(&sc->sc_keep);
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	struct ethercom *ec = &sc->sc_ec;
	unsigned int i;

	for (i = 0; i < ENA_OFFERS; i++)
		if ((offers & 1U << i) != 0)
			ec->ec_if.if_capabilities |= caps[i];
	sc->sc_keep.k_txo = in->in_tx_offloads;
	sc->sc_keep.k_rxo = in->in_rx_offloads;
	ec->ec_capabilities = ETHERCAP_VLAN_MTU;
	/* a frame has to fit into the clusters that may be chained */
	sc->sc_max_mtu = MIN(in->in_max_mtu, in->in_max_rx_segs *
	    ENA_RX_BYTES - ENA_L2_OVERHEAD);
	if (sc->sc_max_mtu > ETHERMTU)
		ec->ec_capabilities |= ETHERCAP_JUMBO_MTU;
	ec->ec_if.if_baudrate = IF_Mbps((uint64_t)in->in_link_mbit);
}

static void
ena_if_attach(struct ena_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	ena_capabilities(sc);
	strlcpy(ifp->if_xname, device_xname(sc->sc_dev), IFNAMSIZ);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_init = ena_init;
	ifp->if_stop = ena_stop;
	ifp->if_ioctl = ena_ioctl;
	ifp->if_start = ena_start;
	ifp->if_transmit = ena_transmit;
	IFQ_SET_MAXLEN(&ifp->if_snd, ENA_PCQ_LEN);
	IFQ_SET_READY(&ifp->if_snd);

	sc->sc_ec.ec_ifmedia = &sc->sc_media;
	ifmedia_init_with_lock(&sc->sc_media, IFM_IMASK, ena_media_change,
	    ena_media_status, &sc->sc_os.os_admin);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);

	if_initialize(ifp);
	ifp->if_percpuq = if_percpuq_create(ifp);
	if_deferred_start_init(ifp, NULL);
	ether_ifattach(ifp, ena_dev_info(&sc->sc_core)->in_mac);
	ena_events_attach(sc);
	ena_sysctl_attach(sc);
	mutex_enter(&sc->sc_os.os_admin);
	sc->sc_keep.k_attached = true;
	mutex_exit(&sc->sc_os.os_admin);
	if_register(ifp);
}

/* The way back, as far as attach got; once, also if that failed. */
static int
ena_detach(device_t self, int flags)
{
	struct ena_softc *sc = device_private(self);
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	unsigned int i;

	if (sc->sc_keep.k_ended)
		return (0);
	if (sc->sc_keep.k_attached) {
		IFNET_LOCK(ifp);
		ena_stop(ifp, 1);
		IFNET_UNLOCK(ifp);
	}
	mutex_enter(&sc->sc_os.os_admin);
	if ((flags & DETACH_SHUTDOWN) != 0)
		ena_keep_sleep(&sc->sc_keep, true);
	ena_keep_end(&sc->sc_keep, false);
	mutex_exit(&sc->sc_os.os_admin);
	if (sc->sc_keep.k_attached) {
		sysctl_teardown(&sc->sc_sysctl);
		pmf_device_deregister(self);
		ether_ifdetach(ifp);
		if_detach(ifp);
		ifmedia_fini(&sc->sc_media);
		ena_events_detach(sc);
	}
	callout_halt(&sc->sc_tick, NULL);
	callout_destroy(&sc->sc_tick);
	if (sc->sc_ih != NULL)
		pci_intr_disestablish(sc->sc_pa.pa_pc, sc->sc_ih);
	for (i = 0; i < sc->sc_nqueues; i++)
		ena_queue_detach(&sc->sc_queues[i]);
	if (sc->sc_keep.k_vectors != 0)
		pci_intr_release(sc->sc_pa.pa_pc, sc->sc_intrs,
		    sc->sc_keep.k_vectors);
	if (sc->sc_queue_wq != NULL)
		workqueue_destroy(sc->sc_queue_wq);
	if (sc->sc_wq != NULL) {
		workqueue_wait(sc->sc_wq, &sc->sc_work);
		workqueue_destroy(sc->sc_wq);
	}
	ena_pci_close(&sc->sc_pci, &sc->sc_os);
	ena_os_close(&sc->sc_os);
	return (0);
}

/* Up to CONFIGURED with vectors; NULL, or what went wrong. */
static const char *
ena_attach_device(struct ena_softc *sc)
{
	struct ena_config cf;
	enum ena_result r;

	if (workqueue_create(&sc->sc_wq, device_xname(sc->sc_dev), ena_work,
	    sc, PRI_SOFTNET, IPL_NET, WQ_MPSAFE) != 0 ||
	    workqueue_create(&sc->sc_queue_wq, device_xname(sc->sc_dev),
	    ena_queue_work, sc, PRI_SOFTNET, IPL_NET,
	    WQ_MPSAFE | WQ_PERCPU) != 0)
		return ("cannot create workqueues");
	ena_pci_config(&sc->sc_pci, &sc->sc_os, &sc->sc_pa, &cf);
	cf.cf_kernel_version = __NetBSD_Version__;
	cf.cf_cpus = ncpu;
	rss_getkey(cf.cf_rss_key);
	r = ena_keep_start(&sc->sc_keep, &cf);
	if (r != ENA_OK)
		return (ena_result_name(r));
	ena_os_narrow(&sc->sc_os, ena_dev_info(&sc->sc_core)->in_dma_bits);
	if (ena_intr_map(sc) != 0)
		return ("cannot establish MSI-X interrupts");
	r = ena_keep_open(&sc->sc_keep);
	return (r == ENA_OK ? NULL : ena_result_name(r));
}

static bool
ena_sleep(device_t self, bool forever)
{
	struct ena_softc *sc = device_private(self);

	mutex_enter(&sc->sc_os.os_admin);
	ena_keep_sleep(&sc->sc_keep, forever);
	mutex_exit(&sc->sc_os.os_admin);
	return (true);
}

static bool
ena_suspend(device_t self, const pmf_qual_t *qual)
{
	return (ena_sleep(self, false));
}

static bool
ena_shutdown(device_t self, int how)
{
	return (ena_sleep(self, true));
}

static bool
ena_resume(device_t self, const pmf_qual_t *qual)
{
	struct ena_softc *sc = device_private(self);

	mutex_enter(&sc->sc_os.os_admin);
	ena_keep_wake(&sc->sc_keep);
	mutex_exit(&sc->sc_os.os_admin);
	ena_kick(sc);
	return (true);
}

/* With interrupts and threads, so that commands are waited for asleep. */
static void
ena_attach_late(device_t self)
{
	struct ena_softc *sc = device_private(self);
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	const char *why;

	mutex_enter(&sc->sc_os.os_admin);
	why = ena_attach_device(sc);
	mutex_exit(&sc->sc_os.os_admin);
	if (why != NULL) {
		aprint_error_dev(self, "%s\n", why);
		ena_detach(self, 0);
		return;
	}
	aprint_normal_dev(self, "msix, %u queue%s%s, address %s\n",
	    sc->sc_nqueues, sc->sc_nqueues == 1 ? "" : "s",
	    in->in_llq_why == ENA_LLQ_WHY_USED ? ", LLQ" : "",
	    ether_sprintf(in->in_mac));
	ena_if_attach(sc);
	if (pmf_device_register1(self, ena_suspend, ena_resume, ena_shutdown))
		pmf_class_network_register(self, &sc->sc_ec.ec_if);
	else
		aprint_error_dev(self, "couldn't establish power handler\n");
	callout_schedule(&sc->sc_tick, hz);
	ena_kick(sc);
}

static void
ena_attach(device_t parent, device_t self, void *aux)
{
	struct ena_softc *sc = device_private(self);
	const struct pci_attach_args *pa = aux;

	sc->sc_dev = self;
	sc->sc_pa = *pa;
	ena_os_open(&sc->sc_os, self, pa->pa_dmat,
	    pci_dma64_available(pa) ? pa->pa_dmat64 : pa->pa_dmat);
	ena_keep_init(&sc->sc_keep, &sc->sc_core, &sc->sc_os, &ena_keep_ops,
	    sc);
	sc->sc_link = LINK_STATE_UNKNOWN;
	sc->sc_delay = ENA_INTR_DELAY;
	sc->sc_tx_limits.el_deferred = ENA_LIMIT;
	sc->sc_rx_limits.el_deferred = ENA_LIMIT;
	callout_init(&sc->sc_tick, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_tick, ena_tick_callout, sc);
	pci_aprint_devinfo(pa, NULL);
	if (ena_pci_open(&sc->sc_pci, &sc->sc_os, &sc->sc_pa))
		config_interrupts(self, ena_attach_late);
	else {
		aprint_error_dev(self, "cannot map registers\n");
		ena_detach(self, 0);
	}
}

static int
ena_activate(device_t self, enum devact act)
{
	struct ena_softc *sc = device_private(self);

	if (act != DVACT_DEACTIVATE)
		return (EOPNOTSUPP);
	if (sc->sc_keep.k_attached) {
		ena_cut(sc);		/* it may still be there */
		ena_gone(&sc->sc_core);
		if_deactivate(&sc->sc_ec.ec_if);
	}
	return (0);
}

CFATTACH_DECL3_NEW(ena, sizeof(struct ena_softc), ena_match, ena_attach,
    ena_detach, ena_activate, NULL, NULL, DVF_DETACH_SHUTDOWN);

MODULE(MODULE_CLASS_DRIVER, if_ena, "pci");

#ifdef _MODULE
#include "ioconf.c"
#endif

static int
if_ena_modcmd(modcmd_t cmd, void *opaque)
{
#ifdef _MODULE
	if (cmd == MODULE_CMD_INIT)
		return (config_init_component(cfdriver_ioconf_if_ena,
		    cfattach_ioconf_if_ena, cfdata_ioconf_if_ena));
	if (cmd == MODULE_CMD_FINI)
		return (config_fini_component(cfdriver_ioconf_if_ena,
		    cfattach_ioconf_if_ena, cfdata_ioconf_if_ena));
	return (ENOTTY);
#else
	return (cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 :
	    ENOTTY);
#endif
}
