/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-trace: what its rooms share.
 *
 *	tr_read.c	lines: bounded, checked, one message for trouble
 *	tr_step.c	lines to steps: a command with its buffers is one
 *	tr_names.c	names of registers, features, flags, ...
 *	tr_field.c	a step's decoded fields; structures by table
 *	tr_body.c	the tables: what commands, answers and buffers hold
 *	tr_nic.c	what must be remembered of an adapter: commands under
 *			way, queues and their registers, symbols of addresses
 *	tr_decode.c	a step to fields
 *	tr_print.c	for people		tr_sum.c	summary
 *	tr_norm.c	without what may differ; written and read back
 *	tr_diff.c	two of those		tr_report.c	and what differs
 *	ena_trace.c	options
 *
 * Memory is bounded whatever comes in: a line, a step and an adapter have
 * fixed sizes, and so has the number of steps that a diff keeps.
 */
#ifndef TRACE_H
#define TRACE_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE		200809L
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TR_LINE_MAX		4096U	/* characters of a line */
#define TR_KVS			16U	/* key=value pairs of a line */
#define TR_BODY			64U	/* an admin entry */
#define TR_BUF			16384U	/* a buffer */
#define TR_BUFS			3U	/* buffers of a step */
#define TR_NAME			24U	/* of a buffer, of an adapter */
#define TR_NICS			16U
#define TR_STEPS		50000U	/* that a diff keeps */

#define TR_PRINTF(f, a)		__attribute__((__format__(__printf__, f, a)))

/* ---- tr_read.c */

struct tr_kv {
	const char *k;
	const char *v;
};

struct tr_line {
	unsigned long no;		/* from 1 */
	const char *nic;		/* "" if the transcript has but one */
	const char *kind;
	uint64_t t;
	unsigned int nkv;
	struct tr_kv kv[TR_KVS];	/* into the reader's buffer */
};

struct tr_reader {
	FILE *r_file;
	const char *r_name;
	unsigned long r_no;
	unsigned long r_bad;		/* complaints so far */
	bool r_again;			/* give r_line once more */
	struct tr_line r_line;
	char r_buf[TR_LINE_MAX + 1];
};

void tr_reader_init(struct tr_reader *, FILE *, const char *name);
/* The next good line; NULL at the end.  Valid until the next call. */
const struct tr_line *tr_read(struct tr_reader *);
void tr_unread(struct tr_reader *);
/* A line of text as it is, without newline; NULL at the end. */
char *tr_read_text(struct tr_reader *);
/* Only the first one is printed, with file and line; the rest is counted. */
void tr_complain(struct tr_reader *, unsigned long no, const char *, ...)
    TR_PRINTF(3, 4);
/* True if there was nothing to complain of. */
bool tr_reader_end(struct tr_reader *);

const char *tr_value(const struct tr_line *, const char *key);
bool tr_number(const char *, uint64_t max, uint64_t *);
/* False if there is no such key or no such number. */
bool tr_get(const struct tr_line *, const char *key, uint64_t max,
    uint64_t *);
bool tr_hex(const char *, uint8_t *, size_t max, size_t *len);

/* ---- tr_field.c */

enum tr_cat {
	TR_VALUE,		/* compared */
	TR_ADDR,		/* compared: is it zero? */
	TR_ANY			/* time, MAC, id, random: never compared */
};

struct tr_field {
	char *name;
	char *value;
	enum tr_cat cat;
};

struct tr_fields {
	struct tr_field *f;
	unsigned int n, room;
};

void tr_fields_init(struct tr_fields *);
void tr_fields_free(struct tr_fields *);
void tr_add(struct tr_fields *, enum tr_cat, const char *name,
    const char *fmt, ...) TR_PRINTF(4, 5);
const char *tr_find(const struct tr_fields *, const char *name);
/* Or no return at all. */
void *tr_alloc(size_t n, size_t size);
void *tr_more(void *, unsigned int *room, unsigned int n, size_t size);
char *tr_dup(const char *);
/* Control characters and bytes above ASCII become dots. */
void tr_plain(char *);

struct tr_name {
	uint32_t v;
	const char *s;
};

enum tr_how {
	TR_DEC, TR_HEX, TR_ENUM, TR_FLAGS, TR_PTR, TR_MAC, TR_TEXT,
	TR_FEATURES,		/* bitmap of feature ids */
	TR_ZERO,		/* reserved: shown if it is not zero */
	TR_SECRET		/* bytes that are random */
};

/* A field of a structure in memory. */
struct tr_spec {
	const char *name;
	uint16_t off;
	uint8_t size;		/* bytes */
	enum tr_how how;
	uint32_t mask;		/* 0: all of it */
	const void *aux;	/* names; for TR_PTR the purpose */
	enum tr_cat cat;
};

struct tr_nic;
void tr_struct(struct tr_fields *, struct tr_nic *, const char *prefix,
    const struct tr_spec *, const uint8_t *, size_t len);
uint32_t tr_le(const uint8_t *, unsigned int bytes);
uint64_t tr_le64(const uint8_t *);

/* ---- tr_names.c */

extern const struct tr_name tr_regs[], tr_opcodes[], tr_feature_ids[],
    tr_statuses[], tr_reasons[], tr_groups[], tr_group_bits[],
    tr_sts_bits[], tr_cap_bits[], tr_txo_bits[], tr_rxo_bits[],
    tr_os_types[], tr_drvf_bits[], tr_hash_bits[], tr_sort_bits[],
    tr_hash_fields[], tr_hash_protos[], tr_stats_types[], tr_link_bits[],
    tr_llq_hdr[], tr_llq_entry[], tr_llq_stride[], tr_llq_accel[],
    tr_placements[], tr_directions[], tr_drops[], tr_speeds[],
    tr_actions[], tr_flows[], tr_customer[];

/* NULL if it has none. */
const char *tr_name_of(const struct tr_name *, uint32_t);
/* "ready|fatal|0x40"; "0" for none. */
void tr_flags(char *, size_t, const struct tr_name *, uint32_t);
void tr_features(char *, size_t, uint32_t);
void tr_enum(char *, size_t, const struct tr_name *, uint32_t);

/* ---- tr_body.c */

/* NULL if nothing is known of it. */
const struct tr_spec *tr_feature_spec(uint32_t fid);
const struct tr_spec *tr_stats_spec(uint32_t type);
extern const struct tr_spec tr_create_cq[], tr_create_cq_resp[],
    tr_create_sq[], tr_create_sq_resp[], tr_destroy_sq[], tr_destroy_cq[],
    tr_feature_frame[], tr_stats_frame[], tr_host_info[];
/* Where the last field of a table ends. */
size_t tr_spec_end(const struct tr_spec *);
/* What a control buffer of a feature holds; len is what the driver said. */
void tr_control(struct tr_fields *, struct tr_nic *, uint32_t fid,
    const uint8_t *, size_t len);
/* What one of GET_STATS does: a word for each bit of the answer. */
void tr_metrics(struct tr_fields *, uint32_t reported, const uint8_t *,
    size_t len);

/* ---- tr_step.c */

enum tr_kind {
	TR_CREATE, TR_FLR, TR_WRITE, TR_READ, TR_READLESS, TR_RESET,
	TR_STATUS, TR_CMD, TR_COMPLETION, TR_EVENT, TR_AENQ, TR_INTERRUPT,
	TR_TX, TR_TXC, TR_RX, TR_RXC, TR_LINK, TR_RULE, TR_FATAL, TR_FAULT,
	TR_HIT, TR_LLQ, TR_PHC,
	TR_BODYLINE, TR_BUFFER, TR_RESPONSE, TR_PAYLOAD,	/* of others */
	TR_UNKNOWN
};
#define TR_KINDS		(TR_UNKNOWN + 1)
const char *tr_kind_name(enum tr_kind);

struct tr_buf {
	char name[TR_NAME];
	size_t len;			/* as far as it was shown */
	bool said;			/* addr and size are known */
	bool unreadable;
	uint64_t addr;
	uint32_t size;
	uint8_t data[TR_BUF];
};

struct tr_step {
	unsigned long line;
	uint64_t t;
	enum tr_kind kind;
	struct tr_nic *nic;
	/* of the head line, as far as it has them */
	uint32_t off, val, id, op, fid, status, ext, group, syndrome, vector,
	    queue, descs, reason, seq, up, armed;
	uint64_t len;
	bool lost, dropped;
	char text[256];			/* what has no decoding; plain */
	char rule[48], strength[12];
	bool have_body;
	uint8_t body[TR_BODY];
	uint8_t answer[TR_BODY];	/* of a completion, or an event's */
	bool have_answer;
	unsigned int nbuf;
	/* by tr_decode() */
	const char *label;		/* "doorbell": the kind for people */
	char title[128];
	uint64_t took;			/* of a completion */
	bool known;			/* a completion: of which command */
	bool failed;
	size_t mate;			/* what the command said tr_mate() */
	struct tr_fields fields;
	struct tr_buf buf[TR_BUFS];	/* last: not cleared each time */
};

struct tr_source {
	struct tr_reader *s_reader;
	unsigned int s_nnic;
	struct tr_nic *s_nic[TR_NICS];
	bool s_symbolic;		/* for tr_norm.c: no raw numbers */
};

void tr_source_init(struct tr_source *, struct tr_reader *);
void tr_source_free(struct tr_source *);
/* The next step, decoded.  False at the end. */
bool tr_next(struct tr_source *, struct tr_step *);
void tr_step_init(struct tr_step *);
void tr_step_free(struct tr_step *);
/* Driver does something to the device; a packet moves. */
bool tr_is_access(const struct tr_step *);
bool tr_is_data(const struct tr_step *);

/* ---- tr_nic.c */

enum tr_purpose {
	TR_P_AQ, TR_P_ACQ, TR_P_AENQ, TR_P_RESP, TR_P_HOST_INFO, TR_P_DEBUG,
	TR_P_CONTROL, TR_P_CQ_RING, TR_P_SQ_RING, TR_P_HEAD_WB, TR_P_PHC,
	TR_P_COUNT
};
extern const enum tr_purpose tr_p_host_info, tr_p_debug, tr_p_control,
    tr_p_cq_ring, tr_p_sq_ring, tr_p_head_wb, tr_p_phc;

enum tr_handle { TR_H_TX_SQ, TR_H_RX_SQ, TR_H_TX_CQ, TR_H_RX_CQ, TR_H_COUNT };
enum tr_queue_reg { TR_Q_DOORBELL, TR_Q_UNMASK, TR_Q_HEAD, TR_Q_NUMA };

struct tr_cmd {
	bool live;
	uint8_t op, fid, type;		/* type: of GET_STATS */
	enum tr_handle handle;		/* of CREATE */
	char what[40];			/* queue, for people and keys */
	uint32_t ctrl_len;
	uint64_t t;
	unsigned long line;
	size_t mate;
};

struct tr_nic *tr_nic_new(const char *name, bool symbolic);
void tr_nic_free(struct tr_nic *);
const char *tr_nic_name(const struct tr_nic *);
bool tr_nic_symbolic(const struct tr_nic *);
struct tr_cmd *tr_nic_cmd(struct tr_nic *, uint32_t id);
/* All queues and the registers of queues are gone. */
void tr_nic_reset(struct tr_nic *);
/* True if both halves of a base register are written now. */
bool tr_half(struct tr_nic *, enum tr_purpose, bool high, uint32_t,
    uint64_t *);
/* "buffer#2"; "0" for 0. */
void tr_symbol(struct tr_nic *, enum tr_purpose, uint64_t, char *, size_t);
/* "rx-sq#1", made at its creation; "rx-sq 77?" if that was not seen. */
void tr_handle_new(struct tr_nic *, enum tr_handle, uint32_t idx);
void tr_handle_gone(struct tr_nic *, enum tr_handle, uint32_t idx);
void tr_handle_name(struct tr_nic *, enum tr_handle, uint32_t idx, char *,
    size_t);
/* TX or RX: CQ handles have one name space. */
void tr_cq_name(struct tr_nic *, uint32_t idx, char *, size_t);
enum tr_handle tr_cq_kind(struct tr_nic *, uint32_t idx);
void tr_reg_new(struct tr_nic *, uint32_t off, enum tr_queue_reg,
    enum tr_handle, uint32_t idx);
bool tr_reg_find(struct tr_nic *, uint32_t off, enum tr_queue_reg *, char *,
    size_t);

/* ---- tr_decode.c */

void tr_decode(struct tr_step *);
void tr_reg_fields(struct tr_step *, uint32_t off, uint32_t val);
/* Remember a number with a command; its completion gives it back. */
void tr_mate(const struct tr_step *, size_t);
#define TR_NO_MATE		SIZE_MAX

/* ---- tr_print.c */

struct tr_view {
	bool v_color, v_absolute;
	uint64_t v_from, v_to;		/* us after the first line */
	const char *v_only;		/* "cmd,rule" or NULL */
	const char *v_grep;		/* regular expression or NULL */
	const char *v_nic;		/* NULL: all */
	bool v_bring_up;
};
/* True if all went well. */
bool tr_print(struct tr_reader *, const struct tr_view *, FILE *);
bool tr_only_valid(const char *);
bool tr_wanted(const struct tr_view *, const struct tr_step *,
    uint64_t since);

/* Where bring-up is after this step; TR_BEFORE at first. */
enum tr_when { TR_BEFORE, TR_DURING, TR_AFTER };
enum tr_when tr_bring_up(const struct tr_step *, enum tr_when);

/* ---- tr_sum.c */

bool tr_summary(struct tr_reader *, const struct tr_view *, FILE *);

/* ---- tr_norm.c */

struct tr_nstep {
	char *key;
	unsigned int nth;		/* of this key, from 1 */
	uint32_t hash;
	unsigned long line;
	struct tr_fields fields;
};

struct tr_norm {
	struct tr_nstep *s;
	unsigned int n, room;
};

void tr_norm_init(struct tr_norm *);
void tr_norm_free(struct tr_norm *);
/* From a transcript or from what tr_norm_write() wrote. */
bool tr_norm_load(struct tr_norm *, struct tr_reader *,
    const struct tr_view *);
void tr_norm_write(const struct tr_norm *, FILE *);

/* ---- tr_diff.c */

#define TR_NONE			UINT32_MAX

/* For each step of one side its counterpart, and whether it moved. */
struct tr_pairs {
	uint32_t *a, *b;		/* TR_NONE: has none */
	bool *a_moved, *b_moved;
};
void tr_pair(const struct tr_norm *, const struct tr_norm *,
    struct tr_pairs *);
void tr_pairs_free(struct tr_pairs *);

/* ---- tr_report.c */

enum tr_style { TR_UNIFIED, TR_TERSE, TR_MARKDOWN };

#define TR_IGNORES		32U
#define TR_WHYS			8U
struct tr_compare {
	const char *c_name[2];		/* "A" and "B", or better ones */
	unsigned int c_context;
	enum tr_style c_style;
	bool c_addresses;		/* which address, not only if */
	bool c_color;
	unsigned int c_nignore;
	const char *c_ignore[TR_IGNORES]; /* patterns */
	unsigned int c_nexplained;
	const char *c_explained[TR_WHYS]; /* files */
};
/* Exit status: 0 same (or explained), 1 different, 2 trouble. */
int tr_report(const struct tr_norm *, const struct tr_norm *,
    const struct tr_compare *, FILE *);

/* ---- colour */

#define TR_C_OFF		"\033[0m"
#define TR_C_BOLD		"\033[1m"
#define TR_C_DIM		"\033[2m"
#define TR_C_RED		"\033[31m"
#define TR_C_GREEN		"\033[32m"
#define TR_C_YELLOW		"\033[33m"
#define TR_C_BLUE		"\033[34m"
#define TR_C_MAGENTA		"\033[35m"
#define TR_C_CYAN		"\033[36m"

#endif /* TRACE_H */
