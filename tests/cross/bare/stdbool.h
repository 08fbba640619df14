/* SPDX-License-Identifier: BSD-2-Clause */
/* See stdint.h.  A typedef, as in the BSD kernels. */
#ifndef BARE_STDBOOL_H
#define BARE_STDBOOL_H

typedef _Bool bool;

#define true			1
#define false			0

#endif /* BARE_STDBOOL_H */
