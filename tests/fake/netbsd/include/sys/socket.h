/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_
#include <sys/types.h>
typedef uint8_t sa_family_t;
struct sockaddr {
	uint8_t sa_len;
	sa_family_t sa_family;
	char sa_data[14];
};
struct sockaddr_storage {
	uint8_t ss_len;
	sa_family_t ss_family;
	char ss_pad[126];
};
#define AF_UNSPEC	0
#define AF_INET		2
#define AF_LINK		18
#define AF_INET6	24
#endif
