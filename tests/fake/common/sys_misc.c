/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic(9), copy(9), clocks: as every BSD has them.  Compiled once for each
 * system, against its headers.
 */
#include "fk_priv.h"

#include <sys/kernel.h>
#include <sys/time.h>

#include "sys_misc.h"

void
fk_vpanic(const char *fmt, va_list ap)
{
	static char text[FC_TEXT];

	fk_vsnprintf(text, sizeof(text), fmt, ap);
	fk_die("panic", text);
}

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fk_vpanic(fmt, ap);
}

int
copyin(const void *u, void *k, size_t n)
{
	fk_waitok("copyin");
	memcpy(k, u, n);
	return (0);
}

int
copyout(const void *k, void *u, size_t n)
{
	fk_waitok("copyout");
	memcpy(u, k, n);
	return (0);
}

/* ---- clocks: the fast ones stand still between ticks */

static uint64_t
at_tick(void)
{
	return (fc_now() - fc_now() % (uint64_t)tick);
}

static void
to_timeval(uint64_t us, struct timeval *tv)
{
	tv->tv_sec = (time_t)(us / 1000000);
	tv->tv_usec = (int)(us % 1000000);
}

static void
to_timespec(uint64_t us, struct timespec *ts)
{
	ts->tv_sec = (time_t)(us / 1000000);
	ts->tv_nsec = (long)(us % 1000000) * 1000;
}

void
microuptime(struct timeval *tv)
{
	to_timeval(fc_now(), tv);
}

void
getmicrouptime(struct timeval *tv)
{
	to_timeval(at_tick(), tv);
}

void
nanouptime(struct timespec *ts)
{
	to_timespec(fc_now(), ts);
}

void
getnanouptime(struct timespec *ts)
{
	to_timespec(at_tick(), ts);
}

int
ratecheck(struct timeval *last, const struct timeval *gap)
{
	struct timeval now;

	microuptime(&now);
	if (last->tv_sec != 0 && (now.tv_sec - last->tv_sec) * 1000000 +
	    now.tv_usec - last->tv_usec < gap->tv_sec * 1000000 +
	    gap->tv_usec)
		return (0);
	*last = now;
	return (1);
}
