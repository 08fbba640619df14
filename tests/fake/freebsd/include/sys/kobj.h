/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_KOBJ_H_
#define _SYS_KOBJ_H_

#include <sys/types.h>

typedef int (*kobjop_t)(void);
typedef struct kobj_class *kobj_class_t;
typedef struct kobj_ops *kobj_ops_t;
typedef struct kobj_method kobj_method_t;
typedef struct kobjop_desc *kobjop_desc_t;

struct kobj_method {
	kobjop_desc_t desc;
	kobjop_t func;
};
struct kobjop_desc {
	unsigned int id;
	kobj_method_t deflt;
};
#define KOBJ_CLASS_FIELDS						\
	const char *name;						\
	kobj_method_t *methods;						\
	size_t size;							\
	kobj_class_t *baseclasses;					\
	u_int refs;							\
	kobj_ops_t ops
struct kobj_class {
	KOBJ_CLASS_FIELDS;
};
#define KOBJMETHOD(NAME, FUNC) \
	{ &NAME##_desc,							\
	    (kobjop_t)(void (*)(void))(1 ? FUNC : (NAME##_t *)NULL) }
#define KOBJMETHOD_END	{ NULL, NULL }

#endif
