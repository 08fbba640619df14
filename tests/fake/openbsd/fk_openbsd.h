/* SPDX-License-Identifier: BSD-2-Clause */
/* What only the fake OpenBSD kernel has: kstats by name, interrupts by hand. */
#ifndef FK_OPENBSD_H
#define FK_OPENBSD_H

#include "fk.h"

#define FK_LINK0	0x1000		/* IFF_LINK0, for fk_set_flags() */

/* As last read; false: there is none, or it has no value. */
bool fk_kstat_get(const char *name, unsigned int unit, const char *key,
    uint64_t *);
/* A value that is a word; NULL as above. */
const char *fk_kstat_word(const char *name, unsigned int unit,
    const char *key);

/* A message from the card that was under way arrives now. */
void fk_intr_raise(unsigned int vector);

#endif /* FK_OPENBSD_H */
