/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An admin command with a memory, for the tests of the admin queue: how often
 * it was answered, when, with what, and whether it was posted again from its
 * own callback.
 */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include "core_fix.h"

#define GET_STATS	11
#define GET_FEATURE	8

struct job {
	struct ena_req rq;
	struct fix *f;
	unsigned int done;		/* calls of rq_done */
	unsigned int turn;		/* and when the last one was */
	enum ena_result r;
	unsigned int again;		/* post again so many times */
	enum ena_result again_r;
	uint8_t body[56];
};

static unsigned int turns;

static inline enum ena_result job_post(struct fix *, struct job *, uint8_t);

static inline enum ena_result
job_parse(struct ena_dev *dev, struct ena_req *rq,
    const struct enahw_acq_entry *ae)
{
	struct job *j = rq->rq_arg;

	(void)dev;
	memcpy(j->body, ae->ae_body, sizeof(j->body));
	return (ENA_OK);
}

static inline void
job_done(struct ena_dev *dev, struct ena_req *rq)
{
	struct job *j = rq->rq_arg;

	assert_ptr_equal(rq, &j->rq);
	assert_ptr_equal(dev, j->f->dev);
	assert_false(rq->rq_busy);
	j->done++;
	j->turn = turns++;
	j->r = rq->rq_result;
	if (j->again != 0) {
		j->again--;
		j->again_r = job_post(j->f, j, rq->rq_feature);
	}
}

/* feature 0: GET_STATS instead */
static inline enum ena_result
job_post(struct fix *f, struct job *j, uint8_t feature)
{
	union ena_cmd c;

	if (feature != 0)
		ena_cmd_get(&c, feature, feature == 7);
	else
		ena_cmd_get_stats(&c, 0);
	j->f = f;
	j->rq.rq_arg = j;
	j->rq.rq_done = job_done;
	j->rq.rq_parse = job_parse;
	return (ena_admin_post(f->dev, &c, &j->rq));
}

static inline struct fix *
admin_up(const char *profile)
{
	struct fix *f = fix_new(profile);

	assert_int_equal(fix_goto(f, ENA_STATE_ADMIN_UP), ENA_OK);
	return (f);
}

#endif /* CORE_JOB_H */
