/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PMF_H
#define _SYS_PMF_H
#include <sys/types.h>
typedef struct pmf_qual { int pq_unused; } pmf_qual_t;
struct ifnet;
bool pmf_device_register1(device_t, bool (*)(device_t, const pmf_qual_t *),
    bool (*)(device_t, const pmf_qual_t *), bool (*)(device_t, int));
#define pmf_device_register(d, s, r)					\
	pmf_device_register1((d), (s), (r), NULL)
void pmf_device_deregister(device_t);
void pmf_class_network_register(device_t, struct ifnet *);
#endif
