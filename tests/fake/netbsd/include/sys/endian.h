/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ENDIAN_H_
#define _SYS_ENDIAN_H_
#include <sys/types.h>
#define bswap16(x)	__builtin_bswap16(x)
#define bswap32(x)	__builtin_bswap32(x)
#define bswap64(x)	__builtin_bswap64(x)
#define htons(x)	((uint16_t)bswap16((uint16_t)(x)))
#define ntohs(x)	((uint16_t)bswap16((uint16_t)(x)))
#define htonl(x)	((uint32_t)bswap32((uint32_t)(x)))
#define ntohl(x)	((uint32_t)bswap32((uint32_t)(x)))
#define htobe16(x)	htons(x)
#define htobe32(x)	htonl(x)
#define be16toh(x)	ntohs(x)
#define be32toh(x)	ntohl(x)
#define htole16(x)	((uint16_t)(x))
#define htole32(x)	((uint32_t)(x))
#define htole64(x)	((uint64_t)(x))
#define le16toh(x)	((uint16_t)(x))
#define le32toh(x)	((uint32_t)(x))
#define le64toh(x)	((uint64_t)(x))
#endif
