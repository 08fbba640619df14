/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RMAN_H_
#define _SYS_RMAN_H_

#include <sys/types.h>
#include <machine/bus.h>
#include <machine/resource.h>

#define RF_ALLOCATED	0x0001
#define RF_ACTIVE	0x0002
#define RF_SHAREABLE	0x0004
#define RF_UNMAPPED	0x0100
#define RM_MAX_END	((~(rman_res_t)0))

struct resource;
rman_res_t rman_get_size(struct resource *);
rman_res_t rman_get_start(struct resource *);
void *rman_get_virtual(struct resource *);
int rman_get_rid(struct resource *);
bus_space_tag_t rman_get_bustag(struct resource *);
bus_space_handle_t rman_get_bushandle(struct resource *);

#endif
