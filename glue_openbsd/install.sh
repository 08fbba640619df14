#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Place core and glue in an OpenBSD source tree: ./install.sh /usr/src/sys
#
# Copies, and adds what is missing to pcidevs and files.pci; again on a newer
# version it only copies.  What is left to do is in INSTALL.
set -eu

die() {
	echo "install.sh: $*" >&2
	exit 1
}

[ $# -eq 1 ] || die "usage: install.sh SYS (such as /usr/src/sys)"
here=$(cd "$(dirname "$0")" && pwd)
top=$here/..
sys=$1
pci=$sys/dev/pci
for f in pcidevs devlist2h.awk files.pci; do
	[ -f "$pci/$f" ] || die "no $pci/$f: is $sys a sys directory?"
done

mkdir -p "$sys/dev/ena"
cp "$top"/ena_core/*.[ch] "$top"/ena_core/keep/ena_keep.[ch] \
    "$top"/ena_core/keep/ena_parse.[ch] "$top/ena_core/keep/ena_mbufs.h" \
    "$top/ena_core/keep/ena_busdma.h" "$top/ena_core/keep/ena_pci.h" \
    "$top/ena_core/keep/ena_report.c" "$sys/dev/ena/"
for h in ena.h ena_io.h ena_hw.h; do
	cp "$top/include/$h" "$sys/dev/ena/"
done
# every file of the core and the glue get the binding through this one
{
	echo '#define ENA_OS_BINDING <dev/pci/ena_os_openbsd.h>'
	cat "$top/include/ena_os.h"
} > "$sys/dev/ena/ena_os.h"
cp "$here/if_ena.c" "$here/if_enavar.h" "$here/ena_os_openbsd.h" "$pci/"

# a tree that knows the vendor may know it under other product names
if ! grep -q 'AMAZON[[:space:]]*ENA_LLQ_VF' "$pci/pcidevs"; then
	not='^$'
	! grep -q '^vendor[[:space:]]*AMAZON' "$pci/pcidevs" || not='^vendor'
	grep -v "$not" "$here/pcidevs.ena" >> "$pci/pcidevs"
fi
grep -q '^attach[[:space:]]*ena[[:space:]]' "$pci/files.pci" ||
    cat "$here/files.ena" >> "$pci/files.pci"
(cd "$pci" && awk -f devlist2h.awk pcidevs)
