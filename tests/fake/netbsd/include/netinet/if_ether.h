/* SPDX-License-Identifier: BSD-2-Clause */
#include <net/if_ether.h>
