/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef __SYSTM_H__
#define __SYSTM_H__
#include <sys/types.h>
#include <sys/queue.h>
#include <sys/stdarg.h>
#include <sys/time.h>
#include <sys/rwlock.h>
#include <sys/mutex.h>
extern int cold;
extern const char *panicstr;
extern int db_active;
extern const char version[], copyright[], ostype[], osversion[], osrelease[];
extern struct rwlock netlock;

void panic(const char *, ...) __dead
    __attribute__((__format__(__kprintf__, 1, 2)));
int fk_printf(const char *, ...)
    __attribute__((__format__(__kprintf__, 1, 2)));
int fk_vprintf(const char *, va_list);
int fk_snprintf(char *, size_t, const char *, ...)
    __attribute__((__format__(__kprintf__, 3, 4)));
int fk_vsnprintf(char *, size_t, const char *, va_list);
#define printf		fk_printf
#define vprintf		fk_vprintf
#define snprintf	fk_snprintf
#define vsnprintf	fk_vsnprintf
void assertwaitok(void);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
#define bcopy(s, d, n)	memmove((d), (s), (n))
/* as the kernel has them, although it is compiled with -ffreestanding */
#define memcmp(b1, b2, n)	__builtin_memcmp((b1), (b2), (n))
#define memcpy(d, s, n)		__builtin_memcpy((d), (s), (n))
#define memmove(d, s, n)	__builtin_memmove((d), (s), (n))
#define memset(b, c, n)		__builtin_memset((b), (c), (n))
#define bzero(p, n)	memset((p), 0, (n))
#define bcmp(a, b, n)	memcmp((a), (b), (n))
void explicit_bzero(void *, size_t);
int copyin(const void *, void *, size_t);
int copyout(const void *, void *, size_t);
int tsleep(const volatile void *, int, const char *, int);
int tsleep_nsec(const volatile void *, int, const char *, uint64_t);
int msleep(const volatile void *, struct mutex *, int, const char *, int);
int msleep_nsec(const volatile void *, struct mutex *, int, const char *,
    uint64_t);
int rwsleep(const volatile void *, struct rwlock *, int, const char *, int);
int rwsleep_nsec(const volatile void *, struct rwlock *, int, const char *,
    uint64_t);
void wakeup_n(const volatile void *, int);
void wakeup(const volatile void *);
#define wakeup_one(c)	wakeup_n((c), 1)
struct cond { unsigned int c_wait; };
#define COND_INITIALIZER()	{ 1 }
void cond_init(struct cond *);
void cond_wait(struct cond *, const char *);
void cond_signal(struct cond *);
void cond_signal_handler(void *);
uint32_t arc4random(void);
void arc4random_buf(void *, size_t);
uint32_t arc4random_uniform(uint32_t);

#define NET_LOCK()		rw_enter_write(&netlock)
#define NET_UNLOCK()		rw_exit_write(&netlock)
#define NET_LOCK_SHARED()	rw_enter_read(&netlock)
#define NET_UNLOCK_SHARED()	rw_exit_read(&netlock)
void fk_net_assert(int, const char *);
#define NET_ASSERT_LOCKED()	fk_net_assert(1, __func__)
#define NET_ASSERT_UNLOCKED()	fk_net_assert(0, __func__)
#define NET_ASSERT_LOCKED_EXCLUSIVE()	fk_net_assert(2, __func__)

void _kernel_lock(void);
void _kernel_unlock(void);
int _kernel_lock_held(void);
#define KERNEL_LOCK()		_kernel_lock()
#define KERNEL_UNLOCK()		_kernel_unlock()
#define KERNEL_ASSERT_LOCKED()	KASSERT(_kernel_lock_held())
#define KERNEL_ASSERT_UNLOCKED()	KASSERT(!_kernel_lock_held())

#include <lib/libkern/libkern.h>
#include <machine/intr.h>
#endif
