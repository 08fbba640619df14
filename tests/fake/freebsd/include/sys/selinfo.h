/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SELINFO_H_
#define _SYS_SELINFO_H_

struct selinfo {
	int si_unused;
};

#endif
