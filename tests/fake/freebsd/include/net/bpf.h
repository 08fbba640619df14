/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_BPF_H_
#define _NET_BPF_H_

#include <net/if_var.h>

#define ETHER_BPF_MTAP(ifp, m)	if_etherbpfmtap((ifp), (m))
#define BPF_MTAP(ifp, m)	if_bpfmtap((ifp), (m))

#endif
