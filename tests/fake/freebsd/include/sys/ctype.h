/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CTYPE_H_
#define _SYS_CTYPE_H_

#define isspace(c)	((c) == ' ' || ((c) >= '\t' && (c) <= '\r'))
#define isdigit(c)	((c) >= '0' && (c) <= '9')
#define isupper(c)	((c) >= 'A' && (c) <= 'Z')
#define islower(c)	((c) >= 'a' && (c) <= 'z')
#define isalpha(c)	(isupper(c) || islower(c))
#define isxdigit(c)	(isdigit(c) || ((c) >= 'A' && (c) <= 'F') || \
	((c) >= 'a' && (c) <= 'f'))
#define toupper(c)	((c) - 0x20 * (((c) >= 'a') && ((c) <= 'z')))
#define tolower(c)	((c) + 0x20 * (((c) >= 'A') && ((c) <= 'Z')))

#endif
