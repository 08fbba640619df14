#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Compile core and glue with an OpenBSD kernel's flags against a real tree:
#
#	./check.sh SYS [amd64|arm64 ...]	SYS such as /usr/src/sys
#
# Needs clang that knows OpenBSD targets, and awk; nothing is linked and the
# tree is not written to.  What config(8) would generate is made up here.
# CC chooses the compiler; KEEP=1 keeps the directory.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
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

for f in sys/param.h net/if.h netinet/tcp_var.h dev/pci/pcidevs \
    dev/pci/devlist2h.awk dev/pci/files.pci; do
	[ -f "$sys/$f" ] || die "missing: $sys/$f (a sys directory?)"
done
for arch; do
	[ -f "$sys/arch/$arch/include/bus.h" ] ||
	    die "missing: $sys/arch/$arch/include"
	: | "$cc" -target "$(echo "$arch" |
	    sed 's/amd64/x86_64/;s/arm64/aarch64/')-unknown-openbsd" \
	    -x c -c -o /dev/null - 2>/dev/null ||
	    die "missing: $cc cannot make code for $arch"
done

tmp=$(mktemp -d)
if [ -n "${KEEP:-}" ]; then
	echo "in $tmp"
else
	trap 'rm -rf "$tmp"' EXIT
fi
TMPDIR=$tmp			# what a crashing compiler leaves behind
export TMPDIR

# A tree of what install.sh needs; the rest comes from $sys behind it.
mkdir -p "$tmp/sys/dev/pci"
cp "$sys/dev/pci/pcidevs" "$sys/dev/pci/devlist2h.awk" \
    "$sys/dev/pci/files.pci" "$tmp/sys/dev/pci/"
"$here/install.sh" "$tmp/sys" || die "install.sh failed"
awk '$1 == "file" && $NF == "ena" { print $2 }' \
    "$tmp/sys/dev/pci/files.pci" > "$tmp/files"
while read -r f; do
	[ -f "$tmp/sys/$f" ] || die "files.ena names $f, which is not there"
done < "$tmp/files"
for f in "$tmp"/sys/dev/ena/*.c "$tmp"/sys/dev/pci/if_ena.c; do
	grep -qx "${f#"$tmp/sys/"}" "$tmp/files" ||
	    die "files.ena does not name $(basename "$f")"
done

# Headers that config(8) writes: NFOO of each pseudo-device and attribute.
opt_headers() {			# directory, how many kstats
	for h in bpfilter vlan carp pppoe bpe bridge pf trunk; do
		echo "#define N$(echo $h | tr '[:lower:]' '[:upper:]') 1" \
		    > "$1/$h.h"
	done
	echo "#define NKSTAT $2" > "$1/kstat.h"
}

common="-nostdinc -D_KERNEL -Werror -Wall -Wimplicit-function-declaration
    -Wno-pointer-sign -Wframe-larger-than=2047 -Wno-constant-conversion
    -Wno-address-of-packed-member -Wno-unused-but-set-variable
    -Wno-gnu-folding-constant -ffreestanding -fno-pie
    -fno-omit-frame-pointer -g"
# stock clang does not know the kernel's printf; say it is the usual one
common="$common -D__kprintf__=__printf__"
generic="-DDDB -DDIAGNOSTIC -DKTRACE -DACCOUNTING -DPTRACE -DPOOL_DEBUG
    -DCRYPTO -DFFS -DINET6 -DIPSEC -DMROUTING -DMPLS -DPCIVERBOSE
    -DSUSPEND -DMAXUSERS=80"

flags() {			# arch
	case $1 in
	amd64)
		echo "-target x86_64-unknown-openbsd -mcmodel=kernel
		    -mno-red-zone -mno-sse2 -mno-sse -mno-3dnow -mno-mmx
		    -msoft-float -mretpoline-external-thunk
		    -fcf-protection=branch"
		;;
	arm64)
		echo "-target aarch64-unknown-openbsd -D__arm64__ $guard
		    -march=armv8-a+nofp+nosimd+rng -ffixed-x18
		    -mno-omit-leaf-frame-pointer -mbranch-protection=bti"
		;;
	esac
}

# clang 14 crashes over OpenBSD's stack guard on arm64
guard=
printf 'int f(char *);\nint g(void) { char b[64]; return (f(b)); }\n' |
    "$cc" -target aarch64-unknown-openbsd -x c -c -o /dev/null - \
    >/dev/null 2>&1 || guard=-fno-stack-protector

# One kernel: architecture, its name, kstats, its options.
kernel() {
	obj=$tmp/$1.$2
	mkdir "$obj"
	opt_headers "$obj" "$3"
	ln -s "$sys/arch/$1/include" "$obj/machine"
	ln -s "$sys/arch/$1/include" "$obj/$1"
	n=0
	while read -r f; do
		# shellcheck disable=SC2046,SC2086
		"$cc" $(flags "$1") $common $4 -I"$tmp/sys" -I"$sys" \
		    -I"$obj" -I"$sys/arch" -c "$tmp/sys/$f" \
		    -o "$obj/$(basename "$f" .c).o" || {
			echo "check.sh: $1 $2: $f does not compile" >&2
			return 1
		}
		n=$((n + 1))
	done < "$tmp/files"
	echo "check.sh: $1 $2: $n files compile without a warning"
}

status=0
for arch; do
	kernel "$arch" GENERIC.MP 1 "-O2 $generic -DMULTIPROCESSOR" ||
	    status=1
	kernel "$arch" GENERIC 1 "-O2 $generic" || status=1
	kernel "$arch" RAMDISK 0 "-Oz -DSMALL_KERNEL -DINET6 -DMAXUSERS=4" ||
	    status=1
done
exit $status
