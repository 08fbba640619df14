/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _LIB_LIBKERN_LIBKERN_H_
#define _LIB_LIBKERN_LIBKERN_H_
#include <sys/types.h>
static inline u_int max(u_int a, u_int b) { return (a > b ? a : b); }
static inline u_int min(u_int a, u_int b) { return (a < b ? a : b); }
static inline u_long ulmax(u_long a, u_long b) { return (a > b ? a : b); }
static inline u_long ulmin(u_long a, u_long b) { return (a < b ? a : b); }
void panic(const char *, ...) __dead __printflike(1, 2);
void kern_assert(const char *, ...) __dead __printflike(1, 2);
/* as with DIAGNOSTIC */
#define KASSERT(e)	(__predict_true((e)) ? (void)0 :		\
	    kern_assert("kernel assertion \"%s\" failed: file \"%s\", "	\
	    "line %d", #e, __FILE__, __LINE__))
#define KASSERTMSG(e, msg, ...)	(__predict_true((e)) ? (void)0 :	\
	    kern_assert("kernel assertion \"%s\" failed: file \"%s\", "	\
	    "line %d: " msg, #e, __FILE__, __LINE__, ## __VA_ARGS__))
#define KDASSERT(e)	((void)0)
#define CTASSERT(x)	_Static_assert(x, "compile time assert")
#define __CTASSERT(x)	_Static_assert(x, "compile time assert")
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
#define memcpy(d, s, l)	__builtin_memcpy(d, s, l)
#define memcmp(a, b, l)	__builtin_memcmp(a, b, l)
#define memset(d, v, l)	__builtin_memset(d, v, l)
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
size_t fk_strlcpy(char *, const char *, size_t);
size_t fk_strlcat(char *, const char *, size_t);
#define strlcpy		fk_strlcpy
#define strlcat		fk_strlcat
void explicit_memset(void *, int, size_t);
#endif
