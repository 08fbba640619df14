/* SPDX-License-Identifier: BSD-2-Clause */
#include <netinet/if_ether.h>
