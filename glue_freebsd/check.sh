#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Compile core and glue with a FreeBSD kernel's flags against a real tree:
#
#	./check.sh SYS [amd64|arm64 ...]	SYS such as /usr/src/sys
#
# Needs clang and awk; nothing is linked and the tree is not written to.
# What a kernel build would generate, interface headers and options, is made
# here.  CC chooses the compiler; KEEP=1 keeps the directory.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$here/..
cc=${CC:-clang}

die() {
	echo "check.sh: $*" >&2
	exit 1
}

[ $# -ge 1 ] || die "usage: check.sh SYS [amd64|arm64 ...]"
sys=$(cd "$1" 2>/dev/null && pwd) || die "no directory $1"
shift
[ $# -gt 0 ] || set -- amd64 arm64
command -v "$cc" >/dev/null || die "missing: $cc (set CC)"

for f in sys/param.h net/if_var.h netinet/tcp_lro.h dev/pci/pcivar.h \
    tools/makeobjops.awk kern/device_if.m kern/bus_if.m dev/pci/pci_if.m \
    contrib/ck/include/ck_queue.h; do
	[ -f "$sys/$f" ] || die "missing: $sys/$f (a sys directory?)"
done
triple() {			# arch
	echo "$1" | sed 's/amd64/x86_64/;s/arm64/aarch64/;s/$/-unknown-freebsd/'
}
for arch; do
	[ -f "$sys/$arch/include/bus.h" ] ||
	    die "missing: $sys/$arch/include"
	: | "$cc" -target "$(triple "$arch")" -x c -c -o /dev/null - \
	    2>/dev/null || die "missing: $cc cannot make code for $arch"
done

tmp=$(mktemp -d)
if [ -n "${KEEP:-}" ]; then
	echo "in $tmp"
else
	trap 'rm -rf "$tmp"' EXIT
fi
TMPDIR=$tmp			# what a crashing compiler leaves behind
export TMPDIR

# Both lists of files must name every file there is.
list() {			# what to match
	sed -n 's/^SRCS+*=//p' "$here/Makefile" | tr ' \t' '\n\n' | grep "$1"
}
source_of() {			# file
	for d in "$here" "$top/ena_core/keep" "$top/ena_core"; do
		[ ! -f "$d/$1" ] || echo "$d/$1"
	done
}
files="$(cd "$here" && echo if_ena*.c) $(cd "$top/ena_core/keep" && echo ./*.c)
    $(cd "$top/ena_core" && echo ./*.c)"
for f in $files; do
	list '\.c$' | grep -qx "$(basename "$f")" ||
	    die "Makefile does not name $f"
	grep -q "^dev/if_ena/$(basename "$f")[[:space:]]" \
	    "$here/files.ena" || die "files.ena does not name $f"
done
for f in $(list '\.c$') $(sed -n 's|^dev/if_ena/\([^[:space:]]*\).*|\1|p' \
    "$here/files.ena"); do
	[ -n "$(source_of "$f")" ] ||
	    die "there is no $f"
done

# The flags of sys/conf/kern.mk and kern.pre.mk, for clang.
common="-nostdinc -D_KERNEL -DKLD_MODULE -DHAVE_KERNEL_OPTION_HEADERS -std=iso9899:1999
    -O2 -g -fno-strict-aliasing -fno-common -fwrapv -ffreestanding
    -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer
    -fno-asynchronous-unwind-tables -fstack-protector
    -Werror -Wall -Wredundant-decls -Wnested-externs -Wstrict-prototypes
    -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wundef
    -Wno-pointer-sign -Wmissing-include-dirs -fdiagnostics-show-option
    -Wno-unknown-pragmas -Wno-error=tautological-compare
    -Wno-error=empty-body -Wno-error=parentheses-equality
    -Wno-error=unused-function -Wno-error=pointer-sign
    -Wno-error=shift-negative-value -Wno-address-of-packed-member
    -Wno-format-zero-length -Wswitch -Wframe-larger-than=2048"
# stock clang does not know the kernel's printf; say it is the usual one
common="$common -D__printf__=__printf__ -D__freebsd_kprintf__=__printf__"

flags() {			# arch
	case $1 in
	amd64)
		echo "-mcmodel=kernel -mno-red-zone -mno-mmx -mno-sse
		    -msoft-float -mno-avx" ;;
	arm64)
		echo "-mgeneral-regs-only -ffixed-x18 -fPIC" ;;
	esac
}

compile() {			# arch, directory, source, object
	# shellcheck disable=SC2046,SC2086
	"$cc" -target "$(triple "$1")" $(flags "$1") $common -I"$2" \
	    -I"$here" -I"$top/include" -I"$top/ena_core/keep" \
	    -I"$top/ena_core" \
	    -DENA_OS_BINDING='"ena_os_freebsd.h"' -I"$sys" \
	    -I"$sys/contrib/ck/include" -include opt_global.h \
	    -c "$3" -o "$2/$4"
}

# A module for one kernel: architecture, its name, its options.
kernel() {
	obj=$tmp/$1.$2
	mkdir "$obj"
	ln -s "$sys/$1/include" "$obj/machine"
	ln -s "$sys/$1/include" "$obj/$1"
	[ "$1" = arm64 ] || ln -s "$sys/x86/include" "$obj/x86"
	for m in kern/device_if kern/bus_if dev/pci/pci_if; do
		(cd "$obj" && awk -f "$sys/tools/makeobjops.awk" \
		    "$sys/$m.m" -h) || die "makeobjops.awk failed on $m.m"
	done
	for o in global inet inet6 rss; do
		: > "$obj/opt_$o.h"
	done
	for o in $3; do
		case $o in
		INET|INET6|RSS) f=$(echo "$o" | tr '[:upper:]' '[:lower:]') ;;
		*) f=global ;;
		esac
		echo "#define $o 1" >> "$obj/opt_$f.h"
	done
	: > "$obj/offset.inc"	# modules do not use it
	bad=0
	n=0
	for f in $(list '\.c$'); do
		compile "$1" "$obj" "$(source_of "$f")" "${f%.c}.o" || {
			echo "check.sh: $1 $2: $f does not compile" >&2
			bad=1
		}
		n=$((n + 1))
	done
	[ "$bad" -eq 0 ] || return 1
	echo "check.sh: $1 $2: $n files compile without a warning"
}

release=$(sed -n 's/^#define[[:space:]]*__FreeBSD_version[[:space:]]*\([0-9]*\).*/\1/p' \
    "$sys/sys/param.h")
echo "check.sh: __FreeBSD_version $release"
netmap=
[ ! -f "$sys/dev/netmap/netmap_kern.h" ] || netmap=DEV_NETMAP
[ -n "$netmap" ] || echo "check.sh: no netmap in this tree: not checked"
status=0
for arch; do
	kernel "$arch" GENERIC "SMP NUMA INET INET6 $netmap" || status=1
	kernel "$arch" DEBUG "SMP NUMA INET INET6 INVARIANTS
	    INVARIANT_SUPPORT WITNESS $netmap" || status=1
	kernel "$arch" RSS "SMP NUMA INET INET6 RSS" || status=1
	kernel "$arch" INET "SMP INET" || status=1
done
exit $status
