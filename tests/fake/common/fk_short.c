/* SPDX-License-Identifier: BSD-2-Clause */
/* Short ways, over what each fake kernel has. */
#include "fk.h"

#define BSD_ENOBUFS	55		/* in each of them */

int
fk_down(void)
{
	return (fk_set_flags(0, FK_UP));
}

int
fk_send(const struct fk_tx *tx)
{
	return (fk_send_process(tx, 1) == 1 ? 0 : BSD_ENOBUFS);
}
