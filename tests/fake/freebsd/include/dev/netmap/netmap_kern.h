/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_NETMAP_KERN_H_
#define _NET_NETMAP_KERN_H_

#include <net/if_var.h>
#include <net/netmap.h>

struct netmap_adapter;
enum txrx { NR_RX = 0, NR_TX = 1, NR_TXRX };

#define NKR_PENDINTR	0x1
#define NKR_NETMAP_OFF	0x0
#define NKR_NETMAP_ON	0x1
struct netmap_kring {
	struct netmap_ring *ring;
	uint32_t nr_hwcur;
	uint32_t nr_hwtail;
	uint32_t rhead;
	uint32_t rcur;
	uint32_t rtail;
	uint32_t nr_kflags;
	uint32_t nr_mode;
	uint32_t nr_pending_mode;
	uint32_t nkr_num_slots;
	int32_t nkr_hwofs;
	struct netmap_adapter *na;
	uint32_t ring_id;
	enum txrx tx;
	char name[64];
	/* the fake's */
	unsigned int k_notified;
};

struct lut_entry {
	void *vaddr;
};
struct netmap_lut {
	struct lut_entry *lut;
	uint32_t objtotal;
	uint32_t objsize;
};

struct nm_config_info {
	unsigned num_tx_rings;
	unsigned num_rx_rings;
	unsigned num_tx_descs;
	unsigned num_rx_descs;
	unsigned rx_buf_maxsize;
};

#define NAF_SKIP_INTR	1
#define NAF_NATIVE	16
#define NAF_NETMAP_ON	32
#define NAF_MOREFRAG	512
#define NAF_OFFSETS	1024
#define NAF_ZOMBIE	(1U << 30)
#define NAF_FORCE_READ	1
#define NAF_FORCE_RECLAIM	2
struct netmap_adapter {
	uint32_t na_flags;
	int active_fds;
	u_int num_rx_rings;
	u_int num_tx_rings;
	u_int num_tx_desc;
	u_int num_rx_desc;
	struct netmap_kring **tx_rings;
	struct netmap_kring **rx_rings;
	void *pdev;
	struct ifnet *ifp;
	int (*nm_register)(struct netmap_adapter *, int onoff);
	void (*nm_intr)(struct netmap_adapter *, int onoff);
	int (*nm_txsync)(struct netmap_kring *kring, int flags);
	int (*nm_rxsync)(struct netmap_kring *kring, int flags);
	int (*nm_config)(struct netmap_adapter *, struct nm_config_info *);
	int (*nm_krings_create)(struct netmap_adapter *);
	void (*nm_krings_delete)(struct netmap_adapter *);
	struct netmap_lut na_lut;
	unsigned rx_buf_maxsize;
};

struct netmap_adapter *fk_netmap_na(struct ifnet *);
#define NA(ifp)			fk_netmap_na(ifp)
#define NETMAP_BUF_BASE(na)	((na)->na_lut.lut[0].vaddr)
#define NETMAP_BUF_SIZE(na)	((na)->na_lut.objsize)
extern int netmap_no_pendintr;

static inline uint32_t
nm_next(uint32_t i, uint32_t lim)
{
	return (i == lim ? 0 : i + 1);
}

static inline uint32_t
nm_prev(uint32_t i, uint32_t lim)
{
	return (i == 0 ? lim : i - 1);
}

static inline int
nm_native_on(struct netmap_adapter *na)
{
	return (na != NULL && (na->na_flags & NAF_NETMAP_ON) != 0 &&
	    (na->na_flags & NAF_NATIVE) != 0);
}

static inline void *
NMB(struct netmap_adapter *na, struct netmap_slot *slot)
{
	return (slot->buf_idx >= na->na_lut.objtotal ?
	    na->na_lut.lut[0].vaddr : na->na_lut.lut[slot->buf_idx].vaddr);
}

enum { NM_IRQ_PASS = 0, NM_IRQ_COMPLETED = -1, NM_IRQ_RESCHED = -2 };
int netmap_attach(struct netmap_adapter *);
void netmap_detach(struct ifnet *);
struct netmap_slot *netmap_reset(struct netmap_adapter *, enum txrx, u_int n,
    u_int new_cur);
int netmap_ring_reinit(struct netmap_kring *);
int netmap_rx_irq(struct ifnet *, u_int, u_int *);
#define netmap_tx_irq(ifp, q)	netmap_rx_irq((ifp), (q), NULL)
void netmap_krings_mode_commit(struct netmap_adapter *, int onoff);
void nm_set_native_flags(struct netmap_adapter *);
void nm_clear_native_flags(struct netmap_adapter *);

#endif
