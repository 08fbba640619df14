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
#define bswap16(x)	__builtin_bswap16(x)
#define bswap32(x)	__builtin_bswap32(x)
#define bswap64(x)	__builtin_bswap64(x)
#define htole16(x)	((uint16_t)(x))
#define htole32(x)	((uint32_t)(x))
#define htole64(x)	((uint64_t)(x))
#define le16toh(x)	((uint16_t)(x))
#define le32toh(x)	((uint32_t)(x))
#define le64toh(x)	((uint64_t)(x))
#define htobe16(x)	bswap16(x)
#define htobe32(x)	bswap32(x)
#define be16toh(x)	bswap16(x)
#define be32toh(x)	bswap32(x)
#define htons(x)	bswap16(x)
#define ntohs(x)	bswap16(x)
#define htonl(x)	bswap32(x)
#define ntohl(x)	bswap32(x)

static inline uint16_t
be16dec(const void *p)
{
	const uint8_t *b = p;

	return ((uint16_t)(b[0] << 8 | b[1]));
}

static inline void
be16enc(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

#endif
