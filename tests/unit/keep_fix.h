/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixture of the keeper's tests: a glue without a kernel in front of the
 * device model, behind the hostile binding (core_fix.h).
 *
 * The keeper's operations say what they are called for in a text, and check
 * what the keeper promises (K1 to K3 in ena_keep.c).
 */
#ifndef KEEP_FIX_H
#define KEEP_FIX_H

#include "core_fix.h"
#include "ena_keep.h"

#define KP_BUFS		4U		/* posted in each receive ring */
#define KP_LOG		400U
#define KP_SECOND	1000000U

struct kp_pair {
	void *mem;
	struct nic_buf *rx;		/* by request id */
	unsigned int posted;
	bool live;
};

struct kp {
	struct fix *f;
	struct ena_keep k;
	struct kp_pair pair[ENA_MAX_PAIRS];
	unsigned int depth_max;		/* no memory for more; 0: any */
	unsigned int pairs_max;		/* the same */
	uint64_t fail_at;		/* in kp_start(): see sim_fail_at() */
	unsigned int waits;		/* ena_os_wait() */
	unsigned int pull_at;		/* pulled in this one; 0: never */
	unsigned int ones_at;		/* all ones from here on; 0: never */
	unsigned int gone_at;		/* called gone in this one; 0: never */
	/*
	 * What was called, a letter each: known K, make m, free f, live +,
	 * out of service -, cut c.
	 */
	char log[KP_LOG];
	unsigned int cuts;
};

struct kp *kp_spec(const char *profile);	/* change f->spec, then */
void kp_open(struct kp *);		/* kp_start() and an interface */
struct kp *kp_new(const char *profile);		/* both */
struct kp *kp_running(const char *profile);	/* and up */
enum ena_result kp_start(struct kp *);		/* what attach does */
/* Detached by now, or does it; no rule broken, nothing left. */
void kp_end(struct kp *);
/* As kp_end() for a device that broke rules of its own. */
void kp_end_dirty(struct kp *);

/* So many seconds, with a turn in each. */
void kp_turns(struct kp *, unsigned int seconds);
enum ena_state kp_state(const struct kp *);
/* The log since the last time. */
const char *kp_log(struct kp *);
uint64_t kp_resets(const struct kp *, unsigned int reason);
/* All pairs in service, and frames come in. */
void kp_prove(struct kp *);

#endif /* KEEP_FIX_H */
