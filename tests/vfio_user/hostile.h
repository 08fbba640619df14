/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hostile client's tools: chance, messages, descriptors, a driver.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "vu_client.h"

#define H_MSG		8192U		/* room for a message */

/* hostile_tools.c */
void h_seed(uint64_t);
uint32_t h_rand(uint32_t below);
uint64_t h_rand64(void);
uint32_t h_interesting(void);
uint64_t h_interesting64(void);
void h_fill(void *, size_t);
/* A valid message, header included, with the descriptors it needs. */
size_t h_message(uint8_t *, int *fds, unsigned int *nfds);
void h_mutate(uint8_t *, size_t *len);
int h_strange_fd(void);
void h_close_fds(const int *, unsigned int);
/* Throw away what the server has said so far. */
void h_drain(struct vc *);

/* hostile_driver.c */
void h_driver(struct vc *);
void h_driver_silent(struct vc *);
void h_two_drivers(struct vc *, struct vc *other);

#endif /* HOSTILE_H */
