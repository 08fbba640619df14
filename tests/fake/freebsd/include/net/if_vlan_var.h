/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_VLAN_VAR_H_
#define _NET_IF_VLAN_VAR_H_

#include <net/if_var.h>

#endif
