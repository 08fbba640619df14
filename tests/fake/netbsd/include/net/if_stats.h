/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_STATS_H_
#define _NET_IF_STATS_H_
#include <net/if.h>
#include <net/net_stats.h>
void fk_stat_add(struct ifnet *, if_stat_t, uint64_t);
net_stat_ref_t fk_stat_getref(struct ifnet *);
void fk_stat_putref(struct ifnet *);
#define IF_STAT_GETREF(ifp)	fk_stat_getref(ifp)
#define IF_STAT_PUTREF(ifp)	fk_stat_putref(ifp)
static inline void
if_statinc(ifnet_t *ifp, if_stat_t x)
{
	fk_stat_add(ifp, x, 1);
}
static inline void
if_statadd(ifnet_t *ifp, if_stat_t x, uint64_t v)
{
	fk_stat_add(ifp, x, v);
}
static inline void
if_statadd2(ifnet_t *ifp, if_stat_t x1, uint64_t v1, if_stat_t x2,
    uint64_t v2)
{
	fk_stat_add(ifp, x1, v1);
	fk_stat_add(ifp, x2, v2);
}
/* ifp comes first since 10.99 */
static inline void
if_statinc_ref(ifnet_t *ifp, net_stat_ref_t nsr, if_stat_t x)
{
	(void)ifp;
	nsr->nsr_stat[x]++;
}
static inline void
if_statadd_ref(ifnet_t *ifp, net_stat_ref_t nsr, if_stat_t x, uint64_t v)
{
	(void)ifp;
	nsr->nsr_stat[x] += v;
}
#endif
