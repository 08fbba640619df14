/* SPDX-License-Identifier: BSD-2-Clause */
/* What only NetBSD has, for tests; no kernel header is needed. */
#ifndef FK_NB_H
#define FK_NB_H

#include "fk.h"

/* modload(8) and modunload(8): the error of the module's own function. */
enum fk_nb_modcmd { FK_NB_LOAD, FK_NB_UNLOAD, FK_NB_STAT };
int fk_nb_module(enum fk_nb_modcmd);
const char *fk_nb_module_name(void);
int fk_nb_deactivate(void);		/* ca_activate */

/* ifconfig's ip4csum, tso4 and so on: IFCAP_* bits; -1: all there are */
uint64_t fk_nb_caps(void);
uint64_t fk_nb_caps_on(void);
int fk_nb_set_caps(uint64_t);
/* What the administrator does at once: by default, all of them. */
void fk_nb_caps_at_up(bool);
/* altqd(8): packets go through if_snd and if_start. */
void fk_nb_altq(bool);

/* hw.ena0.NAME of sysctl(8): the error number. */
int fk_nb_sysctl_get(const char *name, uint64_t *);
int fk_nb_sysctl_set(const char *name, uint64_t);
int fk_nb_sysctl_text(const char *name, char *, size_t);
/* vmstat -e: false if there is none of that name. */
bool fk_nb_evcnt(const char *group, const char *name, uint64_t *);

/* Works that ran, of queues that have a thread for each CPU. */
uint64_t fk_nb_works(void);
/* Where a vector is: its CPU; -1 if it is not established. */
int fk_nb_vector_cpu(unsigned int);
/* Its interrupts are on their way as long as that. */
void fk_nb_vector_late(unsigned int, bool);

#endif /* FK_NB_H */
