/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef __LIBKERN_H__
#define __LIBKERN_H__
#include <sys/types.h>
static inline u_int max(u_int a, u_int b) { return (a > b ? a : b); }
static inline u_int min(u_int a, u_int b) { return (a < b ? a : b); }
static inline int imax(int a, int b) { return (a > b ? a : b); }
static inline int imin(int a, int b) { return (a < b ? a : b); }
static inline u_long ulmax(u_long a, u_long b) { return (a > b ? a : b); }
static inline u_long ulmin(u_long a, u_long b) { return (a < b ? a : b); }
void fk_kassert(const char *, const char *, int, const char *) __dead;
#define KASSERT(e)	((e) ? (void)0 :				\
			    fk_kassert("", __FILE__, __LINE__, #e))
#define KASSERTMSG(e, msg, ...)	((e) ? (void)0 :			\
			    panic("%s: " msg, #e, ## __VA_ARGS__))
#define KDASSERT(e)	((void)0)
#ifndef CTASSERT
#define CTASSERT(x)	_Static_assert(x, "compile time assert")
#endif
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
size_t fk_strlcpy(char *, const char *, size_t);
size_t fk_strlcat(char *, const char *, size_t);
#define strlcpy		fk_strlcpy
#define strlcat		fk_strlcat
int fls(int);
int flsl(long);
int ffs(int);
#endif
