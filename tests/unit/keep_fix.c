/* SPDX-License-Identifier: BSD-2-Clause */
/* Fixture of the keeper's tests: its operations, life, looks. */
#include "keep_fix.h"

static struct kp *kp_now;		/* whose time passes in waits */

void
keep_fix_wait(struct ena_os *os, uint32_t us)
{
	struct kp *kp = kp_now;

	assert_ptr_equal(os, kp->f->os);
	if (++kp->waits == kp->pull_at)
		sim_pull(kp->f->ad);
	if (kp->waits == kp->gone_at)
		ena_gone(kp->f->dev);
	if (kp->waits == kp->ones_at)
		fix_twist_reg(kp->f, ENAHW_REG_DEV_STS, UINT32_MAX,
		    UINT32_MAX);
	fix_pass(kp->f, us != 0 ? us : 1);
}

/* ---- the keeper's operations */

static void
kp_note(struct kp *kp, char what)
{
	size_t n = strlen(kp->log);

	if (n + 1 < sizeof(kp->log))
		kp->log[n] = what;
}

static void
kp_known(void *arg)
{
	struct kp *kp = arg;

	kp_note(kp, 'K');
}

static enum ena_result
kp_make(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct kp *kp = arg;
	struct kp_pair *p = &kp->pair[i];

	kp_note(kp, 'm');
	assert_null(p->rx);
	if ((kp->depth_max != 0 && (pl->pl_tx_depth > kp->depth_max ||
	    pl->pl_rx_depth > kp->depth_max)) ||
	    (kp->pairs_max != 0 && i >= kp->pairs_max))
		return (ENA_NO_MEMORY);
	p->rx = calloc(pl->pl_rx_depth, sizeof(*p->rx));
	p->mem = malloc(pl->pl_mem_bytes);
	assert_non_null(p->rx);
	assert_non_null(p->mem);
	return (ena_queue_give(kp->f->dev, i, p->mem, pl->pl_mem_bytes));
}

static void
kp_free(void *arg, unsigned int i, const struct ena_plan *pl)
{
	struct kp *kp = arg;
	struct ena_dev *dev = kp->f->dev;
	const struct nic_host *h = sim_host(kp->f->ad);
	struct kp_pair *p = &kp->pair[i];
	uint16_t id;

	kp_note(kp, 'f');
	assert_true(i < pl->pl_pairs);
	assert_false(p->live);					/* K1 */
	assert_true(dev->dev_pos <=
	    ena_steps_at(ENA_STATE_CONFIGURED));		/* K2 */
	if (ena_dev_state(dev) == ENA_STATE_GONE)
		assert_int_equal(kp->cuts, 1);			/* K3 */
	if (p->mem != NULL) {
		assert_int_equal(ena_tx_drain(ena_txq(dev, i), &id, 1), 0);
		while (ena_rx_drain(ena_rxq(dev, i), &id, 1) != 0)
			h->buf_free(h->arg, &p->rx[id]);
		(void)ena_queue_give(dev, i, NULL, 0);
	}
	free(p->mem);
	free(p->rx);
	memset(p, 0, sizeof(*p));
}

/* As far as there are buffers; kp_turns() comes back to it. */
static void
kp_fill(struct kp *kp, unsigned int i)
{
	const struct nic_host *h = sim_host(kp->f->ad);
	struct kp_pair *p = &kp->pair[i];
	struct ena_rx_fill fill;
	struct nic_buf b;
	uint16_t id = 0;

	if (p->posted == KP_BUFS ||
	    ena_rx_begin(ena_rxq(kp->f->dev, i), &fill) != ENA_OK)
		return;
	for (; p->posted < KP_BUFS && h->buf_alloc(h->arg, 2048, &b);
	    p->posted++) {
		h->buf_sync(h->arg, &b, 0, b.len, ENA_SYNC_PREREAD);
		assert_int_equal(ena_rx_put(&fill, b.pa, 2048, &id), ENA_OK);
		p->rx[id] = b;
	}
	ena_rx_end(&fill);
}

/* Frames taken are gone; what they were in is posted again. */
static unsigned int
kp_take(struct kp *kp, unsigned int i)
{
	const struct nic_host *h = sim_host(kp->f->ad);
	struct ena_rx_take t;
	struct ena_rx_pkt p;
	unsigned int n = 0;

	if (ena_rx_take_begin(ena_rxq(kp->f->dev, i), &t, UINT32_MAX) !=
	    ENA_OK)
		return (0);
	for (; ena_rx_get(&t, &p) == ENA_OK; n++) {
		assert_int_equal(p.rp_nsegs, 1);
		h->buf_free(h->arg, &kp->pair[i].rx[p.rp_segs[0].rs_id]);
		kp->pair[i].posted--;
	}
	ena_rx_take_end(&t);
	kp_fill(kp, i);
	return (n);
}

static void
kp_live(void *arg, unsigned int i, bool live)
{
	struct kp *kp = arg;

	kp_note(kp, live ? '+' : '-');
	if (live) {
		assert_false(kp->pair[i].live);
		kp_fill(kp, i);
		ena_queue_unmask(kp->f->dev, i);
	}
	kp->pair[i].live = live;
}

static void
kp_cut(void *arg)
{
	struct kp *kp = arg;

	kp_note(kp, 'c');
	kp->cuts++;
	sim_bus_master(kp->f->ad, false);
}

static const struct ena_keep_ops kp_ops = {
	kp_known, kp_make, kp_free, kp_live, kp_cut
};

/* ---- life */

struct kp *
kp_spec(const char *profile)
{
	struct kp *kp;

	kp = calloc(1, sizeof(*kp));
	assert_non_null(kp);
	kp->f = fix_spec(profile);
	return (kp);
}

enum ena_result
kp_start(struct kp *kp)
{
	enum ena_result r;

	fix_open(kp->f);
	sim_fail_at(kp->f->sim, kp->fail_at);
	kp_now = kp;
	memset(kp->f->dev, 0, sizeof(*kp->f->dev));
	ena_keep_init(&kp->k, kp->f->dev, kp->f->os, &kp_ops, kp);
	r = ena_keep_start(&kp->k, &kp->f->spec.config);
	kp->k.k_vectors = kp->f->vectors;
	return (r == ENA_OK ? ena_keep_open(&kp->k) : r);
}

void
kp_open(struct kp *kp)
{
	assert_int_equal(kp_start(kp), ENA_OK);
	kp->k.k_attached = true;
}

struct kp *
kp_new(const char *profile)
{
	struct kp *kp = kp_spec(profile);

	kp_open(kp);
	return (kp);
}

struct kp *
kp_running(const char *profile)
{
	struct kp *kp = kp_new(profile);

	assert_int_equal(ena_keep_up(&kp->k), ENA_OK);
	kp_prove(kp);
	(void)kp_log(kp);
	return (kp);
}

static void
kp_close(struct kp *kp, void (*end)(struct fix *))
{
	unsigned int i;

	ena_keep_end(&kp->k, false);
	for (i = 0; i < ENA_MAX_PAIRS; i++)
		assert_null(kp->pair[i].rx);
	assert_int_equal(sim_violations(kp->f->sim), 0);
	end(kp->f);
	free(kp);
}

void
kp_end(struct kp *kp)
{
	kp_close(kp, fix_end);
}

void
kp_end_dirty(struct kp *kp)
{
	kp_close(kp, fix_end_dirty);
}

/* ---- looks */

void
kp_turns(struct kp *kp, unsigned int seconds)
{
	unsigned int i;

	for (; seconds > 0; seconds--) {
		fix_pass(kp->f, KP_SECOND);
		if (!ena_keep_turn(&kp->k, true))
			continue;
		for (i = 0; i < kp->k.k_plan.pl_pairs; i++) {
			if (!kp->pair[i].live)
				continue;
			kp_fill(kp, i);
			if (ena_queue_due(kp->f->dev, i))
				ena_queue_polled(kp->f->dev, i,
				    kp_take(kp, i) != 0);
		}
	}
}

enum ena_state
kp_state(const struct kp *kp)
{
	return (ena_dev_state(kp->f->dev));
}

const char *
kp_log(struct kp *kp)
{
	static char log[KP_LOG];

	memcpy(log, kp->log, sizeof(log));
	memset(kp->log, 0, sizeof(kp->log));
	return (log);
}

uint64_t
kp_resets(const struct kp *kp, unsigned int reason)
{
	return (fix_mock(kp->f).resets_by_reason[reason]);
}

void
kp_prove(struct kp *kp)
{
	static uint8_t frame[512];
	unsigned int i, n = 0;
	size_t len;

	assert_int_equal(kp_state(kp), ENA_STATE_RUNNING);
	assert_true(kp->k.k_plan.pl_pairs != 0);
	for (i = 0; i < kp->k.k_plan.pl_pairs; i++)
		assert_true(kp->pair[i].live);
	len = fix_frame(frame, FIX_UDP4, 300, 1);
	assert_int_equal(mock_frame_in(kp->f->mock, frame, len, NULL),
	    MOCK_RX_OK);
	fix_pass(kp->f, 100);
	/* one of them had an interrupt */
	for (i = 0; i < kp->k.k_plan.pl_pairs && n == 0; i++) {
		n = kp_take(kp, i);
		if (n == 0)
			continue;
		ena_queue_intr(kp->f->dev, i);
		ena_queue_unmask(kp->f->dev, i);
	}
	assert_int_equal(n, 1);
	SIM_CHECK(kp->f->sim, sim_lawful(kp->f->sim));
}
