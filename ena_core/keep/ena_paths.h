/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers of a report (ena_keep.h) under the names that users of Amazon's
 * driver for FreeBSD have in their scripts.
 */
#ifndef ENA_PATHS_H
#define ENA_PATHS_H

#include "ena_keep.h"

struct ena_path {
	const char *pa_node;		/* NULL: at the top */
	const char *pa_name;
	const char *pa_what;		/* for people */
	size_t pa_off;			/* in struct ena_report, 64 bits */
	uint32_t pa_metric;		/* of in_metrics; 0: none */
	uint32_t pa_cap;		/* of in_capabilities; 0: none */
};

/* The i-th, those of a node behind each other; NULL past the end. */
const struct ena_path *ena_path(unsigned int);

/* Does this device have it? */
bool ena_path_there(const struct ena_info *, const struct ena_path *);

/* The name of its node, which for metrics depends on the device. */
const char *ena_path_node(const struct ena_info *, const struct ena_path *);

#endif /* ENA_PATHS_H */
