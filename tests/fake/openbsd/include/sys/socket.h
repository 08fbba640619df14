/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_
#include <sys/types.h>
#define AF_UNSPEC	0
#define AF_INET		2
#define AF_LINK		18
#define AF_INET6	24
typedef uint8_t sa_family_t;
struct sockaddr {
	uint8_t sa_len;
	sa_family_t sa_family;
	char sa_data[14];
};
#endif
