/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_BPF_H_
#define _NET_BPF_H_
#include <sys/types.h>
#define BPF_DIRECTION_IN	(1 << 0)
#define BPF_DIRECTION_OUT	(1 << 1)
#define DLT_EN10MB		1
struct mbuf;
int bpf_mtap(caddr_t, const struct mbuf *, u_int);
int bpf_mtap_ether(caddr_t, const struct mbuf *, u_int);
#endif
