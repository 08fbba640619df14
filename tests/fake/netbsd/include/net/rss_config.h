/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_RSS_CONFIG_H_
#define _NET_RSS_CONFIG_H_
#define RSS_KEYSIZE	40
void rss_getkey(uint8_t *);
#endif
