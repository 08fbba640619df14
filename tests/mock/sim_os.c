/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hostile binding, out of line: what ena_os_mock.h calls.
 *
 * Blamed here: a register write while memory synchronised with PREWRITE or
 * write-combined stores wait for a wmb; events handed back to the device with
 * no mb since they were read; an admin or event ring registered that is not
 * zero on the device's side; unaligned or foreign offsets; allocation off the
 * ADMIN lane, with a bad alignment, or over a live block; freeing what is
 * not a live block, or what the device still has registered; synchronising
 * outside a block, or nothing; a lane entered by two threads; a reset or a
 * new event ring while another thread is on the AENQ lane; log formats and
 * trace events that nobody promised to understand.
 */
#include "sim_priv.h"

#define LLQ_ENTRY_MIN	128U

/* ---- registers */

uint32_t
sim_os_rd4(struct sim_adapter *ad, uint32_t off)
{
	uint32_t val;

	if ((off & 3) != 0 || off >= ad->ad_spec.config.cf_bar0_bytes)
		sim_blame(ad, "rd4 at 0x%x", off);
	/* all ones is not a value that comes and goes: the card is out */
	if (sim_fails(ad->ad_sim, "rd4"))
		sim_pull(ad);
	sim_late_write(ad);
	val = mock_reg_read(ad->ad_mock, off);
	sim_trace(ad, "rd4 off=0x%x val=0x%08x", off, val);
	return (val);
}

/*
 * A value for the transcript: halves of bus addresses as symbols, since the
 * addresses are random.
 */
static void
describe(struct sim_adapter *ad, uint32_t off, uint32_t val, char *buf,
    size_t size)
{
	const struct sim_region *rg;

	snprintf(buf, size, "0x%08x", val);
	switch (off) {
	case ENAHW_REG_AQ_BASE_LO:
	case ENAHW_REG_ACQ_BASE_LO:
	case ENAHW_REG_AENQ_BASE_LO:
	case ENAHW_REG_MMIO_RESP_LO:
		for (rg = ad->ad_blocks; rg != NULL; rg = rg->rg_next)
			if ((uint32_t)rg->rg_pa == val)
				break;
		ad->ad_hi_of = 0;
		if (rg == NULL)
			break;
		ad->ad_hi_of = off + 4;
		ad->ad_hi_pa = rg->rg_pa;
		snprintf(buf, size, "lo(d%u)", rg->rg_no);
		break;
	default:
		if (off == 0 || off != ad->ad_hi_of)
			break;
		rg = sim_region_at(ad, ad->ad_hi_pa);
		if (rg != NULL && (uint32_t)(rg->rg_pa >> 32) == val)
			snprintf(buf, size, "hi(d%u)", rg->rg_no);
		break;
	}
}

/* What a ring held in an earlier life would count again. */
static void
ring_registered(struct sim_adapter *ad, uint32_t lo, uint32_t hi,
    uint32_t caps)
{
	uint64_t base;
	uint32_t n;
	uint8_t b;

	base = ad->ad_fixed[lo / 4] | (uint64_t)ad->ad_fixed[hi / 4] << 32;
	n = ENAHW_GET(ENAHW_RING_CAPS_DEPTH, caps) *
	    ENAHW_GET(ENAHW_RING_CAPS_ENTRY, caps);
	while (n-- > 0)
		if (sim_peek(ad, base + n, &b, 1) && b != 0) {
			sim_blame(ad, "ring registered at 0x%x is not zero",
			    lo);
			return;
		}
}

/*
 * The event ring is about to be forgotten, or made anew: nobody may be
 * reading it.
 */
static void
aenq_quiet(struct sim_adapter *ad, const char *why)
{
	unsigned int owner;

	owner = ad->ad_owner[ENA_LANE_AENQ][0];
	if (owner != 0 && owner != ad->ad_sim->sm_thread + 1)
		sim_blame(ad, "%s by thread %u, lane AENQ is of thread %u",
		    why, ad->ad_sim->sm_thread, owner - 1);
	ad->ad_events_read = false;
}

/* What a write means for the driver's side of the bus. */
static void
look_at_write(struct sim_adapter *ad, uint32_t off, uint32_t val)
{
	switch (off) {
	case ENAHW_REG_DEV_CTL:
		if ((val & ENAHW_DEV_CTL_RESET) == 0)
			break;
		sim_lent_all(ad);
		aenq_quiet(ad, "reset");
		break;
	case ENAHW_REG_AENQ_BASE_LO:
		aenq_quiet(ad, "new event ring");
		break;
	case ENAHW_REG_AQ_CAPS:
		ring_registered(ad, ENAHW_REG_AQ_BASE_LO,
		    ENAHW_REG_AQ_BASE_HI, val);
		break;
	case ENAHW_REG_ACQ_CAPS:
		ring_registered(ad, ENAHW_REG_ACQ_BASE_LO,
		    ENAHW_REG_ACQ_BASE_HI, val);
		break;
	case ENAHW_REG_AENQ_CAPS:
		ring_registered(ad, ENAHW_REG_AENQ_BASE_LO,
		    ENAHW_REG_AENQ_BASE_HI, val);
		break;
	case ENAHW_REG_AENQ_HEAD_DB:
		if (ad->ad_events_read)
			sim_blame(ad, "events handed back behind no mb");
		ad->ad_events_read = false;
		break;
	default:
		break;
	}
}

/* A write that was overtaken arrives, at the latest before a load. */
void
sim_late_write(struct sim_adapter *ad)
{
	if (!ad->ad_late)
		return;
	ad->ad_late = false;
	mock_reg_write(ad->ad_mock, ad->ad_late_off, ad->ad_late_val);
}

static void
write_arrives(struct sim_adapter *ad, uint32_t off, uint32_t val)
{
	if (!ad->ad_late && sim_forgets(ad, SIM_LATE_WR4)) {
		ad->ad_late = true;
		ad->ad_late_off = off;
		ad->ad_late_val = val;
		return;
	}
	mock_reg_write(ad->ad_mock, off, val);
	sim_late_write(ad);
}

void
sim_os_wr4(struct sim_adapter *ad, uint32_t off, uint32_t val)
{
	char text[32];

	if ((off & 3) != 0 || off >= ad->ad_spec.config.cf_bar0_bytes)
		sim_blame(ad, "wr4 at 0x%x", off);
	if (sim_unflushed(ad) != 0)
		sim_blame(ad, "wr4 to 0x%x with %zu ranges behind no wmb",
		    off, sim_unflushed(ad));
	if (ad->ad_sim->sm_trace_fn != NULL) {
		describe(ad, off, val, text, sizeof(text));
		sim_trace(ad, "wr4 off=0x%x val=%s", off, text);
	}
	if (off < ENAHW_REG_FIXED_END) {
		ad->ad_fixed[off / 4] = val;
		ad->ad_gen++;
	}
	look_at_write(ad, off, val);
	ad->ad_in_wr4 = true;
	write_arrives(ad, off, val);
	ad->ad_in_wr4 = false;
}

/* Stores inside an entry ascend; they leave the buffer at a barrier. */
void
sim_os_llq_store8(struct sim_adapter *ad, size_t where, uint64_t val)
{
	const struct sim_wc *last;
	uint32_t off = (uint32_t)where;

	if ((where & 7) != 0 || where >= ad->ad_spec.config.cf_bar2_bytes)
		sim_blame(ad, "llq_store8 at 0x%zx", where);
	last = ad->ad_nwc != 0 ? &ad->ad_wc[ad->ad_nwc - 1] : NULL;
	if (last != NULL && off <= last->wc_off &&
	    off / LLQ_ENTRY_MIN == last->wc_off / LLQ_ENTRY_MIN)
		sim_blame(ad, "llq_store8 at 0x%x after 0x%x", off,
		    last->wc_off);
	if (ad->ad_nwc == ad->ad_wc_max) {
		ad->ad_wc_max = 2 * ad->ad_wc_max + 64;
		ad->ad_wc = sim_need(ad->ad_sim, realloc(ad->ad_wc,
		    ad->ad_wc_max * sizeof(*ad->ad_wc)));
	}
	ad->ad_wc[ad->ad_nwc].wc_off = off;
	ad->ad_wc[ad->ad_nwc++].wc_val = val;
}

/* ---- barriers */

void
sim_os_wmb(struct sim_adapter *ad)
{
	if (!sim_forgets(ad, SIM_SKIP_WMB))
		sim_flush(ad);
}

void
sim_os_rmb(struct sim_adapter *ad)
{
	if (!sim_forgets(ad, SIM_SKIP_RMB))
		sim_ring_barrier(ad);
}

void
sim_os_mb(struct sim_adapter *ad)
{
	if (sim_forgets(ad, SIM_SKIP_MB))
		return;
	sim_flush(ad);
	sim_ring_barrier(ad);
	ad->ad_events_read = false;
}

/* ---- sabotage */

void
sim_skip(struct sim_adapter *ad, unsigned int what, uint64_t nth)
{
	ad->ad_skip = what;
	ad->ad_skip_at = nth;
	ad->ad_skip_count = 0;
}

uint64_t
sim_skips(const struct sim_adapter *ad)
{
	return (ad->ad_skip_count);
}

/* Does the driver "forget" this operation? */
bool
sim_forgets(struct sim_adapter *ad, unsigned int what)
{
	if ((ad->ad_skip & what) == 0)
		return (false);
	ad->ad_skip_count++;
	return (ad->ad_skip_at == 0 || ad->ad_skip_at == ad->ad_skip_count);
}

void
sim_careless(struct sim_adapter *ad, unsigned int how)
{
	ad->ad_careless = how;
}

/* ---- DMA memory */

bool
sim_os_dma_alloc(struct sim_adapter *ad, size_t size, size_t align,
    unsigned int width, struct ena_os_dma *dma)
{
	struct sim_region *rg;

	if (ad->ad_any_lane && ad->ad_last_lane != ENA_LANE_ADMIN)
		sim_blame(ad, "dma_alloc off the ADMIN lane");
	if (size == 0 || align == 0 || (align & (align - 1)) != 0 ||
	    align > SIM_PAGE || width == 0 || width > 64)
		sim_blame(ad, "dma_alloc of %zu bytes, align %zu, width %u",
		    size, align, width);
	if (dma->dma_va != NULL)
		sim_blame(ad, "dma_alloc over a live block");
	memset(dma, 0, sizeof(*dma));
	if (size == 0 || align == 0 || align > SIM_PAGE)
		return (false);
	if (sim_fails(ad->ad_sim, "dma_alloc")) {
		if (sim_forgets(ad, SIM_DIRTY_ALLOC)) {
			dma->dma_va = ad;
			dma->dma_pa = SIM_PAGE;
		}
		return (false);
	}
	if ((ad->ad_careless & SIM_CARELESS_WIDTH) != 0)
		width = 63;
	if ((ad->ad_careless & SIM_CARELESS_ALIGN) != 0)
		align = 8;
	rg = sim_region_add(ad, size, align, width, false);
	if (rg == NULL)
		return (false);
	dma->dma_va = rg->rg_va;
	dma->dma_pa = rg->rg_pa;
	dma->dma_size = size;
	sim_trace(ad, "dma_alloc size=%zu align=%zu width=%u is=d%u", size,
	    align, width, rg->rg_no);
	return (true);
}

/* The live block that dma describes, or NULL. */
static struct sim_region *
block_of(struct sim_adapter *ad, const struct ena_os_dma *dma)
{
	struct sim_region *rg;

	rg = sim_region_at(ad, dma->dma_pa);
	if (rg == NULL || rg->rg_packet || rg->rg_pa != dma->dma_pa ||
	    rg->rg_va != dma->dma_va)
		return (NULL);
	return (rg);
}

/* Can the device still reach the block?  Not if it is not there any more. */
static bool
registered(struct sim_region *rg)
{
	struct sim_adapter *ad = rg->rg_ad;

	ad->ad_gen++;
	return (ad->ad_bus_master && sim_ring_find(rg) &&
	    mock_reg_read(ad->ad_mock, ENAHW_REG_VERSION) != UINT32_MAX);
}

void
sim_os_dma_free(struct sim_adapter *ad, struct ena_os_dma *dma)
{
	struct sim_region *rg;

	if (dma->dma_va == NULL && dma->dma_pa == 0)
		return;
	rg = block_of(ad, dma);
	memset(dma, 0, sizeof(*dma));
	if (rg == NULL) {
		sim_blame(ad, "dma_free of no live block");
		return;
	}
	if (registered(rg))
		sim_blame(ad, "dma_free of d%u, which the device has "
		    "registered", rg->rg_no);
	sim_trace(ad, "dma_free d%u", rg->rg_no);
	sim_region_remove(rg);
}

void
sim_os_dma_sync(struct sim_adapter *ad, struct ena_os_dma *dma, size_t off,
    size_t len, enum ena_sync dir)
{
	static const char *const names[] = {
		"PREREAD", "POSTREAD", "PREWRITE", "POSTWRITE"
	};
	struct sim_region *rg;

	rg = block_of(ad, dma);
	if (rg == NULL) {
		sim_blame(ad, "dma_sync of no live block");
		return;
	}
	if ((unsigned int)dir > ENA_SYNC_POSTWRITE) {
		sim_blame(ad, "dma_sync d%u direction %d", rg->rg_no,
		    (int)dir);
		return;
	}
	if (len == 0 || off > rg->rg_len || len > rg->rg_len - off) {
		sim_blame(ad, "dma_sync d%u+0x%zx + %zu of %zu", rg->rg_no,
		    off, len, rg->rg_len);
		return;
	}
	sim_trace(ad, "dma_sync d%u+0x%zx len=%zu %s", rg->rg_no, off, len,
	    names[dir]);
	if (!sim_forgets(ad, 1U << dir))
		sim_region_sync(rg, off, len, dir);
}

/* ---- the rest */

uint64_t
sim_os_now_us(struct sim_adapter *ad)
{
	uint64_t now;

	now = ad->ad_sim->sm_opt.epoch_us + ad->ad_sim->sm_now;
	if (sim_forgets(ad, SIM_BACK_CLOCK) && sim_rand(ad->ad_sim, 2) == 0)
		now -= 1000000;
	return (now);
}

/*
 * The first conversion of a format that is not in the contract's subset, a
 * newline, or NULL.  Subset: %s %d %u %x %llx, a field width, %%.
 */
const char *
sim_bad_format(const char *fmt)
{
	const char *p;

	for (; *fmt != '\0'; fmt++) {
		if (*fmt == '\n')
			return (fmt);
		if (*fmt != '%')
			continue;
		p = fmt++;
		if (*fmt == '%')
			continue;
		while (*fmt >= '0' && *fmt <= '9')
			fmt++;
		if (strncmp(fmt, "llx", 3) == 0)
			fmt += 2;
		else if (*fmt == '\0' || strchr("sdux", *fmt) == NULL)
			return (p);
	}
	return (NULL);
}

void
sim_os_vlog(struct sim_adapter *ad, enum ena_log_level level,
    const char *fmt, va_list ap)
{
	static const char *const names[] = { "err", "warn", "info", "debug" };
	char head[32];

	if (sim_bad_format(fmt) != NULL)
		sim_blame(ad, "log format \"%s\", from \"%s\"", fmt,
		    sim_bad_format(fmt));
	if ((unsigned int)level > ENA_LOG_DEBUG)
		sim_blame(ad, "log level %d", (int)level);
	snprintf(head, sizeof(head), "A%u %s: ", ad->ad_index,
	    names[level & 3]);
	sim_vlogline(ad->ad_sim, head, fmt, ap);
}

void
sim_os_trace(struct sim_adapter *ad, unsigned int ev, uint64_t a, uint64_t b)
{
	if (ev > ENA_TRACE_FAULT)
		sim_blame(ad, "trace event %u", ev);
	sim_trace(ad, "core event=%u a=0x%llx b=0x%llx", ev,
	    (unsigned long long)a, (unsigned long long)b);
}

/* ---- lanes */

static unsigned int *
lane_owner(struct sim_adapter *ad, enum ena_lane lane, unsigned int q)
{
	if ((unsigned int)lane >= SIM_LANES || q >= ENA_MAX_PAIRS) {
		sim_blame(ad, "lane %d of queue %u", (int)lane, q);
		return (&ad->ad_owner[0][0]);
	}
	return (&ad->ad_owner[lane][q]);
}

static const char *
lane_name(enum ena_lane lane)
{
	static const char *const names[] = {
		"ADMIN", "AENQ", "TXS", "TXC", "RX", "CLOCK"
	};

	return ((unsigned int)lane < SIM_LANES ? names[lane] : "?");
}

void
sim_os_lane_assert(struct sim_adapter *ad, enum ena_lane lane,
    unsigned int q)
{
	const unsigned int *owner;

	owner = lane_owner(ad, lane, q);
	if (*owner != 0 && *owner != ad->ad_sim->sm_thread + 1)
		sim_blame(ad, "lane %s(%u) of thread %u entered by thread %u",
		    lane_name(lane), q, *owner - 1, ad->ad_sim->sm_thread);
	ad->ad_last_lane = lane;
	ad->ad_any_lane = true;
}

void
sim_lane_take(struct sim_adapter *ad, enum ena_lane lane, unsigned int q)
{
	unsigned int *owner;

	owner = lane_owner(ad, lane, q);
	if (*owner != 0)
		sim_blame(ad, "lane %s(%u) of thread %u taken by thread %u",
		    lane_name(lane), q, *owner - 1, ad->ad_sim->sm_thread);
	*owner = ad->ad_sim->sm_thread + 1;
}

void
sim_lane_drop(struct sim_adapter *ad, enum ena_lane lane, unsigned int q)
{
	*lane_owner(ad, lane, q) = 0;
}
