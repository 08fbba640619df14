/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter, the network interface of EC2 instances.
 *
 * The protocol is the core's (ena.h).  Here is what the core does not own:
 * PCI, interrupts, mbufs, waiting, the ifnet.  This file attaches and
 * configures; if_ena_queue.c makes queues and runs the ADMIN lane's task,
 * if_ena_io.c moves packets, if_ena_sysctl.c answers sysctl(8) and
 * if_ena_netmap.c is netmap(4)'s.
 *
 * Lanes (ena.h) are made of:
 *
 *	ADMIN, AENQ	sc_os.os_admin, an sx that may be slept with.  Held by
 *			attach, detach, ioctl, sysctl and by sc_task, which
 *			does what vector 0 and the tick ask.
 *	TXS(q)		ol_tx of the queue.
 *	TXC(q), RX(q)	ol_cq of the queue: its service thread, the refill
 *			callout.
 *
 * Order: os_admin, ol_tx, ol_cq.  No packet goes up the stack under a lock.
 *
 * G1: ena_mbufs.h, which lends buffers to the device and takes them back.
 * G2: lanes of a queue do something only while q_live; it is cleared under
 *     both locks, then the service thread's tasks are drained.
 * G3: while the interface is down the device stays CONFIGURED, so that link
 *     state is known and going up is short.
 * G4: IFF_DRV_RUNNING is the user's: a reset leaves it alone.  The keeper
 *     (ena_keep.h) moves the device to where it should be, after any kind of
 *     trouble.
 * G5: vectors, threads, locks and counters are there from attach to detach,
 *     for as many queues as there can be; a reset does not touch them.
 */
#include "opt_rss.h"

#include "if_enavar.h"
#include "if_ena_netmap.h"

#include <sys/module.h>
#include <sys/sockio.h>

#include <net/if_types.h>
#ifdef RSS
#include <net/rss_config.h>
#endif

static const struct ena_id {
	uint32_t	 id;		/* device above, vendor below */
	const char	*name;
} ena_ids[] = {
	{ 0x0ec21d0f, "Elastic Network Adapter (PF)" },
	{ 0x1ec21d0f, "Elastic Network Adapter (PF, LLQ)" },
	{ 0xec201d0f, "Elastic Network Adapter" },
	{ 0xec211d0f, "Elastic Network Adapter (LLQ)" }
};

static u_int ena_next_cpu;

/* ---- ifnet */

/* What the device may offer, as ifconfig(8) and as the stack call it. */
static const struct {
	int	cap, assist;
} ena_offloads[ENA_OFFERS] = {
	[ENA_OFFER_TX_IP4] = { IFCAP_TXCSUM, CSUM_IP },
	[ENA_OFFER_TX_L4V4] = { IFCAP_TXCSUM, CSUM_IP_TCP | CSUM_IP_UDP },
	[ENA_OFFER_TX_L4V6] = { IFCAP_TXCSUM_IPV6,
	    CSUM_IP6_TCP | CSUM_IP6_UDP },
	[ENA_OFFER_TSO4] = { IFCAP_TSO4, CSUM_IP_TSO },
	[ENA_OFFER_TSO6] = { IFCAP_TSO6, CSUM_IP6_TSO },
	[ENA_OFFER_RX_IP4] = { IFCAP_RXCSUM, 0 },
	[ENA_OFFER_RX_L4V4] = { IFCAP_RXCSUM, 0 },
	[ENA_OFFER_RX_L4V6] = { IFCAP_RXCSUM_IPV6, 0 }
};

/*
 * Use what there is among want, of the device's offers and our own; large
 * packets only with the checksums of their family.
 */
static int
ena_offload(struct ena_softc *sc, int want)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	unsigned int i, offers = ena_keep_offers(&sc->sc_keep);
	uint32_t rxo = in->in_rx_offloads;
	int assist = 0, cap;

	cap = want & (IFCAP_VLAN_MTU | IFCAP_JUMBO_MTU | IFCAP_LINKSTATE |
	    IFCAP_LRO | ENA_CAP_STACK);
	if ((want & IFCAP_TXCSUM) == 0)
		want &= ~IFCAP_TSO4;
	if ((want & IFCAP_TXCSUM_IPV6) == 0)
		want &= ~IFCAP_TSO6;
	for (i = 0; i < ENA_OFFERS; i++)
		if ((offers & 1U << i) != 0 &&
		    (want & ena_offloads[i].cap) != 0) {
			cap |= ena_offloads[i].cap;
			assist |= ena_offloads[i].assist;
		}
	if ((cap & IFCAP_RXCSUM) == 0)
		rxo &= ~(ENA_RXO_IP4_CSUM | ENA_RXO_L4V4);
	if ((cap & IFCAP_RXCSUM_IPV6) == 0)
		rxo &= ~ENA_RXO_L4V6;
	sc->sc_txo = in->in_tx_offloads;
	sc->sc_rxo = rxo;
	sc->sc_lro = (cap & IFCAP_LRO) != 0;
	if_sethwassist(sc->sc_ifp, assist);
	return (cap);
}

/*
 * Claim what the device offers and nothing else.  A device that comes back
 * with less takes it away again.
 */
void
ena_known(void *arg)
{
	struct ena_softc *sc = arg;
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	if_t ifp = sc->sc_ifp;
	int cap;

	sc->sc_os.os_width = in->in_dma_bits;
	cap = ena_offload(sc, ~ENA_CAP_STACK |
	    (if_getcapabilities(ifp) & ENA_CAP_STACK));
	if_setcapabilities(ifp, cap);
	if (sc->sc_keep.k_attached)
		cap = ena_offload(sc, if_getcapenable(ifp));
	if_setcapenable(ifp, cap);
	(void)ena_keep_moderate(&sc->sc_keep,
	    (uint32_t)sc->sc_set[ENA_SET_DELAY]);
	if (in->in_link_mbit != 0)
		if_setbaudrate(ifp, IF_Mbps((uint64_t)in->in_link_mbit));
}

static void
ena_set_caps(struct ena_softc *sc, int want)
{
	int cap = if_getcapenable(sc->sc_ifp);

	cap ^= (want ^ cap) & if_getcapabilities(sc->sc_ifp) &
	    ~ENA_CAP_STACK;
	if_setcapenable(sc->sc_ifp, ena_offload(sc, cap));
}

/* For ena_transmit(): is it up, and so is the link?  Lane ADMIN. */
void
ena_gate(struct ena_softc *sc)
{
	sc->sc_open = sc->sc_link &&
	    (if_getdrvflags(sc->sc_ifp) & IFF_DRV_RUNNING) != 0;
}

static int
ena_up(struct ena_softc *sc)
{
	enum ena_result r;

	r = ena_keep_up(&sc->sc_keep);
	if (r == ENA_OK) {
		sc->sc_ups++;
		if_setdrvflagbits(sc->sc_ifp, IFF_DRV_RUNNING,
		    IFF_DRV_OACTIVE);
		ena_gate(sc);
	}
	return (ena_keep_errno(r));
}

static void
ena_down(struct ena_softc *sc)
{
	sc->sc_downs++;
	if_setdrvflagbits(sc->sc_ifp, 0, IFF_DRV_RUNNING);
	ena_gate(sc);
	ena_keep_close(&sc->sc_keep);
	ena_qflush(sc->sc_ifp);
}

static int
ena_set_mtu(struct ena_softc *sc, int mtu)
{
	enum ena_result r;

	r = ena_keep_mtu(&sc->sc_keep, (uint32_t)mtu);
	if (r == ENA_OK)
		if_setmtu(sc->sc_ifp, mtu);
	return (ena_keep_errno(r));
}

static int
ena_ioctl(if_t ifp, u_long cmd, caddr_t data)
{
	struct ena_softc *sc = if_getsoftc(ifp);
	struct ifreq *ifr = (struct ifreq *)data;
	int error = 0, running;

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCSIFMTU:
	case SIOCSIFCAP:
		sx_xlock(&sc->sc_os.os_admin);
		running = if_getdrvflags(ifp) & IFF_DRV_RUNNING;
		if (!ena_keep_there(&sc->sc_keep))
			error = ENXIO;
		else if (cmd == SIOCSIFMTU)
			error = ena_set_mtu(sc, ifr->ifr_mtu);
		else if (cmd == SIOCSIFCAP)
			ena_set_caps(sc, ifr->ifr_reqcap);
		else if ((if_getflags(ifp) & IFF_UP) == 0 && running != 0)
			ena_down(sc);
		else if ((if_getflags(ifp) & IFF_UP) != 0 && running == 0)
			error = ena_up(sc);
		sx_xunlock(&sc->sc_os.os_admin);
		break;
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		break;			/* there is no filter */
	case SIOCGIFMEDIA:
	case SIOCSIFMEDIA:
		error = ifmedia_ioctl(ifp, ifr, &sc->sc_media, cmd);
		break;
	default:
		error = ether_ioctl(ifp, cmd, data);
		break;
	}
	return (error);
}

static void
ena_ifinit(void *arg)
{
	struct ena_softc *sc = arg;

	sx_xlock(&sc->sc_os.os_admin);
	if (!sc->sc_keep.k_up)
		(void)ena_up(sc);
	sx_xunlock(&sc->sc_os.os_admin);
}

static int
ena_media_change(if_t ifp __unused)
{
	return (0);
}

static void
ena_media_status(if_t ifp, struct ifmediareq *ifmr)
{
	struct ena_softc *sc = if_getsoftc(ifp);

	ifmr->ifm_status = IFM_AVALID;
	ifmr->ifm_active = IFM_ETHER;
	if (sc->sc_link) {
		ifmr->ifm_status |= IFM_ACTIVE;
		ifmr->ifm_active |= IFM_UNKNOWN | IFM_FDX;
	}
}

static uint64_t
ena_sum(struct ena_softc *sc, enum ena_counter c)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		sum += counter_u64_fetch(sc->sc_queues[i]->q_cnt[c]);
	return (sum);
}

static uint64_t
ena_get_counter(if_t ifp, ift_counter cnt)
{
	struct ena_softc *sc = if_getsoftc(ifp);
	const struct ena_stats *es = ena_dev_stats(&sc->sc_core);

	switch (cnt) {
	case IFCOUNTER_IPACKETS:
		return (ena_sum(sc, ENA_CNT_RX_PKTS));
	case IFCOUNTER_IBYTES:
		return (ena_sum(sc, ENA_CNT_RX_BYTES));
	case IFCOUNTER_OPACKETS:
		return (ena_sum(sc, ENA_CNT_TX_PKTS));
	case IFCOUNTER_OBYTES:
		return (ena_sum(sc, ENA_CNT_TX_BYTES));
	case IFCOUNTER_IQDROPS:
		return (es->es_dev_rx_drops + es->es_dev_rx_overruns);
	case IFCOUNTER_OQDROPS:
		return (es->es_dev_tx_drops + ena_sum(sc, ENA_CNT_TX_DROPS) +
		    if_get_counter_default(ifp, cnt));
	case IFCOUNTER_OERRORS:
		return (ena_sum(sc, ENA_CNT_TX_ERRORS));
	default:
		return (if_get_counter_default(ifp, cnt));
	}
}

static void
ena_if_attach(struct ena_softc *sc)
{
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	if_t ifp = sc->sc_ifp;

	if_setsoftc(ifp, sc);
	if_initname(ifp, device_get_name(sc->sc_dev),
	    device_get_unit(sc->sc_dev));
	if_setflags(ifp, IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST);
	if_setinitfn(ifp, ena_ifinit);
	if_setioctlfn(ifp, ena_ioctl);
	if_settransmitfn(ifp, ena_transmit);
	if_setqflushfn(ifp, ena_qflush);
	if_setgetcounterfn(ifp, ena_get_counter);
	if_setifheaderlen(ifp, sizeof(struct ether_vlan_header));
	if_sethwtsomax(ifp, ENA_TSO_MAX);
	if_sethwtsomaxsegcount(ifp, MAX(in->in_max_tx_bufs, 3) - 2);
	if_sethwtsomaxsegsize(ifp, ENA_TX_SEG_MAX);

	ifmedia_init(&sc->sc_media, IFM_IMASK, ena_media_change,
	    ena_media_status);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);
	ether_ifattach(ifp, in->in_mac);
	sc->sc_keep.k_attached = true;
}

/* ---- interrupts and queues */

static void
ena_intr_admin(void *arg)
{
	struct ena_softc *sc = arg;

	ena_os_wake(&sc->sc_os);
	ena_kick(sc);
}

/* Service threads move themselves. */
static void
ena_bind_task(void *arg, int pending __unused)
{
	struct ena_queue *q = arg;

	cpuset_setthread(curthread->td_tid, &q->q_cpuset);
}

/*
 * Which CPU serves the i-th queue: the kernel's choice for its RSS bucket,
 * the user's, or one near the adapter; others when those are used up.
 */
static int
ena_cpu(struct ena_softc *sc, unsigned int i)
{
#ifdef RSS
	return ((int)rss_getcpu(i % rss_getnumbuckets()));
#else
	const int base = sc->sc_set[ENA_SET_BASE_CPU];
	cpuset_t near;
	int cpu, pass;

	if (base < 0)
		i += sc->sc_first_cpu;
	else
		i = (u_int)(base + (int)i * sc->sc_set[ENA_SET_STRIDE]);
	if (base >= 0 || bus_get_cpus(sc->sc_dev, LOCAL_CPUS,
	    sizeof(near), &near) != 0)
		CPU_COPY(&all_cpus, &near);
	i %= (u_int)mp_ncpus;
	for (pass = 0; pass < 2; pass++)
		CPU_FOREACH(cpu)
			if (CPU_ISSET(cpu, &near) == (pass == 0) && i-- == 0)
				return (cpu);
	return (CPU_FIRST());
#endif
}

static void
ena_queue_place(struct ena_queue *q)
{
	q->q_cpu = ena_cpu(q->q_sc, q->q_idx);
	q->q_lane.ol_domain = pcpu_find((u_int)q->q_cpu)->pc_domain;
	CPU_SETOF(q->q_cpu, &q->q_cpuset);
}

/* New places for vectors and threads.  Lane ADMIN. */
void
ena_affinity(struct ena_softc *sc)
{
	struct ena_queue *q;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++) {
		q = sc->sc_queues[i];
		ena_queue_place(q);
		bus_bind_intr(sc->sc_dev, q->q_irq, q->q_cpu);
		taskqueue_enqueue(q->q_tq, &q->q_bind);
		taskqueue_drain(q->q_tq, &q->q_bind);
		if (ena_dev_state(&sc->sc_core) == ENA_STATE_RUNNING)
			ena_queue_numa(&sc->sc_core, i,
			    (uint8_t)q->q_lane.ol_domain);
	}
}

static int
ena_irq_attach(struct ena_softc *sc, int rid, driver_filter_t *filter,
    driver_intr_t *handler, void *arg, struct resource **irq, void **ihc)
{
	*irq = bus_alloc_resource_any(sc->sc_dev, SYS_RES_IRQ, &rid,
	    RF_ACTIVE);
	if (*irq == NULL)
		return (ENXIO);
	return (bus_setup_intr(sc->sc_dev, *irq, INTR_TYPE_NET | INTR_MPSAFE,
	    filter, handler, arg, ihc));
}

/* Everything of a queue that lasts (G5). */
static int
ena_queue_attach(struct ena_softc *sc, unsigned int i)
{
	struct ena_queue *q;
	int error;

	q = malloc(sizeof(*q), M_DEVBUF, M_WAITOK | M_ZERO);
	sc->sc_queues[i] = q;
	sc->sc_os.os_lanes[i] = &q->q_lane;
	q->q_sc = sc;
	q->q_idx = i;
	ena_mbufs_init(&q->q_mb, &sc->sc_keep, i);
	COUNTER_ARRAY_ALLOC(q->q_cnt, ENA_COUNTERS, M_WAITOK);
	mtx_init(&q->q_lane.ol_tx, "ena tx", NULL, MTX_DEF);
	mtx_init(&q->q_lane.ol_cq, "ena cq", NULL, MTX_DEF);
	callout_init_mtx(&q->q_refill, &q->q_lane.ol_cq, 0);
	NET_TASK_INIT(&q->q_serve, 0, ena_serve_task, q);
	NET_TASK_INIT(&q->q_start, 0, ena_start_task, q);
	TASK_INIT(&q->q_bind, 0, ena_bind_task, q);
	sc->sc_nqueues = i + 1;		/* ena_queue_detach() knows it now */
	ena_queue_place(q);
	q->q_br = buf_ring_alloc(sc->sc_set[ENA_SET_BUF_RING], M_DEVBUF,
	    M_WAITOK, &q->q_lane.ol_tx);
	error = tcp_lro_init_args(&q->q_lro, sc->sc_ifp, TCP_LRO_ENTRIES, 0);
	if (error != 0)
		return (error);
	q->q_tq = taskqueue_create_fast("ena queue", M_WAITOK,
	    taskqueue_thread_enqueue, &q->q_tq);
	error = taskqueue_start_threads_cpuset(&q->q_tq, 1, PI_NET,
	    &q->q_cpuset, "%s queue %u", device_get_nameunit(sc->sc_dev), i);
	if (error != 0)
		return (error);
	error = ena_irq_attach(sc, (int)i + 2, ena_intr_queue, NULL, q,
	    &q->q_irq, &q->q_ihc);
	if (error != 0)
		return (error);
	bus_describe_intr(sc->sc_dev, q->q_irq, q->q_ihc, "q%u", i);
	bus_bind_intr(sc->sc_dev, q->q_irq, q->q_cpu);
	return (0);
}

static void
ena_irq_free(struct ena_softc *sc, struct resource *irq, void *ihc)
{
	if (ihc != NULL)
		bus_teardown_intr(sc->sc_dev, irq, ihc);
	if (irq != NULL)
		bus_release_resource(sc->sc_dev, SYS_RES_IRQ,
		    rman_get_rid(irq), irq);
}

static void
ena_queue_detach(struct ena_softc *sc, unsigned int i)
{
	struct ena_queue *q = sc->sc_queues[i];

	ena_irq_free(sc, q->q_irq, q->q_ihc);
	if (q->q_tq != NULL)
		taskqueue_free(q->q_tq);
	callout_drain(&q->q_refill);
	tcp_lro_free(&q->q_lro);
	if (q->q_br != NULL) {
		ena_tx_flush(q);
		buf_ring_free(q->q_br, M_DEVBUF);
	}
	COUNTER_ARRAY_FREE(q->q_cnt, ENA_COUNTERS);
	mtx_destroy(&q->q_lane.ol_tx);
	mtx_destroy(&q->q_lane.ol_cq);
	sc->sc_os.os_lanes[i] = NULL;
	sc->sc_queues[i] = NULL;
	free(q, M_DEVBUF);
}

/* Vector 0 and as many queues as there are vectors, CPUs and pairs for. */
static int
ena_vectors_attach(struct ena_softc *sc)
{
	unsigned int i, n;
	int error, nmsix;

	n = MIN(ena_dev_info(&sc->sc_core)->in_max_pairs, (u_int)mp_ncpus);
#ifdef RSS
	n = MIN(n, rss_getnumbuckets());
#endif
	nmsix = MIN(pci_msix_count(sc->sc_dev), (int)n + 1);
	if (nmsix < 2 || pci_alloc_msix(sc->sc_dev, &nmsix) != 0 || nmsix < 2)
		return (ENXIO);
	error = ena_irq_attach(sc, 1, NULL, ena_intr_admin, sc, &sc->sc_irq,
	    &sc->sc_ihc);
	if (error != 0)
		return (error);
	bus_describe_intr(sc->sc_dev, sc->sc_irq, sc->sc_ihc, "admin");
	n = (u_int)nmsix - 1;
	sc->sc_first_cpu = atomic_fetchadd_int(&ena_next_cpu, n);
	for (i = 0; i < n && error == 0; i++)
		error = ena_queue_attach(sc, i);
	sc->sc_keep.k_vectors = 1 + n;
	sc->sc_nactive = 1;
	return (error);
}

/* ---- attach and detach */

static int
ena_probe(device_t dev)
{
	uint32_t id = (uint32_t)pci_get_device(dev) << 16 |
	    pci_get_vendor(dev);
	unsigned int i;

	for (i = 0; i < nitems(ena_ids); i++)
		if (ena_ids[i].id == id) {
			device_set_desc(dev, ena_ids[i].name);
			return (BUS_PROBE_DEFAULT);
		}
	return (ENXIO);
}

static enum ena_result
ena_start(struct ena_softc *sc)
{
	static const uint8_t sizes[] = {
		ENA_LLQ_128, ENA_LLQ_256, ENA_LLQ_DEVICE, ENA_LLQ_OFF
	};
#ifndef ENA_KERNEL_RSS_KEY
	static uint8_t key[sizeof(((struct ena_config *)0)->cf_rss_key)];
	static bool have_key;
#endif
	device_t dev = sc->sc_dev;
	struct ena_config cf;

	memset(&cf, 0, sizeof(cf));
	cf.cf_os_type = ENA_OS_TYPE_FREEBSD;
	cf.cf_os_dist = ostype;
	cf.cf_kernel = osrelease;
	cf.cf_kernel_version = __FreeBSD_version;
	cf.cf_bdf = (uint16_t)(pci_get_bus(dev) << 8 |
	    pci_get_slot(dev) << 3 | pci_get_function(dev));
	cf.cf_cpus = (uint16_t)mp_ncpus;
	cf.cf_revision = pci_get_revid(dev);
	cf.cf_bar0_bytes = (uint32_t)rman_get_size(sc->sc_os.os_bar[0]);
	if (sc->sc_os.os_llq != NULL)
		cf.cf_bar2_bytes =
		    (uint32_t)rman_get_size(sc->sc_os.os_bar[2]);
	if (ena_llq_size >= 0 && ena_llq_size < (int)nitems(sizes))
		cf.cf_llq = sizes[ena_llq_size];
	/* one key for all interfaces: flows look alike wherever they arrive */
	cf.cf_have_rss_key = true;
#ifdef ENA_KERNEL_RSS_KEY
	rss_getkey(cf.cf_rss_key);
#else
	if (!have_key)
		arc4rand(key, sizeof(key), 0);
	have_key = true;
	memcpy(cf.cf_rss_key, key, sizeof(key));
#endif
	return (ena_keep_start(&sc->sc_keep, &cf));
}

static void
ena_softc_init(struct ena_softc *sc, device_t dev)
{
	sc->sc_dev = dev;
	ena_os_open(&sc->sc_os, dev);
	ena_keep_init(&sc->sc_keep, &sc->sc_core, &sc->sc_os, &ena_keep_ops,
	    sc);
	sc->sc_set[ENA_SET_BUF_RING] = ENA_BUF_RING;
	sc->sc_set[ENA_SET_DELAY] = ENA_INTR_DELAY;
	sc->sc_set[ENA_SET_BASE_CPU] = -1;
	sc->sc_set[ENA_SET_STRIDE] = 1;
	TASK_INIT(&sc->sc_task, 0, ena_task, sc);
	callout_init(&sc->sc_tick, 1);
	sysctl_ctx_init(&sc->sc_sysctl);
	sc->sc_ifp = if_alloc(IFT_ETHER);
}

/* All that attach took, as far as it got.  The device is OFF or gone. */
static void
ena_release(struct ena_softc *sc)
{
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		ena_queue_detach(sc, i);
	ena_irq_free(sc, sc->sc_irq, sc->sc_ihc);
	pci_release_msi(sc->sc_dev);	/* if there are any */
	if (sc->sc_tq != NULL)
		taskqueue_free(sc->sc_tq);
	if (sc->sc_ifp != NULL)
		if_free(sc->sc_ifp);
	ena_os_close(&sc->sc_os);
}

/* Up to CONFIGURED with vectors; NULL, or what went wrong. */
static const char *
ena_attach_device(struct ena_softc *sc)
{
	enum ena_result r;

	if (!ena_os_map(&sc->sc_os))
		return ("cannot map registers");
	sc->sc_tq = taskqueue_create("ena admin", M_WAITOK,
	    taskqueue_thread_enqueue, &sc->sc_tq);
	if (taskqueue_start_threads(&sc->sc_tq, 1, PI_NET, "%s admin",
	    device_get_nameunit(sc->sc_dev)) != 0)
		return ("cannot start a thread");
	r = ena_start(sc);
	if (r != ENA_OK)
		return (ena_result_name(r));
	if (ena_vectors_attach(sc) != 0)
		return ("cannot set up MSI-X interrupts");
	r = ena_keep_open(&sc->sc_keep);
	return (r == ENA_OK ? NULL : ena_result_name(r));
}

static int
ena_attach(device_t dev)
{
	struct ena_softc *sc = device_get_softc(dev);
	const char *why;

	ena_softc_init(sc, dev);
	if (sc->sc_ifp == NULL)
		return (ENOMEM);
	sx_xlock(&sc->sc_os.os_admin);
	why = ena_attach_device(sc);
	if (why != NULL)
		ena_keep_end(&sc->sc_keep, false);
	sx_xunlock(&sc->sc_os.os_admin);
	if (why != NULL) {
		device_printf(dev, "%s\n", why);
		ena_release(sc);
		return (ENXIO);
	}
	device_printf(dev, "%u queue%s%s\n", sc->sc_nqueues,
	    sc->sc_nqueues == 1 ? "" : "s",
	    ena_dev_info(&sc->sc_core)->in_llq_why == ENA_LLQ_WHY_USED ?
	    ", LLQ" : "");
	ena_if_attach(sc);
	if (ena_netmap_attach(sc) != 0)
		device_printf(dev, "no netmap\n");
	ena_sysctl_attach(sc);
	callout_reset(&sc->sc_tick, hz, ena_tick_callout, sc);
	ena_kick(sc);
	return (0);
}

/* A card that has been pulled cannot be kept, whoever still uses it. */
static int
ena_detach(device_t dev)
{
	struct ena_softc *sc = device_get_softc(dev);
	bool pulled = pci_read_config(dev, PCIR_VENDOR, 2) == 0xffff;

	if (if_vlantrunkinuse(sc->sc_ifp) && !pulled) {
		device_printf(dev, "there are VLANs on it\n");
		return (EBUSY);
	}
	/* no handler is on its way once this returns */
	sysctl_ctx_free(&sc->sc_sysctl);
	sx_xlock(&sc->sc_os.os_admin);
	if_setdrvflagbits(sc->sc_ifp, 0, IFF_DRV_RUNNING);
	ena_gate(sc);
	ena_keep_end(&sc->sc_keep, pulled);
	sx_xunlock(&sc->sc_os.os_admin);
	ether_ifdetach(sc->sc_ifp);
	ena_netmap_detach(sc);
	callout_drain(&sc->sc_tick);
	taskqueue_drain(sc->sc_tq, &sc->sc_task);
	ifmedia_removeall(&sc->sc_media);
	ena_release(sc);
	return (0);
}

static int
ena_sleep(device_t dev, bool forever)
{
	struct ena_softc *sc = device_get_softc(dev);

	sx_xlock(&sc->sc_os.os_admin);
	ena_keep_sleep(&sc->sc_keep, forever);
	sx_xunlock(&sc->sc_os.os_admin);
	return (0);
}

static int
ena_suspend(device_t dev)
{
	return (ena_sleep(dev, false));
}

static int
ena_shutdown(device_t dev)
{
	return (ena_sleep(dev, true));
}

static int
ena_resume(device_t dev)
{
	struct ena_softc *sc = device_get_softc(dev);

	sx_xlock(&sc->sc_os.os_admin);
	ena_keep_wake(&sc->sc_keep);
	sx_xunlock(&sc->sc_os.os_admin);
	ena_kick(sc);
	return (0);
}

static device_method_t ena_methods[] = {
	DEVMETHOD(device_probe, ena_probe),
	DEVMETHOD(device_attach, ena_attach),
	DEVMETHOD(device_detach, ena_detach),
	DEVMETHOD(device_shutdown, ena_shutdown),
	DEVMETHOD(device_suspend, ena_suspend),
	DEVMETHOD(device_resume, ena_resume),
	DEVMETHOD_END
};

static driver_t ena_driver = {
	"ena", ena_methods, sizeof(struct ena_softc)
};

DRIVER_MODULE(ena, pci, ena_driver, NULL, NULL);
MODULE_PNP_INFO("W32:vendor/device;D:#", pci, ena, ena_ids, nitems(ena_ids));
MODULE_VERSION(ena, 1);
MODULE_DEPEND(ena, pci, 1, 1, 1);
MODULE_DEPEND(ena, ether, 1, 1, 1);
#ifdef DEV_NETMAP
MODULE_DEPEND(ena, netmap, 1, 1, 1);
#endif
