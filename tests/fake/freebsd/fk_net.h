/* SPDX-License-Identifier: BSD-2-Clause */
/* struct ifnet, which only the fake sees. */
#ifndef FK_NET_H
#define FK_NET_H

#include <net/if_var.h>

enum fk_if_state { FK_IF_ALLOC, FK_IF_ATTACHED, FK_IF_DETACHED };

struct fk_multi {
	struct fk_multi *mc_next;
	uint8_t mc_addr[6];
	unsigned int mc_refs;
};

struct ifnet {
	enum fk_if_state if_state;
	char if_xname[IFNAMSIZ];
	const char *if_dname;
	uint8_t if_mac[6];
	void *if_softc, *if_softc_dev;
	int if_flags, if_drv_flags;
	int if_capabilities, if_capenable, if_hwassist;
	int if_mtu, if_hdrlen, if_link_state, if_snd_len;
	u_int if_hw_tsomax, if_hw_tsomaxsegcount, if_hw_tsomaxsegsize;
	uint64_t if_baudrate;
	uint64_t if_counters[IFCOUNTERS];
	unsigned int if_vlans;
	struct task if_linktask;
	struct fk_multi *if_multi;
	void (*if_init)(void *);
	int (*if_ioctl)(if_t, u_long, caddr_t);
	if_transmit_fn_t if_transmit;
	if_qflush_fn_t if_qflush;
	if_get_counter_t if_get_counter;
};

extern struct ifnet *fk_the_if;		/* attached, or NULL */
extern unsigned int fk_link_changes;
int fk_if_transmit(struct ifnet *, struct mbuf *);
void fk_ifnet_open(void);

#endif /* FK_NET_H */
