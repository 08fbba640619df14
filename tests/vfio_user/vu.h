/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ena-vfio-user: what its files share.
 *
 *	ena_vfio_user.c	main loop, signals
 *	vu_opts.c	options
 *	vu_nic.c	one adapter: the model, its bus, its client
 *	vu_cmd.c	what a client may ask for
 *	vu_region.c	BARs
 *	vu_pci.c	configuration space
 *	vu_irq.c	MSI-X
 *	vu_dma.c	the client's memory
 *	vu_sock.c	messages
 *	vu_wire.c	TAP, cables, captures
 *	vu_report.c	log, rules, counters
 *	vu_ctl.c	the control pipe
 *
 * Invariants
 * I1: one thread; nothing waits but vu_call(), and that for VU_REPLY_MS.
 *     While it waits, commands of all clients are answered as far as they
 *     do not need a model: one is on the stack.
 * I2: a byte from the socket is compared with a bound before it is used as a
 *     length or an index.
 * I3: client memory is touched in vu_dma.c only, inside the maps, and a file
 *     that shrank under us costs an access, not the process.
 * I4: a connection is marked dead anywhere, but closed only in
 *     vu_nic_step(), when no model code is on the stack.
 */
#ifndef VU_H
#define VU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ena_mockdev.h"
#include "vu_proto.h"

#define VU_NICS		8U		/* adapters in one process */
#define VU_FDS		16U		/* descriptors with one message */
#define VU_XFER		65536U		/* data bytes in one message */
#define VU_MSG		(VU_XFER + 64U)	/* longest payload */
#define VU_MAPS		65535U
#define VU_REPLY_MS	4000		/* QEMU's own limit is 5 s */
#define VU_LATE_MS	100		/* then its reads are served anyway */
#define VU_DEFERRED	16384U		/* commands kept while we wait */
#define VU_SLICE	64U		/* messages or frames in one turn */
#define VU_FAULTS	16U
#define VU_VECTORS	256U
#define VU_CFG		4096U
#define VU_FRAME	(65536U + 64U)

#if defined(__GNUC__)
#define VU_PRINTF(f, a)	__attribute__((__format__(__printf__, f, a)))
#else
#define VU_PRINTF(f, a)
#endif

struct vu_msg {
	struct vu_msg *m_next;
	struct vu_hdr m_hdr;
	uint32_t m_len;			/* payload bytes */
	unsigned int m_nfds;
	int m_fds[VU_FDS];		/* ours to close; -1: taken */
	uint8_t m_data[];
};

struct vu_conn {
	int c_fd;			/* -1: nobody connected */
	bool c_dead;
	char c_why[160];		/* of c_dead; empty: hung up */
	uint16_t c_next_id;
	uint32_t c_xfer;		/* data bytes the client takes */
	/* message being received */
	struct vu_hdr c_hdr;
	size_t c_got;			/* of header and payload together */
	struct vu_msg *c_msg;		/* once the header is whole */
	unsigned int c_nfds;
	int c_fds[VU_FDS];
	/*
	 * Commands that came while we waited for a reply.  c_early may answer
	 * one at once, or even do it (true: it is done with).  A second time
	 * with late set if the reply does not come: the client may be unable
	 * to reply before it has its own.
	 */
	bool (*c_early)(void *arg, struct vu_msg *, bool late);
	/*
	 * Wait for events on c_fd, for ms at most, and look after the other
	 * connections meanwhile (vu_meanwhile()).  True: something is there.
	 */
	bool (*c_wait)(void *arg, short events, int ms, bool late);
	void *c_arg;
	struct vu_msg *c_first, **c_last;
	unsigned int c_deferred;
	/* message being sent: bytes [c_tx_off, c_tx_len) are left */
	size_t c_tx_off, c_tx_len;
	int c_tx_fd;			/* not ours; goes with the first byte */
	uint8_t c_tx[sizeof(struct vu_hdr) + VU_MSG];
};

struct vu_map {
	uint64_t map_addr;
	uint64_t map_last;		/* inclusive: sizes reach 2^64 */
	uint8_t *map_base;		/* NULL: by messages only */
	uint32_t map_flags;
};

struct vu_maps {
	struct vu_map *ms_v;		/* by address, disjoint */
	size_t ms_n, ms_cap;
	size_t ms_hint;			/* where the last access was */
};

struct vu_pci {
	uint8_t pci_cfg[VU_CFG];
	uint8_t pci_rom[VU_CFG];	/* power-on values */
	uint8_t pci_mask[VU_CFG];	/* bits the client may change */
};

struct vu_fault {
	struct mock_fault_arm vf_arm;
	uint64_t vf_at_us;		/* after the client connected */
	bool vf_done;
};

struct vu_nic_opts {
	const char *no_socket;
	const char *no_tap;		/* NULL: none */
	const char *no_wire;
	const char *no_pcap;
	struct mock_profile no_profile;	/* a copy, options applied */
	struct mock_options no_model;
	bool no_trap_bar2;
	unsigned int no_nfaults;
	struct vu_fault no_faults[VU_FAULTS];
};

struct vu_opts {
	unsigned int o_nics;
	struct vu_nic_opts o_nic[VU_NICS];
	const char *o_transcript;
	const char *o_stats;
	const char *o_control;
	bool o_once;
	bool o_verbose;
};

struct vu_frame;

/* Where frames go.  Those that cannot are counted and gone, as on a wire. */
struct vu_wire {
	int w_tap;			/* -1: none, or gone */
	FILE *w_pcap;
	struct vu_frame *w_first, **w_last;	/* off the cable, to us */
	unsigned int w_queued;
	uint64_t w_in, w_out, w_lost;
};

struct vu_nic {
	const struct vu_nic_opts *n_o;
	const struct vu_opts *n_all;
	char n_name[16];
	struct vu_nic *n_peers;		/* all adapters */
	unsigned int n_npeers;
	struct mockdev *n_dev;
	int n_listen;
	bool n_version;			/* negotiated */
	struct vu_conn n_conn;
	struct vu_maps n_maps;
	struct vu_pci n_pci;
	struct vu_wire n_wire;
	/* BARs; MSI-X table and PBA live in one of them */
	uint64_t n_bar[6];
	uint32_t n_table_off, n_pba_off;
	uint8_t n_table[VU_VECTORS * 16U];
	uint8_t *n_bar2;		/* NULL: absent or trapped */
	int n_bar2_fd;
	/* interrupts */
	unsigned int n_vectors;
	int n_eventfd[VU_VECTORS];
	bool n_pending[VU_VECTORS];
	/* faults armed by time */
	struct vu_fault n_faults[VU_FAULTS];
	uint64_t n_since;		/* when the client connected */
	/* observation */
	FILE *n_transcript;
	uint64_t n_clients;
	uint64_t n_odd_access;		/* not 32 bits wide and aligned */
	uint64_t n_no_master;		/* DMA while bus mastering is off */
	uint64_t n_bus_errors;		/* maps whose file had shrunk */
	uint64_t n_irqs;
	uint64_t *n_rules;		/* by rule number */
};

/* The control pipe; k_fd -1: none. */
struct vu_ctl {
	int k_fd;
	const char *k_path;
	bool k_long;			/* the line does not fit */
	size_t k_len;
	char k_line[256];
};

/* vu_sock.c */
int vu_listen(const char *path);
void vu_conn_init(struct vu_conn *);
void vu_conn_close(struct vu_conn *);
void vu_kill(struct vu_conn *, const char *, ...) VU_PRINTF(2, 3);
struct vu_msg *vu_next(struct vu_conn *);
void vu_msg_free(struct vu_msg *);
void vu_reply(struct vu_conn *, const struct vu_hdr *, const void *,
    size_t, int fd);
void vu_reply_error(struct vu_conn *, const struct vu_hdr *, int error);
bool vu_sending(const struct vu_conn *);
void vu_flush(struct vu_conn *);
void vu_meanwhile(struct vu_conn *, bool ready, bool late);
bool vu_call(struct vu_conn *, uint32_t cmd, const struct vu_dma_rw *,
    const void *data, void *answer);

/* vu_dma.c */
void vu_dma_guard(void);
int vu_map_add(struct vu_maps *, const struct vu_dma_map *, int fd);
int vu_map_del(struct vu_maps *, uint64_t addr, uint64_t size,
    uint64_t *gone);
void vu_map_clear(struct vu_maps *);
bool vu_dma_read(struct vu_nic *, uint64_t, void *, size_t);
bool vu_dma_write(struct vu_nic *, uint64_t, const void *, size_t);

/* vu_pci.c */
void vu_pci_init(struct vu_pci *, const struct vu_nic *);
void vu_pci_reset(struct vu_pci *);
void vu_pci_write(struct vu_pci *, uint32_t off, const uint8_t *,
    uint32_t len);
bool vu_pci_is_flr(uint32_t off, const uint8_t *, uint32_t len);
bool vu_pci_master(const struct vu_pci *);

/* vu_irq.c */
void vu_irq_init(struct vu_nic *);
void vu_irq_drop(struct vu_nic *);
void vu_irq_raise(struct vu_nic *, unsigned int vector);
int vu_irq_set(struct vu_nic *, struct vu_msg *);
uint8_t vu_irq_pba(const struct vu_nic *, uint32_t byte);

/* vu_region.c */
bool vu_region_init(struct vu_nic *);
void vu_region_free(struct vu_nic *);
uint64_t vu_region_size(const struct vu_nic *, uint32_t region);
bool vu_region_is_model(const struct vu_nic *, const struct vu_region_rw *);
void vu_region_read(struct vu_nic *, const struct vu_region_rw *, uint8_t *);
void vu_region_write(struct vu_nic *, const struct vu_region_rw *,
    const uint8_t *);

/* vu_cmd.c */
void vu_command(struct vu_nic *, struct vu_msg *);
bool vu_command_early(void *nic, struct vu_msg *, bool late);

/* vu_wire.c */
bool vu_wire_open(struct vu_nic *);
void vu_wire_close(struct vu_nic *);
void vu_wire_out(struct vu_nic *, const void *, size_t);
void vu_wire_in(struct vu_nic *, bool tap_ready);

/* vu_nic.c */
uint64_t vu_now_us(void);
bool vu_nic_open(struct vu_nic *, FILE *transcript);
void vu_nic_close(struct vu_nic *);
void vu_nic_reset(struct vu_nic *);
void vu_nic_step(struct vu_nic *, bool conn_ready, bool tap_ready);
bool vu_nic_busy(const struct vu_nic *);
uint64_t vu_nic_next_us(struct vu_nic *);

/* vu_report.c */
void vu_log(const struct vu_nic *, const char *, ...) VU_PRINTF(2, 3);
void vu_rule(void *, const struct mock_rule_report *);
bool vu_rules_init(struct vu_nic *);
bool vu_stats(const struct vu_nic *, unsigned int n, const char *path);
void vu_dump(const struct vu_nic *);
void vu_summary(const struct vu_nic *);

/* vu_ctl.c */
bool vu_ctl_open(struct vu_ctl *, const char *path);
void vu_ctl_close(struct vu_ctl *);
void vu_ctl_step(struct vu_ctl *, struct vu_nic *, unsigned int n);

/* vu_opts.c: -1 to go on, else the exit status. */
int vu_opts(struct vu_opts *, int argc, char **argv);
bool vu_fault_parse(struct vu_fault *, const char *);

#endif /* VU_H */
