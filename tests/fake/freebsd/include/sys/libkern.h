/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LIBKERN_H_
#define _SYS_LIBKERN_H_

#include <sys/types.h>

static inline int imax(int a, int b) { return (a > b ? a : b); }
static inline int imin(int a, int b) { return (a < b ? a : b); }
static inline u_int max(u_int a, u_int b) { return (a > b ? a : b); }
static inline u_int min(u_int a, u_int b) { return (a < b ? a : b); }
static inline u_long ulmin(u_long a, u_long b) { return (a < b ? a : b); }
static inline u_long ulmax(u_long a, u_long b) { return (a > b ? a : b); }

void arc4rand(void *, u_int, int);
uint32_t arc4random(void);
void arc4random_buf(void *, size_t);
uint32_t arc4random_uniform(uint32_t);
int ffs(int);
int fls(int);
int flsl(long);
int flsll(long long);
void *memchr(const void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strchr(const char *, int);
size_t strlen(const char *);
size_t fk_strlcpy(char *, const char *, size_t);
size_t fk_strlcat(char *, const char *, size_t);
unsigned long fk_strtoul(const char *, char **, int);
long fk_strtol(const char *, char **, int);
uint64_t fk_strtouq(const char *, char **, int);
#define strlcpy		fk_strlcpy
#define strlcat		fk_strlcat
#define strtoul		fk_strtoul
#define strtol		fk_strtol
#define strtouq		fk_strtouq

static inline void bcopy(const void *s, void *d, size_t n) { memmove(d, s, n); }
static inline void bzero(void *p, size_t n) { memset(p, 0, n); }
static inline int bcmp(const void *a, const void *b, size_t n)
{
	return (memcmp(a, b, n));
}
void explicit_bzero(void *, size_t);

#endif
