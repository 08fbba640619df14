/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeping a device where it should be.
 *
 * K1: lanes are stopped before the device leaves RUNNING, and started only
 *     when it is there.
 * K2: buffers are taken back only where the device has let go of them: at
 *     QUIET, CONFIGURED or OFF.
 * K3: a device that cannot be reset, or seems to be gone, loses its bus
 *     mastering first.
 * K4: recovery asks the core for each attempt; what it denies is left alone
 *     until somebody calls ena_keep_off().
 * K5: asleep or ended it stays OFF, whoever wants what.
 */
#include "ena_keep.h"

int
ena_keep_errno(enum ena_result r)
{
	static const int errnos[ENA_RESULTS] = {
		[ENA_AGAIN] = EBUSY,		[ENA_BUSY] = EBUSY,
		[ENA_INVAL] = EINVAL,		[ENA_NO_MEMORY] = ENOMEM,
		[ENA_UNSUPPORTED] = EOPNOTSUPP,	[ENA_TIMEOUT] = ETIMEDOUT,
		[ENA_GONE] = ENXIO,		[ENA_DEAD] = ENXIO
	};

	return (r == ENA_OK || errnos[r] != 0 ? errnos[r] : EIO);
}

/* Users may want something of it. */
static bool
ena_keep_awake(const struct ena_keep *k)
{
	return (!k->k_asleep && !k->k_ended);
}

bool
ena_keep_there(const struct ena_keep *k)
{
	return (k->k_attached && ena_keep_awake(k));
}

/* ---- pairs */

static void
ena_keep_lanes(struct ena_keep *k, bool live)
{
	unsigned int i;

	for (i = 0; i < k->k_plan.pl_pairs; i++)
		k->k_ops->ko_live(k->k_arg, i, live);
}

static void
ena_keep_free(struct ena_keep *k)
{
	unsigned int i;

	for (i = 0; i < k->k_plan.pl_pairs; i++)
		k->k_ops->ko_free(k->k_arg, i, &k->k_plan);
	k->k_plan.pl_pairs = 0;
}

/*
 * What the interface was attached with it cannot be without: a device that
 * offers less now has failed to come back.
 */
static bool
ena_keep_fulfils(struct ena_keep *k)
{
	const struct ena_info *in = ena_dev_info(k->k_dev);

	if (k->k_pairs != 0 && k->k_next.pl_pairs != k->k_pairs)
		ena_log(k->k_os, ENA_LOG_ERR,
		    "the device offers %u queues, not %u",
		    k->k_next.pl_pairs, k->k_pairs);
	else if ((k->k_txo & ~in->in_tx_offloads) != 0 ||
	    (k->k_rxo & ~in->in_rx_offloads) != 0)
		ena_log(k->k_os, ENA_LOG_ERR,
		    "the device offers 0x%x, 0x%x, not 0x%x, 0x%x",
		    in->in_tx_offloads, in->in_rx_offloads, k->k_txo,
		    k->k_rxo);
	else
		return (true);
	ena_fault(k->k_dev, ENA_REASON_GENERIC);
	return (false);
}

static enum ena_result
ena_keep_make(struct ena_keep *k)
{
	enum ena_result r = ENA_OK;
	unsigned int i;

	if (!ena_keep_fulfils(k))
		return (ENA_UNSUPPORTED);
	k->k_plan = k->k_next;
	for (i = 0; i < k->k_plan.pl_pairs && r == ENA_OK; i++)
		r = k->k_ops->ko_make(k->k_arg, i, &k->k_plan);
	return (r);
}

/* ---- states */

/* A card that only seems to be gone must not write to what is freed (K3). */
static void
ena_keep_cut_gone(struct ena_keep *k)
{
	if (ena_dev_state(k->k_dev) != ENA_STATE_GONE || k->k_cut)
		return;
	k->k_ops->ko_cut(k->k_arg);
	k->k_cut = true;
}

enum ena_result
ena_keep_drive(struct ena_keep *k, enum ena_state target)
{
	enum ena_result r;
	uint32_t us;

	r = ena_dev_goto(k->k_dev, target);
	if (r != ENA_OK)
		return (r);
	for (;;) {
		ena_keep_cut_gone(k);
		r = ena_dev_step(k->k_dev, &us);
		if (r != ENA_AGAIN)
			return (r);
		ena_os_wait(k->k_os, us);
	}
}

enum ena_result
ena_keep_open(struct ena_keep *k)
{
	enum ena_result r;

	ena_keep_lanes(k, false);
	do {
		r = ena_keep_drive(k, ENA_STATE_CONFIGURED);
		if (r != ENA_OK)
			return (r);
		ena_keep_free(k);
		k->k_ops->ko_known(k->k_arg);
		r = ena_queue_plan(k->k_dev, k->k_vectors, &k->k_next);
		if (r != ENA_OK || !k->k_up)
			return (r);
		r = ena_keep_make(k);
		if (r == ENA_OK)
			r = ena_keep_drive(k, ENA_STATE_RUNNING);
	} while (r == ENA_NO_MEMORY && ena_queue_shrink(k->k_dev));
	if (r == ENA_OK)
		ena_keep_lanes(k, true);
	return (r);
}

void
ena_keep_off(struct ena_keep *k)
{
	if (k->k_dev->dev_os == NULL)
		return;			/* attach did not get to it */
	ena_keep_lanes(k, false);
	/* each goto starts the reset over, and the second may do it */
	if (ena_keep_drive(k, ENA_STATE_OFF) != ENA_OK &&
	    ena_keep_drive(k, ENA_STATE_OFF) != ENA_OK) {
		ena_gone(k->k_dev);		/* so it is cut off */
		(void)ena_keep_drive(k, ENA_STATE_OFF);
	}
	ena_keep_free(k);
	k->k_granted = false;
}

void
ena_keep_close(struct ena_keep *k)
{
	k->k_up = false;
	if (ena_dev_state(k->k_dev) != ENA_STATE_RUNNING ||
	    ena_keep_open(k) != ENA_OK)
		ena_keep_off(k);
}

enum ena_result
ena_keep_up(struct ena_keep *k)
{
	enum ena_result r;

	if (!ena_keep_awake(k))
		return (ENA_GONE);
	if (k->k_up)
		return (ENA_OK);
	if (ena_dev_state(k->k_dev) != ENA_STATE_CONFIGURED)
		ena_keep_off(k);
	k->k_up = true;
	r = ena_keep_open(k);
	if (r != ENA_OK) {
		k->k_up = false;
		ena_log(k->k_os, ENA_LOG_ERR, "cannot start: %s",
		    ena_result_name(r));
	}
	return (r);
}

enum ena_result
ena_keep_mtu(struct ena_keep *k, uint32_t mtu)
{
	enum ena_result r;
	bool up = k->k_up;

	if (!ena_keep_awake(k))
		return (ENA_GONE);
	if (mtu < ENA_MTU_MIN || mtu > ena_dev_info(k->k_dev)->in_max_mtu)
		return (ENA_INVAL);
	if (mtu == k->k_mtu)
		return (ENA_OK);
	if (up)
		ena_keep_close(k);
	/* below RUNNING the device need not be asked */
	r = ena_mtu_set(k->k_dev, mtu, &k->k_req);
	if (r == ENA_OK)
		k->k_mtu = mtu;
	k->k_up = up;
	if (up)
		(void)ena_keep_open(k);
	return (r);
}

static bool
ena_keep_possible(const struct ena_keep *k, enum ena_number i, unsigned int n)
{
	const struct ena_info *in = ena_dev_info(k->k_dev);

	switch (i) {
	case ENA_PAIRS:
		return (n < k->k_vectors);
	case ENA_TX_DEPTH:
		return (n <= in->in_max_tx_depth);
	default:
		return (n <= in->in_max_rx_depth);
	}
}

static enum ena_result
ena_keep_wish(struct ena_keep *k, const unsigned int *wish)
{
	return (ena_queue_wish(k->k_dev, wish[ENA_PAIRS], wish[ENA_TX_DEPTH],
	    wish[ENA_RX_DEPTH]));
}

enum ena_result
ena_keep_set(struct ena_keep *k, enum ena_number i, unsigned int n)
{
	unsigned int wish[ENA_NUMBERS];
	bool up = k->k_up;
	enum ena_result r;

	if (!ena_keep_awake(k))
		return (ENA_GONE);
	memcpy(wish, k->k_wish, sizeof(wish));
	wish[i] = n;
	r = ena_keep_possible(k, i, n) ? ena_keep_wish(k, wish) : ENA_INVAL;
	if (r != ENA_OK)
		return (r);
	if (ena_dev_state(k->k_dev) != ENA_STATE_CONFIGURED)
		ena_keep_close(k);
	k->k_up = up;
	r = ena_keep_open(k);
	if (r == ENA_OK) {
		k->k_wish[i] = n;
		return (ENA_OK);
	}
	(void)ena_keep_wish(k, k->k_wish);
	(void)ena_keep_open(k);
	return (r);
}

unsigned int
ena_keep_get(const struct ena_keep *k, enum ena_number i)
{
	switch (i) {
	case ENA_PAIRS:
		return (k->k_next.pl_pairs);
	case ENA_TX_DEPTH:
		return (k->k_next.pl_tx_depth);
	default:
		return (k->k_next.pl_rx_depth);
	}
}

/* Silence the device, then bring it back when the core thinks it is time. */
static void
ena_keep_recover(struct ena_keep *k)
{
	enum ena_state state = ena_dev_state(k->k_dev);
	uint64_t now = ena_os_now_us(k->k_os);
	enum ena_result r;
	uint32_t us;

	ena_keep_lanes(k, false);
	if ((state == ENA_STATE_FAULTED || state == ENA_STATE_MOVING) &&
	    ena_keep_drive(k, ENA_STATE_QUIET) == ENA_OK)
		ena_keep_free(k);
	if (!k->k_granted) {
		if (ena_recover(k->k_dev, &us) != ENA_OK)
			return;		/* gone or given up */
		k->k_granted = true;
		k->k_retry_us = now + us;
	}
	if (now < k->k_retry_us)
		return;
	k->k_granted = false;
	r = ena_keep_drive(k, ENA_STATE_QUIET);
	if (r == ENA_OK) {
		ena_keep_free(k);
		r = ena_keep_open(k);
	}
	ena_log(k->k_os, ENA_LOG_WARN, "reset: %s",
	    r == ENA_OK ? "back in service" : ena_result_name(r));
}

static void
ena_keep_mend(struct ena_keep *k)
{
	enum ena_state state = ena_dev_state(k->k_dev);

	if (state == ENA_STATE_GONE)
		ena_keep_off(k);
	else if (state == ENA_STATE_OFF ||
	    (state == ENA_STATE_CONFIGURED && k->k_up)) {
		/* as after a suspend; a failure has its turn at the next */
		(void)ena_keep_open(k);
	} else if (state != ENA_STATE_RUNNING &&
	    state != ENA_STATE_CONFIGURED)
		ena_keep_recover(k);
}

bool
ena_keep_turn(struct ena_keep *k, bool due)
{
	if (!ena_keep_there(k))
		return (false);
	(void)ena_admin_reap(k->k_dev);
	(void)ena_aenq_reap(k->k_dev);
	due = due && ena_tick(k->k_dev) == ENA_OK;
	ena_keep_mend(k);
	return (due);
}

bool
ena_keep_link(const struct ena_keep *k)
{
	enum ena_state state = ena_dev_state(k->k_dev);

	return (ena_link_up(k->k_dev) && state != ENA_STATE_DEAD &&
	    state != ENA_STATE_GONE);
}

/* ---- attach and detach, sleep */

void
ena_keep_init(struct ena_keep *k, struct ena_dev *dev, struct ena_os *os,
    const struct ena_keep_ops *ops, void *arg)
{
	memset(k, 0, sizeof(*k));
	k->k_dev = dev;
	k->k_os = os;
	k->k_ops = ops;
	k->k_arg = arg;
	k->k_mtu = 1500;		/* as the core's */
}

enum ena_result
ena_keep_start(struct ena_keep *k, const struct ena_config *cf)
{
	enum ena_result r;

	k->k_wish[ENA_PAIRS] = cf->cf_pairs;
	k->k_wish[ENA_TX_DEPTH] = cf->cf_tx_depth;
	k->k_wish[ENA_RX_DEPTH] = cf->cf_rx_depth;
	r = ena_dev_init(k->k_dev, k->k_os, cf, NULL, NULL);
	return (r != ENA_OK ? r : ena_keep_drive(k, ENA_STATE_ADMIN_UP));
}

void
ena_keep_end(struct ena_keep *k, bool pulled)
{
	k->k_ended = true;
	if (pulled && k->k_dev->dev_os != NULL)
		ena_gone(k->k_dev);
	ena_keep_off(k);
}

void
ena_keep_sleep(struct ena_keep *k, bool forever)
{
	if (!ena_keep_awake(k))
		return;
	k->k_asleep = true;
	if (forever && k->k_dev->dev_os != NULL)
		ena_fault(k->k_dev, ENA_REASON_SHUTDOWN);
	ena_keep_off(k);
}

void
ena_keep_wake(struct ena_keep *k)
{
	k->k_asleep = false;
}

/* ---- offers, settings, requests */

unsigned int
ena_keep_offers(const struct ena_keep *k)
{
	static const struct {
		uint32_t txo, rxo;	/* any of these */
		unsigned int needs;	/* all of those before it */
	} t[ENA_OFFERS] = {
		[ENA_OFFER_TX_IP4] = { ENA_TXO_IP4_CSUM, 0, 0 },
		[ENA_OFFER_TX_L4V4] = { ENA_TXO_L4V4_PARTIAL |
		    ENA_TXO_L4V4_FULL, 0, 0 },
		[ENA_OFFER_TX_L4V6] = { ENA_TXO_L4V6_PARTIAL |
		    ENA_TXO_L4V6_FULL, 0, 0 },
		[ENA_OFFER_TSO4] = { ENA_TXO_TSO4, 0,
		    1U << ENA_OFFER_TX_IP4 | 1U << ENA_OFFER_TX_L4V4 },
		[ENA_OFFER_TSO6] = { ENA_TXO_TSO6, 0,
		    1U << ENA_OFFER_TX_L4V6 },
		[ENA_OFFER_RX_IP4] = { 0, ENA_RXO_IP4_CSUM, 0 },
		[ENA_OFFER_RX_L4V4] = { 0, ENA_RXO_L4V4, 0 },
		[ENA_OFFER_RX_L4V6] = { 0, ENA_RXO_L4V6, 0 }
	};
	const struct ena_info *in = ena_dev_info(k->k_dev);
	unsigned int i, offers = 0;

	for (i = 0; i < ENA_OFFERS; i++)
		if (((in->in_tx_offloads & t[i].txo) |
		    (in->in_rx_offloads & t[i].rxo)) != 0 &&
		    (offers & t[i].needs) == t[i].needs)
			offers |= 1U << i;
	return (offers);
}

uint32_t
ena_keep_moderate(struct ena_keep *k, uint32_t us)
{
	return (ena_moderation_set(k->k_dev, us, us, true) == ENA_OK ? us :
	    0);
}

unsigned int
ena_keep_rx_bytes(const struct ena_keep *k)
{
	unsigned int bytes, frame;

	frame = k->k_mtu + ENA_L2_OVERHEAD;
	bytes = frame <= 2048 ? 2048 : 4096;
	while (bytes < 16384 &&
	    bytes * ena_dev_info(k->k_dev)->in_max_rx_segs < frame)
		bytes *= 2;
	return (bytes);
}

enum ena_result
ena_keep_await(struct ena_keep *k, enum ena_result r, struct ena_req *req)
{
	unsigned int n;

	if (r != ENA_OK)
		return (r);
	for (n = 0; req->rq_busy && n < 20; n++) {
		ena_os_wait(k->k_os, 1000);
		(void)ena_admin_reap(k->k_dev);
	}
	return (req->rq_busy ? ENA_BUSY : req->rq_result);
}

bool
ena_keep_table(struct ena_keep *k, uint8_t *table)
{
	unsigned int i, n = ena_dev_info(k->k_dev)->in_rss_entries, queue;

	for (i = 0; i < n; i++) {
		if (ena_rss_queue(k->k_dev, i, &queue) != ENA_OK)
			return (false);
		table[i] = (uint8_t)queue;
	}
	return (n != 0);
}
