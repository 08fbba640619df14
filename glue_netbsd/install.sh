#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Place core and glue in a NetBSD source tree: ./install.sh /usr/src/sys
#
# Copies, and puts our lines in place of the old driver's in files.pci; again
# on a newer version it does the same.  What is left to do is in INSTALL.
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
[ -f "$pci/files.pci" ] || die "no $pci/files.pci: is $sys a sys directory?"

mkdir -p "$sys/dev/ena" "$sys/modules/if_ena"
cp "$top"/ena_core/*.[ch] "$top"/ena_core/keep/ena_keep.[ch] \
    "$top"/ena_core/keep/ena_parse.[ch] "$top/ena_core/keep/ena_mbufs.h" \
    "$top/ena_core/keep/ena_busdma.h" "$top/ena_core/keep/ena_pci.h" \
    "$top/ena_core/keep/ena_report.c" "$sys/dev/ena/"
cp "$top/include/ena.h" "$top/include/ena_io.h" "$top/include/ena_hw.h" \
    "$sys/dev/ena/"
# every file of the core and the glue get the binding through this one
{
	echo '#define ENA_OS_BINDING <dev/pci/ena_os_netbsd.h>'
	cat "$top/include/ena_os.h"
} > "$sys/dev/ena/ena_os.h"
cp "$here"/if_ena*.[ch] "$here/ena_os_netbsd.h" "$pci/"
cp "$here/module/Makefile" "$here/module/if_ena.ioconf" \
    "$sys/modules/if_ena/"

awk '/^# Amazon Elastic Network Adapter/ { next }
    $1 == "device" && $2 == "ena:" { next }
    $1 == "attach" && $2 == "ena" { next }
    $1 == "file" && $NF == "ena" { next }
    { print }' "$pci/files.pci" > "$pci/files.pci.new"
cat "$here/files.ena" >> "$pci/files.pci.new"
mv "$pci/files.pci.new" "$pci/files.pci"
if [ -f "$sys/modules/Makefile" ]; then
	grep -q 'if_ena$' "$sys/modules/Makefile" || {
		sed 's/^\(SUBDIR+=[[:space:]]*\)if_vmx$/\1if_ena\
\1if_vmx/' "$sys/modules/Makefile" > "$sys/modules/Makefile.new"
		mv "$sys/modules/Makefile.new" "$sys/modules/Makefile"
	}
fi
