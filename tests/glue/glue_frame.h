/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames whose bytes can be checked; needs no test library. */
#ifndef GLUE_FRAME_H
#define GLUE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GF_MAX		70000U

enum gf_kind { GF_RAW, GF_UDP4, GF_TCP4, GF_UDP6, GF_TCP6 };
/* As the stack leaves it for TSO: no length in the sum. */
void gf_seed_tso(uint8_t *, enum gf_kind);
/*
 * A frame of len bytes: headers of that kind with checksums right (or, with
 * part, as the stack leaves them: pseudo header's sum only), a number, then
 * bytes that depend on it.  Returns len.
 */
size_t gf_frame(uint8_t *, enum gf_kind, size_t len, uint32_t id, bool part);
bool gf_intact(const uint8_t *, size_t, uint32_t *id);
/* Are IP and TCP or UDP checksums right? */
bool gf_sums(const uint8_t *, size_t);
size_t gf_headers(enum gf_kind);

#endif /* GLUE_FRAME_H */
