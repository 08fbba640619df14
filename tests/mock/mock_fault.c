/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fault menu: what the device does to a driver when asked.
 *
 * Most faults wait in d->arms[] for an opportunity: the place in the model
 * where they would act asks mock_hit().  An arm lets 'after' opportunities
 * pass, then acts 'times' times (0 counts as 1), then is used up.  Some
 * faults act when armed.
 */
#include "mock_priv.h"

static const char *const fault_names[MOCK_F_COUNT] = {
	[MOCK_F_NONE] = "none",
	[MOCK_F_ADMIN_LOST] = "admin-lost",
	[MOCK_F_ADMIN_LATE] = "admin-late",
	[MOCK_F_ADMIN_TWICE] = "admin-twice",
	[MOCK_F_ADMIN_WRONG_ID] = "admin-wrong-id",
	[MOCK_F_ADMIN_STATUS] = "admin-status",
	[MOCK_F_ADMIN_NO_INTR] = "admin-no-intr",
	[MOCK_F_READLESS_LOST] = "readless-lost",
	[MOCK_F_READLESS_WRONG_OFF] = "readless-wrong-off",
	[MOCK_F_READLESS_STALE] = "readless-stale",
	[MOCK_F_RESET_NEVER_STARTS] = "reset-never-starts",
	[MOCK_F_RESET_NEVER_ENDS] = "reset-never-ends",
	[MOCK_F_TX_ID_RANGE] = "tx-id-range",
	[MOCK_F_TX_ID_TWICE] = "tx-id-twice",
	[MOCK_F_TX_ID_IDLE] = "tx-id-idle",
	[MOCK_F_TX_LOST] = "tx-lost",
	[MOCK_F_TX_MBZ] = "tx-mbz",
	[MOCK_F_RX_ID_RANGE] = "rx-id-range",
	[MOCK_F_RX_ID_IDLE] = "rx-id-idle",
	[MOCK_F_RX_TOO_LONG] = "rx-too-long",
	[MOCK_F_RX_FIRST_MID] = "rx-first-mid",
	[MOCK_F_RX_NO_LAST] = "rx-no-last",
	[MOCK_F_RX_MBZ] = "rx-mbz",
	[MOCK_F_RX_BAD_CSUM_FLAG] = "rx-bad-csum-flag",
	[MOCK_F_INTR_LOST] = "intr-lost",
	[MOCK_F_AENQ_FLOOD] = "aenq-flood",
	[MOCK_F_AENQ_UNKNOWN] = "aenq-unknown",
	[MOCK_F_KEEP_ALIVE_STOP] = "keep-alive-stop",
	[MOCK_F_KEEP_ALIVE_GO] = "keep-alive-go",
	[MOCK_F_FATAL] = "fatal",
	[MOCK_F_GONE] = "gone",
	[MOCK_F_BAD_DB_OFF] = "bad-db-off",
	[MOCK_F_BAD_UNMASK_OFF] = "bad-unmask-off",
	[MOCK_F_CQ_DEPTH] = "cq-depth",
	[MOCK_F_DUP_INDEX] = "dup-index",
	[MOCK_F_BAD_LLQ_OFF] = "bad-llq-off",
	[MOCK_F_PHC_LOST] = "phc-lost",
	[MOCK_F_PHC_ERROR] = "phc-error",
};

const char *
mock_fault_name(enum mock_fault f)
{
	unsigned int i = (unsigned int)f;

	return (i < MOCK_F_COUNT ? fault_names[i] : NULL);
}

uint64_t
mock_faults_hit(const struct mockdev *d)
{
	return (d->faults_hit);
}

/* Those that do not wait.  True if f is one. */
static bool
act_now(struct mockdev *d, const struct mock_fault_arm *a)
{
	static const uint32_t none[12];
	uint32_t i;

	switch (a->f) {
	case MOCK_F_AENQ_FLOOD:
		/* More than the ring holds are lost, so stop there. */
		for (i = 0; i < a->arg && i < MOCK_ADMIN_MAX; i++)
			if (!mock_aenq_post(d, 0x7f00, (uint16_t)i, none))
				break;
		return (true);
	case MOCK_F_AENQ_UNKNOWN:
		mock_aenq_post(d, (uint16_t)a->arg, 0, none);
		return (true);
	case MOCK_F_KEEP_ALIVE_STOP:
		d->ka_stop = true;
		return (true);
	case MOCK_F_KEEP_ALIVE_GO:
		d->ka_stop = false;
		return (true);
	case MOCK_F_FATAL:
		mock_set_fatal(d, "fault");
		return (true);
	case MOCK_F_GONE:
		d->gone = true;
		return (true);
	default:
		return (false);
	}
}

void
mock_fault(struct mockdev *d, const struct mock_fault_arm *a)
{
	unsigned int i;

	if (mock_fault_name(a->f) == NULL || a->f == MOCK_F_NONE)
		return;
	mock_trace(d, "fault name=%s after=%u times=%u arg=%u",
	    mock_fault_name(a->f), a->after, a->times, a->arg);
	if (act_now(d, a)) {
		d->faults_hit++;
		return;
	}
	for (i = 0; i < MOCK_ARMS; i++) {
		if (d->arms[i].used)
			continue;
		d->arms[i].used = true;
		d->arms[i].a = *a;
		if (a->times == 0)
			d->arms[i].a.times = 1;
		return;
	}
	mock_trace(d, "fault name=%s ignored=1", mock_fault_name(a->f));
}

/* Disarm; a card that was pulled is put back, as after power-on. */
void
mock_fault_clear(struct mockdev *d)
{
	memset(d->arms, 0, sizeof(d->arms));
	d->ka_stop = false;
	if (d->gone) {
		d->gone = false;
		mock_power_on(d);
	}
}

static bool
matches(const struct mock_fault_arm *a, const uint8_t *cmd)
{
	struct enahw_feature_cmd c;
	uint32_t opcode;

	if (cmd == NULL)
		return (true);
	memcpy(&c, cmd, sizeof(c));
	opcode = ENAHW_GET(ENAHW_AQ0_OPCODE, enahw_h32(c.fc_w0));
	if (a->opcode != 0 && a->opcode != opcode)
		return (false);
	if (a->feature == 0)
		return (true);
	return ((opcode == ENAHW_OP_GET_FEATURE ||
	    opcode == ENAHW_OP_SET_FEATURE) && a->feature == c.fc_id);
}

/* An opportunity for f on behalf of a command: does it strike? */
bool
mock_hit_cmd(struct mockdev *d, enum mock_fault f, const uint8_t *cmd,
    uint32_t *arg)
{
	struct mock_fault_arm *a;
	unsigned int i;

	if (arg != NULL)
		*arg = 0;
	for (i = 0; i < MOCK_ARMS; i++) {
		a = &d->arms[i].a;
		if (!d->arms[i].used || a->f != f || !matches(a, cmd))
			continue;
		if (a->after != 0) {
			a->after--;
			continue;
		}
		if (--a->times == 0)
			d->arms[i].used = false;
		d->faults_hit++;
		if (arg != NULL)
			*arg = a->arg;
		mock_trace(d, "hit name=%s", mock_fault_name(f));
		return (true);
	}
	return (false);
}

bool
mock_hit(struct mockdev *d, enum mock_fault f, uint32_t *arg)
{
	return (mock_hit_cmd(d, f, NULL, arg));
}
