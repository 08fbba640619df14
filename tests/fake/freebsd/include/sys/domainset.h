/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DOMAINSET_H_
#define _SYS_DOMAINSET_H_

#include <sys/types.h>

struct domainset;
struct domainset *fk_domainset(int domain);
#define DOMAINSET_PREF(n)	fk_domainset(n)
#define DOMAINSET_RR()		fk_domainset(-1)
#define DOMAINSET_FIXED(n)	fk_domainset(n)

#endif
