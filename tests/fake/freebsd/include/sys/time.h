/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIME_H_
#define _SYS_TIME_H_

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	long tv_usec;
};
struct timespec {
	time_t tv_sec;
	long tv_nsec;
};
struct bintime {
	time_t sec;
	uint64_t frac;
};

#define SBT_1S	((sbintime_t)1 << 32)
#define SBT_1M	(SBT_1S * 60)
#define SBT_1MS	(SBT_1S / 1000)
#define SBT_1US	(SBT_1S / 1000000)
#define SBT_1NS	(SBT_1S / 1000000000)
#define SBT_MAX	0x7fffffffffffffffLL

static inline int64_t
sbttous(sbintime_t sbt)
{
	return ((1000000 * (sbt >> 32)) +
	    (int64_t)((1000000 * (uint64_t)(uint32_t)sbt) >> 32));
}

static inline int64_t
sbttoms(sbintime_t sbt)
{
	return ((1000 * (sbt >> 32)) +
	    (int64_t)((1000 * (uint64_t)(uint32_t)sbt) >> 32));
}

static inline sbintime_t
ustosbt(int64_t us)
{
	return ((us / 1000000) << 32 |
	    (int64_t)((((uint64_t)(us % 1000000) << 32) + 999999) / 1000000));
}

static inline sbintime_t
mstosbt(int64_t ms)
{
	return (ustosbt(ms * 1000));
}

extern volatile time_t time_uptime;
extern sbintime_t tick_sbt;
sbintime_t sbinuptime(void);
sbintime_t getsbinuptime(void);
void getmicrouptime(struct timeval *);
void microuptime(struct timeval *);
int ratecheck(struct timeval *, const struct timeval *);
int ppsratecheck(struct timeval *, int *, int);

#endif
