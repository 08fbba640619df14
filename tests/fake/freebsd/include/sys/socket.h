/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_

#include <sys/types.h>

#define AF_INET		2
#define AF_LINK		18
#define AF_INET6	28
struct sockaddr {
	unsigned char sa_len;
	unsigned char sa_family;
	char sa_data[14];
};

#endif
