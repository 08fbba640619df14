/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_NETMAP_H_
#define _NET_NETMAP_H_

#include <sys/types.h>

#define NS_BUF_CHANGED	0x0001
#define NS_REPORT	0x0002
#define NS_FORWARD	0x0004
#define NS_NO_LEARN	0x0008
#define NS_INDIRECT	0x0010
#define NS_MOREFRAG	0x0020
#define NR_TIMESTAMP	0x0002
#define NR_FORWARD	0x0004

struct netmap_slot {
	uint32_t buf_idx;
	uint16_t len;
	uint16_t flags;
	uint64_t ptr;
};
struct netmap_ring {
	uint32_t num_slots;
	uint32_t nr_buf_size;
	uint16_t ringid;
	uint16_t dir;
	uint32_t head;
	uint32_t cur;
	uint32_t tail;
	uint32_t flags;
	struct netmap_slot slot[];
};

#endif
