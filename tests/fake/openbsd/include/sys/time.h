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
#define INFSLP		0xffffffffffffffffULL
#define USEC_TO_NSEC(us)	((uint64_t)(us) * 1000ULL)
#define MSEC_TO_NSEC(ms)	((uint64_t)(ms) * 1000000ULL)
#define SEC_TO_NSEC(s)		((uint64_t)(s) * 1000000000ULL)
#define NSEC_TO_USEC(ns)	((ns) / 1000ULL)
void nanouptime(struct timespec *);
void getnanouptime(struct timespec *);
void microuptime(struct timeval *);
void getmicrouptime(struct timeval *);
uint64_t nsecuptime(void);
uint64_t getnsecuptime(void);
time_t getuptime(void);
time_t gettime(void);
int ratecheck(struct timeval *, const struct timeval *);
int ppsratecheck(struct timeval *, int *, int);
#endif
