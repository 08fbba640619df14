/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MODULE_H_
#define _SYS_MODULE_H_

#include <sys/types.h>

typedef enum modeventtype {
	MOD_LOAD, MOD_UNLOAD, MOD_SHUTDOWN, MOD_QUIESCE
} modeventtype_t;
typedef struct module *module_t;
typedef int (*modeventhand_t)(module_t, int, void *);

#define MODULE_VERSION(name, version)	struct __hack
#define MODULE_DEPEND(name, dep, vmin, vpref, vmax)	struct __hack
/* The table is there and has entries; devmatch(8) is not faked. */
#define MODULE_PNP_INFO(d, bus, unique, t, n)				\
	_Static_assert((n) > 0 && sizeof((t)[0]) > 0 && sizeof(d) > 1,	\
	    "an id table")

#endif
