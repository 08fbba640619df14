/* SPDX-License-Identifier: BSD-2-Clause */
/* What NetBSD is to tests that serve every system. */
#include "fk_priv.h"
#include "sys_mbuf.h"
#include "fk_common.h"
#include "fk_nb.h"
#include "rules.h"

/* The module makes itself known; that it is linked takes a reason. */
extern struct cfattach ena_ca;
const struct cfattach * const fk_linked = &ena_ca;

const char *
fk_system(void)
{
	return ("netbsd");
}

bool
fk_can(enum fk_ability a)
{
	return (a == FK_CAN_PICK_QUEUE || a == FK_CAN_KEEP_ALIVES ||
	    a == FK_CAN_SEND_DOWN);
}

const char *
fk_attach_line(void)
{
	return ("ena0 at pci0");
}

void
fk_kernel_open(void)
{
	fk_misc_open();
	fk_stats_open();
	fk_mbuf_open();
	fk_sync_open();
	fk_defer_open();
}

void
fk_machine_open(void)
{
	fk_bus_open();
	fk_conf_open();
	fk_net_open();
}

bool
fk_stat(enum fk_stat st, unsigned int queue, uint64_t *out)
{
	static const struct {
		bool ev, ofqueue;
		const char *name;
	} t[FK_STATS] = {
		[FK_STAT_TX_DEFRAG] = { true, true, "tx defrag" },
		[FK_STAT_RESETS] = { true, false, "resets" },
		[FK_STAT_KEEP_ALIVES] = { true, false, "keep-alives" },
		[FK_STAT_HW_TX_PACKETS] = { false, false,
		    "stats.hw_tx_packets" },
		[FK_STAT_HW_RX_PACKETS] = { false, false,
		    "stats.hw_rx_packets" }
	};
	char group[32];

	if (st >= FK_STATS)
		return (false);
	if (!t[st].ev)
		return (fk_nb_sysctl_get(t[st].name, out) == 0);
	if (t[st].ofqueue)
		snprintf(group, sizeof(group), "ena0 q%u", queue);
	else
		snprintf(group, sizeof(group), "ena0");
	return (fk_nb_evcnt(group, t[st].name, out));
}
