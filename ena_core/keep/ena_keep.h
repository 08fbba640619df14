/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every glue needs over the core, and no kernel has an opinion about:
 * keeping a device in the state it should be in (ena_keep.c), and everything
 * there is to count about it (ena_report.c).
 *
 * Unlike the core this waits: the binding provides one operation more,
 *
 *	void ena_os_wait(struct ena_os *os, uint32_t us)
 *
 * which lets so many microseconds pass, or fewer when vector 0 fires.  Lane:
 * ADMIN, throughout; the functions of ena_keep_ops are called on it, too.
 *
 * Compiled with the glue and with its binding; includes only the core.
 */
#ifndef ENA_KEEP_H
#define ENA_KEEP_H

#include "ena.h"

struct ena_keep_ops {
	/* the device is known, anew: take over what it offers */
	void (*ko_known)(void *);
	/* make a pair: its memory to the core, its buffers, its maps */
	enum ena_result (*ko_make)(void *, unsigned int,
	    const struct ena_plan *);
	/* drain and unmake it, as far as it was made */
	void (*ko_free)(void *, unsigned int, const struct ena_plan *);
	/*
	 * Fill its rings, put it into service, unmask; or out of it: nobody
	 * is in its lanes after this, nor comes back.
	 */
	void (*ko_live)(void *, unsigned int, bool);
	/* bus mastering off */
	void (*ko_cut)(void *);
};

/* What users may change of queues. */
enum ena_number { ENA_PAIRS, ENA_TX_DEPTH, ENA_RX_DEPTH, ENA_NUMBERS };

struct ena_keep {
	struct ena_dev *k_dev;
	struct ena_os *k_os;
	const struct ena_keep_ops *k_ops;
	void *k_arg;
	/* what the glue says */
	unsigned int k_vectors;		/* management vector included */
	unsigned int k_pairs;		/* no other number will do; 0: any */
	uint32_t k_txo, k_rxo;		/* offloads it was promised */
	bool k_attached;		/* there is an interface */
	/* ours */
	uint32_t k_mtu;			/* as it is now */
	bool k_up;			/* queues are wanted */
	bool k_asleep;			/* by ena_keep_sleep() */
	bool k_ended;			/* by ena_keep_end() */
	bool k_cut;			/* bus mastering is off for good */
	unsigned int k_wish[ENA_NUMBERS]; /* 0: default */
	struct ena_plan k_next;		/* as planned last, by these */
	struct ena_plan k_plan;		/* pl_pairs: those that were made */
	bool k_granted;			/* ena_recover() has said yes */
	uint64_t k_retry_us;		/* but not before */
	struct ena_req k_req;
};

/* An errno for a result. */
int ena_keep_errno(enum ena_result);

/* ---- attach and detach */

/* Before everything else, once.  MTU 1500, nothing wanted. */
void ena_keep_init(struct ena_keep *, struct ena_dev *, struct ena_os *,
    const struct ena_keep_ops *, void *);

/*
 * ena_dev_init(), then up to ADMIN_UP, where the device is known: time to
 * get vectors.  Then ena_keep_open(); ena_keep_end() if anything fails.
 */
enum ena_result ena_keep_start(struct ena_keep *, const struct ena_config *);

/*
 * The end, as far as attach got: OFF, and nothing here moves the device any
 * more.  With pulled nobody talks to it.
 */
void ena_keep_end(struct ena_keep *, bool pulled);

/* Is there an interface, neither asleep nor about to go? */
bool ena_keep_there(const struct ena_keep *);

/*
 * Into sleep: the device is reset and owns no memory.  For ever: it is told
 * that this is a shutdown.  The next ena_keep_turn() after ena_keep_wake()
 * brings it back to where it was.  Once more is no harm.
 */
void ena_keep_sleep(struct ena_keep *, bool forever);
void ena_keep_wake(struct ena_keep *);

/* ---- states */

/* Step the device to a state, waiting in between; results as the core's. */
enum ena_result ena_keep_drive(struct ena_keep *, enum ena_state);

/*
 * To CONFIGURED, where the device is known, and with k_up on to RUNNING, with
 * queues made anew and as deep as memory allows.  From any state.
 */
enum ena_result ena_keep_open(struct ena_keep *);

/*
 * The user wants queues, and starts afresh even if recovery was given up.
 * They are not wanted any more if this fails.  As with all that users want,
 * ENA_GONE: asleep, or ended.
 */
enum ena_result ena_keep_up(struct ena_keep *);

/*
 * Another MTU: buffer sizes follow it, so the queues there are are made anew.
 * If it is only that which fails, the next ena_keep_turn() sees to it.
 */
enum ena_result ena_keep_mtu(struct ena_keep *, uint32_t);

/*
 * Another number of queues, or entries of their rings; 0: the default.  What
 * cannot be is refused before anything is touched (ENA_INVAL).  When the
 * device cannot do it, it has the old numbers again: at once, or by the next
 * ena_keep_turn().
 */
enum ena_result ena_keep_set(struct ena_keep *, enum ena_number,
    unsigned int);
/* As it is, or while there are no queues as it will be. */
unsigned int ena_keep_get(const struct ena_keep *, enum ena_number);

/*
 * Queues are not wanted any more: back to CONFIGURED, by a reset if the
 * device does not cooperate; then it may take the next ena_keep_turn() to be
 * there.
 */
void ena_keep_close(struct ena_keep *);

/*
 * To OFF from anywhere, whatever it takes: a device that will not be reset
 * is cut off from memory, and as good as gone; so is one that seems to be
 * gone.  Nothing is lent to it then.
 */
void ena_keep_off(struct ena_keep *);

/*
 * What vector 0, the clock and the other lanes want done: answers, events,
 * with due the once-a-second looks, and after any kind of trouble the
 * device moved to where k_up wants it, as soon and as often as the core
 * allows.  True after a good tick: then ask ena_queue_due() of each pair.
 * Nothing unless ena_keep_there().
 */
bool ena_keep_turn(struct ena_keep *, bool due);

/* Is the link up?  Not that of a device that is dead or gone. */
bool ena_keep_link(const struct ena_keep *);

/*
 * What the device does for the stack, a bit each; checksums of whatever form,
 * and large packets only with all of theirs.
 */
enum ena_offer { ENA_OFFER_TX_IP4, ENA_OFFER_TX_L4V4, ENA_OFFER_TX_L4V6,
	ENA_OFFER_TSO4, ENA_OFFER_TSO6, ENA_OFFER_RX_IP4, ENA_OFFER_RX_L4V4,
	ENA_OFFER_RX_L4V6, ENA_OFFERS };
unsigned int ena_keep_offers(const struct ena_keep *);

/*
 * Delay interrupts by so many microseconds, less if that is enough; 0: not at
 * all.  Returns what the device grants, all or nothing.
 */
uint32_t ena_keep_moderate(struct ena_keep *, uint32_t us);

/*
 * Bytes of a receive buffer: 2048 while a frame fits into one, else 4096, as
 * larger ones are hard to come by; unless the device chains too few.
 */
unsigned int ena_keep_rx_bytes(const struct ena_keep *);

/*
 * A request was made with this result: wait for its answer, but not for long
 * (ENA_BUSY: not there yet).
 */
enum ena_result ena_keep_await(struct ena_keep *, enum ena_result,
    struct ena_req *);

/* The RSS table in force, in_rss_entries of it; false: nobody knows. */
bool ena_keep_table(struct ena_keep *, uint8_t *);

/* ---- everything there is to count about a device */

struct ena_report {
	struct ena_stats re_core;
	struct ena_dev_counters re_hw;
	struct ena_allowances re_allow;
	struct ena_srd re_srd;
	uint64_t re_reason;		/* of the last reset */
	uint64_t re_asked_us;		/* when it was read */
	bool re_have_hw, re_have_srd;
};

/*
 * Ask the device for what only it knows; what it does not answer now stays
 * as it was.  Zero the report before first use; it is the core's while a
 * request in it is busy.
 */
void ena_report_read(struct ena_keep *, struct ena_report *);
/*
 * Ask only if the last time was age_us ago or longer, and there is somebody
 * to ask; the core's own numbers are of now in any case.
 */
void ena_report_fresh(struct ena_keep *, struct ena_report *,
    uint64_t age_us);

/* Name of the i-th number, at most 15 characters; NULL past the end. */
#define ENA_REPORTS	31U
/* So many of them, the first ones, are the core's, and always there. */
#define ENA_REPORTS_FREE	13U
const char *ena_report_name(unsigned int);
/* What it is for, for people. */
const char *ena_report_what(unsigned int);
/* Its value; false if the device does not offer it or has not said. */
bool ena_report_value(const struct ena_report *, unsigned int, uint64_t *);

#endif /* ENA_KEEP_H */
