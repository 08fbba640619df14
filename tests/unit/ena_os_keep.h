/* SPDX-License-Identifier: BSD-2-Clause */
/* The hostile binding, and what the keeper wants besides. */
#include "ena_os_mock.h"

#ifdef ENA_OS_TYPES

#include <errno.h>

#else /* second pass: the operations */

void keep_fix_wait(struct ena_os *, uint32_t);

static inline void
ena_os_wait(struct ena_os *os, uint32_t us)
{
	keep_fix_wait(os, us);
}

#endif
