/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_
#include <sys/types.h>
struct sysctlnode;
struct sysctllog;
struct lwp;
#define SYSCTL_NAMELEN	32
#define CTL_MAXNAME	12
#define CTLTYPE_NODE	1
#define CTLTYPE_INT	2
#define CTLTYPE_STRING	3
#define CTLTYPE_QUAD	4
#define CTLTYPE_STRUCT	5
#define CTLTYPE_BOOL	6
#define CTLTYPE_LONG	CTLTYPE_QUAD
#define CTLFLAG_READONLY	0x00000000
#define CTLFLAG_READWRITE	0x00000070
#define CTLFLAG_PRIVATE		0x00000100
#define CTLFLAG_PERMANENT	0x00000200
#define CTLFLAG_IMMEDIATE	0x00001000
#define CTLFLAG_HEX		0x00010000
#define CTL_EOL		(-1)
#define CTL_CREATE	(-3)
#define CTL_NET		4
#define CTL_HW		6
#define SYSCTLFN_PROTO const int *, u_int, void *,			\
	size_t *, const void *, size_t,					\
	const int *, struct lwp *, const struct sysctlnode *
#define SYSCTLFN_ARGS const int *name, u_int namelen,			\
	void *oldp, size_t *oldlenp,					\
	const void *newp, size_t newlen,				\
	const int *oname, struct lwp *l,				\
	const struct sysctlnode *rnode
#define SYSCTLFN_CALL(node) name, namelen, oldp,			\
	oldlenp, newp, newlen,						\
	oname, l, node
typedef int (*sysctlfn)(SYSCTLFN_PROTO);
struct sysctlnode {
	uint32_t sysctl_flags;
	int32_t sysctl_num;
	char sysctl_name[SYSCTL_NAMELEN];
	void *sysctl_data;
	int32_t sysctl_idata;
	u_quad_t sysctl_qdata;
	size_t sysctl_size;
	sysctlfn sysctl_func;
	struct sysctlnode *sysctl_parent;
	const char *sysctl_desc;
	struct sysctlnode *fk_next;	/* fake: of all */
};
int sysctl_lookup(SYSCTLFN_PROTO);
int sysctl_createv(struct sysctllog **, int, const struct sysctlnode **,
    const struct sysctlnode **, int, int, const char *, const char *,
    sysctlfn, u_quad_t, void *, size_t, ...);
void sysctl_teardown(struct sysctllog **);
#define SYSCTL_DESCR(s)	s
/* the type of the data is checked as in the real one */
#define VERIFY_FN(ctl_type, c_type)					\
static inline void *							\
__sysctl_verify_##ctl_type##_arg(c_type *arg)				\
{									\
	return (arg);							\
}
VERIFY_FN(CTLTYPE_NODE, struct sysctlnode)
VERIFY_FN(CTLTYPE_INT, int)
VERIFY_FN(CTLTYPE_STRING, char)
VERIFY_FN(CTLTYPE_QUAD, int64_t)
VERIFY_FN(CTLTYPE_STRUCT, void)
VERIFY_FN(CTLTYPE_BOOL, bool)
#undef VERIFY_FN
#define sysctl_createv(lg, cfl, rn, cn, fl, type, nm, desc, fn, qv, newp, ...) \
	sysctl_createv(lg, cfl, rn, cn, fl, type, nm, desc, fn, qv,	\
	    __sysctl_verify_##type##_arg(newp), __VA_ARGS__)
#endif
