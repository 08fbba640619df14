/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET_STATS of the device model.
 *
 * BASIC is true to our counters.  ENI and customer metrics report allowance
 * counters that only tests change, different for each metric and the same
 * in both views, so that a mixed-up order shows.  EXTENDED is a text of the
 * test's, refused where there is none.  The protocol leaves its format open;
 * that a text longer than the buffer is cut, still with its NUL, is our
 * choice.
 *
 * options.counters_fresh: the driver's view of BASIC and of keep-alives starts
 * from zero after each reset; mock_get_stats() goes on.
 */
#include "mock_priv.h"

#define SRD_VALUES	5U
#define METRIC_MASK	((1U << MOCK_METRICS) - 1)

void
mock_metric_defaults(struct mockdev *d)
{
	unsigned int i;

	for (i = 0; i < MOCK_METRICS; i++)
		d->metric[i] = 100ULL * i + 11;
	/* Above 32 bits for one of them: carries must survive. */
	d->metric[5] = 0x100000000ULL + 70000;
}

void
mock_set_metric(struct mockdev *d, unsigned int id, uint64_t value)
{
	if (id < MOCK_METRICS)
		d->metric[id] = value;
}

uint64_t
mock_metric(const struct mockdev *d, unsigned int id)
{
	return (id < MOCK_METRICS ? d->metric[id] : 0);
}

const char *
mock_metric_name(unsigned int id)
{
	static const char *const names[MOCK_METRICS] = {
		"bw-in", "bw-out", "pps", "conntrack", "link-local",
		"conntrack-left"
	};

	return (id < MOCK_METRICS ? names[id] : NULL);
}

/* What the driver sees of drops; a reset comes by. */
void
mock_counters_reset(struct mockdev *d)
{
	if (d->o.counters_fresh)
		d->st_base = d->st;
}

static struct enahw_ctr64
ctr(uint64_t v)
{
	struct enahw_ctr64 c;

	c.c_lo = enahw_le32((uint32_t)v);
	c.c_hi = enahw_le32((uint32_t)(v >> 32));
	return (c);
}

static void
basic(struct mockdev *d, uint8_t *out)
{
	const struct mock_stats *b = &d->st_base;
	struct enahw_basic_stats bs;

	bs.bs_tx_bytes = ctr(d->st.tx_bytes - b->tx_bytes);
	bs.bs_tx_pkts = ctr(d->st.tx_pkts - b->tx_pkts);
	bs.bs_rx_bytes = ctr(d->st.rx_bytes - b->rx_bytes);
	bs.bs_rx_pkts = ctr(d->st.rx_pkts - b->rx_pkts);
	bs.bs_rx_drops = ctr(d->st.rx_drops - b->rx_drops);
	bs.bs_tx_drops = ctr(d->st.tx_drops - b->tx_drops);
	bs.bs_rx_overruns = ctr(d->st.rx_overruns - b->rx_overruns);
	memcpy(out, &bs, sizeof(bs));
}

static void
eni(const struct mockdev *d, uint8_t *out)
{
	struct enahw_le64 v[5];
	unsigned int i;

	for (i = 0; i < 5; i++)
		v[i] = enahw_le64(d->metric[i]);
	memcpy(out, v, sizeof(v));
}

/* Every second packet goes that way, out and in. */
uint64_t
mock_srd(const struct mockdev *d, unsigned int n)
{
	const uint64_t v[SRD_VALUES] = {
		1, d->st.tx_pkts / 2, d->st.tx_pkts, d->st.rx_pkts / 2, 37
	};

	return (n < SRD_VALUES ? v[n] : 0);
}

const char *
mock_srd_name(unsigned int n)
{
	static const char *const names[SRD_VALUES] = {
		"mode", "tx-pkts", "tx-eligible", "rx-pkts", "used-percent"
	};

	return (n < SRD_VALUES ? names[n] : NULL);
}

static void
srd(const struct mockdev *d, uint8_t *out)
{
	struct enahw_le64 v[SRD_VALUES];
	unsigned int i;

	for (i = 0; i < SRD_VALUES; i++)
		v[i] = enahw_le64(mock_srd(d, i));
	memcpy(out, v, sizeof(v));
}

static uint8_t
customer(struct mockdev *d, const struct enahw_get_stats *g, uint8_t *out)
{
	struct enahw_le64 bitmap, v[MOCK_METRICS];
	uint64_t addr;
	uint32_t len, n, want;
	unsigned int i;

	want = enahw_h32(g->gs_metrics[0]) & METRIC_MASK;
	bitmap = enahw_le64(want);
	n = 0;
	for (i = 0; i < MOCK_METRICS; i++)
		if ((want & (1U << i)) != 0)
			v[n++] = enahw_le64(d->metric[i]);
	len = enahw_h32(g->gs_ctrl.cb_len);
	if (!mock_addr(d, &g->gs_ctrl.cb_addr, &addr, "metrics buffer"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	/* No buffer at all is the discovery of what is supported. */
	if (len != 0 || addr != 0) {
		if (len < n * sizeof(v[0])) {
			mock_rule(d, MR_STATS_BUFFER, "%u bytes for %u "
			    "metrics", len, n);
			return (ENAHW_ST_MALFORMED);
		}
		if (n != 0 && !mock_answer(d, addr, v, n * sizeof(v[0]),
		    "metrics"))
			return (ENAHW_ST_UNKNOWN_ERROR);
	}
	memcpy(out, &bitmap, sizeof(bitmap));
	return (ENAHW_ST_SUCCESS);
}

static uint8_t
extended(struct mockdev *d, const struct enahw_get_stats *g)
{
	char text[MOCK_TEXT];
	uint64_t addr;
	uint32_t len;
	size_t n;

	if (d->o.stats_text == NULL)
		return (ENAHW_ST_UNSUPPORTED);
	len = enahw_h32(g->gs_ctrl.cb_len);
	if (len == 0) {
		mock_rule(d, MR_STATS_BUFFER, "no buffer for the text");
		return (ENAHW_ST_MALFORMED);
	}
	if (!mock_addr(d, &g->gs_ctrl.cb_addr, &addr, "text buffer"))
		return (ENAHW_ST_ILLEGAL_PARAM);
	memset(text, 0, sizeof(text));
	n = strlen(d->o.stats_text) + 1;
	if (n > sizeof(text))
		n = sizeof(text);
	if (n > len)
		n = len;
	memcpy(text, d->o.stats_text, n - 1);
	if (!mock_answer(d, addr, text, n, "text"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	return (ENAHW_ST_SUCCESS);
}

static bool
capable(struct mockdev *d, uint32_t cap, uint32_t type)
{
	if ((d->p.capabilities & cap) != 0)
		return (true);
	mock_rule(d, MR_STATS_CAPABILITY, "type %u, capabilities 0x%x", type,
	    d->p.capabilities);
	return (false);
}

uint8_t
mock_get_stats_cmd(struct mockdev *d, const uint8_t *cmd, uint8_t *out)
{
	struct enahw_get_stats g;
	uint16_t dev;

	memcpy(&g, cmd, sizeof(g));
	dev = enahw_h16(g.gs_device_id);
	if (dev != 0 && dev != 0xffff) {
		mock_rule(d, MR_STATS_DEVICE, "device id 0x%04x", dev);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (g.gs_scope > 1 || enahw_h16(g.gs_queue_idx) >= d->p.max_pairs) {
		mock_rule(d, MR_STATS_SCOPE, "scope %u, queue %u", g.gs_scope,
		    enahw_h16(g.gs_queue_idx));
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	switch (g.gs_type) {
	case ENAHW_STATS_BASIC:
		basic(d, out);
		return (ENAHW_ST_SUCCESS);
	case ENAHW_STATS_EXTENDED:
		return (extended(d, &g));
	case ENAHW_STATS_ENI:
		if (!capable(d, ENAHW_CAP_ENI_STATS, g.gs_type))
			return (ENAHW_ST_UNSUPPORTED);
		eni(d, out);
		return (ENAHW_ST_SUCCESS);
	case ENAHW_STATS_SRD:
		if (!capable(d, ENAHW_CAP_SRD_INFO, g.gs_type))
			return (ENAHW_ST_UNSUPPORTED);
		srd(d, out);
		return (ENAHW_ST_SUCCESS);
	case ENAHW_STATS_CUSTOMER:
		if (!capable(d, ENAHW_CAP_CUSTOMER_METRICS, g.gs_type))
			return (ENAHW_ST_UNSUPPORTED);
		return (customer(d, &g, out));
	default:
		mock_rule(d, MR_STATS_TYPE, "type %u", g.gs_type);
		return (ENAHW_ST_UNSUPPORTED);
	}
}
