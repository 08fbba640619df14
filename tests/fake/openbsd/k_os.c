/* SPDX-License-Identifier: BSD-2-Clause */
/* What OpenBSD is to tests that serve every system. */
#include "fk_priv.h"
#include "sys_mbuf.h"
#include "fk_common.h"
#include "rules.h"

extern const struct cfattach ena_ca;
extern struct cfdriver ena_cd;

const char *
fk_system(void)
{
	return ("openbsd");
}

bool
fk_can(enum fk_ability a)
{
	return (a < FK_ABILITIES);
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
	fk_mbuf_open();
	fk_sync_open();
}

void
fk_machine_open(void)
{
	fk_bus_open();
	fk_net_open();
	fk_driver(&ena_ca, &ena_cd);
}

bool
fk_stat(enum fk_stat st, unsigned int queue, uint64_t *out)
{
	static const struct {
		const char *name, *key;
	} t[FK_STATS] = {
		[FK_STAT_TX_DEFRAG] = { "ena-queue", "tx defrag" },
		[FK_STAT_RESETS] = { "ena-device", "resets" },
		[FK_STAT_KEEP_ALIVES] = { "ena-device", "keep-alives" },
		[FK_STAT_HW_TX_PACKETS] = { "ena-device", "hw tx packets" },
		[FK_STAT_HW_RX_PACKETS] = { "ena-device", "hw rx packets" }
	};

	return (st < FK_STATS && fk_kstat_get(t[st].name, queue, t[st].key,
	    out));
}
