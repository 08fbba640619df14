/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_
#include <sys/types.h>
#include <sys/stdarg.h>
#include <sys/time.h>
#include <sys/cpu.h>
#include <lib/libkern/libkern.h>
extern int cold;
extern const char *panicstr;
extern const char version[], copyright[], ostype[], osrelease[];
extern int hz;
extern int ncpu;
/* a macro, so that tests may link with a C library's */
int fk_printf(const char *, ...) __printflike(1, 2);
int fk_vprintf(const char *, va_list) __printflike(1, 0);
int fk_snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int fk_vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
#define printf		fk_printf
#define vprintf		fk_vprintf
#define snprintf	fk_snprintf
#define vsnprintf	fk_vsnprintf
void panic(const char *, ...) __dead __printflike(1, 2);
void aprint_normal(const char *, ...) __printflike(1, 2);
void aprint_error(const char *, ...) __printflike(1, 2);
void aprint_naive(const char *, ...) __printflike(1, 2);
void aprint_verbose(const char *, ...) __printflike(1, 2);
void aprint_debug(const char *, ...) __printflike(1, 2);
void aprint_normal_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_error_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_verbose_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_debug_dev(device_t, const char *, ...) __printflike(2, 3);
void device_printf(device_t, const char *, ...) __printflike(2, 3);
struct ifnet;
void aprint_normal_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_error_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void log(int, const char *, ...) __printflike(2, 3);
int copyin(const void *, void *, size_t);
int copyout(const void *, void *, size_t);
int enxio(void);
void assert_sleepable(void);
#define ASSERT_SLEEPABLE()	assert_sleepable()

void _kernel_lock(int);
void _kernel_unlock(int, int *);
bool _kernel_locked_p(void);
#define KERNEL_LOCK(n, l)		_kernel_lock(n)
#define KERNEL_UNLOCK(all, l, p)	_kernel_unlock((all), (p))
#define KERNEL_UNLOCK_ALL(l, p)		KERNEL_UNLOCK(0, (l), (p))
#define KERNEL_UNLOCK_LAST(l)		KERNEL_UNLOCK(-1, (l), NULL)
#define KERNEL_UNLOCK_ONE(l)		KERNEL_UNLOCK(1, (l), NULL)
#define KERNEL_LOCKED_P()		_kernel_locked_p()

void kpreempt_disable(void);
void kpreempt_enable(void);
bool kpreempt_disabled(void);
#define DELAY(n)	delay(n)
#endif
