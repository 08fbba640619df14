/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dummy driver that behaves, and one crime for each rule of rules.h that
 * it can be made to commit: proof that the fake would notice.
 */
#include "fk_priv.h"

#include <sys/bus.h>
#include <sys/evcnt.h>
#include <sys/interrupt.h>
#include <sys/pcq.h>
#include <sys/sockio.h>
#include <sys/sysctl.h>
#include <sys/workqueue.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "sys_crime_bus.h"

enum where { PROC, INTR, SOFT, TOUT, ATTACH, LATE, DETACH, IOCTL, START };

struct bad_softc {
	device_t sc_dev;
	struct ethercom sc_ec;
	struct ifmedia sc_media;
	struct bad_bus sc_b;
	pci_intr_handle_t *sc_intrs;
	int sc_nintrs;
	void *sc_ih, *sc_si;
	kmutex_t sc_lock, sc_lock2, sc_spin;
	kcondvar_t sc_cv;
	callout_t sc_tick;
	struct workqueue *sc_wq;
	struct work sc_work;
	pcq_t *sc_pcq;
	struct evcnt sc_ev;
	struct sysctllog *sc_sysctl;
	int sc_value;
};

static struct workqueue *low_wq;	/* for a crime */

/* ---- the driver */

static int
bad_match(device_t parent, cfdata_t match, void *aux)
{
	(void)parent;
	(void)match;
	(void)aux;
	return (1);
}

static int
bad_intr(void *arg)
{
	struct bad_softc *sc = arg;

	crime_commit(INTR);
	softint_schedule(sc->sc_si);
	return (1);
}

static void
bad_soft(void *arg)
{
	(void)arg;
	crime_commit(SOFT);
}

static void
bad_tick(void *arg)
{
	(void)arg;
	crime_commit(TOUT);
}

static void
bad_work(struct work *wk, void *arg)
{
	(void)wk;
	(void)arg;
}

static int
bad_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct bad_softc *sc = ifp->if_softc;

	crime_commit(START);
	if (!pcq_put(sc->sc_pcq, m)) {
		m_freem(m);
		return (ENOBUFS);
	}
	mutex_enter(&sc->sc_spin);
	while ((m = pcq_get(sc->sc_pcq)) != NULL)
		m_freem(m);
	mutex_exit(&sc->sc_spin);
	return (0);
}

static void
bad_start(struct ifnet *ifp)
{
	struct mbuf *m;

	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		m_freem(m);
	}
}

static int
bad_init(struct ifnet *ifp)
{
	ifp->if_flags |= IFF_RUNNING;
	return (0);
}

static void
bad_stop(struct ifnet *ifp, int disable)
{
	(void)disable;
	ifp->if_flags &= (unsigned short)~IFF_RUNNING;
}

static int
bad_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	crime_commit(IOCTL);
	if (crime_is("ioctl-reset"))
		return (ENETRESET);
	error = ether_ioctl(ifp, cmd, data);
	return (error == ENETRESET ? 0 : error);
}

static int
bad_change(struct ifnet *ifp)
{
	(void)ifp;
	return (0);
}

static void
bad_status(struct ifnet *ifp, struct ifmediareq *r)
{
	(void)ifp;
	r->ifm_status = IFM_AVALID;
}

void
bad_map(struct bad_bus *b, int flags)
{
	pci_mapreg_map(&b->bb_pa, PCI_BAR(0), 0, flags, &b->bb_memt,
	    &b->bb_memh, NULL, &b->bb_mems);
}

static void
bad_late(device_t self)
{
	struct bad_softc *sc = device_private(self);
	pci_chipset_tag_t pc = sc->sc_b.bb_pa.pa_pc;
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	const struct sysctlnode *node = NULL;
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 },
	    group[6] = { 3, 0, 0, 0, 0, 1 };
	int counts[PCI_INTR_TYPE_SIZE] = { [PCI_INTR_TYPE_MSIX] = 2 };

	crime_commit(LATE);
	pci_intr_alloc(&sc->sc_b.bb_pa, &sc->sc_intrs, counts,
	    PCI_INTR_TYPE_MSIX);
	sc->sc_nintrs = counts[PCI_INTR_TYPE_MSIX];
	pci_intr_setattr(pc, &sc->sc_intrs[0], PCI_INTR_MPSAFE, true);
	sc->sc_ih = pci_intr_establish_xname(pc, sc->sc_intrs[0], IPL_NET,
	    bad_intr, sc, "bad0");
	strlcpy(ifp->if_xname, "bad0", IFNAMSIZ);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_ioctl = bad_ioctl;
	ifp->if_start = bad_start;
	ifp->if_transmit = bad_transmit;
	ifp->if_init = bad_init;
	ifp->if_stop = bad_stop;
	IFQ_SET_READY(&ifp->if_snd);
	if (crime_is("wq-ipl"))
		workqueue_create(&low_wq, "low", bad_work, sc, PRI_SOFTNET,
		    IPL_NONE, WQ_MPSAFE);
	crime_commit(ATTACH);
	sc->sc_ec.ec_ifmedia = &sc->sc_media;
	ifmedia_init_with_lock(&sc->sc_media, 0, bad_change, bad_status,
	    crime_is("media-lock") ? NULL : &sc->sc_lock);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);
	if_initialize(ifp);
	ifp->if_percpuq = if_percpuq_create(ifp);
	if (!crime_is("if-deferred"))
		if_deferred_start_init(ifp, NULL);
	ether_ifattach(ifp, crime_is("if-mac") ? group : mac);
	if_register(ifp);
	if (!crime_is("pmf-class"))
		pmf_device_register(self, NULL, NULL);
	pmf_class_network_register(self, ifp);
	evcnt_attach_dynamic(&sc->sc_ev, EVCNT_TYPE_MISC, NULL, "bad0",
	    "things");
	sysctl_createv(&sc->sc_sysctl, 0, NULL, &node, 0, CTLTYPE_NODE,
	    "bad0", NULL, NULL, 0, NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
	sysctl_createv(&sc->sc_sysctl, 0, &node, NULL, CTLFLAG_READWRITE,
	    CTLTYPE_INT, "value", NULL, NULL, 0, &sc->sc_value, 0,
	    CTL_CREATE, CTL_EOL);
}

static void
bad_attach(device_t parent, device_t self, void *aux)
{
	struct bad_softc *sc = device_private(self);
	struct bad_bus *b = &sc->sc_b;

	(void)parent;
	crime_sc = sc;
	sc->sc_dev = self;
	b->bb_pa = *(struct pci_attach_args *)aux;
	b->bb_dmat = b->bb_pa.pa_dmat64;
	aprint_normal(": a dummy\n");
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&sc->sc_lock2, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&sc->sc_spin, MUTEX_DEFAULT, IPL_NET);
	cv_init(&sc->sc_cv, "bad");
	callout_init(&sc->sc_tick, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_tick, bad_tick, sc);
	sc->sc_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, bad_soft,
	    sc);
	workqueue_create(&sc->sc_wq, "bad0", bad_work, sc, PRI_SOFTNET,
	    IPL_NET, WQ_MPSAFE);
	sc->sc_pcq = pcq_create(16, KM_SLEEP);
	b->bb_mem = bad_alloc(BAD_MEM);
	bad_map(b, 0);
	pci_mapreg_map(&b->bb_pa, PCI_BAR(2), 0, BUS_SPACE_MAP_PREFETCHABLE |
	    BUS_SPACE_MAP_LINEAR, &b->bb_llqt, &b->bb_llqh, NULL,
	    &b->bb_llqs);
	config_interrupts(self, bad_late);
	if (crime_is("config-twice"))
		config_interrupts(self, bad_late);
}

static int
bad_detach(device_t self, int flags)
{
	struct bad_softc *sc = device_private(self);
	struct bad_bus *b = &sc->sc_b;
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	(void)flags;
	crime_commit(DETACH);
	if (crime_is("detach-forced"))
		return (EBUSY);
	if (!crime_is("pmf-left"))
		pmf_device_deregister(self);
	sysctl_teardown(&sc->sc_sysctl);
	evcnt_detach(&sc->sc_ev);
	ether_ifdetach(ifp);
	if_detach(ifp);
	ifmedia_fini(&sc->sc_media);
	callout_halt(&sc->sc_tick, NULL);
	callout_destroy(&sc->sc_tick);
	pci_intr_disestablish(b->bb_pa.pa_pc, sc->sc_ih);
	pci_intr_release(b->bb_pa.pa_pc, sc->sc_intrs, sc->sc_nintrs);
	workqueue_wait(sc->sc_wq, &sc->sc_work);
	workqueue_destroy(sc->sc_wq);
	softint_disestablish(sc->sc_si);
	pcq_destroy(sc->sc_pcq);
	bus_space_unmap(b->bb_memt, b->bb_memh, b->bb_mems);
	bus_space_unmap(b->bb_llqt, b->bb_llqh, b->bb_llqs);
	bad_free(b->bb_mem, BAD_MEM);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	mutex_destroy(&sc->sc_lock2);
	mutex_destroy(&sc->sc_spin);
	return (0);
}

CFATTACH_DECL3_NEW(bad, sizeof(struct bad_softc), bad_match, bad_attach,
    bad_detach, NULL, NULL, NULL, DVF_DETACH_SHUTDOWN);

/* ---- crimes */

struct mbuf *
bad_packet(int len)
{
	struct mbuf *m = m_getcl(M_WAIT, MT_DATA, M_PKTHDR);

	m->m_len = m->m_pkthdr.len = len;
	return (m);
}

#define IFP(sc)		(&(sc)->sc_ec.ec_if)
static kmutex_t never_mtx;
static kcondvar_t never_cv;
static callout_t never_co;

static void
a_nap(struct bad_softc *sc, int ticks)
{
	mutex_enter(&sc->sc_lock2);
	cv_timedwait(&sc->sc_cv, &sc->sc_lock2, ticks);
	mutex_exit(&sc->sc_lock2);
}

CRIME(mtx_init_) { (void)sc; memset(&never_mtx, 0, sizeof(never_mtx));
	mutex_enter(&never_mtx); }
CRIME(mtx_twice) { mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_NONE); }
CRIME(mtx_self) { mutex_enter(&sc->sc_lock); mutex_enter(&sc->sc_lock); }
CRIME(mtx_owner) { mutex_exit(&sc->sc_lock); }
CRIME(mtx_intr) { mutex_enter(&sc->sc_lock); mutex_exit(&sc->sc_lock); }
CRIME(mtx_spin_held) { mutex_enter(&sc->sc_spin); mutex_enter(&sc->sc_lock);
	mutex_exit(&sc->sc_lock); mutex_exit(&sc->sc_spin); }
CRIME(mtx_destroy) { mutex_enter(&sc->sc_lock); mutex_destroy(&sc->sc_lock); }
CRIME(mtx_freed) { kmutex_t *m = kmem_alloc(sizeof(*m), KM_SLEEP); (void)sc;
	mutex_init(m, MUTEX_DEFAULT, IPL_NONE); kmem_free(m, sizeof(*m)); }
CRIME(mtx_leak) { mutex_enter(&sc->sc_spin); }
CRIME(mtx_leak_proc) { mutex_enter(&sc->sc_lock); }
CRIME(lock_order)
{
	mutex_enter(&sc->sc_lock);
	mutex_enter(&sc->sc_lock2);
	mutex_exit(&sc->sc_lock2);
	mutex_exit(&sc->sc_lock);
	mutex_enter(&sc->sc_lock2);
	mutex_enter(&sc->sc_lock);
	mutex_exit(&sc->sc_lock);
	mutex_exit(&sc->sc_lock2);
}
CRIME(klock_owner) { (void)sc; KERNEL_UNLOCK_ONE(NULL); }
CRIME(klock_leak) { (void)sc; KERNEL_LOCK(1, NULL); }
CRIME(klock_spin) { mutex_enter(&sc->sc_spin); KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_ONE(NULL); mutex_exit(&sc->sc_spin); }
CRIME(preempt_) { (void)sc; kpreempt_disable(); }
CRIME(preempt_more) { (void)sc; kpreempt_enable(); }
CRIME(spl_leak) { (void)sc; splnet(); }
CRIME(sleep_intr) { a_nap(sc, 1); }
CRIME(sleep_spin) { mutex_enter(&sc->sc_spin); kpause("bad", false, 1, NULL);
	mutex_exit(&sc->sc_spin); }
CRIME(sleep_preempt) { (void)sc; kpreempt_disable();
	kpause("bad", false, 1, NULL); kpreempt_enable(); }
CRIME(cv_init_) { memset(&never_cv, 0, sizeof(never_cv));
	mutex_enter(&sc->sc_lock); cv_timedwait(&never_cv, &sc->sc_lock, 1); }
static void
waits(void *arg)
{
	struct bad_softc *sc = arg;

	a_nap(sc, 0);
}
CRIME(cv_destroy_) { struct fc_ctx *x = fk_ctx("waiter", FK_LWP, waits, sc);
	fc_ctx_daemon(x); kpause("bad", false, 3, NULL);
	cv_destroy(&sc->sc_cv); }
CRIME(cv_mutex) { cv_timedwait(&sc->sc_cv, &sc->sc_lock, 1); }
CRIME(cv_time) { mutex_enter(&sc->sc_lock);
	cv_timedwait(&sc->sc_cv, &sc->sc_lock, -1); }
CRIME(delay_) { (void)sc; delay(5000); }
CRIME(hang) { mutex_enter(&sc->sc_lock); cv_wait(&sc->sc_cv, &sc->sc_lock);
	mutex_exit(&sc->sc_lock); }
CRIME(softint_flags) { softint_establish(9, bad_soft, sc); }
CRIME(softint_preempt) { softint_schedule(sc->sc_si); }
CRIME(softint_gone) { softint_disestablish(sc->sc_si); kpreempt_disable();
	softint_schedule(sc->sc_si); }
CRIME(softint_freed) { void *p = kmem_alloc(8, KM_SLEEP), *si;
	int s = splsoftnet(); (void)sc;
	si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, bad_soft, p);
	softint_schedule(si); kmem_free(p, 8); splx(s); }
CRIME(callout_init_) { (void)sc; memset(&never_co, 0, sizeof(never_co));
	callout_schedule(&never_co, 1); }
CRIME(callout_flags) { (void)sc; callout_init(&never_co, 1); }
CRIME(callout_func) { (void)sc; callout_init(&never_co, CALLOUT_MPSAFE);
	callout_schedule(&never_co, 1); }
CRIME(callout_time) { callout_schedule(&sc->sc_tick, -1); }
CRIME(callout_halt_) { callout_halt(&sc->sc_tick, &sc->sc_lock); }
CRIME(callout_destroy_) { callout_schedule(&sc->sc_tick, 100);
	callout_destroy(&sc->sc_tick); }
CRIME(callout_freed) { callout_t *c = kmem_alloc(sizeof(*c), KM_SLEEP);
	callout_init(c, CALLOUT_MPSAFE); callout_setfunc(c, bad_tick, sc);
	callout_schedule(c, 100); kmem_free(c, sizeof(*c)); }
CRIME(wq_name) { struct workqueue *wq; workqueue_create(&wq,
	    "sixteen letters!", bad_work, sc, PRI_SOFTNET, IPL_NET, 0); }
CRIME(wq_cpu) { workqueue_enqueue(sc->sc_wq, &sc->sc_work, curcpu()); }
CRIME(wq_twice) { fc_set_preempt(0);
	workqueue_enqueue(sc->sc_wq, &sc->sc_work, NULL);
	workqueue_enqueue(sc->sc_wq, &sc->sc_work, NULL); }
CRIME(wq_ipl) { workqueue_enqueue(low_wq, &sc->sc_work, NULL); }
CRIME(wq_pending) { fc_set_preempt(0);
	workqueue_enqueue(sc->sc_wq, &sc->sc_work, NULL);
	workqueue_destroy(sc->sc_wq); }
CRIME(wq_gone_) { workqueue_destroy(sc->sc_wq);
	workqueue_enqueue(sc->sc_wq, &sc->sc_work, NULL); }
CRIME(wq_freed) { struct work *w = kmem_alloc(sizeof(*w), KM_SLEEP);
	fc_set_preempt(0); workqueue_enqueue(sc->sc_wq, w, NULL);
	kmem_free(w, sizeof(*w)); }
CRIME(config_pending) { config_pending_incr(sc->sc_dev); }
CRIME(pmf_twice) { pmf_device_register(sc->sc_dev, NULL, NULL); }
CRIME(intr_count) { pci_msix_alloc_exact(&sc->sc_b.bb_pa, &sc->sc_intrs, 0); }
CRIME(intr_alloc) { pci_msix_alloc_exact(&sc->sc_b.bb_pa, &sc->sc_intrs, 1); }
static void *
establish(struct bad_softc *sc, pci_intr_handle_t ih, bool mpsafe, void *arg)
{
	pci_intr_setattr(sc->sc_b.bb_pa.pa_pc, &ih, PCI_INTR_MPSAFE, mpsafe);
	return (pci_intr_establish_xname(sc->sc_b.bb_pa.pa_pc, ih, IPL_NET,
	    bad_intr, arg, "x"));
}
CRIME(intr_handle) { establish(sc, 77, true, sc); }
CRIME(intr_twice) { establish(sc, sc->sc_intrs[0], true, sc); }
CRIME(intr_mpsafe) { pci_intr_disestablish(NULL,
	    establish(sc, sc->sc_intrs[1], false, sc)); }
CRIME(intr_gone) { pci_intr_disestablish(NULL, sc->sc_ih);
	pci_intr_disestablish(NULL, sc->sc_ih); }
CRIME(intr_release) { pci_intr_release(NULL, sc->sc_intrs, 1); }
CRIME(intr_freed) { void *p = kmem_alloc(64, KM_SLEEP);
	establish(sc, sc->sc_intrs[1], true, p); kmem_free(p, 64); }
CRIME(kcpuset_) { kcpuset_t *kc; (void)sc; kcpuset_create(&kc, true);
	kcpuset_set(kc, 1000); }

static void
hand_up(struct bad_softc *sc, struct mbuf *m)
{
	kpreempt_disable();
	if_percpuq_enqueue(IFP(sc)->if_percpuq, m);
	kpreempt_enable();
}
CRIME(mbuf_hdr) { hand_up(sc, m_get(M_WAIT, MT_DATA)); }
CRIME(mbuf_len) { struct mbuf *m = bad_packet(100); m_set_rcvif(m, IFP(sc));
	m->m_pkthdr.len = 90; hand_up(sc, m); }
CRIME(mbuf_ext) { struct mbuf *m = bad_packet(100); (void)sc;
	MCLGET(m, M_WAIT); }
CRIME(kmem_context) { (void)sc; kmem_free(kmem_intr_alloc(8, KM_NOSLEEP), 8); }
CRIME(kmem_flags) { (void)sc; kmem_alloc(10, 0); }
CRIME(kmem_size) { (void)sc; kmem_free(kmem_alloc(10, KM_SLEEP), 11); }
CRIME(kmem_wild) { void *p = kmem_alloc(10, KM_SLEEP); (void)sc;
	kmem_free(p, 10); kmem_free(p, 10); }
CRIME(pcq_size) { (void)sc; pcq_create(PCQ_MAXLEN + 1, KM_SLEEP); }
CRIME(pcq_null) { pcq_put(sc->sc_pcq, NULL); }
static void
takes(void *arg)
{
	struct bad_softc *sc = arg;

	for (;;)
		pcq_get(sc->sc_pcq);
}
CRIME(pcq_consumer) { struct fc_ctx *x = fk_ctx("taker", FK_LWP, takes, sc);
	int i; fc_ctx_daemon(x); fc_set_preempt(200);
	for (i = 0; i < 100; i++) pcq_get(sc->sc_pcq); }
CRIME(if_flags_) { IFP(sc)->if_flags |= IFF_RUNNING; }
CRIME(ifnet_lock) { if_stop(IFP(sc), 0); }
CRIME(ifnet_softint) { IFNET_LOCK(IFP(sc)); IFNET_UNLOCK(IFP(sc)); }
CRIME(ifnet_held) { IFNET_LOCK(IFP(sc)); ether_ifdetach(IFP(sc)); }
CRIME(if_mpsafe) { IFP(sc)->if_extflags = 0; }
static void
watch(struct ifnet *ifp)
{
	(void)ifp;
}
CRIME(if_watchdog_) { IFP(sc)->if_watchdog = watch; }
CRIME(if_handlers) { IFP(sc)->if_stop = NULL; }
CRIME(if_twice) { if_initialize(IFP(sc)); }
CRIME(if_name) { IFP(sc)->if_xname[0] = '\0'; }
CRIME(if_order) { if_detach(IFP(sc)); }
CRIME(if_freed) { fk_gone(IFP(sc), sizeof(struct ifnet), "softc freed"); }
CRIME(if_link) { if_link_state_change(IFP(sc), LINK_STATE_UP); }
CRIME(if_link_what) { if_link_state_change(IFP(sc), 9); }
CRIME(if_percpuq_) { (void)sc; if_percpuq_enqueue(NULL, bad_packet(60)); }
CRIME(if_input_) { if_input(IFP(sc), bad_packet(60)); }
CRIME(if_deferred) { if_schedule_deferred_start(IFP(sc)); }
CRIME(rcvif) { hand_up(sc, bad_packet(60)); }
CRIME(media_) { ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_10G_T); }
CRIME(bpf_intr) { struct mbuf *m = m_gethdr(M_DONTWAIT, MT_DATA); static char
	    l; IFP(sc)->if_bpf = (struct bpf_if *)(void *)&l;
	bpf_mtap(IFP(sc), m, BPF_D_IN); }
CRIME(evcnt_twice) { evcnt_attach_dynamic(&sc->sc_ev, EVCNT_TYPE_MISC, NULL,
	    "bad0", "things"); }
CRIME(evcnt_name) { static char n[300]; static struct evcnt ev; (void)sc;
	memset(n, 'x', sizeof(n) - 1);
	evcnt_attach_dynamic(&ev, EVCNT_TYPE_MISC, NULL, "bad0", n); }
CRIME(evcnt_gone) { static struct evcnt ev; (void)sc; evcnt_detach(&ev); }
CRIME(evcnt_freed) { struct evcnt *ev = kmem_alloc(sizeof(*ev), KM_SLEEP);
	(void)sc; evcnt_attach_dynamic(ev, EVCNT_TYPE_MISC, NULL, "a", "b");
	kmem_free(ev, sizeof(*ev)); }
CRIME(sysctl_path) { sysctl_createv(&sc->sc_sysctl, 0, NULL, NULL, 0,
	    CTLTYPE_NODE, "x", NULL, NULL, 0, NULL, 0, CTL_HW, CTL_EOL); }
CRIME(sysctl_data_) { sysctl_createv(&sc->sc_sysctl, 0, NULL, NULL, 0,
	    CTLTYPE_INT, "x", NULL, NULL, 0, NULL, 0, CTL_HW, CTL_CREATE,
	    CTL_EOL); }
CRIME(sysctl_freed) { sysctl_createv(&sc->sc_sysctl, 0, NULL, NULL, 0,
	    CTLTYPE_INT, "x", NULL, NULL, 0, (int *)sc->sc_b.bb_mem, 0, CTL_HW,
	    CTL_CREATE, CTL_EOL); bad_free(sc->sc_b.bb_mem, BAD_MEM); }
CRIME(panic_) { KASSERT(sc == NULL); }

const struct crime bad_crimes[] = {
	CRIMES_COMMON(CRIME_ROW)
	CRIMES_BUS(CRIME_ROW)
	{ "space-size", DETACH, crime_space_size },
	{ "mtx-init", PROC, mtx_init_ }, { "mtx-twice", PROC, mtx_twice },
	{ "mtx-self", PROC, mtx_self }, { "mtx-owner", PROC, mtx_owner },
	{ "mtx-intr", INTR, mtx_intr },
	{ "mtx-spin-held", PROC, mtx_spin_held },
	{ "mtx-destroy", PROC, mtx_destroy }, { "mtx-freed", PROC, mtx_freed },
	{ "mtx-leak", INTR, mtx_leak }, { "mtx-leak", SOFT, mtx_leak },
	{ "mtx-leak", TOUT, mtx_leak }, { "mtx-leak", PROC, mtx_leak_proc },
	{ "mtx-leak", IOCTL, mtx_leak }, { "lock-order", PROC, lock_order },
	{ "klock-owner", PROC, klock_owner },
	{ "klock-leak", PROC, klock_leak }, { "klock-spin", PROC, klock_spin },
	{ "preempt", PROC, preempt_ }, { "preempt", SOFT, preempt_ },
	{ "preempt", PROC, preempt_more }, { "spl-leak", PROC, spl_leak },
	{ "sleep-intr", SOFT, sleep_intr }, { "sleep-intr", TOUT, sleep_intr },
	{ "sleep-spin", PROC, sleep_spin },
	{ "sleep-preempt", PROC, sleep_preempt },
	{ "cv-init", PROC, cv_init_ }, { "cv-destroy", PROC, cv_destroy_ },
	{ "cv-mutex", PROC, cv_mutex }, { "cv-time", PROC, cv_time },
	{ "delay", INTR, delay_ }, { "hang", PROC, hang },
	{ "softint-flags", PROC, softint_flags },
	{ "softint-preempt", PROC, softint_preempt },
	{ "softint-gone", PROC, softint_gone },
	{ "softint-freed", PROC, softint_freed },
	{ "callout-init", PROC, callout_init_ },
	{ "callout-flags", PROC, callout_flags },
	{ "callout-func", PROC, callout_func },
	{ "callout-time", PROC, callout_time },
	{ "callout-halt", PROC, callout_halt_ },
	{ "callout-destroy", PROC, callout_destroy_ },
	{ "callout-freed", PROC, callout_freed }, { "wq-name", PROC, wq_name },
	{ "wq-cpu", PROC, wq_cpu }, { "wq-twice", PROC, wq_twice },
	{ "wq-ipl", INTR, wq_ipl }, { "wq-pending", PROC, wq_pending },
	{ "wq-gone", PROC, wq_gone_ }, { "wq-freed", PROC, wq_freed },
	{ "config-twice", PROC, crime_nothing },
	{ "config-pending", PROC, config_pending },
	{ "detach-forced", PROC, crime_nothing },
	{ "pmf-twice", PROC, pmf_twice }, { "pmf-class", PROC, crime_nothing },
	{ "pmf-left", PROC, crime_nothing },
	{ "intr-count", LATE, intr_count }, { "intr-alloc", PROC, intr_alloc },
	{ "intr-handle", PROC, intr_handle },
	{ "intr-twice", PROC, intr_twice },
	{ "intr-mpsafe", PROC, intr_mpsafe }, { "intr-gone", PROC, intr_gone },
	{ "intr-release", PROC, intr_release },
	{ "intr-freed", PROC, intr_freed }, { "kcpuset", PROC, kcpuset_ },
	{ "mbuf-hdr", PROC, mbuf_hdr }, { "mbuf-len", PROC, mbuf_len },
	{ "mbuf-ext", PROC, mbuf_ext }, { "kmem-context", SOFT, kmem_context },
	{ "kmem-flags", PROC, kmem_flags }, { "kmem-size", PROC, kmem_size },
	{ "kmem-wild", PROC, kmem_wild }, { "pcq-size", PROC, pcq_size },
	{ "pcq-null", PROC, pcq_null }, { "pcq-consumer", PROC, pcq_consumer },
	{ "if-flags", PROC, if_flags_ }, { "if-flags", START, if_flags_ },
	{ "ifnet-lock", PROC, ifnet_lock },
	{ "ifnet-softint", SOFT, ifnet_softint },
	{ "ifnet-held", PROC, ifnet_held }, { "if-mpsafe", ATTACH, if_mpsafe },
	{ "if-watchdog", ATTACH, if_watchdog_ },
	{ "if-handlers", ATTACH, if_handlers }, { "if-twice", PROC, if_twice },
	{ "if-name", ATTACH, if_name }, { "if-order", PROC, if_order },
	{ "if-mac", PROC, crime_nothing }, { "if-freed", PROC, if_freed },
	{ "if-link", ATTACH, if_link }, { "if-link", PROC, if_link_what },
	{ "if-percpuq", PROC, if_percpuq_ }, { "if-input", PROC, if_input_ },
	{ "if-deferred", PROC, if_deferred }, { "rcvif", PROC, rcvif },
	{ "ioctl-reset", IOCTL, crime_nothing }, { "media", PROC, media_ },
	{ "media-lock", PROC, crime_nothing }, { "bpf-intr", INTR, bpf_intr },
	{ "evcnt-twice", PROC, evcnt_twice },
	{ "evcnt-name", PROC, evcnt_name }, { "evcnt-gone", PROC, evcnt_gone },
	{ "evcnt-freed", PROC, evcnt_freed },
	{ "sysctl-path", PROC, sysctl_path },
	{ "sysctl-data", PROC, sysctl_data_ },
	{ "sysctl-freed", PROC, sysctl_freed }, { "panic", PROC, panic_ }
};
const unsigned int bad_ncrimes = __arraycount(bad_crimes);

/* ---- a life */

struct bad_bus *
bad_bus(struct bad_softc *sc)
{
	return (&sc->sc_b);
}

void *
bad_alloc(size_t n)
{
	return (kmem_alloc(n, KM_SLEEP));
}

void
bad_free(void *p, size_t n)
{
	kmem_free(p, n);
}

bool
bad_enter(unsigned int i)
{
	fk_driver(&bad_ca, "bad");
	return (fk_attach(crime_is("config-twice") || i % 2 == 0) &&
	    fk_attached());
}

static void
arm_callout(void *arg)
{
	struct bad_softc *sc = arg;

	callout_schedule(&sc->sc_tick, 1);
}

void
bad_before_up(void)
{
	fk_intr_raise(0);
	fc_run(50000);
	fk_proc(arm_callout, crime_sc);
	fc_run(100000);
}

void
bad_after_up(void)
{
}
