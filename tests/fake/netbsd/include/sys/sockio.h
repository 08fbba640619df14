/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKIO_H_
#define _SYS_SOCKIO_H_
#include <sys/ioccom.h>
#define SIOCSIFADDR	_IOW('i', 12, struct ifreq)
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define SIOCADDMULTI	_IOW('i', 49, struct ifreq)
#define SIOCDELMULTI	_IOW('i', 50, struct ifreq)
#define SIOCSIFMEDIA	_IOWR('i', 53, struct ifreq)
#define SIOCGIFMEDIA	_IOWR('i', 54, struct ifmediareq)
#define SIOCALIFADDR	_IOW('i', 28, struct if_laddrreq)
#define SIOCGIFCAP	_IOWR('i', 118, struct ifcapreq)
#define SIOCSIFCAP	_IOW('i', 117, struct ifcapreq)
#define SIOCGIFMTU	_IOWR('i', 126, struct ifreq)
#define SIOCSIFMTU	_IOW('i', 127, struct ifreq)
#define SIOCINITIFADDR	_IOWR('i', 132, struct ifaddr)
#define SIOCGETHERCAP	_IOWR('i', 136, struct eccapreq)
#define SIOCSETHERCAP	_IOW('i', 137, struct eccapreq)
#endif
