/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RWLOCK_H
#define _SYS_RWLOCK_H
struct proc;
struct rwlock {
	void *rwl_writer;		/* context, or NULL */
	unsigned int rwl_readers;
	unsigned int rwl_magic;
	const char *rwl_name;
	void *rwl_reader_ctx[8];
};
#define FK_RWL_MAGIC	0x72776c21U
#define RWLOCK_INITIALIZER(n)	{ NULL, 0, FK_RWL_MAGIC, n, { NULL } }
#define RW_WRITE	0x0001UL
#define RW_READ		0x0002UL
#define RW_DOWNGRADE	0x0004UL
#define RW_UPGRADE	0x0005UL
#define RW_OPMASK	0x0007UL
#define RW_INTR		0x0010UL
#define RW_NOSLEEP	0x0040UL
#define RW_DUPOK	0x0100UL
#define RW_WRITE_OTHER	0x0100UL
void _rw_init_flags(struct rwlock *, const char *);
#define rw_init(l, n)		_rw_init_flags((l), (n))
#define rw_init_flags(l, n, f)	_rw_init_flags((l), (n))
void rw_enter_read(struct rwlock *);
void rw_enter_write(struct rwlock *);
void rw_exit_read(struct rwlock *);
void rw_exit_write(struct rwlock *);
int rw_enter(struct rwlock *, int);
void rw_exit(struct rwlock *);
int rw_status(struct rwlock *);
void rw_assert_wrlock(struct rwlock *);
void rw_assert_rdlock(struct rwlock *);
void rw_assert_anylock(struct rwlock *);
void rw_assert_unlocked(struct rwlock *);
#define rw_write_held(l)	(rw_status(l) == RW_WRITE)
#define rw_read_held(l)		(rw_status(l) == RW_READ)
#define rw_lock_held(l)		(rw_write_held(l) || rw_read_held(l))
#endif
