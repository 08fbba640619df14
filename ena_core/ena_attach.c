/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bring-up steps below RUNNING: from a mapped BAR to armed events.
 *
 * Lane: ADMIN, called only by the step machine in ena_dev.c, which owns the
 * order.  Each function is one step: ENA_AGAIN until done.
 *
 * ref: docs/hw-notes.md#bring-up
 */
#include "ena_priv.h"

static bool
ena_area_alloc(struct ena_dev *dev, enum ena_dma_area area, size_t size,
    size_t align, unsigned int width)
{
	struct ena_os_dma *dma = &dev->dev_dma[area];

	if (dma->dma_va == NULL &&
	    !ena_os_dma_alloc(dev->dev_os, size, align, width, dma)) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "no DMA memory: %u bytes, %u address bits",
		    (unsigned int)size, width);
		return (false);
	}
	if ((dma->dma_pa >> width) != 0) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "DMA address 0x%llx beyond %u bits",
		    (unsigned long long)dma->dma_pa, width);
		return (false);
	}
	return (true);
}

/* Everything that survives QUIET; only when the device cannot reach it. */
void
ena_memory_release(struct ena_dev *dev)
{
	unsigned int i;

	for (i = 0; i < ENA_DMA_AREAS; i++)
		ena_os_dma_free(dev->dev_os, &dev->dev_dma[i]);
}

/*
 * The response buffer comes before the device's address width is known, so
 * it is kept below 4 GiB, which every device reaches.
 */
enum ena_result
ena_up_resp(struct ena_dev *dev)
{
	if (!ena_area_alloc(dev, ENA_DMA_RESP, sizeof(struct enahw_reg_resp),
	    sizeof(struct enahw_reg_resp), ENA_DMA_WIDTH_MIN))
		return (ENA_NO_MEMORY);
	return (ENA_OK);		/* the reset registers it */
}

enum ena_result
ena_down_resp(struct ena_dev *dev)
{
	if (ena_os_load_acq(&dev->dev_fault) != ENA_FAULT_GONE &&
	    dev->dev_dma[ENA_DMA_RESP].dma_va != NULL)
		ena_reg_resp_clear(dev);
	return (ENA_OK);
}

enum ena_result
ena_up_reset(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_pc == 0) {
		ena_reset_begin(dev);
		dev->dev_pc = 1;
	}
	r = ena_reset_step(dev, ENAHW_RESET_NORMAL);
	if (r != ENA_AGAIN)
		ena_reset_abandon(dev);
	return (r);
}

/* A handshake that was turned away from half way is carried to its end. */
enum ena_result
ena_down_reset(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_quiet || !ena_reset_open(dev))
		return (ENA_OK);
	r = ena_reset_step(dev, ENAHW_RESET_NORMAL);
	if (r != ENA_AGAIN)
		ena_reset_abandon(dev);
	return (r == ENA_GONE ? ENA_OK : r);
}

enum ena_result
ena_up_version(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_pc == 0) {
		r = ena_reg_read(dev, ENAHW_REG_VERSION,
		    &dev->dev_info.in_version);
		if (r != ENA_OK)
			return (r);
		dev->dev_pc = 1;
	}
	r = ena_reg_read(dev, ENAHW_REG_CONTROLLER_VERSION,
	    &dev->dev_info.in_controller);
	if (r != ENA_OK)
		return (r);
	if (ENAHW_GET(ENAHW_CTRL_VERSION, dev->dev_info.in_controller) >=
	    ENAHW_CTRL_VERSION_MIN)
		return (ENA_OK);
	ena_log(dev->dev_os, ENA_LOG_ERR,
	    "controller version 0x%x is too old", dev->dev_info.in_controller);
	return (ENA_UNSUPPORTED);
}

/* CAPS was read by the reset; judge the address width it holds. */
enum ena_result
ena_up_caps(struct ena_dev *dev)
{
	uint32_t bits;

	bits = ENAHW_GET(ENAHW_CAPS_DMA_WIDTH, dev->dev_caps);
	if (bits < ENA_DMA_WIDTH_MIN || bits > ENA_DMA_WIDTH_MAX) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "CAPS 0x%x: DMA width %u", dev->dev_caps, bits);
		return (ENA_PROTOCOL);
	}
	dev->dev_info.in_dma_bits = bits;
	return (ENA_OK);
}

/*
 * Allocated once and kept at the same addresses over every reset.  Each area
 * has one direction (the control buffer one at a time), so that a binding
 * whose sync knows only whole blocks cannot overwrite device data.
 */
enum ena_result
ena_up_memory(struct ena_dev *dev)
{
	unsigned int w = dev->dev_info.in_dma_bits;

	if (!ena_area_alloc(dev, ENA_DMA_AQ,
	    ENA_AQ_DEPTH * ENAHW_ADMIN_ENTRY, ENA_PAGE, w) ||
	    !ena_area_alloc(dev, ENA_DMA_ACQ,
	    ENA_AQ_DEPTH * ENAHW_ADMIN_ENTRY, ENA_PAGE, w) ||
	    !ena_area_alloc(dev, ENA_DMA_AENQ,
	    ENA_AENQ_DEPTH * ENAHW_ADMIN_ENTRY, ENA_PAGE, w) ||
	    !ena_area_alloc(dev, ENA_DMA_HOST, ENAHW_HOST_INFO_BYTES,
	    ENA_PAGE, w) ||
	    !ena_area_alloc(dev, ENA_DMA_CTRL, ENA_CTRL_BYTES, ENA_PAGE, w))
		return (ENA_NO_MEMORY);
	return (ENA_OK);
}

static uint32_t
ena_ring_caps(uint32_t depth)
{
	return (ENAHW_PUT(ENAHW_RING_CAPS_DEPTH, depth) |
	    ENAHW_PUT(ENAHW_RING_CAPS_ENTRY, ENAHW_ADMIN_ENTRY));
}

/* AQ, ACQ and AENQ as one block: a device whose AENQ comes later faults. */
static void
ena_admin_register(struct ena_dev *dev)
{
	uint64_t aq, acq, aenq;

	aq = dev->dev_dma[ENA_DMA_AQ].dma_pa;
	acq = dev->dev_dma[ENA_DMA_ACQ].dma_pa;
	aenq = dev->dev_dma[ENA_DMA_AENQ].dma_pa;
	ena_reg_write(dev, ENAHW_REG_AQ_BASE_LO, (uint32_t)aq);
	ena_reg_write(dev, ENAHW_REG_AQ_BASE_HI, (uint32_t)(aq >> 32));
	ena_reg_write(dev, ENAHW_REG_ACQ_BASE_LO, (uint32_t)acq);
	ena_reg_write(dev, ENAHW_REG_ACQ_BASE_HI, (uint32_t)(acq >> 32));
	ena_reg_write(dev, ENAHW_REG_AQ_CAPS, ena_ring_caps(ENA_AQ_DEPTH));
	ena_reg_write(dev, ENAHW_REG_ACQ_CAPS, ena_ring_caps(ENA_AQ_DEPTH));
	ena_reg_write(dev, ENAHW_REG_AENQ_BASE_LO, (uint32_t)aenq);
	ena_reg_write(dev, ENAHW_REG_AENQ_BASE_HI, (uint32_t)(aenq >> 32));
	ena_reg_write(dev, ENAHW_REG_AENQ_CAPS,
	    ena_ring_caps(ENA_AENQ_DEPTH));
	ena_reg_write(dev, ENAHW_REG_INTR_MASK, ENAHW_INTR_MASK_MGMT);
	dev->dev_admin_intr = false;
}

enum ena_result
ena_up_admin(struct ena_dev *dev)
{
	enum ena_result r;
	uint32_t sts;

	r = ena_reg_read(dev, ENAHW_REG_DEV_STS, &sts);
	if (r != ENA_OK)
		return (r);
	if ((sts & ENAHW_DEV_STS_READY) == 0) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "DEV_STS 0x%x: not ready after reset", sts);
		return (ENA_PROTOCOL);
	}
	ena_admin_start(dev);
	ena_aenq_start(dev);
	ena_admin_register(dev);
	return (ENA_OK);
}

/*
 * Only a reset makes the device forget our memory, so it is the undo of
 * registering it.  With the device already quiet or gone there is nothing
 * left to say to it.
 */
enum ena_result
ena_down_admin(struct ena_dev *dev)
{
	enum ena_result r;

	if (dev->dev_pc == 0) {
		if (!dev->dev_quiet)
			ena_snapshot_take(dev, dev->dev_undoing ?
			    ENAHW_RESET_INIT_ERR : ENAHW_RESET_NORMAL);
		ena_admin_stop(dev, ENA_ABORTED);
		ena_os_store_rel(&dev->dev_aenq_armed, 0);
		if (dev->dev_quiet)
			return (ENA_OK);
		ena_reset_begin(dev);
		dev->dev_pc = 1;
	}
	r = ena_reset_step(dev, dev->dev_undoing ? ENAHW_RESET_INIT_ERR :
	    ENAHW_RESET_NORMAL);
	if (r == ENA_GONE)
		r = ENA_OK;
	if (r == ENA_OK)
		dev->dev_quiet = true;
	else if (r != ENA_AGAIN)
		dev->dev_pc = 0;
	return (r);
}

static void
ena_copy_text(char *dst, size_t size, const char *src)
{
	size_t i;

	for (i = 0; src != NULL && src[i] != '\0' && i < size - 1; i++)
		dst[i] = src[i];
}

/*
 * The page says who we are; firmware decides by it whether queues may be
 * created and which features exist.  Version major 2 is a constant of the
 * protocol, not our version: ours is in minor, sub-minor and the strings.
 * ref: hw-notes#identity
 */
static void
ena_host_info_fill(struct ena_dev *dev)
{
	const struct ena_config *cf = &dev->dev_cfg;
	struct ena_os_dma *dma = &dev->dev_dma[ENA_DMA_HOST];
	struct enahw_host_info h;

	memset(&h, 0, sizeof(h));
	h.hi_os_type = enahw_le32(cf->cf_os_type);
	ena_copy_text(h.hi_os_dist_str, sizeof(h.hi_os_dist_str),
	    cf->cf_os_dist);
	ena_copy_text(h.hi_kernel_str, sizeof(h.hi_kernel_str),
	    cf->cf_kernel);
	h.hi_kernel = enahw_le32(cf->cf_kernel_version);
	h.hi_driver_version = enahw_le32(
	    ENAHW_PUT(ENAHW_DRVVER_MAJOR, ENAHW_DRVVER_MAJOR_REQUIRED) |
	    ENAHW_PUT(ENAHW_DRVVER_MINOR, ENA_API_VERSION >> 8 & 0xffU) |
	    ENAHW_PUT(ENAHW_DRVVER_SUB, ENA_API_VERSION & 0xffU));
	h.hi_spec_version = enahw_le16(ENAHW_SPEC_VERSION);
	h.hi_bdf = enahw_le16(cf->cf_bdf);
	h.hi_num_cpus = enahw_le16(cf->cf_cpus);
	h.hi_driver_features = enahw_le32(ENA_DRIVER_FEATURES |
	    ((cf->cf_try & ENA_TRY_CLOCK) != 0 ? ENAHW_DRVF_PHC : 0));
	memset(dma->dma_va, 0, ENAHW_HOST_INFO_BYTES);
	memcpy(dma->dma_va, &h, sizeof(h));
	ena_os_dma_sync(dev->dev_os, dma, 0, ENAHW_HOST_INFO_BYTES,
	    ENA_SYNC_PREWRITE);
}

/*
 * Sent before the attributes it changes, and before the bitmap that would
 * announce it; so "unsupported" is tolerated, nothing else is.
 */
enum ena_result
ena_up_host_info(struct ena_dev *dev)
{
	struct enahw_host_attr body;
	union ena_cmd cmd;
	enum ena_result r;

	if (dev->dev_pc == 0) {
		ena_host_info_fill(dev);
		dev->dev_pc = 1;
	}
	memset(&body, 0, sizeof(body));
	ena_cmd_addr(&body.ha_info, dev->dev_dma[ENA_DMA_HOST].dma_pa);
	ena_cmd_set(&cmd, ENAHW_FEAT_HOST_ATTR, &body, sizeof(body));
	r = ena_admin_run(dev, &cmd);
	if (r == ENA_UNSUPPORTED) {
		ena_log(dev->dev_os, ENA_LOG_WARN,
		    "device takes no host info");
		r = ENA_OK;
	}
	return (r);
}

enum ena_result
ena_up_attributes(struct ena_dev *dev)
{
	struct ena_info in;
	union ena_cmd cmd;
	enum ena_result r;

	ena_cmd_get(&cmd, ENAHW_FEAT_DEVICE_ATTRIBUTES, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (r);
	in = dev->dev_info;
	r = ena_cmd_attributes(&dev->dev_sync_answer, &in);
	if (r != ENA_OK) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "device attributes: bad MAC address or MTU");
		return (r);
	}
	if (dev->dev_have_mac &&
	    memcmp(in.in_mac, dev->dev_info.in_mac, sizeof(in.in_mac)) != 0) {
		ena_log(dev->dev_os, ENA_LOG_ERR,
		    "another MAC address after the reset");
		return (ENA_PROTOCOL);
	}
	if ((dev->dev_cfg.cf_try & ENA_TRY_FLOWS) == 0 ||
	    (in.in_features & ENAHW_FEAT_BIT(ENAHW_FEAT_FLOW_STEERING)) == 0)
		in.in_flow_rules = 0;
	ena_flows_lost(dev);
	dev->dev_have_mac = true;
	dev->dev_info = in;
	return (ENA_OK);
}

/*
 * Queue limits: the extended query if there is one and it answers with the
 * version asked for, else the legacy one.
 */
enum ena_result
ena_up_limits(struct ena_dev *dev)
{
	struct ena_info in = dev->dev_info;
	union ena_cmd cmd;
	enum ena_result r;

	if (dev->dev_pc == 0 && ena_has(dev, ENAHW_FEAT_MAX_QUEUES_EXT)) {
		ena_cmd_get(&cmd, ENAHW_FEAT_MAX_QUEUES_EXT,
		    ENAHW_MAX_QUEUES_EXT_VERSION);
		r = ena_admin_run(dev, &cmd);
		if (r == ENA_OK)
			r = ena_cmd_max_queues_ext(&dev->dev_sync_answer,
			    &in);
		if (r == ENA_OK)
			dev->dev_info = in;
		if (r != ENA_UNSUPPORTED && r != ENA_PROTOCOL)
			return (r);
	}
	dev->dev_pc = 1;
	ena_cmd_get(&cmd, ENAHW_FEAT_MAX_QUEUES_NUM, 0);
	r = ena_admin_run(dev, &cmd);
	if (r == ENA_OK)
		r = ena_cmd_max_queues(&dev->dev_sync_answer, &in);
	if (r == ENA_OK)
		dev->dev_info = in;
	else if (r != ENA_AGAIN)
		ena_log(dev->dev_os, ENA_LOG_ERR, "unusable queue limits");
	return (r);
}

/* Without the feature the device offloads nothing. */
enum ena_result
ena_up_offloads(struct ena_dev *dev)
{
	struct enahw_offload of;
	union ena_cmd cmd;
	enum ena_result r;

	dev->dev_info.in_tx_offloads = 0;
	dev->dev_info.in_rx_offloads = 0;
	if (!ena_has(dev, ENAHW_FEAT_OFFLOAD))
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_OFFLOAD, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (r == ENA_UNSUPPORTED ? ENA_OK : r);
	memcpy(&of, dev->dev_sync_answer.ae_body, sizeof(of));
	dev->dev_info.in_tx_offloads = enahw_h32(of.of_tx);
	dev->dev_info.in_rx_offloads = enahw_h32(of.of_rx_supported);
	return (ENA_OK);
}

enum ena_result
ena_up_hints(struct ena_dev *dev)
{
	struct enahw_hints h;
	union ena_cmd cmd;
	enum ena_result r;

	if (!ena_has(dev, ENAHW_FEAT_HW_HINTS))
		return (ENA_OK);
	ena_cmd_get(&cmd, ENAHW_FEAT_HW_HINTS, 0);
	r = ena_admin_run(dev, &cmd);
	if (r != ENA_OK)
		return (r == ENA_UNSUPPORTED ? ENA_OK : r);
	memcpy(&h, dev->dev_sync_answer.ae_body, sizeof(h));
	ena_hints_apply(dev, &h);
	return (ENA_OK);
}

/* Subscribe to supported events that we handle. */
enum ena_result
ena_up_events(struct ena_dev *dev)
{
	struct enahw_aenq_config ac;
	union ena_cmd cmd;
	enum ena_result r;

	if (dev->dev_pc == 0) {
		ena_cmd_get(&cmd, ENAHW_FEAT_AENQ_CONFIG, 0);
		r = ena_admin_run(dev, &cmd);
		if (r != ENA_OK)
			return (r);
		memcpy(&ac, dev->dev_sync_answer.ae_body, sizeof(ac));
		dev->dev_info.in_aenq_groups = enahw_h32(ac.ac_supported) &
		    ENA_WANTED_EVENTS;
		dev->dev_pc = 1;
	}
	memset(&ac, 0, sizeof(ac));
	ac.ac_enabled = enahw_le32(dev->dev_info.in_aenq_groups);
	ena_cmd_set(&cmd, ENAHW_FEAT_AENQ_CONFIG, &ac, sizeof(ac));
	return (ena_admin_run(dev, &cmd));
}

/* The management vector is unmasked before the event ring is armed. */
enum ena_result
ena_up_interrupt(struct ena_dev *dev)
{
	if (!dev->dev_cfg.cf_polled_admin) {
		ena_reg_write(dev, ENAHW_REG_INTR_MASK, 0);
		dev->dev_admin_intr = true;
	}
	return (ENA_OK);
}

enum ena_result
ena_down_interrupt(struct ena_dev *dev)
{
	dev->dev_admin_intr = false;
	if (!dev->dev_quiet)
		ena_reg_write(dev, ENAHW_REG_INTR_MASK, ENAHW_INTR_MASK_MGMT);
	return (ENA_OK);
}

/* Arm events and start judging keep-alives, from the first one seen. */
enum ena_result
ena_up_arm(struct ena_dev *dev)
{
	dev->dev_beats_seen = ena_os_load_acq(&dev->dev_beats);
	dev->dev_keep_alive_missed = 0;
	dev->dev_window_ms = ena_now_ms(dev);
	/* once armed it stays so until a reset, also below CONFIGURED */
	if (ena_os_load_acq(&dev->dev_aenq_armed) == 0)
		ena_aenq_arm(dev);
	return (ENA_OK);
}
