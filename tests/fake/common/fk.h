/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fake kernel as tests see it: the same for each system, so that one test
 * serves all glue.  tests/fake/SYSTEM implements it over its own kernel's
 * interfaces; what a system does not have, fk_can() says.  No kernel header
 * is needed, and none may be included together with this and the C library.
 *
 *	fk_open("c7g", seed);
 *	fk_attach(cold);
 *	fk_up(); ... fk_send(...); fc_run(...); fk_down();
 *	fk_detach(force);
 *	assert(fk_clean()); fk_close();
 *
 * ref: tests/fake/SYSTEM/rules.h (what is checked), fc.h (time, faults)
 */
#ifndef FK_H
#define FK_H

#include "fc.h"

/* ---- the system */

const char *fk_system(void);		/* "openbsd" */
enum fk_ability {
	FK_CAN_FLOWID,		/* received packets carry the hash */
	FK_CAN_PICK_QUEUE,	/* fk_tx.flow decides on the queue */
	FK_CAN_LRO,		/* fk_set_lro() */
	FK_CAN_RXR,		/* fk_get_rxr() */
	FK_CAN_CONGESTION,	/* fk_congested() */
	FK_CAN_OACTIVE,		/* a full ring is marked in fk_if.oactive */
	FK_CAN_POW2_ONLY,	/* queues come in powers of two */
	FK_CAN_TCP_TSO,		/* fk_tcp_tso() */
	FK_CAN_REFUSE_LLADDR,	/* another MAC address is refused */
	FK_CAN_HARDMTU,		/* fk_if.hardmtu */
	FK_CAN_KEEP_ALIVES,	/* FK_STAT_KEEP_ALIVES */
	FK_CAN_SEND_DOWN,	/* packets are taken while there is no link */
	FK_CAN_ONLY_ITS_QUEUES,	/* no other number than at attach */
	FK_CAN_ASSIGN_BAR,	/* a BAR that firmware left at 0 works */
	FK_ABILITIES
};
bool fk_can(enum fk_ability);

/* ---- a machine with one card in it */

void fk_open(const char *profile, uint64_t seed);
void fk_close(void);

struct fk_machine {
	bool msix;		/* off: no MSI-X on this bus */
	bool bar2;		/* off: firmware left it unassigned */
	bool bar_msix_unset;	/* firmware left the table's BAR at 0 */
	unsigned int vectors;	/* fewer in the capability; 0: as profile */
	unsigned int ncpus;	/* 1..FC_CPUS */
	bool low_only;		/* dmamem below 4 GB, whatever is asked */
};
/* Between fk_open() and fk_attach(). */
struct fk_machine *fk_machine(void);

/* ---- life cycle, each in a process context, until it is done */

bool fk_attach(bool cold_boot);		/* matched (not: succeeded) */
bool fk_attached(void);			/* an interface is there */
const char *fk_attach_line(void);	/* how the kernel announces it */
int fk_detach(bool force);
void fk_suspend(void);			/* the whole way, power lost */
void fk_resume(void);
int fk_powerdown(void);			/* halt or reboot */
/* Run fn as a process; false if it did not come back in time. */
bool fk_proc(void (*fn)(void *), void *arg);

/* ---- ioctls: the error number, 0 if fine */

int fk_up(void);
int fk_down(void);
int fk_set_flags(int set, int clear);	/* IFF_DEBUG 4, IFF_PROMISC 0x100 */
int fk_set_addr(void);			/* SIOCSIFADDR */
int fk_set_mtu(int);
int fk_multi(bool add, const uint8_t mac[6]);
/* status: IFM_AVALID 1, IFM_ACTIVE 2; active: FK_MEDIA_ETHER, and type */
int fk_get_media(uint64_t *status, uint64_t *active);
int fk_set_media(uint64_t);		/* FK_MEDIA_ETHER: autoselect */
#define FK_MEDIA_ETHER	0x100
#define FK_MEDIA_10G_T	0x116		/* which no card here has */
int fk_get_rxr(unsigned int *rings, unsigned int *alive, unsigned int *size);
int fk_set_lro(bool);
int fk_set_lladdr(const uint8_t mac[6]);
int fk_bad_ioctl(void);			/* a number that nobody knows */

/* ---- the interface */

struct fk_if {
	char name[16];
	uint8_t mac[6];
	unsigned int flags;		/* IFF_* */
	int xflags;
	unsigned int link_state;
	unsigned int mtu, hardmtu;
	unsigned int caps;		/* FK_CAP_*, in force */
	uint64_t baudrate;
	unsigned int txqs, rxqs;
	uint64_t ierrors, oerrors, oqdrops, iqdrops;
	unsigned int oactive;		/* bitmap of queues */
	unsigned int queued;		/* mbufs on all send queues */
	unsigned int link_changes;	/* tasks run by the stack */
};
bool fk_if(struct fk_if *);
#define FK_UP		0x1
#define FK_RUNNING	0x40
#define FK_CAP_CSUM4	0x1		/* TCP or UDP over IPv4 on transmit */
#define FK_CAP_CSUM6	0x2
#define FK_CAP_TSO4	0x4
#define FK_CAP_TSO6	0x8
#define FK_CAP_IP	0x10		/* IPv4 header on transmit */
#define FK_LINK_DOWN	2
#define FK_LINK_UP	4	/* and above: with duplex */

/* ---- packets */

#define FK_CS_IP	0x0001	/* M_IPV4_CSUM_OUT and so on */
#define FK_CS_TCP	0x0002
#define FK_CS_UDP	0x0004
#define FK_CS_TSO	0x8000
struct fk_tx {
	const uint8_t *frame;
	size_t len;
	unsigned int flow;		/* picks the queue */
	unsigned int csum;		/* FK_CS_* */
	unsigned int mss;
	unsigned int frag;		/* bytes an mbuf; 0: one cluster */
	unsigned int head;		/* bytes in the first mbuf; 0: frag */
};
/* From a process, each packet by itself.  How many were taken; 0, or ENOBUFS */
unsigned int fk_send_process(const struct fk_tx *, unsigned int n);
int fk_send(const struct fk_tx *);
/*
 * From where the network itself runs (a driver's thread, a softint), which
 * sends more at once; where there is no such place, from a process.
 */
unsigned int fk_send_burst(const struct fk_tx *, unsigned int n);

#define FK_RX_IP_OK	0x0008
#define FK_RX_TCP_OK	0x0020
#define FK_RX_UDP_OK	0x0080
#define FK_RX_FLOWID	0x4000
struct fk_rx {
	const uint8_t *frame;
	size_t len;
	unsigned int queue, csum, flowid, segs;
	bool lro;
};
typedef void fk_rx_fn(void *, const struct fk_rx *);
void fk_on_rx(fk_rx_fn *, void *);
/* ifiq_input() says that the stack is congested. */
void fk_congested(bool);
/* Packets as bpf saw them, out; in is the stack's. */
unsigned int fk_bpf_out(void);
void fk_bpf(bool listening);

/* ---- the rest of the kernel */

/*
 * Whatever the driver shows as statistics (kstat, sysctl, event counters):
 * read all of it; number of values, -1 if one failed.
 */
int fk_stats_read(void);
/* One of what was read last, under the name that all systems know. */
enum fk_stat {
	FK_STAT_TX_DEFRAG,	/* of a queue */
	FK_STAT_RESETS,		/* of the device, as are the others */
	FK_STAT_KEEP_ALIVES,
	FK_STAT_HW_TX_PACKETS,
	FK_STAT_HW_RX_PACKETS,
	FK_STATS
};
bool fk_stat(enum fk_stat, unsigned int queue, uint64_t *);
uint64_t fk_tcp_tso(void);		/* packets told to the TCP's count */
/* What is left: mbufs, malloc, DMA, intrs ...; prints to the list. */
unsigned int fk_leaks(void);
const char *fk_leak(unsigned int);
/* No rule broken (ours and the model's), not dead. */
bool fk_lawful(void);
/* Lawful, and nothing left. */
bool fk_clean(void);
void fk_report(void);			/* to stderr */
unsigned int fk_mbufs(void);		/* alive */
/* The rules; NULL past the end. */
const struct fc_rule *fk_rule_nth(unsigned int);

/* For tests of the fake itself: do something forbidden. */
unsigned int fk_crimes(void);
const char *fk_crime_name(unsigned int);	/* the rule it breaks */
void fk_crime(unsigned int);

#endif /* FK_H */
