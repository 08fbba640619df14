/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKIO_H_
#define _SYS_SOCKIO_H_
#include <sys/ioccom.h>
#define SIOCSIFADDR	_IOW('i', 12, struct ifreq)
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCSIFLLADDR	_IOW('i', 31, struct ifreq)
#define SIOCADDMULTI	_IOW('i', 49, struct ifreq)
#define SIOCDELMULTI	_IOW('i', 50, struct ifreq)
#define SIOCSIFMEDIA	_IOWR('i', 55, struct ifreq)
#define SIOCGIFMEDIA	_IOWR('i', 56, struct ifmediareq)
#define SIOCGIFSFFPAGE	_IOWR('i', 57, struct if_sffpage)
#define SIOCSIFMTU	_IOW('i', 127, struct ifreq)
#define SIOCSIFXFLAGS	_IOW('i', 157, struct ifreq)
#define SIOCGIFRXR	_IOW('i', 170, struct ifreq)
#endif
