/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach and detach: a new driver on the same card, behind the same bus.
 *
 * The simulated world makes one driver for each adapter and keeps it; a bus
 * that probes a card again after a detach does not.  This file alone looks
 * inside the world to change that.  Nothing of the old life may be left: the
 * world's counts are not reset, so what the old driver leaked stays visible.
 */
#include "end.h"
#include "sim_priv.h"

bool
plug_again(struct sim_adapter *ad)
{
	enum ena_result why;
	struct nic *n;

	if (ad->ad_nblocks != 0 || ad->ad_nbufs != 0 ||
	    nic_bufs_out(ad->ad_nic) != 0)
		return (false);
	n = nic_create(&ad->ad_os, &ad->ad_spec.config, &ad->ad_spec.nic,
	    &ad->ad_host, &why);
	if (n == NULL)
		return (false);
	nic_destroy(ad->ad_nic);
	ad->ad_nic = n;
	ad->ad_bus_master = true;
	ad->ad_lose = 0;
	ad->ad_trouble = ENA_OK;
	return (true);
}
