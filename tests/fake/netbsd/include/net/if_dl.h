/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_DL_H_
#define _NET_IF_DL_H_
#include <sys/types.h>
struct sockaddr_dl {
	uint8_t sdl_len, sdl_family;
	uint16_t sdl_index;
	uint8_t sdl_type, sdl_nlen, sdl_alen, sdl_slen;
	char sdl_data[24];
};
#define LLADDR(s)	((void *)((s)->sdl_data + (s)->sdl_nlen))
#define CLLADDR(s)	((const void *)((s)->sdl_data + (s)->sdl_nlen))
#endif
