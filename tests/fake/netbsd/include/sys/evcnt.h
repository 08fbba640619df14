/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EVCNT_H_
#define _SYS_EVCNT_H_
#include <sys/queue.h>
#include <sys/stdint.h>
struct evcnt {
	union {
		uint64_t ev_count;
		uint32_t ev__count32[2];
	};
	TAILQ_ENTRY(evcnt) ev_list;
	unsigned char ev_type;
	unsigned char ev_grouplen;
	unsigned char ev_namelen;
	char ev_pad1;
	const struct evcnt *ev_parent;
	const char *ev_group;
	const char *ev_name;
};
TAILQ_HEAD(evcntlist, evcnt);
#define ev_count32	ev__count32[0]
#define EVCNT_STRING_MAX	255
#define EVCNT_TYPE_ANY		-1
#define EVCNT_TYPE_MISC		0
#define EVCNT_TYPE_INTR		1
#define EVCNT_TYPE_TRAP		2
#define EVCNT_INITIALIZER(t, p, g, n)					\
	{ .ev_type = t, .ev_parent = p, .ev_group = g, .ev_name = n }
extern struct evcntlist allevents;
void evcnt_attach_dynamic(struct evcnt *, int, const struct evcnt *,
    const char *, const char *);
void evcnt_attach_dynamic_nozero(struct evcnt *, int, const struct evcnt *,
    const char *, const char *);
void evcnt_detach(struct evcnt *);
#endif
