/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_INTRMAP_H_
#define _SYS_INTRMAP_H_
#define INTRMAP_POWEROF2	(1 << 0)
struct intrmap;
struct device;
struct cpu_info;
struct intrmap *intrmap_create(const struct device *, unsigned int,
    unsigned int, unsigned int);
void intrmap_destroy(struct intrmap *);
void intrmap_align(const struct device *, struct intrmap *, struct intrmap *);
unsigned int intrmap_count(const struct intrmap *);
unsigned int intrmap_one(const struct intrmap *);
struct cpu_info *intrmap_cpu(const struct intrmap *, unsigned int);
#endif
