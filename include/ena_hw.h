/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ENA wire format: registers, admin commands, rings.
 *
 * This header is the only thing the driver core and the device model share.
 * It holds offsets and masks, never shifts: a shift is derived from its mask,
 * so the two cannot disagree.  Everything that lives in shared memory is
 * little-endian and typed as a one-member structure (enahw_le16/32/64), so
 * that arithmetic on an unconverted word does not compile.
 *
 * Structures mirror memory exactly; each size and each offset is asserted
 * next to its structure, and tests/unit/test_layout.c types them in a second
 * time from the protocol document.
 *
 * Needs uint8_t..uint64_t, size_t and offsetof(); includes nothing.
 * ref: docs/hw-notes.md
 */
#ifndef ENA_HW_H
#define ENA_HW_H

#ifndef ENA_CTASSERT
#define ENA_CTASSERT(x)		_Static_assert(x, #x)
#endif
#define ENAHW_OFF(t, m, o)	ENA_CTASSERT(__builtin_offsetof(t, m) == (o))
#define ENAHW_SIZE(t, s)	ENA_CTASSERT(sizeof(t) == (s))

/* Field access by mask.  The mask must be a contiguous run of ones. */
#define ENAHW_LSB(m)		((m) & (~(m) + 1U))
#define ENAHW_GET(m, w)		(((w) & (m)) / ENAHW_LSB(m))
#define ENAHW_PUT(m, v)		(((uint32_t)(v) * ENAHW_LSB(m)) & (m))
#define ENAHW_MAX(m)		((m) / ENAHW_LSB(m))

/*
 * Little-endian words.  ENAHW_BYTESWAPPED turns the whole wire format
 * round in driver and model alike, so that a missing conversion shows on any
 * machine.
 */
struct enahw_le16 { uint16_t le; };
struct enahw_le32 { uint32_t le; };
struct enahw_le64 { uint64_t le; };

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ENAHW_HOST_BE		1
#else
#define ENAHW_HOST_BE		0
#endif
#ifdef ENAHW_BYTESWAPPED
#define ENAHW_SWAP		(!ENAHW_HOST_BE)
#else
#define ENAHW_SWAP		ENAHW_HOST_BE
#endif

static inline uint16_t
enahw_swap16(uint16_t v)
{
	return ((uint16_t)((v >> 8) | (v << 8)));
}

static inline struct enahw_le16
enahw_le16(uint16_t v)
{
	struct enahw_le16 w;

	w.le = ENAHW_SWAP ? enahw_swap16(v) : v;
	return (w);
}

static inline struct enahw_le32
enahw_le32(uint32_t v)
{
	struct enahw_le32 w;

	w.le = ENAHW_SWAP ? __builtin_bswap32(v) : v;
	return (w);
}

static inline struct enahw_le64
enahw_le64(uint64_t v)
{
	struct enahw_le64 w;

	w.le = ENAHW_SWAP ? __builtin_bswap64(v) : v;
	return (w);
}

static inline uint16_t
enahw_h16(struct enahw_le16 w)
{
	return (ENAHW_SWAP ? enahw_swap16(w.le) : w.le);
}

static inline uint32_t
enahw_h32(struct enahw_le32 w)
{
	return (ENAHW_SWAP ? __builtin_bswap32(w.le) : w.le);
}

static inline uint64_t
enahw_h64(struct enahw_le64 w)
{
	return (ENAHW_SWAP ? __builtin_bswap64(w.le) : w.le);
}

/*
 * Device-written words are read exactly once, through these; the compiler
 * may neither repeat nor split the load.
 */
static inline uint16_t
enahw_load16(const struct enahw_le16 *p)
{
	struct enahw_le16 w;

	w.le = *(const volatile uint16_t *)&p->le;
	return (enahw_h16(w));
}

static inline uint32_t
enahw_load32(const struct enahw_le32 *p)
{
	struct enahw_le32 w;

	w.le = *(const volatile uint32_t *)&p->le;
	return (enahw_h32(w));
}

static inline uint64_t
enahw_load64(const struct enahw_le64 *p)
{
	struct enahw_le64 w;

	w.le = *(const volatile uint64_t *)&p->le;
	return (enahw_h64(w));
}

/* ---- registers (BAR0)			ref: hw-notes#registers */

#define ENAHW_REG_VERSION		0x00U
#define ENAHW_REG_CONTROLLER_VERSION	0x04U
#define ENAHW_REG_CAPS			0x08U
#define ENAHW_REG_CAPS_EXT		0x0cU
#define ENAHW_REG_AQ_BASE_LO		0x10U
#define ENAHW_REG_AQ_BASE_HI		0x14U
#define ENAHW_REG_AQ_CAPS		0x18U
#define ENAHW_REG_ACQ_BASE_LO		0x20U
#define ENAHW_REG_ACQ_BASE_HI		0x24U
#define ENAHW_REG_ACQ_CAPS		0x28U
#define ENAHW_REG_AQ_DB			0x2cU
#define ENAHW_REG_ACQ_TAIL		0x30U
#define ENAHW_REG_AENQ_CAPS		0x34U
#define ENAHW_REG_AENQ_BASE_LO		0x38U
#define ENAHW_REG_AENQ_BASE_HI		0x3cU
#define ENAHW_REG_AENQ_HEAD_DB		0x40U
#define ENAHW_REG_AENQ_TAIL		0x44U
#define ENAHW_REG_INTR_MASK		0x4cU
#define ENAHW_REG_DEV_CTL		0x54U
#define ENAHW_REG_DEV_STS		0x58U
#define ENAHW_REG_MMIO_REG_READ		0x5cU
#define ENAHW_REG_MMIO_RESP_LO		0x60U
#define ENAHW_REG_MMIO_RESP_HI		0x64U
#define ENAHW_REG_RSS_IND_UPDATE	0x68U
#define ENAHW_REG_PHC_DB		0x100U
/* Per-queue registers may live anywhere from here to the end of BAR0. */
#define ENAHW_REG_FIXED_END		0x6cU

#define ENAHW_ALL_ONES			0xffffffffU	/* device is gone */

#define ENAHW_VERSION_MINOR		0x000000ffU
#define ENAHW_VERSION_MAJOR		0x0000ff00U
#define ENAHW_CTRL_VERSION		0x00ffffffU
#define ENAHW_CTRL_IMPL			0xff000000U
#define ENAHW_CTRL_VERSION_MIN		0x000001U

#define ENAHW_CAPS_CONTIG		0x00000001U
#define ENAHW_CAPS_RESET_TO		0x0000003eU	/* x 100 ms */
#define ENAHW_CAPS_DMA_WIDTH		0x0000ff00U
#define ENAHW_CAPS_ADMIN_TO		0x000f0000U	/* x 100 ms */

/* AQ_CAPS, ACQ_CAPS and AENQ_CAPS */
#define ENAHW_RING_CAPS_DEPTH		0x0000ffffU
#define ENAHW_RING_CAPS_ENTRY		0xffff0000U	/* bytes */

#define ENAHW_INTR_MASK_MGMT		0x00000001U	/* 1 = masked */

#define ENAHW_DEV_CTL_RESET		0x00000001U
#define ENAHW_DEV_CTL_REASON_HI		0x0f000000U	/* reason bits 7:4 */
#define ENAHW_DEV_CTL_REASON_LO		0xf0000000U	/* reason bits 3:0 */

#define ENAHW_DEV_STS_READY		0x00000001U
#define ENAHW_DEV_STS_RESET_BUSY	0x00000008U
#define ENAHW_DEV_STS_RESET_DONE	0x00000010U
#define ENAHW_DEV_STS_FATAL		0x00000020U

#define ENAHW_REG_READ_SEQ		0x0000ffffU
#define ENAHW_REG_READ_OFF		0xffff0000U
#define ENAHW_REG_READ_POISON		0xdeadU

/* CQ interrupt unmask / moderation register */
#define ENAHW_UNMASK_RX_DELAY		0x00007fffU
#define ENAHW_UNMASK_TX_DELAY		0x3fff8000U
#define ENAHW_UNMASK_UNMASK		0x40000000U
#define ENAHW_UNMASK_NO_MODER		0x80000000U

/* CQ NUMA node register */
#define ENAHW_NUMA_NODE			0x000000ffU
#define ENAHW_NUMA_ENABLE		0x80000000U

/* Readless response, 8 bytes			ref: hw-notes#readless */
struct enahw_reg_resp {
	struct enahw_le16 rr_seq;
	struct enahw_le16 rr_off;
	struct enahw_le32 rr_val;
};
ENAHW_SIZE(struct enahw_reg_resp, 8);
ENAHW_OFF(struct enahw_reg_resp, rr_off, 2);
ENAHW_OFF(struct enahw_reg_resp, rr_val, 4);

/* Reset reasons				ref: hw-notes#reset */
enum enahw_reset_reason {
	ENAHW_RESET_NORMAL		= 0,
	ENAHW_RESET_KEEP_ALIVE_TO	= 1,
	ENAHW_RESET_ADMIN_TO		= 2,
	ENAHW_RESET_MISS_TX_CMPL	= 3,
	ENAHW_RESET_INV_RX_REQ_ID	= 4,
	ENAHW_RESET_INV_TX_REQ_ID	= 5,
	ENAHW_RESET_TOO_MANY_RX_DESCS	= 6,
	ENAHW_RESET_INIT_ERR		= 7,
	ENAHW_RESET_DRIVER_INVALID_STATE = 8,
	ENAHW_RESET_OS_TRIGGER		= 9,
	ENAHW_RESET_OS_NETDEV_WD	= 10,
	ENAHW_RESET_SHUTDOWN		= 11,
	ENAHW_RESET_USER_TRIGGER	= 12,
	ENAHW_RESET_GENERIC		= 13,
	ENAHW_RESET_MISS_INTERRUPT	= 14,
	ENAHW_RESET_POLL_STARVATION	= 15,
	ENAHW_RESET_RX_DESC_MALFORMED	= 16,
	ENAHW_RESET_TX_DESC_MALFORMED	= 17,
	ENAHW_RESET_MISSING_ADMIN_INTR	= 18,
	ENAHW_RESET_DEVICE_REQUEST	= 19,
	ENAHW_RESET_MISS_FIRST_INTR	= 20,
	ENAHW_RESET_COUNT		= 21
};

/* ---- admin queue				ref: hw-notes#admin */

#define ENAHW_ADMIN_ENTRY		64U
#define ENAHW_ADMIN_ID			0x0fffU

/* First 32-bit word of an AQ entry */
#define ENAHW_AQ0_ID			0x00000fffU
#define ENAHW_AQ0_OPCODE		0x00ff0000U
#define ENAHW_AQ0_PHASE			0x01000000U
#define ENAHW_AQ0_CTRL_DATA		0x02000000U
#define ENAHW_AQ0_CTRL_INDIRECT		0x04000000U

/* First 32-bit word of an ACQ entry */
#define ENAHW_ACQ0_ID			0x00000fffU
#define ENAHW_ACQ0_STATUS		0x00ff0000U
#define ENAHW_ACQ0_PHASE		0x01000000U

enum enahw_opcode {
	ENAHW_OP_CREATE_SQ	= 1,
	ENAHW_OP_DESTROY_SQ	= 2,
	ENAHW_OP_CREATE_CQ	= 3,
	ENAHW_OP_DESTROY_CQ	= 4,
	ENAHW_OP_GET_FEATURE	= 8,
	ENAHW_OP_SET_FEATURE	= 9,
	ENAHW_OP_GET_STATS	= 11
};

enum enahw_status {
	ENAHW_ST_SUCCESS	= 0,
	ENAHW_ST_NO_RESOURCES	= 1,
	ENAHW_ST_BAD_OPCODE	= 2,
	ENAHW_ST_UNSUPPORTED	= 3,
	ENAHW_ST_MALFORMED	= 4,
	ENAHW_ST_ILLEGAL_PARAM	= 5,
	ENAHW_ST_UNKNOWN_ERROR	= 6,
	ENAHW_ST_BUSY		= 7
};

enum enahw_feature {
	ENAHW_FEAT_DEVICE_ATTRIBUTES	= 1,
	ENAHW_FEAT_MAX_QUEUES_NUM	= 2,
	ENAHW_FEAT_HW_HINTS		= 3,
	ENAHW_FEAT_LLQ			= 4,
	ENAHW_FEAT_EXTRA_STRINGS	= 5,
	ENAHW_FEAT_EXTRA_FLAGS		= 6,
	ENAHW_FEAT_MAX_QUEUES_EXT	= 7,
	ENAHW_FEAT_FRAG_BYPASS		= 8,
	ENAHW_FEAT_RSS_HASH_FUNCTION	= 10,
	ENAHW_FEAT_OFFLOAD		= 11,
	ENAHW_FEAT_RSS_TABLE		= 12,
	ENAHW_FEAT_MTU			= 14,
	ENAHW_FEAT_RSS_HASH_INPUT	= 18,
	ENAHW_FEAT_INTR_MODERATION	= 20,
	ENAHW_FEAT_AENQ_CONFIG		= 26,
	ENAHW_FEAT_LINK_CONFIG		= 27,
	ENAHW_FEAT_HOST_ATTR		= 28,
	ENAHW_FEAT_PHC_CONFIG		= 29,
	ENAHW_FEAT_FLOW_STEERING	= 30,
	ENAHW_FEAT_HW_TIMESTAMP		= 31
};
#define ENAHW_FEAT_BIT(id)		(1U << (id))

/* Capabilities word of DEVICE_ATTRIBUTES */
#define ENAHW_CAP_ENI_STATS		0x00000001U
#define ENAHW_CAP_SRD_INFO		0x00000002U
#define ENAHW_CAP_CUSTOMER_METRICS	0x00000004U
#define ENAHW_CAP_EXT_RESET_REASONS	0x00000008U
#define ENAHW_CAP_CDESC_MBZ		0x00000010U

/* 48-bit DMA address as it appears in admin commands */
struct enahw_addr {
	struct enahw_le32 a_lo;
	struct enahw_le16 a_hi;
	struct enahw_le16 a_mbz;
};
ENAHW_SIZE(struct enahw_addr, 8);
ENAHW_OFF(struct enahw_addr, a_hi, 4);
ENAHW_OFF(struct enahw_addr, a_mbz, 6);

/* Control buffer descriptor */
struct enahw_ctrl_buf {
	struct enahw_le32 cb_len;
	struct enahw_addr cb_addr;
};
ENAHW_SIZE(struct enahw_ctrl_buf, 12);
ENAHW_OFF(struct enahw_ctrl_buf, cb_addr, 4);

/* -- queue commands */

#define ENAHW_CQ_CAPS1_INTR		0x20U
#define ENAHW_CQ_CAPS2_ENTRY_WORDS	0x1fU
#define ENAHW_CQ_VECTOR_NONE		0xffffffffU

struct enahw_create_cq {
	struct enahw_le32 ccq_w0;
	uint8_t ccq_caps1;
	uint8_t ccq_caps2;
	struct enahw_le16 ccq_depth;
	struct enahw_le32 ccq_vector;
	struct enahw_addr ccq_base;
};
ENAHW_SIZE(struct enahw_create_cq, 20);
ENAHW_OFF(struct enahw_create_cq, ccq_caps1, 4);
ENAHW_OFF(struct enahw_create_cq, ccq_caps2, 5);
ENAHW_OFF(struct enahw_create_cq, ccq_depth, 6);
ENAHW_OFF(struct enahw_create_cq, ccq_vector, 8);
ENAHW_OFF(struct enahw_create_cq, ccq_base, 12);

struct enahw_create_cq_resp {
	struct enahw_le32 ccr_w0;
	struct enahw_le16 ccr_ext_status;
	struct enahw_le16 ccr_sq_head;
	struct enahw_le16 ccr_cq_idx;
	struct enahw_le16 ccr_depth;
	struct enahw_le32 ccr_numa_off;
	struct enahw_le32 ccr_head_db_off;
	struct enahw_le32 ccr_unmask_off;
};
ENAHW_SIZE(struct enahw_create_cq_resp, 24);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_ext_status, 4);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_sq_head, 6);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_cq_idx, 8);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_depth, 10);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_numa_off, 12);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_head_db_off, 16);
ENAHW_OFF(struct enahw_create_cq_resp, ccr_unmask_off, 20);

#define ENAHW_SQ_IDENTITY_DIR		0xe0U
#define ENAHW_SQ_DIR_TX			1U
#define ENAHW_SQ_DIR_RX			2U
#define ENAHW_SQ_CAPS2_PLACEMENT	0x0fU
#define ENAHW_SQ_PLACEMENT_HOST		1U
#define ENAHW_SQ_PLACEMENT_DEV		3U
#define ENAHW_SQ_CAPS2_POLICY		0x70U
#define ENAHW_SQ_CAPS3_CONTIG		0x01U

struct enahw_create_sq {
	struct enahw_le32 csq_w0;
	uint8_t csq_identity;
	uint8_t csq_rsvd5;
	uint8_t csq_caps2;
	uint8_t csq_caps3;
	struct enahw_le16 csq_cq_idx;
	struct enahw_le16 csq_depth;
	struct enahw_addr csq_base;
	struct enahw_addr csq_head_wb;
	struct enahw_le32 csq_rsvd28[2];
};
ENAHW_SIZE(struct enahw_create_sq, 36);
ENAHW_OFF(struct enahw_create_sq, csq_identity, 4);
ENAHW_OFF(struct enahw_create_sq, csq_caps2, 6);
ENAHW_OFF(struct enahw_create_sq, csq_caps3, 7);
ENAHW_OFF(struct enahw_create_sq, csq_cq_idx, 8);
ENAHW_OFF(struct enahw_create_sq, csq_depth, 10);
ENAHW_OFF(struct enahw_create_sq, csq_base, 12);
ENAHW_OFF(struct enahw_create_sq, csq_head_wb, 20);

struct enahw_create_sq_resp {
	struct enahw_le32 csr_w0;
	struct enahw_le16 csr_ext_status;
	struct enahw_le16 csr_sq_head;
	struct enahw_le16 csr_sq_idx;
	struct enahw_le16 csr_rsvd10;
	struct enahw_le32 csr_db_off;
	struct enahw_le32 csr_llq_desc_off;
	struct enahw_le32 csr_llq_hdr_off;
};
ENAHW_SIZE(struct enahw_create_sq_resp, 24);
ENAHW_OFF(struct enahw_create_sq_resp, csr_sq_idx, 8);
ENAHW_OFF(struct enahw_create_sq_resp, csr_db_off, 12);
ENAHW_OFF(struct enahw_create_sq_resp, csr_llq_desc_off, 16);
ENAHW_OFF(struct enahw_create_sq_resp, csr_llq_hdr_off, 20);

struct enahw_destroy_sq {
	struct enahw_le32 dsq_w0;
	struct enahw_le16 dsq_sq_idx;
	uint8_t dsq_identity;
	uint8_t dsq_rsvd7;
};
ENAHW_SIZE(struct enahw_destroy_sq, 8);
ENAHW_OFF(struct enahw_destroy_sq, dsq_sq_idx, 4);
ENAHW_OFF(struct enahw_destroy_sq, dsq_identity, 6);

struct enahw_destroy_cq {
	struct enahw_le32 dcq_w0;
	struct enahw_le16 dcq_cq_idx;
	struct enahw_le16 dcq_rsvd6;
};
ENAHW_SIZE(struct enahw_destroy_cq, 8);
ENAHW_OFF(struct enahw_destroy_cq, dcq_cq_idx, 4);

/* -- features: the frame common to GET and SET */

#define ENAHW_FEATURE_SELECT		0x03U

struct enahw_feature_cmd {
	struct enahw_le32 fc_w0;
	struct enahw_ctrl_buf fc_ctrl;
	uint8_t fc_flags;
	uint8_t fc_id;
	uint8_t fc_version;
	uint8_t fc_rsvd19;
	uint8_t fc_body[44];
};
ENAHW_SIZE(struct enahw_feature_cmd, 64);
ENAHW_OFF(struct enahw_feature_cmd, fc_ctrl, 4);
ENAHW_OFF(struct enahw_feature_cmd, fc_flags, 16);
ENAHW_OFF(struct enahw_feature_cmd, fc_id, 17);
ENAHW_OFF(struct enahw_feature_cmd, fc_version, 18);
ENAHW_OFF(struct enahw_feature_cmd, fc_body, 20);

struct enahw_acq_entry {
	struct enahw_le32 ae_w0;
	struct enahw_le16 ae_ext_status;
	struct enahw_le16 ae_sq_head;
	uint8_t ae_body[56];
};
ENAHW_SIZE(struct enahw_acq_entry, 64);
ENAHW_OFF(struct enahw_acq_entry, ae_ext_status, 4);
ENAHW_OFF(struct enahw_acq_entry, ae_sq_head, 6);
ENAHW_OFF(struct enahw_acq_entry, ae_body, 8);

/* DEVICE_ATTRIBUTES */
struct enahw_device_attr {
	struct enahw_le32 da_impl_id;
	struct enahw_le32 da_device_version;
	struct enahw_le32 da_features;
	struct enahw_le32 da_capabilities;
	struct enahw_le32 da_phys_width;
	struct enahw_le32 da_virt_width;
	uint8_t da_mac[6];
	struct enahw_le16 da_flow_rules;
	struct enahw_le32 da_max_mtu;
};
ENAHW_SIZE(struct enahw_device_attr, 36);
ENAHW_OFF(struct enahw_device_attr, da_features, 8);
ENAHW_OFF(struct enahw_device_attr, da_capabilities, 12);
ENAHW_OFF(struct enahw_device_attr, da_phys_width, 16);
ENAHW_OFF(struct enahw_device_attr, da_virt_width, 20);
ENAHW_OFF(struct enahw_device_attr, da_mac, 24);
ENAHW_OFF(struct enahw_device_attr, da_flow_rules, 30);
ENAHW_OFF(struct enahw_device_attr, da_max_mtu, 32);

/* MAX_QUEUES_EXT */
#define ENAHW_MAX_QUEUES_EXT_VERSION	1U

struct enahw_max_queues_ext {
	uint8_t mqe_version;
	uint8_t mqe_rsvd1[3];
	struct enahw_le32 mqe_tx_sqs;
	struct enahw_le32 mqe_tx_cqs;
	struct enahw_le32 mqe_rx_sqs;
	struct enahw_le32 mqe_rx_cqs;
	struct enahw_le32 mqe_tx_sq_depth;
	struct enahw_le32 mqe_tx_cq_depth;
	struct enahw_le32 mqe_rx_sq_depth;
	struct enahw_le32 mqe_rx_cq_depth;
	struct enahw_le32 mqe_tx_header;
	struct enahw_le16 mqe_tx_descs;
	struct enahw_le16 mqe_rx_descs;
};
ENAHW_SIZE(struct enahw_max_queues_ext, 44);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_sqs, 4);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_cqs, 8);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_rx_sqs, 12);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_rx_cqs, 16);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_sq_depth, 20);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_cq_depth, 24);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_rx_sq_depth, 28);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_rx_cq_depth, 32);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_header, 36);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_tx_descs, 40);
ENAHW_OFF(struct enahw_max_queues_ext, mqe_rx_descs, 42);

/* MAX_QUEUES_NUM (legacy) */
struct enahw_max_queues {
	struct enahw_le32 mq_sqs;
	struct enahw_le32 mq_sq_depth;
	struct enahw_le32 mq_cqs;
	struct enahw_le32 mq_cq_depth;
	struct enahw_le32 mq_legacy_llqs;
	struct enahw_le32 mq_legacy_llq_depth;
	struct enahw_le32 mq_header;
	struct enahw_le16 mq_tx_descs;
	struct enahw_le16 mq_rx_descs;
};
ENAHW_SIZE(struct enahw_max_queues, 32);
ENAHW_OFF(struct enahw_max_queues, mq_sq_depth, 4);
ENAHW_OFF(struct enahw_max_queues, mq_cqs, 8);
ENAHW_OFF(struct enahw_max_queues, mq_cq_depth, 12);
ENAHW_OFF(struct enahw_max_queues, mq_header, 24);
ENAHW_OFF(struct enahw_max_queues, mq_tx_descs, 28);
ENAHW_OFF(struct enahw_max_queues, mq_rx_descs, 30);

/* HW_HINTS; also the payload of the UPDATE_HINTS event */
#define ENAHW_HINT_NO_TIMEOUT		0xffffU

struct enahw_hints {
	struct enahw_le16 hh_mmio_read_ms;
	struct enahw_le16 hh_keep_alive_ms;
	struct enahw_le16 hh_tx_timeout_ms;
	struct enahw_le16 hh_tx_timeout_count;
	struct enahw_le16 hh_admin_ms;
	struct enahw_le16 hh_os_watchdog;
	struct enahw_le16 hh_max_tx_sgl;
	struct enahw_le16 hh_max_rx_sgl;
	struct enahw_le32 hh_rsvd16[4];
};
ENAHW_SIZE(struct enahw_hints, 32);
ENAHW_OFF(struct enahw_hints, hh_keep_alive_ms, 2);
ENAHW_OFF(struct enahw_hints, hh_tx_timeout_ms, 4);
ENAHW_OFF(struct enahw_hints, hh_tx_timeout_count, 6);
ENAHW_OFF(struct enahw_hints, hh_admin_ms, 8);
ENAHW_OFF(struct enahw_hints, hh_os_watchdog, 10);
ENAHW_OFF(struct enahw_hints, hh_max_tx_sgl, 12);
ENAHW_OFF(struct enahw_hints, hh_max_rx_sgl, 14);

/* LLQ */
#define ENAHW_LLQ_HDR_INLINE		1U
#define ENAHW_LLQ_HDR_RING		2U
#define ENAHW_LLQ_ENTRY_128		1U
#define ENAHW_LLQ_ENTRY_192		2U
#define ENAHW_LLQ_ENTRY_256		4U
#define ENAHW_LLQ_STRIDE_SINGLE		1U
#define ENAHW_LLQ_STRIDE_MULTI		2U
#define ENAHW_LLQ_ACCEL_NO_META_CACHE	0x0001U
#define ENAHW_LLQ_ACCEL_LIMIT_BURST	0x0002U

struct enahw_llq {
	struct enahw_le32 lq_max_num;
	struct enahw_le32 lq_max_depth;
	struct enahw_le16 lq_hdr_supported;
	struct enahw_le16 lq_hdr_enabled;
	struct enahw_le16 lq_entry_supported;
	struct enahw_le16 lq_entry_enabled;
	struct enahw_le16 lq_before_supported;
	struct enahw_le16 lq_before_enabled;
	struct enahw_le16 lq_stride_supported;
	struct enahw_le16 lq_stride_enabled;
	uint8_t lq_version;
	uint8_t lq_entry_recommended;
	struct enahw_le16 lq_max_wide_depth;
	struct enahw_le16 lq_accel_flags;
	struct enahw_le16 lq_accel_burst;
	struct enahw_le32 lq_accel_rsvd;
};
ENAHW_SIZE(struct enahw_llq, 36);
ENAHW_OFF(struct enahw_llq, lq_max_depth, 4);
ENAHW_OFF(struct enahw_llq, lq_hdr_supported, 8);
ENAHW_OFF(struct enahw_llq, lq_hdr_enabled, 10);
ENAHW_OFF(struct enahw_llq, lq_entry_supported, 12);
ENAHW_OFF(struct enahw_llq, lq_entry_enabled, 14);
ENAHW_OFF(struct enahw_llq, lq_before_supported, 16);
ENAHW_OFF(struct enahw_llq, lq_before_enabled, 18);
ENAHW_OFF(struct enahw_llq, lq_stride_supported, 20);
ENAHW_OFF(struct enahw_llq, lq_stride_enabled, 22);
ENAHW_OFF(struct enahw_llq, lq_version, 24);
ENAHW_OFF(struct enahw_llq, lq_entry_recommended, 25);
ENAHW_OFF(struct enahw_llq, lq_max_wide_depth, 26);
ENAHW_OFF(struct enahw_llq, lq_accel_flags, 28);
ENAHW_OFF(struct enahw_llq, lq_accel_burst, 30);
ENAHW_OFF(struct enahw_llq, lq_accel_rsvd, 32);

/* STATELESS_OFFLOAD_CONFIG */
#define ENAHW_TXO_L3V4			0x00000001U
#define ENAHW_TXO_L4V4_PART		0x00000002U
#define ENAHW_TXO_L4V4_FULL		0x00000004U
#define ENAHW_TXO_L4V6_PART		0x00000008U
#define ENAHW_TXO_L4V6_FULL		0x00000010U
#define ENAHW_TXO_TSOV4			0x00000020U
#define ENAHW_TXO_TSOV6			0x00000040U
#define ENAHW_TXO_TSO_ECN		0x00000080U
#define ENAHW_RXO_L3V4			0x00000001U
#define ENAHW_RXO_L4V4			0x00000002U
#define ENAHW_RXO_L4V6			0x00000004U
#define ENAHW_RXO_HASH			0x00000008U

struct enahw_offload {
	struct enahw_le32 of_tx;
	struct enahw_le32 of_rx_supported;
	struct enahw_le32 of_rx_enabled;
};
ENAHW_SIZE(struct enahw_offload, 12);
ENAHW_OFF(struct enahw_offload, of_rx_supported, 4);
ENAHW_OFF(struct enahw_offload, of_rx_enabled, 8);

/* MTU, without the L2 header */
struct enahw_mtu {
	struct enahw_le32 mt_mtu;
};
ENAHW_SIZE(struct enahw_mtu, 4);

/* AENQ_CONFIG */
struct enahw_aenq_config {
	struct enahw_le32 ac_supported;
	struct enahw_le32 ac_enabled;
};
ENAHW_SIZE(struct enahw_aenq_config, 8);
ENAHW_OFF(struct enahw_aenq_config, ac_enabled, 4);

/* RSS_HASH_FUNCTION: functions are bits, one of them selected */
#define ENAHW_HASH_TOEPLITZ		0x00000002U
#define ENAHW_HASH_CRC32		0x00000004U
#define ENAHW_RSS_KEY_WORDS		10U
#define ENAHW_RSS_KEY_BYTES		40U

struct enahw_hash_function {
	struct enahw_le32 hf_supported;
	struct enahw_le32 hf_selected;
	struct enahw_le32 hf_initial;
};
ENAHW_SIZE(struct enahw_hash_function, 12);
ENAHW_OFF(struct enahw_hash_function, hf_selected, 4);
ENAHW_OFF(struct enahw_hash_function, hf_initial, 8);

/* Key container: byte k holds conventional key byte 39 - k. */
struct enahw_hash_key {
	struct enahw_le32 hk_parts;
	struct enahw_le32 hk_rsvd4;
	uint8_t hk_key[ENAHW_RSS_KEY_BYTES];
};
ENAHW_SIZE(struct enahw_hash_key, 48);
ENAHW_OFF(struct enahw_hash_key, hk_key, 8);

/* RSS_INDIRECTION_TABLE_CONFIG: entries hold RX *SQ* indices */
#define ENAHW_RSS_INLINE_NONE		0xffffffffU
#define ENAHW_RSS_ONE_ENTRY		0x01U

struct enahw_rss_entry {
	struct enahw_le16 re_sq_idx;
	struct enahw_le16 re_rsvd2;
};
ENAHW_SIZE(struct enahw_rss_entry, 4);

struct enahw_rss_table {
	struct enahw_le16 rt_min_log2;
	struct enahw_le16 rt_max_log2;
	struct enahw_le16 rt_log2;
	uint8_t rt_flags;
	uint8_t rt_rsvd7;
	struct enahw_le32 rt_inline_idx;
	struct enahw_rss_entry rt_inline;
};
ENAHW_SIZE(struct enahw_rss_table, 16);
ENAHW_OFF(struct enahw_rss_table, rt_max_log2, 2);
ENAHW_OFF(struct enahw_rss_table, rt_log2, 4);
ENAHW_OFF(struct enahw_rss_table, rt_flags, 6);
ENAHW_OFF(struct enahw_rss_table, rt_inline_idx, 8);
ENAHW_OFF(struct enahw_rss_table, rt_inline, 12);

/* RSS_HASH_INPUT */
#define ENAHW_HASH_SORT_L3		0x0002U
#define ENAHW_HASH_SORT_L4		0x0004U
#define ENAHW_HASH_PROTOS		16U
#define ENAHW_HASH_TCP4			0U
#define ENAHW_HASH_UDP4			1U
#define ENAHW_HASH_TCP6			2U
#define ENAHW_HASH_UDP6			3U
#define ENAHW_HASH_IP4			4U
#define ENAHW_HASH_IP6			5U
#define ENAHW_HASH_IP4_FRAG		6U
#define ENAHW_HASH_NOT_IP		7U
#define ENAHW_HASH_TCP6_EX		8U
#define ENAHW_HASH_IP6_EX		9U
#define ENAHW_HASH_L2_DA		0x0001U
#define ENAHW_HASH_L2_SA		0x0002U
#define ENAHW_HASH_L3_DA		0x0004U
#define ENAHW_HASH_L3_SA		0x0008U
#define ENAHW_HASH_L4_DP		0x0010U
#define ENAHW_HASH_L4_SP		0x0020U

struct enahw_hash_input {
	struct enahw_le16 hi_sort_supported;
	struct enahw_le16 hi_sort_enabled;
};
ENAHW_SIZE(struct enahw_hash_input, 4);
ENAHW_OFF(struct enahw_hash_input, hi_sort_enabled, 2);

struct enahw_hash_fields {
	struct enahw_le16 hf_fields;
	struct enahw_le16 hf_rsvd2;
};
ENAHW_SIZE(struct enahw_hash_fields, 4);

struct enahw_hash_control {
	struct enahw_hash_fields hc_supported[ENAHW_HASH_PROTOS];
	struct enahw_hash_fields hc_selected[ENAHW_HASH_PROTOS];
	struct enahw_hash_fields hc_rsvd128[2 * ENAHW_HASH_PROTOS];
};
ENAHW_SIZE(struct enahw_hash_control, 256);
ENAHW_OFF(struct enahw_hash_control, hc_selected, 64);
ENAHW_OFF(struct enahw_hash_control, hc_rsvd128, 128);

/* INTERRUPT_MODERATION */
struct enahw_moderation {
	struct enahw_le16 im_resolution_us;
	struct enahw_le16 im_rsvd2;
};
ENAHW_SIZE(struct enahw_moderation, 4);

/* EXTRA_PROPERTIES: string i names bit i of the flags */
#define ENAHW_EXTRA_MAX			32U
#define ENAHW_EXTRA_TEXT		32U

/* FRAG_BYPASS */
struct enahw_frag_bypass {
	uint8_t fb_enable;
	uint8_t fb_rsvd1[3];
};
ENAHW_SIZE(struct enahw_frag_bypass, 4);

/* PHC_CONFIG; GET fills the first four fields, SET the others */
#define ENAHW_PHC_EXPIRE_US		10U	/* where the device says 0 */
#define ENAHW_PHC_BLOCK_US		1000U
#define ENAHW_PHC_POISON		0xdeadU
#define ENAHW_PHC_NO_BOUND		0xffffffffU

struct enahw_phc_config {
	uint8_t pc_version;
	uint8_t pc_mbz[3];
	struct enahw_le32 pc_db_off;
	struct enahw_le32 pc_expire_us;
	struct enahw_le32 pc_block_us;
	struct enahw_addr pc_resp;
	struct enahw_le32 pc_resp_len;
};
ENAHW_SIZE(struct enahw_phc_config, 28);
ENAHW_OFF(struct enahw_phc_config, pc_db_off, 4);
ENAHW_OFF(struct enahw_phc_config, pc_resp, 16);
ENAHW_OFF(struct enahw_phc_config, pc_resp_len, 24);

struct enahw_phc_resp {
	struct enahw_le16 ph_seq;
	struct enahw_le16 ph_rsvd2[3];
	struct enahw_le64 ph_time_ns;
	struct enahw_le32 ph_rsvd16[2];
	struct enahw_le32 ph_bound_ns;
	struct enahw_le32 ph_error;
	struct enahw_le32 ph_rsvd32[8];
};
ENAHW_SIZE(struct enahw_phc_resp, 64);
ENAHW_OFF(struct enahw_phc_resp, ph_time_ns, 8);
ENAHW_OFF(struct enahw_phc_resp, ph_bound_ns, 24);
ENAHW_OFF(struct enahw_phc_resp, ph_error, 28);

/* HW_TIMESTAMP: GET what there is, SET what is wanted */
#define ENAHW_STAMP_VERSION		1U
#define ENAHW_STAMP_NONE		0U
#define ENAHW_STAMP_ALL			1U	/* every packet */

struct enahw_stamp_config {
	uint8_t sc_version;
	uint8_t sc_tx;
	uint8_t sc_rx;
};
ENAHW_SIZE(struct enahw_stamp_config, 3);

/* FLOW_STEERING_CONFIG and its rule */
#define ENAHW_FLOW_ADD			1U
#define ENAHW_FLOW_REMOVE		2U
#define ENAHW_FLOW_CLEAR		3U
#define ENAHW_FLOW_IP4			1U
#define ENAHW_FLOW_IP6			2U
#define ENAHW_FLOW_TCP4			3U
#define ENAHW_FLOW_TCP6			4U
#define ENAHW_FLOW_UDP4			5U
#define ENAHW_FLOW_UDP6			6U
#define ENAHW_FLOW_ANYWHERE		0xffffU

struct enahw_flow_config {
	uint8_t fl_action;
	uint8_t fl_type;
	struct enahw_le16 fl_queue;
	struct enahw_le16 fl_location;
	struct enahw_le16 fl_rsvd6;
	struct enahw_le32 fl_flags;
};
ENAHW_SIZE(struct enahw_flow_config, 12);
ENAHW_OFF(struct enahw_flow_config, fl_location, 4);
ENAHW_OFF(struct enahw_flow_config, fl_flags, 8);

/* Addresses and ports in network byte order (a guess). */
struct enahw_flow_rule {
	uint8_t fr_dst[16];
	uint8_t fr_dst_mask[16];
	uint8_t fr_src[16];
	uint8_t fr_src_mask[16];
	uint8_t fr_dport[2];
	uint8_t fr_dport_mask[2];
	uint8_t fr_sport[2];
	uint8_t fr_sport_mask[2];
	uint8_t fr_tos;
	uint8_t fr_tos_mask;
	uint8_t fr_rsvd74[54];
};
ENAHW_SIZE(struct enahw_flow_rule, 128);
ENAHW_OFF(struct enahw_flow_rule, fr_src, 32);
ENAHW_OFF(struct enahw_flow_rule, fr_dport, 64);
ENAHW_OFF(struct enahw_flow_rule, fr_tos, 72);

/* LINK_CONFIG */
#define ENAHW_LINK_AUTONEG		0x00000001U
#define ENAHW_LINK_FULL_DUPLEX		0x00000002U

struct enahw_link_config {
	struct enahw_le32 lc_speed_mbit;
	struct enahw_le32 lc_supported;
	struct enahw_le32 lc_flags;
};
ENAHW_SIZE(struct enahw_link_config, 12);
ENAHW_OFF(struct enahw_link_config, lc_supported, 4);
ENAHW_OFF(struct enahw_link_config, lc_flags, 8);

/* HOST_ATTR_CONFIG and the host-info page it points to */
struct enahw_host_attr {
	struct enahw_addr ha_info;
	struct enahw_addr ha_debug;
	struct enahw_le32 ha_debug_len;
};
ENAHW_SIZE(struct enahw_host_attr, 20);
ENAHW_OFF(struct enahw_host_attr, ha_debug, 8);
ENAHW_OFF(struct enahw_host_attr, ha_debug_len, 16);

#define ENAHW_OS_LINUX			1U
#define ENAHW_OS_WINDOWS		2U
#define ENAHW_OS_DPDK			3U
#define ENAHW_OS_FREEBSD		4U
#define ENAHW_OS_IPXE			5U
#define ENAHW_OS_ESXI			6U

#define ENAHW_HOST_INFO_BYTES		4096U
#define ENAHW_SPEC_VERSION		0x0200U
#define ENAHW_DRVVER_MAJOR		0x000000ffU
#define ENAHW_DRVVER_MINOR		0x0000ff00U
#define ENAHW_DRVVER_SUB		0x00ff0000U
#define ENAHW_DRVVER_MODULE		0xff000000U
/* Firmware accepts queue creation from this major only. */
#define ENAHW_DRVVER_MAJOR_REQUIRED	2U

#define ENAHW_DRVF_RX_OFFSET		0x00000002U
#define ENAHW_DRVF_INTR_MODERATION	0x00000004U
#define ENAHW_DRVF_RX_MIRRORING		0x00000008U
#define ENAHW_DRVF_RSS_KEY		0x00000010U
#define ENAHW_DRVF_RX_PAGE_REUSE	0x00000040U
#define ENAHW_DRVF_TX_IPV6_CSUM		0x00000080U
#define ENAHW_DRVF_PHC			0x00000100U

struct enahw_host_info {
	struct enahw_le32 hi_os_type;
	char hi_os_dist_str[128];
	struct enahw_le32 hi_os_dist;
	char hi_kernel_str[32];
	struct enahw_le32 hi_kernel;
	struct enahw_le32 hi_driver_version;
	struct enahw_le32 hi_net_features[2];
	struct enahw_le16 hi_spec_version;
	struct enahw_le16 hi_bdf;
	struct enahw_le16 hi_num_cpus;
	struct enahw_le16 hi_rsvd190;
	struct enahw_le32 hi_driver_features;
};
ENAHW_SIZE(struct enahw_host_info, 196);
ENAHW_OFF(struct enahw_host_info, hi_os_dist_str, 4);
ENAHW_OFF(struct enahw_host_info, hi_os_dist, 132);
ENAHW_OFF(struct enahw_host_info, hi_kernel_str, 136);
ENAHW_OFF(struct enahw_host_info, hi_kernel, 168);
ENAHW_OFF(struct enahw_host_info, hi_driver_version, 172);
ENAHW_OFF(struct enahw_host_info, hi_net_features, 176);
ENAHW_OFF(struct enahw_host_info, hi_spec_version, 184);
ENAHW_OFF(struct enahw_host_info, hi_bdf, 186);
ENAHW_OFF(struct enahw_host_info, hi_num_cpus, 188);
ENAHW_OFF(struct enahw_host_info, hi_driver_features, 192);

/* -- GET_STATS */

#define ENAHW_STATS_BASIC		0U
#define ENAHW_STATS_EXTENDED		1U
#define ENAHW_STATS_ENI			2U
#define ENAHW_STATS_SRD			3U
#define ENAHW_STATS_CUSTOMER		4U

struct enahw_get_stats {
	struct enahw_le32 gs_w0;
	struct enahw_ctrl_buf gs_ctrl;
	uint8_t gs_type;
	uint8_t gs_scope;
	struct enahw_le16 gs_rsvd18;
	struct enahw_le16 gs_queue_idx;
	struct enahw_le16 gs_device_id;
	struct enahw_le32 gs_metrics[2];	/* 64-bit bitmap, low first */
};
ENAHW_SIZE(struct enahw_get_stats, 32);
ENAHW_OFF(struct enahw_get_stats, gs_ctrl, 4);
ENAHW_OFF(struct enahw_get_stats, gs_type, 16);
ENAHW_OFF(struct enahw_get_stats, gs_scope, 17);
ENAHW_OFF(struct enahw_get_stats, gs_queue_idx, 20);
ENAHW_OFF(struct enahw_get_stats, gs_device_id, 22);
ENAHW_OFF(struct enahw_get_stats, gs_metrics, 24);

struct enahw_ctr64 {
	struct enahw_le32 c_lo;
	struct enahw_le32 c_hi;
};
ENAHW_SIZE(struct enahw_ctr64, 8);

struct enahw_basic_stats {
	struct enahw_ctr64 bs_tx_bytes;
	struct enahw_ctr64 bs_tx_pkts;
	struct enahw_ctr64 bs_rx_bytes;
	struct enahw_ctr64 bs_rx_pkts;
	struct enahw_ctr64 bs_rx_drops;
	struct enahw_ctr64 bs_tx_drops;
	struct enahw_ctr64 bs_rx_overruns;
};
ENAHW_SIZE(struct enahw_basic_stats, 56);
ENAHW_OFF(struct enahw_basic_stats, bs_tx_pkts, 8);
ENAHW_OFF(struct enahw_basic_stats, bs_rx_bytes, 16);
ENAHW_OFF(struct enahw_basic_stats, bs_rx_pkts, 24);
ENAHW_OFF(struct enahw_basic_stats, bs_rx_drops, 32);
ENAHW_OFF(struct enahw_basic_stats, bs_tx_drops, 40);
ENAHW_OFF(struct enahw_basic_stats, bs_rx_overruns, 48);

/* ENI, and the values of customer metrics: u64 in ascending order */
#define ENAHW_ENI_COUNT			5U
#define ENAHW_METRICS			6U
#define ENAHW_METRICS_ALL		0x3fU
#define ENAHW_METRICS_BYTES		512U

struct enahw_srd_stats {
	struct enahw_le64 ss_flags;
	struct enahw_le64 ss_tx_pkts;
	struct enahw_le64 ss_eligible_pkts;
	struct enahw_le64 ss_rx_pkts;
	struct enahw_le64 ss_used_percent;
};
ENAHW_SIZE(struct enahw_srd_stats, 40);
ENAHW_OFF(struct enahw_srd_stats, ss_used_percent, 32);

/* ---- AENQ					ref: hw-notes#aenq */

#define ENAHW_AENQ_LINK_CHANGE		0U
#define ENAHW_AENQ_FATAL_ERROR		1U
#define ENAHW_AENQ_WARNING		2U
#define ENAHW_AENQ_NOTIFICATION		3U
#define ENAHW_AENQ_KEEP_ALIVE		4U
#define ENAHW_AENQ_REFRESH_CAPS		5U
#define ENAHW_AENQ_CONF_NOTIFICATION	6U
#define ENAHW_AENQ_REQUEST_RESET	7U
#define ENAHW_AENQ_BIT(g)		(1U << (g))
#define ENAHW_AENQ_SYN_UPDATE_HINTS	2U

#define ENAHW_AENQ0_GROUP		0x0000ffffU
#define ENAHW_AENQ0_SYNDROME		0xffff0000U
#define ENAHW_AENQ1_PHASE		0x00000001U
#define ENAHW_AENQ_LINK_UP		0x00000001U

struct enahw_aenq_entry {
	struct enahw_le32 ev_w0;	/* group, syndrome */
	struct enahw_le32 ev_w1;	/* phase in bit 0 */
	struct enahw_le32 ev_time_lo;
	struct enahw_le32 ev_time_hi;
	struct enahw_le32 ev_data[12];
};
ENAHW_SIZE(struct enahw_aenq_entry, 64);
ENAHW_OFF(struct enahw_aenq_entry, ev_w1, 4);
ENAHW_OFF(struct enahw_aenq_entry, ev_time_lo, 8);
ENAHW_OFF(struct enahw_aenq_entry, ev_data, 16);

/* Word indices into ev_data */
#define ENAHW_EV_LINK_FLAGS		0U
#define ENAHW_EV_KA_RX_DROPS		0U	/* each low, high */
#define ENAHW_EV_KA_TX_DROPS		2U
#define ENAHW_EV_KA_RX_OVERRUNS		4U

/* ---- I/O rings				ref: hw-notes#io-rings */

#define ENAHW_MAX_LEN			65535U	/* of one TX descriptor */

/*
 * Descriptors are read and written as whole 64-bit words: q[0] is the 32-bit
 * words 0 (low) and 1 (high) of the protocol tables, q[1] words 2 and 3.
 */
struct enahw_desc {
	struct enahw_le64 d_q[2];
};
ENAHW_SIZE(struct enahw_desc, 16);

/* TX data descriptor, word 0 */
#define ENAHW_TXD0_LEN			0x0000ffffU
#define ENAHW_TXD0_ID_HI		0x003f0000U	/* request id 15:10 */
#define ENAHW_TXD0_META			0x00800000U
#define ENAHW_TXD0_PHASE		0x01000000U
#define ENAHW_TXD0_FIRST		0x04000000U
#define ENAHW_TXD0_LAST			0x08000000U
#define ENAHW_TXD0_COMP_REQ		0x10000000U
#define ENAHW_TXD0_MBZ			0xe2400000U
/* word 1 */
#define ENAHW_TXD1_L3			0x0000000fU
#define ENAHW_TXD1_DF			0x00000010U
#define ENAHW_TXD1_TSO			0x00000080U
#define ENAHW_TXD1_L4			0x00001f00U
#define ENAHW_TXD1_L3_CSUM		0x00002000U
#define ENAHW_TXD1_L4_CSUM		0x00004000U
#define ENAHW_TXD1_FCS_DISABLE		0x00008000U
#define ENAHW_TXD1_L4_PARTIAL		0x00020000U
#define ENAHW_TXD1_MBZ			0x003c0000U
#define ENAHW_TXD1_ID_LO		0xffc00000U	/* request id 9:0 */
#define ENAHW_TXD_ID_LO_BITS		10U
/* words 2 and 3: address; header length on top of word 3 */
#define ENAHW_TXD3_ADDR_HI		0x0000ffffU
#define ENAHW_TXD3_HDR_LEN		0xff000000U
#define ENAHW_ADDR_BITS			48U
#define ENAHW_HDR_LEN_MAX		255U

/* TX meta descriptor, word 0 */
#define ENAHW_TXM0_EXT_VALID		0x00004000U
#define ENAHW_TXM0_MSS_HI		0x000f0000U	/* MSS 13:10 */
#define ENAHW_TXM0_ETH_META		0x00100000U
#define ENAHW_TXM0_STORE		0x00200000U
#define ENAHW_TXM0_META			0x00800000U
#define ENAHW_TXM0_PHASE		0x01000000U
#define ENAHW_TXM0_FIRST		0x04000000U
#define ENAHW_TXM0_LAST			0x08000000U
#define ENAHW_TXM0_MBZ			0xe2403c00U
/* word 2 */
#define ENAHW_TXM2_L3_LEN		0x000000ffU
#define ENAHW_TXM2_L3_OFF		0x0000ff00U
#define ENAHW_TXM2_L4_WORDS		0x003f0000U
#define ENAHW_TXM2_MSS_LO		0xffc00000U	/* MSS 9:0 */
#define ENAHW_TXM_MSS_LO_BITS		10U
#define ENAHW_MSS_MAX			16383U

/* Protocol indices, TX and RX */
#define ENAHW_L3_UNKNOWN		0U
#define ENAHW_L3_IPV4			8U
#define ENAHW_L3_IPV6			11U
#define ENAHW_L4_UNKNOWN		0U
#define ENAHW_L4_TCP			12U
#define ENAHW_L4_UDP			13U

/* TX completion: 8 bytes; word 0 id, status, flags; word 1 sub queue, head */
struct enahw_tx_cdesc {
	struct enahw_le64 tc_q;
};
ENAHW_SIZE(struct enahw_tx_cdesc, 8);
#define ENAHW_TXC0_ID			0x0000ffffU
#define ENAHW_TXC0_STATUS		0x00ff0000U
#define ENAHW_TXC0_PHASE		0x01000000U
#define ENAHW_TXC0_MBZ			0xc0000000U
#define ENAHW_TXC1_SUB_QID		0x0000ffffU
#define ENAHW_TXC1_SQ_HEAD		0xffff0000U

/* RX descriptor, word 0: length 15:0 (0 means 65536), control 31:24 */
#define ENAHW_RXD0_LEN			0x0000ffffU
#define ENAHW_RXD0_PHASE		0x01000000U
#define ENAHW_RXD0_FIRST		0x04000000U
#define ENAHW_RXD0_LAST			0x08000000U
#define ENAHW_RXD0_COMP_REQ		0x10000000U
#define ENAHW_RXD0_MUST_BE_ONE		0x20000000U	/* never set */
#define ENAHW_RXD0_MBZ			0xc2ff0000U
/* word 1 */
#define ENAHW_RXD1_ID			0x0000ffffU
#define ENAHW_RXD1_MBZ			0xffff0000U
/* word 3 */
#define ENAHW_RXD3_ADDR_HI		0x0000ffffU

/* RX completion: 16 bytes, the phase in word 0 */
struct enahw_rx_cdesc {
	struct enahw_le64 rc_q[2];
};
ENAHW_SIZE(struct enahw_rx_cdesc, 16);
#define ENAHW_RXC0_L3			0x0000001fU
#define ENAHW_RXC0_VLANS		0x00000060U
#define ENAHW_RXC0_L4			0x00001f00U
#define ENAHW_RXC0_L3_ERR		0x00002000U
#define ENAHW_RXC0_L4_ERR		0x00004000U
#define ENAHW_RXC0_FRAG			0x00008000U
#define ENAHW_RXC0_L4_CHECKED		0x00010000U
#define ENAHW_RXC0_MBZ			0x00020080U
#define ENAHW_RXC0_PHASE		0x01000000U
#define ENAHW_RXC0_L3_2ND		0x02000000U
#define ENAHW_RXC0_FIRST		0x04000000U
#define ENAHW_RXC0_LAST			0x08000000U
#define ENAHW_RXC0_BUFFER		0x40000000U
/* word 1 */
#define ENAHW_RXC1_LEN			0x0000ffffU
#define ENAHW_RXC1_ID			0xffff0000U
/* word 2 is the hash; word 3 */
#define ENAHW_RXC3_SUB_QID		0x0000ffffU
#define ENAHW_RXC3_OFFSET		0x00ff0000U

/*
 * Completions of queues with timestamps have twice the size: the above, then
 * in RX the buffer's address, and last the time.
 */
struct enahw_tx_cdesc_wide {
	struct enahw_le64 tw_q;
	struct enahw_le64 tw_time;
};
ENAHW_SIZE(struct enahw_tx_cdesc_wide, 16);
ENAHW_OFF(struct enahw_tx_cdesc_wide, tw_time, 8);

struct enahw_rx_cdesc_wide {
	struct enahw_le64 rw_q[2];
	struct enahw_le64 rw_addr;
	struct enahw_le64 rw_time;
};
ENAHW_SIZE(struct enahw_rx_cdesc_wide, 32);
ENAHW_OFF(struct enahw_rx_cdesc_wide, rw_addr, 16);
ENAHW_OFF(struct enahw_rx_cdesc_wide, rw_time, 24);

#endif /* ENA_HW_H */
