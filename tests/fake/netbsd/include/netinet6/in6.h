/* SPDX-License-Identifier: BSD-2-Clause */
#include <netinet/in.h>
