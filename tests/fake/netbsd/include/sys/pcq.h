/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PCQ_H_
#define _SYS_PCQ_H_
#include <sys/kmem.h>
typedef struct pcq pcq_t;
#define PCQ_MAXLEN	(0xffffU)
bool pcq_put(pcq_t *, void *);
void *pcq_peek(pcq_t *);
void *pcq_get(pcq_t *);
size_t pcq_maxitems(pcq_t *);
pcq_t *pcq_create(size_t, km_flag_t);
void pcq_destroy(pcq_t *);
#endif
