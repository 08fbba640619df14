/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_

#include <sys/param.h>
#include <sys/stdint.h>
#include <sys/stdarg.h>
#include <sys/libkern.h>
#include <sys/queue.h>
#include <sys/_callout.h>
#include <machine/atomic.h>
#include <machine/cpu.h>

struct lock_object;
struct mtx;
struct thread;

extern int cold, hz, tick, rebooting, bootverbose;
extern volatile int ticks;

/* A panic or the debugger has stopped everybody else. */
#define SCHEDULER_STOPPED()	0

void panic(const char *, ...) __dead2 __printflike(1, 2);
void fk_kassert(const char *file, int line, const char *expr) __dead2;
/* INVARIANTS is on */
#define KASSERT(e, msg) do {						\
	if (__predict_false(!(e)))					\
		panic msg;						\
} while (0)
#define MPASS(e) do {							\
	if (__predict_false(!(e)))					\
		fk_kassert(__FILE__, __LINE__, #e);			\
} while (0)
#define CTASSERT(x)	_Static_assert(x, "compile-time assertion failed")

int fk_printf(const char *, ...) __printflike(1, 2);
int fk_vprintf(const char *, va_list) __printflike(1, 0);
int fk_snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int fk_vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
#define printf		fk_printf
#define vprintf		fk_vprintf
#define snprintf	fk_snprintf
#define vsnprintf	fk_vsnprintf
void fk_log(int, const char *, ...) __printflike(2, 3);
#define log		fk_log

void fk_delay(int us);
#define DELAY(n)	fk_delay(n)
void critical_enter(void);
void critical_exit(void);
int copyin(const void *, void *, size_t);
int copyout(const void *, void *, size_t);

int _sleep(const void *chan, struct lock_object *, int pri, const char *,
    sbintime_t, sbintime_t, int flags);
#define msleep(chan, mtx, pri, wmesg, timo)				\
	_sleep((chan), &(mtx)->lock_object, (pri), (wmesg),		\
	    tick_sbt * (timo), 0, C_HARDCLOCK)
#define msleep_sbt(chan, mtx, pri, wmesg, bt, pr, flags)		\
	_sleep((chan), &(mtx)->lock_object, (pri), (wmesg), (bt), (pr),	\
	    (flags))
#define tsleep(chan, pri, wmesg, timo)					\
	_sleep((chan), NULL, (pri), (wmesg), tick_sbt * (timo), 0,	\
	    C_HARDCLOCK)
#define tsleep_sbt(chan, pri, wmesg, bt, pr, flags)			\
	_sleep((chan), NULL, (pri), (wmesg), (bt), (pr), (flags))
int pause_sbt(const char *, sbintime_t, sbintime_t, int flags);
static inline int
pause(const char *wmesg, int timo)
{
	return (pause_sbt(wmesg, tick_sbt * timo, 0, 0x0100));
}
void wakeup(const void *);
void wakeup_one(const void *);
void wakeup_any(const void *);

char *kern_getenv(const char *);
void freeenv(char *);

#endif
