/* SPDX-License-Identifier: BSD-2-Clause */
/* What FreeBSD is to tests that serve every system. */
#include "fk_priv.h"
#include "sys_mbuf.h"
#include "fk_common.h"
#include "fk_freebsd.h"
#include "rules.h"

extern const struct fk_module fk_module_ena_pci;

const char *
fk_system(void)
{
	return ("freebsd");
}

bool
fk_can(enum fk_ability a)
{
	switch (a) {
	case FK_CAN_FLOWID:
	case FK_CAN_PICK_QUEUE:
	case FK_CAN_LRO:
	case FK_CAN_ASSIGN_BAR:
		return (true);
	default:
		return (false);
	}
}

void
fk_kernel_open(void)
{
	fk_misc_open();
	fk_mbuf_open();
	fk_sync_open();
	fk_task_open();
	fk_dma_open();
	fk_sysctl_open();
}

void
fk_machine_open(void)
{
	fk_bus_open();
	fk_net_open();
	fk_netmap_open();
	fk_driver(&fk_module_ena_pci);
}

bool
fk_stat(enum fk_stat st, unsigned int queue, uint64_t *out)
{
	static const char *const name[FK_STATS] = {
		[FK_STAT_TX_DEFRAG] =
		    ("dev.ena.0.queue%u.tx_ring.mbuf_collapses"),
		[FK_STAT_RESETS] = "dev.ena.0.total_resets",
		[FK_STAT_HW_TX_PACKETS] = "dev.ena.0.hw_stats.tx_packets",
		[FK_STAT_HW_RX_PACKETS] = "dev.ena.0.hw_stats.rx_packets"
	};
	char path[80];

	if (st >= FK_STATS || name[st] == NULL)
		return (false);
	snprintf(path, sizeof(path), name[st], queue);
	return (fk_sysctl_get(path, out) == 0);
}
