/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A life of the dummy driver with one crime in it, and the crimes that are
 * the same in each BSD.  Compiled once for each system, against its headers.
 */
#include "fk_priv.h"
#include "sys_crime.h"

struct bad_softc *crime_sc;

static const struct crime *todo;
static bool done;

/* ---- when and where */

void
crime_commit(unsigned int where)
{
	const struct crime *c = todo;

	if (c == NULL || c->where != where || done)
		return;
	done = true;
	c->fn(crime_sc);
}

bool
crime_is(const char *rule)
{
	return (todo != NULL && strcmp(todo->rule, rule) == 0);
}

bool
crime_is_at(unsigned int where)
{
	return (todo != NULL && todo->where == where);
}

unsigned int
fk_crimes(void)
{
	return (bad_ncrimes);
}

const char *
fk_crime_name(unsigned int i)
{
	return (i < bad_ncrimes ? bad_crimes[i].rule : NULL);
}

static void
in_proc(void *arg)
{
	(void)arg;
	crime_commit(0);
}

/* A life of the dummy, with a crime (or, past the end, without). */
void
fk_crime(unsigned int i)
{
	static const uint8_t frame[60];
	struct fk_tx tx;

	todo = i < bad_ncrimes ? &bad_crimes[i] : NULL;
	done = false;
	if (!bad_enter(i))
		return;
	fk_proc(in_proc, NULL);
	bad_before_up();
	fk_up();
	memset(&tx, 0, sizeof(tx));
	tx.frame = frame;
	tx.len = sizeof(frame);
	fk_send(&tx);
	bad_after_up();
	fc_run(100000);
	fk_down();
	if (fc_dead() == NULL)
		fk_detach(crime_is("detach-forced"));
}

/* ---- the same everywhere */

void
crime_nothing(struct bad_softc *sc)
{
	(void)sc;
}

/* The device as a thief. */
void
crime_dma_unmapped(struct bad_softc *sc)
{
	char c[4];

	(void)sc;
	fc_device_reads(0x1234000, c, 4);
}

void
crime_mbuf_freed(struct bad_softc *sc)
{
	struct mbuf *m = bad_packet(100);

	(void)sc;
	m_freem(m);
	m_freem(m);
}

void
crime_mbuf_wild(struct bad_softc *sc)
{
	m_freem((struct mbuf *)(void *)sc);
}

void
crime_mbuf_written(struct bad_softc *sc)
{
	struct mbuf *m = bad_packet(100);
	int i;

	(void)sc;
	m_freem(m);
	m->m_len = 5;
	for (i = 0; i < 600; i++)
		m_freem(bad_packet(100));
}

void
crime_mbuf_copy(struct bad_softc *sc)
{
	struct mbuf *m = bad_packet(100);
	char b[200];

	(void)sc;
	m_copydata(m, 0, 101, b);
}
