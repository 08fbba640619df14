/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KSTAT_H_
#define _SYS_KSTAT_H_
#include <sys/time.h>
#include <sys/queue.h>
#include <sys/cdefs.h>
#define KSTAT_STRLEN		32
#define KSTAT_T_RAW		0
#define KSTAT_T_KV		1
#define KSTAT_T_COUNTERS	2
#define KSTAT_KV_NAMELEN	16
enum kstat_kv_type {
	KSTAT_KV_T_NULL, KSTAT_KV_T_BOOL, KSTAT_KV_T_COUNTER64,
	KSTAT_KV_T_COUNTER32, KSTAT_KV_T_UINT64, KSTAT_KV_T_INT64,
	KSTAT_KV_T_UINT32, KSTAT_KV_T_INT32, KSTAT_KV_T_ISTR,
	KSTAT_KV_T_STR, KSTAT_KV_T_BYTES, KSTAT_KV_T_TEMP,
	KSTAT_KV_T_COUNTER16, KSTAT_KV_T_UINT16, KSTAT_KV_T_INT16
};
enum kstat_kv_unit {
	KSTAT_KV_U_NONE, KSTAT_KV_U_PACKETS, KSTAT_KV_U_BYTES,
	KSTAT_KV_U_CYCLES
};
struct kstat_kv {
	char kv_key[KSTAT_KV_NAMELEN];
	union {
		char v_istr[16];
		unsigned int v_bool;
		uint64_t v_u64;
		int64_t v_s64;
		uint32_t v_u32;
		int32_t v_s32;
		uint16_t v_u16;
		int16_t v_s16;
		size_t v_len;
	} kv_v;
	enum kstat_kv_type kv_type;
	enum kstat_kv_unit kv_unit;
} __aligned(sizeof(uint64_t));
#define kstat_kv_istr(k)	(k)->kv_v.v_istr
#define kstat_kv_bool(k)	(k)->kv_v.v_bool
#define kstat_kv_u64(k)		(k)->kv_v.v_u64
#define kstat_kv_s64(k)		(k)->kv_v.v_s64
#define kstat_kv_u32(k)		(k)->kv_v.v_u32
#define kstat_kv_s32(k)		(k)->kv_v.v_s32
#define kstat_kv_u16(k)		(k)->kv_v.v_u16
#define kstat_kv_s16(k)		(k)->kv_v.v_s16
#define kstat_kv_len(k)		(k)->kv_v.v_len
struct rwlock;
struct mutex;
struct kstat {
	struct kstat *ks_next;
	const char *ks_provider;
	unsigned int ks_instance;
	const char *ks_name;
	unsigned int ks_unit;
	unsigned int ks_type;
	unsigned int ks_flags;
	unsigned int ks_state;
#define KSTAT_S_CREATED		0
#define KSTAT_S_INSTALLED	1
	unsigned int ks_dataver;
	void *ks_softc;
	void *ks_ptr;
	int (*ks_read)(struct kstat *);
	int (*ks_copy)(struct kstat *, void *);
	int ks_lock_kind;		/* fake: 0 none, 1 r, 2 w, 3 mutex */
	void *ks_lock;
	void *ks_data;
	size_t ks_datalen;
	struct timespec ks_updated;
	struct timespec ks_interval;
};
struct kstat *kstat_create(const char *, unsigned int, const char *,
    unsigned int, unsigned int, unsigned int);
void kstat_set_rlock(struct kstat *, struct rwlock *);
void kstat_set_wlock(struct kstat *, struct rwlock *);
void kstat_set_mutex(struct kstat *, struct mutex *);
int kstat_read_nop(struct kstat *);
void kstat_install(struct kstat *);
void kstat_remove(struct kstat *);
void kstat_destroy(struct kstat *);
#define KSTAT_KV_UNIT_INITIALIZER(k, t, u) {				\
	.kv_key = (k), .kv_type = (t), .kv_unit = (u),			\
}
#define KSTAT_KV_INITIALIZER(k, t)					\
	KSTAT_KV_UNIT_INITIALIZER((k), (t), KSTAT_KV_U_NONE)
void kstat_kv_init(struct kstat_kv *, const char *, enum kstat_kv_type);
void kstat_kv_unit_init(struct kstat_kv *, const char *, enum kstat_kv_type,
    enum kstat_kv_unit);
#endif
