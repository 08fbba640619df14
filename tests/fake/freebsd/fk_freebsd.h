/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests can do to FreeBSD only; no kernel header is needed. */
#ifndef FK_FREEBSD_H
#define FK_FREEBSD_H

#include "fk.h"

/* SIOCSIFCAP, and what is offered; IFCAP_* and CSUM_* as FreeBSD has them. */
int fk_set_caps(int set, int clear);
int fk_caps(int *enabled, int *hwassist);	/* returns capabilities */
/* As fk_send_process(), but the test goes on at once; one at a time. */
void fk_send_start(const struct fk_tx *, unsigned int n);
/* The stack's answer to what it got: from the function of fk_on_rx() only. */
int fk_send_here(const struct fk_tx *);
/*
 * netmap(4): a process opens or closes the port; the error number.  Frames go
 * into a ring (how many did), and those that arrived come out of one.
 */
int fk_netmap(bool on);
unsigned int fk_netmap_rings(void);
unsigned int fk_netmap_send(unsigned int q, const struct fk_tx *,
    unsigned int n);
void fk_netmap_receive(unsigned int q, fk_rx_fn *, void *);
unsigned int fk_netmap_events(unsigned int q, bool tx);
/* VLANs on the interface: it may not go. */
void fk_vlans(unsigned int);

/*
 * sysctl(8), by name.  Numbers are given and taken as 64 bits, whatever the
 * type; the error number, 0 if fine.
 */
int fk_sysctl_get(const char *name, uint64_t *);
int fk_sysctl_set(const char *name, uint64_t);
int fk_sysctl_get_text(const char *name, char *, size_t);
int fk_sysctl_set_text(const char *name, const char *);
bool fk_sysctl_exists(const char *name);
/* Every name below prefix, in the order of the tree. */
void fk_sysctl_each(const char *prefix, void (*)(const char *name, void *),
    void *);
/* loader.conf(5): between fk_open() and fk_attach(). */
int fk_tunable(const char *name, uint64_t);

/* kldunload(8): the error number; kldload(8): is there an interface? */
int fk_kldunload(void);
bool fk_kldload(void);

/* if_get_counter() of the interface. */
enum fk_counter {
	FK_IPACKETS, FK_IERRORS, FK_OPACKETS, FK_OERRORS, FK_COLLISIONS,
	FK_IBYTES, FK_OBYTES, FK_IMCASTS, FK_OMCASTS, FK_IQDROPS, FK_OQDROPS,
	FK_NOPROTO
};
uint64_t fk_counter(enum fk_counter);

/* MSI-X vectors that the driver has taken, handlers on them, resources. */
unsigned int fk_vectors(void);
unsigned int fk_intr_live(void);
unsigned int fk_intr_cpu(unsigned int vector);
/* One that was on its way: it comes although the device is silent now. */
void fk_intr_raise(unsigned int vector);
unsigned int fk_resources_live(void);

#endif /* FK_FREEBSD_H */
