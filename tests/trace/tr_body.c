/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is inside commands, answers and buffers: one table for each, offsets
 * relative to the structure.  They are typed in from the protocol document
 * (sections 6, 7, 8 and 11), not taken from ena_hw.h: a tool that is to find
 * mistakes should not share them.
 */
#include "trace.h"

#include <string.h>

#define END			{ NULL, 0, 0, TR_DEC, 0, NULL, TR_VALUE }
#define DEC(n, o, s)		{ n, o, s, TR_DEC, 0, NULL, TR_VALUE }
#define HEX(n, o, s)		{ n, o, s, TR_HEX, 0, NULL, TR_VALUE }
#define BITS(n, o, s, t)	{ n, o, s, TR_FLAGS, 0, t, TR_VALUE }
#define NAMED(n, o, s, t)	{ n, o, s, TR_ENUM, 0, t, TR_VALUE }
#define PART(n, o, s, m)	{ n, o, s, TR_DEC, m, NULL, TR_VALUE }
#define PTR(n, o, p)		{ n, o, 8, TR_PTR, 0, &(p), TR_ADDR }
#define ZERO(n, o, s)		{ n, o, s, TR_ZERO, 0, NULL, TR_VALUE }
#define TEXT(n, o, s)		{ n, o, s, TR_TEXT, 0, NULL, TR_VALUE }
#define ANY(n, o, s)		{ n, o, s, TR_HEX, 0, NULL, TR_ANY }

/* ---- queue commands, from the start of the entry */

const struct tr_spec tr_create_cq[] = {
	{ "interrupt", 4, 1, TR_DEC, 0x20, NULL, TR_VALUE },
	{ "rsvd4", 4, 1, TR_ZERO, 0xc0, NULL, TR_VALUE },
	PART("entry-words", 5, 1, 0x1f),
	DEC("depth", 6, 2),
	PTR("base", 12, tr_p_cq_ring),
	END
};

const struct tr_spec tr_create_cq_resp[] = {
	DEC("depth", 2, 2),
	ANY("numa-reg", 4, 4),
	ANY("head-reg", 8, 4),
	ANY("unmask-reg", 12, 4),
	END
};

const struct tr_spec tr_create_sq[] = {
	{ "direction", 4, 1, TR_ENUM, 0xe0, tr_directions, TR_VALUE },
	ZERO("rsvd5", 5, 1),
	{ "placement", 6, 1, TR_ENUM, 0x0f, tr_placements, TR_VALUE },
	PART("completion-policy", 6, 1, 0x70),
	PART("contiguous", 7, 1, 0x01),
	DEC("depth", 10, 2),
	PTR("base", 12, tr_p_sq_ring),
	PTR("head-writeback", 20, tr_p_head_wb),
	ZERO("rsvd28", 28, 8),
	END
};

const struct tr_spec tr_create_sq_resp[] = {
	ANY("doorbell-reg", 4, 4),
	ANY("llq-offset", 8, 4),
	ANY("llq-header-offset", 12, 4),
	END
};

const struct tr_spec tr_destroy_sq[] = {
	ANY("handle", 4, 2),
	{ "direction", 6, 1, TR_ENUM, 0xe0, tr_directions, TR_VALUE },
	END
};

const struct tr_spec tr_destroy_cq[] = {
	ANY("handle", 4, 2),
	END
};

const struct tr_spec tr_feature_frame[] = {
	{ "flags.control-data", 3, 1, TR_ZERO, 0x02, NULL, TR_VALUE },
	{ "flags.indirect", 3, 1, TR_ZERO, 0x04, NULL, TR_VALUE },
	{ "select", 16, 1, TR_ZERO, 0x03, NULL, TR_VALUE },
	DEC("version", 18, 1),
	END
};

const struct tr_spec tr_stats_frame[] = {
	NAMED("type", 16, 1, tr_stats_types),
	DEC("scope", 17, 1),
	DEC("queue", 20, 2),
	HEX("device", 22, 2),
	{ "metrics", 24, 4, TR_FLAGS, 0, tr_customer, TR_VALUE },
	ZERO("metrics-high", 28, 4),
	END
};

/* ---- features: SET body and GET answer */

static const struct tr_spec device_attributes[] = {
	DEC("implementation", 0, 4),
	HEX("device-version", 4, 4),
	{ "features", 8, 4, TR_FEATURES, 0, NULL, TR_VALUE },
	BITS("capabilities", 12, 4, tr_cap_bits),
	DEC("physical-bits", 16, 4),
	DEC("virtual-bits", 20, 4),
	{ "mac", 24, 6, TR_MAC, 0, NULL, TR_ANY },
	DEC("flow-rules", 30, 2),
	DEC("max-mtu", 32, 4),
	END
};

static const struct tr_spec max_queues_num[] = {
	DEC("sqs", 0, 4), DEC("sq-depth", 4, 4),
	DEC("cqs", 8, 4), DEC("cq-depth", 12, 4),
	DEC("legacy-llqs", 16, 4), DEC("legacy-llq-depth", 20, 4),
	DEC("header", 24, 4), DEC("tx-descs", 28, 2),
	DEC("rx-descs", 30, 2),
	END
};

static const struct tr_spec max_queues_ext[] = {
	DEC("version", 0, 1),
	DEC("tx-sqs", 4, 4), DEC("tx-cqs", 8, 4),
	DEC("rx-sqs", 12, 4), DEC("rx-cqs", 16, 4),
	DEC("tx-sq-depth", 20, 4), DEC("tx-cq-depth", 24, 4),
	DEC("rx-sq-depth", 28, 4), DEC("rx-cq-depth", 32, 4),
	DEC("tx-header", 36, 4), DEC("tx-descs", 40, 2),
	DEC("rx-descs", 42, 2),
	END
};

static const struct tr_spec hints[] = {
	DEC("mmio-read-ms", 0, 2), DEC("keep-alive-ms", 2, 2),
	DEC("tx-timeout-ms", 4, 2), DEC("tx-timeout-count", 6, 2),
	DEC("admin-ms", 8, 2), DEC("os-watchdog", 10, 2),
	DEC("max-tx-sgl", 12, 2), DEC("max-rx-sgl", 14, 2),
	ZERO("rsvd16", 16, 16),
	END
};

static const struct tr_spec llq[] = {
	DEC("max-count", 0, 4), DEC("max-depth", 4, 4),
	BITS("header-supported", 8, 2, tr_llq_hdr),
	BITS("header", 10, 2, tr_llq_hdr),
	BITS("entry-supported", 12, 2, tr_llq_entry),
	BITS("entry", 14, 2, tr_llq_entry),
	HEX("before-supported", 16, 2), HEX("before", 18, 2),
	BITS("stride-supported", 20, 2, tr_llq_stride),
	BITS("stride", 22, 2, tr_llq_stride),
	DEC("version", 24, 1),
	BITS("recommended", 25, 1, tr_llq_entry),
	DEC("wide-depth", 26, 2),
	BITS("accel", 28, 2, tr_llq_accel),
	DEC("burst-bytes", 30, 2),
	ZERO("rsvd32", 32, 4),
	END
};

static const struct tr_spec extra_strings[] = { DEC("count", 0, 4), END };
static const struct tr_spec extra_flags[] = { HEX("flags", 0, 4), END };

static const struct tr_spec frag_bypass[] = {
	DEC("enable", 0, 1), ZERO("rsvd1", 1, 3), END
};

static const struct tr_spec hash_function[] = {
	BITS("supported", 0, 4, tr_hash_bits),
	BITS("selected", 4, 4, tr_hash_bits),
	HEX("initial", 8, 4),
	END
};

static const struct tr_spec offload[] = {
	BITS("tx", 0, 4, tr_txo_bits),
	BITS("rx-supported", 4, 4, tr_rxo_bits),
	BITS("rx-enabled", 8, 4, tr_rxo_bits),
	END
};

static const struct tr_spec rss_table[] = {
	DEC("min-log2", 0, 2), DEC("max-log2", 2, 2), DEC("log2", 4, 2),
	HEX("flags", 6, 1), ZERO("rsvd7", 7, 1),
	HEX("inline-index", 8, 4), HEX("inline-entry", 12, 4),
	END
};

static const struct tr_spec mtu[] = { DEC("mtu", 0, 4), END };

static const struct tr_spec hash_input[] = {
	BITS("sort-supported", 0, 2, tr_sort_bits),
	BITS("sort-enabled", 2, 2, tr_sort_bits),
	END
};

static const struct tr_spec moderation[] = {
	DEC("resolution-us", 0, 2), ZERO("rsvd2", 2, 2), END
};

static const struct tr_spec aenq_config[] = {
	BITS("supported", 0, 4, tr_group_bits),
	BITS("enabled", 4, 4, tr_group_bits),
	END
};

static const struct tr_spec link_config[] = {
	DEC("speed-mbit", 0, 4), BITS("speeds", 4, 4, tr_speeds),
	BITS("flags", 8, 4, tr_link_bits),
	END
};

static const struct tr_spec host_attr[] = {
	PTR("host-info", 0, tr_p_host_info), PTR("debug", 8, tr_p_debug),
	DEC("debug-length", 16, 4),
	END
};

static const struct tr_spec phc_config[] = {
	DEC("version", 0, 1), ZERO("mbz1", 1, 3), ANY("doorbell-reg", 4, 4),
	DEC("expire-us", 8, 4), DEC("block-us", 12, 4),
	PTR("response", 16, tr_p_phc), DEC("length", 24, 4),
	END
};

static const struct tr_spec flow_steering[] = {
	NAMED("action", 0, 1, tr_actions), NAMED("flow", 1, 1, tr_flows),
	DEC("queue", 2, 2), HEX("location", 4, 2), ZERO("rsvd6", 6, 2),
	ZERO("flags", 8, 4),
	END
};

static const struct tr_spec hw_timestamp[] = {
	DEC("version", 0, 1), DEC("tx", 1, 1), DEC("rx", 2, 1), END
};

/* By feature id. */
static const struct tr_spec *const features[32] = {
	[1] = device_attributes, [2] = max_queues_num, [3] = hints,
	[4] = llq, [5] = extra_strings, [6] = extra_flags,
	[7] = max_queues_ext, [8] = frag_bypass, [10] = hash_function,
	[11] = offload, [12] = rss_table, [14] = mtu, [18] = hash_input,
	[20] = moderation, [26] = aenq_config, [27] = link_config,
	[28] = host_attr, [29] = phc_config, [30] = flow_steering,
	[31] = hw_timestamp
};

const struct tr_spec *
tr_feature_spec(uint32_t fid)
{
	return (fid < 32 ? features[fid] : NULL);
}

/* ---- statistics: answers */

static const struct tr_spec basic[] = {
	DEC("tx-bytes", 0, 8), DEC("tx-packets", 8, 8),
	DEC("rx-bytes", 16, 8), DEC("rx-packets", 24, 8),
	DEC("rx-drops", 32, 8), DEC("tx-drops", 40, 8),
	DEC("rx-overruns", 48, 8),
	END
};

static const struct tr_spec eni[] = {
	DEC("bw-in-exceeded", 0, 8), DEC("bw-out-exceeded", 8, 8),
	DEC("pps-exceeded", 16, 8), DEC("conntrack-exceeded", 24, 8),
	DEC("linklocal-exceeded", 32, 8),
	END
};

static const struct tr_spec srd[] = {
	HEX("flags", 0, 8), DEC("tx-packets", 8, 8),
	DEC("eligible-packets", 16, 8), DEC("rx-packets", 24, 8),
	DEC("utilisation", 32, 8),
	END
};

static const struct tr_spec customer[] = {
	{ "reported", 0, 4, TR_FLAGS, 0, tr_customer, TR_VALUE },
	ZERO("reported-high", 4, 4),
	END
};

const struct tr_spec *
tr_stats_spec(uint32_t type)
{
	static const struct tr_spec *const tab[] = { basic, NULL, eni, srd,
	    customer };

	return (type < sizeof(tab) / sizeof(tab[0]) ? tab[type] : NULL);
}

/* ---- buffers */

const struct tr_spec tr_host_info[] = {
	NAMED("os-type", 0, 4, tr_os_types),
	TEXT("os-dist", 4, 128),
	DEC("os-dist-number", 132, 4),
	TEXT("kernel", 136, 32),
	HEX("kernel-number", 168, 4),
	{ "driver.major", 172, 4, TR_DEC, 0xff, NULL, TR_VALUE },
	{ "driver.minor", 172, 4, TR_DEC, 0xff00, NULL, TR_VALUE },
	{ "driver.sub", 172, 4, TR_DEC, 0xff0000, NULL, TR_VALUE },
	{ "driver.module", 172, 4, TR_DEC, 0xff000000U, NULL, TR_VALUE },
	HEX("net-features-0", 176, 4),
	HEX("net-features-1", 180, 4),
	HEX("spec-version", 184, 2),
	ANY("pci-address", 186, 2),
	DEC("cpus", 188, 2),
	ZERO("rsvd190", 190, 2),
	BITS("driver-features", 192, 4, tr_drvf_bits),
	END
};

static const struct tr_spec hash_key[] = {
	DEC("parts", 0, 4), ZERO("rsvd4", 4, 4),
	{ "key", 8, 40, TR_SECRET, 0, NULL, TR_ANY },
	END
};

static const struct tr_spec flow_rule[] = {
	HEX("dst-ip", 0, 8), HEX("dst-ip-rest", 8, 8),
	HEX("dst-mask", 16, 8), HEX("dst-mask-rest", 24, 8),
	HEX("src-ip", 32, 8), HEX("src-ip-rest", 40, 8),
	HEX("src-mask", 48, 8), HEX("src-mask-rest", 56, 8),
	HEX("dst-port", 64, 2), HEX("dst-port-mask", 66, 2),
	HEX("src-port", 68, 2), HEX("src-port-mask", 70, 2),
	HEX("tos", 72, 1), HEX("tos-mask", 73, 1),
	ZERO("rsvd74", 74, 54),
	END
};

/* Names of 32 bytes each. */
static void
property_strings(struct tr_fields *f, const uint8_t *p, size_t len)
{
	char name[64];
	size_t i;

	for (i = 0; (i + 1) * 32 <= len; i++) {
		(void)snprintf(name, sizeof(name), "control.string.%zu", i);
		tr_add(f, TR_VALUE, name, "\"%.32s\"",
		    (const char *)p + 32 * i);
	}
}

void
tr_metrics(struct tr_fields *f, uint32_t reported, const uint8_t *p,
    size_t len)
{
	char name[64], metric[40];
	unsigned int bit;
	size_t at;

	for (at = 0, bit = 0; bit < 32; bit++) {
		if ((reported & 1U << bit) == 0)
			continue;
		if (at + 8 > len)
			return;
		tr_flags(metric, sizeof(metric), tr_customer, 1U << bit);
		(void)snprintf(name, sizeof(name), "control.%s", metric);
		tr_add(f, TR_VALUE, name, "%llu",
		    (unsigned long long)tr_le64(p + at));
		at += 8;
	}
}

/* Fields each protocol is hashed by; those that have none are left out. */
static void
hash_control(struct tr_fields *f, const uint8_t *p, size_t len)
{
	static const char *const what[] = { "supported", "selected" };
	char name[64], proto[16], value[128];
	unsigned int i, k;
	size_t at;
	uint32_t v;

	for (k = 0; k < 2; k++)
		for (i = 0; i < 16; i++) {
			at = 64U * k + 4U * i;
			if (at + 4 > len)
				return;
			v = tr_le(p + at, 2);
			if (v == 0)
				continue;
			tr_enum(proto, sizeof(proto), tr_hash_protos, i);
			tr_flags(value, sizeof(value), tr_hash_fields, v);
			(void)snprintf(name, sizeof(name), "control.%s.%s",
			    what[k], proto);
			tr_add(f, TR_VALUE, name, "%s", value);
		}
}

/* Smallest number of entries that the table repeats. */
static size_t
period(const uint8_t *p, size_t n)
{
	size_t i, k;

	for (k = 1; k < n; k++) {
		for (i = k; i < n; i++)
			if (memcmp(p + 4 * i, p + 4 * (i % k), 4) != 0)
				break;
		if (i == n)
			break;
	}
	return (k);
}

static void
rss_entries(struct tr_fields *f, struct tr_nic *nic, const uint8_t *p,
    size_t len)
{
	char text[512], one[40];
	size_t at, i, k, n;
	int w;

	n = len / 4;
	if (n == 0)
		return;
	k = period(p, n);
	tr_add(f, TR_VALUE, "control.entries", "%zu", n);
	text[0] = '\0';
	for (at = 0, i = 0; i < k && at < sizeof(text); i++) {
		tr_handle_name(nic, TR_H_RX_SQ, tr_le(p + 4 * i, 2), one,
		    sizeof(one));
		w = snprintf(text + at, sizeof(text) - at, "%s%s",
		    i == 0 ? "" : " ", one);
		at += w < 0 ? 0 : (size_t)w;
	}
	tr_add(f, TR_VALUE, "control.queues", "%s%s", text,
	    k < n ? ", repeated" : "");
}

void
tr_control(struct tr_fields *f, struct tr_nic *nic, uint32_t fid,
    const uint8_t *p, size_t len)
{
	switch (fid) {
	case 5:
		property_strings(f, p, len);
		break;
	case 10:
		tr_struct(f, nic, "control.", hash_key, p, len);
		break;
	case 12:
		rss_entries(f, nic, p, len);
		break;
	case 18:
		hash_control(f, p, len);
		break;
	case 30:
		tr_struct(f, nic, "control.", flow_rule, p, len);
		break;
	default:
		tr_add(f, TR_VALUE, "control.bytes", "%zu", len);
		break;
	}
}
