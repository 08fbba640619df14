/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LINKER_SET_H_
#define _SYS_LINKER_SET_H_

#include <sys/cdefs.h>

/* Pointers to items in a section; the linker names its ends. */
#define DATA_SET(set, sym)						\
	static void const * const __set_##set##_sym_##sym		\
	    __section("set_" #set) __used = &(sym)
#define SET_DECLARE(set, type)						\
	extern type *__start_set_##set __attribute__((__weak__));	\
	extern type *__stop_set_##set __attribute__((__weak__))
#define SET_BEGIN(set)	(&__start_set_##set)
#define SET_LIMIT(set)	(&__stop_set_##set)
#define SET_FOREACH(p, set) \
	for ((p) = SET_BEGIN(set); (p) < SET_LIMIT(set); (p)++)

#endif
