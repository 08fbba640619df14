#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A core that keeps old rings over a reset.

	keep_rings.py commands|events IN OUT

Writes a source of the core again without what protects it from yesterday's
answers ("commands", ena_admin.c) or events ("events", ena_aenq.c).  What
goes is listed below, word for word: a place that is no longer there, or
there twice, is an error, so the broken core cannot become a sound one
unnoticed.  tests/stale/test_stale.c says what must come of it.
"""
import sys

CUTS = {
    # The rings stay as they were, the first answer in the ring is that of
    # the oldest command, and nobody looks while nothing is outstanding.
    'commands': [
        ('\tmemset(aq->dma_va, 0, bytes);\n', ''),
        ('\tmemset(acq->dma_va, 0, bytes);\n', ''),
        ('\tena_os_dma_sync(dev->dev_os, aq, 0, bytes, '
         'ENA_SYNC_PREWRITE);\n', ''),
        ('\tena_os_dma_sync(dev->dev_os, acq, 0, bytes, '
         'ENA_SYNC_PREWRITE);\n', '\t(void)aq;\n'),
        ('\tif (id >= ENA_AQ_DEPTH) {\t\t\t\t/* A3 */\n',
         '\tid = (dev->dev_acq_head_pos - 1) % ENA_AQ_DEPTH;\n'
         '\tif (id >= ENA_AQ_DEPTH) {\n'),
        ('while (n < ENA_AQ_DEPTH && dev->dev_admin_up) {',
         'while (n < ENA_AQ_DEPTH && dev->dev_admin_up &&\n'
         '\t    dev->dev_aq_out != 0) {'),
    ],
    'events': [
        ('\tmemset(dma->dma_va, 0, bytes);\t\t\t\t/* E1 */\n', ''),
        ('\tena_os_dma_sync(dev->dev_os, dma, 0, bytes, '
         'ENA_SYNC_PREWRITE);\n', ''),
    ],
}


def main():
    what, source, out = sys.argv[1:]
    with open(source) as f:
        text = f.read()
    for old, new in CUTS[what]:
        if text.count(old) != 1:
            sys.exit('%s: %d times, not once: %r' % (
                source, text.count(old), old))
        text = text.replace(old, new)
    with open(out, 'w') as f:
        f.write('/* %s, broken by keep_rings.py */\n' % what + text)


main()
