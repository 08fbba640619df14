/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dummy driver that behaves, and one crime for each rule of rules.h that
 * it can be made to commit: proof that the fake would notice.
 */
#include "fk_priv.h"
#include "fk_net.h"
#include "fk_common.h"
#include "fk_freebsd.h"

#include <sys/counter.h>
#include <sys/domainset.h>
#include <sys/kernel.h>
#include <sys/module.h>
#include <sys/rman.h>
#include <sys/smp.h>
#include <sys/sockio.h>
#include <sys/sysctl.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <netinet/tcp_lro.h>
#include <dev/netmap/netmap_kern.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <device_if.h>

#include "sys_crime.h"

enum where { PROC, FILTER, ITHREAD, CALLOUT, TASK, NETTASK, ATTACH, DETACH,
    COLD, IOCTL, XMIT, SYSCTL };

struct bad_softc {
	device_t sc_dev;
	if_t sc_ifp;
	struct ifmedia sc_media;
	struct resource *sc_bar0, *sc_bar2, *sc_barx, *sc_irq[2];
	void *sc_ih[2];
	bus_dma_tag_t sc_tag;
	struct mtx sc_mtx, sc_mtx2, sc_spin;
	struct sx sc_sx, sc_sx2;
	struct taskqueue *sc_tq;
	struct task sc_task, sc_net;
	struct callout sc_co, sc_locked;
	struct buf_ring *sc_br;
	struct lro_ctrl sc_lro;
	struct sysctl_ctx_list sc_ctx;
	counter_u64_t sc_counter;
	void *sc_mem;
	int sc_wake;
};

/* ---- the driver */

static int
bad_probe(device_t dev)
{
	device_set_desc(dev, "a dummy");
	return (BUS_PROBE_DEFAULT);
}

static int
bad_filter(void *arg)
{
	(void)arg;
	crime_commit(FILTER);
	return (crime_is("filter-value") ? FILTER_SCHEDULE_THREAD :
	    FILTER_HANDLED);
}

static void
bad_ithread(void *arg)
{
	(void)arg;
	crime_commit(ITHREAD);
}

static void
bad_task(void *arg, int pending)
{
	(void)arg;
	(void)pending;
	crime_commit(TASK);
}

static void
bad_net_task(void *arg, int pending)
{
	(void)arg;
	(void)pending;
	crime_commit(NETTASK);
}

static void
bad_callout(void *arg)
{
	(void)arg;
	crime_commit(CALLOUT);
}

static void
bad_init(void *arg)
{
	struct bad_softc *sc = arg;

	if_setdrvflagbits(sc->sc_ifp, IFF_DRV_RUNNING, 0);
}

static int
bad_transmit(if_t ifp, struct mbuf *m)
{
	struct bad_softc *sc = if_getsoftc(ifp);
	int error;

	crime_commit(XMIT);
	error = drbr_enqueue(ifp, sc->sc_br, m);
	mtx_lock(&sc->sc_mtx);
	while ((m = drbr_peek(ifp, sc->sc_br)) != NULL) {
		drbr_advance(ifp, sc->sc_br);
		ETHER_BPF_MTAP(ifp, m);
		m_freem(m);
	}
	mtx_unlock(&sc->sc_mtx);
	return (error);
}

static void
bad_qflush(if_t ifp)
{
	if_qflush(ifp);
}

static int
bad_ioctl(if_t ifp, u_long cmd, caddr_t data)
{
	struct bad_softc *sc = if_getsoftc(ifp);

	crime_commit(IOCTL);
	if (crime_is("ioctl-reset"))
		return (ENETRESET);
	if (cmd == SIOCSIFFLAGS) {
		if_setdrvflagbits(ifp, (if_getflags(ifp) & IFF_UP) != 0 ?
		    IFF_DRV_RUNNING : 0, (if_getflags(ifp) & IFF_UP) != 0 ?
		    0 : IFF_DRV_RUNNING);
		return (0);
	}
	if (cmd == SIOCGIFMEDIA)
		return (ifmedia_ioctl(ifp, (struct ifreq *)data,
		    &sc->sc_media, cmd));
	return (ether_ioctl(ifp, cmd, data));
}

static int
bad_change(if_t ifp)
{
	(void)ifp;
	return (0);
}

static void
bad_status(if_t ifp, struct ifmediareq *r)
{
	(void)ifp;
	r->ifm_status = IFM_AVALID;
}

static int
bad_sysctl(SYSCTL_HANDLER_ARGS)
{
	int v = 7;

	(void)arg1;
	(void)arg2;
	crime_commit(SYSCTL);
	if (crime_is("sysctl-type"))
		return (SYSCTL_OUT(req, &v, 2));
	return (sysctl_handle_int(oidp, &v, 0, req));
}

static struct resource *
bar(struct bad_softc *sc, int n)
{
	int rid = PCIR_BAR(n);

	return (bus_alloc_resource_any(sc->sc_dev, SYS_RES_MEMORY, &rid,
	    RF_ACTIVE));
}

static void
bad_locks(struct bad_softc *sc)
{
	mtx_init(&sc->sc_mtx, "bad one", NULL, MTX_DEF);
	mtx_init(&sc->sc_mtx2, "bad two", NULL, MTX_DEF);
	mtx_init(&sc->sc_spin, "bad spin", NULL, MTX_SPIN);
	sx_init(&sc->sc_sx, "bad sx");
	sx_init(&sc->sc_sx2, "bad sx two");
	TASK_INIT(&sc->sc_task, 0, bad_task, sc);
	NET_TASK_INIT(&sc->sc_net, 0, bad_net_task, sc);
	callout_init(&sc->sc_co, 1);
	callout_init_mtx(&sc->sc_locked, &sc->sc_mtx, 0);
	sc->sc_tq = taskqueue_create_fast("bad", M_WAITOK,
	    taskqueue_thread_enqueue, &sc->sc_tq);
	taskqueue_start_threads(&sc->sc_tq, 1, PI_NET, "bad %s", "taskq");
}

static void
bad_bus(struct bad_softc *sc)
{
	int n = 2, i, rid;

	sc->sc_bar0 = bar(sc, 0);
	sc->sc_bar2 = bar(sc, 2);
	if (fc_msix_bar() != 0)
		sc->sc_barx = bar(sc, (int)fc_msix_bar());
	pmap_change_attr((vm_offset_t)(uintptr_t)rman_get_virtual(
	    sc->sc_bar2), rman_get_size(sc->sc_bar2),
	    VM_MEMATTR_WRITE_COMBINING);
	pci_enable_busmaster(sc->sc_dev);
	pci_alloc_msix(sc->sc_dev, &n);
	for (i = 0; i < 2; i++) {
		rid = i + 1;
		sc->sc_irq[i] = bus_alloc_resource_any(sc->sc_dev,
		    SYS_RES_IRQ, &rid, RF_ACTIVE);
		bus_setup_intr(sc->sc_dev, sc->sc_irq[i], INTR_TYPE_NET |
		    INTR_MPSAFE, i == 0 ? bad_filter : NULL, i == 0 ? NULL :
		    bad_ithread, sc, &sc->sc_ih[i]);
		bus_describe_intr(sc->sc_dev, sc->sc_irq[i], sc->sc_ih[i],
		    "bad%d", i);
		bus_bind_intr(sc->sc_dev, sc->sc_irq[i], i);
	}
	bus_dma_tag_create(bus_get_dma_tag(sc->sc_dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, 4096, 4,
	    4096, 0, NULL, NULL, &sc->sc_tag);
}

static void
bad_if(struct bad_softc *sc)
{
	uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

	sc->sc_ifp = if_alloc(IFT_ETHER);
	if (!crime_is("if-name"))
		if_initname(sc->sc_ifp, device_get_name(sc->sc_dev),
		    device_get_unit(sc->sc_dev));
	if_setsoftc(sc->sc_ifp, sc);
	if_setflags(sc->sc_ifp, IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST);
	if_setinitfn(sc->sc_ifp, bad_init);
	if (!crime_is("if-methods"))
		if_setioctlfn(sc->sc_ifp, bad_ioctl);
	if_settransmitfn(sc->sc_ifp, bad_transmit);
	if (!crime_is("if-qflush"))
		if_setqflushfn(sc->sc_ifp, bad_qflush);
	ifmedia_init(&sc->sc_media, 0, bad_change, bad_status);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);
	if (crime_is("if-mac"))
		mac[0] = 1;
	ether_ifattach(sc->sc_ifp, mac);
	tcp_lro_init_args(&sc->sc_lro, sc->sc_ifp, 4, 0);
}

static int
bad_attach(device_t dev)
{
	struct bad_softc *sc = device_get_softc(dev);

	crime_sc = sc;
	sc->sc_dev = dev;
	bad_locks(sc);
	bad_bus(sc);
	sc->sc_mem = malloc(100, M_DEVBUF, M_WAITOK);
	sc->sc_br = buf_ring_alloc(16, M_DEVBUF, M_WAITOK, &sc->sc_mtx);
	sc->sc_counter = counter_u64_alloc(M_WAITOK);
	crime_commit(ATTACH);
	bad_if(sc);
	sysctl_ctx_init(&sc->sc_ctx);
	SYSCTL_ADD_PROC(&sc->sc_ctx,
	    SYSCTL_CHILDREN(device_get_sysctl_tree(dev)), OID_AUTO, "seven",
	    CTLTYPE_INT | CTLFLAG_RD | CTLFLAG_MPSAFE, sc, 0, bad_sysctl, "I",
	    "");
	SYSCTL_ADD_COUNTER_U64(&sc->sc_ctx,
	    SYSCTL_CHILDREN(device_get_sysctl_tree(dev)), OID_AUTO, "counter",
	    CTLFLAG_RD, &sc->sc_counter, "");
	if (cold)
		crime_commit(COLD);
	return (0);
}

static void
bad_unbus(struct bad_softc *sc)
{
	int i;

	for (i = 0; i < 2; i++) {
		bus_teardown_intr(sc->sc_dev, sc->sc_irq[i], sc->sc_ih[i]);
		bus_release_resource(sc->sc_dev, SYS_RES_IRQ, i + 1,
		    sc->sc_irq[i]);
	}
	pci_release_msi(sc->sc_dev);
	bus_dma_tag_destroy(sc->sc_tag);
	bus_release_resource(sc->sc_dev, SYS_RES_MEMORY, PCIR_BAR(0),
	    sc->sc_bar0);
	if (!crime_is("res-leak"))
		bus_release_resource(sc->sc_dev, SYS_RES_MEMORY, PCIR_BAR(2),
		    sc->sc_bar2);
	if (sc->sc_barx != NULL)
		bus_release_resource(sc->sc_dev, SYS_RES_MEMORY,
		    PCIR_BAR((int)fc_msix_bar()), sc->sc_barx);
}

static int
bad_detach(device_t dev)
{
	struct bad_softc *sc = device_get_softc(dev);

	crime_commit(DETACH);
	if (crime_is("detach-forced"))
		return (EBUSY);
	sysctl_ctx_free(&sc->sc_ctx);
	if (!crime_is("if-left"))
		ether_ifdetach(sc->sc_ifp);
	netmap_detach(sc->sc_ifp);
	callout_drain(&sc->sc_co);
	callout_drain(&sc->sc_locked);
	taskqueue_drain(sc->sc_tq, &sc->sc_task);
	taskqueue_free(sc->sc_tq);
	bad_unbus(sc);
	tcp_lro_free(&sc->sc_lro);
	if (!crime_is("if-left"))
		if_free(sc->sc_ifp);
	ifmedia_removeall(&sc->sc_media);
	if (!crime_is("br-left")) {
		mtx_lock(&sc->sc_mtx);
		drbr_flush(NULL, sc->sc_br);
		mtx_unlock(&sc->sc_mtx);
	}
	buf_ring_free(sc->sc_br, M_DEVBUF);
	counter_u64_free(sc->sc_counter);
	free(sc->sc_mem, M_DEVBUF);
	if (!crime_is("lock-left"))
		mtx_destroy(&sc->sc_mtx);
	mtx_destroy(&sc->sc_mtx2);
	mtx_destroy(&sc->sc_spin);
	sx_destroy(&sc->sc_sx);
	sx_destroy(&sc->sc_sx2);
	return (0);
}

static device_method_t bad_methods[] = {
	DEVMETHOD(device_probe, bad_probe),
	DEVMETHOD(device_attach, bad_attach),
	DEVMETHOD(device_detach, bad_detach),
	DEVMETHOD_END
};
static driver_t bad_driver = { "bad", bad_methods, sizeof(struct bad_softc),
    NULL, 0, NULL };
DRIVER_MODULE(bad, pci, bad_driver, NULL, NULL);

/* ---- crimes */

#define NAP(sc)		tsleep(&(sc)->sc_wake, PWAIT, "bad", 10)

CRIME(lock_twice) { mtx_init(&sc->sc_mtx, "again", NULL, MTX_DEF); }
CRIME(lock_init_) { static struct mtx m; (void)sc; memset(&m, 0, sizeof(m));
	mtx_lock(&m); }
CRIME(lock_dead) { mtx_destroy(&sc->sc_mtx2); mtx_lock(&sc->sc_mtx2); }
CRIME(lock_class) { mtx_lock(&sc->sc_spin); }
CRIME(lock_dup) { static struct mtx m; mtx_init(&m, "bad one", NULL, MTX_DEF);
	mtx_lock(&sc->sc_mtx); mtx_lock(&m); mtx_unlock(&m);
	mtx_unlock(&sc->sc_mtx); mtx_destroy(&m); }
CRIME(lock_order)
{
	sx_xlock(&sc->sc_sx);
	sx_xlock(&sc->sc_sx2);
	sx_xunlock(&sc->sc_sx2);
	sx_xunlock(&sc->sc_sx);
	sx_xlock(&sc->sc_sx2);
	sx_xlock(&sc->sc_sx);
	sx_xunlock(&sc->sc_sx);
	sx_xunlock(&sc->sc_sx2);
}
CRIME(mtx_self) { mtx_lock(&sc->sc_mtx); mtx_lock(&sc->sc_mtx); }
CRIME(mtx_owner) { mtx_unlock(&sc->sc_mtx); }
CRIME(mtx_assert_) { mtx_assert(&sc->sc_mtx, MA_OWNED); }
CRIME(mtx_leak) { mtx_lock(&sc->sc_mtx2); }
CRIME(sx_self) { sx_xlock(&sc->sc_sx); sx_xlock(&sc->sc_sx); }
CRIME(sx_owner) { sx_xunlock(&sc->sc_sx); }
CRIME(sx_assert_) { sx_assert(&sc->sc_sx, SA_XLOCKED); }
CRIME(sx_held) { sx_xlock(&sc->sc_sx); sx_destroy(&sc->sc_sx); }
CRIME(sx_leak) { sx_xlock(&sc->sc_sx); }
CRIME(critical_) { (void)sc; critical_enter(); }
CRIME(critical_block) { mtx_lock_spin(&sc->sc_spin); mtx_lock(&sc->sc_mtx);
	mtx_unlock(&sc->sc_mtx); mtx_unlock_spin(&sc->sc_spin); }
CRIME(filter_block) { mtx_lock(&sc->sc_mtx); mtx_unlock(&sc->sc_mtx); }
CRIME(filter_malloc) { (void)sc; free(malloc(10, M_DEVBUF, M_NOWAIT),
	    M_DEVBUF); }
CRIME(filter_mbuf) { (void)sc; m_freem(m_get(M_NOWAIT, MT_DATA)); }
CRIME(nap) { NAP(sc); }
CRIME(sleep_mutex) { mtx_lock(&sc->sc_mtx); NAP(sc);
	mtx_unlock(&sc->sc_mtx); }
CRIME(malloc_mutex) { mtx_lock(&sc->sc_mtx);
	free(malloc(10, M_DEVBUF, M_WAITOK), M_DEVBUF);
	mtx_unlock(&sc->sc_mtx); }
CRIME(sx_mutex) { mtx_lock(&sc->sc_mtx); sx_xlock(&sc->sc_sx);
	sx_xunlock(&sc->sc_sx); mtx_unlock(&sc->sc_mtx); }
CRIME(sleep_lock) { tsleep(&sc->sc_wake, PWAIT, "bad", 0); }
CRIME(sleep_ident) { (void)sc; tsleep(NULL, PWAIT, "bad", 1); }
CRIME(delay_) { (void)sc; DELAY(5000); }
CRIME(hang) { mtx_lock(&sc->sc_mtx); msleep(&sc->sc_wake, &sc->sc_mtx, 0,
	    "bad", 0); mtx_unlock(&sc->sc_mtx); }
static struct epoch_tracker never_et;
CRIME(epoch_exit_) { (void)sc; memset(&never_et, 0, sizeof(never_et));
	NET_EPOCH_EXIT(never_et); }
CRIME(epoch_leak) { (void)sc; NET_EPOCH_ENTER(never_et); }
CRIME(epoch_wait_) { (void)sc; NET_EPOCH_WAIT(); }
CRIME(epoch_assert_) { (void)sc; NET_EPOCH_ASSERT(); }
CRIME(task_init_) { static struct task t; memset(&t, 0, sizeof(t));
	taskqueue_enqueue(sc->sc_tq, &t); }
CRIME(task_freed) { struct task *t = malloc(sizeof(*t), M_DEVBUF, M_WAITOK);
	TASK_INIT(t, 0, bad_task, sc); fc_set_preempt(0);
	taskqueue_enqueue(sc->sc_tq, t); free(t, M_DEVBUF); }
CRIME(taskq_context) { static struct taskqueue *other; other = sc->sc_tq;
	sc->sc_tq = taskqueue_create("x", M_WAITOK, taskqueue_thread_enqueue,
	    &other); taskqueue_enqueue(sc->sc_tq, &sc->sc_task); }
CRIME(taskq_dead) { struct taskqueue *tq = taskqueue_create("x", M_WAITOK,
	    taskqueue_thread_enqueue, &tq); taskqueue_free(tq);
	taskqueue_enqueue(tq, &sc->sc_task); }
CRIME(taskq_pri) { taskqueue_start_threads(&sc->sc_tq, 1, PRI_MAX + 1, "x"); }
CRIME(taskq_self) { taskqueue_drain(sc->sc_tq, &sc->sc_task); }
CRIME(taskq_free_self) { taskqueue_free(sc->sc_tq); }
CRIME(callout_init_) { static struct callout c; (void)sc;
	memset(&c, 0, sizeof(c)); callout_reset(&c, 1, bad_callout, NULL); }
CRIME(callout_lock) { callout_stop(&sc->sc_locked); }
CRIME(callout_lock2) { callout_reset(&sc->sc_locked, 1, bad_callout, sc); }
CRIME(callout_self) { callout_drain(&sc->sc_co); }
CRIME(callout_freed) { struct callout *c = malloc(sizeof(*c), M_DEVBUF,
	    M_WAITOK); (void)sc; callout_init(c, 1);
	callout_reset(c, hz, bad_callout, NULL); free(c, M_DEVBUF); }
CRIME(drain_locked) { mtx_lock(&sc->sc_mtx); callout_drain(&sc->sc_locked);
	mtx_unlock(&sc->sc_mtx); }
CRIME(device_) { (void)sc; device_get_softc((device_t)&crime_sc); }
CRIME(pci_reg) { pci_read_config(sc->sc_dev, 0, 3); }
CRIME(res_twice) { bar(sc, 0); }
CRIME(res_gone) { bus_release_resource(sc->sc_dev, SYS_RES_MEMORY,
	    PCIR_BAR(0), sc->sc_bar0); bus_read_4(sc->sc_bar0, 0); }
CRIME(res_rid) { bus_release_resource(sc->sc_dev, SYS_RES_MEMORY, PCIR_BAR(2),
	    sc->sc_bar0); }
CRIME(res_inactive) { int rid = PCIR_BAR(0); bus_release_resource(sc->sc_dev,
	    SYS_RES_MEMORY, rid, sc->sc_bar0);
	sc->sc_bar0 = bus_alloc_resource_any(sc->sc_dev, SYS_RES_MEMORY, &rid,
	    0); bus_read_4(sc->sc_bar0, 0); }
CRIME(res_intr) { bus_release_resource(sc->sc_dev, SYS_RES_IRQ, 1,
	    sc->sc_irq[0]); }
CRIME(msix_twice) { int n = 1; pci_alloc_msix(sc->sc_dev, &n); }
CRIME(msix_busy) { pci_release_msi(sc->sc_dev); }
CRIME(space_range) { bus_write_4(sc->sc_bar0, rman_get_size(sc->sc_bar0) - 2,
	    0); }
CRIME(space_align) { bus_read_4(sc->sc_bar0, 2); }
CRIME(space_wc) { pmap_change_attr((vm_offset_t)(uintptr_t)
	    rman_get_virtual(sc->sc_bar0), 4096, VM_MEMATTR_WRITE_COMBINING); }
CRIME(space_uncached) { bus_release_resource(sc->sc_dev, SYS_RES_MEMORY,
	    PCIR_BAR(2), sc->sc_bar2); sc->sc_bar2 = bar(sc, 2);
	*(volatile uint64_t *)rman_get_virtual(sc->sc_bar2) = 1; wmb(); }
CRIME(cpu_) { bus_bind_intr(sc->sc_dev, sc->sc_irq[0], 77); }
CRIME(intr_type_) { void *c; bus_setup_intr(sc->sc_dev, sc->sc_irq[0],
	    INTR_MPSAFE, bad_filter, NULL, sc, &c); }
CRIME(intr_giant) { bus_teardown_intr(sc->sc_dev, sc->sc_irq[1],
	    sc->sc_ih[1]); bus_setup_intr(sc->sc_dev, sc->sc_irq[1],
	    INTR_TYPE_NET, NULL, bad_ithread, sc, &sc->sc_ih[1]); }
CRIME(intr_twice) { void *c; bus_setup_intr(sc->sc_dev, sc->sc_irq[0],
	    INTR_TYPE_NET | INTR_MPSAFE, bad_filter, NULL, sc, &c); }
CRIME(intr_gone) { bus_teardown_intr(sc->sc_dev, sc->sc_irq[0],
	    sc->sc_ih[0]); bus_teardown_intr(sc->sc_dev, sc->sc_irq[0],
	    sc->sc_ih[0]); }
CRIME(intr_self) { bus_teardown_intr(sc->sc_dev, sc->sc_irq[1],
	    sc->sc_ih[1]); }
CRIME(intr_freed) { void *p = malloc(64, M_DEVBUF, M_WAITOK);
	bus_teardown_intr(sc->sc_dev, sc->sc_irq[1], sc->sc_ih[1]);
	bus_setup_intr(sc->sc_dev, sc->sc_irq[1], INTR_TYPE_NET | INTR_MPSAFE,
	    NULL, bad_ithread, p, &sc->sc_ih[1]); free(p, M_DEVBUF); }

static bus_dmamap_t
a_map(struct bad_softc *sc)
{
	bus_dmamap_t map;

	bus_dmamap_create(sc->sc_tag, 0, &map);
	return (map);
}

static bus_dma_segment_t the_seg;

static void
loaded(void *arg, bus_dma_segment_t *segs, int nsegs, int error)
{
	(void)arg;
	if (error == 0 && nsegs == 1)
		the_seg = segs[0];
}

static void
a_load(struct bad_softc *sc, bus_dmamap_t map, size_t n)
{
	bus_dmamap_load(sc->sc_tag, map, sc->sc_mem, n, loaded, NULL,
	    BUS_DMA_NOWAIT);
}

static void
a_free(struct bad_softc *sc, bus_dmamap_t map)
{
	bus_dmamap_unload(sc->sc_tag, map);
	bus_dmamap_destroy(sc->sc_tag, map);
}

static int
a_tag(struct bad_softc *sc, bus_addr_t low, int nsegs, bus_dma_tag_t *t)
{
	return (bus_dma_tag_create(bus_get_dma_tag(sc->sc_dev), 1, 0, low,
	    BUS_SPACE_MAXADDR, NULL, NULL, 64, nsegs, 64, 0, NULL, NULL, t));
}

CRIME(dma_parent) { bus_dma_tag_t t; (void)sc; bus_dma_tag_create(NULL, 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, 64, 1, 64,
	    0, NULL, NULL, &t); bus_dma_tag_destroy(t); }
CRIME(dma_create) { bus_dma_tag_t t; a_tag(sc, BUS_SPACE_MAXADDR_32BIT, 0,
	    &t); }
CRIME(dma_tag_) { bus_dma_tag_t t; bus_dmamap_t m; a_tag(sc,
	    BUS_SPACE_MAXADDR_32BIT, 1, &t); bus_dma_tag_destroy(t);
	bus_dmamap_create(t, 0, &m); }
CRIME(dma_tag_busy) { bus_dmamap_t m = a_map(sc);
	bus_dma_tag_destroy(sc->sc_tag); a_free(sc, m); }
CRIME(dma_tag_leak) { bus_dma_tag_t t;
	a_tag(sc, BUS_SPACE_MAXADDR_32BIT, 1, &t); }
CRIME(dma_map) { bus_dmamap_unload(sc->sc_tag, (bus_dmamap_t)sc); }
CRIME(dma_mem) { void *va; bus_dmamap_t m; bus_dmamem_alloc(sc->sc_tag, &va,
	    BUS_DMA_NOWAIT, &m); bus_dmamap_destroy(sc->sc_tag, m); }
CRIME(dma_load_twice) { bus_dmamap_t m = a_map(sc); a_load(sc, m, 100);
	a_load(sc, m, 100); a_free(sc, m); }
CRIME(dma_destroy_loaded) { bus_dmamap_t m = a_map(sc); a_load(sc, m, 100);
	bus_dmamap_destroy(sc->sc_tag, m); }
CRIME(dma_size) { bus_dma_tag_t t; bus_dmamap_t m; a_tag(sc,
	    BUS_SPACE_MAXADDR_32BIT, 1, &t); bus_dmamap_create(t, 0, &m);
	bus_dmamap_load(t, m, sc->sc_mem, 100, loaded, NULL, BUS_DMA_NOWAIT);
	bus_dmamap_unload(t, m); bus_dmamap_destroy(t, m);
	bus_dma_tag_destroy(t); }
CRIME(dma_reach) { bus_dma_tag_t t; bus_dmamap_t m; a_tag(sc,
	    BUS_SPACE_MAXADDR, 1, &t); bus_dmamap_create(t, 0, &m);
	bus_dmamap_load(t, m, sc->sc_mem, 10, loaded, NULL, BUS_DMA_NOWAIT);
	bus_dmamap_unload(t, m); bus_dmamap_destroy(t, m);
	bus_dma_tag_destroy(t); }
/* Half of the loads that may wait do so. */
CRIME(dma_lock) { bus_dmamap_t m; int i; for (i = 0; i < 20; i++) {
	m = a_map(sc); bus_dmamap_load(sc->sc_tag, m, sc->sc_mem, 100, loaded,
	    NULL, BUS_DMA_WAITOK); NAP(sc); a_free(sc, m); } }
struct mbuf *
bad_packet(int len)
{
	struct mbuf *m = m_getcl(M_WAITOK, MT_DATA, M_PKTHDR);

	m->m_len = m->m_pkthdr.len = len;
	return (m);
}
static void
load_packet(struct bad_softc *sc, bus_dmamap_t map, struct mbuf *m, int flags)
{
	bus_dma_segment_t segs[4];
	int n;

	bus_dmamap_load_mbuf_sg(sc->sc_tag, map, m, segs, &n, flags);
}
CRIME(dma_mbuf_wait) { bus_dmamap_t p = a_map(sc); struct mbuf *m =
	    bad_packet(100); load_packet(sc, p, m, BUS_DMA_WAITOK);
	a_free(sc, p); m_freem(m); }
static void
sync_bad(struct bad_softc *sc, int op)
{
	bus_dmamap_t m = a_map(sc);

	a_load(sc, m, 100);
	bus_dmamap_sync(sc->sc_tag, m, op);
	a_free(sc, m);
}
CRIME(dma_sync_unloaded) { bus_dmamap_t m = a_map(sc);
	bus_dmamap_sync(sc->sc_tag, m, BUS_DMASYNC_PREREAD); a_free(sc, m); }
CRIME(dma_sync_mixed) { sync_bad(sc, BUS_DMASYNC_PREREAD |
	    BUS_DMASYNC_POSTREAD); }
CRIME(dma_sync_ops) { sync_bad(sc, 0); }
CRIME(dma_post_first) { sync_bad(sc, BUS_DMASYNC_POSTREAD); }
CRIME(dma_post_first2) { sync_bad(sc, BUS_DMASYNC_POSTWRITE); }
CRIME(dma_store_lent) { bus_dmamap_t m = a_map(sc); a_load(sc, m, 100);
	bus_dmamap_sync(sc->sc_tag, m, BUS_DMASYNC_PREWRITE);
	((char *)sc->sc_mem)[7]++;
	bus_dmamap_sync(sc->sc_tag, m, BUS_DMASYNC_POSTWRITE); a_free(sc, m); }
/* The device as a thief: reads what it was never lent. */
CRIME(dma_not_lent) { bus_dmamap_t m = a_map(sc); char c[4];
	a_load(sc, m, 100); fc_device_reads(the_seg.ds_addr, c, 4);
	a_free(sc, m); }
CRIME(dma_free_mapped) { bus_dmamap_t m = a_map(sc);
	void *p = malloc(64, M_DEVBUF, M_WAITOK);
	bus_dmamap_load(sc->sc_tag, m, p, 64, loaded, NULL, BUS_DMA_NOWAIT);
	free(p, M_DEVBUF); a_free(sc, m); }
CRIME(mbuf_mapped) { struct mbuf *m = bad_packet(100);
	bus_dmamap_t p = a_map(sc); load_packet(sc, p, m, BUS_DMA_NOWAIT);
	m_freem(m); a_free(sc, p); }
CRIME(mbuf_hdr) { struct mbuf *m = m_get(M_WAITOK, MT_DATA); (void)sc;
	M_ASSERTPKTHDR(m); }
CRIME(mbuf_len) { struct mbuf *m = bad_packet(100); m->m_pkthdr.len = 90;
	load_packet(sc, a_map(sc), m, BUS_DMA_NOWAIT); }
CRIME(mbuf_cluster) { (void)sc; m_getjcl(M_WAITOK, MT_DATA, M_PKTHDR, 5000); }
CRIME(mbuf_ext) { struct mbuf *m = bad_packet(100); (void)sc;
	m_clget(m, M_WAITOK); }
CRIME(mbuf_collapse) { struct mbuf *m = bad_packet(100); (void)sc;
	m_collapse(m, M_NOWAIT, 1); }
CRIME(malloc_flags) { (void)sc; malloc(10, M_DEVBUF, M_ZERO); }
CRIME(malloc_size) { (void)sc; mallocarray(1UL << 60, 100, M_DEVBUF,
	    M_WAITOK); }
CRIME(free_wild) { void *p = malloc(10, M_DEVBUF, M_WAITOK); (void)sc;
	free(p, M_DEVBUF); free(p, M_DEVBUF); }
CRIME(free_type) { (void)sc; free(malloc(10, M_DEVBUF, M_WAITOK), M_TEMP); }
CRIME(domain_) { (void)sc; malloc_domainset(10, M_DEVBUF, DOMAINSET_PREF(9),
	    M_WAITOK); }
CRIME(counter_) { counter_u64_t c = counter_u64_alloc(M_WAITOK); (void)sc;
	counter_u64_free(c); counter_u64_add(c, 1); }
static struct mbuf *
a_frame(void)
{
	struct mbuf *m = m_getcl(M_NOWAIT, MT_DATA, M_PKTHDR);

	m->m_len = m->m_pkthdr.len = 60;
	memset(m->m_data, 0, 60);
	return (m);
}
CRIME(if_type) { (void)sc; if_alloc(IFT_ETHER + 1); }
CRIME(if_order) { ether_ifdetach(sc->sc_ifp); ether_ifdetach(sc->sc_ifp); }
CRIME(if_freed) { if_t ifp = if_alloc(IFT_ETHER); (void)sc; if_free(ifp);
	if_setmtu(ifp, 1500); }
CRIME(if_softc) { fk_net_gone(sc, sizeof(*sc), "softc freed"); }
CRIME(if_counter) { if_inc_counter(sc->sc_ifp, IFCOUNTERS, 1); }
CRIME(if_rcvif) { if_input(sc->sc_ifp, a_frame()); }
CRIME(if_csum) { struct mbuf *m = a_frame(); m->m_pkthdr.rcvif = sc->sc_ifp;
	m->m_pkthdr.csum_flags = CSUM_DATA_VALID | CSUM_PSEUDO_HDR;
	if_input(sc->sc_ifp, m); }
CRIME(epoch_input) { struct mbuf *m = a_frame();
	m->m_pkthdr.rcvif = sc->sc_ifp; if_input(sc->sc_ifp, m); }
/* The stack may transmit from within if_input(). */
CRIME(order_input) { struct mbuf *m = a_frame();
	m->m_pkthdr.rcvif = sc->sc_ifp;
	mtx_lock(&sc->sc_mtx); if_input(sc->sc_ifp, m);
	mtx_unlock(&sc->sc_mtx); }
CRIME(media_) { ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_10G_T); }
CRIME(lro_init) { struct lro_ctrl lc; (void)sc; memset(&lc, 0, sizeof(lc));
	tcp_lro_flush_all(&lc); }
CRIME(lro_flush) { struct mbuf *m = a_frame(); uint8_t *f = mtod(m,
	    uint8_t *); f[12] = 8; f[13] = 0; f[14] = 0x45; f[23] = 6;
	m->m_pkthdr.rcvif = sc->sc_ifp;
	m->m_pkthdr.csum_flags = CSUM_DATA_VALID | CSUM_PSEUDO_HDR;
	m->m_pkthdr.csum_data = 0xffff; tcp_lro_rx(&sc->sc_lro, m, 0); }
CRIME(br_size) { (void)sc; buf_ring_alloc(12, M_DEVBUF, M_WAITOK, NULL); }
CRIME(br_lock) { drbr_peek(sc->sc_ifp, sc->sc_br); }
CRIME(br_twice) { struct mbuf *m = bad_packet(60);
	drbr_enqueue(sc->sc_ifp, sc->sc_br, m);
	drbr_enqueue(sc->sc_ifp, sc->sc_br, m); }
CRIME(br_putback) { struct mbuf *m = bad_packet(60); mtx_lock(&sc->sc_mtx);
	drbr_putback(sc->sc_ifp, sc->sc_br, m); }
CRIME(br_left) { drbr_enqueue(sc->sc_ifp, sc->sc_br, bad_packet(60)); }
CRIME(br_gone) { (void)sc; buf_ring_free((struct buf_ring *)(void *)&crime_sc,
	    M_DEVBUF); }
static struct netmap_adapter *the_port;

static int
nm_registered(struct netmap_adapter *na, int on)
{
	netmap_krings_mode_commit(na, on);
	the_port = na;
	if (on)
		nm_set_native_flags(na);
	else
		nm_clear_native_flags(na);
	return (0);
}

static int
nm_synced(struct netmap_kring *k, int flags)
{
	(void)flags;
	k->nr_hwcur = k->rhead;
	if (crime_is("netmap-tail"))
		k->nr_hwtail = 5000;
	if (crime_is("netmap-buf"))
		k->ring->slot[0].buf_idx = 1;
	return (0);
}

static void
a_port(struct bad_softc *sc)
{
	struct netmap_adapter na;

	memset(&na, 0, sizeof(na));
	na.ifp = sc->sc_ifp;
	na.num_tx_rings = na.num_rx_rings = 1;
	na.num_tx_desc = na.num_rx_desc = 16;
	na.nm_register = nm_registered;
	na.nm_txsync = na.nm_rxsync = nm_synced;
	netmap_attach(&na);
}
CRIME(netmap_twice) { a_port(sc); a_port(sc); }
CRIME(netmap_no_rings) { a_port(sc); }
CRIME(netmap_irq) { u_int work; mtx_lock(&sc->sc_mtx);
	netmap_rx_irq(sc->sc_ifp, 0, &work); mtx_unlock(&sc->sc_mtx); }
#define TREE(sc)	SYSCTL_CHILDREN(device_get_sysctl_tree((sc)->sc_dev))
CRIME(sysctl_twice) { SYSCTL_ADD_COUNTER_U64(&sc->sc_ctx, TREE(sc), OID_AUTO,
	    "counter", CTLFLAG_RD, &sc->sc_counter, ""); }
CRIME(sysctl_giant) { SYSCTL_ADD_PROC(&sc->sc_ctx, TREE(sc), OID_AUTO, "x",
	    CTLTYPE_INT | CTLFLAG_RD, sc, 0, bad_sysctl, "I", ""); }
CRIME(sysctl_access) { SYSCTL_ADD_PROC(&sc->sc_ctx, TREE(sc), OID_AUTO, "x",
	    CTLTYPE_INT | CTLFLAG_MPSAFE, sc, 0, bad_sysctl, "I", ""); }
CRIME(sysctl_children) { struct sysctl_oid *o = SYSCTL_ADD_NODE(NULL,
	    TREE(sc), OID_AUTO, "node", CTLFLAG_RD, NULL, "");
	SYSCTL_ADD_INT(NULL, SYSCTL_CHILDREN(o), OID_AUTO, "x", CTLFLAG_RD,
	    &sc->sc_wake, 0, ""); sysctl_remove_oid(o, 1, 0); }
CRIME(sysctl_self) { sysctl_ctx_free(&sc->sc_ctx); }
CRIME(sysctl_freed) { SYSCTL_ADD_INT(&sc->sc_ctx, TREE(sc), OID_AUTO, "x",
	    CTLFLAG_RD, (int *)sc->sc_mem, 0, "");
	free(sc->sc_mem, M_DEVBUF); }
CRIME(sysctl_unwired) { sx_xlock(&sc->sc_sx); sx_xunlock(&sc->sc_sx);
	mtx_lock(&sc->sc_mtx2); copyout(&crime_sc, &sc->sc_wake, 1);
	mtx_unlock(&sc->sc_mtx2); }
CRIME(panic_) { KASSERT(sc == NULL, ("%s", "no softc")); }

const struct crime bad_crimes[] = {
	CRIMES_COMMON(CRIME_ROW)
	{ "lock-twice", PROC, lock_twice }, { "lock-init", PROC, lock_init_ },
	{ "lock-dead", PROC, lock_dead }, { "lock-class", PROC, lock_class },
	{ "lock-left", DETACH, crime_nothing }, { "lock-dup", PROC, lock_dup },
	{ "lock-order", PROC, lock_order },
	{ "lock-order", NETTASK, order_input }, { "mtx-self", PROC, mtx_self },
	{ "mtx-owner", PROC, mtx_owner }, { "mtx-assert", PROC, mtx_assert_ },
	{ "mtx-leak", PROC, mtx_leak }, { "mtx-leak", TASK, mtx_leak },
	{ "mtx-leak", IOCTL, mtx_leak }, { "mtx-leak", XMIT, mtx_leak },
	{ "sx-self", PROC, sx_self }, { "sx-owner", PROC, sx_owner },
	{ "sx-assert", PROC, sx_assert_ }, { "sx-held", PROC, sx_held },
	{ "sx-leak", SYSCTL, sx_leak }, { "critical", PROC, critical_ },
	{ "critical-block", PROC, critical_block },
	{ "filter-block", FILTER, filter_block },
	{ "filter-block", FILTER, filter_malloc },
	{ "filter-block", FILTER, filter_mbuf },
	{ "filter-value", FILTER, crime_nothing },
	{ "sleep-ithread", ITHREAD, nap }, { "sleep-callout", CALLOUT, nap },
	{ "sleep-epoch", NETTASK, nap }, { "sleep-epoch", XMIT, nap },
	{ "sleep-mutex", PROC, sleep_mutex },
	{ "sleep-mutex", PROC, malloc_mutex },
	{ "sleep-mutex", PROC, sx_mutex },
	{ "sleep-mutex", PROC, drain_locked },
	{ "sleep-mutex", SYSCTL, sysctl_unwired },
	{ "sleep-lock", PROC, sleep_lock },
	{ "sleep-ident", PROC, sleep_ident }, { "sleep-cold", COLD, nap },
	{ "delay", FILTER, delay_ }, { "hang", PROC, hang },
	{ "epoch-exit", PROC, epoch_exit_ },
	{ "epoch-leak", TASK, epoch_leak },
	{ "epoch-wait", NETTASK, epoch_wait_ },
	{ "epoch-assert", TASK, epoch_assert_ },
	{ "epoch-input", TASK, epoch_input },
	{ "task-init", PROC, task_init_ }, { "task-freed", PROC, task_freed },
	{ "taskq-context", PROC, taskq_context },
	{ "taskq-dead", PROC, taskq_dead }, { "taskq-pri", PROC, taskq_pri },
	{ "taskq-self", TASK, taskq_self },
	{ "taskq-self", TASK, taskq_free_self },
	{ "callout-init", PROC, callout_init_ },
	{ "callout-lock", PROC, callout_lock },
	{ "callout-lock", PROC, callout_lock2 },
	{ "callout-self", CALLOUT, callout_self },
	{ "callout-freed", PROC, callout_freed }, { "device", PROC, device_ },
	{ "pci-reg", PROC, pci_reg },
	{ "detach-forced", DETACH, crime_nothing },
	{ "res-twice", PROC, res_twice }, { "res-gone", PROC, res_gone },
	{ "res-rid", PROC, res_rid }, { "res-inactive", PROC, res_inactive },
	{ "res-intr", PROC, res_intr }, { "res-leak", DETACH, crime_nothing },
	{ "msix-twice", PROC, msix_twice }, { "msix-busy", PROC, msix_busy },
	{ "space-range", PROC, space_range },
	{ "space-align", PROC, space_align }, { "space-wc", PROC, space_wc },
	{ "space-wc", PROC, space_uncached }, { "cpu", PROC, cpu_ },
	{ "intr-type", PROC, intr_type_ }, { "intr-giant", PROC, intr_giant },
	{ "intr-twice", PROC, intr_twice }, { "intr-gone", PROC, intr_gone },
	{ "intr-self", ITHREAD, intr_self },
	{ "intr-freed", PROC, intr_freed }, { "dma-parent", PROC, dma_parent },
	{ "dma-create", PROC, dma_create }, { "dma-tag", PROC, dma_tag_ },
	{ "dma-tag-busy", PROC, dma_tag_busy },
	{ "dma-tag-leak", PROC, dma_tag_leak }, { "dma-map", PROC, dma_map },
	{ "dma-mem", PROC, dma_mem },
	{ "dma-load-twice", PROC, dma_load_twice },
	{ "dma-destroy-loaded", PROC, dma_destroy_loaded },
	{ "dma-size", PROC, dma_size }, { "dma-reach", PROC, dma_reach },
	{ "dma-lock", PROC, dma_lock },
	{ "dma-mbuf-wait", PROC, dma_mbuf_wait },
	{ "dma-sync-unloaded", PROC, dma_sync_unloaded },
	{ "dma-sync-mixed", PROC, dma_sync_mixed },
	{ "dma-sync-ops", PROC, dma_sync_ops },
	{ "dma-post-first", PROC, dma_post_first },
	{ "dma-post-first", PROC, dma_post_first2 },
	{ "dma-store-lent", PROC, dma_store_lent },
	{ "dma-not-lent", PROC, dma_not_lent },
	{ "dma-free-mapped", PROC, dma_free_mapped },
	{ "mbuf-mapped", PROC, mbuf_mapped }, { "mbuf-hdr", PROC, mbuf_hdr },
	{ "mbuf-len", PROC, mbuf_len }, { "mbuf-cluster", PROC, mbuf_cluster },
	{ "mbuf-ext", PROC, mbuf_ext },
	{ "mbuf-collapse", PROC, mbuf_collapse },
	{ "malloc-flags", PROC, malloc_flags },
	{ "malloc-size", PROC, malloc_size }, { "free-wild", PROC, free_wild },
	{ "free-type", PROC, free_type }, { "domain", PROC, domain_ },
	{ "counter", PROC, counter_ }, { "if-type", PROC, if_type },
	{ "if-name", ATTACH, crime_nothing },
	{ "if-methods", ATTACH, crime_nothing },
	{ "if-qflush", ATTACH, crime_nothing }, { "if-order", PROC, if_order },
	{ "if-mac", ATTACH, crime_nothing }, { "if-freed", PROC, if_freed },
	{ "if-left", DETACH, crime_nothing }, { "if-softc", PROC, if_softc },
	{ "if-counter", PROC, if_counter }, { "if-rcvif", NETTASK, if_rcvif },
	{ "if-locked", NETTASK, order_input }, { "if-csum", NETTASK, if_csum },
	{ "ioctl-reset", IOCTL, crime_nothing }, { "media", PROC, media_ },
	{ "lro-init", PROC, lro_init }, { "lro-flush", NETTASK, lro_flush },
	{ "br-size", PROC, br_size }, { "br-lock", PROC, br_lock },
	{ "br-twice", PROC, br_twice }, { "br-putback", PROC, br_putback },
	{ "br-left", DETACH, br_left }, { "br-gone", PROC, br_gone },
	{ "sysctl-twice", PROC, sysctl_twice },
	{ "netmap-attach", PROC, netmap_twice },
	{ "netmap-mode", PROC, netmap_no_rings },
	{ "netmap-irq", PROC, netmap_irq }, { "netmap-tail", PROC, a_port },
	{ "netmap-buf", PROC, a_port }, { "sysctl-giant", PROC, sysctl_giant },
	{ "sysctl-access", PROC, sysctl_access },
	{ "sysctl-type", SYSCTL, crime_nothing },
	{ "sysctl-children", PROC, sysctl_children },
	{ "sysctl-self", SYSCTL, sysctl_self },
	{ "sysctl-freed", PROC, sysctl_freed }, { "panic", PROC, panic_ }
};
const unsigned int bad_ncrimes = nitems(bad_crimes);

/* ---- a life */

bool
bad_enter(unsigned int i)
{
	(void)i;
	fk_driver(&fk_module_bad_pci);
	return (fk_attach(crime_is_at(COLD)) && fk_attached());
}

static void
outside(void *arg)
{
	(void)arg;
	if (crime_is("netmap-mode") && the_port != NULL)
		netmap_krings_mode_commit(the_port, 1);
}

void
bad_before_up(void)
{
	static const uint8_t frame[60];
	struct fk_tx tx;

	the_port = NULL;
	if (fk_netmap(true) == 0) {
		memset(&tx, 0, sizeof(tx));
		tx.frame = frame;
		tx.len = sizeof(frame);
		fk_netmap_send(0, &tx, 1);
		fk_proc(outside, NULL);
		fk_netmap(false);
	}
	fk_intr_raise(0);
	fk_intr_raise(1);
	fc_run(10000);
}

static void
arm(void *arg)
{
	struct bad_softc *sc = arg;

	callout_reset(&sc->sc_co, 1, bad_callout, sc);
	taskqueue_enqueue(sc->sc_tq, &sc->sc_task);
	taskqueue_enqueue(sc->sc_tq, &sc->sc_net);
}

void
bad_after_up(void)
{
	fk_set_mtu(1400);
	fk_stats_read();
	if (fc_dead() == NULL)
		fk_proc(arm, crime_sc);
}
