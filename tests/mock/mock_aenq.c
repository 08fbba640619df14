/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events and interrupts of the device model.
 *
 * AENQ: event number p may be produced while p < head doorbell (mod 65536);
 * arming is the first head doorbell.  A link change that finds no room is
 * owed and sent when there is; other events are lost, as on a real device
 * whose driver sleeps.
 *
 * Vector 0 (management) is held back by INTR_MASK only.  The other vectors
 * mask themselves after each message and wait for an unmask write.  What
 * the driver has consumed is unknown to the device; it fires on unmask if
 * anything was written since the last message (protocol 10.9).
 */
#include "mock_priv.h"

void
mock_mgmt_kick(struct mockdev *d)
{
	if (!d->mgmt_pending || d->intr_masked || d->fatal || d->gone)
		return;
	d->mgmt_pending = false;
	d->st.interrupts++;
	mock_trace(d, "interrupt vector=0");
	d->bus.raise_vector(d->bus.arg, 0);
}

/* -- event ring */

static bool
aenq_room(const struct mockdev *d)
{
	return (d->aenq_armed &&
	    (uint16_t)(d->aenq_head - d->aenq_tail) != 0);
}

static bool
aenq_put(struct mockdev *d, uint16_t group, uint16_t syndrome,
    const uint32_t data[12])
{
	struct enahw_aenq_entry ev;
	uint64_t at, now;
	unsigned int i;

	if (!aenq_room(d)) {
		mock_trace(d, "event group=%u lost=1", group);
		return (false);
	}
	now = mock_now(d);
	memset(&ev, 0, sizeof(ev));
	ev.ev_w0 = enahw_le32(ENAHW_PUT(ENAHW_AENQ0_GROUP, group) |
	    ENAHW_PUT(ENAHW_AENQ0_SYNDROME, syndrome));
	ev.ev_w1 = enahw_le32(mock_phase(d->aenq_tail, d->aenq.depth));
	ev.ev_time_lo = enahw_le32((uint32_t)now);
	ev.ev_time_hi = enahw_le32((uint32_t)(now >> 32));
	for (i = 0; data != NULL && i < 12; i++)
		ev.ev_data[i] = enahw_le32(data[i]);
	at = d->aenq.base + (uint64_t)(d->aenq_tail & (d->aenq.depth - 1)) *
	    ENAHW_ADMIN_ENTRY;
	if (!mock_dma_wr(d, at, &ev, sizeof(ev), "AENQ entry"))
		return (false);
	mock_trace(d, "event group=%u syndrome=%u pos=%u", group, syndrome,
	    d->aenq_tail);
	mock_trace_payload(d, ev.ev_data);
	d->aenq_tail++;
	d->mgmt_pending = true;
	mock_mgmt_kick(d);
	return (true);
}

static void
link_event(struct mockdev *d)
{
	uint32_t data[12];

	if (!d->link_owed || !aenq_room(d))
		return;
	d->link_owed = false;
	if ((d->groups & ENAHW_AENQ_BIT(ENAHW_AENQ_LINK_CHANGE)) == 0)
		return;
	memset(data, 0, sizeof(data));
	data[ENAHW_EV_LINK_FLAGS] = d->link ? ENAHW_AENQ_LINK_UP : 0;
	aenq_put(d, ENAHW_AENQ_LINK_CHANGE, 0, data);
}

/*
 * Post an event.  Known groups are subject to the driver's selection; data
 * NULL with group LINK_CHANGE sends what is owed.
 */
bool
mock_aenq_post(struct mockdev *d, uint16_t group, uint16_t syndrome,
    const uint32_t data[12])
{
	if (d->fatal || d->gone || !d->aenq.set)
		return (false);
	if (group == ENAHW_AENQ_LINK_CHANGE && data == NULL) {
		link_event(d);
		return (true);
	}
	if (group < 32 && (d->p.aenq_groups & ENAHW_AENQ_BIT(group)) != 0 &&
	    (d->groups & ENAHW_AENQ_BIT(group)) == 0)
		return (false);
	return (aenq_put(d, group, syndrome, data));
}

void
mock_event(struct mockdev *d, uint16_t group, uint16_t syndrome,
    const uint32_t data[12])
{
	static const uint32_t none[12];

	mock_aenq_post(d, group, syndrome, data == NULL ? none : data);
}

static void
put_total(uint32_t *data, unsigned int word, uint64_t v)
{
	data[word] = (uint32_t)v;
	data[word + 1] = (uint32_t)(v >> 32);
}

void
mock_keep_alive(struct mockdev *d)
{
	uint32_t data[12];
	uint64_t now, period;

	period = d->p.keep_alive_us;
	now = mock_now(d);
	d->ka_due += period;
	if (d->o.keep_alive_jitter_us != 0)
		d->ka_due += mock_rand(d, d->o.keep_alive_jitter_us + 1);
	/* After a long pause with a full ring there is nothing to catch up. */
	if (!aenq_room(d) && d->ka_due <= now)
		d->ka_due += (now - d->ka_due) / period * period + period;
	mock_wake(d, d->ka_due);
	if (d->ka_stop)
		return;
	memset(data, 0, sizeof(data));
	put_total(data, ENAHW_EV_KA_RX_DROPS,
	    d->st.rx_drops - d->st_base.rx_drops);
	put_total(data, ENAHW_EV_KA_TX_DROPS,
	    d->st.tx_drops - d->st_base.tx_drops);
	put_total(data, ENAHW_EV_KA_RX_OVERRUNS,
	    d->st.rx_overruns - d->st_base.rx_overruns);
	mock_aenq_post(d, ENAHW_AENQ_KEEP_ALIVE, 0, data);
}

static void
aenq_arm(struct mockdev *d, uint16_t head)
{
	if (d->aenq_late && d->p.aenq_rule) {
		mock_rule(d, MR_AENQ_LATE, "AENQ_CAPS came after the first "
		    "of %llu commands",
		    (unsigned long long)d->st.admin_cmds);
		return;
	}
	if (d->intr_masked)
		mock_rule(d, MR_AENQ_ARMED_MASKED, "head %u", head);
	if (head != d->aenq.depth)
		mock_rule(d, MR_AENQ_ARM_SHORT, "head %u, depth %u", head,
		    d->aenq.depth);
	d->aenq_armed = true;
	d->aenq_head = head;
	d->link_owed = true;
	if (d->p.keep_alive_us != 0) {
		d->ka_due = mock_now(d) + d->p.keep_alive_us;
		mock_wake(d, d->ka_due);
	}
	mock_trace(d, "aenq armed=1 head=%u", head);
}

/* The head doorbell: arming, then flow control. */
void
mock_aenq_head(struct mockdev *d, uint32_t val)
{
	uint16_t head;

	d->st.doorbells++;
	if (val > 0xffff)
		mock_rule(d, MR_DB_HIGH_BITS, "AENQ head 0x%08x", val);
	head = (uint16_t)val;
	if (!d->aenq.set) {
		mock_rule(d, MR_AENQ_UNREGISTERED, "head %u", head);
		return;
	}
	if ((uint16_t)(head - d->aenq_tail) > d->aenq.depth ||
	    (uint16_t)(head - d->aenq_head) > d->aenq.depth) {
		mock_rule(d, MR_AENQ_HEAD, "head %u after %u, %u produced, "
		    "depth %u", head, d->aenq_head, d->aenq_tail,
		    d->aenq.depth);
		return;
	}
	if (!d->aenq_armed)
		aenq_arm(d, head);
	else if (head == d->aenq_head)
		mock_rule(d, MR_AENQ_HEAD_IDLE, "head %u again", head);
	d->aenq_head = head;
	if (!d->fatal)
		mock_aenq_post(d, ENAHW_AENQ_LINK_CHANGE, 0, NULL);
}

/* -- I/O vectors */

void
mock_vec_note(struct mockdev *d, uint32_t vector, bool rx)
{
	struct mock_vec *v;

	if (vector >= MOCK_VECTORS)
		return;
	v = &d->vec[vector];
	if (!v->pending)
		v->by_rx = rx;
	v->pending = true;
}

/* Send the message if there is cause and permission. */
void
mock_vec_fire(struct mockdev *d, uint32_t vector)
{
	struct mock_vec *v;

	if (vector >= MOCK_VECTORS || d->fatal || d->gone)
		return;
	v = &d->vec[vector];
	v->due = MOCK_NEVER;
	if (!v->armed || !v->pending)
		return;
	v->armed = false;
	v->pending = false;
	if (mock_hit(d, MOCK_F_INTR_LOST, NULL)) {
		mock_trace(d, "interrupt vector=%u lost=1", vector);
		return;
	}
	d->st.interrupts++;
	mock_trace(d, "interrupt vector=%u", vector);
	d->bus.raise_vector(d->bus.arg, vector);
}

/* As fire, after the moderation delay if there is one. */
void
mock_vec_kick(struct mockdev *d, uint32_t vector)
{
	struct mock_vec *v;
	uint32_t delay, res;

	if (vector >= MOCK_VECTORS)
		return;
	v = &d->vec[vector];
	if (!v->armed || !v->pending || v->due != MOCK_NEVER)
		return;
	delay = 0;
	if (d->p.moderation_us >= 0) {
		res = (uint32_t)d->p.moderation_us;
		delay = v->by_rx ? v->rx_delay : v->tx_delay;
		delay *= res == 0 ? 1 : res;
	}
	if (delay == 0) {
		mock_vec_fire(d, vector);
		return;
	}
	v->due = mock_now(d) + delay;
	mock_wake(d, v->due);
}

void
mock_unmask(struct mockdev *d, struct mock_cq *cq, uint32_t val)
{
	struct mock_vec *v;

	if (cq->vector >= MOCK_VECTORS) {
		mock_rule(d, MR_UNMASK_POLLED, "0x%08x", val);
		return;
	}
	v = &d->vec[cq->vector];
	if ((val & ENAHW_UNMASK_NO_MODER) == 0) {
		v->rx_delay = (uint16_t)ENAHW_GET(ENAHW_UNMASK_RX_DELAY, val);
		v->tx_delay = (uint16_t)ENAHW_GET(ENAHW_UNMASK_TX_DELAY, val);
		if (d->p.moderation_us < 0 &&
		    (v->rx_delay | v->tx_delay) != 0)
			mock_rule(d, MR_MODERATION, "delays %u, %u",
			    v->rx_delay, v->tx_delay);
	}
	if ((val & ENAHW_UNMASK_UNMASK) == 0) {
		v->armed = false;
		v->due = MOCK_NEVER;
		return;
	}
	if (v->armed)
		mock_rule(d, MR_UNMASK_DOUBLE, "vector %u", cq->vector);
	v->armed = true;
	mock_vec_kick(d, cq->vector);
}
