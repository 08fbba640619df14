/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netmap(4): a port whose rings a process has taken, without the process'
 * view of it: tests put frames into rings and take them out here.
 */
#include "fk_priv.h"
#include "fk_net.h"
#include "fk_freebsd.h"

#include <net/netmap.h>
#include <dev/netmap/netmap_kern.h>

#define BUF_SIZE	2048U
#define SPARE		2U	/* index 0 is nobody's, 1 for indirection */

int netmap_no_pendintr = 1;
static struct netmap_adapter *port;
static bool in_register;
static struct sx nmg;			/* NMG_LOCK */
static fk_rx_fn *rx_fn;
static void *rx_arg;

struct netmap_adapter *
fk_netmap_na(struct ifnet *ifp)
{
	return (port != NULL && port->ifp == ifp ? port : NULL);
}

int
netmap_attach(struct netmap_adapter *arg)
{
	fk_waitok("netmap_attach");
	if (arg->ifp == NULL || arg->nm_txsync == NULL ||
	    arg->nm_rxsync == NULL || arg->nm_register == NULL)
		fk_die("netmap-attach", "netmap_attach: not all is there");
	if (port != NULL)
		fk_die("netmap-attach", "netmap_attach twice");
	if (fc_fails("netmap_attach"))
		return (ENOMEM);
	port = fc_alloc("netmap adapter", sizeof(*port), 16);
	*port = *arg;
	port->na_flags |= NAF_NATIVE;
	arg->ifp->if_capabilities |= IFCAP_NETMAP;
	sx_init_flags(&nmg, "netmap", SX_NEW);
	return (0);
}

static void
ring_free(struct netmap_kring *k)
{
	uint32_t i, b;

	for (i = 0; i < k->nkr_num_slots; i++) {
		b = k->ring->slot[i].buf_idx;
		if (b < SPARE || b >= port->na_lut.objtotal ||
		    port->na_lut.lut[b].vaddr == NULL) {
			FK_RULE("netmap-buf", "%s slot %u: buffer %u", k->name,
			    i, b);
			continue;
		}
		if (fc_mapped(port->na_lut.lut[b].vaddr, BUF_SIZE))
			FK_RULE("dma-free-mapped", "a buffer of netmap's");
		fc_free(port->na_lut.lut[b].vaddr);
		port->na_lut.lut[b].vaddr = NULL;
	}
	fc_free(k->ring);
	fc_free(k);
}

static void
rings_free(void)
{
	u_int i;

	if (port->tx_rings == NULL)
		return;
	for (i = 0; i < port->num_tx_rings; i++)
		ring_free(port->tx_rings[i]);
	for (i = 0; i < port->num_rx_rings; i++)
		ring_free(port->rx_rings[i]);
	fc_free(port->tx_rings);
	fc_free(port->rx_rings);
	fc_free(port->na_lut.lut[0].vaddr);
	fc_free(port->na_lut.lut);
	port->tx_rings = port->rx_rings = NULL;
}

void
netmap_detach(struct ifnet *ifp)
{
	fc_point("netmap_detach");
	if (fk_netmap_na(ifp) == NULL)
		return;
	fk_waitok("netmap_detach");
	rings_free();
	sx_destroy(&nmg);
	fc_free(port);
	port = NULL;
}

/* ---- rings */

static struct netmap_kring *
ring_new(enum txrx tx, u_int id, u_int slots, uint32_t *buf)
{
	struct netmap_kring *k;
	uint32_t i;

	k = fc_alloc("netmap kring", sizeof(*k), 16);
	memset(k, 0, sizeof(*k));
	k->ring = fc_alloc("netmap ring", sizeof(*k->ring) +
	    slots * sizeof(k->ring->slot[0]), 16);
	memset(k->ring, 0, sizeof(*k->ring) + slots *
	    sizeof(k->ring->slot[0]));
	k->na = port;
	k->tx = tx;
	k->ring_id = id;
	k->nkr_num_slots = k->ring->num_slots = slots;
	snprintf(k->name, sizeof(k->name), "%s%u", tx == NR_TX ? "TX" : "RX",
	    id);
	for (i = 0; i < slots; i++) {
		k->ring->slot[i].buf_idx = *buf;
		port->na_lut.lut[*buf].vaddr = fc_alloc("netmap buf",
		    BUF_SIZE, BUF_SIZE);
		memset(port->na_lut.lut[*buf].vaddr, 0xa5, BUF_SIZE);
		++*buf;
	}
	/* a transmit ring is the user's, a receive ring the device's */
	k->nr_hwtail = k->rtail = k->ring->tail = tx == NR_TX ? slots - 1 : 0;
	return (k);
}

static void
rings_new(const struct nm_config_info *in)
{
	uint32_t buf = SPARE, total;
	u_int i;

	port->num_tx_rings = in->num_tx_rings;
	port->num_rx_rings = in->num_rx_rings;
	total = SPARE + in->num_tx_rings * in->num_tx_descs +
	    in->num_rx_rings * in->num_rx_descs;
	port->na_lut.objtotal = total;
	port->na_lut.objsize = BUF_SIZE;
	port->na_lut.lut = fc_alloc("netmap lut", total *
	    sizeof(struct lut_entry), 16);
	memset(port->na_lut.lut, 0, total * sizeof(struct lut_entry));
	port->na_lut.lut[0].vaddr = fc_alloc("netmap buf", BUF_SIZE, BUF_SIZE);
	port->tx_rings = fc_alloc("netmap rings", in->num_tx_rings *
	    sizeof(port->tx_rings[0]), 16);
	port->rx_rings = fc_alloc("netmap rings", in->num_rx_rings *
	    sizeof(port->rx_rings[0]), 16);
	for (i = 0; i < in->num_tx_rings; i++)
		port->tx_rings[i] = ring_new(NR_TX, i, in->num_tx_descs, &buf);
	for (i = 0; i < in->num_rx_rings; i++)
		port->rx_rings[i] = ring_new(NR_RX, i, in->num_rx_descs, &buf);
}

struct netmap_slot *
netmap_reset(struct netmap_adapter *na, enum txrx tx, u_int n, u_int new_cur)
{
	struct netmap_kring *k;

	(void)new_cur;
	fc_point("netmap_reset");
	if (!nm_native_on(na) || n >= (tx == NR_TX ? na->num_tx_rings :
	    na->num_rx_rings))
		return (NULL);
	k = tx == NR_TX ? na->tx_rings[n] : na->rx_rings[n];
	if (k->nr_pending_mode == NKR_NETMAP_OFF) {
		k->nr_mode = NKR_NETMAP_OFF;
		return (NULL);
	}
	/* what was not sent counts as sent; what is unread stays */
	if (tx == NR_TX) {
		k->nr_hwcur = k->rhead;
		k->nr_hwtail = nm_prev(k->rhead, k->nkr_num_slots - 1);
	}
	k->nr_mode = NKR_NETMAP_ON;
	k->k_notified++;
	return (k->ring->slot);
}

int
netmap_ring_reinit(struct netmap_kring *k)
{
	k->rhead = k->rcur = k->ring->head = k->ring->cur = k->nr_hwcur;
	k->rtail = k->ring->tail = k->nr_hwtail;
	return (1);
}

int
netmap_rx_irq(struct ifnet *ifp, u_int q, u_int *work)
{
	struct netmap_adapter *na = fk_netmap_na(ifp);
	struct netmap_kring *k;

	fc_point("netmap_rx_irq");
	if (fk_cx()->cx_mtx != NULL)
		FK_RULE("netmap-irq", "with \"%s\" held",
		    fk_cx()->cx_mtx->lock_object.lo_name);
	if (!nm_native_on(na) || na->tx_rings == NULL)
		return (NM_IRQ_PASS);
	if (q >= (work != NULL ? na->num_rx_rings : na->num_tx_rings))
		return (NM_IRQ_PASS);
	k = work != NULL ? na->rx_rings[q] : na->tx_rings[q];
	if (k->nr_mode == NKR_NETMAP_OFF)
		return (NM_IRQ_PASS);
	k->nr_kflags |= NKR_PENDINTR;
	k->k_notified++;
	if (work != NULL)
		*work = 1;
	return (NM_IRQ_COMPLETED);
}

void
netmap_krings_mode_commit(struct netmap_adapter *na, int on)
{
	u_int i;

	if (!in_register)
		FK_RULE("netmap-mode", "modes are changed by nm_register()");
	for (i = 0; i < na->num_tx_rings; i++)
		na->tx_rings[i]->nr_mode = on != 0 ? NKR_NETMAP_ON :
		    NKR_NETMAP_OFF;
	for (i = 0; i < na->num_rx_rings; i++)
		na->rx_rings[i]->nr_mode = on != 0 ? NKR_NETMAP_ON :
		    NKR_NETMAP_OFF;
}

static int
host_transmit(if_t ifp, struct mbuf *m)
{
	(void)ifp;
	m_freem(m);		/* to the host ring, which nobody reads */
	return (0);
}

static if_transmit_fn_t saved_transmit;

void
nm_set_native_flags(struct netmap_adapter *na)
{
	na->na_flags |= NAF_NETMAP_ON;
	na->ifp->if_capenable |= IFCAP_NETMAP;
	saved_transmit = na->ifp->if_transmit;
	na->ifp->if_transmit = host_transmit;
}

void
nm_clear_native_flags(struct netmap_adapter *na)
{
	if ((na->na_flags & NAF_NETMAP_ON) == 0)
		return;
	na->na_flags &= ~(uint32_t)NAF_NETMAP_ON;
	na->ifp->if_capenable &= ~IFCAP_NETMAP;
	na->ifp->if_transmit = saved_transmit;
}

/* ---- a process opens and closes the port */

static int reg_error;

static void
pending(uint32_t mode)
{
	u_int i;

	for (i = 0; i < port->num_tx_rings; i++)
		port->tx_rings[i]->nr_pending_mode = mode;
	for (i = 0; i < port->num_rx_rings; i++)
		port->rx_rings[i]->nr_pending_mode = mode;
}

static void
call_register(int on)
{
	in_register = true;
	reg_error = port->nm_register(port, on);
	in_register = false;
}

static void
do_open(void *arg)
{
	struct nm_config_info in;

	(void)arg;
	reg_error = ENXIO;
	if (port == NULL || port->tx_rings != NULL)
		return;
	sx_xlock(&nmg);
	memset(&in, 0, sizeof(in));
	in.num_tx_rings = port->num_tx_rings;
	in.num_rx_rings = port->num_rx_rings;
	in.num_tx_descs = port->num_tx_desc;
	in.num_rx_descs = port->num_rx_desc;
	if (port->nm_config != NULL)
		port->nm_config(port, &in);
	rings_new(&in);
	pending(NKR_NETMAP_ON);
	call_register(1);
	if (reg_error != 0)
		rings_free();
	sx_xunlock(&nmg);
}

static void
do_close(void *arg)
{
	(void)arg;
	reg_error = ENXIO;
	if (port == NULL || port->tx_rings == NULL)
		return;
	sx_xlock(&nmg);
	pending(NKR_NETMAP_OFF);
	call_register(0);
	rings_free();
	sx_xunlock(&nmg);
}

int
fk_netmap(bool on)
{
	if (!fk_proc(on ? do_open : do_close, NULL))
		return (-1);
	return (reg_error);
}

unsigned int
fk_netmap_rings(void)
{
	return (port == NULL || port->tx_rings == NULL ? 0 :
	    port->num_tx_rings);
}

unsigned int
fk_netmap_events(unsigned int q, bool tx)
{
	return (tx ? port->tx_rings[q]->k_notified :
	    port->rx_rings[q]->k_notified);
}

/* ---- what poll(2) and ioctl(2) do with a ring */

/* Between a and b, going forward. */
static bool
between(const struct netmap_kring *k, uint32_t x, uint32_t a, uint32_t b)
{
	uint32_t n = k->nkr_num_slots;

	return ((x + n - a) % n <= (b + n - a) % n);
}

static void
sync_ring(struct netmap_kring *k, int flags)
{
	uint32_t lim = k->nkr_num_slots - 1;
	int (*fn)(struct netmap_kring *, int);

	k->rhead = k->ring->head;
	k->rcur = k->ring->cur = k->ring->head;
	fn = k->tx == NR_TX ? port->nm_txsync : port->nm_rxsync;
	fn(k, flags);
	fk_kernel_leave("netmap's sync");
	if (k->nr_hwtail > lim || k->nr_hwcur > lim ||
	    (k->tx == NR_TX && !between(k, k->nr_hwtail, k->rhead,
	    nm_prev(k->nr_hwcur, lim))))
		FK_RULE("netmap-tail", "%s: head %u, hwcur %u, hwtail %u",
		    k->name, k->rhead, k->nr_hwcur, k->nr_hwtail);
	k->rtail = k->ring->tail = k->nr_hwtail;
}

struct put {
	unsigned int q, n, done;
	const struct fk_tx *tx;
};

/* One frame into slots of at most a buffer, or of tx->frag bytes. */
static bool
put_frame(struct netmap_kring *k, const struct fk_tx *tx)
{
	uint32_t lim = k->nkr_num_slots - 1, i = k->ring->head;
	size_t most = tx->frag != 0 && tx->frag < BUF_SIZE ? tx->frag :
	    BUF_SIZE, off, part;
	struct netmap_slot *slot;
	uint32_t need = (uint32_t)((tx->len + most - 1) / most);

	if ((k->ring->tail + lim + 1 - i) % (lim + 1) < need)
		return (false);
	for (off = 0; off < tx->len; off += part) {
		slot = &k->ring->slot[i];
		part = MIN(most, tx->len - off);
		memcpy(NMB(port, slot), tx->frame + off, part);
		slot->len = (uint16_t)part;
		slot->flags = off + part < tx->len ? NS_MOREFRAG : 0;
		i = nm_next(i, lim);
	}
	k->ring->head = i;
	return (true);
}

static void
do_put(void *arg)
{
	struct put *p = arg;
	struct netmap_kring *k;

	if (fk_netmap_rings() <= p->q)
		return;
	k = port->tx_rings[p->q];
	while (p->done < p->n && put_frame(k, &p->tx[p->done]))
		p->done++;
	sync_ring(k, NAF_FORCE_RECLAIM);
}

unsigned int
fk_netmap_send(unsigned int q, const struct fk_tx *tx, unsigned int n)
{
	struct put p = { q, n, 0, tx };

	fk_proc(do_put, &p);
	return (p.done);
}

static void
take_frame(struct netmap_kring *k)
{
	static uint8_t frame[70000];
	uint32_t lim = k->nkr_num_slots - 1;
	struct netmap_slot *slot;
	struct fk_rx rx;
	bool more;

	memset(&rx, 0, sizeof(rx));
	do {
		slot = &k->ring->slot[k->ring->head];
		more = (slot->flags & NS_MOREFRAG) != 0;
		if (slot->len > BUF_SIZE || rx.len + slot->len > sizeof(frame))
			fk_die("netmap-buf", "a slot of more than a buffer");
		memcpy(frame + rx.len, NMB(port, slot), slot->len);
		rx.len += slot->len;
		rx.segs++;
		k->ring->head = nm_next(k->ring->head, lim);
	} while (more && k->ring->head != k->ring->tail);
	if (more)
		FK_RULE("netmap-tail", "%s: half a frame", k->name);
	rx.frame = frame;
	rx.queue = k->ring_id;
	if (rx_fn != NULL)
		rx_fn(rx_arg, &rx);
}

static void
do_take(void *arg)
{
	struct netmap_kring *k;
	unsigned int q = *(unsigned int *)arg;

	if (fk_netmap_rings() <= q)
		return;
	k = port->rx_rings[q];
	sync_ring(k, NAF_FORCE_READ);
	while (k->ring->head != k->ring->tail)
		take_frame(k);
	sync_ring(k, 0);		/* gives them back */
}

void
fk_netmap_receive(unsigned int q, fk_rx_fn *fn, void *arg)
{
	rx_fn = fn;
	rx_arg = arg;
	fk_proc(do_take, &q);
}

void
fk_netmap_open(void)
{
	port = NULL;
	in_register = false;
}
