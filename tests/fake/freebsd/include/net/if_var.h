/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_VAR_H_
#define _NET_IF_VAR_H_

#include <sys/queue.h>
#include <sys/types.h>
#include <sys/epoch.h>
#include <sys/mbuf.h>
#include <sys/buf_ring.h>
#include <net/if.h>

struct ifnet;
typedef struct ifnet *if_t;

typedef enum {
	IFCOUNTER_IPACKETS = 0, IFCOUNTER_IERRORS, IFCOUNTER_OPACKETS,
	IFCOUNTER_OERRORS, IFCOUNTER_COLLISIONS, IFCOUNTER_IBYTES,
	IFCOUNTER_OBYTES, IFCOUNTER_IMCASTS, IFCOUNTER_OMCASTS,
	IFCOUNTER_IQDROPS, IFCOUNTER_OQDROPS, IFCOUNTER_NOPROTO,
	IFCOUNTERS
} ift_counter;

typedef int (*if_transmit_fn_t)(if_t, struct mbuf *);
typedef void (*if_qflush_fn_t)(if_t);
typedef uint64_t (*if_get_counter_t)(if_t, ift_counter);

if_t if_alloc(u_char);
void *if_gethandle(u_char);
void if_free(if_t);
void if_initname(if_t, const char *, int);
int if_printf(if_t, const char *, ...) __printflike(2, 3);
void if_link_state_change(if_t, int);
uint64_t if_get_counter_default(if_t, ift_counter);
void if_inc_counter(if_t, ift_counter, int64_t);
uint64_t if_setbaudrate(if_t, uint64_t);
uint64_t if_getbaudrate(if_t);
int if_setcapabilities(if_t, int);
int if_setcapabilitiesbit(if_t, int set, int clear);
int if_getcapabilities(if_t);
int if_togglecapenable(if_t, int);
int if_setcapenable(if_t, int);
int if_setcapenablebit(if_t, int set, int clear);
int if_getcapenable(if_t);
int if_setdev(if_t, void *);
int if_setdrvflagbits(if_t, int set, int clear);
int if_getdrvflags(if_t);
int if_clearhwassist(if_t);
int if_sethwassistbits(if_t, int set, int clear);
int if_sethwassist(if_t, int);
int if_gethwassist(if_t);
int if_setsoftc(if_t, void *);
void *if_getsoftc(if_t);
int if_setflags(if_t, int);
int if_setflagbits(if_t, int set, int clear);
int if_getflags(if_t);
int if_setmtu(if_t, int);
int if_getmtu(if_t);
int if_setsendqlen(if_t, int);
int if_setsendqready(if_t);
int if_sethwtsomax(if_t, u_int);
int if_sethwtsomaxsegcount(if_t, u_int);
int if_sethwtsomaxsegsize(if_t, u_int);
int if_setifheaderlen(if_t, int);
int if_input(if_t, struct mbuf *);
int if_vlantrunkinuse(if_t);
caddr_t if_getlladdr(if_t);
const char *if_name(if_t);
const char *if_getdname(if_t);
void if_etherbpfmtap(if_t, struct mbuf *);
void if_bpfmtap(if_t, struct mbuf *);
void if_qflush(if_t);
void if_setinitfn(if_t, void (*)(void *));
void if_setioctlfn(if_t, int (*)(if_t, u_long, caddr_t));
void if_settransmitfn(if_t, if_transmit_fn_t);
void if_setqflushfn(if_t, if_qflush_fn_t);
void if_setgetcounterfn(if_t, if_get_counter_t);
int if_getlinkstate(if_t);

#include <net/ifq.h>

#endif
