/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_QUEUE_H_
#define _SYS_QUEUE_H_

#define SLIST_HEAD(name, type)	struct name { struct type *slh_first; }
#define SLIST_ENTRY(type)	struct { struct type *sle_next; }
#define SLIST_HEAD_INITIALIZER(h)	{ NULL }
#define SLIST_INIT(h)		((h)->slh_first = NULL)
#define SLIST_FIRST(h)		((h)->slh_first)
#define SLIST_EMPTY(h)		((h)->slh_first == NULL)
#define SLIST_NEXT(e, f)	((e)->f.sle_next)
#define SLIST_INSERT_HEAD(h, e, f) do {					\
	(e)->f.sle_next = (h)->slh_first;				\
	(h)->slh_first = (e);						\
} while (0)
#define SLIST_REMOVE_HEAD(h, f)	((h)->slh_first =			\
				    (h)->slh_first->f.sle_next)
#define SLIST_FOREACH(v, h, f)						\
	for ((v) = (h)->slh_first; (v) != NULL; (v) = (v)->f.sle_next)

#define LIST_HEAD(name, type)	struct name { struct type *lh_first; }
#define LIST_ENTRY(type)	struct { struct type *le_next, **le_prev; }
#define LIST_INIT(h)		((h)->lh_first = NULL)
#define LIST_FIRST(h)		((h)->lh_first)
#define LIST_EMPTY(h)		((h)->lh_first == NULL)
#define LIST_NEXT(e, f)		((e)->f.le_next)
#define LIST_INSERT_HEAD(h, e, f) do {					\
	(e)->f.le_next = (h)->lh_first;					\
	if ((h)->lh_first != NULL)					\
		(h)->lh_first->f.le_prev = &(e)->f.le_next;		\
	(h)->lh_first = (e);						\
	(e)->f.le_prev = &(h)->lh_first;				\
} while (0)
#define LIST_REMOVE(e, f) do {						\
	*(e)->f.le_prev = (e)->f.le_next;				\
	if ((e)->f.le_next != NULL)					\
		(e)->f.le_next->f.le_prev = (e)->f.le_prev;		\
} while (0)
#define LIST_FOREACH(v, h, f)						\
	for ((v) = (h)->lh_first; (v) != NULL; (v) = (v)->f.le_next)

#define TAILQ_HEAD(name, type)						\
	struct name { struct type *tqh_first, **tqh_last; }
#define TAILQ_ENTRY(type)						\
	struct { struct type *tqe_next, **tqe_prev; }
#define TAILQ_HEAD_INITIALIZER(h)	{ NULL, &(h).tqh_first }
#define TAILQ_INIT(h) do {						\
	(h)->tqh_first = NULL;						\
	(h)->tqh_last = &(h)->tqh_first;				\
} while (0)
#define TAILQ_FIRST(h)		((h)->tqh_first)
#define TAILQ_EMPTY(h)		((h)->tqh_first == NULL)
#define TAILQ_NEXT(e, f)	((e)->f.tqe_next)
#define TAILQ_INSERT_TAIL(h, e, f) do {					\
	(e)->f.tqe_next = NULL;						\
	(e)->f.tqe_prev = (h)->tqh_last;				\
	*(h)->tqh_last = (e);						\
	(h)->tqh_last = &(e)->f.tqe_next;				\
} while (0)
#define TAILQ_INSERT_HEAD(h, e, f) do {					\
	(e)->f.tqe_next = (h)->tqh_first;				\
	if ((h)->tqh_first != NULL)					\
		(h)->tqh_first->f.tqe_prev = &(e)->f.tqe_next;		\
	else								\
		(h)->tqh_last = &(e)->f.tqe_next;			\
	(h)->tqh_first = (e);						\
	(e)->f.tqe_prev = &(h)->tqh_first;				\
} while (0)
#define TAILQ_REMOVE(h, e, f) do {					\
	if ((e)->f.tqe_next != NULL)					\
		(e)->f.tqe_next->f.tqe_prev = (e)->f.tqe_prev;		\
	else								\
		(h)->tqh_last = (e)->f.tqe_prev;			\
	*(e)->f.tqe_prev = (e)->f.tqe_next;				\
} while (0)
#define TAILQ_FOREACH(v, h, f)						\
	for ((v) = (h)->tqh_first; (v) != NULL; (v) = (v)->f.tqe_next)

#define SIMPLEQ_HEAD(name, type)					\
	struct name { struct type *sqh_first, **sqh_last; }
#define SIMPLEQ_ENTRY(type)	struct { struct type *sqe_next; }
#define SIMPLEQ_INIT(h) do {						\
	(h)->sqh_first = NULL;						\
	(h)->sqh_last = &(h)->sqh_first;				\
} while (0)
#define SIMPLEQ_FIRST(h)	((h)->sqh_first)
#define SIMPLEQ_EMPTY(h)	((h)->sqh_first == NULL)
#define SIMPLEQ_INSERT_TAIL(h, e, f) do {				\
	(e)->f.sqe_next = NULL;						\
	*(h)->sqh_last = (e);						\
	(h)->sqh_last = &(e)->f.sqe_next;				\
} while (0)
#define SIMPLEQ_REMOVE_HEAD(h, f) do {					\
	(h)->sqh_first = (h)->sqh_first->f.sqe_next;			\
	if ((h)->sqh_first == NULL)					\
		(h)->sqh_last = &(h)->sqh_first;			\
} while (0)
#endif
