/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IOCCOM_H_
#define _SYS_IOCCOM_H_
#define _FKIOC(d, g, n, t)	((unsigned long)((d) |			\
	((sizeof(t) & 0x1fffUL) << 16) | ((g) << 8) | (n)))
#define _IOW(g, n, t)	_FKIOC(0x80000000UL, g, n, t)
#define _IOR(g, n, t)	_FKIOC(0x40000000UL, g, n, t)
#define _IOWR(g, n, t)	_FKIOC(0xc0000000UL, g, n, t)
#endif
