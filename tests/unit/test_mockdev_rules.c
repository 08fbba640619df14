/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device model and drivers that are wrong: each rule of the table broken
 * once, alone, from power-on.  Faults and fuzz: test_mockdev_faults.c.
 *
 * A rule without a provocation here makes the first test fail, and so does a
 * provocation of a rule that does not exist.
 */
#include "mockdev_harness.h"
#include "provoke_base.h"
#include "provoke_queue.h"
#include "provoke_llq.h"
#include "provoke_rare.h"

static const struct provocation {
	const char *id;
	const char *profile;
	void (*fn)(struct h *);
} provocations[] = {
	{ "reg-unaligned", "t4g", p_reg_unaligned },
	{ "reg-outside", "t4g", p_reg_outside },
	{ "reg-reserved", "t4g", p_reg_reserved },
	{ "reg-write-ro", "t4g", p_reg_write_ro },
	{ "reg-read-wo", "t4g", p_reg_read_wo },
	{ "reg-in-reset", "t4g", p_reg_in_reset },
	{ "db-unknown", "t4g", p_db_unknown },
	{ "db-high-bits", "t4g", p_db_high_bits },
	{ "db-idle", "t4g", p_db_idle },
	{ "dma-unmapped", "t4g", p_dma_unmapped },
	{ "dma-width", "t4g", p_dma_width },
	{ "bar2-outside", "t4g", p_bar2_outside },
	{ "bar2-outside", "c7g", p_llq_store_end },
	{ "readless-absent", "min", p_readless_absent },
	{ "readless-busy", "t4g", p_readless_busy },
	{ "readless-unregistered", "t4g", p_readless_unregistered },
	{ "readless-offset", "t4g", p_readless_offset },
	{ "resp-before-reset", "t4g", p_resp_before_reset },
	{ "resp-after-reset", "t4g", p_resp_after_reset },
	{ "reset-not-ready", "t4g", p_reset_not_ready },
	{ "reset-not-waited", "t4g", p_reset_not_waited },
	{ "reset-reason", "t4g", p_reset_reason },
	{ "reset-reason", "min", p_reset_reason },
	{ "dev-ctl-reserved", "t4g", p_dev_ctl_reserved },
	{ "ring-caps", "t4g", p_ring_caps },
	{ "ring-align", "t4g", p_ring_align },
	{ "aq-reregister", "t4g", p_aq_reregister },
	{ "aq-unregistered", "t4g", p_aq_unregistered },
	{ "aq-overrun", "t4g", p_aq_overrun },
	{ "aq-phase", "t4g", p_aq_phase },
	{ "aq-id-busy", "t4g", p_aq_id_busy },
	{ "aq-reserved", "t4g", p_aq_reserved },
	{ "admin-opcode", "t4g", p_admin_opcode },
	{ "ctrl-flag", "t4g", p_ctrl_flag },
	{ "ctrl-length", "max", p_ctrl_length },
	{ "cmd-addr", "t4g", p_cmd_addr },
	{ "feature-unsupported", "t4g", p_feature_unsupported },
	{ "feature-direction", "t4g", p_feature_direction },
	{ "feature-version", "t4g", p_feature_version },
	{ "host-attr-late", "t4g", p_host_attr_late },
	{ "host-attr-late", "t4g", p_host_attr_moved },
	{ "host-info-major", "t4g", p_host_info_major },
	{ "mtu-range", "t4g", p_mtu_range },
	{ "aenq-groups", "t4g", p_aenq_groups },
	{ "rss-function", "max", p_rss_function },
	{ "rss-key-length", "max", p_rss_key_length },
	{ "rss-table-size", "t4g", p_rss_table_size },
	{ "rss-inline", "t4g", p_rss_inline },
	{ "rss-dead-queue", "t4g", p_rss_dead_queue },
	{ "rss-fields", "max", p_rss_fields },
	{ "frag-bypass", "t4g", p_frag_bypass },
	{ "stats-type", "t4g", p_stats_type },
	{ "stats-capability", "t4g", p_stats_capability },
	{ "stats-scope", "t4g", p_stats_scope },
	{ "stats-device", "t4g", p_stats_device },
	{ "stats-buffer", "t4g", p_stats_buffer },
	{ "phc-length", "max", p_phc_length },
	{ "phc-reserved", "max", p_phc_reserved },
	{ "phc-unset", "max", p_phc_unset },
	{ "phc-busy", "max", p_phc_busy },
	{ "db-high-bits", "gen6", p_phc_high_bits },
	{ "feature-unsupported", "max", p_phc_undeclared },
	{ "ts-config", "max", p_ts_version },
	{ "ts-config", "gen6", p_ts_tx },
	{ "ts-small-cq", "max", p_ts_small_cq },
	{ "ts-small-cq", "max", p_ts_small_cq_late },
	{ "flow-action", "max", p_flow_action },
	{ "flow-type", "max", p_flow_type },
	{ "flow-queue", "max", p_flow_queue },
	{ "flow-location", "max", p_flow_location },
	{ "flow-location", "max", p_flow_no_rule },
	{ "flow-reserved", "max", p_flow_reserved },
	{ "ctrl-length", "max", p_flow_no_buffer },
	{ "feature-direction", "max", p_flow_get },
	{ "gate-a", "c7g", p_gate },
	{ "gate-b", "c6i", p_gate },
	{ "aenq-missing", "t4g", p_aenq_missing },
	{ "aenq-late", "t4g", p_aenq_late },
	{ "aenq-unregistered", "t4g", p_aenq_unregistered },
	{ "aenq-head", "t4g", p_aenq_head },
	{ "aenq-head-idle", "t4g", p_aenq_head_idle },
	{ "aenq-arm-short", "t4g", p_aenq_arm_short },
	{ "aenq-armed-masked", "t4g", p_aenq_armed_masked },
	{ "llq-late", "c7g", p_llq_late },
	{ "llq-version", "c7g", p_llq_version },
	{ "llq-no-bar2", "c7g", p_llq_no_bar2 },
	{ "llq-field", "c7g", p_llq_hdr_loc },
	{ "llq-field", "c7g", p_llq_two_sizes },
	{ "llq-field", "c7g", p_llq_size },
	{ "llq-field", "c7g", p_llq_before },
	{ "llq-field", "c7g", p_llq_stride },
	{ "llq-header-area", "c6i", p_llq_header_area },
	{ "llq-accel", "gen6", p_llq_accel },
	{ "llq-reserved", "c7g", p_llq_reserved },
	{ "llq-reserved", "c7g", p_llq_set_burst },
	{ "llq-base", "c7g", p_llq_base },
	{ "llq-wide-depth", "c7g", p_llq_wide_depth },
	{ "llq-wide-depth", "c7g", p_llq_half_depth },
	{ "llq-limit", "c7g", p_llq_limit },
	{ "llq-store-size", "c7g", p_llq_store_size },
	{ "llq-store-size", "c7g", p_llq_store_align },
	{ "llq-store-ring", "c7g", p_llq_store_ring },
	{ "llq-store-ring", "c7g", p_llq_store_dead },
	{ "llq-store-ring", "c7g", p_llq_store_host },
	{ "llq-store-order", "c7g", p_llq_store_twice },
	{ "llq-store-order", "c7g", p_llq_store_descending },
	{ "llq-store-busy", "c7g", p_llq_store_busy },
	{ "llq-partial", "c7g", p_llq_partial },
	{ "llq-partial", "c7g", p_llq_not_written },
	{ "llq-burst", "c7g", p_llq_burst },
	{ "llq-burst", "c7g", p_llq_burst_wide },
	{ "llq-no-header", "c7g", p_llq_no_header },
	{ "llq-pushed", "c7g", p_llq_pushed },
	{ "llq-unused", "c7g", p_llq_unused_tail },
	{ "llq-unused", "c7g", p_llq_unused_desc },
	{ "llq-unused", "c7g", p_llq_unused_next },
	{ "llq-meta", "c7g", p_llq_meta },
	{ "llq-meta-drop", "c7g", p_llq_meta_drop },
	{ "cq-depth", "t4g", p_cq_depth },
	{ "cq-entry", "t4g", p_cq_entry },
	{ "cq-vector", "t4g", p_cq_vector },
	{ "cq-vector-polled", "t4g", p_cq_vector_polled },
	{ "cq-align", "t4g", p_cq_align },
	{ "cq-limit", "t4g", p_cq_limit },
	{ "cq-reserved", "t4g", p_cq_reserved },
	{ "sq-cq", "t4g", p_sq_cq },
	{ "sq-cq-bound", "t4g", p_sq_cq_bound },
	{ "sq-cq-entry", "t4g", p_sq_cq_entry },
	{ "sq-cq-depth", "t4g", p_sq_cq_depth },
	{ "sq-depth", "t4g", p_sq_depth },
	{ "sq-direction", "t4g", p_sq_direction },
	{ "sq-depth", "c7g", p_llq_depth },
	{ "sq-depth", "c7g", p_llq_odd_depth },
	{ "sq-placement", "t4g", p_sq_placement },
	{ "sq-placement", "c7g", p_llq_rx },
	{ "sq-policy", "t4g", p_sq_policy },
	{ "sq-limit", "t4g", p_sq_limit },
	{ "sq-contig", "t4g", p_sq_contig },
	{ "sq-align", "t4g", p_sq_align },
	{ "sq-reserved", "t4g", p_sq_reserved },
	{ "destroy-sq", "t4g", p_destroy_sq },
	{ "destroy-cq", "t4g", p_destroy_cq },
	{ "destroy-cq-busy", "t4g", p_destroy_cq_busy },
	{ "sq-overrun", "t4g", p_sq_overrun },
	{ "sq-overrun", "c7g", p_llq_overrun },
	{ "tx-phase", "t4g", p_tx_phase },
	{ "tx-phase", "c7g", p_llq_phase },
	{ "tx-first", "t4g", p_tx_first },
	{ "tx-meta", "t4g", p_tx_meta },
	{ "tx-mbz", "t4g", p_tx_mbz },
	{ "tx-mbz", "t4g", p_tx_meta_mbz },
	{ "tx-mbz", "t4g", p_tx_meta_mbz1 },
	{ "tx-partial", "t4g", p_tx_partial },
	{ "tx-partial", "c7g", p_llq_split },
	{ "tx-partial", "c7g", p_llq_endless },
	{ "tx-descs", "t4g", p_tx_descs },
	{ "tx-descs", "c7g", p_llq_descs },
	{ "tx-zero-len", "t4g", p_tx_zero_len },
	{ "tx-zero-len", "c7g", p_llq_zero_len },
	{ "tx-runt", "t4g", p_tx_runt },
	{ "tx-too-long", "t4g", p_tx_too_long },
	{ "tx-id-range", "t4g", p_tx_id_range },
	{ "tx-id-busy", "t4g", p_tx_id_busy },
	{ "tx-comp-req", "t4g", p_tx_comp_req },
	{ "tx-header-len", "t4g", p_tx_header_len },
	{ "tx-header-len", "c7g", p_llq_header_long },
	{ "tx-offload", "t4g", p_tx_offload },
	{ "tx-proto", "t4g", p_tx_proto },
	{ "tx-proto", "t4g", p_tx_proto_l3 },
	{ "tx-proto", "t4g", p_tx_proto_cut },
	{ "tx-meta-stale", "t4g", p_tx_meta_stale },
	{ "tx-df", "t4g", p_tx_df },
	{ "tx-tso-len", "max", p_tx_tso_len },
	{ "tx-tso-mss", "max", p_tx_tso_mss },
	{ "tx-tso-csum", "max", p_tx_tso_csum },
	{ "tx-tso-csum", "max", p_tx_tso_csum3 },
	{ "tx-tso-ecn", "c7g", p_tx_tso_ecn },
	{ "tx-tso-malformed", "max", p_tx_tso_malformed },
	{ "rx-phase", "t4g", p_rx_phase },
	{ "rx-mbz", "t4g", p_rx_mbz },
	{ "rx-ctrl", "t4g", p_rx_ctrl },
	{ "rx-id-range", "t4g", p_rx_id_range },
	{ "rx-id-busy", "t4g", p_rx_id_busy },
	{ "rx-small", "t4g", p_rx_small },
	{ "unmask-double", "t4g", p_unmask_double },
	{ "unmask-dead", "t4g", p_unmask_dead },
	{ "unmask-polled", "t4g", p_unmask_polled },
	{ "moderation", "t4g", p_moderation },
};
#define NPROV	(sizeof(provocations) / sizeof(provocations[0]))

static const struct mock_rule_info *
rule_find(const char *id)
{
	const struct mock_rule_info *ri;
	unsigned int i;

	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++)
		if (ri->id != NULL && strcmp(ri->id, id) == 0)
			return (ri);
	return (NULL);
}

static void
test_rule_table(void **state)
{
	const struct mock_rule_info *ri;
	unsigned int i, j;

	(void)state;
	for (i = 0; (ri = mock_rule_nth(i)) != NULL; i++) {
		assert_non_null(ri->id);
		assert_non_null(ri->section);
		assert_non_null(ri->text);
		assert_true(strlen(ri->id) < 32);
		assert_ptr_equal(rule_find(ri->id), ri);
		for (j = 0; j < NPROV; j++)
			if (strcmp(provocations[j].id, ri->id) == 0)
				break;
		if (j == NPROV)
			fail_msg("rule %s has no provocation", ri->id);
	}
}

static void
test_rules(void **state)
{
	const struct provocation *p;
	const struct mock_rule_info *ri;
	struct mock_stats st;
	struct h *h;
	unsigned int i;

	(void)state;
	for (i = 0; i < NPROV; i++) {
		p = &provocations[i];
		ri = rule_find(p->id);
		if (ri == NULL)
			fail_msg("no rule %s", p->id);
		h = h_new(p->profile);
		p->fn(h);
		if (!h_saw(h, p->id))
			fail_msg("%s not seen, but %s", p->id,
			    h->nrules != 0 ? h->rule[0] : "nothing");
		if (h->nrules != 1)
			fail_msg("%s: %u rules broken, also %s", p->id,
			    h->nrules, h->rule[strcmp(h->rule[0],
			    p->id) == 0]);
		mock_get_stats(h->d, &st);
		if (mock_is_fatal(h->d) != (ri->strength == MOCK_FATAL))
			fail_msg("%s: fatal %d", p->id,
			    mock_is_fatal(h->d));
		assert_int_equal(st.rules_fatal + st.rules_status +
		    st.rules_advice, 1);
		if (ri->strength == MOCK_STATUS)
			assert_int_equal(st.admin_failed, 1);
		h_free(h);
	}
}

/* After FATAL: bit set, silence, and a reset brings it back. */
static void
test_fatal(void **state)
{
	struct h *h = h_new("t4g");
	uint8_t f[60];
	unsigned int i;

	(void)state;
	memset(f, 0, sizeof(f));
	up(h);
	wr(h, h->tx.db, DEPTH + 5);
	assert_true(mock_is_fatal(h->d));
	assert_int_equal(rd(h, R_STS), 0x21);
	put16(h, A_RESP, 0);
	wr(h, R_RR, R_STS << 16 | 7);
	pass(h, 10);
	assert_int_equal(get32(h, A_RESP + 4), 0x21);
	i = h->vec[0] + h->vec[1];
	assert_int_equal(get_feature(h, 1, 0, 0), -1);
	assert_int_equal(mock_frame_in(h->d, f, 60, NULL), MOCK_RX_NO_QUEUE);
	pass(h, 5000000);
	assert_int_equal(h->vec[0] + h->vec[1], i);
	memset(at(h, A_TXCQ), 0, 0x1000);
	up(h);
	assert_false(mock_is_fatal(h->d));
	assert_int_equal(h->nrules, 1);
	h_free(h);
}

/* The page that is known, once more, with a debug area: nothing wrong. */
static void
test_host_attr_again(void **state)
{
	struct h *h = h_new("t4g");
	uint32_t w[16] = { 9U << 16 };

	(void)state;
	admin_up(h);
	assert_int_equal(host_attr(h, 0x00030802, 0x12), 0);
	assert_int_equal(h->nrules, 0);
	/* a reset forgets the page */
	do_reset(h, 1);
	admin_rings(h);
	aenq_ring(h);
	assert_int_equal(get_feature(h, 1, 0, 0), 0);
	assert_int_equal(host_attr(h, 0x00030802, 0x12), 0);
	assert_true(h_saw(h, "host-attr-late"));
	assert_int_equal(h->nrules, 1);
	/* transcript: where the area is, and what is in it */
	w[4] = 28U << 8;
	w[5] = A_HOST;
	w[7] = A_CTRL;
	w[9] = 100;
	put32(h, A_CTRL + 64, 0x04030201);
	h->watch = " buffer name=debug ";
	assert_int_equal(cmd(h, w), 0);
	assert_int_equal(h->nwatched, 2);
	assert_non_null(strstr(h->watched, " off=64 len=36 hex=01020304"));
	h->watch = " buffer name=debug addr=0x106000 size=100";
	assert_int_equal(cmd(h, w), 0);
	assert_int_equal(h->nwatched, 3);
	assert_null(strstr(h->watched, "unreadable"));
	h_free(h);
}

/* Where buffers are, what the driver filled and what the device did. */
static void
test_transcript(void **state)
{
	struct h *h = h_new("max");
	uint32_t w[16] = { 9U << 16 | 4U << 24 };

	(void)state;
	admin_up(h);
	h->watch = " buffer name=control ";
	assert_int_equal(get_feature(h, 10, 0, 48), 0);
	/* where; where again, with the size that was written; the key */
	assert_int_equal(h->nwatched, 3);
	assert_non_null(strstr(h->watched, " off=0 len=48 hex=0a000000"));
	h->nwatched = 0;
	assert_int_equal(set_feature(h, 10, 48, 0, 2, 0, 0), 0);
	assert_int_equal(h->nwatched, 2);
	assert_non_null(strstr(h->watched, " off=0 len=48 hex=0a000000"));
	/* memory that is not there: said before the model objects */
	h->nwatched = 0;
	w[1] = 48;
	w[2] = 0xfff00000;
	w[4] = 10U << 8;
	w[6] = 2;
	(void)cmd(h, w);
	assert_int_equal(h->nwatched, 1);
	assert_non_null(strstr(h->watched, " size=48 unreadable=1"));
	assert_true(h_saw(h, "dma-unmapped"));
	h_free(h);

	/* a large one is shown as far as any sense goes */
	h = h_new("max");
	admin_up(h);
	h->watch = " buffer name=control addr=";
	w[1] = 0x10000;
	w[2] = A_TXSQ;
	w[4] = 14U << 8;
	w[5] = 1500;
	assert_int_equal(cmd(h, w), 0);
	assert_non_null(strstr(h->watched, " size=65536 shown=16384"));
	/* events carry all of their payload, zero or not */
	h->watch = " payload off=0 len=48 hex=0000";
	wr(h, R_MASK, 0);
	wr(h, R_AENQ_DB, AENQ_DEPTH);
	h->nwatched = 0;
	mock_set_link(h->d, false);
	pass(h, 10);
	assert_int_equal(h->nwatched, 1);
	h_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_table),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_fatal),
		cmocka_unit_test(test_host_attr_again),
		cmocka_unit_test(test_transcript),
	};

	return (cmocka_run_group_tests_name("mockdev-rules", tests, NULL,
	    NULL));
}
