/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IOCCOM_H_
#define _SYS_IOCCOM_H_
#define IOCPARM_MASK	0x1fff
#define _IOC(i, g, n, l)						\
	((i) | (((l) & IOCPARM_MASK) << 16) | ((g) << 8) | (n))
#define IOC_OUT		(unsigned long)0x40000000
#define IOC_IN		(unsigned long)0x80000000
#define _IOR(g, n, t)	_IOC(IOC_OUT, (g), (n), sizeof(t))
#define _IOW(g, n, t)	_IOC(IOC_IN, (g), (n), sizeof(t))
#define _IOWR(g, n, t)	_IOC(IOC_IN | IOC_OUT, (g), (n), sizeof(t))
#endif
