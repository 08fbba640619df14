/* SPDX-License-Identifier: BSD-2-Clause */
#include <ena_pci.h>
