/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _FK_NETINET_IN_H_
#define _FK_NETINET_IN_H_
#include_next <netinet/in.h>
#define IP_MAXPACKET	65535
/* Sums of a pseudo header, folded but not inverted; in network order. */
static inline uint16_t
fk_cksum_fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ((uint16_t)sum);
}
static inline uint16_t
in_cksum_phdr(uint32_t src, uint32_t dst, uint32_t lenproto)
{
	return (fk_cksum_fold((uint64_t)src + dst + lenproto));
}
static inline uint16_t
in6_cksum_phdr(const struct in6_addr *src, const struct in6_addr *dst,
    uint32_t len, uint32_t nxt)
{
	uint64_t sum = (uint64_t)len + nxt;
	unsigned int i;

	for (i = 0; i < 16; i += 2)
		sum += (uint64_t)(src->s6_addr[i] | src->s6_addr[i + 1] << 8) +
		    (uint64_t)(dst->s6_addr[i] | dst->s6_addr[i + 1] << 8);
	return (fk_cksum_fold(sum));
}
#endif
