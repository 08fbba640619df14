/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKIO_H_
#define _SYS_SOCKIO_H_

#include <sys/ioccom.h>

#define SIOCSIFADDR	_IOW('i', 12, struct ifreq)
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define SIOCSIFCAP	_IOW('i', 30, struct ifreq)
#define SIOCGIFCAP	_IOWR('i', 31, struct ifreq)
#define SIOCGIFADDR	_IOWR('i', 33, struct ifreq)
#define SIOCADDMULTI	_IOW('i', 49, struct ifreq)
#define SIOCDELMULTI	_IOW('i', 50, struct ifreq)
#define SIOCSIFMTU	_IOW('i', 52, struct ifreq)
#define SIOCSIFMEDIA	_IOWR('i', 55, struct ifreq)
#define SIOCGIFMEDIA	_IOWR('i', 56, struct ifmediareq)
#define SIOCGI2C	_IOWR('i', 61, struct ifreq)
#define SIOCSIFLLADDR	_IOW('i', 60, struct ifreq)
#define SIOCGIFXMEDIA	_IOWR('i', 139, struct ifmediareq)

#endif
