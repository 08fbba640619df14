/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SX_H_
#define _SYS_SX_H_

#include <sys/lock.h>

struct sx {
	struct lock_object lock_object;
	volatile uintptr_t sx_lock;
	/* the fake's */
	u_int sx_readers;
	void *sx_reader[8];
	u_int sx_depth;
};

#define SX_DUPOK	0x01
#define SX_NOPROFILE	0x02
#define SX_NOWITNESS	0x04
#define SX_QUIET	0x08
#define SX_RECURSE	0x20
#define SX_NEW		0x40
#define SA_LOCKED	LA_LOCKED
#define SA_SLOCKED	0x02
#define SA_XLOCKED	LA_XLOCKED
#define SA_UNLOCKED	LA_UNLOCKED

void sx_init_flags(struct sx *, const char *, int);
#define sx_init(sx, name)	sx_init_flags((sx), (name), 0)
void sx_destroy(struct sx *);
void sx_xlock(struct sx *);
void sx_xunlock(struct sx *);
void sx_slock(struct sx *);
void sx_sunlock(struct sx *);
void sx_unlock(struct sx *);
int sx_try_xlock(struct sx *);
int sx_xlocked(struct sx *);
void fk_sx_assert(struct sx *, int what, const char *file, int line);
#define sx_assert(sx, what)	fk_sx_assert((sx), (what), __FILE__, __LINE__)
#define sx_sleep(chan, sx, pri, wmesg, timo)				\
	_sleep((chan), &(sx)->lock_object, (pri), (wmesg),		\
	    tick_sbt * (timo), 0, C_HARDCLOCK)

#endif
