/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfio-user on the wire, as far as a PCI device server needs it.
 *
 * Every message is a header and a payload over a UNIX stream socket, in host
 * byte order; file descriptors travel as SCM_RIGHTS beside them.  Either side
 * sends commands, the other answers with the same id and command number.
 * Typed from the public specification; no structure needs packing.
 */
#ifndef VU_PROTO_H
#define VU_PROTO_H

#include <stdint.h>

/* Commands; 11 and 12 go from server to client, the others to the server. */
#define VU_VERSION		1U
#define VU_DMA_MAP		2U
#define VU_DMA_UNMAP		3U
#define VU_GET_INFO		4U
#define VU_GET_REGION_INFO	5U
#define VU_GET_REGION_IO_FDS	6U
#define VU_GET_IRQ_INFO		7U
#define VU_SET_IRQS		8U
#define VU_REGION_READ		9U
#define VU_REGION_WRITE		10U
#define VU_DMA_READ		11U
#define VU_DMA_WRITE		12U
#define VU_RESET		13U

struct vu_hdr {
	uint16_t h_id;
	uint16_t h_cmd;
	uint32_t h_size;	/* header included */
	uint32_t h_flags;
	uint32_t h_errno;	/* with VU_F_ERROR */
};
#define VU_F_TYPE		0x0fU
#define VU_TYPE_COMMAND		0U
#define VU_TYPE_REPLY		1U
#define VU_F_NO_REPLY		0x10U
#define VU_F_ERROR		0x20U

struct vu_version {
	uint16_t v_major;
	uint16_t v_minor;
	/* NUL-terminated JSON may follow */
};

struct vu_dma_map {
	uint32_t dm_argsz;
	uint32_t dm_flags;
	uint64_t dm_offset;	/* in the file that comes along */
	uint64_t dm_addr;
	uint64_t dm_size;
};
#define VU_MAP_R		1U
#define VU_MAP_W		2U

struct vu_dma_unmap {
	uint32_t du_argsz;
	uint32_t du_flags;
	uint64_t du_addr;
	uint64_t du_size;
};
#define VU_UNMAP_ALL		2U

struct vu_dma_rw {
	uint64_t dr_addr;
	uint64_t dr_count;
	/* data follow */
};

struct vu_dev_info {
	uint32_t di_argsz;
	uint32_t di_flags;
	uint32_t di_regions;
	uint32_t di_irqs;
};
#define VU_DEV_RESET		1U
#define VU_DEV_PCI		2U

/* Region numbers 0..5 are BARs. */
#define VU_REGION_ROM		6U
#define VU_REGION_CONFIG	7U
#define VU_REGIONS		9U

struct vu_region_info {
	uint32_t ri_argsz;
	uint32_t ri_flags;
	uint32_t ri_index;
	uint32_t ri_cap_offset;
	uint64_t ri_size;
	uint64_t ri_offset;
};
#define VU_REGION_R		1U
#define VU_REGION_W		2U
#define VU_REGION_MMAP		4U
#define VU_REGION_CAPS		8U

/* The one capability we use: which parts of a region may be mapped. */
struct vu_sparse {
	uint16_t sp_id;
	uint16_t sp_version;
	uint32_t sp_next;
	uint32_t sp_areas;
	uint32_t sp_reserved;
	uint64_t sp_offset;
	uint64_t sp_size;
};
#define VU_CAP_SPARSE		1U

#define VU_IRQ_INTX		0U
#define VU_IRQ_MSI		1U
#define VU_IRQ_MSIX		2U
#define VU_IRQ_ERR		3U
#define VU_IRQ_REQ		4U
#define VU_IRQS			5U

struct vu_irq_info {
	uint32_t ii_argsz;
	uint32_t ii_flags;
	uint32_t ii_index;
	uint32_t ii_count;
};
#define VU_IRQ_EVENTFD		1U

struct vu_irq_set {
	uint32_t is_argsz;
	uint32_t is_flags;
	uint32_t is_index;
	uint32_t is_start;
	uint32_t is_count;
	/* one byte per interrupt follows with VU_IRQ_DATA_BOOL */
};
#define VU_IRQ_DATA_NONE	0x01U
#define VU_IRQ_DATA_BOOL	0x02U
#define VU_IRQ_DATA_EVENTFD	0x04U
#define VU_IRQ_DATA		0x07U
#define VU_IRQ_MASK		0x08U
#define VU_IRQ_UNMASK		0x10U
#define VU_IRQ_TRIGGER		0x20U
#define VU_IRQ_ACTION		0x38U

struct vu_region_rw {
	uint64_t rw_offset;
	uint32_t rw_region;
	uint32_t rw_count;
	/* data follow a write, and the reply to a read */
};

_Static_assert(sizeof(struct vu_hdr) == 16, "vfio-user header");
_Static_assert(sizeof(struct vu_version) == 4, "version");
_Static_assert(sizeof(struct vu_dma_map) == 32, "DMA map");
_Static_assert(sizeof(struct vu_dma_unmap) == 24, "DMA unmap");
_Static_assert(sizeof(struct vu_dma_rw) == 16, "DMA access");
_Static_assert(sizeof(struct vu_dev_info) == 16, "device info");
_Static_assert(sizeof(struct vu_region_info) == 32, "region info");
_Static_assert(sizeof(struct vu_sparse) == 32, "sparse capability");
_Static_assert(sizeof(struct vu_irq_info) == 16, "interrupt info");
_Static_assert(sizeof(struct vu_irq_set) == 20, "interrupt setting");
_Static_assert(sizeof(struct vu_region_rw) == 16, "region access");

#endif /* VU_PROTO_H */
