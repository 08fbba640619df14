/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CALLOUT_H_
#define _SYS_CALLOUT_H_

#include <sys/_callout.h>
#include <sys/time.h>

#define CALLOUT_LOCAL_ALLOC	0x0001
#define CALLOUT_ACTIVE		0x0002
#define CALLOUT_PENDING		0x0004
#define CALLOUT_MPSAFE		0x0008
#define CALLOUT_RETURNUNLOCKED	0x0010
#define C_DIRECT_EXEC		0x0001
#define C_PREL(x)		(((x) + 1) << 1)
#define C_HARDCLOCK		0x0100
#define C_ABSOLUTE		0x0200
#define C_PRECALC		0x0400
#define C_CATCH			0x0800
#define CS_DRAIN		0x0001

#define callout_active(c)	((c)->c_flags & CALLOUT_ACTIVE)
#define callout_deactivate(c)	((c)->c_flags &= ~CALLOUT_ACTIVE)
#define callout_pending(c)	((c)->c_iflags & CALLOUT_PENDING)
void callout_init(struct callout *, int);
void _callout_init_lock(struct callout *, struct lock_object *, int);
#define callout_init_mtx(c, mtx, flags)	\
	_callout_init_lock((c), &(mtx)->lock_object, (flags))
int callout_reset_sbt_on(struct callout *, sbintime_t, sbintime_t,
    void (*)(void *), void *, int, int);
#define callout_reset_sbt(c, sbt, pr, fn, arg, flags)	\
	callout_reset_sbt_on((c), (sbt), (pr), (fn), (arg), -1, (flags))
#define callout_reset_on(c, to_ticks, fn, arg, cpu)	\
	callout_reset_sbt_on((c), tick_sbt * (to_ticks), 0, (fn), (arg), \
	    (cpu), C_HARDCLOCK)
#define callout_reset(c, to_ticks, fn, arg)	\
	callout_reset_on((c), (to_ticks), (fn), (arg), -1)
#define callout_schedule(c, to_ticks)	\
	callout_reset_on((c), (to_ticks), (c)->c_func, (c)->c_arg, -1)
#define callout_stop(c)		_callout_stop_safe(c, 0, NULL)
#define callout_drain(c)	_callout_stop_safe(c, CS_DRAIN, NULL)
int _callout_stop_safe(struct callout *, int, void (*)(void *));

#endif
