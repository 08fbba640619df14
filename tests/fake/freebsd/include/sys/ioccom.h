/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IOCCOM_H_
#define _SYS_IOCCOM_H_

#define _IOC(d, g, n, l) \
	((unsigned long)((d) | (((l) & 0x1fffU) << 16) | ((g) << 8) | (n)))
#define _IOW(g, n, t)	_IOC(0x80000000U, (g), (n), sizeof(t))
#define _IOR(g, n, t)	_IOC(0x40000000U, (g), (n), sizeof(t))
#define _IOWR(g, n, t)	_IOC(0xc0000000U, (g), (n), sizeof(t))

#endif
