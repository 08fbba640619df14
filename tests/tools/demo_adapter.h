/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One adapter of the demo: the driver core behind the table binding, the
 * minimal glue, and the device model in front of which both stand.
 */
#ifndef DEMO_ADAPTER_H
#define DEMO_ADAPTER_H

#include <stdio.h>

#include "ena.h"
#include "ena_mockdev.h"
#include "nic.h"
#include "demo_dma.h"
#include "demo_frame.h"

#define DEMO_VECTORS	(MOCK_MAX_PAIRS + 1U)
#define DEMO_RULES_KEPT	8U

struct demo_adapter_cfg {
	const struct mock_profile *profile;
	const char *name;		/* "A" */
	uint64_t seed;
	uint16_t queues;
	uint32_t mtu;
	uint8_t mac[6];
	uint8_t llq;			/* enum ena_llq_policy */
	bool soft_csum;			/* ask the device for nothing */
	int log_level;			/* ENA_LOG_*; above is not shown */
	FILE *log;			/* NULL: none */
	FILE *transcript;		/* NULL: none */
};

/* What happened to frames outside of driver and model. */
struct demo_counters {
	uint64_t in_frames;		/* given to demo_send() */
	uint64_t over_mtu;
	uint64_t runts;
	uint64_t refused;		/* by the driver, for good */
	uint64_t retries;		/* ring was full */
	uint64_t ask_frames;		/* with a checksum request */
	uint64_t ask_ip4;
	uint64_t ask_partial;
	uint64_t ask_full;
	uint64_t ask_tso;		/* frames to be segmented */
	uint64_t tso_segs;		/* segments they make */
	uint64_t tso_bytes;		/* headers that are sent again */
	uint64_t soft;			/* checksums finished by ourselves */
	uint64_t wire_in;		/* frames the peer's wire brought */
	uint64_t wire_lost[MOCK_RX_RUNT + 1];
	uint64_t rules;
	uint64_t bringup_us;
	uint64_t bringup_cmds;
};

typedef void demo_rx_fn(void *, const uint8_t *, size_t,
    const struct nic_rx_meta *);

struct demo_adapter {
	struct demo_adapter_cfg ad_cfg;
	struct ena_os ad_os;
	struct mockdev *ad_dev;
	struct nic *ad_nic;
	struct demo_dma *ad_dma;
	struct demo_adapter *ad_peer;	/* other end of the wire */
	demo_rx_fn *ad_rx;
	void *ad_rx_arg;
	uint64_t ad_start_us;		/* zero of its clock */
	uint64_t ad_tick_us;		/* next tick, its clock */
	uint64_t ad_vectors[(DEMO_VECTORS + 63) / 64];
	uint64_t ad_dirty[(MOCK_MAX_PAIRS + 63) / 64];
	uint64_t ad_tso_more[MOCK_MAX_PAIRS]; /* frames beyond requests */
	enum ena_result ad_fault;	/* ENA_OK while well */
	struct demo_counters ad_count;
	char ad_rule_text[DEMO_RULES_KEPT][320];
	uint8_t ad_scratch[DEMO_FRAME_ROOM];
};

/* NULL with a sentence in why; not up yet. */
struct demo_adapter *demo_adapter_create(const struct demo_adapter_cfg *,
    char *why, size_t why_len);
/* In any state. */
void demo_adapter_destroy(struct demo_adapter *);
bool demo_adapter_up(struct demo_adapter *, char *why, size_t why_len);
/* Down to OFF; false with why if something is left over. */
bool demo_adapter_down(struct demo_adapter *, char *why, size_t why_len);

static inline struct ena_dev *
demo_dev(const struct demo_adapter *a)
{
	return (nic_dev(a->ad_nic));
}

/*
 * What the network stack left to do: a checksum (start 0: none), segments
 * (mss 0: none; else there is a checksum as well).
 */
struct demo_hint {
	uint16_t h_start, h_off;
	uint16_t h_mss;
};

enum demo_sent {
	DEMO_SENT,
	DEMO_LATER,		/* rings are full: service, then retry */
	DEMO_DROPPED		/* counted */
};

/*
 * A frame from a network stack.  Its checksums are requested of the device
 * as far as that offers it and finished here otherwise.
 */
enum demo_sent demo_send(struct demo_adapter *, const uint8_t *, size_t,
    const struct demo_hint *);
/*
 * A frame that has to arrive byte for byte: checksums that are right are
 * taken out and requested of the device.
 */
enum demo_sent demo_send_exact(struct demo_adapter *, const uint8_t *,
    size_t);
void demo_flush(struct demo_adapter *);
/*
 * ENA_TXO_TSO* that a stack may use: what the device offers, with all the
 * checksums that segments need.  Frames of other kinds are dropped.
 */
uint32_t demo_tso(const struct demo_adapter *);

/* Serve clock, device and interrupts until there is nothing to do now. */
void demo_service(struct demo_adapter *);
/* Microseconds until demo_service() is needed again. */
uint64_t demo_idle_us(struct demo_adapter *);

uint64_t demo_clock_us(void);

#endif /* DEMO_ADAPTER_H */
