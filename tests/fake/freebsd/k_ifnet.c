/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces as the driver sees them: if_t, media, Ethernet, buf_rings. */
#include "fk_priv.h"
#include "fk_net.h"
#include "sys_mbuf.h"

#include <sys/sockio.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <netinet6/ip6_var.h>

#define BR_MAGIC	0x62756672U

MALLOC_DEFINE(M_IFADDR, "ifaddr", "media");
struct ifnet *fk_the_if;
static unsigned int bpf_out;
static bool listening;
static fk_rx_fn *rx_fn;
static void *rx_arg;
static struct buf_ring *rings;
static char stack_node;			/* to order by: the stack's locks */
unsigned int fk_link_changes;

/* ---- life */

static void
link_task(void *arg, int pending)
{
	/* several at once are told as one, which says how many */
	if (arg == fk_the_if)
		fk_link_changes += (unsigned int)pending;
}

if_t
if_alloc(u_char type)
{
	struct ifnet *ifp;

	fk_waitok("if_alloc");
	if (type != IFT_ETHER)
		fk_die("if-type", "if_alloc");
	ifp = fc_alloc("ifnet", sizeof(*ifp), 64);
	memset(ifp, 0, sizeof(*ifp));
	ifp->if_state = FK_IF_ALLOC;
	TASK_INIT(&ifp->if_linktask, 0, link_task, ifp);
	return (ifp);
}

void *
if_gethandle(u_char type)
{
	return (if_alloc(type));
}

static void
if_check(const struct ifnet *ifp, const char *who)
{
	const char *what;
	size_t size;

	if (!fc_alloc_find(ifp, &what, &size) || strcmp(what, "ifnet") != 0)
		fk_die("if-freed", who);
}

void
if_free(if_t ifp)
{
	fc_point("if_free");
	if_check(ifp, "if_free");
	if (ifp->if_state == FK_IF_ATTACHED)
		fk_die("if-order", "if_free of an attached interface");
	if (fk_the_if == ifp)
		fk_the_if = NULL;
	fk_gone(ifp, sizeof(*ifp), "if_free");
	fc_free(ifp);
}

void
if_initname(if_t ifp, const char *name, int unit)
{
	if_check(ifp, "if_initname");
	ifp->if_dname = name;
	snprintf(ifp->if_xname, sizeof(ifp->if_xname), "%s%d", name, unit);
}

int
if_printf(if_t ifp, const char *fmt, ...)
{
	va_list ap;
	int n;

	n = printf("%s: ", ifp->if_xname);
	va_start(ap, fmt);
	n += vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

void
ether_ifattach(struct ifnet *ifp, const u_int8_t *mac)
{
	fc_point("ether_ifattach");
	fk_waitok("ether_ifattach");
	if_check(ifp, "ether_ifattach");
	if (ifp->if_state != FK_IF_ALLOC)
		fk_die("if-order", "ether_ifattach twice");
	if (ifp->if_xname[0] == '\0')
		fk_die("if-name", "ether_ifattach");
	if ((ifp->if_transmit == NULL) != (ifp->if_qflush == NULL))
		fk_die("if-qflush", "if_transmit and if_qflush go together");
	if (ifp->if_transmit == NULL || ifp->if_ioctl == NULL ||
	    ifp->if_init == NULL)
		fk_die("if-methods", "transmit, ioctl or init is not set");
	if (ETHER_IS_MULTICAST(mac))
		FK_RULE("if-mac", "a multicast address");
	memcpy(ifp->if_mac, mac, ETHER_ADDR_LEN);
	ifp->if_mtu = ETHERMTU;
	if (ifp->if_hdrlen == 0)
		ifp->if_hdrlen = ETHER_HDR_LEN;
	if (ifp->if_get_counter == NULL)
		ifp->if_get_counter = if_get_counter_default;
	ifp->if_state = FK_IF_ATTACHED;
	fk_the_if = ifp;
	if_printf(ifp, "Ethernet address: %02x:%02x:%02x:%02x:%02x:%02x\n",
	    mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static int
dead_transmit(if_t ifp, struct mbuf *m)
{
	(void)ifp;
	m_freem(m);
	return (ENXIO);
}

static int
dead_ioctl(if_t ifp, u_long cmd, caddr_t data)
{
	(void)ifp;
	(void)cmd;
	(void)data;
	return (ENXIO);
}

static void
dead_init(void *arg)
{
	(void)arg;
}

static void
dead_qflush(if_t ifp)
{
	(void)ifp;
}

/* Last ioctls and multicast leaves come from here, with IFF_UP still set. */
void
ether_ifdetach(struct ifnet *ifp)
{
	struct fk_multi *mc;

	fc_point("ether_ifdetach");
	fk_waitok("ether_ifdetach");
	if_check(ifp, "ether_ifdetach");
	if (ifp->if_state != FK_IF_ATTACHED)
		fk_die("if-order", "ether_ifdetach of one not attached");
	fk_the_if = NULL;
	NET_EPOCH_WAIT();
	if ((ifp->if_flags & IFF_UP) != 0) {
		ifp->if_flags &= ~IFF_UP;
		ifp->if_qflush(ifp);
	}
	taskqueue_drain(taskqueue_swi, &ifp->if_linktask);
	while ((mc = ifp->if_multi) != NULL) {
		ifp->if_multi = mc->mc_next;
		fc_free(mc);
	}
	ifp->if_transmit = dead_transmit;
	ifp->if_ioctl = dead_ioctl;
	ifp->if_init = dead_init;
	ifp->if_qflush = dead_qflush;
	ifp->if_get_counter = if_get_counter_default;
	ifp->if_state = FK_IF_DETACHED;
}

void
if_link_state_change(if_t ifp, int state)
{
	fc_point("if_link_state_change");
	if_check(ifp, "if_link_state_change");
	if (ifp->if_link_state == state)
		return;
	ifp->if_link_state = state;
	if (ifp->if_state == FK_IF_ATTACHED)
		taskqueue_enqueue(taskqueue_swi, &ifp->if_linktask);
}

void
fk_net_softc_gone(void)
{
	if (fk_the_if == NULL)
		return;
	FK_RULE("if-left", "the device goes, its interface stays");
	fk_the_if = NULL;
}

void
fk_net_gone(const void *mem, size_t len, const char *what)
{
	const char *p = mem;
	const struct ifnet *ifp = fk_the_if;

	if (ifp != NULL && (const char *)ifp->if_softc >= p &&
	    (const char *)ifp->if_softc < p + len)
		fk_die("if-softc", what);
}

/* ---- accessors */

#define IF_SET(name, type, field)					\
int									\
name(if_t ifp, type v)							\
{									\
	if_check(ifp, #name);						\
	ifp->field = v;							\
	return (0);							\
}
#define IF_GET(name, type, field)					\
type									\
name(if_t ifp)								\
{									\
	if_check(ifp, #name);						\
	return (ifp->field);						\
}
#define IF_BITS(name, field)						\
int									\
name(if_t ifp, int set, int clear)					\
{									\
	if_check(ifp, #name);						\
	ifp->field = (ifp->field | set) & ~clear;			\
	return (0);							\
}

IF_SET(if_setcapabilities, int, if_capabilities)
IF_BITS(if_setcapabilitiesbit, if_capabilities)
IF_GET(if_getcapabilities, int, if_capabilities)
IF_SET(if_setcapenable, int, if_capenable)
IF_BITS(if_setcapenablebit, if_capenable)
IF_GET(if_getcapenable, int, if_capenable)
IF_SET(if_setdev, void *, if_softc_dev)
IF_BITS(if_setdrvflagbits, if_drv_flags)
IF_GET(if_getdrvflags, int, if_drv_flags)
IF_SET(if_sethwassist, int, if_hwassist)
IF_BITS(if_sethwassistbits, if_hwassist)
IF_GET(if_gethwassist, int, if_hwassist)
IF_SET(if_setsoftc, void *, if_softc)
IF_GET(if_getsoftc, void *, if_softc)
IF_SET(if_setflags, int, if_flags)
IF_BITS(if_setflagbits, if_flags)
IF_GET(if_getflags, int, if_flags)
IF_SET(if_setmtu, int, if_mtu)
IF_GET(if_getmtu, int, if_mtu)
IF_SET(if_sethwtsomax, u_int, if_hw_tsomax)
IF_SET(if_sethwtsomaxsegcount, u_int, if_hw_tsomaxsegcount)
IF_SET(if_sethwtsomaxsegsize, u_int, if_hw_tsomaxsegsize)
IF_SET(if_setifheaderlen, int, if_hdrlen)
IF_SET(if_setsendqlen, int, if_snd_len)
IF_GET(if_getbaudrate, uint64_t, if_baudrate)
IF_GET(if_getlinkstate, int, if_link_state)
IF_GET(if_getdname, const char *, if_dname)

int
if_togglecapenable(if_t ifp, int cap)
{
	if_check(ifp, "if_togglecapenable");
	ifp->if_capenable ^= cap;
	return (0);
}

int
if_clearhwassist(if_t ifp)
{
	return (if_sethwassist(ifp, 0));
}

int
if_setsendqready(if_t ifp)
{
	if_check(ifp, "if_setsendqready");
	return (0);
}

uint64_t
if_setbaudrate(if_t ifp, uint64_t rate)
{
	uint64_t old = ifp->if_baudrate;

	if_check(ifp, "if_setbaudrate");
	ifp->if_baudrate = rate;
	return (old);
}

caddr_t
if_getlladdr(if_t ifp)
{
	return ((caddr_t)ifp->if_mac);
}

const char *
if_name(if_t ifp)
{
	return (ifp->if_xname);
}

int
if_vlantrunkinuse(if_t ifp)
{
	if_check(ifp, "if_vlantrunkinuse");
	return (ifp->if_vlans != 0);
}

void
if_setinitfn(if_t ifp, void (*fn)(void *))
{
	ifp->if_init = fn;
}

void
if_setioctlfn(if_t ifp, int (*fn)(if_t, u_long, caddr_t))
{
	ifp->if_ioctl = fn;
}

void
if_settransmitfn(if_t ifp, if_transmit_fn_t fn)
{
	ifp->if_transmit = fn;
}

void
if_setqflushfn(if_t ifp, if_qflush_fn_t fn)
{
	ifp->if_qflush = fn;
}

void
if_setgetcounterfn(if_t ifp, if_get_counter_t fn)
{
	ifp->if_get_counter = fn;
}

void
if_qflush(if_t ifp)
{
	if_check(ifp, "if_qflush");
}

uint64_t
if_get_counter_default(if_t ifp, ift_counter c)
{
	if ((unsigned int)c >= IFCOUNTERS)
		fk_die("if-counter", "if_get_counter_default");
	return (ifp->if_counters[c]);
}

void
if_inc_counter(if_t ifp, ift_counter c, int64_t inc)
{
	if_check(ifp, "if_inc_counter");
	if ((unsigned int)c >= IFCOUNTERS)
		fk_die("if-counter", "if_inc_counter");
	ifp->if_counters[c] += (uint64_t)inc;
}

/* ---- bpf */

void
if_etherbpfmtap(if_t ifp, struct mbuf *m)
{
	fc_point("bpf_mtap");
	if_check(ifp, "bpf_mtap");
	fk_mbuf_ok(m, "bpf_mtap");
	M_ASSERTPKTHDR(m);
	if (listening)
		bpf_out++;
}

void
if_bpfmtap(if_t ifp, struct mbuf *m)
{
	if_etherbpfmtap(ifp, m);
}

unsigned int
fk_bpf_out(void)
{
	return (bpf_out);
}

void
fk_bpf(bool on)
{
	listening = on;
}

/* ---- input */

void
fk_on_rx(fk_rx_fn *fn, void *arg)
{
	rx_fn = fn;
	rx_arg = arg;
}

static unsigned int
verdict(const struct mbuf *m, const uint8_t *f)
{
	uint32_t c = m->m_pkthdr.csum_flags;
	const uint32_t l3 = CSUM_L3_CALC | CSUM_L3_VALID;
	const uint32_t l4 = CSUM_L4_CALC | CSUM_L4_VALID;
	unsigned int v = 0, proto = f[12] == 8 ? f[23] : f[20];

	if ((c & l3) == l3)
		v |= FK_RX_IP_OK;
	if ((c & CSUM_L4_VALID) != 0 && ((c & l4) != l4 ||
	    m->m_pkthdr.csum_data != 0xffff))
		FK_RULE("if-csum", "data valid, but no sum of 0xffff");
	else if ((c & l4) == l4)
		v |= proto == 6 ? FK_RX_TCP_OK : FK_RX_UDP_OK;
	if (M_HASHTYPE_GET(m) != M_HASHTYPE_NONE)
		v |= FK_RX_FLOWID;
	return (v);
}

static void
take_in(struct ifnet *ifp, struct mbuf *m)
{
	static uint8_t frame[70000];
	struct fk_rx rx;
	struct mbuf *n;
	size_t len = 0;

	fk_mbuf_ok(m, "if_input");
	M_ASSERTPKTHDR(m);
	memset(&rx, 0, sizeof(rx));
	for (n = m; n != NULL; n = n->m_next) {
		fk_mbuf_unmapped(n, "if_input");
		if (n != m && (n->m_flags & M_PKTHDR) != 0)
			FK_RULE("mbuf-hdr", "a packet within a packet");
		rx.segs++;
		len += (size_t)n->m_len;
	}
	if (m->m_pkthdr.rcvif != ifp)
		FK_RULE("if-rcvif", "a packet from nowhere");
	if (len != (size_t)m->m_pkthdr.len) {
		FK_RULE("mbuf-len", "received chain of %zu bytes says %d",
		    len, m->m_pkthdr.len);
		m_freem(m);
		return;
	}
	m_copydata(m, 0, (int)len, (caddr_t)frame);
	rx.frame = frame;
	rx.len = len;
	rx.queue = fk_cx()->cx_queue;
	rx.csum = len >= 34 ? verdict(m, frame) : 0;
	rx.flowid = m->m_pkthdr.flowid;
	rx.lro = (m->m_flags & M_PROTO11) != 0;
	m_freem(m);
	if (rx_fn != NULL)
		rx_fn(rx_arg, &rx);
}

int
if_input(if_t ifp, struct mbuf *m)
{
	struct mbuf *next;

	fc_point("if_input");
	if_check(ifp, "if_input");
	if (!fk_in_epoch())
		FK_RULE("epoch-input", "if_input outside of the net epoch");
	if (fk_cx()->cx_mtx != NULL)
		FK_RULE("if-locked", "if_input with \"%s\" held",
		    fk_cx()->cx_mtx->lock_object.lo_name);
	/* the stack has locks of its own, under which it may transmit */
	fk_order(&stack_node, "the stack's locks");
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		take_in(ifp, m);
	}
	return (0);
}

int
fk_if_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct fk_cx *cx = fk_cx();
	int error;

	cx->cx_nodes[FK_NODE_STACK] = &stack_node;
	error = ifp->if_transmit(ifp, m);
	cx->cx_nodes[FK_NODE_STACK] = NULL;
	if (cx->cx_mtx != NULL)
		fk_die("mtx-leak", "if_transmit");
	return (error);
}

/* ---- media */

void
ifmedia_init(struct ifmedia *ifm, int mask, ifm_change_cb_t chg,
    ifm_stat_cb_t sts)
{
	memset(ifm, 0, sizeof(*ifm));
	LIST_INIT(&ifm->ifm_list);
	ifm->ifm_mask = mask;
	ifm->ifm_change = chg;
	ifm->ifm_status = sts;
}

void
ifmedia_add(struct ifmedia *ifm, int media, int data, void *aux)
{
	struct ifmedia_entry *e;

	e = malloc(sizeof(*e), M_IFADDR, M_NOWAIT);
	if (e == NULL)
		e = malloc(sizeof(*e), M_IFADDR, M_WAITOK);
	e->ifm_media = media;
	e->ifm_data = data;
	e->ifm_aux = aux;
	LIST_INSERT_HEAD(&ifm->ifm_list, e, ifm_list);
}

static struct ifmedia_entry *
ifmedia_match(struct ifmedia *ifm, int media)
{
	struct ifmedia_entry *e;

	LIST_FOREACH(e, &ifm->ifm_list, ifm_list)
		if (((e->ifm_media ^ media) & ~ifm->ifm_mask) == 0)
			return (e);
	return (NULL);
}

void
ifmedia_set(struct ifmedia *ifm, int media)
{
	ifm->ifm_cur = ifmedia_match(ifm, media);
	if (ifm->ifm_cur == NULL)
		fk_die("media", "ifmedia_set: no such medium");
	ifm->ifm_media = media;
}

void
ifmedia_removeall(struct ifmedia *ifm)
{
	struct ifmedia_entry *e;

	while ((e = LIST_FIRST(&ifm->ifm_list)) != NULL) {
		LIST_REMOVE(e, ifm_list);
		free(e, M_IFADDR);
	}
	ifm->ifm_cur = NULL;
}

int
ifmedia_ioctl(struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm,
    u_long cmd)
{
	struct ifmediareq *r = (struct ifmediareq *)ifr;
	struct ifmedia_entry *e, *old;
	int error;

	switch (cmd) {
	case SIOCSIFMEDIA:
		e = ifmedia_match(ifm, ifr->ifr_media);
		if (e == NULL)
			return (ENXIO);
		old = ifm->ifm_cur;
		ifm->ifm_cur = e;
		ifm->ifm_media = ifr->ifr_media;
		error = ifm->ifm_change(ifp);
		if (error != 0)
			ifm->ifm_cur = old;
		return (error);
	case SIOCGIFMEDIA:
	case SIOCGIFXMEDIA:
		if (r->ifm_count < 0)
			return (EINVAL);
		r->ifm_active = r->ifm_current = ifm->ifm_cur != NULL ?
		    ifm->ifm_cur->ifm_media : IFM_NONE;
		r->ifm_mask = ifm->ifm_mask;
		r->ifm_status = 0;
		ifm->ifm_status(ifp, r);
		return (0);
	}
	return (EINVAL);
}

/* ---- Ethernet */

int
ether_ioctl(struct ifnet *ifp, u_long cmd, caddr_t data)
{
	struct ifreq *ifr = (struct ifreq *)data;

	switch (cmd) {
	case SIOCSIFADDR:
		ifp->if_flags |= IFF_UP;
		ifp->if_init(ifp->if_softc);
		return (0);
	case SIOCGIFADDR:
		memcpy(ifr->ifr_addr.sa_data, ifp->if_mac, ETHER_ADDR_LEN);
		return (0);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu > ETHERMTU)
			return (EINVAL);
		ifp->if_mtu = ifr->ifr_mtu;
		return (0);
	}
	return (EINVAL);
}

/* Of the headers here, and where the chain ends: IPv6 without extensions. */
int
ip6_lasthdr(const struct mbuf *m, int off, int proto, int *nxtp)
{
	struct ip6_hdr ip6;

	(void)proto;
	if (m->m_pkthdr.len < off + (int)sizeof(ip6))
		return (-1);
	m_copydata(m, off, sizeof(ip6), (caddr_t)&ip6);
	if (nxtp != NULL)
		*nxtp = ip6.ip6_nxt;
	return (off + (int)sizeof(ip6));
}

/* ---- buf_ring: many producers, one consumer under its lock */

struct buf_ring *
buf_ring_alloc(int count, struct malloc_type *type, int flags,
    struct mtx *lock)
{
	struct buf_ring *br;

	if (count < 2 || !powerof2(count))
		fk_die("br-size", "buf ring must be size power of 2");
	br = malloc(sizeof(*br) + sizeof(void *) * (size_t)count, type,
	    flags | M_ZERO);
	if (br == NULL)
		return (NULL);
	br->br_magic = BR_MAGIC;
	br->br_prod_size = count;
	br->br_lock = lock;
	br->br_type = type;
	br->br_next = rings;
	rings = br;
	return (br);
}

void
buf_ring_free(struct buf_ring *br, struct malloc_type *type)
{
	struct buf_ring **link;

	for (link = &rings; *link != NULL && *link != br;
	    link = &(*link)->br_next)
		continue;
	if (*link == NULL)
		fk_die("br-gone", "buf_ring_free");
	*link = br->br_next;
	if (br->br_head != br->br_tail)
		FK_RULE("br-left", "%u packets in it",
		    br->br_head - br->br_tail);
	free(br, type);
}

static void
br_check(const struct buf_ring *br, const char *who)
{
	const struct buf_ring *b;

	for (b = rings; b != NULL && b != br; b = b->br_next)
		continue;
	if (b == NULL)
		fk_die("br-gone", who);
}

static void
br_consumer(const struct buf_ring *br, const char *who)
{
	br_check(br, who);
	if (br->br_lock != NULL && !mtx_owned(br->br_lock))
		fk_die("br-lock", who);
}

int
buf_ring_enqueue(struct buf_ring *br, void *buf)
{
	u_int i;

	fc_point("buf_ring_enqueue");
	br_check(br, "buf_ring_enqueue");
	for (i = br->br_tail; i != br->br_head; i++)
		if (br->br_ring[i % (u_int)br->br_prod_size] == buf)
			fk_die("br-twice", "buf_ring_enqueue");
	if (br->br_head - br->br_tail == (u_int)br->br_prod_size - 1)
		return (ENOBUFS);
	br->br_ring[br->br_head++ % (u_int)br->br_prod_size] = buf;
	return (0);
}

void *
buf_ring_peek_clear_sc(struct buf_ring *br)
{
	fc_point("buf_ring_peek");
	br_consumer(br, "buf_ring_peek_clear_sc");
	if (br->br_head == br->br_tail)
		return (NULL);
	return (br->br_ring[br->br_tail % (u_int)br->br_prod_size]);
}

void *
buf_ring_peek(struct buf_ring *br)
{
	return (buf_ring_peek_clear_sc(br));
}

void
buf_ring_advance_sc(struct buf_ring *br)
{
	br_consumer(br, "buf_ring_advance_sc");
	if (br->br_head != br->br_tail)
		br->br_tail++;
}

void
buf_ring_putback_sc(struct buf_ring *br, void *buf)
{
	br_consumer(br, "buf_ring_putback_sc");
	if (br->br_head == br->br_tail)
		fk_die("br-putback", "Buf-Ring has none in putback");
	br->br_ring[br->br_tail % (u_int)br->br_prod_size] = buf;
}

void *
buf_ring_dequeue_sc(struct buf_ring *br)
{
	void *buf;

	buf = buf_ring_peek_clear_sc(br);
	buf_ring_advance_sc(br);
	return (buf);
}

int
buf_ring_empty(struct buf_ring *br)
{
	br_check(br, "buf_ring_empty");
	return (br->br_head == br->br_tail);
}

int
buf_ring_full(struct buf_ring *br)
{
	br_check(br, "buf_ring_full");
	return (br->br_head - br->br_tail == (u_int)br->br_prod_size - 1);
}

int
buf_ring_count(struct buf_ring *br)
{
	br_check(br, "buf_ring_count");
	return ((int)(br->br_head - br->br_tail));
}

unsigned int
fk_ring_mbufs(void)
{
	const struct buf_ring *br;
	unsigned int n = 0;

	for (br = rings; br != NULL; br = br->br_next)
		n += br->br_head - br->br_tail;
	return (n);
}

void
fk_ifnet_open(void)
{
	fk_the_if = NULL;
	rx_fn = NULL;
	bpf_out = fk_link_changes = 0;
	listening = false;
	rings = NULL;
}
