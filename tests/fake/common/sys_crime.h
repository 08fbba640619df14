/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How crimes are committed, and those that are the same in each system;
 * behind its headers.  A system's k_crime.c has the dummy driver, the table
 * of crimes, and the crimes that only it knows.
 */
#ifndef SYS_CRIME_H
#define SYS_CRIME_H

struct bad_softc;			/* the dummy's, each system's own */

struct crime {
	const char *rule;
	unsigned int where;		/* 0: in a process */
	void (*fn)(struct bad_softc *);
};
#define CRIME(name)	static void name(struct bad_softc *sc)

/* ---- the system's part */

extern const struct crime bad_crimes[];
extern const unsigned int bad_ncrimes;
/* Attach the dummy, for the i-th crime; false: it is not there. */
bool bad_enter(unsigned int i);
/* What happens to it besides, before it is up and with it up. */
void bad_before_up(void);
void bad_after_up(void);
/* A packet in a cluster. */
struct mbuf *bad_packet(int len);

/* ---- for the dummy */

extern struct bad_softc *crime_sc;	/* the one that is attached */

/* Here is a place: is it the one? */
void crime_commit(unsigned int where);
/* Is that what is to be done this time? */
bool crime_is(const char *rule);
bool crime_is_at(unsigned int where);

/* ---- the same everywhere */

#define CRIME_DECLARE(_rule, _name) \
	void crime_ ## _name(struct bad_softc *);
#define CRIME_ROW(_rule, _name) \
	{ _rule, 0, crime_ ## _name },

#define CRIMES_COMMON(X) \
	X("dma-unmapped", dma_unmapped) \
	X("mbuf-freed", mbuf_freed) \
	X("mbuf-wild", mbuf_wild) \
	X("mbuf-written", mbuf_written) \
	X("mbuf-copy", mbuf_copy)

CRIMES_COMMON(CRIME_DECLARE)
void crime_nothing(struct bad_softc *);	/* the dummy asks crime_is() */

#endif /* SYS_CRIME_H */
