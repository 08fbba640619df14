/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wire format, typed in a second time.
 *
 * Driver and device model share include/ena_hw.h, so a slip in it would pass
 * every other test: both sides would make the same mistake.  Here every
 * offset, size, bit and value stands once more, read from the protocol
 * document and not from the header, in the document's own terms: byte
 * offsets and sizes of fields, bit ranges as hi:lo.  The header appears only
 * as the thing compared.  Each row names its section of the document.  That
 * nothing of the header is left out: tests/cross/layout.awk.
 *
 * The second half goes by bytes: words are put together through the header
 * and the memory compared with strings of bytes, or bytes are taken apart.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "ena_hw.h"

#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))

struct row {
	const char *section;
	const char *what;
	uint64_t header;
	uint64_t document;
};

/* Bits hi:lo, as a mask */
#define M(hi, lo)							\
	((UINT64_C(2) << (hi)) - (UINT64_C(1) << (lo)))
/* Bits hi:lo of the byte at an offset, seen in its 32-bit word */
#define BYTE(off, hi, lo)						\
	M(8 * ((off) % 4) + (hi), 8 * ((off) % 4) + (lo))

#define VAL(sec, sym, want)	{ sec, #sym, (uint64_t)(sym), want }
#define BITS(sec, sym, hi, lo)	VAL(sec, sym, M(hi, lo))
#define BIT(sec, sym, n)	VAL(sec, sym, M(n, n))
#define SIZE(sec, st, want)						\
	{ sec, "size of " #st, sizeof(struct st), want }
#define AT(sec, st, m, off, size)					\
	{ sec, "offset of " #st "." #m, offsetof(struct st, m), off },	\
	{ sec, "size of " #st "." #m, sizeof(((struct st *)NULL)->m), size }

static void
check_rows(const struct row *r, size_t cnt)
{
	size_t i, bad;

	bad = 0;
	for (i = 0; i < cnt; i++) {
		if (r[i].header == r[i].document)
			continue;
		bad++;
		print_error("section %s: %s is %#llx, should be %#llx\n",
		    r[i].section, r[i].what,
		    (unsigned long long)r[i].header,
		    (unsigned long long)r[i].document);
	}
	if (bad != 0)
		fail_msg("%u of %u rows", (unsigned int)bad,
		    (unsigned int)cnt);
}

/* ---- section 2: registers */

static void
test_registers(void **state)
{
	static const struct row rows[] = {
		VAL("2.1", ENAHW_REG_VERSION, 0x00),
		VAL("2.1", ENAHW_REG_CONTROLLER_VERSION, 0x04),
		VAL("2.1", ENAHW_REG_CAPS, 0x08),
		VAL("2.1", ENAHW_REG_CAPS_EXT, 0x0c),
		VAL("2.1", ENAHW_REG_AQ_BASE_LO, 0x10),
		VAL("2.1", ENAHW_REG_AQ_BASE_HI, 0x14),
		VAL("2.1", ENAHW_REG_AQ_CAPS, 0x18),
		VAL("2.1", ENAHW_REG_ACQ_BASE_LO, 0x20),
		VAL("2.1", ENAHW_REG_ACQ_BASE_HI, 0x24),
		VAL("2.1", ENAHW_REG_ACQ_CAPS, 0x28),
		VAL("2.1", ENAHW_REG_AQ_DB, 0x2c),
		VAL("2.1", ENAHW_REG_ACQ_TAIL, 0x30),
		VAL("2.1", ENAHW_REG_AENQ_CAPS, 0x34),
		VAL("2.1", ENAHW_REG_AENQ_BASE_LO, 0x38),
		VAL("2.1", ENAHW_REG_AENQ_BASE_HI, 0x3c),
		VAL("2.1", ENAHW_REG_AENQ_HEAD_DB, 0x40),
		VAL("2.1", ENAHW_REG_AENQ_TAIL, 0x44),
		VAL("2.1", ENAHW_REG_INTR_MASK, 0x4c),
		VAL("2.1", ENAHW_REG_DEV_CTL, 0x54),
		VAL("2.1", ENAHW_REG_DEV_STS, 0x58),
		VAL("2.1", ENAHW_REG_MMIO_REG_READ, 0x5c),
		VAL("2.1", ENAHW_REG_MMIO_RESP_LO, 0x60),
		VAL("2.1", ENAHW_REG_MMIO_RESP_HI, 0x64),
		VAL("2.1", ENAHW_REG_RSS_IND_UPDATE, 0x68),
		VAL("2.1", ENAHW_REG_PHC_DB, 0x100),
		VAL("2.1", ENAHW_REG_FIXED_END, 0x6c),
		BITS("2.2", ENAHW_VERSION_MINOR, 7, 0),
		BITS("2.2", ENAHW_VERSION_MAJOR, 15, 8),
		BITS("2.2", ENAHW_CTRL_VERSION, 23, 0),
		BITS("2.2", ENAHW_CTRL_IMPL, 31, 24),
		VAL("2.2", ENAHW_CTRL_VERSION_MIN, 1),
		BIT("2.3", ENAHW_CAPS_CONTIG, 0),
		BITS("2.3", ENAHW_CAPS_RESET_TO, 5, 1),
		BITS("2.3", ENAHW_CAPS_DMA_WIDTH, 15, 8),
		BITS("2.3", ENAHW_CAPS_ADMIN_TO, 19, 16),
		BITS("2.4", ENAHW_RING_CAPS_DEPTH, 15, 0),
		BITS("2.4", ENAHW_RING_CAPS_ENTRY, 31, 16),
		BIT("2.5", ENAHW_INTR_MASK_MGMT, 0),
		BIT("2.6", ENAHW_DEV_CTL_RESET, 0),
		BITS("2.6", ENAHW_DEV_CTL_REASON_HI, 27, 24),
		BITS("2.6", ENAHW_DEV_CTL_REASON_LO, 31, 28),
		BIT("2.7", ENAHW_DEV_STS_READY, 0),
		BIT("2.7", ENAHW_DEV_STS_RESET_BUSY, 3),
		BIT("2.7", ENAHW_DEV_STS_RESET_DONE, 4),
		BIT("2.7", ENAHW_DEV_STS_FATAL, 5),
		BITS("2.8", ENAHW_REG_READ_SEQ, 15, 0),
		BITS("2.8", ENAHW_REG_READ_OFF, 31, 16),
		VAL("2.11", ENAHW_ALL_ONES, 0xffffffff),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- sections 3 and 4: readless reads, reset */

static void
test_readless_and_reset(void **state)
{
	static const struct row rows[] = {
		SIZE("3.2", enahw_reg_resp, 8),
		AT("3.2", enahw_reg_resp, rr_seq, 0, 2),
		AT("3.2", enahw_reg_resp, rr_off, 2, 2),
		AT("3.2", enahw_reg_resp, rr_val, 4, 4),
		VAL("3.3", ENAHW_REG_READ_POISON, 0xdead),
		VAL("4.2", ENAHW_RESET_NORMAL, 0),
		VAL("4.2", ENAHW_RESET_KEEP_ALIVE_TO, 1),
		VAL("4.2", ENAHW_RESET_ADMIN_TO, 2),
		VAL("4.2", ENAHW_RESET_MISS_TX_CMPL, 3),
		VAL("4.2", ENAHW_RESET_INV_RX_REQ_ID, 4),
		VAL("4.2", ENAHW_RESET_INV_TX_REQ_ID, 5),
		VAL("4.2", ENAHW_RESET_TOO_MANY_RX_DESCS, 6),
		VAL("4.2", ENAHW_RESET_INIT_ERR, 7),
		VAL("4.2", ENAHW_RESET_DRIVER_INVALID_STATE, 8),
		VAL("4.2", ENAHW_RESET_OS_TRIGGER, 9),
		VAL("4.2", ENAHW_RESET_OS_NETDEV_WD, 10),
		VAL("4.2", ENAHW_RESET_SHUTDOWN, 11),
		VAL("4.2", ENAHW_RESET_USER_TRIGGER, 12),
		VAL("4.2", ENAHW_RESET_GENERIC, 13),
		VAL("4.2", ENAHW_RESET_MISS_INTERRUPT, 14),
		VAL("4.2", ENAHW_RESET_POLL_STARVATION, 15),
		VAL("4.2", ENAHW_RESET_RX_DESC_MALFORMED, 16),
		VAL("4.2", ENAHW_RESET_TX_DESC_MALFORMED, 17),
		VAL("4.2", ENAHW_RESET_MISSING_ADMIN_INTR, 18),
		VAL("4.2", ENAHW_RESET_DEVICE_REQUEST, 19),
		VAL("4.2", ENAHW_RESET_MISS_FIRST_INTR, 20),
		VAL("4.2", ENAHW_RESET_COUNT, 21),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- section 5: admin queue */

static void
test_admin_queue(void **state)
{
	static const struct row rows[] = {
		SIZE("1.4", enahw_addr, 8),
		AT("1.4", enahw_addr, a_lo, 0, 4),
		AT("1.4", enahw_addr, a_hi, 4, 2),
		AT("1.4", enahw_addr, a_mbz, 6, 2),
		VAL("5.2", ENAHW_ADMIN_ENTRY, 64),
		BITS("5.2", ENAHW_ADMIN_ID, 11, 0),
		BITS("5.2", ENAHW_AQ0_ID, 11, 0),
		VAL("5.2", ENAHW_AQ0_OPCODE, BYTE(2, 7, 0)),
		VAL("5.2", ENAHW_AQ0_PHASE, BYTE(3, 0, 0)),
		VAL("5.2", ENAHW_AQ0_CTRL_DATA, BYTE(3, 1, 1)),
		VAL("5.2", ENAHW_AQ0_CTRL_INDIRECT, BYTE(3, 2, 2)),
		SIZE("5.2", enahw_ctrl_buf, 12),
		AT("5.2", enahw_ctrl_buf, cb_len, 4 - 4, 4),
		AT("5.2", enahw_ctrl_buf, cb_addr, 8 - 4, 8),
		SIZE("5.3", enahw_acq_entry, 64),
		AT("5.3", enahw_acq_entry, ae_w0, 0, 4),
		BITS("5.3", ENAHW_ACQ0_ID, 11, 0),
		VAL("5.3", ENAHW_ACQ0_STATUS, BYTE(2, 7, 0)),
		VAL("5.3", ENAHW_ACQ0_PHASE, BYTE(3, 0, 0)),
		AT("5.3", enahw_acq_entry, ae_ext_status, 4, 2),
		AT("5.3", enahw_acq_entry, ae_sq_head, 6, 2),
		AT("5.3", enahw_acq_entry, ae_body, 8, 56),
		VAL("5.4", ENAHW_OP_CREATE_SQ, 1),
		VAL("5.4", ENAHW_OP_DESTROY_SQ, 2),
		VAL("5.4", ENAHW_OP_CREATE_CQ, 3),
		VAL("5.4", ENAHW_OP_DESTROY_CQ, 4),
		VAL("5.4", ENAHW_OP_GET_FEATURE, 8),
		VAL("5.4", ENAHW_OP_SET_FEATURE, 9),
		VAL("5.4", ENAHW_OP_GET_STATS, 11),
		VAL("5.5", ENAHW_ST_SUCCESS, 0),
		VAL("5.5", ENAHW_ST_NO_RESOURCES, 1),
		VAL("5.5", ENAHW_ST_BAD_OPCODE, 2),
		VAL("5.5", ENAHW_ST_UNSUPPORTED, 3),
		VAL("5.5", ENAHW_ST_MALFORMED, 4),
		VAL("5.5", ENAHW_ST_ILLEGAL_PARAM, 5),
		VAL("5.5", ENAHW_ST_UNKNOWN_ERROR, 6),
		VAL("5.5", ENAHW_ST_BUSY, 7),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- section 6: queue commands */

static void
test_cq_commands(void **state)
{
	static const struct row rows[] = {
		SIZE("6.1", enahw_create_cq, 20),
		AT("6.1", enahw_create_cq, ccq_w0, 0, 4),
		AT("6.1", enahw_create_cq, ccq_caps1, 4, 1),
		BIT("6.1", ENAHW_CQ_CAPS1_INTR, 5),
		AT("6.1", enahw_create_cq, ccq_caps2, 5, 1),
		BITS("6.1", ENAHW_CQ_CAPS2_ENTRY_WORDS, 4, 0),
		AT("6.1", enahw_create_cq, ccq_depth, 6, 2),
		AT("6.1", enahw_create_cq, ccq_vector, 8, 4),
		VAL("6.1", ENAHW_CQ_VECTOR_NONE, 0xffffffff),
		AT("6.1", enahw_create_cq, ccq_base, 12, 8),
		SIZE("6.1", enahw_create_cq_resp, 24),
		AT("6.1", enahw_create_cq_resp, ccr_w0, 0, 4),
		AT("5.3", enahw_create_cq_resp, ccr_ext_status, 4, 2),
		AT("5.3", enahw_create_cq_resp, ccr_sq_head, 6, 2),
		AT("6.1", enahw_create_cq_resp, ccr_cq_idx, 8, 2),
		AT("6.1", enahw_create_cq_resp, ccr_depth, 10, 2),
		AT("6.1", enahw_create_cq_resp, ccr_numa_off, 12, 4),
		AT("6.1", enahw_create_cq_resp, ccr_head_db_off, 16, 4),
		AT("6.1", enahw_create_cq_resp, ccr_unmask_off, 20, 4),
		SIZE("6.4", enahw_destroy_cq, 8),
		AT("6.4", enahw_destroy_cq, dcq_w0, 0, 4),
		AT("6.4", enahw_destroy_cq, dcq_cq_idx, 4, 2),
		AT("6.4", enahw_destroy_cq, dcq_rsvd6, 6, 2),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_sq_commands(void **state)
{
	static const struct row rows[] = {
		SIZE("6.2", enahw_create_sq, 36),
		AT("6.2", enahw_create_sq, csq_w0, 0, 4),
		AT("6.2", enahw_create_sq, csq_identity, 4, 1),
		BITS("6.2", ENAHW_SQ_IDENTITY_DIR, 7, 5),
		VAL("6.2", ENAHW_SQ_DIR_TX, 1),
		VAL("6.2", ENAHW_SQ_DIR_RX, 2),
		AT("6.2", enahw_create_sq, csq_rsvd5, 5, 1),
		AT("6.2", enahw_create_sq, csq_caps2, 6, 1),
		BITS("6.2", ENAHW_SQ_CAPS2_PLACEMENT, 3, 0),
		VAL("6.2", ENAHW_SQ_PLACEMENT_HOST, 1),
		VAL("6.2", ENAHW_SQ_PLACEMENT_DEV, 3),
		BITS("6.2", ENAHW_SQ_CAPS2_POLICY, 6, 4),
		AT("6.2", enahw_create_sq, csq_caps3, 7, 1),
		BIT("6.2", ENAHW_SQ_CAPS3_CONTIG, 0),
		AT("6.2", enahw_create_sq, csq_cq_idx, 8, 2),
		AT("6.2", enahw_create_sq, csq_depth, 10, 2),
		AT("6.2", enahw_create_sq, csq_base, 12, 8),
		AT("6.2", enahw_create_sq, csq_head_wb, 20, 8),
		AT("6.2", enahw_create_sq, csq_rsvd28, 28, 8),
		SIZE("6.2", enahw_create_sq_resp, 24),
		AT("6.2", enahw_create_sq_resp, csr_w0, 0, 4),
		AT("5.3", enahw_create_sq_resp, csr_ext_status, 4, 2),
		AT("5.3", enahw_create_sq_resp, csr_sq_head, 6, 2),
		AT("6.2", enahw_create_sq_resp, csr_sq_idx, 8, 2),
		AT("6.2", enahw_create_sq_resp, csr_rsvd10, 10, 2),
		AT("6.2", enahw_create_sq_resp, csr_db_off, 12, 4),
		AT("6.2", enahw_create_sq_resp, csr_llq_desc_off, 16, 4),
		AT("6.2", enahw_create_sq_resp, csr_llq_hdr_off, 20, 4),
		SIZE("6.3", enahw_destroy_sq, 8),
		AT("6.3", enahw_destroy_sq, dsq_w0, 0, 4),
		AT("6.3", enahw_destroy_sq, dsq_sq_idx, 4, 2),
		AT("6.3", enahw_destroy_sq, dsq_identity, 6, 1),
		AT("6.3", enahw_destroy_sq, dsq_rsvd7, 7, 1),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- section 7: features */

static void
test_feature_frame(void **state)
{
	static const struct row rows[] = {
		SIZE("7.1", enahw_feature_cmd, 64),
		AT("7.1", enahw_feature_cmd, fc_w0, 0, 4),
		AT("7.1", enahw_feature_cmd, fc_ctrl, 4, 12),
		AT("7.1", enahw_feature_cmd, fc_flags, 16, 1),
		BITS("7.1", ENAHW_FEATURE_SELECT, 1, 0),
		AT("7.1", enahw_feature_cmd, fc_id, 17, 1),
		AT("7.1", enahw_feature_cmd, fc_version, 18, 1),
		AT("7.1", enahw_feature_cmd, fc_rsvd19, 19, 1),
		AT("7.1", enahw_feature_cmd, fc_body, 20, 44),
		VAL("7.2", ENAHW_FEAT_DEVICE_ATTRIBUTES, 1),
		VAL("7.2", ENAHW_FEAT_MAX_QUEUES_NUM, 2),
		VAL("7.2", ENAHW_FEAT_HW_HINTS, 3),
		VAL("7.2", ENAHW_FEAT_LLQ, 4),
		VAL("7.2", ENAHW_FEAT_EXTRA_STRINGS, 5),
		VAL("7.2", ENAHW_FEAT_EXTRA_FLAGS, 6),
		VAL("7.2", ENAHW_FEAT_MAX_QUEUES_EXT, 7),
		VAL("7.2", ENAHW_FEAT_FRAG_BYPASS, 8),
		VAL("7.2", ENAHW_FEAT_RSS_HASH_FUNCTION, 10),
		VAL("7.2", ENAHW_FEAT_OFFLOAD, 11),
		VAL("7.2", ENAHW_FEAT_RSS_TABLE, 12),
		VAL("7.2", ENAHW_FEAT_MTU, 14),
		VAL("7.2", ENAHW_FEAT_RSS_HASH_INPUT, 18),
		VAL("7.2", ENAHW_FEAT_INTR_MODERATION, 20),
		VAL("7.2", ENAHW_FEAT_AENQ_CONFIG, 26),
		VAL("7.2", ENAHW_FEAT_LINK_CONFIG, 27),
		VAL("7.2", ENAHW_FEAT_HOST_ATTR, 28),
		VAL("7.2", ENAHW_FEAT_PHC_CONFIG, 29),
		VAL("7.2", ENAHW_FEAT_FLOW_STEERING, 30),
		VAL("7.2", ENAHW_FEAT_HW_TIMESTAMP, 31),
		/* The bitmap of a real device: 1 2 7 8 11 12 14 26 28 */
		VAL("15.1", ENAHW_FEAT_BIT(1) | ENAHW_FEAT_BIT(2) |
		    ENAHW_FEAT_BIT(7) | ENAHW_FEAT_BIT(8) |
		    ENAHW_FEAT_BIT(11) | ENAHW_FEAT_BIT(12) |
		    ENAHW_FEAT_BIT(14) | ENAHW_FEAT_BIT(26) |
		    ENAHW_FEAT_BIT(28), 0x14005986),
		VAL("7.2", ENAHW_FEAT_BIT(31), 0x80000000),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_device_attributes(void **state)
{
	static const struct row rows[] = {
		SIZE("7.3", enahw_device_attr, 36),
		AT("7.3", enahw_device_attr, da_impl_id, 0, 4),
		AT("7.3", enahw_device_attr, da_device_version, 4, 4),
		AT("7.3", enahw_device_attr, da_features, 8, 4),
		AT("7.3", enahw_device_attr, da_capabilities, 12, 4),
		AT("7.3", enahw_device_attr, da_phys_width, 16, 4),
		AT("7.3", enahw_device_attr, da_virt_width, 20, 4),
		AT("7.3", enahw_device_attr, da_mac, 24, 6),
		AT("7.3", enahw_device_attr, da_flow_rules, 30, 2),
		AT("7.3", enahw_device_attr, da_max_mtu, 32, 4),
		BIT("7.3", ENAHW_CAP_ENI_STATS, 0),
		BIT("7.3", ENAHW_CAP_SRD_INFO, 1),
		BIT("7.3", ENAHW_CAP_CUSTOMER_METRICS, 2),
		BIT("7.3", ENAHW_CAP_EXT_RESET_REASONS, 3),
		BIT("7.3", ENAHW_CAP_CDESC_MBZ, 4),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_queue_limits(void **state)
{
	static const struct row rows[] = {
		VAL("7.4", ENAHW_MAX_QUEUES_EXT_VERSION, 1),
		SIZE("7.4", enahw_max_queues_ext, 44),
		AT("7.4", enahw_max_queues_ext, mqe_version, 0, 1),
		AT("7.4", enahw_max_queues_ext, mqe_rsvd1, 1, 3),
		AT("7.4", enahw_max_queues_ext, mqe_tx_sqs, 4, 4),
		AT("7.4", enahw_max_queues_ext, mqe_tx_cqs, 8, 4),
		AT("7.4", enahw_max_queues_ext, mqe_rx_sqs, 12, 4),
		AT("7.4", enahw_max_queues_ext, mqe_rx_cqs, 16, 4),
		AT("7.4", enahw_max_queues_ext, mqe_tx_sq_depth, 20, 4),
		AT("7.4", enahw_max_queues_ext, mqe_tx_cq_depth, 24, 4),
		AT("7.4", enahw_max_queues_ext, mqe_rx_sq_depth, 28, 4),
		AT("7.4", enahw_max_queues_ext, mqe_rx_cq_depth, 32, 4),
		AT("7.4", enahw_max_queues_ext, mqe_tx_header, 36, 4),
		AT("7.4", enahw_max_queues_ext, mqe_tx_descs, 40, 2),
		AT("7.4", enahw_max_queues_ext, mqe_rx_descs, 42, 2),
		SIZE("7.4", enahw_max_queues, 32),
		AT("7.4", enahw_max_queues, mq_sqs, 0, 4),
		AT("7.4", enahw_max_queues, mq_sq_depth, 4, 4),
		AT("7.4", enahw_max_queues, mq_cqs, 8, 4),
		AT("7.4", enahw_max_queues, mq_cq_depth, 12, 4),
		AT("7.4", enahw_max_queues, mq_legacy_llqs, 16, 4),
		AT("7.4", enahw_max_queues, mq_legacy_llq_depth, 20, 4),
		AT("7.4", enahw_max_queues, mq_header, 24, 4),
		AT("7.4", enahw_max_queues, mq_tx_descs, 28, 2),
		AT("7.4", enahw_max_queues, mq_rx_descs, 30, 2),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_hints(void **state)
{
	static const struct row rows[] = {
		SIZE("7.5", enahw_hints, 32),
		AT("7.5", enahw_hints, hh_mmio_read_ms, 0, 2),
		AT("7.5", enahw_hints, hh_keep_alive_ms, 2, 2),
		AT("7.5", enahw_hints, hh_tx_timeout_ms, 4, 2),
		AT("7.5", enahw_hints, hh_tx_timeout_count, 6, 2),
		AT("7.5", enahw_hints, hh_admin_ms, 8, 2),
		AT("7.5", enahw_hints, hh_os_watchdog, 10, 2),
		AT("7.5", enahw_hints, hh_max_tx_sgl, 12, 2),
		AT("7.5", enahw_hints, hh_max_rx_sgl, 14, 2),
		AT("7.5", enahw_hints, hh_rsvd16, 16, 16),
		VAL("7.5", ENAHW_HINT_NO_TIMEOUT, 0xffff),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_offloads_and_small_features(void **state)
{
	static const struct row rows[] = {
		SIZE("7.6", enahw_offload, 12),
		AT("7.6", enahw_offload, of_tx, 0, 4),
		AT("7.6", enahw_offload, of_rx_supported, 4, 4),
		AT("7.6", enahw_offload, of_rx_enabled, 8, 4),
		BIT("7.6", ENAHW_TXO_L3V4, 0),
		BIT("7.6", ENAHW_TXO_L4V4_PART, 1),
		BIT("7.6", ENAHW_TXO_L4V4_FULL, 2),
		BIT("7.6", ENAHW_TXO_L4V6_PART, 3),
		BIT("7.6", ENAHW_TXO_L4V6_FULL, 4),
		BIT("7.6", ENAHW_TXO_TSOV4, 5),
		BIT("7.6", ENAHW_TXO_TSOV6, 6),
		BIT("7.6", ENAHW_TXO_TSO_ECN, 7),
		BIT("7.6", ENAHW_RXO_L3V4, 0),
		BIT("7.6", ENAHW_RXO_L4V4, 1),
		BIT("7.6", ENAHW_RXO_L4V6, 2),
		BIT("7.6", ENAHW_RXO_HASH, 3),
		SIZE("7.7", enahw_mtu, 4),
		AT("7.7", enahw_mtu, mt_mtu, 0, 4),
		SIZE("7.8", enahw_aenq_config, 8),
		AT("7.8", enahw_aenq_config, ac_supported, 0, 4),
		AT("7.8", enahw_aenq_config, ac_enabled, 4, 4),
		SIZE("7.12", enahw_moderation, 4),
		AT("7.12", enahw_moderation, im_resolution_us, 0, 2),
		AT("7.12", enahw_moderation, im_rsvd2, 2, 2),
		VAL("7.15", ENAHW_EXTRA_MAX, 1024 / 32),
		VAL("7.15", ENAHW_EXTRA_TEXT, 32),
		SIZE("7.16", enahw_phc_config, 28),
		AT("7.16", enahw_phc_config, pc_version, 0, 1),
		AT("7.16", enahw_phc_config, pc_mbz, 1, 3),
		AT("7.16", enahw_phc_config, pc_db_off, 4, 4),
		AT("7.16", enahw_phc_config, pc_expire_us, 8, 4),
		AT("7.16", enahw_phc_config, pc_block_us, 12, 4),
		AT("7.16", enahw_phc_config, pc_resp, 16, 8),
		AT("7.16", enahw_phc_config, pc_resp_len, 24, 4),
		SIZE("7.16", enahw_phc_resp, 64),
		AT("7.16", enahw_phc_resp, ph_seq, 0, 2),
		AT("7.16", enahw_phc_resp, ph_rsvd2, 2, 6),
		AT("7.16", enahw_phc_resp, ph_time_ns, 8, 8),
		AT("7.16", enahw_phc_resp, ph_rsvd16, 16, 8),
		AT("7.16", enahw_phc_resp, ph_bound_ns, 24, 4),
		AT("7.16", enahw_phc_resp, ph_error, 28, 4),
		AT("7.16", enahw_phc_resp, ph_rsvd32, 32, 32),
		VAL("7.16", ENAHW_PHC_EXPIRE_US, 10),
		VAL("7.16", ENAHW_PHC_BLOCK_US, 1000),
		VAL("7.16", ENAHW_PHC_POISON, 0xdead),
		VAL("7.16", ENAHW_PHC_NO_BOUND, 0xffffffff),
		SIZE("7.19", enahw_stamp_config, 3),
		AT("7.19", enahw_stamp_config, sc_version, 0, 1),
		AT("7.19", enahw_stamp_config, sc_tx, 1, 1),
		AT("7.19", enahw_stamp_config, sc_rx, 2, 1),
		VAL("7.19", ENAHW_STAMP_VERSION, 1),
		VAL("7.19", ENAHW_STAMP_NONE, 0),
		VAL("7.19", ENAHW_STAMP_ALL, 1),
		SIZE("7.17", enahw_frag_bypass, 4),
		AT("7.17", enahw_frag_bypass, fb_enable, 0, 1),
		AT("7.17", enahw_frag_bypass, fb_rsvd1, 1, 3),
		SIZE("7.18", enahw_flow_config, 12),
		AT("7.18", enahw_flow_config, fl_action, 0, 1),
		AT("7.18", enahw_flow_config, fl_type, 1, 1),
		AT("7.18", enahw_flow_config, fl_queue, 2, 2),
		AT("7.18", enahw_flow_config, fl_location, 4, 2),
		AT("7.18", enahw_flow_config, fl_rsvd6, 6, 2),
		AT("7.18", enahw_flow_config, fl_flags, 8, 4),
		VAL("7.18", ENAHW_FLOW_ADD, 1),
		VAL("7.18", ENAHW_FLOW_REMOVE, 2),
		VAL("7.18", ENAHW_FLOW_CLEAR, 3),
		VAL("7.18", ENAHW_FLOW_IP4, 1),
		VAL("7.18", ENAHW_FLOW_IP6, 2),
		VAL("7.18", ENAHW_FLOW_TCP4, 3),
		VAL("7.18", ENAHW_FLOW_TCP6, 4),
		VAL("7.18", ENAHW_FLOW_UDP4, 5),
		VAL("7.18", ENAHW_FLOW_UDP6, 6),
		VAL("7.18", ENAHW_FLOW_ANYWHERE, 0xffff),
		SIZE("7.18", enahw_flow_rule, 128),
		AT("7.18", enahw_flow_rule, fr_dst, 0, 16),
		AT("7.18", enahw_flow_rule, fr_dst_mask, 16, 16),
		AT("7.18", enahw_flow_rule, fr_src, 32, 16),
		AT("7.18", enahw_flow_rule, fr_src_mask, 48, 16),
		AT("7.18", enahw_flow_rule, fr_dport, 64, 2),
		AT("7.18", enahw_flow_rule, fr_dport_mask, 66, 2),
		AT("7.18", enahw_flow_rule, fr_sport, 68, 2),
		AT("7.18", enahw_flow_rule, fr_sport_mask, 70, 2),
		AT("7.18", enahw_flow_rule, fr_tos, 72, 1),
		AT("7.18", enahw_flow_rule, fr_tos_mask, 73, 1),
		AT("7.18", enahw_flow_rule, fr_rsvd74, 74, 54),
		SIZE("7.13", enahw_link_config, 12),
		AT("7.13", enahw_link_config, lc_speed_mbit, 0, 4),
		AT("7.13", enahw_link_config, lc_supported, 4, 4),
		AT("7.13", enahw_link_config, lc_flags, 8, 4),
		BIT("7.13", ENAHW_LINK_AUTONEG, 0),
		BIT("7.13", ENAHW_LINK_FULL_DUPLEX, 1),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_rss(void **state)
{
	static const struct row rows[] = {
		SIZE("7.9", enahw_hash_function, 12),
		AT("7.9", enahw_hash_function, hf_supported, 0, 4),
		AT("7.9", enahw_hash_function, hf_selected, 4, 4),
		AT("7.9", enahw_hash_function, hf_initial, 8, 4),
		BIT("7.9", ENAHW_HASH_TOEPLITZ, 1),
		BIT("7.9", ENAHW_HASH_CRC32, 2),
		SIZE("7.9", enahw_hash_key, 48),
		AT("7.9", enahw_hash_key, hk_parts, 0, 4),
		AT("7.9", enahw_hash_key, hk_rsvd4, 4, 4),
		AT("7.9", enahw_hash_key, hk_key, 8, 40),
		VAL("7.9", ENAHW_RSS_KEY_WORDS, 10),
		VAL("7.9", ENAHW_RSS_KEY_BYTES, 40),
		SIZE("7.10", enahw_rss_table, 16),
		AT("7.10", enahw_rss_table, rt_min_log2, 0, 2),
		AT("7.10", enahw_rss_table, rt_max_log2, 2, 2),
		AT("7.10", enahw_rss_table, rt_log2, 4, 2),
		AT("7.10", enahw_rss_table, rt_flags, 6, 1),
		BIT("7.10", ENAHW_RSS_ONE_ENTRY, 0),
		AT("7.10", enahw_rss_table, rt_rsvd7, 7, 1),
		AT("7.10", enahw_rss_table, rt_inline_idx, 8, 4),
		VAL("7.10", ENAHW_RSS_INLINE_NONE, 0xffffffff),
		AT("7.10", enahw_rss_table, rt_inline, 12, 4),
		SIZE("7.10", enahw_rss_entry, 4),
		AT("7.10", enahw_rss_entry, re_sq_idx, 0, 2),
		AT("7.10", enahw_rss_entry, re_rsvd2, 2, 2),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_rss_input(void **state)
{
	static const struct row rows[] = {
		SIZE("7.11", enahw_hash_input, 4),
		AT("7.11", enahw_hash_input, hi_sort_supported, 0, 2),
		AT("7.11", enahw_hash_input, hi_sort_enabled, 2, 2),
		BIT("7.11", ENAHW_HASH_SORT_L3, 1),
		BIT("7.11", ENAHW_HASH_SORT_L4, 2),
		SIZE("7.11", enahw_hash_control, 256),
		AT("7.11", enahw_hash_control, hc_supported, 0, 64),
		AT("7.11", enahw_hash_control, hc_selected, 64, 64),
		AT("7.11", enahw_hash_control, hc_rsvd128, 128, 128),
		SIZE("7.11", enahw_hash_fields, 4),
		AT("7.11", enahw_hash_fields, hf_fields, 0, 2),
		AT("7.11", enahw_hash_fields, hf_rsvd2, 2, 2),
		VAL("7.11", ENAHW_HASH_PROTOS, 16),
		VAL("7.11", ENAHW_HASH_TCP4, 0),
		VAL("7.11", ENAHW_HASH_UDP4, 1),
		VAL("7.11", ENAHW_HASH_TCP6, 2),
		VAL("7.11", ENAHW_HASH_UDP6, 3),
		VAL("7.11", ENAHW_HASH_IP4, 4),
		VAL("7.11", ENAHW_HASH_IP6, 5),
		VAL("7.11", ENAHW_HASH_IP4_FRAG, 6),
		VAL("7.11", ENAHW_HASH_NOT_IP, 7),
		VAL("7.11", ENAHW_HASH_TCP6_EX, 8),
		VAL("7.11", ENAHW_HASH_IP6_EX, 9),
		BIT("7.11", ENAHW_HASH_L2_DA, 0),
		BIT("7.11", ENAHW_HASH_L2_SA, 1),
		BIT("7.11", ENAHW_HASH_L3_DA, 2),
		BIT("7.11", ENAHW_HASH_L3_SA, 3),
		BIT("7.11", ENAHW_HASH_L4_DP, 4),
		BIT("7.11", ENAHW_HASH_L4_SP, 5),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_host_info(void **state)
{
	static const struct row rows[] = {
		SIZE("7.14", enahw_host_attr, 20),
		AT("7.14", enahw_host_attr, ha_info, 0, 8),
		AT("7.14", enahw_host_attr, ha_debug, 8, 8),
		AT("7.14", enahw_host_attr, ha_debug_len, 16, 4),
		VAL("7.14", ENAHW_HOST_INFO_BYTES, 4096),
		SIZE("7.14", enahw_host_info, 196),
		AT("7.14", enahw_host_info, hi_os_type, 0, 4),
		AT("7.14", enahw_host_info, hi_os_dist_str, 4, 128),
		AT("7.14", enahw_host_info, hi_os_dist, 132, 4),
		AT("7.14", enahw_host_info, hi_kernel_str, 136, 32),
		AT("7.14", enahw_host_info, hi_kernel, 168, 4),
		AT("7.14", enahw_host_info, hi_driver_version, 172, 4),
		AT("7.14", enahw_host_info, hi_net_features, 176, 8),
		AT("7.14", enahw_host_info, hi_spec_version, 184, 2),
		AT("7.14", enahw_host_info, hi_bdf, 186, 2),
		AT("7.14", enahw_host_info, hi_num_cpus, 188, 2),
		AT("7.14", enahw_host_info, hi_rsvd190, 190, 2),
		AT("7.14", enahw_host_info, hi_driver_features, 192, 4),
		VAL("7.14", ENAHW_OS_LINUX, 1),
		VAL("7.14", ENAHW_OS_WINDOWS, 2),
		VAL("7.14", ENAHW_OS_DPDK, 3),
		VAL("7.14", ENAHW_OS_FREEBSD, 4),
		VAL("7.14", ENAHW_OS_IPXE, 5),
		VAL("7.14", ENAHW_OS_ESXI, 6),
		VAL("7.14", ENAHW_SPEC_VERSION, 0x0200),
		BITS("7.14", ENAHW_DRVVER_MAJOR, 7, 0),
		BITS("7.14", ENAHW_DRVVER_MINOR, 15, 8),
		BITS("7.14", ENAHW_DRVVER_SUB, 23, 16),
		BITS("7.14", ENAHW_DRVVER_MODULE, 31, 24),
		VAL("7.14", ENAHW_DRVVER_MAJOR_REQUIRED, 2),
		BIT("7.14", ENAHW_DRVF_RX_OFFSET, 1),
		BIT("7.14", ENAHW_DRVF_INTR_MODERATION, 2),
		BIT("7.14", ENAHW_DRVF_RX_MIRRORING, 3),
		BIT("7.14", ENAHW_DRVF_RSS_KEY, 4),
		BIT("7.14", ENAHW_DRVF_RX_PAGE_REUSE, 6),
		BIT("7.14", ENAHW_DRVF_TX_IPV6_CSUM, 7),
		BIT("7.14", ENAHW_DRVF_PHC, 8),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- sections 8 and 9: statistics, events */

static void
test_stats(void **state)
{
	static const struct row rows[] = {
		SIZE("8.1", enahw_get_stats, 32),
		AT("8.1", enahw_get_stats, gs_w0, 0, 4),
		AT("8.1", enahw_get_stats, gs_ctrl, 4, 12),
		AT("8.1", enahw_get_stats, gs_type, 16, 1),
		AT("8.1", enahw_get_stats, gs_scope, 17, 1),
		AT("8.1", enahw_get_stats, gs_rsvd18, 18, 2),
		AT("8.1", enahw_get_stats, gs_queue_idx, 20, 2),
		AT("8.1", enahw_get_stats, gs_device_id, 22, 2),
		AT("8.1", enahw_get_stats, gs_metrics, 24, 8),
		VAL("8.1", ENAHW_STATS_BASIC, 0),
		VAL("8.1", ENAHW_STATS_EXTENDED, 1),
		VAL("8.1", ENAHW_STATS_ENI, 2),
		VAL("8.1", ENAHW_STATS_SRD, 3),
		VAL("8.1", ENAHW_STATS_CUSTOMER, 4),
		SIZE("8.2", enahw_ctr64, 8),
		AT("8.2", enahw_ctr64, c_lo, 0, 4),
		AT("8.2", enahw_ctr64, c_hi, 4, 4),
		SIZE("8.2", enahw_basic_stats, 56),
		AT("8.2", enahw_basic_stats, bs_tx_bytes, 0, 8),
		AT("8.2", enahw_basic_stats, bs_tx_pkts, 8, 8),
		AT("8.2", enahw_basic_stats, bs_rx_bytes, 16, 8),
		AT("8.2", enahw_basic_stats, bs_rx_pkts, 24, 8),
		AT("8.2", enahw_basic_stats, bs_rx_drops, 32, 8),
		AT("8.2", enahw_basic_stats, bs_tx_drops, 40, 8),
		AT("8.2", enahw_basic_stats, bs_rx_overruns, 48, 8),
		VAL("8.2", ENAHW_ENI_COUNT, 5),
		VAL("8.2", ENAHW_METRICS, 6),
		VAL("8.2", ENAHW_METRICS_ALL, M(5, 0)),
		VAL("8.2", ENAHW_METRICS_BYTES, 512),
		SIZE("8.2", enahw_srd_stats, 40),
		AT("8.2", enahw_srd_stats, ss_flags, 0, 8),
		AT("8.2", enahw_srd_stats, ss_tx_pkts, 8, 8),
		AT("8.2", enahw_srd_stats, ss_eligible_pkts, 16, 8),
		AT("8.2", enahw_srd_stats, ss_rx_pkts, 24, 8),
		AT("8.2", enahw_srd_stats, ss_used_percent, 32, 8),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_aenq(void **state)
{
	static const struct row rows[] = {
		SIZE("9.2", enahw_aenq_entry, 64),
		AT("9.2", enahw_aenq_entry, ev_w0, 0, 4),
		VAL("9.2", ENAHW_AENQ0_GROUP, M(15, 0)),
		VAL("9.2", ENAHW_AENQ0_SYNDROME, BYTE(2, 15, 0)),
		AT("9.2", enahw_aenq_entry, ev_w1, 4, 4),
		VAL("9.2", ENAHW_AENQ1_PHASE, BYTE(4, 0, 0)),
		AT("9.2", enahw_aenq_entry, ev_time_lo, 8, 4),
		AT("9.2", enahw_aenq_entry, ev_time_hi, 12, 4),
		AT("9.2", enahw_aenq_entry, ev_data, 16, 48),
		VAL("9.3", ENAHW_AENQ_LINK_CHANGE, 0),
		VAL("9.3", ENAHW_AENQ_FATAL_ERROR, 1),
		VAL("9.3", ENAHW_AENQ_WARNING, 2),
		VAL("9.3", ENAHW_AENQ_NOTIFICATION, 3),
		VAL("9.3", ENAHW_AENQ_KEEP_ALIVE, 4),
		VAL("9.3", ENAHW_AENQ_REFRESH_CAPS, 5),
		VAL("9.3", ENAHW_AENQ_CONF_NOTIFICATION, 6),
		VAL("9.3", ENAHW_AENQ_REQUEST_RESET, 7),
		VAL("9.3", ENAHW_AENQ_BIT(ENAHW_AENQ_LINK_CHANGE), 0x01),
		VAL("9.3", ENAHW_AENQ_BIT(ENAHW_AENQ_KEEP_ALIVE), 0x10),
		VAL("9.3", ENAHW_AENQ_BIT(ENAHW_AENQ_REQUEST_RESET), 0x80),
		VAL("9.3", ENAHW_AENQ_SYN_UPDATE_HINTS, 2),
		BIT("9.3", ENAHW_AENQ_LINK_UP, 0),
		VAL("9.3", 16 + 4 * ENAHW_EV_LINK_FLAGS, 16),
		VAL("9.3", 16 + 4 * ENAHW_EV_KA_RX_DROPS, 16),
		VAL("9.3", 16 + 4 * ENAHW_EV_KA_TX_DROPS, 24),
		VAL("9.3", 16 + 4 * ENAHW_EV_KA_RX_OVERRUNS, 32),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- section 10: I/O queues */

static void
test_tx_desc(void **state)
{
	static const struct row rows[] = {
		SIZE("10.2", enahw_desc, 16),
		AT("10.2", enahw_desc, d_q, 0, 16),
		VAL("10.2", ENAHW_MAX_LEN, 65535),
		BITS("10.2", ENAHW_TXD0_LEN, 15, 0),
		BITS("10.2", ENAHW_TXD0_ID_HI, 21, 16),
		BIT("10.2", ENAHW_TXD0_META, 23),
		BIT("10.2", ENAHW_TXD0_PHASE, 24),
		BIT("10.2", ENAHW_TXD0_FIRST, 26),
		BIT("10.2", ENAHW_TXD0_LAST, 27),
		BIT("10.2", ENAHW_TXD0_COMP_REQ, 28),
		VAL("10.2", ENAHW_TXD0_MBZ, M(22, 22) | M(25, 25) | M(31, 29)),
		BITS("10.2", ENAHW_TXD1_L3, 3, 0),
		BIT("10.2", ENAHW_TXD1_DF, 4),
		BIT("10.2", ENAHW_TXD1_TSO, 7),
		BITS("10.2", ENAHW_TXD1_L4, 12, 8),
		BIT("10.2", ENAHW_TXD1_L3_CSUM, 13),
		BIT("10.2", ENAHW_TXD1_L4_CSUM, 14),
		BIT("10.2", ENAHW_TXD1_FCS_DISABLE, 15),
		BIT("10.2", ENAHW_TXD1_L4_PARTIAL, 17),
		BITS("10.2", ENAHW_TXD1_MBZ, 21, 18),
		BITS("10.2", ENAHW_TXD1_ID_LO, 31, 22),
		VAL("10.2", ENAHW_TXD_ID_LO_BITS, 9 - 0 + 1),
		BITS("10.2", ENAHW_TXD3_ADDR_HI, 15, 0),
		BITS("10.2", ENAHW_TXD3_HDR_LEN, 31, 24),
		VAL("10.2", ENAHW_ADDR_BITS, 47 - 0 + 1),
		VAL("10.2", ENAHW_HDR_LEN_MAX, 255),
		VAL("10.2", ENAHW_L3_UNKNOWN, 0),
		VAL("10.2", ENAHW_L3_IPV4, 8),
		VAL("10.2", ENAHW_L3_IPV6, 11),
		VAL("10.2", ENAHW_L4_UNKNOWN, 0),
		VAL("10.2", ENAHW_L4_TCP, 12),
		VAL("10.2", ENAHW_L4_UDP, 13),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_tx_meta_and_completion(void **state)
{
	static const struct row rows[] = {
		BIT("10.3", ENAHW_TXM0_EXT_VALID, 14),
		BITS("10.3", ENAHW_TXM0_MSS_HI, 19, 16),
		BIT("10.3", ENAHW_TXM0_ETH_META, 20),
		BIT("10.3", ENAHW_TXM0_STORE, 21),
		BIT("10.3", ENAHW_TXM0_META, 23),
		BIT("10.3", ENAHW_TXM0_PHASE, 24),
		BIT("10.3", ENAHW_TXM0_FIRST, 26),
		BIT("10.3", ENAHW_TXM0_LAST, 27),
		VAL("10.3", ENAHW_TXM0_MBZ,
		    M(13, 10) | M(22, 22) | M(25, 25) | M(31, 29)),
		BITS("10.3", ENAHW_TXM2_L3_LEN, 7, 0),
		BITS("10.3", ENAHW_TXM2_L3_OFF, 15, 8),
		BITS("10.3", ENAHW_TXM2_L4_WORDS, 21, 16),
		BITS("10.3", ENAHW_TXM2_MSS_LO, 31, 22),
		VAL("10.3", ENAHW_TXM_MSS_LO_BITS, 9 - 0 + 1),
		VAL("10.3", ENAHW_MSS_MAX, 16383),
		SIZE("10.5", enahw_tx_cdesc, 8),
		AT("10.5", enahw_tx_cdesc, tc_q, 0, 8),
		VAL("10.5", ENAHW_TXC0_ID, M(15, 0)),
		VAL("10.5", ENAHW_TXC0_STATUS, BYTE(2, 7, 0)),
		VAL("10.5", ENAHW_TXC0_PHASE, BYTE(3, 0, 0)),
		VAL("10.5", ENAHW_TXC0_MBZ, BYTE(3, 7, 6)),
		VAL("10.5", ENAHW_TXC1_SUB_QID, BYTE(4, 15, 0)),
		VAL("10.5", ENAHW_TXC1_SQ_HEAD, BYTE(6, 15, 0)),
		SIZE("10.5", enahw_tx_cdesc_wide, 16),
		AT("10.5", enahw_tx_cdesc_wide, tw_q, 0, 8),
		AT("10.5", enahw_tx_cdesc_wide, tw_time, 8, 8),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_rx_desc(void **state)
{
	static const struct row rows[] = {
		VAL("10.6", ENAHW_RXD0_LEN, M(15, 0)),
		VAL("10.6", ENAHW_RXD0_PHASE, BYTE(3, 0, 0)),
		VAL("10.6", ENAHW_RXD0_FIRST, BYTE(3, 2, 2)),
		VAL("10.6", ENAHW_RXD0_LAST, BYTE(3, 3, 3)),
		VAL("10.6", ENAHW_RXD0_COMP_REQ, BYTE(3, 4, 4)),
		VAL("10.6", ENAHW_RXD0_MUST_BE_ONE, BYTE(3, 5, 5)),
		VAL("10.6", ENAHW_RXD0_MBZ,
		    BYTE(2, 7, 0) | BYTE(3, 1, 1) | BYTE(3, 7, 6)),
		VAL("10.6", ENAHW_RXD1_ID, BYTE(4, 15, 0)),
		VAL("10.6", ENAHW_RXD1_MBZ, BYTE(6, 15, 0)),
		VAL("10.6", ENAHW_RXD3_ADDR_HI, BYTE(12, 15, 0)),
		SIZE("10.7", enahw_rx_cdesc, 16),
		AT("10.7", enahw_rx_cdesc, rc_q, 0, 16),
		BITS("10.7", ENAHW_RXC0_L3, 4, 0),
		BITS("10.7", ENAHW_RXC0_VLANS, 6, 5),
		BITS("10.7", ENAHW_RXC0_L4, 12, 8),
		BIT("10.7", ENAHW_RXC0_L3_ERR, 13),
		BIT("10.7", ENAHW_RXC0_L4_ERR, 14),
		BIT("10.7", ENAHW_RXC0_FRAG, 15),
		BIT("10.7", ENAHW_RXC0_L4_CHECKED, 16),
		VAL("10.7", ENAHW_RXC0_MBZ, M(7, 7) | M(17, 17)),
		BIT("10.7", ENAHW_RXC0_PHASE, 24),
		BIT("10.7", ENAHW_RXC0_L3_2ND, 25),
		BIT("10.7", ENAHW_RXC0_FIRST, 26),
		BIT("10.7", ENAHW_RXC0_LAST, 27),
		BIT("10.7", ENAHW_RXC0_BUFFER, 30),
		VAL("10.7", ENAHW_RXC1_LEN, BYTE(4, 15, 0)),
		VAL("10.7", ENAHW_RXC1_ID, BYTE(6, 15, 0)),
		VAL("10.7", ENAHW_RXC3_SUB_QID, BYTE(12, 15, 0)),
		VAL("10.7", ENAHW_RXC3_OFFSET, BYTE(14, 7, 0)),
		SIZE("10.7", enahw_rx_cdesc_wide, 32),
		AT("10.7", enahw_rx_cdesc_wide, rw_q, 0, 16),
		AT("10.7", enahw_rx_cdesc_wide, rw_addr, 16, 8),
		AT("10.7", enahw_rx_cdesc_wide, rw_time, 24, 8),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

static void
test_queue_registers(void **state)
{
	static const struct row rows[] = {
		BITS("10.9", ENAHW_UNMASK_RX_DELAY, 14, 0),
		BITS("10.9", ENAHW_UNMASK_TX_DELAY, 29, 15),
		BIT("10.9", ENAHW_UNMASK_UNMASK, 30),
		BIT("10.9", ENAHW_UNMASK_NO_MODER, 31),
		BITS("10.10", ENAHW_NUMA_NODE, 7, 0),
		BIT("10.10", ENAHW_NUMA_ENABLE, 31),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- section 11.1: LLQ */

static void
test_llq(void **state)
{
	static const struct row rows[] = {
		SIZE("11.1", enahw_llq, 36),
		AT("11.1", enahw_llq, lq_max_num, 0, 4),
		AT("11.1", enahw_llq, lq_max_depth, 4, 4),
		AT("11.1", enahw_llq, lq_hdr_supported, 8, 2),
		AT("11.1", enahw_llq, lq_hdr_enabled, 10, 2),
		AT("11.1", enahw_llq, lq_entry_supported, 12, 2),
		AT("11.1", enahw_llq, lq_entry_enabled, 14, 2),
		AT("11.1", enahw_llq, lq_before_supported, 16, 2),
		AT("11.1", enahw_llq, lq_before_enabled, 18, 2),
		AT("11.1", enahw_llq, lq_stride_supported, 20, 2),
		AT("11.1", enahw_llq, lq_stride_enabled, 22, 2),
		AT("11.1", enahw_llq, lq_version, 24, 1),
		AT("11.1", enahw_llq, lq_entry_recommended, 25, 1),
		AT("11.1", enahw_llq, lq_max_wide_depth, 26, 2),
		AT("11.1", enahw_llq, lq_accel_flags, 28, 2),
		AT("11.1", enahw_llq, lq_accel_burst, 30, 2),
		AT("11.1", enahw_llq, lq_accel_rsvd, 32, 4),
		VAL("11.1", ENAHW_LLQ_HDR_INLINE, 1),
		VAL("11.1", ENAHW_LLQ_HDR_RING, 2),
		VAL("11.1", ENAHW_LLQ_ENTRY_128, 1),
		VAL("11.1", ENAHW_LLQ_ENTRY_192, 2),
		VAL("11.1", ENAHW_LLQ_ENTRY_256, 4),
		VAL("11.1", ENAHW_LLQ_STRIDE_SINGLE, 1),
		VAL("11.1", ENAHW_LLQ_STRIDE_MULTI, 2),
		BIT("11.1", ENAHW_LLQ_ACCEL_NO_META_CACHE, 0),
		BIT("11.1", ENAHW_LLQ_ACCEL_LIMIT_BURST, 1),
	};

	(void)state;
	check_rows(rows, NELEM(rows));
}

/* ---- field access */

static void
test_get_put(void **state)
{
	static const struct {
		unsigned int hi, lo;
	} fields[] = {
		{ 0, 0 }, { 31, 31 }, { 31, 0 }, { 15, 0 }, { 31, 16 },
		{ 9, 0 }, { 31, 22 }, { 21, 16 }, { 7, 5 }, { 29, 15 },
	};
	uint32_t mask, max, word, v;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(fields); i++) {
		mask = (uint32_t)M(fields[i].hi, fields[i].lo);
		max = (uint32_t)M(fields[i].hi - fields[i].lo, 0);
		assert_int_equal(ENAHW_LSB(mask), 1U << fields[i].lo);
		assert_int_equal(ENAHW_MAX(mask), max);
		for (v = max; v != 0; v /= 3) {
			word = ENAHW_PUT(mask, v);
			assert_int_equal(word, v << fields[i].lo);
			assert_int_equal(ENAHW_GET(mask, word), v);
			assert_int_equal(ENAHW_GET(mask, word | ~mask), v);
		}
		assert_int_equal(ENAHW_PUT(mask, 0), 0);
		assert_int_equal(ENAHW_GET(mask, ~mask), 0);
	}
	/* What does not fit does not spill. */
	assert_int_equal(ENAHW_PUT(0x000000f0U, 0x123), 0x30);
	assert_int_equal(ENAHW_PUT(0xf0000000U, 0xab), 0xb0000000);
	/* A narrow value is widened first. */
	assert_int_equal(ENAHW_PUT(0xff000000U, (uint8_t)0xff), 0xff000000);
}

static uint32_t
dev_ctl(uint32_t reason)
{
	return (ENAHW_DEV_CTL_RESET |
	    ENAHW_PUT(ENAHW_DEV_CTL_REASON_LO, reason) |
	    ENAHW_PUT(ENAHW_DEV_CTL_REASON_HI, reason >> 4));
}

/* The words the document gives as examples */
static void
test_document_examples(void **state)
{
	(void)state;
	/* 2.2 */
	assert_int_equal(ENAHW_GET(ENAHW_VERSION_MINOR, 0x0000000aU), 10);
	assert_int_equal(ENAHW_GET(ENAHW_VERSION_MAJOR, 0x0000000aU), 0);
	assert_int_equal(ENAHW_GET(ENAHW_CTRL_IMPL, 0x01000001U), 1);
	assert_int_equal(ENAHW_GET(ENAHW_CTRL_VERSION, 0x01000001U), 1);
	/* 2.4 */
	assert_int_equal(ENAHW_PUT(ENAHW_RING_CAPS_DEPTH, 32) |
	    ENAHW_PUT(ENAHW_RING_CAPS_ENTRY, 64), 0x00400020);
	assert_int_equal(ENAHW_PUT(ENAHW_RING_CAPS_DEPTH, 16) |
	    ENAHW_PUT(ENAHW_RING_CAPS_ENTRY, 64), 0x00400010);
	/* 2.8: DEV_STS with sequence number 7 */
	assert_int_equal(ENAHW_PUT(ENAHW_REG_READ_SEQ, 7) |
	    ENAHW_PUT(ENAHW_REG_READ_OFF, ENAHW_REG_DEV_STS), 0x00580007);
	/* 4.2 */
	assert_int_equal(dev_ctl(ENAHW_RESET_NORMAL), 0x00000001);
	assert_int_equal(dev_ctl(ENAHW_RESET_KEEP_ALIVE_TO), 0x10000001);
	assert_int_equal(dev_ctl(ENAHW_RESET_GENERIC), 0xd0000001);
	assert_int_equal(dev_ctl(ENAHW_RESET_RX_DESC_MALFORMED), 0x01000001);
	assert_int_equal(dev_ctl(ENAHW_RESET_MISSING_ADMIN_INTR),
	    0x21000001);
	assert_int_equal(dev_ctl(ENAHW_RESET_DEVICE_REQUEST), 0x31000001);
	/* 6.2 */
	assert_int_equal(ENAHW_PUT(ENAHW_SQ_IDENTITY_DIR, ENAHW_SQ_DIR_TX),
	    0x20);
	assert_int_equal(ENAHW_PUT(ENAHW_SQ_IDENTITY_DIR, ENAHW_SQ_DIR_RX),
	    0x40);
	/* 7.14 */
	assert_int_equal(ENAHW_PUT(ENAHW_DRVVER_MAJOR, 2) |
	    ENAHW_PUT(ENAHW_DRVVER_MINOR, 8) |
	    ENAHW_PUT(ENAHW_DRVVER_SUB, 3), 0x00030802);
	assert_int_equal(ENAHW_DRVF_RX_OFFSET | ENAHW_DRVF_RSS_KEY, 0x12);
	/* 10.3 */
	assert_int_equal(ENAHW_TXM0_EXT_VALID | ENAHW_TXM0_ETH_META |
	    ENAHW_TXM0_STORE | ENAHW_TXM0_META | ENAHW_TXM0_FIRST,
	    0x04b04000);
	/* 10.6 */
	assert_int_equal((ENAHW_RXD0_FIRST | ENAHW_RXD0_LAST |
	    ENAHW_RXD0_COMP_REQ) >> 24, 0x1c);
	/* 10.9 */
	assert_int_equal(ENAHW_UNMASK_UNMASK |
	    ENAHW_PUT(ENAHW_UNMASK_RX_DELAY, 20) |
	    ENAHW_PUT(ENAHW_UNMASK_TX_DELAY, 50), 0x40190014);
	assert_int_equal(ENAHW_UNMASK_UNMASK | ENAHW_UNMASK_NO_MODER,
	    0xc0000000);
	/* 15.1: capabilities 0, 2, 3 and 4 */
	assert_int_equal(ENAHW_CAP_ENI_STATS | ENAHW_CAP_CUSTOMER_METRICS |
	    ENAHW_CAP_EXT_RESET_REASONS | ENAHW_CAP_CDESC_MBZ, 0x1d);
}

/* ---- bytes */

#ifdef ENAHW_BYTESWAPPED
#define SWAPPED		true
#else
#define SWAPPED		false
#endif
#define WIRE_TESTS	8	/* the last ones */

/*
 * The header can be built with the wire format turned round; then a word's
 * bytes stand in the opposite order, and strings of several fields, written
 * for the real format, do not apply: main() leaves those tests out.
 */
static void
check_word(const void *got, const void *want, size_t n)
{
	const uint8_t *g, *w;
	size_t i;

	g = got;
	w = want;
	for (i = 0; i < n; i++)
		assert_int_equal(g[i], w[SWAPPED ? n - 1 - i : i]);
}

static void
test_words(void **state)
{
	static const uint8_t b16[2] = { 0x02, 0x01 };
	static const uint8_t b32[4] = { 0x04, 0x03, 0x02, 0x01 };
	static const uint8_t b64[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };
	static const uint8_t top[8] = { 0, 0, 0, 0, 0, 0, 0, 0x80 };
	struct enahw_le16 w16;
	struct enahw_le32 w32;
	struct enahw_le64 w64;

	(void)state;
	w16 = enahw_le16(0x0102);
	check_word(&w16, b16, 2);
	assert_int_equal(enahw_h16(w16), 0x0102);
	w32 = enahw_le32(0x01020304);
	check_word(&w32, b32, 4);
	assert_int_equal(enahw_h32(w32), 0x01020304);
	assert_int_equal(enahw_load32(&w32), 0x01020304);
	w64 = enahw_le64(UINT64_C(0x0102030405060708));
	check_word(&w64, b64, 8);
	assert_true(enahw_h64(w64) == UINT64_C(0x0102030405060708));
	assert_true(enahw_load64(&w64) == UINT64_C(0x0102030405060708));
	w64 = enahw_le64(UINT64_C(1) << 63);
	check_word(&w64, top, 8);
	assert_int_equal(sizeof(w16), 2);
	assert_int_equal(sizeof(w32), 4);
	assert_int_equal(sizeof(w64), 8);
}

static struct enahw_le64
words(uint32_t low, uint32_t high)
{
	return (enahw_le64((uint64_t)high << 32 | low));
}

static uint32_t
word_of(struct enahw_le64 q, unsigned int idx)
{
	return ((uint32_t)(enahw_h64(q) >> (32 * idx) & 0xffffffff));
}

/* 10.2: 0x1234 bytes, request id 0x1555, everything on, 0x60 pushed */
static void
test_tx_desc_bytes(void **state)
{
	static const uint8_t want[16] = {
		0x34, 0x12, 0x05, 0x1d, 0x98, 0x6c, 0x40, 0x55,
		0xf6, 0xe5, 0xd4, 0xc3, 0xb2, 0xa1, 0x00, 0x60
	};
	struct enahw_desc d;

	(void)state;
	d.d_q[0] = words(ENAHW_PUT(ENAHW_TXD0_LEN, 0x1234) |
	    ENAHW_PUT(ENAHW_TXD0_ID_HI, 0x1555 >> ENAHW_TXD_ID_LO_BITS) |
	    ENAHW_TXD0_PHASE | ENAHW_TXD0_FIRST | ENAHW_TXD0_LAST |
	    ENAHW_TXD0_COMP_REQ,
	    ENAHW_PUT(ENAHW_TXD1_L3, ENAHW_L3_IPV4) | ENAHW_TXD1_DF |
	    ENAHW_TXD1_TSO | ENAHW_PUT(ENAHW_TXD1_L4, ENAHW_L4_TCP) |
	    ENAHW_TXD1_L3_CSUM | ENAHW_TXD1_L4_CSUM |
	    ENAHW_PUT(ENAHW_TXD1_ID_LO, 0x1555));
	d.d_q[1] = words(0xc3d4e5f6, ENAHW_PUT(ENAHW_TXD3_ADDR_HI, 0xa1b2) |
	    ENAHW_PUT(ENAHW_TXD3_HDR_LEN, 0x60));
	assert_memory_equal(&d, want, 16);
}

/* 10.3: MSS 1460, IPv4 of 20 bytes at 14, TCP of 8 words */
static void
test_tx_meta_bytes(void **state)
{
	static const uint8_t want[16] = {
		0x00, 0x40, 0xb1, 0x05, 0x00, 0x00, 0x00, 0x00,
		0x14, 0x0e, 0x08, 0x6d, 0x00, 0x00, 0x00, 0x00
	};
	struct enahw_desc d;

	(void)state;
	d.d_q[0] = words(ENAHW_TXM0_EXT_VALID | ENAHW_TXM0_ETH_META |
	    ENAHW_TXM0_STORE | ENAHW_TXM0_META | ENAHW_TXM0_PHASE |
	    ENAHW_TXM0_FIRST |
	    ENAHW_PUT(ENAHW_TXM0_MSS_HI, 1460 >> ENAHW_TXM_MSS_LO_BITS), 0);
	d.d_q[1] = words(ENAHW_PUT(ENAHW_TXM2_L3_LEN, 20) |
	    ENAHW_PUT(ENAHW_TXM2_L3_OFF, 14) |
	    ENAHW_PUT(ENAHW_TXM2_L4_WORDS, 8) |
	    ENAHW_PUT(ENAHW_TXM2_MSS_LO, 1460), 0);
	assert_memory_equal(&d, want, 16);
}

/* 10.6: 2048 bytes at 0x123456789000, request id 0x123 */
static void
test_rx_desc_bytes(void **state)
{
	static const uint8_t want[16] = {
		0x00, 0x08, 0x00, 0x1d, 0x23, 0x01, 0x00, 0x00,
		0x00, 0x90, 0x78, 0x56, 0x34, 0x12, 0x00, 0x00
	};
	struct enahw_desc d;

	(void)state;
	d.d_q[0] = words(ENAHW_PUT(ENAHW_RXD0_LEN, 2048) |
	    ENAHW_RXD0_PHASE | ENAHW_RXD0_FIRST | ENAHW_RXD0_LAST |
	    ENAHW_RXD0_COMP_REQ, ENAHW_PUT(ENAHW_RXD1_ID, 0x123));
	d.d_q[1] = words(0x56789000, ENAHW_PUT(ENAHW_RXD3_ADDR_HI, 0x1234));
	assert_memory_equal(&d, want, 16);
}

/* 10.5 and 10.7: as a device writes them */
static void
test_completion_bytes(void **state)
{
	static const uint8_t tx[8] =
	    { 0x21, 0x03, 0x5a, 0x01, 0x02, 0x00, 0xff, 0x0f };
	static const uint8_t rx[16] = {
		0x28, 0x0c, 0x01, 0x0d, 0xdc, 0x05, 0xfe, 0x01,
		0x78, 0xc1, 0xcc, 0x51, 0x07, 0x00, 0x22, 0x00
	};
	struct enahw_tx_cdesc t;
	struct enahw_rx_cdesc r;
	uint32_t w;

	(void)state;
	memcpy(&t, tx, sizeof(t));
	w = word_of(t.tc_q, 0);
	assert_int_equal(ENAHW_GET(ENAHW_TXC0_ID, w), 0x321);
	assert_int_equal(ENAHW_GET(ENAHW_TXC0_STATUS, w), 0x5a);
	assert_int_equal(w & ENAHW_TXC0_PHASE, ENAHW_TXC0_PHASE);
	assert_int_equal(w & ENAHW_TXC0_MBZ, 0);
	w = word_of(t.tc_q, 1);
	assert_int_equal(ENAHW_GET(ENAHW_TXC1_SUB_QID, w), 2);
	assert_int_equal(ENAHW_GET(ENAHW_TXC1_SQ_HEAD, w), 0xfff);

	memcpy(&r, rx, sizeof(r));
	w = word_of(r.rc_q[0], 0);
	assert_int_equal(ENAHW_GET(ENAHW_RXC0_L3, w), ENAHW_L3_IPV4);
	assert_int_equal(ENAHW_GET(ENAHW_RXC0_VLANS, w), 1);
	assert_int_equal(ENAHW_GET(ENAHW_RXC0_L4, w), ENAHW_L4_TCP);
	assert_int_equal(w & (ENAHW_RXC0_L3_ERR | ENAHW_RXC0_L4_ERR |
	    ENAHW_RXC0_FRAG | ENAHW_RXC0_MBZ | ENAHW_RXC0_BUFFER), 0);
	assert_int_equal(w & ~(ENAHW_RXC0_L3 | ENAHW_RXC0_VLANS |
	    ENAHW_RXC0_L4), ENAHW_RXC0_L4_CHECKED | ENAHW_RXC0_PHASE |
	    ENAHW_RXC0_FIRST | ENAHW_RXC0_LAST);
	w = word_of(r.rc_q[0], 1);
	assert_int_equal(ENAHW_GET(ENAHW_RXC1_LEN, w), 1500);
	assert_int_equal(ENAHW_GET(ENAHW_RXC1_ID, w), 0x1fe);
	assert_int_equal(word_of(r.rc_q[1], 0), 0x51ccc178);
	w = word_of(r.rc_q[1], 1);
	assert_int_equal(ENAHW_GET(ENAHW_RXC3_SUB_QID, w), 7);
	assert_int_equal(ENAHW_GET(ENAHW_RXC3_OFFSET, w), 0x22);
}

static struct enahw_addr
addr(uint64_t a)
{
	struct enahw_addr w;

	w.a_lo = enahw_le32((uint32_t)(a & 0xffffffff));
	w.a_hi = enahw_le16((uint16_t)(a >> 32 & 0xffff));
	w.a_mbz = enahw_le16(0);
	return (w);
}

/* 6.1 and 6.2: an RX completion queue, an LLQ submission queue */
static void
test_queue_command_bytes(void **state)
{
	static const uint8_t cq[20] = {
		0x05, 0x00, 0x03, 0x01, 0x20, 0x04, 0x00, 0x04,
		0x03, 0x00, 0x00, 0x00, 0x00, 0x80, 0xa9, 0xcb,
		0xed, 0x7f, 0x00, 0x00
	};
	static const uint8_t sq[36] = {
		0x1f, 0x00, 0x01, 0x00, 0x20, 0x00, 0x03, 0x01,
		0x10, 0x00, 0x00, 0x02
	};
	struct enahw_create_cq c;
	struct enahw_create_sq s;

	(void)state;
	memset(&c, 0, sizeof(c));
	c.ccq_w0 = enahw_le32(ENAHW_PUT(ENAHW_AQ0_ID, 5) |
	    ENAHW_PUT(ENAHW_AQ0_OPCODE, ENAHW_OP_CREATE_CQ) |
	    ENAHW_AQ0_PHASE);
	c.ccq_caps1 = ENAHW_CQ_CAPS1_INTR;
	c.ccq_caps2 = (uint8_t)ENAHW_PUT(ENAHW_CQ_CAPS2_ENTRY_WORDS, 4);
	c.ccq_depth = enahw_le16(1024);
	c.ccq_vector = enahw_le32(3);
	c.ccq_base = addr(UINT64_C(0x7fedcba98000));
	assert_memory_equal(&c, cq, sizeof(cq));

	memset(&s, 0, sizeof(s));
	s.csq_w0 = enahw_le32(ENAHW_PUT(ENAHW_AQ0_ID, 31) |
	    ENAHW_PUT(ENAHW_AQ0_OPCODE, ENAHW_OP_CREATE_SQ));
	s.csq_identity = (uint8_t)ENAHW_PUT(ENAHW_SQ_IDENTITY_DIR,
	    ENAHW_SQ_DIR_TX);
	s.csq_caps2 = (uint8_t)ENAHW_PUT(ENAHW_SQ_CAPS2_PLACEMENT,
	    ENAHW_SQ_PLACEMENT_DEV);
	s.csq_caps3 = ENAHW_SQ_CAPS3_CONTIG;
	s.csq_cq_idx = enahw_le16(16);
	s.csq_depth = enahw_le16(512);
	assert_memory_equal(&s, sq, sizeof(sq));
}

/* 7.1 and 7.10: SET of a full indirection table, control flag 2 only */
static void
test_feature_command_bytes(void **state)
{
	static const uint8_t want[64] = {
		0x07, 0x00, 0x09, 0x05, 0x00, 0x02, 0x00, 0x00,
		0x00, 0x70, 0x56, 0x34, 0x12, 0x00, 0x00, 0x00,
		0x00, 0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x07, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff
	};
	struct enahw_feature_cmd f;
	struct enahw_rss_table t;

	(void)state;
	memset(&f, 0, sizeof(f));
	f.fc_w0 = enahw_le32(ENAHW_PUT(ENAHW_AQ0_ID, 7) |
	    ENAHW_PUT(ENAHW_AQ0_OPCODE, ENAHW_OP_SET_FEATURE) |
	    ENAHW_AQ0_PHASE | ENAHW_AQ0_CTRL_INDIRECT);
	f.fc_ctrl.cb_len = enahw_le32(512);
	f.fc_ctrl.cb_addr = addr(UINT64_C(0x1234567000));
	f.fc_id = ENAHW_FEAT_RSS_TABLE;
	memset(&t, 0, sizeof(t));
	t.rt_log2 = enahw_le16(7);
	t.rt_inline_idx = enahw_le32(ENAHW_RSS_INLINE_NONE);
	memcpy(f.fc_body, &t, sizeof(t));
	assert_memory_equal(&f, want, sizeof(want));
}

/* 3.2, 5.3 and 9.2: what the device writes outside the I/O rings */
static void
test_response_bytes(void **state)
{
	static const uint8_t reg[8] =
	    { 0x01, 0x00, 0x58, 0x00, 0x09, 0x00, 0x00, 0x80 };
	static const uint8_t acq[64] = {
		0x1f, 0x00, 0x05, 0x01, 0x34, 0x12, 0x02, 0x00, 0x77
	};
	static const uint8_t event[64] = {
		0x03, 0x00, 0x02, 0x00, 0x01, 0x00, 0x00, 0x00,
		0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55,
		0xc8, 0x00, 0x70, 0x17
	};
	struct enahw_reg_resp r;
	struct enahw_acq_entry a;
	struct enahw_aenq_entry e;
	struct enahw_hints h;
	uint32_t w;

	(void)state;
	memcpy(&r, reg, sizeof(r));
	assert_int_equal(enahw_h16(r.rr_seq), 1);
	assert_int_equal(enahw_h16(r.rr_off), ENAHW_REG_DEV_STS);
	assert_int_equal(enahw_load32(&r.rr_val), 0x80000009);

	memcpy(&a, acq, sizeof(a));
	w = enahw_h32(a.ae_w0);
	assert_int_equal(ENAHW_GET(ENAHW_ACQ0_ID, w), 31);
	assert_int_equal(ENAHW_GET(ENAHW_ACQ0_STATUS, w),
	    ENAHW_ST_ILLEGAL_PARAM);
	assert_int_equal(w & ENAHW_ACQ0_PHASE, ENAHW_ACQ0_PHASE);
	assert_int_equal(enahw_h16(a.ae_ext_status), 0x1234);
	assert_int_equal(enahw_h16(a.ae_sq_head), 2);
	assert_int_equal(a.ae_body[0], 0x77);

	memcpy(&e, event, sizeof(e));
	w = enahw_h32(e.ev_w0);
	assert_int_equal(ENAHW_GET(ENAHW_AENQ0_GROUP, w),
	    ENAHW_AENQ_NOTIFICATION);
	assert_int_equal(ENAHW_GET(ENAHW_AENQ0_SYNDROME, w),
	    ENAHW_AENQ_SYN_UPDATE_HINTS);
	assert_int_equal(enahw_h32(e.ev_w1) & ENAHW_AENQ1_PHASE, 1);
	assert_int_equal(enahw_h32(e.ev_time_lo), 0x11223344);
	assert_int_equal(enahw_h32(e.ev_time_hi), 0x55667788);
	memcpy(&h, e.ev_data, sizeof(h));
	assert_int_equal(enahw_h16(h.hh_mmio_read_ms), 200);
	assert_int_equal(enahw_h16(h.hh_keep_alive_ms), 6000);
}

/*
 * 7.9: the container words of the fixed key, and the conventional key of
 * which they are said to be the reversal
 */
static void
test_hash_key_bytes(void **state)
{
	static const uint32_t container[10] = {
		0xbeac01fa, 0x6a42b73b, 0x8030f20c, 0x77cb2da3, 0xae7b30b4,
		0xd0ca2bcb, 0x43a38fb0, 0x4167253d, 0x255b0ec2, 0x6d5a56da
	};
	static const uint8_t first[8] =
	    { 0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2 };
	struct enahw_hash_key k;
	struct enahw_le32 w;
	size_t i;

	(void)state;
	memset(&k, 0, sizeof(k));
	for (i = 0; i < NELEM(container); i++) {
		w = enahw_le32(container[i]);
		memcpy(k.hk_key + 4 * i, &w, 4);
	}
	for (i = 0; i < sizeof(first); i++)
		assert_int_equal(k.hk_key[39 - i], first[i]);
	assert_int_equal(k.hk_key[0], 0xfa);
	assert_int_equal(k.hk_key[3], 0xbe);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_readless_and_reset),
		cmocka_unit_test(test_admin_queue),
		cmocka_unit_test(test_cq_commands),
		cmocka_unit_test(test_sq_commands),
		cmocka_unit_test(test_feature_frame),
		cmocka_unit_test(test_device_attributes),
		cmocka_unit_test(test_queue_limits),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_offloads_and_small_features),
		cmocka_unit_test(test_rss),
		cmocka_unit_test(test_rss_input),
		cmocka_unit_test(test_host_info),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_aenq),
		cmocka_unit_test(test_tx_desc),
		cmocka_unit_test(test_tx_meta_and_completion),
		cmocka_unit_test(test_rx_desc),
		cmocka_unit_test(test_queue_registers),
		cmocka_unit_test(test_llq),
		cmocka_unit_test(test_get_put),
		cmocka_unit_test(test_document_examples),
		cmocka_unit_test(test_words),
		/* WIRE_TESTS of the real format */
		cmocka_unit_test(test_tx_desc_bytes),
		cmocka_unit_test(test_tx_meta_bytes),
		cmocka_unit_test(test_rx_desc_bytes),
		cmocka_unit_test(test_completion_bytes),
		cmocka_unit_test(test_queue_command_bytes),
		cmocka_unit_test(test_feature_command_bytes),
		cmocka_unit_test(test_response_bytes),
		cmocka_unit_test(test_hash_key_bytes),
	};

	return (_cmocka_run_group_tests("layout", tests,
	    NELEM(tests) - (SWAPPED ? WIRE_TESTS : 0), NULL, NULL));
}
