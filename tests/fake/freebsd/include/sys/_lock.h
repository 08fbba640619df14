/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__LOCK_H_
#define _SYS__LOCK_H_

#include <sys/types.h>

struct lock_object {
	const char *lo_name;
	u_int lo_flags;
	u_int lo_data;
	/* the fake's */
	unsigned int lo_magic;
	int lo_kind;
	struct lock_object *lo_next, **lo_link;
};

#endif
