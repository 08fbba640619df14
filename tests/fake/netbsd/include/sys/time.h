/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIME_H_
#define _SYS_TIME_H_
#include <sys/types.h>
typedef int suseconds_t;
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
struct timespec { time_t tv_sec; long tv_nsec; };
struct bintime { time_t sec; uint64_t frac; };
extern volatile time_t time_second, time_uptime;
void microuptime(struct timeval *);
void getmicrouptime(struct timeval *);
void nanouptime(struct timespec *);
void getnanouptime(struct timespec *);
void binuptime(struct bintime *);
void getbinuptime(struct bintime *);
int ratecheck(struct timeval *, const struct timeval *);
#endif
