/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EPOCH_H_
#define _SYS_EPOCH_H_

#include <sys/types.h>

struct epoch;
typedef struct epoch *epoch_t;
struct epoch_tracker {
	/* the fake's */
	struct epoch_tracker *et_next, **et_link;
	void *et_td;
	uint64_t et_entered;
};
typedef struct epoch_tracker *epoch_tracker_t;
struct epoch_context {
	void *data[2];
};
typedef struct epoch_context *epoch_context_t;
extern epoch_t net_epoch_preempt;

void fk_epoch_enter(struct epoch_tracker *);
void fk_epoch_exit(struct epoch_tracker *);
void fk_epoch_wait(void);
int fk_in_epoch(void);
void fk_epoch_assert(const char *file, int line);
#define NET_EPOCH_ENTER(et)	fk_epoch_enter(&(et))
#define NET_EPOCH_EXIT(et)	fk_epoch_exit(&(et))
#define NET_EPOCH_WAIT()	fk_epoch_wait()
#define NET_EPOCH_ASSERT()	fk_epoch_assert(__FILE__, __LINE__)
#define NET_EPOCH_DRAIN_CALLBACKS()	fk_epoch_wait()
#define in_epoch(e)		fk_in_epoch()

#endif
