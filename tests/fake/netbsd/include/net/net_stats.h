/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_NET_STATS_H_
#define _NET_NET_STATS_H_
#include <sys/types.h>
typedef struct net_stat_ref { uint64_t nsr_stat[1]; } *net_stat_ref_t;
#endif
