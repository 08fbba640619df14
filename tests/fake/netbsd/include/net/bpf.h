/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_BPF_H_
#define _NET_BPF_H_
#include <net/if.h>
#define BPF_D_INOUT	0
#define BPF_D_IN	1
#define BPF_D_OUT	2
void fk_bpf_mtap(struct ifnet *, struct mbuf *, u_int);
static inline void
bpf_mtap(struct ifnet *ifp, struct mbuf *m, u_int direction)
{
	if (ifp->if_bpf)
		fk_bpf_mtap(ifp, m, direction);
}
#endif
