/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Amazon Elastic Network Adapter: statistics, as kstat(4) shows them.
 *
 * Read with os_admin held, so on the ADMIN lane; the counters of the other
 * lanes are read as they are, a moment old at worst.
 */
#include "kstat.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/kstat.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/task.h>
#include <sys/timeout.h>

#include <machine/bus.h>

#include <net/if.h>
#include <net/if_media.h>

#include <netinet/in.h>
#include <netinet/if_ether.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <dev/ena/ena.h>

#include <dev/pci/if_enavar.h>

#if NKSTAT > 0

static const char * const ena_queue_names[] = {
	[ENA_CNT_TX_DEFRAG]	= "tx defrag",
	[ENA_CNT_TX_NOMAP]	= "tx no map",
	[ENA_CNT_TX_BAD]	= "tx unsendable",
	[ENA_CNT_TX_COPIED]	= "tx hdr copies",
	[ENA_CNT_RX_NOMBUF]	= "rx no mbuf",
	[ENA_CNT_RX_CHAINS]	= "rx chains",
	[ENA_CNT_RX_CSUM]	= "rx csum good"
};
CTASSERT(nitems(ena_queue_names) == ENA_COUNTERS);

/* Behind those: what the core's watchdog knows. */
static const char * const ena_watch_names[] = {
	"intrs", "intrs lost", "rx ring empty", "tx overdue", "starved"
};
#define ENA_QUEUE_KVS	(ENA_COUNTERS + nitems(ena_watch_names))

#define ENA_STAT(_name, _member) \
	{ _name, offsetof(struct ena_stats, es_##_member) }
static const struct {
	const char	*name;
	size_t		 off;
} ena_dev_names[] = {
	ENA_STAT("resets",		resets),
	ENA_STAT("admin commands",	admin_cmds),
	ENA_STAT("admin failed",	admin_failed),
	ENA_STAT("admin timeouts",	admin_timeouts),
	ENA_STAT("admin stale",		admin_stale),
	ENA_STAT("admin no intr",	admin_no_intr),
	ENA_STAT("events",		aenq_events),
	ENA_STAT("events unknown",	aenq_unknown),
	ENA_STAT("keep-alives",		keep_alives),
	ENA_STAT("link changes",	link_changes),
	ENA_STAT("warnings",		warnings),
	ENA_STAT("notifications",	notifications)
};

/* Behind those: the device's own counters, what it is, why it was reset. */
static const char * const ena_hw_names[] = {
	"hw tx packets", "hw tx bytes", "hw tx drops",
	"hw rx packets", "hw rx bytes", "hw rx drops", "hw rx overruns"
};
#define ENA_DEV_KVS	(nitems(ena_dev_names) + nitems(ena_hw_names))
struct ena_kstat_dev {
	struct kstat_kv		kd_cnt[ENA_DEV_KVS];
	struct kstat_kv		kd_state;
	struct kstat_kv		kd_llq;
	struct kstat_kv		kd_rss_key;
	struct kstat_kv		kd_reason;
};

static int
ena_kstat_queue_read(struct kstat *ks)
{
	struct ena_queue *q = ks->ks_softc;
	struct kstat_kv *kv = ks->ks_data;
	struct ena_watch_stats ws;
	unsigned int i;

	memset(&ws, 0, sizeof(ws));
	if (q->q_mem != NULL)
		ena_queue_watch(&q->q_sc->sc_core, q->q_idx, &ws);
	for (i = 0; i < ENA_COUNTERS; i++)
		kstat_kv_u64(&kv[i]) = q->q_cnt[i];
	kstat_kv_u64(&kv[i++]) = ws.ws_intrs;
	kstat_kv_u64(&kv[i++]) = ws.ws_intrs_lost;
	kstat_kv_u64(&kv[i++]) = ws.ws_rx_empty;
	kstat_kv_u64(&kv[i++]) = ws.ws_tx_overdue;
	kstat_kv_u64(&kv[i++]) = ws.ws_starved;
	nanouptime(&ks->ks_updated);
	return (0);
}

/* Ask the device; it may be too busy, then the last answer has to do. */
static void
ena_kstat_ask(struct ena_softc *sc)
{
	struct ena_dev_counters *dc = &sc->sc_counters;
	unsigned int n = 0;

	if (ena_dev_state(&sc->sc_core) != ENA_STATE_RUNNING &&
	    ena_dev_state(&sc->sc_core) != ENA_STATE_CONFIGURED)
		return;
	if (ena_stats_get(&sc->sc_core, dc) != ENA_OK)
		return;
	while (dc->dc_req.rq_busy && n++ < ENA_STAT_WAITS) {
		ena_wait(sc, ENA_SPIN_US);
		ena_admin_reap(&sc->sc_core);
	}
}

static int
ena_kstat_dev_read(struct kstat *ks)
{
	struct ena_softc *sc = ks->ks_softc;
	struct ena_kstat_dev *kd = ks->ks_data;
	const struct ena_dev_counters *dc = &sc->sc_counters;
	const struct ena_snapshot *sn = ena_snapshot(&sc->sc_core);
	const struct ena_info *in = ena_dev_info(&sc->sc_core);
	const char *es = (const char *)ena_dev_stats(&sc->sc_core);
	unsigned int i;

	ena_kstat_ask(sc);
	for (i = 0; i < nitems(ena_dev_names); i++)
		kstat_kv_u64(&kd->kd_cnt[i]) =
		    *(const uint64_t *)(es + ena_dev_names[i].off);
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_tx_pkts;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_tx_bytes;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_tx_drops;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_rx_pkts;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_rx_bytes;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_rx_drops;
	kstat_kv_u64(&kd->kd_cnt[i++]) = dc->dc_rx_overruns;
	strlcpy(kstat_kv_istr(&kd->kd_state),
	    ena_state_name(ena_dev_state(&sc->sc_core)),
	    sizeof(kstat_kv_istr(&kd->kd_state)));
	strlcpy(kstat_kv_istr(&kd->kd_llq),
	    ena_llq_why_name(in->in_llq_why),
	    sizeof(kstat_kv_istr(&kd->kd_llq)));
	kstat_kv_bool(&kd->kd_rss_key) = in->in_rss_key;
	kstat_kv_u32(&kd->kd_reason) = sn != NULL ? sn->sn_reason : 0;
	nanouptime(&ks->ks_updated);
	return (0);
}

static struct kstat *
ena_kstat_make(struct ena_softc *sc, const char *name, unsigned int unit,
    void *softc, size_t bytes, int (*read)(struct kstat *))
{
	struct kstat *ks;

	ks = kstat_create(sc->sc_dev.dv_xname, 0, name, unit, KSTAT_T_KV, 0);
	if (ks == NULL)
		return (NULL);
	ks->ks_softc = softc;
	ks->ks_data = malloc(bytes, M_DEVBUF, M_WAITOK | M_ZERO);
	ks->ks_datalen = bytes;
	ks->ks_read = read;
	kstat_set_wlock(ks, &sc->sc_os.os_admin);
	return (ks);
}

static void
ena_kstat_kill(struct kstat *ks)
{
	void *data;
	size_t bytes;

	if (ks == NULL)
		return;
	data = ks->ks_data;
	bytes = ks->ks_datalen;
	kstat_destroy(ks);
	free(data, M_DEVBUF, bytes);
}

static void
ena_kstat_queue(struct ena_queue *q)
{
	struct kstat_kv *kv;
	struct kstat *ks;
	unsigned int i;

	ks = ena_kstat_make(q->q_sc, "ena-queue", q->q_idx, q,
	    ENA_QUEUE_KVS * sizeof(*kv), ena_kstat_queue_read);
	if (ks == NULL)
		return;
	kv = ks->ks_data;
	for (i = 0; i < ENA_QUEUE_KVS; i++)
		kstat_kv_init(&kv[i], i < ENA_COUNTERS ? ena_queue_names[i] :
		    ena_watch_names[i - ENA_COUNTERS], KSTAT_KV_T_COUNTER64);
	kstat_install(ks);
	q->q_kstat = ks;
}

void
ena_kstat_attach(struct ena_softc *sc)
{
	struct ena_kstat_dev *kd;
	struct kstat *ks;
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		ena_kstat_queue(&sc->sc_queues[i]);
	ks = ena_kstat_make(sc, "ena-device", 0, sc, sizeof(*kd),
	    ena_kstat_dev_read);
	if (ks == NULL)
		return;
	kd = ks->ks_data;
	for (i = 0; i < nitems(kd->kd_cnt); i++)
		kstat_kv_init(&kd->kd_cnt[i], i < nitems(ena_dev_names) ?
		    ena_dev_names[i].name :
		    ena_hw_names[i - nitems(ena_dev_names)],
		    KSTAT_KV_T_COUNTER64);
	kstat_kv_init(&kd->kd_state, "state", KSTAT_KV_T_ISTR);
	kstat_kv_init(&kd->kd_llq, "llq", KSTAT_KV_T_ISTR);
	kstat_kv_init(&kd->kd_rss_key, "rss key", KSTAT_KV_T_BOOL);
	kstat_kv_init(&kd->kd_reason, "reset reason", KSTAT_KV_T_UINT32);
	kstat_install(ks);
	sc->sc_kstat = ks;
}

void
ena_kstat_detach(struct ena_softc *sc)
{
	unsigned int i;

	for (i = 0; i < sc->sc_nqueues; i++)
		ena_kstat_kill(sc->sc_queues[i].q_kstat);
	ena_kstat_kill(sc->sc_kstat);
}

#else

void
ena_kstat_attach(struct ena_softc *sc)
{
}

void
ena_kstat_detach(struct ena_softc *sc)
{
}

#endif
