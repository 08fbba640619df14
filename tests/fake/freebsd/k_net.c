/* SPDX-License-Identifier: BSD-2-Clause */
/* The stack's end of an interface: ioctls, packets, what tests see. */
#include "fk_priv.h"
#include "fk_net.h"
#include "fk_common.h"
#include "fk_freebsd.h"

#include <sys/smp.h>
#include <sys/sockio.h>
#include <net/ethernet.h>
#include <net/if_media.h>

/* ---- ioctls, as ifioctl() and ifhwioctl() do them */

struct io {
	u_long cmd;
	caddr_t data;
	int (*fn)(struct ifnet *, struct io *);
	int set, clear, error;
	const uint8_t *mac;
};

static int
io_plain(struct ifnet *ifp, struct io *io)
{
	return (ifp->if_ioctl(ifp, io->cmd, io->data));
}

/* What the driver answers is not looked at. */
static int
io_flags(struct ifnet *ifp, struct io *io)
{
	int was = ifp->if_flags;
	int want = (was | io->set) & ~io->clear;

	if ((was & IFF_UP) != 0 && (want & IFF_UP) == 0) {
		ifp->if_flags &= ~IFF_UP;
		ifp->if_qflush(ifp);
	}
	ifp->if_flags = want;
	(void)ifp->if_ioctl(ifp, SIOCSIFFLAGS, io->data);
	return (0);
}

static int
io_mtu(struct ifnet *ifp, struct io *io)
{
	int mtu = ((struct ifreq *)io->data)->ifr_mtu;

	if (mtu < 72 || mtu > 65535)
		return (EINVAL);
	return (ifp->if_ioctl(ifp, SIOCSIFMTU, io->data));
}

static int
io_cap(struct ifnet *ifp, struct io *io)
{
	int want = ((struct ifreq *)io->data)->ifr_reqcap;

	if ((want & ~ifp->if_capabilities) != 0)
		return (EINVAL);
	return (ifp->if_ioctl(ifp, SIOCSIFCAP, io->data));
}

static int
io_multi(struct ifnet *ifp, struct io *io)
{
	struct fk_multi **link, *mc;

	for (link = &ifp->if_multi; (mc = *link) != NULL; link = &mc->mc_next)
		if (memcmp(mc->mc_addr, io->mac, 6) == 0)
			break;
	if (io->cmd == SIOCDELMULTI) {
		if (mc == NULL)
			return (ENOENT);
		if (--mc->mc_refs != 0)
			return (0);
		*link = mc->mc_next;
		fc_free(mc);
	} else if (mc != NULL) {
		mc->mc_refs++;
		return (0);
	} else {
		mc = fc_alloc("ether_multi", sizeof(*mc), 16);
		memset(mc, 0, sizeof(*mc));
		memcpy(mc->mc_addr, io->mac, 6);
		mc->mc_refs = 1;
		mc->mc_next = ifp->if_multi;
		ifp->if_multi = mc;
	}
	(void)ifp->if_ioctl(ifp, io->cmd, NULL);
	return (0);
}

/* A new address: the driver learns of it by going down and up. */
static int
io_lladdr(struct ifnet *ifp, struct io *io)
{
	memcpy(ifp->if_mac, io->mac, 6);
	if ((ifp->if_flags & IFF_UP) == 0)
		return (0);
	ifp->if_flags &= ~IFF_UP;
	(void)ifp->if_ioctl(ifp, SIOCSIFFLAGS, io->data);
	ifp->if_flags |= IFF_UP;
	(void)ifp->if_ioctl(ifp, SIOCSIFFLAGS, io->data);
	return (0);
}

static void
do_ioctl(void *arg)
{
	struct io *io = arg;

	io->error = fk_the_if == NULL ? ENXIO : io->fn(fk_the_if, io);
	fk_kernel_leave("if_ioctl");
	if (io->error == ENETRESET)
		FK_RULE("ioctl-reset", "ENETRESET left to the user");
}

static int
run_io(struct io *io)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	if (io->data == NULL)
		io->data = (caddr_t)&ifr;
	if (!fk_proc(do_ioctl, io))
		return (-1);
	return (io->error);
}

int
fk_set_flags(int set, int clear)
{
	struct io io = { .fn = io_flags, .set = set, .clear = clear };

	return (run_io(&io));
}

int
fk_up(void)
{
	return (fk_set_flags(IFF_UP, 0));
}

int
fk_set_addr(void)
{
	struct io io = { .fn = io_plain, .cmd = SIOCSIFADDR };

	return (run_io(&io));
}

int
fk_set_mtu(int mtu)
{
	struct ifreq ifr;
	struct io io = { .fn = io_mtu, .data = (caddr_t)&ifr };

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_mtu = mtu;
	return (run_io(&io));
}

int
fk_multi(bool add, const uint8_t mac[6])
{
	struct io io = { .fn = io_multi, .mac = mac,
	    .cmd = add ? SIOCADDMULTI : SIOCDELMULTI };

	return (run_io(&io));
}

int
fk_set_lladdr(const uint8_t mac[6])
{
	struct io io = { .fn = io_lladdr, .mac = mac };

	return (run_io(&io));
}

int
fk_bad_ioctl(void)
{
	struct io io = { .fn = io_plain, .cmd = _IOW('i', 250, struct ifreq) };

	return (run_io(&io));
}

int
fk_get_media(uint64_t *status, uint64_t *active)
{
	struct ifmediareq r;
	struct io io = { .fn = io_plain, .cmd = SIOCGIFMEDIA,
	    .data = (caddr_t)&r };
	int error;

	memset(&r, 0, sizeof(r));
	error = run_io(&io);
	*status = (uint64_t)r.ifm_status;
	*active = (r.ifm_active & IFM_NMASK) == IFM_ETHER ? FK_MEDIA_ETHER : 0;
	return (error);
}

int
fk_set_media(uint64_t media)
{
	struct ifreq ifr;
	struct io io = { .fn = io_plain, .cmd = SIOCSIFMEDIA,
	    .data = (caddr_t)&ifr };

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_media = IFM_ETHER |
	    (media == FK_MEDIA_ETHER ? IFM_AUTO : IFM_10G_T);
	return (run_io(&io));
}

int
fk_get_rxr(unsigned int *rings, unsigned int *alive, unsigned int *size)
{
	*rings = *alive = *size = 0;
	return (ENOTTY);
}

/* ---- capabilities */

int
fk_set_caps(int set, int clear)
{
	struct ifreq ifr;
	struct io io = { .fn = io_cap, .data = (caddr_t)&ifr };

	if (fk_the_if == NULL)
		return (ENXIO);
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_reqcap = (fk_the_if->if_capenable | set) & ~clear;
	return (run_io(&io));
}

int
fk_set_lro(bool on)
{
	return (fk_set_caps(on ? IFCAP_LRO : 0, on ? 0 : IFCAP_LRO));
}

int
fk_caps(int *enabled, int *hwassist)
{
	if (enabled != NULL)
		*enabled = fk_the_if == NULL ? 0 : fk_the_if->if_capenable;
	if (hwassist != NULL)
		*hwassist = fk_the_if == NULL ? 0 : fk_the_if->if_hwassist;
	return (fk_the_if == NULL ? 0 : fk_the_if->if_capabilities);
}

void
fk_vlans(unsigned int n)
{
	if (fk_the_if != NULL)
		fk_the_if->if_vlans = n;
}

/* ---- what tests see */

bool
fk_attached(void)
{
	return (fk_the_if != NULL);
}

static unsigned int
caps_of(const struct ifnet *ifp)
{
	unsigned int caps = 0;
	int c = ifp->if_hwassist;

	if ((c & (CSUM_IP_TCP | CSUM_IP_UDP)) != 0)
		caps |= FK_CAP_CSUM4;
	if ((c & (CSUM_IP6_TCP | CSUM_IP6_UDP)) != 0)
		caps |= FK_CAP_CSUM6;
	if ((c & CSUM_IP_TSO) != 0)
		caps |= FK_CAP_TSO4;
	if ((c & CSUM_IP6_TSO) != 0)
		caps |= FK_CAP_TSO6;
	if ((c & CSUM_IP) != 0)
		caps |= FK_CAP_IP;
	return (caps);
}

bool
fk_if(struct fk_if *o)
{
	struct ifnet *ifp = fk_the_if;

	memset(o, 0, sizeof(*o));
	if (ifp == NULL)
		return (false);
	memcpy(o->name, ifp->if_xname, sizeof(o->name));
	memcpy(o->mac, ifp->if_mac, 6);
	o->flags = (unsigned int)((ifp->if_flags & ~IFF_DRV_RUNNING) |
	    (ifp->if_drv_flags & IFF_DRV_RUNNING));
	o->link_state = ifp->if_link_state == LINK_STATE_UP ? FK_LINK_UP :
	    ifp->if_link_state == LINK_STATE_DOWN ? FK_LINK_DOWN : 0;
	o->mtu = (unsigned int)ifp->if_mtu;
	o->caps = caps_of(ifp);
	o->baudrate = ifp->if_baudrate;
	o->txqs = o->rxqs = fk_vectors() - 1;
	o->ierrors = ifp->if_get_counter(ifp, IFCOUNTER_IERRORS);
	o->oerrors = ifp->if_get_counter(ifp, IFCOUNTER_OERRORS);
	o->oqdrops = ifp->if_get_counter(ifp, IFCOUNTER_OQDROPS);
	o->iqdrops = ifp->if_get_counter(ifp, IFCOUNTER_IQDROPS);
	o->queued = fk_ring_mbufs();
	o->link_changes = fk_link_changes;
	return (true);
}

uint64_t
fk_counter(enum fk_counter c)
{
	return (fk_the_if == NULL ? 0 :
	    fk_the_if->if_get_counter(fk_the_if, (ift_counter)c));
}

void
fk_congested(bool on)
{
	(void)on;
}

/* ---- sending */

static uint32_t
csum_of(const struct fk_tx *tx)
{
	bool v6 = tx->len >= 14 && tx->frame[12] == 0x86;
	uint32_t c = 0;

	if ((tx->csum & FK_CS_IP) != 0)
		c |= CSUM_IP;
	if ((tx->csum & FK_CS_TCP) != 0)
		c |= v6 ? CSUM_IP6_TCP : CSUM_IP_TCP;
	if ((tx->csum & FK_CS_UDP) != 0)
		c |= v6 ? CSUM_IP6_UDP : CSUM_IP_UDP;
	if ((tx->csum & FK_CS_TSO) != 0)
		c |= v6 ? CSUM_IP6_TSO : CSUM_IP_TSO;
	return (c);
}

/* Where in the packet the stack wants the sum: csum_data, as it sets it. */
static uint32_t
sum_at(const struct fk_tx *tx)
{
	return ((tx->csum & FK_CS_TCP) != 0 ? 16 :
	    (tx->csum & FK_CS_UDP) != 0 ? 6 : 0);
}

static struct mbuf *
part_mbuf(int how, bool first, size_t part)
{
	int flags = first ? M_PKTHDR : 0;

	if (part <= (size_t)(first ? MHLEN : MLEN))
		return (first ? m_gethdr(how, MT_DATA) :
		    m_get(how, MT_DATA));
	return (m_getjcl(how, MT_DATA, flags, part <= MCLBYTES ?
	    MCLBYTES : part <= MJUMPAGESIZE ? MJUMPAGESIZE : part <=
	    MJUM9BYTES ? MJUM9BYTES : MJUM16BYTES));
}

/*
 * TCP makes no segment of more mbufs than the interface takes; here it has
 * larger ones then.
 */
static size_t
frag_of(const struct fk_tx *tx)
{
	size_t frag = tx->frag != 0 ? tx->frag : tx->len;
	u_int most;

	if ((tx->csum & FK_CS_TSO) == 0 || fk_the_if == NULL)
		return (frag);
	most = fk_the_if->if_hw_tsomaxsegcount;
	return (most > 3 ? MAX(frag, tx->len / (most - 2) + 1) : frag);
}

static struct mbuf *
chain(const struct fk_tx *tx, int how)
{
	struct mbuf *m0 = NULL, **mp = &m0, *m;
	size_t off = 0, part, room;

	while (off < tx->len) {
		room = frag_of(tx);
		if (m0 == NULL && tx->head != 0)
			room = tx->head;
		part = MIN(MIN(room, tx->len - off), MJUM16BYTES);
		m = part_mbuf(how, m0 == NULL, part);
		if (m == NULL) {
			m_freem(m0);
			return (NULL);
		}
		memcpy(m->m_data, tx->frame + off, part);
		m->m_len = (int)part;
		*mp = m;
		mp = &m->m_next;
		off += part;
	}
	m0->m_pkthdr.len = (int)tx->len;
	m0->m_pkthdr.csum_flags = csum_of(tx);
	m0->m_pkthdr.csum_data = sum_at(tx);
	m0->m_pkthdr.tso_segsz = (uint16_t)tx->mss;
	m0->m_pkthdr.flowid = tx->flow;
	M_HASHTYPE_SET(m0, M_HASHTYPE_OPAQUE);
	return (m0);
}

struct burst {
	const struct fk_tx *tx;
	unsigned int n, sent;
};

static void
do_send(void *arg)
{
	struct burst *b = arg;
	struct epoch_tracker et;
	struct mbuf *m;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		m = chain(&b->tx[i], M_WAITOK);
		NET_EPOCH_ENTER(et);
		if (fk_the_if == NULL)
			m_freem(m);
		else if (fk_if_transmit(fk_the_if, m) == 0)
			b->sent++;
		NET_EPOCH_EXIT(et);
	}
}

static struct burst later;

static void
send_later(void *arg)
{
	(void)arg;
	do_send(&later);
	fk_kernel_leave("system call");
}

void
fk_send_start(const struct fk_tx *tx, unsigned int n)
{
	later.tx = tx;
	later.n = n;
	later.sent = 0;
	fc_ctx_daemon(fk_ctx("sender", FK_PROC, send_later, NULL));
}

unsigned int
fk_send_process(const struct fk_tx *tx, unsigned int n)
{
	struct burst b = { tx, n, 0 };

	fk_proc(do_send, &b);
	return (b.sent);
}

/* What a software interrupt, which may not wait for memory, will send. */
static struct mbuf *forward;

static void
do_make(void *arg)
{
	const struct burst *b = arg;
	struct mbuf **mp = &forward;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		*mp = chain(&b->tx[i], M_WAITOK);
		mp = &(*mp)->m_nextpkt;
	}
}

static void
do_forward(void *arg)
{
	struct burst *b = arg;
	struct epoch_tracker et;
	struct mbuf *m;

	NET_EPOCH_ENTER(et);
	while ((m = forward) != NULL) {
		forward = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (fk_the_if == NULL)
			m_freem(m);
		else if (fk_if_transmit(fk_the_if, m) == 0)
			b->sent++;
	}
	NET_EPOCH_EXIT(et);
	fk_kernel_leave("swi");
}

/* netisr's thread: one a CPU, which goes before processes. */
unsigned int
fk_send_burst(const struct fk_tx *tx, unsigned int n)
{
	struct burst b = { tx, n, 0 };
	struct fc_ctx *x;

	if (!fk_proc(do_make, &b))
		return (0);
	x = fk_ctx("netisr", FK_ITHREAD, do_forward, &b);
	fc_ctx_intr(x, fc_rand((uint32_t)mp_ncpus), FK_LEVEL_ITHREAD);
	if (!fc_run_ctx(x, 300000000) && fc_dead() == NULL)
		FK_RULE("hang", "a software interrupt does not return");
	return (b.sent);
}

/* The stack's answer, from what fk_on_rx() was told to call. */
int
fk_send_here(const struct fk_tx *tx)
{
	struct mbuf *m = chain(tx, M_NOWAIT);

	return (m == NULL ? ENOBUFS : fk_if_transmit(fk_the_if, m));
}

uint64_t
fk_tcp_tso(void)
{
	return (0);
}

void
fk_net_open(void)
{
	fk_ifnet_open();
}
