/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ENDIAN_H_
#define _SYS_ENDIAN_H_
#include <sys/types.h>
#define _LITTLE_ENDIAN	1234
#define _BIG_ENDIAN	4321
#define _BYTE_ORDER	_LITTLE_ENDIAN
#define LITTLE_ENDIAN	_LITTLE_ENDIAN
#define BIG_ENDIAN	_BIG_ENDIAN
#define BYTE_ORDER	_BYTE_ORDER
#define swap16(x)	__builtin_bswap16(x)
#define swap32(x)	__builtin_bswap32(x)
#define swap64(x)	((uint64_t)__builtin_bswap64(x))
#define htobe16(x)	swap16(x)
#define htobe32(x)	swap32(x)
#define htobe64(x)	swap64(x)
#define betoh16(x)	swap16(x)
#define betoh32(x)	swap32(x)
#define betoh64(x)	swap64(x)
#define be16toh(x)	swap16(x)
#define be32toh(x)	swap32(x)
#define htole16(x)	((uint16_t)(x))
#define htole32(x)	((uint32_t)(x))
#define htole64(x)	((uint64_t)(x))
#define letoh16(x)	((uint16_t)(x))
#define letoh32(x)	((uint32_t)(x))
#define letoh64(x)	((uint64_t)(x))
#define le16toh(x)	((uint16_t)(x))
#define le32toh(x)	((uint32_t)(x))
#define le64toh(x)	((uint64_t)(x))
#define lemtoh16(p)	(*(const uint16_t *)(p))
#define lemtoh32(p)	(*(const uint32_t *)(p))
#define bemtoh16(p)	swap16(*(const uint16_t *)(p))
#define bemtoh32(p)	swap32(*(const uint32_t *)(p))
#define htons(x)	htobe16(x)
#define htonl(x)	htobe32(x)
#define ntohs(x)	betoh16(x)
#define ntohl(x)	betoh32(x)
#endif
