/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_

#include <sys/counter.h>
#include <sys/linker_set.h>
#include <sys/queue.h>
#include <sys/systm.h>

#define CTLTYPE		0xf
#define CTLTYPE_NODE	1
#define CTLTYPE_INT	2
#define CTLTYPE_STRING	3
#define CTLTYPE_S64	4
#define CTLTYPE_OPAQUE	5
#define CTLTYPE_STRUCT	CTLTYPE_OPAQUE
#define CTLTYPE_UINT	6
#define CTLTYPE_LONG	7
#define CTLTYPE_ULONG	8
#define CTLTYPE_U64	9
#define CTLTYPE_U8	0xa
#define CTLTYPE_U16	0xb
#define CTLTYPE_S8	0xc
#define CTLTYPE_S16	0xd
#define CTLTYPE_S32	0xe
#define CTLTYPE_U32	0xf

#define CTLFLAG_RD	0x80000000
#define CTLFLAG_WR	0x40000000
#define CTLFLAG_RW	(CTLFLAG_RD | CTLFLAG_WR)
#define CTLFLAG_DORMANT	0x20000000
#define CTLFLAG_ANYBODY	0x10000000
#define CTLFLAG_SECURE	0x08000000
#define CTLFLAG_DYN	0x02000000
#define CTLFLAG_SKIP	0x01000000
#define CTLFLAG_TUN	0x00080000
#define CTLFLAG_RDTUN	(CTLFLAG_RD | CTLFLAG_TUN)
#define CTLFLAG_RWTUN	(CTLFLAG_RW | CTLFLAG_TUN)
#define CTLFLAG_MPSAFE	0x00040000
#define CTLFLAG_DYING	0x00010000
#define CTLFLAG_STATS	0x00002000
#define CTLFLAG_NOFETCH	0x00001000
#define CTLFLAG_NEEDGIANT 0x00000800
#define OID_AUTO	(-1)

#define REQ_UNWIRED	1
#define REQ_WIRED	2

struct thread;
struct sysctl_oid;
struct sysctl_req {
	struct thread *td;
	int lock;
	void *oldptr;
	size_t oldlen;
	size_t oldidx;
	int (*oldfunc)(struct sysctl_req *, const void *, size_t);
	const void *newptr;
	size_t newlen;
	size_t newidx;
	int (*newfunc)(struct sysctl_req *, void *, size_t);
	size_t validlen;
	int flags;
};
SLIST_HEAD(sysctl_oid_list, sysctl_oid);

#define SYSCTL_HANDLER_ARGS struct sysctl_oid *oidp, void *arg1,	\
	intmax_t arg2, struct sysctl_req *req
struct sysctl_oid {
	struct sysctl_oid_list oid_children;
	struct sysctl_oid_list *oid_parent;
	SLIST_ENTRY(sysctl_oid) oid_link;
	int oid_number;
	u_int oid_kind;
	void *oid_arg1;
	intmax_t oid_arg2;
	const char *oid_name;
	int (*oid_handler)(SYSCTL_HANDLER_ARGS);
	const char *oid_fmt;
	int oid_refcnt;
	u_int oid_running;
	const char *oid_descr;
	const char *oid_label;
};
struct sysctl_ctx_entry {
	struct sysctl_oid *entry;
	TAILQ_ENTRY(sysctl_ctx_entry) link;
};
TAILQ_HEAD(sysctl_ctx_list, sysctl_ctx_entry);

#define SYSCTL_IN(r, p, l)	(r->newfunc)(r, p, l)
#define SYSCTL_OUT(r, p, l)	(r->oldfunc)(r, p, l)
#define SYSCTL_OUT_STR(r, p)	(r->oldfunc)(r, p, strlen(p) + 1)
#define SYSCTL_CHILDREN(o)	(&(o)->oid_children)
#define SYSCTL_STATIC_CHILDREN(p)	(&sysctl__##p.oid_children)

int sysctl_handle_bool(SYSCTL_HANDLER_ARGS);
int sysctl_handle_8(SYSCTL_HANDLER_ARGS);
int sysctl_handle_16(SYSCTL_HANDLER_ARGS);
int sysctl_handle_32(SYSCTL_HANDLER_ARGS);
int sysctl_handle_64(SYSCTL_HANDLER_ARGS);
int sysctl_handle_int(SYSCTL_HANDLER_ARGS);
int sysctl_handle_string(SYSCTL_HANDLER_ARGS);
int sysctl_handle_opaque(SYSCTL_HANDLER_ARGS);
int sysctl_handle_counter_u64(SYSCTL_HANDLER_ARGS);
int sysctl_wire_old_buffer(struct sysctl_req *req, size_t len);
int sysctl_ctx_init(struct sysctl_ctx_list *);
int sysctl_ctx_free(struct sysctl_ctx_list *);
int sysctl_remove_oid(struct sysctl_oid *, int del, int recurse);
int sysctl_remove_name(struct sysctl_oid *, const char *, int del, int recurse);
struct sysctl_oid *sysctl_add_oid(struct sysctl_ctx_list *,
    struct sysctl_oid_list *, int nbr, const char *name, int kind, void *arg1,
    intmax_t arg2, int (*handler)(SYSCTL_HANDLER_ARGS), const char *fmt,
    const char *descr, const char *label);

extern char ostype[], osrelease[], kern_ident[];
#define SYSCTL_DECL(name)	extern struct sysctl_oid sysctl__##name
SYSCTL_DECL(_hw);
SYSCTL_DECL(_dev);

#define SYSCTL_OID_RAW(id, parent, nbr, name, kind, a1, a2, fn, fmt, d)	\
	struct sysctl_oid id = {					\
		.oid_parent = (parent), .oid_number = (nbr),		\
		.oid_kind = (kind), .oid_arg1 = (a1), .oid_arg2 = (a2),	\
		.oid_name = (name), .oid_handler = (fn),		\
		.oid_fmt = (fmt), .oid_descr = (d)			\
	};								\
	DATA_SET(sysctl_set, id)
#define SYSCTL_OID(parent, nbr, name, kind, a1, a2, fn, fmt, d)		\
	static SYSCTL_OID_RAW(sysctl__##parent##_##name,		\
	    &sysctl__##parent.oid_children, nbr, #name, kind, a1, a2,	\
	    fn, fmt, d)
#define SYSCTL_NODE(parent, nbr, name, access, fn, d)			\
	SYSCTL_OID_RAW(sysctl__##parent##_##name,			\
	    &sysctl__##parent.oid_children, nbr, #name,			\
	    CTLTYPE_NODE | (access), NULL, 0, (void *)(fn), "N", d)
#define SYSCTL_NULL_INT_PTR	((int *)NULL)
#define SYSCTL_INT(parent, nbr, name, access, ptr, val, d)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | CTLFLAG_MPSAFE |	\
	    (access), ptr, val, sysctl_handle_int, "I", d);		\
	_Static_assert(sizeof(int) == sizeof(*(ptr)), "an int")
#define SYSCTL_UINT(parent, nbr, name, access, ptr, val, d)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_UINT | CTLFLAG_MPSAFE |	\
	    (access), ptr, val, sysctl_handle_int, "IU", d);		\
	_Static_assert(sizeof(unsigned) == sizeof(*(ptr)), "an unsigned")
#define SYSCTL_BOOL(parent, nbr, name, access, ptr, val, d)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_U8 | CTLFLAG_MPSAFE |	\
	    (access), ptr, val, sysctl_handle_bool, "CU", d);		\
	_Static_assert(sizeof(bool) == sizeof(*(ptr)), "a bool")
#define SYSCTL_CONST_STRING(parent, nbr, name, access, arg, d)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_STRING | CTLFLAG_MPSAFE |	\
	    (access), __DECONST(char *, arg), 0, sysctl_handle_string,	\
	    "A", d);							\
	_Static_assert(!((access) & CTLFLAG_WR), "constant")

#define _sysctl_add(type, how, ctx, parent, nbr, name, access, ptr, val, \
    fmt, d) __extension__ ({						\
	type *__ptr = (ptr);						\
	sysctl_add_oid(ctx, parent, nbr, name, (int)(how | (access)),	\
	    __ptr, val, _sysctl_handler(how), fmt, d, NULL);		\
})
#define _sysctl_handler(how)						\
	(((how) & CTLTYPE) == CTLTYPE_U8 ? sysctl_handle_8 :		\
	((how) & CTLTYPE) == CTLTYPE_U16 ? sysctl_handle_16 :		\
	((how) & CTLTYPE) == CTLTYPE_U32 ? sysctl_handle_32 :		\
	((how) & CTLTYPE) == CTLTYPE_U64 ||				\
	((how) & CTLTYPE) == CTLTYPE_S64 ? sysctl_handle_64 :		\
	sysctl_handle_int)
#define SYSCTL_ADD_NODE(ctx, parent, nbr, name, access, fn, d)		\
	sysctl_add_oid(ctx, parent, nbr, name,				\
	    (int)(CTLTYPE_NODE | (access)), NULL, 0, (void *)(fn), "N", d, \
	    NULL)
#define SYSCTL_ADD_INT(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(int, CTLTYPE_INT | CTLFLAG_MPSAFE, c, p, n, name,	\
	    access, ptr, val, "I", d)
#define SYSCTL_ADD_UINT(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(unsigned, CTLTYPE_UINT | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, val, "IU", d)
#define SYSCTL_ADD_U8(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(uint8_t, CTLTYPE_U8 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, val, "CU", d)
#define SYSCTL_ADD_U16(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(uint16_t, CTLTYPE_U16 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, val, "SU", d)
#define SYSCTL_ADD_U32(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(uint32_t, CTLTYPE_U32 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, val, "IU", d)
#define SYSCTL_ADD_U64(c, p, n, name, access, ptr, val, d)		\
	_sysctl_add(uint64_t, CTLTYPE_U64 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, val, "QU", d)
#define SYSCTL_ADD_QUAD(c, p, n, name, access, ptr, d)			\
	_sysctl_add(int64_t, CTLTYPE_S64 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, 0, "Q", d)
#define SYSCTL_ADD_UQUAD(c, p, n, name, access, ptr, d)			\
	_sysctl_add(uint64_t, CTLTYPE_U64 | CTLFLAG_MPSAFE, c, p, n, name, \
	    access, ptr, 0, "QU", d)
#define SYSCTL_ADD_BOOL(c, p, n, name, access, ptr, val, d)		\
	sysctl_add_oid(c, p, n, name,					\
	    (int)(CTLTYPE_U8 | CTLFLAG_MPSAFE | (access)), (bool *)(ptr), \
	    val, sysctl_handle_bool, "CU", d, NULL)
#define SYSCTL_ADD_STRING(c, p, n, name, access, arg, len, d)		\
	sysctl_add_oid(c, p, n, name,					\
	    (int)(CTLTYPE_STRING | CTLFLAG_MPSAFE | (access)),		\
	    (char *)(arg), len, sysctl_handle_string, "A", d, NULL)
#define SYSCTL_ADD_CONST_STRING(c, p, n, name, access, arg, d)		\
	sysctl_add_oid(c, p, n, name,					\
	    (int)(CTLTYPE_STRING | CTLFLAG_MPSAFE | (access)),		\
	    __DECONST(char *, arg), 0, sysctl_handle_string, "A", d, NULL)
#define SYSCTL_ADD_COUNTER_U64(c, p, n, name, access, ptr, d)		\
	sysctl_add_oid(c, p, n, name, (int)(CTLTYPE_U64 |		\
	    CTLFLAG_MPSAFE | CTLFLAG_STATS | (access)),			\
	    (counter_u64_t *)(ptr), 0, sysctl_handle_counter_u64, "QU", d, \
	    NULL)
#define SYSCTL_ADD_PROC(c, p, n, name, access, ptr, arg, fn, fmt, d)	\
	sysctl_add_oid(c, p, n, name, (int)(access), (ptr), (arg), (fn), \
	    (fmt), d, NULL)
#define SYSCTL_ADD_OID(c, p, n, name, kind, a1, a2, fn, fmt, d)		\
	sysctl_add_oid(c, p, n, name, (int)(kind), a1, a2, fn, fmt, d, NULL)

#endif
