/* SPDX-License-Identifier: BSD-2-Clause */
#include <if_enavar.h>
