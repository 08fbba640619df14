/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSS of the device model: function and key, table, hash fields, and the
 * choice of a queue.
 *
 * The key is kept in conventional order; on the wire it is reversed byte by
 * byte (protocol 7.9).  Table entries hold RX SQ handles.  A frame goes to
 * slot 0 - or, if that is not live, the first live one - when its type is
 * not hashed, when no table was programmed, or when its entry names no live
 * SQ.  With rss_drop_unset a hashed frame goes nowhere before a table was
 * programmed.
 */
#include "mock_priv.h"

#define DEFAULT_LOG2	7

/* The key that devices without a settable one use; public test vector. */
static const uint8_t default_key[ENAHW_RSS_KEY_BYTES] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

static const uint16_t field_support[ENAHW_HASH_PROTOS] = {
	[ENAHW_HASH_TCP4] = 0x3c, [ENAHW_HASH_UDP4] = 0x3c,
	[ENAHW_HASH_TCP6] = 0x3c, [ENAHW_HASH_UDP6] = 0x3c,
	[ENAHW_HASH_IP4] = 0x0c, [ENAHW_HASH_IP6] = 0x0c,
	[ENAHW_HASH_IP4_FRAG] = 0x0c, [ENAHW_HASH_NOT_IP] = 0x03,
	[ENAHW_HASH_TCP6_EX] = 0x3c, [ENAHW_HASH_IP6_EX] = 0x0c,
};

void
mock_rss_defaults(struct mockdev *d)
{
	unsigned int i;

	memset(&d->rss, 0, sizeof(d->rss));
	d->rss.log2 = DEFAULT_LOG2;
	memcpy(d->rss.key, default_key, sizeof(d->rss.key));
	d->rss.function = ENAHW_HASH_TOEPLITZ;
	if ((d->p.rss_functions & ENAHW_HASH_TOEPLITZ) == 0 &&
	    (d->p.rss_functions & ENAHW_HASH_CRC32) != 0)
		d->rss.function = ENAHW_HASH_CRC32;
	/* Hardware hashes TCP and UDP only, the whole 4-tuple. */
	for (i = ENAHW_HASH_TCP4; i <= ENAHW_HASH_UDP6; i++)
		d->rss.fields[i] = field_support[i];
}

static void
key_reverse(uint8_t *dst, const uint8_t *src)
{
	unsigned int i;

	for (i = 0; i < ENAHW_RSS_KEY_BYTES; i++)
		dst[i] = src[ENAHW_RSS_KEY_BYTES - 1 - i];
}

/* -- function and key */

static uint8_t
function_set(struct mockdev *d, const uint8_t *cmd, uint64_t addr)
{
	struct enahw_feature_cmd c;
	struct enahw_hash_function hf;
	struct enahw_hash_key hk;
	uint32_t sel;

	memcpy(&c, cmd, sizeof(c));
	memcpy(&hf, c.fc_body, sizeof(hf));
	sel = enahw_h32(hf.hf_selected);
	if (!mock_pow2(sel) || (sel & d->p.rss_functions) == 0) {
		mock_rule(d, MR_RSS_FUNCTION, "selected 0x%x of 0x%x", sel,
		    d->p.rss_functions);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	if (!mock_dma_rd(d, addr, &hk, sizeof(hk), "RSS key"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	if (enahw_h32(hk.hk_parts) != ENAHW_RSS_KEY_WORDS) {
		mock_rule(d, MR_RSS_KEY_LENGTH, "%u words",
		    enahw_h32(hk.hk_parts));
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	d->rss.function = sel;
	d->rss.initial = enahw_h32(hf.hf_initial);
	key_reverse(d->rss.key, hk.hk_key);
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_rss_function(struct mockdev *d, const uint8_t *cmd, uint8_t *out,
    bool setting)
{
	struct enahw_hash_function hf;
	struct enahw_hash_key hk;
	uint64_t addr;
	uint8_t status;
	bool present;

	status = mock_ctrl(d, cmd, sizeof(hk), &addr, &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	/* A fixed key can be neither set nor read back. */
	if ((setting || present) && !d->p.rss_key_settable)
		return (ENAHW_ST_UNSUPPORTED);
	if (setting && !present) {
		mock_rule(d, MR_CTRL_LENGTH, "hash function without a key");
		return (ENAHW_ST_MALFORMED);
	}
	if (setting)
		return (function_set(d, cmd, addr));
	hf.hf_supported = enahw_le32(d->p.rss_functions);
	hf.hf_selected = enahw_le32(d->rss.function);
	hf.hf_initial = enahw_le32(d->rss.initial);
	memcpy(out, &hf, sizeof(hf));
	if (!present)
		return (ENAHW_ST_SUCCESS);
	memset(&hk, 0, sizeof(hk));
	hk.hk_parts = enahw_le32(ENAHW_RSS_KEY_WORDS);
	key_reverse(hk.hk_key, d->rss.key);
	if (!mock_answer(d, addr, &hk, sizeof(hk), "RSS key"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	return (ENAHW_ST_SUCCESS);
}

/* -- table */

/* The live RX SQ with that index, or NULL. */
struct mock_sq *
mock_rx_by_handle(struct mockdev *d, uint32_t idx)
{
	uint32_t slot;

	if (idx < d->p.rx_sq_idx_base)
		return (NULL);
	slot = idx - d->p.rx_sq_idx_base;
	if (slot >= d->p.max_pairs || !d->rx[slot].live)
		return (NULL);
	return (&d->rx[slot]);
}

static uint8_t
table_set(struct mockdev *d, const uint8_t *cmd)
{
	struct enahw_feature_cmd c;
	struct enahw_rss_table rt;
	struct enahw_rss_entry e[MOCK_RSS_MAX];
	uint64_t addr;
	uint32_t dead, first, i, log2, n;
	uint8_t status;
	bool present;

	memcpy(&c, cmd, sizeof(c));
	memcpy(&rt, c.fc_body, sizeof(rt));
	log2 = enahw_h16(rt.rt_log2);
	if (enahw_h32(rt.rt_inline_idx) != ENAHW_RSS_INLINE_NONE) {
		mock_rule(d, MR_RSS_INLINE, "inline index %u",
		    enahw_h32(rt.rt_inline_idx));
		return (ENAHW_ST_UNSUPPORTED);
	}
	if (log2 < d->p.rss_log2_min || log2 > d->p.rss_log2_max ||
	    (1U << log2) > MOCK_RSS_MAX) {
		mock_rule(d, MR_RSS_TABLE_SIZE, "log2 size %u, %u..%u", log2,
		    d->p.rss_log2_min, d->p.rss_log2_max);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	n = 1U << log2;
	status = mock_ctrl(d, cmd, n * (uint32_t)sizeof(e[0]), &addr,
	    &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	if (!present) {
		mock_rule(d, MR_CTRL_LENGTH, "RSS table without a buffer");
		return (ENAHW_ST_MALFORMED);
	}
	if (!mock_dma_rd(d, addr, e, n * sizeof(e[0]), "RSS table"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	dead = first = 0;
	for (i = 0; i < n; i++) {
		d->rss.table[i] = enahw_h16(e[i].re_sq_idx);
		if (mock_rx_by_handle(d, d->rss.table[i]) == NULL &&
		    dead++ == 0)
			first = i;
	}
	if (dead != 0)
		mock_rule(d, MR_RSS_DEAD_QUEUE, "%u entries of %u, first "
		    "entry %u = %u", dead, n, first, d->rss.table[first]);
	d->rss.log2 = (uint16_t)log2;
	d->rss.table_set = true;
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_rss_table(struct mockdev *d, const uint8_t *cmd, uint8_t *out,
    bool setting)
{
	struct enahw_rss_table rt;
	struct enahw_rss_entry e[MOCK_RSS_MAX];
	uint64_t addr;
	uint32_t i, n;
	uint8_t status;
	bool present;

	if (setting)
		return (table_set(d, cmd));
	n = 1U << d->rss.log2;
	status = mock_ctrl(d, cmd, n * (uint32_t)sizeof(e[0]), &addr,
	    &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	memset(&rt, 0, sizeof(rt));
	rt.rt_min_log2 = enahw_le16(d->p.rss_log2_min);
	rt.rt_max_log2 = enahw_le16(d->p.rss_log2_max);
	rt.rt_log2 = enahw_le16(d->rss.log2);
	rt.rt_inline_idx = enahw_le32(ENAHW_RSS_INLINE_NONE);
	memcpy(out, &rt, sizeof(rt));
	if (!present)
		return (ENAHW_ST_SUCCESS);
	memset(e, 0, sizeof(e));
	for (i = 0; i < n; i++)
		e[i].re_sq_idx = enahw_le16(d->rss.table[i]);
	if (!mock_answer(d, addr, e, n * sizeof(e[0]), "RSS table"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	return (ENAHW_ST_SUCCESS);
}

/* -- hash input */

static uint8_t
input_set(struct mockdev *d, const uint8_t *cmd, uint64_t addr)
{
	struct enahw_feature_cmd c;
	struct enahw_hash_input hi;
	struct enahw_hash_control hc;
	uint16_t sel, sort;
	unsigned int i;

	memcpy(&c, cmd, sizeof(c));
	memcpy(&hi, c.fc_body, sizeof(hi));
	sort = enahw_h16(hi.hi_sort_enabled);
	if (!mock_dma_rd(d, addr, &hc, sizeof(hc), "hash fields"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	for (i = 0; i < ENAHW_HASH_PROTOS; i++) {
		sel = enahw_h16(hc.hc_selected[i].hf_fields);
		if ((sel & ~field_support[i]) != 0) {
			mock_rule(d, MR_RSS_FIELDS, "protocol %u: 0x%x of "
			    "0x%x", i, sel, field_support[i]);
			return (ENAHW_ST_ILLEGAL_PARAM);
		}
	}
	if ((sort & ~(ENAHW_HASH_SORT_L3 | ENAHW_HASH_SORT_L4)) != 0) {
		mock_rule(d, MR_RSS_FIELDS, "sort 0x%x", sort);
		return (ENAHW_ST_ILLEGAL_PARAM);
	}
	for (i = 0; i < ENAHW_HASH_PROTOS; i++)
		d->rss.fields[i] = enahw_h16(hc.hc_selected[i].hf_fields);
	d->rss.sort = sort;
	return (ENAHW_ST_SUCCESS);
}

uint8_t
mock_rss_input(struct mockdev *d, const uint8_t *cmd, uint8_t *out,
    bool setting)
{
	struct enahw_hash_input hi;
	struct enahw_hash_control hc;
	uint64_t addr;
	uint8_t status;
	unsigned int i;
	bool present;

	status = mock_ctrl(d, cmd, sizeof(hc), &addr, &present);
	if (status != ENAHW_ST_SUCCESS)
		return (status);
	if (setting && !d->p.rss_input_settable)
		return (ENAHW_ST_UNSUPPORTED);
	if (!present) {
		mock_rule(d, MR_CTRL_LENGTH, "hash input without a buffer");
		return (ENAHW_ST_MALFORMED);
	}
	if (setting)
		return (input_set(d, cmd, addr));
	hi.hi_sort_supported = enahw_le16(ENAHW_HASH_SORT_L3 |
	    ENAHW_HASH_SORT_L4);
	hi.hi_sort_enabled = enahw_le16(d->rss.sort);
	memcpy(out, &hi, sizeof(hi));
	memset(&hc, 0, sizeof(hc));
	for (i = 0; i < ENAHW_HASH_PROTOS; i++) {
		hc.hc_supported[i].hf_fields = enahw_le16(field_support[i]);
		hc.hc_selected[i].hf_fields = enahw_le16(d->rss.fields[i]);
	}
	if (!mock_answer(d, addr, &hc, sizeof(hc), "hash fields"))
		return (ENAHW_ST_UNKNOWN_ERROR);
	return (ENAHW_ST_SUCCESS);
}

/* -- use */

static unsigned int
hash_proto(const struct mock_parse *p)
{
	if (p->l3 == MOCK_L3_IPV4) {
		if (p->frag)
			return (ENAHW_HASH_IP4_FRAG);
		if (p->l4 == MOCK_L4_TCP)
			return (ENAHW_HASH_TCP4);
		return (p->l4 == MOCK_L4_UDP ? ENAHW_HASH_UDP4 :
		    ENAHW_HASH_IP4);
	}
	if (p->l3 == MOCK_L3_IPV6) {
		if (p->v6_ext || p->frag)
			return (p->l4 == MOCK_L4_TCP && !p->frag ?
			    ENAHW_HASH_TCP6_EX : ENAHW_HASH_IP6_EX);
		if (p->l4 == MOCK_L4_TCP)
			return (ENAHW_HASH_TCP6);
		return (p->l4 == MOCK_L4_UDP ? ENAHW_HASH_UDP6 :
		    ENAHW_HASH_IP6);
	}
	return (ENAHW_HASH_NOT_IP);
}

static struct mock_sq *
first_live(struct mockdev *d)
{
	unsigned int i;

	for (i = 0; i < d->p.max_pairs; i++)
		if (d->rx[i].live)
			return (&d->rx[i]);
	return (NULL);
}

/* Where does this frame go?  NULL: nowhere.  *hash is 0 if not hashed. */
struct mock_sq *
mock_rss_queue(struct mockdev *d, const uint8_t *frame,
    const struct mock_parse *p, uint32_t *hash)
{
	struct mock_sq *sq;
	uint8_t in[64];
	uint16_t fields;
	size_t n;

	*hash = 0;
	fields = d->rss.fields[hash_proto(p)];
	if (d->p.rss_functions == 0 || fields == 0)
		return (first_live(d));
	n = mock_hash_input(frame, p, fields, d->rss.sort, in);
	if (n == 0 || n > sizeof(in))
		return (first_live(d));
	if (d->rss.function == ENAHW_HASH_CRC32)
		*hash = mock_crc32(in, n, d->rss.initial);
	else
		*hash = mock_toeplitz(d->rss.key, in, n, d->rss.initial);
	if (!d->rss.table_set)
		return (d->o.rss_drop_unset && d->p.rss_log2_max != 0 ? NULL :
		    first_live(d));
	sq = mock_rx_by_handle(d,
	    d->rss.table[*hash & ((1U << d->rss.log2) - 1)]);
	return (sq != NULL ? sq : first_live(d));
}
