/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dummy driver that behaves, and one crime for each rule of rules.h that
 * it can be made to commit: proof that the fake would notice.
 */
#include "fk_priv.h"

#include <sys/intrmap.h>
#include <sys/kstat.h>
#include <sys/sockio.h>
#include <machine/bus.h>
#include <net/if.h>
#include <net/if_media.h>
#include <net/toeplitz.h>
#include <net/bpf.h>
#include <netinet/in.h>
#include <netinet/if_ether.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include "sys_crime_bus.h"

enum where { PROC, INTR, TOUT, ATTACH, DETACH, IOCTL, QSTART };

struct bad_softc {
	struct device sc_dev;
	struct arpcom sc_ac;
	struct ifmedia sc_media;
	struct bad_bus sc_b;
	void *sc_ih;
	struct mutex sc_mtx, sc_mtx2;
	struct rwlock sc_rw, sc_rw2;
	struct task sc_task;
	struct timeout sc_to;
	struct taskq *sc_tq;
	struct kstat *sc_ks;
	struct kstat_kv sc_kv;
	int sc_wake;
};

/* ---- the driver */

static int
bad_match(struct device *parent, void *match, void *aux)
{
	(void)parent;
	(void)match;
	(void)aux;
	return (1);
}

static int
bad_intr(void *arg)
{
	(void)arg;
	crime_commit(INTR);
	return (1);
}

static void
bad_nothing(void *arg)
{
	(void)arg;
}

static void
bad_tick(void *arg)
{
	(void)arg;
	crime_commit(TOUT);
}

static void
bad_start(struct ifqueue *ifq)
{
	struct mbuf *m;

	crime_commit(QSTART);
	while ((m = ifq_dequeue(ifq)) != NULL)
		m_freem(m);
}

static int
bad_ioctl(struct ifnet *ifp, u_long cmd, caddr_t data)
{
	struct bad_softc *sc = ifp->if_softc;
	int error;

	crime_commit(IOCTL);
	if (crime_is("ioctl-reset"))
		return (ENETRESET);
	if (cmd == SIOCSIFFLAGS) {
		if ((ifp->if_flags & IFF_UP) != 0)
			ifp->if_flags |= IFF_RUNNING;
		else
			ifp->if_flags &= (unsigned short)~IFF_RUNNING;
		return (0);
	}
	error = ether_ioctl(ifp, &sc->sc_ac, cmd, data);
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
	pci_mapreg_map(&b->bb_pa, PCI_MAPREG_START, 0, flags, &b->bb_memt,
	    &b->bb_memh, NULL, &b->bb_mems, 0);
}

static void
bad_attach(struct device *parent, struct device *self, void *aux)
{
	struct bad_softc *sc = (struct bad_softc *)self;
	struct bad_bus *b = &sc->sc_b;
	struct ifnet *ifp = &sc->sc_ac.ac_if;
	pci_intr_handle_t ih;

	(void)parent;
	crime_sc = sc;
	b->bb_pa = *(struct pci_attach_args *)aux;
	b->bb_dmat = b->bb_pa.pa_dmat;
	mtx_init(&sc->sc_mtx, IPL_NET);
	mtx_init(&sc->sc_mtx2, IPL_NET);
	rw_init(&sc->sc_rw, "bad");
	rw_init(&sc->sc_rw2, "bad2");
	task_set(&sc->sc_task, bad_nothing, sc);
	timeout_set(&sc->sc_to, bad_tick, sc);
	bad_map(b, 0);
	pci_mapreg_map(&b->bb_pa, PCI_MAPREG_START + 8, 0,
	    BUS_SPACE_MAP_PREFETCHABLE | BUS_SPACE_MAP_LINEAR, &b->bb_llqt,
	    &b->bb_llqh, NULL, &b->bb_llqs, 0);
	pci_intr_map_msix(&b->bb_pa, 0, &ih);
	sc->sc_ih = pci_intr_establish(b->bb_pa.pa_pc, ih,
	    IPL_NET | IPL_MPSAFE, bad_intr, sc, "bad0");
	sc->sc_tq = taskq_create("bad", 1, IPL_NET, TASKQ_MPSAFE);
	b->bb_mem = bad_alloc(BAD_MEM);
	memcpy(sc->sc_ac.ac_enaddr, "\002\0\0\0\0\1", 6);
	strlcpy(ifp->if_xname, "bad0", IFNAMSIZ);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_xflags = IFXF_MPSAFE;
	ifp->if_ioctl = bad_ioctl;
	ifp->if_qstart = bad_start;
	crime_commit(ATTACH);
	ifmedia_init(&sc->sc_media, 0, bad_change, bad_status);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);
	if_attach(ifp);
	ether_ifattach(ifp);
	sc->sc_ks = kstat_create("bad0", 0, "bad-stats", 0, KSTAT_T_KV, 0);
	kstat_kv_init(&sc->sc_kv, "value", KSTAT_KV_T_COUNTER64);
	sc->sc_ks->ks_data = &sc->sc_kv;
	sc->sc_ks->ks_datalen = sizeof(sc->sc_kv);
	kstat_set_wlock(sc->sc_ks, &sc->sc_rw);
	kstat_install(sc->sc_ks);
	printf(": a dummy\n");
}

static int
bad_detach(struct device *self, int flags)
{
	struct bad_softc *sc = (struct bad_softc *)self;
	struct bad_bus *b = &sc->sc_b;
	struct ifnet *ifp = &sc->sc_ac.ac_if;

	(void)flags;
	crime_commit(DETACH);
	if (crime_is("detach-forced"))
		return (EBUSY);
	kstat_destroy(sc->sc_ks);
	ether_ifdetach(ifp);
	if_detach(ifp);
	ifmedia_delete_instance(&sc->sc_media, IFM_INST_ANY);
	timeout_del_barrier(&sc->sc_to);
	pci_intr_disestablish(b->bb_pa.pa_pc, sc->sc_ih);
	taskq_del_barrier(systq, &sc->sc_task);
	taskq_destroy(sc->sc_tq);
	bus_space_unmap(b->bb_memt, b->bb_memh, b->bb_mems);
	bus_space_unmap(b->bb_llqt, b->bb_llqh, b->bb_llqs);
	bad_free(b->bb_mem, BAD_MEM);
	return (0);
}

static const struct cfattach bad_ca = {
	sizeof(struct bad_softc), bad_match, bad_attach, bad_detach, NULL
};
static struct cfdriver bad_cd = { NULL, "bad", DV_IFNET, 0, 0 };

/* ---- crimes */

struct mbuf *
bad_packet(int len)
{
	struct mbuf *m = MCLGETL(NULL, M_WAIT, 2048);

	m->m_len = (u_int)len;
	m->m_pkthdr.len = len;
	return (m);
}

static struct mutex never_mtx, none_mtx = MUTEX_INITIALIZER(IPL_NONE);
static struct rwlock never_rw;

CRIME(mtx_init_) { (void)sc; memset(&never_mtx, 0, sizeof(never_mtx));
	mtx_enter(&never_mtx); }
CRIME(mtx_self) { mtx_enter(&sc->sc_mtx); mtx_enter(&sc->sc_mtx); }
CRIME(mtx_owner) { mtx_leave(&sc->sc_mtx); }
CRIME(mtx_ipl) { (void)sc; mtx_enter(&none_mtx); mtx_leave(&none_mtx); }
CRIME(mtx_leak) { mtx_enter(&sc->sc_mtx); }
CRIME(mtx_assert) { MUTEX_ASSERT_LOCKED(&sc->sc_mtx); }
CRIME(rw_init_) { (void)sc; memset(&never_rw, 0, sizeof(never_rw));
	rw_enter_write(&never_rw); }
CRIME(rw_self) { rw_enter_write(&sc->sc_rw); rw_enter_write(&sc->sc_rw); }
CRIME(rw_owner) { rw_exit_write(&sc->sc_rw); }
CRIME(rw_leak) { rw_enter_write(&sc->sc_rw); }
CRIME(rw_assert_) { rw_assert_wrlock(&sc->sc_rw); }
CRIME(lock_order)
{
	rw_enter_write(&sc->sc_rw);
	rw_enter_write(&sc->sc_rw2);
	rw_exit_write(&sc->sc_rw2);
	rw_exit_write(&sc->sc_rw);
	rw_enter_write(&sc->sc_rw2);
	rw_enter_write(&sc->sc_rw);
	rw_exit_write(&sc->sc_rw);
	rw_exit_write(&sc->sc_rw2);
}
CRIME(klock_owner_) { (void)sc; KERNEL_UNLOCK(); }
CRIME(klock_leak) { (void)sc; KERNEL_LOCK(); }
CRIME(klock_mutex) { mtx_enter(&sc->sc_mtx); KERNEL_LOCK(); KERNEL_UNLOCK();
	mtx_leave(&sc->sc_mtx); }
CRIME(net_locked) { (void)sc; NET_ASSERT_LOCKED(); }
CRIME(net_unlocked) { (void)sc; NET_ASSERT_UNLOCKED(); }
CRIME(spl) { (void)sc; splassert(IPL_NET); }
CRIME(spl_leak) { (void)sc; splnet(); }
CRIME(sleep_intr) { tsleep_nsec(&sc->sc_wake, PWAIT, "bad", 1000); }
CRIME(sleep_mutex) { mtx_enter(&sc->sc_mtx);
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", 1000);
	mtx_leave(&sc->sc_mtx); }
CRIME(sleep_spl) { int s = splnet();
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", 1000); splx(s); }
CRIME(tsleep_klock) { sc->sc_wake = 1;
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", INFSLP); }
CRIME(delay_) { (void)sc; delay(5000); }
CRIME(hang) { KERNEL_LOCK();
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", INFSLP); KERNEL_UNLOCK(); }
CRIME(task_set_) { static struct task t; (void)sc; memset(&t, 0, sizeof(t));
	task_add(systq, &t); }
CRIME(task_queue) { task_add(systq, &sc->sc_task);
	task_del(systqmp, &sc->sc_task); }
CRIME(task_freed) { struct task *t = malloc(sizeof(*t), M_DEVBUF, M_WAITOK);
	task_set(t, bad_nothing, sc); task_add(sc->sc_tq, t);
	task_add(sc->sc_tq, &sc->sc_task); fc_set_preempt(0);
	task_del(sc->sc_tq, t); task_add(sc->sc_tq, t);
	free(t, M_DEVBUF, sizeof(*t)); }
CRIME(taskq_ipl) { static struct taskq *tq; (void)sc;
	tq = taskq_create("low", 1, IPL_NONE, 0);
	task_add(tq, &sc->sc_task); }
CRIME(taskq_dead) { struct taskq *tq = taskq_create("x", 1, IPL_NET, 0);
	cold = 1; taskq_destroy(tq); cold = 0;
	task_add(tq, &sc->sc_task); }
static void
destroy_self(void *arg)
{
	taskq_destroy(arg);
}
CRIME(taskq_self) { task_set(&sc->sc_task, destroy_self, sc->sc_tq);
	task_add(sc->sc_tq, &sc->sc_task); tsleep_nsec(&sc->sc_wake, PWAIT,
	    "bad", 100000); }
CRIME(timeout_set_) { static struct timeout to; (void)sc;
	memset(&to, 0, sizeof(to)); timeout_add(&to, 1); }
CRIME(timeout_flags) { timeout_set_flags(&sc->sc_to, bad_tick, sc,
	    KCLOCK_NONE, TIMEOUT_MPSAFE); }
CRIME(timeout_negative) { timeout_add(&sc->sc_to, -1); }
static void
barrier_self(void *arg)
{
	timeout_barrier(arg);
}
CRIME(timeout_self) { timeout_set_proc(&sc->sc_to, barrier_self, &sc->sc_to);
	timeout_add(&sc->sc_to, 1);
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", 1000000000); }
CRIME(timeout_freed) { struct timeout *t = malloc(sizeof(*t), M_DEVBUF,
	    M_WAITOK);
	timeout_set(t, bad_tick, sc); timeout_add_sec(t, 1);
	free(t, M_DEVBUF, sizeof(*t)); timeout_del(t); }
CRIME(msix_bar) { pci_intr_handle_t ih; pci_conf_write(sc->sc_b.bb_pa.pa_pc,
	    sc->sc_b.bb_pa.pa_tag, PCI_MAPREG_START + 4, 0);
	pci_intr_map_msix(&sc->sc_b.bb_pa, 1, &ih); }
CRIME(intr_map) { pci_intr_handle_t ih; memset(&ih, 0, sizeof(ih)); ih.pin = 5;
	pci_intr_establish(NULL, ih, IPL_NET, bad_intr, sc, "x"); }
CRIME(intr_twice) { pci_intr_handle_t ih;
	pci_intr_map_msix(&sc->sc_b.bb_pa, 0, &ih);
	pci_intr_establish(NULL, ih, IPL_NET, bad_intr, sc, "x"); }
CRIME(intr_level) { pci_intr_handle_t ih;
	pci_intr_map_msix(&sc->sc_b.bb_pa, 1, &ih);
	pci_intr_establish(NULL, ih, IPL_VM, bad_intr, sc, "x"); }
CRIME(intr_gone) { pci_intr_disestablish(NULL, sc->sc_ih);
	pci_intr_disestablish(NULL, sc->sc_ih); }
CRIME(intr_freed) { pci_intr_handle_t ih; void *p = malloc(64, M_DEVBUF,
	    M_WAITOK), *c;
	pci_intr_map_msix(&sc->sc_b.bb_pa, 1, &ih);
	c = pci_intr_establish(NULL, ih, IPL_NET, bad_intr, p, "x");
	free(p, M_DEVBUF, 64); pci_intr_disestablish(NULL, c); }
CRIME(intrmap_) { struct intrmap *im = intrmap_create(&sc->sc_dev, 2, 8, 0);
	intrmap_cpu(im, 7); }
CRIME(mbuf_hdr) { struct mbuf_list ml = MBUF_LIST_INITIALIZER();
	ml_enqueue(&ml, m_get(M_WAIT, MT_DATA));
	ifiq_input(&sc->sc_ac.ac_if.if_rcv, &ml); }
CRIME(mbuf_len) { struct mbuf_list ml = MBUF_LIST_INITIALIZER();
	struct mbuf *m = bad_packet(100); m->m_pkthdr.len = 90;
	ml_enqueue(&ml, m); ifiq_input(&sc->sc_ac.ac_if.if_rcv, &ml);
	tsleep_nsec(&sc->sc_wake, PWAIT, "bad", 10000000); }
CRIME(mbuf_cluster) { (void)sc; MCLGETL(NULL, M_WAIT, 70000); }
CRIME(mbuf_ext) { struct mbuf *m = bad_packet(100); (void)sc;
	MCLGETL(m, M_WAIT, 2048); }
CRIME(malloc_flags) { (void)sc; malloc(10, M_DEVBUF, M_ZERO); }
CRIME(malloc_type) { (void)sc; malloc(10, 4711, M_WAITOK); }
CRIME(free_wild) { void *p = malloc(10, M_DEVBUF, M_WAITOK); (void)sc;
	free(p, M_DEVBUF, 10); free(p, M_DEVBUF, 10); }
CRIME(free_size) { (void)sc; free(malloc(10, M_DEVBUF, M_WAITOK), M_DEVBUF,
	    11); }
CRIME(free_type) { (void)sc; free(malloc(10, M_DEVBUF, M_WAITOK), M_TEMP,
	    10); }
CRIME(if_ioctl_) { sc->sc_ac.ac_if.if_ioctl = NULL; }
CRIME(if_mpsafe) { sc->sc_ac.ac_if.if_qstart = NULL; }
CRIME(if_twice) { if_attach(&sc->sc_ac.ac_if); }
CRIME(if_name) { sc->sc_ac.ac_if.if_xname[0] = '\0'; }
CRIME(if_queues) { if_attach_queues(&sc->sc_ac.ac_if, 4); }
CRIME(if_order) { if_detach(&sc->sc_ac.ac_if); }
CRIME(if_mac) { sc->sc_ac.ac_enaddr[0] = 1; }
CRIME(if_freed) { fk_gone(sc, sizeof(*sc), "softc freed"); }
CRIME(if_link) { if_link_state_change(&sc->sc_ac.ac_if); }
static void
enter_again(void *arg)
{
	struct ifqueue *ifq = arg;

	ifq->ifq_start.t_func(ifq);
}
CRIME(ifq_serial) { struct ifqueue *q = &sc->sc_ac.ac_if.if_snd;
	q->ifq_ml.ml_len = q->ifq_len = 1;
	enter_again(q); q->ifq_ml.ml_len = q->ifq_len = 0; }
CRIME(ifq_outside) { ifq_dequeue(&sc->sc_ac.ac_if.if_snd); }
CRIME(ifq_self) { ifq_barrier(&sc->sc_ac.ac_if.if_snd); }
CRIME(ifq_deq) { ifq_deq_commit(&sc->sc_ac.ac_if.if_snd, (struct mbuf *)1); }
CRIME(rxr_) { struct if_rxring r; (void)sc; if_rxr_init(&r, 4, 8);
	if_rxr_put(&r, 1); }
CRIME(media_) { ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_10G_T); }
CRIME(bpf_) { struct mbuf *m = bad_packet(60); (void)sc;
	bpf_mtap_ether(NULL, m, BPF_DIRECTION_OUT); m_freem(m); }
CRIME(kstat_name) { (void)sc; kstat_create("bad0", 0,
	    "a name that is far too long for a kstat", 0, KSTAT_T_KV, 0); }
CRIME(kstat_twice) { (void)sc; kstat_destroy(kstat_create("bad0", 0,
	    "bad-stats", 0, KSTAT_T_KV, 0)); }
CRIME(kstat_state) { kstat_install(sc->sc_ks); }
CRIME(kstat_data) { struct kstat *k = kstat_create("bad0", 0, "x", 0,
	    KSTAT_T_KV, 0); (void)sc; kstat_install(k); kstat_destroy(k); }
CRIME(kstat_key) { kstat_kv_init(&sc->sc_kv, "sixteen letters!",
	    KSTAT_KV_T_BOOL); }
CRIME(kstat_freed) { sc->sc_ks->ks_data = sc->sc_b.bb_mem;
	bad_free(sc->sc_b.bb_mem, BAD_MEM); }
CRIME(toeplitz_) { stoeplitz_to_key(sc->sc_b.bb_mem, 39); }
CRIME(panic_) { KASSERT(sc == NULL); }

const struct crime bad_crimes[] = {
	CRIMES_COMMON(CRIME_ROW)
	CRIMES_BUS(CRIME_ROW)
	{ "space-size", DETACH, crime_space_size },
	{ "mtx-init", PROC, mtx_init_ }, { "mtx-self", PROC, mtx_self },
	{ "mtx-owner", PROC, mtx_owner }, { "mtx-ipl", INTR, mtx_ipl },
	{ "mtx-leak", INTR, mtx_leak }, { "mtx-leak", PROC, mtx_leak },
	{ "mtx-assert", PROC, mtx_assert }, { "rw-init", PROC, rw_init_ },
	{ "rw-self", PROC, rw_self }, { "rw-owner", PROC, rw_owner },
	{ "rw-leak", IOCTL, rw_leak }, { "rw-assert", PROC, rw_assert_ },
	{ "lock-order", PROC, lock_order },
	{ "klock-owner", PROC, klock_owner_ },
	{ "klock-leak", PROC, klock_leak },
	{ "klock-mutex", PROC, klock_mutex },
	{ "net-locked", PROC, net_locked },
	{ "net-unlocked", IOCTL, net_unlocked }, { "spl", PROC, spl },
	{ "spl-leak", PROC, spl_leak }, { "sleep-intr", INTR, sleep_intr },
	{ "sleep-intr", TOUT, sleep_intr },
	{ "sleep-mutex", PROC, sleep_mutex }, { "sleep-spl", PROC, sleep_spl },
	{ "tsleep-klock", PROC, tsleep_klock }, { "delay", INTR, delay_ },
	{ "hang", PROC, hang }, { "task-set", PROC, task_set_ },
	{ "task-queue", PROC, task_queue }, { "task-freed", PROC, task_freed },
	{ "taskq-ipl", INTR, taskq_ipl }, { "taskq-dead", PROC, taskq_dead },
	{ "taskq-self", PROC, taskq_self },
	{ "timeout-set", PROC, timeout_set_ },
	{ "timeout-flags", PROC, timeout_flags },
	{ "timeout-negative", PROC, timeout_negative },
	{ "timeout-self", PROC, timeout_self },
	{ "timeout-freed", PROC, timeout_freed },
	{ "msix-bar", PROC, msix_bar }, { "intr-map", PROC, intr_map },
	{ "intr-twice", PROC, intr_twice }, { "intr-level", PROC, intr_level },
	{ "intr-gone", PROC, intr_gone }, { "intr-freed", PROC, intr_freed },
	{ "intrmap", PROC, intrmap_ },
	{ "detach-forced", DETACH, crime_nothing },
	{ "mbuf-hdr", PROC, mbuf_hdr }, { "mbuf-len", PROC, mbuf_len },
	{ "mbuf-cluster", PROC, mbuf_cluster }, { "mbuf-ext", PROC, mbuf_ext },
	{ "malloc-flags", PROC, malloc_flags },
	{ "malloc-type", PROC, malloc_type }, { "free-wild", PROC, free_wild },
	{ "free-size", PROC, free_size }, { "free-type", PROC, free_type },
	{ "if-ioctl", ATTACH, if_ioctl_ }, { "if-mpsafe", ATTACH, if_mpsafe },
	{ "if-twice", PROC, if_twice }, { "if-name", ATTACH, if_name },
	{ "if-queues", ATTACH, if_queues }, { "if-order", PROC, if_order },
	{ "if-mac", ATTACH, if_mac }, { "if-freed", PROC, if_freed },
	{ "if-link", ATTACH, if_link }, { "ifq-serial", QSTART, ifq_serial },
	{ "ifq-outside", PROC, ifq_outside }, { "ifq-self", QSTART, ifq_self },
	{ "ifq-deq", QSTART, ifq_deq }, { "rxr", PROC, rxr_ },
	{ "ioctl-reset", IOCTL, crime_nothing }, { "media", PROC, media_ },
	{ "bpf", PROC, bpf_ }, { "kstat-name", PROC, kstat_name },
	{ "kstat-twice", PROC, kstat_twice },
	{ "kstat-state", PROC, kstat_state },
	{ "kstat-data", PROC, kstat_data }, { "kstat-key", PROC, kstat_key },
	{ "kstat-freed", PROC, kstat_freed }, { "toeplitz", PROC, toeplitz_ },
	{ "panic", PROC, panic_ }
};
const unsigned int bad_ncrimes = nitems(bad_crimes);

/* ---- a life */

struct bad_bus *
bad_bus(struct bad_softc *sc)
{
	return (&sc->sc_b);
}

void *
bad_alloc(size_t n)
{
	return (malloc(n, M_DEVBUF, M_WAITOK));
}

void
bad_free(void *p, size_t n)
{
	free(p, M_DEVBUF, n);
}

bool
bad_enter(unsigned int i)
{
	(void)i;
	fk_driver(&bad_ca, &bad_cd);
	return (fk_attach(false) && fk_attached());
}

static void
arm_timeout(void *arg)
{
	struct bad_softc *sc = arg;

	timeout_add(&sc->sc_to, 1);
}

void
bad_before_up(void)
{
	fk_intr_raise(0);
	fk_proc(arm_timeout, crime_sc);
	fc_run(100000);
}

void
bad_after_up(void)
{
}
